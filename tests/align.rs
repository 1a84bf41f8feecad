//! Alignment: over pairs that people made, over those with known damage, over anything.

#![expect(clippy::print_stdout, reason = "how much is found is for a person to read")]

use std::fs;
use std::path::{Path, PathBuf};

use nekoyaku::align::{Alignment, ExtraKind, Pairing, Side, align};
use nekoyaku::blocks::parse;
use nekoyaku::front::Front;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

fn body(text: &str) -> &str {
    let start = Front::find(text).expect("front matter").map_or(0, |front| front.span.end());
    text[start..].trim_start_matches('\u{feff}')
}

fn aligned(source: &str, edition: &str) -> Alignment {
    let (source_document, edition_document) = (parse(source), parse(edition));
    let (source, edition) = (Side::new(source, &source_document), Side::new(edition, &edition_document));
    align(&source, &edition)
}

/// The published pairs there are, by the edition's path; none without `NEKOYAKU_CORPUS`.
fn published() -> Vec<(PathBuf, String, String)> {
    let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS").map(PathBuf::from) else { return Vec::new() };
    let read = |path: &Path| body(&fs::read_to_string(path).expect("a file of the corpus")).to_owned();
    let entries = fs::read_dir(folder.join("docs/ja")).expect("docs/ja");
    let mut editions: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    editions.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    editions.sort();
    let source = |edition: &Path| folder.join("docs").join(edition.file_name().expect("a name"));
    let mut pairs: Vec<_> = editions.iter().map(|path| (path.clone(), read(&source(path)), read(path))).collect();
    let mission = folder.join("mission/issue-5.ja.md");
    if mission.exists() {
        pairs.push((mission.clone(), read(&folder.join("mission/issue-5.zh.md")), read(&mission)));
    }
    assert!(pairs.len() >= 5, "NEKOYAKU_CORPUS has no pairs");
    pairs
}

#[test]
fn every_paragraph_of_the_published_pairs_is_found() {
    for (path, source, edition) in published() {
        let edition_document = parse(&edition);
        let side = Side::new(&edition, &edition_document);
        let alignment = aligned(&source, &edition);
        let mut header_notes = 0;
        for (place, pair) in alignment.pairs.iter().enumerate() {
            match pair {
                Pairing::Same { .. } | Pairing::Extra { kind: ExtraKind::TranslatorNote, .. } => {}
                Pairing::Extra { kind: ExtraKind::HeaderNote, .. } => header_notes += 1,
                Pairing::Extra { edition, kind: ExtraKind::Other } => {
                    panic!("{}: {}", path.display(), side.slice(*edition as usize));
                }
                other => panic!("{}: {other:?}, {}", path.display(), alignment.certainty(place)),
            }
        }
        assert_eq!(header_notes, 2, "{}", path.display());
    }
}

/// A newsletter of our own, with all that issues have.
const SOURCE: &str = include_str!("align/source.md");
const EDITION: &str = include_str!("align/edition.md");

#[test]
fn an_edition_is_aligned_with_its_source_and_a_text_with_itself() {
    let alignment = aligned(SOURCE, EDITION);
    let others = alignment.pairs.iter().filter(|pair| !matches!(pair, Pairing::Same { .. }));
    let others: Vec<&Pairing> = others.collect();
    let note = |edition| Pairing::Extra { edition, kind: ExtraKind::HeaderNote };
    let translator = Pairing::Extra { edition: 10, kind: ExtraKind::TranslatorNote };
    assert_eq!(others, [&note(0), &note(1), &translator], "{:?}", alignment.pairs);
    for text in [SOURCE, EDITION] {
        let alignment = aligned(text, text);
        let same =
            |(place, pair): (usize, &Pairing)| *pair == Pairing::Same { source: place as u32, edition: place as u32 };
        assert!(alignment.pairs.iter().enumerate().all(same));
        assert!((0..alignment.pairs.len()).all(|pair| alignment.certainty(pair) == 1.0));
    }
}

#[path = "align/damage.rs"]
mod damage;

#[test]
fn what_was_done_to_an_edition_is_found() {
    let mut pairs = vec![(PathBuf::from("our own"), SOURCE.to_owned(), EDITION.to_owned())];
    pairs.extend(published());
    let seeds = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60);
    let (mut own, mut real) = (damage::Tally::default(), damage::Tally::default());
    for (index, (_, source, edition)) in pairs.iter().enumerate() {
        for seed in 0..seeds {
            damage::round(source, edition, seed, if index == 0 { &mut own } else { &mut real });
        }
    }
    println!("our own pair\n{own}\npublished pairs\n{real}");
    own.holds();
    real.holds();
}

/// Every unit of both is in exactly one pair, found by both look-ups; what is in order is in order.
fn lawful(source: &str, edition: &str) -> Result<(), String> {
    let (source_document, edition_document) = (parse(source), parse(edition));
    let (source, edition) = (Side::new(source, &source_document), Side::new(edition, &edition_document));
    let alignment = align(&source, &edition);
    let (mut sources, mut editions) = (vec![0; source.units.len()], vec![0; edition.units.len()]);
    let (mut next, mut shown) = ((0, 0), 0);
    for (place, pair) in alignment.pairs.iter().enumerate() {
        let (of_source, of_edition) = (pair.sources(), pair.editions());
        for unit in of_source.clone() {
            sources[unit as usize] += 1;
            assert_eq!(alignment.of_source(unit as usize), place);
        }
        for unit in of_edition.clone() {
            editions[unit as usize] += 1;
            assert_eq!(alignment.of_edition(unit as usize), place);
        }
        let in_order = match pair {
            Pairing::Same { .. } | Pairing::Split { .. } | Pairing::Merged { .. } => {
                let in_order = of_source.start >= next.0 && of_edition.start >= next.1;
                next = (of_source.end, of_edition.end);
                in_order
            }
            Pairing::Missing { before, .. } => *before == shown,
            Pairing::Moved { .. } | Pairing::Extra { .. } => true,
        };
        let follows = of_edition.is_empty() || of_edition.start == shown;
        shown = if of_edition.is_empty() { shown } else { of_edition.end };
        let certainty = alignment.certainty(place);
        let note_alone = of_edition.clone().all(|unit| {
            !edition.is_note(unit as usize)
                || matches!(pair, Pairing::Extra { kind: ExtraKind::TranslatorNote, .. })
                || of_source.clone().any(|unit| source.is_note(unit as usize))
        });
        if !in_order || !follows || !note_alone || !(0.0..=1.0).contains(&certainty) {
            return Err(format!("{pair:?}, {certainty}, of {:?}", alignment.pairs));
        }
    }
    if sources.iter().chain(&editions).any(|count| *count != 1) {
        return Err(format!("{sources:?} {editions:?} {:?}", alignment.pairs));
    }
    Ok(())
}

/// What documents are made of.
const PARTS: &[&str] = &[
    "# 周刊",
    "## 🦄文章&教程",
    "## 🦄 記事&チュートリアル",
    "1、[文章](https://a.example)",
    "2、[記事](https://a.example)",
    "介绍了三种写法，`cargo` 可以构建。",
    "三つの書き方を紹介しています。`cargo` でビルドできます。",
    "> 引用\n>\n> ***",
    "> 訳注：引用",
    "訳注：見本です。[ここ](https://b.example)",
    "译注：样本",
    "---",
    "```\n码\n```",
    "    コード",
    "- 甲\n- 乙\n- [丙](u)",
    "|甲|乙|\n|-|-|\n|丙|[丁](u)|",
    "<div>\n<p>文</p><img src=a>\n</div>",
    "<hr>",
    "![](a.png)",
    "[甲]: u \"题\"",
    "[甲]",
    "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n甲\n乙\n丙\n丁",
    "[^1]",
    "[^1]: 註",
    "*",
    "**",
    "`",
    "<!-- nekoyaku: skip -->",
    "1. 一\n2. 二",
    "- [ ] 課題",
    "~~~",
    "\\",
    "&amp;",
    "🐱",
    "2024 年 6 月",
];

fn document() -> impl Strategy<Value = String> {
    let part = (select(PARTS), select(&["\n\n", "\n\n", "\n\n", "\n", "", " "][..]));
    proptest::collection::vec(part, 0..40)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, end)| [part, end]).collect())
}

fn cases() -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if wanted.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_240_217) };
    ProptestConfig { cases: wanted.unwrap_or(400), rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_unit_is_in_one_pair(source in document(), edition in document()) {
        lawful(&source, &edition).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn a_text_is_aligned_with_itself(text in document()) {
        let alignment = aligned(&text, &text);
        for (place, pair) in alignment.pairs.iter().enumerate() {
            let place = place as u32;
            prop_assert_eq!(pair, &Pairing::Same { source: place, edition: place });
        }
    }

    #[test]
    fn a_part_of_a_text_is_found_in_it(text in document(), more in document()) {
        lawful(&text, &format!("{more}\n\n{text}")).map_err(TestCaseError::fail)?;
        lawful(&format!("{text}\n\n{more}"), &text).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn source_and_edition_may_be_exchanged() {
    for (source, edition) in [(SOURCE, EDITION), (EDITION, SOURCE), ("", EDITION), (SOURCE, ""), ("", "")] {
        lawful(source, edition).unwrap();
    }
    let swapped = aligned(EDITION, SOURCE);
    let same = swapped.pairs.iter().filter(|pair| matches!(pair, Pairing::Same { .. })).count();
    assert_eq!(same, aligned(SOURCE, EDITION).pairs.iter().filter(|pair| matches!(pair, Pairing::Same { .. })).count());
}

/// What is compared grows as the texts do; counted, since a clock measures the machine.
#[test]
fn work_is_proportional_to_the_texts_whatever_they_are() {
    type Make = fn(usize) -> String;
    let numbered: Make = |n| (0..n).map(|n| format!("{n} 见[文](https://a.example/{})\n\n", n % 97)).collect();
    let backwards: Make = |n| (0..n).rev().map(|n| format!("[文](https://a.example/{n})\n\n")).collect();
    let forwards: Make = |n| (0..n).map(|n| format!("[文](https://a.example/{n})\n\n")).collect();
    let cases: [(&str, Make, Make); 8] = [
        ("the same again and again", |n| "周刊\n\n".repeat(n), |n| "週刊\n\n".repeat(n)),
        ("nothing in common", |n| "周刊\n\n".repeat(n), |n| "[a](u)\n\n".repeat(n)),
        ("few and many", |_| "周刊\n\n".repeat(100), |n| "週刊\n\n".repeat(n)),
        ("many and few", |n| "周刊\n\n".repeat(n), |_| "週刊\n\n".repeat(100)),
        ("some links again and again", numbered, numbered),
        ("backwards", forwards, backwards),
        ("headings and notes", |n| "# 周刊\n\n".repeat(n), |n| "訳注：週刊\n\n".repeat(n)),
        ("issues", |n| SOURCE.repeat(n / 30), |n| EDITION.repeat(n / 30)),
    ];
    for (name, source, edition) in cases {
        let work = [1_500, 3_000, 6_000].map(|n| aligned(&source(n), &edition(n)).work() as f64);
        println!("{name}: {work:?}");
        // A unit is compared with those in a band of 97, in windows of 64 looks, with 48 near ones.
        assert!(work[2] < 6_000.0 * 500.0, "{name}: {work:?}");
        assert!(work[1] <= 2.5 * work[0] + 1000.0 && work[2] <= 2.5 * work[1] + 1000.0, "{name}: {work:?}");
    }
}
