//! What differs: laws over made-up texts.

use nekoyaku::diff::{Change, tokens, words};
use proptest::prelude::*;

/// Texts whose words are alike often enough.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "猫",
        "変更",
        "する",
        "の",
        "は",
        "、",
        "。",
        "コード",
        "Python",
        " ",
        "3",
        "\n",
        "\r\n",
        "👍🏽",
        "👨\u{200d}👩\u{200d}👧",
        "か\u{3099}",
        "\u{301}",
        "**",
        "https://a.example/%A2",
        "\u{0}",
        "\u{202e}",
        "ー",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_joined_are_the_text(text in prop_oneof![text(), any::<String>()]) {
        let tokens = tokens(&text);
        prop_assert_eq!(tokens.concat(), text.as_str());
        prop_assert!(tokens.iter().all(|token| !token.is_empty()));
    }

    #[test]
    fn changes_joined_are_both_texts_and_take_turns(old in text(), new in text()) {
        let changes = words(&old, &new);
        prop_assert_eq!(changes.iter().map(|change| change.before()).collect::<String>(), old.as_str());
        prop_assert_eq!(changes.iter().map(|change| change.after()).collect::<String>(), new.as_str());
        let is_kept = |change: &Change<'_>| matches!(change, Change::Kept(_));
        prop_assert!(changes.windows(2).all(|two| is_kept(&two[0]) != is_kept(&two[1])));
        let is_honest = |change: &Change<'_>| match change {
            Change::Kept(text) => !text.is_empty(),
            Change::Replaced { old, new } => old != new,
        };
        prop_assert!(changes.iter().all(is_honest));
        prop_assert_eq!(changes.iter().all(is_kept), old == new);
    }
}
