//! The places where sessions are held.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::VenueId;
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::venues::rules::{Facts, VenueDraft};
use crate::schedule::venues::store::Venue;

/// A venue that the actor may see: of a unit within his plans, or of one above.
pub fn venue_for(db: &mut Db, actor: &Actor, id: VenueId) -> Result<Venue, Fault> {
    let venue = store::venue(db, id)?;
    let reach = actor.reach(Right::SeePlans);
    let above = reach.paths().iter().any(|inner| inner.starts_with(&venue.unit_path));
    if above || reach.covers(&venue.unit_path) { Ok(venue) } else { Err(Fault::NotFound) }
}

/// A venue that a batch of this unit can be held at, if there is such a one: kept on its line, or
/// anywhere that the actor may see.
pub fn usable(db: &mut Db, actor: &Actor, path: &str, id: VenueId) -> Result<Option<Venue>, Fault> {
    let venue = match store::venue(db, id) {
        Err(Fault::NotFound) => return Ok(None),
        other => other?,
    };
    let on_the_line = path.starts_with(&venue.unit_path) || venue.unit_path.starts_with(path);
    let seen = on_the_line || actor.may(Right::SeePlans, &venue.unit_path);
    Ok(seen.then_some(venue))
}

pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &VenueDraft,
    stamp: &Stamp,
) -> Result<VenueId, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let mut reading = Reading::default();
    let unit = courses::home_unit(db, &reach, &draft.unit, &mut reading)?;
    let facts = rules::facts(&mut reading, draft);
    let Some(unit) = unit else { return reading.done(VenueId(0)) };
    reading.done(())?;
    let id = VenueId(stamp.id());
    store::add(db, id, unit.id, &facts, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "venue created",
        subject: format!("venue/{id}"),
        unit: Some(unit.id),
        detail: json!({ "after": facts }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(id)
}

pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: VenueId,
    draft: &VenueDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let venue = venue_for(db, actor, id)?;
    if !actor.may(Right::Plan, &venue.unit_path) {
        return Err(Fault::Forbidden);
    }
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, draft);
    reading.done(())?;
    let before = facts_of(&venue);
    if before == facts {
        return Ok(());
    }
    store::set(db, id, &facts, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "venue changed",
        subject: format!("venue/{id}"),
        unit: Some(venue.unit),
        detail: json!({ "before": before, "after": facts }),
    };
    journal::note(db, entry, stamp.now)
}

fn facts_of(venue: &Venue) -> Facts {
    Facts {
        name_hi: venue.name_hi.clone(),
        name_en: venue.name_en.clone(),
        seats: venue.seats,
        address: venue.address.clone(),
        map_url: venue.map_url.clone(),
        contact: venue.contact.clone(),
    }
}

/// A venue as it would be typed.
pub fn draft_of(venue: &Venue) -> VenueDraft {
    VenueDraft {
        unit: venue.unit_code.clone(),
        name_hi: venue.name_hi.clone(),
        name_en: venue.name_en.clone(),
        seats: venue.seats.to_string(),
        address: venue.address.clone(),
        map_url: venue.map_url.clone().unwrap_or_default(),
        contact: venue.contact.clone().unwrap_or_default(),
    }
}
