//! Runs of Chinese characters that are words.

use std::collections::{HashMap, HashSet};

use super::Options;
use super::passage::Passage;
use crate::script::is_han;

/// A word has so many characters at least, and so many at most.
const SHORTEST: usize = 2;
const LONGEST: usize = 6;

/// How much more often the two halves of a word stand together than by chance, as a power of two.
const COHESION: f64 = 3.0;

/// How many bits it takes to say what stands before a word, and behind it.
const FREEDOM: f64 = 0.7;

/// A run that is inside a longer word this often is no word of its own.
const INSIDE: f64 = 0.75;

/// What no word begins with: particles, pronouns, and what counts.
const LOOSE_BEFORE: &str = "的了是在和与有不这那我你他她它们也就都而及或等被把从为以将会让给很最又再还只但若如因其此每各某该些个种款篇两几\
     一着过得地吧吗呢啊用做使至向则即却且已怎哪请";

/// What no word ends with.
const LOOSE_BEHIND: &str = "的了是在和与有不这那我你他她它也就都而及或等被把从对为以将会让给很最又再还只但若如因其此每各某该些种款篇一着过得\
     吧吗呢啊则即却且已怎哪并更可每中上下里";

#[derive(Default)]
struct Count {
    times: usize,
    before: HashMap<Option<char>, usize>,
    behind: HashMap<Option<char>, usize>,
}

/// The words of `passages`; `others` are read besides.
pub(super) fn words(passages: &[Passage], others: &[String], options: Options) -> Vec<String> {
    let mut in_passages: HashMap<&str, usize> = HashMap::new();
    for passage in passages {
        let mut seen = HashSet::new();
        each_run(&passage.ours, |run, places| {
            each_stretch(run, places, SHORTEST, |word, _, _| {
                seen.insert(word);
            });
        });
        for word in seen {
            *in_passages.entry(word).or_default() += 1;
        }
    }
    in_passages.retain(|word, count| {
        let is_loose = word.starts_with(|c| LOOSE_BEFORE.contains(c)) || word.ends_with(|c| LOOSE_BEHIND.contains(c));
        *count >= options.least && !is_loose
    });
    let texts = || passages.iter().map(|passage| passage.ours.as_str()).chain(others.iter().map(String::as_str));
    // What words are made of, down to single characters.
    let mut parts: HashMap<&str, usize> = HashMap::new();
    for word in in_passages.keys() {
        each_part(word, |part| {
            parts.insert(part, 0);
        });
    }
    let mut counts: HashMap<&str, Count> = in_passages.keys().map(|word| (*word, Count::default())).collect();
    let mut characters = 0_usize;
    for text in texts() {
        each_run(text, |run, places| {
            characters += places.len() - 1;
            each_stretch(run, places, 1, |stretch, before, behind| {
                if let Some(count) = parts.get_mut(stretch) {
                    *count += 1;
                }
                if let Some(count) = counts.get_mut(stretch) {
                    count.times += 1;
                    *count.before.entry(before).or_default() += 1;
                    *count.behind.entry(behind).or_default() += 1;
                }
            });
        });
    }
    let total = characters.max(1) as f64;
    let mut words: Vec<(&str, &Count)> = counts.iter().map(|(word, count)| (*word, count)).collect();
    words.retain(|(word, count)| {
        cohesion(word, count.times, &parts, total) >= COHESION
            && freedom(&count.before) >= FREEDOM
            && freedom(&count.behind) >= FREEDOM
    });
    // Longer ones first: what is nearly always a part of one is none.
    words.sort_unstable_by_key(|(word, _)| (std::cmp::Reverse(word.len()), *word));
    let mut taken: Vec<(&str, &Count)> = Vec::new();
    for (word, count) in words {
        let inside: usize = taken
            .iter()
            .filter(|(longer, _)| longer.contains(word))
            .map(|(_, longer)| longer.times)
            .max()
            .unwrap_or_default();
        if (inside as f64) < INSIDE * count.times as f64 {
            taken.push((word, count));
        }
    }
    taken.into_iter().map(|(word, _)| word.to_owned()).collect()
}

/// Each run of Chinese characters, with the bytes where its characters begin, and its end.
fn each_run<'t>(text: &'t str, mut visit: impl FnMut(&'t str, &[usize])) {
    for run in text.split(|c| !is_han(c)).filter(|run| !run.is_empty()) {
        let places: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        visit(run, &places);
    }
}

/// Each stretch of a run, of `shortest` characters or more, with what stands before and behind.
fn each_stretch<'t>(
    run: &'t str,
    places: &[usize],
    shortest: usize,
    mut visit: impl FnMut(&'t str, Option<char>, Option<char>),
) {
    for start in 0..places.len() {
        for end in start + shortest..places.len().min(start + LONGEST + 1) {
            let before = run[..places[start]].chars().next_back();
            let behind = run[places[end]..].chars().next();
            visit(&run[places[start]..places[end]], before, behind);
        }
    }
}

fn each_part<'w>(word: &'w str, mut visit: impl FnMut(&'w str)) {
    for (at, _) in word.char_indices().skip(1) {
        visit(&word[..at]);
        visit(&word[at..]);
    }
}

/// How much more often `word` is there than its halves would meet by chance, where it is weakest.
fn cohesion(word: &str, times: usize, parts: &HashMap<&str, usize>, total: f64) -> f64 {
    let count = |part: &str| parts.get(part).copied().unwrap_or(1).max(1) as f64;
    let splits = word.char_indices().skip(1).map(|(at, _)| {
        let (first, second) = word.split_at(at);
        (times as f64 * total / (count(first) * count(second))).log2()
    });
    splits.fold(f64::INFINITY, f64::min)
}

/// How open it is what stands beside a word, in bits; where a run begins or ends, that is something else
/// each time.
fn freedom(beside: &HashMap<Option<char>, usize>) -> f64 {
    let total: usize = beside.values().sum();
    let part = |count: usize| {
        let share = count as f64 / total as f64;
        -share * share.log2()
    };
    let mut bits: Vec<f64> =
        beside.iter().map(|(c, count)| if c.is_some() { part(*count) } else { *count as f64 * part(1) }).collect();
    // A sum in the order of a hash table is another sum each time.
    bits.sort_unstable_by(f64::total_cmp);
    bits.into_iter().sum()
}
