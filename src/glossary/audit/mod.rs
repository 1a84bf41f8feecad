//! What is wrong with a termbase as a file: all of it, each with its place.
//!
//! [`Glossary::parse`](super::Glossary::parse) stops at the first thing it cannot work with. A person
//! who mends a file wants the whole list, and what can be worked with and is not meant as well.

mod between;
mod entries;
mod usage;

use toml_edit::Document;

use super::GlossaryError;
use crate::rules::Severity;
use crate::source::Span;

use entries::Entry;

pub use usage::Usage;

/// Something about a termbase that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What.
    pub flaw: Flaw,
    /// What it says, in a line.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Span,
    /// What it is at odds with.
    pub other: Option<Span>,
}

/// What can be wrong with a termbase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// A key that is none.
    UnknownKey,
    /// A value of another type, or a category that is none.
    WrongValue,
    /// An entry without a source.
    NoSource,
    /// An entry without a target that is not kept, either.
    NoTarget,
    /// A variant or a forbidden form without a character.
    EmptyForm,
    /// A control character.
    ControlCharacter,
    /// A term that is there twice.
    Duplicate,
    /// Two terms that differ in capitals or in traditional characters alone.
    DuplicateSpelling,
    /// A form that is given twice in an entry.
    RepeatedForm,
    /// A form that is right and forbidden in one entry.
    ForbiddenIsRight,
    /// A forbidden form that is right for another term.
    ForbiddenElsewhere,
    /// A term that no text has.
    NeverFound,
    /// A term that a corpus has inside longer ones only.
    Shadowed,
    /// A term that a corpus does not have.
    Unused,
}

impl Flaw {
    /// Its id, for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown-key",
            Self::WrongValue => "wrong-value",
            Self::NoSource => "no-source",
            Self::NoTarget => "no-target",
            Self::EmptyForm => "empty-form",
            Self::ControlCharacter => "control-character",
            Self::Duplicate => "duplicate",
            Self::DuplicateSpelling => "duplicate-spelling",
            Self::RepeatedForm => "repeated-form",
            Self::ForbiddenIsRight => "forbidden-is-right",
            Self::ForbiddenElsewhere => "forbidden-elsewhere",
            Self::NeverFound => "never-found",
            Self::Shadowed => "shadowed",
            Self::Unused => "unused",
        }
    }

    /// How much it weighs. An error is what no termbase is read with; an info may well be meant:
    /// `并行` forbids `並行`, and `并发` is rendered so.
    pub fn severity(self) -> Severity {
        match self {
            Self::UnknownKey
            | Self::WrongValue
            | Self::NoSource
            | Self::NoTarget
            | Self::EmptyForm
            | Self::ControlCharacter
            | Self::Duplicate
            | Self::ForbiddenIsRight => Severity::Error,
            Self::DuplicateSpelling | Self::RepeatedForm | Self::NeverFound => Severity::Warning,
            Self::ForbiddenElsewhere | Self::Shadowed | Self::Unused => Severity::Info,
        }
    }
}

/// A termbase, looked through.
#[derive(Clone, Debug)]
pub struct Audit {
    entries: Vec<Entry>,
    remarks: Vec<Remark>,
}

impl Audit {
    /// Look through a file.
    ///
    /// ```
    /// # use nekoyaku::glossary::{Audit, Flaw};
    /// let text = "[[term]]\nsource = \"模型\"\ntarget = \"モデル\"\n[[term]]\nsource = \"模型\"\n";
    /// let audit = Audit::new(text)?;
    /// let flaws: Vec<Flaw> = audit.remarks().iter().map(|remark| remark.flaw).collect();
    /// assert_eq!(flaws, [Flaw::NoTarget, Flaw::Duplicate]);
    /// # Ok::<(), nekoyaku::glossary::GlossaryError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where it is not TOML: then nothing can be said of its entries.
    pub fn new(text: &str) -> Result<Self, GlossaryError> {
        let document = Document::parse(text)
            .map_err(|error| GlossaryError::Unreadable(error.to_string().trim_end().to_owned()))?;
        let mut remarks = Vec::new();
        let entries = entries::read(&document, &mut remarks);
        for entry in &entries {
            entry.check(&mut remarks);
        }
        between::check(&entries, &mut remarks);
        let mut audit = Self { entries, remarks };
        audit.sort();
        Ok(audit)
    }

    /// What there is to say, in the order of the file.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// How many entries there are, sound or not.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    fn sort(&mut self) {
        self.remarks.sort_by_key(|remark| (remark.span.start(), remark.flaw));
    }
}

impl Remark {
    fn new(flaw: Flaw, span: Span, message: impl Into<String>) -> Self {
        Self { flaw, message: message.into(), span, other: None }
    }

    fn with_other(mut self, span: Span) -> Self {
        self.other = Some(span);
        self
    }
}
