//! Which blocks of an edition belong to which of its source.

use std::ops::Range;

use crate::align::{Pairing, Side, align};
use crate::blocks::Document;
use crate::issue::Issue;

/// Blocks that belong together, of both texts; of one side there may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) sources: Range<usize>,
    pub(super) editions: Range<usize>,
    /// The edition has it in another place.
    pub(super) moved: bool,
}

/// All blocks of both texts, each in one group, in order.
pub(super) fn groups(source: &Issue, (text, document): (&str, &Document)) -> Vec<Group> {
    let ours = Side::new(source.body(), &source.document);
    let theirs = Side::new(text, document);
    let (mut of_source, mut of_edition) =
        (vec![0..0_usize; source.document.blocks.len()], vec![0..0_usize; document.blocks.len()]);
    let mut moved = vec![false; source.document.blocks.len()];
    for pairing in align(&ours, &theirs).pairs {
        for unit in pairing.sources() {
            let block = ours.units[unit as usize].block as usize;
            for other in pairing.editions() {
                let other = theirs.units[other as usize].block as usize;
                if matches!(pairing, Pairing::Moved { .. }) {
                    moved[block] = true;
                    continue;
                }
                widen(&mut of_source[block], other);
                widen(&mut of_edition[other], block);
            }
        }
    }
    let (mut groups, mut source, mut edition) = (Vec::new(), 0, 0);
    while source < of_source.len() || edition < of_edition.len() {
        // What only the edition has stands behind what it is about.
        if of_edition.get(edition).is_some_and(Range::is_empty) {
            groups.push(Group { sources: source..source, editions: edition..edition + 1, moved: false });
            edition += 1;
        } else if edition == of_edition.len() || of_source.get(source).is_some_and(Range::is_empty) {
            groups.push(Group { sources: source..source + 1, editions: edition..edition, moved: moved[source] });
            source += 1;
        } else {
            let (mut source_end, mut edition_end) = (source + 1, edition + 1);
            loop {
                let edition_far =
                    of_source[source..source_end.min(of_source.len())].iter().map(|range| range.end).max();
                let source_far = of_edition[edition..edition_end].iter().map(|range| range.end).max();
                let wider = (source_end.max(source_far.unwrap_or(0)), edition_end.max(edition_far.unwrap_or(0)));
                if wider == (source_end, edition_end) {
                    break;
                }
                (source_end, edition_end) = wider;
            }
            let source_end = source_end.min(of_source.len());
            groups.push(Group { sources: source..source_end, editions: edition..edition_end, moved: false });
            (source, edition) = (source_end, edition_end);
        }
    }
    groups
}

fn widen(range: &mut Range<usize>, by: usize) {
    *range = match range.end {
        // None yet.
        0 => by..by + 1,
        end => range.start.min(by)..end.max(by + 1),
    };
}
