//! The performance ledger: every stage on one page.
//!
//! `cargo bench --bench ledger` prints a table of stages: how long each takes for an issue, for ten times as
//! much and for a hundred times as much, and how that compares with a bare parse of the same text in the same
//! run. Ratios are what counts: times are of the machine, and of what else it does.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use nekoyaku::align::{Side, align};
use nekoyaku::blocks::parse;
use nekoyaku::check::{File, Settings, check};
use nekoyaku::diff::{Between, Comparison, Edits, Head};
use nekoyaku::edition::{Rendered, build};
use nekoyaku::emit::emit;
use nekoyaku::formats::{self, Checked};
use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::memory::{Lesson, Memory, Texts};
use nekoyaku::passages::{Limits, passages};
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Prompts;
use nekoyaku::provider::Format;
use nekoyaku::request::Composer;
use nekoyaku::review::{Materials, Published, Review};
use nekoyaku::rules::Language;
use nekoyaku::source::Source;
use nekoyaku::verify::Rules;
use nekoyaku::wording::Friends;
use pulldown_cmark::{Options, Parser};

const SOURCE: &str = include_str!("../examples/2024-02-17-weekly.md");
const EDITION: &str = include_str!("../examples/ja/2024-02-17-weekly.md");
const TIMES: [usize; 3] = [1, 10, 100];
/// So long each stage is measured, and so often at least.
const PATIENCE: Duration = Duration::from_millis(300);
const ROUNDS: u32 = 3;

/// A text and its body `times` times.
fn repeated(text: &str, times: usize) -> String {
    let body = &text[text.find("\n---\n").map_or(0, |at| at + 5)..];
    format!("{text}{}", body.repeat(times - 1))
}

/// How long `stage` takes: the shortest of some rounds, which others disturbed least.
fn time<T>(mut stage: impl FnMut() -> T) -> Duration {
    let began = Instant::now();
    let mut shortest = Duration::MAX;
    let mut rounds = 0;
    while rounds < ROUNDS || began.elapsed() < PATIENCE {
        let began = Instant::now();
        black_box(stage());
        shortest = shortest.min(began.elapsed());
        rounds += 1;
    }
    shortest
}

/// Every stage on a text of so many issues, in the order of the flow.
#[expect(clippy::too_many_lines, reason = "a row for each stage")]
fn stages(times: usize) -> Vec<(&'static str, Duration)> {
    let (text, translated) = (repeated(SOURCE, times), repeated(EDITION, times));
    let (profile, prompts) = (Profile::default(), Prompts::built_in().expect("the prompts"));
    let (glossary, friends) = (Glossary::built_in().expect("the terms"), Friends::built_in().expect("the friends"));
    let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
    let issue = || Issue::new(Source::new("docs/a.md", text.as_str()), &profile).expect("an issue");
    let file = |name: &str, text: &str| File::new(Source::new(name, text), &profile);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.md");
    std::fs::write(&path, &text).expect("a file");
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;

    let taken_apart = issue();
    let kana = |text: &str| -> String {
        text.chars().map(|c| if ('\u{4e00}'..='\u{9fff}').contains(&c) { 'ア' } else { c }).collect()
    };
    let answers: Vec<String> = taken_apart.segments().map(|segment| kana(segment.tagged().text())).collect();
    let emitted = || -> Vec<Rendered> {
        let pairs = taken_apart.segments().zip(&answers);
        let rendered = pairs.map(|(segment, answer)| {
            let pieces = segment.tagged().decode(answer).expect("tags are kept");
            Rendered::Translation(match taken_apart.place(&segment) {
                Some(place) => emit(&place, &pieces).expect("Markdown").0,
                None => answer.clone(),
            })
        });
        rendered.collect()
    };
    let rendered = emitted();
    let rules = Rules { glossary: &glossary, accept_chinese: false };
    let (source, edition) = (file("docs/a.md", &text), file("docs/ja/a.md", &translated));
    let outcome = check(&source, &edition, &settings);
    let checked = Checked { source: Some(&source.source), edition: Some(&edition.source), findings: outcome.findings };
    let lesson = || {
        Lesson::of(&Source::new("docs/a.md", SOURCE), &Source::new("docs/ja/a.md", EDITION), &settings)
            .expect("a lesson")
    };
    let mut memory = Memory::in_room().expect("a memory");
    memory.change(|change| change.learn("docs/b.md", "docs/ja/b.md", "", lesson())).expect("it learns");
    let sides = (Side::new(source.body(), &source.document), Side::new(edition.body(), &edition.document));
    let wanted: Vec<usize> = (0..taken_apart.segment_count()).collect();
    let nothing = Published::default();
    let materials =
        Materials { settings: &settings, glossary: &glossary, draft: None, conflicts: &[], published: &nothing };

    vec![
        ("read the file", time(|| std::fs::read_to_string(&path).expect("a file"))),
        ("bare parse (pulldown-cmark)", time(|| Parser::new_ext(&text, options).into_offset_iter().count())),
        ("blocks", time(|| parse(&text))),
        ("issue: blocks, inlines, segments", time(issue)),
        (
            "tags for a model",
            time(|| taken_apart.segments().map(|segment| segment.tagged().text().len()).sum::<usize>()),
        ),
        (
            "terms of each segment",
            time(|| taken_apart.segments().map(|segment| glossary.matches(&segment.plain_text()).len()).sum::<usize>()),
        ),
        (
            "memory: look up each segment",
            time(|| {
                let texts = Texts::new(&taken_apart);
                let found = |number| memory.find(&texts, number, &profile).expect("an answer").len();
                (0..taken_apart.segment_count()).map(found).sum::<usize>()
            }),
        ),
        (
            "all requests",
            time(|| {
                let composer = Composer::new(&taken_apart, &prompts, &glossary);
                let requests = passages(&taken_apart, &wanted, Limits::default()).into_iter();
                requests
                    .map(|one| composer.translate(&one, Format::Schema).expect("a request").estimated_tokens())
                    .sum::<usize>()
            }),
        ),
        (
            "verify each answer",
            time(|| {
                taken_apart
                    .segments()
                    .zip(&answers)
                    .map(|(segment, answer)| rules.verify(&segment, answer).1.len())
                    .sum::<usize>()
            }),
        ),
        ("answers to Markdown", time(emitted)),
        (
            "edition: splice, parse again, compare",
            time(|| {
                build(&taken_apart, rendered.iter().cloned(), &profile, Some(&prompts)).expect("an edition").text.len()
            }),
        ),
        ("align", time(|| align(&sides.0, &sides.1))),
        ("check: align and all rules", time(|| check(&source, &edition, &settings).findings.len())),
        ("findings as SARIF", time(|| formats::sarif(std::slice::from_ref(&checked), Language::En).len())),
        (
            "diff of a translation",
            time(|| {
                let head = Head { path: "a.md", edition: None };
                Comparison::new(source.clone(), edition.clone(), Between::Languages).unified(head).len()
            }),
        ),
        (
            "diff of two editions, by words",
            time(|| {
                let new = file("docs/ja/a.md", &translated.replace("です", "でした"));
                Edits::count(&Comparison::new(edition.clone(), new, Between::Editions))
            }),
        ),
        (
            "page to proofread on",
            time(|| Review::new(&source, &edition, materials).page(Language::Ja).expect("a page").len()),
        ),
    ]
}

fn main() {
    let columns: Vec<Vec<(&str, Duration)>> = TIMES.iter().map(|times| stages(*times)).collect();
    let sizes = TIMES.map(|times| repeated(SOURCE, times).len() / 1000);
    println!("| stage | {} kB | | {} kB | | {} kB | |\n|---|--:|--:|--:|--:|--:|--:|", sizes[0], sizes[1], sizes[2]);
    for (row, (stage, _)) in columns[0].iter().enumerate() {
        let cells = columns.iter().map(|column| {
            let (took, bare) = (column[row].1.as_secs_f64(), column[1].1.as_secs_f64());
            let shown = if took < 0.001 { format!("{:.0} µs", took * 1e6) } else { format!("{:.1} ms", took * 1e3) };
            format!("{shown} | {:.1}×", took / bare)
        });
        println!("| {stage} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
