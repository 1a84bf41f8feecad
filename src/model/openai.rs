//! Any server with OpenAI's Chat Completions.
//!
//! One request is sent as often as it takes, within the bounds of [`Options`]: what was lost on
//! the way, what came back broken, what met a busy server. What a server means by refusing decides
//! whether there is sense in asking again; its status alone does not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use futures_util::future::Either;
use secrecy::SecretString;

use crate::request::{Format, Request};

use super::config::Endpoint;
use super::refusal::{Knob, Meaning, Sent, meaning};
use super::transport::{self, LIMIT, Transport, Trouble};
use super::wait::{self, Pause};
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
    /// How often a request is tried.
    pub attempts: u32,
    /// The most that one request waits between its attempts, in all.
    pub max_wait: Duration,
    /// The first wait, where the server does not say how long; each is twice the one before.
    pub backoff: Duration,
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
    pause: Pause,
    first: Knobs,
    knobs: Mutex<Knobs>,
    ladder: Ladder,
    sent: AtomicU64,
    stopped: tokio::sync::watch::Sender<bool>,
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
        let service = Transport::new(http.clone(), endpoint.clone(), options.timeout);

        Ok(Self {
            client: Client::build(http, endpoint).with_http_service(service),
            options,
            pause: Pause::default(),
            first,
            knobs: Mutex::new(first),
            ladder: Ladder::new(Format::Schema),
            sent: AtomicU64::new(0),
            stopped: tokio::sync::watch::Sender::new(false),
        })
    }

    /// The server's name and port, for people.
    pub fn host(&self) -> &str {
        self.endpoint().host()
    }

    /// How many requests went out, those that ended in an error among them.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Send no more. What is under way is waited for; all else ends in [`ModelError::Stopped`].
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// The models that the server says it has.
    ///
    /// # Errors
    ///
    /// As [`ask`](Model::ask).
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.persist("/models", None, |_, _| async {
            let list: ModelList = self.client.models().list_byot().await?;
            list.names().ok_or_else(|| self.nothing_in(&list.to_text()))
        })
        .await
    }

    /// Calls `attempt` until it succeeds or there is no sense in calling it again.
    ///
    /// It is given the knobs to use, and how many requests there will have been.
    async fn persist<T, F, Fut>(&self, path: &str, format: Option<Format>, attempt: F) -> Result<T, ModelError>
    where
        F: Fn(Knobs, u32) -> Fut + Send,
        Fut: Future<Output = Result<T, Trouble>> + Send,
    {
        let mut effort = Effort::default();
        loop {
            self.unless_stopped(self.sit_out(&mut effort)).await??;

            let knobs = self.knobs();
            effort.attempts += 1;
            effort.requests += 1;
            // Before it is sent, so that it counts if we are dropped meanwhile.
            self.sent.fetch_add(1, Ordering::Relaxed);
            let trouble = match attempt(knobs, effort.requests).await {
                Ok(value) => return Ok(value),
                Err(trouble) => trouble,
            };
            if matches!(trouble, Trouble::Lost { sent: false, .. }) {
                effort.requests -= 1;
                self.sent.fetch_sub(1, Ordering::Relaxed);
            }

            let sent = format.map(|format| Sent { format, knobs });
            match what_of(&trouble, sent) {
                Meaning::Knob(knob) => {
                    self.turn(knob, knobs);
                    // Bounded by the knobs there are, and no fault of the server's.
                    effort.attempts -= 1;
                }
                meaning @ (Meaning::Busy | Meaning::Broken) => {
                    let told = match &trouble {
                        Trouble::Refused { retry_after, .. } => *retry_after,
                        _ => None,
                    };
                    if meaning == Meaning::Busy {
                        self.pause.extend(told.unwrap_or(self.options.backoff));
                    }
                    let Some(wait) = self.next_wait(told, &effort)? else {
                        return Err(self.error(meaning, trouble, path, effort.attempts));
                    };
                    self.unless_stopped(effort.sleep(wait)).await?;
                }
                meaning => return Err(self.error(meaning, trouble, path, effort.attempts)),
            }
        }
    }

    /// Waits for `wait`, unless we are told to stop before or meanwhile.
    async fn unless_stopped<T>(&self, wait: impl Future<Output = T> + Send) -> Result<T, ModelError> {
        let mut stopped = self.stopped.subscribe();
        let stop = std::pin::pin!(stopped.wait_for(|stopped| *stopped));
        match futures_util::future::select(stop, std::pin::pin!(wait)).await {
            Either::Left(_) => Err(ModelError::Stopped),
            Either::Right((value, _)) => Ok(value),
        }
    }

    /// Waits until nobody is holding us up any more.
    async fn sit_out(&self, effort: &mut Effort) -> Result<(), ModelError> {
        while let Some(left) = self.pause.left() {
            if left > self.options.max_wait {
                return Err(self.wait_too_long(left));
            }
            let room = self.options.max_wait.saturating_sub(effort.waited);
            if left > room {
                let (host, attempts) = (self.host().to_owned(), effort.attempts);
                return Err(ModelError::RateLimited { host, attempts });
            }
            effort.sleep(wait::obeyed(left).min(room)).await;
        }
        Ok(())
    }

    /// How long to wait before the next attempt; none if there is to be none.
    fn next_wait(&self, told: Option<Duration>, effort: &Effort) -> Result<Option<Duration>, ModelError> {
        if let Some(told) = told.filter(|told| *told > self.options.max_wait) {
            // What follows need not ask to learn the same.
            self.pause.extend(told);
            return Err(self.wait_too_long(told));
        }
        if effort.attempts >= self.options.attempts {
            return Ok(None);
        }
        let room = self.options.max_wait.saturating_sub(effort.waited);
        let (least, wait) = match told {
            Some(told) => (told, wait::obeyed(told)),
            None => {
                let wait = wait::backoff(self.options.backoff, effort.attempts);
                (wait, wait)
            }
        };
        Ok((least <= room).then(|| wait.min(room)))
    }

    fn wait_too_long(&self, wait: Duration) -> ModelError {
        ModelError::WaitTooLong { host: self.host().to_owned(), seconds: whole_seconds(wait) }
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
        self.persist("/chat/completions", Some(request.format), |knobs, requests| async move {
            let body = ChatRequest::new(&self.options.model, request, knobs);
            let completion: Completion = self.client.chat().create_byot(body).await?;
            completion
                .answer(requests, |text| self.endpoint().clean(text))
                .ok_or_else(|| self.nothing_in(&completion.to_text()))
        })
        .await
    }

    fn format(&self) -> Format {
        self.ladder.format()
    }

    fn step_down(&self, failed: Format, _: Why) -> bool {
        self.ladder.step_down(failed)
    }
}

/// What one request has cost so far.
#[derive(Debug, Default)]
struct Effort {
    attempts: u32,
    requests: u32,
    waited: Duration,
}

impl Effort {
    async fn sleep(&mut self, wait: Duration) {
        tokio::time::sleep(wait).await;
        self.waited += wait;
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

/// Rounded up: no wait is one of 0 s.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
