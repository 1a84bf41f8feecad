//! How good an edition is, and which of several systems makes better ones.

mod bootstrap;
mod chrf;
mod page;
mod report;
mod system;
mod terms;
mod trial;
mod words;

pub use bootstrap::{CHANCE_FROM, DRAWS, Difference, Interval};
pub use chrf::{Matches, ORDER};
pub use page::GENERATOR;
pub use report::{Comparison, Found, Pair, Place, Point, Report, Scored, Section, Shown, Touched};
pub use system::{Effort, System};
pub use terms::Adherence;
pub use trial::{Checked, Edited, Said, Segment, Trial};
