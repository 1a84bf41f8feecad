//! What was published before, and need not be read again.

use std::collections::HashSet;

use crate::issue::{Issue, Segment};
use crate::memory::{How, Memory, MemoryError, Part, Texts, parts};
use crate::profile::Profile;

/// Texts of a source that were published before, each with its translation, without marks and blanks.
#[derive(Clone, Debug, Default)]
pub struct Published {
    pairs: HashSet<(String, String)>,
}

impl Published {
    /// What `memories` know of the very texts of `issue`, but for what they know of its own edition.
    ///
    /// # Errors
    ///
    /// Where a memory cannot be read.
    pub fn of(issue: &Issue, memories: &[Memory], profile: &Profile) -> Result<Self, MemoryError> {
        let texts = Texts::new(issue).without_own();
        let mut published = Self::default();
        for memory in memories {
            for (number, segment) in issue.segments().enumerate() {
                for found in memory.find(&texts, number, profile)? {
                    if matches!(found.how, How::Exact | How::ButForNumbers) {
                        published.learn(&segment.plain_text(), &plain(&found.answer, &segment));
                    }
                }
            }
        }
        Ok(published)
    }

    /// Know a text and its translation from now on.
    pub fn learn(&mut self, source: &str, edition: &str) {
        self.pairs.insert((without_blanks(source), without_blanks(edition)));
    }

    pub(super) fn has(&self, source: &str, edition: &str) -> bool {
        !self.pairs.is_empty() && self.pairs.contains(&(without_blanks(source), without_blanks(edition)))
    }
}

/// An answer without its tags, and without what they keep as it is.
fn plain(answer: &str, segment: &Segment<'_>) -> String {
    let (tagged, marks) = (segment.tagged(), segment.inline.marks());
    let names: Vec<String> = (0..marks.len()).map(|mark| tagged.name(mark)).collect();
    let (mut plain, mut kept) = (String::new(), 0_usize);
    for part in parts(answer, &names) {
        match part {
            Part::Text(text) if kept == 0 => plain.push_str(text),
            Part::Open(mark) if marks[mark].kind.is_shown() => kept += 1,
            Part::Close(mark) if marks[mark].kind.is_shown() => kept = kept.saturating_sub(1),
            _ => {}
        }
    }
    plain
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
