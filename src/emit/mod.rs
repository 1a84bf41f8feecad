//! A translation, written as Markdown: the source's own markup around new text.
//!
//! An answer is text and tags, never markup. Each rendering is parsed again as what it is to be (a
//! heading, a cell, a paragraph), and taken only when the parser gives back the tree it was made
//! from. Else the next rendering is tried:
//!
//! 1. the text as the model wrote it, the delimiters as the source has them;
//! 2. the same, with a half-width space outside of emphasis that would not close beside CJK
//!    punctuation (`**提示：**本`), as the edition's editors do;
//! 3. both, with a backslash before those characters that would else be markup, and no others;
//! 4. what pulldown-cmark-to-cmark writes, with the protected parts put in place of stand-ins;
//! 5. nothing: the segment stays as it was, and that is said.

mod escapes;
mod spaces;
mod spelling;
mod splice;
mod writer_crate;

use crate::blocks::{Definition, LeafKind, parse_with};
use crate::inline::{Inline, MarkKind, Node};
use crate::source::Span;
use crate::tags::{Piece, pieces_of};

use escapes::{Escapes, fewest};
use spaces::with_spaces;
use spelling::Spelling;
use splice::{Written, splice};

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
    /// With backslashes where they are needed.
    Escaped,
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
    write(place, pieces)
}

/// [`emit`] for one who does not know the source's own text when it comes.
#[doc(hidden)]
pub fn write(place: &Place<'_>, pieces: &[Piece]) -> Result<(String, Rendering), Unwritable> {
    let spelling = Spelling::of(place);
    let reads = |pieces: &[Piece], written: &Written| reads_as(place, &written.flat, pieces);
    let plain = with_spaces(place, pieces, false);
    let spaced = with_spaces(place, pieces, true);
    let renderings = [(Rendering::Plain, &plain), (Rendering::Spaced, &spaced)];
    let tries = if spaced == plain { &renderings[..1] } else { &renderings[..] };
    for (rendering, pieces) in tries {
        let written = splice(place, pieces, &spelling, &Escapes::none());
        if reads(pieces, &written) {
            return Ok((written.real, *rendering));
        }
    }
    for (_, pieces) in tries {
        let write = |escapes: &Escapes| splice(place, pieces, &spelling, escapes);
        if let Some(written) = fewest(write, |written| reads(pieces, written)) {
            return Ok((written.real, Rendering::Escaped));
        }
    }
    for (_, pieces) in tries {
        if let Some(written) = writer_crate::write(place, pieces)
            && reads(pieces, &written)
        {
            return Ok((written.real, Rendering::Writer));
        }
    }
    Err(Unwritable)
}

/// Whether `flat`, parsed as what `place` is, is the tree `pieces`.
fn reads_as(place: &Place<'_>, flat: &str, pieces: &[Piece]) -> bool {
    // Behind a task's box a line does not begin: `<div>` is no block there.
    let task = follows_a_box(place);
    let kind = if task && place.kind == LeafKind::Paragraph { LeafKind::Item } else { place.kind };
    let alone = match kind {
        LeafKind::Setext(_) if task => format!("- [ ] {}\n  ===", indented(flat)),
        _ if task => format!("- [ ] {}", indented(flat)),
        LeafKind::Paragraph => flat.to_owned(),
        LeafKind::Atx(_) => {
            // With the closing `#`, where there is one.
            let rest = place.text[place.span.end()..].split(['\n', '\r']).next().unwrap_or_default();
            format!("# {flat}{rest}")
        }
        LeafKind::Setext(_) => format!("{flat}\n==="),
        LeafKind::Item => format!("- {}", indented(flat)),
        LeafKind::Cell => {
            // A backslash at the end of a cell escapes a `|` that follows at once.
            let blank = if place.text[place.span.end()..].starts_with('|') { "" } else { " " };
            format!("| x |\n|---|\n| {flat}{blank}|")
        }
    };
    let leaf = usize::from(place.kind == LeafKind::Cell);
    if !reads_in(place, alone, kind, leaf, pieces) {
        return false;
    }
    let (below, above) = (continues_a_line(place), is_continued(place));
    if !below && !above {
        return true;
    }
    // `===` is a line of text, but not below another one; `\` is a character, but not above one.
    let line = |there: bool| if there { vec![Piece::Text("x".to_owned()), Piece::Line] } else { Vec::new() };
    let mut together = line(below);
    together.extend_from_slice(pieces);
    together.extend(line(above).into_iter().rev());
    let (before, after) = (if below { "x\n" } else { "" }, if above { "\nx" } else { "" });
    reads_in(place, format!("{before}{flat}{after}"), LeafKind::Paragraph, 0, &together)
}

/// The lines of an item, inside of it.
fn indented(flat: &str) -> String {
    let mut text = String::with_capacity(flat.len());
    let mut rest = flat;
    while let Some(at) = rest.find(['\n', '\r']) {
        let end = at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        text += &rest[..end];
        text += "  ";
        rest = &rest[end..];
    }
    text + rest
}

fn follows_a_box(place: &Place<'_>) -> bool {
    let before = place.text[..place.span.start()].trim_end_matches([' ', '\t']);
    matches!(place.kind, LeafKind::Paragraph | LeafKind::Item | LeafKind::Setext(_))
        && (before.ends_with("[ ]") || before.ends_with("[x]") || before.ends_with("[X]"))
}

/// Whether there is text on the line above, so that what stands here may be read together with it.
fn continues_a_line(place: &Place<'_>) -> bool {
    if !matches!(place.kind, LeafKind::Paragraph | LeafKind::Item | LeafKind::Setext(_)) {
        return false;
    }
    let prefix = |c: char| matches!(c, ' ' | '\t' | '>');
    let before = place.text[..place.span.start()].trim_end_matches(prefix);
    let Some(above) = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])) else {
        return false;
    };
    !above.trim_end_matches(prefix).ends_with(['\n', '\r']) && !above.is_empty()
}

/// Whether there is text on the line below.
fn is_continued(place: &Place<'_>) -> bool {
    if !matches!(place.kind, LeafKind::Paragraph | LeafKind::Item | LeafKind::Setext(_)) {
        return false;
    }
    let after = place.text[place.span.end()..].trim_start_matches([' ', '\t', '\\']);
    let Some(below) = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])) else {
        return false;
    };
    below.trim_start_matches([' ', '\t', '>']).starts_with(|c| !matches!(c, '\n' | '\r'))
}

/// Whether the leaf of that index in `whole` is of `kind` and has the tree `pieces`, and nothing else is there.
fn reads_in(place: &Place<'_>, mut whole: String, kind: LeafKind, index: usize, pieces: &[Piece]) -> bool {
    // A footnote without its definition would be text.
    let mut footnotes: Vec<&str> = Vec::new();
    for mark in place.inline.marks.iter().filter(|mark| mark.kind == MarkKind::Footnote) {
        footnotes.push(&mark.target);
    }
    footnotes.sort_unstable();
    footnotes.dedup();
    for label in &footnotes {
        whole += &format!("\n\n[^{label}]: x");
    }
    let document = parse_with(&whole, place.definitions);
    let Some(leaf) = document.leaves.get(index) else {
        return false;
    };
    let same_kind = match (leaf.kind, kind) {
        (LeafKind::Atx(_), LeafKind::Atx(_)) | (LeafKind::Setext(_), LeafKind::Setext(_)) => true,
        (a, b) => a == b,
    };
    same_kind
        && document.definitions.is_empty()
        && document.leaves.len() <= index + 1 + footnotes.len()
        && document.blocks.len() <= 1 + footnotes.len()
        && !leaf.inline.opaque
        && same_pieces(place, pieces, &pieces_of(&leaf.inline.nodes), &leaf.inline)
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

/// Punctuation as `CommonMark` counts it beside a delimiter: what is neither letter, digit nor blank.
fn is_punctuation(c: char) -> bool {
    let joins = matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}');
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !joins
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
