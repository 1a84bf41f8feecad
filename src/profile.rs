//! What makes an edition this edition: its title, author, note and address.
//!
//! The built-in profile is that of 「Python 潮流周刊」 from Chinese to Japanese, and complete: a file
//! `nekoyaku.toml` only says what is different.

use std::collections::HashMap;
use std::str::FromStr;

use serde::Deserialize;

use crate::blocks::Dialect;
use crate::keep::Keep;
use crate::price::Price;
use crate::provider::Providers;
use crate::rules::{Rule, Severity};
use crate::script::is_invisible;

/// The settings of an edition; the fields are the keys of `nekoyaku.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The author, written into front matter that lacks one.
    pub author: String,
    /// The form of the source's titles; blanks and the width of the colon are not compared.
    pub source_title: String,
    /// The form of the edition's titles. `{number}` and `{title}` stand for themselves.
    pub target_title: String,
    /// Regular expressions of what is never translated, wherever it stands in text.
    pub keep: Keep,
    /// The `[markdown]` table: what is Markdown in some places and text in others.
    pub markdown: Dialect,
    /// The translator's note.
    pub note: Note,
    /// The model and how it is asked.
    pub model: ModelSettings,
    /// The `[provider.NAME]` tables: servers that are not known, or are asked in another way.
    pub provider: Providers,
    /// The `[[price]]` tables: what tokens cost, where the built-in prices are wrong or have none.
    pub price: Vec<Price>,
    /// What an edition is held to.
    pub check: CheckSettings,
    /// What was published before.
    pub memory: MemorySettings,
}

/// The `[memory]` table: where published editions are. Paths are from the settings file on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemorySettings {
    /// The folders of issues and of their editions, which have the same names. Without any, those are
    /// an issue's folder and `ja` in it.
    pub pairs: Vec<FolderPair>,
}

/// A folder of issues, and the folder of their editions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderPair {
    /// The folder of the issues.
    pub sources: String,
    /// The folder of the editions.
    pub editions: String,
}

/// The `[check]` table: what an edition is held to besides what is built in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckSettings {
    /// Link texts that are a translator's own: such a link may be added anywhere.
    pub added_links: Vec<String>,
    /// How blocks begin that a translator brings up to date: links may be added to them.
    pub added_in: Vec<String>,
    /// Whether an edition has to have the translator's note at its head.
    pub note: bool,
    /// Whether spaces, punctuation and brackets are looked at.
    pub typography: bool,
    /// Rules that weigh something else here than they do by themselves.
    pub severity: HashMap<Rule, Weight>,
    /// What is known and let be.
    pub waiver: Vec<WaiverSettings>,
}

/// What a rule weighs by the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Nothing: it is not looked at.
    Off,
    /// As much as this, whatever it finds.
    Of(Severity),
}

impl FromStr for Weight {
    type Err = UnknownWeight;

    fn from_str(name: &str) -> Result<Self, UnknownWeight> {
        match name {
            "off" => Ok(Self::Off),
            "info" => Ok(Self::Of(Severity::Info)),
            "warning" => Ok(Self::Of(Severity::Warning)),
            "error" => Ok(Self::Of(Severity::Error)),
            other => Err(UnknownWeight(other.to_owned())),
        }
    }
}

/// A rule cannot weigh that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of error, warning, info, off")]
pub struct UnknownWeight(String);

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A `[[check.waiver]]`: a finding that is known and let be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverSettings {
    /// The rule.
    pub rule: Rule,
    /// The end of the edition's path, or all of it.
    pub file: String,
    /// A part of what is found: of the text at its place, or of the message. Once that is another, the
    /// waiver waives nothing, and that is said.
    pub text: String,
    /// Why it is let be.
    pub reason: String,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self {
            added_links: ["日本語訳", "日本語版"].map(str::to_owned).into(),
            added_in: vec!["購読方法".to_owned()],
            note: true,
            typography: true,
            severity: HashMap::new(),
            waiver: Vec::new(),
        }
    }
}

/// What the translator's note says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Note {
    /// Where readers report what reads badly, as Markdown.
    pub report: String,
    /// The line about subscribing, as Markdown; empty for none.
    pub subscription: String,
    /// The address of the original; `{stem}` is the name of the source's file without `.md`.
    pub url: String,
    /// The last issue whose address has its number behind it (`…-weekly7`).
    pub numbered_until: u32,
}

/// The `[model]` table. What is given on the command line counts more.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelSettings {
    /// The address of an OpenAI-compatible API, up to and with `/v1`.
    pub base_url: Option<String>,
    /// The model's name.
    pub name: Option<String>,
    /// The kind of server, by its name in the table of providers or in `[provider.NAME]`.
    pub provider: Option<String>,
    /// Seconds for one exchange.
    pub timeout: Option<u64>,
    /// The most requests at a time.
    pub concurrency: Option<usize>,
    /// The most requests in any minute.
    pub requests_per_minute: Option<u32>,
    /// The most tokens in any minute.
    pub tokens_per_minute: Option<u32>,
    /// The temperature.
    pub temperature: Option<f64>,
    /// The seed.
    pub seed: Option<i64>,
    /// How long the model reasons: `low`, `medium`, …
    pub reasoning_effort: Option<String>,
    /// Rounds of repair.
    pub repairs: Option<u32>,
    /// Segments in one request.
    pub batch: Option<usize>,
    /// Whether names and terms are fixed before all else.
    pub brief: Option<bool>,
    /// Whether what was translated is asked for once more, to be made better.
    pub refine: Option<bool>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            author: "豌豆花下猫".to_owned(),
            source_title: "Python 潮流周刊#{number}：{title}".to_owned(),
            target_title: "Python トレンド週刊#{number}：{title}".to_owned(),
            keep: Keep::default(),
            markdown: Dialect::default(),
            note: Note::default(),
            model: ModelSettings::default(),
            provider: Providers::new(),
            price: Vec::new(),
            check: CheckSettings::default(),
            memory: MemorySettings::default(),
        }
    }
}

impl Default for Note {
    fn default() -> Self {
        Self {
            report: "[Issue](https://github.com/chinesehuazhou/python-weekly/issues/new) または Pull Request".to_owned(),
            subscription: "[こちら](https://weekly.pythoncat.top/ja/#subscription)から最新号まで購読できます（英語のみですので、ご了承ください。）".to_owned(),
            url: "https://pythoncat.top/posts/{stem}".to_owned(),
            numbered_until: 7,
        }
    }
}

/// What is wrong with a settings file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It is not TOML, or has an unknown key or a value of the wrong kind; the message has the line.
    #[error("{0}")]
    Unreadable(String),
    /// A number that makes no sense.
    #[error("`model.{name}` is {value}; it has to be from {least} to {most}")]
    OutOfRange {
        /// The key.
        name: &'static str,
        /// What it is set to.
        value: u64,
        /// The least it can be.
        least: u64,
        /// The most it can be.
        most: u64,
    },
    /// Something that must not get into an edition by way of a settings file.
    #[error("`{name}` {what}")]
    NotAllowed {
        /// The key.
        name: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A provider that cannot be asked so.
    #[error("`{name}` of `[provider.{provider}]` {what}")]
    BadProvider {
        /// Its name.
        provider: String,
        /// The key.
        name: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A waiver that does not say what for, or why.
    #[error("the `[[check.waiver]]` of `{rule}` has an empty `{name}`")]
    EmptyWaiver {
        /// Its rule.
        rule: Rule,
        /// The key.
        name: &'static str,
    },
    /// A title pattern without its parts.
    #[error("`{0}` has to have {{number}} and then {{title}} in it, once each")]
    TitlePattern(&'static str),
}

/// A title taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title<'t> {
    /// The number of the issue.
    pub number: u32,
    /// What it is about.
    pub rest: &'t str,
}

impl Profile {
    /// Read a settings file; what it does not say is as in the built-in profile.
    ///
    /// # Errors
    ///
    /// With the line, where a key is unknown or a value is of the wrong kind.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            toml::from_str(text).map_err(|error| ProfileError::Unreadable(error.to_string().trim_end().to_owned()))?;
        for (name, pattern) in [("source_title", &profile.source_title), ("target_title", &profile.target_title)] {
            if parts(pattern).is_none() {
                return Err(ProfileError::TitlePattern(name));
            }
        }
        profile.check_texts()?;
        for pair in &profile.memory.pairs {
            let outside = |folder: &str| folder.trim().is_empty() || std::path::Path::new(folder).is_absolute();
            if outside(&pair.sources) || outside(&pair.editions) {
                return Err(ProfileError::NotAllowed {
                    name: "memory.pairs",
                    what: "has to name folders from the settings file on",
                });
            }
        }
        for waiver in &profile.check.waiver {
            let missing = [("file", &waiver.file), ("text", &waiver.text), ("reason", &waiver.reason)];
            if let Some((name, _)) = missing.into_iter().find(|(_, value)| value.trim().is_empty()) {
                return Err(ProfileError::EmptyWaiver { rule: waiver.rule, name });
            }
        }
        let model = &profile.model;
        let numbers = [
            ("timeout", model.timeout, 1, 86_400),
            ("concurrency", model.concurrency.map(|number| number as u64), 1, 1000),
            ("requests_per_minute", model.requests_per_minute.map(u64::from), 1, u64::from(u32::MAX)),
            ("tokens_per_minute", model.tokens_per_minute.map(u64::from), 1, u64::from(u32::MAX)),
            ("repairs", model.repairs.map(u64::from), 0, 20),
            ("batch", model.batch.map(|number| number as u64), 1, 200),
        ];
        for (name, value, least, most) in numbers {
            if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
                return Err(ProfileError::OutOfRange { name, value, least, most });
            }
        }
        if model.temperature.is_some_and(|value| !(0.0..=2.0).contains(&value)) {
            return Err(ProfileError::NotAllowed { name: "model.temperature", what: "has to be from 0 to 2" });
        }
        for (provider, settings) in &profile.provider {
            if let Some((name, what)) = settings.not_allowed() {
                return Err(ProfileError::BadProvider { provider: provider.clone(), name, what });
            }
        }
        Ok(profile)
    }

    /// What is written into every edition is one line of text and Markdown links, and no HTML.
    fn check_texts(&self) -> Result<(), ProfileError> {
        let note = &self.note;
        let texts = [
            ("author", &self.author),
            ("source_title", &self.source_title),
            ("target_title", &self.target_title),
            ("note.report", &note.report),
            ("note.subscription", &note.subscription),
            ("note.url", &note.url),
        ];
        for (name, text) in texts {
            if text.chars().any(|c| c.is_control() || is_invisible(c)) {
                return Err(ProfileError::NotAllowed { name, what: "has a line end or a control character in it" });
            }
            if text.contains('<') || text.to_ascii_lowercase().contains("javascript:") {
                return Err(ProfileError::NotAllowed { name, what: "has HTML or script in it" });
            }
        }
        let web = note.url.starts_with("https://") || note.url.starts_with("http://");
        if !web || note.url.contains(|c: char| c.is_whitespace() || "()[]\\".contains(c)) {
            return Err(ProfileError::NotAllowed { name: "note.url", what: "is no plain web address" });
        }
        Ok(())
    }

    /// Take a title of the source apart; `None` where it is of another form.
    ///
    /// ```
    /// # use nekoyaku::profile::Profile;
    /// let title = Profile::default();
    /// let title = title.source_title("Python潮流周刊#5：并发一百万个任务").unwrap();
    /// assert_eq!((title.number, title.rest), (5, "并发一百万个任务"));
    /// ```
    pub fn source_title<'t>(&self, title: &'t str) -> Option<Title<'t>> {
        take_apart(&self.source_title, title)
    }

    /// Take a title of the edition apart.
    pub fn target_title<'t>(&self, title: &'t str) -> Option<Title<'t>> {
        take_apart(&self.target_title, title)
    }

    /// Write the edition's title.
    pub fn write_target_title(&self, number: u32, title: &str) -> String {
        write_title(&self.target_title, number, title)
    }

    /// Write the source's title as the profile has it, with its blanks.
    pub fn write_source_title(&self, number: u32, title: &str) -> String {
        write_title(&self.source_title, number, title)
    }

    /// The address of the original.
    pub fn original_url(&self, stem: &str, number: Option<u32>) -> String {
        let url = self.note.url.replace("{stem}", &encoded(stem));
        match number {
            Some(number) if (1..=self.note.numbered_until).contains(&number) => {
                format!("{url}{number}")
            }
            _ => url,
        }
    }
}

/// A file's name as a part of an address: what could end it, or be markup around it, is encoded.
fn encoded(stem: &str) -> String {
    stem.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn write_title(pattern: &str, number: u32, title: &str) -> String {
    match parts(pattern) {
        Some((before, between, after)) => format!("{before}{number}{between}{title}{after}"),
        None => title.to_owned(),
    }
}

/// What stands before the number, between it and the title, and after.
fn parts(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = pattern.split_once("{number}")?;
    let (between, after) = rest.split_once("{title}")?;
    let once = !rest.contains("{number}") && !after.contains("{title}");
    (once && !between.is_empty()).then_some((before, between, after))
}

fn take_apart<'t>(pattern: &str, title: &'t str) -> Option<Title<'t>> {
    let (before, between, after) = parts(pattern)?;
    let rest = after_literal(before, title)?.trim_start();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest[..digits].parse().ok()?;
    let rest = after_literal(between, &rest[digits..])?.trim();
    let rest = rest.strip_suffix(after).unwrap_or(rest);
    (!rest.is_empty()).then_some(Title { number, rest })
}

/// What follows `literal` in `text`, blanks not compared, `:` and `：` taken for the same.
fn after_literal<'t>(literal: &str, text: &'t str) -> Option<&'t str> {
    let same = |a: char, b: char| {
        a == b
            || (matches!(a, ':' | '：') && matches!(b, ':' | '：'))
            || (matches!(a, '#' | '＃') && matches!(b, '#' | '＃'))
    };
    let mut rest = text;
    for wanted in literal.chars().filter(|c| !c.is_whitespace()) {
        rest = rest.trim_start();
        let found = rest.chars().next()?;
        if !same(wanted, found) {
            return None;
        }
        rest = &rest[found.len_utf8()..];
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_both_eras_are_taken_apart() {
        let profile = Profile::default();
        for title in ["Python潮流周刊#12：甲：乙", "Python 潮流周刊 #12: 甲：乙", "Python 潮流周刊＃12：甲：乙"]
        {
            assert_eq!(profile.source_title(title), Some(Title { number: 12, rest: "甲：乙" }), "{title}");
        }
        for title in ["Python 潮流周刊第一季精华合集（1~30）", "Python 潮流周刊#：甲", "Python 潮流周刊#12：", "潮"]
        {
            assert_eq!(profile.source_title(title), None, "{title}");
        }
    }

    #[test]
    fn the_first_seven_addresses_have_a_number() {
        let profile = Profile::default();
        assert_eq!(
            profile.original_url("2023-05-27-weekly", Some(3)),
            "https://pythoncat.top/posts/2023-05-27-weekly3"
        );
        assert_eq!(profile.original_url("2023-06-24-weekly", Some(8)), "https://pythoncat.top/posts/2023-06-24-weekly");
        let hostile = profile.original_url("2024-01-01-x)[甲](http:evil\u{1b}", None);
        assert_eq!(hostile, "https://pythoncat.top/posts/2024-01-01-x%29%5B%E7%94%B2%5D%28http%3Aevil%1B");
        assert_eq!(profile.original_url("2023-12-11-sweekly", None), "https://pythoncat.top/posts/2023-12-11-sweekly");
    }

    #[test]
    fn settings_bring_no_html_and_no_second_link() {
        for line in [
            "subscription = \"x\\n\\n<script>alert(1)</script>\"",
            "report = \"<img src=x onerror=y>\"",
            "report = \"[x](JavaScript:y)\"",
            "url = \"javascript:alert(1)\"",
            "url = \"https://e.example/{stem}) [x](http://evil.example\"",
            "report = \"\\u202e\"",
        ] {
            let error = Profile::parse(&format!("[note]\n{line}\n")).unwrap_err();
            assert!(matches!(error, ProfileError::NotAllowed { .. }), "{line}: {error}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        let error = Profile::parse("[model]\nrepairs = 4294967295\n").unwrap_err().to_string();
        assert_eq!(error, "`model.repairs` is 4294967295; it has to be from 0 to 20");
        assert!(Profile::parse("[model]\ntimeout = 0\n").is_err());
    }

    #[test]
    fn what_is_kept_and_what_is_markdown_can_be_said() {
        let text = "keep = [\"Python 潮流周刊\", \"PEP-\\\\d+\"]\n[markdown]\nmath = true\n";
        let profile = Profile::parse(text).unwrap();
        assert_eq!(profile.markdown, Dialect { math: true, definition_lists: false });
        assert_eq!(profile.keep.find("看 PEP-8 和 PEP-20"), [4..9, 14..20]);
        assert!(Profile::default().keep.is_empty());
        for (text, words) in [
            ("keep = [\"PEP-(\"]\n", ["line 1", "`PEP-(` of `keep`", "unclosed group"]),
            ("author = \"猫\"\n\nkeep = [\"\"]\n", ["line 3", "of `keep`", "empty"]),
            ("keep = \"甲\"\n", ["line 1", "keep", "expected a sequence"]),
            ("[markdown]\nmaths = true\n", ["line 2", "maths", "`math`"]),
        ] {
            let error = Profile::parse(text).unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = Profile::parse("author = \"猫\"\nautor = \"猫\"\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("autor") && error.contains("`author`"), "{error}");
    }
}
