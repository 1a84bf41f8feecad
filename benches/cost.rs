//! What issues take in time and money on a server with a prefix cache: the program itself, over a real
//! connection, against the least that any program could take.
//!
//! The server takes 400 ms to the first token and then 60 tokens a second, whatever else it has to do;
//! it has no limits, and keeps prefixes of 1,024 tokens and more from the moment an answer has ended. It
//! counts 0.6 tokens for a CJK character and 0.3 for an ASCII one, and its translations have 1.6 times
//! the tokens of what it was given (both measured on ten published pairs).
//!
//! The least time is that of all segments at once: the longest one alone. The least price is that of the
//! texts without any instructions, each token in counted 1, cached 0.1, out 8.
//!
//! `NEKOYAKU_CORPUS`, where it is set, has the issues (its folder `docs`); else there are ten made from
//! the sample.

#![allow(clippy::print_stdout, reason = "what a bench prints is what it is for")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nekoyaku::issue::Issue;
use nekoyaku::passages::estimated_tokens;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use support::translator::{Folder, SAMPLE, asked, object, pseudo};
use support::{Reply, Seen, Server};

const FIRST_TOKEN: f64 = 0.4;
const TOKENS_A_SECOND: f64 = 60.0;
const SMALLEST_PREFIX: usize = 1_024;
const GROWTH: f64 = 1.6;

/// The price of a token, in that of one read.
const CACHED: f64 = 0.1;
const WRITTEN: f64 = 8.0;

/// Tokens of an answer for one key besides its text: `,"b12":"…"`.
const FRAME: f64 = 5.0;

/// What the server was asked for, in tokens.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    requests: usize,
    input: usize,
    cached: usize,
    output: usize,
    // From the second request on.
    later_input: usize,
    later_cached: usize,
}

impl Taken {
    fn price(self) -> f64 {
        (self.input - self.cached) as f64 + CACHED * self.cached as f64 + WRITTEN * self.output as f64
    }

    fn share_from_cache(self) -> f64 {
        self.later_cached as f64 / (self.later_input as f64).max(1.0)
    }
}

/// A prompt, and when the server will have kept it.
type Kept = (String, Instant);

fn server(taken: Arc<Mutex<Taken>>) -> Server {
    let kept: Mutex<Vec<Kept>> = Mutex::default();
    Server::start(move |seen| {
        let body = seen.json();
        let message = |place: usize| body["messages"][place]["content"].as_str().unwrap_or_default().to_owned();
        let prompt = message(0) + "\n" + &message(1);
        let out = output(seen);
        let delay = Duration::from_secs_f64(FIRST_TOKEN + out / TOKENS_A_SECOND);
        let now = Instant::now();
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = kept.iter().filter(|(_, ready)| *ready <= now);
        let cached = ready.map(|(other, _)| common(other, &prompt)).max().unwrap_or_default();
        let cached = if cached < SMALLEST_PREFIX { 0 } else { cached };
        kept.push((prompt.clone(), now + delay));
        drop(kept);

        let input = estimated_tokens(&prompt);
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.requests > 0 {
            taken.later_input += input;
            taken.later_cached += cached;
        }
        taken.requests += 1;
        taken.input += input;
        taken.cached += cached;
        taken.output += out.ceil() as usize;
        Reply::content(&object(seen, pseudo)).delay(delay)
    })
}

fn output(seen: &Seen) -> f64 {
    asked(seen).iter().map(|(_, text)| GROWTH * estimated_tokens(text) as f64 + FRAME).sum()
}

/// The tokens that two prompts have in common at their beginning.
fn common(one: &str, other: &str) -> usize {
    let same = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
    estimated_tokens(&one[..same.map_or(one.len().min(other.len()), |((at, _), _)| at)])
}

/// The masked texts of an issue, in tokens.
fn texts(text: &str) -> Vec<usize> {
    let issue = Issue::new(Source::new("x.md", text), &Profile::default()).expect("an issue");
    issue.segments().map(|segment| estimated_tokens(segment.tagged().text())).collect()
}

/// The least time, in seconds, and the least price.
fn least(text: &str) -> (f64, f64) {
    let texts = texts(text);
    let longest = texts.iter().copied().max().unwrap_or_default() as f64 * GROWTH;
    let all = texts.iter().sum::<usize>() as f64;
    (FIRST_TOKEN + longest / TOKENS_A_SECOND, all + WRITTEN * GROWTH * all)
}

/// Ten issues by their names.
fn issues() -> Vec<(String, String)> {
    let corpus = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from);
    let Some(folder) = corpus.map(|corpus| corpus.join("docs")).filter(|folder| folder.is_dir()) else {
        let numbered = |number: usize| (format!("2024-02-{number:02}-weekly.md"), SAMPLE.repeat(number));
        return (1..=10).map(numbered).collect();
    };
    let entries = fs::read_dir(folder).expect("the corpus").flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort_unstable();
    let issue = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("an issue"))
    };
    paths.into_iter().map(issue).filter(|(_, text)| text.len() < 40_000).take(10).collect()
}

/// Translate these issues in one run; gives seconds, and what was taken.
fn run(issues: &[(String, String)], more: &[&str]) -> (f64, Taken) {
    let taken = Arc::new(Mutex::new(Taken::default()));
    let server = server(Arc::clone(&taken));
    let folder = Folder::new();
    for (name, text) in issues {
        folder.put(name, text);
    }
    let args: Vec<&str> =
        issues.iter().map(|(name, _)| name.as_str()).chain(["--no-diff"]).chain(more.iter().copied()).collect();
    let began = Instant::now();
    let ran = folder.translate(&server.base_url(), &args);
    let seconds = began.elapsed().as_secs_f64();
    assert!(ran.code.is_some_and(|code| code < 2), "{}", ran.err);
    let taken = *taken.lock().unwrap_or_else(PoisonError::into_inner);
    (seconds, taken)
}

fn main() {
    // `cargo test --benches` is not interested.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let issues = issues();
    println!(
        "{:<28} {:>8} {:>8} {:>7} {:>7} {:>6} {:>6} {:>7}",
        "issue", "segments", "requests", "seconds", "least", "time", "price", "cached"
    );
    let (mut seconds, mut least_seconds, mut price, mut least_price, mut longest) = (0.0, 0.0, 0.0, 0.0, 0.0_f64);
    for issue in &issues {
        let (took, taken) = run(std::slice::from_ref(issue), &[]);
        let (least_time, least_cost) = least(&issue.1);
        seconds += took;
        least_seconds += least_time;
        price += taken.price();
        least_price += least_cost;
        longest = longest.max(took);
        println!(
            "{:<28} {:>8} {:>8} {took:>7.2} {least_time:>7.2} {:>5.2}× {:>5.2}× {:>5.0} %",
            issue.0,
            texts(&issue.1).len(),
            taken.requests,
            took / least_time,
            taken.price() / least_cost,
            100.0 * taken.share_from_cache(),
        );
    }
    println!(
        "one by one: {seconds:.1} s, {:.2} × the least; price {:.2} × the least",
        seconds / least_seconds,
        price / least_price
    );

    let (together, taken) = run(&issues, &[]);
    println!(
        "in one run: {together:.2} s, {:.2} × the longest alone; price {:.2} × the least",
        together / longest,
        taken.price() / least_price
    );

    let sizes = issues.iter().enumerate().max_by_key(|(_, issue)| texts(&issue.1).len());
    let Some((_, largest)) = sizes else { return };
    let (took, taken) = run(std::slice::from_ref(largest), &["--prefer", "cost"]);
    println!(
        "--prefer cost, {}: {} segments, {} requests, {} tokens in ({:.0} % cached from the second request on), {took:.2} s, price {:.2} × the least",
        largest.0,
        texts(&largest.1).len(),
        taken.requests,
        taken.input,
        100.0 * taken.share_from_cache(),
        taken.price() / least(&largest.1).1,
    );
}
