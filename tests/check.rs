//! An edition held against its source: what is found, what is not, and what holds for any two texts.

#[path = "laws/pairs.rs"]
mod pairs;

use std::fs;
use std::path::PathBuf;

use nekoyaku::check::{File, Settings, check, fix};
use nekoyaku::finding::Finding;
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::rules::{Language, Rule, Severity};
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;
use proptest::prelude::*;

/// All that is needed to check.
struct Desk {
    profile: Profile,
    glossary: Glossary,
}

impl Desk {
    fn new() -> Self {
        Self::with("")
    }

    fn with(settings: &str) -> Self {
        Self { profile: Profile::parse(settings).expect("settings"), glossary: Glossary::built_in().expect("terms") }
    }

    fn settings(&self) -> Settings<'_> {
        let friends = Friends::built_in().expect("false friends");
        Settings::new(&self.profile, &self.glossary, &friends).expect("settings")
    }

    fn file(&self, name: &str, text: &str) -> File {
        File::new(Source::new(name, text), &self.profile)
    }

    fn found(&self, source: &str, edition: &str) -> Vec<Finding> {
        let (source, edition) = (self.file("a.md", source), self.file("ja/a.md", edition));
        check(&source, &edition, &self.settings()).findings
    }

    /// The rules of errors and warnings.
    fn rules(&self, source: &str, edition: &str) -> Vec<Rule> {
        let found = self.found(source, edition);
        let mut rules: Vec<Rule> =
            found.iter().filter(|one| one.severity > Severity::Info).map(Finding::rule).collect();
        rules.dedup();
        rules
    }
}

const SOURCE: &str = include_str!("cmd/check.in/docs/2024-03-02-weekly.md");
const EDITION: &str = include_str!("cmd/check.in/docs/ja/2024-03-02-weekly.md");

#[test]
fn each_damage_is_named() {
    let desk = Desk::new();
    for (source, edition, rule) in [
        ("见[文](https://a.example/x)。", "[記事](https://a.example/y)を参照。", Rule::LinkAltered),
        ("见[文](https://a.example/x)。", "記事を参照してください。", Rule::LinkMissing),
        ("见文章。", "[記事](https://a.example/x)を参照。", Rule::LinkExtra),
        ("见[文章](https://a.example/x)。", "[記事]（https://a.example/x）を参照。", Rule::LinkAltered),
        ("见[文](https://a.example/x \"题\")。", "[記事](https://a.example/x)を参照。", Rule::LinkAltered),
        ("见 <https://a.example/x>。", "<https://a.example/y>を参照。", Rule::LinkAltered),
        ("见[文][r]。\n\n[r]: https://a.example/x", "[記事][r]を参照。\n\n[r]: https://a.example/y", Rule::LinkAltered),
        (
            "<p><a href=\"https://a.example/x\">文</a>很好</p>",
            "<p><a href=\"https://a.example/y\">記事</a>です</p>",
            Rule::LinkAltered,
        ),
        ("看图 ![图](https://a.example/x.png) 吧", "図はこれ ![図](https://a.example/y.png) です", Rule::ImageAltered),
        ("看图 ![图](https://a.example/x.png) 吧", "図はこれです", Rule::ImageMissing),
        ("看图吧", "図 ![図](https://a.example/x.png) です", Rule::ImageExtra),
        ("用 `uv` 管理", "管理します", Rule::CodeMissing),
        ("用 `uvloop` 管理", "`uvlop` で管理します", Rule::CodeAltered),
        ("用法：\n\n```\nuv run\n```", "使い方：\n\n```\nuv runs\n```", Rule::CodeAltered),
        ("按 <kbd>a</kbd> 键", "aキーを押します", Rule::HtmlAltered),
        ("## 标题", "### 見出し", Rule::HeadingLevel),
        ("3、标题在这里", "4、ここに見出し", Rule::ItemNumber),
        ("3. 标题在这里\n4. 第二个", "3. ここに見出し\n5. 二つ目です", Rule::ItemNumber),
        ("② 标题在这里", "③ ここに見出し", Rule::ItemNumber),
        ("标题在这里", "- ここに見出しです", Rule::MarkdownShape),
        ("这是**提示**：本文", "これは**「注意」**です", Rule::EmphasisUnrendered),
        ("共 22K 人", "計 2 万人", Rule::Number),
        ("## 🦄文章", "## 🐿️ 記事", Rule::Symbol),
    ] {
        let rules = desk.rules(source, edition);
        assert!(rules.contains(&rule), "{edition}: {rules:?} instead of {rule}");
    }
}

#[test]
fn what_translators_may_do_is_let_be() {
    let desk = Desk::new();
    for (source, edition) in [
        (
            "见[文](https://a.example/x)和[书](https://b.example)。",
            "[本](https://b.example)と[記事](https://a.example/x)を参照。",
        ),
        ("见文章。", "記事を参照。\n\n訳注：[ここ](https://ja.example)に日本語版があります。"),
        (
            "更多内容见文章，写得非常详细。",
            "詳しい内容は記事を参照（訳注：[ここ](https://ja.example)に日本語版があります）。",
        ),
        ("见文章。", "記事を参照（[日本語訳](https://ja.example)）。"),
        ("用 asyncio.gather 并发", "`asyncio.gather` で並行に実行します"),
        ("有 35000 行，五大特性，5.21 发布", "3万5000 行あり、5 つの特徴があり、5/21 に公開されました"),
        ("订阅方式：见网站。", "購読方法：[Telegram](https://t.example) もあります。"),
        ("> 引用的话", "> 引用です"),
        ("**kwargs 的用法", "**kwargs の使い方"),
        ("见 https://a.example/x 。", "[記事](https://a.example/x)を参照。"),
    ] {
        assert_eq!(desk.rules(source, edition), [], "{edition}");
    }
}

#[test]
fn a_strict_term_has_to_be_there_as_it_is_written() {
    let strict = "[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\nstrict = true\n";
    let desk = Desk { glossary: Glossary::parse(strict).expect("terms"), ..Desk::new() };
    assert_eq!(desk.rules("装饰器很好用。", "デコレーターは便利です。"), [Rule::TermMissing]);
    assert_eq!(desk.rules("装饰器很好用。", "デコレータは便利です。"), []);
}

#[test]
fn an_edition_in_another_language_is_not_asked_for_japanese() {
    let source = "1、[数据库入门](https://a.example/x)（英文）\n\n文章介绍 20 个例子，值得一读。\n";
    let edition = "1、[Databases for beginners](https://a.example/y) (English)\n\nThe article has 20 examples and is worth reading.\n";
    assert_eq!(Desk::new().rules(source, edition), [Rule::LinkAltered]);
}

#[test]
fn a_link_that_went_elsewhere_has_moved() {
    let desk = Desk::new();
    let source = "甲 asyncio 说[文章](https://a.example/x)和[书](https://a.example/1)很好读。\n\n乙 uvloop 说[没有](https://a.example/2)什么好读的东西。\n";
    let edition = "甲 asyncio は記事と[本](https://a.example/1)が読みやすいと言います。\n\n乙 uvloop は[特に](https://a.example/2)[ない](https://a.example/x)と言います。\n";
    let found = desk.found(source, edition);
    let moved = found.iter().find(|one| one.rule() == Rule::LinkMoved).expect("it is found");
    assert_eq!(&source[moved.source.unwrap().range()], "https://a.example/x");
    assert_eq!(&edition[moved.edition.unwrap().range()], "https://a.example/x");
    assert!(!found.iter().any(|one| matches!(one.rule(), Rule::LinkMissing | Rule::LinkExtra)));
}

#[test]
fn a_lost_link_is_not_hidden_by_a_note() {
    // The file as a whole has as many of it as the source.
    let source = "## [播客](https://a.example/x)\n\n文章在这里。\n";
    let edition = "## ポッドキャスト\n\n記事はここです。\n\n訳注：[ここ](https://a.example/x)から購読できます。\n";
    assert_eq!(Desk::new().rules(source, edition), [Rule::LinkMissing]);
}

#[test]
fn what_the_source_has_wrong_fails_nothing() {
    let source = "见[文](https://read.example%2A%2A/p)，**“注意”**这个。\n";
    let edition = "[記事](https://read.example%2A%2A/p)を参照し、**「注意」**してください。\n";
    let found = Desk::new().found(source, edition);
    assert!(found.iter().all(|one| one.severity == Severity::Info), "{found:?}");
    assert!(found.iter().filter(|one| one.rule() == Rule::SourceBroken).count() == 2, "{found:?}");
}

#[test]
fn a_waiver_is_bound_to_a_rule_and_a_content() {
    let source = "见文章。\n";
    let edition = |comment: &str| format!("{comment}\n\n[記事](https://a.example/x)を参照。\n");
    let desk = Desk::new();
    let told = desk.found(source, &edition("<!-- nekoyaku: allow link-extra: 提供 -->"));
    let stale = told.iter().find(|one| one.rule() == Rule::Waiver).expect("digits are asked for");
    let message = stale.message(Language::En);
    let written = message.split('`').nth(1).expect("what to write");
    let comment = format!("<!-- nekoyaku: {written} -->");
    assert_eq!(desk.rules(source, &edition(&comment)), []);
    // Another text, and the waiver is none.
    let changed = edition(&comment).replace("参照", "ご参照");
    assert_eq!(desk.rules(source, &changed), [Rule::Waiver, Rule::LinkExtra]);
    // Several may stand above it, and one more makes the others no stale ones.
    let two = format!("{comment}\n\n{}\n\n", comment.replace("link-extra", "number"));
    assert_eq!(desk.rules(source, &edition(&two)), [Rule::Waiver]);
    // What is not needed is said.
    assert_eq!(desk.rules("见[文](https://a.example/x)。\n", &edition(&comment)), [Rule::Waiver]);
    // In the settings.
    let settings =
        "[[check.waiver]]\nrule = \"link-extra\"\nfile = \"ja/a.md\"\ntext = \"a.example\"\nreason = \"提供\"\n";
    assert_eq!(Desk::with(settings).rules(source, "[記事](https://a.example/x)を参照。\n"), []);
    assert_eq!(
        Desk::with(settings).rules(source, "[記事](https://b.example/x)を参照。\n"),
        [Rule::Waiver, Rule::LinkExtra]
    );
}

#[test]
fn a_rule_weighs_what_the_settings_say() {
    let (source, edition) = ("共 22K 人", "計 2 万人");
    assert_eq!(Desk::with("[check.severity]\nnumber = \"off\"\n").found(source, edition), []);
    let found = Desk::with("[check.severity]\nnumber = \"error\"\n").found(source, edition);
    assert!(found.iter().all(|one| one.severity == Severity::Error));
}

#[test]
fn what_is_fixed_is_found_no_more_and_nothing_else_changed() {
    let desk = Desk::new();
    let settings = desk.settings();
    let (source, edition) = (desk.file("docs/2024-03-02-weekly.md", SOURCE), desk.file("ja/a.md", EDITION));
    let fixed = fix(&source, &edition, &settings, false, |_| true);
    let rules: Vec<Rule> = fixed.done.iter().map(Finding::rule).collect();
    for rule in [Rule::HeaderDate, Rule::LinkAltered, Rule::EmphasisUnrendered] {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
    let again = desk.file("ja/a.md", &fixed.text);
    let left = check(&source, &again, &settings).findings;
    for done in &fixed.done {
        assert!(!left.iter().any(|one| one.what == done.what), "{:?} is there again", done.what);
    }
    assert_eq!(fix(&source, &again, &settings, false, |_| true).done, []);
    // Of the lines that had nothing to mend, none is another.
    let differ = EDITION.lines().zip(fixed.text.lines()).filter(|(old, new)| old != new).count();
    assert!((1..=fixed.done.len()).contains(&differ), "{differ} lines");
    assert_eq!(EDITION.lines().count(), fixed.text.lines().count());
}

#[test]
fn many_fixes_in_a_block_that_is_quoted_are_made_together() {
    let desk = Desk::new();
    let (source, edition) = (desk.file("a.md", "猫"), desk.file("ja/a.md", &"⽶国です。".repeat(200)));
    let fixed = fix(&source, &edition, &desk.settings(), false, |_| true);
    assert_eq!((fixed.done.len(), fixed.text), (200, "米国です。".repeat(200)));
}

/// What is wrong: the rule, the line of the edition, a part of the message.
type Wrong = (Rule, usize, &'static str);

/// The published pairs, and what is wrong with them.
const PUBLISHED: [(&str, &str, &[Wrong]); 6] = [
    (
        "mission/issue-5.zh.md",
        "mission/issue-5.ja.md",
        &[
            (Rule::LinkExtra, 71, "https://xiaobot.net/p/python"),
            (Rule::CompatChar, 97, "⽶"),
            (Rule::LinkMissing, 141, "https://afdian.net/a/pythoncat"),
        ],
    ),
    ("docs/2023-05-13-weekly.md", "docs/ja/2023-05-13-weekly.md", &[]),
    (
        "docs/2023-05-20-weekly.md",
        "docs/ja/2023-05-20-weekly.md",
        &[(Rule::LinkMissing, 76, "https://lwn.net/Articles/931051")],
    ),
    (
        "docs/2023-06-03-weekly.md",
        "docs/ja/2023-06-03-weekly.md",
        &[(Rule::LinkExtra, 71, "https://xiaobot.net/p/python"), (Rule::CompatChar, 97, "⽶")],
    ),
    (
        "docs/2024-05-18-weekly.md",
        "docs/ja/2024-05-18-weekly.md",
        &[(Rule::LinkAltered, 71, "https://xiaobot.net/p/python_weekly")],
    ),
    (
        "docs/2024-06-08-weekly.md",
        "docs/ja/2024-06-08-weekly.md",
        &[
            (Rule::HeaderDate, 7, "2024年6月1日"),
            (Rule::LinkAltered, 65, "https://xiaobot.net/p/python_weekly"),
            (Rule::LinkMissing, 117, "https://xiaobot.net/p/python_weekly"),
        ],
    ),
];

#[test]
fn published_editions_have_these_errors_and_no_others() {
    let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from) else { return };
    let desk = Desk::new();
    let settings = desk.settings();
    for (source, edition, expected) in PUBLISHED {
        let read = |name: &str| desk.file(name, &fs::read_to_string(folder.join(name)).expect("a text"));
        let (source, edition) = (read(source), read(edition));
        let found = check(&source, &edition, &settings).findings;
        let errors: Vec<(Rule, usize, String)> = found
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .map(|one| {
                let line = edition.source.position(one.edition.expect("a place").start()).line.get();
                (one.rule(), line, one.message(Language::En))
            })
            .collect();
        assert_eq!(errors.len(), expected.len(), "{}: {errors:?}", edition.source.name());
        for ((rule, line, part), (found, at, message)) in expected.iter().zip(&errors) {
            assert!(found == rule && at == line && message.contains(part), "{rule} {line} {part}: {errors:?}");
        }
    }
}

/// Lines that pairs are made of.
const LINES: &[&str] = &[
    "## 标题",
    "# 見出し",
    "见[文](https://a.example/x)。",
    "[記事](https://a.example/y)を参照。",
    "- 一",
    "1. 二",
    "3、三",
    "> 引用",
    "訳注：[甲](u)",
    "```",
    "code",
    "| a | b |",
    "|--|--|",
    "| 猫 | `c` |",
    "<p>文<b>字</b></p>",
    "<!-- x -->",
    "**提示：**本",
    "**「注」**です",
    "![图](i.png \"题\")",
    "[r]: https://r.example",
    "[甲][r]",
    "22K 与 3.5 万",
    "2 万 2 千",
    "---",
    "title: 'Python 潮流周刊#5：猫'",
    "pubDate: 2024-02-17",
    "",
    "",
    "  ",
    "\u{feff}",
    "\r",
    "⽶国",
    "个国家",
    "（未閉",
    "<a1>",
    "&amp;&#x4e19;",
    "<!-- nekoyaku: allow link-extra 00000000: 猫 -->",
    "<!-- nekoyaku: allow",
    "<img src='x",
    "<!-- nekoyaku: source 00 -->",
    "https://b.example/猫",
    "*a*_b_~~c~~",
    "\\*\\[",
    "この記事は2023年5月13日に公開された中国語の記事「[甲](u)」",
];

fn document() -> impl Strategy<Value = String> {
    let line = prop_oneof![8 => proptest::sample::select(LINES).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_two_texts_can_be_checked(source in document(), edition in document()) {
        let held = pairs::any_two_texts(&source, &edition);
        prop_assert!(held.is_ok(), "{:?}", held);
    }

    #[test]
    fn a_text_has_everything_in_common_with_itself(text in document()) {
        let held = pairs::itself(&text);
        prop_assert!(held.is_ok(), "{:?}", held);
    }
}
