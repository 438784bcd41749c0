//! Private calendar feeds: addresses that calendar programs ask again and again.

pub mod rules;
pub mod store;
pub mod pages;

use serde_json::json;

use crate::access::rules::Reach;
use crate::access::rules::Right;
use crate::access::{self, Actor};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{self, FeedId, PersonId, SessionId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::Session;
use crate::schedule::calendar::store::{self as slots, Whose};
use crate::schedule::feeds::rules::{FeedDraft, Purpose};
use crate::schedule::feeds::store::{Feed, NewFeed};
use crate::schedule::store::sessions_with;
use crate::units;

/// Sessions of one feed at most: a calendar program that reads more is no help to anybody.
const MOST: i64 = 2_000;

/// Makes a feed; gives the secret of its address, which is not kept.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &FeedDraft,
    language: Language,
    stamp: &Stamp,
) -> Result<String, Fault> {
    let mut reading = Reading::default();
    let (purpose, label) = rules::read(&mut reading, draft);
    let unit = match purpose {
        Some(Purpose::Unit) => unit(db, &mut reading, actor, &draft.unit)?,
        _ => None,
    };
    let path = unit.as_ref().map(|(_, path)| path.as_str());
    if let Some(purpose) = purpose.filter(|p| *p != Purpose::Unit)
        && !rules::is_due(actor, purpose, path)
    {
        reading.fields.add("purpose", "unknown");
    }
    let Some(purpose) = purpose else { return reading.done(String::new()) };
    reading.done(())?;
    if store::open_feeds(db, actor.person)? >= rules::MOST_FEEDS {
        return Err(Fault::conflict("feeds-many"));
    }
    let (id, token) = (FeedId(stamp.id()), stamp.ids.secret());
    let neutral = matches!(draft.neutral.as_str(), "yes" | "true" | "1" | "on");
    let unit = unit.map(|(id, _)| id);
    let feed = NewFeed {
        id,
        token_hash: &ids::hash(&token),
        person_id: actor.person,
        purpose,
        unit_id: unit,
        label: &label,
        language,
        neutral,
        etag: "",
        changed_at: stamp.now,
        created_at: stamp.now,
    };
    store::add(db, &feed)?;
    let detail = json!({ "feed": id, "purpose": purpose, "neutral": neutral });
    note(db, Some(actor.person), "calendar feed created", actor.person, unit, detail, stamp.now)?;
    Ok(token)
}

/// The unit that a draft names, of those whose plans the actor may see.
fn unit(
    db: &mut Db,
    reading: &mut Reading,
    actor: &Actor,
    code: &str,
) -> Result<Option<(UnitId, String)>, Fault> {
    if code.trim().is_empty() {
        reading.fields.add("unit", "required");
        return Ok(None);
    }
    match units::unit_for(db, actor, code.trim()) {
        Ok(unit) => Ok(Some((unit.row.id, unit.row.path))),
        Err(Fault::NotFound) => {
            reading.fields.add("unit", "not-found");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Closes a feed of one's own.
pub fn revoke(db: &mut Db, actor: &Actor, id: FeedId, stamp: &Stamp) -> Result<(), Fault> {
    let feed = store::feed(db, id)?.filter(|f| f.person == actor.person).ok_or(Fault::NotFound)?;
    if store::revoke(db, id, stamp.now)? {
        let detail = json!({ "feed": id, "purpose": feed.purpose });
        let (person, action) = (actor.person, "calendar feed revoked");
        note(db, Some(person), action, person, None, detail, stamp.now)?;
    }
    Ok(())
}

fn note(
    db: &mut Db,
    actor: Option<PersonId>,
    action: &str,
    owner: PersonId,
    unit: Option<UnitId>,
    detail: serde_json::Value,
    now: Moment,
) -> Result<(), Fault> {
    let entry = Entry { actor, action, subject: format!("person/{owner}"), unit, detail };
    journal::note(db, entry, now)
}

/// What a feed has to say now.
#[derive(Debug)]
pub struct Content {
    pub feed: Feed,
    /// Nothing for one that is closed, or whose owner lost the role.
    pub sessions: Option<Vec<Session>>,
}

/// Reads a feed by the secret of its address.
pub fn content(db: &mut Db, token: &str, now: Moment) -> Result<Content, Fault> {
    let feed = store::feed_of_token(db, &ids::hash(token))?.ok_or(Fault::NotFound)?;
    if feed.revoked_at.is_some() {
        return Ok(Content { feed, sessions: None });
    }
    let actor = access::actor_of(db, feed.person, now)?;
    let path = feed.unit_path.as_deref();
    if !rules::is_due(&actor, feed.purpose, path) {
        return Ok(Content { feed, sessions: None });
    }
    let whose = match (feed.purpose, path) {
        (Purpose::Teaching, _) => Whose::Taught(feed.person),
        (Purpose::Unit, Some(path)) => Whose::UnitsTold(actor.reach(Right::SeePlans).within(path)),
        (Purpose::Unit, None) => Whose::UnitsTold(Reach::default()),
        (Purpose::Attending, _) => Whose::Attended(feed.person),
    };
    let (from, to) = rules::window(now.utc().date_naive());
    let at = |day: chrono::NaiveDate| {
        Moment::of_local(day.and_time(chrono::NaiveTime::MIN), chrono_tz::UTC)
    };
    let found = slots::slots(db, &whose, at(from), at(to), MOST)?;
    let ids: Vec<SessionId> = found.iter().map(|slot| slot.id).collect();
    let sessions = sessions_with(db, &ids)?;
    Ok(Content { feed, sessions: Some(sessions) })
}

/// Remembers that another content is served from now on; a feed whose owner lost the role is
/// closed for good.
pub fn serve(db: &mut Db, feed: &Feed, etag: &str, dies: bool, now: Moment) -> Result<(), Fault> {
    if dies && store::revoke(db, feed.id, now)? {
        let detail = json!({ "feed": feed.id, "purpose": feed.purpose, "reason": "role-lost" });
        note(db, None, "calendar feed revoked", feed.person, None, detail, now)?;
    }
    store::set_served(db, feed.id, etag, now)
}
