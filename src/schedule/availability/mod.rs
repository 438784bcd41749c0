//! When trainers can be asked: their hours, the days they are away.

pub mod rules;
pub mod store;
pub mod pages;

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{AbsenceId, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::schedule::availability::rules::{AbsenceDraft, DayDraft};

/// Whose hours these are.
pub struct Whose {
    pub person: PersonId,
    pub name: String,
    unit: UnitId,
}

/// A person whose hours the actor keeps: oneself, for those who teach; else those of one's units.
pub fn whose(db: &mut Db, actor: &Actor, person: PersonId) -> Result<Whose, Fault> {
    let (name, unit, path) = store::person(db, person)?;
    let own = actor.person == person && !actor.reach(Right::Teach).is_empty();
    if own || actor.may(Right::Manage, &path) {
        return Ok(Whose { person, name, unit });
    }
    if actor.may(Right::SeePeople, &path) { Err(Fault::Forbidden) } else { Err(Fault::NotFound) }
}

/// Keeps the hours of a week; with none, the trainer can be asked at any time.
pub fn set_week(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    typed: &[DayDraft],
    stamp: &Stamp,
) -> Result<(), Fault> {
    let whose = whose(db, actor, person)?;
    let mut reading = Reading::default();
    let week = rules::week(&mut reading, typed);
    reading.done(())?;
    let before: Vec<_> = store::hours_of(db, &[person])?.into_iter().map(|(_, h)| h).collect();
    if before == week {
        return Ok(());
    }
    store::set_hours(db, person, &week)?;
    note(db, actor, &whose, "hours changed", json!({ "before": before, "after": week }), stamp)
}

pub fn add_absence(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    draft: &AbsenceDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let whose = whose(db, actor, person)?;
    let mut reading = Reading::default();
    let absence = rules::absence(&mut reading, draft);
    let absence = reading.done(absence)?.ok_or(Fault::NotFound)?;
    store::add_absence(db, AbsenceId(stamp.id()), person, &absence, actor.person, stamp.now)?;
    note(db, actor, &whose, "absence added", json!({ "after": absence }), stamp)
}

pub fn remove_absence(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    id: AbsenceId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let whose = whose(db, actor, person)?;
    if !store::remove_absence(db, id, person)? {
        return Err(Fault::NotFound);
    }
    note(db, actor, &whose, "absence removed", json!({ "absence": id }), stamp)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    whose: &Whose,
    action: &str,
    detail: Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("person/{}", whose.person),
        unit: Some(whose.unit),
        detail,
    };
    journal::note(db, entry, stamp.now)
}
