//! What a batch says when it is well-formed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::courses::rules::whole;
use crate::kit::form::{Reading, loose};

/// The seats of a batch when nobody says otherwise.
pub const SEATS: &str = "30";

/// A batch as typed. `course` and `unit` are codes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BatchDraft {
    pub course: String,
    pub unit: String,
    pub title: String,
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32)]
    pub seats: String,
    #[serde(deserialize_with = "loose")]
    pub starts_on: String,
    #[serde(deserialize_with = "loose")]
    pub ends_on: String,
}

/// What may change in a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub title: String,
    pub seats: i32,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

pub fn facts(reading: &mut Reading, draft: &BatchDraft) -> Facts {
    let title = reading.name("title", &draft.title);
    let seats = if draft.seats.trim().is_empty() { SEATS } else { &draft.seats };
    let seats = whole(reading, "seats", seats, 1, 10_000);
    let starts_on = reading.optional_date("starts_on", &draft.starts_on);
    let ends_on = reading.optional_date("ends_on", &draft.ends_on);
    if let (Some(from), Some(to)) = (starts_on, ends_on)
        && to < from
    {
        reading.fields.add("ends_on", "end-before-start");
    }
    Facts { title, seats, starts_on, ends_on }
}

/// Which batches a list shows, by their days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    All,
    /// Not begun.
    Upcoming,
    Running,
    Past,
}

impl Span {
    pub fn parse(word: &str) -> Self {
        match word {
            "upcoming" => Self::Upcoming,
            "running" => Self::Running,
            "past" => Self::Past,
            _ => Self::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, seats: &str, days: (&str, &str), said: &str) {
        let draft = BatchDraft {
            title: title.to_owned(),
            seats: seats.to_owned(),
            starts_on: days.0.to_owned(),
            ends_on: days.1.to_owned(),
            ..BatchDraft::default()
        };
        let mut reading = Reading::default();
        let facts = facts(&mut reading, &draft);
        let found = match reading.done(()) {
            Ok(()) => format!("{} {}", facts.title, facts.seats),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said);
    }

    #[test]
    fn a_batch_is_read_or_told() {
        check("River, March", "", ("", ""), "River, March 30");
        check("River, March", "40", ("2026-03-02", "02-03-2026"), "River, March 40");
        check(
            "",
            "0",
            ("2026-03-02", "2026-03-01"),
            "invalid: title: required, seats: range, ends_on: end-before-start",
        );
        check(
            "A",
            "10001",
            ("31-02-2026", "x"),
            "invalid: seats: range, starts_on: date, ends_on: date",
        );
    }
}
