//! What is planned, changed by hand or by the planner.

use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::schema::{letter_bodies, letters, people};
use crate::post::rules::State;

/// Ids in one statement; a larger batch takes several.
const IDS_AT_ONCE: usize = 10_000;

/// Cancels letters that are still only planned.
pub fn cancel(db: &mut Db, ids: &[LetterId], why: &str, now: Moment) -> Result<usize, Fault> {
    put_by(db, ids, State::Cancelled, why, now)
}

/// Records planned letters as missed.
pub fn miss(db: &mut Db, ids: &[LetterId], why: &str, now: Moment) -> Result<usize, Fault> {
    put_by(db, ids, State::Missed, why, now)
}

fn put_by(
    db: &mut Db,
    ids: &[LetterId],
    state: State,
    why: &str,
    now: Moment,
) -> Result<usize, Fault> {
    let mut done = 0;
    for chunk in ids.chunks(IDS_AT_ONCE) {
        done += diesel::update(letters::table)
            .filter(ids_among(letters::id, chunk))
            .filter(letters::state.eq(State::Planned))
            .set((letters::state.eq(state), letters::reason.eq(why), letters::updated_at.eq(now)))
            .execute(db)?;
    }
    Ok(done)
}

/// Those to whom nothing is planned any more.
#[diesel::dsl::auto_type]
fn erased() -> _ {
    people::table.filter(people::erased_at.is_not_null()).select(people::id)
}

/// Plans letters again that now say something else; what was rendered of them is forgotten.
pub fn amend(
    db: &mut Db,
    ids: &[LetterId],
    facts: &str,
    due_at: Moment,
    useless_after: Option<Moment>,
    now: Moment,
) -> Result<usize, Fault> {
    let mut done = 0;
    for chunk in ids.chunks(IDS_AT_ONCE) {
        done += diesel::update(letters::table)
            .filter(ids_among(letters::id, chunk))
            .filter(letters::state.eq_any([State::Planned, State::Cancelled, State::Missed]))
            .filter(letters::person_id.assume_not_null().ne_all(erased()))
            .set((
                letters::state.eq(State::Planned),
                letters::facts.eq(facts),
                letters::due_at.eq(due_at),
                letters::next_try_at.eq(due_at),
                letters::useless_after.eq(useless_after),
                letters::address.eq(None::<String>),
                letters::reason.eq(None::<String>),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
        let planned = letters::table
            .filter(ids_among(letters::id, chunk).and(letters::state.eq(State::Planned)))
            .select(letters::id);
        let bodies = letter_bodies::table.filter(letter_bodies::letter_id.eq_any(planned));
        diesel::delete(bodies).execute(db)?;
    }
    Ok(done)
}

/// Plans a letter again from its first try. One that has perhaps arrived stays one, so that
/// nobody makes it anew with other bytes.
pub fn plan_again(
    db: &mut Db,
    id: LetterId,
    has_perhaps_arrived: bool,
    now: Moment,
) -> Result<(), Fault> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(State::Planned),
            letters::attempts.eq(0),
            letters::handed.eq(i32::from(has_perhaps_arrived)),
            letters::take_overs.eq(0),
            letters::slot_at.eq(None::<Moment>),
            letters::next_try_at.eq(now),
            letters::reason.eq(None::<String>),
            letters::sent_at.eq(None::<Moment>),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets the bytes and the address of a letter that was certainly not taken: the next try goes to
/// the address that the person has then.
pub fn forget_body(db: &mut Db, id: LetterId) -> Result<(), Fault> {
    diesel::delete(letter_bodies::table.find(id)).execute(db)?;
    diesel::update(letters::table.find(id)).set(letters::address.eq(None::<String>)).execute(db)?;
    Ok(())
}

/// Forgets the bytes of letters that are planned and were never tried.
pub fn forget_untried(db: &mut Db, who: &[PersonId]) -> Result<(), Fault> {
    let untried = letters::state.eq(State::Planned).and(letters::attempts.le(0));
    let theirs = ids_among(letters::person_id.assume_not_null(), who.iter().copied());
    let ids = letters::table.filter(untried).filter(theirs.clone()).select(letters::id);
    diesel::delete(letter_bodies::table.filter(letter_bodies::letter_id.eq_any(ids)))
        .execute(db)?;
    diesel::update(letters::table)
        .filter(untried.and(letters::address.is_not_null()))
        .filter(theirs)
        .set(letters::address.eq(None::<String>))
        .execute(db)?;
    Ok(())
}
