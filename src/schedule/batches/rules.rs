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
    /// Seats kept for units; what is left out stays as it is.
    pub reserved: Option<Vec<KeptDraft>>,
}

/// Seats kept for the people of a unit through a day, as typed. `unit` is a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeptDraft {
    pub unit: String,
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32)]
    pub seats: String,
    pub until: String,
}

impl KeptDraft {
    /// A row of the form that was offered and not used.
    pub fn is_blank(&self) -> bool {
        [&self.unit, &self.seats, &self.until].iter().all(|t| t.trim().is_empty())
    }
}

/// Seats kept for a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub unit: String,
    pub seats: i32,
    pub until: NaiveDate,
}

/// Reads the seats that are kept, with the row of each; errors stand at `kept_seats-2` for the
/// second row. Never more than the batch has.
pub fn kept(reading: &mut Reading, drafts: &[KeptDraft], seats: i32) -> Vec<(usize, Kept)> {
    let mut all: Vec<(usize, Kept)> = vec![];
    for (i, draft) in drafts.iter().enumerate().filter(|(_, d)| !d.is_blank()) {
        let at = |field: &str| format!("kept_{field}-{}", i + 1);
        let unit = reading.code(&at("unit"), &draft.unit);
        if all.iter().any(|(_, k)| k.unit == unit) && !unit.is_empty() {
            reading.fields.add(&at("unit"), "kept-twice");
        }
        let seats = whole(reading, &at("seats"), &draft.seats, 1, 10_000);
        let until = reading.optional_date(&at("until"), &draft.until);
        if until.is_none() && !reading.has(&at("until")) {
            reading.fields.add(&at("until"), "required");
        }
        all.push((i + 1, Kept { unit, seats, until: until.unwrap_or_default() }));
    }
    if all.iter().map(|(_, k)| i64::from(k.seats)).sum::<i64>() > i64::from(seats) {
        let most = vec![("most", seats.to_string())];
        reading.fields.add_with("reserved", "kept-too-many", most);
    }
    all
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
    fn kept_seats_are_read_or_told() {
        let row = |unit: &str, seats: &str, until: &str| KeptDraft {
            unit: unit.to_owned(),
            seats: seats.to_owned(),
            until: until.to_owned(),
        };
        for (rows, said) in [
            (vec![row("B1", "3", "2026-03-09"), row("", "", "")], "1"),
            (
                vec![row("B1", "3", "2026-03-09"), row("B2", "8", "2026-03-09")],
                "invalid: reserved: kept-too-many",
            ),
            (
                vec![row("B1", "3", ""), row("B1", "0", "2026-02-31")],
                "invalid: kept_until-1: required, kept_unit-2: kept-twice, kept_seats-2: range, kept_until-2: date",
            ),
        ] {
            let mut reading = Reading::default();
            let found = kept(&mut reading, &rows, 10).len();
            let found = match reading.done(()) {
                Ok(()) => found.to_string(),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(found, said);
        }
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
