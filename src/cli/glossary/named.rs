//! The files that were named, and the usual ones where none were.

use std::path::{Path, PathBuf};

use nekoyaku::check::File;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;

use super::super::failure::{self, Failure};
use super::super::input;
use super::super::pairs::{self, Paths};

/// The termbase that is named, else the one that a run from here would use, under the shortest name.
pub(super) fn termbase(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let path = input::upward(Path::new("x"), "glossary.toml")
        .ok_or_else(|| Failure::new("there is no glossary.toml here or above").hint("name the file"))?;
    let here = std::env::current_dir().ok().and_then(|here| std::fs::canonicalize(here).ok());
    let short = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    Ok(short.unwrap_or(path))
}

/// The pairs that are named, two by two or as two folders; without any, those of the folders that the
/// settings name, else of `docs` and `docs/ja`. Issues of a folder that have no edition are among them.
pub(super) fn pairs(named: &[PathBuf]) -> Result<Vec<Paths>, Failure> {
    let usual;
    let named = if named.is_empty() {
        usual = usual_folders()?;
        &usual
    } else {
        named
    };
    pairs::pairs(named, true)
}

pub(super) fn usual_folders() -> Result<Vec<PathBuf>, Failure> {
    let profile = input::profile(None, Path::new("x"))?;
    let base = input::upward(Path::new("x"), "nekoyaku.toml");
    let base = base.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let folders: Vec<PathBuf> = profile
        .memory
        .pairs
        .iter()
        .flat_map(|pair| [&pair.sources, &pair.editions])
        .map(|folder| base.join(folder))
        .collect();
    if !folders.is_empty() {
        return Ok(folders);
    }
    let usual = ["docs", "docs/ja"].map(PathBuf::from);
    if usual.iter().all(|folder| folder.is_dir()) {
        return Ok(usual.to_vec());
    }
    Err(Failure::new("there are no folders docs and docs/ja here")
        .hint("name issues and their editions in turn, or the two folders"))
}

/// An edition, read and taken apart.
pub(super) fn file(path: &Path, profile: &Profile) -> Result<File, Failure> {
    Ok(File::new(Source::new(failure::name(path), failure::read(path)?), profile))
}
