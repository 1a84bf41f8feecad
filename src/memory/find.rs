//! Whether a segment was translated before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::glossary::{Category, Glossary};
use crate::issue::{self, Issue, Segment};
use crate::profile::Profile;
use crate::script::has_han;

use super::error::MemoryError;
use super::form::{Pattern, normal};
use super::lesson::names;
use super::store::Memory;
use super::unit::{Origin, Part, Unit, parts, push_part, renamed};

/// So many translations of one text are tried.
const TRIED: usize = 4;

/// A translation that was published before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As a model would answer it.
    pub answer: String,
    /// What it is the translation of.
    pub how: How,
    /// Where it was published; none for a term.
    pub origin: Option<Origin>,
}

/// How a translation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The very text was translated.
    Exact,
    /// A text was translated that has other numbers.
    ButForNumbers,
    /// It is a list of titles of past issues.
    Titles,
    /// It is one term.
    Term,
}

/// The texts of an issue, as a memory is asked for them.
#[derive(Debug)]
pub struct Texts<'i> {
    issue: &'i Issue,
    // What was learned from the issue itself is not asked for.
    without_own: bool,
    all: Vec<(String, Vec<String>)>,
}

impl<'i> Texts<'i> {
    /// Those of `issue`.
    pub fn new(issue: &'i Issue) -> Self {
        let text = |segment: Segment<'_>| (segment.tagged().text().to_owned(), names(&segment));
        Self { issue, without_own: false, all: issue.segments().map(text).collect() }
    }

    /// The same for who does not want to know what the issue's own edition says.
    #[must_use]
    pub fn without_own(self) -> Self {
        Self { without_own: true, ..self }
    }

    /// Whether what the issue's own edition says is left out.
    pub(crate) fn is_without_own(&self) -> bool {
        self.without_own
    }

    /// Whether `unit` is what the issue's own edition says, and is left out.
    pub(crate) fn is_own(&self, unit: &Unit) -> bool {
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        self.without_own && unit.origin.is_pair() && name(&unit.origin.source) == name(self.issue.source.name())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A segment's text, and the names of its tags.
    pub(crate) fn of(&self, segment: usize) -> (&str, &[String]) {
        let (text, tags) = &self.all[segment];
        (text, tags)
    }
}

impl Memory {
    /// The translations of a segment that are known, the best first: of the very text, of the text with
    /// other numbers, of the titles in it. None where there is none.
    ///
    /// Of several translations of one text, one between the same neighbours is better, then one of the
    /// same kind, then the one that was published more often, then the later one.
    ///
    /// # Errors
    ///
    /// Where the memory cannot be read.
    pub fn find(&self, texts: &Texts<'_>, segment: usize, profile: &Profile) -> Result<Vec<Found>, MemoryError> {
        let (text, tags) = texts.of(segment);
        let mut found = Vec::new();
        self.find_as(text, tags, (texts, segment), &mut found)?;
        if found.is_empty() {
            // A heading is the same with a link around it and without.
            if let Some(inner) = inside_of_one(text, tags) {
                self.find_as(inner, &[], (texts, segment), &mut found)?;
                for one in &mut found {
                    one.answer = around(&one.answer, &tags[0]);
                }
            } else if tags.is_empty() {
                let tags = [AROUND.to_owned()];
                self.find_as(&around(text, AROUND), &tags, (texts, segment), &mut found)?;
                found.retain_mut(|one| match inside_of_one(&one.answer, &tags).map(str::to_owned) {
                    Some(inner) => {
                        one.answer = inner;
                        true
                    }
                    None => false,
                });
            }
        }
        found.truncate(TRIED);
        if found.is_empty()
            && texts.issue.segment(segment).origin != issue::Origin::Title
            && let Some(answer) = self.titles(text, tags, profile)?
        {
            found.push(Found { answer, how: How::Titles, origin: None });
        }
        Ok(found)
    }

    fn find_as(
        &self,
        text: &str,
        tags: &[String],
        (texts, segment): (&Texts<'_>, usize),
        found: &mut Vec<Found>,
    ) -> Result<(), MemoryError> {
        let mut push = |answer: Option<String>, how, origin| {
            if let Some(answer) = answer.filter(|answer| found.iter().all(|there| there.answer != *answer)) {
                found.push(Found { answer, how, origin: Some(origin) });
            }
        };
        for unit in ranked(self.exact(text, tags)?, texts, segment) {
            push(renamed(&unit.target, &unit.tags, tags), How::Exact, unit.origin);
        }
        for unit in ranked(self.but_for_numbers(text, tags)?, texts, segment) {
            let pattern = Pattern { source: &unit.source, target: &unit.target, tags: &unit.tags };
            let filled = pattern.filled(text, tags).and_then(|filled| renamed(&filled, &unit.tags, tags));
            push(filled, How::ButForNumbers, unit.origin.clone());
        }
        Ok(())
    }

    /// A list of past issues: what is Chinese in it are titles of issues that were translated.
    fn titles(&self, text: &str, tags: &[String], profile: &Profile) -> Result<Option<String>, MemoryError> {
        let (mut answer, mut any) = (String::new(), false);
        for part in parts(text, tags) {
            let Part::Text(text) = part else {
                push_part(part, tags, &mut answer);
                continue;
            };
            let trimmed = text.trim();
            if let Some(title) = profile.source_title(trimmed) {
                let known = self.title(title.number)?.into_iter().find(|known| known.source == title.rest);
                let Some(known) = known else { return Ok(None) };
                answer += &text.replacen(trimmed, &profile.write_target_title(title.number, &known.target), 1);
                any = true;
            } else if has_han(text) {
                return Ok(None);
            } else {
                answer += text;
            }
        }
        Ok(any.then_some(answer))
    }
}

/// One unit for each translation, the best first.
fn ranked(mut units: Vec<Unit>, texts: &Texts<'_>, segment: usize) -> Vec<Unit> {
    units.retain(|unit| !texts.is_own(unit));
    if units.len() < 2 {
        return units;
    }
    let next_to =
        |other: Option<usize>| other.and_then(|other| texts.all.get(other)).map_or("", |(text, _)| text.as_str());
    let (before, after) = (next_to(segment.checked_sub(1)), next_to(Some(segment + 1)));
    let kind = texts.issue.segment(segment).name();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for unit in &units {
        *times.entry(normal(&unit.target, &unit.tags)).or_default() += 1;
    }
    let same = |text: &str, wanted: &str| !text.is_empty() && text == wanted;
    let mut ranked: Vec<_> = units
        .into_iter()
        .map(|unit| {
            let neighbours = u8::from(same(&unit.before, before)) + u8::from(same(&unit.after, after));
            let target = normal(&unit.target, &unit.tags);
            let times = times.get(&target).copied().unwrap_or_default();
            ((neighbours, unit.kind == kind, times), target, unit)
        })
        .collect();
    ranked.sort_by(|(a, _, one), (b, _, other)| {
        b.cmp(a).then_with(|| (Reverse(&one.origin.source), one).cmp(&(Reverse(&other.origin.source), other)))
    });
    let mut seen = HashSet::new();
    ranked.retain(|(_, target, _)| seen.insert(target.clone()));
    ranked.into_iter().map(|(_, _, unit)| unit).collect()
}

/// What stands for the name of a tag that there is none of.
const AROUND: &str = "x1";

/// `text` with a tag around it.
fn around(text: &str, tag: &str) -> String {
    format!("<{tag}>{text}</{tag}>")
}

/// The text in the one tag that is around all of it.
fn inside_of_one<'t>(text: &'t str, tags: &'t [String]) -> Option<&'t str> {
    if tags.len() != 1 {
        return None;
    }
    let mut all = parts(text, tags);
    match (all.next(), all.next(), all.next(), all.next()) {
        (Some(Part::Open(0)), Some(Part::Text(inner)), Some(Part::Close(0)), None) => Some(inner),
        _ => None,
    }
}

/// The rendering of a segment that is one term: a heading that is the name of a section, a phrase that
/// comes back in every issue.
pub fn term(segment: &Segment<'_>, glossary: &Glossary) -> Option<Found> {
    let texts: Vec<&str> = segment.inline.texts().map(|(text, _)| text).collect();
    let [text] = texts[..] else { return None };
    let term = glossary
        .whole(text.trim())
        .filter(|term| matches!(term.category, Category::Section | Category::Boilerplate))?;
    let answer = segment.tagged().text().replacen(text.trim(), &term.target, 1);
    Some(Found { answer, how: How::Term, origin: None })
}
