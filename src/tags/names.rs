//! What the marks of a text are called.

use std::collections::HashSet;

use super::lexer::{Lexeme, lex};
use crate::inline::{Inline, MarkKind};

pub(super) fn letters(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Link => "a",
        MarkKind::Strong => "b",
        MarkKind::Emphasis => "i",
        MarkKind::Strikethrough => "s",
        MarkKind::Image => "img",
        MarkKind::Title => "t",
        MarkKind::Code => "c",
        MarkKind::Math => "m",
        MarkKind::Url => "u",
        MarkKind::Html => "x",
        MarkKind::Footnote => "fn",
        MarkKind::Break => "br",
        MarkKind::Kept | MarkKind::Skipped => "k",
        MarkKind::Other => "z",
    }
}

pub(super) fn push_number(number: usize, into: &mut String) {
    if number >= 10 {
        push_number(number / 10, into);
    }
    into.push(char::from(b'0' + (number % 10) as u8));
}

/// The mark that `name`, without a prefix, is of.
pub(super) fn mark_of(inline: &Inline<'_>, name: &str) -> Option<usize> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = name.split_at(digits);
    let mark = number.parse::<usize>().ok()?.checked_sub(1)?;
    (!number.starts_with('0') && letters(inline.marks().get(mark)?.kind) == kind).then_some(mark)
}

/// What all names begin with, so that none of them is in the text or in what is shown.
pub(super) fn prefix_for(inline: &Inline<'_>) -> String {
    let marks = inline.marks();
    let has_bracket = |text: &str| text.contains(['<', '＜']);
    let shown = || (0..marks.len()).filter(|mark| marks[*mark].kind.is_shown()).map(|mark| inline.target(mark));
    if marks.is_empty() || !(inline.texts().any(|(text, _)| has_bracket(text)) || shown().any(has_bracket)) {
        return String::new();
    }
    // A tag may be pieced together of what stands on both sides of a mark that is none of its own.
    let text: String = inline.texts().map(|(text, _)| text).chain(shown()).collect();
    // What stands before one of our names in a name of the text cannot stand before all of them.
    let mut taken: HashSet<&str> = HashSet::new();
    for lexeme in lex(&text) {
        if let Lexeme::Tag(tag) = lexeme {
            let ours = |at: &usize| mark_of(inline, &tag.name[*at..]).is_some();
            taken.extend((0..tag.name.len()).filter(ours).map(|at| &tag.name[..at]));
        }
    }
    let letter = |c: u8| char::from(c).to_string();
    let singles = (b'a'..=b'z').rev().map(letter);
    let pairs = (b'a'..=b'z').flat_map(|a| (b'a'..=b'z').map(move |b| letter(a) + &letter(b)));
    let mut prefixes =
        std::iter::once(String::new()).chain(std::iter::once("t".to_owned())).chain(singles).chain(pairs);
    prefixes.find(|prefix| !taken.contains(prefix.as_str())).unwrap_or_default()
}
