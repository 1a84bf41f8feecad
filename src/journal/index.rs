//! Where the answers of a journal are, for one that may be longer than what is worth remembering.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::ops::Range;

use super::{Key, Line};

/// The places of the answers in a journal, in bytes; of several answers to one thing, the last one's.
///
/// It takes some fifty bytes an answer, however long the answers are.
///
/// ```
/// use nekoyaku::journal::{Entry, Index, Line};
///
/// let key = "00000000000000000000000000000007".parse()?;
/// let entry = Entry { key, issue: "2024-02-17-weekly".into(), kind: "heading".into(), model: "m".into(),
///     answer: "ネコ".into(), doubt: None };
/// let text = format!("noise\n{}", Line::Answer(entry));
///
/// let index = Index::read(text.as_bytes())?;
/// let place = index.place(key).expect("it is there");
/// assert!(text[place.start as usize..place.end as usize].contains("ネコ"));
/// assert_eq!((index.passed_over(), index.first_passed_over()), (1, Some(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Index {
    // Start and length: a line of a journal is no more than an answer, which has an end.
    places: HashMap<Key, (u64, u32)>,
    passed_over: usize,
    first_passed_over: Option<usize>,
    lines: usize,
    length: u64,
    torn: bool,
}

impl Index {
    /// Read a journal to its end, whatever is in it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn read(mut journal: impl BufRead) -> io::Result<Self> {
        let mut index = Self::default();
        let mut line = Vec::new();
        while journal.read_until(b'\n', &mut line)? > 0 {
            index.torn = line.last() != Some(&b'\n');
            index.lines += 1;
            if !line.trim_ascii().is_empty() {
                match serde_json::from_slice(&line) {
                    Ok(read) => index.remember(&read, line.len()),
                    Err(_) => {
                        index.passed_over += 1;
                        index.first_passed_over.get_or_insert(index.lines);
                    }
                }
            }
            index.length += line.len() as u64;
            line.clear();
        }
        Ok(index)
    }

    /// `line` was appended, as `length` bytes at `start`.
    pub fn append(&mut self, line: &Line, start: u64, length: usize) {
        self.length = start;
        self.remember(line, length);
        self.length += length as u64;
    }

    fn remember(&mut self, line: &Line, length: usize) {
        if let (Line::Answer(entry), Ok(length)) = (line, u32::try_from(length)) {
            self.places.insert(entry.key, (self.length, length));
        }
    }

    /// Where the line with the answer to `key` is.
    pub fn place(&self, key: Key) -> Option<Range<u64>> {
        self.places.get(&key).map(|(start, length)| *start..start + u64::from(*length))
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether the last line was cut off.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    /// How many lines are none of a journal's.
    pub fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// The first of them, counted from one.
    pub fn first_passed_over(&self) -> Option<usize> {
        self.first_passed_over
    }
}
