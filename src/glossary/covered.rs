//! Ranges of a text, and what lies in them.

use std::ops::Range;

/// Ranges, to ask whether one lies in any of them.
pub(crate) struct Covered {
    starts: Vec<usize>,
    // The furthest end of this range and those before it.
    ends: Vec<usize>,
}

impl Covered {
    pub(crate) fn new(mut ranges: Vec<Range<usize>>) -> Self {
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let starts = ranges.iter().map(|range| range.start).collect();
        let ends = ranges.iter().scan(0, |furthest, range| {
            *furthest = range.end.max(*furthest);
            Some(*furthest)
        });
        Self { starts, ends: ends.collect() }
    }

    /// Whether `range` lies in one of them, or is one.
    pub(crate) fn holds(&self, range: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|start| *start <= range.start);
        before > 0 && self.ends[before - 1] >= range.end
    }

    /// Whether `range` has a byte in common with one of them.
    pub(crate) fn touches(&self, range: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|start| *start < range.end);
        before > 0 && self.ends[before - 1] > range.start
    }

    /// Whether `range` lies in a longer one of them.
    pub(crate) fn holds_within_more(&self, range: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|start| *start < range.start);
        let here = self.starts.partition_point(|start| *start <= range.start);
        (before > 0 && self.ends[before - 1] >= range.end) || (here > before && self.ends[here - 1] > range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_what_is_known() {
        let covered = Covered::new(vec![4..9, 0..3, 4..5]);
        assert!(covered.holds(&(4..9)) && covered.holds(&(5..6)) && !covered.holds(&(2..5)));
        assert!(covered.holds_within_more(&(4..5)) && covered.holds_within_more(&(6..9)));
        assert!(!covered.holds_within_more(&(4..9)) && !covered.holds_within_more(&(0..3)));
    }
}
