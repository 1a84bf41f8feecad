//! What has to stay at its place: tags and what is in them, lines, numbers of items, emoji.

use super::Fault;
use crate::blocks::LeafKind;
use crate::issue::{Origin, Segment};
use crate::rules::Rule;
use crate::tags::{Piece, Tagged, plain_text};

pub(super) fn without_tags(answer: &str) -> String {
    let mut text = String::with_capacity(answer.len());
    let mut rest = answer;
    while let Some(at) = rest.find(['<', '＜']) {
        text.push_str(&rest[..at]);
        match rest[at..].find(['>', '＞']).filter(|end| *end < 24) {
            Some(end) => rest = &rest[at + end + rest[at + end..].chars().next().map_or(1, char::len_utf8)..],
            None => {
                text.push('<');
                rest = &rest[at + rest[at..].chars().next().map_or(1, char::len_utf8)..];
            }
        }
    }
    text + rest
}

/// What the tags alone do not say: words in the wrong place.
pub(super) fn structure(
    segment: &Segment<'_>,
    tagged: &Tagged<'_>,
    answer: &str,
    pieces: &[Piece],
    faults: &mut Vec<Fault>,
) {
    let one_line = segment.origin == Origin::Title || matches!(segment.kind, LeafKind::Atx(_) | LeafKind::Cell);
    let lines = answer.trim().lines().count();
    let source_lines = tagged.text().lines().count();
    if lines > source_lines && (one_line || answer.trim().contains("\n\n")) {
        faults.push(Fault::error(Rule::Placeholder, format!("the text has {lines} lines instead of {source_lines}")));
    }
    let own = &tagged.pieces()[..];
    let begins_with_text = |pieces: &[Piece]| matches!(pieces.first(), Some(Piece::Text(_)));
    if begins_with_text(own) && !begins_with_text(pieces) && item_number_of(&segment.plain_text()).is_some() {
        faults.push(Fault::error(Rule::ItemNumber, "the item's number has to stay before the tags"));
    }
    let narrow = || answer.replace('＜', "<").replace('＞', ">").replace('／', "/");
    let mut answer = None;
    let readable = |pieces: &[Piece]| plain_text(pieces).chars().any(char::is_alphanumeric);
    for_each_mark(own, &mut |mark, inside| {
        let name = tagged.name(mark);
        let mut theirs = None;
        for_each_mark(pieces, &mut |other, inside| {
            if other == mark {
                theirs = Some(readable(inside));
            }
        });
        if readable(inside) && theirs == Some(false) {
            faults.push(Fault::error(
                Rule::Placeholder,
                format!("there is nothing to read between <{name}> and </{name}>"),
            ));
        }
        // Code is restored whatever came back, so what else stood there would be lost.
        let code = segment.inline.target(mark);
        if segment.inline.marks()[mark].kind.is_shown()
            && let answer = answer.get_or_insert_with(narrow)
            && let Some((_, rest)) = answer.split_once(&format!("<{name}>"))
            && let Some((written, _)) = rest.split_once(&format!("</{name}>"))
            && let written = written.trim()
            && written != code
            && (written.contains(code) || written.chars().count() > code.chars().count() * 2 + 8)
        {
            faults
                .push(Fault::error(Rule::Placeholder, format!("only `{code}` belongs between <{name}> and </{name}>")));
        }
    });
}

fn for_each_mark<'p>(pieces: &'p [Piece], visit: &mut impl FnMut(usize, &'p [Piece])) {
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            visit(*mark, inside);
            for_each_mark(inside, visit);
        }
    }
}

/// The emoji of a heading tell which it is; they are the same in every language.
pub(super) fn symbols(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let is_emoji = |c: &char| matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{26ff}');
    // What an emoji begins with in UTF-8.
    let may_have = |text: &str| text.bytes().any(|byte| matches!(byte, 0xf0 | 0xe2));
    if !may_have(source) && !may_have(draft) {
        return;
    }
    let only_in = |text: &str, other: &str| {
        let mut only: Vec<char> = Vec::new();
        for c in text.chars().filter(is_emoji) {
            if !only.contains(&c) && !other.contains(c) {
                only.push(c);
            }
        }
        only
    };
    for lost in only_in(source, draft) {
        faults.push(Fault::error(Rule::Symbol, format!("{lost} of the source is missing")));
    }
    for new in only_in(draft, source) {
        faults.push(Fault::error(Rule::Symbol, format!("{new} is not in the source")));
    }
}

/// `3、` and `③` at the beginning stay what they are.
pub(super) fn item_number(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    if let Some(number) = item_number_of(source)
        && !draft.trim_start().starts_with(&number)
    {
        faults.push(Fault::error(Rule::ItemNumber, format!("the item has to begin with `{number}`")));
    }
}

pub(super) fn item_number_of(text: &str) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() && text[digits.len()..].starts_with('、') {
        return Some(digits + "、");
    }
    text.chars().next().filter(|c| ('①'..='⓿').contains(c) || ('❶'..='➓').contains(c)).map(String::from)
}
