//! `--fix`: what can be mended without a choice.

use std::path::Path;

use nekoyaku::check::{File, Settings, fix, recorded};
use nekoyaku::diff::{Head, unified};
use nekoyaku::source::Source;

use super::super::failure::{self, Failure};
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
    let name = edition.source.name();
    if args.diff {
        let head = Head { path: &output::applied_to(path.unwrap_or(Path::new("-"))), edition: None };
        terminal.put_diff(&unified(head, edition.source.text(), &fixed.text, &[])).map_err(Failure::output)?;
        return Ok(edition);
    }
    put(&edition, &fixed.text, path, terminal)?;
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

/// Note in an edition which source it is of. What comes back is what stands there then.
pub(super) fn record(
    source: &File,
    edition: &File,
    settings: &Settings<'_>,
    path: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<File, Failure> {
    let text = recorded(source, edition.source.text());
    put(edition, &text, path, terminal)?;
    Ok(File::new(Source::new(edition.source.name(), text), settings.profile))
}

/// Put `text` where `edition` came from: into its file, or, where it came from stdin, on stdout.
fn put(edition: &File, text: &str, path: Option<&Path>, terminal: &mut Terminal) -> Result<(), Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else {
        return terminal.put(text).map_err(Failure::output);
    };
    if text == edition.source.text() {
        return Ok(());
    }
    // Whoever edits the file meanwhile is not written over.
    if failure::read(path)? != edition.source.text() {
        let message = format!("{} has changed meanwhile; nothing was written", edition.source.name());
        return Err(Failure::new(message).hint("try again"));
    }
    output::write_edition(path, text)
}
