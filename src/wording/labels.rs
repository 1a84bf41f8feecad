//! Labels behind links: `（英文）`, `（star 2K）`.
//!
//! Only what stands in brackets is a label. Other small remarks, `附：`, are put in many words.

use super::ground::Ground;
use crate::finding::{Finding, Fix, What};
use crate::glossary::{Category, Term};
use crate::script::has_han;

/// Labels of the source that are not there. Which sites are Chinese and want `（中国語）` is not known here.
pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let is_label = |term: &Term| term.category == Category::Label && term.source.starts_with(['（', '(']);
    let labels = ground.terms.iter().filter(|(term, _)| is_label(term));
    for (term, place) in labels {
        let as_it_was = ground.text().find(&term.source).map(|at| at..at + term.source.len());
        // `（star` may stay; what is Chinese in a label is to be translated.
        if is_rendered(ground, term) || (as_it_was.is_some() && !has_han(&term.source)) {
            continue;
        }
        let what = What::LabelMissing { source: term.source.clone(), target: term.target.clone() };
        let end = ground.text().trim_end().len();
        let finding = ground.finding_in_both(what, as_it_was.clone().unwrap_or(end..end), Some(place));
        found.push(match finding.edition.filter(|_| as_it_was.is_some()) {
            Some(span) => finding.mended_by(Fix::safe(span, term.target.clone())),
            None => finding,
        });
    }
}

/// Brackets may be of the other width, and may have more in them: `（英語の記事）`.
fn is_rendered(ground: &Ground<'_, '_>, term: &Term) -> bool {
    let own = |form: &str| form.trim_matches(['（', '）', '(', ')', ' ']).to_owned();
    ground.is_rendered(term)
        || term.variants.iter().chain([&term.target]).any(|form| ground.text().contains(&own(form)))
}
