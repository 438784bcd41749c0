//! A plan becomes batches and sessions, in one transaction, or nothing does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, ModuleId, PersonId, PlanId, SessionId, UnitId, VersionId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::batches::rules::Facts as BatchFacts;
use crate::schedule::batches::store::NewBatch;
use crate::schedule::clashes::{self, Clash, said_at};
use crate::schedule::plans::rules::{Cell, Column, Grid};
use crate::schedule::plans::store::{Plan, Unit};
use crate::schedule::plans::{House, draft_for, store};
use crate::schedule::rules::SessionState;
use crate::schedule::store::{NewRevision, NewSession, lock_plans};
use crate::schedule::{batches, store as schedule_store};

/// What a plan became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    pub batches: usize,
    pub sessions: usize,
}

/// What hinders a plan from being published as it stands; the sentence is `conflict-{word}`.
pub fn hindrance(house: &House, actor: &Actor, plan: &Plan, stamp: &Stamp) -> Option<&'static str> {
    let grid = &plan.grid;
    let cells: Vec<&Cell> = grid.cells().map(|(_, _, cell)| cell).collect();
    let lost = |c: &Column| c.batch.is_some() && house.batch(c).is_none();
    let allowed = |(c, unit): (usize, &Unit)| match grid.columns[c].batch {
        Some(_) => actor.may(Right::Plan, &unit.path),
        None => actor.may(Right::Manage, &unit.path),
    };
    if cells.is_empty() {
        Some("plan-empty")
    } else if house.version.is_none() && grid.columns.iter().any(|c| c.batch.is_none()) {
        Some("plan-course-gone")
    } else if grid.columns.iter().any(lost) {
        Some("plan-batch-gone")
    } else if !house.units.iter().enumerate().all(allowed) {
        Some("plan-not-allowed")
    } else if cells.iter().any(|c| c.venue.is_none() && c.link.is_none()) {
        Some("plan-nowhere")
    } else if cells.iter().any(|c| c.venue.is_some_and(|v| house.venue(v).is_none())) {
        Some("plan-venue-gone")
    } else if cells.iter().any(|c| c.starts_at <= stamp.now) {
        Some("plan-past")
    } else if !grid.cells().all(|(_, column, cell)| {
        let teachers = house.teachers_of(column);
        cell.trainers.iter().all(|id| teachers.iter().any(|(teacher, _)| teacher == id))
    }) {
        Some("plan-trainer-gone")
    } else if house.clashes.iter().any(|found| clashes::is_refused(found)) {
        Some("plan-venue-taken")
    } else {
        None
    }
}

/// Publishes a draft behind the lock of all plans: what it is judged by cannot change meanwhile.
pub fn publish(
    db: &mut Db,
    actor: &Actor,
    id: PlanId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Published, Fault> {
    lock_plans(db)?;
    let plan = draft_for(db, actor, id, stamp)?;
    let house = House::of(db, actor, &plan, stamp.now)?;
    let mut reading = Reading::default();
    let reason = reading.optional("clash_reason", reason, 300);
    reading.done(())?;
    let told = || Obstacle { code: "clash", args: vec![], more: clashes_told(&plan.grid, &house) };
    if let Some(code) = hindrance(&house, actor, &plan, stamp) {
        return Err(Fault::Conflict(Obstacle { code, ..told() }));
    }
    if reason.is_none() && house.clashes.iter().any(|found| clashes::needs_reason(found)) {
        return Err(Fault::Conflict(told()));
    }
    let made = keep_batches(db, &plan.grid, &house, stamp)?;
    let sessions = keep_sessions(db, actor, &plan.grid, &house, &made, stamp)?;
    let batches: Vec<BatchId> = made.iter().map(|m| m.id).collect();
    ledger::ask_all(db, &batches, stamp.now)?;
    store::set_published(db, id, stamp.now)?;
    note(db, actor, &plan, &house, &made, &sessions, reason.as_deref(), stamp)?;
    Ok(Published { batches: made.iter().filter(|m| m.is_new).count(), sessions: sessions.len() })
}

fn clashes_told(grid: &Grid, house: &House) -> Value {
    let list: Vec<Value> = grid
        .cells()
        .zip(&house.clashes)
        .filter(|(_, found)| !found.is_empty())
        .map(|((row, column, _), found)| {
            let told = clashes::told(found, grid.columns[column].zone());
            json!({
                "row": row + 1,
                "unit": house.units[column].code,
                "clashes": told["clashes"],
            })
        })
        .collect();
    json!({ "sessions": list })
}

/// The batch of one column.
struct Made {
    id: BatchId,
    unit: UnitId,
    version: VersionId,
    is_new: bool,
}

fn keep_batches(
    db: &mut Db,
    grid: &Grid,
    house: &House,
    stamp: &Stamp,
) -> Result<Vec<Made>, Fault> {
    let mut made = vec![];
    let mut new = vec![];
    for (c, column) in grid.columns.iter().enumerate() {
        if let Some(batch) = house.batch(column) {
            let (id, version) = (batch.id, batch.version_id);
            made.push(Made { id, unit: column.unit, version, is_new: false });
            continue;
        }
        let version = house.version.ok_or_else(|| Fault::conflict("plan-course-gone"))?;
        let days = || {
            let cells = grid.cells().filter(|(_, of, _)| *of == c);
            cells.map(|(_, _, cell)| cell.starts_at.date_in(column.zone()))
        };
        let facts = BatchFacts {
            title: column.title.clone(),
            seats: column.seats,
            starts_on: days().min(),
            ends_on: days().max(),
        };
        let id = BatchId(stamp.id());
        new.push(NewBatch::of(id, house.course.id, version, column.unit, facts, stamp.now));
        made.push(Made { id, unit: column.unit, version, is_new: true });
    }
    batches::store::add_all(db, &new)?;
    Ok(made)
}

fn keep_sessions(
    db: &mut Db,
    actor: &Actor,
    grid: &Grid,
    house: &House,
    made: &[Made],
    stamp: &Stamp,
) -> Result<Vec<SessionId>, Fault> {
    let taught = modules(db, house, made)?;
    let mut ids = vec![];
    let (mut sessions, mut revisions) = (vec![], vec![]);
    let mut trainers: Vec<(SessionId, PersonId)> = vec![];
    let mut modules: Vec<(SessionId, ModuleId)> = vec![];
    for (_, c, cell) in grid.cells() {
        let id = SessionId(stamp.id());
        ids.push(id);
        let of = &made[c];
        sessions.push(NewSession {
            id,
            batch_id: of.id,
            venue_id: cell.venue,
            link: cell.link.as_deref(),
            starts_at: cell.starts_at,
            ends_at: cell.ends_at,
            timezone: &grid.columns[c].zone,
            state: SessionState::Published,
            revision: 1,
            created_at: stamp.now,
            updated_at: stamp.now,
        });
        revisions.push(NewRevision {
            id: stamp.id(),
            session_id: id,
            revision: 1,
            starts_at: cell.starts_at,
            ends_at: cell.ends_at,
            venue_id: cell.venue,
            link: cell.link.as_deref(),
            state: SessionState::Published,
            reason: None,
            made_by: Some(actor.person),
            made_at: stamp.now,
        });
        trainers.extend(cell.trainers.iter().map(|person| (id, *person)));
        for code in &cell.modules {
            let module = taught
                .get(&(of.version, code.as_str()))
                .ok_or_else(|| Fault::conflict("plan-modules-differ"))?;
            modules.push((id, *module));
        }
    }
    schedule_store::add_sessions(db, &sessions)?;
    schedule_store::add_trainers(db, &trainers)?;
    schedule_store::add_modules(db, &modules)?;
    schedule_store::add_revisions(db, &revisions)?;
    Ok(ids)
}

/// The modules of every version that a batch of the plan teaches, by their codes. A batch that is
/// there already may teach an older version than one that is made now.
fn modules<'a>(
    db: &mut Db,
    house: &'a House,
    made: &[Made],
) -> Result<BTreeMap<(VersionId, &'a str), ModuleId>, Fault> {
    let mut versions: Vec<VersionId> = made.iter().map(|m| m.version).collect();
    versions.sort_unstable();
    versions.dedup();
    let all = courses::store::modules_of(db, &versions)?;
    Ok(all
        .into_iter()
        .filter_map(|(version, id, module)| {
            let known = house.modules.iter().find(|(_, m)| m.code == module.code)?;
            Some(((version, known.1.code.as_str()), id))
        })
        .collect())
}

#[expect(clippy::too_many_arguments, reason = "one entry tells the whole act")]
fn note(
    db: &mut Db,
    actor: &Actor,
    plan: &Plan,
    house: &House,
    made: &[Made],
    sessions: &[SessionId],
    reason: Option<&str>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = |action, subject, unit, detail| Entry {
        actor: Some(actor.person),
        action,
        subject,
        unit: Some(unit),
        detail,
    };
    let grid = &plan.grid;
    let mut entries = vec![];
    for (column, of) in grid.columns.iter().zip(made).filter(|(_, of)| of.is_new) {
        let after = json!({ "title": column.title, "seats": column.seats });
        let detail = json!({ "course": plan.course, "plan": plan.id, "after": after });
        entries.push(entry("batch created", format!("batch/{}", of.id), of.unit, detail));
    }
    for (((_, c, cell), found), id) in grid.cells().zip(&house.clashes).zip(sessions) {
        let (zone, of) = (grid.columns[c].zone(), &made[c]);
        let detail = json!({
            "batch": of.id,
            "plan": plan.id,
            "after": {
                "starts_at": said_at(cell.starts_at, zone),
                "ends_at": said_at(cell.ends_at, zone),
                "venue": cell.venue,
                "link": cell.link,
                "trainers": cell.trainers,
                "modules": cell.modules,
            },
            "clashes": overruled(found, reason, zone),
        });
        entries.push(entry("session published", format!("session/{id}"), of.unit, detail));
    }
    if let Some(first) = made.first() {
        let detail = json!({
            "course": plan.course,
            "batches": made.iter().map(|m| m.id).collect::<Vec<_>>(),
            "sessions": sessions.len(),
            "reason": reason,
        });
        entries.push(entry("plan published", format!("plan/{}", plan.id), first.unit, detail));
    }
    journal::note_all(db, &entries, stamp.now)
}

/// What was passed for this session, and why.
fn overruled(found: &[Clash], reason: Option<&str>, zone: chrono_tz::Tz) -> Value {
    if found.is_empty() {
        return Value::Null;
    }
    json!({ "reason": reason, "list": clashes::told(found, zone)["clashes"] })
}
