//! Reminders and digests stopped by their reader, by one click and without signing in; wanted again
//! from the own profile.

use serde_json::json;

use crate::access::Actor;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{self, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::post::rules::Series;
use crate::post::store;

/// What the link in a letter says: whose letters of which series, sealed for this purpose only. It
/// never expires, as letters are kept for years.
pub fn token(secret: &str, person: PersonId, series: Series) -> String {
    let person = person.to_string();
    let seal = ids::seal(secret, &purpose(series), &person);
    match series {
        Series::Reminders => format!("{person}.{seal}"),
        _ => format!("{person}.{series}.{seal}"),
    }
}

fn purpose(series: Series) -> String {
    match series {
        Series::Reminders => "unsubscribe".to_owned(),
        _ => format!("unsubscribe-{series}"),
    }
}

/// The person and the series of a token that is ours.
fn reader_of(secret: &str, token: &str) -> Result<(PersonId, Series), Fault> {
    let parts: Vec<&str> = token.split('.').collect();
    let (person, series, seal) = match parts[..] {
        [person, seal] => (person, Series::Reminders, seal),
        [person, word, seal] => (person, Series::parse(word).ok_or(Fault::NotFound)?, seal),
        _ => return Err(Fault::NotFound),
    };
    if !ids::seal_fits(secret, &purpose(series), person, seal) {
        return Err(Fault::NotFound);
    }
    Ok((person.parse().map_err(|_| Fault::NotFound)?, series))
}

/// Whose letters of which series a token is about, and whether they are stopped; changes nothing.
pub fn look(db: &mut Db, secret: &str, token: &str) -> Result<(String, Series, bool), Fault> {
    let (person, series) = reader_of(secret, token)?;
    let (name, _) = store::reader(db, person)?;
    Ok((name, series, store::is_stopped(db, person, series)?))
}

/// Stops the letters of a token's person and series; a second time changes nothing.
pub fn stop(
    db: &mut Db,
    secret: &str,
    token: &str,
    stamp: &Stamp,
) -> Result<(String, Series), Fault> {
    let (person, series) = reader_of(secret, token)?;
    let (name, unit) = store::reader(db, person)?;
    let (fresh, action) = match series {
        Series::Reminders => (store::unsubscribe(db, person, stamp.now)?, "reminders stopped"),
        Series::Digest => (store::stop_digests(db, person, series, stamp.now)?, "digest stopped"),
        Series::Weekly => (store::stop_digests(db, person, series, stamp.now)?, "weekly stopped"),
    };
    if fresh {
        note(db, None, person, unit, action, stamp)?;
    }
    Ok((name, series))
}

/// Stops one's own reminders.
pub fn stop_own(db: &mut Db, actor: &Actor, stamp: &Stamp) -> Result<(), Fault> {
    if store::unsubscribe(db, actor.person, stamp.now)? {
        note(db, Some(actor), actor.person, actor.unit, "reminders stopped", stamp)?;
    }
    Ok(())
}

/// Wants everything again that one stopped: the planner looks which reminders are still to come.
pub fn start_own(db: &mut Db, actor: &Actor, stamp: &Stamp) -> Result<(), Fault> {
    if store::restart_digests(db, actor.person)? {
        note(db, Some(actor), actor.person, actor.unit, "digests wanted", stamp)?;
    }
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
