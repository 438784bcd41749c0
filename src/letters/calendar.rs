//! Sessions as iCalendar (RFC 5545), sent as iTIP messages (RFC 5546) to one reader each.

use chrono::{Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use icalendar::Property;

use crate::kit::clock::Moment;
use crate::kit::ids::{PersonId, SessionId};

/// What the reader's program shall do: RFC 5546, 3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Request,
    Cancel,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// One session for one person.
#[derive(Debug, Clone)]
pub struct Event {
    pub session: SessionId,
    pub revision: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: Tz,
    pub summary: String,
    pub location: Option<String>,
    pub url: String,
}

/// Who invites, who is invited.
#[derive(Debug, Clone)]
pub struct Parties<'a> {
    pub person: PersonId,
    pub name: &'a str,
    pub address: &'a str,
    pub organizer: &'a str,
    /// Makes the UID ours.
    pub domain: &'a str,
}

/// The whole calendar text. The UID stays for the life of a session and person, the SEQUENCE grows
/// with the revision: so a program moves an entry and does not double it.
pub fn calendar(method: Method, events: &[Event], parties: &Parties<'_>, stamp: Moment) -> String {
    let mut out = Lines::default();
    out.plain("BEGIN", "VCALENDAR");
    out.plain("VERSION", "2.0");
    out.plain("PRODID", "-//Prashikshan//Prashikshan//EN");
    out.plain("CALSCALE", "GREGORIAN");
    out.plain("METHOD", method.word());
    let mut zones: Vec<(Tz, i32)> = Vec::new();
    for zone in events.iter().filter_map(|e| Some((e.zone, fixed_offset(e.zone, e.starts_at)?))) {
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    for (zone, offset) in &zones {
        out.time_zone(*zone, *offset);
    }
    for event in events {
        out.event(method, event, parties, stamp);
    }
    out.plain("END", "VCALENDAR");
    out.0
}

/// Octets of one line, without its end.
const LONGEST: usize = 75;

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Escaped by its kind of value, folded, ended by CRLF.
    fn put(&mut self, property: Property) {
        // Writing into a string does not fail. The library's own folds are taken out again: they
        // let a last line of 76 octets pass.
        let line: Result<String, std::fmt::Error> = property.try_into();
        let line = line.unwrap_or_default().replace("\r\n ", "");
        self.fold(line.trim_end_matches("\r\n"));
    }

    /// At most 75 octets a line, broken on a character's border (RFC 5545, 3.1).
    fn fold(&mut self, line: &str) {
        let mut room = LONGEST;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LONGEST - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn plain(&mut self, key: &str, value: &str) {
        self.put(Property::new(key, value));
    }

    fn with(&mut self, key: &str, value: &str, parameters: &[(&str, &str)]) {
        let mut property = Property::new(key, value);
        for (name, value) in parameters {
            property.add_parameter(name, value);
        }
        self.put(property);
    }

    fn event(&mut self, method: Method, event: &Event, parties: &Parties<'_>, stamp: Moment) {
        let uid = format!("session-{}-person-{}@{}", event.session, parties.person, parties.domain);
        self.plain("BEGIN", "VEVENT");
        self.plain("UID", &uid);
        self.plain("SEQUENCE", &(event.revision - 1).max(0).to_string());
        self.plain("DTSTAMP", &utc(stamp));
        self.time("DTSTART", event.starts_at, event);
        self.time("DTEND", event.ends_at, event);
        self.plain("SUMMARY", &event.summary);
        if let Some(location) = &event.location {
            self.plain("LOCATION", location);
        }
        self.plain("URL", &event.url);
        self.plain("STATUS", if method == Method::Cancel { "CANCELLED" } else { "CONFIRMED" });
        self.plain("ORGANIZER", &format!("mailto:{}", parties.organizer));
        let name: String = parties.name.chars().filter(|c| *c != '"' && !c.is_control()).collect();
        self.with(
            "ATTENDEE",
            &format!("mailto:{}", parties.address),
            &[
                ("CN", &name),
                ("PARTSTAT", "NEEDS-ACTION"),
                ("ROLE", "REQ-PARTICIPANT"),
                ("RSVP", "FALSE"),
            ],
        );
        if method == Method::Request {
            self.plain("BEGIN", "VALARM");
            self.plain("ACTION", "DISPLAY");
            self.plain("DESCRIPTION", &event.summary);
            self.plain("TRIGGER", "-PT2H");
            self.plain("END", "VALARM");
        }
        self.plain("END", "VEVENT");
    }

    fn time(&mut self, key: &str, at: Moment, event: &Event) {
        match fixed_offset(event.zone, event.starts_at) {
            Some(_) => {
                let local = at.local(event.zone).format("%Y%m%dT%H%M%S").to_string();
                self.with(key, &local, &[("TZID", event.zone.name())]);
            }
            None => self.plain(key, &utc(at)),
        }
    }

    fn time_zone(&mut self, zone: Tz, seconds: i32) {
        let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
        let offset = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
        self.plain("BEGIN", "VTIMEZONE");
        self.plain("TZID", zone.name());
        self.plain("BEGIN", "STANDARD");
        self.plain("DTSTART", "19700101T000000");
        self.plain("TZOFFSETFROM", &offset);
        self.plain("TZOFFSETTO", &offset);
        self.plain("END", "STANDARD");
        self.plain("END", "VTIMEZONE");
    }
}

fn utc(at: Moment) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// The offset of a zone that keeps one clock all year around a moment. Only such a zone can be said
/// in one STANDARD rule; times in any other are given in UTC.
fn fixed_offset(zone: Tz, at: Moment) -> Option<i32> {
    let year = at.date_in(zone).year();
    let mut offsets = (year - 1..=year + 1)
        .flat_map(|y| (1..=12).filter_map(move |m| NaiveDate::from_ymd_opt(y, m, 1)))
        .filter_map(|day| day.and_hms_opt(0, 0, 0))
        .map(|t| zone.offset_from_utc_datetime(&t).fix().local_minus_utc());
    let first = offsets.next()?;
    offsets.all(|o| o == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(zone: &str, summary: &str) -> Event {
        Event {
            session: SessionId(7),
            revision: 3,
            starts_at: Moment::parse("2026-11-29T05:00:00Z").unwrap(),
            ends_at: Moment::parse("2026-11-29T07:00:00Z").unwrap(),
            zone: zone.parse().unwrap(),
            summary: summary.to_owned(),
            location: Some("हॉल 2; मुख्य मार्ग, सीहोर".to_owned()),
            url: "https://training.example.org/l/v.1.2.abc".to_owned(),
        }
    }

    fn written(method: Method, event: Event) -> String {
        let parties = Parties {
            person: PersonId(42),
            name: "आशा, \"देवी\"",
            address: "asha@example.org",
            organizer: "training@example.org",
            domain: "example.org",
        };
        calendar(method, &[event], &parties, Moment::parse("2026-11-20 08:00").unwrap())
    }

    #[test]
    fn a_request_says_when_and_where_in_the_zone_of_the_place() {
        let text = written(Method::Request, event("Asia/Kolkata", "संगठन का परिचय"));
        let plain = text.replace("\r\n ", "");
        for line in [
            "METHOD:REQUEST",
            "UID:session-7-person-42@example.org",
            "SEQUENCE:2",
            "DTSTAMP:20261120T080000Z",
            "DTSTART;TZID=Asia/Kolkata:20261129T103000",
            "DTEND;TZID=Asia/Kolkata:20261129T123000",
            "TZOFFSETTO:+0530",
            "LOCATION:हॉल 2\\; मुख्य मार्ग\\, सीहोर",
            "ORGANIZER:mailto:training@example.org",
            "ATTENDEE;CN=\"आशा, देवी\";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:asha@example.org",
            "TRIGGER:-PT2H",
            "URL:https://training.example.org/l/v.1.2.abc",
            "STATUS:CONFIRMED",
        ] {
            assert!(plain.lines().any(|l| l == line), "{line}\n{plain}");
        }
        assert!(!text.replace("\r\n", "").contains('\n') && text.ends_with("END:VCALENDAR\r\n"));
    }

    #[test]
    fn a_zone_with_two_clocks_is_told_in_utc() {
        let text = written(Method::Cancel, event("Europe/London", "x"));
        assert!(text.contains("DTSTART:20261129T050000Z") && !text.contains("VTIMEZONE"), "{text}");
        assert!(text.contains("STATUS:CANCELLED") && !text.contains("VALARM"), "{text}");
        assert!(
            written(Method::Request, event("Asia/Kathmandu", "x")).contains("TZOFFSETTO:+0545")
        );
    }

    #[test]
    fn long_lines_are_folded_on_characters() {
        for n in 0..120 {
            let summary = format!("{}{}", "a".repeat(n), "प्रशिक्षण शिविर, दूसरा दिन; ".repeat(9));
            let text = written(Method::Request, event("Asia/Kolkata", &summary));
            assert!(text.split("\r\n").all(|l| l.len() <= 75), "{text}");
            assert!(
                text.replace("\r\n ", "")
                    .contains(&summary.replace(';', "\\;").replace(',', "\\,"))
            );
        }
    }
}
