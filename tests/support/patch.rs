//! What other programs make of a diff.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// `text` with a unified diff applied, read as strictly as it can be.
pub(crate) fn applied(text: &str, diff: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut made, mut at) = (String::new(), 0);
    // The head is over with the new file's name.
    let head = diff.split_inclusive('\n').take_while(|line| !line.starts_with("+++ ")).count() + 1;
    let mut diff_lines = diff.split_inclusive('\n').skip(head).peekable();
    while let Some(line) = diff_lines.next() {
        if let Some(head) = line.strip_prefix("@@ -") {
            let range = head.split(' ').next().expect("a range");
            let (start, length) = range.split_once(',').unwrap_or((range, "1"));
            let start: usize = start.parse().expect("a line");
            // An empty range is named by the line before it.
            let start = if length == "0" { start } else { start - 1 };
            made.extend(lines[at..start].iter().copied());
            at = start;
            continue;
        }
        let (sign, rest) = line.split_at(1);
        let whole = diff_lines.next_if(|next| next.starts_with('\\')).is_none();
        let rest = if whole { rest } else { rest.trim_end_matches('\n') };
        if sign != "+" {
            assert_eq!(lines[at], rest, "the diff is of another text");
            at += 1;
        }
        if sign != "-" {
            made.push_str(rest);
        }
    }
    made.extend(lines[at..].iter().copied());
    made
}

/// A program that applies diffs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tool {
    Git,
    Patch,
}

impl Tool {
    pub(crate) const ALL: [Self; 2] = [Self::Git, Self::Patch];

    /// Apply `diff` in `folder`, or take it back; whether there is such a program. Panics where it refuses.
    pub(crate) fn apply(self, folder: &Path, diff: &str, reverse: bool) -> bool {
        if matches!(self, Self::Git) {
            // It is asked first, as a careful person would.
            let checked = self.run(folder, diff, &["--check"], reverse);
            return checked && self.run(folder, diff, &[], reverse);
        }
        self.run(folder, diff, &[], reverse)
    }

    fn run(self, folder: &Path, diff: &str, more: &[&str], reverse: bool) -> bool {
        let mut command = match self {
            Self::Git => Command::new("git"),
            Self::Patch => Command::new("patch"),
        };
        command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(match self {
            Self::Git => ["apply", "--whitespace=nowarn"],
            Self::Patch => ["-p1", "--binary"],
        });
        command.args(more).args(reverse.then_some("-R"));
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = match child {
            Err(error) if error.kind() == ErrorKind::NotFound => return false,
            child => child.expect("it starts"),
        };
        child.stdin.take().expect("stdin").write_all(diff.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{self:?}: {}\n{diff}", String::from_utf8_lossy(&said));
        true
    }
}
