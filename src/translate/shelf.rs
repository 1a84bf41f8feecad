//! Where accepted answers go, and where those of earlier runs come from.

use std::cell::RefCell;

use crate::issue::Issue;
use crate::journal::{Asked, Doubt, Entry, Key, Line, NotKept, Spent};
use crate::model::Usage;

use super::{Books, Materials};

/// The journal, as one issue sees it.
pub(super) struct Shelf<'a> {
    issue: &'a Issue,
    books: Books<'a>,
    // One for each segment.
    keys: Vec<Key>,
    doubts: RefCell<Vec<Option<Doubt>>>,
    // Goes with the next answers: figures are not worth waiting for the disk.
    spent: RefCell<Vec<Line>>,
    failed: RefCell<Option<NotKept>>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(issue: &'a Issue, materials: Materials<'a>, books: Books<'a>) -> Self {
        let Materials { prompts, glossary, .. } = materials;
        let Books { model, parameters, .. } = books;
        Self {
            issue,
            books,
            keys: Asked { model, parameters, prompts, glossary }.keys(issue),
            doubts: RefCell::new(vec![None; issue.segment_count()]),
            spent: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// What a segment was answered in an earlier run.
    pub(super) fn recall(&self, segment: usize) -> Option<String> {
        let entry = self.books.journal.known(self.keys[segment])?;
        self.doubts.borrow_mut()[segment] = entry.doubt;
        Some(entry.answer)
    }

    /// The answer that was recalled is not used.
    pub(super) fn forget(&self, segment: usize) {
        self.doubts.borrow_mut()[segment] = None;
    }

    pub(super) fn doubt(&self, segment: usize) -> Option<Doubt> {
        self.doubts.borrow()[segment]
    }

    /// Keep the answers that segments got; after a failure, none.
    pub(super) fn keep<'d>(&self, answers: impl Iterator<Item = (usize, &'d str)>, doubt: Option<Doubt>) {
        let entry = |(segment, answer): (usize, &str)| {
            self.doubts.borrow_mut()[segment] = doubt;
            Line::Answer(Entry {
                key: self.keys[segment],
                issue: self.issue.stem().to_owned(),
                kind: self.issue.segment(segment).name().to_owned(),
                model: self.books.model.to_owned(),
                answer: answer.to_owned(),
                doubt,
            })
        };
        let answers: Vec<Line> = answers.map(entry).collect();
        if !answers.is_empty() {
            self.write(answers);
        }
    }

    pub(super) fn spent(&self, usage: Usage) {
        self.spent_once(usage, None);
    }

    /// What is told again under the name `once` does not count again.
    pub(super) fn spent_once(&self, usage: Usage, once: Option<String>) {
        let spent = Spent { once, ..Spent::new(self.issue.stem(), self.books.model, usage) };
        self.spent.borrow_mut().push(Line::Spent(spent));
    }

    /// What each segment's answer is kept under.
    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// There is no more to keep.
    pub(super) fn close(&self) {
        self.write(Vec::new());
    }

    /// Why answers are not kept any more.
    pub(super) fn failed(&self) -> Option<NotKept> {
        self.failed.borrow().clone()
    }

    fn write(&self, answers: Vec<Line>) {
        let mut lines = self.spent.take();
        lines.extend(answers);
        if lines.is_empty() || self.failed.borrow().is_some() {
            return;
        }
        if let Err(error) = self.books.journal.keep(&lines) {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }
}
