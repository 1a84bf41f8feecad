//! What differs between a source and its edition, as a unified diff, block by block.
//!
//! Blocks that belong together are compared with each other only, so a Chinese paragraph stands
//! above its translation and not above whatever a line matcher finds alike. `patch` applies the
//! diff to the source and gives the edition, byte for byte.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::source::Span;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// One of the two texts.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The name in the diff's head.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
}

/// The diff from `old` to `new`; empty where they are the same.
///
/// `blocks` says which bytes of the one belong to which of the other; they tile both texts.
///
/// ```
/// # use nekoyaku::{diff::{unified, Side}, source::Span};
/// let (old, new) = (Side { name: "a.md", text: "一\n\n二\n" }, Side { name: "b.md", text: "いち\n\n二\n" });
/// let blocks = [(Span::new(0, 5), Span::new(0, 8)), (Span::new(5, 9), Span::new(8, 12))];
/// assert_eq!(unified(old, new, &blocks), "--- a.md\n+++ b.md\n@@ -1,3 +1,3 @@\n-一\n+いち\n \n 二\n");
/// ```
pub fn unified(old: Side<'_>, new: Side<'_>, blocks: &[(Span, Span)]) -> String {
    let (old_lines, new_lines) = (lines(old.text), lines(new.text));
    let ops = block_ops(old.text, new.text, blocks);
    let mut text = String::new();
    if ops.iter().all(|op| matches!(op, DiffOp::Equal { .. })) {
        return text;
    }
    let (old_name, new_name) = (head_name(old.name), head_name(new.name));
    let _ = write!(text, "--- {old_name}\n+++ {new_name}\n");
    for hunk in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let old_range = first.old_range().start..last.old_range().end;
        let new_range = first.new_range().start..last.new_range().end;
        let place = |range: std::ops::Range<usize>| match range.len() {
            // An empty range is named by the line before it.
            0 => format!("{},0", range.start),
            1 => format!("{}", range.start + 1),
            length => format!("{},{length}", range.start + 1),
        };
        let _ = writeln!(text, "@@ -{} +{} @@", place(old_range), place(new_range));
        for op in hunk {
            let equal = matches!(op, DiffOp::Equal { .. });
            for line in &old_lines[op.old_range()] {
                push_line(&mut text, if equal { ' ' } else { '-' }, line);
            }
            if !equal {
                for line in &new_lines[op.new_range()] {
                    push_line(&mut text, '+', line);
                }
            }
        }
    }
    text
}

/// A file's name for the head: on one line, and with the tab that ends a name with blanks in it, as
/// GNU diff writes it.
fn head_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    if name.contains(' ') { format!("{name}\t") } else { name }
}

/// Lines with their ends. Only `\n` ends a line, as `patch` sees it.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn push_line(text: &mut String, sign: char, line: &str) {
    text.push(sign);
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

fn block_ops(old: &str, new: &str, blocks: &[(Span, Span)]) -> Vec<DiffOp> {
    let mut ops: Vec<DiffOp> = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let (mut old_line, mut new_line) = (0, 0);
    let ends = blocks.iter().map(|(from, to)| (from.end(), to.end())).chain([(old.len(), new.len())]);
    for (old_end, new_end) in ends {
        // A block that ends within a line is compared together with the next one.
        let whole = |text: &str, end: usize| end == text.len() || text[..end].ends_with('\n') || end == 0;
        if !whole(old, old_end) || !whole(new, new_end) || (old_end, new_end) == (old_at, new_at) {
            continue;
        }
        let (from, to) = (lines(&old[old_at..old_end]), lines(&new[new_at..new_end]));
        for op in capture_diff_slices(Algorithm::Patience, &from, &to) {
            push_op(&mut ops, moved(op, old_line, new_line));
        }
        old_line += from.len();
        new_line += to.len();
        (old_at, new_at) = (old_end, new_end);
    }
    ops
}

fn moved(op: DiffOp, old: usize, new: usize) -> DiffOp {
    match op {
        DiffOp::Equal { old_index, new_index, len } => {
            DiffOp::Equal { old_index: old_index + old, new_index: new_index + new, len }
        }
        DiffOp::Delete { old_index, old_len, new_index } => {
            DiffOp::Delete { old_index: old_index + old, old_len, new_index: new_index + new }
        }
        DiffOp::Insert { old_index, new_index, new_len } => {
            DiffOp::Insert { old_index: old_index + old, new_index: new_index + new, new_len }
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            DiffOp::Replace { old_index: old_index + old, old_len, new_index: new_index + new, new_len }
        }
    }
}

/// Equal lines on both sides of a block's edge are one stretch, or the context between two changes
/// would be counted twice.
fn push_op(ops: &mut Vec<DiffOp>, op: DiffOp) {
    if let (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) = (ops.last_mut(), &op) {
        *len += more;
    } else {
        ops.push(op);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_diff() {
        let side = Side { name: "a", text: "一\n" };
        assert_eq!(unified(side, side, &[]), "");
    }

    #[test]
    fn a_missing_final_newline_is_said() {
        let (old, new) = (Side { name: "a b", text: "一" }, Side { name: "b", text: "二\n" });
        let expected = "--- a b\t\n+++ b\n@@ -1 +1 @@\n-一\n\\ No newline at end of file\n+二\n";
        assert_eq!(unified(old, new, &[]), expected);
    }

    #[test]
    fn what_is_new_has_no_lines_in_the_source() {
        let (old, new) = (Side { name: "a", text: "一\n" }, Side { name: "b", text: "> 注\n\n一\n" });
        let blocks = [(Span::new(0, 0), Span::new(0, 7))];
        assert_eq!(unified(old, new, &blocks), "--- a\n+++ b\n@@ -1 +1,3 @@\n+> 注\n+\n 一\n");
    }
}
