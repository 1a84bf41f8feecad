//! The text flows one way: a module uses only those that `lib.rs` lists before it, and no files of one need each
//! other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules, in the order of `lib.rs`.
fn flow(root: &Path) -> Vec<String> {
    let map = fs::read_to_string(root.join("lib.rs")).expect("lib.rs");
    let module = |line: &str| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned);
    map.lines().filter_map(module).collect()
}

fn files_of(root: &Path, module: &str) -> Vec<PathBuf> {
    let file = root.join(format!("{module}.rs"));
    if file.exists() {
        return vec![file];
    }
    files_in(&root.join(module))
}

/// The files of a folder and of those in it, at any depth.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
        entries.map(|entry| entry.expect("an entry").path()).partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| files_in(folder))).collect()
}

/// The names that a path goes on with, one or a group of them.
fn names(rest: &str) -> impl Iterator<Item = &str> {
    let group = rest.strip_prefix('{').map(|group| group.split('}').next().unwrap_or_default());
    let name = |part: &'_ str| part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
    let parts: Vec<&str> = group.map_or_else(|| vec![rest], |group| group.split(',').collect());
    parts.into_iter().map(str::trim_start).map(move |part| &part[..name(part)]).filter(|name| !name.is_empty())
}

/// The modules that a file names after `crate::`, one by one or in a group.
fn used_by(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        // `writer_crate::` is somebody else.
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        used.extend(names(&text[at + "crate::".len()..]).map(str::to_owned));
    }
    used
}

/// The files beside `file` that it names: `super::name::`, `super::{name::…}`. What is handed on by the module
/// above both, and what tests need, is no matter.
fn neighbours(file: &Path, text: &str) -> Vec<PathBuf> {
    let folder = file.parent().expect("a folder");
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in lines.match_indices("super::") {
        // One step up is this folder; two are another's business.
        if lines[..at].ends_with("super::") || lines[at + "super::".len()..].starts_with("super::") {
            continue;
        }
        let names = names(&lines[at + "super::".len()..]);
        found.extend(names.map(|name| folder.join(format!("{name}.rs"))));
    }
    found.retain(|other| other != file && other.exists());
    found
}

#[test]
fn no_files_of_a_module_need_one_another_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_room = |path: &PathBuf| path.file_name().is_some_and(|name| name != "mod.rs" && name != "lib.rs");
    let files: Vec<PathBuf> = files_in(&root).into_iter().filter(is_room).collect();
    let read = |file: &PathBuf| fs::read_to_string(file).expect("a source file");
    let mut ways: Vec<(PathBuf, Vec<PathBuf>)> =
        files.iter().map(|file| (file.clone(), neighbours(file, &read(file)))).collect();
    assert!(ways.iter().map(|(_, needed)| needed.len()).sum::<usize>() > 100, "nothing was read");
    // What needs nothing that is left is taken away, again and again; a circle stays.
    loop {
        let left: BTreeSet<PathBuf> = ways.iter().map(|(file, _)| file.clone()).collect();
        let before = ways.len();
        ways.retain(|(_, needed)| needed.iter().any(|other| left.contains(other)));
        if ways.len() == before {
            break;
        }
    }
    assert!(ways.is_empty(), "these need one another, or are needed by those that do: {ways:#?}");
}

#[test]
fn modules_use_only_those_before_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let flow = flow(&root);
    assert!(flow.len() > 10, "{flow:?}");
    for (place, module) in flow.iter().enumerate() {
        for file in files_of(&root, module) {
            let text = fs::read_to_string(&file).expect("a source file");
            for used in used_by(&text) {
                assert!(
                    flow[..=place].contains(&used),
                    "{} uses `{used}`, and `{module}` comes before it",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn both_spellings_of_a_use_are_seen() {
    let used = used_by("use crate::{source::Span, report};\nlet x = crate::diff::unified(writer_crate::y);");
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["diff", "report", "source"]);
}
