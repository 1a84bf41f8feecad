//! A model's answer, taken apart. An answer may be anything, and reading it never fails: it gives
//! drafts, and says what is missing.

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

use crate::request::Format;

/// Why there is no draft for a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyFault {
    /// The answer is empty.
    #[error("the answer is empty")]
    Empty,
    /// The answer does not have the form that was asked for.
    #[error("the answer is not in the form that was asked for")]
    Shapeless,
    /// The key is not in the answer.
    #[error("the answer has no `{0}`")]
    Missing(String),
    /// The key is in the answer more than once, with different texts.
    #[error("the answer has `{0}` more than once")]
    Doubled(String),
    /// The value is no text.
    #[error("`{0}` is not a text")]
    NotText(String),
}

/// Read an answer: for each of `keys` a draft, or why there is none.
///
/// Thinking (`<think>…</think>`), code fences and words before and after the answer are put up with.
///
/// ```
/// # use nekoyaku::{reply::read, request::Format};
/// let answer = "<think>どう訳すか…</think>Sure!\n```json\n{\"b0\": \"こんにちは\"}\n```";
/// let drafts = read(answer, &["b0".into(), "b1".into()], Format::Object);
/// assert_eq!(drafts[0].as_deref(), Ok("こんにちは"));
/// assert_eq!(drafts[1].as_ref().unwrap_err().to_string(), "the answer has no `b1`");
/// ```
pub fn read(answer: &str, keys: &[String], format: Format) -> Vec<Result<String, ReplyFault>> {
    let answer = without_thinking(answer).trim_start_matches('\u{feff}').trim();
    if answer.is_empty() {
        return vec![Err(ReplyFault::Empty); keys.len()];
    }
    // A model may answer in the other form; what is there counts.
    let entries = match format {
        Format::Tagged | Format::Plain => sections(answer).or_else(|| object(answer, keys)),
        Format::Schema | Format::Object => object(answer, keys).or_else(|| sections(answer)),
    };
    let Some(entries) = entries else {
        // One segment, asked for as text: the text is the answer, unless it tried to be something else.
        let text = without_fence(answer);
        if let ([key], Format::Tagged | Format::Plain) = (keys, format)
            && !text.starts_with(['{', '['])
            && !text.trim_start_matches(['*', '=', ' ', '`', '"', '\'', '#']).starts_with(key.as_str())
        {
            return vec![Ok(text.to_owned())];
        }
        return vec![Err(ReplyFault::Shapeless); keys.len()];
    };
    keys.iter().map(|key| draft(key, &entries)).collect()
}

fn draft(key: &str, entries: &[(String, Option<String>)]) -> Result<String, ReplyFault> {
    let mut found = entries.iter().filter(|(name, _)| name == key).map(|(_, text)| text);
    let first = found.next().ok_or_else(|| ReplyFault::Missing(key.to_owned()))?;
    if found.any(|other| other != first) {
        return Err(ReplyFault::Doubled(key.to_owned()));
    }
    first.clone().ok_or_else(|| ReplyFault::NotText(key.to_owned()))
}

/// Reasoning models of some servers think aloud before they answer.
fn without_thinking(answer: &str) -> &str {
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        let begins = answer.trim_start().starts_with(open);
        // Some servers swallow the opening tag; in an answer that has begun it is the text's own.
        let before_answer = |end: usize| !answer[..end].contains('{') && !answer[..end].contains("=== b");
        if let Some(end) = answer.find(close).filter(|end| begins || before_answer(*end)) {
            return &answer[end + close.len()..];
        }
        if begins {
            return "";
        }
    }
    answer
}

fn without_fence(answer: &str) -> &str {
    let Some(inside) = answer.strip_prefix("```").and_then(|rest| rest.trim_end().strip_suffix("```")) else {
        return answer;
    };
    inside.split_once('\n').map_or(inside, |(_, text)| text).trim_end_matches('\n')
}

/// Entries of a JSON object with one of the keys, wherever it begins; where there is none, those of
/// any object with texts in it: an answer to something else.
fn object(answer: &str, keys: &[String]) -> Option<Vec<(String, Option<String>)>> {
    let (mut found, mut other) = (None, None);
    let mut rest = answer;
    // As many beginnings as an answer with a preamble can sanely have.
    for _ in 0..16 {
        let Some(at) = rest.find('{') else { break };
        rest = &rest[at..];
        let read = first_object(rest).or_else(|| first_object(&with_escaped_controls(rest)));
        let Some((object, length)) = read else {
            rest = &rest[1..];
            continue;
        };
        if other.is_none() {
            let texts = object.0.iter().filter(|(_, value)| matches!(value, Value::Text(_)));
            let names: Vec<_> = texts.map(|(name, _)| (name.clone(), None)).collect();
            other = Some(names).filter(|names| !names.is_empty());
        }
        // Of a draft and a final version, the last word counts.
        found = entries_of(object, keys).or(found);
        rest = rest.get(length..).unwrap_or_default();
    }
    found.or(other)
}

fn entries_of(object: Object, keys: &[String]) -> Option<Vec<(String, Option<String>)>> {
    if object.0.iter().any(|(name, _)| keys.contains(name)) {
        let entries = object.0.into_iter().map(|(name, value)| match value {
            Value::Text(text) => (name, Some(text)),
            _ => (name, None),
        });
        return Some(entries.collect());
    }
    // `{"translations": {"b0": …}}`
    object.0.into_iter().find_map(|(_, value)| match value {
        Value::Object(inner) => entries_of(inner, keys),
        _ => None,
    })
}

/// The object `text` begins with, and how many bytes it takes.
fn first_object(text: &str) -> Option<(Object, usize)> {
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<Object>();
    let object = objects.next()?.ok()?;
    Some((object, objects.byte_offset()))
}

/// Some grammars let control characters through inside of strings, which JSON does not allow.
fn with_escaped_controls(text: &str) -> String {
    let (mut escaped, mut in_string, mut after_backslash) = (String::with_capacity(text.len()), false, false);
    for c in text.chars() {
        if in_string && c.is_ascii_control() {
            escaped += &format!("\\u{:04x}", c as u32);
        } else {
            escaped.push(c);
        }
        in_string ^= c == '"' && !(in_string && after_backslash);
        after_backslash = c == '\\' && !after_backslash;
    }
    escaped
}

/// `=== b0 ===` and the lines below, as often as there are.
fn sections(answer: &str) -> Option<Vec<(String, Option<String>)>> {
    let key_of = |line: &str| -> Option<String> {
        let key = line.trim().strip_prefix("===")?.strip_suffix("===")?.trim();
        (key.starts_with('b') && key[1..].bytes().all(|byte| byte.is_ascii_digit())).then(|| key.to_owned())
    };
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for line in answer.lines() {
        if let Some(key) = key_of(line) {
            found.push((key, Vec::new()));
        } else if line.trim_start().starts_with("```") {
            // A fence around one or all of them.
        } else if let Some((_, lines)) = found.last_mut() {
            lines.push(line);
        }
    }
    let entries: Vec<_> =
        found.into_iter().map(|(key, lines)| (key, Some(lines.join("\n").trim().to_owned()))).collect();
    (!entries.is_empty()).then_some(entries)
}

/// A JSON object that remembers keys that are there twice.
struct Object(Vec<(String, Value)>);

enum Value {
    Text(String),
    Object(Object),
    Other,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                Object::deserialize(de::value::MapAccessDeserializer::new(map)).map(Value::Object)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
                while list.next_element::<Value>()?.is_some() {}
                Ok(Value::Other)
            }
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
                Ok(Value::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: usize) -> Vec<String> {
        (0..count).map(|place| format!("b{place}")).collect()
    }

    #[test]
    fn the_answer_is_found_in_what_is_around_it() {
        for answer in [
            "{\"b0\":\"猫\",\"b1\":\"訳\"}",
            "```json\n{\"b0\":\"猫\",\"b1\":\"訳\"}\n```\nDone.",
            "以下が {訳文} です：{\"b0\":\"猫\",\"b1\":\"訳\"} 以上",
            "<think>{\"b0\":\"犬\"}</think>{\"b0\":\"猫\",\"b1\":\"訳\"}",
            "{\"b0\":\"犬\",\"b1\":\"下書き\"} Final: {\"b0\":\"猫\",\"b1\":\"訳\"}",
            "考え中</think>\n{\"b0\":\"猫\",\"b1\":\"訳\"}",
            "{\"translations\":{\"b0\":\"猫\",\"b1\":\"訳\"}}",
            "=== b0 ===\n猫\n\n=== b1 ===\n訳\n",
            "Here you are:\n```\n=== b0 ===\n猫\n=== b1 ===\n訳\n```",
        ] {
            for format in [Format::Object, Format::Tagged] {
                let drafts = read(answer, &keys(2), format);
                assert_eq!(drafts, [Ok("猫".to_owned()), Ok("訳".to_owned())], "{answer}");
            }
        }
    }

    #[test]
    fn the_end_of_thinking_in_a_text_is_text() {
        let drafts = read("{\"b0\":\"<c1></think></c1> タグ\"}", &keys(1), Format::Object);
        assert_eq!(drafts, [Ok("<c1></think></c1> タグ".to_owned())]);
    }

    #[test]
    fn what_is_good_is_kept_and_what_is_missing_is_named() {
        let drafts = read("{\"b0\":\"猫\",\"b1\":1,\"b2\":\"甲\",\"b2\":\"乙\"}", &keys(4), Format::Object);
        assert_eq!(drafts[0], Ok("猫".to_owned()));
        assert_eq!(drafts[1], Err(ReplyFault::NotText("b1".to_owned())));
        assert_eq!(drafts[2], Err(ReplyFault::Doubled("b2".to_owned())));
        assert_eq!(drafts[3], Err(ReplyFault::Missing("b3".to_owned())));
    }

    #[test]
    fn anything_is_an_answer() {
        for answer in
            ["", " \n", "{", "{\"b0\":\"猫", "null", "[1,2]", "}{", "<think>", "```", "\u{feff}", "{\"b0\":\"a\nb\"}"]
        {
            let drafts = read(answer, &keys(1), Format::Object);
            assert_eq!(drafts.len(), 1);
        }
        assert_eq!(read("{\"b0\":\"一\n二\"}", &keys(1), Format::Object), [Ok("一\n二".to_owned())]);
        assert_eq!(read("```\n猫\n```", &keys(1), Format::Tagged), [Ok("猫".to_owned())]);
        for debris in ["[\"猫\"]", "{\"b0\": \"彼は\"猫\"と\"}", "b0: 猫", "**b0** 猫", "== b0 == 猫", "{'b0': '猫'}"]
        {
            assert_eq!(read(debris, &keys(1), Format::Tagged), [Err(ReplyFault::Shapeless)], "{debris}");
        }
    }
}
