//! Findings with their lines and columns.

use super::{Checked, EXCERPT, excerpt, source_name};
use crate::finding::{Edit, Finding};
use crate::rules::Language;
use crate::source::{Position, Source, Span};

/// A finding, with its places looked up.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// What was found.
    pub finding: &'a Finding,
    /// The source's file, where the pair has one.
    pub source: Option<Place<'a>>,
    /// The edition's file, where the pair has one.
    pub edition: Option<Place<'a>>,
    /// The edits of its fix, in order, with what of the edition they replace.
    pub edits: Vec<(&'a Edit, Stretch)>,
}

impl Located<'_> {
    /// The place to lead people to: in the edition where it has one there, else in the source; a file at
    /// least, where there is one.
    pub fn main(&self) -> Option<&Place<'_>> {
        let sides = || self.edition.iter().chain(&self.source);
        sides().find(|place| place.stretch.is_some()).or_else(|| sides().next())
    }

    /// Whether [`Located::main`] is in the edition.
    pub fn is_in_edition(&self) -> bool {
        let is_somewhere = |place: &Option<Place<'_>>| place.as_ref().is_some_and(|place| place.stretch.is_some());
        self.edition.is_some() && (is_somewhere(&self.edition) || !is_somewhere(&self.source))
    }

    /// Where the source has it and the line there, for a message about a place in the edition.
    pub(super) fn source_line(&self, language: Language) -> Option<String> {
        let place = self.source.as_ref().filter(|_| self.is_in_edition())?;
        let (name, path) = (source_name(language), excerpt(place.file.name(), EXCERPT));
        Some(format!("{name} {path}:{}: {}", place.stretch?.start, place.line(EXCERPT)?))
    }
}

/// A file, and the part of it that a finding is about, where it is about a part.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The file.
    pub file: &'a Source,
    /// The part of it.
    pub stretch: Option<Stretch>,
}

impl Place<'_> {
    /// What stands there, on one line, shortened.
    pub fn text(&self) -> Option<String> {
        self.stretch.map(|stretch| excerpt(stretch.of(self.file), EXCERPT))
    }

    /// The line it begins in, on one line without blanks around, of at most `limit` characters with the
    /// place among them.
    pub fn line(&self, limit: usize) -> Option<String> {
        let stretch = self.stretch?;
        let line = self.file.line(stretch.start.line)?;
        let before = self.file.text().get(line.start()..stretch.span.start())?;
        let after = self.file.text().get(stretch.span.start()..line.end())?;
        // A third of it is enough to know where one is.
        let cut = before.char_indices().rev().nth(limit / 3).map(|(at, _)| at);
        let (dots, kept) = cut.map_or(("", before), |cut| ("…", &before[cut..]));
        let shown = excerpt(&format!("{kept}{}", head(after, limit)), limit.saturating_sub(dots.chars().count()));
        Some(format!("{dots}{}", if dots.is_empty() { shown.trim() } else { shown.trim_end() }))
    }
}

/// The first characters of `text`, and one more, so that a longer text is seen to be longer.
fn head(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit + 1).map_or(text, |(at, _)| &text[..at])
}

/// A part of a file, for people: from `start` up to, not with, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its bytes.
    pub span: Span,
    /// Where its first character is.
    pub start: Position,
    /// Where the character after its last is.
    pub end: Position,
}

impl Stretch {
    fn of(self, file: &Source) -> &str {
        file.text().get(self.span.range()).unwrap_or_default()
    }
}

/// The places of all findings of a pair, in the order of the findings.
///
/// Takes time in proportion to the files and the findings, however long the lines are and in whatever
/// order the findings come.
pub fn located<'a>(checked: &'a Checked<'a>) -> Vec<Located<'a>> {
    let edits = |finding: &'a Finding| finding.fix.iter().flat_map(|fix| &fix.edits);
    let in_source = checked.findings.iter().filter_map(|finding| finding.source);
    let in_edition = checked
        .findings
        .iter()
        .flat_map(|finding| finding.edition.into_iter().chain(edits(finding).map(|edit| edit.span)));
    let source = checked.source.map(|file| Table::new(file, in_source));
    let edition = checked.edition.map(|file| Table::new(file, in_edition));
    let place = |table: &Option<Table<'a>>, span: Option<Span>| {
        let table = table.as_ref()?;
        Some(Place { file: table.file, stretch: span.and_then(|span| table.stretch(span)) })
    };
    let locate = |finding: &'a Finding| {
        let replaced = |edit: &'a Edit| Some((edit, edition.as_ref()?.stretch(edit.span)?));
        Located {
            finding,
            source: place(&source, finding.source),
            edition: place(&edition, finding.edition),
            edits: edits(finding).filter_map(replaced).collect(),
        }
    };
    checked.findings.iter().map(locate).collect()
}

/// The positions of some bytes of a file, by byte.
struct Table<'a> {
    file: &'a Source,
    positions: Vec<(usize, Position)>,
}

impl<'a> Table<'a> {
    fn new(file: &'a Source, spans: impl Iterator<Item = Span>) -> Self {
        let mut offsets: Vec<usize> = spans.flat_map(|span| [span.start(), span.end()]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut places = file.places();
        let positions = offsets.into_iter().map(|offset| (offset, places.position(offset))).collect();
        Self { file, positions }
    }

    fn stretch(&self, span: Span) -> Option<Stretch> {
        let position = |offset| {
            let index = self.positions.binary_search_by_key(&offset, |(at, _)| *at).ok()?;
            Some(self.positions[index].1)
        };
        Some(Stretch { span, start: position(span.start())?, end: position(span.end())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::What;

    fn missing(start: usize, end: usize) -> Finding {
        Finding::new(What::NumberMissing("1".into())).in_edition(Span::new(start, end))
    }

    #[test]
    fn places_are_those_of_the_source_in_any_order() {
        let file = Source::new("x.md", "一二\r\n三四五\n六");
        let spans = [(8, 11), (0, 3), (17, 20), (3, 11), (20, 20)];
        let findings = spans.iter().map(|(start, end)| missing(*start, *end)).collect();
        let checked = Checked { source: None, edition: Some(&file), findings };
        for (found, (start, end)) in located(&checked).iter().zip(spans) {
            let stretch = found.main().unwrap().stretch.unwrap();
            assert_eq!((stretch.start, stretch.end), (file.position(start), file.position(end)));
            assert!(found.source.is_none());
        }
    }

    #[test]
    fn a_line_is_cut_around_the_place() {
        let text = format!("{}\n  {}这里{}", "零".repeat(9), "前".repeat(50), "后".repeat(50));
        let file = Source::new("x.md", text.as_str());
        let at = text.find("这里").unwrap();
        let checked = |start, end| Checked { source: None, edition: Some(&file), findings: vec![missing(start, end)] };
        let line = |start, end, limit| located(&checked(start, end))[0].main().unwrap().line(limit).unwrap();
        assert_eq!(line(at, at + 6, 12), "…前前前前前这里后后后…");
        assert_eq!(line(at, at + 6, 200), format!("{}这里{}", "前".repeat(50), "后".repeat(50)));
        assert_eq!(line(0, 3, 200), "零".repeat(9));
        assert_eq!(line(28, 28, 6), "前前前…");
    }

    #[test]
    fn a_long_line_with_many_findings_takes_no_longer_than_it_is_long() {
        let file = Source::new("x.md", "长".repeat(200_000));
        let findings = (0..50_000).map(|at| missing((at * 7919 % 200_000) * 3, (at * 7919 % 200_000) * 3)).collect();
        let checked = Checked { source: None, edition: Some(&file), findings };
        assert_eq!(located(&checked).len(), 50_000);
    }
}
