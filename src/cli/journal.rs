//! `nekoyaku journal`: what was paid for, and is kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::journal::Record;
use nekoyaku::model::Usage;
use nekoyaku::report::one_line;

use super::Outcome;
use super::failure::Failure;
use super::keeper::{self, JOURNAL, Keeper, NoJournal};
use super::output;
use super::terminal::{Style, Terminal};

/// Show what answers are kept, what they took, or keep them in fewer lines
///
/// Every answer that was accepted is kept in `.nekoyaku/journal.jsonl` beside the edition, and not
/// asked again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to do
    #[arg(default_value = "list")]
    action: Action,

    /// The folder of the editions, or the journal itself
    #[arg(default_value = ".", value_name = "FOLDER|FILE")]
    place: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku journal list docs/ja
  nekoyaku journal sum docs/ja
  nekoyaku journal compact docs/ja";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Action {
    /// Each answer, in a line
    List,
    /// Answers, requests and tokens, by issue and model
    Sum,
    /// Leave out answers that others took the place of, and lines that cannot be read
    Compact,
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let path = journal_in(&args.place)?;
    match args.action {
        Action::List => list(&read(&path, terminal)?, terminal).map_err(Failure::output)?,
        Action::Sum => sum(&read(&path, terminal)?, terminal).map_err(Failure::output)?,
        Action::Compact => compact(&path, terminal)?,
    }
    Ok(Outcome::Clean)
}

fn journal_in(place: &Path) -> Result<PathBuf, Failure> {
    let inside = [place.join(output::OWN_FOLDER).join(JOURNAL), place.join(JOURNAL)];
    let found = if place.is_dir() { inside.into_iter().find(|path| path.is_file()) } else { None };
    match found {
        Some(path) => Ok(path),
        None if place.file_name().is_some_and(|name| name == JOURNAL) && place.is_file() => Ok(place.to_owned()),
        None => Err(Failure::new(format!("there is no journal in {}", place.display()))
            .hint("it is made in the folder of the edition, when a model is asked")),
    }
}

fn read(path: &Path, terminal: &Terminal) -> Result<Record, Failure> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let record = Record::read(&bytes);
    if let Some(complaint) = keeper::complaint(path, record.passed_over.len(), record.passed_over.first().copied()) {
        terminal.note(&complaint);
    }
    Ok(record)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be read", path.display())).because(error)
}

fn list(record: &Record, terminal: &mut Terminal) -> std::io::Result<()> {
    for entry in record.answers() {
        let head = format!("{}  {}  {}  ", one_line(&entry.issue, 60), entry.kind, one_line(&entry.model, 40));
        terminal.show(&[(Some(Style::Dim), &head), (None, &one_line(&entry.answer, 60))])?;
    }
    Ok(())
}

fn sum(record: &Record, terminal: &mut Terminal) -> std::io::Result<()> {
    let mut rows: BTreeMap<(String, String), (usize, Usage)> = BTreeMap::new();
    for entry in record.answers() {
        rows.entry((entry.issue.clone(), entry.model.clone())).or_default().0 += 1;
    }
    for spent in record.spent() {
        let usage = spent.usage();
        rows.entry((spent.issue, spent.model)).or_default().1 += usage;
    }
    let mut total = (0, Usage::default());
    for ((issue, model), (answers, usage)) in rows {
        let name = format!("{}, {}", one_line(&issue, 60), one_line(&model, 40));
        terminal.show(&[(None, &figures(&name, answers, usage))])?;
        total.0 += answers;
        total.1 += usage;
    }
    terminal.show(&[(Some(Style::Strong), &figures("all", total.0, total.1))])
}

fn figures(name: &str, answers: usize, usage: Usage) -> String {
    let Usage { requests, input_tokens, cached_tokens, output_tokens, .. } = usage;
    let tokens = format!("{input_tokens} tokens in ({cached_tokens} cached), {output_tokens} out");
    format!("{name}: {answers} answers, {requests} requests, {tokens}")
}

/// Written beside it and moved there: whatever happens, there is a whole journal.
fn compact(path: &Path, terminal: &mut Terminal) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let keeper = Keeper::open_in(folder, false).map_err(|no_journal| match no_journal {
        NoJournal::Busy(failure) | NoJournal::Impossible(failure) => failure,
    })?;
    let bytes = fs::read(keeper.path()).map_err(|error| unreadable(path, &error))?;
    let record = Record::read(&bytes);
    let text = record.compacted();
    let (before, after) = (record.lines() + record.passed_over.len(), text.lines().count());
    if record.lines() == 0 && before > 0 {
        return Err(Failure::new(format!("there is nothing of a journal in {}", path.display())));
    }
    output::write(path, &text)?;
    let message = format!("{}: {before} lines became {after}", path.display());
    terminal.show(&[(None, &message)]).map_err(Failure::output)
}
