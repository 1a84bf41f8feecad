//! Each fault, and good drafts that have none.

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
        [("数据", "數據"), ("共 2 万人，好", "共 2 万人，好"), ("播客", "ラジオ"), ("工具", "道具"), ("内容", "LŨ")]
    {
        assert!(!is_pseudo_translation(source, draft), "{draft}");
    }
}

#[test]
fn what_a_model_writes_that_knows_nothing_is_no_translation() {
    // Four of these had the place of a table's cells, from a model of random weights.
    for (source, draft) in [
        ("内容", "LŨ"),
        ("升级前", "]\u{6a36f}\u{6aba6}"),
        ("每次提交时运行", ".Zݳ3C#ꎙ"),
        ("无", "κ"),
        ("打包", "]D"),
        ("打包", "ビルド\u{a399}"),
        ("打包", "ビルド\u{e123}"),
    ] {
        assert!(rules_found(source, draft).contains(&(Rule::Untranslated, Severity::Error)), "{draft}");
    }
    // A sign, a word of English, a name with its accents, and what the source has itself.
    for (source, draft) in [("无", "—"), ("无", "N/A"), ("佐伊的文章", "Zoë の記事"), ("用 ߷ 吧", "߷ を使う")]
    {
        assert_eq!(rules_found(source, draft), [], "{draft}");
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

#[test]
fn what_a_model_is_told_is_what_it_may_say_back() {
    let prompts = ["translate", "segments", "repair"].map(|name| {
        let path = format!("{}/prompts/{name}.md", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    for told in super::speech::TOLD {
        assert!(prompts.iter().any(|prompt| prompt.contains(told)), "{told}");
    }
}

#[test]
fn a_term_is_rendered_as_the_termbase_has_it() {
    let glossary = Glossary::parse(
        r#"
[[term]]
source = "谷歌"
target = "Google"
category = "company"
[[term]]
source = "支持"
target = "サポート"
variants = ["対応"]
forbidden = ["支持"]
strict = true
[[term]]
source = "Github"
target = "GitHub"
forbidden = ["Github"]
case = true
"#,
    )
    .unwrap();
    let rules = Rules { glossary: &glossary, accept_chinese: false };
    let found = |source: &str, answer: &str| -> Vec<(Rule, Severity)> {
        let issue = Issue::new(Source::new("x.md", source), &Profile::default()).unwrap();
        let (_, faults) = rules.verify(&issue.segment(0), answer);
        let terms = |fault: &&Fault| matches!(fault.rule, Rule::TermForbidden | Rule::TermMissing);
        faults.iter().filter(terms).map(|fault| (fault.rule, fault.severity)).collect()
    };
    // A name may be left out, and a person is told; what is strict may not.
    assert_eq!(found("谷歌发布了它", "公開されました"), [(Rule::TermMissing, Severity::Info)]);
    assert_eq!(found("它支持缓存", "キャッシュを使えます"), [(Rule::TermMissing, Severity::Error)]);
    assert_eq!(found("它支持缓存", "キャッシュに対応しています"), []);
    assert_eq!(found("它支持缓存", "キャッシュを支持し、対応します"), [(Rule::TermForbidden, Severity::Error)]);
    // What is Chinese on purpose is no rendering.
    assert_eq!(found("它支持缓存", "対応します（中国語：「支持」）"), []);
    // In an address a product is written as the address is.
    assert_eq!(found("用 Github 管理", "Github で管理します"), [(Rule::TermForbidden, Severity::Info)]);
    assert_eq!(found("用 Github 管理", "example.Github.io で管理します"), []);
}
