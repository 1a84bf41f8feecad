//! Findings, for people.

use std::io;

use nekoyaku::formats::{Checked, Tally};
use nekoyaku::rules::Language;

use super::super::terminal::{Style, Terminal};

pub(super) fn show(run: &[Checked<'_>], hidden: usize, language: Language, terminal: &mut Terminal) -> io::Result<()> {
    for checked in run {
        for finding in &checked.findings {
            let place = |file: Option<&nekoyaku::source::Source>, span: Option<nekoyaku::source::Span>| {
                file.zip(span).map(|(file, span)| format!("{}:{}", file.name(), file.position(span.start())))
            };
            let head = format!("{}[{}]", finding.severity, finding.rule());
            let at = format!(
                " {} ({}) {}",
                place(checked.edition, finding.edition).unwrap_or_default(),
                place(checked.source, finding.source).unwrap_or_default(),
                finding.message(language)
            );
            terminal.show(&[(Some(finding.severity.into()), &head), (None, &at)])?;
        }
    }
    let Tally { files, errors, warnings, infos } = Tally::of(run);
    terminal.show(&[(
        Some(Style::Strong),
        &format!("{files} files, {errors} errors, {warnings} warnings, {infos} infos, {hidden} hidden"),
    )])
}
