//! All that is told of an evaluation, in figures: what the text, the JSON and the page are made of.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diff::Edits;
use crate::glossary::Glossary;
use crate::report::one_line;
use crate::rules::{Rule, Severity};

use super::bootstrap::{DRAWS, Difference, Interval};
use super::chrf::Matches;
use super::system::{Effort, System};
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
    /// The same in sentences.
    pub verdict: Vec<String>,
    /// The scored segments, in order.
    pub segments: Vec<Point>,
}

/// An issue and its reference.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The source's file.
    pub source: String,
    /// The reference's file.
    pub reference: String,
    /// Segments of it that are scored.
    pub scored: usize,
}

/// What is known of a system.
#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    /// What people call it.
    pub name: String,
    /// Its editions, in the order of the issues.
    pub editions: Vec<String>,
    /// Its chrF2 over all segments.
    pub chrf: Interval,
    /// By section, in the order in which they come up; none where there is but one.
    pub sections: Vec<Section>,
    /// What a check finds, by rule, what weighs most first.
    pub findings: Vec<Found>,
    /// Of these, errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// How far it keeps to the termbase.
    pub terms: Adherence,
    /// How far the reference does.
    pub terms_of_reference: Adherence,
    /// Segments with Chinese left in them.
    pub left: Vec<Place>,
    /// Segments it has nothing for.
    pub missing: Vec<Place>,
    /// Segments that are less than half, or more than twice as long as in the reference.
    pub outliers: Vec<Place>,
    /// What making it took, where it was made now.
    pub effort: Option<Effort>,
    /// What people changed in its drafts, where these are there.
    pub edits: Option<Touched>,
    /// The segments that have the least in common with the reference.
    pub worst: Vec<Shown>,
}

/// A section of all issues.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Its heading in the source; empty for what stands before the first.
    pub name: String,
    /// Segments of it that are scored.
    pub scored: usize,
    /// Its chrF2.
    pub chrf: Interval,
}

/// What a rule found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: &'static str,
    /// How often.
    pub count: usize,
}

/// Where a segment stands.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The edition's file.
    pub path: String,
    /// The line, counted from one; 0 where the edition has nothing.
    pub line: usize,
    /// The source's file.
    pub source: String,
    /// Its line.
    pub source_line: usize,
    /// How many times as long as the reference it is.
    pub length: f64,
}

impl Place {
    /// Where a person finds it: in the edition, else in the source.
    fn found(&self) -> (&str, usize) {
        if self.line > 0 { (&self.path, self.line) } else { (&self.source, self.source_line) }
    }

    /// The first `most` of `places`, each file named once: `ja/a.md:7, 12, ja/b.md:3 and 4 more`.
    pub fn listed(places: &[Self], most: usize) -> String {
        let mut listed = String::new();
        let mut before = "";
        for (path, line) in places.iter().take(most).map(Self::found) {
            listed += if listed.is_empty() { "" } else { ", " };
            listed += &if path == before { line.to_string() } else { format!("{path}:{line}") };
            before = path;
        }
        if places.len() > most {
            listed += &format!(" and {} more", places.len() - most);
        }
        listed
    }
}

/// What people changed in drafts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Touched {
    /// The share of the draft's characters that they kept, from 0 to 1.
    pub kept: f64,
    /// Blocks they left as they were.
    pub untouched: usize,
    /// Blocks they edited.
    pub edited: usize,
    /// Blocks they wrote anew.
    pub rewritten: usize,
    /// Blocks they took out.
    pub removed: usize,
    /// Blocks they put in.
    pub added: usize,
}

impl Scored {
    /// Lists of segments to look at, each with what they have in common; none that are empty.
    pub fn lists(&self) -> impl Iterator<Item = (&'static str, &[Place])> {
        let lists = [
            ("in Chinese", &self.left),
            ("nothing there, by line of the source", &self.missing),
            ("less than half, or more than twice as long as the reference", &self.outliers),
        ];
        lists.into_iter().filter(|(_, places)| !places.is_empty()).map(|(what, places)| (what, places.as_slice()))
    }
}

/// A segment to look at.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Where it stands.
    pub place: Place,
    /// Its chrF2.
    pub score: f64,
    /// What the source says, cut where it is long.
    pub source: String,
    /// What the reference says.
    pub reference: String,
    /// What the edition says.
    pub edition: String,
}

/// One system beside another.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The one with the higher score.
    pub better: String,
    /// The other.
    pub than: String,
    /// By how much.
    pub difference: Difference,
    /// Whether it is better, and not by chance.
    pub is_sure: bool,
}

/// A segment, and what each system scores for it.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// The issue, among those there are.
    pub issue: usize,
    /// The line of the source.
    pub source_line: usize,
    /// Characters of the reference, without blanks.
    pub length: usize,
    /// What was scored of the source, whole: other programs may score it otherwise.
    pub source: String,
    /// What was scored of the reference.
    pub reference: String,
    /// What was scored of the editions, by system, the best first.
    pub editions: Vec<String>,
    /// Their chrF2.
    pub scores: Vec<f64>,
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
        let mut report = Self {
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
            verdict: Vec::new(),
            segments: points.collect(),
        };
        report.verdict = words::verdict(&report, &over_copy);
        report
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

impl Touched {
    fn of(edits: Edits) -> Self {
        let Edits { untouched, edited, rewritten, removed, added, .. } = edits;
        Self { kept: edits.kept(), untouched, edited, rewritten, removed, added }
    }
}
