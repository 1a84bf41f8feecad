//! `nekoyaku batch submit`: upload the requests, and have a batch made of them, once.
//!
//! Each step is written down before the next is taken. What was planned and not made, as far as is
//! written, may have been made all the same: it is looked for among the server's batches, by the name
//! of the run.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use nekoyaku::batch::Line;
use nekoyaku::model::{Batch, Creation, Id, ModelError, OpenAi};

use super::super::Outcome;
use super::super::engine::{Engine, EngineArgs, Runtime};
use super::super::failure::Failure;
use super::super::input;
use super::super::terminal::Terminal;
use super::ledger::Books;
use super::requests::{self, Chunk, For, Sizes};
use super::{SetupArgs, export, no_server};

/// How often a batch is asked for of which nobody knows whether it was made.
const TRIES: usize = 3;

/// Upload the requests for what is missing, and have a batch made of them
///
/// What is in a batch under way is not asked for again. Killed at any instant, the same command finds
/// what there is, and goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The issues, in Chinese
    #[arg(required = true, value_name = "ISSUE")]
    issues: Vec<PathBuf>,

    /// The folder the editions go into, under the names of the issues
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,

    /// Ask, and pay, also for what is in a batch under way
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku batch submit docs/*.md
  nekoyaku batch submit docs/*.md --out-dir docs/ja --model gpt-5-mini";

pub(super) fn run(args: &Args, runtime: &Runtime, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let edition = requests::one_folder(&args.issues, args.out_dir.as_deref())?;
    let first = args.issues.first().map_or(Path::new("."), PathBuf::as_path);
    let profile = input::profile(args.setup.house.config.as_deref(), first)?;
    let (model, name) = match runtime.get()?.block_on(args.engine.engine(&profile, None))? {
        Engine::Model { model, name } => (model, name),
        Engine::Memory { why, .. } => return Err(no_server(&why)),
    };
    let books = Books::of_edition(&edition)?;
    if let Some(complaint) = books.keeper.complaint() {
        terminal.note(&complaint);
    }
    let counter = Counter { model: &model, books: &books, runtime, terminal };
    let there = counter.what_is_there(args.again)?;
    counter.adopt(there.as_deref())?;

    let under_way = if args.again { HashSet::new() } else { books.ledger().under_way() };
    let ledger = books.ledger().clone();
    let requests = requests::write(
        &args.issues,
        For {
            setup: args.setup.setup(),
            model: &model,
            name: &name,
            host: Some(model.host()),
            journal: &books.keeper,
            ledger: &ledger,
            folder: books.folder(),
            sizes: Sizes::default(),
            under_way,
        },
        terminal,
    )?;
    export::say(&requests, &profile.price, &name, terminal)?;
    for chunk in requests.chunks {
        let counter = Counter { model: &model, books: &books, runtime, terminal };
        let batch = counter.submit(&chunk, there.iter().flatten())?;
        let line = format!("batch {batch} at {}", model.host());
        terminal.show(&[(None, &line)]).map_err(Failure::output)?;
    }
    if books.ledger().runs.iter().any(nekoyaku::batch::Run::is_under_way) {
        let folder = books.folder().parent().unwrap_or(Path::new("."));
        let place = if folder == Path::new("") { String::new() } else { format!(" --in {}", folder.display()) };
        terminal.note(&format!("it takes up to a day; to see how far it is: nekoyaku batch status{place}"));
    }
    Ok(Outcome::Clean)
}

struct Counter<'a> {
    model: &'a OpenAi,
    books: &'a Books,
    runtime: &'a Runtime,
    terminal: &'a Terminal,
}

impl Counter<'_> {
    fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        Ok(self.runtime.get()?.block_on(work))
    }

    /// The server's batches; `None` where it does not list them.
    fn what_is_there(&self, again: bool) -> Result<Option<Vec<Batch>>, Failure> {
        let error = match self.wait(self.model.batches())? {
            Ok(batches) => return Ok(Some(batches)),
            Err(error) => error,
        };
        let lists_none = matches!(error, ModelError::NoSuchEndpoint { .. } | ModelError::Refused { .. });
        let in_doubt = self.books.ledger().runs.iter().any(nekoyaku::batch::Run::is_in_doubt);
        if !lists_none {
            return Err(error.into());
        }
        if in_doubt && !again {
            let message = "an earlier `submit` was cut short, and the server does not tell whether its batch was made";
            return Err(Failure::new(message).because(&error).hint("--again asks, and pays, all the same"));
        }
        Ok(None)
    }

    /// Write down the batches that were made without our hearing of it.
    fn adopt(&self, there: Option<&[Batch]>) -> Result<(), Failure> {
        let doubtful: Vec<(String, Option<Id>)> = {
            let ledger = self.books.ledger();
            let here = |run: &&nekoyaku::batch::Run| run.plan.host.as_deref() == Some(self.model.host());
            let doubtful = ledger.runs.iter().filter(|run| run.is_in_doubt()).filter(here);
            doubtful.map(|run| (run.plan.run.clone(), run.file.clone())).collect()
        };
        for (run, file) in doubtful {
            let is_it =
                |batch: &&Batch| batch.run.as_deref() == Some(run.as_str()) || (file.is_some() && batch.input == file);
            if let Some(batch) = there.unwrap_or_default().iter().find(is_it) {
                self.terminal.note(&format!("an earlier `submit` was cut short; its batch is {}", batch.id));
                self.books.note(Line::Created { run, batch: batch.id.clone() })?;
            }
        }
        Ok(())
    }

    /// Have a batch made of a file of requests, and say what it is called.
    fn submit<'b>(&self, chunk: &Chunk, mut there: impl Iterator<Item = &'b Batch>) -> Result<Id, Failure> {
        let run = &chunk.plan.run;
        // Uploaded by a run that was cut short.
        let uploaded = {
            let ledger = self.books.ledger();
            let same = ledger.runs.iter().find(|known| known.plan.run == *run && known.plan.host == chunk.plan.host);
            same.map(|known| known.file.clone())
        };
        if uploaded.is_none() {
            self.books.note(Line::Planned(chunk.plan.clone()))?;
        }
        // Its ledger is lost, or it was made from another machine.
        let is_it = |batch: &&Batch| batch.run.as_deref() == Some(run) && batch.complaints.is_empty();
        if let Some(batch) = there.find(is_it) {
            self.terminal.note(&format!("the server has this batch already: {}", batch.id));
            return self.made(run, &batch.id);
        }
        let mut uploaded = uploaded.flatten();
        let mut last = None;
        for _ in 0..TRIES {
            let file = match uploaded.take() {
                Some(file) => file,
                None => self.upload(chunk)?,
            };
            match self.wait(self.model.create_batch(&file, run))?? {
                Creation::Made(batch) => return self.made(run, &batch.id),
                Creation::Unknown(error) => last = Some(error),
            }
            // Whatever was made has our name.
            if let Some(batch) =
                self.wait(self.model.batches())??.iter().find(|batch| batch.run.as_deref() == Some(run))
            {
                return self.made(run, &batch.id);
            }
            uploaded = Some(file);
        }
        Err(last.map_or_else(|| Failure::new("no batch was made"), Failure::from))
    }

    fn upload(&self, chunk: &Chunk) -> Result<Id, Failure> {
        let bytes = requests::contents(&chunk.file)?;
        let file = self.wait(self.model.upload("requests.jsonl", bytes.into()))??;
        self.books.note(Line::Uploaded { run: chunk.plan.run.clone(), file: file.clone() })?;
        Ok(file)
    }

    fn made(&self, run: &str, batch: &Id) -> Result<Id, Failure> {
        self.books.note(Line::Created { run: run.to_owned(), batch: batch.clone() })?;
        Ok(batch.clone())
    }
}
