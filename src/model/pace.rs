//! How fast we ask: what the user allows, and what the server says it has left.
//!
//! Both are kept before anything is sent, so that nothing has to be refused. What the user allows
//! holds in every minute, wherever it begins. What the server says is only believed as far as it
//! makes us wait a little: if it makes no sense, we ask, and are refused in so many words.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::HeaderMap;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// Longer than this nobody waits because of a header.
const LONGEST_HINT: Duration = MINUTE;

/// What is asked, and when.
#[derive(Debug)]
pub(super) struct Pace {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    allowed: Window,
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

impl Pace {
    /// At most so many requests and tokens a minute; none is any number.
    pub(super) fn new(requests: Option<u32>, tokens: Option<u32>) -> Self {
        let allowed = Window { requests, tokens, ..Window::default() };
        Self { state: Mutex::new(State { allowed, requests: None, tokens: None }) }
    }

    /// When a request of about so many tokens may be sent. It is counted as sent then.
    pub(super) fn reserve(&self, tokens: u64) -> Instant {
        let now = Instant::now();
        let mut state = self.state();
        let hint = |bucket: &mut Option<Bucket>, amount: f64| {
            bucket.as_mut().map_or(Duration::ZERO, |bucket| bucket.take(now, amount))
        };
        let wait = hint(&mut state.requests, 1.0).max(hint(&mut state.tokens, tokens as f64));
        state.allowed.reserve(now + wait, tokens)
    }

    /// A request that was taken for `reserved` tokens had `used`.
    pub(super) fn correct(&self, reserved: u64, used: u64) {
        self.state().allowed.add(Instant::now(), used.saturating_sub(reserved));
    }

    /// What the headers of a reply say of what is left.
    pub(super) fn hear(&self, headers: &HeaderMap) {
        let now = Instant::now();
        let mut state = self.state();
        let State { requests, tokens, .. } = &mut *state;
        for (kind, bucket) in [("requests", requests), ("tokens", tokens)] {
            if let Some(told) = Told::read(headers, kind) {
                *bucket = Some(told.bucket(now, bucket.take()));
            }
        }
    }

    /// What the server said last of the most there can be: requests, and tokens.
    pub(super) fn limits(&self) -> (Option<u64>, Option<u64>) {
        let state = self.state();
        let limit = |bucket: Option<Bucket>| bucket.map(|bucket| bucket.limit as u64);
        (limit(state.requests), limit(state.tokens))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was sent in the last minute, and what has been given a time after it.
#[derive(Debug, Default)]
struct Window {
    requests: Option<u32>,
    tokens: Option<u32>,
    // In order of time.
    spent: VecDeque<(Instant, u64)>,
    sum: u64,
}

impl Window {
    /// The first time from `earliest` on at which there is room, behind those that came before.
    fn reserve(&mut self, earliest: Instant, tokens: u64) -> Instant {
        if self.requests.is_none() && self.tokens.is_none() {
            return earliest;
        }
        let mut time = self.spent.back().map_or(earliest, |(last, _)| earliest.max(*last));
        while let Some((first, amount)) = self.spent.front().copied() {
            let over = first + MINUTE;
            if over > time {
                let many = self.requests.is_some_and(|most| self.spent.len() as u64 >= u64::from(most));
                // What is more than a minute's worth by itself is sent alone.
                let much = self.tokens.is_some_and(|most| self.sum.saturating_add(tokens) > u64::from(most));
                if !many && !much {
                    break;
                }
                time = over;
            }
            self.spent.pop_front();
            self.sum -= amount;
        }
        self.spent.push_back((time, tokens));
        self.sum = self.sum.saturating_add(tokens);
        time
    }

    /// More was spent on what was sent before.
    fn add(&mut self, now: Instant, tokens: u64) {
        // It goes with the newest, so that it is remembered for a minute at least.
        if tokens > 0
            && self.tokens.is_some()
            && let Some((_, amount)) = self.spent.back_mut().filter(|(time, _)| *time + MINUTE > now)
        {
            *amount = amount.saturating_add(tokens);
            self.sum = self.sum.saturating_add(tokens);
        }
    }
}

/// What a server has left, as it fills up again.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    limit: f64,
    // Below 0: so much is promised.
    level: f64,
    per_second: f64,
    at: Instant,
}

impl Bucket {
    /// Takes `amount` out, and says how long to wait until it is in.
    fn take(&mut self, now: Instant, amount: f64) -> Duration {
        self.fill(now);
        self.level -= amount.min(self.limit);
        let wait = Duration::try_from_secs_f64((-self.level).max(0.0) / self.per_second).unwrap_or(Duration::MAX);
        if wait > LONGEST_HINT {
            // Somebody is wrong about it: what is promised, or the server.
            self.level = 0.0;
            return Duration::ZERO;
        }
        wait
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * self.per_second).min(self.limit);
        self.at = self.at.max(now);
    }
}

/// `x-ratelimit-limit-*`, `-remaining-*` and `-reset-*` of one reply.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Told {
    limit: f64,
    remaining: f64,
    reset: f64,
}

impl Told {
    fn read(headers: &HeaderMap, kind: &str) -> Option<Self> {
        let text = |what: &str| headers.get(format!("x-ratelimit-{what}-{kind}"))?.to_str().ok();
        let number = |what| text(what)?.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        let (limit, remaining) = (number("limit")?, number("remaining")?);
        let reset = seconds(text("reset")?, SystemTime::now())?;
        (limit >= 1.0 && reset > 0.0).then_some(Self { limit, remaining: remaining.min(limit), reset })
    }

    /// `reset` is when all is there again: what is missing comes back over that time.
    fn bucket(self, now: Instant, before: Option<Bucket>) -> Bucket {
        let per_second = (self.limit - self.remaining).max(1.0) / self.reset;
        let mut level = self.remaining;
        if let Some(mut before) = before.filter(|before| before.limit == self.limit) {
            // Replies overtake each other, and what was sent since is in none of them.
            before.fill(now);
            level = level.min(before.level);
        }
        Bucket { limit: self.limit, level, per_second, at: now }
    }
}

/// `6m0s`, `1.5s`, `20ms`, `1h2m`; seconds from now; seconds or milliseconds of the epoch.
fn seconds(text: &str, now: SystemTime) -> Option<f64> {
    /// A day in 2001, which no wait is as long as.
    const EPOCH: f64 = 1e9;

    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
        return Some(match number {
            n if n >= EPOCH * 1000.0 => n / 1000.0 - now,
            n if n >= EPOCH => n - now,
            n => n,
        })
        .filter(|n| n.is_finite() && *n >= 0.0);
    }
    let mut sum = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        sum += number
            * match &rest[..unit] {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!text.is_empty() && sum.is_finite()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_read_in_every_form_that_servers_write() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for (text, expected) in [
            ("6m0s", 360.0),
            ("1s", 1.0),
            ("20ms", 0.02),
            ("1h2m3.5s", 3723.5),
            ("7", 7.0),
            ("0.5", 0.5),
            ("1700000030", 30.0),
            ("1700000030000", 30.0),
        ] {
            let read = seconds(text, now).unwrap_or(f64::NAN);
            assert!((read - expected).abs() < 1e-6, "{text}: {read}");
        }
        for nonsense in ["", "soon", "5 apples", "-3", "NaN", "inf", "6m0", "1600000000", "..s", "週"] {
            assert_eq!(seconds(nonsense, now), None, "{nonsense}");
        }
    }

    fn headers(kind: &str, limit: &str, remaining: &str, reset: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (what, value) in [("limit", limit), ("remaining", remaining), ("reset", reset)] {
            let name = format!("x-ratelimit-{what}-{kind}");
            headers.insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        }
        headers
    }

    /// How long each of `count` requests waits after `headers`.
    fn waits(headers: &HeaderMap, count: usize) -> Vec<f64> {
        let pace = Pace::new(None, None);
        pace.hear(headers);
        let now = Instant::now();
        (0..count).map(|_| pace.reserve(100).saturating_duration_since(now).as_secs_f64()).collect()
    }

    #[test]
    fn what_a_server_has_left_is_asked_for_and_then_as_it_comes_back() {
        // 60 a minute, 2 of them left, all there again in 58 s: one a second.
        let found = waits(&headers("requests", "60", "2", "58s"), 4);
        for (found, expected) in found.iter().zip([0.0, 0.0, 1.0, 2.0]) {
            assert!((found - expected).abs() < 0.2, "{found} {expected}");
        }
        let found = waits(&headers("tokens", "1000", "150", "8.5s"), 3);
        for (found, expected) in found.iter().zip([0.0, 0.5, 1.5]) {
            assert!((found - expected).abs() < 0.2, "{found} {expected}");
        }
    }

    #[test]
    fn a_header_that_makes_no_sense_holds_up_nobody() {
        for (limit, remaining, reset) in [
            ("1", "0", "999999h"),
            ("0", "0", "1s"),
            ("60", "0", "0s"),
            ("60", "0", "soon"),
            ("60", "-1", "60s"),
            ("NaN", "0", "60s"),
            ("1e300", "0", "1e300"),
        ] {
            for wait in waits(&headers("requests", limit, remaining, reset), 5) {
                assert!(wait <= LONGEST_HINT.as_secs_f64(), "{limit} {remaining} {reset}: {wait}");
            }
        }
        assert!(waits(&headers("requests", "1", "0", "999999h"), 1)[0] < 0.1);
    }

    #[test]
    fn a_late_reply_gives_nothing_back() {
        let pace = Pace::new(None, None);
        pace.hear(&headers("requests", "60", "2", "58s"));
        for _ in 0..2 {
            pace.reserve(1);
        }
        pace.hear(&headers("requests", "60", "2", "58s"));
        let wait = pace.reserve(1).saturating_duration_since(Instant::now());
        assert!(wait > Duration::from_millis(500), "{wait:?}");
    }

    #[test]
    fn tokens_that_were_not_foreseen_are_made_up_for() {
        let pace = Pace::new(None, Some(1_000));
        let now = Instant::now();
        assert!(pace.reserve(400) <= now + Duration::from_secs(1));
        pace.correct(400, 900);
        assert!(pace.reserve(400) >= now + MINUTE);
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_is_allowed(
            asked in prop::collection::vec((0..20_000_u64, 0..300_u64), 1..80),
            requests in 1..12_u32,
            tokens in 200..1_000_u32,
        ) {
            let start = Instant::now();
            let mut window = Window { requests: Some(requests), tokens: Some(tokens), ..Window::default() };
            let mut now = start;
            let mut sent: Vec<(Instant, u64)> = Vec::new();
            for (millis, amount) in asked {
                now += Duration::from_millis(millis);
                let time = window.reserve(now, amount);
                prop_assert!(time >= now && sent.last().is_none_or(|(last, _)| time >= *last));
                sent.push((time, amount));
            }
            for (end, _) in &sent {
                let minute = sent.iter().filter(|(time, _)| *time <= *end && *time + MINUTE > *end);
                let (count, sum) = minute.fold((0, 0), |(count, sum), (_, amount)| (count + 1, sum + amount));
                prop_assert!(count <= requests && (sum <= u64::from(tokens) || count == 1), "{count} {sum}");
            }
        }

        #[test]
        fn what_there_is_room_for_is_sent_at_once(count in 1..50_u32) {
            let now = Instant::now();
            let mut window = Window { requests: Some(count), ..Window::default() };
            for _ in 0..count {
                prop_assert_eq!(window.reserve(now, 1), now);
            }
            prop_assert_eq!(window.reserve(now, 1), now + MINUTE);
        }
    }
}
