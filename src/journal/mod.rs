//! Answers that were paid for, as lines to keep.
//!
//! A journal is lines of JSON, only ever appended to: an answer that was accepted, or what requests
//! took. Of several answers to one thing the last one holds. Whatever else is in it, from half a
//! line of a run that was killed to the work of another program, is passed over, and counted.
//!
//! ```
//! use nekoyaku::journal::{Entry, Line, Record};
//!
//! let key = "00000000000000000000000000000007".parse()?;
//! let entry = Entry { key, issue: "2024-02-17-weekly".into(), kind: "heading".into(), model: "m".into(),
//!     answer: "ネコ".into(), doubt: None };
//! let text = Line::Answer(entry).to_string() + "{\"answer\":{\"key\":\"00";
//!
//! let record = Record::read(text.as_bytes());
//! assert_eq!(record.answer(key).map(|entry| entry.answer.as_str()), Some("ネコ"));
//! assert_eq!(record.passed_over, [2]);
//! # Ok::<(), nekoyaku::journal::NotAKey>(())
//! ```

mod impact;
mod index;
mod key;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Usage;

pub use impact::{Change, Touched, impact};
pub use index::Index;
pub use key::{Asked, Key, NotAKey};

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// An answer that was accepted.
    Answer(Entry),
    /// What requests took.
    Spent(Spent),
}

/// An answer that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it answers.
    pub key: Key,
    /// The issue it was asked for, without folder.
    pub issue: String,
    /// What was translated, in a word.
    pub kind: String,
    /// The model that was asked.
    pub model: String,
    /// The answer, with its tags, as verification accepted it.
    pub answer: String,
    /// Whether it was in doubt after it had been accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

/// Why an accepted answer is not simply one: another text of the issue has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Doubt {
    /// It is still to be asked once more.
    Open,
    /// It was asked once more, and this is what came of it.
    Settled,
}

/// What requests took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The issue they were about, without folder.
    pub issue: String,
    /// The model that was asked.
    pub model: String,
    /// Requests that went out.
    pub requests: u32,
    /// Tokens read.
    pub input: u64,
    /// Those of them that the server still had.
    pub cached: u64,
    /// Those that it keeps for later requests, and charges more for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_written: u64,
    /// Tokens written.
    pub output: u64,
    /// Those of them that were the model's reasoning.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reasoning: u64,
    /// What it is the price of, where it may be told twice: a line of a batch's results, which may be
    /// read again. Of several with the same name, the first counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands over")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Spent {
    /// What `usage` says.
    pub fn new(issue: &str, model: &str, usage: Usage) -> Self {
        let Usage { requests, input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens } =
            usage;
        Self {
            issue: issue.to_owned(),
            model: model.to_owned(),
            requests,
            input: input_tokens,
            cached: cached_tokens,
            cache_written: cache_write_tokens,
            output: output_tokens,
            reasoning: reasoning_tokens,
            once: None,
        }
    }

    /// As figures that can be summed.
    pub fn usage(&self) -> Usage {
        Usage {
            requests: self.requests,
            input_tokens: self.input,
            cached_tokens: self.cached,
            cache_write_tokens: self.cache_written,
            output_tokens: self.output,
            reasoning_tokens: self.reasoning,
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One line of JSON, with its end.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// What a journal says.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Lines that are none of a journal's, counted from one.
    pub passed_over: Vec<usize>,
    answers: Vec<Entry>,
    // The place in `answers` of the one that holds.
    places: HashMap<Key, usize>,
    spent: BTreeMap<(String, String), Usage>,
    once: BTreeMap<String, Spent>,
    lines: usize,
}

impl Record {
    /// Read a journal, whatever is in it.
    pub fn read(bytes: &[u8]) -> Self {
        let mut record = Self::default();
        for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(line) => record.add(line),
                Err(_) => record.passed_over.push(place + 1),
            }
        }
        record
    }

    /// Add what was appended.
    pub fn add(&mut self, line: Line) {
        self.lines += 1;
        match line {
            Line::Answer(entry) => match self.places.get(&entry.key) {
                Some(place) => self.answers[*place] = entry,
                None => {
                    self.places.insert(entry.key, self.answers.len());
                    self.answers.push(entry);
                }
            },
            Line::Spent(spent) => {
                if let Some(name) = &spent.once {
                    self.once.entry(name.clone()).or_insert(spent);
                } else {
                    *self.spent.entry((spent.issue.clone(), spent.model.clone())).or_default() += spent.usage();
                }
            }
        }
    }

    /// The answer that holds for `key`.
    pub fn answer(&self, key: Key) -> Option<&Entry> {
        self.places.get(&key).map(|place| &self.answers[*place])
    }

    /// The answers that hold, in the order in which their keys first came.
    pub fn answers(&self) -> &[Entry] {
        &self.answers
    }

    /// What was spent, by issue and model.
    pub fn spent(&self) -> impl Iterator<Item = Spent> {
        let mut spent = self.spent.clone();
        for once in self.once.values() {
            *spent.entry((once.issue.clone(), once.model.clone())).or_default() += once.usage();
        }
        spent.into_iter().map(|((issue, model), usage)| Spent::new(&issue, &model, usage))
    }

    /// How many lines were a journal's.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// A journal that says the same in the fewest lines. What counts once stays a line of its own, so
    /// that it does when it is told again.
    pub fn compacted(&self) -> String {
        let answers = self.answers.iter().cloned().map(Line::Answer);
        let spent = self.spent.iter().map(|((issue, model), usage)| Spent::new(issue, model, *usage));
        let spent = spent.chain(self.once.values().cloned()).map(Line::Spent);
        answers.chain(spent).map(|line| line.to_string()).collect()
    }
}

/// Why an answer is not kept, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotKept(pub String);

/// What knows the answers of earlier runs, and keeps those of this one.
pub trait Journal {
    /// The answer to `key`, if one was kept.
    fn known(&self, key: Key) -> Option<Entry>;

    /// Keep `lines`. When this returns, they are safe, or it is said that they are not.
    ///
    /// # Errors
    ///
    /// Where they may not be there after a crash.
    fn keep(&self, lines: &[Line]) -> Result<(), NotKept>;
}

/// One that knows nothing and keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere;

impl Journal for Nowhere {
    fn known(&self, _: Key) -> Option<Entry> {
        None
    }

    fn keep(&self, _: &[Line]) -> Result<(), NotKept> {
        Ok(())
    }
}
