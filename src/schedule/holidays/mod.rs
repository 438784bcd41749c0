//! Days on which people rather stay at home: planners are warned of them, never stopped.

pub mod rules;
pub mod store;
pub mod import;
pub mod pages;

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::courses::store::unit_of_code;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{HolidayId, UnitId};
use crate::kit::journal;
use crate::kit::site::Stamp;
use crate::schedule::holidays::rules::{Facts, HolidayDraft};
use crate::schedule::holidays::store::Entry;

/// The holidays of a year that the actor may see, removed ones too: of the units within the
/// actor's reach and of those above it.
pub fn of_year(db: &mut Db, actor: &Actor, year: i32) -> Result<Vec<Entry>, Fault> {
    let reach = actor.must_somewhere(Right::SeePlans)?;
    let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(Fault::NotFound)?;
    let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Fault::NotFound)?;
    let mut all = store::entries(db, first, last)?;
    all.retain(|e| is_seen(&reach, e));
    Ok(all)
}

fn is_seen(reach: &Reach, entry: &Entry) -> bool {
    entry.holiday.unit_path.as_deref().is_none_or(|path| {
        reach.covers(path) || reach.paths().iter().any(|inner| inner.starts_with(path))
    })
}

/// Whether the actor keeps the holidays of a place. Those that hold everywhere are kept by whoever
/// manages a whole tree: a root's path is one segment.
pub fn may_keep(actor: &Actor, path: Option<&str>) -> bool {
    match path {
        Some(path) => actor.may(Right::Manage, path),
        None => actor.reach(Right::Manage).paths().iter().any(|p| p.len() == 19),
    }
}

/// A holiday that the actor may change.
pub fn kept(db: &mut Db, actor: &Actor, id: HolidayId) -> Result<Entry, Fault> {
    let reach = actor.must_somewhere(Right::SeePlans)?;
    let entry = store::holiday(db, id)?;
    if !is_seen(&reach, &entry) {
        return Err(Fault::NotFound);
    }
    match may_keep(actor, entry.holiday.unit_path.as_deref()) {
        true => Ok(entry),
        false => Err(Fault::Forbidden),
    }
}

/// Gives the year in which the new holiday stands.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &HolidayDraft,
    stamp: &Stamp,
) -> Result<i32, Fault> {
    let facts = read(db, actor, draft, None)?;
    let id = HolidayId(stamp.id());
    store::add(db, &[(id, facts.clone())], stamp.now)?;
    note(db, actor, "holiday created", id, facts.unit, json!({ "after": facts }), stamp)?;
    Ok(facts.day.year())
}

pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: HolidayId,
    draft: &HolidayDraft,
    stamp: &Stamp,
) -> Result<i32, Fault> {
    let before = facts_of(&kept(db, actor, id)?);
    let facts = read(db, actor, draft, Some(id))?;
    if before != facts {
        store::set(db, id, &facts, stamp.now)?;
        let detail = json!({ "before": before, "after": facts });
        note(db, actor, "holiday changed", id, facts.unit, detail, stamp)?;
    }
    Ok(facts.day.year())
}

/// Takes a holiday off the list; it can be put back.
pub fn remove(db: &mut Db, actor: &Actor, id: HolidayId, stamp: &Stamp) -> Result<i32, Fault> {
    let entry = kept(db, actor, id)?;
    if entry.removed_at.is_none() {
        store::set_removed(db, id, Some(stamp.now), stamp.now)?;
        let facts = facts_of(&entry);
        note(db, actor, "holiday removed", id, facts.unit, json!({ "before": facts }), stamp)?;
    }
    Ok(entry.holiday.day.year())
}

pub fn restore(db: &mut Db, actor: &Actor, id: HolidayId, stamp: &Stamp) -> Result<i32, Fault> {
    let entry = kept(db, actor, id)?;
    if entry.removed_at.is_some() {
        store::set_removed(db, id, None, stamp.now)?;
        let facts = facts_of(&entry);
        note(db, actor, "holiday restored", id, facts.unit, json!({ "after": facts }), stamp)?;
    }
    Ok(entry.holiday.day.year())
}

/// Reads a draft; the same name on the same day at the same place stands once.
fn read(
    db: &mut Db,
    actor: &Actor,
    draft: &HolidayDraft,
    except: Option<HolidayId>,
) -> Result<Facts, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let mut reading = Reading::default();
    let unit = match draft.unit.trim() {
        "" => None,
        code => {
            let found = unit_of_code(db, code)?.filter(|u| may_keep(actor, Some(&u.path)));
            if found.is_none() {
                reading.fields.add("unit", "unknown");
            }
            found
        }
    };
    if draft.unit.trim().is_empty() && !may_keep(actor, None) {
        reading.fields.add("unit", "required");
    }
    let facts = rules::facts(&mut reading, draft, unit.map(|u| u.id));
    if let Some(facts) = &facts {
        let same = |e: &Entry| {
            e.holiday.unit == facts.unit
                && (e.holiday.name_hi == facts.name_hi || e.holiday.name_en == facts.name_en)
        };
        let others = store::entries(db, facts.day, facts.day)?;
        if others.iter().any(|e| same(e) && Some(e.holiday.id) != except && e.removed_at.is_none())
        {
            reading.fields.add("name_hi", "taken");
        }
    }
    match facts {
        Some(facts) => reading.done(facts),
        None => reading.done(()).and(Err(Fault::NotFound)),
    }
}

fn facts_of(entry: &Entry) -> Facts {
    let h = &entry.holiday;
    Facts {
        day: h.day,
        name_hi: h.name_hi.clone(),
        name_en: h.name_en.clone(),
        kind: h.kind,
        estimated: h.estimated,
        unit: h.unit,
    }
}

/// A holiday as it would be typed.
pub fn draft_of(entry: &Entry) -> HolidayDraft {
    let h = &entry.holiday;
    HolidayDraft {
        day: h.day.to_string(),
        name_hi: h.name_hi.clone(),
        name_en: h.name_en.clone(),
        kind: h.kind.to_string(),
        estimated: if h.estimated { "yes" } else { "" }.to_owned(),
        unit: entry.unit_code.clone().unwrap_or_default(),
    }
}

fn note(
    db: &mut Db,
    actor: &Actor,
    action: &str,
    id: HolidayId,
    unit: Option<UnitId>,
    detail: Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = journal::Entry {
        actor: Some(actor.person),
        action,
        subject: format!("holiday/{id}"),
        unit,
        detail,
    };
    journal::note(db, entry, stamp.now)
}
