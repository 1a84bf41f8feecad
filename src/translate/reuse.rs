//! What was published before is used again, and verified like an answer.

use std::collections::BTreeMap;

use crate::glossary::Glossary;
use crate::issue::Issue;
use crate::memory::{Found, How, Memory, MemoryError, Origin, Texts, term};
use crate::profile::Profile;
use crate::request::Example;

use super::attempt::Judge;
use super::examples::examples;
use super::{Materials, Outcome, Provenance};

/// The memories, as one issue sees them.
pub(super) struct Reuse<'a> {
    memories: &'a [Memory],
    texts: Texts<'a>,
    profile: &'a Profile,
    glossary: &'a Glossary,
}

impl<'a> Reuse<'a> {
    pub(super) fn new(issue: &'a Issue, materials: Materials<'a>) -> Self {
        let Materials { memories, profile, glossary, .. } = materials;
        Self { memories, texts: Texts::new(issue), profile, glossary }
    }

    /// How a segment was translated before: the first of the translations that are known and hold.
    pub(super) fn find(&self, judge: &Judge<'_>, segment: usize) -> Result<Option<Outcome>, MemoryError> {
        for memory in self.memories {
            for found in memory.find(&self.texts, segment, self.profile)? {
                if let Some(outcome) = tried(judge, segment, &found) {
                    return Ok(Some(outcome));
                }
            }
        }
        Ok(None)
    }

    /// All segments of which a translation is known.
    pub(super) fn all(&self, judge: &Judge<'_>) -> Result<BTreeMap<usize, Outcome>, MemoryError> {
        let mut known = BTreeMap::new();
        if !self.memories.is_empty() {
            for segment in 0..judge.issue.segment_count() {
                if let Some(outcome) = self.find(judge, segment)? {
                    known.insert(segment, outcome);
                }
            }
        }
        Ok(known)
    }

    /// What a model is shown besides; nothing of the segments in `known`, which it is not asked for.
    pub(super) fn examples(&self, known: &BTreeMap<usize, Outcome>) -> Result<Vec<Example>, MemoryError> {
        examples(self.memories, &self.texts, |segment| known.contains_key(&segment))
    }

    /// The rendering of a segment that is one term.
    pub(super) fn term(&self, judge: &Judge<'_>, segment: usize) -> Option<Outcome> {
        tried(judge, segment, &term(&judge.issue.segment(segment), self.glossary)?)
    }
}

fn tried(judge: &Judge<'_>, segment: usize, found: &Found) -> Option<Outcome> {
    let is_published = found.how == How::Exact && found.origin.as_ref().is_some_and(Origin::is_pair);
    let attempt =
        if is_published { judge.published(segment, &found.answer) } else { judge.attempt(segment, &found.answer) };
    attempt.is_usable().then(|| attempt.outcome(Provenance::Memory))
}
