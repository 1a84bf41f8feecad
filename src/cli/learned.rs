//! What was learned of servers, kept from run to run.
//!
//! In the user's cache folder (`~/.cache/nekoyaku/servers.json`, or where the system has it), for each
//! server and model, with the day. To forget it, delete the file. What is older than a month is not
//! believed: servers change. That it cannot be read or written is no reason for a run to fail; at worst
//! a server is asked once more for what it has not got.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy;
use nekoyaku::model::Learned;
use serde::{Deserialize, Serialize};

/// How long it is believed.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// More servers than anybody has; the oldest go.
const MOST: usize = 200;

/// The most bytes of the file that are read.
const LIMIT: u64 = 1024 * 1024;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Table {
    servers: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    server: String,
    model: String,
    /// As HTTP has it.
    day: String,
    #[serde(flatten)]
    learned: Learned,
}

impl Entry {
    fn is_fresh(&self) -> bool {
        let age = httpdate::parse_http_date(&self.day).map(|day| SystemTime::now().duration_since(day));
        // A day in the future is somebody's clock that was wrong.
        age.is_ok_and(|age| age.is_ok_and(|age| age < MONTH))
    }
}

/// What is known of this server and model.
pub(crate) fn recall(server: &str, model: &str) -> Learned {
    let known = read().servers.into_iter().find(|entry| entry.server == server && entry.model == model);
    known.map(|entry| entry.learned).unwrap_or_default()
}

/// Keep what is known of this server and model now.
pub(crate) fn keep(server: &str, model: &str, learned: &Learned) {
    if recall(server, model) != *learned {
        // Nothing hangs on it.
        let _ = write(server, model, learned);
    }
}

fn path() -> Option<PathBuf> {
    let folders = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(folders.cache_dir().join("nekoyaku").join("servers.json"))
}

/// What is in the file and still believed.
fn read() -> Table {
    let text = path().filter(|path| fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= LIMIT));
    let text = text.and_then(|path| fs::read(path).ok()).unwrap_or_default();
    let mut table: Table = serde_json::from_slice(&text).unwrap_or_default();
    table.servers.retain(Entry::is_fresh);
    table
}

fn write(server: &str, model: &str, learned: &Learned) -> Option<()> {
    let path = path()?;
    let folder = path.parent()?;
    fs::create_dir_all(folder).ok()?;
    // Two processes at once: the later one reads what the earlier one wrote. One that cannot have the
    // lock leaves it at that.
    let lock = File::options().create(true).append(true).open(folder.join("servers.lock")).ok()?;
    lock.try_lock().ok()?;
    let mut table = read();
    table.servers.retain(|entry| entry.server != server || entry.model != model);
    table.servers.truncate(MOST - 1);
    let day = httpdate::fmt_http_date(SystemTime::now());
    let entry = Entry { server: server.to_owned(), model: model.to_owned(), day, learned: learned.clone() };
    table.servers.insert(0, entry);
    let mut file = tempfile::NamedTempFile::new_in(folder).ok()?;
    file.write_all(serde_json::to_string_pretty(&table).ok()?.as_bytes()).ok()?;
    file.persist(path).ok()?;
    Some(())
}
