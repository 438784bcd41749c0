//! Writing the journal: each row carries the hash of the one before.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::Value;

use crate::kit::among::ids_among;
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

#[derive(Insertable, Queryable, Selectable)]
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

/// An entry as it shall read from now on.
pub struct Mended {
    pub position: i64,
    pub detail: String,
}

/// Takes words out of entries, for somebody whose name must not stand anywhere. Their links stay as
/// they are, so that the chain goes on; what each entry reads now is sealed by what this gives, with
/// the house's secret, which the database does not know: whoever calls it notes the seals in an entry
/// of its own (`MENDER`, `MENDS`), by which `journal::prove` tells an entry that was mended from one
/// that was tampered with.
pub fn mend(db: &mut Db, secret: &str, all: &[Mended]) -> Result<Vec<(i64, String)>, Fault> {
    let mut seals = Vec::with_capacity(all.len());
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let positions = || chunk.iter().map(|m| m.position);
        let rows: Vec<Row> = journal::table
            .filter(ids_among(journal::position, positions()))
            .order(journal::position)
            .select(Row::as_select())
            .load(db)?;
        let before: HashMap<i64, String> = journal::table
            .filter(ids_among(journal::position, positions().map(|p| p - 1)))
            .select((journal::position, journal::hash))
            .load::<(i64, String)>(db)?
            .into_iter()
            .collect();
        let told: HashMap<i64, &str> =
            chunk.iter().map(|m| (m.position, m.detail.as_str())).collect();
        let mut sql = Sql::default();
        sql.say("update journal set detail = v.column2 from (values ");
        for (i, row) in rows.iter().enumerate() {
            let detail = told.get(&row.position).copied().unwrap_or_default();
            let last = before.get(&(row.position - 1)).map_or("", String::as_str);
            let (actor, unit) = (row.actor_id.map(|p| p.0), row.unit_id.map(|u| u.0));
            let (action, subject) = (row.action.as_str(), row.subject.as_str());
            let reads = link(last, row.position, row.at, actor, action, subject, unit, detail);
            seals.push((row.position, ids::seal(secret, MENDING, &reads)));
            sql.say(if i == 0 { "(" } else { ", (" }).number(row.position);
            sql.say(", ").text(detail).say(")");
        }
        sql.say(") as v where journal.position = v.column1");
        if !rows.is_empty() {
            sql.execute(db)?;
        }
    }
    Ok(seals)
}

/// The only action whose entries mend others.
pub const MENDER: &str = "person erased";

/// Where the entry that mended others keeps their seals, by position.
pub const MENDS: &str = "mended";

/// What the seals are for.
const MENDING: &str = "mended entry";

/// Whether a seal is that of an entry that was mended to read as this link says.
pub fn is_mended(secret: &str, reads: &str, seal: &str) -> bool {
    ids::seal_fits(secret, MENDING, reads, seal)
}
