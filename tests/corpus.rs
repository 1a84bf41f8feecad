//! The laws, over whole issues: the sample, and the real ones in `NEKOYAKU_CORPUS` where it is set.

mod support;

use std::fs;
use std::path::PathBuf;

use nekoyaku::blocks::parse;
use nekoyaku::front::Front;
use support::Server;
use support::patch::{Tool, applied};
use support::translator::{Folder, SAMPLE, answer, is_han, pseudo};

/// The Chinese issues there are, with their names.
fn issues() -> Vec<(String, String)> {
    let mut issues = vec![("2024-02-17-weekly.md".to_owned(), SAMPLE.to_owned())];
    // What the newsletter's files do to a program, in one place.
    issues.push(("2024-02-18-weekly.md".to_owned(), format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n").trim_end())));
    if let Some(folder) = std::env::var_os("NEKOYAKU_CORPUS") {
        let folder = PathBuf::from(folder).join("docs");
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
        paths.sort();
        assert!(!paths.is_empty(), "NEKOYAKU_CORPUS has no docs/*.md");
        for path in paths {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            issues.push((name, fs::read_to_string(&path).expect("an issue")));
        }
    }
    issues
}

fn body(text: &str) -> &str {
    let start = Front::find(text).expect("front matter").map_or(0, |front| front.span.end());
    text[start..].trim_start_matches('\u{feff}')
}

/// The edition without its note: the two quotes above the text, and the blank line after them.
fn without_note<'e>(edition: &'e str, source: &str) -> &'e str {
    let edition = body(edition);
    let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let end = edition.find("（英語のみですので、ご了承ください。）").expect("the note");
    let rest = &edition[end + "（英語のみですので、ご了承ください。）".len()..];
    let rest = rest.strip_prefix(newline).expect("a line end after the note");
    if body(source).starts_with(['\r', '\n']) { rest } else { rest.strip_prefix(newline).expect("a blank line") }
}

#[test]
fn a_pseudo_translation_changes_nothing_but_chinese_text() {
    let server = Server::start(|seen| answer(seen, pseudo));
    for (name, source) in issues() {
        let folder = Folder::new();
        folder.put(&name, &source);
        let ran = folder.translate(&server.base_url(), &[&name, "-o", "edition.md"]).exits(0);
        assert!(ran.out.contains(" 0 left in Chinese"), "{name}: {}", ran.out);
        let edition = folder.get("edition.md");
        let edition = without_note(&edition, &source);
        let source = body(&source);
        // What is Chinese in the source and is no text stays Chinese: code, addresses.
        let mut differs = 0;
        let (mut ours, mut theirs) = (source.chars(), edition.chars());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => break,
                (Some(a), Some(b)) if a == b => {}
                (Some(a), Some('ア')) if is_han(a) => differs += 1,
                (a, b) => panic!("{name}: {a:?} became {b:?}, before {:?}", ours.take(30).collect::<String>()),
            }
        }
        assert!(differs > 100, "{name}: only {differs} characters were translated");
        let (ours, theirs) = (parse(source), parse(edition));
        assert_eq!(ours.outline(source), theirs.outline(edition), "{name}");
    }
}

#[test]
fn an_identity_translation_gives_the_body_byte_for_byte() {
    let server = Server::start(|seen| answer(seen, str::to_owned));
    for (name, source) in issues() {
        let folder = Folder::new();
        folder.put(&name, &source);
        let args = [name.as_str(), "-o", "edition.md", "--no-note", "--accept-chinese"];
        folder.translate(&server.base_url(), &args).exits(0);
        let edition = folder.get("edition.md");
        let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
        let had_front = Front::find(&source).expect("front matter").is_some();
        // Front matter that was made is followed by a blank line.
        let theirs =
            if had_front { body(&edition) } else { body(&edition).strip_prefix(newline).expect("a blank line") };
        assert_eq!(theirs, body(&source), "{name}");
        assert_eq!(edition.starts_with('\u{feff}'), source.starts_with('\u{feff}'), "{name}");
    }
}

#[test]
fn the_diff_applied_to_the_issue_is_the_edition() {
    let server = Server::start(|seen| answer(seen, pseudo));
    for (name, source) in issues() {
        let folder = Folder::new();
        folder.put(&name, &source);
        folder.translate(&server.base_url(), &[&name, "-o", "edition.md"]).exits(0);
        let (diff, edition) = (folder.get("edition.diff"), folder.get("edition.md"));
        assert_eq!(applied(&source, &diff), edition, "{name}");
        for tool in Tool::ALL {
            folder.put(&name, &source);
            if tool.apply(folder.path(), &diff, false) {
                assert_eq!(folder.get(&name), edition, "{name}");
            }
        }
    }
}

#[test]
fn same_in_same_out() {
    // Answers come back in another order each time.
    let server = Server::start(|seen| {
        let delay = std::time::Duration::from_millis(seen.index as u64 * 7 % 30);
        answer(seen, pseudo).delay(delay)
    });
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let folder = Folder::with_sample();
            let ran = folder.translate(&server.base_url(), &["2024-02-17-weekly.md"]).exits(0);
            (ran.out, folder.get("2024-02-17-weekly.ja.md"), folder.get("2024-02-17-weekly.ja.diff"))
        })
        .collect();
    assert!(runs[0] == runs[1]);
}
