//! A diff against the size of its texts: twice the size, twice the time.
//!
//! The sample and its edition, repeated until they are so long; and what is worst for a comparison by
//! words: one paragraph in which next to nothing stayed.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nekoyaku::check::File;
use nekoyaku::diff::{Between, Comparison, Head, json, words};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;

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
        let old = paragraph(&["猫", "犬", "の", "は", "、", "データ", "Python", "3"], size);
        let new = paragraph(&["猫", "鳥", "の", "を", "、", "コード", "Rust", "4"], size);
        group.bench_with_input(BenchmarkId::new("of a paragraph", size), &size, |bencher, _| {
            bencher.iter(|| words(black_box(&old), &new));
        });
    }
    group.finish();
}

criterion_group!(benches, diffs);
criterion_main!(benches);
