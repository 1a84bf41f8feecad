//! `nekoyaku batch`: many issues, asked at once and answered within a day, at half the price.

mod export;
mod fetch;
mod harvest;
mod ledger;
mod requests;
mod status;
mod submit;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nekoyaku::model::{Id, OpenAi};
use nekoyaku::passages::Prefer;

use super::Outcome;
use super::desk::Setup;
use super::engine::{Engine, EngineArgs, Runtime};
use super::failure::Failure;
use super::house::HouseArgs;
use super::input;
use super::interrupt::Interrupts;
use super::memory::{Library, MemoryArgs};
use super::terminal::Terminal;

/// Translate many issues at half the price: ask now, and fetch the answers within a day
///
/// Only what no earlier run was answered is asked, and what is answered is kept where `translate`
/// looks: both mix. `submit` and `fetch` use the Files and Batch endpoints of a server; `export` and
/// `import` the same files for any engine that reads them, `vllm run-batch` for instance.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku batch submit docs/*.md
  nekoyaku batch status --wait && nekoyaku batch fetch && nekoyaku translate docs/*.md
  nekoyaku batch export docs/*.md -o requests.jsonl --model qwen3
  nekoyaku batch import results.jsonl docs/*.md --model qwen3";

#[derive(Debug, Subcommand)]
enum Action {
    // They have many options, and clap takes one that is elsewhere.
    Export(Box<export::Args>),
    Submit(Box<submit::Args>),
    Status(Box<status::Args>),
    Fetch(Box<fetch::FetchArgs>),
    Import(Box<fetch::ImportArgs>),
    Cancel(Box<status::CancelArgs>),
}

pub(crate) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let (runtime, interrupts) = (Runtime::default(), Interrupts::default());
    match &args.action {
        Action::Export(args) => export::run(args, terminal),
        Action::Submit(args) => submit::run(args, &runtime, terminal),
        Action::Status(args) => status::run(args, &runtime, &interrupts, terminal),
        Action::Fetch(args) => fetch::run(args, &runtime, terminal),
        Action::Import(args) => fetch::import(args, terminal),
        Action::Cancel(args) => status::cancel(args, &runtime, terminal),
    }
}

/// What the issues are translated with
#[derive(Debug, clap::Args)]
struct SetupArgs {
    #[command(flatten)]
    house: HouseArgs,

    /// The folder with prompt templates: translate.md, segments.md, repair.md, brief.md, refine.md, note.md
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,

    /// Segments in one request [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=200))]
    batch: Option<u64>,

    /// With 0, answers are taken that a run would ask to have mended first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    repairs: Option<u32>,

    /// Take answers in Chinese for translations: for trying out a server that returns what it gets
    #[arg(long)]
    accept_chinese: bool,

    #[command(flatten)]
    memory: MemoryArgs,

    #[arg(skip)]
    library: Library,
}

impl SetupArgs {
    fn setup(&self) -> Setup<'_> {
        Setup {
            glossary: self.house.glossary.as_deref(),
            prompts: self.prompts.as_deref(),
            config: self.house.config.as_deref(),
            memory: &self.memory,
            library: &self.library,
            repairs: self.repairs,
            batch: self.batch,
            // Nobody waits for the longest of them.
            prefer: Prefer::Cost,
            accept_chinese: self.accept_chinese,
            // One asks after the other: nothing for a batch.
            anew: false,
            brief: Some(false),
            refine: Some(false),
        }
    }
}

/// Which batches
#[derive(Debug, clap::Args)]
struct Which {
    /// The batches, by the ids that `submit` said [default: all that are not fetched yet]
    #[arg(value_name = "ID")]
    ids: Vec<Id>,

    /// The folder of the editions [default: this one, or the one below it that has batches]
    #[arg(long = "in", value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The server that the batches of a run at `host` with `model` are at.
fn server(
    engine: &EngineArgs,
    (host, model): (&str, &str),
    settings: (Option<&Path>, &Path),
    runtime: &Runtime,
) -> Result<Box<OpenAi>, Failure> {
    let profile = input::profile(settings.0, settings.1)?;
    match runtime.get()?.block_on(engine.or_model(model).engine(&profile, None))? {
        Engine::Model { model, .. } if model.host() == host => Ok(model),
        Engine::Model { model, .. } => {
            Err(Failure::new(format!("the batch is at {host}, and {} would be asked", model.host()))
                .hint("give the address it was submitted to with --base-url"))
        }
        Engine::Memory { why, .. } => Err(no_server(&why)),
    }
}

fn no_server(why: &str) -> Failure {
    Failure::new(format!("there is no server to ask: {why}"))
        .hint("set OPENAI_API_KEY, or name a server with --base-url; without one: batch export and import")
}

/// Requests that the server has at most, of so many bytes, in words.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
