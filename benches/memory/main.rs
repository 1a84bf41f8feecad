//! The memory of ten thousand, of a hundred thousand and of a million pairs.
//!
//! `cargo bench --bench memory` makes the three in a temporary folder, which takes some minutes and a
//! gigabyte, and prints how long it took, how much memory that process had at most, how often a text
//! that was changed is found again, and how each figure grows; then criterion measures each look-up.
//! `--table` prints the table alone.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

mod texts;

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::Criterion;
use fastrand::Rng;
use nekoyaku::issue::Issue;
use nekoyaku::memory::{Lesson, Memory, MemoryError, Origin, Texts, Unit};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use texts::Vocabulary;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// Segments of an issue.
const OF_ISSUE: usize = 160;

/// Issues that are learned between two writes, as the program does it.
const AT_ONCE: usize = 13;

/// Texts that each figure of the table is the median of.
const TRIED: usize = 200;

/// Each is looked up so many times, and the shortest time counts: what else a machine does takes longer
/// than any look-up.
const TIMES: usize = 5;

/// The units of one issue after the other.
fn issues(vocabulary: &Vocabulary, pairs: usize) -> impl Iterator<Item = Vec<Unit>> + '_ {
    let mut rng = Rng::with_seed(7);
    (0..pairs.div_ceil(OF_ISSUE)).map(move |issue| {
        let count = OF_ISSUE.min(pairs - issue * OF_ISSUE);
        let texts: Vec<String> = (0..count).map(|_| vocabulary.text(&mut rng)).collect();
        let next_to = |place: Option<usize>| place.and_then(|place| texts.get(place)).cloned().unwrap_or_default();
        let unit = |place: usize| Unit {
            source: texts[place].clone(),
            target: pseudo(&texts[place]),
            tags: Vec::new(),
            kind: "paragraph".to_owned(),
            before: next_to(place.checked_sub(1)),
            after: next_to(Some(place + 1)),
            origin: Origin {
                source: format!("docs/{issue:06}.md"),
                source_line: place as u32 * 2 + 1,
                edition: format!("docs/ja/{issue:06}.md"),
                edition_line: place as u32 * 2 + 3,
            },
        };
        (0..count).map(unit).collect()
    })
}

/// As long as Japanese is, with the numbers of the text.
fn pseudo(text: &str) -> String {
    text.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 'ア' } else { c }).collect()
}

fn build(path: &Path, pairs: usize) -> Result<(), MemoryError> {
    let vocabulary = Vocabulary::new(1);
    let mut memory = Memory::open(path)?;
    let mut waiting = Vec::new();
    let learn = |memory: &mut Memory, waiting: &mut Vec<Vec<Unit>>| {
        memory.change(|change| {
            waiting.drain(..).try_for_each(|units| {
                let Origin { source, edition, .. } = units[0].origin.clone();
                let segments = units.len();
                change.learn(&source, &edition, "", Lesson { units, segments, ..Lesson::default() })
            })
        })
    };
    for units in issues(&vocabulary, pairs) {
        waiting.push(units);
        if waiting.len() == AT_ONCE {
            learn(&mut memory, &mut waiting)?;
        }
    }
    learn(&mut memory, &mut waiting)?;
    memory.tidy()
}

/// Every so many pairs a text, of those that come once, and of those that come back.
fn some_texts(vocabulary: &Vocabulary, pairs: usize) -> (Vec<String>, Vec<String>) {
    let every = pairs / TRIED / 5 * 4;
    let texts = issues(vocabulary, pairs).flatten().map(|unit| unit.source);
    let (mut recurring, mut once): (Vec<_>, Vec<_>) =
        texts.step_by(every.max(1)).partition(|text| vocabulary.is_recurring(text));
    recurring.truncate(TRIED);
    once.truncate(TRIED);
    (once, recurring)
}

/// Looks texts up as a run does.
struct Looking<'p> {
    memory: Memory,
    profile: &'p Profile,
}

impl Looking<'_> {
    fn issue(&self, text: &str) -> Issue {
        Issue::new(Source::new("docs/a.md", format!("{text}\n")), self.profile).expect("an issue")
    }

    fn find(&self, texts: &Texts<'_>) -> usize {
        self.memory.find(texts, 0, self.profile).expect("a memory").len()
    }

    /// The median and the longest of looking up each text, in nanoseconds.
    fn times(texts: &[String], mut look: impl FnMut(&str) -> Duration) -> [f64; 2] {
        let mut shortest = |text: &str| (0..TIMES).map(|_| look(text)).min().unwrap_or_default();
        let mut all: Vec<Duration> = texts.iter().map(|text| shortest(text)).collect();
        all.sort_unstable();
        [all[all.len() / 2], all[all.len() - 1]].map(|time| time.as_nanos() as f64)
    }

    fn finding(&self, texts: &[String]) -> [f64; 2] {
        Self::times(texts, |text| {
            let issue = self.issue(text);
            let texts = Texts::new(&issue);
            let start = Instant::now();
            black_box(self.find(&texts));
            start.elapsed()
        })
    }

    fn similar(&self, texts: &[String]) -> [f64; 2] {
        Self::times(texts, |text| {
            let start = Instant::now();
            black_box(self.memory.similar(text, &[], 0.3, 5).expect("a memory").len());
            start.elapsed()
        })
    }

    /// Of a hundred texts that were changed so much, how many are among the first five.
    fn found_again(&self, vocabulary: &Vocabulary, texts: &[String], percent: u32) -> f64 {
        let mut rng = Rng::with_seed(99);
        let again = texts.iter().filter(|text| {
            let changed = vocabulary.edited(text, percent, &mut rng);
            let found = self.memory.similar(&changed, &[], 0.0, 5).expect("a memory");
            found.iter().any(|one| one.unit.source == **text)
        });
        again.count() as f64 * 100.0 / texts.len() as f64
    }
}

/// Texts that are hard to look up, by name.
fn hard(vocabulary: &Vocabulary) -> [(&'static str, Vec<String>); 4] {
    let mut rng = Rng::with_seed(5);
    let mut some = |make: &mut dyn FnMut(&mut Rng) -> String| (0..30).map(|_| make(&mut rng)).collect();
    [
        ("like a new sentence, ms", some(&mut |rng| vocabulary.sentence(rng))),
        ("like one of common words, ms", some(&mut |rng| vocabulary.of_common_words(rng))),
        (
            "like a paragraph of 1,000 characters, ms",
            some(&mut |rng| (0..20).map(|_| vocabulary.sentence(rng)).collect()),
        ),
        ("like one of 25,000, ms", some(&mut |rng| (0..500).map(|_| vocabulary.sentence(rng)).collect())),
    ]
}

/// The figures of a memory: what it is, and the numbers.
fn measure(path: &Path, pairs: usize) -> Vec<(&'static str, f64)> {
    let (profile, vocabulary) = (Profile::default(), Vocabulary::new(1));
    let (once, recurring) = some_texts(&vocabulary, pairs);
    let opened = Looking::times(&[String::new()], |_| {
        let start = Instant::now();
        let memory = Memory::open(path).expect("a memory");
        black_box(memory.len().expect("a memory"));
        start.elapsed()
    });
    let looking = Looking { memory: Memory::open(path).expect("a memory"), profile: &profile };
    let mut figures = vec![("opening, ms", opened[0] / 1e6)];
    figures.push(("the same, of a text that is there once, µs", looking.finding(&once)[0] / 1e3));
    figures.push(("the same, of one that comes back, µs", looking.finding(&recurring)[0] / 1e3));
    figures.push(("no such text, µs", looking.finding(&hard(&vocabulary)[0].1)[0] / 1e3));
    for (name, texts) in hard(&vocabulary) {
        let [median, longest] = looking.similar(&texts);
        figures.extend([(name, median / 1e6), ("  the longest of 30, ms", longest / 1e6)]);
    }
    for (name, percent) in [("found again of 100, 10 % changed", 10), ("25 % changed", 25), ("40 % changed", 40)] {
        figures.push((name, looking.found_again(&vocabulary, &once, percent)));
    }
    figures.push(("memory of the process, MB", peak()));
    figures
}

/// The most memory this process has had, in MB, where the system says it.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() * 1024.0 / 1e6
}

/// What a process of its own prints.
fn in_a_process(what: &str, path: &Path, pairs: usize) -> Vec<(String, f64)> {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).arg(what).arg(path).arg(pairs.to_string()).output().expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures = told.lines().filter_map(|line| line.split_once('\t'));
    figures.map(|(name, figure)| (name.to_owned(), figure.parse().expect("a figure"))).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, what, path, pairs] = &args[..]
        && let Ok(pairs) = pairs.parse()
    {
        let path = Path::new(path);
        let figures = if what == "--build" {
            let start = Instant::now();
            build(path, pairs).expect("a memory");
            let size = std::fs::metadata(path).expect("a file").len() as f64 / 1e6;
            vec![
                ("making it, s", start.elapsed().as_secs_f64()),
                ("memory of that process, MB", peak()),
                ("the file, MB", size),
            ]
        } else {
            measure(path, pairs)
        };
        for (name, figure) in figures {
            println!("{name}\t{figure}");
        }
        return;
    }
    // `cargo test --benches` only wants to know that it runs.
    let is_test = args.iter().any(|arg| arg == "--test");
    let sizes = if is_test { vec![1_000] } else { SIZES.to_vec() };
    let folder = tempfile::tempdir().expect("a folder");
    let path = |pairs: usize| folder.path().join(format!("{pairs}.sqlite"));
    let columns: Vec<_> = sizes
        .iter()
        .map(|pairs| {
            let mut figures = in_a_process("--build", &path(*pairs), *pairs);
            figures.extend(in_a_process("--measure", &path(*pairs), *pairs));
            figures
        })
        .collect();
    let names: Vec<String> = sizes.iter().map(|pairs| format!("{pairs} pairs")).collect();
    println!("| | {} | grown |\n|---|{}--:|", names.join(" | "), "--:|".repeat(names.len()));
    for (row, (name, first)) in columns[0].iter().enumerate() {
        let figures: Vec<String> = columns.iter().map(|column| format!("{:.1}", column[row].1)).collect();
        println!("| {name} | {} | {:.1} × |", figures.join(" | "), columns[columns.len() - 1][row].1 / first);
    }
    if args.iter().any(|arg| arg == "--table") {
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    let (profile, vocabulary) = (Profile::default(), Vocabulary::new(1));
    for pairs in sizes {
        let memory = Memory::open(&path(pairs)).expect("a memory");
        let looking = Looking { memory, profile: &profile };
        let (once, _) = some_texts(&vocabulary, pairs);
        let issues: Vec<Issue> = once.iter().map(|text| looking.issue(text)).collect();
        let texts: Vec<Texts<'_>> = issues.iter().map(Texts::new).collect();
        let mut group = criterion.benchmark_group(format!("{pairs} pairs"));
        group.sample_size(20);
        group.bench_function("open", |bencher| bencher.iter(|| Memory::open(&path(pairs)).expect("a memory")));
        let mut turn = (0..texts.len()).cycle();
        group.bench_function("find", |bencher| bencher.iter(|| looking.find(&texts[turn.next().unwrap_or(0)])));
        for (name, texts) in hard(&vocabulary) {
            let mut turn = texts.iter().cycle();
            let similar = |text: &String| looking.memory.similar(text, &[], 0.3, 5).expect("a memory").len();
            group.bench_function(name, |bencher| bencher.iter(|| turn.next().map(similar)));
        }
        group.finish();
    }
}
