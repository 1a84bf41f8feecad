//! Time and memory against size: for texts that people write, and for texts that bring parsers down.
//!
//! `cargo bench --bench growth` prints two tables. Each row is measured in a process of its own, so
//! that peak memory is that row's. What counts is how a row's time grows from one size to the next:
//! twice the size, twice the time.

#![expect(clippy::print_stdout, reason = "the tables are what this is for")]

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use nekoyaku::edition::{Rendered, build};
use nekoyaku::emit::emit;
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use pulldown_cmark::{Options, Parser};

/// How a text of about so many bytes is made.
type Make = fn(usize) -> String;

/// Texts, and the sizes they are tried at.
const CASES: &[(&str, &[usize], Make)] = &[
    ("issues", &[12_500_000, 25_000_000, 50_000_000], issues),
    ("one line", &[2_500_000, 5_000_000, 10_000_000], |size| repeated("周刊分享了很多文章，", size)),
    ("one line of links", &[250_000, 500_000, 1_000_000], |size| repeated("见[文章](https://a.example/1)，", size)),
    ("lines of one paragraph", &[250_000, 500_000, 1_000_000], |size| repeated("周刊\n", size)),
    ("[", &[100_000, 200_000, 400_000], |size| repeated("[", size) + "周"),
    ("[周", &[100_000, 200_000, 400_000], |size| repeated("[周", size)),
    ("]", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("]", size)),
    ("[](", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("[](", size)),
    ("`", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("`", size)),
    ("` of all lengths", &[100_000, 200_000, 400_000], backticks),
    ("*", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("*", size)),
    ("*周 ", &[100_000, 200_000, 400_000], |size| repeated("*周 ", size)),
    ("**周**", &[100_000, 200_000, 400_000], |size| repeated("**周** ", size)),
    ("_周* ", &[100_000, 200_000, 400_000], |size| repeated("_周* ", size)),
    ("<", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("<", size)),
    ("<a>周", &[100_000, 200_000, 400_000], |size| repeated("<a>周", size)),
    ("<!-- in a line", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("<!-- ", size)),
    ("HTML block", &[100_000, 200_000, 400_000], |size| repeated("<div>周<b>刊", size)),
    ("&", &[100_000, 200_000, 400_000], |size| "周".to_owned() + &repeated("&", size)),
    ("\\_周", &[100_000, 200_000, 400_000], |size| repeated("\\_周", size)),
    ("quotes in quotes", &[100_000, 200_000, 400_000], |size| repeated("> ", size) + "周"),
    ("lists in lists", &[100_000, 200_000, 400_000], |size| repeated("- ", size) + "周"),
    ("a staircase of lists", &[100_000, 200_000, 400_000], staircase),
    ("cells", &[100_000, 200_000, 400_000], table),
    ("reference links", &[100_000, 200_000, 400_000], |size| repeated("[周][甲] ", size) + "\n\n[甲]: u\n"),
    ("labels", &[100_000, 200_000, 400_000], labels),
    ("footnotes", &[100_000, 200_000, 400_000], footnotes),
    ("addresses", &[100_000, 200_000, 400_000], |size| repeated("https://a.example/周 ", size)),
    ("https://a))))", &[100_000, 200_000, 400_000], |size| "周 https://a".to_owned() + &repeated(")", size)),
    ("look-alike tags", &[100_000, 200_000, 400_000], |size| repeated("<a1>周[刊](u)", size)),
    ("hard breaks", &[100_000, 200_000, 400_000], |size| repeated("周刊\\\n", size) + "周"),
    ("blank lines", &[100_000, 200_000, 400_000], |size| repeated("\n", size) + "周"),
    ("carriage returns", &[100_000, 200_000, 400_000], |size| repeated("周\r", size)),
];

fn repeated(piece: &str, size: usize) -> String {
    piece.repeat(size / piece.len())
}

/// The sample, or real issues where there are some, until there are as many bytes.
fn issues(size: usize) -> String {
    let mut all = String::new();
    if let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS") {
        let folder = std::path::PathBuf::from(folder).join("docs");
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        let texts = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        all.extend(texts.map(|path| std::fs::read_to_string(path).expect("an issue") + "\n"));
    } else {
        all.push_str(include_str!("../examples/2024-02-17-weekly.md"));
    }
    all.repeat(size.div_ceil(all.len()))
}

fn backticks(size: usize) -> String {
    let mut text = "周".to_owned();
    for length in (1..).take_while(|length| length * length / 2 < size) {
        text += &"`".repeat(length);
        text.push(' ');
    }
    text
}

fn staircase(size: usize) -> String {
    let mut text = String::new();
    for depth in (0..).take_while(|depth| depth * depth < size) {
        text += &format!("{}- 周\n", "  ".repeat(depth));
    }
    text
}

fn table(size: usize) -> String {
    format!("|周|刊|\n|-|-|\n{}", repeated("|周|刊|\n", size))
}

fn labels(size: usize) -> String {
    (0..size / 40).map(|n| format!("[周{n}]\n\n[周{n}]: https://a.example\n\n")).collect()
}

fn footnotes(size: usize) -> String {
    (0..size / 30).map(|n| format!("周[^{n}]\n\n[^{n}]: 刊\n\n")).collect()
}

fn pseudo(text: &str) -> String {
    text.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 'ア' } else { c }).collect()
}

/// Split, encode, answer, decode, emit, splice, read again: how long it took, without the answering.
fn whole(text: String) -> (usize, Duration) {
    let profile = Profile::default();
    let start = Instant::now();
    let issue = Issue::new(Source::new("2024-02-17-weekly.md", text), &profile).expect("an issue");
    let mut answering = Duration::ZERO;
    let rendered = issue.segments().map(|segment| {
        let tagged = segment.tagged();
        let asked = Instant::now();
        let answer = pseudo(tagged.text());
        answering += asked.elapsed();
        let Ok(pieces) = tagged.decode(&answer) else { return Rendered::Left };
        match issue.place(&segment) {
            Some(place) => emit(&place, &pieces).map_or(Rendered::Left, |made| Rendered::Translation(made.0)),
            None => Rendered::Translation(answer),
        }
    });
    let edition = build(&issue, rendered, &profile, None).expect("an edition");
    black_box(edition.text.len());
    (edition.reverted.len(), start.elapsed().saturating_sub(answering))
}

/// What one process measures.
fn measure(case: &str, size: &str, stage: &str) {
    let (_, _, make) = CASES.iter().find(|(name, ..)| *name == case).expect("a case");
    let text = make(size.parse().expect("a size"));
    let bytes = text.len();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let start = Instant::now();
    let (reverted, took) = match stage {
        "parse" => {
            black_box(Parser::new_ext(&text, options).into_offset_iter().count());
            (0, start.elapsed())
        }
        "split" => {
            let issue = Issue::new(Source::new("2024-02-17-weekly.md", text), &Profile::default()).expect("an issue");
            let took = start.elapsed();
            black_box(issue.segment_count());
            (0, took)
        }
        _ => whole(text),
    };
    println!("{bytes} {} {} {reverted}", took.as_nanos(), peak());
}

/// The most memory this process has had, in bytes, where the system says it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() * 1024
}

struct Measured {
    bytes: f64,
    nanoseconds: f64,
    peak: f64,
}

fn in_a_process(case: &str, size: usize, stage: &str) -> Measured {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).args(["--measure", case, &size.to_string(), stage]).output().expect("a process");
    let told = String::from_utf8_lossy(&output.stdout);
    let mut figures = told.split_whitespace().map(|figure| figure.parse::<f64>().expect("a figure"));
    let mut next = || figures.next().unwrap_or(f64::NAN);
    Measured { bytes: next(), nanoseconds: next(), peak: next() }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(["--measure", case, size, stage]) =
        args.get(1..5).map(|args| [&*args[0], &*args[1], &*args[2], &*args[3]]).as_ref()
    {
        measure(case, size, stage);
        return;
    }
    // `cargo test --benches` only wants to know that it runs.
    let smallest = args.iter().any(|arg| arg == "--test");
    println!("| text | bytes | bare parse | split | everything | ns a byte | of half the size | peak memory |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (case, sizes, _) in CASES {
        let mut before = None;
        for size in &sizes[..if smallest { 1 } else { sizes.len() }] {
            let [parse, split, whole] = ["parse", "split", "whole"].map(|stage| in_a_process(case, *size, stage));
            let milliseconds = |measured: &Measured| format!("{:.1} ms", measured.nanoseconds / 1e6);
            let grown = before.map_or(String::new(), |before: f64| format!("{:.1} ×", whole.nanoseconds / before));
            before = Some(whole.nanoseconds);
            println!(
                "| `{case}` | {} | {} | {} | {} | {:.0} | {grown} | {:.1} × the text |",
                whole.bytes,
                milliseconds(&parse),
                milliseconds(&split),
                milliseconds(&whole),
                whole.nanoseconds / whole.bytes,
                whole.peak / whole.bytes,
            );
        }
    }
}
