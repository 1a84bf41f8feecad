//! Two models on one server, one that translates and one that drops tags and leaves Chinese: which is
//! better, in figures and in words, and what it takes to know.

mod support;

use serde_json::Value;
use support::translator::{Folder, Ran, answer};
use support::{Reply, Seen, Server};

const SOURCE: &str = include_str!("cmd/evaluate.in/docs/2024-06-15-weekly.md");
const REFERENCE: &str = include_str!("cmd/evaluate.in/docs/ja/2024-06-15-weekly.md");
const JOURNAL: &str = "docs/ja/.nekoyaku/journal.jsonl";

/// What the good model makes of Chinese, whatever tags stand between.
const WORDS: [(&str, &str); 15] = [
    ("猫用的装饰器", "猫のためのデコレータ"),
    ("你好，我是猫哥。", "こんにちは、Python エンジニアのネコです。"),
    ("本周共分享了 3 篇文章，都很有意思。", "今週は 3 本の記事を紹介します。どれも面白い記事です。"),
    ("文章&教程", "記事&チュートリアル"),
    ("文章介绍了怎样用", "記事では、"),
    ("写一个装饰器，来统计猫每天叫了几次。", "を使ってデコレータを書き、猫が毎日何回鳴いたかを数えます。"),
    ("作者用很少的代码实现了一个聊天机器人，它只会说一个字。", "著者は少ないコードでチャットボットを実装しました。"),
    ("项目&资源", "プロジェクト＆リソース"),
    ("给猫的命令行工具", "猫のためのコマンドラインツール"),
    ("一个开源项目，", "オープンソースプロジェクトで、"),
    ("可以在终端里养一只猫，", "ターミナルで猫を飼えます。"),
    ("支持多种操作系统。", "複数の OS に対応しています。"),
    ("（star 1.2K）", "（スター数 1.2K）"),
    ("Python 潮流周刊", "Python トレンド週刊"),
    ("潮流周刊", "トレンド週刊"),
];

fn translated(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (chinese, japanese)| text.replace(chinese, japanese))
}

/// Without its tags.
fn untagged(text: &str) -> String {
    let parts = text.split('<').enumerate();
    parts
        .map(|(place, part)| if place == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) })
        .collect()
}

fn reply(seen: &Seen) -> Reply {
    let model = seen.json()["model"].as_str().expect("a model").to_owned();
    answer(seen, |text| match model.as_str() {
        "good" => translated(text),
        // What has tags loses them; long texts stay as they are.
        _ if text.contains('<') => untagged(&translated(text)),
        _ if text.chars().count() > 20 => text.to_owned(),
        _ => translated(text),
    })
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("docs/2024-06-15-weekly.md", SOURCE);
    folder.put("docs/ja/2024-06-15-weekly.md", REFERENCE);
    folder
}

fn evaluate(folder: &Folder, server: &Server, args: &[&str]) -> Ran {
    let output = folder
        .nekoyaku()
        .args(["evaluate", "docs", "docs/ja", "--base-url", &server.base_url()])
        .args(args)
        .env("OPENAI_API_KEY", "sk-test-0123456789")
        .output();
    Ran::of(output.expect("the program runs"))
}

const BOTH: [&str; 4] = ["--model", "bad", "--model", "good"];

fn json(ran: &Ran) -> Value {
    ran.out.parse().expect("JSON")
}

#[test]
fn the_one_that_translates_is_better_in_figures_and_in_words() {
    let server = Server::start(reply);
    let folder = folder();
    let ran = evaluate(&folder, &server, &[&BOTH[..], &["--format", "json"]].concat()).exits(0);
    let report = json(&ran);

    let [good, bad] = [&report["systems"][0], &report["systems"][1]];
    assert_eq!([&good["name"], &bad["name"]], ["good", "bad"], "{}", ran.out);
    let score = |system: &Value| system["chrf"]["score"].as_f64().expect("a score");
    assert!(score(good) > 60.0 && score(bad) < 50.0, "{} {}", score(good), score(bad));
    assert!(good["chrf"]["low"].as_f64() > bad["chrf"]["high"].as_f64(), "{}", ran.out);
    assert_eq!(report["comparisons"][0]["is_sure"], true);
    assert_eq!(good["left"].as_array().map(Vec::len), Some(0), "{}", good["left"]);
    assert!(bad["left"].as_array().expect("a list").len() > 1, "{}", bad["left"]);

    // Nine segments, the title among them; all of the good one's are right at once.
    let count = |system: &Value, what: &str| system["effort"][what].as_u64().expect("a number");
    assert_eq!(["segments", "first", "repaired", "left"].map(|what| count(good, what)), [9, 9, 0, 0], "{}", ran.out);
    assert!(count(bad, "left") >= 4 && count(bad, "first") + count(bad, "left") == 9, "{}", bad["effort"]);
    let sent = |name: &str| server.seen().iter().filter(|seen| seen.json()["model"] == name).count() as u64;
    assert_eq!([count(good, "requests"), count(bad, "requests")], ["good", "bad"].map(sent));
    assert_eq!(count(good, "input_tokens"), 100 * sent("good"));

    let said: Vec<&str> = report["verdict"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(said[0].starts_with("good is better than bad: chrF2 +"), "{said:?}");
    let leaves = format!("bad leaves {} segments in Chinese.", bad["left"].as_array().map_or(0, Vec::len));
    assert!(said.contains(&leaves.as_str()), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("good is right at the first try for 100.0 %")), "{said:?}");
    assert!(!ran.out.contains("sk-test") && !ran.err.contains("sk-test"));
}

#[test]
fn people_read_the_same_and_a_second_run_asks_for_nothing_that_was_answered() {
    let server = Server::start(reply);
    let folder = folder();
    let first = evaluate(&folder, &server, &BOTH).exits(0);
    assert!(first.out.contains("good is better than bad: chrF2 +"), "{}", first.out);
    assert!(first.out.lines().any(|line| line.starts_with("good ") && line.contains("100.0 %")), "{}", first.out);
    assert!(first.err.contains("bad: 1 issue at 127.0.0.1"), "{}", first.err);

    let sent = server.seen().len();
    let again = evaluate(&folder, &server, &["--model", "good", "--format", "json"]).exits(0);
    assert_eq!(server.seen().len(), sent);
    assert_eq!(json(&again)["systems"][0]["effort"]["known"], 9);
    evaluate(&folder, &server, &["--model", "good", "--fresh"]).exits(0);
    assert!(server.seen().len() > sent);
}

#[test]
fn nothing_that_is_there_is_written_over_and_the_own_edition_is_no_memory() {
    let server = Server::start(reply);
    let folder = folder();
    evaluate(&folder, &server, &["--model", "good"]).exits(0);
    assert_eq!(folder.get("docs/2024-06-15-weekly.md"), SOURCE);
    assert_eq!(folder.get("docs/ja/2024-06-15-weekly.md"), REFERENCE);
    assert_eq!(folder.files(), ["docs"]);
    assert!(folder.has(JOURNAL) && !folder.has("docs/ja/.nekoyaku/drafts"));
    let told: String = server.seen().iter().map(|seen| seen.body.clone()).collect();
    assert!(told.contains("给猫的命令行工具") && !told.contains("猫のためのコマンドラインツール"), "{told}");
}

#[test]
fn finished_editions_and_prompts_stand_beside_models() {
    let server = Server::start(reply);
    let folder = folder();
    folder.put("old/2024-06-15-weekly.md", include_str!("cmd/evaluate.in/bad/2024-06-15-weekly.md"));
    let built_in = include_str!("../prompts/segments.md");
    folder.put("p1/segments.md", built_in);
    folder.put("p2/segments.md", format!("Be brief.\n{built_in}"));
    for name in ["translate.md", "repair.md", "note.md", "brief.md", "refine.md"] {
        let text = std::fs::read_to_string(format!("{}/prompts/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a prompt");
        folder.put(&format!("p1/{name}"), &text);
        folder.put(&format!("p2/{name}"), &text);
    }
    let args = ["--model", "good", "--prompts", "p1", "--prompts", "p2", "--system", "old=old", "--format", "json"];
    let report = json(&evaluate(&folder, &server, &args).exits(0));
    let names: Vec<&str> =
        report["systems"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["good with p1", "good with p2", "old"]);
    let said = report["verdict"][0].as_str().expect("a sentence");
    assert_eq!(said, "good with p1 and good with p2 have the same score.");
    assert!(server.seen().iter().any(|seen| seen.body.contains("Be brief.")));
}

#[test]
fn a_budget_holds_for_all_models_together() {
    let server = Server::start(reply);
    let folder = folder();
    let ran = evaluate(&folder, &server, &[&BOTH[..], &["--budget", "10 tokens"]].concat()).exits(2);
    assert!(server.seen().is_empty() && ran.out.is_empty(), "{}", ran.out);
    assert!(ran.err.contains("budget"), "{}", ran.err);
}

#[test]
fn servers_are_named_once_or_once_for_each_model() {
    let (one, two) = (Server::start(reply), Server::start(reply));
    let folder = folder();
    let other = two.base_url();
    let args = [&BOTH[..], &["--base-url", &other]].concat();
    evaluate(&folder, &one, &args).exits(0);
    let asked = |server: &Server| server.seen()[0].json()["model"].as_str().map(str::to_owned);
    assert_eq!([asked(&one), asked(&two)], [Some("bad".to_owned()), Some("good".to_owned())]);
    let args = [&BOTH[..], &["--base-url", &other, "--base-url", &other]].concat();
    let ran = evaluate(&folder, &one, &args).exits(2);
    assert!(ran.err.contains("--base-url is given 3 times, and --model 2 times"), "{}", ran.err);
}

/// What a judge is asked about: by key, source and two translations.
fn duels(seen: &Seen) -> serde_json::Map<String, Value> {
    let user = seen.json()["messages"][1]["content"].as_str().expect("a question").to_owned();
    user.parse::<Value>().expect("JSON").as_object().expect("an object").clone()
}

fn kana(text: &Value) -> usize {
    text.as_str().expect("a text").chars().filter(|c| ('ぁ'..='ヿ').contains(c)).count()
}

/// A server on which models translate, and one judges.
fn judged_by(opinion: impl Fn(&Value) -> Value + Send + Sync + 'static) -> Server {
    Server::start(move |seen| {
        if seen.json()["model"] != "solomon" {
            return reply(seen);
        }
        let said: serde_json::Map<String, Value> =
            duels(seen).into_iter().map(|(key, duel)| (key, opinion(&duel))).collect();
        Reply::content(&Value::Object(said).to_string())
    })
}

const JUDGED: [&str; 2] = ["--judge", "solomon"];

#[test]
fn a_judge_sees_each_two_in_both_orders_and_not_who_made_them() {
    let server = judged_by(|duel| {
        let better = if kana(&duel["A"]) > kana(&duel["B"]) { "A" } else { "B" };
        let wrong = |side: &str| match kana(&duel[side]) {
            0 => serde_json::json!([{ "span": "", "category": "untranslated", "severity": "critical" }]),
            _ => serde_json::json!([]),
        };
        serde_json::json!({ "better": better, "a": wrong("A"), "b": wrong("B") })
    });
    let folder = folder();
    let args = [&BOTH[..], &JUDGED, &["--format", "json"]].concat();
    let report = json(&evaluate(&folder, &server, &args).exits(0));
    let judgement = &report["judgements"][0];
    let asked = judgement["asked"].as_u64().expect("a number");
    assert!(asked >= 4, "{judgement}");
    assert_eq!(judgement["systems"], serde_json::json!(["good", "bad"]));
    assert_eq!(judgement["wins"], serde_json::json!([asked, 0]), "{judgement}");
    assert_eq!(judgement["penalty"][0], 0.0);
    assert_eq!(judgement["errors"][1][0]["category"], "untranslated", "{judgement}");
    let said = report["verdict"][1].as_str().expect("a sentence");
    assert!(said.starts_with("The judge solomon ") && said.contains(" good to bad: of "), "{said}");

    let seen: Vec<Seen> = server.seen().into_iter().filter(|seen| seen.json()["model"] == "solomon").collect();
    assert_eq!(seen.len() as u64, 2 * asked.div_ceil(5));
    assert!(seen.iter().all(|seen| !seen.body.contains("good") && !seen.body.contains("bad")));
    let all = |side: &str| {
        let mut texts: Vec<String> =
            seen.iter().flat_map(|seen| duels(seen).into_iter().map(|(_, duel)| duel[side].to_string())).collect();
        texts.sort();
        texts
    };
    assert_eq!(all("A"), all("B"));

    let (_, guide) = include_str!("../src/guide/formats.md").split_once("## `evaluate").expect("the section");
    for object in [judgement, &judgement["errors"][1][0], &report["systems"][0]["effort"]] {
        for key in object.as_object().expect("an object").keys() {
            assert!(guide.contains(&format!("`{key}`")), "{key}");
        }
    }

    let page = evaluate(&folder, &server, &[&BOTH[..], &JUDGED, &["--format", "html"]].concat()).exits(0).out;
    assert!(page.contains("critical untranslated"), "{page}");
    let text = evaluate(&folder, &server, &[&BOTH[..], &JUDGED].concat()).exits(0).out;
    assert!(text.contains("solomon finds wrong with bad: ") && text.contains("critical untranslated"), "{text}");
}

#[test]
fn a_judge_that_likes_what_comes_first_or_talks_decides_nothing() {
    let first = judged_by(|_| serde_json::json!({ "better": "A", "a": [], "b": [] }));
    let folder = folder();
    let args = [&BOTH[..], &JUDGED, &["--format", "json"]].concat();
    let judgement = json(&evaluate(&folder, &first, &args).exits(0))["judgements"][0].clone();
    assert_eq!((&judgement["torn"], &judgement["wins"]), (&judgement["asked"], &serde_json::json!([0, 0])));

    let talks = judged_by(|_| Value::from("A is better, \u{1b}[31mof course"));
    let ran = evaluate(&folder, &talks, &args).exits(0);
    let judgement = json(&ran)["judgements"][0].clone();
    assert_eq!((&judgement["unanswered"], &judgement["p"]), (&judgement["asked"], &Value::from(1.0)));
}

#[test]
fn a_judge_is_of_another_family_and_that_is_said_before_anything_is_sent() {
    let server = Server::start(reply);
    let folder = folder();
    let ran = evaluate(&folder, &server, &["--model", "qwen3:8b", "--judge", "Qwen/qwen-max"]).exits(2);
    assert!(ran.err.contains("Qwen/qwen-max cannot judge qwen3:8b"), "{}", ran.err);
    assert!(server.seen().is_empty());
}
