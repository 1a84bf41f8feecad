//! A source and its edition as one page to proofread on: what has to be mended first, then what only a
//! person can decide, then the text in order, without what was proofread before.
//!
//! The page is one file. It asks for nothing beside it, until its reader wants to see pictures, and whatever
//! stands in the two texts is text on it: raw HTML is shown as it is written, addresses lead to the web or to
//! a mailbox, and the one script on the page is ours, named by its digest in the page's policy.
//!
//! [`served_page`] and [`Review::live`] are the same for a page that a server of this machine shows, and on
//! which a person also writes; [`merge()`] brings together what that person and others made of the file.
//!
//! ```
//! use nekoyaku::check::{File, Settings};
//! use nekoyaku::review::{Materials, Review};
//! use nekoyaku::{glossary::Glossary, profile::Profile, rules::Language, source::Source, wording::Friends};
//!
//! let (profile, glossary) = (Profile::default(), Glossary::built_in()?);
//! let settings = Settings::new(&profile, &glossary, &Friends::built_in()?)?;
//! let source = File::new(Source::new("a.md", "见[文章](https://a.example/%A2)<script>。\n"), &profile);
//! let edition = File::new(Source::new("ja/a.md", "[記事](https://a.example/%A3)<script>を参照。\n"), &profile);
//!
//! let materials = Materials { settings: &settings, glossary: &glossary, draft: None, conflicts: &[], published: &Default::default() };
//! let review = Review::new(&source, &edition, materials);
//! assert_eq!(review.queue().errors, 1);
//! let page = review.page(Language::Ja)?;
//! assert!(page.contains("&lt;script&gt;を参照"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changes;
mod conflicts;
mod digest;
mod group;
mod live;
mod marks;
mod markup;
mod merge;
mod page;
mod published;
mod queue;
mod rows;
mod show;
mod words;

use crate::align::{Alignment, Side, align};
use crate::check::{File, Outcome, Settings, check};
use crate::glossary::Glossary;
use crate::update::Conflict;

use changes::Changes;
use rows::{Row, Tiles};

pub use group::Group;
pub use live::{Block, Group as Folding, Live};
pub use merge::{Stretch, merge};
pub use page::{GENERATOR, policy_of_served, served_page};
pub use published::Published;
pub use queue::Queue;

/// What there is besides the two texts.
#[derive(Clone, Copy, Debug)]
pub struct Materials<'a> {
    /// What the edition is held to.
    pub settings: &'a Settings<'a>,
    /// The termbase, whose terms are shown where the source has them.
    pub glossary: &'a Glossary,
    /// What the machine made, where that is known: people see what they changed in it.
    pub draft: Option<&'a File>,
    /// Where the source changed after a person had changed the translation; those that are settled are not told.
    pub conflicts: &'a [Conflict],
    /// What was published before: it is folded.
    pub published: &'a Published,
}

/// A source and its edition, with all that a page shows of them.
#[derive(Debug)]
pub struct Review<'a> {
    source: Text<'a>,
    edition: Text<'a>,
    glossary: &'a Glossary,
    outcome: Outcome,
    rows: Vec<Row>,
    queue: Queue,
    changes: Option<Changes<'a>>,
}

/// One of the two texts.
#[derive(Debug)]
struct Text<'a> {
    file: &'a File,
    side: Side<'a>,
    tiles: Tiles,
}

impl<'a> Text<'a> {
    fn new(file: &'a File) -> Self {
        let side = Side::new(file.body(), &file.document);
        let tiles = Tiles::new(file, &side);
        Self { file, side, tiles }
    }

    fn name(&self) -> &'a str {
        self.file.source.name()
    }

    fn text(&self) -> &'a str {
        self.file.source.text()
    }
}

impl<'a> Review<'a> {
    /// Hold `edition` against `source`, and put what came of it in order.
    pub fn new(source: &'a File, edition: &'a File, materials: Materials<'a>) -> Self {
        let mut outcome = check(source, edition, materials.settings);
        let (source, edition) = (Text::new(source), Text::new(edition));
        let alignment: Alignment = align(&source.side, &edition.side);
        let changes = materials.draft.map(|draft| Changes::new(draft, &edition.side));
        let mut rows = rows::rows(&source, &edition, &alignment);
        let texts = (source.text(), edition.text());
        outcome.findings.extend(materials.conflicts.iter().filter_map(|one| conflicts::told(one, &rows, texts)));
        rows::place(&mut rows, &outcome.findings, &source, &edition, &alignment);
        let queue = Queue::new(&outcome.findings, &rows);
        rows::fold(&mut rows, &outcome.findings, &source, &edition, materials.published);
        Self { source, edition, glossary: materials.glossary, outcome, rows, queue, changes }
    }

    /// What a person should look at, by what is at stake.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// How many blocks there are, and how many of them are folded.
    pub fn blocks(&self) -> (usize, usize) {
        let shown = self.rows.iter().filter(|row| row.is_shown());
        (shown.count(), self.rows.iter().filter(|row| row.folded.is_some()).count())
    }
}
