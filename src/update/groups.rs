//! Which blocks of an edition belong to which of its source.

use std::ops::Range;

use similar::{Algorithm, capture_diff_slices};

use crate::align::{Pairing, Side, Ties, align};
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
    let mut ties = Ties::new(sources, editions);
    let mut moved = vec![false; sources];
    pins.iter().for_each(|(block, other)| ties.tie(*block, *other));
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
                    ties.tie(block, other);
                }
            }
        }
    }
    let (mut groups, mut source, mut edition) = (Vec::new(), 0, 0);
    while source < sources || edition < editions {
        // What only the edition has stands behind what it is about.
        if ties.of_new.get(edition).is_some_and(Range::is_empty) {
            groups.push(Group { sources: source..source, editions: edition..edition + 1, moved: false });
            edition += 1;
        } else if edition == editions || ties.of_old.get(source).is_some_and(Range::is_empty) {
            groups.push(Group { sources: source..source + 1, editions: edition..edition, moved: moved[source] });
            source += 1;
        } else {
            let (source_end, edition_end) = ties.whole(source, edition);
            groups.push(Group { sources: source..source_end, editions: edition..edition_end, moved: false });
            (source, edition) = (source_end, edition_end);
        }
    }
    groups
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
