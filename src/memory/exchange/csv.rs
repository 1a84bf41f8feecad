//! A table for people: a unit a row, the names of the columns in the first.
//!
//! A cell that a spreadsheet would take for a formula is guarded, as in the termbase's tables.

use std::io::{self, BufRead, Write};

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};

use super::Taken;
use super::error::{ExchangeError, Problem, said};
use super::sound::{MAX_TEXT, fault};
use super::text::Text;
use crate::glossary::{guarded, unguarded};
use crate::memory::unit::{Origin, Unit};

/// The columns, in the order in which they are written.
const COLUMNS: [&str; 10] =
    ["source", "target", "kind", "file", "line", "edition", "edition_line", "tags", "before", "after"];

/// Eleven columns of a text each.
const MAX_ROW: usize = 11 * MAX_TEXT;

/// Writes rows.
#[derive(Debug)]
pub(super) struct Table<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Begin with the mark by which spreadsheets know UTF-8, and the names of the columns.
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        rows.write_record(COLUMNS)?;
        Ok(Self { rows })
    }

    pub(super) fn unit(&mut self, unit: &Unit) -> io::Result<()> {
        let Unit { source, target, tags, kind, before, after, origin } = unit;
        let line = |number: u32| if number == 0 { String::new() } else { number.to_string() };
        let cells = [
            source,
            target,
            kind,
            &origin.source,
            &line(origin.source_line),
            &origin.edition,
            &line(origin.edition_line),
            &tags.join(" "),
            before,
            after,
        ];
        self.rows.write_record(cells.map(|cell| guarded(cell)))?;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

/// Reads a row after the other. Of the columns only the two texts are needed, in any order; others are
/// passed over. Commas, semicolons and tabs are known, as the first row has them.
pub(super) struct Reader<R: BufRead> {
    rows: Option<Result<csv::Reader<Text<R>>, Problem>>,
    // The place of each of our columns in a row.
    columns: Option<[Option<usize>; COLUMNS.len()]>,
    name: String,
    // Between a return and a line feed a row begins, for those who count.
    line_is_late: bool,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(input: R, name: String) -> Self {
        let mut line_is_late = false;
        let rows = Text::new(input).and_then(|mut text| {
            let start = text.fill_buf().map(<[u8]>::to_vec);
            let start = start.map_err(|error| text.trouble().unwrap_or(Problem::Unreadable(error)))?;
            let end = memchr::memchr2(b'\r', b'\n', &start).unwrap_or(start.len());
            line_is_late = start[end..].starts_with(b"\r\n");
            let count = |sought: u8| start[..end].iter().filter(|byte| **byte == sought).count();
            let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|byte| count(*byte)).unwrap_or(b',');
            Ok(ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text))
        });
        Self { rows: Some(rows), columns: None, name, line_is_late }
    }

    fn taken(&self, row: &StringRecord, columns: &[Option<usize>; COLUMNS.len()], line: usize) -> Taken {
        let cell = |name: &str| {
            let place = COLUMNS.iter().position(|column| *column == name).and_then(|column| columns[column]);
            place.and_then(|place| row.get(place)).map(unguarded)
        };
        let text = |name: &str| cell(name).unwrap_or_default().to_owned();
        let number = |name: &str| cell(name).and_then(|cell| cell.trim().parse().ok()).unwrap_or(0);
        let origin = match cell("file") {
            Some(file) => Origin {
                source: file.to_owned(),
                source_line: number("line"),
                edition: text("edition"),
                edition_line: number("edition_line"),
            },
            None => {
                Origin { source: self.name.clone(), source_line: u32::try_from(line).unwrap_or(0), ..Origin::default() }
            }
        };
        let unit = Unit {
            source: text("source"),
            target: text("target"),
            tags: text("tags").split_whitespace().map(str::to_owned).collect(),
            kind: text("kind"),
            before: text("before"),
            after: text("after"),
            origin,
        };
        fault(&unit).map_or(Taken::Unit(unit), |why| Taken::LeftOut { line, why })
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Taken, ExchangeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rows = match self.rows.take()? {
            Ok(rows) => rows,
            Err(problem) => return Some(Err(ExchangeError { place: None, problem })),
        };
        let mut row = StringRecord::new();
        loop {
            rows.get_mut().allow(MAX_ROW);
            match rows.read_record(&mut row) {
                Ok(true) => {}
                Ok(false) if self.columns.is_none() => {
                    return Some(Err(ExchangeError { place: None, problem: Problem::Empty }));
                }
                Ok(false) => return None,
                Err(error) => {
                    let place = rows.get_ref().place();
                    let problem = rows.get_mut().trouble().unwrap_or(Problem::NotTable(said(&error)));
                    return Some(Err(problem.at(place)));
                }
            }
            let Some(columns) = &self.columns else {
                match columns_of(&row) {
                    Ok(columns) => self.columns = Some(columns),
                    Err(problem) => return Some(Err(ExchangeError { place: None, problem })),
                }
                continue;
            };
            let line = row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
            let line = line + usize::from(self.line_is_late);
            let taken = self.taken(&row, columns, line);
            self.rows = Some(Ok(rows));
            return Some(Ok(taken));
        }
    }
}

fn columns_of(row: &StringRecord) -> Result<[Option<usize>; COLUMNS.len()], Problem> {
    let columns = COLUMNS.map(|name| row.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name)));
    match (columns[0], columns[1]) {
        (None, _) => Err(Problem::NoColumn(COLUMNS[0])),
        (_, None) => Err(Problem::NoColumn(COLUMNS[1])),
        _ => Ok(columns),
    }
}
