//! The forms of answer, from the strictest down, and how far down a model has gone.

use std::sync::{Mutex, PoisonError};

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
pub struct Ladder(Mutex<Format>);

impl Ladder {
    /// Begin with `format`.
    pub fn new(format: Format) -> Self {
        Self(Mutex::new(format))
    }

    /// The form to ask for.
    pub fn format(&self) -> Format {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Be below `failed` from now on; `false` where nothing is.
    pub fn step_down(&self, failed: Format) -> bool {
        let Some(plainer) = failed.plainer() else { return false };
        let mut rung = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *rung = plainer.max(*rung);
        true
    }
}
