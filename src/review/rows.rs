//! The rows of the page: what belongs together, with what was found in it.

use std::ops::Range;

use crate::align::{Alignment, ExtraKind, Pairing, Side, UnitKind};
use crate::check::File;
use crate::finding::Finding;
use crate::rules::Severity;
use crate::source::Span;

use super::Text;
use super::group::Group;
use super::published::Published;

/// What belongs together.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What it is.
    pub(super) kind: Kind,
    /// The units of the source.
    pub(super) sources: Range<u32>,
    /// The units of the edition.
    pub(super) editions: Range<u32>,
    /// The bytes of the source's file; empty where it has nothing.
    pub(super) source: Span,
    /// The bytes of the edition's file; empty, and where it should stand, where it has nothing.
    pub(super) edition: Span,
    /// What was found in it, by its place among the findings.
    pub(super) findings: Vec<usize>,
    /// Why nobody has to read it.
    pub(super) folded: Option<Folded>,
}

impl Row {
    /// Whether there is anything to see: where neither text has front matter, there is no row of it.
    pub(super) fn is_shown(&self) -> bool {
        self.kind != Kind::Front || !self.source.is_empty() || !self.edition.is_empty() || !self.findings.is_empty()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The front matter.
    Front,
    Same(UnitKind),
    Split,
    Merged,
    Moved,
    Missing,
    Note,
    Added,
}

/// Why a block need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folded {
    /// It was published like this.
    Published,
    /// It is as in the source.
    AsInSource,
}

/// A file, cut where its units begin: with their prefixes, and with what stands behind them.
#[derive(Debug)]
pub(super) struct Tiles {
    starts: Vec<usize>,
    end: usize,
}

impl Tiles {
    pub(super) fn new(file: &File, side: &Side<'_>) -> Self {
        let (text, base) = (file.source.text(), file.body_start);
        let mut before = base;
        let mut starts = Vec::with_capacity(side.units.len());
        for unit in &side.units {
            let (start, end) = (unit.span.start() + base, unit.span.end() + base);
            // Its bullet or its quote's `>` stands before it, on the same line.
            let line = text[before.min(start)..start].rfind(['\n', '\r']).map(|at| before + at + 1);
            starts.push(line.unwrap_or(before.min(start)));
            before = end;
        }
        if let Some(first) = starts.first_mut() {
            *first = base;
        }
        Self { starts, end: text.len() }
    }

    /// The bytes of these units.
    fn of(&self, units: &Range<u32>, text: &str) -> Span {
        let start = self.start(units.start);
        if units.is_empty() {
            return Span::new(start, start);
        }
        let end = self.start(units.end);
        let inside = &text[start..end];
        Span::new(start, start + inside.trim_end().len())
    }

    fn start(&self, unit: u32) -> usize {
        self.starts.get(unit as usize).copied().unwrap_or(self.end)
    }

    /// The unit that a byte of the file belongs to; none before the first.
    fn at(&self, offset: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= offset).checked_sub(1)
    }
}

/// All that belongs together, in the order of the edition; the front matter first.
pub(super) fn rows(source: &Text<'_>, edition: &Text<'_>, alignment: &Alignment) -> Vec<Row> {
    // A body in which nothing is shown, definitions for instance, is told with the front matter.
    let head = |of: &Text<'_>| if of.side.units.is_empty() { of.text().len() } else { of.file.body_start };
    let front = Row {
        kind: Kind::Front,
        sources: 0..0,
        editions: 0..0,
        source: Span::new(0, head(source)),
        edition: Span::new(0, head(edition)),
        findings: Vec::new(),
        folded: None,
    };
    let row = |pairing: &Pairing| {
        let (sources, editions) = (pairing.sources(), pairing.editions());
        let kind = match pairing {
            Pairing::Same { edition: unit, .. } => Kind::Same(edition.side.units[*unit as usize].kind),
            Pairing::Split { .. } => Kind::Split,
            Pairing::Merged { .. } => Kind::Merged,
            Pairing::Moved { .. } => Kind::Moved,
            Pairing::Missing { .. } => Kind::Missing,
            Pairing::Extra { kind: ExtraKind::HeaderNote | ExtraKind::TranslatorNote, .. } => Kind::Note,
            Pairing::Extra { .. } => Kind::Added,
        };
        let at = if let Pairing::Missing { before, .. } = pairing { *before..*before } else { editions.clone() };
        let (ours, theirs) = (source.tiles.of(&sources, source.text()), edition.tiles.of(&at, edition.text()));
        let ours = if sources.is_empty() { Span::default() } else { ours };
        Row { kind, sources, editions, source: ours, edition: theirs, findings: Vec::new(), folded: None }
    };
    std::iter::once(front).chain(alignment.pairs.iter().map(row)).collect()
}

/// Put each finding into the row where it stands.
pub(super) fn place(
    rows: &mut [Row],
    findings: &[Finding],
    source: &Text<'_>,
    edition: &Text<'_>,
    alignment: &Alignment,
) {
    for (number, finding) in findings.iter().enumerate() {
        let of_source = finding.source.and_then(|span| source.tiles.at(span.start()));
        let of_source = of_source.map(|unit| alignment.of_source(unit));
        // What the edition does not have is told where the source has it.
        let is_missing = |pairing: &usize| matches!(alignment.pairs[*pairing], Pairing::Missing { .. });
        let missing = of_source.filter(is_missing);
        let of_edition = finding.edition.and_then(|span| edition.tiles.at(span.start()));
        let pairing = match (missing, finding.edition) {
            (Some(pairing), _) => Some(pairing),
            (None, Some(_)) => of_edition.map(|unit| alignment.of_edition(unit)),
            (None, None) => of_source,
        };
        // The front matter is the first.
        rows[pairing.map_or(0, |pairing| pairing + 1)].findings.push(number);
    }
}

/// Fold what was published before, and what is as in the source, unless something was found in it.
pub(super) fn fold(
    rows: &mut [Row],
    findings: &[Finding],
    source: &Text<'_>,
    edition: &Text<'_>,
    published: &Published,
) {
    let matters = |number: &usize| {
        let finding = &findings[*number];
        finding.severity > Severity::Info || Group::of(finding) == Group::Decide
    };
    for row in rows.iter_mut().filter(|row| !row.findings.iter().any(matters)) {
        let (Some(ours), Some(theirs)) = (only(&row.sources), only(&row.editions)) else { continue };
        let same = source.side.slice(ours) == edition.side.slice(theirs);
        if same {
            row.folded = Some(Folded::AsInSource);
        } else if let (Some(ours), Some(theirs)) = (source.side.inline(ours), edition.side.inline(theirs))
            && published.has(&ours.plain_text(), &theirs.plain_text())
        {
            row.folded = Some(Folded::Published);
        }
    }
}

fn only(units: &Range<u32>) -> Option<usize> {
    (units.len() == 1).then_some(units.start as usize)
}
