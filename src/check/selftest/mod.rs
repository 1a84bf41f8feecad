//! How much of what can go wrong with this pair would be seen: damage is done on purpose, many times,
//! and looked for.
//!
//! The damage is of the kinds that were seen in published editions. Places are chosen by a fixed seed,
//! so that two runs say the same.

mod damage;

use std::collections::HashMap;

use crate::finding::Finding;
use crate::rules::{Rule, Severity};
use crate::source::Source;

use super::{File, Pair, Settings, check};

pub use damage::Damage;

/// What came of one kind of damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The kind.
    pub damage: Damage,
    /// How often it was done; not at all where the pair has no place for it.
    pub done: usize,
    /// How often an error or a warning was found that was not there before.
    pub caught: usize,
    /// How often one of the rules that are meant for it found it.
    pub named: usize,
    /// By which rules, the most frequent first.
    pub rules: Vec<(Rule, usize)>,
    /// Where it was not caught: the line of the edition, and what was done to it.
    pub missed: Vec<(usize, String)>,
}

/// What came of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Selftest {
    /// By kind of damage.
    pub tried: Vec<Tried>,
    /// What is found in the pair as it is: by rule, errors and warnings only.
    pub untouched: Vec<(Rule, usize)>,
}

/// Do each kind of damage `rounds` times.
pub fn selftest(source: &File, edition: &File, settings: &Settings<'_>, rounds: usize, seed: u64) -> Selftest {
    let before = check(source, edition, settings).findings;
    let known = counted(&before);
    let pair = Pair::new(source, edition, settings);
    let tried = Damage::ALL.into_iter().map(|damage| {
        // Each kind has places of its own, whatever kinds there are besides it.
        let mut random = fastrand::Rng::with_seed(seed ^ (damage as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let places = damage::places(damage, &pair);
        let mut tried = Tried { damage, done: 0, caught: 0, named: 0, rules: Vec::new(), missed: Vec::new() };
        let mut by_rule: HashMap<Rule, usize> = HashMap::new();
        for _ in 0..if places.is_empty() { 0 } else { rounds } {
            let place = random.usize(..places.len());
            let Some(done) = damage::done(damage, &pair, &places[place], &mut random) else { continue };
            tried.done += 1;
            let damaged = File::new(Source::new(edition.source.name(), done.text), settings.profile);
            let mut left = known.clone();
            let mut new: Vec<Rule> = Vec::new();
            for finding in check(source, &damaged, settings).findings {
                let count = left.entry(finding.identity()).or_default();
                if *count > 0 {
                    *count -= 1;
                } else if finding.severity > Severity::Info {
                    new.push(finding.rule());
                }
            }
            new.sort_unstable();
            new.dedup();
            tried.caught += usize::from(!new.is_empty());
            tried.named += usize::from(new.iter().any(|rule| damage.rules().contains(rule)));
            if new.is_empty() {
                tried.missed.push((edition.source.position(done.at).line.get(), done.what));
            }
            for rule in new {
                *by_rule.entry(rule).or_default() += 1;
            }
        }
        tried.rules = sorted(by_rule);
        tried.missed.sort();
        tried.missed.dedup();
        tried
    });
    let tried = tried.collect();
    let mut untouched: HashMap<Rule, usize> = HashMap::new();
    for finding in before.iter().filter(|finding| finding.severity > Severity::Info) {
        *untouched.entry(finding.rule()).or_default() += 1;
    }
    Selftest { tried, untouched: sorted(untouched) }
}

fn sorted(by_rule: HashMap<Rule, usize>) -> Vec<(Rule, usize)> {
    let mut rules: Vec<(Rule, usize)> = by_rule.into_iter().collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    rules
}

fn counted(found: &[Finding]) -> HashMap<(Rule, String), usize> {
    let mut counts = HashMap::new();
    for finding in found {
        *counts.entry(finding.identity()).or_default() += 1;
    }
    counts
}
