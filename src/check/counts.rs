//! The figures of a pair: how much of the source is in the edition, and what a translator added.

use std::collections::{HashMap, VecDeque};

use crate::align::{ExtraKind, Pairing, UnitKind};
use crate::finding::Thing;
use crate::source::Span;

use super::{Pair, blocks};

/// How many of the source's are in the edition as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Those in the edition.
    pub kept: usize,
    /// Those in the source.
    pub total: usize,
}

/// Where a translator put something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In the note at the top.
    Header,
    /// In a 訳注.
    Note,
    /// In the text itself.
    Text,
}

/// A link that the source has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Where it leads.
    pub url: String,
    /// Where it stands.
    pub part: Part,
    /// Its bytes in the edition's file.
    pub span: Span,
}

/// The figures of a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Links, by destination.
    pub links: Kept,
    /// Images, by source.
    pub images: Kept,
    /// Items, by number.
    pub items: Kept,
    /// Headings, by level.
    pub headings: Kept,
    /// Code spans and blocks.
    pub code: Kept,
    /// Keys of the front matter with the source's value.
    pub unchanged: Vec<String>,
    /// What the translator added, in the order of the edition.
    pub added: Vec<Added>,
    /// Findings that are waived.
    pub waived: usize,
}

pub(super) fn count(pair: &Pair<'_>) -> Counts {
    let mut counts = Counts::default();
    for pairing in &pair.alignment.pairs {
        mentions(pair, pairing, &mut counts);
        units(pair, pairing, &mut counts);
    }
    if let (Some(ours), Some(theirs)) = (&pair.source.file.front, &pair.edition.file.front) {
        counts.unchanged = ours.keys().into_iter().filter(|key| ours.agrees(theirs, key)).collect();
    }
    counts.added.sort_by_key(|added| added.span);
    counts
}

fn mentions(pair: &Pair<'_>, pairing: &Pairing, counts: &mut Counts) {
    let mut theirs: HashMap<(Thing, &str), VecDeque<Span>> = HashMap::new();
    let all = pairing.editions().flat_map(|unit| &pair.edition.mentions[unit as usize]);
    for mention in all {
        theirs.entry((mention.thing, mention.target.trim())).or_default().push_back(mention.span);
    }
    for mention in pairing.sources().flat_map(|unit| &pair.source.mentions[unit as usize]) {
        let kept = match mention.thing {
            Thing::Link => &mut counts.links,
            Thing::Image => &mut counts.images,
            Thing::Code | Thing::CodeBlock => &mut counts.code,
            Thing::Html | Thing::Footnote => continue,
        };
        kept.total += 1;
        // The first one is the one that is kept.
        let there = theirs.get_mut(&(mention.thing, mention.target.trim())).and_then(VecDeque::pop_front);
        kept.kept += usize::from(there.is_some());
    }
    let part = match pairing {
        Pairing::Extra { kind: ExtraKind::HeaderNote, .. } => Part::Header,
        Pairing::Extra { kind: ExtraKind::TranslatorNote, .. } => Part::Note,
        _ => Part::Text,
    };
    for ((thing, url), spans) in theirs {
        for span in spans.into_iter().filter(|_| thing == Thing::Link) {
            counts.added.push(Added { url: url.to_owned(), part, span });
        }
    }
}

fn units(pair: &Pair<'_>, pairing: &Pairing, counts: &mut Counts) {
    for unit in pairing.sources() {
        let other = pairing.editions().start;
        let has_other = !pairing.editions().is_empty();
        let kind = pair.source.side.units[unit as usize].kind;
        if let UnitKind::Heading(_) = kind {
            counts.headings.total += 1;
            let same = has_other && pair.edition.side.units[other as usize].kind == kind;
            counts.headings.kept += usize::from(same);
        }
        if let Some((number, _)) = blocks::item_number(&pair.source, unit) {
            counts.items.total += 1;
            let theirs = if has_other { blocks::item_number(&pair.edition, other) } else { None };
            counts.items.kept += usize::from(theirs.is_some_and(|(theirs, _)| theirs == number));
        }
    }
}
