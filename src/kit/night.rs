//! The quiet hours: between 21:00 and 07:00 of somebody's own clock no letter comes and nothing ends
//! (product rule 30).

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::kit::clock::{Moment, at_clock};

/// The first hour of the day at which a letter may come, and the first at which none may.
pub const MORNING: u32 = 7;
pub const EVENING: u32 = 21;

pub fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

/// Strictly within the night: at 21:00 and at 07:00 sharp things may end.
pub fn is_within(local: NaiveDateTime) -> bool {
    local.time() > hour(EVENING) || local.time() < hour(MORNING)
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

/// A clock of the evening before a moment of the night, or of that evening.
pub fn evening(at: Moment, clock: NaiveTime, zone: Tz) -> Moment {
    let local = at.local(zone);
    at_clock(local.date(), u64::from(local.hour() < MORNING), clock, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_ends_at_seven_and_begins_at_nine() {
        let at = |text: &str| Moment::parse(text).unwrap();
        for (now, then, is_night) in [
            ("2026-03-02 06:59", "2026-03-02 07:00", true),
            ("2026-03-02 07:00", "2026-03-02 07:00", false),
            ("2026-03-02 20:59", "2026-03-02 20:59", false),
            ("2026-03-02 21:00", "2026-03-03 07:00", false),
            ("2026-03-02 23:30", "2026-03-03 07:00", true),
        ] {
            assert_eq!(morning(at(now), chrono_tz::UTC), at(then), "{now}");
            assert_eq!(is_within(at(now).local(chrono_tz::UTC)), is_night, "{now}");
        }
        for (now, before) in
            [("2026-03-02 02:00", "2026-03-01 21:00"), ("2026-03-02 22:00", "2026-03-02 21:00")]
        {
            assert_eq!(evening(at(now), hour(EVENING), chrono_tz::UTC), at(before), "{now}");
        }
    }
}
