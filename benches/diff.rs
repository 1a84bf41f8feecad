//! A diff against the size of its texts: twice the size, twice the time.
//!
//! The sample and its edition, repeated until they are so long; and then, as a table, what is worst for a
//! comparison: one paragraph in which next to nothing stayed. There each size is told with how many times
//! as long it takes as the one before, of half the size.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nekoyaku::check::File;
use nekoyaku::diff::{Between, Comparison, Head, json, unified, words};
use nekoyaku::profile::Profile;
use nekoyaku::source::{Source, Span};

const SOURCE: &str = include_str!("../examples/2024-02-17-weekly.md");
const EDITION: &str = include_str!("../examples/ja/2024-02-17-weekly.md");

/// Words of `pool` without end, in an order that is the same each time.
fn paragraph(pool: &[&str], size: usize) -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = String::with_capacity(size + 16);
    while text.len() < size {
        text += random.choice(pool).copied().unwrap_or_default();
    }
    text
}

fn diffs(criterion: &mut Criterion) {
    let profile = Profile::default();
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10);
    for size in [250_000, 500_000, 1_000_000] {
        group.throughput(Throughput::Bytes(size as u64));
        let file = |text: &str| File::new(Source::new("a.md", text.repeat(size / text.len())), &profile);
        let (source, edition, new) = (file(SOURCE), file(EDITION), file(&EDITION.replace("です", "でした")));
        group.bench_with_input(BenchmarkId::new("of a translation", size), &size, |bencher, _| {
            let head = Head { path: "a.md", edition: None };
            bencher.iter(|| {
                Comparison::new(black_box(&source).clone(), edition.clone(), Between::Languages).unified(head)
            });
        });
        group.bench_with_input(BenchmarkId::new("of editions", size), &size, |bencher, _| {
            bencher.iter(|| json([&Comparison::new(black_box(&edition).clone(), new.clone(), Between::Editions)]));
        });
    }
    group.finish();
}

/// The words of the old paragraph, and of the new one: single words, words in sentences, in lines.
type Pools = (&'static str, [&'static [&'static str]; 2]);

const HOSTILE: [Pools; 3] = [
    (
        "words",
        [
            &["猫", "犬", "の", "は", "、", "データ", "Python", "3"],
            &["猫", "鳥", "の", "を", "、", "コード", "Rust", "4"],
        ],
    ),
    ("sentences", [&["猫", "犬", "の", "は", "データ", "。", "3"], &["猫", "鳥", "の", "を", "コード", "。", "4"]]),
    ("lines", [&["猫", "犬", "の", "は", "\n"], &["猫", "鳥", "の", "を", "\n"]]),
];

/// The shortest of three: what else a machine does is no part of it.
fn shortest(mut run: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn growth(_: &mut Criterion) {
    for (name, [old, new]) in HOSTILE {
        let mut before: [Option<Duration>; 2] = [None; 2];
        for size in [125_000, 250_000, 500_000, 1_000_000] {
            let (old, new) = (paragraph(old, size), paragraph(new, size));
            let blocks = [(Span::new(0, old.len()), Span::new(0, new.len()))];
            let head = Head { path: "a.md", edition: None };
            let times = [
                shortest(|| drop(black_box(words(black_box(&old), &new)))),
                shortest(|| drop(black_box(unified(head, black_box(&old), &new, &blocks)))),
            ];
            for ((what, time), before) in ["by words", "unified"].into_iter().zip(times).zip(&mut before) {
                let ratio = before.map_or(String::new(), |before| {
                    format!("{:.1} times", time.as_secs_f64() / before.as_secs_f64().max(1e-9))
                });
                println!("{name:<10} {what:<9} {size:>9} bytes {:>9.1} ms  {ratio}", time.as_secs_f64() * 1e3);
                *before = Some(time);
            }
        }
    }
}

criterion_group!(benches, diffs, growth);
criterion_main!(benches);
