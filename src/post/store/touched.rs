//! Which open batches a change of people or units touches, so that their letters are planned anew.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId};
use crate::kit::schema::{batches, enrolments, people, session_trainers, sessions, units};
use crate::kit::within::Within;

/// The open batches that some people are on or teach.
pub fn batches_with(db: &mut Db, who: &[PersonId]) -> Result<Vec<BatchId>, Fault> {
    let on: Vec<BatchId> = enrolments::table
        .inner_join(batches::table)
        .filter(ids_among(enrolments::person_id, who.iter().copied()))
        .filter(batches::state.eq("open"))
        .select(batches::id)
        .distinct()
        .load(db)?;
    let taught: Vec<BatchId> = session_trainers::table
        .inner_join(sessions::table.inner_join(batches::table))
        .filter(ids_among(session_trainers::person_id, who.iter().copied()))
        .filter(batches::state.eq("open"))
        .select(batches::id)
        .distinct()
        .load(db)?;
    let all: BTreeSet<BatchId> = on.into_iter().chain(taught).collect();
    Ok(all.into_iter().collect())
}

/// The open batches of a subtree, and those that its people are on.
pub fn batches_touched(db: &mut Db, paths: &[&str]) -> Result<Vec<BatchId>, Fault> {
    let below =
        || Within(paths.iter().map(|path| ((*path).to_owned(), format!("{path}9"))).collect());
    let held: Vec<BatchId> = batches::table
        .inner_join(units::table)
        .filter(below().and(batches::state.eq("open")))
        .select(batches::id)
        .load(db)?;
    let on: Vec<BatchId> = enrolments::table
        .inner_join(batches::table)
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .filter(below().and(batches::state.eq("open")))
        .select(batches::id)
        .distinct()
        .load(db)?;
    let all: BTreeSet<BatchId> = held.into_iter().chain(on).collect();
    Ok(all.into_iter().collect())
}
