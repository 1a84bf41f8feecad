//! The index of a memory, in SQLite.
//!
//! It holds nothing of its own: everything in it was read from editions and from files that other
//! tools wrote, and is read again where it is missing.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::error::MemoryError;
use super::form::{Pattern, hash, masked, normal};
use super::grams::{grams, likeness};
use super::lesson::{LeftOut, Lesson, Title};
use super::unit::{Origin, Unit};

/// `neko`: tells the file from other programs' databases.
const APPLICATION: i64 = 0x6e65_6b6f;

/// The form of the tables. A memory of an earlier form is emptied and learned again.
const FORM: i64 = 1;

/// How long one process waits for another that is learning.
const PATIENCE: Duration = Duration::from_secs(10);

/// A piece of text that is in more units than this says little of any of them.
const COMMON: usize = 400;

/// Of a text whose pieces are all common, units that have two of them are looked at: so many.
const OF_COMMON: usize = 100;

/// Units that are compared with a text, character by character.
const COMPARED: usize = 60;

/// Translations of one text that are weighed against each other.
const WEIGHED: usize = 400;

const TABLES: &str = "
CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    edition TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    segments INTEGER NOT NULL,
    number INTEGER,
    title TEXT,
    target_title TEXT,
    UNIQUE (source, edition)
);
CREATE INDEX origin_number ON origin (number) WHERE number IS NOT NULL;
CREATE TABLE left_out (
    origin INTEGER NOT NULL REFERENCES origin (id),
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX left_out_origin ON left_out (origin);
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin (id),
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    tags TEXT NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    source_line INTEGER NOT NULL,
    edition_line INTEGER NOT NULL,
    own_source TEXT,
    own_edition TEXT,
    exact INTEGER NOT NULL,
    masked INTEGER
);
CREATE INDEX unit_exact ON unit (exact);
CREATE INDEX unit_masked ON unit (masked) WHERE masked IS NOT NULL;
CREATE INDEX unit_origin ON unit (origin);
CREATE VIRTUAL TABLE gram USING fts5 (grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
";

/// A memory: what people translated before, by text.
#[derive(Debug)]
pub struct Memory {
    db: Connection,
}

/// A file, or two, that a memory learned from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// The source, or the file with the pairs.
    pub source: String,
    /// The edition; empty where one file has both.
    pub edition: String,
    /// Segments of the source.
    pub segments: u32,
    /// Those that were learned.
    pub units: u32,
    /// Those that were not, and why.
    pub left_out: Vec<LeftOut>,
}

/// A translation of a text like the one that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The text and its translation.
    pub unit: Unit,
    /// How alike the two texts are, from 0 to 1.
    pub likeness: f64,
}

impl Memory {
    /// An empty memory that is kept nowhere.
    ///
    /// # Errors
    ///
    /// Where there is no room for it.
    pub fn in_room() -> Result<Self, MemoryError> {
        let memory = Self { db: Connection::open_in_memory()? };
        memory.db.execute_batch(TABLES)?;
        Ok(memory)
    }

    /// The memory in a file, which is made where there is none. One that an earlier version of this
    /// program made is emptied.
    ///
    /// # Errors
    ///
    /// Where the file is none of ours, is damaged, held by another process, or cannot be written to.
    pub fn open(path: &Path) -> Result<Self, MemoryError> {
        let memory = Self { db: Connection::open(path)? };
        memory.db.busy_timeout(PATIENCE)?;
        // What it holds can be made again: a lost write after a loss of power costs a second.
        memory.db.pragma_update(None, "synchronous", "NORMAL")?;
        memory.db.set_prepared_statement_cache_capacity(64);
        if memory.form()? != Some(FORM) {
            memory.make()?;
        }
        Ok(memory)
    }

    /// The memory in a file as it is; nothing is written to it.
    ///
    /// # Errors
    ///
    /// As [`Memory::open`], and where it is of an earlier form.
    pub fn open_read_only(path: &Path) -> Result<Self, MemoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let memory = Self { db: Connection::open_with_flags(path, flags)? };
        memory.db.busy_timeout(PATIENCE)?;
        match memory.form()? {
            Some(FORM) => Ok(memory),
            _ => Err(MemoryError::ReadOnly("it is of an earlier version, and has to be made anew".to_owned())),
        }
    }

    /// The form of the tables; none where there are no tables.
    fn form(&self) -> Result<Option<i64>, MemoryError> {
        let number = |name| self.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (application, form) = (number("application_id")?, number("user_version")?);
        let tables: i64 = self.db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match (application, form) {
            (0, _) if tables == 0 => Ok(None),
            (APPLICATION, form) if form > FORM => Err(MemoryError::Newer { found: form, known: FORM }),
            (APPLICATION, form) => Ok(Some(form)),
            _ => Err(MemoryError::Foreign),
        }
    }

    /// Make the tables, unless another process has made them meanwhile.
    fn make(&self) -> Result<(), MemoryError> {
        let change = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        if self.form()? == Some(FORM) {
            return Ok(());
        }
        for table in ["gram", "unit", "left_out", "origin"] {
            change.execute(&format!("DROP TABLE IF EXISTS {table}"), [])?;
        }
        change.execute_batch(TABLES)?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", FORM)?;
        Ok(change.commit()?)
    }

    /// How many translations there are.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn len(&self) -> Result<u32, MemoryError> {
        Ok(self.db.query_row("SELECT count(*) FROM unit", [], |row| row.get(0))?)
    }

    /// Whether there are none.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn is_empty(&self) -> Result<bool, MemoryError> {
        Ok(!self.db.query_row("SELECT EXISTS (SELECT 1 FROM unit)", [], |row| row.get(0))?)
    }

    /// What was learned, and from what, by name: of each the fingerprint.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn fingerprints(&self) -> Result<BTreeMap<(String, String), String>, MemoryError> {
        let mut all = self.db.prepare("SELECT source, edition, fingerprint FROM origin")?;
        let rows = all.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was learned, and from what, by name.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn learned(&self) -> Result<Vec<Learned>, MemoryError> {
        let mut all = self.db.prepare(
            "SELECT id, source, edition, segments, (SELECT count(*) FROM unit WHERE origin = o.id)
             FROM origin AS o ORDER BY source, edition",
        )?;
        let mut left_out = self.db.prepare("SELECT line, text, why FROM left_out WHERE origin = ? ORDER BY rowid")?;
        let rows = all.query_map([], |row| {
            let left_out = left_out.query_map([row.get::<_, i64>(0)?], |row| {
                Ok(LeftOut { line: row.get(0)?, text: row.get(1)?, why: row.get(2)? })
            })?;
            Ok(Learned {
                source: row.get(1)?,
                edition: row.get(2)?,
                segments: row.get(3)?,
                units: row.get(4)?,
                left_out: left_out.collect::<Result<_, _>>()?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Change what is known, all of it or nothing.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, and those of `change`; then it is as it was.
    pub fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, MemoryError>,
    ) -> Result<T, MemoryError> {
        let mut own = Change { on: self.db.transaction_with_behavior(TransactionBehavior::Immediate)? };
        let done = change(&mut own)?;
        own.on.commit()?;
        Ok(done)
    }

    /// All there is, in the order of the files.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, and those of `each`.
    pub fn each<E: From<MemoryError>>(&self, mut each: impl FnMut(Unit) -> Result<(), E>) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let sql = format!("SELECT {COLUMNS} ORDER BY o.source, o.edition, u.id");
        let mut all = self.db.prepare(&sql).map_err(failed)?;
        let mut rows = all.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            each(unit(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// The units with this text, whatever their tags are called.
    pub(super) fn exact(&self, text: &str, tags: &[String]) -> Result<Vec<Unit>, MemoryError> {
        let wanted = normal(text, tags);
        let found = self.by_number("exact", hash(&wanted))?;
        Ok(found.into_iter().filter(|unit| normal(&unit.source, &unit.tags) == wanted).collect())
    }

    /// The units with this text, but for its numbers.
    pub(super) fn but_for_numbers(&self, text: &str, tags: &[String]) -> Result<Vec<Unit>, MemoryError> {
        let Some(wanted) = masked(text, tags) else { return Ok(Vec::new()) };
        let found = self.by_number("masked", hash(&wanted))?;
        Ok(found.into_iter().filter(|unit| masked(&unit.source, &unit.tags).as_ref() == Some(&wanted)).collect())
    }

    fn by_number(&self, column: &str, number: i64) -> Result<Vec<Unit>, MemoryError> {
        let sql = format!("SELECT {COLUMNS} WHERE u.{column} = ? ORDER BY o.source DESC, u.id LIMIT {WEIGHED}");
        let mut found = self.db.prepare_cached(&sql)?;
        let rows = found.query_map([number], unit)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The title of the issue with this number, as it was translated.
    pub(super) fn title(&self, number: u32) -> Result<Vec<Title>, MemoryError> {
        let sql = "SELECT number, title, target_title FROM origin WHERE number = ? ORDER BY source DESC";
        let mut found = self.db.prepare_cached(sql)?;
        let rows = found
            .query_map([number], |row| Ok(Title { number: row.get(0)?, source: row.get(1)?, target: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Texts like `text`, at most `most`, the most alike first. Those that are less alike than `least`,
    /// from 0 to 1, are left out.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn similar(&self, text: &str, tags: &[String], least: f64, most: usize) -> Result<Vec<Similar>, MemoryError> {
        let wanted = grams(text, tags);
        let pieces: Vec<&String> = wanted.keys().collect();
        let mut shared: HashMap<i64, f64> = HashMap::new();
        let mut common = Vec::new();
        for piece in &pieces {
            let found = self.with_pieces(&format!("\"{piece}\""), COMMON + 1)?;
            if found.len() > COMMON {
                common.push(*piece);
                continue;
            }
            // What is rare says more.
            let weight = 1.0 / (found.len() as f64 + 1.0).ln().max(0.5);
            for id in found {
                *shared.entry(id).or_default() += weight;
            }
        }
        if shared.len() < most {
            for two in common.windows(2).step_by(common.len().div_ceil(20).max(1)) {
                let both = format!("\"{}\" AND \"{}\"", two[0], two[1]);
                for id in self.with_pieces(&both, OF_COMMON)? {
                    *shared.entry(id).or_default() += 0.1;
                }
            }
        }
        let mut candidates: Vec<(i64, f64)> = shared.into_iter().collect();
        candidates.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.truncate(COMPARED);
        let sql = format!("SELECT {COLUMNS} WHERE u.id = ?");
        let mut by_id = self.db.prepare_cached(&sql)?;
        let mut similar = Vec::with_capacity(candidates.len());
        for (id, _) in candidates {
            let Some(unit) = by_id.query_row([id], unit).optional()? else { continue };
            let likeness = likeness(&wanted, &grams(&unit.source, &unit.tags));
            if likeness >= least {
                similar.push(Similar { unit, likeness });
            }
        }
        similar.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.unit.cmp(&b.unit)));
        similar.dedup_by(|a, b| a.unit.source == b.unit.source && a.unit.target == b.unit.target);
        similar.truncate(most);
        Ok(similar)
    }

    fn with_pieces(&self, query: &str, most: usize) -> Result<Vec<i64>, MemoryError> {
        let mut found = self.db.prepare_cached("SELECT rowid FROM gram WHERE gram MATCH ? LIMIT ?")?;
        let rows = found.query_map(params![query, most as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const COLUMNS: &str = "u.source, u.target, u.tags, u.kind, u.before, u.after, u.source_line, u.edition_line,
    coalesce(u.own_source, o.source), coalesce(u.own_edition, o.edition)
    FROM unit AS u JOIN origin AS o ON o.id = u.origin";

fn unit(row: &Row<'_>) -> rusqlite::Result<Unit> {
    let tags: String = row.get(2)?;
    Ok(Unit {
        source: row.get(0)?,
        target: row.get(1)?,
        tags: tags.split_whitespace().map(str::to_owned).collect(),
        kind: row.get(3)?,
        before: row.get(4)?,
        after: row.get(5)?,
        origin: Origin {
            source_line: row.get(6)?,
            edition_line: row.get(7)?,
            source: row.get(8)?,
            edition: row.get(9)?,
        },
    })
}

/// A change of a memory, of which all is done or nothing.
#[derive(Debug)]
pub struct Change<'m> {
    on: Transaction<'m>,
}

impl Change<'_> {
    /// What a pair taught takes the place of what it taught before.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn learn(&mut self, source: &str, edition: &str, fingerprint: &str, lesson: Lesson) -> Result<(), MemoryError> {
        let Lesson { units, left_out, title, segments } = lesson;
        let origin = self.begin(source, edition, fingerprint, u32::try_from(segments).unwrap_or(u32::MAX), title)?;
        for one in left_out {
            let sql = "INSERT INTO left_out (origin, line, text, why) VALUES (?, ?, ?, ?)";
            self.on.prepare_cached(sql)?.execute(params![origin, one.line, one.text, one.why])?;
        }
        units.iter().try_for_each(|unit| self.add(origin, (source, edition), unit))
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
        let origin = self.begin(file, "", fingerprint, 0, None)?;
        let mut count = 0;
        for unit in units {
            self.add(origin, (file, ""), &unit?)?;
            count += 1;
        }
        let sql = "UPDATE origin SET segments = ? WHERE id = ?";
        self.on.execute(sql, params![count, origin]).map_err(MemoryError::from)?;
        Ok(count)
    }

    fn begin(
        &mut self,
        source: &str,
        edition: &str,
        fingerprint: &str,
        segments: u32,
        title: Option<Title>,
    ) -> Result<i64, MemoryError> {
        self.forget(source, edition)?;
        let (number, title, target) =
            title.map_or((None, None, None), |title| (Some(title.number), Some(title.source), Some(title.target)));
        let sql = "INSERT INTO origin (source, edition, fingerprint, segments, number, title, target_title)
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        self.on.prepare_cached(sql)?.execute(params![source, edition, fingerprint, segments, number, title, target])?;
        Ok(self.on.last_insert_rowid())
    }

    fn add(&mut self, origin: i64, (source, edition): (&str, &str), unit: &Unit) -> Result<(), MemoryError> {
        let pattern = Pattern { source: &unit.source, target: &unit.target, tags: &unit.tags };
        let masked = masked(&unit.source, &unit.tags).filter(|_| pattern.holds());
        let own = |own: &str, of_origin: &str| (own != of_origin).then(|| own.to_owned());
        let sql = "INSERT INTO unit (origin, source, target, tags, kind, before, after, source_line, edition_line,
                   own_source, own_edition, exact, masked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.on.prepare_cached(sql)?.execute(params![
            origin,
            unit.source,
            unit.target,
            unit.tags.join(" "),
            unit.kind,
            unit.before,
            unit.after,
            unit.origin.source_line,
            unit.origin.edition_line,
            own(&unit.origin.source, source),
            own(&unit.origin.edition, edition),
            hash(&normal(&unit.source, &unit.tags)),
            masked.as_deref().map(hash),
        ])?;
        let id = self.on.last_insert_rowid();
        let pieces: Vec<String> = grams(&unit.source, &unit.tags).into_keys().collect();
        self.on
            .prepare_cached("INSERT INTO gram (rowid, grams) VALUES (?, ?)")?
            .execute(params![id, pieces.join(" ")])?;
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
            "DELETE FROM gram WHERE rowid IN (SELECT id FROM unit WHERE origin = ?)",
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
        let mut all = self.on.prepare("SELECT source, edition, fingerprint FROM origin")?;
        let rows = all.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
