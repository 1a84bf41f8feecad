//! What a draft has to hold before it is a translation.
//!
//! Every rule looks; one request can then ask the model to mend all faults together. A fault that is
//! an error keeps the draft out of the edition. One that is a warning is asked to be mended as well,
//! and if it stays, the draft is used and a person is told.

use std::collections::HashSet;
use std::fmt;

use crate::glossary::{Category, Glossary};
use crate::inline::urls;
use crate::issue::Segment;
use crate::numbers::{NumberFault, compare};
use crate::script::{han_count, has_han, has_kana, is_compatibility, is_foreign_han, is_han};
use crate::tags::{Piece, plain_text};

/// How much a fault weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// A person should look.
    Warning,
    /// Wrong.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Something that is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, for a person and for the model that is to mend it.
    pub message: String,
}

impl Fault {
    pub(crate) fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Error, message: message.into() }
    }

    pub(crate) fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, severity: Severity::Warning, message: message.into() }
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
    pub fn verify(&self, segment: &Segment, answer: &str) -> (Option<Vec<Piece>>, Vec<Fault>) {
        let same = answer == segment.tagged.text();
        let pieces = match segment.tagged.decode(answer) {
            Ok(pieces) => pieces,
            Err(faults) => {
                let mut faults: Vec<Fault> =
                    faults.iter().map(|fault| Fault::error("placeholder", fault.to_string())).collect();
                // What can be said without the tree is said in the same breath.
                faults.extend(self.text_faults(segment, &without_tags(answer)));
                return (None, faults);
            }
        };
        let faults =
            if same && self.accept_chinese { Vec::new() } else { self.text_faults(segment, &plain_text(&pieces)) };
        (Some(pieces), faults)
    }

    fn text_faults(&self, segment: &Segment, draft: &str) -> Vec<Fault> {
        let source = segment.plain_text();
        if draft.trim().is_empty() {
            return vec![Fault::error("untranslated", "the answer is empty")];
        }
        let mut faults = Vec::new();
        if !self.accept_chinese {
            self.leftover(&source, draft, &mut faults);
            self.labels(&source, draft, &mut faults);
        }
        faults.extend(compare(&source, draft).into_iter().map(|fault| match fault {
            NumberFault::Missing(_) => Fault::error("number", fault.to_string()),
            NumberFault::Invented(_) => Fault::warning("number", fault.to_string()),
        }));
        item_number(&source, draft, &mut faults);
        invented_links(draft, &mut faults);
        length(&source, draft, &mut faults);
        preamble(&source, draft, &mut faults);
        other_segment(&source, draft, &mut faults);
        for (term, form) in self.glossary.forbidden_in(&source, draft) {
            let message = format!("`{form}` is not how `{}` is rendered here: `{}`", term.source, term.target);
            // How a product writes its own name is a matter of taste, not of sense.
            let taste = !has_han(form) && (form == term.source || form.eq_ignore_ascii_case(&term.target));
            let severity = if taste { Severity::Info } else { Severity::Warning };
            faults.push(Fault { rule: "term-forbidden", severity, message });
        }
        faults
    }

    /// Chinese left standing: `EDITION` rules R1 to R4 and R8.
    fn leftover(&self, source: &str, draft: &str, faults: &mut Vec<Fault>) {
        let masked = self.without_allowed(draft);
        // R1: characters that Japanese does not use.
        let foreign: Vec<char> = masked.chars().filter(|c| is_foreign_han(*c)).collect();
        // R3: kanji alone are no Japanese sentence; a word or two may be a name.
        let kanji_only = han_count(&masked) >= 6 && !has_kana(&masked);
        let unchanged = draft.trim() == source.trim() && has_han(&masked);
        if unchanged && (kanji_only || !foreign.is_empty()) {
            faults.push(Fault::error("untranslated", "the text came back in Chinese, as it was"));
            return;
        }
        if !foreign.is_empty() {
            let words = words_with(&masked, &foreign);
            faults.push(Fault::error("leftover-chinese", format!("Chinese is left in the translation: {words}")));
        } else if kanji_only {
            faults.push(Fault::error("leftover-chinese", "there is no kana in the translation: it reads as Chinese"));
        }
        for c in masked.chars().filter(|c| is_compatibility(*c) && !source.contains(*c)) {
            faults.push(Fault::warning(
                "compat-char",
                format!("`{c}` is a compatibility character, not the kanji it looks like"),
            ));
        }
        // R4: in JIS X 0208, and hardly ever in Japanese.
        if foreign.is_empty()
            && let Some(c) = masked.chars().find(|c| "个于它从什很已网无".contains(*c))
        {
            faults.push(Fault::warning("leftover-chinese", format!("`{c}` is hardly ever used in Japanese")));
        }
        // R8: a long run of Han characters copied from the source.
        for run in masked.split(|c| !is_han(c)).filter(|run| run.chars().count() >= 5) {
            if foreign.is_empty() && source.contains(run) {
                faults.push(Fault::warning("leftover-chinese", format!("`{run}` stands as in the source")));
            }
        }
    }

    /// The draft without what may be Chinese: quoted Chinese titles, and names that are kept.
    fn without_allowed(&self, draft: &str) -> String {
        let mut masked = mask_quoted_chinese(draft);
        for term in self.glossary.terms() {
            let all_han = term.target.chars().any(is_han) && !has_kana(&term.target);
            if all_han && masked.contains(&term.target) {
                masked = masked.replace(&term.target, MASK);
            }
        }
        masked
    }

    fn labels(&self, source: &str, draft: &str, faults: &mut Vec<Fault>) {
        let labels = self.glossary.found_in(source).into_iter().filter(|term| term.category == Category::Label);
        for label in labels {
            let there = draft.contains(&label.target) || label.variants.iter().any(|form| draft.contains(form));
            let brackets = |text: &str| text.matches(['（', '(']).count();
            let as_it_was = has_han(&label.source) && draft.contains(&label.source);
            if !there && (as_it_was || brackets(draft) < brackets(source)) {
                faults.push(Fault::error(
                    "label",
                    format!("the label `{}` has to be there as `{}`", label.source, label.target),
                ));
            }
        }
    }
}

const MASK: &str = "\u{fffc}";

/// Quotes behind `中国語` are Chinese on purpose: `中国語版『…』`, `中国語のタイトルは「…」`.
fn mask_quoted_chinese(text: &str) -> String {
    const INTRO: &str = "中国語";
    // How far behind the word a quote may open.
    const REACH: usize = 10;
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(INTRO).map(|at| at + INTRO.len()) {
        masked.push_str(&rest[..at]);
        rest = &rest[at..];
        let before_stop = rest.chars().take(REACH).take_while(|c| !matches!(c, '、' | '。'));
        let mut quote = before_stop.scan(0, |place, c| {
            let here = *place;
            *place += c.len_utf8();
            Some((here, c))
        });
        let Some((open, close)) = quote.find_map(|(at, c)| match c {
            '「' => Some((at, '」')),
            '『' => Some((at, '』')),
            '《' => Some((at, '》')),
            _ => None,
        }) else {
            continue;
        };
        if let Some(end) = rest[open..].find(close).map(|end| open + end) {
            masked.push_str(&rest[..open]);
            masked.push_str(MASK);
            rest = &rest[end..];
        }
    }
    masked + rest
}

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

fn without_tags(answer: &str) -> String {
    let mut text = String::with_capacity(answer.len());
    let mut rest = answer;
    while let Some(at) = rest.find(['<', '＜']) {
        text.push_str(&rest[..at]);
        match rest[at..].find(['>', '＞']).filter(|end| *end < 24) {
            Some(end) => rest = &rest[at + end + rest[at + end..].chars().next().map_or(1, char::len_utf8)..],
            None => {
                text.push('<');
                rest = &rest[at + rest[at..].chars().next().map_or(1, char::len_utf8)..];
            }
        }
    }
    text + rest
}

/// `3、` and `③` at the beginning stay what they are.
fn item_number(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let number = |text: &str| -> Option<String> {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let rest = &text[digits.len()..];
        if !digits.is_empty() && rest.starts_with('、') {
            return Some(digits + "、");
        }
        text.chars().next().filter(|c| ('①'..='⓿').contains(c) || ('❶'..='➓').contains(c)).map(String::from)
    };
    if let Some(number) = number(source)
        && !draft.trim_start().starts_with(&number)
    {
        faults.push(Fault::error("item-number", format!("the item has to begin with `{number}`")));
    }
}

/// A link that the source does not have: URLs of the source are tags, so any in the text is new.
fn invented_links(draft: &str, faults: &mut Vec<Fault>) {
    for url in urls(draft) {
        faults.push(Fault::error("link-extra", format!("{} is not in the source", &draft[url])));
    }
}

/// Ten published editions: 1.06 to 2.13 times the characters (5 % to 95 %); this is far outside.
fn length(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let (ours, theirs) = (source.chars().count(), draft.chars().count());
    if theirs > ours * 4 + 40 || (ours >= 30 && theirs * 4 < ours) {
        faults
            .push(Fault::error("length-ratio", format!("the translation has {theirs} characters, the source {ours}")));
    }
}

/// What models say before they answer.
fn preamble(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const OPENINGS: [&str; 9] =
        ["以下は", "以下が", "翻訳：", "翻訳:", "訳文：", "訳文:", "日本語訳：", "Here is", "Translation:"];
    if let Some(opening) = OPENINGS.iter().find(|opening| draft.trim_start().starts_with(**opening)) {
        let says_so = opening.ends_with([':', '：'])
            || draft.chars().take(40).collect::<String>().contains(['訳', 't'])
                && draft.chars().take(40).any(|c| matches!(c, ':' | '：'));
        if says_so && !source.trim_start().starts_with("以下") {
            faults.push(Fault::error("preamble", format!("`{opening}…` is about the answer, not part of it")));
        }
    }
}

/// None of the names of the source, and other ones instead: the answer to another question.
///
/// A name is a Latin word with a capital or a digit in it: words like `star` are translated.
fn other_segment(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let (ours, theirs) = (names(source), names(draft));
    let nothing_shared = latin_words(source).is_disjoint(&latin_words(draft));
    if nothing_shared && !ours.is_empty() && (ours.len() >= 3 || !theirs.is_empty()) {
        let mut ours: Vec<_> = ours.into_iter().collect();
        ours.sort_unstable();
        ours.truncate(5);
        let message = format!("nothing of {} is in the translation: is it of another text?", ours.join(", "));
        faults.push(Fault::error("other-segment", message));
    }
}

/// A draft that shares much more with another text of the same request than with its own: models that
/// merge two segments give each later one the translation of the next.
///
/// Words in Latin letters and Han characters are compared. Of 292 published translations one is taken
/// for another's; of 288 moved by one place, 158 are found.
pub fn of_another_text(draft: &str, own: &str, others: &[&str]) -> Option<Fault> {
    let draft = features(draft);
    let shared = |text: &str| features(text).intersection(&draft).count();
    let own = shared(own);
    let (best, text) = others.iter().map(|text| (shared(text), text)).max_by_key(|(count, _)| *count)?;
    let elsewhere = (own == 0 && best >= 3) || (best >= 4 && best >= own * 3);
    elsewhere.then(|| {
        let text: String = text.chars().take(20).collect();
        Fault::error("other-segment", format!("this reads as the translation of another text: {text}…"))
    })
}

fn features(text: &str) -> HashSet<String> {
    let han = text.chars().filter(|c| is_han(*c)).map(String::from);
    let latin = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 2);
    latin.map(str::to_ascii_lowercase).chain(han).collect()
}

fn names(text: &str) -> HashSet<String> {
    let is_name = |word: &&str| word.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    words(text).filter(is_name).map(str::to_ascii_lowercase).collect()
}

fn latin_words(text: &str) -> HashSet<String> {
    words(text).map(str::to_ascii_lowercase).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Issue;
    use crate::profile::Profile;
    use crate::source::Source;

    fn rules_found(source: &str, answer: &str) -> Vec<(&'static str, Severity)> {
        let glossary = Glossary::parse(
            "[[term]]\nsource = \"（英文）\"\ntarget = \"（英語）\"\ncategory = \"label\"\n[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\nforbidden = [\"装飾器\"]\n",
        )
        .unwrap();
        let issue = Issue::new(Source::new("x.md", source), &Profile::default()).unwrap();
        let rules = Rules { glossary: &glossary, accept_chinese: false };
        let segment = issue.segments.last().unwrap();
        rules.verify(segment, answer).1.iter().map(|fault| (fault.rule, fault.severity)).collect()
    }

    #[test]
    fn good_drafts_have_no_faults() {
        for (source, answer) in [
            ("1、[如何写装饰器](u)（英文）", "1、<a1>デコレータの書き方</a1>（英語）"),
            ("播客", "ポッドキャスト"),
            ("方法", "方法"),
            ("文章出自《Python 工匠》系列，共五篇", "「Python クラフトマン」シリーズの記事で、全 5 本です"),
            ("作者是左耳朵耗子", "著者は陳皓氏（中国語表記「左耳朵耗子」）です"),
            ("中文书名《图解基础设施》", "中国語版のタイトルは『图解基础设施』です"),
            ("基于 fastapi（Messaging Architecture）", "FastAPI をベースにしています"),
        ] {
            assert_eq!(rules_found(source, answer), [], "{answer}");
        }
    }

    #[test]
    fn a_draft_of_another_text_is_told_from_its_own() {
        let (own, other) = ("用 FastAPI 开发网站", "介绍 asyncio 与 uvloop 的性能差异");
        let of_other = "asyncio と uvloop の性能差の紹介";
        assert!(of_another_text(of_other, own, &[other]).is_some());
        assert!(of_another_text(of_other, other, &[own]).is_none());
        assert!(of_another_text("FastAPI でサイトを作る", own, &[other]).is_none());
        assert!(of_another_text("アアア", own, &[other]).is_none());
    }

    #[test]
    fn each_fault_is_found_by_its_rule() {
        for (source, answer, rule) in [
            ("这是一篇关于协程的文章", "这是一篇关于协程的文章", "untranslated"),
            ("这是一篇关于协程的文章", "これは协程についての記事です", "leftover-chinese"),
            ("今天天气很好我们去公园", "今日天気晴朗公園散歩", "leftover-chinese"),
            ("本文用了 1.8K 行代码", "この記事は 1800 行と 18 行のコードを使います", "number"),
            ("本文用了 18 行代码", "この記事はコードを使います", "number"),
            ("[标题](u)（英文）", "<a1>見出しです</a1>", "label"),
            ("[标题](u)（英文）", "<a1>見出しです</a1>（英文）", "label"),
            ("2、标题在这里", "3、見出しはここ", "item-number"),
            ("见[文章](u)", "<a1>記事</a1>は https://b.example を参照", "link-extra"),
            ("装饰器的写法", "装飾器の書き方", "term-forbidden"),
            ("标题", "以下は翻訳です：見出し", "preamble"),
            ("介绍 FastAPI 的用法", "Django の使い方の紹介", "other-segment"),
            ("这个项目", "", "untranslated"),
            ("`a` 和 `b` 的区别", "<c1>a</c1> の違い", "placeholder"),
            ("米饭的做法", "⽶の炊き方", "compat-char"),
        ] {
            assert!(rules_found(source, answer).iter().any(|found| found.0 == rule), "{rule}: {answer}");
        }
    }
}
