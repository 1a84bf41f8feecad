//! How alike two texts are, by the pairs of characters they are made of.

use std::collections::{BTreeMap, BTreeSet};

use super::unit::{Part, parts};

/// A word that is longer is compared by its beginning, in bytes.
const LONGEST: usize = 64;

/// The pieces a text is compared by, with how often each is there: pairs of neighbouring characters of
/// Chinese or Japanese, whole words of Latin script, in small letters.
pub(super) fn grams(text: &str, tags: &[String]) -> BTreeMap<String, u32> {
    let mut grams = BTreeMap::new();
    each_run(text, tags, |run| {
        let mut add = |gram: String| *grams.entry(gram).or_insert(0) += 1;
        match run {
            Run::Word(word) => add(word),
            Run::Characters(characters) => characters.windows(2).for_each(|pair| add(pair.iter().collect())),
        }
    });
    grams
}

/// The pieces by which texts like a text are looked for.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// Three neighbouring characters, or a word: few texts have the same.
    pub(super) telling: BTreeSet<String>,
    /// Two neighbouring characters, which many texts have; all there is of a short text, or of one that
    /// was changed a lot.
    pub(super) common: BTreeSet<String>,
}

impl Pieces {
    /// Those of a text.
    pub(super) fn of(text: &str, tags: &[String]) -> Self {
        let mut pieces = Self::default();
        pieces.add(text, tags);
        pieces
    }

    /// And those of another.
    pub(super) fn add(&mut self, text: &str, tags: &[String]) {
        each_run(text, tags, |run| match run {
            Run::Word(word) => {
                self.telling.insert(word);
            }
            Run::Characters(characters) => {
                self.telling.extend(characters.windows(3).map(|three| three.iter().collect::<String>()));
                self.common.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
        });
    }

    /// Whether there are none: a text of signs, or of one character.
    pub(super) fn is_empty(&self) -> bool {
        self.telling.is_empty() && self.common.is_empty()
    }

    /// All of them, with blanks between.
    pub(super) fn joined(&self) -> String {
        self.telling.iter().chain(&self.common).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Neighbouring characters of a text that no blank, sign or tag divides.
enum Run<'r> {
    Word(String),
    Characters(&'r [char]),
}

fn each_run(text: &str, tags: &[String], mut each: impl FnMut(Run<'_>)) {
    let (mut word, mut characters) = (String::new(), Vec::new());
    for part in parts(text, tags) {
        let Part::Text(text) = part else { continue };
        for c in text.chars().chain([' ']) {
            let is_latin = c.is_ascii_alphanumeric();
            if !is_latin && !word.is_empty() {
                each(Run::Word(std::mem::take(&mut word)));
            }
            if (is_latin || !c.is_alphanumeric()) && !characters.is_empty() {
                each(Run::Characters(&characters));
                characters.clear();
            }
            if is_latin {
                if word.len() < LONGEST {
                    word.push(c.to_ascii_lowercase());
                }
            } else if c.is_alphanumeric() {
                characters.push(c);
            }
        }
    }
}

/// How alike two texts are, from 0 to 1: Dice's coefficient, twice what they share by what both have.
pub(super) fn likeness(one: &BTreeMap<String, u32>, other: &BTreeMap<String, u32>) -> f64 {
    let size = |grams: &BTreeMap<String, u32>| grams.values().sum::<u32>();
    let all = size(one) + size(other);
    if all == 0 {
        return 0.0;
    }
    let (fewer, more) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let shared: u32 = fewer.iter().map(|(gram, count)| (*count).min(more.get(gram).copied().unwrap_or(0))).sum();
    f64::from(2 * shared) / f64::from(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        likeness(&grams(one, &[]), &grams(other, &[]))
    }

    #[test]
    fn what_is_the_same_is_wholly_alike_and_what_shares_nothing_is_not() {
        assert!((alike("订阅周刊", "订阅周刊") - 1.0).abs() < 1e-9);
        assert!(alike("订阅周刊", "猫咪咖啡").abs() < 1e-9);
        assert!(alike("", "。").abs() < 1e-9);
        assert!(alike("分享了一篇文章", "分享了两篇文章") > 0.5);
        assert!(alike("用 Asyncio 写爬虫", "用 asyncio 写服务") > 0.3);
    }

    #[test]
    fn blanks_signs_and_tags_are_between_the_pieces() {
        let found: Vec<String> = grams("你好，Python 猫<a1>咪</a1>们", &["a1".to_owned()]).into_keys().collect();
        assert_eq!(found, ["python", "你好"]);
        let pieces = Pieces::of("你好吗，Python猫咪们都好", &[]);
        assert!(pieces.telling.iter().eq(["python", "们都好", "你好吗", "咪们都", "猫咪们"]), "{pieces:?}");
        assert!(pieces.common.iter().eq(["们都", "你好", "咪们", "好吗", "猫咪", "都好"]), "{pieces:?}");
    }

    #[test]
    fn a_word_without_end_is_a_word() {
        assert_eq!(grams(&"A".repeat(1000), &[]).into_keys().next().unwrap().len(), LONGEST);
    }
}
