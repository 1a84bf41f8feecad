//! The memory in files that other programs read and write: TMX, lines of JSON, tables.
//!
//! A law holds for all three: what was written is read as the same units, and written again it is the
//! same bytes. What a file cannot hold, or what a pair in a file of another program lacks, is left out
//! and told, with its place and the reason; nothing is mended by guessing.
//!
//! Both ways units pass one by one, so that a million of them take no more room than one. A file is
//! not trusted: how deep, long and many its pieces are is bounded, a document type that defines
//! entities is refused, and none is ever fetched.
//!
//! ```
//! use nekoyaku::memory::{Unit, exchange::{self, Format, Languages, Taken}};
//!
//! let unit = Unit {
//!     source: "见<a1>文章</a1>".to_owned(),
//!     target: "<a1>記事</a1>を見る".to_owned(),
//!     tags: vec!["a1".to_owned()],
//!     ..Unit::default()
//! };
//! let (languages, mut file) = (Languages::default(), Vec::new());
//! exchange::write(Format::Tmx, [unit.clone()], &languages, &mut file)?;
//!
//! let read: Result<Vec<_>, _> = exchange::read(Format::Tmx, &file[..], "memory.tmx", &languages).collect();
//! assert_eq!(read?, [Taken::Unit(unit)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod csv;
mod error;
mod jsonl;
mod languages;
mod sound;
mod text;
mod tmx;

use std::io::{self, BufRead, Write};
use std::path::Path;

use super::Unit;
use super::unit::Origin;

pub use error::{ExchangeError, Problem};
pub use languages::Languages;
pub use sound::{MAX_TAGS, MAX_TEXT, Why};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Translation Memory eXchange 1.4b: what other translation tools read and write.
    Tmx,
    /// A unit a line, as JSON: for programs.
    Jsonl,
    /// A unit a row: for people, in a spreadsheet.
    Csv,
}

impl Format {
    /// The format that the name of a file ends in.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "tmx" => Some(Self::Tmx),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A pair in a file: a unit, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is one.
    Unit(Unit),
    /// It is none that could be used.
    LeftOut {
        /// The line it begins in.
        line: usize,
        /// What it lacks.
        why: Why,
    },
}

/// Read the units of a file; `name` is what their origin calls it, where it says no other.
///
/// After an error there is nothing more.
pub fn read<'r>(
    format: Format,
    input: impl BufRead + 'r,
    name: &str,
    languages: &Languages,
) -> Box<dyn Iterator<Item = Result<Taken, ExchangeError>> + 'r> {
    let (name, languages) = (name.to_owned(), languages.clone());
    match format {
        Format::Tmx => Box::new(tmx::Reader::new(input, name, languages)),
        Format::Jsonl => Box::new(jsonl::Reader::new(input, name, languages)),
        Format::Csv => Box::new(csv::Reader::new(input, name)),
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many units.
    pub units: u64,
    /// How many were left out, for the format cannot hold them.
    pub left_out: u64,
    /// The first of those, at most [`Written::TOLD`].
    pub told: Vec<(Origin, Why)>,
}

impl Written {
    /// As many as somebody may want to look at.
    pub const TOLD: usize = 100;
}

/// Write units to a file, in the order in which they come.
///
/// # Errors
///
/// Where `out` cannot be written.
pub fn write(
    format: Format,
    units: impl IntoIterator<Item = Unit>,
    languages: &Languages,
    out: impl Write,
) -> io::Result<Written> {
    let mut writer = Writer::new(format, languages, out)?;
    for unit in units {
        writer.push(&unit)?;
    }
    writer.finish()
}

/// Writes units one by one.
#[derive(Debug)]
pub struct Writer<W: Write> {
    form: Form<W>,
    languages: Languages,
    written: Written,
}

#[derive(Debug)]
enum Form<W: Write> {
    Tmx(W),
    Jsonl(W),
    Csv(Box<csv::Table<W>>),
}

impl<W: Write> Writer<W> {
    /// Begin a file.
    ///
    /// # Errors
    ///
    /// Where `out` cannot be written.
    pub fn new(format: Format, languages: &Languages, mut out: W) -> io::Result<Self> {
        let form = match format {
            Format::Tmx => {
                tmx::head(&mut out, languages)?;
                Form::Tmx(out)
            }
            Format::Jsonl => Form::Jsonl(out),
            Format::Csv => Form::Csv(Box::new(csv::Table::new(out)?)),
        };
        Ok(Self { form, languages: languages.clone(), written: Written::default() })
    }

    /// Write a unit, or count it as left out where the format cannot hold it.
    ///
    /// # Errors
    ///
    /// Where `out` cannot be written.
    pub fn push(&mut self, unit: &Unit) -> io::Result<()> {
        let foreign = || matches!(self.form, Form::Tmx(_)).then(|| tmx::not_xml(unit)).flatten();
        if let Some(why) = sound::fault(unit).or_else(foreign) {
            self.written.left_out += 1;
            if self.written.told.len() < Written::TOLD {
                self.written.told.push((unit.origin.clone(), why));
            }
            return Ok(());
        }
        match &mut self.form {
            Form::Tmx(out) => tmx::unit(out, unit, &self.languages)?,
            Form::Jsonl(out) => jsonl::unit(out, unit, &self.languages)?,
            Form::Csv(table) => table.unit(unit)?,
        }
        self.written.units += 1;
        Ok(())
    }

    /// End the file.
    ///
    /// # Errors
    ///
    /// Where `out` cannot be written.
    pub fn finish(self) -> io::Result<Written> {
        match self.form {
            Form::Tmx(mut out) => {
                tmx::tail(&mut out)?;
                out.flush()?;
            }
            Form::Jsonl(mut out) => out.flush()?,
            Form::Csv(mut table) => table.flush()?,
        }
        Ok(self.written)
    }
}
