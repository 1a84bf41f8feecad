//! What a reader sees of a leaf, and where each character of it stands in the file.
//!
//! Rules about wording look at this text: markup is gone, escapes and entities are resolved, and what
//! is no wording, code, URLs, HTML, is one [`OBJECT`] each, so that no word is found across it.

use std::ops::Range;

use crate::inline::{Inline, MarkKind, Part};
use crate::source::Span;

/// What stands for code, a URL, HTML, a formula, a reference to a footnote.
pub const OBJECT: char = '\u{fffc}';

/// The text of a leaf as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible {
    /// The text; line breaks are `\n`.
    pub text: String,
    /// The marks with text inside, by kind, with the bytes of `text` that they hold.
    pub marks: Vec<(MarkKind, Range<usize>)>,
    /// What is no text, in order: what each [`OBJECT`] stands for, and tags around text.
    pub objects: Vec<Object>,
    runs: Vec<Run>,
    end: usize,
}

/// Something in a leaf that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: MarkKind,
    /// Its byte in the text, or the byte that it stands before.
    pub at: usize,
    /// Its bytes in the file.
    pub span: Span,
    /// What stands there.
    pub raw: String,
}

/// A stretch of the text, and what stands for it in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    at: usize,
    span: Span,
    // Whether each byte of the text is a byte of the file.
    exact: bool,
}

impl Visible {
    /// The text of `inline`, whose document begins `base` bytes into the file.
    ///
    /// ```
    /// # use nekoyaku::{blocks::parse, visible::Visible};
    /// let text = "见 [文&amp;章](u) 与 `代码`";
    /// let document = parse(text);
    /// let visible = Visible::new(&document.inline(text, 0), text, 0);
    /// assert_eq!(visible.text, "见 文&章 与 \u{fffc}");
    /// assert_eq!(&text[visible.span(8..11).range()], "章");
    /// ```
    pub fn new(inline: &Inline<'_>, document: &str, base: usize) -> Self {
        let mut visible = Self { end: inline.span().end() + base, ..Self::default() };
        let mut open = Vec::new();
        for (part, span) in inline.parts() {
            let raw = &document[span.range()];
            match part {
                Part::Text(text) => visible.push(text, raw, span.shifted(base)),
                Part::Soft => visible.push("\n", raw, span.shifted(base)),
                Part::Void(mark) => match inline.marks()[mark].kind {
                    MarkKind::Break => visible.push("\n", raw, span.shifted(base)),
                    MarkKind::Kept => visible.push(inline.target(mark), raw, span.shifted(base)),
                    kind => {
                        visible.object(kind, raw, span.shifted(base));
                        visible.push("\u{fffc}", raw, span.shifted(base));
                    }
                },
                Part::Open(mark) => {
                    if inline.marks()[mark].kind == MarkKind::Html {
                        visible.object(MarkKind::Html, raw, span.shifted(base));
                    }
                    open.push(visible.marks.len());
                    let at = visible.text.len();
                    visible.marks.push((inline.marks()[mark].kind, at..at));
                }
                Part::Close(mark) => {
                    if inline.marks()[mark].kind == MarkKind::Html {
                        visible.object(MarkKind::Html, raw, span.shifted(base));
                    }
                    if let Some(mark) = open.pop() {
                        visible.marks[mark].1.end = visible.text.len();
                    }
                }
            }
        }
        visible
    }

    /// `text` that stands in the file at `span` as it is read.
    pub fn plain(text: &str, span: Span) -> Self {
        let mut visible = Self { end: span.end(), ..Self::default() };
        visible.runs.push(Run { at: 0, span, exact: text.len() == span.len() });
        text.clone_into(&mut visible.text);
        visible
    }

    /// Put `other`, which stands behind it in the file, on a line of its own behind it.
    pub fn append(&mut self, other: &Self) {
        self.runs.push(Run { at: self.text.len(), span: Span::new(self.end, other.whole().start()), exact: false });
        self.text.push('\n');
        let at = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.iter().map(|(kind, range)| (*kind, range.start + at..range.end + at)));
        self.objects.extend(other.objects.iter().map(|object| Object { at: object.at + at, ..object.clone() }));
        self.runs.extend(other.runs.iter().map(|run| Run { at: run.at + at, ..*run }));
        self.end = other.end;
    }

    fn object(&mut self, kind: MarkKind, raw: &str, span: Span) {
        self.objects.push(Object { kind, at: self.text.len(), span, raw: raw.to_owned() });
    }

    fn push(&mut self, text: &str, raw: &str, span: Span) {
        let at = self.text.len();
        if text == raw || !self.push_spelled(text, raw, span) {
            self.runs.push(Run { at, span, exact: text == raw });
        }
        self.text.push_str(text);
    }

    /// A run for each escape and entity of `raw`, and for what is between them; nothing where the two
    /// cannot be told apart.
    fn push_spelled(&mut self, text: &str, raw: &str, span: Span) -> bool {
        let (known, base) = (self.runs.len(), self.text.len());
        let (mut at, mut from) = (0, 0);
        while let Some(next) = raw[from..].chars().next() {
            let Some(read) = text[at..].chars().next() else { break };
            let escape = next == '\\' && raw[from + 1..].starts_with(read) && read.is_ascii_punctuation();
            let entity = if next == '&' { raw[from..].bytes().take(34).position(|byte| byte == b';') } else { None };
            let length = match entity {
                _ if escape => 1 + read.len_utf8(),
                // `&` alone stands for itself.
                Some(end) if read != '&' || !text[at..].starts_with(&raw[from..=from + end]) => end + 1,
                _ if next == read => next.len_utf8(),
                _ => break,
            };
            let exact = length == read.len_utf8() && next == read;
            let here = Span::new(span.start() + from, span.start() + from + length);
            match self.runs[known..].last_mut() {
                Some(run) if run.exact && exact => run.span = Span::new(run.span.start(), here.end()),
                _ => self.runs.push(Run { at: base + at, span: here, exact }),
            }
            (at, from) = (at + read.len_utf8(), from + length);
        }
        let done = at == text.len() && from == raw.len();
        if !done {
            self.runs.truncate(known);
        }
        done
    }

    /// The bytes of the file that stand for these bytes of the text: more than them where they are
    /// part of an escape, an entity or an object.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.place(range.start, false);
        if range.is_empty() {
            return Span::new(start, start);
        }
        Span::new(start, self.place(range.end, true))
    }

    /// All its bytes in the file.
    pub fn whole(&self) -> Span {
        Span::new(self.runs.first().map_or(self.end, |run| run.span.start()), self.end)
    }

    fn place(&self, at: usize, is_end: bool) -> usize {
        // An end belongs to the run before it.
        let next = self.runs.partition_point(|run| if is_end { run.at < at } else { run.at <= at });
        let Some(run) = next.checked_sub(1).map(|place| &self.runs[place]) else { return self.end };
        match (run.exact, is_end) {
            (true, _) => (run.span.start() + at - run.at).min(run.span.end()),
            (false, false) => run.span.start(),
            (false, true) => run.span.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::parse;

    #[test]
    fn every_character_is_found_in_the_file() {
        let text = "猫：\n\n甲\\*乙&#x4e19;**丁**`戊`<b>己</b>  \n庚\n辛";
        let document = parse(text);
        let visible = Visible::new(&document.inline(text, 1), text, 0);
        assert_eq!(visible.text, "甲*乙丙丁\u{fffc}己\n庚\n辛");
        for c in ["甲", "乙", "丁", "己", "庚", "辛"] {
            let at = visible.text.find(c).unwrap();
            assert_eq!(&text[visible.span(at..at + c.len()).range()], c);
        }
        let at = visible.text.find('丙').unwrap();
        assert_eq!(&text[visible.span(at..at + 3).range()], "&#x4e19;");
        assert_eq!(&text[visible.span(0..visible.text.len()).range()], &text[document.leaves[1].span.range()]);
        assert_eq!(&text[visible.whole().range()], &text[document.leaves[1].span.range()]);
        let strong = visible.marks.iter().find(|(kind, _)| *kind == MarkKind::Strong).unwrap();
        assert_eq!(&visible.text[strong.1.clone()], "丁");
    }
}
