//! What belongs together of a source and its edition.

use std::ops::Range;

use crate::align::{Side, UnitKind};
use crate::check::File;
use crate::visible::Visible;

/// What belongs together.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    pub(super) pair: usize,
    pub(super) source: Visible,
    pub(super) edition: Visible,
    /// Their texts without what the termbase knows.
    pub(super) ours: String,
    pub(super) theirs: String,
}

/// What a reader sees of some units, one below the other; none where all of them are code.
pub(super) fn joined(file: &File, side: &Side<'_>, units: Range<u32>) -> Option<Visible> {
    let mut joined: Option<Visible> = None;
    for unit in units.filter(|unit| side.units[*unit as usize].kind != UnitKind::Code) {
        let Some(inline) = side.inline(unit as usize) else { continue };
        let visible = Visible::new(&inline, side.text, file.body_start);
        match &mut joined {
            Some(joined) => joined.append(&visible),
            None => joined = Some(visible),
        }
    }
    joined
}
