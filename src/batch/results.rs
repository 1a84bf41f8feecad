//! A line of a file of results, of whichever server.
//!
//! OpenAI, DashScope, Groq and Mistral put the completion into `response.body`, and what went wrong
//! into `error` or into a body with a status; vLLM wraps its errors twice. Nothing of it is required
//! but the id.

use serde_json::Value;

use crate::model::{Answer, completion};

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The request it is about.
    pub id: String,
    /// What the server calls this answer to it; empty where it has no name.
    pub name: String,
    /// The answer, or why there is none.
    pub said: Result<Answer, Lost>,
}

/// Why a request of a batch was not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The batch ended before its turn; it is not paid for.
    #[error("it was not answered before the batch ended")]
    Expired,
    /// The server would not or could not, in its words.
    #[error("{0}")]
    Failed(String),
}

/// Why a line says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON, or not all of it.
    #[error("it is cut off, or no JSON object")]
    NotJson,
    /// It does not say which request it is about.
    #[error("it has no `custom_id`")]
    NoId,
}

/// The most characters of a server's words.
const WORDS: usize = 200;

/// Read a line, whatever is in it.
///
/// # Errors
///
/// Where it cannot be about any request.
pub fn read(line: &[u8]) -> Result<Reply, Unreadable> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let value: Value = serde_json::from_slice(line).map_err(|_| Unreadable::NotJson)?;
    let fields = value.as_object().ok_or(Unreadable::NotJson)?;
    let id = fields.get("custom_id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let id = id.ok_or(Unreadable::NoId)?.to_owned();
    let response = fields.get("response").unwrap_or(&Value::Null);
    let body = body(response);
    let names = [value.get("id"), response.get("request_id"), body.get("id")];
    let name = names.into_iter().flatten().filter_map(Value::as_str).find(|name| !name.is_empty());
    let said = said(response, &body, fields.get("error").unwrap_or(&Value::Null));
    Ok(Reply { id, name: words(name.unwrap_or_default()), said })
}

fn said(response: &Value, body: &Value, error: &Value) -> Result<Answer, Lost> {
    let status = response.get("status_code").and_then(Value::as_u64).unwrap_or(200);
    if (200..300).contains(&status)
        && let Some(answer) = completion(body)
    {
        return Ok(answer);
    }
    let inside = body.get("error").unwrap_or(&Value::Null);
    let errors = [error, inside, body];
    let code = errors.iter().find_map(|error| field(error, "code"));
    if code.is_some_and(|code| code.as_str().is_some_and(is_expiry)) {
        return Err(Lost::Expired);
    }
    let message = errors.iter().find_map(|error| match error {
        Value::String(text) => Some(text.as_str()),
        error => field(error, "message").and_then(Value::as_str),
    });
    Err(Lost::Failed(match message.filter(|message| !message.trim().is_empty()) {
        Some(message) => words(message),
        None if (200..300).contains(&status) => "there is no answer in it".to_owned(),
        None => format!("the server answered with status {status}"),
    }))
}

/// An object, or the text of one.
fn body(response: &Value) -> Value {
    match response.get("body") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(body) => body.clone(),
        None => Value::Null,
    }
}

/// A field of an error, or of the error in it.
fn field<'v>(error: &'v Value, name: &str) -> Option<&'v Value> {
    error.pointer(&format!("/error/{name}")).or_else(|| error.get(name)).filter(|value| !value.is_null())
}

fn is_expiry(code: &str) -> bool {
    matches!(code, "batch_expired" | "batch_cancelled" | "batch_canceled" | "expired" | "request_cancelled")
}

/// On one line, without what a terminal would obey.
fn words(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(line: &str) -> Lost {
        read(line.as_bytes()).unwrap().said.unwrap_err()
    }

    #[test]
    fn an_answer_is_found_in_every_servers_form() {
        let body = r#"{"id":"c1","choices":[{"message":{"content":"猫"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7}}"#;
        let quoted = Value::from(body).to_string();
        for line in [
            format!(
                r#"{{"id":"batch_req_1","custom_id":"a","response":{{"status_code":200,"request_id":"r","body":{body}}},"error":null}}"#
            ),
            format!(
                r#"{{"id":"vllm-1","custom_id":"a","response":{{"status_code":200,"request_id":"vllm-batch-1","body":{body}}}}}"#
            ),
            format!(r#"{{"custom_id":"a","response":{{"body":{body}}},"error":{{}}}}"#),
            format!(r#"{{"custom_id":"a","response":{{"status_code":200,"body":{quoted}}},"error":null}}"#),
        ] {
            let reply = read(line.as_bytes()).unwrap();
            let answer = reply.said.unwrap();
            assert_eq!(
                (reply.id.as_str(), answer.content.as_str(), answer.usage.input_tokens),
                ("a", "猫", 7),
                "{line}"
            );
            assert!(!reply.name.is_empty(), "{line}");
        }
    }

    #[test]
    fn a_failure_is_told_in_the_servers_words() {
        for (line, words) in [
            (r#"{"custom_id":"a","response":null,"error":{"error":{"message":"no model","code":404}}}"#, "no model"),
            (r#"{"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"too long"}}}}"#, "too long"),
            (
                r#"{"custom_id":"a","response":{"status_code":500,"body":null},"error":null}"#,
                "the server answered with status 500",
            ),
            (r#"{"custom_id":"a","response":{"status_code":200,"body":{}}}"#, "there is no answer in it"),
            (r#"{"custom_id":"a","error":"断\u001b[2J了"}"#, "断 [2J了"),
            (r#"{"custom_id":"a"}"#, "there is no answer in it"),
        ] {
            assert_eq!(lost(line), Lost::Failed(words.to_owned()), "{line}");
        }
        let expired = r#"{"custom_id":"a","response":null,"error":{"code":"batch_expired","message":"late"}}"#;
        assert_eq!(lost(expired), Lost::Expired);
    }

    #[test]
    fn a_line_may_be_anything() {
        for line in ["", "{", "[1]", "null", "\"a\"", "{\"custom_id\":\"a\",\"respon", "\u{0}"] {
            assert_eq!(read(line.as_bytes()), Err(Unreadable::NotJson), "{line}");
        }
        for line in ["{}", r#"{"custom_id":7}"#, r#"{"custom_id":""}"#] {
            assert_eq!(read(line.as_bytes()), Err(Unreadable::NoId), "{line}");
        }
        assert_eq!(read(b"\xff\xfe"), Err(Unreadable::NotJson));
    }
}
