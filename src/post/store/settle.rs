//! The bytes of letters in hand, and what became of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::schema::{letter_bodies, letters};
use crate::post::rules::{Kind, Settlement, State};
use crate::post::store::ROWS_AT_ONCE;

/// A letter as it will go: fixed before its first try, so that every repeat is the same bytes.
#[derive(Clone, Copy)]
pub struct Fixed<'a> {
    pub id: LetterId,
    pub address: &'a str,
    pub body: &'a str,
}

/// Writes the bytes of leased letters down. Both databases call the columns of a `values` list
/// column1, column2, …; SQLite numbers `$n` by first appearance, so the token comes last.
pub fn fix(db: &mut Db, token: &str, fixed: &[Fixed<'_>]) -> Result<(), Fault> {
    for chunk in fixed.chunks(ROWS_AT_ONCE) {
        let places: Vec<String> =
            (0..chunk.len()).map(|i| format!("(${}, ${})", i * 2 + 1, i * 2 + 2)).collect();
        let (rows, last) = (places.join(", "), chunk.len() * 2 + 1);
        let mine = format!("l.id = v.column1 and l.state = 'leased' and l.lease_token = ${last}");
        let addresses = format!(
            "update letters as l set address = v.column2 from (values {rows}) as v where {mine}"
        );
        let bodies = format!(
            "insert into letter_bodies (letter_id, body) select v.column1, v.column2 \
             from (values {rows}) as v join letters l on {mine}"
        );
        for (text, is_body) in [(addresses, false), (bodies, true)] {
            on_each!(db, c => {
                let mut query = sql_query(&text).into_boxed();
                for f in chunk {
                    let value = if is_body { f.body } else { f.address };
                    query = query.bind::<BigInt, _>(f.id).bind::<Text, _>(value);
                }
                query.bind::<Text, _>(token).execute(c)
            })?;
        }
    }
    Ok(())
}

/// Writes the bytes of a letter down that nobody has in hand yet.
pub fn fix_planned(db: &mut Db, fixed: Fixed<'_>) -> Result<(), Fault> {
    let done = diesel::update(letters::table.find(fixed.id))
        .filter(letters::state.eq(State::Planned))
        .set(letters::address.eq(fixed.address))
        .execute(db)?;
    if done == 1 {
        let row = (letter_bodies::letter_id.eq(fixed.id), letter_bodies::body.eq(fixed.body));
        diesel::insert_into(letter_bodies::table).values(row).execute(db)?;
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
    handed: i32,
    take_overs: i32,
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
        handed: 0,
        take_overs: 0,
        updated_at: now,
    };
    let done = diesel::update(letters::table)
        .filter(ids_among(letters::id, ids))
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set(&ended)
        .execute(db)?;
    if settlement.state != State::Planned {
        // A code that stayed in the ledger would let its readers in.
        let codes = letters::table
            .filter(ids_among(letters::id, ids).and(letters::kind.eq(Kind::SignIn)))
            .select(letters::id);
        diesel::delete(letter_bodies::table.filter(letter_bodies::letter_id.eq_any(codes)))
            .execute(db)?;
    }
    Ok(done)
}

/// Writes down that letters are about to be handed over: from here on each has perhaps arrived.
/// Those that are in other hands by now stay as they are; the last look finds them.
pub fn hand_over(db: &mut Db, token: &str, ids: &[LetterId]) -> Result<(), Fault> {
    step(db, token, ids, 1)
}

/// Takes that back for letters that were not handed over after all.
pub fn call_back(db: &mut Db, token: &str, ids: &[LetterId]) -> Result<(), Fault> {
    step(db, token, ids, -1)
}

fn step(db: &mut Db, token: &str, ids: &[LetterId], by: i32) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(ids_among(letters::id, ids))
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set((
            letters::attempts.eq(letters::attempts + by),
            letters::handed.eq(letters::handed + by),
        ))
        .execute(db)?;
    Ok(())
}

/// Gives letters back that were leased but not handed over: they are as free as before.
pub fn release(db: &mut Db, token: &str, ids: &[LetterId], now: Moment) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(ids_among(letters::id, ids))
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set((
            letters::state.eq(State::Planned),
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
                letters::lease_token.eq(None::<String>),
                letters::leased_until.eq(None::<Moment>),
                letters::next_try_at.eq(until),
                letters::updated_at.eq(now),
            ))
            .execute(db)?;
    }
    Ok(())
}
