//! What can be mended without a choice, mended.
//!
//! Nothing is believed: after each round the edition is checked again. A fix that does not take its
//! finding away, or that brings another, is taken back.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;

use crate::finding::{Edit, Finding, FixKind};
use crate::profile::Profile;
use crate::rules::{Rule, Severity};
use crate::source::{MAX_LENGTH, Source, Span};

use super::{File, Settings, check};

/// An edition with what could be mended in it.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Its text.
    pub text: String,
    /// What was mended, with its places in the edition as it was when it was mended.
    pub done: Vec<Finding>,
}

/// Fixes may uncover others; so many times is looked again.
const ROUNDS: usize = 4;

/// Mend `edition`: what is safe, and what is a matter of style where `style` asks for it. Only findings
/// that `wanted` names are mended.
pub fn fix(
    source: &File,
    edition: &File,
    settings: &Settings<'_>,
    style: bool,
    wanted: impl Fn(&Finding) -> bool,
) -> Fixed {
    let mut fixed = Fixed { text: edition.source.text().to_owned(), done: Vec::new() };
    let mut now = edition.clone();
    for _ in 0..ROUNDS {
        let found = check(source, &now, settings).findings;
        let kind = |finding: &Finding| finding.fix.as_ref().map(|fix| fix.kind);
        let is_asked = |finding: &&Finding| match kind(finding) {
            Some(FixKind::Safe) => wanted(finding),
            Some(FixKind::Style) => style && wanted(finding),
            Some(FixKind::Choice) => false,
            None => false,
        };
        let able: Vec<&Finding> = found.iter().filter(is_asked).collect();
        let Some(round) = best(source, &now, settings, &found, &able) else { break };
        fixed.text = round.0;
        fixed.done.extend(round.1);
        now = again(&now, &fixed.text, settings.profile);
    }
    fixed
}

/// The text with as many of these mended as hold, all at once or one by one; none where none does.
fn best(
    source: &File,
    edition: &File,
    settings: &Settings<'_>,
    found: &[Finding],
    able: &[&Finding],
) -> Option<(String, Vec<Finding>)> {
    // What is good to know is no harm beside what is wrong.
    let least = able.iter().map(|finding| finding.severity).min().unwrap_or(Severity::Info);
    let counted = |found: &[Finding]| counted(found.iter().filter(|finding| finding.severity >= least));
    let before = counted(found);
    let holds = |text: &str, mended: &[&Finding]| {
        let after = counted(&check(source, &again(edition, text, settings.profile), settings).findings);
        let mut allowed = before.clone();
        for finding in mended {
            *allowed.entry(key(finding)).or_default() -= 1;
        }
        after.iter().all(|(key, count)| *count <= allowed.get(key).copied().unwrap_or_default())
    };
    let written = |findings: &[&Finding]| {
        let (text, mended) = apply(edition.source.text(), findings);
        (!mended.is_empty() && holds(&text, &mended)).then(|| (text, mended.into_iter().cloned().collect()))
    };
    if able.is_empty() {
        return None;
    }
    written(able).or_else(|| {
        // One of them does harm: the parts that hold by themselves are taken together, or the largest.
        let parts = halved(able, |findings| written(findings).is_some());
        let mut together = parts.clone();
        together.sort_by_key(|part| part.start);
        let together: Vec<&Finding> = together.into_iter().flat_map(|part| &able[part]).copied().collect();
        written(&together).or_else(|| written(&able[parts.first()?.clone()]))
    })
}

/// So often the edition is checked to find out which of its fixes do harm.
const LOOKS: usize = 100;

/// Of `findings`, which do not hold together, the parts that do, the largest first.
fn halved(findings: &[&Finding], hold: impl Fn(&[&Finding]) -> bool) -> Vec<Range<usize>> {
    let mut looks = LOOKS;
    let mut good = Vec::new();
    let mut open = VecDeque::new();
    open.push_back(0..findings.len());
    while let Some(part) = open.pop_front().filter(|part| part.len() > 1) {
        let half = part.start + part.len() / 2;
        for half in [part.start..half, half..part.end] {
            if looks == 0 {
                return good;
            }
            looks -= 1;
            if hold(&findings[half.clone()]) {
                good.push(half);
            } else if half.len() > 1 {
                open.push_back(half);
            }
        }
    }
    good
}

fn again(edition: &File, text: &str, profile: &Profile) -> File {
    File::new(Source::new(edition.source.name(), text), profile)
}

/// What findings are counted by. Not by their message: one may quote a text in which another is mended.
fn key(finding: &Finding) -> (Rule, Severity) {
    (finding.rule(), finding.severity)
}

fn counted<'f>(found: impl Iterator<Item = &'f Finding>) -> HashMap<(Rule, Severity), i64> {
    let mut counts = HashMap::new();
    for finding in found {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts
}

/// Make the changes of these findings; one that overlaps or touches another that is made is left out.
fn apply<'f>(text: &str, findings: &[&'f Finding]) -> (String, Vec<&'f Finding>) {
    // They do not overlap, so the last that begins before a place is the only one that may reach it.
    let mut made: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut mended = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let free = |edit: &Edit| {
            let before = made.range(..=Span::new(edit.span.end(), MAX_LENGTH)).next_back();
            before.is_none_or(|(_, other)| other.span.end() < edit.span.start())
        };
        if fix.edits.iter().all(free) {
            made.extend(fix.edits.iter().map(|edit| (edit.span, edit)));
            mended.push(*finding);
        }
    }
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for edit in made.values() {
        written.push_str(&text[at..edit.span.start()]);
        written.push_str(&edit.text);
        at = edit.span.end();
    }
    written.push_str(&text[at..]);
    (written, mended)
}
