//! A language model behind an API: a request in, text out.
//!
//! Nothing that a server sends is trusted here. An [`Answer`] is what it said, whatever that was;
//! a [`ModelError`] is a kind that a caller can act on, and what it quotes of a server is short,
//! free of control characters and free of the key.
//!
//! A request may be sent more than once before there is an answer, and each time may be paid for:
//! [`Usage::requests`] counts them.

mod asking;
mod batches;
mod budget;
mod config;
mod discover;
mod error;
mod event;
mod gate;
mod kind;
mod ladder;
mod openai;
mod pace;
mod refusal;
mod said;
mod traffic;
mod transport;
mod wait;
mod wire;

use std::ops::AddAssign;

pub use asking::{Learned, Options};
pub use batches::{Batch, Counts, Creation, Id, NotAnId, State, completion};
pub use budget::{Budget, Metered, NotABudget, Purse};
pub use discover::{LocalServer, USUAL_PORTS, local_servers};
pub use error::ModelError;
pub use event::{Event, Watch};
pub use kind::Kind;
pub use ladder::{Ladder, Why};
pub use openai::OpenAi;
pub use wire::Listed;

use crate::request::{Format, Request};

/// Something that answers requests.
pub trait Model: Send + Sync {
    /// Asks once, and waits until there is an answer or no hope of one.
    ///
    /// The future may be dropped at any point; nothing is left half done but what was sent.
    fn ask(&self, request: &Request) -> impl Future<Output = Result<Answer, ModelError>> + Send;

    /// The form to ask for an answer in: the strictest that has not failed with this model.
    fn format(&self) -> Format;

    /// Ask for a plainer form than `failed` from now on; `false` where there is none.
    fn step_down(&self, failed: Format, why: Why) -> bool;
}

/// What a model said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text, as it came; empty where there was none.
    pub content: String,
    /// Why it ends where it does.
    pub finish: Finish,
    /// What it took to get it.
    pub usage: Usage,
    /// The model that says it answered, which need not be the one that was asked for.
    pub model: Option<String>,
}

/// Why an answer ends where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model had said what it had to say.
    Stop,
    /// The model was cut off; the answer is not whole.
    Length,
    /// The model or its server would not say it.
    Filtered,
    /// The server does not tell.
    Unstated,
    /// Something only this server knows.
    Other(String),
}

impl Finish {
    /// The one of these that a server means by its own word.
    pub(crate) fn of(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "" => Self::Unstated,
            "stop" | "eos" | "eos_token" | "end" | "end_turn" | "stop_sequence" | "completed" => Self::Stop,
            "length" | "max_tokens" | "max_output_tokens" | "model_length" => Self::Length,
            "content_filter" | "safety" | "recitation" | "blocklist" | "prohibited_content" | "spii" | "sensitive"
            | "refusal" => Self::Filtered,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What answers took, as far as the server tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Requests that went out, the ones without an answer among them.
    pub requests: u32,
    /// Tokens read, the cached ones among them.
    pub input_tokens: u64,
    /// Tokens read that the server still had from an earlier request.
    pub cached_tokens: u64,
    /// Tokens read that the server keeps for later requests, and charges more for.
    pub cache_write_tokens: u64,
    /// Tokens written, with those of the model's reasoning.
    pub output_tokens: u64,
    /// Tokens written that were the model's reasoning.
    pub reasoning_tokens: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.cached_tokens = self.cached_tokens.saturating_add(other.cached_tokens);
        self.cache_write_tokens = self.cache_write_tokens.saturating_add(other.cache_write_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.reasoning_tokens = self.reasoning_tokens.saturating_add(other.reasoning_tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_servers_word_for_an_end_is_known() {
        assert_eq!(Finish::of("stop"), Finish::Stop);
        assert_eq!(Finish::of("end_turn"), Finish::Stop);
        assert_eq!(Finish::of("MAX_TOKENS"), Finish::Length);
        assert_eq!(Finish::of("SAFETY"), Finish::Filtered);
        assert_eq!(Finish::of(""), Finish::Unstated);
        assert_eq!(Finish::of("abort"), Finish::Other("abort".to_owned()));
    }
}
