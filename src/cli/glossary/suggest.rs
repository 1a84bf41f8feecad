//! `nekoyaku glossary suggest`: terms that published pairs have and the termbase has not, and those that
//! people put right in drafts.

use std::path::{Path, PathBuf};

use nekoyaku::formats;
use nekoyaku::glossary::{Term, merged};
use nekoyaku::mining::{Bitext, Options, Quote, Rendering, Suggestion};
use nekoyaku::source::Source;
use serde_json::{Value, json};

use super::super::Outcome;
use super::super::failure::{self, Failure};
use super::super::input;
use super::super::output;
use super::super::terminal::{Style, Terminal};
use super::{Format, named};

/// Find terms in published pairs that the termbase has not, and what they are rendered as
///
/// Words of the sources that come back, and what they become: first those that are rendered in one way,
/// then those that are rendered in several. Without issues, those in the folders that nekoyaku.toml
/// names, else in docs and docs/ja; issues without an edition are read, too.
///
/// With --from-edits, what people put right in drafts: words that they replaced in the same way in two
/// paragraphs or more, and more often than not. What they wrote is to be the term, and what the machine
/// wrote is forbidden. Drafts are those that `nekoyaku translate` keeps beside its editions.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// An issue and its edition, in turn; or two folders. With --from-edits, editions, or folders of them
    #[arg(value_name = "SOURCE EDITION")]
    pub(super) paths: Vec<PathBuf>,

    /// Find terms in what people changed in the drafts that are kept beside editions
    #[arg(long)]
    pub(super) from_edits: bool,

    /// Leave out what is in fewer paragraphs [default: 3; with --from-edits, 2]
    #[arg(long, value_name = "N")]
    pub(super) least: Option<usize>,

    /// The termbase [default: glossary.toml, found upward from here, else the built-in one]
    #[arg(long, value_name = "FILE")]
    pub(super) glossary: Option<PathBuf>,

    /// Write what is rendered in one way into this termbase, or with --from-edits what are terms; its
    /// comments and its order stay
    #[arg(long, value_name = "FILE.toml")]
    pub(super) add: Option<PathBuf>,

    /// With --add: only this word; may be given several times, and with another rendering, WORD=RENDERING
    #[arg(long, value_name = "WORD", value_delimiter = ',', requires = "add")]
    pub(super) accept: Vec<String>,

    /// The settings [default: nekoyaku.toml, found upward from each issue, else the built-in profile]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku glossary suggest docs docs/ja
  nekoyaku glossary suggest --from-edits docs/ja
  nekoyaku glossary suggest docs docs/ja --add glossary.toml --accept 缓存,支持=対応";

/// The two texts of a pair, to quote from.
type Pair = (Source, Source);

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let glossary = input::glossary(args.glossary.as_deref(), Path::new("x"))?;
    let (bitext, pairs) = read(args)?;
    let least = args.least.unwrap_or(Options::default().least);
    let found = bitext.suggestions(&glossary, Options { least: least.max(2) });
    if let Some(path) = &args.add {
        return add(path, &found, &args.accept, terminal);
    }
    match args.format {
        Format::Text => tell(&found, &pairs, terminal).map_err(Failure::output)?,
        Format::Json => terminal.put(&listing(&found, &pairs)).map_err(Failure::output)?,
    }
    Ok(Outcome::Clean)
}

/// Write what is accepted into a termbase.
fn add(path: &Path, found: &[Suggestion], accepted: &[String], terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut terms = Vec::new();
    if accepted.is_empty() {
        for suggestion in found.iter().filter(|found| found.is_stable()) {
            terms.push(term(&suggestion.source, &suggestion.renderings[0].target));
        }
    }
    for word in accepted {
        let (word, rendering) = word.split_once('=').map_or((word.as_str(), None), |(word, other)| (word, Some(other)));
        let suggestion = found.iter().find(|found| found.source == word).ok_or_else(|| {
            Failure::new(format!("`{word}` is none of the suggestions")).hint("without --add they are all shown")
        })?;
        terms.push(term(word, rendering.unwrap_or(&suggestion.renderings[0].target)));
    }
    write(path, &terms, false, terminal)
}

/// Write terms into a termbase; those that it has otherwise stay, unless they are to be as they are here.
pub(super) fn write(path: &Path, terms: &[Term], replace: bool, terminal: &Terminal) -> Result<Outcome, Failure> {
    let merged = merged(&failure::read(path)?, terms, replace).map_err(|error| Failure::of(&error).about(path))?;
    if !(merged.added.is_empty() && merged.replaced.is_empty()) {
        output::write_edition(path, &merged.text)?;
    }
    for (source, _) in &merged.differing {
        terminal.note(&format!("{}: `{source}` is there otherwise, and stays so", path.display()));
    }
    let count = merged.added.len();
    terminal.note(&format!("{}: {count} {} added", path.display(), if count == 1 { "term" } else { "terms" }));
    if !merged.replaced.is_empty() {
        terminal.note(&format!("{}: changed {}", path.display(), merged.replaced.join(", ")));
    }
    Ok(if merged.differing.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn term(source: &str, target: &str) -> Term {
    Term { source: source.to_owned(), target: target.to_owned(), ..Term::default() }
}

fn read(args: &Args) -> Result<(Bitext, Vec<Pair>), Failure> {
    let (mut bitext, mut pairs) = (Bitext::default(), Vec::new());
    for paths in named::pairs(&args.paths)? {
        let Some(source) = &paths.source else { continue };
        let profile = input::profile(args.config.as_deref(), source)?;
        let source = named::file(source, &profile)?;
        match &paths.edition {
            Some(edition) => {
                let edition = named::file(edition, &profile)?;
                pairs.push((source.source.clone(), edition.source.clone()));
                bitext.add_pair(source, edition);
            }
            None => bitext.add_source(source),
        }
    }
    Ok((bitext, pairs))
}

fn tell(found: &[Suggestion], pairs: &[Pair], terminal: &mut Terminal) -> std::io::Result<()> {
    let (stable, others): (Vec<_>, Vec<_>) = found.iter().partition(|found| found.is_stable());
    for (title, found) in
        [("rendered in one way", &stable), ("rendered in several ways, or put in other words", &others)]
    {
        if found.is_empty() {
            continue;
        }
        terminal.show(&[(Some(Style::Strong), &format!("{title} ({})", found.len()))])?;
        for suggestion in found {
            let several = if suggestion.is_stable() { 1 } else { suggestion.renderings.len() };
            terminal.show(&[
                (None, "  "),
                (Some(Style::Strong), &suggestion.source),
                (None, &format!("  in {} paragraphs", suggestion.count)),
            ])?;
            for Rendering { target, count, quote } in suggestion.renderings.iter().take(several) {
                terminal.show(&[
                    (None, &format!("      {target}  {count}×  ")),
                    (Some(Style::Dim), &places(quote, pairs)),
                ])?;
            }
        }
        terminal.show(&[])?;
    }
    terminal.show(&[(None, &format!("{} stable, {} in several ways", stable.len(), others.len()))])
}

fn places(quote: &Quote, pairs: &[Pair]) -> String {
    let Some((source, edition)) = pairs.get(quote.pair) else { return String::new() };
    let place = |file: &Source, at: usize| format!("{}:{}", file.name(), file.position(at).line);
    format!("{} {}", place(source, quote.source), place(edition, quote.edition))
}

fn listing(found: &[Suggestion], pairs: &[Pair]) -> String {
    let stable = found.iter().filter(|found| found.is_stable()).count();
    let summary = json!({ "stable": stable, "several": found.len() - stable });
    let mut text = format!("{{\"version\":1,\"summary\":{summary},\"suggestions\":[");
    let mut between = "\n";
    for suggestion in found {
        let renderings = suggestion.renderings.iter().map(|rendering| rendering_of(rendering, pairs));
        let value = json!({
            "source": suggestion.source,
            "count": suggestion.count,
            "stable": suggestion.is_stable(),
            "renderings": renderings.collect::<Vec<_>>(),
        });
        text += between;
        text += &formats::escaped(&value.to_string());
        between = ",\n";
    }
    text + if between == "\n" { "]}\n" } else { "\n]}\n" }
}

fn rendering_of(Rendering { target, count, quote }: &Rendering, pairs: &[Pair]) -> Value {
    let mut value = json!({ "target": target, "count": count });
    let place = |file: &Source, at: usize| {
        let start = file.position(at);
        json!({ "path": file.name(), "line": start.line.get(), "column": start.column.get() })
    };
    if let Some((source, edition)) = pairs.get(quote.pair) {
        value["source"] = place(source, quote.source);
        value["edition"] = place(edition, quote.edition);
    }
    value
}
