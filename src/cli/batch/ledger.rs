//! The ledger's file: `.nekoyaku/batches.jsonl` beside the editions, under the journal's lock.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use nekoyaku::batch::{Ledger, Line};

use super::super::failure::Failure;
use super::super::keeper::{self, Keeper, NoJournal};
use super::super::output::OWN_FOLDER;

const LEDGER: &str = "batches.jsonl";

/// A folder's journal and ledger, which nobody else writes to as long as they are open.
pub(super) struct Books {
    pub(super) keeper: Keeper,
    folder: PathBuf,
    ledger: RefCell<Ledger>,
    torn: Cell<bool>,
}

impl Books {
    /// Those of the edition at `path`.
    pub(super) fn of_edition(path: &Path) -> Result<Self, Failure> {
        Self::of(Keeper::open(path, false))
    }

    /// Those in `folder`, which is one of ours.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Failure> {
        Self::of(Keeper::open_in(folder, false))
    }

    fn of(opened: Result<Keeper, NoJournal>) -> Result<Self, Failure> {
        let keeper = opened.map_err(|no_journal| match no_journal {
            NoJournal::Busy(failure) | NoJournal::Impossible(failure) => failure,
        })?;
        let folder = keeper.path().parent().unwrap_or(Path::new(".")).to_owned();
        let bytes = contents(&folder)?;
        Ok(Self {
            keeper,
            torn: Cell::new(bytes.last().is_some_and(|byte| *byte != b'\n')),
            ledger: RefCell::new(Ledger::read(&bytes)),
            folder,
        })
    }

    pub(super) fn ledger(&self) -> std::cell::Ref<'_, Ledger> {
        self.ledger.borrow()
    }

    /// The folder they are in.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Write `line` down. When this returns it is on the disk.
    pub(super) fn note(&self, line: Line) -> Result<(), Failure> {
        let path = self.folder.join(LEDGER);
        let text = format!("{}{line}", if self.torn.get() { "\n" } else { "" });
        let write = || -> io::Result<()> {
            keeper::check(&path)?;
            let mut file = keeper::made(&path)?;
            self.torn.set(true);
            file.write_all(text.as_bytes())?;
            file.sync_data()
        };
        write().map_err(|error| {
            Failure::new(format!("{} cannot be written", path.display()))
                .because(&error)
                .hint("nothing more was sent; make room and run the same command")
        })?;
        self.torn.set(false);
        self.ledger.borrow_mut().add(line);
        Ok(())
    }
}

/// Read the ledger in `folder`, which is one of ours, and hold nobody up.
pub(super) fn read(folder: &Path) -> Result<Ledger, Failure> {
    contents(folder).map(|bytes| Ledger::read(&bytes))
}

fn contents(folder: &Path) -> Result<Vec<u8>, Failure> {
    let path = folder.join(LEDGER);
    match keeper::check(&path).and_then(|()| fs::read(&path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|error| Failure::new(format!("{} cannot be read", path.display())).because(&error)),
    }
}

/// The folder of ours with batches in it: the one in `named`, else in this folder or up to two below.
pub(super) fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = named {
        let inside = folder.join(OWN_FOLDER);
        return if inside.join(LEDGER).is_file() {
            Ok(inside)
        } else {
            Err(no_batches(&format!("in {}", folder.display())))
        };
    }
    let mut found = Vec::new();
    look(Path::new("."), 2, &mut found);
    match found.len() {
        0 => Err(no_batches("here")),
        1 => Ok(found.remove(0)),
        _ => {
            let folders: Vec<String> =
                found.iter().filter_map(|own| own.parent()).map(|folder| folder.display().to_string()).collect();
            Err(Failure::new("there are batches in several folders")
                .hint(format!("name one with --in: {}", folders.join(", "))))
        }
    }
}

fn no_batches(place: &str) -> Failure {
    Failure::new(format!("there are no batches {place}"))
        .hint("they are written down beside the editions; name that folder with --in DIR")
}

fn look(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let own = folder.join(OWN_FOLDER);
    if own.join(LEDGER).is_file() {
        found.push(own);
    }
    if depth == 0 {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut below: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| if folder == Path::new(".") { PathBuf::from(entry.file_name()) } else { entry.path() })
        .collect();
    below.sort_unstable();
    for folder in below {
        look(&folder, depth - 1, found);
    }
}

/// `path` as it is seen from `folder`, so that both may be moved together.
pub(super) fn seen_from(folder: &Path, path: &Path) -> Option<String> {
    let (folder, path) = (fs::canonicalize(folder).ok()?, fs::canonicalize(path).ok()?);
    let common = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let seen: PathBuf = up.chain(path.components().skip(common)).collect();
    seen.is_relative().then(|| seen.to_str().map(str::to_owned)).flatten()
}
