//! Backslashes, as few as will do.
//!
//! A person writes `C++`, `snake_case`, `記事&チュートリアル` as they are. So where text cannot stand
//! as it is, all that could be markup is escaped first, and then as much of it is taken back as can
//! be, first by class of character, then one by one.

use super::written::Written;

/// A class of characters that mean something in Markdown.
type Class = u16;

/// What begins a block at the beginning of a line: `#`, `-`, `1.`.
const LINE: Class = 1;
const BACKSLASH: Class = 1 << 1;
const ANGLE: Class = 1 << 2;
const AMPERSAND: Class = 1 << 3;
const BRACKET: Class = 1 << 4;
const STAR: Class = 1 << 5;
const UNDERSCORE: Class = 1 << 6;
const TILDE: Class = 1 << 7;
const BACKTICK: Class = 1 << 8;
const HASH: Class = 1 << 9;
const PIPE: Class = 1 << 10;
/// What makes a URL or an address of a word.
const ADDRESS: Class = 1 << 11;
/// All other ASCII punctuation.
const OTHER: Class = 1 << 12;
/// The author's spelling is not used.
const ANEW: Class = 1 << 13;
const ALL: Class = (1 << 14) - 1;

/// The classes, those first that are least likely to be the reason.
const ORDER: [Class; 14] =
    [OTHER, ANEW, PIPE, HASH, AMPERSAND, TILDE, UNDERSCORE, BACKSLASH, ADDRESS, BACKTICK, ANGLE, STAR, BRACKET, LINE];

/// So many escapes are tried one by one.
const TRIED_ALONE: usize = 24;

/// What is to be escaped.
#[derive(Clone, Debug)]
pub(super) struct Escapes {
    classes: Class,
    // Of the characters of these classes, those that are let stand, in order.
    spared: Vec<usize>,
}

impl Escapes {
    /// Text stands as it is.
    pub(super) fn none() -> Self {
        Self { classes: 0, spared: Vec::new() }
    }

    /// Whether the author's spelling of words is of no use here.
    pub(super) fn spell_anew(&self) -> bool {
        self.classes & ANEW != 0
    }
}

/// The writing with the fewest escapes that reads right.
pub(super) fn fewest(write: impl Fn(&Escapes) -> Written, reads: impl Fn(&Written) -> bool) -> Option<Written> {
    let mut escapes = Escapes { classes: ALL, spared: Vec::new() };
    let mut best = write(&escapes);
    if !reads(&best) {
        return None;
    }
    for class in ORDER {
        let fewer = Escapes { classes: escapes.classes & !class, spared: Vec::new() };
        let written = write(&fewer);
        if reads(&written) {
            (escapes, best) = (fewer, written);
        }
    }
    if best.escapes <= TRIED_ALONE {
        for place in 0..best.escapes {
            let mut fewer = escapes.clone();
            fewer.spared.push(place);
            let written = write(&fewer);
            if reads(&written) {
                (escapes, best) = (fewer, written);
            }
        }
    }
    Some(best)
}

pub(super) struct Escaper<'a> {
    escapes: &'a Escapes,
    count: usize,
}

impl<'a> Escaper<'a> {
    pub(super) fn new(escapes: &'a Escapes) -> Self {
        Self { escapes, count: 0 }
    }

    /// How many characters there were to escape, with those that were spared.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn escape(&mut self, text: &str, line_start: bool) -> String {
        if self.escapes.classes == 0 {
            return text.to_owned();
        }
        let mut escaped = String::with_capacity(text.len() + 16);
        let marker = if line_start { line_marker(text) } else { None };
        for (at, c) in text.char_indices() {
            let here = if marker == Some(at) { LINE | class_of(c) } else { class_of(c) };
            if here & self.escapes.classes != 0 {
                if self.escapes.spared.binary_search(&self.count).is_err() {
                    escaped.push('\\');
                }
                self.count += 1;
            }
            escaped.push(c);
        }
        escaped
    }
}

/// The character of `text` that would make something else than a paragraph of its line.
fn line_marker(text: &str) -> Option<usize> {
    let blanks = text.len() - text.trim_start_matches([' ', '\t']).len();
    let rest = &text[blanks..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let marker = blanks + digits;
    let c = *text.as_bytes().get(marker)?;
    match digits {
        0 => c.is_ascii_punctuation(),
        _ => matches!(c, b'.' | b')'),
    }
    .then_some(marker)
}

fn class_of(c: char) -> Class {
    match c {
        '\\' => BACKSLASH,
        '<' => ANGLE,
        '&' => AMPERSAND,
        '[' | ']' | '!' => BRACKET,
        '*' => STAR,
        '_' => UNDERSCORE,
        '~' => TILDE,
        '`' => BACKTICK,
        '#' => HASH,
        '|' => PIPE,
        ':' | '@' => ADDRESS,
        '.' => ADDRESS | OTHER,
        c if c.is_ascii_punctuation() => OTHER,
        _ => 0,
    }
}
