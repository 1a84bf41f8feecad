//! Whatever is in the file: an error, or what was learned, and never a panic or another text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nekoyaku::issue::Issue;
use nekoyaku::memory::{Lesson, Memory, MemoryError, Origin, Texts, Title, Unit};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use rusqlite::Connection;

use super::spelled;

/// A memory of 60 units in a file.
fn made(path: &Path) -> BTreeSet<Unit> {
    let mut memory = Memory::open(path).expect("a memory");
    let mut all = BTreeSet::new();
    for file in 0..6 {
        let names = (format!("docs/{file}.md"), format!("docs/ja/{file}.md"));
        let units = (0..10).map(|line| Unit {
            source: format!("第 {line} 只猫爬上了{}号屋顶，看见了 {file} 只鸟。", spelled(file * 10 + line, DIGITS)),
            target: format!("{line} 匹目の猫が屋根に登り、鳥を {file} 羽見ました。"),
            kind: "paragraph".to_owned(),
            origin: Origin {
                source: names.0.clone(),
                source_line: line as u32 + 1,
                edition: names.1.clone(),
                edition_line: 1,
            },
            ..Unit::default()
        });
        let units: Vec<Unit> = units.collect();
        all.extend(units.clone());
        let title = Some(Title { number: file as u32, source: "猫".to_owned(), target: "ネコ".to_owned() });
        let lesson = Lesson { units, title, segments: 10, ..Lesson::default() };
        memory.change(|change| change.learn(&names.0, &names.1, "f", lesson)).expect("a memory");
    }
    all
}

const DIGITS: &str = "零一二三四五六七八九";

/// Ask for everything; all that is said was learned. Gives whether all of it was said.
fn ask(path: &Path, learned: &BTreeSet<Unit>) -> Result<bool, MemoryError> {
    let mut memory = Memory::open(path)?;
    memory.fingerprints()?;
    memory.learned()?;
    let mut all = BTreeSet::new();
    memory.each(|unit| {
        assert!(learned.contains(&unit), "{unit:?}");
        all.insert(unit);
        Ok::<_, MemoryError>(())
    })?;
    let mut whole = all.len() == learned.len();
    let profile = Profile::default();
    for unit in learned.iter().step_by(7) {
        let text = format!("{}\n\n[Python 潮流周刊#4：猫](https://cat.example/)\n", unit.source);
        let issue = Issue::new(Source::new("a.md", text), &profile).expect("an issue");
        let texts = Texts::new(&issue);
        let found = memory.find(&texts, 0, &profile)?;
        whole &= found.first().is_some_and(|found| found.answer == unit.target);
        for found in found {
            // With other numbers, it may be that of another line.
            assert!(found.answer.ends_with(" 羽見ました。"), "{found:?}");
        }
        let titles = memory.find(&texts, 1, &profile)?;
        assert!(titles.iter().all(|found| found.answer.contains("：ネコ")), "{titles:?}");
        let similar = memory.similar(&unit.source, &[], 0.1, 5)?;
        assert!(similar.iter().all(|one| learned.contains(&one.unit)), "{similar:?}");
        whole &= similar.first().is_some_and(|one| one.unit == *unit);
    }
    let unit = learned.first().expect("a unit").clone();
    let lesson = Lesson { units: vec![unit], segments: 1, ..Lesson::default() };
    memory.change(|change| {
        change.forget("docs/3.md", "docs/ja/3.md")?;
        change.learn("docs/0.md", "docs/ja/0.md", "g", lesson)
    })?;
    memory.tidy()?;
    Ok(whole)
}

/// How often something is tried in each page.
fn tries(least: usize) -> usize {
    std::env::var("NEKOYAKU_FLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(least)
}

/// Try what `change` makes of a good file, as often as it makes something; gives how often all was well.
fn each_change(mut change: impl FnMut(usize, &[u8]) -> Option<Vec<u8>>) -> (usize, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let (good, tried) = (folder.path().join("good.sqlite"), folder.path().join("tried.sqlite"));
    let learned = made(&good);
    assert_eq!(ask(&good, &learned), Ok(true));
    fs::remove_file(&good).expect("a file");
    made(&good);
    let bytes = fs::read(&good).expect("a file");
    let (mut well, mut count) = (0, 0);
    while let Some(changed) = change(count, &bytes) {
        for name in ["tried.sqlite", "tried.sqlite-journal", "tried.sqlite-wal", "tried.sqlite-shm"] {
            let _ = fs::remove_file(folder.path().join(name));
        }
        fs::write(&tried, changed).expect("a file");
        well += usize::from(ask(&tried, &learned) == Ok(true));
        count += 1;
    }
    (well, count)
}

const PAGE: usize = 4096;

#[test]
fn a_file_that_was_cut_off_at_any_page_is_no_memory() {
    let (well, tried) =
        each_change(|count, bytes| (count < bytes.len() / PAGE).then(|| bytes[..count * PAGE].to_vec()));
    assert!(tried > 10, "{tried}");
    // One of no bytes is a new one, and knows nothing.
    assert_eq!(well, 0);
}

#[test]
fn a_byte_that_was_flipped_in_any_page_makes_no_other_text() {
    let mut rng = fastrand::Rng::with_seed(1);
    let of_page = tries(6);
    let (well, tried) = each_change(|count, bytes| {
        let page = count / of_page;
        // What the header and the first bytes of each page say is most of what SQLite trusts.
        let at = page * PAGE + if count % 3 == 0 { rng.usize(..100) } else { rng.usize(..PAGE) };
        (at < bytes.len()).then(|| {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << rng.u32(..8);
            changed
        })
    });
    // Much of a page is empty.
    assert!(well > tried / 10 && well < tried, "{well} of {tried}");
}

#[test]
fn pages_of_noise_make_no_other_text() {
    let mut rng = fastrand::Rng::with_seed(2);
    let of_page = tries(2);
    each_change(|count, bytes| {
        let start = count / of_page * PAGE;
        (start < bytes.len()).then(|| {
            let mut changed = bytes.to_vec();
            // The head of the first page is a header in each other try.
            let from = if start == 0 && count % 2 == 0 { 100 } else { start };
            changed[from..start + PAGE].fill_with(|| rng.u8(..));
            changed
        })
    });
}

#[test]
fn nothing_that_could_do_anything_is_in_a_memory() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON unit BEGIN DELETE FROM origin; END",
        "CREATE TEMP TABLE x (a); CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (a)",
        "CREATE INDEX more ON unit (length(source))",
        "ALTER TABLE unit ADD COLUMN more TEXT AS (upper(source))",
        "ALTER TABLE unit RENAME TO real; CREATE VIEW unit AS SELECT * FROM real",
        "DROP TABLE gram; CREATE TABLE gram (grams)",
        "DROP TABLE left_out",
        "CREATE VIRTUAL TABLE more USING fts5 (a, content='unit')",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("memory.sqlite");
        made(&path);
        Connection::open(&path).expect("a database").execute_batch(sql).expect(sql);
        let before = fs::read(&path).expect("a file");
        for open in [Memory::open, Memory::open_read_only] {
            let error = open(&path).expect_err(sql);
            assert_eq!(error.to_string(), "it is damaged: its tables are not as this program makes them", "{sql}");
        }
        assert_eq!(fs::read(&path).expect("a file"), before);
    }
}

#[test]
fn rows_that_somebody_made_up_are_nothing_that_was_learned() {
    let mut unnoticed = Vec::new();
    let all = [
        "UPDATE gram_data SET block = randomblob(400)",
        "UPDATE gram_data SET block = zeroblob(4000) WHERE id > 10",
        "UPDATE gram_data SET block = randomblob(60) WHERE id = 10",
        "DELETE FROM gram_data",
        "DELETE FROM gram_idx",
        "DELETE FROM gram_docsize",
        "UPDATE gram_idx SET term = randomblob(4)",
        "UPDATE gram_config SET v = 99",
        "UPDATE unit SET exact = 7",
        "UPDATE unit SET masked = 7, exact = 7",
        "UPDATE unit SET target = '<script>' || target",
        "UPDATE unit SET source = x'ff00ff'",
        "UPDATE unit SET tags = 5, source_line = -1",
        "UPDATE unit SET origin = 1",
        "UPDATE origin SET title = 7, number = 4",
        "UPDATE origin SET target_title = '[x](https://evil.example)', number = 4",
        "UPDATE origin SET units = 1e300",
        "DELETE FROM origin",
    ];
    for sql in all {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("memory.sqlite");
        let learned = made(&path);
        Connection::open(&path).expect("a database").execute_batch(sql).expect(sql);
        if ask(&path, &learned) == Ok(true) {
            unnoticed.push(sql);
        }
    }
    // Of a small index of pieces, not all is read.
    assert!(unnoticed.iter().all(|sql| sql.contains("gram")) && unnoticed.len() < 5, "{unnoticed:?}");
}
