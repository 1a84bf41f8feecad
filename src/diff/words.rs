//! What was changed in a text, by words as Japanese has them.

use super::change::Change;
use super::pieces::pieces;
use super::tokens::Class;

/// An equal stretch of more characters than this is worth seeing between two changes, whatever it is.
const ISLAND: usize = 4;

/// What was changed from `old` to `new`, by words.
///
/// The old texts of all stretches, joined, are `old`, and the new ones `new`; what is kept and what is
/// replaced take turns. A particle or a sign that stayed between two changes counts as changed with
/// them: nobody reads three small changes where one word order became another.
///
/// The time it takes grows as the texts do, whatever they are: see [`pieces()`].
///
/// ```
/// # use nekoyaku::diff::{Change, words};
/// let changes = words("この記事を変更します。", "この記事を更新しました。");
/// assert_eq!(
///     changes,
///     [
///         Change::Kept("この記事を"),
///         Change::Replaced { old: "変更します", new: "更新しました" },
///         Change::Kept("。"),
///     ]
/// );
/// ```
pub fn words<'t>(old: &'t str, new: &'t str) -> Vec<Change<'t>> {
    without_islands(old, new, &pieces(old, new))
}

/// Changes that are close enough are one.
fn without_islands<'t>(old: &'t str, new: &'t str, changes: &[Change<'t>]) -> Vec<Change<'t>> {
    let mut joined: Vec<Change<'t>> = Vec::with_capacity(changes.len());
    // Where the last one begins.
    let (mut old_start, mut new_start) = (0, 0);
    let (mut old_at, mut new_at) = (0, 0);
    for (place, &change) in changes.iter().enumerate() {
        let is_island = || match (joined.last(), change, changes.get(place + 1)) {
            (
                Some(Change::Replaced { old: a, new: b }),
                Change::Kept(text),
                Some(Change::Replaced { old: c, new: d }),
            ) => is_small(text, longer(a, b).min(longer(c, d))),
            _ => false,
        };
        let is_more = matches!((joined.last(), change), (Some(Change::Replaced { .. }), Change::Replaced { .. }));
        let (old_end, new_end) = (old_at + change.before().len(), new_at + change.after().len());
        if is_more || is_island() {
            joined.pop();
            joined.push(Change::Replaced { old: &old[old_start..old_end], new: &new[new_start..new_end] });
        } else {
            (old_start, new_start) = (old_at, new_at);
            joined.push(change);
        }
        (old_at, new_at) = (old_end, new_end);
    }
    joined
}

/// How many characters the longer of two texts has, as far as it matters here.
fn longer(a: &str, b: &str) -> usize {
    let count = |text: &str| text.chars().take(ISLAND).count();
    count(a).max(count(b))
}

/// Whether an equal stretch is nothing to hold on to, between changes of `beside` characters.
fn is_small(text: &str, beside: usize) -> bool {
    let is_slight = |c: char| matches!(Class::of(c), Class::Hiragana | Class::Blank | Class::Sign) && c != '\n';
    text.chars().take(ISLAND + 1).count() <= beside.min(ISLAND) && text.chars().all(is_slight)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `git diff --word-diff` has it.
    fn shown(old: &str, new: &str) -> String {
        let part = |change: Change<'_>| match change {
            Change::Kept(text) => text.to_owned(),
            Change::Replaced { old, new: "" } => format!("[-{old}-]"),
            Change::Replaced { old: "", new } => format!("{{+{new}+}}"),
            Change::Replaced { old, new } => format!("[-{old}-]{{+{new}+}}"),
        };
        words(old, new).into_iter().map(part).collect()
    }

    #[test]
    fn a_word_is_changed_whole() {
        assert_eq!(shown("高速な実装です。", "高性能な実装です。"), "[-高速-]{+高性能+}な実装です。");
        assert_eq!(shown("22K の購読者", "2 万 2 千の購読者"), "[-22K -]{+2 万 2 千+}の購読者");
    }

    #[test]
    fn what_is_added_or_taken_out_stands_alone() {
        assert_eq!(shown("猫です。", "黒い猫です。"), "{+黒い+}猫です。");
        assert_eq!(shown("猫です。犬です。", "猫です。"), "猫です。[-犬です。-]");
        assert_eq!(shown("", "猫"), "{+猫+}");
        assert_eq!(shown("猫", "猫"), "猫");
        assert!(words("", "").is_empty());
    }

    #[test]
    fn a_particle_between_two_changes_is_changed_with_them() {
        assert_eq!(shown("高速な変換の機能", "低速な変更の機能"), "[-高速な変換-]{+低速な変更+}の機能");
        assert_eq!(shown("高速、変換", "低速、変更"), "[-高速、変換-]{+低速、変更+}");
        // A word that stayed is something to hold on to, and so is a line's end.
        assert_eq!(shown("高速コード変換", "低速コード変更"), "[-高速-]{+低速+}コード[-変換-]{+変更+}");
        assert_eq!(shown("高速\n変換", "低速\n変更"), "[-高速-]{+低速+}\n[-変換-]{+変更+}");
    }

    #[test]
    fn one_byte_of_an_address_is_seen() {
        assert_eq!(
            shown("(https://a.example/%9D%A2)", "(https://a.example/%9D%A3)"),
            "(https://a.example/%9D%A[-2-]{+3+})"
        );
    }
}
