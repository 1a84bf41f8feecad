//! What an answer is the answer to, as a number.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use crate::glossary::{Glossary, Term};
use crate::hash::Hash128;
use crate::issue::{Issue, Segment};
use crate::prompts::Prompts;

/// What an answer depends on: the segment's text and kind, the terms that occur in it, the
/// instructions, the model and its parameters.
///
/// Not its neighbours, although a model is shown them: an edit next door re-opens nothing. Nor the
/// issue: what comes back every week is paid for once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u128);

/// What all answers of a run have in common.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The model's name, as it is asked for.
    pub model: &'a str,
    /// What else is asked of the model: whatever would change its answers.
    pub parameters: &'a str,
    /// The instructions.
    pub prompts: &'a Prompts,
    /// The termbase.
    pub glossary: &'a Glossary,
}

impl Asked<'_> {
    /// The keys of all segments of `issue`, in their order.
    ///
    /// Two segments that say the same have two keys: each has been answered, and the answers may
    /// differ.
    pub fn keys(&self, issue: &Issue) -> Vec<Key> {
        let mut run = Hash128::default();
        field(&mut run, self.model);
        field(&mut run, self.parameters);
        field(&mut run, &self.prompts.told());
        let mut times: HashMap<Key, u32> = HashMap::new();
        let keys = issue.segments().map(|segment| {
            let first = Key(self.segment(run, &segment).value());
            let time = times.entry(first).or_default();
            *time += 1;
            if *time == 1 {
                return first;
            }
            let mut again = Hash128::after(first.0);
            field(&mut again, &time.to_string());
            Key(again.value())
        });
        keys.collect()
    }

    fn segment(&self, mut hash: Hash128, segment: &Segment<'_>) -> Hash128 {
        field(&mut hash, segment.name());
        field(&mut hash, segment.tagged().text());
        // Not their places in the file: to put a termbase in order changes no term.
        let mut terms: Vec<String> =
            self.glossary.found_in(&segment.plain_text()).into_iter().map(serialized).collect();
        terms.sort_unstable();
        terms.iter().for_each(|term| field(&mut hash, term));
        hash
    }
}

/// A term as it goes into a key. All of it: what is forbidden is not told to a model, and it is why a
/// person wants another answer.
pub(super) fn serialized(term: &Term) -> String {
    serde_json::to_string(term).unwrap_or_default()
}

impl Key {
    /// A number for a list of texts: the same for the same, and another for any other.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut hash = Hash128::default();
        for text in texts {
            field(&mut hash, text);
        }
        Self(hash.value())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 32 hexadecimal digits")]
pub struct NotAKey;

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits {
            return Err(NotAKey);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| NotAKey)
    }
}

/// Two texts of one number would do no more harm than a wrong answer, since what is reused is verified as
/// one. Its length first, so that no two lists of fields are one text.
fn field(hash: &mut Hash128, text: &str) {
    hash.bytes((text.len() as u64).to_le_bytes());
    hash.bytes(text.bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::source::Source;

    const TERMS: &str = "[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\n";

    fn keys(text: &str, model: &str, terms: &str) -> Vec<Key> {
        let issue = Issue::new(Source::new("x.md", text), &Profile::default()).unwrap();
        let (prompts, glossary) = (Prompts::built_in().unwrap(), Glossary::parse(terms).unwrap());
        Asked { model, parameters: "", prompts: &prompts, glossary: &glossary }.keys(&issue)
    }

    #[test]
    fn a_key_that_was_written_is_the_key_of_the_same_texts() {
        assert_eq!(Key::of(["猫", "装饰器"]).to_string(), "83db3771f97f609bd7ff9747ca200b51");
    }

    fn changed(one: &[Key], other: &[Key]) -> Vec<usize> {
        (0..one.len()).filter(|index| one[*index] != other[*index]).collect()
    }

    #[test]
    fn a_key_is_of_its_segment_alone() {
        let before = keys("一段话\n\n装饰器\n\n三\n", "m", TERMS);
        let after = keys("一段话\n\n装饰器很好\n\n三\n", "m", TERMS);
        assert_eq!(changed(&before, &after), [1]);
    }

    #[test]
    fn a_term_re_opens_the_segments_it_is_in_and_a_model_all() {
        let text = "一段话\n\n装饰器\n\n三\n";
        let before = keys(text, "m", TERMS);
        assert_eq!(changed(&before, &keys(text, "m", &TERMS.replace("タ\"", "ター\""))), [1]);
        assert_eq!(changed(&before, &keys(text, "m", &format!("{TERMS}forbidden = [\"装飾器\"]\n"))), [1]);
        assert_eq!(changed(&before, &keys(text, "m2", TERMS)), [0, 1, 2]);
        // Only what is set is written, so a field that nobody uses yet re-opens nothing.
        assert_eq!(changed(&before, &keys(text, "m", &format!("{TERMS}strict = false\n"))), [0; 0]);
        assert_eq!(changed(&before, &keys(text, "m", &format!("{TERMS}strict = true\n"))), [1]);
    }

    #[test]
    fn a_termbase_may_be_put_in_another_order() {
        let other = "[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n";
        let text = "装饰器是函数\n";
        let before = keys(text, "m", &format!("{TERMS}{other}"));
        assert_eq!(before, keys(text, "m", &format!("{other}{TERMS}")));
    }

    #[test]
    fn what_is_there_twice_has_two_keys() {
        let keys = keys("同样的话\n\n同样的话\n\n## 同样的话\n", "m", TERMS);
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2], "{keys:?}");
    }

    #[test]
    fn keys_are_the_same_in_every_version() {
        let mut hash = Hash128::default();
        hash.bytes(*b"a");
        assert_eq!(Key(hash.value()).to_string(), "d228cb696f1a8caf78912b704e4a8964");
        let key = Key(hash.value());
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("D228".parse::<Key>(), Err(NotAKey));
    }
}
