//! Sessions read with where they are, who teaches and what.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{
    BatchId, CourseId, ModuleId, PersonId, SessionId, UnitId, VenueId, VersionId,
};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{
    batches, modules, people, session_modules, session_trainers, sessions, units, venues,
};
use crate::kit::within::Within;
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::{Lesson, Place, Session};

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

type HomeRow = (String, BatchState, CourseId, VersionId, UnitId, String);
type HomeColumns = (
    batches::title,
    batches::state,
    batches::course_id,
    batches::course_version_id,
    units::id,
    units::path,
);

const HOME: HomeColumns = (
    batches::title,
    batches::state,
    batches::course_id,
    batches::course_version_id,
    units::id,
    units::path,
);

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
    let (batch_title, batch_state, course_id, version_id, unit, unit_path) = home;
    Session {
        id: row.id,
        batch: row.batch_id,
        batch_title,
        batch_state,
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
