//! A memory brought up to date: what is new is learned, what is gone is forgotten.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

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
use super::place::unusable;
use super::place::{Place, Teacher, near};

/// What learning needs, made once somebody learns.
pub(super) struct Classroom<'a> {
    profile: &'a Profile,
    glossary: &'a Glossary,
    // A fifth of a run without a model goes into making it.
    settings: OnceCell<Settings<'a>>,
}

impl<'a> Classroom<'a> {
    pub(super) fn new(profile: &'a Profile, glossary: &'a Glossary) -> Self {
        Self { profile, glossary, settings: OnceCell::new() }
    }

    pub(super) fn settings(&self) -> Result<&Settings<'a>, Failure> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let friends = Friends::built_in().map_err(|error| Failure::of(&error))?;
        let settings = Settings::new(self.profile, self.glossary, &friends).map_err(|error| Failure::of(&error))?;
        Ok(self.settings.get_or_init(|| settings))
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
    /// Why what was learned is kept for this run alone.
    pub(super) unkept: Option<MemoryError>,
}

impl Refreshed {
    /// What came of a file of another program.
    fn took(&mut self, name: String, taught: Taught) {
        match taught {
            Ok((units, left)) => self.learned.push((name, units, left)),
            Err(failure) => self.failed.push(failure),
        }
    }

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

/// So many segments at least are learned between two writes: another process waits for one write, and
/// not for all there is to learn. And no more than these are held in memory.
const AT_ONCE: usize = 2_000;

/// What a teacher says now, by its fingerprint. The texts are read again where they are learned: those of
/// all editions together may be large.
struct Current<'t> {
    teacher: &'t Teacher,
    name: (String, String),
    fingerprint: String,
}

/// The texts of a teacher.
struct Texts {
    source: String,
    edition: String,
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
    let mut refreshed = Refreshed::default();
    let settings = desk.fingerprint();
    let current = all_current(place, teachers, &settings, &mut refreshed);
    let why = match folder_of(place).and_then(|()| Memory::open(&place.index)) {
        Ok(mut memory) => match bring_up_to_date(&mut memory, &current, (desk, &settings), &mut refreshed) {
            Ok(()) => return Ok((memory, refreshed)),
            Err(Stop::Failure(failure)) => return Err(failure),
            Err(Stop::Memory(why)) => why,
        },
        Err(why) => why,
    };
    match why {
        MemoryError::ReadOnly(_) | MemoryError::Full | MemoryError::Locked | MemoryError::Other(_) => {}
        MemoryError::Damaged(_) | MemoryError::Foreign | MemoryError::Newer { .. } => {
            return Err(unusable(&why, place));
        }
    }
    if why != MemoryError::Locked
        && let Ok(memory) = Memory::open_read_only(&place.index)
        && outdated(&memory, &current).is_ok_and(|outdated| outdated.is_none())
    {
        return Ok((memory, refreshed));
    }
    note(&format!("the memory {} is made for this run alone: {why}", place.name()));
    let mut refreshed = Refreshed { failed: refreshed.failed, unkept: Some(why), ..Refreshed::default() };
    let mut memory = Memory::in_room().map_err(|error| unusable(&error, place))?;
    bring_up_to_date(&mut memory, &current, (desk, &settings), &mut refreshed).map_err(|stop| match stop {
        Stop::Failure(failure) => failure,
        Stop::Memory(error) => unusable(&error, place),
    })?;
    Ok((memory, refreshed))
}

/// The folder of the index, where it is our own; and at the place of the index nothing that leads elsewhere:
/// whoever wrote a repository does not say which file of ours is written to.
fn folder_of(place: &Place) -> Result<(), MemoryError> {
    place.make_folder().map_err(|failure| {
        MemoryError::ReadOnly(if failure.causes.is_empty() { failure.message } else { failure.causes.join(": ") })
    })?;
    if place.index.is_symlink() {
        return Err(MemoryError::Other(format!("{} leads somewhere else", place.name())));
    }
    Ok(())
}

/// Why learning stopped.
enum Stop {
    Memory(MemoryError),
    Failure(Failure),
}

impl From<MemoryError> for Stop {
    fn from(error: MemoryError) -> Self {
        Self::Memory(error)
    }
}

fn all_current<'t>(
    place: &Place,
    teachers: &'t [Teacher],
    settings: &str,
    refreshed: &mut Refreshed,
) -> Vec<Current<'t>> {
    let mut all = Vec::with_capacity(teachers.len());
    for teacher in teachers {
        let name = |path: &Path| place.name_of(path);
        if teacher.edition.is_none() {
            match digest(&teacher.source) {
                Ok(digest) => {
                    let fingerprint = Key::of([settings, &digest]).to_string();
                    all.push(Current { teacher, name: (name(&teacher.source), String::new()), fingerprint });
                }
                Err(failure) => refreshed.failed.push(failure),
            }
            continue;
        }
        match read(teacher, settings) {
            Ok(Some((path, Texts { fingerprint, .. }))) => {
                all.push(Current { teacher, name: (name(&teacher.source), name(path)), fingerprint });
            }
            Ok(None) => {}
            Err(failure) => refreshed.failed.push(failure),
        }
    }
    all
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

/// The texts of a pair; none of a draft that nobody touched, which is no edition yet.
fn read<'t>(teacher: &'t Teacher, settings: &str) -> Result<Option<(&'t Path, Texts)>, Failure> {
    let Some(path) = &teacher.edition else {
        return Ok(None);
    };
    if !teacher.told && output::standing(path).is_ok_and(|standing| standing == Standing::OwnDraft) {
        return Ok(None);
    }
    let (source, edition) = (failure::read(&teacher.source)?, failure::read(path)?);
    let fingerprint = Key::of([settings, &source, &edition]).to_string();
    Ok(Some((path, Texts { source, edition, fingerprint })))
}

/// What is to be forgotten and what to be learned. None where there is neither.
fn outdated<'c, 't>(memory: &Memory, current: &'c [Current<'t>]) -> Result<Option<Outdated<'c, 't>>, MemoryError> {
    let known = memory.fingerprints()?;
    let there: BTreeSet<&(String, String)> = current.iter().map(|one| &one.name).collect();
    let gone: Vec<_> = known.keys().filter(|name| !there.contains(name)).cloned().collect();
    let new: Vec<_> = current.iter().filter(|one| known.get(&one.name) != Some(&one.fingerprint)).collect();
    Ok((!gone.is_empty() || !new.is_empty()).then_some(Outdated { gone, new }))
}

struct Outdated<'c, 't> {
    gone: Vec<(String, String)>,
    new: Vec<&'c Current<'t>>,
}

/// Learn what is new, and forget what is gone.
fn bring_up_to_date(
    memory: &mut Memory,
    current: &[Current<'_>],
    (desk, settings): (&Classroom<'_>, &str),
    refreshed: &mut Refreshed,
) -> Result<(), Stop> {
    let Some(Outdated { gone, new }) = outdated(memory, current)? else { return Ok(()) };
    if !gone.is_empty() {
        memory.change(|change| gone.iter().try_for_each(|(source, edition)| change.forget(source, edition)))?;
        refreshed.forgotten = gone.len();
    }
    let check = desk.settings().map_err(Stop::Failure)?;
    let (mut lessons, mut segments, mut all) = (Vec::new(), 0, 0);
    for (place, one) in new.iter().enumerate() {
        // Another process may have learned it meanwhile.
        let is_known = memory.fingerprint(&one.name.0, &one.name.1)?.as_ref() == Some(&one.fingerprint);
        if !is_known && one.teacher.edition.is_none() {
            let taught = memory.change(|change| file(change, one))?;
            all += taught.as_ref().map_or(0, |(units, _)| *units);
            refreshed.took(one.name.0.clone(), taught);
        } else if !is_known {
            match read(one.teacher, settings) {
                Ok(Some((_, texts))) => {
                    let lesson = lesson(one, &texts, check, refreshed);
                    segments += lesson.segments;
                    lessons.push((one, texts.fingerprint, lesson));
                }
                Ok(None) => {}
                Err(failure) => refreshed.failed.push(failure),
            }
        }
        if segments >= AT_ONCE || place + 1 == new.len() {
            memory.change(|change| {
                for (one, fingerprint, lesson) in lessons.drain(..) {
                    let (source, edition) = &one.name;
                    refreshed.learned.push((edition.clone(), lesson.units.len(), lesson.left_out.len()));
                    change.learn(source, edition, &fingerprint, lesson)?;
                }
                Ok::<_, MemoryError>(())
            })?;
            (all, segments) = (all + segments, 0);
        }
    }
    if all >= AT_ONCE {
        memory.tidy()?;
    }
    Ok(())
}

/// What was learned and what was left out, or why nothing was.
type Taught = Result<(usize, usize), Failure>;

/// Learn from a file of another program: all of it, or, where it breaks off, nothing.
fn file(change: &mut Change<'_>, one: &Current<'_>) -> Result<Taught, Stop> {
    let (path, name) = (&one.teacher.source, &one.name.0);
    let survey = match Survey::of(path) {
        Ok(survey) => survey,
        Err(failure) => {
            change.learn(name, "", &one.fingerprint, Lesson::default())?;
            return Ok(Err(failure));
        }
    };
    let units = import::units(path, name).map_err(Stop::Failure)?;
    change.take(name, &one.fingerprint, units.map(|unit| unit.map_err(Stop::Failure)))?;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Ok((count(survey.units), count(survey.left_out))))
}

fn lesson(one: &Current<'_>, texts: &Texts, check: &Settings<'_>, refreshed: &mut Refreshed) -> Lesson {
    let source = Source::new(one.name.0.clone(), &*texts.source);
    let edition = Source::new(one.name.1.clone(), &*texts.edition);
    Lesson::of(&source, &edition, check).unwrap_or_else(|error| {
        refreshed.failed.push(Failure::of(&error).about(&near(&one.teacher.source)));
        Lesson::default()
    })
}
