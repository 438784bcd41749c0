//! Owns plan_requests.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::kit::schema::{
    batches, blocked_addresses, emails, enrolment_moves, enrolments, letters, plan_requests,
    session_revisions, sessions, units,
};
use crate::post::rules::{Kind, State};
use crate::schedule::rules::{BatchState, SessionState};

/// Whether any batch waits for the planner.
pub fn is_asked(db: &mut Db) -> Result<bool, Fault> {
    Ok(plan_requests::table
        .select(plan_requests::batch_id)
        .first::<BatchId>(db)
        .optional()?
        .is_some())
}

/// Takes the oldest requests away, before anything is read: a cause that comes in between asks again.
pub fn take_requests(db: &mut Db, most: i64) -> Result<Vec<BatchId>, Fault> {
    let taken: Vec<BatchId> = plan_requests::table
        .select(plan_requests::batch_id)
        .order((plan_requests::asked_at, plan_requests::batch_id))
        .limit(most)
        .load(db)?;
    diesel::delete(plan_requests::table.filter(plan_requests::batch_id.eq_any(&taken)))
        .execute(db)?;
    Ok(taken)
}

#[derive(Queryable)]
pub struct BatchRow {
    pub state: BatchState,
    pub ends_on: Option<NaiveDate>,
    /// Of its unit, when that has its own.
    pub timezone: Option<String>,
}

pub fn batch(db: &mut Db, batch: BatchId) -> Result<Option<BatchRow>, Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .filter(batches::id.eq(batch))
        .select((batches::state, batches::ends_on, units::timezone))
        .first(db)
        .optional()?)
}

#[derive(Queryable)]
pub struct SessionRow {
    pub id: SessionId,
    pub revision: i32,
    pub state: SessionState,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub updated_at: Moment,
}

pub fn sessions_of(db: &mut Db, batch: BatchId) -> Result<Vec<SessionRow>, Fault> {
    Ok(sessions::table
        .filter(sessions::batch_id.eq(batch))
        .order((sessions::starts_at, sessions::id))
        .select((
            sessions::id,
            sessions::revision,
            sessions::state,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::updated_at,
        ))
        .load(db)?)
}

/// When each published session of a batch came to its present revision.
pub fn settled_at(db: &mut Db, batch: BatchId) -> Result<HashMap<SessionId, Moment>, Fault> {
    let rows: Vec<(SessionId, Moment)> = session_revisions::table
        .inner_join(sessions::table)
        .filter(sessions::batch_id.eq(batch))
        .filter(session_revisions::revision.eq(sessions::revision))
        .filter(session_revisions::state.eq(SessionState::Published))
        .select((sessions::id, session_revisions::made_at))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

#[derive(Queryable)]
pub struct EnrolmentRow {
    pub id: EnrolmentId,
    pub person: PersonId,
    pub place: Place,
    pub round: i32,
    pub updated_at: Moment,
}

pub fn enrolments_of(db: &mut Db, batch: BatchId) -> Result<Vec<EnrolmentRow>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch))
        .order(enrolments::id)
        .select((
            enrolments::id,
            enrolments::person_id,
            enrolments::place,
            enrolments::round,
            enrolments::updated_at,
        ))
        .load(db)?)
}

/// The last move to a seat of each enrolment of a batch.
pub fn seated_at(db: &mut Db, batch: BatchId) -> Result<HashMap<EnrolmentId, Moment>, Fault> {
    let rows: Vec<(EnrolmentId, Option<Moment>)> = enrolment_moves::table
        .inner_join(enrolments::table)
        .filter(enrolments::batch_id.eq(batch).and(enrolment_moves::to_place.eq(Place::Seat)))
        .group_by(enrolment_moves::enrolment_id)
        .select((enrolment_moves::enrolment_id, diesel::dsl::max(enrolment_moves::made_at)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, at)| at.map(|at| (id, at))).collect())
}

/// The people of a batch who have an address that works.
pub fn reachable(db: &mut Db, batch: BatchId) -> Result<HashSet<PersonId>, Fault> {
    let people: Vec<PersonId> = emails::table
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(blocked_addresses::folded.is_null())
        .filter(emails::person_id.eq_any(
            enrolments::table.filter(enrolments::batch_id.eq(batch)).select(enrolments::person_id),
        ))
        .select(emails::person_id)
        .distinct()
        .load(db)?;
    Ok(people.into_iter().collect())
}

#[derive(Queryable)]
pub struct LetterRow {
    pub id: LetterId,
    pub key: String,
    pub kind: Kind,
    pub rule: Option<String>,
    pub state: State,
    pub reason: Option<String>,
    pub person: Option<PersonId>,
    pub facts: String,
    pub useless_after: Option<Moment>,
}

pub fn letters_of(db: &mut Db, batch: BatchId) -> Result<Vec<LetterRow>, Fault> {
    Ok(letters::table
        .filter(letters::batch_id.eq(batch))
        .order(letters::id)
        .select((
            letters::id,
            letters::key,
            letters::kind,
            letters::rule.nullable(),
            letters::state,
            letters::reason,
            letters::person_id.nullable(),
            letters::facts,
            letters::useless_after.nullable(),
        ))
        .load(db)?)
}
