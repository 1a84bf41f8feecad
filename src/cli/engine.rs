//! What translates: a model on a server, or the embedded memory alone. It is always said which.

use std::env;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use nekoyaku::model::{self, LocalServer, OpenAi, USUAL_PORTS};
use nekoyaku::profile::Profile;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::failure::{self, Failure};

/// The model that a key of OpenAI's is used with when none is named.
const OPENAI_MODEL: &str = "gpt-5-mini";

/// Which server and model, and how to ask them
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct EngineArgs {
    /// The address of an OpenAI-compatible API, with its /v1
    #[arg(long, value_name = "URL", env = "OPENAI_BASE_URL", hide_env_values = true)]
    base_url: Option<String>,

    /// The model's name
    #[arg(long, value_name = "NAME", env = "OPENAI_MODEL", hide_env_values = true)]
    model: Option<String>,

    /// The environment variable that has the key [default: OPENAI_API_KEY]
    #[arg(long, value_name = "VARIABLE")]
    api_key_env: Option<String>,

    /// The file that has the key
    #[arg(long, value_name = "FILE", conflicts_with = "api_key_env")]
    api_key_file: Option<PathBuf>,

    /// Seconds for one exchange with the server [default: 120; 1800 in a private network]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    timeout: Option<u64>,

    /// How often one request is tried
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: u32,

    /// The most requests under way at once [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    concurrency: Option<u64>,

    /// Send a key over plain http to a server that is not in a private network
    #[arg(long)]
    allow_insecure: bool,

    /// Ask no server: translate what the translation memory knows, and mark the rest
    #[arg(long)]
    offline: bool,
}

/// What was found.
pub(crate) enum Engine {
    Model { model: Box<OpenAi>, name: String },
    Memory { why: String, offers: Vec<LocalServer> },
}

impl EngineArgs {
    /// Find out what to translate with.
    pub(crate) async fn engine(&self, profile: &Profile) -> Result<Engine, Failure> {
        if self.offline {
            return Ok(Engine::Memory { why: "--offline".to_owned(), offers: Vec::new() });
        }
        let key = self.key()?;
        if key.as_ref().is_some_and(|key| key.expose_secret().starts_with(['"', '\'', '“'])) {
            return Err(Failure::new("the key begins with a quotation mark").hint("set it again, without quotes"));
        }
        let Some(base_url) = self.base_url(profile, key.is_some())? else {
            if self.model.is_some() {
                return Err(self.no_key("api.openai.com"));
            }
            let offers = model::local_servers(USUAL_PORTS, Duration::from_millis(300)).await;
            return Ok(Engine::Memory { why: "no key and no server named".to_owned(), offers });
        };
        let (place, base_url) = Place::of(&base_url)?;
        if key.is_none() && !place.is_private() {
            return Err(self.no_key(&place.host));
        }
        if key.is_some() && place.plain && !place.is_private() && !self.allow_insecure {
            return Err(Failure::new(format!("the key would go to {} in the clear, over http", place.host))
                .hint("use https, or say --allow-insecure if the way there is safe"));
        }
        let seconds = self.timeout.or(profile.model.timeout).unwrap_or(if place.is_private() { 1800 } else { 120 });
        let defaults = model::Options::default();
        let number = |given: Option<u64>| given.and_then(|number| usize::try_from(number).ok());
        let mut options = model::Options {
            base_url,
            key,
            timeout: Duration::from_secs(seconds),
            attempts: self.attempts,
            concurrency: number(self.concurrency).or(profile.model.concurrency),
            ..defaults
        };
        let named = self.model.clone().or_else(|| profile.model.name.clone()).filter(|name| !name.trim().is_empty());
        let name = match named {
            Some(name) => name,
            None if place.host == "api.openai.com" => OPENAI_MODEL.to_owned(),
            None => only_model(&OpenAi::new(options.clone())?).await?,
        };
        options.model.clone_from(&name);
        Ok(Engine::Model { model: Box::new(OpenAi::new(options)?), name })
    }

    /// The key, from a file or from the environment. Which variable it is in is never read from a
    /// settings file: that comes with a repository, and could name anybody's secret.
    fn key(&self) -> Result<Option<SecretString>, Failure> {
        if let Some(path) = &self.api_key_file {
            let text = failure::read(path)?;
            let key = text.trim_start_matches('\u{feff}').trim();
            if key.is_empty() {
                return Err(Failure::new(format!("there is no key in {}", path.display())));
            }
            return Ok(Some(SecretString::from(key)));
        }
        let variable = self.api_key_env.as_deref().unwrap_or("OPENAI_API_KEY");
        match env::var(variable) {
            Ok(key) if !key.trim().is_empty() => Ok(Some(SecretString::from(key.trim()))),
            Err(env::VarError::NotUnicode(_)) => {
                Err(Failure::new(format!("the key in {variable} is not UTF-8")).hint("set the key again"))
            }
            _ if self.api_key_env.is_some() => {
                Err(Failure::new(format!("there is no key in the environment variable `{variable}`")))
            }
            _ => Ok(None),
        }
    }

    fn base_url(&self, profile: &Profile, has_key: bool) -> Result<Option<String>, Failure> {
        if let Some(url) = self.base_url.clone().filter(|url| !url.trim().is_empty()) {
            return Ok(Some(url.trim().to_owned()));
        }
        let Some(url) = &profile.model.base_url else {
            return Ok(has_key.then(|| model::Options::default().base_url));
        };
        // A settings file comes with a repository, and could send anybody's key anywhere.
        if has_key && !Place::of(url)?.0.is_loopback() {
            return Err(Failure::new("nekoyaku.toml names another server, and a key is set")
                .hint("if your key is to go there, say so: --base-url, or OPENAI_BASE_URL"));
        }
        Ok(Some(url.clone()))
    }

    fn no_key(&self, host: &str) -> Failure {
        Failure::new(format!("there is no key for {host}"))
            .hint("set OPENAI_API_KEY, or name another variable with --api-key-env; without a key: --offline")
    }
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

/// Where an address leads, as far as it can be seen from it.
struct Place {
    host: String,
    plain: bool,
}

impl Place {
    /// The place, and the address as the client will read it: there is one parser, so that what is
    /// judged here and what is connected to are the same.
    fn of(address: &str) -> Result<(Self, String), Failure> {
        // The address is not quoted: it may hold a password.
        let bad =
            |reason: &str| Failure::new(reason).hint("give an address like https://api.openai.com/v1 with --base-url");
        let written = address.trim().to_ascii_lowercase();
        if !written.starts_with("http://") && !written.starts_with("https://") {
            return Err(bad("the base URL does not begin with http:// or https://"));
        }
        if address.contains('\\') {
            return Err(bad("there is a backslash in the base URL"));
        }
        let url = Url::parse(address.trim()).map_err(|error| bad(&format!("the base URL cannot be read ({error})")))?;
        let host = url.host_str().ok_or_else(|| bad("the base URL has no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok((Self { host, plain: url.scheme() != "https" }, url.to_string()))
    }

    fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>().map(|address| address.to_canonical()) {
            // Servers name themselves 0.0.0.0 in their logs, and people copy it from there.
            Ok(address) => address.is_loopback() || address.is_unspecified(),
            Err(_) => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }

    fn is_private(&self) -> bool {
        let address = self.host.parse::<IpAddr>().ok();
        let private = address.is_some_and(|address| match address {
            IpAddr::V4(address) => address.is_private() || address.is_link_local(),
            IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
        });
        // A name without a dot, or under .local, is not one of the public internet.
        let local_name = address.is_none() && (!self.host.contains('.') || self.host.ends_with(".local"));
        self.is_loopback() || private || local_name
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_places_are_told_from_public_ones() {
        let is_private = |url: &str| Place::of(url).expect("an address").0.is_private();
        for url in ["http://localhost:8080/v1", "http://127.0.0.1/v1", "http://[::1]:1/v1", "http://192.168.1.5/"] {
            assert!(is_private(url), "{url}");
        }
        for url in ["http://nas/v1", "http://nas.local", "http://2130706433/", "http://0.0.0.0:11434/v1"] {
            assert!(is_private(url), "{url}");
        }
        for url in
            ["https://api.openai.com/v1", "http://8.8.8.8", "http://localhost.example.com", "http://3221225986/v1"]
        {
            assert!(!is_private(url), "{url}");
        }
        assert!(!is_private("http://127.0.0.1@evil.example/v1"));
    }

    #[test]
    fn an_address_that_two_parsers_read_in_two_ways_is_refused() {
        for url in [
            "http://192.0.2.2:80\\@localhost/v1",
            "http:192.0.2.2/v1",
            "http:\\\\192.0.2.2\\@localhost/v1",
            "localhost:9",
            "",
        ] {
            assert!(Place::of(url).is_err(), "{url}");
        }
    }
}
