//! What the README says is so.

mod support;

use std::path::Path;

use nekoyaku::profile::Profile;
use nekoyaku::prompts::Template;
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
    let args = command.trim().strip_prefix("cargo run --release -- ").expect("the first command");
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
fn segments_are_shown_as_it_says() {
    let folder = Folder::new();
    folder.put("examples/2024-02-17-weekly.md", SAMPLE);
    folder.put("all.md", include_str!("cmd/segments.in/all.md"));
    folder.put("nekoyaku.toml", include_str!("cmd/segments.in/nekoyaku.toml"));
    let commands = code("sh");
    let command = commands.iter().find_map(|command| command.strip_prefix("nekoyaku segments "));
    let ran = folder.run(&["segments", command.expect("the command")]).exits(0);
    let shown = README.split_once("```text\n").and_then(|(_, after)| after.split_once("```")).expect("what it shows").0;
    assert!(ran.out.contains(&format!("\n{shown}\n")), "{}", ran.out);

    let ran = folder.run(&["segments", "--format", "json", "all.md"]).exits(0);
    let listing: serde_json::Value = ran.out.parse().expect("JSON");
    let (_, section) = README.split_once("## See what would be translated").expect("the section");
    let file = &listing["files"][0];
    for item in ["segments", "protected"] {
        for value in file[item].as_array().expect("a list") {
            let marks = value["marks"].as_array().cloned().unwrap_or_default();
            for object in marks.iter().chain([value]) {
                for key in object.as_object().expect("an object").keys() {
                    assert!(section.contains(&format!("`{key}`")), "{key}");
                }
                let kind = object["kind"].as_str().expect("a kind");
                assert!(section.contains(&format!("`{kind}`")), "{kind}");
            }
        }
    }
}

#[test]
fn a_finding_is_shown_as_it_says() {
    let folder = Folder::new();
    for (name, text) in [
        ("docs/2024-03-02-weekly.md", include_str!("cmd/check.in/docs/2024-03-02-weekly.md")),
        ("docs/ja/2024-03-02-weekly.md", include_str!("cmd/check.in/docs/ja/2024-03-02-weekly.md")),
    ] {
        folder.put(name, text);
    }
    let ran = folder.run(&["check", "docs", "docs/ja"]).exits(1);
    let (_, section) = README.split_once("## Check an edition").expect("the section");
    let shown = section.split_once("```text\n").and_then(|(_, after)| after.split_once("```")).expect("a finding").0;
    assert!(ran.out.contains(&format!("\n{shown}\n")), "{}", ran.out);
    // The waiver it shows is one, but for its digits.
    let waiver = code("markdown").into_iter().find(|code| code.contains("nekoyaku: allow")).expect("a waiver");
    let edition = include_str!("cmd/check.in/docs/ja/2024-03-02-weekly.md");
    folder.put("docs/ja/2024-03-02-weekly.md", edition.replace("## 🐿️", &format!("{waiver}\n\n## 🐿️")));
    let ran = folder.run(&["check", "docs", "docs/ja", "--rule", "waiver"]).exits(0);
    assert!(ran.out.contains("warning[waiver]") && ran.out.contains("if it still holds, write"), "{}", ran.out);
}

#[test]
fn what_was_changed_is_shown_as_it_says() {
    let folder = Folder::new();
    folder.put("old.md", "この記事を変更します。\n");
    folder.put("new.md", "この記事を更新しました。\n");
    let ran = folder.run(&["diff", "old.md", "new.md"]).exits(0);
    let (_, section) = README.split_once("## See what differs").expect("the section");
    let shown = section.split('`').find(|code| code.contains("{+")).expect("what it shows");
    assert!(ran.out.ends_with(&format!("\n{shown}\n")), "{}", ran.out);
    let help = folder.run(&["diff", "--help"]).exits(0).out;
    let named = section.split("## ").next().unwrap_or_default().split('`').filter(|code| code.starts_with("--"));
    for option in named.flat_map(|code| code.split(' ')).filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn the_directive_it_shows_is_obeyed() {
    let folder = Folder::new();
    folder.put("x.md", &code("markdown")[0]);
    let ran = folder.run(&["segments", "x.md"]).exits(0);
    assert!(ran.out.contains("skipped (1)") && ran.out.contains("0 segments"), "{}", ran.out);
}

#[test]
fn the_settings_are_the_ones_there_are() {
    let toml = &code("toml")[0];
    let profile = Profile::parse(toml).expect("the settings in the README");
    assert_ne!(profile.note, Profile::default().note);
    let nekoyaku::profile::ModelSettings { base_url, name, provider, timeout, .. } = &profile.model;
    assert!(base_url.is_some() && name.is_some() && provider.is_some() && timeout.is_some());
    assert!(profile.model.batch.is_some() && profile.model.seed.is_some());
    assert_eq!(profile.provider.len(), 2);
    assert!(profile.price.len() == 1 && profile.price[0].cached.is_some());
    assert!(!profile.keep.is_empty());
    assert_eq!((profile.check.severity.len(), profile.check.waiver.len()), (2, 1));
}

#[test]
fn every_variable_of_a_template_is_in_the_table() {
    for template in Template::ALL {
        let row = README.lines().find(|line| line.trim().starts_with(&format!("| `{}`", template.file())));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table", template.file()));
        for variable in template.variables() {
            let name = variable.rsplit('.').next().expect("a name");
            assert!(row.contains(&format!("`{name}`")), "{name}: {row}");
        }
    }
}

#[test]
fn the_files_it_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [
        "src/provider/table.toml",
        "src/price/table.toml",
        "examples/2024-02-17-weekly.md",
        "prompts",
        "glossary.toml",
        "tests/corpus.rs",
    ] {
        assert!(root.join(name).exists(), "{name}");
    }
}
