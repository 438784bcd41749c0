//! Letters that came back: counted on the address, which is blocked after three, and told to the
//! unit's administrators.

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger::{self, Plan};
use crate::kit::mail::dsn::Report;
use crate::kit::site::Stamp;
use crate::post::rules::{Kind, MOST_RETURNS};
use crate::post::store::{self, Bounced, Returned};

/// What the letter to an administrator is about, as its facts hold it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Notice {
    pub person: PersonId,
    pub address: String,
    pub said: String,
}

/// Takes a delivery report in; gives how many letters it brought back that were not known to be.
/// Only a report that names a letter of ours counts: its Message-ID is known to nobody but who got
/// it, so nobody can have somebody else's address blocked.
pub fn take(db: &mut Db, report: &Report, key: &str, stamp: &Stamp) -> Result<usize, Fault> {
    let named = report.message_id.as_deref().and_then(|id| id.split('@').next());
    let letter = match named {
        Some(id) => store::returned(db, id)?,
        None => None,
    };
    let mut new = 0;
    for (receiver, n) in report.receivers.iter().zip(0..) {
        // A letter has one receiver; what a server behind it calls the address is its own matter.
        let folded = letter.as_ref().map_or(&receiver.address, |l| &l.folded);
        let bounce = Bounced {
            key: &format!("{key}:{n}"),
            folded,
            letter: letter.as_ref().map(|l| l.id),
            is_final: receiver.is_final,
            status: &receiver.status,
            said: &receiver.said,
        };
        new += usize::from(note(db, &bounce, stamp)?);
        if letter.is_some() {
            break;
        }
    }
    Ok(new)
}

/// Takes in that letters were refused at once because of their address.
pub fn refused(db: &mut Db, letters: &[(LetterId, String)], stamp: &Stamp) -> Result<(), Fault> {
    let ids: Vec<LetterId> = letters.iter().map(|(id, _)| *id).collect();
    for letter in store::returned_of(db, &ids)? {
        let said = letters.iter().find(|(id, _)| *id == letter.id).map_or("", |(_, why)| why);
        let bounce = Bounced {
            key: &format!("letter:{}:{}", letter.id, stamp.now.micros()),
            folded: &letter.folded,
            letter: Some(letter.id),
            is_final: true,
            status: "",
            said,
        };
        note(db, &bounce, stamp)?;
    }
    Ok(())
}

/// Writes one down; with the third for good the address is blocked. False when it was known.
fn note(db: &mut Db, bounce: &Bounced<'_>, stamp: &Stamp) -> Result<bool, Fault> {
    if !store::add_bounce(db, stamp.id(), bounce, stamp.now)? {
        return Ok(false);
    }
    let Some(letter) = bounce.letter.filter(|_| bounce.is_final) else { return Ok(true) };
    store::fail_returned(db, letter, bounce.said, stamp.now)?;
    let returns = store::returns(db, bounce.folded)?;
    if returns >= MOST_RETURNS && store::block(db, bounce.folded, bounce.said, stamp.now)? {
        tell(db, bounce, stamp)?;
    }
    Ok(true)
}

/// One letter to each administrator of the nearest unit that has any, for everybody with this
/// address.
fn tell(db: &mut Db, bounce: &Bounced<'_>, stamp: &Stamp) -> Result<(), Fault> {
    let today = stamp.now.utc().date_naive();
    let mut plans = vec![];
    for (person, unit, path) in store::people_at(db, bounce.folded)? {
        let entry = Entry {
            actor: None,
            action: "address blocked",
            subject: format!("person/{person}"),
            unit: Some(unit),
            detail: json!({ "address": bounce.folded, "said": bounce.said }),
        };
        journal::note(db, entry, stamp.now)?;
        let notice =
            Notice { person, address: bounce.folded.to_owned(), said: bounce.said.to_owned() };
        for admin in store::nearest_admins(db, &path, today)? {
            plans.push(Plan {
                id: LetterId(stamp.id()),
                kind: Kind::Bounce.word().to_owned(),
                rule: None,
                person: admin,
                batch: None,
                session: None,
                revision: None,
                enrolment: None,
                key: format!("bounce:{person}:{}:{admin}", stamp.now.micros()),
                facts: json!(notice),
                due_at: stamp.now,
                useless_after: None,
            });
        }
    }
    ledger::plan(db, &plans, stamp.now)?;
    Ok(())
}

/// An address that letters came back from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub address: String,
    pub returns: i64,
    pub said: String,
    pub last_at: Moment,
    pub is_blocked: bool,
}

/// What came back from a person's addresses since they were last put right.
pub fn troubles(db: &mut Db, person: PersonId) -> Result<Vec<Trouble>, Fault> {
    let rows: Vec<Returned> = store::returns_of(db, person)?;
    let mut out: Vec<Trouble> = vec![];
    for row in rows {
        match out.iter_mut().find(|t| t.address == row.folded) {
            Some(trouble) => trouble.returns += i64::from(row.is_final),
            None => out.push(Trouble {
                address: row.folded,
                returns: i64::from(row.is_final),
                said: row.said,
                last_at: row.at,
                is_blocked: row.is_blocked,
            }),
        }
    }
    Ok(out)
}

/// Somebody says that an address works: letters go to it again, and the count begins anew.
pub fn forgive(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    address: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let folded = address.trim().to_lowercase();
    let (_, unit, path) = store::people_at(db, &folded)?
        .into_iter()
        .find(|(id, _, _)| *id == person)
        .ok_or(Fault::NotFound)?;
    actor.must(Right::Manage, &path)?;
    if store::forgive(db, &folded)? == 0 {
        return Err(Fault::conflict("address-well"));
    }
    // What is still to come is planned for it again.
    for batch in store::batches_of(db, person)? {
        ledger::ask(db, batch, stamp.now)?;
    }
    let entry = Entry {
        actor: Some(actor.person),
        action: "address used again",
        subject: format!("person/{person}"),
        unit: Some(unit),
        detail: json!({ "address": folded }),
    };
    journal::note(db, entry, stamp.now)
}
