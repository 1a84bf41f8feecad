//! 49 shapes of replies that real servers send, and those in which there is no answer.

use std::sync::{Arc, Mutex};

use nekoyaku::model::{Answer, Finish, Model, ModelError, OpenAi, Options, Usage};
use nekoyaku::request::{Format, Request};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{Reply, Server};

/// The reply that OpenAI's documentation shows; each shape is what a server does to it.
fn whole() -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "m-1",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": "猫" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    })
}

/// A change to the reply: at this place this value, or nothing there any more.
type Change = (&'static str, Option<Value>);

fn with(place: &'static str, value: Value) -> Vec<Change> {
    vec![(place, Some(value))]
}

fn without(place: &'static str) -> Vec<Change> {
    vec![(place, None)]
}

fn changed(changes: &[Change]) -> Value {
    let mut reply = whole();
    for (place, value) in changes {
        let (parent, name) = place.rsplit_once('/').expect("a place");
        let parent = reply.pointer_mut(parent).expect("a parent").as_object_mut().expect("an object");
        match value {
            Some(value) => parent.insert(name.to_owned(), value.clone()),
            None => parent.remove(name),
        };
    }
    reply
}

/// What a shape is called, what it does, how it ends, tokens in, cached and out.
type Shape = (&'static str, Vec<Change>, Finish, [u64; 3]);

const COUNTED: [u64; 3] = [100, 0, 20];
const CHOICE: &str = "/choices/0";

fn shapes() -> Vec<Shape> {
    let stop = |name, changes| (name, changes, Finish::Stop, COUNTED);
    let ends = |name, word: &str, finish| (name, with("/choices/0/finish_reason", json!(word)), finish, COUNTED);
    let counts = |name, usage, counted| (name, with("/usage", usage), Finish::Stop, counted);
    let other = |word: &str| Finish::Other(word.to_owned());
    let message = |more: Value| {
        let mut message = json!({ "role": "assistant", "content": "猫" });
        let more = more.as_object().expect("an object").clone();
        message.as_object_mut().expect("an object").extend(more);
        with("/choices/0/message", message)
    };
    let logprobs = |token: Value| with("/choices/0/logprobs", json!({ "content": [token] }));
    vec![
        stop("as documented", vec![]),
        stop("no id", without("/id")),
        stop("a null id", with("/id", Value::Null)),
        stop("no object", without("/object")),
        stop("no created", without("/created")),
        stop("created is a float", with("/created", json!(1_700_000_000.25))),
        stop("created in milliseconds", with("/created", json!(1_700_000_000_000_u64))),
        stop("created is a string", with("/created", json!("2023-11-14T22:13:20Z"))),
        stop("no model", without("/model")),
        stop("no index", without("/choices/0/index")),
        stop("a null index", with("/choices/0/index", Value::Null)),
        stop("no role", without("/choices/0/message/role")),
        stop("the role `model` (Gemini)", message(json!({ "role": "model" }))),
        counts("usage {}", json!({}), [0, 0, 0]),
        counts("null usage", Value::Null, [0, 0, 0]),
        ("no usage", without("/usage"), Finish::Stop, [0, 0, 0]),
        counts("no total tokens", json!({ "prompt_tokens": 100, "completion_tokens": 20 }), COUNTED),
        counts("no completion tokens (Gemini)", json!({ "prompt_tokens": 100, "total_tokens": 120 }), COUNTED),
        counts("counts are floats", json!({ "prompt_tokens": 100.0, "completion_tokens": 20.0 }), COUNTED),
        counts(
            "null details",
            json!({ "prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": null, "completion_tokens_details": null }),
            COUNTED,
        ),
        counts(
            "cached tokens (OpenAI, llama.cpp)",
            json!({ "prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": { "cached_tokens": 64 } }),
            [100, 64, 20],
        ),
        counts(
            "cache hits and misses (DeepSeek)",
            json!({ "prompt_tokens": 100, "completion_tokens": 20, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36 }),
            [100, 64, 20],
        ),
        stop("service tier `on_demand` (Groq)", with("/service_tier", json!("on_demand"))),
        stop("service tier `standard` (Anthropic)", with("/service_tier", json!("standard"))),
        stop("a null service tier", with("/service_tier", Value::Null)),
        ends("an empty finish reason", "", Finish::Unstated),
        ("a null finish reason", with("/choices/0/finish_reason", Value::Null), Finish::Unstated, COUNTED),
        ("no finish reason", without("/choices/0/finish_reason"), Finish::Unstated, COUNTED),
        ends("finish reason `eos`", "eos", Finish::Stop),
        ends("finish reason `STOP`", "STOP", Finish::Stop),
        ends("finish reason `length`", "length", Finish::Length),
        ends("finish reason `max_tokens`", "max_tokens", Finish::Length),
        ends("finish reason `abort` (vLLM)", "abort", other("abort")),
        ends("finish reason `SAFETY` (Gemini)", "SAFETY", Finish::Filtered),
        ends("finish reason `content_filter`", "content_filter", Finish::Filtered),
        ends("finish reason `tool_calls`", "tool_calls", other("tool_calls")),
        ends("no more resources (DeepSeek)", "insufficient_system_resource", other("insufficient_system_resource")),
        stop("parts of content", message(json!({ "content": [{ "type": "text", "text": "猫" }] }))),
        stop(
            "thoughts among the parts (Mistral)",
            message(json!({ "content": [
                { "type": "thinking", "thinking": [{ "type": "text", "text": "訳" }] },
                { "type": "text", "text": "猫" },
            ] })),
        ),
        stop("null logprobs", with("/choices/0/logprobs", Value::Null)),
        stop("logprobs without alternatives", logprobs(json!({ "token": "猫", "logprob": -0.1 }))),
        stop(
            "null alternatives of logprobs",
            logprobs(json!({ "token": "猫", "logprob": -0.1, "bytes": null, "top_logprobs": null })),
        ),
        stop("an unknown annotation", message(json!({ "annotations": [{ "type": "file", "file": {} }] }))),
        stop("reasoning_content (DeepSeek, vLLM)", message(json!({ "reasoning_content": "猫か犬か" }))),
        stop("reasoning (OpenRouter)", message(json!({ "reasoning": "猫か犬か", "reasoning_details": [{}] }))),
        stop("null tool calls", message(json!({ "tool_calls": null, "function_call": null, "refusal": null }))),
        stop("an empty list of tool calls", message(json!({ "tool_calls": [] }))),
        stop("fields nobody knows", with("/x_groq", json!({ "id": "req_1", "usage": { "queue_time": 0.01 } }))),
        (
            "two choices, of which the first counts",
            with("/choices", json!([whole().pointer(CHOICE), { "message": { "content": "犬" } }])),
            Finish::Stop,
            COUNTED,
        ),
    ]
}

fn request() -> Request {
    let text = |text: &str| text.to_owned();
    Request {
        system: text("指示"),
        user: text("猫"),
        keys: vec![text("b0")],
        texts: vec![text("猫")],
        terms: Vec::new(),
        format: Format::Object,
        expected_output_tokens: 10,
        max_output_tokens: 100,
    }
}

/// A client that asks once.
fn client(server: &Server) -> OpenAi {
    let (base_url, model) = (server.base_url(), "m".to_owned());
    OpenAi::new(Options { base_url, model, attempts: 1, ..Options::default() }).expect("a client")
}

/// What the client makes of each of `replies`, in their order, asking once for each.
fn asked(replies: Vec<Reply>) -> Vec<Result<Answer, ModelError>> {
    let count = replies.len();
    let server = Server::start(move |seen| replies[seen.index].clone());
    let model = client(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut answers = Vec::with_capacity(count);
        for _ in 0..count {
            answers.push(model.ask(&request()).await);
        }
        answers
    })
}

#[test]
fn each_of_49_shapes_is_an_answer() {
    let shapes = shapes();
    assert_eq!(shapes.len(), 49);
    let replies = shapes.iter().map(|(_, changes, ..)| Reply::json(changed(changes))).collect();
    for (answer, (name, _, finish, [input, cached, output])) in asked(replies).into_iter().zip(shapes) {
        let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((&*answer.content, &answer.finish), ("猫", &finish), "{name}");
        let Usage { input_tokens, cached_tokens, output_tokens, .. } = answer.usage;
        assert_eq!([input_tokens, cached_tokens, output_tokens], [input, cached, output], "{name}");
    }
}

#[test]
fn a_reply_without_an_answer_is_an_error_that_says_so() {
    const NONE: &str = "no answer in the reply";
    const NO_JSON: &str = "is not JSON";
    let cases = [
        ("nothing", String::new(), NO_JSON),
        ("a page", "<html><body>502 Bad Gateway</body></html>".to_owned(), NO_JSON),
        ("half of a reply", whole().to_string()[..80].to_owned(), NO_JSON),
        ("null", "null".to_owned(), NO_JSON),
        ("an empty object", "{}".to_owned(), NONE),
        ("a list", "[]".to_owned(), NO_JSON),
        ("null choices", changed(&with("/choices", Value::Null)).to_string(), NONE),
        ("no choices", changed(&without("/choices")).to_string(), NONE),
        ("an empty list of choices", changed(&with("/choices", json!([]))).to_string(), NONE),
        ("choices that are none", changed(&with("/choices", json!({}))).to_string(), NONE),
        (
            "an error (OpenRouter)",
            json!({ "error": { "message": "上流が応答しません", "code": 502 } }).to_string(),
            "上流が応答しません",
        ),
        ("an error that is a text", json!({ "error": "model is loading" }).to_string(), "model is loading"),
    ];
    let replies = cases.iter().map(|(_, body, _)| Reply::status(200, body)).collect();
    for (answer, (name, _, message)) in asked(replies).into_iter().zip(cases) {
        let error = answer.err().unwrap_or_else(|| panic!("{name}: an answer"));
        assert!(error.to_string().contains(message), "{name}: {error}");
    }
}

#[test]
fn a_message_that_says_nothing_is_an_empty_answer() {
    let cases = [
        ("null content", with("/choices/0/message/content", Value::Null)),
        ("no content", without("/choices/0/message/content")),
        ("no message", without("/choices/0/message")),
        ("content that is a number", with("/choices/0/message/content", json!(1))),
        ("only thoughts", with("/choices/0/message/content", json!([{ "type": "thinking", "thinking": "猫" }]))),
    ];
    let replies = cases.iter().map(|(_, changes)| Reply::json(changed(changes))).collect();
    for (answer, (name, _)) in asked(replies).into_iter().zip(cases) {
        let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(answer.content, "", "{name}");
    }
}

/// Any small JSON.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z猫\u{0}\"]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The names whose place in a reply is taken or freed by a law's changes.
const NAMES: [(&str, &[&str]); 3] = [
    ("", &["id", "object", "created", "model", "usage", "service_tier", "system_fingerprint", "provider", "新"]),
    (CHOICE, &["index", "finish_reason", "logprobs", "native_finish_reason", "content_filter_results", "delta"]),
    (
        "/choices/0/message",
        &["role", "refusal", "tool_calls", "function_call", "annotations", "audio", "reasoning", "reasoning_content"],
    ),
];

#[test]
fn whatever_is_beside_the_text_the_text_is_the_answer() {
    let reply = Arc::new(Mutex::new(String::new()));
    let told = Arc::clone(&reply);
    let server = Server::start(move |_| Reply::status(200, &told.lock().expect("a lock")));
    let model = client(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");

    let changes = proptest::collection::vec((0..NAMES.len(), 0..9_usize, proptest::option::of(anything())), 0..6);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let law = TestRunner::new(config).run(&changes, |changes| {
        let mut body = whole();
        for (place, name, value) in changes {
            let (parent, names) = NAMES[place];
            let parent = body.pointer_mut(parent).expect("a parent").as_object_mut().expect("an object");
            let name = names[name % names.len()];
            match value {
                Some(value) => parent.insert(name.to_owned(), value),
                None => parent.remove(name),
            };
        }
        *reply.lock().expect("a lock") = body.to_string();
        let answer = runtime.block_on(model.ask(&request()));
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {body}"));
        assert_eq!(answer.content, "猫", "{body}");
        Ok(())
    });
    law.expect("the law holds");
}
