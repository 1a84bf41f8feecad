//! A passage much shorter or longer than its source may have lost or won something.

use super::ground::Ground;
use crate::finding::{Finding, What};

/// Shorter texts say nothing.
const ENOUGH: usize = 30;

/// Of ten editions the median is 1.5 times the characters, 1.06 to 2.13 are 90 %.
const USUAL: std::ops::RangeInclusive<f64> = 0.9..=2.6;

pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let Some(source) = ground.passage.source.filter(|_| !ground.passage.is_note) else { return };
    let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    // No text has more characters than bytes.
    if source.text.len() < ENOUGH {
        return;
    }
    let (ours, theirs) = (count(&source.text), count(ground.text()));
    if ours >= ENOUGH && !USUAL.contains(&(theirs as f64 / ours as f64)) {
        let what = What::LengthRatio { source: ours, edition: theirs };
        found.push(ground.finding_in_both(what, 0..ground.text().len(), None));
    }
}
