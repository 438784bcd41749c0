//! Owns calendar_feeds.

use diesel::prelude::*;

use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{FeedId, PersonId, UnitId};
use crate::kit::schema::{calendar_feeds, units};
use crate::schedule::feeds::rules::Purpose;

/// A feed with the unit it is about.
#[derive(Debug, Clone, Queryable)]
pub struct Feed {
    pub id: FeedId,
    pub person: PersonId,
    pub purpose: Purpose,
    pub label: String,
    pub language: Language,
    pub neutral: bool,
    pub etag: String,
    pub changed_at: Moment,
    pub created_at: Moment,
    pub revoked_at: Option<Moment>,
    pub unit_path: Option<String>,
    pub unit_hi: Option<String>,
    pub unit_en: Option<String>,
}

enum Of<'a> {
    Token(&'a str),
    Id(FeedId),
    Person(PersonId),
}

fn load(db: &mut Db, of: Of<'_>) -> Result<Vec<Feed>, Fault> {
    let mut query = calendar_feeds::table
        .left_join(units::table)
        .select((
            calendar_feeds::id,
            calendar_feeds::person_id,
            calendar_feeds::purpose,
            calendar_feeds::label,
            calendar_feeds::language,
            calendar_feeds::neutral,
            calendar_feeds::etag,
            calendar_feeds::changed_at,
            calendar_feeds::created_at,
            calendar_feeds::revoked_at,
            units::path.nullable(),
            units::name_hi.nullable(),
            units::name_en.nullable(),
        ))
        .order(calendar_feeds::id.desc())
        .limit(100)
        .into_boxed::<<Db as Connection>::Backend>();
    query = match of {
        Of::Token(hash) => query.filter(calendar_feeds::token_hash.eq(hash.to_owned())),
        Of::Id(id) => query.filter(calendar_feeds::id.eq(id)),
        Of::Person(person) => query.filter(calendar_feeds::person_id.eq(person)),
    };
    Ok(query.load(db)?)
}

pub fn feed_of_token(db: &mut Db, hash: &str) -> Result<Option<Feed>, Fault> {
    Ok(load(db, Of::Token(hash))?.pop())
}

pub fn feed(db: &mut Db, id: FeedId) -> Result<Option<Feed>, Fault> {
    Ok(load(db, Of::Id(id))?.pop())
}

/// The feeds of a person, the newest first.
pub fn feeds_of(db: &mut Db, person: PersonId) -> Result<Vec<Feed>, Fault> {
    load(db, Of::Person(person))
}

pub fn open_feeds(db: &mut Db, person: PersonId) -> Result<i64, Fault> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::person_id.eq(person).and(calendar_feeds::revoked_at.is_null()))
        .count()
        .get_result(db)?)
}

#[derive(Insertable)]
#[diesel(table_name = calendar_feeds)]
pub struct NewFeed<'a> {
    pub id: FeedId,
    pub token_hash: &'a str,
    pub person_id: PersonId,
    pub purpose: Purpose,
    pub unit_id: Option<UnitId>,
    pub label: &'a str,
    pub language: Language,
    pub neutral: bool,
    pub etag: &'a str,
    pub changed_at: Moment,
    pub created_at: Moment,
}

pub fn add(db: &mut Db, feed: &NewFeed<'_>) -> Result<(), Fault> {
    diesel::insert_into(calendar_feeds::table).values(feed).execute(db)?;
    Ok(())
}

/// From now on the feed is closed; one that is keeps its time.
pub fn revoke(db: &mut Db, id: FeedId, now: Moment) -> Result<bool, Fault> {
    let open = calendar_feeds::table
        .filter(calendar_feeds::id.eq(id).and(calendar_feeds::revoked_at.is_null()));
    let closed = diesel::update(open)
        .set((calendar_feeds::revoked_at.eq(now), calendar_feeds::changed_at.eq(now)))
        .execute(db)?;
    Ok(closed == 1)
}

/// Another content is served from now on.
pub fn set_served(db: &mut Db, id: FeedId, etag: &str, now: Moment) -> Result<(), Fault> {
    diesel::update(calendar_feeds::table.find(id))
        .set((calendar_feeds::etag.eq(etag), calendar_feeds::changed_at.eq(now)))
        .execute(db)?;
    Ok(())
}
