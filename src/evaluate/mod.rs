//! How good an edition is, and which of several systems makes better ones.

mod bootstrap;
mod chrf;

pub use bootstrap::{CHANCE_FROM, DRAWS, Difference, Interval};
pub use chrf::{Matches, ORDER};
