//! The loop: ask, read, verify, ask again for what is faulty, within bounds.
//!
//! Each segment ends in one of three states: translated and verified, reused and verified, or left
//! as it was with the reasons. One segment never costs another: only those that are faulty are asked
//! again, first together with all their faults listed, then each alone.

mod attempt;
mod brief;
mod clerk;
mod crew;
mod doubles;
mod examples;
mod refine;
mod reuse;
mod shelf;
mod title;

use std::collections::BTreeSet;

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::edition::Rendered;
use crate::glossary::Glossary;
use crate::issue::Issue;
use crate::journal::{Journal, NotKept};
use crate::memory::{Memory, MemoryError};
use crate::model::{Model, ModelError, Usage};
use crate::passages::{Limits, Passage, is_heading, passages};
use crate::profile::Profile;
use crate::prompts::{PromptError, Prompts};
use crate::request::{Composer, Format, Request};
use crate::rules::Rule;
use crate::tags::Piece;
use crate::verify::Fault;

use attempt::Judge;
use crew::Crew;
use reuse::Reuse;
use shelf::{Refined, Shelf};

pub use brief::{Brief, NoBrief, ask_for_brief};
pub use clerk::{Clerk, Part, Verdict};

/// How the loop goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much goes into one request.
    pub limits: Limits,
    /// How many rounds of repair a segment has.
    pub repairs: u32,
    /// Whether answers may be in Chinese; for trying out a server.
    pub accept_chinese: bool,
    /// Whether what is translated is asked for once more, to be made better; titles and headings are
    /// not.
    pub refine: bool,
    /// Whether it is as if the issue had no edition: what that says is no memory.
    pub anew: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { limits: Limits::default(), repairs: 2, accept_chinese: false, refine: false, anew: false }
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
    /// What was published before; what the first knows, the others are not asked for.
    pub memories: &'a [Memory],
    /// The edition that is brought up to date, where there is one.
    pub update: Option<Updating<'a>>,
}

/// An edition that is brought up to date.
#[derive(Clone, Copy, Debug)]
pub struct Updating<'a> {
    /// The segments to translate; of all others the edition stays.
    pub wanted: &'a BTreeSet<usize>,
    /// What it says of its source as it was.
    pub before: &'a Memory,
}

/// Where accepted answers are kept, and what is asked.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// What knows the answers of earlier runs, and keeps those of this one.
    pub journal: &'a dyn Journal,
    /// The model's name, as it is asked for.
    pub model: &'a str,
    /// What else is asked of it that would change its answers.
    pub parameters: &'a str,
}

/// Where a translation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The model answered it in this run.
    Model,
    /// The model answered it in an earlier run.
    Journal,
    /// The translation memory knew it.
    Memory,
    /// The edition has it, and it stays as it is there.
    Edition,
}

impl Provenance {
    /// Whether people published it.
    fn is_peoples(self) -> bool {
        matches!(self, Self::Memory | Self::Edition)
    }
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
        /// Where it comes from.
        from: Provenance,
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
    pub fn rendered(&self) -> impl Iterator<Item = Rendered> {
        self.outcomes.iter().map(|outcome| match outcome {
            Outcome::Translated { markdown, .. } => Rendered::Translation(markdown.clone()),
            Outcome::Left(_) => Rendered::Left,
        })
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
    /// Answers cannot be kept any more, so no more were paid for.
    #[error(transparent)]
    NotKept(#[from] NotKept),
    /// The memory cannot be read.
    #[error("the memory cannot be read")]
    Memory(#[from] MemoryError),
}

/// Translate what the memories know, and leave the rest.
///
/// # Errors
///
/// Where a memory cannot be read.
pub fn from_memory(issue: &Issue, materials: Materials<'_>, options: &Options) -> Result<Run, MemoryError> {
    let (judge, reuse) = (Judge::new(issue, materials, options), Reuse::new(issue, materials, options));
    let unknown = || Outcome::Left(vec![Fault::error(Rule::Untranslated, "the translation memory does not know it")]);
    let outcomes = (0..issue.segment_count()).map(|segment| {
        let known = match reuse.find(&judge, segment)? {
            Some(known) => Some(known),
            None => reuse.term(&judge, segment),
        };
        Ok(known.unwrap_or_else(unknown))
    });
    let mut run = Run { outcomes: outcomes.collect::<Result<_, MemoryError>>()?, ..Run::default() };
    title::adopt(issue, materials.profile, &mut run.outcomes);
    Ok(run)
}

/// What is to be asked of a model before an issue is translated.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Segments whose translations are in the journal or in a memory.
    pub known: usize,
    /// The requests for all others, in the order in which they are sent: the first alone, and then the
    /// rest at once. More are sent where an answer is not good.
    pub requests: Vec<(Passage, Request)>,
    /// What is asked once all is there, to have it made better, if drafts are as long as their sources.
    pub refinements: Vec<Request>,
}

/// What [`translate`] would ask first, in the form `format`.
///
/// # Errors
///
/// Where a template cannot be filled in, or a memory not be read.
pub fn plan(
    issue: &Issue,
    materials: Materials<'_>,
    books: Books<'_>,
    options: &Options,
    format: Format,
) -> Result<Plan, TranslateError> {
    let (judge, shelf) = (Judge::new(issue, materials, options), Shelf::new(issue, materials, books));
    let reuse = Reuse::new(issue, materials, options);
    let published = reuse.all(&judge)?;
    let refined = options.refine.then(|| Refined::new(issue, materials, books));
    let is_good = |segment: usize, answer: String| judge.attempt(segment, &answer).is_usable();
    let is_refined = |refined: &Refined<'_>, segment: usize| {
        refined.recall(segment).is_some_and(|entry| is_good(segment, entry.answer))
    };
    let is_known = |segment: &usize| {
        let answer = shelf.recall(*segment);
        published.contains_key(segment)
            || answer.is_some_and(|answer| is_good(*segment, answer))
            || refined.as_ref().is_some_and(|refined| is_refined(refined, *segment))
    };
    let unknown: Vec<usize> = (0..issue.segment_count()).filter(|segment| !is_known(segment)).collect();
    let composer = Composer::new(issue, materials.prompts, materials.glossary);
    let composer = composer.with_examples(reuse.examples(&published)?);
    let requests = passages(issue, &unknown, options.limits).into_iter().map(|passage| {
        let request = composer.translate(&passage, format)?;
        Ok((passage, request))
    });
    let requests = requests.collect::<Result<_, PromptError>>()?;
    let wanted: Vec<usize> = refined.as_ref().map_or_else(Vec::new, |refined| {
        let is_wanted = |segment: &usize| !is_heading(&issue.segment(*segment)) && !published.contains_key(segment);
        let segments = (0..issue.segment_count()).filter(is_wanted);
        segments.filter(|segment| !is_refined(refined, *segment)).collect()
    });
    let refinements = passages(issue, &wanted, options.limits).into_iter().map(|passage| {
        let draft = |segment: &usize| issue.segment(*segment).tagged().text().to_owned();
        composer.refine(&passage, &passage.segments.iter().map(draft).collect::<Vec<_>>(), format)
    });
    let refinements = refinements.collect::<Result<_, PromptError>>()?;
    Ok(Plan { known: issue.segment_count() - unknown.len(), requests, refinements })
}

/// Translate `issue` with `model`; `progress` is told whenever a segment has its outcome.
///
/// What a memory or the journal knows is verified and not asked again: first what was published. An answer counts when the journal has it:
/// a run that was stopped at any point and is then started again sends only what is missing, and
/// where answers depend on nothing but their text it ends in the same edition.
///
/// # Errors
///
/// Where the journal cannot keep what is paid for or a memory cannot be read, and where the model gave
/// no answer at all, in this run or before. When some were given and then no more, the run says so and has what there is.
pub async fn translate(
    issue: &Issue,
    model: &impl Model,
    materials: Materials<'_>,
    books: Books<'_>,
    options: &Options,
    progress: &dyn Fn(Progress),
) -> Result<Run, TranslateError> {
    let crew = Crew::new(issue, model, materials, books, options, progress)?;
    let passages = passages(issue, &crew.recall(), options.limits);
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
    // How many are sent at once is the model's business.
    let mut running: FuturesUnordered<_> = work.collect();
    while let Some(done) = running.next().await {
        done?;
    }
    drop(running);
    crew.ask_doubles_again().await?;
    crew.refine().await?;
    crew.tell_doubles();
    crew.finish(issue)
}
