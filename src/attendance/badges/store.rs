//! Owns badge_revocations.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, UnitId};
use crate::kit::schema::{badge_revocations, batches, enrolments, people, units};

/// How many badges of each of these people were revoked; who is not named here lost none.
pub fn revoked(db: &mut Db, people: &[PersonId]) -> Result<HashMap<PersonId, i32>, Fault> {
    let rows: Vec<(PersonId, Option<i32>)> = badge_revocations::table
        .filter(badge_revocations::person_id.eq_any(people))
        .group_by(badge_revocations::person_id)
        .select((badge_revocations::person_id, diesel::dsl::max(badge_revocations::number)))
        .load(db)?;
    Ok(rows.into_iter().map(|(person, number)| (person, number.unwrap_or(0))).collect())
}

pub fn revoke(
    db: &mut Db,
    person: PersonId,
    number: i32,
    reason: &str,
    by: PersonId,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(badge_revocations::table)
        .values((
            badge_revocations::person_id.eq(person),
            badge_revocations::number.eq(number),
            badge_revocations::reason.eq(reason),
            badge_revocations::revoked_by.eq(by),
            badge_revocations::revoked_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Whose badge it is, as it stands on the card.
#[derive(Debug, Clone, Queryable)]
pub struct Holder {
    pub person: PersonId,
    pub name: String,
    pub relation_name: Option<String>,
    pub folded: String,
    pub unit: UnitId,
    pub path: String,
    pub unit_hi: String,
    pub unit_en: String,
}

pub fn holder(db: &mut Db, person: PersonId) -> Result<Holder, Fault> {
    Ok(people::table
        .inner_join(units::table.on(units::id.eq(people::unit_id)))
        .filter(people::id.eq(person).and(people::erased_at.is_null()))
        .select((
            people::id,
            people::name,
            people::relation_name,
            people::folded,
            units::id,
            units::path,
            units::name_hi,
            units::name_en,
        ))
        .first(db)?)
}

/// A batch as its cards need it: title, path of its unit.
pub fn batch(db: &mut Db, id: BatchId) -> Result<(String, String), Fault> {
    Ok(batches::table
        .inner_join(units::table)
        .filter(batches::id.eq(id))
        .select((batches::title, units::path))
        .first(db)?)
}

/// Everybody with a seat on a batch, in the order of names.
pub fn holders(db: &mut Db, batch: BatchId) -> Result<Vec<Holder>, Fault> {
    let mut rows: Vec<Holder> = enrolments::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(enrolments::batch_id.eq(batch).and(enrolments::place.eq("seat")))
        .filter(people::erased_at.is_null())
        .select((
            people::id,
            people::name,
            people::relation_name,
            people::folded,
            units::id,
            units::path,
            units::name_hi,
            units::name_en,
        ))
        .limit(10_000)
        .load(db)?;
    rows.sort_by(|a, b| (&a.folded, a.person).cmp(&(&b.folded, b.person)));
    Ok(rows)
}
