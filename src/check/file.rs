//! One of the two texts, taken apart.

use crate::blocks::{Document, Reading};
use crate::front::{Front, fences, mark_length};
use crate::issue::Date;
use crate::profile::Profile;
use crate::source::{Source, Span};

/// A source or an edition, taken apart: whatever it is, there is something to check.
#[derive(Clone, Debug)]
pub struct File {
    /// The text, with the name that findings call it.
    pub source: Source,
    /// Its front matter.
    pub front: Option<Front>,
    /// Why the front matter it has cannot be read.
    pub broken: Option<String>,
    /// The first byte after front matter and byte order mark.
    pub body_start: usize,
    /// The parsed body.
    pub document: Document,
}

impl File {
    /// Take `source` apart. Front matter that cannot be read is remembered, and read past.
    pub fn new(source: Source, profile: &Profile) -> Self {
        let text = source.text();
        let (front, broken) = match Front::find(text) {
            Ok(front) => (front, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let body_start = match (&front, &broken) {
            (Some(front), _) => front.span.end(),
            (None, Some(_)) => fences(text).map_or(0, Span::end),
            (None, None) => mark_length(text),
        };
        let document = Reading::new(profile.markdown).parse(&text[body_start..]);
        Self { source, front, broken, body_start, document }
    }

    /// The text after front matter and byte order mark.
    pub fn body(&self) -> &str {
        &self.source.text()[self.body_start..]
    }

    /// The bytes in the file of a span of the body.
    pub(super) fn in_file(&self, span: Span) -> Span {
        span.shifted(self.body_start)
    }

    /// The name of the file without folder, `.md`, and what says its language before that.
    pub(super) fn stem(&self) -> &str {
        let name = self.source.name();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        name.strip_suffix(".md").or_else(|| name.strip_suffix(".MD")).unwrap_or(name)
    }

    /// The value of `key`, where there is front matter.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        self.front.as_ref()?.get(key)
    }

    /// The title: of the front matter, else the first heading.
    pub(super) fn title(&self) -> Option<String> {
        let heading = || {
            let headings = self.document.leaves.iter().enumerate();
            let is_heading =
                |kind| matches!(kind, crate::blocks::LeafKind::Atx(_) | crate::blocks::LeafKind::Setext(_));
            let (first, _) = headings.into_iter().find(|(_, leaf)| is_heading(leaf.kind))?;
            Some(self.document.inline(self.body(), first).plain_text().replace('\n', " "))
        };
        self.value("title").or_else(heading)
    }

    /// The day it came out: of the front matter, else of the file's name.
    pub(super) fn date(&self) -> Option<Date> {
        let of_front = ["pubDate", "date"].iter().find_map(|key| Date::parse(&self.value(key)?));
        of_front.or_else(|| Date::parse(self.stem()))
    }
}
