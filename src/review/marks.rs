//! The inside of a block as HTML, with what was found and the terms marked in it.

use std::collections::BTreeSet;

use crate::inline::{Inline, MarkKind, Part};
use crate::rules::Severity;
use crate::source::Span;

use super::markup::{Markup, may_be_followed, may_be_shown};

/// A stretch of a file that is pointed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Overlay {
    /// Its bytes in the file.
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something was found here.
    Found(Severity),
    /// A term, with what the termbase says of it.
    Term(String),
}

/// The most bytes that are pointed out one by one: what was found in more is about the block.
pub(super) const LONGEST: usize = 2000;

/// What is pointed out in one block, in the order of its first bytes; none is longer than [`LONGEST`].
#[derive(Clone, Copy)]
pub(super) struct Overlays<'o>(pub(super) &'o [Overlay]);

impl<'o> Overlays<'o> {
    /// All that have a byte in `span`, or stand at its ends.
    fn near(self, span: Span) -> impl Iterator<Item = &'o Overlay> {
        let from = self.0.partition_point(|one| one.span.start() + LONGEST < span.start());
        let behind = self.0.partition_point(|one| one.span.start() <= span.end());
        self.0[from..behind.max(from)].iter().filter(move |one| span.start() <= one.span.end())
    }

    fn within(self, span: Span) -> impl Iterator<Item = &'o Overlay> {
        self.near(span).filter(move |one| one.span.start() < span.end() && span.start() < one.span.end())
    }

    /// How much the worst that was found there weighs.
    fn worst(self, span: Span) -> Option<Severity> {
        let found = self.within(span).filter_map(|one| match one.kind {
            Kind::Found(severity) => Some(severity),
            Kind::Term(_) => None,
        });
        found.max()
    }

    /// `text`, which stands at `span` byte for byte.
    fn exact(self, text: &str, span: Span, out: &mut Markup) {
        let mut cuts = BTreeSet::from([span.start(), span.end()]);
        for one in self.near(span) {
            cuts.extend([one.span.start(), one.span.end()]);
        }
        let is_cut = |at: &usize| (span.start()..=span.end()).contains(at) && text.is_char_boundary(at - span.start());
        let cuts: Vec<usize> = cuts.into_iter().filter(is_cut).collect();
        for pair in cuts.windows(2) {
            let here = Span::new(pair[0], pair[1]);
            self.caret(here.start(), span, out);
            self.run(&text[here.start() - span.start()..here.end() - span.start()], here, out);
        }
    }

    /// Where something is missing, there is something to see.
    fn caret(self, at: usize, within: Span, out: &mut Markup) {
        if at == within.start() {
            return;
        }
        let missing = self.near(Span::new(at, at)).filter(|one| one.span == Span::new(at, at));
        let missing =
            missing.filter_map(|one| if let Kind::Found(severity) = one.kind { Some(severity) } else { None });
        if let Some(severity) = missing.max() {
            out.element("mark", &[("class", class_of_caret(severity))], "‸");
        }
    }

    /// A stretch in which nothing begins or ends.
    fn run(self, text: &str, span: Span, out: &mut Markup) {
        let term = self.within(span).find_map(|one| if let Kind::Term(about) = &one.kind { Some(about) } else { None });
        let worst = self.worst(span);
        if let Some(about) = term {
            out.open("dfn", &[("class", "term"), ("tabindex", "0"), ("title", about)]);
        }
        if let Some(severity) = worst {
            out.open("mark", &[("class", severity.name())]);
        }
        out.text(text);
        if worst.is_some() {
            out.close("mark");
        }
        if term.is_some() {
            out.close("dfn");
        }
    }
}

fn class_of_caret(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error here",
        Severity::Warning => "warning here",
        Severity::Info => "info here",
    }
}

/// The bytes of a file as they are.
pub(super) fn raw(text: &str, span: Span, overlays: Overlays<'_>) -> Markup {
    let mut out = Markup::default();
    overlays.exact(&text[span.range()], span, &mut out);
    out
}

/// An inside as a reader sees it. It is of a document that begins `base` bytes into `file`.
pub(super) fn rendered(inline: &Inline<'_>, file: &str, base: usize, overlays: Overlays<'_>) -> Markup {
    if inline.is_opaque() {
        return raw(file, inline.span().shifted(base), overlays);
    }
    let mut writer = Writer { inline, file, overlays, links: 0, out: Markup::default() };
    for (part, span) in inline.parts() {
        writer.part(part, span.shifted(base));
    }
    writer.out
}

struct Writer<'w, 'd> {
    inline: &'w Inline<'d>,
    file: &'w str,
    overlays: Overlays<'w>,
    /// How many links are open: there is none in another.
    links: usize,
    out: Markup,
}

impl Writer<'_, '_> {
    fn part(&mut self, part: Part<'_>, span: Span) {
        match part {
            Part::Text(text) if text == &self.file[span.range()] => self.overlays.exact(text, span, &mut self.out),
            Part::Text(text) => self.overlays.run(text, span, &mut self.out),
            Part::Soft => self.out.text("\n"),
            Part::Open(mark) => self.open(mark, span),
            Part::Close(mark) => self.close(mark, span),
            Part::Void(mark) => self.void(mark, span),
        }
    }

    fn open(&mut self, mark: usize, span: Span) {
        match self.inline.marks()[mark].kind {
            MarkKind::Link => {
                self.links += 1;
                self.open_link(self.inline.target(mark), self.links > 1);
            }
            MarkKind::Strong => self.out.open("strong", &[]),
            MarkKind::Emphasis => self.out.open("em", &[]),
            MarkKind::Strikethrough => self.out.open("s", &[]),
            MarkKind::Image => {
                self.out.open("span", &[("class", "image")]);
                self.picture(self.inline.target(mark));
                self.out.open("span", &[("class", "alt")]);
            }
            MarkKind::Title => self.out.open("span", &[("class", "title")]),
            MarkKind::Html => {
                self.out.open("span", &[]);
                self.code("html", &self.file[span.range()], span);
            }
            _ => self.out.open("span", &[]),
        }
    }

    fn close(&mut self, mark: usize, span: Span) {
        let kind = self.inline.marks()[mark].kind;
        match kind {
            MarkKind::Link => {
                self.links = self.links.saturating_sub(1);
                self.out.close(link_element(self.inline.target(mark), self.links > 0));
            }
            MarkKind::Strong => self.out.close("strong"),
            MarkKind::Emphasis => self.out.close("em"),
            MarkKind::Strikethrough => self.out.close("s"),
            MarkKind::Image => {
                self.out.close("span");
                self.out.close("span");
            }
            MarkKind::Html => {
                self.code("html", &self.file[span.range()], span);
                self.out.close("span");
            }
            _ => self.out.close("span"),
        }
        // An address that something was found in is read, too.
        if matches!(kind, MarkKind::Link | MarkKind::Image) && self.overlays.worst(span).is_some() {
            self.out.open("code", &[("class", "address")]);
            self.overlays.exact(&self.file[span.range()], span, &mut self.out);
            self.out.close("code");
        }
    }

    fn void(&mut self, mark: usize, span: Span) {
        let target = self.inline.target(mark);
        match self.inline.marks()[mark].kind {
            MarkKind::Break => self.out.open("br", &[]),
            MarkKind::Code => self.code("code", target, span),
            MarkKind::Math => self.code("math", target, span),
            MarkKind::Url => {
                let in_link = self.links > 0;
                self.open_link(target, in_link);
                self.overlays.exact(&self.file[span.range()], span, &mut self.out);
                self.out.close(link_element(target, in_link));
            }
            MarkKind::Footnote => {
                self.out.open("sup", &[]);
                self.overlays.exact(&self.file[span.range()], span, &mut self.out);
                self.out.close("sup");
            }
            MarkKind::Kept => self.overlays.run(target, span, &mut self.out),
            MarkKind::Html | MarkKind::Skipped => self.code("html", &self.file[span.range()], span),
            // An image without a text, among others.
            MarkKind::Image => {
                self.out.open("span", &[("class", "image")]);
                self.picture(target);
                self.code("address", &self.file[span.range()], span);
                self.out.close("span");
            }
            _ => self.overlays.exact(&self.file[span.range()], span, &mut self.out),
        }
    }

    fn open_link(&mut self, address: &str, in_link: bool) {
        match link_element(address, in_link) {
            "a" => {
                let rel = ("rel", "noopener noreferrer nofollow");
                self.out.open("a", &[("href", address), rel, ("target", "_blank"), ("title", address)]);
            }
            other => self.out.open(other, &[("class", "unled"), ("title", address)]),
        }
    }

    /// A picture that is fetched once the reader wants pictures.
    fn picture(&mut self, address: &str) {
        if may_be_shown(address) {
            let lazily = [("loading", "lazy"), ("referrerpolicy", "no-referrer"), ("decoding", "async")];
            let mut attributes = vec![("data-src", address), ("alt", "")];
            attributes.extend(lazily);
            self.out.open("img", &attributes);
        }
    }

    fn code(&mut self, class: &'static str, text: &str, span: Span) {
        self.out.open("code", &[("class", class)]);
        if text == &self.file[span.range()] {
            self.overlays.exact(text, span, &mut self.out);
        } else {
            self.overlays.run(text, span, &mut self.out);
        }
        self.out.close("code");
    }
}

/// What a link is on the page.
fn link_element(address: &str, in_link: bool) -> &'static str {
    if may_be_followed(address) && !in_link { "a" } else { "span" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::parse;

    fn html(text: &str, overlays: &[Overlay]) -> String {
        let document = parse(text);
        let markup = rendered(&document.inline(text, 0), text, 0, Overlays(overlays));
        serde_json::to_value(markup).unwrap().as_str().unwrap().to_owned()
    }

    fn found(text: &str, part: &str) -> Overlay {
        let at = text.find(part).unwrap();
        Overlay { span: Span::new(at, at + part.len()), kind: Kind::Found(Severity::Error) }
    }

    #[test]
    fn what_was_found_is_marked_in_text_and_in_addresses() {
        let text = "见**文章**[甲](https://a.example/%A3)";
        let marked = html(text, &[found(text, "见**文"), found(text, "%A3")]);
        let link = "<a href=\"https://a.example/%A3\" rel=\"noopener noreferrer nofollow\" target=\"_blank\" \
             title=\"https://a.example/%A3\">甲</a>";
        let address = "<code class=\"address\">](https://a.example/<mark class=\"error\">%A3</mark>)</code>";
        let begin = "<mark class=\"error\">见</mark><strong><mark class=\"error\">文</mark>章</strong>";
        assert_eq!(marked, format!("{begin}{link}{address}"));
    }

    #[test]
    fn a_place_where_something_is_missing_is_seen() {
        let overlay = Overlay { span: Span::new(3, 3), kind: Kind::Found(Severity::Warning) };
        assert_eq!(html("甲乙", &[overlay]), "甲<mark class=\"warning here\">‸</mark>乙");
    }

    #[test]
    fn addresses_that_act_lead_nowhere_and_html_is_text() {
        let script = html("[猫](javascript:alert(1))<b onclick=alert(1)>", &[]);
        assert_eq!(
            script,
            "<span class=\"unled\" title=\"javascript:alert(1)\">猫</span>\
             <code class=\"html\">&lt;b onclick=alert(1)&gt;</code>"
        );
        assert!(!html("![图](data:image/svg+xml,x)", &[]).contains("<img"));
    }
}
