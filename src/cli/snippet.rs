//! A line of a file as a terminal shows it, cut around a place, with marks under it.
//!
//! The libraries that draw such lines give the column of the text they are given. A line that is cut
//! and cleaned for a terminal has other columns than the file's, so this is drawn here.

use std::ops::Range;

use super::cells::{shown, shown_width};

/// What stands for what is cut off: a single sign for it is two columns wide on some terminals.
const DOTS: &str = "...";

/// A line, and what is marked in it.
pub(crate) struct Snippet {
    pub(crate) line: String,
    /// What stands below it, as wide as it looks.
    pub(crate) marks: Vec<(Mark, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    None,
    /// What is meant.
    Whole,
    /// What in it is wrong.
    Point,
}

/// Cut `line` to `width` columns around `point`. `whole` is marked, and `point`, a part of it, more so;
/// both in bytes of `line`. Takes time in proportion to the columns, however long the line is.
pub(crate) fn snippet(line: &str, whole: &Range<usize>, point: &Range<usize>, width: usize) -> Snippet {
    let (before, after) = line.split_at(point.start);
    let columns = |text: &str| text.chars().map(shown_width).take(width).sum::<usize>().min(width);
    // A third of the width says where one is, and more where there is nothing behind.
    let room = (width / 3).max(width - columns(after));
    let mut left = Vec::new();
    let mut used = 0;
    // Of characters without a width there may be any number in a column.
    let most = width * 4;
    for (at, c) in before.char_indices().rev().take(most) {
        used += shown_width(c);
        if used > room.saturating_sub(if at > 0 { DOTS.len() } else { 0 }) {
            break;
        }
        left.push(at);
    }
    let from = left.last().copied().unwrap_or(point.start);
    let mut drawn = Drawn::default();
    if from > 0 {
        let mark = if whole.contains(&(from - 1)) { Mark::Whole } else { Mark::None };
        drawn.push(DOTS, DOTS.len(), mark);
    }
    for (count, (at, c)) in line[from..].char_indices().map(|(at, c)| (at + from, c)).enumerate() {
        let next = at + c.len_utf8();
        // Where nothing is wrong but something is missing, the character behind is marked.
        let is_point = point.contains(&at) || (point.is_empty() && point.start == at);
        let mark = if is_point {
            Mark::Point
        } else if whole.contains(&at) {
            Mark::Whole
        } else {
            Mark::None
        };
        let dots = if next < line.len() { DOTS.len() } else { 0 };
        if drawn.width + shown_width(c) + dots > width || count > 2 * most {
            drawn.push(DOTS, DOTS.len(), mark);
            break;
        }
        shown(c, |text| drawn.push(text, shown_width(c), mark));
    }
    if !drawn.marks.iter().any(|(mark, _)| *mark == Mark::Point) {
        drawn.mark(1, Mark::Point);
    }
    drawn.marks.truncate(drawn.marks.iter().rposition(|(mark, _)| *mark != Mark::None).map_or(0, |last| last + 1));
    Snippet { line: drawn.line, marks: drawn.marks }
}

#[derive(Default)]
struct Drawn {
    line: String,
    width: usize,
    marks: Vec<(Mark, String)>,
}

impl Drawn {
    fn push(&mut self, text: &str, width: usize, mark: Mark) {
        self.line += text;
        self.width += width;
        self.mark(width, mark);
    }

    fn mark(&mut self, width: usize, mark: Mark) {
        let sign = match mark {
            Mark::None => " ",
            Mark::Whole => "-",
            Mark::Point => "^",
        };
        match self.marks.last_mut() {
            Some((last, signs)) if *last == mark => *signs += &sign.repeat(width),
            _ if width > 0 => self.marks.push((mark, sign.repeat(width))),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(line: &str, whole: &str, point: &str, width: usize) -> String {
        let whole = line.find(whole).map(|at| at..at + whole.len()).unwrap();
        let point = line[whole.clone()].find(point).map(|at| whole.start + at..whole.start + at + point.len()).unwrap();
        let Snippet { line, marks } = snippet(line, &whole, &point, width);
        let marks: String = marks.into_iter().map(|(_, signs)| signs).collect();
        assert!(line.chars().map(shown_width).sum::<usize>() <= width, "{line}");
        format!("{line}\n{marks}")
    }

    #[test]
    fn marks_stand_below_wide_characters() {
        let line = "🐿️前[記事](https://a.example/A3)を「参照」";
        assert_eq!(
            drawn(line, "https://a.example/A3", "3", 80),
            "🐿前[記事](https://a.example/A3)を「参照」\n          -------------------^"
        );
        assert_eq!(drawn("👍🏽猫👨‍👩‍👧\tか", "か", "か", 80), "👍猫👨👩👧    か\n              ^^");
        assert_eq!(drawn("が\u{3099}A", "A", "A", 80), "が\u{3099}A\n  ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = format!("{}ここ{}", "前".repeat(200), "後".repeat(200));
        assert_eq!(drawn(&line, "ここ", "ここ", 24), "...前前ここ後後後後後...\n       ^^^^");
        assert_eq!(drawn(&format!("{}ここ", "前".repeat(200)), "ここ", "ここ", 12), "...前前ここ\n       ^^^^");
        assert_eq!(drawn(&format!("ここ{}", "後".repeat(200)), "ここ", "ここ", 9), "ここ後...\n^^^^");
        let line = format!("{}x{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(drawn(&line, &line, "x", 15), "...aaxbbbbbb...\n-----^---------");
    }

    #[test]
    fn what_is_missing_is_marked_where_it_should_be() {
        assert_eq!(drawn("猫です", "猫", "", 20), "猫です\n^^");
        let Snippet { line, marks } = snippet("猫", &(3..3), &(3..3), 20);
        assert_eq!((line.as_str(), marks), ("猫", vec![(Mark::None, "  ".to_owned()), (Mark::Point, "^".to_owned())]));
        let Snippet { line, marks } = snippet("", &(0..0), &(0..0), 20);
        assert_eq!((line.as_str(), marks), ("", vec![(Mark::Point, "^".to_owned())]));
    }

    #[test]
    fn characters_without_a_width_do_not_fill_the_screen() {
        let marks = "\u{301}".repeat(100_000);
        let line = format!("猫{marks}か{marks}");
        let at = "猫".len() + marks.len();
        let Snippet { line, .. } = snippet(&line, &(at..at + 3), &(at..at + 3), 20);
        assert!(line.chars().count() < 400 && line.contains('か'));
    }

    #[test]
    fn nothing_a_terminal_acts_on_is_shown() {
        assert_eq!(drawn("猫\u{1b}[2J\u{9b}\u{202e}か", "か", "か", 80), "猫␛[2J\u{fffd}\u{fffd}か\n        ^^");
    }
}
