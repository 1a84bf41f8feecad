//! How much a unit of the edition looks like a translation of one of the source.

use std::ops::Range;

use super::features::{Features, HAN_BITS, Table};
use super::units::UnitKind;

/// How far from the best path so far others are looked at, in units of the edition.
pub(super) const BAND: usize = 48;

/// A stretch of both texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) sources: Range<usize>,
    pub(super) editions: Range<usize>,
}

impl Gap {
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty() || self.editions.is_empty()
    }
}

/// What leaving a unit alone costs.
pub(super) const SKIP: f32 = -0.2;
/// What it costs between two pins with as many units of the one as of the other.
pub(super) const SKIP_EVEN: f32 = -0.4;
/// What two units are worth that must not be paired.
pub(super) const NEVER: f32 = -1000.0;
/// What a pair of the same bytes is worth; others are worth less.
pub(super) const SAME: f32 = 6.0;
/// The most that a pair of other bytes is worth.
const ALIKE: f32 = 5.0;
/// What it costs where only the edition has it in a quote.
const UNQUOTED: f32 = -2.0;
/// What one unit more costs in a pair.
const JOINED: f32 = -0.8;
/// What it gives where the part for which least speaks has its words and characters in the other text.
const SUPPORT: f32 = 2.4;
const MOST_SUPPORT: f32 = 0.5;
/// How much longer a Japanese text is than the Chinese one; 90 % are between 1.06 and 2.13.
const GROWTH: f32 = 1.5;

/// The two texts.
#[derive(Clone, Copy)]
pub(super) struct Scores<'t> {
    pub(super) source: &'t Table,
    pub(super) edition: &'t Table,
    /// How much longer the edition is.
    growth: f32,
}

impl<'t> Scores<'t> {
    pub(super) fn new(source: &'t Table, edition: &'t Table) -> Self {
        Self { source, edition, growth: GROWTH }
    }

    /// With the growth of the units that are known to be pairs, where there are enough of them: of two
    /// versions of a text it is none.
    pub(super) fn grown(self, pins: &[(u32, u32)]) -> Self {
        let length = |table: &Table, unit: u32| table.units[unit as usize].length;
        let mut growths: Vec<f32> = pins
            .iter()
            .map(|(source, edition)| (length(self.source, *source), length(self.edition, *edition)))
            .filter(|lengths| lengths.0 > 5.0)
            .map(|(source, edition)| edition / source)
            .collect();
        if growths.len() < 8 {
            return self;
        }
        growths.sort_unstable_by(f32::total_cmp);
        Self { growth: growths[growths.len() / 2].clamp(0.5, 3.0), ..self }
    }

    /// Of one unit and one.
    pub(super) fn pair(&self, source: usize, edition: usize) -> f32 {
        let (a, b) = (&self.source.units[source], &self.edition.units[edition]);
        if b.is_note && !a.is_note {
            return NEVER;
        }
        if a.text == b.text && a.kind == b.kind {
            return SAME;
        }
        let kinds = of_kinds(a, b);
        if kinds <= NEVER {
            return NEVER;
        }
        let destinations = shared(self.source.destinations(a), self.edition.destinations(b));
        let code = shared(self.source.code(a), self.edition.code(b));
        let words = shared(self.source.words(a), self.edition.words(b));
        // The note at an edition's head shares a title and a date with the first paragraph, and is none.
        let quoted = if b.is_quoted && !a.is_quoted { UNQUOTED } else { 0.0 };
        let score = kinds
            + quoted
            + Evidence { destinations, code, words, han: han(a, b) }.score()
            + of_lengths(a.length * self.growth, b.length)
            + of_numbers(a, b);
        score.min(ALIKE)
    }

    /// Whether one may be all of the other, by their lengths: neither is a part of it.
    pub(super) fn is_whole(&self, source: usize, edition: usize) -> bool {
        let (a, b) = (&self.source.units[source], &self.edition.units[edition]);
        a.text == b.text || of_lengths(a.length * self.growth, b.length) > -0.7
    }

    /// Whether as much has to be paired on both sides: the edition's own notes do not count.
    pub(super) fn is_even(&self, gap: &Gap) -> bool {
        let count = |units: &[Features]| units.iter().filter(|unit| !unit.is_note).count();
        count(&self.source.units[gap.sources.clone()]) == count(&self.edition.units[gap.editions.clone()])
    }

    /// Of one unit, with `side` in its own table, and `count` in a row of the other.
    pub(super) fn joined(&self, source: usize, sources: usize, edition: usize, editions: usize) -> f32 {
        let (all_a, all_b) =
            (&self.source.units[source..source + sources], &self.edition.units[edition..edition + editions]);
        let joins = |unit: &Features| unit.kind.is_some_and(UnitKind::is_prose) && !unit.is_note;
        if !all_a.iter().chain(all_b).all(joins) {
            return NEVER;
        }
        if all_a.iter().chain(all_b).any(|unit| unit.is_quoted != all_a[0].is_quoted) {
            return NEVER;
        }
        let sum = |units: &[Features]| units.iter().map(|unit| unit.length).sum::<f32>();
        let (length_a, length_b) = (sum(all_a), sum(all_b));
        // Most are told apart by their lengths alone.
        let ratio = length_b / (self.growth * length_a.max(1.0));
        if !(0.5..2.0).contains(&ratio) {
            return NEVER;
        }
        let (mut a, mut b) = (Features::default(), Features::default());
        all_a.iter().for_each(|one| a.absorb(one));
        all_b.iter().for_each(|one| b.absorb(one));
        let (mut destinations, mut code, mut words) = <(Share, Share, Share)>::default();
        // What speaks for the part for which least does.
        let mut support = 1.0_f32;
        // One of the two is but one unit.
        for one in all_a {
            for other in all_b {
                let own = shared(self.source.destinations(one), self.edition.destinations(other));
                let lost = |of: usize| of > 0 && own.shared == 0;
                if (sources > 1 && lost(own.of.0)) || (editions > 1 && lost(own.of.1)) {
                    // It has a link of its own: another unit.
                    return NEVER;
                }
                let linked = own.shared;
                destinations.add(own, sources > 1);
                code.add(shared(self.source.code(one), self.edition.code(other)), sources > 1);
                let own = shared(self.source.words(one), self.edition.words(other));
                words.add(own, sources > 1);
                let part = if sources > 1 { one } else { other };
                let of = if sources > 1 { own.of.0 } else { own.of.1 };
                let kept = own.shared as f32 + han_shared(one, other);
                let kept = if linked > 0 { 1.0 } else { kept / (of as f32 + part.han_count as f32).max(1.0) };
                support = support.min(kept);
            }
        }
        let extra = (sources + editions - 2) as f32;
        let evidence = Evidence { destinations, code, words, han: han(&a, &b) };
        0.4 + evidence.score()
            + of_lengths(length_a * self.growth, length_b)
            + of_numbers(&all_a[0], &all_b[0])
            + extra * (JOINED + SUPPORT * support.min(MOST_SUPPORT))
    }
}

impl Features {
    fn absorb(&mut self, other: &Self) {
        self.han.iter_mut().zip(other.han).for_each(|(bits, more)| *bits |= more);
        self.han_count = self.han.iter().map(|bits| bits.count_ones()).sum();
    }
}

/// How many of two lists are in both.
#[derive(Clone, Copy, Default)]
struct Share {
    shared: usize,
    of: (usize, usize),
}

impl Share {
    /// Count another unit in; whether it is one more of the source.
    fn add(&mut self, other: Self, of_source: bool) {
        self.shared += other.shared;
        self.of = if of_source { (self.of.0 + other.of.0, other.of.1) } else { (other.of.0, self.of.1 + other.of.1) };
    }

    /// 1 where all are in both; `None` where there are none.
    fn part(self) -> Option<f32> {
        let all = self.of.0 + self.of.1;
        // Joined units may share more than there is.
        (all > 0).then(|| (2.0 * self.shared as f32 / all as f32).min(1.0))
    }
}

struct Evidence {
    destinations: Share,
    code: Share,
    words: Share,
    han: f32,
}

impl Evidence {
    fn score(&self) -> f32 {
        let destinations = match self.destinations.part() {
            None => 0.1,
            // One may be lost or added; two that are different are another matter.
            Some(0.0) if self.destinations.of.0 > 0 && self.destinations.of.1 > 0 => -0.8,
            Some(0.0) => -0.4,
            Some(part) => 2.5 * part,
        };
        let code = match self.code.part() {
            None => 0.0,
            Some(part) => 0.8 * part - 0.1,
        };
        let words = match self.words.part() {
            None => 0.0,
            Some(part) => 1.6 * part - 0.3,
        };
        destinations + code + words + 1.6 * self.han - 0.2
    }
}

/// How many hashes are in both, which are in order.
fn shared(a: &[u32], b: &[u32]) -> Share {
    let (mut at, mut other, mut shared) = (0, 0, 0);
    while at < a.len() && other < b.len() {
        let order = a[at].cmp(&b[other]);
        shared += usize::from(order.is_eq());
        at += usize::from(order.is_le());
        other += usize::from(order.is_ge());
    }
    Share { shared, of: (a.len(), b.len()) }
}

/// What part of the Han characters of the one with fewer is in the other, above what chance gives.
fn han(a: &Features, b: &Features) -> f32 {
    let (fewer, more) = (a.han_count.min(b.han_count) as f32, a.han_count.max(b.han_count) as f32);
    if fewer == 0.0 {
        return 0.0;
    }
    let chance = fewer * more / HAN_BITS as f32;
    // A character or two prove little.
    let weight = fewer / (fewer + 3.0);
    (han_shared(a, b) / (fewer - chance).max(1.0)).clamp(-0.2, 1.0) * weight
}

/// How many more Han characters two units share than chance gives.
fn han_shared(a: &Features, b: &Features) -> f32 {
    let shared: u32 = a.han.iter().zip(&b.han).map(|(a, b)| (a & b).count_ones()).sum();
    shared as f32 - a.han_count as f32 * b.han_count as f32 / HAN_BITS as f32
}

fn of_kinds(a: &Features, b: &Features) -> f32 {
    use UnitKind as K;
    match (a.kind, b.kind) {
        (Some(K::Heading(a)), Some(K::Heading(b))) => {
            if a == b {
                1.2
            } else {
                0.8
            }
        }
        (Some(K::Rule), Some(K::Rule)) => 1.0,
        (Some(K::Code | K::Tags | K::Rule), _) | (_, Some(K::Code | K::Tags | K::Rule)) if a.kind != b.kind => NEVER,
        (Some(K::Heading(_)), _) | (_, Some(K::Heading(_))) => -1.0,
        (a, b) if a == b => 0.4,
        _ => 0.0,
    }
}

/// Of the length that is expected, and the one there is.
fn of_lengths(expected: f32, found: f32) -> f32 {
    let apart = ((found + 3.0) / (expected + 3.0)).ln();
    // Short texts vary more.
    let weight = 3.0 * (expected / (expected + 20.0));
    -(weight * apart * apart).min(2.0)
}

fn of_numbers(a: &Features, b: &Features) -> f32 {
    let number = match (a.leading, b.leading) {
        (0, 0) => 0.0,
        // A number more or fewer is another kind of paragraph; another number may be a new count.
        (0, _) | (_, 0) => -0.4,
        (a, b) if a == b => 0.4,
        _ => 0.1,
    };
    let emoji = match (a.emoji, b.emoji) {
        (0, 0) => 0.0,
        (a, b) if a == b => 0.8,
        _ => -0.4,
    };
    number + emoji
}
