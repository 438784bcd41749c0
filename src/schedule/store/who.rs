//! Who is on a batch or at a session, and who may teach.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::rules::{Role, range};
use crate::courses::rules::line_of;
use crate::kit::among::ids_among;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId};
use crate::kit::schema::{enrolments, grants, guests, people, session_trainers, sessions, units};
use crate::kit::within::Within;

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
    Ok(people::table
        .filter(ids_among(people::id, ids).and(people::erased_at.is_null()))
        .select(people::id)
        .load(db)?)
}

/// Some people with their names.
pub fn names_of(db: &mut Db, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>, Fault> {
    Ok(people::table
        .filter(people::id.eq_any(ids.to_vec()))
        .select((people::id, people::name))
        .order((people::folded, people::id))
        .load(db)?)
}
