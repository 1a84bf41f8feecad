//! The figures of a report.

use serde::Serialize;

use crate::diff::Edits;

use super::bootstrap::{Difference, Interval};
use super::system::Effort;
use super::terms::Adherence;

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

impl Touched {
    pub(super) fn of(edits: Edits) -> Self {
        let Edits { untouched, edited, rewritten, removed, added, .. } = edits;
        Self { kept: edits.kept(), untouched, edited, rewritten, removed, added }
    }
}
