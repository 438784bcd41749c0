//! Who waits for whom: rows held until the end of the transaction. SQLite has one writer anyway.
//!
//! The order of all writers stands in ARCHITECTURE.md: batches, people, enrolments, requests to the
//! planner, the journal, each by their ids.

use diesel::prelude::*;

use crate::enrolment::rules::Place;
use crate::kit::among::ids_among;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};
use crate::kit::schema::{batches, enrolments, people};

/// Puts everybody who asks for a seat of this batch in line: what is counted afterwards stays true
/// until the end.
pub fn hold(db: &mut Db, batch: BatchId) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = batches::table.find(batch).select(batches::id).for_no_key_update();
        held.first::<BatchId>(c)?;
    }
    Ok(())
}

/// The same for several; one that is not there is passed over.
pub fn hold_batches(db: &mut Db, ids: &[BatchId]) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = batches::table
            .filter(ids_among(batches::id, ids.iter().copied()))
            .order(batches::id)
            .select(batches::id)
            .for_no_key_update();
        held.load::<BatchId>(c)?;
    }
    Ok(())
}

/// Puts everybody in line who gives one of these people a seat, on whatever batch, so that no two
/// batches that meet at once get the same person unseen.
pub fn hold_people(db: &mut Db, ids: &[PersonId]) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = people::table
            .filter(ids_among(people::id, ids.iter().copied()))
            .order(people::id)
            .select(people::id)
            .for_no_key_update();
        held.load::<PersonId>(c)?;
    }
    Ok(())
}

/// Those who wait for a seat of these batches, or have one offered: a step may move any of them.
pub fn hold_queues(db: &mut Db, ids: &[BatchId]) -> Result<(), Fault> {
    if let Db::Postgres(c) = db {
        let held = enrolments::table
            .filter(ids_among(enrolments::batch_id, ids.iter().copied()))
            .filter(enrolments::place.eq_any([Place::Waiting, Place::Offered]))
            .order(enrolments::id)
            .select(enrolments::id)
            .for_no_key_update();
        held.load::<EnrolmentId>(c)?;
    }
    Ok(())
}
