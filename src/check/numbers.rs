//! Numbers: equal in value is equal.

use crate::finding::{Finding, What};
use crate::numbers::{NumberFault, compare};
use crate::source::Span;
use crate::visible::Visible;

pub(super) fn check(ours: &Visible, theirs: &Visible, found: &mut Vec<Finding>) {
    for fault in compare(&ours.text, &theirs.text) {
        let start = |of: &Visible| Span::new(of.whole().start(), of.whole().start());
        found.push(match fault {
            NumberFault::Missing(number) => {
                let place = place(ours, &number);
                Finding::new(What::NumberMissing(number)).in_source(place).in_edition(start(theirs))
            }
            NumberFault::Invented(number) => {
                let place = place(theirs, &number);
                Finding::new(What::NumberExtra(number)).in_source(start(ours)).in_edition(place)
            }
        });
    }
}

/// Where a number stands that is no part of a longer one.
fn place(visible: &Visible, number: &str) -> Span {
    let text = &visible.text;
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let alone =
        |at: &usize| !digit(text[..*at].chars().next_back()) && !digit(text[at + number.len()..].chars().next());
    let at = text.match_indices(number).map(|(at, _)| at).find(alone).or_else(|| text.find(number));
    at.map_or(visible.whole(), |at| visible.span(at..at + number.len()))
}
