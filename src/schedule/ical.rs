//! Calendar texts: RFC 5545 and 5546, each byte decided here.

use chrono::{DateTime, Days, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};
use icalendar::Property;

use crate::kit::clock::Moment;
use crate::kit::ids::{PersonId, SessionId};

/// What a calendar text asks of its reader (RFC 5546, 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Put these in your calendar, or change them there.
    Request,
    /// Take these out.
    Cancel,
    /// Here is what is planned: for files that somebody fetches.
    Publish,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// A name with its mailbox.
#[derive(Debug, Clone)]
pub struct Party<'a> {
    pub name: &'a str,
    pub address: &'a str,
}

/// One session as one person's calendar shows it.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    pub session: SessionId,
    pub person: PersonId,
    /// Revision − 1.
    pub sequence: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: Tz,
    pub summary: &'a str,
    pub location: &'a str,
    pub description: &'a str,
    pub url: &'a str,
    pub cancelled: bool,
}

/// A whole calendar text.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    pub method: Method,
    /// The right half of each UID: the domain that letters come from, the same for good.
    pub domain: &'a str,
    /// When this text is made.
    pub stamp: Moment,
    pub organizer: Party<'a>,
    /// The reader, for a request or a cancellation; a published file names nobody (RFC 5546, 3.2.1).
    pub attendee: Option<Party<'a>>,
    pub events: Vec<Event<'a>>,
}

/// A calendar that programs fetch again and again.
#[derive(Debug, Clone)]
pub struct Feed<'a> {
    /// What a program calls it.
    pub name: &'a str,
    pub domain: &'a str,
    pub organizer: Party<'a>,
    /// Each with the moment of its last change: the text stays the same until one changes.
    pub events: Vec<(Moment, Event<'a>)>,
    /// The one thing that a closed feed says.
    pub note: Option<Note<'a>>,
}

/// A day with a sentence.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    /// The left half of its UID.
    pub uid: String,
    pub at: Moment,
    pub day: NaiveDate,
    pub summary: &'a str,
}

/// The UID of a session in one person's calendar: constant for its life.
pub fn uid(session: SessionId, person: PersonId, domain: &str) -> String {
    format!("session-{session}-person-{person}@{domain}")
}

/// The text, lines ended by CRLF and folded at 75 octets.
pub fn text(calendar: &Calendar<'_>) -> String {
    let mut out = begun(calendar.method);
    put_zones(&mut out, calendar.events.iter());
    for event in &calendar.events {
        put_event(&mut out, calendar, calendar.stamp, event);
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

/// How often a program may ask for a feed: no session is announced or moved within the hour.
const ASK_EVERY: &str = "PT1H";

/// The text of a feed. Its stamps are those of the changes, so that it is the same, byte for byte,
/// until something changes.
pub fn feed(feed: &Feed<'_>) -> String {
    let mut out = begun(Method::Publish);
    // The name and the interval as RFC 7986 has them, and as programs knew them before.
    put(&mut out, "NAME", feed.name);
    put(&mut out, "X-WR-CALNAME", feed.name);
    line(&mut out, Property::new("REFRESH-INTERVAL", ASK_EVERY).add_parameter("VALUE", "DURATION"));
    put(&mut out, "X-PUBLISHED-TTL", ASK_EVERY);
    put_zones(&mut out, feed.events.iter().map(|(_, event)| event));
    let calendar = Calendar {
        method: Method::Publish,
        domain: feed.domain,
        stamp: Moment::from_micros(0),
        organizer: feed.organizer.clone(),
        attendee: None,
        events: vec![],
    };
    for (changed, event) in &feed.events {
        put_event(&mut out, &calendar, *changed, event);
    }
    if let Some(note) = &feed.note {
        put_note(&mut out, &calendar, note);
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

fn begun(method: Method) -> String {
    let mut out = String::from("BEGIN:VCALENDAR\r\n");
    put(&mut out, "VERSION", "2.0");
    put(&mut out, "PRODID", "-//Prashikshan//Training//EN");
    put(&mut out, "CALSCALE", "GREGORIAN");
    put(&mut out, "METHOD", method.word());
    out
}

/// Every zone that the events name, once.
fn put_zones<'a>(out: &mut String, events: impl Iterator<Item = &'a Event<'a>>) {
    let mut zones: Vec<(Tz, Moment)> = vec![];
    for event in events {
        let known = zones.iter().any(|(zone, _)| *zone == event.zone);
        if !known && is_steady(event.zone, event.starts_at) {
            zones.push((event.zone, event.starts_at));
        }
    }
    for (zone, at) in zones {
        put_zone(out, zone, at);
    }
}

fn put_note(out: &mut String, calendar: &Calendar<'_>, note: &Note<'_>) {
    let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
    let next = note.day.succ_opt().unwrap_or(note.day);
    out.push_str("BEGIN:VEVENT\r\n");
    put(out, "UID", &format!("{}@{}", note.uid, calendar.domain));
    put(out, "DTSTAMP", &in_utc(note.at));
    line(out, Property::new("DTSTART", day(note.day)).add_parameter("VALUE", "DATE"));
    line(out, Property::new("DTEND", day(next)).add_parameter("VALUE", "DATE"));
    put(out, "SUMMARY", note.summary);
    put_party(out, "ORGANIZER", &calendar.organizer, &[]);
    put(out, "TRANSP", "TRANSPARENT");
    out.push_str("END:VEVENT\r\n");
}

fn put_event(out: &mut String, calendar: &Calendar<'_>, stamp: Moment, event: &Event<'_>) {
    let cancelled = event.cancelled || calendar.method == Method::Cancel;
    out.push_str("BEGIN:VEVENT\r\n");
    put(out, "UID", &uid(event.session, event.person, calendar.domain));
    put(out, "SEQUENCE", &event.sequence.max(0).to_string());
    put(out, "DTSTAMP", &in_utc(stamp));
    put_time(out, "DTSTART", event.starts_at, event.zone);
    put_time(out, "DTEND", event.ends_at, event.zone);
    put(out, "SUMMARY", event.summary);
    for (name, value) in
        [("LOCATION", event.location), ("DESCRIPTION", event.description), ("URL", event.url)]
    {
        if !value.is_empty() {
            put(out, name, value);
        }
    }
    put_party(out, "ORGANIZER", &calendar.organizer, &[]);
    if let Some(attendee) =
        calendar.attendee.as_ref().filter(|_| calendar.method != Method::Publish)
    {
        let asked = [("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "FALSE")];
        put_party(out, "ATTENDEE", attendee, &asked);
    }
    put(out, "STATUS", if cancelled { "CANCELLED" } else { "CONFIRMED" });
    put(out, "TRANSP", if cancelled { "TRANSPARENT" } else { "OPAQUE" });
    if calendar.method == Method::Request && !cancelled {
        out.push_str("BEGIN:VALARM\r\n");
        put(out, "ACTION", "DISPLAY");
        put(out, "DESCRIPTION", event.summary);
        put(out, "TRIGGER", "-PT2H");
        out.push_str("END:VALARM\r\n");
    }
    out.push_str("END:VEVENT\r\n");
}

/// A wall clock reading where the zone keeps one offset; elsewhere UTC, which needs no zone.
fn put_time(out: &mut String, name: &str, at: Moment, zone: Tz) {
    if is_steady(zone, at) {
        let local = at.local(zone).format("%Y%m%dT%H%M%S").to_string();
        line(out, Property::new(name, local).add_parameter("TZID", zone.name()));
    } else {
        put(out, name, &in_utc(at));
    }
}

fn in_utc(at: Moment) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// Whether a zone keeps one offset around a moment: sampled every ten days of a year both ways.
fn is_steady(zone: Tz, at: Moment) -> bool {
    let offset = |at: DateTime<Utc>| seconds_east(zone, at);
    let (now, then) = (offset(at.utc()), at.utc() - Days::new(370));
    (0..75).all(|step| offset(then + Days::new(step * 10)) == now)
}

fn seconds_east(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// A zone of one offset: one standard time since 1970 (RFC 5545, 3.6.5).
fn put_zone(out: &mut String, zone: Tz, at: Moment) {
    let east = seconds_east(zone, at.utc());
    let sign = if east < 0 { '-' } else { '+' };
    let minutes = east.abs() / 60;
    let offset = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    let name = zone.offset_from_utc_datetime(&at.utc().naive_utc());
    out.push_str("BEGIN:VTIMEZONE\r\n");
    put(out, "TZID", zone.name());
    out.push_str("BEGIN:STANDARD\r\n");
    put(out, "DTSTART", "19700101T000000");
    put(out, "TZOFFSETFROM", &offset);
    put(out, "TZOFFSETTO", &offset);
    if let Some(name) = name.abbreviation() {
        put(out, "TZNAME", name);
    }
    out.push_str("END:STANDARD\r\nEND:VTIMEZONE\r\n");
}

fn put_party(out: &mut String, name: &str, party: &Party<'_>, parameters: &[(&str, &str)]) {
    let mut property = Property::new(name, format!("mailto:{}", plain(party.address)));
    // A quotation mark cannot stand in a parameter at all (RFC 5545, 3.2).
    let said = plain(party.name).replace('"', "'");
    if !said.is_empty() {
        property.add_parameter("CN", &said);
    }
    for (key, value) in parameters {
        property.add_parameter(key, value);
    }
    line(out, &property);
}

fn put(out: &mut String, name: &str, value: &str) {
    line(out, &Property::new(name, plain(value)));
}

/// The crate escapes and quotes one line; its components are not used, because they would stamp
/// alarms and zones with the machine's time and a random UID. Its folds are taken out again: they
/// let a last line of 76 octets pass.
fn line(out: &mut String, property: &Property) {
    let line: Result<String, std::fmt::Error> = property.clone().try_into();
    // Writing to a String does not fail.
    let line = line.unwrap_or_default().replace("\r\n ", "");
    fold(out, line.trim_end_matches("\r\n"));
}

/// Octets of one line, without its end (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// Broken on a character's border; a line that goes on begins with a space.
fn fold(out: &mut String, line: &str) {
    let mut room = LONGEST;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LONGEST - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

/// Without what no line may hold: control characters other than the line feed, which is escaped.
fn plain(value: &str) -> String {
    value.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event<'a>(zone: Tz) -> Event<'a> {
        Event {
            session: SessionId(7),
            person: PersonId(42),
            sequence: 1,
            starts_at: Moment::parse("2026-11-29T05:00:00Z").unwrap(),
            ends_at: Moment::parse("2026-11-29T07:00:00Z").unwrap(),
            zone,
            summary: "संगठन का परिचय, भाग 1; सामुदायिक भवन में सभी नए सदस्यों के लिए पहला सत्र",
            location: "सामुदायिक भवन, सीहोर",
            description: "First line\nSecond \\ line",
            url: "https://training.example.org/sessions/7",
            cancelled: false,
        }
    }

    fn made(method: Method, zone: Tz) -> String {
        text(&Calendar {
            method,
            domain: "training.example.org",
            stamp: Moment::parse("2026-11-20T04:00:00Z").unwrap(),
            organizer: Party { name: "Training, \"East\"", address: "training@example.org" },
            attendee: Some(Party { name: "Asha Devi", address: "asha@example.org" }),
            events: vec![event(zone)],
        })
    }

    /// Folded lines joined again.
    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn a_request_says_everything_once() {
        let text = made(Method::Request, chrono_tz::Asia::Kolkata);
        let lines: Vec<String> = unfolded(&text).split("\r\n").map(str::to_owned).collect();
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Prashikshan//Training//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VTIMEZONE",
            "TZID:Asia/Kolkata",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0530",
            "TZOFFSETTO:+0530",
            "TZNAME:IST",
            "END:STANDARD",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            "UID:session-7-person-42@training.example.org",
            "SEQUENCE:1",
            "DTSTAMP:20261120T040000Z",
            "DTSTART;TZID=Asia/Kolkata:20261129T103000",
            "DTEND;TZID=Asia/Kolkata:20261129T123000",
            "SUMMARY:संगठन का परिचय\\, भाग 1\\; सामुदायिक भवन में सभी नए सदस्यों के लिए पहला सत्र",
            "LOCATION:सामुदायिक भवन\\, सीहोर",
            "DESCRIPTION:First line\\nSecond \\\\ line",
            "URL:https://training.example.org/sessions/7",
            "ORGANIZER;CN=\"Training, 'East'\":mailto:training@example.org",
            "ATTENDEE;CN=Asha Devi;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:asha@example.org",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:संगठन का परिचय\\, भाग 1\\; सामुदायिक भवन में सभी नए सदस्यों के लिए पहला सत्र",
            "TRIGGER:-PT2H",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn lines_are_short_and_end_well() {
        for zone in [chrono_tz::Asia::Kolkata, chrono_tz::Europe::London] {
            let text = made(Method::Request, zone);
            assert!(text.ends_with("\r\n"));
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            for line in text.split("\r\n") {
                assert!(line.len() <= 75, "{} octets: {line}", line.len());
            }
        }
    }

    #[test]
    fn a_line_of_any_length_is_folded_on_characters() {
        for n in 0..160 {
            let mut out = String::new();
            let said = format!("{}{}", "a".repeat(n), "प्रशिक्षण शिविर ".repeat(9));
            put(&mut out, "SUMMARY", &said);
            assert!(out.split("\r\n").all(|l| l.len() <= LONGEST), "{out}");
            assert_eq!(unfolded(&out), format!("SUMMARY:{said}\r\n"));
        }
    }

    #[test]
    fn a_cancellation_takes_out_and_rings_no_bell() {
        let text = made(Method::Cancel, chrono_tz::Asia::Kolkata);
        assert!(text.contains("METHOD:CANCEL\r\n") && text.contains("STATUS:CANCELLED\r\n"));
        assert!(text.contains("UID:session-7-person-42@training.example.org\r\n"));
        assert!(!text.contains("VALARM"));
    }

    #[test]
    fn a_published_file_names_nobody() {
        let text = made(Method::Publish, chrono_tz::Asia::Kolkata);
        assert!(text.contains("METHOD:PUBLISH\r\n") && text.contains("ORGANIZER"));
        assert!(!text.contains("ATTENDEE"));
    }

    #[test]
    fn a_feed_is_the_same_until_something_changes() {
        let made = |changed: &str| {
            feed(&Feed {
                name: "प्रशिक्षण",
                domain: "training.example.org",
                organizer: Party { name: "Training", address: "training@example.org" },
                events: vec![(Moment::parse(changed).unwrap(), event(chrono_tz::Asia::Kolkata))],
                note: None,
            })
        };
        let text = made("2026-11-20T04:00:00Z");
        assert_eq!(text, made("2026-11-20T04:00:00Z"));
        assert_ne!(text, made("2026-11-20T04:00:01Z"));
        for line in [
            "METHOD:PUBLISH",
            "X-WR-CALNAME:प्रशिक्षण",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "DTSTAMP:20261120T040000Z",
            "UID:session-7-person-42@training.example.org",
            "BEGIN:VTIMEZONE",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
        }
        assert!(!text.contains("ATTENDEE") && !text.contains("VALARM"));
    }

    #[test]
    fn a_closed_feed_says_one_thing() {
        let text = feed(&Feed {
            name: "Training",
            domain: "training.example.org",
            organizer: Party { name: "Training", address: "training@example.org" },
            events: vec![],
            note: Some(Note {
                uid: "feed-3-closed".to_owned(),
                at: Moment::parse("2026-11-20T04:00:00Z").unwrap(),
                day: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(),
                summary: "Closed",
            }),
        });
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
        assert!(text.contains("DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\n"));
        assert!(text.contains("UID:feed-3-closed@training.example.org\r\n"));
    }

    #[test]
    fn zones_of_one_offset_are_written_out_others_become_utc() {
        let check = |zone: Tz, start: &str, has_zone: bool| {
            let text = unfolded(&made(Method::Publish, zone));
            assert!(text.contains(start), "{zone}: {text}");
            assert_eq!(text.contains("BEGIN:VTIMEZONE"), has_zone, "{zone}");
        };
        check(chrono_tz::Asia::Kolkata, "DTSTART;TZID=Asia/Kolkata:20261129T103000", true);
        check(chrono_tz::Asia::Kathmandu, "DTSTART;TZID=Asia/Kathmandu:20261129T104500", true);
        check(chrono_tz::Europe::London, "DTSTART:20261129T050000Z", false);
        check(chrono_tz::America::New_York, "DTSTART:20261129T050000Z", false);
    }
}
