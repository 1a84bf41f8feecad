//! Units as TMX 1.4b.
//!
//! No date, no place: the same units are the same bytes.

use std::io::{self, Write};

use super::super::languages::Languages;
use super::super::sound::Why;
use super::{OURS, property};
use crate::memory::unit::{Part, Unit, parts};

/// All before the units.
pub(in super::super) fn head(out: &mut impl Write, languages: &Languages) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tmx version=\"1.4\">\n<header creationtool=\"nekoyaku\""
    )?;
    write!(
        out,
        " creationtoolversion=\"{version}\" segtype=\"paragraph\" o-tmf=\"nekoyaku\" adminlang=\"en\" srclang=\""
    )?;
    escaped(out, &languages.source)?;
    out.write_all(b"\" datatype=\"plaintext\"/>\n<body>\n")
}

/// All after them.
pub(in super::super) fn tail(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</body>\n</tmx>\n")
}

/// The first character of a unit that XML cannot hold, in any spelling.
pub(in super::super) fn not_xml(unit: &Unit) -> Option<Why> {
    let Unit { source, target, tags: _, kind, before, after, origin } = unit;
    let texts = [source, target, kind, before, after, &origin.source, &origin.edition];
    let refused = texts.into_iter().flat_map(|text| text.chars()).find(|c| !is_xml(*c))?;
    Some(Why::Character(refused.into()))
}

/// `Char` of XML 1.0.
pub(super) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A unit that is sound and has only characters of XML.
pub(in super::super) fn unit(out: &mut impl Write, unit: &Unit, languages: &Languages) -> io::Result<()> {
    let Unit { source, target, tags, kind, before, after, origin } = unit;
    out.write_all(b"<tu>\n")?;
    // Always there: a unit that has it is ours, and its blanks are text.
    property(out, property::FILE, &origin.source)?;
    let line = |number: u32| if number == 0 { String::new() } else { number.to_string() };
    let rest = [
        (property::LINE, &line(origin.source_line)),
        (property::EDITION, &origin.edition),
        (property::EDITION_LINE, &line(origin.edition_line)),
        (property::KIND, kind),
        (property::BEFORE, before),
        (property::AFTER, after),
    ];
    for (name, value) in rest {
        if !value.is_empty() {
            property(out, name, value)?;
        }
    }
    for (language, text) in [(&languages.source, source), (&languages.target, target)] {
        out.write_all(b"<tuv xml:lang=\"")?;
        escaped(out, language)?;
        out.write_all(b"\"><seg>")?;
        segment(out, text, tags)?;
        out.write_all(b"</seg></tuv>\n")?;
    }
    out.write_all(b"</tu>\n")
}

fn property(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    write!(out, "<prop type=\"{OURS}{name}\">")?;
    escaped(out, value)?;
    out.write_all(b"</prop>\n")
}

fn segment(out: &mut impl Write, text: &str, names: &[String]) -> io::Result<()> {
    let parts: Vec<Part<'_>> = parts(text, names).collect();
    let mut rest = &parts[..];
    while let [part, after @ ..] = rest {
        rest = after;
        match (part, after) {
            (Part::Text(text), _) => escaped(out, text)?,
            (Part::Open(place), [Part::Text(code), Part::Close(_), after @ ..]) if is_code(&names[*place]) => {
                lone(out, *place, names, Some(code))?;
                rest = after;
            }
            (Part::Open(place), [Part::Close(_), after @ ..]) if is_code(&names[*place]) => {
                lone(out, *place, names, Some(""))?;
                rest = after;
            }
            (Part::Open(place), _) => {
                let (number, name) = (place + 1, &names[*place]);
                write!(out, "<bpt i=\"{number}\" x=\"{number}\" type=\"{OURS}{name}\">&lt;{name}&gt;</bpt>")?;
            }
            (Part::Close(place), _) => write!(out, "<ept i=\"{}\">&lt;/{}&gt;</ept>", place + 1, names[*place])?,
            (Part::Void(place), _) => lone(out, *place, names, None)?,
        }
    }
    Ok(())
}

/// A tag that stands alone, or one whose text is code.
fn lone(out: &mut impl Write, place: usize, names: &[String], code: Option<&str>) -> io::Result<()> {
    let (number, name) = (place + 1, &names[place]);
    write!(out, "<ph x=\"{number}\" type=\"{OURS}{name}\">")?;
    match code {
        Some(code) => {
            write!(out, "&lt;{name}&gt;")?;
            escaped(out, code)?;
            write!(out, "&lt;/{name}&gt;")?;
        }
        None => write!(out, "&lt;{name}/&gt;")?,
    }
    out.write_all(b"</ph>")
}

/// Code, math and what is kept are shown to be read, and not to be translated.
fn is_code(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    letters.ends_with(['c', 'm', 'k'])
}

/// Text that is read as it is: a carriage return would be taken for a line feed, and `]]>` for an end.
fn escaped(out: &mut impl Write, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\r']) {
        out.write_all(&rest.as_bytes()[..at])?;
        out.write_all(match rest.as_bytes()[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#13;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_all(rest.as_bytes())
}
