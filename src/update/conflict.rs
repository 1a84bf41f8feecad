//! What both sides changed, until a person has seen to it.

use serde::{Deserialize, Serialize};

use crate::source::Span;

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

    /// Where it is in a source and in an edition, in bytes; nothing where it is settled.
    pub fn place(&self, source: &str, edition: &str) -> Option<(Span, Span)> {
        let find = |text: &str, part: &str| {
            let start = if part.is_empty() { None } else { text.find(part) }?;
            Some(Span::new(start, start + part.len()))
        };
        // What was taken out of the source has no place there.
        let there = if self.source.is_empty() { Some(Span::default()) } else { find(source, &self.source) };
        Some((there?, find(edition, &self.edition)?))
    }
}
