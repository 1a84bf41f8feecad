//! What was found, told as it is found: a line each, or one object at the end.

use std::io;

use nekoyaku::formats;
use nekoyaku::report::one_line;
use serde::Serialize;

use super::super::Outcome;
use super::super::failure::Failure;
use super::super::terminal::{Style, Terminal, wrapped};
use super::Uses;

/// Raised when a key changes or goes; a new key is no reason.
const VERSION: u32 = 1;

/// The columns before what is said: two spaces, a state, a name.
const MARGIN: usize = 2 + 5 + 14;

/// The most columns that are used; longer lines are hard to read.
const WIDEST: usize = 100;

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// Neither well nor ill.
    Note,
    /// Something to look at.
    Look,
    /// In the way of every translation.
    Fail,
}

impl State {
    fn word(self) -> (&'static str, Style) {
        match self {
            Self::Ok => ("ok", Style::Added),
            Self::Note => ("-", Style::Dim),
            Self::Look => ("look", Style::Warning),
            Self::Fail => ("FAIL", Style::Error),
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Check {
    part: &'static str,
    name: String,
    state: State,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Check {
    pub(super) fn new(part: &'static str, name: impl Into<String>, state: State, message: impl Into<String>) -> Self {
        Self { part, name: name.into(), state, message: message.into(), hint: None }
    }

    /// What to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A failure is in the way.
    pub(super) fn failed(part: &'static str, name: impl Into<String>, failure: Failure) -> Self {
        let message: Vec<String> = std::iter::once(failure.message).chain(failure.causes).collect();
        Self { hint: failure.hint, ..Self::new(part, name, State::Fail, message.join(": ")) }
    }
}

/// All that was told so far.
pub(super) struct Told<'a> {
    terminal: &'a mut Terminal,
    json: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Value<'a> {
    version: u32,
    outcome: &'static str,
    uses: UsesValue<'a>,
    checks: &'a [Check],
}

#[derive(Serialize)]
struct UsesValue<'a> {
    model: Option<&'a str>,
    host: Option<&'a str>,
    form: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn new(terminal: &'a mut Terminal, json: bool) -> Self {
        Self { terminal, json, checks: Vec::new() }
    }

    /// Tell of one thing.
    pub(super) fn tell(&mut self, check: Check) -> Result<(), Failure> {
        if !self.json {
            let begins = self.checks.last().is_none_or(|last| last.part != check.part);
            self.show(&check, begins).map_err(Failure::output)?;
        }
        self.checks.push(check);
        Ok(())
    }

    /// A message about what is going on, after what was told so far.
    pub(super) fn note(&mut self, message: &str) -> Result<(), Failure> {
        self.terminal.flush().map_err(Failure::output)?;
        self.terminal.note(message);
        Ok(())
    }

    fn show(&mut self, check: &Check, begins: bool) -> io::Result<()> {
        let width = self.terminal.width().min(WIDEST).saturating_sub(MARGIN).max(20);
        if begins {
            self.terminal.show(&[(Some(Style::Strong), check.part)])?;
        }
        let (word, style) = check.state.word();
        let mut name = check.name.as_str();
        let mut word = format!("{word:<5}");
        for line in wrapped(&check.message, width) {
            self.terminal.show(&[(None, "  "), (Some(style), &word), (None, &format!("{name:<13} {line}"))])?;
            (name, word) = ("", " ".repeat(5));
        }
        for (place, line) in check.hint.iter().flat_map(|hint| wrapped(hint, width - 2)).enumerate() {
            let arrow = if place == 0 { "> " } else { "  " };
            self.terminal
                .show(&[(None, &format!("{:MARGIN$}", "")), (Some(Style::Info), &(arrow.to_owned() + &line))])?;
        }
        // What takes long is not to hold back what is known.
        self.terminal.flush()
    }

    /// Say what `translate` would use, and what the whole came to.
    pub(super) fn end(self, uses: &Uses) -> Result<Outcome, Failure> {
        let worst = self.checks.iter().map(|check| check.state).max().unwrap_or(State::Ok);
        let outcome = match (uses, worst) {
            (Uses::Memory | Uses::Nothing, _) | (_, State::Fail) => Outcome::Failed,
            (_, State::Look) => Outcome::Findings,
            _ => Outcome::Clean,
        };
        if self.json {
            self.object(uses, outcome)
        } else {
            let line = match uses {
                Uses::Model { name, host, form } => {
                    let form = form.map_or_else(String::new, |form| format!(", with answers as {form}"));
                    let uses = if worst == State::Fail { "would use" } else { "will use" };
                    format!("`nekoyaku translate` {uses} {} at {host}{form}.", one_line(name, 100))
                }
                Uses::Memory => "`nekoyaku translate` has no model to use: it translates what the embedded memory \
                                 knows, and leaves the rest in Chinese."
                    .to_owned(),
                Uses::Nothing => "`nekoyaku translate` comes to nothing as it is.".to_owned(),
            };
            let width = self.terminal.width().min(WIDEST);
            let lines = wrapped(&line, width)
                .into_iter()
                .try_for_each(|line| self.terminal.show(&[(Some(Style::Strong), &line)]));
            lines.map_err(Failure::output)
        }?;
        Ok(outcome)
    }

    fn object(self, uses: &Uses, outcome: Outcome) -> Result<(), Failure> {
        let uses = match uses {
            Uses::Model { name, host, form } => UsesValue { model: Some(name), host: Some(host), form: *form },
            Uses::Memory | Uses::Nothing => UsesValue { model: None, host: None, form: None },
        };
        let value = Value {
            version: VERSION,
            outcome: match outcome {
                Outcome::Clean => "ok",
                Outcome::Findings => "look",
                Outcome::Failed | Outcome::Interrupted => "fail",
            },
            uses,
            checks: &self.checks,
        };
        let json = serde_json::to_string(&value).map_err(|error| Failure::of(&error))?;
        self.terminal.show(&[(None, &formats::escaped(&json))]).map_err(Failure::output)
    }
}
