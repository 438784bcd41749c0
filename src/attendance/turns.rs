//! The letters of apologies and make-up sessions, planned with the step that causes them.

use serde_json::json;

use crate::attendance::guests::store::{self as guests, Unheard};
use crate::attendance::store::{self, Session};
use crate::kit::columns::words;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::ledger::{self, Plan};
use crate::kit::night::morning;
use crate::kit::site::Stamp;

words! {
    /// What a person is told of a session.
    pub enum Turn {
        /// The apology was accepted.
        Approved = "approved",
        Declined = "declined",
        /// A chair came free for one who waited to make up.
        Seat = "seat",
        /// The session where somebody makes up is at another time or place.
        Moved = "moved",
        /// It is not held.
        Cancelled = "cancelled",
    }
}

/// Tells each of these people, once for each session, before it starts; never by night.
pub fn tell(
    db: &mut Db,
    session: &Session,
    people: &[PersonId],
    turn: Turn,
    stamp: &Stamp,
) -> Result<(), Fault> {
    if people.is_empty() {
        return Ok(());
    }
    let head = store::head(db, session.id)?;
    let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let plan = |person: &PersonId| Plan {
        id: LetterId(stamp.id()),
        kind: "apology".to_owned(),
        rule: None,
        person: *person,
        batch: Some(session.batch),
        session: Some(session.id),
        revision: Some(head.revision),
        enrolment: None,
        key: match turn {
            // Whoever leaves and waits again is told again.
            Turn::Seat => format!("apology:{}:{person}:seat:{}", session.id, stamp.id()),
            _ => format!("apology:{}:{person}", session.id),
        },
        facts: json!({ "turn": turn, "sessions": [[session.id, head.revision]] }),
        due_at: morning(stamp.now, zone),
        useless_after: Some(session.starts_at),
    };
    let plans: Vec<Plan> = people.iter().map(plan).collect();
    ledger::plan(db, &plans, stamp.now)?;
    Ok(())
}

/// Tells guests that their session changed since they have the place: the planner of a batch knows
/// only those who are enrolled in it.
pub fn tell_guests(db: &mut Db, stamp: &Stamp) -> Result<usize, Fault> {
    let unheard = guests::unheard(db, stamp.now)?;
    if unheard.is_empty() {
        return Ok(0);
    }
    let plans: Vec<Plan> = unheard.iter().map(|u| changed(u, stamp)).collect();
    ledger::plan(db, &plans, stamp.now)?;
    let ids: Vec<i64> = unheard.iter().map(|u| u.guest).collect();
    guests::heard(db, &ids, stamp.now)?;
    Ok(plans.len())
}

fn changed(u: &Unheard, stamp: &Stamp) -> Plan {
    let turn = if u.state == "cancelled" { Turn::Cancelled } else { Turn::Moved };
    let zone = u.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    Plan {
        id: LetterId(stamp.id()),
        kind: "apology".to_owned(),
        rule: None,
        person: u.person,
        batch: Some(u.batch),
        session: Some(u.session),
        revision: Some(u.revision),
        enrolment: None,
        key: format!("apology:{}:{}:at:{}", u.session, u.person, u.revision),
        facts: json!({ "turn": turn, "sessions": [[u.session, u.revision]] }),
        due_at: morning(stamp.now, zone),
        useless_after: Some(u.starts_at),
    }
}
