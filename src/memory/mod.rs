//! What was translated before: the memory.
//!
//! The editions that people published are the memory. What is here is derived from them: a pair of
//! issue and edition is aligned as [`check`](mod@crate::check) aligns it, and each segment without an
//! error becomes a [`Unit`]. The index of all units is an SQLite database that can be deleted at any
//! time and is made again.
//!
//! A segment is known when its very text was translated, or its text with other numbers, or when it is
//! made of titles of past issues. Texts that are merely alike are never used for one another; a model
//! is shown some as examples.
//!
//! The pair in `examples/` is compiled in, so that a program without a key and a server has something
//! to show.

mod change;
mod error;
pub mod exchange;
mod find;
mod form;
mod grams;
mod lesson;
mod look;
mod store;
mod unit;

use crate::check::Settings;
use crate::source::Source;

pub use change::Change;
pub use error::MemoryError;
pub use find::{Found, How, Texts, term};
pub use lesson::{LeftOut, Lesson, Title};
pub use look::Similar;
pub use store::{Learned, Memory};
pub use unit::{Origin, Part, Unit, parts};

/// The names of the sample issue and of its edition: no issue of anybody is called so.
const SAMPLE: [&str; 2] = ["(embedded) 2024-02-17-weekly.md", "(embedded) 2024-02-17-weekly.ja.md"];

impl Memory {
    /// The memory of the sample issue.
    ///
    /// # Errors
    ///
    /// Where there is no room for it.
    pub fn embedded(settings: &Settings<'_>) -> Result<Self, MemoryError> {
        let source = Source::new(SAMPLE[0], include_str!("../../examples/2024-02-17-weekly.md"));
        let edition = Source::new(SAMPLE[1], include_str!("../../examples/ja/2024-02-17-weekly.md"));
        let mut memory = Self::in_room()?;
        let lesson = Lesson::of(&source, &edition, settings).unwrap_or_default();
        memory.change(|change| change.learn(SAMPLE[0], SAMPLE[1], "", lesson))?;
        Ok(memory)
    }
}
