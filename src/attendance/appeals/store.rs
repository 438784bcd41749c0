//! Owns appeals.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId};
use crate::kit::schema::{appeals, batches, enrolments, marks, people, sessions};

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = appeals, treat_none_as_default_value = false)]
pub struct Appeal {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub claim: String,
    pub text: String,
    pub made_at: Moment,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<PersonId>,
    pub decision: Option<String>,
    pub answer: Option<String>,
}

pub fn add(db: &mut Db, row: &Appeal) -> Result<(), Fault> {
    diesel::insert_into(appeals::table).values(row).execute(db)?;
    Ok(())
}

pub fn one(db: &mut Db, id: i64) -> Result<Appeal, Fault> {
    Ok(appeals::table.find(id).first(db)?)
}

pub fn of_person(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
) -> Result<Option<Appeal>, Fault> {
    Ok(appeals::table
        .filter(appeals::session_id.eq(session).and(appeals::person_id.eq(person)))
        .first(db)
        .optional()?)
}

pub fn decide(
    db: &mut Db,
    id: i64,
    decision: &str,
    answer: Option<&str>,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(appeals::table.find(id))
        .set((
            appeals::decision.eq(Some(decision)),
            appeals::answer.eq(answer),
            appeals::decided_by.eq(Some(by)),
            appeals::decided_at.eq(Some(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// The open appeals of a session, with the names of who made them.
pub fn open_at(db: &mut Db, session: SessionId) -> Result<Vec<(Appeal, String)>, Fault> {
    Ok(appeals::table
        .inner_join(people::table.on(people::id.eq(appeals::person_id)))
        .filter(appeals::session_id.eq(session).and(appeals::decided_at.is_null()))
        .order((appeals::made_at, appeals::id))
        .select((appeals::all_columns, people::name))
        .limit(500)
        .load(db)?)
}

/// A session as one who was on its list sees it.
#[derive(Debug, Clone, Queryable)]
pub struct Attended {
    pub title: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub state: String,
    pub batch: BatchId,
}

/// The session, when this person is or was on its list.
pub fn attended(db: &mut Db, session: SessionId, person: PersonId) -> Result<Attended, Fault> {
    let seat = enrolments::table
        .filter(enrolments::batch_id.eq(sessions::batch_id).and(enrolments::person_id.eq(person)));
    let mark =
        marks::table.filter(marks::session_id.eq(sessions::id).and(marks::person_id.eq(person)));
    Ok(sessions::table
        .inner_join(batches::table)
        .filter(sessions::id.eq(session))
        .filter(diesel::dsl::exists(seat).or(diesel::dsl::exists(mark)))
        .select((
            batches::title,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::state,
            batches::id,
        ))
        .first(db)?)
}
