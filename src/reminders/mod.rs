//! Which letters a batch's people should have, written into the ledger.

pub mod rules;
pub mod store;
pub mod answers;
pub mod rulebook;
pub mod preview;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::completion::rules::STEP;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::ledger::{self, Plan};
use crate::kit::site::Stamp;
use crate::post;
use crate::post::rules::{Kind, State, reason};
use crate::reminders::rules::rule::Audience;
use crate::reminders::rules::{
    Announced, BatchFacts, Existing, PersonFacts, SessionFacts, Told, Wanted,
};
use crate::schedule::rules::BatchState;

/// What one run of the planner did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Planned {
    pub batches: usize,
    pub added: usize,
    pub amended: usize,
    pub cancelled: usize,
}

impl std::ops::AddAssign for Planned {
    fn add_assign(&mut self, more: Self) {
        self.batches += more.batches;
        self.added += more.added;
        self.amended += more.amended;
        self.cancelled += more.cancelled;
    }
}

/// Batches in one transaction: other writers must get their turn.
const BATCHES_AT_ONCE: i64 = 50;

/// Compares the letters of every batch that was asked for with what is wanted, up to 50 batches;
/// call again while `batches` is not 0.
pub fn plan(db: &mut Db, stamp: &Stamp) -> Result<Planned, Fault> {
    let mut planned = Planned::default();
    for batch in store::take_requests(db, BATCHES_AT_ONCE, stamp.now)? {
        planned.batches += 1;
        let Some(facts) = facts_of(db, batch, stamp.now)? else { continue };
        let existing = existing_of(db, batch)?;
        let difference = rules::difference(&facts, &existing, stamp.now);
        planned.cancelled +=
            post::store::cancel(db, &difference.cancel, reason::NOT_WANTED, stamp.now)?;
        planned.amended += amend(db, &difference.amend, stamp.now)?;
        planned.added += add(db, &facts, difference.add, stamp)?;
        post::store::cancel_unsubscribed(db, batch, stamp.now)?;
    }
    Ok(planned)
}

/// What would become of a session that people were told of.
#[derive(Debug, Clone)]
pub struct Turn {
    pub session: SessionId,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub is_cancelled: bool,
    /// When or where, or whether: other trainers alone are no revision.
    pub is_revised: bool,
    /// Who would teach it, when others do now, and whose hand it is.
    pub taught_by: Option<(Vec<PersonId>, PersonId)>,
}

/// What a change would cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foresight {
    /// Who gets a letter at once.
    pub told: Vec<PersonId>,
    /// Of these, who teaches.
    pub trainers: Vec<PersonId>,
    /// Who should, but has no address.
    pub mute: Vec<PersonId>,
    /// Planned reminders that no longer go.
    pub dropped: usize,
    /// Reminders that are planned instead.
    pub planned: usize,
}

/// What the planner would do after a change, by its own rule; nothing is written.
pub fn foresee(
    db: &mut Db,
    batch: BatchId,
    turns: &[Turn],
    is_off: bool,
    now: Moment,
) -> Result<Foresight, Fault> {
    let Some(facts) = facts_of(db, batch, now)? else { return Ok(Foresight::default()) };
    let facts = rules::turned(facts, turns, is_off, now);
    let existing = existing_of(db, batch)?;
    let difference = rules::difference(&facts, &existing, now);
    let letters = difference.add.iter().chain(difference.amend.iter().map(|(_, wanted)| wanted));
    let (by_rules, told): (Vec<&Wanted>, Vec<&Wanted>) = letters.partition(|w| w.rule.is_some());
    let reminders = by_rules.iter().filter(|w| w.kind == Kind::Reminder);
    let everybody: BTreeSet<PersonId> = told.iter().chain(&by_rules).map(|w| w.person).collect();
    let reachable = store::reachable(db, &everybody)?;
    let teaches = told.iter().filter(|w| w.enrolment.is_none()).map(|w| w.person);
    let mut trainers: Vec<PersonId> = teaches.filter(|p| reachable.contains(p)).collect();
    let mut people: Vec<PersonId> = told.iter().map(|w| w.person).collect();
    for list in [&mut trainers, &mut people] {
        list.sort();
        list.dedup();
    }
    let (told, mute) = people.into_iter().partition(|p| reachable.contains(p));
    let dropped = existing
        .iter()
        .filter(|l| l.kind == Kind::Reminder && difference.cancel.contains(&l.id))
        .count();
    let planned = reminders.filter(|w| reachable.contains(&w.person)).count();
    Ok(Foresight { told, trainers, mute, dropped, planned })
}

/// Everything about a batch that decides on its letters; nothing when there is no such batch.
pub fn facts_of(db: &mut Db, batch: BatchId, now: Moment) -> Result<Option<BatchFacts>, Fault> {
    let Some(row) = store::batch(db, batch)? else { return Ok(None) };
    let told = store::told_as(db, batch)?;
    let seated = store::seated_at(db, batch)?;
    let mut trainers = store::trainers_of(db, batch)?;
    let mut heard = store::heard_of(db, batch)?;
    let rolled = store::rolled_of(db, batch)?;
    let sessions: Vec<SessionFacts> = store::sessions_of(db, batch)?
        .into_iter()
        .map(|s| SessionFacts {
            id: s.id,
            revision: s.revision,
            state: s.state,
            starts_at: s.starts_at,
            ends_at: s.ends_at,
            zone: zone(Some(&s.timezone)),
            settled_at: told
                .get(&s.id)
                .and_then(|t| t.get(&s.revision))
                .copied()
                .unwrap_or(s.updated_at),
            published_at: told.get(&s.id).and_then(|t| t.keys().next()).copied(),
            trainers: trainers.remove(&s.id).unwrap_or_default(),
            heard: heard.remove(&s.id).unwrap_or_default(),
            rolled: rolled.contains(&s.id),
        })
        .collect();
    let people: Vec<PersonFacts> = store::enrolments_of(db, batch)?
        .into_iter()
        .map(|e| PersonFacts {
            person: e.person,
            enrolment: e.id,
            place: e.place,
            round: e.round,
            seated_at: seated.get(&e.id).copied().unwrap_or(e.updated_at),
        })
        .collect();
    let zone = match sessions.first() {
        Some(first) => first.zone,
        None => zone(row.timezone.as_deref()),
    };
    let rules = store::rules_of(db, batch, row.course)?;
    let asks_admins = rules.iter().any(|r| r.audience == Audience::UnitAdmins);
    let today = now.date_in(zone);
    let admins = if asks_admins { admins_of(db, &row.path, today)? } else { vec![] };
    let taught = sessions.iter().flat_map(|s| s.trainers.keys().chain(s.heard.keys()));
    let readers: BTreeSet<PersonId> = people
        .iter()
        .map(|p| p.person)
        .chain(taught.copied())
        .chain(admins.iter().copied())
        .collect();
    Ok(Some(BatchFacts {
        batch,
        open: row.state == BatchState::Open,
        ends_on: row.ends_on,
        zone,
        sessions,
        people,
        absent: store::absent_of(db, batch)?,
        answers: store::answers_of(db, batch)?,
        complete: store::complete_of(db, batch)?,
        zones: zones_of(db, &readers)?,
        admins,
        rules,
    }))
}

/// Those who look after a unit: its admins, or those of the nearest unit above that has any.
fn admins_of(db: &mut Db, path: &str, today: NaiveDate) -> Result<Vec<PersonId>, Fault> {
    let above = store::admins_above(db, path, today)?;
    let nearest = above.iter().map(|(path, _)| path.len()).max();
    Ok(above.into_iter().filter(|(p, _)| Some(p.len()) == nearest).map(|(_, id)| id).collect())
}

/// By whose clocks the nights of people are counted: the zone of the unit, or of the nearest one
/// above it that has its own.
pub fn zones_of(db: &mut Db, who: &BTreeSet<PersonId>) -> Result<HashMap<PersonId, Tz>, Fault> {
    let paths = store::paths_of(db, who)?;
    let above = |path: &str| -> Vec<UnitId> {
        let steps = path.as_bytes().chunks(STEP);
        steps.filter_map(|s| std::str::from_utf8(s).ok()?.parse().ok()).collect()
    };
    let units: BTreeSet<UnitId> = paths.iter().flat_map(|(_, path)| above(path)).collect();
    let zones: HashMap<UnitId, Tz> = store::zones_of(db, &units)?
        .into_iter()
        .filter_map(|(unit, name)| Some((unit, name?.parse().ok()?)))
        .collect();
    let nearest = |path: &str| above(path).iter().rev().find_map(|unit| zones.get(unit).copied());
    Ok(paths.iter().filter_map(|(person, path)| Some((*person, nearest(path)?))).collect())
}

fn zone(name: Option<&str>) -> Tz {
    name.and_then(|n| n.parse().ok()).unwrap_or(chrono_tz::Asia::Kolkata)
}

/// The letters of a batch in the ledger.
pub fn existing_of(db: &mut Db, batch: BatchId) -> Result<Vec<Existing>, Fault> {
    let rows = store::letters_of(db, batch)?;
    let mute: BTreeSet<PersonId> =
        rows.iter().filter(|l| l.state == State::Missed).filter_map(|l| l.person).collect();
    let reachable = if mute.is_empty() { HashSet::new() } else { store::reachable(db, &mute)? };
    Ok(rows
        .into_iter()
        .filter_map(|l| {
            let told = told(&l.facts);
            Some(Existing {
                id: l.id,
                key: l.key,
                kind: l.kind,
                rule: l.rule,
                state: l.state,
                reason: l.reason,
                person: l.person?,
                is_reachable: l.person.is_some_and(|p| reachable.contains(&p)),
                told,
                due_at: l.due_at,
                useless_after: l.useless_after,
            })
        })
        .collect())
}

/// A letter's facts as they are kept; what is empty is left out.
#[derive(serde::Serialize, serde::Deserialize, Default)]
#[serde(default)]
struct Kept {
    sessions: Vec<Announced>,
    #[serde(skip_serializing_if = "Before::is_empty")]
    before: Before,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asks: Vec<SessionId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    both: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<PersonId>,
    #[serde(skip_serializing_if = "is_zero")]
    again: i32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Before {
    Each(Vec<Announced>),
    /// Of the only session, as it was written once.
    Only(i32),
}

impl Default for Before {
    fn default() -> Self {
        Self::Each(vec![])
    }
}

impl Before {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Each(each) if each.is_empty())
    }
}

pub fn told(facts: &str) -> Told {
    let Kept { sessions, before, asks, both, people, again } =
        serde_json::from_str(facts).unwrap_or_default();
    let before = match before {
        Before::Each(each) => each,
        Before::Only(revision) => sessions.iter().map(|(id, _)| (*id, revision)).collect(),
    };
    Told { sessions, before, asks, both, people, again }
}

fn kept(told: &Told) -> Value {
    let Told { sessions, before, asks, both, people, again } = told.clone();
    json!(Kept { sessions, before: Before::Each(before), asks, both, people, again })
}

fn add(
    db: &mut Db,
    facts: &BatchFacts,
    wanted: Vec<Wanted>,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    if wanted.is_empty() {
        return Ok(0);
    }
    let people: BTreeSet<PersonId> = wanted.iter().map(|w| w.person).collect();
    let reachable = store::reachable(db, &people)?;
    let mut mute: Vec<LetterId> = Vec::new();
    let mut plans: Vec<Plan> = Vec::with_capacity(wanted.len());
    for w in wanted {
        let id = LetterId(stamp.id());
        if !reachable.contains(&w.person) {
            mute.push(id);
        }
        plans.push(Plan {
            id,
            kind: w.kind.word().to_owned(),
            rule: w.rule,
            person: w.person,
            batch: Some(facts.batch),
            session: w.session.map(|(id, _)| id),
            revision: w.session.map(|(_, revision)| revision),
            enrolment: w.enrolment,
            key: w.key,
            facts: kept(&w.told),
            due_at: w.due_at,
            useless_after: w.useless_after,
        });
    }
    let added = ledger::plan(db, &plans, stamp.now)?;
    // Somebody without an address gets no letter; that is recorded, so that the office can phone.
    post::store::miss(db, &mute, reason::NO_ADDRESS, stamp.now)?;
    ledger::pass_on(db, &mute, stamp.now)?;
    Ok(added)
}

/// Most letters of a batch say the same, so there are few groups and as many statements.
fn amend(db: &mut Db, amended: &[(LetterId, Wanted)], now: Moment) -> Result<usize, Fault> {
    type Group = (String, Moment, Option<Moment>);
    let mut groups: BTreeMap<Group, Vec<LetterId>> = BTreeMap::new();
    for (id, wanted) in amended {
        let group = (kept(&wanted.told).to_string(), wanted.due_at, wanted.useless_after);
        groups.entry(group).or_default().push(*id);
    }
    let mut done = 0;
    for ((facts, due_at, useless_after), ids) in groups {
        done += post::store::amend(db, &ids, &facts, due_at, useless_after, now)?;
    }
    Ok(done)
}
