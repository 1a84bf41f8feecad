//! Where people and source disagree about an edition: kept beside it, until somebody has seen to it.

use std::path::Path;

use nekoyaku::update::{Conflict, Merged};

use super::failure::Failure;
use super::output;

/// What is kept of the edition at `path`; nothing where that cannot be read: it is what a person would
/// find out by reading.
pub(crate) fn of(path: &Path) -> Vec<Conflict> {
    output::conflicts(path).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Those that there are after an update to `source`: those of before that are not settled, and new ones.
pub(crate) fn after(path: &Path, merged: &Merged, source: &str) -> Vec<Conflict> {
    let new = Conflict::of(merged, source);
    let is_open =
        |old: &Conflict| old.may_be_open(source, &merged.text) && !new.iter().any(|new| new.edition == old.edition);
    let mut all: Vec<Conflict> = of(path).into_iter().filter(is_open).collect();
    all.extend(new);
    all
}

/// Keep them for the edition at `path`.
pub(crate) fn keep(path: &Path, conflicts: &[Conflict]) -> Result<(), Failure> {
    if conflicts.is_empty() {
        return output::keep_conflicts(path, None);
    }
    let text = serde_json::to_string_pretty(conflicts).map_err(|error| Failure::of(&error))?;
    output::keep_conflicts(path, Some(&text))
}
