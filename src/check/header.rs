//! The note at an edition's head: it names the source's day, title and address, and each is known.

use std::sync::OnceLock;

use regex::Regex;

use crate::align::{ExtraKind, Pairing};
use crate::finding::{Finding, Fix, Thing, What};
use crate::issue::Date;
use crate::profile::Profile;
use crate::source::Span;

use super::Pair;
use super::mentions::Mention;

pub(super) fn check(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let notes: Vec<u32> = pair
        .alignment
        .pairs
        .iter()
        .filter_map(|pairing| match pairing {
            Pairing::Extra { edition, kind: ExtraKind::HeaderNote } => Some(*edition),
            _ => None,
        })
        .collect();
    let source = pair.source.file;
    // Only an issue has a note; a page that is none has no title of that form.
    let issue = source.title().and_then(|title| Some(pair.profile.source_title(&title)?.number));
    if notes.is_empty() {
        if pair.profile.check.note && issue.is_some() && source.source.text() != pair.edition.file.source.text() {
            let at = pair.edition.file.body_start;
            found.push(Finding::new(What::NoteMissing).in_edition(Span::new(at, at)));
        }
        return;
    }
    dates(pair, &notes, found);
    // Of a page that is no issue nobody knows the address; a link to where sources are is one to it.
    let is_ours = |link: &&Mention| issue.is_some() || link.target.starts_with(base(pair.profile));
    if let Some(link) = original(pair, &notes).filter(is_ours) {
        address(pair, link, issue, found);
        title(pair, link, found);
    }
}

fn dates(pair: &Pair<'_>, notes: &[u32], found: &mut Vec<Finding>) {
    static DATE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = || Regex::new(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?").ok();
    let (Some(pattern), Some(expected)) = (DATE.get_or_init(pattern), pair.source.file.date()) else { return };
    for visible in notes.iter().filter_map(|unit| pair.edition.visible[*unit as usize].as_ref()) {
        // The title between the quotes may have a date of its own.
        let Some(read) = pattern.captures(&visible.text) else { continue };
        let (whole, number) =
            (read.get(0).map_or(0..0, |all| all.range()), |group: usize| read[group].parse::<u16>().ok());
        let is_inside = visible.marks.iter().any(|(_, range)| range.contains(&whole.start));
        let date = (number(1), number(2), number(3));
        let wanted = (Some(expected.year), Some(expected.month.into()), Some(expected.day.into()));
        if is_inside || date == wanted {
            continue;
        }
        let text = &visible.text[whole.clone()];
        let span = visible.span(whole);
        let what = What::HeaderDate { expected: expected.to_string(), found: text.to_owned() };
        let mut finding = Finding::new(what).in_edition(span).mended_by(Fix::safe(span, like(text, expected)));
        let front = pair.source.file.front.as_ref();
        if let Some(place) = front.and_then(|front| front.place("pubDate").or_else(|| front.place("date"))) {
            finding = finding.in_source(place);
        }
        found.push(finding);
        return;
    }
}

/// `date` in the form of `text`: with its signs and blanks.
fn like(text: &str, date: Date) -> String {
    let mut numbers = [date.year.to_string(), date.month.to_string(), date.day.to_string()].into_iter();
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - at);
        let number = numbers.next().unwrap_or_default();
        let zero = rest[at..at + length].starts_with('0') && number.len() < length;
        written += &format!("{}{}{number}", &rest[..at], if zero { "0" } else { "" });
        rest = &rest[at + length..];
    }
    written + rest
}

/// The link to the source: the first that points to where sources are, else the first of all.
fn original<'p>(pair: &'p Pair<'_>, notes: &[u32]) -> Option<&'p Mention> {
    let links = || {
        let all = notes.iter().flat_map(|unit| &pair.edition.mentions[*unit as usize]);
        all.filter(|mention| mention.thing == Thing::Link)
    };
    let base = base(pair.profile);
    links().find(|link| link.target.starts_with(base)).or_else(|| links().next())
}

/// What all addresses of sources begin with.
fn base(profile: &Profile) -> &str {
    let url = &profile.note.url;
    url.find('{').map_or(url, |at| &url[..at])
}

/// What files are called behind their day: an issue, and a season's.
const KINDS: [&str; 2] = ["-weekly", "-sweekly"];

fn address(pair: &Pair<'_>, link: &Mention, number: Option<u32>, found: &mut Vec<Finding>) {
    let source = pair.source.file;
    let stem = source.stem();
    let expected = if Date::parse(stem).is_some() {
        pair.profile.original_url(stem, number)
    } else {
        // The file has another name than the page, which has that of the day and the kind of issue.
        let base = base(pair.profile);
        let Some(date) = source.date() else {
            // Without a day all that is known of the page is where it is.
            if !link.target.starts_with(base) {
                let what = What::HeaderUrl { expected: format!("{base}…"), found: link.target.clone() };
                found.push(Finding::new(what).in_edition(link.span));
            }
            return;
        };
        let pages = KINDS.map(|kind| pair.profile.original_url(&format!("{date}{kind}"), number));
        if pages.contains(&link.target) {
            return;
        }
        let [page, _] = pages;
        page
    };
    if link.target == expected {
        return;
    }
    let what = What::HeaderUrl { expected: expected.clone(), found: link.target.clone() };
    let finding = Finding::new(what).in_edition(link.span);
    let is_sure = link.is_exact && Date::parse(stem).is_some();
    found.push(if is_sure { finding.mended_by(Fix::safe(link.span, expected)) } else { finding });
}

/// The text of the link is the source's title, but for blanks and the width of signs.
fn title(pair: &Pair<'_>, link: &Mention, found: &mut Vec<Finding>) {
    let Some(expected) = pair.source.file.title() else { return };
    let plain = |text: &str| -> String {
        let text = text.replace('\\', "").replace('＃', "#").replace('：', ":");
        text.chars().filter(|c| !c.is_whitespace()).collect()
    };
    if plain(&link.text) == plain(&expected) || link.text.is_empty() {
        return;
    }
    let what = What::HeaderTitle { expected: expected.clone(), found: link.text.clone() };
    let text = pair.edition.file.source.text();
    let before = text[..link.span.start()].trim_end_matches(['(', ']']).len();
    let place = before.checked_sub(link.text.len()).filter(|start| text.get(*start..before) == Some(&*link.text));
    let mut finding = Finding::new(what).in_edition(place.map_or(link.span, |start| Span::new(start, before)));
    // What would be markup in a link's text is left to a person.
    if let Some(start) = place.filter(|_| !expected.contains(['[', ']', '\\', '`', '*', '_', '<', '&'])) {
        finding = finding.mended_by(Fix::safe(Span::new(start, before), expected));
    }
    let place = pair.source.file.front.as_ref().and_then(|front| front.place("title"));
    found.push(match place {
        Some(place) => finding.in_source(place),
        None => finding,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_form() {
        let date = Date { year: 2024, month: 6, day: 8 };
        for (text, expected) in [
            ("2023年12月1日", "2024年6月8日"),
            ("2024 年 6 月 1 日", "2024 年 6 月 8 日"),
            ("2024-06-01", "2024-06-08"),
            ("2024/6/1", "2024/6/8"),
        ] {
            assert_eq!(like(text, date), expected);
        }
    }
}
