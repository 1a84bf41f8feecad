//! The units of a TMX file, one by one.

use std::collections::VecDeque;
use std::io::BufRead;

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::Taken;
use super::super::error::{ExchangeError, Problem, quoted, said};
use super::super::languages::Languages;
use super::super::text::Text;
use super::attributes::{Attributes, decoded};
use super::variant::{Entry, Piecewise};
use crate::source::Position;

/// The most bytes of a tag, or of text between two.
const MAX_PIECE: usize = 1024 * 1024;

/// The most elements in one another; the standard has seven, and more only where `<sub>` and `<hi>` do.
const MAX_DEPTH: usize = 64;

/// Reads units, and after an error no more.
pub(in super::super) struct Reader<R: BufRead> {
    xml: Option<quick_xml::Reader<Text<R>>>,
    buffer: Vec<u8>,
    state: State,
}

impl<R: BufRead> Reader<R> {
    pub(in super::super) fn new(input: R, name: String, languages: Languages) -> Self {
        let mut state = State {
            name,
            languages,
            open: Vec::new(),
            names: Vec::new(),
            entry: None,
            had_root: false,
            ready: VecDeque::new(),
        };
        let xml = Text::new(input).map(quick_xml::Reader::from_reader);
        let xml = xml.map_err(|problem| state.ready.push_back(Err(ExchangeError { place: None, problem })));
        let mut xml = xml.ok();
        if let Some(xml) = &mut xml {
            xml.config_mut().expand_empty_elements = true;
        }
        Self { xml, buffer: Vec::new(), state }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Taken, ExchangeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.state.ready.pop_front() {
                return Some(ready);
            }
            let xml = self.xml.as_mut()?;
            self.buffer.clear();
            xml.get_mut().allow(MAX_PIECE);
            let place = xml.get_ref().place();
            let taken = match xml.read_event_into(&mut self.buffer) {
                Ok(Event::Eof) => {
                    self.xml = None;
                    self.state.end().map(|()| false)
                }
                Ok(event) => self.state.take(event, place).map(|()| true),
                Err(error) => Err(xml.get_mut().trouble().map_or_else(
                    || Problem::NotXml(said(&error)).at(place),
                    |problem| problem.at(xml.get_ref().place()),
                )),
            };
            if let Err(error) = taken {
                self.xml = None;
                return Some(Err(error));
            }
        }
    }
}

/// What an element is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Tmx,
    Body,
    Tu,
    Tuv,
    Seg,
    Property,
    /// An element with code in it.
    Tag,
    /// In a text, and so is what it holds.
    Through,
    /// Nothing in it is for us.
    Other,
}

struct Open {
    element: Element,
    keeps_blanks: bool,
}

struct State {
    name: String,
    languages: Languages,
    open: Vec<Open>,
    // Of the elements in `open`, for a message.
    names: Vec<String>,
    entry: Option<Entry>,
    had_root: bool,
    ready: VecDeque<Result<Taken, ExchangeError>>,
}

impl State {
    fn take(&mut self, event: Event<'_>, place: Position) -> Result<(), ExchangeError> {
        let taken = match event {
            Event::Start(start) => self.start(&start, place),
            Event::End(_) => {
                self.close();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => character(&reference).and_then(|c| self.text(c.encode_utf8(&mut [0; 4]))),
            Event::DocType(doctype) => {
                let defines = self.had_root || defines_something(&doctype);
                if defines { Err(Problem::Definitions) } else { Ok(()) }
            }
            // A start that is an end at once comes as both.
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        };
        taken.map_err(|problem| problem.at(place))
    }

    fn end(&self) -> Result<(), ExchangeError> {
        let problem = match self.names.last() {
            Some(name) => Problem::CutOff(quoted(name)),
            None if !self.had_root => Problem::Empty,
            None => return Ok(()),
        };
        Err(ExchangeError { place: None, problem })
    }

    fn start(&mut self, start: &BytesStart<'_>, place: Position) -> Result<(), Problem> {
        let attributes = Attributes::of(start)?;
        let name = start.local_name().as_ref().to_owned();
        let parent = self.open.last();
        let element = match parent {
            None if self.had_root => return Err(Problem::NotXml("something follows after its end".to_owned())),
            None if name.eq_ignore_ascii_case("tmx") => Element::Tmx,
            None => return Err(Problem::NotTmx(quoted(&name))),
            Some(parent) => inside(parent.element, &name.to_ascii_lowercase()),
        };
        if self.open.len() == MAX_DEPTH {
            return Err(Problem::TooDeep(MAX_DEPTH));
        }
        self.had_root = true;
        let keeps_blanks = attributes.keeps_blanks.unwrap_or(parent.is_some_and(|parent| parent.keeps_blanks));
        let in_text = matches!(parent, Some(Open { element: Element::Seg | Element::Through, .. }));
        match element {
            Element::Tu => self.entry = Some(Entry::new(place.line.get())),
            Element::Tuv => {
                if let Some(entry) = &mut self.entry {
                    entry.begin_variant(attributes.language.as_deref(), &self.languages);
                }
            }
            Element::Seg => {
                if let Some(entry) = &mut self.entry {
                    entry.begin_segment(keeps_blanks);
                }
            }
            Element::Property => {
                if let Some(entry) = &mut self.entry {
                    entry.begin_property(attributes.kind.as_deref());
                }
            }
            Element::Tag => {
                if let Some(entry) = &mut self.entry {
                    entry.begin_tag(attributes.tag(&name));
                }
            }
            Element::Other if in_text => {
                if let Some(entry) = &mut self.entry {
                    entry.refuse_element(&quoted(&name));
                }
            }
            Element::Tmx | Element::Body | Element::Through | Element::Other => {}
        }
        self.open.push(Open { element, keeps_blanks });
        self.names.push(name);
        Ok(())
    }

    fn close(&mut self) {
        self.names.pop();
        let Some(Open { element, .. }) = self.open.pop() else { return };
        match (element, &mut self.entry) {
            (Element::Tag, Some(entry)) => entry.end_tag(),
            (Element::Tuv, Some(entry)) => entry.end_variant(),
            (Element::Property, Some(entry)) => entry.end_property(),
            (Element::Tu, entry) => {
                let taken = entry.take().map(|entry| entry.taken(&self.name, &self.languages));
                self.ready.extend(taken.into_iter().flatten().map(Ok));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        let Some(Open { element, .. }) = self.open.last() else {
            let is_blank = text.trim_matches([' ', '\t', '\n', '\r']).is_empty();
            let stray = || Problem::NotXml("there is text outside of it".to_owned());
            return if is_blank { Ok(()) } else { Err(stray()) };
        };
        if let Some(entry) = &mut self.entry {
            match element {
                Element::Seg | Element::Through => entry.text(text, Piecewise::Text),
                Element::Tag => entry.text(text, Piecewise::Code),
                Element::Property => entry.text(text, Piecewise::Property),
                Element::Tmx | Element::Body | Element::Tu | Element::Tuv | Element::Other => {}
            }
        }
        Ok(())
    }
}

/// What an element of this name is in another one.
fn inside(parent: Element, name: &str) -> Element {
    match (parent, name) {
        (Element::Tmx, "body") => Element::Body,
        (Element::Body, "tu") => Element::Tu,
        (Element::Tu, "tuv") => Element::Tuv,
        (Element::Tu | Element::Tuv, "prop") => Element::Property,
        (Element::Tuv, "seg") => Element::Seg,
        (Element::Seg | Element::Through, "bpt" | "ept" | "ph" | "it" | "ut") => Element::Tag,
        (Element::Seg | Element::Through, "hi" | "sub") => Element::Through,
        _ => Element::Other,
    }
}

/// The one character that XML's own references stand for.
fn character(reference: &BytesRef<'_>) -> Result<char, Problem> {
    let unknown = || Problem::UnknownEntity(quoted(reference));
    if let Some(c) = reference.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(c);
    }
    decoded(reference).ok_or_else(unknown)
}

/// Whether a document type has more than a name and where it is to be found: what is in brackets.
fn defines_something(doctype: &str) -> bool {
    let mut quote = None;
    doctype.bytes().any(|byte| match quote {
        Some(open) => {
            if byte == open {
                quote = None;
            }
            false
        }
        None => {
            if matches!(byte, b'"' | b'\'') {
                quote = Some(byte);
            }
            byte == b'['
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_brackets_defines_something() {
        assert!(!defines_something(r#"tmx SYSTEM "tmx14.dtd""#));
        assert!(!defines_something(r#"tmx PUBLIC "-//LISA OSCAR:1998//DTD [x]//EN" 'tmx14.dtd'"#));
        assert!(defines_something("tmx [ ]"));
        assert!(defines_something(r#"tmx SYSTEM "tmx14.dtd" [<!ENTITY 猫 "ネコ">]"#));
    }
}
