//! chrF2, as sacreBLEU counts it.
//!
//! How many of the runs of one to six characters two texts have in common: of those of the hypothesis
//! (precision) and of those of the reference (recall), where recall weighs twice as much. From Maja
//! Popović, *chrF: character n-gram F-score for automatic MT evaluation*, WMT 2015
//! (<https://aclanthology.org/W15-3049>), with β = 2 of *chrF deconstructed*, WMT 2016
//! (<https://aclanthology.org/W16-2341>), counted as
//! [sacreBLEU](https://github.com/mjpost/sacrebleu/blob/v2.6.0/sacrebleu/metrics/chrf.py) 2.6 does with
//! the signature `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no`: the numbers here are those of papers.
//! `.ci/evaluate/run` holds one against the other.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// The longest runs of characters that are counted.
pub const ORDER: usize = 6;

/// How much more recall weighs than precision.
const BETA: f64 = 2.0;

/// The bits of a character: Unicode ends at U+10FFFF.
const BITS: u32 = 21;

/// How many runs of characters there are, and how many both texts have; those of two pairs of texts add
/// up to those of a text of both, which is how the score of a corpus is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    // By length less one: of the hypothesis, of the reference, of both.
    orders: [[u64; 3]; ORDER],
}

impl Matches {
    /// Compare `hypothesis` with `reference`; blanks do not count.
    pub fn new(hypothesis: &str, reference: &str) -> Self {
        let (hypothesis, reference) = (characters(hypothesis), characters(reference));
        let mut matches = Self::default();
        for (length, order) in (1..).zip(&mut matches.orders) {
            let (ours, theirs) = (runs(&hypothesis, length), runs(&reference, length));
            // What no reference can have is not held against the hypothesis.
            let counted = if theirs.is_empty() { 0 } else { ours.len() };
            *order = [counted as u64, theirs.len() as u64, in_common(&ours, &theirs)];
        }
        matches
    }

    /// The score, from 0, nothing in common, to 100, the same but for blanks. Lengths of which one of the
    /// two texts has no run do not count; where that is all of them, it is 0.
    ///
    /// ```
    /// # use nekoyaku::evaluate::Matches;
    /// assert_eq!(Matches::new("猫が 鳴く。", "猫が鳴く。").score(), 100.0);
    /// assert_eq!(Matches::new("猫が鳴く。", "犬も走る").score(), 0.0);
    /// ```
    pub fn score(&self) -> f64 {
        let (mut precision, mut recall, mut effective) = (0.0, 0.0, 0.0);
        for [ours, theirs, both] in self.orders {
            if ours > 0 && theirs > 0 {
                precision += both as f64 / ours as f64;
                recall += both as f64 / theirs as f64;
                effective += 1.0;
            }
        }
        if precision + recall == 0.0 {
            return 0.0;
        }
        let (precision, recall) = (precision / effective, recall / effective);
        let factor = BETA * BETA;
        100.0 * ((1.0 + factor) * precision * recall / (factor * precision + recall))
    }

    /// Whether there was nothing to compare with.
    pub fn is_empty(&self) -> bool {
        self.orders[0][1] == 0
    }
}

impl AddAssign for Matches {
    fn add_assign(&mut self, other: Self) {
        for (sum, order) in self.orders.iter_mut().flatten().zip(other.orders.iter().flatten()) {
            *sum += order;
        }
    }
}

impl Add for Matches {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sum for Matches {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

/// The characters that count.
fn characters(text: &str) -> Vec<u128> {
    // Python takes the four separators of ASCII for blanks, and Unicode does not.
    let is_blank = |c: &char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(c);
    text.chars().filter(|c| !is_blank(c)).map(|c| u128::from(u32::from(c))).collect()
}

/// All runs of `length` characters, in order, those that are the same beside each other. Six characters
/// go into a number.
fn runs(characters: &[u128], length: usize) -> Vec<u128> {
    let number = |run: &[u128]| run.iter().fold(0, |number, character| number << BITS | character);
    let mut runs: Vec<u128> = characters.windows(length).map(number).collect();
    runs.sort_unstable();
    runs
}

/// How many of two sorted lists are in both, each as often as both have it.
fn in_common(ours: &[u128], theirs: &[u128]) -> u64 {
    let (mut ours, mut theirs) = (ours.iter().peekable(), theirs.iter().peekable());
    let mut both = 0;
    while let (Some(one), Some(other)) = (ours.peek(), theirs.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => _ = ours.next(),
            std::cmp::Ordering::Greater => _ = theirs.next(),
            std::cmp::Ordering::Equal => {
                both += 1;
                ours.next();
                theirs.next();
            }
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What sacreBLEU 2.6.0 says: `CHRF().sentence_score(hypothesis, [reference]).score`.
    const KNOWN: [(&str, &str, f64); 10] = [
        ("猫が鳴いている。", "猫が鳴いています。", 53.715604825627906),
        ("今週は Python の記事を 12 本紹介します。", "今週は Python の記事を十二本ご紹介します。", 68.75774633459199),
        ("别的东西", "別のもの", 0.0),
        ("", "猫", 0.0),
        ("猫", "", 0.0),
        ("猫", "猫と犬", 38.46153846153846),
        ("🐈\u{200d}⬛ 黒猫", "🐈 黒猫です", 17.0),
        ("aaaa", "aa", 78.12499999999999),
        ("a\u{1c}b\u{3000}c\u{a0}d", "abcd", 100.0),
        ("the cat", "the hat", 28.055555555555557),
    ];

    #[test]
    fn a_sentence_has_the_score_that_sacrebleu_gives_it() {
        for (hypothesis, reference, known) in KNOWN {
            let score = Matches::new(hypothesis, reference).score();
            assert!((score - known).abs() < 1e-9, "{hypothesis} {reference}: {score}, not {known}");
        }
    }

    /// `CHRF().corpus_score(hypotheses, [references]).score` over the same.
    #[test]
    fn a_corpus_has_the_score_that_sacrebleu_gives_it() {
        let all: Matches = KNOWN.iter().map(|(hypothesis, reference, _)| Matches::new(hypothesis, reference)).sum();
        assert!((all.score() - 56.43524421138133).abs() < 1e-9, "{}", all.score());
    }
}
