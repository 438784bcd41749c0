//! Where the sessions of a batch go when it moves as a whole.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::kit::clock::Moment;
use crate::kit::form::{Reading, loose};

/// The furthest that a batch is moved at once.
const MOST_DAYS: i64 = 730;

/// Where to, as typed: a new first day, or so many days later (or, with a minus, earlier).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Whither {
    #[serde(deserialize_with = "loose")]
    pub first_day: String,
    #[serde(deserialize_with = "loose")]
    pub days: String,
}

/// By how many days everything goes, seen from the day on which the first session now is.
pub fn days(reading: &mut Reading, to: &Whither, first: NaiveDate) -> i64 {
    let typed = !to.days.trim().is_empty();
    let day = reading.optional_date("first_day", &to.first_day);
    let days = match (day, typed) {
        (Some(_), true) => {
            reading.fields.add("days", "day-or-days");
            0
        }
        (Some(day), false) => (day - first).num_days(),
        (None, true) => reading.number("days", &to.days, -MOST_DAYS, MOST_DAYS),
        (None, false) => {
            if !reading.has("first_day") {
                reading.fields.add("first_day", "required");
            }
            0
        }
    };
    if days.abs() > MOST_DAYS {
        reading.fields.add("first_day", "too-far");
    }
    days
}

/// The same clock, so many days on, in the zone of the place.
pub fn shifted(at: Moment, days: i64, zone: Tz) -> Moment {
    let local = at.local(zone);
    let by = Days::new(days.unsigned_abs());
    let date = match days {
        0.. => local.date().checked_add_days(by),
        _ => local.date().checked_sub_days(by),
    };
    date.map_or(at, |date| Moment::of_local(date.and_time(local.time()), zone))
}

/// The first and last day of a batch after a move: its own go along, and hold all of its sessions.
pub fn span(
    before: (Option<NaiveDate>, Option<NaiveDate>),
    held: &[(NaiveDate, NaiveDate)],
    days: (i64, i64),
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let by = |date: NaiveDate, days: i64| {
        let far = Days::new(days.unsigned_abs());
        let to = if days < 0 { date.checked_sub_days(far) } else { date.checked_add_days(far) };
        to.unwrap_or(date)
    };
    let first = held.iter().map(|(from, _)| *from).min();
    let last = held.iter().map(|(_, to)| *to).max();
    let starts = before.0.map(|d| by(d, days.0)).map(|d| first.map_or(d, |f| d.min(f)));
    let ends = before.1.map(|d| by(d, days.1)).map(|d| last.map_or(d, |l| d.max(l)));
    (starts, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn check(first_day: &str, typed: &str, said: &str) {
        let to = Whither { first_day: first_day.to_owned(), days: typed.to_owned() };
        let mut reading = Reading::default();
        let found = days(&mut reading, &to, day("2026-10-02"));
        let found = match reading.done(()) {
            Ok(()) => found.to_string(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said, "{first_day} {typed}");
    }

    #[test]
    fn a_batch_goes_to_a_day_or_by_days() {
        check("2026-11-02", "", "31");
        check("01-10-2026", "", "-1");
        check("", "31", "31");
        check("", " -7 ", "-7");
        check("", "", "invalid: first_day: required");
        check("2026-11-02", "31", "invalid: days: day-or-days");
        check("2026-02-30", "", "invalid: first_day: date");
        check("", "soon", "invalid: days: number");
        check("", "731", "invalid: days: range");
        check("2029-01-01", "", "invalid: first_day: too-far");
    }

    #[test]
    fn the_clock_stays_when_the_days_change() {
        let check = |at: &str, days: i64, zone: Tz, to: &str| {
            let at = Moment::parse(at).unwrap();
            assert_eq!(shifted(at, days, zone), Moment::parse(to).unwrap(), "{at} {days} {zone}");
        };
        let (india, london) = (chrono_tz::Asia::Kolkata, chrono_tz::Europe::London);
        check("2026-10-02T04:30:00Z", 31, india, "2026-11-02T04:30:00Z");
        check("2026-10-02T04:30:00Z", -2, india, "2026-09-30T04:30:00Z");
        check("2026-10-02T04:30:00Z", 0, india, "2026-10-02T04:30:00Z");
        // Over the end of summer time: ten in the morning stays ten in the morning.
        check("2026-10-20T09:00:00Z", 7, london, "2026-10-27T10:00:00Z");
        // Into the hour that the clocks leave out: the first minute after it.
        check("2026-03-28T01:30:00Z", 1, london, "2026-03-29T01:00:00Z");
        // By a leap day.
        check("2028-02-28T04:30:00Z", 1, india, "2028-02-29T04:30:00Z");
    }

    #[test]
    fn the_days_of_a_batch_go_along() {
        let whole = (Some(day("2026-10-02")), Some(day("2026-10-12")));
        let held = [(day("2026-11-02"), day("2026-11-02")), (day("2026-11-11"), day("2026-11-11"))];
        let moved = (Some(day("2026-11-02")), Some(day("2026-11-12")));
        assert_eq!(span(whole, &held, (31, 31)), moved);
        // One that was put later than the rest is still within.
        let late = [(day("2026-11-02"), day("2026-11-20"))];
        assert_eq!(span(whole, &late, (31, 31)).1, Some(day("2026-11-20")));
        // A batch that has begun keeps its first day.
        assert_eq!(span(whole, &held, (0, 31)).0, whole.0);
        assert_eq!(span((None, None), &held, (31, 31)), (None, None));
    }
}
