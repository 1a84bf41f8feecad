//! Why a memory cannot be used.

use rusqlite::ErrorCode;

/// Why a memory cannot be used. It is made from editions, and made again from them: nothing is lost
/// with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// Another program's database, or no database at all.
    #[error("it is no memory of nekoyaku")]
    Foreign,
    /// It was written by a later version of this program.
    #[error("it has the form {found}, and this version of nekoyaku knows no later one than {known}")]
    Newer {
        /// Its form.
        found: i64,
        /// The latest one that is known.
        known: i64,
    },
    /// What is in it is damaged.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Another process holds it.
    #[error("another process is using it, and did not let go of it")]
    Locked,
    /// It cannot be written to.
    #[error("it cannot be written to: {0}")]
    ReadOnly(String),
    /// There is no room for it.
    #[error("there is no room left on the disk")]
    Full,
    /// It cannot be opened, or something else.
    #[error("{0}")]
    Other(String),
}

impl MemoryError {
    /// The same, of something that only damage can have made.
    pub(super) fn or_damaged(self) -> Self {
        match self {
            Self::Other(message) => Self::Damaged(message),
            other => other,
        }
    }
}

impl From<rusqlite::Error> for MemoryError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        let message = match &error {
            Error::SqliteFailure(_, Some(message)) => message.clone(),
            other => other.to_string(),
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(message),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(message),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(_) => Self::Other(message),
            // A value of another kind than was written: text that is no text, no number for a number.
            None => Self::Damaged(message),
        }
    }
}
