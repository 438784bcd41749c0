//! Who is on which batch, who waits, who left.

pub mod rules;
pub mod store;
pub mod desk;
pub mod post;
pub mod offers;
pub mod asks;
pub mod import;
pub mod pages;
pub mod api;

use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::enrolment::desk::{Desk, Name, Step};
use crate::enrolment::offers::rules::Said;
use crate::enrolment::rules::{Act, Place, Way};
use crate::enrolment::store::{Batch, Candidate, Enrolment, Sought};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};
use crate::kit::site::Stamp;
use crate::kit::{clean, search};

/// The longest reason for a step, in characters.
const REASON: usize = 200;

/// Who is to be put on a batch, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    #[serde(deserialize_with = "crate::kit::form::loose")]
    pub person: String,
    /// `nomination`, `request`, `enrolment`, or empty for this last.
    #[serde(rename = "as")]
    pub way: String,
    /// How the person agreed to the privacy notice, when that is known.
    pub consent: String,
    /// Why, although the person has another session at that time.
    pub clash_reason: String,
}

/// Why somebody leaves or jumps the queue, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReasonDraft {
    pub reason: String,
}

/// From what was typed: enrolled by whoever manages the batch, put forward by a unit, or asked for
/// by the person.
pub fn take(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let mut reading = Reading::default();
    let way = match draft.way.as_str() {
        "" => Some(Way::Enrolment),
        word => Way::parse(word).filter(|way| *way != Way::Import),
    };
    if way.is_none() {
        reading.fields.add("as", "unknown");
    }
    let person = match (way, draft.person.trim()) {
        (Some(Way::Request), "") => Some(actor.person),
        (_, typed) => {
            let typed = reading.text("person", typed, 40);
            typed.parse::<PersonId>().ok()
        }
    };
    if person.is_none() && !reading.has("person") {
        reading.fields.add("person", "not-found");
    }
    let consent = asks::channel(&mut reading, &draft.consent);
    let clash_reason = reading.optional("clash_reason", &draft.clash_reason, REASON);
    let asked = reading.done(way.zip(person))?;
    let (way, person) = asked.ok_or(Fault::NotFound)?;
    let made = match way {
        Way::Nomination => {
            asks::nominate(db, actor, batch, person, clash_reason.as_deref(), stamp)?
        }
        Way::Request => asks::request(db, actor, batch, person, stamp)?,
        Way::Enrolment | Way::Import => {
            enrol_unless_busy(db, actor, batch, person, clash_reason, stamp)?
        }
    };
    if let Some(channel) = consent {
        desk::consent(db, batch, person, channel, actor.person, stamp)?;
    }
    Ok(made)
}

/// As `enrol`, but somebody who has another session at that time only with a reason.
fn enrol_unless_busy(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    person: PersonId,
    reason: Option<String>,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let desk = Desk::managed(db, actor, batch, stamp.now)?;
    let busy = desk.must_be_free(db, person, reason.as_deref())?;
    let made = enrol(db, actor, batch, person, stamp)?;
    desk::note_passed(db, &desk, made.id, busy, reason.as_deref(), actor.person, stamp)?;
    Ok(made)
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
    let desk = Desk::managed(db, actor, batch, stamp.now)?;
    let path = store::person_path(db, person)?.filter(|p| actor.may(Right::SeePeople, p));
    let path = path.ok_or_else(|| Fault::field("person", "not-found"))?;
    desk.must_be_open(stamp.now)?;
    desk.must_be_ready(db, person)?;
    let name = Name {
        person,
        place: desk.place_for(&path),
        way: Way::Enrolment,
        decider: None,
        act: Act::Enrolled,
        by: actor.person,
    };
    desk::admit(db, &desk, &name, stamp)
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

/// Takes a person off a batch; the freed seat moves the queue at once. The person himself may.
pub fn withdraw(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let found = store::enrolment(db, id)?;
    let desk = match found.person == actor.person {
        true => Desk::open(db, found.batch, stamp.now)?,
        false => Desk::managed(db, actor, found.batch, stamp.now)?,
    };
    let before = store::enrolment(db, id)?;
    let reason = read_reason(reason)?;
    if before.place == Place::Withdrawn {
        return Err(Fault::conflict("withdrawn"));
    }
    // The freed seat is offered below.
    store::hold_queues(db, &[found.batch])?;
    offers::settle(db, id, Said::Void, Some(actor.person), stamp)?;
    let step = Step {
        act: Act::Withdrawn,
        from: Some(before.place),
        to: Place::Withdrawn,
        reason: Some(&reason),
        by: Some(actor.person),
    };
    desk::step(db, &desk.batch, &[id], &step, stamp)?;
    offers::fill(db, found.batch, stamp)?;
    store::enrolment(db, id)
}

/// A batch on which somebody still has a place, or asks or waits for one.
pub fn places_to_free(
    db: &mut Db,
    person: PersonId,
    now: Moment,
) -> Result<Vec<store::Held>, Fault> {
    store::held_after(db, person, now)
}

/// Takes somebody who is erased off such batches, as whoever leaves: each freed seat moves its queue.
/// The caller holds the batches, the person, the enrolments and the queues (`desk::hold_all`).
pub fn let_go(
    db: &mut Db,
    held: &[store::Held],
    by: Option<PersonId>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    // Few: one for each training that is not over.
    for place in held {
        let desk = Desk::open(db, place.batch, stamp.now)?;
        offers::settle(db, place.id, Said::Void, by, stamp)?;
        let step = Step {
            act: Act::Withdrawn,
            from: Some(place.place),
            to: Place::Withdrawn,
            reason: None,
            by,
        };
        desk::step(db, &desk.batch, &[place.id], &step, stamp)?;
        offers::fill(db, place.batch, stamp)?;
    }
    Ok(())
}

/// Gives a free seat to somebody who waits, past those who are ahead, for a reason that they can
/// see; or takes the offered seat for somebody who said yes on the phone. A full batch stays full,
/// and what is kept for another unit stays kept.
pub fn promote(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Enrolment, Fault> {
    let batch = store::enrolment(db, id)?.batch;
    let desk = Desk::managed(db, actor, batch, stamp.now)?;
    let before = store::enrolment(db, id)?;
    let reason = read_reason(reason)?;
    if !matches!(before.place, Place::Waiting | Place::Offered) {
        return Err(Fault::conflict("not-waiting"));
    }
    desk.must_be_open(stamp.now)?;
    desk.must_be_ready(db, before.person)?;
    let act = match before.place {
        Place::Offered => Act::Taken,
        _ => {
            let path = store::person_path(db, before.person)?.unwrap_or_default();
            if !desk.hall.room_for(&path) {
                let full = desk.hall.is_full();
                return Err(Fault::conflict(if full { "no-seat" } else { "seat-kept" }));
            }
            Act::Jumped
        }
    };
    // The reason for the step stands for the clash too.
    let busy = desk.must_be_free(db, before.person, Some(&reason))?;
    offers::settle(db, id, Said::Taken, Some(actor.person), stamp)?;
    let step = Step {
        act,
        from: Some(before.place),
        to: Place::Seat,
        reason: Some(&reason),
        by: Some(actor.person),
    };
    desk::step(db, &desk.batch, &[id], &step, stamp)?;
    desk::note_passed(db, &desk, id, busy, Some(&reason), actor.person, stamp)?;
    store::enrolment(db, id)
}

/// A reason, required.
pub fn read_reason(typed: &str) -> Result<String, Fault> {
    let mut reading = Reading::default();
    let reason = reading.text("reason", typed, REASON);
    reading.done(reason)
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
    candidates_of(db, &actor.reach(Right::SeePeople), batch, typed)
}

/// The same within a reach.
pub fn candidates_of(
    db: &mut Db,
    reach: &Reach,
    batch: BatchId,
    typed: &str,
) -> Result<Vec<Candidate>, Fault> {
    match sought(typed) {
        Some(sought) => store::candidates(db, batch, reach, &sought),
        None => Ok(vec![]),
    }
}

/// A batch, for whoever sees the plans of its unit.
pub fn batch_for(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Batch, Fault> {
    let batch = store::batch(db, id)?;
    actor.must(Right::SeePlans, &batch.path)?;
    Ok(batch)
}
