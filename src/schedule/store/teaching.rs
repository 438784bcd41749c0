//! Who teaches a session, and what those know of it whom others named or took off.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, PersonId, SessionId, UnitId};
use crate::kit::schema::{batches, session_trainers, sessions, trainer_knowledge};
use crate::schedule::store::ROWS_AT_ONCE;

/// Who teaches sessions that had nobody.
pub fn add_trainers(db: &mut Db, all: &[(SessionId, PersonId)]) -> Result<(), Fault> {
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(s, p)| (session_trainers::session_id.eq(*s), session_trainers::person_id.eq(*p)))
            .collect();
        on_each!(db, c => diesel::insert_into(session_trainers::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Who is another trainer of a published session now, by whose hand.
pub struct Handover<'a> {
    pub session: SessionId,
    /// Of the session as it was.
    pub revision: i32,
    pub gone: &'a [PersonId],
    pub new: &'a [PersonId],
    pub by: PersonId,
}

/// Before the trainers of a published session change: what those whom it concerns know of it, so that
/// a letter tells them the rest. Whoever changes it himself knows.
pub fn keep_knowledge(db: &mut Db, handover: &Handover<'_>, now: Moment) -> Result<(), Fault> {
    let named: Vec<(PersonId, i32)> = session_trainers::table
        .filter(session_trainers::session_id.eq(handover.session))
        .select((session_trainers::person_id, session_trainers::revision))
        .load(db)?;
    let named: HashMap<PersonId, i32> = named.into_iter().collect();
    let row = |person: PersonId, teaches: bool| {
        (
            trainer_knowledge::session_id.eq(handover.session),
            trainer_knowledge::person_id.eq(person),
            trainer_knowledge::teaches.eq(teaches),
            trainer_knowledge::revision
                .eq(named.get(&person).copied().unwrap_or(handover.revision)),
            trainer_knowledge::since.eq(now),
        )
    };
    let gone = handover.gone.iter().map(|p| (*p, true));
    let new = handover.new.iter().map(|p| (*p, false));
    let others: Vec<_> =
        gone.chain(new).filter(|(p, _)| *p != handover.by).map(|(p, knew)| row(p, knew)).collect();
    if !others.is_empty() {
        // Whoever was told before knows by that.
        on_each!(db, c => diesel::insert_into(trainer_knowledge::table)
            .values(&others)
            .on_conflict((trainer_knowledge::session_id, trainer_knowledge::person_id))
            .do_nothing()
            .execute(c))?;
    }
    let is_new = handover.new.contains(&handover.by);
    if is_new || handover.gone.contains(&handover.by) {
        on_each!(db, c => diesel::insert_into(trainer_knowledge::table)
            .values(row(handover.by, is_new))
            .on_conflict((trainer_knowledge::session_id, trainer_knowledge::person_id))
            .do_update()
            .set((
                trainer_knowledge::teaches.eq(is_new),
                trainer_knowledge::revision.eq(handover.revision),
                trainer_knowledge::since.eq(now),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Who teaches a session from now on. Whoever did before stays as he was named; the others know the
/// session as it is at this revision.
pub fn set_trainers(
    db: &mut Db,
    id: SessionId,
    trainers: &[PersonId],
    revision: i32,
) -> Result<(), Fault> {
    let of_session = session_trainers::table.filter(session_trainers::session_id.eq(id));
    let gone = of_session.filter(session_trainers::person_id.ne_all(trainers.to_vec()));
    diesel::delete(gone).execute(db)?;
    let there: Vec<PersonId> = of_session.select(session_trainers::person_id).load(db)?;
    let rows: Vec<_> = trainers
        .iter()
        .filter(|p| !there.contains(p))
        .map(|p| {
            (
                session_trainers::session_id.eq(id),
                session_trainers::person_id.eq(*p),
                session_trainers::revision.eq(revision),
            )
        })
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(session_trainers::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// A session that somebody teaches.
#[derive(Debug, Clone, Queryable)]
pub struct Taught {
    pub session: SessionId,
    pub batch: BatchId,
    pub unit: UnitId,
    pub title: String,
    pub starts_at: Moment,
    pub timezone: String,
}

/// The sessions that are not over, whatever becomes of them, of which somebody is a trainer.
pub fn taught_after(db: &mut Db, person: PersonId, now: Moment) -> Result<Vec<Taught>, Fault> {
    Ok(session_trainers::table
        .inner_join(sessions::table.inner_join(batches::table))
        .filter(session_trainers::person_id.eq(person).and(sessions::ends_at.gt(now)))
        .order((sessions::starts_at, sessions::id))
        .select((
            sessions::id,
            sessions::batch_id,
            batches::unit_id,
            batches::title,
            sessions::starts_at,
            sessions::timezone,
        ))
        .load(db)?)
}

/// Takes somebody off sessions of which nothing is to be told him; gives who taught them before.
pub fn take_off(
    db: &mut Db,
    person: PersonId,
    ids: &[SessionId],
) -> Result<Vec<(SessionId, PersonId)>, Fault> {
    let before = session_trainers::table
        .filter(ids_among(session_trainers::session_id, ids.iter().copied()))
        .order((session_trainers::session_id, session_trainers::person_id))
        .select((session_trainers::session_id, session_trainers::person_id))
        .load(db)?;
    let named = session_trainers::table
        .filter(session_trainers::person_id.eq(person))
        .filter(ids_among(session_trainers::session_id, ids.iter().copied()));
    diesel::delete(named).execute(db)?;
    diesel::delete(trainer_knowledge::table.filter(trainer_knowledge::person_id.eq(person)))
        .execute(db)?;
    Ok(before)
}
