//! `nekoyaku batch fetch` and `import`: answers that come in files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use nekoyaku::batch::{Ask, Line, Plan};
use nekoyaku::journal::{Journal, Key};
use nekoyaku::model::{Batch, OpenAi, State};

use super::super::Outcome;
use super::super::engine::{EngineArgs, Runtime};
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::super::{input, output};
use super::harvest::{Asked, Harvest, Results};
use super::ledger::{self, Books};
use super::requests::{self, Bench};
use super::{SetupArgs, Which, status};

/// Take the answers of batches that are over
///
/// Each answer is verified as if it had come at once, and kept where `translate` looks; then it is
/// said what is missing. Fetching twice changes nothing. Exits with 1 when something is missing.
#[derive(Debug, clap::Args)]
#[command(after_help = FETCH)]
pub(super) struct FetchArgs {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    engine: EngineArgs,
}

const FETCH: &str = "\
Examples:
  nekoyaku batch fetch
  nekoyaku batch fetch && nekoyaku translate docs/*.md";

/// Take the answers in files of results
///
/// As `fetch`, for what was exported, or was fetched by hand. Give the model and the settings that it
/// was exported with.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT)]
pub(super) struct ImportArgs {
    /// Files of results, and the issues: what ends in .md is an issue
    #[arg(required = true, value_name = "RESULTS|ISSUE")]
    files: Vec<PathBuf>,

    /// The folder the editions go into, under the names of the issues
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    engine: EngineArgs,
}

const IMPORT: &str = "\
Examples:
  nekoyaku batch import results.jsonl docs/*.md --model qwen3
  nekoyaku batch import results-*.jsonl docs/*.md --out-dir docs/ja --model qwen3";

pub(super) fn run(args: &FetchArgs, runtime: &Runtime, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let folder = ledger::find(args.which.folder.as_deref())?;
    let books = Books::in_folder(&folder)?;
    let ledger = books.ledger().clone();
    let meant = status::meant(&ledger, &args.which.ids)?;
    let Some((first, _)) = meant.first() else {
        terminal.show(&[(None, "there is nothing to fetch")]).map_err(Failure::output)?;
        return Ok(Outcome::Clean);
    };
    let config = args.setup.house.config.as_deref();
    let model = status::server_of(first, &args.engine, config, &folder, runtime)?;
    let mut outcome = Outcome::Clean;
    for (run, id) in meant {
        if run.plan.host.as_deref() != Some(model.host()) {
            terminal.note(&format!("{id}: it is at another server, {}", run.plan.host.as_deref().unwrap_or_default()));
            outcome = Outcome::Findings;
            continue;
        }
        let batch = runtime.get()?.block_on(model.batch(id))?;
        if !batch.state.is_over() {
            let (state, counts) = (&batch.state, batch.counts);
            terminal
                .note(&format!("{id}: {state}, {} of {} done; not to be fetched yet", counts.completed, counts.total));
            outcome = outcome.max(Outcome::Findings);
            continue;
        }
        if batch.state == State::Failed {
            terminal.note(&format!("{id}: it failed, and nothing was answered: {}", batch.complaints.join("; ")));
        }
        let files = download(&model, &batch, &folder, runtime)?;
        let asks = run.plan.asks.iter().map(|ask| (ask.id.clone(), asked(&run.plan, ask, &folder))).collect();
        let is_known = ledger.has_read(&id.to_string());
        let harvest = Harvest { books: &books, model: &model, setup: args.setup.setup(), asks, is_known };
        let (taken, mut whole) = harvest.take(&files, &BTreeMap::new(), terminal)?;
        outcome = outcome.max(taken);
        if batch.output.is_none() && batch.counts.completed > 0 {
            terminal.note(&format!("{id}: {} answers were paid for, and it is not said where", batch.counts.completed));
            whole = false;
        }
        if whole && !is_known {
            books.note(Line::Read { of: id.to_string() })?;
        }
    }
    Ok(outcome)
}

fn asked(plan: &Plan, ask: &Ask, folder: &Path) -> Asked {
    // A path out of a file is one to read from at most, and never from the root.
    let place = plan.issues.get(&ask.issue).map(Path::new).filter(|place| place.is_relative());
    Asked {
        ask: ask.clone(),
        issue: place.filter(|place| *place != Path::new("")).map(|place| seen_from_here(folder.join(place))),
        model: plan.model.clone(),
        parameters: plan.parameters.clone(),
    }
}

/// As a person here would write it.
fn seen_from_here(path: PathBuf) -> PathBuf {
    ledger::seen_from(Path::new("."), &path).map_or(path, PathBuf::from)
}

/// The files of a batch, on this disk.
fn download(model: &OpenAi, batch: &Batch, folder: &Path, runtime: &Runtime) -> Result<Vec<Results>, Failure> {
    let mut files = Vec::new();
    for id in batch.output.iter().chain(&batch.errors) {
        let failed = |error: &std::io::Error| Failure::new(format!("file {id} cannot be written")).because(error);
        let mut file = output::temporary_in(folder).map_err(|error| failed(&error))?;
        let mut written = Ok(());
        let take = |piece: &[u8]| {
            written = file.write_all(piece);
            written.is_ok()
        };
        runtime.get()?.block_on(model.download(id, take))?;
        written.map_err(|error| failed(&error))?;
        files.push(Results::Fetched { name: id.to_string(), file });
    }
    Ok(files)
}

pub(super) fn import(args: &ImportArgs, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let is_issue = |path: &&PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"));
    let (issues, results): (Vec<&PathBuf>, Vec<&PathBuf>) = args.files.iter().partition(is_issue);
    let issues: Vec<PathBuf> = issues.into_iter().cloned().collect();
    if issues.is_empty() || results.is_empty() {
        let message = if issues.is_empty() { "no issue is named" } else { "no file of results is named" };
        return Err(Failure::new(message).hint("nekoyaku batch import results.jsonl docs/*.md"));
    }
    let edition = requests::one_folder(&issues, args.out_dir.as_deref())?;
    let first = issues.first().map_or(Path::new("."), PathBuf::as_path);
    let (model, name) = args.engine.unasked(&input::profile(args.setup.house.config.as_deref(), first)?)?;
    let books = Books::of_edition(&edition)?;
    if let Some(complaint) = books.keeper.complaint() {
        terminal.note(&complaint);
    }
    let ledger = books.ledger().clone();
    let mut asks = HashMap::new();
    let mut sources = BTreeMap::new();
    let mut before = <[HashSet<Key>; 2]>::default();
    for path in &issues {
        let bench = Bench::set(args.setup.setup(), path, terminal)?;
        sources.insert(bench.issue.stem().to_owned(), (path.clone(), name.clone(), model.parameters()));
        for ask in guessed(&bench, &books.keeper, (&model, &name), &mut before)? {
            let (parameters, model) = (model.parameters(), name.clone());
            asks.insert(ask.id.clone(), Asked { ask, issue: Some(path.clone()), model, parameters });
        }
    }
    // What was written down is right where it differs from what is guessed.
    for (id, (plan, ask)) in ledger.asks() {
        let issue = sources.get(&ask.issue).map(|(path, ..)| path.clone());
        asks.insert(id.to_owned(), Asked { issue, ..asked(plan, ask, books.folder()) });
    }
    let mut files = Vec::new();
    let mut number = String::new();
    for path in results {
        number += &number_of(path)?.to_string();
        files.push(Results::Given(path.clone()));
    }
    // With other issues, there may be other answers in it.
    let of = format!("file {}", Key::of(sources.keys().map(String::as_str).chain([number.as_str()])));
    let is_known = ledger.has_read(&of);
    let harvest = Harvest { books: &books, model: &model, setup: args.setup.setup(), asks, is_known };
    let (outcome, whole) = harvest.take(&files, &sources, terminal)?;
    if whole && !is_known {
        books.note(Line::Read { of })?;
    }
    Ok(outcome)
}

/// What may have been asked about an issue, where it was not written down on this machine: all of it, or
/// all that is missing; and of these, what no issue before it has. `before` is what those have.
fn guessed(
    bench: &Bench,
    journal: &dyn Journal,
    (model, name): (&OpenAi, &str),
    before: &mut [HashSet<Key>; 2],
) -> Result<Vec<Ask>, Failure> {
    let parameters = model.parameters();
    let clerk = bench.clerk(journal, name, &parameters)?;
    let all: Vec<usize> = (0..clerk.keys().len()).collect();
    let mut asks = Vec::new();
    for (wanted, before) in [all, clerk.missing()].into_iter().zip(before) {
        let news: Vec<usize> = wanted.iter().copied().filter(|segment| before.insert(clerk.keys()[*segment])).collect();
        for wanted in [wanted, news] {
            asks.extend(bench.plan(&wanted, &clerk, model)?.into_iter().map(|planned| planned.ask));
        }
    }
    Ok(asks)
}

/// A number made of the contents of a file.
fn number_of(path: &Path) -> Result<Key, Failure> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::new(format!("there is no file {}", path.display())),
        _ => Failure::new(format!("{} cannot be read", path.display())).because(&error),
    };
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display())));
    }
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let (mut number, mut piece) = (String::new(), vec![0; 1 << 16]);
    loop {
        let length = file.read(&mut piece).map_err(unreadable)?;
        if length == 0 {
            return Ok(Key::of([number.as_str()]));
        }
        number = Key::of([number.as_str(), String::from_utf8_lossy(&piece[..length]).as_ref()]).to_string();
    }
}
