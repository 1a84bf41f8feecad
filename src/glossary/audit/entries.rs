//! Entries as they stand in a file, whether they can be worked with or not.

use toml_edit::{Document, Item, TableLike, Value};

use super::super::{Category, Term};
use super::{Flaw, Remark};
use crate::source::Span;

/// A text and its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) span: Span,
}

/// An entry, as far as it can be read.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `[[term]]`, or an entry's braces.
    pub(super) span: Span,
    pub(super) source: Option<Placed>,
    pub(super) target: Option<Placed>,
    pub(super) variants: Vec<Placed>,
    pub(super) forbidden: Vec<Placed>,
    pub(super) note: Option<Placed>,
    pub(super) category: Category,
    pub(super) keep: bool,
    pub(super) case: bool,
    pub(super) strict: bool,
}

const KEYS: [&str; 9] = ["source", "target", "variants", "forbidden", "note", "category", "keep", "case", "strict"];

fn span(range: Option<std::ops::Range<usize>>, or: Span) -> Span {
    range.map_or(or, |range| Span::new(range.start, range.end))
}

/// The entries of a file; what is none is remarked upon.
pub(super) fn read<S>(document: &Document<S>, remarks: &mut Vec<Remark>) -> Vec<Entry> {
    let top = Span::new(0, 0);
    let mut entries = Vec::new();
    for (name, item) in document.iter() {
        let here = span(document.key(name).and_then(toml_edit::Key::span).or_else(|| item.span()), top);
        if name != "term" {
            remarks.push(Remark::new(Flaw::UnknownKey, here, format!("`{name}` is no key; entries are `[[term]]`")));
            continue;
        }
        match item {
            Item::ArrayOfTables(tables) => {
                entries.extend(tables.iter().map(|table| entry(table, span(table.span(), here), remarks)));
            }
            Item::Value(Value::Array(values)) => {
                for value in values {
                    let here = span(value.span(), here);
                    match value.as_inline_table() {
                        Some(table) => entries.push(entry(table, here, remarks)),
                        None => remarks.push(wrong(here, "an entry", "a table", value.type_name())),
                    }
                }
            }
            other => remarks.push(wrong(here, "`term`", "a list of tables", other.type_name())),
        }
    }
    entries
}

fn wrong(span: Span, what: &str, wanted: &str, there: &str) -> Remark {
    Remark::new(Flaw::WrongValue, span, format!("{what} has to be {wanted}, and is of the type {there}"))
}

fn entry(table: &dyn TableLike, here: Span, remarks: &mut Vec<Remark>) -> Entry {
    let mut made = Entry {
        span: here,
        source: None,
        target: None,
        variants: Vec::new(),
        forbidden: Vec::new(),
        note: None,
        category: Category::default(),
        keep: false,
        case: false,
        strict: false,
    };
    for (name, item) in table.iter() {
        let key = span(table.key(name).and_then(toml_edit::Key::span), here);
        let here = span(item.span(), key);
        let text = |remarks: &mut Vec<Remark>| match item.as_str() {
            Some(text) => Some(Placed { text: text.to_owned(), span: here }),
            None => {
                remarks.push(wrong(here, &format!("`{name}`"), "a string", item.type_name()));
                None
            }
        };
        match name {
            "source" => made.source = text(remarks),
            "target" => made.target = text(remarks),
            "note" => made.note = text(remarks),
            "category" => {
                let Some(category) = text(remarks) else { continue };
                match Category::of(&category.text) {
                    Some(category) => made.category = category,
                    None => {
                        let names: Vec<&str> = Category::ALL.into_iter().map(Category::name).collect();
                        let message = format!("`{}` is no category; there are {}", category.text, names.join(", "));
                        remarks.push(Remark::new(Flaw::WrongValue, here, message));
                    }
                }
            }
            "variants" => made.variants = texts(name, item, here, remarks),
            "forbidden" => made.forbidden = texts(name, item, here, remarks),
            "keep" | "case" | "strict" => match item.as_bool() {
                Some(set) if name == "keep" => made.keep = set,
                Some(set) if name == "case" => made.case = set,
                Some(set) => made.strict = set,
                None => remarks.push(wrong(here, &format!("`{name}`"), "true or false", item.type_name())),
            },
            _ => {
                let distance = |known: &&str| (similar::TextDiff::from_chars(name, *known).ratio() * 1e6) as u32;
                let nearest = KEYS.into_iter().max_by_key(|known| distance(known)).unwrap_or("source");
                let message = format!("`{name}` is no key; the nearest is `{nearest}`");
                remarks.push(Remark::new(Flaw::UnknownKey, key, message));
            }
        }
    }
    made
}

fn texts(name: &str, item: &Item, here: Span, remarks: &mut Vec<Remark>) -> Vec<Placed> {
    let Some(list) = item.as_array() else {
        remarks.push(wrong(here, &format!("`{name}`"), "a list of strings", item.type_name()));
        return Vec::new();
    };
    let mut made = Vec::with_capacity(list.len());
    for value in list {
        let here = span(value.span(), here);
        match value.as_str() {
            Some(text) => made.push(Placed { text: text.to_owned(), span: here }),
            None => remarks.push(wrong(here, &format!("an element of `{name}`"), "a string", value.type_name())),
        }
    }
    made
}

impl Entry {
    /// Its source, where it has one.
    pub(super) fn name(&self) -> Option<&Placed> {
        self.source.as_ref().filter(|source| !source.text.trim().is_empty())
    }

    /// The rendering that is right, and its place; that of what stays as it is, too.
    pub(super) fn right(&self) -> impl Iterator<Item = &Placed> {
        let target = self.target.as_ref().filter(|target| !target.text.trim().is_empty());
        let kept = self.source.as_ref().filter(|_| self.keep && target.is_none());
        target.or(kept).into_iter().chain(&self.variants)
    }

    /// As a term, where it is one.
    pub(super) fn term(&self) -> Option<Term> {
        let source = self.name()?;
        let texts = |forms: &[Placed]| forms.iter().map(|form| form.text.clone()).collect();
        Some(Term {
            source: source.text.clone(),
            target: self.right().next()?.text.clone(),
            variants: texts(&self.variants),
            forbidden: texts(&self.forbidden),
            note: self.note.as_ref().map(|note| note.text.clone()).unwrap_or_default(),
            category: self.category,
            keep: self.keep,
            case: self.case,
            strict: self.strict,
        })
    }

    /// What is wrong with it alone.
    pub(super) fn check(&self, remarks: &mut Vec<Remark>) {
        let Some(source) = self.name() else {
            let here = self.source.as_ref().map_or(self.span, |source| source.span);
            remarks.push(Remark::new(Flaw::NoSource, here, "a term has an empty source"));
            return;
        };
        let name = &source.text;
        if self.target.as_ref().is_none_or(|target| target.text.trim().is_empty()) && !self.keep {
            let here = self.target.as_ref().map_or(source.span, |target| target.span);
            let message = format!("the term `{name}` has no target; give one, or `keep = true`");
            remarks.push(Remark::new(Flaw::NoTarget, here, message));
        }
        if name.trim() != name || name.contains('\u{fffc}') {
            let message = format!(
                "`{name}` begins or ends with a blank, or has a sign in it that no text has: it is never found"
            );
            remarks.push(Remark::new(Flaw::NeverFound, source.span, message));
        }
        let all = || [&self.source, &self.target, &self.note].into_iter().flatten();
        for placed in all().chain(&self.variants).chain(&self.forbidden) {
            if placed.text.chars().any(char::is_control) {
                let message = format!("in the term `{name}`, there is a control character");
                remarks.push(Remark::new(Flaw::ControlCharacter, placed.span, message));
            }
        }
        for form in self.variants.iter().chain(&self.forbidden).filter(|form| form.text.trim().is_empty()) {
            let message = format!("in the term `{name}`, a variant or a forbidden form is empty");
            remarks.push(Remark::new(Flaw::EmptyForm, form.span, message));
        }
        for (place, form) in self.forbidden.iter().enumerate() {
            if let Some(right) = self.right().find(|right| right.text == form.text) {
                let message = format!("in the term `{name}`, `{}` is both right and forbidden", form.text);
                remarks.push(Remark::new(Flaw::ForbiddenIsRight, form.span, message).with_other(right.span));
            }
            repeated(name, form, &self.forbidden[..place], remarks);
        }
        for (place, form) in self.variants.iter().enumerate() {
            let before: Vec<Placed> = self.target.iter().chain(&self.variants[..place]).cloned().collect();
            repeated(name, form, &before, remarks);
        }
    }
}

fn repeated(name: &str, form: &Placed, before: &[Placed], remarks: &mut Vec<Remark>) {
    if let Some(first) = before.iter().find(|first| first.text == form.text) {
        let message = format!("in the term `{name}`, `{}` is there already", form.text);
        remarks.push(Remark::new(Flaw::RepeatedForm, form.span, message).with_other(first.span));
    }
}
