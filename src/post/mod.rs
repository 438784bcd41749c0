//! The ledger of letters: leased to a worker, settled after each try, looked at and put right by hand.

pub mod rules;
pub mod store;
pub mod pause;
pub mod unsubscribe;
pub mod bounces;
pub mod pages;
pub mod api;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger;
use crate::kit::site::Stamp;
use crate::kit::trial::{self, Sabotage};
use crate::post::rules::{
    End, Kind, LEASE_MINUTES, LOOK_AHEAD_SECONDS, Pace, Settlement, State, reason,
};
use crate::post::store::{Detail, Filter, Leased};

/// How long a lease holds.
pub fn lease_seconds() -> i64 {
    trial::lease_seconds().unwrap_or(LEASE_MINUTES * 60)
}

fn lease_end(now: Moment) -> Moment {
    now.plus_seconds(lease_seconds())
}

/// Takes up to `most` due letters into a worker's hand; its token is what settles them. While mail
/// is paused these are sign-in codes only.
pub fn lease(db: &mut Db, token: &str, most: i64, now: Moment) -> Result<Vec<Leased>, Fault> {
    lease_some(db, token, most, true, now)
}

/// The same; only who leads sweeps and takes what dead workers left. Whoever does not is one of
/// several at once, and one walk over what is in hand is enough.
fn lease_some(
    db: &mut Db,
    token: &str,
    most: i64,
    leads: bool,
    now: Moment,
) -> Result<Vec<Leased>, Fault> {
    if leads {
        store::sweep(db, now)?;
    }
    let until = if trial::breaks(Sabotage::ClaimWithoutLease) { now } else { lease_end(now) };
    let taken = if pause::standing(db)?.is_some() {
        store::lease_codes(db, token, most, until, now)?
    } else {
        store::lease(db, token, most, until, leads, now)?
    };
    if taken == 0 { Ok(vec![]) } else { store::leased(db, token) }
}

/// The same, sign-in codes only.
pub fn lease_codes(db: &mut Db, token: &str, most: i64, now: Moment) -> Result<Vec<Leased>, Fault> {
    let taken = store::lease_codes(db, token, most, lease_end(now), now)?;
    if taken == 0 { Ok(vec![]) } else { store::leased(db, token) }
}

/// What a worker gets when all nodes together may send so many a minute.
#[derive(Debug)]
pub enum Hand {
    /// Letters, and when there is a limit, the slot of the first; one gap on is that of the next.
    Letters(Vec<Leased>, Option<Moment>),
    /// Every slot until then is taken.
    FullUntil(Moment),
}

/// Takes due letters as far as the limit allows, and books their slots. What a dead worker left is
/// taken only by who leads.
pub fn lease_paced(
    db: &mut Db,
    token: &str,
    most: i64,
    pace: Option<Pace>,
    leads: bool,
    now: Moment,
) -> Result<Hand, Fault> {
    let Some(pace) = pace else {
        let letters = lease_some(db, token, most, leads, now)?;
        return Ok(Hand::Letters(letters, None));
    };
    let next = store::next_slot(db, ALL_MAIL, now)?;
    let room = i64::try_from(pace.room(next, now)).unwrap_or(most).min(most);
    if room == 0 {
        return Ok(Hand::FullUntil(next.plus_seconds(-LOOK_AHEAD_SECONDS)));
    }
    let letters = lease(db, token, room, now)?;
    store::book(db, ALL_MAIL, pace.after(next, letters.len()))?;
    Ok(Hand::Letters(letters, Some(next)))
}

/// The scope of the limit that holds for every letter.
const ALL_MAIL: &str = "";

/// Gives each letter to a domain with a limit its slot, and puts those whose slot lies ahead back
/// into the ledger until then; gives these.
pub fn pace_domains(
    db: &mut Db,
    token: &str,
    letters: &[(LetterId, String, Pace)],
    now: Moment,
) -> Result<BTreeSet<LetterId>, Fault> {
    let mut of_domain: BTreeMap<&str, Vec<(LetterId, Pace)>> = BTreeMap::new();
    for (id, domain, pace) in letters {
        of_domain.entry(domain).or_default().push((*id, *pace));
    }
    let mut later = Vec::new();
    for (domain, letters) in of_domain {
        let mut next = store::next_slot(db, domain, now)?;
        for (id, pace) in letters {
            if next > now.plus_seconds(LOOK_AHEAD_SECONDS) {
                later.push((id, next));
            }
            next = pace.after(next, 1);
        }
        store::book(db, domain, next)?;
    }
    store::postpone(db, token, &later, now)?;
    Ok(later.into_iter().map(|(id, _)| id).collect())
}

/// Holds what is left of a lease for its whole time again.
pub fn renew(db: &mut Db, token: &str, now: Moment) -> Result<(), Fault> {
    store::renew(db, token, lease_end(now))
}

/// How one letter's try ended.
#[derive(Debug, Clone)]
pub struct Tried {
    pub id: LetterId,
    pub kind: Kind,
    /// Hand-overs, this one included.
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
        let settlement = rules::settlement(&t.end, t.attempts, t.useless_after, t.id.0, now);
        alike.entry(settlement).or_default().push(t.id);
    }
    let mut tally = Tally::default();
    for (settlement, ids) in alike {
        let done = store::settle(db, token, &ids, &settlement, now)?;
        if settlement.state != State::Planned && tried.iter().any(|t| t.kind == Kind::SignIn) {
            store::forget_codes_of(db, &ids)?;
        }
        if rules::is_mute(settlement.state, settlement.reason.as_deref()) {
            ledger::pass_on(db, &ids, now)?;
        }
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

/// When too many of the newest letters went wrong: (ended, went wrong). Over everybody, since what
/// fails is the mail server more often than an address.
pub fn alarm(db: &mut Db) -> Result<Option<(usize, usize)>, Fault> {
    let (ended, wrong) = newest_ends(db)?;
    Ok(rules::is_alarming(ended, wrong).then_some((ended, wrong)))
}

/// How the newest letters of everybody ended: (ended, went wrong).
pub fn newest_ends(db: &mut Db) -> Result<(usize, usize), Fault> {
    store::newest_ends(db, rules::LOOK_BACK)
}

/// One letter, for somebody who may read of its person.
pub fn letter(db: &mut Db, actor: &Actor, id: LetterId) -> Result<Detail, Fault> {
    let letter = store::letter(db, id)?;
    actor.must(Right::SeeReports, &letter.path)?;
    Ok(letter)
}

/// Whether somebody may read the text of a letter: one that names people of other units is read by
/// those only who may read of all of them, wherever its reader lives.
pub fn may_read(db: &mut Db, actor: &Actor, letter: &Detail) -> Result<bool, Fault> {
    if letter.person == actor.person {
        return Ok(true);
    }
    let paths = store::paths_about(db, letter)?;
    Ok(paths.iter().all(|path| actor.may(Right::SeeReports, path)))
}

/// Sends a letter again that did not go, or perhaps did not.
pub fn send_again(db: &mut Db, actor: &Actor, id: LetterId, stamp: &Stamp) -> Result<(), Fault> {
    let letter = letter(db, actor, id)?;
    actor.must(Right::Manage, &letter.path)?;
    if !letter.may_repeat() {
        return Err(Fault::conflict("letter-state"));
    }
    if letter.useless_after.is_some_and(|useless| useless <= stamp.now) {
        return Err(Fault::conflict("letter-too-late"));
    }
    // Where it is uncertain, the repeat must be the same bytes, so that a reader sees one letter.
    if letter.state != State::Uncertain {
        store::forget_body(db, id)?;
    }
    store::plan_again(db, id, letter.state == State::Uncertain, stamp.now)?;
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

/// Name, language, address or unit of some people are others now: what nobody has tried to send yet
/// is made anew, and the letters of their batches are compared again.
pub fn readers_changed(db: &mut Db, who: &[PersonId], now: Moment) -> Result<(), Fault> {
    if who.is_empty() {
        return Ok(());
    }
    store::forget_untried(db, who)?;
    let batches = store::batches_with(db, who)?;
    ledger::ask_all(db, &batches, now)
}

/// Units, by their paths, stand elsewhere in the tree or go by another clock: whose nights are quiet,
/// and who looks after a batch, may be others now.
pub fn ground_changed(db: &mut Db, paths: &[&str], now: Moment) -> Result<(), Fault> {
    let mut outer: Vec<&str> = vec![];
    let mut sorted = paths.to_vec();
    sorted.sort_unstable();
    for path in sorted {
        if !outer.last().is_some_and(|above| path.starts_with(above)) {
            outer.push(path);
        }
    }
    if outer.is_empty() {
        return Ok(());
    }
    // So many that asking for each costs more than looking at everything.
    if outer.len() > MOST_PLACES {
        outer = vec![""];
    }
    let batches = store::batches_touched(db, &outer)?;
    ledger::ask_all(db, &batches, now)
}

/// Subtrees that are asked for one by one.
const MOST_PLACES: usize = 100;

/// Planned letters of a selection, for the page that asks before they are stopped.
pub fn selection(
    db: &mut Db,
    actor: &Actor,
    filter: &Filter,
) -> Result<(usize, Vec<store::LetterRow>), Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let planned = Filter { state: Some(State::Planned), ..filter.clone() };
    let count = store::planned_within(db, &reach, filter)?.len();
    Ok((count, store::sample_of(db, &reach, &planned)?))
}

/// Stops every planned letter of a selection at once; gives how many. The planner brings none back.
pub fn cancel_selection(
    db: &mut Db,
    actor: &Actor,
    filter: &Filter,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let planned = store::planned_within(db, &reach, filter)?;
    let done = store::cancel(db, &planned, reason::BY_HAND, stamp.now)?;
    if done == 0 {
        return Err(Fault::conflict("letters-none"));
    }
    let entry = Entry {
        actor: Some(actor.person),
        action: "letters cancelled",
        subject: "letters".to_owned(),
        unit: Some(actor.unit),
        detail: json!({
            "letters": done, "kind": filter.kind, "person": filter.person, "batch": filter.batch,
        }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(done)
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
