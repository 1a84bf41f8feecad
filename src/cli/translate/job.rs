//! One issue: what it takes, whom it is asked of, and its delivery.

use std::path::{Path, PathBuf};

use nekoyaku::check::File;
use nekoyaku::diff::{Between, Comparison, Head, unified};
use nekoyaku::edition::{self, Edition};
use nekoyaku::issue::Issue;
use nekoyaku::model::LocalServer;
use nekoyaku::price::Tariff;
use nekoyaku::report::Report;
use nekoyaku::rules::Severity;
use nekoyaku::source::Source;
use nekoyaku::translate::{self, Materials, Run, TranslateError};
use nekoyaku::update::{Conflict, Merged};

use super::super::Outcome;
use super::super::conflicts;
use super::super::desk::Desk;
use super::super::engine::Engine;
use super::super::failure::Failure;
use super::super::input;
use super::super::output::{self, Destination, Standing};
use super::super::summary::Shown;
use super::super::terminal::Terminal;
use super::Args;
use super::table::Row;
use super::update::{Base, Revision};

/// An issue that is to be translated, and what with.
pub(super) struct Job<'a> {
    args: &'a Args,
    path: PathBuf,
    pub(super) desk: Desk,
    pub(super) issue: Issue,
    pub(super) destination: Destination,
    diff: Option<Destination>,
    // The edition that a person changed, if it is not to be written over, and what it says.
    touched: Option<(PathBuf, Vec<u8>)>,
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
            Destination::File(path) => match output::standing(path)? {
                Standing::Touched(there) if !args.force => Some((path.clone(), there)),
                _ => None,
            },
        };
        Ok(Self { args, path: path.to_owned(), desk, issue, destination, diff, touched })
    }

    /// The edition that people worked on, where it is known what it was made of.
    pub(super) fn base(&self) -> Result<Option<Base>, Failure> {
        let Some((path, there)) = &self.touched else { return Ok(None) };
        Base::find(self.args.base.as_deref(), &self.issue, path, there, &self.desk)
    }

    /// Whether the work would be for nothing; asked before anything is paid for.
    pub(super) fn unless_touched(&self, engine: &Engine) -> Result<(), Failure> {
        match (&self.touched, engine) {
            (Some((path, _)), Engine::Model { .. }) => Err(output::touched(path)),
            _ => Ok(()),
        }
    }

    /// What it is translated with, and for which edition that is brought up to date.
    pub(super) fn materials<'m>(&'m self, revision: Option<&'m Revision<'_>>) -> Materials<'m> {
        Materials { update: revision.map(Revision::updating), ..self.desk.materials() }
    }

    /// Translate what is known, and say why no more.
    pub(super) fn remember(
        &self,
        why: &str,
        offers: &[LocalServer],
        revision: Option<&Revision<'_>>,
        terminal: &Terminal,
    ) -> Result<Run, Failure> {
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
        let run = translate::from_memory(&self.issue, self.materials(revision), &self.desk.options);
        run.map_err(|error| TranslateError::Memory(error).into())
    }

    /// Write what came of it, and show it; `how` says what translated, `tariff` what its tokens cost.
    pub(super) fn finish(
        &self,
        run: &Run,
        how: &str,
        tariff: Option<Tariff>,
        revision: Option<&Revision<'_>>,
        terminal: &mut Terminal,
    ) -> Result<Row, Failure> {
        let cost = tariff.map(|tariff| run.usage.cost(tariff));
        let note = (!self.args.no_note).then_some(&self.desk.prompts);
        let built = edition::build(&self.issue, run.rendered(), &self.desk.profile, note)?;
        let revised = revision.map(|revision| (revision, revision.write(&built, &self.desk.profile)));
        let edition = revised.as_ref().map_or(&built, |(_, (edition, _))| edition);
        let mut report = Report::new(&self.issue, run, edition, &self.destination.name());
        if let Some((revision, (_, merged))) = &revised {
            revision.report(merged, &mut report);
        }
        let name = self.destination.name();
        let head = Head { path: &output::applied_to(&self.path), edition: Some(&name) };
        let diff_text = match &revised {
            // What people made of it nobody has followed: what belongs together is found out.
            Some(_) => {
                let file = |name: &str, text: &str| File::new(Source::new(name, text), &self.desk.profile);
                let old = file(self.issue.source.name(), self.issue.source.text());
                Comparison::new(old, file(&name, &edition.text), Between::Languages).unified(head)
            }
            None => unified(head, self.issue.source.text(), &edition.text, &edition.blocks),
        };
        match &revised {
            Some((revision, (_, merged))) => self.deliver_revised(revision, merged, &built, terminal)?,
            None => self.deliver(edition, terminal)?,
        }
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
            Standing::Touched(_) => return Err(Self::put_aside(path, &edition.text)),
            Standing::Nothing | Standing::OwnDraft => {}
        }
        // What people had to decide about is gone with what they had made.
        self.keep(path, Some(&edition.text), &[], terminal);
        output::write_edition(path, &edition.text)
    }

    /// Put an edition that was brought up to date in its place, if that is still as it was read.
    fn deliver_revised(
        &self,
        revision: &Revision<'_>,
        merged: &Merged,
        built: &Edition,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        let Some((path, read)) = &self.touched else { return Ok(()) };
        match output::standing(path)? {
            Standing::Touched(there) if there == *read => {}
            _ => return Err(Self::put_aside(path, &merged.text)),
        }
        if revision.overwrites(merged) {
            let copy = output::keep_copy(path)?;
            terminal.note(&format!("a copy of what was there is in {}", copy.display()));
        }
        let conflicts = conflicts::after(path, merged, self.issue.source.text());
        self.keep(path, revision.draft(built, &self.desk).as_deref(), &conflicts, terminal);
        if merged.text.as_bytes() == read.as_slice() { Ok(()) } else { output::write_edition(path, &merged.text) }
    }

    /// Remember what the machine made, of what, and what people have to decide about. It comes before the edition: one without a draft would
    /// pass for a person's at the next run. That is a nuisance, and no reason to throw away what was paid
    /// for.
    fn keep(&self, path: &Path, draft: Option<&str>, conflicts: &[Conflict], terminal: &Terminal) {
        let kept = draft.map_or(Ok(()), |draft| output::keep_draft(path, draft));
        let kept = kept.and_then(|()| output::keep_source(path, self.issue.source.text()));
        if let Err(failure) = kept.and_then(|()| conflicts::keep(path, conflicts)) {
            terminal.note(&format!("the draft of {} is not kept: {}", path.display(), failure.message));
        }
    }

    /// What a person changed meanwhile stays, and the translation goes beside it.
    fn put_aside(path: &Path, text: &str) -> Failure {
        let aside = output::free_name(path, ".new");
        if let Err(failure) = output::write(&aside, text) {
            return failure;
        }
        Failure::new(format!("{} was changed while it was being translated", path.display()))
            .hint(format!("it stays as it is; the translation is in {}", aside.display()))
    }
}
