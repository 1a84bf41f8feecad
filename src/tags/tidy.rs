//! Lines and blanks of an answer, brought into the form in which a parser gives them back.

use super::Piece;
use super::pieces::merge;
use crate::inline::{Mark, MarkKind};

/// A model may wrap a paragraph that has one line: the lines become one again, with a blank between
/// words of letters, with none between Chinese or Japanese.
pub(super) fn join_lines(pieces: &mut Vec<Piece>, marks: &[Mark]) {
    drop_blank_lines(pieces, marks);
    let wide = |c: Option<char>| {
        c.is_some_and(|c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'))
    };
    for at in 0..pieces.len() {
        match &mut pieces[at] {
            Piece::Mark(_, inside) => join_lines(inside, marks),
            Piece::Line => {
                let before = match at.checked_sub(1).map(|before| &pieces[before]) {
                    Some(Piece::Text(text)) => text.trim_end().chars().next_back(),
                    _ => None,
                };
                let after = match pieces.get(at + 1) {
                    Some(Piece::Text(text)) => text.trim_start().chars().next(),
                    _ => None,
                };
                let join = if wide(before) && wide(after) { "" } else { " " };
                pieces[at] = Piece::Text(join.to_owned());
            }
            Piece::Text(_) => {}
        }
    }
    merge(pieces);
}

/// Lines with nothing on them, and those that only repeat a hard break.
pub(super) fn drop_blank_lines(pieces: &mut Vec<Piece>, marks: &[Mark]) {
    let is_break = |piece: &Piece| matches!(piece, Piece::Mark(mark, _) if marks[*mark].kind == MarkKind::Break);
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces.drain(..) {
        if let Piece::Mark(_, inside) = &mut piece {
            drop_blank_lines(inside, marks);
        }
        if piece == Piece::Line || is_break(&piece) {
            let blank = kept.iter().rposition(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty()));
            let line_before = blank.is_some_and(|place| kept[place] == Piece::Line || is_break(&kept[place]));
            if line_before && piece == Piece::Line {
                continue;
            }
            if let Some(place) = blank.filter(|place| kept[*place] == Piece::Line) {
                kept.truncate(place);
            }
        }
        kept.push(piece);
    }
    *pieces = kept;
}

/// What is a blank at the edge of emphasis in `own`, the source, stays one.
pub(super) fn hoist_blanks(pieces: &mut Vec<Piece>, marks: &[Mark], own: &[(Option<char>, Option<char>)]) {
    let mut hoisted: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces.drain(..) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        if let Piece::Mark(mark, inside) = &mut piece {
            hoist_blanks(inside, marks, own);
            if marks[*mark].kind.is_emphasis() {
                let (first, last) = own[*mark];
                before = blanks_before(inside, first);
                inside.reverse();
                after = blanks_after_reversed(inside, last);
                inside.reverse();
            }
        }
        hoisted.append(&mut before);
        hoisted.push(piece);
        hoisted.append(&mut after);
    }
    *pieces = hoisted;
    merge(pieces);
}

/// Take the blanks and line breaks from the beginning of `inside`.
fn blanks_before(inside: &mut Vec<Piece>, own: Option<char>) -> Vec<Piece> {
    let mut taken = Vec::new();
    while let Some(first) = inside.first_mut() {
        match first {
            Piece::Line => taken.push(inside.remove(0)),
            Piece::Text(text) if own.is_none_or(|own| !text.starts_with(own)) => {
                let kept = text.trim_start().len();
                let blanks: String = text.drain(..text.len() - kept).collect();
                taken.push(Piece::Text(blanks));
                if !text.is_empty() {
                    break;
                }
                inside.remove(0);
            }
            _ => break,
        }
    }
    taken
}

/// Take the blanks and line breaks from the end, which comes first.
fn blanks_after_reversed(inside: &mut Vec<Piece>, own: Option<char>) -> Vec<Piece> {
    let mut taken = Vec::new();
    while let Some(last) = inside.first_mut() {
        match last {
            Piece::Line => taken.push(inside.remove(0)),
            Piece::Text(text) if own.is_none_or(|own| !text.ends_with(own)) => {
                let kept = text.trim_end().len();
                taken.push(Piece::Text(text.split_off(kept)));
                if !text.is_empty() {
                    break;
                }
                inside.remove(0);
            }
            _ => break,
        }
    }
    taken.reverse();
    taken
}

/// Blanks at the ends of a line mean nothing in Markdown, or a hard break.
///
/// `edges`: whether the first and the last piece stand at the ends of a line themselves.
pub(super) fn trim_lines(pieces: &mut Vec<Piece>, marks: &[Mark], edges: bool) {
    let is_break = |piece: &Piece| match piece {
        Piece::Line => true,
        Piece::Mark(mark, _) => marks[*mark].kind == MarkKind::Break,
        Piece::Text(_) => false,
    };
    for at in 0..pieces.len() {
        let starts = if at == 0 { edges } else { is_break(&pieces[at - 1]) };
        let ends = pieces.get(at + 1).map_or(edges, is_break);
        match &mut pieces[at] {
            Piece::Text(text) => {
                let kept = if starts { text.trim_start_matches([' ', '\t']) } else { text.as_str() };
                let kept = if ends { kept.trim_end_matches([' ', '\t']) } else { kept };
                if kept.len() < text.len() {
                    *text = kept.to_owned();
                }
            }
            Piece::Mark(_, inside) => trim_lines(inside, marks, false),
            Piece::Line => {}
        }
    }
    merge(pieces);
}
