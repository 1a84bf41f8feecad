//! What people made of a machine's drafts, segment by segment.

use std::ops::Range;

use super::passage::{Passage, joined};
use super::replaced::{Replaced, replaced};
use crate::align::{Side, align};
use crate::check::File;

/// Drafts of a machine, with what they were made of and what people made of them.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    pub(super) segments: Vec<Segment>,
    count: usize,
}

/// What belongs together of a source, a draft, and its edition.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// The source's text and the edition's.
    pub(super) passage: Passage,
    pub(super) draft: String,
    pub(super) replaced: Vec<Replaced>,
}

impl Drafts {
    /// Take in a draft, with its source and what people made of it. What has no counterpart in all three
    /// is left out: a note above an edition, a paragraph that people added.
    #[expect(clippy::needless_pass_by_value, reason = "nothing of them is needed any more")]
    pub fn add(&mut self, source: File, draft: File, edition: File) {
        let side = |file| -> Side<'_> { Side::new(File::body(file), &file.document) };
        let (ours, drafted, theirs) = (side(&source), side(&draft), side(&edition));
        let mut of_draft: Vec<Option<Range<u32>>> = vec![None; drafted.units.len()];
        for pairing in align(&ours, &drafted).pairs {
            for unit in pairing.editions().filter(|_| !pairing.sources().is_empty()) {
                of_draft[unit as usize] = Some(pairing.sources());
            }
        }
        for pairing in align(&drafted, &theirs).pairs {
            let units = pairing.sources();
            let of_units = units.clone().filter_map(|unit| of_draft[unit as usize].clone());
            let Some(sources) = of_units.reduce(|one, other| one.start.min(other.start)..one.end.max(other.end)) else {
                continue;
            };
            let source = joined(&source, &ours, sources);
            let draft = joined(&draft, &drafted, units);
            let edition = joined(&edition, &theirs, pairing.editions());
            if let (Some(source), Some(draft), Some(edition)) = (source, draft, edition) {
                let (ours, theirs) = (source.text.clone(), edition.text.clone());
                let replaced = replaced(&draft.text, &edition.text);
                let passage = Passage { pair: self.count, source, edition, ours, theirs };
                self.segments.push(Segment { passage, draft: draft.text, replaced });
            }
        }
        self.count += 1;
    }
}

impl Segment {
    /// Where the draft has `old` as a word, and not as a part of `new`.
    pub(super) fn places(&self, old: &str, new: &str) -> Vec<Range<usize>> {
        let right: Vec<Range<usize>> = if new.contains(old) {
            self.draft.match_indices(new).map(|(at, found)| at..at + found.len()).collect()
        } else {
            Vec::new()
        };
        let is_apart =
            |range: &Range<usize>| right.iter().all(|right| range.end <= right.start || right.end <= range.start);
        let places = self.draft.match_indices(old).map(|(at, _)| at..at + old.len());
        places.filter(|range| is_apart(range) && is_whole(&self.draft, range)).collect()
    }

    /// Whether people left these bytes of the draft as they were.
    pub(super) fn is_left(&self, range: &Range<usize>) -> bool {
        self.replaced.iter().all(|replaced| range.end <= replaced.old.start || replaced.old.end <= range.start)
    }
}

/// Whether no word of katakana or Latin letters goes on beyond `range`: `データ` in `データベース` is none.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let goes_on = |one: Option<char>, other: Option<char>| {
        let is_katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
        one.zip(other).is_some_and(|(one, other)| {
            (is_katakana(one) && is_katakana(other)) || (one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric())
        })
    };
    let word = &text[range.clone()];
    !goes_on(text[..range.start].chars().next_back(), word.chars().next())
        && !goes_on(word.chars().next_back(), text[range.end..].chars().next())
}
