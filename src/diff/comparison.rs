//! Two texts, held beside each other: what all the forms of a diff are made from.

use super::change::Change;
use super::parts::{Kind, Part, in_order, parts};
use super::unified::{Head, unified};
use super::words::words;
use crate::check::File;
use crate::script::{is_han, is_kana};
use crate::source::Span;

/// What the two texts are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Between {
    /// A source and its edition: in two languages, so that everything differs and nothing is compared.
    Languages,
    /// Two editions, or two sources: in one language.
    Editions,
    /// What a machine wrote, and what people made of it.
    Draft,
}

impl Between {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Languages => "translation",
            Self::Editions => "editions",
            Self::Draft => "draft",
        }
    }

    /// Whether the two texts are in one language, so that words can be compared.
    pub const fn is_one_language(self) -> bool {
        !matches!(self, Self::Languages)
    }
}

/// Two texts and their parts.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The source, or what there was before.
    pub old: File,
    /// The edition, or what there is now.
    pub new: File,
    /// What the two are to each other.
    pub between: Between,
    /// What belongs together.
    pub parts: Vec<Part>,
}

/// What a person sees of a [`Part`]: its text without the blank lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the old text; the place where it would be, where it is not there.
    pub old_span: Span,
    /// Its bytes in the new text; the place where it would be, where it is not there.
    pub new_span: Span,
    /// Its text in the old one.
    pub old: &'a str,
    /// Its text in the new one.
    pub new: &'a str,
}

impl<'a> Block<'a> {
    /// Whether it is the same in both, and in its place.
    pub fn is_same(&self) -> bool {
        self.old == self.new && self.kind != Kind::Moved
    }

    /// What was changed in it, by [`words`]; between languages all of it was.
    pub fn changes(&self, between: Between) -> Vec<Change<'a>> {
        match between {
            Between::Languages if self.old != self.new => vec![Change::Replaced { old: self.old, new: self.new }],
            _ => words(self.old, self.new),
        }
    }
}

impl Comparison {
    /// Hold `new` beside `old`.
    pub fn new(old: File, new: File, between: Between) -> Self {
        let parts = parts(&old, &new);
        Self { old, new, between, parts }
    }

    /// Whether the two texts are the same, byte for byte.
    pub fn is_same(&self) -> bool {
        self.old.source.text() == self.new.source.text()
    }

    /// The diff from the old text to the new one, which `git apply` and `patch` apply.
    pub fn unified(&self, head: Head<'_>) -> String {
        unified(head, self.old.source.text(), self.new.source.text(), &in_order(&self.parts))
    }

    /// The blocks, in the order of the new text; those that are blank are none.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let blocks = self.parts.iter().map(|part| {
            let (old_span, new_span) = (seen(self.old.source.text(), part.old), seen(self.new.source.text(), part.new));
            let (old, new) = (self.old.source.slice(old_span), self.new.source.slice(new_span));
            Block { kind: part.kind, old_span, new_span, old, new }
        });
        blocks.filter(|block| !(block.old.is_empty() && block.new.is_empty()))
    }
}

/// The bytes of `span` without the blank lines at its ends.
fn seen(text: &str, span: Span) -> Span {
    let whole = &text[span.range()];
    let end = whole.trim_end().len();
    let before = whole[..end].len() - whole[..end].trim_start().len();
    let start = whole[..before].rfind('\n').map_or(0, |at| at + 1);
    Span::new(span.start() + start, span.start() + end)
}

/// The language of a text, as far as it matters to the form of its characters.
///
/// Japanese has kana, more than one for ten kanji; in the ten published editions it is more than one for
/// each. Chinese has Han characters without.
///
/// ```
/// # use nekoyaku::diff::{Tongue, tongue};
/// assert_eq!(tongue("猫も読める型注釈です。"), Tongue::Japanese);
/// assert_eq!(tongue("猫也能读懂的类型注解（の）"), Tongue::Chinese);
/// assert_eq!(tongue("Type hints for everybody: 型"), Tongue::Other);
/// ```
pub fn tongue(text: &str) -> Tongue {
    let (mut kana, mut han, mut letters) = (0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        kana += usize::from(is_kana(c));
        han += usize::from(is_han(c));
        letters += usize::from(c.is_alphabetic());
    }
    if kana * 10 > han {
        Tongue::Japanese
    } else if han > 0 && han * 10 >= letters {
        // A tenth: addresses and code are Latin letters in any text.
        Tongue::Chinese
    } else {
        Tongue::Other
    }
}

/// The languages that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// Of any region.
    Chinese,
    /// With kana.
    Japanese,
    /// Neither.
    Other,
}

impl Tongue {
    /// Its name as HTML has it; empty where it is not known.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::Japanese => "ja",
            Self::Other => "",
        }
    }
}
