//! All mail stopped at once, and let go again: one switch in the database for every node.

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::PersonId;
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::post::store::{self, Pause};

/// The longest reason.
const MOST_REASON: usize = 500;

/// The pause that holds now.
pub fn standing(db: &mut Db) -> Result<Option<Pause>, Fault> {
    store::pause(db)
}

/// Whether somebody may stop and start all mail: it concerns every unit.
pub fn may(db: &mut Db, actor: &Actor) -> Result<bool, Fault> {
    let reach = actor.reach(Right::Manage);
    let roots = store::roots(db)?;
    Ok(!roots.is_empty() && roots.iter().all(|root| reach.covers(root)))
}

fn must(db: &mut Db, actor: &Actor) -> Result<(), Fault> {
    actor.must_somewhere(Right::Manage)?;
    if may(db, actor)? { Ok(()) } else { Err(Fault::Forbidden) }
}

/// Stops all mail but sign-in codes: whoever may start it again must be able to come in.
pub fn begin(db: &mut Db, actor: &Actor, reason: &str, stamp: &Stamp) -> Result<(), Fault> {
    must(db, actor)?;
    begin_as(db, Some(actor), reason, stamp)
}

/// Lets mail go again.
pub fn end(db: &mut Db, actor: &Actor, stamp: &Stamp) -> Result<(), Fault> {
    must(db, actor)?;
    end_as(db, Some(actor), stamp)
}

/// As `begin`; nobody in particular is the command line.
pub fn begin_as(
    db: &mut Db,
    actor: Option<&Actor>,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let mut reading = Reading::default();
    let reason = reading.text("reason", reason, MOST_REASON);
    let reason = reading.done(reason)?;
    if standing(db)?.is_some() {
        return Err(Fault::conflict("mail-paused"));
    }
    let by = actor.map(|a| a.person);
    store::begin_pause(db, stamp.id(), &reason, by, stamp.now)?;
    note(db, by, "mail paused", &reason, stamp)
}

/// As `end`; nobody in particular is the command line.
pub fn end_as(db: &mut Db, actor: Option<&Actor>, stamp: &Stamp) -> Result<(), Fault> {
    let Some(pause) = standing(db)? else { return Err(Fault::conflict("mail-not-paused")) };
    let by = actor.map(|a| a.person);
    store::end_pauses(db, by, stamp.now)?;
    note(db, by, "mail resumed", &pause.reason, stamp)
}

fn note(
    db: &mut Db,
    by: Option<PersonId>,
    action: &str,
    reason: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: by,
        action,
        subject: "mail".to_owned(),
        unit: None,
        detail: json!({ "reason": reason }),
    };
    journal::note(db, entry, stamp.now)
}
