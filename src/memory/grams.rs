//! How alike two texts are, by the pairs of characters they are made of.

use std::collections::BTreeMap;

use super::unit::{Part, parts};

/// The pieces a text is compared by, with how often each is there: pairs of neighbouring characters of
/// Chinese or Japanese, whole words of Latin script, in small letters.
pub(super) fn grams(text: &str, tags: &[String]) -> BTreeMap<String, u32> {
    let mut grams = BTreeMap::new();
    let mut add = |gram: String| *grams.entry(gram).or_insert(0) += 1;
    for part in parts(text, tags) {
        let Part::Text(text) = part else { continue };
        let (mut before, mut word) = (None, String::new());
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase());
                before = None;
                continue;
            }
            if !word.is_empty() {
                add(std::mem::take(&mut word));
            }
            if !c.is_alphanumeric() {
                before = None;
                continue;
            }
            if let Some(before) = before {
                add(String::from_iter([before, c]));
            }
            before = Some(c);
        }
        if !word.is_empty() {
            add(word);
        }
    }
    grams
}

/// How alike two texts are, from 0 to 1: Dice's coefficient, twice what they share by what both have.
pub(super) fn likeness(one: &BTreeMap<String, u32>, other: &BTreeMap<String, u32>) -> f64 {
    let size = |grams: &BTreeMap<String, u32>| grams.values().sum::<u32>();
    let all = size(one) + size(other);
    if all == 0 {
        return 0.0;
    }
    let shared: u32 = one.iter().map(|(gram, count)| (*count).min(other.get(gram).copied().unwrap_or(0))).sum();
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
    fn blanks_and_signs_are_between_the_pieces() {
        let found: Vec<String> = grams("你好，Python 猫", &[]).into_keys().collect();
        assert_eq!(found, ["python", "你好"]);
    }
}
