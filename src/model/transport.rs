//! One exchange with the server, under the client of async-openai.
//!
//! Left to itself that client knows a refusal only in OpenAI's own words, loses the status of every
//! other, drops the headers, reads bodies without end and waits for ever. So what it is given is
//! either a JSON object of at most [`LIMIT`] bytes or a [`Trouble`], and it has nothing left to
//! decide. It is not told to try again, either: see [`super::openai`].

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use reqwest::{Client, ClientBuilder, Response, redirect, retry};
use serde_json::Value;

use super::ModelError;
use super::config::{Endpoint, shorten};
use super::event::{BODY, Event, Watch};
use super::pace::Pace;
use super::said::Said;
use super::wait;

/// The most that is read of a reply.
pub(super) const LIMIT: usize = 4 * 1024 * 1024;

/// How long a server has to pick up.
const CONNECT: Duration = Duration::from_secs(10);

/// Why one exchange brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// The server answered the call, and said something else.
    #[error("status {status}")]
    Refused { status: u16, retry_after: Option<Duration>, said: Box<Said> },
    /// What it said is no JSON object.
    #[error("not JSON")]
    NotJson { excerpt: String },
    /// What it said is JSON, and has not got what was asked for.
    #[error("no answer")]
    NoChoices { excerpt: String },
    /// It said more than we read.
    #[error("too long")]
    TooBig,
    /// There was no connection, or it broke; `sent` if there had been one.
    #[error("{cause}")]
    Lost { cause: String, sent: bool },
    /// There was a connection, and it stayed silent.
    #[error("timed out")]
    TimedOut,
}

impl From<Trouble> for OpenAIError {
    fn from(trouble: Trouble) -> Self {
        Self::Boxed(Box::new(trouble))
    }
}

impl From<OpenAIError> for Trouble {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<Self>() {
                Ok(trouble) => *trouble,
                Err(error) => Self::Lost { cause: error.to_string(), sent: false },
            },
            // Nothing of the client's own is left to go wrong; if it does, it does before sending.
            error => Self::Lost { cause: error.to_string(), sent: false },
        }
    }
}

/// The service that async-openai sends its requests through.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    http: Client,
    endpoint: Endpoint,
    timeout: Duration,
    pace: Arc<Pace>,
    watch: Option<Watch>,
    sent: Arc<AtomicU64>,
}

/// One request, as far as it is told of.
struct Told {
    number: u64,
    start: Instant,
}

impl Transport {
    pub(super) fn new(
        http: Client,
        endpoint: Endpoint,
        timeout: Duration,
        pace: Arc<Pace>,
        watch: Option<Watch>,
    ) -> Self {
        Self { http, endpoint, timeout, pace, watch, sent: Arc::default() }
    }

    async fn exchange(self, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
        let request = request.build().await?;
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let told = self.begin(|| format!("{} {}", request.method(), request.url().path()), body);
        let exchanged = async {
            let response = self.http.execute(request).await.map_err(lost)?;
            self.read(response, &told).await
        };
        let body = tokio::time::timeout(self.timeout, exchanged).await.unwrap_or(Err(Trouble::TimedOut));
        if let Err(trouble @ (Trouble::Lost { .. } | Trouble::TimedOut)) = &body {
            let why = self.endpoint.excerpt(&trouble.to_string());
            self.tell(|| Event::Lost { number: told.number, after: told.start.elapsed(), why });
        }
        Ok(http::Response::new(body?).into())
    }

    /// Tell that `what` is sent, with `body`.
    fn begin(&self, what: impl FnOnce() -> String, body: &[u8]) -> Told {
        let told = Told { number: self.sent.fetch_add(1, Ordering::Relaxed) + 1, start: Instant::now() };
        self.tell(|| Event::Sent { number: told.number, what: what(), bytes: body.len(), body: self.shown(body) });
        told
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watch) = &self.watch {
            watch.tell(&event());
        }
    }

    /// A body, for people.
    fn shown(&self, body: &[u8]) -> String {
        // What is cut off must not leave the half of a key behind, nor take long.
        let some = &body[..body.len().min(4 * BODY)];
        shorten(&self.endpoint.clean(&String::from_utf8_lossy(some)), BODY)
    }

    /// Send a form to `path`, in as much time as its size takes.
    pub(super) async fn send_form(
        &self,
        path: &str,
        form: reqwest::multipart::Form,
        timeout: Duration,
    ) -> Result<Bytes, Trouble> {
        let request = self.http.post(self.endpoint.url(path)).headers(self.endpoint.headers()).multipart(form);
        let told = self.begin(|| format!("POST {path}"), b"");
        let exchanged = async { self.read(request.send().await.map_err(lost)?, &told).await };
        tokio::time::timeout(timeout, exchanged).await.unwrap_or(Err(Trouble::TimedOut))
    }

    /// Get what is at `path`, piece by piece, up to `limit` bytes; each piece has the usual time to come.
    ///
    /// `take` is given each piece, and says whether it wants more.
    pub(super) async fn fetch(
        &self,
        path: &str,
        limit: u64,
        mut take: impl FnMut(&[u8]) -> bool + Send,
    ) -> Result<(), Trouble> {
        let request = self.http.get(self.endpoint.url(path)).headers(self.endpoint.headers());
        let told = self.begin(|| format!("GET {path}"), b"");
        let response =
            tokio::time::timeout(self.timeout, request.send()).await.map_err(|_| Trouble::TimedOut)?.map_err(lost)?;
        if !response.status().is_success() {
            self.read(response, &told).await?;
            return Err(Trouble::NoChoices { excerpt: String::new() });
        }
        let (mut response, mut room) = (response, limit);
        loop {
            let chunk = tokio::time::timeout(self.timeout, response.chunk()).await;
            let Some(chunk) = chunk.map_err(|_| Trouble::TimedOut)?.map_err(lost)? else { return Ok(()) };
            room = room.checked_sub(chunk.len() as u64).ok_or(Trouble::TooBig)?;
            if !take(&chunk) {
                return Ok(());
            }
        }
    }

    /// A JSON object without an error in it, or what is wrong.
    async fn read(&self, response: Response, told: &Told) -> Result<Bytes, Trouble> {
        let status = response.status();
        // A server that says when to come back has said it: what is left of its buckets until then, and
        // when they are full, is not to be waited for besides.
        if wait::told(response.headers()).is_none() {
            self.pace.hear(response.headers());
        }
        let retry_after = wait::told(response.headers());
        let clean = |text: &str| self.endpoint.clean(text);
        let refused = |status: u16, said: Said| Trouble::Refused {
            status,
            retry_after: retry_after.or(said.retry_after),
            said: Box::new(said),
        };

        let (body, end) = read_at_most(LIMIT, response).await;
        self.tell(|| Event::Received {
            number: told.number,
            status: status.as_u16(),
            after: told.start.elapsed(),
            bytes: body.len(),
            body: self.shown(&body),
        });
        if !status.is_success() {
            // What it says may be cut off; that it refuses is known already.
            return Err(refused(status.as_u16(), Said::read(&body, clean)));
        }

        end?;
        let body = match body.strip_prefix("\u{feff}".as_bytes()) {
            Some(rest) => body.slice_ref(rest),
            None => body,
        };
        let excerpt = || self.endpoint.excerpt(&String::from_utf8_lossy(&body));
        let Ok(value) = serde_json::from_slice::<Value>(&body) else {
            return Err(Trouble::NotJson { excerpt: excerpt() });
        };
        if let Some(said) = Said::within(&value, clean) {
            // A success that failed is the fault of a server further away, unless it says more.
            return Err(refused(said.status.unwrap_or(502), said));
        }
        if !value.is_object() {
            return Err(Trouble::NotJson { excerpt: excerpt() });
        }
        Ok(body)
    }
}

impl tower::Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        self.clone().exchange(request).boxed()
    }
}

/// What there is of a body up to `limit` bytes, and whether that is all of it.
pub(super) async fn read_at_most(limit: usize, mut response: Response) -> (Bytes, Result<(), Trouble>) {
    let mut body = Vec::new();
    let end = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break Err(Trouble::TooBig);
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(lost(error)),
        }
    };
    (body.into(), end)
}

/// The words of the error furthest down, which is the one that happened.
fn cause(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "so that it can be given to map_err")]
fn lost(error: reqwest::Error) -> Trouble {
    Trouble::Lost { cause: cause(&error), sent: !error.is_connect() }
}

/// A client that goes straight to the server, once, and says who it is.
fn builder() -> ClientBuilder {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails if somebody else was faster, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    Client::builder()
        .user_agent(concat!("nekoyaku/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
}

/// A client for servers on this machine, which needs no proxy and no certificates.
pub(super) fn local_client() -> reqwest::Result<Client> {
    builder().no_proxy().tls_certs_only([]).build()
}

/// A client for the server at `endpoint`.
///
/// A system without CA certificates, as a slim container is, has no use for `https:`; without it
/// everything else still works.
pub(super) fn client(endpoint: &Endpoint) -> Result<Client, ModelError> {
    let usual = || {
        if endpoint.address().is_loopback() { builder().no_proxy() } else { builder() }
    };

    let built = match usual().build() {
        Err(_) if !endpoint.address().is_secure() => usual().tls_certs_only([]).build(),
        built => built,
    };
    built.map_err(|error| ModelError::NoCertificates { host: endpoint.host().to_owned(), cause: cause(&error) })
}
