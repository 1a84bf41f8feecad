//! What both sides changed, until a person has seen to it.

use serde::{Deserialize, Serialize};

use super::Merged;

/// A place whose source changed after a person had changed its translation: theirs stands there, and this is
/// what would stand there otherwise. It is known by its texts, so that it is found again wherever it moves,
/// and is settled as soon as somebody changes what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What the source has there.
    pub source: String,
    /// What the person made of what the source had there before.
    pub edition: String,
    /// The translation of what the source has.
    pub draft: String,
}

impl Conflict {
    /// Those of an update of an edition whose source is `source` now, in the order of the text.
    pub fn of(merged: &Merged, source: &str) -> Vec<Self> {
        let conflict = |written: &super::Written| {
            Some(Self {
                source: source[written.source.range()].trim().to_owned(),
                edition: merged.text[written.edition.range()].trim().to_owned(),
                draft: written.conflict.as_ref()?.trim().to_owned(),
            })
        };
        merged.written.iter().filter_map(conflict).collect()
    }

    /// Whether it may be open: whether both texts are there still.
    pub fn may_be_open(&self, source: &str, edition: &str) -> bool {
        source.contains(&self.source) && edition.contains(&self.edition)
    }
}
