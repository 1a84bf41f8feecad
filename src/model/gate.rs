//! How many requests are under way at once, and whether the server gets anywhere with them.
//!
//! As many as are allowed from the start, since most servers take them all. A busy server has what
//! is under way halved, once for all that was sent before: a hundred refusals of one moment say no
//! more than one does. Each round without a refusal gives back one place.
//!
//! Who comes first is served first, whichever issue it is from.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The one way to the server.
#[derive(Debug)]
pub(super) struct Gate {
    // Invariant: there are as many permits, taken or not, as `limit` and `surplus` are together.
    places: Semaphore,
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How many may be under way, at least one.
    limit: usize,
    /// How many are under way beyond that, and give up their place when they end.
    surplus: usize,
    /// How often there was less and less room.
    halvings: u64,
    /// Answers since the limit last changed.
    good: usize,
    /// Answers in all.
    answers: u64,
    /// The first refusal since the last answer.
    stalled: Option<Instant>,
}

/// A place among those that are under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Pass<'g> {
    gate: &'g Gate,
    permit: Option<SemaphorePermit<'g>>,
}

/// When a request was sent, as far as refusals are concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round(u64);

impl Gate {
    /// A gate for `most` at once, and for one at least.
    pub(super) fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        let state = State { limit: most, surplus: 0, halvings: 0, good: 0, answers: 0, stalled: None };
        Self { places: Semaphore::new(most), most, state: Mutex::new(state) }
    }

    /// Waits for a place.
    pub(super) async fn enter(&self) -> Pass<'_> {
        // It is never closed, and if it were, nobody should be kept out.
        Pass { gate: self, permit: self.places.acquire().await.ok() }
    }

    /// To be remembered with a request that is sent now.
    pub(super) fn round(&self) -> Round {
        Round(self.state().halvings)
    }

    /// A request was answered.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.answers += 1;
        state.stalled = None;
        state.good += 1;
        if state.good < state.limit || state.limit >= self.most {
            return;
        }
        state.good = 0;
        state.limit += 1;
        match state.surplus {
            0 => self.places.add_permits(1),
            _ => state.surplus -= 1,
        }
    }

    /// A request of `round` was refused, since there are too many; tells the limit where it is a new one.
    pub(super) fn refused(&self, round: Round) -> Option<usize> {
        let mut state = self.state();
        state.stalled.get_or_insert_with(Instant::now);
        if round.0 != state.halvings {
            return None;
        }
        state.halvings += 1;
        state.good = 0;
        let places = state.limit + state.surplus;
        let under_way = places.saturating_sub(self.places.available_permits());
        let limit = (state.limit.min(under_way) / 2).max(1);
        let gone = self.places.forget_permits(places - limit);
        state.surplus = places - limit - gone;
        let fewer = limit < state.limit;
        state.limit = limit;
        fewer.then_some(limit)
    }

    /// How many answers there were so far.
    pub(super) fn answers(&self) -> u64 {
        self.state().answers
    }

    /// How long the server has done nothing but refuse.
    pub(super) fn stalled(&self) -> Duration {
        self.state().stalled.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if state.surplus > 0 {
            state.surplus -= 1;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;

    fn enter(gate: &Gate) -> Option<Pass<'_>> {
        gate.enter().now_or_never()
    }

    #[test]
    fn all_are_let_in_at_once_up_to_the_most() {
        let gate = Gate::new(3);
        let passes: Vec<_> = (0..3).filter_map(|_| enter(&gate)).collect();
        assert_eq!(passes.len(), 3);
        assert!(enter(&gate).is_none());
        drop(passes);
        assert!(enter(&gate).is_some());
        assert!(enter(&Gate::new(0)).is_some());
    }

    #[test]
    fn a_hundred_refusals_of_one_moment_are_one() {
        let gate = Gate::new(200);
        let passes: Vec<_> = (0..60).filter_map(|_| enter(&gate)).collect();
        let rounds: Vec<_> = passes.iter().map(|_| gate.round()).collect();
        // Half of what was under way: half of what could have been would be no less than before.
        let limits: Vec<_> = rounds.into_iter().map(|round| gate.refused(round)).collect();
        assert_eq!(limits[0], Some(30));
        assert!(limits[1..].iter().all(Option::is_none));

        drop(passes);
        assert_eq!((0..200).filter_map(|_| enter(&gate).map(std::mem::forget)).count(), 30);
    }

    #[test]
    fn a_clean_round_gives_back_one_place() {
        let gate = Gate::new(8);
        let passes: Vec<_> = (0..8).filter_map(|_| enter(&gate)).collect();
        assert_eq!(gate.refused(gate.round()), Some(4));
        drop(passes);
        for round in 4..8 {
            let held: Vec<_> = (0..round).map(|_| enter(&gate).expect("a place")).collect();
            assert!(enter(&gate).is_none());
            drop(held);
            (0..round).for_each(|_| gate.answered());
        }
        (0..100).for_each(|_| gate.answered());
        let held: Vec<_> = std::iter::from_fn(|| enter(&gate)).collect();
        assert_eq!(held.len(), 8);
    }

    #[tokio::test]
    async fn who_comes_first_is_served_first_and_who_leaves_holds_up_nobody() {
        let gate = Gate::new(1);
        let inside = gate.enter().await;
        let (mut first, mut second) = (Box::pin(gate.enter()), Box::pin(gate.enter()));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        drop(inside);
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert!(second.as_mut().now_or_never().is_some());
    }

    #[test]
    fn it_is_known_how_long_nobody_was_answered() {
        let gate = Gate::new(2);
        assert_eq!(gate.stalled(), Duration::ZERO);
        gate.refused(gate.round());
        std::thread::sleep(Duration::from_millis(2));
        assert!(gate.stalled() >= Duration::from_millis(2));
        gate.answered();
        assert_eq!((gate.stalled(), gate.answers()), (Duration::ZERO, 1));
    }

    proptest! {
        #[test]
        fn nobody_is_let_in_beyond_the_limit_and_no_place_is_lost(steps in prop::collection::vec(0..4_u8, 0..200)) {
            let gate = Gate::new(6);
            let mut inside = Vec::new();
            for step in steps {
                match step {
                    0 => inside.extend(enter(&gate)),
                    1 => drop(inside.pop()),
                    2 => gate.answered(),
                    _ => { gate.refused(gate.round()); }
                }
                let state = gate.state();
                prop_assert!((1..=6).contains(&state.limit));
                prop_assert_eq!(inside.len() + gate.places.available_permits(), state.limit + state.surplus);
            }
            inside.clear();
            let limit = gate.state().limit;
            inside.extend(std::iter::from_fn(|| enter(&gate)));
            prop_assert_eq!(inside.len(), limit);
        }
    }
}
