//! The inside of a paragraph, a heading, a cell: text, and the markup in it.
//!
//! A leaf's tokens tile its bytes: joined in order, delimiters included, they *are* the leaf. So
//! whatever is not text can be put back as it was, byte for byte, without a Markdown writer having
//! opinions about it. Tokens lie flat, in one list for all of a document; an [`Inline`] is a view of
//! those of one leaf.
//!
//! Bare URLs and e-mail addresses are marks too, found by an ASCII scanner of our own:
//! pulldown-cmark has no such extension, GitHub links them, and a model must not touch them.

mod builder;
mod urls;

use crate::source::Span;

pub use builder::Keeper;
pub(crate) use builder::{Builder, Built, Directive, title_place, without_prefixes};
pub use urls::urls;

/// Something in a text that is not text: a link, emphasis, code, an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Whether it is a link or an image that is pointed to by its own text (`[周刊]`, `[周刊][]`): once
    /// the text is another, the label has to be written out.
    pub by_text: bool,
    /// Its opening delimiter, `[` or `**`; all of it where it has no text inside.
    pub open: Span,
    /// Its closing delimiter, `](https://…)` or `**`; empty where it has no text inside.
    pub close: Span,
    // By number in the store.
    parent: u32,
    target: Held,
    // By number in the store's strings.
    title: u32,
}

/// The number of what is not there.
const NONE: u32 = u32::MAX;

impl Mark {
    /// Whether it stands for itself and has no text of its own to translate.
    pub fn is_void(&self) -> bool {
        self.close.is_empty()
    }

    /// The label of a link or an image that is pointed to by its own text.
    pub fn label(&self) -> Option<Span> {
        self.by_text.then(|| Span::new(self.open.end(), self.close.start()))
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
    /// The title of the link or image around it, `"…"` behind the destination: always its last child.
    Title,
    /// `` `code` ``.
    Code,
    /// `$x$`, `$$x$$`, where the dialect has it.
    Math,
    /// `https://…`, bare or in angle brackets, and e-mail addresses.
    Url,
    /// `<kbd>…</kbd>` where both tags are there, or a single tag or comment.
    Html,
    /// `[^1]`.
    Footnote,
    /// A hard line break.
    Break,
    /// Text that the settings keep as it is.
    Kept,
    /// What stands between `<!-- nekoyaku: skip -->` and `<!-- nekoyaku: end -->`, with both.
    Skipped,
    /// Anything else the parser knows and we leave alone.
    Other,
}

impl MarkKind {
    /// Its name, for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Strong => "strong",
            Self::Emphasis => "emphasis",
            Self::Strikethrough => "strikethrough",
            Self::Image => "image",
            Self::Title => "title",
            Self::Code => "code",
            Self::Math => "math",
            Self::Url => "url",
            Self::Html => "html",
            Self::Footnote => "footnote",
            Self::Break => "break",
            Self::Kept => "kept",
            Self::Skipped => "skipped",
            Self::Other => "other",
        }
    }

    /// Whether a model is shown what it holds, and the source's is restored whatever comes back.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Code | Self::Math | Self::Kept | Self::Skipped)
    }

    /// Whether it is written with delimiters that text beside them can keep from opening or closing.
    pub fn is_emphasis(self) -> bool {
        matches!(self, Self::Strong | Self::Emphasis | Self::Strikethrough)
    }
}

/// A string that mostly stands in the text as it is: its bytes there, or, where it does not, nothing
/// for a start and the number of a string for an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    start: u32,
    end: u32,
}

impl Held {
    pub(crate) fn raw(span: Span) -> Self {
        Self { start: span.start() as u32, end: span.end() as u32 }
    }

    pub(crate) fn spelled(string: u32) -> Self {
        Self { start: NONE, end: string }
    }
}

/// A piece of a leaf; it begins where the one before it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Text that is its own bytes.
    Text,
    /// Text with escapes or entities; how it reads, by number.
    Spelled(u32),
    /// A soft line break: trailing blanks, the line end and the prefix of the next line (`> `).
    Soft,
    Open(u32),
    Close(u32),
    /// A mark without text of its own.
    Void(u32),
}

/// The insides of all leaves of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    pub(crate) tokens: Vec<Token>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) strings: Vec<Box<str>>,
}

impl Store {
    pub(crate) fn hold(&mut self, string: String) -> u32 {
        self.strings.push(string.into_boxed_str());
        self.strings.len() as u32 - 1
    }

    /// `string`, by its place in `text` where it is a part of it.
    pub(crate) fn held(&mut self, string: &str, text: &str) -> Held {
        // Comparing addresses is enough: what lies within the text has to be a slice of it.
        let start = (string.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        match start.checked_add(string.len()) {
            Some(end) if end <= text.len() && text.get(start..end) == Some(string) => Held::raw(Span::new(start, end)),
            _ if string.is_empty() => Held::default(),
            _ => Held::spelled(self.hold(string.to_owned())),
        }
    }

    /// Hold nothing but one text of `length` bytes.
    pub(crate) fn one_text(&mut self, length: usize) -> Share {
        self.tokens.push(Token { kind: TokenKind::Text, end: length as u32 });
        Share { tokens: (self.tokens.len() as u32 - 1, self.tokens.len() as u32), ..Share::default() }
    }

    /// Forget all leaves.
    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.marks.clear();
        self.strings.clear();
    }

    pub(crate) fn shrink(&mut self) {
        self.tokens.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    pub(crate) fn string<'d>(&'d self, held: Held, text: &'d str) -> &'d str {
        match held.start {
            NONE => &self.strings[held.end as usize],
            start => &text[start as usize..held.end as usize],
        }
    }
}

/// The part of a [`Store`] that one leaf, or a line of it, has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) start: u32,
    pub(crate) tokens: (u32, u32),
    pub(crate) marks: (u32, u32),
    /// Whether there are bytes we cannot account for, or more nesting than is sane.
    pub(crate) opaque: bool,
}

/// What a token of a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'d> {
    /// Text as a reader sees it: escapes and entities are resolved.
    Text(&'d str),
    /// A soft line break: trailing blanks, the line end and the prefix of the next line (`> `).
    Soft,
    /// A mark with text inside begins. Marks are numbered in the order in which they open.
    Open(usize),
    /// It ends.
    Close(usize),
    /// A mark without text of its own.
    Void(usize),
}

/// The inside of one leaf: a view into a parsed text.
#[derive(Clone, Copy)]
pub struct Inline<'d> {
    text: &'d str,
    store: &'d Store,
    share: Share,
}

impl<'d> Inline<'d> {
    pub(crate) fn new(text: &'d str, store: &'d Store, share: Share) -> Self {
        Self { text, store, share }
    }

    /// Its bytes in the text.
    pub fn span(&self) -> Span {
        let end = self.tokens().last().map_or(self.share.start, |token| token.end);
        Span::new(self.share.start as usize, end as usize)
    }

    /// Whether there are bytes we cannot account for, or more nesting than is sane. Such a leaf is
    /// never translated.
    pub fn is_opaque(&self) -> bool {
        self.share.opaque
    }

    fn tokens(&self) -> &'d [Token] {
        &self.store.tokens[self.share.tokens.0 as usize..self.share.tokens.1 as usize]
    }

    /// What it is made of, in order, with the bytes of each; together they tile it.
    pub fn parts(&self) -> impl Iterator<Item = (Part<'d>, Span)> + use<'d> {
        let Self { text, store, share } = *self;
        let mut at = share.start;
        let number = move |mark: u32| (mark - share.marks.0) as usize;
        self.tokens().iter().map(move |token| {
            let span = Span::new(at as usize, token.end as usize);
            at = token.end;
            let part = match token.kind {
                TokenKind::Text => Part::Text(&text[span.range()]),
                TokenKind::Spelled(string) => Part::Text(&store.strings[string as usize]),
                TokenKind::Soft => Part::Soft,
                TokenKind::Open(mark) => Part::Open(number(mark)),
                TokenKind::Close(mark) => Part::Close(number(mark)),
                TokenKind::Void(mark) => Part::Void(number(mark)),
            };
            (part, span)
        })
    }

    /// All marks, in the order in which they open.
    pub fn marks(&self) -> &'d [Mark] {
        &self.store.marks[self.share.marks.0 as usize..self.share.marks.1 as usize]
    }

    /// The mark around a mark, by number.
    pub fn parent(&self, mark: usize) -> Option<usize> {
        let parent = self.marks()[mark].parent;
        (parent != NONE).then(|| (parent - self.share.marks.0) as usize)
    }

    /// What of a mark must be the same in the edition: destination, code, HTML, the footnote's label.
    pub fn target(&self, mark: usize) -> &'d str {
        self.store.string(self.marks()[mark].target, self.text)
    }

    /// The title of a link or an image that is not translated as a [`MarkKind::Title`] of its own.
    pub fn title(&self, mark: usize) -> &'d str {
        let title = self.marks()[mark].title;
        if title == NONE { "" } else { &self.store.strings[title as usize] }
    }

    /// The bytes of a mark's closing delimiter.
    pub fn closing(&self, mark: usize) -> &'d str {
        &self.text[self.marks()[mark].close.range()]
    }

    /// Each piece of text, as a reader sees it, with its bytes.
    pub fn texts(&self) -> impl Iterator<Item = (&'d str, Span)> + use<'d> {
        self.parts().filter_map(|(part, span)| match part {
            Part::Text(text) => Some((text, span)),
            _ => None,
        })
    }

    /// All text, without markup, code and URLs; a line break is `\n`.
    pub fn plain_text(&self) -> String {
        let mut plain = String::with_capacity(self.span().len());
        for (part, _) in self.parts() {
            match part {
                Part::Text(text) => plain.push_str(text),
                Part::Soft => plain.push('\n'),
                Part::Void(mark) => match self.marks()[mark].kind {
                    MarkKind::Break => plain.push('\n'),
                    // To a reader it is text as any other.
                    MarkKind::Kept => plain.push_str(self.target(mark)),
                    _ => {}
                },
                Part::Open(_) | Part::Close(_) => {}
            }
        }
        plain
    }

    /// The places of the soft breaks, in order.
    pub fn breaks(&self) -> impl Iterator<Item = Span> + use<'d> {
        self.parts().filter_map(|(part, span)| (part == Part::Soft).then_some(span))
    }

    /// Whether it ends in a part that is not translated and has no end of its own: what is written
    /// behind it would be a part of that part.
    pub fn ends_skipped(&self) -> bool {
        let Some(TokenKind::Void(mark)) = self.tokens().last().map(|token| token.kind) else { return false };
        let mark = &self.store.marks[mark as usize];
        let raw = &self.text[mark.open.range()];
        let is_end = |at: usize| Directive::of(&raw[at..]) == Some(Directive::End);
        mark.kind == MarkKind::Skipped && !raw.rfind("<!--").is_some_and(is_end)
    }

    /// How many soft breaks there are.
    pub fn break_count(&self) -> usize {
        self.tokens().iter().filter(|token| token.kind == TokenKind::Soft).count()
    }

    /// Whether no text in it is spelled in another way than it reads.
    pub(crate) fn is_spelled_plainly(&self) -> bool {
        !self.tokens().iter().any(|token| matches!(token.kind, TokenKind::Spelled(_)))
    }

    /// How many lines it has, those within marks not counted.
    pub(crate) fn line_count(&self) -> usize {
        // Most have one, and that is known sooner.
        if self.break_count() == 0 { 1 } else { self.lines().count() }
    }

    /// Its lines, cut at the soft breaks that are in no mark; each with the numbers of its own marks.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Share> + use<'d> {
        let (tokens, share) = (self.tokens(), self.share);
        let mut place = 0;
        let (mut start, mut first_mark) = (share.start, share.marks.0);
        std::iter::from_fn(move || {
            if place > tokens.len() {
                return None;
            }
            let (first, mut depth, mut marks) = (place, 0_usize, first_mark);
            while let Some(token) = tokens.get(place) {
                match token.kind {
                    TokenKind::Soft if depth == 0 => break,
                    TokenKind::Open(mark) => (depth, marks) = (depth + 1, mark + 1),
                    TokenKind::Close(_) => depth -= 1,
                    TokenKind::Void(mark) => marks = mark + 1,
                    TokenKind::Text | TokenKind::Spelled(_) | TokenKind::Soft => {}
                }
                place += 1;
            }
            let number = |place: usize| share.tokens.0 + place as u32;
            let line = Share {
                start,
                tokens: (number(first), number(place)),
                marks: (first_mark, marks),
                opaque: share.opaque,
            };
            start = tokens.get(place).map_or(start, |line_break| line_break.end);
            first_mark = marks;
            place += 1;
            Some(line)
        })
    }
}

impl std::fmt::Debug for Inline<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inline").field("text", &&self.text[self.span().range()]).finish_non_exhaustive()
    }
}
