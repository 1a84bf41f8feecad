//! The termbase: which terms occur in a text, and how they are to be rendered.
//!
//! Chinese has no word boundaries, so the longest match wins and no term is found inside a longer
//! one: `大语言模型` is neither `语言模型` nor `模型`.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use crate::script::{has_han, has_kana};

/// A term of `glossary.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The term in the source language.
    pub source: String,
    /// Its rendering; may be left out where `keep` is set.
    #[serde(default)]
    pub target: String,
    /// Renderings that are right as well.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Renderings that are wrong where the source has the term.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What the model is told about it.
    #[serde(default)]
    pub note: String,
    /// What kind of term it is.
    #[serde(default)]
    pub category: Category,
    /// Whether it stays as it is written.
    #[serde(default)]
    pub keep: bool,
    /// Whether capitals count.
    #[serde(default)]
    pub case: bool,
}

/// The kinds of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// A word of the field.
    #[default]
    Term,
    /// The name of a section, a whole heading.
    Section,
    /// A label behind a link: `（英文）`.
    Label,
    /// A phrase that comes back in every issue.
    Boilerplate,
    /// A person.
    Person,
    /// A company.
    Company,
    /// A product.
    Product,
    /// A book, a newsletter, a podcast.
    Publication,
}

/// What is wrong with a glossary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlossaryError {
    /// It is not TOML, or an entry has an unknown key or a wrong value; the message has the line.
    #[error("{0}")]
    Unreadable(String),
    /// An entry that says nothing.
    #[error("line {line}: the term `{source_term}` has no target; give one, or `keep = true`")]
    NoTarget {
        /// The line of the entry, from one.
        line: usize,
        /// The term.
        source_term: String,
    },
    /// An entry without a source.
    #[error("line {line}: a term has an empty source")]
    NoSource {
        /// The line of the entry, from one.
        line: usize,
    },
    /// A field that cannot be meant.
    #[error("line {line}: in the term `{source_term}`, {what}")]
    Senseless {
        /// The line of the entry, from one.
        line: usize,
        /// The term.
        source_term: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two entries for one term.
    #[error("line {line}: the term `{source_term}` is there already, in line {first}")]
    Double {
        /// The line of the second entry.
        line: usize,
        /// The line of the first.
        first: usize,
        /// The term.
        source_term: String,
    },
}

/// A termbase, ready to look terms up.
#[derive(Clone, Debug)]
pub struct Glossary {
    terms: Vec<Term>,
    finder: AhoCorasick,
    // The terms whose renderings could pass for Chinese, and what finds these.
    kanji: Vec<usize>,
    kanji_finder: AhoCorasick,
    // What a model is told besides.
    brief: Option<Box<Glossary>>,
}

impl Term {
    fn fault(&self) -> Option<String> {
        let forms = || self.variants.iter().chain(&self.forbidden);
        if forms().any(|form| form.trim().is_empty()) {
            return Some("a variant or a forbidden form is empty".to_owned());
        }
        if let Some(form) = self.forbidden.iter().find(|form| **form == self.target || self.variants.contains(form)) {
            return Some(format!("`{form}` is both right and forbidden"));
        }
        let control = |text: &String| text.chars().any(char::is_control);
        let all = [&self.source, &self.target, &self.note].into_iter().chain(forms());
        all.into_iter().any(control).then(|| "there is a control character".to_owned())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<toml::Spanned<Term>>,
}

impl Glossary {
    /// The newsletter's own termbase.
    ///
    /// # Errors
    ///
    /// Never, unless the file that was compiled in is broken.
    pub fn built_in() -> Result<Self, GlossaryError> {
        Self::parse(include_str!("../glossary.toml"))
    }

    /// Read a glossary.
    ///
    /// # Errors
    ///
    /// With the line of the file.
    ///
    /// ```
    /// # use nekoyaku::glossary::Glossary;
    /// let glossary = Glossary::parse("[[term]]\nsource = \"模型\"\ntarget = \"モデル\"\n").unwrap();
    /// assert_eq!(glossary.found_in("模型")[0].target, "モデル");
    /// let error = Glossary::parse("[[term]]\nsource = \"模型\"\n").unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: the term `模型` has no target; give one, or `keep = true`");
    /// ```
    pub fn parse(text: &str) -> Result<Self, GlossaryError> {
        let file: File =
            toml::from_str(text).map_err(|error| GlossaryError::Unreadable(error.to_string().trim_end().to_owned()))?;
        let line_of = |range: Range<usize>| text[..range.start].matches('\n').count() + 1;
        let mut lines: HashMap<String, usize> = HashMap::new();
        let mut terms = Vec::with_capacity(file.term.len());
        for spanned in file.term {
            let line = line_of(spanned.span());
            let mut term = spanned.into_inner();
            if term.source.trim().is_empty() {
                return Err(GlossaryError::NoSource { line });
            }
            if term.keep && term.target.is_empty() {
                term.target.clone_from(&term.source);
            }
            if term.target.trim().is_empty() {
                return Err(GlossaryError::NoTarget { line, source_term: term.source });
            }
            if let Some(what) = term.fault() {
                return Err(GlossaryError::Senseless { line, source_term: term.source, what });
            }
            let key = if term.case { term.source.clone() } else { term.source.to_lowercase() };
            if let Some(first) = lines.insert(key, line) {
                return Err(GlossaryError::Double { line, first, source_term: term.source });
            }
            terms.push(term);
        }
        Self::of(terms)
    }

    fn of(terms: Vec<Term>) -> Result<Self, GlossaryError> {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(terms.iter().map(|term| &term.source))
            .map_err(|error| GlossaryError::Unreadable(error.to_string()))?;
        let is_kanji = |target: &str| has_han(target) && !has_kana(target);
        let kanji: Vec<usize> = (0..terms.len()).filter(|term| is_kanji(&terms[*term].target)).collect();
        let kanji_finder = AhoCorasick::new(kanji.iter().map(|term| &terms[*term].target))
            .map_err(|error| GlossaryError::Unreadable(error.to_string()))?;
        Ok(Self { terms, finder, kanji, kanji_finder, brief: None })
    }

    /// This termbase, and what `brief` says of terms that it does not have.
    ///
    /// A model is told both. A translation is held to this one alone: a brief that a model wrote
    /// allows nothing that was not allowed before.
    ///
    /// # Errors
    ///
    /// Where there are more terms than can be looked for.
    pub fn with_brief(self, brief: &Self) -> Result<Self, GlossaryError> {
        let mut terms = brief.terms.clone();
        terms.retain(|term| !self.has(&term.source));
        Ok(Self { brief: Some(Box::new(Self::of(terms)?)), ..self })
    }

    /// Whether `source` is one of its terms, however it is written.
    pub fn has(&self, source: &str) -> bool {
        let source = source.to_lowercase();
        self.terms.iter().any(|term| term.source.to_lowercase() == source)
    }

    /// All terms; those of a brief are not among them.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The terms that occur in `text`, each once, in the order of the glossary, and then those of its
    /// brief: what a model is told.
    pub fn found_in(&self, text: &str) -> Vec<&Term> {
        let mut found = self.binding_in(text);
        found.extend(self.brief.iter().flat_map(|brief| brief.found_in(text)));
        found
    }

    /// The terms that occur in `text`, each once, in the order of the glossary, without those of its
    /// brief: what a translation is held to.
    pub fn binding_in(&self, text: &str) -> Vec<&Term> {
        let mut found: Vec<usize> = self.matches(text).map(|(term, _)| term).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|term| &self.terms[term]).collect()
    }

    /// The rendering of `text` where all of it is one term.
    pub fn whole(&self, text: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.source == text)
    }

    fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        self.finder.find_iter(text).filter_map(move |found| {
            let term = &self.terms[found.pattern().as_usize()];
            let range = found.range();
            let right_case = !term.case || text[range.clone()] == term.source;
            // A Latin word is found as a word: `R` is not in `Rust`.
            let inside_word = {
                let edge = |c: Option<char>, own: Option<char>| {
                    matches!((c, own), (Some(c), Some(own)) if c.is_ascii_alphanumeric() && own.is_ascii_alphanumeric())
                };
                edge(text[..range.start].chars().next_back(), term.source.chars().next())
                    || edge(text[range.end..].chars().next(), term.source.chars().next_back())
            };
            (right_case && !inside_word).then_some((found.pattern().as_usize(), range))
        })
    }

    /// The terms that occur in `text`, each with its first place, in the order of the glossary.
    pub(crate) fn places_in(&self, text: &str) -> Vec<(&Term, Range<usize>)> {
        let mut found: Vec<(usize, Range<usize>)> = self.matches(text).collect();
        found.sort_unstable_by_key(|(term, range)| (*term, range.start));
        found.dedup_by_key(|(term, _)| *term);
        found.into_iter().map(|(term, range)| (&self.terms[term], range)).collect()
    }

    /// Where renderings with kanji and no kana stand in `text`, however they lie in each other.
    pub(crate) fn kanji_places(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        self.kanji_finder.find_overlapping_iter(text).map(|found| found.range())
    }

    /// The terms with kanji and no kana in their renderings, where these stand in `text`, however
    /// they lie in each other; each once, in the order of the glossary.
    pub(crate) fn kanji_in(&self, text: &str) -> Vec<&Term> {
        let found = self.kanji_finder.find_overlapping_iter(text);
        let mut found: Vec<usize> = found.map(|found| self.kanji[found.pattern().as_usize()]).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|term| &self.terms[term]).collect()
    }

    /// The forbidden renderings that stand in `translation` of `source`, each with its term.
    ///
    /// A form that lies inside a rendering that is right, of any term the source has, is not one:
    /// `サーバ` in `サーバー`, `並行` for `并发`.
    pub fn forbidden_in<'g>(&'g self, source: &str, translation: &str) -> Vec<(&'g Term, &'g str)> {
        forbidden_among(&self.binding_in(source), translation)
    }
}

/// [`Glossary::forbidden_in`], where it is known which terms the source has.
pub(crate) fn forbidden_among<'g>(terms: &[&'g Term], translation: &str) -> Vec<(&'g Term, &'g str)> {
    let right = || terms.iter().flat_map(|term| term.variants.iter().chain([&term.target]));
    let ranges = |form: &str| translation.match_indices(form).map(|(at, form)| at..at + form.len()).collect::<Vec<_>>();
    let stands = |form: &str| {
        let found = ranges(form);
        if found.is_empty() {
            return false;
        }
        let allowed: Vec<Range<usize>> =
            right().filter(|right| right.contains(form)).flat_map(|right| ranges(right)).collect();
        found.iter().any(|found| !allowed.iter().any(|range| range.start <= found.start && found.end <= range.end))
    };
    let forbidden = terms.iter().flat_map(|term| term.forbidden.iter().map(|form| (*term, form.as_str())));
    forbidden.filter(|(_, form)| stands(form)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glossary() -> Glossary {
        Glossary::parse(
            r#"
[[term]]
source = "大语言模型"
target = "LLM"
[[term]]
source = "模型"
target = "モデル"
[[term]]
source = "服务器"
target = "サーバー"
forbidden = ["サーバ", "服務器"]
[[term]]
source = "Github"
target = "GitHub"
case = true
[[term]]
source = "R"
target = "R 言語"
"#,
        )
        .unwrap()
    }

    #[test]
    fn the_longest_term_wins() {
        let glossary = glossary();
        let found: Vec<_> = glossary.found_in("大语言模型").iter().map(|term| term.target.as_str()).collect();
        assert_eq!(found, ["LLM"]);
        assert_eq!(glossary.found_in("大语言模型和模型").len(), 2);
    }

    #[test]
    fn a_brief_adds_what_is_told_and_nothing_that_is_allowed() {
        let terms = |pairs: &[(&str, &str)]| -> String {
            pairs.iter().map(|(one, other)| format!("[[term]]\nsource = {one:?}\ntarget = {other:?}\n")).collect()
        };
        let brief = [("模型", "型"), ("GITHUB", "G"), ("模型世界", "模型界"), ("服务器", "鯖")];
        let brief = Glossary::parse(&terms(&brief)).unwrap();
        let glossary = glossary().with_brief(&brief).unwrap();
        let told = |text| glossary.found_in(text).iter().map(|term| term.target.as_str()).collect::<Vec<_>>();
        // What is in the termbase is found as before, a longer term of the brief or not.
        assert_eq!(told("模型世界与服务器"), ["モデル", "サーバー", "模型界"]);
        assert_eq!(glossary.binding_in("模型世界").len(), 1);
        assert!(glossary.kanji_in("模型界").is_empty());
        assert!(glossary.has("github") && !glossary.has("模型世界"));
    }

    #[test]
    fn words_and_capitals_are_respected() {
        let glossary = glossary();
        assert!(glossary.found_in("GitHub 与 Rust").is_empty());
        assert_eq!(glossary.found_in("Github 与 r 语言").len(), 2);
    }

    #[test]
    fn a_forbidden_form_inside_an_allowed_one_is_not_reported() {
        let glossary = glossary();
        assert!(glossary.forbidden_in("服务器", "サーバーです").is_empty());
        assert_eq!(glossary.forbidden_in("服务器", "サーバです")[0].1, "サーバ");
        assert!(glossary.forbidden_in("别的", "サーバです").is_empty());
    }

    #[test]
    fn errors_have_lines() {
        let error =
            Glossary::parse("[[term]]\nsource = \"甲\"\ntarget = \"a\"\n[[term]]\nsource = \"甲\"\ntarget = \"b\"\n")
                .unwrap_err();
        assert_eq!(error.to_string(), "line 4: the term `甲` is there already, in line 1");
        let error = Glossary::parse("[[term]]\nsource = \"甲\"\ntargets = \"a\"\n").unwrap_err();
        assert!(error.to_string().contains("line 3"), "{error}");
    }

    #[test]
    fn forms_that_cannot_be_meant_are_refused() {
        for fields in ["forbidden = [\"\"]", "forbidden = [\"a\"]", "variants = [\" \"]", "note = \"x\\u001by\""] {
            let text = format!("[[term]]\nsource = \"甲\"\ntarget = \"a\"\n{fields}\n");
            assert!(matches!(Glossary::parse(&text), Err(GlossaryError::Senseless { line: 1, .. })), "{fields}");
        }
    }

    #[test]
    fn the_built_in_glossary_can_be_read_and_is_the_newsletters() {
        let glossary = Glossary::built_in().unwrap();
        let section = glossary.whole("🦄文章&教程").unwrap();
        assert_eq!((section.category, section.target.as_str()), (Category::Section, "🦄 記事&チュートリアル"));
        assert!(glossary.terms().len() >= 250);
    }
}
