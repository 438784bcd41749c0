//! What stands against a session at its time and place, by the minute.

use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::{BatchId, PersonId, SessionId, VenueId};

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
    }
}

/// Minutes that a trainer needs between two venues.
pub const TRAVEL_MINUTES: i64 = 60;

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
    /// People with a seat in both batches.
    pub participants: Vec<String>,
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
}

/// Everything that stands against a wish.
pub fn clashes(wish: &Wish, busy: &[Busy]) -> Vec<Clash> {
    let mut found: Vec<Clash> = busy.iter().flat_map(|other| against(wish, other)).collect();
    let own = |kind| Clash {
        kind,
        session: None,
        title: None,
        people: vec![],
        venue_hi: None,
        venue_en: None,
        from: wish.starts_at,
        to: wish.ends_at,
    };
    if is_quiet(wish) {
        found.push(own(Kind::Quiet));
    }
    if wish.venue_seats.is_some_and(|seats| seats < wish.seats) {
        found.push(own(Kind::Seats));
    }
    found.sort_by_key(|c| (c.kind, c.from, c.session));
    found
}

fn against(wish: &Wish, other: &Busy) -> Vec<Clash> {
    let mut found = vec![];
    let mut add = |kind, people| {
        found.push(Clash {
            kind,
            session: Some(other.session),
            title: other.title.clone(),
            people,
            venue_hi: other.venue_hi.clone(),
            venue_en: other.venue_en.clone(),
            from: other.starts_at,
            to: other.ends_at,
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
    let apart = matches!((wish.venue, other.venue), (Some(a), Some(b)) if a != b);
    if overlaps(0) {
        if wish.venue.is_some() && wish.venue == other.venue {
            add(Kind::Venue, vec![]);
        }
        if !shared.is_empty() {
            add(Kind::Trainer, shared);
        }
        if wish.batch == other.batch {
            add(Kind::Batch, vec![]);
        } else if !other.participants.is_empty() {
            add(Kind::Participant, other.participants.clone());
        }
    } else if apart && !shared.is_empty() && overlaps(TRAVEL_MINUTES) {
        add(Kind::Travel, shared);
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
            json!({
                "kind": c.kind,
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
                        vec!["Asha".to_owned()]
                    } else {
                        vec![]
                    },
                }
            })
            .collect();
        let found: Vec<String> = clashes(&wish_, &others)
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
        for (seats, clash) in [(None, 0), (Some(30), 0), (Some(29), 1)] {
            assert_eq!(clashes(&wish(seats), &[]).len(), clash, "{seats:?}");
        }
        let told = told(&clashes(&wish(Some(1)), &[]), chrono_tz::Asia::Kolkata);
        assert_eq!(told["clashes"][0]["kind"], "seats");
        assert_eq!(told["clashes"][0]["from"], "2026-03-02T09:30:00+05:30");
    }
}
