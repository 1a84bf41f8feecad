//! What comes over the wire, read for the servers there are.
//!
//! Nothing of a reply is required: servers leave out ids, write numbers as floats and content as
//! parts, and have their own words for everything.

use serde::Deserialize;
use serde_json::Value;

use super::config::shorten;
use super::{Answer, Finish, Usage};

/// The most characters of a name or a word of the server's.
const WORD: usize = 100;

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

/// A model that a server says it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The tokens that it can have before it, question and answer together, where the server says so.
    pub context: Option<u64>,
}

/// A reply that should have a list of models in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct ModelList(Value);

impl ModelList {
    /// The models in it, if it has a list; a name that a terminal would obey is none.
    pub(super) fn models(&self) -> Option<Vec<Listed>> {
        // vLLM's word, OpenRouter's, Groq's, Mistral's, llama.cpp's.
        const CONTEXTS: [&str; 5] =
            ["/max_model_len", "/context_length", "/context_window", "/max_context_length", "/meta/n_ctx"];
        let listed = |model: &Value| {
            let name = model.get("id")?.as_str()?;
            let usable = !name.is_empty() && name.len() <= 200 && !name.contains(char::is_control);
            let context = CONTEXTS.iter().find_map(|place| number(model.pointer(place)?)).filter(|tokens| *tokens > 0);
            usable.then(|| Listed { name: name.to_owned(), context })
        };
        let data = self.0.get("data")?;
        (data.is_array() || data.is_null()).then(|| data.as_array().into_iter().flatten().filter_map(listed).collect())
    }

    /// The names in it, if it has a list.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        Some(self.models()?.into_iter().map(|model| model.name).collect())
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
            (r"{}", ""),
            (r"null", ""),
            (r#"{"content":[{"type":"text","text":"今"},"週",{"type":"thinking","thinking":[]}]}"#, "今週"),
        ] {
            let body = format!(r#"{{"choices":[{{"message":{message},"finish_reason":null}}]}}"#);
            assert_eq!(answer(&body).unwrap().content, content, "{message}");
        }
    }

    #[test]
    fn a_reply_without_a_choice_is_none() {
        for body in [r"{}", r#"{"choices":[]}"#, r#"{"choices":null}"#, r#"{"choices":{}}"#] {
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
}
