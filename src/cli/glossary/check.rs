//! `nekoyaku glossary check`: all that is wrong with a termbase, each with its place.

use std::path::PathBuf;

use nekoyaku::formats;
use nekoyaku::glossary::{Audit, Remark};
use nekoyaku::rules::Severity;
use nekoyaku::source::{Source, Span};
use serde_json::{Value, json};

use super::super::Outcome;
use super::super::failure::{self, Failure};
use super::super::terminal::{Style, Terminal};
use super::{Format, corpus, named, show};

/// Find what is wrong with a termbase: duplicates, contradictions, terms that are never found
///
/// Exits with 0 when there is no error, 1 when there is one (with --strict, a warning), and 2 when it
/// could not be done. An error is what no termbase is read with.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The termbase [default: glossary.toml, found upward from here]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Tell which terms none of these issues has, too: files, or folders, in which Japanese editions are
    /// passed over
    #[arg(long, value_name = "DIR", num_args = 1..)]
    corpus: Vec<PathBuf>,

    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,

    /// For people, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  nekoyaku glossary check
  nekoyaku glossary check glossary.toml --strict --corpus docs";

pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let path = named::termbase(args.file.as_deref())?;
    let file = Source::new(failure::name(&path), failure::read(&path)?);
    let mut audit = Audit::new(file.text()).map_err(|error| Failure::of(&error).about(&path))?;
    if !args.corpus.is_empty() {
        let mut usage = audit.usage().map_err(|error| Failure::of(&error).about(&path))?;
        for text in corpus::texts(&args.corpus)? {
            usage.count(&text);
        }
        audit.add_usage(&usage);
    }
    let remarks = audit.remarks();
    match args.format {
        Format::Text => tell(&audit, &file, terminal).map_err(Failure::output)?,
        Format::Json => terminal.put(&listing(remarks, &file)).map_err(Failure::output)?,
    }
    let least = if args.strict { Severity::Warning } else { Severity::Error };
    let fails = remarks.iter().any(|remark| remark.flaw.severity() >= least);
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

fn count(remarks: &[Remark], severity: Severity) -> usize {
    remarks.iter().filter(|remark| remark.flaw.severity() == severity).count()
}

fn tell(audit: &Audit, file: &Source, terminal: &mut Terminal) -> std::io::Result<()> {
    let remarks = audit.remarks();
    for remark in remarks {
        let severity = remark.flaw.severity();
        terminal.show(&[
            (Some(severity.into()), &format!("{severity}[{}]", remark.flaw.id())),
            (Some(Style::Strong), &format!(": {}", remark.message)),
        ])?;
        let places = [Some(remark.span), remark.other];
        show::places(file, places.into_iter().flatten(), severity.into(), terminal)?;
        terminal.show(&[])?;
    }
    let some = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|it| some(count(remarks, it), it.name()));
    terminal.show(&[(None, &format!("{}: {}", some(audit.count(), "term"), counts.join(", ")))])
}

fn listing(remarks: &[Remark], file: &Source) -> String {
    let [errors, warnings, infos] = [Severity::Error, Severity::Warning, Severity::Info].map(|it| count(remarks, it));
    let summary = json!({ "files": 1, "errors": errors, "warnings": warnings, "infos": infos });
    let mut text = format!("{{\"version\":1,\"summary\":{summary},\"findings\":[");
    let mut between = "\n";
    for remark in remarks {
        let mut value = json!({
            "rule": remark.flaw.id(),
            "severity": remark.flaw.severity().name(),
            "message": remark.message,
            "glossary": place(file, remark.span),
        });
        if let Some(other) = remark.other {
            value["other"] = place(file, other);
        }
        text += between;
        text += &formats::escaped(&value.to_string());
        between = ",\n";
    }
    text + if between == "\n" { "]}\n" } else { "\n]}\n" }
}

fn place(file: &Source, span: Span) -> Value {
    let (start, end) = (file.position(span.start()), file.position(span.end()));
    json!({
        "path": file.name(),
        "line": start.line.get(), "column": start.column.get(),
        "end_line": end.line.get(), "end_column": end.column.get(),
        "text": file.slice(span),
    })
}
