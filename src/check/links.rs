//! Links, images, code and HTML, one by one: per block, and then, for what a block has lost or gained,
//! per file.
//!
//! Both are needed. A heading's lost link is hidden from a comparison of whole files where a 訳注 names
//! the same address; one that went into another block is, block by block, lost here and new there.

use std::collections::{HashMap, HashSet};

use crate::finding::{Edit, Finding, Fix, FixKind, Thing, What};
use crate::source::Span;

use super::Pair;
use super::mentions::Mention;

/// What is lost or new in one pairing, by index among the mentions of each side.
struct Rest<'m> {
    missing: Vec<(usize, &'m Mention)>,
    extra: Vec<(usize, &'m Mention)>,
}

pub(super) fn check(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let mut rest = Rest { missing: Vec::new(), extra: Vec::new() };
    for (place, pairing) in pair.alignment.pairs.iter().enumerate() {
        let ours: Vec<&Mention> = pairing.sources().flat_map(|unit| &pair.source.mentions[unit as usize]).collect();
        let theirs: Vec<&Mention> = pairing.editions().flat_map(|unit| &pair.edition.mentions[unit as usize]).collect();
        if ours.is_empty() && theirs.is_empty() {
            continue;
        }
        let (missing, extra) = compare(pair, &ours, &theirs, found);
        let whole = pairing.sources().is_empty() || pairing.editions().is_empty();
        let (missing, extra) = if whole { (missing, extra) } else { altered(missing, extra, found) };
        if pairing.sources().is_empty() {
            theirs.iter().for_each(|mention| full_width(pair, mention, found));
        }
        if !whole {
            swapped(&ours, &theirs, found);
        }
        rest.missing.extend(missing.into_iter().map(|mention| (place, mention)));
        rest.extra.extend(extra.into_iter().map(|mention| (place, mention)));
    }
    moved(&mut rest, found);
    for (place, mention) in rest.missing {
        // Its block is missing, and that is said.
        if !pair.alignment.pairs[place].editions().is_empty() {
            let here = pair.start_of_edition(place);
            let what = What::Missing(mention.thing, mention.target.clone());
            found.push(Finding::new(what).in_source(mention.span).in_edition(here));
        }
    }
    let mut known = HashMap::new();
    for (place, mention) in rest.extra {
        // Its block is the translator's, or is said to be new.
        let sources = pair.alignment.pairs[place].sources();
        // Backticks around what the source has without them are the translator's good right.
        let is_formatted = mention.thing == Thing::Code && stands_in(pair, &sources, mention.target.trim(), &mut known);
        if !sources.is_empty() && !mention.is_free && !is_formatted && !pair.may_be_added(place) {
            let here = pair.span_of_source(place);
            let what = What::Extra(mention.thing, mention.target.clone());
            found.push(Finding::new(what).in_source(Span::new(here.start(), here.start())).in_edition(mention.span));
        }
    }
}

/// So many bytes of a block are searched for what is in the backticks of one edition.
const SEARCHED: usize = 1 << 24;

/// Whether `code` stands in these units of the source. `known` is what was looked for, and how far.
fn stands_in<'m>(
    pair: &Pair<'_>,
    units: &std::ops::Range<u32>,
    code: &'m str,
    known: &mut HashMap<u32, (usize, HashMap<&'m str, bool>)>,
) -> bool {
    let (searched, answers) = known.entry(units.start).or_default();
    if let Some(answer) = answers.get(code) {
        return *answer;
    }
    let answer = units.clone().any(|unit| {
        let text = pair.source.side.slice(unit as usize);
        *searched += text.len();
        // A paragraph with so much code in it is none; what was not found is let be.
        *searched > SEARCHED || text.contains(code)
    });
    answers.insert(code, answer);
    answer
}

/// Those of each that the other has not.
fn compare<'m>(
    pair: &Pair<'_>,
    ours: &[&'m Mention],
    theirs: &[&'m Mention],
    found: &mut Vec<Finding>,
) -> (Vec<&'m Mention>, Vec<&'m Mention>) {
    let mut open: HashMap<(Thing, &str), Vec<usize>> = HashMap::new();
    // Those that are free last: they are nobody's counterpart if another is.
    for free in [true, false] {
        for (index, mention) in theirs.iter().enumerate().rev().filter(|(_, mention)| mention.is_free == free) {
            open.entry((mention.thing, key(mention))).or_default().push(index);
        }
    }
    let mut known = vec![false; theirs.len()];
    let mut missing = Vec::new();
    for mention in ours {
        match open.get_mut(&(mention.thing, key(mention))).and_then(Vec::pop) {
            Some(other) => {
                known[other] = true;
                titles(mention, theirs[other], found);
                bared(pair, mention, theirs[other], found);
            }
            None => missing.push(*mention),
        }
    }
    (missing, without(theirs.iter().copied(), &known))
}

fn without<'m>(of: impl Iterator<Item = &'m Mention>, gone: &[bool]) -> Vec<&'m Mention> {
    of.zip(gone).filter(|(_, gone)| !**gone).map(|(one, _)| one).collect()
}

/// What is compared: code without the blanks that no reader sees, and line ends of any kind.
fn key(mention: &Mention) -> &str {
    match mention.thing {
        Thing::Code => mention.target.trim(),
        Thing::CodeBlock => mention.target.trim_end(),
        _ => &mention.target,
    }
}

/// A title is translated; it is not lost, and none is invented.
fn titles(ours: &Mention, theirs: &Mention, found: &mut Vec<Finding>) {
    let url = ours.target.clone();
    let what = match (&ours.title, &theirs.title) {
        (Some(title), None) => What::TitleMissing { url, title: title.clone() },
        (None, Some(title)) => What::TitleExtra { url, title: title.clone() },
        _ => return,
    };
    found.push(Finding::new(what).in_source(ours.span).in_edition(theirs.span));
}

/// A link on a text has become its address: most often because its brackets are full-width.
fn bared(pair: &Pair<'_>, ours: &Mention, theirs: &Mention, found: &mut Vec<Finding>) {
    if ours.is_bare || !theirs.is_bare || ours.thing != Thing::Link || theirs.is_free {
        return;
    }
    let what = What::LinkBare { url: theirs.target.clone() };
    let finding = Finding::new(what).in_source(ours.span).in_edition(theirs.span);
    found.push(match rebuilt(pair, theirs) {
        Some(fix) => finding.mended_by(fix),
        None => finding,
    });
}

/// A link of a translator's own note that is none, as its brackets are full-width.
fn full_width(pair: &Pair<'_>, theirs: &Mention, found: &mut Vec<Finding>) {
    if let Some(fix) = rebuilt(pair, theirs).filter(|_| theirs.is_bare && theirs.thing == Thing::Link) {
        let what = What::LinkBare { url: theirs.target.clone() };
        found.push(Finding::new(what).in_edition(theirs.span).mended_by(fix));
    }
}

/// The brackets around an address, made a link's.
fn rebuilt(pair: &Pair<'_>, theirs: &Mention) -> Option<Fix> {
    let text = pair.edition.file.source.text();
    let (before, behind) = (&text[..theirs.span.start()], &text[theirs.span.end()..]);
    let open = ["](", "]（", "] (", "] （", "］（", "］("].into_iter().find(|open| before.ends_with(open));
    let close = [")", "）"].into_iter().find(|close| behind.starts_with(close));
    let (open, close) = (open?, close?);
    let span = |at: usize, length: usize| Span::new(at, at + length);
    let edits = vec![
        Edit { span: span(theirs.span.start() - open.len(), open.len()), text: "](".to_owned() },
        Edit { span: span(theirs.span.end(), close.len()), text: ")".to_owned() },
    ];
    Some(Fix { kind: FixKind::Safe, edits })
}

/// So many of each are held against each other; after that, in order.
const NEAREST: usize = 32;

/// A missing one and the nearest that is new are one that was altered.
fn altered<'m>(
    missing: Vec<&'m Mention>,
    extra: Vec<&'m Mention>,
    found: &mut Vec<Finding>,
) -> (Vec<&'m Mention>, Vec<&'m Mention>) {
    if missing.is_empty() || extra.is_empty() {
        return (missing, extra);
    }
    let mut pairs = Vec::new();
    for (i, ours) in missing.iter().enumerate().take(NEAREST) {
        for (j, theirs) in extra.iter().enumerate().take(NEAREST) {
            if ours.thing == theirs.thing && !theirs.is_free {
                pairs.push((likeness(&ours.target, &theirs.target), i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut taken, mut given) = (vec![false; missing.len()], vec![false; extra.len()]);
    let count = |of: &[&Mention]| {
        let mut count: HashMap<Thing, usize> = HashMap::new();
        of.iter().filter(|one| !one.is_free).for_each(|one| *count.entry(one.thing).or_default() += 1);
        count
    };
    let counts = [count(&missing), count(&extra)];
    for (like, i, j) in pairs {
        let thing = missing[i].thing;
        let alone = counts.iter().all(|count| count.get(&thing) == Some(&1));
        // The only two are each other's, whatever they are; but code may be put in and taken out.
        let enough = if thing == Thing::Code { 0.6 } else { 0.5 };
        if taken[i] || given[j] || !(like >= enough || alone && thing != Thing::Code) {
            continue;
        }
        (taken[i], given[j]) = (true, true);
        let (ours, theirs) = (missing[i], extra[j]);
        let what = What::Altered { thing, from: ours.target.clone(), to: theirs.target.clone() };
        let mut finding = Finding::new(what).in_source(ours.span).in_edition(theirs.span);
        // What stands in both files as it is can be put back as it was.
        if matches!(thing, Thing::Link | Thing::Image) && ours.is_exact && theirs.is_exact {
            finding = finding.mended_by(Fix::safe(theirs.span, ours.target.clone()));
        }
        found.push(finding);
    }
    (without(missing.into_iter(), &taken), without(extra.into_iter(), &given))
}

/// How much of the longer one both have at their ends, from 0 to 1.
fn likeness(a: &str, b: &str) -> f64 {
    let start = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let shorter = a.len().min(b.len());
    let end = a.bytes().rev().zip(b.bytes().rev()).take(shorter - start).take_while(|(a, b)| a == b).count();
    (start + end) as f64 / a.len().max(b.len()).max(1) as f64
}

/// Two links of a block that have changed places: each is on the other's text.
fn swapped(ours: &[&Mention], theirs: &[&Mention], found: &mut Vec<Finding>) {
    let links = |of: &[&'_ Mention]| of.iter().filter(|one| one.thing == Thing::Link && !one.text.is_empty()).count();
    if !(2..=NEAREST).contains(&links(ours)) || links(theirs) < 2 {
        return;
    }
    let once = |of: &[&Mention], target: &str| of.iter().filter(|one| one.target == target).count() == 1;
    let known: Vec<(&Mention, &Mention)> = ours
        .iter()
        .filter(|one| one.thing == Thing::Link && once(ours, &one.target))
        .filter_map(|one| {
            let other = theirs.iter().find(|other| other.thing == Thing::Link && other.target == one.target)?;
            once(theirs, &one.target).then_some((*one, *other))
        })
        .collect();
    let words: Vec<_> = known
        .iter()
        .map(|(one, other)| (words(&one.text), words(&other.text).into_iter().collect::<HashSet<String>>()))
        .collect();
    for i in 0..known.len() {
        for j in i + 1..known.len() {
            let shared = |a: usize, b: usize| words[a].0.iter().filter(|word| words[b].1.contains(*word)).count();
            let (own, other) = (shared(i, i) + shared(j, j), shared(i, j) + shared(j, i));
            if own == 0 && other >= 1 {
                for (at, with) in [(i, j), (j, i)] {
                    let what = What::Swapped { url: known[at].0.target.clone(), with: known[with].0.target.clone() };
                    found.push(Finding::new(what).in_source(known[at].0.span).in_edition(known[at].1.span));
                }
            }
        }
    }
}

/// What a translation leaves as it is: Latin words, numbers, and Han characters of both languages.
fn words(text: &str) -> Vec<String> {
    let latin = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let han = text.chars().filter(|c| crate::script::is_han(*c)).map(String::from);
    latin.map(str::to_ascii_lowercase).chain(han).collect()
}

/// What one block has lost and another gained has moved.
fn moved(rest: &mut Rest<'_>, found: &mut Vec<Finding>) {
    let mut open: HashMap<(Thing, &str), Vec<usize>> = HashMap::new();
    for (index, (_, mention)) in rest.extra.iter().enumerate().rev().filter(|(_, (_, mention))| !mention.is_free) {
        open.entry((mention.thing, key(mention))).or_default().push(index);
    }
    let mut gone = vec![false; rest.extra.len()];
    rest.missing.retain(|(_, mention)| {
        // Code is said again where it is spoken of.
        if matches!(mention.thing, Thing::Code | Thing::Html) {
            return true;
        }
        let Some(index) = open.get_mut(&(mention.thing, key(mention))).and_then(Vec::pop) else { return true };
        gone[index] = true;
        let what = What::Moved(mention.thing, mention.target.clone());
        found.push(Finding::new(what).in_source(mention.span).in_edition(rest.extra[index].1.span));
        false
    });
    let mut gone = gone.into_iter();
    rest.extra.retain(|_| !gone.next().unwrap_or_default());
}
