//! Owns sessions, session_modules, session_trainers, session_revisions, trainer_knowledge.

mod reading;
mod past;
mod who;
mod keeping;
mod teaching;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;

use crate::courses::rules::line_of;
use crate::kit::among::ids_among;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, SessionId, UnitId, VersionId};
use crate::kit::schema::{batches, courses, enrolments, sessions, units};
use crate::schedule::Batch;
use crate::schedule::rules::BatchState;

pub use keeping::{
    NewRevision, NewSession, Standing, add_modules, add_revisions, add_session, add_sessions,
    set_all_cancelled, set_cancelled, set_modules, set_published, set_standing,
};
pub use past::{
    Revision, Swap, answer_counts, attended_of, differing, history, mark_counts, swaps,
    was_attended,
};
pub use reading::{When, session, sessions_of, sessions_seen, sessions_with, trainers_of};
pub use teaching::{
    Handover, Taught, add_trainers, keep_knowledge, set_trainers, take_off, taught_after,
};
pub use who::{is_guest, known_people, names_of, place_of, teachers_of, teaches_in};

/// Rows of one statement, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 2_000;

/// One planner at a time, until the end of the transaction: no two clash checks are made side by
/// side. SQLite has one writer anyway.
pub fn lock_plans(db: &mut Db) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        sql_query("select pg_advisory_xact_lock(4711)").execute(c)?;
    }
    Ok(())
}

/// Some sessions, before the batch and whatever else of it changes: behind who takes their rolls.
pub fn hold(db: &mut Db, ids: &[SessionId]) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = sessions::table
            .filter(ids_among(sessions::id, ids.iter().copied()))
            .order(sessions::id)
            .select(sessions::id)
            .for_no_key_update();
        held.load::<SessionId>(c)?;
    }
    Ok(())
}

type BatchRow = (
    (
        BatchId,
        String,
        i32,
        BatchState,
        Option<NaiveDate>,
        Option<NaiveDate>,
        VersionId,
        Option<String>,
    ),
    (CourseId, String, String, String),
    (UnitId, String, String, String, String),
);

type BatchColumns = (
    (
        batches::id,
        batches::title,
        batches::seats,
        batches::state,
        batches::starts_on,
        batches::ends_on,
        batches::course_version_id,
        batches::cancel_reason,
    ),
    (courses::id, courses::code, courses::title_hi, courses::title_en),
    (units::id, units::code, units::path, units::name_hi, units::name_en),
);

/// What `batch_of` reads, of batches joined with courses and units.
pub const BATCH: BatchColumns = (
    (
        batches::id,
        batches::title,
        batches::seats,
        batches::state,
        batches::starts_on,
        batches::ends_on,
        batches::course_version_id,
        batches::cancel_reason,
    ),
    (courses::id, courses::code, courses::title_hi, courses::title_en),
    (units::id, units::code, units::path, units::name_hi, units::name_en),
);

pub fn batch_of((batch, course, unit): BatchRow) -> Batch {
    let (id, title, seats, state, starts_on, ends_on, version_id, cancel_reason) = batch;
    let (course_id, course_code, course_hi, course_en) = course;
    let (unit, unit_code, unit_path, unit_hi, unit_en) = unit;
    Batch {
        id,
        title,
        course_id,
        version_id,
        course_code,
        course_hi,
        course_en,
        unit,
        unit_code,
        unit_path,
        unit_hi,
        unit_en,
        seats,
        state,
        starts_on,
        ends_on,
        cancel_reason,
    }
}

pub fn batch(db: &mut Db, id: BatchId) -> Result<Batch, Fault> {
    Ok(batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(batches::id.eq(id))
        .select(BATCH)
        .first(db)
        .map(batch_of)?)
}

/// The zone of a unit: its own, or that of the nearest unit above that has one.
pub fn timezone_of(db: &mut Db, path: &str) -> Result<Option<String>, Fault> {
    let zone: Option<Option<String>> = units::table
        .filter(units::id.eq_any(line_of(path)).and(units::timezone.is_not_null()))
        .select(units::timezone)
        .order(units::path.desc())
        .first(db)
        .optional()?;
    Ok(zone.flatten())
}

/// How many hold a seat on a batch, and how many wait.
pub fn seats_taken(db: &mut Db, id: BatchId) -> Result<(i64, i64), Fault> {
    let counts: Vec<(String, i64)> = enrolments::table
        .filter(enrolments::batch_id.eq(id))
        .group_by(enrolments::place)
        .select((enrolments::place, diesel::dsl::count_star()))
        .load(db)?;
    let of = |word: &str| counts.iter().find(|(place, _)| place == word).map_or(0, |(_, n)| *n);
    Ok((of("seat"), of("waiting")))
}
