//! What a run takes is known before, held to, and told afterwards.

mod support;

use serde_json::Value;
use support::translator::{Folder, SMALL as ISSUE, answer, asked, pseudo};
use support::{Reply, Seen, Server};

const NAME: &str = "2023-07-01-weekly.md";

/// Each request is a thousand tokens in and two hundred out.
const PRICED: &str = "[[price]]\nmodel = \"m\"\ninput = 1.0\ncached = 0.1\noutput = 8.0\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put(NAME, ISSUE);
    folder.put("nekoyaku.toml", PRICED);
    folder
}

fn counted(seen: &Seen, input: u64, output: u64) -> Reply {
    let text = support::translator::object(seen, pseudo);
    Reply::json(serde_json::json!({
        "model": "m",
        "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": input, "completion_tokens": output,
            "prompt_tokens_details": { "cached_tokens": input / 2 },
            "completion_tokens_details": { "reasoning_tokens": output / 4 } },
    }))
}

fn server() -> Server {
    Server::start(|seen| counted(seen, 1_000, 200))
}

const ARGS: [&str; 7] = [NAME, "-o", "edition.md", "--batch", "2", "--attempts", "2"];

#[test]
fn what_it_cost_is_told() {
    let (folder, server) = (folder(), server());
    let ran = folder.translate(&server.base_url(), &ARGS).exits(0);
    let requests = server.seen().len();
    // 500 at 1, 500 at 0.1, 200 at 8, in millionths of a dollar.
    let dollars = requests as f64 * 2_150.0 / 1e6;
    let said = format!(
        "{requests} requests, {} tokens in ({} cached), {} out ({} reasoning); about ${dollars:.3}.",
        requests * 1_000,
        requests * 500,
        requests * 200,
        requests * 50,
    );
    assert!(ran.out.contains(&said), "{said}\n{}", ran.out);
}

#[test]
fn without_a_price_tokens_are_told_and_a_budget_in_money_is_refused() {
    let (folder, server) = (folder(), server());
    folder.put("nekoyaku.toml", "");
    let ran = folder.translate(&server.base_url(), &[&ARGS[..], &["--budget", "0.50"]].concat()).exits(2);
    assert!(ran.err.contains("no price is known for m") && ran.err.contains("[[price]]"), "{}", ran.err);
    assert_eq!(server.seen().len(), 0);
    let ran = folder.translate(&server.base_url(), &ARGS).exits(0);
    assert!(ran.out.contains(" out (") && !ran.out.contains('$'), "{}", ran.out);
}

#[test]
fn a_budget_is_never_passed_and_what_there_is_is_kept() {
    let (folder, server) = (folder(), server());
    // Four times 1,200 tokens, and not five.
    let ran = folder.translate(&server.base_url(), &[&ARGS[..], &["--budget", "5500 tokens"]].concat()).exits(1);
    let first = server.seen().len();
    assert!((1..=4).contains(&first), "{first}: {}", ran.out);
    assert!(ran.out.contains("the budget does not allow for another request:"), "{}", ran.out);
    assert!(folder.get("edition.md").contains("<!-- nekoyaku: untranslated -->"));
    let answered: Vec<String> = server.seen().iter().flat_map(asked).map(|(_, text)| text).collect();

    // With enough, the same command asks for the rest and nothing else.
    let ran = folder.translate(&server.base_url(), &[&ARGS[..], &["--budget", "1.00"]].concat()).exits(0);
    assert!(ran.out.contains("from an earlier run"), "{}", ran.out);
    let later: Vec<String> = server.seen()[first..].iter().flat_map(asked).map(|(_, text)| text).collect();
    assert!(later.iter().all(|text| !answered.contains(text)), "{later:?}");
    assert!(!folder.get("edition.md").contains("untranslated"));
}

#[test]
fn a_budget_too_small_for_anything_sends_nothing() {
    let (folder, server) = (folder(), server());
    let ran = folder.translate(&server.base_url(), &[&ARGS[..], &["--budget", "0.0001"]].concat()).exits(2);
    assert!(ran.err.contains("$0 of $0.00010 are spent") && ran.err.contains("--budget"), "{}", ran.err);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_budget_is_of_the_whole_run() {
    let (folder, server) = (folder(), server());
    for day in ["08", "15", "22"] {
        folder.put(&format!("2023-07-{day}-weekly.md"), ISSUE.replace("十节", &format!("{day} 节")));
    }
    let issues = [NAME, "2023-07-08-weekly.md", "2023-07-15-weekly.md", "2023-07-22-weekly.md"];
    let args = [&issues[..], &["--batch", "2", "--budget", "8k tokens"]].concat();
    folder.translate(&server.base_url(), &args);
    let requests = server.seen().len();
    assert!((2..=6).contains(&requests), "{requests}");
}

#[test]
fn a_server_that_does_not_count_is_counted_for() {
    let folder = folder();
    let server = Server::start(|seen| {
        let text = support::translator::object(seen, pseudo);
        Reply::json(serde_json::json!({ "choices": [{ "message": { "content": text }, "finish_reason": "stop" }] }))
    });
    let ran = folder.translate(&server.base_url(), &[&ARGS[..], &["--budget", "3000 tokens"]].concat());
    assert!(ran.code != Some(0) && server.seen().len() < 4, "{}: {}", server.seen().len(), ran.out);
}

#[test]
fn the_usage_log_has_a_line_for_each_request() {
    let (folder, server) = (folder(), server());
    folder.translate(&server.base_url(), &[&ARGS[..], &["--usage-log", "usage.jsonl"]].concat()).exits(0);
    folder.translate(&server.base_url(), &[&ARGS[..], &["--usage-log", "usage.jsonl"]].concat()).exits(0);
    let log = folder.get("usage.jsonl");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), server.seen().len());
    for line in &lines {
        assert_eq!((line["issue"].as_str(), line["model"].as_str()), (Some("2023-07-01-weekly"), Some("m")));
        assert_eq!((line["input"].as_u64(), line["output"].as_u64()), (Some(1_000), Some(200)));
        assert!((line["price"].as_f64().expect("a price") - 0.00215).abs() < 1e-9, "{line}");
        assert!(line["time"].as_u64() > Some(1_700_000_000));
    }
    assert!(!log.contains("sk-test"));
}

#[test]
fn a_dry_run_knows_what_is_answered_already_and_the_price_of_the_rest() {
    let (folder, server) = (folder(), Server::start(|seen| answer(seen, pseudo)));
    let dry = |folder: &Folder| {
        let args = ["translate", "--base-url", &server.base_url(), "--model", "m", "--dry-run"];
        folder.run(&[&args[..], &ARGS[..5]].concat()).exits(0)
    };
    let before = dry(&folder);
    assert!(before.err.contains("m would be asked in") && before.err.contains(", about $0.0"), "{}", before.err);
    assert!(!folder.has(".nekoyaku") && server.seen().is_empty());
    folder.translate(&server.base_url(), &ARGS).exits(0);
    let requests = server.seen().len();
    let after = dry(&folder);
    assert!(after.err.contains("9 of them known; m would be asked in 0 requests"), "{}", after.err);
    assert_eq!(server.seen().len(), requests);
}
