//! Terms that people put right in a machine's drafts, again and again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::drafts::Drafts;
use super::explained::{Explained, Explanations, Place};
use super::replaced::is_content;
use crate::glossary::{Glossary, Term};

/// What is proposed for a termbase, since people changed it in drafts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it is to the termbase.
    pub kind: Kind,
    /// The term in the source's language; empty where no word of the source explains the change.
    pub source: String,
    /// Words of the source that explain it equally well, where there is more than one.
    pub maybe: Vec<String>,
    /// What people wrote.
    pub target: String,
    /// What the machine wrote, what is most frequent first; never none.
    pub forbidden: Vec<String>,
    /// In how many segments they changed it, those that are the same counted once.
    pub segments: usize,
    /// How many times they left it alone where the source has the term.
    pub left: usize,
    /// Each place where they changed it.
    pub places: Vec<Replacement>,
}

/// What a [`Proposal`] is to the termbase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The termbase has no such term.
    Term,
    /// It has the term and what people wrote, but does not forbid what the machine wrote.
    Forbidden,
    /// It has what the machine wrote.
    Against,
    /// No word of the source explains it: other words for the same.
    Wording,
}

impl Kind {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Forbidden => "forbidden",
            Self::Against => "against",
            Self::Wording => "wording",
        }
    }
}

/// A place where people put words in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The draft, in the order in which they were added.
    pub draft: usize,
    /// The byte in the source's file where its segment begins.
    pub source: usize,
    /// The byte in the edition's file where the new words stand.
    pub edition: usize,
    /// What the machine wrote.
    pub before: String,
    /// What people wrote.
    pub after: String,
}

/// In so many segments a change was made, to be more than a matter of one sentence.
const LEAST: usize = 2;

/// A change as it may be read, and where: the segment, the number of the change in it, the bytes of the
/// draft and of the edition.
type Readings = BTreeMap<(String, String), Vec<Place>>;

impl Drafts {
    /// What people changed in the same way in `least` segments or more, two at least, and in more places
    /// than not: terms first, and what is most frequent first.
    pub fn proposals(&self, glossary: &Glossary, least: usize) -> Vec<Proposal> {
        let readings = self.readings(least.max(LEAST));
        if readings.is_empty() {
            return Vec::new();
        }
        let explanations = Explanations::new(self, glossary);
        let mut taken: HashSet<(usize, usize)> = HashSet::new();
        let mut found: Vec<Proposal> = Vec::new();
        for ((old, new), places) in readings {
            let places: Vec<Place> =
                places.into_iter().filter(|place| !taken.contains(&(place.segment, place.change))).collect();
            if self.spread(&places) < least.max(LEAST) {
                continue;
            }
            let explained = explanations.of(&old, &new, &places);
            if let Some(proposal) = self.proposal(&old, &new, &places, explained) {
                taken.extend(places.iter().map(|place| (place.segment, place.change)));
                found.extend(proposal);
            }
        }
        ordered(found)
    }

    /// All readings of all changes that are spread enough; the most frequent first, and of those the longest.
    fn readings(&self, least: usize) -> Vec<((String, String), Vec<Place>)> {
        let mut readings = Readings::new();
        for (segment, text) in self.segments.iter().enumerate() {
            for (change, replaced) in text.replaced.iter().enumerate() {
                for (old, new) in &replaced.readings {
                    let words = (text.draft[old.clone()].to_owned(), text.passage.edition.text[new.clone()].to_owned());
                    let places = readings.entry(words).or_default();
                    // One change may have a reading twice.
                    if places.last().is_none_or(|last| (last.segment, last.change) != (segment, change)) {
                        places.push(Place { segment, change, old: old.clone(), new: new.clone() });
                    }
                }
            }
        }
        let mut readings: Vec<_> = readings.into_iter().filter(|(_, places)| self.spread(places) >= least).collect();
        readings.sort_by(|a, b| {
            let weight =
                |(words, places): &((String, String), Vec<Place>)| (places.len(), words.0.len() + words.1.len());
            weight(b).cmp(&weight(a)).then_with(|| a.0.cmp(&b.0))
        });
        readings
    }

    /// In how many different segments these are: what comes back each week is one.
    fn spread(&self, places: &[Place]) -> usize {
        places
            .iter()
            .map(|place| self.segments[place.segment].passage.source.text.as_str())
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// What is proposed; none where it was left alone as often, and an empty one where the termbase says
    /// it all.
    #[expect(clippy::option_option, reason = "it is left alone, it is known, and it is new")]
    fn proposal(&self, old: &str, new: &str, places: &[Place], explained: Explained<'_>) -> Option<Option<Proposal>> {
        let (mut all, mut left) = (0, 0);
        for segment in self.segments.iter().filter(|segment| explained.is_in(&segment.passage.source.text)) {
            for range in segment.places(old, new) {
                all += 1;
                left += usize::from(segment.is_left(&range));
            }
        }
        // What a place's own word was put before or behind of counts as left until here.
        let is_own = |place: &&Place| self.segments[place.segment].is_left(&place.old);
        left = left.saturating_sub(places.iter().filter(is_own).count());
        if places.len() * 2 <= all {
            return None;
        }
        let (kind, source, maybe) = match explained {
            Explained::Known { forbids: true, .. } => return Some(None),
            Explained::Known { term, is_right: true, .. } => (Kind::Forbidden, term.source.clone(), Vec::new()),
            Explained::Known { term, .. } => (Kind::Against, term.source.clone(), Vec::new()),
            Explained::Word(word) if is_content(old) && is_content(new) => (Kind::Term, word, Vec::new()),
            Explained::Words(words) if is_content(old) && is_content(new) => (Kind::Wording, String::new(), words),
            _ => (Kind::Wording, String::new(), Vec::new()),
        };
        let quoted = places.iter().map(|place| {
            let passage = &self.segments[place.segment].passage;
            Replacement {
                draft: passage.pair,
                source: passage.source.whole().start(),
                edition: passage.edition.span(place.new.clone()).start(),
                before: old.to_owned(),
                after: new.to_owned(),
            }
        });
        Some(Some(Proposal {
            kind,
            source,
            maybe,
            target: new.to_owned(),
            forbidden: vec![old.to_owned()],
            segments: self.spread(places),
            left,
            places: quoted.collect(),
        }))
    }
}

/// One proposal for each term and rendering, in the order in which people read them.
fn ordered(found: Vec<Proposal>) -> Vec<Proposal> {
    let mut merged: Vec<Proposal> = Vec::new();
    for proposal in found {
        let same = |other: &&mut Proposal| {
            (other.kind, &other.source, &other.target) == (proposal.kind, &proposal.source, &proposal.target)
        };
        match merged.iter_mut().find(same).filter(|_| proposal.kind != Kind::Wording) {
            Some(other) => {
                other.forbidden.extend(proposal.forbidden);
                other.segments += proposal.segments;
                other.left += proposal.left;
                other.places.extend(proposal.places);
            }
            None => merged.push(proposal),
        }
    }
    merged.sort_by(|a, b| {
        let weight = |one: &Proposal| (one.kind, std::cmp::Reverse(one.places.len()));
        weight(a).cmp(&weight(b)).then_with(|| (&a.source, &a.target).cmp(&(&b.source, &b.target)))
    });
    merged
}

impl Proposal {
    /// The entry that a termbase with these terms would have of it; none where it is no term.
    ///
    /// Of a term that is there it is that entry, with what the machine wrote among the forbidden forms, and
    /// not among the right ones.
    pub fn term(&self, terms: &[Term]) -> Option<Term> {
        if self.source.is_empty() {
            return None;
        }
        let there = terms.iter().find(|term| term.source == self.source);
        let case = self.source != self.target && self.source.eq_ignore_ascii_case(&self.target);
        let new = || Term { source: self.source.clone(), case, ..Term::default() };
        let mut term = there.cloned().unwrap_or_else(new);
        if !term.renderings().any(|rendering| rendering == self.target) || self.forbidden.contains(&term.target) {
            term.target.clone_from(&self.target);
        }
        term.variants.retain(|variant| !self.forbidden.contains(variant) && *variant != term.target);
        term.forbidden.retain(|form| *form != self.target);
        for form in &self.forbidden {
            if !term.forbidden.contains(form) {
                term.forbidden.push(form.clone());
            }
        }
        Some(term)
    }
}
