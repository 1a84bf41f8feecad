//! What is kept, looked for without the library's help.

use std::collections::BTreeMap;

use nekoyaku::blocks::{Dialect, Reading, UNTRANSLATED};
use nekoyaku::keep::Keep;
use nekoyaku::profile::Profile;
use regex::Regex;

/// Words, numbers, and two that find what is markup elsewhere.
const KEPT: [&str; 6] = ["Python", "周刊", "分享", r"\d+\.\d+", r"\*+", r"\[x\]"];

/// A profile that keeps [`KEPT`] and reads every dialect.
pub(crate) fn profile() -> Profile {
    let keep = Keep::new(&KEPT.map(str::to_owned)).expect("patterns");
    Profile { keep, markdown: Dialect { math: true, definition_lists: true }, ..Profile::default() }
}

/// What [`KEPT`] finds in a text of the source is in the edition's, and so often at least.
pub(crate) fn kept_stays(source: &str, edition: &str, dialect: Dialect) -> Result<usize, String> {
    let (ours, theirs) = (Reading::new(dialect).parse(source), Reading::new(dialect).parse(edition));
    let patterns = KEPT.map(|pattern| Regex::new(pattern).expect("a pattern"));
    let mut seen = 0;
    for leaf in 0..ours.leaves.len() {
        // Beside the mark of what was left, stars may find another pair.
        if edition[theirs.leaves[leaf].span.range()].ends_with(UNTRANSLATED) {
            continue;
        }
        let translated = theirs.inline(edition, leaf).plain_text();
        let mut wanted = BTreeMap::<&str, usize>::new();
        for (text, span) in ours.inline(source, leaf).texts() {
            // What is spelled in another way is no text to a pattern.
            if text == &source[span.range()] {
                for found in patterns.iter().flat_map(|pattern| pattern.find_iter(text)) {
                    *wanted.entry(found.as_str()).or_default() += 1;
                }
            }
        }
        for (kept, times) in wanted {
            let found = translated.matches(kept).count();
            if found < times {
                return Err(format!("{kept:?} is there {times} times, and {found} times in {translated:?}"));
            }
            seen += times;
        }
    }
    Ok(seen)
}
