//! How much people changed.

use super::change::Change;
use super::comparison::{Block, Comparison};
use super::parts::Kind;
use super::words::words;

/// Below this much in common a block was rewritten, not edited.
///
/// The rule of thumb of Python's `difflib`, whose ratio is counted in the same way: "a ratio over 0.6
/// means the sequences are close matches".
pub const REWRITTEN_BELOW: f64 = 0.6;

/// What became of the blocks and the characters of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Blocks that are the same, byte for byte but for blank lines around them.
    pub untouched: usize,
    /// Blocks that have much in common with what they were.
    pub edited: usize,
    /// Blocks that have little in common with what they were: see [`REWRITTEN_BELOW`].
    pub rewritten: usize,
    /// Blocks that are no longer there.
    pub removed: usize,
    /// Blocks that were not there.
    pub added: usize,
    /// Of those that are there, how many are in another place.
    pub moved: usize,
    /// Characters of the old text; blanks are never counted.
    pub old_characters: usize,
    /// Characters of the new text.
    pub new_characters: usize,
    /// Characters of the old text that are in the new one, in their place in their block.
    pub kept_characters: usize,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// The same as it was.
    Untouched,
    /// Much of it is as it was.
    Edited,
    /// Little of it is as it was.
    Rewritten,
    /// It is no longer there.
    Removed,
    /// It was not there.
    Added,
}

impl Fate {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Edited => "edited",
            Self::Rewritten => "rewritten",
            Self::Removed => "removed",
            Self::Added => "added",
        }
    }

    /// What became of a block in which `changes` were made.
    pub fn of(block: &Block<'_>, changes: &[Change<'_>]) -> Self {
        if block.new.is_empty() {
            return Self::Removed;
        }
        if block.old.is_empty() {
            return Self::Added;
        }
        if block.old == block.new {
            return Self::Untouched;
        }
        let all = characters(block.old) + characters(block.new);
        let ratio = (2 * kept(changes)) as f64 / all.max(1) as f64;
        if ratio < REWRITTEN_BELOW { Self::Rewritten } else { Self::Edited }
    }
}

impl Edits {
    /// Count what became of the old text's blocks.
    ///
    /// ```
    /// # use nekoyaku::{check::File, diff::{Between, Comparison, Edits}, profile::Profile, source::Source};
    /// let file = |text: &str| File::new(Source::new("a.md", text), &Profile::default());
    /// let draft = file("# 週刊\n\n高速な実装です。\n\n[猫](https://a.example)の話。\n");
    /// let edition = file("# 週刊\n\n高性能な実装です。\n\n[猫](https://a.example)の話。\n");
    /// let edits = Edits::count(&Comparison::new(draft, edition, Between::Draft));
    /// assert_eq!((edits.untouched, edits.edited, edits.rewritten), (2, 1, 0));
    /// assert_eq!((edits.old_characters, edits.kept_characters), (36, 34));
    /// ```
    pub fn count(comparison: &Comparison) -> Self {
        let mut edits = Self::default();
        for block in comparison.blocks() {
            let changes = words(block.old, block.new);
            match Fate::of(&block, &changes) {
                Fate::Untouched => edits.untouched += 1,
                Fate::Edited => edits.edited += 1,
                Fate::Rewritten => edits.rewritten += 1,
                Fate::Removed => edits.removed += 1,
                Fate::Added => edits.added += 1,
            }
            edits.moved += usize::from(block.kind == Kind::Moved);
            edits.old_characters += characters(block.old);
            edits.new_characters += characters(block.new);
            edits.kept_characters += kept(&changes);
        }
        edits
    }

    /// All of two texts.
    pub fn plus(self, other: Self) -> Self {
        Self {
            untouched: self.untouched + other.untouched,
            edited: self.edited + other.edited,
            rewritten: self.rewritten + other.rewritten,
            removed: self.removed + other.removed,
            added: self.added + other.added,
            moved: self.moved + other.moved,
            old_characters: self.old_characters + other.old_characters,
            new_characters: self.new_characters + other.new_characters,
            kept_characters: self.kept_characters + other.kept_characters,
        }
    }

    /// Blocks of either text.
    pub fn blocks(self) -> usize {
        self.untouched + self.edited + self.rewritten + self.removed + self.added
    }

    /// The share of the old text's characters that were kept, from 0 to 1; 1 where it has none.
    pub fn kept(self) -> f64 {
        if self.old_characters == 0 { 1.0 } else { self.kept_characters as f64 / self.old_characters as f64 }
    }
}

fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn kept(changes: &[Change<'_>]) -> usize {
    let kept = |change: &Change<'_>| if let Change::Kept(text) = change { characters(text) } else { 0 };
    changes.iter().map(kept).sum()
}
