//! What the figures say, in sentences.

use super::bootstrap::{CHANCE_FROM, Difference, Interval};
use super::figures::{Comparison, Scored};
use super::judge::Judgement;

/// Rules that are named of those that find errors.
const NAMED: usize = 3;

/// What is to be said of systems, best first, what matters most first: `over_copy` is how much better than
/// `copy`, a copy of the source, each of them is. Nothing was `scored` where there are no segments.
pub(super) fn verdict(
    systems: &[Scored],
    comparisons: &[Comparison],
    scored: usize,
    copy: Interval,
    over_copy: &[Difference],
) -> Vec<String> {
    if scored == 0 {
        return vec![
            "There is nothing to score: the reference has no translation of any text of the source.".to_owned(),
        ];
    }
    let neighbours = systems.windows(2).filter_map(|two| {
        let is_of = |one: &&Comparison| one.better == two[0].name && one.than == two[1].name;
        comparisons.iter().find(is_of)
    });
    let mut said: Vec<String> = neighbours.map(compared).collect();
    if let [system] = systems {
        let Interval { score, low, high } = system.chrf;
        let copy = copy.score;
        said.push(format!("{} scores {score:.1} [{low:.1}, {high:.1}]; a copy of the source {copy:.1}.", system.name));
    }
    for (system, over) in systems.iter().zip(over_copy) {
        if !(over.is_sure() && over.difference.score > 0.0) {
            said.push(format!("{} is not surely better than a copy of the source.", system.name));
        }
        said.extend(told_of(system));
    }
    said
}

fn compared(comparison: &Comparison) -> String {
    let Comparison { better, than, difference, is_sure } = comparison;
    let Interval { score, low, high } = difference.difference;
    let figures = format!("chrF2 {score:+.1} [{low:.1}, {high:.1}], p {}", probability(difference.p));
    if *is_sure {
        return format!("{better} is better than {than}: {figures}.");
    }
    if score == 0.0 {
        return format!("{better} and {than} have the same score.");
    }
    format!("{better} and {than} cannot be told apart on these segments: {figures}.")
}

/// What a judge says of two.
pub(super) fn judged(judgement: &Judgement) -> String {
    let Judgement { judge, systems: [one, other], asked, wins, ties, torn, unanswered, p, .. } = judgement;
    let [better, than] = if wins[0] >= wins[1] { [one, other] } else { [other, one] };
    let most = wins[0].max(wins[1]);
    let figures = format!("{most} to {}, {ties} equal", wins[0].min(wins[1]));
    let torn = if *torn > 0 { format!(", {torn} otherwise in the other order") } else { String::new() };
    let without = if *unanswered > 0 { format!(", {unanswered} without an answer") } else { String::new() };
    let figures = format!("of {asked} texts {figures}{torn}{without}, p {}", probability(*p));
    if *p < CHANCE_FROM {
        format!("The judge {judge} prefers {better} to {than}: {figures}.")
    } else {
        format!("The judge {judge} does not clearly prefer {better} to {than}: {figures}.")
    }
}

/// `0.012`; what is smaller than a thousand draws can tell is not made up.
pub(super) fn probability(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

/// What is wrong with a system's editions, whatever their score.
fn told_of(system: &Scored) -> Vec<String> {
    let name = &system.name;
    let segments = |count: usize| if count == 1 { "segment" } else { "segments" };
    let mut said = Vec::new();
    let left = system.left.len();
    if left > 0 {
        said.push(format!("{name} leaves {left} {} in Chinese.", segments(left)));
    }
    let missing = system.missing.len();
    if missing > 0 {
        said.push(format!("{name} has nothing for {missing} {}.", segments(missing)));
    }
    if system.errors > 0 {
        let errors = system.findings.iter().filter(|found| found.severity == "error");
        let mut errors: Vec<_> = errors.collect();
        errors.sort_by_key(|found| std::cmp::Reverse(found.count));
        let more = if errors.len() > NAMED { " and others" } else { "" };
        let named: Vec<String> =
            errors.iter().take(NAMED).map(|found| format!("{} {}", found.rule, found.count)).collect();
        let what = if system.errors == 1 { "error" } else { "errors" };
        said.push(format!("{name} has {} {what} that a check finds: {}{more}.", system.errors, named.join(", ")));
    }
    if let Some(effort) = &system.effort
        && let (Some(first), Some(end)) = (effort.first_try(), effort.in_the_end())
    {
        said.push(format!(
            "{name} is right at the first try for {:.1} % of the segments it was asked for, after repair for {:.1} %.",
            first * 100.0,
            end * 100.0
        ));
    }
    said
}
