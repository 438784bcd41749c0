//! Reminders stopped by their reader, by one click and without signing in; wanted again from the
//! own profile.

use serde_json::json;

use crate::access::Actor;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{self, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::post::store;

/// What the link in a letter says: whose reminders, sealed for this purpose only. It never expires,
/// as letters are kept for years.
pub fn token(secret: &str, person: PersonId) -> String {
    let person = person.to_string();
    let seal = ids::seal(secret, "unsubscribe", &person);
    format!("{person}.{seal}")
}

/// The person of a token that is ours.
fn person_of(secret: &str, token: &str) -> Result<PersonId, Fault> {
    let (person, seal) = token.split_once('.').ok_or(Fault::NotFound)?;
    if !ids::seal_fits(secret, "unsubscribe", person, seal) {
        return Err(Fault::NotFound);
    }
    person.parse().map_err(|_| Fault::NotFound)
}

/// Whose reminders a token is about, and whether they are stopped; changes nothing.
pub fn look(db: &mut Db, secret: &str, token: &str) -> Result<(String, bool), Fault> {
    let person = person_of(secret, token)?;
    let (name, _) = store::reader(db, person)?;
    Ok((name, store::is_unsubscribed(db, person)?))
}

/// Stops the reminders of a token's person; a second time changes nothing.
pub fn stop(db: &mut Db, secret: &str, token: &str, stamp: &Stamp) -> Result<String, Fault> {
    let person = person_of(secret, token)?;
    let (name, unit) = store::reader(db, person)?;
    if store::unsubscribe(db, person, stamp.now)? {
        note(db, None, person, unit, "reminders stopped", stamp)?;
    }
    Ok(name)
}

/// Stops one's own reminders.
pub fn stop_own(db: &mut Db, actor: &Actor, stamp: &Stamp) -> Result<(), Fault> {
    if store::unsubscribe(db, actor.person, stamp.now)? {
        note(db, Some(actor), actor.person, actor.unit, "reminders stopped", stamp)?;
    }
    Ok(())
}

/// Wants one's own reminders again: the planner looks which are still to come.
pub fn start_own(db: &mut Db, actor: &Actor, stamp: &Stamp) -> Result<(), Fault> {
    if store::resubscribe(db, actor.person)? {
        for batch in store::batches_of(db, actor.person)? {
            ledger::ask(db, batch, stamp.now)?;
        }
        note(db, Some(actor), actor.person, actor.unit, "reminders wanted", stamp)?;
    }
    Ok(())
}

fn note(
    db: &mut Db,
    by: Option<&Actor>,
    person: PersonId,
    unit: UnitId,
    action: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let by_link = by.is_none();
    let entry = Entry {
        actor: by.map(|a| a.person),
        action,
        subject: format!("person/{person}"),
        unit: Some(unit),
        detail: json!({ "by_link": by_link }),
    };
    journal::note(db, entry, stamp.now)
}
