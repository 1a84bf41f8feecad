//! Many issues in one run: one pool of requests, each edition by itself.

mod support;

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use support::translator::{Folder, Ran, answer, pseudo};
use support::{Reply, Server};

fn name(number: usize) -> String {
    format!("2023-07-{number:02}-weekly.md")
}

/// So many issues, each with its own text.
fn folder(issues: usize) -> Folder {
    let folder = Folder::new();
    for number in 1..=issues {
        let text = format!(
            "---\ntitle: 'Python 潮流周刊#{number}：第 {number} 只猫'\npubDate: 2023-07-{number:02}\n---\n\n\
             ## 文章\n\n1、[第 {number} 篇文章](https://a.example/{number})（英文）\n\n它讲的是第 {number} 只猫，睡了一整天。\n"
        );
        folder.put(&name(number), text);
    }
    folder
}

fn names(issues: usize) -> Vec<String> {
    (1..=issues).map(name).collect()
}

fn translate(folder: &Folder, server: &Server, names: &[String], more: &[&str]) -> Ran {
    let args: Vec<&str> = names.iter().map(String::as_str).chain(more.iter().copied()).collect();
    folder.translate(&server.base_url(), &args)
}

#[test]
fn issues_are_under_way_together_and_each_edition_is_as_by_itself() {
    let most = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let (now, most) = (AtomicUsize::new(0), Arc::clone(&most));
        move |seen| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(300));
            now.fetch_sub(1, Ordering::SeqCst);
            answer(seen, pseudo)
        }
    });
    let together = folder(6);
    let ran = translate(&together, &server, &names(6), &[]).exits(0);
    // One issue has three requests, two of them at once.
    assert!(most.load(Ordering::SeqCst) > 3, "{}", most.load(Ordering::SeqCst));
    let alone = folder(6);
    for number in 1..=6 {
        translate(&alone, &server, &[name(number)], &["--prefer", "cost"]).exits(0);
        let edition = name(number).replace(".md", ".ja.md");
        assert_eq!(together.get(&edition), alone.get(&edition));
    }
    // A table at the end, in the order of the command line.
    let (_, table) = ran.out.rsplit_once("issue ").expect("a table");
    let rows: Vec<&str> = table.lines().skip(1).map(|row| row.split_whitespace().next().unwrap_or_default()).collect();
    assert_eq!(rows[..6], names(6)[..]);
    assert!(table.contains("6 issues"), "{table}");
}

#[test]
fn one_failure_stops_no_other() {
    let server = Server::start(|seen| {
        if seen.body.contains("第 2 只猫") {
            Reply::status(400, "{\"error\":\"no cats\"}")
        } else {
            answer(seen, pseudo)
        }
    });
    let folder = folder(3);
    folder.put("2023-07-04-weekly.md", b"\xff\xfe");
    let mut issues = names(4);
    issues.push("2023-07-05-weekly.md".to_owned());
    let ran = translate(&folder, &server, &issues, &[]).exits(2);
    for number in [1, 3] {
        assert!(folder.get(&name(number).replace(".md", ".ja.md")).contains("アア"), "{number}: {}", ran.err);
    }
    assert!(ran.err.contains("2023-07-04-weekly.md is not UTF-8"), "{}", ran.err);
    assert!(ran.err.contains("there is no file 2023-07-05-weekly.md"), "{}", ran.err);
    assert!(ran.out.contains("failed"), "{}", ran.out);
}

#[test]
fn a_server_that_refuses_the_key_is_not_asked_for_every_issue() {
    let server = Server::start(|_| Reply::status(401, "{\"error\":{\"message\":\"no\"}}"));
    let folder = Folder::new();
    let issues: Vec<String> =
        (0..120).map(|number| format!("2023-{:02}-{:02}-weekly.md", number / 28 + 1, number % 28 + 1)).collect();
    for issue in &issues {
        folder.put(issue, "## 文章\n\n一段话，说的是猫。\n");
    }
    let ran = translate(&folder, &server, &issues, &[]).exits(2);
    assert!(server.seen().len() < 60, "{}", server.seen().len());
    assert_eq!(ran.err.matches("does not accept the API key").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("of 120 issues were not begun"), "{}", ran.err);
}

#[test]
fn an_edition_is_written_when_its_last_segment_is_there() {
    let server = Server::start(|seen| if seen.body.contains("第 2 ") { Reply::hang() } else { answer(seen, pseudo) });
    let folder = folder(2);
    let mut command = folder.nekoyaku();
    command.args(["translate", "--base-url", &server.base_url(), "--model", "m", &name(1), &name(2)]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
    let began = Instant::now();
    let edition = name(1).replace(".md", ".ja.md");
    while !folder.has(&edition) {
        assert!(began.elapsed() < Duration::from_secs(60), "the first waits for the second");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(child.try_wait().expect("a child").is_none());
    child.kill().expect("it is there");
    child.wait().expect("it ends");
    assert!(!folder.has(&name(2).replace(".md", ".ja.md")));
}

#[test]
fn what_one_issue_was_answered_is_not_asked_for_another() {
    let server = Server::start(|seen| answer(seen, pseudo));
    let folder = folder(1);
    translate(&folder, &server, &names(1), &[]).exits(0);
    let text = folder.get(&name(1)).replace("第 1 篇文章", "另一篇文章");
    folder.put(&name(2), text);
    let before = server.seen().len();
    translate(&folder, &server, &[name(2)], &[]);
    let asked: Vec<String> =
        server.seen()[before..].iter().flat_map(support::translator::asked).map(|(_, text)| text).collect();
    assert_eq!(asked, ["1、<a1>另一篇文章</a1>（英文）"]);
}
