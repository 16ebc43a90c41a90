//! Rate limits: several windows per credential, and one per address for those who are not known yet.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use partita_domain::api_key::RateLimits;
use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// At most so many callers are watched at once.
const WATCHED: usize = 50_000;

/// What somebody who is not known tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Attempt {
    /// A password or a pairing code, which people choose and type.
    LogIn,
    /// A key or token, which nobody can guess; but each takes a look into the database.
    UnknownCredential,
}

impl Attempt {
    /// How often one address may.
    pub(crate) fn limits(self) -> RateLimits {
        let per_minute = match self {
            Self::LogIn => 60,
            Self::UnknownCredential => 600,
        };
        RateLimits { per_minute, per_hour: None, per_day: None }
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// What the three headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    /// Seconds until the window is whole again.
    reset_in: u64,
    /// Seconds until the next request passes, when this one did not.
    pub(crate) retry_after: Option<u64>,
}

impl Standing {
    /// Writes the three headers; `now` is unix seconds.
    pub(crate) fn write(self, headers: &mut HeaderMap, now: i64) {
        let reset = now.saturating_add(i64::try_from(self.reset_in).unwrap_or(i64::MAX));
        headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(self.limit));
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(self.remaining));
        headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset));
    }
}

struct Windows {
    limits: RateLimits,
    windows: Vec<(u32, Duration, Limiter)>,
}

impl Windows {
    fn new(limits: RateLimits) -> Self {
        let minute = Duration::from_secs(60);
        let windows = [
            (Some(limits.per_minute), minute),
            (limits.per_hour, minute * 60),
            (limits.per_day, minute * 60 * 24),
        ];
        let windows = windows
            .into_iter()
            .filter_map(|(limit, window)| {
                let limit = NonZeroU32::new(limit?)?;
                let quota = Quota::with_period(window / limit.get())?.allow_burst(limit);
                Some((limit.get(), window, RateLimiter::direct(quota).with_middleware()))
            })
            .collect();
        Self { limits, windows }
    }

    /// Counts a request in every window; the tightest one is reported.
    fn count(&self) -> Standing {
        let mut tightest = Standing { limit: 0, remaining: u32::MAX, reset_in: 0, retry_after: None };
        for (limit, window, limiter) in &self.windows {
            let refill = window.as_secs().div_ceil(u64::from(*limit)).max(1);
            let standing = match limiter.check() {
                Ok(state) => {
                    let remaining = state.remaining_burst_capacity();
                    let used = u64::from(limit.saturating_sub(remaining));
                    Standing {
                        limit: *limit,
                        remaining,
                        reset_in: (used * window.as_secs()).div_ceil(u64::from(*limit)),
                        retry_after: None,
                    }
                }
                Err(until) => {
                    let wait = until.wait_time_from(DefaultClock::default().now()).as_secs().max(refill);
                    return Standing {
                        limit: *limit,
                        remaining: 0,
                        reset_in: window.as_secs(),
                        retry_after: Some(wait),
                    };
                }
            };
            if standing.remaining < tightest.remaining {
                tightest = standing;
            }
        }
        tightest
    }
}

/// Watches how often each caller calls.
pub(crate) struct RateLimit<K>(Mutex<HashMap<K, Arc<Windows>>>);

impl<K> Default for RateLimit<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> RateLimit<K> {
    /// Counts a request of a caller with these limits.
    pub(crate) fn count(&self, caller: K, limits: RateLimits) -> Standing {
        let windows = {
            let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if watched.len() >= WATCHED {
                watched.clear();
            }
            match watched.get(&caller) {
                Some(windows) if windows.limits == limits => Arc::clone(windows),
                _ => {
                    let windows = Arc::new(Windows::new(limits));
                    watched.insert(caller, Arc::clone(&windows));
                    windows
                }
            }
        };
        windows.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_counts_and_the_tightest_is_reported() {
        let limit = RateLimit::default();
        let limits = RateLimits { per_minute: 5, per_hour: Some(3), per_day: None };
        let standings: Vec<Standing> = (0..4).map(|_| limit.count("key", limits)).collect();
        assert_eq!((standings[0].limit, standings[0].remaining), (3, 2));
        assert_eq!(standings[2].retry_after, None);
        assert!(standings[3].retry_after.is_some());
        assert_eq!(limit.count("other key", limits).retry_after, None);
    }

    #[test]
    fn new_limits_count_at_once() {
        let limit = RateLimit::default();
        let limits = |per_minute| RateLimits { per_minute, per_hour: None, per_day: None };
        assert_eq!(limit.count("key", limits(1)).retry_after, None);
        assert!(limit.count("key", limits(1)).retry_after.is_some());
        assert_eq!(limit.count("key", limits(2)).retry_after, None);
    }
}
