//! A unit of the memory: a text, its translation, and where people published them.

/// A text and its translation, both with the tags of [`tags`](crate::tags).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// The text.
    pub source: String,
    /// Its translation.
    pub target: String,
    /// The names of the tags in both, in the order in which `source` opens them: `a1`, `c2`. Whatever
    /// else looks like a tag is text.
    pub tags: Vec<String>,
    /// What it is, in a word: `heading`, `paragraph`, …
    pub kind: String,
    /// The text before it, with its tags; empty where there is none.
    pub before: String,
    /// The text after it, with its tags; empty where there is none.
    pub after: String,
    /// Where it was learned.
    pub origin: Origin,
}

/// Where a unit was learned.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file of the source, or the one with the pairs.
    pub source: String,
    /// The line in it, from one.
    pub source_line: u32,
    /// The file of the edition; empty where one file has both.
    pub edition: String,
    /// The line in it, from one.
    pub edition_line: u32,
}

impl Origin {
    /// Whether it is a pair of issue and edition, which was checked when it was learned.
    pub fn is_pair(&self) -> bool {
        !self.edition.is_empty()
    }
}

/// A part of a tagged text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// Text.
    Text(&'t str),
    /// An opening tag, by its name's place among the names.
    Open(usize),
    /// A closing tag.
    Close(usize),
    /// A tag that stands alone.
    Void(usize),
}

/// Take a tagged text apart; only `names` are tags.
///
/// ```
/// use nekoyaku::memory::{Part, parts};
/// let names = ["a1".to_owned()];
/// let found: Vec<_> = parts("见<a1>文章</a1><b>", &names).collect();
/// assert_eq!(found, [Part::Text("见"), Part::Open(0), Part::Text("文章"), Part::Close(0), Part::Text("<b>")]);
/// ```
pub fn parts<'t>(text: &'t str, names: &'t [String]) -> impl Iterator<Item = Part<'t>> + 't {
    let mut rest = text;
    let mut next = None;
    std::iter::from_fn(move || {
        if let Some(tag) = next.take() {
            return Some(tag);
        }
        let mut from = 0;
        while let Some(at) = rest[from..].find('<').map(|at| from + at) {
            if let Some((tag, length)) = tag_at(&rest[at..], names) {
                let before = &rest[..at];
                rest = &rest[at + length..];
                if before.is_empty() {
                    return Some(tag);
                }
                next = Some(tag);
                return Some(Part::Text(before));
            }
            from = at + 1;
        }
        (!rest.is_empty()).then(|| Part::Text(std::mem::take(&mut rest)))
    })
}

/// The tag that `text` begins with, and its length.
fn tag_at<'t>(text: &'t str, names: &[String]) -> Option<(Part<'t>, usize)> {
    // No name is longer.
    let end = text.as_bytes().iter().take(40).position(|byte| *byte == b'>')?;
    let inside = &text[1..end];
    let place = |name: &str| names.iter().position(|known| known == name);
    let tag = match (inside.strip_prefix('/'), inside.strip_suffix('/')) {
        (Some(name), _) => Part::Close(place(name)?),
        (_, Some(name)) => Part::Void(place(name)?),
        _ => Part::Open(place(inside)?),
    };
    Some((tag, end + 1))
}

impl Unit {
    /// The source without its tags.
    pub fn plain_source(&self) -> String {
        plain(&self.source, &self.tags)
    }

    /// The translation without its tags.
    pub fn plain_target(&self) -> String {
        plain(&self.target, &self.tags)
    }
}

fn plain(text: &str, names: &[String]) -> String {
    parts(text, names).filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None }).collect()
}

/// Write `text` with other names: those of `names`, by place, as those of `others`.
pub(super) fn renamed(text: &str, names: &[String], others: &[String]) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    for part in parts(text, names) {
        if let Part::Open(place) | Part::Close(place) | Part::Void(place) = part {
            others.get(place)?;
        }
        push_part(part, others, &mut written);
    }
    Some(written)
}

/// Write a part with the tag that `names` has for it.
pub(super) fn push_part(part: Part<'_>, names: &[String], into: &mut String) {
    let (open, place, close) = match part {
        Part::Text(text) => return into.push_str(text),
        Part::Open(place) => ("<", place, ">"),
        Part::Close(place) => ("</", place, ">"),
        Part::Void(place) => ("<", place, "/>"),
    };
    into.push_str(open);
    into.push_str(&names[place]);
    into.push_str(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_tags_and_joined_the_parts_are_the_text() {
        let names = ["a1".to_owned(), "c2".to_owned()];
        let text = "<a1>Vec<T>\n<u2/></a1><c2/>< a1><a1";
        let written = renamed(text, &names, &names).unwrap();
        assert_eq!(written, text);
        assert_eq!(plain(text, &names), "Vec<T>\n<u2/>< a1><a1");
        assert_eq!(renamed("<a1>猫</a1>", &names, &["x1".to_owned()]).unwrap(), "<x1>猫</x1>");
    }
}
