//! Widths of characters, and blanks: what `EDITION` §1.3 counted in ten editions.
//!
//! Whether there is a blank beside a link is free: 35 of 88 have one.

use std::ops::Range;

use super::ground::{Covered, Ground};
use crate::finding::{Edit, Finding, Fix, FixKind, What};
use crate::inline::MarkKind;
use crate::rules::Severity;
use crate::script::{is_han, is_kana};
use crate::visible::OBJECT;

/// Where marks begin and end.
struct Edges {
    // Of links and of their titles, sorted.
    links: Vec<usize>,
    // Where marks of any kind begin, sorted.
    starts: Vec<usize>,
    // Where emphasis of any kind begins or ends, sorted.
    emphasis: Vec<usize>,
}

impl Edges {
    fn new(ground: &Ground<'_, '_>) -> Self {
        let marks = &ground.passage.edition.marks;
        let is_link = |kind: MarkKind| matches!(kind, MarkKind::Link | MarkKind::Title);
        let links = marks.iter().filter(|(kind, _)| is_link(*kind));
        let mut links: Vec<usize> = links.flat_map(|(_, range)| [range.start, range.end]).collect();
        let mut starts: Vec<usize> = marks.iter().map(|(_, range)| range.start).collect();
        let is_emphasis =
            |kind: MarkKind| matches!(kind, MarkKind::Strong | MarkKind::Emphasis | MarkKind::Strikethrough);
        let emphasis = marks.iter().filter(|(kind, _)| is_emphasis(*kind));
        let mut emphasis: Vec<usize> = emphasis.flat_map(|(_, range)| [range.start, range.end]).collect();
        links.sort_unstable();
        starts.sort_unstable();
        emphasis.sort_unstable();
        Self { links, starts, emphasis }
    }

    fn of_emphasis(&self, at: usize) -> bool {
        self.emphasis.binary_search(&at).is_ok()
    }

    fn of_link(&self, at: usize) -> bool {
        self.links.binary_search(&at).is_ok()
    }
}

pub(super) fn look(ground: &Ground<'_, '_>, found: &mut Vec<Finding>) {
    let (text, edges) = (ground.text(), Edges::new(ground));
    let right = ground.forms.iter().filter(|form| form.right).map(|form| form.range.clone());
    let spelled = Covered::new(right.collect());
    let mut boundaries: Vec<usize> = Vec::new();
    let mut wide: Option<Range<usize>> = None;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| needs_blank(before, c))
            // What is Chinese on purpose has its own habits.
            && !ground.quoted.holds(&(at..at))
            // The termbase spells its renderings: `Python猫`.
            && !spelled.holds(&(at - 1..at + 1))
            && !edges.of_link(at)
        {
            boundaries.push(at);
        }
        if matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ') {
            wide = Some(wide.map_or(at, |wide| wide.start)..at + c.len_utf8());
        } else if let Some(wide) = wide.take() {
            full_width(ground, wide, found);
        }
        match c {
            ' ' => blank(ground, &edges, at, before, found),
            '～' => {
                let mut finding = replacement(ground, at..at + c.len_utf8(), "〜".to_owned());
                finding.severity = Severity::Info;
                found.push(finding);
            }
            ':' => colon(ground, at, before, found),
            _ => {}
        }
        before = Some(c);
    }
    if let Some(wide) = wide {
        full_width(ground, wide, found);
    }
    beside_code(ground, &edges, &mut boundaries);
    blanks_wanted(ground, &edges, boundaries, found);
}

fn is_japanese(c: char) -> bool {
    is_han(c) || is_kana(c)
}

fn needs_blank(before: char, c: char) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric();
    (latin(before) && is_japanese(c)) || (latin(c) && is_japanese(before))
}

fn replacement(ground: &Ground<'_, '_>, range: Range<usize>, expected: String) -> Finding {
    let what =
        What::Punctuation { found: ground.text()[range.clone()].to_owned(), expected: expected.trim().to_owned() };
    let span = ground.passage.edition.span(range.clone());
    ground.finding(what, range).mended_by(Fix::style(span, expected))
}

/// `２種類`: digits and Latin letters as wide as kanji.
fn full_width(ground: &Ground<'_, '_>, range: Range<usize>, found: &mut Vec<Finding>) {
    let text = ground.text();
    let narrow = text[range.clone()].chars().filter_map(|c| char::from_u32(c as u32 - 0xfee0));
    let blank = |c: Option<char>| if c.is_some_and(is_japanese) { " " } else { "" };
    let lead = blank(text[..range.start].chars().next_back());
    let tail = blank(text[range.end..].chars().next());
    let expected = format!("{lead}{}{tail}", narrow.collect::<String>());
    found.push(replacement(ground, range, expected));
}

/// `Rye: 実験的な`: a narrow colon before Japanese.
fn colon(ground: &Ground<'_, '_>, at: usize, before: Option<char>, found: &mut Vec<Finding>) {
    let after = &ground.text()[at + 1..];
    let rest = after.strip_prefix(' ').unwrap_or(after);
    if before.is_some_and(char::is_alphanumeric) && rest.starts_with(is_japanese) {
        let mut finding = replacement(ground, at..at + 1 + after.len() - rest.len(), "：".to_owned());
        finding.severity = Severity::Info;
        found.push(finding);
    }
}

/// Blanks beside characters that bring their own.
fn blank(ground: &Ground<'_, '_>, edges: &Edges, at: usize, before: Option<char>, found: &mut Vec<Finding>) {
    let opens = |c: char| matches!(c, '「' | '『' | '（');
    let closes = |c: char| matches!(c, '」' | '』' | '）' | '、' | '。' | '：');
    // Of several, the first is looked at.
    if before == Some(' ') {
        return;
    }
    let text = ground.text();
    let rest = text[at..].trim_start_matches(' ');
    let end = text.len() - rest.len();
    let (Some(before), Some(after)) = (before, rest.chars().next()) else { return };
    // Code and URLs end where the blank is.
    let is_word = |c: char| c != OBJECT && (c.is_alphanumeric() || opens(c) || closes(c));
    let ends = |c: char| is_word(c) || (matches!(c, '？' | '！') && after == '（');
    if !ends(before) || !is_word(after) || !(opens(before) || closes(after) || opens(after) || closes(before)) {
        return;
    }
    // Whether a link is set off by blanks is free; its label is not.
    let label = after == '（' && edges.of_link(at) && !edges.of_link(end);
    if (edges.of_link(at) || edges.of_link(end)) && !label {
        return;
    }
    // `**注意：** 今週` is emphasis for its blank.
    if edges.of_emphasis(at) || edges.of_emphasis(end) {
        return;
    }
    let range = at - before.len_utf8()..end + after.len_utf8();
    let what = What::Spacing { found: text[range.clone()].to_owned(), expected: format!("{before}{after}") };
    let span = ground.passage.edition.span(at..end);
    found.push(ground.finding(what, range).mended_by(Fix::style(span, "")));
}

/// Code spans right beside Japanese.
fn beside_code(ground: &Ground<'_, '_>, edges: &Edges, boundaries: &mut Vec<usize>) {
    let text = ground.text();
    let japanese = |c: Option<char>| c.is_some_and(is_japanese);
    for object in ground.passage.edition.objects.iter().filter(|object| object.kind == MarkKind::Code) {
        let at = object.at;
        let end = at + OBJECT.len_utf8();
        if japanese(text[..at].chars().next_back()) && !edges.of_link(at) {
            boundaries.push(at);
        }
        if japanese(text[end..].chars().next()) && !edges.of_link(end) {
            boundaries.push(end);
        }
    }
    boundaries.sort_unstable();
}

/// One finding for all places of a passage where a blank is wanted: an edition that does without has
/// hundreds.
fn blanks_wanted(ground: &Ground<'_, '_>, edges: &Edges, boundaries: Vec<usize>, found: &mut Vec<Finding>) {
    let Some(first) = boundaries.first() else { return };
    let (text, edition) = (ground.text(), ground.passage.edition);
    let width = |c: Option<char>| c.map_or(0, char::len_utf8);
    let before = |at: usize| at - width(text[..at].chars().next_back());
    let range = before(*first)..first + width(text[*first..].chars().next());
    let expected = format!("{} {}", &text[range.start..*first], &text[*first..range.end]);
    let what = What::Spacing { found: text[range.clone()].to_owned(), expected };
    let edits = boundaries.into_iter().map(|at| {
        // Outside the mark that begins or ends there.
        let opens = edges.starts.binary_search(&at).is_ok();
        let place = if opens { edition.span(before(at)..at).end() } else { edition.span(at..at).start() };
        Edit { span: crate::source::Span::new(place, place), text: " ".to_owned() }
    });
    let fix = Fix { kind: FixKind::Style, edits: edits.collect() };
    found.push(ground.finding(what, range).mended_by(fix));
}
