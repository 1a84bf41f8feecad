//! What came of many issues, a row for each.

use std::io;

use nekoyaku::model::Usage;
use nekoyaku::price::Money;
use unicode_width::UnicodeWidthStr;

use super::super::Outcome;
use super::super::terminal::{Style, Terminal, harmless};

/// What came of one issue, in figures.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) segments: usize,
    pub(super) left: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) usage: Usage,
    /// Where prices are known.
    pub(super) cost: Option<Money>,
    pub(super) outcome: Outcome,
}

impl Row {
    /// An issue of which there is no edition.
    pub(super) fn without_edition(name: &str, outcome: Outcome) -> Self {
        let usage = Usage::default();
        Self { name: name.to_owned(), segments: 0, left: 0, errors: 0, warnings: 0, usage, cost: None, outcome }
    }

    fn cells(&self) -> [String; 7] {
        let numbers = match self.outcome {
            Outcome::Clean | Outcome::Findings => [self.segments, self.left, self.errors, self.warnings],
            Outcome::Failed => return self.alone("failed"),
            Outcome::Interrupted => return self.alone("interrupted"),
        };
        let [segments, left, errors, warnings] = numbers.map(|number| number.to_string());
        [harmless(&self.name), segments, left, errors, warnings, tokens(self.usage), price(self.cost)]
    }

    fn alone(&self, word: &str) -> [String; 7] {
        let mut cells = [const { String::new() }; 7];
        cells[0] = harmless(&self.name);
        cells[1] = word.to_owned();
        cells
    }
}

fn price(cost: Option<Money>) -> String {
    cost.map(|cost| cost.to_string()).unwrap_or_default()
}

fn tokens(usage: Usage) -> String {
    (usage.input_tokens + usage.output_tokens).to_string()
}

/// Show `rows` in their order, and what they come to.
pub(super) fn show(rows: &[Row], to_stderr: bool, terminal: &mut Terminal) -> io::Result<()> {
    let head = ["issue", "segments", "left", "to mend", "to check", "tokens", "price"].map(str::to_owned);
    let body: Vec<_> = rows.iter().map(Row::cells).collect();
    let sum = |figure: fn(&Row) -> usize| rows.iter().map(figure).sum::<usize>().to_string();
    let mut usage = Usage::default();
    for row in rows {
        usage += row.usage;
    }
    let name = format!("{} issues", rows.len());
    let foot = [
        name,
        sum(|row| row.segments),
        sum(|row| row.left),
        sum(|row| row.errors),
        sum(|row| row.warnings),
        tokens(usage),
        price(rows.iter().filter_map(|row| row.cost).reduce(|one, other| one + other)),
    ];
    let all = || std::iter::once(&head).chain(&body).chain(std::iter::once(&foot));
    let widths: [usize; 7] =
        std::array::from_fn(|column| all().map(|cells| cells[column].width()).max().unwrap_or_default());

    terminal.line(to_stderr, &[])?;
    for (place, cells) in all().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let blank = " ".repeat(width - cell.width());
            // Names begin where the line does, figures end where their column does.
            line += &if column == 0 { format!("{cell}{blank}") } else { format!("  {blank}{cell}") };
        }
        let style = if place == 0 { Some(Style::Dim) } else { (place > rows.len()).then_some(Style::Strong) };
        terminal.line(to_stderr, &[(style, line.trim_end())])?;
    }
    Ok(())
}
