//! What was published before is used again, and verified like an answer.

use std::collections::BTreeMap;

use crate::glossary::Glossary;
use crate::issue::{self, Issue};
use crate::memory::{Found, How, Memory, MemoryError, Origin, Texts, term};
use crate::profile::Profile;
use crate::request::Example;

use super::attempt::Judge;
use super::examples::examples;
use super::{Materials, Options, Outcome, Provenance, Updating};

/// The memories, as one issue sees them.
pub(super) struct Reuse<'a> {
    issue: &'a Issue,
    update: Option<Updating<'a>>,
    memories: &'a [Memory],
    texts: Texts<'a>,
    profile: &'a Profile,
    glossary: &'a Glossary,
}

impl<'a> Reuse<'a> {
    pub(super) fn new(issue: &'a Issue, materials: Materials<'a>, options: &Options) -> Self {
        let Materials { memories, profile, glossary, update, .. } = materials;
        let texts = Texts::new(issue);
        // What the edition says of the source as it is, it does not know.
        let texts = if update.is_some() || options.anew { texts.without_own() } else { texts };
        Self { issue, update, memories, texts, profile, glossary }
    }

    /// How a segment was translated before: the first of the translations that are known and hold.
    pub(super) fn find(&self, judge: &Judge<'_>, segment: usize) -> Result<Option<Outcome>, MemoryError> {
        if self.update.is_some_and(|update| !update.wanted.contains(&segment)) {
            return Ok(Some(self.kept(segment)));
        }
        let before = self.update.iter().map(|update| update.before);
        for memory in before.chain(self.memories) {
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
        if !self.memories.is_empty() || self.update.is_some() {
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
        let before = self.update.map(|update| update.before);
        examples(before, self.memories, &self.texts, |segment| known.contains_key(&segment))
    }

    /// What stays as the edition has it; the source stands for it.
    fn kept(&self, segment: usize) -> Outcome {
        let segment = self.issue.segment(segment);
        Outcome::Translated {
            markdown: match segment.origin {
                issue::Origin::Title => segment.plain_text(),
                issue::Origin::Leaf(_) => self.issue.source.slice(self.issue.span_in_file(&segment)).to_owned(),
            },
            pieces: segment.tagged().pieces(),
            from: Provenance::Edition,
            warnings: Vec::new(),
        }
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
