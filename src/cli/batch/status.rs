//! `nekoyaku batch status` and `cancel`: how far batches are, and stopping them.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::select;
use nekoyaku::batch::{Ledger, Run};
use nekoyaku::model::{Batch, Id, ModelError, OpenAi, State};

use super::super::Outcome;
use super::super::engine::{EngineArgs, Runtime};
use super::super::failure::Failure;
use super::super::interrupt::{Aborted, Interrupts};
use super::super::terminal::{Style, Terminal};
use super::{Which, ledger, server};

/// The longest time between two looks, in seconds.
const LONGEST_INTERVAL: f64 = 600.0;

/// Show how far batches are, and what to do next
///
/// Exits with 1 when one of them failed, expired or was cancelled.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,

    /// Look again and again until all are over
    #[arg(long)]
    wait: bool,

    /// Seconds until the second look; each wait is half as long again as the one before
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    interval: f64,

    /// The settings [default: nekoyaku.toml, found upward from the editions, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku batch status
  nekoyaku batch status --wait --interval 60";

/// Stop a batch; what is answered by then is there, and paid for
#[derive(Debug, clap::Args)]
#[command(after_help = CANCEL)]
pub(super) struct CancelArgs {
    /// The batch, by the id that `submit` said
    #[arg(value_name = "ID")]
    id: Id,

    /// The folder of the editions [default: this one, or the one below it that has batches]
    #[arg(long = "in", value_name = "DIR")]
    folder: Option<PathBuf>,

    /// The settings [default: nekoyaku.toml, found upward from the editions, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    engine: EngineArgs,
}

const CANCEL: &str = "\
Examples:
  nekoyaku batch cancel batch_0123
  nekoyaku batch cancel batch_0123 --in docs/ja";

/// The batches that are meant, with what was planned.
pub(super) fn meant<'l>(ledger: &'l Ledger, ids: &[Id]) -> Result<Vec<(&'l Run, &'l Id)>, Failure> {
    let known = || ledger.runs.iter().filter_map(|run| Some((run, run.batch.as_ref()?)));
    if ids.is_empty() {
        return Ok(known().filter(|(run, _)| !run.is_read).collect());
    }
    let find = |id: &Id| {
        known().find(|(_, batch)| *batch == id).ok_or_else(|| {
            Failure::new(format!("no batch {id} was submitted from here"))
                .hint("name its folder with --in; the results of another machine's are read with `batch import`")
        })
    };
    ids.iter().map(find).collect()
}

/// The server that `run` was sent to.
pub(super) fn server_of(
    run: &Run,
    engine: &EngineArgs,
    config: Option<&Path>,
    folder: &Path,
    runtime: &Runtime,
) -> Result<Box<OpenAi>, Failure> {
    let place = (run.plan.host.as_deref().unwrap_or_default(), run.plan.model.as_str());
    server(engine, place, (config, &folder.join("batches.jsonl")), runtime)
}

pub(super) fn run(
    args: &Args,
    runtime: &Runtime,
    interrupts: &Interrupts,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let folder = ledger::find(args.which.folder.as_deref())?;
    let ledger = ledger::read(&folder)?;
    let meant = meant(&ledger, &args.which.ids)?;
    let Some((first, _)) = meant.first() else {
        terminal.show(&[(None, "no batch is under way")]).map_err(Failure::output)?;
        return Ok(Outcome::Clean);
    };
    let model = server_of(first, &args.engine, args.config.as_deref(), &folder, runtime)?;
    let (meant, elsewhere): (Vec<_>, Vec<_>) =
        meant.iter().copied().partition(|(run, _)| run.plan.host.as_deref() == Some(model.host()));
    for (run, id) in elsewhere {
        terminal.note(&format!("{id}: it is at another server, {}", run.plan.host.as_deref().unwrap_or_default()));
    }
    let stopped = Cell::new(false);
    let mut interval = if args.interval.is_finite() { args.interval.clamp(0.01, LONGEST_INTERVAL) } else { 30.0 };
    loop {
        let mut batches = Vec::new();
        for (_, id) in &meant {
            match runtime.get()?.block_on(model.batch(id)) {
                Ok(batch) => batches.push(batch),
                Err(error) if meant.len() == 1 || error.is_fatal() => return Err(error.into()),
                Err(error) => terminal.note(&format!("{id}: {error}")),
            }
        }
        let is_over = batches.len() == meant.len() && batches.iter().all(|batch| batch.state.is_over());
        if is_over || !args.wait {
            return show(&batches, meant.len(), terminal);
        }
        terminal.note(&progress(&batches));
        let pause = async {
            let pause = tokio::time::sleep(Duration::from_secs_f64(interval));
            select(Box::pin(pause), Box::pin(told(&stopped))).await;
        };
        let waited = interrupts.see_through(runtime, pause, || stopped.set(true));
        match waited {
            Err(Aborted::Failed(failure)) => return Err(failure),
            Ok(()) if !stopped.get() => {}
            Ok(()) | Err(Aborted::Told) => {
                show(&batches, meant.len(), terminal)?;
                terminal.note("interrupted: the batches go on by themselves; look again with `nekoyaku batch status`");
                return Ok(Outcome::Interrupted);
            }
        }
        interval = (interval * 1.5).min(LONGEST_INTERVAL);
    }
}

/// Ends when `stopped` does say so.
async fn told(stopped: &Cell<bool>) {
    while !stopped.get() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn progress(batches: &[Batch]) -> String {
    let (done, of) = batches.iter().fold((0, 0), |(done, of), batch| {
        (done + batch.counts.completed + batch.counts.failed, of + batch.counts.total)
    });
    let over = batches.iter().filter(|batch| batch.state.is_over()).count();
    format!("{over} of {} batches are over, {done} of {of} requests", batches.len())
}

fn show(batches: &[Batch], of: usize, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let mut outcome = if batches.len() < of { Outcome::Findings } else { Outcome::Clean };
    for batch in batches {
        let counts = batch.counts;
        let failed = if counts.failed > 0 { format!(", {} failed", counts.failed) } else { String::new() };
        let (style, next) = match &batch.state {
            State::UnderWay(_) => (Style::Info, "nothing to do yet"),
            State::Completed if counts.failed == 0 => (Style::Added, "fetch it: nekoyaku batch fetch"),
            State::Failed => (Style::Error, "nothing was answered; `batch fetch` closes it, and `submit` asks again"),
            _ => (Style::Warning, "fetch what there is: nekoyaku batch fetch"),
        };
        if batch.state.is_over() && (batch.state != State::Completed || counts.failed > 0) {
            outcome = Outcome::Findings;
        }
        let figures = format!(", {} of {} done{failed}{}; {next}", counts.completed, counts.total, age(batch.created));
        let (id, state) = (format!("{}  ", batch.id), batch.state.to_string());
        terminal
            .show(&[(Some(Style::Strong), &id), (Some(style), &state), (None, &figures)])
            .map_err(Failure::output)?;
        for complaint in &batch.complaints {
            terminal.show(&[(Some(Style::Dim), &format!("  {complaint}"))]).map_err(Failure::output)?;
        }
    }
    Ok(outcome)
}

/// How long ago that was; nothing where nobody knows.
fn age(created: Option<u64>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let Some(seconds) = created.and_then(|created| now.checked_sub(created)) else { return String::new() };
    match seconds {
        0..60 => ", just made".to_owned(),
        60..7200 => format!(", {} min old", seconds / 60),
        _ => format!(", {} h old", seconds / 3600),
    }
}

pub(super) fn cancel(args: &CancelArgs, runtime: &Runtime, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let folder = ledger::find(args.folder.as_deref())?;
    let ledger = ledger::read(&folder)?;
    let ids = [args.id.clone()];
    let meant = meant(&ledger, &ids)?;
    let Some((run, id)) = meant.first() else { return Ok(Outcome::Clean) };
    let model = server_of(run, &args.engine, args.config.as_deref(), &folder, runtime)?;
    let cancelled: Result<Batch, ModelError> = runtime.get()?.block_on(model.cancel_batch(id));
    show(&[cancelled?], 1, terminal)?;
    terminal.note("what was answered by then is there, and paid for: nekoyaku batch fetch");
    Ok(Outcome::Clean)
}
