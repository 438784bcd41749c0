//! Owns plans.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::rules::{Reach, Role, range};
use crate::courses::rules::line_of;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, PersonId, PlanId, SessionId, UnitId, VenueId};
use crate::kit::schema::{
    batches, courses, emails, enrolments, grants, people, plans, sessions, units, venues,
};
use crate::kit::within::Within;
use crate::schedule::Batch;
use crate::schedule::plans::rules::{Grid, PlanState};
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::store::{BATCH, batch_of};

/// A plan as it is kept.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: PlanId,
    pub person: PersonId,
    pub course: CourseId,
    pub course_hi: String,
    pub course_en: String,
    pub state: PlanState,
    pub grid: Grid,
    pub updated_at: Moment,
    pub published_at: Option<Moment>,
}

type Row = (PlanId, PersonId, CourseId, String, String, PlanState, String, Moment, Option<Moment>);

fn plan_of(row: Row) -> Result<Plan, Fault> {
    let (id, person, course, course_hi, course_en, state, grid, updated_at, published_at) = row;
    let grid = serde_json::from_str(&grid).map_err(Fault::broken)?;
    Ok(Plan { id, person, course, course_hi, course_en, state, grid, updated_at, published_at })
}

type Columns = (
    plans::id,
    plans::person_id,
    plans::course_id,
    courses::title_hi,
    courses::title_en,
    plans::state,
    plans::grid,
    plans::updated_at,
    plans::published_at,
);

const PLAN: Columns = (
    plans::id,
    plans::person_id,
    plans::course_id,
    courses::title_hi,
    courses::title_en,
    plans::state,
    plans::grid,
    plans::updated_at,
    plans::published_at,
);

pub fn plan(db: &mut Db, id: PlanId) -> Result<Plan, Fault> {
    let row: Row =
        plans::table.inner_join(courses::table).filter(plans::id.eq(id)).select(PLAN).first(db)?;
    plan_of(row)
}

/// The last plans of a person, drafts first.
pub fn plans_of(db: &mut Db, person: PersonId) -> Result<Vec<Plan>, Fault> {
    let rows: Vec<Row> = plans::table
        .inner_join(courses::table)
        .filter(plans::person_id.eq(person))
        .select(PLAN)
        .order((plans::state, plans::id.desc()))
        .limit(50)
        .load(db)?;
    rows.into_iter().map(plan_of).collect()
}

/// The newest drafts of everybody else; whose they are to see is for the caller to say.
pub fn drafts_of_others(db: &mut Db, person: PersonId) -> Result<Vec<Plan>, Fault> {
    let rows: Vec<Row> = plans::table
        .inner_join(courses::table)
        .filter(plans::person_id.ne(person).and(plans::state.eq(PlanState::Draft)))
        .select(PLAN)
        .order(plans::id.desc())
        .limit(50)
        .load(db)?;
    rows.into_iter().map(plan_of).collect()
}

/// Puts two windows of a plan in line: each sees what the other changed. Touching the row
/// locks it on PostgreSQL; SQLite has one writer anyway.
pub fn hold(db: &mut Db, id: PlanId, now: Moment) -> Result<(), Fault> {
    diesel::update(plans::table.find(id)).set(plans::updated_at.eq(now)).execute(db)?;
    Ok(())
}

pub fn add(
    db: &mut Db,
    id: PlanId,
    person: PersonId,
    course: CourseId,
    grid: &Grid,
    now: Moment,
) -> Result<(), Fault> {
    let grid = serde_json::to_string(grid).map_err(Fault::broken)?;
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::person_id.eq(person),
            plans::course_id.eq(course),
            plans::state.eq(PlanState::Draft),
            plans::grid.eq(grid),
            plans::created_at.eq(now),
            plans::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_grid(db: &mut Db, id: PlanId, grid: &Grid) -> Result<(), Fault> {
    let grid = serde_json::to_string(grid).map_err(Fault::broken)?;
    diesel::update(plans::table.find(id)).set(plans::grid.eq(grid)).execute(db)?;
    Ok(())
}

pub fn set_published(db: &mut Db, id: PlanId, now: Moment) -> Result<(), Fault> {
    diesel::update(plans::table.find(id))
        .set((plans::state.eq(PlanState::Published), plans::published_at.eq(now)))
        .execute(db)?;
    Ok(())
}

pub fn forget(db: &mut Db, id: PlanId) -> Result<(), Fault> {
    diesel::delete(plans::table.find(id)).execute(db)?;
    Ok(())
}

/// A unit that a plan has a column for.
#[derive(Debug, Clone, Queryable)]
pub struct Unit {
    pub id: UnitId,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
}

pub fn units_by_id(db: &mut Db, ids: &[UnitId]) -> Result<Vec<Unit>, Fault> {
    Ok(units::table
        .filter(ids_among(units::id, ids))
        .select((units::id, units::code, units::path, units::name_hi, units::name_en))
        .load(db)?)
}

pub fn units_by_code(db: &mut Db, codes: &[String]) -> Result<Vec<Unit>, Fault> {
    Ok(units::table
        .filter(units::code.eq_any(codes))
        .select((units::id, units::code, units::path, units::name_hi, units::name_en))
        .order((units::name_en, units::id))
        .load(db)?)
}

/// The zones of the units on the lines of some paths that have one: (path, zone).
pub fn zones(db: &mut Db, paths: &[String]) -> Result<Vec<(String, String)>, Fault> {
    let rows: Vec<(String, Option<String>)> = units::table
        .filter(ids_among(units::id, lines(paths)))
        .filter(units::timezone.is_not_null())
        .select((units::path, units::timezone))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(path, zone)| Some((path, zone?))).collect())
}

/// Every unit from the root to some paths, each once.
fn lines(paths: &[String]) -> Vec<UnitId> {
    let mut all: Vec<UnitId> = paths.iter().flat_map(|path| line_of(path)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn ranges(paths: &[String]) -> Vec<(String, String)> {
    paths.iter().map(|path| range(path)).collect()
}

/// A venue to choose, with the unit that keeps it.
#[derive(Debug, Clone, Queryable)]
pub struct Venue {
    pub id: VenueId,
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub unit: UnitId,
    pub path: String,
    pub unit_hi: String,
    pub unit_en: String,
}

/// The venues on the lines of some units, those within a reach, and those that are chosen already.
pub fn venues_near(
    db: &mut Db,
    paths: &[String],
    reach: &Reach,
    chosen: &[VenueId],
) -> Result<Vec<Venue>, Fault> {
    let mut within = ranges(paths);
    within.extend(reach.ranges());
    Ok(venues::table
        .inner_join(units::table)
        .filter(
            ids_among(venues::unit_id, lines(paths))
                .or(Within(within))
                .or(ids_among(venues::id, chosen)),
        )
        .select((
            venues::id,
            venues::name_hi,
            venues::name_en,
            venues::seats,
            units::id,
            units::path,
            units::name_hi,
            units::name_en,
        ))
        .order((units::path.desc(), venues::name_en, venues::id))
        .limit(2_000)
        .load(db)?)
}

/// Somebody who may teach: with a grant at the unit of this path.
#[derive(Debug, Clone, Queryable)]
pub struct Teacher {
    pub id: PersonId,
    pub name: String,
    pub path: String,
    pub role: Role,
}

/// Those who may teach above, at or below some units, by name.
pub fn teachers_near(
    db: &mut Db,
    paths: &[String],
    today: NaiveDate,
) -> Result<Vec<Teacher>, Fault> {
    Ok(grants::table
        .inner_join(units::table)
        .inner_join(people::table.on(people::id.eq(grants::person_id)))
        .filter(grants::role.eq_any([Role::Trainer, Role::Admin]))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .filter(ids_among(units::id, lines(paths)).or(Within(ranges(paths))))
        .select((people::id, people::name, units::path, grants::role))
        .order((people::folded, people::id))
        .limit(5_000)
        .load(db)?)
}

pub fn names_of(db: &mut Db, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>, Fault> {
    Ok(people::table
        .filter(ids_among(people::id, ids))
        .select((people::id, people::name))
        .load(db)?)
}

/// The batches of a course at some units that are open and not over, the newest first.
pub fn open_batches(
    db: &mut Db,
    course: CourseId,
    of: &[UnitId],
    today: NaiveDate,
) -> Result<Vec<Batch>, Fault> {
    let rows = batches::table
        .inner_join(courses::table)
        .inner_join(units::table)
        .filter(batches::course_id.eq(course).and(ids_among(batches::unit_id, of)))
        .filter(batches::state.eq(BatchState::Open))
        .filter(batches::ends_on.is_null().or(batches::ends_on.ge(today)))
        .select(BATCH)
        .order(batches::id.desc())
        .load(db)?;
    Ok(rows.into_iter().map(batch_of).collect())
}

/// The last session with a venue at each of some units: (unit, venue, session).
pub fn last_held(db: &mut Db, of: &[UnitId]) -> Result<Vec<(UnitId, VenueId, SessionId)>, Fault> {
    let last: Vec<(UnitId, Option<SessionId>)> = sessions::table
        .inner_join(batches::table)
        .filter(ids_among(batches::unit_id, of))
        .filter(sessions::venue_id.is_not_null())
        .filter(sessions::state.ne(SessionState::Cancelled))
        .group_by(batches::unit_id)
        .select((batches::unit_id, diesel::dsl::max(sessions::id)))
        .load(db)?;
    let ids: Vec<SessionId> = last.iter().filter_map(|(_, id)| *id).collect();
    let rows: Vec<(SessionId, Option<VenueId>)> = sessions::table
        .filter(ids_among(sessions::id, &ids))
        .select((sessions::id, sessions::venue_id))
        .load(db)?;
    let venue_of = |session: SessionId| rows.iter().find(|(id, _)| *id == session)?.1;
    Ok(last
        .into_iter()
        .filter_map(|(unit, session)| Some((unit, venue_of(session?)?, session?)))
        .collect())
}

/// Those with a seat on some batches: how many, and how many of them have no e-mail address.
pub fn invited(db: &mut Db, ids: &[BatchId]) -> Result<(i64, i64), Fault> {
    let seated = enrolments::place.eq("seat").and(ids_among(enrolments::batch_id, ids));
    let all = enrolments::table.filter(seated.clone()).count().get_result(db)?;
    let reached = emails::table.select(emails::person_id);
    let mute = enrolments::table
        .filter(seated)
        .filter(enrolments::person_id.ne_all(reached))
        .count()
        .get_result(db)?;
    Ok((all, mute))
}
