//! The tree of a translation.

use crate::inline::{Inline, Part};

/// A piece of a translation: the tree of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as a reader sees it.
    Text(String),
    /// A line break of the source's paragraph.
    Line,
    /// A mark of the source, by index, and what is inside.
    Mark(usize, Vec<Piece>),
}

/// The tree of a source, as a translation would be.
pub(crate) fn pieces_of(inline: &Inline<'_>) -> Vec<Piece> {
    let mut open: Vec<Vec<Piece>> = Vec::new();
    let mut pieces = Vec::new();
    for (part, _) in inline.parts() {
        match part {
            Part::Text(text) => pieces.push(Piece::Text(text.to_owned())),
            Part::Soft => pieces.push(Piece::Line),
            Part::Void(mark) => pieces.push(Piece::Mark(mark, Vec::new())),
            Part::Open(_) => open.push(std::mem::take(&mut pieces)),
            Part::Close(mark) => {
                let inside = std::mem::replace(&mut pieces, open.pop().unwrap_or_default());
                pieces.push(Piece::Mark(mark, inside));
            }
        }
    }
    pieces
}

/// Whether `pieces` is the tree of `inline`.
pub(crate) fn is_source(pieces: &[Piece], inline: &Inline<'_>) -> bool {
    fn walk<'d>(pieces: &[Piece], parts: &mut impl Iterator<Item = Part<'d>>) -> bool {
        pieces.iter().all(|piece| match (piece, parts.next()) {
            (Piece::Text(ours), Some(Part::Text(theirs))) => ours == theirs,
            (Piece::Line, Some(Part::Soft)) => true,
            (Piece::Mark(ours, _), Some(Part::Void(theirs))) => *ours == theirs,
            (Piece::Mark(ours, inside), Some(Part::Open(theirs))) => {
                *ours == theirs && walk(inside, parts) && parts.next() == Some(Part::Close(theirs))
            }
            _ => false,
        })
    }
    let mut parts = inline.parts().map(|(part, _)| part);
    walk(pieces, &mut parts) && parts.next().is_none()
}

/// Visit each mark with the one around it and what is inside.
pub(super) fn walk<'p>(
    pieces: &'p [Piece],
    around: Option<usize>,
    visit: &mut impl FnMut(usize, Option<usize>, &'p [Piece]),
) {
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            visit(*mark, around, inside);
            walk(inside, Some(*mark), visit);
        }
    }
}

pub(super) fn is_blank(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Line => true,
        Piece::Mark(..) => false,
    }
}

/// The text of `pieces` without marks; a line break is `\n`.
pub fn plain_text(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text += part,
            Piece::Line => text.push('\n'),
            Piece::Mark(_, inside) => text += &plain_text(inside),
        }
    }
    text
}

pub(super) fn count_lines(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Line => 1,
            Piece::Text(_) => 0,
            Piece::Mark(_, inside) => count_lines(inside),
        })
        .sum()
}

/// [`merge`], at every depth.
pub(crate) fn merge_all(pieces: &mut Vec<Piece>) {
    for piece in pieces.iter_mut() {
        if let Piece::Mark(_, inside) = piece {
            merge_all(inside);
        }
    }
    merge(pieces);
}

/// Text that stands side by side becomes one piece.
pub(crate) fn merge(pieces: &mut Vec<Piece>) {
    let is_merged = |pair: &[Piece]| !matches!(pair, [Piece::Text(_), Piece::Text(_)]);
    if pieces.windows(2).all(is_merged)
        && !pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.is_empty()))
    {
        return;
    }
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        match (merged.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => merged.push(piece),
        }
    }
    *pieces = merged;
}
