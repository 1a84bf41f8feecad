//! What is on this machine: settings, the journal, servers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nekoyaku::journal::Record;
use nekoyaku::model::{self, LocalServer, USUAL_PORTS};
use nekoyaku::profile::Profile;
use nekoyaku::report::one_line;

use super::super::engine::{Runtime, in_ci};
use super::super::failure::Failure;
use super::super::input;
use super::super::keeper::{self, JOURNAL};
use super::super::output::OWN_FOLDER;
use super::Args;
use super::show::{Check, State, Told};

const SETTINGS: &str = "settings";

/// As many models of a server as there is room to name.
const MOST_NAMES: usize = 4;

/// The settings and the termbase, and where they are from; no settings where they cannot be read.
pub(super) fn settings(args: &Args, told: &mut Told<'_>) -> Result<Option<Profile>, Failure> {
    if !args.place.exists() {
        return Err(Failure::new(format!("there is no {}", args.place.display())));
    }
    // What is found from a folder is found from an issue in it.
    let issue = if args.place.is_dir() { args.place.join("issue.md") } else { args.place.clone() };
    let path = args.config.clone().or_else(|| input::upward(&issue, "nekoyaku.toml"));
    let profile = match input::profile(path.as_deref(), &issue) {
        Ok(profile) => {
            let says = path.map_or_else(|| "none; the newsletter's own are built in".to_owned(), |path| shown(&path));
            told.tell(Check::new(SETTINGS, "nekoyaku.toml", State::Ok, says))?;
            Some(profile)
        }
        Err(failure) => {
            told.tell(Check::failed(SETTINGS, "nekoyaku.toml", failure))?;
            None
        }
    };
    let path = input::upward(&issue, "glossary.toml");
    let check = match input::glossary(path.as_deref(), &issue) {
        Ok(glossary) => {
            let from = path.map_or_else(|| "built in".to_owned(), |path| shown(&path));
            Check::new(SETTINGS, "glossary.toml", State::Ok, format!("{from}, {} terms", glossary.terms().len()))
        }
        Err(failure) => Check::failed(SETTINGS, "glossary.toml", failure),
    };
    told.tell(check)?;
    Ok(profile)
}

/// The journals of the editions that belong to the place.
pub(super) fn journal(args: &Args, told: &mut Told<'_>) -> Result<(), Failure> {
    let folder = if args.place.is_dir() { args.place.clone() } else { folder_of(&args.place) };
    let mut any = false;
    for folder in [folder.clone(), folder.join("ja")] {
        let path = folder.join(OWN_FOLDER).join(JOURNAL);
        if path.is_file() {
            any = true;
            told.tell(kept(&path))?;
        }
    }
    if !any {
        told.tell(Check::new(SETTINGS, "journal", State::Note, "none yet: no answers are kept here"))?;
    }
    Ok(())
}

fn kept(path: &Path) -> Check {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let failure = Failure::new(format!("{} cannot be read", path.display())).because(&error);
            return Check::failed(SETTINGS, "journal", failure.hint("answers are neither found nor kept"));
        }
    };
    let record = Record::read(&bytes);
    let answers = record.answers().len();
    match keeper::complaint(path, record.passed_over.len(), record.passed_over.first().copied()) {
        Some(complaint) => {
            Check::new(SETTINGS, "journal", State::Look, complaint).hint("`nekoyaku journal compact` leaves them out")
        }
        None => Check::new(SETTINGS, "journal", State::Ok, format!("{}, {answers} answers kept", path.display())),
    }
}

/// The servers on this machine, unless nobody is to be asked.
pub(super) fn machine(args: &Args, runtime: &Runtime, told: &mut Told<'_>) -> Result<Vec<LocalServer>, Failure> {
    const PART: &str = "this machine";

    let note = |says: &str| Check::new(PART, "servers", State::Note, says);
    if args.engine.is_offline() {
        told.tell(note("not looked for: --offline"))?;
        return Ok(Vec::new());
    }
    if in_ci() {
        told.tell(note("not looked for: CI is set, and there nothing is guessed"))?;
        return Ok(Vec::new());
    }
    let found = runtime.get()?.block_on(model::local_servers(USUAL_PORTS, Duration::from_millis(300)));
    if found.is_empty() {
        let ports: Vec<String> = USUAL_PORTS.iter().map(|(port, name)| format!("{port} ({name})")).collect();
        told.tell(note(&format!("none on the usual ports: {}", ports.join(", "))))?;
    }
    for server in &found {
        let says = format!("{}: {}", server.base_url, names(&server.models));
        told.tell(Check::new(PART, server.name, State::Ok, says))?;
    }
    Ok(found)
}

/// The first of `models`, and how many more there are.
pub(super) fn names(models: &[String]) -> String {
    let first: Vec<String> = models.iter().take(MOST_NAMES).map(|name| one_line(name, 60)).collect();
    match models.len().saturating_sub(MOST_NAMES) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
