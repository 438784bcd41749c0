//! The switch that stops all mail.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::PersonId;
use crate::kit::schema::{mail_pauses, people, units};

/// A pause that has not ended.
#[derive(Debug, Clone, Queryable)]
pub struct Pause {
    pub reason: String,
    pub paused_at: Moment,
    pub by: Option<String>,
}

pub fn pause(db: &mut Db) -> Result<Option<Pause>, Fault> {
    Ok(mail_pauses::table
        .left_join(people::table)
        .filter(mail_pauses::ended_at.is_null())
        .order(mail_pauses::id)
        .select((mail_pauses::reason, mail_pauses::paused_at, people::name.nullable()))
        .first(db)
        .optional()?)
}

pub fn begin_pause(
    db: &mut Db,
    id: i64,
    reason: &str,
    by: Option<PersonId>,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(mail_pauses::table)
        .values((
            mail_pauses::id.eq(id),
            mail_pauses::reason.eq(reason),
            mail_pauses::paused_at.eq(now),
            mail_pauses::paused_by.eq(by),
        ))
        .execute(db)?;
    Ok(())
}

pub fn end_pauses(db: &mut Db, by: Option<PersonId>, now: Moment) -> Result<(), Fault> {
    diesel::update(mail_pauses::table.filter(mail_pauses::ended_at.is_null()))
        .set((mail_pauses::ended_at.eq(now), mail_pauses::ended_by.eq(by)))
        .execute(db)?;
    Ok(())
}

/// The paths of the topmost units.
pub fn roots(db: &mut Db) -> Result<Vec<String>, Fault> {
    Ok(units::table.filter(units::parent_id.is_null()).select(units::path).load(db)?)
}
