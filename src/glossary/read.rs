//! The termbase as a file.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;

use super::Term;

/// What is wrong with a glossary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlossaryError {
    /// It is not TOML, or an entry has an unknown key or a wrong value; the message has the line.
    #[error("{0}")]
    Unreadable(String),
    /// An entry that says nothing.
    #[error("line {line}: the term `{source_term}` has no target; give one, or `keep = true`")]
    NoTarget {
        /// The line of the entry, from one.
        line: usize,
        /// The term.
        source_term: String,
    },
    /// An entry without a source.
    #[error("line {line}: a term has an empty source")]
    NoSource {
        /// The line of the entry, from one.
        line: usize,
    },
    /// A field that cannot be meant.
    #[error("line {line}: in the term `{source_term}`, {what}")]
    Senseless {
        /// The line of the entry, from one.
        line: usize,
        /// The term.
        source_term: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two entries for one term.
    #[error("line {line}: the term `{source_term}` is there already, in line {first}")]
    Double {
        /// The line of the second entry.
        line: usize,
        /// The line of the first.
        first: usize,
        /// The term.
        source_term: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<toml::Spanned<Term>>,
}

/// What two entries have in common that cannot both be there. Traditional characters are no part of
/// it: what Taiwan calls a thing may be rendered in its own way.
pub(super) fn key(source: &str, case: bool) -> String {
    if case { source.to_owned() } else { source.to_lowercase() }
}

/// Read the terms of a file.
pub(super) fn terms(text: &str) -> Result<Vec<Term>, GlossaryError> {
    let file: File =
        toml::from_str(text).map_err(|error| GlossaryError::Unreadable(error.to_string().trim_end().to_owned()))?;
    let mut lines = Lines { text, line: 1, at: 0 };
    let mut first_lines: HashMap<String, usize> = HashMap::new();
    let mut terms = Vec::with_capacity(file.term.len());
    for spanned in file.term {
        let line = lines.of(spanned.span());
        let mut term = spanned.into_inner();
        if term.source.trim().is_empty() {
            return Err(GlossaryError::NoSource { line });
        }
        if term.keep && term.target.trim().is_empty() {
            term.target.clone_from(&term.source);
        }
        if term.target.trim().is_empty() {
            return Err(GlossaryError::NoTarget { line, source_term: term.source });
        }
        if let Some(what) = term.fault() {
            return Err(GlossaryError::Senseless { line, source_term: term.source, what });
        }
        if let Some(first) = first_lines.insert(key(&term.source, term.case), line) {
            return Err(GlossaryError::Double { line, first, source_term: term.source });
        }
        terms.push(term);
    }
    Ok(terms)
}

/// Counts lines once, however many entries there are.
struct Lines<'t> {
    text: &'t str,
    line: usize,
    at: usize,
}

impl Lines<'_> {
    fn of(&mut self, range: Range<usize>) -> usize {
        if range.start < self.at {
            (self.line, self.at) = (1, 0);
        }
        self.line += self.text[self.at..range.start].matches('\n').count();
        self.at = range.start;
        self.line
    }
}
