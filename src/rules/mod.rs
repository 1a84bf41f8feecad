//! The rules an edition is held to: id, weight, what holds, an example.
//!
//! One table serves the model's drafts, `check` on a pair that people edited, and the review page.
//! Severities are those of `EDITION` §8.4, chosen on ten published editions: an error is wrong, a
//! warning wants a person to look, an info is good to know and never fails anything.

mod table;

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// A person should look.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// Its name, for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese, for translators.
    Ja,
    /// Chinese, for the author of the source.
    Zh,
}

/// A rule, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table says what each holds")]
pub enum Rule {
    LinkMissing,
    LinkAltered,
    LinkExtra,
    LinkMoved,
    ImageMissing,
    ImageAltered,
    ImageExtra,
    ImageMoved,
    CodeMissing,
    CodeAltered,
    CodeExtra,
    HtmlAltered,
    BlockMissing,
    BlockExtra,
    BlockOrder,
    BlockSplit,
    HeadingLevel,
    ItemNumber,
    MarkdownShape,
    EmphasisUnrendered,
    Placeholder,
    Preamble,
    Repetition,
    OtherSegment,
    FrontMatter,
    HeaderNote,
    HeaderDate,
    HeaderUrl,
    HeaderTitle,
    Number,
    Symbol,
    Label,
    Untranslated,
    LeftoverChinese,
    CompatChar,
    TermForbidden,
    TermMissing,
    FalseFriend,
    BookTitle,
    Grammar,
    Bracket,
    Punctuation,
    Spacing,
    LengthRatio,
    SourceChanged,
    SourceBroken,
    EditionMissing,
    SourceMissing,
    Waiver,
}

/// What there is to say of a rule.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What holds, in a line: English, Japanese, Chinese.
    pub holds: [&'static str; 3],
    /// What it looks at and what it leaves alone, in English.
    pub details: &'static str,
    /// A line of a source, the line of its edition, and what is found.
    pub example: Example,
}

/// A case of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What the source has.
    pub source: &'static str,
    /// What the edition has.
    pub edition: &'static str,
    /// What is found, in English.
    pub found: &'static str,
}

impl Rule {
    /// All rules, in the order in which people read of them.
    pub const ALL: [Self; 49] = [
        Self::LinkMissing,
        Self::LinkAltered,
        Self::LinkExtra,
        Self::LinkMoved,
        Self::ImageMissing,
        Self::ImageAltered,
        Self::ImageExtra,
        Self::ImageMoved,
        Self::CodeMissing,
        Self::CodeAltered,
        Self::CodeExtra,
        Self::HtmlAltered,
        Self::BlockMissing,
        Self::BlockExtra,
        Self::BlockOrder,
        Self::BlockSplit,
        Self::HeadingLevel,
        Self::ItemNumber,
        Self::MarkdownShape,
        Self::EmphasisUnrendered,
        Self::Placeholder,
        Self::Preamble,
        Self::Repetition,
        Self::OtherSegment,
        Self::FrontMatter,
        Self::HeaderNote,
        Self::HeaderDate,
        Self::HeaderUrl,
        Self::HeaderTitle,
        Self::Number,
        Self::Symbol,
        Self::Label,
        Self::Untranslated,
        Self::LeftoverChinese,
        Self::CompatChar,
        Self::TermForbidden,
        Self::TermMissing,
        Self::FalseFriend,
        Self::BookTitle,
        Self::Grammar,
        Self::Bracket,
        Self::Punctuation,
        Self::Spacing,
        Self::LengthRatio,
        Self::SourceChanged,
        Self::SourceBroken,
        Self::EditionMissing,
        Self::SourceMissing,
        Self::Waiver,
    ];

    /// Its id: stable, for settings, waivers and programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::LinkMissing => "link-missing",
            Self::LinkAltered => "link-altered",
            Self::LinkExtra => "link-extra",
            Self::LinkMoved => "link-moved",
            Self::ImageMissing => "image-missing",
            Self::ImageAltered => "image-altered",
            Self::ImageExtra => "image-extra",
            Self::ImageMoved => "image-moved",
            Self::CodeMissing => "code-missing",
            Self::CodeAltered => "code-altered",
            Self::CodeExtra => "code-extra",
            Self::HtmlAltered => "html-altered",
            Self::BlockMissing => "block-missing",
            Self::BlockExtra => "block-extra",
            Self::BlockOrder => "block-order",
            Self::BlockSplit => "block-split",
            Self::HeadingLevel => "heading-level",
            Self::ItemNumber => "item-number",
            Self::MarkdownShape => "markdown-shape",
            Self::EmphasisUnrendered => "emphasis-unrendered",
            Self::Placeholder => "placeholder",
            Self::Preamble => "preamble",
            Self::Repetition => "repetition",
            Self::OtherSegment => "other-segment",
            Self::FrontMatter => "front-matter",
            Self::HeaderNote => "header-note",
            Self::HeaderDate => "header-date",
            Self::HeaderUrl => "header-url",
            Self::HeaderTitle => "header-title",
            Self::Number => "number",
            Self::Symbol => "symbol",
            Self::Label => "label",
            Self::Untranslated => "untranslated",
            Self::LeftoverChinese => "leftover-chinese",
            Self::CompatChar => "compat-char",
            Self::TermForbidden => "term-forbidden",
            Self::TermMissing => "term-missing",
            Self::FalseFriend => "false-friend",
            Self::BookTitle => "book-title",
            Self::Grammar => "grammar",
            Self::Bracket => "bracket",
            Self::Punctuation => "punctuation",
            Self::Spacing => "spacing",
            Self::LengthRatio => "length-ratio",
            Self::SourceChanged => "source-changed",
            Self::SourceBroken => "source-broken",
            Self::EditionMissing => "edition-missing",
            Self::SourceMissing => "source-missing",
            Self::Waiver => "waiver",
        }
    }

    /// What it weighs where nothing else is said; a finding may weigh less.
    pub fn severity(self) -> Severity {
        match self {
            Self::LinkMissing
            | Self::LinkAltered
            | Self::LinkExtra
            | Self::ImageMissing
            | Self::ImageAltered
            | Self::ImageExtra
            | Self::CodeAltered
            | Self::HtmlAltered
            | Self::BlockMissing
            | Self::BlockExtra
            | Self::BlockOrder
            | Self::HeadingLevel
            | Self::ItemNumber
            | Self::MarkdownShape
            | Self::EmphasisUnrendered
            | Self::Placeholder
            | Self::Preamble
            | Self::Repetition
            | Self::OtherSegment
            | Self::FrontMatter
            | Self::HeaderNote
            | Self::HeaderDate
            | Self::HeaderUrl
            | Self::HeaderTitle
            | Self::Symbol
            | Self::Label
            | Self::Untranslated
            | Self::LeftoverChinese
            | Self::CompatChar
            | Self::EditionMissing
            | Self::SourceMissing => Severity::Error,
            Self::LinkMoved
            | Self::ImageMoved
            | Self::CodeMissing
            | Self::BlockSplit
            | Self::Number
            | Self::TermForbidden
            | Self::FalseFriend
            | Self::Grammar
            | Self::Bracket
            | Self::Punctuation
            | Self::Waiver => Severity::Warning,
            Self::CodeExtra
            | Self::BookTitle
            | Self::TermMissing
            | Self::Spacing
            | Self::LengthRatio
            | Self::SourceChanged
            | Self::SourceBroken => Severity::Info,
        }
    }

    /// Whether only a model's drafts are held to it.
    pub fn is_of_drafts(self) -> bool {
        matches!(self, Self::Preamble | Self::Repetition | Self::OtherSegment | Self::BookTitle)
    }

    /// What there is to say of it.
    pub fn about(self) -> About {
        table::about(self)
    }

    /// What holds, in a line.
    pub fn holds(self, language: Language) -> &'static str {
        let [en, ja, zh] = self.about().holds;
        match language {
            Language::En => en,
            Language::Ja => ja,
            Language::Zh => zh,
        }
    }

    /// The rule whose id is nearest to `id`, for who mistyped it.
    pub fn nearest(id: &str) -> Self {
        let distance = |rule: &Self| {
            let same = similar::TextDiff::from_chars(id, rule.id()).ratio();
            (same * 1e6) as u32
        };
        Self::ALL.into_iter().max_by_key(distance).unwrap_or(Self::LinkMissing)
    }
}

/// There is no rule of that id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{id}`; the nearest is `{nearest}`")]
pub struct UnknownRule {
    id: String,
    nearest: &'static str,
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(id: &str) -> Result<Self, UnknownRule> {
        let found = Self::ALL.into_iter().find(|rule| rule.id() == id);
        found.ok_or_else(|| UnknownRule { id: id.to_owned(), nearest: Self::nearest(id).id() })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_rule_and_a_mistyped_one_is_told() {
        for rule in Rule::ALL {
            assert_eq!(rule.id().parse(), Ok(rule));
        }
        let error = "link-mising".parse::<Rule>().unwrap_err().to_string();
        assert_eq!(error, "there is no rule `link-mising`; the nearest is `link-missing`");
    }

    #[test]
    fn each_rule_is_told_in_three_languages_with_an_example() {
        for rule in Rule::ALL {
            let about = rule.about();
            assert!(about.holds.iter().all(|line| !line.is_empty() && !line.contains('\n')), "{rule}");
            assert!(!about.details.is_empty() && !about.example.found.is_empty(), "{rule}");
        }
    }
}
