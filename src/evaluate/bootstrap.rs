//! How sure a score is: what it would have been, had other segments come up.
//!
//! Segments are drawn again, as many as there are, each as often as chance has it, a thousand times: the
//! middle 95 % of the scores of these corpora are the interval. Two systems are compared over the same
//! draws, so that a segment that is hard for both speaks for neither. From Philipp Koehn, *Statistical
//! Significance Tests for Machine Translation Evaluation*, EMNLP 2004
//! (<https://aclanthology.org/W04-3250>); p is counted as sacreBLEU's `--paired-bs` counts it. The seed
//! is fixed: the same segments, the same numbers.

use serde::Serialize;

use super::chrf::Matches;

/// How many corpora are drawn: as many as sacreBLEU draws.
pub const DRAWS: usize = 1_000;

/// From this p on a difference may well be chance.
pub const CHANCE_FROM: f64 = 0.05;

/// sacreBLEU's.
const SEED: u64 = 12_345;

/// A score, and where it lies with a certainty of 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Interval {
    /// The score of the segments there are.
    pub score: f64,
    /// In 2.5 of 100 draws it is less.
    pub low: f64,
    /// In 2.5 of 100 draws it is more.
    pub high: f64,
}

/// How much better one of two is, over the same segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// The score of the one less that of the other.
    pub difference: Interval,
    /// How likely a difference as large is, where there is none: 0 to 1.
    pub p: f64,
}

impl Difference {
    /// Whether the one is better, or worse, and not by chance: see [`CHANCE_FROM`].
    pub fn is_sure(&self) -> bool {
        self.p < CHANCE_FROM && self.difference.low * self.difference.high > 0.0
    }
}

impl Interval {
    /// The score of the corpus that these segments are.
    ///
    /// ```
    /// # use nekoyaku::evaluate::{Interval, Matches};
    /// let segments = [Matches::new("猫が鳴く", "猫が鳴く"), Matches::new("犬は走る", "犬が走る")];
    /// let Interval { score, low, high } = Interval::of(&segments);
    /// assert!(low < score && score < high && high == 100.0);
    /// ```
    pub fn of(segments: &[Matches]) -> Self {
        let scores = draws(segments.len()).map(|draw| score(segments, &draw)).collect();
        Self::around(total(segments), scores)
    }

    fn around(score: f64, mut scores: Vec<f64>) -> Self {
        scores.sort_unstable_by(f64::total_cmp);
        let tail = scores.len() / 40;
        let at = |place: usize| scores.get(place).copied().unwrap_or(score);
        Self { score, low: at(tail), high: at(scores.len().saturating_sub(tail + 1)) }
    }
}

impl Difference {
    /// How much better `ours` is than `theirs`, segment by segment of the same references; segments that
    /// only one of the two has are left out.
    pub fn of(ours: &[Matches], theirs: &[Matches]) -> Self {
        let count = ours.len().min(theirs.len());
        let (ours, theirs) = (&ours[..count], &theirs[..count]);
        let real = total(ours) - total(theirs);
        let drawn: Vec<f64> = draws(count).map(|draw| score(ours, &draw) - score(theirs, &draw)).collect();
        let mean = drawn.iter().map(|one| one.abs()).sum::<f64>() / drawn.len().max(1) as f64;
        let by_chance = drawn.iter().filter(|one| one.abs() - mean > real.abs()).count();
        let p = if real == 0.0 { 1.0 } else { (by_chance + 1) as f64 / (drawn.len() + 1) as f64 };
        Self { difference: Interval::around(real, drawn), p }
    }
}

fn total(segments: &[Matches]) -> f64 {
    segments.iter().copied().sum::<Matches>().score()
}

fn score(segments: &[Matches], draw: &[u32]) -> f64 {
    draw.iter().map(|segment| segments[*segment as usize]).sum::<Matches>().score()
}

/// Which segments come up, draw by draw: the same for all corpora of `count`.
fn draws(count: usize) -> impl Iterator<Item = Vec<u32>> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let bound = u32::try_from(count).unwrap_or(u32::MAX);
    let draws = if count == 0 { 0 } else { DRAWS };
    (0..draws).map(move |_| (0..count).map(|_| random.u32(0..bound)).collect())
}
