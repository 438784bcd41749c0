//! When a reminder goes: clock times by day, outside the quiet hours.

use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::kit::clock::{Moment, at_clock};
use crate::reminders::rules::Rule;

/// When one rule's letter about a session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    pub rule: Rule,
    pub due: Moment,
    /// When the next one has come, or the session begun.
    pub useless: Moment,
}

/// The times of every rule for a session.
pub fn of(starts_at: Moment, zone: Tz) -> Vec<Time> {
    let day = starts_at.date_in(zone);
    let late_morning = hour(11);
    let eight = at_clock(day, 0, hour(8), zone);
    let moved = |due: Moment| awake(due, zone, starts_at).unwrap_or(due);
    let same_day = moved(eight.min(starts_at.plus_minutes(-180)));
    let one_day = moved(at_clock(day, 1, late_morning, zone));
    let three_days = moved(at_clock(day, 3, late_morning, zone));
    vec![
        Time { rule: Rule::ThreeDays, due: three_days, useless: one_day },
        Time { rule: Rule::OneDay, due: one_day, useless: same_day },
        Time { rule: Rule::SameDay, due: same_day, useless: starts_at },
    ]
}

/// The first hour of the day at which a letter may come, and the first at which none may.
const MORNING: u32 = 7;
const EVENING: u32 = 21;

/// A moment outside the quiet hours: itself, else the morning after, else (when the session starts
/// before that) the evening before. None when only the night is left.
pub fn awake(at: Moment, zone: Tz, starts_at: Moment) -> Option<Moment> {
    let morning = morning(at, zone);
    if morning < starts_at {
        return Some(morning);
    }
    let local = at.local(zone);
    let days_before = u64::from(local.hour() < MORNING);
    let evening = NaiveTime::from_hms_opt(EVENING - 1, 55, 0).unwrap_or_default();
    Some(at_clock(local.date(), days_before, evening, zone)).filter(|e| *e < starts_at)
}

/// The moment itself by day, the next 07:00 by night.
pub fn morning(at: Moment, zone: Tz) -> Moment {
    let local = at.local(zone);
    if local.hour() < MORNING {
        at_clock(local.date(), 0, hour(MORNING), zone)
    } else if local.hour() >= EVENING {
        let next = local.date().succ_opt().unwrap_or(local.date());
        at_clock(next, 0, hour(MORNING), zone)
    } else {
        at
    }
}

pub fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    /// A wall clock reading in India.
    fn ist(text: &str) -> Moment {
        at(text).plus_minutes(-330)
    }

    const ZONE: Tz = chrono_tz::Asia::Kolkata;

    fn check_times(starts: &str, three_days: &str, one_day: &str, same_day: &str) {
        let due: Vec<Moment> = of(ist(starts), ZONE).into_iter().map(|t| t.due).collect();
        assert_eq!(due, [ist(three_days), ist(one_day), ist(same_day)], "{starts}");
    }

    #[test]
    fn reminders_come_by_day() {
        check_times("2026-11-29 14:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        check_times("2026-11-29 10:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:30");
        // Three hours before would be in the quiet hours: the morning.
        check_times("2026-11-29 09:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:00");
        // Or the evening before, when the session begins with the morning.
        check_times("2026-11-29 06:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 07:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 00:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 23:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        // Over the end of a year, and after a leap day.
        check_times("2027-01-01 14:00", "2026-12-29 11:00", "2026-12-31 11:00", "2027-01-01 08:00");
        check_times("2028-03-01 14:00", "2028-02-27 11:00", "2028-02-29 11:00", "2028-03-01 08:00");
    }

    #[test]
    fn a_clock_change_keeps_the_clock_time() {
        let zone = chrono_tz::America::New_York;
        // Clocks go forward on 8 March 2026 at 02:00.
        let times = of(at("2026-03-09T18:00:00Z"), zone);
        assert_eq!(times[0].due, at("2026-03-06T16:00:00Z"));
        assert_eq!(times[1].due, at("2026-03-08T15:00:00Z"));
    }
}
