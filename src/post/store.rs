//! Owns letters, mail_pauses, mail_paces, unsubscribes, bounces, blocked_addresses.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamp};

use crate::access::rules::Reach;
use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{
    batches, blocked_addresses, bounces, emails, enrolments, grants, letters, mail_paces,
    mail_pauses, people, session_trainers, sessions, units, unsubscribes,
};
use crate::kit::within::Within;
use crate::post::rules::{Kind, MOST_TRIES, Settlement, State, reason};

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
            .set((
                letters::state.eq(State::Planned),
                letters::facts.eq(facts),
                letters::due_at.eq(due_at),
                letters::next_try_at.eq(due_at),
                letters::useless_after.eq(useless_after),
                letters::body.eq(None::<String>),
                letters::address.eq(None::<String>),
                letters::reason.eq(None::<String>),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
    }
    Ok(done)
}

/// Whether any letter could be leased or must be swept now; while mail is paused, any sign-in code.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    let paused = pause(db)?.is_some();
    let mut planned = letters::table
        .filter(letters::state.eq(State::Planned).and(letters::next_try_at.le(now)))
        .select(letters::id)
        .into_boxed();
    let mut dropped = letters::table
        .filter(letters::state.eq(State::Leased).and(letters::leased_until.le(now)))
        .select(letters::id)
        .into_boxed();
    if paused {
        planned = planned.filter(letters::kind.eq(Kind::SignIn));
        dropped = dropped.filter(letters::kind.eq(Kind::SignIn));
    }
    if planned.first::<LetterId>(db).optional()?.is_some() {
        return Ok(true);
    }
    Ok(dropped.first::<LetterId>(db).optional()?.is_some())
}

/// Records what has become useless: as missed when it was not tried, as uncertain when a worker
/// died with it in hand.
pub fn sweep_useless(db: &mut Db, now: Moment) -> Result<usize, Fault> {
    let missed = diesel::update(letters::table)
        .filter(letters::state.eq(State::Planned).and(letters::next_try_at.le(now)))
        .filter(letters::useless_after.le(now))
        .set((
            letters::state.eq(State::Missed),
            letters::reason.eq(reason::TOO_LATE),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    let uncertain = diesel::update(letters::table)
        .filter(letters::state.eq(State::Leased).and(letters::leased_until.le(now)))
        .filter(letters::useless_after.le(now).or(letters::attempts.ge(MOST_TRIES)))
        .set((
            letters::state.eq(State::Uncertain),
            letters::reason.eq(reason::BROKEN_OFF),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(missed + uncertain)
}

/// Sign-in codes that are due.
const CODES: &str = "state = 'planned' and kind = 'sign_in' and next_try_at <= $3";
/// Letters that a dead worker left.
const LEFT: &str = "state = 'leased' and leased_until <= $3";
const CODES_LEFT: &str = "state = 'leased' and kind = 'sign_in' and leased_until <= $3";
/// Everything that is due.
const DUE: &str = "state = 'planned' and next_try_at <= $3";

/// Puts up to `most` due letters under a lease: sign-in codes first, then those that a dead worker
/// left, then the rest by their time.
pub fn lease(
    db: &mut Db,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    lease_in_turn(db, [CODES, LEFT, DUE], token, most, until, now)
}

/// As `lease`, sign-in codes only.
pub fn lease_codes(
    db: &mut Db,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    lease_in_turn(db, [CODES, CODES_LEFT], token, most, until, now)
}

/// On PostgreSQL a row that another worker is taking is passed over; on SQLite this runs in a
/// transaction that began IMMEDIATE.
fn lease_in_turn<const N: usize>(
    db: &mut Db,
    turns: [&str; N],
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    let mut taken = 0;
    for which in turns {
        let left = most - i64::try_from(taken).unwrap_or(most);
        if left <= 0 {
            break;
        }
        let skip = if matches!(db, Db::Postgres(_)) { " for update skip locked" } else { "" };
        let text = format!(
            "update letters set state = 'leased', lease_token = $1, leased_until = $2, \
             attempts = attempts + 1, updated_at = $3 \
             where id in (select id from letters where {which} \
             and (useless_after is null or useless_after > $3) \
             order by next_try_at limit $4{skip})"
        );
        taken += sql_query(text)
            .bind::<Text, _>(token)
            .bind::<Timestamp, _>(until)
            .bind::<Timestamp, _>(now)
            .bind::<BigInt, _>(left)
            .execute(db)?;
    }
    Ok(taken)
}

/// A letter in a worker's hand.
#[derive(Debug, Clone, Queryable)]
pub struct Leased {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: Option<PersonId>,
    pub batch: Option<BatchId>,
    pub session: Option<SessionId>,
    pub revision: Option<i32>,
    pub enrolment: Option<EnrolmentId>,
    pub facts: String,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    pub attempts: i32,
    pub message_id: String,
    pub address: Option<String>,
    pub body: Option<String>,
    /// Its place under the limit of its domain, once that is booked.
    pub slot_at: Option<Moment>,
}

pub fn leased(db: &mut Db, token: &str) -> Result<Vec<Leased>, Fault> {
    Ok(letters::table
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .order((letters::next_try_at, letters::id))
        .select((
            letters::id,
            letters::kind,
            letters::rule.nullable(),
            letters::person_id.nullable(),
            letters::batch_id.nullable(),
            letters::session_id.nullable(),
            letters::revision.nullable(),
            letters::enrolment_id.nullable(),
            letters::facts,
            letters::due_at,
            letters::useless_after.nullable(),
            letters::attempts,
            letters::message_id,
            letters::address.nullable(),
            letters::body.nullable(),
            letters::slot_at.nullable(),
        ))
        .load(db)?)
}

/// A letter as it will go: fixed before its first try, so that every repeat is the same bytes.
pub struct Fixed {
    pub id: LetterId,
    pub address: String,
    pub body: String,
}

/// Letters whose bytes go into one statement.
const BODIES_AT_ONCE: usize = 100;

/// Writes the bytes of leased letters down. Both databases call the columns of a `values` list
/// column1, column2, …; SQLite numbers `$n` by first appearance, so the token comes last.
pub fn fix(db: &mut Db, token: &str, fixed: &[Fixed]) -> Result<(), Fault> {
    for chunk in fixed.chunks(BODIES_AT_ONCE) {
        let rows: Vec<String> = (0..chunk.len())
            .map(|i| format!("(${}, ${}, ${})", i * 3 + 1, i * 3 + 2, i * 3 + 3))
            .collect();
        let text = format!(
            "update letters set address = v.column2, body = v.column3 from (values {}) as v \
             where letters.id = v.column1 and letters.state = 'leased' and letters.lease_token = ${}",
            rows.join(", "),
            chunk.len() * 3 + 1
        );
        on_each!(db, c => {
            let mut query = sql_query(&text).into_boxed();
            for f in chunk {
                query = query.bind::<BigInt, _>(f.id).bind::<Text, _>(&f.address).bind::<Text, _>(&f.body);
            }
            query.bind::<Text, _>(token).execute(c)
        })?;
    }
    Ok(())
}

/// What is left of a lease: nothing; with it, only what the end of the try changes.
#[derive(AsChangeset)]
#[diesel(table_name = letters)]
struct Ended<'a> {
    state: State,
    reason: Option<Option<&'a str>>,
    lease_token: Option<Option<&'a str>>,
    leased_until: Option<Option<Moment>>,
    next_try_at: Option<Moment>,
    /// The next try books another one.
    slot_at: Option<Option<Moment>>,
    sent_at: Option<Moment>,
    updated_at: Moment,
}

/// Writes down how tries ended, for rows that are still under this lease; gives how many were.
pub fn settle(
    db: &mut Db,
    token: &str,
    ids: &[LetterId],
    settlement: &Settlement,
    now: Moment,
) -> Result<usize, Fault> {
    let ended = Ended {
        state: settlement.state,
        reason: Some(settlement.reason.as_deref()),
        lease_token: Some(None),
        leased_until: Some(None),
        next_try_at: settlement.next_try_at,
        slot_at: Some(None),
        sent_at: (settlement.state == State::Sent).then_some(now),
        updated_at: now,
    };
    let done = diesel::update(letters::table)
        .filter(ids_among(letters::id, ids))
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set(&ended)
        .execute(db)?;
    if settlement.state != State::Planned {
        // A code that stayed in the ledger would let its readers in.
        diesel::update(letters::table)
            .filter(ids_among(letters::id, ids))
            .filter(letters::kind.eq(Kind::SignIn).and(letters::body.is_not_null()))
            .set(letters::body.eq(None::<String>))
            .execute(db)?;
    }
    Ok(done)
}

/// Gives letters back that were leased but not tried.
pub fn release(db: &mut Db, token: &str, ids: &[LetterId], now: Moment) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(ids_among(letters::id, ids))
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set((
            letters::state.eq(State::Planned),
            letters::attempts.eq(letters::attempts - 1),
            letters::lease_token.eq(None::<String>),
            letters::leased_until.eq(None::<Moment>),
            letters::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Puts letters back into the ledger untried until a morning; the mornings are few, one for each
/// zone.
pub fn rest(
    db: &mut Db,
    token: &str,
    resting: &BTreeMap<Moment, Vec<LetterId>>,
    now: Moment,
) -> Result<(), Fault> {
    for (until, ids) in resting {
        diesel::update(letters::table)
            .filter(ids_among(letters::id, ids))
            .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
            .set((
                letters::state.eq(State::Planned),
                letters::attempts.eq(letters::attempts - 1),
                letters::lease_token.eq(None::<String>),
                letters::leased_until.eq(None::<Moment>),
                letters::next_try_at.eq(until),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Puts leased letters back, each until its slot.
pub fn postpone(
    db: &mut Db,
    token: &str,
    later: &[(LetterId, Moment)],
    now: Moment,
) -> Result<(), Fault> {
    for chunk in later.chunks(BODIES_AT_ONCE) {
        let rows: Vec<String> = (0..chunk.len())
            .map(|i| format!("(${}, ${}, ${})", i * 3 + 1, i * 3 + 2, i * 3 + 3))
            .collect();
        let text = format!(
            "update letters set state = 'planned', attempts = attempts - 1, lease_token = null, \
             leased_until = null, next_try_at = v.column2, slot_at = v.column2, \
             updated_at = v.column3 from (values {}) as v \
             where letters.id = v.column1 and letters.state = 'leased' and letters.lease_token = ${}",
            rows.join(", "),
            chunk.len() * 3 + 1
        );
        on_each!(db, c => {
            let mut query = sql_query(&text).into_boxed();
            for (id, at) in chunk {
                query = query
                    .bind::<BigInt, _>(id)
                    .bind::<Timestamp, _>(at)
                    .bind::<Timestamp, _>(now);
            }
            query.bind::<Text, _>(token).execute(c)
        })?;
    }
    Ok(())
}

/// The next free slot of a scope, not before now. On PostgreSQL the row is this transaction's until
/// its end, so that no two nodes get the same slot.
pub fn next_slot(db: &mut Db, scope: &str, now: Moment) -> Result<Moment, Fault> {
    on_each!(db, c => diesel::insert_into(mail_paces::table)
        .values((mail_paces::scope.eq(scope), mail_paces::next_slot_at.eq(now)))
        .on_conflict(mail_paces::scope)
        .do_update()
        .set(mail_paces::scope.eq(scope))
        .execute(c))?;
    let next: Moment = mail_paces::table.find(scope).select(mail_paces::next_slot_at).first(db)?;
    Ok(next.max(now))
}

/// Moves a scope on: everything before `next` is taken.
pub fn book(db: &mut Db, scope: &str, next: Moment) -> Result<(), Fault> {
    diesel::update(mail_paces::table.find(scope))
        .set(mail_paces::next_slot_at.eq(next))
        .execute(db)?;
    Ok(())
}

/// A pause that has not ended.
#[derive(Debug, Clone, Queryable)]
pub struct Pause {
    pub reason: String,
    pub paused_at: Moment,
    pub by: Option<String>,
}

pub fn pause(db: &mut Db) -> Result<Option<Pause>, Fault> {
    Ok(mail_pauses::table
        .left_join(people::table)
        .filter(mail_pauses::ended_at.is_null())
        .order(mail_pauses::id)
        .select((mail_pauses::reason, mail_pauses::paused_at, people::name.nullable()))
        .first(db)
        .optional()?)
}

pub fn begin_pause(
    db: &mut Db,
    id: i64,
    reason: &str,
    by: Option<PersonId>,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(mail_pauses::table)
        .values((
            mail_pauses::id.eq(id),
            mail_pauses::reason.eq(reason),
            mail_pauses::paused_at.eq(now),
            mail_pauses::paused_by.eq(by),
        ))
        .execute(db)?;
    Ok(())
}

pub fn end_pauses(db: &mut Db, by: Option<PersonId>, now: Moment) -> Result<(), Fault> {
    diesel::update(mail_pauses::table.filter(mail_pauses::ended_at.is_null()))
        .set((mail_pauses::ended_at.eq(now), mail_pauses::ended_by.eq(by)))
        .execute(db)?;
    Ok(())
}

/// The paths of the topmost units.
pub fn roots(db: &mut Db) -> Result<Vec<String>, Fault> {
    Ok(units::table.filter(units::parent_id.is_null()).select(units::path).load(db)?)
}

/// Cancels what is planned of a batch for people who stopped reminders.
pub fn cancel_unsubscribed(db: &mut Db, batch: BatchId, now: Moment) -> Result<usize, Fault> {
    Ok(diesel::update(letters::table)
        .filter(letters::batch_id.eq(batch).and(letters::state.eq(State::Planned)))
        .filter(letters::kind.eq_any(Kind::stoppable()))
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
        .filter(letters::kind.eq_any(Kind::stoppable()))
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

/// A person's name and unit.
pub fn reader(db: &mut Db, person: PersonId) -> Result<(String, UnitId), Fault> {
    Ok(people::table.find(person).select((people::name, people::unit_id)).first(db)?)
}

/// The batches that a person is enrolled in.
pub fn batches_of(db: &mut Db, person: PersonId) -> Result<Vec<BatchId>, Fault> {
    Ok(enrolments::table
        .filter(enrolments::person_id.eq(person))
        .select(enrolments::batch_id)
        .load(db)?)
}

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
pub fn batches_touched(db: &mut Db, path: &str) -> Result<Vec<BatchId>, Fault> {
    let below = || Within(vec![(path.to_owned(), format!("{path}9"))]);
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

/// Forgets the bytes of letters that are planned and were never tried.
pub fn forget_untried(db: &mut Db, who: &[PersonId]) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(letters::state.eq(State::Planned).and(letters::attempts.le(0)))
        .filter(ids_among(letters::person_id.assume_not_null(), who.iter().copied()))
        .filter(letters::body.is_not_null())
        .set((letters::body.eq(None::<String>), letters::address.eq(None::<String>)))
        .execute(db)?;
    Ok(())
}

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

/// How the newest letters ended, over everybody: (ended, went wrong). The words stand in the
/// statement so that both databases see that their index of ended letters fits.
pub fn newest_ends(db: &mut Db, most: i64) -> Result<(usize, usize), Fault> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        state: String,
    }
    let text = "select state from letters where state in ('sent', 'failed', 'uncertain') \
        order by updated_at desc limit $1";
    let rows: Vec<Row> = sql_query(text).bind::<BigInt, _>(most).load(db)?;
    let wrong = rows.iter().filter(|row| row.state != State::Sent.word()).count();
    Ok((rows.len(), wrong))
}

/// Holds what is left of a lease longer.
pub fn renew(db: &mut Db, token: &str, until: Moment) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set(letters::leased_until.eq(until))
        .execute(db)?;
    Ok(())
}

/// What a list of letters is cut to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    pub person: Option<PersonId>,
    pub batch: Option<BatchId>,
}

/// A letter as a list shows it.
#[derive(Debug, Queryable)]
pub struct LetterRow {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: Option<PersonId>,
    pub name: Option<String>,
    pub batch: Option<String>,
    pub session: Option<SessionId>,
    pub starts_at: Option<Moment>,
    pub timezone: Option<String>,
    pub revision: Option<i32>,
    pub state: State,
    pub due_at: Moment,
    pub next_try_at: Moment,
    pub attempts: i32,
    pub message_id: String,
    pub reason: Option<String>,
    pub sent_at: Option<Moment>,
}

/// The rows of a reach: of people in its units. A macro, because the type of a joined, boxed query
/// cannot be named over two databases.
macro_rules! rows_within {
    ($reach:expr, $filter:expr) => {{
        let mut rows = letters::table
            .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
            .left_join(batches::table)
            .left_join(sessions::table)
            .select((
                letters::id,
                letters::kind,
                letters::rule.nullable(),
                letters::person_id.nullable(),
                people::name.nullable(),
                batches::title.nullable(),
                letters::session_id.nullable(),
                sessions::starts_at.nullable(),
                sessions::timezone.nullable(),
                letters::revision.nullable(),
                letters::state,
                letters::due_at,
                letters::next_try_at,
                letters::attempts,
                letters::message_id,
                letters::reason.nullable(),
                letters::sent_at.nullable(),
            ))
            .into_boxed();
        // First the ranges, one or another; each filter after them is one more `and`.
        for (from, to) in $reach.ranges() {
            rows = rows.or_filter(units::path.ge(from).and(units::path.lt(to)));
        }
        if let Some(state) = $filter.state {
            rows = rows.filter(letters::state.eq(state));
        }
        if let Some(kind) = $filter.kind {
            rows = rows.filter(letters::kind.eq(kind));
        }
        if let Some(person) = $filter.person {
            rows = rows.filter(letters::person_id.eq(person));
        }
        if let Some(batch) = $filter.batch {
            rows = rows.filter(letters::batch_id.eq(batch));
        }
        rows
    }};
}

/// The newest letters within a reach, with one row more than a page.
pub fn letters_within(
    db: &mut Db,
    reach: &Reach,
    filter: &Filter,
    page: PageNumber,
) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter)
        .order(letters::id.desc())
        .limit(ROWS + 1)
        .offset(page.offset())
        .load(db)?)
}

/// Letters within a reach from an id on, oldest first.
pub fn letters_after(
    db: &mut Db,
    reach: &Reach,
    filter: &Filter,
    after: Option<i64>,
    most: i64,
) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter)
        .filter(letters::id.gt(LetterId(after.unwrap_or(0))))
        .order(letters::id)
        .limit(most)
        .load(db)?)
}

/// The oldest letters of a selection, a few of them.
pub fn sample_of(db: &mut Db, reach: &Reach, filter: &Filter) -> Result<Vec<LetterRow>, Fault> {
    Ok(rows_within!(reach, filter).order((letters::due_at, letters::id)).limit(SAMPLE).load(db)?)
}

/// Letters of a sample.
const SAMPLE: i64 = 5;

/// The planned letters of a selection.
pub fn planned_within(db: &mut Db, reach: &Reach, filter: &Filter) -> Result<Vec<LetterId>, Fault> {
    let mut rows = letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .select(letters::id)
        .into_boxed();
    for (from, to) in reach.ranges() {
        rows = rows.or_filter(units::path.ge(from).and(units::path.lt(to)));
    }
    rows = rows.filter(letters::state.eq(State::Planned));
    if let Some(kind) = filter.kind {
        rows = rows.filter(letters::kind.eq(kind));
    }
    if let Some(person) = filter.person {
        rows = rows.filter(letters::person_id.eq(person));
    }
    if let Some(batch) = filter.batch {
        rows = rows.filter(letters::batch_id.eq(batch));
    }
    Ok(rows.load(db)?)
}

/// How many letters of each state lie within a reach. Over everybody, the index alone answers.
pub fn counts_within(db: &mut Db, reach: &Reach) -> Result<Vec<(State, i64)>, Fault> {
    let roots = roots(db)?;
    if roots.iter().all(|root| reach.covers(root)) {
        return Ok(letters::table
            .group_by(letters::state)
            .select((letters::state, diesel::dsl::count_star()))
            .load(db)?);
    }
    let mut counts = letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .group_by(letters::state)
        .select((letters::state, diesel::dsl::count_star()))
        .into_boxed();
    for (from, to) in reach.ranges() {
        counts = counts.or_filter(units::path.ge(from).and(units::path.lt(to)));
    }
    Ok(counts.load(db)?)
}

/// One letter with everything that is known of it.
#[derive(Debug, Queryable)]
pub struct Detail {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub path: String,
    pub batch: Option<BatchId>,
    pub batch_title: Option<String>,
    pub session: Option<SessionId>,
    pub starts_at: Option<Moment>,
    pub timezone: Option<String>,
    pub revision: Option<i32>,
    pub state: State,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    pub attempts: i32,
    pub next_try_at: Moment,
    pub message_id: String,
    pub address: Option<String>,
    pub body: Option<String>,
    pub reason: Option<String>,
    pub sent_at: Option<Moment>,
    pub created_at: Moment,
}

pub fn letter(db: &mut Db, id: LetterId) -> Result<Detail, Fault> {
    Ok(letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .left_join(batches::table)
        .left_join(sessions::table)
        .filter(letters::id.eq(id))
        .select((
            letters::id,
            letters::kind,
            letters::rule.nullable(),
            people::id,
            people::name,
            units::id,
            units::path,
            letters::batch_id.nullable(),
            batches::title.nullable(),
            letters::session_id.nullable(),
            sessions::starts_at.nullable(),
            sessions::timezone.nullable(),
            letters::revision.nullable(),
            letters::state,
            letters::due_at,
            letters::useless_after.nullable(),
            letters::attempts,
            letters::next_try_at,
            letters::message_id,
            letters::address.nullable(),
            letters::body.nullable(),
            letters::reason.nullable(),
            letters::sent_at.nullable(),
            letters::created_at,
        ))
        .first(db)?)
}

/// Plans a letter again from its first try.
pub fn plan_again(db: &mut Db, id: LetterId, now: Moment) -> Result<(), Fault> {
    diesel::update(letters::table.find(id))
        .set((
            letters::state.eq(State::Planned),
            letters::attempts.eq(0),
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
    diesel::update(letters::table.find(id))
        .set((letters::body.eq(None::<String>), letters::address.eq(None::<String>)))
        .execute(db)?;
    Ok(())
}
