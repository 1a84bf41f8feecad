//! Paid answers are kept: whatever ends a run, the next one asks for what is missing, and for
//! nothing else.

mod support;

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::process::Command;
use std::process::{Child, Stdio};
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

use nekoyaku::journal::{Entry, Line, Record, Spent};
use nekoyaku::model::Usage;
use proptest::prelude::*;
use support::translator::{Folder, Ran, SMALL, answer, asked, pseudo};
use support::{Reply, Server};

/// An issue with one more text than [`SMALL`] has.
fn issue() -> String {
    format!("{SMALL}\n2、[两只猫](https://a.example/4)\n\n最后一段没有任何标记，只有文字。\n")
}

const NAME: &str = "2023-07-01-weekly.md";
const JOURNAL: &str = ".nekoyaku/journal.jsonl";
const SEGMENTS: usize = 11;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put(NAME, issue());
    folder
}

const ARGS: [&str; 5] = [NAME, "-o", "edition.md", "--batch", "2"];

fn run(folder: &Folder, server: &Server, more: &[&str]) -> Ran {
    folder.translate(&server.base_url(), &[&ARGS[..], more].concat())
}

fn spawn(folder: &Folder, server: &Server, more: &[&str]) -> Child {
    let mut command = folder.nekoyaku();
    command.args(["translate", "--base-url", &server.base_url(), "--model", "m"]).args(ARGS).args(more);
    command.env("OPENAI_API_KEY", "sk-test-0123456789").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

/// A server that is right, after a while.
fn slow(millis: u64) -> Server {
    Server::start(move |seen| answer(seen, pseudo).delay(Duration::from_millis(millis)))
}

/// What was asked, in order.
fn texts(server: &Server) -> Vec<String> {
    server.seen().iter().flat_map(asked).map(|(_, text)| text).collect()
}

fn counted(texts: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for text in texts {
        *counted.entry(text).or_default() += 1;
    }
    counted
}

fn kept(folder: &Folder) -> Vec<String> {
    let bytes = fs::read(folder.file(JOURNAL)).unwrap_or_default();
    Record::read(&bytes).answers().iter().map(|entry| entry.answer.clone()).collect()
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

#[test]
fn a_second_run_asks_nothing_and_is_the_same() {
    let (folder, server) = (folder(), slow(0));
    let first = run(&folder, &server, &[]).exits(0);
    assert!(!first.out.contains("from an earlier run"), "{}", first.out);
    let (edition, requests) = (folder.get("edition.md"), server.seen().len());
    assert_eq!(kept(&folder).len(), SEGMENTS);
    let second = run(&folder, &server, &[]).exits(0);
    assert!(
        second.out.contains("11 segments: 0 translated, 11 from an earlier run, 0 from the memory"),
        "{}",
        second.out
    );
    assert_eq!((folder.get("edition.md"), server.seen().len()), (edition, requests));
    assert_eq!(folder.get(".nekoyaku/.gitignore"), "*\n");
    // Neither the key nor what a model is told.
    let journal = folder.get(JOURNAL);
    assert!(
        !journal.contains("sk-test") && !journal.contains("127.0.0.1") && !journal.contains("Translate"),
        "{journal}"
    );
    let sum = folder.run(&["journal", "sum"]).exits(0);
    assert!(
        sum.out.ends_with(&format!(
            "all: 11 answers, {requests} requests, {} tokens in ({} cached), {} out\n",
            requests * 100,
            requests * 64,
            requests * 20
        )),
        "{}",
        sum.out
    );
}

#[test]
fn an_edit_of_one_paragraph_is_one_request_for_it() {
    let (folder, server) = (folder(), slow(0));
    run(&folder, &server, &[]).exits(0);
    let before = texts(&server).len();
    folder.put(NAME, issue().replace("只是睡觉而已", "只是吃饭而已"));
    run(&folder, &server, &[]).exits(0);
    assert_eq!(texts(&server)[before..], ["它什么也不做，只是吃饭而已。"]);
}

#[test]
fn fresh_asks_again_and_what_it_got_holds() {
    let folder = folder();
    let server = Server::start(|seen| {
        answer(seen, |text| pseudo(text).replace("アア", if seen.index < 7 { "アア" } else { "イイ" }))
    });
    run(&folder, &server, &[]).exits(0);
    let first = server.seen().len();
    run(&folder, &server, &["--fresh"]).exits(0);
    assert_eq!(server.seen().len(), first * 2);
    run(&folder, &server, &[]).exits(0);
    assert_eq!(server.seen().len(), first * 2);
    assert!(folder.get("edition.md").contains("イイ"), "{}", folder.get("edition.md"));
    let compacted = folder.run(&["journal", "compact"]).exits(0);
    assert!(compacted.out.contains(" lines became 12"), "{}", compacted.out);
    run(&folder, &server, &[]).exits(0);
    assert_eq!(server.seen().len(), first * 2);
}

#[test]
fn another_model_is_asked_for_all_and_a_term_for_what_it_is_in() {
    let (folder, server) = (folder(), slow(0));
    folder.put("glossary.toml", "[[term]]\nsource = \"协程\"\ntarget = \"コルーチン\"\n");
    run(&folder, &server, &[]).exits(0);
    assert_eq!(texts(&server).len(), SEGMENTS);
    folder.put("glossary.toml", "[[term]]\nsource = \"协程\"\ntarget = \"コルーティン\"\n");
    run(&folder, &server, &[]).exits(0);
    assert_eq!(texts(&server)[SEGMENTS..], ["从最简单的例子开始，讲到协程为止，共有十节。"]);
    let mut other = folder.nekoyaku();
    other.args(["translate", "--base-url", &server.base_url(), "--model", "m2"]).args(ARGS);
    Ran::of(other.output().expect("the program runs")).exits(0);
    assert_eq!(texts(&server).len(), 2 * SEGMENTS + 1);
}

#[test]
fn an_answer_that_is_not_right_any_more_is_not_used() {
    let (folder, server) = (folder(), slow(0));
    run(&folder, &server, &[]).exits(0);
    let journal = folder.get(JOURNAL);
    folder.put(JOURNAL, journal.replace("<c1>functools.wraps</c1>", ""));
    run(&folder, &server, &[]).exits(0);
    assert_eq!(texts(&server).len(), SEGMENTS + 1);
}

#[test]
fn what_is_refused_each_time_ends_as_it_did_before() {
    let folder = folder();
    let server = Server::start(|seen| {
        if asked(seen).iter().any(|(_, text)| text.contains("functools")) {
            return Reply::status(400, "{\"error\":{\"message\":\"this is against our policy\"}}");
        }
        answer(seen, pseudo)
    });
    run(&folder, &server, &[]).exits(1);
    let edition = folder.get("edition.md");
    let second = run(&folder, &server, &[]).exits(1);
    assert!(second.out.contains("0 translated, 10 from an earlier run, 0 from the memory, 1 left"), "{}", second.out);
    assert_eq!(folder.get("edition.md"), edition);
}

#[test]
fn a_journal_of_anything_is_passed_over_and_said() {
    let (folder, server) = (folder(), slow(0));
    run(&folder, &server, &[]).exits(0);
    let whole = fs::read(folder.file(JOURNAL)).expect("a journal");
    let cut = [&b"\xff\x00{}\n[1]\n"[..], &whole[..whole.len() - 9]].concat();
    folder.put(JOURNAL, cut);
    let ran = run(&folder, &server, &[]).exits(0);
    assert!(ran.err.contains("are none of a journal's; they are passed over"), "{}", ran.err);
    assert_eq!(kept(&folder).len(), SEGMENTS);
    let asked = server.seen().len();
    run(&folder, &server, &[]).exits(0);
    assert_eq!(server.seen().len(), asked);
}

#[cfg(unix)]
#[test]
fn no_place_for_a_journal_is_said_and_no_reason_to_stop() {
    let server = slow(0);
    let to_stdout = folder().translate(&server.base_url(), &[NAME, "-o", "-"]).exits(0);
    assert_eq!(to_stdout.err.matches("answers are not kept").count(), 1, "{}", to_stdout.err);
    let folder = folder();
    folder.put("elsewhere/x", "");
    std::os::unix::fs::symlink("elsewhere", folder.file(".nekoyaku")).expect("a link");
    let ran = run(&folder, &server, &[]).exits(0);
    assert!(ran.err.contains("answers are not kept for another run: ./.nekoyaku leads somewhere else"), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.file("elsewhere")).expect("a folder").count(), 1);
}

#[test]
fn two_at_once_do_not_pay_twice() {
    let (folder, server) = (folder(), slow(300));
    let first = spawn(&folder, &server, &[]);
    while server.seen().is_empty() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let other = slow(0);
    let second = run(&folder, &other, &[]).exits(2);
    assert!(second.err.contains("another nekoyaku is at work in ."), "{}", second.err);
    assert!(other.seen().is_empty());
    Ran::of(first.wait_with_output().expect("it ends")).exits(0);
    run(&folder, &other, &[]).exits(0);
    assert!(other.seen().is_empty());
}

#[cfg(unix)]
#[test]
fn told_to_stop_what_is_under_way_is_kept() {
    for name in ["-INT", "-TERM"] {
        let (folder, server) = (folder(), slow(200));
        let child = spawn(&folder, &server, &["--concurrency", "2"]);
        // The titles, and then two at a time.
        while server.seen().len() < 3 {
            std::thread::sleep(Duration::from_millis(2));
        }
        signal(&child, name);
        let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(130);
        let (first, seen) = (texts(&server), server.seen().len());
        assert!(seen <= 4 && !folder.has("edition.md"), "{seen}: {}", ran.err);
        assert_eq!(counted(kept(&folder)), counted(first.iter().map(|text| pseudo(text))));
        let said = format!("{} new answers are in ./{JOURNAL}; run the same command to go on", first.len());
        assert!(ran.err.contains(&said), "{}", ran.err);
        run(&folder, &server, &[]).exits(0);
        assert_eq!(texts(&server).len(), SEGMENTS);
    }
}

#[cfg(unix)]
#[test]
fn told_to_stop_nobody_waits_for_a_busy_server() {
    let folder = folder();
    folder.put("2023-07-08-weekly.md", issue());
    let server = Server::start(|seen| match seen.index {
        0 => answer(seen, pseudo),
        _ => Reply::status(429, "{}").header("Retry-After", "60"),
    });
    let mut command = folder.nekoyaku();
    command.args(["translate", "--base-url", &server.base_url(), "--model", "m", NAME, "2023-07-08-weekly.md"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    while server.seen().len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "-INT");
    let started = Instant::now();
    let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(130);
    assert!(started.elapsed() < Duration::from_secs(20), "{}", ran.err);
    assert!(!folder.has("2023-07-01-weekly.ja.md") && !folder.has("2023-07-08-weekly.ja.md"), "{}", ran.err);
    // One heading of one of them: all else waits for it.
    assert_eq!(kept(&folder).len(), 1);
}

#[cfg(unix)]
#[test]
fn told_to_stop_twice_it_stops_at_once() {
    let folder = folder();
    let server = Server::start(|seen| if seen.index == 0 { answer(seen, pseudo) } else { Reply::hang() });
    let mut child = spawn(&folder, &server, &[]);
    while server.seen().len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("a child").is_none());
    signal(&child, "-INT");
    let started = Instant::now();
    let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(130);
    assert!(started.elapsed() < Duration::from_secs(5) && !folder.has("edition.md"), "{}", ran.err);
    assert_eq!(kept(&folder).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_no_more_is_paid_for_and_nothing_is_called_kept() {
    let (folder, server) = (folder(), slow(0));
    run(&folder, &server, &[]).exits(0);
    // Nearly as long as a file may be: half a line more fits in.
    let line = Line::Spent(Spent::new("x", "m", Usage::default())).to_string();
    folder.put(JOURNAL, line.repeat(1000 / line.len()));
    let (requests, asked_before) = (server.seen().len(), texts(&server).len());
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_nekoyaku"))
        .args(["translate", "--base-url", &server.base_url(), "--model", "m", "--concurrency", "1"])
        .args(ARGS)
        .env("OPENAI_API_KEY", "sk-test-0123456789")
        .current_dir(folder.path())
        .output()
        .expect("sh runs");
    let ran = Ran::of(limited).exits(2);
    assert!(ran.err.contains("journal.jsonl cannot be written") && ran.err.contains("make room"), "{}", ran.err);
    // The answer that did not fit in was the last one.
    assert!(server.seen().len() < 2 * requests && !ran.err.contains("new answers"), "{}", ran.err);
    let (safe, paid) = (kept(&folder).len(), texts(&server).len() - asked_before);
    assert!(safe < paid, "{safe} of {paid}");
    run(&folder, &server, &[]).exits(0);
    assert_eq!(kept(&folder).len(), SEGMENTS);
    assert_eq!(texts(&server).len() - asked_before - paid, SEGMENTS - safe);
}

#[test]
fn a_question_that_was_open_when_it_was_killed_is_asked_and_only_once() {
    let folder = Folder::new();
    folder.put(
        NAME,
        "甲乙丙丁的一段话，讲的是一件事情而已，别无其他内容。\n\n另一段更长的话，讲的是完全不同的一件事情，而且要讲得久一些才行。\n",
    );
    // Asked for alone, each has its own, and the second the one that both had.
    let reply = |seen: &support::Seen| {
        let alone = asked(seen).len() == 1;
        answer(seen, |text| {
            if alone && text.starts_with('甲') {
                "甲乙丙丁の話で、ひとつの事だけを述べている段落です。".to_owned()
            } else {
                "ここにはどの段落にも合いそうな長さの訳文が入っています。".to_owned()
            }
        })
    };
    let args = [NAME, "-o", "edition.md", "--no-note"];
    // Dies at the first question that is asked alone, or at the second.
    for hanging in [0, 1] {
        let _ = fs::remove_dir_all(folder.file(".nekoyaku"));
        let _ = fs::remove_file(folder.file("edition.md"));
        let whole = Folder::new();
        whole.put(NAME, folder.get(NAME));
        let server = Server::start(reply);
        let ran = whole.translate(&server.base_url(), &args);
        let requests = server.seen().len();
        assert_eq!(requests, 3, "{}", ran.out);

        let first = Server::start(move |seen| if seen.index > hanging { Reply::hang() } else { reply(seen) });
        let mut command = folder.nekoyaku();
        command.args(["translate", "--base-url", &first.base_url(), "--model", "m"]).args(args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
        while first.seen().len() < hanging + 2 {
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().expect("a child to kill");
        child.wait().expect("it ends");

        let second = Server::start(reply);
        let resumed = folder.translate(&second.base_url(), &args);
        assert_eq!(second.seen().len(), requests - hanging - 1, "{}", resumed.out);
        assert_eq!((folder.get("edition.md"), resumed.code), (whole.get("edition.md"), ran.code));
        let third = Server::start(reply);
        folder.translate(&third.base_url(), &args);
        assert_eq!((third.seen().len(), folder.get("edition.md")), (0, whole.get("edition.md")));
    }
}

fn entries() -> impl Strategy<Value = Vec<Line>> {
    let line = ("[0-9a-f]{32}", "\\PC{0,12}", any::<bool>()).prop_map(|(key, text, answer)| {
        if answer {
            let key = key.parse().expect("a key");
            let (issue, kind, model) = (text.clone(), "paragraph".to_owned(), "m".to_owned());
            return Line::Answer(Entry { key, issue, kind, model, answer: text + "\n猫", doubt: None });
        }
        let usage = Usage { requests: 1, input_tokens: 7, cached_tokens: 1, output_tokens: 2, ..Usage::default() };
        Line::Spent(Spent::new(&text, "m", usage))
    });
    prop::collection::vec(line, 0..8)
}

proptest! {
    #[test]
    fn any_bytes_are_a_journal_of_the_whole_lines_in_it(
        noise in prop::collection::vec(any::<u8>(), 0..200), lines in entries(), cut in any::<prop::sample::Index>(),
    ) {
        Record::read(&noise);
        // Cut anywhere, and gone on with on a new line.
        let text: String = lines.iter().map(Line::to_string).collect();
        let cut = cut.index(text.len() + 1);
        let whole = text.as_bytes()[..cut].iter().filter(|byte| **byte == b'\n').count();
        let record = Record::read(&[&text.as_bytes()[..cut], b"\n", text.as_bytes()].concat());
        prop_assert!(record.lines() >= whole + lines.len() && record.lines() <= whole + lines.len() + 1);
        prop_assert!(record.passed_over.len() <= 1);
        for line in &lines {
            if let Line::Answer(entry) = line {
                prop_assert!(record.answer(entry.key).is_some());
            }
        }
        let compacted = Record::read(record.compacted().as_bytes());
        prop_assert_eq!(compacted.answers(), record.answers());
        prop_assert!(compacted.spent().eq(record.spent()));
    }
}

#[test]
fn killed_at_any_instant_a_run_goes_on_where_it_was() {
    let instants: u32 = std::env::var("NEKOYAKU_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let server = slow(12);
    let whole = folder();
    run(&whole, &server, &["--concurrency", "2"]).exits(0);
    let requests = server.seen().len();
    let wanted = counted(texts(&server).iter().map(|text| pseudo(text)));
    let (edition, diff) = (whole.get("edition.md"), whole.get("edition.diff"));
    let mut rng = fastrand::Rng::new();
    let mut killed = 0;
    for _ in 0..instants {
        let folder = folder();
        // Counted in requests first: how long a run takes depends on what else this machine does.
        let (reached, pause) = (rng.usize(0..=requests), Duration::from_micros(rng.u64(0..30_000)));
        let before = server.seen().len();
        let mut child = spawn(&folder, &server, &["--concurrency", "2"]);
        while server.seen().len() < before + reached {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(pause);
        killed += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("a child to kill");
        child.wait().expect("it ends");
        let safe = kept(&folder);

        let rest = slow(0);
        run(&folder, &rest, &[]).exits(0);
        let mut all = safe;
        all.extend(texts(&rest).iter().map(|text| pseudo(text)));
        assert_eq!(counted(all), wanted, "killed {pause:?} after request {reached}");
        assert_eq!(folder.get("edition.md"), edition, "killed {pause:?} after request {reached}");
        assert_eq!(folder.get("edition.diff"), diff, "killed {pause:?} after request {reached}");
    }
    assert!(killed * 2 >= instants, "{killed} of {instants} were killed before their end");
}
