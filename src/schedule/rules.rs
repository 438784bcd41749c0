//! What a session says when it is well-formed.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::form::{Reading, loose};

words! {
    /// Whether a batch is held.
    pub enum BatchState { Open = "open", Cancelled = "cancelled" }
}

words! {
    /// A draft is seen by planners only; published means that people are told.
    pub enum SessionState { Draft = "draft", Published = "published", Cancelled = "cancelled" }
}

/// The longest session: a day in a camp.
pub const MOST_HOURS: i64 = 16;

/// A session as typed. Times are RFC 3339 with offset, or wall clock readings of the place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionDraft {
    pub modules: Vec<String>,
    pub trainers: Vec<String>,
    #[serde(deserialize_with = "loose")]
    pub venue: String,
    #[serde(deserialize_with = "loose")]
    pub link: String,
    pub starts_at: String,
    pub ends_at: String,
    /// Why it is right although it clashes.
    #[serde(deserialize_with = "loose")]
    pub clash_reason: String,
}

/// What shall be otherwise; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionChange {
    pub modules: Option<Vec<String>>,
    pub trainers: Option<Vec<String>>,
    #[serde(deserialize_with = "present")]
    pub venue: Option<String>,
    #[serde(deserialize_with = "present")]
    pub link: Option<String>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    #[serde(deserialize_with = "loose")]
    pub clash_reason: String,
    /// Why it is changed: shown in the history.
    #[serde(deserialize_with = "loose")]
    pub reason: String,
    /// The revision that was looked at: refused when there is a newer one.
    pub revision: Option<i32>,
}

/// A field that is there: null empties it, leaving it out keeps it.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    loose(from).map(Some)
}

impl SessionChange {
    /// The session as it would be. A new place replaces the old one: a venue a link, a link a venue.
    pub fn on(&self, before: SessionDraft) -> SessionDraft {
        let given = |field: &Option<String>| field.as_ref().is_some_and(|t| !t.trim().is_empty());
        let (mut venue, mut link) = (before.venue, before.link);
        if given(&self.venue) && self.link.is_none() {
            link = String::new();
        }
        if given(&self.link) && self.venue.is_none() {
            venue = String::new();
        }
        SessionDraft {
            modules: self.modules.clone().unwrap_or(before.modules),
            trainers: self.trainers.clone().unwrap_or(before.trainers),
            venue: self.venue.clone().unwrap_or(venue),
            link: self.link.clone().unwrap_or(link),
            starts_at: self.starts_at.clone().unwrap_or(before.starts_at),
            ends_at: self.ends_at.clone().unwrap_or(before.ends_at),
            clash_reason: self.clash_reason.clone(),
        }
    }
}

/// From when to when. An end that is not behind the start, and a length nobody sits through, are
/// errors at the end.
pub fn times(reading: &mut Reading, draft: &SessionDraft, zone: Tz) -> Option<(Moment, Moment)> {
    let from = moment(reading, "starts_at", &draft.starts_at, zone);
    let to = moment(reading, "ends_at", &draft.ends_at, zone);
    let (from, to) = (from?, to?);
    if to <= from {
        reading.fields.add("ends_at", "end-before-start");
    } else if to > from.plus_minutes(MOST_HOURS * 60) {
        reading.fields.add_with("ends_at", "session-long", vec![("most", MOST_HOURS.to_string())]);
    }
    Some((from, to))
}

fn moment(reading: &mut Reading, name: &str, given: &str, zone: Tz) -> Option<Moment> {
    match DateTime::parse_from_rfc3339(given.trim()) {
        // To the minute: that is what forms and people can say.
        Ok(at) if (1970..=2200).contains(&at.year()) => {
            let seconds = at.with_timezone(&Utc).timestamp();
            Some(Moment::from_micros((seconds - seconds.rem_euclid(60)) * 1_000_000))
        }
        Ok(_) => {
            reading.fields.add(name, "time");
            None
        }
        Err(_) => {
            let local = reading.local_time(name, given)?;
            Some(Moment::of_local(local.with_second(0).unwrap_or(local), zone))
        }
    }
}

/// An address that a browser opens, or nothing.
pub fn web_address(reading: &mut Reading, name: &str, given: &str) -> Option<String> {
    let text = reading.optional(name, given, 500)?;
    let good = url::Url::parse(&text)
        .is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.host_str().is_some());
    if !good {
        reading.fields.add(name, "web-address");
    }
    Some(text)
}

/// Each word once, blanks left out: what a row of selects or ticks sends.
pub fn chosen(given: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> = vec![];
    for word in given.iter().map(|w| w.trim()).filter(|w| !w.is_empty()) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// A wall clock reading as a form takes it.
pub fn typed(at: Moment, zone: Tz) -> String {
    at.local(zone).format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, from: &str, to: &str, said: &str) {
        let zone: Tz = zone.parse().unwrap();
        let draft = SessionDraft {
            starts_at: from.to_owned(),
            ends_at: to.to_owned(),
            ..SessionDraft::default()
        };
        let mut reading = Reading::default();
        let found = times(&mut reading, &draft, zone);
        let found = match reading.done(()) {
            Ok(()) => found.map(|(a, b)| format!("{a} {b}")).unwrap_or_default(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said, "{from} {to} {zone}");
    }

    #[test]
    fn times_are_read_or_told() {
        let kolkata = "Asia/Kolkata";
        check(
            kolkata,
            "2026-03-02T10:30",
            "2026-03-02 12:30",
            "2026-03-02T05:00:00Z 2026-03-02T07:00:00Z",
        );
        check(
            kolkata,
            "2026-03-02T10:30:00+05:30",
            "2026-03-02T07:00:00Z",
            "2026-03-02T05:00:00Z 2026-03-02T07:00:00Z",
        );
        check(
            kolkata,
            "2026-03-02T10:30:59.5+05:30",
            "2026-03-02T07:00:00Z",
            "2026-03-02T05:00:00Z 2026-03-02T07:00:00Z",
        );
        check(kolkata, "", "soon", "invalid: starts_at: required, ends_at: time");
        check(
            kolkata,
            "2026-03-02T10:30",
            "2026-03-02T10:30",
            "invalid: ends_at: end-before-start",
        );
        check(
            kolkata,
            "2026-03-02T10:30",
            "2026-03-02T09:30",
            "invalid: ends_at: end-before-start",
        );
        check(
            kolkata,
            "2026-03-02T06:00",
            "2026-03-02T22:00",
            "2026-03-02T00:30:00Z 2026-03-02T16:30:00Z",
        );
        check(kolkata, "2026-03-02T06:00", "2026-03-02T22:01", "invalid: ends_at: session-long");
        check(kolkata, "9999-03-02T06:00:00Z", "2026-03-02T22:01", "invalid: starts_at: time");
        // Over midnight; on the day that was never; in the hour that the clocks leave out, read twice.
        check(
            kolkata,
            "2026-03-02T23:00",
            "2026-03-03T01:00",
            "2026-03-02T17:30:00Z 2026-03-02T19:30:00Z",
        );
        check(kolkata, "2027-02-29T10:00", "2027-03-01T10:00", "invalid: starts_at: time");
        check(
            "Europe/London",
            "2026-03-29T01:30",
            "2026-03-29T03:00",
            "2026-03-29T01:00:00Z 2026-03-29T02:00:00Z",
        );
        check(
            "Europe/London",
            "2026-10-25T01:30",
            "2026-10-25T02:30",
            "2026-10-25T00:30:00Z 2026-10-25T02:30:00Z",
        );
    }

    #[test]
    fn only_addresses_that_a_browser_opens() {
        let check = |given: &str, good: bool| {
            let mut reading = Reading::default();
            web_address(&mut reading, "link", given);
            assert_eq!(reading.done(()).is_ok(), good, "{given}");
        };
        check("https://meet.example.org/abc", true);
        check("http://192.0.2.1/", true);
        check("", true);
        check("javascript:alert(1)", false);
        check("data:text/html,x", false);
        check("meet.example.org", false);
        check("https://", false);
    }

    #[test]
    fn a_new_place_replaces_the_old() {
        let hall = || SessionDraft { venue: "7".to_owned(), ..SessionDraft::default() };
        let check = |change: SessionChange, venue: &str, link: &str| {
            let after = change.on(hall());
            assert_eq!((after.venue.as_str(), after.link.as_str()), (venue, link));
        };
        let some = |text: &str| Some(text.to_owned());
        check(SessionChange::default(), "7", "");
        check(
            SessionChange { link: some("https://x.org"), ..Default::default() },
            "",
            "https://x.org",
        );
        check(SessionChange { venue: some("8"), ..Default::default() }, "8", "");
        check(SessionChange { venue: some(""), ..Default::default() }, "", "");
        check(
            SessionChange { venue: some("8"), link: some("https://x.org"), ..Default::default() },
            "8",
            "https://x.org",
        );
    }
}
