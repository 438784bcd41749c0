//! Who may hold which post when, and who decides on requests.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kit::form::{Reading, loose};
use crate::kit::ids::{PersonId, UnitId};

/// A kind of post as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KindDraft {
    pub code: String,
    #[serde(deserialize_with = "loose")]
    pub ordinal: String,
    pub name_hi: String,
    pub name_en: String,
    /// The code of a level; empty for units of every level.
    pub level: String,
    pub approves: String,
    pub several: String,
}

/// What is kept of a kind besides its code, which never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub ordinal: i32,
    pub name_hi: String,
    pub name_en: String,
    pub level: Option<String>,
    pub approves: bool,
    pub several: bool,
}

/// Reads a kind's facts, all errors at once.
pub fn kind(reading: &mut Reading, draft: &KindDraft, levels: &[&str]) -> Kind {
    let hi = reading.optional_name("name_hi", &draft.name_hi);
    let en = reading.optional_name("name_en", &draft.name_en);
    let either = hi.clone().or_else(|| en.clone());
    if either.is_none() && !reading.has("name_hi") && !reading.has("name_en") {
        reading.fields.add("name_hi", "required");
    }
    let either = either.unwrap_or_default();
    let level = draft.level.trim();
    if !level.is_empty() && !levels.contains(&level) {
        reading.fields.add("level", "unknown");
    }
    let ordinal = reading.number("ordinal", &draft.ordinal, 0, 1_000_000);
    Kind {
        ordinal: i32::try_from(ordinal).unwrap_or_default(),
        name_hi: hi.unwrap_or_else(|| either.clone()),
        name_en: en.unwrap_or(either),
        level: (!level.is_empty()).then(|| level.to_owned()),
        approves: ticked(&draft.approves),
        several: ticked(&draft.several),
    }
}

fn ticked(text: &str) -> bool {
    matches!(text, "yes" | "true" | "1" | "on")
}

/// Somebody put into a post, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeDraft {
    pub kind: String,
    pub person: String,
    pub valid_from: String,
    pub valid_to: String,
    /// What was searched for, so that the same people are shown again.
    pub q: String,
}

/// The last day of somebody in a post, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EndDraft {
    pub valid_to: String,
}

/// From the first to the last day; without a last day until further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

impl Term {
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    fn meets(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

/// Reads from when to when; without a first day it begins today.
pub fn term(reading: &mut Reading, draft: &OfficeDraft, today: NaiveDate) -> Term {
    let from = reading.optional_date("valid_from", &draft.valid_from).unwrap_or(today);
    let to = reading.optional_date("valid_to", &draft.valid_to);
    if to.is_some_and(|to| to < from) {
        reading.fields.add("valid_to", "before-start");
    }
    Term { from, to }
}

/// Somebody's time in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenure {
    pub person: PersonId,
    pub name: String,
    pub term: Term,
}

/// Who stands in the way of a new holder: anybody at the same time, or in a post for several only
/// the same person.
pub fn in_the_way(held: &[Tenure], several: bool, person: PersonId, term: Term) -> Option<&Tenure> {
    held.iter().find(|t| t.term.meets(term) && (!several || t.person == person))
}

/// The units from one upwards, with who decides at each: several rows for several people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub unit: UnitId,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
    /// Whether units of this level have a post whose holder decides.
    pub has_post: bool,
    pub person: Option<(PersonId, String)>,
}

/// Who decides on requests from a unit: the nearest one upwards where somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    pub unit: UnitId,
    pub unit_path: String,
    pub name_hi: String,
    pub name_en: String,
    /// Nobody when the posts are vacant up to the root.
    pub people: Vec<(PersonId, String)>,
    /// The units passed over because their post is vacant: id and both names, from below. A unit
    /// of a level that has no such post (a booth, say) is not vacant, only passed.
    pub vacant: Vec<(UnitId, String, String)>,
}

/// The nearest step with somebody, from below; at the root with nobody its people are empty.
pub fn nearest(steps: Vec<Step>) -> Option<Approver> {
    let mut vacant: Vec<(UnitId, String, String)> = vec![];
    let mut at: Option<Approver> = None;
    for step in steps {
        match (&mut at, step.person) {
            (Some(found), Some(person)) if found.unit == step.unit => found.people.push(person),
            (Some(found), _) if !found.people.is_empty() => break,
            (_, person) => {
                let here = (step.unit, step.name_hi.clone(), step.name_en.clone());
                if person.is_none() && step.has_post {
                    vacant.push(here);
                }
                at = Some(Approver {
                    unit: step.unit,
                    unit_path: step.path,
                    name_hi: step.name_hi,
                    name_en: step.name_en,
                    people: person.into_iter().collect(),
                    vacant: vec![],
                });
            }
        }
    }
    at.map(|found| Approver { vacant, ..found })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    fn term(from: &str, to: &str) -> Term {
        Term { from: day(from), to: (!to.is_empty()).then(|| day(to)) }
    }

    #[test]
    fn a_post_has_one_holder_at_a_time_unless_it_is_for_several() {
        let held = [
            Tenure {
                person: PersonId(1),
                name: String::new(),
                term: term("2026-01-01", "2026-03-31"),
            },
            Tenure { person: PersonId(2), name: String::new(), term: term("2026-06-01", "") },
        ];
        let check = |person: i64, several: bool, from: &str, to: &str, who: i64| {
            let found = in_the_way(&held, several, PersonId(person), term(from, to));
            assert_eq!(found.map_or(0, |t| t.person.0), who, "{person} {several} {from} {to}");
        };
        check(3, false, "2026-03-31", "2026-04-30", 1);
        check(3, false, "2026-04-01", "2026-05-31", 0);
        check(3, false, "2026-04-01", "", 2);
        check(3, false, "2025-01-01", "2025-12-31", 0);
        check(3, false, "2025-01-01", "", 1);
        check(3, true, "2026-01-01", "", 0);
        check(2, true, "2027-01-01", "2027-01-31", 2);
        check(1, true, "2027-01-01", "", 0);
    }

    #[test]
    fn a_term_holds_on_its_first_and_its_last_day() {
        let term = term("2026-01-10", "2026-01-20");
        for (on, holds) in [
            ("2026-01-09", false),
            ("2026-01-10", true),
            ("2026-01-20", true),
            ("2026-01-21", false),
        ] {
            assert_eq!(term.holds(day(on)), holds, "{on}");
        }
    }

    /// `unit:post:person`, from below; a post is `+` or `-`, nobody is `0`.
    fn check(steps: &str, said: &str) {
        let steps = steps
            .split_whitespace()
            .map(|step| {
                let parts: Vec<&str> = step.split(':').collect();
                let person: i64 = parts[2].parse().unwrap();
                Step {
                    unit: UnitId(parts[0].parse().unwrap()),
                    path: parts[0].to_owned(),
                    name_hi: String::new(),
                    name_en: String::new(),
                    has_post: parts[1] == "+",
                    person: (person > 0).then(|| (PersonId(person), String::new())),
                }
            })
            .collect();
        let found = nearest(steps).map_or("none".to_owned(), |a| {
            let people: Vec<i64> = a.people.iter().map(|(p, _)| p.0).collect();
            let vacant: Vec<i64> = a.vacant.iter().map(|(u, _, _)| u.0).collect();
            format!("{} by {people:?} past {vacant:?}", a.unit)
        });
        assert_eq!(found, said);
    }

    #[test]
    fn a_request_falls_upward_past_vacant_posts() {
        check("", "none");
        check("4:+:7 3:+:8 1:+:9", "4 by [7] past []");
        check("4:+:0 3:+:8 1:+:9", "3 by [8] past [4]");
        check("5:-:0 4:+:0 3:+:0 1:+:9", "1 by [9] past [4, 3]");
        check("4:+:0 3:+:8 3:+:6 1:+:9", "3 by [8, 6] past [4]");
        check("4:-:5 3:+:8", "4 by [5] past []");
        check("4:+:0 3:+:0 1:+:0", "1 by [] past [4, 3, 1]");
        check("5:-:0", "5 by [] past []");
    }
}
