//! A draft, and what is wrong with it.

use crate::emit::emit;
use crate::issue::{Issue, Segment};
use crate::profile::Profile;
use crate::request::Faulty;
use crate::rules::{Rule, Severity};
use crate::tags::{self, Piece};
use crate::verify::{Fault, Rules, of_another_text};

use super::{Materials, Options, Outcome, Provenance};

/// Verifies drafts of one issue.
pub(super) struct Judge<'a> {
    pub(super) issue: &'a Issue,
    rules: Rules<'a>,
    pub(super) profile: &'a Profile,
}

impl<'a> Judge<'a> {
    pub(super) fn new(issue: &'a Issue, materials: Materials<'a>, options: &Options) -> Self {
        let rules = Rules { glossary: materials.glossary, accept_chinese: options.accept_chinese };
        Self { issue, rules, profile: materials.profile }
    }

    pub(super) fn attempt(&self, index: usize, draft: &str) -> Attempt {
        self.judged(index, draft, |_| {})
    }

    /// A translation that people published of this very text, and in which a check found no error.
    pub(super) fn published(&self, index: usize, draft: &str) -> Attempt {
        self.judged(index, draft, |faults| {
            // What was doubtful they have looked at. Numbers and terms they put in other words, as no model
            // may; it is told, and no reason to ask for another translation.
            faults.retain(|fault| fault.severity == Severity::Error);
            let is_told = |rule| matches!(rule, Rule::Number | Rule::TermForbidden | Rule::TermMissing);
            for fault in faults.iter_mut().filter(|fault| is_told(fault.rule)) {
                fault.severity = Severity::Warning;
            }
        })
    }

    fn judged(&self, index: usize, draft: &str, weigh: impl FnOnce(&mut Vec<Fault>)) -> Attempt {
        let segment = &self.issue.segment(index);
        let (pieces, mut faults) = self.rules.verify(segment, draft);
        weigh(&mut faults);
        let markdown = pieces.as_ref().map(|pieces| self.markdown(segment, pieces));
        if let Some(Err(message)) = &markdown {
            faults.push(Fault::error(Rule::MarkdownShape, message));
        }
        let wrong = faults.iter().any(|fault| fault.severity == Severity::Error);
        let usable = match (pieces, markdown) {
            (Some(pieces), Some(Ok(markdown))) if !wrong => Some(Usable { markdown, pieces }),
            _ => None,
        };
        Attempt { draft: draft.to_owned(), usable, faults }
    }

    /// An attempt that could have been meant for one of its neighbours in the request.
    pub(super) fn attempt_among(&self, index: usize, draft: &str, neighbours: &[usize]) -> Attempt {
        let mut attempt = self.attempt(index, draft);
        if let Some(usable) = &attempt.usable {
            let text = |index: &usize| self.issue.segment(*index).plain_text();
            let others: Vec<String> = neighbours.iter().filter(|other| **other != index).map(text).collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            if let Some(fault) = of_another_text(&tags::plain_text(&usable.pieces), &text(&index), &others) {
                attempt.faults.push(fault);
                attempt.usable = None;
            }
        }
        attempt
    }

    fn markdown(&self, segment: &Segment<'_>, pieces: &[Piece]) -> Result<String, String> {
        match self.issue.place(segment) {
            Some(place) => emit(&place, pieces).map(|(markdown, _)| markdown).map_err(|error| error.to_string()),
            None => Ok(tags::plain_text(pieces).trim().to_owned()),
        }
    }
}

/// A draft and what was found in it.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    draft: String,
    pub(super) usable: Option<Usable>,
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
pub(super) struct Usable {
    markdown: String,
    pieces: Vec<Piece>,
}

impl Usable {
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

impl Attempt {
    pub(super) fn without_draft(fault: Fault) -> Self {
        Self { draft: String::new(), usable: None, faults: vec![fault] }
    }

    /// A translation that was taken, and is in doubt.
    pub(super) fn questioned(segment: &Segment<'_>, markdown: String, pieces: Vec<Piece>, fault: Fault) -> Self {
        let draft = segment.tagged().write(&pieces);
        Self { draft, usable: Some(Usable { markdown, pieces }), faults: vec![fault] }
    }

    /// Whether it can be put into the edition.
    pub(super) fn is_usable(&self) -> bool {
        self.usable.is_some()
    }

    pub(super) fn is_clean(&self) -> bool {
        self.usable.is_some() && self.faults.iter().all(|fault| fault.severity < Severity::Warning)
    }

    pub(super) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What the model wrote.
    pub(super) fn draft(&self) -> &str {
        &self.draft
    }

    pub(super) fn told(&self) -> Faulty {
        Faulty { draft: self.draft.clone(), faults: self.faults.iter().map(|fault| fault.message.clone()).collect() }
    }

    /// The later draft, unless the earlier one is better.
    pub(super) fn or_better(self, later: Self) -> Self {
        if later.is_worse_than(&self) { self } else { later }
    }

    /// Whether `other` can be used and this cannot, or has more to look at.
    pub(super) fn is_worse_than(&self, other: &Self) -> bool {
        let warnings = |attempt: &Self| attempt.faults.iter().filter(|fault| fault.severity > Severity::Info).count();
        match (&other.usable, &self.usable) {
            (Some(_), None) => true,
            (Some(_), Some(_)) => warnings(self) > warnings(other),
            (None, _) => false,
        }
    }

    pub(super) fn outcome(self, from: Provenance) -> Outcome {
        match self.usable {
            Some(Usable { markdown, pieces }) => Outcome::Translated { markdown, pieces, from, warnings: self.faults },
            None => Outcome::Left(self.faults),
        }
    }
}
