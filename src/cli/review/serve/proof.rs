//! An edition that a person works on in a browser: what the page asks for, and what becomes of the file.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use nekoyaku::check::{File, Settings};
use nekoyaku::glossary::Glossary;
use nekoyaku::hash::hash64;
use nekoyaku::review::{Live, Materials, Published, Review, Stretch, merge, served_page};
use nekoyaku::rules::Language;
use nekoyaku::source::{MAX_LENGTH, Source};
use nekoyaku::update::Conflict;
use serde::{Deserialize, Serialize};

use crate::cli::conflicts;
use crate::cli::failure::{self, Failure};
use crate::cli::output::{self, Unwritten};

/// Two files, and all that is asked of them.
pub(super) struct Proof<'a> {
    pub(super) source: PathBuf,
    pub(super) edition: PathBuf,
    /// The edition; where that is a link, what it leads to.
    pub(super) file: PathBuf,
    pub(super) settings: &'a Settings<'a>,
    pub(super) glossary: &'a Glossary,
    pub(super) published: &'a Published,
    pub(super) language: Language,
    pub(super) texts: RefCell<Texts>,
}

/// What does not change while a person writes.
pub(super) struct Texts {
    pub(super) source: File,
    pub(super) draft: Option<File>,
    pub(super) conflicts: Vec<Conflict>,
}

/// What the page has and wants to know more of.
#[derive(Deserialize)]
pub(super) struct Check {
    /// The edition as the file had it.
    base: String,
    /// The edition as it is on the page; nothing where the page has none yet.
    text: Option<String>,
    /// The blocks it shows, by their hashes.
    known: HashSet<String>,
    /// Where a person writes, in UTF-16 code units.
    written: Option<usize>,
}

#[derive(Serialize)]
pub(super) struct Checked {
    #[serde(flatten)]
    live: Live,
    #[serde(flatten)]
    begun: Option<Begun>,
}

/// What a page begins with.
#[derive(Serialize)]
struct Begun {
    text: String,
    version: String,
    /// Whether there is something of before that was not saved.
    unsaved: bool,
}

#[derive(Deserialize)]
pub(super) struct Save {
    base: String,
    text: String,
}

/// What came of saving.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Saved {
    Done {
        text: String,
        version: String,
    },
    /// Nothing was written: the same place was changed in the file.
    Conflict {
        conflicts: Vec<Side>,
        disk: String,
    },
}

/// A stretch of the edition: the text, or what is to be chosen from.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Side {
    Agreed(String),
    Conflict { mine: String, theirs: String },
}

#[derive(Serialize)]
pub(super) struct State {
    version: String,
}

/// What was written and not saved, and the text of the file that it was written on.
#[derive(Serialize, Deserialize)]
pub(super) struct Unsaved {
    base: String,
    text: String,
}

impl Proof<'_> {
    /// The page without its rows.
    pub(super) fn page(&self) -> Result<String, Failure> {
        let texts = self.texts.borrow();
        let edition = self.read()?.unwrap_or_default();
        let source = [texts.source.source.name(), texts.source.source.text()];
        let page = served_page(source, [&self.name(), &edition], self.language);
        page.map_err(|error| Failure::of(&error))
    }

    /// What the page is to show.
    pub(super) fn check(&self, asked: Check) -> Result<Checked, Failure> {
        let (text, begun) = match asked.text {
            Some(text) => {
                is_bearable(&text)?;
                self.keep(&asked.base, &text);
                (text, None)
            }
            None => {
                let text = self.begin()?;
                let unsaved = self.unsaved().is_some_and(|unsaved| unsaved.text != text);
                (text.clone(), Some(Begun { version: version_of(&text), text, unsaved }))
            }
        };
        let texts = self.texts.borrow();
        let edition = File::new(Source::new(self.name(), text), self.settings.profile);
        let materials = Materials {
            settings: self.settings,
            glossary: self.glossary,
            draft: texts.draft.as_ref(),
            conflicts: &texts.conflicts,
            published: self.published,
        };
        let mut review = Review::new(&texts.source, &edition, materials);
        let live = review.live(self.language, &asked.known, asked.written).map_err(|error| Failure::of(&error))?;
        Ok(Checked { live, begun })
    }

    /// Read all anew.
    fn begin(&self) -> Result<String, Failure> {
        let source = super::super::read(&self.source, self.settings.profile)?;
        let draft = super::super::draft(&self.edition, self.settings.profile);
        let conflicts = conflicts::of(&self.edition);
        *self.texts.borrow_mut() = Texts { source, draft, conflicts };
        Ok(self.read()?.unwrap_or_default())
    }

    pub(super) fn state(&self) -> Result<State, Failure> {
        Ok(State { version: self.read()?.map(|text| version_of(&text)).unwrap_or_default() })
    }

    /// Write what the page has to the file, together with what was changed there meanwhile; nothing where
    /// both changed the same place.
    pub(super) fn save(&self, save: &Save) -> Result<Saved, Failure> {
        is_bearable(&save.text)?;
        // The file may be changed by others at any instant: then it is looked at again.
        for _ in 0..5 {
            let disk = self.read()?;
            let text = match &disk {
                // Who took the file away did not change what is on the page.
                None => save.text.clone(),
                Some(disk) => match merged(&save.base, &save.text, disk) {
                    Ok(text) => text,
                    Err(conflicts) => return Ok(Saved::Conflict { conflicts, disk: disk.clone() }),
                },
            };
            if self.replace(disk.as_deref(), &text)? {
                output::drop_unsaved(&self.edition);
                return Ok(Saved::Done { version: version_of(&text), text });
            }
        }
        Err(Failure::new(format!("{} is being changed again and again; nothing was written", self.name())))
    }

    /// Write `text`, if the file is still what `disk` says; whether that was so.
    fn replace(&self, disk: Option<&str>, text: &str) -> Result<bool, Failure> {
        if disk == Some(text) {
            return Ok(true);
        }
        let is_changed = std::cell::Cell::new(false);
        // What is read is what a link leads to, and it may be one only since a minute ago.
        let written = output::write_with(&output::settled(&self.edition), |file| {
            file.write_all(text.as_bytes())?;
            is_changed.set(self.read().map_err(Unwritten::Input)?.as_deref() != disk);
            if is_changed.get() { Err(Unwritten::Input(Failure::new("it was changed"))) } else { Ok(()) }
        });
        match written {
            Ok(()) => Ok(true),
            Err(_) if is_changed.get() => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// What was not saved, where there is something.
    pub(super) fn unsaved(&self) -> Option<Unsaved> {
        serde_json::from_str(&output::unsaved(&self.edition)?).ok()
    }

    pub(super) fn drop_unsaved(&self) {
        output::drop_unsaved(&self.edition);
    }

    /// Remember what is not saved, in case that page or program go. Where that cannot be, the page has it.
    fn keep(&self, base: &str, text: &str) {
        if base == text {
            output::drop_unsaved(&self.edition);
            return;
        }
        let unsaved = Unsaved { base: base.to_owned(), text: text.to_owned() };
        if let Ok(unsaved) = serde_json::to_string(&unsaved) {
            let _ = output::keep_unsaved(&self.edition, &unsaved);
        }
    }

    /// The edition as the file has it; nothing where there is no file.
    fn read(&self) -> Result<Option<String>, Failure> {
        match fs::metadata(&self.edition) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            _ => failure::read(&self.edition).map(Some),
        }
    }

    fn name(&self) -> String {
        failure::name(&self.edition)
    }
}

/// What both sides made of `base`; where they changed the same place, all of it with what is to be chosen.
fn merged(base: &str, mine: &str, theirs: &str) -> Result<String, Vec<Side>> {
    let stretches = merge(base, mine, theirs);
    let agreed = |stretch: &Stretch<'_>| match *stretch {
        Stretch::Agreed(text) => Some(text.to_owned()),
        Stretch::Conflict { .. } => None,
    };
    if let Some(text) = stretches.iter().map(agreed).collect::<Option<String>>() {
        return Ok(text);
    }
    let sides = stretches.into_iter().map(|stretch| match stretch {
        Stretch::Agreed(text) => Side::Agreed(text.to_owned()),
        Stretch::Conflict { mine, theirs } => Side::Conflict { mine: mine.to_owned(), theirs: theirs.to_owned() },
    });
    Err(sides.collect())
}

fn is_bearable(text: &str) -> Result<(), Failure> {
    if text.len() <= MAX_LENGTH { Ok(()) } else { Err(Failure::new(format!("that is more than {MAX_LENGTH} bytes"))) }
}

/// What tells that a text is another; what is saved is held against the text itself.
fn version_of(text: &str) -> String {
    format!("{:016x}", hash64(text.bytes()))
}

#[cfg(test)]
mod tests {
    use nekoyaku::profile::Profile;
    use nekoyaku::wording::Friends;

    use super::*;

    #[test]
    fn a_file_that_is_changed_at_the_last_instant_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("周刊.md");
        let (profile, glossary) = (Profile::default(), Glossary::built_in().expect("the terms"));
        let friends = Friends::built_in().expect("the friends");
        let settings = Settings::new(&profile, &glossary, &friends).expect("settings");
        let source = File::new(Source::new("a.md", "猫\n"), &profile);
        let texts = Texts { source, draft: None, conflicts: Vec::new() };
        let proof = Proof {
            source: path.clone(),
            edition: path.clone(),
            file: path.clone(),
            settings: &settings,
            glossary: &glossary,
            published: &Published::default(),
            language: Language::Ja,
            texts: RefCell::new(texts),
        };
        fs::write(&path, "他の人の文。\n").expect("a file");
        assert!(!proof.replace(Some("前の文。\n"), "私の文。\n").expect("it is seen"));
        assert!(!proof.replace(None, "私の文。\n").expect("it is seen"));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "他の人の文。\n");
        assert!(proof.replace(Some("他の人の文。\n"), "私の文。\n").expect("it is written"));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "私の文。\n");
    }
}
