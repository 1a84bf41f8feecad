//! Where an edition goes, and that nothing of a person's is lost by it.
//!
//! Files are written beside their place and moved there whole. Of each edition that was written, a
//! copy stays in `.nekoyaku/drafts/` beside it: an edition that is no longer like its draft was
//! touched by a person, and is not overwritten. The draft before it stays too, so that a run that is
//! killed between writing the draft and writing the edition does not make its own work look like a
//! person's.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

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
        with_suffix(edition, ".diff")
    }
}

/// A path that is the same for all spellings of it, whether there is a file or not.
pub(crate) fn settled(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| match fs::canonicalize(folder_of(path)) {
        Ok(folder) => folder.join(path.file_name().unwrap_or_default()),
        Err(_) => path.to_owned(),
    })
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
    check_folder(path)?;
    if is_device(path) {
        return Ok(Standing::Nothing);
    }
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display()))
            .hint("give a folder with --out-dir, a file with -o"));
    }
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Nothing),
        Err(error) => Err(Failure::new(format!("{} cannot be read", path.display())).because(&error)),
        // An empty file was made for us to write to.
        Ok(there) if there.is_empty() => Ok(Standing::Nothing),
        Ok(there) => {
            let draft = draft_of(path);
            let is_there = |draft: &Path| fs::read(draft).is_ok_and(|draft| draft == there);
            let own = [before(&draft), draft].iter().any(|draft| is_own_place(path, draft) && is_there(draft));
            Ok(if own { Standing::OwnDraft } else { Standing::Touched(there) })
        }
    }
}

/// The diff of an edition is derived and may be written anew; any other file may not.
pub(crate) fn check_diff(path: &Path, edition: &Path) -> Result<(), Failure> {
    check_folder(path)?;
    if is_device(path) {
        return Ok(());
    }
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display()))
            .hint("give a file with --diff, or none with --no-diff"));
    }
    match fs::read(path) {
        Ok(there) if !there.is_empty() && !is_diff_of(&there, edition) => {
            Err(Failure::new(format!("{} is there already, and it is no diff of this edition", path.display()))
                .hint("give another file with --diff, or none with --no-diff"))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::new(format!("{} cannot be read", path.display())).because(&error))
        }
        _ => Ok(()),
    }
}

fn is_diff_of(diff: &[u8], edition: &Path) -> bool {
    let name = edition.file_name().unwrap_or_default().to_string_lossy();
    nekoyaku::diff::is_of(&String::from_utf8_lossy(diff), &name)
}

/// What a diff calls the file at `path`, so that it can be applied: its path from this folder; where it
/// is in none below this one, its path from the top of its repository; where it is in none, its name.
pub(crate) fn applied_to(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let found = if is_below {
        path.to_owned()
    } else {
        let whole = settled(path);
        let here = std::env::current_dir().and_then(fs::canonicalize).ok();
        let top = || folder_of(&whole).ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
        let folder = here.filter(|here| whole.starts_with(here)).or_else(top);
        let below = folder.and_then(|folder| whole.strip_prefix(folder).map(Path::to_owned).ok());
        below.unwrap_or_else(|| PathBuf::from(whole.file_name().unwrap_or_default()))
    };
    let parts = found.components().filter(|part| matches!(part, Component::Normal(_)));
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Whether something can be written here is better known before it is paid for.
pub(crate) fn check_folder(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::new(format!("{} is a file, not a folder", folder.display())));
    }
    if !folder.is_dir() {
        return Err(Failure::new(format!("there is no folder {}", folder.display()))
            .hint(format!("make it first: mkdir -p {}", folder.display())));
    }
    if is_device(path) {
        return Ok(());
    }
    let tried = temporary_in(folder).map(drop);
    tried.map_err(|error| Failure::new(format!("nothing can be written into {}", folder.display())).because(&error))
}

/// Whether the page at `path` says that it was made by `generator`: what was made before may be made anew.
pub(crate) fn is_made_by(path: &Path, generator: &str) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(4096).read_to_end(&mut start));
    read.is_ok() && memchr::memmem::find(&start, generator.as_bytes()).is_some()
}

/// See that what is asked for can be written to `path`, which is none of what it is made of; what is there
/// already stays, unless `is_free` says that it need not.
pub(crate) fn check_made_of(
    path: &Path,
    made_of: impl IntoIterator<Item = impl AsRef<Path>>,
    is_free: bool,
) -> Result<(), Failure> {
    check_folder(path)?;
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display())).hint("name a file with -o"));
    }
    let own = settled(path);
    if path.exists() && made_of.into_iter().any(|input| settled(input.as_ref()) == own) {
        return Err(Failure::new(format!("{} is one of the files that are compared", path.display())));
    }
    if path.exists() && !is_device(path) && !is_free {
        return Err(Failure::new(format!("{} is there already; nothing was written", path.display()))
            .hint("name another file with -o, or write over it with --force"));
    }
    Ok(())
}

/// A terminal, a pipe, `/dev/null`: something to write to, and not to replace.
pub(crate) fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The refusal to overwrite.
pub(crate) fn touched(path: &Path) -> Failure {
    Failure::new(format!("{} is there already, and a person wrote or changed it; nothing was written", path.display()))
        .hint("name the issue as it was when this was made with --base OLD, and only what changed is translated; write to another file with -o; or start anew with --force, which keeps a copy")
}

/// Put what `path` holds beside it, under a name that is free.
pub(crate) fn keep_copy(path: &Path) -> Result<PathBuf, Failure> {
    let copy = free_name(path, ".bak");
    fs::copy(path, &copy)
        .map_err(|error| Failure::new(format!("a copy of {} cannot be kept", path.display())).because(&error))?;
    Ok(copy)
}

/// `path` with `suffix`, and a number where that is taken.
pub(crate) fn free_name(path: &Path, suffix: &str) -> PathBuf {
    let name = |number: usize| {
        let number = if number == 0 { String::new() } else { number.to_string() };
        with_suffix(path, &format!("{suffix}{number}"))
    };
    (0..usize::MAX).map(name).find(|name| fs::symlink_metadata(name).is_err()).unwrap_or_else(|| name(usize::MAX))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Write an edition to `path`, through a link to the file it points to.
pub(crate) fn write_edition(path: &Path, text: &str) -> Result<(), Failure> {
    write(&fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()), text)
}

/// Write `text` to `path`, whole or not at all. A link there is replaced, not followed.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_with(path, |file| Ok(file.write_all(text.as_bytes())?))
}

/// Why a file was not written: the writing, or what was to be written.
pub(crate) enum Unwritten {
    Output(io::Error),
    Input(Failure),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Write what `fill` gives to `path`, whole or not at all, piece by piece.
pub(crate) fn write_with<T>(
    path: &Path,
    fill: impl FnOnce(&mut fs::File) -> Result<T, Unwritten>,
) -> Result<T, Failure> {
    let failed = |error: io::Error| {
        Failure::new(format!("{} cannot be written; what was there before is as it was", path.display()))
            .because(&error)
    };
    let unwritten = |why| match why {
        Unwritten::Output(error) => failed(error),
        Unwritten::Input(failure) => failure,
    };
    if is_device(path) {
        let mut device = fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        return fill(&mut device).map_err(unwritten);
    }
    let mut file = temporary_in(folder_of(path)).map_err(failed)?;
    let filled = fill(file.as_file_mut()).map_err(unwritten)?;
    if let Ok(before) = fs::symlink_metadata(path)
        && before.is_file()
    {
        file.as_file().set_permissions(before.permissions()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(filled)
}

/// A file that is gone when it is dropped, unless it was moved to its place.
pub(crate) fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
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
    if is_device(path) {
        return Ok(());
    }
    let draft = draft_of(path);
    own_folder(path)?;
    let folder = made_own(folder_of(&draft), path, &[OWN_FOLDER, DRAFTS])?;
    let failed = |error: io::Error| Failure::new(format!("{} cannot be made", folder.display())).because(&error);
    if fs::read(&draft).is_ok_and(|there| there != text.as_bytes()) {
        fs::rename(&draft, before(&draft)).map_err(failed)?;
    }
    write(&draft, text)
}

/// The folder for what we keep beside the edition at `path`, made where it is not there. Nothing in
/// it is for a repository.
pub(crate) fn own_folder(path: &Path) -> Result<PathBuf, Failure> {
    let folder = made_own(&folder_of(path).join(OWN_FOLDER), path, &[OWN_FOLDER])?;
    let ignore = folder.join(".gitignore");
    if fs::symlink_metadata(&ignore).is_err() {
        write(&ignore, "*\n")?;
    }
    Ok(folder)
}

/// Where the brief of the issue `stem` is, whose edition is at `path`, in a folder that is there.
pub(crate) fn brief_of(path: &Path, stem: &str) -> Result<PathBuf, Failure> {
    let folder = own_folder(path)?.join(BRIEFS);
    Ok(made_own(&folder, path, &[OWN_FOLDER, BRIEFS])?.join(format!("{stem}.toml")))
}

/// Make `folder`, which is to be `names` in the folder of the edition at `path`.
fn made_own(folder: &Path, path: &Path, names: &[&str]) -> Result<PathBuf, Failure> {
    let failed = |error: io::Error| Failure::new(format!("{} cannot be made", folder.display())).because(&error);
    fs::create_dir_all(folder).map_err(failed)?;
    // A link in a repository must not lead what is ours to another place.
    let wanted = names.iter().fold(settled(folder_of(path)), |folder, name| folder.join(name));
    if fs::canonicalize(folder).map_err(failed)? != wanted {
        return Err(Failure::new(format!("{} leads somewhere else", folder.display())));
    }
    Ok(folder.to_owned())
}

/// The name of the folder for what we keep.
pub(crate) const OWN_FOLDER: &str = ".nekoyaku";
const DRAFTS: &str = "drafts";
const CONFLICTS: &str = ".conflicts.json";
const UNSAVED: &str = "unsaved";
pub(crate) const BRIEFS: &str = "briefs";

/// Where the draft of the edition at `path` is kept: beside it, so that no folder further up, which
/// may be somebody else's, has a say in what is overwritten.
fn draft_of(path: &Path) -> PathBuf {
    folder_of(path).join(OWN_FOLDER).join(DRAFTS).join(path.file_name().unwrap_or_default())
}

/// Whether a draft is a file of ours and no link: with one, a repository could have any file taken
/// for a draft, and so for something to write over.
fn is_own_place(edition: &Path, draft: &Path) -> bool {
    is_own_file(edition, DRAFTS, draft)
}

/// Whether what we keep in the folder `name` for an edition is a file of ours and no link.
fn is_own_file(edition: &Path, name: &str, file: &Path) -> bool {
    let folder = settled(folder_of(edition)).join(OWN_FOLDER).join(name);
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file())
        && fs::canonicalize(folder_of(file)).is_ok_and(|there| there == folder)
}

/// What a person wrote on the page of the edition at `path` and did not save, where there is something.
pub(crate) fn unsaved(path: &Path) -> Option<String> {
    let file = unsaved_of(path);
    if is_own_file(path, UNSAVED, &file) { fs::read_to_string(file).ok() } else { None }
}

/// Keep what a person wrote on the page of the edition at `path` until it is saved.
pub(crate) fn keep_unsaved(path: &Path, text: &str) -> Result<(), Failure> {
    own_folder(path)?;
    let file = unsaved_of(path);
    made_own(folder_of(&file), path, &[OWN_FOLDER, UNSAVED])?;
    write(&file, text)
}

/// It was saved, or is not wanted.
pub(crate) fn drop_unsaved(path: &Path) {
    let file = unsaved_of(path);
    if is_own_file(path, UNSAVED, &file) {
        let _ = fs::remove_file(file);
    }
}

fn unsaved_of(path: &Path) -> PathBuf {
    let folder = folder_of(path).join(OWN_FOLDER).join(UNSAVED);
    with_suffix(&folder.join(path.file_name().unwrap_or_default()), ".json")
}

/// The draft of the edition at `path`, where there is one.
pub(crate) fn draft(path: &Path) -> Option<String> {
    let draft = draft_of(path);
    if is_own_place(path, &draft) { fs::read_to_string(draft).ok() } else { None }
}

/// The source that the edition at `path` was last made of, where that is known.
pub(crate) fn source_of(path: &Path) -> Option<String> {
    let source = with_suffix(&draft_of(path), ".source");
    if is_own_place(path, &source) { fs::read_to_string(source).ok() } else { None }
}

/// Remember the source that the edition at `path` is made of.
pub(crate) fn keep_source(path: &Path, text: &str) -> Result<(), Failure> {
    if is_device(path) {
        return Ok(());
    }
    own_folder(path)?;
    let source = with_suffix(&draft_of(path), ".source");
    made_own(folder_of(&source), path, &[OWN_FOLDER, DRAFTS])?;
    write(&source, text)
}

/// Where people and source disagree about the edition at `path`, as it was kept; none where nothing was.
pub(crate) fn conflicts(path: &Path) -> Option<String> {
    let file = with_suffix(&draft_of(path), CONFLICTS);
    if is_own_place(path, &file) { fs::read_to_string(file).ok() } else { None }
}

/// Remember where people and source disagree about the edition at `path`; nothing, where they do not.
pub(crate) fn keep_conflicts(path: &Path, text: Option<&str>) -> Result<(), Failure> {
    let file = with_suffix(&draft_of(path), CONFLICTS);
    let Some(text) = text else {
        if is_own_place(path, &file) {
            let _ = fs::remove_file(file);
        }
        return Ok(());
    };
    own_folder(path)?;
    made_own(folder_of(&file), path, &[OWN_FOLDER, DRAFTS])?;
    write(&file, text)
}

/// The draft that the edition at `path`, which has these bytes, came from, and where it is kept. Between writing a
/// draft and writing its edition a run may have been killed: then the draft before it is the one.
pub(crate) fn draft_before(path: &Path, edition: &[u8]) -> Option<(PathBuf, Vec<u8>)> {
    let read = |draft: PathBuf| {
        let bytes = if is_own_place(path, &draft) { fs::read(&draft).ok() } else { None };
        bytes.map(|bytes| (draft, bytes))
    };
    let own = draft_of(path);
    let last = read(before(&own)).filter(|(_, bytes)| bytes == edition);
    last.or_else(|| read(own))
}

/// The draft before this one.
fn before(draft: &Path) -> PathBuf {
    with_suffix(draft, ".before")
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
