//! Writing the journal: each row carries the hash of the one before.

use diesel::prelude::*;
use serde_json::Value;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{self, PersonId, UnitId};
use crate::kit::schema::{journal, journal_head};
use crate::kit::sql::Sql;

/// One thing that was done.
pub struct Entry<'a> {
    /// Nobody: the command line or the service itself.
    pub actor: Option<PersonId>,
    /// Noun and participle: `session moved`, `person created`.
    pub action: &'a str,
    /// Kind and id: `session/42`.
    pub subject: String,
    /// Where it happened: who may read of it.
    pub unit: Option<UnitId>,
    /// Before, after, why: an object, or null.
    pub detail: Value,
}

/// Appends one entry, in the transaction of what it tells. Moving the head row first puts two
/// writers of PostgreSQL in line; SQLite has only one.
pub fn note(db: &mut Db, entry: Entry<'_>, now: Moment) -> Result<(), Fault> {
    let (position, last) = head(db, 1)?;
    let detail = entry.detail.to_string();
    let hash = link(
        &last,
        position,
        now,
        entry.actor.map(|p| p.0),
        entry.action,
        &entry.subject,
        entry.unit.map(|u| u.0),
        &detail,
    );
    diesel::insert_into(journal::table)
        .values((
            journal::position.eq(position),
            journal::at.eq(now),
            journal::actor_id.eq(entry.actor.map(|p| p.0)),
            journal::action.eq(entry.action),
            journal::subject.eq(&entry.subject),
            journal::unit_id.eq(entry.unit.map(|u| u.0)),
            journal::detail.eq(&detail),
            journal::hash.eq(&hash),
        ))
        .execute(db)?;
    end(db, hash)
}

/// Moves the head on; gives where it stands now and the hash of the last row before.
fn head(db: &mut Db, by: i64) -> Result<(i64, String), Fault> {
    let mut sql = Sql::default();
    sql.say("update journal_head set position = position + ").number(by);
    sql.say(" returning position, hash");
    let head: Option<Head> = sql.load(db)?.pop();
    head.map(|h| (h.position, h.hash)).ok_or_else(|| Fault::broken("the journal has no head"))
}

fn end(db: &mut Db, hash: String) -> Result<(), Fault> {
    let mut sql = Sql::default();
    sql.say("update journal_head set hash = ").text(hash);
    sql.execute(db)?;
    Ok(())
}

#[derive(QueryableByName)]
#[diesel(table_name = journal_head)]
struct Head {
    position: i64,
    hash: String,
}

#[derive(Insertable)]
#[diesel(table_name = journal, treat_none_as_default_value = false)]
struct Row {
    position: i64,
    at: Moment,
    actor_id: Option<PersonId>,
    action: String,
    subject: String,
    unit_id: Option<UnitId>,
    detail: String,
    hash: String,
}

/// Rows of one statement: 8 values each, under the bind limit of both databases.
const ROWS_AT_ONCE: usize = 2_000;

/// Appends many entries in one go: an act on many things, each of which shows it in its history.
pub fn note_all(db: &mut Db, entries: &[Entry<'_>], now: Moment) -> Result<(), Fault> {
    if entries.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(entries.len()).map_err(Fault::broken)?;
    let (position, mut last) = head(db, count)?;
    for (chunk, start) in
        entries.chunks(ROWS_AT_ONCE).zip((position - count + 1..).step_by(ROWS_AT_ONCE))
    {
        let mut rows = Vec::with_capacity(chunk.len());
        for (entry, position) in chunk.iter().zip(start..) {
            let (actor, unit) = (entry.actor.map(|p| p.0), entry.unit.map(|u| u.0));
            let detail = entry.detail.to_string();
            last = link(&last, position, now, actor, entry.action, &entry.subject, unit, &detail);
            rows.push(Row {
                position,
                at: now,
                actor_id: entry.actor,
                action: entry.action.to_owned(),
                subject: entry.subject.clone(),
                unit_id: entry.unit,
                detail,
                hash: last.clone(),
            });
        }
        on_each!(db, c => diesel::insert_into(journal::table).values(&rows).execute(c))?;
    }
    end(db, last)
}

/// The hash of one row: SHA-256 over the hash before and every column, each with its length, so
/// that no two rows read the same.
#[expect(clippy::too_many_arguments, reason = "one argument per column; a struct would hide one")]
pub fn link(
    last: &str,
    position: i64,
    at: Moment,
    actor: Option<i64>,
    action: &str,
    subject: &str,
    unit: Option<i64>,
    detail: &str,
) -> String {
    let parts = [
        last.to_owned(),
        position.to_string(),
        at.micros().to_string(),
        actor.map(|n| n.to_string()).unwrap_or_default(),
        action.to_owned(),
        subject.to_owned(),
        unit.map(|n| n.to_string()).unwrap_or_default(),
        detail.to_owned(),
    ];
    let text: String = parts.iter().map(|p| format!("{}:{p};", p.len())).collect();
    ids::hash(&text)
}
