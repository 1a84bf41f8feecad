//! The numbers of a translation, held against those of its source.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::dates::{self, is_date_of};
use super::desk::{Desk, same};
use super::fault::NumberFault;
use super::{Number, There, Words, words};

/// Hold the numbers of a translation against those of its source: equal in value is equal.
///
/// Han numerals count only as what a digit may have come from or become.
///
/// ```
/// # use nekoyaku::numbers::compare;
/// assert!(compare("22K 订阅，五大特性，5.21 发布", "購読者 2 万 2 千人、5 つの特徴、5/21 公開").is_empty());
/// assert_eq!(compare("22K 订阅", "購読者は 2 万人").len(), 2);
/// ```
pub fn compare(source: &str, translation: &str) -> Vec<NumberFault> {
    faults(source, translation).into_iter().map(|(fault, _)| fault).collect()
}

/// The same, each with its bytes: of `source` where it is missing, of `translation` where it is invented.
///
/// Takes time in proportion to the texts, but for sorting, however many numbers they have.
pub(crate) fn faults(source: &str, translation: &str) -> Vec<(NumberFault, Range<usize>)> {
    let days = dates::compare(source, translation);
    let (ours, mut theirs) = (Desk::new(days.ours), Desk::new(days.theirs));
    let is_discount = |there: &There| there.behind & words(&["折"]) != 0;
    let in_digits = || ours.numbers.iter().filter(|there| !there.number.han);
    // `9 折` is no 9, and takes none from where it is one.
    let (discounts, others) = (in_digits().filter(|there| is_discount(there)), in_digits());
    let missing = discounts.chain(others.filter(|there| !is_discount(there) && !theirs.take_equal(there)));
    let missing: Vec<&There> = missing.collect();
    let afternoon = source.contains("下午");
    let mut faults = days.missing;
    let mut told: HashSet<&str> = HashSet::new();
    let mut again: Vec<&There> = Vec::new();
    let mut dates: HashMap<&str, bool> = HashMap::new();
    for there in missing {
        let written = there.written();
        if told.contains(written) {
            continue;
        }
        // Said once instead of twice is no loss.
        if !is_discount(there) && theirs.has(there) {
            again.push(there);
            continue;
        }
        let is_date = *dates.entry(written).or_insert_with(|| is_date_of(written, translation));
        if is_date {
            theirs.take_parts(written);
        } else if !in_other_words(&there.number, there.behind, afternoon, &mut theirs)
            && !theirs.take_rough(there.number.value)
        {
            told.insert(written);
            faults.push((NumberFault::Missing(written.to_owned()), there.range.clone()));
        }
    }
    faults.extend(counted_otherwise(&ours, &theirs));
    let invented = invented(source, &ours, &theirs);
    // Once instead of twice, and another in its place: of `3.13 … 3.13` one became `3.12`.
    let wrong = |other: &&There| other.number.han && other.counts && !ours.has_value(other.number.value);
    if let ([there], true) = (&*again, invented.len() + theirs.numbers.iter().filter(wrong).count() == 1) {
        faults.push((NumberFault::Missing(there.written().to_owned()), there.range.clone()));
    }
    faults.extend(invented);
    faults
}

/// What the translation has and the source has not.
fn invented(source: &str, ours: &Desk, theirs: &Desk) -> Vec<(NumberFault, Range<usize>)> {
    let discounts = ours.numbers.iter().filter(|there| there.behind & words(&["折"]) != 0);
    let reductions: HashSet<u64> = discounts.map(|there| reduction(&there.number).to_bits()).collect();
    let mut in_words: HashMap<u64, bool> = HashMap::new();
    let mut told: HashSet<&str> = HashSet::new();
    let mut faults = Vec::new();
    for (place, there) in theirs.numbers.iter().enumerate() {
        let (number, written) = (&there.number, there.written());
        if number.han || theirs.is_taken(place) || told.contains(written) {
            continue;
        }
        let tenths = there.behind & words(&["割"]) != 0 && reductions.contains(&(number.value * 10.0).to_bits());
        let reduced = tenths || there.percent && reductions.contains(&number.value.to_bits());
        // Said twice, or written out in Han numerals.
        let plain = There { percent: false, ..there.clone() };
        let known = reduced
            || ours.has(&plain)
            || *in_words.entry(number.value.to_bits()).or_insert_with(|| said_in_words(number.value, source));
        if !known {
            told.insert(written);
            faults.push((NumberFault::Invented(written.to_owned()), there.range.clone()));
        }
    }
    faults
}

/// `五大特性` that became `四つの特徴`: what is counted in words has another number.
///
/// Such a number may be left out, and one may be put in; both at once are the same one.
fn counted_otherwise(ours: &Desk, theirs: &Desk) -> Option<(NumberFault, Range<usize>)> {
    let value = |there: &There| there.number.value;
    let counted = |of: &'_ &There| of.counts;
    let mut lost =
        ours.numbers.iter().filter(counted).filter(|there| there.number.han && !theirs.has_value(value(there)));
    let mut won = theirs.numbers.iter().filter(counted).filter(|there| !ours.has_value(value(there)));
    match (lost.next(), won.next(), lost.next(), won.next()) {
        (Some(there), Some(_), None, None) => {
            Some((NumberFault::Missing(there.written().to_owned()), there.range.clone()))
        }
        _ => None,
    }
}

/// How many per cent off `9 折`, `85 折`, `八折` and `八五折` are.
fn reduction(number: &Number) -> f64 {
    let rest = if number.value < 10.0 { number.value * 10.0 } else { number.value };
    100.0 - rest
}

/// What Japanese says with another number: `9 折` is 10 % off, `90 年代` the 1990s, `50%` `5 割`,
/// `下午 3 点` `15 時`.
fn in_other_words(number: &Number, behind: Words, afternoon: bool, theirs: &mut Desk) -> bool {
    let is_before = |wanted: &[&str]| behind & words(wanted) != 0;
    let mut take = |value: f64, wanted: &[&str]| theirs.take_first(value, |other| other.behind & words(wanted) != 0);
    if is_before(&["折"]) {
        let off = reduction(number);
        let said = take(off, &["%", "％", "パーセント"]) || take(off / 10.0, &["割"]);
        return said || take(number.value, &["掛", "折"]);
    }
    if number.value < 100.0 && is_before(&["年代", "后"]) {
        return take(1900.0 + number.value, &["年"]);
    }
    if is_before(&["点"]) && afternoon {
        return take(number.value + 12.0, &["時", ":", "："]);
    }
    if is_before(&["毛", "角"]) {
        return take(number.value / 10.0, &["元"]);
    }
    if is_before(&["%", "％"]) {
        // All of it: there need not be a number.
        return number.value == 100.0 || take(number.value / 10.0, &["割"]);
    }
    false
}

/// A number the source has as a word: 半年, 翻倍, 每天, 万字.
fn said_in_words(value: f64, source: &str) -> bool {
    const WORDS: [(f64, &[&str]); 10] = [
        (1.0, &["每", "逐", "单", "首", "同", "另", "半"]),
        (2.0, &["倍", "双", "半个月", "对"]),
        (6.0, &["半年"]),
        (30.0, &["半小时", "半个小时"]),
        (1e1, &["几十"]),
        (1e2, &["百"]),
        (1e3, &["千"]),
        (1e4, &["万"]),
        (1e8, &["亿"]),
        (0.5, &["半"]),
    ];
    WORDS.iter().any(|(number, words)| same(*number, value) && words.iter().any(|word| source.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_in_value_is_equal() {
        for (source, translation) in [
            ("35000 倍", "3万5000倍"),
            ("3.8K", "3,800"),
            ("七篇文章", "7 つの記事"),
            ("十倍", "10 倍"),
            ("2 个", "二つ"),
            ("两种方式", "2 つの方法"),
            ("Python 3.12", "Python 3.12"),
            ("5.21，发布", "5 月 21 日、リリース"),
            ("20+ 文章", "20 以上の記事"),
            ("14.4 万美元", "14.4 万ドル"),
            ("100 万", "100万"),
            ("一百万个任务", "100 万タスク"),
            ("共 9000 万行", "9000 万行"),
            ("3.5 万亿 token", "3.5 兆トークン"),
            ("K8s 与 MP3", "Kubernetes と MP3"),
            ("打 9 折，八五折", "10% 引き、15% オフ"),
            ("90 后，下午 3 点", "1990 年代生まれ、15 時"),
            ("打 9 折", "打 9 折"),
            ("翻倍，每天，万字，半小时", "2 倍、1 日、1 万字、30 分"),
            ("5.21，发布", "5/21、リリース"),
            ("102K 订阅", "購読者は約 10 万人"),
            ("1584 字", "1600 字ほど"),
            ("发送 9 领取 9 折券", "9 を送ると 1 割引"),
            ("每天 4 毛钱", "1 日 0.4 元"),
            ("2025.6.6 开始，2025.10.14 结束", "2025 年 6 月 6 日に始まり、10 月 14 日に終わる"),
            ("（2024.05.12）", "（2024/5/12）"),
            ("2024.05 发布", "2024 年 5 月公開"),
            ("2024 年 5 月 21 日", "5 月 21 日"),
            ("提升 80%~90%", "80〜90% の向上"),
            ("五大特性", "五つの特徴"),
            ("两种方式", "いくつかの方法"),
            ("这两个库，三种用法", "どちらのライブラリも 3 つの使い方"),
        ] {
            assert_eq!(compare(source, translation), [], "{source} / {translation}");
        }
    }

    #[test]
    fn unequal_in_value_is_not() {
        for (source, translation) in [
            ("3.12", "3.11"),
            ("102K", "10.2 万と 5"),
            ("35000", "3500"),
            ("22K", "22 人"),
            ("100 万美元", "100 ドル"),
            ("2 亿 star", "2 スター"),
            ("提升 50%", "5% 向上"),
            ("提升 20%", "2 倍になった"),
            ("打 9 折", "9% 引き"),
            ("Python 3.12 发布", "3 つの Python が 12 月に公開"),
            ("102K 订阅", "購読者は約 11 万人"),
            ("全文 1900 字", "全文は約 1906 字"),
            ("102K 订阅", "購読者は 10 万人"),
            ("2025.6.6 开始", "2025 年 6 月 8 日に開始"),
            ("2024 年 5 月 21 日", "2023 年 5 月 21 日"),
            ("提升 81%", "81 の向上"),
            ("五大特性", "四大特徴"),
            ("5 个", "四つ"),
            ("发送 9 领取 9 折券", "9 を送ると 2 割引"),
            ("享受八折优惠", "20 オフになります"),
            ("3.13 Beta 中无法在 3.13 运行", "3.12 Beta では 3.13 で動きません"),
            ("2 个月后，2 个问题", "2 か月後、三つの問題"),
            ("2025.6.6 开始，2025.10.14 结束", "2025 年 6 月 6 日に始まり、2024 年 10 月 14 日に終わる"),
        ] {
            assert_ne!(compare(source, translation), [], "{source} / {translation}");
        }
    }
}
