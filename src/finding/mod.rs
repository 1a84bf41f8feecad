//! What a check found: the rule, the places in both files, what to tell people, and how to mend it.
//!
//! A finding is data until somebody reads it: its words are made in the reader's language, because
//! the translator reads Japanese, the author of the source Chinese, and programs read the rule's id.

mod en;
mod ja;
mod zh;

use crate::rules::{Language, Rule, Severity};
use crate::source::Span;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What.
    pub what: What,
    /// How much it weighs.
    pub severity: Severity,
    /// Its bytes in the source's file, where there are any.
    pub source: Option<Span>,
    /// Its bytes in the edition's file; empty where something should stand and does not.
    pub edition: Option<Span>,
    /// What would mend it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Without places, with the weight of its kind.
    pub fn new(what: What) -> Self {
        Self { severity: what.severity(), what, source: None, edition: None, fix: None }
    }

    /// The same, at these bytes of the source's file.
    pub fn in_source(mut self, span: Span) -> Self {
        self.source = Some(span);
        self
    }

    /// The same, at these bytes of the edition's file.
    pub fn in_edition(mut self, span: Span) -> Self {
        self.edition = Some(span);
        self
    }

    /// The same, with what would mend it.
    pub fn mended_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The rule it breaks.
    pub fn rule(&self) -> Rule {
        self.what.rule()
    }

    /// What it says, in a line.
    pub fn message(&self, language: Language) -> String {
        self.what.message(language)
    }

    /// What it is known by wherever it stands, so that text before it may change: its rule, and what it
    /// says in English.
    pub fn identity(&self) -> (Rule, String) {
        (self.rule(), self.message(Language::En))
    }
}

/// Changes that mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How far it can be trusted.
    pub kind: FixKind,
    /// The changes, in order, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// One change that restores what was meant, without a choice in it.
    pub fn safe(span: Span, text: impl Into<String>) -> Self {
        Self { kind: FixKind::Safe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// One change that a person may choose.
    pub fn choice(span: Span, text: impl Into<String>) -> Self {
        Self { kind: FixKind::Choice, edits: vec![Edit { span, text: text.into() }] }
    }

    /// One change that is a matter of style.
    pub fn style(span: Span, text: impl Into<String>) -> Self {
        Self { kind: FixKind::Style, edits: vec![Edit { span, text: text.into() }] }
    }
}

/// The kinds of [`Fix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// It restores what was meant: `--fix` makes it.
    Safe,
    /// A matter of style: only `--fix=style` makes it.
    Style,
    /// A choice: only a person makes it.
    Choice,
}

/// A replacement in the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the edition's file that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// What is compared one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A link, by its destination; URLs and e-mail addresses that stand for themselves as well.
    Link,
    /// An image, by its source.
    Image,
    /// A code span, or a formula.
    Code,
    /// A code block.
    CodeBlock,
    /// An HTML tag or comment, or an HTML block without text.
    Html,
    /// A reference to a footnote.
    Footnote,
}

/// Why a text is taken for Chinese; the numbers are those of `EDITION` §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// R1: a character that Japanese does not use.
    Foreign,
    /// R3: many Han characters and no kana.
    NoKana,
    /// R4: a character that is hardly ever used in Japanese.
    Rare,
    /// R6: the grammar of Chinese in characters that Japanese has.
    Grammar,
    /// R7: a Chinese word in characters that Japanese has.
    Word,
    /// R8: it stands as in the source.
    Copied,
}

/// What does not hold. Strings are what stands in the files, not more than is needed to see it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is told by its message")]
pub enum What {
    Missing(Thing, String),
    Altered { thing: Thing, from: String, to: String },
    Extra(Thing, String),
    Moved(Thing, String),
    Swapped { url: String, with: String },
    LinkBare { url: String },
    TitleMissing { url: String, title: String },
    TitleExtra { url: String, title: String },

    BlockMissing { kind: &'static str, text: String },
    BlockExtra { kind: &'static str, text: String },
    BlockOrder { text: String },
    BlockSplit { parts: usize },
    BlockMerged { parts: usize },
    BlockKind { from: &'static str, to: &'static str },
    HeadingLevel { from: u8, to: u8 },
    ItemNumber { expected: String, found: String },

    EmphasisUnrendered { delimiter: String },
    Placeholder { text: String },

    FrontMissing,
    FrontUnreadable { why: String },
    FrontKeyMissing { key: String },
    FrontKeyExtra { key: String },
    FrontValue { key: String, expected: String, found: String },
    FrontBlanks { key: String },

    NoteMissing,
    HeaderDate { expected: String, found: String },
    HeaderUrl { expected: String, found: String },
    HeaderTitle { expected: String, found: String },

    NumberMissing(String),
    NumberExtra(String),
    SymbolMissing(String),
    SymbolExtra(String),
    LabelMissing { source: String, target: String },

    Untranslated { text: String },
    Leftover { text: String, sign: Sign, hint: Option<String> },
    CompatChar { found: char, proper: Option<char> },

    TermForbidden { found: String, source: String, target: String },
    TermMissing { source: String, target: String },
    FalseFriend { found: String, source: String, right: String },
    Grammar { found: String, expected: String },
    SentenceTwice { text: String },

    BracketHalfWidth { found: String, expected: String },
    BracketUnbalanced { found: char },
    Punctuation { found: String, expected: String },
    Spacing { found: String, expected: String },
    SpacingThroughout { blocks: usize },
    LengthRatio { source: usize, edition: usize },

    SourceChanged { recorded: String, now: String },
    BothChanged { draft: String },
    SourceLink { url: String, why: &'static str },
    SourceFront { why: String },
    SourceEmphasis { delimiter: String },

    EditionMissing,
    SourceMissing,

    WaiverUnused { rule: Rule, text: String },
    WaiverStale { rule: Rule, content: String },
    WaiverUnreadable { text: String, why: String },
}

impl What {
    /// The rule it breaks.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Missing(Thing::Link, _) => Rule::LinkMissing,
            Self::Missing(Thing::Image, _) => Rule::ImageMissing,
            Self::Missing(Thing::Code | Thing::CodeBlock, _) => Rule::CodeMissing,
            Self::Altered { thing: Thing::Link, .. }
            | Self::TitleMissing { .. }
            | Self::TitleExtra { .. }
            | Self::LinkBare { .. } => Rule::LinkAltered,
            Self::Altered { thing: Thing::Image, .. } => Rule::ImageAltered,
            Self::Altered { thing: Thing::Code | Thing::CodeBlock, .. } => Rule::CodeAltered,
            Self::Extra(Thing::Link, _) => Rule::LinkExtra,
            Self::Extra(Thing::Image, _) => Rule::ImageExtra,
            Self::Extra(Thing::Code | Thing::CodeBlock, _) => Rule::CodeExtra,
            Self::Moved(Thing::Image, _) => Rule::ImageMoved,
            Self::Moved(Thing::Link, _) | Self::Swapped { .. } => Rule::LinkMoved,
            Self::Missing(Thing::Html, _)
            | Self::Altered { thing: Thing::Html, .. }
            | Self::Extra(Thing::Html, _)
            | Self::Moved(Thing::Html, _) => Rule::HtmlAltered,
            Self::Missing(Thing::Footnote, _)
            | Self::Altered { thing: Thing::Footnote, .. }
            | Self::Extra(Thing::Footnote, _)
            | Self::Moved(..)
            | Self::BlockKind { .. } => Rule::MarkdownShape,
            Self::BlockMissing { .. } => Rule::BlockMissing,
            Self::BlockExtra { .. } => Rule::BlockExtra,
            Self::BlockOrder { .. } => Rule::BlockOrder,
            Self::BlockSplit { .. } | Self::BlockMerged { .. } => Rule::BlockSplit,
            Self::HeadingLevel { .. } => Rule::HeadingLevel,
            Self::ItemNumber { .. } => Rule::ItemNumber,
            Self::EmphasisUnrendered { .. } => Rule::EmphasisUnrendered,
            Self::Placeholder { .. } => Rule::Placeholder,
            Self::FrontMissing
            | Self::FrontUnreadable { .. }
            | Self::FrontKeyMissing { .. }
            | Self::FrontKeyExtra { .. }
            | Self::FrontValue { .. }
            | Self::FrontBlanks { .. } => Rule::FrontMatter,
            Self::NoteMissing => Rule::HeaderNote,
            Self::HeaderDate { .. } => Rule::HeaderDate,
            Self::HeaderUrl { .. } => Rule::HeaderUrl,
            Self::HeaderTitle { .. } => Rule::HeaderTitle,
            Self::NumberMissing(_) | Self::NumberExtra(_) => Rule::Number,
            Self::SymbolMissing(_) | Self::SymbolExtra(_) => Rule::Symbol,
            Self::LabelMissing { .. } => Rule::Label,
            Self::Untranslated { .. } => Rule::Untranslated,
            Self::Leftover { .. } => Rule::LeftoverChinese,
            Self::CompatChar { .. } => Rule::CompatChar,
            Self::TermForbidden { .. } => Rule::TermForbidden,
            Self::TermMissing { .. } => Rule::TermMissing,
            Self::FalseFriend { .. } => Rule::FalseFriend,
            Self::Grammar { .. } | Self::SentenceTwice { .. } => Rule::Grammar,
            Self::BracketHalfWidth { .. } | Self::BracketUnbalanced { .. } => Rule::Bracket,
            Self::Punctuation { .. } => Rule::Punctuation,
            Self::Spacing { .. } | Self::SpacingThroughout { .. } => Rule::Spacing,
            Self::LengthRatio { .. } => Rule::LengthRatio,
            Self::SourceChanged { .. } | Self::BothChanged { .. } => Rule::SourceChanged,
            Self::SourceLink { .. } | Self::SourceFront { .. } | Self::SourceEmphasis { .. } => Rule::SourceBroken,
            Self::EditionMissing => Rule::EditionMissing,
            Self::SourceMissing => Rule::SourceMissing,
            Self::WaiverUnused { .. } | Self::WaiverStale { .. } | Self::WaiverUnreadable { .. } => Rule::Waiver,
        }
    }

    /// What it weighs where nothing else is said.
    pub fn severity(&self) -> Severity {
        match self {
            // A code block is no matter of taste as a code span is.
            Self::Missing(Thing::CodeBlock, _) | Self::Extra(Thing::CodeBlock, _) => Severity::Error,
            // A translator may take out the backticks, and put others in.
            Self::Altered { thing: Thing::Code, .. } | Self::TitleMissing { .. } | Self::TitleExtra { .. } => {
                Severity::Warning
            }
            Self::FrontKeyExtra { .. } | Self::NumberExtra(_) => Severity::Info,
            Self::FrontBlanks { .. } | Self::BothChanged { .. } => Severity::Warning,
            Self::Leftover { sign: Sign::Rare | Sign::Word, .. } => Severity::Warning,
            Self::Leftover { sign: Sign::Grammar, .. } => Severity::Info,
            // How a product writes its own name is a matter of taste, not of sense.
            Self::TermForbidden { found, source, target }
                if found.is_ascii() && (found == source || found.eq_ignore_ascii_case(target)) =>
            {
                Severity::Info
            }
            other => other.rule().severity(),
        }
    }

    /// What it says, in a line, with what stands in the files shortened and on one line.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::En => en::message(self),
            Language::Ja => ja::message(self),
            Language::Zh => zh::message(self),
        }
    }
}

/// What changed from `from` to `to`: the shortest stretch of whole characters, and its byte in `to`.
pub(crate) fn difference<'t>(from: &'t str, to: &'t str) -> (&'t str, &'t str, usize) {
    let same_start = from.chars().zip(to.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum::<usize>();
    let (old, new) = (&from[same_start..], &to[same_start..]);
    let same_end = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8());
    let same_end: usize = same_end.sum();
    (&old[..old.len() - same_end], &new[..new.len() - same_end], same_start)
}

/// `text` as a message quotes it: on one line, of at most 80 characters, with no control characters.
fn short(text: &str) -> String {
    const LIMIT: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = crate::script::without_controls(&line, "").into_owned();
    if line.chars().count() <= LIMIT {
        return line;
    }
    line.chars().take(LIMIT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_to_the_byte() {
        let (from, to) = ("https://a.example/%9D%A2", "https://a.example/%9D%A3");
        assert_eq!(difference(from, to), ("2", "3", 23));
        assert_eq!(difference("https://x/python_weekly", "https://x/python"), ("_weekly", "", 16));
        assert_eq!(difference("猫", "猫猫"), ("", "猫", 3));
        let what = What::Altered { thing: Thing::Link, from: from.into(), to: to.into() };
        for (language, words) in
            [(Language::En, "`2` became `3`"), (Language::Ja, "「2」→「3」"), (Language::Zh, "“2”变成“3”")]
        {
            assert!(what.message(language).contains(words), "{}", what.message(language));
        }
    }

    #[test]
    fn messages_quote_harmlessly() {
        let what = What::Missing(Thing::Link, format!("https://a.example/\u{1b}[31m\n{}", "长".repeat(99)));
        for language in [Language::En, Language::Ja, Language::Zh] {
            let message = what.message(language);
            assert!(!message.contains(['\u{1b}', '\n']) && message.contains('…'), "{message}");
        }
    }
}
