//! The blocks: none missing, none new, in order, of the same kind and number.

use std::collections::HashSet;

use crate::align::{ExtraKind, Pairing, UnitKind};
use crate::blocks::BlockKind;
use crate::finding::{Finding, What};
use crate::source::Span;
use crate::visible::Visible;

use super::{Pair, Text};

/// What our own comments begin with.
pub(super) const DIRECTIVE: &str = "<!-- nekoyaku:";

pub(super) fn check(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&pair.source, &pair.edition);
    let mut last = None;
    for (place, pairing) in pair.alignment.pairs.iter().enumerate() {
        match pairing {
            Pairing::Same { source, edition } => alike(pair, *source, *edition, found),
            Pairing::Moved { source, edition } => {
                let what = What::BlockOrder { text: text(theirs, *edition) };
                found.push(Finding::new(what).in_source(ours.span(*source)).in_edition(theirs.span(*edition)));
                alike(pair, *source, *edition, found);
            }
            Pairing::Split { source, editions } => {
                let what = What::BlockSplit { parts: editions.len() };
                let finding = Finding::new(what).in_source(ours.span(*source));
                found.push(finding.in_edition(theirs.spans(editions.clone())));
            }
            Pairing::Merged { sources, edition } => {
                let what = What::BlockMerged { parts: sources.len() };
                let finding = Finding::new(what).in_source(ours.spans(sources.clone()));
                found.push(finding.in_edition(theirs.span(*edition)));
            }
            Pairing::Missing { source, .. } => {
                let block = ours.side.units[*source as usize].block;
                // Of a list or a table that is gone the first line is enough.
                if last == Some((true, block)) || is_directive(ours, *source) {
                    continue;
                }
                last = Some((true, block));
                let what = What::BlockMissing { kind: name(ours, *source), text: text(ours, *source) };
                let finding = Finding::new(what).in_source(ours.span(*source));
                found.push(finding.in_edition(pair.start_of_edition(place)));
                continue;
            }
            Pairing::Extra { edition, kind: ExtraKind::Other } => {
                let block = theirs.side.units[*edition as usize].block;
                if last == Some((false, block)) || is_directive(theirs, *edition) {
                    continue;
                }
                last = Some((false, block));
                let what = What::BlockExtra { kind: name(theirs, *edition), text: text(theirs, *edition) };
                found.push(Finding::new(what).in_edition(theirs.span(*edition)));
                continue;
            }
            Pairing::Extra { .. } => {}
        }
        last = None;
    }
}

fn is_directive(of: &Text<'_>, unit: u32) -> bool {
    of.side.slice(unit as usize).starts_with(DIRECTIVE)
}

fn text(of: &Text<'_>, unit: u32) -> String {
    let visible = of.visible[unit as usize].as_ref();
    visible.map_or_else(|| of.side.slice(unit as usize), |visible| &visible.text).replace('\u{fffc}', "…")
}

fn name(of: &Text<'_>, unit: u32) -> &'static str {
    match of.side.units[unit as usize].kind {
        UnitKind::Code => "code block",
        UnitKind::Html | UnitKind::Tags => "HTML block",
        other => other.name(),
    }
}

/// Two units that belong together: of one kind, with one number.
fn alike(pair: &Pair<'_>, source: u32, edition: u32, found: &mut Vec<Finding>) {
    let (ours, theirs) = (&pair.source, &pair.edition);
    let (a, b) = (ours.side.units[source as usize], theirs.side.units[edition as usize]);
    let mut find = |what: What| {
        found.push(Finding::new(what).in_source(ours.span(source)).in_edition(theirs.span(edition)));
    };
    match (a.kind, b.kind) {
        (UnitKind::Heading(from), UnitKind::Heading(to)) if from != to => find(What::HeadingLevel { from, to }),
        (from, to) if from != to => {
            let block = |of: &Text<'_>, block: u32| of.side.document.blocks[block as usize].kind;
            let (around, other) = (block(ours, a.block), block(theirs, b.block));
            // A list may be tight or loose.
            if around != other && !(matches!(around, BlockKind::Heading(_)) && matches!(other, BlockKind::Heading(_))) {
                find(What::BlockKind { from: name(ours, source), to: name(theirs, edition) });
            }
        }
        _ => {}
    }
    let (expected, number) = (item_number(ours, source), item_number(theirs, edition));
    if expected.as_ref().map(|number| &number.0) != number.as_ref().map(|number| &number.0) {
        let told = |number: &Option<(String, Span)>| number.as_ref().map(|number| number.0.clone()).unwrap_or_default();
        let what = What::ItemNumber { expected: told(&expected), found: told(&number) };
        let place = |number: Option<(String, Span)>, span: Span| {
            number.map_or(Span::new(span.start(), span.start()), |number| number.1)
        };
        let finding = Finding::new(what).in_source(place(expected, ours.span(source)));
        found.push(finding.in_edition(place(number, theirs.span(edition))));
    }
}

/// The number a unit begins with, `3、`, `③` or that of an ordered list, and its bytes in the file.
pub(super) fn item_number(of: &Text<'_>, unit: u32) -> Option<(String, Span)> {
    let span = of.span(unit);
    if of.side.units[unit as usize].kind == UnitKind::Item {
        let before = &of.file.source.text()[..span.start()];
        let marker = before.trim_end_matches([' ', '\t']);
        let digits = marker.strip_suffix(['.', ')'])?;
        let start = digits.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let number = digits[start..].trim_start_matches('0');
        return (start < digits.len()).then(|| (number.to_owned(), Span::new(start, marker.len())));
    }
    let visible = of.visible[unit as usize].as_ref()?;
    let text = visible.text.trim_start();
    let from = visible.text.len() - text.len();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let length = match text[digits..].chars().next() {
        Some(c @ ('、' | '．' | '.')) if digits > 0 => {
            // `3.12 发布` begins with a version.
            let version = c == '.' && text[digits + 1..].starts_with(|c: char| c.is_ascii_digit());
            if version {
                return None;
            }
            digits + c.len_utf8()
        }
        Some(c) if digits == 0 && (('①'..='⓿').contains(&c) || ('❶'..='➓').contains(&c)) => c.len_utf8(),
        _ => return None,
    };
    Some((text[..length].replace(['．', '.'], "、"), visible.span(from..from + length)))
}

/// The emoji of a heading tell which it is; they are the same in every language.
pub(super) fn symbols(ours: &Visible, theirs: &Visible, found: &mut Vec<Finding>) {
    let is_emoji = |c: char| matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{26ff}');
    let only = |here: &Visible, there: &Visible, what: fn(String) -> What| {
        let mut known: HashSet<char> = there.text.chars().filter(|c| is_emoji(*c)).collect();
        let mut findings = Vec::new();
        for (at, c) in here.text.char_indices().filter(|(_, c)| is_emoji(*c)) {
            if known.insert(c) {
                findings.push((Finding::new(what(c.to_string())), here.span(at..at + c.len_utf8())));
            }
        }
        findings
    };
    let start = |of: &Visible| Span::new(of.whole().start(), of.whole().start());
    for (finding, span) in only(ours, theirs, What::SymbolMissing) {
        found.push(finding.in_source(span).in_edition(start(theirs)));
    }
    for (finding, span) in only(theirs, ours, What::SymbolExtra) {
        found.push(finding.in_source(start(ours)).in_edition(span));
    }
}
