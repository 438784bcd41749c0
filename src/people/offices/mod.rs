//! Offices: who holds which post in which unit, and who therefore decides on requests.

pub mod rules;
pub mod store;
pub mod pages;

use chrono::NaiveDate;
use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::ids::{OfficeId, OfficeKindId, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::people;
use crate::people::offices::rules::{Approver, EndDraft, Kind, KindDraft, OfficeDraft, Term};
use crate::people::offices::store::{KindRow, NewOffice, Office};
use crate::units;

/// Who decides on requests from a unit: the nearest unit upwards where somebody holds a deciding
/// post today or is its admin. Two statements, however deep the tree.
pub fn approver(db: &mut Db, unit: UnitId, today: NaiveDate) -> Result<Approver, Fault> {
    let path = units::store::path_of(db, unit)?;
    rules::nearest(store::steps(db, &path, today)?).ok_or(Fault::NotFound)
}

/// Whether somebody decides where a request goes: one of its people, or an admin whose reach covers
/// that unit.
pub fn may_approve(actor: &Actor, approver: &Approver) -> bool {
    actor.may(Right::Manage, &approver.unit_path)
        || approver.people.iter().any(|(person, _)| *person == actor.person)
}

/// Puts somebody into a post of a unit.
pub fn appoint(
    db: &mut Db,
    actor: &Actor,
    code: &str,
    draft: &OfficeDraft,
    today: NaiveDate,
    stamp: &Stamp,
) -> Result<OfficeId, Fault> {
    let unit = units::unit_for(db, actor, code)?;
    actor.must(Right::Manage, &unit.row.path)?;
    let mut reading = Reading::default();
    let term = rules::term(&mut reading, draft, today);
    let kind = kind_at(db, &mut reading, &draft.kind, &unit.level.code)?;
    let person = person(db, &mut reading, actor, &draft.person)?;
    let (Some(kind), Some(person)) = (kind, person) else {
        return reading.done(OfficeId(0));
    };
    reading.done(())?;
    let held = store::tenures(db, unit.row.id, kind.id)?;
    if let Some(other) = rules::in_the_way(&held, kind.kind.several, person, term) {
        return Err(Fault::Conflict(Obstacle {
            code: "office-held",
            args: vec![("name", other.name.clone())],
            more: json!(null),
        }));
    }
    let id = OfficeId(stamp.id());
    let row = NewOffice {
        id,
        kind_id: kind.id,
        unit_id: unit.row.id,
        person_id: person,
        valid_from: term.from,
        valid_to: term.to,
        appointed_by: Some(actor.person),
        created_at: stamp.now,
    };
    store::add(db, &row)?;
    note(db, actor, "office given", id, person, unit.row.id, &kind.code, term, stamp)?;
    Ok(id)
}

/// The kind that a draft names, of those that units of a level have.
fn kind_at(
    db: &mut Db,
    reading: &mut Reading,
    given: &str,
    level: &str,
) -> Result<Option<KindRow>, Fault> {
    if given.trim().is_empty() {
        reading.fields.add("kind", "required");
        return Ok(None);
    }
    let found = match given.parse::<OfficeKindId>() {
        Ok(id) => store::hold_kind(db, id)?,
        Err(_) => None,
    };
    let fits = found.filter(|k| k.kind.level.as_deref().is_none_or(|l| l == level));
    if fits.is_none() {
        reading.fields.add("kind", "unknown");
    }
    Ok(fits)
}

/// The person that a draft names, of those whom the actor may see.
fn person(
    db: &mut Db,
    reading: &mut Reading,
    actor: &Actor,
    given: &str,
) -> Result<Option<PersonId>, Fault> {
    if given.trim().is_empty() {
        reading.fields.add("person", "choose-person");
        return Ok(None);
    }
    let found = match given.parse::<PersonId>() {
        Ok(id) => people::person_for(db, actor, id).map(|p| Some(p.id)),
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(person)) => Ok(Some(person)),
        Ok(None) | Err(Fault::NotFound | Fault::Forbidden) => {
            reading.fields.add("person", "not-found");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// An office whose unit the actor keeps.
pub fn office_for(db: &mut Db, actor: &Actor, id: OfficeId) -> Result<Office, Fault> {
    let office = store::office(db, id)?.ok_or(Fault::NotFound)?;
    actor.must(Right::Manage, &office.unit_path)?;
    Ok(office)
}

/// Says somebody's last day in a post; one that has passed stays as it is.
pub fn end(
    db: &mut Db,
    actor: &Actor,
    id: OfficeId,
    draft: &EndDraft,
    today: NaiveDate,
    stamp: &Stamp,
) -> Result<Office, Fault> {
    let office = office_for(db, actor, id)?;
    if office.valid_to.is_some_and(|to| to < today) {
        return Err(Fault::conflict("office-ended"));
    }
    let mut reading = Reading::default();
    let last = reading.optional_date("valid_to", &draft.valid_to);
    match last {
        None if !reading.has("valid_to") => reading.fields.add("valid_to", "required"),
        Some(last) if last < office.valid_from => reading.fields.add("valid_to", "before-start"),
        Some(last) if office.valid_to.is_some_and(|to| to < last) => {
            reading.fields.add("valid_to", "only-shorter");
        }
        _ => {}
    }
    let Some(last) = last else { return reading.done(office) };
    reading.done(())?;
    store::set_end(db, id, last)?;
    let term = Term { from: office.valid_from, to: Some(last) };
    let (person, unit) = (office.person, office.unit);
    note(db, actor, "office ended", id, person, unit, &office.kind_code, term, stamp)?;
    Ok(office)
}

#[expect(clippy::too_many_arguments, reason = "each is one member of the entry")]
fn note(
    db: &mut Db,
    actor: &Actor,
    action: &str,
    id: OfficeId,
    person: PersonId,
    unit: UnitId,
    kind: &str,
    term: Term,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("person/{person}"),
        unit: Some(unit),
        detail: json!({ "office": id, "kind": kind, "from": term.from.to_string(), "to": term.to.map(|d| d.to_string()) }),
    };
    journal::note(db, entry, stamp.now)
}

/// Makes a kind of post: for who keeps a whole tree.
pub fn add_kind(
    db: &mut Db,
    actor: &Actor,
    draft: &KindDraft,
    stamp: &Stamp,
) -> Result<OfficeKindId, Fault> {
    if !units::keeps_a_root(actor) {
        return Err(Fault::Forbidden);
    }
    let mut reading = Reading::default();
    let code = reading.code("code", &draft.code);
    let kind = read_kind(db, &mut reading, draft, None)?;
    if store::kinds(db)?.iter().any(|k| k.code == code) {
        reading.fields.add("code", "taken");
    }
    reading.done(())?;
    let id = OfficeKindId(stamp.id());
    store::add_kind(db, id, &code, &kind)?;
    note_kind(db, actor, "office kind created", id, json!({ "code": code, "after": kind }), stamp)?;
    Ok(id)
}

/// Changes what a kind of post is called, where it stands and whether it decides.
pub fn change_kind(
    db: &mut Db,
    actor: &Actor,
    id: OfficeKindId,
    draft: &KindDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let before = kind_for(db, actor, id)?.kind;
    let mut reading = Reading::default();
    let kind = read_kind(db, &mut reading, draft, before.level.as_deref())?;
    reading.done(())?;
    if kind == before {
        return Ok(());
    }
    store::set_kind(db, id, &kind)?;
    let detail = json!({ "before": before, "after": kind });
    note_kind(db, actor, "office kind changed", id, detail, stamp)
}

/// A kind of post that the actor may change.
pub fn kind_for(db: &mut Db, actor: &Actor, id: OfficeKindId) -> Result<KindRow, Fault> {
    actor.must_somewhere(Right::SeePlans).map_err(|_| Fault::NotFound)?;
    let found = store::kinds(db)?.into_iter().find(|k| k.id == id).ok_or(Fault::NotFound)?;
    if units::keeps_a_root(actor) { Ok(found) } else { Err(Fault::Forbidden) }
}

/// Its level is one of the house, or the one it had: a usual kind may name a level that is not there.
fn read_kind(
    db: &mut Db,
    reading: &mut Reading,
    draft: &KindDraft,
    before: Option<&str>,
) -> Result<Kind, Fault> {
    let levels = units::store::levels(db)?;
    let codes: Vec<&str> = levels.iter().map(|l| l.code.as_str()).chain(before).collect();
    Ok(rules::kind(reading, draft, &codes))
}

fn note_kind(
    db: &mut Db,
    actor: &Actor,
    action: &str,
    id: OfficeKindId,
    detail: serde_json::Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("office-kind/{id}"),
        unit: None,
        detail,
    };
    journal::note(db, entry, stamp.now)
}
