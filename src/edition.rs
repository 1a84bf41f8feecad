//! The edition: the source's bytes, with translations spliced in and the translator's note on top.
//!
//! At the end the whole edition is parsed, and its tree of blocks compared with the source's. Where
//! they differ, the segment that makes them differ is found by halving, and stays as it was.

use serde::Serialize;

use crate::blocks::{LeafKind, Reading, UNTRANSLATED};
use crate::front::{Front, compose};
use crate::issue::{Issue, Origin, Segment};
use crate::profile::Profile;
use crate::prompts::{PromptError, Prompts, Template};
use crate::rules::Rule;
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

/// Make the edition of `issue`; `rendered` gives one entry for each of its segments, in their order,
/// and each is forgotten once it is written.
///
/// # Errors
///
/// Only where the note cannot be made. A translation that does not fit is left out, not an error.
pub fn build(
    issue: &Issue,
    rendered: impl IntoIterator<Item = Rendered>,
    profile: &Profile,
    note: Option<&Prompts>,
) -> Result<Edition, EditionError> {
    let body = Body::of(issue, rendered.into_iter());
    let mut faults = Vec::new();
    let newline = issue.source.newline();
    let (front, has_title) = front_matter(issue, body.title.as_deref(), profile, newline, &mut faults);
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
    // The title's translation.
    title: Option<String>,
    segments: Vec<Span>,
    blocks: Vec<(Span, Span)>,
    reverted: Vec<usize>,
}

/// A segment in the text that is being made.
#[derive(Clone, Copy)]
struct Splice {
    segment: usize,
    /// Its bytes in the source.
    from: Span,
    /// What is written for them.
    to: Span,
}

impl Body {
    fn of(issue: &Issue, rendered: impl Iterator<Item = Rendered>) -> Self {
        let source = issue.body();
        let mut text = String::with_capacity(source.len() + source.len() / 8);
        let mut splices: Vec<Splice> = Vec::with_capacity(issue.segment_count());
        let mut at = 0;
        let mut title = None;
        for (index, (segment, rendered)) in issue.segments().zip(rendered).enumerate() {
            if segment.origin == Origin::Title {
                if let Rendered::Translation(translation) = rendered {
                    title = Some(translation);
                }
                continue;
            }
            text.push_str(&source[at..segment.span.start()]);
            let start = text.len();
            match &rendered {
                Rendered::Translation(translation) => text.push_str(translation),
                Rendered::Left => push_marked(source, &segment, &mut text),
            }
            splices.push(Splice { segment: index, from: segment.span, to: Span::new(start, text.len()) });
            at = segment.span.end();
        }
        text.push_str(&source[at..]);
        let reverted = revert(issue, &mut text, &mut splices);
        let moved = Moved { splices: &splices };
        let mut known = splices.iter().peekable();
        let segments = (0..issue.segment_count())
            .map(|index| match known.next_if(|splice| splice.segment == index) {
                Some(splice) => splice.to,
                None => Span::default(),
            })
            .collect();
        let blocks = issue.document.blocks.iter().map(|block| (block.span, moved.span(block.span))).collect();
        Self { text, title, segments, blocks, reverted }
    }
}

/// So many translations are taken back one by one; after that, for each as many of those behind it as
/// were taken back before. Each takes some readings of the whole text, and an answer may be hostile in
/// every line.
const ONE_BY_ONE: usize = 32;

/// Take back the translations that make `text` read as something else than the issue.
fn revert(issue: &Issue, text: &mut String, splices: &mut [Splice]) -> Vec<usize> {
    let source = issue.body();
    let mut reverted = Vec::new();
    while !same_shape(issue, text) {
        // The shortest beginning of the splices that already reads differently ends with the culprit.
        let (mut good, mut bad) = (0, splices.len());
        while bad - good > 1 {
            let middle = usize::midpoint(good, bad);
            let last = splices[middle - 1];
            let beginning = format!("{}{}", &text[..last.to.end()], &source[last.from.end()..]);
            if same_shape(issue, &beginning) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        let Some(first) = bad.checked_sub(1) else { break };
        let others = if reverted.len() < ONE_BY_ONE { 0 } else { reverted.len() };
        let last = (first + others).min(splices.len() - 1);
        let whole = Span::new(splices[first].to.start(), splices[last].to.end());
        let before = text[whole.range()].to_owned();
        let mut left = String::with_capacity(before.len());
        for place in first..=last {
            if place > first {
                left.push_str(&source[splices[place - 1].from.end()..splices[place].from.start()]);
            }
            let culprit = &mut splices[place];
            let written = &text[culprit.to.range()];
            let start = left.len();
            push_marked(source, &issue.segment(culprit.segment), &mut left);
            if place == first && left[start..] == *written {
                // Even the mark is too much here.
                left.truncate(start);
                left.push_str(&source[culprit.from.range()]);
            }
            culprit.to = Span::new(start, left.len()).shifted(whole.start());
            reverted.push(culprit.segment);
        }
        if left == before {
            break;
        }
        text.replace_range(whole.range(), &left);
        let end = whole.start() + left.len();
        for splice in &mut splices[last + 1..] {
            splice.to = Span::new(splice.to.start() - whole.end() + end, splice.to.end() - whole.end() + end);
        }
    }
    reverted.sort_unstable();
    reverted.dedup();
    reverted
}

/// Add what stands for a segment that is left in the source language.
fn push_marked(source: &str, segment: &Segment<'_>, into: &mut String) {
    into.push_str(&source[segment.span.range()]);
    // In a title a comment would be text, and in what is skipped to the end it would be skipped.
    if !matches!(segment.kind, LeafKind::Title(_)) && !segment.inline.ends_skipped() {
        into.push_str(UNTRANSLATED);
    }
}

/// Where bytes of the source are after the splices.
struct Moved<'s> {
    splices: &'s [Splice],
}

impl Moved<'_> {
    /// Where `span` is, with what was put into it.
    fn span(&self, span: Span) -> Span {
        let begins = self
            .splices
            .partition_point(|splice| splice.from.end() <= span.start() && splice.from.start() < span.start());
        let ends = self.splices.partition_point(|splice| splice.from.end() <= span.end());
        Span::new(self.offset(span.start(), begins), self.offset(span.end(), ends))
    }

    fn offset(&self, offset: usize, splices_before: usize) -> usize {
        match splices_before.checked_sub(1).map(|last| self.splices[last]) {
            Some(last) => last.to.end() + (offset - last.from.end()),
            None => offset,
        }
    }
}

fn same_shape(issue: &Issue, text: &str) -> bool {
    issue.document.difference(issue.body(), text).is_none()
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
    translation: Option<&str>,
    profile: &Profile,
    newline: &str,
    faults: &mut Vec<Fault>,
) -> (String, bool) {
    let title = issue.title.as_deref();
    let left = issue.title_segment().is_some() && translation.is_none();
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
        faults.push(Fault::info(Rule::FrontMatter, message));
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
                faults.push(Fault::error(Rule::FrontMatter, error.to_string()));
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
        faults.push(Fault::error(Rule::FrontMatter, "the title in the front matter is no text; it stays as it is"));
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
        faults
            .push(Fault::error(Rule::HeaderNote, format!("the issue has no {missing}: there is no translator's note")));
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
    use crate::rules::Severity;
    use crate::source::Source;

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
        let edition = build(&issue, rendered, &profile, Some(&prompts)).unwrap();
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
        assert!(matches!(&edition.faults[..], [Fault { rule: Rule::FrontMatter, severity: Severity::Info, .. }]));
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
        let edition = build(&issue, rendered, &profile, None).unwrap();
        assert!(edition.text.ends_with("\n\n一\n\n乙<!-- nekoyaku: untranslated -->\n\n三\n"), "{}", edition.text);
        assert_eq!(edition.reverted, [1]);
    }
}
