//! Owns helper_passes.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::{helper_passes, roll_closings, sessions};

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = helper_passes, treat_none_as_default_value = false)]
pub struct Pass {
    pub id: i64,
    pub session_id: SessionId,
    pub label: String,
    pub made_by: PersonId,
    pub made_at: Moment,
    pub pin_used_at: Option<Moment>,
    pub opened_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

pub fn add(db: &mut Db, pass: &Pass) -> Result<(), Fault> {
    diesel::insert_into(helper_passes::table).values(pass).execute(db)?;
    Ok(())
}

/// The passes of a session that were not revoked, first first.
pub fn of_session(db: &mut Db, session: SessionId) -> Result<Vec<Pass>, Fault> {
    Ok(helper_passes::table
        .filter(helper_passes::session_id.eq(session).and(helper_passes::revoked_at.is_null()))
        .order(helper_passes::id)
        .limit(100)
        .load(db)?)
}

/// Passes whose PIN may be entered now: of sessions that are near and whose roll is open.
pub fn with_open_pin(db: &mut Db, now: Moment) -> Result<Vec<(i64, SessionId)>, Fault> {
    Ok(helper_passes::table
        .inner_join(sessions::table)
        .left_join(roll_closings::table.on(roll_closings::session_id.eq(sessions::id)))
        .filter(helper_passes::revoked_at.is_null().and(helper_passes::pin_used_at.is_null()))
        .filter(roll_closings::closed_at.is_null())
        .filter(sessions::starts_at.le(now.plus_minutes(60)))
        .filter(sessions::ends_at.ge(now.plus_minutes(-48 * 60)))
        .select((helper_passes::id, sessions::id))
        .limit(10_000)
        .load(db)?)
}

/// Uses a PIN up; false when somebody was faster.
pub fn use_pin(db: &mut Db, pass: i64, now: Moment) -> Result<bool, Fault> {
    let open = helper_passes::table.find(pass).filter(helper_passes::pin_used_at.is_null());
    let used = diesel::update(open).set(helper_passes::pin_used_at.eq(now)).execute(db)?;
    Ok(used == 1)
}

pub fn opened(db: &mut Db, pass: i64, now: Moment) -> Result<(), Fault> {
    diesel::update(helper_passes::table.find(pass))
        .set(helper_passes::opened_at.eq(now))
        .execute(db)?;
    Ok(())
}

/// Ends a pass of a session; false when there is none.
pub fn revoke(db: &mut Db, session: SessionId, pass: i64, now: Moment) -> Result<bool, Fault> {
    let open = helper_passes::table
        .find(pass)
        .filter(helper_passes::session_id.eq(session).and(helper_passes::revoked_at.is_null()));
    let ended = diesel::update(open).set(helper_passes::revoked_at.eq(now)).execute(db)?;
    Ok(ended == 1)
}
