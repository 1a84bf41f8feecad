//! Each fault that servers were seen to have, its kind, and how often it is asked about.

use std::time::Duration;

use nekoyaku::model::Kind;
use serde_json::json;

use crate::support::{Reply, Server};
use crate::{BUSY, always, ask, client, client_with, error, server_with};

/// What comes of a server that always does the same, asked three times at most.
async fn end(server: &Server) -> Kind {
    let model = client_with(server, |options| {
        options.attempts = 3;
        options.timeout = Duration::from_millis(700);
        options.backoff = Duration::from_millis(1);
        options.max_wait = Duration::from_millis(400);
    });
    let error = ask(&model).await.expect_err("a fault");
    assert!(!error.advice().is_empty() && !error.advice().ends_with('.'), "{error:?}");
    error.kind()
}

#[tokio::test]
async fn every_fault_has_its_kind_and_is_asked_about_no_more_than_makes_sense() {
    let html = "<html><h1>Bad</h1></html>";
    let azure = json!({ "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "code": "content_filter", "status": 400,
        "innererror": { "code": "ResponsibleAIPolicyViolation" },
    } });
    let once: Vec<(&str, Reply, Kind)> = vec![
        ("no money", Reply::status(402, &error("Insufficient Balance")), Kind::Quota),
        ("no money, as 429", Reply::status(429, r#"{"error":{"code":"insufficient_quota"}}"#), Kind::Quota),
        ("Ollama's 401", Reply::status(401, r#"{"error":"unauthorized"}"#), Kind::Auth),
        ("403 in HTML", Reply::status(403, html), Kind::Auth),
        ("Gemini's key", Reply::status(400, r#"[{"error":{"code":400,"message":"API key not valid."}}]"#), Kind::Auth),
        ("OpenRouter's moderator", Reply::status(403, &error("Your input was flagged")), Kind::ContentFilter),
        ("Azure's moderator", Reply::status(400, &azure.to_string()), Kind::ContentFilter),
        ("DeepSeek's moderator", Reply::status(400, &error("Content Exists Risk")), Kind::ContentFilter),
        (
            "llama.cpp's grammar",
            Reply::status(500, &error("does not match the expected peg-native format")),
            Kind::Format,
        ),
        (
            "FastAPI's 422",
            Reply::status(422, r#"{"detail":[{"loc":["body","response_format"],"msg":"no"}]}"#),
            Kind::Format,
        ),
        (
            "llama.cpp's overflow",
            Reply::status(400, r#"{"error":{"code":400,"message":"x","type":"exceed_context_size_error"}}"#),
            Kind::TooLong,
        ),
        ("413", Reply::status(413, html), Kind::TooLong),
        ("300 MB", Reply::endless(), Kind::NotJson),
        ("307", Reply::status(307, "").header("Location", "http://192.0.2.1/"), Kind::Setup),
        ("308", Reply::status(308, "").header("Location", "http://192.0.2.1/"), Kind::Setup),
        ("no page", Reply::status(404, "404 page not found"), Kind::Setup),
        ("no model", Reply::status(404, &error("model \"x\" not found")), Kind::Setup),
        ("an hour's wait", Reply::status(429, BUSY).header("Retry-After", "3600"), Kind::Retry),
        ("no reason", Reply::status(400, &error("no")), Kind::Refused),
    ];
    for (name, reply, kind) in once {
        let server = always(reply);
        assert_eq!(end(&server).await, kind, "{name}");
        assert_eq!(server.seen().len(), 1, "{name}");
    }

    let again: Vec<(&str, Reply, Kind)> = vec![
        ("408", Reply::status(408, ""), Kind::Retry),
        ("409", Reply::status(409, ""), Kind::Retry),
        ("425", Reply::status(425, ""), Kind::Retry),
        ("500", Reply::status(500, "{}"), Kind::Retry),
        ("502 in HTML", Reply::status(502, html), Kind::Retry),
        ("524", Reply::status(524, html), Kind::Retry),
        ("200 with an error", Reply::json(json!({ "error": { "message": "x", "code": 502 } })), Kind::Retry),
        ("closed", Reply::close(), Kind::Unreachable),
        ("cut in the body", Reply::cut(), Kind::Unreachable),
        ("hang", Reply::hang(), Kind::Unreachable),
        ("200 in HTML", Reply::status(200, html), Kind::NotJson),
        ("200 empty", Reply::status(200, ""), Kind::NotJson),
        ("gzip", Reply::status(200, "\u{1f}\u{8b}\u{8}").header("Content-Encoding", "gzip"), Kind::NotJson),
        ("no choices", Reply::json(json!({ "choices": [] })), Kind::NotJson),
    ];
    for (name, reply, kind) in again {
        let server = always(reply);
        assert_eq!(end(&server).await, kind, "{name}");
        assert_eq!(server.seen().len(), 3, "{name}");
    }

    for (name, reply) in [
        ("429 in OpenAI's words", Reply::status(429, BUSY)),
        ("429 in HTML", Reply::status(429, html)),
        ("429 in plain text", Reply::status(429, "slow down")),
        ("429 in Gemini's words", Reply::status(429, r#"[{"error":{"code":429,"message":"x"}}]"#)),
        ("429 with a number", Reply::status(429, r#"{"error":{"code":429,"message":"x"}}"#)),
        ("503", Reply::status(503, "")),
        ("529", Reply::status(529, "{}")),
    ] {
        let server = always(reply);
        assert_eq!(end(&server).await, Kind::Retry, "{name}");
        assert!(server.seen().len() > 1, "{name}");
    }
}

#[tokio::test]
async fn blank_lines_keep_a_connection_and_are_no_part_of_an_answer() {
    let server = server_with(vec![Reply::content("遅い").drip(40)]);
    let model = client_with(&server, |options| options.timeout = Duration::from_secs(20));
    let answer = ask(&model).await.unwrap();
    assert_eq!((answer.content.as_str(), answer.usage.requests), ("遅い", 1));
}

#[tokio::test]
async fn nobody_is_asked_to_compress_what_would_not_be_unpacked() {
    let server = server_with(vec![]);
    ask(&client(&server)).await.unwrap();
    assert_eq!(server.seen()[0].header("accept-encoding"), None);
}
