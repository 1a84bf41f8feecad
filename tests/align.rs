//! Alignment: over pairs that people made, over those with known damage, over anything.

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
