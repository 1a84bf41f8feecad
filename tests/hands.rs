//! Editions by other hands: what translators do differently, each in their way, and all of them rightly.

use nekoyaku::check::{File, Settings, check};
use nekoyaku::finding::Finding;
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::rules::{Language, Rule};
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

fn found(source: &str, edition: &str) -> Vec<Finding> {
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the termbase"));
    let settings = Settings::new(&profile, &glossary, &Friends::built_in().expect("the list")).expect("settings");
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
    check(&file("2025-10-11-weekly.md", source), &file("ja/2025-10-11-weekly.md", edition), &settings).findings
}

fn told(source: &str, edition: &str) -> Vec<(Rule, String)> {
    found(source, edition).iter().map(|one| (one.rule(), one.message(Language::En))).collect()
}

#[test]
fn a_note_may_stand_behind_the_title() {
    let source = "# Python 潮流周刊#122：速度如何？\n\n本周有 **3** 篇文章。\n";
    let edition = "# Python トレンド週刊#122：その速度は？\n\n> この記事は 2025 年 10 月 11 日に公開された中国語の記事\
                   「[Python 潮流周刊#122：速度如何？](https://pythoncat.top/posts/2025-10-11-weekly)」の日本語訳です。\n\n\
                   今週は **3** 本の記事があります。\n";
    assert_eq!(told(source, edition), []);
    let late = edition.replace("10 月 11 日", "10 月 4 日");
    assert_eq!(found(source, &late).iter().map(Finding::rule).collect::<Vec<_>>(), [Rule::HeaderDate]);
}

#[test]
fn what_a_translator_adds_has_numbers_of_its_own() {
    let source = "这个库支持 3 种格式，写得很好。\n";
    let edition = "このライブラリは 3 種類の形式に対応しています（訳注：2025 年には 4 種類になりました）。\n";
    assert_eq!(told(source, edition), []);
    assert_eq!(found(source, &edition.replace("は 3 種類", "は 5 種類")).len(), 2);
}

#[test]
fn what_holds_for_a_whole_edition_is_said_once() {
    let (source, edition) = ("用 Python 写的。\n\n".repeat(20), "Pythonで書きました。\n\n".repeat(20));
    let found = found(&source, &edition);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].fix.as_ref().map(|fix| fix.edits.len()), Some(20));
    let names = told("谷歌的模型。\n\n谷歌的文章。\n", "モデルです。\n\n記事です。\n");
    assert_eq!(names.iter().filter(|(rule, _)| *rule == Rule::TermMissing).count(), 1, "{names:?}");
}

#[test]
fn what_a_hand_broke_is_found() {
    let source = "# Python 潮流周刊#122：速度如何？\n\n本周有 **3** 篇文章。\n";
    let edition = "---\ntitle: 'Python トレンド週刊#122：その速度は？'\npubDate: 2025-10-11\nauthor: 豌豆花下猫\n---\n\n\
                   > この記事は [Python 潮流周刊#122：速度如何？](https://pythoncat.top/posts/2025-10-11-weekly)の日本語訳です。\
                   [こちら](https://ja.example)から購読できます。\n\n\
                   # Python トレンド週刊#122：その速度は？\n\n今週は **3** 本の記事があります。\n";
    assert_eq!(told(source, edition), []);
    for (right, wrong, rule) in [
        ("**3** 本", "**3 本", Rule::EmphasisUnrendered),
        ("**3** 本", "*3** 本", Rule::EmphasisUnrendered),
        ("豌豆花下猫", "別人", Rule::FrontMatter),
        ("[こちら](https://ja.example)", "[こちら]（https://ja.example）", Rule::LinkAltered),
        (
            "記事があります。",
            "記事があります。今週は 3 本の記事があります。今週は 3 本の記事があります。",
            Rule::Grammar,
        ),
    ] {
        let broken = edition.replace(right, wrong);
        let rules: Vec<Rule> = found(source, &broken).iter().map(Finding::rule).collect();
        assert!(rules.contains(&rule), "{wrong}: {rules:?}");
    }
}
