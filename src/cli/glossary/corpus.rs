//! Issues to look terms up in.

use std::path::{Path, PathBuf};

use nekoyaku::issue::Issue;
use nekoyaku::profile::Profile;
use nekoyaku::script::{is_han, is_kana};
use nekoyaku::source::Source;

use super::super::failure::{self, Failure};
use super::super::{input, pairs};

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
    let found: Vec<PathBuf> = pairs::markdown(path, true)?.into_values().collect();
    if found.is_empty() {
        return Err(Failure::new(format!("there is no issue in {}", path.display())).hint("issues end in .md"));
    }
    Ok(found)
}

/// Whether a text has kana for a tenth of its Han characters.
fn is_japanese(text: &str) -> bool {
    let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    count(is_kana) * 10 > count(is_han)
}
