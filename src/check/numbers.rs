//! Numbers: equal in value is equal.

use std::borrow::Cow;

use crate::finding::{Finding, What};
use crate::numbers::{NumberFault, faults};
use crate::source::Span;
use crate::visible::Visible;

use super::mentions::notes;

pub(super) fn check(ours: &Visible, theirs: &Visible, found: &mut Vec<Finding>) {
    let start = |of: &Visible| Span::new(of.whole().start(), of.whole().start());
    for (fault, range) in faults(&without_notes(&ours.text), &without_notes(&theirs.text)) {
        found.push(match fault {
            NumberFault::Missing(number) => {
                let place = ours.span(range);
                Finding::new(What::NumberMissing(number)).in_source(place).in_edition(start(theirs))
            }
            NumberFault::Invented(number) => {
                let place = theirs.span(range);
                Finding::new(What::NumberExtra(number)).in_source(start(ours)).in_edition(place)
            }
        });
    }
}

/// What a translator adds has numbers of its own. All else stays where it is.
fn without_notes(text: &str) -> Cow<'_, str> {
    let mut own = Cow::Borrowed(text);
    for note in notes(text) {
        let blank = " ".repeat(note.len());
        own.to_mut().replace_range(note, &blank);
    }
    own
}
