//! `nekoyaku check`: an edition held against its source, offline and without a key.

mod mend;
mod selftest;
mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::baseline::Baseline;
use nekoyaku::check::{self, File, Settings};
use nekoyaku::finding::{Finding, What};
use nekoyaku::formats::{self, Checked};
use nekoyaku::profile::Weight;
use nekoyaku::rules::{Rule, Severity};
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

use super::Outcome;
use super::failure::{self, Failure};
use super::house::HouseArgs;
use super::input;
use super::lang::Lang;
use super::output;
use super::terminal::Terminal;

use super::pairs::{self, Paths};

/// Hold editions against their sources: links, images, code, numbers, headings, Chinese left standing
///
/// Offline and without a key. Exits with 0 when there is no error, 1 when there is one (with --strict,
/// a warning), and 2 when it could not be done.
///
/// `nekoyaku rules` has all rules, `nekoyaku rules ID` what one of them holds. For CI there are an action for
/// GitHub, hooks for pre-commit and a line for reviewdog: the README has them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A source and its edition, in turn; or two folders, in which editions have their sources' names.
    /// `-` is stdin
    #[arg(required = true, value_name = "SOURCE EDITION", num_args = 1..)]
    paths: Vec<PathBuf>,

    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,

    /// Show only what this rule finds; may be given several times
    #[arg(long = "rule", value_name = "ID", value_delimiter = ',', value_parser = rule)]
    rules: Vec<Rule>,

    /// Show what weighs this much or more (error, warning, info); or let a rule weigh something else:
    /// number=error, spacing=off [default: warning for text, info for the other formats]
    #[arg(long, value_name = "LEVEL|ID=LEVEL", value_delimiter = ',', value_parser = level)]
    severity: Vec<Level>,

    /// The language of messages
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: Lang,

    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Print a summary to put under a pull request, instead of the findings
    #[arg(long, value_name = "FORM", conflicts_with = "format")]
    summary: Option<Summary>,

    /// Mend what can be mended without a choice; `style` mends spaces and punctuation as well
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<How>,

    /// Show what --fix would change, as a diff, and write nothing
    #[arg(long)]
    diff: bool,

    /// Note in each edition which source it is of: once the source is another, that is told
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    record: bool,

    /// Tell nothing of what this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found to the baseline: from now on it is known
    #[arg(long, requires = "baseline")]
    update_baseline: bool,

    /// Damage each edition on purpose, N times in each way, and print how much of it was seen
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "100")]
    selftest: Option<usize>,

    /// With folders: a source without an edition is a finding
    #[arg(long)]
    require_all: bool,

    #[command(flatten)]
    house: HouseArgs,

    /// More words that say something else in Japanese than in Chinese, besides those that are built in
    #[arg(long, value_name = "FILE")]
    friends: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku check docs/2024-06-15-weekly.md docs/ja/2024-06-15-weekly.md
  nekoyaku check docs docs/ja --lang zh --severity info
  nekoyaku check docs docs/ja --fix --diff
  nekoyaku check docs docs/ja --format rdjsonl | reviewdog -f=rdjsonl -reporter=github-pr-review";

fn rule(id: &str) -> Result<Rule, String> {
    id.parse().map_err(|error: nekoyaku::rules::UnknownRule| error.to_string())
}

/// What `--severity` says.
#[derive(Clone, Copy, Debug)]
enum Level {
    /// The least that is shown.
    Least(Severity),
    /// What a rule weighs.
    Of(Rule, Weight),
}

fn level(text: &str) -> Result<Level, String> {
    let named = |name: &str| name.parse::<Weight>().map_err(|error| error.to_string());
    match text.split_once('=') {
        Some((id, name)) => Ok(Level::Of(rule(id)?, named(name)?)),
        None => match named(text)? {
            Weight::Of(severity) => Ok(Level::Least(severity)),
            Weight::Off => Err("`off` goes with a rule: spacing=off".to_owned()),
        },
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Jsonl,
    Github,
    Sarif,
    Rdjsonl,
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Summary {
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    Safe,
    Style,
}

/// A pair, read and checked.
struct Done {
    source: Option<File>,
    edition: Option<File>,
    findings: Vec<Finding>,
    counts: check::Counts,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let pairs = pairs::pairs(&args.paths, args.require_all)?;
    let first = &args.paths[0];
    let within = if first.is_dir() { first.join("x") } else { first.clone() };
    let mut profile = input::profile(args.house.config.as_deref(), &within)?;
    for level in &args.severity {
        if let Level::Of(rule, weight) = level {
            profile.check.severity.insert(*rule, *weight);
        }
    }
    let glossary = input::glossary(args.house.glossary.as_deref(), &within)?;
    let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
    let friends = match &args.friends {
        Some(path) => {
            let own = Friends::parse(&failure::read(path)?).map_err(|error| Failure::of(&error).about(path))?;
            friends.merged(own)
        }
        None => friends,
    };
    let settings = Settings::new(&profile, &glossary, &friends).map_err(|error| Failure::of(&error))?;
    if let Some(rounds) = args.selftest {
        return try_out(&pairs, &settings, rounds, terminal);
    }
    if let [sources, editions] = args.paths.as_slice()
        && sources.is_dir()
        && let Some(paths) = pairs.iter().find(|paths| paths.source.is_some() && paths.edition.is_some())
        && let Ok((Some(source), Some(edition))) = read(paths, &settings)
        && check::is_exchanged(&source, &edition)
    {
        return Err(exchanged(&failure::name(sources), &failure::name(editions)));
    }
    let mut baseline = match &args.baseline {
        Some(path) if path.exists() || !args.update_baseline => {
            let hint = "--update-baseline writes it anew";
            let text = failure::read(path).map_err(|failure| failure.hint("--update-baseline writes it"))?;
            Some(Baseline::parse(&text).map_err(|error| Failure::of(&error).about(path).hint(hint))?)
        }
        _ => None,
    };
    let mut outcome = Outcome::Clean;
    let mut done = Vec::new();
    for paths in &pairs {
        match pair(paths, &settings, args, terminal) {
            Ok(pair) => done.push(pair),
            Err(failure) => {
                terminal.failure(&failure);
                outcome = Outcome::Failed;
            }
        }
    }
    if args.update_baseline {
        let path = args.baseline.as_deref().unwrap_or(Path::new(""));
        return update(path, &done, terminal).map(|()| outcome);
    }
    for pair in &mut done {
        if let Some(baseline) = &mut baseline {
            let name = pair.name().to_owned();
            pair.findings.retain(|finding| !baseline.take(&name, finding));
        }
    }
    let least = if args.strict { Severity::Warning } else { Severity::Error };
    let fails = |finding: &Finding| finding.severity >= least && args.asks_for(finding);
    if done.iter().flat_map(|pair| &pair.findings).any(fails) {
        outcome = outcome.max(Outcome::Findings);
    }
    // Of nothing there is nothing to tell people; programs want their document all the same.
    if !(done.is_empty() && outcome == Outcome::Failed && args.is_for_people()) {
        show(args, &done, terminal)?;
    }
    if let Some(left) = baseline.map(|baseline| baseline.left()).filter(|left| *left > 0) {
        let what = if left == 1 { "finding of the baseline is" } else { "findings of the baseline are" };
        terminal.note(&format!("{left} {what} no longer there; --update-baseline forgets them"));
    }
    Ok(outcome)
}

impl Args {
    /// Whether a rule was not left out by `--rule`.
    fn asks_for(&self, finding: &Finding) -> bool {
        self.rules.is_empty() || self.rules.contains(&finding.rule())
    }

    /// Whether a person reads what goes to stdout.
    fn is_for_people(&self) -> bool {
        self.format == Format::Text && self.summary.is_none()
    }

    /// The least that is shown.
    fn least(&self) -> Severity {
        let given = self.severity.iter().rev().find_map(|level| match level {
            Level::Least(severity) => Some(*severity),
            Level::Of(..) => None,
        });
        // A person who asks for a rule wants to see it.
        let people = self.is_for_people() && self.rules.is_empty();
        given.unwrap_or(if people { Severity::Warning } else { Severity::Info })
    }
}

impl Done {
    fn name(&self) -> &str {
        self.edition.as_ref().or(self.source.as_ref()).map_or("", |file| file.source.name())
    }
}

/// `--selftest`, for each pair that has both.
fn try_out(
    pairs: &[Paths],
    settings: &Settings<'_>,
    rounds: usize,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    for paths in pairs {
        if let (Some(source), Some(edition)) = read(paths, settings)? {
            selftest::show(&source, &edition, settings, rounds, terminal).map_err(Failure::output)?;
        }
    }
    Ok(Outcome::Clean)
}

fn read(paths: &Paths, settings: &Settings<'_>) -> Result<(Option<File>, Option<File>), Failure> {
    let read = |path: &Option<PathBuf>| -> Result<Option<File>, Failure> {
        let Some(path) = path else { return Ok(None) };
        let text = failure::read(path)?;
        if text.trim().is_empty() {
            return Err(Failure::new(format!("{} is empty", failure::name(path))));
        }
        Ok(Some(File::new(Source::new(failure::name(path), text), settings.profile)))
    };
    Ok((read(&paths.source)?, read(&paths.edition)?))
}

fn exchanged(source: &str, edition: &str) -> Failure {
    Failure::new(format!("{source} is in Japanese and {edition} in Chinese: they are exchanged"))
        .hint(format!("nekoyaku check {edition} {source}"))
}

/// Read a pair, mend it if that is asked for, and check it.
fn pair(paths: &Paths, settings: &Settings<'_>, args: &Args, terminal: &mut Terminal) -> Result<Done, Failure> {
    let (source, edition) = read(paths, settings)?;
    let (source, mut edition) = match (source, edition) {
        (Some(source), Some(edition)) => (source, edition),
        (source, edition) => {
            let what = if edition.is_none() { What::EditionMissing } else { What::SourceMissing };
            let findings = vec![Finding::new(what)];
            return Ok(Done { source, edition, findings, counts: check::Counts::default() });
        }
    };
    if check::is_exchanged(&source, &edition) {
        return Err(exchanged(source.source.name(), edition.source.name()));
    }
    if args.fix.is_some() || args.diff {
        edition = mend::mend(&source, edition, settings, args, paths.edition.as_deref(), terminal)?;
    }
    if args.record {
        edition = mend::record(&source, &edition, settings, paths.edition.as_deref(), terminal)?;
    }
    let checked = check::check(&source, &edition, settings);
    Ok(Done { source: Some(source), edition: Some(edition), findings: checked.findings, counts: checked.counts })
}

fn update(path: &Path, done: &[Done], terminal: &Terminal) -> Result<(), Failure> {
    let mut baseline = Baseline::default();
    for pair in done {
        // What never fails anything need not be known.
        for finding in pair.findings.iter().filter(|finding| finding.severity > Severity::Info) {
            baseline.add(pair.name(), finding);
        }
    }
    let count = baseline.left();
    output::write(path, &baseline.write())?;
    let what = if count == 1 { "finding is" } else { "findings are" };
    terminal.note(&format!("{}: {count} {what} known from now on", path.display()));
    Ok(())
}

fn show(args: &Args, done: &[Done], terminal: &mut Terminal) -> Result<(), Failure> {
    let language = args.lang.into();
    let least = args.least();
    let waived = done.iter().map(|pair| pair.counts.waived).sum();
    let mut unshown = text::Unshown { light: 0, waived };
    let mut run = Vec::with_capacity(done.len());
    for pair in done {
        let mut findings = Vec::new();
        for finding in pair.findings.iter().filter(|finding| args.asks_for(finding)) {
            if finding.severity >= least {
                findings.push(finding.clone());
            } else {
                unshown.light += 1;
            }
        }
        let (source, edition) = (pair.source.as_ref(), pair.edition.as_ref());
        run.push(Checked {
            source: source.map(|file| &file.source),
            edition: edition.map(|file| &file.source),
            findings,
        });
    }
    let text = match args.format {
        _ if args.summary.is_some() => {
            let counts: Vec<check::Counts> = done.iter().map(|pair| pair.counts.clone()).collect();
            formats::summary(&run, &counts, language)
        }
        Format::Text => {
            // Stdout has the mended edition.
            let is_stdin = args.paths.iter().skip(1).step_by(2).any(|path| path == Path::new("-"));
            let to_stderr = (args.fix.is_some() && !args.diff || args.record) && is_stdin;
            return text::show(&run, unshown, language, to_stderr, terminal).map_err(Failure::output);
        }
        Format::Json => formats::json(&run, language),
        Format::Jsonl => formats::jsonl(&run, language),
        Format::Github => formats::github(&run, language),
        Format::Sarif => formats::sarif(&run, language),
        Format::Rdjsonl => formats::rdjsonl(&run, language),
        Format::Junit => formats::junit(&run, language),
    };
    terminal.put(&text).map_err(Failure::output)
}
