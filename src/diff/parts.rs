//! Two texts, cut into stretches of whole lines that belong together.

use std::ops::Range;

use crate::align::{ExtraKind, Pairing, Side, Ties, align};
use crate::check::File;
use crate::source::Span;

/// Lines of two texts that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What they are.
    pub kind: Kind,
    /// The lines in the old text; the place where they would be, where there are none.
    pub old: Span,
    /// The lines in the new text; the place where they would be, where there are none.
    pub new: Span,
}

/// What a [`Part`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What stands before the first block: front matter, a byte order mark.
    Front,
    /// Both texts have it.
    Pair,
    /// Both texts have it, in another place.
    Moved,
    /// Only the old text has it.
    Missing,
    /// Only the new text has it.
    Extra(ExtraKind),
}

impl Kind {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "front-matter",
            Self::Pair => "pair",
            Self::Moved => "moved",
            Self::Missing => "missing",
            Self::Extra(ExtraKind::HeaderNote) => "header-note",
            Self::Extra(ExtraKind::TranslatorNote) => "translator-note",
            Self::Extra(ExtraKind::Other) => "extra",
        }
    }
}

/// Cut two texts into parts, in the order of the new one.
///
/// Each line of the new text is in one part, and the parts tile it; each line of the old text is in one
/// part, and in order but for what was moved.
///
/// ```
/// # use nekoyaku::{check::File, diff::{Kind, parts}, profile::Profile, source::Source};
/// let file = |text: &str| File::new(Source::new("a.md", text), &Profile::default());
/// let (old, new) = (file("# 周刊\n\n给猫看的。\n"), file("# 週刊\n\n訳注：註です。\n\n猫のためのものです。\n"));
/// let parts = parts(&old, &new);
/// let lines = |part: usize| (old.source.slice(parts[part].old), new.source.slice(parts[part].new));
/// assert_eq!(lines(0), ("# 周刊\n\n", "# 週刊\n\n"));
/// assert_eq!(lines(1), ("", "訳注：註です。\n\n"));
/// assert_eq!(lines(2), ("给猫看的。\n", "猫のためのものです。\n"));
/// ```
pub fn parts(old: &File, new: &File) -> Vec<Part> {
    let (old_side, new_side) = (Side::new(old.body(), &old.document), Side::new(new.body(), &new.document));
    let (old_rows, new_rows) = (Rows::new(&old_side, old.body_start), Rows::new(&new_side, new.body_start));
    let tied = Tied::new(&old_side, &new_side, &old_rows, &new_rows);
    let mut parts = Vec::with_capacity(new_rows.starts.len() + 1);
    let front = Part {
        kind: Kind::Front,
        old: Span::new(0, old_rows.span(0..0).start()),
        new: Span::new(0, new_rows.span(0..0).start()),
    };
    if !(front.old.is_empty() && front.new.is_empty()) {
        parts.push(front);
    }
    let mut push = |kind, from: Range<usize>, to: Range<usize>| {
        parts.push(Part { kind, old: old_rows.span(from), new: new_rows.span(to) });
    };
    for step in tied.steps() {
        match step {
            Step::New { row, at } => match tied.moved_to[row] {
                Some(from) => push(Kind::Moved, from..from + 1, row..row + 1),
                None => push(Kind::Extra(tied.extra[row]), at..at, row..row + 1),
            },
            Step::Old { row, .. } if tied.is_moved[row] => {}
            Step::Old { row, at } => push(Kind::Missing, row..row + 1, at..at),
            Step::Both(olds, news) => push(Kind::Pair, olds, news),
        }
    }
    parts
}

/// The parts as a diff has them: in order in both texts, so that what was moved is taken out at one place
/// and put in at another.
pub fn in_order(parts: &[Part]) -> Vec<(Span, Span)> {
    let mut tiles = Vec::with_capacity(parts.len());
    let mut at = 0;
    for part in parts {
        if part.kind == Kind::Moved {
            tiles.push((Span::new(at, at), part.new));
            continue;
        }
        if part.old.start() > at {
            tiles.push((Span::new(at, part.old.start()), Span::new(part.new.start(), part.new.start())));
        }
        tiles.push((part.old, part.new));
        at = part.old.end();
    }
    tiles
}

/// The lines of a text, with as many of its units in each row as share a line: the cells of a table.
struct Rows {
    /// Where each begins, in bytes of the file; the first ends what stands before the text.
    starts: Vec<usize>,
    /// The row of each unit.
    of_unit: Vec<usize>,
    end: usize,
}

impl Rows {
    fn new(side: &Side<'_>, base: usize) -> Self {
        let mut rows = Self { starts: Vec::new(), of_unit: Vec::new(), end: side.text.len() + base };
        let mut before = 0;
        for unit in &side.units {
            let start = side.text[before..unit.span.start()].rfind('\n').map(|at| before + at + 1);
            // Front matter may end where the first unit begins.
            let start = start.or((before == 0 || side.text[..before].ends_with('\n')).then_some(before));
            if let Some(start) = start {
                rows.starts.push(start + base);
            }
            rows.of_unit.push(rows.starts.len().saturating_sub(1));
            before = unit.span.end();
        }
        rows
    }

    /// The bytes of some rows.
    fn span(&self, rows: Range<usize>) -> Span {
        let start = |row: usize| self.starts.get(row).copied().unwrap_or(self.end);
        Span::new(start(rows.start), start(rows.end))
    }
}

/// What comes next, from the first rows of both texts to the last.
enum Step {
    /// A row of the new text alone, and where the old text is.
    New { row: usize, at: usize },
    /// A row of the old text alone, and where the new text is.
    Old { row: usize, at: usize },
    /// Rows that belong together.
    Both(Range<usize>, Range<usize>),
}

/// Which rows belong together.
struct Tied {
    ties: Ties,
    /// By row of the old text.
    is_moved: Vec<bool>,
    /// By row of the new text: the row of the old text that was moved there.
    moved_to: Vec<Option<usize>>,
    /// By row of the new text: what it is where it is nobody's translation.
    extra: Vec<ExtraKind>,
}

impl Tied {
    fn steps(&self) -> Vec<Step> {
        let (olds, news) = (self.ties.of_old.len(), self.ties.of_new.len());
        let mut steps = Vec::with_capacity(olds.max(news));
        let (mut o, mut n) = (0, 0);
        while o < olds || n < news {
            let old_is_alone = self.ties.of_old.get(o).is_some_and(Range::is_empty);
            let new_is_alone = self.ties.of_new.get(n).is_some_and(Range::is_empty);
            // A note is on what stands before it; anything else takes the place of what is missing there.
            let is_note = new_is_alone && !matches!(self.extra[n], ExtraKind::Other);
            if new_is_alone && (is_note || !old_is_alone) || o == olds {
                steps.push(Step::New { row: n, at: o });
                n += 1;
            } else if old_is_alone || n == news {
                steps.push(Step::Old { row: o, at: n });
                o += 1;
            } else {
                let (o_end, n_end) = self.ties.whole(o, n);
                steps.push(Step::Both(o..o_end, n..n_end));
                (o, n) = (o_end, n_end);
            }
        }
        steps
    }

    /// What was moved from or to the middle of what belongs together is a part of that: it stands there, and
    /// was taken out, or put in, where it was alone.
    fn without_moves_within(mut self) -> Self {
        let (mut old_within, mut new_within) = (vec![false; self.is_moved.len()], vec![false; self.moved_to.len()]);
        for step in self.steps() {
            if let Step::Both(olds, news) = step {
                old_within[olds].fill(true);
                new_within[news].fill(true);
            }
        }
        for (row, moved) in self.moved_to.iter_mut().enumerate() {
            if let Some(from) = moved.take_if(|from| new_within[row] || old_within[*from]) {
                self.is_moved[from] = false;
            }
        }
        self
    }

    fn new(old: &Side<'_>, new: &Side<'_>, old_rows: &Rows, new_rows: &Rows) -> Self {
        let (olds, news) = (old_rows.starts.len(), new_rows.starts.len());
        let mut tied = Self {
            ties: Ties::new(olds, news),
            is_moved: vec![false; olds],
            moved_to: vec![None; news],
            extra: vec![ExtraKind::Other; news],
        };
        let mut moved = Vec::new();
        for pairing in align(old, new).pairs {
            if let Pairing::Extra { edition, kind } = pairing {
                tied.extra[new_rows.of_unit[edition as usize]] = kind;
            }
            for source in pairing.sources() {
                for edition in pairing.editions() {
                    let (o, n) = (old_rows.of_unit[source as usize], new_rows.of_unit[edition as usize]);
                    if matches!(pairing, Pairing::Moved { .. }) {
                        moved.push((o, n));
                    } else {
                        tied.ties.tie(o, n);
                    }
                }
            }
        }
        // A cell that was moved is seen in its row.
        for (o, n) in moved {
            let is_alone = tied.ties.of_old[o].is_empty() && tied.ties.of_new[n].is_empty();
            if is_alone && !tied.is_moved[o] && tied.moved_to[n].is_none() {
                tied.is_moved[o] = true;
                tied.moved_to[n] = Some(o);
            }
        }
        tied.without_moves_within()
    }
}
