//! What differs between two texts: a source and its edition, two editions, a draft and what people made
//! of it.
//!
//! Blocks that belong together are compared with each other only. Between two languages there is
//! nothing to compare in them, and the blocks stand beside each other; within one, [`words()`] says what
//! was changed.

mod change;
mod comparison;
mod edits;
mod json;
pub mod labels;
mod page;
mod parts;
mod pieces;
mod tokens;
mod unified;
mod words;

pub use change::Change;
pub use comparison::{Between, Block, Comparison, Tongue, tongue};
pub use edits::{Edits, Fate, REWRITTEN_BELOW};
pub use json::json;
pub use page::page;
pub use parts::{Kind, Part, in_order, parts};
pub use pieces::pieces;
pub use tokens::tokens;
pub use unified::{Head, is_of, unified};
pub use words::words;
