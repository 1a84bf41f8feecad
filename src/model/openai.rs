//! Any server with OpenAI's Chat Completions.
//!
//! One request is sent as often as it takes, within the bounds of [`Options`]: what was lost on
//! the way, what came back broken, what met a busy server. What a server means by refusing decides
//! whether there is sense in asking again; its status alone does not.

use std::sync::Arc;

use async_openai::Client;
use async_openai::config::Config;

use crate::provider::{Provider, Providers};
use crate::request::{Format, Request};

use super::asking::{Asking, Learned, Options};
use super::config::Endpoint;
use super::event::Event;
use super::pace::Pace;
use super::refusal::{Meaning, Sent, meaning};
use super::traffic::{Effort, Traffic, whole_seconds};
use super::transport::{self, LIMIT, Transport, Trouble};
use super::wire::{Completion, Listed, ModelList};
use super::{Answer, Ladder, Model, ModelError, Usage, Why};

/// A prompt of which less than this part of what we counted was read has been cut. Our count is a
/// rough one: between the tokenizers of today there is a quarter.
const LEAST_READ: f64 = 0.7;

/// A server that counts less than this has not counted what it still had of an earlier request.
const LEAST_COUNTED: u64 = 512;

/// A model behind an OpenAI-compatible server.
///
/// It learns which parameters the server has not got, and all its requests wait together when the
/// server is busy; so one is made for a run, and shared.
#[derive(Debug)]
pub struct OpenAi {
    pub(super) client: Client<Endpoint>,
    // The same way for what the client has no call for, or reads whole.
    pub(super) transport: Transport,
    options: Options,
    traffic: Traffic,
    asking: Asking,
    ladder: Ladder,
    context: Option<u64>,
    cuts_prompts: bool,
}

impl OpenAi {
    /// # Errors
    ///
    /// When the base URL or the key cannot be one, or the system cannot tell an `https:` server
    /// from an impostor. Nothing is sent.
    pub fn new(options: Options) -> Result<Self, ModelError> {
        let endpoint = Endpoint::new(&options.base_url, options.key.as_ref())?;
        let http = transport::client(&endpoint)?;
        let found = || Provider::of(endpoint.address(), &options.model, &Providers::new()).1;
        let provider = options.provider.clone().unwrap_or_else(found);
        let pace = Arc::new(Pace::new(options.requests_per_minute, options.tokens_per_minute));
        let (timeout, watch) = (options.timeout, options.watch.clone());
        let service = Transport::new(http.clone(), endpoint.clone(), timeout, Arc::clone(&pace), watch);
        let ladder = Ladder::among(provider.formats.clone().unwrap_or_default());
        if let Some(format) = options.learned.format {
            ladder.begin_at(format);
        }

        let most = options.concurrency.or(provider.concurrency).unwrap_or(1);
        Ok(Self {
            traffic: Traffic::new(endpoint.host(), most, &options, pace),
            client: Client::build(http, endpoint).with_http_service(service.clone()),
            transport: service,
            asking: Asking::new(&options, &provider),
            ladder,
            context: provider.context.map(u64::from),
            cuts_prompts: provider.cuts_prompts.unwrap_or(false),
            options,
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

    /// What is asked of the model that would change its answers, as it was configured: for the key
    /// under which an answer is kept. What the server turned out not to have is among it.
    pub fn parameters(&self) -> String {
        self.asking.parameters()
    }

    /// What this server turned out not to have, with what earlier runs had learned.
    pub fn learned(&self) -> Learned {
        self.asking.learned()
    }

    /// Send no more. What is under way is waited for; all else ends in [`ModelError::Stopped`].
    pub fn stop(&self) {
        self.traffic.stop();
    }

    /// What the server said last of the most that it allows in some time of its own, often a minute:
    /// requests, and tokens (`x-ratelimit-limit-*`).
    pub fn limits(&self) -> (Option<u64>, Option<u64>) {
        self.traffic.limits()
    }

    /// The models that the server says it has.
    ///
    /// # Errors
    ///
    /// As [`ask`](Model::ask).
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        Ok(self.list().await?.into_iter().map(|listed| listed.name).collect())
    }

    /// The models that the server says it has, and what it says of them.
    ///
    /// # Errors
    ///
    /// As [`ask`](Model::ask).
    pub async fn list(&self) -> Result<Vec<Listed>, ModelError> {
        self.persist("/models", None, 0, |_, _| async {
            let list: ModelList = self.client.models().list_byot().await?;
            list.models().ok_or_else(|| self.nothing_in(&list.to_text()))
        })
        .await
        .map(|models| {
            let clean = |model: Listed| Listed { name: self.endpoint().clean(&model.name), ..model };
            models.into_iter().map(clean).collect()
        })
    }

    /// What is sent for `request`.
    pub(super) fn body_of(&self, request: &Request) -> serde_json::Value {
        self.asking.body(request, &self.asking.learned()).into()
    }

    /// Calls `attempt`, which asks no model, until it succeeds or there is no sense in calling it again.
    pub(super) async fn call<T, F, Fut>(&self, path: &str, attempt: F) -> Result<T, ModelError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<T, Trouble>> + Send,
    {
        self.persist(path, None, 0, |_, _| attempt()).await
    }

    /// What `trouble` is to a caller who does not try again.
    pub(super) fn given_up(&self, trouble: Trouble, path: &str) -> ModelError {
        self.error(what_of(&trouble, None), trouble, path, 1)
    }

    /// Calls `attempt` until it succeeds or there is no sense in calling it again.
    ///
    /// It is given what was learned so far, and how many requests there will have been. `tokens`: what
    /// it will have taken, about.
    async fn persist<T, F, Fut>(
        &self,
        path: &str,
        format: Option<Format>,
        tokens: u64,
        attempt: F,
    ) -> Result<T, ModelError>
    where
        F: Fn(Learned, u32) -> Fut + Send,
        Fut: Future<Output = Result<T, Trouble>> + Send,
    {
        let mut effort = Effort::default();
        loop {
            let (pass, round) = self.traffic.enter(&mut effort, tokens).await?;
            let learned = self.asking.learned();
            let trouble = match attempt(learned.clone(), effort.requests).await {
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
            let optional = self.asking.optional(&learned);
            let cap = self.asking.cap(&learned);
            let meaning = what_of(&trouble, format.map(|format| Sent { format, cap, optional: &optional }));
            let wait = match meaning {
                Meaning::Knob(knob) => {
                    self.traffic.answered();
                    if let Some(what) = self.asking.turn(knob, &learned) {
                        self.tell(|| Event::Learned(what));
                    }
                    continue;
                }
                Meaning::Busy => {
                    if let Some(most) = self.traffic.slow_down(round) {
                        self.tell(|| Event::Learned(format!("at most {most} requests at once from now on")));
                    }
                    self.traffic.refused(told, &mut effort)?
                }
                Meaning::Broken => self.traffic.failed(told, &mut effort)?,
                _ => {
                    self.traffic.answered();
                    None
                }
            };
            let error = self.error(meaning, trouble, path, effort.attempts);
            let Some(wait) = wait else { return Err(error) };
            self.tell(|| Event::Again { why: error.to_string(), wait });
            self.traffic.rest(wait, &mut effort).await?;
        }
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.options.watch {
            watch.tell(&event());
        }
    }

    /// What was asked is known to be longer than there is room for, or found to have been cut.
    fn unless_too_long(&self, request: &Request) -> Result<(), ModelError> {
        let needed = request.estimated_tokens() as u64 + u64::from(request.expected_output_tokens);
        match self.context.filter(|context| needed > *context) {
            None => Ok(()),
            Some(context) => Err(ModelError::TooLong {
                host: self.host().to_owned(),
                message: format!("about {needed} tokens with its answer, and there is room for {context}"),
            }),
        }
    }

    fn unless_cut(&self, request: &Request, usage: Usage) -> Result<(), ModelError> {
        let (read, sent) = (usage.input_tokens, request.estimated_tokens() as u64);
        if self.cuts_prompts && read >= LEAST_COUNTED && (read as f64) < sent as f64 * LEAST_READ {
            return Err(ModelError::PromptCut { host: self.host().to_owned(), read, sent });
        }
        Ok(())
    }

    pub(super) fn nothing_in(&self, reply: &str) -> Trouble {
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
            Meaning::Moderated => ModelError::Moderated { host, status, message },
            Meaning::Knob(_) | Meaning::No => ModelError::Refused { host, status, message },
        }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        self.client.config()
    }
}

impl Model for OpenAi {
    async fn ask(&self, request: &Request) -> Result<Answer, ModelError> {
        self.unless_too_long(request)?;
        let tokens = request.estimated_tokens() as u64 + u64::from(request.expected_output_tokens);
        let mut answer = self
            .persist("/chat/completions", Some(request.format), tokens, |learned, requests| async move {
                let completion: Completion =
                    self.client.chat().create_byot(self.asking.body(request, &learned)).await?;
                completion
                    .answer(requests, |text| self.endpoint().clean(text))
                    .ok_or_else(|| self.nothing_in(&completion.to_text()))
            })
            .await?;
        self.traffic.correct(tokens, answer.usage.input_tokens + answer.usage.output_tokens);
        self.unless_cut(request, answer.usage)?;
        answer.content = self.endpoint().without_key(answer.content);
        Ok(answer)
    }

    fn format(&self) -> Format {
        self.ladder.format()
    }

    fn step_down(&self, failed: Format, why: Why) -> bool {
        let before = self.ladder.format();
        let is_there = self.ladder.step_down(failed);
        let format = self.ladder.format();
        if format != before {
            self.tell(|| Event::Learned(format!("answers are asked for as {} from now on", format.name())));
            // One answer without a form may be a slip; a refusal is none.
            if why == Why::Refused {
                self.asking.learn_format(format);
            }
        }
        is_there
    }
}

fn what_of(trouble: &Trouble, sent: Option<Sent<'_>>) -> Meaning {
    match trouble {
        Trouble::Refused { status, said, .. } => meaning(*status, said, sent),
        Trouble::NotJson { .. } | Trouble::NoChoices { .. } | Trouble::Lost { .. } | Trouble::TimedOut => {
            Meaning::Broken
        }
        // Whatever wrote that much would write it again, at our expense.
        Trouble::TooBig => Meaning::No,
    }
}
