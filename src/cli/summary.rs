//! What a person reads when a translation is done: what to mend, what to check, what to decide, and
//! the figures.

use std::io;

use nekoyaku::model::Usage;
use nekoyaku::report::{Finding, Place, Report};
use nekoyaku::translate::Run;
use nekoyaku::verify::Severity;

use super::output::Destination;
use super::terminal::{Style, Terminal};

/// What is shown at the end.
pub(crate) struct Shown<'a> {
    pub(crate) report: &'a Report,
    pub(crate) run: &'a Run,
    pub(crate) destination: &'a Destination,
    pub(crate) diff: &'a Option<Destination>,
    pub(crate) how: &'a str,
}

impl Shown<'_> {
    pub(crate) fn print(&self, to_stderr: bool, terminal: &mut Terminal) -> io::Result<()> {
        let edition = terminal.paint(to_stderr, Style::Strong, &self.destination.name());
        terminal.line(to_stderr, &edition)?;
        if let Some(Destination::File(diff)) = self.diff {
            terminal.line(to_stderr, &diff.display().to_string())?;
        }
        let groups = [("To mend", Severity::Error), ("To check", Severity::Warning), ("To decide", Severity::Info)];
        for (title, severity) in groups {
            let findings: Vec<&Finding> =
                self.report.findings.iter().filter(|finding| finding.severity == severity).collect();
            if findings.is_empty() {
                continue;
            }
            let title = terminal.paint(to_stderr, Style::Strong, &format!("{title} ({})", findings.len()));
            terminal.line(to_stderr, "")?;
            terminal.line(to_stderr, &title)?;
            // What is to be said of several places is said once.
            let mut said: Vec<Vec<&Finding>> = Vec::new();
            for finding in findings {
                let same = |group: &&mut Vec<&Finding>| {
                    group.iter().all(|other| other.rule == finding.rule && other.message == finding.message)
                };
                match said.iter_mut().find(same) {
                    Some(group) => group.push(finding),
                    None => said.push(vec![finding]),
                }
            }
            for group in said {
                print_findings(&group, to_stderr, terminal)?;
            }
        }
        if let Some(error) = &self.run.stopped {
            let message = format!("The model was not asked to the end: {error}");
            let message = terminal.paint(to_stderr, Style::Error, &message);
            terminal.line(to_stderr, "")?;
            terminal.line(to_stderr, &message)?;
        }
        let Report { translated, reused, left, .. } = self.report;
        let all = translated + reused + left;
        terminal.line(to_stderr, "")?;
        terminal.line(
            to_stderr,
            &format!(
                "{all} segments: {translated} translated, {reused} from the memory, {left} left in Chinese; {}.",
                self.how
            ),
        )?;
        let Usage { requests, input_tokens, cached_tokens, output_tokens } = self.run.usage;
        if requests > 0 {
            let line =
                format!("{requests} requests, {input_tokens} tokens in ({cached_tokens} cached), {output_tokens} out.");
            terminal.line(to_stderr, &line)?;
        }
        Ok(())
    }
}

/// Findings that say the same of one place or several.
fn print_findings(group: &[&Finding], to_stderr: bool, terminal: &mut Terminal) -> io::Result<()> {
    let Some((first, others)) = group.split_first() else { return Ok(()) };
    let at = |place: &Option<Place>| place.as_ref().map(|place| format!("{}:{}", place.path, place.position));
    let place = match (at(&first.edition), at(&first.source)) {
        (Some(edition), Some(source)) => format!(" {edition} (source {source})"),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (None, None) => String::new(),
    };
    let head = terminal.paint(to_stderr, first.severity.into(), &format!("{}[{}]", first.severity, first.rule));
    terminal.line(to_stderr, &format!("  {head}{place}"))?;
    terminal.line(to_stderr, &format!("    {}", first.message))?;
    if let Some(source) = &first.source {
        let text = terminal.paint(to_stderr, Style::Dim, &source.text);
        terminal.line(to_stderr, &format!("    {text}"))?;
    }
    let positions: Vec<String> =
        others.iter().filter_map(|finding| finding.edition.as_ref()).map(|place| place.position.to_string()).collect();
    // As many as stand on a line of a terminal without counting its columns.
    for (row, positions) in positions.chunks(10).enumerate() {
        let lead = if row == 0 { "and at " } else { "       " };
        terminal.line(to_stderr, &format!("    {lead}{}", positions.join(", ")))?;
    }
    Ok(())
}
