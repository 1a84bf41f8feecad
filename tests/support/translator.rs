//! Servers that translate, in right and in wrong ways, and a folder to run the program in.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

use super::{Reply, Seen};

/// The sample issue, which has everything in it that issues have.
pub(crate) const SAMPLE: &str = include_str!("../../examples/2024-02-17-weekly.md");

/// An issue that fits into one request.
pub(crate) const SMALL: &str = "---\ntitle: 'Python 潮流周刊#9：装饰器'\npubDate: 2023-07-01\n---\n\n\
    ## 文章与教程\n\n\
    1、[如何写装饰器](https://a.example/1)（英文）\n\n\
    文章用 `functools.wraps` 讲解**最小**的版本。\n\n\
    2、[生成器](https://a.example/2)（英文）\n\n\
    从最简单的例子开始，讲到协程为止，共有十节。\n\n\
    ## 项目与资源\n\n\
    1、[一只猫](https://a.example/3)\n\n\
    它什么也不做，只是睡觉而已。\n";

/// Keys and texts of a request.
pub(crate) fn asked(seen: &Seen) -> Vec<(String, String)> {
    let body = seen.json();
    let user = body["messages"][1]["content"].as_str().expect("a user's message");
    let (_, segments) = user.rsplit_once("Translate:\n").expect("the segments come last");
    match serde_json::from_str::<Map<String, Value>>(segments.trim()) {
        Ok(object) => object.into_iter().map(|(key, text)| (key, text.as_str().expect("a text").to_owned())).collect(),
        Err(_) => tagged(segments),
    }
}

fn tagged(segments: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in segments.lines() {
        if let Some(key) = line.strip_prefix("=== ").and_then(|line| line.strip_suffix(" ===")) {
            found.push((key.to_owned(), String::new()));
        } else if let Some((_, text)) = found.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    found.into_iter().map(|(key, text)| (key, text.trim_end().to_owned())).collect()
}

/// The answer with `change` made to each text, as a JSON object.
pub(crate) fn object(seen: &Seen, mut change: impl FnMut(&str) -> String) -> String {
    let object: Map<String, Value> =
        asked(seen).into_iter().map(|(key, text)| (key, Value::from(change(&text)))).collect();
    Value::Object(object).to_string()
}

pub(crate) fn answer(seen: &Seen, change: impl FnMut(&str) -> String) -> Reply {
    Reply::content(&object(seen, change))
}

pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// Each Chinese character becomes kana; all else stays.
pub(crate) fn pseudo(text: &str) -> String {
    text.chars().map(|c| if is_han(c) { 'ア' } else { c }).collect()
}

/// A folder of its own, and the program in it.
pub(crate) struct Folder(tempfile::TempDir, tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"))
    }

    /// A folder with the sample issue in it.
    pub(crate) fn with_sample() -> Self {
        let folder = Self::new();
        folder.put("2024-02-17-weekly.md", SAMPLE);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where the program keeps what it learned.
    pub(crate) fn cache(&self) -> &Path {
        self.1.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn get(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    /// The names of all files, the drafts left out.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != ".nekoyaku")
            .collect();
        names.sort_unstable();
        names
    }

    /// The program, in this folder, with nothing of this machine's settings.
    pub(crate) fn nekoyaku(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nekoyaku"));
        command.current_dir(self.path()).env("XDG_CACHE_HOME", self.cache()).env("HOME", self.cache());
        for variable in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "NO_COLOR", "HTTP_PROXY", "HTTPS_PROXY"] {
            command.env_remove(variable);
        }
        command
    }

    /// `nekoyaku translate` with a server.
    pub(crate) fn translate(&self, base_url: &str, args: &[&str]) -> Ran {
        let output = self
            .nekoyaku()
            .args(["translate", "--base-url", base_url, "--model", "m"])
            .args(args)
            .env("OPENAI_API_KEY", "sk-test-0123456789")
            .output();
        Ran::of(output.expect("the program runs"))
    }

    /// `nekoyaku` with these arguments and no key.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.nekoyaku().args(args).output().expect("the program runs"))
    }
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Assert the exit code, and show everything where it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}
