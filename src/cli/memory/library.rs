//! The memories that issues are translated with, brought up to date.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nekoyaku::check::Settings;
use nekoyaku::glossary::Glossary;
use nekoyaku::journal::Key;
use nekoyaku::memory::{Change, Lesson, Memory, MemoryError};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;
use nekoyaku::wording::Friends;

use super::super::failure::{self, Failure};
use super::super::output::{self, Standing};
use super::import::{self, Survey};
use super::place::{Place, Teacher, near, settings};

/// Which memory to use.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct MemoryArgs {
    /// The index of published editions [default: .nekoyaku/memory.sqlite beside the editions, or beside
    /// the nekoyaku.toml that names their folders]
    #[arg(long, value_name = "FILE", conflicts_with = "no_memory")]
    memory: Option<PathBuf>,

    /// Use nothing of what was published before
    #[arg(long)]
    no_memory: bool,
}

impl MemoryArgs {
    /// The memory of what is in `folder`, where there is one.
    pub(super) fn place(&self, folder: &Path, profile: &Profile, config: Option<&Path>) -> Option<Place> {
        if self.no_memory {
            return None;
        }
        let found = Place::of(folder, profile, settings(config, folder).as_deref());
        match &self.memory {
            Some(index) => Some(Place::at(index, found)),
            None => found,
        }
    }
}

/// What an issue is translated with, as far as memories need it.
#[derive(Clone, Copy)]
pub(crate) struct Needs<'a> {
    pub(crate) args: &'a MemoryArgs,
    pub(crate) config: Option<&'a Path>,
    pub(crate) profile: &'a Profile,
    pub(crate) glossary: &'a Glossary,
}

/// All memories of a run: issues of one folder have the same.
#[derive(Debug, Default)]
pub(crate) struct Library {
    // By index, and whether the sample's memory is among them.
    open: RefCell<BTreeMap<(PathBuf, bool), Shared>>,
}

/// What was published before, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The first is asked first.
    pub(crate) memories: Vec<Memory>,
    /// What people call them.
    pub(crate) name: String,
}

/// What is known to several issues.
pub(crate) type Shared = Rc<Known>;

impl Library {
    /// The memories for an issue, the first to be asked first; with the one that is compiled in, where
    /// nothing else translates.
    pub(crate) fn memories(
        &self,
        issue: &Path,
        needs: Needs<'_>,
        with_sample: bool,
        note: &dyn Fn(&str),
    ) -> Result<Shared, Failure> {
        let place = needs.args.place(output::folder_of(issue), needs.profile, needs.config);
        let key = (place.as_ref().map(|place| place.index.clone()).unwrap_or_default(), with_sample);
        if let Some(open) = self.open.borrow().get(&key) {
            return Ok(Rc::clone(open));
        }
        let desk = Classroom::new(needs.profile, needs.glossary);
        let (mut memories, mut names) = (Vec::new(), Vec::new());
        if let Some(place) = &place
            && let Some(memory) = opened(place, &desk, note)?
        {
            let count = memory.len().map_err(|error| unusable(&error, place))?;
            names.push(format!("{} ({count} translations)", place.name()));
            memories.push(memory);
        }
        if with_sample && !needs.args.no_memory {
            names.push("the embedded memory".to_owned());
            memories.push(Memory::embedded(&desk.settings()?).map_err(|error| Failure::of(&error))?);
        }
        let known = Rc::new(Known { memories, name: names.join(" and ") });
        self.open.borrow_mut().insert(key, Rc::clone(&known));
        Ok(known)
    }
}

/// The memory at `place`, up to date. None where there is nothing to learn from and nothing was learned.
fn opened(place: &Place, desk: &Classroom<'_>, note: &dyn Fn(&str)) -> Result<Option<Memory>, Failure> {
    let teachers = place.teachers()?;
    if teachers.is_empty() && !place.index.exists() {
        return Ok(None);
    }
    let (memory, refreshed) = refresh(place, &teachers, desk, note)?;
    if let Some(told) = refreshed.told() {
        note(&format!("{}: {told}", place.name()));
    }
    let is_empty = memory.is_empty().map_err(|error| unusable(&error, place))?;
    Ok((!is_empty).then_some(memory))
}

/// Why a memory cannot be used, and what to do.
pub(super) fn unusable(error: &MemoryError, place: &Place) -> Failure {
    let name = place.name();
    let failure = Failure::new(format!("the memory {name} cannot be used: {error}"));
    match error {
        MemoryError::Damaged(_) => failure.hint(format!(
            "delete it, and it is made again from the editions: rm {name}; or go on without it: --no-memory"
        )),
        MemoryError::Foreign => failure.hint("name another file with --memory, or go on without one: --no-memory"),
        MemoryError::Newer { .. } => {
            failure.hint("use that version, or an index of your own with --memory FILE; or go on without: --no-memory")
        }
        MemoryError::Locked => failure.hint("wait for the other process, or go on without the memory: --no-memory"),
        _ => failure.hint("go on without it: --no-memory"),
    }
}

/// What learning needs, made once somebody learns.
pub(super) struct Classroom<'a> {
    profile: &'a Profile,
    glossary: &'a Glossary,
}

impl<'a> Classroom<'a> {
    pub(super) fn new(profile: &'a Profile, glossary: &'a Glossary) -> Self {
        Self { profile, glossary }
    }

    fn settings(&self) -> Result<Settings<'a>, Failure> {
        let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
        Settings::new(self.profile, self.glossary, &friends).map_err(|error| Failure::of(&error))
    }

    /// What is learned depends on all this, besides the texts.
    fn fingerprint(&self) -> String {
        let Profile { source_title, target_title, keep, markdown, note, check, .. } = self.profile;
        let mut severity: Vec<String> = check.severity.iter().map(|one| format!("{one:?}")).collect();
        severity.sort();
        let check = (&check.added_links, &check.added_in, check.note, check.typography, &check.waiver);
        let profile = format!("{:?}", (source_title, target_title, keep, markdown, note, severity, check));
        let terms = format!("{:?}", self.glossary.terms());
        Key::of([env!("CARGO_PKG_VERSION"), &profile, &terms]).to_string()
    }
}

/// What came of bringing a memory up to date.
#[derive(Debug, Default)]
pub(super) struct Refreshed {
    pub(super) learned: Vec<(String, usize, usize)>,
    pub(super) forgotten: usize,
    /// Files that cannot be learned from, and why.
    pub(super) failed: Vec<Failure>,
}

impl Refreshed {
    /// What there is to say of it.
    pub(super) fn told(&self) -> Option<String> {
        let (units, left): (usize, usize) =
            self.learned.iter().fold((0, 0), |(units, left), (_, more, out)| (units + more, left + out));
        let editions = self.learned.len();
        let mut told = Vec::new();
        if editions > 0 {
            let what = if editions == 1 { "1 edition".to_owned() } else { format!("{editions} editions") };
            told.push(format!("learned {units} segments from {what}"));
        }
        if left > 0 {
            told.push(format!("left out {left}, see `nekoyaku memory stats --left-out`"));
        }
        if self.forgotten > 0 {
            told.push(format!("forgot {} that are gone", self.forgotten));
        }
        (!told.is_empty()).then(|| told.join(", "))
    }
}

/// A teacher, and what it is known by.
struct Found<'t> {
    teacher: &'t Teacher,
    name: (String, String),
    /// Changes with every byte of the files, and with whatever else decides what is learned from them.
    fingerprint: String,
}

/// The memory at `place` with what `teachers` teach now, and nothing else: where it cannot be written,
/// one that is kept for this run.
pub(super) fn refresh(
    place: &Place,
    teachers: &[Teacher],
    desk: &Classroom<'_>,
    note: &dyn Fn(&str),
) -> Result<(Memory, Refreshed), Failure> {
    let unusable = |error: &MemoryError| unusable(error, place);
    let mut refreshed = Refreshed::default();
    let found = find_all(place, teachers, &desk.fingerprint(), &mut refreshed);
    let own = place.make_folder().map_err(|failure| MemoryError::ReadOnly(failure.causes.join(": ")));
    let why = match own.and_then(|()| Memory::open(&place.index)) {
        Ok(mut memory) => {
            if is_current(&memory, &found).map_err(|error| unusable(&error))? {
                return Ok((memory, refreshed));
            }
            match bring_up_to_date(&mut memory, &found, &desk.settings()?, &mut refreshed) {
                Ok(()) => return Ok((memory, refreshed)),
                Err(why) => why,
            }
        }
        Err(why) => why,
    };
    if !matches!(why, MemoryError::ReadOnly(_) | MemoryError::Full | MemoryError::Other(_)) {
        return Err(unusable(&why));
    }
    if let Ok(memory) = Memory::open_read_only(&place.index)
        && is_current(&memory, &found).unwrap_or(false)
    {
        return Ok((memory, refreshed));
    }
    note(&format!("the memory {} is made for this run alone: {why}", place.name()));
    let mut refreshed = Refreshed { failed: refreshed.failed, ..Refreshed::default() };
    let mut memory = Memory::in_room().map_err(|error| unusable(&error))?;
    bring_up_to_date(&mut memory, &found, &desk.settings()?, &mut refreshed).map_err(|error| unusable(&error))?;
    Ok((memory, refreshed))
}

fn find_all<'t>(place: &Place, teachers: &'t [Teacher], settings: &str, refreshed: &mut Refreshed) -> Vec<Found<'t>> {
    let mut all = Vec::with_capacity(teachers.len());
    for teacher in teachers {
        match find(place, teacher, settings) {
            Ok(Some(found)) => all.push(found),
            Ok(None) => {}
            Err(failure) => refreshed.failed.push(failure),
        }
    }
    all
}

/// What a teacher is known by; none of a draft that nobody touched, which is no edition yet.
fn find<'t>(place: &Place, teacher: &'t Teacher, settings: &str) -> Result<Option<Found<'t>>, Failure> {
    let name = |path: &Path| place.name_of(path);
    let Some(path) = &teacher.edition else {
        let fingerprint = Key::of([settings, &digest(&teacher.source)?]).to_string();
        return Ok(Some(Found { teacher, name: (name(&teacher.source), String::new()), fingerprint }));
    };
    if !teacher.told && output::standing(path).is_ok_and(|standing| standing == Standing::OwnDraft) {
        return Ok(None);
    }
    let (source, edition) = (failure::read(&teacher.source)?, failure::read(path)?);
    let fingerprint = Key::of([settings, &source, &edition]).to_string();
    Ok(Some(Found { teacher, name: (name(&teacher.source), name(path)), fingerprint }))
}

/// A number for what is in a file of any length and any encoding.
fn digest(path: &Path) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::new(format!("{} cannot be read", near(path).display())).because(&error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut chunk, mut all) = (vec![0; 1 << 16], String::new());
    loop {
        let length = file.read(&mut chunk).map_err(failed)?;
        if length == 0 {
            return Ok(all);
        }
        let text: String = chunk[..length].iter().map(|byte| char::from(*byte)).collect();
        all = Key::of([&*all, &text]).to_string();
    }
}

fn is_current(memory: &Memory, all: &[Found<'_>]) -> Result<bool, MemoryError> {
    let known = memory.fingerprints()?;
    Ok(known.len() == all.len() && all.iter().all(|found| known.get(&found.name) == Some(&found.fingerprint)))
}

/// Learn what is new, and forget what is gone, all in one.
fn bring_up_to_date(
    memory: &mut Memory,
    all: &[Found<'_>],
    settings: &Settings<'_>,
    refreshed: &mut Refreshed,
) -> Result<(), MemoryError> {
    memory.change(|change| {
        // Another process may have learned it meanwhile.
        let known = change.fingerprints()?;
        let there: BTreeSet<&(String, String)> = all.iter().map(|found| &found.name).collect();
        for gone in known.keys().filter(|name| !there.contains(name)) {
            change.forget(&gone.0, &gone.1)?;
            refreshed.forgotten += 1;
        }
        for found in all.iter().filter(|found| known.get(&found.name) != Some(&found.fingerprint)) {
            let learned = match &found.teacher.edition {
                Some(edition) => pair(change, found, edition, settings)?,
                None => file(change, found)?,
            };
            let (units, left) = learned.unwrap_or_else(|failure| {
                refreshed.failed.push(failure);
                (0, 0)
            });
            let name = if found.name.1.is_empty() { &found.name.0 } else { &found.name.1 };
            refreshed.learned.push((name.clone(), units, left));
        }
        Ok(())
    })
}

/// What was learned and what was left out, or why nothing was.
type Taught = Result<(usize, usize), Failure>;

/// Learn from a pair. One that cannot be read teaches nothing.
fn pair(
    change: &mut Change<'_>,
    found: &Found<'_>,
    edition: &Path,
    settings: &Settings<'_>,
) -> Result<Taught, MemoryError> {
    let (from, to) = &found.name;
    let read = |path: &Path, name: &str| failure::read(path).map(|text| Source::new(name, text));
    let lesson = || -> Result<Lesson, Failure> {
        let (source, edition) = (read(&found.teacher.source, from)?, read(edition, to)?);
        Lesson::of(&source, &edition, settings).map_err(|error| Failure::of(&error).about(&near(&found.teacher.source)))
    };
    let (lesson, taught) = match lesson() {
        Ok(lesson) => {
            let taught = (lesson.units.len(), lesson.left_out.len());
            (lesson, Ok(taught))
        }
        Err(failure) => (Lesson::default(), Err(failure)),
    };
    change.learn(from, to, &found.fingerprint, lesson)?;
    Ok(taught)
}

/// Learn from a file of another program: all of it, or, where it breaks off, nothing.
fn file(change: &mut Change<'_>, found: &Found<'_>) -> Result<Taught, MemoryError> {
    let (path, name) = (&found.teacher.source, &found.name.0);
    let survey = match Survey::of(path) {
        Ok(survey) => survey,
        Err(failure) => {
            change.learn(name, "", &found.fingerprint, Lesson::default())?;
            return Ok(Err(failure));
        }
    };
    let changed = |failure: Failure| MemoryError::Other(failure.message);
    let units = import::units(path, name).map_err(changed)?.map(|unit| unit.map_err(changed));
    change.take(name, &found.fingerprint, units)?;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Ok((count(survey.units), count(survey.left_out))))
}
