//! The translation of another text.

use std::collections::HashSet;

use super::{Fault, words};
use crate::rules::Rule;
use crate::script::is_han;

/// None of the names of the source, and other ones instead: the answer to another question.
///
/// A name is a Latin word with a capital or a digit in it: words like `star` are translated.
pub(super) fn other_segment(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let ours = names(source);
    if ours.is_empty() {
        return;
    }
    // `Python3` is in `Python 3`, `VSCode` in `VS Code`.
    let squeezed_draft = squeezed(draft);
    if ours.iter().any(|word| squeezed_draft.contains(word)) {
        return;
    }
    let (source, theirs) = (squeezed(source), names(draft));
    let nothing_shared = !theirs.iter().any(|word| source.contains(word));
    if nothing_shared && (ours.len() >= 3 || !theirs.is_empty()) {
        let message = format!(
            "nothing of {} is in the translation: is it of another text?",
            ours[..ours.len().min(5)].join(", ")
        );
        faults.push(Fault::error(Rule::OtherSegment, message));
    }
}

/// A draft that shares much more with another text of the same request than with its own: models that
/// merge two segments give each later one the translation of the next.
///
/// Words in Latin letters and Han characters are compared. Of 292 published translations one is taken
/// for another's; of 288 moved by one place, 158 are found.
pub fn of_another_text(draft: &str, own: &str, others: &[&str]) -> Option<Fault> {
    let draft = features(draft);
    let shared = |text: &str| features(text).intersection(&draft).count();
    let own = shared(own);
    let (best, text) = others.iter().map(|text| (shared(text), text)).max_by_key(|(count, _)| *count)?;
    let elsewhere = (own == 0 && best >= 3) || (best >= 4 && best >= own * 3);
    elsewhere.then(|| {
        let text: String = text.chars().take(20).collect();
        Fault::error(Rule::OtherSegment, format!("this reads as the translation of another text: {text}…"))
    })
}

fn features(text: &str) -> HashSet<String> {
    let han = text.chars().filter(|c| is_han(*c)).map(String::from);
    let latin = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 2);
    latin.map(str::to_ascii_lowercase).chain(han).collect()
}

/// Each once, in the order of the alphabet.
fn names(text: &str) -> Vec<String> {
    let is_name = |word: &&str| word.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let mut names: Vec<String> = words(text).filter(is_name).map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn squeezed(text: &str) -> String {
    let bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
    bytes.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}
