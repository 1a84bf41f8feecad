//! Units that the edition has in another place.

use std::collections::HashSet;

use super::features::Table;
use super::gaps::Step;
use super::pins::Pin;
use super::score::Scores;

/// From here on two units that are out of order are the same.
const MOVED: f32 = 1.6;
/// From here on they are, where no other is nearly as like.
const MOVED_ALONE: f32 = 0.8;
/// What two are worth more that are no farther apart than neighbours that were swapped.
const NEARNESS: f32 = 0.45;
const NEIGHBOURS: u32 = 3;
/// How much less another has to be like.
const APART: f32 = 0.4;
/// Below this only their place speaks for a pair.
const WEAK: f32 = 0.5;
/// How much better two neighbours have to fit the other way round.
const SWAPPED: f32 = 1.0;
/// How many pairs are looked through for one nearly as like.
const MOST_RIVALS: usize = 64;
/// How many units of the edition one of the source is compared with, where it is known by nothing else.
const NEAR: usize = 24;

/// Two neighbours of each that fit better the other way round are taken apart: one pair stays, the other
/// has moved.
pub(super) fn unswapped(scores: Scores<'_>, steps: Vec<Step>) -> Vec<Step> {
    let mut unswapped = Vec::with_capacity(steps.len());
    let (mut s, mut e) = (0, 0);
    let mut steps = steps.into_iter().peekable();
    while let Some(step) = steps.next() {
        let fits = |s: usize, e: usize| scores.pair(s, e);
        let are_two = step == Step::PAIR && steps.peek() == Some(&Step::PAIR);
        if are_two {
            let (first, second) = (fits(s, e + 1), fits(s + 1, e));
            if first.min(second) > 0.0 && first + second > fits(s, e) + fits(s + 1, e + 1) + SWAPPED {
                steps.next();
                let moved = if first > second {
                    [Step::EXTRA, Step::PAIR, Step::MISSING]
                } else {
                    [Step::MISSING, Step::PAIR, Step::EXTRA]
                };
                unswapped.extend(moved);
                (s, e) = (s + 2, e + 2);
                continue;
            }
        }
        unswapped.push(step);
        s += step.sources as usize;
        e += step.editions as usize;
    }
    unswapped
}

/// A unit that has none, and the place in the other text where one is wanted.
#[derive(Clone, Copy)]
struct Single {
    unit: u32,
    place: u32,
}

/// Pairs for which nothing speaks are taken apart where one of the two is known to be elsewhere.
pub(super) fn released(scores: Scores<'_>, steps: Vec<Step>, work: &mut usize) -> Vec<Step> {
    let (mut sources, mut editions) = (Vec::new(), Vec::new());
    let (mut s, mut e) = (0_u32, 0_u32);
    for step in &steps {
        let weak = *step == Step::PAIR && scores.pair(s as usize, e as usize) < WEAK;
        if weak || *step == Step::MISSING {
            sources.push(Single { unit: s, place: e });
        }
        if weak || *step == Step::EXTRA {
            editions.push(Single { unit: e, place: e });
        }
        s += u32::from(step.sources);
        e += u32::from(step.editions);
    }
    let known = by_signature(scores, &sources, &editions);
    *work += steps.len() + known.len();
    let known = known.into_iter().filter(|(s, e)| scores.pair(s.unit as usize, e.unit as usize) >= MOVED);
    let (sources, editions): (HashSet<u32>, HashSet<u32>) = known.map(|(s, e)| (s.unit, e.unit)).unzip();
    let (mut s, mut e) = (0_u32, 0_u32);
    let mut released = Vec::with_capacity(steps.len());
    for step in steps {
        // Of a pair that is not weak neither was looked for.
        if step == Step::PAIR && (sources.contains(&s) || editions.contains(&e)) {
            released.extend([Step::MISSING, Step::EXTRA]);
        } else {
            released.push(step);
        }
        s += u32::from(step.sources);
        e += u32::from(step.editions);
    }
    released
}

/// What is missing in one place and found in another, in the edition's order.
pub(super) fn moved(scores: Scores<'_>, steps: &[Step], work: &mut usize) -> Vec<Pin> {
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let (mut s, mut e) = (0_u32, 0_u32);
    for step in steps {
        match *step {
            Step::MISSING => missing.push(Single { unit: s, place: e }),
            Step::EXTRA => extra.push(Single { unit: e, place: e }),
            _ => {}
        }
        s += u32::from(step.sources);
        e += u32::from(step.editions);
    }
    let mut candidates = by_signature(scores, &missing, &extra);
    candidates.extend(by_place(&missing, &extra));
    *work += candidates.len();
    let worth = |(source, edition): (Single, Single)| {
        let near = source.place.abs_diff(edition.place) <= NEIGHBOURS;
        let score = scores.pair(source.unit as usize, edition.unit as usize);
        (if near { score + NEARNESS } else { score }, (source.unit, edition.unit))
    };
    let candidates = candidates.into_iter().map(worth);
    let mut found: Vec<(f32, Pin)> = candidates.filter(|(score, _)| *score >= MOVED_ALONE - APART).collect();
    // The best first; of those alike, those of the same rank.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    // By unit whether it is taken, and what the next best pair is worth that it could be in.
    let (mut taken, mut moved) = ((HashSet::new(), HashSet::new()), Vec::new());
    for (place, (score, (source, edition))) in found.iter().enumerate() {
        if taken.0.contains(source) || taken.1.contains(edition) {
            continue;
        }
        let rest = found[place + 1..].iter().take_while(|(other, _)| *other > score - APART);
        let mut rivals = rest.take(MOST_RIVALS).filter(|(_, other)| {
            let open = !taken.0.contains(&other.0) && !taken.1.contains(&other.1);
            open && (other.0 == *source || other.1 == *edition) && *other != (*source, *edition)
        });
        if *score >= MOVED || (*score >= MOVED_ALONE && rivals.next().is_none()) {
            taken.0.insert(*source);
            taken.1.insert(*edition);
            moved.push((*source, *edition));
        }
    }
    moved.sort_unstable_by_key(|pin| pin.1);
    moved
}

/// Those that have the same signature: the first with the first, the second with the second.
fn by_signature(scores: Scores<'_>, missing: &[Single], extra: &[Single]) -> Vec<(Single, Single)> {
    let sorted = |table: &Table, singles: &[Single]| {
        let signature = |one: &Single| table.units[one.unit as usize].signature;
        let mut sorted: Vec<(u64, Single)> = singles.iter().map(|one| (signature(one), *one)).collect();
        sorted.sort_by_key(|one| one.0);
        sorted
    };
    let (missing, extra) = (sorted(scores.source, missing), sorted(scores.edition, extra));
    let mut extra = extra.into_iter().peekable();
    let mut candidates = Vec::new();
    for (signature, source) in missing {
        while extra.next_if(|other| other.0 < signature).is_some() {}
        if let Some((_, edition)) = extra.next_if(|other| other.0 == signature) {
            candidates.push((source, edition));
        }
    }
    candidates
}

/// Each with those that are nearest.
fn by_place(missing: &[Single], extra: &[Single]) -> Vec<(Single, Single)> {
    let mut candidates = Vec::new();
    for one in missing {
        let here = extra.partition_point(|other| other.place < one.place);
        let near = here.saturating_sub(NEAR)..(here + NEAR).min(extra.len());
        candidates.extend(extra[near].iter().map(|other| (*one, *other)));
    }
    candidates
}
