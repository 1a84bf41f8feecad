//! An entry of the termbase.

use serde::{Deserialize, Serialize};

/// A term of `glossary.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The term in the source language.
    pub source: String,
    /// Its rendering; may be left out where `keep` is set.
    #[serde(default)]
    pub target: String,
    /// Renderings that are right as well.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Renderings that are wrong where the source has the term.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What the model is told about it.
    #[serde(default)]
    pub note: String,
    /// What kind of term it is.
    #[serde(default)]
    pub category: Category,
    /// Whether it stays as it is written.
    #[serde(default)]
    pub keep: bool,
    /// Whether capitals count.
    #[serde(default)]
    pub case: bool,
    /// Whether one of its renderings has to be there wherever the source has it.
    // Not said where it is not set: what terms are written as goes into the keys of paid answers, and
    // those of before this field was there are still good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
}

/// The kinds of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// A word of the field.
    #[default]
    Term,
    /// The name of a section, a whole heading.
    Section,
    /// A label behind a link: `（英文）`.
    Label,
    /// A phrase that comes back in every issue.
    Boilerplate,
    /// A person.
    Person,
    /// A company.
    Company,
    /// A product.
    Product,
    /// A book, a newsletter, a podcast.
    Publication,
}

impl Category {
    /// All of them, in the order in which people read of them.
    pub const ALL: [Self; 8] = [
        Self::Term,
        Self::Section,
        Self::Label,
        Self::Boilerplate,
        Self::Person,
        Self::Company,
        Self::Product,
        Self::Publication,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Section => "section",
            Self::Label => "label",
            Self::Boilerplate => "boilerplate",
            Self::Person => "person",
            Self::Company => "company",
            Self::Product => "product",
            Self::Publication => "publication",
        }
    }

    /// Whether it is what a term is where nothing is said.
    pub(super) fn is_default(self) -> bool {
        self == Self::default()
    }

    /// The one of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

impl Term {
    /// All renderings that are right, the first one first.
    pub fn renderings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.target).chain(&self.variants).map(String::as_str)
    }

    /// Why it cannot be meant.
    pub(super) fn fault(&self) -> Option<String> {
        let forms = || self.variants.iter().chain(&self.forbidden);
        if forms().any(|form| form.trim().is_empty()) {
            return Some("a variant or a forbidden form is empty".to_owned());
        }
        if let Some(form) = self.forbidden.iter().find(|form| **form == self.target || self.variants.contains(form)) {
            return Some(format!("`{form}` is both right and forbidden"));
        }
        let control = |text: &String| text.chars().any(char::is_control);
        let all = [&self.source, &self.target, &self.note].into_iter().chain(forms());
        all.into_iter().any(control).then(|| "there is a control character".to_owned())
    }
}
