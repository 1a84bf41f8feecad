//! The attributes of elements that matter here.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::BytesStart;

use super::super::error::{Problem, said};
use super::segment::{Form, Tag};

/// The most attributes of an element: the standard has fourteen, and comparing each with each takes
/// the square of that.
const MAX_ATTRIBUTES: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `xml:lang`, or `lang`, as it was before 1.4.
    pub(super) language: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) keeps_blanks: Option<bool>,
    i: Option<String>,
    x: Option<String>,
}

impl Attributes {
    pub(super) fn of(start: &BytesStart<'_>) -> Result<Self, Problem> {
        let mut found = Self::default();
        let mut old_language = None;
        for (number, attribute) in start.attributes().enumerate() {
            if number == MAX_ATTRIBUTES {
                return Err(Problem::TooManyAttributes(MAX_ATTRIBUTES));
            }
            let not_xml = |error: &dyn std::fmt::Display| Problem::NotXml(said(error));
            let attribute = attribute.map_err(|error| not_xml(&error))?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| not_xml(&error))?;
            let value = Some(value.into_owned());
            match attribute.key.as_ref() {
                "xml:lang" => found.language = value,
                "lang" => old_language = value,
                "type" => found.kind = value,
                "i" => found.i = value,
                "x" => found.x = value,
                "xml:space" => found.keeps_blanks = value.map(|value| value == "preserve"),
                _ => {}
            }
        }
        found.language = found.language.or(old_language);
        Ok(found)
    }

    /// The tag that the element `name` is.
    pub(super) fn tag(self, name: &str) -> Tag {
        let form = match name.to_ascii_lowercase().as_str() {
            "bpt" => Form::Begin,
            "ept" => Form::End,
            _ => Form::Lone,
        };
        Tag { form, i: self.i, x: self.x, kind: self.kind, code: String::new() }
    }
}

/// The character that one of XML's own five entities stands for.
pub(super) fn decoded(name: &str) -> Option<char> {
    resolve_xml_entity(name)?.chars().next()
}
