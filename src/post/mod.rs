//! The ledger of letters: leased to a worker, settled after each try, looked at and put right by hand.

pub mod rules;
pub mod store;
pub mod pages;
pub mod api;

use std::collections::BTreeMap;

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;
use crate::post::rules::{End, LEASE_MINUTES, Settlement, State, reason};
use crate::post::store::{Detail, Leased};

/// Takes up to `most` due letters into a worker's hand; its token is what settles them.
pub fn lease(db: &mut Db, token: &str, most: i64, now: Moment) -> Result<Vec<Leased>, Fault> {
    store::sweep_useless(db, now)?;
    if store::lease(db, token, most, now.plus_minutes(LEASE_MINUTES), now)? == 0 {
        return Ok(vec![]);
    }
    store::leased(db, token)
}

/// Holds what is left of a lease for its whole time again.
pub fn renew(db: &mut Db, token: &str, now: Moment) -> Result<(), Fault> {
    store::renew(db, token, now.plus_minutes(LEASE_MINUTES))
}

/// How one letter's try ended.
#[derive(Debug, Clone)]
pub struct Tried {
    pub id: LetterId,
    pub attempts: i32,
    pub useless_after: Option<Moment>,
    pub end: End,
}

/// What became of letters in one go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    pub sent: usize,
    pub later: usize,
    pub failed: usize,
    pub uncertain: usize,
    pub missed: usize,
    pub cancelled: usize,
    /// Results that came after another worker had taken the letter over.
    pub late: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.later += more.later;
        self.failed += more.failed;
        self.uncertain += more.uncertain;
        self.missed += more.missed;
        self.cancelled += more.cancelled;
        self.late += more.late;
    }
}

/// Writes down how tries ended: one statement for all that ended alike.
pub fn settle(db: &mut Db, token: &str, tried: &[Tried], now: Moment) -> Result<Tally, Fault> {
    let mut alike: BTreeMap<Settlement, Vec<LetterId>> = BTreeMap::new();
    for t in tried {
        let settlement = rules::settlement(&t.end, t.attempts, t.useless_after, now);
        alike.entry(settlement).or_default().push(t.id);
    }
    let mut tally = Tally::default();
    for (settlement, ids) in alike {
        let done = store::settle(db, token, &ids, &settlement, now)?;
        match settlement.state {
            State::Sent => tally.sent += done,
            State::Failed => tally.failed += done,
            State::Uncertain => tally.uncertain += done,
            State::Missed => tally.missed += done,
            State::Cancelled => tally.cancelled += done,
            State::Planned | State::Leased => tally.later += done,
        }
        tally.late += ids.len() - done.min(ids.len());
    }
    Ok(tally)
}

/// One letter, for somebody who may read of its person.
pub fn letter(db: &mut Db, actor: &Actor, id: LetterId) -> Result<Detail, Fault> {
    let letter = store::letter(db, id)?;
    actor.must(Right::SeeReports, &letter.path)?;
    Ok(letter)
}

/// Sends a letter again that did not go, or perhaps did not.
pub fn send_again(db: &mut Db, actor: &Actor, id: LetterId, stamp: &Stamp) -> Result<(), Fault> {
    let letter = letter(db, actor, id)?;
    actor.must(Right::Manage, &letter.path)?;
    if !rules::may_repeat(letter.state, letter.reason.as_deref()) {
        return Err(Fault::conflict("letter-state"));
    }
    if letter.useless_after.is_some_and(|useless| useless <= stamp.now) {
        return Err(Fault::conflict("letter-too-late"));
    }
    // Where it is uncertain, the repeat must be the same bytes, so that a reader sees one letter.
    if letter.state != State::Uncertain {
        store::forget_body(db, id)?;
    }
    store::plan_again(db, id, stamp.now)?;
    note(db, actor, &letter, "letter planned again", stamp)
}

/// Cancels a letter that is still planned; the planner will not bring it back.
pub fn cancel(db: &mut Db, actor: &Actor, id: LetterId, stamp: &Stamp) -> Result<(), Fault> {
    let letter = letter(db, actor, id)?;
    actor.must(Right::Manage, &letter.path)?;
    if store::cancel(db, &[id], reason::BY_HAND, stamp.now)? == 0 {
        return Err(Fault::conflict("letter-state"));
    }
    note(db, actor, &letter, "letter cancelled", stamp)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    letter: &Detail,
    action: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: Some(actor.person),
        action,
        subject: format!("letter/{}", letter.id),
        unit: Some(letter.unit),
        detail: json!({
            "kind": letter.kind, "person": letter.person, "before": letter.state,
            "reason": letter.reason,
        }),
    };
    journal::note(db, entry, stamp.now)
}
