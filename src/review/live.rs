//! A review for a page that is open already, and whose reader writes on it: what changed on it, and where in
//! the edition each block stands.

use std::collections::HashSet;

use minijinja::value::Serde;
use minijinja::{Error, context};
use serde::Serialize;

use crate::rules::Language;
use crate::source::Span;

use super::Review;
use super::digest::digest_of;
use super::page::environment;
use super::rows::Row;

/// What a page is to show. Places are in UTF-16 code units of the edition's text, as browsers count.
#[derive(Clone, Debug, Serialize)]
pub struct Live {
    /// HTML: how much was found.
    pub tally: String,
    /// HTML: what to look at first.
    pub queue: String,
    /// The blocks, in order.
    pub groups: Vec<Group>,
}

/// Blocks that are shown or folded together.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// What is said of them where they are folded; else nothing.
    pub folded: String,
    /// They, in order.
    pub blocks: Vec<Block>,
}

/// A block.
#[derive(Clone, Debug, Serialize)]
pub struct Block {
    /// What its HTML is known by.
    pub hash: String,
    /// Where it begins in the edition; where the edition does not have it, where it should stand.
    pub start: usize,
    /// Where it ends, without blanks behind it.
    pub end: usize,
    /// Where its source begins, in bytes; none where only the edition has it.
    pub source: Option<usize>,
    /// Its HTML, unless the page has it.
    pub html: Option<String>,
    /// What mends each of its findings; nothing where nothing is known to.
    pub fixes: Vec<Vec<Edit>>,
}

/// A change: from, to, and what comes in the place.
#[derive(Clone, Debug, Serialize)]
pub struct Edit(pub usize, pub usize, pub String);

impl Review<'_> {
    /// What a page that has the blocks `known`, by their hashes, is to show; the one in which a person
    /// writes, at this place of the edition in UTF-16 code units, is not folded.
    ///
    /// # Errors
    ///
    /// None that a text could cause; the template engine has them.
    pub fn live(&mut self, language: Language, known: &HashSet<String>, written: Option<usize>) -> Result<Live, Error> {
        let mut units = Units::new(self.edition.text());
        let spans: Vec<Span> = self.rows.iter().map(|row| self.writable(row)).collect();
        let places: Vec<(usize, usize)> =
            spans.iter().map(|span| (units.at(span.start()), units.at(span.end()))).collect();
        if let Some(written) = written {
            let here = places.iter().position(|(start, end)| (*start..=*end).contains(&written));
            if let Some(here) = here {
                self.rows[here].folded = None;
            }
        }

        let environment = environment()?;
        let found = self.found(language, true);
        let template = environment.get_template("row.html")?;
        let mut groups = Vec::new();
        for stretch in self.stretches(language) {
            let mut blocks = Vec::with_capacity(stretch.rows.len());
            for row in &stretch.rows {
                let html = template.render(context! { row => Serde(row), ..found.clone() })?;
                let hash = digest_of(&html);
                let (start, end) = places[row.number];
                let of = &self.rows[row.number];
                blocks.push(Block {
                    html: (!known.contains(&hash)).then_some(html),
                    hash,
                    start,
                    end,
                    source: (!of.source.is_empty()).then(|| of.source.start()),
                    fixes: self.fixes(of, &mut units),
                });
            }
            groups.push(Group { folded: stretch.folded, blocks });
        }
        let render = |name: &str| environment.get_template(name)?.render(&found);
        Ok(Live { tally: render("tally.html")?, queue: render("queue.html")?, groups })
    }

    /// What of a row a person writes anew: without blanks around it, and without a byte order mark.
    fn writable(&self, row: &Row) -> Span {
        let text = &self.edition.text()[row.edition.range()];
        if text.trim().is_empty() {
            return row.edition;
        }
        let start = row.edition.start() + text.len() - text.trim_start_matches(['\r', '\n', '\u{feff}']).len();
        Span::new(start, row.edition.start() + text.trim_end().len())
    }

    fn fixes(&self, row: &Row, units: &mut Units<'_>) -> Vec<Vec<Edit>> {
        let mut fix = |finding: &usize| {
            let fix = self.outcome.findings[*finding].fix.as_ref();
            let edits = fix.into_iter().flat_map(|fix| &fix.edits);
            edits.map(|edit| Edit(units.at(edit.span.start()), units.at(edit.span.end()), edit.text.clone())).collect()
        };
        row.findings.iter().map(&mut fix).collect()
    }
}

/// Places in bytes as places in UTF-16 code units: one after the other, as far as it is from the last one.
struct Units<'t> {
    text: &'t str,
    byte: usize,
    unit: usize,
}

impl<'t> Units<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, byte: 0, unit: 0 }
    }

    /// The place of a byte at which a character begins.
    fn at(&mut self, byte: usize) -> usize {
        let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
        self.unit = if byte < self.byte {
            self.unit - units(&self.text[byte..self.byte])
        } else {
            self.unit + units(&self.text[self.byte..byte])
        };
        self.byte = byte;
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Units;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn places_are_those_that_browsers_count(text in "[a猫😺\u{301}\n]{0,30}", asked in proptest::collection::vec(0..40_usize, 0..20)) {
            let mut units = Units::new(&text);
            for character in asked {
                let byte = text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
                prop_assert_eq!(units.at(byte), text[..byte].encode_utf16().count());
            }
        }
    }
}
