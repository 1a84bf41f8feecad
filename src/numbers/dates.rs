//! Days with their year, in whatever form: `2025.6.6`, `2025-06-06`, `2025/6/6`, `2025 年 6 月 6 日`.

use std::collections::HashMap;
use std::ops::Range;

use super::fault::NumberFault;
use super::{Number, There, read};

/// A day as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Day {
    /// Year, month, day of the month.
    numbers: [u32; 3],
    /// Its bytes.
    span: Range<usize>,
}

/// What is left of the numbers of two texts when days have been held against days.
pub(super) struct Days {
    pub(super) ours: Vec<There>,
    pub(super) theirs: Vec<There>,
    pub(super) missing: Vec<(NumberFault, Range<usize>)>,
}

/// Take the days that both texts have out of their numbers, and tell those that the translation lost:
/// of `2025.6.6` and `2025/6/8` the parts are nearly the same.
pub(super) fn compare(source: &str, translation: &str) -> Days {
    let (mut ours, mut theirs) = (read(source), read(translation));
    let (in_source, in_translation) = (days(source), days(translation));
    let mut missing = Vec::new();
    if in_source.is_empty() && in_translation.is_empty() {
        return Days { ours, theirs, missing };
    }
    // Whether each of the translation's days is one of the source's.
    let mut known: HashMap<[u32; 3], bool> = in_translation.iter().map(|day| (day.numbers, false)).collect();
    let mut short: HashMap<[u32; 2], Vec<Range<usize>>> = HashMap::new();
    for day in short_days(translation, &in_translation) {
        short.entry([day.numbers[1], day.numbers[2]]).or_default().push(day.span);
    }
    let mut said = Vec::new();
    for day in &in_source {
        let [_, month, date] = day.numbers;
        if let Some(there) = known.get_mut(&day.numbers) {
            *there = true;
        } else if let Some(spans) = short.get_mut(&[month, date]) {
            // Its year need not be said twice.
            said.append(spans);
        } else {
            missing.push((NumberFault::Missing(source[day.span.clone()].trim().to_owned()), day.span.clone()));
        }
    }
    said.extend(in_translation.iter().map(|day| day.span.clone()));
    said.sort_unstable_by_key(|span| span.start);
    without(&mut theirs, &said);
    without(&mut ours, &in_source.iter().map(|day| day.span.clone()).collect::<Vec<_>>());
    // A year may be added: what is left counts by its parts.
    for day in in_translation.into_iter().filter(|day| known.get(&day.numbers) == Some(&false)) {
        theirs.extend(day.numbers.map(|part| There {
            number: Number { text: part.to_string(), value: part.into(), han: false },
            range: day.span.clone(),
            behind: 0,
            percent: false,
            rough: false,
            counts: false,
        }));
    }
    Days { ours, theirs, missing }
}

/// Take out the numbers that are in these spans, which are in order.
fn without(numbers: &mut Vec<There>, spans: &[Range<usize>]) {
    numbers.retain(|there| {
        let before = spans.partition_point(|span| span.start < there.range.end);
        before == 0 || spans[before - 1].end <= there.range.start
    });
}

/// The days in `text`, in order.
fn days(text: &str) -> Vec<Day> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
        let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
        at = start + length;
        if let Some((numbers, end)) = day(&text[start..]) {
            at = start + end;
            found.push(Day { numbers, span: start..at });
        }
    }
    found
}

/// Days without their year, `6/6` and `6 月 6 日`, that are no parts of `days`.
fn short_days(text: &str, days: &[Day]) -> Vec<Day> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
        let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
        at = start + length;
        let next = days.partition_point(|day| day.span.end <= start);
        if let Some(day) = days.get(next).filter(|day| day.span.start <= start) {
            at = day.span.end;
        } else if let Some((month, rest)) = number(&text[start..], 2)
            && let Some((sign, rest)) = sign(rest, &['/', '月'])
            && let Some((date, rest)) = number(rest, 2)
        {
            let rest = if sign == '月' { self::sign(rest, &['日']).map_or(rest, |(_, rest)| rest) } else { rest };
            at = text.len() - rest.len();
            found.push(Day { numbers: [0, month, date], span: start..at });
        }
    }
    found
}

/// The day that `text` begins with, and where it ends.
fn day(text: &str) -> Option<([u32; 3], usize)> {
    let (year, rest) = number(text, 4)?;
    let (sign, rest) = sign(rest, &['.', '/', '-', '年'])?;
    let (month, rest) = number(rest, 2)?;
    let (_, rest) = self::sign(rest, if sign == '年' { &['月'] } else { std::slice::from_ref(&sign) })?;
    let (day, rest) = number(rest, 2)?;
    let rest = if sign == '年' { self::sign(rest, &['日', '号']).map_or(rest, |(_, rest)| rest) } else { rest };
    // `2024.1.2.3` and `2024-1-2-3` are none.
    let goes_on = rest.strip_prefix(['.', '/', '-']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_day = (1970..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (is_day && !goes_on).then_some(([year, month, day], text.len() - rest.len()))
}

/// A number of at most so many digits; a year has all of them.
fn number(text: &str, most: usize) -> Option<(u32, &str)> {
    let length = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let fits = (1..=most).contains(&length) && (most < 4 || length == most);
    fits.then(|| text[..length].parse().ok().map(|number| (number, &text[length..])))?
}

/// One of these signs; beside characters there may be blanks.
fn sign<'t>(text: &'t str, signs: &[char]) -> Option<(char, &'t str)> {
    let bare = text.trim_start_matches(' ');
    let sign = bare.chars().next().filter(|c| signs.contains(c))?;
    let rest = &bare[sign.len_utf8()..];
    if sign.is_ascii() {
        return (bare.len() == text.len()).then_some((sign, rest));
    }
    let behind = rest.trim_start_matches(' ');
    // The blank behind the last one is the sentence's.
    Some((sign, if matches!(sign, '日' | '号') { rest } else { behind }))
}

/// Whether a date written `5.21` is `5/21` or `5 月 21 日` in the translation, or `2024.05` `2024 年 5 月`.
pub(super) fn is_date_of(written: &str, translation: &str) -> bool {
    let Some((first, second)) = written.split_once('.') else { return false };
    let within = |text: &str, least: u32, most: u32| {
        // Nobody writes more zeros before them.
        text.len() <= 4 && text.parse().is_ok_and(|number: u32| (least..=most).contains(&number))
    };
    let (a, b) = if second.len() > 2 {
        return false;
    } else if first.len() <= 2 && within(first, 1, 12) && within(second, 1, 31) {
        ("月", "日")
    } else if within(first, 1970, 2099) && within(second, 1, 12) {
        ("年", "月")
    } else {
        return false;
    };
    let second = second.trim_start_matches('0');
    let forms = [format!("{first}/{second}"), format!("{first} {a} {second} {b}"), format!("{first}{a}{second}{b}")];
    forms.iter().any(|form| translation.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_any_form() {
        let found = |text: &'static str| -> Vec<_> {
            days(text).into_iter().map(|day| (day.numbers, &text[day.span])).collect()
        };
        for text in ["2025.6.6", "2025-06-06", "2025/6/06", "2025 年 6 月 6 日", "2025年6月6号", "2025年6月6"] {
            assert_eq!(found(text), [([2025, 6, 6], text)], "{text}");
        }
        assert_eq!(found("2025.6.6 开始，2025.10.14 结束").len(), 2);
        for text in ["2025.6", "3.12.1", "2025.13.1", "2025.6.6.1", "2025. 6. 6", "12025.6.6", "2025/6-6"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
