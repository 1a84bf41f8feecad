//! Slips of grammar that models and tired people make, each told by a few characters.

use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};

use super::ground::{Covered, Ground};
use crate::finding::{Finding, Fix, What};
use crate::script::{is_han, is_kana};

/// A slip: what stands there, and what decides whether it is one.
struct Pattern {
    word: &'static str,
    /// Given what is before the word and what is behind it: what ought to stand there, empty where
    /// there is no one answer; nothing where all is well.
    look: fn(&str, &str) -> Option<&'static str>,
    /// Whether the answer is the only one.
    sure: bool,
}

const fn always(word: &'static str, look: fn(&str, &str) -> Option<&'static str>) -> Pattern {
    Pattern { word, look, sure: true }
}

const fn maybe(word: &'static str, look: fn(&str, &str) -> Option<&'static str>) -> Pattern {
    Pattern { word, look, sure: false }
}

const PATTERNS: [Pattern; 27] = [
    always("しました", |_, after| before_a_noun(after).then_some("した")),
    always("れました", |_, after| before_a_noun(after).then_some("れた")),
    always("えました", |_, after| before_a_noun(after).then_some("えた")),
    maybe("きました", |_, after| before_a_noun(after).then_some("いた")),
    maybe("りました", |_, after| before_a_noun(after).then_some("った")),
    always("みたい", |before, after| likened(before, after).then_some("みたいな")),
    always("ていります", |_, _| Some("ています")),
    maybe("日で公開", |before, _| is_date(before).then_some("日に公開")),
    maybe("日で発表", |before, _| is_date(before).then_some("日に発表")),
    maybe("日でリリース", |before, _| is_date(before).then_some("日にリリース")),
    maybe("不自然の点が気づいたら", |_, _| Some("不自然な点にお気づきでしたら")),
    always("不自然の", |_, after| (!after.starts_with(['ま', 'よ'])).then_some("不自然な")),
    always("有名の", |_, after| (!after.starts_with("割")).then_some("有名な")),
    always("豊富の", |_, _| Some("豊富な")),
    maybe("点が気づ", |_, _| Some("点に気づ")),
    maybe("つ", |before, after| counted(before, after).then_some("個")),
    always("べきの", |_, _| Some("べき")),
    always("なでしょう", |before, _| before.ends_with(noun).then_some("でしょう")),
    always("なです", |before, _| before.ends_with(noun).then_some("です")),
    always("ましたです", |_, _| Some("ました")),
    always("ますです", |_, _| Some("ます")),
    always("であるです", |_, _| Some("である")),
    maybe("可能でき", |_, _| Some("可能であり")),
    maybe("をを", |_, _| Some("を")),
    maybe("がが", |before, _| before.ends_with(noun).then_some("が")),
    maybe("るます", |_, after| {
        (after.is_empty() || after.starts_with(['。', '、', 'が', 'の'])).then_some("ります")
    }),
    maybe("ですです", |_, _| Some("です")),
];

/// Katakana and Han characters end a noun or a stem.
fn noun(c: char) -> bool {
    is_han(c) || (is_kana(c) && c >= '\u{30a0}')
}

/// `公開されましたもの`: a polite form before what it describes. Politer still is `いただきました皆様`.
fn before_a_noun(after: &str) -> bool {
    const POLITE: &str = "際場合時通皆方以旨件為上後分折所由";
    after.starts_with("もの") || after.starts_with(|c| noun(c) && c != 'ー' && !POLITE.contains(c))
}

/// `2ch みたいところ` is; `使ってみたい人` and `読みたい人` wish to.
fn likened(before: &str, after: &str) -> bool {
    let thing = |c: char| (noun(c) && !is_han(c)) || c.is_ascii_alphanumeric() || matches!(c, '」' | '』' | '）');
    let verb = before.ends_with(' ') && before.trim_end().ends_with(is_kana) && !before.trim_end().ends_with(noun);
    let follows =
        after.starts_with(noun) || ["ところ", "もの", "こと", "ひと"].iter().any(|word| after.starts_with(word));
    before.trim_end().ends_with(thing) && !verb && follows
}

/// `2023 年 5 月 13 日で公開`; `1 日で公開` took a day.
fn is_date(before: &str) -> bool {
    let before = before.trim_end();
    let rest = before.trim_end_matches(|c: char| c.is_ascii_digit());
    rest.len() < before.len() && rest.trim_end().ends_with('月')
}

/// `20 つ`: つ counts to nine.
fn counted(before: &str, after: &str) -> bool {
    let before = before.trim_end_matches(' ');
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let mut digits = before.chars().rev();
    let two = digits.next().is_some_and(digit) && digits.next().is_some_and(digit);
    let decimal = before.trim_end_matches(digit).ends_with(['.', ',', '．']);
    let word = after.starts_with(|c| is_kana(c) && !matches!(c, 'の' | 'と' | 'が' | 'は' | 'を' | 'に' | 'も' | 'で'));
    two && !decimal && !word
}

pub(super) fn finder() -> Result<AhoCorasick, BuildError> {
    AhoCorasick::new(PATTERNS.iter().map(|pattern| pattern.word))
}

pub(super) fn look(ground: &Ground<'_, '_>, finder: &AhoCorasick, found: &mut Vec<Finding>) {
    let text = &ground.masked;
    let slips = finder.find_overlapping_iter(&**text).filter_map(|there| {
        let (pattern, range) = (&PATTERNS[there.pattern().as_usize()], there.range());
        (pattern.look)(&text[..range.start], &text[range.end..]).map(|expected| (pattern, range, expected))
    });
    let slips: Vec<_> = slips.collect();
    let all = Covered::new(slips.iter().map(|(_, range, _)| range.clone()).collect());
    for (pattern, range, expected) in slips.into_iter().filter(|(_, range, _)| !all.holds_within_more(range)) {
        // Enough of what is around to see it.
        let shown = shown(text, &range);
        let lead = &ground.text()[shown.start..range.start];
        let tail = &ground.text()[range.end..shown.end];
        let what = What::Grammar {
            found: ground.text()[shown.clone()].to_owned(),
            expected: format!("{lead}{expected}{tail}"),
        };
        let finding = ground.finding(what, shown);
        found.push(if pattern.sure {
            finding.mended_by(Fix::style(ground.passage.edition.span(range), expected))
        } else {
            finding
        });
    }
    for range in said_twice(text) {
        let sentence = ground.text()[range.clone()].to_owned();
        // The source may say it twice.
        let twice = ground.passage.source.is_some_and(|source| !said_twice(&source.text).is_empty());
        if !twice {
            let edition = ground.passage.edition;
            let finding = ground.finding(What::SentenceTwice { text: sentence }, range.clone());
            found.push(finding.mended_by(Fix::style(edition.span(range), "")));
        }
    }
    for range in doubled(text) {
        let word = ground.text()[range.clone()].to_owned();
        let expected = word[..word.len() / 2].to_owned();
        found.push(ground.finding(What::Grammar { found: word, expected }, range));
    }
}

/// `range` with up to three characters before it and two behind.
fn shown(text: &str, range: &Range<usize>) -> Range<usize> {
    let part = |c: &char| c.is_alphanumeric() || *c == ' ';
    let lead: usize = text[..range.start].chars().rev().take(3).take_while(part).map(char::len_utf8).sum();
    let tail: usize = text[range.end..].chars().take(2).take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
    range.start - lead..range.end + tail
}

/// Sentences that stand behind themselves: the second of each two.
fn said_twice(text: &str) -> Vec<Range<usize>> {
    // What is shorter is a call: `やった！やった！`
    const LEAST: usize = 10;
    let mut found = Vec::new();
    let mut last = 0..0;
    let ends = text.char_indices().filter(|(_, c)| matches!(c, '。' | '！' | '？' | '\n'));
    for (at, c) in ends {
        let sentence = last.end..at + c.len_utf8();
        let same = text[sentence.clone()].trim() == text[last].trim();
        if same && text[sentence.clone()].trim().chars().count() >= LEAST {
            found.push(sentence.clone());
        }
        last = sentence;
    }
    found
}

/// Words that stand there twice: `コアコア`, `機能機能`.
fn doubled(text: &str) -> Vec<Range<usize>> {
    let katakana = |c: char| ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー';
    let mut found = Vec::new();
    let mut run = 0..0;
    // The kind of the run: katakana, Han, neither.
    let mut kind = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let now = if katakana(c) {
            1
        } else if is_han(c) {
            2
        } else {
            0
        };
        if now != kind {
            if kind > 0 && twice(&text[run.clone()], kind == 1) {
                found.push(run.clone());
            }
            (run, kind) = (at..at, now);
        }
        run.end = at + c.len_utf8();
    }
    found
}

fn twice(run: &str, katakana: bool) -> bool {
    // Words of two syllables are doubled to sound like something, but for these.
    const SHORT: [&str; 10] =
        ["コア", "バグ", "ログ", "タグ", "キー", "コード", "ツール", "データ", "モデル", "ファイル"];
    if !run.len().is_multiple_of(6) || !run.is_char_boundary(run.len() / 2) {
        return false;
    }
    let (word, again) = run.split_at(run.len() / 2);
    let length = word.len() / 3;
    let sound = || length == 3 && (word.contains(['ャ', 'ュ', 'ョ', 'ッ']) || word.ends_with(['ン', 'リ', 'ー']));
    let meant = if katakana {
        (length >= 3 && !sound()) || SHORT.contains(&word)
    } else {
        // `一人一人`, `各種各種`.
        length >= 2 && !word.starts_with(['一', '各', '毎', '日', '個', '段'])
    };
    word == again && meant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let finder = finder().unwrap();
        let slips = finder.find_overlapping_iter(text).filter_map(|there| {
            let pattern = &PATTERNS[there.pattern().as_usize()];
            (pattern.look)(&text[..there.start()], &text[there.end()..]).map(|_| pattern.word)
        });
        slips.chain(doubled(text).into_iter().map(|range| &text[range])).collect()
    }

    #[test]
    fn a_sentence_is_said_once() {
        let text = "この記事は Rust の紹介です。この記事は Rust の紹介です。次の記事です。";
        let second = &text[said_twice(text)[0].clone()];
        assert_eq!((second, said_twice(text).len()), ("この記事は Rust の紹介です。", 1));
        assert!(said_twice("すごい！すごい！これは何でしょうか？").is_empty());
    }

    #[test]
    fn each_slip_is_found_and_what_is_like_it_is_not() {
        for (word, slip, fine) in [
            ("しました", "モチーフしましたニックネーム", "公開しました。しましたが"),
            ("れました", "翻訳されましたものですが", "翻訳されました際"),
            ("えました", "数えましたリスト", "数えましたが、リスト"),
            ("きました", "書きました記事", "いただきました皆様"),
            ("りました", "なりましたモデル", "なりましたので"),
            ("みたい", "2ch みたいところです", "使ってみたいところ、2ch みたいなところ、試してみたい人"),
            ("ていります", "校正されていりますが", "校正されておりますが"),
            ("日で公開", "2023 年 5 月 13 日で公開された", "わずか 1 日で公開された"),
            ("日で発表", "5 月 3 日で発表された", "3 日で発表された"),
            ("日でリリース", "5月3日でリリースされた", "三日でリリースされた"),
            ("不自然の", "不自然の問題", "不自然のまま"),
            ("有名の", "有名のライブラリ", "有名な"),
            ("豊富の", "豊富の機能", "豊富な機能"),
            ("点が気づ", "点が気づいたら", "点に気づいたら"),
            ("つ", "20 つの標準ライブラリ", "9 つの、20 ついて、3.12 つの、20 つぶ"),
            ("べきの", "注意すべきの点", "注意すべき点"),
            ("なでしょう", "本当なでしょうか", "こんなでしょう、本当でしょう"),
            ("なです", "大切なですが", "大切なのです、みんなです"),
            ("ましたです", "しましたです", "しました。です"),
            ("ますです", "ありますです", "あります"),
            ("であるです", "型であるです", "型である"),
            ("可能でき", "利用可能できます", "可能です"),
            ("をを", "記事をを読む", "記事を読む"),
            ("がが", "機能がが増えた", "ながながと"),
            ("るます", "できるます。", "くるますぐ"),
            ("ですです", "これですです", "これです"),
            ("コアコア", "Python のコアコア開発者", "ワクワク、ドキドキ、チョロチョロ"),
            ("機能機能", "この機能機能は", "一人一人、各種各種"),
            ("データデータ", "このデータデータを", "データとデータ"),
        ] {
            assert_eq!(found(slip), [word], "{slip}");
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }
}
