//! The letters of one notice to many, all at once.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamp};

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::NoticeId;
use crate::kit::schema::letters;
use crate::post::rules::State;

/// Days ahead at which no turn comes by: where letters of a paused notice wait.
const PARKED_DAYS: i64 = 36_500;
/// Whatever is due later than this is parked.
const PARKED_FROM_DAYS: i64 = 3_650;

/// Cancels what nobody has in hand.
pub fn cancel_notice(
    db: &mut Db,
    notice: NoticeId,
    why: &str,
    now: Moment,
) -> Result<usize, Fault> {
    Ok(diesel::update(letters::table)
        .filter(letters::notice_id.eq(notice).and(letters::state.eq(State::Planned)))
        .set((
            letters::state.eq(State::Cancelled),
            letters::reason.eq(why),
            letters::updated_at.eq(now),
        ))
        .execute(db)?)
}

/// Lays aside what nobody has in hand, so that no turn has to pass it over.
pub fn park_notice(db: &mut Db, notice: NoticeId, now: Moment) -> Result<usize, Fault> {
    Ok(diesel::update(letters::table)
        .filter(letters::notice_id.eq(notice).and(letters::state.eq(State::Planned)))
        .filter(letters::next_try_at.lt(now.plus_days(PARKED_FROM_DAYS)))
        .set((letters::next_try_at.eq(now.plus_days(PARKED_DAYS)), letters::updated_at.eq(now)))
        .execute(db)?)
}

/// Whether letters of a paused notice came back that are not laid aside yet.
pub fn is_to_be_parked(db: &mut Db, notice: NoticeId, now: Moment) -> Result<bool, Fault> {
    Ok(letters::table
        .filter(letters::notice_id.eq(notice).and(letters::state.eq(State::Planned)))
        .filter(letters::next_try_at.lt(now.plus_days(PARKED_FROM_DAYS)))
        .select(letters::id)
        .first::<i64>(db)
        .optional()?
        .is_some())
}

/// Lets go what was laid aside: at once, or when it is due.
pub fn unpark_notice(db: &mut Db, notice: NoticeId, now: Moment) -> Result<usize, Fault> {
    let text = "update letters set updated_at = $1, \
        next_try_at = case when due_at > $1 then due_at else $1 end \
        where notice_id = $2 and state = 'planned'";
    Ok(sql_query(text).bind::<Timestamp, _>(now).bind::<BigInt, _>(notice).execute(db)?)
}

/// How many letters of a notice stand in each state.
pub fn notice_counts(db: &mut Db, notice: NoticeId) -> Result<Vec<(State, i64)>, Fault> {
    Ok(letters::table
        .filter(letters::notice_id.eq(notice))
        .group_by(letters::state)
        .select((letters::state, diesel::dsl::count_star()))
        .load(db)?)
}

/// How many letters of a notice there are.
pub fn notice_size(db: &mut Db, notice: NoticeId) -> Result<i64, Fault> {
    Ok(letters::table.filter(letters::notice_id.eq(notice)).count().get_result(db)?)
}

/// Whether any letter of a notice is still to go.
pub fn is_notice_open(db: &mut Db, notice: NoticeId) -> Result<bool, Fault> {
    Ok(letters::table
        .filter(letters::notice_id.eq(notice))
        .filter(letters::state.eq_any([State::Planned, State::Leased]))
        .select(letters::id)
        .first::<i64>(db)
        .optional()?
        .is_some())
}

/// How the newest letters of a notice ended since a moment: (ended, went wrong). The words stand in
/// the statement so that both databases see that their index fits.
pub fn notice_ends(
    db: &mut Db,
    notice: NoticeId,
    since: Moment,
    most: i64,
) -> Result<(usize, usize), Fault> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        state: String,
    }
    let text = "select state from letters where notice_id = $1 and updated_at > $2 \
        and state in ('sent', 'failed', 'uncertain') order by updated_at desc limit $3";
    let rows: Vec<Row> = sql_query(text)
        .bind::<BigInt, _>(notice)
        .bind::<Timestamp, _>(since)
        .bind::<BigInt, _>(most)
        .load(db)?;
    let wrong = rows.iter().filter(|row| row.state != State::Sent.word()).count();
    Ok((rows.len(), wrong))
}
