//! What a score is held to, whatever the texts.

use nekoyaku::evaluate::{Difference, Interval, Matches};
use proptest::prelude::*;

/// Texts of what issues have: Chinese, Japanese, Latin, emoji, blanks of all kinds.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("猫"),
        Just("周刊"),
        Just("週刊"),
        Just("の"),
        Just("が鳴く"),
        Just("别的"),
        Just("Python"),
        Just("3.13"),
        Just("🐈\u{200d}⬛"),
        Just("e\u{301}"),
        Just(" "),
        Just("\u{3000}"),
        Just("\n"),
        Just("。"),
        Just("\u{10ffff}")
    ];
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

fn corpus() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((text(), text()), 1..8)
}

fn matches(corpus: &[(String, String)]) -> Vec<Matches> {
    corpus.iter().map(|(hypothesis, reference)| Matches::new(hypothesis, reference)).collect()
}

proptest! {
    #[test]
    fn what_is_the_same_has_a_hundred_and_nothing_has_more(one in text(), other in text()) {
        let score = Matches::new(&one, &other).score();
        prop_assert!((0.0..=100.0 + 1e-9).contains(&score), "{score}");
        let itself = Matches::new(&one, &one).score();
        let expected = if one.trim().is_empty() { 0.0 } else { 100.0 };
        prop_assert!((itself - expected).abs() < 1e-9, "{itself}");
    }

    #[test]
    fn the_order_of_segments_is_nothing_to_a_corpus(mut corpus in corpus()) {
        let score = |corpus: &[(String, String)]| matches(corpus).into_iter().sum::<Matches>().score();
        let before = score(&corpus);
        corpus.reverse();
        prop_assert_eq!(before, score(&corpus));
        corpus.rotate_left(1);
        prop_assert_eq!(before, score(&corpus));
    }

    #[test]
    fn blanks_are_nothing_to_a_score(one in text(), other in text()) {
        let spread: String = one.chars().flat_map(|c| [c, ' ', '\u{3000}']).collect();
        prop_assert_eq!(Matches::new(&one, &other), Matches::new(&spread, &other));
    }

    #[test]
    fn an_interval_is_in_order_and_comes_out_the_same_again(corpus in corpus()) {
        let segments = matches(&corpus);
        let interval = Interval::of(&segments);
        prop_assert!(interval.low <= interval.high, "{interval:?}");
        prop_assert!((0.0..=100.0 + 1e-9).contains(&interval.low) && interval.high <= 100.0 + 1e-9, "{interval:?}");
        prop_assert_eq!(interval, Interval::of(&segments));
    }

    #[test]
    fn one_is_as_much_better_as_the_other_is_worse(one in corpus(), other in corpus()) {
        let (one, other) = (matches(&one), matches(&other));
        let (there, back) = (Difference::of(&one, &other), Difference::of(&other, &one));
        prop_assert_eq!(there.p, back.p);
        prop_assert_eq!(there.difference.score, -back.difference.score);
        prop_assert_eq!(there.difference.low, -back.difference.high);
        prop_assert!(!Difference::of(&one, &one).is_sure());
    }
}

#[test]
fn a_difference_in_every_segment_is_sure_and_one_in_a_single_segment_is_not() {
    let reference = |n: usize| format!("今週の {n} 番目の記事は猫の話です。");
    let same: Vec<Matches> = (0..30).map(|n| Matches::new(&reference(n), &reference(n))).collect();
    let worse: Vec<Matches> = (0..30).map(|n| Matches::new(&format!("今週の {n} 犬"), &reference(n))).collect();
    let surely = Difference::of(&same, &worse);
    assert!(surely.is_sure() && surely.difference.low > 10.0 && surely.p < 0.01, "{surely:?}");
    let mut nearly = same.clone();
    nearly[7] = worse[7];
    assert!(!Difference::of(&same, &nearly).is_sure(), "{:?}", Difference::of(&same, &nearly));
}
