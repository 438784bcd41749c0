//! Owns apologies.

use diesel::prelude::*;

use crate::attendance::apologies::rules::{State, Why};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::{apologies, enrolments, guests, people, sessions};

#[derive(Debug, Clone, Queryable)]
pub struct Apology {
    pub person: PersonId,
    pub name: String,
    pub reason: Why,
    pub words: Option<String>,
    pub state: State,
    pub made_at: Moment,
}

#[derive(Insertable)]
#[diesel(table_name = apologies, treat_none_as_default_value = false)]
pub struct NewApology<'a> {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub reason: Why,
    pub words: Option<&'a str>,
    pub state: State,
    pub made_at: Moment,
}

/// Makes an apology, or makes one anew that was taken back.
pub fn keep(db: &mut Db, new: &NewApology<'_>) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(apologies::table)
        .values(new)
        .on_conflict((apologies::session_id, apologies::person_id))
        .do_update()
        .set((
            apologies::reason.eq(new.reason),
            apologies::words.eq(new.words),
            apologies::state.eq(new.state),
            apologies::made_at.eq(new.made_at),
            apologies::decided_by.eq(None::<PersonId>),
            apologies::decided_at.eq(None::<Moment>),
        ))
        .execute(c))?;
    Ok(())
}

/// Whether somebody is expected at a session: with a seat on its batch, or as a guest.
pub fn expects(db: &mut Db, session: SessionId, person: PersonId) -> Result<bool, Fault> {
    let batch = sessions::table.find(session).select(sessions::batch_id);
    let seats: i64 = enrolments::table
        .filter(enrolments::place.eq("seat").and(enrolments::person_id.eq(person)))
        .filter(enrolments::batch_id.eq_any(batch))
        .count()
        .get_result(db)?;
    let guests: i64 = guests::table
        .filter(guests::session_id.eq(session).and(guests::person_id.eq(person)))
        .filter(guests::place.eq("seat"))
        .count()
        .get_result(db)?;
    Ok(seats + guests > 0)
}

pub fn apology(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
) -> Result<Option<Apology>, Fault> {
    Ok(apologies::table
        .inner_join(people::table)
        .filter(apologies::session_id.eq(session).and(apologies::person_id.eq(person)))
        .select((
            people::id,
            people::name,
            apologies::reason,
            apologies::words,
            apologies::state,
            apologies::made_at,
        ))
        .first(db)
        .optional()?)
}

/// The apologies of a session that were not taken back, first first.
pub fn of_session(db: &mut Db, session: SessionId) -> Result<Vec<Apology>, Fault> {
    Ok(apologies::table
        .inner_join(people::table)
        .filter(apologies::session_id.eq(session).and(apologies::state.ne(State::Withdrawn)))
        .select((
            people::id,
            people::name,
            apologies::reason,
            apologies::words,
            apologies::state,
            apologies::made_at,
        ))
        .order((apologies::made_at, apologies::id))
        .limit(1_000)
        .load(db)?)
}

/// How many apologies for a session wait for a decision.
pub fn waiting(db: &mut Db, session: SessionId) -> Result<i64, Fault> {
    Ok(apologies::table
        .filter(apologies::session_id.eq(session).and(apologies::state.eq(State::Asked)))
        .count()
        .get_result(db)?)
}

pub fn set_state(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
    state: State,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(
        apologies::table
            .filter(apologies::session_id.eq(session).and(apologies::person_id.eq(person))),
    )
    .set((apologies::state.eq(state), apologies::decided_by.eq(by), apologies::decided_at.eq(now)))
    .execute(db)?;
    Ok(())
}
