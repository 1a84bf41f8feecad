//! Places of a file, for people: the line, and marks below it.

use nekoyaku::source::{Source, Span};

use super::super::snippet::{self, Mark, Snippet};
use super::super::terminal::{Style, Terminal};

/// A line narrower than this shows nothing.
const NARROWEST: usize = 20;

/// Show the lines in which `spans` begin; the first is what it is about.
pub(super) fn places(
    file: &Source,
    spans: impl Iterator<Item = Span>,
    style: Style,
    terminal: &mut Terminal,
) -> std::io::Result<()> {
    let spans: Vec<(Span, nekoyaku::source::Position)> =
        spans.map(|span| (span, file.position(span.start()))).collect();
    let gutter = spans.iter().map(|(_, start)| start.line.to_string().len()).max().unwrap_or_default();
    let width = terminal.width().saturating_sub(gutter + 3).max(NARROWEST);
    for (index, (span, start)) in spans.into_iter().enumerate() {
        let (arrow, style) = if index == 0 { ("-->", style) } else { (":::", Style::Hunk) };
        terminal.show(&[
            (Some(Style::Hunk), &format!("{:gutter$}{arrow} ", "")),
            (None, &format!("{}:{start}", file.name())),
        ])?;
        let Some(line) = file.line(start.line) else { continue };
        let text = file.slice(line).trim_end_matches(['\n', '\r']);
        let inside = |offset: usize| offset.clamp(line.start(), line.start() + text.len()) - line.start();
        let point = inside(span.start())..inside(span.end());
        let Snippet { line, marks } = snippet::snippet(text, &point, &point, width);
        let dim = Some(Style::Dim);
        terminal.show(&[(dim, &format!("{:gutter$} |", ""))])?;
        terminal.show(&[(dim, &format!("{:>gutter$} | ", start.line.get())), (None, &line)])?;
        let mut below = vec![(dim, format!("{:gutter$} | ", ""))];
        below.extend(
            marks.into_iter().map(|(mark, signs)| (if mark == Mark::None { None } else { Some(style) }, signs)),
        );
        let below: Vec<(Option<Style>, &str)> = below.iter().map(|(style, text)| (*style, text.as_str())).collect();
        terminal.show(&below)?;
    }
    Ok(())
}
