//! Looking a text up: the same, the same but for its numbers, texts that are like it.
//!
//! What is found depends on what was learned, and on nothing else: not on the order of learning, and
//! not on what was forgotten again.

use std::collections::HashMap;

use rusqlite::params;

use super::change::sum_of_title;
use super::error::MemoryError;
use super::form::{hash, masked, normal};
use super::grams::{Pieces, grams, likeness};
use super::lesson::Title;
use super::store::{COLUMNS, Memory, unit};
use super::unit::Unit;

/// Translations of one text that are weighed against each other.
const WEIGHED: usize = 400;

/// A piece of text that is in more texts than this says little of any of them.
const COMMON: usize = 400;

/// Of a text whose pieces are all common, texts that have two of them are looked at: so many.
const OF_COMMON: usize = 100;

/// Pieces that are looked up, of each kind: those of a long paragraph. One that is longer still is looked
/// for by some of its pieces.
const ASKED: usize = 64;

/// Where there are texts that share so many telling pieces with a text, the common ones are not asked for.
const ENOUGH: u32 = 4;

/// Texts that are compared with a text, character by character.
const COMPARED: usize = 60;

/// Translations that are looked at of each of them.
const OF_ONE: usize = 4;

/// A translation of a text like the one that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The text and its translation.
    pub unit: Unit,
    /// How alike the two texts are, from 0 to 1.
    pub likeness: f64,
}

impl Memory {
    /// The units with this text, whatever their tags are called.
    pub(super) fn exact(&self, text: &str, tags: &[String]) -> Result<Vec<Unit>, MemoryError> {
        let wanted = normal(text, tags);
        let found = self.by_number("exact", hash(&wanted), WEIGHED)?;
        Ok(found.into_iter().filter(|unit| normal(&unit.source, &unit.tags) == wanted).collect())
    }

    /// The units with this text, but for its numbers.
    pub(super) fn but_for_numbers(&self, text: &str, tags: &[String]) -> Result<Vec<Unit>, MemoryError> {
        let Some(wanted) = masked(text, tags) else { return Ok(Vec::new()) };
        let found = self.by_number("masked", hash(&wanted), WEIGHED)?;
        Ok(found.into_iter().filter(|unit| masked(&unit.source, &unit.tags).as_ref() == Some(&wanted)).collect())
    }

    fn by_number(&self, column: &str, number: i64, most: usize) -> Result<Vec<Unit>, MemoryError> {
        let sql = format!("SELECT {COLUMNS} WHERE u.{column} = ? ORDER BY u.sum LIMIT ?");
        let mut found = self.db.prepare_cached(&sql)?;
        found.query_and_then(params![number, most as i64], unit)?.collect()
    }

    /// The title of the issue with this number, as it was translated.
    pub(super) fn title(&self, number: u32) -> Result<Vec<Title>, MemoryError> {
        let sql = "SELECT number, title, target_title, sum FROM origin WHERE number = ?
                   ORDER BY source DESC, edition DESC";
        let mut found = self.db.prepare_cached(sql)?;
        let title = |row: &rusqlite::Row<'_>| {
            let title = Title { number: row.get(0)?, source: row.get(1)?, target: row.get(2)? };
            if sum_of_title(title.number, &title.source, &title.target) == row.get::<_, i64>(3)? {
                return Ok(title);
            }
            Err(MemoryError::Damaged(format!("the title of issue {number} in it is not what was learned")))
        };
        found.query_and_then([number], title)?.collect()
    }

    /// Texts like `text`, at most `most`, the most alike first. Those that are less alike than `least`,
    /// from 0 to 1, are left out.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn similar(&self, text: &str, tags: &[String], least: f64, most: usize) -> Result<Vec<Similar>, MemoryError> {
        let wanted = grams(text, tags);
        let mut similar = Vec::new();
        for text in self.candidates(&Pieces::of(text, tags), most)? {
            for unit in self.by_number("exact", text, OF_ONE)? {
                let likeness = likeness(&wanted, &grams(&unit.source, &unit.tags));
                if likeness >= least {
                    similar.push(Similar { unit, likeness });
                }
            }
        }
        similar.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.unit.cmp(&b.unit)));
        similar.dedup_by(|a, b| a.unit.source == b.unit.source && a.unit.target == b.unit.target);
        similar.truncate(most);
        Ok(similar)
    }

    /// The numbers of texts that have something in common with one of these pieces.
    fn candidates(&self, pieces: &Pieces, most: usize) -> Result<Vec<i64>, MemoryError> {
        let mut shared: HashMap<i64, (f64, u32)> = HashMap::new();
        let mut common = Vec::new();
        for of_kind in [&pieces.telling, &pieces.common] {
            for piece in of_kind.iter().step_by(of_kind.len().div_ceil(ASKED).max(1)) {
                let found = self.with_pieces(&format!("\"{piece}\""), COMMON + 1)?;
                if found.len() > COMMON {
                    common.push(piece);
                    continue;
                }
                // What is rare says more.
                let weight = 1.0 / (found.len() as f64 + 1.0).ln().max(0.5);
                for text in found {
                    let shared = shared.entry(text).or_default();
                    *shared = (shared.0 + weight, shared.1 + 1);
                }
            }
            if shared.values().filter(|(_, count)| *count >= ENOUGH).count() >= most {
                break;
            }
        }
        if shared.len() < most {
            for two in common.windows(2).step_by(common.len().div_ceil(20).max(1)) {
                let both = format!("\"{}\" AND \"{}\"", two[0], two[1]);
                for text in self.with_pieces(&both, OF_COMMON)? {
                    shared.entry(text).or_default().0 += 0.1;
                }
            }
        }
        let mut candidates: Vec<(i64, f64)> = shared.into_iter().map(|(text, (weight, _))| (text, weight)).collect();
        candidates.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.truncate(COMPARED);
        Ok(candidates.into_iter().map(|(text, _)| text).collect())
    }

    fn with_pieces(&self, query: &str, most: usize) -> Result<Vec<i64>, MemoryError> {
        let mut found = self.db.prepare_cached("SELECT rowid FROM gram WHERE gram MATCH ? LIMIT ?")?;
        let rows = found.query_map(params![query, most as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
