//! Translations that are good, asked for once more to be better.
//!
//! Each draft is kept before it is asked about, and stays unless what comes back is no worse by all
//! rules. What came of it is kept too, the draft where that stays: it is asked once.

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::model::Model;
use crate::passages::{Passage, around, is_heading, passages};
use crate::prompts::PromptError;
use crate::tags::{self, Piece};

use super::attempt::Attempt;
use super::crew::{Crew, Round, Wanted};
use super::shelf::Refined;
use super::{Outcome, Provenance};

impl<M: Model> Crew<'_, M> {
    /// Have what is translated made better, where that is wanted. In groups like those of the
    /// translation: the instructions are read no more often.
    pub(super) async fn refine(&self) -> Result<(), PromptError> {
        let Some(refined) = &self.refined else { return Ok(()) };
        if self.is_stopped() {
            return Ok(());
        }
        let wanted: Vec<usize> = (0..self.judge.issue.segment_count())
            .filter(|segment| !is_heading(&self.judge.issue.segment(*segment)) && !refined.has(*segment))
            .filter(|segment| self.draft(*segment).is_some())
            .collect();
        let passages = passages(self.judge.issue, &wanted, self.options.limits);
        let mut running: FuturesUnordered<_> =
            passages.into_iter().map(|passage| self.refine_passage(refined, passage)).collect();
        while let Some(done) = running.next().await {
            done?;
        }
        Ok(())
    }

    async fn refine_passage(&self, refined: &Refined<'_>, passage: Passage) -> Result<(), PromptError> {
        let again = self.refine_together(refined, &passage, passage.segments.len() == 1).await?;
        for segment in again {
            self.refine_together(refined, &around(self.judge.issue, vec![segment]), true).await?;
        }
        Ok(())
    }

    /// Ask for them in one request, and give those to ask for alone, unless it is the `last` one for
    /// them: then whatever was answered has been answered.
    async fn refine_together(
        &self,
        refined: &Refined<'_>,
        passage: &Passage,
        last: bool,
    ) -> Result<Vec<usize>, PromptError> {
        let drafts: Vec<String> =
            passage.segments.iter().map(|segment| self.draft(*segment).unwrap_or_default()).collect();
        let later = match self.round(passage, Wanted::Better(&drafts)).await? {
            Round::Attempts(attempts) => attempts,
            // It was paid for, and would be cut off again.
            Round::CutOff(fault) if last => drafts.iter().map(|_| Attempt::without_draft(fault.clone())).collect(),
            Round::CutOff(_) | Round::TooMuch(_) if !last => return Ok(passage.segments.clone()),
            Round::CutOff(_) | Round::TooMuch(_) | Round::Nothing(_) => return Ok(Vec::new()),
        };
        let (mut settled, mut again): (Vec<(usize, Choice)>, Vec<usize>) = (Vec::new(), Vec::new());
        for ((segment, draft), later) in passage.segments.iter().zip(&drafts).zip(later) {
            if !last && later.draft().is_empty() {
                again.push(*segment);
                continue;
            }
            settled.push((*segment, self.choose(*segment, draft, later, &settled)));
        }
        let answers = settled.iter().map(|(segment, choice)| (*segment, choice.text()));
        self.shelf.keep_refined(refined, answers);
        for (segment, choice) in settled {
            refined.is_done(segment);
            if let Choice::Refined(attempt) = choice {
                self.done(segment, attempt.outcome(Provenance::Model));
            }
        }
        Ok(again)
    }

    /// The better of the two; where neither is, what was asked for. `beside` is what is being taken of
    /// the same answer.
    fn choose(&self, segment: usize, draft: &str, later: Attempt, beside: &[(usize, Choice)]) -> Choice {
        // A short text passes for a translation in the source's own words.
        let is_source = later.draft() == self.judge.issue.segment(segment).tagged().text();
        let is_better = later.draft() != draft
            && !is_source
            && later.usable.as_ref().is_some_and(|usable| {
                !self.would_be_double(segment, usable.pieces()) && !self.is_beside(segment, usable.pieces(), beside)
            })
            && !later.is_worse_than(&self.judge.attempt(segment, draft));
        if is_better { Choice::Refined(later) } else { Choice::Draft(draft.to_owned()) }
    }

    fn is_beside(&self, segment: usize, translation: &[Piece], beside: &[(usize, Choice)]) -> bool {
        let text = |segment: usize| self.judge.issue.segment(segment).plain_text();
        let translation = tags::plain_text(translation);
        beside.iter().any(|(other, choice)| {
            let Choice::Refined(Attempt { usable: Some(usable), .. }) = choice else { return false };
            tags::plain_text(usable.pieces()) == translation && text(*other) != text(segment)
        })
    }

    /// What a segment was translated as, with its tags.
    fn draft(&self, segment: usize) -> Option<String> {
        match &self.outcomes.borrow()[segment] {
            Some(Outcome::Translated { pieces, .. }) => Some(self.judge.issue.segment(segment).tagged().write(pieces)),
            _ => None,
        }
    }
}

/// What is taken.
enum Choice {
    Draft(String),
    Refined(Attempt),
}

impl Choice {
    fn text(&self) -> &str {
        match self {
            Self::Draft(draft) => draft,
            Self::Refined(attempt) => attempt.draft(),
        }
    }
}
