//! The edition: the source's bytes, with translations spliced in and the translator's note on top.
//!
//! At the end the whole edition is parsed, and its tree of blocks compared with the source's. Where
//! they differ, the segment that makes them differ is found by halving, and stays as it was.

use std::borrow::Cow;

use serde::Serialize;

use crate::blocks::{LeafKind, Reading, UNTRANSLATED};
use crate::front::{Front, compose};
use crate::issue::{Issue, Origin};
use crate::profile::Profile;
use crate::prompts::{PromptError, Prompts, Template};
use crate::source::Span;
use crate::verify::Fault;

/// What became of a segment, for the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// Its translation, as Markdown; for the title, as text.
    Translation(String),
    /// It stays in the source language, marked.
    Left,
}

/// An edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its text.
    pub text: String,
    /// Where each segment of the issue stands in it.
    pub segments: Vec<Span>,
    /// Which bytes of the source became which of the edition, block by block; the note has no bytes
    /// in the source.
    pub blocks: Vec<(Span, Span)>,
    /// Segments whose translation would have changed how the document reads: they stay as they were.
    pub reverted: Vec<usize>,
    /// What is to be said of the front matter and the note: what could not be written, and why.
    pub faults: Vec<Fault>,
}

impl Edition {
    /// Whether a segment's translation did not get in.
    pub fn is_reverted(&self, segment: usize) -> bool {
        self.reverted.contains(&segment)
    }
}

/// Why there is no edition.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// The template of the note cannot be filled in.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Something in the note reaches into the text: a fence that is not closed, a definition.
    #[error(
        "note.md: with this note above it the issue would read differently; it may hold an open code fence, a list or HTML"
    )]
    NoteReachesOut,
}

#[derive(Serialize)]
struct NoteValues<'a> {
    date: DateValues,
    title: String,
    url: &'a str,
    report: &'a str,
    subscription: &'a str,
}

#[derive(Serialize)]
struct DateValues {
    year: u16,
    month: u8,
    day: u8,
}

/// Make the edition of `issue`; `rendered` has one entry for each of its segments.
///
/// # Errors
///
/// Only where the note cannot be made. A translation that does not fit is left out, not an error.
pub fn build(
    issue: &Issue,
    rendered: &[Rendered],
    profile: &Profile,
    note: Option<&Prompts>,
) -> Result<Edition, EditionError> {
    let body = Body::of(issue, rendered);
    let mut faults = Vec::new();
    let newline = issue.source.newline();
    let (front, has_title) = front_matter(issue, rendered, profile, newline, &mut faults);
    let note = match note {
        Some(prompts) => note_text(issue, profile, prompts, newline, &mut faults)?,
        None => None,
    };
    let mut head =
        issue.source.text()[..issue.front.as_ref().map_or(issue.body_start, |front| front.span.start())].to_owned();
    let front_start = head.len();
    head += &front;
    let front_end = head.len();
    let blank_first = body.text.is_empty() || body.text.starts_with(['\n', '\r']);
    if let Some(note) = &note {
        head += &format!("{newline}{note}{newline}");
        if !blank_first {
            head += newline;
        }
        if reaches_out(issue, note, newline, &body.text) {
            return Err(EditionError::NoteReachesOut);
        }
    } else if issue.front.is_none() && !blank_first {
        head += newline;
    }
    let base = head.len();
    let mut reverted = body.reverted;
    if let Some(title) = issue.title_segment().filter(|_| !has_title) {
        reverted.insert(0, title);
    }
    let mut segments = body.segments;
    for (segment, span) in issue.segments().zip(&mut segments) {
        *span = match segment.origin {
            Origin::Leaf(_) => span.shifted(base),
            Origin::Title => Front::find(&head)
                .ok()
                .flatten()
                .and_then(|front| front.place("title"))
                .unwrap_or(Span::new(front_start, front_start)),
        };
    }
    let mut blocks = vec![
        (Span::new(0, issue.body_start), Span::new(0, front_end)),
        (Span::new(issue.body_start, issue.body_start), Span::new(front_end, base)),
    ];
    blocks.extend(body.blocks.iter().map(|(from, to)| (from.shifted(issue.body_start), to.shifted(base))));
    Ok(Edition { text: head + &body.text, segments, blocks, reverted, faults })
}

struct Body {
    text: String,
    segments: Vec<Span>,
    blocks: Vec<(Span, Span)>,
    reverted: Vec<usize>,
}

struct Splice<'r> {
    segment: usize,
    span: Span,
    kind: LeafKind,
    text: Cow<'r, str>,
}

impl Body {
    fn of(issue: &Issue, rendered: &[Rendered]) -> Self {
        let source = issue.body();
        let mut splices: Vec<Splice<'_>> = issue
            .segments()
            .zip(rendered)
            .enumerate()
            .filter(|(_, (segment, _))| segment.origin != Origin::Title)
            .map(|(index, (segment, rendered))| {
                let text = match rendered {
                    Rendered::Translation(text) => Cow::Borrowed(text.as_str()),
                    Rendered::Left => marked_source(source, segment.span, segment.kind).into(),
                };
                Splice { segment: index, span: segment.span, kind: segment.kind, text }
            })
            .collect();
        let mut reverted = Vec::new();
        let mut text = spliced(source, &splices);
        while !same_shape(issue, &text) {
            // The shortest beginning of the splices that already reads differently ends with the culprit.
            let (mut good, mut bad) = (0, splices.len());
            while bad - good > 1 {
                let middle = usize::midpoint(good, bad);
                if same_shape(issue, &spliced(source, &splices[..middle])) {
                    good = middle;
                } else {
                    bad = middle;
                }
            }
            let Some(place) = bad.checked_sub(1) else { break };
            let culprit = &mut splices[place];
            reverted.push(culprit.segment);
            let left: Cow<'_, str> = marked_source(source, culprit.span, culprit.kind).into();
            if culprit.text == left {
                // Even the mark is too much here.
                splices.remove(place);
            } else {
                culprit.text = left;
            }
            text = spliced(source, &splices);
        }
        reverted.sort_unstable();
        reverted.dedup();
        let moved = Moved::by(&splices);
        let segments = issue
            .segments()
            .map(|segment| match segment.origin {
                Origin::Title => Span::default(),
                Origin::Leaf(_) => moved.span(segment.span),
            })
            .collect();
        let blocks = issue.document.blocks.iter().map(|block| (block.span, moved.span(block.span))).collect();
        Self { text, segments, blocks, reverted }
    }
}

fn marked_source(source: &str, span: Span, kind: LeafKind) -> String {
    // In a title a comment would be text.
    let marker = if matches!(kind, LeafKind::Title(_)) { "" } else { UNTRANSLATED };
    format!("{}{marker}", &source[span.range()])
}

fn spliced(source: &str, splices: &[Splice<'_>]) -> String {
    let written: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let taken: usize = splices.iter().map(|splice| splice.span.len()).sum();
    let mut text = String::with_capacity(source.len() + written - taken);
    let mut at = 0;
    for splice in splices {
        text.push_str(&source[at..splice.span.start()]);
        text.push_str(&splice.text);
        at = splice.span.end();
    }
    text.push_str(&source[at..]);
    text
}

/// Where bytes of the source are after the splices.
struct Moved<'s> {
    splices: &'s [Splice<'s>],
    // How many bytes were written and how many taken before each splice, and at the end.
    so_far: Vec<(usize, usize)>,
}

impl<'s> Moved<'s> {
    fn by(splices: &'s [Splice<'s>]) -> Self {
        let mut so_far = vec![(0, 0)];
        for splice in splices {
            let (written, taken) = so_far[so_far.len() - 1];
            so_far.push((written + splice.text.len(), taken + splice.span.len()));
        }
        Self { splices, so_far }
    }

    /// Where `span` is, with what was put into it.
    fn span(&self, span: Span) -> Span {
        let begins = self
            .splices
            .partition_point(|splice| splice.span.end() <= span.start() && splice.span.start() < span.start());
        let ends = self.splices.partition_point(|splice| splice.span.end() <= span.end());
        Span::new(self.offset(span.start(), begins), self.offset(span.end(), ends))
    }

    fn offset(&self, offset: usize, splices_before: usize) -> usize {
        let (written, taken) = self.so_far[splices_before];
        offset + written - taken
    }
}

fn same_shape(issue: &Issue, text: &str) -> bool {
    let read = Reading::new(issue.document.dialect).parse(text);
    issue.document.difference(issue.body(), &read, text).is_none()
}

/// Whether what stands below `note` would be read differently without it.
fn reaches_out(issue: &Issue, note: &str, newline: &str, body: &str) -> bool {
    let read = |text: &str| Reading::new(issue.document.dialect).parse(text).outline(text);
    let (above, below) = (read(&format!("{note}{newline}")), read(body));
    let whole = read(&format!("{note}{newline}{newline}{body}"));
    whole.len() != above.len() + below.len() || whole[above.len()..] != below[..]
}

/// The front matter, and whether it has the title it should have.
fn front_matter(
    issue: &Issue,
    rendered: &[Rendered],
    profile: &Profile,
    newline: &str,
    faults: &mut Vec<Fault>,
) -> (String, bool) {
    let title = issue.title.as_deref();
    let segment = issue.title_segment();
    let translation = segment.and_then(|index| match &rendered[index] {
        Rendered::Translation(text) => Some(text.as_str()),
        Rendered::Left => None,
    });
    let left = segment.is_some() && translation.is_none();
    let new_title = title.map(|title| match profile.source_title(title) {
        Some(parts) => profile.write_target_title(parts.number, translation.unwrap_or(parts.rest)),
        None => translation.unwrap_or(title).to_owned(),
    });
    let Some(front) = &issue.front else {
        let date = issue.date.map(|date| date.to_string());
        let title = new_title.unwrap_or_else(|| issue.stem().to_owned());
        let mut entries = vec![("title", title.as_str())];
        entries.extend(date.as_deref().map(|date| ("pubDate", date)));
        entries.push(("author", &profile.author));
        return (marked(compose(&entries, &["pubDate"], newline), left), true);
    };
    let mut written = issue.source.text()[front.span.range()].to_owned();
    if front.is_kept() {
        let message = "front matter in TOML stays as it is: its title is not translated, and no author is added";
        faults.push(Fault::info("front-matter", message));
        return (written, true);
    }
    // One by one: a title that cannot be written is no reason to leave the author out.
    let mut change = |key: &'static str, value: &str| {
        let changed = Front::find(&written).and_then(|front| match front {
            Some(front) => front.with(&written, &[(key, value)]),
            None => Ok(written.clone()),
        });
        match changed {
            Ok(changed) => written = changed,
            Err(error) => {
                faults.push(Fault::error("front-matter", error.to_string()));
                return false;
            }
        }
        true
    };
    let own_title = front.get("title");
    let has_title = match (new_title.as_deref(), own_title.as_deref()) {
        (Some(new), Some(own)) if new != own => change("title", new),
        (_, own) => own.is_some() || !front.has("title"),
    };
    if !front.has("author") {
        change("author", &profile.author);
    }
    if front.has("title") && own_title.is_none() {
        faults.push(Fault::error("front-matter", "the title in the front matter is no text; it stays as it is"));
    }
    (marked(written, left), has_title)
}

/// A title that was not translated says so in a comment behind it.
fn marked(front: String, left: bool) -> String {
    let place = Front::find(&front).ok().flatten().and_then(|front| front.place("title"));
    match place.filter(|_| left) {
        Some(place) => format!("{} # nekoyaku: untranslated{}", &front[..place.end()], &front[place.end()..]),
        None => front,
    }
}

fn note_text(
    issue: &Issue,
    profile: &Profile,
    prompts: &Prompts,
    newline: &str,
    faults: &mut Vec<Fault>,
) -> Result<Option<String>, EditionError> {
    let (Some(date), Some(title)) = (issue.date, issue.title.as_deref()) else {
        let missing =
            if issue.date.is_none() { "date (pubDate in the front matter, or in the file's name)" } else { "title" };
        faults.push(Fault::error("header-note", format!("the issue has no {missing}: there is no translator's note")));
        return Ok(None);
    };
    let title = match profile.source_title(title) {
        Some(parts) => profile.write_source_title(parts.number, parts.rest),
        None => title.to_owned(),
    };
    // A file that is not named after its day still has an address that is.
    let by_date = format!("{date}-weekly");
    let stem = if issue.stem().starts_with(&date.to_string()) { issue.stem() } else { &by_date };
    let report = spaced(&profile.note.report);
    let values = NoteValues {
        date: DateValues { year: date.year, month: date.month, day: date.day },
        title: link_text(&title),
        url: &profile.original_url(stem, issue.number),
        report: &report,
        subscription: &profile.note.subscription,
    };
    let note = prompts.render(Template::Note, &values)?;
    let note = note.trim().replace("\r\n", "\n");
    if note.is_empty() {
        return Ok(None);
    }
    Ok(Some(note.replace('\n', newline)))
}

/// Japanese follows: after a Latin letter the edition has a space.
fn spaced(text: &str) -> String {
    if text.ends_with(|c: char| c.is_ascii_alphanumeric()) { format!("{text} ") } else { text.to_owned() }
}

/// A title, to stand between the brackets of a link.
fn link_text(title: &str) -> String {
    let mut escaped = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_control() {
            continue;
        }
        // What could end the link, or be markup in it. Nothing else is touched: `C++`, `AT&T`.
        if matches!(c, '[' | ']' | '\\' | '*' | '_' | '`' | '<' | '~') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::verify::Severity;

    fn edition(name: &str, text: &str) -> (Issue, Edition) {
        let profile = Profile::default();
        let issue = Issue::new(Source::new(name, text), &profile).unwrap();
        let rendered: Vec<_> = issue
            .segments()
            .map(|segment| {
                Rendered::Translation(match segment.origin {
                    Origin::Title => segment.plain_text(),
                    Origin::Leaf(_) => issue.body()[segment.span.range()].to_owned(),
                })
            })
            .collect();
        let prompts = Prompts::built_in().unwrap();
        let edition = build(&issue, &rendered, &profile, Some(&prompts)).unwrap();
        (issue, edition)
    }

    #[test]
    fn the_note_has_date_title_and_address() {
        let (_, edition) = edition(
            "docs/2023-06-03-weekly.md",
            "---\ntitle: 'Python潮流周刊#5：甲[乙]'\npubDate: 2023-06-03\n---\n\n正文\n",
        );
        let expected = "---\ntitle: 'Python トレンド週刊#5：甲[乙]'\npubDate: 2023-06-03\nauthor: '豌豆花下猫'\n---\n\n\
            > この記事は 2023 年 6 月 3 日に公開された中国語の記事「[Python 潮流周刊#5：甲\\[乙\\]](https://pythoncat.top/posts/2023-06-03-weekly5)」の日本語訳です。主に LLM によって翻訳され、人手で校正されていますが、もし不自然な点にお気づきでしたら、[Issue](https://github.com/chinesehuazhou/python-weekly/issues/new) または Pull Request でお知らせいただけるとありがたいです。\n\n\
            > [こちら](https://weekly.pythoncat.top/ja/#subscription)から最新号まで購読できます（英語のみですので、ご了承ください。）\n\n正文\n";
        assert_eq!(edition.text, expected);
    }

    #[test]
    fn an_issue_without_front_matter_gets_one() {
        let (_, edition) = edition("2025-07-12-weekly.md", "# Python 潮流周刊#110：甲\r\n\r\n正文");
        let head = "---\r\ntitle: 'Python トレンド週刊#110：甲'\r\npubDate: 2025-07-12\r\nauthor: '豌豆花下猫'\r\n---\r\n\r\n> この記事は 2025 年 7 月 12 日";
        assert!(edition.text.starts_with(head), "{}", edition.text);
        assert!(edition.text.ends_with("）\r\n\r\n# Python 潮流周刊#110：甲\r\n\r\n正文"), "{}", edition.text);
    }

    #[test]
    fn front_matter_in_toml_stays_as_it_is() {
        let front = "\u{feff}+++\ntitle = \"Python潮流周刊#5：甲\" # 标题\ndate = 2023-06-03T10:00:00+08:00\n+++\n";
        let (issue, edition) = edition("2023-06-04.md", &format!("{front}\n正文\n"));
        assert_eq!((issue.number, issue.title.as_deref()), (Some(5), Some("Python潮流周刊#5：甲")));
        assert_eq!(issue.date.map(|date| date.to_string()).as_deref(), Some("2023-06-03"));
        assert!(edition.text.starts_with(&format!("{front}\n> この記事は 2023 年 6 月 3 日に")), "{}", edition.text);
        assert!(issue.segments().all(|segment| segment.origin != Origin::Title));
        assert!(matches!(&edition.faults[..], [Fault { rule: "front-matter", severity: Severity::Info, .. }]));
    }

    #[test]
    fn blocks_and_segments_are_where_they_are_said_to_be() {
        let (issue, edition) = edition("2025-07-12-weekly.md", "\u{feff}# 甲\n\n- 乙[丙](u)\n- 丁\n\n戊");
        for (segment, span) in issue.segments().zip(&edition.segments).skip(1) {
            assert_eq!(edition.text[span.range()], issue.source.text()[issue.span_in_file(&segment).range()]);
        }
        let joined: String = edition.blocks.iter().map(|(_, to)| &edition.text[to.range()]).collect();
        assert_eq!(joined, edition.text);
        let joined: String = edition.blocks.iter().map(|(from, _)| issue.source.slice(*from)).collect();
        assert_eq!(joined, issue.source.text());
    }

    #[test]
    fn a_translation_that_changes_the_shape_stays_out_alone() {
        let profile = Profile::default();
        let issue = Issue::new(Source::new("2025-07-12-weekly.md", "甲\n\n乙\n\n丙\n"), &profile).unwrap();
        let rendered: Vec<_> =
            ["一", "# 二", "三"].iter().map(|text| Rendered::Translation((*text).to_owned())).collect();
        let edition = build(&issue, &rendered, &profile, None).unwrap();
        assert!(edition.text.ends_with("\n\n一\n\n乙<!-- nekoyaku: untranslated -->\n\n三\n"), "{}", edition.text);
        assert_eq!(edition.reverted, [1]);
    }
}
