//! Where an edition goes, and that nothing of a person's is lost by it.
//!
//! Files are written beside their place and moved there whole. Of each edition that was written, a
//! copy stays in `.nekoyaku/drafts/`: an edition that is no longer like its draft was touched by a
//! person, and is not overwritten. The draft before it stays too, so that a run that is killed
//! between writing the draft and writing the edition does not make its own work look like a person's.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// Where one edition goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    File(PathBuf),
}

impl Destination {
    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout => "stdout".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Where the edition of `source` goes when nothing else is said: `docs/ja/X.md` where there is a
/// folder `docs/ja`, else `docs/X.ja.md`.
pub(crate) fn beside(source: &Path) -> PathBuf {
    let folder = source.parent().unwrap_or(Path::new(""));
    let name = source.file_name().unwrap_or_default();
    let translated = folder.join("ja");
    if translated.is_dir() {
        return translated.join(name);
    }
    let stem = source.file_stem().unwrap_or_default();
    let mut name = stem.to_owned();
    name.push(".ja.md");
    folder.join(name)
}

/// The diff of an edition: its name with `.diff` for `.md`.
pub(crate) fn diff_of(edition: &Path) -> PathBuf {
    if edition.extension().is_some_and(|extension| extension == "md") {
        edition.with_extension("diff")
    } else {
        let mut name = edition.as_os_str().to_owned();
        name.push(".diff");
        PathBuf::from(name)
    }
}

/// What stands where an edition is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Nothing,
    /// An edition as it was written last time.
    OwnDraft,
    /// Something a person wrote or changed.
    Touched(Vec<u8>),
}

/// Look at the place an edition is to go to.
pub(crate) fn standing(path: &Path) -> Result<Standing, Failure> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(Failure::new(format!("there is no folder {}", folder.display()))
            .hint(format!("make it first: mkdir -p {}", folder.display())));
    }
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display()))
            .hint("give a folder with --out-dir, a file with -o"));
    }
    // Whether something can be written here is better known before it is paid for.
    temporary_in(folder)
        .map_err(|error| Failure::new(format!("nothing can be written into {}", folder.display())).because(&error))?;
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Nothing),
        Err(error) => Err(Failure::new(format!("{} cannot be read", path.display())).because(&error)),
        Ok(there) => {
            let draft = draft_of(path)?;
            let own = [before(&draft), draft].iter().any(|draft| fs::read(draft).is_ok_and(|draft| draft == there));
            Ok(if own { Standing::OwnDraft } else { Standing::Touched(there) })
        }
    }
}

/// The refusal to overwrite.
pub(crate) fn touched(path: &Path) -> Failure {
    Failure::new(format!("{} is there already, and a person wrote or changed it; nothing was written", path.display()))
        .hint("write to another file with -o, or start anew with --force, which keeps a copy")
}

/// Put a copy of what `path` holds beside it, under a name that is free.
pub(crate) fn keep_copy(path: &Path) -> Result<PathBuf, Failure> {
    let name = |number: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(if number == 0 { ".bak".to_owned() } else { format!(".bak{number}") });
        PathBuf::from(name)
    };
    let copy = (0..).map(name).find(|copy| !copy.exists()).unwrap_or_else(|| name(0));
    fs::copy(path, &copy)
        .map_err(|error| Failure::new(format!("a copy of {} cannot be kept", path.display())).because(&error))?;
    Ok(copy)
}

/// Write `text` to `path`, whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    // Through a link to the file it points to.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |error: io::Error| {
        Failure::new(format!("{} cannot be written; what was there before is as it was", path.display()))
            .because(&error)
    };
    let mut file = temporary_in(folder_of(path)).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if let Ok(before) = fs::metadata(path) {
        file.as_file().set_permissions(before.permissions()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A file that is gone when it is dropped, unless it was moved to its place.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nekoyaku-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program makes files: the umask takes off what it takes off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Remember `text` as the machine's draft of the edition at `path`.
pub(crate) fn keep_draft(path: &Path, text: &str) -> Result<(), Failure> {
    let draft = draft_of(path)?;
    let folder = folder_of(&draft).to_owned();
    let failed = |error: io::Error| Failure::new(format!("{} cannot be made", folder.display())).because(&error);
    fs::create_dir_all(&folder).map_err(failed)?;
    if fs::read(&draft).is_ok_and(|there| there != text.as_bytes()) {
        fs::rename(&draft, before(&draft)).map_err(failed)?;
    }
    write(&draft, text)
}

/// The draft before this one.
fn before(draft: &Path) -> PathBuf {
    let mut name = draft.as_os_str().to_owned();
    name.push(".before");
    PathBuf::from(name)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Where the draft of the edition at `path` is kept.
fn draft_of(path: &Path) -> Result<PathBuf, Failure> {
    let folder = folder_of(path);
    let folder = fs::canonicalize(folder)
        .map_err(|error| Failure::new(format!("{} cannot be found", folder.display())).because(&error))?;
    let marks = [".nekoyaku", "nekoyaku.toml", ".git"];
    let root = folder.ancestors().find(|root| marks.iter().any(|mark| root.join(mark).exists())).unwrap_or(&folder);
    let inside = folder.strip_prefix(root).unwrap_or(Path::new(""));
    Ok(root.join(".nekoyaku").join("drafts").join(inside).join(path.file_name().unwrap_or_default()))
}

/// A diff is derived and may be written anew; any other file may not.
pub(crate) fn check_diff(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(Failure::new(format!("there is no folder {}", folder.display()))
            .hint(format!("make it first: mkdir -p {}", folder.display())));
    }
    match fs::read(path) {
        Ok(there) if !there.is_empty() && !there.starts_with(b"--- ") => {
            Err(Failure::new(format!("{} is there already, and it is no diff", path.display()))
                .hint("give another file with --diff, or none with --no-diff"))
        }
        _ => Ok(()),
    }
}
