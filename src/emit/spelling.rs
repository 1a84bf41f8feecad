//! How the author spelled what Markdown lets one spell in two ways: `\_\_init\_\_`, `H&amp;M`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::Place;

/// The longest name of an entity has 33 bytes.
const ENTITY_LIMIT: usize = 40;

/// What is longer is no word.
const WORD_LIMIT: usize = 80;

pub(super) struct Spelling {
    // Whole runs of text with their spellings, the last first.
    runs: HashMap<String, Vec<String>>,
    // Words with an escape or an entity in them.
    words: Option<Words>,
}

/// Words as they read, with their spellings.
enum Words {
    // Looked for one by one: that takes less than to prepare to look for all.
    Few(Vec<(String, String)>),
    Many(AhoCorasick, Vec<String>),
}

const FEW: usize = 4;

/// Bytes of a text in which a word may be looked for again and again.
const SHORT: usize = 4096;

impl Spelling {
    pub(super) fn of(place: &Place<'_>) -> Self {
        let mut runs: HashMap<String, Vec<String>> = HashMap::new();
        if place.inline.is_spelled_plainly() {
            return Self { runs, words: None };
        }
        let mut words: Vec<(String, String)> = Vec::new();
        for (text, span) in place.inline.texts() {
            let raw = &place.text[span.range()];
            runs.entry(text.to_owned()).or_default().push(raw.to_owned());
            words.extend(spelled_words(raw, text));
        }
        runs.values_mut().for_each(|spellings| spellings.reverse());
        words.sort_unstable();
        words.dedup();
        // What the author wrote in two ways is not his way of writing it.
        let twice: HashSet<String> =
            words.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0.clone()).collect();
        words.retain(|(word, spelled)| word != spelled && !twice.contains(word));
        if words.is_empty() {
            return Self { runs, words: None };
        }
        if words.len() <= FEW && place.span.len() <= SHORT {
            return Self { runs, words: Some(Words::Few(words)) };
        }
        // Built for a few words and used for one sentence: what is built soonest is best.
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(words.iter().map(|(decoded, _)| decoded));
        let raw = words.into_iter().map(|(_, raw)| raw).collect();
        Self { runs, words: finder.ok().map(|finder| Words::Many(finder, raw)) }
    }

    /// Begin to spell a text anew: the same run may be spelled in several ways, in the order of the source.
    pub(super) fn speller(&self) -> Speller<'_> {
        Speller { spelling: self, used: HashMap::new() }
    }
}

pub(super) struct Speller<'a> {
    spelling: &'a Spelling,
    used: HashMap<&'a str, usize>,
}

impl Speller<'_> {
    pub(super) fn spell(&mut self, text: &str) -> String {
        if let Some((run, spellings)) = self.spelling.runs.get_key_value(text) {
            let used = self.used.entry(run.as_str()).or_default();
            *used += 1;
            let place = spellings.len().saturating_sub(*used);
            return spellings[place].clone();
        }
        let words = match &self.spelling.words {
            Some(Words::Few(_)) if text.len() > 4 * SHORT => return text.to_owned(),
            Some(words) => words,
            None => return text.to_owned(),
        };
        let mut spelled = String::with_capacity(text.len() + 8);
        let mut at = 0;
        while let Some((found, raw)) = words.find(text, at) {
            let word = &text[found.clone()];
            let before = text[..found.start].chars().next_back();
            let after = text[found.end..].chars().next();
            let whole = !continues(before, word.chars().next()) && !continues(word.chars().next_back(), after);
            spelled.push_str(&text[at..found.start]);
            spelled.push_str(if whole { raw } else { word });
            at = found.end;
        }
        spelled.push_str(&text[at..]);
        spelled
    }
}

impl Words {
    /// The first of the longest words at or behind `from`, and its spelling.
    fn find(&self, text: &str, from: usize) -> Option<(Range<usize>, &str)> {
        match self {
            Self::Few(words) => {
                let found = words.iter().filter_map(|(word, raw)| {
                    let start = from + text[from..].find(word.as_str())?;
                    Some((start..start + word.len(), raw.as_str()))
                });
                found.min_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)))
            }
            Self::Many(finder, raw) => {
                let found = finder.find(Input::new(text).range(from..))?;
                Some((found.range(), raw[found.pattern()].as_str()))
            }
        }
    }
}

/// Whether two neighbours are of one word: `_` and `_`, `a` and `_`.
fn continues(left: Option<char>, right: Option<char>) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    matches!((left, right), (Some(left), Some(right)) if left == right && left.is_ascii() || part(left) && part(right))
}

/// The words of a text, as a reader sees them and as they are spelled.
fn spelled_words(raw: &str, decoded: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    let (mut word, mut spelled) = (String::new(), String::new());
    let (mut raw, mut decoded) = (raw, decoded);
    while let Some(c) = decoded.chars().next() {
        let unit = if raw.starts_with(c) && !raw.starts_with('&') {
            c.len_utf8()
        } else if raw.starts_with('\\') && raw[1..].starts_with(c) {
            1 + c.len_utf8()
        } else if let Some(end) =
            raw.starts_with('&').then(|| raw.bytes().take(ENTITY_LIMIT).position(|byte| byte == b';')).flatten()
            && !raw[1..].starts_with(|c: char| c.is_whitespace())
            && !raw.starts_with("& ")
            && raw[..=end].len() > 2
            && raw.get(1..end).is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#'))
        {
            end + 1
        } else if raw.starts_with(c) {
            c.len_utf8()
        } else {
            // An entity of two characters, a NUL: not worth a word.
            return Vec::new();
        };
        let in_word = c.is_ascii_graphic();
        if in_word {
            word.push(c);
            spelled.push_str(&raw[..unit]);
        }
        if !in_word || decoded.len() == c.len_utf8() {
            if !word.is_empty() && word.len() <= WORD_LIMIT {
                words.push((word.clone(), spelled.clone()));
            }
            if !in_word && unit != c.len_utf8() {
                words.push((c.to_string(), raw[..unit].to_owned()));
            }
            word.clear();
            spelled.clear();
        }
        decoded = &decoded[c.len_utf8()..];
        raw = &raw[unit..];
    }
    words
}
