//! The rules as rows: who may write which, and what a change of one asks of the planner.

pub mod rules;
pub mod store;
pub mod pages;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::RuleId;
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::reminders;
use crate::reminders::rulebook::rules::{RuleDraft, Scope};
use crate::reminders::rulebook::store::{Place, Row};

/// The rules of everybody, and those of the actor's own courses and batches.
pub fn seen(db: &mut Db, actor: &Actor) -> Result<Vec<Row>, Fault> {
    let reach = actor.must_somewhere(Right::SeeReports)?;
    let mut rows = store::all(db)?;
    rows.retain(|row| row.path.as_ref().is_none_or(|path| reach.covers(path)));
    Ok(rows)
}

/// Whether somebody may write a rule: for everybody only who looks after a whole tree.
pub fn may_write(actor: &Actor, path: Option<&str>) -> bool {
    match path {
        Some(path) => actor.may(Right::Manage, path),
        None => actor.reach(Right::Manage).paths().iter().any(|p| p.len() == store::STEP),
    }
}

/// A rule that the actor may write.
pub fn managed(db: &mut Db, actor: &Actor, id: RuleId) -> Result<Row, Fault> {
    let row = seen(db, actor)?.into_iter().find(|row| row.id == id).ok_or(Fault::NotFound)?;
    if may_write(actor, row.path.as_deref()) { Ok(row) } else { Err(Fault::Forbidden) }
}

/// The course or batch of a new rule.
pub fn place_of(db: &mut Db, actor: &Actor, scope: &Scope) -> Result<Place, Fault> {
    let place = store::place(db, scope)?;
    if let Some(path) = &place.path
        && !actor.may(Right::SeePlans, path)
    {
        return Err(Fault::NotFound);
    }
    if may_write(actor, place.path.as_deref()) { Ok(place) } else { Err(Fault::Forbidden) }
}

pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &RuleDraft,
    stamp: &Stamp,
) -> Result<RuleId, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let mut reading = Reading::default();
    let scope = draft.scope(&mut reading);
    let made = draft.read(&mut reading);
    let (scope, made) = reading.done((scope, made))?;
    let place = place_of(db, actor, &scope)?;
    let id = RuleId(stamp.id());
    store::add(db, id, &scope, &made, stamp.now)?;
    note(db, actor, id, &place, "reminder rule made", json!({ "after": draft }), stamp)?;
    reminders::store::ask_again(db, &scope, stamp.now)?;
    Ok(id)
}

pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: RuleId,
    draft: &RuleDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let row = managed(db, actor, id)?;
    let mut reading = Reading::default();
    let made = draft.read(&mut reading);
    let made = reading.done(made)?;
    store::change(db, id, &made, stamp.now)?;
    let place = store::place(db, &row.scope)?;
    let detail = json!({ "before": RuleDraft::of(&row.rule, row.scope), "after": draft });
    note(db, actor, id, &place, "reminder rule changed", detail, stamp)?;
    reminders::store::ask_again(db, &row.scope, stamp.now)
}

/// From now on its letters are planned again.
pub fn switch_on(db: &mut Db, actor: &Actor, id: RuleId, stamp: &Stamp) -> Result<(), Fault> {
    let row = managed(db, actor, id)?;
    switched(db, actor, &row, true, stamp)
}

/// What it had planned is taken back.
pub fn switch_off(db: &mut Db, actor: &Actor, id: RuleId, stamp: &Stamp) -> Result<(), Fault> {
    let row = managed(db, actor, id)?;
    switched(db, actor, &row, false, stamp)
}

fn switched(
    db: &mut Db,
    actor: &Actor,
    row: &Row,
    is_on: bool,
    stamp: &Stamp,
) -> Result<(), Fault> {
    store::switch(db, row.id, is_on, stamp.now)?;
    let place = store::place(db, &row.scope)?;
    let action = if is_on { "reminder rule on" } else { "reminder rule off" };
    note(db, actor, row.id, &place, action, json!({}), stamp)?;
    reminders::store::ask_again(db, &row.scope, stamp.now)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    id: RuleId,
    place: &Place,
    action: &str,
    detail: serde_json::Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("reminder-rule/{id}"),
        unit: place.unit,
        detail,
    };
    journal::note(db, entry, stamp.now)
}
