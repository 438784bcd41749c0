//! Owns guests.

use std::collections::HashMap;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use crate::access::rules::range;
use crate::attendance::guests::rules::{Chairs, Place};
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId};
use crate::kit::schema::{
    apologies, batches, enrolments, guests, modules, people, session_modules, session_revisions,
    sessions, units, venues,
};

/// A coming session that teaches what was missed.
#[derive(Debug, Clone, Queryable)]
pub struct Chance {
    pub session: SessionId,
    pub batch: BatchId,
    pub seats: i32,
    pub title: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
}

/// The path of a person's unit.
pub fn path_of(db: &mut Db, person: PersonId) -> Result<String, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select(units::path)
        .first(db)?)
}

/// Published sessions of the same course that teach a module of this one (by its code: another
/// version of the course counts), in a subtree, soonest first; not of a batch that he is on.
pub fn chances(
    db: &mut Db,
    missed: SessionId,
    person: PersonId,
    within: &str,
    now: Moment,
) -> Result<Vec<Chance>, Fault> {
    let (from, to) = range(within);
    let course: (crate::kit::ids::CourseId,) = sessions::table
        .inner_join(batches::table)
        .filter(sessions::id.eq(missed))
        .select((batches::course_id,))
        .first(db)?;
    let codes: Vec<String> = session_modules::table
        .inner_join(modules::table)
        .filter(session_modules::session_id.eq(missed))
        .select(modules::code)
        .load(db)?;
    let same = session_modules::table
        .inner_join(modules::table)
        .filter(session_modules::session_id.eq(sessions::id).and(modules::code.eq_any(codes)));
    let own = enrolments::table
        .filter(enrolments::person_id.eq(person).and(enrolments::place.ne("withdrawn")))
        .select(enrolments::batch_id);
    Ok(sessions::table
        .inner_join(batches::table.inner_join(units::table))
        .left_join(venues::table)
        .filter(batches::course_id.eq(course.0).and(batches::state.eq("open")))
        .filter(sessions::state.eq("published").and(sessions::starts_at.gt(now)))
        .filter(units::path.ge(from).and(units::path.lt(to)))
        .filter(exists(same))
        .filter(batches::id.ne_all(own))
        .select((
            sessions::id,
            batches::id,
            batches::seats,
            batches::title,
            units::name_hi,
            units::name_en,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
        ))
        .order((sessions::starts_at, sessions::id))
        .limit(20)
        .load(db)?)
}

/// The chairs of some sessions: (session, its batch, the seats of the batch).
pub fn chairs(
    db: &mut Db,
    all: &[(SessionId, BatchId, i32)],
) -> Result<HashMap<SessionId, Chairs>, Fault> {
    let sessions: Vec<SessionId> = all.iter().map(|(s, _, _)| *s).collect();
    let batches: Vec<BatchId> = all.iter().map(|(_, b, _)| *b).collect();
    let enrolled: Vec<(BatchId, i64)> = enrolments::table
        .filter(enrolments::batch_id.eq_any(batches))
        // An offered seat is nobody else's.
        .filter(enrolments::place.eq_any(["seat", "offered"]))
        .group_by(enrolments::batch_id)
        .select((enrolments::batch_id, count_star()))
        .load(db)?;
    let excused: Vec<(SessionId, i64)> = apologies::table
        .inner_join(sessions::table)
        .inner_join(
            enrolments::table.on(enrolments::batch_id
                .eq(sessions::batch_id)
                .and(enrolments::person_id.eq(apologies::person_id))),
        )
        .filter(apologies::session_id.eq_any(&sessions).and(apologies::state.eq("approved")))
        // Whoever left the batch frees the seat, not a chair beside it.
        .filter(enrolments::place.eq("seat"))
        .group_by(apologies::session_id)
        .select((apologies::session_id, count_star()))
        .load(db)?;
    let seated: Vec<(SessionId, i64)> = guests::table
        .filter(guests::session_id.eq_any(&sessions).and(guests::place.eq(Place::Seat)))
        .group_by(guests::session_id)
        .select((guests::session_id, count_star()))
        .load(db)?;
    let of = |list: &[(SessionId, i64)], id| list.iter().find(|(s, _)| *s == id).map_or(0, |x| x.1);
    let chairs = |(session, batch, seats): &(SessionId, BatchId, i32)| {
        let enrolled = enrolled.iter().find(|(b, _)| b == batch).map_or(0, |(_, n)| *n);
        let (excused, guests) = (of(&excused, *session), of(&seated, *session));
        (*session, Chairs { seats: (*seats).into(), enrolled, excused, guests })
    };
    Ok(all.iter().map(chairs).collect())
}

/// The batch of a session, with its seats.
pub fn batch_of(db: &mut Db, session: SessionId) -> Result<(BatchId, i32), Fault> {
    Ok(sessions::table
        .inner_join(batches::table)
        .filter(sessions::id.eq(session))
        .select((batches::id, batches::seats))
        .first(db)?)
}

/// Where somebody stands as a guest: (session, place).
pub fn places_of(db: &mut Db, person: PersonId) -> Result<Vec<(SessionId, Place)>, Fault> {
    Ok(guests::table
        .filter(guests::person_id.eq(person).and(guests::place.ne(Place::Withdrawn)))
        .select((guests::session_id, guests::place))
        .limit(200)
        .load(db)?)
}

#[derive(Insertable)]
#[diesel(table_name = guests, treat_none_as_default_value = false)]
pub struct Guest {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub place: Place,
    pub for_session: Option<SessionId>,
    pub asked_at: Moment,
    pub updated_at: Moment,
}

pub fn keep(db: &mut Db, guest: &Guest) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(guests::table)
        .values(guest)
        .on_conflict((guests::session_id, guests::person_id))
        .do_update()
        .set((
            guests::place.eq(guest.place),
            guests::for_session.eq(guest.for_session),
            guests::asked_at.eq(guest.asked_at),
            guests::updated_at.eq(guest.updated_at),
        ))
        .execute(c))?;
    Ok(())
}

pub fn waiting(db: &mut Db, session: SessionId, limit: i64) -> Result<Vec<PersonId>, Fault> {
    Ok(guests::table
        .filter(guests::session_id.eq(session).and(guests::place.eq(Place::Waiting)))
        .order((guests::asked_at, guests::id))
        .select(guests::person_id)
        .limit(limit)
        .load(db)?)
}

/// A guest who has not been told of the last change of a session.
#[derive(Queryable)]
pub struct Unheard {
    pub guest: i64,
    pub person: PersonId,
    pub session: SessionId,
    pub batch: BatchId,
    pub revision: i32,
    pub state: String,
    pub starts_at: Moment,
    pub timezone: String,
}

/// The guests of sessions to come that changed since they have their place.
pub fn unheard(db: &mut Db, now: Moment) -> Result<Vec<Unheard>, Fault> {
    Ok(guests::table
        .inner_join(sessions::table.inner_join(session_revisions::table))
        .filter(guests::place.eq(Place::Seat).and(sessions::starts_at.gt(now)))
        .filter(session_revisions::revision.eq(sessions::revision))
        .filter(session_revisions::made_at.gt(guests::updated_at))
        .order(guests::id)
        .select((
            guests::id,
            guests::person_id,
            sessions::id,
            sessions::batch_id,
            sessions::revision,
            sessions::state,
            sessions::starts_at,
            sessions::timezone,
        ))
        .limit(1_000)
        .load(db)?)
}

/// Notes that guests know of their sessions as they are now.
pub fn heard(db: &mut Db, ids: &[i64], now: Moment) -> Result<(), Fault> {
    diesel::update(guests::table.filter(guests::id.eq_any(ids)))
        .set(guests::updated_at.eq(now))
        .execute(db)?;
    Ok(())
}

pub fn set_place(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
    place: Place,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(
        guests::table.filter(guests::session_id.eq(session).and(guests::person_id.eq_any(people))),
    )
    .set((guests::place.eq(place), guests::updated_at.eq(now)))
    .execute(db)?;
    Ok(())
}
