//! The words of a text as Japanese has them.
//!
//! Nothing stands between Japanese words but the change of script: kanji, hiragana, katakana, Latin
//! letters and digits each run for a word, more or less, and every other sign is one of its own. A
//! dictionary would know better, and weigh more than the rest of the program.

use unicode_width::UnicodeWidthChar;

use crate::script::is_han;

/// The words of a text: joined, they are the text.
///
/// ```
/// # use nekoyaku::diff::tokens;
/// assert_eq!(tokens("猫のコードはPython 3です。"), ["猫", "の", "コード", "は", "Python", " ", "3", "です", "。"]);
/// ```
pub fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let (mut start, mut last, mut class) = (0, '\0', Class::Sign);
    for (at, c) in text.char_indices() {
        let next = Class::of(c);
        let goes_on = at == 0
            || is_joined(last, c)
            || (next == class && !matches!(class, Class::Sign))
            // A long vowel is written with one sign in both.
            || (c == 'ー' && class == Class::Hiragana);
        if !goes_on {
            tokens.push(&text[start..at]);
            start = at;
        }
        if !goes_on || at == 0 {
            class = next;
        }
        last = c;
    }
    if !text.is_empty() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Han,
    Hiragana,
    Katakana,
    Letter,
    Digit,
    Blank,
    Sign,
}

impl Class {
    pub(super) fn of(c: char) -> Self {
        match c {
            // Written small, they are counters; 〆 is read like a kanji.
            '〆' | 'ヶ' | 'ヵ' => Self::Han,
            c if is_han(c) => Self::Han,
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '・' | '゠' => Self::Sign,
            '\u{30a0}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Self::Katakana,
            ' ' | '\t' | '\u{3000}' => Self::Blank,
            c if c.is_numeric() => Self::Digit,
            c if c.is_alphabetic() => Self::Letter,
            _ => Self::Sign,
        }
    }
}

/// Whether `c` is one character to the eye with what stands before it: a mark above it, a part of an
/// emoji, the second half of a line end.
fn is_joined(last: char, c: char) -> bool {
    let modifies = matches!(c, '\u{1f3fb}'..='\u{1f3ff}') || c.width() == Some(0);
    (modifies && !matches!(last, '\n' | '\r')) || last == '\u{200d}' || (last == '\r' && c == '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_script_ends_a_word() {
        assert_eq!(
            tokens("3ヶ月でABC-12をｶﾀｶﾅ「々」に"),
            ["3", "ヶ月", "で", "ABC", "-", "12", "を", "ｶﾀｶﾅ", "「", "々", "」", "に"]
        );
        assert_eq!(tokens("データ・らーめん  x"), ["データ", "・", "らーめん", "  ", "x"]);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn what_is_one_character_to_the_eye_is_not_divided() {
        assert_eq!(
            tokens("か\u{3099}e\u{301}👨\u{200d}👩\u{200d}👧👍🏽🐿\u{fe0f}!"),
            ["か\u{3099}", "e\u{301}", "👨\u{200d}👩\u{200d}👧", "👍🏽", "🐿\u{fe0f}", "!"]
        );
        assert_eq!(tokens("甲\r\n\r\n乙"), ["甲", "\r\n", "\r\n", "乙"]);
    }
}
