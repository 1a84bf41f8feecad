//! A translation, written as Markdown: the source's own markup around new text.
//!
//! An answer is text and tags, never markup. A rendering is parsed again as what it is to be (a
//! heading, a cell, a paragraph), and taken only when the parser gives back the tree it was made
//! from. Else the next rendering is tried:
//!
//! 1. the text as the model wrote it, the delimiters as the source has them; where nothing in it could
//!    be read as anything else, that is known without parsing it;
//! 2. the same, with a half-width space outside of emphasis that would not close beside CJK
//!    punctuation (`**提示：**本`), as the edition's editors do;
//! 3. both, with a backslash before those characters that would else be markup, and no others;
//! 4. what pulldown-cmark-to-cmark writes, with the protected parts put in place of stand-ins;
//! 5. nothing: the segment stays as it was, and that is said.

mod escapes;
mod plain;
mod spaces;
mod spelling;
mod splice;
mod writer_crate;
mod written;

use std::borrow::Cow;

use crate::blocks::{Definition, Dialect, LeafKind, Reading, same_kind};
use crate::inline::{Inline, MarkKind};
use crate::source::Span;
use crate::tags::{Piece, is_source, merge_all, pieces_of};

use escapes::{Escapes, fewest};
use spaces::with_spaces;
use spelling::Spelling;
use splice::splice;
use written::Written;

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
    pub inline: Inline<'a>,
    /// The reference definitions of the document.
    pub definitions: &'a [Definition],
    /// What is Markdown there.
    pub dialect: Dialect,
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
/// # use nekoyaku::{blocks::{parse, Dialect}, emit::{emit, Place}, tags::Tagged};
/// let text = "**提示** 本周刊";
/// let document = parse(text);
/// let (leaf, inline) = (&document.leaves[0], document.inline(text, 0));
/// let dialect = Dialect::default();
/// let place = Place { text, kind: leaf.kind, span: leaf.span, inline, definitions: &[], dialect };
/// let pieces = Tagged::new(inline).decode("<b1>注意：</b1>本誌").unwrap();
/// assert_eq!(emit(&place, &pieces).unwrap().0, "**注意：** 本誌");
/// ```
pub fn emit(place: &Place<'_>, pieces: &[Piece]) -> Result<(String, Rendering), Unwritable> {
    if is_source(pieces, &place.inline) {
        return Ok((place.text[place.span.range()].to_owned(), Rendering::Source));
    }
    write(place, pieces)
}

/// [`emit`] for one who does not know the source's own text when it comes.
#[doc(hidden)]
pub fn write(place: &Place<'_>, pieces: &[Piece]) -> Result<(String, Rendering), Unwritable> {
    if let Some(markdown) = plain::obvious(place, pieces) {
        debug_assert!(
            {
                let written = splice(place, pieces, &Spelling::of(place), &Escapes::none());
                written.real == markdown && reads_as(place, &written.flat, pieces)
            },
            "{markdown:?} does not read as {pieces:?}"
        );
        return Ok((markdown, Rendering::Plain));
    }
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
        LeafKind::Term => format!("{flat}\n: x"),
        LeafKind::Definition => format!("x\n: {}", indented(flat)),
        LeafKind::Html => format!("<div>{flat}</div>"),
        LeafKind::Title(quote) => {
            let closing = char::from(quote);
            let opening = if closing == ')' { '(' } else { closing };
            format!("[x]: u {opening}{flat}{closing}")
        }
    };
    let leaf = usize::from(matches!(place.kind, LeafKind::Cell | LeafKind::Definition));
    if !reads_in(place, alone, kind, leaf, pieces) {
        return false;
    }
    // A line below what is skipped to the end would be skipped, too.
    let (below, above) = (continues_a_line(place), is_continued(place) && !place.inline.ends_skipped());
    if !below && !above {
        return true;
    }
    // `===` is a line of text, but not below another one; `\` is a character, but not above one.
    let between = |before: &str, after: &str| {
        let (mut together, mut text) = (Vec::with_capacity(pieces.len() + 4), String::new());
        if below {
            together.extend([Piece::Text(before.to_owned()), Piece::Line]);
            text += &format!("{before}\n");
        }
        together.extend_from_slice(pieces);
        text += flat;
        if above {
            together.extend([Piece::Line, Piece::Text(after.to_owned())]);
            text += &format!("\n{after}");
        }
        reads_in(place, text, LeafKind::Paragraph, 0, &together)
    };
    // A `*` that is text here may find another one on the other lines; where the author let one stand as
    // it is, it has, or there is none to find.
    let has_delimiter = |text: &str| text.contains(['*', '_', '~']);
    let stands = place.inline.texts().any(|(text, span)| has_delimiter(text) && place.text[span.range()] == *text);
    let is_new = !stands && pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if has_delimiter(text)));
    // Below a definition, what is in quotes would be its title.
    let titled = below && flat.starts_with(TITLE_QUOTES) && reads_as_a_title(flat);
    !titled && between("x", "x") && (!is_new || (between("*x **x _x ~~x", "x") && between("x", "x* x** x_ x~~")))
}

/// What the title of a definition begins with.
const TITLE_QUOTES: [char; 3] = ['"', '\'', '('];

fn reads_as_a_title(flat: &str) -> bool {
    let document = Reading::default().parse(&format!("[x]: u\n{flat}\n"));
    document.definitions.iter().any(|definition| !definition.title.is_empty())
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
    for (number, mark) in place.inline.marks().iter().enumerate() {
        if mark.kind == MarkKind::Footnote {
            footnotes.push(place.inline.target(number));
        }
    }
    footnotes.sort_unstable();
    footnotes.dedup();
    for label in &footnotes {
        whole += &format!("\n\n[^{label}]: x");
    }
    let reading = Reading { definitions: place.definitions, ..Reading::new(place.dialect) };
    let document = reading.parse(&whole);
    let Some(leaf) = document.leaves.get(index) else {
        return false;
    };
    let is_title = matches!(kind, LeafKind::Title(_));
    let others = match kind {
        // The term, the definition.
        LeafKind::Term => 1,
        _ => 0,
    };
    let read = document.inline(&whole, index);
    same_kind(leaf.kind, kind)
        && document.definitions.len() == usize::from(is_title)
        && document.leaves.len() <= index + 1 + others + footnotes.len()
        && document.blocks.len() <= 1 + footnotes.len()
        && !read.is_opaque()
        && same_pieces(place, &without_kept(place, pieces), &pieces_of(&read), &read)
}

/// What is kept is text to a parser.
fn without_kept<'p>(place: &Place<'_>, pieces: &'p [Piece]) -> Cow<'p, [Piece]> {
    fn walk(place: &Place<'_>, pieces: &mut [Piece]) {
        for piece in pieces {
            if let Piece::Mark(mark, inside) = piece {
                if place.inline.marks()[*mark].kind == MarkKind::Kept {
                    *piece = Piece::Text(place.inline.target(*mark).to_owned());
                } else {
                    walk(place, inside);
                }
            }
        }
    }
    if !place.inline.marks().iter().any(|mark| mark.kind == MarkKind::Kept) {
        return Cow::Borrowed(pieces);
    }
    let mut pieces = pieces.to_vec();
    walk(place, &mut pieces);
    merge_all(&mut pieces);
    Cow::Owned(pieces)
}

fn same_pieces(place: &Place<'_>, pieces: &[Piece], found: &[Piece], read: &Inline<'_>) -> bool {
    let same_mark = |ours: usize, theirs: usize| {
        let (a, b) = (place.inline.marks()[ours], read.marks()[theirs]);
        a.kind == b.kind
            && place.inline.target(ours) == read.target(theirs)
            && place.inline.title(ours) == read.title(theirs)
            && (a.kind != MarkKind::Html || place.inline.closing(ours) == read.closing(theirs))
    };
    pieces.len() == found.len()
        && pieces.iter().zip(found).all(|pair| match pair {
            (Piece::Text(a), Piece::Text(b)) => a == b,
            (Piece::Line, Piece::Line) => true,
            (Piece::Mark(a, inside), Piece::Mark(b, found)) => {
                same_mark(*a, *b) && same_pieces(place, inside, found, read)
            }
            _ => false,
        })
}

/// Punctuation as `CommonMark` counts it beside a delimiter: what is neither letter, digit nor blank.
fn is_punctuation(c: char) -> bool {
    let joins = matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}');
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !joins
}
