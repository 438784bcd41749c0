//! Letters that came back, and the addresses they came back from.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId, UnitId};
use crate::kit::schema::{blocked_addresses, bounces, emails, grants, letters, people, units};
use crate::post::rules::State;

/// A letter that came back, as it is written down.
pub struct Bounced<'a> {
    pub key: &'a str,
    pub folded: &'a str,
    pub letter: Option<LetterId>,
    pub is_final: bool,
    pub status: &'a str,
    pub said: &'a str,
}

/// False when this very report is there already.
pub fn add_bounce(db: &mut Db, id: i64, b: &Bounced<'_>, now: Moment) -> Result<bool, Fault> {
    let added = on_each!(db, c => diesel::insert_into(bounces::table)
        .values((
            bounces::id.eq(id),
            bounces::key.eq(b.key),
            bounces::folded.eq(b.folded),
            bounces::letter_id.eq(b.letter),
            bounces::is_final.eq(b.is_final),
            bounces::status.eq(b.status),
            bounces::said.eq(b.said),
            bounces::forgiven.eq(false),
            bounces::at.eq(now),
        ))
        .on_conflict(bounces::key)
        .do_nothing()
        .execute(c))?;
    Ok(added > 0)
}

/// A letter that went to an address.
pub struct Gone {
    pub id: LetterId,
    /// Its address in lower case.
    pub folded: String,
}

/// The letter of a Message-ID (its left part), once it has gone out.
pub fn returned(db: &mut Db, message_id: &str) -> Result<Option<Gone>, Fault> {
    let row: Option<(LetterId, Option<String>)> = letters::table
        .filter(letters::message_id.eq(message_id))
        .filter(letters::state.eq_any([State::Sent, State::Uncertain, State::Failed]))
        .select((letters::id, letters::address.nullable()))
        .first(db)
        .optional()?;
    Ok(row.and_then(|(id, address)| Some(Gone { id, folded: address?.to_lowercase() })))
}

/// The addresses of letters.
pub fn returned_of(db: &mut Db, ids: &[LetterId]) -> Result<Vec<Gone>, Fault> {
    let rows: Vec<(LetterId, Option<String>)> = letters::table
        .filter(letters::id.eq_any(ids))
        .select((letters::id, letters::address.nullable()))
        .load(db)?;
    let gone = |(id, address): (LetterId, Option<String>)| {
        Some(Gone { id, folded: address?.to_lowercase() })
    };
    Ok(rows.into_iter().filter_map(gone).collect())
}

/// What was taken by the mail server and came back did not arrive; when it went stays known.
pub fn fail_returned(db: &mut Db, id: LetterId, said: &str, now: Moment) -> Result<(), Fault> {
    diesel::update(letters::table.find(id))
        .filter(letters::state.eq_any([State::Sent, State::Uncertain]))
        .set((
            letters::state.eq(State::Failed),
            letters::reason.eq(said),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// How many letters came back from an address for good, since it was last put right.
pub fn returns(db: &mut Db, folded: &str) -> Result<i64, Fault> {
    Ok(bounces::table
        .filter(bounces::folded.eq(folded).and(bounces::forgiven.eq(false)))
        .filter(bounces::is_final.eq(true).and(bounces::letter_id.is_not_null()))
        .count()
        .get_result(db)?)
}

/// False when the address is blocked already.
pub fn block(db: &mut Db, folded: &str, said: &str, now: Moment) -> Result<bool, Fault> {
    let added = on_each!(db, c => diesel::insert_into(blocked_addresses::table)
        .values((
            blocked_addresses::folded.eq(folded),
            blocked_addresses::blocked_at.eq(now),
            blocked_addresses::said.eq(said),
        ))
        .on_conflict(blocked_addresses::folded)
        .do_nothing()
        .execute(c))?;
    Ok(added > 0)
}

/// Lets letters go to an address again; gives how much there was to forgive.
pub fn forgive(db: &mut Db, folded: &str) -> Result<usize, Fault> {
    let open =
        diesel::delete(blocked_addresses::table.filter(blocked_addresses::folded.eq(folded)))
            .execute(db)?;
    let counted = diesel::update(bounces::table)
        .filter(bounces::folded.eq(folded).and(bounces::forgiven.eq(false)))
        .set(bounces::forgiven.eq(true))
        .execute(db)?;
    Ok(open + counted)
}

/// Everybody with an address: person, unit, its path.
pub fn people_at(db: &mut Db, folded: &str) -> Result<Vec<(PersonId, UnitId, String)>, Fault> {
    Ok(emails::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(emails::folded.eq(folded))
        .order(people::id)
        .select((people::id, units::id, units::path))
        .load(db)?)
}

/// The administrators, with an address that works, of the nearest unit on the way up that has any.
pub fn nearest_admins(
    db: &mut Db,
    path: &str,
    today: chrono::NaiveDate,
) -> Result<Vec<PersonId>, Fault> {
    let above: Vec<String> =
        (1..=path.len() / SEGMENT).map(|n| path[..n * SEGMENT].to_owned()).collect();
    let rows: Vec<(String, PersonId)> = grants::table
        .inner_join(units::table)
        .inner_join(emails::table.on(emails::person_id.eq(grants::person_id)))
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(emails::folded)))
        .filter(units::path.eq_any(above).and(grants::role.eq("admin")))
        .filter(grants::valid_from.is_null().or(grants::valid_from.le(today)))
        .filter(grants::valid_to.is_null().or(grants::valid_to.ge(today)))
        .filter(blocked_addresses::folded.is_null())
        .select((units::path, grants::person_id))
        .load(db)?;
    let nearest = rows.iter().map(|(path, _)| path.len()).max();
    let of_nearest = rows.iter().filter(|(path, _)| Some(path.len()) == nearest);
    Ok(of_nearest.map(|(_, person)| *person).collect::<BTreeSet<_>>().into_iter().collect())
}

/// A path is the ids from the root down, 19 digits each.
const SEGMENT: usize = 19;

/// What came back from one of a person's addresses.
#[derive(Debug, Clone, Queryable)]
pub struct Returned {
    pub folded: String,
    pub is_final: bool,
    pub said: String,
    pub at: Moment,
    pub is_blocked: bool,
}

/// The newest first.
pub fn returns_of(db: &mut Db, person: PersonId) -> Result<Vec<Returned>, Fault> {
    Ok(bounces::table
        .inner_join(emails::table.on(emails::folded.eq(bounces::folded)))
        .left_join(blocked_addresses::table.on(blocked_addresses::folded.eq(bounces::folded)))
        .filter(emails::person_id.eq(person))
        .filter(bounces::forgiven.eq(false).and(bounces::letter_id.is_not_null()))
        .order(bounces::id.desc())
        .select((
            bounces::folded,
            bounces::is_final,
            bounces::said,
            bounces::at,
            blocked_addresses::folded.nullable().is_not_null(),
        ))
        .load(db)?)
}
