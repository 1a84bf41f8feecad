//! What a server says when it does not answer, in whichever of half a dozen shapes it comes.

use std::time::Duration;

use serde_json::Value;

use super::wait::figure;

/// What a server said instead of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// For people.
    pub(super) message: String,
    /// For programs: its code, type and status, in lower case.
    marks: Vec<String>,
    /// The parameter it is about, where it says so.
    pub(super) param: Option<String>,
    /// The status it names in its body, which a reply of success may have too.
    pub(super) status: Option<u16>,
    /// How long it wants us to wait, said in the body as Gemini does.
    pub(super) retry_after: Option<Duration>,
}

impl Said {
    /// What `body` says, `clean` having been run over every word of it.
    pub(super) fn read(body: &[u8], clean: impl Fn(&str) -> String) -> Self {
        match serde_json::from_slice(body) {
            Ok(value) => Self::from_json(&value, clean),
            Err(_) => Self { message: clean(&String::from_utf8_lossy(body)), ..Self::default() },
        }
    }

    /// The error in a reply of success, where there is one.
    pub(super) fn within(reply: &Value, clean: impl Fn(&str) -> String) -> Option<Self> {
        let places = ["/error", "/choices/0/error", "/0/error"];
        let error = places.iter().filter_map(|place| reply.pointer(place)).find(|e| says(e))?;
        Some(Self::from_error(error, clean))
    }

    /// `{"error":{…}}` of OpenAI, `{"error":"…"}` of Ollama, `[{"error":{…}}]` of Gemini,
    /// `{"message":…,"code":…}` of older vLLM and Mistral, `{"detail":…}` of FastAPI.
    fn from_json(value: &Value, clean: impl Fn(&str) -> String) -> Self {
        let first = value.get(0).unwrap_or(value);
        let inner = ["error", "detail"].iter().filter_map(|name| first.get(name)).find(|e| says(e));
        Self::from_error(inner.unwrap_or(first), clean)
    }

    fn from_error(error: &Value, clean: impl Fn(&str) -> String) -> Self {
        let text = |name: &str| error.get(name).and_then(Value::as_str);
        Self {
            message: clean(&words(error)),
            marks: ["code", "type", "status"]
                .iter()
                .filter_map(|name| text(name))
                .map(|mark| clean(mark).to_lowercase())
                .collect(),
            param: text("param").map(&clean),
            status: status(error),
            retry_after: retry_delay(error),
        }
    }

    /// Whether one of its words for programs is among `marks`.
    pub(super) fn is_marked(&self, marks: &[&str]) -> bool {
        self.marks.iter().any(|mark| marks.contains(&mark.as_str()))
    }
}

/// What is for people in an error, however deep.
///
/// An item of a list of FastAPI's has also the whole request in it, which is neither the server's
/// word nor anything to look for words in.
fn words(error: &Value) -> String {
    match error {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => {
            let inner = ["message", "msg", "detail", "error"].iter().find_map(|name| fields.get(*name));
            let place = fields.get("loc").and_then(Value::as_array).into_iter().flatten();
            let place: Vec<_> = place.filter_map(Value::as_str).collect();
            match inner {
                Some(inner) if place.is_empty() => words(inner),
                Some(inner) => format!("{}: {}", place.join("."), words(inner)),
                None => error.to_string(),
            }
        }
        other => other.to_string(),
    }
}

/// Whether there is an error in a place where one may be.
fn says(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Number(_) => true,
    }
}

fn status(error: &Value) -> Option<u16> {
    let code = error.get("code").or_else(|| error.get("status"))?;
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|code| (400..600).contains(code))
}

/// `"details":[{"@type":"…RetryInfo","retryDelay":"32s"}]`
fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    figure(delay.strip_suffix('s')?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_reply_of_success_is_one() {
        let within = |body: &str| Said::within(&serde_json::from_str(body).unwrap(), str::to_owned);
        let said = within(r#"{"error":{"message":"Provider returned error","code":502}}"#).unwrap();
        assert_eq!((said.status, said.message.as_str()), (Some(502), "Provider returned error"));
        assert!(within(r#"{"choices":[{"error":{"code":"429","message":"later"}}]}"#).is_some());
        for fine in [r#"{"error":null,"choices":[]}"#, r#"{"error":{}}"#, r#"{"error":""}"#, "{}"] {
            assert_eq!(within(fine), None, "{fine}");
        }
    }

    #[test]
    fn gemini_says_how_long_in_the_body() {
        let body = br#"[{"error":{"code":429,"message":"quota","details":[{"@type":"a"},{"retryDelay":"32.5s"}]}}]"#;
        let said = Said::read(body, str::to_owned);
        assert_eq!(said.retry_after, Some(Duration::from_millis(32_500)));
    }
}
