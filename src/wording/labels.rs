//! Labels behind links, `（英文）`, and other small remarks that every edition renders alike.

use super::ground::Ground;
use crate::finding::{Finding, Fix, What};
use crate::glossary::Category;
use crate::script::has_han;

/// Labels of the source that are not there. Which sites are Chinese and want `（中国語）` is not known here.
pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let labels = ground.terms.iter().filter(|(term, _)| term.category == Category::Label);
    for (term, place) in labels {
        let as_it_was = ground.text().find(&term.source).map(|at| at..at + term.source.len());
        // `（star` may stay; what is Chinese in a label is to be translated.
        if ground.is_rendered(term) || (as_it_was.is_some() && !has_han(&term.source)) {
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
