//! Which letters the people of a batch should have: a pure difference, wanted minus existing.

pub mod rule;
mod known;
pub mod times;
mod wanted;
#[cfg(test)]
mod stories;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::post::rules::{Kind, State, reason};
use crate::reminders::Turn;
use crate::reminders::rules::known::Known;
use crate::reminders::rules::rule::Rule;
use crate::schedule::rules::SessionState;

/// A session at one revision: what a letter announced, or shall.
pub type Announced = (SessionId, i32);

/// Everything about one batch that decides on letters.
#[derive(Debug, Clone)]
pub struct BatchFacts {
    pub batch: BatchId,
    /// Not cancelled.
    pub open: bool,
    /// The last day of the batch, when that is set.
    pub ends_on: Option<NaiveDate>,
    /// For letters that are about no session.
    pub zone: Tz,
    /// In the order of their start.
    pub sessions: Vec<SessionFacts>,
    pub people: Vec<PersonFacts>,
    /// Those that are on for this batch.
    pub rules: Vec<Rule>,
    /// Marked absent, not excused.
    pub absent: HashSet<(SessionId, PersonId)>,
    /// What people said beforehand: whether they come.
    pub answers: HashMap<(SessionId, PersonId), bool>,
    /// When each enrolment came to its completion.
    pub complete: HashMap<EnrolmentId, Moment>,
    /// Of the unit, or of the nearest one above it that has any.
    pub admins: Vec<PersonId>,
    /// By whose clocks the nights of people are counted; those of others by the batch's.
    pub zones: HashMap<PersonId, Tz>,
}

impl BatchFacts {
    fn zone_of(&self, person: PersonId) -> Tz {
        self.zones.get(&person).copied().unwrap_or(self.zone)
    }
}

#[derive(Debug, Clone)]
pub struct SessionFacts {
    pub id: SessionId,
    pub revision: i32,
    pub state: SessionState,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: Tz,
    /// When this revision was published, or the session moved to it.
    pub settled_at: Moment,
    /// The revision at which it was published.
    pub published_at: Option<i32>,
    /// Who teaches, with the revision at which they were named: as it was then they know it.
    pub trainers: BTreeMap<PersonId, i32>,
    /// What those know of teaching it whom somebody named, or took off, since it is published.
    pub heard: BTreeMap<PersonId, Heard>,
    /// The roll is finished, or everybody has a mark.
    pub rolled: bool,
}

impl SessionFacts {
    /// As `schedule` keeps it: whoever does it himself knows, the others what they knew before.
    fn change_hands(&mut self, trainers: &[PersonId], by: PersonId, known: i32, now: Moment) {
        let before = self.trainers.clone();
        let new = trainers.iter().filter(|p| !before.contains_key(p));
        let gone = before.keys().filter(|p| !trainers.contains(p));
        for (person, is_new) in new.map(|p| (*p, true)).chain(gone.map(|p| (*p, false))) {
            let revision = before.get(&person).copied().unwrap_or(known);
            let heard = |teaches| Heard { teaches, revision, since: now };
            if person == by {
                self.heard.insert(person, heard(is_new));
            } else {
                self.heard.entry(person).or_insert(heard(!is_new));
            }
            match is_new {
                true => self.trainers.insert(person, self.revision),
                false => self.trainers.remove(&person),
            };
        }
    }
}

/// What somebody knew without a letter when the trainers of a session were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    pub teaches: bool,
    /// The session as he knew it.
    pub revision: i32,
    /// Letters that went before count no longer.
    pub since: Moment,
}

#[derive(Debug, Clone)]
pub struct PersonFacts {
    pub person: PersonId,
    pub enrolment: EnrolmentId,
    pub place: Place,
    pub round: i32,
    /// The last move to a seat.
    pub seated_at: Moment,
}

/// A letter of the batch that stands in the ledger.
#[derive(Debug, Clone)]
pub struct Existing {
    pub id: LetterId,
    pub key: String,
    pub kind: Kind,
    pub rule: Option<String>,
    pub state: State,
    pub reason: Option<String>,
    pub person: PersonId,
    pub told: Told,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    /// Whether its reader has an address that works now.
    pub is_reachable: bool,
}

/// What a letter says about sessions: kept in its facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub sessions: Vec<Announced>,
    /// The revisions that the person knew before, for a change or a cancellation.
    pub before: Vec<Announced>,
    /// Those about which it asks whether the person comes.
    pub asks: Vec<SessionId>,
    /// In both languages, one under the other.
    pub both: bool,
    /// Who was expected, for a trainer's roster.
    pub people: Vec<PersonId>,
    /// How many times a trainer was told before that he teaches one of these no longer: each time
    /// the calendar counts on, so that nothing is taken for an older message.
    pub again: i32,
}

/// A letter that should be in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: PersonId,
    /// None for trainers and admins.
    pub enrolment: Option<EnrolmentId>,
    pub session: Option<Announced>,
    pub key: String,
    pub told: Told,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
}

/// What to do so that the ledger holds what is wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    pub add: Vec<Wanted>,
    /// Planned under the same key, but saying something else, or once cancelled by the planner:
    /// planned again with this.
    pub amend: Vec<(LetterId, Wanted)>,
    pub cancel: Vec<LetterId>,
}

/// Compares what is wanted with what there is. Letters that are still only planned tell nobody
/// anything: whatever the order of the causes, and however often this runs between them, the
/// planned letters end up the same.
pub fn difference(facts: &BatchFacts, existing: &[Existing], now: Moment) -> Difference {
    let mut of_person: HashMap<PersonId, Vec<&Existing>> = HashMap::new();
    let mut by_key: HashMap<&str, &Existing> = HashMap::new();
    for letter in existing {
        of_person.entry(letter.person).or_default().push(letter);
        by_key.insert(&letter.key, letter);
    }
    let mut out = Difference::default();
    let mut kept: BTreeSet<LetterId> = BTreeSet::new();
    let known = |person: PersonId| Known::of(of_person.get(&person).map_or(&[][..], Vec::as_slice));
    let of_people = facts.people.iter().flat_map(|p| wanted::of(facts, p, &known(p.person), now));
    let of_staff = wanted::staff(facts)
        .into_iter()
        .flat_map(|person| wanted::of_staff(facts, person, &known(person), now));
    for wanted in of_people.chain(of_staff) {
        match by_key.get(wanted.key.as_str()) {
            None => out.add.push(wanted),
            Some(there) if there.state == State::Planned && is_same(there, &wanted, now) => {
                kept.insert(there.id);
            }
            Some(there) if there.state == State::Planned || is_withdrawn(there) => {
                kept.insert(there.id);
                out.amend.push((there.id, wanted));
            }
            Some(_) => {}
        }
    }
    // One that is too late is left alone: the ledger records it as missed, not as cancelled.
    let stale = |l: &&Existing| {
        l.state == State::Planned
            && is_ours(l.kind)
            && !kept.contains(&l.id)
            && l.useless_after.is_none_or(|useless| useless > now)
    };
    out.cancel = existing.iter().filter(stale).map(|l| l.id).collect();
    out
}

/// Says the same, at the same time: a rule may have been moved. What is due is about to go.
fn is_same(there: &Existing, wanted: &Wanted, now: Moment) -> bool {
    let is_moved = wanted.rule.is_some() && there.due_at > now && there.due_at != wanted.due_at;
    there.told == wanted.told && !is_moved
}

/// What this planner keeps; the letters of other rooms stand in the ledger beside them.
fn is_ours(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Confirmation
            | Kind::Waiting
            | Kind::Invitation
            | Kind::Reminder
            | Kind::Change
            | Kind::Cancellation
            | Kind::Withdrawal
            | Kind::Absence
            | Kind::Completion
            | Kind::Roster
            | Kind::Overdue
    )
}

/// The facts as they would be after a change of some sessions, or of the whole batch.
pub fn turned(mut facts: BatchFacts, turns: &[Turn], is_off: bool, now: Moment) -> BatchFacts {
    for session in &mut facts.sessions {
        let Some(turn) = turns.iter().find(|t| t.session == session.id) else { continue };
        (session.starts_at, session.ends_at) = (turn.starts_at, turn.ends_at);
        if turn.is_cancelled {
            session.state = SessionState::Cancelled;
        }
        let known = session.revision;
        if session.state != SessionState::Draft && turn.is_revised {
            session.revision += 1;
            session.settled_at = now;
        }
        if let Some((trainers, by)) = &turn.taught_by {
            session.change_hands(trainers, *by, known, now);
        }
    }
    facts.sessions.sort_by_key(|s| (s.starts_at, s.id));
    facts.open &= !is_off;
    facts
}

/// Cancelled by the planner itself or for a reader who wanted no reminders, or missed for want of an
/// address that is there now, so that it may come back; what an administrator cancelled stays so.
fn is_withdrawn(letter: &Existing) -> bool {
    match (letter.state, letter.reason.as_deref()) {
        (State::Cancelled, Some(reason::NOT_WANTED | reason::UNSUBSCRIBED)) => true,
        (State::Missed, Some(reason::NO_ADDRESS | reason::BLOCKED)) => letter.is_reachable,
        _ => false,
    }
}
