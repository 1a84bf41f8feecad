//! What a machine left behind: its own tags, the fields of a template, the marks of a chat.

use std::collections::HashSet;

use super::ground::Ground;
use crate::finding::{Finding, What};
use crate::inline::MarkKind;
use crate::source::Span;
use crate::visible::Visible;

/// What opens and closes such a thing, and how long it is at most.
const PAIRS: [(&str, &str, usize); 4] = [("{{", "}}", 60), ("⟦", "⟧", 24), ("<|", "|>", 40), ("＜", "＞", 24)];

pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let here = places(ground.passage.edition);
    if here.is_empty() {
        return;
    }
    // Newsletters about templates have them, too.
    let known = ground.passage.source.map(places).unwrap_or_default();
    let known: HashSet<&str> = known.into_iter().map(|(_, written)| written).collect();
    for (span, written) in here.into_iter().filter(|(_, written)| !known.contains(written)) {
        found.push(Finding::new(What::Placeholder { text: written.to_owned() }).in_edition(span));
    }
}

/// Such things in a text, and how they are written.
fn places(visible: &Visible) -> Vec<(Span, &str)> {
    let text = visible.text.as_str();
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(['{', '⟦', '<', '＜', '\u{fffd}']).map(|at| from + at) {
        let length = here(&text[at..]);
        places.extend(length.map(|length| (visible.span(at..at + length), &text[at..at + length])));
        from = at + length.unwrap_or_else(|| text[at..].chars().next().map_or(1, char::len_utf8));
    }
    let tags = visible.objects.iter().filter(|object| object.kind == MarkKind::Html && is_tag(&object.raw));
    places.extend(tags.map(|object| (object.span, object.raw.as_str())));
    places
}

/// How long the thing is with which `text` begins.
fn here(text: &str) -> Option<usize> {
    if text.starts_with('\u{fffd}') {
        return Some('\u{fffd}'.len_utf8());
    }
    if let Some(end) = text.as_bytes().iter().take(24).position(|byte| *byte == b'>')
        && is_tag(&text[..=end])
    {
        return Some(end + 1);
    }
    PAIRS.iter().find_map(|(open, close, most)| {
        let inside = text.strip_prefix(open)?;
        let near = inside.char_indices().nth(*most).map_or(inside, |(end, _)| &inside[..end]);
        let end = near.find(close)?;
        let sensible = !near[..end].contains('\n') && (*open != "＜" || is_name(&near[..end]));
        sensible.then_some(open.len() + end + close.len())
    })
}

/// Whether `raw` is `<a1>`, `</b2>`, `<c3/>`: a tag a model is shown, and no heading of HTML.
fn is_tag(raw: &str) -> bool {
    let name = raw.strip_prefix('<').and_then(|raw| raw.strip_suffix('>'));
    name.is_some_and(is_name)
}

fn is_name(name: &str) -> bool {
    let name = name.trim().trim_start_matches(['/', '／']).trim_end_matches('/').trim();
    let digits = name.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let letters = &name[..name.len() - digits.len()];
    let is_heading = letters == "h" && digits.len() == 1;
    (1..=5).contains(&letters.len())
        && !digits.is_empty()
        && digits.len() <= 4
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !is_heading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_machines_leave_is_told_from_text() {
        for text in ["<a1>", "</b2>", "<img12/>", "{{ title }}", "⟦1⟧", "<|im_end|>", "＜／a1＞", "\u{fffd}"] {
            assert_eq!(here(text), Some(text.len()), "{text}");
        }
        for text in ["<h1>", "<br>", "{ }", "{{", "<|", "＜注意＞", "<1>", "<a>", "{{\n}}"] {
            assert_eq!(here(text), None, "{text}");
        }
    }
}
