//! The termbase, held against an edition: forbidden renderings, and terms that are nowhere.

use super::ground::Ground;
use super::mask::FILLER;
use crate::finding::{Finding, Fix, What};
use crate::glossary::{Category, Term, wrong_among};
use crate::rules::Severity;
use crate::script::{han_count, has_han, is_kana};

/// A term of so many Han characters is seldom put in other words.
const LONG: usize = 5;

/// Renderings that the termbase forbids.
pub(super) fn forbidden(ground: &mut Ground<'_, '_>, found: &mut Vec<Finding>) {
    // What was reported, or is Chinese on purpose, is filled up.
    let mut wrong = wrong_among(&ground.forms, |range| !ground.masked[range.clone()].contains(FILLER));
    let place = |term: &Term| ground.terms.iter().find(|(there, _)| std::ptr::eq(*there, term)).map(|(_, place)| place);
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

/// Terms of the source of which no rendering is there.
pub(super) fn missing(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    for (term, place) in &ground.terms {
        if !lacks(term, ground.text()) {
            continue;
        }
        let what = What::TermMissing { source: term.source.clone(), target: term.target.clone() };
        let mut finding = ground.finding_in_both(what, 0..0, Some(place));
        if term.strict {
            finding.severity = Severity::Error;
        }
        found.push(finding);
    }
}

/// Whether `text`, whose source has `term`, should have a rendering of it and has none.
///
/// A term that is `strict` has to be there as it is written. Of the others it is names, and long terms
/// that have one rendering only: what a sentence loses with them it does not say. Of other terms
/// `EDITION` §3 has one in eleven put in other words, and rightly.
pub(crate) fn lacks(term: &Term, text: &str) -> bool {
    let is_name = matches!(term.category, Category::Person | Category::Company | Category::Product);
    let is_only = term.category == Category::Term && term.variants.is_empty() && han_count(&term.source) >= LONG;
    if term.strict {
        // `デコレーター` is another spelling than `デコレータ`, and has it in it.
        let is_whole = |at: usize| !text[at..].starts_with('ー');
        let stands = |form: &str| text.match_indices(form).any(|(at, _)| is_whole(at + form.len()));
        return !term.renderings().any(stands);
    }
    if !(is_name || is_only) || term.renderings().any(|form| text.contains(form)) {
        return false;
    }
    let text = squeeze(text);
    !term.renderings().any(|form| text.contains(&squeeze(stem(form))))
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
