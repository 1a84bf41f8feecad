//! Models to compare, each with its server and its prompts.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::super::engine::EngineArgs;

/// What may differ from model to model.
const EACH: [&str; 4] = ["model", "base_url", "provider", "api_key_env"];

/// What models are asked for editions, and how.
///
/// The options are those of `translate`, some of which may be given several times: `--model a --model b`;
/// `--base-url` and the like once for all models, or once for each.
#[derive(Clone, Debug)]
pub(super) struct Models {
    /// What is said of all of them.
    pub(super) base: EngineArgs,
    engines: Vec<(String, EngineArgs)>,
}

/// A model with its prompts.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    /// What people call it.
    pub(super) name: String,
    pub(super) engine: &'a EngineArgs,
    /// The folder of its prompts; none for the built-in ones.
    pub(super) prompts: Option<&'a PathBuf>,
}

impl Models {
    /// Each model with each folder of prompts.
    pub(super) fn candidates<'a>(&'a self, prompts: &'a [PathBuf]) -> Vec<Candidate<'a>> {
        let folders: Vec<Option<&PathBuf>> =
            if prompts.is_empty() { vec![None] } else { prompts.iter().map(Some).collect() };
        let mut candidates = Vec::new();
        for (model, engine) in &self.engines {
            for folder in &folders {
                let name = match folder {
                    Some(folder) if folders.len() > 1 => format!("{model} with {}", folder.display()),
                    _ => model.clone(),
                };
                candidates.push(Candidate { name, engine, prompts: *folder });
            }
        }
        candidates
    }
}

impl Args for Models {
    fn augment_args(command: Command) -> Command {
        let command = EngineArgs::augment_args(command);
        // Without a server there is nothing to compare, and what the environment names is for `translate`.
        let command = command.mut_arg("offline", |arg| arg.hide(true)).mut_arg("model", |arg| arg.hide_env(true));
        EACH.iter().fold(command, |command, id| {
            command.mut_arg(id, |arg| {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let (once, rest) =
                    help.split_once(" [").map_or((help.as_str(), None), |(once, rest)| (once, Some(rest)));
                let rest = rest.map(|rest| format!(" [{rest}")).unwrap_or_default();
                let each = if *id == "model" { "may be given several times" } else { "once, or once for each --model" };
                arg.action(ArgAction::Append).help(format!("{once}; {each}{rest}"))
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Models {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let engine = EngineArgs::from_arg_matches(matches)?;
        let given = |id: &str| matches.get_many::<String>(id).into_iter().flatten().cloned().collect::<Vec<_>>();
        // A model that the environment names is the one to translate with, and need not be one to compare.
        let is_named = matches.value_source("model") == Some(ValueSource::CommandLine);
        let models = if is_named { given("model") } else { Vec::new() };
        let lists = EACH.map(given);
        for (id, list) in EACH.iter().zip(&lists).skip(1) {
            if list.len() > 1 && list.len() != models.len() {
                let (option, count) = (id.replace('_', "-"), list.len());
                let message = format!("--{option} is given {count} times, and --model {} times\n", models.len());
                return Err(clap::Error::raw(clap::error::ErrorKind::WrongNumberOfValues, message));
            }
        }
        let of = |list: &[String], place: usize| list.get(place).or(list.first()).cloned();
        let engines = models.into_iter().enumerate().map(|(place, model)| {
            let [_, base_url, provider, api_key_env] = &lists;
            let mut engine = engine.clone();
            engine.model = Some(model.clone());
            engine.base_url = of(base_url, place);
            engine.provider = of(provider, place);
            engine.api_key_env = of(api_key_env, place);
            (model, engine)
        });
        Ok(Self { engines: engines.collect(), base: engine })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
