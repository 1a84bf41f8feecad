//! The requests for what is missing, in files of a size that servers take.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use nekoyaku::batch::{self, Ask, Ledger, MOST_BYTES, MOST_REQUESTS, Plan};
use nekoyaku::issue::Issue;
use nekoyaku::journal::{Journal, Key};
use nekoyaku::model::{Model, OpenAi};
use nekoyaku::translate::{Books, Clerk, TranslateError};
use tempfile::NamedTempFile;

use super::super::desk::{Desk, Setup};
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::super::{input, output};
use super::ledger::seen_from;

/// An issue, and what it is translated with.
pub(super) struct Bench {
    pub(super) issue: Issue,
    pub(super) desk: Desk,
}

impl Bench {
    pub(super) fn set(setup: Setup<'_>, path: &Path, terminal: &Terminal) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Err(Failure::new("the issues of a batch are files").hint("name them"));
        }
        let mut desk = Desk::set(setup, path)?;
        desk.remember(setup, path, false, &|message| terminal.note(message))?;
        Ok(Self { issue: input::issue(path, &desk.profile)?, desk })
    }

    /// A clerk for the answers of `model`.
    pub(super) fn clerk<'a>(
        &'a self,
        journal: &'a dyn Journal,
        model: &'a str,
        parameters: &'a str,
    ) -> Result<Clerk<'a>, Failure> {
        let books = Books { journal, model, parameters };
        let clerk = Clerk::new(&self.issue, self.desk.materials(), books, &self.desk.options);
        clerk.map_err(|error| TranslateError::Memory(error).into())
    }

    /// The requests for the segments in `wanted`.
    pub(super) fn plan(
        &self,
        wanted: &[usize],
        clerk: &Clerk<'_>,
        model: &OpenAi,
    ) -> Result<Vec<batch::Planned>, Failure> {
        let materials = self.desk.materials();
        let told = (materials.prompts, materials.glossary, clerk.examples());
        let planned = batch::plan(&self.issue, wanted, clerk.keys(), told, self.desk.options.limits, model.format());
        planned.map_err(|error| Failure::of(&error))
    }
}

/// The edition of the issue at `path`, beside which everything is kept.
pub(super) fn edition(path: &Path, out_dir: Option<&Path>) -> PathBuf {
    match out_dir {
        Some(folder) => folder.join(path.file_name().unwrap_or_default()),
        None => output::beside(path),
    }
}

/// The folder that the editions of all issues go into.
pub(super) fn one_folder(issues: &[PathBuf], out_dir: Option<&Path>) -> Result<PathBuf, Failure> {
    let mut first: Option<(PathBuf, &Path)> = None;
    let mut stems = BTreeMap::new();
    for issue in issues {
        let edition = edition(issue, out_dir);
        let folder = output::settled(output::folder_of(&edition));
        if let Some((other, path)) = &first
            && *other != folder
        {
            let message = format!("the editions of {} and {} go into two folders", path.display(), issue.display());
            return Err(Failure::new(message).hint("a batch is for one folder; name the issues of one, or --out-dir"));
        }
        if let Some(other) = stems.insert(issue.file_stem().unwrap_or_default(), issue)
            && output::settled(other) != output::settled(issue)
        {
            let message = format!("the editions of {} and {} would be one file", other.display(), issue.display());
            return Err(Failure::new(message));
        }
        first.get_or_insert((folder, issue));
    }
    let first = issues.first().ok_or_else(|| Failure::new("no issue is named"))?;
    Ok(edition(first, out_dir))
}

/// How much goes into one file.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) requests: usize,
    pub(super) bytes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { requests: MOST_REQUESTS, bytes: MOST_BYTES }
    }
}

/// A file of requests.
pub(super) struct Chunk {
    pub(super) file: NamedTempFile,
    pub(super) plan: Plan,
}

/// What is to be asked, written to files, and how much it is.
#[derive(Default)]
pub(super) struct Requests {
    pub(super) chunks: Vec<Chunk>,
    pub(super) issues: usize,
    pub(super) segments: usize,
    pub(super) requests: usize,
    /// Tokens in and out, about.
    pub(super) tokens: (usize, usize),
    /// Segments that are not asked for, since they are being answered.
    pub(super) under_way: usize,
}

/// Whom the requests are for, and where what is known about them stands.
pub(super) struct For<'a> {
    pub(super) setup: Setup<'a>,
    pub(super) model: &'a OpenAi,
    pub(super) name: &'a str,
    pub(super) host: Option<&'a str>,
    pub(super) journal: &'a dyn Journal,
    pub(super) ledger: &'a Ledger,
    /// Where files are written, and paths are seen from.
    pub(super) folder: &'a Path,
    pub(super) sizes: Sizes,
    /// Segments with these keys are being answered.
    pub(super) under_way: HashSet<Key>,
}

/// Write the requests for what is missing of `issues`. A text that several of them have is asked once.
pub(super) fn write(issues: &[PathBuf], mut wanted: For<'_>, terminal: &Terminal) -> Result<Requests, Failure> {
    let parameters = wanted.model.parameters();
    let mut all = Requests::default();
    let mut asked_here = HashSet::new();
    let mut open: Option<Open> = None;
    for path in issues {
        let bench = Bench::set(wanted.setup, path, terminal)?;
        let clerk = bench.clerk(wanted.journal, wanted.name, &parameters)?;
        let mut missing = clerk.missing();
        let before = missing.len();
        missing.retain(|segment| !wanted.under_way.contains(&clerk.keys()[*segment]));
        all.under_way += before - missing.len();
        missing.retain(|segment| asked_here.insert(clerk.keys()[*segment]));
        if missing.is_empty() {
            continue;
        }
        all.issues += 1;
        all.segments += missing.len();
        let place = seen_from(wanted.folder, path).unwrap_or_default();
        for batch::Planned { ask, request } in bench.plan(&missing, &clerk, wanted.model)? {
            all.requests += 1;
            all.tokens.0 += request.estimated_tokens();
            all.tokens.1 += usize::try_from(request.expected_output_tokens).unwrap_or(0);
            let line = batch::line(&ask.id, wanted.model.body(&request));
            if line.len() > wanted.sizes.bytes {
                return Err(Failure::new(format!(
                    "a request of {} alone is larger than a file may be",
                    path.display()
                )));
            }
            if let Some(full) = open.take_if(|open| !open.has_room(&line, wanted.sizes)) {
                all.chunks.push(full.close(&wanted)?);
            }
            let chunk = match &mut open {
                Some(chunk) => chunk,
                none => none.insert(Open::new(wanted.folder)?),
            };
            chunk.add(&line, ask, place.clone())?;
        }
    }
    if let Some(last) = open {
        all.chunks.push(last.close(&wanted)?);
    }
    wanted.under_way.clear();
    Ok(all)
}

/// A file that is being written.
struct Open {
    file: BufWriter<NamedTempFile>,
    bytes: usize,
    asks: Vec<Ask>,
    issues: BTreeMap<String, String>,
}

impl Open {
    fn new(folder: &Path) -> Result<Self, Failure> {
        let file = output::temporary_in(folder).map_err(|error| unwritable(folder, &error))?;
        Ok(Self { file: BufWriter::new(file), bytes: 0, asks: Vec::new(), issues: BTreeMap::new() })
    }

    fn has_room(&self, line: &str, sizes: Sizes) -> bool {
        self.asks.len() < sizes.requests && self.bytes + line.len() <= sizes.bytes
    }

    fn add(&mut self, line: &str, ask: Ask, place: String) -> Result<(), Failure> {
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|error| unwritable(self.file.get_ref().path(), &error))?;
        self.bytes += line.len();
        self.issues.insert(ask.issue.clone(), place);
        self.asks.push(ask);
        Ok(())
    }

    fn close(self, wanted: &For<'_>) -> Result<Chunk, Failure> {
        let file = self.file.into_inner().map_err(|error| unwritable(wanted.folder, error.error()))?;
        file.as_file().sync_all().map_err(|error| unwritable(wanted.folder, &error))?;
        let plan = Plan {
            run: wanted.ledger.name_of(wanted.host.unwrap_or_default(), wanted.name, &self.asks),
            host: wanted.host.map(str::to_owned),
            model: wanted.name.to_owned(),
            parameters: wanted.model.parameters(),
            issues: self.issues,
            asks: self.asks,
        };
        Ok(Chunk { file, plan })
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("the requests cannot be written to {}", path.display())).because(error)
}

/// The bytes of a file of requests.
pub(super) fn contents(file: &NamedTempFile) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let read = |mut file: File| -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    file.reopen().and_then(read).map_err(|error| Failure::new("the requests cannot be read").because(&error))
}
