//! What the guide says is so: what it shows is what comes, and it names every key that there is, and no other.

mod support;

use std::collections::BTreeSet;

use nekoyaku::glossary::Glossary;
use nekoyaku::profile::Profile;
use nekoyaku::prompts::Template;
use serde_json::Value;
use support::translator::{Folder, SAMPLE};

const TRANSLATE: &str = include_str!("../src/guide/translate.md");
const CHECK: &str = include_str!("../src/guide/check.md");
const PROOFREAD: &str = include_str!("../src/guide/proofread.md");
const GLOSSARY: &str = include_str!("../src/guide/glossary.md");
const SETTINGS: &str = include_str!("../src/guide/settings.md");
const FORMATS: &str = include_str!("../src/guide/formats.md");

/// The code of a page in one language.
fn code(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = page.split(&fence).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// What stands below a heading, up to the next one of its level or a higher one.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let at = page.find(&format!("{heading}\n")).unwrap_or_else(|| panic!("there is no {heading}"));
    let rest = &page[at + heading.len()..];
    let level = heading.chars().take_while(|c| *c == '#').count();
    let end = (1..=level).filter_map(|level| rest.find(&format!("\n{} ", "#".repeat(level)))).min();
    &rest[..end.unwrap_or(rest.len())]
}

/// What stands in backticks.
fn named(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands in backticks in the first column of the tables.
fn keys_of_tables(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| named(row.split('|').nth(1).unwrap_or_default())).collect()
}

/// All keys that a value has anywhere.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

/// A folder with a pair in which a lot is wrong, what was a draft of it, and a termbase.
fn folder() -> Folder {
    let folder = Folder::new();
    let edition = include_str!("cmd/check.in/docs/ja/2024-03-02-weekly.md");
    folder.put("docs/2024-03-02-weekly.md", include_str!("cmd/check.in/docs/2024-03-02-weekly.md"));
    folder.put("docs/ja/2024-03-02-weekly.md", edition);
    folder.put("docs/ja/.nekoyaku/drafts/2024-03-02-weekly.md", edition.replace("です", "だ"));
    folder.put("all.md", include_str!("cmd/segments.in/all.md"));
    folder.put("nekoyaku.toml", include_str!("cmd/segments.in/nekoyaku.toml"));
    let terms = "[[term]]\nsource = \"猫\"\ntarget = \"ネコ\"\n\n[[term]]\nsource = \"犬\"\ntarget = \"ネコ\"\n";
    folder.put("glossary.toml", terms);
    folder.put("old.toml", terms.replace("\"ネコ\"\n\n", "\"猫\"\n\n"));
    folder
}

#[test]
fn every_key_that_is_printed_is_named_and_every_key_that_is_named_is_printed() {
    let folder = folder();
    let everywhere = named(FORMATS.split("## ").next().unwrap_or_default());
    let pair = ["docs/2024-03-02-weekly.md", "docs/ja/2024-03-02-weekly.md"];
    let check = ["check", "docs", "docs/ja", "--severity", "info", "--format"];
    let json = "json";
    let evaluate =
        ["evaluate", "docs", "docs/ja", "--system", "own=docs/ja", "--system", "copy=docs", "--format", json];
    let runs: [(&str, Vec<Vec<&str>>); 9] = [
        ("## `check --format json`, `jsonl`", vec![[&check[..], &[json]].concat(), [&check[..], &["jsonl"]].concat()]),
        ("## `rules --format json`", vec![vec!["rules", "--format", json]]),
        ("## `segments --format json`", vec![vec!["segments", "all.md", "--format", json]]),
        (
            "## `diff --format json`",
            vec![vec!["diff", pair[0], pair[1], "--format", json], vec!["diff", "--draft", pair[1], "--format", json]],
        ),
        ("## `glossary check --format json`", vec![vec!["glossary", "check", "--corpus", "docs", "--format", json]]),
        (
            "## `glossary impact --format json`",
            vec![vec!["glossary", "impact", "--changed", "old.toml", "docs", "docs/ja", "--format", json]],
        ),
        ("## `doctor --format json`", vec![vec!["doctor", "--offline", "--format", json]]),
        ("## `evaluate --format json`", vec![evaluate.to_vec()]),
        ("## `memory export --format jsonl`", vec![vec!["memory", "export", "--format", "jsonl"]]),
    ];
    folder.run(&["memory", "learn", "docs", "docs/ja"]);
    for (heading, commands) in runs {
        let section = section(FORMATS, heading);
        let mut printed = BTreeSet::new();
        for command in commands {
            let ran = folder.run(&command);
            match serde_json::from_str(&ran.out) {
                Ok(value) => keys(&value, &mut printed),
                Err(_) => {
                    for line in ran.out.lines() {
                        keys(
                            &serde_json::from_str(line).unwrap_or_else(|_| panic!("{command:?}: {line}")),
                            &mut printed,
                        );
                    }
                }
            }
            assert!(!printed.is_empty(), "{command:?}: {}", ran.err);
        }
        let mut known = named(section);
        known.extend(everywhere.iter().cloned());
        if heading.contains("glossary impact") {
            known.extend(keys_of_tables(GLOSSARY));
        }
        if heading.contains("glossary check") {
            known.extend(named(self::section(FORMATS, "## `check --format json`, `jsonl`")));
        }
        let unknown: Vec<&String> = printed.difference(&known).collect();
        assert!(unknown.is_empty(), "{heading} does not name {unknown:?}");
        let gone: Vec<String> = keys_of_tables(section).difference(&printed).cloned().collect();
        assert!(gone.is_empty(), "{heading} names {gone:?}, which nothing prints");
    }
}

/// The keys that a table of the settings may have, by the error that another one is.
fn keys_of_settings(table: &str) -> BTreeSet<String> {
    let head = if table.is_empty() { String::new() } else { format!("{table}\n") };
    let error = Profile::parse(&format!("{head}no_such_key = 1\n")).expect_err("there is no such key").to_string();
    expected(&error)
}

fn expected(error: &str) -> BTreeSet<String> {
    let (_, list) = error.split_once("expected ").unwrap_or_else(|| panic!("{error}"));
    named(list)
}

#[test]
fn every_key_of_the_settings_is_there() {
    let own = |section: &str| keys_of_tables(section.split("\n`[[").next().unwrap_or_default());
    let below = |section: &str| keys_of_tables(section.split("\n`[[").nth(1).unwrap_or_default());
    let tables = ["markdown", "note", "check", "memory", "model", "provider", "price"].map(str::to_owned);
    let heading = |start: &str| {
        let line = SETTINGS.lines().find(|line| line.starts_with(start));
        section(SETTINGS, line.unwrap_or_else(|| panic!("there is no {start}")))
    };

    let mut top = own(heading("### At the top"));
    top.extend(tables);
    assert_eq!(top, keys_of_settings(""));
    for table in ["markdown", "note", "memory", "model"] {
        assert_eq!(own(heading(&format!("### `[{table}]`"))), keys_of_settings(&format!("[{table}]")), "{table}");
    }
    let mut check = own(heading("### `[check]`"));
    check.insert("waiver".to_owned());
    assert_eq!(check, keys_of_settings("[check]"));
    assert_eq!(below(heading("### `[check]`")), keys_of_settings("[[check.waiver]]"));
    let mut provider = own(heading("### `[provider.NAME]`"));
    provider.insert("key_env".to_owned());
    assert_eq!(provider, keys_of_settings("[provider.mine]"));
    assert!(Profile::parse("[provider.mine]\nkey_env = [\"SECRET\"]\n").is_err());
    assert_eq!(own(heading("### `[[price]]`")), keys_of_settings("[[price]]"));
}

#[test]
fn every_key_of_a_term_is_there() {
    let error = Glossary::parse("[[term]]\nno_such_key = 1\n").expect_err("there is no such key").to_string();
    assert_eq!(keys_of_tables(GLOSSARY), expected(&error));
    let error =
        Glossary::parse("[[term]]\nsource = \"猫\"\ncategory = \"nothing\"\n").expect_err("no such").to_string();
    let row = GLOSSARY.lines().find(|line| line.starts_with("| `category`")).expect("its row");
    let row = row.split('|').nth(2).expect("what it says");
    for category in expected(&error) {
        assert!(row.contains(&format!("`{category}`")), "{category}");
    }
    Glossary::parse(&code(GLOSSARY, "toml")[0]).expect("the term it shows");
}
#[test]
fn segments_are_shown_as_it_says() {
    let folder = Folder::new();
    folder.put("examples/2024-02-17-weekly.md", SAMPLE);
    let commands = code(TRANSLATE, "sh");
    let command = commands.iter().find_map(|command| command.strip_prefix("nekoyaku segments "));
    let ran = folder.run(&["segments", command.expect("the command").trim_end()]).exits(0);
    let shown = &code(TRANSLATE, "text")[0];
    assert!(ran.out.contains(&format!("\n{shown}\n")), "{}", ran.out);
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
    let shown = &code(CHECK, "text")[0];
    assert!(ran.out.contains(&format!("\n{shown}\n")), "{}", ran.out);
    // The waiver it shows is one, but for its digits.
    let waiver = &code(CHECK, "markdown")[0];
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
    let section = section(PROOFREAD, "## See what differs");
    let shown = section.split('`').find(|code| code.contains("{+")).expect("what it shows");
    assert!(ran.out.ends_with(&format!("\n{shown}\n")), "{}", ran.out);
    let help = folder.run(&["diff", "--help"]).exits(0).out;
    let named = section.split('`').filter(|code| code.starts_with("--"));
    for option in named.flat_map(|code| code.split(' ')).filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn the_directive_it_shows_is_obeyed() {
    let folder = Folder::new();
    folder.put("x.md", &code(TRANSLATE, "markdown")[0]);
    let ran = folder.run(&["segments", "x.md"]).exits(0);
    assert!(ran.out.contains("skipped (1)") && ran.out.contains("0 segments"), "{}", ran.out);
}

#[test]
fn the_settings_are_the_ones_there_are() {
    let toml = &code(SETTINGS, "toml")[0];
    let profile = Profile::parse(toml).expect("the settings it shows");
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
        let row = SETTINGS.lines().find(|line| line.trim().starts_with(&format!("| `{}`", template.file())));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table", template.file()));
        for variable in template.variables() {
            let name = variable.rsplit('.').next().expect("a name");
            assert!(row.contains(&format!("`{name}`")), "{name}: {row}");
        }
    }
}
