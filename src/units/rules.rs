//! What may hang where in the organisation tree, and what a unit's facts may be.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;

use crate::kit::clean;
use crate::kit::form::Reading;
use crate::kit::ids::{LevelId, UnitId};
use crate::units::UnitDraft;

/// A kind of unit, as the organisation itself calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Level {
    pub id: LevelId,
    pub code: String,
    /// Grows from the top; a level may be skipped.
    pub ordinal: i32,
    pub name_hi: String,
    pub name_en: String,
    /// A second, parallel parent: an assembly seat.
    pub electoral: bool,
}

/// The levels of a house that has none yet: (code, ordinal, Hindi, English, electoral).
pub const STANDARD_LEVELS: &[(&str, i32, &str, &str, bool)] = &[
    ("organisation", 1, "संगठन", "Organisation", false),
    ("country", 5, "देश", "Country", false),
    ("state", 10, "प्रदेश", "State", false),
    ("division", 20, "संभाग", "Division", false),
    ("district", 30, "जिला", "District", false),
    ("constituency", 35, "विधानसभा क्षेत्र", "Constituency", true),
    ("subdistrict", 40, "तहसील", "Sub-district", false),
    ("block", 50, "ब्लॉक", "Block", false),
    ("urban_body", 55, "नगरीय निकाय", "Urban body", false),
    ("mandal", 60, "मंडल", "Mandal", false),
    ("panchayat", 65, "ग्राम पंचायत", "Gram panchayat", false),
    ("ward", 70, "वार्ड", "Ward", false),
    ("booth", 80, "बूथ", "Booth", false),
];

/// Whether a unit of one level may hang under another. An electoral one stands beside the order of
/// levels: it hangs anywhere, and nothing hangs under it.
pub fn may_hang(child: &Level, parent: Option<&Level>) -> Result<(), &'static str> {
    match parent {
        None if child.electoral => Err("parent-required"),
        None => Ok(()),
        Some(parent) if parent.electoral => Err("parent-electoral"),
        Some(_) if child.electoral => Ok(()),
        Some(parent) if child.ordinal > parent.ordinal => Ok(()),
        Some(_) => Err("parent-level"),
    }
}

/// Digits of one id in a path.
pub const SEGMENT: usize = 19;

/// The ids from the root to a unit.
pub fn path(above: &str, id: UnitId) -> String {
    format!("{above}{:019}", id.0)
}

/// The units from the root down to the one of a path.
pub fn line(path: &str) -> Vec<UnitId> {
    path.as_bytes()
        .chunks(SEGMENT)
        .filter_map(|c| std::str::from_utf8(c).ok()?.parse().ok().map(UnitId))
        .collect()
}

/// The same without the unit itself.
pub fn above(path: &str) -> Vec<UnitId> {
    let mut ids = line(path);
    ids.pop();
    ids
}

/// Whether a path is a root's.
pub fn is_root(path: &str) -> bool {
    path.len() == SEGMENT
}

/// A code as an identity: letters of any script, digits, `- _ . / #`, something of the first two;
/// `new` is an address of ours.
pub fn code(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("required")
    } else if text.chars().count() > 60 {
        Err("code-too-long")
    } else if !text.chars().all(|c| is_letter(c) || "-_./#".contains(c))
        || !text.chars().any(char::is_alphanumeric)
        || text == "new"
    {
        Err("code")
    } else {
        Ok(())
    }
}

/// The address of a unit's page: a code may hold what an address may not.
pub fn address(code: &str) -> String {
    let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("/units/{code}")
}

/// Also the signs that Devanagari letters are written with: they are no letters to Unicode.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{0900}'..='\u{0DFF}')
}

/// A census code keeps its leading zeros; nothing but zeros means none (LGD files write `0` and
/// `00000`).
pub fn census_code(text: &str) -> Option<String> {
    let code = clean::key(text)?;
    (!code.chars().all(|c| c == '0')).then_some(code)
}

/// What is kept of a unit besides its place in the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub name_hi: String,
    pub name_en: String,
    pub census_code: Option<String>,
    pub population: Option<i64>,
    pub timezone: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// Reads a form's facts; a name in one language stands for both.
pub fn facts(reading: &mut Reading, draft: &UnitDraft) -> Facts {
    let hi = reading.optional_name("name_hi", &draft.name_hi);
    let en = reading.optional_name("name_en", &draft.name_en);
    if hi.is_none() && en.is_none() && !reading.has("name_hi") && !reading.has("name_en") {
        reading.fields.add("name_hi", "required");
    }
    let either = || hi.clone().or_else(|| en.clone()).unwrap_or_default();
    let population = match draft.population.trim() {
        "" => None,
        text => Some(reading.number("population", &text.replace(',', ""), 0, 10_000_000_000)),
    };
    let census = reading.optional("census_code", &draft.census_code, 30);
    let valid_from = reading.optional_date("valid_from", &draft.valid_from);
    let valid_to = reading.optional_date("valid_to", &draft.valid_to);
    if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
        reading.fields.add("valid_to", "before-start");
    }
    Facts {
        name_hi: hi.clone().unwrap_or_else(either),
        name_en: en.clone().unwrap_or_else(either),
        census_code: census.as_deref().and_then(census_code),
        population,
        timezone: zone(reading, &draft.timezone),
        contact_name: reading.optional_name("contact_name", &draft.contact_name),
        contact_phone: phone(reading, "contact_phone", &draft.contact_phone),
        valid_from,
        valid_to,
    }
}

fn zone(reading: &mut Reading, given: &str) -> Option<String> {
    let text = given.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse::<Tz>() {
        Ok(zone) => Some(zone.name().to_owned()),
        Err(_) => {
            reading.fields.add("timezone", "timezone");
            None
        }
    }
}

fn phone(reading: &mut Reading, name: &str, given: &str) -> Option<String> {
    if given.trim().is_empty() {
        return None;
    }
    let phone = clean::phone(given);
    if phone.is_none() {
        reading.fields.add(name, "phone");
    }
    phone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(ordinal: i32, electoral: bool) -> Level {
        Level {
            id: LevelId(1),
            code: ordinal.to_string(),
            ordinal,
            name_hi: String::new(),
            name_en: String::new(),
            electoral,
        }
    }

    #[test]
    fn levels_hang_in_order_and_seats_anywhere() {
        let check = |child: Level, parent: Option<Level>, verdict: Result<(), &str>| {
            assert_eq!(may_hang(&child, parent.as_ref()), verdict, "{child:?} {parent:?}");
        };
        check(level(10, false), None, Ok(()));
        check(level(30, false), Some(level(10, false)), Ok(()));
        check(level(80, false), Some(level(10, false)), Ok(()));
        check(level(30, false), Some(level(30, false)), Err("parent-level"));
        check(level(10, false), Some(level(30, false)), Err("parent-level"));
        check(level(35, true), None, Err("parent-required"));
        check(level(35, true), Some(level(80, false)), Ok(()));
        check(level(80, false), Some(level(35, true)), Err("parent-electoral"));
    }

    #[test]
    fn a_path_names_the_units_above() {
        let root = path("", UnitId(7));
        let child = path(&root, UnitId(12));
        assert_eq!(root.len(), SEGMENT);
        assert!(is_root(&root) && !is_root(&child));
        assert_eq!(above(&path(&child, UnitId(99))), [UnitId(7), UnitId(12)]);
        assert_eq!(above(&root), []);
    }

    #[test]
    fn codes_are_plain_and_census_zeros_mean_none() {
        for (given, verdict) in [
            ("D409", Ok(())),
            ("165-167", Ok(())),
            ("भोपाल-1", Ok(())),
            ("a/b#2", Ok(())),
            ("", Err("required")),
            ("a b", Err("code")),
            ("..", Err("code")),
            ("new", Err("code")),
        ] {
            assert_eq!(code(given), verdict, "{given}");
        }
        for (given, kept) in [
            ("0", None),
            ("00000", None),
            ("", None),
            ("03518", Some("03518")),
            (" 23\t", Some("23")),
        ] {
            assert_eq!(census_code(given).as_deref(), kept, "{given}");
        }
    }

    #[test]
    fn a_form_is_read_with_all_its_errors() {
        let check = |draft: UnitDraft, errors: &str| {
            let mut reading = Reading::default();
            facts(&mut reading, &draft);
            let found: Vec<String> =
                reading.fields.0.iter().map(|e| format!("{} {}", e.name, e.code)).collect();
            assert_eq!(found.join(", "), errors);
        };
        let draft = UnitDraft { name_en: "Bhopal".to_owned(), ..UnitDraft::default() };
        check(draft.clone(), "");
        check(UnitDraft::default(), "name_hi required");
        let bad = UnitDraft {
            population: "many".to_owned(),
            timezone: "Mars/Base".to_owned(),
            contact_phone: "123".to_owned(),
            valid_from: "2026-02-01".to_owned(),
            valid_to: "2026-01-01".to_owned(),
            ..draft
        };
        check(
            bad,
            "population number, valid_to before-start, timezone timezone, contact_phone phone",
        );
    }
}
