//! When and where a batch meets: sessions planned, published, moved, called off.

pub mod rules;
pub mod clashes;
pub mod ical;
pub mod store;
pub mod holidays;
pub mod ground;
pub mod venues;
pub mod batches;
pub mod calendar;
pub mod feeds;
pub mod moves;
pub mod availability;
pub mod finding;
pub mod plans;
pub mod pages;
pub mod api;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::courses;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::ids::{
    BatchId, CourseId, ModuleId, PersonId, SessionId, UnitId, VenueId, VersionId,
};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::schedule::clashes::{Clash, Wish};
use crate::schedule::rules::{BatchState, SessionChange, SessionDraft, SessionState};
use crate::schedule::store::{Handover, NewRevision, NewSession, Standing, Taught};

/// One dated run of a course for a unit.
#[derive(Debug, Clone)]
pub struct Batch {
    pub id: BatchId,
    pub title: String,
    pub course_id: CourseId,
    pub version_id: VersionId,
    pub course_code: String,
    pub course_hi: String,
    pub course_en: String,
    pub unit: UnitId,
    pub unit_code: String,
    pub unit_path: String,
    pub unit_hi: String,
    pub unit_en: String,
    pub seats: i32,
    pub state: BatchState,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub cancel_reason: Option<String>,
}

/// One meeting of a batch.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub batch: BatchId,
    pub batch_title: String,
    pub batch_state: BatchState,
    pub course_id: CourseId,
    pub version_id: VersionId,
    pub unit: UnitId,
    pub unit_path: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub timezone: String,
    pub venue: Option<Place>,
    pub link: Option<String>,
    pub state: SessionState,
    /// Starts at 1; the calendar's SEQUENCE is one less.
    pub revision: i32,
    pub cancel_reason: Option<String>,
    pub updated_at: Moment,
    pub trainers: Vec<(PersonId, String)>,
    pub modules: Vec<Lesson>,
}

/// The venue of a session.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: VenueId,
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub address: String,
    pub map_url: Option<String>,
    pub contact: Option<String>,
}

/// A module that a session teaches.
#[derive(Debug, Clone)]
pub struct Lesson {
    pub id: ModuleId,
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
    pub minutes: i32,
    pub compulsory: bool,
}

impl Session {
    /// The zone in which its times are said.
    pub fn zone(&self) -> Tz {
        zone_named(Some(&self.timezone), chrono_tz::Asia::Kolkata)
    }

    pub fn is_taught_by(&self, person: PersonId) -> bool {
        self.trainers.iter().any(|(id, _)| *id == person)
    }

    /// As it would be typed.
    pub fn draft(&self) -> SessionDraft {
        SessionDraft {
            modules: self.modules.iter().map(|m| m.code.clone()).collect(),
            trainers: self.trainers.iter().map(|(id, _)| id.to_string()).collect(),
            venue: self.venue.as_ref().map(|v| v.id.to_string()).unwrap_or_default(),
            link: self.link.clone().unwrap_or_default(),
            starts_at: rules::typed(self.starts_at, self.zone()),
            ends_at: rules::typed(self.ends_at, self.zone()),
            clash_reason: String::new(),
        }
    }
}

/// A zone by its name, which the database has kept as text.
pub fn zone_named(name: Option<&str>, otherwise: Tz) -> Tz {
    name.and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// A batch that the actor may see: within the units of his plans, as one who teaches in it, or as
/// one who is on it.
pub fn batch_for(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Batch, Fault> {
    let batch = store::batch(db, id)?;
    let sees = actor.may(Right::SeePlans, &batch.unit_path)
        || is_on(db, actor, id)?
        || store::teaches_in(db, actor.person, id)?;
    if sees { Ok(batch) } else { Err(Fault::NotFound) }
}

/// A session that the actor may see. A draft is nothing yet to those who are on the batch.
pub fn session_for(db: &mut Db, actor: &Actor, id: SessionId) -> Result<Session, Fault> {
    let session = store::session(db, id)?;
    let sees = actor.may(Right::SeePlans, &session.unit_path)
        || session.is_taught_by(actor.person)
        || actor.helps(id)
        || (session.state != SessionState::Draft
            && (is_on(db, actor, session.batch)? || store::is_guest(db, actor.person, id)?));
    if sees { Ok(session) } else { Err(Fault::NotFound) }
}

fn is_on(db: &mut Db, actor: &Actor, batch: BatchId) -> Result<bool, Fault> {
    let place = store::place_of(db, actor.person, batch)?;
    Ok(place.is_some_and(|p| ["seat", "waiting", "offered"].contains(&p.as_str())))
}

/// A session that the actor may plan, behind the lock of all plans.
fn planned(db: &mut Db, actor: &Actor, id: SessionId) -> Result<Session, Fault> {
    store::lock_plans(db)?;
    let session = session_for(db, actor, id)?;
    if !actor.may(Right::Plan, &session.unit_path) {
        return Err(Fault::Forbidden);
    }
    if session.state == SessionState::Cancelled {
        return Err(Fault::conflict("session-cancelled"));
    }
    Ok(session)
}

/// Makes a draft session of a batch. `home` is the zone of a unit that names none.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    draft: &SessionDraft,
    home: Tz,
    stamp: &Stamp,
) -> Result<SessionId, Fault> {
    store::lock_plans(db)?;
    let batch = batch_for(db, actor, batch)?;
    if !actor.may(Right::Plan, &batch.unit_path) {
        return Err(Fault::Forbidden);
    }
    if batch.state == BatchState::Cancelled {
        return Err(Fault::conflict("batch-cancelled"));
    }
    let zone = zone_of(db, &batch, home)?;
    let plan = read(db, actor, &batch, draft, zone, None, stamp.now)?;
    let clashes = weigh(db, actor, &batch, &plan, zone, None)?;
    let id = SessionId(stamp.id());
    let row = NewSession {
        id,
        batch_id: batch.id,
        venue_id: plan.venue.as_ref().map(|v| v.0),
        link: plan.link.as_deref(),
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        timezone: zone.name(),
        state: SessionState::Draft,
        revision: 1,
        created_at: stamp.now,
        updated_at: stamp.now,
    };
    store::add_session(db, &row)?;
    store::set_trainers(db, id, &plan.trainers, 1)?;
    store::set_modules(db, id, &plan.module_ids())?;
    let detail = json!({ "batch": batch.id, "after": plan.told(zone), "clashes": overruled(&clashes, &plan, zone) });
    note(db, actor, "session created", &format!("session/{id}"), batch.unit, detail, stamp)?;
    Ok(id)
}

/// The zone of a batch's place.
pub fn zone_of(db: &mut Db, batch: &Batch, home: Tz) -> Result<Tz, Fault> {
    Ok(zone_named(store::timezone_of(db, &batch.unit_path)?.as_deref(), home))
}

/// A session as read from a form, every part of it known.
struct Plan {
    starts_at: Moment,
    ends_at: Moment,
    /// With its seats.
    venue: Option<(VenueId, i32)>,
    link: Option<String>,
    trainers: Vec<PersonId>,
    modules: Vec<(ModuleId, String)>,
    clash_reason: Option<String>,
}

impl Plan {
    fn module_ids(&self) -> Vec<ModuleId> {
        self.modules.iter().map(|(id, _)| *id).collect()
    }

    fn wish(&self, batch: &Batch, zone: Tz) -> Wish {
        Wish {
            batch: batch.id,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            zone,
            venue: self.venue.map(|v| v.0),
            venue_seats: self.venue.map(|v| v.1),
            seats: batch.seats,
            trainers: self.trainers.clone(),
        }
    }

    fn told(&self, zone: Tz) -> Value {
        json!({
            "starts_at": clashes::said_at(self.starts_at, zone),
            "ends_at": clashes::said_at(self.ends_at, zone),
            "venue": self.venue.map(|v| v.0),
            "link": self.link,
            "trainers": self.trainers,
            "modules": self.modules.iter().map(|(_, code)| code).collect::<Vec<_>>(),
        })
    }
}

/// Reads a draft against what there is: modules of the course, venues and trainers in reach. What
/// `kept` had already is not asked again.
fn read(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    draft: &SessionDraft,
    zone: Tz,
    kept: Option<&Session>,
    now: Moment,
) -> Result<Plan, Fault> {
    let mut reading = Reading::default();
    let times = rules::times(&mut reading, draft, zone);
    let link = rules::web_address(&mut reading, "link", &draft.link);
    let venue = read_venue(db, actor, batch, &draft.venue, kept, &mut reading)?;
    if venue.is_some() && link.is_some() {
        reading.fields.add("link", "venue-or-link");
    }
    let modules = read_modules(db, batch, &draft.modules, &mut reading)?;
    let trainers = read_trainers(db, batch, &draft.trainers, kept, now, &mut reading)?;
    let clash_reason = reading.optional("clash_reason", &draft.clash_reason, 300);
    let (starts_at, ends_at) = times.unwrap_or((now, now));
    reading.done(Plan { starts_at, ends_at, venue, link, trainers, modules, clash_reason })
}

fn read_venue(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    given: &str,
    kept: Option<&Session>,
    reading: &mut Reading,
) -> Result<Option<(VenueId, i32)>, Fault> {
    if given.trim().is_empty() {
        return Ok(None);
    }
    let before = kept.and_then(|s| s.venue.as_ref());
    let venue = match given.parse::<VenueId>() {
        Ok(id) if before.is_some_and(|v| v.id == id) => before.map(|v| (v.id, v.seats)),
        Ok(id) => venues::usable(db, actor, &batch.unit_path, id)?.map(|v| (v.id, v.seats)),
        Err(_) => None,
    };
    if venue.is_none() {
        reading.fields.add("venue", "unknown");
    }
    Ok(venue)
}

fn read_modules(
    db: &mut Db,
    batch: &Batch,
    given: &[String],
    reading: &mut Reading,
) -> Result<Vec<(ModuleId, String)>, Fault> {
    let taught = courses::store::modules_of(db, &[batch.version_id])?;
    let given = rules::chosen(given);
    // In the order of the course, by code or by id.
    let found: Vec<(ModuleId, String)> = taught
        .iter()
        .filter(|(_, id, m)| given.iter().any(|g| *g == m.code || *g == id.to_string()))
        .map(|(_, id, m)| (*id, m.code.clone()))
        .collect();
    if given.iter().any(|g| !found.iter().any(|(id, code)| g == code || *g == id.to_string())) {
        reading.fields.add("modules", "unknown");
    }
    Ok(found)
}

fn read_trainers(
    db: &mut Db,
    batch: &Batch,
    given: &[String],
    kept: Option<&Session>,
    now: Moment,
    reading: &mut Reading,
) -> Result<Vec<PersonId>, Fault> {
    let mut ids: Vec<PersonId> = vec![];
    for word in rules::chosen(given) {
        match word.parse() {
            Ok(id) => ids.push(id),
            Err(_) => reading.fields.add("trainers", "unknown"),
        }
    }
    let fresh: Vec<PersonId> =
        ids.iter().copied().filter(|id| !kept.is_some_and(|s| s.is_taught_by(*id))).collect();
    if fresh.is_empty() || reading.has("trainers") {
        return Ok(ids);
    }
    let teachers = store::teachers_of(db, &batch.unit_path, now.utc().date_naive())?;
    if !fresh.iter().all(|id| teachers.iter().any(|(teacher, _)| teacher == id)) {
        let known = store::known_people(db, &fresh)?;
        let all_known = fresh.iter().all(|id| known.contains(id));
        reading.fields.add("trainers", if all_known { "not-a-trainer" } else { "unknown" });
    }
    Ok(ids)
}

/// What stands against a plan. A taken venue is refused; the rest needs a reason.
fn weigh(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    plan: &Plan,
    zone: Tz,
    except: Option<SessionId>,
) -> Result<Vec<Clash>, Fault> {
    let found = weigh_one(db, actor, batch, plan, zone, except)?;
    let obstacle = |code| Obstacle { code, args: vec![], more: clashes::told(&found, zone) };
    if clashes::is_refused(&found) {
        return Err(Fault::Conflict(obstacle("venue-taken")));
    }
    if clashes::needs_reason(&found) && plan.clash_reason.is_none() {
        return Err(Fault::Conflict(obstacle("clash")));
    }
    Ok(found)
}

fn weigh_one(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    plan: &Plan,
    zone: Tz,
    except: Option<SessionId>,
) -> Result<Vec<Clash>, Fault> {
    let wishes = [plan.wish(batch, zone)];
    let except: Vec<SessionId> = except.into_iter().collect();
    let ground = ground::around(db, &wishes)?;
    let busy = ground::near(db, &wishes, &except, &ground, &actor.reach(Right::SeePlans))?;
    let [wish] = &wishes;
    Ok(clashes::clashes(wish, &batch.unit_path, &busy, &ground))
}

/// The clashes of a draft, for the form that shows them; of one that cannot be read, none.
pub fn clashes_of(
    db: &mut Db,
    actor: &Actor,
    batch: &Batch,
    draft: &SessionDraft,
    zone: Tz,
    kept: Option<&Session>,
    now: Moment,
) -> Result<Vec<Clash>, Fault> {
    match read(db, actor, batch, draft, zone, kept, now) {
        Ok(plan) => weigh_one(db, actor, batch, &plan, zone, kept.map(|s| s.id)),
        Err(Fault::Invalid(_)) => Ok(vec![]),
        Err(other) => Err(other),
    }
}

/// For the journal: what was overruled, and why.
fn overruled(clashes: &[Clash], plan: &Plan, zone: Tz) -> Value {
    if clashes.is_empty() {
        return Value::Null;
    }
    json!({ "reason": plan.clash_reason, "list": clashes::told(clashes, zone)["clashes"] })
}

/// Tells people of a draft: from now on every change is a revision.
pub fn publish(db: &mut Db, actor: &Actor, id: SessionId, stamp: &Stamp) -> Result<(), Fault> {
    let session = planned(db, actor, id)?;
    if session.state == SessionState::Published {
        return Err(Fault::conflict("session-published"));
    }
    keep_published(db, actor, &[&session], stamp)?;
    let subject = format!("session/{id}");
    let detail = json!({ "starts_at": clashes::said_at(session.starts_at, session.zone()) });
    note(db, actor, "session published", &subject, session.unit, detail, stamp)
}

/// Publishes every draft of a batch, or none when one is not ready. Gives their number.
pub fn publish_all(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    store::lock_plans(db)?;
    let batch = batch_for(db, actor, batch)?;
    if !actor.may(Right::Plan, &batch.unit_path) {
        return Err(Fault::Forbidden);
    }
    let all = store::sessions_of(db, batch.id)?;
    let drafts: Vec<&Session> = all.iter().filter(|s| s.state == SessionState::Draft).collect();
    if drafts.is_empty() {
        return Err(Fault::conflict("no-drafts"));
    }
    keep_published(db, actor, &drafts, stamp)?;
    let ids: Vec<SessionId> = drafts.iter().map(|s| s.id).collect();
    let subject = format!("batch/{}", batch.id);
    note(db, actor, "sessions published", &subject, batch.unit, json!({ "sessions": ids }), stamp)?;
    Ok(drafts.len())
}

/// Drafts that are ready become published; the first revision says what people are told.
fn keep_published(
    db: &mut Db,
    actor: &Actor,
    drafts: &[&Session],
    stamp: &Stamp,
) -> Result<(), Fault> {
    for session in drafts {
        if session.venue.is_none() && session.link.is_none() {
            return Err(Fault::conflict("nowhere"));
        }
        if session.starts_at <= stamp.now {
            return Err(Fault::conflict("past"));
        }
    }
    let ids: Vec<SessionId> = drafts.iter().map(|s| s.id).collect();
    store::set_published(db, &ids, stamp.now)?;
    let rows: Vec<NewRevision<'_>> = drafts
        .iter()
        .map(|s| NewRevision {
            id: stamp.id(),
            session_id: s.id,
            revision: s.revision,
            starts_at: s.starts_at,
            ends_at: s.ends_at,
            venue_id: s.venue.as_ref().map(|v| v.id),
            link: s.link.as_deref(),
            state: SessionState::Published,
            reason: None,
            made_by: Some(actor.person),
            made_at: stamp.now,
        })
        .collect();
    store::add_revisions(db, &rows)?;
    match drafts.first() {
        Some(session) => ledger::ask(db, session.batch, stamp.now),
        None => Ok(()),
    }
}

/// Changes a session. On a published one a new time or place is a new revision, of which everybody
/// on the batch is told once; a draft changes silently.
pub fn move_session(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    change: &SessionChange,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let before = planned(db, actor, id)?;
    // One that ran when its batch was called off stays as it was.
    if before.batch_state == BatchState::Cancelled {
        return Err(Fault::conflict("batch-cancelled"));
    }
    let published = before.state == SessionState::Published;
    if published && before.ends_at <= stamp.now {
        return Err(Fault::conflict("session-over"));
    }
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
    let plan = read(db, actor, &batch, &draft, zone, Some(&before), stamp.now)?;
    let differs = Difference::of(&before, &plan);
    let reason = checked(&before, &plan, &differs, change, stamp.now)?;
    if differs.is_none() {
        return Ok(());
    }
    let clashes = match differs.meeting || differs.trainers {
        true => weigh(db, actor, &batch, &plan, zone, Some(id))?,
        false => vec![],
    };
    keep_moved(db, actor, &before, &plan, &differs, reason.as_deref(), stamp)?;
    let detail = json!({
        "before": before_told(&before),
        "after": plan.told(zone),
        "reason": reason,
        "clashes": overruled(&clashes, &plan, zone),
    });
    let action = if published && differs.meeting { "session moved" } else { "session changed" };
    note(db, actor, action, &format!("session/{id}"), before.unit, detail, stamp)
}

/// What a change touches.
struct Difference {
    /// When or where.
    meeting: bool,
    trainers: bool,
    modules: bool,
}

impl Difference {
    fn of(before: &Session, plan: &Plan) -> Self {
        let same_people = before.trainers.len() == plan.trainers.len()
            && plan.trainers.iter().all(|id| before.is_taught_by(*id));
        Self {
            meeting: before.starts_at != plan.starts_at
                || before.ends_at != plan.ends_at
                || before.venue.as_ref().map(|v| v.id) != plan.venue.map(|v| v.0)
                || before.link != plan.link,
            trainers: !same_people,
            modules: before.modules.iter().map(|m| m.id).collect::<Vec<_>>() != plan.module_ids(),
        }
    }

    fn is_none(&self) -> bool {
        !(self.meeting || self.trainers || self.modules)
    }
}

/// What a published session does not suffer: no place, a start in the past, other modules once it
/// runs. Gives the reason of the change.
fn checked(
    before: &Session,
    plan: &Plan,
    differs: &Difference,
    change: &SessionChange,
    now: Moment,
) -> Result<Option<String>, Fault> {
    let mut reading = Reading::default();
    let reason = reading.optional("reason", &change.reason, 300);
    if before.state == SessionState::Published {
        if plan.venue.is_none() && plan.link.is_none() {
            reading.fields.add("venue", "nowhere");
        }
        if plan.starts_at != before.starts_at && plan.starts_at <= now {
            reading.fields.add("starts_at", "past");
        } else if plan.ends_at != before.ends_at && plan.ends_at <= now {
            reading.fields.add("ends_at", "past");
        }
        if differs.modules && before.starts_at <= now {
            reading.fields.add("modules", "begun");
        }
    }
    reading.done(reason)
}

fn keep_moved(
    db: &mut Db,
    actor: &Actor,
    before: &Session,
    plan: &Plan,
    differs: &Difference,
    reason: Option<&str>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let published = before.state == SessionState::Published;
    let revision = before.revision + i32::from(published && differs.meeting);
    let (venue, link) = (plan.venue.map(|v| v.0), plan.link.as_deref());
    let (starts_at, ends_at) = (plan.starts_at, plan.ends_at);
    store::set_standing(
        db,
        before.id,
        stamp.now,
        &Standing { venue, link, starts_at, ends_at, revision },
    )?;
    if differs.trainers {
        if published {
            keep_known(db, actor, before, plan, stamp)?;
        }
        store::set_trainers(db, before.id, &plan.trainers, revision)?;
    }
    if differs.modules {
        store::set_modules(db, before.id, &plan.module_ids())?;
    }
    if revision > before.revision {
        let row = NewRevision {
            id: stamp.id(),
            session_id: before.id,
            revision,
            starts_at,
            ends_at,
            venue_id: venue,
            link,
            state: SessionState::Published,
            reason,
            made_by: Some(actor.person),
            made_at: stamp.now,
        };
        store::add_revisions(db, &[row])?;
    }
    if published {
        ledger::ask(db, before.batch, stamp.now)?;
    }
    Ok(())
}

/// What those know who teach it no longer, or from now on: the planner writes to them by that.
fn keep_known(
    db: &mut Db,
    actor: &Actor,
    before: &Session,
    plan: &Plan,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let taught = before.trainers.iter().map(|(id, _)| *id);
    let gone: Vec<PersonId> = taught.filter(|id| !plan.trainers.contains(id)).collect();
    let new: Vec<PersonId> =
        plan.trainers.iter().copied().filter(|id| !before.is_taught_by(*id)).collect();
    let handover = Handover {
        session: before.id,
        revision: before.revision,
        gone: &gone,
        new: &new,
        by: actor.person,
    };
    store::keep_knowledge(db, &handover, stamp.now)
}

fn before_told(before: &Session) -> Value {
    json!({
        "starts_at": clashes::said_at(before.starts_at, before.zone()),
        "ends_at": clashes::said_at(before.ends_at, before.zone()),
        "venue": before.venue.as_ref().map(|v| v.id),
        "link": before.link,
        "trainers": before.trainers.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        "modules": before.modules.iter().map(|m| &m.code).collect::<Vec<_>>(),
    })
}

/// Calls a session off. Those who were told of it are told so; one that people attended stays.
pub fn cancel(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let session = planned(db, actor, id)?;
    let mut reading = Reading::default();
    let reason = reading.text("reason", reason, 300);
    let reason = reading.done(reason)?;
    if store::was_attended(db, id)? {
        return Err(Fault::conflict("session-attended"));
    }
    let revision = session.revision + 1;
    store::set_cancelled(db, id, revision, &reason, stamp.now)?;
    let row = NewRevision {
        id: stamp.id(),
        session_id: id,
        revision,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        venue_id: session.venue.as_ref().map(|v| v.id),
        link: session.link.as_deref(),
        state: SessionState::Cancelled,
        reason: Some(&reason),
        made_by: Some(actor.person),
        made_at: stamp.now,
    };
    store::add_revisions(db, &[row])?;
    ledger::ask(db, session.batch, stamp.now)?;
    let detail = json!({ "before": session.state, "reason": reason });
    note(db, actor, "session cancelled", &format!("session/{id}"), session.unit, detail, stamp)
}

/// The sessions to come of which somebody is a trainer, the soonest first.
pub fn taught_after(db: &mut Db, person: PersonId, now: Moment) -> Result<Vec<Taught>, Fault> {
    store::taught_after(db, person, now)
}

/// Takes somebody who is erased off the sessions to come. Nobody is told it by this: whoever looks
/// after them names another, and that is told. The caller holds the planners' lock and the sessions.
pub fn take_off(
    db: &mut Db,
    person: PersonId,
    taught: &[Taught],
    by: Option<PersonId>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    if taught.is_empty() {
        return Ok(());
    }
    let ids: Vec<SessionId> = taught.iter().map(|t| t.session).collect();
    let before = store::take_off(db, person, &ids)?;
    let batches: Vec<BatchId> = taught.iter().map(|t| t.batch).collect();
    ledger::ask_all(db, &batches, stamp.now)?;
    let entry = |t: &Taught| {
        let of_session = before.iter().filter(|(session, _)| *session == t.session);
        let trainers: Vec<PersonId> = of_session.map(|(_, trainer)| *trainer).collect();
        let left: Vec<PersonId> = trainers.iter().copied().filter(|p| *p != person).collect();
        Entry {
            actor: by,
            action: "session changed",
            subject: format!("session/{}", t.session),
            unit: Some(t.unit),
            detail: json!({ "before": { "trainers": trainers }, "after": { "trainers": left } }),
        }
    };
    let entries: Vec<Entry<'_>> = taught.iter().map(entry).collect();
    journal::note_all(db, &entries, stamp.now)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    action: &str,
    subject: &str,
    unit: UnitId,
    detail: Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: subject.to_owned(),
        unit: Some(unit),
        detail,
    };
    journal::note(db, entry, stamp.now)
}
