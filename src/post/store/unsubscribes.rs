//! Who wants no reminders.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, UnitId};
use crate::kit::schema::{enrolments, letters, people, stopped_digests, unsubscribes};
use crate::post::rules::{Kind, Series, State, reason};

/// Cancels what is planned of a batch for people who stopped reminders.
pub fn cancel_unsubscribed(db: &mut Db, batch: BatchId, now: Moment) -> Result<usize, Fault> {
    Ok(diesel::update(letters::table)
        .filter(letters::batch_id.eq(batch).and(letters::state.eq(State::Planned)))
        .filter(letters::kind.eq_any(Kind::of_series(Series::Reminders)))
        .filter(
            letters::person_id
                .eq_any(unsubscribes::table.select(unsubscribes::person_id.nullable())),
        )
        .set((
            letters::state.eq(State::Cancelled),
            letters::reason.eq(reason::UNSUBSCRIBED),
            letters::updated_at.eq(now),
        ))
        .execute(db)?)
}

/// Writes down that a person wants no reminders, and cancels those that are planned. False when it
/// was so already.
pub fn unsubscribe(db: &mut Db, person: PersonId, now: Moment) -> Result<bool, Fault> {
    let fresh = on_each!(db, c => diesel::insert_into(unsubscribes::table)
        .values((unsubscribes::person_id.eq(person), unsubscribes::stopped_at.eq(now)))
        .on_conflict(unsubscribes::person_id)
        .do_nothing()
        .execute(c))?;
    diesel::update(letters::table)
        .filter(letters::person_id.eq(person).and(letters::state.eq(State::Planned)))
        .filter(letters::kind.eq_any(Kind::of_series(Series::Reminders)))
        .set((
            letters::state.eq(State::Cancelled),
            letters::reason.eq(reason::UNSUBSCRIBED),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(fresh > 0)
}

/// Forgets that a person wanted no reminders. False when it was not so.
pub fn resubscribe(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    Ok(diesel::delete(unsubscribes::table.find(person)).execute(db)? > 0)
}

pub fn is_unsubscribed(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    let row = unsubscribes::table.find(person).select(unsubscribes::person_id);
    Ok(row.first::<PersonId>(db).optional()?.is_some())
}

/// Writes down that a person wants no digests of a series; the last look before sending keeps to it.
/// False when it was so already.
pub fn stop_digests(
    db: &mut Db,
    person: PersonId,
    series: Series,
    now: Moment,
) -> Result<bool, Fault> {
    let row = (
        stopped_digests::person_id.eq(person),
        stopped_digests::kind.eq(series),
        stopped_digests::stopped_at.eq(now),
    );
    let fresh = on_each!(db, c => diesel::insert_into(stopped_digests::table)
        .values(row)
        .on_conflict((stopped_digests::person_id, stopped_digests::kind))
        .do_nothing()
        .execute(c))?;
    Ok(fresh > 0)
}

/// Forgets that a person wanted no digests. False when it was not so.
pub fn restart_digests(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    let rows = stopped_digests::table.filter(stopped_digests::person_id.eq(person));
    Ok(diesel::delete(rows).execute(db)? > 0)
}

/// Whether a person stopped a series.
pub fn is_stopped(db: &mut Db, person: PersonId, series: Series) -> Result<bool, Fault> {
    if series == Series::Reminders {
        return is_unsubscribed(db, person);
    }
    let row = stopped_digests::table.find((person, series)).select(stopped_digests::person_id);
    Ok(row.first::<PersonId>(db).optional()?.is_some())
}

/// Whether a person stopped any digest.
pub fn has_stopped_digests(db: &mut Db, person: PersonId) -> Result<bool, Fault> {
    let rows = stopped_digests::table.filter(stopped_digests::person_id.eq(person));
    Ok(rows.select(stopped_digests::person_id).first::<PersonId>(db).optional()?.is_some())
}

/// A person's name and unit.
pub fn reader(db: &mut Db, person: PersonId) -> Result<(String, UnitId), Fault> {
    Ok(people::table
        .find(person)
        .filter(people::erased_at.is_null())
        .select((people::name, people::unit_id))
        .first(db)?)
}

/// The batches that a person is enrolled in.
pub fn batches_of(db: &mut Db, person: PersonId) -> Result<Vec<BatchId>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::person_id.eq(person))
        .select(enrolments::batch_id)
        .load(db)?)
}
