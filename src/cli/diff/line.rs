//! A line of what is shown, in one column or two.

use std::io;

use super::super::terminal::{Style, Terminal, harmless};

/// A text, in a colour or none.
pub(super) type Piece = (Option<Style>, String);

/// A line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// The line, or what is left of the border; filled with blanks up to it.
    pub(super) left: Vec<Piece>,
    /// The border and what is right of it, with the column, from 0, where it stands.
    pub(super) right: Option<(usize, Vec<Piece>)>,
}

impl Line {
    pub(super) fn of(pieces: Vec<Piece>) -> Self {
        Self { left: pieces, right: None }
    }

    pub(super) fn show(&self, terminal: &mut Terminal) -> io::Result<()> {
        match &self.right {
            None => terminal.show(&borrowed(&self.left)),
            Some((column, right)) => terminal.show_columns(&borrowed(&self.left), *column, &borrowed(right)),
        }
    }

    /// The line for a file, with its end.
    pub(super) fn plain(&self) -> String {
        let pieces = self.left.iter().chain(self.right.iter().flat_map(|(_, pieces)| pieces));
        let text: String = pieces.map(|(_, text)| text.as_str()).collect();
        harmless(text.trim_end()) + "\n"
    }
}

fn borrowed(pieces: &[Piece]) -> Vec<(Option<Style>, &str)> {
    pieces.iter().map(|(style, text)| (*style, text.as_str())).collect()
}
