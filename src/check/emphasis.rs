//! Emphasis that is shown as the signs it is written with: by parsing, not by pattern.

use crate::blocks::{Dialect, Reading};
use crate::finding::{Finding, Fix, What};
use crate::inline::MarkKind;
use crate::source::Span;
use crate::visible::Visible;

use super::Pair;

/// What readers never mean to see. A single `*` or `_` is a sign of its own as often as not.
const DELIMITERS: [&str; 3] = ["**", "__", "~~"];

/// Each try parses the block again: of a long block with many, the first are mended, and in the next run
/// the next. So many bytes are parsed at most.
const TRIED: usize = 1 << 20;

pub(super) fn check(pair: &Pair<'_>, place: usize, ours: Option<&Visible>, theirs: &Visible, found: &mut Vec<Finding>) {
    if let Some(ours) = ours {
        halved(pair, ours, theirs, found);
    }
    let mut tried = 0;
    for delimiter in DELIMITERS {
        let (edition, source) = (pair.edition.file.source.text(), pair.source.file.source.text());
        let shown = shown(theirs, delimiter, edition);
        let known = ours.map(|ours| self::shown(ours, delimiter, source)).unwrap_or_default();
        // Two open something; one, `**kwargs`, is what it is. So is what the source shows as well.
        if shown.len() < 2 || shown.len() <= known.len() {
            if known.len() >= 2 && known.len().is_multiple_of(2) && shown.len() == known.len() {
                let what = What::SourceEmphasis { delimiter: delimiter.to_owned() };
                let span = |visible: &Visible, at: usize| visible.span(at..at + delimiter.len());
                let finding = Finding::new(what).in_edition(span(theirs, shown[0]));
                found.push(match ours {
                    Some(ours) => finding.in_source(span(ours, known[0])),
                    None => finding,
                });
            }
            continue;
        }
        for two in shown.chunks(2) {
            let span = theirs.span(two[0]..two[0] + delimiter.len());
            let what = What::EmphasisUnrendered { delimiter: delimiter.to_owned() };
            let mut finding = Finding::new(what).in_edition(span);
            if let Some(ours) = ours {
                let start = ours.whole().start();
                finding = finding.in_source(Span::new(start, start));
            }
            if let [open, close] = two
                && let Some(fix) = mended(pair, place, theirs, delimiter, (*open, *close), &mut tried)
            {
                finding = finding.mended_by(fix);
            }
            found.push(finding);
        }
    }
}

/// Emphasis that lost one of its ends, or a half of one: less is strong than in the source, and a `*`
/// is shown that the source has not.
fn halved(pair: &Pair<'_>, ours: &Visible, theirs: &Visible, found: &mut Vec<Finding>) {
    let strong = |of: &Visible| of.marks.iter().filter(|(kind, _)| *kind == MarkKind::Strong).count();
    let (edition, source) = (pair.edition.file.source.text(), pair.source.file.source.text());
    let (shown, known) = (shown(theirs, "*", edition), shown(ours, "*", source));
    // Two whole ones are found as such.
    let is_half = (1..=3).contains(&shown.len()) && known.is_empty() && strong(theirs) < strong(ours);
    if is_half {
        let last = shown[shown.len() - 1];
        let delimiter = "*".repeat(if theirs.text[..last].ends_with('*') { 2 } else { 1 });
        let span = theirs.span(last + 1 - delimiter.len()..last + 1);
        let start = ours.whole().start();
        let finding = Finding::new(What::EmphasisUnrendered { delimiter }).in_edition(span);
        found.push(finding.in_source(Span::new(start, start)));
    }
}

/// Where `delimiter` stands as it is written, not escaped.
fn shown(visible: &Visible, delimiter: &str, file: &str) -> Vec<usize> {
    let all = visible.text.match_indices(delimiter).map(|(at, _)| at);
    all.filter(|at| &file[visible.span(*at..at + delimiter.len()).range()] == delimiter).collect()
}

/// A half-width space outside, as the edition's editor does, or none inside: whatever makes it emphasis.
fn mended(
    pair: &Pair<'_>,
    place: usize,
    visible: &Visible,
    delimiter: &str,
    (open, close): (usize, usize),
    bytes: &mut usize,
) -> Option<Fix> {
    let file = pair.edition.file.source.text();
    let inside = visible.text.get(open + delimiter.len()..close)?;
    if inside.trim().is_empty() {
        return None;
    }
    let (before, after) = (visible.span(open..open + delimiter.len()), visible.span(close..close + delimiter.len()));
    let unit = pair.edition.spans(pair.alignment.pairs[place].editions());
    let trimmed = |span: Span| file[span.range()].trim();
    let inner = Span::new(before.end(), after.start());
    let lead = file[inner.range()].len() - file[inner.range()].trim_start().len();
    let text = trimmed(inner);
    let inner_text = Span::new(inner.start() + lead, inner.start() + lead + text.len());
    for (left, right) in [("", ""), ("", " "), (" ", ""), (" ", " ")] {
        let blank = |at: usize, end: bool| {
            let there = if end { file[at..].chars().next() } else { file[..at].chars().next_back() };
            there.is_none_or(char::is_whitespace)
        };
        let left = if blank(before.start(), false) { "" } else { left };
        let right = if blank(after.end(), true) { "" } else { right };
        *bytes += unit.len();
        if *bytes > TRIED {
            return None;
        }
        let written = format!("{left}{delimiter}{}{delimiter}{right}", &file[inner_text.range()]);
        let all = Span::new(before.start(), after.end());
        let tried = format!("{}{written}{}", &file[unit.start()..all.start()], &file[all.end()..unit.end()]);
        if is_emphasis(&tried, pair.profile.markdown, delimiter, &file[unit.range()]) {
            return Some(Fix::safe(all, written));
        }
    }
    None
}

/// Whether `tried` has one mark more than `before`, and two delimiters less to see.
fn is_emphasis(tried: &str, dialect: Dialect, delimiter: &str, before: &str) -> bool {
    let count = |text: &str| {
        let document = Reading::new(dialect).parse(text);
        let leaves = 0..document.leaves.len();
        let kind = if delimiter == "~~" { MarkKind::Strikethrough } else { MarkKind::Strong };
        let inline = |leaf| document.inline(text, leaf);
        let marks: usize =
            leaves.map(|leaf| inline(leaf).marks().iter().filter(|mark| mark.kind == kind).count()).sum();
        (document.leaves.len(), marks)
    };
    let (leaves, marks) = count(before);
    count(tried) == (leaves, marks + 1)
}
