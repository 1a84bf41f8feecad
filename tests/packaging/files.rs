//! The files that others read: workflows, hooks, the package.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use crate::support::translator::{Folder, Ran};

const README: &str = include_str!("../../README.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// All texts in a value, each with the key it stands under.
fn texts(key: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Mapping(mapping) => {
            mapping.iter().for_each(|(key, value)| texts(key.as_str().unwrap_or_default(), value, found));
        }
        Value::Sequence(list) => list.iter().for_each(|value| texts(key, value, found)),
        Value::String(text) => found.push((key.to_owned(), text.clone())),
        _ => {}
    }
}

const AUTOMATA: [&str; 3] =
    [".github/actions/check/action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"];

#[test]
fn what_comes_from_outside_is_never_part_of_a_script() {
    for name in AUTOMATA {
        let mut found = Vec::new();
        texts("", &yaml(&read(name)), &mut found);
        let scripts: Vec<&String> = found.iter().filter(|(key, _)| key == "run").map(|(_, text)| text).collect();
        assert!(!scripts.is_empty(), "{name}");
        assert!(scripts.iter().all(|script| !script.contains("${{")), "{name}: {scripts:#?}");
    }
}

#[test]
fn the_scripts_of_the_action_are_there_and_stop_at_what_goes_wrong() {
    let action = read(".github/actions/check/action.yml");
    let folder = root().join(".github/actions/check");
    let entries = fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let scripts = entries.filter(|path| path.extension().is_some_and(|extension| extension == "sh"));
    let name = |path: std::path::PathBuf| Some(path.file_name()?.to_string_lossy().into_owned());
    let scripts: BTreeSet<String> = scripts.filter_map(name).collect();
    let named: BTreeSet<String> = action
        .lines()
        .filter_map(|line| line.trim().strip_prefix("run: bash \"$GITHUB_ACTION_PATH/"))
        .map(|name| name.trim_end_matches('"').to_owned())
        .collect();
    assert_eq!(scripts, named);
    for name in scripts {
        let script = fs::read_to_string(folder.join(&name)).expect("a script");
        assert!(script.starts_with("#!/usr/bin/env bash\n# ") && script.contains("\nset -euo pipefail\n"), "{name}");
    }
}

#[test]
fn each_input_of_the_action_is_used_and_documented() {
    let text = read(".github/actions/check/action.yml");
    let action = yaml(&text);
    for (name, input) in action["inputs"].as_mapping().expect("inputs") {
        let name = name.as_str().expect("a name");
        assert!(text.matches(&format!("inputs.{name}")).count() > 0, "{name} is not used");
        assert!(input["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} is not documented");
    }
}

/// The README's section on CI.
fn section() -> &'static str {
    README.split_once("\n## For CI").and_then(|(_, after)| after.split("\n## ").next()).expect("the section")
}

#[test]
fn the_readme_names_inputs_and_hooks_that_there_are() {
    let action = yaml(&read(".github/actions/check/action.yml"));
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    let hooks: Vec<&str> = hooks.as_sequence().expect("hooks").iter().filter_map(|hook| hook["id"].as_str()).collect();
    let version = concat!("v", env!("CARGO_PKG_VERSION"));

    let examples: Vec<Value> =
        section().split("```yaml\n").skip(1).map(|after| yaml(after.split("```").next().expect("a fence"))).collect();
    let [workflow, config] = examples.as_slice() else { panic!("{examples:?}") };
    let step = &workflow["jobs"]["editions"]["steps"][1];
    let used = step["uses"].as_str().expect("an action");
    assert!(used.ends_with(&format!("/nekoyaku/.github/actions/check@{version}")), "{used}");
    for name in step["with"].as_mapping().expect("inputs").keys() {
        assert!(!action["inputs"][name].is_null(), "{name:?}");
    }
    let repository = &config["repos"][0];
    assert_eq!(repository["rev"].as_str(), Some(version));
    assert!(repository["hooks"][0]["id"].as_str().is_some_and(|id| hooks.contains(&id)));
    assert!(section().lines().count() < 30, "{} lines", section().lines().count());
}

#[test]
fn each_hook_is_a_command_that_can_be_given() {
    let folder = Folder::new();
    folder.put("docs/猫.md", "# 猫的周刊\n\n今天介绍[一个项目](https://a.example/cat)。\n");
    folder.put("docs/ja/猫.md", "# 猫の週刊\n\n今日は[あるプロジェクト](https://a.example/cat)を紹介します。\n");
    for hook in yaml(&read(".pre-commit-hooks.yaml")).as_sequence().expect("hooks") {
        let entry = hook["entry"].as_str().and_then(|entry| entry.strip_prefix("nekoyaku ")).expect("our program");
        let mut args: Vec<&str> = entry.split(' ').collect();
        args.extend(hook["args"].as_sequence().expect("arguments").iter().filter_map(Value::as_str));
        folder.run(&args).exits(0);
    }
}

#[test]
fn nothing_needs_openssl() {
    let lock: toml::Table = read("Cargo.lock").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert!(names.contains(&"rustls"));
    let deny: toml::Table = read(".deny.toml").parse().expect("TOML");
    let banned = deny["bans"]["deny"].as_array().expect("a list");
    assert!(banned.len() >= 3);
    for name in banned.iter().filter_map(toml::Value::as_str) {
        assert!(!names.contains(&name), "{name}");
    }
}

#[test]
fn the_oldest_rust_is_the_one_that_is_tried() {
    let version = env!("CARGO_PKG_RUST_VERSION");
    let ci = read(".github/workflows/ci.yml");
    assert!(ci.contains(&format!("cargo +{version} check --locked --all-targets")), "{version}");
    assert!(ci.contains(&format!("rustup toolchain install {version} ")), "{version}");
    assert!(README.contains(&format!("Rust {version}")), "{version}");
}

#[test]
fn the_package_has_what_a_packager_needs() {
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--offline", "--allow-dirty"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let listed = Ran::of(listed).exits(0).out.replace('\\', "/");
    let listed: Vec<&str> = listed.lines().collect();
    for name in [
        "Cargo.lock",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        ".github/CHANGELOG.md",
        ".github/actions/check/pairs.sh",
        ".ci/pack",
        "glossary.toml",
        "prompts/translate.md",
        "examples/2024-02-17-weekly.md",
        "tests/cli.rs",
        "tests/cmd/check.in/crlf.md",
    ] {
        assert!(listed.contains(&name), "{name}");
    }
    // Its folder is a package of its own, and stays away.
    assert!(!listed.iter().any(|name| name.starts_with("tests/fuzz")));
    let size: u64 = listed.iter().filter_map(|name| fs::metadata(root().join(name)).ok()).map(|file| file.len()).sum();
    assert!(size < 10_000_000, "{size} bytes are more than a registry takes");
}

#[test]
fn licences_are_there_and_the_changelog_speaks_of_what_comes() {
    assert_eq!(env!("CARGO_PKG_LICENSE"), "MIT OR Apache-2.0");
    assert!(read("LICENSE-MIT").starts_with("MIT License\n"));
    assert!(read("LICENSE-APACHE").contains("Apache License\n"));
    let changelog = read(".github/CHANGELOG.md");
    let version = format!("## [{}]", env!("CARGO_PKG_VERSION"));
    assert!(changelog.contains("\n## [Unreleased]\n") || changelog.contains(&version), "{changelog}");
}

#[test]
fn what_stands_in_a_text_file_stays_as_it_is_on_every_system() {
    assert!(read(".gitattributes").lines().any(|line| line == "* -text"));
    // One of many that would be another if Git changed it.
    assert!(read("tests/cmd/check.in/crlf.md").contains("\r\n"));
    let unix: PathBuf = root().join(".ci/pack");
    assert!(!fs::read_to_string(unix).expect("a script").contains('\r'));
}
