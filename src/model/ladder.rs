//! The forms of answer, from the strictest down, and how far down a model has gone.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::request::Format;

/// Why a form of answer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server refused it, and would again.
    Refused,
    /// It said nothing, and an answer came in no form at all.
    NotKept,
}

/// The rung that a model is on; it only goes down.
///
/// ```
/// use nekoyaku::model::Ladder;
/// use nekoyaku::request::Format;
///
/// let ladder = Ladder::new(Format::Schema);
/// assert!(ladder.step_down(Format::Schema));
/// // Another request failed meanwhile, with what is asked for no more.
/// assert!(ladder.step_down(Format::Schema));
/// assert_eq!(ladder.format(), Format::Object);
/// ```
#[derive(Debug)]
pub struct Ladder {
    // From the strictest down, at least one.
    rungs: Vec<Format>,
    at: Mutex<Format>,
}

impl Ladder {
    /// Begin with `format`, and have all that are plainer below it.
    pub fn new(format: Format) -> Self {
        Self::among(std::iter::successors(Some(format), |format| format.plainer()))
    }

    /// Begin with the first of `formats`, which go from the strictest down; with none, with the plainest.
    pub fn among(formats: impl IntoIterator<Item = Format>) -> Self {
        let mut rungs: Vec<Format> = formats.into_iter().collect();
        if rungs.is_empty() {
            rungs.push(Format::Plain);
        }
        Self { at: Mutex::new(rungs[0]), rungs }
    }

    /// The form to ask for.
    pub fn format(&self) -> Format {
        *self.rung()
    }

    /// Be below `failed` from now on; `false` where nothing is.
    pub fn step_down(&self, failed: Format) -> bool {
        let Some(plainer) = self.rungs.iter().find(|rung| **rung > failed) else { return false };
        let mut rung = self.rung();
        *rung = (*plainer).max(*rung);
        true
    }

    /// Begin further down, if there is a rung of that form.
    pub(super) fn begin_at(&self, format: Format) {
        if self.rungs.contains(&format) {
            let mut rung = self.rung();
            *rung = format.max(*rung);
        }
    }

    fn rung(&self) -> MutexGuard<'_, Format> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_lacks_a_rung_is_asked_for_the_next() {
        let ladder = Ladder::among([Format::Schema, Format::Tagged]);
        assert!(ladder.step_down(Format::Schema));
        assert_eq!(ladder.format(), Format::Tagged);
        assert!(!ladder.step_down(Format::Tagged));
    }

    #[test]
    fn what_was_learned_is_believed_as_far_as_there_is_such_a_rung() {
        let ladder = Ladder::among([Format::Schema, Format::Tagged]);
        ladder.begin_at(Format::Object);
        assert_eq!(ladder.format(), Format::Schema);
        ladder.begin_at(Format::Tagged);
        ladder.begin_at(Format::Schema);
        assert_eq!(ladder.format(), Format::Tagged);
    }
}
