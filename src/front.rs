//! Front matter: found at the very beginning of a file, changed in place.
//!
//! A changed value keeps its quotes, every other byte stays, and the result is read again to prove
//! that nothing else moved. That is for YAML; TOML, between `+++` lines, is read and never changed.

use std::collections::HashMap;

use crate::source::Span;

/// The front matter of a text.
#[derive(Clone, Debug)]
pub struct Front {
    /// All of it, with both fences and the line end after the closing one.
    pub span: Span,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    Yaml(Yaml),
    Toml(toml::Table),
}

#[derive(Clone, Debug)]
struct Yaml {
    // What lies between the fences.
    inner: Span,
    // By key: the value with its quotes; `None` where it goes over more than one line.
    entries: HashMap<String, Option<Span>>,
    read: serde_yaml::Mapping,
}

/// Why front matter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontError {
    /// It is not YAML, or not a mapping; between `+++` lines, it is not TOML.
    #[error("the front matter cannot be read: {0}")]
    Unreadable(String),
    /// A value whose form we cannot write.
    #[error("the value of `{0}` in the front matter is not on one line with its key")]
    NotOnOneLine(String),
    /// TOML is not written.
    #[error("the front matter is in TOML, which is kept as it is")]
    Kept,
    /// Writing the value would have changed something else.
    #[error("the value of `{0}` cannot be written into the front matter without changing something else")]
    Unwritable(String),
}

/// The length of the byte order mark `text` begins with, or 0.
pub fn mark_length(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Where front matter would be: from the fence `text` begins with to the one that ends it.
pub(crate) fn fences(text: &str) -> Option<Span> {
    let start = mark_length(text);
    let (opening, closing) = fence_lines(text, start)?;
    Some(Span::new(opening.start(), closing.end()))
}

fn fence_lines(text: &str, start: usize) -> Option<(Span, Span)> {
    let mut lines = lines_from(text, start);
    let opening = lines.next()?;
    let closings: &[&str] = match text[opening.range()].trim_end() {
        "---" => &["---", "..."],
        "+++" => &["+++"],
        _ => return None,
    };
    let closing = lines.find(|line| closings.contains(&text[line.range()].trim_end()))?;
    Some((opening, closing))
}

impl Front {
    /// The front matter `text` begins with, after a byte order mark at most.
    ///
    /// # Errors
    ///
    /// [`FrontError::Unreadable`] where there is a block between `---` lines that begins like YAML and
    /// is none, or one between `+++` lines that begins like TOML and is none.
    ///
    /// ```
    /// # use nekoyaku::front::Front;
    /// let text = "---\ntitle: '周刊''s'\n---\n\n正文";
    /// let front = Front::find(text).unwrap().unwrap();
    /// assert_eq!(front.get("title").as_deref(), Some("周刊's"));
    /// assert_eq!(front.with(text, &[("title", "週刊's")]).unwrap(), "---\ntitle: '週刊''s'\n---\n");
    ///
    /// let front = Front::find("+++\ndate = 2024-02-17\n+++\n").unwrap().unwrap();
    /// assert!(front.is_kept() && front.get("date").as_deref() == Some("2024-02-17"));
    /// ```
    pub fn find(text: &str) -> Result<Option<Self>, FrontError> {
        let start = mark_length(text);
        let Some((opening, closing)) = fence_lines(text, start) else { return Ok(None) };
        let is_toml = text[opening.range()].starts_with('+');
        let inner = Span::new(opening.end(), closing.start());
        let between = &text[inner.range()];
        let form = if is_toml {
            read_toml(between)?.map(Form::Toml)
        } else {
            read(between)?.map(|read| Form::Yaml(Yaml { inner, entries: entries(text, inner), read }))
        };
        Ok(form.map(|form| Self { span: Span::new(start, closing.end()), form }))
    }

    /// The value of `key` as text; numbers and dates as they are written.
    pub fn get(&self, key: &str) -> Option<String> {
        match &self.form {
            Form::Yaml(yaml) => match yaml.read.get(key)? {
                serde_yaml::Value::String(text) => Some(text.clone()),
                serde_yaml::Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
            Form::Toml(table) => match table.get(key)? {
                toml::Value::String(text) => Some(text.clone()),
                toml::Value::Integer(number) => Some(number.to_string()),
                toml::Value::Float(number) => Some(number.to_string()),
                toml::Value::Datetime(date) => Some(date.to_string()),
                _ => None,
            },
        }
    }

    /// Whether `key` is there, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        match &self.form {
            Form::Yaml(yaml) => yaml.read.contains_key(key),
            Form::Toml(table) => table.contains_key(key),
        }
    }

    /// Its keys, in the order of the text.
    pub fn keys(&self) -> Vec<String> {
        match &self.form {
            Form::Yaml(yaml) => yaml.read.keys().filter_map(|key| Some(key.as_str()?.to_owned())).collect(),
            Form::Toml(table) => table.keys().cloned().collect(),
        }
    }

    /// Whether `key` is in both with the same value, whatever its quotes.
    pub fn agrees(&self, other: &Self, key: &str) -> bool {
        match (&self.form, &other.form) {
            (Form::Yaml(a), Form::Yaml(b)) => a.read.get(key) == b.read.get(key),
            (Form::Toml(a), Form::Toml(b)) => a.get(key) == b.get(key),
            _ => self.get(key) == other.get(key),
        }
    }

    /// Whether it stays as it is, to the byte: TOML does.
    pub fn is_kept(&self) -> bool {
        matches!(self.form, Form::Toml(_))
    }

    /// Where the value of `key` stands, quotes included; `None` as well where it cannot be changed.
    pub fn place(&self, key: &str) -> Option<Span> {
        match &self.form {
            Form::Yaml(yaml) => *yaml.entries.get(key)?,
            Form::Toml(_) => None,
        }
    }

    /// The front matter with `changes` made: a key that is there gets another value, in its own
    /// quotes; one that is not is added at the end, in the quotes of the title.
    ///
    /// # Errors
    ///
    /// Where a value cannot be replaced without touching anything else.
    pub fn with(&self, text: &str, changes: &[(&str, &str)]) -> Result<String, FrontError> {
        let Form::Yaml(yaml) = &self.form else { return Err(FrontError::Kept) };
        let mut wanted = yaml.read.clone();
        let mut edits: Vec<(Span, String)> = Vec::new();
        let newline = if text[self.span.range()].contains("\r\n") { "\r\n" } else { "\n" };
        let quote = self.place("title").and_then(|place| text[place.range()].chars().next());
        for (key, value) in changes {
            let value = &on_one_line(value);
            wanted.insert((*key).into(), value.as_str().into());
            if let Some(value_place) = yaml.entries.get(*key) {
                let place = value_place.ok_or_else(|| FrontError::NotOnOneLine((*key).to_owned()))?;
                let quote = text[place.range()].chars().next();
                edits.push((place, quoted(value, quote)));
            } else {
                let at = Span::new(yaml.inner.end(), yaml.inner.end());
                edits.push((
                    at,
                    format!("{key}: {}{newline}", quoted(value, quote.filter(|quote| *quote == '"').or(Some('\'')))),
                ));
            }
        }
        edits.sort_by_key(|(span, _)| span.start());
        let mut written = String::new();
        let mut at = self.span.start();
        for (span, value) in edits {
            written.push_str(&text[at..span.start()]);
            written.push_str(&value);
            at = span.end();
        }
        written.push_str(&text[at..self.span.end()]);
        // The proof: read again, it says what was wanted and nothing else.
        let again = Self::find(&written).ok().flatten();
        if again.is_some_and(|again| matches!(again.form, Form::Yaml(yaml) if yaml.read == wanted)) {
            Ok(written)
        } else {
            let keys: Vec<_> = changes.iter().map(|(key, _)| *key).collect();
            Err(FrontError::Unwritable(keys.join("`, `")))
        }
    }
}

/// New front matter with these keys and values; `plain` values are written without quotes.
pub fn compose(entries: &[(&str, &str)], plain: &[&str], newline: &str) -> String {
    let mut text = format!("---{newline}");
    for (key, value) in entries {
        let value = on_one_line(value);
        let value = if plain.contains(key) { value } else { quoted(&value, Some('\'')) };
        text += &format!("{key}: {value}{newline}");
    }
    text + "---" + newline
}

/// A value that YAML can hold between quotes: one line, no control characters.
fn on_one_line(value: &str) -> String {
    let value = value.replace(['\r', '\n', '\t', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    value.chars().filter(|c| !c.is_control() && *c != '\u{feff}').collect()
}

/// The mapping between the fences; `None` where rules stand around ordinary text.
fn read(inner: &str) -> Result<Option<serde_yaml::Mapping>, FrontError> {
    match serde_yaml::from_str(inner) {
        Ok(serde_yaml::Value::Mapping(mapping)) => Ok(Some(mapping)),
        Ok(_) => Ok(None),
        Err(error) => {
            // Text between two rules has no keys in it; broken front matter has.
            let is_key = |line: &str| {
                let key = line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
                key.is_some_and(|(key, _)| {
                    !key.is_empty() && !key.contains(char::is_whitespace) && !key.starts_with('#')
                })
            };
            let has_keys = inner.lines().any(|line| is_key(line.trim_end()));
            if has_keys { Err(FrontError::Unreadable(error.to_string())) } else { Ok(None) }
        }
    }
}

/// The table between the fences; `None` where the fences stand around ordinary text.
fn read_toml(inner: &str) -> Result<Option<toml::Table>, FrontError> {
    match inner.parse::<toml::Table>() {
        // Headings alone are comments in TOML: nothing that has a key is lost.
        Ok(table) => Ok(Some(table).filter(|table| !table.is_empty())),
        Err(error) => {
            let is_pair = |line: &str| {
                let Some((key, value)) = line.split_once('=') else { return false };
                let key = key.trim();
                let is_key = |c: char| c.is_alphanumeric() || "_-.\"'".contains(c);
                !key.is_empty() && key.chars().all(is_key) && !value.starts_with(['=', '>'])
            };
            if !inner.lines().any(is_pair) {
                return Ok(None);
            }
            // The opening fence is line 1.
            let before = error.span().and_then(|span| inner.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 2;
            let what = error.message().replace('\n', ", ");
            Err(FrontError::Unreadable(format!("line {line}: {what}")))
        }
    }
}

fn lines_from(text: &str, start: usize) -> impl Iterator<Item = Span> + '_ {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let span = Span::new(at, at + line.len());
        at = span.end();
        span
    })
}

fn entries(text: &str, inner: Span) -> HashMap<String, Option<Span>> {
    let lines: Vec<Span> = lines_from(&text[..inner.end()], inner.start()).collect();
    let mut entries = HashMap::new();
    for (number, line) in lines.iter().enumerate() {
        let raw = text[line.range()].trim_end();
        let Some(colon) = raw.find(':') else { continue };
        let key = raw[..colon].trim_matches(['"', '\'']);
        if raw.starts_with([' ', '\t', '#', '-']) || key.is_empty() {
            continue;
        }
        let rest = &raw[colon + 1..];
        let value = rest.trim_start();
        let start = line.start() + colon + 1 + (rest.len() - value.len());
        // A value that goes on in the next line is indented there.
        let goes_on = lines.get(number + 1).is_some_and(|next| {
            text[next.range()].starts_with([' ', '\t', '-']) && !text[next.range()].starts_with("---")
        });
        let length = scalar_length(value);
        let value = length.filter(|_| !goes_on).map(|length| Span::new(start, start + length));
        // Of two lines that look like one key, the first is it.
        entries.entry(key.to_owned()).or_insert(value);
    }
    entries
}

/// The length of the scalar `value` begins with; what follows is blank or a comment.
fn scalar_length(value: &str) -> Option<usize> {
    match value.chars().next()? {
        '\'' => {
            let mut from = 1;
            loop {
                let end = from + value[from..].find('\'')?;
                if !value[end + 1..].starts_with('\'') {
                    return Some(end + 1);
                }
                from = end + 2;
            }
        }
        '"' => {
            let mut escaped = false;
            let end = value.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            })?;
            Some(end.0 + 1)
        }
        '|' | '>' | '&' | '*' | '!' | '[' | '{' => None,
        _ => Some(value.find(" #").map_or(value.len(), |comment| value[..comment].trim_end().len())),
    }
}

/// `value` in the quotes that `quote` opens; plain values stay plain where YAML reads them as they are.
fn quoted(value: &str, quote: Option<char>) -> String {
    match quote {
        Some('"') => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
        Some('\'') => format!("'{}'", value.replace('\'', "''")),
        _ => {
            let same = |read: serde_yaml::Value| read.get("k").and_then(|read| read.as_str().map(|read| read == value));
            let plain = serde_yaml::from_str(&format!("k: {value}\n")).ok().and_then(same) == Some(true);
            if plain { value.to_owned() } else { format!("'{}'", value.replace('\'', "''")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_other_keys_stay() {
        let text =
            "---\r\ntitle: \"周刊 \\\"一\\\"\"  # 标题\r\ntags: [a, b]\r\npubDate: 2024-02-17\r\n---\r\n\r\n文\r\n";
        let front = Front::find(text).unwrap().unwrap();
        assert_eq!(front.get("title").as_deref(), Some("周刊 \"一\""));
        let written = front.with(text, &[("title", "週刊 \"二\""), ("author", "猫")]).unwrap();
        let expected = "---\r\ntitle: \"週刊 \\\"二\\\"\"  # 标题\r\ntags: [a, b]\r\npubDate: 2024-02-17\r\nauthor: \"猫\"\r\n---\r\n";
        assert_eq!(written, expected);
    }

    #[test]
    fn a_plain_value_is_quoted_when_it_has_to_be() {
        let text = "---\ntitle: 周刊\n---\n";
        let front = Front::find(text).unwrap().unwrap();
        assert_eq!(front.with(text, &[("title", "週刊")]).unwrap(), "---\ntitle: 週刊\n---\n");
        assert_eq!(front.with(text, &[("title", "週刊: 'x'")]).unwrap(), "---\ntitle: '週刊: ''x'''\n---\n");
    }

    #[test]
    fn rules_in_the_text_are_no_front_matter() {
        assert!(Front::find("文\n\n---\ntitle: x\n---\n").unwrap().is_none());
        assert!(Front::find("---\n\n只是一条线\n").unwrap().is_none());
        assert!(Front::find("\u{feff}---\ntitle: x\n---\n").unwrap().is_some());
        assert!(Front::find("---\n- 一\n---\n").unwrap().is_none());
        for broken in ["title: '没有\n", "# 注释\ntitle: \"甲\"乙\n", "\ntitle: '甲乙\n", "标题: 甲: 乙\n"]
        {
            assert!(Front::find(&format!("---\n{broken}---\n")).is_err(), "{broken}");
        }
    }

    #[test]
    fn toml_is_read_and_not_written() {
        let text = "\u{feff}+++\r\ntitle = \"周刊\"\r\ndate = 2024-02-17T08:00:00+08:00\r\nweight = 5\r\ntags = [\"甲\"]\r\n+++\r\n\r\n正文";
        let front = Front::find(text).unwrap().unwrap();
        assert!(front.is_kept() && front.has("tags") && !front.has("author"));
        assert_eq!(&text[front.span.end()..], "\r\n正文");
        assert_eq!(front.get("title").as_deref(), Some("周刊"));
        assert_eq!(front.get("date").as_deref(), Some("2024-02-17T08:00:00+08:00"));
        assert_eq!(front.get("weight").as_deref(), Some("5"));
        assert_eq!(front.get("tags"), None);
        assert_eq!(front.place("title"), None);
        assert_eq!(front.with(text, &[("title", "週刊")]), Err(FrontError::Kept));
    }

    #[test]
    fn what_is_no_toml_is_text_unless_it_has_keys() {
        for text in ["", "只是一段话\n", "# 标题\n\n", "- 一 = 1\n", "甲 == 乙\n", "title: x\n"] {
            assert!(Front::find(&format!("+++\n{text}+++\n")).unwrap().is_none(), "{text}");
        }
        for text in
            ["+++\ntitle = \"x\"\n", "文\n+++\ntitle = \"x\"\n+++\n", "+++\ntitle = \"x\"\n---\n", " +++\na = 1\n+++\n"]
        {
            assert!(Front::find(text).unwrap().is_none(), "{text}");
        }
        for (broken, line) in [("title = \"甲\n", 2), ("a = 1\n\na = 2\n", 4), ("a = 1\ntitle=甲\n", 3)] {
            let error = Front::find(&format!("+++\n{broken}+++\n")).unwrap_err().to_string();
            assert!(error.contains(&format!("read: line {line}: ")) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_value_cannot_end_the_front_matter() {
        let composed = compose(&[("title", "甲\n---\nevil: 1\u{1b}")], &[], "\n");
        assert_eq!(composed, "---\ntitle: '甲 --- evil: 1'\n---\n");
        let front = Front::find("---\ntitle: 甲\n---\n").unwrap().unwrap();
        assert_eq!(front.with("---\ntitle: 甲\n---\n", &[("title", "乙\n---")]).unwrap(), "---\ntitle: 乙 ---\n---\n");
    }

    #[test]
    fn a_value_over_several_lines_is_not_touched() {
        let text = "---\ntitle: >\n  周刊\n---\n";
        let front = Front::find(text).unwrap().unwrap();
        assert!(matches!(front.with(text, &[("title", "週刊")]), Err(FrontError::NotOnOneLine(_))));
    }
}
