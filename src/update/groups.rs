//! Which blocks of an edition belong to which of its source.

use std::ops::Range;

use similar::{Algorithm, capture_diff_slices};

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

/// All blocks of both texts, each in one group, in order; `draft` is the edition before people changed
/// it, where that is known.
pub(super) fn groups(
    source: &Issue,
    (text, document): (&str, &Document),
    draft: Option<(&str, &Document)>,
) -> Vec<Group> {
    let ours = Side::new(source.body(), &source.document);
    let theirs = Side::new(text, document);
    let (sources, editions) = (source.document.blocks.len(), document.blocks.len());
    let pins = draft.map_or_else(Vec::new, |draft| pins(&source.document, draft, (text, document)));
    let (mut of_source, mut of_edition) = (vec![0..0_usize; sources], vec![0..0_usize; editions]);
    let mut moved = vec![false; sources];
    let mut link = |block: usize, other: usize| {
        widen(&mut of_source[block], other);
        widen(&mut of_edition[other], block);
    };
    pins.iter().for_each(|(block, other)| link(*block, *other));
    // What is the same as in the draft is known for certain; an alignment can only say more between that.
    let fits = |block: usize, other: usize| pins.iter().all(|pin| block.cmp(&pin.0) == other.cmp(&pin.1));
    for pairing in align(&ours, &theirs).pairs {
        for unit in pairing.sources() {
            let block = ours.units[unit as usize].block as usize;
            for other in pairing.editions() {
                let other = theirs.units[other as usize].block as usize;
                if !fits(block, other) {
                    continue;
                }
                if matches!(pairing, Pairing::Moved { .. }) {
                    moved[block] = true;
                } else {
                    link(block, other);
                }
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

/// The blocks of the source whose drafts stand in the edition as they were, each with its place there;
/// and between two of them those that are as many in both.
fn pins(
    source: &Document,
    (draft, drafted): (&str, &Document),
    (text, document): (&str, &Document),
) -> Vec<(usize, usize)> {
    // The note stands above; below it a draft has the blocks of its source, one by one.
    let Some(note) = drafted.blocks.len().checked_sub(source.blocks.len()) else { return Vec::new() };
    let texts = |text: &'_ str, document: &Document| -> Vec<String> {
        document.blocks.iter().map(|block| text[block.span.range()].trim().to_owned()).collect()
    };
    let mut pins = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &texts(draft, drafted), &texts(text, document)) {
        let (was, is) = (op.old_range(), op.new_range());
        if was.len() == is.len() {
            let both = was.zip(is).filter(|(was, _)| *was >= note);
            pins.extend(both.map(|(was, is)| (was - note, is)));
        }
    }
    pins
}
