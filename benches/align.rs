//! Alignment against parsing: an issue and its edition, repeated until they are so long.
//!
//! In a text of repeated issues nothing is said once, so nothing is known by itself: the worst of what
//! people write. Compare the times of one run with each other, not with those of another machine.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nekoyaku::align::{Side, align};
use nekoyaku::blocks::parse;

/// An issue and its edition: a real one where there is one, else one of our own.
fn pair() -> (String, String) {
    let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from) else {
        let (source, edition) = (include_str!("../tests/align/source.md"), include_str!("../tests/align/edition.md"));
        return (source.to_owned(), edition.to_owned());
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the corpus") + "\n";
    (read("docs/2024-06-08-weekly.md"), read("docs/ja/2024-06-08-weekly.md"))
}

fn alignment(criterion: &mut Criterion) {
    let (source, edition) = pair();
    let mut group = criterion.benchmark_group("align");
    group.sample_size(10);
    for size in [10_000, 100_000, 1_000_000, 10_000_000] {
        let times = (size / source.len()).max(1);
        let (source, edition) = (source.repeat(times), edition.repeat(times));
        group.throughput(Throughput::Bytes((source.len() + edition.len()) as u64));
        group.bench_with_input(BenchmarkId::new("parse both", size), &size, |bencher, _| {
            bencher.iter(|| (parse(black_box(&source)), parse(black_box(&edition))));
        });
        let (source_document, edition_document) = (parse(&source), parse(&edition));
        group.bench_with_input(BenchmarkId::new("align", size), &size, |bencher, _| {
            bencher.iter(|| {
                let source = Side::new(black_box(&source), &source_document);
                align(&source, &Side::new(black_box(&edition), &edition_document))
            });
        });
        group.bench_with_input(BenchmarkId::new("align with itself", size), &size, |bencher, _| {
            bencher.iter(|| {
                let source = Side::new(black_box(&source), &source_document);
                align(&source, &source)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, alignment);
criterion_main!(benches);
