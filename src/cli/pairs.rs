//! Which edition is checked against which source.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::failure::{self, Failure};

/// A source and its edition, or one without the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    pub(crate) source: Option<PathBuf>,
    pub(crate) edition: Option<PathBuf>,
}

/// Take what was named for pairs: files two by two, or two folders.
pub(crate) fn pairs(named: &[PathBuf], require_all: bool) -> Result<Vec<Paths>, Failure> {
    if !named.len().is_multiple_of(2) {
        let last = named.last().map(|path| failure::name(path)).unwrap_or_default();
        return Err(Failure::new(format!("{last} has no counterpart: sources and editions are named in turn"))
            .hint("nekoyaku check SOURCE EDITION, or check SOURCES EDITIONS with two folders"));
    }
    if named.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Failure::new("stdin can be read once only").hint("name one of the two files"));
    }
    let mut pairs = Vec::new();
    for two in named.chunks(2) {
        let (source, edition) = (&two[0], &two[1]);
        if let Some(missing) = two.iter().find(|path| !path.exists() && two.iter().any(|other| other.is_dir())) {
            return Err(Failure::new(format!("there is no folder {}", failure::name(missing))));
        }
        match (source.is_dir(), edition.is_dir()) {
            (true, true) => folders(source, edition, require_all, &mut pairs)?,
            (false, false) => {
                pairs.push(Paths { source: Some(source.clone()), edition: Some(edition.clone()) });
            }
            (is_folder, _) => {
                let (folder, file) = if is_folder { (source, edition) } else { (edition, source) };
                return Err(Failure::new(format!(
                    "{} is a folder, and {} is none",
                    folder.display(),
                    failure::name(file)
                ))
                .hint("name two files, or two folders"));
            }
        }
    }
    Ok(pairs)
}

/// The files of both folders, by what they are called below them.
fn folders(sources: &Path, editions: &Path, require_all: bool, pairs: &mut Vec<Paths>) -> Result<(), Failure> {
    let settled = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (own, other) = (settled(sources), settled(editions));
    if own == other {
        let folder = sources.display();
        return Err(Failure::new(format!("{folder} cannot be its own editions"))
            .hint(format!("name their folder: nekoyaku check {folder} {folder}/ja")));
    }
    // `docs/ja` lies in `docs`, and other folders in it hold other editions.
    let within = other.starts_with(&own);
    let sources = markdown(sources, !within)?;
    let folder = editions.display();
    let mut editions = markdown(editions, true)?;
    let before = pairs.len();
    for (name, source) in sources {
        let edition = editions.remove(&name);
        if edition.is_some() || require_all {
            pairs.push(Paths { source: Some(source), edition });
        }
    }
    pairs.extend(editions.into_values().map(|edition| Paths { source: None, edition: Some(edition) }));
    if pairs.len() == before {
        return Err(Failure::new(format!("there is no edition in {folder}"))
            .hint("editions have the names of their sources, and end in .md"));
    }
    Ok(())
}

/// The Markdown files of a folder by what they are called below it, in that order; where it is `deep`,
/// those of the folders in it, too, but for hidden ones.
pub(crate) fn markdown(folder: &Path, deep: bool) -> Result<BTreeMap<PathBuf, PathBuf>, Failure> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        let failed = |error: std::io::Error| Failure::new(format!("{} cannot be read", here.display())).because(&error);
        for entry in std::fs::read_dir(&here).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            // A link may lead back up.
            let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if is_folder && deep && !hidden {
                open.push(path);
            } else if path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md")) {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                found.insert(name, path);
            }
        }
    }
    Ok(found)
}
