//! Which days a calendar page shows, and what stands before and after them.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::kit::columns::words;

words! {
    /// How much a calendar page shows at once.
    pub enum View { Month = "month", Week = "week", List = "list", Day = "day" }
}

/// Days of the list at once.
const LIST_DAYS: u64 = 28;

/// The days that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub first: NaiveDate,
    /// The first day no longer shown.
    pub end: NaiveDate,
    /// What the page is about: for a month its first day.
    pub about: NaiveDate,
    /// Where the page before and the page after begin.
    pub before: NaiveDate,
    pub after: NaiveDate,
}

/// The days around one of them. Weeks begin on Monday; a month shows its weeks whole.
pub fn shown(view: View, at: NaiveDate) -> Shown {
    let plus = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
    let minus = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(day);
    let monday = |day: NaiveDate| minus(day, u64::from(day.weekday().num_days_from_monday()));
    let run = |first: NaiveDate, days: u64| Shown {
        first,
        end: plus(first, days),
        about: first,
        before: minus(first, days),
        after: plus(first, days),
    };
    match view {
        View::Day => run(at, 1),
        View::Week => run(monday(at), 7),
        View::List => run(at, LIST_DAYS),
        View::Month => {
            let about = at.with_day(1).unwrap_or(at);
            let after = about.checked_add_months(Months::new(1)).unwrap_or(about);
            let last = minus(after, 1);
            Shown {
                first: monday(about),
                end: plus(monday(last), 7),
                about,
                before: about.checked_sub_months(Months::new(1)).unwrap_or(about),
                after,
            }
        }
    }
}

impl Shown {
    /// Every day, in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        let end = self.end;
        self.first.iter_days().take_while(move |day| *day < end)
    }

    pub fn holds(self, day: NaiveDate) -> bool {
        self.first <= day && day < self.end
    }
}

/// `2026-11-23`, `23-11-2026` or a month `2026-11`; years that no calendar here needs are none.
pub fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let whole = format!("{text}-01");
    ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .or_else(|| NaiveDate::parse_from_str(&whole, "%Y-%m-%d").ok())
        .filter(|day| (1970..=2200).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(view: View, at: &str, said: &str) {
        let shown = shown(view, date(at).unwrap());
        let found = format!(
            "{} to {} about {}, before {}, after {}",
            shown.first, shown.end, shown.about, shown.before, shown.after
        );
        assert_eq!(found, said, "{view} {at}");
        assert_eq!(shown.days().count() as i64, (shown.end - shown.first).num_days());
    }

    #[test]
    fn a_month_shows_whole_weeks_from_monday() {
        check(
            View::Month,
            "2026-11-25",
            "2026-10-26 to 2026-12-07 about 2026-11-01, before 2026-10-01, after 2026-12-01",
        );
        check(
            View::Month,
            "2027-02-28",
            "2027-02-01 to 2027-03-01 about 2027-02-01, before 2027-01-01, after 2027-03-01",
        );
        check(
            View::Month,
            "2028-02-29",
            "2028-01-31 to 2028-03-06 about 2028-02-01, before 2028-01-01, after 2028-03-01",
        );
        check(
            View::Month,
            "2026-12-31",
            "2026-11-30 to 2027-01-04 about 2026-12-01, before 2026-11-01, after 2027-01-01",
        );
    }

    #[test]
    fn a_week_begins_on_monday_and_a_day_is_itself() {
        let week = "2026-11-23 to 2026-11-30 about 2026-11-23, before 2026-11-16, after 2026-11-30";
        check(View::Week, "2026-11-23", week);
        check(View::Week, "2026-11-29", week);
        check(
            View::Day,
            "2026-12-31",
            "2026-12-31 to 2027-01-01 about 2026-12-31, before 2026-12-30, after 2027-01-01",
        );
        check(
            View::List,
            "2026-11-25",
            "2026-11-25 to 2026-12-23 about 2026-11-25, before 2026-10-28, after 2026-12-23",
        );
    }

    #[test]
    fn a_date_is_read_as_written() {
        for (text, said) in [
            ("2026-11-23", "2026-11-23"),
            ("23-11-2026", "2026-11-23"),
            ("2026-11", "2026-11-01"),
            ("2026-02-30", "none"),
            ("31-04-2026", "none"),
            ("0001-01-01", "none"),
            ("soon", "none"),
            ("", "none"),
        ] {
            let found = date(text).map_or("none".to_owned(), |d| d.to_string());
            assert_eq!(found, said, "{text}");
        }
    }
}
