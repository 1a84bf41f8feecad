//! The journal's file: `.nekoyaku/journal.jsonl` beside the edition.
//!
//! An answer is on the disk before anybody hears of it. One process writes at a time; the lock is a
//! file of its own, so that the journal may be replaced by a shorter one under it.

use std::cell::{Cell, RefCell};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nekoyaku::journal::{Entry, Journal, Key, Line, NotKept, Record};

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
    record: Record,
    fresh: bool,
    // The last line was cut off.
    torn: Cell<bool>,
    kept: Cell<usize>,
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
    /// Open the journal for the edition at `path`; a `fresh` one knows nothing, and keeps.
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
        let bytes = contents(&path).map_err(|error| {
            let failure = Failure::new(format!("{} cannot be opened", path.display()));
            NoJournal::Impossible(failure.because(&error))
        })?;
        Ok(Self {
            path,
            file: RefCell::default(),
            record: Record::read(&bytes),
            fresh,
            torn: Cell::new(bytes.last().is_some_and(|byte| *byte != b'\n')),
            kept: Cell::new(0),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// How many answers were kept since it was opened.
    pub(crate) fn kept(&self) -> usize {
        self.kept.get()
    }

    /// What is to be said of lines that are passed over.
    pub(crate) fn complaint(&self) -> Option<String> {
        complaint(&self.path, &self.record)
    }

    fn append(&self, lines: &[Line]) -> io::Result<()> {
        let mut text = String::new();
        if self.torn.replace(false) {
            text.push('\n');
        }
        text.extend(lines.iter().map(Line::to_string));
        let mut file = self.file.borrow_mut();
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(made(&self.path)?),
        };
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        // What was begun and not ended is a line of its own.
        self.torn.set(written.is_err());
        written
    }
}

impl Journal for Keeper {
    fn known(&self, key: Key) -> Option<Entry> {
        self.record.answer(key).filter(|_| !self.fresh).cloned()
    }

    fn keep(&self, lines: &[Line]) -> Result<(), NotKept> {
        self.append(lines).map_err(|error| NotKept(format!("{} cannot be written: {error}", self.path.display())))?;
        let answers = lines.iter().filter(|line| matches!(line, Line::Answer(entry) if entry.doubt.is_none())).count();
        self.kept.set(self.kept.get() + answers);
        Ok(())
    }
}

/// What is to be said of lines in `record` that are passed over.
pub(crate) fn complaint(path: &Path, record: &Record) -> Option<String> {
    let first = record.passed_over.first()?;
    let path = path.display();
    Some(match record.passed_over.len() {
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

fn contents(path: &Path) -> io::Result<Vec<u8>> {
    check(path)?;
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// The file to append to; its name, too, is on the disk where the file system has a way to say so.
fn made(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(file)
}

/// A link in a repository must not lead answers to another place, nor a pipe hold a run up.
fn check(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a file")),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
