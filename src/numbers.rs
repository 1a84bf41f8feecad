//! Numbers in a text, by value: `35000` is `3万5000`, `22K` is `2 万 2 千`, `五` is `5`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// As it is written.
    pub text: String,
    /// What it is worth.
    pub value: f64,
    /// Whether it is written with Han numerals alone (`五`, `三十`), which are also parts of words.
    pub han: bool,
}

/// The numbers of `text`, in order.
///
/// ```
/// # use nekoyaku::numbers::numbers;
/// let values: Vec<_> = numbers("订阅 22K，即 2 万 2 千；3.5万；五大；１０ 倍").iter().map(|number| number.value).collect();
/// assert_eq!(values, [22000.0, 22000.0, 35000.0, 5.0, 10.0]);
/// ```
pub fn numbers(text: &str) -> Vec<Number> {
    read(text).into_iter().map(|there| there.number).collect()
}

/// A number, and where it is.
#[derive(Clone, Debug)]
struct There {
    number: Number,
    /// Its bytes in the text, without blanks.
    range: Range<usize>,
    /// Which of [`BEHIND`] stand behind it.
    behind: Words,
}

/// What behind a number makes Japanese say another one.
const BEHIND: [&str; 13] = ["折", "年代", "后", "点", "%", "％", "年", "時", ":", "：", "パーセント", "割", "掛"];

/// A set of [`BEHIND`].
type Words = u16;

fn words(words: &[&str]) -> Words {
    BEHIND.iter().enumerate().filter(|(_, word)| words.contains(word)).map(|(place, _)| 1 << place).sum()
}

fn read(text: &str) -> Vec<There> {
    let characters: Vec<char> = text.chars().map(half_width).collect();
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut found = Vec::new();
    let mut put = |here: Range<usize>, value: f64, han: bool| {
        let number = Number { text: characters[here.clone()].iter().collect(), value, han };
        let range = offsets[here.start]..offsets[here.end];
        let range = range.start..range.start + text[range].trim_end().len();
        let rest = text[range.end..].trim_start();
        let behind = BEHIND.iter().enumerate().filter(|(_, word)| rest.starts_with(**word));
        let behind = behind.map(|(place, _)| 1 << place).sum();
        found.push(There { number, range, behind });
    };
    let mut at = 0;
    while at < characters.len() {
        let c = characters[at];
        let within_word = |at: usize| characters.get(at).is_some_and(char::is_ascii_alphabetic);
        if c.is_ascii_digit() && at > 0 && within_word(at - 1) && within_word(at + 1) {
            // `K8s` is a name.
            at += 1;
        } else if c.is_ascii_digit() {
            let start = at;
            let value = scaled(&characters, &mut at);
            put(start..at, value, false);
        } else if let Some((value, length)) = kana_value(&characters[at..]) {
            put(at..at + length, value, true);
            at += length;
        } else if han_digit(c).is_some() || c == '十' || (han_scale(c).is_some() && next_is_scale(&characters, at)) {
            let start = at;
            while at < characters.len() && (han_digit(characters[at]).is_some() || han_scale(characters[at]).is_some())
            {
                at += 1;
            }
            if let Some(value) = han_value(&characters[start..at]) {
                put(start..at, value, true);
            }
        } else {
            at += 1;
        }
    }
    found
}

/// A number with the scales behind it: `3万5000`, `1.8K`, `2 万 2 千`.
fn scaled(characters: &[char], at: &mut usize) -> f64 {
    let mut total = 0.0;
    let mut limit = f64::INFINITY;
    loop {
        let value = literal(characters, at);
        let blank = usize::from(characters.get(*at) == Some(&' '));
        let next = characters.get(*at + blank).copied();
        let after = characters.get(*at + blank + 1).copied();
        let scale = match next {
            // `300w`: 万, as it is typed.
            Some('w' | 'W') if blank == 0 && !after.is_some_and(|c| c.is_ascii_alphanumeric()) => Some(1e4),
            Some(c @ ('K' | 'k' | 'M' | 'B')) if blank == 0 && !after.is_some_and(|c| c.is_ascii_alphanumeric()) => {
                match c {
                    'M' => Some(1e6),
                    'B' => Some(1e9),
                    _ => Some(1e3),
                }
            }
            // `5 千` is 5000, `5 百度` is not 500.
            Some(c) => han_scale(c).filter(|scale| *scale >= 1e3),
            None => None,
        };
        let Some(scale) = scale.filter(|scale| *scale < limit) else {
            return total + value;
        };
        *at += blank + 1;
        // `100 万亿`, `百万` behind a digit.
        let again = characters.get(*at).copied().and_then(han_scale).filter(|again| *again > scale);
        let scale = again.map_or(scale, |again| {
            *at += 1;
            scale * again
        });
        total += value * scale;
        limit = scale;
        let blank = usize::from(characters.get(*at) == Some(&' '));
        let goes_on = scale >= 1e3 && characters.get(*at + blank).is_some_and(char::is_ascii_digit);
        let smaller = goes_on && {
            let mut ahead = *at + blank;
            let value = literal(characters, &mut ahead);
            let blank_behind = usize::from(characters.get(ahead) == Some(&' '));
            let behind = characters.get(ahead + blank_behind).copied().and_then(han_scale);
            // Two numbers beside each other are one only where the second fills the first up.
            value * behind.unwrap_or(1.0) < scale && (blank == 0 || behind.is_some())
        };
        if !smaller {
            return total;
        }
        *at += blank;
    }
}

/// Digits, with separators of thousands and a decimal point.
fn literal(characters: &[char], at: &mut usize) -> f64 {
    let mut written = String::new();
    let mut pointed = false;
    while let Some(c) = characters.get(*at) {
        let digit_after = characters.get(*at + 1).is_some_and(char::is_ascii_digit);
        match c {
            '0'..='9' => written.push(*c),
            ',' if digit_after && thousands(&characters[*at + 1..]) => {}
            '.' if digit_after && !pointed => {
                pointed = true;
                written.push('.');
            }
            _ => break,
        }
        *at += 1;
    }
    written.parse().unwrap_or_default()
}

fn thousands(after: &[char]) -> bool {
    after.iter().take_while(|c| c.is_ascii_digit()).count() == 3
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{a0}' | '\u{3000}' => ' ',
        c => c,
    }
}

fn han_digit(c: char) -> Option<f64> {
    Some(match c {
        '〇' | '零' => 0.0,
        '一' => 1.0,
        '二' | '两' | '両' | '俩' => 2.0,
        '三' => 3.0,
        '四' => 4.0,
        '五' => 5.0,
        '六' => 6.0,
        '七' => 7.0,
        '八' => 8.0,
        '九' => 9.0,
        _ => return None,
    })
}

fn han_scale(c: char) -> Option<f64> {
    match c {
        '十' => Some(1e1),
        '百' => Some(1e2),
        '千' => Some(1e3),
        '万' | '萬' => Some(1e4),
        '亿' | '億' => Some(1e8),
        '兆' => Some(1e12),
        _ => None,
    }
}

/// `千万`, `百万` without a digit before them.
fn next_is_scale(characters: &[char], at: usize) -> bool {
    characters.get(at + 1).copied().and_then(han_scale).is_some_and(|scale| scale >= 1e4)
}

/// `ひとつ` to `ここのつ`.
fn kana_value(characters: &[char]) -> Option<(f64, usize)> {
    // No two begin alike.
    let (value, word) = match characters.first()? {
        'ひ' => (1.0, "ひとつ"),
        'ふ' => (2.0, "ふたつ"),
        'み' => (3.0, "みっつ"),
        'よ' => (4.0, "よっつ"),
        'い' => (5.0, "いつつ"),
        'む' => (6.0, "むっつ"),
        'な' => (7.0, "ななつ"),
        'や' => (8.0, "やっつ"),
        'こ' => (9.0, "ここのつ"),
        _ => return None,
    };
    let length = word.chars().count();
    word.chars().eq(characters.iter().take(length).copied()).then_some((value, length))
}

fn han_value(characters: &[char]) -> Option<f64> {
    let plain = characters.len() > 1 && characters.iter().all(|c| han_digit(*c).is_some());
    if plain {
        // `二〇二四` is read digit by digit.
        return characters.iter().try_fold(0.0, |value, c| han_digit(*c).map(|digit| value * 10.0 + digit));
    }
    let (mut total, mut section, mut digit) = (0.0, 0.0, None);
    for c in characters {
        match (han_digit(*c), han_scale(*c)) {
            (Some(value), _) => digit = Some(value),
            (None, Some(scale)) if scale < 1e4 => section += digit.take().unwrap_or(1.0) * scale,
            (None, Some(scale)) => {
                total += (section + digit.take().unwrap_or(0.0)).max(1.0) * scale;
                section = 0.0;
            }
            (None, None) => return None,
        }
    }
    Some(total + section + digit.unwrap_or(0.0))
}

/// A number that is in one text and not in the other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// The source has it, the translation has not.
    #[error("the number {0} of the source is missing")]
    Missing(String),
    /// The translation has it, the source has not.
    #[error("the number {0} is not in the source")]
    Invented(String),
}

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
    let ours = Desk::new(source);
    let mut theirs = Desk::new(translation);
    let is_discount = |there: &There| there.behind & words(&["折"]) != 0;
    let in_digits = || ours.numbers.iter().filter(|there| !there.number.han);
    // `9 折` is no 9, and takes none from where it is one.
    let (discounts, others) = (in_digits().filter(|there| is_discount(there)), in_digits());
    let missing = discounts.chain(others.filter(|there| !is_discount(there) && !theirs.take_equal(&there.number)));
    let missing: Vec<&There> = missing.collect();
    let afternoon = source.contains("下午");
    let mut faults = Vec::new();
    let mut told: HashSet<&str> = HashSet::new();
    let mut dates: HashMap<&str, bool> = HashMap::new();
    for there in missing {
        let written = there.written();
        // Said once instead of twice is no loss.
        if told.contains(written) || (!is_discount(there) && theirs.has(&there.number)) {
            continue;
        }
        let is_date = *dates.entry(written).or_insert_with(|| is_date_of(written, translation));
        if is_date {
            theirs.take_parts(written);
        } else if !in_other_words(&there.number, there.behind, afternoon, &mut theirs) {
            told.insert(written);
            faults.push((NumberFault::Missing(written.to_owned()), there.range.clone()));
        }
    }

    let reductions: HashSet<u64> = ours
        .numbers
        .iter()
        .filter(|there| is_discount(there))
        .map(|there| reduction(&there.number).to_bits())
        .collect();
    let mut in_words: HashMap<u64, bool> = HashMap::new();
    let mut told: HashSet<&str> = HashSet::new();
    for (place, there) in theirs.numbers.iter().enumerate() {
        let (number, written) = (&there.number, there.written());
        if number.han || theirs.is_taken(place) || told.contains(written) {
            continue;
        }
        // Said twice, or written out in Han numerals.
        let bits = number.value.to_bits();
        let known = ours.has(number)
            || reductions.contains(&bits)
            || *in_words.entry(bits).or_insert_with(|| said_in_words(number.value, source));
        if !known {
            told.insert(written);
            faults.push((NumberFault::Invented(written.to_owned()), there.range.clone()));
        }
    }
    faults
}

/// So many numbers of one value are looked at before none of them is the one.
const LOOKED: usize = 64;

/// The numbers of a text, sorted by value, and which of them have found their counterpart.
struct Desk {
    numbers: Vec<There>,
    /// By value; of one value, those in digits first.
    order: Vec<usize>,
    /// By place in `order`: where to look for the next that is not taken.
    next: Vec<usize>,
    /// By number: its place in `order`.
    places: Vec<usize>,
    /// Those that are written so, the last first.
    written: HashMap<String, Vec<usize>>,
}

impl Desk {
    fn new(text: &str) -> Self {
        let numbers = read(text);
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        let number = |place: usize| &numbers[place].number;
        order.sort_by(|a, b| {
            let by_value = number(*a).value.total_cmp(&number(*b).value);
            by_value.then(number(*a).han.cmp(&number(*b).han)).then(a.cmp(b))
        });
        let mut places = vec![0; numbers.len()];
        for (place, number) in order.iter().enumerate() {
            places[*number] = place;
        }
        let mut written: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, there) in numbers.iter().enumerate().rev() {
            written.entry(there.written().to_owned()).or_default().push(place);
        }
        Self { next: (0..=numbers.len()).collect(), numbers, order, places, written }
    }

    /// Those of this value, by place in `order`.
    fn near(&self, value: f64) -> Range<usize> {
        let of = |place: &usize| self.numbers[*place].number.value;
        let start = self.order.partition_point(|place| of(place) < value && !same(of(place), value));
        let end = self.order.partition_point(|place| of(place) <= value || same(of(place), value));
        start..end.max(start)
    }

    /// The first that is not taken at `place` in `order` or behind it.
    fn free(&mut self, place: usize) -> usize {
        let mut root = place;
        while self.next[root] != root {
            root = self.next[root];
        }
        let mut at = place;
        while self.next[at] != root {
            at = std::mem::replace(&mut self.next[at], root);
        }
        root
    }

    fn is_taken(&self, number: usize) -> bool {
        let place = self.places[number];
        self.next[place] != place
    }

    fn take(&mut self, number: usize) {
        let place = self.places[number];
        if self.next[place] == place {
            self.next[place] = place + 1;
        }
    }

    /// Take one of this value that is what is asked for.
    fn take_first(&mut self, value: f64, wanted: impl Fn(&There) -> bool) -> bool {
        let near = self.near(value);
        let mut place = self.free(near.start);
        for _ in 0..LOOKED {
            if place >= near.end {
                return false;
            }
            let number = self.order[place];
            if wanted(&self.numbers[number]) {
                self.take(number);
                return true;
            }
            place = self.free(place + 1);
        }
        false
    }

    /// Take one that says the same.
    fn take_equal(&mut self, number: &Number) -> bool {
        self.take_written(number.text.trim()) || self.take_first(number.value, |other| number.is(&other.number))
    }

    /// Take one that is written so.
    fn take_written(&mut self, written: &str) -> bool {
        while let Some(number) = self.written.get_mut(written).and_then(Vec::pop) {
            if !self.is_taken(number) {
                self.take(number);
                return true;
            }
        }
        false
    }

    /// Take the month and the day of `5.21`.
    fn take_parts(&mut self, date: &str) {
        let (month, day) = date.split_once('.').unwrap_or((date, ""));
        for part in [month, day.trim_start_matches('0')] {
            self.take_written(part);
        }
    }

    /// Whether one, taken or not, says the same.
    fn has(&self, number: &Number) -> bool {
        // An entry stays when all in it are taken.
        self.written.contains_key(number.text.trim())
            || self.order[self.near(number.value)]
                .iter()
                .take(LOOKED)
                .any(|other| number.is(&self.numbers[*other].number))
    }
}

impl There {
    fn written(&self) -> &str {
        self.number.text.trim()
    }
}

impl Number {
    /// Whether the two say the same: in value, and, where they have a point and nothing else, in
    /// digits too: version 3.10 is not 3.1.
    fn is(&self, other: &Self) -> bool {
        let plain = |text: &str| text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let (a, b) = (self.text.trim(), other.text.trim());
        same(self.value, other.value) && (a == b || !(plain(a) && plain(b)))
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
        return take(reduction(number), &["%", "％", "パーセント"]) || take(number.value, &["割", "掛", "折"]);
    }
    if number.value < 100.0 && is_before(&["年代", "后"]) {
        return take(1900.0 + number.value, &["年"]);
    }
    if is_before(&["点"]) && afternoon {
        return take(number.value + 12.0, &["時", ":", "："]);
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

fn same(a: f64, b: f64) -> bool {
    // Of more digits than a number can hold all that is known is that they are many.
    a == b || (a.is_finite() && b.is_finite() && (a - b).abs() <= 1e-9 * a.abs().max(b.abs()))
}

/// Whether a date written `5.21` is `5/21` or `5 月 21 日` in the translation.
fn is_date_of(written: &str, translation: &str) -> bool {
    let Some((month, day)) = written.split_once('.') else { return false };
    // Nobody writes more zeros before them.
    let is_date = month.len() <= 2
        && day.len() <= 2
        && month.parse().is_ok_and(|month: u32| (1..=12).contains(&month))
        && day.parse().is_ok_and(|day: u32| (1..=31).contains(&day));
    let day = day.trim_start_matches('0');
    let forms = [format!("{month}/{day}"), format!("{month} 月 {day} 日"), format!("{month}月{day}日")];
    is_date && forms.iter().any(|form| translation.contains(form))
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
            ("打 9 折", "打 9 折"),
            ("90 后，下午 3 点", "1990 年代生まれ、15 時"),
            ("翻倍，每天，万字，半小时", "2 倍、1 日、1 万字、30 分"),
            ("5.21，发布", "5/21、リリース"),
        ] {
            assert_eq!(compare(source, translation), [], "{source} / {translation}");
        }
    }

    #[test]
    fn each_fault_has_its_place() {
        let (source, translation) = ("3 与 13 个，２２ 人", "3 と 31 と 31");
        let places: Vec<_> = faults(source, translation);
        let told = |fault: &(NumberFault, Range<usize>)| match fault.0 {
            NumberFault::Missing(_) => &source[fault.1.clone()],
            NumberFault::Invented(_) => &translation[fault.1.clone()],
        };
        assert_eq!(places.iter().map(told).collect::<Vec<_>>(), ["13", "２２", "31"]);
    }

    #[test]
    fn many_numbers_take_no_longer_than_they_are_many() {
        let many = |from: usize| (from..from + 50_000).map(|n| format!("{n} 折 3.1 5% 10 时 ")).collect::<String>();
        assert!(!compare(&many(1000), &many(200_000)).is_empty());
        assert_eq!(compare(&many(1000), &many(1000)), []);
    }

    #[test]
    fn more_digits_than_can_be_counted_are_still_a_number() {
        let long = "9".repeat(400);
        assert_eq!(compare(&long, &long), []);
        assert_eq!(compare("5", &long).len(), 2);
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
        ] {
            assert_ne!(compare(source, translation), [], "{source} / {translation}");
        }
    }
}
