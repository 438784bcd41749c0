//! Who is on which batch, who waits, who left.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::completion;
use crate::enrolment::rules::{Place, Run};
use crate::enrolment::store::{Batch, Candidate, Enrolment, Move, Sought};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::kit::{clean, ledger, search};

/// The longest reason for a step, in characters.
const REASON: usize = 200;

/// Who is to be put on a batch, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    #[serde(deserialize_with = "crate::kit::form::loose")]
    pub person: String,
    /// `enrolment`, or empty for it.
    #[serde(rename = "as")]
    pub way: String,
}

/// Why somebody leaves or jumps the queue, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReasonDraft {
    pub reason: String,
}

/// As `enrol`, from what was typed.
pub fn take(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let mut reading = Reading::default();
    let typed = reading.text("person", &draft.person, 40);
    let person = typed.parse::<PersonId>().ok();
    if person.is_none() && !reading.has("person") {
        reading.fields.add("person", "not-found");
    }
    if !matches!(draft.way.as_str(), "" | "enrolment") {
        reading.fields.add("as", "unknown");
    }
    let person = reading.done(person)?.ok_or(Fault::NotFound)?;
    enrol(db, actor, batch, person, stamp)
}

/// Puts a person on a batch, or at the end of its queue when it is full. Somebody who withdrew
/// starts a new round.
pub fn enrol(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    person: PersonId,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let (batch, run) = held(db, actor, batch)?;
    let path = store::person_path(db, person)?.filter(|p| actor.may(Right::SeePeople, p));
    path.ok_or_else(|| Fault::field("person", "not-found"))?;
    if let Some(why) = rules::closed(&run, stamp.now) {
        return Err(Fault::conflict(why));
    }
    let before = store::enrolment_of(db, batch.id, person)?;
    if before.as_ref().is_some_and(|e| e.place != Place::Withdrawn) {
        return Err(Fault::conflict("enrolled"));
    }
    let made = Enrolment {
        id: before.as_ref().map_or_else(|| EnrolmentId(stamp.id()), |e| e.id),
        batch: batch.id,
        person,
        place: rules::place(&run),
        queued_at: stamp.now,
        round: before.as_ref().map_or(1, |e| e.round + 1),
        created_at: before.as_ref().map_or(stamp.now, |e| e.created_at),
        updated_at: stamp.now,
    };
    match &before {
        None => store::add(db, &made)?,
        Some(_) => store::rejoin(db, &made)?,
    }
    let step = Step {
        action: "person enrolled",
        from: before.map(|e| e.place),
        to: made.place,
        reason: None,
        by: Some(actor.person),
    };
    tell(db, &batch, &[made.id], &step, stamp)?;
    Ok(made)
}

/// As `withdraw`, from what was typed.
pub fn leave(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    draft: &ReasonDraft,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    withdraw(db, actor, id, &draft.reason, stamp)
}

/// Takes a person off a batch; the freed seat moves the queue at once.
pub fn withdraw(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let batch = store::enrolment(db, id)?.batch;
    let (batch, _) = held(db, actor, batch)?;
    let before = store::enrolment(db, id)?;
    let reason = read_reason(reason)?;
    if before.place == Place::Withdrawn {
        return Err(Fault::conflict("withdrawn"));
    }
    store::set_place(db, &[id], Place::Withdrawn, stamp.now)?;
    let step = Step {
        action: "person withdrawn",
        from: Some(before.place),
        to: Place::Withdrawn,
        reason: Some(&reason),
        by: Some(actor.person),
    };
    tell(db, &batch, &[id], &step, stamp)?;
    fill_seats(db, batch.id, stamp)?;
    store::enrolment(db, id)
}

/// Gives a free seat to somebody who waits, past those who are ahead, for a reason that they can
/// see. A full batch stays full.
pub fn promote(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let batch = store::enrolment(db, id)?.batch;
    let (batch, run) = held(db, actor, batch)?;
    let before = store::enrolment(db, id)?;
    let reason = read_reason(reason)?;
    if before.place != Place::Waiting {
        return Err(Fault::conflict("not-waiting"));
    }
    if let Some(why) = rules::closed(&run, stamp.now) {
        return Err(Fault::conflict(why));
    }
    if run.free() == 0 {
        return Err(Fault::conflict("no-seat"));
    }
    store::set_place(db, &[id], Place::Seat, stamp.now)?;
    let step = Step {
        action: "person promoted",
        from: Some(Place::Waiting),
        to: Place::Seat,
        reason: Some(&reason),
        by: Some(actor.person),
    };
    tell(db, &batch, &[id], &step, stamp)?;
    store::enrolment(db, id)
}

/// Moves the first of the queue up while seats are free; gives how many.
pub fn fill_seats(db: &mut Db, batch: BatchId, stamp: &Stamp) -> Result<usize, Fault> {
    store::hold(db, batch)?;
    let batch = store::batch(db, batch)?;
    let run = store::run_of(db, &batch)?;
    let free = rules::moving_up(&run, stamp.now);
    if free == 0 {
        return Ok(0);
    }
    let ids = store::first_waiting(db, batch.id, free)?;
    store::set_place(db, &ids, Place::Seat, stamp.now)?;
    let step = Step {
        action: "queue moved",
        from: Some(Place::Waiting),
        to: Place::Seat,
        reason: None,
        by: None,
    };
    tell(db, &batch, &ids, &step, stamp)?;
    Ok(ids.len())
}

/// Moves every queue that can move: after seats grew, or a session was put later.
pub fn sweep(db: &mut Db, stamp: &Stamp) -> Result<usize, Fault> {
    let mut moved = 0;
    for batch in store::batches_to_fill(db, stamp.now)? {
        moved += fill_seats(db, batch, stamp)?;
    }
    Ok(moved)
}

/// The batch with its run, and nobody else counts its seats until we are done.
fn held(db: &mut Db, actor: &Actor, id: BatchId) -> Result<(Batch, Run), Fault> {
    store::hold(db, id)?;
    let batch = store::batch(db, id)?;
    actor.must(Right::Manage, &batch.path)?;
    let run = store::run_of(db, &batch)?;
    Ok((batch, run))
}

fn read_reason(typed: &str) -> Result<String, Fault> {
    let mut reading = Reading::default();
    let reason = reading.text("reason", typed, REASON);
    reading.done(reason)
}

/// One step of some enrolments of a batch.
struct Step<'a> {
    action: &'static str,
    from: Option<Place>,
    to: Place,
    reason: Option<&'a str>,
    by: Option<PersonId>,
}

/// What follows every step: its history, the letters, the standings, the journal.
fn tell(
    db: &mut Db,
    batch: &Batch,
    ids: &[EnrolmentId],
    step: &Step<'_>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let moves: Vec<Move<'_>> = ids
        .iter()
        .map(|id| Move {
            id: stamp.id(),
            enrolment_id: *id,
            from_place: step.from,
            to_place: step.to,
            reason: step.reason,
            made_by: step.by,
            made_at: stamp.now,
        })
        .collect();
    store::add_moves(db, &moves)?;
    ledger::ask(db, batch.id, stamp.now)?;
    completion::recount(db, ids, stamp.now)?;
    let mut detail = json!({ "batch": batch.id, "before": step.from, "after": step.to });
    if let Some(reason) = step.reason {
        detail["reason"] = json!(reason);
    }
    let subject = match ids {
        [one] => format!("enrolment/{one}"),
        many => {
            detail["enrolments"] = Value::from_iter(many.iter().map(ToString::to_string));
            format!("batch/{}", batch.id)
        }
    };
    let entry =
        Entry { actor: step.by, action: step.action, subject, unit: Some(batch.unit), detail };
    journal::note(db, entry, stamp.now)
}

/// What the search field of the list looks for; nothing for less than two letters or digits.
pub fn sought(typed: &str) -> Option<Sought> {
    if let Some(phone) = clean::phone(typed) {
        return Some(Sought::Phone(phone));
    }
    let words: Vec<String> =
        search::fold(typed).split_whitespace().take(5).map(str::to_owned).collect();
    let letters: usize = words.iter().map(String::len).sum();
    (letters >= 2).then_some(Sought::Words(words))
}

/// People whom the actor may put on this batch.
pub fn candidates(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    typed: &str,
) -> Result<Vec<Candidate>, Fault> {
    match sought(typed) {
        Some(sought) => store::candidates(db, batch, &actor.reach(Right::SeePeople), &sought),
        None => Ok(vec![]),
    }
}

/// A batch, for whoever sees the plans of its unit.
pub fn batch_for(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Batch, Fault> {
    let batch = store::batch(db, id)?;
    actor.must(Right::SeePlans, &batch.path)?;
    Ok(batch)
}
