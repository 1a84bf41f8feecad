//! Answers that are no JSON: `=== b0 ===` and the lines below, or plain text.

use super::keys::Keys;
use super::object::{Entry, Found};

/// `=== b0 ===` and the lines below, as often as there are.
pub(super) fn sections(answer: &str, keys: &Keys<'_>) -> Found {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in answer.lines() {
        if let Some(name) = name_of(line).filter(|name| keys.asked(name).is_some() || keys.is_of_another(name)) {
            sections.push((name, Vec::new()));
        } else if line.trim_start().starts_with("```") {
            // A fence around one or all of them.
        } else if let Some((_, lines)) = sections.last_mut() {
            lines.push(line);
        }
    }
    let is_foreign = !sections.is_empty();
    let own = sections.into_iter().filter_map(|(name, lines)| Some((keys.asked(name)?, lines)));
    let entries: Vec<Entry> =
        own.map(|(key, lines)| (key.to_owned(), Ok(lines.join("\n").trim().to_owned()))).collect();
    let objects = if entries.is_empty() { Vec::new() } else { vec![entries] };
    Found { is_foreign: is_foreign && objects.is_empty(), objects, has_other: false }
}

/// What stands between the signs of `=== b0 ===`, which some models make bold.
fn name_of(line: &str) -> Option<&str> {
    line.trim().trim_matches('*').trim().strip_prefix("===")?.strip_suffix("===")
}

/// The text inside of a fence around all of it, which may not have been closed.
pub(super) fn without_fence(answer: &str) -> &str {
    let Some(inside) = answer.strip_prefix("```") else { return answer };
    let inside = inside.trim_end();
    let inside = inside.strip_suffix("```").unwrap_or(inside);
    inside.split_once('\n').map_or(inside, |(_, text)| text).trim_end_matches('\n')
}
