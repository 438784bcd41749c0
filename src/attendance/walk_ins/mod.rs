//! People who came and stood on no list: taken down by name and phone, recognised later.

pub mod store;
pub mod pages;

use serde::Deserialize;
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::attendance;
use crate::attendance::rules::{SentMark, Source};
use crate::attendance::walk_ins::store::WalkIn;
use crate::completion::rules::Status;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::page::PageNumber;
use crate::kit::site::Stamp;
use crate::kit::view::NOBODY;
use crate::people;

/// What is taken down of somebody.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    pub name: String,
    pub phone: String,
}

/// A walk-in that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub client_id: String,
    pub name: String,
    pub phone: String,
    pub late: bool,
    pub came_at: Moment,
}

impl Draft {
    pub fn read(&self, client_id: String, late: bool, came_at: Moment) -> Result<Arrival, Fault> {
        let mut reading = Reading::default();
        let name = reading.name("name", &self.name);
        let phone = clean::phone(&self.phone);
        if phone.is_none() {
            let code = if self.phone.trim().is_empty() { "required" } else { "phone" };
            reading.fields.add("phone", code);
        }
        reading.done(Arrival { client_id, name, phone: phone.unwrap_or_default(), late, came_at })
    }
}

/// Takes somebody down; gives whether it is new.
pub fn add(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    arrival: &Arrival,
    stamp: &Stamp,
) -> Result<bool, Fault> {
    let facts = attendance::open_for(db, actor, session, stamp.now)?;
    let row = WalkIn {
        id: stamp.id(),
        client_id: arrival.client_id.clone(),
        session_id: session,
        name: arrival.name.clone(),
        phone: arrival.phone.clone(),
        status: if arrival.late { "late" } else { "present" }.to_owned(),
        came_at: arrival.came_at,
        added_by: Some(actor.person),
        received_at: stamp.now,
        person_id: None,
        matched_by: None,
        matched_at: None,
    };
    let new = store::add(db, &row)?;
    if new {
        attendance::note(
            db,
            actor,
            &facts,
            "walk-in added",
            json!({ "walk_in": row.id }),
            stamp.now,
        )?;
    }
    Ok(new)
}

/// A walk-in and the people it may be, for whoever may see people at the session's unit: by phone
/// and name, or by what was searched for.
pub fn candidates(
    db: &mut Db,
    actor: &Actor,
    id: i64,
    q: &str,
) -> Result<(WalkIn, Vec<people::store::Line>), Fault> {
    let walk_in = walk_in_for(db, actor, id)?;
    let reach = actor.must_somewhere(Right::SeePeople)?;
    let first = PageNumber::of(None);
    if !q.trim().is_empty() {
        return Ok((walk_in, people::list(db, &reach, q, first)?));
    }
    let mut found: Vec<people::store::Line> = vec![];
    // Nothing that is known of somebody who was erased finds anybody: a search for nothing would
    // propose everybody.
    let sought = [walk_in.phone.as_str(), walk_in.name.as_str()];
    for q in sought.into_iter().filter(|q| !q.trim().is_empty() && *q != NOBODY) {
        for person in people::list(db, &reach, q, first)? {
            if !found.iter().any(|f| f.id == person.id) {
                found.push(person);
            }
        }
    }
    found.truncate(20);
    Ok((walk_in, found))
}

fn walk_in_for(db: &mut Db, actor: &Actor, id: i64) -> Result<WalkIn, Fault> {
    let walk_in = store::one(db, id)?;
    let session = attendance::session_for(db, actor, walk_in.session_id)?;
    actor.must(Right::SeePeople, &session.path)?;
    Ok(walk_in)
}

/// Says who a walk-in was: the person is marked as he came, also at a session of a batch where he
/// has no seat.
pub fn recognise(
    db: &mut Db,
    actor: &Actor,
    id: i64,
    person: PersonId,
    stamp: &Stamp,
) -> Result<SessionId, Fault> {
    let walk_in = walk_in_for(db, actor, id)?;
    if walk_in.person_id.is_some() {
        return Err(Fault::conflict("walk-in-matched"));
    }
    let person = people::person_for(db, actor, person)?.id;
    let status = if walk_in.status == "late" { Status::Late } else { Status::Present };
    let mark = SentMark::new(walk_in.client_id, person, status, walk_in.came_at, Source::WalkIn);
    attendance::mark_beyond_list(db, actor, walk_in.session_id, &mark, "walk-in matched", stamp)?;
    store::set_person(db, id, person, actor.person, stamp.now)?;
    Ok(walk_in.session_id)
}
