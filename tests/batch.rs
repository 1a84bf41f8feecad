//! Many issues at once: answers that come in files are taken as those that come at once, and nothing
//! is paid for twice.

mod support;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nekoyaku::journal::Record;
use serde_json::{Value, json};
use support::batches::{Desk, Fault, answered, completion, expired, result};
use support::translator::{Folder, Ran, SMALL as FIRST, pseudo};

const SECOND: &str = "---\ntitle: 'Python 潮流周刊#10：异步'\npubDate: 2023-07-08\n---\n\n\
    ## 文章与教程\n\n\
    1、[写给猫的异步入门](https://a.example/5)（英文）\n\n\
    作者在旅途中写下了这篇教程，读来十分有趣。\n\n\
    ## 播客与视频\n\n\
    最后一段没有任何标记，只有文字。\n";

const NAMES: [&str; 2] = ["2023-07-01-weekly.md", "2023-07-08-weekly.md"];
const EDITIONS: [&str; 2] = ["ja/2023-07-01-weekly.md", "ja/2023-07-08-weekly.md"];
const JOURNAL: &str = "ja/.nekoyaku/journal.jsonl";
const LEDGER: &str = "ja/.nekoyaku/batches.jsonl";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put(NAMES[0], FIRST);
    folder.put(NAMES[1], SECOND);
    fs::create_dir(folder.file("ja")).expect("a folder");
    folder
}

fn command(folder: &Folder, desk: &Desk, args: &[&str]) -> Command {
    let mut command = folder.nekoyaku();
    command.arg("batch").args(args).args(["--base-url", &desk.server.base_url(), "--model", "m"]);
    command.env("OPENAI_API_KEY", "sk-test-0123456789");
    command
}

fn batch(folder: &Folder, desk: &Desk, args: &[&str]) -> Ran {
    Ran::of(command(folder, desk, args).output().expect("the program runs"))
}

fn submit(folder: &Folder, desk: &Desk, more: &[&str]) -> Ran {
    batch(folder, desk, &[&["submit", "--batch", "2"], &NAMES[..], more].concat())
}

fn translate(folder: &Folder, desk: &Desk) -> Ran {
    folder.translate(&desk.server.base_url(), &[&NAMES[..], &["--batch", "2"]].concat())
}

/// Without a server and without a key.
fn offline(folder: &Folder, args: &[&str]) -> Ran {
    folder.run(&[&["batch"], args, &["--model", "m", "--batch", "2"]].concat())
}

fn export(folder: &Folder) -> Vec<Value> {
    offline(folder, &[&["export"], &NAMES[..], &["-o", "requests.jsonl"]].concat()).exits(0);
    lines(folder, "requests.jsonl")
}

fn import(folder: &Folder, results: &str) -> Ran {
    folder.put("results.jsonl", results);
    offline(folder, &[&["import", "results.jsonl"], &NAMES[..]].concat())
}

fn lines(folder: &Folder, name: &str) -> Vec<Value> {
    folder.get(name).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The editions of a run without batches.
fn direct() -> Vec<String> {
    let (folder, desk) = (folder(), Desk::open());
    translate(&folder, &desk).exits(0);
    editions(&folder)
}

/// The texts that were asked for at once.
fn asked_at_once(desk: &Desk) -> Vec<String> {
    let seen = desk.server.seen();
    let chats = seen.iter().filter(|seen| seen.path.ends_with("/chat/completions"));
    chats.flat_map(support::translator::asked).map(|(_, text)| text).collect()
}

fn editions(folder: &Folder) -> Vec<String> {
    EDITIONS.iter().map(|name| folder.get(name)).collect()
}

fn kept(folder: &Folder) -> Record {
    Record::read(&fs::read(folder.file(JOURNAL)).expect("a journal"))
}

fn spent(folder: &Folder) -> (u32, u64, u64) {
    kept(folder).spent().fold((0, 0, 0), |(requests, input, output), spent| {
        (requests + spent.requests, input + spent.input, output + spent.output)
    })
}

#[test]
fn the_requests_of_a_batch_are_those_of_a_run() {
    let folder = folder();
    let ran = offline(&folder, &[&["export"], &NAMES[..]].concat()).exits(0);
    assert!(ran.out.starts_with("2 issues, 14 segments, 8 requests to m: about "), "{}", ran.out);
    assert!(ran.out.ends_with(" out\nrequests.jsonl\n"), "{}", ran.out);
    let desk = Desk::open();
    let base = desk.server.base_url();
    // The same server, since what is sent is said in its way.
    offline(&folder, &["export", "--base-url", &base, NAMES[0]]).exits(0);
    folder.translate(&base, &[NAMES[0], "--batch", "2", "--prefer", "cost"]).exits(0);
    let sent: Vec<Value> = desk.server.seen().iter().map(support::Seen::json).collect();
    let lines = lines(&folder, "requests.jsonl");
    assert_eq!(lines.len(), sent.len());
    for line in lines {
        assert_eq!((&line["method"], &line["url"]), (&json!("POST"), &json!("/v1/chat/completions")));
        let id = line["custom_id"].as_str().expect("an id");
        assert!(id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{id}");
        assert!(sent.contains(&line["body"]), "{}", line["body"]);
    }
}

#[test]
fn any_lines_in_any_order_and_then_a_run_are_a_run() {
    let wanted = direct();
    let mut rng = fastrand::Rng::with_seed(7);
    for round in 0..6 {
        let (folder, desk) = (folder(), Desk::open());
        let mut results: Vec<String> = export(&folder).iter().map(answered).collect();
        let all = results.len();
        rng.shuffle(&mut results);
        // All of them, none, and some.
        let count = [all, 0, 1, all - 1][round % 4].max(if round > 3 { rng.usize(0..=all) } else { 0 });
        results.truncate(count);
        let code = i32::from(count < all);
        import(&folder, &results.concat()).exits(code);
        translate(&folder, &desk).exits(0);
        assert_eq!(editions(&folder), wanted, "{count} of {all}");
        assert_eq!(desk.shop().chats == 0, count == all, "{count} of {all}");
    }
}

#[test]
fn a_batch_is_submitted_and_fetched_and_then_nothing_is_asked() {
    let (folder, desk) = (folder(), Desk::open());
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(
        ran.out.contains("14 segments, 8 requests to m") && ran.out.contains("batch batch_0 at 127.0.0.1"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("nekoyaku batch status --in ja"), "{}", ran.err);
    let ledger = folder.get(LEDGER);
    assert!(ledger.contains("\"file-0\"") && ledger.contains("\"batch_0\"") && !ledger.contains("sk-test"), "{ledger}");
    let path = folder.path().to_string_lossy().into_owned();
    assert!(!ledger.contains(&path), "{ledger}");

    let ran = batch(&folder, &desk, &["status"]).exits(0);
    assert!(ran.out.starts_with("batch_0  in progress, 0 of 0 done, "), "{}", ran.out);
    assert!(ran.out.ends_with("; nothing to do yet\n"), "{}", ran.out);
    let ran = batch(&folder, &desk, &["fetch"]).exits(1);
    assert!(ran.err.contains("not to be fetched yet"), "{}", ran.err);
    // Nothing is asked for twice.
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(ran.out.contains("there is nothing to ask"), "{}", ran.out);
    assert!(ran.err.contains("15 segments of these issues are in a batch under way"), "{}", ran.err);
    assert_eq!(desk.made(), 1);

    let mut output: Vec<String> = desk.requests(0).iter().map(answered).collect();
    output.reverse();
    desk.end(0, "completed", &output, &[]);
    let ran = batch(&folder, &desk, &["status"]).exits(0);
    assert!(ran.out.contains("batch_0  completed, 8 of 8 done") && ran.out.contains("fetch it"), "{}", ran.out);
    let ran = batch(&folder, &desk, &["fetch"]).exits(0);
    assert_eq!(
        ran.out,
        "2023-07-01-weekly: 9 of 9 segments there, 9 new\n2023-07-08-weekly: 6 of 6 segments there, 5 new\n"
    );
    assert_eq!(spent(&folder), (8, 800, 160));

    let journal = folder.get(JOURNAL);
    let again = batch(&folder, &desk, &["fetch"]).exits(0);
    assert_eq!(again.out, "there is nothing to fetch\n");
    let named = batch(&folder, &desk, &["fetch", "batch_0"]).exits(0);
    assert!(named.out.contains("9 of 9 segments there, 0 new"), "{}", named.out);
    assert_eq!(folder.get(JOURNAL), journal);

    translate(&folder, &desk).exits(0);
    assert_eq!(desk.shop().chats, 0);
    assert_eq!(editions(&folder), direct());
}

#[test]
fn of_an_expired_batch_what_was_answered_is_kept_and_the_rest_is_asked() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let requests = desk.requests(0);
    let output: Vec<String> = requests[..6].iter().map(answered).collect();
    let errors: Vec<String> = requests[6..].iter().map(expired).collect();
    desk.end(0, "expired", &output, &errors);
    let status = batch(&folder, &desk, &["status"]).exits(1);
    assert!(status.out.contains("expired, 6 of 8 done, 2 failed"), "{}", status.out);
    let ran = batch(&folder, &desk, &["fetch"]).exits(1);
    assert!(ran.out.contains("not answered in time"), "{}", ran.out);
    assert!(
        ran.err.contains("to ask for what is missing: nekoyaku translate ja/.nekoyaku/../../2023-07-08-weekly.md")
            || ran.err.contains("to ask for what is missing: nekoyaku translate 2023-07-08-weekly.md"),
        "{}",
        ran.err
    );
    assert_eq!(spent(&folder).0, 6);
    // Its rest may be submitted again, or asked for at once.
    submit(&folder, &desk, &[]).exits(0);
    assert_eq!(desk.requests(1).len(), 2);
    translate(&folder, &desk).exits(0);
    assert_eq!(editions(&folder), direct());
    assert_eq!(asked_at_once(&desk).len(), 3);
}

#[test]
fn a_batch_that_expires_whole_is_made_again_under_another_name() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let errors: Vec<String> = desk.requests(0).iter().map(expired).collect();
    desk.end(0, "expired", &[], &errors);
    batch(&folder, &desk, &["fetch"]).exits(1);
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(ran.out.contains("batch batch_1 at"), "{}", ran.out);
    let shop = desk.shop();
    assert_ne!(shop.batches[0]["metadata"], shop.batches[1]["metadata"]);
}

#[test]
fn a_batch_that_could_not_be_begun_says_why_and_is_over() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    desk.shop().batches[0]["errors"] = json!({ "data": [{ "message": "line 1 \u{1b}[2J is not\nvalid" }] });
    desk.end(0, "failed", &[], &[]);
    let status = batch(&folder, &desk, &["status"]).exits(1);
    assert!(status.out.contains("failed") && status.out.contains("line 1 [2J is not valid"), "{}", status.out);
    let ran = batch(&folder, &desk, &["fetch"]).exits(1);
    assert!(ran.err.contains("it failed, and nothing was answered"), "{}", ran.err);
    submit(&folder, &desk, &[]).exits(0);
    assert_eq!(desk.made(), 2);
}

#[test]
fn what_is_no_good_answer_is_named_with_its_line() {
    let folder = folder();
    let requests = export(&folder);
    let id = |line: usize| requests[line]["custom_id"].as_str().expect("an id").to_owned();
    let mut cut = completion(&requests[1], pseudo);
    cut["choices"][0]["finish_reason"] = json!("length");
    let mut other = completion(&requests[2], pseudo);
    other["model"] = json!("a-cat\u{1b}[2J");
    let empty = completion(&requests[3], |_| String::new());
    let vllm = json!({ "id": "vllm-1", "custom_id": id(4), "response": null,
        "error": { "error": { "message": "the model `x` does not exist", "code": 404 } } });
    let failed =
        json!({ "custom_id": id(5), "response": { "status_code": 400, "body": { "error": { "message": "no" } } } });
    let torn = answered(&requests[6]);
    let results = [
        answered(&requests[0]),
        result(&requests[1], &cut),
        result(&requests[2], &other),
        result(&requests[3], &empty),
        format!("{vllm}\n{failed}\n"),
        answered(&requests[0]),
        "{\"custom_id\":\"../../etc/passwd\"}\n\n[1]\n{\"id\":\"x\"}\n".to_owned(),
        torn[..torn.len() / 2].to_owned(),
    ];
    let ran = import(&folder, &results.concat()).exits(1);
    for said in [
        "results.jsonl:7: `".to_owned() + &id(0) + "` was answered before; the first answer counts",
        "results.jsonl:8: `../../etc/passwd` is nothing that was asked about these issues".to_owned(),
        "results.jsonl:10: it is cut off, or no JSON object; it is passed over".to_owned(),
        "results.jsonl:11: it has no `custom_id`; it is passed over".to_owned(),
        "results.jsonl:12: it is cut off, or no JSON object; it is passed over".to_owned(),
        "results.jsonl:3: a-cat[2J answered, and m was asked".to_owned(),
        "results.jsonl:2: b".to_owned(),
        "is not used: the answer was cut off before its end".to_owned(),
        "results.jsonl:5: the model `x` does not exist".to_owned(),
        "results.jsonl:6: no".to_owned(),
    ] {
        assert!(ran.err.contains(&said), "{said}\n{}", ran.err);
    }
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
    // Answered once, counted once; what was refused was paid for all the same.
    assert_eq!(spent(&folder).0, 4);
    let journal = folder.get(JOURNAL);
    import(&folder, &results.concat()).exits(1);
    assert_eq!(folder.get(JOURNAL), journal);
    let desk = Desk::open();
    translate(&folder, &desk).exits(0);
    assert_eq!(editions(&folder), direct());
}

#[test]
fn vllms_results_and_several_files_are_read() {
    let (folder, desk) = (folder(), Desk::open());
    let requests = export(&folder);
    let vllm = |request: &Value| {
        let body = completion(request, pseudo);
        let response = json!({ "status_code": 200, "request_id": "vllm-batch-1", "body": body });
        json!({ "id": "vllm-1", "custom_id": request["custom_id"], "response": response, "error": null }).to_string()
            + "\n"
    };
    folder.put("a.jsonl", requests[..3].iter().map(vllm).collect::<String>());
    folder.put(
        "b.jsonl",
        "\u{feff}".to_owned() + &requests[3..].iter().map(vllm).collect::<String>().replace('\n', "\r\n"),
    );
    let ran = offline(&folder, &["import", "a.jsonl", "b.jsonl", NAMES[0], NAMES[1]]).exits(0);
    assert!(ran.out.contains("9 of 9 segments there, 9 new"), "{}", ran.out);
    translate(&folder, &desk).exits(0);
    assert_eq!((editions(&folder), desk.shop().chats), (direct(), 0));
}

#[test]
fn results_are_read_where_nobody_wrote_down_what_was_asked() {
    let (here, there) = (folder(), folder());
    let results: Vec<String> = export(&here).iter().map(answered).collect();
    there.put("results.jsonl", results.concat());
    // Lines about the other issue are nothing that was asked about this one.
    let ran = offline(&there, &["import", "results.jsonl", NAMES[0]]).exits(1);
    assert!(ran.out.contains("2023-07-01-weekly: 9 of 9 segments there, 9 new"), "{}", ran.out);
    assert!(ran.err.contains("is nothing that was asked about these issues"), "{}", ran.err);
    fs::remove_dir_all(there.file("ja/.nekoyaku")).expect("a folder");
    import(&there, &results.concat()).exits(0);
    assert!(!there.has(LEDGER) || !there.get(LEDGER).contains("planned"));
    let desk = Desk::open();
    translate(&there, &desk).exits(0);
    assert_eq!(editions(&there), direct());
}

#[test]
fn an_issue_that_changed_meanwhile_gets_what_is_still_its_own() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let changed = FIRST
        .replace("## 文章与教程\n\n", "## 文章与教程\n\n新的一段话，写在最前面。\n\n")
        .replace("只是睡觉而已", "只是吃饭而已");
    folder.put(NAMES[0], &changed);
    let output: Vec<String> = desk.requests(0).iter().map(answered).collect();
    desk.end(0, "completed", &output, &[]);
    let ran = batch(&folder, &desk, &["fetch"]).exits(1);
    assert!(
        ran.out.contains(
            "2023-07-01-weekly: 8 of 10 segments there, 8 new; 2 missing; 1 answered that are not in the issue any more"
        ),
        "{}",
        ran.out
    );
    translate(&folder, &desk).exits(0);
    let edition = folder.get(EDITIONS[0]);
    assert!(edition.contains("https://a.example/3") && edition.contains("functools.wraps"), "{edition}");
    let mut asked = asked_at_once(&desk);
    asked.sort_unstable();
    assert_eq!(asked, ["它什么也不做，只是吃饭而已。", "新的一段话，写在最前面。"]);
}

fn killed_at(fault: Fault, reached: impl Fn(&Desk) -> bool) -> (Folder, Desk) {
    let (folder, desk) = (folder(), Desk::open());
    desk.fault(fault);
    let mut submit = command(&folder, &desk, &["submit", "--batch", "2", NAMES[0], NAMES[1]]);
    let mut child: Child = submit.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
    while !reached(&desk) {
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("a child to kill");
    child.wait().expect("it ends");
    desk.fault(Fault::None);
    (folder, desk)
}

#[test]
fn killed_between_any_two_steps_nothing_is_made_twice() {
    let seen = |desk: &Desk, method: &str, path: &str| {
        desk.server.seen().iter().any(|seen| seen.method == method && seen.path.ends_with(path))
    };
    // Nobody knows of the upload: it is made again, and costs nothing.
    let (folder, desk) = killed_at(Fault::UploadHangs, |desk| seen(desk, "POST", "/files"));
    submit(&folder, &desk, &[]).exits(0);
    assert_eq!((desk.made(), desk.shop().files.len()), (1, 2));
    // It is uploaded, and no batch was made.
    let (folder, desk) = killed_at(Fault::CreateHangs, |desk| seen(desk, "POST", "/batches"));
    submit(&folder, &desk, &[]).exits(0);
    assert_eq!((desk.made(), desk.shop().files.len()), (1, 1));
    // The batch was made, and nobody wrote it down.
    let (folder, desk) = killed_at(Fault::MadeAndHangs, |desk| desk.made() == 1);
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(ran.err.contains("an earlier `submit` was cut short; its batch is batch_0"), "{}", ran.err);
    assert!(ran.out.contains("there is nothing to ask"), "{}", ran.out);
    assert_eq!(desk.made(), 1);
    let output: Vec<String> = desk.requests(0).iter().map(answered).collect();
    desk.end(0, "completed", &output, &[]);
    batch(&folder, &desk, &["fetch"]).exits(0);
}

#[test]
fn a_batch_whose_making_broke_off_is_looked_for_and_not_made_again() {
    let (folder, desk) = (folder(), Desk::open());
    desk.fault(Fault::MadeAndCloses);
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(ran.out.contains("batch batch_0 at"), "{}", ran.out);
    assert_eq!(desk.made(), 1);
}

#[test]
fn without_its_ledger_a_batch_is_found_by_its_name() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    fs::remove_file(folder.file(LEDGER)).expect("a ledger");
    let ran = submit(&folder, &desk, &[]).exits(0);
    assert!(ran.err.contains("the server has this batch already: batch_0"), "{}", ran.err);
    assert_eq!(desk.made(), 1);
    submit(&folder, &desk, &["--again"]).exits(0);
    assert_eq!(desk.made(), 2);
}

#[test]
fn a_server_without_a_list_is_asked_unless_it_may_have_been_already() {
    let (folder, desk) = killed_at(Fault::MadeAndHangs, |desk| desk.made() == 1);
    desk.fault(Fault::NoList);
    let ran = submit(&folder, &desk, &[]).exits(2);
    assert!(ran.err.contains("does not tell whether its batch was made") && ran.err.contains("--again"), "{}", ran.err);
    assert_eq!(desk.made(), 1);
    let other = self::folder();
    submit(&other, &desk, &[]).exits(0);
    assert_eq!(desk.made(), 2);
}

#[test]
fn a_killed_fetch_is_gone_on_with_and_counts_once() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let output: Vec<String> = desk.requests(0).iter().map(answered).collect();
    desk.end(0, "completed", &output, &[]);
    batch(&folder, &desk, &["fetch"]).exits(0);
    let (journal, ledger) = (folder.get(JOURNAL), folder.get(LEDGER));
    let read = ledger.rfind("{\"read\"").expect("its last line");
    // As it stands when a run is killed at any line of the journal, before the ledger's last.
    for cut in (0..journal.len()).step_by(97).chain([journal.len()]) {
        folder.put(JOURNAL, &journal.as_bytes()[..cut]);
        folder.put(LEDGER, &ledger[..read + cut % 9]);
        batch(&folder, &desk, &["fetch"]).exits(0);
        assert_eq!(spent(&folder), (8, 800, 160), "cut at {cut}");
        let record = kept(&folder);
        assert_eq!(record.answers().len(), 14, "cut at {cut}");
        let compacted = Record::read(record.compacted().as_bytes());
        assert!(compacted.spent().eq(record.spent()));
    }
}

#[test]
fn a_cancelled_batch_is_fetched_as_far_as_it_came() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let ran = batch(&folder, &desk, &["cancel", "batch_0"]).exits(0);
    assert!(ran.out.contains("batch_0  cancelling"), "{}", ran.out);
    let ran = batch(&folder, &desk, &["cancel", "batch_7"]).exits(2);
    assert!(ran.err.contains("no batch batch_7 was submitted from here"), "{}", ran.err);
    batch(&folder, &desk, &["cancel", "../files"]).exits(2);
    let output: Vec<String> = desk.requests(0)[..2].iter().map(answered).collect();
    desk.end(0, "cancelled", &output, &[]);
    batch(&folder, &desk, &["fetch"]).exits(1);
    assert_eq!(spent(&folder).0, 2);
}

#[test]
fn names_a_server_gives_lead_nowhere() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    desk.end(0, "completed", &[answered(&desk.requests(0)[0])], &[]);
    desk.shop().batches[0]["output_file_id"] = json!("../batches/batch_0?x=");
    let ran = batch(&folder, &desk, &["fetch"]).exits(1);
    assert!(ran.out.contains("0 new"), "{}", ran.out);
    assert!(desk.server.seen().iter().all(|seen| !seen.path.contains("x=")));
}

/// Wait until the program has looked so many times.
fn looked(child: &mut Child, desk: &Desk, times: usize) {
    while desk.server.seen().iter().filter(|seen| seen.path.ends_with("/batches/batch_0")).count() < times {
        assert!(child.try_wait().expect("a child").is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn waiting_ends_when_the_batch_does() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let mut status = command(&folder, &desk, &["status", "--wait", "--interval", "0.02"]);
    let mut child = status.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    looked(&mut child, &desk, 3);
    let output: Vec<String> = desk.requests(0).iter().map(answered).collect();
    desk.end(0, "completed", &output, &[]);
    let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(0);
    assert!(ran.out.contains("completed, 8 of 8 done"), "{}", ran.out);
    assert!(ran.err.contains("0 of 1 batches are over"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn interrupted_waiting_leaves_the_batch_alone_and_says_so() {
    let (folder, desk) = (folder(), Desk::open());
    submit(&folder, &desk, &[]).exits(0);
    let mut status = command(&folder, &desk, &["status", "--wait", "--interval", "0.1"]);
    let mut child = status.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    // By the second look it listens.
    looked(&mut child, &desk, 2);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let ran = Ran::of(child.wait_with_output().expect("it ends")).exits(130);
    assert!(ran.err.contains("the batches go on by themselves"), "{}", ran.err);
    assert!(desk.server.seen().iter().all(|seen| !seen.path.ends_with("/cancel")));
}

#[test]
fn large_batches_go_into_several_files() {
    let folder = folder();
    let ran = offline(&folder, &[&["export", "--max-requests", "3", "-o", "out/r.jsonl"], &NAMES[..]].concat());
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let ran = offline(&folder, &[&["export", "--max-requests", "3", "-o", "r.jsonl"], &NAMES[..]].concat()).exits(0);
    assert!(ran.out.ends_with("\nr-1.jsonl\nr-2.jsonl\nr-3.jsonl\n"), "{}", ran.out);
    let counts: Vec<usize> = (1..=3).map(|n| lines(&folder, &format!("r-{n}.jsonl")).len()).collect();
    assert_eq!(counts, [3, 3, 2]);
    let bytes = folder.get("r-1.jsonl").len();
    offline(&folder, &[&["export", "--max-bytes", &bytes.to_string(), "-o", "s.jsonl"], &NAMES[..]].concat()).exits(0);
    for name in folder.files().iter().filter(|name| name.starts_with("s-")) {
        assert!(folder.get(name).len() <= bytes, "{name}");
    }
}
