//! The text in an HTML block, where it is safe to find it.
//!
//! `CommonMark` gives a block that begins with a tag to the reader's browser as it is, and so do we:
//! what is found here are runs of text in it, and all other bytes stay. Where a browser and we might
//! see different things, there is nothing to find.
//!
//! **Which blocks.** Those that begin with a tag. A block that begins with `<script>`, `<style>`,
//! `<pre>`, `<textarea>`, a comment, `<?`, `<!` or `<![CDATA[` is not read; nor is one with a `<` that
//! begins none of the tags and comments of `CommonMark`, with a reference that a browser reads
//! without its `;` (`&copy 2024`), with a blank line inside (parsers do not agree on what is one), or
//! with `</pre>`, `</code>` and the like for an element that an earlier block opened. Other elements
//! may be open from an earlier block or be closed in a later one.
//!
//! **Which text.** That whose nearest element is one of `READ`: paragraphs, cells, list items and
//! others that hold text; and that in no element of this block. Direct text of any other element is
//! not read: `<tr>` and `<ul>` have none to read, and what `<my-code>` does with its own nobody
//! knows. In `OPAQUE` elements nothing is read, whatever is inside; one that is not closed reaches to
//! the end.
//!
//! **How it is cut.** A run goes from one of these elements' tags to the next. In it there may be
//! `INLINE` tags, comments, references and line breaks, and `<code>` and other `WHOLE` elements as
//! one piece each. At both ends, blanks and tags that have no text beside them are cut off: images,
//! line breaks, references that are not resolved, pairs with no text inside, tags whose other half
//! is elsewhere, and a pair that is around all of the run. So a run begins and ends with text, with
//! a whole element or with a tag of a pair that has text in it.
//!
//! ```
//! # use nekoyaku::html::{PieceKind, runs};
//! # use nekoyaku::source::Span;
//! let block = "<details>\n<summary>点击展开</summary>\n<p>用 <code>cargo</code> 构建。</p>\n</details>\n";
//! let mut at = 0;
//! let line = |line: &str| {
//!     at += line.len();
//!     Span::new(at - line.len(), at)
//! };
//! let lines: Vec<Span> = block.split_inclusive('\n').map(line).collect();
//!
//! let runs = runs(block, &lines);
//! assert_eq!(&block[runs[0].span().range()], "点击展开");
//! assert_eq!(&block[runs[1].span().range()], "用 <code>cargo</code> 构建。");
//! assert_eq!(runs[1].pieces[1].kind, PieceKind::Tag);
//! ```

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::script::is_invisible;
use crate::source::Span;

/// A run of text in an HTML block.
///
/// Its pieces tile it: each begins where the one before it ended. At least one is text that is not
/// blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

impl Run {
    /// All of it.
    pub fn span(&self) -> Span {
        let start = self.pieces.first().map_or(0, |piece| piece.span.start());
        Span::new(start, self.pieces.last().map_or(start, |piece| piece.span.end()))
    }
}

/// A piece of a [`Run`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes in the whole text; never none.
    pub span: Span,
}

/// The kinds of [`Piece`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Text that means what it says.
    Text,
    /// A character reference, `&amp;` or `&#20013;`, and its character.
    Entity(String),
    /// A line end with the blanks around it and the prefix of the next line (`> `).
    Break,
    /// What has to stay as it is: a tag, a comment, a whole element as `<code>…</code>`, a reference
    /// that is not resolved.
    Tag,
}

/// Elements whose direct text is read.
const READ: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "legend",
    "li",
    "main",
    "nav",
    "p",
    "section",
    "summary",
    "td",
    "th",
];

/// Elements that stand in a sentence.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "del", "dfn", "em", "font", "i", "img", "input",
    "ins", "label", "mark", "nobr", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
];

/// Elements that stand in a sentence and stay as they are, with what is inside.
const WHOLE: &[&str] = &["code", "kbd", "math", "ruby", "samp", "svg"];

/// Elements in which nothing is read, and which end a run.
const OPAQUE: &[&str] = &[
    "head",
    "iframe",
    "listing",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "pre",
    "script",
    "style",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// Those of them in which a browser looks for nothing but their end.
const RAW: &[&str] =
    &["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Elements with which `CommonMark` begins an HTML block that may have blank lines in it.
const LITERAL: &[&str] = &["pre", "script", "style", "textarea"];

/// Elements that have no end.
const VOID: &[&str] = &[
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param",
    "source", "track", "wbr",
];

/// The names that browsers know without a `;` behind them: in order, and none begins with another.
const UNENDED: &[&str] = &[
    "AElig", "AMP", "Aacute", "Acirc", "Agrave", "Aring", "Atilde", "Auml", "COPY", "Ccedil", "ETH", "Eacute", "Ecirc",
    "Egrave", "Euml", "GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT", "Ntilde", "Oacute", "Ocirc", "Ograve", "Oslash",
    "Otilde", "Ouml", "QUOT", "REG", "THORN", "Uacute", "Ucirc", "Ugrave", "Uuml", "Yacute", "aacute", "acirc",
    "acute", "aelig", "agrave", "amp", "aring", "atilde", "auml", "brvbar", "ccedil", "cedil", "cent", "copy",
    "curren", "deg", "divide", "eacute", "ecirc", "egrave", "eth", "euml", "frac12", "frac14", "frac34", "gt",
    "iacute", "icirc", "iexcl", "igrave", "iquest", "iuml", "laquo", "lt", "macr", "micro", "middot", "nbsp", "not",
    "ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash", "otilde", "ouml", "para", "plusmn", "pound",
    "quot", "raquo", "reg", "sect", "shy", "sup1", "sup2", "sup3", "szlig", "thorn", "times", "uacute", "ucirc",
    "ugrave", "uml", "uuml", "yacute", "yen", "yuml",
];

/// The runs of text in an HTML block of `text`, in order; none where it is not safe to look.
///
/// `lines` are the lines of the block, in order, each with its line end and without the prefix of
/// the containers it is in. A line may come in parts, as the parser gives one that ends in `\r\n`.
///
/// The time it takes is proportional to the length of the block.
pub fn runs(text: &str, lines: &[Span]) -> Vec<Run> {
    let Some(block) = Block::new(text, lines) else {
        return Vec::new();
    };
    let runs = read(&block.html).unwrap_or_default();
    runs.into_iter().map(|pieces| block.run(pieces)).collect()
}

/// `text` as it has to be written in an HTML block: with `<`, and `&` where it would be read as the
/// beginning of a reference, as references.
///
/// `text` must be all there is between two tags: a reference may begin in one part and end in the next.
///
/// ```
/// # use nekoyaku::html::escaped;
/// assert_eq!(escaped("Q&A：a<b 写作 &lt;"), "Q&A：a&lt;b 写作 &amp;lt;");
/// ```
pub fn escaped(text: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut from = 0;
    for (at, special) in text.match_indices(['<', '&']) {
        let reference = match special {
            "<" => "&lt;",
            _ if matches!(reference(&text[at..]), Reference::None) => continue,
            _ => "&amp;",
        };
        written.push_str(&text[from..at]);
        written.push_str(reference);
        from = at + 1;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    written.push_str(&text[from..]);
    Cow::Owned(written)
}

/// The lines of a block as one text, and where they are in the whole one.
struct Block {
    html: String,
    // Invariant: where a part of `html` begins, here and in the whole text; both ascending.
    places: Vec<(usize, usize)>,
}

impl Block {
    fn new(text: &str, lines: &[Span]) -> Option<Self> {
        let mut block = Self { html: String::new(), places: Vec::new() };
        let mut end = lines.first()?.start();
        for line in lines {
            let gap = text.get(end..line.start())?;
            if !block.html.is_empty() && !block.html.ends_with(['\n', '\r']) {
                // The rest of a line, which may lack the `\r` of its `\r\n`.
                if !matches!(gap, "" | "\r") {
                    return None;
                }
                block.html.push_str(gap);
            }
            block.places.push((block.html.len(), line.start()));
            block.html.push_str(text.get(line.range())?);
            end = line.end();
        }
        Some(block)
    }

    /// Where the byte `at` of the block is in the whole text.
    fn place(&self, at: usize) -> usize {
        let part = self.places.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.places.get(part).map_or(at, |(start, place)| at - start + place)
    }

    fn run(&self, mut pieces: Vec<Piece>) -> Run {
        for piece in &mut pieces {
            let end = match piece.kind {
                // It ends where the next piece begins, behind the prefix.
                PieceKind::Break => self.place(piece.span.end()),
                _ => self.place(piece.span.end().saturating_sub(1)) + 1,
            };
            piece.span = Span::new(self.place(piece.span.start()), end);
        }
        Run { pieces }
    }
}

/// The runs of `html`, with places in it; `None` where it is not safe to look.
fn read(html: &str) -> Option<Vec<Vec<Piece>>> {
    if has_blank_line(html) {
        return None;
    }
    let mut at = html.len() - html.trim_start_matches(['\u{feff}', ' ', '\t']).len();
    match token(html, at)?.kind {
        TokenKind::Open(name) if !LITERAL.contains(&&*name) => {}
        TokenKind::Close(_) => {}
        _ => return None,
    }
    let mut reader = Reader { html, open: Open::default(), pending: Vec::new(), runs: Vec::new() };
    while at < html.len() {
        let token = token(html, at)?;
        let mut span = Span::new(at, token.end);
        at = token.end;
        match token.kind {
            TokenKind::Text => reader.text(span)?,
            TokenKind::Note => reader.tag(span, Side::Alone, false),
            TokenKind::Open(name) if WHOLE.contains(&&*name) || OPAQUE.contains(&&*name) => {
                let Some(end) = element_end(html, at, &name)? else {
                    break;
                };
                at = end;
                span = Span::new(span.start(), end);
                if WHOLE.contains(&&*name) {
                    // A drawing is an image, not a word.
                    reader.tag(span, Side::Alone, name != "svg");
                } else {
                    reader.end_run();
                }
            }
            TokenKind::Close(name) if WHOLE.contains(&&*name) || OPAQUE.contains(&&*name) => return None,
            TokenKind::Open(name) if INLINE.contains(&&*name) => {
                let side = if VOID.contains(&&*name) { Side::Alone } else { Side::Opens(name) };
                reader.tag(span, side, false);
            }
            TokenKind::Close(name) if INLINE.contains(&&*name) => reader.tag(span, Side::Closes(name), false),
            TokenKind::Open(name) => {
                reader.end_run();
                if !VOID.contains(&&*name) {
                    reader.open.push(name, at);
                }
            }
            TokenKind::Close(name) => {
                reader.end_run();
                reader.open.close(&name);
            }
        }
    }
    reader.end_run();
    Some(reader.runs)
}

/// Whether a line is blank to any parser, and not the last.
fn has_blank_line(html: &str) -> bool {
    let blank = |line: &str| line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\x0b' | b'\x0c'));
    let lines = html.trim_end().split('\n');
    lines.flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')).any(blank)
}

struct Reader<'h> {
    html: &'h str,
    // The open elements that are not inline.
    open: Open<'h>,
    // The run that goes on.
    pending: Vec<Item<'h>>,
    runs: Vec<Vec<Piece>>,
}

struct Item<'h> {
    piece: Piece,
    side: Side<'h>,
    // Whether there is something in it that a reader reads.
    shown: bool,
}

/// What a tag has to do with others.
enum Side<'h> {
    Alone,
    Opens(Cow<'h, str>),
    Closes(Cow<'h, str>),
}

impl<'h> Reader<'h> {
    fn reads(&self) -> bool {
        self.open.last().is_none_or(|name| READ.contains(&name))
    }

    fn tag(&mut self, span: Span, side: Side<'h>, shown: bool) {
        if self.reads() {
            self.pending.push(Item { piece: Piece { kind: PieceKind::Tag, span }, side, shown });
        }
    }

    fn plain(&mut self, kind: PieceKind, span: Span) {
        let shown = match &kind {
            PieceKind::Text => !self.html[span.range()].trim().is_empty(),
            PieceKind::Entity(character) => !character.trim().is_empty(),
            PieceKind::Break | PieceKind::Tag => false,
        };
        if !span.is_empty() {
            self.pending.push(Item { piece: Piece { kind, span }, side: Side::Alone, shown });
        }
    }

    /// Cut text into its pieces; `None` where a browser may see another text.
    fn text(&mut self, span: Span) -> Option<()> {
        if !self.reads() {
            return Some(());
        }
        let bytes = self.html.as_bytes();
        let (mut from, mut at) = (span.start(), span.start());
        while at < span.end() {
            let (len, kind) = match bytes[at] {
                b'&' => match reference(&self.html[at..span.end()]) {
                    Reference::None => (1, None),
                    Reference::Unended => return None,
                    Reference::Character(len, c) => (len, Some(PieceKind::Entity(c.into()))),
                    Reference::Other(len) => (len, Some(PieceKind::Tag)),
                },
                b' ' | b'\t' | b'\n' | b'\r' => {
                    let len = count(&bytes[at..span.end()], is_blank);
                    let breaks = bytes[at..at + len].iter().any(|byte| matches!(byte, b'\n' | b'\r'));
                    (len, breaks.then_some(PieceKind::Break))
                }
                _ => (1, None),
            };
            if let Some(kind) = kind {
                self.plain(PieceKind::Text, Span::new(from, at));
                self.plain(kind, Span::new(at, at + len));
                from = at + len;
            }
            at += len;
        }
        self.plain(PieceKind::Text, Span::new(from, span.end()));
        Some(())
    }

    fn end_run(&mut self) {
        let mut items = std::mem::take(&mut self.pending);
        let kept = trimmed(&items);
        let mut pieces: Vec<Piece> = items.drain(kept).map(|item| item.piece).collect();
        let html = self.html;
        if let Some(Piece { kind: PieceKind::Text, span }) = pieces.first_mut() {
            *span = Span::new(span.end() - html[span.range()].trim_start().len(), span.end());
        }
        if let Some(Piece { kind: PieceKind::Text, span }) = pieces.last_mut() {
            *span = Span::new(span.start(), span.start() + html[span.range()].trim_end().len());
        }
        let text = |piece: &Piece| piece.kind == PieceKind::Text && !html[piece.span.range()].trim().is_empty();
        if pieces.iter().any(text) {
            self.runs.push(pieces);
        }
    }
}

/// The items that are left when all that has no text beside it is cut off at both ends.
fn trimmed(items: &[Item<'_>]) -> Range<usize> {
    let mates = mates(items);
    // How many are shown before each.
    let mut before = vec![0; items.len() + 1];
    for (at, item) in items.iter().enumerate() {
        before[at + 1] = before[at] + usize::from(item.shown);
    }
    let (mut start, mut end) = (0, items.len());
    // Whatever is cut off shows nothing, so one that is shown stays between the ends.
    while before[end] > before[start] {
        let last = end - 1;
        let from = match mates[start] {
            _ if items[start].shown => start,
            Some(mate) if before[mate] > before[start] => start,
            mate => mate.unwrap_or(start) + 1,
        };
        let to = match mates[last] {
            _ if items[last].shown => end,
            Some(mate) if before[last] > before[mate] => end,
            mate => mate.unwrap_or(last),
        };
        if (from, to) != (start, end) {
            (start, end) = (from, to);
        } else if mates[start] == Some(last) {
            (start, end) = (start + 1, last);
        } else {
            return start..end;
        }
    }
    0..0
}

/// For each tag the other one of its pair. Pairs do not cross: a tag that does is in none.
fn mates(items: &[Item<'_>]) -> Vec<Option<usize>> {
    let mut mates = vec![None; items.len()];
    let mut open = Open::default();
    for (at, item) in items.iter().enumerate() {
        match &item.side {
            Side::Alone => {}
            Side::Opens(name) => open.push(name.clone(), at),
            Side::Closes(name) => {
                if let Some(opening) = open.close(name) {
                    mates[opening] = Some(at);
                    mates[at] = Some(opening);
                }
            }
        }
    }
    mates
}

/// The elements that are open, each with where it began.
#[derive(Default)]
struct Open<'h> {
    elements: Vec<(Cow<'h, str>, usize)>,
    // How many there are of a name: one that is not open is not looked for again and again.
    counts: HashMap<Cow<'h, str>, usize>,
}

impl<'h> Open<'h> {
    fn last(&self) -> Option<&str> {
        self.elements.last().map(|(name, _)| &**name)
    }

    fn push(&mut self, name: Cow<'h, str>, at: usize) {
        *self.counts.entry(name.clone()).or_default() += 1;
        self.elements.push((name, at));
    }

    /// Close the last one of that name, and those in it; where it began.
    fn close(&mut self, name: &str) -> Option<usize> {
        if self.counts.get(name).is_none_or(|count| *count == 0) {
            return None;
        }
        while let Some((closed, at)) = self.elements.pop() {
            if let Some(count) = self.counts.get_mut(&closed) {
                *count -= 1;
            }
            if closed == name {
                return Some(at);
            }
        }
        None
    }
}

struct Token<'h> {
    kind: TokenKind<'h>,
    end: usize,
}

/// Names are in lower case.
enum TokenKind<'h> {
    Text,
    Open(Cow<'h, str>),
    Close(Cow<'h, str>),
    // A comment, a processing instruction, a declaration, a CDATA section.
    Note,
}

/// What begins at `at`; `None` if it is a `<` that begins nothing.
fn token(html: &str, at: usize) -> Option<Token<'_>> {
    let rest = html.get(at..)?;
    let bytes = rest.as_bytes();
    let through = |from: usize, end: &str| Some(from + rest.get(from..)?.find(end)? + end.len());
    let (kind, len) = match bytes {
        // `<!-->` and `<!--->` are comments too: their end begins within their beginning.
        [b'<', b'!', b'-', b'-', ..] => (TokenKind::Note, through(2, "-->")?),
        [b'<', b'?', ..] => (TokenKind::Note, through(2, "?>")?),
        [b'<', b'!', b'[', ..] if rest.starts_with("<![CDATA[") => (TokenKind::Note, through(9, "]]>")?),
        [b'<', b'!', letter, ..] if letter.is_ascii_alphabetic() => (TokenKind::Note, through(2, ">")?),
        [b'<', b'/', ..] => {
            let name = name(rest, 2)?;
            let end = skip(bytes, 2 + name.len(), is_blank);
            (TokenKind::Close(lower(name)), closed(bytes, end)?)
        }
        [b'<', ..] => {
            let name = name(rest, 1)?;
            let end = attributes_end(bytes, 1 + name.len())?;
            let end = end + usize::from(bytes.get(end) == Some(&b'/'));
            (TokenKind::Open(lower(name)), closed(bytes, end)?)
        }
        _ => (TokenKind::Text, rest.find('<').unwrap_or(rest.len())),
    };
    Some(Token { kind, end: at + len })
}

fn closed(bytes: &[u8], at: usize) -> Option<usize> {
    (bytes.get(at) == Some(&b'>')).then_some(at + 1)
}

fn name(html: &str, at: usize) -> Option<&str> {
    let bytes = html.as_bytes();
    let end = skip(bytes, at, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    bytes.get(at)?.is_ascii_alphabetic().then(|| &html[at..end])
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// Where the attributes and the blanks behind them end; `None` where one has no value behind its `=`.
fn attributes_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let begins_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':');
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b'-');
    loop {
        let name = skip(bytes, at, is_blank);
        if name == at || !bytes.get(name).is_some_and(begins_name) {
            return Some(name);
        }
        at = skip(bytes, name, in_name);
        let equals = skip(bytes, at, is_blank);
        if bytes.get(equals) == Some(&b'=') {
            at = value_end(bytes, skip(bytes, equals + 1, is_blank))?;
        }
    }
}

fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    if matches!(quote, b'"' | b'\'') {
        let end = skip(bytes, at + 1, |byte| byte != quote);
        return (end < bytes.len()).then_some(end + 1);
    }
    // A form feed is a blank to browsers and not to `CommonMark`.
    let end = skip(bytes, at, |byte| !is_blank(byte) && !b"\"'=<>`\x0c".contains(&byte));
    (end > at).then_some(end)
}

/// Where the element `name` ends whose opening tag ends at `at`: `Some(None)` if it is not closed.
fn element_end(html: &str, mut at: usize, name: &str) -> Option<Option<usize>> {
    let mut depth = usize::from(!RAW.contains(&name));
    if depth == 0 {
        let Some(end) = raw_end(html, at, name) else {
            return Some(None);
        };
        return Some(Some(token(html, end)?.end));
    }
    while at < html.len() {
        let token = token(html, at)?;
        at = token.end;
        match token.kind {
            TokenKind::Open(inner) if inner == name => depth += 1,
            TokenKind::Close(inner) if inner == name => depth -= 1,
            TokenKind::Open(inner) if RAW.contains(&&*inner) => match raw_end(html, at, &inner) {
                Some(end) => at = end,
                None => return Some(None),
            },
            _ => {}
        }
        if depth == 0 {
            return Some(Some(at));
        }
    }
    Some(None)
}

/// Where the tag begins that closes an element in which nothing else is markup.
fn raw_end(html: &str, from: usize, name: &str) -> Option<usize> {
    let rest = html.get(from..)?;
    let closes = |at: usize| {
        let after = &rest.as_bytes()[at + 2..];
        after.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
            && after.get(name.len()).is_some_and(|byte| matches!(byte, b'/' | b'>' | b'\x0c') || is_blank(*byte))
    };
    rest.match_indices("</").map(|(at, _)| at).find(|at| closes(*at)).map(|at| from + at)
}

/// What an `&` begins.
enum Reference {
    /// Nothing: it is text.
    None,
    /// Something a browser reads although no `;` ends it.
    Unended,
    /// So many bytes that stand for a character.
    Character(usize, char),
    /// So many bytes that look like a reference and stay as they are.
    Other(usize),
}

/// What the `&` at the beginning of `text` begins.
fn reference(text: &str) -> Reference {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let hexadecimal = matches!(bytes.get(2), Some(b'x' | b'X'));
        let (from, radix) = if hexadecimal { (3, 16) } else { (2, 10) };
        let end = skip(bytes, from, |byte| char::from(byte).is_digit(radix));
        let number = u32::from_str_radix(&text[from.min(end)..end], radix).ok();
        return match (bytes.get(end), number.and_then(char::from_u32)) {
            _ if end <= from => Reference::None,
            // A blank that is written as a reference is not to melt into those around it.
            (Some(b';'), Some(c)) if c != ' ' && !c.is_control() && !is_invisible(c) => {
                Reference::Character(end + 1, c)
            }
            (Some(b';'), _) => Reference::Other(end + 1),
            _ => Reference::Unended,
        };
    }
    let end = skip(bytes, 1, |byte| byte.is_ascii_alphanumeric());
    let name = &text[1..end];
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => return Reference::None,
        _ if bytes.get(end) == Some(&b';') => return Reference::Other(end + 1),
        _ if is_unended(name) => return Reference::Unended,
        _ => return Reference::None,
    };
    if bytes.get(end) == Some(&b';') {
        Reference::Character(end + 1, character)
    } else if name == "apos" {
        Reference::None
    } else {
        Reference::Unended
    }
}

/// Whether a browser takes the beginning of `name` for a name of its own.
fn is_unended(name: &str) -> bool {
    // Between a name and one that begins with it there are only others that do.
    let after = UNENDED.partition_point(|known| *known <= name);
    after.checked_sub(1).is_some_and(|last| name.starts_with(UNENDED[last]))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| wanted(**byte)).count()
}

fn skip(bytes: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> usize {
    at + bytes.get(at..).map_or(0, |rest| count(rest, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `text`, without `> ` before them.
    fn lines(text: &str) -> Vec<Span> {
        let mut at = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            let prefix = if line.starts_with("> ") { 2 } else { 0 };
            lines.push(Span::new(at + prefix, at + line.len()));
            at += line.len();
        }
        lines
    }

    fn found(text: &str) -> Vec<Run> {
        let runs = runs(text, &lines(text));
        for run in &runs {
            hold(text, run);
        }
        runs
    }

    /// The law of a run.
    fn hold(text: &str, run: &Run) {
        let said = format!("{text:?} {run:?}");
        for pair in run.pieces.windows(2) {
            assert_eq!(pair[0].span.end(), pair[1].span.start(), "{said}");
        }
        let mut words = false;
        for piece in &run.pieces {
            let bytes = text.get(piece.span.range()).expect("a span on character boundaries");
            assert!(!bytes.is_empty(), "{said}");
            match &piece.kind {
                PieceKind::Text => {
                    assert!(!bytes.contains(['<', '\n', '\r']), "{said}");
                    words |= !bytes.trim().is_empty();
                }
                PieceKind::Entity(character) => {
                    assert!(bytes.starts_with('&') && bytes.ends_with(';') && character.chars().count() == 1);
                }
                PieceKind::Break => assert!(bytes.contains(['\n', '\r']), "{said}"),
                PieceKind::Tag => assert!(bytes.starts_with(['<', '&']) && bytes.ends_with(['>', ';']), "{said}"),
            }
        }
        let whole = &text[run.span().range()];
        assert!(words && whole.trim() == whole, "{said}");
    }

    /// The runs without their law, which looks at all of a run more than once.
    fn read_only(text: &str) -> Vec<Run> {
        runs(text, &lines(text))
    }

    /// The runs, as they stand in the text.
    fn read(text: &str) -> Vec<&str> {
        found(text).iter().map(|run| &text[run.span().range()]).collect()
    }

    /// The pieces of the only run.
    fn pieces(text: &str) -> Vec<(char, &str)> {
        let runs = found(text);
        assert_eq!(runs.len(), 1, "{text:?} {runs:?}");
        let letter = |kind: &PieceKind| match kind {
            PieceKind::Text => 't',
            PieceKind::Entity(_) => 'e',
            PieceKind::Break => 'b',
            PieceKind::Tag => 'g',
        };
        runs[0].pieces.iter().map(|piece| (letter(&piece.kind), &text[piece.span.range()])).collect()
    }

    #[test]
    fn text_is_found_where_a_reader_sees_it() {
        assert_eq!(
            read("<details>\n<summary>标题</summary>\n<p>一段<b>话</b>。</p>\n</details>\n"),
            ["标题", "一段<b>话</b>。"]
        );
        assert_eq!(read("<p align=\"center\">说明</p>\n"), ["说明"]);
        assert_eq!(read("<div align=center>\n  <img src='a.png' alt=图>\n  <br/>图一\n</div>\n"), ["图一"]);
        assert_eq!(
            read("<table>\n<tr><th>名称<th>说明\n<tr><td>猫</td><td><a href='#x'>周刊</a>，见下</td></tr>\n</table>"),
            ["名称", "说明", "猫", "<a href='#x'>周刊</a>，见下"]
        );
        assert_eq!(read("<ul>\n<li>甲\n<li>乙\n</ul>\n<h2>丙</h2>\n"), ["甲", "乙", "丙"]);
        assert_eq!(read("<a href='x'>\n说明\n</a>\n"), ["说明"]);
    }

    #[test]
    fn elements_may_be_open_from_before_or_be_closed_later() {
        assert_eq!(read("</details>\n后文\n"), ["后文"]);
        assert_eq!(read("<details>\n前文\n"), ["前文"]);
        assert_eq!(read("</div>后文<p>又"), ["后文", "又"]);
    }

    #[test]
    fn what_is_not_text_is_not_found() {
        for text in [
            "<div><script>'文'</script><style>/* 文 */</style></div>",
            "<div><pre>文 <b>文</b></pre></div>",
            "<div><textarea><p>文</p></textarea></div>",
            "<p><code>文</code> <kbd>文</kbd> <samp>文</samp></p>",
            "<p><svg><title>文</title><text>文</text></svg> <math><mi>文</mi></math></p>",
            "<div><template><p>文</p></template><noscript><p>文</p></noscript></div>",
            "<div><iframe>文</iframe><object><p>文</p></object></div>",
            "<html><head><title>文</title></head>",
            "<div><!-- 文 --><?文?><!X 文><![CDATA[文]]></div>",
            "<img alt='文' title=\"文\">",
            "<div>\n<pre>文\n<p>文</p>",
            "<table>文<tr>文</tr></table>",
            "<my-card>文<b>文</b></my-card>",
            "<select><option>文</option></select>",
            "<p>&nbsp;<br>&emsp;</p>",
        ] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_text_around_is_found_all_the_same() {
        assert_eq!(read("<div>甲<script>if (a<b && '</p>') {}</SCRIPT >乙</div>"), ["甲", "乙"]);
        assert_eq!(read("<div>甲<style></styles></style>乙<pre>丙<pre></pre></pre>丁"), ["甲", "乙", "丁"]);
        assert_eq!(read("<p>甲<my-tag>乙<p>丙</p></my-tag>丁</p>"), ["甲", "丙", "丁"]);
        assert_eq!(read("<p>甲</p><pre>乙\n<p>丙</p>"), ["甲"]);
        assert_eq!(read("<p>用 Vec<T> 类型</p><p>乙</p>"), ["用 Vec", "乙"]);
        assert_eq!(read("<div><foo></div>甲"), ["甲"]);
        assert_eq!(read("<foo></div>甲"), [""; 0]);
    }

    #[test]
    fn blocks_that_are_not_safe_are_left_alone() {
        for text in [
            "",
            "文",
            "<script>1</script><p>文</p>",
            "<PRE><p>文</p></PRE>",
            "<style></style>文",
            "<textarea></textarea>文",
            "<!-- x --><p>文</p>",
            "<?x?><p>文</p>",
            "<!DOCTYPE html><p>文</p>",
            "<![CDATA[x]]><p>文</p>",
            "<p>文 < 1</p>",
            "<p>文<3</p>",
            "<p>文</p",
            "<p>文</p 1>",
            "<p>文<!-- </p>",
            "<p>文<?x </p>",
            "<p>文<![CDATA[ </p>",
            "<p>文<![CDATA x]></p",
            "<p a=>文</p>",
            "<p a=b=c>文</p>",
            "<p a=`>文</p>",
            "<p a='1'b='2'>文</p>",
            "<p 1>文</p>",
            "<p / >文</p>",
            "<p a='>文</p>",
            "<p>文</pre>",
            "<p>文</code></p>",
            "<p>文</svg></p>",
            "<p>文 &copy 2024</p>",
            "<p>文 &copyright;文 &#20013 文</p>",
            "<p>&lt文</p>",
            "<p>文</p>\n\n<p>文</p>",
            "<p>文</p>\n\u{c}\n<p>文</p>",
            "<p>文</p>\r\r<p>文</p>",
        ] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn tags_are_read_as_commonmark_reads_them() {
        let text = "<P\n\tALIGN = 'a>b'\r\n  _x:y.z-1=a/b hidden data-x=\"<\n\"\n>甲</p\n>";
        assert_eq!(read(text), ["甲"]);
        assert_eq!(
            read("<p a=文>甲<!-->乙<!--->丙<!-- -- > -->丁<?>?>戊<!A>己"),
            ["甲<!-->乙<!--->丙<!-- -- > -->丁<?>?>戊<!A>己"]
        );
        assert_eq!(read("<p>甲<b/>乙</p>"), ["甲<b/>乙"]);
    }

    #[test]
    fn a_run_is_cut_into_pieces() {
        assert_eq!(
            pieces(
                "<p>\n  用 <code>x &lt; <i>y</i></code>、<a\nhref=x>链&amp;接</a><br>\n次&hellip;行。<!-- z -->\n</p>"
            ),
            [
                ('t', "用 "),
                ('g', "<code>x &lt; <i>y</i></code>"),
                ('t', "、"),
                ('g', "<a\nhref=x>"),
                ('t', "链"),
                ('e', "&amp;"),
                ('t', "接"),
                ('g', "</a>"),
                ('g', "<br>"),
                ('b', "\n"),
                ('t', "次"),
                ('g', "&hellip;"),
                ('t', "行。"),
            ]
        );
    }

    #[test]
    fn a_break_has_the_prefix_of_its_container() {
        let quote = "> <p>一 \t\r\n>  二<b\r\n> >三</b>\r\n> 四</p>\r\n";
        assert_eq!(
            pieces(quote),
            [
                ('t', "一"),
                ('b', " \t\r\n>  "),
                ('t', "二"),
                ('g', "<b\r\n> >"),
                ('t', "三"),
                ('g', "</b>"),
                ('b', "\r\n> "),
                ('t', "四"),
            ]
        );
        assert_eq!(pieces("<p>一\r二</p>"), [('t', "一"), ('b', "\r"), ('t', "二")]);
    }

    #[test]
    fn lines_may_come_in_parts_and_not_in_disorder() {
        let text = "<p>一\r\n二</p>";
        let all = Span::new(0, text.len());
        let whole = runs(text, &[all]);
        assert_eq!(whole, runs(text, &[Span::new(0, 6), Span::new(7, 8), Span::new(8, text.len())]));
        assert_eq!(whole.len(), 1);
        for lines in [vec![], vec![all, all], vec![Span::new(0, 4)], vec![Span::new(0, 99)], vec![Span::new(0, 0)]] {
            assert_eq!(runs(text, &lines), [], "{lines:?}");
        }
        assert_eq!(runs(text, &[Span::new(0, 3), Span::new(6, text.len())]), []);
    }

    #[test]
    fn the_parser_gives_such_parts() {
        use pulldown_cmark::{Event, Parser};

        let text = "- 甲\r\n\r\n  > <p>一 \r\n  >  二</p>\r\n\r\n  <div>三\r\n  四</div>\r\n";
        let lines: Vec<Span> = Parser::new(text)
            .into_offset_iter()
            .filter_map(|(event, range)| matches!(event, Event::Html(_)).then(|| range.into()))
            .collect();
        let runs = runs(text, &lines);
        let found: Vec<&str> = runs.iter().map(|run| &text[run.span().range()]).collect();
        assert_eq!(found, ["一 \r\n  >  二", "三\r\n  四"], "{lines:?}");
    }

    #[test]
    fn no_spans_are_too_bad() {
        let text = "\u{feff}<p>文<b\r\n> a='𠮷'>周&amp;\r刊</b>\n> 🐱</p>\0";
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let mut ends: Vec<usize> = (0..random.usize(..8)).map(|_| random.usize(..text.len() + 3)).collect();
            if random.bool() {
                ends.sort_unstable();
            }
            let lines: Vec<Span> = ends.windows(2).map(|pair| Span::new(pair[0], pair[1])).collect();
            for run in runs(text, &lines) {
                hold(text, &run);
            }
        }
    }

    #[test]
    fn what_has_no_text_beside_it_is_cut_off() {
        for (text, wanted) in [
            ("<p><img src=a> <a href=b><img src=c></a> 甲 <br></p>", "甲"),
            ("<p><b><i>甲</i></b></p>", "甲"),
            ("<p><b>甲</b>乙<i>丙</i></p>", "<b>甲</b>乙<i>丙</i>"),
            ("<p><a name=x></a><i></b>甲</i></b></p>", "甲"),
            ("<p><b>甲<i>乙</b>丙</i></p>", "<b>甲<i>乙</b>丙"),
            ("<p><code>a</code> 和 <code>b</code></p>", "<code>a</code> 和 <code>b</code>"),
            ("<p><svg></svg>甲<svg></svg>乙<svg></svg></p>", "甲<svg></svg>乙"),
            ("<p>\u{3000}&nbsp;&emsp;甲 &#12288;\u{a0}</p>", "甲"),
            ("<p>&quot;甲&quot;</p>", "&quot;甲&quot;"),
            ("<p><u> 甲 </u> 乙<b> </b></p>", "<u> 甲 </u> 乙"),
            ("<p><b>甲<p>乙</b></p>", "甲"),
        ] {
            assert_eq!(read(text)[0], wanted, "{text}");
        }
    }

    #[test]
    fn references_are_resolved_where_they_are_plain() {
        let text = "<p>甲&amp;&lt;&gt;&quot;&apos;&#39;&nbsp;&#20013;&#x6587;&#X1F431;乙</p>";
        let characters: Vec<String> = found(text)[0]
            .pieces
            .iter()
            .filter_map(|piece| match &piece.kind {
                PieceKind::Entity(character) => Some(character.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(characters, ["&", "<", ">", "\"", "'", "'", "\u{a0}", "中", "文", "🐱"]);

        let others = "&copy;&AMP;&foo;&#0;&#10;&#32;&#x200b;&#xd800;&#99999999999999999999;";
        let text = format!("<p>甲{others}乙</p>");
        let tags: String = pieces(&text).into_iter().filter(|piece| piece.0 == 'g').map(|piece| piece.1).collect();
        assert_eq!(tags, others);

        for text in ["Q&A", "AT&T 甲", "甲 & 乙", "&#;", "&#x;", "&;", "&1;", "&apos x", "&文;", "x &"] {
            let block = format!("<p>{text}</p>");
            assert_eq!(pieces(&block), [('t', text)]);
            assert!(matches!(escaped(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn names_without_an_end_are_found_in_others() {
        assert!(UNENDED.is_sorted());
        for known in UNENDED {
            let begins = |other: &&&str| other.starts_with(known);
            assert_eq!(UNENDED.iter().filter(begins).count(), 1, "{known}");
            assert!(is_unended(known) && is_unended(&format!("{known}0")) && is_unended(&format!("{known}z")));
            assert!(!is_unended(&known[..known.len() - 1]), "{known}");
        }
        assert!(!is_unended("A") && !is_unended("zzz") && !is_unended("Roll"));
    }

    #[test]
    fn escaped_text_is_read_as_it_was() {
        assert_eq!(escaped("&amp;&copy 2&#65&#x6;&foo;<"), "&amp;amp;&amp;copy 2&amp;#65&amp;#x6;&amp;foo;&lt;");
        let atoms = ["&", "#", "x", "65", ";", "lt", "copy", "amp", "<", ">", "文", " ", "\"", "&amp;", "\u{a0}", "猫"];
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20_000 {
            let text: String = (0..random.usize(..8)).map(|_| atoms[random.usize(..atoms.len())]).collect();
            let text = format!("甲{text}乙");
            let block = format!("<p>{}</p>", escaped(&text));
            assert_eq!(said(&block).concat(), text, "{block}");
        }
    }

    /// The runs with their references resolved.
    fn said(text: &str) -> Vec<String> {
        let piece = |piece: &Piece| match &piece.kind {
            PieceKind::Entity(character) => character.clone(),
            _ => text[piece.span.range()].to_owned(),
        };
        found(text).iter().map(|run| run.pieces.iter().map(piece).collect()).collect()
    }

    /// The text with its own runs written anew.
    fn rewritten(text: &str) -> String {
        let mut written = String::new();
        let mut at = 0;
        for run in found(text) {
            written.push_str(&text[at..run.span().start()]);
            let mut words = String::new();
            for piece in &run.pieces {
                let bytes = &text[piece.span.range()];
                match &piece.kind {
                    PieceKind::Text => words.push_str(bytes),
                    PieceKind::Entity(character) => words.push_str(character),
                    PieceKind::Break | PieceKind::Tag => {
                        written.push_str(&escaped(&std::mem::take(&mut words)));
                        written.push_str(bytes);
                    }
                }
            }
            written.push_str(&escaped(&words));
            at = run.span().end();
        }
        written.push_str(&text[at..]);
        written
    }

    #[test]
    fn runs_written_anew_are_the_same_runs() {
        let atoms: Vec<&str> =
            "<p>|</p>|<div class='a'>|</div>|<b>|</b>|<i>|</i>|<a\nhref=\"x\">|</a>|<br>|<img\r\n> src=a>\
            |<code>|</code>|<pre>|</pre>|<x-y>|</x-y>|<table>|<td>|</table>|<!-- 文\n-->|<script>|</script>\
            |<svg/>|<|>|&|&amp;|&lt;|&nbsp;|&#32;|&#20013;|&copy;|&copy|amp;|#65;|文|周刊| |\t|\n|\n> |\r\n> \
            |\r|-|'|\"|\u{3000}|\u{feff}|\0|\u{200b}|🐱|𠮷"
                .split('|')
                .collect();
        // The plain ones are likelier: most blocks are to be read.
        let plain: Vec<&str> = "<p>|</p>|<b>|</b>|<i>|</i>|<br>|文|刊| |\n|&amp;|&".split('|').collect();
        let mut random = fastrand::Rng::with_seed(1);
        let mut runs = 0;
        for _ in 0..40_000 {
            let mut text = String::from("<div>");
            for _ in 0..random.usize(..24) {
                let atoms = if random.u8(..8) == 0 { &atoms } else { &plain };
                text.push_str(atoms[random.usize(..atoms.len())]);
            }
            let before = said(&text);
            runs += before.len();
            let again = rewritten(&text);
            assert_eq!(said(&again), before, "{text:?} {again:?}");
        }
        assert!(runs > 10_000, "{runs}");
    }

    #[test]
    fn time_is_proportional_to_length() {
        let many = |atom: &str| atom.repeat(300_000 / atom.len());
        let atoms = "<|<!--|<!-- -->|<?|<![CDATA[|<!A|<p |<p a|<p a='|<p a=\"\"|<b>|</b>|<p>|</p>|<b></i>|<div></p>\
            |<x>|<code>|<code></code>|<script>|<script></|<svg><title>|&|&a|&#|&#1|&#1;|&amp;|文|\n文| |\r\
            |\t\n<i>文|</|&copy;|a<b>文</b>";
        for atom in atoms.split('|') {
            for begin in ["<div>", "<p>文<b>", "<div><script>", "<p a='"] {
                let text = format!("{begin}{}", many(atom));
                read_only(&text);
            }
        }
        // Elements that are opened, and then others that are closed.
        read_only(&format!("<div>{}{}文", many("<i>文"), many("</b>")));
        read_only(&format!("<div>{}{}文", many("<div>"), many("</p>")));
        let names: String = (0..30_000).map(|number| format!("<x{number}>")).collect();
        read_only(&format!("<div>{names}{}文", many("</y>")));
        assert!(escaped(&many("&")).len() == 300_000 && escaped(&many("&a")).len() == 300_000);
    }
}
