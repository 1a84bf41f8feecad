//! What each kind of server is asked, what it turns out not to have, and that this is remembered.

use std::collections::BTreeSet;

use nekoyaku::model::{Kind, Learned, Model, ModelError, OpenAi, Options, Why};
use nekoyaku::provider::{Cap, Provider, Providers};
use nekoyaku::request::{Format, Request};
use serde_json::{Value, json};

use crate::support::{Reply, Server};
use crate::{KEY, always, ask, client, client_with, options, request, server_with, without};

fn provider(name: &str) -> Option<Provider> {
    Provider::named(name, &Providers::new())
}

fn as_provider(server: &Server, name: &str, model: &str) -> OpenAi {
    client_with(server, |options| {
        options.provider = provider(name);
        options.model = model.to_owned();
    })
}

/// What goes to a server of this kind, the form of the answer being the first that it has.
async fn body(name: &str, model: &str) -> Value {
    let server = server_with(vec![]);
    let model = as_provider(&server, name, model);
    model.ask(&request(model.format())).await.expect("an answer");
    server.seen()[0].json()
}

#[tokio::test]
async fn each_kind_of_server_is_asked_in_its_own_way() {
    let no_thinking = json!({ "enable_thinking": false });
    let cases: [(&str, &str, Value, &[&str]); 14] = [
        (
            "openai",
            "gpt-5-mini",
            json!({ "max_completion_tokens": 321, "reasoning_effort": "low", "response_format": "json_schema" }),
            &["max_tokens", "temperature", "seed"],
        ),
        ("openai", "gpt-4o", json!({ "max_completion_tokens": 321, "temperature": 0.2 }), &["reasoning_effort"]),
        (
            "deepseek",
            "deepseek-chat",
            json!({ "max_tokens": 321, "thinking": { "type": "disabled" }, "response_format": "json_object" }),
            &["prompt_cache_key"],
        ),
        ("qwen", "qwen3-max", json!({ "enable_thinking": false, "response_format": "json_object" }), &[]),
        ("gemini", "gemini-2.5-flash", json!({ "reasoning_effort": "low" }), &["temperature"]),
        ("gemini", "gemini-2.0-flash", json!({ "temperature": 0.2 }), &["reasoning_effort"]),
        ("anthropic", "claude-sonnet-4-5", json!({ "max_tokens": 321 }), &["response_format"]),
        ("openrouter", "qwen/qwen3-14b", json!({ "max_tokens": 321, "response_format": "json_schema" }), &[]),
        ("groq", "llama-3.3-70b", json!({ "max_completion_tokens": 321 }), &["max_tokens"]),
        ("mistral", "mistral-small", json!({ "max_tokens": 321, "response_format": "json_schema" }), &[]),
        ("ollama", "qwen3:8b", json!({ "max_tokens": 321 }), &["max_completion_tokens", "chat_template_kwargs"]),
        ("llama.cpp", "tiny", json!({ "chat_template_kwargs": no_thinking }), &["enable_thinking"]),
        ("vllm", "Qwen/Qwen3-14B", json!({ "chat_template_kwargs": no_thinking, "temperature": 0.2 }), &[]),
        ("lmstudio", "qwen3-8b", json!({ "response_format": "json_schema", "max_tokens": 321 }), &[]),
    ];
    for (name, model, has, has_not) in cases {
        let mut body = body(name, model).await;
        if let Some(format) = body.pointer("/response_format/type").cloned() {
            body["response_format"] = format;
        }
        for (key, value) in has.as_object().expect("an object") {
            assert_eq!(&body[key], value, "{name}, {model}: {body}");
        }
        for key in has_not {
            assert!(body.get(key).is_none(), "{name}, {model}: {body}");
        }
    }
}

#[tokio::test]
async fn requests_that_begin_alike_say_so_to_those_who_ask() {
    let key = |body: Value| body["prompt_cache_key"].as_str().map(str::to_owned).expect("a key");
    let one = key(body("openai", "gpt-4o").await);
    assert_eq!(one, key(body("openai", "gpt-4o").await));

    let server = server_with(vec![]);
    let model = as_provider(&server, "openai", "gpt-4o");
    model.ask(&Request { system: "别的".to_owned(), ..request(Format::Schema) }).await.unwrap();
    assert_ne!(one, key(server.seen()[0].json()));
}

#[tokio::test]
async fn qwen_mt_gets_the_text_alone_and_the_terms_apart() {
    let server = server_with(vec![]);
    let model = as_provider(&server, "qwen-mt", "qwen-mt-plus");
    assert_eq!(model.format(), Format::Plain);
    let one = Request {
        keys: vec!["b7".to_owned()],
        texts: vec!["本周的<a1>装饰器</a1>".to_owned()],
        terms: vec![("装饰器".to_owned(), "デコレータ".to_owned())],
        ..request(Format::Plain)
    };
    model.ask(&one).await.unwrap();
    assert_eq!(
        server.seen()[0].json(),
        json!({
            "model": "qwen-mt-plus",
            "messages": [{ "role": "user", "content": "本周的<a1>装饰器</a1>" }],
            "max_tokens": 321,
            "temperature": 0.2,
            "translation_options": {
                "source_lang": "Chinese",
                "target_lang": "Japanese",
                "terms": [{ "source": "装饰器", "target": "デコレータ" }],
            },
        })
    );
    assert!(!model.step_down(Format::Plain, Why::Refused));
}

#[tokio::test]
async fn what_the_user_says_counts_more_than_what_the_provider_has() {
    let server = server_with(vec![]);
    let model = client_with(&server, |options| {
        options.model = "gpt-5".to_owned();
        options.provider = provider("openai");
        options.temperature = Some(1.0);
        options.seed = Some(-7);
        options.reasoning_effort = Some("minimal".to_owned());
    });
    ask(&model).await.unwrap();
    let body = server.seen()[0].json();
    assert_eq!((&body["temperature"], &body["seed"]), (&json!(1.0), &json!(-7)));
    assert_eq!(body["reasoning_effort"], "minimal");
}

#[tokio::test]
async fn anything_that_is_refused_by_name_is_left_out_and_remembered() {
    let names: &[&str] = &["chat_template_kwargs", "seed", "max_tokens"];
    let server = without(names);
    let change = |options: &mut Options| {
        options.provider = provider("vllm");
        options.seed = Some(1);
    };
    let model = client_with(&server, change);
    assert_eq!(ask(&model).await.unwrap().usage.requests, 4);
    let learned = model.learned();
    assert_eq!(learned.dropped, BTreeSet::from(["chat_template_kwargs".to_owned(), "seed".to_owned()]));
    assert_eq!(learned.cap, Some(Cap::MaxCompletionTokens));

    // The next run knows it, and what was asked for is the same as before.
    let next = client_with(&server, |options| {
        change(options);
        options.learned = learned.clone();
    });
    assert_eq!(ask(&next).await.unwrap().usage.requests, 1);
    assert_eq!((next.learned(), next.parameters()), (learned, model.parameters()));
    assert!(next.parameters().contains("seed"), "{}", next.parameters());
}

#[tokio::test]
async fn a_rung_that_was_refused_is_remembered_and_a_slip_is_not() {
    let server = server_with(vec![]);
    let model = client(&server);
    assert!(model.step_down(Format::Schema, Why::NotKept));
    assert_eq!((model.format(), model.learned().format), (Format::Object, None));
    assert!(model.step_down(Format::Object, Why::Refused));
    let learned = model.learned();
    assert_eq!(learned, Learned { format: Some(Format::Tagged), ..Learned::default() });

    let next = client_with(&server, |options| options.learned = learned);
    assert_eq!(next.format(), Format::Tagged);
}

fn long(characters: usize) -> Request {
    Request { user: "周".repeat(characters), ..request(Format::Schema) }
}

fn reading(tokens: u64) -> Server {
    let usage = json!({ "prompt_tokens": tokens, "completion_tokens": 20 });
    always(Reply::json(json!({ "choices": [{ "message": { "content": "はい" } }], "usage": usage })))
}

#[tokio::test]
async fn what_ollama_would_cut_off_is_not_sent() {
    let server = server_with(vec![]);
    let model = as_provider(&server, "ollama", "qwen3:8b");
    assert!(model.ask(&long(6_000)).await.is_ok());
    let error = model.ask(&long(7_000)).await.unwrap_err();
    assert!(matches!(&error, ModelError::TooLong { message, .. } if message.contains("4096")), "{error}");
    assert_eq!((server.seen().len(), error.kind()), (1, Kind::TooLong));
}

#[tokio::test]
async fn an_answer_to_half_of_a_prompt_is_none() {
    // About 3,600 tokens. Tokenizers differ, and some servers count only what they had not read before.
    for (read, is_whole) in [(2_048, false), (2_500, false), (2_700, true), (3_600, true), (5_000, true), (3, true)] {
        let server = reading(read);
        let model = as_provider(&server, "ollama", "qwen3:8b");
        match model.ask(&long(6_000)).await {
            Ok(_) => assert!(is_whole, "{read}"),
            Err(error) => {
                assert!(!is_whole && error.advice().contains("OLLAMA_CONTEXT_LENGTH"), "{read}: {error}");
                assert_eq!((error.kind(), error.is_fatal()), (Kind::TooLong, false));
            }
        }
        // A server that says when a prompt is too long is believed.
        assert!(as_provider(&server, "vllm", "qwen3").ask(&long(6_000)).await.is_ok());
    }
}

#[tokio::test]
async fn an_address_and_a_model_say_which_kind_of_server_it_is() {
    let server = server_with(vec![]);
    let model = OpenAi::new(Options { model: "qwen-mt-turbo".to_owned(), ..options(server.base_url()) }).unwrap();
    assert_eq!(model.format(), Format::Plain);
    let claude = Options { base_url: "http://api.anthropic.com/v1".to_owned(), ..options(server.base_url()) };
    assert_eq!(OpenAi::new(claude).unwrap().format(), Format::Tagged);
}

#[tokio::test]
async fn a_key_that_comes_back_in_an_answer_or_a_name_goes_no_further() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "GET" => Reply::models(&[KEY, "a-model"]),
        _ => Reply::content(&format!("鍵は{KEY}です。sk-proj-は残る。")),
    });
    let model = client(&server);
    assert_eq!(ask(&model).await.unwrap().content, "鍵は[key]です。sk-proj-は残る。");
    assert_eq!(model.models().await.unwrap(), ["[key]", "a-model"]);
}
