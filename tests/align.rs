//! Alignment: over pairs that people made, over those with known damage, over anything.

#![expect(clippy::print_stdout, reason = "how much is found is for a person to read")]

use std::fs;
use std::path::{Path, PathBuf};

use nekoyaku::align::{Alignment, ExtraKind, Pairing, Side, align};
use nekoyaku::blocks::parse;
use nekoyaku::front::Front;

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
