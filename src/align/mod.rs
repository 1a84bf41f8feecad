//! Which paragraph of an edition is which of its source.
//!
//! Both texts are cut into [units](Unit): paragraphs, headings, items, cells, code. Most have something
//! that a translation leaves as it is, a link above all, and are known by it; those between them
//! follow by what they look like, by their lengths and by their order.
//!
//! Every unit of both texts is in exactly one [`Pairing`]; those that are in order in both texts are in
//! order here. What an edition has of its own is told by kind: the note at its head, a translator's
//! `訳注：`, anything else. A translator's note is never taken for a translation.
//!
//! ```
//! use nekoyaku::align::{ExtraKind, Pairing, Side, align};
//! use nekoyaku::blocks::parse;
//!
//! let source = "# 周刊\n\n见[文章](https://a.example)\n\n给猫看的。\n";
//! let edition = "> 本記事は翻訳です。\n\n# 週刊\n\n[記事](https://a.example)を参照\n\n訳注：猫は読めません。\n";
//! let (source_document, edition_document) = (parse(source), parse(edition));
//!
//! let alignment = align(&Side::new(source, &source_document), &Side::new(edition, &edition_document));
//! assert_eq!(
//!     alignment.pairs,
//!     [
//!         Pairing::Extra { edition: 0, kind: ExtraKind::HeaderNote },
//!         Pairing::Same { source: 0, edition: 1 },
//!         Pairing::Same { source: 1, edition: 2 },
//!         Pairing::Extra { edition: 3, kind: ExtraKind::TranslatorNote },
//!         Pairing::Missing { source: 2, before: 4 },
//!     ]
//! );
//! ```

mod features;
mod gaps;
mod moved;
mod pins;
mod score;
mod ties;
mod units;

use std::collections::HashSet;
use std::ops::Range;

use features::Table;
use gaps::Step;
use pins::{Pin, gaps, loosened, pins};
use score::{Gap, SAME, Scores};

pub(crate) use ties::Ties;
pub(crate) use units::begins_note;
pub use units::{Side, Unit, UnitKind, units};

/// Units that belong together, or one that has none; all by index among those of their [`Side`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// One unit, translated as one.
    Same {
        /// In the source.
        source: u32,
        /// In the edition.
        edition: u32,
    },
    /// One unit that the edition has as several.
    Split {
        /// In the source.
        source: u32,
        /// In the edition, one after the other.
        editions: Range<u32>,
    },
    /// Several units that the edition has as one.
    Merged {
        /// In the source, one after the other.
        sources: Range<u32>,
        /// In the edition.
        edition: u32,
    },
    /// One unit that the edition has in another place.
    Moved {
        /// In the source.
        source: u32,
        /// In the edition.
        edition: u32,
    },
    /// A unit that the edition does not have.
    Missing {
        /// In the source.
        source: u32,
        /// The unit of the edition it should stand before; their number where that is none.
        before: u32,
    },
    /// A unit that only the edition has.
    Extra {
        /// In the edition.
        edition: u32,
        /// What it is.
        kind: ExtraKind,
    },
}

impl Pairing {
    /// The source's units in it.
    pub fn sources(&self) -> Range<u32> {
        match self {
            Self::Same { source, .. }
            | Self::Split { source, .. }
            | Self::Moved { source, .. }
            | Self::Missing { source, .. } => *source..*source + 1,
            Self::Merged { sources, .. } => sources.clone(),
            Self::Extra { .. } => 0..0,
        }
    }

    /// The edition's units in it.
    pub fn editions(&self) -> Range<u32> {
        match self {
            Self::Same { edition, .. }
            | Self::Merged { edition, .. }
            | Self::Moved { edition, .. }
            | Self::Extra { edition, .. } => *edition..*edition + 1,
            Self::Split { editions, .. } => editions.clone(),
            Self::Missing { .. } => 0..0,
        }
    }
}

/// What a unit is that only the edition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExtraKind {
    /// A quote before anything that was translated: what the edition says of itself.
    HeaderNote,
    /// A translator's note, `訳注：…`.
    TranslatorNote,
    /// Anything else.
    Other,
}

/// Which units of an edition belong to which of its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// What belongs together, in the order of the edition; what is missing stands where it should be.
    pub pairs: Vec<Pairing>,
    // By pair, unit of the source and unit of the edition.
    scores: Vec<f32>,
    of_source: Vec<u32>,
    of_edition: Vec<u32>,
    work: usize,
}

impl Alignment {
    /// The place among `pairs` of a unit of the source.
    pub fn of_source(&self, unit: usize) -> usize {
        self.of_source[unit] as usize
    }

    /// The place among `pairs` of a unit of the edition.
    pub fn of_edition(&self, unit: usize) -> usize {
        self.of_edition[unit] as usize
    }

    /// How sure it is that a pair belongs together, from 0, nothing speaks for it but its place, to 1, it
    /// is the same text; 0 for a unit that has none. From about a half on, what is kept in a
    /// translation (links, code, names, numbers) is the same in both.
    pub fn certainty(&self, pair: usize) -> f32 {
        (self.scores[pair] / SAME).clamp(0.0, 1.0)
    }

    /// How many times units were compared: at most a fixed number of times for each.
    pub fn work(&self) -> usize {
        self.work
    }
}

/// Align the units of an edition with those of its source.
///
/// The time it takes is proportional to the length of both, whatever they are.
pub fn align(source: &Side<'_>, edition: &Side<'_>) -> Alignment {
    let (source_table, edition_table) = (Table::new(source), Table::new(edition));
    let scores = Scores::new(&source_table, &edition_table);
    let mut work = 0;
    let all = Gap { sources: 0..source.units.len(), editions: 0..edition.units.len() };
    let pins = pins(scores, &all, &mut work);
    let scores = scores.grown(&pins);
    let pins = loosened(scores, &pins, &all);
    let mut steps = Vec::with_capacity(all.sources.len() + all.editions.len());
    for (number, gap) in gaps(&pins, &all).enumerate() {
        // A pin ends the gap before it.
        if number > 0 {
            steps.push(Step::PAIR);
        }
        steps.extend(gaps::align(scores, gap, &mut work));
    }
    let steps = moved::released(scores, moved::unswapped(scores, steps), &mut work);
    let moved = moved::moved(scores, &steps, &mut work);
    let mut alignment = Alignment { work, ..Alignment::default() };
    alignment.pair(scores, edition, &steps, &moved);
    alignment
}

impl Alignment {
    fn pair(&mut self, scores: Scores<'_>, edition: &Side<'_>, steps: &[Step], moved: &[Pin]) {
        let (mut s, mut e) = (0_u32, 0_u32);
        let is_note = |unit: u32| scores.edition.units[unit as usize].is_note;
        let is_moved: HashSet<u32> = moved.iter().map(|pin| pin.0).collect();
        let mut moved = moved.iter().peekable();
        let mut in_head = true;
        // Those missing stand behind the notes on what is before them.
        let mut missing: Vec<u32> = Vec::new();
        for &Step { sources, editions } in steps {
            if editions > 0 && !(sources == 0 && is_note(e)) {
                self.push_missing(&mut missing, e);
            }
            let score = |sources, editions| scores.joined(s as usize, sources, e as usize, editions);
            match (sources, editions) {
                (1, 0) if is_moved.contains(&s) => {}
                (1, 0) => missing.push(s),
                (0, _) => match moved.next_if(|pin| pin.1 == e) {
                    Some((source, _)) => {
                        let score = scores.pair(*source as usize, e as usize);
                        self.push(Pairing::Moved { source: *source, edition: e }, score);
                    }
                    None => {
                        let kind = if is_note(e) {
                            ExtraKind::TranslatorNote
                        } else if in_head && edition.is_quoted(e as usize) {
                            ExtraKind::HeaderNote
                        } else {
                            ExtraKind::Other
                        };
                        self.push(Pairing::Extra { edition: e, kind }, 0.0);
                    }
                },
                (1, 1) => self.push(Pairing::Same { source: s, edition: e }, scores.pair(s as usize, e as usize)),
                (1, _) => {
                    let pair = Pairing::Split { source: s, editions: e..e + u32::from(editions) };
                    self.push(pair, score(1, editions.into()));
                }
                _ => {
                    let pair = Pairing::Merged { sources: s..s + u32::from(sources), edition: e };
                    self.push(pair, score(sources.into(), 1));
                }
            }
            // A title of its own may stand before the note.
            let is_title = matches!(edition.units.get(e as usize).map(|unit| unit.kind), Some(UnitKind::Heading(1)));
            in_head &= sources == 0 || editions == 0 || is_title;
            s += u32::from(sources);
            e += u32::from(editions);
        }
        self.push_missing(&mut missing, e);
    }

    fn push_missing(&mut self, missing: &mut Vec<u32>, before: u32) {
        for source in missing.drain(..) {
            self.push(Pairing::Missing { source, before }, 0.0);
        }
    }

    fn push(&mut self, pair: Pairing, score: f32) {
        let place = self.pairs.len() as u32;
        for (units, of) in [(pair.sources(), &mut self.of_source), (pair.editions(), &mut self.of_edition)] {
            if of.len() < units.end as usize {
                of.resize(units.end as usize, 0);
            }
            for unit in units {
                of[unit as usize] = place;
            }
        }
        self.pairs.push(pair);
        self.scores.push(score);
    }
}
