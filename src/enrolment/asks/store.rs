//! Owns nothing; reads who may come, who asks, who decides.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamp};

use crate::access::rules::Reach;
use crate::courses::rules::line_of;
use crate::enrolment::rules::{Act, Place, Way};
use crate::enrolment::store::{Batch, zones};
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, UnitId};
use crate::kit::schema::{
    batches, courses, enrolment_moves, enrolments, office_kinds, offices, people, reservations,
    sessions, units,
};
use crate::kit::within::Within;

/// Where a person belongs.
#[derive(Debug, Clone, Queryable)]
pub struct Home {
    pub unit: UnitId,
    pub path: String,
}

pub fn home(db: &mut Db, person: PersonId) -> Result<Home, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select((units::id, units::path))
        .first(db)?)
}

pub fn path_of(db: &mut Db, unit: UnitId) -> Result<String, Fault> {
    Ok(units::table.find(unit).select(units::path).first(db)?)
}

/// The units for which seats of a batch are kept today.
fn kept_for(db: &mut Db, batch: &Batch, now: Moment) -> Result<Vec<String>, Fault> {
    let today = now.date_in(zones(db, [batch.path.as_str()])?.of(&batch.path));
    Ok(reservations::table
        .inner_join(units::table)
        .filter(reservations::batch_id.eq(batch.id).and(reservations::held_until.ge(today)))
        .select(units::path)
        .load(db)?)
}

/// Whether a batch is for somebody of this unit: it is the batch of a unit above, or seats of it
/// are kept for one.
pub fn is_for(db: &mut Db, batch: &Batch, path: &str, now: Moment) -> Result<bool, Fault> {
    Ok(path.starts_with(&batch.path)
        || kept_for(db, batch, now)?.iter().any(|kept| path.starts_with(kept.as_str())))
}

/// Whether it is for anybody within a reach.
pub fn is_for_any(db: &mut Db, batch: &Batch, reach: &Reach, now: Moment) -> Result<bool, Fault> {
    let touches = |unit: &str| {
        reach.covers(unit) || reach.paths().iter().any(|inner| inner.starts_with(unit))
    };
    Ok(touches(&batch.path) || kept_for(db, batch, now)?.iter().any(|kept| touches(kept)))
}

/// A batch that people may still ask for.
#[derive(Debug, Clone, Queryable)]
pub struct Open {
    pub id: BatchId,
    pub title: String,
    pub course: CourseId,
    pub course_hi: String,
    pub course_en: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub seats: i32,
    pub starts_on: Option<NaiveDate>,
    pub first_start: Option<Moment>,
}

/// Open batches of the units above one, or with seats kept for one of these, that have not begun.
pub fn open_for(db: &mut Db, path: &str, now: Moment, limit: i64) -> Result<Vec<Open>, Fault> {
    open(db, &[path.to_owned()], vec![], now, limit)
}

/// The same for whoever puts names forward: also those within his own reach.
pub fn open_to(db: &mut Db, reach: &Reach, now: Moment, limit: i64) -> Result<Vec<Open>, Fault> {
    open(db, reach.paths(), reach.ranges(), now, limit)
}

fn open(
    db: &mut Db,
    paths: &[String],
    inside: Vec<(String, String)>,
    now: Moment,
    limit: i64,
) -> Result<Vec<Open>, Fault> {
    let above: Vec<UnitId> = paths.iter().flat_map(|path| line_of(path)).collect();
    let today = now.utc().date_naive();
    let kept = reservations::table
        .filter(ids_among(reservations::unit_id, above.iter().copied()))
        .filter(reservations::held_until.ge(today))
        .select(reservations::batch_id);
    let begun = sessions::table
        .filter(sessions::batch_id.eq(batches::id).and(sessions::state.ne("cancelled")))
        .filter(sessions::starts_at.le(now));
    Ok(batches::table
        .inner_join(units::table)
        .inner_join(courses::table)
        .filter(batches::state.eq("open"))
        .filter(
            ids_among(batches::unit_id, above.iter().copied())
                .or(batches::id.eq_any(kept))
                .or(Within(inside)),
        )
        .filter(diesel::dsl::not(diesel::dsl::exists(begun)))
        .filter(batches::ends_on.is_null().or(batches::ends_on.ge(today)))
        .order((batches::starts_on.is_null(), batches::starts_on, batches::id))
        .limit(limit)
        .select((
            batches::id,
            batches::title,
            courses::id,
            courses::title_hi,
            courses::title_en,
            units::name_hi,
            units::name_en,
            batches::seats,
            batches::starts_on,
            first_start(),
        ))
        .load(db)?)
}

/// Somebody who asks, or was put forward.
#[derive(Debug, Clone, Queryable)]
pub struct Pending {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub unit: UnitId,
    pub batch: BatchId,
    pub batch_title: String,
    pub course_hi: String,
    pub course_en: String,
    pub way: Way,
    pub decider: Option<UnitId>,
    pub asked_at: Moment,
}

/// What the offices within a reach have to decide, the oldest first.
pub fn pending(db: &mut Db, reach: &Reach, limit: i64) -> Result<Vec<Pending>, Fault> {
    let within = units::table.filter(Within(reach.ranges())).select(units::id.nullable());
    Ok(enrolments::table
        .inner_join(people::table)
        .inner_join(batches::table.inner_join(courses::table))
        .filter(enrolments::place.eq(Place::Requested))
        .filter(enrolments::decider_id.eq_any(within))
        .filter(batches::state.eq("open"))
        .order((enrolments::queued_at, enrolments::id))
        .limit(limit)
        .select((
            enrolments::id,
            people::id,
            people::name,
            people::relation_name,
            people::unit_id,
            batches::id,
            batches::title,
            courses::title_hi,
            courses::title_en,
            enrolments::way,
            enrolments::decider_id,
            enrolments::queued_at,
        ))
        .load(db)?)
}

/// Batch and person of some enrolments.
pub fn places_of(
    db: &mut Db,
    ids: &[EnrolmentId],
) -> Result<Vec<(BatchId, EnrolmentId, PersonId)>, Fault> {
    Ok(enrolments::table
        .filter(ids_among(enrolments::id, ids.iter().copied()))
        .select((enrolments::batch_id, enrolments::id, enrolments::person_id))
        .load(db)?)
}

/// The units where somebody holds a post that decides on requests.
pub fn deciding_posts(
    db: &mut Db,
    person: PersonId,
    today: NaiveDate,
) -> Result<Vec<String>, Fault> {
    Ok(offices::table
        .inner_join(office_kinds::table.on(office_kinds::id.eq(offices::kind_id)))
        .inner_join(units::table.on(units::id.eq(offices::unit_id)))
        .filter(offices::person_id.eq(person).and(office_kinds::approves.eq(true)))
        .filter(offices::valid_from.le(today))
        .filter(offices::valid_to.is_null().or(offices::valid_to.ge(today)))
        .select(units::path)
        .load(db)?)
}

/// One of a person's own enrolments.
#[derive(Debug, Clone, Queryable)]
pub struct Mine {
    pub id: EnrolmentId,
    pub batch: BatchId,
    pub batch_title: String,
    pub course_hi: String,
    pub course_en: String,
    pub place: Place,
    pub decider: Option<UnitId>,
    pub queued_at: Moment,
    /// The place in the queue, of one who waits.
    pub position: i64,
    pub first_start: Option<Moment>,
}

fn first_start() -> diesel::expression::SqlLiteral<Nullable<Timestamp>> {
    diesel::dsl::sql(
        "(select min(f.starts_at) from sessions f where f.batch_id = batches.id \
         and f.state <> 'cancelled')",
    )
}

/// Where a person stands, batch by batch, the newest first.
pub fn mine(db: &mut Db, person: PersonId) -> Result<Vec<Mine>, Fault> {
    let position = diesel::dsl::sql::<BigInt>(
        "(select count(*) + 1 from enrolments q where q.batch_id = enrolments.batch_id \
         and q.place = 'waiting' and (q.queued_at < enrolments.queued_at \
         or (q.queued_at = enrolments.queued_at and q.id < enrolments.id)))",
    );
    Ok(enrolments::table
        .inner_join(batches::table.inner_join(courses::table))
        .filter(enrolments::person_id.eq(person).and(enrolments::place.ne(Place::Withdrawn)))
        .filter(batches::state.eq("open"))
        .order(enrolments::id.desc())
        .limit(20)
        .select((
            enrolments::id,
            batches::id,
            batches::title,
            courses::title_hi,
            courses::title_en,
            enrolments::place,
            enrolments::decider_id,
            enrolments::queued_at,
            position,
            first_start(),
        ))
        .load(db)?)
}

/// A seat that was given past those who waited.
#[derive(Debug, Clone, Queryable)]
pub struct Jump {
    pub batch: BatchId,
    pub reason: Option<String>,
    pub made_at: Moment,
    /// When the one who was moved up had joined.
    pub queued_at: Moment,
}

pub fn jumps(db: &mut Db, batches: &[BatchId]) -> Result<Vec<Jump>, Fault> {
    Ok(enrolment_moves::table
        .inner_join(enrolments::table)
        .filter(ids_among(enrolments::batch_id, batches.iter().copied()))
        .filter(enrolment_moves::act.eq(Act::Jumped))
        .order(enrolment_moves::made_at)
        .limit(200)
        .select((
            enrolments::batch_id,
            enrolment_moves::reason,
            enrolment_moves::made_at,
            enrolments::queued_at,
        ))
        .load(db)?)
}

/// Somebody of one's own units on a batch.
#[derive(Debug, Clone, Queryable)]
pub struct Sent {
    pub person: PersonId,
    pub name: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub place: Place,
}

pub fn sent(db: &mut Db, batch: BatchId, reach: &Reach) -> Result<Vec<Sent>, Fault> {
    Ok(enrolments::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.ne(Place::Withdrawn)))
        .filter(Within(reach.ranges()))
        .order((enrolments::queued_at, enrolments::id))
        .limit(500)
        .select((people::id, people::name, units::name_hi, units::name_en, enrolments::place))
        .load(db)?)
}

/// Names of units, (id, Hindi, English).
pub fn names(db: &mut Db, ids: &[UnitId]) -> Result<Vec<(UnitId, String, String)>, Fault> {
    Ok(units::table
        .filter(ids_among(units::id, ids.iter().copied()))
        .select((units::id, units::name_hi, units::name_en))
        .load(db)?)
}

/// Those of some batches that belong to a reach.
pub fn batches_within(db: &mut Db, ids: &[BatchId], reach: &Reach) -> Result<Vec<BatchId>, Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .filter(ids_among(batches::id, ids.iter().copied()))
        .filter(Within(reach.ranges()))
        .select(batches::id)
        .load(db)?)
}
