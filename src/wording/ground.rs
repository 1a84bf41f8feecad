//! A passage, prepared: what is masked, which terms its source has, where their renderings stand.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::Passage;
use super::mask::{fill, filled, original_names, quoted_chinese, quotes, user_names};
use crate::finding::{Finding, What};
pub(super) use crate::glossary::Covered;
use crate::glossary::{Form, Glossary, Term};
use crate::inline::MarkKind;

/// A passage, and what all rules ask of it.
pub(super) struct Ground<'a, 'g> {
    pub(super) passage: Passage<'a>,
    /// The edition's text, with fillers for what is Chinese on purpose and what was reported.
    pub(super) masked: Cow<'a, str>,
    /// Quotes that are Chinese on purpose.
    pub(super) quoted: Covered,
    /// The masked text, with fillers for names that are written in kanji, too.
    pub(super) bare: Cow<'a, str>,
    /// The terms that the source has, and the first place of each.
    pub(super) terms: Vec<(&'g Term, Range<usize>)>,
    /// What the termbase says of the edition's words.
    pub(super) forms: Vec<Form<'g>>,
    rendered: HashSet<*const Term>,
}

impl<'a, 'g> Ground<'a, 'g> {
    pub(super) fn new(passage: Passage<'a>, glossary: &'g Glossary) -> Self {
        let text = passage.edition.text.as_str();
        let mut ranges = quoted_chinese(text);
        let quoted = Covered::new(ranges.clone());
        ranges.extend(user_names(text));
        let links = passage.edition.marks.iter().filter(|(kind, _)| *kind == MarkKind::Link);
        // Behind a link stands its label.
        let labels: HashSet<usize> = links.map(|(_, range)| range.end).collect();
        ranges.extend(
            original_names(text).into_iter().filter(|range| !labels.contains(&(range.start - '（'.len_utf8()))),
        );
        ranges.extend(Self::in_notes(&passage));
        let masked = filled(text, ranges);
        let mut bare = masked.clone();
        for range in glossary.kanji_places(&masked) {
            fill(&mut bare, range);
        }
        let terms = passage.source.map(|source| glossary.places_in(&source.text)).unwrap_or_default();
        let there: Vec<&Term> = terms.iter().map(|(term, _)| *term).collect();
        let forms = glossary.forms_in(&there, text);
        let right = forms.iter().filter(|form| form.right);
        let rendered = right.map(|form| std::ptr::from_ref(form.term)).collect();
        Self { passage, masked, quoted, bare, terms, forms, rendered }
    }

    /// In a translator's note, links and quotes are where the Chinese is spoken of.
    fn in_notes(passage: &Passage<'_>) -> Vec<Range<usize>> {
        const NOTE: &str = "訳注：";
        let visible = passage.edition;
        let text = visible.text.as_str();
        let from = match text.find(NOTE) {
            _ if passage.is_note => 0,
            // A note may stand in the same paragraph as what it is on.
            Some(at) if at == 0 || text[..at].ends_with(['\n', '（']) => at,
            _ => return Vec::new(),
        };
        let links = visible.marks.iter().filter(|(kind, range)| *kind == MarkKind::Link && range.start >= from);
        let mut ranges: Vec<_> = links.map(|(_, range)| range.clone()).collect();
        ranges.extend(quotes(&text[from..]).into_iter().map(|range| range.start + from..range.end + from));
        ranges
    }

    /// The edition's text.
    pub(super) fn text(&self) -> &'a str {
        &self.passage.edition.text
    }

    /// Whether a right rendering of `term` is there.
    pub(super) fn is_rendered(&self, term: &Term) -> bool {
        self.rendered.contains(&std::ptr::from_ref(term))
    }

    /// A finding at these bytes of the edition's text.
    pub(super) fn finding(&self, what: What, range: Range<usize>) -> Finding {
        Finding::new(what).in_edition(self.passage.edition.span(range))
    }

    /// The same, with a place in the source's text.
    pub(super) fn finding_in_both(&self, what: What, range: Range<usize>, source: Option<&Range<usize>>) -> Finding {
        let finding = self.finding(what, range);
        match (self.passage.source, source) {
            (Some(visible), Some(place)) => finding.in_source(visible.span(place.clone())),
            (Some(visible), None) => finding.in_source(visible.whole()),
            (None, _) => finding,
        }
    }

    /// Nothing more is to be said of these bytes.
    pub(super) fn done(&mut self, range: &Range<usize>) {
        fill(&mut self.masked, range.clone());
        fill(&mut self.bare, range.clone());
    }
}
