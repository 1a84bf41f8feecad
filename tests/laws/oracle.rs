//! The laws, as one function that says which of them does not hold.

use nekoyaku::blocks::{Document, LeafKind, parse};
use nekoyaku::edition::{Rendered, build};
use nekoyaku::emit::emit;
use nekoyaku::inline::{Inline, Mark, Node};
use nekoyaku::issue::{Issue, Origin, Segment};
use nekoyaku::profile::Profile;
use nekoyaku::source::{Source, Span};
use nekoyaku::tags::{Piece, Tagged};

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
    Issue::new(Source::new("2024-02-17-weekly.md", text), &Profile::default()).ok()
}

/// Make an edition of `issue` from what `answer` says to each segment, and hold it to the laws.
pub(crate) fn laws(issue: &Issue, mut answer: impl FnMut(&Tagged) -> String) -> Result<Made, String> {
    let source = issue.body();
    tiles(source, &issue.document)?;
    let mut tally = Tally::default();
    let mut accepted = Vec::new();
    let rendered: Vec<Rendered> = issue
        .segments
        .iter()
        .map(|segment| {
            let Some(place) = issue.place(segment) else {
                accepted.push(None);
                return Ok(Rendered::Translation(segment.plain_text()));
            };
            tally.segments += 1;
            let own = emit(&place, segment.tagged.pieces());
            let same = own.as_ref().is_ok_and(|(text, _)| *text == source[segment.span.range()]);
            hold!(same, "identity: {:?} became {own:?}", &source[segment.span.range()]);
            let answer = answer(&segment.tagged);
            let pieces = segment.tagged.decode(&answer);
            let pieces = match pieces {
                Ok(pieces) => pieces,
                Err(faults) => {
                    hold!(!faults.is_empty(), "{answer:?} was refused for no reason");
                    tally.refused += 1;
                    accepted.push(None);
                    return Ok(Rendered::Left);
                }
            };
            once_each(&pieces, &segment.inline, &answer)?;
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
    let edition = build(issue, &rendered, &Profile::default(), None).map_err(|error| error.to_string())?;
    tally.reverted = edition.reverted.len();
    let base = edition.blocks.get(2).map_or(edition.text.len(), |(_, to)| to.start());
    let body = &edition.text[base..];

    // Confinement: between the segments is what was there.
    let (mut ours, mut theirs) = (0, base);
    let mut end_of_last = 0;
    for (index, segment) in issue.segments.iter().enumerate().filter(|(_, segment)| segment.origin != Origin::Title) {
        let place = edition.segments[index];
        hold!(segment.span.start() >= end_of_last, "segments overlap at {:?}", segment.span);
        let (before, after) = (&source[ours..segment.span.start()], &edition.text[theirs..place.start()]);
        hold!(before == after, "confinement: {before:?} became {after:?}");
        let written = &edition.text[place.range()];
        let own = &source[segment.span.range()];
        let marked = format!("{own}{}", nekoyaku::blocks::UNTRANSLATED);
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
    let read = parse(body);
    tiles(body, &read)?;
    hold!(
        read.shape == issue.document.shape,
        "shape: {:?}\nbecame {:?}\nin {body:?}",
        issue.document.shape,
        read.shape
    );
    hold!(read.definitions == issue.document.definitions, "definitions changed in {body:?}");
    for (index, leaf) in issue.document.leaves.iter().enumerate() {
        let there = &read.leaves[index];
        hold!(leaf.kind == there.kind, "a {:?} became a {:?}", leaf.kind, there.kind);
        let mut segments =
            issue.segments.iter().enumerate().filter(|(_, segment)| segment.origin == Origin::Leaf(index));
        match (segments.next(), segments.next()) {
            (Some((segment, _)), None) if !edition.reverted.contains(&segment) => {
                if let Some(pieces) = &accepted[segment] {
                    let wanted = told(pieces, &issue.segments[segment].inline.marks);
                    let found = told(Tagged::new(&there.inline).pieces(), &there.inline.marks);
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

/// The source's own text, read as an answer and not known as such, is written as it was.
pub(crate) fn the_long_way(issue: &Issue, segment: &Segment) -> Result<(), String> {
    let Some(place) = issue.place(segment) else { return Ok(()) };
    let source = &issue.body()[segment.span.range()];
    let answer = format!("{}\n", segment.tagged.text());
    let Ok(pieces) = segment.tagged.decode(&answer) else {
        return Err(format!("{source:?}: its own text was refused: {:?}", segment.tagged.decode(&answer)));
    };
    let written = nekoyaku::emit::write(&place, &pieces);
    // A lazy line may be what no other line can be: `===` or `|---|` below a quote's text.
    // What stands below another line has to be text below any line, and `&#10;` is no line end to a model.
    let before = issue.body()[..segment.span.start()].trim_end_matches([' ', '\t', '>']);
    let above = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r']));
    let after = issue.body()[segment.span.end()..].trim_start_matches([' ', '\t']);
    let below = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
    let glued = above.is_some_and(|above| !above.ends_with(['\n', '\r']))
        || below.is_some_and(|below| !below.starts_with(['\n', '\r']));
    let line_end =
        segment.inline.nodes.iter().any(|node| matches!(node, Node::Text { text, .. } if text.contains('\n')));
    let container = segment.kind == LeafKind::Item || issue.body().contains('>');
    let boxed = before.trim_end().ends_with(']');
    if glued || line_end || boxed || container && source.contains(['\n', '\r']) {
        return Ok(());
    }
    hold!(written.as_ref().is_ok_and(|(text, _)| text == source), "{source:?} became {written:?}, from {pieces:?}");
    Ok(())
}

/// Blocks tile the text, and the nodes of a leaf the leaf.
fn tiles(text: &str, document: &Document) -> Result<(), String> {
    let joined: String = document.blocks.iter().map(|block| &text[block.span.range()]).collect();
    hold!(joined == text, "blocks do not tile {text:?}");
    let mut at = 0;
    for block in &document.blocks {
        hold!(block.span.start() == at, "a block begins at {} instead of {at}", block.span.start());
        at = block.span.end();
    }
    for leaf in document.leaves.iter().filter(|leaf| !leaf.inline.opaque) {
        let mut at = leaf.span.start();
        cover(&leaf.inline.nodes, &leaf.inline.marks, &mut at)
            .map_err(|place| format!("{:?} in {text:?}: a hole before {place}", &text[leaf.span.range()]))?;
        hold!(at == leaf.span.end(), "{:?} in {text:?}: tiled up to {at}", &text[leaf.span.range()]);
    }
    Ok(())
}

fn cover(nodes: &[Node], marks: &[Mark], at: &mut usize) -> Result<(), usize> {
    fn step(at: &mut usize, span: Span) -> Result<(), usize> {
        if span.start() != *at {
            return Err(span.start());
        }
        *at = span.end();
        Ok(())
    }
    for node in nodes {
        match node {
            Node::Text { span, .. } | Node::Soft(span) => step(at, *span)?,
            Node::Mark(mark, inside) => {
                step(at, marks[*mark].open)?;
                cover(inside, marks, at)?;
                step(at, marks[*mark].close)?;
            }
        }
    }
    Ok(())
}

fn once_each(pieces: &[Piece], inline: &Inline, answer: &str) -> Result<(), String> {
    fn count(pieces: &[Piece], around: Option<usize>, inline: &Inline, seen: &mut [usize]) -> bool {
        pieces.iter().all(|piece| match piece {
            Piece::Mark(mark, inside) => {
                seen[*mark] += 1;
                inline.marks[*mark].parent == around && count(inside, Some(*mark), inline, seen)
            }
            _ => true,
        })
    }
    let mut seen = vec![0; inline.marks.len()];
    let in_place = count(pieces, None, inline, &mut seen);
    let breaks = inline.marks.iter().zip(&seen).all(|(_, count)| *count == 1);
    hold!(in_place && breaks, "{answer:?} was accepted as {pieces:?}");
    Ok(())
}

/// Text and marks in one string; blanks beside marks are left out, for the emitter may add some.
fn told(pieces: &[Piece], marks: &[Mark]) -> String {
    fn walk(pieces: &[Piece], marks: &[Mark], into: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let after_mark = into.ends_with('\u{1}');
                    *into += if after_mark { text.trim_start_matches(' ') } else { text };
                }
                Piece::Line => into.push('\n'),
                Piece::Mark(mark, inside) => {
                    into.truncate(into.trim_end_matches(' ').len());
                    let mark = &marks[*mark];
                    *into += &format!("\u{1}{:?} {}\u{1}", mark.kind, mark.target);
                    walk(inside, marks, into);
                    into.truncate(into.trim_end_matches(' ').len());
                    into.push_str("\u{1}/\u{1}");
                }
            }
        }
    }
    let mut text = String::new();
    walk(pieces, marks, &mut text);
    // A tab behind a heading is the source's, and no text.
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    text
}
