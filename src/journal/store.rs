//! Owns nothing: reads the journal that `kit/journal.rs` writes.

use diesel::prelude::*;

use crate::access::rules::Reach;
use crate::kit::among::{ids_among, words_among};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::journal::{MENDER, MENDS};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{journal, journal_head, letters, people, units};
use crate::kit::within::Within;

/// One row with the names that explain it.
#[derive(Queryable)]
pub struct Row {
    pub position: i64,
    pub at: Moment,
    pub actor: Option<String>,
    pub action: String,
    pub subject: String,
    pub unit_hi: Option<String>,
    pub unit_en: Option<String>,
    pub detail: String,
}

/// Entries of units within a reach, newest first; what belongs to no unit only to those who reach
/// the whole. One row more than a page.
pub fn entries(
    db: &mut Db,
    reach: &Reach,
    subject: &str,
    page: PageNumber,
) -> Result<Vec<Row>, Fault> {
    let within = Within(reach.ranges());
    let mut query = journal::table
        .left_join(people::table.on(people::id.nullable().eq(journal::actor_id)))
        .left_join(units::table.on(units::id.nullable().eq(journal::unit_id)))
        .into_boxed();
    // A root's path is one segment: whoever reaches a root sees everything of it and the rest.
    if reach.paths().iter().any(|p| p.len() == 19) {
        query = query.filter(journal::unit_id.is_null().or(within));
    } else {
        query = query.filter(within);
    }
    if !subject.is_empty() {
        query = query.filter(journal::subject.eq(subject.to_owned()));
    }
    Ok(query
        .order(journal::position.desc())
        .limit(ROWS + 1)
        .offset(page.offset())
        .select((
            journal::position,
            journal::at,
            people::name.nullable(),
            journal::action,
            journal::subject,
            units::name_hi.nullable(),
            units::name_en.nullable(),
            journal::detail,
        ))
        .load(db)?)
}

/// Entries of erasures within a reach that mended others, newest first: (position, subject, detail).
/// By the subjects of those who were erased, who are few.
pub fn menders(db: &mut Db, reach: &Reach, most: i64) -> Result<Vec<(i64, String, String)>, Fault> {
    let gone: Vec<PersonId> = people::table
        .filter(people::erased_at.is_not_null())
        .order(people::erased_at.desc())
        .limit(most)
        .select(people::id)
        .load(db)?;
    let subjects = gone.into_iter().map(|id| format!("person/{id}"));
    Ok(journal::table
        .left_join(units::table.on(units::id.nullable().eq(journal::unit_id)))
        .filter(words_among(journal::subject, subjects))
        .filter(journal::action.eq(MENDER).and(Within(reach.ranges())))
        .filter(journal::detail.like(format!("%\"{MENDS}\":%")))
        .order(journal::position.desc())
        .select((journal::position, journal::subject, journal::detail))
        .load(db)?)
}

/// A row as it was chained.
#[derive(Queryable)]
pub struct Link {
    pub position: i64,
    pub at: Moment,
    pub actor: Option<i64>,
    pub action: String,
    pub subject: String,
    pub unit: Option<i64>,
    pub detail: String,
    pub hash: String,
}

/// Rows behind a position, in order.
pub fn links_after(db: &mut Db, position: i64, limit: i64) -> Result<Vec<Link>, Fault> {
    Ok(journal::table
        .filter(journal::position.gt(position))
        .order(journal::position)
        .limit(limit)
        .select((
            journal::position,
            journal::at,
            journal::actor_id,
            journal::action,
            journal::subject,
            journal::unit_id,
            journal::detail,
            journal::hash,
        ))
        .load(db)?)
}

/// Where the chain ends: (position, hash).
pub fn head(db: &mut Db) -> Result<(i64, String), Fault> {
    Ok(journal_head::table.select((journal_head::position, journal_head::hash)).first(db)?)
}

/// Those of some people and letters that have no page any more: the person was erased.
pub fn without_page(
    db: &mut Db,
    who: &[PersonId],
    which: &[LetterId],
) -> Result<(Vec<PersonId>, Vec<LetterId>), Fault> {
    let gone = people::table
        .filter(ids_among(people::id, who.iter().copied()).and(people::erased_at.is_not_null()))
        .select(people::id)
        .load(db)?;
    let to_them = letters::table
        .inner_join(people::table)
        .filter(ids_among(letters::id, which.iter().copied()))
        .filter(people::erased_at.is_not_null())
        .select(letters::id)
        .load(db)?;
    Ok((gone, to_them))
}
