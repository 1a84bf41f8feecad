//! How long to wait before asking again.
//!
//! A server that says how long is obeyed, and a little more, so that what waited together does
//! not come back together. Without its word each request waits for twice as long as the time
//! before. What all requests share is the [`Pause`]: the server's own figure, or one short step.
//! Were the shared pause to grow as the waits do, one unlucky request would hold up all the rest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

/// More than anyone waits, and little enough to add to any clock.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// No single wait of our own choosing is longer than this.
const LONGEST_STEP: Duration = Duration::from_secs(60);

/// What the headers of a reply say about when to come back, where they say something.
pub(super) fn told(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());

    if let Some(millis) = text("retry-after-ms").and_then(|ms| ms.trim().parse::<f64>().ok()) {
        return figure(millis / 1000.0);
    }
    let after = text(RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = after.parse::<f64>() {
        return figure(seconds);
    }
    // Counted from the server's clock if it shows it, since ours may be wrong.
    let then = httpdate::parse_http_date(after).ok()?;
    let now = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or_else(SystemTime::now);
    then.duration_since(now).ok().and_then(|wait| figure(wait.as_secs_f64()))
}

/// A number of seconds as a wait; none, or one in the past, is no word at all.
pub(super) fn figure(seconds: f64) -> Option<Duration> {
    let wait = Duration::try_from_secs_f64(seconds.clamp(0.0, MONTH.as_secs_f64())).ok()?;
    (!wait.is_zero()).then_some(wait)
}

/// What a server told us, and up to a tenth more.
pub(super) fn obeyed(wait: Duration) -> Duration {
    wait.mul_f64(1.0 + 0.1 * fastrand::f64())
}

/// The wait after so many `attempts`, where the server does not say.
pub(super) fn backoff(base: Duration, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let step = base.saturating_mul(1_u32 << doublings).min(LONGEST_STEP);
    step.mul_f64(0.5 + 0.5 * fastrand::f64())
}

/// A time before which nobody asks this server anything.
#[derive(Debug, Default)]
pub(super) struct Pause {
    until: Mutex<Option<Instant>>,
}

impl Pause {
    /// Nobody asks for `wait` from now; a longer pause stays.
    pub(super) fn extend(&self, wait: Duration) {
        let end = Instant::now() + wait.min(MONTH);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_none_or(|until| until < end) {
            *until = Some(end);
        }
    }

    /// What is left of it.
    pub(super) fn left(&self) -> Option<Duration> {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until?.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_by(pairs: &[(&'static str, &str)]) -> Option<f64> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        told(&headers).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn a_wait_is_read_in_every_form_that_servers_write() {
        assert_eq!(told_by(&[("retry-after", "2")]), Some(2.0));
        assert_eq!(told_by(&[("retry-after", " 1.5 ")]), Some(1.5));
        assert_eq!(told_by(&[("retry-after-ms", "250"), ("retry-after", "1")]), Some(0.25));
        assert_eq!(
            told_by(&[("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"), ("date", "Wed, 21 Oct 2015 07:28:00 GMT"),]),
            Some(30.0),
        );
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        assert!(told_by(&[("retry-after", &soon)]).is_some_and(|s| (80.0..=90.0).contains(&s)));
    }

    #[test]
    fn a_wait_that_is_none_is_not_told() {
        for nonsense in ["", "soon", "0", "-3", "NaN", "Wed, 21 Oct 2015 07:28:30 GMT"] {
            assert_eq!(told_by(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
        for endless in ["1e300", "inf", "99999999999999999999"] {
            assert_eq!(told_by(&[("retry-after", endless)]), Some(MONTH.as_secs_f64()));
        }
    }

    #[test]
    fn a_server_is_never_asked_before_its_time_nor_long_after() {
        let wait = Duration::from_secs(10);
        for _ in 0..1_000 {
            let obeyed = obeyed(wait);
            assert!(obeyed >= wait && obeyed <= wait.mul_f64(1.1), "{obeyed:?}");
        }
    }

    #[test]
    fn waits_double_and_have_an_end() {
        let base = Duration::from_millis(500);
        for (attempts, step) in [(1, 0.5), (2, 1.0), (5, 8.0), (40, 60.0)] {
            let wait = backoff(base, attempts).as_secs_f64();
            assert!(wait >= step / 2.0 && wait <= step, "{attempts}: {wait}");
        }
    }

    #[test]
    fn a_pause_is_as_long_as_the_longest() {
        let pause = Pause::default();
        assert_eq!(pause.left(), None);
        pause.extend(Duration::from_secs(5));
        pause.extend(Duration::from_secs(1));
        assert!(pause.left() > Some(Duration::from_secs(4)));
    }

    #[test]
    fn a_pause_that_is_over_is_none() {
        let pause = Pause::default();
        pause.extend(Duration::ZERO);
        assert_eq!(pause.left(), None);
    }
}
