//! The termbase, held against an edition: forbidden renderings, and terms that are nowhere.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};

use super::ground::{Covered, Ground};
use super::mask::FILLER;
use crate::finding::{Finding, Fix, What};
use crate::glossary::{Category, Glossary, Term};
use crate::script::{han_count, has_han, is_kana};

/// A term of so many Han characters is seldom put in other words.
const LONG: usize = 5;

/// What stands in an edition and the termbase knows.
pub(super) struct Form<'g> {
    pub(super) range: Range<usize>,
    pub(super) term: &'g Term,
    /// Whether it is a right rendering; else it is a forbidden one.
    pub(super) right: bool,
}

/// What finds renderings, right and forbidden.
#[derive(Clone, Debug)]
pub(super) struct Forms {
    finder: AhoCorasick,
    // Of each pattern: its term, whether it is right, and whether it is looked for everywhere.
    roles: Vec<(usize, bool, bool)>,
}

/// Whether `form` is the name of `term` in other capitals: a matter of taste, whatever the source has.
fn is_taste(form: &str, term: &Term) -> bool {
    form.is_ascii() && (term.case && form == term.source || form.eq_ignore_ascii_case(&term.target))
}

impl Forms {
    pub(super) fn new(glossary: &Glossary) -> Result<Self, BuildError> {
        let (mut patterns, mut roles) = (Vec::new(), Vec::new());
        for (number, term) in glossary.terms().iter().enumerate() {
            for form in term.variants.iter().chain([&term.target]) {
                patterns.push(form);
                roles.push((number, true, false));
            }
            for form in &term.forbidden {
                patterns.push(form);
                roles.push((number, false, is_taste(form, term)));
            }
        }
        Ok(Self { finder: AhoCorasick::new(&patterns)?, roles })
    }

    /// What stands in `text` of the renderings of `terms`, and of those that are wrong everywhere.
    pub(super) fn look<'g>(
        &self,
        glossary: &'g Glossary,
        terms: &[(&'g Term, Range<usize>)],
        text: &str,
    ) -> Vec<Form<'g>> {
        let there: HashSet<*const Term> = terms.iter().map(|(term, _)| std::ptr::from_ref(*term)).collect();
        let found = self.finder.find_overlapping_iter(text).filter_map(|found| {
            let (number, right, everywhere) = self.roles[found.pattern().as_usize()];
            let term = &glossary.terms()[number];
            let wanted = everywhere || there.contains(&std::ptr::from_ref(term));
            (wanted && (right || is_word(text, &found.range()))).then(|| Form { range: found.range(), term, right })
        });
        found.collect()
    }
}

/// Whether a Latin word ends where `range` does: `Github` in `Githubber` and in `github.io` is none.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let form = &text[range.clone()];
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '@');
    let before = text[..range.start].chars().next_back();
    let mut behind = text[range.end..].chars();
    let after = behind.next();
    let dot = after == Some('.') && !latin(behind.next());
    let cut_before = latin(form.chars().next()) && before.is_some_and(goes_on);
    let cut_after = latin(form.chars().next_back()) && after.is_some_and(goes_on) && !dot;
    !cut_before && !cut_after
}

/// Renderings that the termbase forbids.
pub(super) fn forbidden(ground: &mut Ground<'_, '_>, found: &mut Vec<Finding>) {
    if ground.forms.iter().all(|form| form.right) {
        return;
    }
    let right = ground.forms.iter().filter(|form| form.right).map(|form| form.range.clone());
    let right = Covered::new(right.collect());
    // What was reported, or is Chinese on purpose, is filled up.
    let seen = |form: &&Form<'_>| !ground.masked[form.range.clone()].contains(FILLER);
    let wrong = ground.forms.iter().filter(|form| !form.right && !right.holds(&form.range)).filter(seen);
    let wrong: Vec<&Form<'_>> = wrong.collect();
    let all = Covered::new(wrong.iter().map(|form| form.range.clone()).collect());
    let place = |term: &Term| ground.terms.iter().find(|(there, _)| std::ptr::eq(*there, term)).map(|(_, place)| place);
    let mut wrong: Vec<_> = wrong.into_iter().filter(|form| !all.holds_within_more(&form.range)).collect();
    wrong.sort_by_key(|form| (form.range.start, place(form.term).is_none()));
    wrong.dedup_by(|a, b| a.range == b.range);
    let mut done = Vec::new();
    for form in wrong {
        let what = What::TermForbidden {
            found: ground.text()[form.range.clone()].to_owned(),
            source: form.term.source.clone(),
            target: form.term.target.clone(),
        };
        let mut finding = match place(form.term) {
            Some(place) => ground.finding_in_both(what, form.range.clone(), Some(place)),
            None => ground.finding(what, form.range.clone()),
        };
        let there = &ground.text()[form.range.clone()];
        if there.eq_ignore_ascii_case(&form.term.target)
            && let Some(span) = finding.edition
        {
            finding = finding.mended_by(Fix::style(span, form.term.target.clone()));
        }
        found.push(finding);
        done.push(form.range.clone());
    }
    for range in done {
        ground.done(&range);
    }
}

/// Names of the source of which no rendering is there, and long terms that have one rendering only:
/// what a sentence loses with them it does not say. Of other terms `EDITION` §3 has one in eleven put
/// in other words, and rightly.
pub(super) fn missing(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let mut squeezed = None;
    for (term, place) in &ground.terms {
        let is_name = matches!(term.category, Category::Person | Category::Company | Category::Product);
        let is_only = term.category == Category::Term && term.variants.is_empty() && han_count(&term.source) >= LONG;
        if !(is_name || is_only) || ground.is_rendered(term) {
            continue;
        }
        let text = squeezed.get_or_insert_with(|| squeeze(ground.text()));
        let renderings = || term.variants.iter().chain([&term.target]);
        if renderings().any(|form| text.contains(&squeeze(stem(form)))) {
            continue;
        }
        let what = What::TermMissing { source: term.source.clone(), target: term.target.clone() };
        found.push(ground.finding_in_both(what, 0..0, Some(place)));
    }
}

/// Without what is spelled now so, now so: capitals, blanks, the long-vowel mark, the middle dot.
fn squeeze(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, 'ー' | '・'));
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// A verb or adjective without what is inflected: `埋め込み`, `埋め込む`.
fn stem(form: &str) -> &str {
    let hiragana = |c: char| is_kana(c) && c <= '\u{309f}';
    let stem = form.trim_end_matches(hiragana);
    if has_han(stem) { stem } else { form }
}
