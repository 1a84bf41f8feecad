//! The same, over and over.

use super::Fault;
use crate::rules::Rule;

/// So often is no manner of speaking, and so often no sentence is said.
const TIMES: usize = 6;
const TIMES_OF_A_SENTENCE: usize = 3;

/// So many characters are a sentence, and so many the longest that is looked for.
const SENTENCE: usize = 12;
const LONGEST: usize = 120;

/// A model that has lost its way says the same over and over.
pub(super) fn repetition(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let characters: Vec<char> = draft.chars().collect();
    for length in 2..=(characters.len() / TIMES_OF_A_SENTENCE).min(LONGEST) {
        let times = if length < SENTENCE { TIMES } else { TIMES_OF_A_SENTENCE };
        let again = |place: usize| characters[place] == characters[place - length];
        // So many characters on end are those that stand `length` before them.
        let needed = length * (times - 1);
        let mut from = length;
        while from + needed <= characters.len() {
            // From behind: most texts are passed over in steps of `needed`.
            if let Some(other) = (from..from + needed).rev().find(|place| !again(*place)) {
                from = other + 1;
                continue;
            }
            let mut end = from + needed;
            loop {
                let unit = &characters[end - length..end];
                // Rows of dots and the like are the source's.
                if has_three_different(unit) && !source.contains(&unit.iter().collect::<String>().repeat(2)) {
                    let unit: String = unit.iter().collect();
                    faults.push(Fault::error(Rule::Repetition, format!("`{unit}` is there {times} times on end")));
                    return;
                }
                if end == characters.len() || !again(end) {
                    break;
                }
                end += 1;
            }
            from = end + 1;
        }
    }
}

fn has_three_different(characters: &[char]) -> bool {
    let Some((first, rest)) = characters.split_first() else { return false };
    let second = rest.iter().find(|c| *c != first);
    second.is_some_and(|second| rest.iter().any(|c| c != first && c != second))
}
