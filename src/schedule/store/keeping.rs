//! Sessions and their revisions, written.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, ModuleId, PersonId, SessionId, VenueId};
use crate::kit::schema::{session_modules, session_revisions, sessions};
use crate::schedule::rules::SessionState;
use crate::schedule::store::ROWS_AT_ONCE;

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

pub fn add_sessions(db: &mut Db, rows: &[NewSession<'_>]) -> Result<(), Fault> {
    for chunk in rows.chunks(ROWS_AT_ONCE) {
        on_each!(db, c => diesel::insert_into(sessions::table).values(chunk).execute(c))?;
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
