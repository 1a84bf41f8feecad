//! What a draft has to hold before it is a translation.
//!
//! Every rule looks; one request can then ask the model to mend all faults together. A fault that is
//! an error keeps the draft out of the edition. One that is a warning is asked to be mended as well,
//! and if it stays, the draft is used and a person is told.

mod added;
mod form;
mod other;
mod repetition;
mod speech;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::glossary::{Category, Glossary, Term};
use crate::issue::Segment;
use crate::numbers::{NumberFault, compare};
use crate::rules::{Rule, Severity};
use crate::script::{han_count, has_han, has_kana, is_compatibility, is_foreign_han, is_han, is_kana, is_simplified};
use crate::tags::{Piece, plain_text};
use crate::wording::{lacks, quoted_chinese};

use form::{item_number, structure, symbols, without_tags};
use other::other_segment;
use repetition::repetition;

pub use other::of_another_text;

/// Something that is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule's id.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, for a person and for the model that is to mend it.
    pub message: String,
}

impl Fault {
    pub(crate) fn error(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Error, message: message.into() }
    }

    pub(crate) fn warning(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Warning, message: message.into() }
    }

    pub(crate) fn info(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Info, message: message.into() }
    }
}

/// What to hold a draft to.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The termbase.
    pub glossary: &'a Glossary,
    /// Whether Chinese may be left standing; for trying out a server, not for an edition.
    pub accept_chinese: bool,
}

impl Rules<'_> {
    /// Read an answer for `segment` and hold it to all rules: the tree, if it can be one, and what is
    /// wrong with it.
    pub fn verify(&self, segment: &Segment<'_>, answer: &str) -> (Option<Vec<Piece>>, Vec<Fault>) {
        let tagged = segment.tagged();
        let same = answer == tagged.text();
        let pieces = match tagged.decode(answer) {
            Ok(pieces) => pieces,
            Err(faults) => {
                let mut faults: Vec<Fault> =
                    faults.iter().map(|fault| Fault::error(Rule::Placeholder, fault.to_string())).collect();
                // What can be said without the tree is said in the same breath.
                let text = without_tags(answer);
                let only_tags = text.trim().is_empty() && !answer.trim().is_empty();
                if only_tags {
                    faults.push(Fault::error(Rule::Untranslated, "there are only tags in the answer"));
                } else {
                    faults.extend(self.text_faults(segment, &text));
                }
                return (None, faults);
            }
        };
        if same && self.accept_chinese {
            return (Some(pieces), Vec::new());
        }
        let mut faults = self.text_faults(segment, &plain_text(&pieces));
        structure(segment, &tagged, answer, &pieces, &mut faults);
        (Some(pieces), faults)
    }

    fn text_faults(&self, segment: &Segment<'_>, draft: &str) -> Vec<Fault> {
        let source = segment.plain_text();
        if draft.trim().is_empty() {
            return vec![Fault::error(Rule::Untranslated, "the answer is empty")];
        }
        let mut faults = Vec::new();
        let terms = self.glossary.binding_in(&source);
        let pseudo = is_pseudo_translation(&source, draft);
        if !self.accept_chinese {
            if !pseudo {
                self.leftover(&source, draft, &terms, &mut faults);
            }
            labels(draft, &terms, pseudo, &mut faults);
        }
        // With every Chinese character another one, as servers under test answer, 万 is another one, too.
        if !pseudo {
            faults.extend(compare(&source, draft).into_iter().map(|fault| match fault {
                NumberFault::Missing(_) => Fault::error(Rule::Number, fault.to_string()),
                NumberFault::Invented(_) => Fault::warning(Rule::Number, fault.to_string()),
            }));
        }
        symbols(&source, draft, &mut faults);
        item_number(&source, draft, &mut faults);
        added::links(draft, &mut faults);
        added::markup(&source, draft, &mut faults);
        added::source_beside(&source, draft, &mut faults);
        added::alternatives(&source, draft, &mut faults);
        added::other_scripts(&source, draft, &mut faults);
        length(&source, draft, &mut faults);
        speech::preamble(&source, draft, &mut faults);
        speech::refusal(&source, draft, &mut faults);
        speech::remarks(&source, draft, &mut faults);
        speech::instructions(&source, draft, &mut faults);
        repetition(&source, draft, &mut faults);
        other_segment(&source, draft, &mut faults);
        self.renderings(draft, &terms, pseudo, &mut faults);
        faults
    }

    /// What the termbase says of the draft's words.
    fn renderings(&self, draft: &str, terms: &[&Term], pseudo: bool, faults: &mut Vec<Fault>) {
        let quoted = quoted_chinese(draft);
        let is_seen =
            |range: &Range<usize>| !quoted.iter().any(|quote| quote.start < range.end && range.start < quote.end);
        for (term, form) in self.glossary.forbidden_among(terms, draft, is_seen) {
            let message = format!("`{form}` is not how `{}` is rendered here: `{}`", term.source, term.target);
            // How a product writes its own name is a matter of taste, not of sense.
            let taste = !has_han(form) && (form == term.source || form.eq_ignore_ascii_case(&term.target));
            let severity = if taste { Severity::Info } else { Severity::Error };
            faults.push(Fault { rule: Rule::TermForbidden, severity, message });
        }
        // What a server under test answers has no terms.
        for term in terms.iter().filter(|term| !pseudo && term.category != Category::Label && lacks(term, draft)) {
            let message = format!("the source has `{}`, and `{}` is not in the translation", term.source, term.target);
            let severity = if term.strict { Severity::Error } else { Severity::Info };
            faults.push(Fault { rule: Rule::TermMissing, severity, message });
        }
    }

    /// Chinese left standing: `EDITION` rules R1 to R4 and R8.
    fn leftover(&self, source: &str, draft: &str, terms: &[&Term], faults: &mut Vec<Fault>) {
        let masked = self.without_allowed(draft);
        // R1: characters that Japanese does not use.
        let foreign: Vec<char> = masked.chars().filter(|c| is_foreign_han(*c)).collect();
        let simplified = foreign.iter().any(|c| is_simplified(*c));
        // R3: kanji alone are no Japanese sentence; a word or two may be a name.
        let kanji_only = han_count(&masked) >= 6 && !has_kana(&masked);
        let unchanged = draft.trim() == source.trim() && has_han(&masked);
        if unchanged && (kanji_only || simplified) {
            faults.push(Fault::error(Rule::Untranslated, "the text came back in Chinese, as it was"));
            return;
        }
        // `谷歌` becomes `Google`; anything else has some Japanese in it.
        let in_latin = || terms.iter().any(|term| draft.contains(&term.target));
        // A single character may become a sign or a word of English, but none of another language.
        let enough = han_count(source) >= 2 || has_han(source) && draft.chars().any(is_letter_beyond_ascii);
        if enough && !has_han(draft) && !has_kana(draft) && !in_latin() {
            // A short title may well be a line of English.
            let a_title = han_count(source) < 8 && words(draft).count() >= 3;
            let severity = if a_title { Severity::Warning } else { Severity::Error };
            let message = "there is no Japanese in the translation".to_owned();
            faults.push(Fault { rule: Rule::Untranslated, severity, message });
        }
        if !foreign.is_empty() {
            let words = words_with(&masked, &foreign);
            let message = format!("Chinese is left in the translation: {words}");
            // A character or two that are no simplified forms may be part of a name.
            let severity = if simplified || foreign.len() > 2 { Severity::Error } else { Severity::Warning };
            faults.push(Fault { rule: Rule::LeftoverChinese, severity, message });
        } else if kanji_only {
            let message = "there is no kana in the translation: it reads as Chinese";
            // The names of institutions have none either.
            let severity = if han_count(&masked) > 12 { Severity::Error } else { Severity::Warning };
            faults.push(Fault { rule: Rule::LeftoverChinese, severity, message: message.to_owned() });
        }
        for c in masked.chars().filter(|c| is_compatibility(*c) && !source.contains(*c)) {
            faults.push(Fault::warning(
                Rule::CompatChar,
                format!("`{c}` is a compatibility character, not the kanji it looks like"),
            ));
        }
        // R4: in JIS X 0208, and hardly ever in Japanese.
        if foreign.is_empty()
            && let Some(c) =
                masked.chars().find(|c| matches!(c, '个' | '于' | '它' | '从' | '什' | '很' | '已' | '网' | '无'))
        {
            faults.push(Fault::warning(Rule::LeftoverChinese, format!("`{c}` is hardly ever used in Japanese")));
        }
        // R8: a long run of Han characters copied from the source.
        let runs = || masked.split(|c| !is_han(c)).filter(|run| run.chars().nth(4).is_some());
        for run in foreign.is_empty().then(runs).into_iter().flatten() {
            if source.contains(run) {
                faults.push(Fault::warning(Rule::LeftoverChinese, format!("`{run}` stands as in the source")));
            }
        }
    }

    /// The draft without what may be Chinese: quoted Chinese titles, and names that are kept.
    fn without_allowed(&self, draft: &str) -> String {
        let mut masked = draft.to_owned();
        for range in quoted_chinese(draft).into_iter().rev() {
            masked.replace_range(range, MASK);
        }
        for term in self.glossary.kanji_in(&masked) {
            masked = masked.replace(&term.target, MASK);
        }
        masked
    }
}

fn labels(draft: &str, terms: &[&Term], pseudo: bool, faults: &mut Vec<Fault>) {
    for label in terms.iter().filter(|term| term.category == Category::Label) {
        let there = draft.contains(&label.target) || label.variants.iter().any(|form| draft.contains(form));
        let as_it_was = has_han(&label.source) && draft.contains(&label.source);
        // `（star` may stay; what is Chinese in a label is to be translated.
        let translated = pseudo || (!has_han(&label.source) && draft.contains(&label.source));
        if !there && (as_it_was || !translated) {
            faults.push(Fault::error(
                Rule::Label,
                format!("the label `{}` has to be there as `{}`", label.source, label.target),
            ));
        }
    }
}

const MASK: &str = "\u{fffc}";

fn words_with(text: &str, foreign: &[char]) -> String {
    let mut words: Vec<String> = Vec::new();
    for run in text.split(|c| !is_han(c)).filter(|run| run.contains(foreign)) {
        let word = format!("`{run}`");
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(8);
    words.join(", ")
}

/// Whether the two differ in nothing but that each Chinese character is another character, one for
/// one, and all of them kana or all of them the same: what the servers answer that programs like
/// this are tried with. No translation is like that, nor is what a model writes that knows nothing.
pub(crate) fn is_pseudo_translation(source: &str, draft: &str) -> bool {
    let (mut ours, mut theirs) = (source.chars(), draft.chars());
    let (mut first, mut all_first, mut all_kana) = (None, true, true);
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if is_han(a) => {
                all_first &= *first.get_or_insert(b) == b;
                all_kana &= is_kana(b);
            }
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
    all_kana || (all_first && han_count(source) > 1)
}

/// Ten published editions: 1.06 to 2.13 times the characters (5 % to 95 %); this is far outside.
fn length(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let (ours, theirs) = (source.chars().count(), draft.chars().count());
    let short = (ours >= 30 && theirs * 2 < ours) || (ours >= 8 && theirs * 4 < ours);
    if short || theirs > ours * 4 + 40 {
        faults.push(Fault::error(
            Rule::LengthRatio,
            format!("the translation has {theirs} characters, the source {ours}"),
        ));
    }
}

fn is_letter_beyond_ascii(c: char) -> bool {
    c.is_alphabetic() && !c.is_ascii()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}
