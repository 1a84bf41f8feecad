//! Text in the columns of a terminal.
//!
//! What makes one emoji of several, or another of one, is left out: terminals do not agree on how wide
//! the result is. Some characters (`“`, `…`, `①`, `→`) are one column wide on most terminals and two on
//! those that are set up for Japanese or Chinese; lines are broken as if they were two, so that they fit
//! on both.

use unicode_width::UnicodeWidthChar;

use super::terminal::{Style, harmless};

/// How wide a tab is shown.
pub(crate) const TAB: &str = "    ";

/// A text, in a colour or none.
pub(crate) type Piece = (Option<Style>, String);

/// Hand over a character as it is shown.
pub(crate) fn shown(c: char, mut put: impl FnMut(&str)) {
    match c {
        '\t' => put(TAB),
        c if is_left_out(c) => {}
        c => put(&harmless(c.encode_utf8(&mut [0; 4]))),
    }
}

/// How many columns a character takes as it is shown.
pub(crate) fn shown_width(c: char) -> usize {
    match c {
        '\t' => TAB.len(),
        c if is_left_out(c) => 0,
        // What is not harmless is shown as a sign of one column.
        c if c.is_control() || nekoyaku::script::is_invisible(c) => 1,
        c => c.width().unwrap_or(1),
    }
}

/// How many columns a text takes, which has been made of what is [`shown`].
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(shown_width).sum()
}

fn is_left_out(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// A character on a terminal.
#[derive(Clone, Copy)]
struct Cell {
    style: Option<Style>,
    c: char,
    /// How many columns it takes at the most.
    width: usize,
}

/// A line of text as lines of at most `width` columns. Words of letters stay whole where that costs less
/// than half a line; a wide character may begin a line or end one.
pub(crate) fn wrapped(pieces: &[(Option<Style>, &str)], width: usize) -> Vec<Vec<Piece>> {
    let cells = cells(pieces);
    let mut lines = Vec::new();
    let (mut start, mut at, mut used) = (0, 0, 0);
    // The last place where a line may end, and how much of it was used by then.
    let mut end = None;
    while at < cells.len() {
        let cell = cells[at];
        if used + cell.width > width && at > start {
            let carried = |before: usize| used - before <= width / 2;
            let stop = end.filter(|(_, before)| carried(*before)).map_or(at, |(stop, _)| stop);
            lines.push(line(&cells[start..stop]));
            (start, at, used, end) = (stop, stop, 0, None);
            continue;
        }
        used += cell.width;
        at += 1;
        let next = cells.get(at);
        if cell.c == ' ' || next.is_some_and(|next| next.width > 0 && (cell.width > 1 || next.width > 1)) {
            end = Some((at, used));
        }
    }
    if start < cells.len() || lines.is_empty() {
        lines.push(line(&cells[start..]));
    }
    lines
}

fn cells(pieces: &[(Option<Style>, &str)]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (style, text) in pieces {
        for c in text.chars() {
            shown(c, |text| {
                let of_text = text.chars().map(|c| Cell { style: *style, c, width: c.width_cjk().unwrap_or(1) });
                cells.extend(of_text);
            });
        }
    }
    cells
}

fn line(cells: &[Cell]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for cell in cells {
        match pieces.last_mut() {
            Some((style, text)) if *style == cell.style => text.push(cell.c),
            _ => pieces.push((cell.style, cell.c.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        let lines = wrapped(&[(None, text)], width);
        lines.into_iter().map(|pieces| pieces.into_iter().map(|(_, text)| text).collect()).collect()
    }

    #[test]
    fn a_wide_character_is_never_cut_in_two() {
        assert_eq!(lines("猫の話です", 5), ["猫の", "話で", "す"]);
        assert_eq!(lines("a猫の話", 4), ["a猫", "の話"]);
        assert_eq!(lines("猫", 1), ["猫"]);
        assert_eq!(lines("", 5), [""]);
    }

    #[test]
    fn a_word_stays_whole_unless_too_much_is_left_empty() {
        assert_eq!(lines("cats and dogs", 8), ["cats ", "and dogs"]);
        assert_eq!(lines("猫はcatです", 6), ["猫は", "catで", "す"]);
        assert_eq!(lines("at https://a.example", 9), ["at https:", "//a.examp", "le"]);
    }

    #[test]
    fn marks_stay_with_what_they_are_on_and_joiners_are_left_out() {
        assert_eq!(lines("か\u{3099}き\u{3099}", 2), ["か\u{3099}", "き\u{3099}"]);
        assert_eq!(lines("👨\u{200d}👩👍🏽\u{fe0f}", 4), ["👨👩", "👍"]);
        assert_eq!(lines("\u{1b}[2J\u{202e}\t猫", 80), ["␛[2J\u{fffd}    猫"]);
    }

    #[test]
    fn what_some_terminals_draw_wider_has_room_on_them() {
        assert_eq!(lines("“①→…", 4), ["“①", "→…"]);
        assert_eq!(width("“①→…"), 4);
    }

    #[test]
    fn colours_go_on_in_the_next_line() {
        let pieces = [(None, "猫"), (Some(Style::Added), "の話")];
        let (added, line) = (Some(Style::Added), |style, text: &str| vec![(style, text.to_owned())]);
        assert_eq!(wrapped(&pieces, 4)[0], [(None, "猫".to_owned()), (added, "の".to_owned())]);
        assert_eq!(wrapped(&pieces, 4)[1], line(added, "話"));
    }
}
