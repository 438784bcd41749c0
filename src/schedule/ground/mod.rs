//! What a planner must know besides sessions: the ways between venues, the holidays.

pub mod rules;
pub mod store;
pub mod pages;

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::courses::rules::whole;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, PersonId, SessionId, UnitId, VenueId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::clashes::{Busy, Wish};
use crate::schedule::ground::rules::Ground;
use crate::schedule::ground::store::Search;
use crate::schedule::{holidays, venues};

/// The ground of some wishes, in three statements.
pub fn around(db: &mut Db, wishes: &[Wish]) -> Result<Ground, Fault> {
    let travel = store::travel(db)?;
    let days = |w: &Wish| (w.starts_at.local(w.zone).date(), w.ends_at.local(w.zone).date());
    let from = wishes.iter().map(|w| days(w).0).min();
    let to = wishes.iter().map(|w| days(w).1).max();
    let holidays = match (from, to) {
        (Some(from), Some(to)) => holidays::store::between(db, from, to)?,
        _ => vec![],
    };
    Ok(Ground { travel, holidays })
}

/// The sessions that could clash with some wishes, but for these, in three statements however many
/// wishes there are. Titles only within a reach.
pub fn near(
    db: &mut Db,
    wishes: &[Wish],
    except: &[SessionId],
    ground: &Ground,
    reach: &Reach,
) -> Result<Vec<Busy>, Fault> {
    let wanted = Wanted::of(wishes);
    let Some(search) = wanted.search(ground, except) else { return Ok(vec![]) };
    let shared = store::shared(db, &search)?;
    store::busy(db, &search, &shared, reach)
}

/// What some wishes need, each once.
pub struct Wanted {
    span: Option<(Moment, Moment)>,
    batches: Vec<BatchId>,
    venues: Vec<VenueId>,
    trainers: Vec<PersonId>,
}

impl Wanted {
    pub fn of(wishes: &[Wish]) -> Self {
        let from = wishes.iter().map(|w| w.starts_at).min();
        let to = wishes.iter().map(|w| w.ends_at).max();
        Self {
            span: from.zip(to),
            batches: each_once(wishes.iter().map(|w| w.batch)),
            venues: each_once(wishes.iter().filter_map(|w| w.venue)),
            trainers: each_once(wishes.iter().flat_map(|w| w.trainers.iter().copied())),
        }
    }

    /// Nothing, when nothing is wished for.
    pub fn search<'a>(&'a self, ground: &Ground, except: &'a [SessionId]) -> Option<Search<'a>> {
        let (from, to) = self.span?;
        Some(Search {
            from,
            to,
            slack: ground.travel.most(),
            batches: &self.batches,
            venues: &self.venues,
            trainers: &self.trainers,
            except,
        })
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Says how long the way between two venues is; without minutes it is as long as any other again.
pub fn set_way(
    db: &mut Db,
    actor: &Actor,
    id: VenueId,
    other: &str,
    minutes: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let venue = venues::venue_for(db, actor, id)?;
    actor.must(Right::Plan, &venue.unit_path)?;
    let mut reading = Reading::default();
    let wanted = other.trim().parse::<VenueId>().ok().filter(|other| *other != id);
    let other = match wanted.map(|other| venues::venue_for(db, actor, other)) {
        None | Some(Err(Fault::NotFound)) => {
            reading.fields.add("other", "unknown");
            None
        }
        Some(found) => Some(found?),
    };
    let given = (!minutes.trim().is_empty())
        .then(|| whole(&mut reading, "minutes", minutes, 0, MOST_MINUTES));
    let Some(other) = other else { return reading.done(()) };
    reading.done(())?;
    let pair = rules::pair(id, other.id);
    match given {
        Some(minutes) => store::set_pair(db, pair, minutes, actor.person, stamp.now)?,
        None if store::forget_pair(db, pair)? => {}
        None => return Ok(()),
    }
    let detail = json!({ "other": other.id, "minutes": given });
    note(db, actor, format!("venue/{id}"), Some(venue.unit), detail, stamp)
}

/// A day: no way is longer.
const MOST_MINUTES: i32 = 1_440;

/// Whoever manages a whole tree says how long any way is: a root's path is one segment.
pub fn may_set_minutes(actor: &Actor) -> bool {
    actor.reach(Right::Manage).paths().iter().any(|p| p.len() == 19)
}

/// Sets the minutes of every way that has none of its own.
pub fn set_minutes(db: &mut Db, actor: &Actor, minutes: &str, stamp: &Stamp) -> Result<(), Fault> {
    if !may_set_minutes(actor) {
        return Err(Fault::Forbidden);
    }
    let mut reading = Reading::default();
    let minutes = whole(&mut reading, "every", minutes, 0, MOST_MINUTES);
    reading.done(())?;
    let before = store::travel(db)?.minutes;
    store::set_minutes(db, minutes)?;
    let detail = json!({ "before": before, "after": minutes });
    note(db, actor, "travel".to_owned(), None, detail, stamp)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    subject: String,
    unit: Option<UnitId>,
    detail: Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry =
        Entry { actor: Some(actor.person), action: "travel changed", subject, unit, detail };
    journal::note(db, entry, stamp.now)
}
