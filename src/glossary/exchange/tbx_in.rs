//! TBX: version 3 in both its styles, and version 2, as it was before 2019.
//!
//! A document type may say where its rules are, and nobody looks there; one that defines anything is
//! refused, and so is every entity that is not XML's own.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::{Category, Term};
use super::tbx_out::FLAG;
use super::{ExchangeError, Imported, LONGEST_FILE, LONGEST_TEXT, MOST_FORMS, Refused, line_of, take};

/// Elements are not more deeply in each other.
const DEEPEST: usize = 64;

/// No element has more attributes.
const MOST_ATTRIBUTES: usize = 64;

/// So many languages that were not wanted are named.
const MOST_NAMED: usize = 20;

/// Read TBX; of its concepts, the terms in the language `source` and their renderings in `target`.
///
/// ```
/// # use nekoyaku::glossary::read_tbx;
/// let old = "<martif type='TBX'><text><body><termEntry>\
///     <langSet xml:lang='zh-CN'><tig><term>函数</term></tig></langSet>\
///     <langSet xml:lang='ja'><tig><term>関数</term></tig></langSet>\
///     </termEntry></body></text></martif>";
/// assert_eq!(read_tbx(old, "zh", "ja")?.terms[0].target, "関数");
/// # Ok::<(), nekoyaku::glossary::ExchangeError>(())
/// ```
///
/// # Errors
///
/// Where it is too long, no XML, no TBX, or defines entities.
pub fn read_tbx(text: &str, source: &str, target: &str) -> Result<Imported, ExchangeError> {
    if text.len() > LONGEST_FILE {
        return Err(ExchangeError::TooLong);
    }
    let mut reader = Reader::from_str(text);
    let mut reading = Reading {
        wanted: [source, target],
        open: Vec::new(),
        concept: Concept::default(),
        buffer: None,
        had_root: false,
        imported: Imported::default(),
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let unreadable = |why: String| ExchangeError::Unreadable { line: line_of(text, at), why };
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            let why = format!("it is no XML: {}", error.to_string().escape_debug());
            ExchangeError::Unreadable { line: line_of(text, at), why }
        })?;
        let line = || line_of(text, at);
        let taken = match event {
            Event::Start(start) => reading.start(&start, line),
            Event::Empty(start) => reading.start(&start, line).map(|()| reading.end()),
            Event::End(_) => {
                reading.end();
                Ok(())
            }
            Event::Text(text) => reading.text(&text.xml10_content()),
            Event::CData(text) => reading.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                character(&reference).and_then(|c| reading.text(c.encode_utf8(&mut [0; 4])))
            }
            Event::DocType(kind) if kind.contains('[') => Err("it defines what is to be put into it".to_owned()),
            Event::DocType(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => Ok(()),
            Event::Eof if !reading.open.is_empty() => Err("it is cut off".to_owned()),
            Event::Eof if !reading.had_root => Err("there is nothing in it".to_owned()),
            Event::Eof => return Ok(reading.imported),
        };
        taken.map_err(unreadable)?;
    }
}

/// What an element is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Concept,
    /// Whether it is one of the two languages: 0 or 1.
    Language(Option<usize>),
    Section,
    Term,
    Note,
    /// Something of that name.
    Data(String),
    Other,
}

#[derive(Default)]
struct Concept {
    line: usize,
    notes: Vec<String>,
    category: Category,
    flags: Vec<String>,
    /// By language, with how good it is.
    terms: [Vec<(String, Standing)>; 2],
    is_too_much: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Preferred,
    #[default]
    Unsaid,
    Admitted,
    Deprecated,
}

struct Reading<'a> {
    wanted: [&'a str; 2],
    open: Vec<Kind>,
    concept: Concept,
    // What the innermost element that matters has in it.
    buffer: Option<String>,
    had_root: bool,
    imported: Imported,
}

impl Reading<'_> {
    fn start(&mut self, start: &BytesStart<'_>, line: impl Fn() -> usize) -> Result<(), String> {
        let name = start.local_name().into_inner().to_owned();
        if self.open.is_empty() {
            if self.had_root || !matches!(name.as_str(), "tbx" | "martif") {
                return Err(format!("it is no TBX: there is an element `{}`", name.escape_debug()));
            }
            self.had_root = true;
        }
        if self.open.len() == DEEPEST {
            return Err(format!("there are more than {DEEPEST} elements in each other"));
        }
        let (kind, language) = attributes(start)?;
        let kind = match name.as_str() {
            "conceptEntry" | "termEntry" => {
                self.concept = Concept { line: line(), ..Concept::default() };
                Kind::Concept
            }
            "langSec" | "langSet" => Kind::Language(self.language(language.as_deref())),
            "termSec" | "tig" | "ntig" => {
                if let Some(terms) = self.terms() {
                    terms.push((String::new(), Standing::default()));
                    if terms.len() > MOST_FORMS {
                        terms.pop();
                        self.concept.is_too_much = true;
                    }
                }
                Kind::Section
            }
            "term" => Kind::Term,
            "note" => Kind::Note,
            "termNote" | "descrip" | "admin" => kind.map_or(Kind::Other, Kind::Data),
            "administrativeStatus" | "subjectField" | "projectSubset" => Kind::Data(name),
            _ => Kind::Other,
        };
        if matches!(kind, Kind::Term | Kind::Note | Kind::Data(_)) {
            self.buffer = Some(String::new());
        }
        self.open.push(kind);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if let Some(buffer) = &mut self.buffer {
            buffer.push_str(text);
            if buffer.len() > LONGEST_TEXT * 8 {
                return Err("a text is longer than any term".to_owned());
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(kind) = self.open.pop() else { return };
        match kind {
            Kind::Concept => self.take_concept(),
            Kind::Term | Kind::Note | Kind::Data(_) => {
                let text = self.buffer.take().map(|text| one_line(&text)).unwrap_or_default();
                self.take_text(&kind, text);
            }
            _ => {}
        }
    }

    /// The index of a language among the wanted ones.
    fn language(&mut self, language: Option<&str>) -> Option<usize> {
        let language = language.unwrap_or_default();
        let found = self.wanted.iter().position(|wanted| is_same_language(wanted, language));
        if found.is_none() {
            let ignored = format!("the language `{}`", language.escape_debug());
            if !self.imported.ignored.contains(&ignored) && self.imported.ignored.len() < MOST_NAMED {
                self.imported.ignored.push(ignored);
            }
        }
        found
    }

    /// The terms of the language that is open.
    fn terms(&mut self) -> Option<&mut Vec<(String, Standing)>> {
        let language = self.open.iter().rev().find_map(|kind| match kind {
            Kind::Language(language) => Some(*language),
            _ => None,
        });
        language.flatten().map(|language| &mut self.concept.terms[language])
    }

    fn take_text(&mut self, kind: &Kind, text: String) {
        let is_of_term = self.open.contains(&Kind::Section);
        match kind {
            Kind::Term => {
                if let Some((term, _)) = self.terms().and_then(|terms| terms.last_mut()) {
                    *term = text;
                }
            }
            Kind::Note if !text.is_empty() && self.concept.notes.len() < MOST_FORMS => self.concept.notes.push(text),
            Kind::Data(name) if name == "administrativeStatus" && is_of_term => {
                let standing = standing(&text);
                if let Some((_, own)) = self.terms().and_then(|terms| terms.last_mut()) {
                    *own = standing;
                }
            }
            Kind::Data(name) if name == "subjectField" => {
                self.concept.category = Category::of(&text.to_ascii_lowercase()).unwrap_or_default();
            }
            Kind::Data(name) if name == "projectSubset" && self.concept.flags.len() < MOST_FORMS => {
                self.concept.flags.extend(text.strip_prefix(FLAG).map(str::to_owned));
            }
            _ => {}
        }
    }

    fn take_concept(&mut self) {
        let Concept { line, notes, category, flags, terms: [mut sources, mut targets], is_too_much } =
            std::mem::take(&mut self.concept);
        sources.retain(|(term, standing)| !term.trim().is_empty() && *standing != Standing::Deprecated);
        targets.retain(|(term, _)| !term.trim().is_empty());
        // The preferred one first, else the first; the others stay in their order.
        targets.sort_by_key(|(_, standing)| (*standing == Standing::Deprecated, *standing != Standing::Preferred));
        let why = match (sources.is_empty(), targets.first()) {
            _ if is_too_much => Some(format!("there are more than {MOST_FORMS} terms in a language")),
            (true, _) => Some(format!("there is no term in the language `{}`", self.wanted[0].escape_debug())),
            (_, None | Some((_, Standing::Deprecated))) => {
                Some(format!("there is no good term in the language `{}`", self.wanted[1].escape_debug()))
            }
            _ => None,
        };
        if let Some(why) = why {
            self.imported.refused.push(Refused { line, why });
            return;
        }
        let forms = |is_wanted: fn(Standing) -> bool| {
            let forms = targets.iter().filter(|(_, standing)| is_wanted(*standing));
            forms.map(|(form, _)| form.clone()).collect::<Vec<_>>()
        };
        let has = |flag: &str| flags.iter().any(|own| own == flag);
        let mut right = forms(|standing| standing != Standing::Deprecated).into_iter();
        let term = Term {
            source: String::new(),
            target: right.next().unwrap_or_default(),
            variants: right.collect(),
            forbidden: forms(|standing| standing == Standing::Deprecated),
            note: notes.join(" "),
            category,
            keep: has("keep"),
            case: has("case"),
            strict: has("strict"),
        };
        for (source, _) in sources {
            take(&mut self.imported, line, Term { source, ..term.clone() });
        }
    }
}

/// `type`, and `xml:lang`, or `lang`, as it was before.
fn attributes(start: &BytesStart<'_>) -> Result<(Option<String>, Option<String>), String> {
    let (mut kind, mut language) = (None, None);
    for (number, attribute) in start.attributes().enumerate() {
        if number == MOST_ATTRIBUTES {
            return Err(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
        }
        let failed = |error: &dyn std::fmt::Display| format!("it is no XML: {}", error.to_string().escape_debug());
        let attribute = attribute.map_err(|error| failed(&error))?;
        let value = || attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| failed(&error));
        match attribute.key.as_ref() {
            "type" => kind = Some(value()?.into_owned()),
            "xml:lang" => language = Some(value()?.into_owned()),
            "lang" if language.is_none() => language = Some(value()?.into_owned()),
            _ => {}
        }
    }
    Ok((kind, language))
}

fn character(reference: &BytesRef<'_>) -> Result<char, String> {
    let unknown = || format!("`&{};` is no entity of XML's own", reference.escape_debug());
    if let Some(c) = reference.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(c);
    }
    let own = quick_xml::escape::resolve_xml_entity(reference).and_then(|text| text.chars().next());
    own.ok_or_else(unknown)
}

/// `preferredTerm-admn-sts`, and `preferredTerm`, as others write it.
fn standing(text: &str) -> Standing {
    match text.trim().trim_end_matches("-admn-sts") {
        "preferredTerm" | "preferred" => Standing::Preferred,
        "admittedTerm" | "admitted" => Standing::Admitted,
        "deprecatedTerm" | "supersededTerm" | "deprecated" | "superseded" => Standing::Deprecated,
        _ => Standing::Unsaid,
    }
}

/// Whether two codes are of one language, whatever they say of script and country.
fn is_same_language(one: &str, other: &str) -> bool {
    let primary = |code: &str| {
        let code = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match code.as_str() {
            "zho" | "chi" | "cmn" => "zh".to_owned(),
            "jpn" => "ja".to_owned(),
            _ => code,
        }
    };
    primary(one) == primary(other)
}

/// A text that was written over several lines, in one.
fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r', '\t']) {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text.to_owned()
}
