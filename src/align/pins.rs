//! Units that are known by what they keep: found without comparing each with each.

use std::ops::Range;

use super::features::Features;
use super::score::{BAND, Gap, Scores};

/// A unit of the source and one of the edition.
pub(super) type Pin = (u32, u32);

/// Units from which on both sides are looked at together where nothing is found but once.
const WINDOW: usize = 64;
/// A window is not made larger than this to find something in it.
const LARGEST_WINDOW: usize = 4096;
/// How often each unit is looked at in windows, on average.
const LOOKS: usize = 64;

/// Pairs of units that have the same signature, alone in both texts or in both between two others. They
/// are in order on both sides, and each looks like a translation.
pub(super) fn pins(scores: Scores<'_>, all: &Gap, work: &mut usize) -> Vec<Pin> {
    let mut pins = Vec::new();
    for key in [Key::Signature, Key::Text, Key::Signature, Key::Text] {
        let found: Vec<Pin> = gaps(&pins, all).flat_map(|gap| unique(scores, key, &gap, work)).collect();
        if found.is_empty() && key == Key::Text {
            break;
        }
        pins.extend(found);
        pins.sort_unstable();
    }
    let wide = |gap: &Gap| gap.sources.len().min(gap.editions.len()) > 2 * BAND;
    let found: Vec<Pin> = gaps(&pins, all).filter(wide).flat_map(|gap| windows(scores, &gap, work)).collect();
    pins.extend(found);
    pins.sort_unstable();
    pins
}

/// What is between pins.
pub(super) fn gaps<'p>(pins: &'p [Pin], all: &Gap) -> impl Iterator<Item = Gap> + use<'p> {
    let end = (all.sources.end, all.editions.end);
    let mut at = (all.sources.start, all.editions.start);
    let pins = pins.iter().map(|(source, edition)| (*source as usize, *edition as usize));
    pins.chain([end]).map(move |pin| {
        let gap = Gap { sources: at.0..pin.0, editions: at.1..pin.1 };
        at = (pin.0 + 1, pin.1 + 1);
        gap
    })
}

/// The pins beside which more is on one side than on the other are let go: what is too many may be a
/// part of one of them; so are those of which one is too short to be all of the other.
pub(super) fn loosened(scores: Scores<'_>, pins: &[Pin], all: &Gap) -> Vec<Pin> {
    let even: Vec<bool> = gaps(pins, all).map(|gap| scores.is_even(&gap)).collect();
    let kept = pins
        .iter()
        .zip(even.windows(2))
        .filter(|(pin, beside)| beside[0] && beside[1] && scores.is_whole(pin.0 as usize, pin.1 as usize));
    kept.map(|(pin, _)| *pin).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Signature,
    Text,
}

impl Key {
    fn of(self, unit: &Features) -> u64 {
        match self {
            Self::Signature => unit.signature,
            Self::Text => unit.text,
        }
    }
}

/// The longest rising row of pairs that are alone with their key in both parts of a gap.
fn unique(scores: Scores<'_>, key: Key, gap: &Gap, work: &mut usize) -> Vec<Pin> {
    if gap.is_empty() {
        return Vec::new();
    }
    *work += gap.sources.len() + gap.editions.len();
    let keyed = |units: &[Features], range: &Range<usize>| {
        let units = units[range.clone()].iter().zip(range.clone());
        let mut keyed: Vec<(u64, u32)> = units.map(|(unit, index)| (key.of(unit), index as u32)).collect();
        keyed.sort_unstable();
        keyed
    };
    let (sources, editions) = (keyed(&scores.source.units, &gap.sources), keyed(&scores.edition.units, &gap.editions));
    let mut found = Vec::new();
    let mut others = editions.chunk_by(|a, b| a.0 == b.0).peekable();
    for one in sources.chunk_by(|a, b| a.0 == b.0) {
        while others.next_if(|other| other[0].0 < one[0].0).is_some() {}
        if let ([(key, source)], Some([(other, edition)])) = (one, others.peek())
            && key == other
        {
            found.push((*source, *edition));
        }
    }
    found.retain(|(source, edition)| scores.pair(*source as usize, *edition as usize) > 0.0);
    found.sort_unstable();
    rising(&found)
}

/// The longest part of `pins`, which are in the source's order, that is in the edition's, too.
fn rising(pins: &[Pin]) -> Vec<Pin> {
    // Of the rows of each length the one that ends first, and for each pin the one before it.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(pins.len()));
    for (index, pin) in pins.iter().enumerate() {
        let place = ends.partition_point(|end| pins[*end].1 < pin.1);
        before.push(place.checked_sub(1).map(|last| ends[last]));
        if place == ends.len() {
            ends.push(index);
        } else {
            ends[place] = index;
        }
    }
    let mut row: Vec<Pin> =
        std::iter::successors(ends.last().copied(), |pin| before[*pin]).map(|pin| pins[pin]).collect();
    row.reverse();
    row
}

/// In a text that says the same again and again, what is said once in the next few paragraphs of both.
fn windows(scores: Scores<'_>, gap: &Gap, work: &mut usize) -> Vec<Pin> {
    let mut pins: Vec<Pin> = Vec::new();
    let (mut source, mut edition) = (gap.sources.start, gap.editions.start);
    let mut size = WINDOW;
    let mut looks = LOOKS * (gap.sources.len() + gap.editions.len());
    while source < gap.sources.end && edition < gap.editions.end && looks > 0 {
        let window = Gap {
            sources: source..(source + size).min(gap.sources.end),
            editions: edition..(edition + size).min(gap.editions.end),
        };
        looks = looks.saturating_sub(window.sources.len() + window.editions.len());
        let found = unique(scores, Key::Signature, &window, work);
        // What is near the end may be alone only because the window ends there.
        let near = found
            .iter()
            .filter(|pin| (pin.0 as usize) < source + size * 3 / 4 && (pin.1 as usize) < edition + size * 3 / 4);
        let taken = pins.len();
        pins.extend(near);
        if pins.len() > taken + 1 || (pins.len() > taken && size == LARGEST_WINDOW) {
            let last = pins[pins.len() - 1];
            (source, edition) = (last.0 as usize + 1, last.1 as usize + 1);
            size = WINDOW;
        } else if size < LARGEST_WINDOW {
            pins.truncate(taken);
            size *= 4;
        } else {
            break;
        }
    }
    pins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rising_row_is_found() {
        let pins = [(0, 4), (1, 0), (2, 1), (3, 5), (4, 2), (5, 3)];
        assert_eq!(rising(&pins), [(1, 0), (2, 1), (4, 2), (5, 3)]);
        assert_eq!(rising(&[]), []);
    }

    #[test]
    fn gaps_and_pins_are_all_there_is() {
        let all = Gap { sources: 0..5, editions: 0..4 };
        let found: Vec<Gap> = gaps(&[(1, 0), (2, 2)], &all).collect();
        let gap = |sources, editions| Gap { sources, editions };
        assert_eq!(found, [gap(0..1, 0..0), gap(2..2, 1..2), gap(3..5, 3..4)]);
    }
}
