//! What a person should look at, by what is at stake.

use crate::finding::Finding;

use super::group::Group;
use super::rows::Row;

/// All findings of a page, by what is at stake and then by their place.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// The findings of each group, by their place among all.
    pub(super) groups: [Vec<usize>; 4],
    /// How many blocks something is wrong with, may be wrong with, or is to be decided in.
    pub first: usize,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many only a person can decide.
    pub questions: usize,
}

impl Queue {
    pub(super) fn new(findings: &[Finding], rows: &[Row]) -> Self {
        let mut queue = Self::default();
        for row in rows {
            let mut is_first = false;
            for number in &row.findings {
                let group = Group::of(&findings[*number]);
                queue.groups[group as usize].push(*number);
                is_first |= group < Group::Style;
            }
            queue.first += usize::from(is_first);
        }
        let count = |group: Group| queue.groups[group as usize].len();
        (queue.errors, queue.warnings, queue.questions) =
            (count(Group::Mend), count(Group::Look), count(Group::Decide));
        queue
    }
}
