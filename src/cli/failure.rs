//! Errors, for people: what happened, why, and what to do about it.

use std::error::Error;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use nekoyaku::edition::EditionError;
use nekoyaku::memory::MemoryError;
use nekoyaku::model::ModelError;
use nekoyaku::source::MAX_LENGTH;
use nekoyaku::translate::TranslateError;

/// Why a command could not be carried out.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), causes: Vec::new(), hint: None }
    }

    /// `error` and what caused it.
    pub(crate) fn of(error: &dyn Error) -> Self {
        let mut failure = Self::new(error.to_string());
        let mut source = error.source();
        while let Some(cause) = source {
            failure.causes.push(cause.to_string());
            source = cause.source();
        }
        failure
    }

    /// Writing to stdout failed.
    #[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
    pub(crate) fn output(error: io::Error) -> Self {
        Self::new("the output cannot be written").because(&error)
    }

    pub(crate) fn because(mut self, cause: &dyn std::fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with the file it is about in front.
    pub(crate) fn about(mut self, path: &Path) -> Self {
        self.message = format!("{}: {}", path.display(), self.message);
        self
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::of(&error).hint(error.advice())
    }
}

impl From<TranslateError> for Failure {
    fn from(error: TranslateError) -> Self {
        match error {
            TranslateError::Model(error) => error.into(),
            TranslateError::Prompt(error) => Self::of(&error),
            TranslateError::Memory(MemoryError::Damaged(_)) => Self::of(&error).hint(
                "delete the index that `nekoyaku memory stats` names, and it is made again; or go on without it: --no-memory",
            ),
            TranslateError::Memory(_) => Self::of(&error).hint("go on without it: --no-memory"),
            TranslateError::NotKept(error) => Self::of(&error)
                .hint("no more was asked; make room and run the same command: what was kept before is not asked again"),
        }
    }
}

impl From<EditionError> for Failure {
    fn from(error: EditionError) -> Self {
        Self::of(&error)
    }
}

/// Read a text file; `-` is stdin.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::new("stdin cannot be read").because(&error))?;
        bytes
    } else {
        fs::read(path).map_err(|error| unreadable(path, &error))?
    };
    if bytes.len() > MAX_LENGTH {
        return Err(Failure::new(format!("{} has more than {MAX_LENGTH} bytes", name(path)))
            .hint("divide it; an issue has some twenty thousand"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::new(format!("{} is not UTF-8: byte {at}, in line {line}", name(path)))
            .hint("convert it first, with `iconv -f GB18030 -t UTF-8` for instance")
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    if path.is_dir() {
        return Failure::new(format!("{} is a folder, not a file", path.display()));
    }
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::new(format!("there is no file {}", path.display()));
    }
    Failure::new(format!("{} cannot be read", path.display())).because(error)
}

/// What messages and reports call the file: the same on every system, as settings, baselines and what reads
/// our reports have it.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    let name = path.display().to_string();
    if cfg!(windows) { name.replace('\\', "/") } else { name }
}
