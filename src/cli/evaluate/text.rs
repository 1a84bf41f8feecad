//! An evaluation for people at a terminal.

use std::io;

use nekoyaku::evaluate::{Effort, Interval, Judgement, Place, Report, Scored, Shown};

use super::super::cells::width;
use super::super::terminal::{Style, Terminal, harmless};

/// So many places are named of those there are.
const NAMED: usize = 8;

type Line = Vec<(Option<Style>, String)>;

/// Show `report` on stdout.
pub(super) fn show(report: &Report, terminal: &mut Terminal) -> io::Result<()> {
    for line in lines(report) {
        let pieces: Vec<(Option<Style>, &str)> = line.iter().map(|(style, text)| (*style, text.as_str())).collect();
        terminal.show(&pieces)?;
    }
    Ok(())
}

/// The same for a file.
pub(super) fn plain(report: &Report) -> String {
    let line = |line: Line| line.into_iter().map(|(_, text)| text).collect::<String>() + "\n";
    lines(report).into_iter().map(line).collect()
}

fn lines(report: &Report) -> Vec<Line> {
    let mut lines = vec![said(&about(report)), Line::new()];
    lines.extend(table(&systems(report)));
    lines.push(Line::new());
    lines.extend(report.verdict.iter().map(|sentence| vec![(Some(Style::Strong), harmless(sentence))]));
    lines.push(said(&format!(
        "A copy of the source scores {:.1} here, and {:.1} where markup and addresses count: scores of whole files say \
         little.",
        report.copy.score, report.raw_copy
    )));
    lines.extend(report.judgements.iter().flat_map(judged));
    if report.systems.iter().any(|system| !system.sections.is_empty()) {
        lines.push(Line::new());
        lines.extend(table(&sections(report)));
    }
    for system in &report.systems {
        lines.extend(of_system(system));
    }
    lines
}

/// How much there is, and what is left out.
fn about(report: &Report) -> String {
    let issues = match report.issues.as_slice() {
        [pair] => format!("{} against {}", pair.source, pair.reference),
        pairs => format!("{} issues", pairs.len()),
    };
    let mut text = format!("{issues}: {} segment{}", report.scored, if report.scored == 1 { "" } else { "s" });
    if report.unchanged > 0 {
        text += &format!("; {} in the reference as in the source, and not scored", report.unchanged);
    }
    if report.unreferenced > 0 {
        text += &format!("; the reference has nothing for {}", report.unreferenced);
    }
    text
}

fn said(text: &str) -> Line {
    vec![(None, harmless(text))]
}

fn systems(report: &Report) -> Vec<Vec<String>> {
    let has_effort = report.systems.iter().any(|system| system.effort.is_some());
    let mut head = ["system", "chrF2", "95 %", "errors", "warnings", "in Chinese", "terms"].map(str::to_owned).to_vec();
    if has_effort {
        head.extend(["at once", "in the end", "tokens", "price", "seconds"].map(str::to_owned));
    }
    let columns = head.len();
    let mut rows = vec![head];
    for system in &report.systems {
        let mut row = vec![
            harmless(&system.name),
            score(system.chrf),
            interval(system.chrf),
            system.errors.to_string(),
            system.warnings.to_string(),
            system.left.len().to_string(),
            terms(system.terms.preferred + system.terms.variants, system.terms.occurrences),
        ];
        if has_effort {
            row.extend(system.effort.as_ref().map(effort).unwrap_or_default());
        }
        rows.push(row);
    }
    rows.push(vec!["a copy of the source".to_owned(), score(report.copy), interval(report.copy)]);
    for row in &mut rows {
        row.resize(columns, String::new());
    }
    rows
}

fn effort(effort: &Effort) -> [String; 5] {
    let percent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    [
        percent(effort.first_try()),
        percent(effort.in_the_end()),
        (effort.input_tokens + effort.output_tokens).to_string(),
        effort.dollars.map_or("–".to_owned(), |dollars| format!("${dollars:.4}")),
        format!("{:.1}", effort.seconds),
    ]
}

fn sections(report: &Report) -> Vec<Vec<String>> {
    let mut head = vec!["section".to_owned(), "segments".to_owned()];
    head.extend(report.systems.iter().map(|system| harmless(&system.name)));
    let mut rows = vec![head];
    let Some(first) = report.systems.first() else { return rows };
    for (place, section) in first.sections.iter().enumerate() {
        let name = if section.name.is_empty() { "before the first heading" } else { &section.name };
        let mut row = vec![harmless(name), section.scored.to_string()];
        let of = |system: &Scored| system.sections.get(place).map(|section| score(section.chrf)).unwrap_or_default();
        row.extend(report.systems.iter().map(of));
        rows.push(row);
    }
    rows
}

fn score(interval: Interval) -> String {
    format!("{:.1}", interval.score)
}

fn interval(interval: Interval) -> String {
    format!("[{:.1}, {:.1}]", interval.low, interval.high)
}

fn terms(kept: usize, all: usize) -> String {
    if all == 0 { "–".to_owned() } else { format!("{:.1} %", kept as f64 * 100.0 / all as f64) }
}

/// What a judge finds wrong.
fn judged(judgement: &Judgement) -> impl Iterator<Item = Line> {
    [0, 1].into_iter().map(|side| {
        let errors = judgement.errors[side].iter();
        let errors: Vec<String> = errors
            .map(|errors| format!("{} {} {}", errors.count, errors.weight.name(), errors.category.name()))
            .collect();
        let errors = if errors.is_empty() { "none".to_owned() } else { errors.join(", ") };
        let (system, judge, points) = (&judgement.systems[side], &judgement.judge, judgement.penalty[side]);
        said(&format!("{judge} finds wrong with {system}: {errors} ({points:.2} points a text)"))
    })
}

/// What is told of one system below the tables.
fn of_system(system: &Scored) -> Vec<Line> {
    let mut lines = vec![Line::new(), vec![(Some(Style::Strong), harmless(&system.name))]];
    let found: Vec<String> =
        system.findings.iter().map(|found| format!("{} {} ({})", found.count, found.rule, found.severity)).collect();
    if !found.is_empty() {
        lines.push(said(&format!("  check: {}", found.join(", "))));
    }
    let (ours, theirs) = (system.terms, system.terms_of_reference);
    if ours.occurrences > 0 {
        let kept = |some: usize| terms(some, ours.occurrences);
        lines.push(said(&format!(
            "  terms: of {} in the source {} as the termbase prefers, {} otherwise right; in the reference {} and {}; \
             {} forbidden",
            ours.occurrences,
            kept(ours.preferred),
            kept(ours.variants),
            kept(theirs.preferred),
            kept(theirs.variants),
            ours.forbidden
        )));
    }
    let lists = system.lists().map(|(what, places)| said(&format!("  {what}: {}", Place::listed(places, NAMED))));
    lines.extend(lists);
    if let Some(edits) = &system.edits {
        lines.push(said(&format!(
            "  people kept {:.1} % of its characters: {} blocks untouched, {} edited, {} rewritten, {} removed, {} added",
            edits.kept * 100.0,
            edits.untouched,
            edits.edited,
            edits.rewritten,
            edits.removed,
            edits.added
        )));
    }
    if !system.worst.is_empty() {
        lines.push(said("  the segments that have the least in common with the reference:"));
    }
    lines.extend(system.worst.iter().flat_map(worst));
    lines
}

fn worst(shown: &Shown) -> Vec<Line> {
    let place = Place::listed(std::slice::from_ref(&shown.place), 1);
    vec![
        vec![(Some(Style::Dim), harmless(&format!("  {:5.1}  {place}", shown.score)))],
        vec![(None, harmless(&format!("         source     {}", shown.source)))],
        vec![(None, harmless(&format!("         reference  {}", shown.reference)))],
        vec![(None, harmless(format!("         edition    {}", shown.edition).trim_end()))],
    ]
}

/// Rows in columns: names begin where the line does, figures end where their column does.
fn table(rows: &[Vec<String>]) -> Vec<Line> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or_default()).collect();
    let line = |(place, row): (usize, &Vec<String>)| {
        let mut text = String::new();
        for (column, (cell, most)) in row.iter().zip(&widths).enumerate() {
            let blank = " ".repeat(most - width(cell));
            text += &if column == 0 { format!("{cell}{blank}") } else { format!("  {blank}{cell}") };
        }
        vec![((place == 0).then_some(Style::Dim), text.trim_end().to_owned())]
    };
    rows.iter().enumerate().map(line).collect()
}
