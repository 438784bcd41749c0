//! When the weekly letters of administrators go, and what they count.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::kit::clock::{Moment, at_clock};

/// The hour at which they come, on Monday.
const HOUR: u32 = 8;
/// They are planned so many hours before Monday begins in UTC: by then it is Monday morning nowhere.
const AHEAD_HOURS: i64 = 6;
/// After an outage a summary is still of use for so long.
const USEFUL_DAYS: i64 = 3;

/// The Monday of the newest letters that may be planned.
pub fn monday(now: Moment) -> NaiveDate {
    let day = now.plus_minutes(AHEAD_HOURS * 60).utc().date_naive();
    before(day, u64::from(day.weekday().num_days_from_monday()))
}

/// The Monday before.
pub fn week_before(monday: NaiveDate) -> NaiveDate {
    before(monday, 7)
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// When a Monday's letters come where a zone holds, and until when they are of use.
pub fn due(monday: NaiveDate, zone: Tz) -> (Moment, Moment) {
    let clock = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    let due = at_clock(monday, 0, clock, zone);
    (due, due.plus_days(USEFUL_DAYS))
}

/// How far people have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub enrolled: i64,
    pub complete: i64,
}

impl Count {
    /// Rounded down: nothing is called complete before all of it is.
    pub fn percent(self) -> i64 {
        if self.enrolled > 0 { self.complete * 100 / self.enrolled } else { 0 }
    }

    pub fn left(self) -> i64 {
        self.enrolled - self.complete
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.enrolled += more.enrolled;
        self.complete += more.complete;
    }
}

/// Counts by the path of each unit, added up along every path.
#[derive(Debug, Clone, Default)]
pub struct Counts(BTreeMap<String, Count>);

impl Counts {
    pub fn of(rows: impl IntoIterator<Item = (String, Count)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Of everybody below a path.
    pub fn below(&self, path: &str) -> Count {
        let mut sum = Count::default();
        // Paths are digits: those of a subtree lie together.
        let inside = self.0.range(path.to_owned()..).take_while(|(p, _)| p.starts_with(path));
        for (_, count) in inside {
            sum += *count;
        }
        sum
    }
}

/// The outermost of some units, by their paths: whoever has a unit has everything below it.
pub fn outermost<T: Clone>(mut units: Vec<T>, path: impl Fn(&T) -> &str) -> Vec<T> {
    units.sort_by(|a, b| path(a).cmp(path(b)));
    let mut kept: Vec<T> = vec![];
    for unit in units {
        if !kept.last().is_some_and(|outer| path(&unit).starts_with(path(outer))) {
            kept.push(unit);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_before_it_is_monday_anywhere() {
        for (now, monday_is) in [
            // Sunday evening in UTC: Monday in an hour where the day begins first.
            ("2026-03-01 17:59", "2026-02-23"),
            ("2026-03-01 18:00", "2026-03-02"),
            ("2026-03-02 02:30", "2026-03-02"),
            ("2026-03-08 12:00", "2026-03-02"),
        ] {
            let now = Moment::parse(now).unwrap();
            assert_eq!(monday(now).to_string(), monday_is);
        }
        for (zone, utc) in [
            ("Asia/Kolkata", "2026-03-02 02:30"),
            ("Asia/Kathmandu", "2026-03-02 02:15"),
            ("Pacific/Kiritimati", "2026-03-01 18:00"),
        ] {
            let (due, until) =
                due(monday(Moment::parse("2026-03-03 00:00").unwrap()), zone.parse().unwrap());
            assert_eq!(due, Moment::parse(utc).unwrap(), "{zone}");
            assert_eq!(until, due.plus_days(3));
        }
    }

    #[test]
    fn counts_add_up_along_the_tree() {
        let count = |enrolled, complete| Count { enrolled, complete };
        let counts = Counts::of([
            ("01".to_owned(), count(1, 0)),
            ("0102".to_owned(), count(20, 10)),
            ("0103".to_owned(), count(4, 4)),
            ("02".to_owned(), count(7, 1)),
        ]);
        assert_eq!(counts.below("01"), count(25, 14));
        assert_eq!(counts.below("0102"), count(20, 10));
        assert_eq!(counts.below("03"), count(0, 0));
        assert_eq!((count(25, 14).percent(), count(25, 14).left()), (56, 11));
        assert_eq!(count(0, 0).percent(), 0);
        assert_eq!(count(1000, 999).percent(), 99);
    }

    #[test]
    fn a_unit_within_another_is_not_named_again() {
        let check = |given: &[&'static str], kept: &[&str]| {
            assert_eq!(outermost(given.to_vec(), |p| p), kept);
        };
        check(&["0102", "01", "03"], &["01", "03"]);
        check(&["0102", "0103"], &["0102", "0103"]);
        check(&[], &[]);
    }
}
