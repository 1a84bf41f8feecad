//! One issue, its reference, and what several systems made of it, text beside text.
//!
//! The source is aligned with the reference and with each edition, and what belongs together in any of
//! them is one segment in all: so systems are compared over the same segments. Of each text is taken what
//! a reader reads: no markup, no addresses, no code, which every system is to leave as it is.

use std::ops::Range;

use crate::align::{Alignment, Pairing, Side, UnitKind, align};
use crate::check::{File, Settings, check};
use crate::finding::Finding;
use crate::rules::{Rule, Severity};
use crate::source::Span;

use super::chrf::Matches;

/// A text in one of the files; empty where the file has nothing for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What a reader reads.
    pub text: String,
    /// Where it stands, in the order of the file.
    pub spans: Vec<Span>,
}

impl Said {
    fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn add(&mut self, text: &str, span: Span) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text.trim());
        self.spans.push(span);
    }

    /// Whether both say the same, but for blanks.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let marks = |said: &Self| said.text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
        marks(self) == marks(other)
    }

    /// How many characters it has, but for blanks.
    pub(super) fn length(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

/// A text of the source, with all that was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The section it is in, among those of its trial.
    pub section: usize,
    /// In the source.
    pub source: Said,
    /// In the reference.
    pub reference: Said,
    /// In each edition, in the order of the systems.
    pub editions: Vec<Edited>,
}

/// What a system made of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// What it says.
    pub said: Said,
    /// What it has in common with the reference.
    pub matches: Matches,
    /// Whether it was left in Chinese, all of it or a part.
    pub is_left: bool,
}

impl Segment {
    /// Whether its translation says something of a system: the reference has one, and not the source's
    /// own words.
    pub fn is_scored(&self) -> bool {
        !self.reference.is_empty() && !self.reference.is_as(&self.source)
    }
}

/// One issue, its reference, and the editions.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The name of the source's file.
    pub source: String,
    /// The name of the reference's file.
    pub reference: String,
    /// The texts, in the order of the source.
    pub segments: Vec<Segment>,
    /// The headings of the sections; the first, which has what stands before all of them, has none.
    pub sections: Vec<String>,
    /// By edition.
    pub editions: Vec<Checked>,
    /// What a copy of the source has in common with the reference, both as they are in their files.
    pub raw_copy: Matches,
    lines: Lines,
}

/// An edition as a whole.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The name of its file.
    pub name: String,
    /// What does not hold in it.
    pub findings: Vec<Finding>,
    /// Where each line of it begins, to name places.
    pub(super) lines: Lines,
}

/// Which line of a file a byte is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// The line, counted from one; 0 where there is no place.
    pub(super) fn of(&self, said: &Said) -> usize {
        said.spans.first().map_or(0, |span| self.0.partition_point(|start| *start <= span.start()) + 1)
    }
}

impl Trial {
    /// Put what `editions` made of `source` beside the reference.
    ///
    /// ```
    /// # use nekoyaku::{check::{File, Settings}, evaluate::Trial, glossary::Glossary, profile::Profile};
    /// # use nekoyaku::{source::Source, wording::Friends};
    /// # let (profile, glossary) = (Profile::default(), Glossary::built_in()?);
    /// # let settings = Settings::new(&profile, &glossary, &Friends::built_in()?)?;
    /// let file = |text: &str| File::new(Source::new("a.md", text), &profile);
    /// let source = file("## 文章\n\n见[别的](https://a.example)。\n\n```\ncat\n```\n");
    /// let reference = file("## 記事\n\n[別のもの](https://a.example)を参照。\n\n```\ncat\n```\n");
    /// let copy = file("## 文章\n\n见[别的](https://a.example)。\n\n```\ncat\n```\n");
    ///
    /// let trial = Trial::new(&source, &reference, &[copy], &settings);
    /// assert_eq!(trial.segments[1].reference.text, "別のものを参照。");
    /// assert_eq!(trial.segments.len(), 2);
    /// assert!(trial.segments[1].editions[0].is_left);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(source: &File, reference: &File, editions: &[File], settings: &Settings<'_>) -> Self {
        let ours = Text::new(source);
        let others: Vec<Other<'_>> =
            std::iter::once(reference).chain(editions).map(|file| Other::new(&ours, file)).collect();
        let checked: Vec<Checked> = editions
            .iter()
            .map(|edition| Checked {
                name: edition.source.name().to_owned(),
                findings: check(source, edition, settings).findings,
                lines: Lines::new(edition.source.text()),
            })
            .collect();
        let mut sections = vec![String::new()];
        let level = ours.level();
        let mut segments: Vec<Segment> = title(source, reference, editions).into_iter().collect();
        for group in ours.groups(&others) {
            let kind = ours.side.units[group.start].kind;
            if matches!(kind, UnitKind::Heading(own) if Some(own) == level) {
                sections.push(ours.said(group.clone()).text);
            }
            let said = ours.said(group.clone());
            if said.is_empty() {
                continue;
            }
            let mut told = others.iter().map(|other| other.said(group.clone()));
            let reference = told.next().unwrap_or_default();
            let editions = told.map(|said| Edited { said, ..Edited::default() }).collect();
            segments.push(Segment { section: sections.len() - 1, source: said, reference, editions });
        }
        for segment in &mut segments {
            let is_scored = segment.is_scored();
            for (edited, checked) in segment.editions.iter_mut().zip(&checked) {
                edited.matches = Matches::new(&edited.said.text, &segment.reference.text);
                let is_copy = is_scored && edited.said.is_as(&segment.source);
                edited.is_left = is_copy || checked.has_chinese(&edited.said);
            }
        }
        Self {
            source: source.source.name().to_owned(),
            reference: reference.source.name().to_owned(),
            segments,
            sections,
            editions: checked,
            raw_copy: Matches::new(source.source.text(), reference.source.text()),
            lines: Lines::new(source.source.text()),
        }
    }

    /// The line of the source that `segment` begins in, counted from one.
    pub(super) fn line_of(&self, segment: &Segment) -> usize {
        self.lines.of(&segment.source)
    }
}

impl Checked {
    /// Whether a check found Chinese there, and is sure of it.
    fn has_chinese(&self, said: &Said) -> bool {
        let is_chinese = |finding: &&Finding| {
            matches!(finding.rule(), Rule::Untranslated | Rule::LeftoverChinese) && finding.severity == Severity::Error
        };
        let within = |at: usize| said.spans.iter().any(|span| span.start() <= at && at < span.end());
        let mut places = self.findings.iter().filter(is_chinese).filter_map(|finding| finding.edition);
        places.any(|place| within(place.start()))
    }
}

/// The titles in the front matter, where the source and the reference have one.
fn title(source: &File, reference: &File, editions: &[File]) -> Option<Segment> {
    let said = |file: &File| {
        let front = file.front.as_ref()?;
        Some(Said { text: front.get("title")?, spans: vec![Span::new(front.span.start(), front.span.start())] })
    };
    let (ours, theirs) = (said(source)?, said(reference)?);
    let editions = editions.iter().map(|file| Edited { said: said(file).unwrap_or_default(), ..Edited::default() });
    Some(Segment { section: 0, source: ours, reference: theirs, editions: editions.collect() })
}

/// A file, cut into units.
struct Text<'a> {
    file: &'a File,
    side: Side<'a>,
}

impl<'a> Text<'a> {
    fn new(file: &'a File) -> Self {
        Self { file, side: Side::new(file.body(), &file.document) }
    }

    fn said(&self, units: Range<usize>) -> Said {
        let mut said = Said::default();
        for unit in units {
            if let Some(inline) = self.side.inline(unit) {
                said.add(&inline.plain_text(), self.side.units[unit].span.shifted(self.file.body_start));
            }
        }
        said
    }

    /// The level of the headings that sections begin with: the highest of which there are several.
    fn level(&self) -> Option<u8> {
        let mut counts = [0_usize; 7];
        for unit in &self.side.units {
            if let UnitKind::Heading(level) = unit.kind {
                counts[usize::from(level.min(6))] += 1;
            }
        }
        (1..=6).find(|level| counts[usize::from(*level)] > 1)
    }

    /// The units of the source, those together of which some other file makes one.
    fn groups(&self, others: &[Other<'_>]) -> Vec<Range<usize>> {
        let mut joined = vec![false; self.side.units.len()];
        for pairing in others.iter().flat_map(|other| &other.alignment.pairs) {
            if let Pairing::Merged { sources, .. } = pairing {
                for unit in sources.start + 1..sources.end {
                    joined[unit as usize] = true;
                }
            }
        }
        let mut groups: Vec<Range<usize>> = Vec::new();
        for (unit, joined) in joined.into_iter().enumerate() {
            match groups.last_mut() {
                Some(group) if joined => group.end = unit + 1,
                _ => groups.push(unit..unit + 1),
            }
        }
        groups
    }
}

/// A file that is aligned with the source.
struct Other<'a> {
    text: Text<'a>,
    alignment: Alignment,
}

impl<'a> Other<'a> {
    fn new(source: &Text<'_>, file: &'a File) -> Self {
        let text = Text::new(file);
        let alignment = align(&source.side, &text.side);
        Self { text, alignment }
    }

    /// What it says of these units of the source, which no pairing reaches beyond.
    fn said(&self, units: Range<usize>) -> Said {
        let mut pairings: Vec<usize> = units.map(|unit| self.alignment.of_source(unit)).collect();
        pairings.sort_unstable();
        pairings.dedup();
        let mut said = Said::default();
        for pairing in pairings {
            let editions = self.alignment.pairs[pairing].editions();
            let there = self.text.said(editions.start as usize..editions.end as usize);
            if let Some(span) = there.spans.first() {
                said.add(&there.text, *span);
                said.spans.extend(&there.spans[1..]);
            }
        }
        said
    }
}
