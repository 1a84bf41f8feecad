//! What a draft has to hold before it is a translation.
//!
//! Every rule looks; one request can then ask the model to mend all faults together. A fault that is
//! an error keeps the draft out of the edition. One that is a warning is asked to be mended as well,
//! and if it stays, the draft is used and a person is told.

use std::collections::HashSet;

use crate::blocks::LeafKind;
use crate::glossary::{Category, Glossary, Term, forbidden_among};
use crate::inline::urls;
use crate::issue::{Origin, Segment};
use crate::numbers::{NumberFault, compare};
use crate::rules::{Rule, Severity};
use crate::script::{han_count, has_han, has_kana, is_compatibility, is_foreign_han, is_han, is_simplified};
use crate::tags::{Piece, Tagged, plain_text};
use crate::wording::quoted_chinese;

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
                faults.extend(self.text_faults(segment, &without_tags(answer)));
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
        let terms = self.glossary.found_in(&source);
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
        invented_links(draft, &mut faults);
        length(&source, draft, &mut faults);
        preamble(&source, draft, &mut faults);
        repetition(&source, draft, &mut faults);
        other_segment(&source, draft, &mut faults);
        for (term, form) in forbidden_among(&terms, draft) {
            let message = format!("`{form}` is not how `{}` is rendered here: `{}`", term.source, term.target);
            // How a product writes its own name is a matter of taste, not of sense.
            let taste = !has_han(form) && (form == term.source || form.eq_ignore_ascii_case(&term.target));
            let severity = if taste { Severity::Info } else { Severity::Warning };
            faults.push(Fault { rule: Rule::TermForbidden, severity, message });
        }
        faults
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
        if han_count(source) >= 2 && !has_han(draft) && !has_kana(draft) && !in_latin() {
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

/// What the tags alone do not say: words in the wrong place.
fn structure(segment: &Segment<'_>, tagged: &Tagged<'_>, answer: &str, pieces: &[Piece], faults: &mut Vec<Fault>) {
    let one_line = segment.origin == Origin::Title || matches!(segment.kind, LeafKind::Atx(_) | LeafKind::Cell);
    let lines = answer.trim().lines().count();
    let source_lines = tagged.text().lines().count();
    if lines > source_lines && (one_line || answer.trim().contains("\n\n")) {
        faults.push(Fault::error(Rule::Placeholder, format!("the text has {lines} lines instead of {source_lines}")));
    }
    let own = &tagged.pieces()[..];
    let begins_with_text = |pieces: &[Piece]| matches!(pieces.first(), Some(Piece::Text(_)));
    if begins_with_text(own) && !begins_with_text(pieces) && item_number_of(&segment.plain_text()).is_some() {
        faults.push(Fault::error(Rule::ItemNumber, "the item's number has to stay before the tags"));
    }
    let narrow = || answer.replace('＜', "<").replace('＞', ">").replace('／', "/");
    let mut answer = None;
    let readable = |pieces: &[Piece]| plain_text(pieces).chars().any(char::is_alphanumeric);
    for_each_mark(own, &mut |mark, inside| {
        let name = tagged.name(mark);
        let mut theirs = None;
        for_each_mark(pieces, &mut |other, inside| {
            if other == mark {
                theirs = Some(readable(inside));
            }
        });
        if readable(inside) && theirs == Some(false) {
            faults.push(Fault::error(
                Rule::Placeholder,
                format!("there is nothing to read between <{name}> and </{name}>"),
            ));
        }
        // Code is restored whatever came back, so what else stood there would be lost.
        let code = segment.inline.target(mark);
        if segment.inline.marks()[mark].kind.is_shown()
            && let answer = answer.get_or_insert_with(narrow)
            && let Some((_, rest)) = answer.split_once(&format!("<{name}>"))
            && let Some((written, _)) = rest.split_once(&format!("</{name}>"))
            && let written = written.trim()
            && written != code
            && (written.contains(code) || written.chars().count() > code.chars().count() * 2 + 8)
        {
            faults
                .push(Fault::error(Rule::Placeholder, format!("only `{code}` belongs between <{name}> and </{name}>")));
        }
    });
}

fn for_each_mark<'p>(pieces: &'p [Piece], visit: &mut impl FnMut(usize, &'p [Piece])) {
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            visit(*mark, inside);
            for_each_mark(inside, visit);
        }
    }
}

/// Whether the two differ in nothing but that each Chinese character is another character, one for
/// one, and none of them Chinese or all of them the same: what the servers answer that programs like
/// this are tried with. No translation is like that.
pub(crate) fn is_pseudo_translation(source: &str, draft: &str) -> bool {
    let (mut ours, mut theirs) = (source.chars(), draft.chars());
    let (mut first, mut all_first, mut no_han) = (None, true, true);
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => break,
            (Some(a), Some(b)) if is_han(a) => {
                all_first &= *first.get_or_insert(b) == b;
                no_han &= !is_han(b);
            }
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
    no_han || (all_first && han_count(source) > 1)
}

/// The emoji of a heading tell which it is; they are the same in every language.
fn symbols(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let is_emoji = |c: &char| matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{26ff}');
    // What an emoji begins with in UTF-8.
    let may_have = |text: &str| text.bytes().any(|byte| matches!(byte, 0xf0 | 0xe2));
    if !may_have(source) && !may_have(draft) {
        return;
    }
    let only_in = |text: &str, other: &str| {
        let mut only: Vec<char> = Vec::new();
        for c in text.chars().filter(is_emoji) {
            if !only.contains(&c) && !other.contains(c) {
                only.push(c);
            }
        }
        only
    };
    for lost in only_in(source, draft) {
        faults.push(Fault::error(Rule::Symbol, format!("{lost} of the source is missing")));
    }
    for new in only_in(draft, source) {
        faults.push(Fault::error(Rule::Symbol, format!("{new} is not in the source")));
    }
}

/// `3、` and `③` at the beginning stay what they are.
fn item_number(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    if let Some(number) = item_number_of(source)
        && !draft.trim_start().starts_with(&number)
    {
        faults.push(Fault::error(Rule::ItemNumber, format!("the item has to begin with `{number}`")));
    }
}

fn item_number_of(text: &str) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() && text[digits.len()..].starts_with('、') {
        return Some(digits + "、");
    }
    text.chars().next().filter(|c| ('①'..='⓿').contains(c) || ('❶'..='➓').contains(c)).map(String::from)
}

/// A link that the source does not have: URLs of the source are tags, so any in the text is new.
fn invented_links(draft: &str, faults: &mut Vec<Fault>) {
    for url in urls(draft) {
        faults.push(Fault::error(Rule::LinkExtra, format!("{} is not in the source", &draft[url])));
    }
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

/// What models say before an answer, or instead of one.
fn preamble(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    // With these, as many of the source's words would begin it, too.
    const ABOUT_ITSELF: [(&str, &[&str]); 12] = [
        ("翻訳：", &["翻译", "译"]),
        ("翻訳:", &["翻译", "译"]),
        ("訳文：", &["译"]),
        ("訳文:", &["译"]),
        ("日本語訳：", &["日"]),
        ("承知", &["知", "收到", "好的", "明白"]),
        ("かしこまり", &["知", "收到", "好的", "明白"]),
        ("申し訳", &["抱歉", "对不起", "不好意思", "遗憾"]),
        ("すみません", &["抱歉", "对不起", "不好意思", "请问"]),
        ("Sure", &["Sure"]),
        ("I'm sorry", &["I'm sorry"]),
        ("Translation:", &["Translation"]),
    ];
    let draft = draft.trim_start();
    let own = ABOUT_ITSELF.iter().find(|(opening, meant)| {
        draft.starts_with(opening)
            && !meant.iter().any(|word| source.chars().take(12).collect::<String>().contains(word))
    });
    let opening = &draft[..draft.char_indices().nth(30).map_or(draft.len(), |(at, _)| at)];
    let speaks_of_itself =
        opening.starts_with("以下") || opening.starts_with("Here is") || opening.starts_with("Here's");
    let of_translation =
        || ["翻訳", "訳文", "日本語訳", "translation", "Japanese"].iter().any(|word| opening.contains(word));
    let announced = speaks_of_itself && of_translation() && !source.contains('译');
    let closing = ["ご質問があれば", "翻訳メモ", "AI アシスタント", "AIアシスタント"]
        .iter()
        .find(|words| draft.contains(**words));
    if let Some(words) = closing.filter(|_| !source.contains('问') && !source.contains("助手")) {
        faults.push(Fault::error(Rule::Preamble, format!("`{words}` is about the answer, not part of it")));
    }
    // As a string: a search for the character looks for its last byte, which kanji have, too.
    if draft.contains("\u{fffd}") && !source.contains("\u{fffd}") {
        faults.push(Fault::error(Rule::Preamble, "there is a character that could not be read"));
    }
    if own.is_some() || announced {
        faults.push(Fault::error(Rule::Preamble, format!("`{opening}…` is about the answer, not part of it")));
    }
}

/// A model that has lost its way says the same over and over.
fn repetition(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const TIMES: usize = 6;
    let characters: Vec<char> = draft.chars().collect();
    for length in 2..=characters.len().min(240) / TIMES {
        let again = |place: usize| characters[place] == characters[place - length];
        // So many characters on end are those that stand `length` before them.
        let needed = length * (TIMES - 1);
        let mut from = length;
        while from + needed <= characters.len() {
            // From behind: most texts are passed over in steps of `needed`.
            if let Some(other) = (from..from + needed).rev().find(|place| !again(*place)) {
                from = other + 1;
                continue;
            }
            let mut end = from + needed;
            loop {
                let unit = &characters[end - length..end];
                // Rows of dots and the like are the source's.
                if has_three_different(unit) && !source.contains(&unit.iter().collect::<String>().repeat(2)) {
                    let unit: String = unit.iter().collect();
                    faults.push(Fault::error(Rule::Repetition, format!("`{unit}` is there {TIMES} times on end")));
                    return;
                }
                if end == characters.len() || !again(end) {
                    break;
                }
                end += 1;
            }
            from = end + 1;
        }
    }
}

fn has_three_different(characters: &[char]) -> bool {
    let Some((first, rest)) = characters.split_first() else { return false };
    let second = rest.iter().find(|c| *c != first);
    second.is_some_and(|second| rest.iter().any(|c| c != first && c != second))
}

/// None of the names of the source, and other ones instead: the answer to another question.
///
/// A name is a Latin word with a capital or a digit in it: words like `star` are translated.
fn other_segment(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    let ours = names(source);
    if ours.is_empty() {
        return;
    }
    // `Python3` is in `Python 3`, `VSCode` in `VS Code`.
    let squeezed_draft = squeezed(draft);
    if ours.iter().any(|word| squeezed_draft.contains(word)) {
        return;
    }
    let (source, theirs) = (squeezed(source), names(draft));
    let nothing_shared = !theirs.iter().any(|word| source.contains(word));
    if nothing_shared && (ours.len() >= 3 || !theirs.is_empty()) {
        let message = format!(
            "nothing of {} is in the translation: is it of another text?",
            ours[..ours.len().min(5)].join(", ")
        );
        faults.push(Fault::error(Rule::OtherSegment, message));
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
        Fault::error(Rule::OtherSegment, format!("this reads as the translation of another text: {text}…"))
    })
}

fn features(text: &str) -> HashSet<String> {
    let han = text.chars().filter(|c| is_han(*c)).map(String::from);
    let latin = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 2);
    latin.map(str::to_ascii_lowercase).chain(han).collect()
}

/// Each once, in the order of the alphabet.
fn names(text: &str) -> Vec<String> {
    let is_name = |word: &&str| word.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let mut names: Vec<String> = words(text).filter(is_name).map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn squeezed(text: &str) -> String {
    let bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
    bytes.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
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

    fn rules_found(source: &str, answer: &str) -> Vec<(Rule, Severity)> {
        let glossary = Glossary::parse(
            "[[term]]\nsource = \"（英文）\"\ntarget = \"（英語）\"\ncategory = \"label\"\n[[term]]\nsource = \"（中文）\"\ntarget = \"（中国語）\"\ncategory = \"label\"\n[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\nforbidden = [\"装飾器\"]\n",
        )
        .unwrap();
        let issue = Issue::new(Source::new("x.md", source), &Profile::default()).unwrap();
        let rules = Rules { glossary: &glossary, accept_chinese: false };
        let segment = issue.segments().next_back().unwrap();
        rules.verify(&segment, answer).1.iter().map(|fault| (fault.rule, fault.severity)).collect()
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
            ("用 Python3 写的一款 VSCode 插件", "Python 3 で書かれた VS Code のプラグイン"),
            ("技术栈: NextJs 与 ChatGPT4", "技術スタック：Next.js と GPT-4"),
            ("下面是 Python 的教程：", "以下は Python のチュートリアルです："),
            ("翻译：张三", "翻訳：張三"),
            ("现在打 9 折，上世纪 90 年代以来共 300w 人，占 50%", "現在 10% 引き、1990 年代以来の 300 万人、5 割"),
            ("有 2 个办法，半年内完成", "ふたつの方法があり、6 か月で終わります"),
        ] {
            assert_eq!(rules_found(source, answer), [], "{answer}");
        }
    }

    #[test]
    fn a_pseudo_translation_is_none_that_a_model_would_write() {
        for (source, draft) in
            [("共 2 万人，好", "ア 2 アア，ア"), ("共 2 万人，好", "訳 2 訳訳，訳"), ("播客&视频", "xx&xx")]
        {
            assert!(is_pseudo_translation(source, draft), "{draft}");
        }
        for (source, draft) in
            [("数据", "數據"), ("共 2 万人，好", "共 2 万人，好"), ("播客", "ラジオ"), ("工具", "道具")]
        {
            assert!(!is_pseudo_translation(source, draft), "{draft}");
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
            ("这个项目使用起来非常简单", "申し訳ありませんが、翻訳できません。", "preamble"),
            ("这个项目使用起来非常简单", "This project is very easy to use", "untranslated"),
            ("这个项目非常非常简单", "とても簡単とても簡単とても簡単とても簡単とても簡単とても簡単です", "repetition"),
            ("融资 100 万用户", "ユーザー 100 人", "number"),
            ("Python 3.10 以上", "Python 3.1 以上", "number"),
            ("[标题](u)（英文）", "<a1>見出しです</a1>（中国語）", "label"),
            ("[标题](u)（英文）", "<a1>見出しです</a1>（フランス語）", "label"),
            ("🦄文章", "🐿️ 記事", "symbol"),
            ("用 `uv` 管理项目", "＜c1＞uv というツールで＜/c1＞プロジェクトを管理", "placeholder"),
            ("推荐阅读本文的全部内容", "はい", "length-ratio"),
            ("1、[甲乙丙](u)", "<a1>1、アイウ</a1>", "item-number"),
            ("作者推荐了[甲书](u)。", "著者がおすすめしています<a1>。</a1>", "placeholder"),
            ("如何用 `uv` 管理项目", "<c1>uv という高速なツールで管理する方法</c1>", "placeholder"),
            ("# 甲乙丙", "承知しました。\n\nアイウ", "placeholder"),
            ("住在深圳", "深圳に住んでいます", "leftover-chinese"),
            ("介绍 FastAPI 的用法", "Django の使い方の紹介", "other-segment"),
            ("这个项目", "", "untranslated"),
            ("`a` 和 `b` 的区别", "<c1>a</c1> の違い", "placeholder"),
            ("米饭的做法", "⽶の炊き方", "compat-char"),
        ] {
            assert!(rules_found(source, answer).iter().any(|found| found.0.id() == rule), "{rule}: {answer}");
        }
    }
}
