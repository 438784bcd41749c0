//! Finding times: a plan without clashes for many batches at once, proposed and accepted.

pub mod rules;
pub mod store;
pub mod accept;
pub mod pages;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, ModuleId, PersonId, VenueId};
use crate::schedule::availability;
use crate::schedule::finding::rules::{
    Closed, Day, Hall, Lesson, Minute, Problem, Run, Slot, Taken, Trainer,
};
use crate::schedule::holidays;
use crate::schedule::holidays::rules::{Holiday, HolidayKind};
use crate::schedule::rules::BatchState;
use crate::schedule::{Batch, ground, zone_of};

/// What is asked, well-formed.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub batches: Vec<BatchId>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Minutes of the day at which a session may begin, in order.
    pub clocks: Vec<i64>,
    /// 1 is Monday.
    pub weekdays: BTreeSet<u32>,
    pub per_day: usize,
}

/// What is asked, as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AskDraft {
    pub batches: Vec<String>,
    pub from: String,
    pub to: String,
    pub clocks: String,
    pub weekdays: Vec<String>,
    pub per_day: String,
}

/// Batches of one search, and days that it may look at.
const MOST_BATCHES: usize = 100;
const MOST_DAYS: i64 = 366;

pub fn read(draft: &AskDraft, today: NaiveDate) -> Result<Ask, Fault> {
    let mut reading = Reading::default();
    let batches: Vec<BatchId> = draft.batches.iter().filter_map(|b| b.parse().ok()).collect();
    if batches.is_empty() {
        reading.fields.add("batch", "required");
    } else if batches.len() > MOST_BATCHES {
        reading.fields.add_with("batch", "too-many", vec![("most", MOST_BATCHES.to_string())]);
    }
    let mut day = |name: &str, given: &str| {
        let day = reading.optional_date(name, given);
        if day.is_none() && !reading.has(name) {
            reading.fields.add(name, "required");
        }
        day.unwrap_or(today)
    };
    let (from, to) = (day("from", &draft.from), day("to", &draft.to));
    if !reading.has("from") && from < today {
        reading.fields.add("from", "past");
    }
    if !reading.has("to") && to < from {
        reading.fields.add("to", "end-before-start");
    } else if (to - from).num_days() > MOST_DAYS {
        reading.fields.add_with("to", "far-apart", vec![("most", MOST_DAYS.to_string())]);
    }
    let mut clocks: Vec<i64> = draft
        .clocks
        .split([',', ';', ' '])
        .filter_map(|c| availability::rules::minute(&mut reading, "clocks", c))
        .map(i64::from)
        .collect();
    clocks.sort_unstable();
    clocks.dedup();
    if clocks.is_empty() && !reading.has("clocks") {
        reading.fields.add("clocks", "required");
    } else if clocks.len() > 12 {
        reading.fields.add_with("clocks", "too-many", vec![("most", "12".to_owned())]);
    }
    let weekdays: BTreeSet<u32> = draft
        .weekdays
        .iter()
        .filter_map(|w| w.parse().ok())
        .filter(|w| (1..=7).contains(w))
        .collect();
    if weekdays.is_empty() {
        reading.fields.add("weekday", "required");
    }
    let per_day = reading.number("per_day", &draft.per_day, 1, 6);
    let per_day = usize::try_from(per_day).unwrap_or(1);
    reading.done(Ask { batches, from, to, clocks, weekdays, per_day })
}

/// What is asked with everything that decides on it, and the names to say it by.
pub struct Sought {
    pub problem: Problem,
    pub batches: Vec<Batch>,
    /// Titles (hi, en) of the lessons of each batch.
    pub lessons: Vec<Vec<(String, String)>>,
    pub trainers: Vec<String>,
    /// (hi, en)
    pub halls: Vec<(String, String)>,
    pub holidays: Vec<Holiday>,
    pub zone: Tz,
}

/// Gathers what decides on a plan. `home` is the zone of a unit that names none.
pub fn gather(
    db: &mut Db,
    actor: &Actor,
    ask: &Ask,
    home: Tz,
    now: Moment,
) -> Result<Sought, Fault> {
    let batches = store::batches_named(db, &ask.batches)?;
    let missing = ask.batches.iter().any(|id| !batches.iter().any(|b| b.id == *id));
    if missing || !batches.iter().all(|b| actor.may(Right::Plan, &b.unit_path)) {
        return Err(Fault::NotFound);
    }
    if batches.iter().any(|b| b.state == BatchState::Cancelled) {
        return Err(Fault::conflict("batch-cancelled"));
    }
    let first = batches.first().ok_or(Fault::NotFound)?;
    let zone = zone_of(db, first, home)?;
    let paths: Vec<String> = batches.iter().map(|b| b.unit_path.clone()).collect();
    let versions: Vec<_> = batches.iter().map(|b| b.version_id).collect();
    let modules = courses::store::modules_of(db, &versions)?;
    let planned = store::planned(db, &ask.batches)?;
    let who = store::trainers(db, &paths, ask.from)?;
    let halls = store::halls(db, &paths)?;
    let shared = store::shared(db, &ask.batches)?;
    let holidays = holidays::store::between(db, ask.from, ask.to)?;
    let travel = ground::store::travel(db)?;

    let mut names: BTreeMap<PersonId, String> = BTreeMap::new();
    let mut order: Vec<PersonId> = vec![];
    for (id, name, _) in &who {
        if names.insert(*id, name.clone()).is_none() {
            order.push(*id);
        }
    }
    let span = (
        Moment::of_local(ask.from.and_time(NaiveTime::MIN), zone).plus_days(-1),
        Moment::of_local(ask.to.and_time(NaiveTime::MIN), zone).plus_days(2),
    );
    let others: Vec<BatchId> =
        ask.batches.iter().copied().chain(shared.iter().map(|(_, other)| *other)).collect();
    let hall_ids: Vec<VenueId> = halls.iter().map(|h| h.id).collect();
    let busy = store::busy(db, span, &others, &hall_ids, &order)?;
    let hours = availability::store::hours_of(db, &order)?;
    let away = availability::store::absences_of(db, &order, ask.from)?;

    let taken =
        |b: &store::Busy| Taken { from: minute_of(b.from), to: minute_of(b.to), hall: b.venue };
    let near = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
    let mut lessons = vec![];
    let mut runs = vec![];
    for batch in &batches {
        let left: Vec<_> = modules
            .iter()
            .filter(|(version, id, _)| {
                *version == batch.version_id && !planned.contains(&(batch.id, *id))
            })
            .collect();
        lessons
            .push(left.iter().map(|(_, _, m)| (m.title_hi.clone(), m.title_en.clone())).collect());
        let kin: Vec<BatchId> =
            shared.iter().filter(|(b, _)| *b == batch.id).map(|(_, other)| *other).collect();
        let mine = |b: &&store::Busy| b.batch == batch.id || kin.contains(&b.batch);
        runs.push(Run {
            id: batch.id,
            seats: batch.seats,
            lessons: left
                .iter()
                .map(|(_, id, m)| Lesson { module: *id, minutes: i64::from(m.minutes) })
                .collect(),
            trainers: (0..order.len())
                .filter(|n| {
                    who.iter().any(|(id, _, path)| *id == order[*n] && near(path, &batch.unit_path))
                })
                .collect(),
            halls: (0..halls.len()).filter(|n| near(&halls[*n].path, &batch.unit_path)).collect(),
            busy: busy.iter().filter(mine).map(|b| (minute_of(b.from), minute_of(b.to))).collect(),
            shares: (0..batches.len()).filter(|n| kin.contains(&batches[*n].id)).collect(),
        });
    }
    let problem = Problem {
        days: days(ask, &holidays, &paths, zone, now),
        runs,
        trainers: order
            .iter()
            .map(|id| Trainer {
                id: *id,
                windows: hours
                    .iter()
                    .filter(|(person, _)| person == id)
                    .filter_map(|(_, h)| {
                        let weekday = u32::try_from(h.weekday).ok()?;
                        Some((weekday, i64::from(h.starts), i64::from(h.ends)))
                    })
                    .collect(),
                away: away
                    .iter()
                    .filter(|(person, ..)| person == id)
                    .map(|(_, _, a)| (a.from_day, a.to_day))
                    .collect(),
                busy: busy.iter().filter(|b| b.trainers.contains(id)).map(taken).collect(),
            })
            .collect(),
        halls: halls
            .iter()
            .map(|h| Hall {
                id: h.id,
                seats: h.seats,
                busy: busy.iter().filter(|b| b.venue == Some(h.id)).map(taken).collect(),
            })
            .collect(),
        per_day: ask.per_day,
        travel: travel.minutes,
        ways: travel.pairs().collect(),
    };
    Ok(Sought {
        problem,
        lessons,
        trainers: order.iter().map(|id| names.get(id).cloned().unwrap_or_default()).collect(),
        halls: halls.iter().map(|h| (h.name_hi.clone(), h.name_en.clone())).collect(),
        holidays,
        zone,
        batches,
    })
}

/// Every day that is asked for; a public holiday of any of the units is left out.
fn days(ask: &Ask, holidays: &[Holiday], paths: &[String], zone: Tz, now: Moment) -> Vec<Day> {
    ask.from
        .iter_days()
        .take_while(|day| *day <= ask.to)
        .map(|date| {
            let weekday = date.weekday().number_from_monday();
            let holiday = holidays.iter().position(|h| {
                let holds = |path: &String| {
                    h.unit_path.as_deref().is_none_or(|above| path.starts_with(above))
                };
                h.day == date && h.kind == HolidayKind::Public && paths.iter().any(holds)
            });
            let closed = match holiday {
                Some(which) => Some(Closed::Holiday(which)),
                None => (!ask.weekdays.contains(&weekday)).then_some(Closed::Weekday),
            };
            let slot = |clock: &i64| {
                let seconds = u32::try_from(*clock * 60).ok()?;
                let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?;
                let at = Moment::of_local(date.and_time(time), zone);
                (at > now).then(|| Slot { clock: *clock, at: minute_of(at) })
            };
            Day { date, weekday, closed, slots: ask.clocks.iter().filter_map(slot).collect() }
        })
        .collect()
}

fn minute_of(at: Moment) -> Minute {
    at.micros().div_euclid(60_000_000)
}

pub fn moment_of(minute: Minute) -> Moment {
    Moment::from_micros(minute * 60_000_000)
}

/// One session of a proposal, as a form carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    pub batch: BatchId,
    pub module: ModuleId,
    pub from: Minute,
    pub to: Minute,
    pub trainer: PersonId,
    pub hall: VenueId,
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { batch, module, from, to, trainer, hall } = self;
        write!(f, "{batch}:{module}:{from}:{to}:{trainer}:{hall}")
    }
}

impl std::str::FromStr for Accepted {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = || Fault::field("place", "malformed");
        let words: Vec<&str> = text.split(':').collect();
        let [batch, module, from, to, trainer, hall] = words[..] else { return Err(wrong()) };
        Ok(Self {
            batch: batch.parse().map_err(|_| wrong())?,
            module: module.parse().map_err(|_| wrong())?,
            from: from.parse().map_err(|_| wrong())?,
            to: to.parse().map_err(|_| wrong())?,
            trainer: trainer.parse().map_err(|_| wrong())?,
            hall: hall.parse().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &[(&str, &str)], said: &str) {
        let value = |name: &str| typed.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v);
        let list = |name: &str| value(name).split_whitespace().map(str::to_owned).collect();
        let draft = AskDraft {
            batches: list("batch"),
            from: value("from").to_owned(),
            to: value("to").to_owned(),
            clocks: value("clocks").to_owned(),
            weekdays: list("weekday"),
            per_day: value("per_day").to_owned(),
        };
        let today = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default();
        let found = match read(&draft, today) {
            Ok(ask) => format!("{:?} {:?}", ask.clocks, ask.weekdays),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(found, said, "{typed:?}");
    }

    #[test]
    fn what_is_asked_is_read_or_told() {
        let good = [
            ("batch", "1 2"),
            ("from", "2026-11-02"),
            ("to", "2026-12-02"),
            ("clocks", "14:00, 10:00"),
            ("weekday", "6 7"),
            ("per_day", "1"),
        ];
        check(&good, "[600, 840] {6, 7}");
        check(
            &[],
            "invalid: batch: required, from: required, to: required, clocks: required, weekday: required, per_day: required",
        );
        let with = |name: &str, value: &'static str| {
            good.map(|(n, v)| if n == name { (n, value) } else { (n, v) })
        };
        check(&with("from", "2026-10-02"), "invalid: from: past");
        check(&with("to", "2026-11-01"), "invalid: to: end-before-start");
        check(&with("to", "2028-11-01"), "invalid: to: far-apart");
        check(&with("clocks", "noon"), "invalid: clocks: clock");
        check(&with("per_day", "9"), "invalid: per_day: range");
    }

    #[test]
    fn a_place_survives_its_form() {
        let place = Accepted {
            batch: BatchId(1),
            module: ModuleId(2),
            from: 3,
            to: 4,
            trainer: PersonId(5),
            hall: VenueId(6),
        };
        assert_eq!(place.to_string().parse::<Accepted>(), Ok(place));
        for odd in ["", "1:2:3:4:5", "1:2:3:4:5:x", "1:2:3:4:5:6:7"] {
            assert!(odd.parse::<Accepted>().is_err(), "{odd}");
        }
    }
}
