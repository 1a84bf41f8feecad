//! `nekoyaku batch export`: the requests as files, for any engine that reads them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use nekoyaku::batch::{Line, MOST_BYTES, MOST_REQUESTS};
use nekoyaku::model::Usage;
use nekoyaku::price::{Money, Price, price_of};

use super::super::Outcome;
use super::super::engine::EngineArgs;
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::super::{input, output};
use super::ledger::Books;
use super::requests::{self, For, Requests, Sizes};
use super::{SetupArgs, counted};

/// Write the requests for what is missing to files, and send nothing
///
/// The lines are those of OpenAI's Batch endpoint. No key is needed; the model's name is.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The issues, in Chinese
    #[arg(required = true, value_name = "ISSUE")]
    issues: Vec<PathBuf>,

    /// Where the requests go; several files are NAME-1.jsonl, NAME-2.jsonl …
    #[arg(long, short, value_name = "FILE", default_value = "requests.jsonl")]
    output: PathBuf,

    /// The folder the editions go into, under the names of the issues
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,

    /// The most requests in one file
    #[arg(long, value_name = "N", default_value_t = MOST_REQUESTS as u64,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_requests: u64,

    /// The most bytes of one file
    #[arg(long, value_name = "N", default_value_t = MOST_BYTES as u64,
          value_parser = clap::value_parser!(u64).range(1_000..=10_000_000_000))]
    max_bytes: u64,

    #[command(flatten)]
    setup: SetupArgs,

    #[command(flatten)]
    engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku batch export docs/*.md -o requests.jsonl --model qwen3
  nekoyaku batch export docs/*.md --out-dir docs/ja --provider deepseek --model deepseek-chat";

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let edition = requests::one_folder(&args.issues, args.out_dir.as_deref())?;
    if args.issues.iter().any(|issue| output::settled(issue) == output::settled(&args.output)) {
        return Err(Failure::new(format!("the requests would be written over the issue, {}", args.output.display()))
            .hint("give another file with -o"));
    }
    let first = args.issues.first().map_or(Path::new("."), PathBuf::as_path);
    let profile = input::profile(args.setup.house.config.as_deref(), first)?;
    let (model, name) = args.engine.unasked(&profile)?;
    let books = Books::of_edition(&edition)?;
    if let Some(complaint) = books.keeper.complaint() {
        terminal.note(&complaint);
    }
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let ledger = books.ledger().clone();
    let requests = requests::write(
        &args.issues,
        For {
            setup: args.setup.setup(),
            model: &model,
            name: &name,
            host: None,
            journal: &books.keeper,
            ledger: &ledger,
            folder: books.folder(),
            sizes: Sizes { requests: size(args.max_requests), bytes: size(args.max_bytes) },
            under_way: HashSet::new(),
        },
        terminal,
    )?;
    say(&requests, &profile.price, &name, terminal)?;
    let several = requests.chunks.len() > 1;
    let names: Vec<PathBuf> =
        (1..=requests.chunks.len()).map(|number| numbered(&args.output, several.then_some(number))).collect();
    for (chunk, path) in requests.chunks.into_iter().zip(names) {
        if path.is_dir() {
            return Err(Failure::new(format!("{} is a folder, not a file", path.display())));
        }
        // What is asked is known before anybody can answer it.
        if ledger.runs.iter().all(|run| run.plan != chunk.plan) {
            books.note(Line::Planned(chunk.plan))?;
        }
        let bytes = requests::contents(&chunk.file)?;
        let text = String::from_utf8(bytes).map_err(|error| Failure::of(&error))?;
        output::write(&path, &text)?;
        terminal.show(&[(None, &path.display().to_string())]).map_err(Failure::output)?;
    }
    Ok(Outcome::Clean)
}

/// How much there is to ask.
pub(super) fn say(requests: &Requests, prices: &[Price], model: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    if requests.under_way > 0 {
        let segments = counted(requests.under_way, "segment");
        terminal.note(&format!("{segments} of these issues are in a batch under way, and not asked for again"));
    }
    if requests.requests == 0 {
        return terminal.show(&[(None, "there is nothing to ask")]).map_err(Failure::output);
    }
    let (input, output) = requests.tokens;
    let usage = Usage { input_tokens: input as u64, output_tokens: output as u64, ..Usage::default() };
    let price = price_of(prices, model).map(|price| {
        // OpenAI, DashScope, Groq, Mistral and Gemini all ask for half, and promise no cache.
        let half = Money::dollars(usage.cost(price.tariff()).as_dollars() / 2.0);
        format!(", about {half} at half the price of direct requests")
    });
    let price = price.unwrap_or_default();
    let line = format!(
        "{}, {}, {} to {model}: about {input} tokens in and {output} out{price}",
        counted(requests.issues, "issue"),
        counted(requests.segments, "segment"),
        counted(requests.requests, "request"),
    );
    terminal.show(&[(None, &line)]).map_err(Failure::output)
}

/// `requests-2.jsonl` for `requests.jsonl`.
fn numbered(path: &Path, number: Option<usize>) -> PathBuf {
    let Some(number) = number else { return path.to_owned() };
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}
