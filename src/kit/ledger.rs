//! Planning letters: what a lower room may write into the ledger; it knows no kind of letter.

use std::borrow::Cow;
use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::Value;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, NoticeId, PersonId, SessionId};
use crate::kit::schema::{letters, people, plan_requests, untold};
use crate::kit::sql::Sql;
use crate::kit::trial::{self, Sabotage};

/// A letter that shall go, not yet composed.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub id: LetterId,
    pub kind: String,
    pub rule: Option<String>,
    pub person: PersonId,
    pub batch: Option<BatchId>,
    pub session: Option<SessionId>,
    pub revision: Option<i32>,
    pub enrolment: Option<EnrolmentId>,
    /// What makes it arrive once: unique in the database.
    pub key: String,
    pub facts: Value,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
}

#[derive(Insertable)]
#[diesel(table_name = letters, treat_none_as_default_value = false)]
struct Row<'a> {
    id: LetterId,
    kind: &'a str,
    rule: Option<&'a str>,
    person_id: Option<PersonId>,
    batch_id: Option<BatchId>,
    session_id: Option<SessionId>,
    revision: Option<i32>,
    enrolment_id: Option<EnrolmentId>,
    key: &'a str,
    facts: String,
    state: &'a str,
    due_at: Moment,
    useless_after: Option<Moment>,
    attempts: i32,
    next_try_at: Moment,
    message_id: String,
    created_at: Moment,
    updated_at: Moment,
    notice_id: Option<NoticeId>,
}

/// Rows of one statement: 19 values each, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 1_000;

/// Writes plans; one whose key is already in the ledger changes nothing. Message-IDs are derived
/// from the key, so that a repeat can be recognised.
pub fn plan(db: &mut Db, plans: &[Plan], now: Moment) -> Result<usize, Fault> {
    write(db, None, plans, now)
}

/// As `plan`, for letters of one notice to many.
pub fn plan_of_notice(
    db: &mut Db,
    notice: NoticeId,
    plans: &[Plan],
    now: Moment,
) -> Result<usize, Fault> {
    write(db, Some(notice), plans, now)
}

fn write(
    db: &mut Db,
    notice: Option<NoticeId>,
    plans: &[Plan],
    now: Moment,
) -> Result<usize, Fault> {
    let mut written = 0;
    let gone = erased(db, plans)?;
    let alive: Vec<&Plan> = plans.iter().filter(|p| !gone.contains(&p.person)).collect();
    for chunk in alive.chunks(ROWS_AT_ONCE) {
        let keys: Vec<Cow<'_, str>> = chunk.iter().map(|p| key_of(p)).collect();
        let rows: Vec<Row<'_>> = chunk
            .iter()
            .enumerate()
            .map(|(i, p)| Row {
                id: p.id,
                kind: &p.kind,
                rule: p.rule.as_deref(),
                person_id: Some(p.person),
                batch_id: p.batch,
                session_id: p.session,
                revision: p.revision,
                enrolment_id: p.enrolment,
                key: &keys[i],
                facts: p.facts.to_string(),
                state: "planned",
                due_at: p.due_at,
                useless_after: p.useless_after,
                attempts: 0,
                next_try_at: p.due_at,
                message_id: message_id(&keys[i]),
                created_at: now,
                updated_at: now,
                notice_id: notice,
            })
            .collect();
        written += on_each!(db, c => diesel::insert_into(letters::table)
            .values(&rows).on_conflict(letters::key).do_nothing().execute(c))?;
    }
    Ok(written)
}

/// Who of the readers was erased: whatever room plans it, nothing is written to them.
fn erased(db: &mut Db, plans: &[Plan]) -> Result<BTreeSet<PersonId>, Fault> {
    let readers: BTreeSet<PersonId> = plans.iter().map(|p| p.person).collect();
    if readers.is_empty() {
        return Ok(readers);
    }
    let gone: Vec<PersonId> = people::table
        .filter(ids_among(people::id, readers).and(people::erased_at.is_not_null()))
        .select(people::id)
        .load(db)?;
    Ok(gone.into_iter().collect())
}

/// The key that the database keeps unique.
fn key_of(plan: &Plan) -> Cow<'_, str> {
    if trial::breaks(Sabotage::NoUniqueKey) {
        return format!("{}:{}", plan.key, plan.id).into();
    }
    (&plan.key).into()
}

/// The left part of the Message-ID (RFC 5322, 3.6.4); the sender adds its own domain.
pub fn message_id(key: &str) -> String {
    crate::kit::ids::hash(key).chars().take(40).collect()
}

/// Asks that whoever looks after the unit passes letters on whose readers cannot be written to.
pub fn pass_on(db: &mut Db, ids: &[LetterId], now: Moment) -> Result<(), Fault> {
    for chunk in ids.chunks(ROWS_AT_ONCE) {
        // A plan whose key was there already made no letter.
        let missed: Vec<LetterId> = letters::table
            .filter(ids_among(letters::id, chunk).and(letters::state.eq("missed")))
            .select(letters::id)
            .load(db)?;
        let rows: Vec<_> = missed
            .iter()
            .map(|id| (untold::letter_id.eq(*id), untold::since.eq(now), untold::look_at.eq(now)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        on_each!(db, c => diesel::insert_into(untold::table)
            .values(&rows)
            .on_conflict(untold::letter_id)
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Asks that a batch's letters be compared again with what is wanted. Cheap and repeatable: called
/// with every cause, in its transaction; the planner takes the request away.
pub fn ask(db: &mut Db, batch: BatchId, now: Moment) -> Result<(), Fault> {
    on_each!(db, c => diesel::insert_into(plan_requests::table)
        .values((plan_requests::batch_id.eq(batch), plan_requests::asked_at.eq(now)))
        .on_conflict(plan_requests::batch_id)
        .do_update()
        .set(plan_requests::asked_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// Asks for the look at a later moment, when nothing of the cause is wanted before it: a roll that
/// is being taken decides on no letter until the session is over.
pub fn ask_at(db: &mut Db, batch: BatchId, at: Moment) -> Result<(), Fault> {
    let mut sql = Sql::default();
    sql.say("insert into plan_requests (batch_id, asked_at) values (").number(batch);
    sql.say(", ").at(at).say(") on conflict (batch_id) do update set asked_at = excluded.asked_at");
    sql.say(" where plan_requests.asked_at > excluded.asked_at");
    sql.execute(db)?;
    Ok(())
}

/// As `ask`, for many batches in one statement. In the order of their ids: who asks for the same
/// ones at once waits for each other, but not in a circle.
pub fn ask_all(db: &mut Db, batches: &[BatchId], now: Moment) -> Result<(), Fault> {
    let sorted: BTreeSet<BatchId> = batches.iter().copied().collect();
    let rows: Vec<_> = sorted
        .iter()
        .map(|batch| (plan_requests::batch_id.eq(*batch), plan_requests::asked_at.eq(now)))
        .collect();
    if !rows.is_empty() {
        on_each!(db, c => diesel::insert_into(plan_requests::table)
            .values(&rows)
            .on_conflict(plan_requests::batch_id)
            .do_update()
            .set(plan_requests::asked_at.eq(now))
            .execute(c))?;
    }
    Ok(())
}
