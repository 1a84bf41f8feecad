//! What a memory learns and forgets, all of it or nothing.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::error::MemoryError;
use super::form::{Pattern, hash, masked, normal};
use super::grams::Pieces;
use super::lesson::{Lesson, Title};
use super::store::{Memory, fingerprints, sum};
use super::unit::Unit;

/// A change of a memory, of which all is done or nothing.
#[derive(Debug)]
pub struct Change<'m> {
    on: Transaction<'m>,
}

impl Memory {
    /// Change what is known, all of it or nothing.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, and those of `change`; then it is as it was.
    pub fn change<T, E: From<MemoryError>>(
        &mut self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let on = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(MemoryError::from)?;
        on.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS touched (exact INTEGER PRIMARY KEY); DELETE FROM temp.touched;",
        )
        .map_err(MemoryError::from)?;
        let mut own = Change { on };
        let done = change(&mut own)?;
        own.look_up()?;
        own.on.commit().map_err(MemoryError::from)?;
        Ok(done)
    }

    /// Put the index of pieces in order, after a lot was learned: [`Memory::similar`] takes half the time
    /// then. It takes about as long as writing the index.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn tidy(&mut self) -> Result<(), MemoryError> {
        self.db.execute("INSERT INTO gram (gram) VALUES ('optimize')", [])?;
        Ok(())
    }
}

impl Change<'_> {
    /// What a pair taught takes the place of what it taught before.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn learn(&mut self, source: &str, edition: &str, fingerprint: &str, lesson: Lesson) -> Result<(), MemoryError> {
        let Lesson { units, left_out, title, segments } = lesson;
        let origin = self.begin(source, edition, fingerprint, title)?;
        for one in left_out {
            let sql = "INSERT INTO left_out (origin, line, text, why) VALUES (?, ?, ?, ?)";
            self.on.prepare_cached(sql)?.execute(params![origin, one.line, one.text, one.why])?;
        }
        units.iter().try_for_each(|unit| self.add(origin, (source, edition), unit))?;
        self.end(origin, segments, units.len())
    }

    /// The units of a file take the place of what it had before; gives how many there were.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, and those of `units`.
    pub fn take<E: From<MemoryError>>(
        &mut self,
        file: &str,
        fingerprint: &str,
        units: impl Iterator<Item = Result<Unit, E>>,
    ) -> Result<u32, E> {
        let origin = self.begin(file, "", fingerprint, None)?;
        let mut count = 0;
        for unit in units {
            self.add(origin, (file, ""), &unit?)?;
            count += 1;
        }
        self.end(origin, count, count)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn begin(
        &mut self,
        source: &str,
        edition: &str,
        fingerprint: &str,
        title: Option<Title>,
    ) -> Result<i64, MemoryError> {
        self.forget(source, edition)?;
        let (number, title, target) =
            title.map_or((None, None, None), |title| (Some(title.number), Some(title.source), Some(title.target)));
        let sum = number.zip(title.as_deref().zip(target.as_deref()));
        let sum = sum.map_or(0, |(number, (title, target))| sum_of_title(number, title, target));
        let sql = "INSERT INTO origin (source, edition, fingerprint, segments, units, number, title, target_title, sum)
                   VALUES (?, ?, ?, 0, 0, ?, ?, ?, ?)";
        self.on.prepare_cached(sql)?.execute(params![source, edition, fingerprint, number, title, target, sum])?;
        Ok(self.on.last_insert_rowid())
    }

    fn end(&mut self, origin: i64, segments: usize, units: usize) -> Result<(), MemoryError> {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let sql = "UPDATE origin SET segments = ?, units = ? WHERE id = ?";
        self.on.prepare_cached(sql)?.execute(params![number(segments), number(units), origin])?;
        Ok(())
    }

    fn add(&mut self, origin: i64, (source, edition): (&str, &str), unit: &Unit) -> Result<(), MemoryError> {
        let pattern = Pattern { source: &unit.source, target: &unit.target, tags: &unit.tags };
        let masked = masked(&unit.source, &unit.tags).filter(|_| pattern.holds());
        let own = |own: &str, of_origin: &str| (own != of_origin).then(|| own.to_owned());
        let exact = hash(&normal(&unit.source, &unit.tags));
        let tags = unit.tags.join(" ");
        // The pieces of a text that is known are known: one that comes back in every issue is in many units.
        let sql = "SELECT EXISTS (SELECT 1 FROM unit WHERE exact = ? AND source = ? AND tags = ?)";
        let is_known: bool =
            self.on.prepare_cached(sql)?.query_row(params![exact, unit.source, tags], |row| row.get(0))?;
        let sql = "INSERT INTO unit (origin, source, target, tags, kind, before, after, source_line, edition_line,
                   own_source, own_edition, exact, masked, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.on.prepare_cached(sql)?.execute(params![
            origin,
            unit.source,
            unit.target,
            tags,
            unit.kind,
            unit.before,
            unit.after,
            unit.origin.source_line,
            unit.origin.edition_line,
            own(&unit.origin.source, source),
            own(&unit.origin.edition, edition),
            exact,
            masked.as_deref().map(hash),
            sum(unit),
        ])?;
        if !is_known {
            self.on.prepare_cached("INSERT OR IGNORE INTO temp.touched VALUES (?)")?.execute([exact])?;
        }
        Ok(())
    }

    /// Forget what a pair, or a file, taught.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn forget(&mut self, source: &str, edition: &str) -> Result<(), MemoryError> {
        let sql = "SELECT id FROM origin WHERE source = ? AND edition = ?";
        let origin: Option<i64> = self.on.query_row(sql, [source, edition], |row| row.get(0)).optional()?;
        let Some(origin) = origin else { return Ok(()) };
        for sql in [
            "INSERT OR IGNORE INTO temp.touched SELECT exact FROM unit WHERE origin = ?",
            "DELETE FROM unit WHERE origin = ?",
            "DELETE FROM left_out WHERE origin = ?",
            "DELETE FROM origin WHERE id = ?",
        ] {
            self.on.execute(sql, [origin])?;
        }
        Ok(())
    }

    /// What is known now of each file: another process may have learned meanwhile.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn fingerprints(&self) -> Result<BTreeMap<(String, String), String>, MemoryError> {
        fingerprints(&self.on)
    }

    /// Bring the pieces of the texts that came and went up to date. In the order of their numbers: SQLite
    /// writes to disk whenever a lower one follows a higher one.
    fn look_up(&self) -> Result<(), MemoryError> {
        let on = &self.on;
        let mut touched = on.prepare("SELECT exact FROM temp.touched ORDER BY exact")?;
        let mut forget = on.prepare("DELETE FROM gram WHERE rowid = ?")?;
        let mut texts = on.prepare("SELECT DISTINCT source, tags FROM unit WHERE exact = ?")?;
        let mut learn = on.prepare("INSERT INTO gram (rowid, grams) VALUES (?, ?)")?;
        let mut rows = touched.query([])?;
        while let Some(row) = rows.next()? {
            let exact: i64 = row.get(0)?;
            let mut pieces = Pieces::default();
            let mut there = texts.query([exact])?;
            while let Some(text) = there.next()? {
                let tags: String = text.get(1)?;
                let tags: Vec<String> = tags.split_whitespace().map(str::to_owned).collect();
                pieces.add(text.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, &tags);
            }
            forget.execute([exact])?;
            if !pieces.is_empty() {
                learn.execute(params![exact, pieces.joined()])?;
            }
        }
        Ok(())
    }
}

/// A number for all that is known of a title.
pub(super) fn sum_of_title(number: u32, title: &str, target: &str) -> i64 {
    hash(&format!("{number}\0{title}\0{target}"))
}
