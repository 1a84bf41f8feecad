//! Which word of the source a change in the translation is about.

use std::ops::Range;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::couples::{self, shared};
use super::drafts::Drafts;
use super::passage::Passage;
use super::{Options, Suggestion, without, words};
use crate::glossary::{Glossary, Term, simplified};
use crate::script::is_han;

#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) segment: usize,
    pub(super) change: usize,
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// Where the source has the word, the translation has one of the two renderings this often at least.
const PRECISE: f64 = 0.5;

/// What explains a change.
pub(super) enum Explained<'g> {
    /// A term of the termbase.
    Known {
        term: &'g Term,
        /// Whether the termbase has what people wrote; else it has what the machine wrote.
        is_right: bool,
        /// Whether it forbids what the machine wrote.
        forbids: bool,
    },
    /// A word of the source.
    Word(String),
    /// Several, each as well as the others.
    Words(Vec<String>),
    /// Nothing: all that the segments have in common is elsewhere rendered otherwise.
    Nothing,
}

impl Explained<'_> {
    /// Whether it stands in a segment's source.
    pub(super) fn is_in(&self, source: &str) -> bool {
        match self {
            Self::Known { term, .. } => source.contains(&term.source),
            Self::Word(word) => source.contains(word),
            Self::Words(_) | Self::Nothing => true,
        }
    }
}

/// The words that segments of drafts have.
pub(super) struct Explanations<'g, 'd> {
    drafts: &'d Drafts,
    /// By segment, its terms.
    terms: Vec<Vec<&'g Term>>,
    /// The segments of each word, what the termbase explains left out.
    words: BTreeMap<String, BTreeSet<usize>>,
    /// By segment, its source without what the termbase explains, and the same in simplified characters.
    sources: Vec<(String, String)>,
    /// What a word is rendered as in the editions, where that is known.
    renderings: HashMap<String, Suggestion>,
}

impl<'g, 'd> Explanations<'g, 'd> {
    pub(super) fn new(drafts: &'d Drafts, glossary: &'g Glossary) -> Self {
        let (mut terms, mut passages) = (Vec::new(), Vec::new());
        for segment in &drafts.segments {
            let passage = &segment.passage;
            let found = glossary.matches(&passage.source.text);
            // A term that is rendered as it is to be explains nothing else.
            let is_done = |term: &Term| {
                term.renderings()
                    .any(|form| !form.is_empty() && passage.edition.text.contains(form) && segment.draft.contains(form))
            };
            let done = found.iter().filter(|(term, _)| is_done(term)).map(|(_, range)| range.clone());
            passages.push(Passage { ours: without(&passage.source.text, done), ..passage.clone() });
            terms.push(found.into_iter().map(|(term, _)| term).collect());
        }
        let options = Options { least: 2 };
        let han = words::words(&passages, &[], options);
        let couples = couples::suggestions(&passages, &han, options);
        let renderings = couples.into_iter().map(|one| (one.source.clone(), one)).collect();
        let mut words: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (number, passage) in passages.iter().enumerate() {
            let there = han.iter().map(String::as_str).filter(|word| passage.ours.contains(word));
            for word in there.chain(latin(&passage.ours)) {
                words.entry(word.to_owned()).or_default().insert(number);
            }
        }
        let sources = passages.into_iter().map(|passage| {
            let simple = passage.ours.chars().map(simplified).collect();
            (passage.ours, simple)
        });
        Self { drafts, terms, words, sources: sources.collect(), renderings }
    }

    /// What explains that `old` became `new` in these places.
    pub(super) fn of(&self, old: &str, new: &str, places: &[Place]) -> Explained<'g> {
        let segments: BTreeSet<usize> = places.iter().map(|place| place.segment).collect();
        let Some(first) = segments.first() else { return Explained::Nothing };
        let is_common = |term: &&&Term| {
            segments.iter().all(|segment| self.terms[*segment].iter().any(|other| std::ptr::eq(*other, **term)))
        };
        let mut against = None;
        for term in self.terms[*first].iter().filter(is_common) {
            let forbids = term.forbidden.iter().any(|form| form == old);
            // Where people wrote more than the term's rendering, they put more than the term right.
            let is_right = term.renderings().any(|form| form == new) && !term.renderings().any(|form| form == old);
            if is_right || forbids {
                return Explained::Known { term, is_right, forbids };
            }
            if term.renderings().any(|form| form == old) {
                against = Some(Explained::Known { term, is_right, forbids });
            }
        }
        against.unwrap_or_else(|| self.word(old, new, &segments))
    }

    fn word(&self, old: &str, new: &str, segments: &BTreeSet<usize>) -> Explained<'g> {
        let copied = self.copied(old, segments);
        let words = self.words.iter().filter(|(_, there)| segments.is_subset(there));
        let mut found: Vec<(&str, f64)> = Vec::new();
        for (word, there) in words.chain(copied.iter().map(|(word, there)| (word, there))) {
            let both = there.iter().filter(|segment| {
                let segment = &self.drafts.segments[**segment];
                segment.draft.contains(old) || segment.passage.edition.text.contains(new)
            });
            let precise = both.count() as f64 / there.len() as f64;
            let rendering = self.renderings.get(word).and_then(|found| found.renderings.first());
            let coupled = rendering.map(|rendering| alike(&rendering.target, new));
            // What is known to be rendered as something else is not what this is about.
            if precise >= PRECISE && coupled != Some(false) {
                let surety = f64::from(u8::from(coupled == Some(true)));
                found.push((word, precise * (1.0 + shared(word, old).max(shared(word, new)) + surety)));
            }
        }
        let best = found.iter().map(|(_, score)| *score).fold(0.0, f64::max);
        found.retain(|(_, score)| *score >= best);
        // Of what lies in each other, the whole is meant.
        let is_whole = |word: &&str| !found.iter().any(|(other, _)| other != word && other.contains(*word));
        let words: BTreeSet<&str> = found.iter().map(|(word, _)| *word).filter(is_whole).collect();
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        match words.len() {
            0 => Explained::Nothing,
            1 => Explained::Word(words.remove(0)),
            _ => Explained::Words(words),
        }
    }

    /// The word that the machine left as it was but for the form of its characters, and its segments.
    fn copied(&self, old: &str, segments: &BTreeSet<usize>) -> Option<(String, BTreeSet<usize>)> {
        let characters = old.chars().count();
        if characters < 2 || !old.chars().all(is_han) {
            return None;
        }
        let simple: String = old.chars().map(simplified).collect();
        let there = self.sources.iter().enumerate().filter(|(_, (_, source))| source.contains(&simple));
        let there: BTreeSet<usize> = there.map(|(number, _)| number).collect();
        let (source, in_simple) = self.sources.get(*segments.first()?)?;
        let before = in_simple[..in_simple.find(&simple)?].chars().count();
        let word = source.chars().skip(before).take(characters).collect();
        segments.is_subset(&there).then_some((word, there))
    }
}

/// Whether one of two renderings is a part of the other.
fn alike(one: &str, other: &str) -> bool {
    one == other || one.contains(other) || other.contains(one)
}

/// The Latin words of a text.
fn latin(text: &str) -> impl Iterator<Item = &str> {
    let is_latin = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '.');
    let words = text.split(move |c| !is_latin(c)).map(|word| word.trim_matches(['-', '.']));
    words.filter(|word| word.len() > 1 && word.contains(|c: char| c.is_ascii_alphabetic()))
}
