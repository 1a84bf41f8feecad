//! What a diff says of a text, in the language of who reads it.

use super::edits::{Edits, Fate, REWRITTEN_BELOW};
use super::parts::Kind;
use crate::rules::Language;

/// What a block is, where it is not just another one; `fate` is known within one language.
pub fn label(kind: Kind, fate: Option<Fate>, language: Language) -> Option<&'static str> {
    let of = |en, ja, zh| Some(in_language(language, en, ja, zh));
    match kind {
        Kind::Front => of("front matter", "フロントマター", "文首信息"),
        Kind::Moved => of("moved", "移動", "移动"),
        Kind::Missing => of("missing", "なし", "缺失"),
        Kind::Extra(_) => of("added", "追加", "新增"),
        Kind::Pair if fate == Some(Fate::Rewritten) => of("rewritten", "書き換え", "改写"),
        Kind::Pair => None,
    }
}

/// What a translator's note is called.
pub(super) fn note(language: Language) -> &'static str {
    in_language(language, "note", "訳注", "译注")
}

/// The language, as HTML has it.
pub(super) fn tag(language: Language) -> &'static str {
    in_language(language, "en", "ja", "zh")
}

/// How much of a text was kept, on a page.
pub(super) fn kept(edits: Edits, language: Language) -> String {
    let (share, blocks) = (share(edits), blocks(edits, language));
    match language {
        Language::En => format!("{share} of the characters kept. {blocks}."),
        Language::Ja => format!("文字の {share} がそのまま。{blocks}。"),
        Language::Zh => format!("保留了 {share} 的字符。{blocks}。"),
    }
}

/// That two texts are the same.
pub(super) fn nothing(language: Language) -> &'static str {
    in_language(language, "Nothing differs.", "違いはありません。", "没有差异。")
}

/// How many blocks in a row are as they were.
pub(super) fn unchanged(count: usize, language: Language) -> String {
    match language {
        Language::En => format!("{count} unchanged"),
        Language::Ja => format!("変更なし {count} ブロック"),
        Language::Zh => format!("{count} 个段落未改动"),
    }
}

/// What share of an old text's characters was kept, for people.
pub fn share(edits: Edits) -> String {
    format!("{:.1} %", edits.kept() * 100.0)
}

/// What became of the blocks of a text.
pub fn blocks(edits: Edits, language: Language) -> String {
    let Edits { untouched, edited, rewritten, removed, added, moved, .. } = edits;
    let all = edits.blocks();
    let counts = match language {
        Language::En => format!(
            "{all} blocks: {untouched} untouched, {edited} edited, {rewritten} rewritten, {removed} removed, \
             {added} added"
        ),
        Language::Ja => format!(
            "{all} ブロック：変更なし {untouched}、修正 {edited}、書き換え {rewritten}、削除 {removed}、追加 {added}"
        ),
        Language::Zh => {
            format!("{all} 个段落：未改动 {untouched}、修改 {edited}、改写 {rewritten}、删除 {removed}、新增 {added}")
        }
    };
    let moved = match (moved, language) {
        (0, _) => String::new(),
        (_, Language::En) => format!(", {moved} of them moved"),
        (_, Language::Ja) => format!("、うち移動 {moved}"),
        (_, Language::Zh) => format!("，其中移动 {moved}"),
    };
    counts + &moved
}

/// What is said of the characters of drafts behind [`share`].
pub fn characters(edits: Edits, language: Language) -> String {
    let (old, new, kept) = (edits.old_characters, edits.new_characters, edits.kept_characters);
    let fresh = new - kept;
    match language {
        Language::En => {
            format!(" of the draft's characters kept ({kept} of {old}), {fresh} of the edition's {new} are new")
        }
        Language::Ja => format!(" の文字が下訳のまま（{old} 字中 {kept} 字）、訳文 {new} 字のうち {fresh} 字が新しい"),
        Language::Zh => format!(" 的初稿字符被保留（{old} 字中的 {kept} 字），译文 {new} 字中有 {fresh} 字是新的"),
    }
}

/// What it is to be rewritten.
pub fn rewritten(language: Language) -> String {
    match language {
        Language::En => format!(
            "rewritten: less than {REWRITTEN_BELOW} in common, twice the characters kept by those of both, as \
             Python's difflib counts"
        ),
        Language::Ja => format!(
            "書き換え：共通部分が {REWRITTEN_BELOW} 未満（残った文字数の 2 倍 ÷ 両方の文字数、Python の difflib と同じ数え方）"
        ),
        Language::Zh => {
            format!(
                "改写：相同部分不到 {REWRITTEN_BELOW}（保留字数的 2 倍 ÷ 两者字数之和，与 Python 的 difflib 算法相同）"
            )
        }
    }
}

fn in_language(language: Language, en: &'static str, ja: &'static str, zh: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Ja => ja,
        Language::Zh => zh,
    }
}
