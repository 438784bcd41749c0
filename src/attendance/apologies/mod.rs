//! Apologies: a person says beforehand that he cannot come, the trainer agrees or not.

pub mod rules;
pub mod store;
pub mod pages;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Actor;
use crate::attendance;
use crate::attendance::apologies::rules::{State, Why};
use crate::attendance::apologies::store::{Apology, NewApology};
use crate::attendance::guests;
use crate::attendance::rules::{Hand, SentMark, Source};
use crate::attendance::store::Session;
use crate::attendance::turns::{self, Turn};
use crate::completion::rules::Status;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::ledger;
use crate::kit::site::Stamp;

/// Why somebody cannot come, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    pub reason: String,
    pub words: String,
}

/// A session for one who is expected at it, with what he said about it.
pub fn mine(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
) -> Result<(Session, Option<Apology>), Fault> {
    if !store::expects(db, session, actor.person)? {
        return Err(Fault::NotFound);
    }
    let facts = attendance::store::session(db, session, actor.person)?;
    let apology = store::apology(db, session, actor.person)?;
    Ok((facts, apology.filter(|a| a.state != State::Withdrawn)))
}

/// Says that one cannot come. It asks; the trainer's approval makes the mark.
pub fn apologise(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let (facts, before) = mine(db, actor, session)?;
    if let Some(why) = rules::shut(&facts.state, facts.starts_at, stamp.now) {
        return Err(Fault::conflict(why));
    }
    if before.is_some() {
        return Err(Fault::conflict("apology-made"));
    }
    let mut reading = Reading::default();
    let reason = Why::parse(&draft.reason);
    if reason.is_none() {
        reading.fields.add("reason", "required");
    }
    let words = reading.optional("words", &draft.words, 300);
    if reason == Some(Why::Other) && words.is_none() && !reading.has("words") {
        reading.fields.add("words", "required");
    }
    let reason = reading.done(reason)?.ok_or(Fault::NotFound)?;
    let new = NewApology {
        id: stamp.id(),
        session_id: session,
        person_id: actor.person,
        reason,
        words: words.as_deref(),
        state: State::Asked,
        made_at: stamp.now,
    };
    store::keep(db, &new)?;
    // Who is not coming is not reminded.
    ledger::ask(db, facts.batch, stamp.now)?;
    // Why, in his own words, stands with the apology and goes with it; not in the journal for ever.
    attendance::note(db, actor, &facts, "apology made", json!({ "reason": reason }), stamp.now)
}

/// One's own apology, taken back while nobody has decided.
pub fn take_back(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let (facts, before) = mine(db, actor, session)?;
    let open = before.is_some_and(|a| rules::is_open(a.state));
    if !open {
        return Err(Fault::conflict("apology-decided"));
    }
    store::set_state(db, session, actor.person, State::Withdrawn, actor.person, stamp.now)?;
    ledger::ask(db, facts.batch, stamp.now)?;
    attendance::note(db, actor, &facts, "apology taken back", json!(null), stamp.now)
}

/// An apology by an answer from a letter: made, when there is none that stands or is decided.
pub fn said(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
    words: Option<&str>,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let before = store::apology(db, session, person)?;
    if before.is_some_and(|a| a.state != State::Withdrawn) {
        return Ok(());
    }
    let new = NewApology {
        id: stamp.id(),
        session_id: session,
        person_id: person,
        reason: Why::Other,
        words,
        state: State::Asked,
        made_at: stamp.now,
    };
    store::keep(db, &new)
}

/// The same, when the person will come after all: taken back, unless it is decided.
pub fn unsaid(
    db: &mut Db,
    session: SessionId,
    person: PersonId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    match store::apology(db, session, person)? {
        Some(before) if rules::is_open(before.state) => {
            store::set_state(db, session, person, State::Withdrawn, person, stamp.now)
        }
        _ => Ok(()),
    }
}

/// The apologies of a session, for its trainers and the admins above; not for a helper.
pub fn asked(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
) -> Result<(Session, Vec<Apology>), Fault> {
    let facts = attendance::store::session(db, session, actor.person)?;
    if attendance::hand_of(actor, &facts)? == Hand::Helper {
        return Err(Fault::Forbidden);
    }
    let all = store::of_session(db, session)?;
    Ok((facts, all))
}

/// The trainer's decision, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Decision {
    pub decision: String,
}

/// Agrees, and the person is marked `excused` and his chair goes to the first who waits as a guest;
/// or does not agree, and nothing is marked.
pub fn decide(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    person: PersonId,
    decision: &Decision,
    stamp: &Stamp,
) -> Result<(), Fault> {
    attendance::store::hold(db, session)?;
    let (facts, all) = asked(db, actor, session)?;
    let apology = all.iter().find(|a| a.person == person).ok_or(Fault::NotFound)?;
    let state = match decision.decision.as_str() {
        "approved" => State::Approved,
        "declined" => State::Declined,
        _ => return Err(Fault::field("decision", "required")),
    };
    if !rules::is_open(apology.state) {
        return Err(Fault::conflict("apology-decided"));
    }
    store::set_state(db, session, person, state, actor.person, stamp.now)?;
    let turn = if state == State::Approved { Turn::Approved } else { Turn::Declined };
    turns::tell(db, &facts, &[person], turn, stamp)?;
    if state == State::Approved {
        let id = format!("apology-{session}-{person}-{}", stamp.id());
        let mark = SentMark::new(id, person, Status::Excused, stamp.now, Source::Apology);
        attendance::take_said(db, &facts, actor.person, &mark, stamp)?;
        guests::fill(db, session, stamp)?;
    }
    ledger::ask(db, facts.batch, stamp.now)?;
    let detail = json!({ "person": person, "decision": state });
    attendance::note(db, actor, &facts, "apology decided", detail, stamp.now)
}
