//! What a model is shown of the house's hand: published translations of texts like those it is to
//! translate.

use crate::memory::{Memory, MemoryError, Similar, Texts};
use crate::passages::estimated_tokens;
use crate::request::Example;

/// So many are shown at most: more are seldom better, and all of them are read with every request.
const MOST: usize = 5;

/// So many tokens they have together at most, about. Every request has them: with thirty terms, an issue of
/// 72 segments comes to 12,600 tokens in eight requests, of which these are 3,000.
const TOKENS: usize = 290;

/// A text that is less alike is no example for another.
const LEAST: f64 = 0.3;

/// So many texts are looked at for one that is not of the issue's own edition.
const AMONG_OWN: usize = 8;

/// A heading, a label: nothing to learn style from. In characters.
const SHORTEST: usize = 15;

/// The published translations of the texts most like `texts`, leaving out the segments that are `known`;
/// first of all those of what these texts were `before`.
///
/// They depend on the issue and the memories alone: in all requests about it they are the same.
pub(super) fn examples(
    before: Option<&Memory>,
    memories: &[Memory],
    texts: &Texts<'_>,
    known: impl Fn(usize) -> bool,
) -> Result<Vec<Example>, MemoryError> {
    let (mut was, mut all) = (Vec::new(), Vec::<Similar>::new());
    for segment in (0..texts.len()).filter(|segment| !known(*segment)) {
        let (text, tags) = texts.of(segment);
        if let Some(before) = before {
            was.extend(before.similar(text, tags, LEAST, 1)?);
        }
        for memory in memories {
            // What an issue's own edition says, where nobody is to know it, stands before what is like it.
            let most = if texts.is_without_own() { AMONG_OWN } else { 1 };
            let similar = memory.similar(text, tags, LEAST, most)?.into_iter();
            let similar = similar.filter(|one| !texts.is_own(&one.unit)).take(1);
            all.extend(similar.filter(|one| one.unit.plain_source().chars().count() >= SHORTEST));
        }
    }
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.unit.cmp(&b.unit)));
    let (mut room, mut chosen) = (TOKENS, Vec::<Example>::new());
    // What a text was and how that was translated says more than any other.
    for Similar { unit, .. } in was.into_iter().chain(all) {
        let size = estimated_tokens(&unit.source) + estimated_tokens(&unit.target);
        let is_new = chosen.iter().all(|there| there.source != unit.source);
        if is_new && size <= room && chosen.len() < MOST {
            room -= size;
            chosen.push(Example { source: unit.source, target: unit.target });
        }
    }
    Ok(chosen)
}
