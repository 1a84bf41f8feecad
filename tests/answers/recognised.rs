//! What is no translation, each by its own words; and what looks like it and is one.

use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::rules::Severity;
use nekoyaku::source::Source;
use nekoyaku::verify::{Fault, Rules};

/// What is found in `draft`, a translation of all of `source`.
pub(crate) fn faults(source: &str, draft: &str) -> Vec<Fault> {
    let glossary = Glossary::built_in().expect("the glossary");
    let issue = Issue::new(Source::new("x.md", source), &Profile::default()).expect("an issue");
    let rules = Rules { glossary: &glossary, accept_chinese: false };
    rules.verify(&issue.segments().next_back().expect("a segment"), draft).1
}

const SOURCE: &str = "这个项目提供了一组工具，可以帮助开发者快速搭建网站";

/// What it is called, what was answered, and what is said of it.
const NONE: &[(&str, &str, &str)] = &[
    ("a refusal in English", "I'm sorry, but I can't help with that.", "`i'm sorry` is a refusal"),
    ("another", "I cannot translate this text because of our policy.", "is a refusal"),
    ("a refusal in Japanese", "申し訳ありませんが、その内容にはお応えできません。", "`申し訳` is a refusal"),
    (
        "a refusal without an apology",
        "この文章は翻訳することはできません。安全のためです。",
        "`翻訳することはできません` is a refusal",
    ),
    ("a refusal in Chinese", "抱歉，我无法翻译这段内容。", "`抱歉` is a refusal"),
    ("a machine's word about itself", "AI アシスタントとして、この依頼はお受けしかねます。", "is a refusal"),
    ("nothing", "", "the answer is empty"),
    ("blanks", " \n ", "the answer is empty"),
    ("blanks nobody sees", "\u{200b}\u{feff}", "the answer is empty"),
    ("the source", SOURCE, "came back in Chinese"),
    (
        "the instructions",
        "Translate:\n\nこのプロジェクトは、開発者がサイトを速く作れる道具を提供します",
        "`Translate:` is from the instructions",
    ),
    (
        "the form of an answer",
        "\"b1\": \"このプロジェクトは、開発者がサイトを速く作れる道具を提供します\"",
        "`\"b1\":` is of the form of an answer",
    ),
    ("English", "This project provides a set of tools for developers", "there is no Japanese"),
    ("romaji", "Kono purojekuto wa kaihatsusha no tame no dougu desu", "there is no Japanese"),
    ("pinyin", "Zhège xiàngmù tígōng le yī zǔ gōngjù", "`ī` is pinyin"),
    ("Korean", "이 프로젝트는 개발자를 위한 도구입니다", "`이` is Korean"),
    ("some Korean", "このプロジェクトは開発者が사이트を速く作れる道具を提供します", "`사` is Korean"),
    ("Russian", "Этот проект предоставляет набор инструментов", "is Cyrillic"),
    (
        "an announcement",
        "以下は日本語訳です：このプロジェクトは、開発者がサイトを速く作れる道具を提供します",
        "is about the answer",
    ),
    (
        "an announcement in English",
        "Here is the translation: このプロジェクトは、開発者がサイトを速く作れる道具を提供します",
        "is about the answer",
    ),
    ("a label", "訳：このプロジェクトは、開発者がサイトを速く作れる道具を提供します", "is about the answer"),
    (
        "a remark",
        "このプロジェクトは、開発者がサイトを速く作れる道具を提供します（注：直訳です）",
        "`（注：` begins a remark",
    ),
    (
        "a remark with a sign",
        "このプロジェクトは、開発者がサイトを速く作れる道具を提供します ※直訳です",
        "`※` begins a remark",
    ),
    (
        "two to choose from",
        "開発者がサイトを速く作れる道具を提供します / 開発者がサイトを素早く作れる道具を提供します",
        "two translations to choose from",
    ),
    ("bold", "この**プロジェクト**は、開発者がサイトを速く作れる道具を提供します", "`**` is Markdown"),
    ("a link", "この[プロジェクト](x)は、開発者がサイトを速く作れる道具を提供します", "`](` is Markdown"),
    ("a fence", "```\nこのプロジェクトは、開発者がサイトを速く作れる道具を提供します\n```", "``` is Markdown"),
    ("a heading", "## このプロジェクトは、開発者がサイトを速く作れる道具を提供します", "`##` is Markdown"),
    ("an item", "- このプロジェクトは、開発者がサイトを速く作れる道具を提供します", "`-` is Markdown"),
    ("HTML", "この<b>プロジェクト</b>は、開発者がサイトを速く作れる道具を提供します", "`<b>` is HTML"),
    (
        "an address",
        "このプロジェクト（https://x.example）は、開発者がサイトを速く作れる道具を提供します",
        "https://x.example is not in the source",
    ),
    ("kanji alone", "此計画提供一組工具可助開発者快速搭建網站", "there is no kana"),
    (
        "kanji that are none",
        "このプロジェクトは、開発者がサイトを速く作れる⼯具を提供します",
        "`⼯` is a compatibility character",
    ),
];

#[test]
fn what_is_no_translation_is_told_in_its_own_words() {
    for (name, draft, told) in NONE {
        let faults = faults(SOURCE, draft);
        assert!(faults.iter().any(|fault| fault.message.contains(told)), "{name}: {faults:?}");
    }
    for (draft, told) in [
        ("とても速い".repeat(6), "6 times on end"),
        ("この道具は開発者をとても助けます。".repeat(3), "3 times on end"),
        (
            format!("{SOURCE}\nこのプロジェクトは、開発者がサイトを速く作れる道具を提供します"),
            "the source stands beside",
        ),
        (
            format!("{SOURCE} → このプロジェクトは、開発者がサイトを速く作れる道具を提供します"),
            "the source stands beside",
        ),
    ] {
        let faults = faults(SOURCE, &draft);
        assert!(faults.iter().any(|fault| fault.message.contains(told)), "{told}: {faults:?}");
    }
    let tags = faults("见[文章](u)和**例子**", "<a1></a1><b2></b2>");
    assert!(tags.iter().any(|fault| fault.message == "there are only tags in the answer"), "{tags:?}");
}

#[test]
fn what_the_source_says_itself_is_no_fault() {
    for (source, draft) in [
        ("抱歉，本周更新晚了一天", "申し訳ありません、今週の更新は一日遅れました"),
        ("很遗憾，我无法参加这次大会", "残念ながら、私は今回の大会に参加できません"),
        ("该工具无法翻译长文档", "このツールは長い文書を翻訳できません"),
        ("作者用 AI 助手写代码", "著者は AI アシスタントでコードを書いています"),
        ("（注：本文写于去年）", "（注：本記事は昨年書かれました）"),
        ("说明：以上内容仅供参考", "※以上の内容は参考です"),
        ("支持输入/输出的重定向操作", "入力／出力のリダイレクト操作に対応しています"),
        ("用 ** 表示乘方的运算", "べき乗の演算は ** で表します"),
        ("使用 \\<b> 标签的写法", "<b> タグを使う書き方"),
        ("俄语单词 привет 的意思", "ロシア語の単語 привет の意味"),
        ("谢谢谢谢谢谢谢谢谢谢谢谢大家", "ありがとう、ありがとう、ありがとう、皆さん"),
        ("翻译：张三", "翻訳：張三"),
    ] {
        let found = faults(source, draft);
        let errors: Vec<_> = found.iter().filter(|fault| fault.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{draft}: {errors:?}");
    }
}

#[test]
fn what_nobody_sees_does_not_come_in() {
    let found =
        faults(SOURCE, "この\u{200b}プロジェクト\u{202e}は、開発者が\u{2066}サイトを速く作れる道具を提供します");
    assert_eq!(found, []);
}
