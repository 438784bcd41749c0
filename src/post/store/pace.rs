//! The slots of limited mail.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamp};

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::schema::mail_paces;
use crate::post::store::ROWS_AT_ONCE;

/// Puts leased letters back, each until its slot.
pub fn postpone(
    db: &mut Db,
    token: &str,
    later: &[(LetterId, Moment)],
    now: Moment,
) -> Result<(), Fault> {
    for chunk in later.chunks(ROWS_AT_ONCE) {
        let rows: Vec<String> = (0..chunk.len())
            .map(|i| format!("(${}, ${}, ${})", i * 3 + 1, i * 3 + 2, i * 3 + 3))
            .collect();
        let text = format!(
            "update letters set state = 'planned', lease_token = null, \
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
