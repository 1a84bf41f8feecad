//! What an edition says, held against the language it is in and the source it is of.
//!
//! The rules here look at a text and the source's text beside it; they know nothing of files and
//! blocks. Masks come first: what is quoted from the Chinese on purpose is no Chinese left standing.

use crate::visible::Visible;

/// A text of an edition, with the text it is the translation of.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'a> {
    /// The source's text; none where the translator added something.
    pub source: Option<&'a Visible>,
    /// The edition's.
    pub edition: &'a Visible,
    /// Whether it is the note at the top or a 訳注.
    pub is_note: bool,
    /// Whether it is a heading, which is short and need not be a sentence.
    pub is_heading: bool,
}

/// STUB
#[derive(Clone, Debug)]
pub struct Wording<'g> {
    g: &'g crate::glossary::Glossary,
}
impl<'g> Wording<'g> {
    /// STUB
    pub fn new(g: &'g crate::glossary::Glossary) -> Self {
        Self { g }
    }
    /// STUB
    pub fn check(&self, _: &Passage<'_>, _: &mut Vec<crate::finding::Finding>) {
        let _ = self.g;
    }
}
