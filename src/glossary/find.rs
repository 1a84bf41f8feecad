//! Which terms a text has: the longest ones, and none inside another.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};

use super::Term;
use super::fold::{Folded, fold, is_spelled_alike};

/// Finds terms in texts.
///
/// What matches and may not, because of its capitals or because it is a piece of a Latin word, is as if
/// it were not there: it hides no shorter term that may. So all matches are looked at, and the longest
/// one is taken of those that are left.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    automaton: AhoCorasick,
    // By what they are looked up as.
    sources: HashMap<String, Vec<usize>>,
}

impl Finder {
    pub(super) fn new(terms: &[Term]) -> Result<Self, BuildError> {
        let mut sources: HashMap<String, Vec<usize>> = HashMap::with_capacity(terms.len());
        for (number, term) in terms.iter().enumerate() {
            sources.entry(fold(&term.source)).or_default().push(number);
        }
        Ok(Self { automaton: AhoCorasick::new(terms.iter().map(|term| fold(&term.source)))?, sources })
    }

    /// The terms that are looked up as `source` is.
    pub(super) fn same_as(&self, source: &str) -> &[usize] {
        self.sources.get(&fold(source)).map_or(&[], Vec::as_slice)
    }

    /// The term that is all of `text`.
    pub(super) fn whole(&self, terms: &[Term], text: &str) -> Option<usize> {
        let same = self.same_as(text).iter().copied();
        same.filter(|number| has_right_case(&terms[*number], text)).min_by_key(|number| rank(terms, *number, text))
    }

    /// The terms of `text` and where they stand, in the order of the text; none of them overlap.
    pub(super) fn matches(&self, terms: &[Term], text: &str) -> Vec<(usize, Range<usize>)> {
        let everywhere = self.everywhere(terms, text).into_iter();
        let mut found: Vec<_> =
            everywhere.filter(|(.., may_stand)| *may_stand).map(|(term, range, _)| (term, range)).collect();
        found.sort_unstable_by_key(|(term, range)| {
            (range.start, Reverse(range.end), rank(terms, *term, &text[range.clone()]))
        });
        let mut end = 0;
        found.retain(|(_, range)| {
            let is_free = range.start >= end;
            if is_free {
                end = range.end;
            }
            is_free
        });
        found
    }

    /// Wherever a term stands in `text`, however they lie in each other, and whether it may stand there.
    pub(super) fn everywhere(&self, terms: &[Term], text: &str) -> Vec<(usize, Range<usize>, bool)> {
        let folded = Folded::new(text);
        let found = self.automaton.find_overlapping_iter(folded.text()).map(|found| {
            let (term, range) = (found.pattern().as_usize(), folded.origin(found.range()));
            let may_stand = may_stand(&terms[term], text, &range);
            (term, range, may_stand)
        });
        found.collect()
    }
}

/// Of terms that differ in capitals or in traditional characters alone: the one that is written as the
/// text has it, then the one whose capitals count, then the first.
fn rank(terms: &[Term], number: usize, there: &str) -> (bool, bool, usize) {
    let term = &terms[number];
    (term.source != there, !term.case, number)
}

fn has_right_case(term: &Term, there: &str) -> bool {
    !term.case || is_spelled_alike(&term.source, there)
}

/// Whether a match is one: with the right capitals, and, where it begins or ends with a Latin letter or
/// a digit, at the end of a word. `R` is not in `Rust`.
fn may_stand(term: &Term, text: &str, range: &Range<usize>) -> bool {
    let there = &text[range.clone()];
    let goes_on = |own: Option<char>, next: Option<char>| matches!((own, next), (Some(own), Some(next)) if own.is_ascii_alphanumeric() && next.is_ascii_alphanumeric());
    has_right_case(term, there)
        && !goes_on(there.chars().next(), text[..range.start].chars().next_back())
        && !goes_on(there.chars().next_back(), text[range.end..].chars().next())
}
