//! The model layer over a real connection: what comes of each thing a server can do, and what the
//! server saw of us.

mod events;
mod kinds;
mod providers;
#[path = "../support/mod.rs"]
mod support;
mod traffic;

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use nekoyaku::model::{Answer, Finish, Model, ModelError, OpenAi, Options, Usage, local_servers};
use nekoyaku::request::{Format, Request};
use serde_json::{Value, json};
use support::{Reply, Seen, Server};

const KEY: &str = "sk-proj-4f7a9c2e5b8d1f3a6c9e";
const BUSY: &str = r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#;

fn options(base_url: String) -> Options {
    Options {
        base_url,
        model: "a-model".to_owned(),
        key: Some(KEY.into()),
        timeout: Duration::from_secs(5),
        backoff: Duration::from_millis(10),
        ..Options::default()
    }
}

fn client(server: &Server) -> OpenAi {
    OpenAi::new(options(server.base_url())).expect("a client")
}

fn client_with(server: &Server, change: impl FnOnce(&mut Options)) -> OpenAi {
    let mut options = options(server.base_url());
    change(&mut options);
    OpenAi::new(options).expect("a client")
}

fn request(format: Format) -> Request {
    Request {
        system: "翻译成日语。".to_owned(),
        user: "本周的项目".to_owned(),
        keys: vec!["b0".to_owned(), "b1".to_owned()],
        texts: vec!["本周的".to_owned(), "项目".to_owned()],
        terms: Vec::new(),
        format,
        expected_output_tokens: 200,
        max_output_tokens: 321,
    }
}

async fn ask(model: &OpenAi) -> Result<Answer, ModelError> {
    model.ask(&request(Format::Schema)).await
}

/// A server that does what `first` says to each of its requests in turn, and then answers.
fn server_with(first: Vec<Reply>) -> Server {
    Server::start(move |seen| first.get(seen.index).cloned().unwrap_or_else(|| Reply::content("今週のプロジェクト")))
}

fn always(reply: Reply) -> Server {
    Server::start(move |_| reply.clone())
}

fn error(message: &str) -> String {
    json!({ "error": { "message": message } }).to_string()
}

/// Runs one test of this file again, in a process with another environment.
fn again(test: &str, environment: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test])
        .envs(environment.iter().copied())
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

// What is sent.

#[tokio::test]
async fn an_answer_comes_with_what_it_took() {
    let server = server_with(vec![]);
    let model = client(&server);

    assert_eq!(
        ask(&model).await.unwrap(),
        Answer {
            content: "今週のプロジェクト".to_owned(),
            finish: Finish::Stop,
            usage: Usage { requests: 1, input_tokens: 100, cached_tokens: 64, output_tokens: 20, ..Usage::default() },
            model: Some("answering-model".to_owned()),
        }
    );
    assert_eq!(model.sent(), 1);
    assert_eq!(model.host(), format!("127.0.0.1:{}", server.port()));
}

#[tokio::test]
async fn a_request_says_who_asks_what_of_whom() {
    let server = server_with(vec![]);
    ask(&client(&server)).await.unwrap();

    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    let agent = concat!("nekoyaku/", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen.header("user-agent"), Some(agent));
    assert_eq!(
        seen.json(),
        json!({
            "model": "a-model",
            "messages": [
                { "role": "system", "content": "翻译成日语。" },
                { "role": "user", "content": "本周的项目" },
            ],
            "max_tokens": 321,
            "temperature": 0.2,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "translation",
                    "strict": true,
                    "schema": {
                        "type": "object",
                        "properties": { "b0": { "type": "string" }, "b1": { "type": "string" } },
                        "required": ["b0", "b1"],
                        "additionalProperties": false,
                    },
                },
            },
        })
    );
    // Chinese goes as it is, and not as three times as many tokens.
    assert!(seen.body.contains("本周的项目"));
}

#[tokio::test]
async fn plainer_formats_ask_less_of_the_server() {
    let server = server_with(vec![]);
    let model = client(&server);
    model.ask(&request(Format::Object)).await.unwrap();
    model.ask(&request(Format::Tagged)).await.unwrap();

    let seen = server.seen();
    assert_eq!(seen[0].json()["response_format"], json!({ "type": "json_object" }));
    assert_eq!(seen[1].json().get("response_format"), None);
}

#[tokio::test]
async fn a_reasoning_model_is_sent_no_temperature() {
    let server = server_with(vec![]);
    let model = client_with(&server, |options| {
        options.model = "openai/gpt-5-mini".to_owned();
    });
    ask(&model).await.unwrap();
    assert_eq!(server.seen()[0].json().get("temperature"), None);
}

#[tokio::test]
async fn without_a_key_there_is_no_authorization() {
    let server = server_with(vec![]);
    for key in [None, Some(" \n".into())] {
        let model = client_with(&server, |options| options.key = key);
        ask(&model).await.unwrap();
    }
    assert!(server.seen().iter().all(|seen| seen.header("authorization").is_none()));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_key_with_a_line_break_at_its_end_is_a_key() {
    let server = server_with(vec![]);
    let model = client_with(&server, |options| {
        options.key = Some(format!("{KEY}\n").into());
    });
    ask(&model).await.unwrap();
    assert_eq!(server.seen()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[test]
fn a_key_that_cannot_be_sent_is_an_error_and_no_panic() {
    let bad = Options { key: Some("sk-hunter\n22".into()), ..Options::default() };
    let error = OpenAi::new(bad).unwrap_err();
    assert_eq!(error, ModelError::BadKey { place: 10 });
    assert!(error.is_fatal() && !format!("{error} {error:?}").contains("hunter"));
}

#[tokio::test]
async fn the_key_is_in_no_debug() {
    let server = server_with(vec![]);
    let options = options(server.base_url());
    let shown = format!("{options:?}");
    let shown = format!("{shown} {:?}", OpenAi::new(options).unwrap());
    assert!(!shown.contains("4f7a9c2e"), "{shown}");
}

#[tokio::test]
async fn a_slash_after_the_base_url_changes_nothing() {
    let server = server_with(vec![]);
    let model = client_with(&server, |options| options.base_url.push('/'));
    ask(&model).await.unwrap();
    assert_eq!(server.seen()[0].path, "/v1/chat/completions");
}

#[test]
fn this_machine_is_not_looked_for_behind_a_proxy() {
    // Nobody listens on port 9.
    let proxy = "http://127.0.0.1:9";
    let proxied = [("HTTP_PROXY", proxy), ("http_proxy", proxy), ("ALL_PROXY", proxy)];
    again("an_answer_comes_with_what_it_took", &proxied);
}

#[cfg(target_os = "linux")]
#[test]
fn without_certificates_only_https_is_out_of_reach() {
    const INSIDE: &str = "NEKOYAKU_TEST_WITHOUT_CERTIFICATES";

    if std::env::var_os(INSIDE).is_some() {
        let https = Options { base_url: "https://a.example/v1".to_owned(), ..Options::default() };
        let error = OpenAi::new(https).unwrap_err();
        assert!(matches!(error, ModelError::NoCertificates { .. }), "{error:?}");
        let http = Options { base_url: "http://a.example/v1".to_owned(), ..Options::default() };
        assert!(OpenAi::new(http).is_ok());
        return;
    }
    let nothing = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/dev/null"), (INSIDE, "1")];
    again("without_certificates_only_https_is_out_of_reach", &nothing);
    again("an_answer_comes_with_what_it_took", &nothing);
}

// What is asked again.

#[tokio::test]
async fn what_may_pass_is_asked_again_until_it_has() {
    let html = "<html><body>nginx</body></html>";
    let troubles = [
        ("408", Reply::status(408, "")),
        ("409", Reply::status(409, "{}")),
        ("425", Reply::status(425, "")),
        ("429 in OpenAI's words", Reply::status(429, BUSY)),
        ("429 in HTML", Reply::status(429, html)),
        ("429 in Gemini's words", Reply::status(429, r#"[{"error":{"code":429,"message":"x"}}]"#)),
        ("429 with a numeric code", Reply::status(429, r#"{"error":{"code":429,"message":"x"}}"#)),
        ("500", Reply::status(500, &error("oops"))),
        ("502", Reply::status(502, html)),
        ("503", Reply::status(503, "")),
        ("529", Reply::status(529, r#"{"type":"error","error":{"type":"overloaded_error"}}"#)),
        ("closed", Reply::close()),
        ("cut", Reply::cut()),
        ("200 empty", Reply::status(200, "")),
        ("200 HTML", Reply::status(200, html)),
        ("200 half of JSON", Reply::status(200, r#"{"choices":[{"mess"#)),
        ("200 no object", Reply::status(200, "[]")),
        ("200 no choices", Reply::json(json!({ "choices": [] }))),
        ("200 with an error", Reply::json(json!({ "error": { "message": "x", "code": 502 } }))),
    ];
    for (name, trouble) in troubles {
        let server = server_with(vec![trouble.clone(), trouble]);
        let model = client(&server);
        let answer = ask(&model).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(answer.usage.requests, 3, "{name}");
        assert_eq!(server.seen().len(), 3, "{name}");
        assert_eq!(model.sent(), 3, "{name}");
    }
}

#[tokio::test]
async fn every_attempt_sends_the_same() {
    let server = server_with(vec![Reply::close(), Reply::status(500, "")]);
    ask(&client(&server)).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    for again in &seen[1..] {
        assert_eq!(again.body, seen[0].body);
        assert_eq!(again.header("authorization"), seen[0].header("authorization"));
    }
}

#[tokio::test]
async fn attempts_have_an_end_and_the_last_one_says_why() {
    let cases = [
        (Reply::status(500, &error("oops")), "failed with status 500, asked 3 times: oops"),
        (Reply::close(), "asked 3 times: connection"),
        (Reply::status(200, "<html>\n</html>"), "is not JSON, asked 3 times: \"<html> </html>\""),
        (Reply::json(json!({ "x": 1 })), "no answer in the reply of 127.0.0.1"),
    ];
    for (reply, message) in cases {
        let server = always(reply);
        let model = client_with(&server, |options| options.attempts = 3);
        let error = ask(&model).await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(!error.is_fatal(), "{error}");
        assert_eq!(server.seen().len(), 3, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_and_not_counted() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let model = OpenAi::new(options(format!("http://127.0.0.1:{port}/v1"))).unwrap();

    let error = ask(&model).await.unwrap_err();
    let ModelError::Unreachable { attempts: 6, cause, .. } = &error else { panic!("{error:?}") };
    assert!(cause.contains("refused"), "{cause}");
    assert_eq!(model.sent(), 0);
}

#[tokio::test]
async fn silence_is_not_waited_for_longer_than_the_time_out() {
    let server = server_with(vec![Reply::hang()]);
    let short = |options: &mut Options| options.timeout = Duration::from_millis(300);
    let answer = ask(&client_with(&server, short)).await.unwrap();
    assert_eq!(answer.usage.requests, 2);

    let slow = always(Reply::content("遅い").delay(Duration::from_secs(1)));
    let model = client_with(&slow, |options| {
        short(options);
        options.attempts = 2;
    });
    let error = ask(&model).await.unwrap_err();
    assert!(matches!(error, ModelError::TimedOut { seconds: 1, attempts: 2, .. }), "{error:?}");
}

// How long is waited.

/// How long it takes to get an answer after one `reply`.
async fn time_after(reply: Reply) -> Duration {
    let server = server_with(vec![reply]);
    let model = client(&server);
    let start = Instant::now();
    ask(&model).await.expect("an answer");
    assert_eq!(server.seen().len(), 2);
    start.elapsed()
}

#[tokio::test]
async fn a_server_that_says_how_long_is_obeyed() {
    let now = SystemTime::now();
    let date = |seconds| httpdate::fmt_http_date(now + Duration::from_secs(seconds));
    let busy = |name, value: &str| Reply::status(429, BUSY).header(name, value);
    let gemini = r#"[{"error":{"code":429,"message":"x","details":[{"retryDelay":"0.3s"}]}}]"#;

    let waits = [
        (0.3, busy("Retry-After", "0.3")),
        (0.3, busy("Retry-After-Ms", "300").header("Retry-After", "30")),
        (0.3, Reply::status(500, "").header("Retry-After", "0.3")),
        (0.3, Reply::status(429, gemini)),
        (1.0, busy("Retry-After", "1")),
        (1.0, busy("Retry-After", &date(101)).header("Date", &date(100))),
    ];
    let times = join_all(waits.iter().map(|(_, reply)| time_after(reply.clone()))).await;
    for ((told, reply), time) in waits.iter().zip(times) {
        let seconds = time.as_secs_f64();
        assert!(seconds >= *told && seconds < told + 1.5, "{seconds} s: {reply:?}");
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_not_begun_by_anyone() {
    for status in [429, 500] {
        let server = always(Reply::status(status, BUSY).header("Retry-After", "3600"));
        let model = client(&server);
        let start = Instant::now();

        let error = ask(&model).await.unwrap_err();
        assert!(matches!(error, ModelError::WaitTooLong { seconds: 3600, .. }), "{error:?}");
        assert!(error.is_fatal());
        // The next one has been told already.
        assert!(matches!(ask(&model).await, Err(ModelError::WaitTooLong { .. })));
        assert_eq!(server.seen().len(), 1);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn waits_that_add_up_to_too_much_end() {
    for status in [429, 500] {
        let server = always(Reply::status(status, "").header("Retry-After", "0.2"));
        let model = client_with(&server, |options| {
            options.max_wait = Duration::from_millis(500);
        });
        let error = ask(&model).await.unwrap_err();
        let is = match error {
            ModelError::RateLimited { attempts: 3, .. } => 429,
            ModelError::ServerFault { attempts: 3, status, .. } => status,
            _ => 0,
        };
        assert_eq!(is, status, "{error:?}");
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn while_the_server_is_busy_nobody_asks_it() {
    let server = server_with(vec![Reply::status(429, BUSY).header("Retry-After", "0.4")]);
    let model = client(&server);
    let start = Instant::now();
    let late = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        ask(&model).await.map(|answer| (answer.usage.requests, start.elapsed()))
    };
    let (first, late) = tokio::join!(ask(&model), late);

    assert_eq!(first.unwrap().usage.requests, 2);
    let (requests, time) = late.unwrap();
    assert_eq!(requests, 1);
    assert!(time >= Duration::from_millis(400), "{time:?}");
}

#[tokio::test]
async fn many_ask_at_once() {
    let server = Server::start(|seen| match seen.index {
        0..4 => Reply::status(503, ""),
        _ => Reply::content("はい").delay(Duration::from_millis(100)),
    });
    let model = client(&server);
    let start = Instant::now();
    let answers = join_all((0..20).map(|_| ask(&model))).await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let requests: u32 = answers.iter().flatten().map(|answer| answer.usage.requests).sum();
    assert_eq!((requests, server.seen().len()), (24, 24));
    assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_dropped_question_leaves_nothing_behind() {
    let server = server_with(vec![Reply::hang()]);
    let model = client(&server);
    let dropped = tokio::time::timeout(Duration::from_millis(400), ask(&model)).await;
    assert!(dropped.is_err());
    assert_eq!(ask(&model).await.unwrap().usage.requests, 1);
    assert_eq!(model.sent(), 2);
}

// What is not asked again.

async fn refused_once(reply: Reply) -> ModelError {
    let server = always(reply);
    let error = ask(&client(&server)).await.expect_err("a refusal");
    assert_eq!(server.seen().len(), 1, "{error}");
    error
}

#[tokio::test]
async fn what_would_happen_again_is_not_asked_again() {
    type Is = fn(&ModelError) -> bool;
    let quota = r#"{"error":{"message":"no money","code":"insufficient_quota"}}"#;
    let cases: [(Reply, bool, Is); 14] = [
        (Reply::status(200, &error("the context window is full")), false, |e| matches!(e, ModelError::TooLong { .. })),
        (Reply::status(401, ""), true, |e| matches!(e, ModelError::KeyRefused { .. })),
        (Reply::status(403, &error("no")), true, |e| matches!(e, ModelError::KeyRefused { .. })),
        (Reply::status(429, quota), true, |e| matches!(e, ModelError::Quota { .. })),
        (Reply::status(200, quota), true, |e| matches!(e, ModelError::Quota { .. })),
        (
            Reply::status(404, &error("model \"a-model\" not found")),
            true,
            |e| matches!(e, ModelError::NoSuchModel { model, .. } if model == "a-model"),
        ),
        (
            Reply::status(404, "404 page not found"),
            true,
            |e| matches!(e, ModelError::NoSuchEndpoint { url, status: 404 } if url.ends_with("/v1/chat/completions")),
        ),
        (Reply::status(400, &error("maximum context length is 8192")), false, |e| {
            matches!(e, ModelError::TooLong { .. })
        }),
        (Reply::status(413, "<html>"), false, |e| matches!(e, ModelError::TooLong { .. })),
        (Reply::status(400, &error("unknown field json_schema")), false, |e| {
            matches!(e, ModelError::FormatRefused { format: Format::Schema, .. })
        }),
        (Reply::status(422, &error("response_format: extra")), false, |e| {
            matches!(e, ModelError::FormatRefused { format: Format::Schema, .. })
        }),
        (Reply::status(500, &error("does not match the expected peg-native format")), false, |e| {
            matches!(e, ModelError::FormatRefused { format: Format::Schema, .. })
        }),
        (
            Reply::status(400, &error("no")),
            false,
            |e| matches!(e, ModelError::Refused { status: 400, message, .. } if message == "no"),
        ),
        (Reply::status(200, &"x".repeat(5_000_000)), false, |e| matches!(e, ModelError::TooBig { .. })),
    ];
    for (reply, fatal, is) in cases {
        let error = refused_once(reply).await;
        assert!(is(&error), "{error:?}");
        assert_eq!(error.is_fatal(), fatal, "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server_with(vec![]);
    let target = format!("{}/chat/completions", elsewhere.base_url());
    let error = refused_once(Reply::status(307, "").header("Location", &target)).await;
    assert!(matches!(error, ModelError::NoSuchEndpoint { status: 307, .. }), "{error:?}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn what_a_server_says_is_short_and_tame_and_has_no_key_in_it() {
    let said = format!("bad \u{1b}[31m\r\nkey {KEY} or sk-proj-****6c9e {}", "长".repeat(900));
    for body in [error(&said), said.clone()] {
        let shown = refused_once(Reply::status(400, &body)).await;
        let ModelError::Refused { message, .. } = &shown else { panic!("{shown:?}") };
        assert!(message.starts_with("bad [31m key [key] or [key] 长长"), "{message}");
        assert_eq!(message.chars().count(), 201);
        assert!(!format!("{shown} {shown:?}").contains("6c9e"));
    }
}

// What is learned.

/// A server that has not got some parameters, and says so in OpenAI's words.
fn without(names: &'static [&'static str]) -> Server {
    Server::start(move |seen: &Seen| {
        let body = seen.json();
        match names.iter().find(|name| body.get(**name).is_some()) {
            Some(name) => Reply::status(
                400,
                &json!({ "error": { "message": format!("Unsupported parameter: '{name}'"), "param": name } })
                    .to_string(),
            ),
            None => Reply::content("はい"),
        }
    })
}

fn parameters(seen: &Seen) -> Vec<String> {
    let Value::Object(body) = seen.json() else {
        return Vec::new();
    };
    let varies = |name: &String| name.starts_with("max_") || name == "temperature";
    body.into_iter().map(|(name, _)| name).filter(varies).collect()
}

#[tokio::test]
async fn a_parameter_that_is_refused_is_done_without_from_then_on() {
    for (names, left, requests) in [
        (&["temperature"][..], &["max_tokens"][..], 2),
        (&["max_tokens"], &["max_completion_tokens", "temperature"], 2),
        (&["max_tokens", "max_completion_tokens"], &["temperature"], 3),
        (&["max_tokens", "max_completion_tokens", "temperature"], &[], 4),
    ] {
        let server = without(names);
        let model = client(&server);
        assert_eq!(ask(&model).await.unwrap().usage.requests, requests);
        assert_eq!(ask(&model).await.unwrap().usage.requests, 1);

        let seen = server.seen();
        assert_eq!(parameters(&seen[seen.len() - 1]), left);
        assert_eq!(seen.len(), requests as usize + 1);
    }
}

#[tokio::test]
async fn what_many_learn_at_once_is_learned_once() {
    let server = without(&["max_tokens"]);
    let model = client(&server);
    let answers = join_all((0..8).map(|_| ask(&model))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    ask(&model).await.unwrap();
    assert_eq!(parameters(&server.seen()[16]), ["max_completion_tokens", "temperature"]);
}

#[tokio::test]
async fn what_is_learned_is_no_failed_attempt() {
    let refusal = Reply::status(400, &error("temperature is not supported"));
    let server = server_with(vec![refusal, Reply::status(500, "")]);
    let model = client_with(&server, |options| options.attempts = 2);
    assert_eq!(ask(&model).await.unwrap().usage.requests, 3);
}

#[tokio::test]
async fn a_late_refusal_does_not_undo_what_was_learned_meanwhile() {
    let server = Server::start(|seen| {
        let refused = parameters(seen).into_iter().find(|name| name.starts_with("max_"));
        match (refused, seen.index) {
            (Some(name), 0) => Reply::status(400, &error(&name)).delay(Duration::from_millis(600)),
            (Some(name), _) => Reply::status(400, &error(&name)),
            (None, _) => Reply::content("はい"),
        }
    });
    let model = client(&server);
    let quick = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        ask(&model).await
    };
    let (late, quick) = tokio::join!(ask(&model), quick);
    assert_eq!(quick.unwrap().usage.requests, 3);
    assert_eq!(late.unwrap().usage.requests, 2);
}

#[tokio::test]
async fn a_server_that_refuses_what_was_not_sent_is_believed() {
    let error = refused_once(Reply::status(400, &error("top_p is not supported"))).await;
    assert!(matches!(error, ModelError::Refused { status: 400, .. }), "{error:?}");
}

// What an answer may look like.

#[tokio::test]
async fn a_reply_need_not_look_like_openais() {
    let sparse = json!({
        "choices": [{
            "message": { "content": [{ "type": "text", "text": "今" }, { "text": "週" }] },
            "finish_reason": "MAX_TOKENS",
        }],
        "usage": { "prompt_tokens": 7.0, "prompt_cache_hit_tokens": 3, "total_tokens": 9 },
        "created": "yesterday",
    });
    let server = always(Reply::status(200, &format!("\u{feff}\n\n {sparse}")));
    let answer = ask(&client(&server)).await.unwrap();
    assert_eq!(answer.content, "今週");
    assert_eq!(answer.finish, Finish::Length);
    let usage = Usage { requests: 1, input_tokens: 7, cached_tokens: 3, output_tokens: 2, ..Usage::default() };
    assert_eq!(answer.usage, usage);
    assert_eq!(answer.model, None);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_says_so() {
    let server = always(Reply::content("途中").finish("length"));
    assert_eq!(ask(&client(&server)).await.unwrap().finish, Finish::Length);
}

// Who is there.

#[tokio::test]
async fn models_are_listed_with_the_same_patience() {
    let server = Server::start(|seen| match seen.index {
        0 => Reply::status(503, ""),
        _ => Reply::models(&["a-model", "b-model"]),
    });
    assert_eq!(client(&server).models().await.unwrap(), ["a-model", "b-model"]);
    let seen = server.seen();
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("GET", "/v1/models"));
    assert_eq!(seen[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn only_servers_that_list_a_model_are_found() {
    let there = always(Reply::models(&["qwen3:4b"]));
    let empty = always(Reply::json(json!({ "object": "list", "data": null })));
    let other = always(Reply::status(200, "<html>my notes</html>"));
    let silent = always(Reply::hang());
    let also = always(Reply::models(&["tiny\u{1b}[2J", "tiny"]));
    let ports = [
        (silent.port(), "vLLM"),
        (there.port(), "Ollama"),
        (other.port(), "llama.cpp"),
        (empty.port(), "LM Studio"),
        (also.port(), "llama.cpp"),
    ];

    let start = Instant::now();
    let found = local_servers(&ports, Duration::from_millis(500)).await;
    assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
    let names: Vec<_> = found.iter().map(|server| server.name).collect();
    assert_eq!(names, ["Ollama", "llama.cpp"]);
    assert_eq!(found[0].base_url, there.base_url());
    assert_eq!(found[0].models, ["qwen3:4b"]);
    assert_eq!(found[1].models, ["tiny"]);
    assert_eq!(there.seen()[0].path, "/v1/models");
    assert_eq!(there.seen()[0].header("authorization"), None);
}
