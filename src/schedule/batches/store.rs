//! Owns batches, reservations.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::courses::store::Course;
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, UnitId, VersionId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{
    batches, course_versions, courses, enrolments, reservations, sessions, units,
};
use crate::kit::within::Within;
use crate::schedule::Batch;
use crate::schedule::batches::rules::{Facts, Kept, Span};
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::store::{BATCH, batch_of};

/// Batches of units within a reach: of one course or all, of one span of time, those that begin
/// last first. One row more than a page.
pub fn batches_in(
    db: &mut Db,
    reach: &Reach,
    course: &str,
    span: Span,
    today: NaiveDate,
    page: PageNumber,
) -> Result<Vec<Batch>, Fault> {
    let mut query = batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(Within(reach.ranges()))
        .select(BATCH)
        .order((batches::starts_on.is_null().desc(), batches::starts_on.desc(), batches::id.desc()))
        .limit(ROWS + 1)
        .offset(page.offset())
        .into_boxed();
    if !course.is_empty() {
        query = query.filter(courses::code.eq(course.to_owned()));
    }
    // A batch without days is neither past nor running: it is yet to come.
    let begun = batches::starts_on.is_not_null().and(batches::starts_on.le(today));
    let ended = batches::ends_on.is_not_null().and(batches::ends_on.lt(today));
    query = match span {
        Span::All => query,
        Span::Upcoming => {
            query.filter(batches::starts_on.is_null().or(batches::starts_on.gt(today)))
        }
        Span::Running => query
            .filter(begun.assume_not_null())
            .filter(batches::ends_on.is_null().or(batches::ends_on.ge(today))),
        Span::Past => query.filter(ended.assume_not_null()),
    };
    Ok(query.load(db)?.into_iter().map(batch_of).collect())
}

/// The same in the order of their ids, behind one of them.
pub fn batches_after(
    db: &mut Db,
    reach: &Reach,
    after: BatchId,
    limit: i64,
) -> Result<Vec<Batch>, Fault> {
    let rows = batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(Within(reach.ranges()))
        .filter(batches::id.gt(after))
        .select(BATCH)
        .order(batches::id)
        .limit(limit)
        .load(db)?;
    Ok(rows.into_iter().map(batch_of).collect())
}

/// Seats taken, for each of some batches that has any.
pub fn taken_of(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, i64)>, Fault> {
    Ok(enrolments::table
        .filter(ids_among(enrolments::batch_id, ids).and(enrolments::place.eq("seat")))
        .group_by(enrolments::batch_id)
        .select((enrolments::batch_id, diesel::dsl::count_star()))
        .load(db)?)
}

/// Sessions that are not called off, for each of some batches that has any.
pub fn sessions_of(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, i64)>, Fault> {
    Ok(sessions::table
        .filter(ids_among(sessions::batch_id, ids))
        .filter(sessions::state.ne(SessionState::Cancelled))
        .group_by(sessions::batch_id)
        .select((sessions::batch_id, diesel::dsl::count_star()))
        .load(db)?)
}

/// The version that new batches of a course teach.
pub fn last_published(db: &mut Db, course: &Course) -> Result<Option<VersionId>, Fault> {
    Ok(course_versions::table
        .filter(
            course_versions::course_id
                .eq(course.id)
                .and(course_versions::published_at.is_not_null()),
        )
        .select(course_versions::id)
        .order(course_versions::version.desc())
        .first(db)
        .optional()?)
}

/// Where a new batch belongs.
pub struct Home<'a> {
    pub course: &'a Course,
    pub version: VersionId,
    pub unit: UnitId,
}

pub fn add(
    db: &mut Db,
    id: BatchId,
    home: &Home<'_>,
    facts: &Facts,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(batches::table)
        .values((
            batches::id.eq(id),
            batches::course_version_id.eq(home.version),
            batches::course_id.eq(home.course.id),
            batches::unit_id.eq(home.unit),
            batches::title.eq(&facts.title),
            batches::seats.eq(facts.seats),
            batches::starts_on.eq(facts.starts_on),
            batches::ends_on.eq(facts.ends_on),
            batches::state.eq(BatchState::Open),
            batches::created_at.eq(now),
            batches::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// A batch among many.
#[derive(Insertable)]
#[diesel(table_name = batches, treat_none_as_default_value = false)]
pub struct NewBatch {
    id: BatchId,
    course_version_id: VersionId,
    course_id: CourseId,
    unit_id: UnitId,
    title: String,
    seats: i32,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    state: BatchState,
    created_at: Moment,
    updated_at: Moment,
}

impl NewBatch {
    pub fn of(
        id: BatchId,
        course_id: CourseId,
        course_version_id: VersionId,
        unit_id: UnitId,
        facts: Facts,
        now: Moment,
    ) -> Self {
        let Facts { title, seats, starts_on, ends_on } = facts;
        Self {
            id,
            course_version_id,
            course_id,
            unit_id,
            title,
            seats,
            starts_on,
            ends_on,
            state: BatchState::Open,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Many at once; far fewer than a statement can bind.
pub fn add_all(db: &mut Db, rows: &[NewBatch]) -> Result<(), Fault> {
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(batches::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Before a deed that writes into the journal and then the batch: behind whoever gives its seats.
/// SQLite has one writer anyway.
pub fn hold(db: &mut Db, id: BatchId) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = batches::table.find(id).select(batches::id).for_no_key_update();
        held.first::<BatchId>(c)?;
    }
    Ok(())
}

pub fn set(db: &mut Db, id: BatchId, facts: &Facts, now: Moment) -> Result<(), Fault> {
    diesel::update(batches::table.find(id))
        .set((
            batches::title.eq(&facts.title),
            batches::seats.eq(facts.seats),
            batches::starts_on.eq(facts.starts_on),
            batches::ends_on.eq(facts.ends_on),
            batches::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_days(
    db: &mut Db,
    id: BatchId,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(batches::table.find(id))
        .set((
            batches::starts_on.eq(starts_on),
            batches::ends_on.eq(ends_on),
            batches::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_cancelled(db: &mut Db, id: BatchId, reason: &str, now: Moment) -> Result<(), Fault> {
    diesel::update(batches::table.find(id))
        .set((
            batches::state.eq(BatchState::Cancelled),
            batches::cancel_reason.eq(reason),
            batches::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Seats of some batches that are kept for a unit: (batch, code of the unit, seats, until).
pub fn kept_of(db: &mut Db, ids: &[BatchId]) -> Result<Vec<(BatchId, Kept)>, Fault> {
    let rows: Vec<(BatchId, String, i32, NaiveDate)> = reservations::table
        .inner_join(units::table)
        .filter(ids_among(reservations::batch_id, ids.iter().copied()))
        .order((reservations::batch_id, units::path))
        .select((
            reservations::batch_id,
            units::code,
            reservations::seats,
            reservations::held_until,
        ))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, unit, seats, until)| (id, Kept { unit, seats, until })).collect())
}

/// The units that some codes name: (code, id, path).
pub fn units_of(db: &mut Db, codes: &[&str]) -> Result<Vec<(String, UnitId, String)>, Fault> {
    Ok(units::table
        .filter(words_among(units::code, codes.iter().copied()))
        .select((units::code, units::id, units::path))
        .load(db)?)
}

/// Replaces what is kept.
pub fn keep_seats(db: &mut Db, batch: BatchId, rows: &[(UnitId, Kept)]) -> Result<(), Fault> {
    diesel::delete(reservations::table.filter(reservations::batch_id.eq(batch))).execute(db)?;
    let rows: Vec<_> = rows
        .iter()
        .map(|(unit, kept)| {
            (
                reservations::batch_id.eq(batch),
                reservations::unit_id.eq(*unit),
                reservations::seats.eq(kept.seats),
                reservations::held_until.eq(kept.until),
            )
        })
        .collect();
    on_each!(db, c => diesel::insert_into(reservations::table).values(&rows).execute(c))?;
    Ok(())
}
