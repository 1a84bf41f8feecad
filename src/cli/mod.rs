//! The command line: what was asked, and what it ends in.

mod batch;
mod cells;
mod check;
mod completions;
mod conflicts;
mod desk;
mod diff;
mod doctor;
mod engine;
mod evaluate;
mod failure;
mod glossary;
mod house;
mod input;
mod interrupt;
mod journal;
mod keeper;
mod lang;
mod learned;
mod man;
mod memory;
mod output;
mod pairs;
mod progress;
mod review;
mod rules;
mod segments;
mod snippet;
mod summary;
mod terminal;
mod translate;
mod verbose;

#[cfg(test)]
mod tests;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use failure::Failure;
use terminal::Terminal;

/// Translate Markdown newsletters with an LLM, and prove that links, images, code and numbers came through
///
/// Exits with 0 when there is nothing to look at, 1 when there are findings or text left
/// untranslated, and 2 when it could not be done.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Whether to colour what goes to a terminal; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Say nothing but errors, and what was asked for
    #[arg(long, short, global = true)]
    quiet: bool,

    /// Say what goes wrong with the server; -vv: each request; -vvv: what is said
    #[arg(long, short, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    // It has many options, and clap takes one that is elsewhere.
    Translate(Box<translate::Args>),
    Check(Box<check::Args>),
    Diff(diff::Args),
    Review(Box<review::Args>),
    // As many as translate has.
    Evaluate(Box<evaluate::Args>),
    Glossary(glossary::Args),
    Segments(segments::Args),
    Journal(journal::Args),
    Memory(memory::Args),
    Doctor(Box<doctor::Args>),
    Batch(batch::Args),
    Rules(rules::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What a command ended in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Clean,
    Findings,
    Failed,
    /// As shells have it for what was interrupted.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
            Outcome::Failed => Self::from(2),
            Outcome::Interrupted => Self::from(130),
        }
    }
}

/// Run the program.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, everything else is bad usage; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // The console of Windows has to be told first that colours are coming; an old one cannot take them.
    let takes_color = anstyle_query::windows::enable_ansi_colors().unwrap_or(true);
    let color = |terminal: bool| match cli.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && takes_color && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let mut terminal =
        Terminal::new(color(std::io::stdout().is_terminal()), color(std::io::stderr().is_terminal()), cli.quiet)
            .verbose(cli.verbose);
    let result = match &cli.command {
        Command::Translate(args) => translate::run(args, &mut terminal),
        Command::Check(args) => check::run(args, &mut terminal),
        Command::Diff(args) => diff::run(args, &mut terminal),
        Command::Review(args) => review::run(args, &mut terminal),
        Command::Evaluate(args) => evaluate::run(args, &mut terminal),
        Command::Glossary(args) => glossary::run(args, &mut terminal),
        Command::Segments(args) => segments::run(args, &mut terminal),
        Command::Journal(args) => journal::run(args, &mut terminal),
        Command::Memory(args) => memory::run(args, &mut terminal),
        Command::Doctor(args) => doctor::run(args, &mut terminal),
        Command::Batch(args) => batch::run(args, &mut terminal),
        Command::Rules(args) => rules::run(args, &mut terminal),
        Command::Completions(args) => completions::run(args, &mut terminal),
        Command::Man(args) => man::run(args, &mut terminal),
    };
    let ended = result.and_then(|outcome| terminal.flush().map(|()| outcome).map_err(Failure::output));
    match ended {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            terminal.failure(&failure);
            Outcome::Failed.into()
        }
    }
}
