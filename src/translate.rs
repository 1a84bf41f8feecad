//! The loop: ask, read, verify, ask again for what is faulty, within bounds.
//!
//! Each segment ends in one of three states: translated and verified, reused and verified, or left
//! as it was with the reasons. One segment never costs another: only those that are faulty are asked
//! again, first together with all their faults listed, then each alone.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};

use crate::edition::Rendered;
use crate::emit::emit;
use crate::glossary::Glossary;
use crate::inline::plain_text;
use crate::issue::{Issue, Origin, Segment};
use crate::memory::Memory;
use crate::model::{Answer, Finish, Model, ModelError, Usage};
use crate::passages::{Limits, Passage, around, passages};
use crate::profile::Profile;
use crate::prompts::{PromptError, Prompts};
use crate::reply;
use crate::request::{Composer, Faulty, Format, Request};
use crate::tags::{self, Piece};
use crate::verify::{Fault, Rules, Severity, of_another_text};

/// How the loop goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much goes into one request.
    pub limits: Limits,
    /// How many rounds of repair a segment has.
    pub repairs: u32,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// The form of answer that is asked for first.
    pub format: Format,
    /// Whether answers may be in Chinese; for trying out a server.
    pub accept_chinese: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { limits: Limits::default(), repairs: 2, concurrency: 16, format: Format::Schema, accept_chinese: false }
    }
}

/// What an edition is made with, besides the issue.
#[derive(Clone, Copy, Debug)]
pub struct Materials<'a> {
    /// The edition's settings.
    pub profile: &'a Profile,
    /// What the model is told.
    pub prompts: &'a Prompts,
    /// The termbase.
    pub glossary: &'a Glossary,
}

/// How a segment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A verified translation.
    Translated {
        /// As Markdown; the title as text.
        markdown: String,
        /// The same as a tree.
        pieces: Vec<Piece>,
        /// Whether it was known before.
        reused: bool,
        /// What a person should look at all the same.
        warnings: Vec<Fault>,
    },
    /// It stays in the source language.
    Left(Vec<Fault>),
}

/// What came of an issue.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// One for each segment of the issue.
    pub outcomes: Vec<Outcome>,
    /// What it took.
    pub usage: Usage,
    /// Why the model was not asked to the end, where it was not.
    pub stopped: Option<ModelError>,
    /// The model that says it answered.
    pub model: Option<String>,
}

impl Run {
    /// What goes into the edition.
    pub fn rendered(&self) -> Vec<Rendered> {
        self.outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Translated { markdown, .. } => Rendered::Translation(markdown.clone()),
                Outcome::Left(_) => Rendered::Left,
            })
            .collect()
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Segments that have their outcome.
    pub done: usize,
    /// All segments.
    pub of: usize,
    /// Tokens in and out so far.
    pub tokens: u64,
}

/// Why nothing came of an issue.
#[derive(Debug, thiserror::Error)]
pub enum TranslateError {
    /// A template cannot be filled in.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The model gave no answer at all.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Translate what the memory knows, and leave the rest.
pub fn from_memory(issue: &Issue, memory: &Memory, materials: Materials<'_>, options: &Options) -> Run {
    let judge = Judge::new(issue, materials, options);
    let outcomes = issue
        .segments
        .iter()
        .enumerate()
        .map(|(index, segment)| {
            let Some(known) = memory.find(segment, materials.glossary) else {
                return Outcome::Left(vec![Fault::error("untranslated", "the translation memory does not know it")]);
            };
            judge.attempt(index, &known).outcome(true)
        })
        .collect();
    let mut run = Run { outcomes, ..Run::default() };
    adopt_title(issue, materials.profile, &mut run.outcomes);
    run
}

/// The requests that would be sent if each answer were good at once.
///
/// # Errors
///
/// Where a template cannot be filled in.
pub fn first_requests(issue: &Issue, materials: Materials<'_>, options: &Options) -> Result<Vec<Request>, PromptError> {
    let composer = Composer::new(issue, materials.prompts, materials.glossary);
    let all: Vec<usize> = (0..issue.segments.len()).collect();
    passages(issue, &all, options.limits).iter().map(|passage| composer.translate(passage, options.format)).collect()
}

/// Translate `issue` with `model`; `progress` is told whenever a segment has its outcome.
///
/// # Errors
///
/// Where the model gave no answer at all. When some were given and then no more, the run says so and
/// has what there is.
pub async fn translate(
    issue: &Issue,
    model: &impl Model,
    materials: Materials<'_>,
    options: &Options,
    progress: &dyn Fn(Progress),
) -> Result<Run, TranslateError> {
    let all: Vec<usize> = (0..issue.segments.len()).collect();
    let passages = passages(issue, &all, options.limits);
    let crew = Crew {
        composer: Composer::new(issue, materials.prompts, materials.glossary),
        judge: Judge::new(issue, materials, options),
        model,
        options,
        progress,
        format: Cell::new(options.format),
        outcomes: RefCell::new(vec![None; issue.segments.len()]),
        usage: Cell::new(Usage::default()),
        answers: Cell::new(0),
        stopped: RefCell::new(None),
        name: RefCell::new(None),
    };
    let (warm, is_warm) = tokio::sync::watch::channel(false);
    let work = passages.into_iter().enumerate().map(|(place, passage)| {
        let (crew, warm, mut is_warm) = (&crew, &warm, is_warm.clone());
        async move {
            if place > 0 {
                // The first request fills the prefix cache that the others are served from. The sender
                // lives as long as this loop, so the wait can only end in a value.
                let _ = is_warm.wait_for(|warm| *warm).await;
            }
            crew.translate(passage, || {
                warm.send_replace(true);
            })
            .await
        }
    });
    let mut running = stream::iter(work).buffer_unordered(options.concurrency.max(1));
    while let Some(done) = running.next().await {
        done?;
    }
    drop(running);
    crew.ask_doubles_again().await?;
    crew.finish(issue)
}

/// Everyone who works on one issue.
struct Crew<'a, M> {
    composer: Composer<'a>,
    judge: Judge<'a>,
    model: &'a M,
    options: &'a Options,
    progress: &'a dyn Fn(Progress),
    // What the server turned out to have.
    format: Cell<Format>,
    outcomes: RefCell<Vec<Option<Outcome>>>,
    usage: Cell<Usage>,
    answers: Cell<u32>,
    stopped: RefCell<Option<ModelError>>,
    name: RefCell<Option<String>>,
}

/// An answer taken apart: an attempt for each segment, or why there is none for any.
enum Round {
    Attempts(Vec<Attempt>),
    /// The answer was cut off, or the request too long.
    TooMuch(Fault),
    /// No answer, and no use in asking again now.
    Nothing(Fault),
}

impl<M: Model> Crew<'_, M> {
    async fn translate(&self, passage: Passage, asked: impl FnOnce()) -> Result<(), PromptError> {
        let round = self.round(&passage, None).await;
        asked();
        match round? {
            Round::Attempts(attempts) => self.settle(passage.segments, attempts).await,
            Round::Nothing(fault) => {
                self.leave(&passage.segments, &fault);
                Ok(())
            }
            Round::TooMuch(fault) => self.in_halves(passage.segments, fault).await,
        }
    }

    /// Ask for less at a time, down to one segment.
    async fn in_halves(&self, segments: Vec<usize>, fault: Fault) -> Result<(), PromptError> {
        let mut waiting = vec![(segments, fault)];
        while let Some((segments, fault)) = waiting.pop() {
            if segments.len() < 2 {
                let attempts = segments.iter().map(|_| Attempt::without_draft(fault.clone())).collect();
                self.settle(segments, attempts).await?;
                continue;
            }
            for half in segments.chunks(segments.len().div_ceil(2)) {
                let passage = around(self.judge.issue, half.to_vec());
                match self.round(&passage, None).await? {
                    Round::Attempts(attempts) => self.settle(passage.segments, attempts).await?,
                    Round::Nothing(fault) => self.leave(&passage.segments, &fault),
                    Round::TooMuch(fault) => waiting.push((passage.segments, fault)),
                }
            }
        }
        Ok(())
    }

    /// Ask again for what is faulty, until it is good or the rounds are used up.
    async fn settle(&self, segments: Vec<usize>, attempts: Vec<Attempt>) -> Result<(), PromptError> {
        let mut faulty: Vec<(usize, Attempt)> = Vec::new();
        for (segment, attempt) in segments.into_iter().zip(attempts) {
            if attempt.is_clean() {
                self.done(segment, attempt.outcome(false));
            } else {
                faulty.push((segment, attempt));
            }
        }
        for repair in 0..self.options.repairs {
            // Together at first: one request mends all. Then each alone, so that none stands in the
            // way of another.
            let groups: Vec<Vec<(usize, Attempt)>> = if repair == 0 {
                vec![std::mem::take(&mut faulty)]
            } else {
                // A draft that can be used is not asked about twice.
                let (usable, rest): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut faulty).into_iter().partition(|(_, attempt)| attempt.usable.is_some());
                for (segment, attempt) in usable {
                    self.done(segment, attempt.outcome(false));
                }
                rest.into_iter().map(|one| vec![one]).collect()
            };
            for group in groups.into_iter().filter(|group| !group.is_empty()) {
                faulty.extend(self.mend(group).await?);
            }
        }
        for (segment, attempt) in faulty {
            self.done(segment, attempt.outcome(false));
        }
        Ok(())
    }

    /// One round of repair: what is still faulty afterwards, each with the best draft so far.
    async fn mend(&self, group: Vec<(usize, Attempt)>) -> Result<Vec<(usize, Attempt)>, PromptError> {
        let (segments, attempts): (Vec<usize>, Vec<Attempt>) = group.into_iter().unzip();
        let passage = around(self.judge.issue, segments);
        let faulty: Vec<Faulty> = attempts.iter().map(Attempt::told).collect();
        let again = match self.round(&passage, Some(&faulty)).await? {
            Round::Attempts(again) => again,
            Round::TooMuch(fault) | Round::Nothing(fault) => {
                attempts.iter().map(|_| Attempt::without_draft(fault.clone())).collect()
            }
        };
        let mut still = Vec::new();
        for ((segment, before), after) in passage.segments.into_iter().zip(attempts).zip(again) {
            let best = before.or_better(after);
            if best.is_clean() {
                self.done(segment, best.outcome(false));
            } else {
                still.push((segment, best));
            }
        }
        Ok(still)
    }

    /// One request and its answer, in the form the server has.
    async fn round(&self, passage: &Passage, faulty: Option<&[Faulty]>) -> Result<Round, PromptError> {
        loop {
            if let Some(error) = &*self.stopped.borrow() {
                return Ok(Round::Nothing(Fault::error("untranslated", error.to_string())));
            }
            let format = self.format.get();
            let request = match faulty {
                None => self.composer.translate(passage, format)?,
                Some(faulty) => self.composer.repair(passage, faulty, format)?,
            };
            let error = match self.model.ask(&request).await {
                Ok(answer) => return Ok(self.read(passage, &request, answer)),
                Err(error) => error,
            };
            let fault = Fault::error("untranslated", error.to_string());
            match error {
                ModelError::FormatRefused { .. } => {
                    // Another request may have stepped down already.
                    match format.plainer() {
                        Some(plainer) => self.format.set(self.format.get().max(plainer)),
                        None => return Ok(Round::Nothing(fault)),
                    }
                }
                ModelError::TooLong { .. } => return Ok(Round::TooMuch(fault)),
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
        if answer.model.is_some() {
            *self.name.borrow_mut() = answer.model;
        }
        let whole = |message: &str| {
            let attempt = || Attempt::without_draft(Fault::error("untranslated", message));
            Round::Attempts(passage.segments.iter().map(|_| attempt()).collect())
        };
        match answer.finish {
            Finish::Length => {
                return Round::TooMuch(Fault::error("untranslated", "the answer was cut off before its end"));
            }
            Finish::Filtered => return whole("the server's content filter held the answer back"),
            Finish::Other(reason) => return whole(&format!("the answer ended early: {reason}")),
            Finish::Stop | Finish::Unstated => {}
        }
        let drafts = reply::read(&answer.content, &request.keys, request.format);
        let attempts = passage.segments.iter().zip(drafts).map(|(segment, draft)| match draft {
            Ok(draft) => self.judge.attempt_among(*segment, &draft, &passage.segments),
            Err(fault) => Attempt::without_draft(Fault::error("untranslated", fault.to_string())),
        });
        Round::Attempts(attempts.collect())
    }

    fn leave(&self, segments: &[usize], fault: &Fault) {
        for segment in segments {
            self.done(*segment, Outcome::Left(vec![fault.clone()]));
        }
    }

    fn done(&self, segment: usize, outcome: Outcome) {
        self.outcomes.borrow_mut()[segment] = Some(outcome);
        let outcomes = self.outcomes.borrow();
        let usage = self.usage.get();
        (self.progress)(Progress {
            done: outcomes.iter().flatten().count(),
            of: outcomes.len(),
            tokens: usage.input_tokens + usage.output_tokens,
        });
    }

    /// The same answer to two texts of different length is the right one for one of them at most.
    /// Asked for alone, a text that gets it again has it, and a person is told; unless the texts are
    /// too different to have one translation.
    async fn ask_doubles_again(&self) -> Result<(), PromptError> {
        let message = "the same translation came back for another text of the issue";
        for (segment, _) in self.doubles() {
            let before = Attempt::without_draft(Fault::error("other-segment", message));
            for (segment, attempt) in self.mend(vec![(segment, before)]).await? {
                self.done(segment, attempt.outcome(false));
            }
        }
        for (segment, far_apart) in self.doubles() {
            let mut outcomes = self.outcomes.borrow_mut();
            if far_apart {
                outcomes[segment] = Some(Outcome::Left(vec![Fault::error("other-segment", message)]));
            } else if let Some(Outcome::Translated { warnings, .. }) = &mut outcomes[segment] {
                warnings.push(Fault::warning("other-segment", message));
            }
        }
        Ok(())
    }

    /// Segments that share a translation with one of another length, in order; and whether one text is
    /// half as long again as the other.
    fn doubles(&self) -> Vec<(usize, bool)> {
        // Shorter texts are the same by chance: two headings, two labels.
        const SHORTEST: usize = 8;
        let outcomes = self.outcomes.borrow();
        let mut by_text: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (index, outcome) in outcomes.iter().enumerate() {
            let segment = &self.judge.issue.segments[index];
            // The title is the text of an item, and often of the first heading.
            if let Some(Outcome::Translated { pieces, .. }) = outcome
                && segment.origin != Origin::Title
            {
                let text = tags::plain_text(pieces);
                if text.chars().count() >= SHORTEST {
                    by_text.entry(text).or_default().push((index, segment.plain_text().chars().count()));
                }
            }
        }
        let mut doubles = Vec::new();
        for same in by_text.into_values() {
            let lengths = || same.iter().map(|(_, length)| *length);
            let (Some(shortest), Some(longest)) = (lengths().min(), lengths().max()) else { continue };
            if shortest < longest {
                doubles.extend(same.iter().map(|(index, _)| (*index, longest * 2 >= shortest * 3)));
            }
        }
        doubles.sort_unstable();
        doubles
    }

    fn finish(self, issue: &Issue) -> Result<Run, TranslateError> {
        let stopped = self.stopped.into_inner();
        if self.answers.get() == 0
            && let Some(error) = stopped
        {
            return Err(error.into());
        }
        let missing = || Outcome::Left(vec![Fault::error("untranslated", "it was not asked for")]);
        let mut outcomes: Vec<Outcome> =
            self.outcomes.into_inner().into_iter().map(|outcome| outcome.unwrap_or_else(missing)).collect();
        adopt_title(issue, self.judge.profile, &mut outcomes);
        Ok(Run { outcomes, usage: self.usage.get(), stopped, model: self.name.into_inner() })
    }
}

/// Verifies drafts of one issue.
struct Judge<'a> {
    issue: &'a Issue,
    rules: Rules<'a>,
    profile: &'a Profile,
}

impl<'a> Judge<'a> {
    fn new(issue: &'a Issue, materials: Materials<'a>, options: &Options) -> Self {
        let rules = Rules { glossary: materials.glossary, accept_chinese: options.accept_chinese };
        Self { issue, rules, profile: materials.profile }
    }

    fn attempt(&self, index: usize, draft: &str) -> Attempt {
        let segment = &self.issue.segments[index];
        let (pieces, mut faults) = self.rules.verify(segment, draft);
        let markdown = pieces.as_ref().map(|pieces| self.markdown(segment, pieces));
        if let Some(Err(message)) = &markdown {
            faults.push(Fault::error("markdown-shape", message));
        }
        let wrong = faults.iter().any(|fault| fault.severity == Severity::Error);
        let usable = match (pieces, markdown) {
            (Some(pieces), Some(Ok(markdown))) if !wrong => Some(Usable { markdown, pieces }),
            _ => None,
        };
        Attempt { draft: draft.to_owned(), usable, faults }
    }

    /// An attempt that could have been meant for one of its neighbours in the request.
    fn attempt_among(&self, index: usize, draft: &str, neighbours: &[usize]) -> Attempt {
        let mut attempt = self.attempt(index, draft);
        if let Some(usable) = &attempt.usable {
            let text = |index: &usize| self.issue.segments[*index].plain_text();
            let others: Vec<String> = neighbours.iter().filter(|other| **other != index).map(text).collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            if let Some(fault) = of_another_text(&tags::plain_text(&usable.pieces), &text(&index), &others) {
                attempt.faults.push(fault);
                attempt.usable = None;
            }
        }
        attempt
    }

    fn markdown(&self, segment: &Segment, pieces: &[Piece]) -> Result<String, String> {
        match self.issue.place(segment) {
            Some(place) => emit(&place, pieces).map(|(markdown, _)| markdown).map_err(|error| error.to_string()),
            None => Ok(tags::plain_text(pieces).trim().to_owned()),
        }
    }
}

/// A draft and what was found in it.
#[derive(Clone, Debug)]
struct Attempt {
    draft: String,
    usable: Option<Usable>,
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
struct Usable {
    markdown: String,
    pieces: Vec<Piece>,
}

impl Attempt {
    fn without_draft(fault: Fault) -> Self {
        Self { draft: String::new(), usable: None, faults: vec![fault] }
    }

    fn is_clean(&self) -> bool {
        self.usable.is_some() && self.faults.iter().all(|fault| fault.severity < Severity::Warning)
    }

    fn told(&self) -> Faulty {
        Faulty { draft: self.draft.clone(), faults: self.faults.iter().map(|fault| fault.message.clone()).collect() }
    }

    /// The later draft, unless the earlier one is better.
    fn or_better(self, later: Self) -> Self {
        match (&self.usable, &later.usable) {
            (Some(_), None) => self,
            (Some(_), Some(_)) if later.faults.len() > self.faults.len() => self,
            _ => later,
        }
    }

    fn outcome(self, reused: bool) -> Outcome {
        match self.usable {
            Some(Usable { markdown, pieces }) => {
                Outcome::Translated { markdown, pieces, reused, warnings: self.faults }
            }
            None => Outcome::Left(self.faults),
        }
    }
}

/// The title is taken from one of the items; it has the words that the item has.
fn adopt_title(issue: &Issue, profile: &Profile, outcomes: &mut [Outcome]) {
    let Some(index) = issue.segments.iter().position(|segment| segment.origin == Origin::Title) else { return };
    let wanted = issue.segments[index].plain_text();
    let found = issue.segments.iter().zip(outcomes.iter()).skip(index + 1).find_map(|(segment, outcome)| {
        let Outcome::Translated { pieces, .. } = outcome else { return None };
        if segment.plain_text() == wanted {
            return Some(tags::plain_text(pieces));
        }
        // The first heading of an issue without front matter.
        let heading = segment.plain_text();
        if profile.source_title(&heading).is_some_and(|title| title.rest == wanted) {
            return profile.target_title(&tags::plain_text(pieces)).map(|title| title.rest.to_owned());
        }
        let mark = mark_with_text(segment, &wanted)?;
        inside_of(pieces, mark).map(tags::plain_text)
    });
    if let Some(title) = found {
        let warnings = Vec::new();
        let reused = matches!(&outcomes[index], Outcome::Translated { reused: true, .. });
        let pieces = vec![Piece::Text(title.clone())];
        outcomes[index] = Outcome::Translated { markdown: title.trim().to_owned(), pieces, reused, warnings };
    }
}

fn mark_with_text(segment: &Segment, wanted: &str) -> Option<usize> {
    fn walk(nodes: &[crate::inline::Node], segment: &Segment, wanted: &str) -> Option<usize> {
        nodes.iter().find_map(|node| match node {
            crate::inline::Node::Mark(index, inside) => {
                let own = plain_text(inside, &segment.inline.marks);
                if own == wanted { Some(*index) } else { walk(inside, segment, wanted) }
            }
            _ => None,
        })
    }
    walk(&segment.inline.nodes, segment, wanted)
}

fn inside_of(pieces: &[Piece], wanted: usize) -> Option<&[Piece]> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Mark(mark, inside) if *mark == wanted => Some(inside.as_slice()),
        Piece::Mark(_, inside) => inside_of(inside, wanted),
        _ => None,
    })
}
