//! What a person reads when a translation is done: what to mend, what to check, what to decide, and
//! the figures.

use std::collections::HashMap;
use std::io;

use nekoyaku::model::Usage;
use nekoyaku::price::Money;
use nekoyaku::report::{Finding, Place, Report};
use nekoyaku::rules::{Rule, Severity};
use nekoyaku::translate::Run;

use super::output::Destination;
use super::terminal::{Style, Terminal};

/// What is shown at the end.
pub(crate) struct Shown<'a> {
    pub(crate) report: &'a Report,
    pub(crate) run: &'a Run,
    pub(crate) destination: &'a Destination,
    pub(crate) diff: Option<&'a Destination>,
    pub(crate) how: &'a str,
    /// What it cost, where prices are known.
    pub(crate) cost: Option<Money>,
}

impl Shown<'_> {
    pub(crate) fn print(&self, to_stderr: bool, terminal: &mut Terminal) -> io::Result<()> {
        terminal.line(to_stderr, &[(Some(Style::Strong), &self.destination.name())])?;
        if let Some(Destination::File(diff)) = self.diff {
            terminal.line(to_stderr, &[(None, &diff.display().to_string())])?;
        }
        let groups = [("To mend", Severity::Error), ("To check", Severity::Warning), ("To decide", Severity::Info)];
        for (title, severity) in groups {
            let findings: Vec<&Finding> =
                self.report.findings.iter().filter(|finding| finding.severity == severity).collect();
            if findings.is_empty() {
                continue;
            }
            terminal.line(to_stderr, &[])?;
            terminal.line(to_stderr, &[(Some(Style::Strong), &format!("{title} ({})", findings.len()))])?;
            for group in said_once(&findings) {
                print_findings(&group, to_stderr, terminal)?;
            }
        }
        if let Some(error) = &self.run.stopped {
            terminal.line(to_stderr, &[])?;
            let message = format!("The model was not asked to the end: {error}");
            terminal.line(to_stderr, &[(Some(Style::Error), &message)])?;
        }
        let Report { translated, earlier, reused, kept, left, .. } = self.report;
        let all = translated + earlier + reused + kept + left;
        let how = self.how;
        terminal.line(to_stderr, &[])?;
        let earlier = if *earlier > 0 { format!(", {earlier} from an earlier run") } else { String::new() };
        let kept = if *kept > 0 { format!(", {kept} kept as they are") } else { String::new() };
        let counts =
            format!("{translated} translated{earlier}, {reused} from the memory{kept}, {left} left in Chinese");
        terminal.line(to_stderr, &[(None, &format!("{all} segments: {counts}; {how}."))])?;
        let Usage { requests, input_tokens, cached_tokens, output_tokens, reasoning_tokens, .. } = self.run.usage;
        if requests > 0 {
            let reasoning =
                if reasoning_tokens > 0 { format!(" ({reasoning_tokens} reasoning)") } else { String::new() };
            let cost = self.cost.map(|cost| format!("; about {cost}")).unwrap_or_default();
            let tokens = format!("{input_tokens} tokens in ({cached_tokens} cached), {output_tokens} out{reasoning}");
            terminal.line(to_stderr, &[(None, &format!("{requests} requests, {tokens}{cost}."))])?;
        }
        Ok(())
    }
}

/// What is to be said of several places is said once.
fn said_once<'f>(findings: &[&'f Finding]) -> Vec<Vec<&'f Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut places: HashMap<(Rule, &str), usize> = HashMap::new();
    for finding in findings {
        let place = *places.entry((finding.rule, &finding.message)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(finding);
    }
    groups
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
    let head = format!("{}[{}]", first.severity, first.rule);
    terminal.line(to_stderr, &[(None, "  "), (Some(first.severity.into()), &head), (None, &place)])?;
    terminal.line(to_stderr, &[(None, "    "), (None, &first.message)])?;
    if let Some(source) = &first.source {
        terminal.line(to_stderr, &[(None, "    "), (Some(Style::Dim), &source.text)])?;
    }
    let positions: Vec<String> = others
        .iter()
        .filter_map(|finding| finding.edition.as_ref().or(finding.source.as_ref()))
        .map(|place| place.position.to_string())
        .collect();
    // As many as stand on a line of a terminal without counting its columns.
    for (row, positions) in positions.chunks(10).enumerate() {
        let lead = if row == 0 { "    and at " } else { "           " };
        terminal.line(to_stderr, &[(None, lead), (None, &positions.join(", "))])?;
    }
    Ok(())
}
