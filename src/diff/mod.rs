//! What differs between two texts: a source and its edition, two editions, a draft and what people made
//! of it.
//!
//! Blocks that belong together are compared with each other only. Between two languages there is
//! nothing to compare in them, and the blocks stand beside each other; within one, [`words()`] says what
//! was changed.

mod unified;
mod words;

pub use unified::{Side, unified};
pub use words::{Change, tokens, words};
