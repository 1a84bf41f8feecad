//! Half-width spaces where Markdown needs one and the translation has none.

use super::Place;
use crate::inline::{Mark, MarkKind};
use crate::tags::{Piece, merge_all};

/// `pieces` with a space behind each bare URL that GitHub would else read on into the text; with
/// `emphasis`, also outside of emphasis that would not open or close beside the text.
pub(super) fn with_spaces(place: &Place<'_>, pieces: &[Piece], emphasis: bool) -> Vec<Piece> {
    let mut spaced = spaced(place, pieces, emphasis);
    merge_all(&mut spaced);
    spaced
}

fn spaced(place: &Place<'_>, pieces: &[Piece], emphasis: bool) -> Vec<Piece> {
    let mut spaced: Vec<Piece> = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| last_character(place, &pieces[before]));
        if at > 0 && needs_space(place, &pieces[at - 1], piece, before, emphasis) {
            spaced.push(Piece::Text(" ".to_owned()));
        }
        spaced.push(match piece {
            Piece::Mark(mark, inside) => Piece::Mark(*mark, self::spaced(place, inside, emphasis)),
            other => other.clone(),
        });
    }
    spaced
}

/// Whether there has to be a space between two neighbours.
fn needs_space(place: &Place<'_>, left: &Piece, right: &Piece, before: Option<char>, emphasis: bool) -> bool {
    let (Some(before), Some(after)) = (before, first_character(place, right)) else {
        return false;
    };
    if before.is_whitespace() || after.is_whitespace() {
        return false;
    }
    if let Some(url) = bare_url(place, left) {
        // Where the source has no blank either, its author saw what became of it.
        let own = place.text[url.open.end()..place.span.end()].chars().next();
        let bounded = own.is_none_or(|own| own.is_ascii() && own != '&');
        if bounded && (!after.is_ascii() || (emphasis && after != '<' && own != Some(after))) {
            return true;
        }
    }
    if let Some(url) = bare_url(place, right) {
        let own = place.text[place.span.start()..url.open.start()].chars().next_back();
        let bounds = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(');
        let www = place.text[url.open.range()].get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
        if (www || emphasis) && own.is_none_or(bounds) && !bounds(before) {
            return true;
        }
    }
    let is_word = |c: char| !super::is_punctuation(c);
    let closes = |mark: &Mark, inside: &[Piece]| {
        let inner = inside.last().and_then(|piece| last_character(place, piece));
        inner.is_none_or(super::is_punctuation) || place.text[mark.close.range()].starts_with('_')
    };
    let opens = |mark: &Mark, inside: &[Piece]| {
        let inner = inside.first().and_then(|piece| first_character(place, piece));
        inner.is_none_or(super::is_punctuation) || place.text[mark.open.range()].starts_with('_')
    };
    let right_blocked = emphasis_of(place, right).is_some_and(|(mark, inside)| is_word(before) && opens(mark, inside));
    let left_blocked = emphasis_of(place, left).is_some_and(|(mark, inside)| is_word(after) && closes(mark, inside));
    // Two runs of the same delimiter would be one.
    let run = emphasis_of(place, left).is_some() && emphasis_of(place, right).is_some() && before == after;
    emphasis && (right_blocked || left_blocked || run)
}

fn bare_url<'a>(place: &Place<'a>, piece: &Piece) -> Option<&'a Mark> {
    match piece {
        Piece::Mark(mark, _) => Some(&place.inline.marks()[*mark])
            .filter(|mark| mark.kind == MarkKind::Url && !place.text[mark.open.range()].starts_with('<')),
        _ => None,
    }
}

fn emphasis_of<'a, 'p>(place: &Place<'a>, piece: &'p Piece) -> Option<(&'a Mark, &'p [Piece])> {
    match piece {
        Piece::Mark(mark, inside) => {
            let mark = &place.inline.marks()[*mark];
            (mark.kind.is_emphasis() && !mark.is_void()).then_some((mark, inside.as_slice()))
        }
        _ => None,
    }
}

fn first_character(place: &Place<'_>, piece: &Piece) -> Option<char> {
    match piece {
        Piece::Text(text) => text.chars().next(),
        Piece::Line => Some('\n'),
        Piece::Mark(mark, _) => {
            let mark = &place.inline.marks()[*mark];
            // Blanks before a hard break are a part of it.
            place.text[mark.open.range()].chars().next()
        }
    }
}

fn last_character(place: &Place<'_>, piece: &Piece) -> Option<char> {
    match piece {
        Piece::Text(text) => text.chars().next_back(),
        Piece::Line => Some('\n'),
        Piece::Mark(mark, _) => {
            let mark = &place.inline.marks()[*mark];
            if mark.kind == MarkKind::Break {
                return Some('\n');
            }
            let last = if mark.is_void() { mark.open } else { mark.close };
            place.text[last.range()].chars().next_back()
        }
    }
}
