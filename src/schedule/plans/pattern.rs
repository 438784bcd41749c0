//! On which days many sessions are held: a recurrence rule of RFC 5545, read by the `rrule` crate.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use rrule::{Frequency, RRule, Tz, Unvalidated};

use crate::kit::columns::words;

words! {
    /// How the days follow each other, in words that a form can offer.
    pub enum Repeat {
        Weekly = "weekly",
        Fortnightly = "fortnightly",
        Daily = "daily",
        Weekdays = "weekdays",
        /// As written in the field for it.
        Rule = "rule",
    }
}

/// The rule that a choice stands for; each from the first day on.
pub fn rule_of(repeat: Repeat, written: &str) -> String {
    match repeat {
        Repeat::Weekly => "FREQ=WEEKLY".to_owned(),
        Repeat::Fortnightly => "FREQ=WEEKLY;INTERVAL=2".to_owned(),
        Repeat::Daily => "FREQ=DAILY".to_owned(),
        Repeat::Weekdays => "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".to_owned(),
        Repeat::Rule => {
            let rule = written.trim().to_uppercase();
            rule.strip_prefix("RRULE:").map_or(rule.clone(), str::to_owned)
        }
    }
}

/// What is wrong with a rule; the sentence is `error-{word}`.
#[derive(Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Not RFC 5545.
    Unreadable,
    /// Several times within a day: sessions of one plan are days apart.
    TooOften,
}

impl Unusable {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unreadable => "rule",
            Self::TooOften => "rule-too-often",
        }
    }
}

/// The days of a rule from the first one on, at most so many, each once. The first day itself is
/// one of them only when the rule says so.
pub fn days(rule: &str, first: NaiveDate, most: u16) -> Result<Vec<NaiveDate>, Unusable> {
    let read: RRule<Unvalidated> = until_in_utc(rule).parse().map_err(|_| Unusable::Unreadable)?;
    let hours = [read.get_by_hour(), read.get_by_minute(), read.get_by_second()];
    let often =
        matches!(read.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
    if often || hours.iter().any(|part| part.len() > 1) {
        return Err(Unusable::TooOften);
    }
    // Only days are asked for: at noon, in UTC, no clock goes forward or back.
    let noon = Tz::UTC
        .from_local_datetime(&NaiveDateTime::new(first, NOON))
        .single()
        .ok_or(Unusable::Unreadable)?;
    let set = read.build(noon).map_err(|_| Unusable::Unreadable)?;
    let mut days: Vec<NaiveDate> = set
        .all(most)
        .dates
        .iter()
        .map(chrono::DateTime::date_naive)
        .filter(|day| (first.year()..=2200).contains(&day.year()))
        .collect();
    days.dedup();
    Ok(days)
}

const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 0, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

/// An end written as a day or a local time means the same in UTC: we ask for days only.
fn until_in_utc(rule: &str) -> String {
    let part = |part: &str| match part.strip_prefix("UNTIL=") {
        Some(day) if day.len() == 8 => format!("UNTIL={day}T235959Z"),
        Some(at) if !at.ends_with('Z') => format!("UNTIL={at}Z"),
        _ => part.to_owned(),
    };
    rule.split(';').map(part).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &str, first: &str, most: u16, said: &str) {
        let first = NaiveDate::parse_from_str(first, "%Y-%m-%d").unwrap();
        let found = match days(rule, first, most) {
            Ok(days) => {
                days.iter().map(|d| d.format("%m-%d").to_string()).collect::<Vec<_>>().join(" ")
            }
            Err(why) => why.word().to_owned(),
        };
        assert_eq!(found, said, "{rule} from {first}");
    }

    #[test]
    fn days_follow_the_rule() {
        // 29 November 2026 is a Sunday.
        let of = |repeat| rule_of(repeat, "");
        check(&of(Repeat::Weekly), "2026-11-29", 3, "11-29 12-06 12-13");
        check(&of(Repeat::Fortnightly), "2026-11-29", 3, "11-29 12-13 12-27");
        check(&of(Repeat::Daily), "2026-12-30", 4, "12-30 12-31 01-01 01-02");
        check(&of(Repeat::Weekdays), "2026-11-29", 6, "11-30 12-01 12-02 12-03 12-04 12-07");
        check("FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-29", 4, "11-29 12-05 12-06 12-12");
        check("FREQ=MONTHLY;BYDAY=2SU", "2026-11-29", 3, "12-13 01-10 02-14");
        check("FREQ=MONTHLY;BYMONTHDAY=31", "2026-11-29", 3, "12-31 01-31 03-31");
        check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-11-29", 1, "02-29");
        check("FREQ=DAILY;COUNT=2", "2026-11-29", 9, "11-29 11-30");
        check("FREQ=DAILY;UNTIL=20261201", "2026-11-29", 9, "11-29 11-30 12-01");
        check("FREQ=DAILY;UNTIL=20261201T000000", "2026-11-29", 9, "11-29 11-30");
        check("FREQ=DAILY;UNTIL=20261201T130000Z", "2026-11-29", 9, "11-29 11-30 12-01");
    }

    #[test]
    fn a_rule_that_cannot_be_used_is_told() {
        check("", "2026-11-29", 3, "rule");
        check("every Sunday", "2026-11-29", 3, "rule");
        check("FREQ=WEEKLY;BYDAY=XX", "2026-11-29", 3, "rule");
        check("FREQ=WEEKLY;INTERVAL=99999999999", "2026-11-29", 3, "rule");
        check("FREQ=HOURLY", "2026-11-29", 3, "rule-too-often");
        check("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "2026-11-29", 3, "rule-too-often");
        check("FREQ=DAILY;BYHOUR=9,14", "2026-11-29", 3, "rule-too-often");
        // A day that never comes ends by itself.
        check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-11-29", 3, "");
        check("FREQ=DAILY;UNTIL=20200101", "2026-11-29", 3, "rule");
    }
}
