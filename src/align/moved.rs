//! Units that the edition has in another place.

use super::gaps::Step;
use super::pins::Pin;
use super::score::Scores;

/// From here on two units that are out of order are the same.
const MOVED: f32 = 1.6;
/// How much better two neighbours have to fit the other way round.
const SWAPPED: f32 = 1.0;
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
    let mut found: Vec<(f32, Pin)> = candidates
        .into_iter()
        .map(|(source, edition)| (scores.pair(source as usize, edition as usize), (source, edition)))
        .filter(|(score, _)| *score >= MOVED)
        .collect();
    // The best first; of those alike, those of the same rank.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken = (vec![false; s as usize], vec![false; e as usize]);
    let mut moved: Vec<Pin> = Vec::new();
    for (_, (source, edition)) in found {
        let (by_source, by_edition) = (&mut taken.0[source as usize], &mut taken.1[edition as usize]);
        if !*by_source && !*by_edition {
            (*by_source, *by_edition) = (true, true);
            moved.push((source, edition));
        }
    }
    moved.sort_unstable_by_key(|pin| pin.1);
    moved
}

/// Those that have the same signature: the first with the first, the second with the second.
fn by_signature(scores: Scores<'_>, missing: &[Single], extra: &[Single]) -> Vec<Pin> {
    let mut missing: Vec<(u64, u32)> =
        missing.iter().map(|one| (scores.source.units[one.unit as usize].signature, one.unit)).collect();
    let mut extra: Vec<(u64, u32)> =
        extra.iter().map(|one| (scores.edition.units[one.unit as usize].signature, one.unit)).collect();
    missing.sort_unstable();
    extra.sort_unstable();
    let (mut candidates, mut at) = (Vec::new(), 0);
    for (signature, source) in missing {
        while extra.get(at).is_some_and(|other| other.0 < signature) {
            at += 1;
        }
        if let Some((_, edition)) = extra.get(at).filter(|other| other.0 == signature) {
            candidates.push((source, *edition));
            at += 1;
        }
    }
    candidates
}

/// Each with those that are nearest.
fn by_place(missing: &[Single], extra: &[Single]) -> Vec<Pin> {
    let mut candidates = Vec::new();
    for one in missing {
        let here = extra.partition_point(|other| other.place < one.place);
        let near = here.saturating_sub(NEAR)..(here + NEAR).min(extra.len());
        candidates.extend(extra[near].iter().map(|other| (one.unit, other.unit)));
    }
    candidates
}
