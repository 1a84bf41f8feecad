//! A termbase as a table: a row for each term, a column for each field.
//!
//! Where a field has several values, `;` or `|` is between them. A sign that is meant itself has a
//! backslash before it. What a spreadsheet would calculate is guarded: see [`guarded`].

use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};

use super::super::edit::Field;
use super::super::{Category, Term};
use super::cells::{guarded, unguarded};
use super::{ExchangeError, Imported, LONGEST_FILE, Refused, take};

/// The columns, as they are written.
const COLUMNS: [&str; 9] = ["source", "target", "variants", "forbidden", "note", "category", "keep", "case", "strict"];

/// Write terms as CSV, with a line of names first.
///
/// ```
/// # use nekoyaku::glossary::{Term, read_csv, write_csv};
/// let term = Term { source: "装饰器".into(), target: "デコレータ".into(), variants: vec!["デコレーター".into()], ..Term::default() };
/// let csv = write_csv(&[term.clone()]);
/// assert!(csv.ends_with("装饰器,デコレータ,デコレーター,,,,,,\n"));
/// assert_eq!(read_csv(&csv)?.terms, [term]);
/// # Ok::<(), nekoyaku::glossary::ExchangeError>(())
/// ```
pub fn write_csv(terms: &[Term]) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    // Nothing fails that is written to memory.
    let _ = writer.write_record(COLUMNS);
    for term in terms {
        let cells = term.fields().map(|(_, field)| match field {
            Field::Text(text) => text.to_owned(),
            Field::Texts(texts) => texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join(";"),
            Field::Flag(flag) => if flag { "true" } else { "" }.to_owned(),
        });
        let _ = writer.write_record(cells.map(|cell| guarded(&cell)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Read CSV: with a byte order mark or without, with commas, semicolons or tabs, as spreadsheets of all
/// countries write it.
///
/// # Errors
///
/// Where it is too long, or its first line does not name a source and a target.
pub fn read_csv(text: &str) -> Result<Imported, ExchangeError> {
    if text.len() > LONGEST_FILE {
        return Err(ExchangeError::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut imported = Imported::default();
    let mut record = ByteRecord::new();
    let unreadable = |error: &csv::Error| ExchangeError::Unreadable {
        line: error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX)),
        why: "it cannot be read as a table".to_owned(),
    };
    reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))?;
    let columns: Vec<Option<&str>> = record.iter().map(|name| column(name, &mut imported)).collect();
    for wanted in ["source", "target"] {
        if !columns.contains(&Some(wanted)) {
            return Err(ExchangeError::NoColumn(wanted));
        }
    }
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        match row(&columns, &record) {
            Ok(term) => take(&mut imported, line, term),
            Err(why) => imported.refused.push(Refused { line, why }),
        }
    }
    Ok(imported)
}

/// What is most frequent in the first line, of what may be between cells.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Which column has that name.
fn column(name: &[u8], imported: &mut Imported) -> Option<&'static str> {
    let name = String::from_utf8_lossy(name);
    let name = name.trim();
    let found = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(name));
    if found.is_none() && !name.is_empty() {
        imported.ignored.push(format!("the column `{}`", name.escape_debug()));
    }
    found
}

fn row(columns: &[Option<&str>], record: &ByteRecord) -> Result<Term, String> {
    let mut term = Term::default();
    for (column, cell) in columns.iter().zip(record) {
        let (Some(column), Ok(cell)) = (column, std::str::from_utf8(cell)) else { continue };
        let cell = unguarded(cell);
        match *column {
            "source" => cell.clone_into(&mut term.source),
            "target" => cell.clone_into(&mut term.target),
            // A cell may have several lines; a note has one.
            "note" => term.note = cell.replace("\r\n", " ").replace(['\n', '\r'], " "),
            "variants" => term.variants = values(cell),
            "forbidden" => term.forbidden = values(cell),
            "category" => {
                let name = cell.trim().to_ascii_lowercase();
                if !name.is_empty() {
                    term.category =
                        Category::of(&name).ok_or_else(|| format!("`{}` is no category", cell.escape_debug()))?;
                }
            }
            flag => {
                let set = flagged(cell).ok_or_else(|| format!("`{flag}` is neither true nor false"))?;
                match flag {
                    "keep" => term.keep = set,
                    "case" => term.case = set,
                    _ => term.strict = set,
                }
            }
        }
    }
    Ok(term)
}

fn flagged(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "x" => Some(true),
        "false" | "0" | "no" | "" => Some(false),
        _ => None,
    }
}

/// A value of several, with a backslash before what is a sign here.
fn escaped(value: &str) -> String {
    let is_inside = |at: usize, c: char| at > 0 && at + c.len_utf8() < value.len();
    let mut made = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        if matches!(c, ';' | '|' | '\\') || (c == ' ' && !is_inside(at, c)) {
            made.push('\\');
        }
        made.push(c);
    }
    made
}

/// The values of a cell, without the blanks around them.
fn values(cell: &str) -> Vec<String> {
    let mut values = Vec::new();
    // A value, and how much of it is more than blanks behind it.
    let (mut value, mut solid) = (String::new(), 0);
    let mut signs = cell.chars().peekable();
    while let Some(c) = signs.next() {
        match c {
            ';' | '|' => {
                value.truncate(solid);
                values.push(std::mem::take(&mut value));
                solid = 0;
            }
            '\\' if signs.peek().is_some_and(|next| matches!(next, ';' | '|' | '\\' | ' ')) => {
                value.extend(signs.next());
                solid = value.len();
            }
            ' ' | '\n' | '\r' | '\t' if value.is_empty() => {}
            ' ' | '\n' | '\r' | '\t' => value.push(c),
            c => {
                value.push(c);
                solid = value.len();
            }
        }
    }
    value.truncate(solid);
    values.push(value);
    values.retain(|value| !value.is_empty());
    values
}
