//! What belongs together of two texts, where more than one may belong to one.

use std::ops::Range;

/// The blocks, or the rows, of two texts, each with those of the other that belong to it.
#[derive(Clone, Debug)]
pub(crate) struct Ties {
    /// By each of the old text, those of the new one, from the first to the last; an empty range where there
    /// is none.
    pub(crate) of_old: Vec<Range<usize>>,
    /// The same by each of the new text.
    pub(crate) of_new: Vec<Range<usize>>,
}

impl Ties {
    /// So many of each text, and none belongs to any.
    pub(crate) fn new(olds: usize, news: usize) -> Self {
        Self { of_old: vec![0..0; olds], of_new: vec![0..0; news] }
    }

    /// These two belong together.
    pub(crate) fn tie(&mut self, old: usize, new: usize) {
        widen(&mut self.of_old[old], new);
        widen(&mut self.of_new[new], old);
    }

    /// The ends of the fewest from these two on that belong to no others.
    pub(crate) fn whole(&self, old: usize, new: usize) -> (usize, usize) {
        let (mut old_end, mut new_end) = (old + 1, new + 1);
        let (mut old_seen, mut new_seen) = (old, new);
        while old_seen < old_end || new_seen < new_end {
            let far = |of: &[Range<usize>], seen: Range<usize>| of[seen].iter().map(|range| range.end).max();
            let new_far = far(&self.of_old, old_seen..old_end).unwrap_or(0);
            let old_far = far(&self.of_new, new_seen..new_end).unwrap_or(0);
            (old_seen, new_seen) = (old_end, new_end);
            old_end = old_end.max(old_far).min(self.of_old.len());
            new_end = new_end.max(new_far).min(self.of_new.len());
        }
        (old_end, new_end)
    }
}

fn widen(range: &mut Range<usize>, by: usize) {
    *range = match range.end {
        // None yet.
        0 => by..by + 1,
        end => range.start.min(by)..end.max(by + 1),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_together_over_others_is_one() {
        let mut ties = Ties::new(5, 5);
        for (old, new) in [(0, 0), (1, 1), (1, 2), (2, 2), (2, 3), (4, 4)] {
            ties.tie(old, new);
        }
        assert_eq!(ties.whole(0, 0), (1, 1));
        assert_eq!(ties.whole(1, 1), (3, 4));
        assert_eq!(ties.whole(4, 4), (5, 5));
        assert!(ties.of_old[3].is_empty());
    }
}
