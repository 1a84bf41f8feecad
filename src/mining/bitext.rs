//! Passages of issues, with their translations.

use std::collections::HashSet;

use super::passage::{Passage, joined};
use super::{Options, Suggestion, couples, without, words};
use crate::align::{Side, align};
use crate::check::File;
use crate::glossary::{Glossary, Term};

/// Passages, with their translations, and texts that have none.
#[derive(Clone, Debug, Default)]
pub struct Bitext {
    pub(super) passages: Vec<Passage>,
    others: Vec<String>,
    pairs: usize,
}

impl Bitext {
    /// Take in an issue and its edition.
    #[expect(clippy::needless_pass_by_value, reason = "nothing of them is needed any more")]
    pub fn add_pair(&mut self, source: File, edition: File) {
        let (ours, theirs) = (Side::new(source.body(), &source.document), Side::new(edition.body(), &edition.document));
        for pairing in align(&ours, &theirs).pairs {
            let both = joined(&source, &ours, pairing.sources()).zip(joined(&edition, &theirs, pairing.editions()));
            if let Some((source, edition)) = both {
                let (ours, theirs) = (source.text.clone(), edition.text.clone());
                self.passages.push(Passage { pair: self.pairs, source, edition, ours, theirs });
            }
        }
        self.pairs += 1;
    }

    /// Take in an issue that has no edition: the more there is to read, the surer it is what a word is.
    #[expect(clippy::needless_pass_by_value, reason = "nothing of it is needed any more")]
    pub fn add_source(&mut self, source: File) {
        let side = Side::new(source.body(), &source.document);
        let texts = (0..side.units.len()).filter_map(|unit| side.inline(unit)).map(|inline| inline.plain_text());
        self.others.extend(texts);
    }

    /// The words that come back and what they become, without those of `glossary`: the most frequent
    /// first.
    pub fn suggestions(&self, glossary: &Glossary, options: Options) -> Vec<Suggestion> {
        // What comes back each week is one text: its words are always together, and mean nothing by it.
        let mut seen = HashSet::new();
        let once = self.passages.iter().filter(|passage| seen.insert(passage.source.text.as_str()));
        let passages: Vec<Passage> = once.map(|passage| passage.unknown(glossary)).collect();
        let known = |text: &String| without(text, glossary.matches(text).into_iter().map(|(_, range)| range));
        let others: Vec<String> = self.others.iter().map(known).collect();
        let words = words::words(&passages, &others, options);
        let mut found = couples::suggestions(&passages, &words, options);
        found.sort_by(|a, b| (b.count, &a.source).cmp(&(a.count, &b.source)));
        found
    }
}

impl Passage {
    fn unknown(&self, glossary: &Glossary) -> Self {
        let terms = glossary.matches(&self.source.text);
        let there: Vec<&Term> = terms.iter().map(|(term, _)| *term).collect();
        let forms = glossary.forms_in(&there, &self.edition.text);
        let ours = without(&self.source.text, terms.into_iter().map(|(_, range)| range));
        let theirs = without(&self.edition.text, forms.into_iter().filter(|form| form.right).map(|form| form.range));
        Self { ours, theirs, ..self.clone() }
    }
}
