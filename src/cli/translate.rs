//! `nekoyaku translate`: issues in, editions and diffs out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nekoyaku::diff::{Side, unified};
use nekoyaku::edition::{self, Edition};
use nekoyaku::issue::{Date, Issue};
use nekoyaku::journal::Nowhere;
use nekoyaku::report::Report;
use nekoyaku::request::{Format, Request};
use nekoyaku::translate::{self, Books};

use super::Outcome;
use super::desk::{Asked, Desk};
use super::engine::{self, Engine, Runtime};
use super::failure::{self, Failure};
use super::input;
use super::interrupt::Interrupts;
use super::keeper::{Keeper, NoJournal};
use super::output::{self, Destination, Standing};
use super::summary::Shown;
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

    /// Write over an edition that a person has changed; a copy of it is kept
    #[arg(long)]
    force: bool,

    /// Ask anew for what was answered in an earlier run, too
    #[arg(long)]
    fresh: bool,

    /// Print the requests that would be sent, and their size; send none
    #[arg(long)]
    dry_run: bool,

    /// The termbase [default: glossary.toml, found upward from the issue, else the built-in one]
    #[arg(long, value_name = "FILE")]
    pub(super) glossary: Option<PathBuf>,

    /// The folder with prompt templates: translate.md, segments.md, repair.md, note.md
    #[arg(long, value_name = "DIR")]
    pub(super) prompts: Option<PathBuf>,

    /// The settings [default: nekoyaku.toml, found upward from the issue, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Rounds of repair for a segment that is not right at once [default: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    pub(super) repairs: Option<u32>,

    /// Segments in one request [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=200))]
    pub(super) batch: Option<u64>,

    /// Requests under way at once [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(super) concurrency: Option<u64>,

    /// Take answers in Chinese for translations: for trying out a server that returns what it gets
    #[arg(long)]
    pub(super) accept_chinese: bool,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku translate docs/2024-06-15-weekly.md
  OPENAI_BASE_URL=http://localhost:11434/v1 nekoyaku translate --model qwen3:8b issue.md -o issue.ja.md
  nekoyaku translate --offline issue.md --diff - | less
  nekoyaku translate --dry-run issue.md";

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).filter(|_| text.len() == 10).ok_or_else(|| "not a day of the form 2024-02-17".to_owned())
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    if args.issues.len() > 1 && (args.output.is_some() || args.diff.is_some()) {
        return Err(Failure::new("one file cannot take the editions of several issues").hint("use --out-dir DIR"));
    }
    args.check_destinations()?;
    let (runtime, interrupts) = (Runtime::default(), Interrupts::default());
    let mut outcome = Outcome::Clean;
    for (place, path) in args.issues.iter().enumerate() {
        if place > 0 && interrupts.told() {
            terminal.note(&format!("interrupted: {} was not begun", failure::name(path)));
            return Ok(Outcome::Interrupted);
        }
        match translate_one(args, path, &runtime, &interrupts, terminal) {
            Ok(Outcome::Interrupted) => return Ok(Outcome::Interrupted),
            Ok(one) => outcome = outcome.max(one),
            Err(failure) if args.issues.len() == 1 => return Err(failure),
            Err(failure) => {
                terminal.failure(&failure);
                outcome = Outcome::Failed;
            }
        }
        // What is known of one issue is shown before the next one begins.
        terminal.flush().map_err(Failure::output)?;
    }
    Ok(outcome)
}

fn translate_one(
    args: &Args,
    path: &Path,
    runtime: &Runtime,
    interrupts: &Interrupts,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let desk = Desk::set(args, path)?;
    let mut issue = input::issue(path, &desk.profile)?;
    issue.date = issue.date.or(args.date);
    if issue.body().trim().is_empty() {
        return Err(Failure::new(format!("there is no text in {}", issue.source.name())));
    }
    if args.dry_run {
        return dry_run(&issue, &desk, terminal);
    }
    let destination = args.destination(path)?;
    let diff = args.diff_destination(path, &destination)?;
    let touched = match &destination {
        Destination::Stdout => None,
        Destination::File(path) => {
            let touched = matches!(output::standing(path)?, Standing::Touched(_)) && !args.force;
            touched.then_some(path)
        }
    };
    let engine = runtime.get()?.block_on(args.engine.engine(&desk.profile))?;
    if let (Some(path), Engine::Model { .. }) = (touched, &engine) {
        // Before anything is paid for.
        return Err(output::touched(path));
    }

    let (run, how) = match &engine {
        Engine::Memory { why, offers } => desk.remember(&issue, why, offers, terminal)?,
        Engine::Model { model, name } => {
            let keeper = journal(args, &destination, terminal)?;
            let asked = Asked { model, name, keeper: keeper.as_ref() };
            match desk.ask(&issue, asked, runtime, interrupts, terminal)? {
                Some(done) => done,
                None => return Ok(Outcome::Interrupted),
            }
        }
    };
    let note = (!args.no_note).then_some(&desk.prompts);
    let edition = edition::build(&issue, run.rendered(), &desk.profile, note)?;

    let report = Report::new(&issue, &run, &edition, &destination.name());
    let diff_text = unified(
        Side { name: issue.source.name(), text: issue.source.text() },
        Side { name: &destination.name(), text: &edition.text },
        &edition.blocks,
    );
    deliver(args, &destination, touched.is_some(), &edition, terminal)?;
    let diff_written = match &diff {
        None => Ok(()),
        Some(Destination::Stdout) => terminal.put_diff(&diff_text).map_err(Failure::output),
        Some(Destination::File(path)) => output::write(path, &diff_text),
    };
    let to_stderr = destination == Destination::Stdout || diff == Some(Destination::Stdout);
    if to_stderr {
        terminal.flush().map_err(Failure::output)?;
    }
    // The edition is there: what is to be said of it is said, whatever became of the diff.
    let diff_file = diff.as_ref().filter(|_| diff_written.is_ok());
    let shown = Shown { report: &report, run: &run, destination: &destination, diff: diff_file, how: &how };
    shown.print(to_stderr, terminal).map_err(Failure::output)?;
    diff_written?;
    Ok(if report.is_clean() && run.stopped.is_none() { Outcome::Clean } else { Outcome::Findings })
}

/// The journal beside the edition, where there can be one.
fn journal(args: &Args, destination: &Destination, terminal: &Terminal) -> Result<Option<Keeper>, Failure> {
    let Destination::File(path) = destination else {
        terminal.note("answers are not kept for another run: the edition goes to stdout");
        return Ok(None);
    };
    match Keeper::open(path, args.fresh) {
        Ok(keeper) => {
            if let Some(complaint) = keeper.complaint() {
                terminal.note(&complaint);
            }
            Ok(Some(keeper))
        }
        Err(NoJournal::Busy(failure)) => Err(failure),
        Err(NoJournal::Impossible(failure)) => {
            let why: Vec<String> = std::iter::once(failure.message).chain(failure.causes).collect();
            terminal.note(&format!("answers are not kept for another run: {}", why.join(": ")));
            Ok(None)
        }
    }
}

/// Put the edition where it belongs, unless a person's work is there.
///
/// `known`: whether that was so before the translation began.
fn deliver(
    args: &Args,
    destination: &Destination,
    known: bool,
    edition: &Edition,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let Destination::File(path) = destination else { return terminal.put(&edition.text).map_err(Failure::output) };
    // Looked at again: a person may have been at work while the model was.
    match output::standing(path)? {
        Standing::Touched(there) if there == edition.text.as_bytes() => return Ok(()),
        Standing::Touched(_) if args.force => {
            let copy = output::keep_copy(path)?;
            terminal.note(&format!("a copy of what was there is in {}", copy.display()));
        }
        Standing::Touched(_) if known => return Err(output::touched(path)),
        Standing::Touched(_) => {
            let aside = output::free_name(path, ".new");
            output::write(&aside, &edition.text)?;
            let message = format!("{} was changed while it was being translated", path.display());
            return Err(
                Failure::new(message).hint(format!("it stays as it is; the translation is in {}", aside.display()))
            );
        }
        Standing::Nothing | Standing::OwnDraft => {}
    }
    // The draft first: an edition without one would pass for a person's at the next run. That is a
    // nuisance, and no reason to throw away what was paid for.
    if let Err(failure) = output::keep_draft(path, &edition.text) {
        terminal.note(&format!("the draft of {} is not kept: {}", path.display(), failure.message));
    }
    output::write_edition(path, &edition.text)
}

impl Args {
    /// Two issues must not end in one file.
    fn check_destinations(&self) -> Result<(), Failure> {
        let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
        for issue in &self.issues {
            let place = match self.destination(issue)? {
                Destination::Stdout => PathBuf::from("-"),
                Destination::File(path) => output::settled(&path),
            };
            if let Some(other) = taken.insert(place.clone(), issue) {
                let message = format!("the editions of {} and {} would be one file", other.display(), issue.display());
                return Err(
                    Failure::new(format!("{message}, {}", place.display())).hint("translate them one by one, with -o")
                );
            }
        }
        Ok(())
    }

    fn destination(&self, source: &Path) -> Result<Destination, Failure> {
        let stdin = source == Path::new("-");
        let path = match (&self.output, &self.out_dir) {
            (Some(path), _) if path == Path::new("-") => return Ok(Destination::Stdout),
            (Some(path), _) => path.clone(),
            (None, Some(_)) | (None, None) if stdin => return Ok(Destination::Stdout),
            (None, Some(folder)) => folder.join(source.file_name().unwrap_or_default()),
            (None, None) => output::beside(source),
        };
        if same_file(&path, source) {
            return Err(Failure::new(format!("the edition would be written over the issue, {}", source.display()))
                .hint("give another file with -o"));
        }
        Ok(Destination::File(path))
    }

    fn diff_destination(&self, source: &Path, edition: &Destination) -> Result<Option<Destination>, Failure> {
        let path = match (&self.diff, edition) {
            _ if self.no_diff => return Ok(None),
            (Some(path), Destination::Stdout) if path == Path::new("-") => {
                return Err(Failure::new("edition and diff cannot both go to stdout").hint("use --no-diff, or -o FILE"));
            }
            (Some(path), _) if path == Path::new("-") => return Ok(Some(Destination::Stdout)),
            (Some(path), _) => path.clone(),
            (None, Destination::Stdout) => return Ok(None),
            (None, Destination::File(edition)) if output::is_device(edition) => return Ok(None),
            (None, Destination::File(edition)) => output::diff_of(edition),
        };
        let over_edition = matches!(edition, Destination::File(edition) if same_file(&path, edition));
        if over_edition || same_file(&path, source) {
            return Err(Failure::new(format!("the diff would be written over {}", path.display()))
                .hint("give another file with --diff"));
        }
        let edition = match edition {
            Destination::File(edition) => edition.as_path(),
            Destination::Stdout => Path::new("stdout"),
        };
        output::check_diff(&path, edition)?;
        Ok(Some(Destination::File(path)))
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    output::settled(a) == output::settled(b)
}

fn dry_run(issue: &Issue, desk: &Desk, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let books = Books { journal: &Nowhere, model: "", parameters: "" };
    let plan = translate::plan(issue, desk.materials(), books, &desk.options, Format::Schema);
    let requests: Vec<Request> =
        plan.map_err(|error| Failure::of(&error))?.requests.into_iter().map(|(_, request)| request).collect();
    let mut text = String::new();
    if let Some(first) = requests.first() {
        text += &format!("=== the instructions, in every request ===\n{}\n", first.system.trim_end());
    }
    for (place, request) in requests.iter().enumerate() {
        let (number, of, keys) = (place + 1, requests.len(), request.keys.len());
        let tokens = request.estimated_tokens();
        text += &format!("\n=== request {number} of {of}: {keys} segments, about {tokens} tokens in ===\n");
        text += request.user.trim_end();
        text.push('\n');
    }
    terminal.put(&text).map_err(Failure::output)?;
    let input: usize = requests.iter().map(Request::estimated_tokens).sum();
    let output: u32 = requests.iter().map(|request| request.expected_output_tokens).sum();
    terminal.note(&format!(
        "{}: {} segments in {} requests, about {input} tokens in and {output} out; nothing was sent",
        issue.source.name(),
        issue.segment_count(),
        requests.len()
    ));
    Ok(Outcome::Clean)
}
