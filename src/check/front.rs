//! Front matter: what is not translated is as in the source.

use crate::finding::{Finding, Fix, What, difference};
use crate::front::Front;
use crate::source::Span;

use super::Pair;
use super::file::File;

/// What a translation changes: its form is looked at, not its value.
const TRANSLATED: [&str; 3] = ["title", "description", "summary"];

pub(super) fn check(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let (source, edition) = (pair.source.file, pair.edition.file);
    let head = Span::new(0, edition.body_start);
    if let Some(why) = &edition.broken {
        found.push(Finding::new(What::FrontUnreadable { why: why.clone() }).in_edition(head));
    }
    if let Some(why) = &source.broken {
        let what = What::SourceFront { why: why.clone() };
        found.push(Finding::new(what).in_source(Span::new(0, source.body_start)));
    }
    match (&source.front, &edition.front) {
        (Some(ours), Some(theirs)) => keys(pair, ours, theirs, found),
        (Some(ours), None) if edition.broken.is_none() => {
            found.push(Finding::new(What::FrontMissing).in_source(ours.span).in_edition(Span::new(0, 0)));
        }
        // The edition's is the translator's; its day is known all the same.
        (None, Some(theirs)) => {
            if let (Some(expected), Some(value)) = (source.date(), theirs.get("pubDate"))
                && crate::issue::Date::parse(&value) != Some(expected)
            {
                value_differs(source, edition, theirs, "pubDate", &expected.to_string(), found);
            }
        }
        _ => {}
    }
    if let Some(front) = &edition.front {
        author(pair, front, found);
        blanks(edition, front, found);
        title(pair, front, found);
    }
}

/// What mends a value is tried by reading the front matter again: of one that is very long, the first
/// values are mended. So many bytes are read at most.
const TRIED: usize = 1 << 20;

fn keys(pair: &Pair<'_>, ours: &Front, theirs: &Front, found: &mut Vec<Finding>) {
    let (source, edition) = (pair.source.file, pair.edition.file);
    for key in ours.keys() {
        let place = ours.place(&key).unwrap_or(ours.span);
        if !theirs.has(&key) {
            let what = What::FrontKeyMissing { key };
            let end = Span::new(theirs.span.end(), theirs.span.end());
            found.push(Finding::new(what).in_source(place).in_edition(end));
        } else if !TRANSLATED.contains(&&*key) && !ours.agrees(theirs, &key) {
            let expected = ours.get(&key).unwrap_or_else(|| "…".to_owned());
            value_differs(source, edition, theirs, &key, &expected, found);
        }
    }
    for key in theirs.keys() {
        // The sources have an author in some years only; an edition always has one.
        if !ours.has(&key) && key != "author" {
            let place = theirs.place(&key).unwrap_or(theirs.span);
            found.push(Finding::new(What::FrontKeyExtra { key }).in_edition(place));
        }
    }
}

fn value_differs(source: &File, edition: &File, theirs: &Front, key: &str, expected: &str, found: &mut Vec<Finding>) {
    let place = theirs.place(key);
    let what = What::FrontValue {
        key: key.to_owned(),
        expected: expected.to_owned(),
        found: theirs.get(key).unwrap_or_else(|| "…".to_owned()),
    };
    let mut finding = Finding::new(what).in_edition(place.unwrap_or(theirs.span));
    if let Some(front) = &source.front {
        finding = finding.in_source(front.place(key).unwrap_or(front.span));
    }
    let finding = with_value(edition, theirs, (key, expected), finding, found);
    found.push(finding);
}

/// The finding, mended by `value` for `key`, where that can be written.
fn with_value(
    edition: &File,
    front: &Front,
    (key, value): (&str, &str),
    finding: Finding,
    found: &[Finding],
) -> Finding {
    if found.len().saturating_mul(front.span.len()) > TRIED {
        return finding;
    }
    let text = edition.source.text();
    match front.with(text, &[(key, value)]) {
        Ok(written) => {
            let (old, new, at) = difference(&text[front.span.range()], &written);
            let start = front.span.start() + at;
            let new = new.to_owned();
            finding.mended_by(Fix::safe(Span::new(start, start + old.len()), new))
        }
        Err(_) => finding,
    }
}

/// Where the source names nobody, the author is the newsletter's.
fn author(pair: &Pair<'_>, front: &Front, found: &mut Vec<Finding>) {
    let named = pair.source.file.front.as_ref().is_some_and(|front| front.has("author"));
    let expected = &pair.profile.author;
    let is_issue = pair.source.file.title().is_some_and(|title| pair.profile.source_title(&title).is_some());
    if named || !is_issue || front.get("author").is_none_or(|author| author.trim() == expected) {
        return;
    }
    let before = found.len();
    value_differs(pair.source.file, pair.edition.file, front, "author", expected, found);
    // An edition may have an author of its own.
    found[before..].iter_mut().for_each(|finding| finding.severity = crate::rules::Severity::Warning);
}

fn blanks(edition: &File, front: &Front, found: &mut Vec<Finding>) {
    for key in front.keys() {
        let Some(value) = front.get(&key).filter(|value| value.trim() != value) else { continue };
        let place = front.place(&key).unwrap_or(front.span);
        let finding = Finding::new(What::FrontBlanks { key: key.clone() }).in_edition(place);
        let finding = with_value(edition, front, (&key, value.trim()), finding, found);
        found.push(finding);
    }
}

/// The title has the form of an edition's, and the number of the source.
fn title(pair: &Pair<'_>, front: &Front, found: &mut Vec<Finding>) {
    let Some(number) = pair.source.file.title().and_then(|title| Some(pair.profile.source_title(&title)?.number))
    else {
        return;
    };
    let Some(value) = front.get("title") else {
        found.push(Finding::new(What::FrontKeyMissing { key: "title".to_owned() }).in_edition(front.span));
        return;
    };
    let read = pair.profile.target_title(&value);
    if read.as_ref().is_some_and(|read| read.number == number) {
        return;
    }
    let rest = read.map_or("…", |read| read.rest);
    let expected = pair.profile.write_target_title(number, rest);
    let what = What::FrontValue { key: "title".to_owned(), expected, found: value };
    let finding = Finding::new(what).in_edition(front.place("title").unwrap_or(front.span));
    let place = pair.source.file.front.as_ref().and_then(|front| front.place("title"));
    found.push(match place {
        Some(place) => finding.in_source(place),
        None => finding,
    });
}
