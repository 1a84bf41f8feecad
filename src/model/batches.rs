//! Files and batches: requests that are answered within a day, at half the price.
//!
//! Making a batch is the one call here that costs money and is not the same when it is made twice.
//! So it is made once: whoever made it and does not know what came of it looks for it, by the name
//! it was given.

use async_openai::traits::RequestOptionsBuilder;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::request::Request;

use super::config::shorten;
use super::openai::OpenAi;
use super::transport::Trouble;
use super::wire::Completion;
use super::{Answer, ModelError};

/// The most that is read of a file of results, in bytes: the largest file that OpenAI keeps.
const FILE_LIMIT: u64 = 512 * 1024 * 1024;

/// The name that is ours among a batch's metadata.
const RUN: &str = "nekoyaku";

/// Pages of a hundred batches that are looked through for one.
const PAGES: usize = 10;

/// Bytes that any way to a server carries in a second.
const SLOWEST: u64 = 128 * 1024;

/// What a server calls a file or a batch. It goes into addresses, so it has nothing in it that means
/// something there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has letters, digits, and - _ . : = in it, at most 500")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:=".contains(&byte);
        let is_id = (1..=500).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('.');
        if is_id { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A batch, as its server tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// What it is called.
    pub id: Id,
    /// How far it is.
    pub state: State,
    /// How many of its requests are done.
    pub counts: Counts,
    /// When it was made, in seconds since 1970, where the server tells.
    pub created: Option<u64>,
    /// The file of its requests.
    pub input: Option<Id>,
    /// The file of its answers, when there are some.
    pub output: Option<Id>,
    /// The file of requests that failed, when there are some.
    pub errors: Option<Id>,
    /// Why it could not be begun.
    pub complaints: Vec<String>,
    /// The name we gave it.
    pub run: Option<String>,
}

/// How far a batch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is waiting, being looked at, or worked on; the server's word for which.
    UnderWay(String),
    /// It is done.
    Completed,
    /// It could not be begun; nothing was answered.
    Failed,
    /// Its time was over; what was answered by then is there, and paid for.
    Expired,
    /// It was stopped; what was answered by then is there, and paid for.
    Cancelled,
}

impl State {
    fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "completed" | "ended" | "succeeded" | "success" => Self::Completed,
            "failed" => Self::Failed,
            "expired" | "timeout_exceeded" => Self::Expired,
            "cancelled" | "canceled" => Self::Cancelled,
            "" => Self::UnderWay("under way".to_owned()),
            _ => Self::UnderWay(word.replace('_', " ")),
        }
    }

    /// Whether nothing will change any more.
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::UnderWay(_))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnderWay(word) => word,
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        })
    }
}

/// How many requests of a batch are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub total: u64,
    /// Those that are answered.
    pub completed: u64,
    /// Those that will not be.
    pub failed: u64,
}

/// What came of making a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It is there.
    Made(Box<Batch>),
    /// The way to the server broke after it had been asked: it may be there or not.
    Unknown(ModelError),
}

/// The answer in a chat completion, which may be of any server's form; `None` where it has none.
pub fn completion(body: &Value) -> Option<Answer> {
    let completion: Completion = serde_json::from_value(body.clone()).ok()?;
    completion.answer(1, |text| text.chars().filter(|c| !c.is_control()).collect())
}

impl OpenAi {
    /// The body that is sent for `request`.
    pub fn body(&self, request: &Request) -> Value {
        self.body_of(request)
    }

    /// A server's words for people: short, on one line, without the key.
    pub fn quoted(&self, words: &str) -> String {
        self.endpoint().excerpt(words)
    }

    /// Upload `lines`, a file of requests, and say what it is called there.
    ///
    /// # Errors
    ///
    /// Where the server does not take it. It may be sent more than once, which costs nothing.
    pub async fn upload(&self, name: &str, lines: Bytes) -> Result<Id, ModelError> {
        let patience = Duration::from_secs(60 + lines.len() as u64 / SLOWEST);
        self.call("/files", || async {
            let (name, length) = (name.to_owned(), lines.len() as u64);
            let part = reqwest::multipart::Part::stream_with_length(lines.clone(), length).file_name(name);
            let typed = part.mime_str("application/jsonl");
            let part = typed.map_err(|error| Trouble::Lost { cause: error.to_string(), sent: false })?;
            let form = reqwest::multipart::Form::new().text("purpose", "batch").part("file", part);
            let reply = self.transport.send_form("/files", form, patience).await?;
            let file: Value = serde_json::from_slice(&reply).unwrap_or_default();
            id_in(&file, "id").ok_or_else(|| self.nothing_in(&file.to_string()))
        })
        .await
    }

    /// Make a batch of the requests in `file`, and name it `run`.
    ///
    /// # Errors
    ///
    /// Where the server does not make it, for certain.
    pub async fn create_batch(&self, file: &Id, run: &str) -> Result<Creation, ModelError> {
        let body = json!({
            "input_file_id": file,
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": { RUN: run },
        });
        let made = self.call("/batches", || async {
            let reply: Result<Value, _> = self.client.batches().create_byot(body.clone()).await;
            match reply.map_err(Trouble::from).and_then(|value| self.batch_in(&value)) {
                // A file that is not there yet, or a server that is busy, has made nothing.
                Err(trouble) if is_uncertain(&trouble) => Ok(Err(trouble)),
                other => other.map(Ok),
            }
        });
        Ok(match made.await? {
            Ok(batch) => Creation::Made(Box::new(batch)),
            Err(trouble) => Creation::Unknown(self.given_up(trouble, "/batches")),
        })
    }

    /// How far the batch `id` is.
    ///
    /// # Errors
    ///
    /// Where the server does not tell.
    pub async fn batch(&self, id: &Id) -> Result<Batch, ModelError> {
        self.call(&format!("/batches/{id}"), || async {
            let value: Value = self.client.batches().retrieve_byot(id).await?;
            self.batch_in(&value)
        })
        .await
    }

    /// The latest batches, at most a thousand.
    ///
    /// # Errors
    ///
    /// Where the server does not tell.
    pub async fn batches(&self) -> Result<Vec<Batch>, ModelError> {
        let mut found: Vec<Batch> = Vec::new();
        for _ in 0..PAGES {
            let after = found.last().map(|batch| batch.id.to_string());
            let page: Value = self
                .call("/batches", || async {
                    let mut query = vec![("limit", "100")];
                    query.extend(after.as_deref().map(|id| ("after", id)));
                    Ok(self.client.batches().query(&query)?.list_byot().await?)
                })
                .await?;
            let batches: Vec<Batch> =
                page["data"].as_array().into_iter().flatten().filter_map(|value| self.batch_in(value).ok()).collect();
            // A server that knows no pages gives the first one again.
            let news = batches.iter().any(|batch| found.iter().all(|known| known.id != batch.id));
            if !news {
                break;
            }
            found.extend(batches);
            if page["has_more"] != Value::Bool(true) {
                break;
            }
        }
        Ok(found)
    }

    /// Stop the batch `id`; what is answered by then is there, and paid for.
    ///
    /// # Errors
    ///
    /// Where the server does not stop it.
    pub async fn cancel_batch(&self, id: &Id) -> Result<Batch, ModelError> {
        self.call(&format!("/batches/{id}/cancel"), || async {
            let value: Value = self.client.batches().cancel_byot(id).await?;
            self.batch_in(&value)
        })
        .await
    }

    /// Get the file `id`, at most 512 MB of it. `take` is given it piece by piece, from the beginning,
    /// and says whether it wants more.
    ///
    /// # Errors
    ///
    /// Where it does not come to its end. It is not tried again, since `take` may have had a part.
    pub async fn download(&self, id: &Id, take: impl FnMut(&[u8]) -> bool + Send) -> Result<(), ModelError> {
        let path = format!("/files/{id}/content");
        let fetched = self.transport.fetch(&path, FILE_LIMIT, take).await;
        fetched.map_err(|trouble| match trouble {
            Trouble::TooBig => ModelError::TooBig {
                host: self.host().to_owned(),
                limit: usize::try_from(FILE_LIMIT).unwrap_or(usize::MAX),
            },
            trouble => self.given_up(trouble, &path),
        })
    }

    fn batch_in(&self, value: &Value) -> Result<Batch, Trouble> {
        let nothing = || self.nothing_in(&value.to_string());
        let clean = |text: &str| self.endpoint().excerpt(text);
        let errors = value.pointer("/errors/data").and_then(Value::as_array);
        let complaint = |error: &Value| Some(clean(error.get("message")?.as_str()?));
        Ok(Batch {
            id: id_in(value, "id").ok_or_else(nothing)?,
            state: State::of(&shorten(&clean(value["status"].as_str().unwrap_or_default()), 40)),
            counts: Counts {
                total: count(value, "total"),
                completed: count(value, "completed"),
                failed: count(value, "failed"),
            },
            created: value["created_at"].as_u64(),
            input: id_in(value, "input_file_id"),
            output: id_in(value, "output_file_id"),
            errors: id_in(value, "error_file_id"),
            complaints: errors.into_iter().flatten().take(5).filter_map(complaint).collect(),
            run: value.pointer(&format!("/metadata/{RUN}")).and_then(Value::as_str).map(clean),
        })
    }
}

fn id_in(value: &Value, name: &str) -> Option<Id> {
    value.get(name)?.as_str()?.parse().ok()
}

fn count(value: &Value, name: &str) -> u64 {
    value.pointer(&format!("/request_counts/{name}")).and_then(Value::as_u64).unwrap_or(0)
}

/// Whether the server may have done what it was asked for.
fn is_uncertain(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Refused { status, .. } => *status >= 500 && *status != 503 && *status != 529,
        Trouble::Lost { sent, .. } => *sent,
        Trouble::NotJson { .. } | Trouble::NoChoices { .. } | Trouble::TooBig | Trouble::TimedOut => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_means_nothing_in_an_address() {
        for id in ["batch_abc-1", "file-batch-9.x", "bGl0ZWxsbTo=", "a:b"] {
            assert_eq!(id.parse::<Id>().map(|id| id.to_string()), Ok(id.to_owned()));
        }
        for text in ["", ".", "..", "../files", "a/b", "a?b", "a#b", "a%2fb", "a b", "猫", "a\nb", &"a".repeat(501)] {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn a_state_nobody_knows_is_not_over() {
        assert!(State::of("completed").is_over() && State::of("EXPIRED").is_over());
        assert!(!State::of("finalizing").is_over() && !State::of("").is_over() && !State::of("cancelling").is_over());
    }
}
