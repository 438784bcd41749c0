//! Proving once more who one is, before something that cannot be taken back.

use serde_json::{Value, json};

use crate::access::{Actor, CODES_AN_HOUR, code_of, rules, store};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::ids::{self, LetterId, PersonId};
use crate::kit::ledger::{self, Plan};
use crate::kit::site::Stamp;

/// How long a code is good.
pub const MINUTES: i64 = 10;

/// Sends a code to one's own address. It opens just this one thing, to nobody else, and signs nobody
/// in; `page` is where it is entered. Gives the address.
pub fn ask(
    db: &mut Db,
    secret: &str,
    actor: &Actor,
    what: &str,
    page: &str,
    stamp: &Stamp,
) -> Result<String, Fault> {
    let now = stamp.now;
    let Some(email) = store::address_of(db, actor.person)? else {
        return Err(Fault::conflict("proof-no-address"));
    };
    if store::codes_since(db, actor.person, now.plus_minutes(-60))? >= CODES_AN_HOUR {
        return Err(Fault::conflict("proof-too-many"));
    }
    let id = stamp.id();
    let (code, until) = (code_of(secret, id), now.plus_minutes(MINUTES));
    let bound = bound(secret, actor.person, what);
    store::add_code(db, id, &bound, actor.person, &ids::hash(&code), now, until)?;
    let plan = Plan {
        id: LetterId(stamp.id()),
        kind: "sign_in".to_owned(),
        rule: None,
        person: actor.person,
        batch: None,
        session: None,
        revision: None,
        enrolment: None,
        key: format!("proof:{id}"),
        facts: json!({ "code": id.to_string(), "email": email, "page": page }),
        due_at: now,
        useless_after: Some(until),
    };
    ledger::plan(db, &[plan], now)?;
    Ok(email)
}

/// What came of a code. A wrong one is no fault of the transaction: the try must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    Good,
    Wrong,
    /// Seconds.
    Wait(u64),
}

impl Entered {
    /// As whoever typed it hears it; a wrong one was counted already.
    pub fn told(self) -> Result<(), Fault> {
        match self {
            Self::Good => Ok(()),
            Self::Wrong => Err(Fault::field("code", "wrong-code")),
            Self::Wait(seconds) => Err(Fault::Conflict(Obstacle {
                code: "proof-wait",
                args: vec![("minutes", seconds.div_ceil(60).to_string())],
                more: Value::Null,
            })),
        }
    }
}

/// Takes the code for one thing; it is used up.
pub fn enter(
    db: &mut Db,
    secret: &str,
    actor: &Actor,
    what: &str,
    code: &str,
    now: Moment,
) -> Result<Entered, Fault> {
    let subject = format!("proof:{}", actor.person);
    let (tries, last) = store::tries(db, &subject)?;
    let wait = last.map_or(0, |last| rules::wait(tries, last, now));
    if wait > 0 {
        return Ok(Entered::Wait(wait));
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let given = ids::hash(&digits);
    let bound = bound(secret, actor.person, what);
    for (id, person, kept) in store::open_codes(db, &bound, now)? {
        if person == actor.person && kept == given && store::use_code(db, id, now)? {
            store::forget_tries(db, &subject)?;
            return Ok(Entered::Good);
        }
    }
    store::set_tries(db, &subject, tries + 1, now)?;
    Ok(Entered::Wrong)
}

/// Stands where a sign-in code has its browser: sealed, so that no browser can name it.
fn bound(secret: &str, person: PersonId, what: &str) -> String {
    ids::seal(secret, "proof", &format!("{person}.{what}"))
}
