//! What was changed, in the line of the text: `[-taken out-]{+put in+}`.

use nekoyaku::diff::{Between, Block, Change, Comparison, Edits, Fate, Kind, REWRITTEN_BELOW};

use super::super::terminal::Style;
use super::line::{Line, Piece};

/// A comparison: of two languages all blocks, of one only those that were changed.
pub(super) fn lines(comparison: &Comparison) -> Vec<Line> {
    let mut lines = Vec::new();
    if comparison.is_same() {
        return lines;
    }
    let (old, new) = (&comparison.old.source, &comparison.new.source);
    for (sign, source) in [("---", old), ("+++", new)] {
        lines.push(Line::of(vec![(Some(Style::Strong), format!("{sign} {}", source.name()))]));
    }
    let (mut old_places, mut new_places) = (old.places(), new.places());
    let is_translation = comparison.between == Between::Languages;
    for block in comparison.blocks().filter(|block| is_translation || !block.is_same()) {
        let changes = block.changes(comparison.between);
        let mut head = String::from("@@");
        if !block.old.is_empty() {
            head += &format!(" -{}", old_places.position(block.old_span.start()).line);
        }
        if !block.new.is_empty() {
            head += &format!(" +{}", new_places.position(block.new_span.start()).line);
        }
        head += " @@";
        head += label(&block, &changes, comparison.between);
        lines.push(Line::of(vec![(Some(Style::Hunk), head)]));
        lines.extend(text(&changes));
    }
    lines
}

/// What a block is, where it is not just another one.
fn label(block: &Block<'_>, changes: &[Change<'_>], between: Between) -> &'static str {
    match block.kind {
        Kind::Front => " front matter",
        Kind::Moved => " moved",
        Kind::Missing => " missing",
        Kind::Extra(_) => " added",
        Kind::Pair if between.is_one_language() && Fate::of(block, changes) == Fate::Rewritten => " rewritten",
        Kind::Pair => "",
    }
}

fn text(changes: &[Change<'_>]) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for change in changes {
        let pieces: [Piece; 2] = match change {
            Change::Kept(text) => [(None, (*text).to_owned()), (None, String::new())],
            Change::Replaced { old, new } => {
                let marked = |style, open: &str, text: &str, close: &str| match text {
                    "" => (None, String::new()),
                    text => (Some(style), format!("{open}{text}{close}")),
                };
                [marked(Style::Removed, "[-", old, "-]"), marked(Style::Added, "{+", new, "+}")]
            }
        };
        for (style, text) in pieces {
            for (place, text) in text.split('\n').enumerate() {
                if place > 0 {
                    lines.push(Line::default());
                }
                let text = text.trim_end_matches('\r');
                if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                    line.left.push((style, text.to_owned()));
                }
            }
        }
    }
    lines
}

/// How much people changed in so many files.
pub(super) fn sums(edits: Edits, files: usize) -> Vec<Line> {
    let Edits { untouched, edited, rewritten, removed, added, moved, .. } = edits;
    let (old, new, kept) = (edits.old_characters, edits.new_characters, edits.kept_characters);
    let share = format!("{:.1} %", edits.kept() * 100.0);
    let files = if files == 1 { String::new() } else { format!("{files} files: ") };
    let moved = if moved > 0 { format!(", {moved} of them moved") } else { String::new() };
    let characters =
        format!(" of the draft's characters kept ({kept} of {old}), {} of the edition's {new} are new", new - kept);
    vec![
        Line::of(vec![(None, files), (Some(Style::Strong), share), (None, characters)]),
        Line::of(vec![(
            None,
            format!(
                "{} blocks: {untouched} untouched, {edited} edited, {rewritten} rewritten, {removed} removed, \
                 {added} added{moved}",
                edits.blocks()
            ),
        )]),
        Line::of(vec![(
            Some(Style::Dim),
            format!(
                "rewritten: less than {REWRITTEN_BELOW} in common, twice the characters kept by those of both, as \
                 Python's difflib counts"
            ),
        )]),
    ]
}
