//! An edition, held against its source: offline, whoever made it.
//!
//! Both texts are taken apart and [aligned](mod@crate::align), and each pair of blocks is compared: what
//! has to be the same (links, images, code, HTML, numbers), what has to be of the same kind (headings,
//! items, order), what an edition has of its own (the note at its head), and what it says. What is wrong
//! in the source already is told apart, and fails nothing.
//!
//! ```
//! use nekoyaku::check::{File, Settings, check};
//! use nekoyaku::{glossary::Glossary, profile::Profile, rules::Rule, source::Source, wording::Friends};
//!
//! let (profile, glossary) = (Profile::default(), Glossary::built_in()?);
//! let settings = Settings::new(&profile, &glossary, &Friends::built_in()?)?;
//! let source = File::new(Source::new("a.md", "## 标题\n\n见[文章](https://a.example/%A2)。\n"), &profile);
//! let edition = File::new(Source::new("ja/a.md", "## 見出し\n\n[記事](https://a.example/%A3)を参照。\n"), &profile);
//!
//! let found = check(&source, &edition, &settings).findings;
//! let altered = found.iter().find(|finding| finding.rule() == Rule::LinkAltered).expect("it is found");
//! assert_eq!(&edition.source.text()[altered.edition.unwrap().range()], "https://a.example/%A3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blocks;
mod counts;
mod emphasis;
mod file;
mod fix;
mod front;
mod header;
mod html;
mod links;
mod mentions;
mod numbers;
mod once;
mod origin;
mod selftest;
mod waivers;

use std::collections::HashSet;

use crate::align::{Alignment, ExtraKind, Pairing, Side, align};
use crate::finding::Finding;
use crate::glossary::Glossary;
use crate::profile::{Profile, Weight};
use crate::rules::Rule;
use crate::script::{is_han, is_kana};
use crate::source::Span;
use crate::visible::Visible;
use crate::wording::{Friends, Passage, Wording, WordingError};

use mentions::Mention;

pub use counts::{Added, Counts, Kept, Part};
pub use file::File;
pub use fix::{Fixed, fix};
pub use origin::recorded;
pub use selftest::{Damage, Selftest, Tried, selftest};

/// What to hold an edition to.
#[derive(Clone, Debug)]
pub struct Settings<'a> {
    /// What makes an edition this edition.
    pub profile: &'a Profile,
    /// What is known of words.
    pub wording: Wording<'a>,
}

impl<'a> Settings<'a> {
    /// Those of a profile, a termbase and a list of false friends.
    ///
    /// # Errors
    ///
    /// Where the words to look for are too many to be looked for.
    pub fn new(profile: &'a Profile, glossary: &'a Glossary, friends: &Friends) -> Result<Self, WordingError> {
        let wording = Wording::new(glossary, friends)?.with_typography(profile.check.typography);
        Ok(Self { profile, wording })
    }
}

/// One of the two texts, with all that is asked of it more than once.
struct Text<'a> {
    file: &'a File,
    side: Side<'a>,
    /// By unit; none of code and the like.
    visible: Vec<Option<Visible>>,
    /// By unit.
    mentions: Vec<Vec<Mention>>,
}

impl<'a> Text<'a> {
    fn new(file: &'a File, added: &[String]) -> Self {
        let side = Side::new(file.body(), &file.document);
        let units = 0..side.units.len();
        let visible = units.clone().map(|unit| {
            let inline = side.inline(unit)?;
            Some(Visible::new(&inline, side.text, file.body_start))
        });
        let visible = visible.collect();
        let mentions = units.map(|unit| mentions::of_unit(file, &side, unit, added)).collect();
        Self { file, side, visible, mentions }
    }

    /// The bytes of a unit in the file.
    fn span(&self, unit: u32) -> Span {
        self.file.in_file(self.side.units[unit as usize].span)
    }

    /// The bytes from the first of these units to the last.
    fn spans(&self, units: std::ops::Range<u32>) -> Span {
        Span::new(self.span(units.start).start(), self.span(units.end - 1).end())
    }
}

/// A source and its edition, with what belongs together.
struct Pair<'a> {
    source: Text<'a>,
    edition: Text<'a>,
    alignment: Alignment,
    profile: &'a Profile,
    /// Where the edition's text ends, but for blanks.
    end: usize,
    /// Whether the edition is in Japanese, or was to be: what is neither Chinese nor Japanese has other
    /// rules of wording, which nobody here knows.
    is_japanese: bool,
}

impl<'a> Pair<'a> {
    fn new(source: &'a File, edition: &'a File, settings: &Settings<'a>) -> Self {
        let profile = settings.profile;
        let (source, edition) = (Text::new(source, &[]), Text::new(edition, &profile.check.added_links));
        let alignment = align(&source.side, &edition.side);
        let end = edition.file.source.text().trim_end().len();
        let is_japanese = is_japanese(edition.file.body());
        Self { source, edition, alignment, profile, end, is_japanese }
    }

    /// The bytes of a pairing in the source; those of its unit's place where it has none.
    fn span_of_source(&self, pairing: usize) -> Span {
        self.source.spans(self.alignment.pairs[pairing].sources())
    }

    /// Where a pairing begins in the edition; for what is missing, where it should stand.
    fn start_of_edition(&self, pairing: usize) -> Span {
        let unit = match &self.alignment.pairs[pairing] {
            Pairing::Missing { before, .. } => *before,
            other => other.editions().start,
        };
        let is_there = (unit as usize) < self.edition.side.units.len();
        let at = if is_there { self.edition.span(unit).start() } else { self.end };
        Span::new(at, at)
    }

    /// Whether translators add links to this block: the settings know how it begins.
    fn may_be_added(&self, pairing: usize) -> bool {
        self.alignment.pairs[pairing].editions().any(|unit| {
            let text = self.edition.side.slice(unit as usize);
            self.profile.check.added_in.iter().any(|opening| text.starts_with(&**opening))
        })
    }
}

/// Whether a text has kana, or Han characters for a tenth of its letters.
fn is_japanese(text: &str) -> bool {
    let (mut han, mut others) = (0_usize, 0_usize);
    for c in text.chars() {
        if is_kana(c) {
            return true;
        }
        han += usize::from(is_han(c));
        others += usize::from(c.is_alphabetic() && !is_han(c));
    }
    han * 9 >= others
}

/// Whether the two were exchanged: the source is in Japanese, and the edition in Chinese.
pub fn is_exchanged(source: &File, edition: &File) -> bool {
    let share = |file: &File| {
        let (mut kana, mut han) = (0_usize, 0_usize);
        for c in file.body().chars() {
            kana += usize::from(is_kana(c));
            han += usize::from(is_han(c));
        }
        (kana * 10 > han, kana * 100 < han)
    };
    share(source).0 && share(edition).1
}

/// A finding that is let be.
#[derive(Clone, Debug, PartialEq)]
pub struct Waived {
    /// What was found.
    pub finding: Finding,
    /// Why it is let be.
    pub reason: String,
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What does not hold, in the order of the edition.
    pub findings: Vec<Finding>,
    /// What does not hold and is let be.
    pub waived: Vec<Waived>,
    /// How much of the source is in the edition.
    pub counts: Counts,
}

/// Hold `edition` against `source`.
pub fn check(source: &File, edition: &File, settings: &Settings<'_>) -> Outcome {
    let pair = Pair::new(source, edition, settings);
    let mut found = Vec::new();
    front::check(&pair, &mut found);
    header::check(&pair, &mut found);
    blocks::check(&pair, &mut found);
    links::check(&pair, &mut found);
    origin::check(&pair, &mut found);
    for (place, pairing) in pair.alignment.pairs.iter().enumerate() {
        texts(&pair, place, pairing, settings, &mut found);
    }
    once::gather(&mut found);
    found.retain_mut(|finding| match settings.profile.check.severity.get(&finding.rule()) {
        Some(Weight::Off) => false,
        Some(Weight::Of(severity)) => {
            finding.severity = *severity;
            true
        }
        None => true,
    });
    let waived = waivers::apply(&pair, &mut found);
    let place = |finding: &Finding| finding.edition.or(finding.source).map(|span| (span.start(), span.end()));
    found.sort_by_key(|finding| (place(finding), std::cmp::Reverse(finding.severity)));
    let mut counts = counts::count(&pair);
    counts.waived = waived.len();
    // What was altered is not added.
    let altered = found.iter().filter(|one| one.rule() == Rule::LinkAltered);
    let altered: HashSet<Option<Span>> = altered.map(|one| one.edition).collect();
    counts.added.retain(|added| !altered.contains(&Some(added.span)));
    Outcome { findings: found, waived, counts }
}

/// What the texts of a pairing say.
fn texts(pair: &Pair<'_>, place: usize, pairing: &Pairing, settings: &Settings<'_>, found: &mut Vec<Finding>) {
    let (sources, editions) = (pairing.sources(), pairing.editions());
    let skipped = |unit: u32| {
        let leaf = pair.edition.side.units[unit as usize].leaf;
        leaf.is_some_and(|leaf| pair.edition.side.document.leaves[leaf as usize].skipped)
    };
    if editions.is_empty() || editions.clone().any(skipped) {
        return;
    }
    let text = |of: &Text<'_>, units: std::ops::Range<u32>| {
        let mut joined: Option<Visible> = None;
        for visible in units.filter_map(|unit| of.visible[unit as usize].as_ref()) {
            match &mut joined {
                Some(joined) => joined.append(visible),
                None => joined = Some(visible.clone()),
            }
        }
        joined
    };
    let Some(theirs) = text(&pair.edition, editions.clone()) else { return };
    let ours = text(&pair.source, sources);
    let is_note = matches!(pairing, Pairing::Extra { kind: ExtraKind::HeaderNote | ExtraKind::TranslatorNote, .. });
    let mut units = editions;
    let is_heading =
        units.all(|unit| matches!(pair.edition.side.units[unit as usize].kind, crate::align::UnitKind::Heading(_)));
    if let Some(ours) = &ours {
        numbers::check(ours, &theirs, found);
        if is_heading {
            blocks::symbols(ours, &theirs, found);
        }
    }
    emphasis::check(pair, place, ours.as_ref(), &theirs, found);
    let passage = Passage { source: ours.as_ref(), edition: &theirs, is_note, is_heading };
    let before = found.len();
    if pair.is_japanese {
        settings.wording.check(&passage, found);
    }
    // What only the edition has is shown beside what it is the translation of.
    for finding in found[before..].iter_mut().filter(|finding| finding.source.is_none()) {
        let start = ours.as_ref().map(|ours| ours.whole().start());
        finding.source = start.map(|start| Span::new(start, start));
    }
}
