//! What a venue says when it is well-formed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::courses::rules::{both, whole};
use crate::kit::form::{Reading, loose};
use crate::schedule::rules::web_address;

/// A venue as typed. Without `unit` it is kept by the only one that the planner plans for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VenueDraft {
    pub unit: String,
    pub name_hi: String,
    pub name_en: String,
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32)]
    pub seats: String,
    #[serde(deserialize_with = "loose")]
    pub address: String,
    #[serde(deserialize_with = "loose")]
    pub map_url: String,
    #[serde(deserialize_with = "loose")]
    pub contact: String,
}

/// What may change in a venue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub address: String,
    pub map_url: Option<String>,
    /// Whom to ring up: a name, a number.
    pub contact: Option<String>,
}

pub fn facts(reading: &mut Reading, draft: &VenueDraft) -> Facts {
    let (name_hi, name_en) =
        both(reading, ("name_hi", &draft.name_hi), ("name_en", &draft.name_en));
    Facts {
        name_hi,
        name_en,
        seats: whole(reading, "seats", &draft.seats, 1, 100_000),
        address: reading.optional("address", &draft.address, 300).unwrap_or_default(),
        map_url: web_address(reading, "map_url", &draft.map_url),
        contact: reading.optional("contact", &draft.contact, 120),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, seats: &str, map_url: &str, said: &str) {
        let draft = VenueDraft {
            name_en: name.to_owned(),
            seats: seats.to_owned(),
            map_url: map_url.to_owned(),
            ..VenueDraft::default()
        };
        let mut reading = Reading::default();
        let facts = facts(&mut reading, &draft);
        let found = match reading.done(()) {
            Ok(()) => format!("{} {}", facts.name_hi, facts.seats),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said);
    }

    #[test]
    fn a_venue_needs_a_name_and_seats() {
        check("Town hall", "120", "", "Town hall 120");
        check("Town hall", "120", "https://maps.example.org/1", "Town hall 120");
        check("", "0", "maps", "invalid: name_hi: required, seats: range, map_url: web-address");
        check("Hall www.x.org", "many", "", "invalid: name_en: address-in-name, seats: number");
    }
}
