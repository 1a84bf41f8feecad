//! `nekoyaku glossary`: the termbase, looked after.

mod check;
mod corpus;
mod exchange;
mod from_edits;
mod impact;
mod named;
mod show;
mod suggest;

use clap::{Subcommand, ValueEnum};

use super::Outcome;
use super::failure::Failure;
use super::terminal::Terminal;

/// Look after the termbase: what is wrong with it, what a change of it touches, what it lacks
///
/// All of it offline and without a key.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku glossary check --corpus docs
  nekoyaku glossary suggest docs docs/ja
  nekoyaku glossary export -o terms.tbx";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Impact(impact::Args),
    Suggest(suggest::Args),
    Import(exchange::Import),
    Export(exchange::Export),
}

/// For whom something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    match &args.command {
        Command::Check(args) => check::run(args, terminal),
        Command::Impact(args) => impact::run(args, terminal),
        Command::Suggest(args) if args.from_edits => from_edits::run(args, terminal),
        Command::Suggest(args) => suggest::run(args, terminal),
        Command::Import(args) => exchange::import(args, terminal),
        Command::Export(args) => exchange::export(args, terminal),
    }
}
