//! Better text, when wanted: names are fixed once for all requests, and what is translated is asked for
//! once more. Nothing of either is paid for twice, and nothing is worse for it.

mod support;

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::journal::{Asked, Record};
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Prompts;
use nekoyaku::source::Source;
use serde_json::{Map, Value};
use support::translator::{Folder, Ran, answer, asked, pseudo};
use support::{Reply, Seen, Server};

const ISSUE: &str = "---\ntitle: 'Python 潮流周刊#9：装饰器'\npubDate: 2023-07-01\n---\n\n\
    ## 文章与教程\n\n\
    1、[如何写装饰器](https://a.example/1)（英文）\n\n\
    文章用 `functools.wraps` 讲解**最小**的版本。\n\n\
    2、[生成器](https://a.example/2)（英文）\n\n\
    代码茶馆的作者从最简单的例子开始，讲到协程为止，共有十节。\n\n\
    ## 项目与资源\n\n\
    1、[一只猫](https://a.example/3)\n\n\
    它什么也不做，只是睡觉而已，代码茶馆也介绍过。\n\n\
    2、[两只猫](https://a.example/4)\n\n\
    最后一段没有任何标记，只有文字。\n";

const NAME: &str = "2023-07-01-weekly.md";
const BRIEF: &str = ".nekoyaku/briefs/2023-07-01-weekly.toml";
const JOURNAL: &str = ".nekoyaku/journal.jsonl";
const SEGMENTS: usize = 11;
// All but the title and two headings.
const REFINED: usize = 8;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put(NAME, ISSUE);
    folder.put("glossary.toml", "[[term]]\nsource = \"协程\"\ntarget = \"コルーチン\"\n");
    folder
}

const ARGS: [&str; 5] = [NAME, "-o", "edition.md", "--batch", "2"];

fn run(folder: &Folder, server: &Server, more: &[&str]) -> Ran {
    folder.translate(&server.base_url(), &[&ARGS[..], more].concat())
}

fn message(seen: &Seen, place: usize) -> String {
    seen.json()["messages"][place]["content"].as_str().expect("a message").to_owned()
}

fn is_brief(seen: &Seen) -> bool {
    message(seen, 0).contains("fix for them how names")
}

fn is_refinement(seen: &Seen) -> bool {
    message(seen, 1).contains("are translated already")
}

/// Key, source and draft of what is to be refined.
fn drafts(seen: &Seen) -> Vec<(String, String, String)> {
    let user = message(seen, 1);
    let mut found: Vec<(String, String, String)> = Vec::new();
    let mut lines = user.lines();
    while let Some(line) = lines.next() {
        let next = |lines: &mut std::str::Lines<'_>| lines.next().expect("a text").to_owned();
        if let Some(key) = line.strip_suffix(", the source:") {
            found.push((key.to_owned(), next(&mut lines), String::new()));
        } else if line.ends_with(", the translation:") {
            found.last_mut().expect("a source").2 = next(&mut lines);
        }
    }
    found
}

/// The answer to a refinement, with `change` made to source and draft.
fn refined(seen: &Seen, change: impl Fn(&str, &str) -> String) -> Reply {
    let object: Map<String, Value> =
        drafts(seen).into_iter().map(|(key, source, draft)| (key, change(&source, &draft).into())).collect();
    Reply::content(&Value::Object(object).to_string())
}

/// A server that says `brief` for one, and is right in all else.
fn briefing(brief: Reply) -> Server {
    Server::start(move |seen| if is_brief(seen) { brief.clone() } else { answer(seen, pseudo) })
}

/// A server that makes of each draft what `change` does.
fn refining(change: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Server {
    Server::start(move |seen| if is_refinement(seen) { refined(seen, &change) } else { answer(seen, pseudo) })
}

fn better(_: &str, draft: &str) -> String {
    draft.replace('ア', "イ")
}

fn briefs(server: &Server) -> usize {
    server.seen().iter().filter(|seen| is_brief(seen)).count()
}

/// The texts that were to be refined.
fn refinements(server: &Server) -> Vec<String> {
    let seen = server.seen();
    let mut texts: Vec<String> =
        seen.iter().filter(|seen| is_refinement(seen)).flat_map(drafts).map(|(_, source, _)| source).collect();
    texts.sort_unstable();
    texts
}

/// The texts that were to be translated, after the first `from` requests.
fn translations(server: &Server, from: usize) -> Vec<String> {
    let seen = server.seen();
    let plain = seen[from..].iter().filter(|seen| !is_brief(seen) && !is_refinement(seen));
    let mut texts: Vec<String> = plain.flat_map(asked).map(|(_, text)| text).collect();
    texts.sort_unstable();
    texts
}

/// The bodies of the requests for translations, in an order of their own.
fn bodies(server: &Server) -> Vec<String> {
    let seen = server.seen();
    let plain = seen.iter().filter(|seen| !is_brief(seen) && !is_refinement(seen));
    let mut bodies: Vec<String> = plain.map(|seen| seen.body.clone()).collect();
    bodies.sort_unstable();
    bodies
}

#[test]
fn with_neither_no_byte_of_a_request_is_another() {
    let server = briefing(Reply::content("none"));
    run(&folder(), &server, &[]).exits(0);
    assert_eq!((briefs(&server), refinements(&server).len()), (0, 0));
    // What is asked besides changes nothing of what was asked without it.
    let both = Server::start(|seen| match () {
        () if is_brief(seen) => Reply::content("none"),
        () if is_refinement(seen) => refined(seen, better),
        () => answer(seen, pseudo),
    });
    let folder = folder();
    run(&folder, &both, &["--brief", "--refine"]).exits(0);
    assert_eq!((briefs(&both), refinements(&both).len()), (1, REFINED));
    assert_eq!(bodies(&both), bodies(&server));
    run(&folder, &both, &[]).exits(0);
    assert_eq!(bodies(&both), bodies(&server), "the drafts are known without the flags, too");
}

/// The keys that these had before there were briefs and refinements.
#[test]
fn with_neither_no_key_is_another() {
    let prompts = tempfile::tempdir().expect("a folder");
    for (name, text) in [("translate.md", "T"), ("segments.md", "S"), ("repair.md", "R")] {
        fs::write(prompts.path().join(name), text).expect("a file");
    }
    let prompts = Prompts::from_folder(prompts.path()).expect("templates");
    let glossary = Glossary::parse("[[term]]\nsource = \"装饰器\"\ntarget = \"デコレータ\"\n").expect("a termbase");
    let source = Source::new("x.md", "这是一段话。\n\n装饰器很好。\n");
    let issue = Issue::new(source, &Profile::default()).expect("an issue");
    let keys = Asked { model: "m", parameters: "{\"seed\":1}", prompts: &prompts, glossary: &glossary }.keys(&issue);
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["ecfb22abb6026d02491c376af5a1e1c0", "43ac4449edb41691c68ab8d4486d5dfb"]);
}

#[test]
fn a_brief_reads_the_whole_issue_and_is_in_every_request() {
    let server = briefing(Reply::content("代码茶馆 → コード茶館\n协程 → 協程\n最小 → 最小限"));
    let folder = folder();
    let ran = run(&folder, &server, &["--brief"]).exits(0);
    assert!(ran.err.contains(&format!("{NAME}: a brief of 2 entries, in ./{BRIEF}\n")), "{}", ran.err);
    let seen = server.seen();
    assert!(is_brief(&seen[0]) && briefs(&server) == 1);
    let (told, read) = (message(&seen[0], 0), message(&seen[0], 1));
    assert!(told.contains("- 协程 → コルーチン"), "{told}");
    for text in ["装饰器", "<c1>functools.wraps</c1>", "最后一段没有任何标记"] {
        assert!(read.contains(text), "{read}");
    }
    // What the termbase has counts more.
    for request in &seen[1..] {
        let system = message(request, 0);
        assert!(system.contains("- 代码茶馆 → コード茶館\n") && system.contains("- 协程 → コルーチン\n"), "{system}");
        assert!(!system.contains("協程"), "{system}");
        assert_eq!(system, message(&seen[1], 0));
    }
    let brief = Glossary::parse(&folder.get(BRIEF)).expect("a glossary");
    assert_eq!(brief.terms().len(), 2);
    // It was paid for, too.
    let spent: u32 = Record::read(folder.get(JOURNAL).as_bytes()).spent().map(|spent| spent.requests).sum();
    assert_eq!(spent as usize, seen.len());
    assert!(ran.out.contains(&format!("{} requests", seen.len())), "{}", ran.out);
}

#[test]
fn a_brief_is_kept_and_an_edit_of_it_re_opens_what_it_is_about() {
    let server = briefing(Reply::content("代码茶馆 → コード茶館\n最小 → 最小限"));
    let folder = folder();
    run(&folder, &server, &["--brief"]).exits(0);
    let first = server.seen().len();
    let again = run(&folder, &server, &["--brief"]).exits(0);
    assert_eq!(server.seen().len(), first, "{}", again.err);
    assert!(again.err.contains("a brief of 2 entries, from "), "{}", again.err);

    folder.put(BRIEF, folder.get(BRIEF).replace("最小限", "ごく小さい") + "note = \"形容詞\"\n");
    run(&folder, &server, &["--brief"]).exits(0);
    assert_eq!(translations(&server, first), ["文章用 <c1>functools.wraps</c1> 讲解<b2>最小</b2>的版本。"]);
    assert!(server.seen()[first..].iter().all(|seen| message(seen, 0).contains("- 最小 → ごく小さい (形容詞)\n")));
    assert_eq!(briefs(&server), 1);

    let edited = folder.get(BRIEF);
    let fresh = run(&folder, &server, &["--brief", "--fresh"]).exits(0);
    assert_eq!(briefs(&server), 2);
    assert!(fresh.err.contains("a copy of the brief that was there"), "{}", fresh.err);
    assert_eq!(folder.get(&format!("{BRIEF}.bak")), edited);
    assert!(folder.get(BRIEF).contains("最小限"), "{}", folder.get(BRIEF));
}

#[test]
fn a_brief_of_anything_is_no_more_than_advice() {
    let hostile = (0..1000).fold(String::new(), |text, n| text + &format!("没有的名字{n} → 名前\n"))
        + "代码茶馆 → <a1>茶館</a1>\n装饰器 → 装饰的器\n生成器 → ジェネ\u{1b}[2J\n一只猫 → 猫\n"
        + "最小 → 個個個個個個個個個個個個個個\n";
    let server = Server::start(move |seen| {
        if is_brief(seen) {
            return Reply::content(&hostile);
        }
        // The rendering that it fixed is Chinese, and stays wrong.
        let wrong = || "個個個個個個個個個個個個個個".to_owned();
        answer(seen, |text| if text.contains("最后一段") { wrong() } else { pseudo(text) })
    });
    let folder = folder();
    let ran = run(&folder, &server, &["--brief", "--repairs", "0"]).exits(1);
    let brief = Glossary::parse(&folder.get(BRIEF)).expect("a glossary");
    let sources: Vec<&str> = brief.terms().iter().map(|term| term.source.as_str()).collect();
    assert_eq!(sources, ["一只猫", "最小"]);
    assert!(ran.out.contains("1 left in Chinese"), "{}", ran.out);
    assert!(folder.get("edition.md").contains("最后一段没有任何标记"));
}

#[test]
fn a_long_brief_is_cut() {
    let text: String = (10..99).map(|n| format!("名字{n}乙出现了，")).collect();
    let lines: String = (10..99).map(|n| format!("名字{n}乙 → 名前{n}\n")).collect();
    let server = briefing(Reply::content(&lines));
    let folder = folder();
    folder.put(NAME, format!("{ISSUE}\n{text}\n"));
    run(&folder, &server, &["--brief"]).exits(0);
    assert_eq!(Glossary::parse(&folder.get(BRIEF)).expect("a glossary").terms().len(), 40);
    assert_eq!(message(&server.seen()[1], 0).matches("乙 → 名前").count(), 40);
}

#[test]
fn of_a_long_issue_a_part_is_read_and_that_is_said() {
    let server = briefing(Reply::content("代码茶馆 → コード茶館"));
    let folder = folder();
    let long: String = (0..500)
        .map(|n| format!("第 {n} 段有四十个字左右，写的是一只猫在窗台上睡觉的样子，没有别的意思。\n\n"))
        .collect();
    folder.put(NAME, format!("{ISSUE}\n{long}"));
    let ran = run(&folder, &server, &["--brief", "--dry-run"]).exits(0);
    assert!(ran.err.contains("before these goes the request for a brief"), "{}", ran.err);
    assert!(server.seen().is_empty());
    let ran = folder.translate(&server.base_url(), &[NAME, "-o", "edition.md", "--prefer", "cost", "--brief"]);
    assert!(ran.err.contains("the issue is longer than what was read for it"), "{}", ran.err);
    let read = message(&server.seen()[0], 1).chars().filter(|c| *c != '\n').count();
    assert_eq!(read, 16_000);
}

#[test]
fn without_a_brief_the_translation_goes_on() {
    let plain = briefing(Reply::content("none"));
    run(&folder(), &plain, &[]).exits(0);
    for reply in [
        Reply::status(400, "{\"error\":{\"message\":\"this is against our policy\"}}"),
        Reply::content("I'm sorry, but I cannot do that."),
        Reply::content(""),
        Reply::content("代码茶馆 → コード茶館").finish("length"),
        Reply::content("代码茶馆 → コード茶館").finish("content_filter"),
    ] {
        let (folder, server) = (folder(), briefing(reply));
        let ran = run(&folder, &server, &["--brief"]).exits(0);
        assert!(ran.err.contains("translating without a brief: "), "{}", ran.err);
        assert!(!folder.has(BRIEF));
        assert_eq!(bodies(&server), bodies(&plain));
    }
}

#[test]
fn a_brief_that_a_person_broke_is_said_before_anything_is_sent() {
    let (folder, server) = (folder(), briefing(Reply::content("none")));
    folder.put(BRIEF, "[[term]]\nsource = \"代码茶馆\"\n");
    let ran = run(&folder, &server, &["--brief"]).exits(2);
    assert!(ran.err.contains("2023-07-01-weekly.toml: line 1: the term `代码茶馆` has no target"), "{}", ran.err);
    assert!(server.seen().is_empty());
    // And without the flag it is nobody's business.
    run(&folder, &server, &[]).exits(0);
}

#[cfg(unix)]
#[test]
fn a_brief_is_no_way_to_write_elsewhere() {
    let (folder, server) = (folder(), briefing(Reply::content("代码茶馆 → コード茶館")));
    folder.put("elsewhere/x", "");
    folder.put(".nekoyaku/.gitignore", "*\n");
    std::os::unix::fs::symlink("../elsewhere", folder.file(".nekoyaku/briefs")).expect("a link");
    let ran = run(&folder, &server, &["--brief"]).exits(0);
    assert!(ran.err.contains("the brief is not kept for another run: "), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.file("elsewhere")).expect("a folder").count(), 1);
    assert!(message(&server.seen()[1], 0).contains("代码茶馆 → コード茶館"), "it is used all the same");
}

#[test]
fn the_settings_can_want_both_and_the_command_line_counts_more() {
    let server = Server::start(|seen| match () {
        () if is_brief(seen) => Reply::content("代码茶馆 → コード茶館"),
        () if is_refinement(seen) => refined(seen, better),
        () => answer(seen, pseudo),
    });
    let folder = folder();
    folder.put("nekoyaku.toml", "[model]\nbrief = true\nrefine = true\n");
    run(&folder, &server, &["--brief=false", "--refine=false"]).exits(0);
    assert_eq!((briefs(&server), refinements(&server).len()), (0, 0));
    run(&folder, &server, &[]).exits(0);
    assert_eq!((briefs(&server), refinements(&server).len()), (1, REFINED));
}

#[test]
fn what_is_better_is_taken_and_never_asked_again() {
    let (folder, server) = (folder(), refining(better));
    run(&folder, &server, &["--refine"]).exits(0);
    let edition = folder.get("edition.md");
    assert!(edition.contains("イイイ") && edition.contains("## アア"), "{edition}");
    assert_eq!(refinements(&server).len(), REFINED);
    let requests = server.seen().len();
    let again = run(&folder, &server, &["--refine"]).exits(0);
    assert!(again.out.contains("0 translated, 11 from an earlier run"), "{}", again.out);
    assert_eq!((folder.get("edition.md"), server.seen().len()), (edition, requests));
    // The drafts are there still.
    run(&folder, &server, &[]).exits(0);
    assert_eq!(server.seen().len(), requests);
    assert!(!folder.get("edition.md").contains('イ'));
}

#[test]
fn refining_after_a_run_without_it_asks_for_nothing_else() {
    let (folder, server) = (folder(), refining(better));
    run(&folder, &server, &[]).exits(0);
    let first = server.seen().len();
    let dry = run(&folder, &server, &["--refine", "--dry-run"]).exits(0);
    assert!(dry.err.contains("8 segments are then asked for once more"), "{}", dry.err);
    run(&folder, &server, &["--refine"]).exits(0);
    assert!(translations(&server, first).is_empty());
    assert_eq!(refinements(&server).len(), REFINED);
    assert!(folder.get("edition.md").contains("イイイ"));

    folder.put(NAME, ISSUE.replace("睡觉", "吃饭"));
    let second = server.seen().len();
    run(&folder, &server, &["--refine"]).exits(0);
    assert_eq!(translations(&server, second), ["它什么也不做，只是吃饭而已，代码茶馆也介绍过。"]);
    assert_eq!(refinements(&server).len(), REFINED + 1);
}

#[test]
fn what_is_worse_is_not_taken_and_asked_once() {
    let plain = refining(better);
    let unrefined = folder();
    run(&unrefined, &plain, &[]).exits(0);
    let draft = unrefined.get("edition.md");
    let changes: [fn(&str, &str) -> String; 6] = [
        |source, _| source.to_owned(),
        |_, draft| {
            draft.replace("<c1>functools.wraps</c1>", "functools.wraps").replace("<a1>", "").replace("</a1>", "")
                + "<b9>"
        },
        |_, _| String::new(),
        |_, draft| format!("{draft}また、この記事は 2026 年に書かれたもので、99 回読まれた。"),
        |_, _| "申し訳ありませんが、この文章を翻訳することはできません。".to_owned(),
        |_, draft| draft.to_owned(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (folder, server) = (folder(), refining(change));
        run(&folder, &server, &["--refine"]).exits(0);
        assert_eq!(folder.get("edition.md"), draft, "change {number}");
        let asked = server.seen().len();
        run(&folder, &server, &["--refine"]).exits(0);
        assert_eq!(server.seen().len(), asked, "change {number}");
    }
}

#[test]
fn a_refinement_that_comes_in_no_form_is_asked_for_alone_once() {
    let folder = folder();
    let server = Server::start(|seen| match () {
        () if !is_refinement(seen) => answer(seen, pseudo),
        () if drafts(seen).len() > 1 => Reply::content("{}"),
        () if drafts(seen)[0].1.contains("最后") => Reply::content("{\"b10\":\"ア").finish("length"),
        () => refined(seen, better),
    });
    run(&folder, &server, &["--refine"]).exits(0);
    let edition = folder.get("edition.md");
    assert!(edition.contains("イイイ") && edition.contains("アアアアアアアアアア"), "{edition}");
    let asked = server.seen().len();
    run(&folder, &server, &["--refine"]).exits(0);
    assert_eq!((server.seen().len(), folder.get("edition.md")), (asked, edition));
}

#[test]
fn a_refinement_that_is_refused_costs_no_draft() {
    let folder = folder();
    let server = Server::start(|seen| {
        if is_refinement(seen) {
            Reply::status(400, "{\"error\":{\"message\":\"this is against our policy\"}}")
        } else {
            answer(seen, pseudo)
        }
    });
    run(&folder, &server, &["--refine"]).exits(0);
    assert!(folder.get("edition.md").contains("アアア"));
    let willing = refining(better);
    run(&folder, &willing, &["--refine"]).exits(0);
    assert!(translations(&willing, 0).is_empty());
    assert_eq!(refinements(&willing).len(), REFINED);
}

#[test]
fn a_run_that_is_killed_anywhere_asks_for_no_draft_and_no_refinement_twice() {
    let whole = folder();
    let right = refining(better);
    run(&whole, &right, &["--refine"]).exits(0);
    let (edition, requests) = (whole.get("edition.md"), right.seen().len());
    for stop in 1..requests {
        let folder = folder();
        // Says nothing from a point on, as a run that is killed hears nothing.
        let server = Server::start(move |seen| match () {
            () if seen.index >= stop => Reply::hang(),
            () if is_refinement(seen) => refined(seen, better),
            () => answer(seen, pseudo),
        });
        let mut command = folder.nekoyaku();
        command.args(["translate", "--base-url", &server.base_url(), "--model", "m"]).args(ARGS).arg("--refine");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
        while server.seen().len() <= stop {
            std::thread::sleep(Duration::from_millis(2));
        }
        // What was answered may be on its way to the disk.
        std::thread::sleep(Duration::from_millis(30));
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let kept: Vec<String> = Record::read(&fs::read(folder.file(JOURNAL)).unwrap_or_default())
            .answers()
            .iter()
            .map(|entry| entry.answer.clone())
            .collect();
        let (drafts, betters): (Vec<_>, Vec<_>) = kept.iter().partition(|answer| !answer.contains('イ'));
        let next = refining(better);
        run(&folder, &next, &["--refine"]).exits(0);
        assert_eq!(translations(&next, 0).len(), SEGMENTS - drafts.len(), "after {stop}");
        assert_eq!(refinements(&next).len(), REFINED - betters.len(), "after {stop}");
        assert_eq!(folder.get("edition.md"), edition, "after {stop}");
    }
}

#[test]
fn two_texts_are_not_refined_into_one() {
    let same = "どちらにも使える訳文がここにあり、読み手はそれを見て驚くだろう。";
    let folder = folder();
    let (front, _) = ISSUE.split_once("## ").expect("front matter");
    folder.put(NAME, format!("{front}它什么也不做，只是睡觉而已。\n\n最后一段没有任何标记，有的只是文字。\n"));
    let server = refining(move |_, _| same.to_owned());
    run(&folder, &server, &["--refine"]).exits(0);
    let edition = folder.get("edition.md");
    assert_eq!(edition.matches(same).count(), 1, "{edition}");
    let asked = server.seen().len();
    run(&folder, &server, &["--refine"]).exits(0);
    assert_eq!((server.seen().len(), folder.get("edition.md")), (asked, edition));
}
