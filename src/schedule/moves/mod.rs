//! Moves and cancellations weighed before they are made, for one session or a whole batch.

pub mod rules;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, SessionId, VenueId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::clashes::{self, Busy, Clash};
use crate::schedule::moves::rules::Whither;
use crate::schedule::rules::{BatchState, SessionChange, SessionDraft, SessionState};
use crate::schedule::store::NewRevision;
use crate::schedule::venues::store::Venue;
use crate::schedule::{
    Batch, Difference, Lesson, Place, Plan, Session, batch_for, batches, before_told, ground,
    keep_moved, note, overruled, read, session_for, store, venues, weigh_one,
};

/// What would become of one session.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub before: Session,
    pub after: Session,
    /// When or where: a new revision, of which people are told.
    pub meeting: bool,
    pub trainers: bool,
    pub modules: bool,
    pub clashes: Vec<Clash>,
}

impl Outlook {
    /// Whether nothing can make it right.
    pub fn is_refused(&self) -> bool {
        clashes::is_refused(&self.clashes)
    }
}

/// What a change would make of a session; nothing is written.
pub fn look(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    change: &SessionChange,
    now: Moment,
) -> Result<Outlook, Fault> {
    let before = open_session(db, actor, id, now)?;
    if change.revision.is_some_and(|seen| seen != before.revision) {
        return Err(Fault::conflict("changed-meanwhile"));
    }
    let batch = store::batch(db, before.batch)?;
    let zone = before.zone();
    let draft = change.on(SessionDraft {
        starts_at: clashes::said_at(before.starts_at, zone),
        ends_at: clashes::said_at(before.ends_at, zone),
        ..before.draft()
    });
    let plan = read(db, actor, &batch, &draft, zone, Some(&before), now)?;
    let differs = Difference::of(&before, &plan);
    super::checked(&before, &plan, &differs, change, now)?;
    let clashes = match differs.meeting || differs.trainers {
        true => weigh_one(db, actor, &batch, &plan, zone, Some(id))?,
        false => vec![],
    };
    let after = after(db, &batch, &before, &plan)?;
    let Difference { meeting, trainers, modules } = differs;
    Ok(Outlook { before, after, meeting, trainers, modules, clashes })
}

/// A session that the actor may still move.
fn open_session(db: &mut Db, actor: &Actor, id: SessionId, now: Moment) -> Result<Session, Fault> {
    let session = session_for(db, actor, id)?;
    if !actor.may(Right::Plan, &session.unit_path) {
        return Err(Fault::Forbidden);
    }
    match session.state {
        _ if session.batch_state == BatchState::Cancelled => {
            Err(Fault::conflict("batch-cancelled"))
        }
        SessionState::Cancelled => Err(Fault::conflict("session-cancelled")),
        SessionState::Published if session.ends_at <= now => Err(Fault::conflict("session-over")),
        _ => Ok(session),
    }
}

/// The session as a plan would leave it, with every name in it.
fn after(db: &mut Db, batch: &Batch, before: &Session, plan: &Plan) -> Result<Session, Fault> {
    let venue = match (plan.venue, &before.venue) {
        (Some((id, _)), Some(place)) if place.id == id => Some(place.clone()),
        (Some((id, _)), _) => Some(place_of(venues::store::venue(db, id)?)),
        (None, _) => None,
    };
    let taught = courses::store::modules_of(db, &[batch.version_id])?;
    let modules = taught
        .into_iter()
        .filter(|(_, id, _)| plan.modules.iter().any(|(chosen, _)| chosen == id))
        .map(|(_, id, m)| Lesson {
            id,
            code: m.code,
            title_hi: m.title_hi,
            title_en: m.title_en,
            minutes: m.minutes,
            compulsory: m.compulsory,
        })
        .collect();
    Ok(Session {
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        venue,
        link: plan.link.clone(),
        trainers: store::names_of(db, &plan.trainers)?,
        modules,
        ..before.clone()
    })
}

fn place_of(venue: Venue) -> Place {
    Place {
        id: venue.id,
        name_hi: venue.name_hi,
        name_en: venue.name_en,
        seats: venue.seats,
        address: venue.address,
        map_url: venue.map_url,
        contact: venue.contact,
    }
}

// A whole batch ------------------------------------------------------------------------------

/// Where one session of a batch goes, as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub session: SessionId,
    /// The one that was looked at.
    pub revision: i32,
    /// A wall clock reading of the place. The length stays.
    pub starts_at: String,
    /// Empty: as it is.
    pub venue: String,
}

/// A batch with those of its sessions that have not begun and are not called off: they can move.
pub struct Train {
    pub batch: Batch,
    pub sessions: Vec<Session>,
    /// Whether other sessions of it stay where they are.
    pub has_begun: bool,
}

impl Train {
    /// The day of its first session.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.sessions.first().map(|s| s.starts_at.date_in(s.zone()))
    }

    /// All of them by so many days.
    pub fn steps(&self, days: i64) -> Vec<Step> {
        let step = |s: &Session| Step {
            session: s.id,
            revision: s.revision,
            starts_at: super::rules::typed(rules::shifted(s.starts_at, days, s.zone()), s.zone()),
            venue: String::new(),
        };
        self.sessions.iter().map(step).collect()
    }

    /// By how many days, from what was typed.
    pub fn days(&self, to: &Whither) -> Result<i64, Fault> {
        let first = self.first_day().ok_or_else(|| Fault::conflict("nothing-to-move"))?;
        let mut reading = Reading::default();
        let days = rules::days(&mut reading, to, first);
        reading.done(days)
    }
}

/// The batch that the actor wants to move.
pub fn train(db: &mut Db, actor: &Actor, id: BatchId, now: Moment) -> Result<Train, Fault> {
    let batch = batch_for(db, actor, id)?;
    if !actor.may(Right::Plan, &batch.unit_path) {
        return Err(Fault::Forbidden);
    }
    if batch.state == BatchState::Cancelled {
        return Err(Fault::conflict("batch-cancelled"));
    }
    let held = |s: &Session| s.state != SessionState::Cancelled;
    let all: Vec<Session> = store::sessions_of(db, id)?.into_iter().filter(held).collect();
    let begun = all.iter().filter(|s| s.starts_at <= now).count();
    let sessions = all.into_iter().filter(|s| s.starts_at > now).collect();
    Ok(Train { batch, sessions, has_begun: begun > 0 })
}

/// What would become of each session; nothing is written.
pub fn look_at_all(
    db: &mut Db,
    actor: &Actor,
    train: &Train,
    steps: &[Step],
    now: Moment,
) -> Result<Vec<Outlook>, Fault> {
    let halls =
        venues::store::venues_for(db, &actor.reach(Right::SeePlans), &train.batch.unit_path)?;
    let mut reading = Reading::default();
    let mut moved = vec![];
    for session in &train.sessions {
        let Some(step) = steps.iter().find(|s| s.session == session.id) else { continue };
        if step.revision != session.revision {
            return Err(Fault::conflict("changed-meanwhile"));
        }
        moved.extend(gone(session, step, &halls, now, &mut reading));
    }
    // One that is no longer to come was seen as coming.
    if steps.iter().any(|s| !train.sessions.iter().any(|have| have.id == s.session)) {
        return Err(Fault::conflict("changed-meanwhile"));
    }
    let moved = reading.done(moved)?;
    let found = weigh_all(db, actor, &train.batch, &moved)?;
    Ok(moved
        .into_iter()
        .zip(found)
        .map(|(after, clashes)| {
            let before = train.sessions.iter().find(|s| s.id == after.id).unwrap_or(&after).clone();
            Outlook {
                meeting: is_elsewhere(&before, &after),
                trainers: false,
                modules: false,
                before,
                after,
                clashes,
            }
        })
        .collect())
}

fn is_elsewhere(before: &Session, after: &Session) -> bool {
    let place = |s: &Session| s.venue.as_ref().map(|v| v.id);
    (before.starts_at, before.ends_at, place(before), &before.link)
        != (after.starts_at, after.ends_at, place(after), &after.link)
}

/// One session at its new time and place.
fn gone(
    session: &Session,
    step: &Step,
    halls: &[Venue],
    now: Moment,
    reading: &mut Reading,
) -> Option<Session> {
    let (at, place) = (format!("starts_at-{}", session.id), format!("venue-{}", session.id));
    let starts_at = Moment::of_local(reading.local_time(&at, &step.starts_at)?, session.zone());
    if starts_at != session.starts_at && starts_at <= now {
        reading.fields.add(&at, "past");
    }
    let mut after = Session {
        starts_at,
        ends_at: starts_at.plus_minutes(session.ends_at.minutes_since(session.starts_at)),
        ..session.clone()
    };
    let stays = session.venue.as_ref().is_some_and(|v| v.id.to_string() == step.venue.trim());
    if !step.venue.trim().is_empty() && !stays {
        let chosen = step.venue.trim().parse::<VenueId>().ok();
        match halls.iter().find(|v| Some(v.id) == chosen) {
            Some(venue) => (after.venue, after.link) = (Some(place_of(venue.clone())), None),
            None => reading.fields.add(&place, "unknown"),
        }
    }
    Some(after)
}

/// What stands against each of them where it goes: others, and each other.
fn weigh_all(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    moved: &[Session],
) -> Result<Vec<Vec<Clash>>, Fault> {
    let wishes: Vec<clashes::Wish> =
        moved.iter().map(|s| plan_of(s).wish(batch, s.zone())).collect();
    let ids: Vec<SessionId> = moved.iter().map(|s| s.id).collect();
    let ground = ground::around(db, &wishes)?;
    let busy = ground::near(db, &wishes, &ids, &ground, &actor.reach(Right::SeePlans))?;
    let own: Vec<Busy> = moved.iter().map(busy_of).collect();
    Ok(wishes
        .iter()
        .zip(&ids)
        .map(|(wish, id)| {
            let mut near = busy.clone();
            near.extend(own.iter().filter(|b| b.session != *id).cloned());
            clashes::clashes(wish, &batch.unit_path, &near, &ground)
        })
        .collect())
}

fn plan_of(session: &Session) -> Plan {
    Plan {
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        venue: session.venue.as_ref().map(|v| (v.id, v.seats)),
        link: session.link.clone(),
        trainers: session.trainers.iter().map(|(id, _)| *id).collect(),
        modules: session.modules.iter().map(|m| (m.id, m.code.clone())).collect(),
        clash_reason: None,
    }
}

fn busy_of(session: &Session) -> Busy {
    Busy {
        session: session.id,
        batch: session.batch,
        title: Some(session.batch_title.clone()),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        venue: session.venue.as_ref().map(|v| v.id),
        venue_hi: session.venue.as_ref().map(|v| v.name_hi.clone()),
        venue_en: session.venue.as_ref().map(|v| v.name_en.clone()),
        trainers: session.trainers.clone(),
        participants: vec![],
    }
}

/// Why, as typed: for the history, and against clashes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reasons {
    pub reason: String,
    pub clash_reason: String,
}

/// Moves a batch: every step or none. Each session that goes elsewhere has one new revision; people
/// are told of all of them in one letter. Gives how many go.
pub fn move_batch(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    steps: &[Step],
    why: &Reasons,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    store::lock_plans(db)?;
    let train = train(db, actor, id, stamp.now)?;
    let ids: Vec<SessionId> = train.sessions.iter().map(|s| s.id).collect();
    store::hold(db, &ids)?;
    batches::store::hold(db, id)?;
    let mut reading = Reading::default();
    let reason = reading.optional("reason", &why.reason, 300);
    let clash_reason = reading.optional("clash_reason", &why.clash_reason, 300);
    reading.done(())?;
    let looks = look_at_all(db, actor, &train, steps, stamp.now)?;
    let looks: Vec<Outlook> = looks.into_iter().filter(|o| o.meeting).collect();
    if looks.is_empty() {
        return Err(Fault::conflict("nothing-moves"));
    }
    pass(&looks, clash_reason.is_some())?;
    let (mut told, mut moved) = (vec![], vec![]);
    for look in &looks {
        let (before, plan) =
            (&look.before, Plan { clash_reason: clash_reason.clone(), ..plan_of(&look.after) });
        let differs = Difference { meeting: true, trainers: false, modules: false };
        keep_moved(db, actor, before, &plan, &differs, reason.as_deref(), stamp)?;
        let zone = before.zone();
        let detail = json!({
            "batch": id,
            "before": before_told(before),
            "after": plan.told(zone),
            "reason": reason,
            "clashes": overruled(&look.clashes, &plan, zone),
        });
        moved.push(Entry {
            actor: Some(actor.person),
            action: "session moved",
            subject: format!("session/{}", before.id),
            unit: Some(before.unit),
            detail,
        });
        told.push(before.id);
    }
    keep_days(db, &train, &looks, stamp)?;
    journal::note_all(db, &moved, stamp.now)?;
    let detail = json!({ "sessions": told, "reason": reason });
    note(db, actor, "batch moved", &format!("batch/{id}"), train.batch.unit, detail, stamp)?;
    Ok(looks.len())
}

/// As for one session: a taken venue is refused, the rest needs a reason.
fn pass(looks: &[Outlook], has_reason: bool) -> Result<(), Fault> {
    let found = looks.iter().filter(|o| !o.clashes.is_empty());
    let more: Vec<Value> = found
        .flat_map(|o| {
            let told = clashes::told(&o.clashes, o.after.zone());
            told["clashes"].as_array().cloned().unwrap_or_default()
        })
        .collect();
    let needs_reason = looks.iter().any(|o| clashes::needs_reason(&o.clashes));
    let obstacle = |code| Obstacle { code, args: vec![], more: json!({ "clashes": more }) };
    if looks.iter().any(Outlook::is_refused) {
        return Err(Fault::Conflict(obstacle("venue-taken")));
    }
    if needs_reason && !has_reason {
        return Err(Fault::Conflict(obstacle("clash")));
    }
    Ok(())
}

/// The first and last day of the batch go along.
fn keep_days(db: &mut Db, train: &Train, looks: &[Outlook], stamp: &Stamp) -> Result<(), Fault> {
    let day = |at: Moment, s: &Session| at.date_in(s.zone());
    let (mut first, mut last) = (0, 0);
    if let Some(o) = looks.first().filter(|_| !train.has_begun) {
        first = (day(o.after.starts_at, &o.after) - day(o.before.starts_at, &o.before)).num_days();
    }
    if let Some(o) = looks.last() {
        last = (day(o.after.ends_at, &o.after) - day(o.before.ends_at, &o.before)).num_days();
    }
    let held: Vec<(NaiveDate, NaiveDate)> = train
        .sessions
        .iter()
        .map(|s| looks.iter().find(|o| o.before.id == s.id).map_or(s, |o| &o.after))
        .map(|s| (day(s.starts_at, s), day(s.ends_at, s)))
        .collect();
    let batch = &train.batch;
    let (starts_on, ends_on) = rules::span((batch.starts_on, batch.ends_on), &held, (first, last));
    batches::store::set_days(db, batch.id, starts_on, ends_on, stamp.now)
}

/// The sessions that go when a batch is called off: those that are not over and that nobody
/// attended.
pub fn doomed(db: &mut Db, batch: &Batch, now: Moment) -> Result<Vec<Session>, Fault> {
    let held = |s: &Session| s.state != SessionState::Cancelled;
    let all: Vec<Session> = store::sessions_of(db, batch.id)?.into_iter().filter(held).collect();
    let ids: Vec<SessionId> = all.iter().map(|s| s.id).collect();
    let attended = store::attended_of(db, &ids)?;
    let left: Vec<Session> =
        all.iter().filter(|s| s.ends_at > now && !attended.contains(&s.id)).cloned().collect();
    if left.is_empty() && !attended.is_empty() {
        return Err(Fault::conflict("batch-held"));
    }
    Ok(left)
}

/// A batch that the actor may call off.
pub fn ending(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Batch, Fault> {
    let batch = batches::managed(db, actor, id)?;
    match batch.state {
        BatchState::Open => Ok(batch),
        BatchState::Cancelled => Err(Fault::conflict("batch-cancelled")),
    }
}

/// Calls a whole batch off. Its sessions to come go with it; the enrolments stay, as what was. Gives
/// how many sessions went.
pub fn cancel_batch(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    reason: &str,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    store::lock_plans(db)?;
    let batch = ending(db, actor, id)?;
    let mut reading = Reading::default();
    let reason = reading.text("reason", reason, 300);
    let reason = reading.done(reason)?;
    let doomed = doomed(db, &batch, stamp.now)?;
    let ids: Vec<SessionId> = doomed.iter().map(|s| s.id).collect();
    store::set_all_cancelled(db, &ids, &reason, stamp.now)?;
    let rows: Vec<NewRevision<'_>> = doomed
        .iter()
        .map(|s| NewRevision {
            id: stamp.id(),
            session_id: s.id,
            revision: s.revision + 1,
            starts_at: s.starts_at,
            ends_at: s.ends_at,
            venue_id: s.venue.as_ref().map(|v| v.id),
            link: s.link.as_deref(),
            state: SessionState::Cancelled,
            reason: Some(&reason),
            made_by: Some(actor.person),
            made_at: stamp.now,
        })
        .collect();
    if !rows.is_empty() {
        store::add_revisions(db, &rows)?;
    }
    batches::store::set_cancelled(db, id, &reason, stamp.now)?;
    ledger::ask(db, id, stamp.now)?;
    let detail = json!({ "sessions": ids, "reason": reason });
    note(db, actor, "batch cancelled", &format!("batch/{id}"), batch.unit, detail, stamp)?;
    Ok(doomed.len())
}
