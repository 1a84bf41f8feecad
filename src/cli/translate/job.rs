//! One issue: what it takes, whom it is asked of, and its delivery.

use std::path::{Path, PathBuf};

use nekoyaku::diff::{Side, unified};
use nekoyaku::edition::{self, Edition};
use nekoyaku::issue::Issue;
use nekoyaku::model::LocalServer;
use nekoyaku::price::Tariff;
use nekoyaku::report::Report;
use nekoyaku::rules::Severity;
use nekoyaku::translate::{self, Run, TranslateError};

use super::super::Outcome;
use super::super::desk::Desk;
use super::super::engine::Engine;
use super::super::failure::Failure;
use super::super::input;
use super::super::output::{self, Destination, Standing};
use super::super::summary::Shown;
use super::super::terminal::Terminal;
use super::Args;
use super::table::Row;

/// An issue that is to be translated, and what with.
pub(super) struct Job<'a> {
    args: &'a Args,
    pub(super) desk: Desk,
    pub(super) issue: Issue,
    pub(super) destination: Destination,
    diff: Option<Destination>,
    // The edition that a person changed, if it is not to be written over.
    touched: Option<PathBuf>,
}

/// Read an issue that has something to translate in it.
pub(super) fn issue(args: &Args, path: &Path, desk: &Desk) -> Result<Issue, Failure> {
    let mut issue = input::issue(path, &desk.profile)?;
    issue.date = issue.date.or(args.date);
    if issue.body().trim().is_empty() {
        return Err(Failure::new(format!("there is no text in {}", issue.source.name())));
    }
    Ok(issue)
}

impl<'a> Job<'a> {
    pub(super) fn set(args: &'a Args, path: &Path) -> Result<Self, Failure> {
        let desk = Desk::set(args.setup(), path)?;
        let issue = issue(args, path, &desk)?;
        let destination = args.destination(path)?;
        let diff = args.diff_destination(path, &destination)?;
        let touched = match &destination {
            Destination::Stdout => None,
            Destination::File(path) => {
                let touched = matches!(output::standing(path)?, Standing::Touched(_)) && !args.force;
                touched.then(|| path.clone())
            }
        };
        Ok(Self { args, desk, issue, destination, diff, touched })
    }

    /// Whether the work would be for nothing; asked before anything is paid for.
    pub(super) fn unless_touched(&self, engine: &Engine) -> Result<(), Failure> {
        match (&self.touched, engine) {
            (Some(path), Engine::Model { .. }) => Err(output::touched(path)),
            _ => Ok(()),
        }
    }

    /// Translate what is known, and say why no more.
    pub(super) fn remember(&self, why: &str, offers: &[LocalServer], terminal: &Terminal) -> Result<Run, Failure> {
        let from = match self.desk.memory_name() {
            "" => "without a memory and without a model".to_owned(),
            name => format!("from {name} alone"),
        };
        terminal.note(&format!("{}: translating {from} ({why})", self.issue.source.name()));
        for server in offers {
            let model = server.models.first().map_or("NAME", String::as_str);
            terminal.note(&format!(
                "there is {} on this machine; to use it: --base-url {} --model {model}",
                server.name, server.base_url
            ));
        }
        let run = translate::from_memory(&self.issue, self.desk.materials(), &self.desk.options);
        run.map_err(|error| TranslateError::Memory(error).into())
    }

    /// Write what came of it, and show it; `how` says what translated, `tariff` what its tokens cost.
    pub(super) fn finish(
        &self,
        run: &Run,
        how: &str,
        tariff: Option<Tariff>,
        terminal: &mut Terminal,
    ) -> Result<Row, Failure> {
        let cost = tariff.map(|tariff| run.usage.cost(tariff));
        let note = (!self.args.no_note).then_some(&self.desk.prompts);
        let edition = edition::build(&self.issue, run.rendered(), &self.desk.profile, note)?;
        let report = Report::new(&self.issue, run, &edition, &self.destination.name());
        let diff_text = unified(
            Side { name: self.issue.source.name(), text: self.issue.source.text() },
            Side { name: &self.destination.name(), text: &edition.text },
            &edition.blocks,
        );
        self.deliver(&edition, terminal)?;
        let diff_written = match &self.diff {
            None => Ok(()),
            Some(Destination::Stdout) => terminal.put_diff(&diff_text).map_err(Failure::output),
            Some(Destination::File(path)) => output::write(path, &diff_text),
        };
        let to_stderr = self.destination == Destination::Stdout || self.diff == Some(Destination::Stdout);
        if to_stderr {
            terminal.flush().map_err(Failure::output)?;
        }
        // The edition is there: what is to be said of it is said, whatever became of the diff.
        let diff_file = self.diff.as_ref().filter(|_| diff_written.is_ok());
        let shown = Shown { report: &report, run, destination: &self.destination, diff: diff_file, how, cost };
        shown.print(to_stderr, terminal).map_err(Failure::output)?;
        diff_written?;
        let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
        let clean = report.is_clean() && run.stopped.is_none();
        Ok(Row {
            name: self.issue.source.name().to_owned(),
            segments: run.outcomes.len(),
            left: report.left,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            usage: run.usage,
            cost,
            outcome: if clean { Outcome::Clean } else { Outcome::Findings },
        })
    }

    /// Put the edition where it belongs, unless a person's work is there.
    fn deliver(&self, edition: &Edition, terminal: &mut Terminal) -> Result<(), Failure> {
        let Destination::File(path) = &self.destination else {
            return terminal.put(&edition.text).map_err(Failure::output);
        };
        // Looked at again: a person may have been at work while the model was.
        match output::standing(path)? {
            Standing::Touched(there) if there == edition.text.as_bytes() => return Ok(()),
            Standing::Touched(_) if self.args.force => {
                let copy = output::keep_copy(path)?;
                terminal.note(&format!("a copy of what was there is in {}", copy.display()));
            }
            Standing::Touched(_) if self.touched.is_some() => return Err(output::touched(path)),
            Standing::Touched(_) => {
                let aside = output::free_name(path, ".new");
                output::write(&aside, &edition.text)?;
                let message = format!("{} was changed while it was being translated", path.display());
                return Err(
                    Failure::new(message).hint(format!("it stays as it is; the translation is in {}", aside.display()))
                );
            }
            Standing::Nothing | Standing::OwnDraft => {}
        }
        // The draft first: an edition without one would pass for a person's at the next run. That is a
        // nuisance, and no reason to throw away what was paid for.
        if let Err(failure) = output::keep_draft(path, &edition.text) {
            terminal.note(&format!("the draft of {} is not kept: {}", path.display(), failure.message));
        }
        output::write_edition(path, &edition.text)
    }
}
