//! Seats offered to those who wait: made when one is free, answered with one tap, gone in time.

pub mod rules;
pub mod store;
pub mod pages;

use std::collections::{BTreeSet, HashSet};

use crate::access::Actor;
use crate::access::rules::Right;
use crate::enrolment::desk::{self, Desk, Step};
use crate::enrolment::offers::rules::{Life, Said};
use crate::enrolment::offers::store::{Made, Offer};
use crate::enrolment::post;
use crate::enrolment::rules::{Act, Place, first_of};
use crate::enrolment::store::{
    Enrolment, Waiting, batches_to_fill, enrolment, hold_queues, person_path,
};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{self, BatchId, CourseId, EnrolmentId, OfferId, PersonId};
use crate::kit::site::Stamp;

// --- Made, and gone in time ------------------------------------------------------------------------

/// Offers every free seat of a batch to the first of its queue for whom it is; gives how many.
pub fn fill(db: &mut Db, batch: BatchId, stamp: &Stamp) -> Result<usize, Fault> {
    let desk = Desk::open(db, batch, stamp.now)?;
    let people: Vec<PersonId> = desk.queue.iter().map(|w| w.person).collect();
    let done = desk::completed(db, &desk.courses_first(), &people)?;
    let chosen = next(&desk, &done, stamp.now);
    if chosen.is_empty() {
        return Ok(0);
    }
    let made: Vec<Made> = chosen
        .iter()
        .map(|(waiting, life)| Made {
            id: OfferId(stamp.id()),
            enrolment_id: waiting.id,
            made_at: stamp.now,
            ends_at: life.ends_at,
            answer: Said::Open,
        })
        .collect();
    store::add(db, &made)?;
    let ids: Vec<EnrolmentId> = made.iter().map(|m| m.enrolment_id).collect();
    let step = Step {
        act: Act::Offered,
        from: Some(Place::Waiting),
        to: Place::Offered,
        reason: None,
        by: None,
    };
    desk::step(db, &desk.batch, &ids, &step, stamp)?;
    post::offered(db, &desk, &made, &chosen, stamp)?;
    Ok(made.len())
}

/// Who would be offered a seat now, and until when.
fn next(desk: &Desk, done: &HashSet<(PersonId, CourseId)>, now: Moment) -> Vec<(Waiting, Life)> {
    let run = &desk.run;
    if run.cancelled || run.has_started(now) || desk.queue.is_empty() || desk.hall.is_full() {
        return vec![];
    }
    let able = desk.queue.iter().filter(|w| desk.is_ready(w.person, done)).filter_map(|w| {
        let life = rules::life(now, run.first_start, desk.zones.of(&w.path))?;
        Some((w.path.as_str(), (w.clone(), life)))
    });
    first_of(&mut desk.hall.clone(), able)
}

/// What one turn of the ticker did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    pub lapsed: usize,
    pub offered: usize,
}

/// Batches of one turn: other writers must get theirs.
const BATCHES_AT_ONCE: usize = 200;

/// Ends the offers whose time is over, then moves every queue that can move: after seats grew or
/// were released, or a session was put later.
pub fn sweep(db: &mut Db, stamp: &Stamp) -> Result<Turn, Fault> {
    let over = store::over(db, stamp.now)?.into_iter().map(|offer| offer.batch);
    let mut batches: BTreeSet<BatchId> = over.chain(movable(db, stamp.now)?).collect();
    while batches.len() > BATCHES_AT_ONCE {
        batches.pop_last();
    }
    desk::hold_all(db, &batches, &BTreeSet::new(), &[], stamp.now)?;
    hold_queues(db, &Vec::from_iter(batches.iter().copied()))?;
    let mut turn = Turn::default();
    for batch in batches {
        turn.lapsed += lapse(db, batch, stamp)?;
        turn.offered += fill(db, batch, stamp)?;
    }
    Ok(turn)
}

/// Whether `sweep` would do anything: asked each turn, so that a turn with nothing to do writes
/// nothing. As many statements for many batches as for one.
pub fn is_due(db: &mut Db, now: Moment) -> Result<bool, Fault> {
    Ok(!store::over(db, now)?.is_empty() || !movable(db, now)?.is_empty())
}

/// The batches where somebody who waits would be offered a seat.
fn movable(db: &mut Db, now: Moment) -> Result<Vec<BatchId>, Fault> {
    let batches = batches_to_fill(db, now)?;
    if batches.is_empty() {
        return Ok(vec![]);
    }
    let desks = Desk::look_at_all(db, &batches, now)?;
    let picky: Vec<&Desk> = desks.iter().filter(|d| !d.courses_first().is_empty()).collect();
    let courses: Vec<CourseId> = picky.iter().flat_map(|d| d.courses_first()).collect();
    let people: Vec<PersonId> =
        picky.iter().flat_map(|d| d.queue.iter().map(|w| w.person)).collect();
    let done = desk::completed(db, &courses, &people)?;
    let moves = |desk: &&Desk| !next(desk, &done, now).is_empty();
    Ok(desks.iter().filter(moves).map(|desk| desk.batch.id).collect())
}

/// Ends the offers of a batch whose time is over; gives how many.
fn lapse(db: &mut Db, batch: BatchId, stamp: &Stamp) -> Result<usize, Fault> {
    let desk = Desk::open(db, batch, stamp.now)?;
    // Behind the lock: somebody may have taken one in the meantime.
    let mut over = store::open_on(db, batch)?;
    over.retain(|o| o.ends_at <= stamp.now || desk.run.has_started(stamp.now));
    if over.is_empty() {
        return Ok(0);
    }
    let ids: Vec<OfferId> = over.iter().map(|o| o.id).collect();
    store::answer(db, &ids, Said::Lapsed, None, stamp.now)?;
    let enrolments: Vec<EnrolmentId> = over.iter().map(|o| o.enrolment).collect();
    let step = Step {
        act: Act::Lapsed,
        from: Some(Place::Offered),
        to: Place::Withdrawn,
        reason: None,
        by: None,
    };
    desk::step(db, &desk.batch, &enrolments, &step, stamp)?;
    post::lapsed(db, &desk, &over, stamp)?;
    Ok(over.len())
}

// --- Answered --------------------------------------------------------------------------------------

/// The secret of the link in an offer's letter: good for this one offer and for nothing else.
pub fn token(secret: &str, offer: OfferId) -> String {
    format!("{offer}.{}", ids::seal(secret, "offer", &offer.to_string()))
}

/// Whose link this is; not found when it is not one of ours.
pub fn by_link(db: &mut Db, secret: &str, token: &str) -> Result<Offer, Fault> {
    let (id, seal) = token.split_once('.').ok_or(Fault::NotFound)?;
    if !ids::seal_fits(secret, "offer", id, seal) {
        return Err(Fault::NotFound);
    }
    store::offer(db, id.parse().map_err(|_| Fault::NotFound)?)
}

/// The open offer of an enrolment, for the person, for whoever manages the batch, and for the
/// office of the person's unit: somebody without a mailbox says it on the phone.
pub fn for_actor(db: &mut Db, actor: &Actor, id: EnrolmentId) -> Result<Offer, Fault> {
    let found = enrolment(db, id)?;
    if found.person != actor.person {
        let batch = crate::enrolment::store::batch(db, found.batch)?;
        let home = person_path(db, found.person)?.unwrap_or_default();
        if !actor.may(Right::Manage, &batch.path) && !actor.may(Right::Manage, &home) {
            actor.must(Right::Manage, &batch.path)?;
        }
    }
    store::open_of(db, id)?.ok_or_else(|| Fault::conflict("not-offered"))
}

/// What the journal keeps as the reason when somebody takes a seat and has something else then.
const TAKEN: &str = "offer taken";

/// Takes the seat that is offered.
pub fn take(db: &mut Db, offer: &Offer, by: PersonId, stamp: &Stamp) -> Result<Enrolment, Fault> {
    let desk = standing(db, offer, stamp.now)?;
    desk.must_be_open(stamp.now)?;
    desk.must_be_ready(db, offer.person)?;
    // It was shown beside the button what else the person has at that time.
    let busy = desk.must_be_free(db, offer.person, Some(TAKEN))?;
    store::answer(db, &[offer.id], Said::Taken, Some(by), stamp.now)?;
    let step = Step {
        act: Act::Taken,
        from: Some(Place::Offered),
        to: Place::Seat,
        reason: None,
        by: Some(by),
    };
    desk::step(db, &desk.batch, &[offer.enrolment], &step, stamp)?;
    desk::note_passed(db, &desk, offer.enrolment, busy, Some(TAKEN), by, stamp)?;
    enrolment(db, offer.enrolment)
}

/// Lets the seat go: the name leaves the list, the seat goes to the next.
pub fn decline(
    db: &mut Db,
    offer: &Offer,
    by: PersonId,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let desk = standing(db, offer, stamp.now)?;
    // The seat is offered to the next below.
    hold_queues(db, &[offer.batch])?;
    store::answer(db, &[offer.id], Said::Declined, Some(by), stamp.now)?;
    let step = Step {
        act: Act::Declined,
        from: Some(Place::Offered),
        to: Place::Withdrawn,
        reason: None,
        by: Some(by),
    };
    desk::step(db, &desk.batch, &[offer.enrolment], &step, stamp)?;
    fill(db, offer.batch, stamp)?;
    enrolment(db, offer.enrolment)
}

/// The batch of an offer that still stands, behind its lock.
fn standing(db: &mut Db, offer: &Offer, now: Moment) -> Result<Desk, Fault> {
    let desk = Desk::open(db, offer.batch, now)?;
    let offer = store::offer(db, offer.id)?;
    match offer.answer {
        Said::Open if offer.ends_at > now && !desk.run.has_started(now) => Ok(desk),
        Said::Taken => Err(Fault::conflict("offer-taken")),
        _ => Err(Fault::conflict("offer-over")),
    }
}

/// The open offer of somebody who leaves, or who is given the seat by hand, stands no longer.
pub fn settle(
    db: &mut Db,
    enrolment: EnrolmentId,
    said: Said,
    by: Option<PersonId>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    match store::open_of(db, enrolment)? {
        Some(offer) => store::answer(db, &[offer.id], said, by, stamp.now),
        None => Ok(()),
    }
}
