//! `nekoyaku diff`: what differs between a source and its edition, two editions, a draft and what people
//! made of it.

mod inline;
mod line;
mod side;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::check::{File, is_exchanged};
use nekoyaku::diff::{self, Between, Comparison, Edits, Head, tongue};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;

use super::Outcome;
use super::failure::{self, Failure};
use super::input;
use super::lang::Lang;
use super::output;
use super::pairs;
use super::terminal::Terminal;
use line::Line;

/// Show what differs: between a source and its edition, two editions, or a draft and its edition
///
/// Two files in two languages are a source and its edition: block by block the one stands beside the
/// other, as a diff that `git apply` and `patch -p1` apply. Two files in one language are two editions:
/// only blocks that were changed are shown, with the words that were. With --draft it is what people
/// changed in what `nekoyaku translate` wrote. Exits with 0, whether something differs or not (but see
/// --exit-code), and 2 when it could not be done.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A source and its edition, an edition and a newer one, or two folders of them; with --draft,
    /// editions. `-` is stdin
    #[arg(required = true, value_name = "OLD NEW", num_args = 1..)]
    paths: Vec<PathBuf>,

    /// Compare editions with the drafts that are kept beside them, and say how much was changed
    #[arg(long)]
    draft: bool,

    /// What the two are [default: a translation where they are in two languages, else editions]
    #[arg(long = "as", value_name = "USE", conflicts_with = "draft")]
    used_as: Option<Use>,

    /// How it is shown [default: unified for a translation, else word-diff]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// The language of what is said of the texts
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: Lang,

    /// How many columns side-by-side has [default: the terminal's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..=1000))]
    width: Option<u16>,

    /// Where it goes [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write over a file that is there
    #[arg(long, requires = "output")]
    force: bool,

    /// Exit with 1 where something differs, as `git diff` has it
    #[arg(long)]
    exit_code: bool,

    /// The settings [default: nekoyaku.toml, found upward from the first file, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku diff docs/2024-06-15-weekly.md docs/ja/2024-06-15-weekly.md | git apply --check
  nekoyaku diff --draft docs/ja/2024-06-15-weekly.md
  nekoyaku diff --format side-by-side old.ja.md new.ja.md
  nekoyaku diff docs docs/ja --format html -o diff.html";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Use {
    Translation,
    Editions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For `git apply`, `patch`, and whatever colours diffs
    Unified,
    /// The old text left, the new one right, for a terminal
    SideBySide,
    /// What was taken out `[-so-]`, and what was put in `{+so+}`
    WordDiff,
    /// A page for a browser
    Html,
    /// For programs
    Json,
}

/// What there is to print.
enum Shown {
    Diff(String),
    Lines(Vec<Line>),
    Text(String),
}

/// A comparison, and the file its diff is applied to.
struct Compared {
    comparison: Comparison,
    path: PathBuf,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let first = &args.paths[0];
    let within = if first.is_dir() { first.join("x") } else { first.clone() };
    let profile = input::profile(args.config.as_deref(), &within)?;
    if let Some(path) = &args.output {
        output::check_made_of(path, &args.paths, args.force)?;
    }
    let (compared, failures) = if args.draft { drafts(args, &profile) } else { pairs(args, &profile, terminal)? };
    let is_nothing = compared.is_empty() && !failures.is_empty();
    for failure in &failures {
        terminal.failure(failure);
    }
    if !is_nothing {
        let shown = shown(args, &compared, terminal)?;
        put(args, shown, terminal)?;
    }
    let differs = compared.iter().any(|one| !one.comparison.is_same());
    Ok(if !failures.is_empty() {
        Outcome::Failed
    } else if differs && args.exit_code {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

type All = (Vec<Compared>, Vec<Failure>);

/// Files two by two, or two folders.
fn pairs(args: &Args, profile: &Profile, terminal: &Terminal) -> Result<All, Failure> {
    if args.paths.len() != 2 {
        let count = args.paths.len();
        let hint = "nekoyaku diff SOURCE EDITION, nekoyaku diff OLD NEW, or nekoyaku diff --draft EDITION";
        let message =
            format!("two files are compared, or two folders; {count} {} named", if count == 1 { "is" } else { "are" });
        return Err(Failure::new(message).hint(hint));
    }
    if args.paths[0].is_dir() && output::settled(&args.paths[0]) == output::settled(&args.paths[1]) {
        let folder = args.paths[0].display();
        return Err(Failure::new(format!("{folder} is compared with itself"))
            .hint(format!("name the folder of the editions: nekoyaku diff {folder} {folder}/ja")));
    }
    let (mut compared, mut failures) = (Vec::new(), Vec::new());
    for pair in pairs::pairs(&args.paths, false)? {
        match (&pair.source, &pair.edition) {
            (Some(old), Some(new)) => match two(old, new, args, profile) {
                Ok(comparison) => compared.push(Compared { comparison, path: old.clone() }),
                Err(failure) => failures.push(failure),
            },
            (one, other) => {
                let alone = one.as_ref().or(other.as_ref()).map(|path| failure::name(path)).unwrap_or_default();
                terminal.note(&format!("{alone} has no counterpart, and is left out"));
            }
        }
    }
    Ok((compared, failures))
}

fn two(old: &Path, new: &Path, args: &Args, profile: &Profile) -> Result<Comparison, Failure> {
    let (old, new) = (read(old, profile)?, read(new, profile)?);
    let between = match args.used_as {
        Some(Use::Translation) => Between::Languages,
        Some(Use::Editions) => Between::Editions,
        None if is_exchanged(&old, &new) => {
            let (old, new) = (old.source.name(), new.source.name());
            return Err(Failure::new(format!("{old} is in Japanese and {new} in Chinese: they are exchanged"))
                .hint(format!("nekoyaku diff {new} {old}; or, if that is meant, --as translation")));
        }
        None if tongue(old.body()) == tongue(new.body()) => Between::Editions,
        None => Between::Languages,
    };
    Ok(Comparison::new(old, new, between))
}

/// Editions and their drafts.
fn drafts(args: &Args, profile: &Profile) -> All {
    let (mut compared, mut failures) = (Vec::new(), Vec::new());
    for path in &args.paths {
        match draft(path, profile) {
            Ok(comparison) => compared.push(Compared { comparison, path: path.clone() }),
            Err(failure) => failures.push(failure),
        }
    }
    (compared, failures)
}

fn draft(path: &Path, profile: &Profile) -> Result<Comparison, Failure> {
    if path == Path::new("-") {
        return Err(
            Failure::new("a draft is found by the name of its edition, and stdin has none").hint("name the file")
        );
    }
    let edition = read(path, profile)?;
    let Some((place, draft)) = output::draft_before(path, edition.source.text().as_bytes()) else {
        return Err(Failure::new(format!("there is no draft of {}", path.display())).hint(
            "`nekoyaku translate` keeps one beside each edition it writes, in .nekoyaku/drafts; with another copy: \
             nekoyaku diff OLD NEW",
        ));
    };
    let draft = String::from_utf8(draft)
        .map_err(|_| Failure::new(format!("{} is not UTF-8, and no draft of ours", place.display())))?;
    let draft = File::new(Source::new(failure::name(&place), draft), profile);
    Ok(Comparison::new(draft, edition, Between::Draft))
}

fn read(path: &Path, profile: &Profile) -> Result<File, Failure> {
    let text = failure::read(path)?;
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{} is empty", failure::name(path))));
    }
    Ok(File::new(Source::new(failure::name(path), text), profile))
}

fn shown(args: &Args, compared: &[Compared], terminal: &Terminal) -> Result<Shown, Failure> {
    let is_one_language = compared.iter().all(|one| one.comparison.between.is_one_language());
    let default = if is_one_language { Format::WordDiff } else { Format::Unified };
    let comparisons = || compared.iter().map(|one| &one.comparison);
    Ok(match args.format.unwrap_or(default) {
        Format::Unified => Shown::Diff(compared.iter().map(Compared::unified).collect()),
        Format::SideBySide => {
            let width = args.width.map_or_else(|| terminal.width(), usize::from);
            let lines = comparisons().flat_map(|comparison| side::lines(comparison, width));
            Shown::Lines(lines.chain(sums(args, compared)).collect())
        }
        Format::WordDiff => {
            let lines = comparisons().flat_map(|comparison| inline::lines(comparison, args.lang.into()));
            Shown::Lines(lines.chain(sums(args, compared)).collect())
        }
        Format::Html => {
            let page = diff::page(comparisons(), args.lang.into())
                .map_err(|error| Failure::new("the page cannot be made").because(&error))?;
            Shown::Text(page)
        }
        Format::Json => Shown::Text(diff::json(comparisons())),
    })
}

/// How much people changed.
fn sums(args: &Args, compared: &[Compared]) -> Vec<Line> {
    if !args.draft {
        return Vec::new();
    }
    let edits = compared.iter().map(|one| Edits::count(&one.comparison)).fold(Edits::default(), Edits::plus);
    inline::sums(edits, compared.len(), args.lang.into())
}

impl Compared {
    fn unified(&self) -> String {
        let new = self.comparison.new.source.name();
        let is_other = self.comparison.between != Between::Draft;
        let head = Head { path: &output::applied_to(&self.path), edition: is_other.then_some(new) };
        self.comparison.unified(head)
    }
}

fn put(args: &Args, shown: Shown, terminal: &mut Terminal) -> Result<(), Failure> {
    let Some(path) = &args.output else {
        let put = match &shown {
            Shown::Diff(diff) => terminal.put_diff(diff),
            Shown::Lines(lines) => lines.iter().try_for_each(|line| line.show(terminal)),
            Shown::Text(text) => terminal.put(text),
        };
        return put.map_err(Failure::output);
    };
    let text = match shown {
        Shown::Lines(lines) => lines.iter().map(Line::plain).collect(),
        Shown::Diff(text) | Shown::Text(text) => text,
    };
    output::write(path, &text)
}
