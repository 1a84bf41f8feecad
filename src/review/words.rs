//! What the page says, in the language of who reads it.

use serde::Serialize;

use crate::rules::{Language, Severity};

use super::group::Group;
use super::rows::{Folded, Kind};

/// The words of the page that do not hang on what is on it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) title: &'static str,
    pub(super) source: &'static str,
    pub(super) edition: &'static str,
    pub(super) nothing: &'static str,
    pub(super) queue: &'static str,
    pub(super) document: &'static str,
    pub(super) read: &'static str,
    pub(super) copy: &'static str,
    pub(super) copied: &'static str,
    pub(super) uncopied: &'static str,
    pub(super) raw: &'static str,
    pub(super) images: &'static str,
    pub(super) help: &'static str,
    pub(super) close: &'static str,
    pub(super) next: &'static str,
    pub(super) previous: &'static str,
    pub(super) next_block: &'static str,
    pub(super) previous_block: &'static str,
    pub(super) fix: &'static str,
    pub(super) draft: &'static str,
    pub(super) missing: &'static str,
    pub(super) no_source: &'static str,
    pub(super) waived: &'static str,
    pub(super) state: &'static str,
    pub(super) edit: &'static str,
    pub(super) done: &'static str,
    pub(super) accept: &'static str,
    pub(super) undo: &'static str,
    pub(super) save: &'static str,
    pub(super) saved: &'static str,
    pub(super) merged: &'static str,
    pub(super) lost: &'static str,
    pub(super) renewed: &'static str,
    pub(super) copy_all: &'static str,
    pub(super) changed: &'static str,
    pub(super) unsaved_before: &'static str,
    pub(super) take: &'static str,
    pub(super) drop: &'static str,
    pub(super) conflict: &'static str,
    pub(super) conflict_told: &'static str,
    pub(super) mine: &'static str,
    pub(super) theirs: &'static str,
}

const ENGLISH: Words = Words {
    language: "en",
    title: "Proofreading",
    source: "Source",
    edition: "Edition",
    nothing: "Nothing was found. What is left is to read it.",
    queue: "What to look at first",
    document: "The text, in order",
    read: "read",
    copy: "Copy line",
    copied: "Copied: ",
    uncopied: "Cannot be copied here: ",
    raw: "Markdown",
    images: "Pictures",
    help: "Keys",
    close: "Close",
    next: "next finding",
    previous: "previous finding",
    next_block: "next block",
    previous_block: "previous block",
    fix: "Fix",
    draft: "Changed in the draft",
    missing: "The edition does not have it.",
    no_source: "Only the edition has it.",
    waived: "let be, with a reason",
    state: "What was read is remembered in this browser.",
    edit: "Edit",
    done: "Done",
    accept: "Take the fix",
    undo: "Undo",
    save: "Save",
    saved: "Saved",
    merged: "Saved, together with what was changed in the file meanwhile",
    lost: "There is no connection to nekoyaku. What you write stays on this page until there is one again.",
    renewed: "nekoyaku was started anew, and this page is not known to it. Open the address that it printed: what it had of your changes is there.",
    copy_all: "Copy my text",
    changed: "The file was changed meanwhile. Saving brings both together, or asks.",
    unsaved_before: "There are changes of before that were not saved.",
    take: "Take them up",
    drop: "Throw them away",
    conflict: "Changed here and in the file",
    conflict_told: "Choose what is to stand. Nothing was written.",
    mine: "Mine",
    theirs: "The file's",
};

const JAPANESE: Words = Words {
    language: "ja",
    title: "校正",
    source: "原文",
    edition: "訳文",
    nothing: "指摘はありません。あとは通読するだけです。",
    queue: "先に見るところ",
    document: "本文（順番どおり）",
    read: "既読",
    copy: "行をコピー",
    copied: "コピーしました：",
    uncopied: "ここではコピーできません：",
    raw: "Markdown",
    images: "画像",
    help: "キー操作",
    close: "閉じる",
    next: "次の指摘",
    previous: "前の指摘",
    next_block: "次のブロック",
    previous_block: "前のブロック",
    fix: "修正案",
    draft: "機械の下訳からの変更",
    missing: "訳文にありません。",
    no_source: "訳文にだけあります。",
    waived: "件は理由つきで対象外",
    state: "既読の印はこのブラウザに残ります。",
    edit: "編集",
    done: "閉じる",
    accept: "修正案を採用",
    undo: "元に戻す",
    save: "保存",
    saved: "保存しました",
    merged: "保存しました（その間のファイルの変更も取り込みました）",
    lost: "nekoyaku に接続できません。再接続まで、編集内容はこのページに残ります。",
    renewed: "nekoyaku が起動し直されたため、このページは使えません。新しく表示されたアドレスを開いてください。受け取り済みの編集はそこに残っています。",
    copy_all: "自分の訳文をコピー",
    changed: "ファイルがその間に変更されました。保存時に統合し、重なるところは確認します。",
    unsaved_before: "前回の未保存の編集があります。",
    take: "取り込む",
    drop: "破棄する",
    conflict: "ここでもファイルでも変更",
    conflict_told: "どちらを残すか選んでください。まだ何も書き込んでいません。",
    mine: "この画面の編集",
    theirs: "ファイルの内容",
};

const CHINESE: Words = Words {
    language: "zh-CN",
    title: "校对",
    source: "原文",
    edition: "译文",
    nothing: "没有发现问题，通读一遍即可。",
    queue: "先看这些",
    document: "全文（按顺序）",
    read: "已读",
    copy: "复制行号",
    copied: "已复制：",
    uncopied: "此处无法复制：",
    raw: "Markdown",
    images: "图片",
    help: "快捷键",
    close: "关闭",
    next: "下一处问题",
    previous: "上一处问题",
    next_block: "下一段",
    previous_block: "上一段",
    fix: "修改建议",
    draft: "相对机器初稿的改动",
    missing: "译文中没有。",
    no_source: "只有译文中有。",
    waived: "处已注明理由、不计",
    state: "已读标记保存在此浏览器中。",
    edit: "编辑",
    done: "完成",
    accept: "采用修改",
    undo: "撤销",
    save: "保存",
    saved: "已保存",
    merged: "已保存，并合并了文件中的其他修改",
    lost: "无法连接 nekoyaku。恢复之前，所写内容保留在本页上。",
    renewed: "nekoyaku 已重新启动，本页不再有效。请打开它新显示的地址：它收到过的修改都在那里。",
    copy_all: "复制我的译文",
    changed: "文件在此期间被修改。保存时会合并，有冲突则询问。",
    unsaved_before: "有上次未保存的修改。",
    take: "恢复",
    drop: "丢弃",
    conflict: "此处与文件都有修改",
    conflict_told: "请选择保留哪一个。尚未写入任何内容。",
    mine: "我的修改",
    theirs: "文件中的内容",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &ENGLISH,
        Language::Ja => &JAPANESE,
        Language::Zh => &CHINESE,
    }
}

/// One of three, for the language.
fn pick(language: Language, texts: [&'static str; 3]) -> &'static str {
    let [english, japanese, chinese] = texts;
    match language {
        Language::En => english,
        Language::Ja => japanese,
        Language::Zh => chinese,
    }
}

pub(super) fn severity(severity: Severity, language: Language) -> &'static str {
    pick(
        language,
        match severity {
            Severity::Error => ["Error", "エラー", "错误"],
            Severity::Warning => ["Warning", "警告", "警告"],
            Severity::Info => ["Note", "情報", "提示"],
        },
    )
}

/// The sign of a severity, for who does not see its colour.
pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✗",
        Severity::Warning => "△",
        Severity::Info => "·",
    }
}

pub(super) fn group(group: Group, language: Language) -> &'static str {
    pick(
        language,
        match group {
            Group::Mend => ["To mend", "修正が必要", "必须修改"],
            Group::Look => ["To look at", "確認", "请确认"],
            Group::Decide => ["Only you can decide", "決めてください", "请你决定"],
            Group::Style => ["Style", "表記", "格式"],
        },
    )
}

/// How many blocks to read first.
pub(super) fn first(count: usize, language: Language) -> String {
    match language {
        Language::En if count == 1 => "Read this one first".to_owned(),
        Language::En => format!("Read these {count} first"),
        Language::Ja => format!("まずこの {count} か所"),
        Language::Zh => format!("先看这 {count} 处"),
    }
}

/// What a row is, where that is not what one expects; and its kind as a class.
pub(super) fn kind(kind: Kind, language: Language) -> (&'static str, &'static str) {
    let (class, texts) = match kind {
        Kind::Front => ("front", ["front matter", "フロントマター", "文件头"]),
        Kind::Same(_) => ("same", ["", "", ""]),
        Kind::Split => ("split", ["split in the edition", "訳文では分割", "译文中拆分"]),
        Kind::Merged => ("merged", ["joined in the edition", "訳文では結合", "译文中合并"]),
        Kind::Moved => ("moved", ["moved", "移動", "位置不同"]),
        Kind::Missing => ("missing", ["missing", "欠落", "缺失"]),
        Kind::Note => ("note", ["translator's note", "訳者による注", "译者注"]),
        Kind::Added => ("added", ["added", "追加", "新增"]),
    };
    (class, pick(language, texts))
}

/// Why these blocks are folded.
pub(super) fn folded(why: Folded, count: usize, language: Language) -> String {
    match (why, language) {
        (Folded::Published, Language::En) => format!("{count} published before, word for word"),
        (Folded::Published, Language::Ja) => format!("定型文 {count}（既刊と同じ訳）"),
        (Folded::Published, Language::Zh) => format!("{count} 段与已发布的译文相同"),
        (Folded::AsInSource, Language::En) => format!("{count} as in the source"),
        (Folded::AsInSource, Language::Ja) => format!("原文のまま {count}"),
        (Folded::AsInSource, Language::Zh) => format!("{count} 段与原文相同"),
    }
}

/// The words of a term's entry: what is right besides, what is wrong, and that it stays as it is.
pub(super) fn of_terms(language: Language) -> [&'static str; 3] {
    match language {
        Language::En => ["also", "not", "stays as it is"],
        Language::Ja => ["別表記", "不可", "そのまま"],
        Language::Zh => ["也可", "不可", "保持原样"],
    }
}
