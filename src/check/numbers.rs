//! Numbers: equal in value is equal.

use crate::finding::{Finding, What};
use crate::numbers::{NumberFault, faults};
use crate::source::Span;
use crate::visible::Visible;

pub(super) fn check(ours: &Visible, theirs: &Visible, found: &mut Vec<Finding>) {
    let start = |of: &Visible| Span::new(of.whole().start(), of.whole().start());
    for (fault, range) in faults(&ours.text, &theirs.text) {
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
