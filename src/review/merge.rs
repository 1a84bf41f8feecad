//! What two sides made of one text, brought together.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of a text that two sides worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch<'t> {
    /// Both have it, or one of them changed it, or both changed it alike.
    Agreed(&'t str),
    /// Both changed it, each in its own way.
    Conflict {
        /// What one side made of it.
        mine: &'t str,
        /// What the other side made of it.
        theirs: &'t str,
    },
}

/// Bring together what `mine` and `theirs` made of `base`, line by line, in the order of the text.
///
/// What one side did stands where the other side did nothing. Changes that touch one another are one: where
/// a person and another changed neighbouring lines, a person has to see both.
///
/// ```
/// use nekoyaku::review::{Stretch, merge};
///
/// let merged = merge("一\n\n二\n", "一つ\n\n二\n", "一\n\n二つ\n");
/// assert_eq!(merged, [Stretch::Agreed("一つ\n"), Stretch::Agreed("\n"), Stretch::Agreed("二つ\n")]);
/// assert_eq!(merge("猫", "ネコ", "ねこ"), [Stretch::Conflict { mine: "ネコ", theirs: "ねこ" }]);
/// ```
pub fn merge<'t>(base: &'t str, mine: &'t str, theirs: &'t str) -> Vec<Stretch<'t>> {
    let base = Lines::new(base);
    let mut sides = [Side::new(&base, mine), Side::new(&base, theirs)];
    let mut merged = Vec::new();
    let mut done = 0;
    while let Some(start) = sides.iter().filter_map(|side| side.next()).map(|change| change.base.start).min() {
        push(&mut merged, Stretch::Agreed(base.text(done..start)));
        let starts = sides.each_ref().map(|side| side.place(start));
        // What touches a change that was taken is a part of it.
        let mut end = start;
        while let Some(side) = sides.iter_mut().find(|side| side.next().is_some_and(|next| next.base.start <= end)) {
            end = end.max(side.take());
        }
        let [ours, others] = [0, 1].map(|side| sides[side].lines.text(starts[side]..sides[side].place(end)));
        let was = base.text(start..end);
        push(
            &mut merged,
            match (ours, others) {
                (ours, others) if ours == others || others == was => Stretch::Agreed(ours),
                (ours, others) if ours == was => Stretch::Agreed(others),
                (mine, theirs) => Stretch::Conflict { mine, theirs },
            },
        );
        done = end;
    }
    push(&mut merged, Stretch::Agreed(base.text(done..base.count())));
    merged
}

fn push<'t>(merged: &mut Vec<Stretch<'t>>, stretch: Stretch<'t>) {
    if stretch != Stretch::Agreed("") {
        merged.push(stretch);
    }
}

/// A text and where its lines end.
struct Lines<'t> {
    text: &'t str,
    ends: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let lengths = text.split_inclusive('\n').map(str::len);
        let ends = lengths.scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        Self { text, ends: ends.collect() }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    /// Where a line begins.
    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn text(&self, lines: Range<usize>) -> &'t str {
        &self.text[self.start(lines.start)..self.start(lines.end)]
    }

    fn all(&self) -> Vec<&'t str> {
        (0..self.count()).map(|line| self.text(line..line + 1)).collect()
    }
}

/// Lines that one side has in the place of others.
struct Change {
    base: Range<usize>,
    own: Range<usize>,
}

/// One of the two sides, up to a place.
struct Side<'t> {
    lines: Lines<'t>,
    changes: Vec<Change>,
    taken: usize,
}

impl<'t> Side<'t> {
    fn new(base: &Lines<'t>, text: &'t str) -> Self {
        let lines = Lines::new(text);
        let changes = capture_diff_slices(Algorithm::Myers, &base.all(), &lines.all());
        let changes = changes.iter().filter(|change| !matches!(change, DiffOp::Equal { .. }));
        let changes = changes.map(|change| Change { base: change.old_range(), own: change.new_range() }).collect();
        Self { lines, changes, taken: 0 }
    }

    fn next(&self) -> Option<&Change> {
        self.changes.get(self.taken)
    }

    /// Take the next change; where it ends in the base.
    fn take(&mut self) -> usize {
        self.taken += 1;
        self.changes[self.taken - 1].base.end
    }

    /// The line of this side at a line of the base that is behind what was taken, and not behind what was not.
    fn place(&self, line: usize) -> usize {
        match self.taken.checked_sub(1).map(|last| &self.changes[last]) {
            Some(change) => change.own.end + (line - change.base.end),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text, where the sides agree, or what one of them has where they do not.
    fn text(merged: &[Stretch<'_>], of_mine: bool) -> String {
        let text = |stretch: &Stretch<'_>| match *stretch {
            Stretch::Agreed(text) => text.to_owned(),
            Stretch::Conflict { mine, theirs } => if of_mine { mine } else { theirs }.to_owned(),
        };
        merged.iter().map(text).collect()
    }

    fn is_clean(merged: &[Stretch<'_>]) -> bool {
        merged.iter().all(|stretch| matches!(stretch, Stretch::Agreed(_)))
    }

    fn lines() -> impl Strategy<Value = Vec<&'static str>> {
        proptest::collection::vec(proptest::sample::select(vec!["猫\n", "犬\n", "\n", "鳥\r\n", "魚"]), 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_one_side_did_alone_is_what_comes_of_it(base in lines(), other in lines()) {
            let (base, other) = (base.concat(), other.concat());
            for (mine, theirs) in [(&base, &other), (&other, &base), (&other, &other)] {
                let merged = merge(&base, mine, theirs);
                prop_assert!(is_clean(&merged));
                prop_assert_eq!(text(&merged, true), other.as_str());
            }
        }

        #[test]
        fn the_sides_can_be_exchanged(base in lines(), mine in lines(), theirs in lines()) {
            let (base, mine, theirs) = (base.concat(), mine.concat(), theirs.concat());
            let exchanged = |stretch: Stretch<'static>| match stretch {
                Stretch::Conflict { mine, theirs } => Stretch::Conflict { mine: theirs, theirs: mine },
                agreed @ Stretch::Agreed(_) => agreed,
            };
            let [base, mine, theirs] = [base, mine, theirs].map(|text| &*text.leak());
            let there: Vec<_> = merge(base, mine, theirs).into_iter().map(exchanged).collect();
            prop_assert_eq!(merge(base, theirs, mine), there);
        }

        #[test]
        fn what_both_did_to_different_blocks_is_all_there(
            blocks in proptest::collection::vec(0..4_u8, 1..12),
        ) {
            // 0 stays, 1 is mine, 2 is theirs, 3 is changed by both.
            let written = |side: u8| {
                let block = |(number, who): (usize, &u8)| {
                    let by = if who & side == 0 { String::new() } else { format!("{side}が直した") };
                    format!("{number}番目の{by}段落。\n\n")
                };
                blocks.iter().enumerate().map(block).collect::<String>()
            };
            let (base, mine, theirs) = (written(0), written(1), written(2));
            let merged = merge(&base, &mine, &theirs);
            let both = blocks.iter().filter(|who| **who == 3).count();
            let conflicts = merged.iter().filter(|stretch| matches!(stretch, Stretch::Conflict { .. })).count();
            prop_assert_eq!(conflicts, both);
            for (side, of_mine) in [(1, true), (2, false)] {
                let text = text(&merged, of_mine);
                for (number, who) in blocks.iter().enumerate() {
                    let by = match who {
                        0 => None,
                        3 => Some(side),
                        other => Some(*other),
                    };
                    let by = by.map(|by| format!("{by}が直した")).unwrap_or_default();
                    let block = format!("{number}番目の{by}段落。\n\n");
                    prop_assert!(text.contains(&block), "{}", block);
                }
            }
        }
    }

    #[test]
    fn two_things_put_into_one_place_are_for_a_person_to_put_in_order() {
        let merged = merge("一\n", "一\n二\n", "一\n三\n");
        assert_eq!(merged, [Stretch::Agreed("一\n"), Stretch::Conflict { mine: "二\n", theirs: "三\n" }]);
    }
}
