//! Brackets: full width around and beside Japanese, and each with its counterpart.

use super::ground::{Covered, Ground};
use crate::finding::{Edit, Finding, Fix, FixKind, What};
use crate::inline::MarkKind;
use crate::rules::Severity;
use crate::script::{is_han, is_kana};

const PAIRS: [(char, char); 5] = [('（', '）'), ('「', '」'), ('『', '』'), ('[', ']'), ('(', ')')];

/// What is in longer brackets is not looked at: a remark has no thousand characters.
const LONGEST: usize = 3000;

/// A bracket, with the byte it stands at and which of the pairs it is of; both widths of round ones are
/// of the first.
#[derive(Clone, Copy)]
struct Bracket {
    c: char,
    at: usize,
    pair: usize,
    opens: bool,
}

pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let text = ground.text();
    let brackets = text.char_indices().filter_map(|(at, c)| {
        // The other characters, nearly all, are told apart at once.
        let likely = matches!(c, '('..=')' | '['..=']' | '「'..='』' | '（'..='）');
        let pair =
            if likely { PAIRS.iter().position(|(open, close)| c == *open || c == *close)? } else { return None };
        let opens = c == PAIRS[pair].0;
        Some(Bracket { c, at, pair: if pair == 4 { 0 } else { pair }, opens })
    });
    let mut open: Vec<Bracket> = Vec::new();
    let mut alone: Vec<Bracket> = Vec::new();
    // How many of each pair are open.
    let mut count = [0_usize; 4];
    for bracket in brackets {
        if bracket.opens {
            count[bracket.pair] += 1;
            open.push(bracket);
        } else if count[bracket.pair] == 0 {
            alone.push(bracket);
        } else {
            // Those opened since are never closed.
            while let Some(last) = open.pop() {
                count[last.pair] -= 1;
                if last.pair == bracket.pair {
                    width(ground, last, bracket, found);
                    break;
                }
                alone.push(last);
            }
        }
    }
    alone.extend(open);
    let links = ground.passage.edition.marks.iter().filter(|(kind, _)| *kind == MarkKind::Link);
    let links = Covered::new(links.map(|(_, range)| range.clone()).collect());
    for bracket in alone {
        unbalanced(ground, bracket, &links, found);
    }
}

fn unbalanced(ground: &Ground<'_, '_>, bracket: Bracket, links: &Covered, found: &mut Vec<Finding>) {
    let text = ground.text();
    let before = text[..bracket.at].trim_end().chars().next_back();
    // `1）` counts, `:)` and `[0, 1)` are what they are.
    let counts = bracket.c == '）' && before.is_some_and(|c| c.is_alphanumeric() && !is_han(c) && !is_kana(c));
    if counts || matches!(bracket.c, '(' | ')') {
        return;
    }
    // Numbers between a bracket of one kind and one of another are an interval.
    let near = |c: &char| c.is_ascii() && !matches!(c, '[' | ']');
    let interval = match bracket.c {
        '[' => text[bracket.at + 1..].chars().take(24).take_while(near).any(|c| c == ')'),
        ']' => text[..bracket.at].chars().rev().take(24).take_while(near).any(|c| c == '('),
        _ => false,
    };
    if interval {
        return;
    }
    let range = bracket.at..bracket.at + bracket.c.len_utf8();
    let in_link = links.holds(&range);
    let mut finding = ground.finding(What::BracketUnbalanced { found: bracket.c }, range);
    if in_link {
        finding.severity = Severity::Error;
    }
    found.push(finding);
}

fn is_japanese(c: char) -> bool {
    is_han(c) || is_kana(c)
}

/// Round brackets, of which at least one is of half width.
fn width(ground: &Ground<'_, '_>, open: Bracket, close: Bracket, found: &mut Vec<Finding>) {
    let text = ground.text();
    let inside = &text[open.at + open.c.len_utf8()..close.at];
    if (open.c != '(' && close.c != ')') || inside.len() > LONGEST {
        return;
    }
    let before = text[..open.at].chars().next_back();
    let nearest = text[..open.at].trim_end_matches(' ').chars().next_back();
    // `print()` and `f(x)` are code without its backticks.
    let call = before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') && !inside.contains(is_japanese);
    let mixed = open.c == '（' || close.c == '）';
    let beside = nearest.is_some_and(|c| is_japanese(c) || matches!(c, '」' | '』'));
    if call && !mixed || !(mixed || inside.contains(is_japanese) || beside && !inside.is_empty()) {
        return;
    }
    let blanks_before = text[..open.at].len() - text[..open.at].trim_end_matches(' ').len();
    let inner = inside.trim_matches(' ');
    let after = &text[close.at + close.c.len_utf8()..];
    let next = after.trim_start_matches(' ');
    // The blank before `|` is not the bracket's.
    let blanks_after = if next.starts_with(is_japanese) { after.len() - next.len() } else { 0 };
    let range = open.at - blanks_before..close.at + close.c.len_utf8() + blanks_after;
    let left = open.at + open.c.len_utf8() + inside.len() - inside.trim_start_matches(' ').len();
    let edition = ground.passage.edition;
    let right = (close.at - (inside.len() - inside.trim_end_matches(' ').len())).max(left);
    let edits = vec![
        Edit { span: edition.span(range.start..left), text: "（".to_owned() },
        Edit { span: edition.span(right..range.end), text: "）".to_owned() },
    ];
    let what =
        What::BracketHalfWidth { found: text[range.clone()].trim().to_owned(), expected: format!("（{inner}）") };
    found.push(ground.finding(what, range).mended_by(Fix { kind: FixKind::Style, edits }));
}
