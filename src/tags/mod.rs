//! What a model sees: text, with short numbered tags where there was markup.
//!
//! ```
//! use nekoyaku::blocks::parse;
//! use nekoyaku::tags::Tagged;
//!
//! let text = "这是[第 12 期](https://a.example)介绍过的 `uv` 的**姊妹项目**。";
//! let leaf = &parse(text).leaves[0];
//! let tagged = Tagged::new(&leaf.inline);
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
//! Destinations, image sources and HTML are not in the text at all, so no answer can change them.
//! Code is there to be read; whatever comes back between its tags, the source's code is what is
//! written. Only a name of this segment is a tag, everything else in angle brackets is text; where
//! the source's own text has such a name in it, all names get another prefix.

mod lexer;
mod reader;
mod tidy;

use std::collections::HashSet;

use crate::inline::{Inline, Mark, MarkKind, Node, without_controls};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    text: String,
    names: Vec<String>,
    marks: Vec<Mark>,
    pieces: Vec<Piece>,
    lines: usize,
    // Blanks around the text: an indent of `U+3000`, say. No model has to copy them.
    lead: String,
    tail: String,
    // A line, or all of the text, is nothing but a blank: then blanks are text.
    blank_line: bool,
}

impl Tagged {
    /// Write `inline` with tags.
    pub fn new(inline: &Inline) -> Self {
        let names = names(inline);
        let pieces = pieces_of(&inline.nodes);
        let (lead, tail) = match (pieces.first(), pieces.last()) {
            (Some(Piece::Text(first)), Some(Piece::Text(last))) => (leading_blanks(first), trailing_blanks(last)),
            (Some(Piece::Text(first)), _) => (leading_blanks(first), ""),
            (_, Some(Piece::Text(last))) => ("", trailing_blanks(last)),
            _ => ("", ""),
        };
        let blank_line = match &pieces[..] {
            [only] => is_blank(only),
            [first, second, ..] if is_blank(first) && *second == Piece::Line => true,
            [.., before, last] => is_blank(last) && *before == Piece::Line,
            [] => false,
        };
        let (lead, tail) = if blank_line { ("", "") } else { (lead, tail) };
        let (lead, tail) = (lead.to_owned(), tail.to_owned());
        let mut tagged = Self {
            text: String::new(),
            names,
            marks: inline.marks.clone(),
            pieces,
            lines: inline.breaks().len(),
            lead,
            tail,
            blank_line,
        };
        tagged.text = tagged.write(&tagged.pieces);
        tagged
    }

    /// The text with its tags.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source itself, as a translation would be.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The name of a mark, by index: `a1`.
    pub fn name(&self, mark: usize) -> &str {
        &self.names[mark]
    }

    /// Write `pieces` with the tags of this text.
    pub fn write(&self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        write_tagged(pieces, &self.marks, &self.names, &mut text);
        self.trimmed(&text).to_owned()
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
            return Ok(self.pieces.clone());
        }
        let answer = without_controls(answer, &self.text);
        let (mut pieces, mut faults) = Reader::new(self).read(self.trimmed(&answer));
        self.check_places(&pieces, &mut faults);
        merge_all(&mut pieces);
        self.settle_lines(&mut pieces);
        self.order_breaks(&mut pieces);
        self.hoist_blanks(&mut pieces);
        trim_lines(&mut pieces, &self.marks, true);
        self.check_lines(&pieces, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        pieces.insert(0, Piece::Text(self.lead.clone()));
        pieces.push(Piece::Text(self.tail.clone()));
        merge(&mut pieces);
        Ok(pieces)
    }

    fn check_places(&self, pieces: &[Piece], faults: &mut Vec<TagFault>) {
        // A link of the source may have nothing but a blank in it.
        let mut blank = vec![false; self.marks.len()];
        walk(&self.pieces, None, &mut |mark, _, inside| blank[mark] = inside.iter().all(is_blank));
        walk(pieces, None, &mut |mark, around, inside| {
            if around != self.marks[mark].parent {
                faults.push(TagFault::Misplaced {
                    name: self.names[mark].clone(),
                    parent: self.marks[mark].parent.map(|parent| self.names[parent].clone()),
                });
            }
            if !blank[mark] && inside.iter().all(is_blank) {
                faults.push(TagFault::Emptied(self.names[mark].clone()));
            }
        });
    }

    /// Bring the lines to the number of the source's, where no words have to be moved for it.
    fn settle_lines(&self, pieces: &mut Vec<Piece>) {
        let found = count_lines(pieces);
        if self.lines == 0 && found > 0 {
            join_lines(pieces, &self.marks);
        } else if found > self.lines {
            drop_blank_lines(pieces, &self.marks);
        }
    }

    fn check_lines(&self, pieces: &[Piece], faults: &mut Vec<TagFault>) {
        let found = count_lines(pieces);
        if found != self.lines {
            faults.push(TagFault::Lines { expected: self.lines + 1, found: found + 1 });
        }
        // A paragraph may begin with a hard break, if its author wants it to.
        let break_at = |edge: Option<&Piece>| match edge {
            Some(Piece::Mark(mark, _)) if self.marks[*mark].kind == MarkKind::Break => Some(*mark),
            _ => None,
        };
        let own = [break_at(self.pieces.first()), break_at(self.pieces.last())];
        for (edge, own) in [break_at(pieces.first()), break_at(pieces.last())].into_iter().zip(own) {
            if let Some(mark) = edge.filter(|_| own.is_none()) {
                faults.push(TagFault::AtEdge(self.names[mark].clone()));
            }
        }
    }

    /// One hard break is like another: among siblings they come in the order of the source, each
    /// with the prefix of its next line.
    fn order_breaks(&self, pieces: &mut [Piece]) {
        let is_break = |mark: usize| self.marks[mark].kind == MarkKind::Break;
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

    /// Emphasis that begins or ends with a blank is none: the blanks go outside, unless the source
    /// has one there (`*&nbsp;周刊*`).
    fn hoist_blanks(&self, pieces: &mut Vec<Piece>) {
        let mut own = vec![(None, None); self.marks.len()];
        walk(&self.pieces, None, &mut |mark, _, inside| own[mark] = edges(inside));
        tidy::hoist_blanks(pieces, &self.marks, &own);
    }
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
        MarkKind::Code => "c",
        MarkKind::Url => "u",
        MarkKind::Html => "x",
        MarkKind::Footnote => "fn",
        MarkKind::Break => "br",
        MarkKind::Other => "m",
    }
}

/// A name for each mark, none of which is in the text or in code.
fn names(inline: &Inline) -> Vec<String> {
    let names: Vec<String> = inline
        .marks
        .iter()
        .enumerate()
        .map(|(place, mark)| letters(mark.kind).to_owned() + &(place + 1).to_string())
        .collect();
    let known: HashSet<&str> = names.iter().map(String::as_str).collect();
    let mut text = String::new();
    inline.for_each_text(|part, _, _| text.push_str(part));
    for mark in inline.marks.iter().filter(|mark| mark.kind == MarkKind::Code) {
        text.push_str(&mark.target);
    }
    // What stands before one of our names in a name of the text cannot stand before all of them.
    let mut taken: HashSet<&str> = HashSet::new();
    for lexeme in lex(&text) {
        if let Lexeme::Tag(tag) = lexeme {
            taken.extend((0..tag.name.len()).filter(|at| known.contains(&tag.name[*at..])).map(|at| &tag.name[..at]));
        }
    }
    let letter = |c: u8| char::from(c).to_string();
    let singles = (b'a'..=b'z').rev().map(letter);
    let pairs = (b'a'..=b'z').flat_map(|a| (b'a'..=b'z').map(move |b| letter(a) + &letter(b)));
    let mut prefixes =
        std::iter::once(String::new()).chain(std::iter::once("t".to_owned())).chain(singles).chain(pairs);
    let prefix = prefixes.find(|prefix| !taken.contains(prefix.as_str())).unwrap_or_default();
    names.iter().map(|name| prefix.clone() + name).collect()
}

/// The tree of a source, as a translation would be.
pub(crate) fn pieces_of(nodes: &[Node]) -> Vec<Piece> {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text { text, .. } => Piece::Text(text.clone()),
            Node::Soft(_) => Piece::Line,
            Node::Mark(mark, inside) => Piece::Mark(*mark, pieces_of(inside)),
        })
        .collect()
}

fn write_tagged(pieces: &[Piece], marks: &[Mark], names: &[String], into: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => into.push_str(text),
            Piece::Line => into.push('\n'),
            Piece::Mark(mark, inside) => {
                let name = &names[*mark];
                if marks[*mark].kind == MarkKind::Code {
                    *into += &format!("<{name}>{}</{name}>", marks[*mark].target);
                } else if marks[*mark].is_void() {
                    *into += &format!("<{name}/>");
                } else {
                    *into += &format!("<{name}>");
                    write_tagged(inside, marks, names, into);
                    *into += &format!("</{name}>");
                }
            }
        }
    }
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
