//! A diff as one object, for programs.

use serde_json::{Map, Value, json as value};

use super::change::Change;
use super::comparison::{Block, Comparison};
use super::edits::{Edits, Fate};
use crate::formats::escaped;
use crate::source::{Places, Span};

/// Raised when a key changes or goes; a new key is no reason.
const VERSION: u32 = 1;

/// Comparisons as one object, each block on a line of its own.
///
/// `files` has an object for each: `between` (`translation`, `editions` or `draft`), the paths `old` and
/// `new`, `same` where not a byte differs, and `blocks` in the order of the new text, those that are the
/// same included. A block has a `kind` (`pair`, `moved`, `missing`, `extra`, `header-note`,
/// `translator-note`, `front-matter`), `same`, and, where it is there, `old` and `new`: `line` and
/// `column`, `end_line` and `end_column` (all from one, columns in characters, an end is the place after
/// the last character) and `text`. Within one language it also has its `fate` (`untouched`, `edited`,
/// `rewritten`, `removed`, `added`), and where it is edited or rewritten its `changes`: texts that are
/// `kept`, or `old` and `new`. There `edits` of the file has the sums; of `kept_share`, see
/// [`Edits::kept`].
pub fn json<'c>(comparisons: impl IntoIterator<Item = &'c Comparison>) -> String {
    let mut text = format!("{{\"version\":{VERSION},\"files\":[");
    let mut between = "\n";
    for comparison in comparisons {
        text += between;
        push_file(&mut text, comparison);
        between = ",\n";
    }
    text += if between == "\n" { "]}\n" } else { "\n]}\n" };
    text
}

fn push_file(text: &mut String, comparison: &Comparison) {
    let mut head = Map::new();
    head.insert("between".into(), comparison.between.name().into());
    head.insert("old".into(), comparison.old.source.name().into());
    head.insert("new".into(), comparison.new.source.name().into());
    head.insert("same".into(), comparison.is_same().into());
    if comparison.between.is_one_language() {
        head.insert("edits".into(), sums(Edits::count(comparison)));
    }
    let head = escaped(&Value::from(head).to_string());
    *text += head.strip_suffix('}').unwrap_or(&head);
    *text += ",\"blocks\":[";
    let mut places = (comparison.old.source.places(), comparison.new.source.places());
    let mut between = "\n";
    for block in comparison.blocks() {
        *text += between;
        *text += &escaped(&self::block(&block, comparison, &mut places).to_string());
        between = ",\n";
    }
    *text += "]}";
}

fn sums(edits: Edits) -> Value {
    value!({
        "untouched": edits.untouched,
        "edited": edits.edited,
        "rewritten": edits.rewritten,
        "removed": edits.removed,
        "added": edits.added,
        "moved": edits.moved,
        "old_characters": edits.old_characters,
        "new_characters": edits.new_characters,
        "kept_characters": edits.kept_characters,
        "kept_share": edits.kept(),
    })
}

fn block(block: &Block<'_>, comparison: &Comparison, (old, new): &mut (Places<'_>, Places<'_>)) -> Value {
    let mut object = Map::new();
    object.insert("kind".into(), block.kind.name().into());
    object.insert("same".into(), block.is_same().into());
    if !block.old.is_empty() {
        object.insert("old".into(), place(block.old, block.old_span, old));
    }
    if !block.new.is_empty() {
        object.insert("new".into(), place(block.new, block.new_span, new));
    }
    if comparison.between.is_one_language() {
        let changes = block.changes(comparison.between);
        let fate = Fate::of(block, &changes);
        object.insert("fate".into(), fate.name().into());
        if matches!(fate, Fate::Edited | Fate::Rewritten) {
            object.insert("changes".into(), changes.iter().map(change).collect());
        }
    }
    object.into()
}

fn place(text: &str, span: Span, places: &mut Places<'_>) -> Value {
    let (start, end) = (places.position(span.start()), places.position(span.end()));
    value!({
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "text": text,
    })
}

fn change(change: &Change<'_>) -> Value {
    match change {
        Change::Kept(text) => value!({ "kept": text }),
        Change::Replaced { old, new } => value!({ "old": old, "new": new }),
    }
}
