//! What would be said again and again is said once.

use std::collections::HashSet;

use crate::finding::{Finding, FixKind, What};

/// An edition in which blanks are wanted in more blocks than this does without them.
const THROUGHOUT: usize = 8;

pub(super) fn gather(found: &mut Vec<Finding>) {
    let mut terms = HashSet::new();
    found.retain(|finding| match &finding.what {
        What::TermMissing { source, .. } => terms.insert(source.clone()),
        _ => true,
    });
    blanks(found);
}

/// One finding for all blanks that are wanted, with all of their fixes.
fn blanks(found: &mut Vec<Finding>) {
    let wanted: Vec<usize> = (0..found.len()).filter(|place| is_blank_wanted(&found[*place])).collect();
    if wanted.len() <= THROUGHOUT {
        return;
    }
    let edits = wanted.iter().filter_map(|place| found[*place].fix.take()).flat_map(|fix| fix.edits).collect();
    let first = &mut found[wanted[0]];
    first.what = What::SpacingThroughout { blocks: wanted.len() };
    first.fix = Some(crate::finding::Fix { kind: FixKind::Style, edits });
    let mut places = 0..;
    found.retain(|_| places.next().is_none_or(|place| place == wanted[0] || wanted.binary_search(&place).is_err()));
}

/// Whether a finding asks for blanks, and not for one less.
fn is_blank_wanted(finding: &Finding) -> bool {
    let asks = finding.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(|edit| edit.text == " "));
    asks && matches!(finding.what, What::Spacing { .. })
}
