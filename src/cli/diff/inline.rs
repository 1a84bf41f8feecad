//! What was changed, in the line of the text: `[-taken out-]{+put in+}`.

use nekoyaku::diff::{Between, Change, Comparison, Edits, Fate, labels};
use nekoyaku::rules::Language;

use super::super::terminal::Style;
use super::line::{Line, Piece};

/// A comparison: of two languages all blocks, of one only those that were changed.
pub(super) fn lines(comparison: &Comparison, language: Language) -> Vec<Line> {
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
        let fate = (!is_translation).then(|| Fate::of(&block, &changes));
        if let Some(label) = labels::label(block.kind, fate, language) {
            head += &format!(" {label}");
        }
        lines.push(Line::of(vec![(Some(Style::Hunk), head)]));
        lines.extend(text(&changes));
    }
    lines
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
pub(super) fn sums(edits: Edits, files: usize, language: Language) -> Vec<Line> {
    let files = match (files, language) {
        (1, _) => String::new(),
        (_, Language::En) => format!("{files} files: "),
        (_, Language::Ja) => format!("{files} ファイル："),
        (_, Language::Zh) => format!("{files} 个文件："),
    };
    vec![
        Line::of(vec![
            (None, files),
            (Some(Style::Strong), labels::share(edits)),
            (None, labels::characters(edits, language)),
        ]),
        Line::of(vec![(None, labels::blocks(edits, language))]),
        Line::of(vec![(Some(Style::Dim), labels::rewritten(language))]),
    ]
}
