//! The laws, as one function that says which of them does not hold.

use nekoyaku::blocks::{Document, LeafKind, Reading, UNTRANSLATED};
use nekoyaku::edition::{Rendered, build};
use nekoyaku::emit::emit;
use nekoyaku::inline::{Inline, MarkKind, Part};
use nekoyaku::issue::{Issue, Origin, Segment};
use nekoyaku::profile::Profile;
use nekoyaku::source::{Source, Span};
use nekoyaku::tags::{Piece, Tagged};

/// What a directive looks like.
pub(crate) const SKIP: &str = "<!-- nekoyaku: skip -->";
pub(crate) const END: &str = "<!-- nekoyaku: end -->";

/// What became of the segments of a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) segments: usize,
    pub(crate) refused: usize,
    pub(crate) unwritable: usize,
    pub(crate) reverted: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.segments += other.segments;
        self.refused += other.refused;
        self.unwritable += other.unwritable;
        self.reverted += other.reverted;
    }
}

/// An edition and how it came to be.
pub(crate) struct Made {
    /// The source without front matter and byte order mark.
    pub(crate) source: String,
    /// What was made of it.
    pub(crate) edition: String,
    pub(crate) tally: Tally,
}

macro_rules! hold {
    ($holds:expr, $($message:tt)+) => {
        if !$holds {
            return Err(format!($($message)+));
        }
    };
}

/// Take `text` for an issue, unless its front matter is broken.
pub(crate) fn issue(text: &str) -> Option<Issue> {
    issue_for(text, &Profile::default())
}

pub(crate) fn issue_for(text: &str, profile: &Profile) -> Option<Issue> {
    Issue::new(Source::new("2024-02-17-weekly.md", text), profile).ok()
}

/// Make an edition of `issue` from what `answer` says to each segment, and hold it to the laws.
pub(crate) fn laws(issue: &Issue, mut answer: impl FnMut(&Tagged<'_>) -> String) -> Result<Made, String> {
    let source = issue.body();
    tiles(source, &issue.document)?;
    let mut tally = Tally::default();
    let mut accepted = Vec::new();
    let rendered: Vec<Rendered> = issue
        .segments()
        .map(|segment| {
            let Some(place) = issue.place(&segment) else {
                accepted.push(None);
                return Ok(Rendered::Translation(segment.plain_text()));
            };
            tally.segments += 1;
            let tagged = segment.tagged();
            let own = emit(&place, &tagged.pieces());
            let same = own.as_ref().is_ok_and(|(text, _)| *text == source[segment.span.range()]);
            hold!(same, "identity: {:?} became {own:?}", &source[segment.span.range()]);
            let answer = answer(&tagged);
            let pieces = tagged.decode(&answer);
            let pieces = match pieces {
                Ok(pieces) => pieces,
                Err(faults) => {
                    hold!(!faults.is_empty(), "{answer:?} was refused for no reason");
                    tally.refused += 1;
                    accepted.push(None);
                    return Ok(Rendered::Left);
                }
            };
            once_each(&pieces, segment.inline, &answer)?;
            let Ok((written, _)) = emit(&place, &pieces) else {
                tally.unwritable += 1;
                accepted.push(None);
                return Ok(Rendered::Left);
            };
            let new_control = written.chars().find(|c| c.is_control() && *c != '\n' && !source.contains(*c));
            hold!(new_control.is_none(), "{new_control:?} came in with {answer:?}");
            accepted.push(Some(pieces));
            Ok(Rendered::Translation(written))
        })
        .collect::<Result<_, String>>()?;
    let edition =
        build(issue, rendered.iter().cloned(), &Profile::default(), None).map_err(|error| error.to_string())?;
    tally.reverted = edition.reverted.len();
    let base = edition.blocks.get(2).map_or(edition.text.len(), |(_, to)| to.start());
    let body = &edition.text[base..];

    // Confinement: between the segments is what was there.
    let (mut ours, mut theirs) = (0, base);
    let mut end_of_last = 0;
    for (index, segment) in issue.segments().enumerate().filter(|(_, segment)| segment.origin != Origin::Title) {
        let place = edition.segments[index];
        hold!(segment.span.start() >= end_of_last, "segments overlap at {:?}", segment.span);
        let (before, after) = (&source[ours..segment.span.start()], &edition.text[theirs..place.start()]);
        hold!(before == after, "confinement: {before:?} became {after:?}");
        let written = &edition.text[place.range()];
        let own = &source[segment.span.range()];
        // In a title a comment would be text, and in what is skipped to the end it would be skipped.
        let marker =
            if segment.inline.ends_skipped() || matches!(segment.kind, LeafKind::Title(_)) { "" } else { UNTRANSLATED };
        let marked = format!("{own}{marker}");
        let expected = match &rendered[index] {
            // Where even the mark would change how the text reads, it is not there.
            _ if edition.reverted.contains(&index) && written == own => own,
            Rendered::Translation(text) if !edition.reverted.contains(&index) => text.as_str(),
            Rendered::Translation(_) | Rendered::Left => marked.as_str(),
        };
        hold!(written == expected, "the edition has {written:?} where {expected:?} was written");
        (ours, theirs) = (segment.span.end(), place.end());
        end_of_last = ours;
    }
    hold!(source[ours..] == edition.text[theirs..], "confinement: the end is not the end of the source");

    // Shape: the same blocks, the same marks, the text that was meant.
    let read = Reading::new(issue.document.dialect).parse(body);
    tiles(body, &read)?;
    skipped_stays(issue, body)?;
    let outlines = || (issue.document.outline(source), read.outline(body));
    let difference = issue.document.difference(source, body);
    hold!(difference.is_none(), "shape: {difference:?}, {:?}\nin {body:?}", outlines());
    // Said in another way, and exactly: only what is left in the source language has a mark of its own.
    let (ours, theirs) = outlines();
    hold!(ours == theirs, "outline: {ours:?}\nbecame {theirs:?}\nin {body:?}");
    for (index, leaf) in issue.document.leaves.iter().enumerate() {
        let there = &read.leaves[index];
        hold!(leaf.kind == there.kind, "a {:?} became a {:?}", leaf.kind, there.kind);
        let mut segments = issue.segments().enumerate().filter(|(_, segment)| segment.origin == Origin::Leaf(index));
        match (segments.next(), segments.next()) {
            // Of an index of lines, only one may have something to translate.
            (Some((segment, own)), None) if !edition.reverted.contains(&segment) && own.span == leaf.span => {
                if let Some(pieces) = &accepted[segment] {
                    let wanted = told(pieces, &own.inline);
                    let read = read.inline(body, index);
                    let found = told(&Tagged::new(read).pieces(), &read);
                    hold!(wanted == found, "meant {wanted:?}\nreads {found:?}\nin {body:?}");
                }
            }
            (None, _) => {
                hold!(source[leaf.span.range()] == body[there.span.range()], "what is no segment changed");
            }
            _ => {}
        }
    }
    Ok(Made { source: source.to_owned(), edition: body.to_owned(), tally })
}

/// What is between directives is in the edition as it is, and in no segment.
///
/// Only those count that no reader could take for something else: on a line of their own between blank
/// lines, or in a paragraph of their own, and nothing above that may still be open.
fn skipped_stays(issue: &Issue, edition: &str) -> Result<(), String> {
    let source = issue.body();
    let may_be_open = ["`", "~", "<", "$", "\u{b}", "\u{c}", "\0"];
    let safe = |text: &str| !may_be_open.iter().any(|what| text.contains(what));
    let touched = |from: usize, to: usize| {
        let overlaps = |segment: &Segment<'_>| {
            segment.origin != Origin::Title
                && segment.inline.texts().any(|(_, span)| span.start() < to && from < span.end())
        };
        issue.segments().any(|segment| overlaps(&segment))
    };
    let alone = format!("\n\n{SKIP}\n\n");
    if let Some(at) = source.find(&alone)
        && safe(&source[..at])
    {
        let from = at + alone.len();
        // Whatever this is, nothing ends before it.
        let to = source[from..].find("nekoyaku").map_or(source.len(), |end| from + end);
        hold!(!touched(from, to), "{:?} is skipped, and in a segment", &source[from..to]);
        hold!(edition.contains(&source[at..to]), "{:?} is skipped, and has changed in {edition:?}", &source[at..to]);
    }
    let mut at = 0;
    for paragraph in source.split_inclusive("\n\n") {
        let start = at;
        at += paragraph.len();
        if !safe(&source[..start]) {
            break;
        }
        let Some((before, after)) = paragraph.split_once(SKIP) else { continue };
        let Some((inside, _)) = after.split_once(END) else { continue };
        let plain = |text: &str| !text.contains(['[', ']', '\\', '(', '|', ':', '\n', '\t', '#', '*', '_']);
        if before.starts_with(|c: char| c.is_alphabetic()) && safe(inside) && plain(before) && plain(inside) {
            let from = start + before.len();
            let to = from + SKIP.len() + inside.len() + END.len();
            hold!(!touched(from, to), "{:?} is skipped, and in a segment", &source[from..to]);
            hold!(edition.contains(&source[from..to]), "{:?} is skipped, and has changed in {edition:?}", inside);
        }
    }
    Ok(())
}

/// The source's own text, read as an answer and not known as such, is written as it was.
pub(crate) fn the_long_way(issue: &Issue, segment: &Segment<'_>) -> Result<(), String> {
    let Some(place) = issue.place(segment) else { return Ok(()) };
    let source = &issue.body()[segment.span.range()];
    let tagged = segment.tagged();
    let answer = format!("{}\n", tagged.text());
    // `&#10;` is no line end to a model, and a blank that is spelled so, `&#9;`, `&#x20;`, is none at the
    // edge of a line, to a model as to a reader.
    let blank = [' ', '\t'];
    let is_lost = |(text, span): (&str, Span)| {
        let raw = &issue.body()[span.range()];
        let at_start = text.starts_with(blank) && !raw.starts_with(blank);
        let at_end = text.ends_with(blank) && !raw.ends_with(blank);
        text.contains('\n') || at_start || at_end
    };
    if segment.inline.texts().any(is_lost) {
        return Ok(());
    }
    let Ok(pieces) = tagged.decode(&answer) else {
        return Err(format!("{source:?}: its own text was refused: {:?}", tagged.decode(&answer)));
    };
    let written = nekoyaku::emit::write(&place, &pieces);
    // A lazy line may be what no other line can be: `===` or `|---|` below a quote's text.
    // What stands below another line has to be text below any line.
    let before = issue.body()[..segment.span.start()].trim_end_matches([' ', '\t', '>']);
    let above = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r']));
    let after = issue.body()[segment.span.end()..].trim_start_matches([' ', '\t']);
    let below = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
    let glued = above.is_some_and(|above| !above.ends_with(['\n', '\r']))
        || below.is_some_and(|below| !below.starts_with(['\n', '\r']));
    // Behind the prefix of an item, a quote or a footnote there may be lazy lines.
    let line_start = issue.body()[..segment.span.start()].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let container = line_start < segment.span.start() || issue.body().contains('>');
    let boxed = before.trim_end().ends_with(']');
    // Alone, a footnote that is skipped has no definition, and brackets around it are a link.
    let marks = segment.inline.marks().iter().enumerate();
    let hidden = marks
        .filter(|(_, mark)| mark.kind == MarkKind::Skipped)
        .any(|(mark, _)| segment.inline.target(mark).contains("[^"));
    // In a cell these are two ways to write one character.
    let pipe = segment.kind == LeafKind::Cell && source.contains("\\\\|");
    // pulldown-cmark looks for the backticks that make a fence none beyond a lone `\r`, which ends a line.
    let fence = source.contains("```") && issue.body().replace("\r\n", "").contains('\r');
    if glued || boxed || hidden || pipe || fence || container && source.contains(['\n', '\r']) {
        return Ok(());
    }
    hold!(written.as_ref().is_ok_and(|(text, _)| text == source), "{source:?} became {written:?}, from {pieces:?}");
    Ok(())
}

/// Blocks tile the text, and the nodes of a leaf the leaf.
pub(crate) fn tiles(text: &str, document: &Document) -> Result<(), String> {
    let joined: String = document.blocks.iter().map(|block| &text[block.span.range()]).collect();
    hold!(joined == text, "blocks do not tile {text:?}");
    let mut at = 0;
    for block in &document.blocks {
        hold!(block.span.start() == at, "a block begins at {} instead of {at}", block.span.start());
        at = block.span.end();
    }
    for (index, leaf) in document.leaves.iter().enumerate() {
        let inline = document.inline(text, index);
        if inline.is_opaque() {
            continue;
        }
        let (mut at, mut open) = (leaf.span.start(), Vec::new());
        for (part, span) in inline.parts() {
            hold!(
                span.start() == at && text.get(span.range()).is_some(),
                "{:?}: a hole before {at}",
                &text[leaf.span.range()]
            );
            at = span.end();
            // What a part says of its mark is what the mark says of itself.
            let balanced = match part {
                Part::Open(mark) => {
                    let parent = open.last().copied();
                    open.push(mark);
                    inline.marks()[mark].open == span && inline.parent(mark) == parent
                }
                Part::Close(mark) => open.pop() == Some(mark) && inline.marks()[mark].close == span,
                Part::Void(mark) => inline.marks()[mark].open == span && inline.parent(mark) == open.last().copied(),
                Part::Text(_) | Part::Soft => true,
            };
            hold!(balanced, "{:?}: {part:?} is not in its place", &text[leaf.span.range()]);
        }
        hold!(at == leaf.span.end() && open.is_empty(), "{:?}: tiled up to {at}", &text[leaf.span.range()]);
    }
    Ok(())
}

pub(crate) fn once_each(pieces: &[Piece], inline: Inline<'_>, answer: &str) -> Result<(), String> {
    fn count(pieces: &[Piece], around: Option<usize>, inline: Inline<'_>, seen: &mut [usize]) -> bool {
        pieces.iter().all(|piece| match piece {
            Piece::Mark(mark, inside) => {
                seen[*mark] += 1;
                inline.parent(*mark) == around && count(inside, Some(*mark), inline, seen)
            }
            _ => true,
        })
    }
    let mut seen = vec![0; inline.marks().len()];
    let in_place = count(pieces, None, inline, &mut seen);
    let breaks = seen.iter().all(|count| *count == 1);
    hold!(in_place && breaks, "{answer:?} was accepted as {pieces:?}");
    Ok(())
}

/// Text and marks in one string; blanks beside marks are left out, for the emitter may add some.
fn told(pieces: &[Piece], inline: &Inline<'_>) -> String {
    fn walk(pieces: &[Piece], inline: &Inline<'_>, into: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let after_mark = into.ends_with('\u{1}');
                    *into += if after_mark { text.trim_start_matches(' ') } else { text };
                }
                Piece::Line => into.push('\n'),
                // To a reader of the edition it is text.
                Piece::Mark(mark, _) if inline.marks()[*mark].kind == MarkKind::Kept => {
                    let kept = inline.target(*mark);
                    let after_mark = into.ends_with('\u{1}');
                    *into += if after_mark { kept.trim_start_matches(' ') } else { kept };
                }
                Piece::Mark(mark, inside) => {
                    into.truncate(into.trim_end_matches(' ').len());
                    let kind = inline.marks()[*mark].kind;
                    *into += &format!("\u{1}{kind:?} {} {}\u{1}", inline.target(*mark), inline.title(*mark));
                    walk(inside, inline, into);
                    into.truncate(into.trim_end_matches(' ').len());
                    into.push_str("\u{1}/\u{1}");
                }
            }
        }
    }
    let mut text = String::new();
    walk(pieces, inline, &mut text);
    // A tab behind a heading is the source's, and no text.
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    text
}
