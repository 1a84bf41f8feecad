//! Issues, references and editions, read from where they are.

use std::path::{Path, PathBuf};

use nekoyaku::check::{File, Settings, is_exchanged};
use nekoyaku::diff::{Between, Comparison, Edits};
use nekoyaku::evaluate::{Effort, System, Trial};
use nekoyaku::profile::Profile;
use nekoyaku::source::Source;

use super::super::failure::{self, Failure};
use super::super::output;
use super::super::pairs::{self, Paths};
use super::super::terminal::Terminal;

/// Who made editions, and where they are.
pub(super) struct Entrant {
    name: String,
    editions: Editions,
}

enum Editions {
    /// A file, or a folder of files with the names of the sources.
    At(PathBuf),
    /// Made now, by issue, in so many seconds for all.
    Made(Vec<Made>, f64),
}

/// An edition that was made now.
pub(super) struct Made {
    pub(super) text: String,
    pub(super) effort: Effort,
}

impl Entrant {
    pub(super) fn finished(name: &str, path: &Path) -> Self {
        Self { name: name.to_owned(), editions: Editions::At(path.to_owned()) }
    }

    /// One whose editions of all pairs were made now.
    pub(super) fn made(name: String, editions: Vec<Made>, seconds: f64) -> Self {
        Self { name, editions: Editions::Made(editions, seconds) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where its edition of `pair` is, where it is a file.
    pub(super) fn path(&self, pair: &Pair) -> Option<PathBuf> {
        match &self.editions {
            Editions::Made(..) => None,
            Editions::At(path) if path.is_dir() => Some(path.join(&pair.name)),
            Editions::At(path) => Some(path.clone()),
        }
    }

    /// Its edition of `source`, the pair with this number; none where it has none.
    fn edition(&self, number: usize, pair: &Pair, profile: &Profile) -> Result<Option<Edition>, Failure> {
        if let Editions::Made(made, _) = &self.editions {
            let Some(made) = made.get(number) else { return Ok(None) };
            let name = format!("{} by {}", failure::name(&pair.source), self.name);
            let file = File::new(Source::new(name, made.text.as_str()), profile);
            return Ok(Some(Edition { file, effort: Some(made.effort), edits: None }));
        }
        let Some(path) = self.path(pair) else { return Ok(None) };
        if !path.exists() && matches!(&self.editions, Editions::At(folder) if folder.is_dir()) {
            return Ok(None);
        }
        let file = read(&path, profile)?;
        let edits = output::draft_before(&path, file.source.text().as_bytes());
        let edits = edits.and_then(|(place, draft)| {
            let draft = String::from_utf8(draft).ok()?;
            let draft = File::new(Source::new(failure::name(&place), draft), profile);
            Some(Edits::count(&Comparison::new(draft, file.clone(), Between::Draft)))
        });
        Ok(Some(Edition { file, effort: None, edits }))
    }
}

/// An issue, and what people published of it.
pub(super) struct Pair {
    pub(super) source: PathBuf,
    pub(super) reference: PathBuf,
    /// What both are called below their folders.
    pub(super) name: PathBuf,
}

impl Pair {
    pub(super) fn new(source: PathBuf, reference: PathBuf, folder: &Path) -> Self {
        let name = source.strip_prefix(folder).unwrap_or(Path::new(""));
        let name = if name == Path::new("") { Path::new(source.file_name().unwrap_or_default()) } else { name };
        Self { name: name.to_owned(), source, reference }
    }
}

struct Edition {
    file: File,
    effort: Option<Effort>,
    edits: Option<Edits>,
}

/// The pairs of two folders, or of two files, that are among `issues`; all where none are named.
pub(super) fn pairs(sources: &Path, references: &Path, issues: &[String]) -> Result<Vec<Pair>, Failure> {
    let found = pairs::pairs(&[sources.to_owned(), references.to_owned()], false)?;
    let both = |paths: Paths| Some(Pair::new(paths.source?, paths.edition?, sources));
    let mut found: Vec<Pair> = found.into_iter().filter_map(both).collect();
    let is_named = |path: &Path, name: &String| {
        [path.file_name(), path.file_stem()].into_iter().flatten().any(|own| own == name.as_str())
    };
    if let Some(unknown) = issues.iter().find(|name| !found.iter().any(|pair| is_named(&pair.source, name))) {
        let (sources, references) = (sources.display(), references.display());
        return Err(Failure::new(format!("there is no issue {unknown} in {sources} with an edition in {references}")));
    }
    found.retain(|pair| issues.is_empty() || issues.iter().any(|name| is_named(&pair.source, name)));
    if found.is_empty() {
        let (sources, references) = (sources.display(), references.display());
        return Err(Failure::new(format!("no issue in {sources} has an edition in {references}"))
            .hint("editions have the names of their sources, and end in .md"));
    }
    Ok(found)
}

/// Read what there is of `pairs` by all `entrants`. An issue that one of them has no edition of is left
/// out for all: else they would not be compared over the same.
pub(super) fn trials(
    pairs: &[Pair],
    entrants: &[Entrant],
    settings: &Settings<'_>,
    terminal: &Terminal,
) -> Result<(Vec<Trial>, Vec<System>), Failure> {
    let mut systems: Vec<System> =
        entrants.iter().map(|entrant| System { name: entrant.name.clone(), ..System::default() }).collect();
    let mut trials = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let mut editions = Vec::with_capacity(entrants.len());
        for entrant in entrants {
            match entrant.edition(number, pair, settings.profile)? {
                Some(edition) => editions.push(edition),
                None => {
                    let name = failure::name(&pair.source);
                    terminal.note(&format!("{name} is left out: {} has no edition of it", entrant.name));
                    break;
                }
            }
        }
        if editions.len() < entrants.len() {
            continue;
        }
        let (source, reference) = (read(&pair.source, settings.profile)?, read(&pair.reference, settings.profile)?);
        for other in std::iter::once(&reference).chain(editions.iter().map(|edition| &edition.file)) {
            if is_exchanged(&source, other) {
                let (source, other) = (source.source.name(), other.source.name());
                return Err(Failure::new(format!(
                    "{source} is in Japanese and {other} in Chinese: they are exchanged"
                ))
                .hint("the source is the Chinese issue, the reference what people published of it"));
            }
        }
        let mut files = Vec::with_capacity(editions.len());
        for (system, edition) in systems.iter_mut().zip(editions) {
            if let Some(effort) = edition.effort {
                *system.effort.get_or_insert_default() += effort;
            }
            if let Some(edits) = edition.edits {
                system.edits = Some(system.edits.unwrap_or_default().plus(edits));
            }
            files.push(edition.file);
        }
        trials.push(Trial::new(&source, &reference, &files, settings));
    }
    for (system, entrant) in systems.iter_mut().zip(entrants) {
        if let (Some(effort), Editions::Made(_, seconds)) = (&mut system.effort, &entrant.editions) {
            effort.seconds = *seconds;
        }
    }
    if trials.is_empty() {
        return Err(Failure::new("there is no issue that all systems have an edition of"));
    }
    Ok((trials, systems))
}

fn read(path: &Path, profile: &Profile) -> Result<File, Failure> {
    let text = failure::read(path)?;
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{} is empty", failure::name(path))));
    }
    Ok(File::new(Source::new(failure::name(path), text), profile))
}
