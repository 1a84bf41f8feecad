//! What is never translated, wherever it stands in a text: names, numbers of standards.
//!
//! Patterns come with a repository, so they are bounded in number, length and size, and one search
//! takes time linear in the text, whatever the pattern: there is no backtracking to run away with.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::script::is_invisible;

const MOST_PATTERNS: usize = 64;

const MOST_CHARACTERS: usize = 1000;

/// Bytes of one compiled pattern. `\w{1,10}` has room; the limit of the `regex` crate, ten times as
/// much, would be 640 MB for all.
const MOST_BYTES: usize = 1 << 20;

/// The patterns of what is kept; in a file, an array of regular expressions.
///
/// Han characters are letters, so `\b` does not stand between `看` and `PEP`; `PEP-\d+` alone finds
/// both `看PEP-8` and `看 PEP-8`.
#[derive(Clone, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Keep {
    patterns: Arc<[Regex]>,
}

/// Why a list of patterns cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// There are too many.
    #[error("`keep` has {0} patterns; it can have {MOST_PATTERNS}: join some with `|`")]
    TooMany(usize),
    /// One says nothing.
    #[error("a pattern of `keep` is empty; leave it out")]
    Empty,
    /// One is too long to be read.
    #[error("the pattern `{0}…` of `keep` has more than {MOST_CHARACTERS} characters; make two of it")]
    TooLong(String),
    /// One would take too much memory.
    #[error("the pattern `{0}` of `keep` is too large; lower the counts in braces")]
    TooLarge(String),
    /// One is no regular expression.
    #[error("the pattern `{pattern}` of `keep` is no regular expression: {what}")]
    Broken {
        /// The pattern, on one line.
        pattern: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Keep {
    /// Read patterns.
    ///
    /// # Errors
    ///
    /// For the first pattern that cannot be used.
    ///
    /// ```
    /// # use nekoyaku::keep::Keep;
    /// let keep = Keep::new(&["Python 潮流周刊".to_owned(), r"PEP-\d+".to_owned()])?;
    /// assert_eq!(keep.find("Python 潮流周刊讲 PEP-8"), [0..19, 23..28]);
    ///
    /// let error = Keep::new(&["PEP-(".to_owned()]).unwrap_err();
    /// assert_eq!(error.to_string(), "the pattern `PEP-(` of `keep` is no regular expression: unclosed group");
    /// # Ok::<(), nekoyaku::keep::KeepError>(())
    /// ```
    pub fn new(patterns: &[String]) -> Result<Self, KeepError> {
        if patterns.len() > MOST_PATTERNS {
            return Err(KeepError::TooMany(patterns.len()));
        }
        Ok(Self { patterns: patterns.iter().map(|pattern| compiled(pattern)).collect::<Result<_, _>>()? })
    }

    /// What of `text` is kept: the leftmost matches, none inside or across another, none empty. Of
    /// those that begin at one place it is the longest, whatever the order of the patterns.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut next: Vec<_> = self.patterns.iter().map(|pattern| match_from(pattern, text, 0)).collect();
        let mut found = Vec::new();
        while let Some(best) = next.iter().flatten().min_by_key(|range| (range.start, text.len() - range.end)).cloned()
        {
            for (pattern, next) in self.patterns.iter().zip(&mut next) {
                if next.as_ref().is_some_and(|range| range.start < best.end) {
                    *next = match_from(pattern, text, best.end);
                }
            }
            found.push(best);
        }
        found
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(Regex::as_str)
    }
}

impl fmt::Debug for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts()).finish()
    }
}

impl PartialEq for Keep {
    fn eq(&self, other: &Self) -> bool {
        self.texts().eq(other.texts())
    }
}

impl Eq for Keep {}

impl TryFrom<Vec<String>> for Keep {
    type Error = KeepError;

    fn try_from(patterns: Vec<String>) -> Result<Self, KeepError> {
        Self::new(&patterns)
    }
}

fn compiled(pattern: &str) -> Result<Regex, KeepError> {
    if pattern.is_empty() {
        return Err(KeepError::Empty);
    }
    if pattern.chars().count() > MOST_CHARACTERS {
        return Err(KeepError::TooLong(on_one_line(pattern).chars().take(40).collect()));
    }
    let built = RegexBuilder::new(pattern).size_limit(MOST_BYTES).dfa_size_limit(MOST_BYTES).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => KeepError::TooLarge(on_one_line(pattern)),
        error => {
            // Above its last line, the message draws the pattern with an arrow to the place.
            let message = error.to_string();
            let what = message.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&message);
            KeepError::Broken { pattern: on_one_line(pattern), what: on_one_line(what) }
        }
    })
}

/// A pattern is shown to people; what is not seen of it could act on their terminal.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect()
}

/// The first match that begins at `from` or after, and is not empty.
fn match_from(pattern: &Regex, text: &str, mut from: usize) -> Option<Range<usize>> {
    loop {
        // Not on a slice: `^` and `\b` look at what stands before.
        let found = pattern.find_at(text, from)?;
        if !found.is_empty() {
            return Some(found.range());
        }
        from = found.end() + text[found.end()..].chars().next()?.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(patterns: &[&str], text: &'t str) -> Vec<&'t str> {
        let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Keep::new(&patterns).unwrap().find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn the_leftmost_and_longest_match_is_kept_whatever_the_order() {
        for patterns in [["Python", "Python 潮流周刊"], ["Python 潮流周刊", "Python"]] {
            assert_eq!(found(&patterns, "Python 潮流周刊和 Python"), ["Python 潮流周刊", "Python"]);
        }
        assert_eq!(found(&["乙丙", "甲乙", "丙丁"], "甲乙丙丁"), ["甲乙", "丙丁"]);
        assert_eq!(found(&["(?i)pep-\\d+", "潮流."], "潮流周刊看PEP-8，pep-20"), ["潮流周", "PEP-8", "pep-20"]);
    }

    #[test]
    fn nothing_is_no_match() {
        assert_eq!(found(&["x*"], "甲xx乙x"), ["xx", "x"]);
        assert_eq!(found(&["^|$|\\b"], "甲乙"), [""; 0]);
        assert_eq!(found(&[], "甲乙"), [""; 0]);
        assert_eq!(found(&["^甲"], "甲甲"), ["甲"]);
        assert!(Keep::default().is_empty());
    }

    #[test]
    fn a_list_from_somebody_else_has_bounds() {
        let error = |patterns: &[String]| Keep::new(patterns).unwrap_err().to_string();
        let many = vec!["甲".to_owned(); 65];
        assert_eq!(error(&many), "`keep` has 65 patterns; it can have 64: join some with `|`");
        assert!(Keep::new(&many[..64]).is_ok());
        assert!(error(&["甲".repeat(1001)]).contains("more than 1000 characters"));
        assert!(error(&["(\\w{100}){100}".to_owned()]).contains("too large"));
        assert!(error(&[String::new()]).contains("empty"));
        let shown = error(&["(\n\u{1b}[31m\u{202e}".to_owned()]);
        assert!(!shown.contains(|c: char| c.is_control() || is_invisible(c)), "{shown}");
        assert!(Keep::new(&["\\w{1,10}".to_owned(), "\\p{Han}+".to_owned(), "\\p{Lu}+".to_owned()]).is_ok());
    }

    #[test]
    fn a_pattern_cannot_run_away() {
        let text = "a".repeat(100_000);
        assert_eq!(found(&["(a*)*b", "(a|a)*c"], &text), [""; 0]);
    }
}
