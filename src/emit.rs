//! A translation, written as Markdown: the source's own markup around new text.
//!
//! An answer is text and tags, never markup. Each rendering is parsed again as what it is to be (a
//! heading, a cell, a paragraph), and taken only when the parser gives back the tree it was made
//! from. Else the next rendering is tried:
//!
//! 1. the text as the model wrote it, the delimiters as the source has them;
//! 2. the same, with a half-width space outside of emphasis that would not close beside CJK
//!    punctuation (`**提示：**本`), as the edition's editors do;
//! 3. what pulldown-cmark-to-cmark writes, with the protected parts put in place of stand-ins;
//! 4. nothing: the segment stays as it was, and that is said.

use aho_corasick::{AhoCorasick, MatchKind as AhoMatchKind};
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::blocks::{Definition, LeafKind, options, parse_with};
use crate::inline::{Inline, MarkKind, Node};
use crate::source::Span;
use crate::tags::{Piece, merge, pieces_of};

/// The place that a translation is written for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The text the spans of `inline` count in.
    pub text: &'a str,
    /// Where the leaf stands.
    pub kind: LeafKind,
    /// The bytes that are replaced.
    pub span: Span,
    /// What the source has there.
    pub inline: &'a Inline,
    /// The reference definitions of the document.
    pub definitions: &'a [Definition],
}

/// How far the ladder had to be climbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rendering {
    /// The source's own bytes: the translation is the source.
    Source,
    /// As the model wrote it.
    Plain,
    /// With spaces beside emphasis.
    Spaced,
    /// As the Markdown writer spelled it.
    Writer,
}

/// No Markdown was found that means what the translation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no Markdown was found that reads as this translation")]
pub struct Unwritable;

/// Write `pieces` for `place`.
///
/// # Errors
///
/// [`Unwritable`] where no rendering, parsed again, gives `pieces` back.
///
/// ```
/// # use nekoyaku::{blocks::parse, emit::{emit, Place}, tags::Tagged};
/// let text = "**提示** 本周刊";
/// let document = parse(text);
/// let leaf = &document.leaves[0];
/// let place = Place { text, kind: leaf.kind, span: leaf.span, inline: &leaf.inline, definitions: &[] };
/// let pieces = Tagged::new(&leaf.inline).decode("<b1>注意：</b1>本誌").unwrap();
/// assert_eq!(emit(&place, &pieces).unwrap().0, "**注意：** 本誌");
/// ```
pub fn emit(place: &Place<'_>, pieces: &[Piece]) -> Result<(String, Rendering), Unwritable> {
    if pieces == pieces_of(&place.inline.nodes) {
        return Ok((place.text[place.span.range()].to_owned(), Rendering::Source));
    }
    let spelling = Spelling::of(place);
    for (rendering, spaced) in [(Rendering::Plain, false), (Rendering::Spaced, true)] {
        let mut writer = Writer::new(place, &spelling, spaced);
        writer.write(pieces);
        if writer.spaced_something || !spaced {
            let Writer { real, flat, .. } = writer;
            if reads_as(place, &flat, pieces, spaced) {
                return Ok((real, rendering));
            }
        }
    }
    let real = written_by_crate(place, pieces).ok_or(Unwritable)?;
    Ok((real, Rendering::Writer))
}

/// Whether `flat`, parsed as what `place` is, is the tree `pieces`.
fn reads_as(place: &Place<'_>, flat: &str, pieces: &[Piece], spaced: bool) -> bool {
    let mut whole = match place.kind {
        LeafKind::Paragraph => flat.to_owned(),
        LeafKind::Atx(_) => format!("# {flat}"),
        LeafKind::Setext(_) => format!("{flat}\n==="),
        LeafKind::Item => format!("- {flat}"),
        LeafKind::Cell => format!("| x |\n|---|\n| {flat} |"),
    };
    // A footnote without its definition would be text.
    for mark in place.inline.marks.iter().filter(|mark| mark.kind == MarkKind::Footnote) {
        whole += &format!("\n\n[^{}]: x", mark.target);
    }
    let document = parse_with(&whole, place.definitions);
    let place_in = usize::from(place.kind == LeafKind::Cell);
    let Some(leaf) = document.leaves.get(place_in) else {
        return false;
    };
    let same_kind = match (leaf.kind, place.kind) {
        (LeafKind::Atx(_), LeafKind::Atx(_)) | (LeafKind::Setext(_), LeafKind::Setext(_)) => true,
        (a, b) => a == b,
    };
    let footnotes = place.inline.marks.iter().filter(|mark| mark.kind == MarkKind::Footnote).count();
    same_kind
        && document.definitions.is_empty()
        && document.leaves.len() <= place_in + 1 + footnotes
        && document.blocks.len() <= 1 + footnotes
        && !leaf.inline.opaque
        && same_tree(place, pieces, &leaf.inline, spaced)
}

fn same_tree(place: &Place<'_>, pieces: &[Piece], read: &Inline, spaced: bool) -> bool {
    let mut found = pieces_of(&read.nodes);
    merge_all(&mut found);
    if !spaced {
        return same_pieces(place, pieces, &found, read);
    }
    // The spaces beside emphasis are ours.
    let mut wanted = pieces.to_vec();
    merge_all(&mut wanted);
    without_outer_blanks(&mut wanted);
    without_outer_blanks(&mut found);
    same_pieces(place, &wanted, &found, read)
}

fn same_pieces(place: &Place<'_>, pieces: &[Piece], found: &[Piece], read: &Inline) -> bool {
    pieces.len() == found.len()
        && pieces.iter().zip(found).all(|pair| match pair {
            (Piece::Text(a), Piece::Text(b)) => a == b,
            (Piece::Line, Piece::Line) => true,
            (Piece::Mark(a, inside), Piece::Mark(b, found)) => {
                let (a, b) = (&place.inline.marks[*a], &read.marks[*b]);
                a.kind == b.kind && a.target == b.target && same_pieces(place, inside, found, read)
            }
            _ => false,
        })
}

fn merge_all(pieces: &mut Vec<Piece>) {
    for piece in pieces.iter_mut() {
        if let Piece::Mark(_, inside) = piece {
            merge_all(inside);
        }
    }
    merge(pieces);
}

fn without_outer_blanks(pieces: &mut Vec<Piece>) {
    for at in 0..pieces.len() {
        let beside = |place: Option<usize>| matches!(place.and_then(|place| pieces.get(place)), Some(Piece::Mark(..)));
        let (before, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
        match &mut pieces[at] {
            Piece::Text(text) => {
                let kept = if before { text.trim_start_matches(' ') } else { text.as_str() };
                let kept = if after { kept.trim_end_matches(' ') } else { kept };
                *text = kept.to_owned();
            }
            Piece::Mark(_, inside) => without_outer_blanks(inside),
            Piece::Line => {}
        }
    }
    merge(pieces);
}

/// How the author spelled what Markdown lets one spell in two ways: `\_\_init\_\_`, `H&amp;M`.
struct Spelling {
    // Whole runs of text, in order.
    runs: Vec<(String, String)>,
    // Words with an escape or an entity in them.
    words: Option<(AhoCorasick, Vec<String>)>,
}

impl Spelling {
    fn of(place: &Place<'_>) -> Self {
        let mut runs = Vec::new();
        let mut words: Vec<(String, String)> = Vec::new();
        place.inline.for_each_text(|text, span, _| {
            let raw = &place.text[span.range()];
            if raw != text {
                runs.push((text.to_owned(), raw.to_owned()));
                words.extend(respelled_words(raw, text));
            }
        });
        words.sort_unstable();
        words.dedup_by(|a, b| a.0 == b.0);
        let finder = AhoCorasick::builder()
            .match_kind(AhoMatchKind::LeftmostLongest)
            .build(words.iter().map(|(decoded, _)| decoded))
            .ok();
        let words = finder
            .filter(|_| !words.is_empty())
            .map(|finder| (finder, words.into_iter().map(|(_, raw)| raw).collect()));
        Self { runs, words }
    }

    fn spell(&self, text: &str) -> String {
        if let Some((_, raw)) = self.runs.iter().find(|(decoded, _)| decoded == text) {
            return raw.clone();
        }
        match &self.words {
            Some((finder, raw)) => finder.replace_all(text, raw),
            None => text.to_owned(),
        }
    }
}

/// Words whose spelling in the source is not what a reader sees, with both forms.
fn respelled_words(raw: &str, decoded: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    let (mut word, mut spelled, mut differs) = (String::new(), String::new(), false);
    let (mut raw, mut decoded) = (raw, decoded);
    while let Some(c) = decoded.chars().next() {
        let unit = if raw.starts_with(c) && !raw.starts_with('&') {
            c.len_utf8()
        } else if raw.starts_with('\\') && raw[1..].starts_with(c) {
            1 + c.len_utf8()
        } else if let Some(end) = raw.starts_with('&').then(|| raw.find(';')).flatten()
            && !raw[1..].starts_with(|c: char| c.is_whitespace())
            && !raw.starts_with("& ")
            && raw[..=end].len() > 2
            && raw.get(1..end).is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#'))
        {
            end + 1
        } else if raw.starts_with(c) {
            c.len_utf8()
        } else {
            // An entity of two characters, a NUL: not worth a word.
            return Vec::new();
        };
        let in_word = c.is_ascii_graphic();
        if in_word {
            word.push(c);
            spelled.push_str(&raw[..unit]);
            differs |= unit != c.len_utf8();
        }
        if !in_word || decoded.len() == c.len_utf8() {
            if differs {
                words.push((word.clone(), spelled.clone()));
            } else if !in_word && unit != c.len_utf8() {
                words.push((c.to_string(), raw[..unit].to_owned()));
            }
            word.clear();
            spelled.clear();
            differs = false;
        }
        decoded = &decoded[c.len_utf8()..];
        raw = &raw[unit..];
    }
    words
}

struct Writer<'a> {
    place: &'a Place<'a>,
    spelling: &'a Spelling,
    breaks: std::vec::IntoIter<Span>,
    // What is written into the edition, and the same without the prefixes of continued lines.
    real: String,
    flat: String,
    // Whether to put spaces beside emphasis, and whether one was put.
    spaced: bool,
    spaced_something: bool,
    // A closing delimiter was just written: what comes next may need a space before it.
    closed: bool,
}

impl<'a> Writer<'a> {
    fn new(place: &'a Place<'a>, spelling: &'a Spelling, spaced: bool) -> Self {
        let breaks = place.inline.breaks().into_iter();
        Self {
            place,
            spelling,
            breaks,
            real: String::new(),
            flat: String::new(),
            spaced,
            spaced_something: false,
            closed: false,
        }
    }

    fn write(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let text = self.spelling.spell(text);
                    let text = if self.place.kind == LeafKind::Cell { with_escaped_pipes(&text) } else { text };
                    self.push(&text);
                }
                Piece::Line => {
                    let raw = self.breaks.next().map_or("\n", |span| &self.place.text[span.range()]);
                    self.push_break(raw);
                }
                Piece::Mark(mark, inside) => self.mark(*mark, inside),
            }
        }
    }

    fn mark(&mut self, index: usize, inside: &[Piece]) {
        let place = self.place;
        let mark = &place.inline.marks[index];
        let open = &place.text[mark.open.range()];
        if mark.kind == MarkKind::Break {
            self.push_break(open);
            return;
        }
        if mark.is_void() {
            self.push(open);
            return;
        }
        let emphasis = matches!(mark.kind, MarkKind::Strong | MarkKind::Emphasis | MarkKind::Strikethrough);
        if self.spaced && emphasis {
            let first = first_character(place, inside);
            let before = self.flat.chars().next_back();
            let blocked = before.is_some_and(|before| !before.is_whitespace() && !is_punctuation(before))
                && (first.is_none_or(is_punctuation) || open.starts_with('_'));
            if blocked {
                self.space();
            }
        }
        self.push(open);
        self.write(inside);
        let close = &place.text[mark.close.range()];
        let last = self.flat.chars().next_back();
        match mark.label {
            Some(label) => {
                let label = &place.text[label.range()];
                self.push(&format!("][{label}]"));
            }
            None => {
                self.closed = false;
                self.push(close);
            }
        }
        self.closed = emphasis && (last.is_none_or(is_punctuation) || close.starts_with('_'));
    }

    fn push(&mut self, text: &str) {
        if self.spaced && self.closed && text.starts_with(|c: char| !c.is_whitespace() && !is_punctuation(c)) {
            self.space();
        }
        if !text.is_empty() {
            self.closed = false;
        }
        self.real.push_str(text);
        self.flat.push_str(text);
    }

    fn space(&mut self) {
        self.real.push(' ');
        self.flat.push(' ');
        self.spaced_something = true;
        self.closed = false;
    }

    fn push_break(&mut self, raw: &str) {
        self.closed = false;
        self.real.push_str(raw);
        self.flat.push_str(without_prefix(raw));
    }
}

/// A line break without the prefix of the line after it.
fn without_prefix(raw: &str) -> &str {
    let end = raw.find(['\n', '\r']).map_or(raw.len(), |at| at + if raw[at..].starts_with("\r\n") { 2 } else { 1 });
    &raw[..end]
}

fn first_character(place: &Place<'_>, pieces: &[Piece]) -> Option<char> {
    match pieces.first()? {
        Piece::Text(text) => text.chars().next(),
        Piece::Line => None,
        Piece::Mark(mark, _) => place.text[place.inline.marks[*mark].open.range()].chars().next(),
    }
}

/// Punctuation as `CommonMark` counts it beside a delimiter: what is neither letter, digit nor blank.
fn is_punctuation(c: char) -> bool {
    let joins = matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}');
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !joins
}

fn with_escaped_pipes(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut backslashes = 0;
    for c in text.chars() {
        if c == '|' && backslashes % 2 == 0 {
            escaped.push('\\');
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        escaped.push(c);
    }
    escaped
}

/// Stands for a mark in what the Markdown writer is given; nothing in it means anything in Markdown.
fn stand_in(mark: usize) -> String {
    format!("nkyk{mark}q")
}

/// Let pulldown-cmark-to-cmark do the escaping; links, code and HTML are stand-ins while it does.
fn written_by_crate(place: &Place<'_>, pieces: &[Piece]) -> Option<String> {
    let mut events = vec![Event::Start(Tag::Paragraph)];
    push_events(place, pieces, &mut events);
    events.push(Event::End(TagEnd::Paragraph));
    let mut written = String::new();
    pulldown_cmark_to_cmark::cmark(events, &mut written, options()).ok()?;
    let mut real = String::new();
    let mut flat = String::new();
    let mut breaks = all_breaks(place, pieces).into_iter();
    let mut lines = written.trim_end_matches('\n').split('\n').peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_none() {
            real.push_str(line);
            flat.push_str(line);
            break;
        }
        let (raw, hard) = breaks.next()?;
        let line = if hard { line.strip_suffix('\\').unwrap_or(line).trim_end_matches(' ') } else { line };
        real.push_str(line);
        flat.push_str(line);
        real.push_str(raw);
        flat.push_str(without_prefix(raw));
    }
    let real = with_marks(place, &real);
    let flat = with_marks(place, &flat);
    reads_as(place, &flat, pieces, false).then_some(real)
}

fn with_marks(place: &Place<'_>, text: &str) -> String {
    let mut text = text.to_owned();
    // From the last: `nkyk1q` is no beginning of `nkyk11q`, so the order is only a habit.
    for (index, mark) in place.inline.marks.iter().enumerate().rev() {
        let name = stand_in(index);
        let open = &place.text[mark.open.range()];
        let close = &place.text[mark.close.range()];
        let labelled = mark.label.map(|label| format!("][{}]", &place.text[label.range()]));
        text = match mark.kind {
            MarkKind::Link | MarkKind::Image if !mark.is_void() => {
                text.replace(&format!("]({name})"), labelled.as_deref().unwrap_or(close))
            }
            _ => text.replace(&format!("<{name}>"), open).replace(&format!("</{name}>"), close),
        };
    }
    text
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
                    let mark = &place.inline.marks[*mark];
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
    walk(place, pieces, &mut place.inline.breaks().into_iter(), &mut breaks);
    breaks
}

fn push_events<'e>(place: &Place<'_>, pieces: &[Piece], events: &mut Vec<Event<'e>>) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => events.push(Event::Text(CowStr::from(text.clone()))),
            Piece::Line => events.push(Event::SoftBreak),
            Piece::Mark(index, inside) => {
                let mark = &place.inline.marks[*index];
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

/// Whether a leaf has text that a translation from Chinese would change.
pub fn is_translatable(inline: &Inline) -> bool {
    fn any_han(nodes: &[Node]) -> bool {
        nodes.iter().any(|node| match node {
            Node::Text { text, .. } => crate::script::has_han(text),
            Node::Soft(_) => false,
            Node::Mark(_, inside) => any_han(inside),
        })
    }
    !inline.opaque && any_han(&inline.nodes)
}
