//! Asks, reads, and asks again for what is faulty.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::issue::Issue;
use crate::journal::Doubt;
use crate::memory::MemoryError;
use crate::model::{Answer, Finish, Model, ModelError, Usage, Why};
use crate::passages::{Passage, around};
use crate::prompts::PromptError;
use crate::reply::{self, ReplyFault};
use crate::request::{Composer, Faulty, Format, Request};
use crate::rules::Rule;
use crate::verify::Fault;

use super::attempt::{Attempt, Judge};
use super::reuse::Reuse;
use super::shelf::{Refined, Shelf};
use super::{Books, Materials, Options, Outcome, Progress, Provenance, Run, TranslateError, title};

/// A server that never answered and refused this often is not asked again.
const MOST_REFUSALS: u32 = 4;

/// Nor one that cut off this many answers, and every one there was.
const MOST_CUT_OFF: u32 = 16;

/// Everyone who works on one issue.
pub(super) struct Crew<'a, M> {
    composer: Composer<'a>,
    pub(super) judge: Judge<'a>,
    pub(super) shelf: Shelf<'a>,
    // What was published before, until it is taken.
    published: RefCell<BTreeMap<usize, Outcome>>,
    model: &'a M,
    pub(super) options: &'a Options,
    progress: &'a dyn Fn(Progress),
    pub(super) outcomes: RefCell<Vec<Option<Outcome>>>,
    usage: Cell<Usage>,
    answers: Cell<u32>,
    // Whether earlier runs were answered: then this server is one that answers.
    recalled: Cell<bool>,
    stopped: RefCell<Option<ModelError>>,
    // Answers that were cut off.
    cut_off: Cell<u32>,
    // Requests the server would not answer, and why it would not answer the first of them.
    refusals: Cell<u32>,
    first_refusal: RefCell<Option<ModelError>>,
    name: RefCell<Option<String>>,
    // What was refined, where that is wanted.
    pub(super) refined: Option<Refined<'a>>,
}

/// What a request is to bring.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'d> {
    Translation,
    /// One without the faults of these drafts.
    Mended(&'d [Faulty]),
    /// A better one than these drafts.
    Better(&'d [String]),
}

/// Segments, each with the best draft so far.
pub(super) type Drafts = Vec<(usize, Attempt)>;

/// An answer taken apart: an attempt for each segment, or why there is none for any.
pub(super) enum Round {
    Attempts(Vec<Attempt>),
    /// The answer was cut off.
    CutOff(Fault),
    /// It is too much for one request, or has something in it that the server does not want.
    TooMuch(Fault),
    /// No answer, and no use in asking again now.
    Nothing(Fault),
}

impl<'a, M: Model> Crew<'a, M> {
    pub(super) fn new(
        issue: &'a Issue,
        model: &'a M,
        materials: Materials<'a>,
        books: Books<'a>,
        options: &'a Options,
        progress: &'a dyn Fn(Progress),
    ) -> Result<Self, MemoryError> {
        let judge = Judge::new(issue, materials, options);
        let reuse = Reuse::new(issue, materials, options);
        let published = reuse.all(&judge)?;
        let composer = Composer::new(issue, materials.prompts, materials.glossary);
        Ok(Self {
            composer: composer.with_examples(reuse.examples(&published)?),
            judge,
            shelf: Shelf::new(issue, materials, books),
            published: RefCell::new(published),
            model,
            options,
            progress,
            outcomes: RefCell::new(vec![None; issue.segment_count()]),
            usage: Cell::new(Usage::default()),
            answers: Cell::new(0),
            recalled: Cell::new(false),
            stopped: RefCell::new(None),
            cut_off: Cell::new(0),
            refusals: Cell::new(0),
            first_refusal: RefCell::new(None),
            name: RefCell::new(None),
            refined: options.refine.then(|| Refined::new(issue, materials, books)),
        })
    }

    /// Take what was published before, and what earlier runs were answered, as far as it is still right;
    /// gives the segments to ask for.
    pub(super) fn recall(&self) -> Vec<usize> {
        let mut published = self.published.take();
        let unknown = |segment: &usize| {
            if let Some(outcome) = published.remove(segment) {
                self.done(*segment, outcome);
                return false;
            }
            if let Some(refined) = &self.refined
                && let Some(entry) = refined.recall(*segment)
            {
                let attempt = self.judge.attempt(*segment, &entry.answer);
                if attempt.is_usable() {
                    self.recalled.set(true);
                    self.shelf.doubts(*segment, entry.doubt);
                    refined.is_done(*segment);
                    self.done(*segment, attempt.outcome(Provenance::Journal));
                    return false;
                }
            }
            let Some(answer) = self.shelf.recall(*segment) else { return true };
            let attempt = self.judge.attempt(*segment, &answer);
            if !attempt.is_usable() {
                self.shelf.forget(*segment);
                return true;
            }
            self.recalled.set(true);
            self.done(*segment, attempt.outcome(Provenance::Journal));
            false
        };
        (0..self.judge.issue.segment_count()).filter(unknown).collect()
    }

    /// See a passage through; `asked` is called once its first request has ended.
    pub(super) async fn translate(&self, passage: Passage, asked: impl FnOnce()) -> Result<(), PromptError> {
        let round = self.round(&passage, Wanted::Translation).await;
        asked();
        match round? {
            Round::Attempts(attempts) => self.settle(passage.segments, attempts).await,
            Round::Nothing(fault) => {
                self.leave(&passage.segments, &fault);
                Ok(())
            }
            Round::CutOff(fault) | Round::TooMuch(fault) => self.in_parts(passage.segments, fault).await,
        }
    }

    /// Ask for less at a time: halves, then one by one. A segment that is too much alone is left.
    async fn in_parts(&self, segments: Vec<usize>, fault: Fault) -> Result<(), PromptError> {
        let mut waiting = vec![(segments, fault)];
        let mut halved = false;
        while let Some((segments, fault)) = waiting.pop() {
            if segments.len() < 2 {
                self.leave(&segments, &fault);
                continue;
            }
            let size = if halved { 1 } else { segments.len().div_ceil(2) };
            halved = true;
            for part in segments.chunks(size) {
                let passage = around(self.judge.issue, part.to_vec());
                match self.round(&passage, Wanted::Translation).await? {
                    Round::Attempts(attempts) => self.settle(passage.segments, attempts).await?,
                    Round::Nothing(fault) => self.leave(&passage.segments, &fault),
                    Round::CutOff(fault) | Round::TooMuch(fault) => waiting.push((passage.segments, fault)),
                }
            }
        }
        Ok(())
    }

    /// Ask again for what is faulty, until it is good or the rounds are used up.
    async fn settle(&self, segments: Vec<usize>, attempts: Vec<Attempt>) -> Result<(), PromptError> {
        let (clean, mut faulty): (Vec<_>, Vec<_>) =
            segments.into_iter().zip(attempts).partition(|(_, attempt)| attempt.is_clean());
        self.accept(clean, None);
        for repair in 0..self.options.repairs {
            if faulty.is_empty() {
                break;
            }
            // Together at first: one request mends all. Then each alone, so that none stands in the
            // way of another.
            let groups: Vec<Drafts> = if repair == 0 && self.model.format() < Format::Plain {
                vec![std::mem::take(&mut faulty)]
            } else {
                // A draft that can be used is not asked about twice.
                let (usable, rest): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut faulty).into_iter().partition(|(_, attempt)| attempt.usable.is_some());
                self.accept(usable, None);
                rest.into_iter().map(|one| vec![one]).collect()
            };
            for group in groups.into_iter().filter(|group| !group.is_empty()) {
                let (clean, still) = self.mend(group).await?;
                self.accept(clean, None);
                faulty.extend(still);
            }
        }
        self.accept(faulty, None);
        Ok(())
    }

    /// One round of repair: what is clean afterwards, and what is still faulty, each with the best
    /// draft so far.
    pub(super) async fn mend(&self, group: Drafts) -> Result<(Drafts, Drafts), PromptError> {
        let (segments, attempts): (Vec<usize>, Vec<Attempt>) = group.into_iter().unzip();
        let passage = around(self.judge.issue, segments);
        let faulty: Vec<Faulty> = attempts.iter().map(Attempt::told).collect();
        let again = match self.round(&passage, Wanted::Mended(&faulty)).await? {
            Round::Attempts(again) => again,
            Round::CutOff(fault) | Round::TooMuch(fault) | Round::Nothing(fault) => {
                attempts.iter().map(|_| Attempt::without_draft(fault.clone())).collect()
            }
        };
        let best = attempts.into_iter().zip(again).map(|(before, after)| before.or_better(after));
        Ok(passage.segments.into_iter().zip(best).partition(|(_, attempt)| attempt.is_clean()))
    }

    /// These have their outcome. What can be used is kept first, for it counts once it is safe.
    pub(super) fn accept(&self, drafts: Drafts, doubt: Option<Doubt>) {
        // What a run that was not stopped would have asked about is not what it would have ended with.
        let is_final = |attempt: &Attempt| attempt.is_clean() || (attempt.usable.is_some() && !self.is_stopped());
        let kept = drafts.iter().filter(|(_, attempt)| is_final(attempt));
        self.shelf.keep(kept.map(|(segment, attempt)| (*segment, attempt.draft())), doubt);
        for (segment, attempt) in drafts {
            if let Some(refined) = &self.refined {
                refined.is_to_do(segment);
            }
            self.done(segment, attempt.outcome(Provenance::Model));
        }
    }

    fn is_known_to_answer(&self) -> bool {
        self.answers.get() > 0 || self.recalled.get()
    }

    /// Whether nothing more is asked in this run.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.borrow().is_some() || self.shelf.failed().is_some()
    }

    /// One request and its answer, in the form the server has.
    pub(super) async fn round(&self, passage: &Passage, wanted: Wanted<'_>) -> Result<Round, PromptError> {
        loop {
            if self.cut_off.get() >= MOST_CUT_OFF && self.cut_off.get() == self.answers.get() {
                let message = "every answer was cut off before its end; the server allows too few tokens";
                return Ok(Round::Nothing(Fault::error(Rule::Untranslated, message)));
            }
            if let Some(error) = self.shelf.failed() {
                return Ok(Round::Nothing(Fault::error(Rule::Untranslated, error.to_string())));
            }
            if let Some(error) = &*self.stopped.borrow() {
                return Ok(Round::Nothing(Fault::error(Rule::Untranslated, error.to_string())));
            }
            let format = self.model.format();
            if format == Format::Plain && passage.segments.len() > 1 {
                let message = "the server has no form of answer for several texts";
                return Ok(Round::TooMuch(Fault::error(Rule::Untranslated, message)));
            }
            let request = match wanted {
                Wanted::Translation => self.composer.translate(passage, format)?,
                Wanted::Mended(faulty) => self.composer.repair(passage, faulty, format)?,
                Wanted::Better(drafts) => self.composer.refine(passage, drafts, format)?,
            };
            let error = match self.model.ask(&request).await {
                Ok(answer) => return Ok(self.read(passage, &request, answer)),
                Err(error) => error,
            };
            let fault = Fault::error(Rule::Untranslated, error.to_string());
            match error {
                ModelError::FormatRefused { .. } => {
                    if !self.model.step_down(format, Why::Refused) {
                        return Ok(Round::Nothing(fault));
                    }
                }
                ModelError::TooLong { .. } | ModelError::PromptCut { .. } => return Ok(Round::TooMuch(fault)),
                // A moderator's no to one segment is no reason to leave its neighbours; but a server
                // that refuses whatever it is asked is not asked on and on.
                ModelError::Refused { .. } | ModelError::Moderated { .. }
                    if self.is_known_to_answer() || self.refusals.get() < MOST_REFUSALS =>
                {
                    self.refusals.set(self.refusals.get() + 1);
                    self.first_refusal.borrow_mut().get_or_insert(error);
                    return Ok(Round::TooMuch(fault));
                }
                error => {
                    // Without a single answer so far there is no sense in going on.
                    if error.is_fatal() || self.answers.get() == 0 {
                        self.stopped.borrow_mut().get_or_insert(error);
                    }
                    return Ok(Round::Nothing(fault));
                }
            }
        }
    }

    fn read(&self, passage: &Passage, request: &Request, answer: Answer) -> Round {
        self.answers.set(self.answers.get() + 1);
        let mut usage = self.usage.get();
        usage += answer.usage;
        self.usage.set(usage);
        self.shelf.spent(answer.usage);
        if answer.model.is_some() {
            *self.name.borrow_mut() = answer.model;
        }
        let whole = |message: &str| {
            let attempt = || Attempt::without_draft(Fault::error(Rule::Untranslated, message));
            Round::Attempts(passage.segments.iter().map(|_| attempt()).collect())
        };
        match answer.finish {
            Finish::Length => {
                self.cut_off.set(self.cut_off.get() + 1);
                return Round::CutOff(Fault::error(Rule::Untranslated, "the answer was cut off before its end"));
            }
            Finish::Filtered => return whole("the server's content filter held the answer back"),
            Finish::Other(reason) => return whole(&format!("the answer ended early: {reason}")),
            Finish::Stop | Finish::Unstated => {}
        }
        let drafts = reply::read(&answer.content, &request.keys, request.format);
        // A server that has no structured answers may say nothing of it: it is asked more plainly.
        if drafts.iter().all(|draft| draft == &Err(ReplyFault::Shapeless)) {
            self.model.step_down(request.format, Why::NotKept);
        }
        // The text before is shown, too, and no answer to anything.
        let before = passage.segments.first().and_then(|first| first.checked_sub(1));
        let shown: Vec<usize> = passage.segments.iter().copied().chain(before).collect();
        let attempts = passage.segments.iter().zip(drafts).map(|(segment, draft)| match draft {
            Ok(draft) => self.judge.attempt_among(*segment, &draft, &shown),
            Err(fault) => Attempt::without_draft(Fault::error(Rule::Untranslated, fault.to_string())),
        });
        Round::Attempts(attempts.collect())
    }

    fn leave(&self, segments: &[usize], fault: &Fault) {
        for segment in segments {
            self.done(*segment, Outcome::Left(vec![fault.clone()]));
        }
    }

    pub(super) fn done(&self, segment: usize, outcome: Outcome) {
        self.outcomes.borrow_mut()[segment] = Some(outcome);
        let outcomes = self.outcomes.borrow();
        let usage = self.usage.get();
        (self.progress)(Progress {
            done: outcomes.iter().flatten().count(),
            of: outcomes.len(),
            tokens: usage.input_tokens + usage.output_tokens,
        });
    }

    /// What came of it all.
    pub(super) fn finish(self, issue: &Issue) -> Result<Run, TranslateError> {
        self.shelf.close();
        if let Some(error) = self.shelf.failed() {
            return Err(error.into());
        }
        let known_to_answer = self.is_known_to_answer();
        let stopped = self.stopped.into_inner();
        let refused = self.first_refusal.into_inner();
        if !known_to_answer && let Some(error) = stopped.clone().or(refused) {
            return Err(error.into());
        }
        let missing = || Outcome::Left(vec![Fault::error(Rule::Untranslated, "it was not asked for")]);
        let mut outcomes: Vec<Outcome> =
            self.outcomes.into_inner().into_iter().map(|outcome| outcome.unwrap_or_else(missing)).collect();
        title::adopt(issue, self.judge.profile, &mut outcomes);
        Ok(Run { outcomes, usage: self.usage.get(), stopped, model: self.name.into_inner() })
    }
}
