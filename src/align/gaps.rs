//! What stands between two pins, aligned by dynamic programming.

use super::score::{BAND, Gap, NEVER, SKIP, SKIP_EVEN, Scores};

/// A gap of more units than this may have as many on both sides by chance.
const EVEN: usize = 8;
/// How many units may be one.
const MOST_JOINED: usize = 3;

/// So many units of the source belong to so many of the edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) sources: u8,
    pub(super) editions: u8,
}

impl Step {
    pub(super) const PAIR: Self = Self::new(1, 1);
    pub(super) const MISSING: Self = Self::new(1, 0);
    pub(super) const EXTRA: Self = Self::new(0, 1);

    const fn new(sources: u8, editions: u8) -> Self {
        Self { sources, editions }
    }
}

/// What is tried for each cell; of those worth the same the first is taken.
const STEPS: [Step; 7] =
    [Step::PAIR, Step::MISSING, Step::EXTRA, Step::new(1, 2), Step::new(2, 1), Step::new(1, 3), Step::new(3, 1)];

/// One row of the table: the scores of so many units of the source with each number of the edition's.
#[derive(Clone, Default)]
struct Row {
    first: usize,
    scores: Vec<f32>,
}

impl Row {
    fn get(&self, column: usize) -> f32 {
        column.checked_sub(self.first).and_then(|place| self.scores.get(place)).copied().unwrap_or(f32::NEG_INFINITY)
    }
}

/// The steps that align `sources` with `editions`, in order. Adds to `work` the cells looked at: at
/// most a fixed number for each unit.
pub(super) fn align(scores: Scores<'_>, gap: Gap, work: &mut usize) -> Vec<Step> {
    let is_even = gap.sources.len() <= EVEN && scores.is_even(&gap);
    let Gap { sources, editions } = gap;
    let (rows, columns) = (sources.len(), editions.len());
    if rows == 0 || columns == 0 {
        let step = if rows == 0 { Step::EXTRA } else { Step::MISSING };
        return vec![step; rows + columns];
    }
    // Where as much is on both sides, little was done.
    let (skip, tried) = if is_even { (SKIP_EVEN, &STEPS[..3]) } else { (SKIP, &STEPS[..]) };
    let mut last: [Row; MOST_JOINED + 1] = Default::default();
    // For each row where it begins, in columns and in `taken`.
    let mut begins = Vec::with_capacity(rows + 1);
    let mut taken: Vec<u8> = Vec::new();
    let whole = rows.min(columns) <= 2 * BAND;
    let mut centre = 0;
    for row in 0..=rows {
        let (first, end) = if whole {
            (0, columns + 1)
        } else {
            let first = centre.min(columns).saturating_sub(BAND);
            (first, (first + 2 * BAND + 1).min(columns + 1))
        };
        let mut scored = std::mem::take(&mut last[row % last.len()]);
        scored.first = first;
        scored.scores.clear();
        begins.push((first, taken.len()));
        *work += end - first;
        for column in first..end {
            let mut best = (if row == 0 && column == 0 { 0.0 } else { f32::NEG_INFINITY }, 0);
            for (number, step) in tried.iter().enumerate() {
                let (up, left) = (step.sources as usize, step.editions as usize);
                if up > row || left > column {
                    continue;
                }
                let before = if up == 0 {
                    scored.scores.last().copied().unwrap_or(f32::NEG_INFINITY)
                } else {
                    last[(row - up) % last.len()].get(column - left)
                };
                if before == f32::NEG_INFINITY {
                    continue;
                }
                let (source, edition) = (sources.start + row - up, editions.start + column - left);
                let worth = match (up, left) {
                    (1, 1) => scores.pair(source, edition),
                    (0, 1) | (1, 0) => skip,
                    _ => scores.joined(source, up, edition, left),
                };
                if worth > NEVER && before + worth > best.0 {
                    best = (before + worth, number as u8);
                }
            }
            scored.scores.push(best.0);
            taken.push(best.1);
        }
        centre = first + best_of(&scored.scores);
        last[row % last.len()] = scored;
    }
    let end = last[rows % last.len()].first;
    let ends = last[rows % last.len()].scores.iter().enumerate();
    // What the band does not reach is left alone.
    let ends: Vec<f32> = ends.map(|(place, score)| score + (columns - end - place) as f32 * skip).collect();
    let column = if whole { columns } else { end + best_of(&ends) };
    trace(&begins, &taken, (rows, columns), column)
}

/// The place of the best score, the first where there are several.
fn best_of(scores: &[f32]) -> usize {
    let mut best = 0;
    for (place, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = place;
        }
    }
    best
}

fn trace(begins: &[(usize, usize)], taken: &[u8], (rows, columns): (usize, usize), reached: usize) -> Vec<Step> {
    let mut steps = vec![Step::EXTRA; columns - reached];
    let (mut row, mut column) = (rows, reached);
    while (row, column) != (0, 0) {
        let (first, start) = begins[row];
        let step = STEPS[taken[start + column - first] as usize];
        row -= step.sources as usize;
        column -= step.editions as usize;
        steps.push(step);
    }
    steps.reverse();
    steps
}
