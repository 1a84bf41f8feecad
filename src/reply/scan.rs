//! JSON as models write it, read in one pass and never past its end.
//!
//! Control characters inside strings, commas before a bracket, comments, quotes that a word
//! processor would set, quotes of Python, keys without any: all of these are put up with. What is
//! not put up with is doubt about where a text ends. A text counts only where what follows it can
//! follow a text: the end of its object, or the next key. So one that was cut off, or that has quotes
//! of its own in it, is torn and never taken.

/// So deep is no answer; below this nothing is read.
const DEEPEST: usize = 32;

/// So long is no key.
const LONGEST_KEY: usize = 64;

/// A value, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Its keys in the order in which they came, those that came twice twice.
    Object(Vec<(String, Value)>),
    List(Vec<Value>),
    /// A number, `true`, `null`.
    Other,
    /// It does not end, or not where it seems to.
    Torn,
}

/// A value read from the beginning of a text.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) value: Value,
    /// Whether it was there to its end.
    pub(super) whole: bool,
    /// How many bytes were looked at.
    pub(super) length: usize,
}

/// Read the value that `text` begins with.
pub(super) fn scan(text: &str) -> Scanned {
    let mut scanner = Scanner { text, at: 0, torn: false };
    let value = scanner.value(0);
    Scanned { value, whole: !scanner.torn, length: scanner.at }
}

/// What `text`, the inside of a JSON string, says: `{\"b0\": …}` becomes `{"b0": …}`.
pub(super) fn unescaped(text: &str) -> String {
    let mut scanner = Scanner { text, at: 0, torn: false };
    let mut read = String::with_capacity(text.len());
    while let Some(c) = scanner.next() {
        match c {
            '\\' => scanner.escape(&mut read),
            c => read.push(c),
        }
    }
    read
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    // Nothing is read after what is torn: nobody knows what it belongs to.
    torn: bool,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn tear(&mut self) -> Value {
        self.torn = true;
        Value::Torn
    }

    /// Blanks and comments.
    fn skip(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let end = match self.rest() {
                rest if rest.starts_with("//") => rest.find('\n'),
                rest if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
                _ => return,
            };
            self.at += end.unwrap_or(self.rest().len());
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.peek() {
            _ if depth > DEEPEST => self.tear(),
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some('"' | '\'' | '“') => self.string().map_or_else(|| self.tear(), Value::Text),
            Some(c) if is_of_a_literal(c) => {
                self.at += self.rest().find(|c| !is_of_a_literal(c)).unwrap_or(self.rest().len());
                Value::Other
            }
            _ => self.tear(),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut entries = Vec::new();
        self.takes('{');
        loop {
            self.skip();
            if self.takes('}') {
                break;
            }
            let Some(name) = self.key() else {
                self.torn = true;
                break;
            };
            self.skip();
            let value = self.value(depth + 1);
            if self.torn {
                entries.push((name, value));
                break;
            }
            self.skip();
            if !self.peek().is_some_and(|c| c == '}' || c == ',' && self.is_followed_by_a_key()) {
                // What is nested has its own end.
                let ended = matches!(value, Value::Object(_) | Value::List(_));
                self.torn = true;
                entries.push((name, if ended { value } else { Value::Torn }));
                break;
            }
            entries.push((name, value));
            self.takes(',');
        }
        Value::Object(entries)
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut values = Vec::new();
        self.takes('[');
        loop {
            self.skip();
            if self.takes(']') {
                break;
            }
            values.push(self.value(depth + 1));
            self.skip();
            if !self.torn && !self.takes(',') && self.peek() != Some(']') {
                self.torn = true;
            }
            if self.torn {
                break;
            }
        }
        Value::List(values)
    }

    /// Whether behind this comma comes a key, or the end of what there is.
    fn is_followed_by_a_key(&self) -> bool {
        let mut ahead = Scanner { text: self.text, at: self.at, torn: false };
        ahead.takes(',');
        ahead.skip();
        match ahead.peek() {
            None | Some('}') => true,
            Some(_) => {
                let rest = ahead.rest();
                let is_cut = rest.len() < LONGEST_KEY && rest.starts_with('"') && rest[1..].chars().all(is_of_a_name);
                is_cut || ahead.key().is_some()
            }
        }
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Option<String> {
        let name = match self.peek()? {
            '"' => self.string()?,
            c => {
                let quoted = is_quote(c);
                if quoted {
                    self.next();
                }
                let rest = self.rest();
                let end = rest.find(|c| !(is_of_a_name(c) || quoted && c == ' '))?;
                let name = rest[..end].to_owned();
                self.at += end;
                if quoted && !self.next().is_some_and(is_quote) {
                    return None;
                }
                name
            }
        };
        self.skip();
        let is_key = !name.is_empty() && self.takes(':');
        is_key.then_some(name)
    }

    /// A string to its closing quote; none where it has none.
    fn string(&mut self) -> Option<String> {
        let close = match self.next()? {
            '“' => '”',
            quote => quote,
        };
        let mut text = String::new();
        loop {
            let Some(plain) = self.rest().find(['\\', close]) else {
                self.at = self.text.len();
                return None;
            };
            text.push_str(&self.rest()[..plain]);
            self.at += plain;
            if self.next()? == close {
                return Some(text);
            }
            self.escape(&mut text);
        }
    }

    /// What comes behind a backslash. One that means nothing in JSON, `\d`, is itself; so are `\b` and
    /// `\f`, whose control characters no text has.
    fn escape(&mut self, text: &mut String) {
        match self.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(c @ ('"' | '\'' | '\\' | '/')) => text.push(c),
            Some('u') => text.push(self.unicode()),
            Some(c) => text.extend(['\\', c]),
            None => text.push('\\'),
        }
    }

    /// The character that the four digits behind `\u` stand for, its partner taken along; half a pair is
    /// none.
    fn unicode(&mut self) -> char {
        let Some(first) = self.unit() else { return char::REPLACEMENT_CHARACTER };
        if (0xd800..0xdc00).contains(&first) {
            let before = self.at;
            if self.rest().starts_with("\\u") {
                self.at += 2;
                if let Some(second @ 0xdc00..0xe000) = self.unit() {
                    let code = 0x10000 + (u32::from(first - 0xd800) << 10) + u32::from(second - 0xdc00);
                    return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
            }
            self.at = before;
        }
        char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let unit = u16::from_str_radix(digits, 16).ok();
        self.at += 4;
        unit
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '＂' | '`')
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_of_a_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    fn object(entries: &[(&str, Value)]) -> Value {
        Value::Object(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn what_json_is_is_read_as_json_is() {
        let json = r#" {"a": "一\n\"二\"\u732b\ud83d\ude00\/", "b": [1, -2.5e9, true, null, {}], "c": {"d": ""}} "#;
        let scanned = scan(json.trim_start());
        let list = Value::List(vec![Value::Other, Value::Other, Value::Other, Value::Other, object(&[])]);
        let whole = object(&[("a", text("一\n\"二\"猫😀/")), ("b", list), ("c", object(&[("d", text(""))]))]);
        assert_eq!((scanned.value, scanned.whole), (whole, true));
        assert_eq!(scanned.length, json.trim().len());
    }

    #[test]
    fn a_text_counts_only_where_it_surely_ends() {
        for (json, entries) in [
            (r#"{"a": "猫""#, &[("a", Value::Torn)][..]),
            (r#"{"a": "猫", "b": "彼は"犬"と", "c": "訳"}"#, &[("a", text("猫")), ("b", Value::Torn)]),
            (r#"{"a": "彼は", "犬"と", "b": "訳"}"#, &[("a", Value::Torn)]),
            (r"{'a': 'What's new', 'b': '訳'}", &[("a", Value::Torn)]),
            (r#"{"a": "猫", "b": "途"#, &[("a", text("猫")), ("b", Value::Torn)]),
            (r#"{"a": "猫", "b"#, &[("a", text("猫"))]),
            (r#"{"a": "猫","#, &[("a", text("猫"))]),
            (r#"{"a": {"b": "猫"} "c""#, &[("a", object(&[("b", text("猫"))]))]),
        ] {
            let scanned = scan(json);
            assert_eq!((scanned.value, scanned.whole), (object(entries), false), "{json}");
        }
    }

    #[test]
    fn half_a_pair_is_a_character_that_cannot_be_read() {
        for (written, read) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ud83d\u732b""#, "\u{fffd}猫"),
            (r#""\udc00x""#, "\u{fffd}x"),
            (r#""\u12""#, "\u{fffd}12"),
            (r#""\d+\(\f""#, "\\d+\\(\\f"),
        ] {
            assert_eq!(scan(written).value, text(read), "{written}");
        }
    }

    #[test]
    fn nothing_is_too_deep() {
        for deep in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 20)] {
            let scanned = scan(&deep);
            assert!(!scanned.whole && scanned.length < 200);
        }
    }
}
