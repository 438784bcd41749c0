//! What became of a session: its revisions, its other trainers, answers and marks.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::schema::{
    answers, disagreements, journal, marks, people, session_revisions, venues,
};
use crate::schedule::rules::SessionState;

/// One line of a session's history.
#[derive(Debug, Clone, Queryable)]
pub struct Revision {
    pub number: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub venue_hi: Option<String>,
    pub venue_en: Option<String>,
    pub link: Option<String>,
    pub state: SessionState,
    pub reason: Option<String>,
    pub made_by: Option<String>,
    pub made_at: Moment,
}

pub fn history(db: &mut Db, id: SessionId) -> Result<Vec<Revision>, Fault> {
    Ok(session_revisions::table
        .left_join(venues::table)
        .left_join(people::table)
        .filter(session_revisions::session_id.eq(id))
        .order(session_revisions::revision.desc())
        .select((
            session_revisions::revision,
            session_revisions::starts_at,
            session_revisions::ends_at,
            venues::name_hi.nullable(),
            venues::name_en.nullable(),
            session_revisions::link,
            session_revisions::state,
            session_revisions::reason,
            people::name.nullable(),
            session_revisions::made_at,
        ))
        .load(db)?)
}

/// Other trainers or modules of a session, as the journal keeps it.
#[derive(Debug, Clone)]
pub struct Swap {
    pub made_at: Moment,
    pub made_by: Option<String>,
    /// Ids, before and after; the same when they stayed.
    pub trainers: (Vec<PersonId>, Vec<PersonId>),
    /// Codes, likewise.
    pub modules: (Vec<String>, Vec<String>),
}

/// What the journal knows of one side of a change.
#[derive(serde::Deserialize)]
struct Side {
    #[serde(default)]
    trainers: Vec<PersonId>,
    #[serde(default)]
    modules: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Sides {
    before: Side,
    after: Side,
}

/// Who taught what before: a change of trainers or modules is no revision, so only the journal has
/// it.
pub fn swaps(db: &mut Db, id: SessionId) -> Result<Vec<Swap>, Fault> {
    let rows: Vec<(Moment, Option<String>, String)> = journal::table
        .left_join(people::table.on(people::id.nullable().eq(journal::actor_id)))
        .filter(journal::subject.eq(format!("session/{id}")))
        .filter(journal::action.eq_any(["session changed", "session moved"]))
        .order(journal::position.desc())
        .select((journal::at, people::name.nullable(), journal::detail))
        .limit(200)
        .load(db)?;
    Ok(rows
        .into_iter()
        .filter_map(|(made_at, made_by, detail)| {
            let sides: Sides = serde_json::from_str(&detail).ok()?;
            let (before, after) = (sides.before, sides.after);
            let swap = Swap {
                made_at,
                made_by,
                trainers: (before.trainers, after.trainers),
                modules: (before.modules, after.modules),
            };
            let stays = swap.trainers.0 == swap.trainers.1 && swap.modules.0 == swap.modules.1;
            (!stays).then_some(swap)
        })
        .collect())
}

/// What people said beforehand about coming to a session.
pub fn answer_counts(db: &mut Db, session: SessionId) -> Result<Vec<(String, i64)>, Fault> {
    Ok(answers::table
        .filter(answers::session_id.eq(session))
        .group_by(answers::answer)
        .select((answers::answer, diesel::dsl::count_star()))
        .load(db)?)
}

/// How many of a session's marks there are of each status.
pub fn mark_counts(db: &mut Db, id: SessionId) -> Result<Vec<(String, i64)>, Fault> {
    Ok(marks::table
        .filter(marks::session_id.eq(id))
        .group_by(marks::status)
        .select((marks::status, diesel::dsl::count_star()))
        .load(db)?)
}

/// Of how many people two hands said different things at a session.
pub fn differing(db: &mut Db, id: SessionId) -> Result<i64, Fault> {
    Ok(disagreements::table.filter(disagreements::session_id.eq(id)).count().get_result(db)?)
}

/// Those of some sessions in which anybody was.
pub fn attended_of(db: &mut Db, ids: &[SessionId]) -> Result<Vec<SessionId>, Fault> {
    Ok(marks::table
        .filter(marks::session_id.eq_any(ids.to_vec()))
        .filter(marks::status.eq_any(["present", "late", "partial"]))
        .select(marks::session_id)
        .distinct()
        .load(db)?)
}

/// Whether anybody was in a session: it then took place and cannot be called off.
pub fn was_attended(db: &mut Db, id: SessionId) -> Result<bool, Fault> {
    let there = marks::table
        .filter(marks::session_id.eq(id))
        .filter(marks::status.eq_any(["present", "late", "partial"]));
    Ok(diesel::select(diesel::dsl::exists(there)).get_result(db)?)
}
