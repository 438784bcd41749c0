//! Taking due letters in hand, and sweeping what nobody can send any more.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamp};

use crate::access::rules::Reach;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::kit::schema::{letter_bodies, letters, people, units};
use crate::post::rules::{self, Kind, MOST_TAKE_OVERS, MOST_TRIES, State, reason};
use crate::post::store::pause;

/// Whether any letter could be leased or must be swept now; while mail is paused, any sign-in code.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    let (planned, left) = match pause(db)?.is_some() {
        true => (CODES, CODES_LEFT),
        false => (DUE, LEFT),
    };
    Ok(is_any(db, planned, now)? || is_any(db, left, now)?)
}

/// Whether somebody waits for a sign-in code.
pub fn is_code_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    is_any(db, CODES, now)
}

/// The kind and the state said in the text: SQLite takes an index of some rows only for what it reads
/// there.
fn is_any(db: &mut Db, which: &str, now: Moment) -> Result<bool, Fault> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        is_any: bool,
    }
    let text = format!("select exists (select 1 from letters where {which}) as is_any");
    let found: Found =
        sql_query(text.replace("$3", "$1")).bind::<Timestamp, _>(now).get_result(db)?;
    Ok(found.is_any)
}

/// Records what cannot be sent any more: as missed when its time has passed, as uncertain when a
/// dead worker perhaps handed it over, as failed when it is what workers die of.
pub fn sweep(db: &mut Db, now: Moment) -> Result<usize, Fault> {
    // Said so that SQLite takes the index of what is planned: the state not bound, a range on both
    // sides. It would otherwise walk over all that is planned, for each batch again.
    let passed = format!(
        "update letters set state = '{missed}', reason = '{too_late}', updated_at = $1 \
         where state = '{planned}' and useless_after is not null and useless_after <= $1",
        missed = State::Missed,
        too_late = reason::TOO_LATE,
        planned = State::Planned,
    );
    let missed = sql_query(passed).bind::<Timestamp, _>(now).execute(db)?;
    forget_codes(db, now)?;
    let left = format!(
        "update letters set \
         state = case when handed > 0 then '{uncertain}' when useless_after <= $1 then '{missed}' \
         else '{failed}' end, \
         reason = case when handed > 0 then '{broken_off}' when useless_after <= $1 \
         then '{too_late}' else '{nobody_lives}' end, \
         updated_at = $1 \
         where state = '{leased}' and leased_until <= $1 \
         and (useless_after <= $1 or take_overs >= {MOST_TAKE_OVERS} \
         or (handed > 0 and attempts >= {MOST_TRIES}))",
        uncertain = State::Uncertain,
        missed = State::Missed,
        failed = State::Failed,
        broken_off = reason::BROKEN_OFF,
        too_late = reason::TOO_LATE,
        nobody_lives = reason::NOBODY_LIVES,
        leased = State::Leased,
    );
    Ok(missed + sql_query(left).bind::<Timestamp, _>(now).execute(db)?)
}

/// A code that stayed in the ledger would let its readers in.
fn forget_codes(db: &mut Db, now: Moment) -> Result<(), Fault> {
    let left = letters::table
        .filter(letters::state.eq(State::Leased).and(letters::leased_until.le(now)))
        .filter(letters::kind.eq(Kind::SignIn))
        .filter(
            letters::useless_after
                .le(now)
                .assume_not_null()
                .or(letters::take_overs.ge(MOST_TAKE_OVERS))
                .or(letters::handed.gt(0).and(letters::attempts.ge(MOST_TRIES))),
        )
        .select(letters::id);
    diesel::delete(letter_bodies::table.filter(letter_bodies::letter_id.eq_any(left)))
        .execute(db)?;
    Ok(())
}

/// Sign-in codes that are due.
const CODES: &str = "state = 'planned' and kind = 'sign_in' and next_try_at <= $3";
/// Letters that a dead worker left.
const LEFT: &str = "state = 'leased' and leased_until <= $3";
const CODES_LEFT: &str = "state = 'leased' and kind = 'sign_in' and leased_until <= $3";
/// Everything that is due.
const DUE: &str = "state = 'planned' and next_try_at <= $3";

/// Puts up to `most` due letters under a lease: sign-in codes first, then those that a dead worker
/// left, if that is wanted, then the rest by their time. Those that were left come by themselves, as
/// one of them may be what it died of.
pub fn lease(
    db: &mut Db,
    token: &str,
    most: i64,
    until: Moment,
    takes_over: bool,
    now: Moment,
) -> Result<usize, Fault> {
    let codes = lease_which(db, CODES, "", token, most, until, now)?;
    if codes > 0 {
        return Ok(codes);
    }
    let left = if takes_over { take_over(db, LEFT, token, most, until, now)? } else { 0 };
    if left > 0 { Ok(left) } else { lease_which(db, DUE, "", token, most, until, now) }
}

/// As `lease`, sign-in codes only.
pub fn lease_codes(
    db: &mut Db,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    let codes = lease_which(db, CODES, "", token, most, until, now)?;
    if codes > 0 { Ok(codes) } else { take_over(db, CODES_LEFT, token, most, until, now) }
}

/// Takes over letters that were left, the least suspicious first.
fn take_over(
    db: &mut Db,
    which: &str,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    #[derive(QueryableByName)]
    struct Least {
        #[diesel(sql_type = Nullable<Integer>)]
        take_overs: Option<i32>,
    }
    let text = format!("select min(take_overs) as take_overs from letters where {which}")
        .replace("$3", "$1");
    let least: Least = sql_query(text).bind::<Timestamp, _>(now).get_result(db)?;
    let Some(least) = least.take_overs else { return Ok(0) };
    let which = format!("{which} and take_overs = {least}");
    let most = most.min(rules::together(least));
    lease_which(db, &which, ", take_overs = take_overs + 1", token, most, until, now)
}

/// On PostgreSQL a row that another worker is taking is passed over; on SQLite this runs in a
/// transaction that began IMMEDIATE.
fn lease_which(
    db: &mut Db,
    which: &str,
    more: &str,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    let skip = if matches!(db, Db::Postgres(_)) { " for update skip locked" } else { "" };
    let text = format!(
        "update letters set state = 'leased', lease_token = $1, leased_until = $2, \
         updated_at = $3{more} \
         where id in (select id from letters where {which} \
         and (useless_after is null or useless_after > $3) \
         order by next_try_at limit $4{skip})"
    );
    Ok(sql_query(text)
        .bind::<Text, _>(token)
        .bind::<Timestamp, _>(until)
        .bind::<Timestamp, _>(now)
        .bind::<BigInt, _>(most)
        .execute(db)?)
}

/// A letter in a worker's hand.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = letters)]
pub struct Leased {
    pub id: LetterId,
    pub kind: Kind,
    pub rule: Option<String>,
    #[diesel(column_name = person_id)]
    pub person: Option<PersonId>,
    #[diesel(column_name = batch_id)]
    pub batch: Option<BatchId>,
    #[diesel(column_name = session_id)]
    pub session: Option<SessionId>,
    pub revision: Option<i32>,
    #[diesel(column_name = enrolment_id)]
    pub enrolment: Option<EnrolmentId>,
    pub facts: String,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    /// How often it was handed over before.
    pub attempts: i32,
    pub message_id: String,
    pub address: Option<String>,
    #[diesel(select_expression = letter_bodies::body.nullable())]
    pub body: Option<String>,
    /// Its place under the limit of its domain, once that is booked.
    pub slot_at: Option<Moment>,
}

/// The rule of a letter that somebody sends to himself, to see it.
pub const TRIAL: &str = "trial";

impl Leased {
    pub fn is_trial(&self) -> bool {
        self.rule.as_deref() == Some(TRIAL)
    }
}

pub fn leased(db: &mut Db, token: &str) -> Result<Vec<Leased>, Fault> {
    Ok(letters::table
        .left_join(letter_bodies::table)
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .order((letters::next_try_at, letters::id))
        .select(Leased::as_select())
        .load(db)?)
}

/// The newest letters of a kind to people of a reach, without trials and without what was not sent:
/// to see how a text looks in them.
pub fn newest_of(db: &mut Db, reach: &Reach, kind: Kind, most: i64) -> Result<Vec<Leased>, Fault> {
    let mut rows = letters::table
        .inner_join(people::table.inner_join(units::table.on(units::id.eq(people::unit_id))))
        .left_join(letter_bodies::table)
        .select(Leased::as_select())
        .into_boxed();
    for (from, to) in reach.ranges() {
        rows = rows.or_filter(units::path.ge(from).and(units::path.lt(to)));
    }
    Ok(rows
        .filter(letters::kind.eq(kind))
        .filter(letters::rule.is_null().or(letters::rule.ne(TRIAL)))
        .filter(letters::state.eq_any([State::Planned, State::Leased, State::Sent]))
        .order(letters::id.desc())
        .limit(most)
        .load(db)?)
}

/// Holds what is left of a lease longer.
pub fn renew(db: &mut Db, token: &str, until: Moment) -> Result<(), Fault> {
    diesel::update(letters::table)
        .filter(letters::lease_token.eq(token).and(letters::state.eq(State::Leased)))
        .set(letters::leased_until.eq(until))
        .execute(db)?;
    Ok(())
}
