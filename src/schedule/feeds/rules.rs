//! What a calendar feed is for, and whether it still is.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::columns::words;
use crate::kit::form::Reading;

words! {
    /// What one feed shows, and nothing else.
    pub enum Purpose {
        /// The sessions that its owner comes to.
        Attending = "attending",
        /// The sessions that its owner teaches.
        Teaching = "teaching",
        /// The sessions of a unit and everything below it.
        Unit = "unit",
    }
}

/// A feed as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeedDraft {
    pub purpose: String,
    /// The code of a unit, for that purpose.
    pub unit: String,
    pub label: String,
    pub neutral: String,
}

/// Feeds of one person at a time.
pub const MOST_FEEDS: i64 = 20;

/// Reads what a feed is for and what it is called.
pub fn read(reading: &mut Reading, draft: &FeedDraft) -> (Option<Purpose>, String) {
    let purpose = Purpose::parse(draft.purpose.trim());
    if purpose.is_none() {
        let given = draft.purpose.trim().is_empty();
        reading.fields.add("purpose", if given { "required" } else { "unknown" });
    }
    (purpose, reading.text("label", &draft.label, 60))
}

/// Whether a person may still have what a feed shows: who lost the role has lost the feed.
pub fn is_due(actor: &Actor, purpose: Purpose, unit_path: Option<&str>) -> bool {
    match purpose {
        Purpose::Attending => true,
        Purpose::Teaching => !actor.reach(Right::Teach).is_empty(),
        Purpose::Unit => unit_path.is_some_and(|path| actor.may(Right::SeePlans, path)),
    }
}

/// From which day to which a feed reaches: whole months, so that it stays the same from one day to
/// the next.
pub fn window(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let month = today.with_day(1).unwrap_or(today);
    let from = month.checked_sub_months(Months::new(2)).unwrap_or(month);
    let to = month.checked_add_months(Months::new(14)).unwrap_or(month);
    (from, to)
}

/// Whether somebody has what would be sent, by the tags (RFC 9110, 13.1.2) or, when none is given,
/// by the time.
pub fn is_known(etag: &str, changed: i64, tags: Option<&str>, since: Option<i64>) -> bool {
    match tags {
        Some(tags) => tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == etag),
        None => since.is_some_and(|since| changed <= since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::rules::{Held, Role};
    use crate::kit::ids::{PersonId, UnitId};

    fn actor(grants: &[(Role, &str)]) -> Actor {
        Actor {
            person: PersonId(1),
            name: String::new(),
            unit: UnitId(1),
            language: None,
            pass: None,
            grants: grants
                .iter()
                .map(|(role, path)| Held {
                    role: *role,
                    path: Some((*path).to_owned()),
                    session: None,
                })
                .collect(),
        }
    }

    #[test]
    fn a_feed_dies_with_the_role() {
        for (grants, purpose, path, due) in [
            (vec![], Purpose::Attending, None, true),
            (vec![], Purpose::Teaching, None, false),
            (vec![(Role::Trainer, "01")], Purpose::Teaching, None, true),
            (vec![(Role::Auditor, "01")], Purpose::Teaching, None, false),
            (vec![(Role::Auditor, "01")], Purpose::Unit, Some("0102"), true),
            (vec![(Role::Admin, "0102")], Purpose::Unit, Some("01"), false),
            (vec![], Purpose::Unit, Some("01"), false),
            (vec![(Role::Admin, "01")], Purpose::Unit, None, false),
        ] {
            assert_eq!(
                is_due(&actor(&grants), purpose, path),
                due,
                "{grants:?} {purpose} {path:?}"
            );
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        for (tags, since, known) in [
            (None, None, false),
            (Some("\"a\""), None, true),
            (Some("W/\"a\""), None, true),
            (Some("\"b\", \"a\""), None, true),
            (Some("*"), None, true),
            (Some("\"b\""), None, false),
            // The tag decides; the time is for those who have none.
            (Some("\"b\""), Some(200), false),
            (None, Some(99), false),
            (None, Some(100), true),
        ] {
            assert_eq!(is_known("\"a\"", 100, tags, since), known, "{tags:?} {since:?}");
        }
    }

    #[test]
    fn a_window_is_the_same_all_month() {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        for today in ["2026-11-01", "2026-11-30"] {
            assert_eq!(window(day(today)), (day("2026-09-01"), day("2028-01-01")));
        }
    }
}
