//! The shape of a document: its tree of blocks, and the marks in each leaf.

use super::{Document, LeafKind, UNTRANSLATED};
use crate::inline::{Inline, MarkKind, Part};
use crate::source::Span;

/// A step through the tree of blocks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Open(Container),
    Close,
    /// Code, the same in the edition.
    Code(Span),
    /// HTML that its author leaves out, the same in the edition.
    Skipped(Span),
    /// HTML between texts, the same in the edition.
    Html(Span),
    Rule,
    Task(bool),
    /// The next leaf.
    Leaf,
}

/// What other blocks and leaves are in; strings by their number in the store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Paragraph,
    Heading(u8),
    Quote(u8),
    List(Option<u64>),
    Item,
    Table(u32),
    Head,
    Row,
    Cell,
    Footnote(u32),
    Definitions,
    Term,
    Definition,
    Unknown,
}

/// Where two documents are not of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How many leaves before it are alike.
    pub leaves: usize,
}

impl Document {
    /// Where, if anywhere, the shape of `other` is not that of this document: another block, other
    /// marks in a leaf, or the same ones within others; another destination. The order of marks in a
    /// leaf does not count, nor does the mark of what was left untranslated, nor what is kept as text.
    ///
    /// Each document comes with the text it was parsed from.
    pub fn difference(&self, text: &str, other: &Self, other_text: &str) -> Option<Difference> {
        let mut leaves = 0;
        let differs = |leaves| Some(Difference { leaves });
        if !same_definitions(self, other) {
            return differs(0);
        }
        let mut theirs = other.steps.iter();
        for step in &self.steps {
            let Some(their_step) = theirs.next() else { return differs(leaves) };
            let same = match (step, their_step) {
                (Step::Open(a), Step::Open(b)) => same_container(self, *a, other, *b),
                (Step::Close, Step::Close) | (Step::Rule, Step::Rule) => true,
                (Step::Task(a), Step::Task(b)) => a == b,
                (Step::Code(a), Step::Code(b))
                | (Step::Skipped(a), Step::Skipped(b))
                | (Step::Html(a), Step::Html(b)) => text[a.range()] == other_text[b.range()],
                (Step::Leaf, Step::Leaf) => {
                    let same = self.leaves[leaves].kind == other.leaves[leaves].kind
                        && same_marks(&self.inline(text, leaves), &other.inline(other_text, leaves));
                    leaves += usize::from(same);
                    same
                }
                _ => false,
            };
            if !same {
                return differs(leaves);
            }
        }
        if theirs.next().is_some() { differs(leaves) } else { None }
    }

    /// The parts of HTML blocks that are no leaves; what authors leave out, and comments, are not
    /// among them.
    pub fn untranslated_html(&self, text: &str) -> impl Iterator<Item = Span> {
        self.steps.iter().filter_map(|step| match step {
            Step::Html(span) if !text[span.range()].starts_with("<!--") => Some(*span),
            _ => None,
        })
    }

    /// The code blocks.
    pub fn code(&self) -> impl Iterator<Item = Span> {
        self.steps.iter().filter_map(|step| match step {
            Step::Code(span) => Some(*span),
            _ => None,
        })
    }

    /// The HTML blocks that authors leave out, and those that say so.
    pub fn skipped_html(&self) -> impl Iterator<Item = Span> {
        self.steps.iter().filter_map(|step| match step {
            Step::Skipped(span) => Some(*span),
            _ => None,
        })
    }

    /// The tree of blocks and marks, a line for each: for tests, and to look at.
    pub fn outline(&self, text: &str) -> Vec<String> {
        let mut depth = 0_usize;
        let mut leaves = 0;
        let mut lines = Vec::new();
        for step in &self.steps {
            let told = match step {
                Step::Open(container) => container.told(self),
                Step::Close => {
                    depth -= 1;
                    continue;
                }
                Step::Code(span) | Step::Skipped(span) | Step::Html(span) => format!("fixed {:?}", &text[span.range()]),
                Step::Rule => "rule".to_owned(),
                Step::Task(done) => format!("task {done}"),
                Step::Leaf => {
                    leaves += 1;
                    format!("{:?} {:?}", self.leaves[leaves - 1].kind, paths(&self.inline(text, leaves - 1)))
                }
            };
            lines.push(format!("{}{told}", "  ".repeat(depth)));
            depth += usize::from(matches!(step, Step::Open(_)));
        }
        lines
    }
}

impl Container {
    fn told(self, document: &Document) -> String {
        let string = |place: u32| &*document.store.strings[place as usize];
        match self {
            Self::Table(alignments) => format!("table {}", string(alignments)),
            Self::Footnote(label) => format!("footnote {}", string(label)),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

fn same_container(document: &Document, a: Container, other: &Document, b: Container) -> bool {
    use Container as C;
    let same = |a: u32, b: u32| document.store.strings[a as usize] == other.store.strings[b as usize];
    match (a, b) {
        (C::Heading(a), C::Heading(b)) | (C::Quote(a), C::Quote(b)) => a == b,
        (C::List(a), C::List(b)) => a == b,
        (C::Table(a), C::Table(b)) | (C::Footnote(a), C::Footnote(b)) => same(a, b),
        _ => std::mem::discriminant(&a) == std::mem::discriminant(&b),
    }
}

/// A title is a leaf, and may be translated.
fn same_definitions(document: &Document, other: &Document) -> bool {
    document.definitions.len() == other.definitions.len()
        && document.definitions.iter().zip(&other.definitions).all(|(a, b)| {
            a.label == b.label && a.destination == b.destination && a.title.is_empty() == b.title.is_empty()
        })
}

/// Whether two leaves have the same marks in the same marks, in any order.
fn same_marks(ours: &Inline<'_>, theirs: &Inline<'_>) -> bool {
    if ours.is_opaque() != theirs.is_opaque() || ours.break_count() != theirs.break_count() {
        return false;
    }
    let (a, b) = (ours.marks(), theirs.marks());
    let in_order = a.len() == b.len()
        && (0..a.len()).all(|mark| {
            a[mark].kind == b[mark].kind
                && ours.parent(mark) == theirs.parent(mark)
                && ours.target(mark) == theirs.target(mark)
                && ours.title(mark) == theirs.title(mark)
                && (a[mark].kind != MarkKind::Html || ours.closing(mark) == theirs.closing(mark))
        });
    // What is found in order needs no sorting.
    in_order || paths(ours) == paths(theirs)
}

/// Each mark with the marks around it, sorted: what a translation may reorder and must not change.
fn paths(inline: &Inline<'_>) -> Vec<String> {
    let mut around = String::new();
    let mut lengths = Vec::new();
    let mut paths = Vec::new();
    for (part, _) in inline.parts() {
        let mark = match part {
            Part::Text(_) => continue,
            Part::Soft => {
                paths.push("line".to_owned());
                continue;
            }
            Part::Close(_) => {
                around.truncate(lengths.pop().unwrap_or_default());
                continue;
            }
            Part::Open(mark) | Part::Void(mark) => mark,
        };
        let kind = inline.marks()[mark].kind;
        let is_ours = kind == MarkKind::Html && inline.target(mark) == UNTRANSLATED;
        // To a reader of the edition what is kept is text.
        if is_ours || kind == MarkKind::Kept {
            continue;
        }
        let closing = if kind == MarkKind::Html { inline.closing(mark) } else { "" };
        let path = format!("{around}/{kind:?} {}{closing} {}", inline.target(mark), inline.title(mark));
        if let Part::Open(_) = part {
            lengths.push(around.len());
            around.clone_from(&path);
        }
        paths.push(path);
    }
    paths.sort_unstable();
    paths
}

/// A kind that a text keeps when it is read by itself.
pub(crate) fn same_kind(a: LeafKind, b: LeafKind) -> bool {
    match (a, b) {
        (LeafKind::Atx(_), LeafKind::Atx(_)) | (LeafKind::Setext(_), LeafKind::Setext(_)) => true,
        (a, b) => a == b,
    }
}
