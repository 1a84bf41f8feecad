//! What each rule holds, for people.

mod blocks;
mod drafts;
mod files;
mod head;
mod links;
mod words;

use super::{About, Example, Rule};

pub(super) const fn about(rule: Rule) -> About {
    match rule {
        Rule::LinkMissing => links::LINK_MISSING,
        Rule::LinkAltered => links::LINK_ALTERED,
        Rule::LinkExtra => links::LINK_EXTRA,
        Rule::LinkMoved => links::LINK_MOVED,
        Rule::ImageMissing => links::IMAGE_MISSING,
        Rule::ImageAltered => links::IMAGE_ALTERED,
        Rule::ImageExtra => links::IMAGE_EXTRA,
        Rule::ImageMoved => links::IMAGE_MOVED,
        Rule::CodeMissing => links::CODE_MISSING,
        Rule::CodeAltered => links::CODE_ALTERED,
        Rule::CodeExtra => links::CODE_EXTRA,
        Rule::HtmlAltered => links::HTML_ALTERED,
        Rule::BlockMissing => blocks::BLOCK_MISSING,
        Rule::BlockExtra => blocks::BLOCK_EXTRA,
        Rule::BlockOrder => blocks::BLOCK_ORDER,
        Rule::BlockSplit => blocks::BLOCK_SPLIT,
        Rule::HeadingLevel => blocks::HEADING_LEVEL,
        Rule::ItemNumber => blocks::ITEM_NUMBER,
        Rule::MarkdownShape => blocks::MARKDOWN_SHAPE,
        Rule::EmphasisUnrendered => blocks::EMPHASIS_UNRENDERED,
        Rule::Placeholder => blocks::PLACEHOLDER,
        Rule::Preamble => drafts::PREAMBLE,
        Rule::Repetition => drafts::REPETITION,
        Rule::OtherSegment => drafts::OTHER_SEGMENT,
        Rule::BookTitle => drafts::BOOK_TITLE,
        Rule::FrontMatter => head::FRONT_MATTER,
        Rule::HeaderNote => head::HEADER_NOTE,
        Rule::HeaderDate => head::HEADER_DATE,
        Rule::HeaderUrl => head::HEADER_URL,
        Rule::HeaderTitle => head::HEADER_TITLE,
        Rule::Number => words::NUMBER,
        Rule::Symbol => words::SYMBOL,
        Rule::Label => words::LABEL,
        Rule::Untranslated => words::UNTRANSLATED,
        Rule::LeftoverChinese => words::LEFTOVER_CHINESE,
        Rule::CompatChar => words::COMPAT_CHAR,
        Rule::TermForbidden => words::TERM_FORBIDDEN,
        Rule::TermMissing => words::TERM_MISSING,
        Rule::FalseFriend => words::FALSE_FRIEND,
        Rule::Grammar => words::GRAMMAR,
        Rule::Bracket => words::BRACKET,
        Rule::Punctuation => words::PUNCTUATION,
        Rule::Spacing => words::SPACING,
        Rule::LengthRatio => words::LENGTH_RATIO,
        Rule::SourceChanged => files::SOURCE_CHANGED,
        Rule::SourceBroken => files::SOURCE_BROKEN,
        Rule::EditionMissing => files::EDITION_MISSING,
        Rule::SourceMissing => files::SOURCE_MISSING,
        Rule::Waiver => files::WAIVER,
    }
}
