//! A unified diff, block by block.
//!
//! Blocks that belong together are compared with each other only, so a Chinese paragraph stands
//! above its translation and not above whatever a line matcher finds alike. `git apply` and `patch -p1`
//! apply the diff to the old text and give the new one, byte for byte, and with `-R` the old one again.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::source::Span;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// What begins the line above the head that names the edition.
const EDITION: &str = "Edition: ";

/// What stands above a diff.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The file that the diff is applied to, from where that is done.
    pub path: &'a str,
    /// What the diff makes of it, where that is another file: told in a line that programs pass over.
    pub edition: Option<&'a str>,
}

/// The diff from `old` to `new`; empty where they are the same.
///
/// `blocks` says which bytes of the one belong to which of the other; they tile both texts.
///
/// ```
/// # use nekoyaku::{diff::{Head, unified}, source::Span};
/// let head = Head { path: "a.md", edition: Some("ja/a.md") };
/// let blocks = [(Span::new(0, 5), Span::new(0, 8)), (Span::new(5, 9), Span::new(8, 12))];
/// assert_eq!(
///     unified(head, "一\n\n二\n", "いち\n\n二\n", &blocks),
///     "Edition: ja/a.md\n--- a/a.md\n+++ b/a.md\n@@ -1,3 +1,3 @@\n-一\n+いち\n \n 二\n",
/// );
/// ```
pub fn unified(head: Head<'_>, old: &str, new: &str, blocks: &[(Span, Span)]) -> String {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let ops = block_ops(old, new, blocks);
    if ops.iter().all(|op| matches!(op, DiffOp::Equal { .. })) {
        return String::new();
    }
    let mut text = head.to_string();
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

/// Whether `diff` is one of an edition with this name, whatever its folder. Diffs that have the
/// edition's name in their head, as they had before they were for `git apply`, are known, too.
///
/// ```
/// # use nekoyaku::diff::is_of;
/// assert!(is_of("Edition: ja/a.md\n--- a/a.md\n+++ b/a.md\n", "a.md"));
/// assert!(is_of("--- a.md\n+++ ja/a.ja.md\n", "a.ja.md"));
/// assert!(!is_of("Edition: what to buy\n", "a.md"));
/// ```
pub fn is_of(diff: &str, edition: &str) -> bool {
    let mut lines = diff.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (first, second, third) = (next(), next(), next());
    let is_named = |line: &str| line.trim_end().ends_with(&one_line(edition));
    match first.strip_prefix(EDITION) {
        Some(name) => is_named(name) && second.starts_with("--- ") && third.starts_with("+++ "),
        None => first.starts_with("--- ") && second.starts_with("+++ ") && is_named(second),
    }
}

impl std::fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(edition) = self.edition {
            writeln!(f, "{EDITION}{}", one_line(edition))?;
        }
        let path = applicable(self.path);
        writeln!(f, "--- {}", file_name(&format!("a/{path}")))?;
        writeln!(f, "+++ {}", file_name(&format!("b/{path}")))
    }
}

/// A path as programs that apply diffs take it: from a folder down, never out of it.
fn applicable(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A file's name in the head. One with blanks in it ends with a tab, as GNU diff writes it; one with
/// signs that would end it is quoted as in C, which `git apply` and `patch` both read.
fn file_name(name: &str) -> String {
    let is_odd = |c: char| c.is_ascii_control() || matches!(c, '"' | '\\');
    if !name.contains(is_odd) && !name.ends_with(' ') {
        return if name.contains(' ') { format!("{name}\t") } else { name.to_owned() };
    }
    let mut quoted = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A name that does not begin another line.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
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

    const HEAD: Head<'_> = Head { path: "a", edition: None };

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified(HEAD, "一\n", "一\n", &[]), "");
    }

    #[test]
    fn a_missing_final_newline_is_said() {
        let expected = "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-一\n\\ No newline at end of file\n+二\n";
        assert_eq!(unified(HEAD, "一", "二\n", &[]), expected);
    }

    #[test]
    fn what_is_new_has_no_lines_in_the_source() {
        let blocks = [(Span::new(0, 0), Span::new(0, 7))];
        assert_eq!(unified(HEAD, "一\n", "> 注\n\n一\n", &blocks), "--- a/a\n+++ b/a\n@@ -1 +1,3 @@\n+> 注\n+\n 一\n");
    }

    #[test]
    fn a_name_stays_in_its_line_and_in_its_folder() {
        let old = |path: &str| Head { path, edition: None }.to_string().lines().next().unwrap_or_default().to_owned();
        assert_eq!(old("docs/2024 周刊.md"), "--- a/docs/2024 周刊.md\t");
        assert_eq!(old("/./docs//x/../../../y.md"), "--- a/y.md");
        assert_eq!(old("a\n+++ b\"\\ "), r#"--- "a/a\012+++ b\"\\ ""#);
        let head = Head { path: "x", edition: Some("y\n--- a/z") }.to_string();
        assert_eq!(head, "Edition: y?--- a/z\n--- a/x\n+++ b/x\n");
        assert!(is_of(&head, "y\n--- a/z"));
    }
}
