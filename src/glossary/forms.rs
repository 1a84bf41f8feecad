//! Renderings in a translation: right ones, and forbidden ones.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};

use super::{Covered, Term};

/// A rendering that stands in a translation.
#[derive(Clone, Debug)]
pub(crate) struct Form<'g> {
    pub(crate) range: Range<usize>,
    pub(crate) term: &'g Term,
    /// Whether it is a right rendering; else it is a forbidden one.
    pub(crate) right: bool,
}

/// What finds renderings, however they lie in each other.
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
    pub(super) fn new(terms: &[Term]) -> Result<Self, BuildError> {
        let (mut patterns, mut roles) = (Vec::new(), Vec::new());
        for (number, term) in terms.iter().enumerate() {
            for form in term.renderings() {
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

    /// What stands in `text` of the renderings of `there`, which are some of `terms`, and of those that
    /// are wrong everywhere.
    pub(super) fn look<'g>(&self, terms: &'g [Term], there: &[&Term], text: &str) -> Vec<Form<'g>> {
        let there: HashSet<*const Term> = there.iter().map(|term| std::ptr::from_ref(*term)).collect();
        let found = self.finder.find_overlapping_iter(text).filter_map(|found| {
            let (number, right, everywhere) = self.roles[found.pattern().as_usize()];
            let term = &terms[number];
            let wanted = everywhere || there.contains(&std::ptr::from_ref(term));
            (wanted && (right || is_word(text, &found.range()))).then(|| Form { range: found.range(), term, right })
        });
        found.collect()
    }
}

/// The forbidden ones of `forms` that lie in no right one, and in no longer forbidden one; of those for
/// which `is_seen` holds.
///
/// `サーバ` in `サーバー` is none, nor is `並行` where the source has `并发` as well.
pub(crate) fn wrong_among<'f, 'g>(forms: &'f [Form<'g>], is_seen: impl Fn(&Range<usize>) -> bool) -> Vec<&'f Form<'g>> {
    if forms.iter().all(|form| form.right) {
        return Vec::new();
    }
    let right = Covered::new(forms.iter().filter(|form| form.right).map(|form| form.range.clone()).collect());
    let is_wrong = |form: &&Form<'_>| !form.right && !right.holds(&form.range) && is_seen(&form.range);
    let mut wrong: Vec<&Form<'_>> = forms.iter().filter(is_wrong).collect();
    let all = Covered::new(wrong.iter().map(|form| form.range.clone()).collect());
    wrong.retain(|form| !all.holds_within_more(&form.range));
    wrong
}

/// Whether a Latin word ends where `range` does: `Github` in `Githubber` and in `github.io` is none.
pub(super) fn is_word(text: &str, range: &Range<usize>) -> bool {
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
