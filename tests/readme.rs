//! What the README says is so.

mod support;

use std::path::Path;

use support::translator::{Folder, SAMPLE};

const README: &str = include_str!("../README.md");

fn code(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let mut found = Vec::new();
    let mut rest = README;
    while let Some((_, after)) = rest.split_once(&fence) {
        let (inside, behind) = after.split_once("```").expect("a closing fence");
        found.push(inside.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n"));
        rest = behind;
    }
    found
}

#[test]
fn the_first_command_makes_a_whole_edition_of_the_sample() {
    let command = &code("sh")[0];
    let args = command.trim().strip_prefix("cargo run -- ").expect("the first command");
    let args: Vec<&str> = args.split(' ').collect();
    let folder = Folder::new();
    folder.put("examples/2024-02-17-weekly.md", SAMPLE);
    let ran = folder.run(&args).exits(0);
    let wanted = include_str!("../examples/ja/2024-02-17-weekly.md");
    assert_eq!(folder.get("edition.md"), wanted);
    let issue = "examples/2024-02-17-weekly.md";
    assert!(ran.out.starts_with(&format!("Edition: edition.md\n--- a/{issue}\n+++ b/{issue}\n@@ ")), "{}", ran.out);
    assert!(ran.err.contains("\nedition.md\n") && ran.err.contains(" 0 left in Chinese"), "{}", ran.err);
    assert!(ran.err.contains("from the embedded memory alone (--offline)"), "{}", ran.err);
}

#[test]
fn the_second_command_is_what_ci_runs() {
    let ci = include_str!("../.ci/run");
    let command = code("sh")[1].trim().to_owned();
    assert_eq!(command, "cargo test");
    assert!(ci.lines().any(|line| line.starts_with(&command)), "{ci}");
}

#[test]
fn the_files_it_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let linked = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let linked = linked.filter(|to| !to.contains("://") && !to.starts_with('#'));
    let named = ["examples/2024-02-17-weekly.md", "tests/corpus.rs", "tests/journal.rs", "tests/laws", "tests/fuzz"];
    for name in linked.chain(named).chain([".ci/run", ".ci/servers/run", ".ci/review/run", ".ci/evaluate/run"]) {
        assert!(root.join(name).exists(), "{name}");
    }
}

/// The lines of README and guide that call the program, each as its arguments.
fn commands() -> Vec<Vec<String>> {
    const PAGES: [&str; 7] = [
        README,
        include_str!("../src/guide/translate.md"),
        include_str!("../src/guide/check.md"),
        include_str!("../src/guide/proofread.md"),
        include_str!("../src/guide/evaluate.md"),
        include_str!("../src/guide/memory.md"),
        include_str!("../src/guide/glossary.md"),
    ];
    let lines = PAGES.iter().flat_map(|page| page.lines()).filter_map(|line| line.strip_prefix("nekoyaku "));
    // What a shell makes of a line: quotes are taken off, and a remark is none of it.
    let arguments = |line: &str| {
        let line = line.split(" # ").next().unwrap_or_default().replace("docs/*.md", "docs/a.md");
        let parts = line.split('"').enumerate();
        let words = parts.flat_map(|(place, part)| match place % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        });
        words.collect::<Vec<String>>()
    };
    lines.map(arguments).filter(|words| !words.is_empty()).collect()
}

#[test]
fn every_command_it_shows_is_one_that_there_is() {
    let commands = commands();
    assert!(commands.len() > 30, "{commands:?}");
    let folder = Folder::new();
    for command in commands {
        // What asks a server is not asked here, and there is nothing to serve.
        let args: Vec<&str> = command.iter().map(String::as_str).chain(["--color", "never"]).collect();
        if matches!(args[0], "doctor" | "batch") {
            continue;
        }
        let ran = folder.run(&args);
        assert!(!ran.err.contains("Usage: nekoyaku"), "{command:?}: {}", ran.err);
    }
}
