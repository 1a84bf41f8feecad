//! Tags in HTML, as far as addresses in them go.

use std::ops::Range;

/// The tags and comments in `text`, in order.
pub(super) fn tags(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut ends) = (0, true);
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        let rest = &text[open..];
        let length = if rest.starts_with("<!--") {
            // One that has no end has none further on.
            let end = if ends { rest.find("-->") } else { None };
            ends &= end.is_some();
            end.map(|end| end + 3)
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            tag_length(rest)
        } else {
            None
        };
        // A `<` that begins nothing is text.
        let Some(length) = length else {
            at = open + 1;
            continue;
        };
        found.push(open..open + length);
        at = open + length;
    }
    found
}

/// No tag is longer: text with many quotes in it is not gone through again for each `<`.
const LONGEST: usize = 4096;

/// The length of the tag `text` begins with; quotes may hold a `>`.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') if at > 0 => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// A tag's name.
pub(super) fn name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// The attributes of a tag that have a value: the name, and the bytes of the value without its quotes.
pub(super) fn attributes(tag: &str) -> Vec<(&str, Range<usize>)> {
    let bytes = tag.as_bytes();
    let is_blank = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_whitespace);
    let mut found = Vec::new();
    let mut at = 1 + name(tag).len();
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && !is_blank(at) && !matches!(bytes[at], b'=' | b'>' | b'/' | b'"' | b'\'') {
            at += 1;
        }
        let end = at;
        let mut value = at;
        while is_blank(value) {
            value += 1;
        }
        if end == start || bytes.get(value) != Some(&b'=') {
            at = if end == start { at + 1 } else { end };
            continue;
        }
        value += 1;
        while is_blank(value) {
            value += 1;
        }
        let (from, to) = match bytes.get(value) {
            Some(quote @ (b'"' | b'\'')) => {
                let close = tag[value + 1..].find(char::from(*quote)).map_or(tag.len(), |close| value + 1 + close);
                (value + 1, close)
            }
            _ => {
                let close = tag[value..].find(|c: char| c.is_ascii_whitespace() || c == '>');
                (value, close.map_or(tag.len(), |close| value + close))
            }
        };
        found.push((&tag[start..end], from..to));
        at = to + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_places() {
        let tag = "<a  href = 'u>v' x target=\"_b\" data-y=猫/ z>";
        let seen: Vec<_> = attributes(tag).into_iter().map(|(name, value)| (name, &tag[value])).collect();
        assert_eq!(seen, [("href", "u>v"), ("target", "_b"), ("data-y", "猫/")]);
        assert_eq!(attributes("<a href=\"没有"), [("href", 9..15)]);
        assert!(attributes("<").is_empty() && attributes("</p>").is_empty());
    }

    #[test]
    fn tags_are_told_from_text() {
        let text = "<p>1 < 2 <b a='>'>猫</b><!-- <i> --><";
        let seen: Vec<_> = tags(text).into_iter().map(|tag| &text[tag]).collect();
        assert_eq!(seen, ["<p>", "<b a='>'>", "</b>", "<!-- <i> -->"]);
    }
}
