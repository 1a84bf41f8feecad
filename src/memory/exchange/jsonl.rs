//! A unit a line, as JSON.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::Taken;
use super::error::{ExchangeError, Problem, said};
use super::languages::{Languages, rank};
use super::sound::{MAX_TAGS, MAX_TEXT, Why, fault};
use super::text::Text;
use crate::memory::unit::{Origin, Unit};
use crate::source::Position;

/// Seven texts, of which every byte may be spelled in six, and the names of the tags.
const MAX_LINE: usize = 7 * 6 * MAX_TEXT + 64 * MAX_TAGS;

/// A line. What is not known is passed over, and only the texts are needed.
#[derive(Serialize, Deserialize)]
struct Line<'u> {
    #[serde(default, skip_serializing_if = "str::is_empty")]
    source_language: Cow<'u, str>,
    source: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    target_language: Cow<'u, str>,
    target: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    tags: Cow<'u, [String]>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    kind: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    before: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    after: Cow<'u, str>,
    origin: Option<Place<'u>>,
}

#[derive(Serialize, Deserialize)]
struct Place<'u> {
    #[serde(default)]
    source: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "is_nowhere")]
    source_line: u32,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    edition: Cow<'u, str>,
    #[serde(default, skip_serializing_if = "is_nowhere")]
    edition_line: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands over")]
fn is_nowhere(line: &u32) -> bool {
    *line == 0
}

/// A unit as a line.
pub(super) fn unit(out: &mut impl Write, unit: &Unit, languages: &Languages) -> io::Result<()> {
    let Unit { source, target, tags, kind, before, after, origin } = unit;
    let line = Line {
        source_language: Cow::Borrowed(&languages.source),
        source: Cow::Borrowed(source),
        target_language: Cow::Borrowed(&languages.target),
        target: Cow::Borrowed(target),
        tags: Cow::Borrowed(tags),
        kind: Cow::Borrowed(kind),
        before: Cow::Borrowed(before),
        after: Cow::Borrowed(after),
        origin: Some(Place {
            source: Cow::Borrowed(&origin.source),
            source_line: origin.source_line,
            edition: Cow::Borrowed(&origin.edition),
            edition_line: origin.edition_line,
        }),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

/// Reads a line after the other.
pub(super) struct Reader<R: BufRead> {
    text: Option<Result<Text<R>, Problem>>,
    name: String,
    languages: Languages,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(input: R, name: String, languages: Languages) -> Self {
        Self { text: Some(Text::new(input)), name, languages }
    }

    fn taken(&self, line: Line<'_>, number: usize) -> Taken {
        let another = |wanted: &str, found: &str| !found.is_empty() && rank(wanted, found).is_none();
        let Languages { source, target } = &self.languages;
        let languages = [(source, &line.source_language), (target, &line.target_language)];
        if let Some((wanted, _)) = languages.into_iter().find(|(wanted, found)| another(wanted, found)) {
            return Taken::LeftOut { line: number, why: Why::NoText(wanted.clone()) };
        }
        let origin = match line.origin {
            Some(place) => Origin {
                source: place.source.into_owned(),
                source_line: place.source_line,
                edition: place.edition.into_owned(),
                edition_line: place.edition_line,
            },
            None => Origin {
                source: self.name.clone(),
                source_line: u32::try_from(number).unwrap_or(0),
                ..Origin::default()
            },
        };
        let unit = Unit {
            source: line.source.into_owned(),
            target: line.target.into_owned(),
            tags: line.tags.into_owned(),
            kind: line.kind.into_owned(),
            before: line.before.into_owned(),
            after: line.after.into_owned(),
            origin,
        };
        fault(&unit).map_or(Taken::Unit(unit), |why| Taken::LeftOut { line: number, why })
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Taken, ExchangeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = match self.text.take()? {
            Ok(text) => text,
            Err(problem) => return Some(Err(ExchangeError { place: None, problem })),
        };
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            text.allow(MAX_LINE);
            let place = text.place();
            match text.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => {
                    let line: Line<'_> = match serde_json::from_slice(&bytes) {
                        Ok(line) => line,
                        Err(error) => return Some(Err(fault_in(&bytes, &error, place))),
                    };
                    let taken = self.taken(line, place.line.get());
                    self.text = Some(Ok(text));
                    return Some(Ok(taken));
                }
                Err(error) => {
                    let problem = text.trouble().unwrap_or(Problem::Unreadable(error));
                    return Some(Err(problem.at(text.place())));
                }
            }
        }
    }
}

/// What is wrong with a line, and in which character.
fn fault_in(line: &[u8], error: &serde_json::Error, place: Position) -> ExchangeError {
    let before = &line[..error.column().saturating_sub(1).min(line.len())];
    let column = String::from_utf8_lossy(before).chars().count();
    let place = Position { column: place.column.saturating_add(column), ..place };
    // It counts lines and bytes of this line alone.
    let said = said(error);
    Problem::NotJson(said.split(" at line ").next().unwrap_or_default().to_owned()).at(place)
}
