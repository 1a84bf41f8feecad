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

use std::collections::HashSet;

use crate::inline::{Inline, Mark, MarkKind, Node, without_controls};

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
}

impl Tagged {
    /// Write `inline` with tags.
    pub fn new(inline: &Inline) -> Self {
        let mut own_text = String::new();
        inline.for_each_text(|text, _, _| own_text.push_str(text));
        let mut prefix = String::new();
        let names = loop {
            let names = names(&inline.marks, &prefix);
            let known: HashSet<&str> = names.iter().map(String::as_str).collect();
            let clash = lex(&own_text).any(|lexeme| matches!(lexeme, Lexeme::Tag(tag) if known.contains(tag.name)));
            if !clash {
                break names;
            }
            prefix.push('t');
        };
        let pieces = pieces_of(&inline.nodes);
        let mut text = String::new();
        write_tagged(&pieces, &inline.marks, &names, &mut text);
        Self { text, names, marks: inline.marks.clone(), pieces, lines: inline.breaks().len() }
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
        text
    }

    /// Read an answer.
    ///
    /// Full-width brackets, blanks inside a tag and a forgotten slash are put up with.
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
        let mut reader = Reader::new(self);
        reader.read(answer.trim_matches([' ', '\n']));
        let mut faults = std::mem::take(&mut reader.faults);
        let mut pieces = reader.finish(&mut faults);
        self.check_counts(&pieces, &mut faults);
        normalize(&mut pieces, &self.marks);
        self.check_lines(&mut pieces, &mut faults);
        if faults.is_empty() { Ok(pieces) } else { Err(faults) }
    }

    fn check_counts(&self, pieces: &[Piece], faults: &mut Vec<TagFault>) {
        let mut seen = vec![0_usize; self.names.len()];
        let mut misplaced = Vec::new();
        walk(pieces, None, &mut |mark, around, inside| {
            seen[mark] += 1;
            if around != self.marks[mark].parent {
                misplaced.push(TagFault::Misplaced {
                    name: self.names[mark].clone(),
                    parent: self.marks[mark].parent.map(|parent| self.names[parent].clone()),
                });
            }
            if !self.marks[mark].is_void() && inside.iter().all(is_blank) {
                misplaced.push(TagFault::Emptied(self.names[mark].clone()));
            }
        });
        for (name, count) in self.names.iter().zip(seen) {
            match count {
                0 if !faults.contains(&TagFault::Unbalanced(name.clone())) => faults.push(TagFault::Lost(name.clone())),
                0 | 1 => {}
                count => faults.push(TagFault::Repeated(name.clone(), count)),
            }
        }
        faults.append(&mut misplaced);
    }

    fn check_lines(&self, pieces: &mut [Piece], faults: &mut Vec<TagFault>) {
        let found = count_lines(pieces);
        if self.lines == 0 {
            join_lines(pieces);
        } else if found != self.lines {
            faults.push(TagFault::Lines { expected: self.lines + 1, found: found + 1 });
        }
        for edge in [pieces.first(), pieces.last()].into_iter().flatten() {
            if let Piece::Mark(mark, _) = edge
                && self.marks[*mark].kind == MarkKind::Break
            {
                faults.push(TagFault::AtEdge(self.names[*mark].clone()));
            }
        }
    }
}

fn names(marks: &[Mark], prefix: &str) -> Vec<String> {
    let letters = |kind| match kind {
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
    };
    marks.iter().enumerate().map(|(place, mark)| format!("{prefix}{}{}", letters(mark.kind), place + 1)).collect()
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

/// A tag or what lies between tags.
enum Lexeme<'a> {
    Text(&'a str),
    Tag(LexedTag<'a>),
}

#[derive(Clone, Copy)]
struct LexedTag<'a> {
    raw: &'a str,
    name: &'a str,
    closing: bool,
    alone: bool,
}

/// Cut a text at everything that has a tag's form: `<`, letters, digits, `>`.
fn lex(text: &str) -> impl Iterator<Item = Lexeme<'_>> {
    let mut rest = text;
    let mut waiting: Option<LexedTag<'_>> = None;
    std::iter::from_fn(move || {
        if let Some(tag) = waiting.take() {
            return Some(Lexeme::Tag(tag));
        }
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(step) = rest[from..].find(['<', '＜']) {
            let at = from + step;
            if let Some(tag) = tag_at(&rest[at..]) {
                let before = &rest[..at];
                rest = &rest[at + tag.raw.len()..];
                if before.is_empty() {
                    return Some(Lexeme::Tag(tag));
                }
                waiting = Some(tag);
                return Some(Lexeme::Text(before));
            }
            from = at + rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        Some(Lexeme::Text(std::mem::take(&mut rest)))
    })
}

fn tag_at(text: &str) -> Option<LexedTag<'_>> {
    let rest = text.strip_prefix(['<', '＜'])?.trim_start_matches(' ');
    let (closing, rest) = match rest.strip_prefix(['/', '／']) {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, rest),
    };
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let digits = rest[letters..].find(|c: char| !c.is_ascii_digit())?;
    if letters == 0 || digits == 0 || letters + digits > 16 {
        return None;
    }
    let (name, rest) = rest.split_at(letters + digits);
    let rest = rest.trim_start_matches(' ');
    let (alone, rest) = match rest.strip_prefix(['/', '／']) {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, rest),
    };
    let rest = rest.strip_prefix(['>', '＞'])?;
    Some(LexedTag { raw: &text[..text.len() - rest.len()], name, closing, alone })
}

struct Reader<'t> {
    tagged: &'t Tagged,
    // The open marks and what is in them so far; the first is the top level.
    frames: Vec<(usize, Vec<Piece>)>,
    faults: Vec<TagFault>,
}

const TOP: usize = usize::MAX;

impl<'t> Reader<'t> {
    fn new(tagged: &'t Tagged) -> Self {
        Self { tagged, frames: vec![(TOP, Vec::new())], faults: Vec::new() }
    }

    fn read(&mut self, answer: &str) {
        let mut lexemes = lex(answer).peekable();
        while let Some(lexeme) = lexemes.next() {
            let tag = match lexeme {
                Lexeme::Text(text) => {
                    self.text(text);
                    continue;
                }
                Lexeme::Tag(tag) => tag,
            };
            let Some(mark) = self.tagged.names.iter().position(|name| name == tag.name) else {
                // Angle brackets that the source has too are text.
                if !self.tagged.text.contains(tag.raw) {
                    self.faults.push(TagFault::Invented(tag.raw.to_owned()));
                }
                self.text(tag.raw);
                continue;
            };
            if self.tagged.marks[mark].is_void() {
                self.void(mark, tag, &mut lexemes);
            } else if tag.closing {
                self.close(mark);
            } else if tag.alone {
                self.push(Piece::Mark(mark, Vec::new()));
            } else {
                self.frames.push((mark, Vec::new()));
            }
        }
    }

    /// A mark without text of its own: `<u1/>`, `<c2>code</c2>`.
    fn void<'a>(
        &mut self,
        mark: usize,
        tag: LexedTag<'a>,
        lexemes: &mut std::iter::Peekable<impl Iterator<Item = Lexeme<'a>>>,
    ) {
        let name = &self.tagged.names[mark];
        if tag.closing {
            self.faults.push(TagFault::Unbalanced(name.clone()));
            return;
        }
        self.push(Piece::Mark(mark, Vec::new()));
        if tag.alone {
            return;
        }
        let closes = |lexeme: &Lexeme<'_>| matches!(lexeme, Lexeme::Tag(tag) if tag.closing && tag.name == *name);
        if lexemes.next_if(closes).is_some() {
            return;
        }
        // Code: what came back between the tags is not used. No code is as long as that it has tags in it.
        if self.tagged.marks[mark].kind == MarkKind::Code {
            let inside = lexemes.next_if(|lexeme| matches!(lexeme, Lexeme::Text(_)));
            if lexemes.next_if(closes).is_none() {
                self.faults.push(TagFault::Unbalanced(name.clone()));
                if let Some(Lexeme::Text(text)) = inside {
                    self.text(text);
                }
            }
        }
    }

    fn close(&mut self, mark: usize) {
        let open = self.frames.iter().rposition(|(open, _)| *open == mark);
        let Some(place) = open else {
            self.fault(TagFault::Unbalanced(self.tagged.names[mark].clone()));
            return;
        };
        while self.frames.len() > place {
            self.fold(self.frames.len() > place + 1);
        }
    }

    /// End the innermost open mark.
    fn fold(&mut self, unbalanced: bool) {
        let Some((mark, inside)) = self.frames.pop() else {
            return;
        };
        if unbalanced {
            self.fault(TagFault::Unbalanced(self.tagged.names[mark].clone()));
        }
        self.push(Piece::Mark(mark, inside));
    }

    fn finish(mut self, faults: &mut Vec<TagFault>) -> Vec<Piece> {
        while self.frames.len() > 1 {
            self.fold(true);
        }
        faults.append(&mut self.faults);
        self.frames.pop().map(|(_, pieces)| pieces).unwrap_or_default()
    }

    fn fault(&mut self, fault: TagFault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn text(&mut self, text: &str) {
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                self.push(Piece::Line);
            }
            self.push(Piece::Text(line.to_owned()));
        }
    }

    fn push(&mut self, piece: Piece) {
        if let Some((_, pieces)) = self.frames.last_mut() {
            pieces.push(piece);
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

/// A model may wrap a paragraph that has one line: the lines become one again.
fn join_lines(pieces: &mut [Piece]) {
    for piece in pieces {
        match piece {
            Piece::Line => *piece = Piece::Text(" ".to_owned()),
            Piece::Mark(_, inside) => join_lines(inside),
            Piece::Text(_) => {}
        }
    }
}

/// Bring a tree into the one form in which a parser would give it back: text in one piece, no
/// blanks at the edges of lines and of emphasis, hard breaks in the order of the source.
pub(crate) fn normalize(pieces: &mut Vec<Piece>, marks: &[Mark]) {
    let mut breaks = marks.iter().enumerate().filter(|(_, mark)| mark.kind == MarkKind::Break).map(|(place, _)| place);
    order_breaks(pieces, marks, &mut breaks);
    hoist_blanks(pieces, marks);
    merge(pieces);
    trim_lines(pieces, marks, true);
}

fn order_breaks(pieces: &mut [Piece], marks: &[Mark], breaks: &mut impl Iterator<Item = usize>) {
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            if marks[*mark].kind == MarkKind::Break {
                *mark = breaks.next().unwrap_or(*mark);
            }
            order_breaks(inside, marks, breaks);
        }
    }
}

fn hoist_blanks(pieces: &mut Vec<Piece>, marks: &[Mark]) {
    let mut at = 0;
    while at < pieces.len() {
        let Piece::Mark(mark, inside) = &mut pieces[at] else {
            at += 1;
            continue;
        };
        hoist_blanks(inside, marks);
        merge(inside);
        let (mut before, mut after) = (String::new(), String::new());
        if matches!(marks[*mark].kind, MarkKind::Strong | MarkKind::Emphasis | MarkKind::Strikethrough) {
            if let Some(Piece::Text(text)) = inside.first_mut() {
                let kept = text.trim_start().len();
                before = text.drain(..text.len() - kept).collect();
            }
            if let Some(Piece::Text(text)) = inside.last_mut() {
                let kept = text.trim_end().len();
                after = text.split_off(kept);
            }
            merge(inside);
        }
        if !after.is_empty() {
            pieces.insert(at + 1, Piece::Text(after));
        }
        if !before.is_empty() {
            pieces.insert(at, Piece::Text(before));
            at += 1;
        }
        at += 1;
    }
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

/// Blanks at the ends of a line mean nothing in Markdown, or a hard break.
///
/// `edges`: whether the first and the last piece stand at the ends of a line themselves.
fn trim_lines(pieces: &mut Vec<Piece>, marks: &[Mark], edges: bool) {
    let is_break = |piece: &Piece| match piece {
        Piece::Line => true,
        Piece::Mark(mark, _) => marks[*mark].kind == MarkKind::Break,
        Piece::Text(_) => false,
    };
    for at in 0..pieces.len() {
        let starts = if at == 0 { edges } else { is_break(&pieces[at - 1]) };
        let ends = pieces.get(at + 1).map_or(edges, is_break);
        match &mut pieces[at] {
            Piece::Text(text) => {
                let kept = if starts { text.trim_start_matches([' ', '\t']) } else { text.as_str() };
                let kept = if ends { kept.trim_end_matches([' ', '\t']) } else { kept };
                if kept.len() < text.len() {
                    *text = kept.to_owned();
                }
            }
            Piece::Mark(_, inside) => trim_lines(inside, marks, false),
            Piece::Line => {}
        }
    }
    merge(pieces);
}
