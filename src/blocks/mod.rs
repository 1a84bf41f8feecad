//! Markdown, cut into blocks that add up to the text, and the leaves in them.
//!
//! Blocks tile the text: the first begins at byte 0, each begins where the one before it ended, and
//! the last ends at the end. Joined, they *are* the text. A leaf is a run of inline content: a
//! paragraph, a heading, a table cell, the line of a tight list item, a text in an HTML block, the
//! title of a reference.
//!
//! The shape of a document is what must not differ between a source and its edition.
//!
//! A part between the comments `<!-- nekoyaku: skip -->` and `<!-- nekoyaku: end -->` is not
//! translated. A comment that is a block of its own reaches to the next `end` block, at whatever depth,
//! or to the end of the file; one within a paragraph to the `end` in it, or to the paragraph's end.

mod reader;
mod shape;

use std::ops::Range;

use pulldown_cmark::Options;
use serde::Deserialize;
use unicase::UniCase;

use crate::inline::{Inline, Keeper, Share, Store};
use crate::source::Span;

use reader::Reader;
use shape::{Comparison, Step};

pub use shape::Difference;
pub(crate) use shape::{Piece, same_kind};

/// What the parser is asked to know besides `CommonMark` and GFM.
///
/// Both are off unless asked for, because they change what stands there already: `$` is a price
/// more often than a formula, and a line that begins with `: ` need not define anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialect {
    /// Whether `$…$` and `$$…$$` are formulas, which are not translated.
    pub math: bool,
    /// Whether a line that begins with `: ` defines the line above it.
    pub definition_lists: bool,
}

impl Dialect {
    /// The parser's options.
    ///
    /// Its metadata option stays off: it takes `---` lines anywhere in a document for front matter.
    /// Heading attributes stay off: they can make 0.13.6 panic.
    pub(crate) fn options(self) -> Options {
        let mut options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM;
        options.set(Options::ENABLE_MATH, self.math);
        options.set(Options::ENABLE_DEFINITION_LIST, self.definition_lists);
        options
    }
}

/// A parsed text. It does not hold the text; what asks for its insides brings the text along.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The top-level blocks; they tile the text.
    pub blocks: Vec<Block>,
    /// The leaves, in order.
    pub leaves: Vec<Leaf>,
    /// The reference definitions, in the order of their labels without regard to case.
    pub definitions: Vec<Definition>,
    /// How it was read.
    pub dialect: Dialect,
    // The tree of blocks, flat.
    steps: Vec<Step>,
    store: Store,
}

/// A link reference definition, `[label]: destination "title"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it goes by.
    pub label: String,
    /// Where it points.
    pub destination: String,
    /// Its title, empty where there is none.
    pub title: String,
    /// Its bytes.
    pub span: Span,
    // The label as labels are compared.
    key: UniCase<String>,
}

/// A top-level block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes, and those up to the next block.
    pub span: Span,
    leaves: (u32, u32),
}

impl Block {
    /// Its leaves, by index.
    pub fn leaves(&self) -> Range<usize> {
        self.leaves.0 as usize..self.leaves.1 as usize
    }
}

/// The kinds of [`Block`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Text, blank lines or definitions that are no block.
    Blank,
    /// A paragraph.
    Paragraph,
    /// A heading of a level from 1 to 6.
    Heading(u8),
    /// A list of either kind.
    List,
    /// A block quote.
    Quote,
    /// A fenced or indented code block.
    Code,
    /// An HTML block.
    Html,
    /// A table.
    Table,
    /// A thematic break.
    Rule,
    /// A footnote's definition.
    Footnote,
    /// What other extensions bring.
    Other,
}

/// A run of inline content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands.
    pub kind: LeafKind,
    /// Whether its author does not want it translated.
    pub skipped: bool,
    /// Its bytes, without the heading's `#`, the item's bullet, the blanks around.
    pub span: Span,
    /// The block it belongs to, by index.
    pub block: u32,
    opaque: bool,
    // Where its tokens and marks begin in the store; they end where the next leaf's begin.
    tokens: u32,
    marks: u32,
}

/// Where a leaf stands, which decides what its text may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// A paragraph: of its own, in a quote, in a loose list.
    Paragraph,
    /// A heading after `#`.
    Atx(u8),
    /// A heading above `===` or `---`.
    Setext(u8),
    /// The text of a tight list item.
    Item,
    /// A table cell.
    Cell,
    /// A term of a definition list.
    Term,
    /// A definition of a term.
    Definition,
    /// A text in an HTML block.
    Html,
    /// The title of a reference definition; the ASCII character that ends it.
    Title(u8),
}

impl LeafKind {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Atx(_) | Self::Setext(_) => "heading",
            Self::Item => "item",
            Self::Cell => "cell",
            Self::Term => "term",
            Self::Definition => "definition",
            Self::Html => "html",
            Self::Title(_) => "title",
        }
    }
}

/// How a text is read.
#[derive(Clone, Copy, Default)]
pub struct Reading<'a> {
    /// The dialect.
    pub dialect: Dialect,
    /// What of the text is kept as it is.
    pub keep: Option<Keeper<'a>>,
    /// The definitions of another [`Document`] that are known, too.
    pub(crate) definitions: &'a [Definition],
}

impl Reading<'_> {
    /// Read only what is Markdown, in `dialect`.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Cut `text` into blocks.
    pub fn parse(self, text: &str) -> Document {
        Reader::read(text, self, None).0
    }
}

/// Cut `text`, `CommonMark` and GFM, into blocks.
///
/// ```
/// # use nekoyaku::blocks::parse;
/// let text = "# 周刊\n\n- 见[文章](https://a.example)\n";
/// let document = parse(text);
/// let joined: String = document.blocks.iter().map(|block| &text[block.span.range()]).collect();
/// assert_eq!(joined, text);
/// let leaf = &document.leaves[1];
/// assert_eq!(&text[leaf.span.range()], "见[文章](https://a.example)");
/// ```
pub fn parse(text: &str) -> Document {
    Reading::default().parse(text)
}

impl Document {
    /// Where, if anywhere, the shape of `other` is not that of this document: another block, other
    /// marks in a leaf, or the same ones within others; another destination. The order of marks in a
    /// leaf does not count, nor does the mark of what was left untranslated, nor what is kept as text.
    ///
    /// `text` is what this document was parsed from. `other` is compared while it is read, and nothing
    /// of it is held.
    pub fn difference(&self, text: &str, other: &str) -> Option<Difference> {
        Reader::read(other, Reading::new(self.dialect), Some(Comparison::new(self, text))).1
    }

    /// The inside of a leaf, by index; `text` is what was parsed.
    pub fn inline<'d>(&'d self, text: &'d str, leaf: usize) -> Inline<'d> {
        self.part(text, self.share(leaf))
    }

    /// A part of a leaf.
    pub(crate) fn part<'d>(&'d self, text: &'d str, share: Share) -> Inline<'d> {
        Inline::new(text, &self.store, share)
    }

    /// A leaf's part of the store.
    pub(crate) fn share(&self, leaf: usize) -> Share {
        let this = &self.leaves[leaf];
        let all = (self.store.tokens.len() as u32, self.store.marks.len() as u32);
        let (tokens, marks) = self.leaves.get(leaf + 1).map_or(all, |next| (next.tokens, next.marks));
        Share {
            start: this.span.start() as u32,
            tokens: (this.tokens, tokens),
            marks: (this.marks, marks),
            opaque: this.opaque,
        }
    }
}

/// A label as labels are compared (`CommonMark` §4.7): a blank that only Unicode calls one is a character.
fn normalized(label: &str) -> UniCase<String> {
    let words = label.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    UniCase::new(words.collect::<Vec<_>>().join(" "))
}

/// The marker that says a segment was left in the source language.
///
/// A comment at the end of the segment: at the beginning it would open an HTML block.
pub const UNTRANSLATED: &str = "<!-- nekoyaku: untranslated -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_blocks_are_the_text() {
        for text in [
            "",
            "\n\n",
            "# 周刊\n\n本周[链接][1]\n\n[1]: https://a.example\n",
            "> 引用\r\n\r\n---\r\n",
            "  - 一\n  - 二",
            "    代码\n",
        ] {
            let document = parse(text);
            let joined: String = document.blocks.iter().map(|block| &text[block.span.range()]).collect();
            assert_eq!(joined, text);
        }
    }

    #[test]
    fn leaves_know_where_they_stand() {
        let text = "标题\n===\n\n## 二 ##\n\n- 紧\n\n| 甲 | 乙 |\n|--|--|\n| 丙 | [丁](u) |\n\n> 引\n> 用\n";
        let document = parse(text);
        let seen: Vec<_> = document.leaves.iter().map(|leaf| (leaf.kind, &text[leaf.span.range()])).collect();
        assert_eq!(
            seen,
            [
                (LeafKind::Setext(1), "标题"),
                (LeafKind::Atx(2), "二"),
                (LeafKind::Item, "紧"),
                (LeafKind::Cell, "甲"),
                (LeafKind::Cell, "乙"),
                (LeafKind::Cell, "丙"),
                (LeafKind::Cell, "[丁](u)"),
                (LeafKind::Paragraph, "引\n> 用"),
            ]
        );
        assert!((0..document.leaves.len()).all(|leaf| !document.inline(text, leaf).is_opaque()));
    }
}
