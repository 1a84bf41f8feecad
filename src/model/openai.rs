//! Any server with OpenAI's Chat Completions.
//!
//! One request is sent as often as it takes, within the bounds of [`Options`]: what was lost on
//! the way, what came back broken, what met a busy server. What a server means by refusing decides
//! whether there is sense in asking again; its status alone does not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use secrecy::SecretString;

use crate::request::{Format, Request};

use super::config::Endpoint;
use super::pace::Pace;
use super::refusal::{Knob, Meaning, Sent, meaning};
use super::traffic::{Effort, Traffic, whole_seconds};
use super::transport::{self, LIMIT, Transport, Trouble};
use super::wire::{ChatRequest, Completion, Knobs, ModelList};
use super::{Answer, Ladder, Model, ModelError, Why};

/// Which server, which model, and how long to try.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the API begins: `https://api.openai.com/v1`, `http://localhost:11434/v1`.
    pub base_url: String,
    /// The model's name, as the server knows it; empty until it is set.
    pub model: String,
    /// The key, for servers that want one. White space around it is left off.
    pub key: Option<SecretString>,
    /// How long one attempt may take, from the connection to the last byte.
    pub timeout: Duration,
    /// How often a request is tried that meets a broken server. A busy one is asked for longer.
    pub attempts: u32,
    /// The most that one request waits between its attempts, in all, and how long a server may refuse
    /// all there are.
    pub max_wait: Duration,
    /// The first wait, where the server does not say how long; each is twice the one before.
    pub backoff: Duration,
    /// The most requests that are under way at once; a busy server is sent fewer.
    pub concurrency: usize,
    /// The most requests in any minute; none is any number.
    pub requests_per_minute: Option<u32>,
    /// The most tokens in any minute, in and out, as far as they can be foreseen.
    pub tokens_per_minute: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base_url: "https://api.openai.com/v1".to_owned(),
            model: String::new(),
            key: None,
            timeout: Duration::from_secs(120),
            attempts: 6,
            max_wait: Duration::from_secs(5 * 60),
            backoff: Duration::from_millis(500),
            concurrency: 200,
            requests_per_minute: None,
            tokens_per_minute: None,
        }
    }
}

/// A model behind an OpenAI-compatible server.
///
/// It learns which parameters the server has not got, and all its requests wait together when the
/// server is busy; so one is made for a run, and shared.
#[derive(Debug)]
pub struct OpenAi {
    client: Client<Endpoint>,
    options: Options,
    traffic: Traffic,
    first: Knobs,
    knobs: Mutex<Knobs>,
    ladder: Ladder,
}

impl OpenAi {
    /// # Errors
    ///
    /// When the base URL or the key cannot be one, or the system cannot tell an `https:` server
    /// from an impostor. Nothing is sent.
    pub fn new(options: Options) -> Result<Self, ModelError> {
        let endpoint = Endpoint::new(&options.base_url, options.key.as_ref())?;
        let http = transport::client(&endpoint)?;
        let first = Knobs::for_model(&options.model, endpoint.is_openai());
        let pace = Arc::new(Pace::new(options.requests_per_minute, options.tokens_per_minute));
        let service = Transport::new(http.clone(), endpoint.clone(), options.timeout, Arc::clone(&pace));

        Ok(Self {
            traffic: Traffic::new(endpoint.host(), &options, pace),
            client: Client::build(http, endpoint).with_http_service(service),
            options,
            first,
            knobs: Mutex::new(first),
            ladder: Ladder::new(Format::Schema),
        })
    }

    /// The server's name and port, for people.
    pub fn host(&self) -> &str {
        self.endpoint().host()
    }

    /// How many requests went out, those that ended in an error among them.
    pub fn sent(&self) -> u64 {
        self.traffic.sent()
    }

    /// Send no more. What is under way is waited for; all else ends in [`ModelError::Stopped`].
    pub fn stop(&self) {
        self.traffic.stop();
    }

    /// The models that the server says it has.
    ///
    /// # Errors
    ///
    /// As [`ask`](Model::ask).
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.persist("/models", None, 0, |_, _| async {
            let list: ModelList = self.client.models().list_byot().await?;
            list.names().ok_or_else(|| self.nothing_in(&list.to_text()))
        })
        .await
    }

    /// Calls `attempt` until it succeeds or there is no sense in calling it again.
    ///
    /// It is given the knobs to use, and how many requests there will have been. `tokens`: what it
    /// will have taken, about.
    async fn persist<T, F, Fut>(
        &self,
        path: &str,
        format: Option<Format>,
        tokens: u64,
        attempt: F,
    ) -> Result<T, ModelError>
    where
        F: Fn(Knobs, u32) -> Fut + Send,
        Fut: Future<Output = Result<T, Trouble>> + Send,
    {
        let mut effort = Effort::default();
        loop {
            let (pass, round) = self.traffic.enter(&mut effort, tokens).await?;
            let knobs = self.knobs();
            let trouble = match attempt(knobs, effort.requests).await {
                Ok(value) => {
                    self.traffic.answered();
                    return Ok(value);
                }
                Err(trouble) => trouble,
            };
            drop(pass);
            if matches!(trouble, Trouble::Lost { sent: false, .. }) {
                self.traffic.not_sent(&mut effort);
            }

            let told = match &trouble {
                Trouble::Refused { retry_after, .. } => *retry_after,
                _ => None,
            };
            let meaning = what_of(&trouble, format.map(|format| Sent { format, knobs }));
            let wait = match meaning {
                Meaning::Knob(knob) => {
                    self.traffic.answered();
                    self.turn(knob, knobs);
                    continue;
                }
                Meaning::Busy => self.traffic.refused(round, told, &mut effort)?,
                Meaning::Broken => self.traffic.failed(told, &mut effort)?,
                _ => {
                    self.traffic.answered();
                    None
                }
            };
            match wait {
                Some(wait) => self.traffic.rest(wait, &mut effort).await?,
                None => return Err(self.error(meaning, trouble, path, effort.attempts)),
            }
        }
    }

    fn knobs(&self) -> Knobs {
        *self.knobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does without `knob` from now on, or under its other name, unless a request that was faster
    /// than the one with `sent` has seen to it.
    fn turn(&self, knob: Knob, sent: Knobs) {
        let mut knobs = self.knobs.lock().unwrap_or_else(PoisonError::into_inner);
        match knob {
            Knob::Temperature => knobs.temperature = false,
            Knob::Cap if knobs.cap == sent.cap => knobs.cap = sent.cap.next(self.first.cap),
            Knob::Cap => {}
        }
    }

    fn nothing_in(&self, reply: &str) -> Trouble {
        Trouble::NoChoices { excerpt: self.endpoint().excerpt(reply) }
    }

    fn error(&self, meaning: Meaning, trouble: Trouble, path: &str, attempts: u32) -> ModelError {
        let host = self.host().to_owned();
        let (status, said) = match trouble {
            Trouble::Refused { status, said, .. } => (status, said),
            Trouble::NotJson { excerpt } => {
                return ModelError::NotJson { host, attempts, excerpt };
            }
            Trouble::NoChoices { excerpt } => {
                return ModelError::NoChoices { host, attempts, excerpt };
            }
            Trouble::TooBig => return ModelError::TooBig { host, limit: LIMIT },
            Trouble::Lost { cause, .. } => {
                return ModelError::Unreachable {
                    host,
                    attempts,
                    // A certificate may have a name in it that was made up to be shown.
                    cause: self.endpoint().excerpt(&cause),
                };
            }
            Trouble::TimedOut => {
                let seconds = whole_seconds(self.options.timeout);
                return ModelError::TimedOut { host, seconds, attempts };
            }
        };
        let message = self.endpoint().excerpt(&said.message);
        match meaning {
            Meaning::Key => ModelError::KeyRefused { host },
            Meaning::Quota => ModelError::Quota { host, message },
            Meaning::Model => ModelError::NoSuchModel { host, model: self.options.model.clone() },
            Meaning::Endpoint => ModelError::NoSuchEndpoint { url: self.endpoint().url(path), status },
            Meaning::Format(format) => ModelError::FormatRefused { host, format },
            Meaning::TooLong => ModelError::TooLong { host, message },
            Meaning::Busy if status == 429 => ModelError::RateLimited { host, attempts },
            Meaning::Busy | Meaning::Broken => ModelError::ServerFault { host, status, attempts, message },
            Meaning::Knob(_) | Meaning::No => ModelError::Refused { host, status, message },
        }
    }

    fn endpoint(&self) -> &Endpoint {
        self.client.config()
    }
}

impl Model for OpenAi {
    async fn ask(&self, request: &Request) -> Result<Answer, ModelError> {
        let tokens = request.estimated_tokens() as u64 + u64::from(request.expected_output_tokens);
        let answer = self
            .persist("/chat/completions", Some(request.format), tokens, |knobs, requests| async move {
                let body = ChatRequest::new(&self.options.model, request, knobs);
                let completion: Completion = self.client.chat().create_byot(body).await?;
                completion
                    .answer(requests, |text| self.endpoint().clean(text))
                    .ok_or_else(|| self.nothing_in(&completion.to_text()))
            })
            .await?;
        self.traffic.correct(tokens, answer.usage.input_tokens + answer.usage.output_tokens);
        Ok(answer)
    }

    fn format(&self) -> Format {
        self.ladder.format()
    }

    fn step_down(&self, failed: Format, _: Why) -> bool {
        self.ladder.step_down(failed)
    }
}

fn what_of(trouble: &Trouble, sent: Option<Sent>) -> Meaning {
    match trouble {
        Trouble::Refused { status, said, .. } => meaning(*status, said, sent),
        Trouble::NotJson { .. } | Trouble::NoChoices { .. } | Trouble::Lost { .. } | Trouble::TimedOut => {
            Meaning::Broken
        }
        // Whatever wrote that much would write it again, at our expense.
        Trouble::TooBig => Meaning::No,
    }
}
