//! What those who watch are told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nekoyaku::model::{Event, Model, Options, Watch, Why};
use nekoyaku::request::Format;

use crate::support::{Reply, Server};
use crate::{BUSY, KEY, ask, client_with, error, server_with};

/// What was told while `act` was done.
async fn told(server: &Server, change: impl FnOnce(&mut Options)) -> Vec<Event> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let model = client_with(server, |options| {
        let events = Arc::clone(&events);
        options.watch = Some(Watch::new(move |event| events.lock().expect("the events").push(event.clone())));
        change(options);
    });
    let _ = ask(&model).await;
    model.step_down(Format::Schema, Why::Refused);
    drop(model);
    let events = events.lock().expect("the events");
    events.clone()
}

#[tokio::test]
async fn all_that_goes_on_is_told_in_order() {
    let server = server_with(vec![
        Reply::status(400, &error("temperature is not supported")),
        Reply::status(429, BUSY).header("Retry-After", "0.01"),
        Reply::status(500, "oops"),
        Reply::close(),
    ]);
    let events = told(&server, |_| {}).await;
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Sent { number, .. } => format!("sent {number}"),
            Event::Received { number, status, .. } => format!("received {number} {status}"),
            Event::Lost { number, .. } => format!("lost {number}"),
            Event::Again { .. } => "again".to_owned(),
            Event::Learned(what) => what.clone(),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "sent 1",
            "received 1 400",
            "temperature is left out from now on",
            "sent 2",
            "received 2 429",
            "at most 1 requests at once from now on",
            "again",
            "sent 3",
            "received 3 500",
            "again",
            "sent 4",
            "lost 4",
            "again",
            "sent 5",
            "received 5 200",
            "answers are asked for as json_object from now on",
        ]
    );
    assert!(events.iter().all(|event| (1..=2).contains(&event.level())), "{events:?}");
    assert!(events[0].body().is_some_and(|body| body.contains("本周的项目")), "{:?}", events[0]);
}

#[tokio::test]
async fn what_is_told_is_short_and_tame_and_has_no_key_in_it() {
    let said = format!("\u{1b}[31m {KEY} {}", "长".repeat(9_000));
    let server = Server::start(move |_| Reply::status(500, &error(&said)).header("X-Key", KEY));
    let events = told(&server, |options| {
        options.attempts = 2;
        options.backoff = Duration::from_millis(1);
    })
    .await;
    for event in &events {
        let all = format!("{event} {event:?}");
        assert!(!all.contains("4f7a9c2e") && !all.contains('\u{1b}'), "{all}");
        assert!(event.body().unwrap_or_default().chars().count() <= 4_097, "{event}");
    }
    assert!(events.iter().any(|event| event.body().is_some_and(|body| body.contains("[key]"))), "{events:?}");
}
