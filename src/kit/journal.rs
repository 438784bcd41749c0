//! Writing the journal: each row carries the hash of the one before.

use diesel::prelude::*;
use serde_json::Value;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::ids::{self, PersonId, UnitId};
use crate::kit::schema::{journal, journal_head};

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
    diesel::update(journal_head::table)
        .set(journal_head::position.eq(journal_head::position + 1))
        .execute(db)?;
    let (position, last): (i64, String) =
        journal_head::table.select((journal_head::position, journal_head::hash)).first(db)?;
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
    diesel::update(journal_head::table).set(journal_head::hash.eq(&hash)).execute(db)?;
    Ok(())
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
    diesel::update(journal_head::table)
        .set(journal_head::position.eq(journal_head::position + count))
        .execute(db)?;
    let (end, mut last): (i64, String) =
        journal_head::table.select((journal_head::position, journal_head::hash)).first(db)?;
    for (chunk, start) in
        entries.chunks(ROWS_AT_ONCE).zip((end - count + 1..).step_by(ROWS_AT_ONCE))
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
    diesel::update(journal_head::table).set(journal_head::hash.eq(&last)).execute(db)?;
    Ok(())
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
