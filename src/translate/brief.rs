//! How names, titles and terms are rendered, fixed once for all requests of an issue.
//!
//! The requests of an issue do not know of each other's answers; what a model says after reading all
//! of it goes into each of them like a term of the termbase. It is advice: no translation is held to
//! it, and what it says is looked at before it is taken.

use std::collections::BTreeSet;

use crate::glossary::Glossary;
use crate::issue::Issue;
use crate::model::{Finish, Model, ModelError, Usage};
use crate::prompts::PromptError;
use crate::reply;
use crate::request::Composer;
use crate::script::{is_foreign_han, is_invisible, is_simplified};

use super::Materials;

/// The most entries: each is read again with every request.
const MOST: usize = 40;

/// The most characters that are read: the longest issues of the newsletter have two thirds of that. What is
/// behind them goes without.
const LONGEST: usize = 16_000;

/// The most characters of a name or a title.
const LONGEST_NAME: usize = 60;

/// The most characters of its rendering.
const LONGEST_RENDERING: usize = 100;

/// More lines than that, good or bad, are not read.
const MOST_LINES: usize = 2_000;

/// What a model says where there is nothing to say.
const NOTHING: &str = "none";

/// Signs between a name and its rendering, the most certain first.
const ARROWS: [&str; 5] = ["→", "⇒", "=>", "->", "\t"];

/// What was fixed for an issue: names and their renderings, each of them in the issue and none in the
/// termbase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// Names, titles and terms, and how they are rendered.
    pub entries: Vec<(String, String)>,
    /// Whether all of the issue was read.
    pub is_whole: bool,
}

/// Why there is no brief.
#[derive(Debug, thiserror::Error)]
pub enum NoBrief {
    /// The template cannot be filled in.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The model gave no answer.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model gave an answer, and it is none.
    #[error("the answer has nothing in it that is one")]
    Junk,
    /// The answer is not whole.
    #[error("the answer was cut off before its end")]
    CutOff,
}

/// Ask `model` for the brief of `issue`, in one request; and what that took.
pub async fn ask_for_brief(
    issue: &Issue,
    model: &impl Model,
    materials: Materials<'_>,
) -> (Usage, Result<Brief, NoBrief>) {
    let (text, is_whole) = text_of(issue);
    let request = match Composer::new(issue, materials.prompts, materials.glossary).brief(text, MOST) {
        Ok(request) => request,
        Err(error) => return (Usage::default(), Err(error.into())),
    };
    match model.ask(&request).await {
        Err(error) => (Usage::default(), Err(error.into())),
        Ok(answer) => {
            let brief = match answer.finish {
                Finish::Stop | Finish::Unstated => {
                    let entries = entries(&answer.content, issue, materials.glossary);
                    entries.map(|entries| Brief { entries, is_whole }).ok_or(NoBrief::Junk)
                }
                Finish::Length => Err(NoBrief::CutOff),
                Finish::Filtered | Finish::Other(_) => Err(NoBrief::Junk),
            };
            (answer.usage, brief)
        }
    }
}

impl Brief {
    /// As a glossary's file, for people to edit.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let entry = |(source, target): &(String, String)| {
            format!("\n[[term]]\nsource = \"{}\"\ntarget = \"{}\"\n", quoted(source), quoted(target))
        };
        "# How names, titles and terms of this issue are rendered. Edit it as you like: it is not asked for again, and\n\
         # a change has the segments translated anew that it is about. What the termbase has counts more.\n"
            .to_owned()
            + &self.entries.iter().map(entry).collect::<String>()
    }
}

/// What there is to read of an issue, and whether that is all.
fn text_of(issue: &Issue) -> (String, bool) {
    let (mut text, mut left) = (String::new(), LONGEST);
    for segment in issue.segments() {
        let tagged = segment.tagged().text().to_owned();
        let length = tagged.chars().count();
        text.extend(tagged.chars().take(left));
        text.push('\n');
        if length > left {
            return (text, false);
        }
        left -= length;
    }
    (text, true)
}

/// The entries of an answer that can be used; `None` where it has none, and does not say so.
fn entries(answer: &str, issue: &Issue, glossary: &Glossary) -> Option<Vec<(String, String)>> {
    let answer = reply::text(answer);
    let texts: Vec<String> = issue.segments().map(|segment| segment.plain_text()).collect();
    let (mut found, mut sources) = (Vec::new(), BTreeSet::new());
    for (source, target) in pairs(answer).into_iter().take(MOST_LINES) {
        let is_one = is_name(&source) && is_rendering(&target) && source != target && !glossary.has(&source);
        if found.len() < MOST
            && is_one
            && texts.iter().any(|text| text.contains(&source))
            && sources.insert(source.to_lowercase())
        {
            found.push((source, target));
        }
    }
    let says_so = answer.trim_matches(|c: char| !c.is_alphanumeric()).eq_ignore_ascii_case(NOTHING);
    (!found.is_empty() || says_so).then_some(found)
}

/// Names and renderings, as a model may write them: lines with an arrow, or an object, in whatever.
fn pairs(answer: &str) -> Vec<(String, String)> {
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(answer) {
        let mut pairs = Vec::new();
        in_value(&value, &mut pairs);
        return pairs;
    }
    let tidy = |text: &str| {
        let text = text.trim().trim_end_matches([',', '，', ';']).trim_matches(['`', '"', '*', '“', '”', ' ', '|']);
        text.trim().to_owned()
    };
    let pair = |line: &str| {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '*' | '•' | '|'));
        let (source, target) = match ARROWS.iter().find_map(|arrow| line.split_once(arrow)) {
            Some(pair) => pair,
            // An object that is none to the letter.
            None => line.split_once("\":")?,
        };
        Some((tidy(source), tidy(target)))
    };
    answer.lines().take(MOST_LINES).filter_map(pair).collect()
}

fn in_value(value: &serde_json::Value, pairs: &mut Vec<(String, String)>) {
    use serde_json::Value;
    match value {
        Value::Object(object) => {
            let field = |name: &str| object.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
            if let (Some(source), Some(target)) = (field("source"), field("target")) {
                pairs.push((source, target));
                return;
            }
            for (name, value) in object {
                match value {
                    Value::String(text) => pairs.push((name.trim().to_owned(), text.trim().to_owned())),
                    value => in_value(value, pairs),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| in_value(value, pairs)),
        _ => {}
    }
}

/// One character is a part of too many words.
fn is_name(text: &str) -> bool {
    (2..=LONGEST_NAME).contains(&text.chars().count()) && is_harmless(text)
}

/// Whether it can stand in a Japanese text. What comes back may be meant for another reader than us.
fn is_rendering(text: &str) -> bool {
    let foreign = text.chars().filter(|c| is_foreign_han(*c)).count();
    (1..=LONGEST_RENDERING).contains(&text.chars().count())
        && is_harmless(text)
        // As verification has it: one or two may be part of a name.
        && foreign <= 2
        && !text.chars().any(is_simplified)
}

fn is_harmless(text: &str) -> bool {
    let is_bad = |c: char| c.is_control() || is_invisible(c) || matches!(c, '<' | '>' | '`' | '→' | '{' | '}');
    !text.trim().is_empty() && !text.chars().any(is_bad) && !text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::source::Source;
    use proptest::prelude::*;

    const TEXT: &str = "代码茶馆介绍了异步生成器，也谈到“猫头鹰”与装饰器。\n\n\"双引号\"与反斜杠\\在这里。\n";

    fn read(answer: &str) -> Option<Vec<(String, String)>> {
        let issue = Issue::new(Source::new("x.md", TEXT), &Profile::default()).unwrap();
        let glossary = Glossary::parse("[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\n").unwrap();
        entries(answer, &issue, &glossary)
    }

    fn one(source: &str, target: &str) -> Vec<(String, String)> {
        vec![(source.to_owned(), target.to_owned())]
    }

    #[test]
    fn a_brief_is_read_in_whatever_form_it_comes() {
        let wanted = Some(one("异步生成器", "非同期ジェネレータ"));
        for answer in [
            "异步生成器 → 非同期ジェネレータ",
            "Here it is:\n\n- `异步生成器` -> `非同期ジェネレータ`\n",
            "<think>代码茶馆 → 駄目</think>```\n异步生成器 => 非同期ジェネレータ\n```",
            "{\"异步生成器\": \"非同期ジェネレータ\"}",
            "```json\n{\"terms\": [{\"source\": \"异步生成器\", \"target\": \"非同期ジェネレータ\"}]}\n```",
            "{\n  \"异步生成器\": \"非同期ジェネレータ\",\n",
            "| 异步生成器 → 非同期ジェネレータ |",
            "异步生成器 → 非同期ジェネレータ\n异步生成器 → ほかの訳",
        ] {
            assert_eq!(read(answer), wanted, "{answer}");
        }
        assert_eq!(read("none"), Some(Vec::new()));
        assert_eq!(read("None."), Some(Vec::new()));
        assert_eq!(read("I cannot help with that."), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn what_cannot_be_meant_is_left_out() {
        for line in [
            "不在这里 → ここにはない",
            "装饰器 → 飾り",
            "器 → 器具",
            "代码茶馆 → 代码茶馆",
            "代码茶馆 → 代码茶屋",
            "代码茶馆 → <a1>茶館</a1>",
            "代码茶馆 → https://evil.example",
            "代码茶馆 → \u{202e}館",
            "代码茶馆 → 茶\u{7}館",
            "代码茶馆 → ",
            "代码茶馆 → 甲 → 乙",
            " → 茶館",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        assert_eq!(read(&format!("代码茶馆 → {}", "あ".repeat(101))), None);
        assert_eq!(read(&format!("代码茶馆 → {}", "あ".repeat(100))).map(|found| found.len()), Some(1));
    }

    proptest! {
        #[test]
        fn whatever_is_answered_is_a_glossary_of_the_issue(lines in prop::collection::vec(
            (prop::sample::select(vec!["代码茶馆", "\"双引号\"", "反斜杠\\", "猫头鹰", "别的"]), "\\PC{0,20}|[\"\\\\]{1,3}"), 0..60,
        )) {
            let answer: String = lines.iter().map(|(source, target)| format!("{source} → {target}\n")).collect();
            let entries = read(&answer).unwrap_or_default();
            prop_assert!(entries.len() <= MOST && entries.iter().all(|(source, _)| TEXT.contains(source.as_str())));
            let glossary = Glossary::parse(&Brief { entries: entries.clone(), is_whole: true }.to_toml()).unwrap();
            let back: Vec<_> = glossary.terms().iter().map(|t| (t.source.clone(), t.target.clone())).collect();
            prop_assert_eq!(back, entries);
        }

        #[test]
        fn reading_never_fails(answer in "(\\PC|[\n\t\"{}:→>=-]){0,200}") {
            read(&answer);
        }
    }
}
