//! Where accepted answers go, and where those of earlier runs come from.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::issue::Issue;
use crate::journal::{Asked, Doubt, Entry, Key, Line, NotKept, Spent};
use crate::model::Usage;
use crate::prompts::Template;

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

    /// The answer that is used instead was kept with this doubt.
    pub(super) fn doubts(&self, segment: usize, doubt: Option<Doubt>) {
        self.doubts.borrow_mut()[segment] = doubt;
    }

    pub(super) fn doubt(&self, segment: usize) -> Option<Doubt> {
        self.doubts.borrow()[segment]
    }

    /// Keep the answers that segments got; after a failure, none.
    pub(super) fn keep<'d>(&self, answers: impl Iterator<Item = (usize, &'d str)>, doubt: Option<Doubt>) {
        let line = |(segment, answer): (usize, &str)| {
            self.doubts.borrow_mut()[segment] = doubt;
            self.line(segment, self.keys[segment], answer)
        };
        let answers: Vec<Line> = answers.map(line).collect();
        if !answers.is_empty() {
            self.write(answers);
        }
    }

    /// Keep what refining these segments came to.
    pub(super) fn keep_refined<'d>(&self, refined: &Refined<'_>, answers: impl Iterator<Item = (usize, &'d str)>) {
        self.write(answers.map(|(segment, answer)| self.line(segment, refined.keys[segment], answer)).collect());
    }

    fn line(&self, segment: usize, key: Key, answer: &str) -> Line {
        Line::Answer(Entry {
            key,
            issue: self.issue.stem().to_owned(),
            kind: self.issue.segment(segment).name().to_owned(),
            model: self.books.model.to_owned(),
            answer: answer.to_owned(),
            doubt: self.doubt(segment),
        })
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

/// What was refined. Under keys of their own, so that with and without refining each finds its own
/// answers, and a draft that is there is never asked for again.
pub(super) struct Refined<'a> {
    books: Books<'a>,
    keys: Vec<Key>,
    done: RefCell<BTreeSet<usize>>,
}

impl<'a> Refined<'a> {
    pub(super) fn new(issue: &Issue, materials: Materials<'a>, books: Books<'a>) -> Self {
        let Materials { prompts, glossary, .. } = materials;
        // No parameters of a server begin so.
        let parameters = format!("refined\0{}\0{}", prompts.source(Template::Refine), books.parameters);
        let asked = Asked { model: books.model, parameters: &parameters, prompts, glossary };
        Self { books, keys: asked.keys(issue), done: RefCell::default() }
    }

    /// What an earlier run came to.
    pub(super) fn recall(&self, segment: usize) -> Option<Entry> {
        self.books.journal.known(self.keys[segment])
    }

    pub(super) fn is_done(&self, segment: usize) {
        self.done.borrow_mut().insert(segment);
    }

    /// There is another draft now.
    pub(super) fn is_to_do(&self, segment: usize) {
        self.done.borrow_mut().remove(&segment);
    }

    pub(super) fn has(&self, segment: usize) -> bool {
        self.done.borrow().contains(&segment)
    }
}
