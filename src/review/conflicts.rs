//! Where an update left a decision to people.

use crate::finding::{Finding, Fix, What};
use crate::source::Span;
use crate::update::Conflict;

use super::rows::Row;

/// What a person is told of a conflict; nothing where no rows have its two texts any more, and nothing else:
/// it is settled.
pub(super) fn told(conflict: &Conflict, rows: &[Row], (source, edition): (&str, &str)) -> Option<Finding> {
    let (there, here) = (0..rows.len()).find_map(|first| place(conflict, &rows[first..], source, edition))?;
    let told = Finding::new(What::BothChanged { draft: conflict.draft.clone() }).in_edition(here);
    let told = if there.is_empty() { told } else { told.in_source(there) };
    // Where a person took the block out, a blank line is to stand between it and what follows.
    let text = if here.is_empty() { format!("{}\n\n", conflict.draft) } else { conflict.draft.clone() };
    Some(told.mended_by(Fix::choice(here, text)))
}

/// The bytes in both texts, if the conflict is about the first of these rows, and as many more as it takes.
fn place(conflict: &Conflict, rows: &[Row], source: &str, edition: &str) -> Option<(Span, Span)> {
    for count in 1..=rows.len() {
        let there = hull(rows[..count].iter().map(|row| row.source), source);
        let here = hull(rows[..count].iter().map(|row| row.edition), edition);
        if source[there.range()] == conflict.source && edition[here.range()] == conflict.edition {
            return Some((there, here));
        }
        if there.len() > conflict.source.len() || here.len() > conflict.edition.len() {
            return None;
        }
    }
    None
}

/// From the first of these to the last, without blanks and a byte order mark around it; the place, where all
/// are empty.
fn hull(spans: impl Iterator<Item = Span> + Clone, text: &str) -> Span {
    let some = spans.clone().filter(|span| !span.is_empty());
    let start = some.clone().map(Span::start).min();
    let (Some(start), Some(end)) = (start, some.map(Span::end).max()) else {
        return spans.last().map_or(Span::default(), |span| Span::new(span.start(), span.start()));
    };
    let inside = &text[start..end];
    let lead = inside.len() - inside.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    Span::new((start + lead).min(end), start + inside.trim_end().len())
}
