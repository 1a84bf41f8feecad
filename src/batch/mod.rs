//! A back-catalogue, asked at once and answered within a day.
//!
//! A batch is a file of requests, the same as a run would send, and later a file of answers in any
//! order. Each request has an [`Ask`]: which segments of which issue it is for, and the keys their
//! answers are kept under. An answer is joined to its request by the ask's id and by nothing else; it
//! is looked up, and is never a path.
//!
//! ```
//! use nekoyaku::batch::{Reply, read};
//!
//! let line = r#"{"custom_id":"2024-02-17-weekly.3-4.07","response":{"status_code":200,
//!     "body":{"choices":[{"message":{"content":"{\"b3\":\"ネコ\"}"}}]}},"error":null}"#;
//! let Ok(Reply { id, said: Ok(answer), .. }) = read(line.as_bytes()) else { panic!("an answer") };
//! assert_eq!((id.as_str(), answer.content.as_str()), ("2024-02-17-weekly.3-4.07", "{\"b3\":\"ネコ\"}"));
//! ```

mod ledger;
mod results;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::glossary::Glossary;
use crate::issue::Issue;
use crate::journal::Key;
use crate::passages::{Limits, passages};
use crate::prompts::{PromptError, Prompts};
use crate::request::{Composer, Example, Format, Request};
use crate::translate::Part;

pub use ledger::{Ledger, Line, Plan, Run};
pub use results::{Lost, Reply, Unreadable, read};

/// The most characters of an id.
const LONGEST_ID: usize = 64;

/// The most requests in one file: OpenAI's limit.
pub const MOST_REQUESTS: usize = 50_000;

/// The most bytes of one file: OpenAI's limit.
pub const MOST_BYTES: usize = 200_000_000;

/// What a request of a batch asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What its answer is known by: `2024-02-17-weekly.3-12.` and a number made of the keys.
    pub id: String,
    /// The issue, without folder.
    pub issue: String,
    /// The segments, as they were counted when it was asked.
    pub segments: Vec<usize>,
    /// What their answers are kept under.
    pub keys: Vec<Key>,
    /// The form of answer that was asked for.
    #[serde(with = "form")]
    pub format: Format,
}

impl Ask {
    fn new(issue: &Issue, segments: &[usize], keys: &[Key], format: Format) -> Self {
        let keys: Vec<Key> = segments.iter().filter_map(|segment| keys.get(*segment)).copied().collect();
        let texts: Vec<String> = keys.iter().map(Key::to_string).collect();
        let (first, last) = (segments.first().copied().unwrap_or(0), segments.last().copied().unwrap_or(0));
        let end = format!(".{first}-{last}.{}", Key::of(texts.iter().map(String::as_str)));
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        let stem: String = issue.stem().chars().map(plain).take(LONGEST_ID.saturating_sub(end.len())).collect();
        Self { id: stem + &end, issue: issue.stem().to_owned(), segments: segments.to_vec(), keys, format }
    }

    /// The parts of its answer, for an issue in which the segments with these keys are at these places.
    pub fn parts(&self, places: &HashMap<Key, usize>) -> Vec<Part> {
        let part =
            |(segment, key): (&usize, &Key)| Part { name: format!("b{segment}"), segment: places.get(key).copied() };
        self.segments.iter().zip(&self.keys).map(part).collect()
    }
}

/// A request of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What it asks for.
    pub ask: Ask,
    /// What is sent.
    pub request: Request,
}

/// The requests for the segments `wanted` of `issue`, in the passages of a run.
///
/// `keys` are those of all segments; `wanted` is in ascending order.
///
/// # Errors
///
/// Where a template cannot be filled in.
pub fn plan(
    issue: &Issue,
    wanted: &[usize],
    keys: &[Key],
    (prompts, glossary, examples): (&Prompts, &Glossary, &[Example]),
    limits: Limits,
    format: Format,
) -> Result<Vec<Planned>, PromptError> {
    let composer = Composer::new(issue, prompts, glossary).with_examples(examples.to_vec());
    // One text at a time, where there is no form for several.
    let limits = if format == Format::Plain { Limits { segments: 1, ..limits } } else { limits };
    let planned = passages(issue, wanted, limits).into_iter().map(|passage| {
        let request = composer.translate(&passage, format)?;
        Ok(Planned { ask: Ask::new(issue, &passage.segments, keys, format), request })
    });
    planned.collect()
}

/// The line of a file of requests, with its end.
#[expect(clippy::needless_pass_by_value, reason = "it becomes a part of the line")]
pub fn line(id: &str, body: Value) -> String {
    json!({ "custom_id": id, "method": "POST", "url": "/v1/chat/completions", "body": body }).to_string() + "\n"
}

/// How a form of answer is written down.
mod form {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::request::Format;

    const NAMES: [(Format, &str); 4] =
        [(Format::Schema, "schema"), (Format::Object, "object"), (Format::Tagged, "tagged"), (Format::Plain, "plain")];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands over")]
    pub(super) fn serialize<S: Serializer>(format: &Format, serializer: S) -> Result<S::Ok, S::Error> {
        let name = NAMES.iter().find(|(known, _)| known == format).map_or("schema", |(_, name)| *name);
        serializer.serialize_str(name)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = NAMES.iter().find(|(_, known)| *known == name).map(|(format, _)| *format);
        known.ok_or_else(|| serde::de::Error::custom("no form of answer"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::journal::Asked;
    use crate::passages::Prefer;
    use crate::profile::Profile;
    use crate::source::Source;

    fn planned(name: &str, text: &str) -> Vec<Planned> {
        let issue = Issue::new(Source::new(name, text), &Profile::default()).unwrap();
        let (prompts, glossary) = (Prompts::built_in().unwrap(), Glossary::built_in().unwrap());
        let keys = Asked { model: "m", parameters: "", prompts: &prompts, glossary: &glossary }.keys(&issue);
        let all: Vec<usize> = (0..issue.segment_count()).collect();
        let limits = Limits { prefer: Prefer::Cost, ..Limits::default() };
        plan(&issue, &all, &keys, (&prompts, &glossary, &[]), limits, Format::Schema).unwrap()
    }

    #[test]
    fn an_id_is_short_and_plain_and_of_its_segments() {
        for name in [
            "2024-02-17-weekly.md",
            "猫的周刊 第一期，很长很长的名字，长得放不下，还要再长一点.md",
            "../../x.md",
            "a.md",
        ] {
            for Planned { ask, .. } in planned(name, "## 文章\n\n一段话\n\n另一段话\n") {
                assert!(ask.id.len() <= LONGEST_ID, "{}", ask.id);
                assert!(ask.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{}", ask.id);
            }
        }
        let ids = |text: &str| planned("a.md", text).into_iter().map(|one| one.ask.id).collect::<BTreeSet<_>>();
        let (before, after) = (ids("## 文章\n\n一段话\n"), ids("## 文章\n\n一段猫话\n"));
        // The headings are the same, and the paragraph is another.
        assert_eq!((before.len(), before.intersection(&after).count()), (2, 1));
    }

    #[test]
    fn a_segment_that_moved_is_found_by_its_key() {
        let planned = planned("a.md", "## 文章\n\n一段话\n");
        let ask = &planned.iter().find(|one| one.ask.keys.len() == 1).expect("the paragraph").ask;
        let moved = HashMap::from([(ask.keys[0], 9)]);
        assert_eq!(ask.parts(&moved), [Part { name: format!("b{}", ask.segments[0]), segment: Some(9) }]);
        assert_eq!(ask.parts(&HashMap::new())[0].segment, None);
    }

    #[test]
    fn an_ask_is_read_as_it_was_written() {
        for Planned { ask, .. } in planned("a.md", "## 文章\n\n一段话\n") {
            assert_eq!(serde_json::from_str::<Ask>(&serde_json::to_string(&ask).unwrap()).unwrap(), ask);
        }
    }
}
