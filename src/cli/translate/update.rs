//! An edition that people worked on is brought up to date, not written over.

use std::path::Path;
use std::process::Command;

use nekoyaku::check::{File, Settings};
use nekoyaku::diff::{in_order, parts};
use nekoyaku::edition::Edition;
use nekoyaku::issue::Issue;
use nekoyaku::memory::{Lesson, Memory};
use nekoyaku::profile::Profile;
use nekoyaku::report::{Finding, Place, Report, one_line};
use nekoyaku::rules::{Rule, Severity};
use nekoyaku::source::{Source, Span};
use nekoyaku::translate::Updating;
use nekoyaku::update::{Before, Merged, Update};
use nekoyaku::wording::Friends;

use super::super::desk::Desk;
use super::super::failure::{self, Failure};
use super::super::output;

/// An edition that people worked on, and what it was made of.
pub(super) struct Base {
    /// The source it was made of.
    source: Issue,
    /// The edition before people changed it, and whether that is what the machine made.
    before: Option<String>,
    is_draft: bool,
    /// The edition.
    pub(super) edition: Source,
    /// Where the source it was made of is from, for people.
    pub(super) from: String,
}

impl Base {
    /// What the edition at `path`, which says `there`, was made of; none where nobody knows. `named` is the
    /// old source that we were told of.
    pub(super) fn find(
        named: Option<&Path>,
        issue: &Issue,
        path: &Path,
        there: &[u8],
        desk: &Desk,
    ) -> Result<Option<Self>, Failure> {
        let Ok(there) = std::str::from_utf8(there) else { return Ok(None) };
        let (text, before, is_draft, from) = if let Some(named) = named {
            let draft = output::draft(path);
            (failure::read(named)?, draft.clone(), draft.is_some(), failure::name(named))
        } else if let Some(text) = output::source_of(path) {
            let draft = output::draft(path);
            (text, draft.clone(), draft.is_some(), "the last run".to_owned())
        } else if let Some((commit, text, before)) = committed(issue.source.name(), path) {
            (text, Some(before), false, format!("commit {commit}"))
        } else {
            return Ok(None);
        };
        let source = Issue::new(Source::new(issue.source.name(), text), &desk.profile);
        let source = source.map_err(|error| Failure::of(&error).about(Path::new(&from)))?;
        let edition = Source::new(path.display().to_string(), there);
        Ok(Some(Self { source, before, is_draft, edition, from }))
    }

    /// See what is to be done, now that the source is `issue`.
    pub(super) fn update<'a>(&'a self, issue: &'a Issue, desk: &Desk) -> Result<Revision<'a>, Failure> {
        let failed = |error: nekoyaku::front::FrontError| Failure::of(&error).about(Path::new(self.edition.name()));
        let before = Before { source: &self.source, edition: self.before.as_deref() };
        let update = Update::new(before, issue, &self.edition, &desk.profile).map_err(failed)?;
        let mut memory = Memory::in_room().map_err(|error| Failure::of(&error))?;
        if !update.is_nothing() {
            let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
            let settings = Settings::new(&desk.profile, &desk.glossary, &friends);
            let settings = settings.map_err(|error| Failure::of(&error))?;
            let source = Source::new("the source as it was", self.source.source.text());
            let lesson = Lesson::of(&source, &self.edition, &settings).map_err(failed)?;
            let learned = memory.change(|change| change.learn(source.name(), self.edition.name(), "", lesson));
            learned.map_err(|error| Failure::of(&error))?;
        }
        Ok(Revision { base: self, issue, update, memory })
    }
}

/// The source and the edition at `path` as they were when the edition was committed last, with the
/// commit.
fn committed(source: &str, path: &Path) -> Option<(String, String, String)> {
    let source = Path::new(source);
    let folder = output::folder_of(path);
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder).args(args).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).ok())?
    };
    let settled = output::settled(path);
    let commit = git(&["log", "-1", "--format=%H", "--", settled.to_str()?])?.trim().to_owned();
    if commit.is_empty() {
        return None;
    }
    let root = output::settled(Path::new(git(&["rev-parse", "--show-toplevel"])?.trim()));
    let show = |path: &Path| {
        let name = output::settled(path).strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        git(&["show", &format!("{commit}:{name}")])
    };
    Some((commit.chars().take(10).collect(), show(source)?, show(path)?))
}

/// An edition that is being brought up to date.
pub(super) struct Revision<'a> {
    base: &'a Base,
    issue: &'a Issue,
    update: Update<'a>,
    memory: Memory,
}

impl Revision<'_> {
    pub(super) fn updating(&self) -> Updating<'_> {
        Updating { wanted: self.update.wanted(), before: &self.memory }
    }

    /// What people say of what is about to be done.
    pub(super) fn told(&self) -> String {
        let all = self.issue.segment_count();
        let kept = all - self.update.wanted().len();
        let source = format!("compared with its source as of {}", self.base.from);
        format!("{}: people worked on it; {kept} of {all} segments stay, {source}", self.base.edition.name())
    }

    /// The edition as it is to be, and what was written anew in it.
    pub(super) fn write(&self, built: &Edition, profile: &Profile) -> (Edition, Merged) {
        let merged = self.update.write(built);
        let file = |text: &str| File::new(Source::new(self.base.edition.name(), text), profile);
        let parts = parts(&file(self.issue.source.text()), &file(&merged.text));
        // Of what is written anew people want to know where it stands.
        let place = |segment: usize| {
            let span = self.issue.span_in_file(&self.issue.segment(segment));
            let written = merged
                .written
                .iter()
                .find(|written| written.source.start() <= span.start() && span.end() <= written.source.end());
            written.map_or(Span::default(), |written| Span::new(written.edition.start(), written.edition.start()))
        };
        let edition = Edition {
            text: merged.text.clone(),
            segments: (0..self.issue.segment_count()).map(place).collect(),
            blocks: in_order(&parts),
            reverted: built.reverted.clone(),
            faults: Vec::new(),
        };
        (edition, merged)
    }

    /// What the machine would have made of it, where it is known what it made before.
    pub(super) fn draft(&self, built: &Edition, desk: &Desk) -> Option<String> {
        let draft = self.base.before.as_ref().filter(|_| self.base.is_draft)?;
        let draft = Source::new("draft", draft.as_str());
        let before = Before { source: &self.base.source, edition: Some(draft.text()) };
        let update = Update::new(before, self.issue, &draft, &desk.profile).ok()?;
        Some(update.overwrite(built))
    }

    /// Whether something of which nobody knows who made it was written over.
    pub(super) fn overwrites(&self, merged: &Merged) -> bool {
        !self.base.is_draft
            && merged.written.iter().any(|written| written.conflict.is_none() && !written.before.trim().is_empty())
    }

    /// What a person should look at: what was written anew, and what both sides changed.
    pub(super) fn report(&self, merged: &Merged, report: &mut Report) {
        let edition = Source::new(self.base.edition.name(), merged.text.as_str());
        for written in &merged.written {
            let place = |source: &Source, span: Span| Place {
                path: source.name().to_owned(),
                position: source.position(span.start()),
                text: one_line(source.slice(span), 60),
            };
            let (severity, message) = match &written.conflict {
                Some(new) => (
                    Severity::Warning,
                    format!(
                        "its source changed, and a person changed its translation: theirs stays; anew it would be: {}",
                        one_line(new, 240)
                    ),
                ),
                None if written.before.trim().is_empty() => continue,
                None => (
                    Severity::Info,
                    format!(
                        "its source changed, and it was translated anew; it was: {}",
                        one_line(&written.before, 240)
                    ),
                ),
            };
            report.findings.push(Finding {
                rule: Rule::SourceChanged,
                severity,
                message,
                source: Some(place(&self.issue.source, written.source)),
                edition: Some(place(&edition, written.edition)),
            });
        }
        report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
}
