//! Kinds of faults, and what can be done about each.

use super::ModelError;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It may pass.
    Retry,
    /// There is nothing left to pay with.
    Quota,
    /// The key is not accepted.
    Auth,
    /// The form of answer is not there.
    Format,
    /// Too much at a time.
    TooLong,
    /// A moderator refused the text.
    ContentFilter,
    /// There is a reply, and no answer in it.
    NotJson,
    /// There is no connection, or no reply.
    Unreachable,
    /// The address, the model or the key cannot be right.
    Setup,
    /// The server refuses, for a reason that only it knows.
    Refused,
    /// The run has taken what it may.
    Budget,
    /// We were told to stop.
    Stopped,
}

impl ModelError {
    /// What kind of fault it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::BadBaseUrl { .. }
            | Self::BadKey { .. }
            | Self::NoCertificates { .. }
            | Self::NoSuchModel { .. }
            | Self::NoSuchEndpoint { .. } => Kind::Setup,
            Self::KeyRefused { .. } => Kind::Auth,
            Self::Quota { .. } => Kind::Quota,
            Self::FormatRefused { .. } => Kind::Format,
            Self::TooLong { .. } | Self::PromptCut { .. } => Kind::TooLong,
            Self::Moderated { .. } => Kind::ContentFilter,
            Self::Refused { .. } => Kind::Refused,
            Self::RateLimited { .. } | Self::ServerFault { .. } | Self::WaitTooLong { .. } => Kind::Retry,
            Self::Unreachable { .. } | Self::TimedOut { .. } => Kind::Unreachable,
            Self::NotJson { .. } | Self::NoChoices { .. } | Self::TooBig { .. } => Kind::NotJson,
            Self::OverBudget { .. } => Kind::Budget,
            Self::Stopped => Kind::Stopped,
        }
    }

    /// What can be done about it, in a sentence without a stop.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::BadBaseUrl { .. } => "give an address like https://api.openai.com/v1 with --base-url",
            Self::BadKey { .. } => "set the key again, without quotes and line ends in it",
            Self::NoCertificates { .. } => {
                "install the system's CA certificates (often a package ca-certificates), or set SSL_CERT_FILE"
            }
            Self::KeyRefused { .. } => {
                "set OPENAI_API_KEY to a key of this server, and OPENAI_BASE_URL for another provider"
            }
            Self::Quota { .. } => "the account has nothing left to pay with; see the provider's billing page",
            Self::NoSuchModel { .. } => "name a model the server has, with --model",
            Self::NoSuchEndpoint { .. } => "most addresses end in /v1; give the right one with --base-url",
            Self::FormatRefused { .. } => "another model may hold to it: --model",
            Self::TooLong { .. } => "ask for less at a time with --batch, or name a model that takes more",
            Self::PromptCut { .. } => {
                "start Ollama with OLLAMA_CONTEXT_LENGTH=16384, and say `context = 16384` under [provider.ollama] in nekoyaku.toml"
            }
            Self::Moderated { .. } => "translate the passage by hand, or ask another model: --model",
            Self::Refused { .. } => "see what the server says; another model may not mind: --model",
            Self::RateLimited { .. } | Self::WaitTooLong { .. } => {
                "try again later, or with fewer requests at a time: --concurrency 1"
            }
            Self::ServerFault { .. } => "try again later; what was answered is kept",
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "is the server running? --timeout gives it longer; --offline does without one"
            }
            Self::NotJson { .. } | Self::NoChoices { .. } => {
                "is it an OpenAI-compatible API, and does its address end in /v1? give it with --base-url"
            }
            Self::TooBig { .. } => "ask another server, or for less at a time with --batch",
            Self::OverBudget { .. } => {
                "what was answered is kept; run the same command with a larger --budget to go on"
            }
            Self::Stopped => "run the same command to go on",
        }
    }
}
