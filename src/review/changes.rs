//! What people changed in the machine's draft.

use crate::align::{Alignment, Side, align};
use crate::check::File;
use crate::diff::{Change, words};

use super::markup::Markup;
use super::rows::Row;

/// The draft beside the edition.
#[derive(Debug)]
pub(super) struct Changes<'a> {
    draft: Side<'a>,
    alignment: Alignment,
}

impl<'a> Changes<'a> {
    pub(super) fn new(draft: &'a File, edition: &Side<'_>) -> Self {
        let draft = Side::new(draft.body(), &draft.document);
        let alignment = align(&draft, edition);
        Self { draft, alignment }
    }

    /// What was changed in a row; nothing where it is as it was, or nobody knows what it was.
    pub(super) fn of(&self, row: &Row, edition: &Side<'_>) -> Markup {
        let mut out = Markup::default();
        let mut pairings: Vec<usize> =
            row.editions.clone().map(|unit| self.alignment.of_edition(unit as usize)).collect();
        pairings.dedup();
        for pairing in pairings.into_iter().map(|place| &self.alignment.pairs[place]) {
            if pairing.sources().is_empty() {
                continue;
            }
            let old = joined(&self.draft, pairing.sources());
            let new = joined(edition, pairing.editions());
            if old != new {
                changed(&old, &new, &mut out);
            }
        }
        out
    }
}

fn joined(side: &Side<'_>, units: std::ops::Range<u32>) -> String {
    units.map(|unit| side.slice(unit as usize)).collect::<Vec<_>>().join("\n")
}

fn changed(old: &str, new: &str, out: &mut Markup) {
    for change in words(old, new) {
        match change {
            Change::Kept(text) => out.text(text),
            Change::Replaced { old, new } => {
                if !old.is_empty() {
                    out.element("del", &[], old);
                }
                if !new.is_empty() {
                    out.element("ins", &[], new);
                }
            }
        }
    }
}
