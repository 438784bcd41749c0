//! Owns standings.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::access::rules::range;
use crate::completion::rules::{Attended, Counts, Module, STEP, Standing, Status};
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, SessionId, UnitId, VersionId};
use crate::kit::kept::Cell;
use crate::kit::rows;
use crate::kit::schema::{
    batches, course_versions, courses, enrolments, marks, modules, people, phones, session_modules,
    sessions, standings, units, venues,
};
use crate::kit::sql::Sql;

// --- The facts of a verdict ----------------------------------------------------------------------

/// One enrolment, with the standing that is kept of it.
#[derive(Debug, Clone, Queryable)]
pub struct Enrolled {
    pub enrolment: EnrolmentId,
    pub batch: BatchId,
    pub person: PersonId,
    pub unit: UnitId,
    pub course: CourseId,
    pub version: VersionId,
    pub place: String,
    /// The completion rule of the version.
    pub percent: i32,
    pub kept: Option<Standing>,
    pub kept_percent: Option<i32>,
}

/// The columns of `Enrolled`; the query joins enrolments, batches, versions, people, standings.
macro_rules! enrolled {
    () => {
        enrolments::table
            .inner_join(batches::table.inner_join(course_versions::table))
            .inner_join(people::table)
            .left_join(standings::table.on(standings::enrolment_id.eq(enrolments::id)))
            .select((
                enrolments::id,
                enrolments::batch_id,
                enrolments::person_id,
                people::unit_id,
                batches::course_id,
                batches::course_version_id,
                enrolments::place,
                course_versions::percent,
                standings::standing.nullable(),
                standings::percent.nullable(),
            ))
            .order(enrolments::id)
    };
}

pub fn enrolled(db: &mut Db, ids: &[EnrolmentId]) -> Result<Vec<Enrolled>, Fault> {
    Ok(enrolled!().filter(ids_among(enrolments::id, ids)).load(db)?)
}

/// The enrolments of these people in the course of a session, in whichever batch.
pub fn enrolled_people(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
) -> Result<Vec<Enrolled>, Fault> {
    let held = diesel::alias!(batches as held_batches);
    let course = sessions::table
        .inner_join(held.on(held.field(batches::id).eq(sessions::batch_id)))
        .filter(sessions::id.eq(session))
        .select(held.field(batches::course_id));
    Ok(enrolled!()
        .filter(ids_among(enrolments::person_id, people))
        .filter(batches::course_id.eq_any(course))
        .load(db)?)
}

/// Puts two writers of the same standings in line, so that the second sees the first's marks.
/// SQLite has one writer anyway.
pub fn hold(db: &mut Db, ids: &[EnrolmentId]) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = enrolments::table.filter(ids_among(enrolments::id, ids)).order(enrolments::id);
        held.select(enrolments::id).for_no_key_update().load::<EnrolmentId>(c)?;
    }
    Ok(())
}

/// As `hold`, for what `enrolled_people` finds.
pub fn hold_people(db: &mut Db, session: SessionId, people: &[PersonId]) -> Result<(), Fault> {
    let Db::Postgres(c) = db else { return Ok(()) };
    let held = diesel::alias!(batches as held_batches);
    let course = sessions::table
        .inner_join(held.on(held.field(batches::id).eq(sessions::batch_id)))
        .filter(sessions::id.eq(session))
        .select(held.field(batches::course_id));
    let of_course = batches::table.filter(batches::course_id.eq_any(course)).select(batches::id);
    enrolments::table
        .filter(ids_among(enrolments::person_id, people))
        .filter(enrolments::batch_id.eq_any(of_course))
        .order(enrolments::id)
        .select(enrolments::id)
        .for_no_key_update()
        .load::<EnrolmentId>(c)?;
    Ok(())
}

/// The modules of course versions, in order.
pub fn modules_of(
    db: &mut Db,
    versions: &[VersionId],
) -> Result<HashMap<VersionId, Vec<Module>>, Fault> {
    let rows: Vec<(VersionId, String, i32, bool)> = modules::table
        .filter(ids_among(modules::course_version_id, versions))
        .select((modules::course_version_id, modules::code, modules::minutes, modules::compulsory))
        .order((modules::course_version_id, modules::position, modules::id))
        .load(db)?;
    let mut out: HashMap<VersionId, Vec<Module>> = HashMap::new();
    for (version, code, minutes, compulsory) in rows {
        out.entry(version).or_default().push(Module { code, minutes, compulsory });
    }
    Ok(out)
}

type TaughtRow = (SessionId, CourseId, Option<String>, Option<i32>);

/// What these people attended of these courses, by person and course. What a session taught is asked
/// once, however many were there.
pub fn attended(
    db: &mut Db,
    people: &[PersonId],
    courses: &[CourseId],
) -> Result<HashMap<(PersonId, CourseId), Vec<Attended>>, Fault> {
    let rows: Vec<(PersonId, SessionId, Status, Option<i32>)> = marks::table
        .filter(ids_among(marks::person_id, people))
        .select((marks::person_id, marks::session_id, marks::status, marks::minutes))
        .order((marks::person_id, marks::session_id))
        .load(db)?;
    let mut sessions: Vec<SessionId> = rows.iter().map(|(_, session, ..)| *session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    let taught = taught(db, &sessions, courses)?;
    let mut out: HashMap<(PersonId, CourseId), Vec<Attended>> = HashMap::new();
    for (person, session, status, minutes) in rows {
        let Some((course, taught)) = taught.get(&session) else { continue };
        let attended = Attended { session, status, minutes, taught: taught.clone() };
        out.entry((person, *course)).or_default().push(attended);
    }
    Ok(out)
}

type Taught = (CourseId, Arc<[(String, i32)]>);

/// What sessions of these courses taught, in its order: module code and minutes.
fn taught(
    db: &mut Db,
    ids: &[SessionId],
    courses: &[CourseId],
) -> Result<HashMap<SessionId, Taught>, Fault> {
    let rows: Vec<TaughtRow> = sessions::table
        .inner_join(batches::table)
        .left_join(session_modules::table.on(session_modules::session_id.eq(sessions::id)))
        .left_join(modules::table.on(modules::id.eq(session_modules::module_id)))
        .filter(ids_among(sessions::id, ids).and(ids_among(batches::course_id, courses)))
        .select((
            sessions::id,
            batches::course_id,
            modules::code.nullable(),
            modules::minutes.nullable(),
        ))
        .order((sessions::id, modules::position))
        .load(db)?;
    let mut lists: HashMap<SessionId, (CourseId, Vec<(String, i32)>)> = HashMap::new();
    for (session, course, code, minutes) in rows {
        let (_, list) = lists.entry(session).or_insert_with(|| (course, vec![]));
        list.extend(code.zip(minutes));
    }
    Ok(lists.into_iter().map(|(id, (course, list))| (id, (course, list.into()))).collect())
}

// --- Keeping -------------------------------------------------------------------------------------

pub struct Kept {
    pub enrolment_id: EnrolmentId,
    pub course_id: CourseId,
    pub batch_id: BatchId,
    pub person_id: PersonId,
    pub unit_id: UnitId,
    pub standing: Standing,
    pub percent: i32,
    pub updated_at: Moment,
}

pub fn keep(db: &mut Db, all: &[Kept]) -> Result<(), Fault> {
    let row = |k: &Kept| {
        [
            Cell::number(k.enrolment_id),
            Cell::number(k.course_id),
            Cell::number(k.batch_id),
            Cell::number(k.person_id),
            Cell::number(k.unit_id),
            Cell::text(k.standing.word()),
            Cell::number(k.percent),
            Cell::at(k.updated_at),
        ]
    };
    let into = "insert into standings (enrolment_id, course_id, batch_id, person_id, unit_id, \
        standing, percent, updated_at)";
    let then = "on conflict (enrolment_id) do update set unit_id = excluded.unit_id, \
        standing = excluded.standing, percent = excluded.percent, updated_at = excluded.updated_at";
    rows::insert(db, into, &all.iter().map(row).collect::<Vec<_>>(), then)
}

pub fn drop(db: &mut Db, ids: &[EnrolmentId]) -> Result<(), Fault> {
    diesel::delete(standings::table.filter(ids_among(standings::enrolment_id, ids))).execute(db)?;
    Ok(())
}

/// The next enrolments after one, by id.
pub fn enrolments_after(
    db: &mut Db,
    after: EnrolmentId,
    limit: i64,
) -> Result<Vec<EnrolmentId>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::id.gt(after))
        .select(enrolments::id)
        .order(enrolments::id)
        .limit(limit)
        .load(db)?)
}

// --- The report ----------------------------------------------------------------------------------

/// A unit as the report names it.
#[derive(Debug, Clone, Queryable)]
pub struct Unit {
    pub id: UnitId,
    pub code: String,
    pub path: String,
    pub name_hi: String,
    pub name_en: String,
}

type UnitColumns = (units::id, units::code, units::path, units::name_hi, units::name_en);
const UNIT: UnitColumns = (units::id, units::code, units::path, units::name_hi, units::name_en);

pub fn unit_of_code(db: &mut Db, code: &str) -> Result<Option<Unit>, Fault> {
    Ok(units::table.filter(units::code.eq(code)).select(UNIT).first(db).optional()?)
}

/// Units by id, from the root down.
pub fn units_of(db: &mut Db, ids: &[UnitId]) -> Result<Vec<Unit>, Fault> {
    Ok(units::table.filter(ids_among(units::id, ids)).select(UNIT).order(units::path).load(db)?)
}

/// Units by path, in the order of their names.
pub fn units_at(db: &mut Db, paths: &[String]) -> Result<Vec<Unit>, Fault> {
    Ok(units::table
        .filter(words_among(units::path, paths))
        .select(UNIT)
        .order(units::path)
        .load(db)?)
}

/// The units right below one, or the roots.
pub fn units_below(db: &mut Db, parent: Option<UnitId>) -> Result<Vec<Unit>, Fault> {
    let query = units::table.select(UNIT).order((units::name_en, units::id)).limit(5_000);
    Ok(match parent {
        Some(parent) => query.filter(units::parent_id.eq(parent)).load(db)?,
        None => query.filter(units::parent_id.is_null()).load(db)?,
    })
}

/// A course as the report's filter names it.
#[derive(Debug, Clone, Queryable)]
pub struct Course {
    pub id: CourseId,
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
}

/// Courses that a unit may use: its own, those above it, those below it.
pub fn courses_for(db: &mut Db, line: &[UnitId], path: &str) -> Result<Vec<Course>, Fault> {
    let (from, to) = range(path);
    Ok(courses::table
        .inner_join(units::table)
        .filter(courses::state.ne("draft"))
        .filter(units::id.eq_any(line).or(units::path.ge(from).and(units::path.lt(to))))
        .select((courses::id, courses::code, courses::title_hi, courses::title_en))
        .order(courses::code)
        .limit(500)
        .load(db)?)
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    head: String,
    #[diesel(sql_type = BigInt)]
    enrolled: i64,
    #[diesel(sql_type = BigInt)]
    complete: i64,
    #[diesel(sql_type = BigInt)]
    in_progress: i64,
}

/// Standings of one course; of every course when none is asked for.
fn of_course(sql: &mut Sql, course: Option<CourseId>) {
    if let Some(course) = course {
        sql.say(" and standings.course_id = ").number(course);
    }
}

/// Standings of people below a path. Below the root all of them are.
fn in_subtree(sql: &mut Sql, path: &str) {
    if path.len() > STEP {
        let (from, to) = range_of(path);
        sql.say(" and standings.unit_id in (select id from units where path >= ").text(from);
        sql.say(" and path < ").text(to).say(")");
    }
}

fn range_of(path: &str) -> (String, String) {
    if path.is_empty() { ("0".to_owned(), "9".to_owned()) } else { range(path) }
}

/// Counts by sub-unit: the path of the unit itself (people right in it) or of a unit right below.
///
/// Standings are counted per unit first, from the index alone, and rolled up by path afterwards:
/// joining the subtree before counting is 20–40 times slower on SQLite.
pub fn counts_below(
    db: &mut Db,
    path: &str,
    course: Option<CourseId>,
) -> Result<HashMap<String, Counts>, Fault> {
    let (from, to) = range_of(path);
    let mut sql = Sql::default();
    sql.say(
        "with counted as (select unit_id, count(*) as enrolled, \
         sum(case when standing = 'complete' then 1 else 0 end) as complete, \
         sum(case when standing = 'in_progress' then 1 else 0 end) as in_progress \
         from standings where 1 = 1",
    );
    of_course(&mut sql, course);
    in_subtree(&mut sql, path);
    sql.say(
        " group by unit_id) \
         select substr(units.path, 1, cast(",
    );
    sql.number(i32::try_from(path.len() + STEP).unwrap_or(i32::MAX));
    sql.say(
        " as integer)) as head, \
         cast(sum(counted.enrolled) as bigint) as enrolled, \
         cast(sum(counted.complete) as bigint) as complete, \
         cast(sum(counted.in_progress) as bigint) as in_progress \
         from counted join units on units.id = counted.unit_id where units.path >= ",
    );
    sql.text(from).say(" and units.path < ").text(to).say(" group by 1");
    let rows: Vec<CountRow> = sql.load(db)?;
    let counts = |r: &CountRow| Counts {
        complete: r.complete,
        in_progress: r.in_progress,
        not_started: r.enrolled - r.complete - r.in_progress,
    };
    Ok(rows.into_iter().map(|r| (r.head.clone(), counts(&r))).collect())
}

// --- The names behind the numbers ----------------------------------------------------------------

/// Which enrolments a list shows.
#[derive(Debug, Clone)]
pub struct Which {
    pub path: String,
    /// Only people of the unit itself, not of those below it.
    pub here_only: bool,
    pub course: Option<CourseId>,
    /// Any of these; all when empty.
    pub standings: Vec<Standing>,
}

/// One line of the list.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub unit_code: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub batch: BatchId,
    pub batch_title: String,
    pub course_code: String,
    pub standing: Standing,
    pub percent: i32,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    enrolment_id: EnrolmentId,
}

/// The enrolments of a list, in the order of names.
///
/// In a whole tree nearly every name is on the list: SQLite walks the names in order and stops at
/// the end of the page (`cross join` keeps it from sorting all standings first). In a part of it
/// the standings of its units are few.
pub fn ids(db: &mut Db, which: &Which, offset: i64, limit: i64) -> Result<Vec<EnrolmentId>, Fault> {
    let whole = !which.here_only && which.path.len() <= STEP;
    let mut sql = Sql::default();
    sql.say("select standings.enrolment_id from ");
    sql.say(if whole { "people cross join standings" } else { "standings cross join people" });
    sql.say(" where people.id = standings.person_id");
    of_course(&mut sql, which.course);
    if which.here_only {
        sql.say(" and standings.unit_id in (select id from units where path = ");
        sql.text(which.path.clone()).say(")");
    } else {
        in_subtree(&mut sql, &which.path);
    }
    let words: Vec<String> = which.standings.iter().map(|s| format!("'{s}'")).collect();
    if !words.is_empty() {
        sql.say(&format!(" and standings.standing in ({})", words.join(", ")));
    }
    sql.say(" order by people.folded, people.id, standings.enrolment_id limit ").number(limit);
    sql.say(" offset ").number(offset);
    let rows: Vec<IdRow> = sql.load(db)?;
    Ok(rows.into_iter().map(|r| r.enrolment_id).collect())
}

/// The lines of these enrolments, in the order of names.
pub fn lines(db: &mut Db, ids: &[EnrolmentId]) -> Result<Vec<Line>, Fault> {
    Ok(standings::table
        .inner_join(people::table.on(people::id.eq(standings::person_id)))
        .inner_join(units::table.on(units::id.eq(standings::unit_id)))
        .inner_join(batches::table)
        .inner_join(courses::table)
        .filter(ids_among(standings::enrolment_id, ids))
        .select((
            standings::enrolment_id,
            people::id,
            people::name,
            people::relation_name,
            units::code,
            units::name_hi,
            units::name_en,
            batches::id,
            batches::title,
            courses::code,
            standings::standing,
            standings::percent,
        ))
        .order((people::folded, people::id, standings::enrolment_id))
        .load(db)?)
}

/// The first phone of each of these people.
pub fn first_phones(db: &mut Db, people: &[PersonId]) -> Result<HashMap<PersonId, String>, Fault> {
    let mut rows: Vec<(PersonId, String)> = phones::table
        .filter(ids_among(phones::person_id, people))
        .select((phones::person_id, phones::number))
        .order((phones::person_id, phones::position, phones::id))
        .load(db)?;
    rows.dedup_by_key(|(person, _)| *person);
    Ok(rows.into_iter().collect())
}

// --- One enrolment explained -----------------------------------------------------------------------

/// Whose enrolment it is, and where.
#[derive(Debug, Clone, Queryable)]
pub struct About {
    pub person: PersonId,
    pub name: String,
    pub person_path: String,
    pub batch_path: String,
    pub batch: BatchId,
    pub batch_title: String,
    pub course: CourseId,
    pub version: VersionId,
    pub title_hi: String,
    pub title_en: String,
}

pub fn about(db: &mut Db, id: EnrolmentId) -> Result<About, Fault> {
    let home = diesel::alias!(units as home_units);
    Ok(enrolments::table
        .inner_join(people::table)
        .inner_join(batches::table.inner_join(units::table).inner_join(courses::table))
        .inner_join(home.on(home.field(units::id).eq(people::unit_id)))
        .filter(enrolments::id.eq(id))
        .select((
            people::id,
            people::name,
            home.field(units::path),
            units::path,
            batches::id,
            batches::title,
            courses::id,
            batches::course_version_id,
            courses::title_hi,
            courses::title_en,
        ))
        .first(db)?)
}

/// A module's name in both languages.
#[derive(Debug, Clone, Queryable)]
pub struct Named {
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
    pub minutes: i32,
    pub compulsory: bool,
}

pub fn module_names(db: &mut Db, version: VersionId) -> Result<Vec<Named>, Fault> {
    Ok(modules::table
        .filter(modules::course_version_id.eq(version))
        .select((
            modules::code,
            modules::title_hi,
            modules::title_en,
            modules::minutes,
            modules::compulsory,
        ))
        .order((modules::position, modules::id))
        .load(db)?)
}

/// When sessions were held: for those whose marks counted.
pub fn session_times(
    db: &mut Db,
    ids: &[SessionId],
) -> Result<HashMap<SessionId, (Moment, Moment, String)>, Fault> {
    let rows: Vec<(SessionId, Moment, Moment, String)> = sessions::table
        .filter(ids_among(sessions::id, ids))
        .select((sessions::id, sessions::starts_at, sessions::ends_at, sessions::timezone))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, from, to, zone)| (id, (from, to, zone))).collect())
}

/// A session to come that teaches one of the missing modules.
#[derive(Debug, Clone, Queryable)]
pub struct Chance {
    pub session: SessionId,
    pub batch: BatchId,
    pub title: String,
    pub module: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
}

/// Published sessions to come of these modules, in batches of these units.
pub fn chances(
    db: &mut Db,
    course: CourseId,
    missing: &[String],
    line: &[UnitId],
    now: Moment,
) -> Result<Vec<Chance>, Fault> {
    Ok(sessions::table
        .inner_join(batches::table)
        .inner_join(session_modules::table.inner_join(modules::table))
        .left_join(venues::table)
        .filter(batches::course_id.eq(course).and(batches::unit_id.eq_any(line)))
        .filter(batches::state.eq("open"))
        .filter(sessions::state.eq("published").and(sessions::starts_at.gt(now)))
        .filter(words_among(modules::code, missing))
        .select((
            sessions::id,
            batches::id,
            batches::title,
            modules::code,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
        ))
        .order((sessions::starts_at, sessions::id, modules::position))
        .limit(60)
        .load(db)?)
}
