//! How the action gets the program: from the archive that `.ci/pack` makes, from the path, or not at all.

use std::fs;
use std::process::Command;

use crate::runner::{Runner, program, root};
use crate::support::translator::Ran;

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A runner, and what was released: an archive with a program in it that is this one.
fn released(sums: impl Fn(&str) -> String) -> (Runner, String) {
    let mut runner = Runner::new(&[("README.md", "x")]);
    program(&runner.path("built/nekoyaku"), &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_nekoyaku")));
    let version = format!("v{}", env!("CARGO_PKG_VERSION"));
    let release = runner.path("server/neko/nekoyaku/releases/download").join(&version);
    let packed = Command::new(root().join(".ci/pack"))
        .args([runner.path("built").as_os_str(), TARGET.as_ref(), release.as_os_str()])
        .env_remove("GITHUB_REF_TYPE")
        .output();
    Ran::of(packed.expect("it runs")).exits(0);
    let name = format!("nekoyaku-{version}-{TARGET}.tar.gz");
    let sum = Command::new("sha256sum").arg(&name).current_dir(&release).output().expect("sha256sum runs");
    fs::write(release.join("SHA256SUMS"), sums(&Ran::of(sum).exits(0).out)).expect("a file");
    runner.github["action_repository"] = "neko/nekoyaku".into();
    (runner, version)
}

fn install(runner: &Runner, version: &str, reference: &str) -> Ran {
    let mut command = Command::new("bash");
    command.arg(root().join(".github/actions/check/install.sh")).current_dir(runner.path("news"));
    command.env("VERSION", version).env("ACTION_REF", reference).env("ACTION_REPOSITORY", "neko/nekoyaku");
    command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env("RUNNER_TEMP", runner.path("temp"));
    command.env("GITHUB_SERVER_URL", format!("file://{}", runner.path("server").display()));
    // Sources are not beside it here: what cannot be had is not built instead.
    command.env("GITHUB_ACTION_PATH", runner.path("news/a/b/c")).env("GITHUB_PATH", runner.path("temp/paths"));
    Ran::of(command.output().expect("bash runs"))
}

#[test]
fn what_was_released_is_installed_with_all_that_belongs_to_it() {
    let (runner, version) = released(str::to_owned);
    // By the input, and by the name of the action.
    for (input, reference) in [(version.as_str(), "main"), ("", version.as_str())] {
        let ran = install(&runner, input, reference).exits(0);
        assert!(ran.out.ends_with(&format!("nekoyaku {}\n", env!("CARGO_PKG_VERSION"))), "{}", ran.out);
        let paths = fs::read_to_string(runner.path("temp/paths")).expect("paths");
        assert_eq!(paths.lines().last(), Some(runner.path("temp/nekoyaku/bin").display().to_string().as_str()));
    }
    let unpacked = runner.path("temp/nekoyaku").join(format!("nekoyaku-{version}-{TARGET}"));
    for name in [
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "README.md",
        "CHANGELOG.md",
        "man/nekoyaku-check.1",
        "completions/nekoyaku.bash",
        "completions/nekoyaku.elvish",
    ] {
        assert!(fs::read(unpacked.join(name)).is_ok_and(|text| !text.is_empty()), "{name}");
    }
}

#[test]
fn what_was_not_released_is_not_installed() {
    let zeros = |line: &str| format!("{}{}", "0".repeat(64), &line[64..]);
    let of_another = |line: &str| line.replace("linux", "freebsd");
    type Damage<'d> = &'d dyn Fn(&str) -> String;
    let cases: [(Damage<'_>, &str); 2] =
        [(&zeros, "is not what was released: its checksum is another"), (&of_another, "does not have nekoyaku-")];
    for (sums, told) in cases {
        let (runner, version) = released(sums);
        let ran = install(&runner, &version, "").exits(1);
        let error = ran.out.lines().find(|line| line.starts_with("::error::"));
        assert!(error.is_some_and(|error| error.contains(told)), "{}{}", ran.out, ran.err);
        assert!(!runner.path("temp/paths").exists() && !runner.path("temp/nekoyaku/bin/nekoyaku").exists());
    }
}

#[test]
fn what_cannot_be_had_is_told_with_what_to_do() {
    let runner = Runner::new(&[("README.md", "x")]);
    for (version, told) in [
        ("v9.9.9", "cannot be had; the input version: build does without"),
        ("9.9", "the input version is none: v1.2.3, build or installed"),
        ("v1.2.3/../x", "the input version is none"),
        ("build", "the sources of nekoyaku are not there; name a release"),
    ] {
        let ran = install(&runner, version, "").exits(1);
        assert!(ran.out.contains(told), "{version}: {}{}", ran.out, ran.err);
    }
    // The action from a branch is built.
    assert!(install(&runner, "", "main").exits(1).out.contains("the sources of nekoyaku are not there"));
}
