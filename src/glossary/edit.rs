//! A person's file, added to and changed: its comments and its order stay.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::read::{key, terms};
use super::{GlossaryError, Term};

/// What became of a file, and of the terms that were to go into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The file.
    pub text: String,
    /// The terms that it did not have, and has now.
    pub added: Vec<String>,
    /// Those that it had otherwise, and has as they were given now.
    pub replaced: Vec<String>,
    /// Those that it has otherwise, and the fields in which they differ.
    pub differing: Vec<(String, Vec<&'static str>)>,
    /// How many it had as they were given.
    pub same: usize,
}

/// Put `new` into the termbase `text`. What is there and is otherwise stays, unless `replace` is set.
///
/// ```
/// # use nekoyaku::glossary::{Glossary, Term, merged};
/// let text = "# 猫\n[[term]]\nsource = \"模型\"  # まだ\ntarget = \"型\"\n";
/// let term = |source: &str, target: &str| Term { source: source.into(), target: target.into(), ..Term::default() };
/// let merged = merged(text, &[term("函数", "関数"), term("模型", "モデル")], true)?;
/// assert_eq!(
///     merged.text,
///     "# 猫\n[[term]]\nsource = \"模型\"  # まだ\ntarget = \"モデル\"\n\n[[term]]\nsource = \"函数\"\ntarget = \"関数\"\n"
/// );
/// # Ok::<(), nekoyaku::glossary::GlossaryError>(())
/// ```
///
/// # Errors
///
/// Where `text` is no termbase, or what would come of it is none.
pub fn merged(text: &str, new: &[Term], replace: bool) -> Result<Merged, GlossaryError> {
    let there = terms(text)?;
    let mut file = File::new(text)?;
    let mut merged =
        Merged { text: String::new(), added: Vec::new(), replaced: Vec::new(), differing: Vec::new(), same: 0 };
    let mut wanted = there;
    for term in new {
        let term = settled(term);
        let same_key = |other: &Term| key(&other.source, other.case) == key(&term.source, term.case);
        let place = wanted
            .iter()
            .position(|other| other.source == term.source && other.case == term.case)
            .or_else(|| wanted.iter().position(|other| other.source == term.source))
            .or_else(|| wanted.iter().position(same_key));
        let Some(place) = place else {
            file.add(&term);
            merged.added.push(term.source.clone());
            wanted.push(term);
            continue;
        };
        let fields = differing(&wanted[place], &term);
        if fields.is_empty() {
            merged.same += 1;
        } else if replace {
            file.change(place, &term, &fields);
            merged.replaced.push(term.source.clone());
            wanted[place] = term;
        } else {
            merged.differing.push((term.source.clone(), fields));
        }
    }
    let is_changed = !merged.added.is_empty() || !merged.replaced.is_empty();
    merged.text = if is_changed { file.written() } else { text.to_owned() };
    // Nothing is written that says anything else than it was to say.
    if terms(&merged.text)? != wanted {
        return Err(GlossaryError::Unreadable("the entries cannot be written into this file".to_owned()));
    }
    Ok(merged)
}

/// A term as a file that is read has it.
fn settled(term: &Term) -> Term {
    let mut term = term.clone();
    if term.keep && term.target.trim().is_empty() {
        term.target.clone_from(&term.source);
    }
    term
}

/// The fields in which two terms differ.
pub(super) fn differing(old: &Term, new: &Term) -> Vec<&'static str> {
    let fields = old.fields().into_iter().zip(new.fields());
    fields.filter(|(old, new)| old.1 != new.1).map(|((name, _), _)| name).collect()
}

/// A field of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field<'t> {
    Text(&'t str),
    Texts(&'t [String]),
    Flag(bool),
}

impl Term {
    /// All fields, in the order in which they are written.
    pub(super) fn fields(&self) -> [(&'static str, Field<'_>); 9] {
        [
            ("source", Field::Text(&self.source)),
            ("target", Field::Text(&self.target)),
            ("variants", Field::Texts(&self.variants)),
            ("forbidden", Field::Texts(&self.forbidden)),
            ("note", Field::Text(&self.note)),
            ("category", Field::Text(if self.category.is_default() { "" } else { self.category.name() })),
            ("keep", Field::Flag(self.keep)),
            ("case", Field::Flag(self.case)),
            ("strict", Field::Flag(self.strict)),
        ]
    }

    /// The names of the fields in which `other` differs.
    pub fn differs_in(&self, other: &Self) -> Vec<&'static str> {
        differing(self, other)
    }
}

impl Field<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Flag(flag) => !flag,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(text) => (*text).into(),
            Self::Texts(texts) => texts.iter().map(String::as_str).collect::<Array>().into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }
}

/// A file that is being changed.
struct File<'t> {
    text: &'t str,
    document: DocumentMut,
}

const MARK: char = '\u{feff}';

impl<'t> File<'t> {
    fn new(text: &'t str) -> Result<Self, GlossaryError> {
        let document = text.trim_start_matches(MARK).parse();
        let unreadable =
            |error: toml_edit::TomlError| GlossaryError::Unreadable(error.to_string().trim_end().to_owned());
        Ok(Self { text, document: document.map_err(unreadable)? })
    }

    /// The line ends and the mark that were there: the library writes others.
    fn written(self) -> String {
        let mut made = self.document.to_string();
        if self.text.contains("\r\n") {
            made = made.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if self.text.starts_with(MARK) { format!("{MARK}{made}") } else { made }
    }

    fn add(&mut self, term: &Term) {
        let fields = || term.fields().into_iter().filter(|(_, field)| !field.is_empty());
        if let Some(Item::Value(Value::Array(list))) = self.document.get_mut("term") {
            let mut table = InlineTable::new();
            for (name, field) in fields() {
                table.insert(name, field.value());
            }
            list.push(table);
            return;
        }
        let mut table = Table::new();
        for (name, field) in fields() {
            table.insert(name, Item::Value(field.value()));
        }
        let is_first = self.document.get("term").is_none();
        if is_first {
            // In a file of comments alone, they are above.
            let above = self.document.trailing().as_str().unwrap_or_default().to_owned();
            table.decor_mut().set_prefix(if above.is_empty() { above } else { format!("{above}\n") });
            self.document.set_trailing("");
        } else {
            table.decor_mut().set_prefix("\n");
        }
        let tables = self.document.entry("term").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::default()));
        if let Some(tables) = tables.as_array_of_tables_mut() {
            tables.push(table);
        }
    }

    /// Give the entry at `place` the fields of `term` that are named.
    fn change(&mut self, place: usize, term: &Term, names: &[&'static str]) {
        let entry: Option<&mut dyn TableLike> = match self.document.get_mut("term") {
            Some(Item::ArrayOfTables(tables)) => tables.get_mut(place).map(|table| table as &mut dyn TableLike),
            Some(Item::Value(Value::Array(list))) => {
                list.get_mut(place).and_then(Value::as_inline_table_mut).map(|table| table as &mut dyn TableLike)
            }
            _ => None,
        };
        let Some(entry) = entry else { return };
        for (name, field) in term.fields().into_iter().filter(|(name, _)| names.contains(name)) {
            if field.is_empty() {
                entry.remove(name);
                continue;
            }
            let mut value = field.value();
            match entry.get_mut(name).and_then(Item::as_value_mut) {
                Some(old) => {
                    *value.decor_mut() = old.decor().clone();
                    *old = value;
                }
                None => {
                    entry.insert(name, Item::Value(value));
                }
            }
        }
    }
}
