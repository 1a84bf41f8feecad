//! The brief of an issue: asked for once, and then a file that people edit.

use std::path::Path;

use nekoyaku::glossary::Glossary;
use nekoyaku::journal::{Line, Spent};
use nekoyaku::model::{Model, Usage};
use nekoyaku::translate::{self, Books, Materials, NoBrief};

use super::super::desk::Desk;
use super::super::failure::{self, Failure};
use super::super::keeper;
use super::super::output::{self, Destination};
use super::job::Job;

/// What came of it.
pub(super) struct Settled {
    // The termbase with the brief, where there is one.
    glossary: Option<Glossary>,
    pub(super) usage: Usage,
}

impl Settled {
    pub(super) fn materials<'a>(&'a self, materials: Materials<'a>) -> Materials<'a> {
        Materials { glossary: self.glossary.as_ref().unwrap_or(materials.glossary), ..materials }
    }
}

/// See to the brief of `job`, if there is to be one: the one that is there, unless all is to be `fresh`,
/// or the one that `model` makes of the issue. Without one the translation goes on.
pub(super) async fn settle(
    job: &Job<'_>,
    fresh: bool,
    model: &impl Model,
    books: Books<'_>,
    note: &dyn Fn(&str),
) -> Result<Settled, Failure> {
    let mut settled = Settled { glossary: None, usage: Usage::default() };
    if !job.desk.brief {
        return Ok(settled);
    }
    let name = job.issue.source.name();
    let path = match &job.destination {
        Destination::Stdout => Err(Failure::new("the edition goes to stdout")),
        Destination::File(path) if output::is_device(path) => Err(Failure::new("the edition goes to no file")),
        Destination::File(path) => output::brief_of(path, job.issue.stem()),
    };
    let path = path.map_err(|why| note(&format!("{name}: the brief is not kept for another run: {}", why.message)));
    let there = match &path {
        Ok(path) => kept(path)?,
        Err(()) => None,
    };
    let had = there.is_some();
    settled.glossary = match there {
        Some(brief) if !fresh => {
            if let Ok(path) = &path {
                note(&format!("{name}: a brief of {} entries, from {}", brief.terms().len(), path.display()));
            }
            Some(brief)
        }
        there => {
            let (usage, brief) = ask(job, model, books, note).await;
            settled.usage = usage;
            match brief {
                Some(brief) => {
                    let text = brief.to_toml();
                    let kept = path.as_ref().ok().filter(|path| keep(path, had, &text, note));
                    let at = kept.map(|path| format!(", in {}", path.display())).unwrap_or_default();
                    let cut = if brief.is_whole { "" } else { "; the issue is longer than what was read for it" };
                    note(&format!("{name}: a brief of {} entries{at}{cut}", brief.entries.len()));
                    Some(parsed(&text)?)
                }
                None => there,
            }
        }
    };
    if let Some(brief) = &settled.glossary {
        let with_brief = job.desk.glossary.clone().with_brief(brief);
        settled.glossary = Some(with_brief.map_err(|error| Failure::of(&error))?);
    }
    Ok(settled)
}

/// The termbase with the brief that is there, for those who ask for none.
pub(super) fn at_hand(desk: &Desk, destination: &Destination, stem: &str) -> Result<Option<Glossary>, Failure> {
    let Destination::File(edition) = destination else { return Ok(None) };
    let folder = output::folder_of(edition).join(output::OWN_FOLDER).join(output::BRIEFS);
    let Some(brief) = kept(&folder.join(format!("{stem}.toml")))? else { return Ok(None) };
    desk.glossary.clone().with_brief(&brief).map(Some).map_err(|error| Failure::of(&error))
}

/// The brief that is there. One that a person broke is better mended than paid for again.
fn kept(path: &Path) -> Result<Option<Glossary>, Failure> {
    keeper::check(path).map_err(|error| Failure::new(format!("{} cannot be read", path.display())).because(&error))?;
    if !path.exists() {
        return Ok(None);
    }
    parsed(&failure::read(path)?).map(Some).map_err(|error| error.about(path))
}

fn parsed(text: &str) -> Result<Glossary, Failure> {
    Glossary::parse(text).map_err(|error| Failure::of(&error))
}

/// Ask for it, and put down what it took.
async fn ask(
    job: &Job<'_>,
    model: &impl Model,
    books: Books<'_>,
    note: &dyn Fn(&str),
) -> (Usage, Option<translate::Brief>) {
    let (usage, brief) = translate::ask_for_brief(&job.issue, model, job.desk.materials()).await;
    if usage != Usage::default() {
        // That it cannot be kept is said where it matters: with the first answer.
        let _ = books.journal.keep(&[Line::Spent(Spent::new(job.issue.stem(), books.model, usage))]);
    }
    let brief = brief.map_err(|why| {
        // What ends the run is told when it does.
        let is_told = matches!(&why, NoBrief::Model(error) if error.is_fatal());
        if !is_told {
            note(&format!("{}: translating without a brief: {why}", job.issue.source.name()));
        }
    });
    (usage, brief.ok())
}

/// Put it where people see it; it is paid for, and no reason to stop where it cannot be.
fn keep(path: &Path, had: bool, text: &str, note: &dyn Fn(&str)) -> bool {
    let copied = if had {
        output::keep_copy(path).map(|copy| {
            note(&format!("a copy of the brief that was there is in {}", copy.display()));
        })
    } else {
        Ok(())
    };
    let kept = copied.and_then(|()| output::write(path, text));
    if let Err(why) = &kept {
        note(&format!("the brief is not kept for another run: {}", why.message));
    }
    kept.is_ok()
}
