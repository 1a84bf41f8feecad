//! Why there is no answer: kinds, for a caller to act on.
//!
//! The messages say what happened and to what; [`ModelError::advice`], what can be done about it.

use crate::provider::Format;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The base URL cannot be one. It is not quoted, since it may hold a password.
    #[error("the base URL {reason}")]
    BadBaseUrl {
        /// What is wrong with it: `has no host`.
        reason: &'static str,
    },
    /// The key cannot be sent in a header. It is not quoted.
    #[error("character {place} of the API key is not one that a key can have")]
    BadKey {
        /// The first such character, counted from one.
        place: usize,
    },
    /// The system has no certificates, and the URL is an `https:` one.
    #[error("there are no CA certificates on this system to know {host} by: {cause}")]
    NoCertificates {
        /// Who cannot be told from an impostor.
        host: String,
        /// What the system says.
        cause: String,
    },
    /// The server does not know the key, or wants one.
    #[error("{host} does not accept the API key")]
    KeyRefused {
        /// Who refused.
        host: String,
    },
    /// There is no money left, as opposed to too many requests a minute.
    #[error("the account at {host} has nothing left: {message}")]
    Quota {
        /// Who refused.
        host: String,
        /// What it said.
        message: String,
    },
    /// The server has not got this model.
    #[error("{host} has no model {model}")]
    NoSuchModel {
        /// Who was asked.
        host: String,
        /// The model that was asked for.
        model: String,
    },
    /// There is a server, and it does not speak this API at this address.
    #[error("there is no API at {url} (status {status})")]
    NoSuchEndpoint {
        /// The address.
        url: String,
        /// 404, 405, or a redirect, which is not followed.
        status: u16,
    },
    /// The server has not got this `response_format`, or cannot keep to it.
    #[error("{host} cannot hold an answer to the format {}", format_name(.format))]
    FormatRefused {
        /// Who refused.
        host: String,
        /// The format that was asked for.
        format: Format,
    },
    /// The request, or the request and its answer, are more than the model takes at a time.
    #[error("the request is too long for the model at {host}: {message}")]
    TooLong {
        /// Who refused.
        host: String,
        /// What it said.
        message: String,
    },
    /// The server cut the request without a word, so that the answer is to something else.
    #[error(
        "{host} read only {read} of about {sent} tokens of the request: it cuts off what is longer than its context"
    )]
    PromptCut {
        /// Who did.
        host: String,
        /// The tokens it says it read.
        read: u64,
        /// The tokens there were, about.
        sent: u64,
    },
    /// A moderator, of flesh or not, does not like the text.
    #[error("{host} will not translate this text (status {status}): {message}")]
    Moderated {
        /// Who refused.
        host: String,
        /// The status of the reply.
        status: u16,
        /// What it said.
        message: String,
    },
    /// The server will not answer this request, for a reason of its own.
    #[error("{host} refused the request with status {status}: {message}")]
    Refused {
        /// Who refused.
        host: String,
        /// The status of the last reply.
        status: u16,
        /// What it said.
        message: String,
    },
    /// Too many requests, as often as we asked.
    #[error("{host} had no room for the request, {}", times(.attempts))]
    RateLimited {
        /// Who refused.
        host: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The server is out of order.
    #[error("{host} failed with status {status}, {}: {message}", times(.attempts))]
    ServerFault {
        /// Who failed.
        host: String,
        /// The status of the last reply.
        status: u16,
        /// How often it was tried.
        attempts: u32,
        /// What it said last.
        message: String,
    },
    /// No connection, or none that lasted.
    #[error("no answer from {host}, {}: {cause}", times(.attempts))]
    Unreachable {
        /// Who was called.
        host: String,
        /// How often it was tried.
        attempts: u32,
        /// What the system says about the last attempt.
        cause: String,
    },
    /// Connected, and then nothing for too long.
    #[error("no answer from {host} within {seconds} s, {}", times(.attempts))]
    TimedOut {
        /// Who was called.
        host: String,
        /// How long each attempt was given.
        seconds: u64,
        /// How often it was tried.
        attempts: u32,
    },
    /// A reply of success that is no JSON object.
    #[error("the reply of {host} is not JSON, {}: {excerpt:?}", times(.attempts))]
    NotJson {
        /// Who replied.
        host: String,
        /// How often it was tried.
        attempts: u32,
        /// How the last reply begins.
        excerpt: String,
    },
    /// A reply of success, in JSON, with no answer in it.
    #[error("there is no answer in the reply of {host}, {}: {excerpt}", times(.attempts))]
    NoChoices {
        /// Who replied.
        host: String,
        /// How often it was tried.
        attempts: u32,
        /// How the last reply begins.
        excerpt: String,
    },
    /// More than any answer can be. It is not asked for again, since it may be paid for.
    #[error("the reply of {host} is longer than {limit} bytes")]
    TooBig {
        /// Who replied.
        host: String,
        /// The most that is read.
        limit: usize,
    },
    /// The server wants to be left alone for longer than we are ready to wait.
    #[error("{host} asks us to wait for {seconds} s")]
    WaitTooLong {
        /// Who asks.
        host: String,
        /// For how long from now.
        seconds: u64,
    },
    /// Another request could take more than the run may. It was not sent.
    #[error("the budget does not allow for another request: {spent}")]
    OverBudget {
        /// What was taken so far, and the budget: `$0.42 of $0.50 are spent`.
        spent: String,
    },
    /// We were told to send no more.
    #[error("the run was interrupted")]
    Stopped,
}

impl ModelError {
    /// Whether every later request of this run would end in the same way, so that there is no use
    /// in going on.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::BadBaseUrl { .. }
            | Self::BadKey { .. }
            | Self::NoCertificates { .. }
            | Self::KeyRefused { .. }
            | Self::Quota { .. }
            | Self::NoSuchModel { .. }
            | Self::NoSuchEndpoint { .. }
            | Self::WaitTooLong { .. }
            | Self::OverBudget { .. }
            | Self::Stopped => true,
            Self::FormatRefused { .. }
            | Self::TooLong { .. }
            | Self::PromptCut { .. }
            | Self::Moderated { .. }
            | Self::Refused { .. }
            | Self::RateLimited { .. }
            | Self::ServerFault { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::NotJson { .. }
            | Self::NoChoices { .. }
            | Self::TooBig { .. } => false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what thiserror hands over")]
fn format_name(format: &Format) -> &'static str {
    match format {
        Format::Schema => "json_schema",
        Format::Object => "json_object",
        Format::Tagged | Format::Plain => "text",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what thiserror hands over")]
fn times(attempts: &u32) -> String {
    match attempts {
        1 => "asked once".to_owned(),
        2 => "asked twice".to_owned(),
        n => format!("asked {n} times"),
    }
}
