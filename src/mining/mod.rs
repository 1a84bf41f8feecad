//! Terms that pairs of issues and editions have in common, and a termbase has not.
//!
//! Neither language has blanks between its words, so words are found by counting: a run of Chinese
//! characters that comes back, that holds together, and that stands in changing company is one. What it
//! becomes is found by counting, too: of all that stands in the translations of the passages it is in,
//! the rendering stands there and seldom elsewhere. The surest couple is taken first, and what it is made
//! of is no part of any other.
//!
//! ```
//! use nekoyaku::check::File;
//! use nekoyaku::mining::{Bitext, Options};
//! use nekoyaku::{glossary::Glossary, profile::Profile, source::Source};
//!
//! let source = "一个缓存库。\n\n缓存很快吗？\n\n关于缓存的书\n\n别的书，讲的是数据库怎样工作\n\n这里没有，那里也没有，到处都找不到\n";
//! let edition = "キャッシュのライブラリです。\n\nキャッシュは速いですか？\n\nキャッシュについての本\n\n\
//!     データベースの仕組みを扱う別の本\n\nここにもそこにもなく、どこにも見つかりません\n";
//! let profile = Profile::default();
//! let (source, edition) = (Source::new("a.md", source), Source::new("ja/a.md", edition));
//! let mut bitext = Bitext::default();
//! bitext.add_pair(File::new(source, &profile), File::new(edition, &profile));
//!
//! let found = bitext.suggestions(&Glossary::parse("")?, Options::default());
//! assert_eq!((found[0].source.as_str(), found[0].renderings[0].target.as_str()), ("缓存", "キャッシュ"));
//! # Ok::<(), nekoyaku::glossary::GlossaryError>(())
//! ```

mod bitext;
mod couples;
mod drafts;
mod edits;
mod explained;
mod passage;
mod renderings;
mod replaced;
mod words;

use std::ops::Range;

pub use bitext::Bitext;
pub use drafts::Drafts;
pub use edits::{Kind, Proposal, Replacement};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In so many passages a term has to be.
    pub least: usize,
}

impl Default for Options {
    /// Less than three times is chance.
    fn default() -> Self {
        Self { least: 3 }
    }
}

/// A word of the sources that may be a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The word.
    pub source: String,
    /// In how many passages it is.
    pub count: usize,
    /// What it becomes, what is most frequent first; never none.
    pub renderings: Vec<Rendering>,
}

/// What a word becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendering {
    /// In the edition's language.
    pub target: String,
    /// In how many of the word's passages.
    pub count: usize,
    /// The first of them.
    pub quote: Quote,
}

/// A place where a word is rendered so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The pair, in the order in which they were added.
    pub pair: usize,
    /// The byte in the source's file where the word stands.
    pub source: usize,
    /// The byte in the edition's file where the rendering stands.
    pub edition: usize,
}

/// This share of a stable term's passages has one rendering. `EDITION` §3: of the termbase's terms 78 %
/// of the occurrences are rendered with the target, 13 % with a variant, the rest in other words.
const STABLE: f64 = 0.6;

impl Suggestion {
    /// Whether it is rendered in one way: what else there is, is in other words.
    pub fn is_stable(&self) -> bool {
        let [first, rest @ ..] = self.renderings.as_slice() else { return false };
        first.count as f64 >= STABLE * self.count as f64 && rest.iter().all(|other| other.count * 3 <= first.count)
    }
}

/// What stands for each byte of what is known already.
const FILLER: u8 = 1;

/// `text` with these bytes filled up, so that all other places stay what they are.
fn without(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range].fill(FILLER);
    }
    String::from_utf8(bytes).unwrap_or_default()
}
