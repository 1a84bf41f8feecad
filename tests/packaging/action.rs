//! The action that checks pull requests.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::runner::Runner;

const SOURCE: &str = "# 猫的周刊\n\n今天介绍[一个项目](https://a.example/cat)，已有 22 颗星。\n";

const EDITION: &str =
    "# 猫の週刊\n\n今日は[あるプロジェクト](https://a.example/cat)を紹介します。スターは 22 個です。\n";

/// An edition with an address that its source does not have.
fn damaged() -> String {
    EDITION.replace("/cat)", "/cut)")
}

/// A pair that is right, and one that was wrong before anybody changed anything.
fn runner() -> Runner {
    Runner::new(&[
        ("README.md", "# 周刊\n"),
        ("docs/好.md", SOURCE),
        ("docs/ja/好.md", EDITION),
        ("docs/旧.md", SOURCE),
        ("docs/ja/旧.md", &damaged()),
    ])
}

#[test]
fn what_a_pull_request_changed_is_checked_and_nothing_else() {
    let name = "猫 的\"周刊\" '1' & $HOME.md";
    let runner = runner();
    runner.commit(&[(&format!("docs/{name}"), SOURCE), (&format!("docs/ja/{name}"), &damaged())]);
    let job = runner.run();

    assert_eq!(job.code, 1, "{}", job.out);
    let annotations: Vec<&str> = job.out.lines().filter(|line| line.starts_with("::error ")).collect();
    let is_of_it = |line: &&str| line.starts_with(&format!("::error file=docs/ja/{name},line=3,"));
    assert!(annotations.len() == 1 && annotations.iter().all(is_of_it), "{}", job.out);

    assert_eq!(job.outputs["outcome"], "findings");
    let sarif = fs::read_to_string(&job.outputs["sarif"]).expect("SARIF");
    let sarif: Value = sarif.parse().expect("JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    let summary = fs::read_to_string(&job.outputs["summary"]).expect("a summary");
    assert!(summary.contains("周刊") && !summary.contains("旧"), "{summary}");
    assert_eq!(fs::read_to_string(runner.path("temp/step-summary")).expect("a summary"), summary);
    assert!(job.used.is_empty(), "{:?}", job.used);
}

#[test]
fn a_change_of_the_source_alone_has_its_edition_checked() {
    let runner = runner();
    runner.commit(&[("docs/好.md", &SOURCE.replace("/cat)", "/dog)"))]);
    let job = runner.run();
    assert!(job.code == 1 && job.out.contains("::error file=docs/ja/好.md"), "{}", job.out);
}

#[test]
fn one_comment_is_kept_up_to_date() {
    let runner = runner();
    assert_eq!(runner.run().outputs["outcome"], "nothing");
    assert_eq!(runner.comment(), None, "where there is nothing to tell there is no comment");

    runner.commit(&[("docs/ja/好.md", &damaged())]);
    runner.run();
    let first = runner.comment().expect("a comment");
    assert!(first.starts_with("<!-- nekoyaku check ") && first.contains("`docs/ja/好.md`"), "{first}");

    runner.commit(&[("docs/ja/好.md", &EDITION.replace("猫の週刊", "ネコの週刊"))]);
    let job = runner.run();
    assert_eq!((job.code, job.outputs["outcome"].as_str()), (0, "clean"), "{}", job.out);
    let second = runner.comment().expect("a comment");
    assert!(second != first && second.lines().next() == first.lines().next(), "{second}");

    runner.git(&["revert", "--no-edit", "HEAD", "HEAD~1"]);
    assert_eq!(runner.run().code, 0);
    assert!(runner.comment().expect("a comment").contains("nothing was checked"));
    let asked = fs::read_to_string(runner.path("comments/asked")).expect("what was asked");
    assert_eq!((asked.matches("-X POST").count(), asked.matches("-X PATCH").count()), (1, 2), "{asked}");
}

#[test]
fn a_comment_that_cannot_be_written_is_told_and_changes_nothing() {
    let fork = |runner: &mut Runner| {
        runner.github["event"]["pull_request"]["head"]["repo"]["full_name"] = json!("someone/news");
    };
    let gone = |runner: &mut Runner| runner.github["event"]["pull_request"]["head"]["repo"] = json!(null);
    let no_token = |runner: &mut Runner| runner.github["token"] = json!("");
    let refused = |runner: &mut Runner| fs::write(runner.path("comments/refused"), "").expect("a file");
    type Event<'e> = &'e dyn Fn(&mut Runner);
    let cases: [(Event<'_>, &str, bool); 4] = [
        (&fork, "comes from a fork", false),
        (&gone, "comes from a fork", false),
        (&no_token, "there is no token", false),
        (&refused, "needs the permission pull-requests: write", true),
    ];
    for (change, told, asks) in cases {
        let mut runner = runner();
        change(&mut runner);
        runner.commit(&[("docs/ja/好.md", &damaged())]);
        let job = runner.run();
        let notice = job.out.lines().find(|line| line.starts_with("::notice::no comment was written: "));
        assert!(notice.is_some_and(|notice| notice.contains(told)), "{told}: {}", job.out);
        assert_eq!(job.code, 1, "{}", job.out);
        assert_eq!(runner.path("comments/asked").exists(), asks, "{told}");
        assert_eq!(runner.comment(), None);
    }
}

#[test]
fn a_long_summary_becomes_a_comment_that_fits() {
    let runner = runner();
    let many: Vec<(String, &str)> = (0..400)
        .flat_map(|n| [(format!("docs/第{n}期.md"), SOURCE), (format!("docs/ja/第{n}期.md"), EDITION)])
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    runner.commit(&many);
    let damaged = damaged();
    let broken: Vec<(String, &str)> = (0..400).map(|n| (format!("docs/ja/第{n}期.md"), damaged.as_str())).collect();
    let broken: Vec<(&str, &str)> = broken.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    runner.commit(&broken);
    let job = runner.run();
    let summary = fs::read_to_string(&job.outputs["summary"]).expect("a summary");
    let comment = runner.comment().expect("a comment");
    assert!(summary.len() > 65_536, "{}", summary.len());
    assert!(comment.chars().count() < 65_536 && comment.ends_with("\n\n…\n"), "{}", comment.len());
}

#[test]
fn all_pairs_are_checked_where_it_is_asked_for_or_not_known_what_changed() {
    let told = |runner: Runner, reason: &str| {
        let job = runner.run();
        assert!(job.out.contains(&format!("All pairs are checked: {reason}")), "{}", job.out);
        assert!(job.code == 1 && job.out.contains("::error file=docs/ja/旧.md"), "{}", job.out);
    };
    told(runner().input("all", "true"), "that is asked for");
    for event in [json!({}), json!({ "before": "" }), json!({ "before": "main; touch pwned" })] {
        let mut runner = runner();
        runner.github["event"] = event;
        told(runner, "this is neither a pull request nor a push");
    }
    let mut new = runner();
    new.github["event"] = json!({ "before": "0".repeat(40) });
    told(new, "the branch is new");
    let mut lost = runner();
    lost.github["event"] = json!({ "before": "1".repeat(40) });
    told(lost, "what it was before cannot be fetched");
    for name in ["glossary.toml", "docs/nekoyaku.toml"] {
        let runner = runner();
        runner.commit(&[(name, "# 空\n")]);
        told(runner, &format!("{name} was changed"));
    }
}

#[test]
fn a_push_has_what_it_changed_checked_and_no_comment() {
    let mut runner = runner();
    let before = runner.git(&["rev-parse", "HEAD"]);
    runner.github["event"] = json!({ "before": before.trim() });
    runner.commit(&[("docs/ja/好.md", &damaged())]);
    let job = runner.run();
    assert!(job.code == 1 && job.out.contains("no comment") && !job.out.contains("旧"), "{}", job.out);
}

#[test]
fn a_clone_without_history_fetches_what_it_needs() {
    let runner = runner();
    runner.commit(&[("docs/ja/好.md", &damaged())]);
    fs::rename(runner.path("news"), runner.path("origin")).expect("moved");
    fs::create_dir(runner.path("news")).expect("a folder");
    let origin = format!("file://{}", runner.path("origin").display());
    runner.git(&["clone", "-q", "--depth", "1", &origin, "."]);
    let job = runner.run();
    assert!(job.code == 1 && job.out.contains("::error file=docs/ja/好.md"), "{}", job.out);
    assert!(!job.out.contains("旧"), "{}", job.out);
}

#[test]
fn nothing_in_a_name_or_an_input_is_run() {
    let names = [
        "$(touch pwned).md",
        "`touch pwned`.md",
        "a;touch pwned;.md",
        "-x.md",
        "--fix.md",
        "a\n::set-env name=x::y.md",
    ];
    let runner = runner();
    for name in names {
        runner.commit(&[(&format!("docs/{name}"), SOURCE), (&format!("docs/ja/{name}"), &damaged())]);
    }
    // One whose source is gone is told, name and all.
    runner.commit(&[("docs/ja/b\n::set-env name=x::y.md", EDITION)]);
    let job = runner.run();
    assert_eq!(job.code, 1, "{}", job.out);
    let commands: Vec<&str> = job.out.lines().filter(|line| line.starts_with("::")).collect();
    let is_ours =
        |line: &&str| ["::error file=docs/ja/", "::warning::docs/ja/b%0A"].iter().any(|own| line.starts_with(own));
    assert!(commands.len() == names.len() + 1 && commands.iter().all(is_ours), "{commands:#?}");

    for (input, value) in [
        ("lang", "en; touch pwned"),
        ("sources", "docs$(touch pwned)"),
        ("editions", "docs/ja\"; touch pwned; \""),
        ("baseline", "`touch pwned`"),
        ("version", "v1.2.3; touch pwned"),
    ] {
        assert_ne!(runner_with(input, value).run().code, 0, "{input}");
    }
    assert!(!runner.path("news/pwned").exists());
}

/// A runner whose folder is looked at when it is gone: nothing may have been made in it.
fn runner_with(input: &str, value: &str) -> Watched {
    Watched(runner().input("all", "true").input(input, value))
}

struct Watched(Runner);

impl Watched {
    fn run(&self) -> crate::runner::Job {
        let job = self.0.run();
        assert!(!self.0.path("news/pwned").exists());
        job
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    let runner = runner();
    runner.commit(&[("docs/空.md", SOURCE), ("docs/ja/空.md", ""), ("docs/ja/好.md", &damaged())]);
    let job = runner.run();
    assert_eq!((job.code, job.outputs["outcome"].as_str()), (2, "failed"), "{}", job.out);
    assert!(
        job.out.contains("docs/ja/空.md is empty") && job.out.contains("::error file=docs/ja/好.md"),
        "{}",
        job.out
    );
    // What the program says of files is no command to the runner.
    let stop = job.out.lines().position(|line| line.starts_with("::stop-commands::")).expect("it stops commands");
    let message = job.out.lines().position(|line| line.contains("is empty")).expect("a message");
    assert!(stop < message, "{}", job.out);
    assert!(runner.comment().expect("a comment").contains("Not all of it could be checked"));
}

#[test]
fn a_link_is_not_followed() {
    let runner = runner();
    fs::write(runner.path("secret.md"), "# 秘密\n").expect("a file");
    fs::write(runner.path("news/docs/秘.md"), SOURCE).expect("a file");
    symlink("../../../secret.md", runner.path("news/docs/ja/秘.md")).expect("a link");
    runner.commit(&[]);
    let job = runner.run();
    assert_eq!((job.code, job.outputs["outcome"].as_str()), (0, "nothing"), "{}", job.out);
    assert!(job.out.contains("a link is not followed") && !job.out.contains("秘密"), "{}", job.out);
}

#[test]
fn folders_may_lie_anywhere() {
    for (sources, editions) in [("./zh/", "ja"), ("news/zh", "news"), (".", "./ja/")] {
        let at = |folder: &str, name: &str| format!("{}/{name}", folder.trim_end_matches('/')).replace("./", "");
        let runner = Runner::new(&[("README.txt", "x")]).input("sources", sources).input("editions", editions);
        runner.commit(&[(&at(sources, "一.md"), SOURCE), (&at(editions, "一.md"), &damaged())]);
        let job = runner.run();
        let edition = at(editions, "一.md");
        assert_eq!(job.out.matches(&format!("::error file={edition}")).count(), 1, "{sources} {editions}: {}", job.out);
    }
}

#[test]
fn sarif_goes_to_code_scanning_where_it_is_asked_for() {
    let runner = runner().input("upload-sarif", "true").input("comment", "false");
    runner.commit(&[("docs/ja/好.md", &damaged())]);
    let job = runner.run();
    assert_eq!(job.used, [format!("github/codeql-action/upload-sarif@v4 {}", job.outputs["sarif"])]);
    assert!(!runner.path("comments/asked").exists());
}

#[test]
fn inputs_become_options() {
    let warned = EDITION.replace("22 個", "23 個");
    let strict = runner().input("strict", "true").input("lang", "zh");
    strict.commit(&[("docs/ja/好.md", &warned)]);
    let job = strict.run();
    assert_eq!(job.code, 1, "{}", job.out);
    assert!(job.out.contains("缺少原文的数字"), "{}", job.out);

    let runner = runner().input("baseline", "known.json").input("all", "true");
    let news = runner.path("news");
    let known = std::process::Command::new(env!("CARGO_BIN_EXE_nekoyaku"))
        .args(["check", "docs", "docs/ja", "--baseline", "known.json", "--update-baseline"])
        .current_dir(news)
        .status();
    assert!(known.expect("the program runs").success());
    assert_eq!(runner.run().code, 0);
}
