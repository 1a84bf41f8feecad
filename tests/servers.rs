//! What the program knows of servers: which it asks, with which key, what it learned, what it shows.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use support::translator::{Folder, Ran, answer, pseudo};
use support::{Reply, Seen, Server};

/// The key that `Folder::translate` runs with.
const KEY: &str = "sk-test-0123456789";

/// A server that has no temperature, and translates.
fn without_temperature() -> Server {
    Server::start(|seen| match seen.json().get("temperature") {
        Some(_) => Reply::status(400, r#"{"error":{"message":"temperature is not supported here"}}"#),
        None => answer(seen, pseudo),
    })
}

fn refused(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.json().get("temperature").is_some()).count()
}

#[test]
fn what_a_run_learned_the_next_one_knows() {
    let server = without_temperature();
    let folder = Folder::with_sample();
    let run = || folder.translate(&server.base_url(), &["2024-02-17-weekly.md", "--fresh"]).exits(0);
    run();
    let learned = refused(&server);
    assert!(learned > 0);
    run();
    assert_eq!(refused(&server), learned);

    let file = files(folder.cache()).into_iter().find(|path| path.ends_with("servers.json")).expect("the file");
    let text = fs::read_to_string(&file).expect("the file");
    assert!(text.contains("\"temperature\"") && text.contains("\"model\": \"m\""), "{text}");

    // What is old, or cannot be read, is learned again.
    for text in [text.replace(" GMT", " BC"), text.replace(" 20", " 19"), "{".to_owned(), String::new()] {
        fs::write(&file, text).expect("the file");
        let before = refused(&server);
        run();
        assert!(refused(&server) > before);
    }
}

#[test]
fn a_cache_that_cannot_be_kept_costs_nobody_a_run() {
    let server = without_temperature();
    let folder = Folder::with_sample();
    fs::write(folder.cache().join("nekoyaku"), "a file").expect("a file");
    folder.translate(&server.base_url(), &["2024-02-17-weekly.md"]).exits(0);
}

#[test]
fn what_goes_wrong_and_what_goes_on_is_shown_to_those_who_ask() {
    for (flags, again, sent, body) in [
        (&[][..], false, false, false),
        (&["-v"], true, false, false),
        (&["-vv"], true, true, false),
        (&["-vvv"], true, true, true),
    ] {
        let server = Server::start(|seen| match seen.index {
            0 => Reply::status(503, "kaputt").header("Retry-After", "0.01"),
            _ => answer(seen, pseudo),
        });
        let folder = Folder::with_sample();
        let args = [&["2024-02-17-weekly.md"], flags].concat();
        let ran = folder.translate(&server.base_url(), &args).exits(0);
        assert_eq!(ran.err.contains("asking again in"), again, "{flags:?}: {}", ran.err);
        assert_eq!(ran.err.contains("→ 1: POST /v1/chat/completions"), sent, "{flags:?}: {}", ran.err);
        assert_eq!(ran.err.contains("\"messages\":"), body, "{flags:?}: {}", ran.err);
    }
}

#[test]
fn the_key_appears_nowhere_whatever_a_server_does_with_it() {
    let echo = |seen: &Seen| {
        let said = format!("temperature {KEY} {}…", &KEY[..12]);
        let reply = match seen.index {
            0 => Reply::status(400, &json!({ "error": { "message": said, "code": KEY } }).to_string()),
            1 => Reply::status(500, &format!("<html>{said}</html>")),
            2 => Reply::status(429, &json!([{ "error": { "message": said, "code": 429 } }]).to_string()),
            n if n % 3 == 0 => Reply::status(400, &json!({ "error": said, "code": 400 }).to_string()),
            _ => {
                let text = support::translator::object(seen, |text| format!("{}{KEY}", pseudo(text)));
                let choice = json!({ "message": { "content": text, "name": KEY }, "finish_reason": KEY });
                let finish = json!({ "message": { "content": text }, "finish_reason": "stop" });
                let choice = if seen.index.is_multiple_of(2) { choice } else { finish };
                Reply::json(json!({ "id": KEY, "model": KEY, "choices": [choice], "system_fingerprint": KEY }))
            }
        };
        reply.header("X-Request-Id", KEY).header("Set-Cookie", KEY).header("x-ratelimit-reset-requests", KEY)
    };
    let server = Server::start(echo);
    let folder = Folder::with_sample();
    let ran = folder.translate(&server.base_url(), &["2024-02-17-weekly.md", "-vvv"]);
    assert!(ran.err.contains("[key]"), "{}", ran.err);
    let journal = folder.run(&["journal", "sum", "."]);
    let help =
        Ran::of(folder.nekoyaku().args(["translate", "--help"]).env("OPENAI_API_KEY", KEY).output().expect("help"));
    let mut all = vec![ran.out, ran.err, journal.out, journal.err, help.out];
    for file in files(folder.path()).into_iter().chain(files(folder.cache())) {
        all.push(String::from_utf8_lossy(&fs::read(file).expect("a file")).into_owned());
    }
    assert!(all.len() > 8, "{}", all.len());
    for text in all {
        assert!(!text.contains("0123") && !text.contains("sk-test"), "{text}");
    }
}

#[test]
fn the_usual_key_is_not_for_a_server_that_a_settings_file_names() {
    let folder = Folder::with_sample();
    for settings in [
        "[model]\nbase_url = \"https://llm.example/v1\"\n",
        "[model]\nprovider = \"mine\"\n[provider.mine]\nbase_url = \"https://llm.example/v1\"\n",
        // A name that is known leads where we know it to, unless the file says otherwise.
        "[model]\nprovider = \"openai\"\n[provider.openai]\nbase_url = \"https://llm.example/v1\"\n",
        "[model]\nbase_url = \"https://api.openai.com.llm.example/v1\"\n",
    ] {
        folder.put("nekoyaku.toml", settings);
        let output = folder.nekoyaku().args(["translate", "2024-02-17-weekly.md"]).env("OPENAI_API_KEY", KEY).output();
        let ran = Ran::of(output.expect("the program runs")).exits(2);
        assert!(ran.err.contains("nekoyaku.toml names another server, and a key is set"), "{settings}{}", ran.err);
    }
}

#[test]
fn the_usual_key_is_not_for_a_provider_that_has_its_own() {
    let folder = Folder::with_sample();
    let run = |args: &[&str]| {
        let mut command = folder.nekoyaku();
        command.args(["translate", "2024-02-17-weekly.md"]).args(args).env("OPENAI_API_KEY", KEY);
        Ran::of(command.env_remove("DEEPSEEK_API_KEY").output().expect("the program runs")).exits(2)
    };
    for settings in ["", "[model]\nprovider = \"deepseek\"\n", "[model]\nbase_url = \"https://api.deepseek.com/v1\"\n"]
    {
        folder.put("nekoyaku.toml", settings);
        let ran = run(if settings.is_empty() { &["--provider", "deepseek"] } else { &[] });
        assert!(ran.err.contains("no key for api.deepseek.com\n  hint: set DEEPSEEK_API_KEY"), "{settings}{}", ran.err);
    }
}

#[test]
fn a_provider_of_ones_own_is_asked_as_the_settings_say() {
    let server = Server::start(|seen| answer(seen, pseudo));
    let folder = Folder::with_sample();
    folder.put(
        "nekoyaku.toml",
        format!(
            "[model]\nprovider = \"mine\"\nname = \"m\"\nseed = 5\n[provider.mine]\nbase_url = \"{}\"\n\
             formats = [\"tagged\"]\ncap = \"max_completion_tokens\"\nextra.top_k = 20\n",
            server.base_url()
        ),
    );
    let args = ["translate", "2024-02-17-weekly.md", "--temperature", "0.7"];
    let ran = Ran::of(folder.nekoyaku().args(args).output().expect("the program runs"));
    let body = server.seen().first().unwrap_or_else(|| panic!("{}", ran.err)).json();
    assert_eq!((&body["seed"], &body["top_k"], &body["temperature"]), (&json!(5), &json!(20), &json!(0.7)));
    assert!(body.get("max_completion_tokens").is_some() && body.get("response_format").is_none(), "{body}");
}

/// All files below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
