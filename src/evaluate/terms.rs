//! How far an edition keeps to the termbase.

use std::ops::{AddAssign, Range};

use serde::Serialize;

use crate::glossary::{Category, Glossary, Term};

use super::trial::Said;

/// How often terms of the source were rendered how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Adherence {
    /// Terms that stand in the source, each as often as it stands there.
    pub occurrences: usize,
    /// Of them, those whose preferred rendering is there.
    pub preferred: usize,
    /// Those of which another rendering is there that is right, too.
    pub variants: usize,
    /// Renderings that are wrong.
    pub forbidden: usize,
}

impl Adherence {
    /// How `edition` renders the terms of `source`. Whole phrases that come back in every issue are no
    /// terms.
    pub(super) fn of(source: &Said, edition: &Said, glossary: &Glossary) -> Self {
        let mut terms: Vec<(&Term, usize)> = Vec::new();
        for (term, _) in glossary.matches(&source.text) {
            if term.category == Category::Boilerplate {
                continue;
            }
            match terms.iter_mut().find(|(known, _)| std::ptr::eq(*known, term)) {
                Some((_, count)) => *count += 1,
                None => terms.push((term, 1)),
            }
        }
        let named: Vec<&Term> = terms.iter().map(|(term, _)| *term).collect();
        let forms = glossary.forms_in(&named, &edition.text);
        let mut sum = Self::default();
        for (term, count) in terms {
            let right = forms.iter().filter(|form| form.right && std::ptr::eq(form.term, term));
            let right: Vec<Range<usize>> = right.map(|form| form.range.clone()).collect();
            // `デコレータ` in `デコレーター` is a part of a variant.
            let is_part = |one: &Range<usize>| {
                right.iter().any(|other| other != one && other.start <= one.start && one.end <= other.end)
            };
            let (preferred, variants): (Vec<_>, Vec<_>) = right
                .iter()
                .filter(|range| !is_part(range))
                .partition(|range| edition.text[(*range).clone()] == *term.target);
            let preferred = preferred.len().min(count);
            let variants = variants.len().min(count - preferred);
            sum += Self { occurrences: count, preferred, variants, forbidden: 0 };
        }
        sum.forbidden = glossary.forbidden_in(&source.text, &edition.text).len();
        sum
    }
}

impl AddAssign for Adherence {
    fn add_assign(&mut self, other: Self) {
        self.occurrences += other.occurrences;
        self.preferred += other.preferred;
        self.variants += other.variants;
        self.forbidden += other.forbidden;
    }
}
