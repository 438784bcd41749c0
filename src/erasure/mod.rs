//! Erasing a person: everything goes that says who it was; marks and counts stay without a name.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Actor;
use crate::access::proof::{self, Entered};
use crate::access::rules::{Right, Role};
use crate::attendance::guests;
use crate::enrolment::desk;
use crate::enrolment::store::{Held, hold_queues};
use crate::erasure::rules::Known;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId, SessionId};
use crate::kit::journal::{self, Entry, MENDER, MENDS};
use crate::kit::site::{Site, Stamp};
use crate::people::store::Person;
use crate::post;
use crate::schedule::store::Taught;
use crate::{access, enrolment, people, schedule};

/// The longest reason, in characters.
const REASON: usize = 200;

/// What is asked before it is done.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ErasureDraft)]
pub struct Draft {
    pub reason: String,
    /// `yes`: read and understood.
    pub sure: String,
    pub code: String,
}

/// What an erasure would cause, or did.
#[derive(Debug, Default)]
pub struct Causes {
    /// Places on trainings that are not over.
    pub places: Vec<Held>,
    /// Sessions to come that lose their trainer.
    pub taught: Vec<Taught>,
    pub posts: Vec<store::Post>,
    pub roles: usize,
    /// Letters that will not go.
    pub unsent: i64,
}

/// Somebody whom the actor may erase. Nobody outside one's units is there at all.
pub fn person_for(db: &mut Db, actor: &Actor, id: PersonId) -> Result<Person, Fault> {
    let person = people::person_for(db, actor, id)?;
    actor.must(Right::Manage, &person.path)?;
    if !rules::may_erase(&actor.reach(Right::Manage), &person.path) {
        return Err(Fault::Forbidden);
    }
    Ok(person)
}

pub fn causes(db: &mut Db, id: PersonId, now: Moment) -> Result<Causes, Fault> {
    Ok(Causes {
        places: enrolment::places_to_free(db, id, now)?,
        taught: schedule::taught_after(db, id, now)?,
        posts: store::posts(db, id, now)?,
        roles: store::roles(db, id, now)?.len(),
        unsent: store::unsent(db, id)?,
    })
}

fn deed(id: PersonId) -> String {
    format!("erase.{id}")
}

/// Where the code is entered.
pub fn page_of(id: PersonId) -> String {
    format!("/people/{id}/erasure")
}

/// Sends whoever is about to erase somebody a code.
pub fn ask_code(
    db: &mut Db,
    secret: &str,
    actor: &Actor,
    id: PersonId,
    stamp: &Stamp,
) -> Result<String, Fault> {
    person_for(db, actor, id)?;
    must_not_be_last(db, id, stamp.now)?;
    proof::ask(db, secret, actor, &deed(id), &page_of(id), stamp)
}

/// The reason, and that it is meant.
fn read(draft: &Draft) -> Result<String, Fault> {
    let mut reading = Reading::default();
    let reason = reading.text("reason", &draft.reason, REASON);
    if draft.sure != "yes" {
        reading.fields.add("sure", "erasure-sure");
    }
    if draft.code.trim().is_empty() {
        reading.fields.add("code", "required");
    }
    reading.done(reason)
}

/// Erases somebody, after the code. A wrong code is no fault: the try must be kept.
pub fn confirm(
    db: &mut Db,
    site: &Site,
    actor: &Actor,
    id: PersonId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<Entered, Fault> {
    person_for(db, actor, id)?;
    let reason = read(draft)?;
    must_not_be_last(db, id, stamp.now)?;
    let entered = proof::enter(db, &site.secret, actor, &deed(id), &draft.code, stamp.now)?;
    if entered == Entered::Good {
        erase(db, &site.secret, Some(actor.person), id, &reason, stamp)?;
    }
    Ok(entered)
}

/// As the operator at the command line, who needs no code.
pub fn by_operator(
    db: &mut Db,
    secret: &str,
    id: PersonId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Causes, Fault> {
    let mut reading = Reading::default();
    let reason = reading.text("reason", reason, REASON);
    let reason = reading.done(reason)?;
    must_not_be_last(db, id, stamp.now)?;
    erase(db, secret, None, id, &reason, stamp)
}

/// A house that nobody administers lets nobody in any more.
fn must_not_be_last(db: &mut Db, id: PersonId, now: Moment) -> Result<(), Fault> {
    let today = now.utc().date_naive();
    let held = access::store::held(db, id, today)?;
    let is_above = held
        .iter()
        .any(|h| h.role == Role::Admin && h.path.as_deref().is_some_and(access::rules::is_root));
    if is_above && !store::is_another_at_a_root(db, id, now)? {
        return Err(Fault::conflict("erasure-last-admin"));
    }
    Ok(())
}

/// The deed, in the transaction that is open. What others hold is taken in the one order of locks;
/// the journal comes last, behind everything that is emptied.
fn erase(
    db: &mut Db,
    secret: &str,
    by: Option<PersonId>,
    id: PersonId,
    reason: &str,
    stamp: &Stamp,
) -> Result<Causes, Fault> {
    let now = stamp.now;
    let seen = causes(db, id, now)?;
    let chairs = store::guest_at(db, id, now)?;
    hold(db, id, &seen, &chairs, now)?;
    if !store::is_there(db, id)? {
        return Err(Fault::NotFound);
    }
    // Behind the locks: somebody may have moved the person in the meantime, or erased another
    // administrator, or whoever does this.
    must_not_be_last(db, id, now)?;
    if let Some(by) = by
        && !store::is_alive(db, by)?
    {
        return Err(Fault::Forbidden);
    }
    let causes = causes(db, id, now)?;
    let person = people::store::person(db, id)?.ok_or(Fault::NotFound)?;
    let enrolments = store::enrolments(db, id)?;
    let (all, own) = store::contacts(db, id)?;
    let names = [person.name.as_str(), person.name_other.as_deref().unwrap_or_default()];
    // In what others wrote a name goes only when nobody else who is here bears it.
    let only_hers = store::nobody_elses(db, id, &names)?;
    let known = Known::of(&only_hers, &own.numbers, &own.addresses);
    let words = store::Words {
        all: Known::also_by_one_word(&names, &all.numbers, &all.addresses),
        hers: Known::of(&names, &all.numbers, &all.addresses),
    };
    let ids: Vec<EnrolmentId> = enrolments.iter().map(|(enrolment, _)| *enrolment).collect();
    let about = store::others_about(db, id)?;

    store::cancel_about(db, id, now)?;
    store::remake(db, &about, &words, now)?;
    store::empty_letters(db, id, now)?;
    store::empty_columns(db, id)?;
    store::end_all(db, id, now)?;
    store::forget_addresses(db, id, &own)?;
    store::forget_contacts(db, id, &own, &known)?;
    store::empty_person(db, id, now)?;
    store::take_out_of_hers(db, id, &words.hers)?;
    store::take_out(db, &known)?;
    store::leave_as_guest(db, id, &chairs, now)?;
    post::readers_changed(db, &[id], now)?;

    // From here on the journal is held.
    enrolment::let_go(db, &causes.places, by, stamp)?;
    schedule::take_off(db, id, &causes.taught, by, stamp)?;
    for chair in &chairs {
        guests::fill(db, *chair, stamp)?;
    }
    let mut mended = BTreeMap::new();
    for entry in store::entries_about(db, id, &ids, &words.hers)? {
        mended.insert(entry.position, entry);
    }
    for mut entry in store::entries_naming(db, &known)? {
        if let Some(before) = mended.get(&entry.position) {
            entry.detail = known.without(&before.detail).unwrap_or_else(|| before.detail.clone());
        }
        mended.insert(entry.position, entry);
    }
    let mended: Vec<_> = mended.into_values().collect();
    let seals = journal::mend(db, secret, &mended)?;
    let reason = words.hers.without(reason).unwrap_or_else(|| reason.to_owned());
    let mut detail = json!({ "reason": reason });
    if !seals.is_empty() {
        let seals = seals.into_iter().map(|(at, seal)| (at.to_string(), Value::from(seal)));
        detail[MENDS] = Value::Object(seals.collect());
    }
    let entry = Entry {
        actor: by.filter(|by| *by != id),
        action: MENDER,
        subject: format!("person/{id}"),
        unit: Some(person.unit),
        detail,
    };
    journal::note(db, entry, now)?;
    Ok(causes)
}

/// Takes hold of all that others may have, in the order of all writers (ARCHITECTURE.md).
fn hold(
    db: &mut Db,
    id: PersonId,
    seen: &Causes,
    chairs: &[SessionId],
    now: Moment,
) -> Result<(), Fault> {
    schedule::store::lock_plans(db)?;
    let sessions: BTreeSet<SessionId> =
        seen.taught.iter().map(|t| t.session).chain(chairs.iter().copied()).collect();
    schedule::store::hold(db, &Vec::from_iter(sessions))?;
    let batches: BTreeSet<BatchId> = seen
        .places
        .iter()
        .map(|p| p.batch)
        .chain(seen.taught.iter().map(|t| t.batch))
        .chain(post::store::batches_with(db, &[id])?)
        .collect();
    let enrolments: Vec<EnrolmentId> =
        store::enrolments(db, id)?.into_iter().map(|(enrolment, _)| enrolment).collect();
    desk::hold_all(db, &batches, &BTreeSet::from([id]), &enrolments, now)?;
    hold_queues(db, &Vec::from_iter(batches))
}
