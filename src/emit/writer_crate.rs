//! What pulldown-cmark-to-cmark writes: it does all the escaping, and chooses the delimiters.
//!
//! Links, code and HTML are stand-ins while it does.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::Place;
use super::splice::{label_of, without_controls};
use super::written::Written;
use crate::blocks::LeafKind;
use crate::inline::MarkKind;
use crate::source::Span;
use crate::tags::{Piece, plain_text};

/// What stand-ins begin with: nothing in it means anything in Markdown.
const STEM: &str = "nkyk";

fn stand_in(mark: usize) -> String {
    format!("{STEM}{mark}q")
}

pub(super) fn write(place: &Place<'_>, pieces: &[Piece]) -> Option<Written> {
    // A title is a part of what a link's stand-in stands for; an HTML block is no Markdown.
    let titles = place.inline.marks().iter().any(|mark| mark.kind == MarkKind::Title);
    if titles || matches!(place.kind, LeafKind::Html | LeafKind::Title(_)) || plain_text(pieces).contains(STEM) {
        return None;
    }
    let mut events = vec![Event::Start(Tag::Paragraph)];
    push_events(place, pieces, &mut events);
    events.push(Event::End(TagEnd::Paragraph));
    let mut text = String::new();
    pulldown_cmark_to_cmark::cmark(events, &mut text, place.dialect.options()).ok()?;
    let mut written = Written::default();
    let mut breaks = all_breaks(place, pieces).into_iter();
    let mut lines = text.trim_end_matches('\n').split('\n').peekable();
    while let Some(line) = lines.next() {
        let line = &without_controls(place, line.to_owned());
        if lines.peek().is_none() {
            written.push(&with_marks(place, line));
            break;
        }
        let (raw, hard) = breaks.next()?;
        let line = if hard { line.strip_suffix('\\').unwrap_or(line).trim_end_matches(' ') } else { line };
        written.push(&with_marks(place, line));
        written.push_break(raw);
    }
    Some(written)
}

/// Put the source's bytes in place of the stand-ins.
fn with_marks(place: &Place<'_>, line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(STEM) {
        text += &rest[..at];
        rest = &rest[at..];
        let digits = rest[STEM.len()..].bytes().take_while(u8::is_ascii_digit).count();
        let end = STEM.len() + digits;
        let mark = rest[STEM.len()..end].parse().ok().and_then(|mark: usize| place.inline.marks().get(mark));
        let after = rest[end..].strip_prefix('q').and_then(|rest| rest.chars().next());
        let (before, bytes) = match mark {
            Some(mark) if after == Some(')') && mark.by_text => ("](", format!("][{}]", label_of(place, mark))),
            Some(mark) if after == Some(')') => ("](", place.text[mark.close.range()].to_owned()),
            Some(mark) if text.ends_with("</") => ("</", place.text[mark.close.range()].to_owned()),
            Some(mark) => ("<", place.text[mark.open.range()].to_owned()),
            None => ("", String::new()),
        };
        if !before.is_empty() && text.ends_with(before) && after.is_some() {
            text.truncate(text.len() - before.len());
            text += &bytes;
            rest = &rest[end + 2..];
        } else {
            text += STEM;
            rest = &rest[STEM.len()..];
        }
    }
    text + rest
}

fn all_breaks<'a>(place: &Place<'a>, pieces: &[Piece]) -> Vec<(&'a str, bool)> {
    fn walk<'a>(
        place: &Place<'a>,
        pieces: &[Piece],
        soft: &mut impl Iterator<Item = Span>,
        into: &mut Vec<(&'a str, bool)>,
    ) {
        for piece in pieces {
            match piece {
                Piece::Line => into.push((soft.next().map_or("\n", |span| &place.text[span.range()]), false)),
                Piece::Mark(mark, inside) => {
                    let mark = &place.inline.marks()[*mark];
                    if mark.kind == MarkKind::Break {
                        into.push((&place.text[mark.open.range()], true));
                    }
                    walk(place, inside, soft, into);
                }
                Piece::Text(_) => {}
            }
        }
    }
    let mut breaks = Vec::new();
    walk(place, pieces, &mut place.inline.breaks(), &mut breaks);
    breaks
}

fn push_events(place: &Place<'_>, pieces: &[Piece], events: &mut Vec<Event<'_>>) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => events.push(Event::Text(CowStr::from(text.clone()))),
            Piece::Line => events.push(Event::SoftBreak),
            Piece::Mark(index, inside) => {
                let mark = &place.inline.marks()[*index];
                let name = stand_in(*index);
                let destination = || CowStr::from(name.clone());
                let empty = || CowStr::from("");
                let (start, end) = match mark.kind {
                    MarkKind::Break => {
                        events.push(Event::HardBreak);
                        continue;
                    }
                    MarkKind::Strong => (Event::Start(Tag::Strong), Event::End(TagEnd::Strong)),
                    MarkKind::Emphasis => (Event::Start(Tag::Emphasis), Event::End(TagEnd::Emphasis)),
                    MarkKind::Strikethrough => (Event::Start(Tag::Strikethrough), Event::End(TagEnd::Strikethrough)),
                    MarkKind::Link if !mark.is_void() => (
                        Event::Start(Tag::Link {
                            link_type: LinkType::Inline,
                            dest_url: destination(),
                            title: empty(),
                            id: empty(),
                        }),
                        Event::End(TagEnd::Link),
                    ),
                    MarkKind::Image if !mark.is_void() => (
                        Event::Start(Tag::Image {
                            link_type: LinkType::Inline,
                            dest_url: destination(),
                            title: empty(),
                            id: empty(),
                        }),
                        Event::End(TagEnd::Image),
                    ),
                    _ if mark.is_void() => {
                        events.push(Event::InlineHtml(CowStr::from(format!("<{name}>"))));
                        continue;
                    }
                    _ => (
                        Event::InlineHtml(CowStr::from(format!("<{name}>"))),
                        Event::InlineHtml(CowStr::from(format!("</{name}>"))),
                    ),
                };
                events.push(start);
                push_events(place, inside, events);
                events.push(end);
            }
        }
    }
}
