//! A file as UTF-8, whatever it is written in, with the place of what is read.

use std::io::{self, BufRead, Chain, Cursor, Read};
use std::num::NonZeroUsize;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::error::{Problem, quoted};
use crate::source::Position;

/// As much as any head takes.
const HEAD: u64 = 1024;

/// How much is decoded at once.
const CHUNK: usize = 16 * 1024;

/// A file that is read as UTF-8, and only as far as it is allowed to.
pub(super) struct Text<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    decoder: Decoder,
    // What was decoded; `at` is where it was not yet consumed.
    chunk: Vec<u8>,
    at: usize,
    filled: usize,
    state: State,
    line: usize,
    column: usize,
    after_return: bool,
    // How much of the limit is left.
    allowed: usize,
    limit: usize,
    // Why an error was given that says less.
    trouble: Option<Problem>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Going,
    Malformed,
    Ended,
}

impl<R: BufRead> Text<R> {
    /// Read the head of `input` to learn its encoding: from a mark, from what XML says, or from where its
    /// zeros are; else it is UTF-8.
    pub(super) fn new(mut input: R) -> Result<Self, Problem> {
        let mut head = Vec::new();
        input.by_ref().take(HEAD).read_to_end(&mut head).map_err(Problem::Unreadable)?;
        let (encoding, mark) = encoding_of(&head)?;
        let mut head = Cursor::new(head);
        head.consume(mark);
        Ok(Self {
            inner: head.chain(input),
            decoder: encoding.new_decoder_without_bom_handling(),
            chunk: vec![0; CHUNK],
            at: 0,
            filled: 0,
            state: State::Going,
            line: 1,
            column: 1,
            after_return: false,
            allowed: usize::MAX,
            limit: usize::MAX,
            trouble: None,
        })
    }

    /// Let the next piece have `bytes` bytes, and some thousand more.
    pub(super) fn allow(&mut self, bytes: usize) {
        (self.allowed, self.limit) = (bytes, bytes);
    }

    /// What will be read next is here.
    pub(super) fn place(&self) -> Position {
        let number = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
        Position { line: number(self.line), column: number(self.column) }
    }

    /// The reason of the last error.
    pub(super) fn trouble(&mut self) -> Option<Problem> {
        self.trouble.take()
    }

    fn fail(&mut self, problem: Problem) -> io::Error {
        self.trouble = Some(problem);
        io::Error::from(io::ErrorKind::InvalidData)
    }

    fn decode(&mut self) -> io::Result<()> {
        while self.at == self.filled && self.state == State::Going {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.chunk, last);
            self.inner.consume(read);
            (self.at, self.filled) = (0, written);
            match result {
                DecoderResult::Malformed(..) => self.state = State::Malformed,
                DecoderResult::InputEmpty if last => self.state = State::Ended,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: BufRead> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Err(error) = self.decode() {
            if error.kind() == io::ErrorKind::Interrupted {
                return Err(error);
            }
            return Err(self.fail(Problem::Unreadable(error)));
        }
        if self.at == self.filled && self.state == State::Malformed {
            let encoding = self.decoder.encoding().name();
            return Err(self.fail(Problem::NotText(encoding)));
        }
        if self.at < self.filled && self.allowed == 0 {
            let limit = self.limit;
            return Err(self.fail(Problem::TooLong(limit)));
        }
        Ok(&self.chunk[self.at..self.filled])
    }

    fn consume(&mut self, amount: usize) {
        let to = (self.at + amount).min(self.filled);
        for byte in &self.chunk[self.at..to] {
            let ends = *byte == b'\n' || self.after_return;
            if ends {
                self.line += 1;
                self.column = 1;
            }
            self.after_return = *byte == b'\r';
            // Bytes that go on with a character begin with 10.
            if *byte != b'\n' && byte & 0xc0 != 0x80 {
                self.column += 1;
            }
        }
        self.allowed = self.allowed.saturating_sub(to - self.at);
        self.at = to;
    }
}

impl<R: BufRead> Read for Text<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// The encoding of a file, and how long the mark is that says it.
fn encoding_of(head: &[u8]) -> Result<(&'static Encoding, usize), Problem> {
    if let Some(found) = Encoding::for_bom(head) {
        return Ok(found);
    }
    match head {
        [0, second, ..] if *second != 0 => return Ok((UTF_16BE, 0)),
        [first, 0, ..] if *first != 0 => return Ok((UTF_16LE, 0)),
        _ => {}
    }
    let Some(label) = declared(head) else { return Ok((UTF_8, 0)) };
    let encoding =
        Encoding::for_label(label).ok_or_else(|| Problem::UnknownEncoding(quoted(&String::from_utf8_lossy(label))))?;
    // Its own head could not be read, were it UTF-16.
    Ok((if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }, 0))
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let rest = head.strip_prefix(b"<?xml")?;
    let rest = &rest[..memchr::memchr(b'>', rest)?];
    let rest = &rest[memchr::memmem::find(rest, b"encoding")? + "encoding".len()..];
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let end = rest.iter().position(|byte| byte == quote)?;
    matches!(quote, b'"' | b'\'').then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Result<String, Problem> {
        let mut text = Text::new(bytes)?;
        let mut read = String::new();
        text.read_to_string(&mut read).map_err(|error| text.trouble().unwrap_or(Problem::Unreadable(error)))?;
        Ok(read)
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_text_is_the_same_in_whatever_it_is_written() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><猫>🐈</猫>";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(whole(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn a_declared_encoding_is_used_and_an_unknown_one_told() {
        assert_eq!(whole(b"<?xml version=\"1.0\" encoding=\"gb18030\"?>\xc3\xa8").unwrap().chars().last(), Some('猫'));
        let error = whole(b"<?xml encoding='klingon'?>").unwrap_err();
        assert_eq!(error.to_string(), "the encoding klingon is not known");
    }

    #[test]
    fn what_is_no_text_is_told_where_it_is() {
        let mut text = Text::new(&b"\xe7\x8c\xab\r\n\xe7\x8c\xab\r\xe7\x8c\xab\xff"[..]).unwrap();
        let mut read = Vec::new();
        assert!(text.read_to_end(&mut read).is_err());
        assert_eq!(text.place().to_string(), "3:2");
        assert!(matches!(text.trouble(), Some(Problem::NotText("UTF-8"))));
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let long = vec![b'a'; 3 * CHUNK];
        let mut text = Text::new(&long[..]).unwrap();
        text.allow(10);
        let mut read = Vec::new();
        assert!(text.read_to_end(&mut read).is_err());
        assert!(read.len() <= CHUNK, "{}", read.len());
    }
}
