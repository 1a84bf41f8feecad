//! The texts a model is given, and the translator's note: templates, for people to change.
//!
//! The templates in `prompts/` are compiled in. A folder given with `--prompts` replaces those it has
//! a file for. Each has its own variables (see [`Template`]); a name that is none of them is an
//! error when the templates are read, not when the first request is paid for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// The templates there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// `translate.md`, the instructions. Variables: `terms` (a list with `source`, `target`, `note`,
    /// `keep`), `examples` (a list with `source`, `target`), `format` (`json`, `tagged` or `plain`).
    Translate,
    /// `segments.md`, what is to be translated. Variables: `section`, `before` (both may be empty),
    /// `segments` (the text in the format asked for).
    Segments,
    /// `repair.md`, what was wrong. Variables: `section`, `segments`, `faulty` (a list with `key`,
    /// `source`, `draft`, `faults`).
    Repair,
    /// `brief.md`, how names and terms are fixed before all else. Variables: `terms` (those that are
    /// fixed already, as in `translate.md`), `most` (how many are asked for).
    Brief,
    /// `refine.md`, how a translation is made a better one. Variables: `section`, `segments` (a list
    /// with `key`, `source`, `draft`).
    Refine,
    /// `note.md`, the translator's note. Variables: `date` (with `year`, `month`, `day`), `title`,
    /// `url`, `report`, `subscription`.
    Note,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Translate, Self::Segments, Self::Repair, Self::Brief, Self::Refine, Self::Note];

    /// The name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Translate => "translate.md",
            Self::Segments => "segments.md",
            Self::Repair => "repair.md",
            Self::Brief => "brief.md",
            Self::Refine => "refine.md",
            Self::Note => "note.md",
        }
    }

    /// Its variables.
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Translate => &["terms", "examples", "format"],
            Self::Segments => &["section", "before", "segments"],
            Self::Repair => &["section", "segments", "faulty"],
            Self::Brief => &["terms", "most"],
            Self::Refine => &["section", "segments"],
            Self::Note => &["date", "date.year", "date.month", "date.day", "title", "url", "report", "subscription"],
        }
    }

    const fn built_in(self) -> &'static str {
        match self {
            Self::Translate => include_str!("../prompts/translate.md"),
            Self::Segments => include_str!("../prompts/segments.md"),
            Self::Repair => include_str!("../prompts/repair.md"),
            Self::Brief => include_str!("../prompts/brief.md"),
            Self::Refine => include_str!("../prompts/refine.md"),
            Self::Note => include_str!("../prompts/note.md"),
        }
    }
}

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The folder or a file in it cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is none of the templates in the folder.
    #[error("there is none of translate.md, segments.md, repair.md, brief.md, refine.md and note.md in {}", .0.display())]
    Nothing(PathBuf),
    /// It is not a template.
    #[error("{file}: {message}")]
    Syntax {
        /// The template's file.
        file: String,
        /// What the template engine says, with the line.
        message: String,
    },
    /// A variable that this template does not have.
    #[error("{file}, line {line}: there is no variable `{name}`; there are {known}")]
    UnknownVariable {
        /// The template's file.
        file: String,
        /// The first line with the name.
        line: usize,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
}

/// The templates, ready to be filled in.
#[derive(Debug)]
pub struct Prompts {
    environment: Environment<'static>,
}

impl Prompts {
    /// The templates that were compiled in.
    ///
    /// # Errors
    ///
    /// Never, unless one of them is broken.
    pub fn built_in() -> Result<Self, PromptError> {
        Self::with(|template| Ok((template.built_in().to_owned(), template.file().to_owned())))
    }

    /// The templates in `folder`, and the ones compiled in for those it does not have.
    ///
    /// # Errors
    ///
    /// Where the folder has none of them, or one is broken or has an unknown variable.
    pub fn from_folder(folder: &Path) -> Result<Self, PromptError> {
        let unreadable = |path: &Path, source| PromptError::Unreadable { path: path.to_owned(), source };
        let mut found = 0;
        fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
        let prompts = Self::with(|template| {
            let path = folder.join(template.file());
            match fs::read_to_string(&path) {
                Ok(text) => {
                    found += 1;
                    Ok((text, path.display().to_string()))
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Ok((template.built_in().to_owned(), template.file().to_owned()))
                }
                Err(error) => Err(unreadable(&path, error)),
            }
        })?;
        if found == 0 { Err(PromptError::Nothing(folder.to_owned())) } else { Ok(prompts) }
    }

    fn with(mut text_of: impl FnMut(Template) -> Result<(String, String), PromptError>) -> Result<Self, PromptError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).build();
        environment.set_syntax(syntax.unwrap_or_default());
        for template in Template::ALL {
            let (text, file) = text_of(template)?;
            let syntax = |error: minijinja::Error| {
                let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
                let message = format!("{line}{}", error.detail().unwrap_or("this is no template"));
                PromptError::Syntax { file: file.clone(), message }
            };
            environment.add_template_owned(template.file(), text.clone()).map_err(syntax)?;
            let parsed = environment.get_template(template.file()).map_err(syntax)?;
            let mut unknown: Vec<String> = parsed
                .undeclared_variables(true)
                .into_iter()
                .filter(|name| !template.variables().contains(&name.as_str()))
                .collect();
            unknown.sort_unstable();
            if let Some(name) = unknown.into_iter().next() {
                let place = text.find(&name).unwrap_or_default();
                let line = text[..place].matches('\n').count() + 1;
                let known = template.variables().join(", ");
                return Err(PromptError::UnknownVariable { file, line, name, known });
            }
        }
        Ok(Self { environment })
    }

    /// What a model is told for a translation, before anything is filled in: the note is for readers.
    pub fn told(&self) -> String {
        let told = [Template::Translate, Template::Segments, Template::Repair];
        told.into_iter().map(|template| self.source(template) + "\0").collect()
    }

    /// A template, before anything is filled in.
    pub fn source(&self, template: Template) -> String {
        let template = self.environment.get_template(template.file());
        template.map(|template| template.source().to_owned()).unwrap_or_default()
    }

    /// Fill a template in.
    ///
    /// # Errors
    ///
    /// Where the template does something with a variable that its value does not allow.
    pub fn render(&self, template: Template, values: &impl Serialize) -> Result<String, PromptError> {
        let fill = || self.environment.get_template(template.file())?.render(Serde(values));
        fill().map_err(|error| {
            let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
            PromptError::Syntax { file: template.file().to_owned(), message: format!("{line}{error}") }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_templates_know_their_variables() {
        let prompts = Prompts::built_in().unwrap();
        let values = serde_json::json!({"section": "文章", "before": "", "segments": "{}"});
        let text = prompts.render(Template::Segments, &values).unwrap();
        assert_eq!(text, "Section: 文章\nTranslate:\n{}");
    }

    #[test]
    fn an_unknown_variable_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("note.md"), "> 記事\n> {{ tittle }}\n").unwrap();
        let error = Prompts::from_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("line 2: there is no variable `tittle`; there are date, "), "{error}");
        fs::write(folder.path().join("note.md"), "> {{ date.yeer }}\n").unwrap();
        let error = Prompts::from_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("`date.yeer`"), "{error}");
    }

    #[test]
    fn a_folder_without_templates_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Prompts::from_folder(folder.path()), Err(PromptError::Nothing(_))));
        assert!(matches!(Prompts::from_folder(&folder.path().join("x")), Err(PromptError::Unreadable { .. })));
    }
}
