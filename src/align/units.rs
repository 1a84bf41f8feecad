//! What is aligned: the leaves of a document, and what else it shows.

use crate::blocks::{BlockKind, Document, LeafKind, Piece};
use crate::inline::{Inline, Share};
use crate::source::Span;

/// A paragraph of more lines than this is aligned line by line: an index of past issues, not prose.
const LINES_OF_PROSE: usize = 12;

/// One of the two texts, with what is aligned of it.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// The text that was parsed.
    pub text: &'a str,
    /// The document it was parsed to.
    pub document: &'a Document,
    /// Its units.
    pub units: Vec<Unit>,
}

impl<'a> Side<'a> {
    /// Cut `document`, which was parsed from `text`, into units.
    pub fn new(text: &'a str, document: &'a Document) -> Self {
        Self { text, document, units: units(text, document) }
    }

    /// The bytes of a unit.
    pub fn slice(&self, unit: usize) -> &'a str {
        &self.text[self.units[unit].span.range()]
    }

    /// The inside of a unit; none of code, HTML without text, a thematic break.
    pub fn inline(&self, unit: usize) -> Option<Inline<'a>> {
        self.units[unit].inline(self.text, self.document)
    }

    /// Whether a unit is a part of a block quote.
    pub fn is_quoted(&self, unit: usize) -> bool {
        self.document.blocks[self.units[unit].block as usize].kind == BlockKind::Quote
    }

    /// Whether a unit says that it is a translator's: `訳注：…`, `译注：…`.
    pub fn is_note(&self, unit: usize) -> bool {
        self.inline(unit).is_some_and(|inline| is_note(&inline))
    }
}

/// A piece of a document that has one counterpart in a document of the same shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it is.
    pub kind: UnitKind,
    /// Its bytes: those of a leaf without the heading's `#` and the item's bullet.
    pub span: Span,
    /// The top-level block it belongs to, by index.
    pub block: u32,
    /// The leaf it is, or is a line of; by index.
    pub leaf: Option<u32>,
    share: Share,
}

impl Unit {
    /// Its inside, where it is a leaf or a line of one.
    pub fn inline<'d>(&self, text: &'d str, document: &'d Document) -> Option<Inline<'d>> {
        self.leaf.map(|_| document.part(text, self.share))
    }
}

/// The kinds of [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A heading of a level from 1 to 6.
    Heading(u8),
    /// A paragraph: of its own, in a quote, in a loose list.
    Paragraph,
    /// The text of a tight list item.
    Item,
    /// A table cell.
    Cell,
    /// A text in an HTML block.
    Html,
    /// A code block.
    Code,
    /// HTML that is not text: a block without any, or what has an address between two texts.
    Tags,
    /// A thematic break.
    Rule,
    /// A line of a paragraph that has many.
    Line,
    /// A term, or a definition of one.
    Other,
}

impl UnitKind {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading(_) => "heading",
            Self::Paragraph => "paragraph",
            Self::Item => "item",
            Self::Cell => "cell",
            Self::Html | Self::Tags => "html",
            Self::Code => "code",
            Self::Rule => "rule",
            Self::Line => "line",
            Self::Other => "definition",
        }
    }

    /// Whether an edition may make one of two, or two of one.
    pub(super) fn is_prose(self) -> bool {
        matches!(self, Self::Paragraph | Self::Item | Self::Line)
    }
}

/// All that `document` shows, in the order of `text`, which it was parsed from. The titles of
/// reference definitions, which are shown where they are used, are not among it.
pub fn units(text: &str, document: &Document) -> Vec<Unit> {
    let mut units = Vec::with_capacity(document.leaves.len());
    let mut leaves = 0..document.leaves.len();
    let mut block = 0;
    let mut place = |span: Span| {
        while document.blocks.get(block + 1).is_some_and(|next| next.span.start() <= span.start()) {
            block += 1;
        }
        block as u32
    };
    let mut pieces = document.pieces().peekable();
    let mut in_html = false;
    while let Some(piece) = pieces.next() {
        let beside_text = std::mem::take(&mut in_html);
        let (kind, span) = match piece {
            Piece::Leaf => {
                let Some(index) = leaves.next() else { break };
                in_html = document.leaves[index].kind == LeafKind::Html;
                push_leaf(&mut units, text, document, index);
                continue;
            }
            Piece::Code(span) => (UnitKind::Code, span),
            Piece::Rule(span) => (UnitKind::Rule, span),
            Piece::Html(span) => {
                let next = document.leaves.get(leaves.start).map(|leaf| leaf.kind);
                let before_text = matches!(pieces.peek(), Some(Piece::Leaf)) && next == Some(LeafKind::Html);
                if (beside_text || before_text) && !has_address(&text[span.range()]) {
                    continue;
                }
                (UnitKind::Tags, span)
            }
        };
        units.push(Unit { kind, span, block: place(span), leaf: None, share: Share::default() });
    }
    units
}

fn push_leaf(units: &mut Vec<Unit>, text: &str, document: &Document, index: usize) {
    let leaf = &document.leaves[index];
    let kind = match leaf.kind {
        LeafKind::Title(_) => return,
        LeafKind::Atx(level) | LeafKind::Setext(level) => UnitKind::Heading(level),
        LeafKind::Paragraph => UnitKind::Paragraph,
        LeafKind::Item => UnitKind::Item,
        LeafKind::Cell => UnitKind::Cell,
        LeafKind::Html => UnitKind::Html,
        LeafKind::Term | LeafKind::Definition => UnitKind::Other,
    };
    let share = document.share(index);
    let unit = Unit { kind, span: leaf.span, block: leaf.block, leaf: Some(index as u32), share };
    let inline = document.inline(text, index);
    if inline.line_count() <= LINES_OF_PROSE {
        units.push(unit);
        return;
    }
    let lines = inline.lines().map(|share| Unit {
        kind: UnitKind::Line,
        span: document.part(text, share).span(),
        share,
        ..unit
    });
    units.extend(lines.filter(|line| !line.span.is_empty()));
}

/// Whether HTML that is no text points somewhere.
fn has_address(html: &str) -> bool {
    ["href", "src"].into_iter().any(|name| memchr::memmem::find(html.as_bytes(), name.as_bytes()).is_some())
}

/// Whether `inline` begins as a translator's note does, whatever stands around the word.
pub(super) fn is_note(inline: &Inline<'_>) -> bool {
    let mut texts = inline.texts().filter(|(text, _)| text.contains(|c: char| !c.is_whitespace()));
    texts.next().is_some_and(|(text, _)| begins_note(text))
}

/// Whether a text begins as a translator's note does: `訳注：…`, `译注：…`.
pub(crate) fn begins_note(text: &str) -> bool {
    const WORDS: [&str; 6] = ["訳注", "訳者注", "译注", "译者注", "译者按", "譯註"];
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "（(【［[「※＊*".contains(c));
    WORDS.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::parse;

    fn kinds(text: &str) -> Vec<(UnitKind, &str)> {
        let document = parse(text);
        let units = units(text, &document);
        assert!(units.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()), "{units:?}");
        let block = |unit: &Unit| document.blocks[unit.block as usize].span;
        assert!(
            units.iter().all(|unit| block(unit).start() <= unit.span.start() && unit.span.end() <= block(unit).end())
        );
        units.iter().map(|unit| (unit.kind, text[unit.span.range()].trim_end())).collect()
    }

    #[test]
    fn all_that_is_shown_is_a_unit() {
        let text = "## 项目\n\n介绍\n\n- 甲\n- 乙\n\n---\n\n> 引\n>\n> ***\n\n```\n码\n```\n\n<div>\n<p>文</p>\n</div>\n\n<hr>\n\n|丙|\n|-|\n|丁|\n";
        use UnitKind as K;
        let expected = [
            (K::Heading(2), "项目"),
            (K::Paragraph, "介绍"),
            (K::Item, "甲"),
            (K::Item, "乙"),
            (K::Rule, "---"),
            (K::Paragraph, "引"),
            (K::Rule, "***"),
            (K::Code, "```\n码\n```"),
            (K::Html, "文"),
            (K::Tags, "<hr>"),
            (K::Cell, "丙"),
            (K::Cell, "丁"),
        ];
        assert_eq!(kinds(text), expected);
    }

    #[test]
    fn titles_of_references_are_no_units_and_addresses_between_texts_are() {
        let text = "[甲]: u \"题\"\n\n见[甲]\n\n<p><img src=\"a.png\">图</p>\n";
        use UnitKind as K;
        assert_eq!(kinds(text), [(K::Paragraph, "见[甲]"), (K::Tags, "<p><img src=\"a.png\">"), (K::Html, "图")]);
    }

    #[test]
    fn a_long_paragraph_is_its_lines() {
        let text = (1..=13).map(|n| format!("{n}、[第 {n} 期](https://a.example/{n})\n")).collect::<String>();
        let lines = kinds(&text);
        assert_eq!(lines.len(), 13);
        assert_eq!(lines[12], (UnitKind::Line, "13、[第 13 期](https://a.example/13)"));
        assert_eq!(kinds(&text[text.find("2、").unwrap()..]).len(), 1);
    }

    #[test]
    fn a_note_is_known_by_its_first_word() {
        let text = "訳注：註\n\n**訳注**\n\n（訳注：註）\n\n[译注](u)\n\n訳文\n\n`訳注`\n";
        let document = parse(text);
        let side = Side::new(text, &document);
        let notes: Vec<bool> = (0..side.units.len()).map(|unit| side.is_note(unit)).collect();
        assert_eq!(notes, [true, true, true, true, false, false]);
    }
}
