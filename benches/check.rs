//! A check against parsing: an issue and its edition, repeated until they are so long.
//!
//! Compare the times of one run with each other, not with those of another machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nekoyaku::align::{Side, align};
use nekoyaku::blocks::parse;
use nekoyaku::check::{File, Settings, check};
use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::visible::Visible;
use nekoyaku::wording::{Friends, Passage};

/// An issue and its edition without their front matter, which is there once.
fn pair() -> (&'static str, &'static str) {
    let body = |text: &'static str| text.splitn(3, "---\n").nth(2).unwrap_or(text);
    let source = body(include_str!("../tests/cmd/check.in/docs/2024-03-02-weekly.md"));
    (source, body(include_str!("../tests/cmd/check.in/docs/ja/2024-03-02-weekly.md")))
}

fn rules(criterion: &mut Criterion) {
    let (source, edition) = pair();
    let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("terms"));
    let friends = Friends::built_in().expect("false friends");
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for size in [10_000, 100_000, 1_000_000, 10_000_000] {
        let times = (size / source.len()).max(1);
        let (source, edition) = (source.repeat(times), edition.repeat(times));
        group.throughput(Throughput::Bytes((source.len() + edition.len()) as u64));
        group.bench_with_input(BenchmarkId::new("parse both", size), &size, |bencher, _| {
            bencher.iter(|| (parse(black_box(&source)), parse(black_box(&edition))));
        });
        let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);
        let (source, edition) = (file("docs/a.md", &source), file("ja/a.md", &edition));
        group.bench_with_input(BenchmarkId::new("align", size), &size, |bencher, _| {
            bencher.iter(|| {
                let side = |file| Side::new(File::body(file), &file.document);
                align(&side(black_box(&source)), &side(black_box(&edition)))
            });
        });
        // In a text that is its own edition nothing is said once: the worst there is.
        group.bench_with_input(BenchmarkId::new("align with itself", size), &size, |bencher, _| {
            bencher.iter(|| {
                let source = Side::new(black_box(&source).body(), &source.document);
                align(&source, &source)
            });
        });
        // Each block of the edition, held against nothing but Japanese.
        let side = Side::new(edition.body(), &edition.document);
        let texts = (0..side.units.len()).filter_map(|unit| Some(Visible::new(&side.inline(unit)?, side.text, 0)));
        let texts: Vec<Visible> = texts.collect();
        group.bench_with_input(BenchmarkId::new("wording", size), &size, |bencher, _| {
            bencher.iter(|| {
                let mut found = Vec::new();
                for edition in &texts {
                    let passage = Passage { source: None, edition, is_note: false, is_heading: false };
                    settings.wording.check(black_box(&passage), &mut found);
                }
                found.len()
            });
        });
        group.bench_with_input(BenchmarkId::new("all rules, aligned", size), &size, |bencher, _| {
            bencher.iter(|| check(black_box(&source), black_box(&edition), &settings).findings.len());
        });
    }
    group.finish();
}

criterion_group!(benches, rules);
criterion_main!(benches);
