//! What of a text has to be the same for a translation to be used again.

use std::ops::Range;

use super::unit::{Part, parts, push_part};
use crate::hash::hash64;

/// A text by which it is looked up: its tags by their places, so that a link is a link wherever it leads.
pub(super) fn normal(text: &str, tags: &[String]) -> String {
    let mut written = String::with_capacity(text.len());
    write(text, tags, &mut written, |text, into| into.push_str(text));
    written
}

/// The same without its numbers: `第 52 期` is `第 139 期`. None where it has none.
pub(super) fn masked(text: &str, tags: &[String]) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut any = false;
    write(text, tags, &mut written, |text, into| {
        let mut done = 0;
        for number in numbers(text) {
            into.push_str(&text[done..number.start]);
            into.push(NUMBER);
            done = number.end;
            any = true;
        }
        into.push_str(&text[done..]);
    });
    any.then_some(written)
}

/// What stands for a number, and no text has.
const NUMBER: char = '\u{5}';

fn write(text: &str, tags: &[String], into: &mut String, mut put: impl FnMut(&str, &mut String)) {
    use std::fmt::Write;
    for part in parts(text, tags) {
        let (mark, place) = match part {
            Part::Text(text) => {
                put(text, into);
                continue;
            }
            Part::Open(place) => ('\u{1}', place),
            Part::Close(place) => ('\u{2}', place),
            Part::Void(place) => ('\u{3}', place),
        };
        let _ = write!(into, "{mark}{place}\u{4}");
    }
}

/// The numbers of a text, as they are written: `12`, `1.8` of `1.8K`, `2023.06.03`, `⑫`. What is a part
/// of a name is none: `Python3`.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some((at, first)) = text[from..].char_indices().find(|(_, c)| is_number(*c)) {
            let start = from + at;
            let end = if first.is_ascii_digit() { end_of_number(text, start) } else { start + first.len_utf8() };
            from = end;
            if !is_in_name(text, &(start..end)) {
                return Some(start..end);
            }
        }
        None
    })
}

/// A digit, or a number in a circle: `①` counts the items of a list.
fn is_number(c: char) -> bool {
    c.is_ascii_digit() || ('①'..='⑳').contains(&c) || ('㉑'..='㉟').contains(&c) || ('㊱'..='㊿').contains(&c)
}

fn end_of_number(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = start;
    while digit(end) || (matches!(bytes.get(end), Some(b'.' | b',')) && digit(end + 1)) {
        end += 1;
    }
    end
}

fn is_in_name(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let (next, then) = (after.next(), after.next());
    let is_unit = matches!(next, Some('K' | 'k' | 'M' | 'W' | 'w')) && !then.is_some_and(|c| c.is_ascii_alphanumeric());
    before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        || (next.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && !is_unit)
}

/// The numbers of a text with tags, in order.
fn numbers_of<'t>(text: &'t str, tags: &'t [String]) -> Vec<&'t str> {
    let texts = parts(text, tags).filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
    texts.flat_map(|text| numbers(text).map(|range| &text[range])).collect()
}

/// A text and its translation, of which only the numbers are different from those of another text.
pub(super) struct Pattern<'u> {
    pub(super) source: &'u str,
    pub(super) target: &'u str,
    pub(super) tags: &'u [String],
}

impl Pattern<'_> {
    /// Whether the translation has the numbers of the text, and no other.
    pub(super) fn holds(&self) -> bool {
        let sorted = |text| {
            let mut numbers = numbers_of(text, self.tags);
            numbers.sort_unstable();
            numbers
        };
        let ours = sorted(self.source);
        !ours.is_empty() && ours == sorted(self.target)
    }

    /// The translation with the numbers of `text`, which is the same but for these. None where a number
    /// that is there twice would become two: nobody knows which is which.
    pub(super) fn filled(&self, text: &str, tags: &[String]) -> Option<String> {
        let (old, new) = (numbers_of(self.source, self.tags), numbers_of(text, tags));
        let there = numbers_of(self.target, self.tags);
        if old.len() != new.len() {
            return None;
        }
        let in_order = old == there;
        let mut values = Vec::with_capacity(there.len());
        for (place, number) in there.iter().enumerate() {
            if in_order {
                values.push(new[place]);
                continue;
            }
            let mut theirs = old.iter().zip(&new).filter(|(old, _)| *old == number).map(|(_, new)| *new);
            let first = theirs.next()?;
            if theirs.any(|other| other != first) {
                return None;
            }
            values.push(first);
        }
        let mut values = values.into_iter();
        let mut filled = String::with_capacity(self.target.len());
        for part in parts(self.target, self.tags) {
            let Part::Text(text) = part else {
                push_part(part, self.tags, &mut filled);
                continue;
            };
            let mut done = 0;
            for number in numbers(text) {
                filled.push_str(&text[done..number.start]);
                filled.push_str(values.next()?);
                done = number.end;
            }
            filled.push_str(&text[done..]);
        }
        Some(filled)
    }
}

/// A number for a text, which the index has: of 64 bits the highest [`BITS`]. Texts are compared, too, so
/// that two of one number do no harm.
pub(super) fn hash(text: &str) -> i64 {
    let hash = hash64(text.bytes());
    // The lowest bits of a text's last character are still to be seen in the highest: mixed once more.
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - BITS)).cast_signed()
}

/// SQLite writes small numbers in few bytes. Of a million texts, some two hundred have another's number.
const BITS: u32 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_an_index_has_is_that_of_the_same_text() {
        assert_eq!(hash("装饰器"), 3_733_606_910);
    }

    fn filled(source: &str, target: &str, other: &str) -> Option<String> {
        let pattern = Pattern { source, target, tags: &[] };
        assert_eq!(masked(source, &[]), masked(other, &[]));
        pattern.holds().then(|| pattern.filled(other, &[]))?
    }

    #[test]
    fn numbers_are_those_of_the_other_text() {
        let filled_in = filled("分享了 12 篇文章，3 则视频", "動画 3 本と記事 12 本", "分享了 7 篇文章，15 则视频");
        assert_eq!(filled_in.as_deref(), Some("動画 15 本と記事 7 本"));
        assert_eq!(filled("① 猫", "① ネコ", "⑭ 猫").as_deref(), Some("⑭ ネコ"));
        assert_eq!(
            filled("（star 1.8K）", "（スター数 1.8K）", "（star 22.4K）").as_deref(),
            Some("（スター数 22.4K）")
        );
    }

    #[test]
    fn where_nobody_knows_which_is_which_nothing_is_filled_in() {
        // Both are 12: which of the two of the translation is which?
        assert_eq!(filled("12 篇文章，12 个项目，3", "3、記事 12、項目 12", "7 篇文章，9 个项目，4"), None);
        assert_eq!(
            filled("12 篇文章，12 个项目", "記事 12 本、12 件", "7 篇文章，9 个项目").as_deref(),
            Some("記事 7 本、9 件")
        );
        // The translation has lost a number of the text.
        assert_eq!(filled("第 3 期，共 12 篇", "第 3 号です", "第 5 期，共 7 篇"), None);
        // The translation has another number than the text.
        assert_eq!(filled("已有 22K 订阅", "購読者は 2 万人", "已有 30K 订阅"), None);
    }

    #[test]
    fn a_number_in_a_name_is_a_part_of_it() {
        assert_eq!(masked("用 Python3 写", &[]), None);
        assert_eq!(masked("PEP-8 与 utf_8", &[]), None);
        assert_eq!(numbers_of("2023.06.03、1,024 件", &[]), ["2023.06.03", "1,024"]);
    }

    #[test]
    fn tags_are_looked_up_by_their_places() {
        let (one, other) = (["a1".to_owned()], ["x1".to_owned()]);
        assert_eq!(normal("<a1>猫</a1>", &one), normal("<x1>猫</x1>", &other));
        assert_ne!(normal("<a1>猫</a1>", &one), normal("<a1>猫</a1>", &other));
    }
}
