//! `nekoyaku memory`: what was published before, and is used again.

mod exchange;
mod import;
mod library;
mod place;
mod refresh;
mod show;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nekoyaku::memory::Memory;
use nekoyaku::profile::Profile;

use super::Outcome;
use super::failure::{self, Failure};
use super::house::HouseArgs;
use super::terminal::Terminal;
use super::{input, pairs};

use import::Survey;
use place::Place;
use refresh::{Classroom, Refreshed, refresh};

pub(crate) use library::{Library, MemoryArgs, Needs, Shared};

/// Learn from published editions, and look up what they say
///
/// The editions themselves are the memory: those in `ja/` beside their issues, and those in the folders
/// that nekoyaku.toml names; and TMX files laid beside them. `translate` brings the index up to date
/// each time it starts, and so do these commands. The index can be deleted: it is made again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku memory learn
  nekoyaku memory stats --left-out
  nekoyaku memory search 欢迎订阅
  nekoyaku memory export -o all.tmx";

#[derive(Debug, Subcommand)]
enum Action {
    Learn(Learn),
    Stats(Stats),
    Search(Search),
    Export(exchange::Args),
    Import(Import),
}

/// Bring the memory up to date, and learn from a pair, or all pairs of two folders, from now on
///
/// A pair that is named is taken for published, even where it is still as the machine left it.
#[derive(Debug, clap::Args)]
#[command(after_help = LEARN)]
struct Learn {
    /// An issue and its edition, or their two folders
    #[arg(value_name = "SOURCE EDITION", num_args = 0..=2)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    place: PlaceArgs,
}

const LEARN: &str = "\
Examples:
  nekoyaku memory learn
  nekoyaku memory learn issue.md issue.ja.md
  nekoyaku memory learn docs docs/ja";

/// Show what was learned from what, and how much of it
#[derive(Debug, clap::Args)]
#[command(after_help = STATS)]
struct Stats {
    /// Show each segment that was not learned, and why
    #[arg(long)]
    left_out: bool,

    #[command(flatten)]
    place: PlaceArgs,
}

const STATS: &str = "\
Examples:
  nekoyaku memory stats
  nekoyaku memory stats --left-out --in docs";

/// Show how a text, or texts like it, were translated
///
/// Exits with 1 where there is nothing like it.
#[derive(Debug, clap::Args)]
#[command(after_help = SEARCH)]
struct Search {
    /// The text, in Chinese
    #[arg(value_name = "TEXT")]
    text: String,

    /// Show so many at most
    #[arg(long, value_name = "N", default_value = "5")]
    most: usize,

    #[command(flatten)]
    place: PlaceArgs,
}

const SEARCH: &str = "\
Examples:
  nekoyaku memory search 欢迎订阅
  nekoyaku memory search --most 20 --in docs \"本期分享了 12 篇文章\"";

/// Learn from a file of another program, from now on
///
/// Reads TMX, and what `memory export` writes (.jsonl, .csv). A copy is kept beside the index. TMX files
/// that lie beside the editions are learned from without this.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT)]
struct Import {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Take the place of files that were imported before under the same names
    #[arg(long)]
    replace: bool,

    #[command(flatten)]
    place: PlaceArgs,
}

const IMPORT: &str = "\
Examples:
  nekoyaku memory import theirs.tmx
  nekoyaku memory import --replace --in docs theirs.tmx more.csv";

/// Which memory
#[derive(Debug, clap::Args)]
struct PlaceArgs {
    /// The folder of the issues, or one above it
    #[arg(long = "in", value_name = "DIR")]
    folder: Option<PathBuf>,

    #[command(flatten)]
    memory: MemoryArgs,

    #[command(flatten)]
    house: HouseArgs,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    match &args.action {
        Action::Learn(args) => learn(args, terminal),
        Action::Stats(args) => {
            let open = args.place.open(None, terminal)?;
            show::stats(&open, args.left_out, terminal)
        }
        Action::Import(args) => import(args, terminal),
        Action::Search(args) => {
            let open = args.place.open(None, terminal)?;
            show::search(&open, &args.text, args.most, terminal)
        }
        Action::Export(args) => {
            let open = args.place.open(None, terminal)?;
            exchange::export(&open, args, terminal)
        }
    }
}

/// A memory that is up to date.
struct Open {
    place: Place,
    memory: Memory,
    refreshed: Refreshed,
}

impl PlaceArgs {
    /// Bring the memory up to date that belongs to what is in `folder`, to the folder that was named, or to
    /// the one we are in; `before` is done before.
    fn open(&self, named: Option<&Path>, terminal: &Terminal) -> Result<Open, Failure> {
        self.open_with(named, terminal, |_| Ok(()))
    }

    fn open_with(
        &self,
        named: Option<&Path>,
        terminal: &Terminal,
        before: impl FnOnce(&Place) -> Result<(), Failure>,
    ) -> Result<Open, Failure> {
        let folder = self.folder.as_deref().or(named).unwrap_or(Path::new("."));
        let within = folder.join("x");
        let profile: Profile = input::profile(self.house.config.as_deref(), &within)?;
        let glossary = input::glossary(self.house.glossary.as_deref(), &within)?;
        let place = self.memory.place(folder, &profile, self.house.config.as_deref());
        let place = place.ok_or_else(|| {
            let here = if folder == Path::new(".") { "here".to_owned() } else { format!("in {}", folder.display()) };
            Failure::new(format!("there are no editions {here} to learn from: no folder `ja` or `docs/ja`"))
                .hint("name the folder of the issues with --in, an index with --memory FILE, or the folders in nekoyaku.toml: [memory] pairs = [{ sources = \"docs\", editions = \"docs/ja\" }]")
        })?;
        before(&place)?;
        let note = |message: &str| terminal.note(message);
        let (memory, refreshed) = refresh(&place, &place.teachers()?, &Classroom::new(&profile, &glossary), &note)?;
        for failure in &refreshed.failed {
            terminal.failure(failure);
        }
        Ok(Open { place, memory, refreshed })
    }
}

fn learn(args: &Learn, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let pairs = if args.paths.is_empty() { Vec::new() } else { pairs::pairs(&args.paths, false)? };
    let missing = pairs.iter().find(|pair| pair.source.as_ref().is_some_and(|path| !path.is_file()));
    if let Some(path) = missing.and_then(|pair| pair.source.as_ref()) {
        return Err(Failure::new(format!("there is no file {}", failure::name(path))));
    }
    let folder =
        args.paths.first().map(|path| if path.is_dir() { path.as_path() } else { super::output::folder_of(path) });
    let open = args.place.open_with(folder, terminal, |place| {
        for pair in &pairs {
            let (Some(source), Some(edition)) = (&pair.source, &pair.edition) else { continue };
            for path in [source, edition] {
                failure::read(path)?;
            }
            place.list_pair(source, edition)?;
        }
        Ok(())
    })?;
    if let Some(why) = &open.refreshed.unkept {
        return Err(place::unusable(why, &open.place));
    }
    show::learned(&open, terminal)?;
    let left = open.refreshed.learned.iter().any(|(_, _, left)| *left > 0);
    Ok(if left || !open.refreshed.failed.is_empty() { Outcome::Findings } else { Outcome::Clean })
}

fn import(args: &Import, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    // All are looked through before the first is kept.
    let surveys: Vec<Survey> = args.files.iter().map(|path| Survey::of(path)).collect::<Result<_, _>>()?;
    let open = args.place.open_with(None, terminal, |place| {
        args.files.iter().try_for_each(|path| place.take(path, args.replace).map(drop))
    })?;
    let mut outcome = Outcome::Clean;
    for (path, survey) in args.files.iter().zip(&surveys) {
        outcome = outcome.max(survey.tell(path, terminal));
    }
    show::learned(&open, terminal)?;
    Ok(outcome)
}
