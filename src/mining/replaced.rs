//! What may be meant where words were put in the place of others.

use std::ops::Range;

use crate::diff::{Change, pieces, tokens};
use crate::script::{is_han, is_kana};

/// What is longer, in characters, is no term but a sentence put in other words.
const LONGEST: usize = 20;

/// What ends a sentence, or divides it.
const STOPS: [char; 11] = ['。', '、', '，', '．', '！', '？', '!', '?', '；', ';', '\n'];

/// What a word ends with that is put into a sentence: the beginnings of する and of particles.
const ENDINGS: &str = "しさすせなのはをがにでともへやだ";

/// A stretch of a draft, and what people put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replaced {
    /// The bytes in the draft; empty where something was added.
    pub(super) old: Range<usize>,
    /// What may be meant by it, as bytes of the draft and of the edition: never empty ones.
    pub(super) readings: Vec<(Range<usize>, Range<usize>)>,
}

/// All stretches of `draft` that are not as they were in `edition`.
pub(super) fn replaced(draft: &str, edition: &str) -> Vec<Replaced> {
    if draft == edition {
        return Vec::new();
    }
    let changes = pieces(draft, edition);
    let (mut old_at, mut new_at) = (0, 0);
    let mut found = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let (old, new) = (old_at..old_at + change.before().len(), new_at..new_at + change.after().len());
        (old_at, new_at) = (old.end, new.end);
        if matches!(change, Change::Kept(_)) {
            continue;
        }
        let mut readings = Vec::new();
        if old.is_empty() || new.is_empty() {
            // `AI ` that was put before `エージェント` is a change of this.
            let kept = |place: Option<usize>| match place.and_then(|place| changes.get(place)) {
                Some(Change::Kept(text)) => tokens(text),
                _ => Vec::new(),
            };
            let before = kept(place.checked_sub(1)).last().map_or(0, |token| token.len());
            let behind = kept(Some(place + 1)).first().map_or(0, |token| token.len());
            readings.push((old.start..old.end + behind, new.start..new.end + behind));
            readings.push((old.start - before..old.end, new.start - before..new.end));
        } else {
            cuts(draft, edition, (&old, &new), &mut readings);
        }
        for (old, new) in &mut readings {
            (*old, *new) = (unpadded(draft, old), unpadded(edition, new));
        }
        readings.retain(|(old, new)| is_wording(&draft[old.clone()], &edition[new.clone()]));
        found.push(Replaced { old, readings });
    }
    found
}

/// A change without the characters that begin both, or end both, and without the endings of a sentence.
fn cuts(
    draft: &str,
    edition: &str,
    (old, new): (&Range<usize>, &Range<usize>),
    readings: &mut Vec<(Range<usize>, Range<usize>)>,
) {
    let (from, to) = (&draft[old.clone()], &edition[new.clone()]);
    if from.chars().count().max(to.chars().count()) > 2 * LONGEST {
        return;
    }
    let heads = common(from.chars(), to.chars());
    let tails = common(from.chars().rev(), to.chars().rev());
    for head in &heads {
        for tail in &tails {
            if head + tail >= from.len().min(to.len()) {
                continue;
            }
            let cut = |range: &Range<usize>| range.start + head..range.end - tail;
            let (old, new) = (cut(old), cut(new));
            let is_whole = *head + *tail == 0;
            if !is_whole && (is_stub(draft, &old) || is_stub(edition, &new)) {
                continue;
            }
            let (stem, new_stem) = (stem(draft, &old), stem(edition, &new));
            if (&stem, &new_stem) != (&old, &new) {
                readings.push((stem, new_stem));
            }
            readings.push((old, new));
        }
    }
}

/// How many bytes of equal characters there are, from none on.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> Vec<usize> {
    let mut bytes = 0;
    let equal = one.zip(other).take_while(|(a, b)| a == b).map(|(c, _)| {
        bytes += c.len_utf8();
        bytes
    });
    [0].into_iter().chain(equal).collect()
}

/// Whether a cut left a single character, or went through a Latin word.
fn is_stub(text: &str, range: &Range<usize>) -> bool {
    let word = &text[range.clone()];
    let through = |one: Option<char>, other: Option<char>| {
        one.zip(other).is_some_and(|(one, other)| one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric())
    };
    word.chars().nth(1).is_none()
        || through(text[..range.start].chars().next_back(), word.chars().next())
        || through(word.chars().next_back(), text[range.end..].chars().next())
}

/// A text without the blanks around it.
fn unpadded(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = range.start + text[range.clone()].trim_end().len();
    end - text[range.start..end].trim_start().len()..end
}

/// A word without what puts it into its sentence.
fn stem(text: &str, range: &Range<usize>) -> Range<usize> {
    let range = unpadded(text, range);
    let word = &text[range.clone()];
    let body = word.trim_end_matches(is_hiragana);
    let tail = &word[body.len()..];
    let is_ending = tail.starts_with(|c| ENDINGS.contains(c)) || tail.chars().nth(1).is_some();
    range.start..range.start + if is_ending && !body.is_empty() { body.len() } else { word.len() }
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}')
}

/// Whether it is words that took the place of words: no sentence, no sign, no particle, no number.
fn is_wording(old: &str, new: &str) -> bool {
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric() || is_numeral(*c)).collect::<String>();
    let is_word = |text: &str| {
        let count = text.chars().count();
        let is_sign =
            |c: char| !(c.is_alphanumeric() || matches!(c, 'ー' | '・' | '々' | ' ' | '+' | '#' | '-' | '.' | '&'));
        count <= LONGEST && text.trim() == text && !text.contains(STOPS) && !text.contains(is_sign) && {
            let all_hiragana = text.chars().all(is_hiragana);
            !(all_hiragana && count < 3)
        }
    };
    is_word(old)
        && is_word(new)
        && (is_content(old) || is_content(new))
        && squeezed(old) != squeezed(new)
        && digits(old) == digits(new)
}

/// Counting: 五 and 5 are a number each. 一 begins too many words that count nothing.
fn is_numeral(c: char) -> bool {
    matches!(c, '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '億')
}

/// Whether a text says something by itself: it has more than hiragana.
pub(super) fn is_content(text: &str) -> bool {
    text.chars().any(|c| is_han(c) || c.is_ascii_alphabetic() || (is_kana(c) && !is_hiragana(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(draft: &str, edition: &str) -> Vec<(String, String)> {
        let all = replaced(draft, edition).into_iter().flat_map(|replaced| replaced.readings);
        all.map(|(old, new)| (draft[old].to_owned(), edition[new].to_owned())).collect()
    }

    fn has(draft: &str, edition: &str, old: &str, new: &str) -> bool {
        readings(draft, edition).contains(&(old.to_owned(), new.to_owned()))
    }

    #[test]
    fn a_word_is_found_in_a_longer_one_and_without_its_endings() {
        assert!(has("関数装飾器入門です", "関数デコレータ入門です", "装飾器", "デコレータ"));
        assert!(has("ウェブサーバを", "ウェブサーバーを", "サーバ", "サーバー"));
        assert!(has("猫を変更します。", "猫を更新しました。", "変更", "更新"));
        assert!(has("装飾器の生成器", "デコレータのジェネレータ", "生成器", "ジェネレータ"));
        assert!(has("賢いエージェント。", "賢い AI エージェント。", "エージェント", "AI エージェント"));
    }

    #[test]
    fn a_part_of_a_word_is_none() {
        assert_eq!(readings("高速な", "高性能な"), [("高速".to_owned(), "高性能".to_owned())]);
        assert_eq!(readings("Github で", "GitHub で"), [("Github".to_owned(), "GitHub".to_owned())]);
    }

    #[test]
    fn particles_signs_numbers_blanks_and_sentences_are_no_words() {
        for (draft, edition) in [
            ("猫は魚", "猫が魚"),
            ("猫、魚", "猫。魚"),
            ("猫(三毛)", "猫（三毛）"),
            ("五匹の猫", "5 匹の猫"),
            ("22K 人", "2 万人"),
            ("Python入門", "Python 入門"),
            ("猫です。", "犬がやって来て、猫です。"),
        ] {
            assert!(readings(draft, edition).is_empty(), "{draft}: {:?}", readings(draft, edition));
        }
    }
}
