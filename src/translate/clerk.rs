//! The steps of the loop for answers that come another way than by being asked for and waited for.
//!
//! What is missing is what [`translate`](super::translate) would ask for, and an answer is taken when
//! it would be taken there: so answers that come in files and answers that come at once mix.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::issue::Issue;
use crate::journal::{Key, NotKept};
use crate::memory::MemoryError;
use crate::model::{Answer, Finish};
use crate::reply;
use crate::request::{Example, Format};
use crate::rules::Severity;

use super::attempt::{Attempt, Judge};
use super::reuse::Reuse;
use super::shelf::Shelf;
use super::{Books, Materials, Options};

/// Knows what an issue's segments were answered, and takes answers for them.
pub struct Clerk<'a> {
    judge: Judge<'a>,
    shelf: Shelf<'a>,
    options: &'a Options,
    // What was published before.
    published: BTreeSet<usize>,
    examples: Vec<Example>,
    // What was kept since; the journal need not know it before it is opened again.
    kept: RefCell<BTreeSet<usize>>,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the answer calls it: `b3`.
    pub name: String,
    /// The segment it is for, in the issue as it is now; `None` where it is not in it any more.
    pub segment: Option<usize>,
}

/// What became of a part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is in the journal now.
    Kept,
    /// The journal has an answer for this segment already, and that one holds.
    Known,
    /// The segment is not in the issue any more.
    Gone,
    /// It is not taken, for this reason.
    Refused(String),
}

impl<'a> Clerk<'a> {
    /// A clerk for `issue`.
    ///
    /// # Errors
    ///
    /// Where a memory cannot be read.
    pub fn new(
        issue: &'a Issue,
        materials: Materials<'a>,
        books: Books<'a>,
        options: &'a Options,
    ) -> Result<Self, MemoryError> {
        let (judge, shelf) = (Judge::new(issue, materials, options), Shelf::new(issue, materials, books));
        let reuse = Reuse::new(issue, materials, options);
        let published = reuse.all(&judge)?;
        let examples = reuse.examples(&published)?;
        let published = published.into_keys().collect();
        Ok(Self { judge, shelf, options, published, examples, kept: RefCell::default() })
    }

    /// The keys of the issue's segments, in their order.
    pub fn keys(&self) -> &[Key] {
        self.shelf.keys()
    }

    /// What a model is shown of the house's hand.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The segments that a run would ask for, in ascending order.
    pub fn missing(&self) -> Vec<usize> {
        (0..self.keys().len()).filter(|segment| !self.is_known(*segment)).collect()
    }

    fn is_known(&self, segment: usize) -> bool {
        if self.published.contains(&segment) || self.kept.borrow().contains(&segment) {
            return true;
        }
        let attempt = |answer: String| self.judge.attempt(segment, &answer);
        self.shelf.recall(segment).is_some_and(|answer| attempt(answer).usable.is_some())
    }

    /// Take what is good in `answer`, and count what it took, `once` being its name: read again, it
    /// does not count again. Without a name it is not counted. One verdict for each of `parts`; when this returns, what is
    /// [`Kept`](Verdict::Kept) is safe.
    ///
    /// # Errors
    ///
    /// Where the journal cannot keep it.
    pub fn take(
        &self,
        parts: &[Part],
        answer: &Answer,
        format: Format,
        once: Option<&str>,
    ) -> Result<Vec<Verdict>, NotKept> {
        if let Some(once) = once {
            self.shelf.spent_once(answer.usage, Some(once.to_owned()));
        }
        let neighbours: Vec<usize> = parts.iter().filter_map(|part| part.segment).collect();
        let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
        let drafts = match unfinished(answer) {
            Some(why) => vec![Err(why); parts.len()],
            None => reply::read(&answer.content, &names, format)
                .into_iter()
                .map(|draft| draft.map_err(|fault| fault.to_string()))
                .collect(),
        };
        let mut kept: Vec<(usize, Attempt)> = Vec::new();
        let mut verdicts = Vec::with_capacity(parts.len());
        for (part, draft) in parts.iter().zip(drafts) {
            verdicts.push(match (part.segment, draft) {
                (None, _) => Verdict::Gone,
                (Some(segment), _) if self.is_known(segment) => Verdict::Known,
                (Some(_), Err(why)) => Verdict::Refused(why),
                (Some(segment), Ok(draft)) => {
                    let attempt = self.judge.attempt_among(segment, &draft, &neighbours);
                    match self.objection(&attempt) {
                        Some(why) => Verdict::Refused(why),
                        None => {
                            kept.push((segment, attempt));
                            Verdict::Kept
                        }
                    }
                }
            });
        }
        self.shelf.keep(kept.iter().map(|(segment, attempt)| (*segment, attempt.draft())), None);
        // The figures of an answer of which nothing is kept.
        self.shelf.close();
        if let Some(error) = self.shelf.failed() {
            return Err(error);
        }
        self.kept.borrow_mut().extend(kept.iter().map(|(segment, _)| *segment));
        Ok(verdicts)
    }

    /// Why an attempt is not taken as it is. One that a run would ask to have mended first is not.
    fn objection(&self, attempt: &Attempt) -> Option<String> {
        let is_final = attempt.is_clean() || (attempt.usable.is_some() && self.options.repairs == 0);
        let least = if attempt.usable.is_none() { Severity::Error } else { Severity::Warning };
        (!is_final).then(|| {
            let mut faults = attempt.faults().iter().filter(|fault| fault.severity >= least);
            let fault = faults.next().or(attempt.faults().first());
            fault.map_or_else(|| "it cannot be used".to_owned(), |fault| fault.message.clone())
        })
    }
}

/// Why an answer is not one to read, as the loop sees it.
fn unfinished(answer: &Answer) -> Option<String> {
    match &answer.finish {
        Finish::Stop | Finish::Unstated => None,
        Finish::Length => Some("the answer was cut off before its end".to_owned()),
        Finish::Filtered => Some("the server's content filter held the answer back".to_owned()),
        Finish::Other(reason) => Some(format!("the answer ended early: {reason}")),
    }
}
