//! Writings of a word that are one for looking it up: capitals, and traditional characters.
//!
//! A text is folded character by character, so that every place in what was folded is a place in the
//! text, whatever became longer or shorter on the way.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// The simplified form of a traditional character; any other is its own.
///
/// ```
/// # use nekoyaku::glossary::simplified;
/// assert_eq!("我絕不用變數".chars().map(simplified).collect::<String>(), "我绝不用变数");
/// // A word of its own in simplified text.
/// assert_eq!(simplified('著'), '著');
/// ```
pub fn simplified(c: char) -> char {
    // Below are no Han characters, and most of any text that is not Chinese.
    if c < '\u{4e00}' {
        return c;
    }
    let pairs = pairs();
    pairs.binary_search_by_key(&c, |(traditional, _)| *traditional).map_or(c, |at| pairs[at].1)
}

fn pairs() -> &'static [(char, char)] {
    static PAIRS: OnceLock<Vec<(char, char)>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let lines = include_str!("traditional.txt").lines().filter(|line| !line.starts_with('#'));
        let pair = |pair: &str| {
            let mut both = pair.chars();
            both.next().zip(both.next())
        };
        let mut pairs: Vec<(char, char)> = lines.flat_map(str::split_whitespace).filter_map(pair).collect();
        pairs.sort_unstable();
        pairs
    })
}

/// `c` as terms are looked up: simplified, and without capitals where that is one character, too.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => simplified(lower),
        _ => c,
    }
}

/// A text as terms are looked up in it.
pub(super) struct Folded<'t> {
    text: Cow<'t, str>,
    // Behind each character that became longer or shorter: its end here, and its end in the text.
    shifts: Vec<(usize, usize)>,
}

impl<'t> Folded<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let Some(first) = text.char_indices().find(|(_, c)| folded(*c) != *c).map(|(at, _)| at) else {
            return Self { text: Cow::Borrowed(text), shifts: Vec::new() };
        };
        let (mut made, mut shifts) = (String::with_capacity(text.len()), Vec::new());
        made.push_str(&text[..first]);
        for (at, c) in text[first..].char_indices() {
            let other = folded(c);
            made.push(other);
            if other.len_utf8() != c.len_utf8() {
                shifts.push((made.len(), first + at + c.len_utf8()));
            }
        }
        Self { text: Cow::Owned(made), shifts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text.into_owned()
    }

    /// The bytes of the text that these bytes were; both ends are at characters.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origin = |at: usize| {
            let before = self.shifts.partition_point(|(end, _)| *end <= at);
            before.checked_sub(1).map_or(at, |last| self.shifts[last].1 + (at - self.shifts[last].0))
        };
        origin(range.start)..origin(range.end)
    }
}

/// `text` as terms are looked up.
pub(super) fn fold(text: &str) -> String {
    Folded::new(text).into_text()
}

/// Whether two texts are one but for traditional characters.
pub(super) fn is_spelled_alike(one: &str, other: &str) -> bool {
    one == other || one.chars().map(simplified).eq(other.chars().map(simplified))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_once_is_enough() {
        assert!(pairs().len() > 2000 && pairs().windows(2).all(|two| two[0].0 < two[1].0));
        for c in ('\0'..=char::MAX).filter(|c| folded(*c) != *c) {
            assert_eq!(folded(folded(c)), folded(c), "{c}");
        }
    }

    #[test]
    fn everyday_simplified_text_is_its_own() {
        let text = "装饰器是什么？后端的里程碑：乾坤、著名、征求、发布于今天。";
        assert_eq!(fold(text), text);
    }

    proptest! {
        #[test]
        fn places_are_those_of_the_text(text in "[aZ模變後Kİ🦄𠀀Ⱥ]{0,12}") {
            let folded_text = Folded::new(&text);
            let mut at = 0;
            for (place, c) in text.char_indices() {
                let end = at + folded(c).len_utf8();
                prop_assert_eq!(folded_text.origin(at..end), place..place + c.len_utf8());
                prop_assert!(folded_text.text()[at..end].starts_with(folded(c)));
                at = end;
            }
            prop_assert_eq!(at, folded_text.text().len());
        }
    }
}
