//! How many are asked at once, how fast, and how a busy server is waited for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nekoyaku::model::{Model, ModelError, OpenAi};
use nekoyaku::request::{Format, Request};

use crate::support::{Reply, Server};
use crate::{BUSY, ask, client, client_with, request, server_with};

/// Tokens that come back at `per_second`, `room` of them at most.
struct Bucket {
    per_second: f64,
    room: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    fn new(per_second: f64, room: f64) -> Self {
        Self { per_second, room, level: room, at: Instant::now() }
    }

    /// Takes one, or tells the seconds until there is one.
    fn take(&mut self) -> Result<(), f64> {
        let passed = self.at.elapsed().as_secs_f64();
        self.at = Instant::now();
        self.level = (self.level + passed * self.per_second).min(self.room);
        if self.level >= 1.0 {
            self.level -= 1.0;
            return Ok(());
        }
        Err((1.0 - self.level) / self.per_second)
    }
}

/// A server that has so many requests a second, and says how long to wait or not.
fn limited(per_second: f64, says_when: bool) -> Server {
    let bucket = Mutex::new(Bucket::new(per_second, per_second));
    Server::start(move |_| {
        let taken = bucket.lock().unwrap_or_else(PoisonError::into_inner).take();
        match taken {
            Ok(()) => Reply::content("はい"),
            Err(wait) if says_when => Reply::status(429, BUSY).header("Retry-After", &format!("{wait:.3}")),
            Err(_) => Reply::status(429, BUSY),
        }
    })
}

/// How many of 60 requests at once are answered, and in how many times the shortest time there is.
#[expect(clippy::print_stdout, reason = "the figure is what one wants to know")]
async fn sixty(server: &Server, model: &OpenAi, per_second: f64) -> (usize, f64) {
    let start = Instant::now();
    let answers = join_all((0..60).map(|_| ask(model))).await;
    let ideal = (60.0 - per_second) / per_second;
    let ratio = start.elapsed().as_secs_f64() / ideal;
    println!("{} requests for 60 answers, {ratio:.2} times the ideal {ideal:.2} s", server.seen().len());
    (answers.iter().filter(|answer| answer.is_ok()).count(), ratio)
}

#[tokio::test]
async fn sixty_requests_at_a_bucket_are_sixty_answers_nearly_as_fast_as_it_fills() {
    // At 6 a second it would take 9 s. A loaded machine holds twice what is aimed at, 1.3.
    let slow = std::env::var("NEKOYAKU_BUCKET").ok().and_then(|rate| rate.parse().ok());
    let per_second: f64 = slow.unwrap_or(20.0);
    for says_when in [true, false] {
        let server = limited(per_second, says_when);
        let model = client_with(&server, |options| options.backoff = Duration::from_secs_f64(3.0 / per_second));
        let (answers, ratio) = sixty(&server, &model, per_second).await;
        assert_eq!(answers, 60, "says when: {says_when}");
        assert!(ratio < 2.6, "says when: {says_when}: {ratio}");
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_for_longer_than_a_broken_one() {
    let server = server_with(vec![Reply::status(503, ""); 12]);
    let model = client_with(&server, |options| {
        options.attempts = 2;
        options.backoff = Duration::from_micros(10);
    });
    assert_eq!(ask(&model).await.unwrap().usage.requests, 13);
}

#[tokio::test]
async fn a_server_that_only_refuses_is_given_up_by_all_at_once() {
    let server = Server::start(|_| Reply::status(429, BUSY));
    let model = client_with(&server, |options| {
        options.concurrency = Some(1);
        options.max_wait = Duration::from_millis(300);
    });
    let start = Instant::now();
    let ends = join_all((0..20).map(|_| ask(&model))).await;
    assert!(ends.iter().all(|end| matches!(end, Err(ModelError::RateLimited { .. }))), "{ends:?}");
    // One after the other they would have waited for 6 s.
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn no_more_are_under_way_than_are_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let server = Server::start({
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        move |_| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(20));
            now.fetch_sub(1, Ordering::SeqCst);
            Reply::content("はい")
        }
    });
    let model = client_with(&server, |options| options.concurrency = Some(3));
    assert!(join_all((0..12).map(|_| ask(&model))).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_the_user_allows_is_not_passed_and_needs_no_refusal() {
    for tokens in [false, true] {
        let server = server_with(vec![]);
        let model = client_with(&server, |options| {
            // A request here is of some 215 tokens.
            let most = if tokens { &mut options.tokens_per_minute } else { &mut options.requests_per_minute };
            *most = Some(if tokens { 650 } else { 3 });
        });
        let asked = tokio::time::timeout(Duration::from_secs(1), join_all((0..5).map(|_| ask(&model)))).await;
        assert!(asked.is_err());
        assert_eq!(server.seen().len(), 3, "tokens: {tokens}");
    }
}

#[tokio::test]
async fn what_a_server_has_left_is_not_passed() {
    let server = Server::start(|seen| {
        let left = if seen.index == 0 { "2" } else { "0" };
        Reply::content("はい")
            .header("x-ratelimit-limit-requests", "60")
            .header("x-ratelimit-remaining-requests", left)
            .header("x-ratelimit-reset-requests", "58s")
    });
    let model = client(&server);
    ask(&model).await.unwrap();
    let asked = tokio::time::timeout(Duration::from_millis(700), join_all((0..5).map(|_| ask(&model)))).await;
    assert!(asked.is_err());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_server_that_says_when_to_come_back_is_taken_at_its_word() {
    // As aimock refuses: back in a moment, though all its tokens are there in six minutes only.
    let refused = Reply::status(429, BUSY)
        .header("retry-after-ms", "100")
        .header("x-ratelimit-limit-tokens", "150000")
        .header("x-ratelimit-remaining-tokens", "0")
        .header("x-ratelimit-reset-tokens", "6m0s");
    let server = server_with(vec![refused; 3]);
    let model = client_with(&server, |options| options.concurrency = Some(3));
    let long = Request { expected_output_tokens: 20_000, ..request(Format::Schema) };
    let asked = join_all((0..3).map(|_| model.ask(&long)));
    let answers = tokio::time::timeout(Duration::from_secs(20), asked).await.expect("no wait of minutes");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

#[tokio::test]
async fn what_waits_for_its_turn_ends_when_we_are_told_to_stop() {
    let server = Server::start(|_| Reply::content("はい").delay(Duration::from_millis(300)));
    for pace in [None, Some(1)] {
        let model = client_with(&server, |options| {
            options.concurrency = Some(if pace.is_some() { 5 } else { 1 });
            options.requests_per_minute = pace;
        });
        let told = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            model.stop();
        };
        let (ends, ()) = tokio::join!(join_all((0..5).map(|_| ask(&model))), told);
        // What was under way is an answer.
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1);
        assert_eq!(ends.iter().filter(|end| matches!(end, Err(ModelError::Stopped))).count(), 4);
    }
}
