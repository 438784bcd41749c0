//! Places asked for: put forward by a unit or asked for by the person, decided on by an office.

pub mod store;
pub mod pages;

use crate::access::Actor;
use crate::access::rules::{Held, Reach, Right, Role};
use crate::enrolment::asks::store::Pending;
use crate::enrolment::desk::{self, Desk, Name, Step};
use crate::enrolment::rules::{Act, Channel, Place, Way};
use crate::enrolment::store::{Batch, Enrolment, batch as batch_of, enrolment, join, person_path};
use crate::enrolment::{REASON, post, read_reason};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId, UnitId};
use crate::kit::site::Stamp;
use crate::people::offices::approver;
use crate::people::offices::rules::Approver;

/// How a consent reached us, when a form says it did.
pub fn channel(reading: &mut Reading, typed: &str) -> Option<Channel> {
    let word = typed.trim();
    if word.is_empty() {
        return None;
    }
    let channel = Channel::parse(word);
    if channel.is_none() {
        reading.fields.add("consent", "unknown");
    }
    channel
}

/// Asks for a place for oneself. The office of one's unit decides, or the next above when that is
/// vacant.
pub fn request(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    person: PersonId,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    if person != actor.person {
        return Err(Fault::field("person", "not-found"));
    }
    let home = store::home(db, person)?;
    let desk = Desk::open(db, batch, stamp.now)?;
    if !store::is_for(db, &desk.batch, &home.path, stamp.now)? {
        return Err(Fault::NotFound);
    }
    desk.must_take_requests(stamp.now)?;
    desk.must_be_ready(db, person)?;
    let name = Name {
        person,
        place: Place::Requested,
        way: Way::Request,
        decider: Some(home.unit),
        act: Act::Asked,
        by: person,
    };
    let asked = desk::admit(db, &desk, &name, stamp)?;
    tell_deciders(db, &desk, &asked, home.unit, stamp)?;
    Ok(asked)
}

/// Puts somebody of one's own units forward. Where seats are kept for the unit, its word is enough;
/// else the office of the batch decides, and sees what else the person has at that time.
pub fn nominate(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    person: PersonId,
    clash_reason: Option<&str>,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let desk = Desk::open(db, batch, stamp.now)?;
    may_nominate(db, actor, &desk.batch, stamp)?;
    let path = person_path(db, person)?.filter(|path| actor.may(Right::Manage, path));
    let path = path.ok_or_else(|| Fault::field("person", "not-found"))?;
    if !actor.may(Right::Manage, &desk.batch.path)
        && !store::is_for(db, &desk.batch, &path, stamp.now)?
    {
        return Err(Fault::field("person", "not-of-this-batch"));
    }
    desk.must_take_requests(stamp.now)?;
    desk.must_be_ready(db, person)?;
    let decides = actor.may(Right::Manage, &desk.batch.path);
    let place = desk.place_for(&path);
    let is_settled = decides || (place == Place::Seat && desk.hall.is_kept_for(&path));
    let busy = match is_settled {
        true => desk.must_be_free(db, person, clash_reason)?,
        false => None,
    };
    let name = Name {
        person,
        place: if is_settled { place } else { Place::Requested },
        way: Way::Nomination,
        decider: (!is_settled).then_some(desk.batch.unit),
        act: Act::Nominated,
        by: actor.person,
    };
    let asked = desk::admit(db, &desk, &name, stamp)?;
    desk::note_passed(db, &desk, asked.id, busy, clash_reason, actor.person, stamp)?;
    if !is_settled {
        tell_deciders(db, &desk, &asked, desk.batch.unit, stamp)?;
    }
    Ok(asked)
}

/// A batch that the actor's units may put people forward for.
pub fn may_nominate(db: &mut Db, actor: &Actor, batch: &Batch, stamp: &Stamp) -> Result<(), Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let inside = actor.may(Right::Manage, &batch.path);
    if inside || store::is_for_any(db, batch, &reach, stamp.now)? {
        Ok(())
    } else {
        Err(Fault::NotFound)
    }
}

/// The office that decides now for a unit: its own, or that of the next above when it is vacant.
pub fn office(db: &mut Db, unit: UnitId, now: Moment) -> Result<Option<Approver>, Fault> {
    match approver(db, unit, now.utc().date_naive()) {
        Ok(office) => Ok(Some(office)),
        Err(Fault::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn tell_deciders(
    db: &mut Db,
    desk: &Desk,
    asked: &Enrolment,
    unit: UnitId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let office = office(db, unit, stamp.now)?;
    let deciders: Vec<PersonId> = office
        .map(|o| o.people.into_iter().map(|(person, _)| person).collect())
        .unwrap_or_default();
    post::asked(db, desk, asked, &deciders, stamp)
}

/// Says yes to a request or nomination: a seat when there is one for the person, the end of the
/// queue when not. Who joins the queue does so now, whenever it was asked: nobody who waits is put
/// back by an older letter on somebody's table. Somebody who has another session at that time only
/// with a reason.
pub fn approve(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    clash_reason: Option<&str>,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let (desk, asked) = to_decide(db, actor, id, stamp)?;
    desk.must_be_open(stamp.now)?;
    desk.must_be_ready(db, asked.person)?;
    let busy = desk.must_be_free(db, asked.person, clash_reason)?;
    let path = person_path(db, asked.person)?.unwrap_or_default();
    let place = desk.place_for(&path);
    let queued_at = desk.next_in_line(db, stamp.now)?;
    join(db, id, place, queued_at)?;
    let step = Step {
        act: Act::Approved,
        from: Some(Place::Requested),
        to: place,
        reason: None,
        by: Some(actor.person),
    };
    desk::tell(db, &desk.batch, &[id], &step, stamp)?;
    desk::note_passed(db, &desk, id, busy, clash_reason, actor.person, stamp)?;
    enrolment(db, id)
}

/// The same from what was typed.
pub fn approve_one(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    clash_reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let clash_reason = read_clash_reason(clash_reason)?;
    approve(db, actor, id, clash_reason.as_deref(), stamp)
}

fn read_clash_reason(typed: &str) -> Result<Option<String>, Fault> {
    let mut reading = Reading::default();
    let reason = reading.optional("clash_reason", typed, REASON);
    reading.done(reason)
}

/// Says no, with the reason; whoever asked is told it.
pub fn refuse(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let (desk, asked) = to_decide(db, actor, id, stamp)?;
    let reason = read_reason(reason)?;
    let step = Step {
        act: Act::Refused,
        from: Some(Place::Requested),
        to: Place::Withdrawn,
        reason: Some(&reason),
        by: Some(actor.person),
    };
    desk::step(db, &desk.batch, &[id], &step, stamp)?;
    let to = match asked.way {
        Way::Nomination => asked.asked_by.unwrap_or(asked.person),
        _ => asked.person,
    };
    if to != actor.person {
        post::refused(db, &desk, &asked, to, &reason, stamp)?;
    }
    enrolment(db, id)
}

/// A request that the actor may decide on, its batch behind its lock. What was decided in the
/// meantime is said, not done twice.
fn to_decide(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    stamp: &Stamp,
) -> Result<(Desk, Enrolment), Fault> {
    let found = pending_for(db, actor, id, stamp.now)?;
    let desk = Desk::open(db, found.batch, stamp.now)?;
    let asked = enrolment(db, id)?;
    if asked.place != Place::Requested {
        return Err(Fault::conflict("not-requested"));
    }
    Ok((desk, asked))
}

/// An enrolment that the actor decides on: within the units of the office that was asked, or on a
/// batch that he manages. Nobody decides on himself.
pub fn pending_for(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    now: Moment,
) -> Result<Enrolment, Fault> {
    let found = enrolment(db, id)?;
    let batch = batch_of(db, found.batch)?;
    let decider = match found.decider {
        Some(unit) => store::path_of(db, unit)?,
        None => batch.path.clone(),
    };
    if found.person == actor.person && !actor.may(Right::Manage, &batch.path) {
        return Err(Fault::Forbidden);
    }
    if !deciding(db, actor, now)?.covers(&decider) {
        actor.must(Right::Manage, &batch.path)?;
    }
    Ok(found)
}

/// What a round of approvals came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub seated: usize,
    pub waiting: usize,
    /// Decided by somebody else, or something stands in the way.
    pub left: usize,
}

/// At most so many at once.
pub const AT_ONCE: usize = 200;

/// Says yes to many, in the order in which they asked.
pub fn approve_all(
    db: &mut Db,
    actor: &Actor,
    ids: &[EnrolmentId],
    clash_reason: &str,
    stamp: &Stamp,
) -> Result<Round, Fault> {
    let clash_reason = read_clash_reason(clash_reason)?;
    if ids.is_empty() {
        return Err(Fault::field("ids", "nobody-chosen"));
    }
    let mut asked = store::places_of(db, ids)?;
    asked.sort_unstable();
    asked.truncate(AT_ONCE);
    // Two rounds at once, or a round and an offer that is taken, wait for each other here or never.
    let batches = asked.iter().map(|(batch, ..)| *batch).collect();
    let people = asked.iter().map(|(.., person)| *person).collect();
    let ids: Vec<EnrolmentId> = asked.iter().map(|(_, id, _)| *id).collect();
    desk::hold_all(db, &batches, &people, &ids, stamp.now)?;
    let mut round = Round::default();
    for id in ids {
        match approve(db, actor, id, clash_reason.as_deref(), stamp) {
            Ok(e) if e.place == Place::Seat => round.seated += 1,
            Ok(_) => round.waiting += 1,
            Err(Fault::Conflict(_) | Fault::NotFound | Fault::Forbidden) => round.left += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(round)
}

/// Where somebody decides on requests: as an admin, or by a post that decides.
pub fn deciding(db: &mut Db, actor: &Actor, now: Moment) -> Result<Reach, Fault> {
    let mut held = actor.grants.clone();
    let posts = store::deciding_posts(db, actor.person, now.utc().date_naive())?;
    held.extend(posts.into_iter().map(|path| Held {
        role: Role::Admin,
        path: Some(path),
        session: None,
    }));
    Ok(Reach::of(&held, Right::Manage))
}

/// What waits for a decision within a reach, the oldest first.
pub fn pending(db: &mut Db, reach: &Reach, limit: i64) -> Result<Vec<Pending>, Fault> {
    store::pending(db, reach, limit)
}
