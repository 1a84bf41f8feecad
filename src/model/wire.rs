//! What goes over the wire, written for the servers there are.
//!
//! Only what every server has is sent, and nothing of a reply is required: servers leave out ids,
//! write numbers as floats and content as parts, and have their own words for everything.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::request::{Format, Request};

use super::config::shorten;
use super::{Answer, Finish, Usage};

/// The most characters of a name or a word of the server's.
const WORD: usize = 100;

/// Low, since a translation is not the place for invention.
const TEMPERATURE: f64 = 0.2;

/// The parameters that not every server has, and how to send them to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Knobs {
    pub(super) temperature: bool,
    pub(super) cap: Cap,
}

/// The name under which a server knows the most tokens of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cap {
    MaxTokens,
    MaxCompletionTokens,
    /// Neither of them.
    None,
}

impl Cap {
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::MaxTokens => Some("max_tokens"),
            Self::MaxCompletionTokens => Some("max_completion_tokens"),
            Self::None => None,
        }
    }

    /// What to try next, `first` having been tried first.
    pub(super) fn next(self, first: Self) -> Self {
        match self {
            Self::MaxTokens if first == self => Self::MaxCompletionTokens,
            Self::MaxCompletionTokens if first == self => Self::MaxTokens,
            _ => Self::None,
        }
    }
}

impl Knobs {
    /// Where to begin. OpenAI has done away with `max_tokens`, and Ollama has only that.
    pub(super) fn for_model(model: &str, openai: bool) -> Self {
        Self { temperature: !is_reasoning(model), cap: if openai { Cap::MaxCompletionTokens } else { Cap::MaxTokens } }
    }
}

/// Whether the name is of a kind that refuses a temperature: `o3-mini`, `openai/gpt-5.1`.
fn is_reasoning(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    let digit_from = |rest: &str, least: char| rest.starts_with(|c| (least..='9').contains(&c));
    name.strip_prefix('o').is_some_and(|rest| digit_from(rest, '1'))
        || name.strip_prefix("gpt-").is_some_and(|rest| digit_from(rest, '5'))
}

/// The body of a request for a chat completion.
#[derive(Debug, Serialize)]
pub(super) struct ChatRequest<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> ChatRequest<'a> {
    pub(super) fn new(model: &'a str, request: &'a Request, knobs: Knobs) -> Self {
        let cap = |name| (knobs.cap == name).then_some(request.max_output_tokens);
        Self {
            model,
            messages: [
                Message { role: "system", content: &request.system },
                Message { role: "user", content: &request.user },
            ],
            max_tokens: cap(Cap::MaxTokens),
            max_completion_tokens: cap(Cap::MaxCompletionTokens),
            temperature: knobs.temperature.then_some(TEMPERATURE),
            response_format: response_format(request),
        }
    }
}

fn response_format(request: &Request) -> Option<Value> {
    match request.format {
        Format::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": "translation", "strict": true, "schema": schema(&request.keys) },
        })),
        Format::Object => Some(json!({ "type": "json_object" })),
        Format::Tagged | Format::Plain => None,
    }
}

/// An object with each of `keys`: a grammar made of it cannot lose one, as it can an item of an
/// array.
fn schema(keys: &[String]) -> Value {
    let properties: Map<_, _> = keys.iter().map(|key| (key.clone(), json!({ "type": "string" }))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": keys,
        "additionalProperties": false,
    })
}

/// A reply that should have a chat completion in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Completion(Value);

impl Completion {
    /// The answer in it, if it has one.
    pub(super) fn answer(&self, requests: u32, clean: impl Fn(&str) -> String) -> Option<Answer> {
        let word = |value: &Value| value.as_str().map(|text| shorten(&clean(text), WORD));
        let choice = self.0.get("choices")?.get(0)?;
        let message = choice.get("message");
        let content = message.and_then(|message| message.get("content")).map_or_else(String::new, text);

        let refused =
            message.and_then(|message| message.get("refusal")?.as_str()).is_some_and(|refusal| !refusal.is_empty());
        let finish = if refused && content.is_empty() {
            Finish::Filtered
        } else {
            Finish::of(&choice.get("finish_reason").and_then(word).unwrap_or_default())
        };
        Some(Answer {
            content,
            finish,
            usage: usage(self.0.get("usage").unwrap_or(&Value::Null), requests),
            model: self.0.get("model").and_then(word).filter(|name| !name.is_empty()),
        })
    }

    /// The whole of it, to quote from.
    pub(super) fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// A string, or the text of an array of parts; what a model thought aloud is not among it.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str())).collect()
        }
        _ => String::new(),
    }
}

/// Counted in OpenAI's way, in DeepSeek's, and in Gemini's, which leaves out fields that are 0 and
/// counts what was thought in the total only.
fn usage(usage: &Value, requests: u32) -> Usage {
    let first = |names: &[&str]| names.iter().find_map(|name| number(usage.pointer(name)?));

    let input = first(&["/prompt_tokens", "/input_tokens"]).unwrap_or(0);
    let output = first(&["/completion_tokens", "/output_tokens"]).unwrap_or(0);
    let total = first(&["/total_tokens"]).unwrap_or(0);
    let cached = first(&[
        "/prompt_tokens_details/cached_tokens",
        "/input_tokens_details/cached_tokens",
        "/prompt_cache_hit_tokens",
        "/cached_tokens",
    ]);
    let output = output.max(total.saturating_sub(input));
    let reasoning = first(&[
        "/completion_tokens_details/reasoning_tokens",
        "/output_tokens_details/reasoning_tokens",
        "/reasoning_tokens",
    ]);
    let written =
        first(&["/prompt_tokens_details/cache_write_tokens", "/cache_write_tokens", "/cache_creation_input_tokens"]);
    Usage {
        requests,
        input_tokens: input,
        cached_tokens: cached.unwrap_or(0),
        cache_write_tokens: written.unwrap_or(0),
        output_tokens: output,
        reasoning_tokens: reasoning.unwrap_or(0).min(output),
    }
}

fn number(value: &Value) -> Option<u64> {
    // A cast from a float stops at the ends of the range.
    value.as_u64().or_else(|| value.as_f64().map(|count| count as u64))
}

/// A reply that should have a list of models in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct ModelList(Value);

impl ModelList {
    /// The names in it, if it has a list; a name that a terminal would obey is none.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let data = self.0.get("data")?;
        let ids = data.as_array().into_iter().flatten().filter_map(|model| model.get("id")?.as_str());
        let usable = |id: &&str| !id.is_empty() && id.len() <= 200 && !id.contains(char::is_control);
        (data.is_array() || data.is_null()).then(|| ids.filter(usable).map(str::to_owned).collect())
    }

    /// The whole of it, to quote from.
    pub(super) fn to_text(&self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Option<Answer> {
        let completion: Completion = serde_json::from_str(body).unwrap();
        completion.answer(1, str::to_owned)
    }

    #[test]
    fn the_smallest_reply_is_an_answer() {
        let answer = answer(r#"{"choices":[{"message":{"content":"今週"}}]}"#).unwrap();
        assert_eq!(answer.content, "今週");
        assert_eq!(answer.finish, Finish::Unstated);
        assert_eq!(answer.usage, Usage { requests: 1, ..Usage::default() });
        assert_eq!(answer.model, None);
    }

    #[test]
    fn content_may_be_null_or_missing_or_parts() {
        for (message, content) in [
            (r#"{"content":null}"#, ""),
            (r#"{}"#, ""),
            (r#"null"#, ""),
            (r#"{"content":[{"type":"text","text":"今"},"週",{"type":"thinking","thinking":[]}]}"#, "今週"),
        ] {
            let body = format!(r#"{{"choices":[{{"message":{message},"finish_reason":null}}]}}"#);
            assert_eq!(answer(&body).unwrap().content, content, "{message}");
        }
    }

    #[test]
    fn a_reply_without_a_choice_is_none() {
        for body in [r#"{}"#, r#"{"choices":[]}"#, r#"{"choices":null}"#, r#"{"choices":{}}"#] {
            assert_eq!(answer(body), None, "{body}");
        }
    }

    #[test]
    fn a_refusal_is_filtered_though_it_ends_with_stop() {
        let body = r#"{"choices":[{"message":{"content":null,"refusal":"I cannot"},"finish_reason":"stop"}]}"#;
        assert_eq!(answer(body).unwrap().finish, Finish::Filtered);
    }

    #[test]
    fn usage_is_read_in_every_way_of_counting() {
        let count = |body: &str| {
            let usage = usage(&serde_json::from_str(body).unwrap(), 1);
            (usage.input_tokens, usage.cached_tokens, usage.output_tokens)
        };
        let openai = r#"{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":64}}"#;
        let deepseek = r#"{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}"#;
        let gemini = r#"{"prompt_tokens":100,"total_tokens":120}"#;
        assert_eq!(count(openai), (100, 64, 20));
        assert_eq!(count(deepseek), (100, 64, 20));
        assert_eq!(count(gemini), (100, 0, 20));
        assert_eq!(count(r#"{"prompt_tokens":100.0,"completion_tokens":20.0}"#), (100, 0, 20));
        assert_eq!(count(r#"{"prompt_tokens":-1,"completion_tokens":null}"#), (0, 0, 0));
        assert_eq!(count("null"), (0, 0, 0));
    }

    #[test]
    fn reasoning_models_are_known_by_name() {
        for name in ["o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.1-codex", "openai/gpt-5-mini"] {
            assert!(is_reasoning(name), "{name}");
        }
        for name in ["gpt-4o", "gpt-oss-120b", "olmo-2", "qwen3", "deepseek-chat", "o-model"] {
            assert!(!is_reasoning(name), "{name}");
        }
    }

    #[test]
    fn openai_is_asked_in_its_new_way_and_all_others_in_the_old() {
        assert_eq!(Knobs::for_model("gpt-4o", true).cap.name(), Some("max_completion_tokens"));
        assert_eq!(Knobs::for_model("gpt-4o", false).cap.name(), Some("max_tokens"));
    }

    #[test]
    fn each_name_of_the_cap_is_tried_once() {
        for first in [Cap::MaxTokens, Cap::MaxCompletionTokens] {
            let second = first.next(first);
            assert!(second != first && second != Cap::None);
            assert_eq!(second.next(first), Cap::None);
        }
    }
}
