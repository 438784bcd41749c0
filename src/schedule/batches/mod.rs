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
use crate::kit::ids::{BatchId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::batches::rules::{BatchDraft, Facts, Kept};
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
    let kept = kept_rows(db, actor, &unit.path, draft, facts.seats, &mut reading)?;
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
    keep_seats(db, actor, id, unit.id, kept, stamp)?;
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
    managed(db, actor, id)?;
    store::hold(db, id)?;
    let batch = managed(db, actor, id)?;
    let mut reading = Reading::default();
    let facts = rules::facts(&mut reading, draft);
    let kept = kept_rows(db, actor, &batch.unit_path, draft, facts.seats, &mut reading)?;
    if kept.is_none() {
        let there: i32 = store::kept_of(db, &[id])?.iter().map(|(_, k)| k.seats).sum();
        if there > facts.seats {
            reading.fields.add_with("seats", "below-kept", vec![("kept", there.to_string())]);
        }
    }
    reading.done(())?;
    keep_seats(db, actor, id, batch.unit, kept, stamp)?;
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

/// The units of the seats that are to be kept: within the batch's own unit, or one that the actor
/// sees. Nothing when the draft does not speak of them.
fn kept_rows(
    db: &mut Db,
    actor: &Actor,
    home: &str,
    draft: &BatchDraft,
    seats: i32,
    reading: &mut Reading,
) -> Result<Option<Vec<(UnitId, Kept)>>, Fault> {
    let Some(drafts) = &draft.reserved else { return Ok(None) };
    let kept = rules::kept(reading, drafts, seats);
    let codes: Vec<&str> = kept.iter().map(|(_, k)| k.unit.as_str()).collect();
    let known = store::units_of(db, &codes)?;
    let mut rows = vec![];
    for (n, kept) in kept {
        let fits = |path: &str| path.starts_with(home) || actor.may(Right::SeePlans, path);
        match known.iter().find(|(code, _, path)| *code == kept.unit && fits(path)) {
            Some((_, unit, _)) => rows.push((*unit, kept)),
            None if !kept.unit.is_empty() => {
                reading.fields.add(&format!("kept_unit-{n}"), "unknown");
            }
            None => {}
        }
    }
    Ok(Some(rows))
}

/// Keeps seats for units, or gives them back; the queue moves as soon as the ticker looks.
fn keep_seats(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    unit: UnitId,
    kept: Option<Vec<(UnitId, Kept)>>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let Some(rows) = kept else { return Ok(()) };
    let mut before: Vec<Kept> = store::kept_of(db, &[id])?.into_iter().map(|(_, k)| k).collect();
    let mut after: Vec<Kept> = rows.iter().map(|(_, k)| k.clone()).collect();
    before.sort_by(|a, b| a.unit.cmp(&b.unit));
    after.sort_by(|a, b| a.unit.cmp(&b.unit));
    if before == after {
        return Ok(());
    }
    store::keep_seats(db, id, &rows)?;
    ledger::ask(db, id, stamp.now)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "seats kept for units",
        subject: format!("batch/{id}"),
        unit: Some(unit),
        detail: json!({ "before": before, "after": after }),
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
        reserved: None,
    }
}
