//! Text between the source's own delimiters.

use super::Place;
use super::escapes::{Escaper, Escapes};
use super::spelling::{Speller, Spelling};
use super::written::Written;
use crate::blocks::LeafKind;
use crate::html;
use crate::inline::{Mark, MarkKind};
use crate::script::is_invisible;
use crate::source::Span;
use crate::tags::Piece;

/// Write `pieces` with the source's delimiters around the text.
pub(super) fn splice(place: &Place<'_>, pieces: &[Piece], spelling: &Spelling, escapes: &Escapes) -> Written {
    let mut splicer = Splicer {
        place,
        speller: (!escapes.spell_anew()).then(|| spelling.speller()),
        escaper: Escaper::new(escapes),
        breaks: place.inline.breaks().collect::<Vec<_>>().into_iter(),
        prefix: prefix_of(place),
        quote: match place.kind {
            LeafKind::Title(quote) => Some(char::from(quote)),
            _ => None,
        },
        written: Written::default(),
    };
    splicer.write(pieces);
    splicer.written.escapes = splicer.escaper.count();
    splicer.written
}

struct Splicer<'a> {
    place: &'a Place<'a>,
    speller: Option<Speller<'a>>,
    escaper: Escaper<'a>,
    breaks: std::vec::IntoIter<Span>,
    // What stands before the leaf on its line.
    prefix: &'a str,
    // The quote that would end the title that is being written.
    quote: Option<char>,
    written: Written,
}

impl Splicer<'_> {
    fn write(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.text(text),
                Piece::Line => {
                    let place = self.place;
                    let raw = self.breaks.next().map_or("\n", |span| &place.text[span.range()]);
                    self.line_break(raw);
                }
                Piece::Mark(mark, inside) => self.mark(*mark, inside),
            }
        }
    }

    fn line_break(&mut self, raw: &str) {
        if self.prefix.contains('>') || self.place.kind == LeafKind::Html {
            // A `>` after any indentation may be taken for the quote's own; in HTML blanks are all alike.
            self.written.push_break(raw);
        } else {
            self.written.push_own(raw, self.prefix);
        }
    }

    fn text(&mut self, text: &str) {
        let spelled = self.speller.as_mut().map(|speller| speller.spell(text));
        let line_start = self.written.flat.is_empty() || self.written.flat.ends_with(['\n', '\r']);
        let text = match spelled {
            // What the author spelled is spelled right.
            Some(spelled) if spelled != text => spelled,
            _ if self.place.kind == LeafKind::Html => html::escaped(text).into_owned(),
            _ => {
                let escaped = self.escaper.escape(text, line_start);
                match self.quote {
                    Some(quote) => with_escaped(quote, &escaped),
                    None => escaped,
                }
            }
        };
        let text = without_controls(self.place, text);
        let text = if self.place.kind == LeafKind::Cell { with_escaped('|', &text) } else { text };
        self.written.push(&text);
    }

    fn mark(&mut self, index: usize, inside: &[Piece]) {
        let place = self.place;
        let mark = &place.inline.marks()[index];
        let open = &place.text[mark.open.range()];
        if mark.kind == MarkKind::Break {
            self.line_break(open);
            return;
        }
        self.written.push_own(open, self.prefix);
        if mark.is_void() {
            return;
        }
        let from = self.written.real.len();
        if mark.kind == MarkKind::Title {
            self.quote = place.text[mark.close.range()].chars().next();
        }
        self.write(inside);
        if mark.kind == MarkKind::Title {
            self.quote = None;
        }
        let close = &place.text[mark.close.range()];
        match mark.label() {
            Some(label) if self.written.real[from..] != place.text[label.range()] => {
                self.written.push(&format!("][{}]", label_of(place, mark)));
            }
            _ => self.written.push_own(close, self.prefix),
        }
    }
}

/// The label of a link that was its own label, on one line.
pub(super) fn label_of(place: &Place<'_>, mark: &Mark) -> String {
    let Some(label) = mark.label() else { return String::new() };
    let mut text = String::new();
    let mut at = label.start();
    let hard = place.inline.marks().iter().filter(|mark| mark.kind == MarkKind::Break).map(|mark| mark.open);
    let soft = place.inline.breaks();
    let mut breaks: Vec<Span> =
        hard.chain(soft).filter(|span| label.start() <= span.start() && span.end() <= label.end()).collect();
    breaks.sort_unstable();
    for span in breaks {
        text += &place.text[at..span.start()];
        text.push(' ');
        at = span.end();
    }
    text + &place.text[at..label.end()]
}

fn prefix_of<'a>(place: &Place<'a>) -> &'a str {
    // These may have others before them on their line, and what is before them is no prefix.
    if matches!(place.kind, LeafKind::Cell | LeafKind::Html | LeafKind::Title(_)) {
        return "";
    }
    let before = &place.text[..place.span.start()];
    let line = memchr::memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |end| end + 1);
    let prefix = &before[line..];
    // A task's box is text as far as lines are concerned.
    let item = prefix.trim_end_matches([' ', '\t']);
    item.strip_suffix("[ ]").or_else(|| item.strip_suffix("[x]")).or_else(|| item.strip_suffix("[X]")).unwrap_or(prefix)
}

/// Control characters, and those that nobody sees, as references: unless the source has them as they
/// are, they came from one (`&#27;`).
pub(super) fn without_controls(place: &Place<'_>, text: String) -> String {
    let acts = |c: char| c.is_control() || is_invisible(c);
    if !text.contains(acts) {
        return text;
    }
    let mut own: Vec<char> = place.text[place.span.range()].chars().filter(|c| acts(*c)).collect();
    own.sort_unstable();
    own.dedup();
    let mut written = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if acts(c) && (matches!(c, '\n' | '\r') || own.binary_search(&c).is_err()) {
            written += &format!("&#{};", u32::from(c));
        } else {
            written.push(c);
        }
    }
    written
}

/// `text` with a backslash before each `special` that has none. A bracket ends a title as well as it
/// opens one.
fn with_escaped(special: char, text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut backslashes = 0;
    for c in text.chars() {
        let is_special = c == special || (special == ')' && c == '(');
        if is_special && backslashes % 2 == 0 {
            escaped.push('\\');
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        escaped.push(c);
    }
    escaped
}
