//! Segments, for programs: one object for all files, written piece by piece.
//!
//! Whatever a file has in it, the characters that act on a terminal or a pipe's reader are `\u…` here.

use std::io;

use nekoyaku::formats;
use nekoyaku::inline::Mark;
use nekoyaku::issue::{Issue, Segment};
use nekoyaku::protected::{Protected, protected};
use nekoyaku::source::Places;
use serde::Serialize;

use super::super::terminal::Terminal;
use super::Part;

/// Raised when a key changes or goes; a new key is no reason.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct SegmentValue<'a> {
    index: usize,
    kind: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    section: usize,
    text: &'a str,
    source: &'a str,
    marks: Vec<MarkValue<'a>>,
}

#[derive(Serialize)]
struct MarkValue<'a> {
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    target: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

#[derive(Serialize)]
struct ProtectedValue<'a> {
    kind: &'static str,
    line: usize,
    column: usize,
    text: &'a str,
}

/// The object, begun.
pub(super) struct Files {
    any: bool,
}

impl Files {
    pub(super) fn begin(terminal: &mut Terminal) -> io::Result<Self> {
        terminal.put(&format!("{{\"version\":{VERSION},\"files\":["))?;
        Ok(Self { any: false })
    }

    pub(super) fn end(self, terminal: &mut Terminal) -> io::Result<()> {
        terminal.put(if self.any { "\n]}\n" } else { "]}\n" })
    }

    /// Write what is translated of an issue, and what is not; whether there was something.
    pub(super) fn put(&mut self, issue: &Issue, part: Part, terminal: &mut Terminal) -> io::Result<bool> {
        let comma = if std::mem::replace(&mut self.any, true) { "," } else { "" };
        let (path, title) = (written(issue.source.name())?, written(&issue.title)?);
        terminal.put(&format!("{comma}\n{{\"path\":{path},\"title\":{title},\"segments\":["))?;
        let mut places = issue.source.places();
        let mut segments = 0;
        for (index, segment) in issue.segments().enumerate() {
            if part.has(issue.span_in_file(&segment)) && !terminal.is_closed() {
                put_segment(issue, (index, &segment), segments, &mut places, terminal)?;
                segments += 1;
            }
        }
        terminal.put(if segments > 0 { "\n],\"protected\":[" } else { "],\"protected\":[" })?;
        let mut stays = 0;
        for Protected { reason, span } in protected(issue) {
            if part.has(span) && !terminal.is_closed() {
                let (line, column) = pair(&mut places, span.start());
                let value = ProtectedValue { kind: reason.name(), line, column, text: issue.source.slice(span) };
                put_item(&value, stays, terminal)?;
                stays += 1;
            }
        }
        terminal.put(if stays > 0 { "\n]}" } else { "]}" })?;
        Ok(segments + stays > 0)
    }
}

fn put_segment(
    issue: &Issue,
    (index, segment): (usize, &Segment<'_>),
    before: usize,
    places: &mut Places<'_>,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let span = issue.span_in_file(segment);
    let (tagged, inline) = (segment.tagged(), &segment.inline);
    let (line, column) = pair(places, span.start());
    let (end_line, end_column) = pair(places, span.end());
    let mut mark = |(number, mark): (usize, &Mark)| {
        let (line, column) = pair(places, mark.open.start() + issue.body_start);
        MarkValue {
            name: tagged.name(number),
            kind: mark.kind.name(),
            target: inline.target(number),
            title: inline.title(number),
            line,
            column,
            parent: inline.parent(number).map(|parent| tagged.name(parent)),
        }
    };
    let marks = inline.marks().iter().enumerate().map(&mut mark).collect();
    let (text, source) = (tagged.text(), issue.source.slice(span));
    let (kind, section) = (segment.name(), segment.section);
    let value = SegmentValue { index, kind, line, column, end_line, end_column, section, text, source, marks };
    put_item(&value, before, terminal)
}

fn pair(places: &mut Places<'_>, offset: usize) -> (usize, usize) {
    let position = places.position(offset);
    (position.line.get(), position.column.get())
}

/// An element of an array, on a line of its own: for `grep`, and for looking at.
fn put_item(value: &impl Serialize, before: usize, terminal: &mut Terminal) -> io::Result<()> {
    let comma = if before > 0 { ",\n" } else { "\n" };
    terminal.put(comma)?;
    terminal.put(&written(value)?)
}

fn written(value: &(impl Serialize + ?Sized)) -> io::Result<String> {
    let json = serde_json::to_string(value).map_err(io::Error::from)?;
    Ok(formats::escaped(&json))
}
