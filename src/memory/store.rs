//! The index of a memory, in SQLite.
//!
//! It holds nothing of its own: everything in it was read from editions and from files that other
//! tools wrote, and is read again where it is missing.
//!
//! The file may come with a repository, and be anything: its tables have to be written as ours are, so
//! that there are no views, triggers or computed columns in it that could do anything, and a row has to
//! have the sum it was written with. What is damaged is an error, and never another text.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::error::MemoryError;
use super::form::hash;
use super::lesson::LeftOut;
use super::unit::{Origin, Unit};

/// `neko`: tells the file from other programs' databases.
const APPLICATION: i64 = 0x6e65_6b6f;

/// The form of the tables. A memory of an earlier form is emptied and learned again.
const FORM: i64 = 2;

/// How long one process waits for another that is writing: longer than writing what was learned from
/// some editions takes, and short enough for a person who waits.
const PATIENCE: Duration = Duration::from_secs(3);

/// Pages of the index that are kept at hand, in KiB. It is not mapped into memory: a file that is cut
/// off while it is mapped ends the process.
const AT_HAND: i64 = 16 * 1024;

/// The same of a memory that is kept nowhere: what is more goes to a file that has no name.
const AT_HAND_IN_ROOM: i64 = 64 * 1024;

// `exact` and `masked` are numbers for texts. Texts with one number are one row of `gram`, so that it
// is as many rows as there are different texts, and its order is that of the numbers and not that of
// learning. Of rows with one number, those with the lowest sums are looked at first: which they are
// depends on nothing but what was learned.
const TABLES: &str = "
CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    edition TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    segments INTEGER NOT NULL,
    units INTEGER NOT NULL,
    number INTEGER,
    title TEXT,
    target_title TEXT,
    sum INTEGER NOT NULL,
    UNIQUE (source, edition)
);
CREATE INDEX origin_number ON origin (number) WHERE number IS NOT NULL;
CREATE TABLE left_out (
    origin INTEGER NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX left_out_origin ON left_out (origin);
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL,
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
    masked INTEGER,
    sum INTEGER NOT NULL
);
CREATE INDEX unit_exact ON unit (exact, sum);
CREATE INDEX unit_masked ON unit (masked, sum) WHERE masked IS NOT NULL;
CREATE INDEX unit_origin ON unit (origin);
CREATE VIRTUAL TABLE gram USING fts5 (grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
";

/// A memory: what people translated before, by text.
#[derive(Debug)]
pub struct Memory {
    pub(super) db: Connection,
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

/// What the schema says of a table or an index: its type, its name, its table, and the SQL.
type Entry = (String, String, String, Option<String>);

impl Memory {
    /// An empty memory that is gone with this value.
    ///
    /// # Errors
    ///
    /// Where there is no room for it.
    pub fn in_room() -> Result<Self, MemoryError> {
        // A name that is empty: in memory, and in a file without a name where it is more.
        let memory = Self { db: Connection::open("")? };
        memory.prepare(AT_HAND_IN_ROOM)?;
        memory.db.execute_batch(TABLES)?;
        Ok(memory)
    }

    /// The memory in a file, which is made where there is none. One that an earlier version of this
    /// program made is emptied.
    ///
    /// # Errors
    ///
    /// Where the file is none of ours, is damaged, held by another process for longer than three seconds,
    /// or cannot be written to.
    pub fn open(path: &Path) -> Result<Self, MemoryError> {
        let memory = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        if memory.form()? != Some(FORM) {
            memory.make()?;
        }
        memory.is_ours()?;
        Ok(memory)
    }

    /// The memory in a file as it is; nothing is written to it.
    ///
    /// # Errors
    ///
    /// As [`Memory::open`], and where it is of an earlier form.
    pub fn open_read_only(path: &Path) -> Result<Self, MemoryError> {
        let memory = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match memory.form()? {
            Some(FORM) => memory.is_ours()?,
            _ => return Err(MemoryError::ReadOnly("it is of an earlier version, and has to be made anew".to_owned())),
        }
        Ok(memory)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, MemoryError> {
        // To open a pipe is to wait for whoever is at its other end.
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(MemoryError::Other("it is a folder or a device, and no file".to_owned()));
        }
        let memory = Self { db: Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)? };
        memory.db.busy_timeout(PATIENCE)?;
        memory.prepare(AT_HAND)?;
        Ok(memory)
    }

    /// Before anything is read: nothing in the file may do anything.
    fn prepare(&self, at_hand: i64) -> Result<(), MemoryError> {
        for (config, value) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false),
        ] {
            self.db.set_db_config(config, value)?;
        }
        self.db.pragma_update(None, "cell_size_check", true)?;
        self.db.pragma_update(None, "cache_size", -at_hand)?;
        // What it holds can be made again: a lost write after a loss of power costs a second.
        self.db.pragma_update(None, "synchronous", "NORMAL")?;
        self.db.set_prepared_statement_cache_capacity(64);
        Ok(())
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
            // One that cannot be dropped is no table of ours.
            change
                .execute(&format!("DROP TABLE IF EXISTS {table}"), [])
                .map_err(|error| MemoryError::from(error).or_damaged())?;
        }
        change.execute_batch(TABLES).map_err(|error| MemoryError::from(error).or_damaged())?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", FORM)?;
        Ok(change.commit()?)
    }

    /// Whether the tables are written as we write them, and there is nothing besides.
    fn is_ours(&self) -> Result<(), MemoryError> {
        if self.schema()? == Self::in_room()?.schema()? {
            return Ok(());
        }
        Err(MemoryError::Damaged("its tables are not as this program makes them".to_owned()))
    }

    fn schema(&self) -> Result<Vec<Entry>, MemoryError> {
        let mut all = self.db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name, type")?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many translations there are.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn len(&self) -> Result<u32, MemoryError> {
        Ok(self.db.query_row("SELECT coalesce(sum(units), 0) FROM origin", [], |row| row.get(0))?)
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
        fingerprints(&self.db)
    }

    /// The fingerprint of what was learned from a pair, or a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn fingerprint(&self, source: &str, edition: &str) -> Result<Option<String>, MemoryError> {
        let sql = "SELECT fingerprint FROM origin WHERE source = ? AND edition = ?";
        Ok(self.db.prepare_cached(sql)?.query_row([source, edition], |row| row.get(0)).optional()?)
    }

    /// What was learned, and from what, by name.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn learned(&self) -> Result<Vec<Learned>, MemoryError> {
        let sql = "SELECT id, source, edition, segments, units FROM origin ORDER BY source, edition";
        let mut all = self.db.prepare(sql)?;
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

    /// All there is, in the order of the files.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, and those of `each`.
    pub fn each<E: From<MemoryError>>(&self, mut each: impl FnMut(Unit) -> Result<(), E>) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let sql = "SELECT id FROM origin ORDER BY source, edition";
        let mut origins = self.db.prepare(sql).map_err(failed)?;
        let sql = format!("SELECT {COLUMNS} WHERE u.origin = ? ORDER BY u.id");
        let mut units = self.db.prepare(&sql).map_err(failed)?;
        let mut all = origins.query([]).map_err(failed)?;
        while let Some(origin) = all.next().map_err(failed)? {
            let mut rows = units.query([origin.get::<_, i64>(0).map_err(failed)?]).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                each(unit(row)?)?;
            }
        }
        Ok(())
    }
}

pub(super) fn fingerprints(db: &Connection) -> Result<BTreeMap<(String, String), String>, MemoryError> {
    let mut all = db.prepare("SELECT source, edition, fingerprint FROM origin")?;
    let rows = all.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What [`unit()`] reads, of `u`, a row of `unit`.
pub(super) const COLUMNS: &str = "u.source, u.target, u.tags, u.kind, u.before, u.after, u.source_line, u.edition_line,
    coalesce(u.own_source, o.source), coalesce(u.own_edition, o.edition), u.sum
    FROM unit AS u JOIN origin AS o ON o.id = u.origin";

/// A unit as it was written; one that is not is damage.
pub(super) fn unit(row: &Row<'_>) -> Result<Unit, MemoryError> {
    let tags: String = row.get(2)?;
    let unit = Unit {
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
    };
    if sum(&unit) == row.get::<_, i64>(10)? {
        return Ok(unit);
    }
    let Origin { source, source_line, .. } = &unit.origin;
    let place: String = source.chars().filter(|c| !c.is_control()).take(200).collect();
    Err(MemoryError::Damaged(format!("what it says of {place}:{source_line} is not what was learned")))
}

/// A number for all that a unit says.
pub(super) fn sum(unit: &Unit) -> i64 {
    let Unit { source, target, tags, kind, before, after, origin } = unit;
    let lines = format!("{} {}", origin.source_line, origin.edition_line);
    let tags = tags.join(" ");
    hash(&[source, target, &tags, kind, before, after, &origin.source, &origin.edition, &*lines].join("\0"))
}
