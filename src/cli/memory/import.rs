//! What `memory import` reads: a file of another program, whole or not at all.
//!
//! A file is surveyed before anything is kept of it: one that breaks off half way teaches nothing.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use nekoyaku::memory::Unit;
use nekoyaku::memory::exchange::{self, ExchangeError, Format, Languages, Problem, Taken};

use super::super::Outcome;
use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::exchange::{TOLD, told_briefly};

/// A file of another program, read once from its beginning to its end: whether it can be taken whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// How many units it has.
    pub(super) units: u64,
    /// How many pairs are none.
    pub(super) left_out: u64,
    /// The first of those: the line, and why.
    told: Vec<(usize, String)>,
}

impl Survey {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let mut survey = Self::default();
        for taken in entries(path, "")? {
            match taken? {
                Taken::Unit(_) => survey.units += 1,
                Taken::LeftOut { line, why } => {
                    if survey.left_out < TOLD {
                        survey.told.push((line, why.to_string()));
                    }
                    survey.left_out += 1;
                }
            }
        }
        Ok(survey)
    }

    /// Say what was left out of `path`, and how many were taken.
    pub(super) fn tell(&self, path: &Path, terminal: &Terminal) -> Outcome {
        for (line, why) in &self.told {
            terminal.note(&format!("{}:{line}: left out: {why}", path.display()));
        }
        told_briefly(self.left_out, terminal);
        let left = if self.left_out > 0 { format!(", {} left out", self.left_out) } else { String::new() };
        terminal.note(&format!("{}: {} translations{left}", path.display(), self.units));
        if self.left_out > 0 { Outcome::Findings } else { Outcome::Clean }
    }
}

/// The units of a file, one by one; `name` is what the memory calls it.
pub(super) fn units(path: &Path, name: &str) -> Result<impl Iterator<Item = Result<Unit, Failure>> + use<>, Failure> {
    let units = entries(path, name)?.filter_map(|taken| match taken {
        Ok(Taken::Unit(unit)) => Some(Ok(unit)),
        Ok(Taken::LeftOut { .. }) => None,
        Err(failure) => Some(Err(failure)),
    });
    Ok(units)
}

fn entries(path: &Path, name: &str) -> Result<impl Iterator<Item = Result<Taken, Failure>> + use<>, Failure> {
    let shown = path.to_owned();
    let format = Format::of(path).ok_or_else(|| {
        Failure::new(format!("{}: its name does not say what it is", path.display()))
            .hint("let it end in .tmx, .jsonl or .csv")
    })?;
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a folder, not a file", path.display())).hint("name the files in it"));
    }
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("there is no file {}", path.display())),
        _ => Failure::new(format!("{} cannot be read", path.display())).because(&error),
    })?;
    let entries = exchange::read(format, BufReader::new(file), name, &Languages::default());
    Ok(entries.map(move |taken| taken.map_err(|error| failure(&error, &shown))))
}

/// What is the matter with a file, where, and what to do.
fn failure(error: &ExchangeError, path: &Path) -> Failure {
    let place = error.place.map(|place| format!(":{place}")).unwrap_or_default();
    let failure = Failure::new(format!("{}{place}: {}", path.display(), error.problem));
    let hint = match &error.problem {
        Problem::Unreadable(cause) => return failure.because(cause),
        Problem::UnknownEncoding(_) | Problem::NotText(_) => {
            "export it as UTF-8, or convert it, with `iconv -f GB18030 -t UTF-8` for instance"
        }
        Problem::TooLong(_) | Problem::TooDeep(_) | Problem::TooManyAttributes(_) => {
            "no translation memory is like this; export it again from the program it came from"
        }
        Problem::Definitions => "take out what stands in `[` and `]` behind <!DOCTYPE, if you trust the file",
        Problem::UnknownEntity(_) => "write the character itself, and `&amp;` for `&`",
        Problem::NotTmx(_) => "export it as TMX from the program it came from",
        Problem::NotXml(_) | Problem::CutOff(_) | Problem::Empty => {
            "it may be damaged; export it again from the program it came from"
        }
        Problem::NotJson(_) => "a line is to be as `nekoyaku memory export --format jsonl` writes it",
        Problem::NoColumn(_) => "begin with a row that has `source` and `target` in it",
        Problem::NotTable(_) => "save it as `CSV UTF-8`",
    };
    failure.hint(hint)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(ending: &str, bytes: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other").with_extension(ending);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_is_surveyed_before_its_units_are_taken() {
        let (_folder, path) = file("csv", "source,target,tags\n猫,ネコ,\n犬,,\n<a1>鸟</a1>,トリ,a1\n");
        let survey = Survey::of(&path).unwrap();
        let told = [
            (3, "there is nothing in the translation".to_owned()),
            (4, "the tags of the text are not those of the translation".to_owned()),
        ];
        assert_eq!(survey, Survey { units: 1, left_out: 2, told: told.to_vec() });

        let units: Vec<Unit> = units(&path, "memory/other.csv").unwrap().map(Result::unwrap).collect();
        assert_eq!((units.len(), units[0].origin.source.as_str()), (1, "memory/other.csv"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_to_do() {
        let (_folder, path) = file("tmx", "<tmx>\n<body>&nbsp;</body></tmx>");
        let failure = Survey::of(&path).unwrap_err();
        assert!(failure.message.ends_with("other.tmx:2:7: &nbsp; stands for nothing that is known"), "{failure:?}");
        assert!(failure.hint.is_some());

        let (_folder, path) = file("doc", "");
        assert!(Survey::of(&path).unwrap_err().message.ends_with("its name does not say what it is"));
    }
}
