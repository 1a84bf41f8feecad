//! An issue: its front matter, its blocks, and the segments that are translated.

use crate::blocks::{BlockKind, Document, LeafKind, Reading};
use crate::emit::Place;
use crate::front::{Front, FrontError, mark_length};
use crate::inline::{Inline, Share, Store};
use crate::profile::Profile;
use crate::script::has_han;
use crate::source::{Source, Span};
use crate::tags::Tagged;

/// A paragraph of more lines than this is asked line by line: an index of past issues, not prose.
const LINES_OF_PROSE: usize = 12;

/// A source, taken apart.
#[derive(Clone, Debug)]
pub struct Issue {
    /// The text.
    pub source: Source,
    /// Its front matter.
    pub front: Option<Front>,
    /// The first byte after front matter and byte order mark; spans of `document` and `segments`
    /// count from here.
    pub body_start: usize,
    /// The parsed body.
    pub document: Document,
    /// The issue's number, from its title.
    pub number: Option<u32>,
    /// The title as the source has it: from the front matter, else the first heading.
    pub title: Option<String>,
    /// The day it came out, from the front matter, else the file's name.
    pub date: Option<Date>,
    cuts: Vec<Cut>,
    // The lines of paragraphs that are cut into lines.
    lines: Vec<Share>,
    heading: Title,
}

/// What is translated of the title.
#[derive(Clone, Debug, Default)]
struct Title {
    text: String,
    store: Store,
    share: Share,
    // What it was read from, in the file.
    place: Span,
}

/// Where a segment is.
#[derive(Clone, Copy, Debug)]
struct Cut {
    section: u32,
    from: From,
}

#[derive(Clone, Copy, Debug)]
enum From {
    Title,
    /// A leaf, by index.
    Leaf(u32),
    /// A line of a leaf, by the indices of both.
    Line(u32, u32),
}

/// Where a segment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The title, from the front matter or, where that has none, from the first heading.
    Title,
    /// A leaf of the document, by index, or some lines of it.
    Leaf(usize),
}

/// A piece of text that is translated as a whole: a view into an [`Issue`].
#[derive(Clone, Copy, Debug)]
pub struct Segment<'i> {
    /// Where it comes from.
    pub origin: Origin,
    /// Its bytes in the body; for the title, what it was read from, in the file.
    pub span: Span,
    /// Where it stands.
    pub kind: LeafKind,
    /// Its inside.
    pub inline: Inline<'i>,
    /// The section it is in, counted from the headings before it.
    pub section: usize,
}

impl<'i> Segment<'i> {
    /// What it is, in a word.
    pub fn name(&self) -> &'static str {
        match (self.origin, self.kind) {
            (Origin::Title, _) => "title",
            (Origin::Leaf(_), LeafKind::Title(_)) => "link-title",
            (Origin::Leaf(_), kind) => kind.name(),
        }
    }

    /// What a model sees of it.
    pub fn tagged(&self) -> Tagged<'i> {
        Tagged::new(self.inline)
    }

    /// Its text without markup, code and URLs.
    pub fn plain_text(&self) -> String {
        self.inline.plain_text()
    }
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// Read `2023-06-03` at the beginning of `text`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let ends = bytes.get(10).is_none_or(|byte| !byte.is_ascii_digit());
        if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !ends {
            return None;
        }
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u16::from(leap),
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month: month as u8, day: day as u8 })
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Issue {
    /// Take `source` apart.
    ///
    /// # Errors
    ///
    /// Where there is front matter that cannot be read.
    pub fn new(source: Source, profile: &Profile) -> Result<Self, FrontError> {
        let front = Front::find(source.text())?;
        let body_start = front.as_ref().map_or_else(|| mark_length(source.text()), |front| front.span.end());
        let body = &source.text()[body_start..];
        let keep = |text: &str| profile.keep.find(text);
        let mut reading = Reading::new(profile.markdown);
        if !profile.keep.is_empty() {
            reading.keep = Some(&keep);
        }
        let document = reading.parse(body);
        let heading = document
            .blocks
            .iter()
            .find(|block| matches!(block.kind, BlockKind::Heading(_)) && !block.leaves().is_empty())
            .map(|block| document.inline(body, block.leaves().start));
        let front_title = front.as_ref().and_then(|front| Some((front.get("title")?, front)));
        let place = match (&front_title, &heading) {
            // One over several lines has no place of its own.
            (Some((_, front)), _) => front.place("title").unwrap_or(front.span),
            (None, Some(heading)) => heading.span().shifted(body_start),
            (None, None) => Span::default(),
        };
        let title = front_title.map(|(title, _)| title).or_else(|| Some(heading?.plain_text()));
        // A heading may go over several lines, a title may not.
        let title = title.map(|title| title.replace('\n', " "));
        let number = title.as_deref().and_then(|title| profile.source_title(title)).map(|title| title.number);
        let date = front
            .as_ref()
            .and_then(|front| ["pubDate", "date"].iter().find_map(|key| Date::parse(&front.get(key)?)))
            .or_else(|| Date::parse(file_name(source.name())));
        let mut heading = Title::default();
        let mut cuts = Vec::new();
        let kept = front.as_ref().is_some_and(Front::is_kept);
        if let Some(title) = title.as_deref().filter(|_| !kept) {
            heading.text = profile.source_title(title).map_or(title, |title| title.rest).to_owned();
            heading.place = place;
            let share = heading.store.one_text(heading.text.len());
            if is_translatable(&Inline::new(&heading.text, &heading.store, share)) {
                cuts.push(Cut { section: 0, from: From::Title });
                heading.share = share;
            }
        }
        let mut lines = Vec::new();
        cut_body(body, &document, &mut cuts, &mut lines);
        Ok(Self { source, front, body_start, document, number, title, date, cuts, lines, heading })
    }

    /// How many segments there are.
    pub fn segment_count(&self) -> usize {
        self.cuts.len()
    }

    /// What is translated, in the order of the text, the title first.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Segment<'_>> + ExactSizeIterator {
        self.cuts.iter().map(|cut| self.view(*cut))
    }

    /// A segment, by its place among [`Issue::segments`].
    pub fn segment(&self, index: usize) -> Segment<'_> {
        self.view(self.cuts[index])
    }

    /// The place of the title among the segments.
    pub fn title_segment(&self) -> Option<usize> {
        self.cuts.first().filter(|cut| matches!(cut.from, From::Title)).map(|_| 0)
    }

    fn view(&self, cut: Cut) -> Segment<'_> {
        let section = cut.section as usize;
        let (leaf, share) = match cut.from {
            From::Title => {
                return Segment {
                    origin: Origin::Title,
                    span: self.heading.place,
                    kind: LeafKind::Atx(1),
                    inline: Inline::new(&self.heading.text, &self.heading.store, self.heading.share),
                    section,
                };
            }
            From::Leaf(leaf) => (leaf as usize, self.document.share(leaf as usize)),
            From::Line(leaf, line) => (leaf as usize, self.lines[line as usize]),
        };
        let inline = self.document.part(self.body(), share);
        let (span, kind) = (inline.span(), self.document.leaves[leaf].kind);
        Segment { origin: Origin::Leaf(leaf), span, kind, inline, section }
    }

    /// The text after front matter and byte order mark.
    pub fn body(&self) -> &str {
        &self.source.text()[self.body_start..]
    }

    /// Where a segment stands in the file.
    pub fn span_in_file(&self, segment: &Segment<'_>) -> Span {
        match segment.origin {
            Origin::Title => segment.span,
            Origin::Leaf(_) => segment.span.shifted(self.body_start),
        }
    }

    /// What the emitter needs to know of a segment's place; `None` for the title, which is no Markdown.
    pub fn place<'a>(&'a self, segment: &Segment<'a>) -> Option<Place<'a>> {
        (segment.origin != Origin::Title).then(|| Place {
            text: self.body(),
            kind: segment.kind,
            span: segment.span,
            inline: segment.inline,
            definitions: &self.document.definitions,
            dialect: self.document.dialect,
        })
    }

    /// The name of the source's file without folder and `.md`.
    pub fn stem(&self) -> &str {
        let name = file_name(self.source.name());
        match name.len().checked_sub(3).and_then(|at| name.split_at_checked(at)) {
            Some((stem, end)) if end.eq_ignore_ascii_case(".md") => stem,
            _ => name,
        }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether there is text that a translation from Chinese would change.
fn is_translatable(inline: &Inline<'_>) -> bool {
    !inline.is_opaque() && inline.texts().any(|(text, _)| has_han(text))
}

fn cut_body(body: &str, document: &Document, cuts: &mut Vec<Cut>, lines: &mut Vec<Share>) {
    let mut section = 0;
    for (index, leaf) in document.leaves.iter().enumerate() {
        section += u32::from(matches!(leaf.kind, LeafKind::Atx(_) | LeafKind::Setext(_)));
        let inline = document.inline(body, index);
        if leaf.skipped || !is_translatable(&inline) {
            continue;
        }
        let leaf = index as u32;
        if inline.line_count() <= LINES_OF_PROSE {
            cuts.push(Cut { section, from: From::Leaf(leaf) });
            continue;
        }
        for line in inline.lines().filter(|line| is_translatable(&document.part(body, *line))) {
            cuts.push(Cut { section, from: From::Line(leaf, lines.len() as u32) });
            lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_to_be_on_the_calendar() {
        assert_eq!(Date::parse("2024-02-29-weekly").map(|date| date.to_string()).as_deref(), Some("2024-02-29"));
        for text in ["2023-02-29", "2023-13-01", "2023-6-3", "周刊-2023-06-03", "2023-06-031", "二〇二三-06-03"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn long_lists_of_lines_are_asked_line_by_line() {
        let text = (1..=20).map(|n| format!("{n}、[第 {n} 篇](https://a.example/{n})\n")).collect::<String>();
        let issue = Issue::new(Source::new("x.md", text), &Profile::default()).unwrap();
        assert_eq!(issue.segment_count(), 20);
        assert_eq!(issue.segment(19).tagged().text(), "20、<a1>第 20 篇</a1>");
    }
}
