//! Requests and what is answered.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use nekoyaku::review::policy_of_served;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::guard::Guard;
use super::pictures::Pictures;
use super::proof::{Proof, Saved};
use crate::cli::failure::Failure;

/// The most that a page may send, in bytes: its text twice, as JSON.
const LARGEST: usize = 64 << 20;

/// All there is to answer with.
pub(super) struct Site<'a> {
    pub(super) guard: Guard,
    pub(super) proof: Proof<'a>,
    pub(super) pictures: Pictures,
    /// The path of the page, from where its pictures are found.
    pub(super) page: String,
    /// What a browser may do with all that is answered.
    policy: HeaderValue,
}

type Answer = Response<Full<Bytes>>;

impl<'a> Site<'a> {
    pub(super) fn new(guard: Guard, proof: Proof<'a>, pictures: Pictures) -> Self {
        let page = pictures.path_of(&proof.file);
        let none = HeaderValue::from_static("default-src 'none'");
        let policy = HeaderValue::from_str(&policy_of_served()).unwrap_or(none);
        Self { guard, proof, pictures, page, policy }
    }

    /// The answer to a request, whatever it is.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Answer, Infallible> {
        let mut answer = self.of(request).await;
        let heads = answer.headers_mut();
        heads.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ] {
            heads.insert(name, HeaderValue::from_static(value));
        }
        Ok(answer)
    }

    async fn of(&self, request: Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        // Browsers ask for it by themselves, without the token.
        if head.uri.path() == "/favicon.ico" && head.method == Method::GET {
            return text(StatusCode::NO_CONTENT, "");
        }
        let path = match self.guard.admits(head.uri.path(), &head.headers, head.method != Method::GET) {
            Ok(path) => path,
            Err(why) => return text(StatusCode::FORBIDDEN, why),
        };
        match (&head.method, path) {
            (&Method::GET, path) => self.file(path),
            (&Method::POST, "check") => {
                asked(body).await.map_or_else(|refusal| refusal, |asked| json(self.proof.check(asked)))
            }
            (&Method::POST, "save") => {
                asked(body).await.map_or_else(|refusal| refusal, |asked| saved(self.proof.save(&asked)))
            }
            (&Method::POST, "state") => json(self.proof.state()),
            (&Method::POST, "unsaved") => json(Ok(self.proof.unsaved())),
            (&Method::POST, "drop") => {
                self.proof.drop_unsaved();
                json(Ok(true))
            }
            (&Method::POST, _) => text(StatusCode::NOT_FOUND, "there is nothing here"),
            _ => with(text(StatusCode::METHOD_NOT_ALLOWED, "only GET and POST"), ALLOW, "GET, POST"),
        }
    }

    /// The page, or a picture of it.
    fn file(&self, path: &str) -> Answer {
        let Ok(path) = percent_decode_str(path).decode_utf8() else {
            return text(StatusCode::NOT_FOUND, "there is nothing here");
        };
        if path.is_empty() {
            let to: String = self.page.split('/').map(encoded).collect::<Vec<_>>().join("/");
            return with(text(StatusCode::FOUND, ""), LOCATION, &format!("{}{to}", self.guard.root()));
        }
        if path == self.page {
            return match self.proof.page() {
                Ok(page) => with(Response::new(Full::from(page)), CONTENT_TYPE, "text/html; charset=utf-8"),
                Err(failure) => text(StatusCode::INTERNAL_SERVER_ERROR, &told(&failure)),
            };
        }
        match self.pictures.get(&path) {
            Some((bytes, kind)) => with(Response::new(Full::from(bytes)), CONTENT_TYPE, kind),
            None => text(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }
}

fn encoded(part: &str) -> String {
    const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(part, &KEPT).to_string()
}

/// What a page asks, of so many bytes at most.
async fn asked<T: DeserializeOwned>(body: Incoming) -> Result<T, Answer> {
    let failed = |status, why: &str| json_of(status, &Trouble { error: why.to_owned() });
    let bytes = Limited::new(body, LARGEST).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            failed(StatusCode::PAYLOAD_TOO_LARGE, "that is too long")
        } else {
            failed(StatusCode::BAD_REQUEST, "the request broke off")
        }
    })?;
    serde_json::from_slice(&bytes.to_bytes()).map_err(|error| failed(StatusCode::BAD_REQUEST, &error.to_string()))
}

#[derive(Serialize)]
struct Trouble {
    error: String,
}

fn told(failure: &Failure) -> String {
    let said = std::iter::once(&failure.message).chain(&failure.causes).cloned().collect::<Vec<_>>().join(": ");
    failure.hint.as_ref().map_or_else(|| said.clone(), |hint| format!("{said} ({hint})"))
}

fn saved(result: Result<Saved, Failure>) -> Answer {
    match &result {
        Ok(conflict @ Saved::Conflict { .. }) => json_of(StatusCode::CONFLICT, conflict),
        _ => json(result),
    }
}

fn json<T: Serialize>(result: Result<T, Failure>) -> Answer {
    match result {
        Ok(answer) => json_of(StatusCode::OK, &answer),
        Err(failure) => json_of(StatusCode::INTERNAL_SERVER_ERROR, &Trouble { error: told(&failure) }),
    }
}

fn json_of(status: StatusCode, answer: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(answer).unwrap_or_default();
    let mut answer = with(Response::new(Full::from(bytes)), CONTENT_TYPE, "application/json");
    *answer.status_mut() = status;
    answer
}

fn text(status: StatusCode, text: &str) -> Answer {
    let text = if text.is_empty() { String::new() } else { format!("{text}\n") };
    let mut answer = with(Response::new(Full::from(text)), CONTENT_TYPE, "text/plain; charset=utf-8");
    *answer.status_mut() = status;
    answer
}

fn with(mut answer: Answer, name: HeaderName, value: &str) -> Answer {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
    answer
}
