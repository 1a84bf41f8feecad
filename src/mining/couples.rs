//! Which word becomes which.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::passage::Passage;
use super::{Options, Quote, Rendering, Suggestion, renderings};
use crate::glossary::simplified;
use crate::script::is_han;

/// A word and its first rendering have so much in common: twice the passages that both are in, of those
/// that each of them is in.
const ALIKE: f64 = 0.38;

/// And a word and any other rendering.
const ALSO_ALIKE: f64 = 0.25;

/// In so many passages a rendering is that is not the first, or that shares a character with the word.
const TWICE: usize = 2;

/// In so many passages any other is, to be more than chance.
const THRICE: usize = 3;

/// A longer rendering that is there this often as well is the one that is meant: `プログラミング言語`, and
/// not `言語`.
const NEARLY: f64 = 0.75;

/// Of a word's passages a rendering has this share at least.
const LEAST_SHARE: f64 = 0.15;

/// A word and its rendering.
struct Couple {
    word: usize,
    rendering: usize,
    both: usize,
    alike: f64,
    surety: f64,
    /// Whether it may be the first rendering of its word.
    is_sure: bool,
}

/// Where a text stands, by passage.
type Places = Vec<(usize, Vec<Range<usize>>)>;

/// What becomes of each word.
pub(super) fn suggestions(passages: &[Passage], words: &[String], options: Options) -> Vec<Suggestion> {
    let words = words_by_passage(passages, words);
    let mut renderings: BTreeSet<&str> = BTreeSet::new();
    for passage in passages {
        renderings::candidates(&passage.theirs, &passage.source.text, &mut renderings);
    }
    let renderings: Vec<&str> = renderings.into_iter().collect();
    let places = places_of(passages, &renderings);
    // By passage, the renderings it may have.
    let mut of_passage: Vec<Vec<usize>> = vec![Vec::new(); passages.len()];
    for (rendering, places) in places.iter().enumerate() {
        for (passage, _) in places {
            of_passage[*passage].push(rendering);
        }
    }
    let mut couples: Vec<Couple> = Vec::new();
    for (word, (source, there)) in words.iter().enumerate().filter(|(_, (_, there))| there.len() >= options.least) {
        let mut together: HashMap<usize, usize> = HashMap::new();
        for (passage, _) in there {
            for rendering in &of_passage[*passage] {
                *together.entry(*rendering).or_default() += 1;
            }
        }
        for (rendering, both) in together.into_iter().filter(|(_, both)| *both >= TWICE) {
            let (ours, theirs) = (there.len(), places[rendering].len());
            let alike = 2.0 * both as f64 / (ours + theirs) as f64;
            let shared = shared(source, renderings[rendering]);
            if alike >= ALSO_ALIKE {
                let surety = surety(both, ours, theirs, passages.len()) * (1.0 + shared);
                let is_sure = alike >= ALIKE && (both >= THRICE || shared > 0.0);
                couples.push(Couple { word, rendering, both, alike, surety, is_sure });
            }
        }
    }
    // The surest first, and where that is a part of a longer one that is nearly as frequent, that one.
    couples.sort_unstable_by(|a, b| {
        let length = |couple: &Couple| renderings[couple.rendering].len();
        (b.surety.total_cmp(&a.surety))
            .then(length(b).cmp(&length(a)))
            .then((a.word, a.rendering).cmp(&(b.word, b.rendering)))
    });
    let mut of_word: Vec<Vec<usize>> = vec![Vec::new(); words.len()];
    for (number, couple) in couples.iter().enumerate() {
        of_word[couple.word].push(number);
    }
    let better = |couple: &Couple| {
        let rendering = renderings[couple.rendering];
        let longer = of_word[couple.word].iter().map(|number| &couples[*number]).filter(|other| {
            let text = renderings[other.rendering];
            text.len() > rendering.len()
                && text.contains(rendering)
                && other.both as f64 >= NEARLY * couple.both as f64
                && other.alike >= couple.alike * NEARLY
        });
        longer.max_by_key(|other| (other.both, renderings[other.rendering].len())).map(|other| other.rendering)
    };
    let couples: Vec<Couple> = couples
        .iter()
        .map(|couple| Couple { rendering: better(couple).unwrap_or(couple.rendering), ..*couple })
        .collect();
    taken(passages, &words, &couples, (&renderings, &places))
}

/// How much of a word's characters are in its rendering: `开发`, `開発`.
pub(super) fn shared(word: &str, rendering: &str) -> f64 {
    let there: Vec<char> = rendering.chars().map(simplified).collect();
    let count = word.chars().filter(|c| there.contains(&simplified(*c))).count();
    count as f64 / word.chars().count().max(1) as f64
}

/// Take couples, the surest first; in each passage nothing is a part of two.
fn taken(
    passages: &[Passage],
    words: &[(&str, Places)],
    couples: &[Couple],
    (renderings, places): (&[&str], &[Places]),
) -> Vec<Suggestion> {
    let mut used: Vec<Vec<Range<usize>>> = vec![Vec::new(); passages.len()];
    let mut done: Vec<Vec<usize>> = vec![Vec::new(); words.len()];
    let mut found: Vec<Vec<Rendering>> = vec![Vec::new(); words.len()];
    for Couple { word, rendering, is_sure, .. } in couples {
        if found[*word].is_empty() && !is_sure {
            continue;
        }
        let mut rendered: Option<Rendering> = None;
        for (passage, ours) in &words[*word].1 {
            let Ok(at) = places[*rendering].binary_search_by_key(passage, |(place, _)| *place) else { continue };
            let is_free = |range: &&Range<usize>| {
                used[*passage].iter().all(|used| used.end <= range.start || range.end <= used.start)
            };
            let free = places[*rendering][at].1.iter().find(is_free).cloned();
            let Some(free) = free.filter(|_| !done[*word].contains(passage)) else { continue };
            let quote = || {
                let Passage { pair, source, edition, .. } = &passages[*passage];
                Quote {
                    pair: *pair,
                    source: source.span(ours[0].clone()).start(),
                    edition: edition.span(free.clone()).start(),
                }
            };
            rendered
                .get_or_insert_with(|| Rendering {
                    target: renderings[*rendering].to_owned(),
                    count: 0,
                    quote: quote(),
                })
                .count += 1;
            done[*word].push(*passage);
            used[*passage].push(free);
        }
        // What is left of it in few passages is chance.
        let is_one = |rendered: &Rendering| {
            rendered.count >= TWICE && rendered.count as f64 >= LEAST_SHARE * words[*word].1.len() as f64
        };
        found[*word].extend(rendered.filter(is_one));
    }
    let all = words.iter().zip(found).filter(|(_, renderings)| !renderings.is_empty());
    let all = all.map(|((source, places), mut renderings)| {
        renderings.sort_by(|a, b| (b.count, &a.target).cmp(&(a.count, &b.target)));
        Suggestion { source: (*source).to_owned(), count: places.len(), renderings }
    });
    all.collect()
}

/// The words, each with its places; in a longer word there is none.
fn words_by_passage<'w>(passages: &[Passage], words: &'w [String]) -> Vec<(&'w str, Places)> {
    let mut found: Vec<(&str, Places)> = words.iter().map(|word| (word.as_str(), Vec::new())).collect();
    let Ok(finder) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words) else { return found };
    for (number, passage) in passages.iter().enumerate() {
        for place in finder.find_iter(&passage.ours) {
            push(&mut found[place.pattern().as_usize()].1, number, place.range());
        }
    }
    found
}

/// Where each of `texts` stands in the translations, however they lie in each other.
fn places_of(passages: &[Passage], texts: &[&str]) -> Vec<Places> {
    let mut found: Vec<Places> = vec![Vec::new(); texts.len()];
    let Ok(finder) = AhoCorasick::new(texts) else { return found };
    for (number, passage) in passages.iter().enumerate() {
        for place in finder.find_overlapping_iter(&passage.theirs) {
            let text = texts[place.pattern().as_usize()];
            // What the source has as well is no rendering of anything.
            let is_copied = text.is_ascii() && passage.source.text.contains(text);
            if is_copied || !stands_alone(&passage.theirs, &place.range()) {
                continue;
            }
            push(&mut found[place.pattern().as_usize()], number, place.range());
        }
    }
    found
}

/// Whether a single kanji is a word: what is beside others is a part of theirs.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let is_single = text[range.clone()].chars().nth(1).is_none();
    let beside = [text[..range.start].chars().next_back(), text[range.end..].chars().next()];
    !is_single || !beside.into_iter().flatten().any(is_han)
}

fn push(places: &mut Places, passage: usize, range: Range<usize>) {
    match places.last_mut() {
        Some((last, ranges)) if *last == passage => ranges.push(range),
        _ => places.push((passage, vec![range])),
    }
}

/// Dunning's log-likelihood ratio of two things that are together in `both` of `all` passages, and are in
/// `ours` and `theirs` of them.
fn surety(both: usize, ours: usize, theirs: usize, all: usize) -> f64 {
    let entropy = |counts: &[usize]| {
        let total: usize = counts.iter().sum();
        let part = |count: &usize| if *count == 0 { 0.0 } else { *count as f64 * (*count as f64 / total as f64).ln() };
        counts.iter().map(part).sum::<f64>()
    };
    let (only_ours, only_theirs) = (ours - both, theirs - both);
    let neither = (all + both).saturating_sub(ours + theirs);
    let cells = entropy(&[both, only_ours, only_theirs, neither]);
    let rows = entropy(&[both + only_ours, only_theirs + neither]);
    let columns = entropy(&[both + only_theirs, only_ours + neither]);
    2.0 * (cells - rows - columns)
}
