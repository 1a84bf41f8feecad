//! The object an answer has in it, wherever it begins and however deep it lies.

use super::ReplyFault;
use super::keys::Keys;
use super::scan::{Value, scan, unescaped};

/// How often an answer may be looked at as a whole: so many beginnings one with a preamble can sanely
/// have, and a million braces take no longer.
const LOOKS: usize = 16;

/// What models call a text where they put it into an object of its own.
const NAMES_OF_A_TEXT: [&str; 9] =
    ["text", "translation", "translated", "translated_text", "ja", "japanese", "target", "value", "content"];

/// What they call its key there.
const NAMES_OF_A_KEY: [&str; 4] = ["id", "key", "segment", "name"];

/// A key, and its text or why it is none.
pub(super) type Entry = (String, Result<String, ReplyFault>);

/// What an answer has for the keys.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Of each object of the answer that has one of the keys, its entries.
    pub(super) objects: Vec<Vec<Entry>>,
    /// Whether there is an object with texts that has none.
    pub(super) has_other: bool,
    /// Whether that is one with keys that are asked for elsewhere.
    pub(super) is_foreign: bool,
}

impl Found {
    /// This, or what else there is where this has none of the keys.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if !self.objects.is_empty() {
            return self;
        }
        let other = other();
        Self {
            is_foreign: self.is_foreign || other.is_foreign,
            has_other: self.has_other || other.has_other,
            objects: other.objects,
        }
    }
}

/// Whether `text` is a JSON value and nothing else.
pub(super) fn is_nothing_else(text: &str) -> bool {
    let scanned = scan(text);
    let is_one = matches!(scanned.value, Value::Object(_) | Value::List(_));
    is_one && scanned.whole && text[scanned.length..].trim().is_empty()
}

/// Look for objects with one of the keys.
pub(super) fn find(answer: &str, keys: &Keys<'_>) -> Found {
    let found = find_in(answer, keys);
    // A string that is JSON itself, with or without its quotes.
    if found.objects.is_empty() && answer.contains("\\\"") {
        let inner = find_in(&unescaped(answer), keys);
        if !inner.objects.is_empty() {
            return inner;
        }
    }
    found
}

fn find_in(answer: &str, keys: &Keys<'_>) -> Found {
    let mut found = Found::default();
    for value in values(answer).0 {
        take(&value, keys, &mut found);
    }
    found
}

/// The objects and lists of a text, those within others left out, and how many bytes were looked at.
fn values(text: &str) -> (Vec<Value>, usize) {
    let (mut values, mut at, mut looked) = (Vec::new(), 0, 0);
    while let Some(begin) = text[at..].find(['{', '[']).map(|begin| at + begin) {
        if looked > text.len().saturating_mul(LOOKS) {
            break;
        }
        let scanned = scan(&text[begin..]);
        looked += scanned.length;
        // An object that is torn before its first key may have been no beginning. Any other has its
        // insides for itself: JSON in a text whose quotes are not escaped is no answer.
        let has_begun = !matches!(&scanned.value, Value::Object(entries) if entries.is_empty());
        at = if scanned.whole || has_begun { begin + scanned.length.max(1) } else { begin + 1 };
        values.push(scanned.value);
    }
    (values, looked)
}

/// Take from a value what is for the keys: of an object that has some, all of it; else of what lies in
/// it.
fn take(value: &Value, keys: &Keys<'_>, found: &mut Found) {
    let entries = entries(value, keys, found);
    if !entries.is_empty() {
        found.objects.push(entries);
    }
}

fn entries(value: &Value, keys: &Keys<'_>, found: &mut Found) -> Vec<Entry> {
    match value {
        Value::Object(object) => {
            let asked = |(name, value): &(String, Value)| Some((keys.asked(name)?.to_owned(), value.clone()));
            let own: Vec<(String, Value)> = object.iter().filter_map(asked).collect();
            if !own.is_empty() {
                return own.into_iter().map(|(key, value)| entry(key, &value)).collect();
            }
            if let Some(entry) = record(object, keys, found) {
                return vec![entry];
            }
            found.is_foreign |= object.iter().any(|(name, _)| keys.is_of_another(name));
            found.has_other |= object.iter().any(|(_, value)| matches!(value, Value::Text(_)));
            object.iter().flat_map(|(_, value)| entries(value, keys, found)).collect()
        }
        Value::List(values) => values.iter().flat_map(|value| entries(value, keys, found)).collect(),
        // `{"translations": "{\"b0\": …}"}`
        Value::Text(text) if text.trim_start().starts_with(['{', '[']) => match scan(text.trim_start()).value {
            inner @ (Value::Object(_) | Value::List(_)) if !has_json_text(&inner) => entries(&inner, keys, found),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether there is JSON in the JSON in the JSON.
fn has_json_text(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(_, value)| has_json_text(value)),
        Value::List(values) => values.iter().any(has_json_text),
        Value::Text(text) => text.trim_start().starts_with(['{', '[']),
        _ => false,
    }
}

fn entry(key: String, value: &Value) -> Entry {
    let text = match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Object(object) => text_of(object).map_or_else(|| Err(ReplyFault::NotText(key.clone())), Ok),
        Value::Torn => Err(ReplyFault::Torn(key.clone())),
        _ => Err(ReplyFault::NotText(key.clone())),
    };
    (key, text)
}

/// `{"id": "b0", "text": "猫"}`; and `{"translation": "猫"}` where nothing else was asked for.
fn record(object: &[(String, Value)], keys: &Keys<'_>, found: &mut Found) -> Option<Entry> {
    let mut named = object.iter().filter_map(|(name, value)| match value {
        Value::Text(key) if is_one_of(name, &NAMES_OF_A_KEY) => Some(key),
        _ => None,
    });
    let key = match named.next() {
        Some(name) => {
            found.is_foreign |= keys.is_of_another(name);
            keys.asked(name)?
        }
        None => keys.only()?,
    };
    let text = text_of(object)?;
    Some((key.to_owned(), Ok(text)))
}

/// The one text of an object that says which of its values is the text.
fn text_of(object: &[(String, Value)]) -> Option<String> {
    let mut texts = object.iter().filter(|(name, _)| is_one_of(name, &NAMES_OF_A_TEXT));
    match (texts.next(), texts.next()) {
        (Some((_, Value::Text(text))), None) => Some(text.clone()),
        _ => None,
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_braces_are_twice_the_work() {
        for piece in
            ["{", "[", "{\"", "{\"a\":", "{\"a\":\"", "{a:{", "[[{\"a\":[", "{\"a\":1,", "{\"a\\", "{/*", "{'a':'"]
        {
            let looked = |size: usize| values(&piece.repeat(size / piece.len())).1;
            let (once, twice) = (looked(1 << 16), looked(1 << 17));
            assert!(twice <= once * 2 + once / 4, "{piece}: {once}, {twice}");
            assert!(twice <= (LOOKS + 1) << 17, "{piece}: {twice}");
        }
    }
}
