//! Owns check_ins, remembered_phones.

use diesel::prelude::*;

use crate::attendance::check_in::rules::{Flag, Way};
use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::{
    check_ins, enrolments, guests, marks, people, phones, remembered_phones, sessions, units,
};

#[derive(Insertable)]
#[diesel(table_name = check_ins, treat_none_as_default_value = false)]
pub struct CheckIn<'a> {
    pub id: i64,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub device: &'a str,
    pub way: Way,
    pub step: i64,
    pub tapped_at: Moment,
    pub received_at: Moment,
    pub flag: Option<Flag>,
}

pub fn add(db: &mut Db, check_in: &CheckIn<'_>) -> Result<(), Fault> {
    diesel::insert_into(check_ins::table).values(check_in).execute(db)?;
    Ok(())
}

/// Whether somebody has tapped at a session, and whether another one did on the same phone.
pub fn taps(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
    device: &str,
) -> Result<(bool, bool), Fault> {
    let near: Vec<(PersonId, String)> = check_ins::table
        .filter(check_ins::session_id.eq(session))
        .filter(check_ins::person_id.eq(person).or(check_ins::device.eq(device)))
        .select((check_ins::person_id, check_ins::device))
        .load(db)?;
    let own = near.iter().any(|(who, _)| *who == person);
    Ok((own, near.iter().any(|(who, on)| *who != person && on == device)))
}

/// One who is expected, as his own phone shows him.
#[derive(Debug, Clone, Queryable)]
pub struct Attendee {
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub unit_hi: String,
    pub unit_en: String,
    pub status: Option<Status>,
}

/// Those of some people who are expected at a session.
pub fn expected(
    db: &mut Db,
    session: SessionId,
    people: &[PersonId],
) -> Result<Vec<Attendee>, Fault> {
    let mark = marks::person_id.eq(people::id).and(marks::session_id.eq(session));
    let batch = sessions::table.find(session).select(sessions::batch_id);
    let seats = enrolments::table
        .filter(enrolments::place.eq("seat").and(enrolments::batch_id.eq_any(batch)))
        .select(enrolments::person_id);
    let guests = guests::table
        .filter(guests::session_id.eq(session).and(guests::place.eq("seat")))
        .select(guests::person_id);
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .left_join(marks::table.on(mark))
        .filter(people::id.eq_any(people).and(people::erased_at.is_null()))
        .filter(people::id.eq_any(seats).or(people::id.eq_any(guests)))
        .select((
            people::id,
            people::name,
            people::relation_name,
            units::name_hi,
            units::name_en,
            marks::status.nullable(),
        ))
        .order((people::folded, people::id))
        .load(db)?)
}

/// Who of those expected has a phone number that ends in these digits.
pub fn with_phone_end(
    db: &mut Db,
    session: SessionId,
    digits: &str,
) -> Result<Vec<PersonId>, Fault> {
    let batch = sessions::table.find(session).select(sessions::batch_id);
    let seats = enrolments::table
        .filter(enrolments::place.eq("seat").and(enrolments::batch_id.eq_any(batch)))
        .select(enrolments::person_id);
    let guests = guests::table
        .filter(guests::session_id.eq(session).and(guests::place.eq("seat")))
        .select(guests::person_id);
    let mut ids: Vec<PersonId> = phones::table
        .filter(phones::person_id.eq_any(seats).or(phones::person_id.eq_any(guests)))
        .filter(phones::number.like(format!("%{digits}")))
        .select(phones::person_id)
        .load(db)?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Whose this phone is said to be, and since when.
pub fn remembered(
    db: &mut Db,
    device: &str,
    now: Moment,
) -> Result<Vec<(PersonId, Moment)>, Fault> {
    Ok(remembered_phones::table
        .filter(remembered_phones::device.eq(device).and(remembered_phones::until.gt(now)))
        .select((remembered_phones::person_id, remembered_phones::made_at))
        .limit(20)
        .load(db)?)
}

pub fn remember(
    db: &mut Db,
    device: &str,
    person: PersonId,
    now: Moment,
    until: Moment,
) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(remembered_phones::table)
        .values((
            remembered_phones::device.eq(device),
            remembered_phones::person_id.eq(person),
            remembered_phones::made_at.eq(now),
            remembered_phones::until.eq(until),
        ))
        .on_conflict((remembered_phones::device, remembered_phones::person_id))
        .do_update()
        .set(remembered_phones::until.eq(until))
        .execute(c))?;
    Ok(())
}

pub fn forget(db: &mut Db, device: &str) -> Result<(), Fault> {
    diesel::delete(remembered_phones::table.filter(remembered_phones::device.eq(device)))
        .execute(db)?;
    Ok(())
}

/// Who tapped on this phone at a session.
pub fn tapped_here(db: &mut Db, session: SessionId, device: &str) -> Result<Vec<PersonId>, Fault> {
    Ok(check_ins::table
        .filter(check_ins::session_id.eq(session).and(check_ins::device.eq(device)))
        .select(check_ins::person_id)
        .limit(20)
        .load(db)?)
}

// --- The trainer's side ----------------------------------------------------------------------------

/// A tap that the trainer should look at.
#[derive(Debug, Clone, Queryable)]
pub struct Flagged {
    pub person: PersonId,
    pub name: String,
    pub flag: Flag,
    pub device: String,
    pub tapped_at: Moment,
}

pub fn flagged(db: &mut Db, session: SessionId) -> Result<Vec<Flagged>, Fault> {
    Ok(check_ins::table
        .inner_join(people::table.on(people::id.eq(check_ins::person_id)))
        .filter(check_ins::session_id.eq(session))
        .filter(check_ins::flag.is_not_null().and(check_ins::settled_at.is_null()))
        .select((
            people::id,
            people::name,
            check_ins::flag.assume_not_null(),
            check_ins::device,
            check_ins::tapped_at,
        ))
        .order((check_ins::tapped_at, check_ins::id))
        .limit(200)
        .load(db)?)
}

/// The names of those who tapped on some phones, first first: (phone, name).
pub fn first_on(
    db: &mut Db,
    session: SessionId,
    devices: &[&str],
) -> Result<Vec<(String, String)>, Fault> {
    Ok(check_ins::table
        .inner_join(people::table.on(people::id.eq(check_ins::person_id)))
        .filter(check_ins::session_id.eq(session).and(check_ins::device.eq_any(devices)))
        .filter(check_ins::flag.is_null().or(check_ins::flag.ne(Flag::Device)))
        .select((check_ins::device, people::name))
        .order((check_ins::tapped_at, check_ins::id))
        .load(db)?)
}

/// Settles a flag; false when there was none.
pub fn settle(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
    by: PersonId,
    now: Moment,
) -> Result<bool, Fault> {
    let open = check_ins::table
        .filter(check_ins::session_id.eq(session).and(check_ins::person_id.eq(person)))
        .filter(check_ins::flag.is_not_null().and(check_ins::settled_at.is_null()));
    let settled = diesel::update(open)
        .set((check_ins::settled_by.eq(by), check_ins::settled_at.eq(now)))
        .execute(db)?;
    Ok(settled == 1)
}

/// Where somebody has a seat now: sessions between two moments, for a code that was typed.
pub fn sessions_of(
    db: &mut Db,
    people: &[PersonId],
    from: Moment,
    to: Moment,
) -> Result<Vec<SessionId>, Fault> {
    let batches = enrolments::table
        .filter(enrolments::person_id.eq_any(people).and(enrolments::place.eq("seat")))
        .select(enrolments::batch_id);
    let as_guest = guests::table
        .filter(guests::person_id.eq_any(people).and(guests::place.eq("seat")))
        .select(guests::session_id);
    Ok(sessions::table
        .filter(sessions::batch_id.eq_any(batches).or(sessions::id.eq_any(as_guest)))
        .filter(sessions::state.eq("published"))
        .filter(sessions::starts_at.le(to).and(sessions::ends_at.ge(from)))
        .select(sessions::id)
        .limit(100)
        .load(db)?)
}
