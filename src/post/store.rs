//! Owns letters.

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
use crate::kit::schema::{batches, letters, people, sessions, units};
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
            .filter(letters::state.eq_any([State::Planned, State::Cancelled]))
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

/// Whether any letter could be leased or must be swept now.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    let planned = letters::table
        .filter(letters::state.eq(State::Planned).and(letters::next_try_at.le(now)))
        .select(letters::id)
        .first::<LetterId>(db)
        .optional()?;
    if planned.is_some() {
        return Ok(true);
    }
    let dropped = letters::table
        .filter(letters::state.eq(State::Leased).and(letters::leased_until.le(now)))
        .select(letters::id)
        .first::<LetterId>(db)
        .optional()?;
    Ok(dropped.is_some())
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

/// Puts up to `most` due letters under a lease: sign-in codes first, then those that a dead worker
/// left, then the rest by their time. On PostgreSQL a row that another worker is taking is passed
/// over; on SQLite this runs in a transaction that began IMMEDIATE.
pub fn lease(
    db: &mut Db,
    token: &str,
    most: i64,
    until: Moment,
    now: Moment,
) -> Result<usize, Fault> {
    let mut taken = 0;
    let useful = "(useless_after is null or useless_after > $3)";
    for which in [
        format!(
            "state = 'planned' and kind = 'sign_in' and next_try_at <= $3 and {useful} order by next_try_at"
        ),
        format!("state = 'leased' and leased_until <= $3 and {useful} order by next_try_at"),
        format!("state = 'planned' and next_try_at <= $3 and {useful} order by next_try_at"),
    ] {
        let left = most - i64::try_from(taken).unwrap_or(most);
        if left <= 0 {
            break;
        }
        let skip = if matches!(db, Db::Postgres(_)) { " for update skip locked" } else { "" };
        let text = format!(
            "update letters set state = 'leased', lease_token = $1, leased_until = $2, \
             attempts = attempts + 1, updated_at = $3 \
             where id in (select id from letters where {which} limit $4{skip})"
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
    pub useless_after: Option<Moment>,
    pub attempts: i32,
    pub message_id: String,
    pub address: Option<String>,
    pub body: Option<String>,
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
            letters::useless_after.nullable(),
            letters::attempts,
            letters::message_id,
            letters::address.nullable(),
            letters::body.nullable(),
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

/// How many letters of each state lie within a reach. Over everybody, the index alone answers.
pub fn counts_within(db: &mut Db, reach: &Reach) -> Result<Vec<(State, i64)>, Fault> {
    let roots: Vec<String> =
        units::table.filter(units::parent_id.is_null()).select(units::path).load(db)?;
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
