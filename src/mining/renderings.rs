//! What of a Japanese text may be the rendering of a word.

use std::collections::BTreeSet;

use crate::script::{is_han, is_kana};

/// Kanji that are the rendering of a word are not more.
const LONGEST: usize = 6;

/// What binds words and is no part of any.
const PARTICLES: &str = "のとはがをにでもやへかな";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Hiragana,
    Latin,
    Other,
}

fn script(c: char) -> Script {
    match c {
        'ァ'..='ヺ' | 'ー' | '・' => Script::Katakana,
        c if is_kana(c) => Script::Hiragana,
        c if is_han(c) => Script::Kanji,
        c if c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '.') => Script::Latin,
        _ => Script::Other,
    }
}

/// The words that `text` may have: katakana, kanji, Latin words, and what is made of two of them.
pub(super) fn candidates<'t>(text: &'t str, source: &str, found: &mut BTreeSet<&'t str>) {
    let runs = runs(text);
    for (place, (kind, start, end)) in runs.iter().enumerate() {
        let run = &text[*start..*end];
        let next = runs.get(place + 1);
        match kind {
            Script::Kanji => {
                let single = run.chars().nth(1).is_none();
                // 学ぶ, 解く
                let is_stem = text[*end..]
                    .chars()
                    .next()
                    .is_some_and(|c| script(c) == Script::Hiragana && !PARTICLES.contains(c));
                if !(single && is_stem) {
                    kanji(run, found);
                }
            }
            Script::Katakana if run.chars().filter(|c| !matches!(c, 'ー' | '・')).count() > 1 => {
                found.insert(run.trim_matches('・'));
            }
            Script::Latin => {
                let word = run.trim_matches(['-', '.']);
                if word.chars().nth(1).is_some() && word.chars().all(|c| !c.is_ascii_digit()) && !source.contains(word)
                {
                    found.insert(word);
                }
            }
            _ => {}
        }
        // 型ヒント, 標準ライブラリ, テスト駆動
        if let Some((other, _, behind)) = next
            && matches!((kind, other), (Script::Kanji, Script::Katakana) | (Script::Katakana, Script::Kanji))
        {
            found.insert(&text[*start..*behind]);
        }
        // 埋め込み, 呼び出し, 使い方
        if *kind == Script::Kanji
            && let Some((Script::Hiragana, from, to)) = next
            && let Some((Script::Kanji, begin, stop)) = runs.get(place + 2)
            // 呼び出し可能 has no 出し可 in it.
            && text[*begin..*stop].chars().nth(1).is_none()
            && let between = &text[*from..*to]
            && between.chars().count() <= 2
            && !between.contains(|c| PARTICLES.contains(c))
        {
            let first = run.char_indices().next_back().map_or(*start, |(at, _)| start + at);
            let second = text[*to..].chars().next().map_or(*to, |c| to + c.len_utf8());
            let tail = text[second..].chars().next().filter(|c| "みしきりえけせちつくるい".contains(*c));
            found.insert(&text[first..second]);
            found.insert(&text[first..second + tail.map_or(0, char::len_utf8)]);
        }
    }
}

/// Stretches of one script.
fn runs(text: &str) -> Vec<(Script, usize, usize)> {
    let mut runs: Vec<(Script, usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let (kind, end) = (script(c), at + c.len_utf8());
        match runs.last_mut() {
            Some((last, _, stop)) if *last == kind => *stop = end,
            _ => runs.push((kind, at, end)),
        }
    }
    runs
}

/// All of a run, and its parts.
fn kanji<'t>(run: &'t str, found: &mut BTreeSet<&'t str>) {
    let places: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    found.insert(run);
    for start in 0..places.len() {
        for end in start + 2..places.len().min(start + LONGEST + 1) {
            found.insert(&run[places[start]..places[end]]);
        }
    }
}
