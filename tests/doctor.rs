//! What `doctor` says of good servers and bad ones, with the real client. The key is nowhere in it.

mod support;

use serde_json::json;
use support::translator::{Folder, Ran, answer, pseudo};
use support::{Reply, Seen, Server};

const KEY: &str = "sk-doctor-8e41c0d7a95b2f36";

/// A server with two models that keeps to every form.
fn good(seen: &Seen) -> Reply {
    match seen.path.as_str() {
        "/v1/models" => Reply::json(json!({
            "data": [{ "id": "neko-large" }, { "id": "neko-small", "max_model_len": 16384 }],
        })),
        "/v1/chat/completions" => answer(seen, pseudo),
        _ => Reply::status(404, "not here"),
    }
}

/// `doctor` where nothing of this machine is looked for.
fn doctor(folder: &Folder, args: &[&str]) -> Ran {
    let mut command = folder.nekoyaku();
    command.arg("doctor").args(args).env("OPENAI_API_KEY", KEY).env("CI", "true");
    let ran = Ran::of(command.output().expect("the program runs"));
    assert!(!format!("{}{}", ran.out, ran.err).contains("sk-"), "{}\n{}", ran.out, ran.err);
    ran
}

fn asked(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static, args: &[&str]) -> (Server, Ran) {
    let server = Server::start(handler);
    let base_url = server.base_url();
    let mut all = vec!["--base-url", base_url.as_str()];
    all.extend(args);
    let ran = doctor(&Folder::new(), &all);
    (server, ran)
}

/// The line that tells of `name`, with what it goes on with.
#[track_caller]
fn line<'r>(ran: &'r Ran, name: &str) -> &'r str {
    let named = |line: &&str| line.get(7..).is_some_and(|rest| rest.starts_with(name));
    ran.out.lines().find(named).unwrap_or_else(|| panic!("no line of {name}:\n{}\n{}", ran.out, ran.err))
}

#[test]
fn a_good_server_is_good_in_all_it_was_asked() {
    let (server, ran) = asked(good, &["--model", "neko-small"]);
    let ran = ran.exits(0);
    assert!(line(&ran, "model").ends_with("neko-small, which reads 16384 tokens at most"), "{}", ran.out);
    for name in ["address", "key", "list", "model", "json_schema", "json_object", "tagged"] {
        assert!(line(&ran, name).starts_with("  ok "), "{}", ran.out);
    }
    let host = format!("127.0.0.1:{}", server.port());
    let last = format!("`nekoyaku translate` will use neko-small at {host}, with answers as json_schema.\n");
    assert!(ran.out.ends_with(&last), "{}", ran.out);
    // It is said before how many there may be.
    assert!(ran.err.contains("Up to 5 tiny requests go to 127.0.0.1"), "{}", ran.err);
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn offline_nothing_is_sent() {
    let (server, ran) = asked(good, &["--model", "neko-small", "--offline"]);
    let ran = ran.exits(0);
    assert_eq!(server.seen().len(), 0);
    assert!(line(&ran, "answers").contains("nothing was sent"), "{}", ran.out);
    assert!(ran.out.contains("will use neko-small"), "{}", ran.out);
}

#[test]
fn a_model_with_another_name_is_told_the_names_that_are_near() {
    let (_server, ran) = asked(good, &["--model", "neko-smal"]);
    let ran = ran.exits(1);
    assert!(line(&ran, "model").starts_with("  look "), "{}", ran.out);
    assert!(ran.out.contains("> nearest to it: neko-small, neko-large"), "{}", ran.out);
}

#[test]
fn a_model_that_the_server_has_not_got_cannot_be_used() {
    let refusing = |seen: &Seen| match seen.path.as_str() {
        "/v1/chat/completions" => {
            Reply::status(404, r#"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#)
        }
        _ => good(seen),
    };
    let (_server, ran) = asked(refusing, &["--model", "x"]);
    let ran = ran.exits(2);
    assert!(ran.out.contains("  FAIL model"), "{}", ran.out);
    assert!(ran.out.ends_with("`nekoyaku translate` comes to nothing as it is.\n"), "{}", ran.out);
}

#[test]
fn of_several_models_one_has_to_be_named() {
    let (server, ran) = asked(good, &[]);
    let ran = ran.exits(2);
    assert!(line(&ran, "model").contains("none is named, and the server has 2"), "{}", ran.out);
    assert!(ran.out.contains("> name one with --model: neko-large, neko-small"), "{}", ran.out);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn the_only_model_is_used() {
    let one = |seen: &Seen| if seen.path == "/v1/models" { Reply::models(&["neko"]) } else { good(seen) };
    let (_server, ran) = asked(one, &[]);
    let ran = ran.exits(0);
    assert!(line(&ran, "model").contains("neko; the only one"), "{}", ran.out);
}

#[test]
fn a_key_that_is_refused_is_echoed_by_the_server_and_not_by_us() {
    for list_is_open in [false, true] {
        let refusing = move |seen: &Seen| {
            if list_is_open && seen.path == "/v1/models" {
                return good(seen);
            }
            let body = format!(r#"{{"error":{{"message":"Incorrect API key: {KEY}","code":"invalid_api_key"}}}}"#);
            Reply::status(401, &body)
        };
        let (_server, ran) = asked(refusing, &["--model", "neko-small"]);
        let ran = ran.exits(2);
        assert!(ran.out.contains("  FAIL key"), "{}", ran.out);
        assert!(ran.out.contains("does not accept the API key"), "{}", ran.out);
        assert!(ran.out.contains("> set OPENAI_API_KEY"), "{}", ran.out);
    }
}

#[test]
fn without_a_key_a_server_elsewhere_is_not_asked() {
    let folder = Folder::new();
    let mut command = folder.nekoyaku();
    command.args(["doctor", "--base-url", "https://api.example.com/v1", "--model", "m"]).env("CI", "1");
    let ran = Ran::of(command.output().expect("the program runs")).exits(2);
    assert!(line(&ran, "address").contains("there is no key for api.example.com"), "{}", ran.out);
    assert!(!ran.err.contains("go to"), "{}", ran.err);
}

#[test]
fn a_server_without_structured_replies_is_good_enough() {
    let plain = |seen: &Seen| {
        if seen.json()["response_format"].is_null() {
            return good(seen);
        }
        Reply::status(400, r#"{"error":{"message":"response_format is not supported","param":"response_format"}}"#)
    };
    let (_server, ran) =
        asked(move |seen| if seen.path == "/v1/models" { good(seen) } else { plain(seen) }, &["--model", "neko-small"]);
    let ran = ran.exits(0);
    assert!(line(&ran, "json_schema").starts_with("  - "), "{}", ran.out);
    assert!(line(&ran, "json_object").starts_with("  - "), "{}", ran.out);
    assert!(line(&ran, "tagged").starts_with("  ok "), "{}", ran.out);
    assert!(ran.out.contains("with answers as tagged"), "{}", ran.out);
}

#[test]
fn answers_that_are_no_translation_are_none() {
    for said in ["{\"b0\":\"你好，世界。\"}", "Sure! I would be happy to help.", ""] {
        let junk = move |seen: &Seen| if seen.path == "/v1/models" { good(seen) } else { Reply::content(said) };
        let (_server, ran) = asked(junk, &["--model", "neko-small"]);
        let ran = ran.exits(2);
        assert!(ran.out.contains("no answer was a translation"), "{said}\n{}", ran.out);
    }
}

#[test]
fn a_server_that_hangs_is_waited_for_as_long_as_was_said() {
    let hanging = |seen: &Seen| if seen.path == "/v1/models" { good(seen) } else { Reply::hang() };
    let (server, ran) = asked(hanging, &["--model", "neko-small", "--timeout", "1"]);
    let ran = ran.exits(2);
    assert!(ran.out.contains("within 1 s"), "{}", ran.out);
    // What hangs once is not asked to hang again.
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_page_for_people_is_no_server() {
    let page =
        |_: &Seen| Reply::status(200, "<!doctype html><title>Welcome</title>").header("Content-Type", "text/html");
    let (_server, ran) = asked(page, &["--model", "m"]);
    let ran = ran.exits(2);
    assert!(line(&ran, "list").starts_with("  FAIL"), "{}", ran.out);
    assert!(ran.out.contains("is not JSON"), "{}", ran.out);
}

#[test]
fn a_server_without_a_list_of_models_is_asked_all_the_same() {
    let unlisted = |seen: &Seen| if seen.path == "/v1/models" { Reply::status(404, "not here") } else { good(seen) };
    let (_server, ran) = asked(unlisted, &["--model", "m"]);
    let ran = ran.exits(0);
    assert!(line(&ran, "list").contains("has no list of models"), "{}", ran.out);
}

#[test]
fn a_busy_server_is_something_to_look_at() {
    let busy = |seen: &Seen| {
        if seen.json()["response_format"]["type"] == "json_object" {
            return Reply::status(429, r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#);
        }
        good(seen)
    };
    let (_server, ran) = asked(busy, &["--model", "neko-small"]);
    let ran = ran.exits(1);
    assert!(line(&ran, "json_object").starts_with("  look "), "{}", ran.out);
}

#[test]
fn limits_are_told_where_the_server_tells_them() {
    let limited = |seen: &Seen| {
        let headers = [("limit-requests", "500"), ("remaining-requests", "499"), ("reset-requests", "120ms")];
        headers.iter().fold(good(seen), |reply, (name, value)| reply.header(&format!("x-ratelimit-{name}"), value))
    };
    let (_server, ran) = asked(limited, &["--model", "neko-small"]);
    let ran = ran.exits(0);
    assert!(line(&ran, "limits").contains("500 requests"), "{}", ran.out);
}

#[test]
fn settings_and_journal_are_found_and_said() {
    let folder = Folder::new();
    folder.put("nekoyaku.toml", "[model]\nname = \"neko-small\"\n");
    folder.put("glossary.toml", "[[term]]\nsource = \"猫\"\ntarget = \"ネコ\"\n");
    folder.put(".nekoyaku/journal.jsonl", "{\"answer\":{\"key\":\"00");
    let server = Server::start(good);
    let ran = doctor(&folder, &["--base-url", &server.base_url()]).exits(1);
    assert!(line(&ran, "nekoyaku.toml").starts_with("  ok "), "{}", ran.out);
    assert!(ran.out.contains("1 terms"), "{}", ran.out);
    assert!(line(&ran, "journal").starts_with("  look "), "{}", ran.out);
    assert!(ran.out.contains("will use neko-small"), "{}", ran.out);
}

#[test]
fn settings_that_cannot_be_read_are_in_the_way() {
    let folder = Folder::new();
    folder.put("nekoyaku.toml", "[model]\nnmae = \"x\"\n");
    let server = Server::start(good);
    let ran = doctor(&folder, &["--base-url", &server.base_url(), "--model", "neko-small"]).exits(2);
    assert!(line(&ran, "nekoyaku.toml").starts_with("  FAIL"), "{}", ran.out);
}

#[test]
fn for_programs_it_is_one_object() {
    let server = Server::start(good);
    let ran =
        doctor(&Folder::new(), &["--base-url", &server.base_url(), "--model", "neko", "--format", "json"]).exits(1);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["version"], 1);
    assert_eq!(value["outcome"], "look");
    assert_eq!(value["uses"]["model"], "neko");
    assert_eq!(value["uses"]["form"], "json_schema");
    let checks = value["checks"].as_array().expect("checks");
    let model = checks.iter().find(|check| check["name"] == "model").expect("the model");
    assert_eq!(model["state"], "look");
    assert!(model["hint"].as_str().is_some_and(|hint| hint.contains("neko-small")), "{model}");
}

#[test]
fn what_a_server_says_is_nothing_that_a_terminal_obeys() {
    let hostile = |seen: &Seen| match seen.path.as_str() {
        "/v1/models" => Reply::models(&["neko\u{1b}[2J", "\u{202e}okne"]),
        _ => Reply::status(400, "{\"error\":{\"message\":\"\u{1b}]0;x\u{7} no\"}}"),
    };
    let (_server, ran) = asked(hostile, &["--model", "neko"]);
    assert!(!ran.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", ran.out);
}

#[test]
fn where_somebody_sits_the_usual_ports_are_looked_at() {
    let folder = Folder::new();
    let mut command = folder.nekoyaku();
    command.arg("doctor").env_remove("CI");
    let ran = Ran::of(command.output().expect("the program runs"));
    assert!(ran.out.contains("this machine"), "{}", ran.out);
    assert!(!ran.out.contains("not looked for"), "{}", ran.out);
}
