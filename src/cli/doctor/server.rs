//! The server that `translate` would ask: whether it takes the key, has the model, and keeps to a form.

use std::time::{Duration, Instant};

use nekoyaku::model::{Answer, Finish, Kind, Listed, LocalServer, Model, ModelError, OpenAi, Options};
use nekoyaku::profile::Profile;
use nekoyaku::reply;
use nekoyaku::report::one_line;
use nekoyaku::request::{Format, Request};
use nekoyaku::script::has_kana;
use similar::TextDiff;

use super::super::engine::{Chosen, Runtime, in_ci};
use super::super::failure::Failure;
use super::show::{Check, State, Told};
use super::surroundings::names;
use super::{Args, Uses};

const PART: &str = "server";

/// Seconds for one exchange, unless more were asked for: a model that is loaded first takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is busy is waited for so long; one that is busy for longer is told of.
const SHORT_WAIT: Duration = Duration::from_secs(3);

/// The one sentence that is translated, and its key.
const SENTENCE: &str = "你好，世界。本周有三篇文章。";
const KEY: &str = "b0";

/// The forms of a server that is not known to have others.
const FORMS: [Format; 4] = [Format::Schema, Format::Object, Format::Tagged, Format::Plain];

/// Tokens for the answer, and for what a model thinks before it.
const MOST_TOKENS: u32 = 2048;

/// Look at the server that `translate` would ask, as far as that may be.
pub(super) fn look(
    args: &Args,
    profile: &Profile,
    offers: &[LocalServer],
    runtime: &Runtime,
    told: &mut Told<'_>,
) -> Result<Uses, Failure> {
    let chosen = match args.engine.chosen(profile) {
        Ok(Some(chosen)) => chosen,
        Ok(None) => {
            told.tell(none(offers))?;
            return Ok(Uses::Memory);
        }
        Err(failure) => {
            told.tell(Check::failed(PART, "address", failure))?;
            return Ok(Uses::Nothing);
        }
    };
    // Slow or busy, it is told, and not waited for as a translation would be.
    let short = |mut options: Options| {
        options.attempts = 1;
        options.max_wait = SHORT_WAIT;
        let patience = args.engine.timeout().map_or(PATIENCE, Duration::from_secs);
        options.timeout = options.timeout.min(patience);
        options
    };
    let server = match OpenAi::new(short(chosen.options.clone())) {
        Ok(server) => server,
        Err(error) => {
            told.tell(Check::failed(PART, "address", error.into()))?;
            return Ok(Uses::Nothing);
        }
    };
    let address = format!("{}, named {}", chosen.address.base(), chosen.named_by);
    told.tell(Check::new(PART, "address", State::Ok, address))?;
    told.tell(match &chosen.key_from {
        Some(place) => Check::new(PART, "key", State::Ok, format!("there is one in {place}")),
        None => Check::new(PART, "key", State::Note, "none is sent; most servers of one's own want none"),
    })?;
    if args.engine.is_offline() {
        told.tell(Check::new(PART, "answers", State::Note, "nothing was sent: --offline"))?;
        let host = server.host().to_owned();
        return Ok(match chosen.name {
            Some(name) => Uses::Model { name, host, form: None },
            None => {
                let check =
                    Check::new(PART, "model", State::Look, "none is named; the server's only one would be used");
                told.tell(check.hint("name one with --model"))?;
                Uses::Model { name: "its only model".to_owned(), host, form: None }
            }
        });
    }

    told.note(&format!("Up to 5 tiny requests go to {}; they cost next to nothing.", server.host()))?;
    let Some(name) = model(&server, &chosen, runtime, told)? else { return Ok(Uses::Nothing) };
    let (kind, options) = chosen.asking(&name, profile);
    told.tell(provider(&kind, &options))?;
    let forms = options.provider.as_ref().and_then(|provider| provider.formats.clone());
    let server = OpenAi::new(short(options))?;
    let form = held(&server, &forms.unwrap_or_else(|| FORMS.to_vec()), runtime, told)?;
    if let Some(check) = limits(&server) {
        told.tell(check)?;
    }
    let host = server.host().to_owned();
    Ok(if form.is_some() { Uses::Model { name, host, form } } else { Uses::Nothing })
}

/// What kind of server it is taken for.
fn provider(kind: &str, options: &Options) -> Check {
    let context = options.provider.as_ref().and_then(|provider| provider.context);
    let context = context.map_or_else(String::new, |tokens| format!("; a context of {tokens} tokens is kept to"));
    Check::new(PART, "asked as", State::Ok, format!("{kind}{context}"))
}

/// There is neither a server nor a key.
fn none(offers: &[LocalServer]) -> Check {
    let check = Check::new(PART, "address", State::Fail, "no server is named, and there is no key to guess by");
    match offers.first() {
        Some(offer) => {
            let model = offer.models.first().map_or("NAME", String::as_str);
            check.hint(format!("to use {}: --base-url {} --model {model}", offer.name, offer.base_url))
        }
        None if in_ci() => check.hint("set OPENAI_API_KEY, or name a server with OPENAI_BASE_URL"),
        None => check.hint("set OPENAI_API_KEY to a key, or start a server, such as `ollama serve`; see --base-url"),
    }
}

/// The model that would be asked, if it can be found out, and what the server says of it.
fn model(server: &OpenAi, chosen: &Chosen, runtime: &Runtime, told: &mut Told<'_>) -> Result<Option<String>, Failure> {
    let began = Instant::now();
    let listed = match runtime.get()?.block_on(server.list()) {
        Ok(listed) => listed,
        // A server may well have models and no list of them.
        Err(ModelError::NoSuchEndpoint { status, .. }) if chosen.name.is_some() => {
            let says = format!("the server has no list of models (status {status})");
            told.tell(Check::new(PART, "list", State::Note, says))?;
            return Ok(chosen.name.clone());
        }
        Err(error) => {
            let name = if error.kind() == Kind::Auth { "key" } else { "list" };
            told.tell(Check::failed(PART, name, error.into()))?;
            return Ok(None);
        }
    };
    let count = if listed.len() == 1 { "1 model".to_owned() } else { format!("{} models", listed.len()) };
    told.tell(Check::new(PART, "list", State::Ok, format!("{count}, after {}", time(began))))?;
    let (check, name) = settled(chosen.name.as_deref(), &listed);
    told.tell(check)?;
    Ok(name)
}

/// Which of the models that are `listed` it will be, and what there is to say of it.
fn settled(named: Option<&str>, listed: &[Listed]) -> (Check, Option<String>) {
    let says = |model: &Listed| {
        let context = model.context.map_or_else(String::new, |tokens| format!(", which reads {tokens} tokens at most"));
        one_line(&model.name, 100) + &context
    };
    let check = |state, says: String| Check::new(PART, "model", state, says);
    let all: Vec<String> = listed.iter().map(|model| model.name.clone()).collect();
    match (named, listed) {
        (Some(name), _) => {
            let known = listed.iter().find(|model| model.name == name);
            let check = match known {
                Some(model) => check(State::Ok, says(model)),
                None => check(State::Look, format!("{} is not in the server's list", one_line(name, 100)))
                    .hint(nearest(name, all)),
            };
            (check, Some(name.to_owned()))
        }
        (None, [only]) => (check(State::Ok, says(only) + "; the only one"), Some(only.name.clone())),
        (None, []) => {
            (check(State::Fail, "none is named, and none is listed".to_owned()).hint("name one: --model"), None)
        }
        (None, _) => {
            let check = check(State::Fail, format!("none is named, and the server has {}", listed.len()));
            (check.hint(format!("name one with --model: {}", names(&all))), None)
        }
    }
}

/// The names that `name` was most likely to be.
fn nearest(name: &str, mut listed: Vec<String>) -> String {
    // Compared character by character, which takes the product of two lengths.
    listed.truncate(1000);
    let likeness = |other: &String| {
        let (ours, theirs) = (name.to_lowercase(), one_line(other, 100).to_lowercase());
        (TextDiff::from_chars(&ours, &theirs).ratio() * -1e6) as i64
    };
    listed.sort_by_cached_key(likeness);
    listed.truncate(3);
    if listed.is_empty() { "the list is empty".to_owned() } else { format!("nearest to it: {}", names(&listed)) }
}

/// Ask for one sentence in each of `forms`; the strictest that holds, if any does.
fn held(
    server: &OpenAi,
    forms: &[Format],
    runtime: &Runtime,
    told: &mut Told<'_>,
) -> Result<Option<&'static str>, Failure> {
    let mut holds = None;
    for &form in forms {
        // What is left when nothing else is need not be tried where something is.
        if form == Format::Plain && holds.is_some() {
            break;
        }
        let began = Instant::now();
        let answer = runtime.get()?.block_on(server.ask(&request(form)));
        let check = |state, says: String| Check::new(PART, form.name(), state, says);
        told.tell(match answer {
            Ok(answer) => match fault(&answer, form) {
                None => {
                    holds = holds.or(Some(form.name()));
                    check(State::Ok, format!("holds, after {}", time(began)))
                }
                Some(fault) => check(State::Note, format!("{fault}, after {}", time(began))),
            },
            Err(error @ (ModelError::RateLimited { .. } | ModelError::WaitTooLong { .. })) => {
                check(State::Look, error.to_string()).hint(error.advice())
            }
            Err(error) if error.is_fatal() || error.kind() == Kind::Unreachable => {
                let mut check = Check::failed(PART, part_of(&error), error.clone().into());
                if matches!(error, ModelError::NoSuchEndpoint { .. }) {
                    check = check.hint("the address has a list of models: is this a model for chats?");
                }
                told.tell(check)?;
                return Ok(None);
            }
            Err(error) => check(State::Note, error.to_string()),
        })?;
    }
    if holds.is_none() {
        let check = Check::new(PART, "answers", State::Fail, "no answer was a translation of the sentence");
        told.tell(check.hint("try another model: small ones rarely keep to a form, or to a language"))?;
    }
    Ok(holds)
}

/// Why an answer is no translation of the sentence, if it is none.
fn fault(answer: &Answer, form: Format) -> Option<String> {
    if !matches!(answer.finish, Finish::Stop | Finish::Unstated) {
        return Some("the answer was cut off".to_owned());
    }
    match reply::read(&answer.content, &[KEY.to_owned()], form).into_iter().next()? {
        Ok(text) if has_kana(&text) => None,
        Ok(_) => Some("it is kept to, but the answer is not Japanese".to_owned()),
        Err(fault) => Some(fault.to_string()),
    }
}

/// What the server said of how much it lets us ask.
fn limits(server: &OpenAi) -> Option<Check> {
    let (requests, tokens) = server.limits();
    let requests = requests.map(|count| format!("{count} requests"));
    let tokens = tokens.map(|count| format!("{count} tokens"));
    let both: Vec<String> = requests.into_iter().chain(tokens).collect();
    let says = format!("the server allows {} at a time, mostly a minute", both.join(" and "));
    (!both.is_empty()).then(|| Check::new(PART, "limits", State::Ok, says))
}

/// What stands in the way, in a word.
fn part_of(error: &ModelError) -> &'static str {
    match error {
        ModelError::KeyRefused { .. } | ModelError::BadKey { .. } => "key",
        ModelError::NoSuchModel { .. } => "model",
        ModelError::Quota { .. } => "account",
        _ => "answers",
    }
}

fn request(form: Format) -> Request {
    let (how, text) = match form {
        Format::Schema | Format::Object => (
            format!("Answer with one JSON object and nothing else: `{KEY}`, and as its value the translation."),
            format!("{{\"{KEY}\":\"{SENTENCE}\"}}"),
        ),
        Format::Tagged => (
            format!("Write `=== {KEY} ===` on a line of its own and the translation below. Write nothing else."),
            format!("=== {KEY} ===\n{SENTENCE}"),
        ),
        Format::Plain => ("Write the translation and nothing else.".to_owned(), SENTENCE.to_owned()),
    };
    Request {
        system: format!("You translate Chinese into Japanese. {how}"),
        user: format!("Translate:\n{text}"),
        keys: vec![KEY.to_owned()],
        texts: vec![SENTENCE.to_owned()],
        terms: Vec::new(),
        format: form,
        expected_output_tokens: 32,
        max_output_tokens: MOST_TOKENS,
    }
}

fn time(began: Instant) -> String {
    format!("{} ms", began.elapsed().as_millis())
}
