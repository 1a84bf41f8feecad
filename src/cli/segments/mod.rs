//! `nekoyaku segments`: what would be translated, and what is protected.

mod json;
mod text;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use nekoyaku::issue::Issue;
use nekoyaku::source::Span;

use super::Outcome;
use super::failure::Failure;
use super::input;
use super::terminal::Terminal;

/// Show what would be translated and what is protected, and ask no server
///
/// Prints each segment as a model would see it, with what its tags stand for; then what has Chinese
/// in it and stays as it is, and why. Exits with 2 when a file could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The issues, in Chinese; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Show only what stands in this line, or reaches into it
    #[arg(long, value_name = "N")]
    line: Option<NonZeroUsize>,

    /// The settings [default: nekoyaku.toml, found upward from the issue, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku segments docs/2024-06-15-weekly.md
  nekoyaku segments --line 14 docs/2024-06-15-weekly.md
  nekoyaku segments --format json docs/*.md";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut shown = match args.format {
        Format::Text => Shown::Text(text::Sum::default()),
        Format::Json => Shown::Json(json::Files::begin(terminal).map_err(Failure::output)?),
    };
    let mut outcome = Outcome::Clean;
    for path in &args.files {
        let issue = input::profile(args.config.as_deref(), path).and_then(|profile| input::issue(path, &profile));
        match issue {
            Ok(issue) => shown.put(&issue, args.line, terminal).map_err(Failure::output)?,
            Err(failure) => {
                // Messages stand behind what was shown before them.
                terminal.flush().map_err(Failure::output)?;
                terminal.failure(&failure);
                outcome = Outcome::Failed;
            }
        }
        if terminal.is_closed() {
            break;
        }
    }
    match shown {
        // Of one line there is nothing to sum up.
        Shown::Text(sum) if args.line.is_none() => sum.print(terminal),
        Shown::Text(_) => Ok(()),
        Shown::Json(files) => files.end(terminal),
    }
    .map_err(Failure::output)?;
    Ok(outcome)
}

/// What was shown so far.
enum Shown {
    Text(text::Sum),
    Json(json::Files),
}

impl Shown {
    fn put(&mut self, issue: &Issue, line: Option<NonZeroUsize>, terminal: &mut Terminal) -> std::io::Result<()> {
        let part = Part::of(issue, line);
        let something = match self {
            Self::Text(sum) => text::put(issue, part, sum, terminal)?,
            Self::Json(files) => files.put(issue, part, terminal)?,
        };
        if let Some(line) = line.filter(|_| !something) {
            let name = issue.source.name();
            terminal.note(&match part {
                Part::Nothing => format!("{name} has no line {line}"),
                _ => format!("{name}: line {line} has no Chinese that is translated or left out"),
            });
        }
        Ok(())
    }
}

/// The part of a file that is shown.
#[derive(Clone, Copy)]
enum Part {
    All,
    Line(Span),
    Nothing,
}

impl Part {
    fn of(issue: &Issue, line: Option<NonZeroUsize>) -> Self {
        match line.map(|line| issue.source.line(line)) {
            None => Self::All,
            Some(Some(span)) => Self::Line(span),
            Some(None) => Self::Nothing,
        }
    }

    fn has(self, span: Span) -> bool {
        match self {
            Self::All => true,
            Self::Line(line) => span.start() < line.end() && line.start() < span.end(),
            Self::Nothing => false,
        }
    }
}
