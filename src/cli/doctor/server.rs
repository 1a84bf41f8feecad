//! The server that `translate` would ask: whether it takes the key, has the model, and keeps to a form.

use std::time::{Duration, Instant};

use nekoyaku::model::{Finish, Kind, LocalServer, Model, ModelError, OpenAi, Options};
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
            return Ok(Uses::default());
        }
        Err(failure) => {
            told.tell(Check::failed(PART, "address", failure))?;
            return Ok(Uses::default());
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
            return Ok(Uses::default());
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
        return Ok(Uses { model: chosen.name.map(|name| (name, server.host().to_owned())), form: None });
    }

    told.note(&format!(
        "One request for the list of models and up to four for a short sentence go to {}; that costs next to nothing.",
        server.host()
    ))?;
    let Some(name) = model(&server, &chosen, runtime, told)? else { return Ok(Uses::default()) };
    let (kind, options) = chosen.asking(&name, profile);
    told.tell(provider(&kind, &options))?;
    let server = OpenAi::new(short(options))?;
    let form = forms(&server, runtime, told)?;
    Ok(Uses { model: form.map(|_| (name, server.host().to_owned())), form })
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
    let listed = runtime.get()?.block_on(server.models());
    let after = millis(began);
    let listed = match listed {
        Ok(listed) => listed,
        // A server may well have models and no list of them.
        Err(ModelError::NoSuchEndpoint { status, .. }) if chosen.name.is_some() => {
            told.tell(Check::new(
                PART,
                "list",
                State::Note,
                format!("the server has no list of models (status {status})"),
            ))?;
            return Ok(chosen.name.clone());
        }
        Err(error) => {
            let name = if matches!(error, ModelError::KeyRefused { .. }) { "key" } else { "list" };
            told.tell(Check::failed(PART, name, error.into()))?;
            return Ok(None);
        }
    };
    told.tell(Check::new(PART, "list", State::Ok, format!("{} models, after {after} ms", listed.len())))?;
    match &chosen.name {
        Some(name) => {
            if listed.contains(name) {
                told.tell(Check::new(PART, "model", State::Ok, one_line(name, 100)))?;
            } else {
                let says = format!("{} is not in the server's list", one_line(name, 100));
                told.tell(Check::new(PART, "model", State::Look, says).hint(nearest(name, listed)))?;
            }
            Ok(Some(name.clone()))
        }
        None if listed.len() == 1 => {
            told.tell(Check::new(PART, "model", State::Ok, format!("{}, the only one", one_line(&listed[0], 100))))?;
            Ok(listed.into_iter().next())
        }
        None => {
            let says = format!("none is named, and the server has {}", listed.len());
            let hint = if listed.is_empty() {
                "name one with --model".to_owned()
            } else {
                format!("name one with --model: {}", names(&listed))
            };
            told.tell(Check::new(PART, "model", State::Fail, says).hint(hint))?;
            Ok(None)
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
    if listed.is_empty() {
        "the list is empty".to_owned()
    } else {
        format!("nearest to it: {}", names(&listed[..listed.len().min(3)]))
    }
}

/// Ask for one sentence in each form; the strictest that holds, if any does.
fn forms(server: &OpenAi, runtime: &Runtime, told: &mut Told<'_>) -> Result<Option<&'static str>, Failure> {
    let mut holds = None;
    let mut next = Some(server.format());
    while let Some(form) = next {
        next = form.plainer();
        // What is left when nothing else is need not be tried where something is.
        if form == Format::Plain && holds.is_some() {
            break;
        }
        let began = Instant::now();
        let answer = runtime.get()?.block_on(server.ask(&request(form)));
        let after = millis(began);
        let check = |state, says: String| Check::new(PART, name_of(form), state, says);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error @ (ModelError::RateLimited { .. } | ModelError::WaitTooLong { .. })) => {
                told.tell(check(State::Look, error.to_string()).hint(error.advice()))?;
                continue;
            }
            Err(error) if error.is_fatal() || error.kind() == Kind::Unreachable => {
                told.tell(Check::failed(PART, part_of(&error), error.into()))?;
                return Ok(None);
            }
            Err(error) => {
                told.tell(check(State::Note, error.to_string()))?;
                continue;
            }
        };
        let draft = reply::read(&answer.content, &[KEY.to_owned()], form).into_iter().next();
        match draft {
            _ if !matches!(answer.finish, Finish::Stop | Finish::Unstated) => {
                told.tell(check(State::Note, format!("the answer was cut off, after {after} ms")))?;
            }
            Some(Ok(text)) if has_kana(&text) => {
                holds = holds.or(Some(name_of(form)));
                told.tell(check(State::Ok, format!("holds, after {after} ms")))?;
            }
            Some(Ok(_)) => {
                told.tell(check(State::Note, format!("kept to, after {after} ms, but the answer is not Japanese")))?;
            }
            Some(Err(fault)) => told.tell(check(State::Note, fault.to_string()))?,
            None => {}
        }
    }
    if holds.is_none() {
        let check = Check::new(
            PART,
            "answers",
            State::Fail,
            "one sentence was asked for, and no answer was a translation of it",
        );
        told.tell(
            check.hint("try another model; one with less than four billion parameters rarely keeps to any form"),
        )?;
    }
    Ok(holds)
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

fn name_of(form: Format) -> &'static str {
    match form {
        Format::Tagged => "tagged text",
        Format::Plain => "plain text",
        json => json.name(),
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

fn millis(began: Instant) -> u128 {
    began.elapsed().as_millis()
}
