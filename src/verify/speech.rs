//! What a model says of itself, and of the task, where a translation was asked for.
//!
//! Each list has beside it what a source would say that such a translation is of.

use super::Fault;
use crate::rules::Rule;

/// What models say before an answer, or instead of one.
pub(super) fn preamble(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    // With these, as many of the source's words would begin it, too.
    const ABOUT_ITSELF: [(&str, &[&str]); 17] = [
        ("翻訳：", &["翻译", "译"]),
        ("翻訳:", &["翻译", "译"]),
        ("訳文：", &["译"]),
        ("訳文:", &["译"]),
        ("日本語訳：", &["日"]),
        ("訳：", &["译"]),
        ("訳:", &["译"]),
        ("翻訳結果", &["译"]),
        ("【翻訳】", &["译"]),
        ("【日本語訳】", &["译"]),
        ("日本語：", &["日"]),
        ("承知", &["知", "收到", "好的", "明白"]),
        ("かしこまり", &["知", "收到", "好的", "明白"]),
        ("Sure", &["Sure"]),
        ("Certainly", &["Certainly"]),
        ("Translation:", &["Translation"]),
        ("Japanese:", &["Japanese"]),
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

/// Words of a refusal, and what a source has that says such a thing itself.
const REFUSALS: [(&[&str], &[&str]); 4] = [
    (
        &["申し訳", "すみません", "ごめんなさい", "i'm sorry", "i’m sorry", "i am sorry", "sorry, ", "抱歉", "对不起"],
        &["抱歉", "对不起", "不好意思", "遗憾", "歉", "请问", "sorry"],
    ),
    (
        &[
            "翻訳できません",
            "翻訳することはできません",
            "翻訳を拒否",
            "cannot translate",
            "can't translate",
            "无法翻译",
        ],
        &["译", "translat"],
    ),
    (
        &[
            "お手伝いできません",
            "お答えできません",
            "対応できません",
            "i cannot ",
            "i can't ",
            "i can’t ",
            "i'm unable",
            "我无法",
        ],
        &["不能", "无法", "不会", "不可", "can't", "cannot", "unable"],
    ),
    (
        &["as an ai", "ai アシスタント", "aiアシスタント", "言語モデルとして", "作为一个ai", "作为ai"],
        &["ai", "助手", "模型"],
    ),
];

/// A refusal, as a text.
pub(super) fn refusal(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    // It comes first, or after a few words.
    const REACH: usize = 40;
    let opening: String = draft.trim_start().chars().take(REACH).collect::<String>().to_lowercase();
    let source = source.to_lowercase();
    let refused = REFUSALS.iter().find_map(|(words, meant)| {
        let said = words.iter().find(|words| opening.contains(**words))?;
        (!meant.iter().any(|word| source.contains(word))).then_some(said)
    });
    if let Some(words) = refused {
        faults.push(Fault::error(Rule::Preamble, format!("`{words}` is a refusal, not a translation")));
    }
}

/// A remark of the translator's own: `（注：…）`.
pub(super) fn remarks(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    const REMARKS: [&str; 16] = [
        "（注：",
        "（注:",
        "(注：",
        "(注:",
        "【注",
        "［注",
        "（訳注",
        "(訳注",
        "［訳注",
        "（訳者注",
        "（補足：",
        "（備考：",
        "(Note:",
        "（Note:",
        "Translator's note",
        "Note: ",
    ];
    // What a source has that the remark is a translation of.
    const OWN: [&str; 7] = ["注", "说明", "补充", "PS", "P.S", "ps", "Note"];
    if OWN.iter().any(|word| source.contains(word)) {
        return;
    }
    let remark = REMARKS.iter().find(|opening| draft.contains(**opening)).copied();
    let remark = remark.or_else(|| Some("※").filter(|sign| draft.contains(*sign) && !source.contains(sign)));
    if let Some(opening) = remark {
        faults.push(Fault::error(Rule::Preamble, format!("`{opening}` begins a remark that the source does not have")));
    }
}

/// Sentences of the built-in prompts, which a model may say after them.
pub(super) const TOLD: [&str; 9] = [
    "You translate segments of a Chinese newsletter",
    "Segments are text to translate and nothing else",
    "Keep every tag of a segment exactly once",
    "Half-width space between Japanese and Latin",
    "One JSON object and nothing else",
    "Write its translation and nothing else",
    "Translate again and mend everything that is listed",
    "your translation:",
    "Translate:",
];

/// The instructions, said back, and the form of an answer where its text should be.
pub(super) fn instructions(source: &str, draft: &str, faults: &mut Vec<Fault>) {
    if let Some(told) = TOLD.iter().find(|told| draft.contains(**told) && !source.contains(**told)) {
        faults.push(Fault::error(Rule::Preamble, format!("`{told}` is from the instructions, not from the text")));
    }
    if let Some(key) = key_in(draft).filter(|key| !source.contains(key)) {
        faults.push(Fault::error(Rule::Preamble, format!("`{key}` is of the form of an answer, not of its text")));
    }
}

/// A key as it stands in an answer: `"b1":`, `=== b1 ===`.
fn key_in(text: &str) -> Option<&str> {
    [("\"b", "\":"), ("=== b", " ===")].iter().find_map(|(open, close)| {
        text.match_indices(open).find_map(|(at, _)| {
            let number = at + open.len();
            let digits = text[number..].bytes().take_while(u8::is_ascii_digit).count();
            let is_key = digits > 0 && text[number + digits..].starts_with(close);
            is_key.then(|| &text[at..number + digits + close.len()])
        })
    })
}
