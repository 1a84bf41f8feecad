//! The memories that issues are translated with.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nekoyaku::glossary::Glossary;
use nekoyaku::memory::Memory;
use nekoyaku::profile::Profile;

use super::super::failure::Failure;
use super::super::output;
use super::place::{Place, settings, unusable};
use super::refresh::{Classroom, refresh};

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
            memories.push(Memory::embedded(desk.settings()?).map_err(|error| Failure::of(&error))?);
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
