//! The shape of a document: its tree of blocks, and the marks in each leaf.

use std::num::NonZeroU32;

use super::{Definition, Document, LeafKind, UNTRANSLATED};
use crate::inline::{Inline, MarkKind, Part, Store};
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
    Rule(Span),
    Task(bool),
    /// The next leaf.
    Leaf,
    /// A container with the next leaf in it, and nothing else.
    Only(Container),
}

/// What a document holds besides containers, in the order of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    /// The next leaf.
    Leaf,
    Code(Span),
    /// HTML that is no leaf: a block of it, or what stands between the leaves in one.
    Html(Span),
    Rule(Span),
}

/// What other blocks and leaves are in; strings by their number in the store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Paragraph,
    Heading(u8),
    Quote(u8),
    /// The first number, which has nine digits at most; none of a list of bullets.
    List(Option<NonZeroU32>),
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

/// A document, held against what is read of another text.
pub(super) struct Comparison<'d> {
    document: &'d Document,
    text: &'d str,
    steps: Steps<'d>,
    leaves: usize,
    differs: bool,
}

impl<'d> Comparison<'d> {
    pub(super) fn new(document: &'d Document, text: &'d str) -> Self {
        Self { document, text, steps: document.steps(), leaves: 0, differs: false }
    }

    /// Whether nothing that comes can make the two alike again.
    pub(super) fn differs(&self) -> bool {
        self.differs
    }

    pub(super) fn definitions(&mut self, theirs: &[Definition]) {
        // A title is a leaf, and may be translated.
        let same = |(a, b): (&Definition, &Definition)| {
            a.label == b.label && a.destination == b.destination && a.title.is_empty() == b.title.is_empty()
        };
        let ours = &self.document.definitions;
        self.differs |= ours.len() != theirs.len() || !ours.iter().zip(theirs).all(same);
    }

    pub(super) fn step(&mut self, theirs: Step, text: &str, store: &Store) {
        let same = match (self.steps.next(), theirs) {
            (Some(Step::Open(a)), Step::Open(b)) => same_container(&self.document.store, a, store, b),
            (Some(Step::Close), Step::Close) | (Some(Step::Rule(_)), Step::Rule(_)) => true,
            (Some(Step::Task(a)), Step::Task(b)) => a == b,
            (Some(Step::Code(a)), Step::Code(b)) | (Some(Step::Skipped(a)), Step::Skipped(b)) => {
                self.text[a.range()] == text[b.range()]
            }
            (Some(Step::Html(a)), Step::Html(b)) => {
                without_marker(&self.text[a.range()]) == without_marker(&text[b.range()])
            }
            _ => false,
        };
        self.differs |= !same;
    }

    pub(super) fn leaf(&mut self, kind: LeafKind, theirs: &Inline<'_>) {
        let same = matches!(self.steps.next(), Some(Step::Leaf))
            && self.document.leaves[self.leaves].kind == kind
            && same_marks(&self.document.inline(self.text, self.leaves), theirs);
        self.leaves += usize::from(same);
        self.differs |= !same;
    }

    pub(super) fn finish(mut self) -> Option<Difference> {
        let differs = self.differs || self.steps.next().is_some();
        differs.then_some(Difference { leaves: self.leaves })
    }
}

/// The steps of a document, those unfolded that are held as one.
struct Steps<'d> {
    held: std::slice::Iter<'d, Step>,
    waiting: [Option<Step>; 2],
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if let Some(step) = self.waiting[0].take() {
            self.waiting.swap(0, 1);
            return Some(step);
        }
        match *self.held.next()? {
            Step::Only(container) => {
                self.waiting = [Some(Step::Leaf), Some(Step::Close)];
                Some(Step::Open(container))
            }
            step => Some(step),
        }
    }
}

impl Document {
    fn steps(&self) -> Steps<'_> {
        Steps { held: self.steps.iter(), waiting: [None; 2] }
    }

    /// Add a step; a block with one leaf and nothing else becomes one.
    pub(super) fn push_step(&mut self, step: Step) {
        if let (Step::Close, [.., Step::Open(container), Step::Leaf]) = (step, &self.steps[..]) {
            let only = Step::Only(*container);
            self.steps.truncate(self.steps.len() - 2);
            self.steps.push(only);
        } else {
            self.steps.push(step);
        }
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

    /// All there is besides containers, in the order of the text.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.steps.iter().filter_map(|step| match *step {
            Step::Leaf | Step::Only(_) => Some(Piece::Leaf),
            Step::Code(span) => Some(Piece::Code(span)),
            Step::Html(span) | Step::Skipped(span) => Some(Piece::Html(span)),
            Step::Rule(span) => Some(Piece::Rule(span)),
            Step::Open(_) | Step::Close | Step::Task(_) => None,
        })
    }

    /// The tree of blocks and marks, a line for each: for tests, and to look at.
    pub fn outline(&self, text: &str) -> Vec<String> {
        let mut depth = 0_usize;
        let mut leaves = 0;
        let mut lines = Vec::new();
        for step in self.steps() {
            let told = match step {
                Step::Open(container) | Step::Only(container) => container.told(self),
                Step::Close => {
                    depth -= 1;
                    continue;
                }
                Step::Code(span) | Step::Skipped(span) => format!("fixed {:?}", &text[span.range()]),
                Step::Html(span) => format!("html {:?}", without_marker(&text[span.range()])),
                Step::Rule(_) => "rule".to_owned(),
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

/// HTML without the marker behind the text before it.
fn without_marker(html: &str) -> &str {
    html.strip_prefix(UNTRANSLATED).unwrap_or(html)
}

fn same_container(store: &Store, a: Container, other: &Store, b: Container) -> bool {
    use Container as C;
    let same = |a: u32, b: u32| store.strings[a as usize] == other.strings[b as usize];
    match (a, b) {
        (C::Heading(a), C::Heading(b)) | (C::Quote(a), C::Quote(b)) => a == b,
        (C::List(a), C::List(b)) => a == b,
        (C::Table(a), C::Table(b)) | (C::Footnote(a), C::Footnote(b)) => same(a, b),
        _ => std::mem::discriminant(&a) == std::mem::discriminant(&b),
    }
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
