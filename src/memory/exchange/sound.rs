//! What makes a unit one that can be kept: both texts, and the same tags in both.

use super::error::quoted;
use crate::memory::unit::{Part, Unit, parts};

/// The most bytes of a text with its tags; a newsletter's longest paragraph has some ten thousand.
pub const MAX_TEXT: usize = 256 * 1024;

/// The most tags of a text.
pub const MAX_TAGS: usize = 1000;

/// The most characters of a tag's name; [`parts`] knows no longer ones.
const MAX_NAME: usize = 32;

/// Why a pair was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Why {
    /// No text in the language of the sources.
    #[error("there is no text in {0}")]
    NoText(String),
    /// A text that is empty.
    #[error("there is nothing in the text")]
    EmptyText,
    /// A translation that is empty.
    #[error("there is nothing in the translation")]
    EmptyTranslation,
    /// A second text in the language of the sources.
    #[error("there is more than one text in {0}; the first was taken")]
    SecondText(String),
    /// A tag that only one of the two has, or has twice.
    #[error("the tags of the text are not those of the translation")]
    OtherTags,
    /// A tag that is opened and not closed, or two that cross.
    #[error("the tags do not stand around pieces of text")]
    Unbalanced,
    /// A name that no tag can have.
    #[error("`{0}` is no name of a tag")]
    NoName(String),
    /// An element that the standard does not have in a text.
    #[error("<{0}> has no place in a text")]
    Element(String),
    /// A character that XML cannot hold.
    #[error("U+{0:04X} cannot stand in XML")]
    Character(u32),
    /// A text, what is around it, or the number of its tags, beyond what is reasonable.
    #[error("it is longer than {MAX_TEXT} bytes, or has more than {MAX_TAGS} tags")]
    TooLong,
}

/// What is wrong with a unit: nothing, if it is to be kept.
pub(super) fn fault(unit: &Unit) -> Option<Why> {
    let Unit { source, target, tags, kind, before, after, origin } = unit;
    let texts = [source, target, kind, before, after, &origin.source, &origin.edition];
    if texts.iter().any(|text| text.len() > MAX_TEXT) || tags.len() > MAX_TAGS {
        return Some(Why::TooLong);
    }
    if source.is_empty() {
        return Some(Why::EmptyText);
    }
    if target.is_empty() {
        return Some(Why::EmptyTranslation);
    }
    if let Some(name) = tags.iter().find(|name| !is_name(name)) {
        return Some(Why::NoName(quoted(name)));
    }
    let (opened, translated) = match (opened(source, tags), opened(target, tags)) {
        (Ok(opened), Ok(translated)) => (opened, translated),
        (Err(why), _) | (_, Err(why)) => return Some(why),
    };
    let in_order = opened.iter().map(|(place, _)| *place).eq(0..tags.len());
    let sorted = |mut tags: Vec<(usize, bool)>| {
        tags.sort_unstable();
        tags
    };
    (!in_order || sorted(opened) != sorted(translated)).then_some(Why::OtherTags)
}

/// Letters and a number, as in [`tags`](crate::tags).
pub(super) fn is_name(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty()
        && letters.len() < name.len()
        && name.len() <= MAX_NAME
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The tags in the order in which they open, by place, and whether they stand alone.
fn opened(text: &str, tags: &[String]) -> Result<Vec<(usize, bool)>, Why> {
    let (mut opened, mut open, mut seen) = (Vec::new(), Vec::new(), vec![false; tags.len()]);
    for part in parts(text, tags) {
        match part {
            Part::Text(_) => {}
            Part::Close(place) if open.pop() != Some(place) => return Err(Why::Unbalanced),
            Part::Close(_) => {}
            Part::Open(place) | Part::Void(place) => {
                if std::mem::replace(&mut seen[place], true) {
                    return Err(Why::OtherTags);
                }
                let alone = matches!(part, Part::Void(_));
                opened.push((place, alone));
                if !alone {
                    open.push(place);
                }
            }
        }
    }
    if open.is_empty() { Ok(opened) } else { Err(Why::Unbalanced) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(source: &str, target: &str, tags: &[&str]) -> Unit {
        let tags = tags.iter().map(ToString::to_string).collect();
        Unit { source: source.to_owned(), target: target.to_owned(), tags, ..Unit::default() }
    }

    #[test]
    fn both_texts_have_each_tag_once_and_closed() {
        assert_eq!(fault(&unit("<a1>猫</a1><u2/><b3>", "<u2/><a1>ネコ</a1>", &["a1", "u2"])), None);
        for (source, target, tags, why) in [
            ("", "猫", &[][..], Why::EmptyText),
            ("猫", "", &[], Why::EmptyTranslation),
            ("<a1>猫</a1>", "ネコ", &["a1"], Why::OtherTags),
            ("猫", "<a1>ネコ</a1>", &["a1"], Why::OtherTags),
            ("<a1>猫</a1>", "<a1/>ネコ", &["a1"], Why::OtherTags),
            ("<a1/>猫", "<a1/>ネコ<a1/>", &["a1"], Why::OtherTags),
            ("<b2/><a1/>猫", "<a1/><b2/>ネコ", &["a1", "b2"], Why::OtherTags),
            ("<a1>猫", "<a1>ネコ", &["a1"], Why::Unbalanced),
            ("<a1><b2>猫</a1></b2>", "<a1><b2>ネコ</b2></a1>", &["a1", "b2"], Why::Unbalanced),
            ("<A>猫</A>", "<A>ネコ</A>", &["A"], Why::NoName("A".to_owned())),
        ] {
            assert_eq!(fault(&unit(source, target, tags)), Some(why), "{source} {target}");
        }
    }
}
