//! Termbases of other tools: CSV as spreadsheets write it, TBX-Basic.
//!
//! What comes from outside is not trusted. It is as long as we can bear, nothing in it is expanded or
//! fetched, and an entry that cannot be one of ours is refused by itself, with its line.

mod cells;
mod csv;
mod tbx_in;
mod tbx_out;

use super::Term;

pub(crate) use cells::{guarded, unguarded};
pub use csv::{read_csv, write_csv};
pub use tbx_in::read_tbx;
pub use tbx_out::write_tbx;

/// No file of terms is longer, in bytes: a million terms have less.
pub const LONGEST_FILE: usize = 256 * 1024 * 1024;

/// No text of an entry is longer, in characters: a term is a word or a few, a note some sentences.
const LONGEST_TEXT: usize = 4000;

/// No entry has more renderings.
const MOST_FORMS: usize = 256;

/// What a file of terms has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The terms.
    pub terms: Vec<Term>,
    /// Entries that are none of ours.
    pub refused: Vec<Refused>,
    /// What else was not taken, once each: columns, languages.
    pub ignored: Vec<String>,
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its line, from one.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// Why nothing of a file can be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// It is too long to be read.
    #[error("it has more than {LONGEST_FILE} bytes")]
    TooLong,
    /// It has no column of that name.
    #[error("the first line names no column `{0}`")]
    NoColumn(&'static str),
    /// It is not what its name says.
    #[error("line {line}: {why}")]
    Unreadable {
        /// From one.
        line: usize,
        /// In what way.
        why: String,
    },
}

/// Take a term, or refuse it.
fn take(imported: &mut Imported, line: usize, mut term: Term) {
    let repeated = |forms: &mut Vec<String>| {
        let mut seen = std::collections::HashSet::new();
        forms.retain(|form| seen.insert(form.clone()));
    };
    repeated(&mut term.variants);
    repeated(&mut term.forbidden);
    if term.keep && term.target.trim().is_empty() {
        term.target.clone_from(&term.source);
    }
    match why_not(&term) {
        Some(why) => imported.refused.push(Refused { line, why }),
        None => imported.terms.push(term),
    }
}

fn why_not(term: &Term) -> Option<String> {
    let texts = || [&term.source, &term.target, &term.note].into_iter().chain(&term.variants).chain(&term.forbidden);
    if texts().any(|text| text.chars().nth(LONGEST_TEXT).is_some()) {
        return Some(format!("a text has more than {LONGEST_TEXT} characters"));
    }
    if term.variants.len() + term.forbidden.len() > MOST_FORMS {
        return Some(format!("there are more than {MOST_FORMS} renderings"));
    }
    if term.source.trim().is_empty() {
        return Some("there is no source".to_owned());
    }
    if term.target.trim().is_empty() {
        return Some(format!("`{}` has no target", term.source.escape_debug()));
    }
    term.fault().map(|why| format!("in `{}`, {why}", term.source.escape_debug()))
}

/// The line of a byte, from one.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
