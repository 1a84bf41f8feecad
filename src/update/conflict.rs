//! What both sides changed, until a person has seen to it.

use serde::{Deserialize, Serialize};

use crate::source::Span;

use super::Merged;

/// A place whose source changed after a person had changed its translation: theirs stands there, and this is
/// what would stand there otherwise. It is known by its texts, so that it is found again wherever it moves,
/// and is settled as soon as somebody changes what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What the source has there.
    pub source: String,
    /// What the person made of what the source had there before.
    pub edition: String,
    /// The translation of what the source has.
    pub draft: String,
}

impl Conflict {
    /// Those of an update of an edition whose source is `source` now, in the order of the text.
    pub fn of(merged: &Merged, source: &str) -> Vec<Self> {
        let conflict = |written: &super::Written| {
            Some(Self {
                source: source[written.source.range()].trim().to_owned(),
                edition: merged.text[written.edition.range()].trim().to_owned(),
                draft: written.conflict.as_ref()?.trim().to_owned(),
            })
        };
        merged.written.iter().filter_map(conflict).collect()
    }

    /// Where it is in a source and in an edition, in bytes; nothing where it is settled.
    ///
    /// It is all of its lines, but for the marks of a list or quote before it: words that another block has
    /// among its own are not what was translated.
    pub fn place(&self, source: &str, edition: &str) -> Option<(Span, Span)> {
        let find = |text: &str, part: &str| {
            let spans = text.match_indices(part).map(|(start, _)| Span::new(start, start + part.len()));
            let is_block = |span: &Span| {
                let before = text[..span.start()].rsplit(['\n', '\r']).next().unwrap_or_default();
                let behind = text[span.end()..].split(['\n', '\r']).next().unwrap_or_default();
                let before = before.trim_start_matches('\u{feff}');
                let is_mark = before.is_empty() || before.ends_with([' ', '\t', '>']);
                is_mark && !before.contains(char::is_alphabetic) && behind.trim().is_empty()
            };
            if part.is_empty() { None } else { spans.into_iter().find(is_block) }
        };
        // What was taken out of the source has no place there.
        let there = if self.source.is_empty() { Some(Span::default()) } else { find(source, &self.source) };
        Some((there?, find(edition, &self.edition)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(edition: &str, text: &str) -> Option<usize> {
        let conflict = Conflict { source: String::new(), edition: edition.to_owned(), draft: String::new() };
        conflict.place("", text).map(|(_, span)| span.start())
    }

    #[test]
    fn words_within_another_block_are_not_what_stands_there() {
        let text = "# 猫の週刊\n\n白い猫\n\n猫\n";
        assert_eq!(at("猫", text), text.rfind('猫'));
        assert_eq!(at("2 匹", "12 匹\n"), None);
        assert_eq!(at("猫", "猫がいた\n"), None);
    }

    #[test]
    fn what_stands_in_a_list_or_a_quote_or_first_in_a_file_is_found() {
        for text in ["猫", "\u{feff}猫\r\n", "- 猫\n", "> 猫", "犬\n\n1. 猫  \n\n鳥\n", "> - 猫\n", ">猫\n"] {
            assert_eq!(at("猫", text), text.find('猫'), "{text}");
        }
    }
}
