//! What stands against a session at its time and place, by the minute.

use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::{BatchId, PersonId, SessionId, VenueId};
use crate::schedule::ground::rules::{Ground, Travel};
use crate::schedule::holidays;
use crate::schedule::holidays::rules::Holiday;

words! {
    /// Why two things do not go together. A taken venue is refused, the others need a reason.
    pub enum Kind {
        /// The venue holds another session.
        Venue = "venue",
        /// A trainer teaches elsewhere.
        Trainer = "trainer",
        /// A trainer cannot get from one venue to the other in time.
        Travel = "travel",
        /// The same batch meets at that time.
        Batch = "batch",
        /// People of the batch sit in another one.
        Participant = "participant",
        /// Before seven or after nine at night.
        Quiet = "quiet",
        /// The batch has more seats than the venue.
        Seats = "seats",
        /// The day is a holiday there: said, and never in the way.
        Holiday = "holiday",
    }
}

/// Whether anything of it cannot be passed, whatever the reason.
pub fn is_refused(found: &[Clash]) -> bool {
    found.iter().any(|c| c.kind == Kind::Venue)
}

/// Whether it can only be passed with a reason. A holiday warns and asks for none.
pub fn needs_reason(found: &[Clash]) -> bool {
    found.iter().any(|c| c.kind != Kind::Holiday)
}

/// A session as it is wished for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub batch: BatchId,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: Tz,
    pub venue: Option<VenueId>,
    pub venue_seats: Option<i32>,
    pub seats: i32,
    pub trainers: Vec<PersonId>,
}

/// Another session near it that is not cancelled, drafts included.
#[derive(Debug, Clone)]
pub struct Busy {
    pub session: SessionId,
    pub batch: BatchId,
    /// Its batch's title, where the planner may know it.
    pub title: Option<String>,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue: Option<VenueId>,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub trainers: Vec<(PersonId, String)>,
    /// People with a seat on it and on another batch, which is named first.
    pub participants: Vec<(BatchId, String)>,
}

/// One thing that stands against the wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub kind: Kind,
    pub session: Option<SessionId>,
    pub title: Option<String>,
    pub people: Vec<String>,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub from: Moment,
    pub to: Moment,
    /// Minutes that would be needed between two venues.
    pub minutes: Option<i64>,
    pub holiday: Option<Holiday>,
}

/// Everything that stands against a wish of a unit, which is named by its path: pure, over the facts
/// of the ground and of the sessions near it. The one place where clashes are decided.
pub fn clashes<'a>(
    wish: &Wish,
    path: &str,
    busy: impl IntoIterator<Item = &'a Busy>,
    ground: &Ground,
) -> Vec<Clash> {
    let mut found: Vec<Clash> =
        busy.into_iter().flat_map(|other| against(wish, other, &ground.travel)).collect();
    let own = |kind| Clash {
        kind,
        session: None,
        title: None,
        people: vec![],
        venue_hi: None,
        venue_en: None,
        from: wish.starts_at,
        to: wish.ends_at,
        minutes: None,
        holiday: None,
    };
    if is_quiet(wish) {
        found.push(own(Kind::Quiet));
    }
    if wish.venue_seats.is_some_and(|seats| seats < wish.seats) {
        found.push(own(Kind::Seats));
    }
    for day in days(wish) {
        let holidays = holidays::rules::on(&ground.holidays, day, path);
        found.extend(
            holidays.iter().map(|h| Clash { holiday: Some((*h).clone()), ..own(Kind::Holiday) }),
        );
    }
    found.sort_by_key(|c| (c.kind, c.from, c.session));
    found
}

/// The days that a wish touches where it is held; the last minute of one that ends at midnight is
/// the day before.
fn days(wish: &Wish) -> impl Iterator<Item = NaiveDate> {
    let last = wish.ends_at.plus_minutes(-1).local(wish.zone).date();
    wish.starts_at.local(wish.zone).date().iter_days().take_while(move |day| *day <= last)
}

fn against(wish: &Wish, other: &Busy, travel: &Travel) -> Vec<Clash> {
    let mut found = vec![];
    let mut add = |kind, people, minutes| {
        found.push(Clash {
            kind,
            session: Some(other.session),
            title: other.title.clone(),
            people,
            venue_hi: other.venue_hi.clone(),
            venue_en: other.venue_en.clone(),
            from: other.starts_at,
            to: other.ends_at,
            minutes,
            holiday: None,
        });
    };
    let shared: Vec<String> = other
        .trainers
        .iter()
        .filter(|(person, _)| wish.trainers.contains(person))
        .map(|(_, name)| name.clone())
        .collect();
    // Half-open: a session may begin in the minute in which another ends.
    let overlaps = |slack: i64| {
        wish.starts_at < other.ends_at.plus_minutes(slack)
            && other.starts_at < wish.ends_at.plus_minutes(slack)
    };
    let way = match (wish.venue, other.venue) {
        (Some(here), Some(there)) if here != there => travel.between(here, there),
        _ => 0,
    };
    if overlaps(0) {
        if wish.venue.is_some() && wish.venue == other.venue {
            add(Kind::Venue, vec![], None);
        }
        if !shared.is_empty() {
            add(Kind::Trainer, shared, None);
        }
        if wish.batch == other.batch {
            add(Kind::Batch, vec![], None);
        } else {
            let both: Vec<String> = other
                .participants
                .iter()
                .filter(|(batch, _)| *batch == wish.batch)
                .map(|(_, name)| name.clone())
                .collect();
            if !both.is_empty() {
                add(Kind::Participant, both, None);
            }
        }
    } else if !shared.is_empty() && overlaps(way) {
        add(Kind::Travel, shared, Some(way));
    }
    found
}

/// Whether any of it lies before 07:00 or after 21:00 where it is held.
fn is_quiet(wish: &Wish) -> bool {
    let (from, to) = (wish.starts_at.local(wish.zone), wish.ends_at.local(wish.zone));
    let minute = |t: NaiveTime| t.hour() * 60 + t.minute();
    from.date() != to.date() || minute(from.time()) < 7 * 60 || to.time() > NINE_AT_NIGHT
}

const NINE_AT_NIGHT: NaiveTime = match NaiveTime::from_hms_opt(21, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// For programs: the members of a problem document.
pub fn told(clashes: &[Clash], zone: Tz) -> Value {
    let list: Vec<Value> = clashes
        .iter()
        .map(|c| {
            let holiday = c.holiday.as_ref();
            json!({
                "kind": c.kind,
                "minutes": c.minutes,
                "holiday_hi": holiday.map(|h| &h.name_hi),
                "holiday_en": holiday.map(|h| &h.name_en),
                "session": c.session,
                "batch": c.title,
                "person": (!c.people.is_empty()).then(|| c.people.join(", ")),
                "venue_hi": c.venue_hi,
                "venue_en": c.venue_en,
                "from": said_at(c.from, zone),
                "to": said_at(c.to, zone),
            })
        })
        .collect();
    json!({ "clashes": list })
}

/// RFC 3339 with the offset of a zone.
pub fn said_at(at: Moment, zone: Tz) -> String {
    at.utc().with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `09:00-11:00 hall 1 trainers 1,2 batch 1`, in Kolkata on one day.
    fn read(text: &str) -> (Moment, Moment, Option<VenueId>, Vec<PersonId>, BatchId) {
        let mut words = text.split_whitespace();
        let (from, to) = words.next().unwrap().split_once('-').unwrap();
        let at = |clock: &str| {
            let local = format!("2026-03-02 {clock}");
            let local = chrono::NaiveDateTime::parse_from_str(&local, "%Y-%m-%d %H:%M").unwrap();
            Moment::of_local(local, chrono_tz::Asia::Kolkata)
        };
        let (mut venue, mut trainers, mut batch) = (None, vec![], BatchId(1));
        while let (Some(what), Some(value)) = (words.next(), words.next()) {
            match what {
                "hall" => venue = Some(VenueId(value.parse().unwrap())),
                "trainers" => {
                    trainers = value.split(',').map(|id| PersonId(id.parse().unwrap())).collect()
                }
                "batch" => batch = BatchId(value.parse().unwrap()),
                other => panic!("{other}"),
            }
        }
        (at(from), at(to), venue, trainers, batch)
    }

    fn check(wish: &str, busy: &str, said: &str) {
        let (starts_at, ends_at, venue, trainers, batch) = read(wish);
        let zone = chrono_tz::Asia::Kolkata;
        let wish_ =
            Wish { batch, starts_at, ends_at, zone, venue, venue_seats: None, seats: 30, trainers };
        let others: Vec<Busy> = busy
            .split(';')
            .filter(|b| !b.is_empty())
            .zip(1..)
            .map(|(b, n)| {
                let (starts_at, ends_at, venue, trainers, batch) = read(b);
                Busy {
                    session: SessionId(n),
                    batch,
                    title: None,
                    starts_at,
                    ends_at,
                    venue,
                    venue_hi: None,
                    venue_en: None,
                    trainers: trainers.into_iter().map(|t| (t, format!("T{t}"))).collect(),
                    participants: if batch == BatchId(3) {
                        vec![(BatchId(1), "Asha".to_owned()), (BatchId(9), "Bela".to_owned())]
                    } else {
                        vec![]
                    },
                }
            })
            .collect();
        // From hall 1 to hall 3 it is a quarter of an hour, from 1 to 4 two hours.
        let mut ground = Ground::default();
        ground.travel.set(VenueId(3), VenueId(1), 15);
        ground.travel.set(VenueId(1), VenueId(4), 120);
        let found: Vec<String> = clashes(&wish_, "01", &others, &ground)
            .iter()
            .map(|c| format!("{} {}", c.kind, c.people.join("+")).trim().to_owned())
            .collect();
        assert_eq!(found.join(", "), said, "{wish} | {busy}");
    }

    #[test]
    fn clashes_by_the_minute() {
        let mine = "09:00-11:00 hall 1 trainers 1,2 batch 1";
        check(mine, "", "");
        // The venue: overlapping, touching before and after, by one minute, elsewhere.
        check(mine, "10:00-12:00 hall 1 batch 2", "venue");
        check(mine, "11:00-12:00 hall 1 batch 2", "");
        check(mine, "08:00-09:00 hall 1 batch 2", "");
        check(mine, "08:00-09:01 hall 1 batch 2", "venue");
        check(mine, "09:30-10:00 hall 2 batch 2", "");
        check("09:00-11:00 batch 1", "09:00-11:00 batch 2", "");
        // A trainer in two places; on the way between two; staying in the same hall; on the phone.
        check(mine, "10:59-12:00 hall 2 trainers 2,3 batch 2", "trainer T2");
        check(mine, "11:00-12:00 hall 2 trainers 1,2 batch 2", "travel T1+T2");
        check(mine, "11:59-13:00 hall 2 trainers 1 batch 2", "travel T1");
        check(mine, "12:00-13:00 hall 2 trainers 1 batch 2", "");
        check(mine, "07:30-08:01 hall 2 trainers 1 batch 2", "travel T1");
        check(mine, "07:30-08:00 hall 2 trainers 1 batch 2", "");
        check(mine, "11:00-12:00 hall 1 trainers 1 batch 2", "");
        check(mine, "11:00-12:00 trainers 1 batch 2", "");
        check(mine, "10:00-12:00 trainers 1 batch 2", "trainer T1");
        check(mine, "11:00-12:00 hall 2 trainers 3 batch 2", "");
        // Two venues that are nearer, or farther, than others.
        check(mine, "11:14-12:00 hall 3 trainers 1 batch 2", "travel T1");
        check(mine, "11:15-12:00 hall 3 trainers 1 batch 2", "");
        check(mine, "12:59-13:30 hall 4 trainers 1 batch 2", "travel T1");
        check(mine, "13:00-13:30 hall 4 trainers 1 batch 2", "");
        // The batch itself, and people who sit in two.
        check(mine, "10:00-12:00 hall 2 batch 1", "batch");
        check(mine, "11:00-12:00 hall 2 batch 1", "");
        check(mine, "10:00-12:00 hall 2 batch 3", "participant Asha");
        check(mine, "11:00-12:00 hall 2 batch 3", "");
        // Everything at once, the refusal first.
        check(mine, "09:00-11:00 hall 1 trainers 1 batch 3", "venue, trainer T1, participant Asha");
        check(
            mine,
            "09:00-10:00 hall 2 trainers 1 batch 2;10:00-11:00 hall 1 batch 2",
            "venue, trainer T1",
        );
    }

    #[test]
    fn the_night_is_quiet() {
        check("06:59-09:00", "", "quiet");
        check("07:00-21:00", "", "");
        check("19:00-21:01", "", "quiet");
    }

    #[test]
    fn a_hall_can_be_too_small() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let wish = |venue_seats| Wish {
            batch: BatchId(1),
            starts_at: at("2026-03-02T04:00:00Z"),
            ends_at: at("2026-03-02T06:00:00Z"),
            zone: chrono_tz::Asia::Kolkata,
            venue: Some(VenueId(1)),
            venue_seats,
            seats: 30,
            trainers: vec![],
        };
        let ground = Ground::default();
        for (seats, clash) in [(None, 0), (Some(30), 0), (Some(29), 1)] {
            assert_eq!(clashes(&wish(seats), "01", &[], &ground).len(), clash, "{seats:?}");
        }
        let told = told(&clashes(&wish(Some(1)), "01", &[], &ground), chrono_tz::Asia::Kolkata);
        assert_eq!(told["clashes"][0]["kind"], "seats");
        assert_eq!(told["clashes"][0]["from"], "2026-03-02T09:30:00+05:30");
    }

    #[test]
    fn a_holiday_is_said_and_asks_for_no_reason() {
        use crate::kit::ids::HolidayId;
        use crate::schedule::holidays::rules::HolidayKind;
        let on = |text: &str, id| Holiday {
            id: HolidayId(id),
            day: NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap(),
            name_hi: "पर्व".to_owned(),
            name_en: format!("Feast {id}"),
            kind: HolidayKind::Public,
            estimated: false,
            unit: None,
            unit_path: (id == 3).then(|| "02".to_owned()),
        };
        let holidays = vec![on("2026-03-03", 1), on("2026-03-04", 2), on("2026-03-03", 3)];
        let ground = Ground { holidays, ..Ground::default() };
        let check = |from: &str, to: &str, said: &str| {
            let at = |text: &str| {
                let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
                Moment::of_local(local, chrono_tz::Asia::Kolkata)
            };
            let wish = Wish {
                batch: BatchId(1),
                starts_at: at(from),
                ends_at: at(to),
                zone: chrono_tz::Asia::Kolkata,
                venue: None,
                venue_seats: None,
                seats: 30,
                trainers: vec![],
            };
            let found = clashes(&wish, "0101", &[], &ground);
            let names: Vec<&str> =
                found.iter().filter_map(|c| Some(c.holiday.as_ref()?.name_en.as_str())).collect();
            assert_eq!(names.join(" "), said, "{from} {to}");
            let quiet = found.iter().any(|c| c.kind == Kind::Quiet);
            assert_eq!(needs_reason(&found), quiet, "{from} {to}");
        };
        check("2026-03-03 10:00", "2026-03-03 12:00", "Feast 1");
        check("2026-03-02 10:00", "2026-03-02 12:00", "");
        check("2026-03-02 22:00", "2026-03-03 00:00", "");
        check("2026-03-02 22:00", "2026-03-03 00:01", "Feast 1");
        check("2026-03-03 22:00", "2026-03-04 02:00", "Feast 1 Feast 2");
    }
}
