//! Owns sessions, session_modules, session_trainers, session_revisions, trainer_knowledge.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;

use crate::access::Actor;
use crate::access::rules::{Right, Role, range};
use crate::courses::rules::line_of;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{
    BatchId, CourseId, ModuleId, PersonId, SessionId, UnitId, VenueId, VersionId,
};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{
    answers, batches, courses, disagreements, enrolments, grants, guests, journal, marks, modules,
    people, session_modules, session_revisions, session_trainers, sessions, trainer_knowledge,
    units, venues,
};
use crate::kit::within::Within;
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::{Batch, Lesson, Place, Session};

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

// Reading ------------------------------------------------------------------------------------

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

/// A person's place on a batch, as the word in the table.
pub fn place_of(db: &mut Db, person: PersonId, batch: BatchId) -> Result<Option<String>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::batch_id.eq(batch).and(enrolments::person_id.eq(person)))
        .select(enrolments::place)
        .first(db)
        .optional()?)
}

/// Whether somebody comes to a session to make up for another.
pub fn is_guest(db: &mut Db, person: PersonId, session: SessionId) -> Result<bool, Fault> {
    let guest = guests::table
        .filter(guests::session_id.eq(session).and(guests::person_id.eq(person)))
        .filter(guests::place.eq("seat"));
    Ok(diesel::select(diesel::dsl::exists(guest)).get_result(db)?)
}

pub fn teaches_in(db: &mut Db, person: PersonId, batch: BatchId) -> Result<bool, Fault> {
    let taught = session_trainers::table
        .inner_join(sessions::table)
        .filter(session_trainers::person_id.eq(person).and(sessions::batch_id.eq(batch)));
    Ok(diesel::select(diesel::dsl::exists(taught)).get_result(db)?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: SessionId,
    batch_id: BatchId,
    link: Option<String>,
    starts_at: Moment,
    ends_at: Moment,
    timezone: String,
    state: SessionState,
    revision: i32,
    cancel_reason: Option<String>,
    updated_at: Moment,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = venues)]
struct PlaceRow {
    id: VenueId,
    name_hi: String,
    name_en: String,
    seats: i32,
    address: String,
    map_url: Option<String>,
    contact: Option<String>,
}

type HomeRow = (String, CourseId, VersionId, UnitId, String);
type HomeColumns =
    (batches::title, batches::course_id, batches::course_version_id, units::id, units::path);

const HOME: HomeColumns =
    (batches::title, batches::course_id, batches::course_version_id, units::id, units::path);

pub fn session(db: &mut Db, id: SessionId) -> Result<Session, Fault> {
    let row = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(sessions::id.eq(id))
        .select((SessionRow::as_select(), HOME, Option::<PlaceRow>::as_select()))
        .first(db)?;
    filled(db, vec![row])?.pop().ok_or(Fault::NotFound)
}

/// Some sessions with all that is told of them, by time.
pub fn sessions_with(db: &mut Db, ids: &[SessionId]) -> Result<Vec<Session>, Fault> {
    let rows = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(ids_among(sessions::id, ids))
        .select((SessionRow::as_select(), HOME, Option::<PlaceRow>::as_select()))
        .order((sessions::starts_at, sessions::id))
        .load(db)?;
    filled(db, rows)
}

pub fn sessions_of(db: &mut Db, batch: BatchId) -> Result<Vec<Session>, Fault> {
    let rows = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(sessions::batch_id.eq(batch))
        .select((SessionRow::as_select(), HOME, Option::<PlaceRow>::as_select()))
        .order((sessions::starts_at, sessions::id))
        .load(db)?;
    filled(db, rows)
}

/// Which end of the calendar a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Upcoming,
    Past,
}

/// Sessions of units within the actor's reach, and those that the actor teaches or helps with.
/// One row more than a page.
pub fn sessions_seen(
    db: &mut Db,
    actor: &Actor,
    when: When,
    now: Moment,
    page: PageNumber,
) -> Result<Vec<Session>, Fault> {
    let reach = actor.reach(Right::SeePlans);
    let helped: Vec<SessionId> = actor.grants.iter().filter_map(|g| g.session).collect();
    let taught = session_trainers::table
        .filter(session_trainers::person_id.eq(actor.person))
        .select(session_trainers::session_id);
    let query = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(
            sessions::id.eq_any(taught).or(sessions::id.eq_any(helped)).or(Within(reach.ranges())),
        )
        .select((SessionRow::as_select(), HOME, Option::<PlaceRow>::as_select()))
        .limit(ROWS + 1)
        .offset(page.offset())
        .into_boxed();
    let query = match when {
        When::Upcoming => {
            query.filter(sessions::ends_at.gt(now)).order((sessions::starts_at, sessions::id))
        }
        When::Past => query
            .filter(sessions::ends_at.le(now))
            .order((sessions::starts_at.desc(), sessions::id.desc())),
    };
    let rows = query.load(db)?;
    filled(db, rows)
}

/// Sessions with their trainers and modules, in two statements.
fn filled(
    db: &mut Db,
    rows: Vec<(SessionRow, HomeRow, Option<PlaceRow>)>,
) -> Result<Vec<Session>, Fault> {
    let ids: Vec<SessionId> = rows.iter().map(|(row, ..)| row.id).collect();
    let mut trainers: HashMap<SessionId, Vec<(PersonId, String)>> = HashMap::new();
    for (session, person, name) in trainers_of(db, &ids)? {
        trainers.entry(session).or_default().push((person, name));
    }
    let mut lessons: HashMap<SessionId, Vec<Lesson>> = HashMap::new();
    for (session, lesson) in lessons_of(db, &ids)? {
        lessons.entry(session).or_default().push(lesson);
    }
    let mut all: Vec<Session> = rows.into_iter().map(session_of).collect();
    for session in &mut all {
        session.trainers = trainers.remove(&session.id).unwrap_or_default();
        session.modules = lessons.remove(&session.id).unwrap_or_default();
    }
    Ok(all)
}

fn session_of((row, home, place): (SessionRow, HomeRow, Option<PlaceRow>)) -> Session {
    let (batch_title, course_id, version_id, unit, unit_path) = home;
    Session {
        id: row.id,
        batch: row.batch_id,
        batch_title,
        course_id,
        version_id,
        unit,
        unit_path,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        timezone: row.timezone,
        venue: place.map(|p| Place {
            id: p.id,
            name_hi: p.name_hi,
            name_en: p.name_en,
            seats: p.seats,
            address: p.address,
            map_url: p.map_url,
            contact: p.contact,
        }),
        link: row.link,
        state: row.state,
        revision: row.revision,
        cancel_reason: row.cancel_reason,
        updated_at: row.updated_at,
        trainers: vec![],
        modules: vec![],
    }
}

pub fn trainers_of(
    db: &mut Db,
    ids: &[SessionId],
) -> Result<Vec<(SessionId, PersonId, String)>, Fault> {
    Ok(session_trainers::table
        .inner_join(people::table)
        .filter(ids_among(session_trainers::session_id, ids))
        .select((session_trainers::session_id, people::id, people::name))
        .order((session_trainers::session_id, people::folded, people::id))
        .load(db)?)
}

fn lessons_of(db: &mut Db, ids: &[SessionId]) -> Result<Vec<(SessionId, Lesson)>, Fault> {
    type Row = (SessionId, ModuleId, String, String, String, i32, bool);
    let rows: Vec<Row> = session_modules::table
        .inner_join(modules::table)
        .filter(ids_among(session_modules::session_id, ids))
        .select((
            session_modules::session_id,
            modules::id,
            modules::code,
            modules::title_hi,
            modules::title_en,
            modules::minutes,
            modules::compulsory,
        ))
        .order((session_modules::session_id, modules::position))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(session, id, code, title_hi, title_en, minutes, compulsory)| {
            (session, Lesson { id, code, title_hi, title_en, minutes, compulsory })
        })
        .collect())
}

/// One line of a session's history.
#[derive(Debug, Clone, Queryable)]
pub struct Revision {
    pub number: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub link: Option<String>,
    pub state: SessionState,
    pub reason: Option<String>,
    pub made_by: Option<String>,
    pub made_at: Moment,
}

pub fn history(db: &mut Db, id: SessionId) -> Result<Vec<Revision>, Fault> {
    Ok(session_revisions::table
        .left_join(venues::table)
        .left_join(people::table)
        .filter(session_revisions::session_id.eq(id))
        .order(session_revisions::revision.desc())
        .select((
            session_revisions::revision,
            session_revisions::starts_at,
            session_revisions::ends_at,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            session_revisions::link,
            session_revisions::state,
            session_revisions::reason,
            people::name.nullable(),
            session_revisions::made_at,
        ))
        .load(db)?)
}

/// What people said beforehand about coming to a session.
pub fn answer_counts(db: &mut Db, session: SessionId) -> Result<Vec<(String, i64)>, Fault> {
    Ok(answers::table
        .filter(answers::session_id.eq(session))
        .group_by(answers::answer)
        .select((answers::answer, diesel::dsl::count_star()))
        .load(db)?)
}

/// Other trainers or modules of a session, as the journal keeps it.
#[derive(Debug, Clone)]
pub struct Swap {
    pub made_at: Moment,
    pub made_by: Option<String>,
    /// Ids, before and after; the same when they stayed.
    pub trainers: (Vec<PersonId>, Vec<PersonId>),
    /// Codes, likewise.
    pub modules: (Vec<String>, Vec<String>),
}

/// What the journal knows of one side of a change.
#[derive(serde::Deserialize)]
struct Side {
    #[serde(default)]
    trainers: Vec<PersonId>,
    #[serde(default)]
    modules: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Sides {
    before: Side,
    after: Side,
}

/// Who taught what before: a change of trainers or modules is no revision, so only the journal has
/// it.
pub fn swaps(db: &mut Db, id: SessionId) -> Result<Vec<Swap>, Fault> {
    let rows: Vec<(Moment, Option<String>, String)> = journal::table
        .left_join(people::table.on(people::id.nullable().eq(journal::actor_id)))
        .filter(journal::subject.eq(format!("session/{id}")))
        .filter(journal::action.eq_any(["session changed", "session moved"]))
        .order(journal::position.desc())
        .select((journal::at, people::name.nullable(), journal::detail))
        .limit(200)
        .load(db)?;
    Ok(rows
        .into_iter()
        .filter_map(|(made_at, made_by, detail)| {
            let sides: Sides = serde_json::from_str(&detail).ok()?;
            let (before, after) = (sides.before, sides.after);
            let swap = Swap {
                made_at,
                made_by,
                trainers: (before.trainers, after.trainers),
                modules: (before.modules, after.modules),
            };
            let stays = swap.trainers.0 == swap.trainers.1 && swap.modules.0 == swap.modules.1;
            (!stays).then_some(swap)
        })
        .collect())
}

/// How many of a session's marks there are of each status.
pub fn mark_counts(db: &mut Db, id: SessionId) -> Result<Vec<(String, i64)>, Fault> {
    Ok(marks::table
        .filter(marks::session_id.eq(id))
        .group_by(marks::status)
        .select((marks::status, diesel::dsl::count_star()))
        .load(db)?)
}

/// Of how many people two hands said different things at a session.
pub fn differing(db: &mut Db, id: SessionId) -> Result<i64, Fault> {
    Ok(disagreements::table.filter(disagreements::session_id.eq(id)).count().get_result(db)?)
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

/// The people who may teach for a unit: with a trainer's or an admin's grant above, at or below it.
pub fn teachers_of(
    db: &mut Db,
    path: &str,
    today: NaiveDate,
) -> Result<Vec<(PersonId, String)>, Fault> {
    let rows: Vec<(PersonId, String, String)> = grants::table
        .inner_join(units::table)
        .inner_join(people::table.on(people::id.eq(grants::person_id)))
        .filter(grants::role.eq_any([Role::Trainer, Role::Admin]))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .filter(units::id.eq_any(line_of(path)).or(Within(vec![range(path)])))
        .select((people::id, people::name, people::folded))
        .distinct()
        .order((people::folded, people::id))
        .limit(1_000)
        .load(db)?;
    Ok(rows.into_iter().map(|(id, name, _)| (id, name)).collect())
}

/// Those of some people who exist.
pub fn known_people(db: &mut Db, ids: &[PersonId]) -> Result<Vec<PersonId>, Fault> {
    Ok(people::table.filter(ids_among(people::id, ids)).select(people::id).load(db)?)
}

/// Some people with their names.
pub fn names_of(db: &mut Db, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>, Fault> {
    Ok(people::table
        .filter(people::id.eq_any(ids.to_vec()))
        .select((people::id, people::name))
        .order((people::folded, people::id))
        .load(db)?)
}

/// Those of some sessions in which anybody was.
pub fn attended_of(db: &mut Db, ids: &[SessionId]) -> Result<Vec<SessionId>, Fault> {
    Ok(marks::table
        .filter(marks::session_id.eq_any(ids.to_vec()))
        .filter(marks::status.eq_any(["present", "late", "partial"]))
        .select(marks::session_id)
        .distinct()
        .load(db)?)
}

/// Whether anybody was in a session: it then took place and cannot be called off.
pub fn was_attended(db: &mut Db, id: SessionId) -> Result<bool, Fault> {
    let there = marks::table
        .filter(marks::session_id.eq(id))
        .filter(marks::status.eq_any(["present", "late", "partial"]));
    Ok(diesel::select(diesel::dsl::exists(there)).get_result(db)?)
}

// Writing ------------------------------------------------------------------------------------

#[derive(Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub batch_id: BatchId,
    pub venue_id: Option<VenueId>,
    pub link: Option<&'a str>,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: &'a str,
    pub state: SessionState,
    pub revision: i32,
    pub created_at: Moment,
    pub updated_at: Moment,
}

pub fn add_session(db: &mut Db, row: &NewSession<'_>) -> Result<(), Fault> {
    diesel::insert_into(sessions::table).values(row).execute(db)?;
    Ok(())
}

/// Rows of one statement: 11 values each, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 2_000;

pub fn add_sessions(db: &mut Db, rows: &[NewSession<'_>]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(sessions::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Who teaches sessions that had nobody.
pub fn add_trainers(db: &mut Db, all: &[(SessionId, PersonId)]) -> Result<(), Fault> {
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(s, p)| (session_trainers::session_id.eq(*s), session_trainers::person_id.eq(*p)))
            .collect();
        on_each!(db, c => diesel::insert_into(session_trainers::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// What sessions teach that had nothing.
pub fn add_modules(db: &mut Db, all: &[(SessionId, ModuleId)]) -> Result<(), Fault> {
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(s, m)| (session_modules::session_id.eq(*s), session_modules::module_id.eq(*m)))
            .collect();
        on_each!(db, c => diesel::insert_into(session_modules::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// When and where a session is, and which revision says so.
pub struct Standing<'a> {
    pub venue: Option<VenueId>,
    pub link: Option<&'a str>,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub revision: i32,
}

pub fn set_standing(
    db: &mut Db,
    id: SessionId,
    now: Moment,
    to: &Standing<'_>,
) -> Result<(), Fault> {
    diesel::update(sessions::table.find(id))
        .set((
            sessions::venue_id.eq(to.venue),
            sessions::link.eq(to.link),
            sessions::starts_at.eq(to.starts_at),
            sessions::ends_at.eq(to.ends_at),
            sessions::revision.eq(to.revision),
            sessions::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set_published(db: &mut Db, ids: &[SessionId], now: Moment) -> Result<(), Fault> {
    diesel::update(sessions::table.filter(sessions::id.eq_any(ids.to_vec())))
        .set((sessions::state.eq(SessionState::Published), sessions::updated_at.eq(now)))
        .execute(db)?;
    Ok(())
}

pub fn set_cancelled(
    db: &mut Db,
    id: SessionId,
    revision: i32,
    reason: &str,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(sessions::table.find(id))
        .set((
            sessions::state.eq(SessionState::Cancelled),
            sessions::revision.eq(revision),
            sessions::cancel_reason.eq(reason),
            sessions::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Each at its next revision.
pub fn set_all_cancelled(
    db: &mut Db,
    ids: &[SessionId],
    reason: &str,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(sessions::table.filter(sessions::id.eq_any(ids.to_vec())))
        .set((
            sessions::state.eq(SessionState::Cancelled),
            sessions::revision.eq(sessions::revision + 1),
            sessions::cancel_reason.eq(reason),
            sessions::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Who is another trainer of a published session now, by whose hand.
pub struct Handover<'a> {
    pub session: SessionId,
    /// Of the session as it was.
    pub revision: i32,
    pub gone: &'a [PersonId],
    pub new: &'a [PersonId],
    pub by: PersonId,
}

/// Before the trainers of a published session change: what those whom it concerns know of it, so that
/// a letter tells them the rest. Whoever changes it himself knows.
pub fn keep_knowledge(db: &mut Db, handover: &Handover<'_>, now: Moment) -> Result<(), Fault> {
    let named: Vec<(PersonId, i32)> = session_trainers::table
        .filter(session_trainers::session_id.eq(handover.session))
        .select((session_trainers::person_id, session_trainers::revision))
        .load(db)?;
    let named: HashMap<PersonId, i32> = named.into_iter().collect();
    let row = |person: PersonId, teaches: bool| {
        (
            trainer_knowledge::session_id.eq(handover.session),
            trainer_knowledge::person_id.eq(person),
            trainer_knowledge::teaches.eq(teaches),
            trainer_knowledge::revision
                .eq(named.get(&person).copied().unwrap_or(handover.revision)),
            trainer_knowledge::since.eq(now),
        )
    };
    let gone = handover.gone.iter().map(|p| (*p, true));
    let new = handover.new.iter().map(|p| (*p, false));
    let others: Vec<_> =
        gone.chain(new).filter(|(p, _)| *p != handover.by).map(|(p, knew)| row(p, knew)).collect();
    if !others.is_empty() {
        // Whoever was told before knows by that.
        on_each!(db, c => diesel::insert_into(trainer_knowledge::table)
            .values(&others)
            .on_conflict((trainer_knowledge::session_id, trainer_knowledge::person_id))
            .do_nothing()
            .execute(c))?;
    }
    let is_new = handover.new.contains(&handover.by);
    if is_new || handover.gone.contains(&handover.by) {
        on_each!(db, c => diesel::insert_into(trainer_knowledge::table)
            .values(row(handover.by, is_new))
            .on_conflict((trainer_knowledge::session_id, trainer_knowledge::person_id))
            .do_update()
            .set((
                trainer_knowledge::teaches.eq(is_new),
                trainer_knowledge::revision.eq(handover.revision),
                trainer_knowledge::since.eq(now),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Who teaches a session from now on. Whoever did before stays as he was named; the others know the
/// session as it is at this revision.
pub fn set_trainers(
    db: &mut Db,
    id: SessionId,
    trainers: &[PersonId],
    revision: i32,
) -> Result<(), Fault> {
    let of_session = session_trainers::table.filter(session_trainers::session_id.eq(id));
    let gone = of_session.filter(session_trainers::person_id.ne_all(trainers.to_vec()));
    diesel::delete(gone).execute(db)?;
    let there: Vec<PersonId> = of_session.select(session_trainers::person_id).load(db)?;
    let rows: Vec<_> = trainers
        .iter()
        .filter(|p| !there.contains(p))
        .map(|p| {
            (
                session_trainers::session_id.eq(id),
                session_trainers::person_id.eq(*p),
                session_trainers::revision.eq(revision),
            )
        })
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(session_trainers::table).values(&rows).execute(c))?;
    }
    Ok(())
}

pub fn set_modules(db: &mut Db, id: SessionId, ids: &[ModuleId]) -> Result<(), Fault> {
    diesel::delete(session_modules::table.filter(session_modules::session_id.eq(id)))
        .execute(db)?;
    let rows: Vec<_> = ids
        .iter()
        .map(|m| (session_modules::session_id.eq(id), session_modules::module_id.eq(*m)))
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(session_modules::table).values(&rows).execute(c))?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = session_revisions, treat_none_as_default_value = false)]
pub struct NewRevision<'a> {
    pub id: i64,
    pub session_id: SessionId,
    pub revision: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue_id: Option<VenueId>,
    pub link: Option<&'a str>,
    pub state: SessionState,
    pub reason: Option<&'a str>,
    pub made_by: Option<PersonId>,
    pub made_at: Moment,
}

pub fn add_revisions(db: &mut Db, rows: &[NewRevision<'_>]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(session_revisions::table).values(chunk).execute(c))?;
    }
    Ok(())
}
