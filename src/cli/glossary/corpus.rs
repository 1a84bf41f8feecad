//! Issues to look terms up in.

use std::path::{Path, PathBuf};

use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::script::{is_han, is_kana};
use nekoyaku::source::Source;

use super::super::failure::{self, Failure};
use super::super::input;

/// The texts of the segments of all issues in `named`, files or folders, as a translator has them.
pub(super) fn texts(named: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    for path in named.iter().map(|path| issues(path)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        let text = failure::read(&path)?;
        if is_japanese(&text) {
            continue;
        }
        let profile = input::profile(None, &path)?;
        texts.extend(texts_of(&path, text, &profile));
    }
    Ok(texts)
}

fn texts_of(path: &Path, text: String, profile: &Profile) -> Vec<String> {
    match Issue::new(Source::new(failure::name(path), text.clone()), profile) {
        Ok(issue) => issue.segments().map(|segment| segment.plain_text()).collect(),
        // Its words are there, whatever its front matter is like.
        Err(_) => vec![text],
    }
}

/// The Markdown files of a folder and of those in it, in order; a file is itself.
fn issues(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut found, mut open) = (Vec::new(), vec![path.to_owned()]);
    while let Some(here) = open.pop() {
        let failed = |error: std::io::Error| Failure::new(format!("{} cannot be read", here.display())).because(&error);
        for entry in std::fs::read_dir(&here).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            // A link may lead back up.
            let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if is_folder && !hidden {
                open.push(path);
            } else if path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md")) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!("there is no issue in {}", path.display())).hint("issues end in .md"));
    }
    found.sort();
    Ok(found)
}

/// Whether a text has kana for a tenth of its Han characters.
fn is_japanese(text: &str) -> bool {
    let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    count(is_kana) * 10 > count(is_han)
}
