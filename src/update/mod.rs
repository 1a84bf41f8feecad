//! An edition that people worked on, brought up to date with its source.
//!
//! Three texts come together, block by block: the source as it was when the edition was made, the
//! source as it is, and the edition. Where the source has not changed the edition stays, byte for byte,
//! whatever people made of it. Where it has, the new translation takes the place of the old one; unless
//! a person had changed that: then theirs stays, and the new one is told. What only the edition has, a
//! translator's note above all, stays where it is.
//!
//! ```
//! use nekoyaku::{edition, issue::Issue, profile::Profile, source::Source, update::{Before, Update}};
//!
//! let profile = Profile::default();
//! let issue = |text: &str| Issue::new(Source::new("a.md", text), &profile).unwrap();
//! let (old, new) = (issue("第一段。\n\n第二段。\n"), issue("第一段。\n\n第二段，改了。\n"));
//! let edition = Source::new("ja/a.md", "一つ目です。\n\n訳注：猫の話です。\n\n二つ目です。\n");
//!
//! let update = Update::new(Before { source: &old, edition: None }, &new, &edition, &profile)?;
//! assert_eq!(update.wanted().iter().copied().collect::<Vec<_>>(), [1]);
//! // Only the second segment is asked for; whatever stands for the first one is not used.
//! let rendered = ["第一段。", "変わった二つ目です。"].map(|text| edition::Rendered::Translation(text.to_owned()));
//! let built = edition::build(&new, rendered, &profile, None)?;
//! assert_eq!(update.write(&built).text, "一つ目です。\n\n訳注：猫の話です。\n\n変わった二つ目です。\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod conflict;
mod groups;

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::blocks::{Document, Reading, UNTRANSLATED};
use crate::edition::Edition;
use crate::front::{Front, FrontError, mark_length};
use crate::issue::{Issue, Origin};
use crate::profile::Profile;
use crate::source::{Source, Span};

use groups::{Group, groups};

pub use conflict::Conflict;

/// How things were when the edition was made.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// The source.
    pub source: &'a Issue,
    /// The edition before people changed it, where that is known. Without it nobody knows what people
    /// changed, and what has another source is translated anew.
    pub edition: Option<&'a str>,
}

/// What is to be done to an edition.
#[derive(Debug)]
pub struct Update<'a> {
    new: &'a Issue,
    edition: &'a Source,
    steps: Vec<Step>,
    wanted: BTreeSet<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Bytes of the edition, which stay.
    Keep(Span),
    /// What these blocks of the source became, instead of these bytes of the edition.
    Write { blocks: Range<usize>, instead_of: Span, edited: bool },
    /// The front matter, instead of these bytes of the edition.
    Front { instead_of: Span, edited: bool },
}

/// An edition that is up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its text.
    pub text: String,
    /// What was written anew, in the order of the text.
    pub written: Vec<Written>,
}

/// A stretch that has another source than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes in the source as it is; where it was taken out, the place.
    pub source: Span,
    /// Its bytes in the edition as it is now.
    pub edition: Span,
    /// What the edition had there.
    pub before: String,
    /// What would stand there, if a person had not changed what does.
    pub conflict: Option<String>,
}

/// The parts of an edition.
struct Theirs {
    body_start: usize,
    document: Document,
}

impl Theirs {
    fn new(text: &str, profile: &Profile) -> Result<Self, FrontError> {
        let front = Front::find(text)?;
        let body_start = front.as_ref().map_or_else(|| mark_length(text), |front| front.span.end());
        let document = Reading::new(profile.markdown).parse(&text[body_start..]);
        Ok(Self { body_start, document })
    }

    /// The texts of its blocks, without blanks around them.
    fn blocks<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let body = &text[self.body_start..];
        self.document.blocks.iter().map(|block| body[block.span.range()].trim())
    }
}

impl<'a> Update<'a> {
    /// See what has to be done to `edition`, now that its source is `new`.
    ///
    /// # Errors
    ///
    /// Where the front matter of an edition cannot be read.
    pub fn new(before: Before<'_>, new: &'a Issue, edition: &'a Source, profile: &Profile) -> Result<Self, FrontError> {
        let theirs = Theirs::new(edition.text(), profile)?;
        let drafts = before.edition.map(|text| Theirs::new(text, profile).map(|theirs| (text, theirs))).transpose()?;
        let drafted: Option<HashSet<&str>> = drafts.as_ref().map(|(text, theirs)| theirs.blocks(text).collect());
        let is_edited = |blocks: Range<usize>| {
            let body = &edition.text()[theirs.body_start..];
            drafted.as_ref().is_some_and(|drafted| {
                theirs.document.blocks[blocks].iter().any(|block| !drafted.contains(body[block.span.range()].trim()))
            })
        };
        let front_of = |text: &'_ str, end: usize| text[..end].trim_end().replace("\r\n", "\n");
        let ours = (before.source.source.text(), before.source.body_start);
        let front_changed = front_of(ours.0, ours.1) != front_of(new.source.text(), new.body_start);
        let head = Span::new(0, theirs.body_start);
        let mut steps = vec![if front_changed {
            let was = drafts.as_ref().map(|(text, theirs)| front_of(text, theirs.body_start));
            let edited = was.is_some_and(|was| was != front_of(edition.text(), theirs.body_start));
            Step::Front { instead_of: head, edited }
        } else {
            Step::Keep(head)
        }];
        let mut write = Steps {
            body_start: theirs.body_start,
            blocks: theirs.document.blocks.iter().map(|block| block.span).collect(),
            next: 0,
            steps: &mut steps,
        };
        let changes = Changes::new(before.source, new);
        // What the machine left in the source language it may translate now; where nobody knows what people
        // changed, only what is the source itself but for the mark.
        let is_left = |sources: Range<usize>, blocks: Range<usize>| {
            let body = &edition.text()[theirs.body_start..];
            let there = || theirs.document.blocks[blocks.clone()].iter().map(|block| body[block.span.range()].trim());
            let source = || before.source.document.blocks[sources.clone()].iter();
            there().any(|text| text.contains(UNTRANSLATED))
                && (drafted.is_some()
                    || there()
                        .map(|text| text.replace(UNTRANSLATED, ""))
                        .eq(source().map(|block| before.source.body()[block.span.range()].trim().to_owned())))
        };
        let side = (&edition.text()[theirs.body_start..], &theirs.document);
        let draft = drafts.as_ref().map(|(text, theirs)| (&text[theirs.body_start..], &theirs.document));
        for Group { sources, editions, moved } in groups(before.source, side, draft) {
            if sources.is_empty() {
                write.keep(editions);
                continue;
            }
            let now = changes.of(sources.clone());
            write.catch_up(now.start);
            if editions.is_empty() || moved {
                // People left it out, or have it elsewhere: their edition is not to have it twice.
                write.skip(now.end);
                write.keep(editions);
            } else if changes.is_same(sources.clone()) && !is_left(sources, editions.clone()) {
                write.skip(now.end);
                write.keep(editions);
            } else {
                let edited = is_edited(editions.clone());
                write.write(now.end, editions, edited);
            }
        }
        write.catch_up(new.document.blocks.len());
        let wanted = wanted(new, &steps);
        Ok(Self { new, edition, steps, wanted })
    }

    /// The segments of the source that have to be translated; of all others the edition stays.
    pub fn wanted(&self) -> &BTreeSet<usize> {
        &self.wanted
    }

    /// Whether the edition stays as it is.
    pub fn is_nothing(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Keep(_)))
    }

    /// The edition with what `built`, a whole edition of the source as it is, has for what changed.
    pub fn write(&self, built: &Edition) -> Merged {
        self.merge(built, true)
    }

    /// The same, whatever people changed: from what the machine made before, what it would have made now.
    pub fn overwrite(&self, built: &Edition) -> String {
        self.merge(built, false).text
    }

    fn merge(&self, built: &Edition, keep_edits: bool) -> Merged {
        let theirs = self.edition.text();
        let newline = self.edition.newline();
        let mut merged = Merged { text: String::with_capacity(theirs.len()), written: Vec::new() };
        for step in &self.steps {
            let (source, edition, new, edited) = match step {
                Step::Keep(span) => {
                    push(&mut merged.text, &theirs[span.range()], newline);
                    continue;
                }
                Step::Front { instead_of, edited } => {
                    let front = built.blocks.first().map_or("", |(_, to)| &built.text[to.range()]);
                    (Span::new(0, self.new.body_start), instead_of, front.to_owned(), *edited)
                }
                Step::Write { blocks, instead_of, edited } => {
                    // Before the blocks of the text come front matter and note.
                    let spans = &built.blocks[blocks.start + 2..blocks.end + 2];
                    let text: String = spans.iter().map(|(_, to)| &built.text[to.range()]).collect();
                    (source_of(self.new, blocks), instead_of, text, *edited)
                }
            };
            let new = with_newlines(&new, newline);
            let before = &theirs[edition.range()];
            let is_conflict = edited && keep_edits && new.trim() != before.trim();
            let there = if is_conflict { before } else { &new };
            push(&mut merged.text, there, newline);
            let end = merged.text.trim_end().len();
            let start = end.saturating_sub(there.trim_end().len());
            merged.written.push(Written {
                source,
                edition: Span::new(start, end),
                before: before.to_owned(),
                conflict: is_conflict.then(|| new.clone()),
            });
        }
        let ends_as_before = matches!(self.steps.last(), Some(Step::Keep(span)) if span.end() == theirs.len());
        if !ends_as_before {
            merged.text.truncate(merged.text.trim_end().len());
            merged.text.push_str(newline);
        }
        merged
    }
}

/// Writes the steps, in the order of the edition.
struct Steps<'s> {
    body_start: usize,
    blocks: Vec<Span>,
    /// The first block of the source that has no place yet.
    next: usize,
    steps: &'s mut Vec<Step>,
}

impl Steps<'_> {
    /// The blocks before `end` that nothing in the edition belongs to are new.
    fn catch_up(&mut self, end: usize) {
        if self.next < end {
            let at = match self.steps.last() {
                Some(
                    Step::Keep(span) | Step::Write { instead_of: span, .. } | Step::Front { instead_of: span, .. },
                ) => span.end(),
                None => self.body_start,
            };
            self.steps.push(Step::Write { blocks: self.next..end, instead_of: Span::new(at, at), edited: false });
            self.next = end;
        }
    }

    fn skip(&mut self, end: usize) {
        self.next = self.next.max(end);
    }

    fn keep(&mut self, blocks: Range<usize>) {
        if let Some(span) = self.span(blocks) {
            match self.steps.last_mut() {
                Some(Step::Keep(before)) if before.end() == span.start() => {
                    *before = Span::new(before.start(), span.end());
                }
                _ => self.steps.push(Step::Keep(span)),
            }
        }
    }

    fn write(&mut self, end: usize, blocks: Range<usize>, edited: bool) {
        if let Some(instead_of) = self.span(blocks) {
            let blocks = self.next..end.max(self.next);
            self.next = blocks.end;
            self.steps.push(Step::Write { blocks, instead_of, edited });
        }
    }

    /// The bytes of blocks of the edition, in the file.
    fn span(&self, blocks: Range<usize>) -> Option<Span> {
        let (first, last) = (self.blocks.get(blocks.start)?, self.blocks.get(blocks.end.checked_sub(1)?)?);
        (!blocks.is_empty()).then(|| Span::new(first.start(), last.end()).shifted(self.body_start))
    }
}

/// What became of the blocks of the old source.
struct Changes {
    /// Of each old block, the new blocks that are there for it.
    now: Vec<Range<usize>>,
    same: Vec<bool>,
}

impl Changes {
    fn new(old: &Issue, new: &Issue) -> Self {
        let texts = |issue: &Issue| -> Vec<String> {
            let text = |span: Span| issue.body()[span.range()].trim_end().replace("\r\n", "\n");
            issue.document.blocks.iter().map(|block| text(block.span)).collect()
        };
        let (old, new) = (texts(old), texts(new));
        let mut changes = Self { now: Vec::with_capacity(old.len()), same: Vec::with_capacity(old.len()) };
        for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
            let (was, is) = (op.old_range(), op.new_range());
            let same = matches!(op, DiffOp::Equal { .. });
            for place in 0..was.len() {
                let start = (is.start + place).min(is.end);
                // The last of them has all that is left.
                let end = if place + 1 == was.len() { is.end } else { (start + 1).min(is.end) };
                changes.now.push(start..end);
                changes.same.push(same);
            }
        }
        changes
    }

    /// The new blocks that are there for these old ones.
    fn of(&self, old: Range<usize>) -> Range<usize> {
        let now = &self.now[old];
        match (now.first(), now.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    fn is_same(&self, old: Range<usize>) -> bool {
        self.same[old.clone()].iter().all(|same| *same) && self.of(old.clone()).len() == old.len()
    }
}

/// The segments of the blocks that are to be written.
fn wanted(new: &Issue, steps: &[Step]) -> BTreeSet<usize> {
    let mut leaves: Vec<Range<usize>> = Vec::new();
    let mut title = false;
    for step in steps {
        match step {
            Step::Keep(_) => {}
            Step::Front { .. } => title = true,
            Step::Write { blocks, .. } => {
                leaves.extend(new.document.blocks[blocks.clone()].iter().map(crate::blocks::Block::leaves));
            }
        }
    }
    let is_wanted = |origin: Origin| match origin {
        Origin::Title => title,
        Origin::Leaf(leaf) => leaves.iter().any(|leaves| leaves.contains(&leaf)),
    };
    new.segments().enumerate().filter(|(_, segment)| is_wanted(segment.origin)).map(|(place, _)| place).collect()
}

/// The bytes of blocks of the source, in the file.
fn source_of(new: &Issue, blocks: &Range<usize>) -> Span {
    let all = &new.document.blocks;
    let start = all.get(blocks.start).map_or(new.body().len(), |block| block.span.start());
    let end = if blocks.is_empty() { start } else { all[blocks.end - 1].span.end() };
    Span::new(start, end).shifted(new.body_start)
}

/// Add a stretch of blocks: what was the end of a text may stand in the middle now.
fn push(text: &mut String, blocks: &str, newline: &str) {
    if blocks.is_empty() {
        return;
    }
    if !text.is_empty() {
        if !text.ends_with('\n') {
            text.push_str(newline);
        }
        let has_blank = text.ends_with(&format!("{newline}{newline}")) || blocks.starts_with(['\n', '\r']);
        // A heading needs none below it, a paragraph does.
        if !has_blank && !text.lines().next_back().is_some_and(|line| line.starts_with('#')) {
            text.push_str(newline);
        }
    }
    text.push_str(blocks);
}

fn with_newlines(text: &str, newline: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if newline == "\n" { text } else { text.replace('\n', newline) }
}
