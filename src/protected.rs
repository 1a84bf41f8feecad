//! What of an issue has Chinese in it and is not translated, and why.
//!
//! What stands in a segment behind a tag, code or a kept name, is none of it: the segment shows it.
//! Nor is what no reader of the edition reads: addresses, and comments.
//!
//! ```
//! use nekoyaku::issue::Issue;
//! use nekoyaku::profile::Profile;
//! use nekoyaku::protected::{Reason, protected};
//! use nekoyaku::source::Source;
//!
//! let text = "---\ntags: [猫]\n---\n\n正文\n\n<!-- nekoyaku: skip -->\n\n原文\n\n<!-- nekoyaku: end -->\n\n`代码`\n";
//! let issue = Issue::new(Source::new("x.md", text), &Profile::default())?;
//! let found: Vec<_> = protected(&issue).iter().map(|p| (p.reason, issue.source.slice(p.span))).collect();
//! assert_eq!(found, [(Reason::FrontMatter, "tags: [猫]"), (Reason::Skipped, "原文"), (Reason::Code, "`代码`")]);
//! # Ok::<(), nekoyaku::front::FrontError>(())
//! ```

use crate::blocks::{Document, LeafKind};
use crate::front::Front;
use crate::inline::{Inline, MarkKind, title_place};
use crate::issue::{Issue, Origin};
use crate::script::has_han;
use crate::source::Span;

/// A piece of an issue that has Chinese in it and is not translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protected {
    /// Why.
    pub reason: Reason,
    /// Its bytes in the file; of HTML and front matter, the lines with Chinese in them.
    pub span: Span,
}

/// Why something is not translated, the reasons that want a look first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// It cannot be taken apart safely.
    Opaque,
    /// HTML in which it is not safe to find text, or an attribute.
    Html,
    /// The title of a link or a reference, over several lines.
    LinkTitle,
    /// Front matter besides the title; all of it in TOML.
    FrontMatter,
    /// Its author does not want it translated.
    Skipped,
    /// The settings keep it.
    Kept,
    /// Code, and formulas.
    Code,
}

impl Reason {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opaque => "opaque",
            Self::Html => "html",
            Self::LinkTitle => "link-title",
            Self::FrontMatter => "front-matter",
            Self::Skipped => "skipped",
            Self::Kept => "kept",
            Self::Code => "code",
        }
    }
}

/// All there is, in the order of the text.
pub fn protected(issue: &Issue) -> Vec<Protected> {
    let mut found = Vec::new();
    if let Some(front) = &issue.front {
        let lines = front_lines(front, issue.source.text());
        found.extend(lines.map(|span| Protected { reason: Reason::FrontMatter, span }));
    }
    let in_front = found.len();
    let (body, document) = (issue.body(), &issue.document);
    let mut find = |reason, span| found.push(Protected { reason, span });
    in_leaves(issue, &mut find);
    // In the order of the text: references are not.
    let titles: Vec<Span> = titles_of_references(document).collect();
    for definition in document.definitions.iter().filter(|definition| has_han(&definition.title)) {
        let next = titles.partition_point(|title| title.start() < definition.span.start());
        if titles.get(next).is_none_or(|title| title.end() > definition.span.end()) {
            let place = title_place(&body[definition.span.range()]).map(Span::from);
            let span = place.map_or(definition.span, |place| place.shifted(definition.span.start()));
            find(Reason::LinkTitle, span);
        }
    }
    for html in document.untranslated_html(body).filter(|html| has_han(&body[html.range()])) {
        find(Reason::Html, lines_with_han(body, html));
    }
    for html in document.skipped_html().filter(|html| has_han(&body[html.range()])) {
        find(Reason::Skipped, lines_with_han(body, html));
    }
    for code in document.code().filter(|code| has_han(&body[code.range()])) {
        find(Reason::Code, code);
    }
    for protected in &mut found[in_front..] {
        protected.span = protected.span.shifted(issue.body_start);
    }
    found.sort_by_key(|protected| protected.span);
    found
}

/// What stays of the leaves that are no segments, or of the lines of one that are none.
fn in_leaves(issue: &Issue, find: &mut impl FnMut(Reason, Span)) {
    let (body, document) = (issue.body(), &issue.document);
    let mut segments = issue.segments().filter(|segment| segment.origin != Origin::Title).peekable();
    for (index, leaf) in document.leaves.iter().enumerate() {
        let inline = document.inline(body, index);
        if leaf.skipped || inline.is_opaque() {
            if has_han(&body[leaf.span.range()]) {
                find(if leaf.skipped { Reason::Skipped } else { Reason::Opaque }, leaf.span);
            }
            continue;
        }
        for (number, mark) in inline.marks().iter().enumerate() {
            if has_han(inline.title(number)) {
                find(Reason::LinkTitle, title_of_link(body, &inline, number));
            }
            let here = Origin::Leaf(index);
            while segments
                .next_if(|segment| segment.origin == here && segment.span.end() <= mark.open.start())
                .is_some()
            {}
            let shown = segments
                .peek()
                .is_some_and(|segment| segment.origin == here && segment.span.start() <= mark.open.start());
            if let Some(reason) = reason(mark.kind).filter(|_| !shown && has_han(inline.target(number)))
                && !inline.target(number).starts_with("<!--")
            {
                find(reason, mark.open);
            }
        }
        while segments.next_if(|segment| segment.origin == Origin::Leaf(index)).is_some() {}
    }
}

/// Why what a mark holds is not translated, where a reader sees it.
fn reason(kind: MarkKind) -> Option<Reason> {
    match kind {
        MarkKind::Skipped => Some(Reason::Skipped),
        MarkKind::Kept => Some(Reason::Kept),
        MarkKind::Code | MarkKind::Math => Some(Reason::Code),
        MarkKind::Html => Some(Reason::Html),
        _ => None,
    }
}

/// The text of a title behind a destination.
fn title_of_link(body: &str, inline: &Inline<'_>, mark: usize) -> Span {
    let mark = &inline.marks()[mark];
    let behind = if mark.is_void() { mark.open } else { mark.close };
    let place = body[behind.range()].strip_suffix(')').and_then(title_place);
    place.map_or(behind, |place| Span::from(place).shifted(behind.start()))
}

fn titles_of_references(document: &Document) -> impl Iterator<Item = Span> {
    let titles = document.leaves.iter().filter(|leaf| matches!(leaf.kind, LeafKind::Title(_)));
    titles.map(|leaf| leaf.span)
}

/// The lines of front matter with Chinese in them, without that of the title, where it is translated,
/// and without comments.
fn front_lines(front: &Front, text: &str) -> impl Iterator<Item = Span> {
    let title = front.place("title");
    let mut at = front.span.start();
    text[front.span.range()].split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let has_title = title.is_some_and(|title| (start..at).contains(&title.start()));
        let told = line.trim();
        let indent = line.len() - line.trim_start().len();
        let stays = !has_title && !told.starts_with('#') && has_han(told);
        stays.then(|| Span::new(start + indent, start + indent + told.len()))
    })
}

/// From the first line of `span` with Chinese in it to the last.
fn lines_with_han(text: &str, span: Span) -> Span {
    let (mut at, mut first, mut last) = (span.start(), None, span.end());
    for line in text[span.range()].split_inclusive('\n') {
        if has_han(line) {
            first.get_or_insert(at + line.len() - line.trim_start().len());
            last = at + line.trim_end().len();
        }
        at += line.len();
    }
    Span::new(first.unwrap_or(span.start()), last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::source::Source;

    fn found(text: &str, profile: &Profile) -> Vec<(Reason, String)> {
        let issue = Issue::new(Source::new("x.md", text), profile).unwrap();
        let found = protected(&issue);
        found.into_iter().map(|one| (one.reason, issue.source.slice(one.span).to_owned())).collect()
    }

    fn all(text: &str) -> Vec<(Reason, String)> {
        found(text, &Profile::default())
    }

    #[test]
    fn titles_over_several_lines_stay_wherever_they_are() {
        let text = "[甲](u '一\n二')和[](v \"三\n四\")\n\n[乙]和[丙]\n\n[乙]: u \"五\n六\"\n[丙]: v (七)\n";
        let stays: Vec<_> = ["一\n二", "三\n四", "五\n六"].map(|title| (Reason::LinkTitle, title.to_owned())).into();
        assert_eq!(all(text), stays);
    }

    #[test]
    fn what_a_segment_shows_is_not_told_again() {
        let profile = Profile::parse("keep = [\"猫[一二]\"]").unwrap();
        let text = "猫一和`代码`。\n\n猫二 `代码` <img alt='图'> <!-- 注释 --> <https://甲.example>\n";
        let stays = [(Reason::Kept, "猫二"), (Reason::Code, "`代码`"), (Reason::Html, "<img alt='图'>")];
        assert_eq!(found(text, &profile), stays.map(|(reason, text)| (reason, text.to_owned())));
    }

    #[test]
    fn lines_of_an_index_that_are_no_segments_are_looked_at() {
        let line = |n| if n == 7 { "7 `代码`\n".to_owned() } else { format!("{n} 篇 `文`\n") };
        let text: String = (1..=20).map(line).collect();
        assert_eq!(all(&text), [(Reason::Code, "`代码`".to_owned())]);
    }

    #[test]
    fn front_matter_is_kept_but_for_its_title() {
        let text = "---\n# 注释\ntitle: 周刊 # 题\ntags:\n  - 猫\n---\n";
        assert_eq!(all(text), [(Reason::FrontMatter, "- 猫".to_owned())]);
        let text = "\u{feff}+++\r\ntitle = \"周刊\"\r\nn = 1\r\n+++\r\n\r\n    代码\r\n";
        let stays = [(Reason::FrontMatter, "title = \"周刊\"".to_owned()), (Reason::Code, "代码\r\n".to_owned())];
        assert_eq!(all(text), stays);
    }

    #[test]
    fn html_is_shown_by_its_lines_with_chinese() {
        let text = "<script>\nlet a;\n// 一\nlet b; // 二\n</script>\n\n<!-- nekoyaku: skip -->\n\n<p>三</p>\n\n四\n";
        let stays = [(Reason::Html, "// 一\nlet b; // 二"), (Reason::Skipped, "<p>三</p>"), (Reason::Skipped, "四")];
        assert_eq!(all(text), stays.map(|(reason, text)| (reason, text.to_owned())));
    }
}
