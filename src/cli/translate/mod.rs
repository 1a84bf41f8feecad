//! `nekoyaku translate`: issues in, editions and diffs out.

mod brief;
mod dry_run;
pub(super) mod estimate;
mod job;
mod places;
mod pool;
mod table;
mod update;
mod usage_log;

use std::path::PathBuf;

use nekoyaku::issue::Date;
use nekoyaku::model::Budget;
use nekoyaku::passages::Prefer;

use super::Outcome;
use super::desk::Setup;
use super::engine;
use super::failure::Failure;
use super::house::HouseArgs;
use super::memory::{Library, MemoryArgs};
use super::terminal::Terminal;

/// Translate issues, and show what there is to look at
///
/// Writes the edition and a diff from the issue to it, and prints what a person has to look at.
/// What cannot be verified stays in Chinese, marked with `<!-- nekoyaku: untranslated -->`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The issues, in Chinese; `-` is stdin
    #[arg(required = true, value_name = "ISSUE")]
    issues: Vec<PathBuf>,

    /// Where the edition goes; `-` is stdout [default: ja/NAME.md beside the issue, or NAME.ja.md]
    #[arg(long, short, value_name = "FILE", conflicts_with = "out_dir")]
    output: Option<PathBuf>,

    /// The folder the editions go into, under the names of the issues
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,

    /// Where the diff goes; `-` is stdout [default: the edition's name with .diff for .md]
    #[arg(long, value_name = "FILE", conflicts_with = "no_diff")]
    diff: Option<PathBuf>,

    /// Write no diff
    #[arg(long)]
    no_diff: bool,

    /// Write no translator's note
    #[arg(long)]
    no_note: bool,

    /// The day the issue came out, where neither front matter nor file name says it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    date: Option<Date>,

    /// Write over an edition that a person has changed, and start anew; a copy of it is kept
    #[arg(long)]
    force: bool,

    /// The issue as it was when the edition was made: what did not change since then stays in the edition as
    /// people have it [default: what the last run kept, else the commit of the edition]
    #[arg(long, value_name = "OLD", conflicts_with = "force")]
    base: Option<PathBuf>,

    /// Ask anew for what was answered in an earlier run, too
    #[arg(long)]
    fresh: bool,

    /// Stop before more is spent: US dollars (`0.50`), or tokens (`200k tokens`); what there is is kept
    #[arg(long, value_name = "AMOUNT")]
    budget: Option<Budget>,

    /// Append what each request took to this file, as lines of JSON
    #[arg(long, value_name = "FILE")]
    usage_log: Option<PathBuf>,

    /// Print the requests that would be sent, and their size; send none
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    house: HouseArgs,

    /// The folder with prompt templates: translate.md, segments.md, repair.md, brief.md, refine.md, note.md
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,

    /// Rounds of repair for a segment that is not right at once [default: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    repairs: Option<u32>,

    /// The most segments in one request [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=200))]
    batch: Option<u64>,

    /// What to spare: `speed` waits for no group of segments longer than for the longest segment, `cost`
    /// has the instructions read as seldom as possible
    #[arg(long, value_name = "WHAT", default_value = "speed")]
    prefer: Preference,

    /// Have names, titles and terms of each issue fixed first, in one request that reads all of it. They
    /// are kept in `.nekoyaku/briefs/` beside the edition, for you to edit
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    brief: Option<bool>,

    /// Ask once more for what is translated, to have it made better; what is not stays as it was
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    refine: Option<bool>,

    /// Take answers in Chinese for translations: for trying out a server that returns what it gets
    #[arg(long)]
    accept_chinese: bool,

    #[command(flatten)]
    memory: MemoryArgs,

    #[arg(skip)]
    library: Library,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Preference {
    Speed,
    Cost,
}

impl Args {
    fn setup(&self) -> Setup<'_> {
        Setup {
            glossary: self.house.glossary.as_deref(),
            prompts: self.prompts.as_deref(),
            config: self.house.config.as_deref(),
            memory: &self.memory,
            library: &self.library,
            repairs: self.repairs,
            batch: self.batch,
            prefer: match self.prefer {
                Preference::Speed => Prefer::Speed,
                Preference::Cost => Prefer::Cost,
            },
            accept_chinese: self.accept_chinese,
            anew: self.force,
            brief: self.brief,
            refine: self.refine,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku translate docs/2024-06-15-weekly.md
  nekoyaku translate --base-url http://localhost:11434/v1 --model qwen3:8b issue.md -o issue.ja.md
  nekoyaku translate --offline issue.md --diff - | less
  nekoyaku translate --dry-run issue.md";

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).filter(|_| text.len() == 10).ok_or_else(|| "not a day of the form 2024-02-17".to_owned())
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if args.issues.len() > 1 && args.base.is_some() {
        return Err(
            Failure::new("one file cannot be the old version of several issues").hint("translate them one by one")
        );
    }
    if args.issues.len() > 1 && (args.output.is_some() || args.diff.is_some()) {
        return Err(Failure::new("one file cannot take the editions of several issues").hint("use --out-dir DIR"));
    }
    args.check_destinations()?;
    if args.dry_run { dry_run::run(args, terminal) } else { pool::run(args, terminal) }
}
