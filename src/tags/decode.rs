//! From an answer to the tree it means, or to what is wrong with it.

use super::pieces::{count_lines, is_blank, merge, merge_all, walk};
use super::reader::Reader;
use super::tidy::{self, drop_blank_lines, join_lines, trim_lines};
use super::{Piece, TagFault, Tagged};
use crate::inline::{MarkKind, Part};
use crate::script::without_controls;

impl Tagged<'_> {
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

fn begins_or_ends_blank(inside: &[Piece]) -> bool {
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let blank_at = |piece: Option<&Piece>, edge: fn(&str) -> Option<char>| match piece {
        Some(Piece::Text(text)) => is_blank(edge(text)),
        Some(Piece::Line) => true,
        _ => false,
    };
    blank_at(inside.first(), |text| text.chars().next()) || blank_at(inside.last(), |text| text.chars().next_back())
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
