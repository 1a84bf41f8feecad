//! `nekoyaku segments --format json`: what it promises to programs.

mod support;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use support::translator::{Folder, SAMPLE};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    version: u32,
    files: Vec<File>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    title: Option<String>,
    segments: Vec<Segment>,
    protected: Vec<Protected>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Segment {
    index: usize,
    kind: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    section: usize,
    text: String,
    source: String,
    marks: Vec<Mark>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    name: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    kind: String,
    line: usize,
    column: usize,
    text: String,
}

/// The byte at a line and a column, found in another way than the program finds them.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let (mut at_line, mut at_column) = (1, 1);
    for (at, c) in text.char_indices() {
        if (at_line, at_column) == (line, column) && c != '\u{feff}' {
            return at;
        }
        match c {
            '\r' if text[at + 1..].starts_with('\n') => at_column += 1,
            '\n' | '\r' => (at_line, at_column) = (at_line + 1, 1),
            '\u{feff}' if at == 0 => {}
            _ => at_column += 1,
        }
    }
    assert_eq!((at_line, at_column), (line, column), "the end");
    text.len()
}

fn list(folder: &Folder, names: &[&str]) -> Listing {
    let ran = folder.run(&[&["segments", "--format", "json"], names].concat()).exits(0);
    assert!(ran.err.is_empty(), "{}", ran.err);
    let listing: Listing = serde_json::from_str(&ran.out).expect("the documented keys and no others");
    let (again, value) = (serde_json::to_value(&listing).expect("JSON"), ran.out.parse::<Value>().expect("JSON"));
    assert_eq!(again, value);
    assert_eq!(listing.version, 1);
    listing
}

fn holds(file: &File, text: &str) {
    let mut last = None;
    for segment in &file.segments {
        assert!(last < Some(segment.index), "{segment:?}");
        last = Some(segment.index);
        let start = offset(text, segment.line, segment.column);
        assert!(text[start..].starts_with(&segment.source), "{}: {segment:?}", file.path);
        assert_eq!(offset(text, segment.end_line, segment.end_column), start + segment.source.len(), "{segment:?}");
        for mark in &segment.marks {
            assert!(segment.text.contains(&format!("<{}", mark.name)), "{segment:?}");
            let at = offset(text, mark.line, mark.column);
            assert!((start..start + segment.source.len()).contains(&at), "{mark:?}");
            let parent = mark.parent.as_ref();
            assert!(parent.is_none_or(|parent| segment.marks.iter().any(|mark| mark.name == *parent)), "{mark:?}");
            if matches!(mark.kind.as_str(), "html" | "url" | "kept") {
                let target = mark.target.as_deref().expect("a target");
                assert!(text[at..].trim_start_matches('<').starts_with(target.trim_start_matches('<')), "{mark:?}");
            }
        }
    }
    for protected in &file.protected {
        let start = offset(text, protected.line, protected.column);
        assert!(text[start..].starts_with(&protected.text), "{}: {protected:?}", file.path);
        assert!(protected.text.contains(support::translator::is_han), "{protected:?}");
    }
}

#[test]
fn what_is_said_to_be_somewhere_is_there() {
    let folder = Folder::with_sample();
    folder.put("all.md", include_str!("cmd/segments.in/all.md"));
    folder.put("crlf.md", SAMPLE.replace('\n', "\r\n"));
    folder.put("mark.md", format!("\u{feff}{SAMPLE}"));
    folder.put("no-front.md", "\u{feff}猫\n*窗台*\n===\n\n一`二`\n");
    folder.put("title.md", "---\ntitle: |\n  猫\n---\n");
    folder.put("empty.md", "");
    let names = ["2024-02-17-weekly.md", "all.md", "crlf.md", "mark.md", "no-front.md", "title.md", "empty.md"];
    let listing = list(&folder, &names);
    assert_eq!(listing.files.iter().map(|file| &*file.path).collect::<Vec<_>>(), names);
    for file in &listing.files {
        holds(file, &folder.get(&file.path));
    }
    let [sample, all, crlf, mark, no_front, title, empty] = &listing.files[..] else { panic!("{listing:?}") };
    assert!(sample.segments.len() == crlf.segments.len() && sample.segments.len() == mark.segments.len());
    assert!(all.protected.len() > 5);
    assert_eq!((no_front.segments[0].kind.as_str(), no_front.segments[0].line), ("title", 1));
    assert_eq!(no_front.segments[0].source, "猫\n*窗台*");
    assert_eq!(title.segments[0].text, "猫");
    assert!(empty.title.is_none() && empty.segments.is_empty() && empty.protected.is_empty());
}

#[test]
fn odd_markdown_is_where_it_is_said_to_be() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let folder = Folder::new();
    let mut names = Vec::new();
    for part in ["encode", "split"] {
        for entry in fs::read_dir(corpus.join(part)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{part}-{}", path.file_name().expect("a name").to_string_lossy());
            folder.put(&name, fs::read(&path).expect("a file"));
            names.push(name);
        }
    }
    let listing = list(&folder, &names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(listing.files.len(), names.len());
    for file in &listing.files {
        holds(file, &folder.get(&file.path));
    }
}

#[test]
fn who_has_seen_enough_may_go() {
    let folder = Folder::new();
    folder.put("big.md", SAMPLE.repeat(40));
    for format in ["text", "json"] {
        let mut command = folder.nekoyaku();
        command.args(["segments", "--format", format, "big.md"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}
