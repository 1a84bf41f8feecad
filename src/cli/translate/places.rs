//! Where editions and diffs go.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::super::output::{self, Destination};
use super::Args;

impl Args {
    /// Two issues must not end in one file.
    pub(super) fn check_destinations(&self) -> Result<(), Failure> {
        let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
        for issue in &self.issues {
            let place = match self.destination(issue)? {
                Destination::Stdout => PathBuf::from("-"),
                Destination::File(path) => output::settled(&path),
            };
            if let Some(other) = taken.insert(place.clone(), issue) {
                let message = format!("the editions of {} and {} would be one file", other.display(), issue.display());
                return Err(
                    Failure::new(format!("{message}, {}", place.display())).hint("translate them one by one, with -o")
                );
            }
        }
        Ok(())
    }

    pub(super) fn destination(&self, source: &Path) -> Result<Destination, Failure> {
        let stdin = source == Path::new("-");
        let path = match (&self.output, &self.out_dir) {
            (Some(path), _) if path == Path::new("-") => return Ok(Destination::Stdout),
            (Some(path), _) => path.clone(),
            (None, Some(_) | None) if stdin => return Ok(Destination::Stdout),
            (None, Some(folder)) => folder.join(source.file_name().unwrap_or_default()),
            (None, None) => output::beside(source),
        };
        if same_file(&path, source) {
            return Err(Failure::new(format!("the edition would be written over the issue, {}", source.display()))
                .hint("give another file with -o"));
        }
        Ok(Destination::File(path))
    }

    pub(super) fn diff_destination(
        &self,
        source: &Path,
        edition: &Destination,
    ) -> Result<Option<Destination>, Failure> {
        let path = match (&self.diff, edition) {
            _ if self.no_diff => return Ok(None),
            (Some(path), Destination::Stdout) if path == Path::new("-") => {
                return Err(Failure::new("edition and diff cannot both go to stdout").hint("use --no-diff, or -o FILE"));
            }
            (Some(path), _) if path == Path::new("-") => return Ok(Some(Destination::Stdout)),
            (Some(path), _) => path.clone(),
            (None, Destination::Stdout) => return Ok(None),
            (None, Destination::File(edition)) if output::is_device(edition) => return Ok(None),
            (None, Destination::File(edition)) => output::diff_of(edition),
        };
        let over_edition = matches!(edition, Destination::File(edition) if same_file(&path, edition));
        if over_edition || same_file(&path, source) {
            return Err(Failure::new(format!("the diff would be written over {}", path.display()))
                .hint("give another file with --diff"));
        }
        let edition = match edition {
            Destination::File(edition) => edition.as_path(),
            Destination::Stdout => Path::new("stdout"),
        };
        output::check_diff(&path, edition)?;
        Ok(Some(Destination::File(path)))
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    output::settled(a) == output::settled(b)
}
