//! Which holidays a day has, and what one says when it is well-formed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::courses::rules::both;
use crate::kit::columns::words;
use crate::kit::form::Reading;
use crate::kit::ids::{HolidayId, UnitId};

words! {
    /// On an optional holiday offices are open and some people stay away.
    pub enum HolidayKind { Public = "public", Optional = "optional" }
}

/// A holiday, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub id: HolidayId,
    pub day: NaiveDate,
    pub name_hi: String,
    pub name_en: String,
    pub kind: HolidayKind,
    pub estimated: bool,
    pub unit: Option<UnitId>,
    /// Of the unit for which it holds, with all below it; none: everywhere.
    pub unit_path: Option<String>,
}

/// The holidays of one day at a unit: the public ones first, those whose day is sure before others.
pub fn on<'a>(holidays: &'a [Holiday], day: NaiveDate, path: &str) -> Vec<&'a Holiday> {
    let holds = |h: &&Holiday| {
        h.day == day && h.unit_path.as_deref().is_none_or(|above| path.starts_with(above))
    };
    let mut found: Vec<&Holiday> = holidays.iter().filter(holds).collect();
    found.sort_by_key(|h| (h.kind, h.estimated, h.id));
    found
}

/// A holiday as typed. `unit` is a code; empty: everywhere.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HolidayDraft {
    pub day: String,
    pub name_hi: String,
    pub name_en: String,
    pub kind: String,
    pub estimated: String,
    pub unit: String,
}

/// What may change in a holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub day: NaiveDate,
    pub name_hi: String,
    pub name_en: String,
    pub kind: HolidayKind,
    pub estimated: bool,
    pub unit: Option<UnitId>,
}

/// Reads everything but the unit, which the caller looks up.
pub fn facts(reading: &mut Reading, draft: &HolidayDraft, unit: Option<UnitId>) -> Option<Facts> {
    let day = reading.optional_date("day", &draft.day);
    if day.is_none() && !reading.has("day") {
        reading.fields.add("day", "required");
    }
    let (name_hi, name_en) =
        both(reading, ("name_hi", &draft.name_hi), ("name_en", &draft.name_en));
    let kind = kind_of(&draft.kind);
    if kind.is_none() {
        reading.fields.add("kind", "unknown");
    }
    let estimated = is_yes(&draft.estimated);
    if estimated.is_none() {
        reading.fields.add("estimated", "unknown");
    }
    Some(Facts { day: day?, name_hi, name_en, kind: kind?, estimated: estimated?, unit })
}

/// A kind as offices write it; nothing written means public.
pub fn kind_of(word: &str) -> Option<HolidayKind> {
    match word.trim().to_lowercase().as_str() {
        "" | "public" | "general" | "gazetted" | "सार्वजनिक" | "सामान्य" => {
            Some(HolidayKind::Public)
        }
        "optional" | "restricted" | "ऐच्छिक" | "वैकल्पिक" => {
            Some(HolidayKind::Optional)
        }
        _ => None,
    }
}

/// Yes or no as offices write it; nothing written means no.
pub fn is_yes(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "" | "no" | "false" | "0" | "नहीं" => Some(false),
        "yes" | "true" | "1" | "estimated" | "हाँ" | "हां" | "अनुमानित" => {
            Some(true)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    fn holiday(id: i64, on: &str, kind: HolidayKind, path: Option<&str>) -> Holiday {
        Holiday {
            id: HolidayId(id),
            day: day(on),
            name_hi: format!("ह{id}"),
            name_en: format!("H{id}"),
            kind,
            estimated: false,
            unit: None,
            unit_path: path.map(str::to_owned),
        }
    }

    #[test]
    fn a_day_has_the_holidays_of_its_place() {
        let all = [
            holiday(1, "2027-08-15", HolidayKind::Optional, None),
            holiday(2, "2027-08-15", HolidayKind::Public, None),
            holiday(3, "2027-08-15", HolidayKind::Public, Some("0102")),
            holiday(4, "2027-08-16", HolidayKind::Public, None),
        ];
        let check = |on_day: &str, path: &str, said: &str| {
            let found: Vec<&str> =
                on(&all, day(on_day), path).iter().map(|h| h.name_en.as_str()).collect();
            assert_eq!(found.join(" "), said, "{on_day} {path}");
        };
        check("2027-08-15", "01", "H2 H1");
        check("2027-08-15", "010203", "H2 H3 H1");
        check("2027-08-15", "0103", "H2 H1");
        check("2027-08-16", "0103", "H4");
        check("2027-08-17", "0103", "");
    }

    #[test]
    fn a_holiday_is_read_or_told() {
        let check = |given: [&str; 4], said: &str| {
            let [on, name, kind, estimated] = given.map(str::to_owned);
            let draft =
                HolidayDraft { day: on, name_hi: name, kind, estimated, ..HolidayDraft::default() };
            let mut reading = Reading::default();
            let facts = facts(&mut reading, &draft, None);
            let found = match reading.done(()) {
                Ok(()) => facts
                    .map(|f| format!("{} {} {} {}", f.day, f.name_en, f.kind, f.estimated))
                    .unwrap_or_default(),
                Err(fault) => fault.to_string(),
            };
            assert_eq!(found, said, "{given:?}");
        };
        check(["2027-08-15", "दिवस", "", ""], "2027-08-15 दिवस public false");
        check(["15-08-2027", "दिवस", "ऐच्छिक", "हाँ"], "2027-08-15 दिवस optional true");
        check(
            ["31-02-2027", "", "half", "perhaps"],
            "invalid: day: date, name_hi: required, kind: unknown, estimated: unknown",
        );
        check(["", "दिवस", "public", "no"], "invalid: day: required");
    }
}
