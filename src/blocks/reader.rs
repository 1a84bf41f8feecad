//! From the parser's events to blocks, leaves and the steps of the tree.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, BrokenLink, CowStr, Event, Parser, Tag, TagEnd};

use super::shape::{Comparison, Container, Difference, Step};
use super::{Block, BlockKind, Definition, Document, Leaf, LeafKind, Reading, normalized};
use crate::html::{self, PieceKind};
use crate::inline::{Builder, Built, Directive, MarkKind, Share, title_place, without_prefixes};
use crate::source::{MAX_LENGTH, Span};

pub(super) struct Reader<'s> {
    text: &'s str,
    document: Document,
    builder: Builder<'s>,
    // Whether a leaf is being built.
    in_leaf: bool,
    // Open containers and leaves.
    open: Vec<Open>,
    // The code or HTML block that is open.
    fixed: Option<Fixed>,
    // The titles of references, the last first.
    titles: Vec<Title>,
    skipping: bool,
    // What is read is held against another document, and forgotten.
    comparison: Option<Comparison<'s>>,
}

/// A block that is open: what leaf it may hold, and where it begins.
struct Open {
    leaf: Option<LeafKind>,
    start: usize,
}

/// A block without Markdown in it.
struct Fixed {
    span: Span,
    // The lines of an HTML block, without the prefix of their containers; `None` for code.
    lines: Option<Vec<Span>>,
}

/// The title of a reference: where its text is, and how it reads.
struct Title {
    span: Span,
    quote: u8,
    reads: String,
}

impl<'s> Reader<'s> {
    /// Read `text`; where it is held against another document, say where it differs instead.
    pub(super) fn read(
        text: &'s str,
        reading: Reading<'s>,
        comparison: Option<Comparison<'s>>,
    ) -> (Document, Option<Difference>) {
        let Reading { dialect, keep, definitions } = reading;
        if text.len() > MAX_LENGTH {
            // No place in it could be said.
            let difference = comparison.map(|_| Difference { leaves: 0 });
            return (Document { dialect, ..Document::default() }, difference);
        }
        let mut known = |link: BrokenLink<'_>| {
            if definitions.is_empty() {
                return None;
            }
            let wanted = normalized(&link.reference);
            let place = definitions.binary_search_by(|definition| definition.key.cmp(&wanted)).ok()?;
            let found = &definitions[place];
            Some((CowStr::from(found.destination.clone()), CowStr::from(found.title.clone())))
        };
        let parser = Parser::new_with_broken_link_callback(text, dialect.options(), Some(&mut known));
        let mut reader = Self {
            text,
            document: Document { dialect, ..Document::default() },
            builder: Builder::new(text, keep),
            in_leaf: false,
            open: Vec::new(),
            fixed: None,
            titles: Vec::new(),
            skipping: false,
            comparison,
        };
        for (label, definition) in parser.reference_definitions().iter() {
            let title = definition.title.as_deref().unwrap_or_default();
            reader.titles.extend(reference_title(text, &definition.span, title));
            reader.document.definitions.push(Definition {
                label: label.to_owned(),
                destination: definition.dest.to_string(),
                title: title.to_owned(),
                span: Span::from(definition.span.clone()),
                key: normalized(label),
            });
        }
        // The parser keeps them in a hash map.
        reader.document.definitions.sort_by(|a, b| (&a.key, &a.label).cmp(&(&b.key, &b.label)));
        reader.titles.sort_unstable_by_key(|title| std::cmp::Reverse(title.span));
        if let Some(comparison) = &mut reader.comparison {
            comparison.definitions(&reader.document.definitions);
        }
        for (event, range) in parser.into_offset_iter() {
            if reader.comparison.as_ref().is_some_and(Comparison::differs) {
                break;
            }
            reader.event(event, range);
        }
        reader.finish()
    }

    fn event(&mut self, event: Event<'s>, range: Range<usize>) {
        if let Some(fixed) = &mut self.fixed {
            match event {
                Event::Html(_) => fixed.lines.iter_mut().for_each(|lines| lines.push(Span::from(range.clone()))),
                Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.close_fixed(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Subscript
                | Tag::Superscript,
            )
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image
                | TagEnd::Subscript
                | TagEnd::Superscript,
            ) => self.inline(event, range),
            Event::Start(tag) => self.open(&tag, range),
            Event::End(_) => {
                self.close_leaf();
                self.open.pop();
                self.step(Step::Close);
            }
            Event::Rule => {
                self.close_leaf();
                self.titles_before(range.start);
                self.top_level(BlockKind::Rule, &range);
                self.step(Step::Rule(Span::from(range)));
            }
            Event::TaskListMarker(done) => {
                self.close_leaf();
                self.step(Step::Task(done));
            }
            event => self.inline(event, range),
        }
    }

    fn open(&mut self, tag: &Tag<'s>, range: Range<usize>) {
        self.close_leaf();
        self.titles_before(range.start);
        let (kind, leaf, container) = match tag {
            Tag::Paragraph => (BlockKind::Paragraph, Some(LeafKind::Paragraph), Container::Paragraph),
            Tag::Heading { level, .. } => {
                let level = *level as u8;
                // Behind a task's box a line with `#` is no heading of its own, and may be one by its underline.
                let heading = self.text[range.clone()].trim();
                let atx = heading.starts_with('#') && !heading.contains(['\n', '\r']);
                let leaf = if atx { LeafKind::Atx(level) } else { LeafKind::Setext(level) };
                (BlockKind::Heading(level), Some(leaf), Container::Heading(level))
            }
            Tag::BlockQuote(kind) => (BlockKind::Quote, None, Container::Quote(kind.map_or(0, alert_number))),
            Tag::List(start) => (BlockKind::List, None, Container::List(start.map(list_number))),
            Tag::Item => (BlockKind::List, Some(LeafKind::Item), Container::Item),
            Tag::Table(alignments) => {
                let alignments = self.builder.store().hold(format!("{alignments:?}"));
                (BlockKind::Table, None, Container::Table(alignments))
            }
            Tag::TableHead => (BlockKind::Table, None, Container::Head),
            Tag::TableRow => (BlockKind::Table, None, Container::Row),
            Tag::TableCell => (BlockKind::Table, Some(LeafKind::Cell), Container::Cell),
            Tag::FootnoteDefinition(label) => {
                let label = self.builder.store().hold(label.to_string());
                (BlockKind::Footnote, None, Container::Footnote(label))
            }
            Tag::DefinitionList => (BlockKind::Other, None, Container::Definitions),
            Tag::DefinitionListTitle => (BlockKind::Other, Some(LeafKind::Term), Container::Term),
            Tag::DefinitionListDefinition => (BlockKind::Other, Some(LeafKind::Definition), Container::Definition),
            Tag::CodeBlock(_) => {
                self.top_level(BlockKind::Code, &range);
                self.fixed = Some(Fixed { span: Span::from(range), lines: None });
                return;
            }
            Tag::HtmlBlock => {
                self.top_level(BlockKind::Html, &range);
                self.fixed = Some(Fixed { span: Span::from(range), lines: Some(Vec::new()) });
                return;
            }
            // None of the options that bring others is on.
            _ => (BlockKind::Other, None, Container::Unknown),
        };
        self.top_level(kind, &range);
        self.step(Step::Open(container));
        self.open.push(Open { leaf, start: range.start });
    }

    fn top_level(&mut self, kind: BlockKind, range: &Range<usize>) {
        if !self.open.is_empty() || self.comparison.is_some() {
            return;
        }
        // The range of an indented block begins after its indentation.
        let line = memchr::memrchr2(b'\n', b'\r', &self.text.as_bytes()[..range.start]).map_or(0, |end| end + 1);
        let blank = self.text[line..range.start].bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        let start = if blank { line } else { range.start };
        let leaves = self.document.leaves.len() as u32;
        self.document.blocks.push(Block { kind, span: Span::new(start, start), leaves: (leaves, leaves) });
    }

    fn inline(&mut self, event: Event<'s>, range: Range<usize>) {
        if !self.in_leaf {
            self.titles_before(range.start);
            let floor = self.open.last().map_or(0, |open| open.start);
            self.builder.begin(range.start, floor);
            self.in_leaf = true;
        }
        self.builder.push(event, range);
    }

    fn close_leaf(&mut self) {
        if !std::mem::take(&mut self.in_leaf) {
            return;
        }
        let mut built = self.builder.finish();
        let kind = self.open.last().and_then(|open| open.leaf).unwrap_or_else(|| {
            built.share.opaque = true;
            LeafKind::Paragraph
        });
        self.push_leaf(kind, &built);
    }

    fn push_leaf(&mut self, kind: LeafKind, built: &Built) {
        let block = self.document.blocks.len().saturating_sub(1) as u32;
        let &Built { span, share, ends_skip } = built;
        let skipped = self.skipping;
        self.skipping &= !ends_skip;
        if let Some(comparison) = &mut self.comparison {
            comparison.leaf(kind, &self.builder.built(share));
            self.builder.store().clear();
            return;
        }
        self.document.push_step(Step::Leaf);
        let Share { tokens: (tokens, _), marks: (marks, _), opaque, .. } = share;
        self.document.leaves.push(Leaf { kind, skipped, span, block, opaque, tokens, marks });
    }

    fn step(&mut self, step: Step) {
        match &mut self.comparison {
            Some(comparison) => comparison.step(step, self.text, self.builder.store()),
            None => self.document.push_step(step),
        }
    }

    fn close_fixed(&mut self) {
        let Some(Fixed { span, lines }) = self.fixed.take() else { return };
        let Some(lines) = lines else {
            self.step(Step::Code(span));
            return;
        };
        let directives = directives(&self.text[span.range()]);
        if self.skipping || directives.is_some() {
            self.skipping = directives.map_or(self.skipping, |directive| directive == Directive::Skip);
            self.step(Step::Skipped(span));
            return;
        }
        let mut at = span.start();
        for run in html::runs(self.text, &lines) {
            let Some(built) = self.html_leaf(&run) else { continue };
            self.step(Step::Html(Span::new(at, built.span.start())));
            at = built.span.end();
            self.push_leaf(LeafKind::Html, &built);
        }
        self.step(Step::Html(Span::new(at, span.end())));
    }

    fn html_leaf(&mut self, run: &html::Run) -> Option<Built> {
        let first = run.pieces.first()?;
        self.builder.begin(first.span.start(), first.span.start());
        for piece in &run.pieces {
            let range = piece.span.range();
            match &piece.kind {
                PieceKind::Text => self.builder.text(&CowStr::Borrowed(&self.text[range.clone()]), range),
                PieceKind::Entity(reads) => self.builder.text(&CowStr::from(reads.clone()), range),
                PieceKind::Break => self.builder.line_break(range, MarkKind::Other),
                PieceKind::Tag => match code_in(&self.text[range.clone()]) {
                    Some(code) => self.builder.void(MarkKind::Code, range, code),
                    None => {
                        let tag = &self.text[range.clone()];
                        let one_line = !tag.contains(['\n', '\r']);
                        let tag = if one_line { Cow::Borrowed(tag) } else { Cow::Owned(without_prefixes(tag)) };
                        self.builder.html(&tag, range);
                    }
                },
            }
        }
        Some(self.builder.finish())
    }

    /// The titles of references that are defined before `offset` are leaves.
    fn titles_before(&mut self, offset: usize) {
        while let Some(Title { span, quote, reads }) = self.titles.pop_if(|title| title.span.start() < offset) {
            self.builder.begin(span.start(), span.start());
            self.builder.text(&CowStr::from(reads), span.range());
            let built = self.builder.finish();
            self.push_leaf(LeafKind::Title(quote), &built);
        }
    }

    fn finish(mut self) -> (Document, Option<Difference>) {
        if !self.comparison.as_ref().is_some_and(Comparison::differs) {
            self.close_leaf();
            self.titles_before(usize::MAX);
        }
        let mut document = self.document;
        if let Some(comparison) = self.comparison {
            return (document, comparison.finish());
        }
        document.store = self.builder.into_store();
        document.store.shrink();
        let end = self.text.len();
        let first = document.blocks.first().map_or(end, |block| block.span.start());
        if first > 0 {
            let blank = Block { kind: BlockKind::Blank, span: Span::new(0, first), leaves: (0, 0) };
            let no_block = document.blocks.is_empty();
            document.blocks.insert(0, blank);
            for leaf in &mut document.leaves {
                // A reference may be defined before the first block.
                leaf.block = if no_block || leaf.span.end() <= first { 0 } else { leaf.block + 1 };
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
            while document.leaves.get(leaf as usize).is_some_and(|leaf| leaf.block as usize == index) {
                leaf += 1;
            }
            block.leaves = (start, leaf);
        }
        (document, None)
    }
}

/// The first number of a list, plus one, so that there is none that is 0.
fn list_number(start: u64) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(u32::try_from(start).unwrap_or(u32::MAX))
}

/// What is in `<code>…</code>` and its like: shown as code is.
fn code_in(element: &str) -> Option<&str> {
    let name = ["code", "kbd", "samp"].into_iter().find(|name| {
        let rest = element.strip_prefix('<').and_then(|rest| rest.get(name.len()..));
        element.get(1..=name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && rest.is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\n', '\r']))
    });
    let (start, end) = (element.find('>')? + 1, element.rfind("</")?);
    name.and_then(|_| element.get(start..end))
}

fn alert_number(kind: BlockQuoteKind) -> u8 {
    match kind {
        BlockQuoteKind::Note => 1,
        BlockQuoteKind::Tip => 2,
        BlockQuoteKind::Important => 3,
        BlockQuoteKind::Warning => 4,
        BlockQuoteKind::Caution => 5,
    }
}

/// The last directive in an HTML block.
fn directives(html: &str) -> Option<Directive> {
    if !html.contains("nekoyaku:") {
        return None;
    }
    let comments = html.match_indices("<!--").filter_map(|(at, _)| {
        let end = at + html[at..].find("-->")? + "-->".len();
        Directive::of(&html[at..end])
    });
    comments.last()
}

/// The title of a reference definition, where it stands on one line.
fn reference_title(text: &str, definition: &Range<usize>, title: &str) -> Option<Title> {
    // `&#10;` is a line end, too.
    if title.is_empty() || title.contains(['\n', '\r']) {
        return None;
    }
    let place = title_place(&text[definition.clone()])?;
    let span = Span::new(definition.start + place.start, definition.start + place.end);
    let raw = &text[span.range()];
    let quote = *text.as_bytes().get(span.end())?;
    let spelled = raw == title || raw.contains(['\\', '&']);
    (spelled && !raw.contains(['\n', '\r'])).then(|| Title { span, quote, reads: title.to_owned() })
}
