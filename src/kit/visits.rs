//! Whether somebody asks for pages just now: what is in no hurry steps back meanwhile.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// So long after a request the next one is expected.
const LATELY: Duration = Duration::from_secs(1);

/// When the last request came, by a clock that never jumps.
#[derive(Debug)]
pub struct Visits {
    opened: Instant,
    /// Milliseconds from the opening, and one more; 0 before the first.
    last: AtomicU64,
}

impl Visits {
    pub fn open(now: Instant) -> Self {
        Self { opened: now, last: AtomicU64::new(0) }
    }

    /// Somebody asks for a page, or delivers something.
    pub fn note(&self, now: Instant) {
        self.last.store(self.since_opening(now) + 1, Ordering::Relaxed);
    }

    /// Whether the last request is so fresh that more are expected.
    pub fn are_expected(&self, now: Instant) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        let since = (self.since_opening(now) + 1).saturating_sub(last);
        last > 0 && Duration::from_millis(since) <= LATELY
    }

    fn since_opening(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.opened).as_millis();
        u64::try_from(since).unwrap_or(u64::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_visits_are_expected_for_a_second() {
        let began = Instant::now();
        let after = |millis| began + Duration::from_millis(millis);
        let visits = Visits::open(began);
        assert!(!visits.are_expected(began) && !visits.are_expected(after(5_000)), "nobody came");
        visits.note(after(5_000));
        // The last but one: a clock read just before the note was written.
        for (at, are_expected) in
            [(5_000, true), (5_500, true), (6_000, true), (4_999, true), (6_001, false)]
        {
            assert_eq!(visits.are_expected(after(at)), are_expected, "after {at} ms");
        }
        visits.note(after(7_000));
        assert!(visits.are_expected(after(7_900)));
    }
}
