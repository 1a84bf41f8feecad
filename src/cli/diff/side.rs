//! Two texts side by side, block by block, in as many columns as there are.

use nekoyaku::diff::{Between, Block, Change, Comparison, Kind};
use nekoyaku::source::Source;

use super::super::cells::{self, Piece};
use super::super::terminal::Style;
use super::line::Line;

/// The border between two blocks that belong together, and where there is one only: as `sdiff` has them.
const BOTH: &str = "|";
const LEFT: &str = "<";
const RIGHT: &str = ">";
const MOVED: &str = "~";

/// Each side has room for so many columns of text at the least: a wide character is two of them.
const NARROWEST: usize = 4;

/// How the columns are shared out: a line number, a blank and a text on each side, and the border with a
/// blank on each side of it.
struct Layout {
    old_gutter: usize,
    new_gutter: usize,
    text: usize,
}

impl Layout {
    fn new(width: usize, old: &Source, new: &Source) -> Self {
        let digits = |source: &Source| source.position(source.text().len()).line.to_string().len();
        let (old_gutter, new_gutter) = (digits(old), digits(new));
        let text = width.saturating_sub(old_gutter + new_gutter + 5) / 2;
        Self { old_gutter, new_gutter, text: text.max(NARROWEST) }
    }

    fn border(&self) -> usize {
        self.old_gutter + 1 + self.text + 1
    }
}

/// A line of a text, as wide as its side at most, with its number where it is the first of several.
#[derive(Default)]
struct Row {
    number: String,
    pieces: Vec<Piece>,
}

/// A comparison: of two languages all blocks, of one only those that were changed.
pub(super) fn lines(comparison: &Comparison, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if comparison.is_same() {
        return lines;
    }
    let (old, new) = (&comparison.old.source, &comparison.new.source);
    let layout = Layout::new(width, old, new);
    let name = |source: &Source| {
        let name = cells::wrapped(&[(Some(Style::Strong), source.name())], layout.text);
        name.into_iter().map(|pieces| Row { number: String::new(), pieces }).collect()
    };
    push(&mut lines, &layout, BOTH, name(old), name(new));
    let (mut old_places, mut new_places) = (old.places(), new.places());
    let is_translation = comparison.between == Between::Languages;
    for block in comparison.blocks().filter(|block| is_translation || !block.is_same()) {
        push(&mut lines, &layout, BOTH, Vec::new(), Vec::new());
        let (left, right) = pieces(&block, comparison.between);
        let rows = |pieces: &[(Option<Style>, &str)], first: usize| rows(pieces, first, layout.text);
        let left = rows(&left, old_places.position(block.old_span.start()).line.get());
        let right = rows(&right, new_places.position(block.new_span.start()).line.get());
        push(&mut lines, &layout, border(block.kind), left, right);
    }
    lines
}

fn border(kind: Kind) -> &'static str {
    match kind {
        Kind::Front | Kind::Pair => BOTH,
        Kind::Moved => MOVED,
        Kind::Missing => LEFT,
        Kind::Extra(_) => RIGHT,
    }
}

type Pieces<'a> = Vec<(Option<Style>, &'a str)>;

/// A block's texts, with what is to be seen in them coloured.
fn pieces<'a>(block: &Block<'a>, between: Between) -> (Pieces<'a>, Pieces<'a>) {
    if between.is_one_language() {
        let changes = block.changes(between);
        let styled = |style, text: fn(Change<'a>) -> &'a str| {
            let style = move |change: Change<'a>| match change {
                Change::Kept(_) => None,
                Change::Replaced { .. } => Some(style),
            };
            changes.iter().map(|change| (style(*change), text(*change))).collect()
        };
        return (styled(Style::Removed, Change::before), styled(Style::Added, Change::after));
    }
    // Between languages all is different: a colour says what has no counterpart.
    let (left, right) = match block.kind {
        Kind::Front | Kind::Pair => (None, None),
        Kind::Moved => (Some(Style::Hunk), Some(Style::Hunk)),
        Kind::Missing => (Some(Style::Removed), None),
        Kind::Extra(_) => (None, Some(Style::Added)),
    };
    (vec![(left, block.old)], vec![(right, block.new)])
}

/// The lines of a text that begins in line `first`, each in as many rows as it takes.
fn rows(pieces: &[(Option<Style>, &str)], first: usize, width: usize) -> Vec<Row> {
    if pieces.iter().all(|(_, text)| text.is_empty()) {
        return Vec::new();
    }
    let mut lines: Vec<Pieces<'_>> = vec![Vec::new()];
    for (style, text) in pieces {
        for (place, text) in text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push((*style, text.strip_suffix('\r').unwrap_or(text)));
            }
        }
    }
    let mut rows = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        for (part, pieces) in cells::wrapped(line, width).into_iter().enumerate() {
            let number = if part == 0 { (first + place).to_string() } else { String::new() };
            rows.push(Row { number, pieces });
        }
    }
    rows
}

/// Rows of both sides beside each other, filled up where the one has more.
fn push(lines: &mut Vec<Line>, layout: &Layout, border: &str, left: Vec<Row>, right: Vec<Row>) {
    let count = left.len().max(right.len()).max(1);
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    for _ in 0..count {
        let (old, new) = (left.next().unwrap_or_default(), right.next().unwrap_or_default());
        let dim = Some(Style::Dim);
        let used: usize = old.pieces.iter().map(|(_, text)| cells::width(text)).sum();
        let mut line = vec![(dim, format!("{:>1$} ", old.number, layout.old_gutter))];
        line.extend(old.pieces);
        line.push((None, " ".repeat((layout.text + 1).saturating_sub(used))));
        let mut rest = vec![(dim, border.to_owned())];
        if !new.number.is_empty() || !new.pieces.is_empty() {
            rest.push((dim, format!(" {:>1$} ", new.number, layout.new_gutter)));
            rest.extend(new.pieces);
        }
        lines.push(Line { left: line, right: Some((layout.border(), rest)) });
    }
}
