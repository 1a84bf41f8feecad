//! Why a file could not be read to its end.

use std::io;

use crate::script::without_controls;
use crate::source::Position;

/// Where in a file reading ended, and why.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ExchangeError {
    /// The place; none where the file as a whole is meant.
    pub place: Option<Position>,
    /// What is there.
    #[source]
    pub problem: Problem,
}

/// What is the matter with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
    /// Its head names an encoding that nobody knows.
    #[error("the encoding {0} is not known")]
    UnknownEncoding(String),
    /// Its bytes are no text.
    #[error("the text is not {0} from here on")]
    NotText(&'static str),
    /// A piece of it goes on and on.
    #[error("this piece is longer than {0} bytes")]
    TooLong(usize),
    /// Elements in elements.
    #[error("elements are nested more than {0} deep")]
    TooDeep(usize),
    /// More attributes than any standard has.
    #[error("an element has more than {0} attributes")]
    TooManyAttributes(usize),
    /// Its document type has definitions of its own.
    #[error("the document type defines something of its own; this is never read, for it can be a trap")]
    Definitions,
    /// An entity that XML does not have.
    #[error("&{0}; stands for nothing that is known")]
    UnknownEntity(String),
    /// It is XML, but something else.
    #[error("this is no TMX: it begins with <{0}>")]
    NotTmx(String),
    /// It is no XML.
    #[error("this is no XML: {0}")]
    NotXml(String),
    /// The end is missing.
    #[error("the file ends inside of <{0}>")]
    CutOff(String),
    /// There is nothing in it.
    #[error("there is nothing in the file")]
    Empty,
    /// A line is no JSON, or something else is in it.
    #[error("this line is no unit: {0}")]
    NotJson(String),
    /// A table without a column that is needed.
    #[error("the table has no column `{0}`; its first row has to name the columns")]
    NoColumn(&'static str),
    /// Not a table.
    #[error("this is no table: {0}")]
    NotTable(String),
}

impl Problem {
    /// The error, at a place.
    pub(super) fn at(self, place: Position) -> ExchangeError {
        ExchangeError { place: Some(place), problem: self }
    }
}

/// What a file says, short and harmless, for a message.
pub(super) fn quoted(text: &str) -> String {
    shortened(text, 40)
}

/// What a parser says of a file, and quotes of it.
pub(super) fn said(error: &dyn std::fmt::Display) -> String {
    shortened(&error.to_string(), 200)
}

fn shortened(text: &str, most: usize) -> String {
    let start: String = text.chars().take(most).collect();
    let dots = if start.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", without_controls(&start, "").replace('\n', " "))
}
