//! How good an edition is, and which of several systems makes better ones.
//!
//! What people published is the reference. Source, reference and editions are aligned, and what they say
//! is compared text by text, without markup and addresses: these are the same in any edition, and a copy of
//! the source would look like a translation. Beside the score of a system stands how sure it is, what a
//! copy would have, and what a score does not see: links lost, Chinese left, terms that were not kept.
//!
//! The score is [chrF2](Matches), as sacreBLEU counts it; how sure it is, is found by [drawing](Interval)
//! segments; a [`Trial`] is an issue with what was made of it, and a [`Report`] what all of them come to.
//!
//! ```
//! use nekoyaku::check::{File, Settings};
//! use nekoyaku::evaluate::{Report, System, Trial};
//! use nekoyaku::{glossary::Glossary, profile::Profile, source::Source, wording::Friends};
//!
//! let (profile, glossary) = (Profile::default(), Glossary::built_in()?);
//! let settings = Settings::new(&profile, &glossary, &Friends::built_in()?)?;
//! let file = |text: &str| File::new(Source::new("a.md", text), &profile);
//!
//! let (source, reference) = (file("[猫](https://a.example)在睡觉。\n"), file("[猫](https://a.example)が寝ています。\n"));
//! let editions = [file("[猫](https://a.example)は眠っています。\n"), file("[猫](https://a.example)が寝ている。\n")];
//! let trial = Trial::new(&source, &reference, &editions, &settings);
//! let systems = ["a", "b"].map(|name| System { name: name.to_owned(), ..System::default() });
//!
//! let report = Report::new(&[trial], &systems, &glossary);
//! assert_eq!(report.systems[0].name, "b");
//! assert!(report.systems[0].chrf.score > report.copy.score);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod chrf;
mod figures;
mod judge;
mod page;
mod report;
mod system;
mod terms;
mod trial;
mod words;

pub use bootstrap::{CHANCE_FROM, DRAWS, Difference, Interval};
pub use chrf::{Matches, ORDER};
pub use figures::{Comparison, Found, Pair, Place, Point, Scored, Section, Shown, Touched};
pub use judge::{Category, Duel, Errors, Flaw, Judgement, Weight, family, judge};
pub use page::GENERATOR;
pub use report::Report;
pub use system::{Effort, System};
pub use terms::Adherence;
pub use trial::{Checked, Edited, Said, Segment, Trial};
