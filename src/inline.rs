//! The inside of a paragraph, a heading, a cell: text, and the markup in it.
//!
//! A leaf's nodes tile its bytes: joined in order, opening and closing delimiters included, their
//! spans are the leaf. So whatever is not text can be put back as it was, byte for byte, without a
//! Markdown writer having opinions about it.
//!
//! Bare URLs and e-mail addresses are marks too, found by an ASCII scanner of our own:
//! pulldown-cmark has no such extension, GitHub links them, and a model must not touch them.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::script::is_invisible;
use crate::source::Span;

/// Something in a text that is not text: a link, emphasis, code, an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Its opening delimiter, `[` or `**`; all of it where it has no text inside.
    pub open: Span,
    /// Its closing delimiter, `](https://…)` or `**`; empty where it has no text inside.
    pub close: Span,
    /// The mark around it, by index.
    pub parent: Option<usize>,
    /// What must be the same in the edition: destination and title, code, HTML, label.
    pub target: String,
    /// The label of a link that is pointed to by its own text (`[周刊]`, `[周刊][]`): once the text is
    /// another, the label has to be written out.
    pub label: Option<Span>,
}

impl Mark {
    /// Whether it stands for itself and has no text of its own to translate.
    pub fn is_void(&self) -> bool {
        self.close.is_empty()
    }
}

/// The kinds of [`Mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// `[text](destination)`, and links by reference.
    Link,
    /// `**strong**`.
    Strong,
    /// `*emphasis*`.
    Emphasis,
    /// `~~strikethrough~~`.
    Strikethrough,
    /// `![text](source)`.
    Image,
    /// `` `code` ``.
    Code,
    /// `https://…`, bare or in angle brackets, and e-mail addresses.
    Url,
    /// `<kbd>…</kbd>` where both tags are there, or a single tag or comment.
    Html,
    /// `[^1]`.
    Footnote,
    /// A hard line break.
    Break,
    /// Anything else the parser knows and we leave alone.
    Other,
}

/// A piece of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text as a reader sees it: escapes and entities are resolved.
    Text {
        /// The resolved text.
        text: String,
        /// Its bytes in the source.
        span: Span,
    },
    /// A soft line break: trailing blanks, the line end and the prefix of the next line (`> `).
    Soft(Span),
    /// A mark, by its index in [`Inline::marks`], and what is inside.
    Mark(usize, Vec<Node>),
}

/// The inside of one leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inline {
    /// What stands at the top level, in order.
    pub nodes: Vec<Node>,
    /// All marks, numbered in the order in which they open.
    pub marks: Vec<Mark>,
    /// Whether there are bytes we cannot account for, or more nesting than is sane. Such a leaf is
    /// never translated.
    pub opaque: bool,
}

/// More marks within marks than this, and the leaf is left alone: trees are walked recursively.
const DEPTH_LIMIT: usize = 64;

impl Inline {
    /// Visit each piece of text, with the index of the mark around it.
    pub fn for_each_text<'a>(&'a self, mut visit: impl FnMut(&'a str, Span, Option<usize>)) {
        fn walk<'a>(nodes: &'a [Node], around: Option<usize>, visit: &mut impl FnMut(&'a str, Span, Option<usize>)) {
            for node in nodes {
                match node {
                    Node::Text { text, span } => visit(text, *span, around),
                    Node::Soft(_) => {}
                    Node::Mark(index, inside) => walk(inside, Some(*index), visit),
                }
            }
        }
        walk(&self.nodes, None, &mut visit);
    }

    /// All text, without markup, code and URLs; a line break is `\n`.
    pub fn plain_text(&self) -> String {
        plain_text(&self.nodes, &self.marks)
    }

    /// The places of the soft breaks, in order.
    pub fn breaks(&self) -> Vec<Span> {
        fn walk(nodes: &[Node], into: &mut Vec<Span>) {
            for node in nodes {
                match node {
                    Node::Soft(span) => into.push(*span),
                    Node::Mark(_, inside) => walk(inside, into),
                    Node::Text { .. } => {}
                }
            }
        }
        let mut breaks = Vec::new();
        walk(&self.nodes, &mut breaks);
        breaks
    }

    /// The bytes of a node at the top level.
    pub fn span_of(&self, node: &Node) -> Span {
        match node {
            Node::Text { span, .. } | Node::Soft(span) => *span,
            Node::Mark(index, _) => {
                let mark = &self.marks[*index];
                let end = if mark.is_void() { mark.open.end() } else { mark.close.end() };
                Span::new(mark.open.start(), end)
            }
        }
    }
}

/// The text of `nodes` without markup, code and URLs; a line break is `\n`.
pub fn plain_text(nodes: &[Node], marks: &[Mark]) -> String {
    fn walk(nodes: &[Node], marks: &[Mark], into: &mut String) {
        for node in nodes {
            match node {
                Node::Text { text, .. } => into.push_str(text),
                Node::Soft(_) => into.push('\n'),
                Node::Mark(index, inside) => match marks[*index].kind {
                    MarkKind::Break => into.push('\n'),
                    _ => walk(inside, marks, into),
                },
            }
        }
    }
    let mut text = String::new();
    walk(nodes, marks, &mut text);
    text
}

/// Builds one [`Inline`] from the parser's events.
pub(crate) struct Builder<'s> {
    source: &'s str,
    marks: Vec<Mark>,
    frames: Vec<Frame>,
    pieces: Vec<Piece>,
    // All bytes before this one are in some node, or before the leaf.
    cursor: usize,
    start: usize,
    opaque: bool,
}

struct Frame {
    mark: Option<usize>,
    // The name of an open HTML tag: such a frame may never be closed.
    html: Option<String>,
    nodes: Vec<Node>,
    // Where the mark's own bytes end, from the parser.
    end: usize,
}

struct Piece {
    span: Span,
    decoded: Option<String>,
}

impl<'s> Builder<'s> {
    /// Begin where the first event of the leaf begins; `floor` is where the leaf may begin at the earliest.
    pub(crate) fn new(source: &'s str, first: usize, floor: usize) -> Self {
        // A text event begins after the backslash that escapes it.
        let escaped = first > floor && source.as_bytes()[first - 1] == b'\\';
        let start = first - usize::from(escaped);
        Self {
            source,
            marks: Vec::new(),
            frames: vec![Frame { mark: None, html: None, nodes: Vec::new(), end: usize::MAX }],
            pieces: Vec::new(),
            cursor: start,
            start,
            opaque: false,
        }
    }

    pub(crate) fn push(&mut self, event: Event<'s>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => self.void(MarkKind::Code, range, code.into_string()),
            Event::SoftBreak => {
                self.line_break(range, MarkKind::Other);
            }
            Event::HardBreak => {
                self.line_break(range, MarkKind::Break);
            }
            Event::InlineHtml(html) => self.html(&html, range),
            Event::FootnoteReference(label) => self.void(MarkKind::Footnote, range, label.into_string()),
            Event::InlineMath(math) | Event::DisplayMath(math) => {
                self.void(MarkKind::Other, range, math.into_string());
            }
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Html(_) | Event::Rule | Event::TaskListMarker(_) => self.opaque = true,
        }
    }

    pub(crate) fn finish(mut self) -> (Span, Inline) {
        self.flush_text();
        while self.frames.len() > 1 {
            self.opaque |= self.frames.last().is_some_and(|frame| frame.html.is_none());
            self.dissolve();
        }
        let nodes = self.frames.pop().map(|frame| frame.nodes).unwrap_or_default();
        // A line of nothing but a form feed is no line to the parser, and yet it is there.
        self.opaque |= matches!(nodes.last(), Some(Node::Soft(_)));
        let inline = Inline { nodes, marks: self.marks, opaque: self.opaque };
        (Span::new(self.start, self.cursor.max(self.start)), inline)
    }

    fn text(&mut self, text: &CowStr<'s>, range: Range<usize>) {
        let start = self.gap_before(range.start);
        let span = Span::new(start, range.end);
        let raw = &self.source[span.range()];
        if let Some(first) = text.chars().next().filter(|_| raw.strip_prefix('\\') == Some(&**text)) {
            // Only the first character is escaped: there may be an address in the rest.
            let rest = start + 1 + first.len_utf8();
            self.pieces.push(Piece { span: Span::new(start, rest), decoded: Some(first.to_string()) });
            if rest < range.end {
                self.pieces.push(Piece { span: Span::new(rest, range.end), decoded: None });
            }
        } else {
            let decoded = (raw != &**text).then(|| text.to_string());
            self.pieces.push(Piece { span, decoded });
        }
        self.cursor = range.end;
    }

    /// Take what lies between the last event and this one; the start of this one with its backslash.
    fn gap_before(&mut self, start: usize) -> usize {
        if start <= self.cursor {
            return start.max(self.cursor);
        }
        match &self.source[self.cursor..start] {
            "\\" => self.cursor,
            gap => {
                let after_break =
                    matches!(self.frames.last().and_then(|frame| frame.nodes.last()), Some(Node::Soft(_)))
                        || matches!(self.last_mark(), Some(mark) if mark.kind == MarkKind::Break);
                let prefix = gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
                if after_break && prefix && self.pieces.is_empty() {
                    self.extend_break(start);
                    start
                } else if let Some(gap) = gap.strip_suffix('\\') {
                    // A prefix, and then an escaped first character.
                    let prefix = gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
                    self.opaque |= !(after_break && prefix && self.pieces.is_empty());
                    self.extend_break(start - 1);
                    start - 1
                } else {
                    self.opaque = true;
                    start
                }
            }
        }
    }

    fn last_mark(&self) -> Option<&Mark> {
        match self.frames.last()?.nodes.last()? {
            Node::Mark(index, _) => self.marks.get(*index),
            _ => None,
        }
    }

    fn extend_break(&mut self, end: usize) {
        let Some(last) = self.frames.last_mut().and_then(|frame| frame.nodes.last_mut()) else {
            return;
        };
        match last {
            Node::Soft(span) => *span = Span::new(span.start(), end),
            Node::Mark(index, _) => {
                let mark = &mut self.marks[*index];
                mark.open = Span::new(mark.open.start(), end);
                mark.close = Span::new(end, end);
            }
            Node::Text { .. } => {}
        }
    }

    fn line_break(&mut self, range: Range<usize>, kind: MarkKind) {
        // Blanks before a break belong to it; a backslash too, where it is what makes the break.
        let gap = self.source.get(self.cursor..range.start).unwrap_or_default();
        self.opaque |= !gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\\'));
        self.flush_text();
        let span = Span::new(self.cursor.min(range.start), range.end);
        self.cursor = range.end;
        if kind == MarkKind::Break {
            let mark = self.new_mark(kind, span, String::new());
            self.push_node(Node::Mark(mark, Vec::new()));
        } else {
            self.push_node(Node::Soft(span));
        }
    }

    fn void(&mut self, kind: MarkKind, range: Range<usize>, target: String) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start;
        self.flush_text();
        let mark = self.new_mark(kind, Span::from(range.clone()), target);
        self.push_node(Node::Mark(mark, Vec::new()));
        self.cursor = range.end;
    }

    fn start(&mut self, tag: &Tag<'s>, range: Range<usize>) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start || self.frames.len() > DEPTH_LIMIT;
        self.flush_text();
        let by_text = |link_type: &LinkType| {
            matches!(
                link_type,
                LinkType::Shortcut | LinkType::Collapsed | LinkType::ShortcutUnknown | LinkType::CollapsedUnknown
            )
        };
        let (kind, target, label) = match tag {
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, dest_url, .. } => {
                (MarkKind::Url, dest_url.to_string(), false)
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                (MarkKind::Link, target(dest_url, title), by_text(link_type))
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                (MarkKind::Image, target(dest_url, title), by_text(link_type))
            }
            Tag::Strong => (MarkKind::Strong, String::new(), false),
            Tag::Emphasis => (MarkKind::Emphasis, String::new(), false),
            Tag::Strikethrough => (MarkKind::Strikethrough, String::new(), false),
            _ => {
                self.opaque = true;
                (MarkKind::Other, String::new(), false)
            }
        };
        let mark = self.new_mark(kind, Span::from(range.clone()), target);
        if label {
            self.marks[mark].label = Some(Span::from(range.clone()));
        }
        // What is inside begins after the delimiter, which is always ASCII.
        let bytes = &self.source.as_bytes()[range.clone()];
        let open = match kind {
            MarkKind::Link | MarkKind::Url => 1,
            MarkKind::Image | MarkKind::Strong => 2,
            MarkKind::Strikethrough => bytes.iter().take(2).take_while(|byte| **byte == b'~').count(),
            _ => 1,
        };
        self.cursor = range.start + open.min(bytes.len());
        self.marks[mark].open = Span::new(range.start, self.cursor);
        self.frames.push(Frame { mark: Some(mark), html: None, nodes: Vec::new(), end: range.end });
    }

    fn end(&mut self, _: TagEnd) {
        self.flush_text();
        // HTML left open inside a link does not reach out of it.
        while self.frames.last().is_some_and(|frame| frame.html.is_some()) {
            self.dissolve();
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let Some(index) = frame.mark else {
            self.opaque = true;
            return;
        };
        let mut end = frame.end;
        if self.marks[index].label.is_some() && self.source[end..].starts_with("[]") {
            // The range of a collapsed reference lacks its `[]`.
            end += 2;
        }
        let mark = &mut self.marks[index];
        if mark.label.is_some() {
            mark.label = Some(Span::new(mark.open.end(), self.cursor));
        }
        let whole = Span::new(mark.open.start(), end);
        if mark.kind == MarkKind::Url || frame.nodes.is_empty() {
            mark.open = whole;
            mark.close = Span::new(end, end);
            // The text of an autolink reads as a bare URL.
            self.marks.truncate(index + 1);
            self.push_node(Node::Mark(index, Vec::new()));
        } else {
            mark.close = Span::new(self.cursor, end);
            self.push_node(Node::Mark(index, frame.nodes));
        }
        self.cursor = end;
    }

    fn html(&mut self, html: &str, range: Range<usize>) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start;
        self.flush_text();
        let name = tag_name(html);
        if let Some(name) = name.as_ref().filter(|_| html.starts_with("</"))
            && self.frames.last().and_then(|frame| frame.html.as_deref()) == Some(name.as_str())
            && let Some(Frame { mark: Some(index), nodes, .. }) = self.frames.pop()
        {
            let mark = &mut self.marks[index];
            mark.close = Span::from(range.clone());
            mark.target.push_str(html);
            self.push_node(Node::Mark(index, nodes));
            self.cursor = range.end;
            return;
        }
        let mark = self.new_mark(MarkKind::Html, Span::from(range.clone()), html.to_owned());
        self.cursor = range.end;
        let opens = !html.starts_with("</") && !html.ends_with("/>");
        match name {
            Some(name) if opens && !is_void_element(&name) && self.frames.len() <= DEPTH_LIMIT => {
                self.frames.push(Frame { mark: Some(mark), html: Some(name), nodes: Vec::new(), end: range.end });
            }
            _ => self.push_node(Node::Mark(mark, Vec::new())),
        }
    }

    /// An HTML tag that nothing closed: it stands alone, and what came after it is beside it.
    fn dissolve(&mut self) {
        let Some(Frame { mark: Some(index), nodes, .. }) = self.frames.pop() else {
            return;
        };
        let parent = self.marks[index].parent;
        // What is inside a mark opened after it.
        for mark in &mut self.marks[index + 1..] {
            if mark.parent == Some(index) {
                mark.parent = parent;
            }
        }
        self.push_node(Node::Mark(index, Vec::new()));
        if let Some(frame) = self.frames.last_mut() {
            frame.nodes.extend(nodes);
        }
    }

    fn new_mark(&mut self, kind: MarkKind, open: Span, target: String) -> usize {
        let parent = self.frames.last().and_then(|frame| frame.mark);
        self.marks.push(Mark { kind, open, close: Span::new(open.end(), open.end()), parent, target, label: None });
        self.marks.len() - 1
    }

    fn push_node(&mut self, node: Node) {
        if let Some(frame) = self.frames.last_mut() {
            frame.nodes.push(node);
        }
    }

    /// Turn the pieces of text since the last mark into text and bare URLs.
    fn flush_text(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return;
        };
        let (start, end) = (first.span.start(), last.span.end());
        self.opaque |= pieces.windows(2).any(|pair| pair[0].span.end() != pair[1].span.start());
        let source = self.source;
        let mut at = start;
        for url in urls(&source[start..end]) {
            let mut url = Span::from(url).shifted(start);
            // An entity is one piece: a URL that ends within one ends before it.
            let last = pieces.partition_point(|piece| piece.span.end() <= url.end());
            let cut = pieces.get(last).filter(|piece| piece.decoded.is_some() && piece.span.start() < url.end());
            if let Some(piece) = cut {
                url = Span::new(url.start(), piece.span.start());
            }
            if url.is_empty() || url.start() < at {
                continue;
            }
            self.push_text(&pieces, Span::new(at, url.start()));
            let mark = self.new_mark(MarkKind::Url, url, source[url.range()].to_owned());
            self.push_node(Node::Mark(mark, Vec::new()));
            at = url.end();
        }
        self.push_text(&pieces, Span::new(at, end));
    }

    fn push_text(&mut self, pieces: &[Piece], span: Span) {
        if span.is_empty() {
            return;
        }
        let mut text = String::with_capacity(span.len());
        let from = pieces.partition_point(|piece| piece.span.end() <= span.start());
        for piece in pieces[from..].iter().take_while(|piece| piece.span.start() < span.end()) {
            match &piece.decoded {
                Some(decoded) => text.push_str(decoded),
                None => {
                    let start = piece.span.start().max(span.start());
                    text.push_str(&self.source[start..piece.span.end().min(span.end())]);
                }
            }
        }
        self.push_node(Node::Text { text, span });
    }
}

fn target(destination: &str, title: &str) -> String {
    if title.is_empty() { destination.to_owned() } else { format!("{destination} \"{title}\"") }
}

fn tag_name(html: &str) -> Option<String> {
    let rest = html.strip_prefix("</").or_else(|| html.strip_prefix('<'))?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
    (end > 0).then(|| rest[..end].to_ascii_lowercase())
}

fn is_void_element(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// The bare URLs and e-mail addresses of a text, as byte ranges.
///
/// As GitHub finds them (GFM §6.9), but ending at the first character that is not ASCII: in
/// `见https://a.example，它` the address ends before the comma.
///
/// ```
/// # use nekoyaku::inline::urls;
/// let text = "见https://a.example/x_1，或 (www.b.example)。";
/// let found: Vec<_> = urls(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["https://a.example/x_1", "www.b.example"]);
/// ```
pub fn urls(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|byte| matches!(byte, b':' | b'w' | b'W' | b'@')) {
        let here = at + step;
        at = here + 1;
        let floor = found.last().map_or(0, |range| range.end);
        let range = match bytes[here] {
            b':' => scheme_before(bytes, here, floor).map(|start| start..here + 3),
            b'@' => mail_around(bytes, here, floor),
            _ => (bytes.len() - here > 4
                && bytes[here..here + 4].eq_ignore_ascii_case(b"www.")
                && (here == floor || !bytes[here - 1].is_ascii_alphanumeric()))
            .then_some(here..here + 4),
        };
        let Some(range) = range else { continue };
        let end = if bytes[here] == b'@' { range.end } else { url_end(bytes, range.start, range.end) };
        // A scheme, or `www.`, with nothing behind it is a word.
        if end > range.end || bytes[here] == b'@' {
            found.push(range.start..end);
            at = end;
        }
    }
    found
}

fn scheme_before(bytes: &[u8], colon: usize, floor: usize) -> Option<usize> {
    if !bytes[colon..].starts_with(b"://") {
        return None;
    }
    [&b"https"[..], b"http", b"ftp"].into_iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        (start >= floor && bytes[start..colon].eq_ignore_ascii_case(scheme)).then_some(start)
    })
}

fn url_end(bytes: &[u8], start: usize, from: usize) -> usize {
    let mut end = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b'<').count();
    let count = |wanted: u8| bytes[start..end].iter().filter(|byte| **byte == wanted).count();
    let (mut unopened_round, mut unopened_square) =
        (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    // What GFM takes off the end: punctuation, and a bracket that nothing opened.
    while end > from {
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b'"' => {}
            b')' if unopened_round > 0 => unopened_round -= 1,
            b']' if unopened_square > 0 => unopened_square -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}

fn mail_around(bytes: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let start = at - bytes[floor..at].iter().rev().take_while(|byte| name(byte)).count();
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut end = at + 1 + bytes[at + 1..].iter().take_while(|byte| host(byte)).count();
    while end > at + 1 && matches!(bytes[end - 1], b'.' | b'-' | b'_') {
        end -= 1;
    }
    let domain = &bytes[at + 1..end];
    let dotted = domain.contains(&b'.') && domain[0] != b'.';
    (start < at && dotted).then_some(start..end)
}

/// `text` without the control characters a terminal or a parser would act on.
///
/// Line feeds stay, and what is in `known` too: a source may have tabs. Another tab is a blank; what
/// is invisible goes.
pub fn without_controls<'t>(text: &'t str, known: &str) -> Cow<'t, str> {
    let acts = |c: char| (c.is_control() && c != '\n') || is_invisible(c);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut known: Vec<char> = known.chars().filter(|c| acts(*c)).collect();
    known.sort_unstable();
    known.dedup();
    let unified = text.replace("\r\n", "\n");
    let kept = unified.chars().filter_map(|c| match c {
        c if !acts(c) || known.binary_search(&c).is_ok() => Some(c),
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        _ => None,
    });
    Cow::Owned(kept.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_not_taken_over() {
        let answer = "猫\u{200b}訳\u{202e}\u{ad}\u{e0041}\u{1b}[m\t👨\u{200d}💻 🐿️\r\n次";
        assert_eq!(without_controls(answer, ""), "猫訳[m 👨\u{200d}💻 🐿️\n次");
        assert_eq!(without_controls("猫\t\u{200b}", "\t\u{200b}"), "猫\t\u{200b}");
    }
}
