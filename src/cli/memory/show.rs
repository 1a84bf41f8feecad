//! What a memory has, for people.

use nekoyaku::memory::{Learned, MemoryError};
use nekoyaku::report::one_line;

use super::super::Outcome;
use super::super::failure::Failure;
use super::super::terminal::{Style, Terminal, wrapped};
use super::Open;
use super::place::unusable;

/// A text that is less alike is about something else.
const LIKE: f64 = 0.25;

impl Open {
    fn failed(&self, error: &MemoryError) -> Failure {
        unusable(error, &self.place)
    }
}

/// How far in the reasons stand.
const WHY: usize = 6;

/// What was just learned.
pub(super) fn learned(open: &Open, terminal: &mut Terminal) -> Result<(), Failure> {
    for (edition, units, left) in &open.refreshed.learned {
        let left = if *left > 0 { format!(", {left} left out") } else { String::new() };
        put(&format!("{edition}: {units} segments{left}"), terminal)?;
    }
    let units = open.memory.len().map_err(|error| open.failed(&error))?;
    let news = if open.refreshed.learned.is_empty() { ", nothing new" } else { "" };
    put(&format!("{}: {units} translations{news}", open.place.name()), terminal)
}

/// What was learned from what.
pub(super) fn stats(open: &Open, left_out: bool, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let all = open.memory.learned().map_err(|error| open.failed(&error))?;
    let (mut units, mut segments) = (0, 0);
    for Learned { source, edition, segments: of, units: learned, left_out: left } in &all {
        (units, segments) = (units + learned, segments + of);
        let name = if edition.is_empty() { source } else { edition };
        let share = if edition.is_empty() { String::new() } else { format!(" of {of} segments") };
        put(&format!("{}: {learned}{share}", one_line(name, 200)), terminal)?;
        for one in left.iter().filter(|_| left_out) {
            let place = format!("  {}:{}", one_line(source, 200), one.line);
            let text = format!("  {}", one_line(&one.text, 30));
            terminal.show(&[(Some(Style::Dim), &place), (None, &text)]).map_err(Failure::output)?;
            for line in wrapped(&one_line(&one.why, 300), terminal.width().saturating_sub(WHY).max(20)) {
                put(&format!("{:WHY$}{line}", ""), terminal)?;
            }
        }
    }
    put(&format!("{}: {units} translations of {segments} segments", open.place.name()), terminal)?;
    Ok(Outcome::Clean)
}

/// How texts like `text` were translated.
pub(super) fn search(open: &Open, text: &str, most: usize, terminal: &mut Terminal) -> Result<Outcome, Failure> {
    let found = open.memory.similar(text, &[], LIKE, most).map_err(|error| open.failed(&error))?;
    for one in &found {
        let origin = &one.unit.origin;
        let place = if origin.edition.is_empty() {
            format!("{}:{}", origin.source, origin.source_line)
        } else {
            format!("{}:{}", origin.edition, origin.edition_line)
        };
        let head = format!("{:3.0} %  {}", one.likeness * 100.0, one_line(&place, 200));
        terminal.show(&[(Some(Style::Dim), &head)]).map_err(Failure::output)?;
        for text in [&one.unit.source, &one.unit.target] {
            put(&format!("  {}", one_line(text, 2000)), terminal)?;
        }
    }
    if found.is_empty() {
        terminal.note(&format!("{}: nothing like it", open.place.name()));
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Clean)
}

fn put(text: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.show(&[(None, text)]).map_err(Failure::output)
}
