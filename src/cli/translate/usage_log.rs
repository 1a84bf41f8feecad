//! What requests took, as lines of JSON, for those who keep accounts.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use nekoyaku::journal::Spent;
use nekoyaku::price::Tariff;
use serde::Serialize;

use super::super::failure::Failure;

/// The file; it is only ever appended to.
pub(super) struct UsageLog(RefCell<File>);

#[derive(Serialize)]
struct Entry<'a> {
    /// Seconds since 1970, in UTC.
    time: u64,
    #[serde(flatten)]
    spent: &'a Spent,
    /// US dollars; nothing where no price is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<f64>,
}

impl UsageLog {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let opened = OpenOptions::new().create(true).append(true).open(path);
        opened
            .map(|file| Self(RefCell::new(file)))
            .map_err(|error| Failure::new(format!("the usage log {} cannot be opened", path.display())).because(&error))
    }

    /// Add a line, in one piece.
    pub(super) fn add(&self, spent: &Spent, tariff: Option<Tariff>) -> io::Result<()> {
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
        let price = tariff.map(|tariff| spent.usage().cost(tariff).as_dollars());
        let line = serde_json::to_string(&Entry { time, spent, price })? + "\n";
        self.0.borrow_mut().write_all(line.as_bytes())
    }
}
