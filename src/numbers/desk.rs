//! The numbers of a text, sorted, and which of them have found their counterpart.

use std::collections::HashMap;
use std::ops::Range;

use super::{Number, There};

/// So many numbers of one value are looked at before none of them is the one.
const LOOKED: usize = 64;

/// The numbers of a text, sorted by value, and which of them have found their counterpart.
pub(super) struct Desk {
    pub(super) numbers: Vec<There>,
    /// By value; of one value, those in digits first.
    order: Vec<usize>,
    /// By place in `order`: where to look for the next that is not taken.
    next: Vec<usize>,
    /// By number: its place in `order`.
    places: Vec<usize>,
    /// Those that are written so, the last first.
    written: HashMap<String, Vec<usize>>,
}

impl Desk {
    pub(super) fn new(numbers: Vec<There>) -> Self {
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        let number = |place: usize| &numbers[place].number;
        order.sort_by(|a, b| {
            let by_value = number(*a).value.total_cmp(&number(*b).value);
            by_value.then(number(*a).han.cmp(&number(*b).han)).then(a.cmp(b))
        });
        let mut places = vec![0; numbers.len()];
        for (place, number) in order.iter().enumerate() {
            places[*number] = place;
        }
        let mut written: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, there) in numbers.iter().enumerate().rev() {
            written.entry(there.written().to_owned()).or_default().push(place);
        }
        Self { next: (0..=numbers.len()).collect(), numbers, order, places, written }
    }

    /// Those of this value, by place in `order`.
    fn near(&self, value: f64) -> Range<usize> {
        let of = |place: &usize| self.numbers[*place].number.value;
        let start = self.order.partition_point(|place| of(place) < value && !same(of(place), value));
        let end = self.order.partition_point(|place| of(place) <= value || same(of(place), value));
        start..end.max(start)
    }

    /// The first that is not taken at `place` in `order` or behind it.
    fn free(&mut self, place: usize) -> usize {
        let mut root = place;
        while self.next[root] != root {
            root = self.next[root];
        }
        let mut at = place;
        while self.next[at] != root {
            at = std::mem::replace(&mut self.next[at], root);
        }
        root
    }

    pub(super) fn is_taken(&self, number: usize) -> bool {
        let place = self.places[number];
        self.next[place] != place
    }

    fn take(&mut self, number: usize) {
        let place = self.places[number];
        if self.next[place] == place {
            self.next[place] = place + 1;
        }
    }

    /// Take one of this value that is what is asked for.
    pub(super) fn take_first(&mut self, value: f64, wanted: impl Fn(&There) -> bool) -> bool {
        let near = self.near(value);
        let mut place = self.free(near.start);
        for _ in 0..LOOKED {
            if place >= near.end {
                return false;
            }
            let number = self.order[place];
            if wanted(&self.numbers[number]) {
                self.take(number);
                return true;
            }
            place = self.free(place + 1);
        }
        false
    }

    /// Take one that says the same.
    pub(super) fn take_equal(&mut self, there: &There) -> bool {
        let number = &there.number;
        if there.percent {
            return self.take_first(number.value, |other| other.percent && number.is(&other.number));
        }
        self.take_written(there.written()) || self.take_first(number.value, |other| number.is(&other.number))
    }

    /// Take a rough one: so far from the value it may be, and rounder than it. `約 1906` for 1900 is wrong.
    pub(super) fn take_rough(&mut self, value: f64) -> bool {
        const ROUGH: f64 = 0.025;
        let of = |place: &usize| self.numbers[*place].number.value;
        let start = self.order.partition_point(|place| of(place) < value * (1.0 - ROUGH));
        let near = self.order[start..].iter().take(LOOKED).take_while(|place| of(place) <= value * (1.0 + ROUGH));
        let is_rounder = |place: usize| digits(of(&place)) < digits(value);
        let free = |place: &&usize| self.numbers[**place].rough && is_rounder(**place) && !self.is_taken(**place);
        let found = near.copied().collect::<Vec<_>>().iter().find(free).copied();
        if let Some(number) = found {
            self.take(number);
        }
        found.is_some()
    }

    /// Take one that is written so.
    fn take_written(&mut self, written: &str) -> bool {
        while let Some(number) = self.written.get_mut(written).and_then(Vec::pop) {
            if !self.is_taken(number) {
                self.take(number);
                return true;
            }
        }
        false
    }

    /// Take the month and the day of `5.21`.
    pub(super) fn take_parts(&mut self, date: &str) {
        let (month, day) = date.split_once('.').unwrap_or((date, ""));
        for part in [month, day.trim_start_matches('0')] {
            self.take_written(part);
        }
    }

    /// Whether one, taken or not, says the same.
    pub(super) fn has(&self, there: &There) -> bool {
        let number = &there.number;
        // An entry stays when all in it are taken.
        !there.percent && self.written.contains_key(there.written())
            || self.order[self.near(number.value)]
                .iter()
                .take(LOOKED)
                .map(|other| &self.numbers[*other])
                .any(|other| number.is(&other.number) && (!there.percent || other.percent))
    }

    /// Whether one has this value.
    pub(super) fn has_value(&self, value: f64) -> bool {
        !self.near(value).is_empty()
    }
}

impl There {
    pub(super) fn written(&self) -> &str {
        self.number.text.trim()
    }
}

impl Number {
    /// Whether the two say the same: in value, and, where they have a point and nothing else, in
    /// digits too: version 3.10 is not 3.1.
    fn is(&self, other: &Self) -> bool {
        let plain = |text: &str| text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let (a, b) = (self.text.trim(), other.text.trim());
        same(self.value, other.value) && (a == b || !(plain(a) && plain(b)))
    }
}

pub(super) fn same(a: f64, b: f64) -> bool {
    // Of more digits than a number can hold all that is known is that they are many.
    a == b || (a.is_finite() && b.is_finite() && (a - b).abs() <= 1e-9 * a.abs().max(b.abs()))
}

/// How many digits say something: of 102,000 three, of 100,000 one.
fn digits(value: f64) -> usize {
    let written = format!("{value}");
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}
