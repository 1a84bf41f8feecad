//! The termbase: which terms occur in a text, and how they are to be rendered.
//!
//! Chinese has no word boundaries, so the longest match wins and no term is found inside a longer
//! one: `大语言模型` is neither `语言模型` nor `模型`.

mod audit;
mod covered;
mod edit;
mod exchange;
mod find;
mod fold;
mod forms;
mod read;
mod term;

use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::script::{has_han, has_kana};

use find::Finder;
use forms::Forms;

pub use audit::{Audit, Flaw, Remark, Usage};
pub(crate) use covered::Covered;
pub use edit::{Merged, merged};
pub use exchange::{ExchangeError, Imported, LONGEST_FILE, Refused, read_csv, read_tbx, write_csv, write_tbx};
pub(crate) use exchange::{guarded, unguarded};
pub use fold::simplified;
pub(crate) use forms::{Form, wrong_among};
pub use read::GlossaryError;
pub use term::{Category, Term};

/// A termbase, ready to look terms up.
#[derive(Clone, Debug)]
pub struct Glossary {
    terms: Vec<Term>,
    finder: Finder,
    forms: Forms,
    // The terms whose renderings could pass for Chinese, and what finds these.
    kanji: Vec<usize>,
    kanji_finder: AhoCorasick,
    // What a model is told besides.
    brief: Option<Box<Glossary>>,
}

impl Glossary {
    /// The newsletter's own termbase.
    ///
    /// # Errors
    ///
    /// Never, unless the file that was compiled in is broken.
    pub fn built_in() -> Result<Self, GlossaryError> {
        Self::parse(include_str!("../../glossary.toml"))
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
        Self::of(read::terms(text)?)
    }

    fn of(terms: Vec<Term>) -> Result<Self, GlossaryError> {
        let too_many = |error: aho_corasick::BuildError| GlossaryError::Unreadable(error.to_string());
        let finder = Finder::new(&terms).map_err(too_many)?;
        let forms = Forms::new(&terms).map_err(too_many)?;
        let is_kanji = |target: &str| has_han(target) && !has_kana(target);
        let kanji: Vec<usize> = (0..terms.len()).filter(|term| is_kanji(&terms[*term].target)).collect();
        let kanji_finder = AhoCorasick::new(kanji.iter().map(|term| &terms[*term].target)).map_err(too_many)?;
        Ok(Self { terms, finder, forms, kanji, kanji_finder, brief: None })
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
        !self.finder.same_as(source).is_empty()
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
        let mut found: Vec<usize> = self.finder.matches(&self.terms, text).into_iter().map(|(term, _)| term).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|term| &self.terms[term]).collect()
    }

    /// The term that is all of `text`.
    pub fn whole(&self, text: &str) -> Option<&Term> {
        self.finder.whole(&self.terms, text).map(|term| &self.terms[term])
    }

    /// All terms of `text`, and the bytes where they stand, in its order. None overlap.
    pub fn matches(&self, text: &str) -> Vec<(&Term, Range<usize>)> {
        let found = self.finder.matches(&self.terms, text).into_iter();
        found.map(|(term, range)| (&self.terms[term], range)).collect()
    }

    /// The terms that occur in `text`, each with its first place, in the order of the glossary.
    pub(crate) fn places_in(&self, text: &str) -> Vec<(&Term, Range<usize>)> {
        let mut found = self.finder.matches(&self.terms, text);
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

    /// The renderings of `terms`, which are of this termbase, that stand in `translation`; those that
    /// are wrong wherever they stand are among them, too.
    pub(crate) fn forms_in<'g>(&'g self, terms: &[&Term], translation: &str) -> Vec<Form<'g>> {
        self.forms.look(&self.terms, terms, translation)
    }

    /// The forbidden renderings that stand in `translation` of `source`, each with its term, in the
    /// order of the translation.
    ///
    /// A form that lies inside a rendering that is right, of any term the source has, is not one:
    /// `サーバ` in `サーバー`, `並行` for `并发`.
    pub fn forbidden_in<'g>(&'g self, source: &str, translation: &str) -> Vec<(&'g Term, &'g str)> {
        self.forbidden_among(&self.binding_in(source), translation, |_| true)
    }

    /// The same, where it is known which terms the source has, and where not all of the translation is
    /// looked at.
    pub(crate) fn forbidden_among<'g>(
        &'g self,
        terms: &[&'g Term],
        translation: &str,
        is_seen: impl Fn(&Range<usize>) -> bool,
    ) -> Vec<(&'g Term, &'g str)> {
        let mut forms = self.forms_in(terms, translation);
        forms.retain(|form| terms.iter().any(|term| std::ptr::eq(*term, form.term)));
        let mut wrong = wrong_among(&forms, is_seen);
        wrong.sort_by_key(|form| form.range.start);
        let mut found: Vec<(&Term, &str)> = Vec::new();
        for form in wrong {
            let text = &translation[form.range.clone()];
            let is_known = |known: &&(&Term, &str)| std::ptr::eq(known.0, form.term) && known.1 == text;
            if let Some(own) = form.term.forbidden.iter().find(|own| *own == text)
                && !found.iter().any(|known| is_known(&known))
            {
                found.push((form.term, own));
            }
        }
        found
    }
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
