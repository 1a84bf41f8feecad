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

mod elements;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::script::is_invisible;
use crate::source::Span;

use elements::{INLINE, LITERAL, OPAQUE, RAW, READ, UNENDED, VOID, WHOLE};

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
#[expect(clippy::option_option, reason = "nobody knows, there is none, and there")]
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
mod tests;
