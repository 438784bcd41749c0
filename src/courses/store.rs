//! Owns courses, course_versions, modules, course_prerequisites.

use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::courses::rules::{Content, CourseState, Module, line_of};
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{CourseId, ModuleId, UnitId, VersionId};
use crate::kit::schema::{
    batches, course_prerequisites, course_versions, courses, levels, modules, units,
};
use crate::kit::within::Within;

/// A course with the unit it belongs to.
#[derive(Debug, Clone, Queryable)]
pub struct Course {
    pub id: CourseId,
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
    pub state: CourseState,
    pub unit: UnitId,
    pub unit_code: String,
    pub unit_path: String,
    pub unit_hi: String,
    pub unit_en: String,
}

/// One frozen state of a course, or its draft.
#[derive(Debug, Clone, Queryable)]
pub struct Version {
    pub id: VersionId,
    pub course: CourseId,
    pub number: i32,
    pub percent: i32,
    pub published_at: Option<Moment>,
}

/// A unit that something can belong to.
#[derive(Debug, Clone, Queryable)]
pub struct Unit {
    pub id: UnitId,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
}

/// The units from the root down to every subtree of a reach: what is offered there holds below.
pub fn units_above(reach: &Reach) -> Vec<UnitId> {
    let mut ids: Vec<UnitId> = reach.paths().iter().flat_map(|path| line_of(path)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub fn unit(db: &mut Db, id: UnitId) -> Result<Unit, Fault> {
    Ok(units::table
        .filter(units::id.eq(id))
        .select((units::id, units::code, units::path, units::name_hi, units::name_en))
        .first(db)?)
}

pub fn unit_of_code(db: &mut Db, code: &str) -> Result<Option<Unit>, Fault> {
    Ok(units::table
        .filter(units::code.eq(code))
        .select((units::id, units::code, units::path, units::name_hi, units::name_en))
        .first(db)
        .optional()?)
}

/// The units within a reach, widest level first, as many as a person can choose from.
pub fn units_to_choose(db: &mut Db, reach: &Reach) -> Result<Vec<Unit>, Fault> {
    Ok(units::table
        .inner_join(levels::table)
        .filter(levels::electoral.eq(false).and(Within(reach.ranges())))
        .select((units::id, units::code, units::path, units::name_hi, units::name_en))
        .order((levels::ordinal, units::name_en, units::id))
        .limit(500)
        .load(db)?)
}

type CourseColumns = (
    courses::id,
    courses::code,
    courses::title_hi,
    courses::title_en,
    courses::state,
    units::id,
    units::code,
    units::path,
    units::name_hi,
    units::name_en,
);

const COURSE: CourseColumns = (
    courses::id,
    courses::code,
    courses::title_hi,
    courses::title_en,
    courses::state,
    units::id,
    units::code,
    units::path,
    units::name_hi,
    units::name_en,
);

pub fn course(db: &mut Db, id: CourseId) -> Result<Course, Fault> {
    Ok(courses::table
        .inner_join(units::table)
        .filter(courses::id.eq(id))
        .select(COURSE)
        .first(db)?)
}

pub fn course_of_code(db: &mut Db, code: &str) -> Result<Option<Course>, Fault> {
    Ok(courses::table
        .inner_join(units::table)
        .filter(courses::code.eq(code))
        .select(COURSE)
        .first(db)
        .optional()?)
}

pub fn code_taken(db: &mut Db, code: &str) -> Result<bool, Fault> {
    Ok(diesel::select(diesel::dsl::exists(courses::table.filter(courses::code.eq(code))))
        .get_result(db)?)
}

/// The courses that somebody with this reach may see: within it, and of the units above it.
pub fn courses_in(
    db: &mut Db,
    reach: &Reach,
    offset: i64,
    limit: i64,
) -> Result<Vec<Course>, Fault> {
    Ok(courses::table
        .inner_join(units::table)
        .filter(courses::unit_id.eq_any(units_above(reach)).or(Within(reach.ranges())))
        .select(COURSE)
        .order((courses::state.eq("retired"), courses::title_en, courses::id))
        .offset(offset)
        .limit(limit)
        .load(db)?)
}

/// The same, in the order of their ids, behind one of them.
pub fn courses_after(
    db: &mut Db,
    reach: &Reach,
    after: CourseId,
    limit: i64,
) -> Result<Vec<Course>, Fault> {
    Ok(courses::table
        .inner_join(units::table)
        .filter(courses::unit_id.eq_any(units_above(reach)).or(Within(reach.ranges())))
        .select(COURSE)
        .filter(courses::id.gt(after))
        .order(courses::id)
        .limit(limit)
        .load(db)?)
}

/// All versions of some courses, newest first.
pub fn versions_of(db: &mut Db, ids: &[CourseId]) -> Result<Vec<Version>, Fault> {
    Ok(course_versions::table
        .filter(ids_among(course_versions::course_id, ids))
        .select((
            course_versions::id,
            course_versions::course_id,
            course_versions::version,
            course_versions::percent,
            course_versions::published_at,
        ))
        .order((course_versions::course_id, course_versions::version.desc()))
        .load(db)?)
}

/// The modules of some versions, in their order.
pub fn modules_of(
    db: &mut Db,
    ids: &[VersionId],
) -> Result<Vec<(VersionId, ModuleId, Module)>, Fault> {
    type Row = (VersionId, ModuleId, String, String, String, i32, bool);
    let rows: Vec<Row> = modules::table
        .filter(ids_among(modules::course_version_id, ids))
        .select((
            modules::course_version_id,
            modules::id,
            modules::code,
            modules::title_hi,
            modules::title_en,
            modules::minutes,
            modules::compulsory,
        ))
        .order((modules::course_version_id, modules::position))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(version, id, code, title_hi, title_en, minutes, compulsory)| {
            (version, id, Module { code, title_hi, title_en, minutes, compulsory })
        })
        .collect())
}

pub fn batches_of(db: &mut Db, id: CourseId, reach: &Reach) -> Result<i64, Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .filter(batches::course_id.eq(id).and(Within(reach.ranges())))
        .count()
        .get_result(db)?)
}

pub fn add_course(
    db: &mut Db,
    id: CourseId,
    code: &str,
    unit: UnitId,
    content: &Content,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(courses::table)
        .values((
            courses::id.eq(id),
            courses::code.eq(code),
            courses::unit_id.eq(unit),
            courses::title_hi.eq(&content.title_hi),
            courses::title_en.eq(&content.title_en),
            courses::state.eq(CourseState::Draft),
            courses::created_at.eq(now),
            courses::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_titles(db: &mut Db, id: CourseId, content: &Content, now: Moment) -> Result<(), Fault> {
    diesel::update(courses::table.find(id))
        .set((
            courses::title_hi.eq(&content.title_hi),
            courses::title_en.eq(&content.title_en),
            courses::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_state(db: &mut Db, id: CourseId, state: CourseState, now: Moment) -> Result<(), Fault> {
    diesel::update(courses::table.find(id))
        .set((courses::state.eq(state), courses::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}

pub fn add_version(
    db: &mut Db,
    id: VersionId,
    course: CourseId,
    number: i32,
    percent: i32,
) -> Result<(), Fault> {
    diesel::insert_into(course_versions::table)
        .values((
            course_versions::id.eq(id),
            course_versions::course_id.eq(course),
            course_versions::version.eq(number),
            course_versions::percent.eq(percent),
        ))
        .execute(db)?;
    Ok(())
}

/// Sets the share of a draft; false when it is no draft any more. On PostgreSQL this also holds
/// the row, so that nobody publishes the draft while its modules are being replaced.
pub fn set_percent(db: &mut Db, id: VersionId, percent: i32) -> Result<bool, Fault> {
    let draft = course_versions::table.find(id).filter(course_versions::published_at.is_null());
    Ok(diesel::update(draft).set(course_versions::percent.eq(percent)).execute(db)? == 1)
}

/// Freezes a draft; false when somebody was faster.
pub fn freeze(db: &mut Db, id: VersionId, now: Moment) -> Result<bool, Fault> {
    let draft = course_versions::table.find(id).filter(course_versions::published_at.is_null());
    Ok(diesel::update(draft).set(course_versions::published_at.eq(now)).execute(db)? == 1)
}

#[derive(Insertable)]
#[diesel(table_name = modules)]
pub struct NewModule<'a> {
    pub id: ModuleId,
    pub course_version_id: VersionId,
    pub position: i32,
    pub code: &'a str,
    pub title_hi: &'a str,
    pub title_en: &'a str,
    pub minutes: i32,
    pub compulsory: bool,
}

pub fn replace_modules(
    db: &mut Db,
    version: VersionId,
    rows: &[NewModule<'_>],
) -> Result<(), Fault> {
    diesel::delete(modules::table.filter(modules::course_version_id.eq(version))).execute(db)?;
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(modules::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// One course that comes before another.
#[derive(Debug, Clone, Queryable)]
pub struct Need {
    pub course: CourseId,
    pub needs: CourseId,
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
}

pub fn needs_of(db: &mut Db, ids: &[CourseId]) -> Result<Vec<Need>, Fault> {
    Ok(course_prerequisites::table
        .inner_join(courses::table.on(courses::id.eq(course_prerequisites::needs_id)))
        .filter(ids_among(course_prerequisites::course_id, ids.iter().copied()))
        .order(courses::code)
        .select((
            course_prerequisites::course_id,
            courses::id,
            courses::code,
            courses::title_hi,
            courses::title_en,
        ))
        .load(db)?)
}

/// Every (course, what it needs) of the house: few.
pub fn all_needs(db: &mut Db) -> Result<Vec<(CourseId, CourseId)>, Fault> {
    Ok(course_prerequisites::table
        .select((course_prerequisites::course_id, course_prerequisites::needs_id))
        .load(db)?)
}

/// The courses that some codes name: (code, id, path of the unit).
pub fn courses_of_codes(
    db: &mut Db,
    codes: &[&str],
) -> Result<Vec<(String, CourseId, String)>, Fault> {
    Ok(courses::table
        .inner_join(units::table)
        .filter(words_among(courses::code, codes.iter().copied()))
        .select((courses::code, courses::id, units::path))
        .load(db)?)
}

/// Replaces what comes first.
pub fn keep_needs(db: &mut Db, id: CourseId, needs: &[CourseId]) -> Result<(), Fault> {
    let old = course_prerequisites::table.filter(course_prerequisites::course_id.eq(id));
    diesel::delete(old).execute(db)?;
    let rows: Vec<_> = needs
        .iter()
        .map(|needs| {
            (course_prerequisites::course_id.eq(id), course_prerequisites::needs_id.eq(*needs))
        })
        .collect();
    on_each!(db, c => diesel::insert_into(course_prerequisites::table).values(&rows).execute(c))?;
    Ok(())
}
