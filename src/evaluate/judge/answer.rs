//! A judge's answer, held to its form: it is as little to be trusted as any other.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::reply;
use crate::report::one_line;

use super::{Duel, key};

/// An answer of more bytes is not read.
const LONGEST: usize = 200_000;

/// More errors of one text are not counted: a judge that finds fault with each word says nothing.
const MOST: usize = 5;

/// So many characters of an error are kept.
const SHOWN: usize = 80;

/// Which of two is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Better {
    One,
    Other,
    Neither,
}

/// What was said of one text in one order; whichever stood first, `flaws` are those of the one and of
/// the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opinion {
    pub(super) better: Better,
    pub(super) flaws: [Vec<Flaw>; 2],
}

/// An error that a judge found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The words that are wrong; empty where some are missing.
    pub span: String,
    /// What is wrong with them.
    pub category: Category,
    /// How much it weighs.
    pub weight: Weight,
}

/// Kinds of errors, those of MQM that a reader of a newsletter meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words are MQM's own")]
pub enum Category {
    Accuracy,
    Omission,
    Addition,
    Untranslated,
    Terminology,
    Fluency,
    Style,
}

/// How much an error weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// A reader notices.
    Minor,
    /// A reader is misled, or stumbles.
    Major,
    /// It says the opposite, or harms.
    Critical,
}

impl Category {
    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Omission => "omission",
            Self::Addition => "addition",
            Self::Untranslated => "untranslated",
            Self::Terminology => "terminology",
            Self::Fluency => "fluency",
            Self::Style => "style",
        }
    }
}

impl Weight {
    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }

    /// Its points.
    pub const fn points(self) -> u32 {
        match self {
            Self::Minor => 1,
            Self::Major => 5,
            Self::Critical => 25,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    better: Letter,
    a: Vec<SaidFlaw>,
    b: Vec<SaidFlaw>,
}

#[derive(Clone, Copy, Deserialize)]
enum Letter {
    A,
    B,
    #[serde(rename = "tie")]
    Tie,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidFlaw {
    #[serde(default)]
    span: String,
    category: Category,
    severity: Weight,
}

/// What `answer` says of each of `duels`, which were shown in the other order where that is `swapped`.
/// What is not said in the form that was asked for was not said.
pub(super) fn read(answer: &str, duels: &[Duel], swapped: bool) -> Vec<Option<Opinion>> {
    let nothing = || vec![None; duels.len()];
    if answer.len() > LONGEST {
        return nothing();
    }
    let Ok(mut said) = serde_json::from_str::<HashMap<String, serde_json::Value>>(reply::text(answer)) else {
        return nothing();
    };
    let opinion = |(place, duel): (usize, &Duel)| {
        let said: Said = serde_json::from_value(said.remove(&key(place))?).ok()?;
        let (one, other) = if swapped { (said.b, said.a) } else { (said.a, said.b) };
        let better = match (said.better, swapped) {
            (Letter::Tie, _) => Better::Neither,
            (Letter::A, false) | (Letter::B, true) => Better::One,
            (Letter::A, true) | (Letter::B, false) => Better::Other,
        };
        Some(Opinion { better, flaws: [flaws(one, &duel.sides[0]), flaws(other, &duel.sides[1])] })
    };
    duels.iter().enumerate().map(opinion).collect()
}

/// Those that are about something in `text`: what a judge does not find there it made up.
fn flaws(said: Vec<SaidFlaw>, text: &str) -> Vec<Flaw> {
    let is_there = |flaw: &SaidFlaw| {
        let is_lack = matches!(flaw.category, Category::Omission | Category::Untranslated);
        if flaw.span.is_empty() { is_lack } else { text.contains(&flaw.span) }
    };
    let flaw =
        |said: SaidFlaw| Flaw { span: one_line(&said.span, SHOWN), category: said.category, weight: said.severity };
    said.into_iter().filter(is_there).take(MOST).map(flaw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duels() -> Vec<Duel> {
        let duel = |source: &str, one: &str, other: &str| Duel {
            source: source.to_owned(),
            sides: [one.to_owned(), other.to_owned()],
        };
        vec![duel("猫睡了。", "猫が寝ました。", "犬が寝た。"), duel("猫走了。", "猫は去りました。", "猫走了。")]
    }

    #[test]
    fn an_opinion_is_of_the_systems_whichever_stood_first() {
        let straight = r#"{"j0": {"better": "A", "a": [], "b": [{"span": "犬", "category": "accuracy", "severity": "critical"}]}}"#;
        let swapped = r#"```json
            {"j0": {"better": "B", "b": [], "a": [{"span": "犬", "category": "accuracy", "severity": "critical"}]}}
            ```"#;
        let (one, other) = (read(straight, &duels(), false), read(swapped, &duels(), true));
        assert_eq!(one, other);
        let flaw = Flaw { span: "犬".to_owned(), category: Category::Accuracy, weight: Weight::Critical };
        assert_eq!(one, [Some(Opinion { better: Better::One, flaws: [vec![], vec![flaw]] }), None]);
    }

    #[test]
    fn what_is_in_another_form_was_not_said() {
        for junk in [
            "",
            "A is better.",
            "[]",
            r#"{"j0": "A"}"#,
            r#"{"j0": {"better": "a", "a": [], "b": []}}"#,
            r#"{"j0": {"better": "A"}}"#,
            r#"{"j0": {"better": "A", "a": [], "b": [], "run": "rm"}}"#,
            r#"{"j0": {"better": "A", "a": [{"span": "猫", "category": "taste", "severity": "minor"}], "b": []}}"#,
            r#"{"j9": {"better": "A", "a": [], "b": []}}"#,
        ] {
            assert_eq!(read(junk, &duels(), false), [None, None], "{junk}");
        }
    }

    #[test]
    fn words_that_are_not_there_are_no_error_and_many_are_some() {
        let flaw = |span: &str| format!(r#"{{"span": "{span}", "category": "style", "severity": "minor"}}"#);
        let all = ["鳥", "", "猫", "猫", "猫", "猫", "猫", "猫"].map(flaw).join(",");
        let said = format!(r#"{{"j0": {{"better": "tie", "a": [{all}], "b": []}}}}"#);
        let [Some(opinion), None] = &read(&said, &duels(), false)[..] else { panic!("an opinion") };
        assert_eq!(opinion.flaws[0].len(), MOST);
        assert!(opinion.flaws[0].iter().all(|flaw| flaw.span == "猫"));
    }
}
