//! A `<tu>` while it is read: its properties, and of its `<tuv>` those in our languages.

use super::super::Taken;
use super::super::languages::{Languages, rank};
use super::super::sound::{self, MAX_TAGS, MAX_TEXT, Why};
use super::segment::{Pair, Piece, Tag, pair};
use super::write::is_xml;
use super::{OURS, property};
use crate::memory::unit::{Origin, Unit};

/// The most translations of a text: nobody has more.
const MAX_VARIANTS: usize = 64;

/// What a piece of text is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piecewise {
    Text,
    Code,
    Property,
}

#[derive(Debug)]
pub(super) struct Entry {
    line: usize,
    sources: Vec<Variant>,
    targets: Vec<Variant>,
    properties: Vec<(String, String)>,
    property: Option<(String, String)>,
    variant: Option<(Side, Variant)>,
    why: Option<Why>,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Source,
    Target,
}

#[derive(Debug)]
struct Variant {
    rank: u8,
    keeps_blanks: bool,
    pieces: Vec<Piece>,
    length: usize,
    tags: usize,
    in_tag: bool,
    why: Option<Why>,
}

impl Entry {
    pub(super) fn new(line: usize) -> Self {
        Self {
            line,
            sources: Vec::new(),
            targets: Vec::new(),
            properties: Vec::new(),
            property: None,
            variant: None,
            why: None,
        }
    }

    pub(super) fn begin_variant(&mut self, language: Option<&str>, languages: &Languages) {
        let language = language.unwrap_or_default();
        let side = match (rank(&languages.source, language), rank(&languages.target, language)) {
            (Some(rank), _) => Some((Side::Source, rank)),
            (_, Some(rank)) => Some((Side::Target, rank)),
            _ => None,
        };
        self.variant = side.map(|(side, rank)| (side, Variant::new(rank)));
    }

    pub(super) fn begin_segment(&mut self, keeps_blanks: bool) {
        if let Some((_, variant)) = &mut self.variant {
            variant.keeps_blanks = keeps_blanks;
        }
    }

    pub(super) fn end_variant(&mut self) {
        let Some((side, variant)) = self.variant.take() else { return };
        let side = match side {
            Side::Source => &mut self.sources,
            Side::Target => &mut self.targets,
        };
        if side.len() == MAX_VARIANTS {
            self.why = Some(Why::TooLong);
        } else {
            side.push(variant);
        }
    }

    pub(super) fn begin_property(&mut self, kind: Option<&str>) {
        self.property = kind.and_then(known).map(|name| (name.to_owned(), String::new()));
    }

    pub(super) fn end_property(&mut self) {
        let Some((name, value)) = self.property.take() else { return };
        if !self.properties.iter().any(|(known, _)| *known == name) {
            self.properties.push((name, value));
        }
    }

    pub(super) fn begin_tag(&mut self, tag: Tag) {
        if let Some((_, variant)) = &mut self.variant {
            variant.begin_tag(tag);
        }
    }

    pub(super) fn end_tag(&mut self) {
        if let Some((_, variant)) = &mut self.variant {
            variant.in_tag = false;
        }
    }

    /// An element that has no place in a text.
    pub(super) fn refuse_element(&mut self, name: &str) {
        if let Some((_, variant)) = &mut self.variant {
            variant.why.get_or_insert(Why::Element(name.to_owned()));
        }
    }

    pub(super) fn text(&mut self, text: &str, piecewise: Piecewise) {
        let refused = text.chars().find(|c| !is_xml(*c)).map(|c| Why::Character(c.into()));
        match piecewise {
            Piecewise::Property => {
                let Some((_, value)) = &mut self.property else { return };
                if value.len() + text.len() > MAX_TEXT {
                    self.why.get_or_insert(Why::TooLong);
                } else {
                    value.push_str(text);
                }
                self.why = self.why.take().or(refused);
            }
            Piecewise::Text | Piecewise::Code => {
                let Some((_, variant)) = &mut self.variant else { return };
                variant.text(text, piecewise);
                variant.why = variant.why.take().or(refused);
            }
        }
    }

    /// The units in it: one for each translation in what is best called our language.
    pub(super) fn taken(mut self, name: &str, languages: &Languages) -> Vec<Taken> {
        let line = self.line;
        let left_out = |why| Taken::LeftOut { line, why };
        if let Some(why) = self.why {
            return vec![left_out(why)];
        }
        let (mut sources, mut targets) =
            (best(std::mem::take(&mut self.sources)), best(std::mem::take(&mut self.targets)));
        let absent = [(&sources, &languages.source), (&targets, &languages.target)];
        if let Some((_, language)) = absent.into_iter().find(|(side, _)| side.is_empty()) {
            return vec![left_out(Why::NoText(language.clone()))];
        }
        let is_ours = self.property(property::FILE).is_some();
        if !is_ours {
            sources.iter_mut().chain(&mut targets).for_each(Variant::unindent);
        }
        let mut all = Vec::new();
        if let [source, rest @ ..] = &sources[..] {
            all.extend(targets.iter().map(|target| match joined(source, target) {
                Ok(pair) => {
                    let unit = self.unit(pair, name);
                    sound::fault(&unit).map_or(Taken::Unit(unit), left_out)
                }
                Err(why) => left_out(why),
            }));
            all.extend(rest.iter().map(|_| left_out(Why::SecondText(languages.source.clone()))));
        }
        all
    }

    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn unit(&self, pair: Pair, name: &str) -> Unit {
        let text = |name| self.property(name).unwrap_or_default().to_owned();
        let number = |name| self.property(name).and_then(|value| value.parse().ok()).unwrap_or(0);
        let origin = match self.property(property::FILE) {
            Some(file) => Origin {
                source: file.to_owned(),
                source_line: number(property::LINE),
                edition: text(property::EDITION),
                edition_line: number(property::EDITION_LINE),
            },
            None => Origin {
                source: name.to_owned(),
                source_line: u32::try_from(self.line).unwrap_or(0),
                ..Origin::default()
            },
        };
        let Pair { source, target, names } = pair;
        Unit {
            source,
            target,
            tags: names,
            kind: text(property::KIND),
            before: text(property::BEFORE),
            after: text(property::AFTER),
            origin,
        }
    }
}

impl Variant {
    fn new(rank: u8) -> Self {
        Self { rank, keeps_blanks: false, pieces: Vec::new(), length: 0, tags: 0, in_tag: false, why: None }
    }

    fn begin_tag(&mut self, tag: Tag) {
        self.tags += 1;
        // An end is a tag of its own where its begin is missing.
        if self.tags > 2 * MAX_TAGS {
            self.why.get_or_insert(Why::TooLong);
            return;
        }
        self.in_tag = true;
        self.pieces.push(Piece::Tag(tag));
    }

    fn text(&mut self, text: &str, piecewise: Piecewise) {
        self.length += text.len();
        if self.length > MAX_TEXT {
            self.why.get_or_insert(Why::TooLong);
            return;
        }
        match (self.pieces.last_mut(), piecewise) {
            (Some(Piece::Tag(tag)), Piecewise::Code) if self.in_tag => tag.code.push_str(text),
            (_, Piecewise::Code) => {}
            (Some(Piece::Text(piece)), _) => piece.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// Without the line ends and blanks of a file that somebody indented.
    fn unindent(&mut self) {
        if self.keeps_blanks {
            return;
        }
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let breaks = |blanks: &str| blanks.contains('\n');
        if let Some(Piece::Text(text)) = self.pieces.first_mut() {
            let rest = text.trim_start_matches(is_blank).len();
            if breaks(&text[..text.len() - rest]) {
                text.drain(..text.len() - rest);
            }
        }
        if let Some(Piece::Text(text)) = self.pieces.last_mut() {
            let end = text.trim_end_matches(is_blank).len();
            if breaks(&text[end..]) {
                text.truncate(end);
            }
        }
    }
}

fn joined(source: &Variant, target: &Variant) -> Result<Pair, Why> {
    if let Some(why) = source.why.as_ref().or(target.why.as_ref()) {
        return Err(why.clone());
    }
    pair(&source.pieces, &target.pieces)
}

/// Those with the nearest name of the language.
fn best(mut side: Vec<Variant>) -> Vec<Variant> {
    let best = side.iter().map(|variant| variant.rank).min();
    side.retain(|variant| Some(variant.rank) == best);
    side
}

/// The property that a type names, in our words.
fn known(kind: &str) -> Option<&str> {
    match kind {
        "prev" => Some(property::BEFORE),
        "next" => Some(property::AFTER),
        _ => kind.strip_prefix(OURS),
    }
}
