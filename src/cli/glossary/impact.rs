//! `nekoyaku glossary impact`: what a change of the termbase has translated anew.

use std::path::{Path, PathBuf};

use nekoyaku::formats;
use nekoyaku::glossary::Glossary;
use nekoyaku::journal::{Asked, Change, Touched, impact};
use nekoyaku::prompts::Prompts;
use nekoyaku::source::{Source, Span};
use serde_json::{Value, json};

use super::super::Outcome;
use super::super::failure::{self, Failure};
use super::super::input;
use super::super::terminal::{Style, Terminal};
use super::{Format, named};

/// Show which segments a change of the termbase has translated anew, before it is paid for
///
/// Without issues, those in the folders that nekoyaku.toml names, else in docs and docs/ja. Exits with 0
/// where nothing is touched, 1 where something is, and 2 when it could not be done.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// An issue and its edition, in turn; or two folders
    #[arg(value_name = "SOURCE EDITION")]
    paths: Vec<PathBuf>,

    /// The termbase as it was; `-` is stdin: git show HEAD:glossary.toml | … --changed -
    #[arg(long, value_name = "OLD.toml")]
    changed: PathBuf,

    /// The termbase as it is [default: glossary.toml, found upward from here]
    #[arg(long, value_name = "FILE")]
    glossary: Option<PathBuf>,

    /// The settings [default: nekoyaku.toml, found upward from each issue, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  git show HEAD:glossary.toml | nekoyaku glossary impact docs docs/ja --changed -
  nekoyaku glossary impact docs docs/ja --changed old.toml --format json";

/// What is touched of an issue.
struct Found {
    source: Source,
    edition: Source,
    touched: Vec<Touched>,
}

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let termbase =
        |path: &Path| Glossary::parse(&failure::read(path)?).map_err(|error| Failure::of(&error).about(path));
    let old = termbase(&args.changed)?;
    let new = termbase(&named::termbase(args.glossary.as_deref())?)?;
    let prompts = Prompts::built_in().map_err(|error| Failure::of(&error))?;
    // What else a key is made of is the same before and after.
    let asked = |glossary| Asked { model: "", parameters: "", prompts: &prompts, glossary };
    let pairs = named::pairs(&args.paths)?.into_iter();
    // An issue without an edition has nothing to lose.
    let pairs: Vec<(PathBuf, PathBuf)> = pairs.filter_map(|paths| paths.source.zip(paths.edition)).collect();
    let mut found = Vec::new();
    for (source, edition) in &pairs {
        let profile = input::profile(args.config.as_deref(), source)?;
        let issue = input::issue(source, &profile)?;
        let edition = named::file(edition, &profile)?;
        let touched = impact(&issue, &edition, &asked(&old), &asked(&new));
        if !touched.is_empty() {
            found.push(Found { source: issue.source, edition: edition.source, touched });
        }
    }
    match args.format {
        Format::Text => tell(&found, pairs.len(), terminal).map_err(Failure::output)?,
        Format::Json => terminal.put(&listing(&found)).map_err(Failure::output)?,
    }
    Ok(if found.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn segments(found: &[Found]) -> impl Iterator<Item = &Touched> {
    found.iter().flat_map(|found| &found.touched)
}

fn tell(found: &[Found], pairs: usize, terminal: &mut Terminal) -> std::io::Result<()> {
    for Found { source, edition, touched } in found {
        let place = |file: &Source, span: Span| format!("{}:{}", file.name(), file.position(span.start()));
        for segment in touched {
            let there = segment.edition.map_or_else(|| edition.name().to_owned(), |span| place(edition, span));
            terminal.show(&[
                (Some(Style::Strong), &place(source, segment.source)),
                (None, "  "),
                (Some(Style::Hunk), &there),
            ])?;
            for change in &segment.changes {
                terminal.show(&[(None, &format!("    {}", told(change)))])?;
            }
        }
    }
    let some = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let count = segments(found).count();
    let characters: usize = segments(found).map(|segment| segment.characters).sum();
    let line = match count {
        0 => format!("the change touches nothing in {}", some(pairs, "edition")),
        _ => format!(
            "{} of {}, {}, would be asked for again",
            some(count, "segment"),
            some(found.len(), "edition"),
            some(characters, "character")
        ),
    };
    terminal.show(&[(None, &line)])
}

/// A term before and after, in a line.
fn told(change: &Change) -> String {
    let source = change.source();
    match (&change.old, &change.new) {
        (Some(old), Some(new)) if old.target != new.target => {
            let rest: Vec<&str> = old.differs_in(new).into_iter().filter(|field| *field != "target").collect();
            let rest = if rest.is_empty() { String::new() } else { format!(" ({} changed, too)", rest.join(", ")) };
            format!("{source}: {} → {}{rest}", old.target, new.target)
        }
        (Some(old), Some(new)) => format!("{source}: {} ({} changed)", new.target, old.differs_in(new).join(", ")),
        (Some(old), None) => format!("{source}: {} → not looked for here any more", old.target),
        (None, Some(new)) => format!("{source}: not looked for before → {}", new.target),
        (None, None) => source.to_owned(),
    }
}

fn listing(found: &[Found]) -> String {
    let characters: usize = segments(found).map(|segment| segment.characters).sum();
    let summary = json!({ "editions": found.len(), "segments": segments(found).count(), "characters": characters });
    let mut text = format!("{{\"version\":1,\"summary\":{summary},\"segments\":[");
    let mut between = "\n";
    for Found { source, edition, touched } in found {
        for segment in touched {
            let terms = segment.changes.iter().map(|change| {
                let changed = match (&change.old, &change.new) {
                    (Some(old), Some(new)) => old.differs_in(new),
                    _ => Vec::new(),
                };
                json!({ "source": change.source(), "old": change.old, "new": change.new, "changed": changed })
            });
            let value = json!({
                "segment": segment.segment,
                "characters": segment.characters,
                "source": place(source, Some(segment.source)),
                "edition": place(edition, segment.edition),
                "terms": terms.collect::<Vec<_>>(),
            });
            text += between;
            text += &formats::escaped(&value.to_string());
            between = ",\n";
        }
    }
    text + if between == "\n" { "]}\n" } else { "\n]}\n" }
}

fn place(file: &Source, span: Option<Span>) -> Value {
    let mut value = json!({ "path": file.name() });
    if let Some(span) = span {
        let start = file.position(span.start());
        value["line"] = start.line.get().into();
        value["column"] = start.column.get().into();
    }
    value
}
