//! Markdown, cut into blocks that add up to the text, and the leaves in them.
//!
//! Blocks tile the text: the first begins at byte 0, each begins where the one before it ended, and
//! the last ends at the end. Joined, they *are* the text. A leaf is a run of inline content: a
//! paragraph, a heading, a table cell, the line of a tight list item.
//!
//! The shape of a document is what must not differ between a source and its edition.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::inline::{Builder, Inline, MarkKind, Node};
use crate::source::Span;

/// What the parser is asked to know: `CommonMark` and GFM.
///
/// Its metadata option stays off: it takes `---` lines anywhere in a document for front matter.
/// Heading attributes stay off: they can make 0.13.6 panic.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// The parser options, for those that read what we wrote.
pub(crate) const fn options() -> Options {
    OPTIONS
}

/// A parsed text.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The top-level blocks; they tile the text.
    pub blocks: Vec<Block>,
    /// The leaves, in order.
    pub leaves: Vec<Leaf>,
    /// The tree of blocks, written flat: equal for texts of the same shape.
    pub shape: Vec<Shape>,
    /// The reference definitions, in the order of their labels without regard to case.
    pub definitions: Vec<Definition>,
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
}

/// A top-level block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes, and those up to the next block.
    pub span: Span,
    /// Where its own bytes begin and end, without blank lines around.
    pub content: Span,
    /// Its leaves, by index.
    pub leaves: Range<usize>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands.
    pub kind: LeafKind,
    /// Its bytes, without the heading's `#`, the item's bullet, the blanks around.
    pub span: Span,
    /// What is in it.
    pub inline: Inline,
    /// The block it belongs to, by index.
    pub block: usize,
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
}

/// A step through the tree of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A block begins.
    Open(String),
    /// It ends.
    Close,
    /// A block without text: code, HTML, a rule; with what must be the same.
    Fixed(String),
    /// A leaf, by index: its marks as a sorted list of paths.
    Leaf(usize, Vec<String>),
}

/// Cut `text` into blocks.
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
    parse_with(text, &[])
}

/// [`parse`], where `definitions` of another [`Document`] are known too.
pub(crate) fn parse_with(text: &str, definitions: &[Definition]) -> Document {
    let mut known = |link: BrokenLink<'_>| {
        let wanted = normalized(&link.reference);
        let place = definitions.binary_search_by(|definition| normalized(&definition.label).cmp(&wanted)).ok()?;
        let found = &definitions[place];
        Some((CowStr::from(found.destination.clone()), CowStr::from(found.title.clone())))
    };
    let parser = Parser::new_with_broken_link_callback(text, OPTIONS, Some(&mut known));
    let mut reader = Reader::new(text);
    for (label, definition) in parser.reference_definitions().iter() {
        reader.document.definitions.push(Definition {
            label: label.to_owned(),
            destination: definition.dest.to_string(),
            title: definition.title.as_deref().unwrap_or_default().to_owned(),
        });
    }
    // The parser keeps them in a hash map.
    reader
        .document
        .definitions
        .sort_by_cached_key(|definition| (normalized(&definition.label), definition.label.clone()));
    for (event, range) in parser.into_offset_iter() {
        reader.read(event, range);
    }
    reader.finish()
}

fn normalized(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

struct Reader<'s> {
    text: &'s str,
    document: Document,
    // Open containers and leaves: kind of leaf they may hold, and where they begin.
    open: Vec<(Option<LeafKind>, usize)>,
    builder: Option<Builder<'s>>,
    // How deep in marks the builder is.
    depth: usize,
    // The content of the code or HTML block that is open.
    fixed: Option<String>,
}

impl<'s> Reader<'s> {
    fn new(text: &'s str) -> Self {
        Self { text, document: Document::default(), open: Vec::new(), builder: None, depth: 0, fixed: None }
    }

    fn read(&mut self, event: Event<'s>, range: Range<usize>) {
        if let Some(fixed) = &mut self.fixed {
            match event {
                Event::Text(text) | Event::Html(text) => fixed.push_str(&text),
                Event::End(_) => {
                    let fixed = self.fixed.take().unwrap_or_default();
                    self.document.shape.push(Shape::Fixed(fixed));
                }
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) if is_block(&tag) => self.open(&tag, range),
            Event::End(tag) if is_block_end(tag) => {
                self.close_leaf();
                self.open.pop();
                self.document.shape.push(Shape::Close);
            }
            Event::Rule => {
                self.close_leaf();
                self.top_level(BlockKind::Rule, &range);
                self.document.shape.push(Shape::Fixed("rule".into()));
            }
            Event::TaskListMarker(done) => {
                self.close_leaf();
                self.document.shape.push(Shape::Fixed(format!("task {done}")));
            }
            event => self.inline(event, range),
        }
    }

    fn open(&mut self, tag: &Tag<'s>, range: Range<usize>) {
        self.close_leaf();
        // Behind a task's box a line with `#` is no heading of its own, and may be one by its underline.
        let heading = self.text[range.clone()].trim();
        let atx = heading.starts_with('#') && !heading.contains(['\n', '\r']);
        let (kind, leaf, shape) = match tag {
            Tag::Paragraph => (BlockKind::Paragraph, Some(LeafKind::Paragraph), "paragraph".to_owned()),
            Tag::Heading { level, .. } => {
                let level = *level as u8;
                let leaf = if atx { LeafKind::Atx(level) } else { LeafKind::Setext(level) };
                (BlockKind::Heading(level), Some(leaf), format!("heading {level}"))
            }
            Tag::BlockQuote(kind) => (BlockKind::Quote, None, format!("quote {kind:?}")),
            Tag::List(start) => (BlockKind::List, None, format!("list {start:?}")),
            Tag::Item => (BlockKind::List, Some(LeafKind::Item), "item".to_owned()),
            Tag::Table(alignments) => (BlockKind::Table, None, format!("table {alignments:?}")),
            Tag::TableCell => (BlockKind::Table, Some(LeafKind::Cell), "cell".to_owned()),
            Tag::FootnoteDefinition(label) => (BlockKind::Footnote, None, format!("footnote {label}")),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => format!("code {info}\n"),
                    CodeBlockKind::Indented => "indented code\n".to_owned(),
                };
                self.top_level(BlockKind::Code, &range);
                self.fixed = Some(info);
                return;
            }
            Tag::HtmlBlock => {
                self.top_level(BlockKind::Html, &range);
                self.fixed = Some("html\n".to_owned());
                return;
            }
            other => (BlockKind::Other, None, format!("{other:?}")),
        };
        self.top_level(kind, &range);
        self.document.shape.push(Shape::Open(shape));
        self.open.push((leaf, range.start));
    }

    fn top_level(&mut self, kind: BlockKind, range: &Range<usize>) {
        if !self.open.is_empty() {
            return;
        }
        // The range of an indented block begins after its indentation.
        let line = self.text[..range.start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let blank = self.text[line..range.start].bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        let start = if blank { line } else { range.start };
        let end = range.start + self.text[range.clone()].trim_end().len();
        let leaves = self.document.leaves.len();
        self.document.blocks.push(Block {
            kind,
            span: Span::new(start, start),
            content: Span::new(range.start, end),
            leaves: leaves..leaves,
        });
    }

    fn inline(&mut self, event: Event<'s>, range: Range<usize>) {
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let floor = self.open.last().map_or(0, |(_, start)| *start);
        self.builder.get_or_insert_with(|| Builder::new(self.text, range.start, floor)).push(event, range);
    }

    fn close_leaf(&mut self) {
        let Some(builder) = self.builder.take() else {
            return;
        };
        self.depth = 0;
        let (span, mut inline) = builder.finish();
        let kind = self.open.last().and_then(|(kind, _)| *kind).unwrap_or_else(|| {
            inline.opaque = true;
            LeafKind::Paragraph
        });
        let index = self.document.leaves.len();
        let block = self.document.blocks.len().saturating_sub(1);
        self.document.shape.push(Shape::Leaf(index, paths(&inline)));
        self.document.leaves.push(Leaf { kind, span, inline, block });
    }

    fn finish(mut self) -> Document {
        self.close_leaf();
        let mut document = self.document;
        let end = self.text.len();
        let first = document.blocks.first().map_or(end, |block| block.span.start());
        if first > 0 {
            let blank = Block {
                kind: BlockKind::Blank,
                span: Span::new(0, first),
                content: Span::new(0, self.text[..first].trim_end().len()),
                leaves: 0..0,
            };
            document.blocks.insert(0, blank);
            for leaf in &mut document.leaves {
                leaf.block += 1;
            }
        }
        let mut next = end;
        for block in document.blocks.iter_mut().rev() {
            block.span = Span::new(block.span.start(), next);
            next = block.span.start();
        }
        let mut leaf = 0;
        for (index, block) in document.blocks.iter_mut().enumerate() {
            let start = leaf;
            while document.leaves.get(leaf).is_some_and(|leaf| leaf.block == index) {
                leaf += 1;
            }
            block.leaves = start..leaf;
        }
        document
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::Subscript
            | Tag::Superscript
    )
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::Subscript
            | TagEnd::Superscript
    )
}

/// The marker that says a segment was left in the source language.
///
/// A comment at the end of the segment: at the beginning it would open an HTML block.
pub const UNTRANSLATED: &str = "<!-- nekoyaku: untranslated -->";

/// Each mark with the marks around it, sorted: what a translation may reorder and must not change.
fn paths(inline: &Inline) -> Vec<String> {
    fn walk(nodes: &[Node], inline: &Inline, path: &str, into: &mut Vec<String>) {
        for node in nodes {
            match node {
                Node::Text { .. } => {}
                Node::Soft(_) => into.push("line".to_owned()),
                Node::Mark(index, inside) => {
                    let mark = &inline.marks[*index];
                    if mark.kind == MarkKind::Html && mark.target == UNTRANSLATED {
                        continue;
                    }
                    let here = format!("{path}/{:?} {}", mark.kind, mark.target);
                    walk(inside, inline, &here, into);
                    into.push(here);
                }
            }
        }
    }
    let mut paths = Vec::new();
    walk(&inline.nodes, inline, "", &mut paths);
    paths.sort_unstable();
    paths
}

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
        assert!(document.leaves.iter().all(|leaf| !leaf.inline.opaque));
    }
}
