//! Dated runs of a course for a unit.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::courses::rules::CourseState;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::BatchId;
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::batches::rules::{BatchDraft, Facts};
use crate::schedule::batches::store::Home;
use crate::schedule::{Batch, batch_for};

/// Opens a batch: it teaches the version of its course that is published now, for good.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &BatchDraft,
    stamp: &Stamp,
) -> Result<BatchId, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let mut reading = Reading::default();
    let unit = courses::home_unit(db, &reach, &draft.unit, &mut reading)?;
    let course = match draft.course.trim() {
        "" => None,
        name => courses::course_named(db, actor, name)?,
    };
    if course.is_none() {
        let code = if draft.course.trim().is_empty() { "required" } else { "unknown" };
        reading.fields.add("course", code);
    }
    let version = match &course {
        Some(c) if c.state != CourseState::Retired => store::last_published(db, c)?,
        _ => None,
    };
    if course.is_some() && version.is_none() {
        reading.fields.add("course", "course-not-published");
    }
    if let (Some(course), Some(unit)) = (&course, &unit)
        && !unit.path.starts_with(&course.unit_path)
    {
        reading.fields.add("course", "course-of-another-unit");
    }
    let facts = rules::facts(&mut reading, draft);
    let (Some(course), Some(version), Some(unit)) = (&course, version, unit) else {
        return reading.done(BatchId(0));
    };
    reading.done(())?;
    let id = BatchId(stamp.id());
    store::add(db, id, &Home { course, version, unit: unit.id }, &facts, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "batch created",
        subject: format!("batch/{id}"),
        unit: Some(unit.id),
        detail: json!({ "course": course.id, "after": facts }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(id)
}

/// Changes a batch. More seats move the queue as soon as the planner looks; fewer take nobody's away.
pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    draft: &BatchDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let batch = managed(db, actor, id)?;
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, draft);
    reading.done(())?;
    let before = facts_of(&batch);
    if before == facts {
        return Ok(());
    }
    store::set(db, id, &facts, stamp.now)?;
    ledger::ask(db, id, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "batch changed",
        subject: format!("batch/{id}"),
        unit: Some(batch.unit),
        detail: json!({ "before": before, "after": facts }),
    };
    journal::note(db, entry, stamp.now)
}

/// A batch that the actor may change.
pub fn managed(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Batch, Fault> {
    let batch = batch_for(db, actor, id)?;
    if actor.may(Right::Manage, &batch.unit_path) { Ok(batch) } else { Err(Fault::Forbidden) }
}

fn facts_of(batch: &Batch) -> Facts {
    Facts {
        title: batch.title.clone(),
        seats: batch.seats,
        starts_on: batch.starts_on,
        ends_on: batch.ends_on,
    }
}

/// A batch as it would be typed.
pub fn draft_of(batch: &Batch) -> BatchDraft {
    let day = |date: Option<chrono::NaiveDate>| date.map(|d| d.to_string()).unwrap_or_default();
    BatchDraft {
        course: batch.course_code.clone(),
        unit: batch.unit_code.clone(),
        title: batch.title.clone(),
        seats: batch.seats.to_string(),
        starts_on: day(batch.starts_on),
        ends_on: day(batch.ends_on),
    }
}
