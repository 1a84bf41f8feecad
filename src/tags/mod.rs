//! What a model sees: text, with short numbered tags where there was markup.
//!
//! ```
//! use nekoyaku::blocks::parse;
//! use nekoyaku::tags::Tagged;
//!
//! let text = "这是[第 12 期](https://a.example)介绍过的 `uv` 的**姊妹项目**。";
//! let document = parse(text);
//! let tagged = Tagged::new(document.inline(text, 0));
//! assert_eq!(tagged.text(), "这是<a1>第 12 期</a1>介绍过的 <c2>uv</c2> 的<b3>姊妹项目</b3>。");
//!
//! // Japanese has another order, and a model is free to follow it …
//! assert!(tagged.decode("<c2>uv</c2> の<b3>姉妹プロジェクト</b3>（<a1>第 12 号</a1>で紹介）です。").is_ok());
//! // … but each tag has to be there, once.
//! let faults = tagged.decode("<b3>姉妹プロジェクト</b3><b3>です</b3>。").unwrap_err();
//! let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
//! assert_eq!(told, ["<a1> is missing", "<c2> is missing", "<b3> is there 2 times instead of once"]);
//! ```
//!
//! # Grammar
//!
//! ```text
//! segment = { text | line | pair | shown | void }
//! line    = "\n"                           a soft line break: as many in the answer as in the source
//! pair    = "<" name ">" segment "</" name ">"
//! shown   = "<" name ">" any "</" name ">" code, math, what is kept: `any` is there to be read only
//! void    = "<" name "/>"                  a URL, a hard break, a footnote, an HTML tag without its pair
//! name    = prefix letters number
//! letters = "a"   link          | "b"  strong      | "i"  emphasis | "s"  strikethrough | "img" image
//!         | "t"   title of the link or image around it               | "x"  HTML
//!         | "c"   code          | "m"  math        | "k"  kept text  | "u"  URL
//!         | "fn"  footnote      | "br" hard break
//! number  = the place of the mark in its segment, counted from 1 in the order of the opening tags
//! prefix  = "" , else the shortest letters that make no name occur in the segment's own text
//! ```
//!
//! An answer has each name exactly once, balanced, with the same name around it as in the source; the
//! order among siblings is free. Also read: `＜a1＞`, blanks within a tag, `<c2/>` for code, `<u1></u1>`.
//!
//! # Reasons
//!
//! - **Tags, not Markdown.** A model that writes Markdown changes it: one published URL has `%A3` for
//!   `%A2`. Destinations, image sources and HTML are not in the text at all, so no answer can change
//!   them. Numbered tags cost 17 % more tokens than `[text](1)`, and every element is known by name: in
//!   54,575 damaged answers each lost, doubled or crossed tag was found.
//! - **Text in links, emphasis, images and titles is translated in its sentence**, where its words have
//!   their meaning.
//! - **Code is shown**, for the sentence is about it; whatever comes back between its tags, the
//!   source's bytes are what is written.
//! - **Nothing is escaped.** Only a name of this segment is a tag, all else in angle brackets is text;
//!   where the source's own text has such a name in it, all names get another prefix.
//! - **A paragraph with more than a dozen lines** is an index, not prose: each line
//!   is a segment, for no model keeps 382 line breaks.

mod lexer;
mod reader;
mod tidy;

use std::collections::HashSet;

use crate::inline::{Inline, Mark, MarkKind, Part};
use crate::script::without_controls;

use lexer::{Lexeme, lex};
use reader::Reader;
use tidy::{drop_blank_lines, join_lines, trim_lines};

/// A piece of a translation: the tree of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as a reader sees it.
    Text(String),
    /// A line break of the source's paragraph.
    Line,
    /// A mark of the source, by index, and what is inside.
    Mark(usize, Vec<Piece>),
}

/// Something an answer did to a tag, or to the lines of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagFault {
    /// A tag of the source is not in the answer.
    #[error("<{0}> is missing")]
    Lost(String),
    /// A tag is there more than once.
    #[error("<{0}> is there {1} times instead of once")]
    Repeated(String, usize),
    /// Something that looks like a tag and is none.
    #[error("{0} is not a tag of this text")]
    Invented(String),
    /// An opening tag without its closing one, or the other way round, or two that cross.
    #[error("<{0}> and </{0}> do not stand around one piece of text")]
    Unbalanced(String),
    /// A tag moved into another, or out of one.
    #[error("<{name}> has to stay {}", match .parent { Some(parent) => format!("inside <{parent}>"), None => "outside of the other tags".to_owned() })]
    Misplaced {
        /// The tag.
        name: String,
        /// The tag it belongs in.
        parent: Option<String>,
    },
    /// Nothing is left between the tags.
    #[error("<{0}> has lost its text")]
    Emptied(String),
    /// A line break at the edge.
    #[error("<{0}> stands at the beginning or the end")]
    AtEdge(String),
    /// Lines were joined or split.
    #[error("the text has {found} lines instead of {expected}")]
    Lines {
        /// How many the source has.
        expected: usize,
        /// How many the answer has.
        found: usize,
    },
}

/// The text of a leaf as a model sees it.
#[derive(Clone, Debug)]
pub struct Tagged<'d> {
    inline: Inline<'d>,
    text: String,
    // What all names begin with.
    prefix: String,
    lines: usize,
    // Blanks around the text: an indent of `U+3000`, say. No model has to copy them.
    lead: &'d str,
    tail: &'d str,
    // A line, or all of the text, is nothing but a blank: then blanks are text.
    blank_line: bool,
}

impl<'d> Tagged<'d> {
    /// Write `inline` with tags.
    pub fn new(inline: Inline<'d>) -> Self {
        let blank_line = has_blank_line(&inline);
        let (mut lead, mut tail) = ("", "");
        if !blank_line {
            let mut parts = inline.parts();
            let first = parts.next();
            let last = parts.last().or(first);
            if let Some((Part::Text(text), _)) = first {
                lead = leading_blanks(text);
            }
            if let Some((Part::Text(text), _)) = last {
                tail = trailing_blanks(text);
            }
        }
        let prefix = prefix_for(&inline);
        let mut tagged =
            Self { inline, text: String::new(), prefix, lines: inline.break_count(), lead, tail, blank_line };
        tagged.text = tagged.write_source();
        tagged
    }

    /// The text with its tags.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source itself, as a translation would be.
    pub fn pieces(&self) -> Vec<Piece> {
        pieces_of(&self.inline)
    }

    /// The name of a mark, by number: `a1`.
    pub fn name(&self, mark: usize) -> String {
        let mut name = String::new();
        self.push_name(mark, &mut name);
        name
    }

    /// The mark that `name` is of.
    fn mark_of(&self, name: &str) -> Option<usize> {
        mark_of(&self.inline, name.strip_prefix(&*self.prefix)?)
    }

    fn push_name(&self, mark: usize, into: &mut String) {
        into.push_str(&self.prefix);
        into.push_str(letters(self.marks()[mark].kind));
        push_number(mark + 1, into);
    }

    fn marks(&self) -> &'d [Mark] {
        self.inline.marks()
    }

    /// Write `pieces` with the tags of this text.
    pub fn write(&self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        self.write_pieces(pieces, &mut text);
        self.trimmed(&text).to_owned()
    }

    fn write_pieces(&self, pieces: &[Piece], into: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => into.push_str(text),
                Piece::Line => into.push('\n'),
                Piece::Mark(mark, _) if self.marks()[*mark].is_void() => self.write_void(*mark, into),
                Piece::Mark(mark, inside) => {
                    self.write_tag("<", *mark, ">", into);
                    self.write_pieces(inside, into);
                    self.write_tag("</", *mark, ">", into);
                }
            }
        }
    }

    fn write_source(&self) -> String {
        let mut text = String::with_capacity(self.inline.span().len());
        for (part, _) in self.inline.parts() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Soft => text.push('\n'),
                Part::Open(mark) => self.write_tag("<", mark, ">", &mut text),
                Part::Close(mark) => self.write_tag("</", mark, ">", &mut text),
                Part::Void(mark) => self.write_void(mark, &mut text),
            }
        }
        let trimmed = self.trimmed(&text);
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    fn write_void(&self, mark: usize, into: &mut String) {
        if self.marks()[mark].kind.is_shown() {
            self.write_tag("<", mark, ">", into);
            into.extend(self.inline.target(mark).chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
            self.write_tag("</", mark, ">", into);
        } else {
            self.write_tag("<", mark, "/>", into);
        }
    }

    fn write_tag(&self, open: &str, mark: usize, close: &str, into: &mut String) {
        into.push_str(open);
        self.push_name(mark, into);
        into.push_str(close);
    }

    fn trimmed<'a>(&self, text: &'a str) -> &'a str {
        if self.blank_line { text.trim_matches([' ', '\n']) } else { text.trim() }
    }

    /// Read an answer.
    ///
    /// Full-width brackets, blanks inside a tag and a forgotten slash are put up with, and so are
    /// lines where the source has one, and blank lines between lines.
    ///
    /// # Errors
    ///
    /// All the faults there are, not only the first: one request can then ask for all of them to
    /// be mended.
    pub fn decode(&self, answer: &str) -> Result<Vec<Piece>, Vec<TagFault>> {
        if answer == self.text {
            return Ok(self.pieces());
        }
        let answer = without_controls(answer, &self.text);
        let (mut pieces, mut faults) = Reader::new(self).read(self.trimmed(&answer));
        let has_marks = !self.marks().is_empty();
        if has_marks {
            self.check_places(&pieces, &mut faults);
            merge_all(&mut pieces);
        } else {
            merge(&mut pieces);
        }
        self.settle_lines(&mut pieces);
        if has_marks {
            let has = |kind: MarkKind| self.marks().iter().any(|mark| mark.kind == kind);
            if has(MarkKind::Break) {
                self.order_breaks(&mut pieces);
            }
            if has(MarkKind::Title) {
                self.order_titles(&mut pieces);
            }
            self.hoist_blanks(&mut pieces);
        }
        trim_lines(&mut pieces, self.marks(), true);
        self.check_lines(&pieces, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        if !self.lead.is_empty() {
            pieces.insert(0, Piece::Text(self.lead.to_owned()));
        }
        if !self.tail.is_empty() {
            pieces.push(Piece::Text(self.tail.to_owned()));
        }
        merge(&mut pieces);
        Ok(pieces)
    }

    fn check_places(&self, pieces: &[Piece], faults: &mut Vec<TagFault>) {
        let is_title =
            |piece: &Piece| matches!(piece, Piece::Mark(mark, _) if self.marks()[*mark].kind == MarkKind::Title);
        let nothing_in = |inside: &[Piece]| inside.iter().filter(|piece| !is_title(piece)).all(is_blank);
        // A link of the source may have nothing but a blank in it.
        let mut own: Option<Vec<bool>> = None;
        let mut is_own = |wanted: usize| {
            own.get_or_insert_with(|| {
                let mut own = vec![false; self.marks().len()];
                walk(&self.pieces(), None, &mut |mark, _, inside| own[mark] = nothing_in(inside));
                own
            })[wanted]
        };
        walk(pieces, None, &mut |mark, around, inside| {
            let parent = self.inline.parent(mark);
            if around != parent {
                faults.push(TagFault::Misplaced {
                    name: self.name(mark),
                    parent: parent.map(|parent| self.name(parent)),
                });
            }
            if !self.marks()[mark].is_void() && nothing_in(inside) && !is_own(mark) {
                faults.push(TagFault::Emptied(self.name(mark)));
            }
        });
    }

    /// Bring the lines to the number of the source's, where no words have to be moved for it.
    fn settle_lines(&self, pieces: &mut Vec<Piece>) {
        let found = count_lines(pieces);
        if self.lines == 0 && found > 0 {
            join_lines(pieces, self.marks());
        } else if found > self.lines {
            drop_blank_lines(pieces, self.marks());
        }
    }

    fn check_lines(&self, pieces: &[Piece], faults: &mut Vec<TagFault>) {
        let found = count_lines(pieces);
        if found != self.lines {
            faults.push(TagFault::Lines { expected: self.lines + 1, found: found + 1 });
        }
        let is_break = |mark: usize| self.marks()[mark].kind == MarkKind::Break;
        let break_at = |edge: Option<&Piece>| match edge {
            Some(Piece::Mark(mark, _)) if is_break(*mark) => Some(*mark),
            _ => None,
        };
        // A paragraph may begin with a hard break, if its author wants it to.
        let own = |part: Option<Part<'_>>| matches!(part, Some(Part::Void(mark)) if is_break(mark));
        let (first, last) = (break_at(pieces.first()), break_at(pieces.last()));
        if let Some(mark) = first.filter(|_| !own(self.inline.parts().next().map(|(part, _)| part))) {
            faults.push(TagFault::AtEdge(self.name(mark)));
        }
        if let Some(mark) = last.filter(|_| !own(self.inline.parts().last().map(|(part, _)| part))) {
            faults.push(TagFault::AtEdge(self.name(mark)));
        }
    }

    /// One hard break is like another: among siblings they come in the order of the source, each
    /// with the prefix of its next line.
    fn order_breaks(&self, pieces: &mut [Piece]) {
        let is_break = |mark: usize| self.marks()[mark].kind == MarkKind::Break;
        let mut breaks: Vec<usize> = Vec::new();
        for piece in &mut *pieces {
            if let Piece::Mark(mark, inside) = piece {
                breaks.extend(is_break(*mark).then_some(*mark));
                self.order_breaks(inside);
            }
        }
        breaks.sort_unstable();
        let mut breaks = breaks.into_iter();
        for piece in pieces {
            if let Piece::Mark(mark, _) = piece
                && is_break(*mark)
            {
                *mark = breaks.next().unwrap_or(*mark);
            }
        }
    }

    /// A title is written behind the text of its link, wherever in it the answer has it.
    fn order_titles(&self, pieces: &mut Vec<Piece>) {
        let is_title =
            |piece: &Piece| matches!(piece, Piece::Mark(mark, _) if self.marks()[*mark].kind == MarkKind::Title);
        if let Some(place) = pieces.iter().position(is_title) {
            let title = pieces.remove(place);
            pieces.push(title);
            merge(pieces);
        }
        for piece in pieces {
            if let Piece::Mark(_, inside) = piece {
                self.order_titles(inside);
            }
        }
    }

    /// Emphasis that begins or ends with a blank is none: the blanks go outside, unless the source
    /// has one there (`*&nbsp;周刊*`).
    fn hoist_blanks(&self, pieces: &mut Vec<Piece>) {
        let mut any = false;
        walk(pieces, None, &mut |mark, _, inside| {
            any |= self.marks()[mark].kind.is_emphasis() && begins_or_ends_blank(inside);
        });
        if !any {
            return;
        }
        let mut own = vec![(None, None); self.marks().len()];
        walk(&self.pieces(), None, &mut |mark, _, inside| own[mark] = edges(inside));
        tidy::hoist_blanks(pieces, self.marks(), &own);
    }
}

/// Whether the text, or its first or last line, is nothing but a blank.
fn has_blank_line(inline: &Inline<'_>) -> bool {
    let blank = |part: Option<Part<'_>>| match part {
        Some(Part::Text(text)) => text.trim().is_empty(),
        Some(Part::Soft) => true,
        _ => false,
    };
    let ends_line = |part: Option<Part<'_>>| match part {
        Some(Part::Soft) => true,
        Some(Part::Void(mark)) => inline.marks()[mark].kind == MarkKind::Break,
        _ => false,
    };
    let mut parts = inline.parts().map(|(part, _)| part);
    let (first, second) = (parts.next(), parts.next());
    if second.is_none() {
        return blank(first);
    }
    if blank(first) && ends_line(second) {
        return true;
    }
    let (mut before, mut last) = (first, second);
    for part in parts {
        (before, last) = (last, Some(part));
    }
    blank(last) && ends_line(before)
}

fn begins_or_ends_blank(inside: &[Piece]) -> bool {
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let blank_at = |piece: Option<&Piece>, edge: fn(&str) -> Option<char>| match piece {
        Some(Piece::Text(text)) => is_blank(edge(text)),
        Some(Piece::Line) => true,
        _ => false,
    };
    blank_at(inside.first(), |text| text.chars().next()) || blank_at(inside.last(), |text| text.chars().next_back())
}

fn leading_blanks(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

fn trailing_blanks(text: &str) -> &str {
    &text[text.trim_end().len()..]
}

/// The blanks at the edges, if there are any.
fn edges(pieces: &[Piece]) -> (Option<char>, Option<char>) {
    let blank = |c: &char| c.is_whitespace();
    let first = match pieces.first() {
        Some(Piece::Text(text)) => text.chars().next().filter(blank),
        _ => None,
    };
    let last = match pieces.last() {
        Some(Piece::Text(text)) => text.chars().next_back().filter(blank),
        _ => None,
    };
    (first, last)
}

fn letters(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Link => "a",
        MarkKind::Strong => "b",
        MarkKind::Emphasis => "i",
        MarkKind::Strikethrough => "s",
        MarkKind::Image => "img",
        MarkKind::Title => "t",
        MarkKind::Code => "c",
        MarkKind::Math => "m",
        MarkKind::Url => "u",
        MarkKind::Html => "x",
        MarkKind::Footnote => "fn",
        MarkKind::Break => "br",
        MarkKind::Kept | MarkKind::Skipped => "k",
        MarkKind::Other => "z",
    }
}

fn push_number(number: usize, into: &mut String) {
    if number >= 10 {
        push_number(number / 10, into);
    }
    into.push(char::from(b'0' + (number % 10) as u8));
}

/// The mark that `name`, without a prefix, is of.
fn mark_of(inline: &Inline<'_>, name: &str) -> Option<usize> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = name.split_at(digits);
    let mark = number.parse::<usize>().ok()?.checked_sub(1)?;
    (!number.starts_with('0') && letters(inline.marks().get(mark)?.kind) == kind).then_some(mark)
}

/// What all names begin with, so that none of them is in the text or in what is shown.
fn prefix_for(inline: &Inline<'_>) -> String {
    let marks = inline.marks();
    let has_bracket = |text: &str| text.contains(['<', '＜']);
    let shown = || (0..marks.len()).filter(|mark| marks[*mark].kind.is_shown()).map(|mark| inline.target(mark));
    if marks.is_empty() || !(inline.texts().any(|(text, _)| has_bracket(text)) || shown().any(has_bracket)) {
        return String::new();
    }
    // A tag may be pieced together of what stands on both sides of a mark that is none of its own.
    let text: String = inline.texts().map(|(text, _)| text).chain(shown()).collect();
    // What stands before one of our names in a name of the text cannot stand before all of them.
    let mut taken: HashSet<&str> = HashSet::new();
    for lexeme in lex(&text) {
        if let Lexeme::Tag(tag) = lexeme {
            let ours = |at: &usize| mark_of(inline, &tag.name[*at..]).is_some();
            taken.extend((0..tag.name.len()).filter(ours).map(|at| &tag.name[..at]));
        }
    }
    let letter = |c: u8| char::from(c).to_string();
    let singles = (b'a'..=b'z').rev().map(letter);
    let pairs = (b'a'..=b'z').flat_map(|a| (b'a'..=b'z').map(move |b| letter(a) + &letter(b)));
    let mut prefixes =
        std::iter::once(String::new()).chain(std::iter::once("t".to_owned())).chain(singles).chain(pairs);
    prefixes.find(|prefix| !taken.contains(prefix.as_str())).unwrap_or_default()
}

/// The tree of a source, as a translation would be.
pub(crate) fn pieces_of(inline: &Inline<'_>) -> Vec<Piece> {
    let mut open: Vec<Vec<Piece>> = Vec::new();
    let mut pieces = Vec::new();
    for (part, _) in inline.parts() {
        match part {
            Part::Text(text) => pieces.push(Piece::Text(text.to_owned())),
            Part::Soft => pieces.push(Piece::Line),
            Part::Void(mark) => pieces.push(Piece::Mark(mark, Vec::new())),
            Part::Open(_) => open.push(std::mem::take(&mut pieces)),
            Part::Close(mark) => {
                let inside = std::mem::replace(&mut pieces, open.pop().unwrap_or_default());
                pieces.push(Piece::Mark(mark, inside));
            }
        }
    }
    pieces
}

/// Whether `pieces` is the tree of `inline`.
pub(crate) fn is_source(pieces: &[Piece], inline: &Inline<'_>) -> bool {
    fn walk<'d>(pieces: &[Piece], parts: &mut impl Iterator<Item = Part<'d>>) -> bool {
        pieces.iter().all(|piece| match (piece, parts.next()) {
            (Piece::Text(ours), Some(Part::Text(theirs))) => ours == theirs,
            (Piece::Line, Some(Part::Soft)) => true,
            (Piece::Mark(ours, _), Some(Part::Void(theirs))) => *ours == theirs,
            (Piece::Mark(ours, inside), Some(Part::Open(theirs))) => {
                *ours == theirs && walk(inside, parts) && parts.next() == Some(Part::Close(theirs))
            }
            _ => false,
        })
    }
    let mut parts = inline.parts().map(|(part, _)| part);
    walk(pieces, &mut parts) && parts.next().is_none()
}

fn is_blank(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Line => true,
        Piece::Mark(..) => false,
    }
}

fn walk<'p>(pieces: &'p [Piece], around: Option<usize>, visit: &mut impl FnMut(usize, Option<usize>, &'p [Piece])) {
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            visit(*mark, around, inside);
            walk(inside, Some(*mark), visit);
        }
    }
}

/// The text of `pieces` without marks; a line break is `\n`.
pub fn plain_text(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text += part,
            Piece::Line => text.push('\n'),
            Piece::Mark(_, inside) => text += &plain_text(inside),
        }
    }
    text
}

fn count_lines(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Line => 1,
            Piece::Text(_) => 0,
            Piece::Mark(_, inside) => count_lines(inside),
        })
        .sum()
}

/// [`merge`], at every depth.
pub(crate) fn merge_all(pieces: &mut Vec<Piece>) {
    for piece in pieces.iter_mut() {
        if let Piece::Mark(_, inside) = piece {
            merge_all(inside);
        }
    }
    merge(pieces);
}

/// Text that stands side by side becomes one piece.
pub(crate) fn merge(pieces: &mut Vec<Piece>) {
    let is_merged = |pair: &[Piece]| !matches!(pair, [Piece::Text(_), Piece::Text(_)]);
    if pieces.windows(2).all(is_merged)
        && !pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.is_empty()))
    {
        return;
    }
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        match (merged.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => merged.push(piece),
        }
    }
    *pieces = merged;
}
