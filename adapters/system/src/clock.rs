//! Recorded time.

use partita_application::ports::Clock;
use time::{OffsetDateTime, PrimitiveDateTime};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    fn now(&self) -> PrimitiveDateTime {
        let now = OffsetDateTime::now_utc();
        // Databases keep microseconds; a finer time would come back changed and break the hash it went into.
        PrimitiveDateTime::new(now.date(), now.time().truncate_to_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_cut_to_microseconds_and_goes_on() {
        let first = SystemClock.now();
        assert_eq!(first.nanosecond() % 1_000, 0);
        assert!(first.year() >= 2026);
        assert!(SystemClock.now() >= first);
    }
}
