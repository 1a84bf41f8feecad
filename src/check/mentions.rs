//! What is compared one by one: links, images, code, HTML, footnotes.

use std::ops::Range;

use crate::align::{Side, UnitKind};
use crate::finding::Thing;
use crate::inline::{Inline, MarkKind};
use crate::source::Span;

use super::file::File;
use super::html;

/// Something that has to be the same in both texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) thing: Thing,
    /// Destination, image source, code, tag, label.
    pub(super) target: String,
    /// The title of a link or an image.
    pub(super) title: Option<String>,
    /// What a link is on.
    pub(super) text: String,
    /// The bytes in the file of what is compared, or of all of it where that stands elsewhere.
    pub(super) span: Span,
    /// Whether these bytes are the target as it is.
    pub(super) is_exact: bool,
    /// Whether it is an address that stands for itself.
    pub(super) is_bare: bool,
    /// Whether it is a translator's own: in a 訳注, or on a text that says so.
    pub(super) is_free: bool,
}

/// What a unit mentions, in the order of the text. `added` are link texts that translators add.
pub(super) fn of_unit(file: &File, side: &Side<'_>, unit: usize, added: &[String]) -> Vec<Mention> {
    let here = &side.units[unit];
    let mut found = Vec::new();
    match (here.kind, side.inline(unit)) {
        (_, Some(inline)) => in_leaf(side.text, &inline, &mut found),
        (UnitKind::Code, None) => {
            // Line ends of any kind are the same code.
            let code = side.slice(unit).replace("\r\n", "\n").replace('\r', "\n");
            found.push(Mention::new(Thing::CodeBlock, code, here.span));
        }
        (UnitKind::Tags, None) => {
            for tag in html::tags(side.slice(unit)) {
                in_tag(&side.slice(unit)[tag.clone()], here.span.start() + tag.start, &mut found);
            }
        }
        _ => {}
    }
    if found.is_empty() {
        return found;
    }
    let notes = notes(side.slice(unit));
    for mention in &mut found {
        let at = mention.span.start() - here.span.start().min(mention.span.start());
        let note = notes.partition_point(|note| note.start <= at).checked_sub(1);
        mention.is_free = note.is_some_and(|note| notes[note].contains(&at)) || added.contains(&mention.text);
        mention.span = file.in_file(mention.span);
    }
    found
}

impl Mention {
    fn new(thing: Thing, target: String, span: Span) -> Self {
        Self { thing, target, title: None, text: String::new(), span, is_exact: false, is_bare: false, is_free: false }
    }
}

fn in_leaf(text: &str, inline: &Inline<'_>, found: &mut Vec<Mention>) {
    for (number, mark) in inline.marks().iter().enumerate() {
        let target = inline.target(number);
        let all = if mark.is_void() { mark.open } else { Span::new(mark.open.start(), mark.close.end()) };
        let thing = match mark.kind {
            MarkKind::Link | MarkKind::Url => Thing::Link,
            MarkKind::Image => Thing::Image,
            MarkKind::Code | MarkKind::Math => Thing::Code,
            MarkKind::Footnote => Thing::Footnote,
            MarkKind::Html => {
                in_tag(&text[mark.open.range()], mark.open.start(), found);
                continue;
            }
            _ => continue,
        };
        let mut mention = Mention::new(thing, target.to_owned(), all);
        mention.is_bare = mark.kind == MarkKind::Url;
        // Where the destination stands as it is, that is the place; a reference has it elsewhere, and one
        // with a title before that.
        let title = title_of(inline, number);
        let behind = match title {
            Some(title) => inline.marks()[title].open,
            None if mark.is_void() => mark.open,
            None => mark.close,
        };
        if !target.is_empty()
            && let Some(at) = text[behind.range()].find(target)
        {
            mention.span = Span::new(behind.start() + at, behind.start() + at + target.len());
            mention.is_exact = true;
        }
        if !mark.is_void() {
            let end = title.map_or(mark.close, |title| inline.marks()[title].open).start();
            let inside = Span::new(mark.open.end(), end);
            mention.text = text[inside.range()].trim_matches(['[', ']', ' ']).to_owned();
        }
        mention.title = match (inline.title(number), title) {
            ("", None) => None,
            ("", Some(title)) => {
                let title = &inline.marks()[title];
                Some(text[Span::new(title.open.end(), title.close.start()).range()].to_owned())
            }
            (title, _) => Some(title.to_owned()),
        };
        found.push(mention);
    }
}

/// The title of a link or an image that is a mark of its own: its last child.
fn title_of(inline: &Inline<'_>, mark: usize) -> Option<usize> {
    // Not all of a sentence that is in bold is gone through for each link in it.
    let end = inline.marks()[mark].close.end();
    let mut within = (mark + 1..inline.marks().len()).take_while(|other| inline.marks()[*other].open.start() < end);
    within.find(|other| inline.marks()[*other].kind == MarkKind::Title && inline.parent(*other) == Some(mark))
}

/// An HTML tag, and the addresses in it.
fn in_tag(tag: &str, at: usize, found: &mut Vec<Mention>) {
    if tag.starts_with("<!--") {
        return;
    }
    let is_image = html::name(tag).eq_ignore_ascii_case("img");
    // What of a tag is compared: not its addresses, which are, by themselves, and no text.
    let mut rest = String::new();
    let mut from = 0;
    for (name, value) in html::attributes(tag) {
        let name = name.to_ascii_lowercase();
        let thing = match &*name {
            "href" => Some(Thing::Link),
            "src" if is_image => Some(Thing::Image),
            "src" | "poster" | "data" => Some(Thing::Link),
            "alt" | "title" | "aria-label" | "placeholder" => None,
            _ => continue,
        };
        rest.push_str(&tag[from..value.start]);
        from = value.end;
        if let Some(thing) = thing {
            let span = Span::new(at + value.start, at + value.end);
            let mut mention = Mention::new(thing, tag[value].to_owned(), span);
            mention.is_exact = true;
            found.push(mention);
        }
    }
    rest.push_str(&tag[from..]);
    let words = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    found.push(Mention::new(Thing::Html, words, Span::new(at, at + tag.len())));
}

/// Where a translator speaks, in order: from a line that begins with 訳注 to the end, and （訳注…） in brackets.
pub(super) fn notes(text: &str) -> Vec<Range<usize>> {
    let mut notes: Vec<Range<usize>> = Vec::new();
    let words = text.match_indices("注").map(|(at, _)| at.saturating_sub("訳".len()));
    for at in
        words.filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with("訳注") || rest.starts_with("译注")))
    {
        // One in a note ends where the note does.
        if notes.last().is_some_and(|note| at < note.end) {
            continue;
        }
        let before = text[..at].trim_end_matches([' ', '\t', '>', '*', '_']);
        if before.is_empty() || before.ends_with(['\n', '\r']) {
            notes.push(at..text.len());
            break;
        }
        if before.ends_with(['（', '(', '［', '[', '【']) {
            let end = text[at..].find(['）', '］', '】']).map_or(text.len(), |end| at + end);
            notes.push(at..end);
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::parse;
    use crate::profile::Profile;
    use crate::source::Source;

    fn mentions(text: &str) -> Vec<(Thing, String, String)> {
        let file = File::new(Source::new("x.md", text), &Profile::default());
        let document = parse(text);
        let side = Side::new(text, &document);
        let all = (0..side.units.len()).flat_map(|unit| of_unit(&file, &side, unit, &["日本語訳".to_owned()]));
        all.map(|one| {
            let name = if one.is_free { format!("free {}", one.target) } else { one.target };
            (one.thing, name, text[one.span.range()].to_owned())
        })
        .collect()
    }

    #[test]
    fn every_kind_of_link_counts() {
        let text = "[甲](https://a.example \"题\") <https://b.example> https://c.example/猫 ![图](d.png) [乙][r] `码`\n\n\
            <p><a href='https://e.example'>丁</a></p>\n\n<img src=f.png alt=\"图\">\n\n[r]: https://r.example\n";
        let seen = mentions(text);
        let seen: Vec<_> = seen.iter().map(|(thing, target, span)| (*thing, &**target, &**span)).collect();
        assert_eq!(
            seen,
            [
                (Thing::Link, "https://a.example", "https://a.example"),
                (Thing::Link, "https://b.example", "https://b.example"),
                (Thing::Link, "https://c.example/", "https://c.example/"),
                (Thing::Image, "d.png", "d.png"),
                (Thing::Link, "https://r.example", "[乙][r]"),
                (Thing::Code, "码", "码"),
                (Thing::Html, "<p>", "<p>"),
                (Thing::Link, "https://e.example", "https://e.example"),
                (Thing::Html, "<a href=''>", "<a href='https://e.example'>"),
                (Thing::Image, "f.png", "f.png"),
                (Thing::Html, "<img src= alt=\"\">", "<img src=f.png alt=\"图\">"),
            ]
        );
    }

    #[test]
    fn line_ends_make_no_other_code() {
        assert_eq!(mentions("```\r\n喵\r\n```\r\n")[0].1, mentions("```\n喵\n```\n")[0].1);
    }

    #[test]
    fn what_a_translator_adds_is_free() {
        let text = "見[甲](a)（訳注：[乙](b)）と[丙](c)\n訳注：[丁](d)\n\n[日本語訳](e)\n";
        let free: Vec<_> = mentions(text).into_iter().map(|(_, target, _)| target).collect();
        assert_eq!(free, ["a", "free b", "c", "free d", "free e"]);
    }
}
