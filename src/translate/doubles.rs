//! Translations that came back for two texts.

use std::collections::BTreeMap;

use crate::issue::Origin;
use crate::journal::Doubt;
use crate::model::Model;
use crate::prompts::PromptError;
use crate::rules::Rule;
use crate::tags::{self, Piece};
use crate::verify::{Fault, is_pseudo_translation};

use super::Outcome;
use super::attempt::Attempt;
use super::crew::{Crew, Drafts};

/// Shorter texts are the same by chance: two headings, two labels.
const SHORTEST: usize = 8;

fn fault() -> Fault {
    Fault::warning(Rule::OtherSegment, "the same translation came back for another text of the issue")
}

impl<M: Model> Crew<'_, M> {
    /// The same answer to two different texts is the right one for one of them at most. Asked for
    /// alone, a text that gets it again has it, and a person is told; unless it is far too long or too
    /// short for that.
    pub(super) async fn ask_doubles_again(&self) -> Result<(), PromptError> {
        // Of what is not there yet, nobody knows whether it is the same.
        if self.options.repairs > 0 && !self.is_stopped() {
            let doubted = self.doubted(&fault());
            // All of them before the first is asked: asked again, it may be another, and a run that
            // was killed would not know any more that the second has the same.
            self.shelf.keep(doubted.iter().map(|(segment, before)| (*segment, before.draft())), Some(Doubt::Open));
            for one in doubted {
                // What there is stays, whatever becomes of the question.
                let (mut settled, still) = self.mend(vec![one]).await?;
                settled.extend(still);
                self.accept(settled, Some(Doubt::Settled));
            }
        }
        Ok(())
    }

    /// What is there for two texts all the same is said, or left.
    pub(super) fn tell_doubles(&self) {
        let fault = fault();
        for segment in self.doubles() {
            let source = self.judge.issue.segment(segment).plain_text().chars().count();
            let mut outcomes = self.outcomes.borrow_mut();
            let Some(Outcome::Translated { pieces, warnings, .. }) = &mut outcomes[segment] else { continue };
            let translation = tags::plain_text(pieces).chars().count();
            // Published editions: 1.06 to 2.13 for all but a tenth.
            if translation * 10 < source * 8 || translation * 10 > source * 28 {
                outcomes[segment] = Some(Outcome::Left(vec![Fault::error(fault.rule, fault.message.clone())]));
            } else if !warnings.contains(&fault) {
                warnings.push(fault.clone());
            }
        }
    }

    /// Whether `translation`, for a segment that has another one now, would be the same as that of
    /// another text.
    pub(super) fn would_be_double(&self, segment: usize, translation: &[Piece]) -> bool {
        let translation = tags::plain_text(translation);
        if translation.chars().count() < SHORTEST {
            return false;
        }
        let own = self.judge.issue.segment(segment).plain_text();
        let outcomes = self.outcomes.borrow();
        outcomes.iter().enumerate().filter(|(other, _)| *other != segment).any(|(other, outcome)| match outcome {
            Some(Outcome::Translated { pieces, .. }) if tags::plain_text(pieces) == translation => {
                let other = self.judge.issue.segment(other);
                let text = other.plain_text();
                other.origin != Origin::Title && text != own && !is_pseudo_translation(&own, &translation)
            }
            _ => false,
        })
    }

    /// What is to be asked once more: what is there twice, unless it was asked already, and what an
    /// earlier run was about to ask.
    fn doubted(&self, fault: &Fault) -> Drafts {
        let mut doubted = self.doubles();
        doubted.retain(|segment| self.shelf.doubt(*segment) != Some(Doubt::Settled));
        let outcomes = self.outcomes.borrow();
        doubted.extend((0..outcomes.len()).filter(|segment| self.shelf.doubt(*segment) == Some(Doubt::Open)));
        doubted.sort_unstable();
        doubted.dedup();
        let draft = |segment: usize| match &outcomes[segment] {
            Some(Outcome::Translated { markdown, pieces, .. }) => {
                let (markdown, pieces) = (markdown.clone(), pieces.clone());
                let before = Attempt::questioned(&self.judge.issue.segment(segment), markdown, pieces, fault.clone());
                Some((segment, before))
            }
            _ => None,
        };
        doubted.into_iter().filter_map(draft).collect()
    }

    /// Segments that share a translation with one of another form, in order.
    fn doubles(&self) -> Vec<usize> {
        let outcomes = self.outcomes.borrow();
        let mut by_text: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, outcome) in outcomes.iter().enumerate() {
            let segment = &self.judge.issue.segment(index);
            // The title is the text of an item, and often of the first heading.
            if let Some(Outcome::Translated { pieces, .. }) = outcome
                && segment.origin != Origin::Title
            {
                let text = tags::plain_text(pieces);
                if text.chars().count() >= SHORTEST {
                    by_text.entry(text).or_default().push(index);
                }
            }
        }
        let text = |index: usize| self.judge.issue.segment(index).plain_text();
        let mut doubles = Vec::new();
        for (translation, same) in by_text {
            let pseudo = same.iter().all(|index| is_pseudo_translation(&text(*index), &translation));
            if !pseudo && same.iter().any(|index| text(*index) != text(same[0])) {
                doubles.extend(same);
            }
        }
        // What people published is theirs to say twice.
        let is_published =
            |index: &usize| matches!(&outcomes[*index], Some(Outcome::Translated { from, .. }) if from.is_peoples());
        doubles.retain(|index| !is_published(index));
        doubles.sort_unstable();
        doubles
    }
}
