//! `--fix`: what can be mended without a choice.

use std::path::Path;

use nekoyaku::check::{File, Settings, fix};
use nekoyaku::diff::{Side, unified};
use nekoyaku::source::Source;

use super::super::failure::Failure;
use super::super::output;
use super::super::terminal::{Style, Terminal};
use super::{Args, How};

/// Mend an edition: write it, or show what would be written. What comes back is what stands there then.
pub(super) fn mend(
    source: &File,
    edition: File,
    settings: &Settings<'_>,
    args: &Args,
    path: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<File, Failure> {
    let style = args.fix == Some(How::Style);
    let fixed = fix(source, &edition, settings, style, |finding| args.asks_for(finding));
    if fixed.done.is_empty() {
        return Ok(edition);
    }
    let name = edition.source.name();
    if args.diff {
        let (old, new) = (Side { name, text: edition.source.text() }, Side { name, text: &fixed.text });
        terminal.put_diff(&unified(old, new, &[])).map_err(Failure::output)?;
        return Ok(edition);
    }
    match path {
        Some(path) if path != Path::new("-") => {
            // Whoever edits the file meanwhile is not written over.
            let now = super::super::failure::read(path)?;
            if now != edition.source.text() {
                return Err(
                    Failure::new(format!("{name} has changed meanwhile; nothing was written")).hint("try again")
                );
            }
            output::write_edition(path, &fixed.text)?;
        }
        _ => terminal.put(&fixed.text).map_err(Failure::output)?,
    }
    // Stdout has the edition, or what programs read.
    let to_stderr = path == Some(Path::new("-")) || !args.is_for_people();
    for finding in &fixed.done {
        let place = finding.edition.map(|span| edition.source.position(span.start()).to_string()).unwrap_or_default();
        let (head, message) = (format!("mended[{}]", finding.rule()), finding.message(args.lang.into()));
        let place = format!(" {name}:{place}: ");
        let pieces = [(Some(Style::Added), &*head), (None, &*place), (None, &*message)];
        terminal.line(to_stderr, &pieces).map_err(Failure::output)?;
    }
    Ok(File::new(Source::new(name, fixed.text), settings.profile))
}
