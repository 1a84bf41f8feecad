//! What each request asks besides its text, and what of it a server turned out not to have.
//!
//! Only the model, the messages and the form of the answer are what every server has. All else may be
//! refused by its name, and is then done without, from that request on.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::event::Watch;
use crate::provider::{Cap, Format, Provider};
use crate::request::Request;

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
    /// The most requests that are under way at once, where that is not the provider's number; a busy
    /// server is sent fewer.
    pub concurrency: Option<usize>,
    /// The most requests in any minute; none is any number.
    pub requests_per_minute: Option<u32>,
    /// The most tokens in any minute, in and out, as far as they can be foreseen.
    pub tokens_per_minute: Option<u32>,
    /// How this kind of server is asked; none is as its address and the model's name say.
    pub provider: Option<Provider>,
    /// The temperature, where that is not the provider's.
    pub temperature: Option<f64>,
    /// The seed, where that is not the provider's.
    pub seed: Option<i64>,
    /// How long the model reasons, where that is not the provider's.
    pub reasoning_effort: Option<String>,
    /// What an earlier run learned of this server and model.
    pub learned: Learned,
    /// What is told of what goes on.
    pub watch: Option<Watch>,
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
            concurrency: None,
            requests_per_minute: None,
            tokens_per_minute: None,
            provider: None,
            temperature: None,
            seed: None,
            reasoning_effort: None,
            learned: Learned::default(),
            watch: None,
        }
    }
}

/// A parameter that some servers do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knob {
    Cap,
    /// One of those that need not be sent, by its place among them.
    Optional(usize),
}

/// Says which requests begin alike.
const CACHE_KEY: &str = "prompt_cache_key";

/// What Qwen-MT is told apart from the text.
const TRANSLATION: &str = "translation_options";

/// What a server turned out not to have, to be remembered for the next run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learned {
    /// Parameters that it refused.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub dropped: BTreeSet<String>,
    /// The name under which it knows the most tokens of an answer, where that is another than expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
    /// The strictest form of answer that it did not refuse, where that is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

/// What is asked of one model.
#[derive(Debug)]
pub(super) struct Asking {
    model: String,
    cap: Cap,
    optional: Map<String, Value>,
    cache_key: bool,
    text_alone: bool,
    learned: Mutex<Learned>,
}

impl Asking {
    pub(super) fn new(options: &Options, provider: &Provider) -> Self {
        let reasons = is_reasoning(&options.model);
        let temperature = options.temperature.or(provider.temperature.filter(|_| !reasons));
        let effort = options.reasoning_effort.clone().or(provider.reasoning_effort.clone().filter(|_| reasons));
        let mut optional = provider.extra.clone();
        let mut set = |name: &str, value: Option<Value>| value.map(|value| optional.insert(name.to_owned(), value));
        set("temperature", temperature.map(Value::from));
        set("seed", options.seed.or(provider.seed).map(Value::from));
        set("reasoning_effort", effort.map(Value::from));
        Self {
            model: options.model.clone(),
            cap: provider.cap.unwrap_or(Cap::MaxTokens),
            optional,
            cache_key: provider.cache_key.unwrap_or(false),
            text_alone: provider.text_alone.unwrap_or(false),
            learned: Mutex::new(options.learned.clone()),
        }
    }

    /// What is asked of the model that would change its answers, whatever the server has of it.
    pub(super) fn parameters(&self) -> String {
        if self.optional.is_empty() { String::new() } else { Value::Object(self.optional.clone()).to_string() }
    }

    /// What was learned so far.
    pub(super) fn learned(&self) -> Learned {
        self.lock().clone()
    }

    /// The form of answer to begin with the next time.
    pub(super) fn learn_format(&self, format: Format) {
        self.lock().format = Some(format);
    }

    /// The name of the cap that a request is sent with.
    pub(super) fn cap(&self, learned: &Learned) -> Cap {
        learned.cap.unwrap_or(self.cap)
    }

    /// The names of what else a request is sent with and need not be.
    pub(super) fn optional(&self, learned: &Learned) -> Vec<&str> {
        let names = self.optional.keys().map(String::as_str).filter(|name| !self.text_alone || *name != TRANSLATION);
        names.chain(self.cache_key.then_some(CACHE_KEY)).filter(|name| !learned.dropped.contains(*name)).collect()
    }

    /// Does without `knob` from now on, or under its other name, unless a request that was faster than
    /// the one with `sent` has seen to it. Tells what is done, where something is.
    pub(super) fn turn(&self, knob: Knob, sent: &Learned) -> Option<String> {
        let mut learned = self.lock();
        match knob {
            Knob::Optional(place) => {
                let name = (*self.optional(sent).get(place)?).to_owned();
                learned.dropped.insert(name.clone()).then(|| format!("{name} is left out from now on"))
            }
            Knob::Cap if self.cap(&learned) == self.cap(sent) => {
                let next = next(self.cap(sent), self.cap);
                learned.cap = Some(next);
                Some(match name(next) {
                    Some(name) => format!("the most tokens of an answer are {name} from now on"),
                    None => "the most tokens of an answer are left out from now on".to_owned(),
                })
            }
            Knob::Cap => None,
        }
    }

    /// The body of a request for a chat completion.
    pub(super) fn body(&self, request: &Request, learned: &Learned) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("model".to_owned(), self.model.clone().into());
        body.insert("messages".to_owned(), self.messages(request));
        if let Some(name) = name(self.cap(learned)) {
            body.insert(name.to_owned(), request.max_output_tokens.into());
        }
        for name in self.optional(learned) {
            let value = match name {
                CACHE_KEY => cache_key(&request.system).into(),
                name => self.optional[name].clone(),
            };
            body.insert(name.to_owned(), value);
        }
        if self.text_alone {
            body.insert(TRANSLATION.to_owned(), self.translation(request));
        } else if let Some(format) = response_format(request) {
            body.insert("response_format".to_owned(), format);
        }
        body
    }

    fn messages(&self, request: &Request) -> Value {
        if self.text_alone {
            return json!([{ "role": "user", "content": request.texts.join("\n\n") }]);
        }
        json!([{ "role": "system", "content": request.system }, { "role": "user", "content": request.user }])
    }

    fn translation(&self, request: &Request) -> Value {
        let mut options = self.optional.get(TRANSLATION).cloned().unwrap_or_else(|| json!({}));
        if !request.terms.is_empty() && options.is_object() {
            let term = |(source, target): &(String, String)| json!({ "source": source, "target": target });
            options["terms"] = request.terms.iter().map(term).collect();
        }
        options
    }

    fn lock(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a cap in a request.
pub(super) fn name(cap: Cap) -> Option<&'static str> {
    match cap {
        Cap::MaxTokens => Some("max_tokens"),
        Cap::MaxCompletionTokens => Some("max_completion_tokens"),
        Cap::None => None,
    }
}

/// What to try after `cap`, `first` having been tried first.
fn next(cap: Cap, first: Cap) -> Cap {
    match cap {
        Cap::MaxTokens if first == cap => Cap::MaxCompletionTokens,
        Cap::MaxCompletionTokens if first == cap => Cap::MaxTokens,
        _ => Cap::None,
    }
}

/// The same for all requests that begin with these instructions, and for no other.
fn cache_key(system: &str) -> String {
    let mut hasher = DefaultHasher::new();
    system.hash(&mut hasher);
    format!("nekoyaku-{:016x}", hasher.finish())
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

/// Whether the name is of a kind that reasons, and refuses a temperature or is the worse for it:
/// `o3-mini`, `openai/gpt-5.1`, `gemini-2.5-flash`.
fn is_reasoning(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    let version = |start: &str| {
        let rest = name.strip_prefix(start)?;
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.').parse::<f64>().ok()
    };
    let from = |start: &str, least: f64| version(start).is_some_and(|version| version >= least);
    from("o", 1.0) || from("gpt-", 5.0) || from("gemini-", 2.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Providers;

    fn asking(provider: &str, options: &Options) -> Asking {
        Asking::new(options, &Provider::named(provider, &Providers::new()).expect("a provider"))
    }

    fn model(name: &str) -> Options {
        Options { model: name.to_owned(), ..Options::default() }
    }

    #[test]
    fn reasoning_models_are_known_by_name() {
        for name in ["o1", "o3-mini", "gpt-5", "gpt-5.1-codex", "openai/gpt-5-mini", "gemini-2.5-flash", "gemini-3-pro"]
        {
            assert!(is_reasoning(name), "{name}");
        }
        for name in ["gpt-4o", "gpt-oss-120b", "olmo-2", "qwen3", "deepseek-chat", "o-model", "gemini-2.0-flash"] {
            assert!(!is_reasoning(name), "{name}");
        }
    }

    #[test]
    fn what_is_asked_of_a_model_is_told_whatever_its_server_has_of_it() {
        assert_eq!(asking("other", &model("qwen3")).parameters(), r#"{"temperature":0.2}"#);
        assert_eq!(asking("openai", &model("gpt-5-mini")).parameters(), r#"{"reasoning_effort":"low"}"#);
        let asking = asking("other", &Options { seed: Some(7), temperature: Some(0.0), ..model("gpt-5") });
        let before = asking.parameters();
        assert_eq!(before, r#"{"temperature":0.0,"seed":7}"#);
        asking.turn(Knob::Optional(0), &Learned::default());
        assert_eq!((asking.parameters(), asking.optional(&asking.learned())), (before, vec!["seed"]));
    }

    #[test]
    fn each_name_of_the_cap_is_tried_once() {
        for provider in ["openai", "other"] {
            let asking = asking(provider, &model("x"));
            let mut seen = Vec::new();
            for _ in 0..4 {
                let learned = asking.learned();
                seen.push(name(asking.cap(&learned)));
                asking.turn(Knob::Cap, &learned);
            }
            assert_eq!(seen[2..], [None, None]);
            assert!(seen[0] != seen[1] && seen[..2].iter().all(Option::is_some), "{seen:?}");
        }
    }

    #[test]
    fn what_is_learned_is_written_and_read_back() {
        let learned = Learned {
            dropped: BTreeSet::from(["seed".to_owned()]),
            cap: Some(Cap::None),
            format: Some(Format::Tagged),
        };
        let text = serde_json::to_string(&learned).unwrap();
        assert_eq!(text, r#"{"dropped":["seed"],"cap":"none","format":"tagged"}"#);
        assert_eq!(serde_json::from_str::<Learned>(&text).unwrap(), learned);
        assert_eq!(serde_json::to_string(&Learned::default()).unwrap(), "{}");
    }
}
