//! Owns nothing; reads what decides on a plan, in a constant number of statements.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::rules::{Reach, Role, range};
use crate::courses::rules::line_of;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, ModuleId, PersonId, SessionId, VenueId};
use crate::kit::schema::{
    batches, courses, enrolments, grants, people, session_modules, session_trainers, sessions,
    units, venues,
};
use crate::kit::within::Within;
use crate::schedule::Batch;
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::store::{BATCH, batch_of, trainers_of};

/// Open batches within a reach that are not over, those that begin first first.
pub fn open_batches(db: &mut Db, reach: &Reach, today: NaiveDate) -> Result<Vec<Batch>, Fault> {
    let rows = batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(Within(reach.ranges()))
        .filter(batches::state.eq(BatchState::Open))
        .filter(batches::ends_on.is_null().or(batches::ends_on.ge(today).assume_not_null()))
        .select(BATCH)
        .order((batches::starts_on, batches::id))
        .limit(200)
        .load(db)?;
    Ok(rows.into_iter().map(batch_of).collect())
}

/// Some batches, by id.
pub fn batches_named(db: &mut Db, ids: &[BatchId]) -> Result<Vec<Batch>, Fault> {
    let rows = batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(ids_among(batches::id, ids.iter().copied()))
        .select(BATCH)
        .order(batches::id)
        .load(db)?;
    Ok(rows.into_iter().map(batch_of).collect())
}

/// Modules that some batches have a session for.
pub fn planned(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, ModuleId)>, Fault> {
    Ok(session_modules::table
        .inner_join(sessions::table)
        .filter(ids_among(sessions::batch_id, ids.iter().copied()))
        .filter(sessions::state.ne(SessionState::Cancelled))
        .select((sessions::batch_id, session_modules::module_id))
        .distinct()
        .load(db)?)
}

/// Who may teach near some units: with the path for which the person is a trainer.
pub fn trainers(
    db: &mut Db,
    paths: &[String],
    day: NaiveDate,
) -> Result<Vec<(PersonId, String, String)>, Fault> {
    let line: Vec<_> = paths.iter().flat_map(|p| line_of(p)).collect();
    let below = paths.iter().map(|p| range(p)).collect();
    Ok(grants::table
        .inner_join(units::table)
        .inner_join(people::table.on(people::id.eq(grants::person_id)))
        .filter(grants::role.eq(Role::Trainer))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(day).assume_not_null()))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(day).assume_not_null()))
        .filter(ids_among(units::id, line).or(Within(below)))
        .select((people::id, people::name, units::path))
        .order((people::folded, people::id))
        .load(db)?)
}

/// A venue with the path of the unit that keeps it.
#[derive(Debug, Clone, Queryable)]
pub struct Hall {
    pub id: VenueId,
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub path: String,
}

/// The venues on the lines of some units, those nearest to a block first.
pub fn halls(db: &mut Db, paths: &[String]) -> Result<Vec<Hall>, Fault> {
    let line: Vec<_> = paths.iter().flat_map(|p| line_of(p)).collect();
    let below = paths.iter().map(|p| range(p)).collect();
    Ok(venues::table
        .inner_join(units::table)
        .filter(ids_among(units::id, line).or(Within(below)))
        .select((venues::id, venues::name_hi, venues::name_en, venues::seats, units::path))
        .order((units::path.desc(), venues::name_en, venues::id))
        .limit(1_000)
        .load(db)?)
}

/// Pairs of batches with somebody who has a seat on both; the first is one of those asked for.
pub fn shared(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, BatchId)>, Fault> {
    let mine = diesel::alias!(enrolments as mine);
    Ok(mine
        .inner_join(
            enrolments::table.on(enrolments::person_id.eq(mine.field(enrolments::person_id))),
        )
        .filter(mine.field(enrolments::batch_id).eq_any(ids.to_vec()))
        .filter(mine.field(enrolments::place).eq("seat").and(enrolments::place.eq("seat")))
        .filter(enrolments::batch_id.ne(mine.field(enrolments::batch_id)))
        .select((mine.field(enrolments::batch_id), enrolments::batch_id))
        .distinct()
        .load(db)?)
}

/// A session that is planned already.
#[derive(Debug, Clone)]
pub struct Busy {
    pub batch: BatchId,
    pub from: Moment,
    pub to: Moment,
    pub venue: Option<VenueId>,
    pub trainers: Vec<PersonId>,
}

/// Sessions between two moments that use one of these.
pub fn busy(
    db: &mut Db,
    (from, to): (Moment, Moment),
    batches: &[BatchId],
    halls: &[VenueId],
    trainers: &[PersonId],
) -> Result<Vec<Busy>, Fault> {
    let taught = session_trainers::table
        .filter(session_trainers::person_id.eq_any(trainers.to_vec()))
        .select(session_trainers::session_id);
    let matters = sessions::batch_id
        .eq_any(batches.to_vec())
        .or(sessions::venue_id.eq_any(halls.to_vec()).assume_not_null())
        .or(sessions::id.eq_any(taught));
    let rows: Vec<(SessionId, BatchId, Moment, Moment, Option<VenueId>)> = sessions::table
        .filter(sessions::state.ne(SessionState::Cancelled))
        .filter(sessions::starts_at.lt(to).and(sessions::ends_at.gt(from)))
        .filter(matters)
        .select((
            sessions::id,
            sessions::batch_id,
            sessions::starts_at,
            sessions::ends_at,
            sessions::venue_id,
        ))
        .order((sessions::starts_at, sessions::id))
        .load(db)?;
    let ids: Vec<SessionId> = rows.iter().map(|r| r.0).collect();
    let teaching = trainers_of(db, &ids)?;
    Ok(rows
        .into_iter()
        .map(|(id, batch, from, to, venue)| Busy {
            batch,
            from,
            to,
            venue,
            trainers: teaching.iter().filter(|(s, ..)| *s == id).map(|(_, p, _)| *p).collect(),
        })
        .collect())
}
