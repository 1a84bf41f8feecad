//! The steps between reading an issue and writing its edition, each on the same text as a bare parse
//! of it: compare the times of one run with each other, not with those of another machine.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nekoyaku::edition::{Rendered, build};
use nekoyaku::emit::emit;
use nekoyaku::glossary::Glossary;
use nekoyaku::issue::{Issue, Origin};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::verify::Rules;
use pulldown_cmark::{Options, Parser};

/// The sample, as long as a season's compilation.
fn text() -> String {
    let sample = include_str!("../examples/2024-02-17-weekly.md");
    let body = &sample[sample.find("\n---\n").map_or(0, |at| at + 5)..];
    format!("{sample}{}", body.repeat(40))
}

fn pseudo(text: &str) -> String {
    text.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 'ア' } else { c }).collect()
}

fn pipeline(criterion: &mut Criterion) {
    let text = text();
    let profile = Profile::default();
    let glossary = Glossary::built_in().expect("the glossary");
    let issue = || Issue::new(Source::new("2024-02-17-weekly.md", text.as_str()), &profile).expect("an issue");
    let taken_apart = issue();
    let answers: Vec<String> = taken_apart.segments().map(|segment| pseudo(segment.tagged().text())).collect();
    let decode_and_emit = || -> Vec<Rendered> {
        let pairs = taken_apart.segments().zip(&answers);
        pairs
            .map(|(segment, answer)| {
                let pieces = segment.tagged().decode(answer).expect("tags are kept");
                match taken_apart.place(&segment) {
                    Some(place) => Rendered::Translation(emit(&place, &pieces).expect("Markdown").0),
                    None => Rendered::Translation(answer.clone()),
                }
            })
            .collect()
    };
    let rendered = decode_and_emit();
    let rules = Rules { glossary: &glossary, accept_chinese: false };
    assert!(taken_apart.segments().any(|segment| segment.origin == Origin::Title));

    let mut group = criterion.benchmark_group("pipeline");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    group.bench_function("0 bare parse", |bencher| {
        bencher.iter(|| Parser::new_ext(black_box(&text), options).into_offset_iter().count());
    });
    group.bench_function("1 split", |bencher| bencher.iter(|| black_box(issue())));
    group.bench_function("2 encode", |bencher| {
        bencher.iter(|| taken_apart.segments().map(|segment| segment.tagged().text().len()).sum::<usize>());
    });
    group.bench_function("3 decode and emit", |bencher| bencher.iter(|| black_box(decode_and_emit())));
    group.bench_function("4 splice, read again and compare", |bencher| {
        bencher.iter(|| build(&taken_apart, black_box(&rendered).iter().cloned(), &profile, None).expect("an edition"));
    });
    // All of the above, as a run without a model does it; what is encoded once is decoded with.
    group.bench_function("5 split, encode, decode, emit, verify", |bencher| {
        bencher.iter(|| {
            let issue = issue();
            let rendered = issue.segments().zip(&answers).map(|(segment, answer)| {
                let pieces = segment.tagged().decode(answer).expect("tags are kept");
                Rendered::Translation(match issue.place(&segment) {
                    Some(place) => emit(&place, &pieces).expect("Markdown").0,
                    None => answer.clone(),
                })
            });
            build(&issue, rendered, &profile, None).expect("an edition").text.len()
        });
    });
    group.bench_function("6 rules of language", |bencher| {
        bencher.iter(|| {
            let pairs = taken_apart.segments().zip(&answers);
            pairs.map(|(segment, answer)| rules.verify(&segment, answer).1.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
