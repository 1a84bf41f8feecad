//! The journal's file: `.nekoyaku/journal.jsonl` beside the edition.
//!
//! An answer is on the disk before anybody hears of it. One process writes at a time; the lock is a
//! file of its own, so that the journal may be replaced by a shorter one under it.

use std::cell::{Cell, RefCell};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use nekoyaku::journal::{Entry, Index, Journal, Key, Line, NotKept};

use super::failure::Failure;
use super::output;

/// The journal's name.
pub(crate) const JOURNAL: &str = "journal.jsonl";

/// A journal that nobody else writes to as long as it is open.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
    // Made with the first line.
    file: RefCell<Option<File>>,
    index: RefCell<Index>,
    // What is before this is not known.
    since: u64,
    // The last line was cut off.
    torn: Cell<bool>,
    _lock: File,
}

/// Why there is no journal.
#[derive(Debug)]
pub(crate) enum NoJournal {
    /// Another process has it; what it is asked must not be asked twice.
    Busy(Failure),
    /// There is no place for it.
    Impossible(Failure),
}

impl Keeper {
    /// Open the journal for the edition at `path`; a `fresh` one knows nothing of earlier runs, and keeps.
    pub(crate) fn open(path: &Path, fresh: bool) -> Result<Self, NoJournal> {
        if output::is_device(path) {
            return Err(NoJournal::Impossible(Failure::new(format!("{} is no file", path.display()))));
        }
        let folder = output::own_folder(path).map_err(NoJournal::Impossible)?;
        Self::open_in(&folder, fresh)
    }

    /// Open the journal in `folder`.
    pub(crate) fn open_in(folder: &Path, fresh: bool) -> Result<Self, NoJournal> {
        let path = folder.join(JOURNAL);
        let lock = lock(&folder.join("journal.lock"))?;
        let index = index(&path).map_err(|error| {
            let failure = Failure::new(format!("{} cannot be opened", path.display()));
            NoJournal::Impossible(failure.because(&error))
        })?;
        Ok(Self {
            path,
            file: RefCell::default(),
            since: if fresh { index.length() } else { 0 },
            torn: Cell::new(index.is_torn()),
            index: RefCell::new(index),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What is to be said of lines that are passed over.
    pub(crate) fn complaint(&self) -> Option<String> {
        let index = self.index.borrow();
        complaint(&self.path, index.passed_over(), index.first_passed_over())
    }

    fn append(&self, lines: &[Line]) -> io::Result<()> {
        let mut text = String::new();
        if self.torn.replace(false) {
            text.push('\n');
        }
        let mut ends = Vec::with_capacity(lines.len());
        for line in lines {
            let start = text.len();
            text += &line.to_string();
            ends.push(start..text.len());
        }
        let mut file = self.file.borrow_mut();
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(made(&self.path)?),
        };
        // Nobody else writes; after a failure of ours, it is anywhere.
        let start = file.metadata()?.len();
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        // What was begun and not ended is a line of its own.
        self.torn.set(written.is_err());
        if written.is_ok() {
            let mut index = self.index.borrow_mut();
            for (line, place) in lines.iter().zip(ends) {
                index.append(line, start + place.start as u64, place.len());
            }
        }
        written
    }
}

/// The answer to `key` that is at `place` of a journal.
fn entry_at(path: &Path, place: Range<u64>, key: Key) -> Option<Entry> {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(place.start))?;
        let mut line = Vec::new();
        file.take(place.end - place.start).read_to_end(&mut line)?;
        Ok(line)
    };
    match serde_json::from_slice(&read().ok()?) {
        Ok(Line::Answer(entry)) if entry.key == key => Some(entry),
        // Somebody wrote to it: what is not there is not known.
        _ => None,
    }
}

/// A journal that is looked into, and not written to.
pub(crate) struct Reader {
    path: PathBuf,
    index: Index,
}

impl Reader {
    /// The journal beside the edition at `path`; where there is none, or it cannot be read, nothing is
    /// known.
    pub(crate) fn open(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let path = folder.join(output::OWN_FOLDER).join(JOURNAL);
        let index = index(&path).unwrap_or_default();
        Self { path, index }
    }
}

impl Journal for Reader {
    fn known(&self, key: Key) -> Option<Entry> {
        entry_at(&self.path, self.index.place(key)?, key)
    }

    fn keep(&self, _: &[Line]) -> Result<(), NotKept> {
        Ok(())
    }
}

impl Journal for Keeper {
    fn known(&self, key: Key) -> Option<Entry> {
        let place = self.index.borrow().place(key).filter(|place| place.start >= self.since)?;
        entry_at(&self.path, place, key)
    }

    fn keep(&self, lines: &[Line]) -> Result<(), NotKept> {
        self.append(lines).map_err(|error| NotKept(format!("{} cannot be written: {error}", self.path.display())))
    }
}

/// What is to be said of lines that are passed over.
pub(crate) fn complaint(path: &Path, passed_over: usize, first: Option<usize>) -> Option<String> {
    let first = first?;
    let path = path.display();
    Some(match passed_over {
        1 => format!("{path}: line {first} is cut off, or none of a journal's; it is passed over"),
        count => format!(
            "{path}: {count} lines, the first of them line {first}, are none of a journal's; they are passed over"
        ),
    })
}

fn lock(path: &Path) -> Result<File, NoJournal> {
    let failed = |error: &io::Error| {
        let failure = Failure::new(format!("{} cannot be locked", path.display()));
        NoJournal::Impossible(failure.because(error))
    };
    check(path).map_err(|error| failed(&error))?;
    let file = OpenOptions::new().create(true).append(true).open(path).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let folder = path.parent().and_then(Path::parent).filter(|folder| *folder != Path::new(""));
            let folder = folder.unwrap_or(Path::new("."));
            let message = format!("another nekoyaku is at work in {}", folder.display());
            Err(NoJournal::Busy(Failure::new(message).hint("nothing was sent; try again when it has ended")))
        }
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

fn index(path: &Path) -> io::Result<Index> {
    check(path)?;
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Index::default()),
        opened => Index::read(BufReader::new(opened?)),
    }
}

/// The file to append to; its name, too, is on the disk where the file system has a way to say so.
pub(super) fn made(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(file)
}

/// A link in a repository must not lead answers to another place, nor a pipe hold a run up.
pub(super) fn check(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a file")),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
