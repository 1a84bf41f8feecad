//! A runner that does what GitHub's do with an action: it takes the inputs, reads the expressions, runs the
//! steps, and keeps what they say. The scripts are the real ones; `gh` is not.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use serde_yaml::Value as Yaml;

use crate::support::translator::Ran;

/// Comments of a pull request, in a folder: `COMMENTS/7` is the one with the id 7. It asks for a token, as
/// the real one does, and fails where there is a file `COMMENTS/refused`.
const GH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$COMMENTS/asked"
[ -n "${GH_TOKEN:-}" ] && [ ! -e "$COMMENTS/refused" ] || { echo "HTTP 403" >&2; exit 1; }
body=; method=GET; place=
while [ $# -gt 0 ]; do
  case "$1" in
    -X) method="$2"; shift ;;
    -F) case "$2" in body=@*) body="${2#body=@}" ;; esac; shift ;;
    -f | --jq) shift ;;
    repos/*) place="$1" ;;
  esac
  shift
done
case "$method" in
  GET) for file in "$COMMENTS"/[0-9]*; do if grep -qF "$mark" "$file" 2>/dev/null; then basename "$file"; fi; done ;;
  POST) [ "$place" = repos/neko/news/issues/56/comments ]; cp "$body" "$COMMENTS/7" ;;
  PATCH) [ -e "$COMMENTS/${place##*/}" ]; cp "$body" "$COMMENTS/${place##*/}" ;;
esac
"#;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Make a program for a runner's path.
pub(crate) fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// A repository that is checked out, and what there is around it.
pub(crate) struct Runner {
    folder: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
    /// What `github` is in expressions.
    pub(crate) github: Value,
}

/// What came of the steps.
pub(crate) struct Job {
    /// The last step's.
    pub(crate) code: i32,
    /// Of all steps.
    pub(crate) out: String,
    pub(crate) outputs: BTreeMap<String, String>,
    /// The actions that were used, with what was given to them.
    pub(crate) used: Vec<String>,
}

impl Runner {
    /// With a first commit of `files`, on which a pull request is based.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut runner =
            Self { folder, inputs: BTreeMap::from([("version".into(), "installed".into())]), github: json!({}) };
        for name in ["news", "temp", "comments", "bin"] {
            fs::create_dir(runner.path(name)).expect("a folder");
        }
        program(&runner.path("bin/gh"), GH);
        symlink(env!("CARGO_BIN_EXE_nekoyaku"), runner.path("bin/nekoyaku")).expect("a link");
        runner.git(&["init", "-q", "-b", "main"]);
        runner.commit(files);
        let base = runner.git(&["rev-parse", "HEAD"]);
        runner.github = json!({
            "event_name": "pull_request",
            "token": "ghs_0123456789",
            "repository": "neko/news",
            "event": { "pull_request": {
                "number": 56,
                "base": { "sha": base.trim() },
                "head": { "repo": { "full_name": "neko/news" } },
            } },
        });
        runner
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=neko", "-c", "user.email=neko@example.com", "-c", "commit.gpgsign=false"]);
        command.args(args).current_dir(self.path("news")).env("GIT_CONFIG_GLOBAL", "/dev/null");
        Ran::of(command.output().expect("git runs")).exits(0).out
    }

    pub(crate) fn commit(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.path("news").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "一期"]);
    }

    /// The comment on the pull request.
    pub(crate) fn comment(&self) -> Option<String> {
        fs::read_to_string(self.path("comments/7")).ok()
    }

    /// Run the steps of the action, until one fails.
    pub(crate) fn run(&self) -> Job {
        let file = root().join(".github/actions/check/action.yml");
        let action: Yaml = serde_yaml::from_str(&fs::read_to_string(file).expect("the action")).expect("YAML");
        let mut job = Job { code: 0, out: String::new(), outputs: BTreeMap::new(), used: Vec::new() };
        let mut inputs = BTreeMap::new();
        for (name, input) in action["inputs"].as_mapping().expect("inputs") {
            let name = name.as_str().expect("a name");
            let given = self.inputs.get(name).cloned();
            inputs.insert(
                format!("inputs.{name}"),
                given.unwrap_or_else(|| self.value(input["default"].as_str().expect("a default"), &BTreeMap::new())),
            );
        }
        assert!(self.inputs.keys().all(|name| inputs.contains_key(&format!("inputs.{name}"))), "an input is not there");
        let mut known = inputs;
        for step in action["runs"]["steps"].as_sequence().expect("steps") {
            if !self.holds(step["if"].as_str().unwrap_or("true"), &known) {
                continue;
            }
            if let Some(used) = step["uses"].as_str() {
                let file = step["with"]["sarif_file"].as_str().expect("a file");
                job.used.push(format!("{used} {}", self.value(file, &known)));
                continue;
            }
            let (ran, outputs) = self.step(step, &known);
            job.out += &ran.out;
            job.out += &ran.err;
            job.code = ran.code.expect("a code");
            for (name, value) in outputs {
                known.insert(format!("steps.{}.outputs.{name}", step["id"].as_str().expect("an id")), value);
            }
            if job.code != 0 {
                break;
            }
        }
        for (name, output) in action["outputs"].as_mapping().expect("outputs") {
            let value = self.value(output["value"].as_str().expect("a value"), &known);
            job.outputs.insert(name.as_str().expect("a name").to_owned(), value);
        }
        job
    }

    fn step(&self, step: &Yaml, known: &BTreeMap<String, String>) -> (Ran, Vec<(String, String)>) {
        let output = self.path("temp/output");
        fs::write(&output, "").expect("a file");
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").expect("a path"));
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"].as_str().expect("a command")]);
        command.current_dir(self.path("news")).env_clear().env("PATH", path).env("HOME", self.path("temp"));
        command.env("RUNNER_TEMP", self.path("temp")).env("COMMENTS", self.path("comments"));
        command.env("GITHUB_ACTION_PATH", root().join(".github/actions/check")).env("GITHUB_OUTPUT", &output);
        command.env("GITHUB_STEP_SUMMARY", self.path("temp/step-summary")).env("GITHUB_PATH", self.path("temp/paths"));
        for (variable, at) in [("GITHUB_REPOSITORY", "repository"), ("GITHUB_EVENT_NAME", "event_name")] {
            command.env(variable, self.github[at].as_str().unwrap_or_default());
        }
        for (name, value) in step["env"].as_mapping().expect("an environment") {
            command.env(name.as_str().expect("a name"), self.value(value.as_str().expect("text"), known));
        }
        let ran = Ran::of(command.output().expect("bash runs"));
        let outputs = fs::read_to_string(output).expect("the outputs");
        let outputs = outputs.lines().map(|line| line.split_once('=').expect("an output"));
        (ran, outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// What a text with an expression is: the first of its alternatives that is something.
    fn value(&self, text: &str, known: &BTreeMap<String, String>) -> String {
        let Some(expression) = text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) else {
            return text.to_owned();
        };
        expression.split(" || ").map(|path| self.at(path, known)).find(|value| !value.is_empty()).unwrap_or_default()
    }

    fn holds(&self, condition: &str, known: &BTreeMap<String, String>) -> bool {
        condition.split(" && ").all(|part| match part.split_once(" == ").or_else(|| part.split_once(" != ")) {
            Some((path, wanted)) => (self.at(path, known) == wanted.trim_matches('\'')) == part.contains(" == "),
            None => part == "true",
        })
    }

    fn at(&self, path: &str, known: &BTreeMap<String, String>) -> String {
        let Some(path) = path.strip_prefix("github.") else {
            let name = path.split('.').next();
            assert!(matches!(name, Some("inputs" | "steps")), "{path}");
            return known.get(path).cloned().unwrap_or_default();
        };
        match self.github.pointer(&format!("/{}", path.replace('.', "/"))) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(value) => value.to_string(),
        }
    }
}
