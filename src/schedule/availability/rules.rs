//! When a trainer can be asked, as typed.

use chrono::{NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::kit::form::Reading;

/// The hours of one weekday; 1 is Monday. In minutes of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hours {
    pub weekday: i32,
    pub starts: i32,
    pub ends: i32,
}

/// One weekday as typed: both empty, not on that day.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DayDraft {
    pub starts: String,
    pub ends: String,
}

/// The week, from Monday. Errors stand at `starts-3`, `ends-3` for Wednesday.
pub fn week(reading: &mut Reading, typed: &[DayDraft]) -> Vec<Hours> {
    let mut hours = vec![];
    for (weekday, day) in (1..=7).zip(typed) {
        let (at, to) = (format!("starts-{weekday}"), format!("ends-{weekday}"));
        let (starts, ends) = (minute(reading, &at, &day.starts), minute(reading, &to, &day.ends));
        match (starts, ends) {
            (Some(starts), Some(ends)) if starts < ends => {
                hours.push(Hours { weekday, starts, ends });
            }
            (Some(_), Some(_)) => reading.fields.add(&to, "end-before-start"),
            (Some(_), None) if !reading.has(&to) => reading.fields.add(&to, "required"),
            (None, Some(_)) if !reading.has(&at) => reading.fields.add(&at, "required"),
            _ => {}
        }
    }
    hours
}

/// `09:30` as minutes of the day, or nothing.
pub fn minute(reading: &mut Reading, name: &str, given: &str) -> Option<i32> {
    let text = given.trim();
    if text.is_empty() {
        return None;
    }
    let clock = ["%H:%M", "%H:%M:%S", "%H.%M"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(text, form).ok());
    if clock.is_none() {
        reading.fields.add(name, "clock");
    }
    clock.and_then(|c| i32::try_from(c.hour() * 60 + c.minute()).ok())
}

/// A clock reading as a form takes it.
pub fn typed(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Days away, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AbsenceDraft {
    pub from_day: String,
    pub to_day: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absence {
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
    pub reason: Option<String>,
}

/// One day, when no last one is given.
pub fn absence(reading: &mut Reading, draft: &AbsenceDraft) -> Option<Absence> {
    let from_day = reading.optional_date("from_day", &draft.from_day);
    if from_day.is_none() && !reading.has("from_day") {
        reading.fields.add("from_day", "required");
    }
    let to_day = reading.optional_date("to_day", &draft.to_day).or(from_day);
    let reason = reading.optional("reason", &draft.reason, 200);
    let (from_day, to_day) = (from_day?, to_day?);
    if to_day < from_day {
        reading.fields.add("to_day", "end-before-start");
    }
    Some(Absence { from_day, to_day, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(monday: (&str, &str), said: &str) {
        let mut typed = vec![DayDraft::default(); 7];
        typed[0] = DayDraft { starts: monday.0.to_owned(), ends: monday.1.to_owned() };
        let mut reading = Reading::default();
        let hours = week(&mut reading, &typed);
        let found = match reading.done(()) {
            Ok(()) => hours
                .iter()
                .map(|h| {
                    format!("{} {}-{}", h.weekday, super::typed(h.starts), super::typed(h.ends))
                })
                .collect::<Vec<_>>()
                .join(", "),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said, "{monday:?}");
    }

    #[test]
    fn a_week_is_read_or_told() {
        check(("", ""), "");
        check(("09:30", "17:00"), "1 09:30-17:00");
        check(("9:05", "17.00"), "1 09:05-17:00");
        check(("10:00", ""), "invalid: ends-1: required");
        check(("", "10:00"), "invalid: starts-1: required");
        check(("10:00", "10:00"), "invalid: ends-1: end-before-start");
        check(("25:00", "noon"), "invalid: starts-1: clock, ends-1: clock");
    }
}
