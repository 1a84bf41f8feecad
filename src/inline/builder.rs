//! Tokens and marks, from the parser's events.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag};

use super::{Held, Inline, Mark, MarkKind, NONE, Share, Store, Token, TokenKind, urls::urls};
use crate::source::Span;

/// More marks within marks than this, and the leaf is left alone: answers are trees, walked
/// recursively.
const DEPTH_LIMIT: usize = 64;

/// Finds what of a text the settings keep.
pub type Keeper<'k> = &'k dyn Fn(&str) -> Vec<Range<usize>>;

/// Builds the insides of leaves, one after the other, in one store.
pub(crate) struct Builder<'s> {
    source: &'s str,
    keeper: Option<Keeper<'s>>,
    store: Store,
    // Open marks.
    frames: Vec<Frame>,
    pieces: Vec<Piece>,
    // How the pieces read that are spelled otherwise.
    spelled: String,
    // All bytes before this one are in some token, or before the leaf.
    cursor: usize,
    // Where the leaf's own things begin.
    start: usize,
    first_token: usize,
    first_mark: usize,
    skip: Option<Skip>,
    ends_skip: bool,
    opaque: bool,
}

struct Frame {
    mark: u32,
    token: usize,
    // The name of an open HTML tag: such a frame may never be closed.
    html: Option<Span>,
    // Where the mark's own bytes end, from the parser.
    end: usize,
}

/// A piece of text, and how it reads where that is not as it is written.
struct Piece {
    span: Span,
    decoded: Option<Range<usize>>,
}

/// Where a part that is not translated begins.
#[derive(Clone, Copy)]
struct Skip {
    token: usize,
    mark: usize,
    depth: usize,
    start: usize,
    inside: usize,
}

/// A leaf's share of the store, and its bytes.
pub(crate) struct Built {
    pub(crate) span: Span,
    pub(crate) share: Share,
    /// Whether a part ends in it that began in another block.
    pub(crate) ends_skip: bool,
}

/// What a comment tells this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    /// What follows is not translated.
    Skip,
    /// What follows is translated again.
    End,
}

impl Directive {
    /// Read `<!-- nekoyaku: skip -->`; blanks do not matter.
    pub(crate) fn of(comment: &str) -> Option<Self> {
        let told = comment.strip_prefix("<!--")?.strip_suffix("-->")?.trim().strip_prefix("nekoyaku:")?;
        match told.trim() {
            "skip" => Some(Self::Skip),
            "end" => Some(Self::End),
            _ => None,
        }
    }
}

impl<'s> Builder<'s> {
    pub(crate) fn new(source: &'s str, keeper: Option<Keeper<'s>>) -> Self {
        Self {
            source,
            keeper,
            store: Store::default(),
            frames: Vec::new(),
            pieces: Vec::new(),
            spelled: String::new(),
            cursor: 0,
            start: 0,
            first_token: 0,
            first_mark: 0,
            skip: None,
            ends_skip: false,
            opaque: false,
        }
    }

    /// How a leaf that was just built reads.
    pub(crate) fn built(&self, share: Share) -> Inline<'_> {
        Inline::new(self.source, &self.store, share)
    }

    pub(crate) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    pub(crate) fn into_store(self) -> Store {
        self.store
    }

    /// Begin a leaf where its first event begins; `floor` is where it may begin at the earliest.
    pub(crate) fn begin(&mut self, first: usize, floor: usize) {
        // A text event begins after the backslash that escapes it.
        let escaped = first > floor && self.source.as_bytes()[first - 1] == b'\\';
        self.start = first - usize::from(escaped);
        self.cursor = self.start;
        self.first_token = self.store.tokens.len();
        self.first_mark = self.store.marks.len();
        self.opaque = false;
        self.ends_skip = false;
        self.skip = None;
    }

    pub(crate) fn push(&mut self, event: Event<'s>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => self.void(MarkKind::Code, range, &code),
            Event::SoftBreak => self.line_break(range, MarkKind::Other),
            Event::HardBreak => self.line_break(range, MarkKind::Break),
            Event::InlineHtml(html) => self.html(&html, range),
            Event::FootnoteReference(label) => self.void(MarkKind::Footnote, range, &label),
            Event::InlineMath(math) | Event::DisplayMath(math) => self.void(MarkKind::Math, range, &math),
            Event::Start(tag) => self.open(&tag, range),
            Event::End(_) => self.close(),
            Event::Html(_) | Event::Rule | Event::TaskListMarker(_) => self.opaque = true,
        }
    }

    pub(crate) fn finish(&mut self) -> Built {
        self.flush_text();
        if let Some(skip) = self.skip.take() {
            self.end_skip(skip, self.cursor);
        }
        while let Some(frame) = self.frames.last() {
            self.opaque |= frame.html.is_none();
            self.dissolve();
        }
        // A line of nothing but a form feed is no line to the parser, and yet it is there.
        self.opaque |= self.follows_break();
        let span = Span::new(self.start, self.cursor.max(self.start));
        let share = Share {
            start: span.start() as u32,
            tokens: (self.first_token as u32, self.store.tokens.len() as u32),
            marks: (self.first_mark as u32, self.store.marks.len() as u32),
            opaque: self.opaque,
        };
        Built { span, share, ends_skip: self.ends_skip }
    }

    /// The kind of the last token of this leaf.
    fn last_kind(&self) -> Option<TokenKind> {
        self.store.tokens[self.first_token..].last().map(|token| token.kind)
    }

    /// Whether the last token is a line break of either kind.
    fn follows_break(&self) -> bool {
        match self.last_kind() {
            Some(TokenKind::Soft) => true,
            Some(TokenKind::Void(mark)) => self.store.marks[mark as usize].kind == MarkKind::Break,
            _ => false,
        }
    }

    fn token(&mut self, kind: TokenKind, end: usize) {
        self.store.tokens.push(Token { kind, end: end as u32 });
    }

    pub(crate) fn text(&mut self, text: &CowStr<'s>, range: Range<usize>) {
        let start = self.gap_before(range.start);
        let span = Span::new(start, range.end);
        let raw = &self.source[span.range()];
        if raw == &**text {
            self.raw_piece(span);
        } else if let Some(first) = text.chars().next().filter(|_| raw.strip_prefix('\\') == Some(&**text)) {
            // Only the first character is escaped: there may be an address in the rest.
            let rest = start + 1 + first.len_utf8();
            self.spelled_piece(Span::new(start, rest), first.encode_utf8(&mut [0; 4]));
            if rest < range.end {
                self.raw_piece(Span::new(rest, range.end));
            }
        } else {
            // A line end that is a part of a text is one that the parser lost.
            self.opaque |= raw.contains(['\n', '\r']);
            self.spelled_piece(span, text);
        }
        self.cursor = range.end;
    }

    fn raw_piece(&mut self, span: Span) {
        match self.pieces.last_mut() {
            Some(last) if last.decoded.is_none() && last.span.end() == span.start() => {
                last.span = Span::new(last.span.start(), span.end());
            }
            _ => self.pieces.push(Piece { span, decoded: None }),
        }
    }

    fn spelled_piece(&mut self, span: Span, reads: &str) {
        let from = self.spelled.len();
        self.spelled.push_str(reads);
        self.pieces.push(Piece { span, decoded: Some(from..self.spelled.len()) });
    }

    /// Take what lies between the last event and this one; the start of this one with its backslash.
    fn gap_before(&mut self, start: usize) -> usize {
        if start <= self.cursor {
            return start.max(self.cursor);
        }
        match &self.source[self.cursor..start] {
            "\\" => self.cursor,
            gap => {
                let after_break = self.follows_break();
                let prefix = gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
                if after_break && prefix && self.pieces.is_empty() {
                    self.extend_break(start);
                    start
                } else if let Some(gap) = gap.strip_suffix('\\') {
                    // A prefix, and then an escaped first character.
                    let prefix = gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
                    let is_prefix = after_break && prefix && self.pieces.is_empty();
                    self.opaque |= !is_prefix;
                    if is_prefix {
                        self.extend_break(start - 1);
                    }
                    start - 1
                } else {
                    self.opaque = true;
                    start
                }
            }
        }
    }

    fn extend_break(&mut self, end: usize) {
        let Some(last) = self.store.tokens.last_mut() else { return };
        last.end = end as u32;
        if let TokenKind::Void(mark) = last.kind {
            let mark = &mut self.store.marks[mark as usize];
            mark.open = Span::new(mark.open.start(), end);
            mark.close = Span::new(end, end);
        }
    }

    pub(crate) fn line_break(&mut self, range: Range<usize>, kind: MarkKind) {
        // Blanks before a break belong to it; a backslash too, where it is what makes the break.
        let gap = self.source.get(self.cursor..range.start).unwrap_or_default();
        self.opaque |= !gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\\'));
        // Before a backslash they are text to the parser, and nobody sees them.
        if let Some(last) = self.pieces.last_mut().filter(|last| last.decoded.is_none()) {
            let text = self.source[last.span.range()].trim_end_matches([' ', '\t']);
            self.cursor = self.cursor.min(last.span.start() + text.len());
            last.span = Span::new(last.span.start(), last.span.start() + text.len());
        }
        self.pieces.pop_if(|last| last.span.is_empty());
        self.flush_text();
        let span = Span::new(self.cursor.min(range.start), range.end);
        self.cursor = range.end;
        if kind == MarkKind::Break {
            let mark = self.new_mark(kind, span);
            self.token(TokenKind::Void(mark), range.end);
        } else {
            self.token(TokenKind::Soft, range.end);
        }
    }

    pub(crate) fn void(&mut self, kind: MarkKind, range: Range<usize>, target: &str) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start;
        self.flush_text();
        let mark = self.new_mark(kind, Span::from(range.clone()));
        self.store.marks[mark as usize].target = self.store.held(target, self.source);
        self.token(TokenKind::Void(mark), range.end);
        self.cursor = range.end;
    }

    fn open(&mut self, tag: &Tag<'s>, range: Range<usize>) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start || self.frames.len() >= DEPTH_LIMIT;
        self.flush_text();
        let (kind, link) = match tag {
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, dest_url, title, .. } => {
                (MarkKind::Url, Some((LinkType::Autolink, dest_url, title)))
            }
            Tag::Link { link_type, dest_url, title, .. } => (MarkKind::Link, Some((*link_type, dest_url, title))),
            Tag::Image { link_type, dest_url, title, .. } => (MarkKind::Image, Some((*link_type, dest_url, title))),
            Tag::Strong => (MarkKind::Strong, None),
            Tag::Emphasis => (MarkKind::Emphasis, None),
            Tag::Strikethrough => (MarkKind::Strikethrough, None),
            _ => {
                self.opaque = true;
                (MarkKind::Other, None)
            }
        };
        // What is inside begins after the delimiter, which is always ASCII.
        let bytes = &self.source.as_bytes()[range.clone()];
        let delimiter = match kind {
            MarkKind::Image | MarkKind::Strong => 2,
            MarkKind::Strikethrough => bytes.iter().take(2).take_while(|byte| **byte == b'~').count(),
            _ => 1,
        };
        self.cursor = range.start + delimiter.min(bytes.len());
        let mark = self.new_mark(kind, Span::new(range.start, self.cursor));
        if let Some((link_type, destination, title)) = link {
            let held = self.store.held(destination, self.source);
            // The title of a reference is a leaf of its own, where the reference is defined.
            let title = match link_type {
                LinkType::Inline if !title.is_empty() => self.store.hold(title.to_string()),
                _ => NONE,
            };
            let mark = &mut self.store.marks[mark as usize];
            (mark.target, mark.title) = (held, title);
            mark.by_text = matches!(
                link_type,
                LinkType::Shortcut | LinkType::Collapsed | LinkType::ShortcutUnknown | LinkType::CollapsedUnknown
            );
        }
        self.frames.push(Frame { mark, token: self.store.tokens.len(), html: None, end: range.end });
        self.token(TokenKind::Open(mark), self.cursor);
    }

    fn close(&mut self) {
        self.flush_text();
        // HTML left open inside a link does not reach out of it.
        while self.frames.last().is_some_and(|frame| frame.html.is_some()) {
            self.dissolve();
        }
        let Some(frame) = self.frames.pop() else {
            self.opaque = true;
            return;
        };
        let mut end = frame.end;
        let mark = &self.store.marks[frame.mark as usize];
        if mark.by_text && self.source[end..].starts_with("[]") {
            // The range of a collapsed reference lacks its `[]`.
            end += 2;
        }
        let kind = mark.kind;
        if kind != MarkKind::Url {
            self.closing_delimiter(kind, end);
            self.link_title(frame.mark, end);
        }
        let mark = &mut self.store.marks[frame.mark as usize];
        if kind == MarkKind::Url || self.store.tokens.len() == frame.token + 1 {
            mark.open = Span::new(mark.open.start(), end);
            mark.close = Span::new(end, end);
            // The text of an autolink reads as a bare URL.
            self.store.tokens.truncate(frame.token);
            self.store.marks.truncate(frame.mark as usize + 1);
            self.token(TokenKind::Void(frame.mark), end);
        } else {
            mark.close = Span::new(self.cursor, end);
            self.token(TokenKind::Close(frame.mark), end);
        }
        self.cursor = end;
    }

    /// The prefix of a line that begins with a closing delimiter is the line break's; anything else before
    /// it is something that the parser did not tell of.
    fn closing_delimiter(&mut self, kind: MarkKind, end: usize) {
        let delimiters: &[char] = match kind {
            MarkKind::Link | MarkKind::Image => &[']'],
            MarkKind::Strikethrough => &['~'],
            _ => &['*', '_'],
        };
        let closing = &self.source[self.cursor.min(end)..end];
        let rest = closing.trim_start_matches([' ', '\t', '>']);
        let gap = closing.len() - rest.len();
        self.opaque |= !rest.starts_with(delimiters) || (gap > 0 && !self.follows_break());
        if gap > 0 && !self.opaque {
            self.cursor += gap;
            self.extend_break(self.cursor);
        }
    }

    /// A title on one line is a mark in the link: its text is translated, too.
    fn link_title(&mut self, link: u32, end: usize) {
        let held = self.store.marks[link as usize].title;
        if held == NONE {
            return;
        }
        let title = &*self.store.strings[held as usize];
        let closing = &self.source[self.cursor.min(end)..end];
        let Some(place) = closing.strip_suffix(')').and_then(title_place) else { return };
        let (from, to) = (self.cursor + place.start, self.cursor + place.end);
        let raw = &self.source[from..to];
        // `&#10;` is a line end, too, and an answer has as many lines as the source.
        if raw.contains(['\n', '\r']) || title.contains(['\n', '\r']) {
            return;
        }
        let spelled = (raw != title).then(|| title.to_owned());
        self.store.marks[link as usize].title = NONE;
        let mark = self.new_mark(MarkKind::Title, Span::new(self.cursor, from));
        self.store.marks[mark as usize].parent = link;
        self.store.marks[mark as usize].close = Span::new(to, to + 1);
        self.token(TokenKind::Open(mark), from);
        match spelled {
            Some(title) => {
                let title = self.store.hold(title);
                self.token(TokenKind::Spelled(title), to);
            }
            None => self.plain_title(mark, Span::new(from, to)),
        }
        self.token(TokenKind::Close(mark), to + 1);
        self.cursor = to + 1;
    }

    /// The text of a title that is spelled as it reads.
    fn plain_title(&mut self, title: u32, span: Span) {
        let mut at = span.start();
        for (kind, found) in self.protected(&self.source[span.range()]) {
            let found = Span::from(found).shifted(span.start());
            if found.is_empty() || found.start() < at {
                continue;
            }
            if at < found.start() {
                self.token(TokenKind::Text, found.start());
            }
            let mark = self.new_mark(kind, found);
            self.store.marks[mark as usize].parent = title;
            self.store.marks[mark as usize].target = Held::raw(found);
            self.token(TokenKind::Void(mark), found.end());
            at = found.end();
        }
        if at < span.end() {
            self.token(TokenKind::Text, span.end());
        }
    }

    pub(crate) fn html(&mut self, html: &str, range: Range<usize>) {
        let start = self.gap_before(range.start);
        self.opaque |= start != range.start;
        self.flush_text();
        match Directive::of(html) {
            Some(Directive::Skip) if self.skip.is_none() => {
                self.skip = Some(Skip {
                    token: self.store.tokens.len(),
                    mark: self.store.marks.len(),
                    depth: self.frames.len(),
                    start: range.start,
                    inside: range.end,
                });
            }
            Some(Directive::End) => {
                if let Some(skip) = self.skip.take() {
                    self.cursor = range.end;
                    self.end_skip(skip, range.start);
                    return;
                }
                self.ends_skip = true;
            }
            _ => {}
        }
        let name = tag_name(html, range.start);
        if let Some(name) = name.filter(|_| html.starts_with("</"))
            && let Some(open) = self.frames.last().and_then(|frame| frame.html)
            && self.source[open.range()].eq_ignore_ascii_case(&self.source[name.range()])
            && let Some(frame) = self.frames.pop()
        {
            self.store.marks[frame.mark as usize].close = Span::from(range.clone());
            self.token(TokenKind::Close(frame.mark), range.end);
            self.cursor = range.end;
            return;
        }
        let mark = self.new_mark(MarkKind::Html, Span::from(range.clone()));
        self.store.marks[mark as usize].target = self.store.held(html, self.source);
        self.cursor = range.end;
        let opens = !html.starts_with("</") && !html.ends_with("/>");
        match name {
            Some(name) if opens && !is_void_element(&self.source[name.range()]) && self.frames.len() < DEPTH_LIMIT => {
                let token = self.store.tokens.len();
                self.frames.push(Frame { mark, token, html: Some(name), end: range.end });
                self.token(TokenKind::Open(mark), range.end);
            }
            _ => self.token(TokenKind::Void(mark), range.end),
        }
    }

    /// All since `skip` becomes one mark; what it holds ends at `inside_end`, the mark at the cursor.
    fn end_skip(&mut self, skip: Skip, inside_end: usize) {
        // HTML that is opened in it and not closed there would have to be closed outside.
        let whole = self.frames.len() == skip.depth && self.frames.last().is_none_or(|frame| frame.token < skip.token);
        if !whole {
            self.opaque = true;
            return;
        }
        self.store.tokens.truncate(skip.token);
        self.store.marks.truncate(skip.mark);
        let mark = self.new_mark(MarkKind::Skipped, Span::new(skip.start, self.cursor));
        let inside = Span::new(skip.inside, inside_end);
        let raw = &self.source[inside.range()];
        // The prefixes of its lines are not its own: without them it is still the same.
        self.store.marks[mark as usize].target = if raw.contains(['\n', '\r']) {
            Held::spelled(self.store.hold(without_prefixes(raw)))
        } else {
            Held::raw(inside)
        };
        self.token(TokenKind::Void(mark), self.cursor);
    }

    /// An HTML tag that nothing closed: it stands alone, and what came after it is beside it.
    fn dissolve(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let parent = self.store.marks[frame.mark as usize].parent;
        // What is inside a mark opened after it.
        for mark in &mut self.store.marks[frame.mark as usize + 1..] {
            if mark.parent == frame.mark {
                mark.parent = parent;
            }
        }
        self.store.tokens[frame.token].kind = TokenKind::Void(frame.mark);
    }

    fn new_mark(&mut self, kind: MarkKind, open: Span) -> u32 {
        self.store.marks.push(Mark {
            kind,
            by_text: false,
            open,
            close: Span::new(open.end(), open.end()),
            parent: self.frames.last().map_or(NONE, |frame| frame.mark),
            target: Held::default(),
            title: NONE,
        });
        self.store.marks.len() as u32 - 1
    }

    /// Turn the pieces of text since the last mark into text and bare URLs.
    fn flush_text(&mut self) {
        let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) else {
            return;
        };
        let (start, end) = (first.span.start(), last.span.end());
        self.opaque |= self.pieces.windows(2).any(|pair| pair[0].span.end() != pair[1].span.start());
        let source = self.source;
        let mut at = start;
        for (kind, found) in self.protected(&source[start..end]) {
            let mut found = Span::from(found).shifted(start);
            // An entity is one piece: a URL that ends within one ends before it.
            let last = self.pieces.partition_point(|piece| piece.span.end() <= found.end());
            let cut = self.pieces.get(last).filter(|piece| piece.decoded.is_some() && piece.span.start() < found.end());
            if let Some(piece) = cut {
                found = Span::new(found.start(), piece.span.start());
            }
            let first = self.pieces.partition_point(|piece| piece.span.end() <= found.start());
            let in_one = self
                .pieces
                .get(first)
                .is_some_and(|piece| piece.decoded.is_some() && piece.span.start() < found.start());
            if found.is_empty() || found.start() < at || in_one {
                continue;
            }
            self.push_text(Span::new(at, found.start()));
            let mark = self.new_mark(kind, found);
            self.store.marks[mark as usize].target = Held::raw(found);
            self.token(TokenKind::Void(mark), found.end());
            at = found.end();
        }
        self.push_text(Span::new(at, end));
        self.pieces.clear();
        self.spelled.clear();
    }

    /// What a model may not touch in `text`, in order.
    fn protected(&self, text: &str) -> Vec<(MarkKind, Range<usize>)> {
        let mut found: Vec<_> = urls(text).into_iter().map(|range| (MarkKind::Url, range)).collect();
        if let Some(keeper) = self.keeper {
            found.extend(keeper(text).into_iter().map(|range| (MarkKind::Kept, range)));
            found.sort_by_key(|(kind, range)| (range.start, *kind));
        }
        found
    }

    fn push_text(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let from = self.pieces.partition_point(|piece| piece.span.end() <= span.start());
        let to = from + self.pieces[from..].partition_point(|piece| piece.span.start() < span.end());
        let pieces = &self.pieces[from..to];
        if pieces.iter().all(|piece| piece.decoded.is_none()) {
            self.token(TokenKind::Text, span.end());
            return;
        }
        let mut text = String::with_capacity(span.len());
        for piece in pieces {
            match &piece.decoded {
                Some(decoded) => text.push_str(&self.spelled[decoded.clone()]),
                None => {
                    let start = piece.span.start().max(span.start());
                    text.push_str(&self.source[start..piece.span.end().min(span.end())]);
                }
            }
        }
        let string = self.store.hold(text);
        self.token(TokenKind::Spelled(string), span.end());
    }
}

/// Where in `](destination "title"`, or in a definition, the title's own text is.
pub(crate) fn title_place(closing: &str) -> Option<Range<usize>> {
    let inner = closing.trim_end_matches([' ', '\t', '\n', '\r']);
    let end = inner.len().checked_sub(1)?;
    let opener = match inner.as_bytes()[end] {
        quote @ (b'"' | b'\'') => quote,
        b')' => b'(',
        _ => return None,
    };
    // Its own quotes have to be escaped in it.
    let bytes = &inner.as_bytes()[..end];
    let start = (0..end).rev().find(|at| {
        bytes[*at] == opener && bytes[..*at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })?;
    Some(start + 1..end)
}

/// `text` with what may be the prefix of a quote or an item taken from its lines.
pub(crate) fn without_prefixes(text: &str) -> String {
    let mut lines = text.split_inclusive(['\n', '\r']);
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start_matches([' ', '\t', '>']))
}

/// Where the name of the tag `html`, which begins at `start`, stands.
fn tag_name(html: &str, start: usize) -> Option<Span> {
    let skipped = if html.starts_with("</") { 2 } else { 1 };
    let rest = html.get(skipped..)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
    (end > 0).then(|| Span::new(start + skipped, start + skipped + end))
}

fn is_void_element(name: &str) -> bool {
    const VOID: [&str; 13] =
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
    VOID.iter().any(|void| void.eq_ignore_ascii_case(name))
}
