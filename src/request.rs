//! What is sent to a model: instructions, then the segments to translate.

use serde::Serialize;

use crate::glossary::{Glossary, Term};
use crate::issue::Issue;
use crate::passages::{Passage, estimated_tokens};
use crate::prompts::{PromptError, Prompts, Template};

pub use crate::provider::Format;

/// Tokens for what a model thinks before it answers.
const THINKING: usize = 4096;

/// One request to a model.
///
/// `system` is the same, byte for byte, in every request of a run, so that servers can cache it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The part that does not vary: rules, house style, terms.
    pub system: String,
    /// The part that varies: context and segments.
    pub user: String,
    /// The keys the answer must have, in order: `b3`, `b4`, … Each segment of an issue has its own,
    /// so the answer to another request has none of them.
    pub keys: Vec<String>,
    /// What each of `keys` stands for, with its tags: for servers that are sent the text alone.
    pub texts: Vec<String>,
    /// The terms that occur in `texts`, and how they are rendered: for servers that are sent them apart.
    pub terms: Vec<(String, String)>,
    /// How the answer is to be written.
    pub format: Format,
    /// The tokens the answer will have, about, without what a model thinks before it.
    pub expected_output_tokens: u32,
    /// The most tokens the answer may have.
    pub max_output_tokens: u32,
}

impl Request {
    /// Its size in tokens, about.
    pub fn estimated_tokens(&self) -> usize {
        estimated_tokens(&self.system) + estimated_tokens(&self.user)
    }
}

/// The key of a brief.
const BRIEF: &str = "terms";

/// A draft that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faulty {
    /// What the model wrote; empty where it wrote nothing.
    pub draft: String,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

/// Writes the requests of one issue.
#[derive(Debug)]
pub struct Composer<'a> {
    issue: &'a Issue,
    prompts: &'a Prompts,
    terms: Vec<TermValue<'a>>,
    examples: Vec<Example>,
}

#[derive(Debug, Serialize)]
struct TermValue<'a> {
    source: &'a str,
    target: &'a str,
    note: &'a str,
    keep: bool,
}

/// A translation that a model is shown, with its text; both with the tags of that text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The text.
    pub source: String,
    /// Its translation.
    pub target: String,
}

#[derive(Serialize)]
struct TranslateValues<'a> {
    terms: &'a [TermValue<'a>],
    examples: &'a [Example],
    format: &'static str,
}

#[derive(Serialize)]
struct SegmentsValues<'a> {
    section: &'a str,
    before: &'a str,
    segments: String,
}

#[derive(Serialize)]
struct RepairValues<'a> {
    section: &'a str,
    segments: String,
    faulty: Vec<FaultyValue<'a>>,
}

#[derive(Serialize)]
struct BriefValues<'a> {
    terms: &'a [TermValue<'a>],
    most: usize,
}

#[derive(Serialize)]
struct RefineValues<'a> {
    section: &'a str,
    segments: Vec<DraftValue<'a>>,
}

#[derive(Serialize)]
struct DraftValue<'a> {
    key: &'a str,
    source: String,
    draft: &'a str,
}

#[derive(Serialize)]
struct FaultyValue<'a> {
    key: &'a str,
    source: String,
    draft: &'a str,
    faults: &'a [String],
}

impl<'a> Composer<'a> {
    /// Prepare to ask about `issue`. The terms that occur anywhere in it are part of every request:
    /// so the first part of all requests is the same.
    pub fn new(issue: &'a Issue, prompts: &'a Prompts, glossary: &'a Glossary) -> Self {
        let text: String = issue.segments().map(|segment| segment.plain_text() + "\n").collect();
        let value = |term: &'a Term| TermValue {
            source: &term.source,
            target: &term.target,
            note: &term.note,
            keep: term.keep,
        };
        let terms = glossary.found_in(&text).into_iter().map(value).collect();
        Self { issue, prompts, terms, examples: Vec::new() }
    }

    /// Show these, too, in every request.
    pub fn with_examples(self, examples: Vec<Example>) -> Self {
        Self { examples, ..self }
    }

    /// Ask for the translation of a passage.
    ///
    /// # Errors
    ///
    /// Where a template cannot be filled in.
    pub fn translate(&self, passage: &Passage, format: Format) -> Result<Request, PromptError> {
        let keys = keys(passage);
        let values = SegmentsValues {
            section: passage.section.as_deref().unwrap_or_default(),
            before: passage.before.as_deref().unwrap_or_default(),
            segments: self.segments(passage, &keys, format),
        };
        let user = self.prompts.render(Template::Segments, &values)?;
        self.request(passage, keys, user, format)
    }

    /// Ask for the translation of a passage once more, with what was wrong.
    ///
    /// # Errors
    ///
    /// Where a template cannot be filled in.
    pub fn repair(&self, passage: &Passage, faulty: &[Faulty], format: Format) -> Result<Request, PromptError> {
        let keys = keys(passage);
        let listed = keys
            .iter()
            .zip(&passage.segments)
            .zip(faulty)
            .map(|((key, index), faulty)| FaultyValue {
                key,
                source: self.issue.segment(*index).tagged().text().to_owned(),
                draft: &faulty.draft,
                faults: &faulty.faults,
            })
            .collect();
        let values = RepairValues {
            section: passage.section.as_deref().unwrap_or_default(),
            segments: self.segments(passage, &keys, format),
            faulty: listed,
        };
        let user = self.prompts.render(Template::Repair, &values)?;
        self.request(passage, keys, user, format)
    }

    /// Ask for a better translation of a passage than `drafts`, one for each of its segments.
    ///
    /// # Errors
    ///
    /// Where a template cannot be filled in.
    pub fn refine(&self, passage: &Passage, drafts: &[String], format: Format) -> Result<Request, PromptError> {
        let keys = keys(passage);
        let listed = keys.iter().zip(self.texts(passage)).zip(drafts);
        let values = RefineValues {
            section: passage.section.as_deref().unwrap_or_default(),
            segments: listed.map(|((key, source), draft)| DraftValue { key, source, draft }).collect(),
        };
        let user = self.prompts.render(Template::Refine, &values)?;
        self.request(passage, keys, user, format)
    }

    /// Ask how names, titles and terms are to be rendered, at most so many, having read `text`.
    ///
    /// The answer is lines of text, whatever form translations are asked for in: what it will have for
    /// keys is what is asked.
    ///
    /// # Errors
    ///
    /// Where a template cannot be filled in.
    pub fn brief(&self, text: String, most: usize) -> Result<Request, PromptError> {
        // A line has a name and its rendering.
        const LINE: usize = 30;
        let tokens = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Request {
            system: self.prompts.render(Template::Brief, &BriefValues { terms: &self.terms, most })?,
            user: text,
            keys: vec![BRIEF.to_owned()],
            // A server that is sent texts alone translates them; there is none here to translate.
            texts: Vec::new(),
            terms: Vec::new(),
            format: Format::Plain,
            expected_output_tokens: tokens(most * LINE),
            max_output_tokens: tokens(most * LINE * 2 + THINKING),
        })
    }

    fn request(
        &self,
        passage: &Passage,
        keys: Vec<String>,
        user: String,
        format: Format,
    ) -> Result<Request, PromptError> {
        let name = match format {
            Format::Schema | Format::Object => "json",
            Format::Tagged => "tagged",
            Format::Plain => "plain",
        };
        let system = self.prompts.render(
            Template::Translate,
            &TranslateValues { terms: &self.terms, examples: &self.examples, format: name },
        )?;
        let texts = self.texts(passage);
        let source: usize = texts.iter().map(|text| estimated_tokens(text)).sum();
        let occurs = |term: &&TermValue<'_>| texts.iter().any(|text| text.contains(term.source));
        let terms = self.terms.iter().filter(occurs).map(|term| (term.source.to_owned(), term.target.to_owned()));
        let terms = terms.collect();
        // Japanese takes 1.6 × the tokens of the Chinese it is made from.
        let tokens = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let expected_output_tokens = tokens(source * 8 / 5);
        let max_output_tokens = tokens(source * 5 / 2 + THINKING);
        Ok(Request { system, user, keys, texts, terms, format, expected_output_tokens, max_output_tokens })
    }

    fn segments(&self, passage: &Passage, keys: &[String], format: Format) -> String {
        let texts = self.texts(passage);
        match format {
            Format::Plain => texts.join("\n\n"),
            Format::Tagged => keys.iter().zip(texts).map(|(key, text)| format!("=== {key} ===\n{text}\n")).collect(),
            Format::Schema | Format::Object => {
                let texts = texts.into_iter().map(serde_json::Value::from);
                serde_json::Value::Object(keys.iter().cloned().zip(texts).collect()).to_string()
            }
        }
    }

    fn texts(&self, passage: &Passage) -> Vec<String> {
        passage.segments.iter().map(|index| self.issue.segment(*index).tagged().text().to_owned()).collect()
    }
}

fn keys(passage: &Passage) -> Vec<String> {
    passage.segments.iter().map(|index| format!("b{index}")).collect()
}
