//! `nekoyaku doctor`: whether there is all that a translation needs, and what to do where there is not.

mod server;
mod show;
mod surroundings;

use std::path::PathBuf;

use clap::ValueEnum;

use super::Outcome;
use super::engine::{EngineArgs, Runtime};
use super::failure::Failure;
use super::terminal::Terminal;
use show::Told;

/// Look whether there is all that a translation needs, and say what would be used
///
/// Finds settings, journal and local servers; asks the server for its models, and the model for one
/// sentence in each form of answer there is. That costs next to nothing; with --offline nothing is
/// sent. Exits with 0 when all is well, 1 when there is something to look at, and 2 when no model can
/// be used.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// An issue, or the folder of issues
    #[arg(default_value = ".", value_name = "ISSUE|FOLDER")]
    place: PathBuf,

    /// The settings [default: nekoyaku.toml, found upward from the issue, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// How to tell it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku doctor
  nekoyaku doctor docs --offline
  nekoyaku doctor --base-url http://localhost:11434/v1 --model qwen3:8b --format json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each thing that was looked at
    Text,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let runtime = Runtime::default();
    let mut told = Told::new(terminal, args.format == Format::Json);
    let profile = surroundings::settings(args, &mut told)?;
    surroundings::journal(args, &mut told)?;
    let offers = surroundings::machine(args, &runtime, &mut told)?;
    // A profile that cannot be read says nothing about the server; the rest is looked at all the same.
    let uses = server::look(args, &profile.unwrap_or_default(), &offers, &runtime, &mut told)?;
    told.end(&uses)
}

/// What `translate` would use.
#[derive(Debug)]
enum Uses {
    /// A model at a host, with answers in the strictest form that holds, where that was looked at.
    Model { name: String, host: String, form: Option<&'static str> },
    /// There is no server, and no key to guess one by.
    Memory,
    /// There is a server, and something is in the way.
    Nothing,
}
