//! What can be mended without a choice, mended.
//!
//! Nothing is believed: after each round the edition is checked again. A fix that does not take its
//! finding away, or that brings another, is taken back.

use std::collections::HashMap;

use crate::finding::{Edit, Finding, FixKind};
use crate::profile::Profile;
use crate::rules::{Language, Rule, Severity};
use crate::source::Source;

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
        // One of them does harm: what holds alone is taken, and then together.
        let good: Vec<&Finding> = able.iter().copied().filter(|finding| written(&[finding]).is_some()).collect();
        written(&good).or_else(|| written(good.get(..1)?))
    })
}

fn again(edition: &File, text: &str, profile: &Profile) -> File {
    File::new(Source::new(edition.source.name(), text), profile)
}

fn key(finding: &Finding) -> (Rule, String) {
    (finding.rule(), finding.message(Language::En))
}

fn counted<'f>(found: impl Iterator<Item = &'f Finding>) -> HashMap<(Rule, String), i64> {
    let mut counts = HashMap::new();
    for finding in found {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts
}

/// Make the changes of these findings; one that overlaps another that is made is left out.
fn apply<'f>(text: &str, findings: &[&'f Finding]) -> (String, Vec<&'f Finding>) {
    let mut made: Vec<(&Edit, usize)> = Vec::new();
    let mut mended = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let Some(fix) = &finding.fix else { continue };
        let free = |edit: &Edit| {
            made.iter().all(|(other, _)| edit.span.end() < other.span.start() || other.span.end() < edit.span.start())
        };
        if fix.edits.iter().all(free) {
            made.extend(fix.edits.iter().map(|edit| (edit, index)));
            mended.push(*finding);
        }
    }
    made.sort_by_key(|(edit, _)| edit.span);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for (edit, _) in made {
        written.push_str(&text[at..edit.span.start()]);
        written.push_str(&edit.text);
        at = edit.span.end();
    }
    written.push_str(&text[at..]);
    (written, mended)
}
