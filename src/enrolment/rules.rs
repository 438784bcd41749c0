//! Who gets a seat, who waits, who moves up.

use crate::kit::clock::Moment;
use crate::kit::columns::words;

words! {
    /// Where a person stands on a batch.
    pub enum Place { Seat = "seat", Waiting = "waiting", Withdrawn = "withdrawn" }
}

/// A batch as the queue sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub cancelled: bool,
    pub seats: i64,
    pub taken: i64,
    pub waiting: i64,
    /// Of the sessions that are not cancelled.
    pub last_start: Option<Moment>,
    pub last_end: Option<Moment>,
}

impl Run {
    pub fn free(&self) -> i64 {
        (self.seats - self.taken).max(0)
    }
}

/// What stands in the way of a new name; the word of the conflict.
pub fn closed(run: &Run, now: Moment) -> Option<&'static str> {
    if run.cancelled {
        Some("batch-cancelled")
    } else if run.last_end.is_some_and(|end| end <= now) {
        Some("batch-ended")
    } else {
        None
    }
}

/// Where a new name goes. Nobody passes those who wait, even when a seat is free for a moment.
pub fn place(run: &Run) -> Place {
    if run.free() > 0 && run.waiting == 0 { Place::Seat } else { Place::Waiting }
}

/// How many move up from the wait-list by themselves: none once the last session has started.
pub fn moving_up(run: &Run, now: Moment) -> i64 {
    let started = run.last_start.is_some_and(|start| start <= now);
    if run.cancelled || started { 0 } else { run.free().min(run.waiting) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn run(seats: i64, taken: i64, waiting: i64) -> Run {
        let (last_start, last_end) = (Some(at("2026-03-05 09:00")), Some(at("2026-03-05 11:00")));
        Run { cancelled: false, seats, taken, waiting, last_start, last_end }
    }

    #[test]
    fn seats_go_first_come_first_served() {
        for (seats, taken, waiting, expected) in [
            (30, 0, 0, Place::Seat),
            (30, 29, 0, Place::Seat),
            (30, 30, 0, Place::Waiting),
            (30, 29, 1, Place::Waiting),
            (30, 31, 0, Place::Waiting),
        ] {
            assert_eq!(place(&run(seats, taken, waiting)), expected, "{seats} {taken} {waiting}");
        }
    }

    #[test]
    fn the_queue_moves_until_the_last_session_starts() {
        let before = at("2026-03-05 08:59");
        for (run, now, expected) in [
            (run(30, 28, 5), before, 2),
            (run(30, 28, 1), before, 1),
            (run(30, 30, 5), before, 0),
            (run(20, 30, 5), before, 0),
            (run(30, 28, 5), at("2026-03-05 09:00"), 0),
            (Run { cancelled: true, ..run(30, 28, 5) }, before, 0),
            (Run { last_start: None, last_end: None, ..run(30, 28, 5) }, before, 2),
        ] {
            assert_eq!(moving_up(&run, now), expected, "{run:?} {now}");
        }
    }

    #[test]
    fn a_batch_closes_with_its_last_session() {
        let open = run(30, 0, 0);
        assert_eq!(closed(&open, at("2026-03-05 10:59")), None);
        assert_eq!(closed(&open, at("2026-03-05 11:00")), Some("batch-ended"));
        assert_eq!(closed(&Run { last_end: None, ..open }, at("2030-01-01 00:00")), None);
        assert_eq!(
            closed(&Run { cancelled: true, ..open }, at("2026-03-01 00:00")),
            Some("batch-cancelled")
        );
    }
}
