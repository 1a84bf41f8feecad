//! Issues, and the settings that are found from where they are.

use std::path::{Path, PathBuf};

use nekoyaku::glossary::Glossary;
use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;

use super::failure::{self, Failure};

/// Read an issue and take it apart; `-` is stdin.
pub(crate) fn issue(path: &Path, profile: &Profile) -> Result<Issue, Failure> {
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display())).hint("name the issues in it"));
    }
    let source = Source::new(failure::name(path), failure::read(path)?);
    Issue::new(source, profile).map_err(|error| Failure::of(&error).about(path))
}

/// The settings: those of the file that is named, else of the nearest one, else the built-in ones.
pub(crate) fn profile(named: Option<&Path>, issue: &Path) -> Result<Profile, Failure> {
    let Some(path) = named.map(Path::to_owned).or_else(|| upward(issue, "nekoyaku.toml")) else {
        return Ok(Profile::default());
    };
    Profile::parse(&failure::read(&path)?).map_err(|error| Failure::of(&error).about(&path))
}

/// The termbase: that of the file that is named, else of the nearest one, else the built-in one.
pub(crate) fn glossary(named: Option<&Path>, issue: &Path) -> Result<Glossary, Failure> {
    match named.map(Path::to_owned).or_else(|| upward(issue, "glossary.toml")) {
        Some(path) => Glossary::parse(&failure::read(&path)?).map_err(|error| Failure::of(&error).about(&path)),
        None => Glossary::built_in().map_err(|error| Failure::of(&error)),
    }
}

/// The nearest file of that name, in the issue's folder or above.
pub(crate) fn upward(issue: &Path, name: &str) -> Option<PathBuf> {
    let folder = if issue == Path::new("-") { Path::new("") } else { issue.parent()? };
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let folder = std::fs::canonicalize(folder).ok()?;
    folder.ancestors().map(|folder| folder.join(name)).find(|path| path.is_file())
}
