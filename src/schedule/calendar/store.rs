//! Owns nothing: reads which sessions fall between two moments.

use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::{batches, enrolments, session_trainers, sessions, units};
use crate::kit::within::Within;
use crate::schedule::rules::{MOST_HOURS, SessionState};

/// Whose sessions.
#[derive(Debug, Clone)]
pub enum Whose {
    /// Those that a person plans for or has to do with: of units within a reach, taught by him,
    /// helped with, or come to.
    Seen { reach: Reach, person: PersonId, helped: Vec<SessionId> },
    /// Those that a person teaches, helps with or comes to.
    Mine { person: PersonId, helped: Vec<SessionId> },
    /// Those of units within a reach; drafts too.
    Units(Reach),
    /// Announced ones of units within a reach.
    UnitsTold(Reach),
    /// Announced ones that a person comes to.
    Attended(PersonId),
    /// Announced ones that a person teaches.
    Taught(PersonId),
}

/// A session as one place in a calendar.
#[derive(Debug, Clone, Queryable)]
pub struct Slot {
    pub id: SessionId,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub state: SessionState,
}

/// The sessions that touch [from, to), by time: as many as anybody could look at.
pub fn slots(
    db: &mut Db,
    whose: &Whose,
    from: Moment,
    to: Moment,
    most: i64,
) -> Result<Vec<Slot>, Fault> {
    let mut query = sessions::table
        .inner_join(batches::table.inner_join(units::table))
        // No session is longer: the index need not be read from its beginning.
        .filter(sessions::starts_at.ge(from.plus_minutes(-MOST_HOURS * 60)))
        .filter(sessions::starts_at.lt(to).and(sessions::ends_at.gt(from)))
        .select((
            sessions::id,
            sessions::starts_at,
            sessions::ends_at,
            sessions::timezone,
            sessions::state,
        ))
        .order((sessions::starts_at, sessions::id))
        .limit(most)
        .into_boxed::<<Db as Connection>::Backend>();
    let taught = |person: PersonId| {
        session_trainers::table
            .filter(session_trainers::person_id.eq(person))
            .select(session_trainers::session_id)
    };
    let on = |person: PersonId| {
        enrolments::table
            .filter(enrolments::person_id.eq(person).and(enrolments::place.eq("seat")))
            .select(enrolments::batch_id)
    };
    let told = || sessions::state.ne(SessionState::Draft);
    query = match whose.clone() {
        Whose::Seen { reach, person, helped } => query.filter(
            Within(reach.ranges())
                .or(sessions::id.eq_any(taught(person)))
                .or(sessions::id.eq_any(helped))
                .or(sessions::batch_id.eq_any(on(person)).and(told())),
        ),
        Whose::Mine { person, helped } => query.filter(
            sessions::id
                .eq_any(taught(person))
                .or(sessions::id.eq_any(helped))
                .or(sessions::batch_id.eq_any(on(person)).and(told())),
        ),
        Whose::Units(reach) => query.filter(Within(reach.ranges())),
        Whose::UnitsTold(reach) => query.filter(Within(reach.ranges())).filter(told()),
        Whose::Attended(person) => {
            query.filter(sessions::batch_id.eq_any(on(person))).filter(told())
        }
        Whose::Taught(person) => query.filter(sessions::id.eq_any(taught(person))).filter(told()),
    };
    Ok(query.load(db)?)
}
