//! Numbers in a text, by value: `35000` is `3万5000`, `22K` is `2 万 2 千`, `五` is `5`.

mod compare;
mod dates;
mod desk;
mod fault;

use std::ops::Range;

pub use compare::compare;
pub(crate) use compare::faults;
pub use fault::NumberFault;

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
    /// Whether it is one of a hundred, or the first of a range that is.
    percent: bool,
    /// Whether it says that it is a rough one: `約 10 万`, `10 万人近く`.
    rough: bool,
    /// Whether it counts things, more than one: `五大`, `5 つ`.
    counts: bool,
}

/// What behind a number makes Japanese say another one.
const BEHIND: [&str; 16] =
    ["折", "年代", "后", "点", "%", "％", "年", "時", ":", "：", "パーセント", "割", "掛", "毛", "角", "元"];

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
        let percent = is_percent(rest);
        let rough = is_rough(&text[..range.start], rest);
        let counts = value >= 2.0 && rest.starts_with(|c| COUNTERS.contains(c));
        found.push(There { number, range, behind, percent, rough, counts });
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

/// What is counted, in Chinese and in Japanese, stands before one of these.
const COUNTERS: &str = "个大种条篇款步项位家倍则部招点类层本つ個種件段人点章社名冊選項か";

fn is_percent(rest: &str) -> bool {
    let percent = |text: &str| ["%", "％", "パーセント", "ポイント"].iter().any(|sign| text.starts_with(sign));
    // `80〜90%`: no number is longer.
    let near = &rest[..rest.char_indices().nth(16).map_or(rest.len(), |(at, _)| at)];
    let range = near.trim_start_matches(['〜', '～', '~', '-', '–', '—', '至', '到', 'か', 'ら', ' ']);
    let second = range.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    percent(rest) || range.len() < near.len() && second.len() < range.len() && percent(second.trim_start())
}

fn is_rough(before: &str, rest: &str) -> bool {
    let near = &rest[..rest.char_indices().nth(5).map_or(rest.len(), |(at, _)| at)];
    let before = before.strip_suffix(' ').unwrap_or(before);
    ["約", "およそ", "ほぼ", "おおよそ", "ざっと"].iter().any(|word| before.ends_with(word))
        || ["近く", "前後", "ほど", "程度", "余り", "あまり"].iter().any(|word| near.contains(word))
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
