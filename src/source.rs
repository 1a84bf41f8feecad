//! A text, kept as it came, and the places in it.
//!
//! Bytes everywhere inside; lines and characters only when a person looks.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::OnceLock;

/// The most bytes a text may have. Places are kept in 32 bits: there are several for every word.
pub const MAX_LENGTH: usize = u32::MAX as usize;

/// A half-open range of bytes in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    // Invariant: start <= end.
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from `start` up to, not with, `end`.
    ///
    /// An end before its start is moved to the start, and both to [`MAX_LENGTH`] at most.
    pub const fn new(start: usize, end: usize) -> Self {
        let start = if start > MAX_LENGTH { MAX_LENGTH } else { start };
        let end = if end > MAX_LENGTH { MAX_LENGTH } else { end };
        let end = if end < start { start } else { end };
        Self { start: start as u32, end: end as u32 }
    }

    /// The first byte.
    pub const fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last.
    pub const fn end(self) -> usize {
        self.end as usize
    }

    /// How many bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same bytes, counted from a text that begins `base` bytes earlier.
    pub const fn shifted(self, base: usize) -> Self {
        Self::new(self.start() + base, self.end() + base)
    }

    /// The range, for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start()..self.end()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A line and a column, both counted from one.
///
/// The column counts characters, not bytes: in `周刊`, `刊` is in column 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line; lines end at `\n`, `\r\n` or a lone `\r`, as in `CommonMark`.
    pub line: NonZeroUsize,
    /// The character in the line; a byte order mark is not counted.
    pub column: NonZeroUsize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A text with the name people know it by.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    // The offset of each line's first byte, ascending, beginning with 0; not known before somebody asks.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// Keep `text`; `name` is what messages call it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends = |at: usize| match bytes[at] {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            let after = (0..bytes.len().min(MAX_LENGTH)).filter(|at| ends(*at)).map(|at| at as u32 + 1);
            std::iter::once(0).chain(after).collect()
        })
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`, which must lie on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Where the byte `offset` is, for a person to find.
    ///
    /// ```
    /// # use nekoyaku::source::Source;
    /// let issue = Source::new("issue.md", "# 周刊\n\n本周");
    /// assert_eq!(issue.position(5).to_string(), "1:4");
    /// assert_eq!(issue.position(13).to_string(), "3:2");
    /// ```
    pub fn position(&self, offset: usize) -> Position {
        self.places().position(offset)
    }

    /// Many places of this text, one after the other.
    pub fn places(&self) -> Places<'_> {
        Places { source: self, line: 0, offset: 0, before: 0 }
    }

    /// The bytes of a line, counted from one, with its end; `None` where there are not so many.
    pub fn line(&self, number: NonZeroUsize) -> Option<Span> {
        let lines = self.lines();
        let start = *lines.get(number.get() - 1)?;
        let end = lines.get(number.get()).map_or(self.text.len(), |next| *next as usize);
        Some(Span::new(start as usize, end))
    }

    /// The line end the text uses first, `\n` where it has none.
    pub fn newline(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

/// Finds positions, each from the one before it: so a line of any length with any number of places in
/// it, asked for more or less in order, is counted through about once.
#[derive(Clone, Debug)]
pub struct Places<'s> {
    source: &'s Source,
    // The last place: the line, counted from 0, the byte, and the characters between line start and byte.
    line: usize,
    offset: usize,
    before: usize,
}

impl Places<'_> {
    /// Where the byte `offset` is, for a person to find.
    pub fn position(&mut self, offset: usize) -> Position {
        let text = self.source.text();
        let offset = offset.min(text.len());
        let lines = self.source.lines();
        let line = lines.partition_point(|start| *start as usize <= offset) - 1;
        if line != self.line {
            (self.line, self.offset, self.before) = (line, lines[line] as usize, 0);
        }
        // A byte that does not continue a character begins one.
        let count = |range: Range<usize>| text.as_bytes()[range].iter().filter(|byte| (**byte as i8) >= -0x40).count();
        if offset < self.offset {
            self.before -= count(offset..self.offset);
        } else {
            self.before += count(self.offset..offset);
        }
        self.offset = offset;
        let mark = usize::from(line == 0 && self.before > 0 && text.starts_with('\u{feff}'));
        Position {
            line: NonZeroUsize::MIN.saturating_add(line),
            column: NonZeroUsize::MIN.saturating_add(self.before - mark),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_three_ways() {
        let text = Source::new("x", "周刊\r\n本周\r次\n末");
        assert_eq!(text.position(3).to_string(), "1:2");
        assert_eq!(text.position(8).to_string(), "2:1");
        assert_eq!(text.position(15).to_string(), "3:1");
        assert_eq!(text.position(19).to_string(), "4:1");
        assert_eq!(text.position(999).to_string(), "4:2");
    }

    #[test]
    fn one_after_the_other_in_any_order_places_are_the_same() {
        let text = Source::new("x", "\u{feff}周刊\r\n本周 a\r次\n末");
        let offsets: Vec<usize> = text.text().char_indices().map(|(at, _)| at).collect();
        let mut places = text.places();
        for at in offsets.iter().chain(offsets.iter().rev()).chain(offsets.iter().step_by(3)) {
            assert_eq!(places.position(*at), text.position(*at));
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let text = Source::new("x", "周刊\r\n本周\r次");
        let lines = (1..=4).map(|number| NonZeroUsize::new(number).and_then(|number| text.line(number)));
        let lines: Vec<_> = lines.map(|line| line.map(|line| text.slice(line))).collect();
        assert_eq!(lines, [Some("周刊\r\n"), Some("本周\r"), Some("次"), None]);
    }

    #[test]
    fn a_byte_order_mark_is_not_a_column() {
        let text = Source::new("x", "\u{feff}周刊");
        assert_eq!(text.position(0).to_string(), "1:1");
        assert_eq!(text.position(3).to_string(), "1:1");
        assert_eq!(text.position(6).to_string(), "1:2");
    }
}
