//! Cells of a table that no spreadsheet calculates.
//!
//! Spreadsheets take a cell that begins with `=` for a formula, and a formula can send what is in a table to
//! strangers. Such a cell gets a `'` in front, and loses it when it is read.

/// What a spreadsheet takes for the beginning of a formula; some take the wide ones as well.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A cell for a text.
pub(crate) fn guarded(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`guarded`] made a cell of.
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Also with `'` in front: else what was guarded could not be told from what was so before.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_each_comes_back() {
        for text in ["=1+1", "'=1", "''=", "'", "''", "'猫", "猫", "", "-1", "＝A1", "\t猫", "@", "=\"猫\""] {
            assert!(!guarded(text).starts_with(FORMULA), "{text}");
            assert_eq!(unguarded(&guarded(text)), text);
        }
    }
}
