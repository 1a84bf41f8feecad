//! A diff as a page to look at in a browser: one file, nothing outside it, no script.
//!
//! Whatever stands in the texts is text on the page: the template engine escapes all that is put into
//! it, and what a browser or a reader would be led astray by is made visible first.

use minijinja::value::Serde;
use minijinja::{Environment, Error, context};
use serde::Serialize;

use super::change::Change;
use super::comparison::{Block, Comparison, tongue};
use super::edits::{Edits, Fate};
use super::labels::{self, label};
use super::parts::Kind;
use crate::align::ExtraKind;
use crate::rules::Language;
use crate::script::is_invisible;
use crate::source::Places;

const TEMPLATE: &str = include_str!("page.html");

#[derive(Serialize)]
struct File {
    old: String,
    new: String,
    old_language: &'static str,
    new_language: &'static str,
    is_one_language: bool,
    is_same: bool,
    edits: Option<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    /// How many blocks are left out here, because nothing was changed in them.
    folded: usize,
    /// That they are, for people.
    unchanged: String,
    /// What it is, as a class and for people; both empty for an ordinary one.
    class: &'static str,
    label: &'static str,
    old_line: String,
    new_line: String,
    old: String,
    new: String,
    changes: Vec<Piece>,
}

#[derive(Serialize)]
struct Piece {
    kept: String,
    old: String,
    new: String,
}

/// Comparisons as one HTML page. Within one language only blocks that were changed are on it, with what
/// was changed in them; between two, all blocks, the old text on the left and the new one on the right.
/// What the page itself says is in `language`.
///
/// # Errors
///
/// None that a text could cause; the template engine has them.
pub fn page<'c>(comparisons: impl IntoIterator<Item = &'c Comparison>, language: Language) -> Result<String, Error> {
    let mut environment = Environment::new();
    // The name ends in `.html`, so that all that is put into it is escaped.
    environment.add_template("page.html", TEMPLATE)?;
    let files: Vec<File> = comparisons.into_iter().map(|comparison| file(comparison, language)).collect();
    let (tag, nothing) = (labels::tag(language), labels::nothing(language));
    environment.get_template("page.html")?.render(context! { files => Serde(files), language => tag, nothing })
}

fn file(comparison: &Comparison, language: Language) -> File {
    let is_one_language = comparison.between.is_one_language();
    let (old, new) = (&comparison.old.source, &comparison.new.source);
    let mut places = (old.places(), new.places());
    let mut rows: Vec<Row> = Vec::new();
    for block in comparison.blocks() {
        if is_one_language && block.is_same() {
            match rows.last_mut() {
                Some(row) if row.folded > 0 => row.folded += 1,
                _ => rows.push(Row { folded: 1, ..Row::empty() }),
            }
            continue;
        }
        rows.push(row(&block, comparison, language, &mut places));
    }
    for row in rows.iter_mut().filter(|row| row.folded > 0) {
        row.unchanged = labels::unchanged(row.folded, language);
    }
    let edits = is_one_language.then(|| labels::kept(Edits::count(comparison), language));
    File {
        old: visible(old.name()),
        new: visible(new.name()),
        old_language: tongue(old.text()).tag(),
        new_language: tongue(new.text()).tag(),
        is_one_language,
        is_same: comparison.is_same(),
        edits,
        rows,
    }
}

fn row(
    block: &Block<'_>,
    comparison: &Comparison,
    language: Language,
    (old, new): &mut (Places<'_>, Places<'_>),
) -> Row {
    let line = |text: &str, places: &mut Places<'_>, at: usize| {
        if text.is_empty() { String::new() } else { places.position(at).line.to_string() }
    };
    let class = match block.kind {
        Kind::Front | Kind::Pair => "",
        Kind::Moved => "moved",
        Kind::Missing => "missing",
        Kind::Extra(_) => "extra",
    };
    let is_one_language = comparison.between.is_one_language();
    let changes = if is_one_language { block.changes(comparison.between) } else { Vec::new() };
    let fate = is_one_language.then(|| Fate::of(block, &changes));
    let label = match block.kind {
        // Its place says it.
        Kind::Front => None,
        Kind::Extra(ExtraKind::HeaderNote | ExtraKind::TranslatorNote) => Some(labels::note(language)),
        kind => label(kind, fate, language),
    };
    let mut row = Row {
        class,
        label: label.unwrap_or_default(),
        old_line: line(block.old, old, block.old_span.start()),
        new_line: line(block.new, new, block.new_span.start()),
        ..Row::empty()
    };
    if is_one_language {
        row.changes = changes.into_iter().map(piece).collect();
    } else {
        (row.old, row.new) = (visible(block.old), visible(block.new));
    }
    row
}

impl Row {
    fn empty() -> Self {
        Self {
            folded: 0,
            unchanged: String::new(),
            class: "",
            label: "",
            old_line: String::new(),
            new_line: String::new(),
            old: String::new(),
            new: String::new(),
            changes: Vec::new(),
        }
    }
}

fn piece(change: Change<'_>) -> Piece {
    match change {
        Change::Kept(text) => Piece { kept: visible(text), old: String::new(), new: String::new() },
        Change::Replaced { old, new } => Piece { kept: String::new(), old: marked(old), new: marked(new) },
    }
}

/// A text that was changed: where it is blank, it is seen where its lines end.
fn marked(text: &str) -> String {
    let shown = visible(text);
    if text.trim().is_empty() { shown.replace('\n', "↵\n") } else { shown }
}

/// `text` as a page can show it: what is invisible, and might turn the direction of what follows, is
/// seen instead.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        c if c.is_control() || is_invisible(c) => '\u{fffd}',
        c => c,
    };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}
