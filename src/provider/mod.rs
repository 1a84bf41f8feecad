//! The servers there are, and how each is asked.
//!
//! All of them speak OpenAI's Chat Completions, and no two of them the same. What is known of each is
//! a table, `src/provider/table.toml`; what a server refuses all the same is learned while it is asked.

mod address;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use address::{Address, BadAddress};

/// How the answer is to be written, from the most to the least that a server can hold a model to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Format {
    /// A JSON object that the server holds to a schema (`response_format: json_schema`).
    #[serde(rename = "json_schema")]
    Schema,
    /// Any JSON object (`response_format: json_object`).
    #[serde(rename = "json_object")]
    Object,
    /// Plain text with a line `=== b0 ===` above each answer; nothing is asked of the server.
    #[serde(rename = "tagged")]
    Tagged,
    /// One segment, and its translation as plain text: there is nothing to hold to.
    #[serde(rename = "plain")]
    Plain,
}

impl Format {
    /// The next format to try with a server that has not got this one.
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Tagged),
            Self::Tagged => Some(Self::Plain),
            Self::Plain => None,
        }
    }

    /// Its name: `json_schema`, `json_object`, `tagged`, `plain`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "json_schema",
            Self::Object => "json_object",
            Self::Tagged => "tagged",
            Self::Plain => "plain",
        }
    }
}

/// The name under which a server knows the most tokens of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cap {
    /// OpenAI's old name, which is the only one that some servers know.
    #[serde(rename = "max_tokens")]
    MaxTokens,
    /// Its new one, the only one that OpenAI's newer models know.
    #[serde(rename = "max_completion_tokens")]
    MaxCompletionTokens,
    /// Neither of them.
    #[serde(rename = "none")]
    None,
}

/// How a kind of server is known, and how it is asked; what is open is as with any other.
///
/// The fields are the keys of `[provider.NAME]` in `nekoyaku.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// Its address, up to and with `/v1`, for those who name only the provider.
    pub base_url: Option<String>,
    /// The domains it is known by.
    pub hosts: Vec<String>,
    /// The ports it is known by on this machine and in private networks.
    pub ports: Vec<u16>,
    /// How the names of models begin that it is known by, whatever the address.
    pub models: Vec<String>,
    /// The environment variables that may hold the key to [`hosts`](Self::hosts), and to no other.
    pub key_env: Vec<String>,
    /// The forms of answer it has, from the first that is tried to the last.
    pub formats: Option<Vec<Format>>,
    /// Its name for the most tokens of an answer.
    pub cap: Option<Cap>,
    /// The temperature; models whose name says that they reason are sent none.
    pub temperature: Option<f64>,
    /// The seed.
    pub seed: Option<i64>,
    /// How long models reason; only those whose name says that they do are told.
    pub reasoning_effort: Option<String>,
    /// Whether to say which requests begin alike (`prompt_cache_key`).
    pub cache_key: Option<bool>,
    /// Whether it takes the text alone: one user's message, and terms in `translation_options`.
    pub text_alone: Option<bool>,
    /// Whatever else goes into each request, by its name.
    pub extra: Map<String, Value>,
    /// The most requests at once.
    pub concurrency: Option<usize>,
    /// Seconds for one exchange.
    pub timeout: Option<u64>,
    /// The tokens that a request and its answer may have together.
    pub context: Option<u32>,
    /// Whether what is too long is cut without a word.
    pub cuts_prompts: Option<bool>,
}

/// Providers by name.
pub type Providers = BTreeMap<String, Provider>;

/// The name of what any server is asked like that is not known.
const OTHER: &str = "other";

/// What we say ourselves; to say it in another way would be to break it.
const OURS: &[&str] =
    &["model", "messages", "stream", "n", "response_format", "tools", "max_tokens", "max_completion_tokens"];

/// The providers that are built in.
pub fn built_in() -> &'static Providers {
    static TABLE: LazyLock<Providers> =
        LazyLock::new(|| toml::from_str(include_str!("table.toml")).unwrap_or_default());
    &TABLE
}

impl Provider {
    /// The provider with this name: one of `own`, which only says what is different, or a built-in one.
    pub fn named(name: &str, own: &Providers) -> Option<Self> {
        let other = built_in().get(OTHER).cloned().unwrap_or_default();
        let known = built_in().get(name);
        let own = own.get(name);
        if known.is_none() && own.is_none() {
            return None;
        }
        let known = known.cloned().unwrap_or_default().over(other);
        Some(own.cloned().unwrap_or_default().over(known))
    }

    /// The provider that this server is, as far as can be seen, and its name.
    ///
    /// ```
    /// # use nekoyaku::provider::{Address, Provider, Providers};
    /// let address = Address::parse("http://localhost:11434/v1").unwrap();
    /// assert_eq!(Provider::of(&address, "qwen3:8b", &Providers::new()).0, "ollama");
    /// ```
    pub fn of(address: &Address, model: &str, own: &Providers) -> (String, Self) {
        let by_model = |provider: &Self| provider.models.iter().any(|start| model.starts_with(start.as_str()));
        let by_host = |provider: &Self| provider.hosts.iter().any(|host| address.is_below(host));
        let by_port =
            |provider: &Self| address.is_private() && address.port().is_some_and(|port| provider.ports.contains(&port));
        let kinds: [&dyn Fn(&Self) -> bool; 3] = [&by_model, &by_host, &by_port];
        let found = kinds.iter().find_map(|is| {
            [own, built_in()].into_iter().find_map(|table| table.iter().find(|(_, provider)| is(provider)))
        });
        let name = found.map_or(OTHER, |(name, _)| name.as_str());
        (name.to_owned(), Self::named(name, own).unwrap_or_default())
    }

    /// The environment variables that may hold the key to the server at `address`.
    pub fn key_variables(address: &Address) -> Vec<&'static str> {
        let here = built_in().values().filter(|known| known.hosts.iter().any(|host| address.is_below(host)));
        here.flat_map(|known| known.key_env.iter().map(String::as_str)).collect()
    }

    /// What must not be set by a settings file, where it is: the key, and why.
    pub fn not_allowed(&self) -> Option<(&'static str, &'static str)> {
        if !self.key_env.is_empty() {
            // It comes with a repository, and could name anybody's secret.
            return Some(("key_env", "cannot be set here; name the variable with --api-key-env"));
        }
        if self.extra.keys().any(|key| OURS.contains(&key.as_str())) {
            return Some(("extra", "has a key in it that is not for settings to say"));
        }
        let out = |value: Option<f64>, most: f64| value.is_some_and(|value| !(0.0..=most).contains(&value));
        if out(self.temperature, 2.0) {
            return Some(("temperature", "has to be from 0 to 2"));
        }
        if self.concurrency.is_some_and(|most| !(1..=1000).contains(&most)) {
            return Some(("concurrency", "has to be from 1 to 1000"));
        }
        if self.timeout.is_some_and(|seconds| !(1..=86_400).contains(&seconds)) {
            return Some(("timeout", "has to be from 1 to 86400"));
        }
        if self.formats.as_ref().is_some_and(|formats| formats.is_empty() || !formats.is_sorted_by(|a, b| a < b)) {
            return Some(("formats", "has to go from the strictest down, without repeating one"));
        }
        None
    }

    /// What this one says, and where it says nothing, the other.
    fn over(self, other: Self) -> Self {
        let longer = |own: Vec<String>, other: Vec<String>| if own.is_empty() { other } else { own };
        let mut extra = other.extra;
        extra.extend(self.extra);
        Self {
            base_url: self.base_url.or(other.base_url),
            hosts: longer(self.hosts, other.hosts),
            ports: if self.ports.is_empty() { other.ports } else { self.ports },
            models: longer(self.models, other.models),
            key_env: longer(self.key_env, other.key_env),
            formats: self.formats.or(other.formats),
            cap: self.cap.or(other.cap),
            temperature: self.temperature.or(other.temperature),
            seed: self.seed.or(other.seed),
            reasoning_effort: self.reasoning_effort.or(other.reasoning_effort),
            cache_key: self.cache_key.or(other.cache_key),
            text_alone: self.text_alone.or(other.text_alone),
            extra,
            concurrency: self.concurrency.or(other.concurrency),
            timeout: self.timeout.or(other.timeout),
            context: self.context.or(other.context),
            cuts_prompts: self.cuts_prompts.or(other.cuts_prompts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, model: &str) -> String {
        Provider::of(&Address::parse(url).unwrap(), model, &Providers::new()).0
    }

    #[test]
    fn the_table_is_read_and_each_provider_is_found_at_its_own_address() {
        let table: Providers = toml::from_str(include_str!("table.toml")).unwrap();
        assert_eq!(&table, built_in());
        for (name, provider) in &table {
            let Some(url) = &provider.base_url else { continue };
            let model = provider.models.first().map_or("a-model", String::as_str);
            assert_eq!(&of(url, model), name);
            assert!(provider.formats.iter().flatten().is_sorted_by(|a, b| a < b), "{name}");
        }
        assert!(table.len() > 12);
    }

    #[test]
    fn a_provider_is_known_by_host_port_and_model() {
        assert_eq!(of("https://api.openai.com/v1", "gpt-5"), "openai");
        assert_eq!(of("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen3-max"), "qwen");
        assert_eq!(of("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen-mt-plus"), "qwen-mt");
        assert_eq!(of("http://nas.local:9931/v1", "x"), "llama.cpp");
        // A port says something of a server only where people run their own.
        assert_eq!(of("https://a.example:11434/v1", "x"), "other");
        assert_eq!(of("https://api.openai.com.a.example/v1", "gpt-5"), "other");
    }

    #[test]
    fn a_table_of_ones_own_only_says_what_is_different() {
        let own: Providers = toml::from_str(
            "[ollama]\ncontext = 32768\n[mine]\nhosts = [\"llm.example\"]\nextra.top_k = 20\nformats = [\"tagged\"]\n",
        )
        .unwrap();
        let ollama = Provider::named("ollama", &own).unwrap();
        assert_eq!((ollama.context, ollama.concurrency, ollama.cap), (Some(32_768), Some(4), Some(Cap::MaxTokens)));
        let (name, mine) = Provider::of(&Address::parse("https://llm.example/v1").unwrap(), "x", &own);
        assert_eq!((name.as_str(), mine.formats), ("mine", Some(vec![Format::Tagged])));
        assert_eq!((&mine.extra["top_k"], mine.temperature), (&Value::from(20), Some(0.2)));
        assert_eq!(Provider::named("yours", &own), None);
        assert!(toml::from_str::<Providers>("[mine]\nhost = \"x\"\n").is_err());
    }

    #[test]
    fn a_key_goes_to_its_own_host_only() {
        let variables = |url: &str| Provider::key_variables(&Address::parse(url).unwrap());
        assert_eq!(variables("https://api.deepseek.com/v1"), ["DEEPSEEK_API_KEY"]);
        assert_eq!(variables("https://dashscope-us.aliyuncs.com/v1"), ["DASHSCOPE_API_KEY"]);
        for url in ["https://api.deepseek.com.a.example/v1", "http://localhost:11434/v1", "https://x.oss.aliyuncs.com"]
        {
            assert!(variables(url).is_empty(), "{url}");
        }
    }

    #[test]
    fn settings_say_neither_whose_key_nor_what_is_ours_to_say() {
        for (text, key) in [
            ("key_env = [\"AWS_SECRET_ACCESS_KEY\"]", "key_env"),
            ("extra.stream = true", "extra"),
            ("extra.messages = []", "extra"),
            ("temperature = 9.0", "temperature"),
            ("concurrency = 0", "concurrency"),
            ("timeout = 0", "timeout"),
            ("formats = [\"plain\", \"json_schema\"]", "formats"),
            ("formats = []", "formats"),
        ] {
            let provider: Provider = toml::from_str(text).unwrap();
            assert_eq!(provider.not_allowed().map(|(key, _)| key), Some(key), "{text}");
        }
        assert_eq!(Provider::default().not_allowed(), None);
    }
}
