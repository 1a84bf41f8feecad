//! Which terms a corpus has.

use std::collections::BTreeSet;

use super::super::find::Finder;
use super::super::{GlossaryError, Term};
use super::{Audit, Flaw, Remark};

/// Counts the terms of a termbase in texts.
#[derive(Clone, Debug)]
pub struct Usage {
    // Their entries, by number.
    entries: Vec<usize>,
    terms: Vec<Term>,
    finder: Finder,
    counts: Vec<Count>,
}

#[derive(Clone, Debug, Default)]
struct Count {
    found: usize,
    /// How often it stands inside a longer term.
    inside: usize,
    /// How often it stands there and may not, because of its capitals or of the letters around it.
    refused: usize,
    /// The longer terms, by number.
    longer: BTreeSet<usize>,
}

impl Audit {
    /// What is needed to count its terms.
    ///
    /// # Errors
    ///
    /// Where there are more terms than can be looked for.
    pub fn usage(&self) -> Result<Usage, GlossaryError> {
        let sound = self.entries.iter().enumerate().filter_map(|(number, entry)| Some((number, entry.term()?)));
        let (entries, terms): (Vec<usize>, Vec<Term>) = sound.unzip();
        let finder = Finder::new(&terms).map_err(|error| GlossaryError::Unreadable(error.to_string()))?;
        let counts = vec![Count::default(); terms.len()];
        Ok(Usage { entries, terms, finder, counts })
    }

    /// Remark upon the terms that the texts of `usage`, which is of this termbase, do not have.
    pub fn add_usage(&mut self, usage: &Usage) {
        for ((entry, term), count) in usage.entries.iter().zip(&usage.terms).zip(&usage.counts) {
            let Some(source) = self.entries[*entry].name() else { continue };
            let times = |count: usize| if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let (flaw, message) = match count {
                Count { found: 1.., .. } => continue,
                Count { inside: 1.., .. } => {
                    let longer: Vec<String> = count
                        .longer
                        .iter()
                        .take(4)
                        .map(|longer| format!("`{}`", usage.terms[*longer].source))
                        .collect();
                    let message = format!(
                        "`{}` stands in the corpus {}, and always inside another term: {}",
                        term.source,
                        times(count.inside),
                        longer.join(", ")
                    );
                    (Flaw::Shadowed, message)
                }
                Count { refused: 1.., .. } => {
                    let why =
                        if term.case { "in other capitals or as a piece of a word" } else { "as a piece of a word" };
                    (Flaw::Unused, format!("the corpus has `{}` only {why}, {}", term.source, times(count.refused)))
                }
                _ => (Flaw::Unused, format!("the corpus does not have `{}`", term.source)),
            };
            self.remarks.push(Remark::new(flaw, source.span, message));
        }
        self.sort();
    }
}

impl Usage {
    /// Count the terms of a text.
    pub fn count(&mut self, text: &str) {
        let matches = self.finder.matches(&self.terms, text);
        for (term, _) in &matches {
            self.counts[*term].found += 1;
        }
        for (term, range, may_stand) in self.finder.everywhere(&self.terms, text) {
            let before = matches.partition_point(|(_, found)| found.end <= range.start);
            let over = matches[before..].iter().take_while(|(_, found)| found.start < range.end);
            let mut over = over.filter(|(other, found)| *other != term || *found != range).peekable();
            let count = &mut self.counts[term];
            if !may_stand {
                count.refused += 1;
            } else if over.peek().is_some() {
                count.inside += 1;
                count.longer.extend(over.map(|(other, _)| *other));
            }
        }
    }
}
