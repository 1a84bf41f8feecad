//! What translates: a model on a server, or the embedded memory alone. It is always said which.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use nekoyaku::model::{self, LocalServer, OpenAi, USUAL_PORTS, Watch};
use nekoyaku::profile::Profile;
use nekoyaku::provider::{self, Address, Provider};
use secrecy::SecretString;

use super::failure::{self, Failure};
use super::learned;

/// The model that a key of OpenAI's is used with when none is named.
const OPENAI_MODEL: &str = "gpt-5-mini";

/// The key that has no server in its name.
const USUAL_KEY: &str = "OPENAI_API_KEY";

/// Which server and model, and how to ask them
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct EngineArgs {
    /// The address of an OpenAI-compatible API, with its /v1
    #[arg(long, value_name = "URL", env = "OPENAI_BASE_URL", hide_env_values = true)]
    pub(super) base_url: Option<String>,

    /// The model's name
    #[arg(long, value_name = "NAME", env = "OPENAI_MODEL", hide_env_values = true)]
    pub(super) model: Option<String>,

    /// The kind of server: openai, deepseek, qwen, gemini, ollama, … [default: as the address says]
    #[arg(long, value_name = "NAME")]
    pub(super) provider: Option<String>,

    /// The environment variable that has the key [default: OPENAI_API_KEY, or the provider's own]
    #[arg(long, value_name = "VARIABLE")]
    pub(super) api_key_env: Option<String>,

    /// The file that has the key
    #[arg(long, value_name = "FILE", conflicts_with = "api_key_env")]
    api_key_file: Option<PathBuf>,

    /// Seconds for one exchange with the server [default: 120; 1800 in a private network]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    timeout: Option<u64>,

    /// How often one request is tried that meets a broken server; a busy one is waited for
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: u32,

    /// The most requests at once; a busy server is sent fewer [default: 400; 4 for most local servers]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    concurrency: Option<u64>,

    /// The most requests in any minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rpm: Option<u32>,

    /// The most tokens in any minute, in and out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    tpm: Option<u32>,

    /// The temperature [default: 0.2; none for models that reason]
    #[arg(long, value_name = "NUMBER", value_parser = temperature)]
    temperature: Option<f64>,

    /// The seed
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    seed: Option<i64>,

    /// How long the model reasons: none, minimal, low, medium, high
    #[arg(long, value_name = "WORD")]
    reasoning_effort: Option<String>,

    /// Send a key over plain http to a server that is not in a private network
    #[arg(long)]
    allow_insecure: bool,

    /// Ask no server: translate what the translation memory knows, and mark the rest
    #[arg(long)]
    offline: bool,
}

fn temperature(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value| (0.0..=2.0).contains(value)).ok_or_else(|| "not a number from 0 to 2".to_owned())
}

/// What was found.
pub(crate) enum Engine {
    Model { model: Box<OpenAi>, name: String },
    Memory { why: String, offers: Vec<LocalServer> },
}

/// What is settled before anything is sent.
pub(crate) struct Chosen {
    pub(crate) address: Address,
    /// Who says that it is this address.
    pub(crate) named_by: &'static str,
    /// The model's name, where it has one by now.
    pub(crate) name: Option<String>,
    /// The variable or the file that the key is from.
    pub(crate) key_from: Option<String>,
    /// How it is asked, before there is a model.
    pub(crate) options: model::Options,
    provider: Option<(String, Provider)>,
    patience: Option<u64>,
}

impl Chosen {
    /// How `model` is asked there, and what kind of server it is taken for.
    pub(crate) fn asking(&self, model: &str, profile: &Profile) -> (String, model::Options) {
        let of_address = || Provider::of(&self.address, model, &profile.provider);
        let (kind, provider) = self.provider.clone().unwrap_or_else(of_address);
        let patience = self.patience.or(provider.timeout).unwrap_or(if self.address.is_private() { 1800 } else { 120 });
        let options = model::Options {
            model: model.to_owned(),
            timeout: Duration::from_secs(patience),
            provider: Some(provider),
            learned: learned::recall(self.address.host(), model),
            ..self.options.clone()
        };
        (kind, options)
    }
}

/// The address is not quoted: it may hold a password.
fn address_of(base_url: &str) -> Result<Address, Failure> {
    Address::parse(base_url)
        .map_err(|error| Failure::of(&error).hint("give an address like https://api.openai.com/v1 with --base-url"))
}

/// Who named the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Who runs us, by its address.
    User,
    /// Who runs us, by the name of a provider: then the key is that provider's.
    Name,
    /// A settings file, which comes with a repository and could send anybody's key anywhere.
    Settings,
}

impl EngineArgs {
    /// Find out what to translate with.
    pub(crate) async fn engine(&self, profile: &Profile, watch: Option<Watch>) -> Result<Engine, Failure> {
        if self.offline {
            return Ok(Engine::Memory { why: "--offline".to_owned(), offers: Vec::new() });
        }
        let Some(mut chosen) = self.chosen(profile)? else { return Ok(without_server().await) };
        chosen.options.watch = watch;
        let name = match &chosen.name {
            Some(name) => name.clone(),
            None => only_model(&OpenAi::new(chosen.options.clone())?).await?,
        };
        let (_, options) = chosen.asking(&name, profile);
        Ok(Engine::Model { model: Box::new(OpenAi::new(options)?), name })
    }

    /// The server that is named, or that there is a key for, and how it is asked; none where there is
    /// neither. Nothing is sent.
    pub(crate) fn chosen(&self, profile: &Profile) -> Result<Option<Chosen>, Failure> {
        let named = self.named_provider(profile)?;
        let told = self.told_key()?;
        let usual = variable(USUAL_KEY)?;
        let Some((base_url, by)) = self.base_url(profile, named.as_ref(), told.is_some() || usual.is_some()) else {
            let named = self.model.as_deref().is_some_and(|name| !name.trim().is_empty());
            return if named { Err(no_key(None)) } else { Ok(None) };
        };
        let address = address_of(&base_url)?;
        let key = self.key_for(&address, by, told, usual)?;
        if key.is_none() && !address.is_private() {
            return Err(no_key(Some(&address)));
        }
        if key.is_some() && !address.is_secure() && !address.is_private() && !self.allow_insecure {
            return Err(Failure::new(format!("the key would go to {} in the clear, over http", address.host()))
                .hint("use https, or say --allow-insecure if the way there is safe"));
        }
        Ok(Some(self.asked_at(address, by, key, named, profile)))
    }

    /// The server and the model as they would be asked. Nothing is sent, and no key is needed.
    pub(crate) fn unasked(&self, profile: &Profile) -> Result<(OpenAi, String), Failure> {
        let named = self.named_provider(profile)?;
        let usual = || (model::Options::default().base_url, By::User);
        let (base_url, by) = self.base_url(profile, named.as_ref(), true).unwrap_or_else(usual);
        let chosen = self.asked_at(address_of(&base_url)?, by, None, named, profile);
        let name = chosen.name.clone();
        let name = name
            .ok_or_else(|| Failure::new("no model is named").hint("name the one that will be asked, with --model"))?;
        let (_, options) = chosen.asking(&name, profile);
        Ok((OpenAi::new(options)?, name))
    }

    /// The same, with the model `name` where none is named.
    pub(crate) fn or_model(&self, name: &str) -> Self {
        Self { model: self.model.clone().or_else(|| Some(name.to_owned())), ..self.clone() }
    }

    fn asked_at(
        &self,
        address: Address,
        by: By,
        key: Option<(SecretString, String)>,
        named: Option<Provider>,
        profile: &Profile,
    ) -> Chosen {
        let (key, key_from) = key.unzip();
        let settings = &profile.model;
        let options = model::Options {
            base_url: address.base().to_owned(),
            key,
            attempts: self.attempts,
            concurrency: self.concurrency.and_then(|most| usize::try_from(most).ok()).or(settings.concurrency),
            requests_per_minute: self.rpm.or(settings.requests_per_minute),
            tokens_per_minute: self.tpm.or(settings.tokens_per_minute),
            temperature: self.temperature.or(settings.temperature),
            seed: self.seed.or(settings.seed),
            reasoning_effort: self.reasoning_effort.clone().or(settings.reasoning_effort.clone()),
            ..model::Options::default()
        };
        let wanted = self.model.clone().or_else(|| settings.name.clone()).filter(|name| !name.trim().is_empty());
        let name = wanted.or_else(|| address.is_below("api.openai.com").then(|| OPENAI_MODEL.to_owned()));
        let kind = self.provider.as_ref().or(settings.provider.as_ref()).cloned();
        Chosen {
            named_by: self.named_by(by),
            name,
            key_from,
            options,
            provider: kind.zip(named),
            patience: self.timeout.or(settings.timeout),
            address,
        }
    }

    /// Whether no server is to be asked.
    pub(crate) fn is_offline(&self) -> bool {
        self.offline
    }

    /// The seconds for one exchange that were asked for.
    pub(crate) fn timeout(&self) -> Option<u64> {
        self.timeout
    }

    fn named_by(&self, by: By) -> &'static str {
        let given = self.base_url.as_deref().is_some_and(|url| !url.trim().is_empty());
        match by {
            By::Name => "by --provider",
            By::Settings => "by nekoyaku.toml",
            // clap does not tell a value of the environment from one of the command line.
            By::User if given && env::var("OPENAI_BASE_URL").ok() == self.base_url => "by OPENAI_BASE_URL",
            By::User if given => "by --base-url",
            By::User => "by the key",
        }
    }

    fn named_provider(&self, profile: &Profile) -> Result<Option<Provider>, Failure> {
        let Some(name) = self.provider.as_ref().or(profile.model.provider.as_ref()) else { return Ok(None) };
        let Some(provider) = Provider::named(name, &profile.provider) else {
            let known: Vec<&str> =
                provider::built_in().keys().chain(profile.provider.keys()).map(String::as_str).collect();
            return Err(Failure::new(format!("there is no provider `{name}`")).hint(format!(
                "known are {}; of another, say how it is asked in a table [provider.NAME] of nekoyaku.toml",
                known.join(", ")
            )));
        };
        Ok(Some(provider))
    }

    /// The key that we were told to use: from a file, or from the environment variable that was named.
    /// Which that is, is never read from a settings file: it could name anybody's secret.
    fn told_key(&self) -> Result<Option<SecretString>, Failure> {
        if let Some(path) = &self.api_key_file {
            let text = failure::read(path)?;
            let key = text.trim_start_matches('\u{feff}').trim();
            if key.is_empty() {
                return Err(Failure::new(format!("there is no key in {}", path.display())));
            }
            return unquoted(key).map(Some);
        }
        let Some(name) = &self.api_key_env else { return Ok(None) };
        let missing = || Failure::new(format!("there is no key in the environment variable `{name}`"));
        variable(name)?.ok_or_else(missing).map(Some)
    }

    /// The key that may be sent to `address`, and where it is from: the one we were `told` to use, the
    /// one that belongs there, or the `usual` one where it was meant.
    fn key_for(
        &self,
        address: &Address,
        by: By,
        told: Option<SecretString>,
        usual: Option<SecretString>,
    ) -> Result<Option<(SecretString, String)>, Failure> {
        if let Some(key) = told {
            let file = self.api_key_file.as_ref().map(|path| path.display().to_string());
            return Ok(Some((key, file.or_else(|| self.api_key_env.clone()).unwrap_or_default())));
        }
        let variables = Provider::key_variables(address);
        for name in &variables {
            if let Some(key) = variable(name)? {
                return Ok(Some((key, (*name).to_owned())));
            }
        }
        if by == By::User || address.is_private() || variables.contains(&USUAL_KEY) {
            return Ok(usual.map(|key| (key, USUAL_KEY.to_owned())));
        }
        if usual.is_some() && variables.is_empty() {
            return Err(Failure::new("nekoyaku.toml names another server, and a key is set")
                .hint("if your key is to go there, say so: --base-url, or OPENAI_BASE_URL"));
        }
        Ok(None)
    }

    /// Where the server is, and who says so; none where nobody does and there is no key to guess by.
    fn base_url(&self, profile: &Profile, named: Option<&Provider>, has_key: bool) -> Option<(String, By)> {
        if let Some(url) = self.base_url.clone().filter(|url| !url.trim().is_empty()) {
            return Some((url, By::User));
        }
        // A name from the built-in table leads where the table says, whoever said it.
        let of_table = |name: &Option<String>| {
            let name = name.as_ref().filter(|name| !profile.provider.contains_key(*name))?;
            provider::built_in().get(name)?.base_url.clone()
        };
        if let Some(url) = of_table(&self.provider) {
            return Some((url, By::Name));
        }
        let settings = profile.model.base_url.clone().filter(|_| self.provider.is_none());
        let settings = settings.or_else(|| named.and_then(|provider| provider.base_url.clone()));
        if let Some(url) = settings {
            return Some((url, By::Settings));
        }
        has_key.then(|| (model::Options::default().base_url, By::User))
    }
}

/// The key in an environment variable, where there is one.
fn variable(name: &str) -> Result<Option<SecretString>, Failure> {
    match env::var(name) {
        Ok(key) if !key.trim().is_empty() => unquoted(key.trim()).map(Some),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::new(format!("the key in {name} is not UTF-8")).hint("set the key again"))
        }
        _ => Ok(None),
    }
}

fn unquoted(key: &str) -> Result<SecretString, Failure> {
    if key.starts_with(['"', '\'', '“']) {
        return Err(Failure::new("the key begins with a quotation mark").hint("set it again, without quotes"));
    }
    Ok(SecretString::from(key))
}

fn no_key(address: Option<&Address>) -> Failure {
    let host = address.map_or("api.openai.com", Address::host);
    let own = address.and_then(|address| Provider::key_variables(address).first().copied()).unwrap_or(USUAL_KEY);
    Failure::new(format!("there is no key for {host}"))
        .hint(format!("set {own}, or name another variable with --api-key-env; without a key: --offline"))
}

/// Whether nobody sits here who could be asked.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// Nobody named a server, and there is no key. In CI nothing is guessed: what listens there is not ours.
async fn without_server() -> Engine {
    let offers = if in_ci() { Vec::new() } else { model::local_servers(USUAL_PORTS, Duration::from_millis(300)).await };
    Engine::Memory { why: "no key and no server named".to_owned(), offers }
}

async fn only_model(server: &OpenAi) -> Result<String, Failure> {
    let mut models = server.models().await?;
    match models.len() {
        1 => Ok(models.remove(0)),
        0 => Err(Failure::new(format!("{} does not say which models it has", server.host()))
            .hint("name the model with --model")),
        count => {
            models.truncate(8);
            Err(Failure::new(format!("{} has {count} models", server.host()))
                .hint(format!("name one with --model: {}", models.join(", "))))
        }
    }
}

/// The thread that waits for the network, started when there is something to wait for.
#[derive(Default)]
pub(crate) struct Runtime(std::cell::OnceCell<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn get(&self) -> Result<&tokio::runtime::Runtime, Failure> {
        if self.0.get().is_none() {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::new("the network cannot be used").because(&error))?;
            let _ = self.0.set(runtime);
        }
        self.0.get().ok_or_else(|| Failure::new("the network cannot be used"))
    }
}
