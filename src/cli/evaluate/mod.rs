//! `nekoyaku evaluate`: how good an edition is, and which of several systems makes better ones.

mod contest;
mod judge;
mod models;
mod text;
mod trials;
mod witness;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::check::Settings;
use nekoyaku::evaluate::{GENERATOR, Report};
use nekoyaku::model::{Budget, Purse};
use nekoyaku::wording::Friends;

use super::Outcome;
use super::engine::Runtime;
use super::failure::Failure;
use super::house::HouseArgs;
use super::input;
use super::interrupt::Interrupts;
use super::memory::MemoryArgs;
use super::output;
use super::terminal::Terminal;
use judge::JudgeArgs;
use models::{Candidate, Models};
use trials::{Entrant, Pair};

/// Say how good editions are, and which of several makers makes better ones, beside what people published
///
/// What people published is the reference: editions are scored by how much of it they have, as sacreBLEU
/// counts it (chrF2), with markup and addresses taken off and with how sure that is; beside it stand what
/// a copy of the source would score, what `check` finds, and how far the termbase was kept to. Exits
/// with 0, whatever the scores are, and 2 when it could not be done.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// With --source and --reference: the editions to compare. Else: an issue and what people published
    /// of it, or the two folders of them
    #[arg(required = true, value_name = "EDITION | SOURCES REFERENCES", num_args = 1..)]
    paths: Vec<PathBuf>,

    /// The issue the editions are of
    #[arg(long, value_name = "FILE", requires = "reference")]
    source: Option<PathBuf>,

    /// What people published of it
    #[arg(long, value_name = "FILE", requires = "source")]
    reference: Option<PathBuf>,

    /// Finished editions and what to call who made them: a file, or a folder with the names of the
    /// sources; may be given several times
    #[arg(long = "system", value_name = "NAME=PATH", value_parser = named, conflicts_with = "source")]
    systems: Vec<(String, PathBuf)>,

    /// Of the folders, only this issue: its file's name, with or without .md; may be given several times
    #[arg(long = "issue", value_name = "NAME", value_delimiter = ',', conflicts_with = "source")]
    issues: Vec<String>,

    /// The prompts to try, a folder as `translate` takes it; may be given several times. Each model is
    /// asked with each
    #[arg(long, value_name = "DIR", requires = "model")]
    prompts: Vec<PathBuf>,

    /// Rounds of repair for a segment that is not right at once [default: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    repairs: Option<u32>,

    /// Stop before all models together have spent more: US dollars (`0.50`), or tokens (`200k tokens`)
    #[arg(long, value_name = "AMOUNT")]
    budget: Option<Budget>,

    /// Ask anew for what was answered in an earlier run, too
    #[arg(long)]
    fresh: bool,

    /// For people, for programs, or a page for a browser
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Where it goes; `-` is stdout. A page that was made before is written over [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write over a file that is there
    #[arg(long, requires = "output")]
    force: bool,

    #[command(flatten)]
    house: HouseArgs,

    #[command(flatten)]
    memory: MemoryArgs,

    #[command(flatten)]
    models: Models,

    #[command(flatten)]
    judge: JudgeArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku evaluate new.md --source docs/2024-06-15.md --reference docs/ja/2024-06-15.md
  nekoyaku evaluate docs docs/ja --system before=old/ja --system now=new/ja --format html -o page.html
  nekoyaku evaluate docs docs/ja --issue 2024-06-15-weekly --model gpt-5-mini --model gpt-5
  nekoyaku evaluate docs docs/ja --model qwen3:8b --prompts prompts --prompts prompts/new";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("not of the form NAME=PATH")?;
    if name.trim().is_empty() || path.is_empty() {
        return Err("not of the form NAME=PATH".to_owned());
    }
    Ok((name.trim().to_owned(), PathBuf::from(path)))
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let first = args.source.as_ref().unwrap_or(&args.paths[0]);
    let within = if first.is_dir() { first.join("x") } else { first.clone() };
    let profile = input::profile(args.house.config.as_deref(), &within)?;
    let glossary = input::glossary(args.house.glossary.as_deref(), &within)?;
    let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
    let settings = Settings::new(&profile, &glossary, &friends).map_err(|error| Failure::of(&error))?;

    let pairs = args.pairs()?;
    let (mut entrants, candidates) = (args.entrants(), args.models.candidates(&args.prompts));
    check_names(&entrants, &candidates)?;
    let to = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if let Some(path) = to {
        check_output(path, args, &pairs, &entrants)?;
    }
    args.judge.check(&candidates, terminal)?;
    let (purse, runtime, interrupts) = (Purse::new(args.budget), Runtime::default(), Interrupts::default());
    let means = (&purse, &runtime, &interrupts, &*terminal);
    match contest::entrants(args, &pairs, &candidates, means)? {
        Some(made) => entrants.extend(made),
        None => return Ok(interrupted(terminal)),
    }
    let (trials, systems) = trials::trials(&pairs, &entrants, &settings, terminal)?;
    let report = Report::new(&trials, &systems, &glossary);
    let Some(report) = args.judge.judged(report, (&trials, &systems), &args.models.base, &profile, means)? else {
        return Ok(interrupted(terminal));
    };

    let shown = match args.format {
        Format::Text if to.is_none() => {
            text::show(&report, terminal).map_err(Failure::output)?;
            return Ok(Outcome::Clean);
        }
        Format::Text => text::plain(&report),
        Format::Json => report.json().map_err(|error| Failure::of(&error))?,
        Format::Html => report.page().map_err(|error| Failure::new("the page cannot be made").because(&error))?,
    };
    match to {
        Some(path) => output::write(path, &shown)?,
        None => terminal.put(&shown).map_err(Failure::output)?,
    }
    Ok(Outcome::Clean)
}

fn interrupted(terminal: &Terminal) -> Outcome {
    terminal.note("interrupted; translations so far are kept: run the same command to go on");
    Outcome::Interrupted
}

/// Of two with the same name nobody could tell which is meant.
fn check_names(entrants: &[Entrant], candidates: &[Candidate<'_>]) -> Result<(), Failure> {
    let names: Vec<&str> = entrants.iter().map(Entrant::name).chain(candidates.iter().map(|one| &*one.name)).collect();
    if names.is_empty() {
        return Err(Failure::new("nothing is named that could be evaluated").hint(
            "name models with --model NAME, finished editions with --system NAME=FOLDER, or editions with --source \
             and --reference",
        ));
    }
    match names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        Some((_, name)) => Err(Failure::new(format!("two systems are called {name}"))),
        None => Ok(()),
    }
}

/// A place to write to, before anything is paid for.
fn check_output(path: &Path, args: &Args, pairs: &[Pair], entrants: &[Entrant]) -> Result<(), Failure> {
    let of_pair = |pair: &Pair| {
        let editions = entrants.iter().filter_map(|entrant| entrant.path(pair));
        [pair.source.clone(), pair.reference.clone()].into_iter().chain(editions).collect::<Vec<_>>()
    };
    let is_free = args.force || output::is_made_by(path, GENERATOR);
    output::check_made_of(path, pairs.iter().flat_map(of_pair), is_free)
}

impl Args {
    /// Issues and what people published of them.
    fn pairs(&self) -> Result<Vec<Pair>, Failure> {
        if let (Some(source), Some(reference)) = (&self.source, &self.reference) {
            let paths = || self.paths.iter().chain([source, reference]);
            if paths().filter(|path| *path == Path::new("-")).count() > 1 {
                return Err(Failure::new("stdin can be read once only").hint("name the other files"));
            }
            return Ok(vec![Pair::new(source.clone(), reference.clone(), Path::new(""))]);
        }
        let [sources, references] = self.paths.as_slice() else {
            return Err(Failure::new("it is not said what the editions are held against")
                .hint("nekoyaku evaluate EDITION --source S --reference R, or nekoyaku evaluate SOURCES REFERENCES --model NAME"));
        };
        trials::pairs(sources, references, &self.issues)
    }

    /// What is compared.
    fn entrants(&self) -> Vec<Entrant> {
        if self.source.is_none() {
            return self.systems.iter().map(|(name, path)| Entrant::finished(name, path)).collect();
        }
        let name = |path: &PathBuf| Entrant::finished(&super::failure::name(path), path);
        self.paths.iter().map(name).collect()
    }
}
