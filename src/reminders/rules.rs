//! Which letters the people of a batch should have: a pure difference, wanted minus existing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::kit::clock::{Moment, at_clock};
use crate::kit::columns::words;
use crate::kit::ids::{self, BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::post::rules::{Kind, State, reason};

words! {
    /// When a reminder goes, seen from the session.
    pub enum Rule { ThreeDays = "three_days", OneDay = "one_day", SameDay = "same_day" }
}

words! {
    /// A person's place on the batch, as the enrolment says.
    pub enum Place { Seat = "seat", Waiting = "waiting", Withdrawn = "withdrawn" }
}

words! {
    /// A session's state, as the schedule says.
    pub enum Standing { Draft = "draft", Published = "published", Cancelled = "cancelled" }
}

/// A session at one revision: what a letter announced, or shall.
pub type Announced = (SessionId, i32);

/// Everything about one batch that decides on letters.
#[derive(Debug, Clone)]
pub struct BatchFacts {
    pub batch: BatchId,
    /// Not cancelled.
    pub open: bool,
    /// For letters that are about no session.
    pub zone: Tz,
    /// In the order of their start.
    pub sessions: Vec<SessionFacts>,
    pub people: Vec<PersonFacts>,
}

#[derive(Debug, Clone)]
pub struct SessionFacts {
    pub id: SessionId,
    pub revision: i32,
    pub standing: Standing,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub zone: Tz,
    /// When this revision was published, or the session moved to it.
    pub settled_at: Moment,
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
    pub state: State,
    pub reason: Option<String>,
    pub person: PersonId,
    pub told: Told,
    pub useless_after: Option<Moment>,
}

/// What a letter says about sessions: kept in its facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub sessions: Vec<Announced>,
    /// The revision that the person knew before, for a change or a cancellation.
    pub before: Option<i32>,
}

/// A letter that should be in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub kind: Kind,
    pub rule: Option<Rule>,
    pub person: PersonId,
    pub enrolment: EnrolmentId,
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
    for person in &facts.people {
        let known = Known::of(of_person.get(&person.person).map_or(&[][..], Vec::as_slice));
        for wanted in wanted(facts, person, &known, now) {
            match by_key.get(wanted.key.as_str()) {
                None => out.add.push(wanted),
                Some(there) if there.state == State::Planned && there.told == wanted.told => {
                    kept.insert(there.id);
                }
                Some(there) if there.state == State::Planned || is_withdrawn(there) => {
                    kept.insert(there.id);
                    out.amend.push((there.id, wanted));
                }
                Some(_) => {}
            }
        }
    }
    // One that is too late is left alone: the ledger records it as missed, not as cancelled.
    let stale = |l: &&Existing| {
        l.state == State::Planned
            && !kept.contains(&l.id)
            && l.useless_after.is_none_or(|useless| useless > now)
    };
    out.cancel = existing.iter().filter(stale).map(|l| l.id).collect();
    out
}

/// Cancelled by the planner itself, so that it may come back; what a person cancelled stays so.
fn is_withdrawn(letter: &Existing) -> bool {
    letter.state == State::Cancelled && letter.reason.as_deref() == Some(reason::NOT_WANTED)
}

/// What a person was told by letters that went out, or whose fate was decided by hand.
#[derive(Debug, Default)]
struct Known {
    /// The sessions in the person's calendar, at the revision last told.
    sessions: BTreeMap<SessionId, i32>,
    /// The keys of the letters that tell nothing of sessions but went out.
    keys: BTreeSet<String>,
}

impl Known {
    fn of(letters: &[&Existing]) -> Self {
        let mut out: Vec<&&Existing> =
            letters.iter().filter(|l| l.state != State::Planned && !is_withdrawn(l)).collect();
        out.sort_by_key(|l| l.id);
        let mut known = Self::default();
        for letter in out {
            known.keys.insert(letter.key.clone());
            let told = letter.told.sessions.iter().copied();
            match letter.kind {
                Kind::Confirmation | Kind::Invitation | Kind::Change => known.sessions.extend(told),
                Kind::Cancellation | Kind::Withdrawal => {
                    for (session, _) in told {
                        known.sessions.remove(&session);
                    }
                }
                Kind::SignIn | Kind::Waiting | Kind::Reminder => {}
            }
        }
        known
    }
}

fn wanted(facts: &BatchFacts, person: &PersonFacts, known: &Known, now: Moment) -> Vec<Wanted> {
    let mut out = Vec::new();
    let letters = Maker { facts, person, now };
    let coming: Vec<&SessionFacts> = facts
        .sessions
        .iter()
        .filter(|s| s.standing == Standing::Published && s.starts_at > now)
        .collect();
    match person.place {
        Place::Seat if facts.open => {
            let confirmation = letters.confirmation(&coming);
            if !known.keys.contains(&confirmation.key) {
                if !(coming.is_empty() && is_over(facts, now)) {
                    out.push(confirmation);
                }
            } else {
                out.extend(letters.invitation(&coming, known));
                out.extend(coming.iter().filter_map(|s| letters.change(s, known)));
            }
            for session in &coming {
                out.extend(letters.reminders(session));
            }
        }
        Place::Waiting if facts.open && !is_over(facts, now) => out.push(letters.waiting()),
        _ => {}
    }
    let is_gone = person.place != Place::Seat || !facts.open;
    if is_gone {
        out.extend(letters.withdrawal(&coming, known));
    }
    let cancelled =
        facts.sessions.iter().filter(|s| s.standing == Standing::Cancelled && s.starts_at > now);
    out.extend(cancelled.filter_map(|s| letters.cancellation(s, known)));
    out
}

/// Every session that is not cancelled has begun: there is nothing left to announce.
fn is_over(facts: &BatchFacts, now: Moment) -> bool {
    let mut held = facts.sessions.iter().filter(|s| s.standing != Standing::Cancelled).peekable();
    held.peek().is_some() && held.all(|s| s.starts_at <= now)
}

/// Makes the letters of one person.
struct Maker<'a> {
    facts: &'a BatchFacts,
    person: &'a PersonFacts,
    now: Moment,
}

impl Maker<'_> {
    fn confirmation(&self, coming: &[&SessionFacts]) -> Wanted {
        let PersonFacts { enrolment, round, .. } = self.person;
        let key = format!("confirmation:{enrolment}:{round}");
        Wanted {
            due_at: self.soon(coming.first().copied()),
            useless_after: coming.last().map(|s| s.starts_at),
            ..self.letter(Kind::Confirmation, key, all(coming))
        }
    }

    fn waiting(&self) -> Wanted {
        let PersonFacts { enrolment, round, .. } = self.person;
        let held = self.facts.sessions.iter().filter(|s| s.standing != Standing::Cancelled);
        Wanted {
            due_at: self.soon(None),
            useless_after: held.map(|s| s.starts_at).max(),
            ..self.letter(Kind::Waiting, format!("waiting:{enrolment}:{round}"), vec![])
        }
    }

    /// One letter for all sessions that the person has not heard of.
    fn invitation(&self, coming: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let new: Vec<&SessionFacts> =
            coming.iter().copied().filter(|s| !known.sessions.contains_key(&s.id)).collect();
        let (first, last) = (new.first()?, new.last()?);
        let sessions = all(&new);
        let mut words: Vec<String> = sessions.iter().map(|(id, rev)| format!("{id}@{rev}")).collect();
        words.sort();
        let key = format!("invitation:{}:{}", self.person.person, ids::hash(&words.join(",")));
        Some(Wanted {
            due_at: self.soon(Some(first)),
            useless_after: Some(last.starts_at),
            ..self.letter(Kind::Invitation, key, sessions)
        })
    }

    fn change(&self, session: &SessionFacts, known: &Known) -> Option<Wanted> {
        let before = *known.sessions.get(&session.id)?;
        if before >= session.revision {
            return None;
        }
        Some(Wanted {
            due_at: self.at_once(session),
            useless_after: Some(session.starts_at),
            ..self.about(Kind::Change, session, Some(before))
        })
    }

    fn cancellation(&self, session: &SessionFacts, known: &Known) -> Option<Wanted> {
        let before = *known.sessions.get(&session.id)?;
        Some(Wanted {
            due_at: self.at_once(session),
            useless_after: Some(session.ends_at),
            ..self.about(Kind::Cancellation, session, Some(before))
        })
    }

    /// Takes the coming sessions out of the calendar of somebody who lost the seat.
    fn withdrawal(&self, coming: &[&SessionFacts], known: &Known) -> Option<Wanted> {
        let told: Vec<&SessionFacts> =
            coming.iter().copied().filter(|s| known.sessions.contains_key(&s.id)).collect();
        let (first, last) = (told.first()?, told.last()?);
        let PersonFacts { enrolment, round, .. } = self.person;
        Some(Wanted {
            due_at: self.soon(Some(first)),
            useless_after: Some(last.starts_at),
            ..self.letter(Kind::Withdrawal, format!("withdrawal:{enrolment}:{round}"), all(&told))
        })
    }

    /// One for each rule whose time was not over when the person got the seat, or the session its
    /// time: for that, the confirmation or the change already stands.
    fn reminders(&self, session: &SessionFacts) -> Vec<Wanted> {
        let since = self.person.seated_at.max(session.settled_at);
        let plan = reminder_times(session.starts_at, session.zone);
        let fits = |(_, due, useless): &(Rule, Moment, Moment)| *due >= since && *useless > self.now;
        plan.into_iter()
            .filter(fits)
            .map(|(rule, due, useless)| Wanted {
                rule: Some(rule),
                key: format!(
                    "reminder:{rule}:{}:{}:{}",
                    session.id, self.person.person, session.revision
                ),
                due_at: due,
                useless_after: Some(useless),
                ..self.about(Kind::Reminder, session, None)
            })
            .collect()
    }

    fn letter(&self, kind: Kind, key: String, sessions: Vec<Announced>) -> Wanted {
        Wanted {
            kind,
            rule: None,
            person: self.person.person,
            enrolment: self.person.enrolment,
            session: None,
            key,
            told: Told { sessions, before: None },
            due_at: self.now,
            useless_after: None,
        }
    }

    /// A letter about one session at its present revision.
    fn about(&self, kind: Kind, session: &SessionFacts, before: Option<i32>) -> Wanted {
        let key = format!("{kind}:{}:{}:{}", session.id, self.person.person, session.revision);
        let mut letter = self.letter(kind, key, vec![(session.id, session.revision)]);
        letter.session = Some((session.id, session.revision));
        letter.told.before = before;
        letter
    }

    /// Now, or after the quiet hours.
    fn soon(&self, session: Option<&SessionFacts>) -> Moment {
        match session {
            Some(s) => awake(self.now, s.zone, s.starts_at).unwrap_or(self.now).max(self.now),
            None => morning(self.now, self.facts.zone),
        }
    }

    /// Now, also at night when the session is near.
    fn at_once(&self, session: &SessionFacts) -> Moment {
        if session.starts_at <= self.now.plus_days(1) { self.now } else { self.soon(Some(session)) }
    }
}

fn all(sessions: &[&SessionFacts]) -> Vec<Announced> {
    sessions.iter().map(|s| (s.id, s.revision)).collect()
}

/// For each rule: due, and useless after.
fn reminder_times(starts_at: Moment, zone: Tz) -> Vec<(Rule, Moment, Moment)> {
    let day = starts_at.date_in(zone);
    let late_morning = hour(11);
    let eight = at_clock(day, 0, hour(8), zone);
    let moved = |due: Moment| awake(due, zone, starts_at).unwrap_or(due);
    let same_day = moved(eight.min(starts_at.plus_minutes(-180)));
    let one_day = moved(at_clock(day, 1, late_morning, zone));
    let three_days = moved(at_clock(day, 3, late_morning, zone));
    vec![
        (Rule::ThreeDays, three_days, one_day),
        (Rule::OneDay, one_day, same_day),
        (Rule::SameDay, same_day, starts_at),
    ]
}

/// The first hour of the day at which a letter may come, and the first at which none may.
const MORNING: u32 = 7;
const EVENING: u32 = 21;

/// A moment outside the quiet hours: itself, else the morning after, else (when the session starts
/// before that) the evening before. None when only the night is left.
fn awake(at: Moment, zone: Tz, starts_at: Moment) -> Option<Moment> {
    let morning = morning(at, zone);
    if morning < starts_at {
        return Some(morning);
    }
    let local = at.local(zone);
    let days_before = u64::from(local.hour() < MORNING);
    let evening = NaiveTime::from_hms_opt(EVENING - 1, 55, 0).unwrap_or_default();
    Some(at_clock(local.date(), days_before, evening, zone)).filter(|e| *e < starts_at)
}

/// The moment itself by day, the next 07:00 by night.
fn morning(at: Moment, zone: Tz) -> Moment {
    let local = at.local(zone);
    if local.hour() < MORNING {
        at_clock(local.date(), 0, hour(MORNING), zone)
    } else if local.hour() >= EVENING {
        let next = local.date().succ_opt().unwrap_or(local.date());
        at_clock(next, 0, hour(MORNING), zone)
    } else {
        at
    }
}

fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}
