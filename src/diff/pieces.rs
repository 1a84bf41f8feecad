//! What was changed in a text, word for word, in a time that grows as the text does.
//!
//! To compare all words of two texts takes as long as the texts are long, times as many changes as there
//! are. So no more than [`MOST`] words are compared at once. Of longer texts what begins both and what ends
//! both is set aside; then each sentence that both have once holds the words before it and behind it apart.
//! Where even that leaves too many, they were replaced as a whole: nobody reads so many changes.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::change::Change;
use super::tokens::tokens;

/// So many words of both texts together are compared with each other: the longest paragraph of the
/// newsletter has less than a tenth of them.
const MOST: usize = 8_000;

/// What was changed from `old` to `new`, word for word: as [`words()`](super::words()) has it, but that two
/// changes with a particle between them are two.
///
/// ```
/// # use nekoyaku::diff::{Change, pieces};
/// let changes = pieces("装飾器の生成器", "デコレータのジェネレータ");
/// assert_eq!(changes[1], Change::Kept("の"));
/// assert_eq!(changes[2], Change::Replaced { old: "生成器", new: "ジェネレータ" });
/// ```
pub fn pieces<'t>(old: &'t str, new: &'t str) -> Vec<Change<'t>> {
    of(old, new, MOST)
}

fn of<'t>(old: &'t str, new: &'t str, most: usize) -> Vec<Change<'t>> {
    let (olds, news) = (tokens(old), tokens(new));
    let mut steps = Steps::default();
    if olds.len() + news.len() <= most {
        compare((&olds, 0..olds.len()), (&news, 0..news.len()), most, &mut steps);
    } else {
        let head = olds.iter().zip(&news).take_while(|(a, b)| a == b).count();
        let rest = olds.len().min(news.len()) - head;
        let tail = olds.iter().rev().zip(news.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let (old_end, new_end) = (olds.len() - tail, news.len() - tail);
        steps.push(true, head, head);
        let (mut old_at, mut new_at) = (head, head);
        let held = if old_end + new_end - 2 * head <= most {
            Vec::new()
        } else {
            held(&sentences(&olds, head..old_end), &sentences(&news, head..new_end))
        };
        for (old, new) in held {
            compare((&olds, old_at..old.start), (&news, new_at..new.start), most, &mut steps);
            steps.push(true, old.len(), new.len());
            (old_at, new_at) = (old.end, new.end);
        }
        compare((&olds, old_at..old_end), (&news, new_at..new_end), most, &mut steps);
        steps.push(true, tail, tail);
    }
    steps.changes((old, &olds), (new, &news))
}

/// Compare some words of both texts, where they are not too many.
fn compare((olds, old): (&[&str], Range<usize>), (news, new): (&[&str], Range<usize>), most: usize, steps: &mut Steps) {
    if old.len() + new.len() > most || old.is_empty() || new.is_empty() {
        steps.push(false, old.len(), new.len());
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, &olds[old], &news[new]) {
        steps.push(matches!(op, DiffOp::Equal { .. }), op.old_range().len(), op.new_range().len());
    }
}

/// How many words are kept, or replaced by how many, one after the other.
#[derive(Default)]
struct Steps(Vec<(bool, usize, usize)>);

impl Steps {
    fn push(&mut self, is_kept: bool, old: usize, new: usize) {
        match self.0.last_mut() {
            _ if old + new == 0 => {}
            Some(last) if last.0 == is_kept => *last = (is_kept, last.1 + old, last.2 + new),
            _ => self.0.push((is_kept, old, new)),
        }
    }

    fn changes<'t>(self, (old, olds): (&'t str, &[&str]), (new, news): (&'t str, &[&str])) -> Vec<Change<'t>> {
        let (mut olds, mut news) = (olds.iter(), news.iter());
        let (mut old_at, mut new_at) = (0, 0);
        let changes = self.0.into_iter().map(|(is_kept, old_count, new_count)| {
            let old_end = old_at + olds.by_ref().take(old_count).map(|token| token.len()).sum::<usize>();
            let new_end = new_at + news.by_ref().take(new_count).map(|token| token.len()).sum::<usize>();
            let (from, to) = (&old[old_at..old_end], &new[new_at..new_end]);
            (old_at, new_at) = (old_end, new_end);
            if is_kept { Change::Kept(from) } else { Change::Replaced { old: from, new: to } }
        });
        changes.collect()
    }
}

/// A sentence: its words, and where they are.
type Sentence<'s, 't> = (&'s [&'t str], Range<usize>);

fn sentences<'s, 't>(tokens: &'s [&'t str], within: Range<usize>) -> Vec<Sentence<'s, 't>> {
    let is_end = |token: &&str| token.starts_with(['。', '！', '？', '\n', '\r']);
    let mut at = within.start;
    let split = tokens[within].split_inclusive(is_end).map(|sentence| {
        let range = at..at + sentence.len();
        at = range.end;
        (sentence, range)
    });
    split.collect()
}

/// The sentences that both texts have once, in an order that both have them in: as many as there are.
fn held(olds: &[Sentence<'_, '_>], news: &[Sentence<'_, '_>]) -> Vec<(Range<usize>, Range<usize>)> {
    // Where it is in each text, and none where it is there twice.
    let mut places: HashMap<&[&str], [Option<Option<usize>>; 2]> = HashMap::new();
    for (side, sentences) in [olds, news].into_iter().enumerate() {
        for (number, (sentence, _)) in sentences.iter().enumerate() {
            let place = &mut places.entry(sentence).or_default()[side];
            *place = Some(if place.is_none() { Some(number) } else { None });
        }
    }
    // The longest run of places that rises: for each length the pair it ends with that comes first.
    let mut pairs: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for (old, (sentence, _)) in olds.iter().enumerate() {
        let Some([Some(Some(_)), Some(Some(new))]) = places.get(sentence) else { continue };
        let length = ends.partition_point(|end| pairs[*end].1 < *new);
        pairs.push((old, *new, length.checked_sub(1).map(|before| ends[before])));
        match ends.get_mut(length) {
            Some(end) => *end = pairs.len() - 1,
            None => ends.push(pairs.len() - 1),
        }
    }
    let mut run = Vec::new();
    let mut next = ends.last().copied();
    while let Some((old, new, before)) = next.map(|pair| pairs[pair]) {
        run.push((olds[old].1.clone(), news[new].1.clone()));
        next = before;
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sentence_that_stayed_holds_the_words_beside_it_apart() {
        let (old, new) = ("猫は白い。犬は走る。鳥は歌う。", "猫は黒い。犬は走る。魚は泳ぐ。");
        let kept: Vec<&str> = of(old, new, 8)
            .iter()
            .filter_map(|change| if let Change::Kept(text) = change { Some(*text) } else { None })
            .collect();
        assert_eq!(kept, ["猫は", "い。犬は走る。", "は", "。"]);
        assert_eq!(of(old, new, 8), of(old, new, MOST));
    }

    #[test]
    fn words_that_are_too_many_were_replaced_as_a_whole() {
        let (old, new) = ("猫は白い、犬は黒い、鳥は赤い", "魚は白い、犬は黒い、蛙は赤いか");
        assert_eq!(of(old, new, 4), [Change::Replaced { old, new }]);
        assert!(of(old, new, MOST).contains(&Change::Kept("は白い、犬は黒い、")));
    }

    fn text() -> impl Strategy<Value = String> {
        let sentence = prop::sample::select(vec!["猫は白い。", "犬。", "鳥は歌う。", "魚", "\n", "雨の日、", "A b。"]);
        prop::collection::vec(sentence, 0..12).prop_map(|sentences| sentences.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn however_few_words_are_compared_both_texts_are_told(old in text(), new in text(), most in 0_usize..30) {
            let changes = of(&old, &new, most);
            prop_assert_eq!(changes.iter().map(|change| change.before()).collect::<String>(), old.as_str());
            prop_assert_eq!(changes.iter().map(|change| change.after()).collect::<String>(), new.as_str());
            let is_kept = |change: &Change<'_>| matches!(change, Change::Kept(_));
            prop_assert!(changes.windows(2).all(|two| is_kept(&two[0]) != is_kept(&two[1])));
            prop_assert_eq!(changes.iter().all(is_kept), old == new);
        }
    }
}
