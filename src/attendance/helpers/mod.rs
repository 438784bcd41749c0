//! Helpers: somebody without an account takes one session's roll, by a link or six digits.

pub mod rules;
pub mod store;
pub mod pages;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{self, Actor};
use crate::attendance;
use crate::attendance::helpers::store::Pass;
use crate::attendance::rules::Hand;
use crate::attendance::store::Session;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::SessionId;
use crate::kit::site::Stamp;

/// A session for whoever may let helpers in: its trainers and the admins above.
pub fn session_for(db: &mut Db, actor: &Actor, id: SessionId) -> Result<Session, Fault> {
    let session = attendance::store::session(db, id, actor.person)?;
    match attendance::hand_of(actor, &session)? {
        Hand::Helper => Err(Fault::Forbidden),
        _ => Ok(session),
    }
}

/// Who shall help, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    pub name: String,
}

/// Lets a helper in to one session. The trainer answers for him.
pub fn invite(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let session = session_for(db, actor, id)?;
    if session.state == "cancelled" || session.finished_at.is_some() {
        return Err(Fault::conflict("helper-closed"));
    }
    let mut reading = Reading::default();
    let label = reading.name("name", &draft.name);
    let label = reading.done(label)?;
    let pass = Pass {
        id: stamp.id(),
        session_id: id,
        label: label.clone(),
        made_by: actor.person,
        made_at: stamp.now,
        pin_used_at: None,
        opened_at: None,
        revoked_at: None,
    };
    store::add(db, &pass)?;
    let detail = json!({ "helper": label, "pass": pass.id.to_string() });
    attendance::note(db, actor, &session, "helper invited", detail, stamp.now)
}

/// Ends a helper's pass: his next request finds the door shut.
pub fn end(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    pass: i64,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let session = session_for(db, actor, id)?;
    if !store::revoke(db, id, pass, stamp.now)? {
        return Err(Fault::NotFound);
    }
    let detail = json!({ "pass": pass.to_string() });
    attendance::note(db, actor, &session, "helper ended", detail, stamp.now)
}

/// The pass behind six digits, used up; a wrong guess makes the next one wait.
pub fn enter_pin(
    db: &mut Db,
    secret: &str,
    peer: &str,
    typed: &str,
    now: Moment,
) -> Result<Result<(i64, SessionId), Fault>, Fault> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Ok(Err(Fault::field("pin", "six-digits")));
    }
    let subject = format!("pin:{peer}");
    let wait = access::wait_of(db, &subject, now)?;
    if wait > 0 {
        return Ok(Err(Fault::TooMany(wait)));
    }
    access::count_guess(db, &subject, now)?;
    let open = store::with_open_pin(db, now)?;
    let found = open.into_iter().find(|(pass, _)| rules::pin(secret, *pass) == digits);
    let opens = match found {
        Some((pass, _)) => access::held_pass(db, pass, now)?.is_some(),
        None => false,
    };
    match found {
        Some((pass, session)) if opens && store::use_pin(db, pass, now)? => Ok(Ok((pass, session))),
        _ => Ok(Err(Fault::field("pin", "wrong-pin"))),
    }
}
