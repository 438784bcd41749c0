//! The bytes of letters in hand, and what became of them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::kit::among::ids_among;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::kept::{self, Cell, Given, Ids};
use crate::kit::rows;
use crate::kit::schema::{letter_bodies, letters};
use crate::post::rules::{Settlement, State};

/// Said so that SQLite goes by the ids; it would walk through everything that is leased.
const IS_LEASED: &str = "(state || '') = 'leased'";

/// A letter as it will go: fixed before its first try, so that every repeat is the same bytes.
#[derive(Clone, Copy)]
pub struct Fixed<'a> {
    pub id: LetterId,
    pub address: &'a str,
    pub body: &'a str,
}

/// Writes the bytes of leased letters down. Both databases call the columns of a `values` list
/// column1, column2, …
pub fn fix(db: &mut Db, token: &str, fixed: &[Fixed<'_>]) -> Result<(), Fault> {
    let mine = "letters.id = given.column1 and letters.state = 'leased' \
        and letters.lease_token = given.column3";
    let row = |id: LetterId, said| [Cell::number(id), Cell::text(said), Cell::text(token)];
    let rows: Vec<[Cell<'_>; 3]> = fixed.iter().map(|f| row(f.id, f.address)).collect();
    let addresses = "update letters set address = given.column2 from";
    rows::run(db, addresses, &rows, &format!("where {mine}"))?;
    let rows: Vec<[Cell<'_>; 3]> = fixed.iter().map(|f| row(f.id, f.body)).collect();
    let bodies = "insert into letter_bodies (letter_id, body) \
        select given.column1, given.column2 from";
    for rows in rows.chunks(BODIES_AT_ONCE) {
        rows::run(db, bodies, rows, &format!("join letters on {mine}"))?;
    }
    Ok(())
}

/// About a megabyte, which the database holds once more while it reads the statement.
const BODIES_AT_ONCE: usize = 128;

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

/// Writes down how tries ended, for rows that are still under this lease; gives how many were. With
/// the lease goes all that belongs to the try: its place under the limit of its domain too, the next
/// one books another.
pub fn settle(
    db: &mut Db,
    token: &str,
    ids: &[LetterId],
    settlement: &Settlement,
    now: Moment,
) -> Result<usize, Fault> {
    let Settlement { state, reason, next_try_at } = settlement;
    let ids = Ids::of(ids.iter().copied());
    let mut text = String::from(
        "update letters set state = ?, reason = ?, lease_token = null, leased_until = null, \
         slot_at = null, handed = 0, take_overs = 0, updated_at = ?",
    );
    let one = Given::One;
    let mut given =
        vec![one(Cell::text(state.word())), one(Cell::Text(reason.as_deref())), one(Cell::at(now))];
    if let Some(at) = next_try_at {
        text.push_str(", next_try_at = ?");
        given.push(one(Cell::at(*at)));
    }
    if *state == State::Sent {
        text.push_str(", sent_at = ?");
        given.push(one(Cell::at(now)));
    }
    text.push_str(" where id ? and lease_token = ? and ");
    text.push_str(IS_LEASED);
    given.extend([Given::Among(&ids), one(Cell::text(token))]);
    kept::execute(db, &text, &given)
}

/// Forgets the bytes of those letters that are sign-in codes: one that stayed in the ledger would let
/// its readers in.
pub fn forget_codes_of(db: &mut Db, ids: &[LetterId]) -> Result<(), Fault> {
    let ids = Ids::of(ids.iter().copied());
    let codes = "delete from letter_bodies where letter_id in \
        (select id from letters where id ? and kind = 'sign_in')";
    kept::execute(db, codes, &[Given::Among(&ids)])?;
    Ok(())
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

fn step(db: &mut Db, token: &str, ids: &[LetterId], by: i64) -> Result<(), Fault> {
    let ids = Ids::of(ids.iter().copied());
    let (by, token) = (Given::One(Cell::number(by)), Given::One(Cell::text(token)));
    let text = format!(
        "update letters set attempts = attempts + ?, handed = handed + ? \
         where id ? and lease_token = ? and {IS_LEASED}"
    );
    kept::execute(db, &text, &[by, by, Given::Among(&ids), token])?;
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
