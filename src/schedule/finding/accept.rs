//! A proposal becomes draft sessions, in one transaction, or nothing does.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses::{self, rules::Module};
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::ids::{BatchId, ModuleId, PersonId, SessionId, VenueId, VersionId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::clashes::{self, Clash, said_at};
use crate::schedule::finding::{Accepted, moment_of, store};
use crate::schedule::plans::rules::{Cell, Column, Facts, Grid};
use crate::schedule::plans::store::{Teacher, Venue};
use crate::schedule::plans::{is_on_the_line, store as near, weigh, zone_of};
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::store::{NewSession, add_modules, add_sessions, add_trainers, lock_plans};
use crate::schedule::{Batch, zone_named};

/// No session of a proposal is longer.
const MOST_MINUTES: i64 = 24 * 60;

/// Makes the sessions of a proposal as drafts, all or none: they are weighed again behind the lock of
/// all plans, so that what was planned in the meantime is not run over. The number of statements
/// does not grow with the proposal.
pub fn accept(
    db: &mut Db,
    actor: &Actor,
    places: &[Accepted],
    home: Tz,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    if places.is_empty() {
        return Err(Fault::conflict("nothing-found"));
    }
    let far = |minute: i64| minute.abs() > 200_000_000;
    let odd =
        |p: &Accepted| far(p.from) || far(p.to) || p.to <= p.from || p.to - p.from > MOST_MINUTES;
    if places.iter().any(odd) {
        return Err(Fault::field("place", "malformed"));
    }
    lock_plans(db)?;
    let house = House::of(db, actor, places, home, stamp)?;
    for place in places {
        house.must_fit(actor, place)?;
    }
    let order: Vec<&Accepted> = house.order(places);
    let grid = house.grid(&order);
    let found = house.weigh(db, actor, &grid)?;
    let all: Vec<Clash> = found.into_iter().flatten().collect();
    let obstacle = |code| Obstacle { code, args: vec![], more: clashes::told(&all, home) };
    if clashes::is_refused(&all) {
        return Err(Fault::Conflict(obstacle("venue-taken")));
    }
    if clashes::needs_reason(&all) {
        return Err(Fault::Conflict(obstacle("clash")));
    }
    house.keep(db, actor, &order, stamp)?;
    Ok(places.len())
}

/// Everything that a proposal is judged by.
struct House {
    batches: Vec<Batch>,
    zones: Vec<Tz>,
    modules: Vec<(VersionId, ModuleId, Module)>,
    venues: Vec<Venue>,
    teachers: Vec<Teacher>,
    names: Vec<(PersonId, String)>,
}

impl House {
    fn of(
        db: &mut Db,
        actor: &Actor,
        places: &[Accepted],
        home: Tz,
        stamp: &Stamp,
    ) -> Result<Self, Fault> {
        let ids: BTreeSet<BatchId> = places.iter().map(|p| p.batch).collect();
        let halls: BTreeSet<VenueId> = places.iter().map(|p| p.hall).collect();
        let people: BTreeSet<PersonId> = places.iter().map(|p| p.trainer).collect();
        let batches = store::batches_named(db, &Vec::from_iter(ids.iter().copied()))?;
        let seen = batches.iter().all(|b| actor.may(Right::SeePlans, &b.unit_path));
        if batches.len() < ids.len() || !seen {
            return Err(Fault::NotFound);
        }
        if !batches.iter().all(|b| actor.may(Right::Plan, &b.unit_path)) {
            return Err(Fault::Forbidden);
        }
        if batches.iter().any(|b| b.state == BatchState::Cancelled) {
            return Err(Fault::conflict("batch-cancelled"));
        }
        let paths: Vec<String> = batches.iter().map(|b| b.unit_path.clone()).collect();
        let versions: Vec<VersionId> = batches.iter().map(|b| b.version_id).collect();
        let zones = near::zones(db, &paths)?;
        let zone = |path: &String| zone_named(zone_of(&zones, path).as_deref(), home);
        let reach = actor.reach(Right::SeePlans);
        Ok(Self {
            zones: paths.iter().map(zone).collect(),
            modules: courses::store::modules_of(db, &versions)?,
            venues: near::venues_near(db, &paths, &reach, &Vec::from_iter(halls))?,
            teachers: near::teachers_near(db, &paths, stamp.now.utc().date_naive())?,
            names: near::names_of(db, &Vec::from_iter(people))?,
            batches,
        })
    }

    /// The batch of a place; `of` has seen that each is there.
    fn column(&self, place: &Accepted) -> usize {
        self.batches.iter().position(|b| b.id == place.batch).unwrap_or_default()
    }

    /// What a hand-made form could ask for and the search never proposes.
    fn must_fit(&self, actor: &Actor, place: &Accepted) -> Result<(), Fault> {
        let batch = &self.batches[self.column(place)];
        let taught = |(version, id, _): &(VersionId, ModuleId, Module)| {
            *version == batch.version_id && *id == place.module
        };
        if !self.modules.iter().any(taught) {
            return Err(Fault::field("modules", "unknown"));
        }
        let usable = |v: &&Venue| {
            is_on_the_line(&v.path, &batch.unit_path) || actor.may(Right::SeePlans, &v.path)
        };
        if !self.venues.iter().filter(usable).any(|v| v.id == place.hall) {
            return Err(Fault::field("venue", "unknown"));
        }
        let teaches =
            |t: &Teacher| t.id == place.trainer && is_on_the_line(&t.path, &batch.unit_path);
        if !self.teachers.iter().any(teaches) {
            let known = self.names.iter().any(|(id, _)| *id == place.trainer);
            return Err(Fault::field("trainers", if known { "not-a-trainer" } else { "unknown" }));
        }
        Ok(())
    }

    /// The nth of each batch, batch by batch, before the next of any: as `Grid::cells` gives them.
    fn order<'p>(&self, places: &'p [Accepted]) -> Vec<&'p Accepted> {
        let mut nth = vec![0usize; self.batches.len()];
        let mut keyed: Vec<(usize, usize, &Accepted)> = vec![];
        for place in places {
            let column = self.column(place);
            keyed.push((nth[column], column, place));
            nth[column] += 1;
        }
        keyed.sort_by_key(|(row, column, _)| (*row, *column));
        keyed.into_iter().map(|(_, _, place)| place).collect()
    }

    /// The proposal as a plan of many sessions is weighed: a column for each batch.
    fn grid(&self, order: &[&Accepted]) -> Grid {
        let columns = self.batches.iter().zip(&self.zones);
        let columns: Vec<Column> = columns
            .map(|(batch, zone)| Column {
                unit: batch.unit,
                batch: Some(batch.id),
                title: batch.title.clone(),
                seats: batch.seats,
                zone: zone.name().to_owned(),
            })
            .collect();
        let mut rows: Vec<Vec<Option<Cell>>> = vec![];
        let mut nth = vec![0usize; columns.len()];
        for place in order {
            let column = self.column(place);
            let row = nth[column];
            nth[column] += 1;
            if rows.len() <= row {
                rows.push(columns.iter().map(|_| None).collect());
            }
            rows[row][column] = Some(Cell {
                starts_at: moment_of(place.from),
                ends_at: moment_of(place.to),
                venue: Some(place.hall),
                link: None,
                trainers: vec![place.trainer],
                modules: vec![],
            });
        }
        Grid { columns, rows }
    }

    fn weigh(&self, db: &mut Db, actor: &Actor, grid: &Grid) -> Result<Vec<Vec<Clash>>, Fault> {
        let paths: Vec<String> = self.batches.iter().map(|b| b.unit_path.clone()).collect();
        let seats: Vec<i32> = self.batches.iter().map(|b| b.seats).collect();
        let titles: Vec<String> = self.batches.iter().map(|b| b.title.clone()).collect();
        let venue = |id: VenueId| self.venues.iter().find(|v| v.id == id);
        let name = |id: PersonId| {
            self.names.iter().find(|(other, _)| *other == id).map_or("–", |(_, n)| n).to_owned()
        };
        let facts = Facts {
            paths: &paths,
            seats: &seats,
            titles: &titles,
            venue: &|id| venue(id).map(|v| (v.seats, v.name_hi.clone(), v.name_en.clone())),
            name: &name,
        };
        weigh(db, actor, grid, &facts)
    }

    fn keep(
        &self,
        db: &mut Db,
        actor: &Actor,
        order: &[&Accepted],
        stamp: &Stamp,
    ) -> Result<(), Fault> {
        let ids: Vec<SessionId> = order.iter().map(|_| SessionId(stamp.id())).collect();
        let each = || ids.iter().zip(order);
        let rows: Vec<NewSession<'_>> = each()
            .map(|(id, place)| NewSession {
                id: *id,
                batch_id: place.batch,
                venue_id: Some(place.hall),
                link: None,
                starts_at: moment_of(place.from),
                ends_at: moment_of(place.to),
                timezone: self.zones[self.column(place)].name(),
                state: SessionState::Draft,
                revision: 1,
                created_at: stamp.now,
                updated_at: stamp.now,
            })
            .collect();
        add_sessions(db, &rows)?;
        add_trainers(db, &each().map(|(id, place)| (*id, place.trainer)).collect::<Vec<_>>())?;
        add_modules(db, &each().map(|(id, place)| (*id, place.module)).collect::<Vec<_>>())?;
        let entries: Vec<Entry<'_>> = each()
            .map(|(id, place)| {
                let column = self.column(place);
                let zone = self.zones[column];
                let code = self.modules.iter().find(|(_, module, _)| *module == place.module);
                Entry {
                    actor: Some(actor.person),
                    action: "session created",
                    subject: format!("session/{id}"),
                    unit: Some(self.batches[column].unit),
                    detail: json!({ "batch": place.batch, "after": {
                        "starts_at": said_at(moment_of(place.from), zone),
                        "ends_at": said_at(moment_of(place.to), zone),
                        "venue": place.hall,
                        "trainers": [place.trainer],
                        "modules": code.map(|(_, _, m)| &m.code),
                    } }),
                }
            })
            .collect();
        journal::note_all(db, &entries, stamp.now)
    }
}
