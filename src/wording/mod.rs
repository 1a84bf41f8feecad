//! What an edition says, held against the language it is in and the source it is of.
//!
//! The rules here look at a text and the source's text beside it; they know nothing of files and
//! blocks. Masks come first: what is quoted from the Chinese on purpose is no Chinese left standing.
//!
//! ```
//! use nekoyaku::finding::{Finding, What};
//! use nekoyaku::glossary::Glossary;
//! use nekoyaku::source::Span;
//! use nekoyaku::visible::Visible;
//! use nekoyaku::wording::{Friends, Passage, Wording};
//!
//! let glossary = Glossary::built_in()?;
//! let wording = Wording::new(&glossary, &Friends::built_in()?)?;
//! let text = "この視頻はとても便利です。";
//! let edition = Visible::plain(text, Span::new(0, text.len()));
//! let mut found = Vec::new();
//! wording.check(&Passage { source: None, edition: &edition, is_note: false, is_heading: false }, &mut found);
//! let what = What::FalseFriend { found: "視頻".into(), source: "视频".into(), right: "動画".into() };
//! assert_eq!(found, [Finding::new(what).in_edition(Span::new(6, 12))]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod brackets;
mod chinese;
mod friends;
mod grammar;
mod ground;
mod labels;
mod leftover;
mod length;
mod mask;
mod placeholder;
mod terms;
#[cfg(test)]
mod tests;
mod typography;

use crate::finding::Finding;
use crate::glossary::Glossary;
use crate::visible::Visible;

use ground::Ground;

pub use friends::{Friend, Friends, FriendsError};
pub(crate) use mask::quoted_chinese;
pub(crate) use terms::lacks;

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

/// The rules about wording, ready to look.
#[derive(Clone, Debug)]
pub struct Wording<'g> {
    glossary: &'g Glossary,
    friends: friends::Finder,
    words: leftover::Words,
    grammar: aho_corasick::AhoCorasick,
    typography: bool,
}

/// The words to look for are more than can be looked for at once.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the words to look for cannot be prepared: {0}")]
pub struct WordingError(#[from] aho_corasick::BuildError);

impl<'g> Wording<'g> {
    /// Prepare the rules.
    ///
    /// # Errors
    ///
    /// Where there are too many words: some billion characters of them.
    pub fn new(glossary: &'g Glossary, friends: &Friends) -> Result<Self, WordingError> {
        Ok(Self {
            glossary,
            friends: friends::Finder::new(friends)?,
            words: leftover::Words::new()?,
            grammar: grammar::finder()?,
            typography: true,
        })
    }

    /// The same, looking at brackets, blanks and widths of characters, or not.
    pub fn with_typography(mut self, typography: bool) -> Self {
        self.typography = typography;
        self
    }

    /// Look at a passage, and add what is found, in no order, to `found`.
    pub fn check(&self, passage: &Passage<'_>, found: &mut Vec<Finding>) {
        let mut ground = Ground::new(*passage, self.glossary);
        leftover::sure(&mut ground, &self.friends, found);
        terms::forbidden(&mut ground, found);
        self.friends.look(&mut ground, found);
        leftover::likely(&mut ground, &self.words, &self.friends, found);
        terms::missing(&ground, found);
        labels::look(&ground, found);
        grammar::look(&ground, &self.grammar, found);
        placeholder::look(&ground, found);
        length::look(&ground, found);
        if self.typography {
            brackets::look(&ground, found);
            typography::look(&ground, found);
        }
    }
}
