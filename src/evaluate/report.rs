//! What an evaluation comes to: the text, the JSON and the page are made of it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::glossary::Glossary;
use crate::report::one_line;
use crate::rules::{Rule, Severity};

use super::bootstrap::{DRAWS, Difference, Interval};
use super::chrf::Matches;
use super::figures::{Comparison, Found, Pair, Place, Point, Scored, Section, Shown, Touched};
use super::judge::Judgement;
use super::system::System;
use super::terms::Adherence;
use super::trial::{Segment, Trial};
use super::words;

/// How many of the worst segments are shown.
const WORST: usize = 10;

/// A text as short as this has hardly a run of six characters in common with anything: among the worst it
/// would say nothing.
const SHORT: usize = 8;

/// So many characters of a text are shown.
const SHOWN: usize = 240;

/// A text is an outlier that is less than a half, or more than double of its reference; neither says
/// much of texts shorter than [`LONG`].
const OUTLIER: f64 = 2.0;

/// See [`OUTLIER`].
const LONG: usize = 20;

/// What an evaluation came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub version: u32,
    /// How it was scored, for other programs and for papers.
    pub signature: String,
    /// The issues.
    pub issues: Vec<Pair>,
    /// Segments that are scored.
    pub scored: usize,
    /// Segments that the reference leaves as the source has them: code, names, titles in English.
    pub unchanged: usize,
    /// Segments that the reference has nothing for.
    pub unreferenced: usize,
    /// What a copy of the source would score: nothing below it is a translation.
    pub copy: Interval,
    /// What the copy would score with markup, addresses and all.
    pub raw_copy: f64,
    /// The systems, the best first.
    pub systems: Vec<Scored>,
    /// Each two of them.
    pub comparisons: Vec<Comparison>,
    /// What a judge says of some two of them, where one was asked.
    pub judgements: Vec<Judgement>,
    /// What all of it comes to, in sentences.
    pub verdict: Vec<String>,
    /// The scored segments, in order.
    pub segments: Vec<Point>,
}

/// A scored segment, and the trial it is of.
type Row<'t> = (usize, &'t Segment);

impl Report {
    /// What `trials`, each of which has an edition of each of `systems`, come to.
    pub fn new(trials: &[Trial], systems: &[System], glossary: &Glossary) -> Self {
        let all = || trials.iter().flat_map(|trial| &trial.segments);
        let rows: Vec<Row<'_>> = trials
            .iter()
            .enumerate()
            .flat_map(|(place, trial)| trial.segments.iter().map(move |segment| (place, segment)))
            .filter(|(_, segment)| segment.is_scored())
            .collect();
        let scored = rows.len();
        let unreferenced = all().filter(|segment| segment.reference.text.is_empty()).count();
        let of = |system: usize| rows.iter().map(|(_, segment)| segment.editions[system].matches).collect::<Vec<_>>();
        let copies: Vec<Matches> =
            rows.iter().map(|(_, segment)| Matches::new(&segment.source.text, &segment.reference.text)).collect();

        let columns: Vec<Vec<Matches>> = (0..systems.len()).map(of).collect();
        let total = |system: &usize| columns[*system].iter().copied().sum::<Matches>().score();
        let mut order: Vec<usize> = (0..systems.len()).collect();
        order.sort_by(|one, other| total(other).total_cmp(&total(one)));

        let desk = Desk { trials, rows: &rows, glossary };
        let ranked: Vec<Scored> =
            order.iter().map(|system| desk.scored(*system, &systems[*system], &columns[*system])).collect();
        let comparisons = compared(&order, &columns, systems);
        let copy = Interval::of(&copies);
        let over_copy: Vec<Difference> =
            order.iter().map(|system| Difference::of(&columns[*system], &copies)).collect();
        let points = rows.iter().map(|(issue, segment)| Point {
            issue: *issue,
            source_line: trials[*issue].line_of(segment),
            length: segment.reference.length(),
            source: segment.source.text.clone(),
            reference: segment.reference.text.clone(),
            editions: order.iter().map(|system| segment.editions[*system].said.text.clone()).collect(),
            scores: order.iter().map(|system| segment.editions[*system].matches.score()).collect(),
        });
        let verdict = words::verdict(&ranked, &comparisons, scored, copy, &over_copy);
        Self {
            version: 1,
            signature: format!("chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|bs:{DRAWS}|text:no-markup"),
            issues: desk.issues(),
            scored,
            unchanged: all().count() - scored - unreferenced,
            unreferenced,
            copy,
            raw_copy: trials.iter().map(|trial| trial.raw_copy).sum::<Matches>().score(),
            systems: ranked,
            comparisons,
            judgements: Vec::new(),
            verdict,
            segments: points.collect(),
        }
    }

    /// The same with what a judge says.
    #[must_use]
    pub fn with_judgements(mut self, judgements: Vec<Judgement>) -> Self {
        // After who is better than whom, before what is wrong with each.
        let place = self.systems.len().saturating_sub(1).min(self.verdict.len());
        self.verdict.splice(place..place, judgements.iter().map(words::judged));
        self.judgements = judgements;
        self
    }

    /// The report for programs: one object, with its last line ended.
    ///
    /// # Errors
    ///
    /// None that a text could cause.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

/// Each two systems, the better one first.
fn compared(order: &[usize], columns: &[Vec<Matches>], systems: &[System]) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for (place, better) in order.iter().enumerate() {
        for than in &order[place + 1..] {
            let difference = Difference::of(&columns[*better], &columns[*than]);
            comparisons.push(Comparison {
                better: systems[*better].name.clone(),
                than: systems[*than].name.clone(),
                difference,
                is_sure: difference.is_sure(),
            });
        }
    }
    comparisons
}

/// What all systems are looked at with.
struct Desk<'a> {
    trials: &'a [Trial],
    rows: &'a [Row<'a>],
    glossary: &'a Glossary,
}

impl Desk<'_> {
    fn issues(&self) -> Vec<Pair> {
        let pair = |(place, trial): (usize, &Trial)| Pair {
            source: trial.source.clone(),
            reference: trial.reference.clone(),
            scored: self.rows.iter().filter(|(issue, _)| *issue == place).count(),
        };
        self.trials.iter().enumerate().map(pair).collect()
    }

    fn scored(&self, number: usize, system: &System, column: &[Matches]) -> Scored {
        let (findings, [errors, warnings]) = self.findings(number);
        let (mut terms, mut terms_of_reference) = (Adherence::default(), Adherence::default());
        for (_, segment) in self.rows {
            terms += Adherence::of(&segment.source, &segment.editions[number].said, self.glossary);
            terms_of_reference += Adherence::of(&segment.source, &segment.reference, self.glossary);
        }
        Scored {
            name: system.name.clone(),
            editions: self.trials.iter().map(|trial| trial.editions[number].name.clone()).collect(),
            chrf: Interval::of(column),
            sections: self.sections(column),
            findings,
            errors,
            warnings,
            terms,
            terms_of_reference,
            left: self.places(number, |segment| segment.editions[number].is_left),
            missing: self.places(number, |segment| segment.editions[number].said.text.is_empty()),
            outliers: self.places(number, |segment| is_outlier(segment, number)),
            effort: system.effort,
            edits: system.edits.map(Touched::of),
            worst: self.worst(number),
        }
    }

    /// Sections of the same heading are one, whichever issue they are in.
    fn sections(&self, column: &[Matches]) -> Vec<Section> {
        let mut names: Vec<&str> = Vec::new();
        let mut parts: BTreeMap<usize, Vec<Matches>> = BTreeMap::new();
        for ((issue, segment), matches) in self.rows.iter().zip(column) {
            let name = self.trials[*issue].sections[segment.section].as_str();
            let place = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            parts.entry(place).or_default().push(*matches);
        }
        if names.len() < 2 {
            return Vec::new();
        }
        let section = |(place, part): (usize, Vec<Matches>)| Section {
            name: one_line(names[place], 60),
            scored: part.len(),
            chrf: Interval::of(&part),
        };
        parts.into_iter().map(section).collect()
    }

    fn findings(&self, number: usize) -> (Vec<Found>, [usize; 2]) {
        let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, Rule), usize> = BTreeMap::new();
        for finding in self.trials.iter().flat_map(|trial| &trial.editions[number].findings) {
            *counts.entry((std::cmp::Reverse(finding.severity), finding.rule())).or_default() += 1;
        }
        let all = |wanted: Severity| {
            counts.iter().filter(|((severity, _), _)| severity.0 == wanted).map(|(_, count)| count).sum()
        };
        let sums = [all(Severity::Error), all(Severity::Warning)];
        let found = |((severity, rule), count): (&(std::cmp::Reverse<Severity>, Rule), &usize)| Found {
            rule: rule.id(),
            severity: severity.0.name(),
            count: *count,
        };
        (counts.iter().map(found).collect(), sums)
    }

    fn places(&self, number: usize, is_one: impl Fn(&Segment) -> bool) -> Vec<Place> {
        self.rows.iter().filter(|(_, segment)| is_one(segment)).map(|row| self.place(number, row)).collect()
    }

    fn place(&self, number: usize, (issue, segment): &Row<'_>) -> Place {
        let trial = &self.trials[*issue];
        let edited = &segment.editions[number];
        Place {
            path: trial.editions[number].name.clone(),
            line: trial.editions[number].lines.of(&edited.said),
            source: trial.source.clone(),
            source_line: trial.line_of(segment),
            length: edited.said.length() as f64 / segment.reference.length().max(1) as f64,
        }
    }

    fn worst(&self, number: usize) -> Vec<Shown> {
        let mut rows: Vec<(f64, &Row<'_>)> = self
            .rows
            .iter()
            .filter(|(_, segment)| segment.reference.length() >= SHORT)
            .map(|row| (row.1.editions[number].matches.score(), row))
            .collect();
        // What is as people published it need not be looked at.
        rows.retain(|(_, row)| !row.1.editions[number].said.is_as(&row.1.reference));
        // Of those that are as bad, the longest weigh most.
        rows.sort_by(|(one, of_one), (other, of_other)| {
            one.total_cmp(other).then(of_other.1.reference.length().cmp(&of_one.1.reference.length()))
        });
        let shown = |(score, row): &(f64, &Row<'_>)| Shown {
            place: self.place(number, row),
            score: *score,
            source: one_line(&row.1.source.text, SHOWN),
            reference: one_line(&row.1.reference.text, SHOWN),
            edition: one_line(&row.1.editions[number].said.text, SHOWN),
        };
        rows.iter().take(WORST).map(shown).collect()
    }
}

fn is_outlier(segment: &Segment, number: usize) -> bool {
    let (ours, theirs) = (segment.editions[number].said.length(), segment.reference.length());
    let ratio = ours as f64 / theirs.max(1) as f64;
    // What is in Chinese is shorter, and told anyway.
    !segment.editions[number].is_left
        && ours > 0
        && ours.max(theirs) >= LONG
        && !(1.0 / OUTLIER..=OUTLIER).contains(&ratio)
}
