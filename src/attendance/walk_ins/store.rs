//! Owns walk_ins.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::walk_ins;

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = walk_ins, treat_none_as_default_value = false)]
pub struct WalkIn {
    pub id: i64,
    pub client_id: String,
    pub session_id: SessionId,
    pub name: String,
    pub phone: String,
    pub status: String,
    pub came_at: Moment,
    pub added_by: Option<PersonId>,
    pub received_at: Moment,
    pub person_id: Option<PersonId>,
    pub matched_by: Option<PersonId>,
    pub matched_at: Option<Moment>,
}

/// Adds; gives whether it is new. The same id again changes nothing.
pub fn add(db: &mut Db, row: &WalkIn) -> Result<bool, Fault> {
    let added = on_each!(db, c => diesel::insert_into(walk_ins::table)
        .values(row).on_conflict(walk_ins::client_id).do_nothing().execute(c))?;
    Ok(added > 0)
}

pub fn of_session(db: &mut Db, session: SessionId) -> Result<Vec<WalkIn>, Fault> {
    Ok(walk_ins::table
        .filter(walk_ins::session_id.eq(session))
        .order((walk_ins::came_at, walk_ins::id))
        .limit(500)
        .load(db)?)
}

pub fn one(db: &mut Db, id: i64) -> Result<WalkIn, Fault> {
    Ok(walk_ins::table.find(id).first(db)?)
}

pub fn set_person(
    db: &mut Db,
    id: i64,
    person: PersonId,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(walk_ins::table.find(id))
        .set((
            walk_ins::person_id.eq(Some(person)),
            walk_ins::matched_by.eq(Some(by)),
            walk_ins::matched_at.eq(Some(now)),
        ))
        .execute(db)?;
    Ok(())
}
