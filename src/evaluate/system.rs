//! What is compared: an edition, or a model with its prompts.

use std::ops::AddAssign;

use serde::Serialize;

use crate::diff::Edits;

/// Something that makes editions, and what is known of it besides them.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// What people call it.
    pub name: String,
    /// What making its editions took, where they were made now.
    pub effort: Option<Effort>,
    /// What people changed in its drafts, where these are there.
    pub edits: Option<Edits>,
}

/// What it took a model to make editions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Effort {
    /// Segments there were to translate.
    pub segments: usize,
    /// Those of them that nobody was asked for: a memory or an earlier run knew them.
    pub known: usize,
    /// Those whose first answer was accepted.
    pub first: usize,
    /// Those that were asked for again, and then accepted.
    pub repaired: usize,
    /// Those that stayed in Chinese.
    pub left: usize,
    /// Requests that went out.
    pub requests: u64,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars, where the price is known.
    pub dollars: Option<f64>,
    /// Seconds from the first request to the last answer.
    pub seconds: f64,
}

impl Effort {
    /// The share of what was asked for that was right at once, from 0 to 1; none where nothing was asked.
    pub fn first_try(&self) -> Option<f64> {
        share(self.first, self.asked())
    }

    /// The share of what was asked for that was right in the end.
    pub fn in_the_end(&self) -> Option<f64> {
        share(self.first + self.repaired, self.asked())
    }

    fn asked(&self) -> usize {
        self.first + self.repaired + self.left
    }
}

/// `some` of `all`; none of none.
pub(super) fn share(some: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| some as f64 / all as f64)
}

impl AddAssign for Effort {
    fn add_assign(&mut self, other: Self) {
        self.segments += other.segments;
        self.known += other.known;
        self.first += other.first;
        self.repaired += other.repaired;
        self.left += other.left;
        self.requests += other.requests;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.dollars = match (self.dollars, other.dollars) {
            (Some(one), Some(two)) => Some(one + two),
            (one, two) => one.or(two),
        };
        self.seconds += other.seconds;
    }
}
