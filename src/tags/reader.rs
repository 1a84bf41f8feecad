//! An answer, read tag by tag.

use std::collections::HashSet;

use super::lexer::{LexedTag, Lexeme, lex};
use super::{Piece, TagFault, Tagged};

pub(super) struct Reader<'t> {
    tagged: &'t Tagged<'t>,
    // What looks like a tag in the source's own text, once somebody asks.
    own: Option<HashSet<&'t str>>,
    // The open marks and what is in them so far; the first is the top level.
    frames: Vec<(usize, Vec<Piece>)>,
    // How often each mark came, and whether its tags were in disorder.
    counts: Vec<usize>,
    unbalanced: Vec<bool>,
    invented: Vec<TagFault>,
}

const TOP: usize = usize::MAX;

/// No source is nested as deep as this: an answer is not either.
const DEPTH_LIMIT: usize = 80;

/// So many inventions are enough to tell.
const INVENTED_LIMIT: usize = 20;

impl<'t> Reader<'t> {
    pub(super) fn new(tagged: &'t Tagged<'t>) -> Self {
        let marks = tagged.marks().len();
        Self {
            tagged,
            own: None,
            frames: vec![(TOP, Vec::new())],
            counts: vec![0; marks],
            unbalanced: vec![false; marks],
            invented: Vec::new(),
        }
    }

    pub(super) fn read(mut self, answer: &str) -> (Vec<Piece>, Vec<TagFault>) {
        if !answer.contains(['<', '＜']) {
            self.text(answer);
            return self.finish();
        }
        let lexemes: Vec<Lexeme<'_>> = lex(answer).collect();
        let mut at = 0;
        while let Some(lexeme) = lexemes.get(at) {
            at += 1;
            let tag = match lexeme {
                Lexeme::Text(text) => {
                    self.text(text);
                    continue;
                }
                Lexeme::Tag(tag) => tag,
            };
            let Some(mark) = self.tagged.mark_of(tag.name) else {
                self.unknown(tag.raw);
                continue;
            };
            if self.tagged.marks()[mark].is_void() {
                at += self.void(mark, tag, &lexemes[at..]);
            } else if tag.closing {
                self.close(mark);
            } else {
                self.open(mark, tag.alone);
            }
        }
        self.finish()
    }

    /// Angle brackets that the source has too are text.
    fn unknown(&mut self, raw: &str) {
        let text = &self.tagged.text;
        let own = self.own.get_or_insert_with(|| {
            let tag = |lexeme| match lexeme {
                Lexeme::Tag(tag) => Some(tag.raw),
                Lexeme::Text(_) => None,
            };
            lex(text).filter_map(tag).collect()
        });
        if !own.contains(raw) && self.invented.len() < INVENTED_LIMIT {
            let fault = TagFault::Invented(raw.to_owned());
            if !self.invented.contains(&fault) {
                self.invented.push(fault);
            }
        }
        self.text(raw);
    }

    fn open(&mut self, mark: usize, alone: bool) {
        self.counts[mark] += 1;
        if alone {
            self.push(Piece::Mark(mark, Vec::new()));
        } else if self.frames.len() > DEPTH_LIMIT || self.frames.iter().any(|(open, _)| *open == mark) {
            self.unbalanced[mark] = true;
        } else {
            self.frames.push((mark, Vec::new()));
        }
    }

    /// A mark without text of its own, `<u1/>`, `<c2>code</c2>`: how many lexemes belong to it.
    fn void(&mut self, mark: usize, tag: &LexedTag<'_>, next: &[Lexeme<'_>]) -> usize {
        if tag.closing {
            self.unbalanced[mark] = true;
            return 0;
        }
        self.counts[mark] += 1;
        self.push(Piece::Mark(mark, Vec::new()));
        if tag.alone {
            return 0;
        }
        let is_it = |name: &str| self.tagged.mark_of(name) == Some(mark);
        let closes = |lexeme: &Lexeme<'_>| matches!(lexeme, Lexeme::Tag(tag) if tag.closing && is_it(tag.name));
        if !self.tagged.marks()[mark].kind.is_shown() {
            return usize::from(next.first().is_some_and(closes));
        }
        // What came back as code is not used. It may have tags in it, but none of ours.
        let ours = |lexeme: &Lexeme<'_>| matches!(lexeme, Lexeme::Tag(tag) if self.tagged.mark_of(tag.name).is_some());
        match next.iter().position(ours) {
            Some(place) if closes(&next[place]) => place + 1,
            _ => {
                self.unbalanced[mark] = true;
                0
            }
        }
    }

    fn close(&mut self, mark: usize) {
        let Some(place) = self.frames.iter().rposition(|(open, _)| *open == mark) else {
            self.unbalanced[mark] = true;
            return;
        };
        while self.frames.len() > place {
            self.fold(self.frames.len() > place + 1);
        }
    }

    /// End the innermost open mark.
    fn fold(&mut self, unbalanced: bool) {
        if let Some((mark, inside)) = self.frames.pop() {
            self.unbalanced[mark] |= unbalanced;
            self.push(Piece::Mark(mark, inside));
        }
    }

    fn finish(mut self) -> (Vec<Piece>, Vec<TagFault>) {
        while self.frames.len() > 1 {
            self.fold(true);
        }
        let mut faults = self.invented;
        for mark in 0..self.counts.len() {
            let name = || self.tagged.name(mark);
            match self.counts[mark] {
                0 if !self.unbalanced[mark] => faults.push(TagFault::Lost(name())),
                0 | 1 => {}
                count => faults.push(TagFault::Repeated(name(), count)),
            }
            if self.unbalanced[mark] {
                faults.push(TagFault::Unbalanced(name()));
            }
        }
        (self.frames.pop().map(|(_, pieces)| pieces).unwrap_or_default(), faults)
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
