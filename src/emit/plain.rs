//! Translations that cannot be read as anything else, known without reading them.
//!
//! Nearly all are: words, between the source's own delimiters. To parse each again would take longer
//! than everything else together. What is not certain here is not wrong; it is parsed. That what is
//! certain is right is asserted in every debug build, by parsing it.

use std::borrow::Cow;

use super::Place;
use super::spelling::{Speller, Spelling};
use crate::blocks::LeafKind;
use crate::inline::{Mark, MarkKind};
use crate::script::{is_han, is_kana};
use crate::tags::Piece;

/// The Markdown of `pieces`, where no reader could take it for something else.
pub(super) fn obvious(place: &Place<'_>, pieces: &[Piece]) -> Option<String> {
    let is_line = matches!(
        place.kind,
        LeafKind::Paragraph | LeafKind::Atx(_) | LeafKind::Setext(_) | LeafKind::Item | LeafKind::Cell
    );
    if !is_line {
        return None;
    }
    let spelling = (!place.inline.is_spelled_plainly()).then(|| Spelling::of(place));
    let mut writer = Writer {
        place,
        marks: place.inline.marks(),
        one_line: place.kind != LeafKind::Cell
            && place.inline.break_count() == 0
            && !place.inline.marks().iter().any(|mark| mark.kind == MarkKind::Break)
            && !super::is_continued(place),
        speller: spelling.as_ref().map(Spelling::speller),
        breaks: place.inline.breaks(),
        text: String::with_capacity(place.span.len() + place.span.len() / 4),
    };
    writer.pieces(pieces, None)?;
    // `#` at the end of a heading would close it.
    let closes = matches!(place.kind, LeafKind::Atx(_)) && writer.text.ends_with('#');
    // A backslash, which an address may end with, would break the line above another one.
    let breaks = writer.text.ends_with('\\') && super::is_continued(place);
    (!closes && !breaks && !writer.text.trim().is_empty()).then_some(writer.text)
}

struct Writer<'a, B> {
    place: &'a Place<'a>,
    marks: &'a [Mark],
    // A table has two lines at least.
    one_line: bool,
    // How the author spells words, where in a way of his own.
    speller: Option<Speller<'a>>,
    breaks: B,
    text: String,
}

impl<B: Iterator<Item = crate::source::Span>> Writer<'_, B> {
    fn pieces(&mut self, pieces: &[Piece], parent: Option<MarkKind>) -> Option<()> {
        for (at, piece) in pieces.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &pieces[before]);
            let after = pieces.get(at + 1);
            match piece {
                Piece::Text(text) => self.words(text, before, after, parent)?,
                Piece::Line => {
                    let (Some(Piece::Text(_) | Piece::Mark(..)), Some(_), None) = (before, after, parent) else {
                        return None;
                    };
                    let line_break = self.breaks.next()?;
                    self.text.push_str(&self.place.text[line_break.range()]);
                }
                Piece::Mark(mark, inside) => self.mark(*mark, inside, before, after, parent)?,
            }
        }
        Some(())
    }

    /// Whether `piece` ends a line, so that what follows begins one.
    fn is_break(&self, piece: Option<&Piece>) -> bool {
        match piece {
            None | Some(Piece::Line) => true,
            Some(Piece::Mark(mark, _)) => self.marks[*mark].kind == MarkKind::Break,
            Some(Piece::Text(_)) => false,
        }
    }

    fn words(
        &mut self,
        text: &str,
        before: Option<&Piece>,
        after: Option<&Piece>,
        parent: Option<MarkKind>,
    ) -> Option<()> {
        let spelled = match &mut self.speller {
            // Then each backslash is the author's, and makes a character of what comes after it.
            Some(speller) if !text.contains('\\') => Cow::Owned(speller.spell(text)),
            Some(_) => return None,
            None => Cow::Borrowed(text),
        };
        let bytes = spelled.as_bytes();
        let (first, last) = (*bytes.first()?, *bytes.last()?);
        if self.is_break(before) && parent.is_none() {
            // What begins a block begins with one of these, or with a number.
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let numbers = digits > 0
                && matches!(bytes.get(digits), None | Some(b'.' | b')'))
                && matches!(bytes.get(digits + 1), None | Some(b' '));
            let begins =
                first.is_ascii_alphanumeric() || !first.is_ascii() || matches!(first, b'(' | b'"' | b'\'' | b'\\');
            let titled = first.is_ascii_punctuation() && super::continues_a_line(self.place);
            if numbers || !begins || titled {
                return None;
            }
        } else if matches!(before, Some(Piece::Mark(..))) && matches!(first, b'(' | b'[' | b':') {
            return None;
        }
        let ends_line = parent.is_none() && (after.is_none() || self.is_break(after));
        if (ends_line && last == b' ') || (last == b'!' && after.is_some()) {
            return None;
        }
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let mut escaped = false;
        for (at, byte) in bytes.iter().enumerate() {
            let next = bytes.get(at + 1);
            let before = || at.checked_sub(1).map(|before| &bytes[before]);
            if std::mem::take(&mut escaped) {
                continue;
            }
            let plain = match USE[*byte as usize] {
                Use::Text => true,
                Use::Never => false,
                Use::Depends => match byte {
                    b':' => next != Some(&b'/'),
                    b'.' => !matches!(before(), Some(b'w' | b'W')),
                    b'|' => self.one_line,
                    b'$' => !self.place.dialect.math,
                    b'@' => !before().is_some_and(|c| c.is_ascii_alphanumeric() || b"._+-".contains(c)),
                    b'&' => !is_word(next) && next != Some(&b'#'),
                    b'_' => is_word(before()) && is_word(next),
                    b'\\' if self.speller.is_some() => {
                        escaped = true;
                        next.is_some_and(u8::is_ascii_punctuation)
                    }
                    _ => false,
                },
            };
            if !plain {
                return None;
            }
        }
        self.text.push_str(&spelled);
        Some(())
    }

    fn mark(
        &mut self,
        index: usize,
        inside: &[Piece],
        before: Option<&Piece>,
        after: Option<&Piece>,
        parent: Option<MarkKind>,
    ) -> Option<()> {
        let mark = &self.marks[index];
        let (open, close) = (&self.place.text[mark.open.range()], &self.place.text[mark.close.range()]);
        let kind = mark.kind;
        let text_or_edge = |piece: Option<&Piece>| matches!(piece, None | Some(Piece::Text(_)));
        let is = |piece: Option<&Piece>, wanted: MarkKind| matches!(piece, Some(Piece::Mark(mark, _)) if self.marks[*mark].kind == wanted);
        if kind != MarkKind::Break && (open.contains(['\n', '\r']) || close.contains(['\n', '\r'])) {
            return None;
        }
        let starts_line = self.is_break(before) && parent.is_none();
        let certain = match kind {
            MarkKind::Link | MarkKind::Image => {
                !mark.by_text && !open.contains(['`', '<']) && !close.contains(['`', '<'])
            }
            MarkKind::Strong | MarkKind::Emphasis => {
                let outside = text_or_edge(before) && text_or_edge(after);
                open.starts_with('*') && parent.is_none() && outside && between_words(inside)
            }
            MarkKind::Code => {
                let fence = starts_line && open.starts_with("```");
                !fence && !is(before, MarkKind::Code) && !is(after, MarkKind::Code)
            }
            MarkKind::Url => {
                let alone = parent == Some(MarkKind::Link) && before.is_none() && after.is_none();
                // An address ends at a character that is not ASCII; that GitHub reads on is no news to an
                // author who wrote one there.
                let own = self.place.text.as_bytes().get(mark.open.end());
                let glued = own.is_some_and(|own| *own >= 0x80);
                let ends = |c: u8| c == b' ' || (c >= 0x80 && !open.starts_with(['w', 'W']));
                let begins = |c: u8| c == b' ' || (c >= 0x80 && glued);
                let bounded = match (before, after) {
                    (Some(Piece::Text(text)), _) if !text.bytes().next_back().is_some_and(ends) => false,
                    (_, Some(Piece::Text(text))) if !text.bytes().next().is_some_and(begins) => false,
                    (before, after) => text_or_edge(before) && text_or_edge(after),
                };
                !open.starts_with('<') && (alone || (parent.is_none() && bounded))
            }
            MarkKind::Html => {
                // Half of a pair whose other half is elsewhere may find one in another order.
                let whole = !mark.is_void() || open.starts_with("<!--") || open.starts_with("<br");
                whole && !starts_line && !open.contains('`') && !close.contains('`')
            }
            MarkKind::Footnote => true,
            MarkKind::Break => {
                let beside = |piece: Option<&Piece>| matches!(piece, Some(Piece::Text(_)));
                parent.is_none() && beside(before) && beside(after)
            }
            _ => false,
        };
        if !certain {
            return None;
        }
        self.text.push_str(open);
        if !mark.is_void() {
            self.pieces(inside, Some(kind))?;
            self.text.push_str(close);
        }
        Some(())
    }
}

/// Whether a delimiter around `inside` opens and closes whatever stands outside of it.
fn between_words(inside: &[Piece]) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || is_han(c) || is_kana(c));
    let (Some(Piece::Text(first)), Some(Piece::Text(last))) = (inside.first(), inside.last()) else {
        return false;
    };
    is_word(first.chars().next()) && is_word(last.chars().next_back())
}

/// What a byte within a line may be.
#[derive(Clone, Copy)]
enum Use {
    Text,
    Depends,
    Never,
}

static USE: [Use; 256] = {
    let mut table = [Use::Never; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c >= 0x80 || c.is_ascii_alphanumeric() {
            table[byte] = Use::Text;
        }
        byte += 1;
    }
    let (mut at, plain) = (0, b" \"#%'()+,-/;=>?^{}!");
    while at < plain.len() {
        table[plain[at] as usize] = Use::Text;
        at += 1;
    }
    let (mut at, depends) = (0, b":.|$@&_\\");
    while at < depends.len() {
        table[depends[at] as usize] = Use::Depends;
        at += 1;
    }
    table
};
