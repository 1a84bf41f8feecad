//! What is known already: translations of segments, learned from pairs of issue and edition.
//!
//! The editions themselves are the memory; this is derived from them. The pair in `examples/` is
//! compiled in, so that a program without a key and a server has something to show.

mod unit;

use std::collections::HashMap;

use crate::blocks::{Document, Reading};
use crate::front::{Front, FrontError};
use crate::glossary::{Category, Glossary};
use crate::inline::Inline;
use crate::issue::{self, Issue, Segment};
use crate::profile::Profile;
use crate::source::Source;
use crate::tags::{Piece, Tagged};

pub use unit::{Origin, Part, Unit, parts};

/// Translations by the text of their segment, tags included.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    exact: HashMap<String, String>,
}

/// Why nothing was learned from a pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPair {
    /// Front matter of one of the two cannot be read.
    #[error(transparent)]
    Front(#[from] FrontError),
    /// The blocks do not correspond one to one.
    #[error("the edition's blocks are not those of its source: {edition} pieces of text against {source_leaves}")]
    OtherBlocks {
        /// Leaves of the source.
        source_leaves: usize,
        /// Leaves of the edition, the translator's note left out.
        edition: usize,
    },
}

impl Memory {
    /// The memory of the sample issue.
    ///
    /// # Errors
    ///
    /// Never, unless the files that were compiled in are no pair.
    pub fn embedded() -> Result<Self, NotAPair> {
        let mut memory = Self::default();
        let source = Source::new("2024-02-17-weekly.md", include_str!("../../examples/2024-02-17-weekly.md"));
        memory.learn(source, include_str!("../../examples/ja/2024-02-17-weekly.md"), &Profile::default())?;
        Ok(memory)
    }

    /// How many translations there are.
    pub fn len(&self) -> usize {
        self.exact.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// Learn the translations of a pair; gives how many segments were learned.
    ///
    /// # Errors
    ///
    /// [`NotAPair`] where the blocks of the two do not correspond.
    pub fn learn(&mut self, source: Source, edition: &str, profile: &Profile) -> Result<usize, NotAPair> {
        let issue = Issue::new(source, profile)?;
        let front = Front::find(edition)?;
        let body = &edition[front.as_ref().map_or(0, |front| front.span.end())..];
        let document = Reading::new(profile.markdown).parse(body);
        let offset = note_leaves(&issue.document, &document).ok_or(NotAPair::OtherBlocks {
            source_leaves: issue.document.leaves.len(),
            edition: document.leaves.len(),
        })?;
        let mut learned = 0;
        for segment in issue.segments() {
            let target = match segment.origin {
                issue::Origin::Title => front
                    .as_ref()
                    .and_then(|front| front.get("title"))
                    .map(|title| profile.target_title(&title).map_or(title.clone(), |title| title.rest.to_owned())),
                issue::Origin::Leaf(leaf) => translation(
                    &segment,
                    issue.document.inline(issue.body(), leaf),
                    document.inline(body, leaf + offset),
                ),
            };
            if let Some(target) = target {
                self.exact.insert(segment.tagged().text().to_owned(), target);
                learned += 1;
            }
        }
        Ok(learned)
    }

    /// The translation of a segment, as a model would answer it: one seen before, or the rendering of
    /// a term that is all of it.
    pub fn find(&self, segment: &Segment<'_>, glossary: &Glossary) -> Option<String> {
        let tagged = segment.tagged();
        if let Some(target) = self.exact.get(tagged.text()) {
            return Some(target.clone());
        }
        let texts: Vec<&str> = segment.inline.texts().map(|(text, _)| text).collect();
        let [text] = texts[..] else { return None };
        let term = glossary
            .whole(text.trim())
            .filter(|term| matches!(term.category, Category::Section | Category::Boilerplate))?;
        Some(tagged.text().replacen(text.trim(), &term.target, 1))
    }
}

/// How many leaves the translator's note at the head of an edition has.
fn note_leaves(source: &Document, edition: &Document) -> Option<usize> {
    let offset = edition.leaves.len().checked_sub(source.leaves.len())?;
    let kinds = |document: &Document| document.leaves.iter().map(|leaf| leaf.kind).collect::<Vec<_>>();
    (kinds(edition)[offset..] == kinds(source)[..]).then_some(offset)
}

/// The text of an edition's leaf, with the tags of the source's segment.
fn translation(segment: &Segment<'_>, source: Inline<'_>, edition: Inline<'_>) -> Option<String> {
    if segment.span != source.span() {
        // A line of a longer paragraph.
        return None;
    }
    let mut free: Vec<bool> = vec![true; source.marks().len()];
    let pieces = adopt(Tagged::new(edition).pieces(), None, &source, &edition, &mut free)?;
    if free.contains(&true) {
        return None;
    }
    Some(segment.tagged().write(&pieces))
}

fn adopt(
    pieces: Vec<Piece>,
    parent: Option<usize>,
    source: &Inline<'_>,
    edition: &Inline<'_>,
    free: &mut [bool],
) -> Option<Vec<Piece>> {
    let adopted = pieces.into_iter().map(|piece| match piece {
        Piece::Mark(mark, inside) => {
            let same = (0..free.len()).find(|place| {
                free[*place]
                    && source.marks()[*place].kind == edition.marks()[mark].kind
                    && source.target(*place) == edition.target(mark)
                    && source.title(*place) == edition.title(mark)
                    && source.parent(*place) == parent
            })?;
            free[same] = false;
            Some(Piece::Mark(same, adopt(inside, Some(same), source, edition, free)?))
        }
        other => Some(other),
    });
    adopted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_known_whole() {
        let memory = Memory::embedded().unwrap();
        let source = Source::new("2024-02-17-weekly.md", include_str!("../../examples/2024-02-17-weekly.md"));
        let issue = Issue::new(source, &Profile::default()).unwrap();
        let glossary = Glossary::built_in().unwrap();
        for segment in issue.segments() {
            assert!(memory.find(&segment, &glossary).is_some(), "{}", segment.tagged().text());
        }
    }

    #[test]
    fn a_heading_that_is_a_term_is_known() {
        let glossary = Glossary::built_in().unwrap();
        let issue = Issue::new(Source::new("x.md", "## [🦄文章&教程](u)\n"), &Profile::default()).unwrap();
        let found = Memory::default().find(&issue.segment(1), &glossary);
        assert_eq!(found.as_deref(), Some("<a1>🦄 記事&チュートリアル</a1>"));
    }

    #[test]
    fn other_blocks_are_no_pair() {
        let source = Source::new("x.md", "一\n\n二\n");
        let error = Memory::default().learn(source, "# 一\n\n二\n", &Profile::default()).unwrap_err();
        assert!(matches!(error, NotAPair::OtherBlocks { .. }));
    }
}
