//! Where a memory is, and what it learns from.

use std::io::Write;
use std::path::{Path, PathBuf};

use nekoyaku::memory::MemoryError;
use nekoyaku::profile::Profile;
use serde::Deserialize;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::super::failure::{self, Failure};
use super::super::output::{self, Unwritten};
use super::super::{input, pairs};

/// The name of the index, in the folder `.nekoyaku`.
const INDEX: &str = "memory.sqlite";

/// Where a memory is, and the folders it learns from.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The index.
    pub(super) index: PathBuf,
    /// The folder that names of files begin from.
    pub(super) base: PathBuf,
    /// Folders of issues, and of their editions.
    folders: Vec<(PathBuf, PathBuf)>,
}

/// A file, or two, to learn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Teacher {
    pub(super) source: PathBuf,
    /// None where one file has both.
    pub(super) edition: Option<PathBuf>,
    /// Whether we were told that it is published.
    pub(super) told: bool,
}

impl Place {
    /// The memory for what is in `folder`, where there is one.
    pub(super) fn of(folder: &Path, profile: &Profile, settings: Option<&Path>) -> Option<Self> {
        let folder = output::settled(folder);
        if let Some(root) = settings.and_then(Path::parent).filter(|_| !profile.memory.pairs.is_empty()) {
            let root = output::settled(root);
            let folders = profile.memory.pairs.iter();
            let folders = folders.map(|pair| (root.join(&pair.sources), root.join(&pair.editions))).collect();
            return Some(Self { index: root.join(output::OWN_FOLDER).join(INDEX), base: root, folders });
        }
        // The newsletter's folders: `docs` and `docs/ja`, seen from within `docs` or from above.
        let sources = [folder.clone(), folder.join("docs")].into_iter().find(|sources| sources.join("ja").is_dir())?;
        let editions = sources.join("ja");
        Some(Self {
            index: editions.join(output::OWN_FOLDER).join(INDEX),
            base: sources.parent().unwrap_or(&sources).to_owned(),
            folders: vec![(sources, editions)],
        })
    }

    /// The same folders, with the index in another file; without folders where there are none.
    pub(super) fn at(index: &Path, place: Option<Self>) -> Self {
        let index = output::settled(index);
        match place {
            Some(place) => Self { index, ..place },
            None => Self { base: output::folder_of(&index).to_owned(), index, folders: Vec::new() },
        }
    }

    /// What messages call it.
    pub(super) fn name(&self) -> String {
        near(&self.index).display().to_string()
    }

    /// What a file is called in the memory: its path from the base on, with `/`.
    pub(super) fn name_of(&self, path: &Path) -> String {
        let settled = output::settled(path);
        let from_base = settled.strip_prefix(&self.base).unwrap_or(&settled);
        from_base.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// All there is to learn from.
    pub(super) fn teachers(&self) -> Result<Vec<Teacher>, Failure> {
        let mut teachers = self.listed()?;
        let told: Vec<PathBuf> = teachers.iter().map(|teacher| teacher.source.clone()).collect();
        for (sources, editions) in &self.folders {
            if !sources.is_dir() || !editions.is_dir() {
                continue;
            }
            for (name, edition) in pairs::markdown(editions, true)? {
                let source = sources.join(name);
                if source.is_file() && !told.contains(&source) {
                    teachers.push(Teacher { source, edition: Some(edition), told: false });
                }
            }
            teachers.extend(exchanged(editions, &["tmx"]));
        }
        teachers.extend(exchanged(&self.taken(), &["tmx", "jsonl", "csv"]));
        teachers.sort_by(|a, b| (&a.source, &a.edition).cmp(&(&b.source, &b.edition)));
        teachers.dedup_by(|a, b| (&a.source, &a.edition) == (&b.source, &b.edition));
        Ok(teachers)
    }

    /// Where files of other tools are kept: a folder beside the index, with its name.
    pub(super) fn taken(&self) -> PathBuf {
        self.index.with_extension("")
    }

    /// The list of what we were told to learn from, besides the folders: beside the index.
    fn list(&self) -> PathBuf {
        self.index.with_extension("toml")
    }

    /// The pairs that we were told to learn from.
    fn listed(&self) -> Result<Vec<Teacher>, Failure> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct List {
            #[serde(default)]
            pair: Vec<Listed>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Listed {
            source: String,
            edition: String,
        }
        let path = self.list();
        if !path.is_file() {
            return Ok(Vec::new());
        }
        let list: List =
            toml::from_str(&failure::read(&path)?).map_err(|error| Failure::of(&error).about(&near(&path)))?;
        let there = list.pair.into_iter().map(|pair| (self.base.join(pair.source), self.base.join(pair.edition)));
        // One that was deleted since teaches nothing any more.
        let there = there.filter(|(source, edition)| source.is_file() && edition.is_file());
        Ok(there.map(|(source, edition)| Teacher { source, edition: Some(edition), told: true }).collect())
    }

    /// Remember to learn from a pair, whatever folder it is in, from now on.
    pub(super) fn list_pair(&self, source: &Path, edition: &Path) -> Result<(), Failure> {
        let (source, edition) = (output::settled(source), output::settled(edition));
        let listed = |teacher: &Teacher| teacher.source == source && teacher.edition.as_ref() == Some(&edition);
        if self.listed()?.iter().any(listed) {
            return Ok(());
        }
        let path = self.list();
        let text = if path.is_file() { failure::read(&path)? } else { OPENING.to_owned() };
        let mut list: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            Failure::new(error.to_string().trim_end().to_owned()).about(&near(&path))
        })?;
        let mut pair = Table::new();
        pair["source"] = value(self.name_of(&source));
        pair["edition"] = value(self.name_of(&edition));
        let all = list.entry("pair").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let all = all.as_array_of_tables_mut();
        all.ok_or_else(|| Failure::new("`pair` is no list of tables").about(&near(&path)))?.push(pair);
        self.make_folder()?;
        output::write(&path, &list.to_string())
    }

    /// Keep a copy of a file of another program, and learn from it from now on; gives its place.
    pub(super) fn take(&self, path: &Path, replace: bool) -> Result<PathBuf, Failure> {
        let folder = self.taken();
        let copy = folder.join(path.file_name().unwrap_or_default());
        self.make_folder()?;
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::new(format!("{} cannot be made", near(&folder).display())).because(&error))?;
        let failed = |error: std::io::Error| {
            Failure::new(format!("a copy of {} cannot be kept", path.display())).because(&error)
        };
        let there = std::fs::read(&copy).ok();
        let bytes = std::fs::read(path).map_err(failed)?;
        if there.as_ref().is_some_and(|there| *there != bytes) && !replace {
            let message = format!("another file with the name of {} was imported before", path.display());
            return Err(Failure::new(message).hint("give it another name, or take its place with --replace"));
        }
        if there.is_none_or(|there| there != bytes) {
            output::write_with(&copy, |file| file.write_all(&bytes).map_err(Unwritten::Output))?;
        }
        Ok(copy)
    }

    /// Make the folder of the index, where it is our own.
    pub(super) fn make_folder(&self) -> Result<(), Failure> {
        let folder = output::folder_of(&self.index);
        if folder.ends_with(output::OWN_FOLDER) {
            output::own_folder(folder)?;
        }
        Ok(())
    }
}

const OPENING: &str = "# What `nekoyaku memory learn` was told to learn from.\n\n";

/// The files of other tools in a folder.
fn exchanged(folder: &Path, endings: &[&str]) -> Vec<Teacher> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_exchange = |path: &PathBuf| {
        path.extension().is_some_and(|end| endings.iter().any(|ending| end.eq_ignore_ascii_case(ending)))
    };
    paths
        .filter(|path| is_exchange(path) && path.is_file())
        .map(|source| Teacher { source, edition: None, told: true })
        .collect()
}

/// A path as people write it, from where they are.
pub(super) fn near(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok().map(|here| output::settled(&here));
    here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or_else(|| path.to_owned())
}

/// The settings file that holds for what is in `folder`.
pub(super) fn settings(named: Option<&Path>, folder: &Path) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(|| input::upward(&folder.join("x"), "nekoyaku.toml"))
}

/// Why a memory cannot be used, and what to do.
pub(super) fn unusable(error: &MemoryError, place: &Place) -> Failure {
    let name = place.name();
    let failure = Failure::new(format!("the memory {name} cannot be used: {error}"));
    match error {
        MemoryError::Damaged(_) => failure.hint(format!(
            "delete it, and it is made again from the editions: rm {name}; or go on without it: --no-memory"
        )),
        MemoryError::Foreign => failure.hint(
            "move it away, and a memory is made there; or name another file with --memory; or go on without: --no-memory",
        ),
        MemoryError::Newer { .. } => {
            failure.hint("use that version, or an index of your own with --memory FILE; or go on without: --no-memory")
        }
        MemoryError::Locked => failure.hint("wait for the other process, or go on without the memory: --no-memory"),
        MemoryError::Full => {
            failure.hint("make room; or name another file with --memory, or go on without one: --no-memory")
        }
        MemoryError::ReadOnly(_) | MemoryError::Other(_) => {
            failure.hint("name another file with --memory, or go on without one: --no-memory")
        }
    }
}
