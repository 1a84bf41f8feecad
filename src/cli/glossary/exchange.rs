//! `nekoyaku glossary import` and `export`: termbases of other tools.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nekoyaku::glossary::{Glossary, Imported, LONGEST_FILE, merged, read_csv, read_tbx, write_csv, write_tbx};

use super::super::Outcome;
use super::super::failure::{self, Failure};
use super::super::output;
use super::super::terminal::Terminal;
use super::named;

/// Of what is wrong, so much is told.
const TOLD: usize = 20;

/// Take terms from another tool's file into the termbase; its comments and its order stay
///
/// CSV as spreadsheets write it, with a first line that names the columns: source, target, variants,
/// forbidden, note, category, keep, case, strict; several values in a cell have `;` or `|` between them.
/// TBX of version 3, in both styles, and of version 2. Exits with 1 where a term is there otherwise, and
/// stays so, or an entry cannot be taken.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT)]
pub(crate) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The termbase to write into, made where it is not there [default: glossary.toml, found upward from
    /// here]
    #[arg(long, value_name = "FILE.toml")]
    glossary: Option<PathBuf>,

    /// What the file is [default: as its name ends]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Form>,

    /// Have terms that are there otherwise as the file has them
    #[arg(long)]
    replace: bool,

    #[command(flatten)]
    languages: Languages,
}

const IMPORT: &str = "\
Examples:
  nekoyaku glossary import theirs.csv
  nekoyaku glossary import theirs.tbx --glossary glossary.toml --replace";

/// Write the termbase for another tool
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT)]
pub(crate) struct Export {
    /// The termbase [default: glossary.toml, found upward from here]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// What to write [default: as the name of --output ends]
    #[arg(long, value_name = "FORMAT", required_unless_present = "output")]
    format: Option<Form>,

    /// Where to write it [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Begin CSV with a byte order mark, without which Excel reads no Chinese
    #[arg(long)]
    bom: bool,

    #[command(flatten)]
    languages: Languages,
}

const EXPORT: &str = "\
Examples:
  nekoyaku glossary export -o terms.tbx
  nekoyaku glossary export glossary.toml -o terms.csv --bom";

#[derive(Debug, clap::Args)]
struct Languages {
    /// The language of the sources, in TBX
    #[arg(long, value_name = "LANG", default_value = "zh", value_parser = language)]
    from: String,

    /// The language of the renderings, in TBX
    #[arg(long, value_name = "LANG", default_value = "ja", value_parser = language)]
    to: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Csv,
    Tbx,
}

fn language(code: &str) -> Result<String, String> {
    let is_code = |part: &str| !part.is_empty() && part.len() <= 8 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if code.split('-').all(is_code) {
        Ok(code.to_owned())
    } else {
        Err("a language is a code, as `zh-Hans`".to_owned())
    }
}

/// What is said, else what a name ends with.
fn form(said: Option<Form>, path: &Path) -> Result<Form, Failure> {
    let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match (said, end.as_str()) {
        (Some(form), _) => Ok(form),
        (None, "csv" | "tsv" | "txt") => Ok(Form::Csv),
        (None, "tbx" | "xml" | "martif") => Ok(Form::Tbx),
        _ => Err(Failure::new(format!("{} may be anything", failure::name(path)))
            .hint("say what it is: --format csv, or --format tbx")),
    }
}

pub(super) fn import(args: &Import, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let form = form(args.format, &args.file)?;
    if std::fs::metadata(&args.file).is_ok_and(|file| file.len() > LONGEST_FILE as u64) {
        return Err(Failure::new(format!("{} has more than {LONGEST_FILE} bytes", failure::name(&args.file))));
    }
    let text = failure::read(&args.file)?;
    let read = match form {
        Form::Csv => read_csv(&text),
        Form::Tbx => read_tbx(&text, &args.languages.from, &args.languages.to),
    };
    let imported = read.map_err(|error| Failure::of(&error).about(&args.file))?;
    let path = named::termbase(args.glossary.as_deref())?;
    let there = if path.exists() { failure::read(&path)? } else { String::new() };
    let merged = merged(&there, &imported.terms, args.replace)
        .map_err(|error| Failure::of(&error).about(&path).hint("nekoyaku glossary check tells all that is wrong"))?;
    if merged.text != there {
        output::write_edition(&path, &merged.text)?;
    }
    tell(args, &imported, terminal);
    for (source, fields) in merged.differing.iter().take(TOLD) {
        terminal.note(&format!(
            "{}: `{source}` is there with another {}, and stays",
            path.display(),
            fields.join(", ")
        ));
    }
    more(merged.differing.len(), terminal);
    if !merged.differing.is_empty() {
        terminal.note("--replace has them as the file does");
    }
    terminal.note(&format!(
        "{}: {} added, {} replaced, {} as they were, {} otherwise, {} refused",
        path.display(),
        merged.added.len(),
        merged.replaced.len(),
        merged.same,
        merged.differing.len(),
        imported.refused.len()
    ));
    let is_clean = merged.differing.is_empty() && imported.refused.is_empty();
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

fn tell(args: &Import, imported: &Imported, terminal: &Terminal) {
    let name = failure::name(&args.file);
    for refused in imported.refused.iter().take(TOLD) {
        terminal.note(&format!("{name}:{}: not taken: {}", refused.line, refused.why));
    }
    more(imported.refused.len(), terminal);
    for ignored in imported.ignored.iter().take(TOLD) {
        terminal.note(&format!("{name}: {ignored} is passed over"));
    }
}

fn more(count: usize, terminal: &Terminal) {
    if count > TOLD {
        terminal.note(&format!("… and {} more", count - TOLD));
    }
}

pub(super) fn export(args: &Export, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let form = form(args.format, args.output.as_deref().unwrap_or(Path::new("-")))?;
    let path = named::termbase(args.file.as_deref())?;
    let glossary = Glossary::parse(&failure::read(&path)?).map_err(|error| Failure::of(&error).about(&path))?;
    let text = match form {
        Form::Csv => format!("{}{}", if args.bom { "\u{feff}" } else { "" }, write_csv(glossary.terms())),
        Form::Tbx => write_tbx(glossary.terms(), &args.languages.from, &args.languages.to),
    };
    match &args.output {
        Some(path) => output::write(path, &text)?,
        None => terminal.put(&text).map_err(Failure::output)?,
    }
    Ok(Outcome::Clean)
}
