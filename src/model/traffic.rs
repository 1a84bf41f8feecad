//! When a request may be sent, and when again.
//!
//! What is broken is tried a few times. A busy server is another matter: that it refuses is its way
//! of saying when, so a request waits for its turn as long as there is time, and as long as anybody
//! gets an answer. Only if nobody does are the waits of each doubled.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::Either;
use tokio::sync::watch;

use super::ModelError;
use super::asking::Options;
use super::gate::{Gate, Pass, Round};
use super::pace::Pace;
use super::wait::{self, Pause};

/// All that is on its way to one server.
#[derive(Debug)]
pub(super) struct Traffic {
    host: String,
    attempts: u32,
    max_wait: Duration,
    backoff: Duration,
    gate: Gate,
    pace: Arc<Pace>,
    pause: Pause,
    sent: AtomicU64,
    stopped: watch::Sender<bool>,
}

/// What one request has cost so far.
#[derive(Debug, Default)]
pub(super) struct Effort {
    /// How often it was tried.
    pub(super) attempts: u32,
    /// How often it went out, an attempt without a connection being none.
    pub(super) requests: u32,
    broken: u32,
    waited: Duration,
    // Refusals since anybody had an answer, and how many answers there were by then.
    refusals: u32,
    answers: u64,
}

impl Traffic {
    pub(super) fn new(host: &str, most: usize, options: &Options, pace: Arc<Pace>) -> Self {
        Self {
            host: host.to_owned(),
            attempts: options.attempts,
            max_wait: options.max_wait,
            backoff: options.backoff,
            gate: Gate::new(most),
            pace,
            pause: Pause::default(),
            sent: AtomicU64::new(0),
            stopped: watch::Sender::new(false),
        }
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// What the server said last of the most there can be: requests, and tokens.
    pub(super) fn limits(&self) -> (Option<u64>, Option<u64>) {
        self.pace.limits()
    }

    pub(super) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Waits until a request of about so many tokens may be sent, and counts it as sent.
    pub(super) async fn enter(&self, effort: &mut Effort, tokens: u64) -> Result<(Pass<'_>, Round), ModelError> {
        let pass = self
            .unless_stopped(async {
                let pass = self.gate.enter().await;
                self.sit_out(effort).await?;
                tokio::time::sleep_until(self.pace.reserve(tokens)).await;
                // Meanwhile somebody may have been told to wait.
                self.sit_out(effort).await?;
                Ok::<_, ModelError>(pass)
            })
            .await??;
        effort.attempts += 1;
        effort.requests += 1;
        // Before it is sent, so that it counts if we are dropped meanwhile.
        self.sent.fetch_add(1, Ordering::Relaxed);
        Ok((pass, self.gate.round()))
    }

    /// There was no connection, so it was not sent after all.
    pub(super) fn not_sent(&self, effort: &mut Effort) {
        effort.requests -= 1;
        self.sent.fetch_sub(1, Ordering::Relaxed);
    }

    /// The server has something to say for itself.
    pub(super) fn answered(&self) {
        self.gate.answered();
    }

    /// The server was busy with what was sent in `round`; tells how many may be under way, where that
    /// are fewer now.
    pub(super) fn slow_down(&self, round: Round) -> Option<usize> {
        self.gate.refused(round)
    }

    /// The server is busy; `told` is how long it wants to be left alone. How long to wait before the
    /// next attempt; none if there is to be none.
    pub(super) fn refused(&self, told: Option<Duration>, effort: &mut Effort) -> Result<Option<Duration>, ModelError> {
        self.pause.extend(told.unwrap_or(self.backoff));
        let answers = self.gate.answers();
        if answers != effort.answers {
            (effort.answers, effort.refusals) = (answers, 0);
        }
        effort.refusals += 1;
        let wait = self.next_wait(told, effort.refusals, effort)?;
        Ok(wait.filter(|_| self.gate.stalled() <= self.max_wait))
    }

    /// Something is broken. As for [`refused`](Self::refused).
    pub(super) fn failed(&self, told: Option<Duration>, effort: &mut Effort) -> Result<Option<Duration>, ModelError> {
        effort.broken += 1;
        let wait = self.next_wait(told, effort.broken, effort)?;
        Ok(wait.filter(|_| effort.broken < self.attempts))
    }

    /// Waits before the next attempt.
    pub(super) async fn rest(&self, wait: Duration, effort: &mut Effort) -> Result<(), ModelError> {
        self.unless_stopped(effort.sleep(wait)).await
    }

    /// A request that was taken for `reserved` tokens had `used`.
    pub(super) fn correct(&self, reserved: u64, used: u64) {
        self.pace.correct(reserved, used);
    }

    /// Waits for `wait`, unless we are told to stop before or meanwhile.
    async fn unless_stopped<T>(&self, wait: impl Future<Output = T> + Send) -> Result<T, ModelError> {
        let mut stopped = self.stopped.subscribe();
        let stop = std::pin::pin!(stopped.wait_for(|stopped| *stopped));
        match futures_util::future::select(stop, std::pin::pin!(wait)).await {
            Either::Left(_) => Err(ModelError::Stopped),
            Either::Right((value, _)) => Ok(value),
        }
    }

    /// Waits until nobody is holding us up any more.
    async fn sit_out(&self, effort: &mut Effort) -> Result<(), ModelError> {
        while let Some(left) = self.pause.left() {
            if left > self.max_wait {
                return Err(self.wait_too_long(left));
            }
            let room = self.max_wait.saturating_sub(effort.waited);
            if left > room {
                return Err(ModelError::RateLimited { host: self.host.clone(), attempts: effort.attempts });
            }
            effort.sleep(left).await;
        }
        Ok(())
    }

    /// How long to wait before the next attempt, after `times` of the same kind.
    fn next_wait(&self, told: Option<Duration>, times: u32, effort: &Effort) -> Result<Option<Duration>, ModelError> {
        if let Some(told) = told.filter(|told| *told > self.max_wait) {
            // What follows need not ask to learn the same.
            self.pause.extend(told);
            return Err(self.wait_too_long(told));
        }
        let room = self.max_wait.saturating_sub(effort.waited);
        let (least, wait) = match told {
            Some(told) => (told, wait::obeyed(told)),
            None => {
                let wait = wait::backoff(self.backoff, times);
                (wait, wait)
            }
        };
        Ok((least <= room).then(|| wait.min(room)))
    }

    fn wait_too_long(&self, wait: Duration) -> ModelError {
        ModelError::WaitTooLong { host: self.host.clone(), seconds: whole_seconds(wait) }
    }
}

impl Effort {
    async fn sleep(&mut self, wait: Duration) {
        tokio::time::sleep(wait).await;
        self.waited += wait;
    }
}

/// Rounded up: no wait is one of 0 s.
pub(super) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
