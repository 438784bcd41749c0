//! Which letters the people of a batch should have: a pure difference, wanted minus existing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::enrolment::rules::Place;
use crate::kit::clock::{Moment, at_clock};
use crate::kit::columns::words;
use crate::kit::ids::{self, BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use crate::post::rules::{Kind, State, reason};
use crate::schedule::rules::SessionState;

words! {
    /// When a reminder goes, seen from the session.
    pub enum Rule { ThreeDays = "three_days", OneDay = "one_day", SameDay = "same_day" }
}

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
            && !l.kind.is_caused()
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
                Kind::SignIn
                | Kind::Waiting
                | Kind::Reminder
                | Kind::Offer
                | Kind::Lapse
                | Kind::Request
                | Kind::Decision => {}
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
        .filter(|s| s.state == SessionState::Published && s.starts_at > now)
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
        facts.sessions.iter().filter(|s| s.state == SessionState::Cancelled && s.starts_at > now);
    out.extend(cancelled.filter_map(|s| letters.cancellation(s, known)));
    out
}

/// There is nothing left to announce: the last day has passed, or there is none and every session
/// that is not cancelled has begun.
fn is_over(facts: &BatchFacts, now: Moment) -> bool {
    let mut held = facts.sessions.iter().filter(|s| s.state != SessionState::Cancelled).peekable();
    let is_empty = held.peek().is_none();
    let all_begun = held.all(|s| s.starts_at <= now);
    match facts.ends_on {
        Some(last) => all_begun && last < now.date_in(facts.zone),
        None => all_begun && !is_empty,
    }
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
        let held = self.facts.sessions.iter().filter(|s| s.state != SessionState::Cancelled);
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
        let mut words: Vec<String> =
            sessions.iter().map(|(id, rev)| format!("{id}@{rev}")).collect();
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
        let fits =
            |(_, due, useless): &(Rule, Moment, Moment)| *due >= since && *useless > self.now;
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    /// A wall clock reading in India.
    fn ist(text: &str) -> Moment {
        at(text).plus_minutes(-330)
    }

    const ZONE: Tz = chrono_tz::Asia::Kolkata;

    fn check_times(starts: &str, three_days: &str, one_day: &str, same_day: &str) {
        let due: Vec<Moment> =
            reminder_times(ist(starts), ZONE).into_iter().map(|(_, due, _)| due).collect();
        assert_eq!(due, [ist(three_days), ist(one_day), ist(same_day)], "{starts}");
    }

    #[test]
    fn reminders_come_by_day() {
        check_times("2026-11-29 14:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        check_times("2026-11-29 10:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:30");
        // Three hours before would be in the quiet hours: the morning.
        check_times("2026-11-29 09:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 07:00");
        // Or the evening before, when the session begins with the morning.
        check_times("2026-11-29 06:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 07:00", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 00:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-28 20:55");
        check_times("2026-11-29 23:30", "2026-11-26 11:00", "2026-11-28 11:00", "2026-11-29 08:00");
        // Over the end of a year, and after a leap day.
        check_times("2027-01-01 14:00", "2026-12-29 11:00", "2026-12-31 11:00", "2027-01-01 08:00");
        check_times("2028-03-01 14:00", "2028-02-27 11:00", "2028-02-29 11:00", "2028-03-01 08:00");
    }

    #[test]
    fn a_clock_change_keeps_the_clock_time() {
        let zone = chrono_tz::America::New_York;
        // Clocks go forward on 8 March 2026 at 02:00.
        let times = reminder_times(at("2026-03-09T18:00:00Z"), zone);
        assert_eq!(times[0].1, at("2026-03-06T16:00:00Z"));
        assert_eq!(times[1].1, at("2026-03-08T15:00:00Z"));
    }

    /// One batch with one person on it.
    struct Scene {
        facts: BatchFacts,
        letters: Vec<Existing>,
        now: Moment,
    }

    impl Scene {
        fn new(now: &str) -> Self {
            let now = ist(now);
            let person = PersonFacts {
                person: PersonId(1),
                enrolment: EnrolmentId(10),
                place: Place::Seat,
                round: 1,
                seated_at: now,
            };
            let facts = BatchFacts {
                batch: BatchId(5),
                open: true,
                ends_on: None,
                zone: ZONE,
                sessions: vec![],
                people: vec![person],
            };
            Self { facts, letters: vec![], now }
        }

        fn session(mut self, id: i64, starts: &str) -> Self {
            self.facts.sessions.push(SessionFacts {
                id: SessionId(id),
                revision: 1,
                state: SessionState::Published,
                starts_at: ist(starts),
                ends_at: ist(starts).plus_minutes(120),
                zone: ZONE,
                settled_at: self.now,
            });
            self
        }

        fn at(&mut self, now: &str) {
            self.now = ist(now);
        }

        fn move_to(&mut self, i: usize, starts: &str) {
            let s = &mut self.facts.sessions[i];
            (s.starts_at, s.ends_at) = (ist(starts), ist(starts).plus_minutes(120));
            s.revision += 1;
            s.settled_at = self.now;
        }

        fn cancel(&mut self, i: usize) {
            self.facts.sessions[i].state = SessionState::Cancelled;
            self.facts.sessions[i].revision += 1;
        }

        fn place(&mut self, place: Place) {
            let p = &mut self.facts.people[0];
            if place == Place::Seat && p.place != Place::Seat {
                p.round += 1;
                p.seated_at = self.now;
            }
            p.place = place;
        }

        fn plan(&mut self) {
            let d = difference(&self.facts, &self.letters, self.now);
            for id in d.cancel {
                let letter = self.letters.iter_mut().find(|l| l.id == id).unwrap();
                letter.state = State::Cancelled;
                letter.reason = Some(reason::NOT_WANTED.to_owned());
            }
            for (id, w) in d.amend {
                let letter = self.letters.iter_mut().find(|l| l.id == id).unwrap();
                letter.state = State::Planned;
                letter.reason = None;
                letter.told = w.told;
                letter.useless_after = w.useless_after;
            }
            for w in d.add {
                assert!(!self.letters.iter().any(|l| l.key == w.key), "{} stands already", w.key);
                let id = LetterId(self.letters.len() as i64 + 1);
                self.letters.push(Existing {
                    id,
                    key: w.key,
                    kind: w.kind,
                    state: State::Planned,
                    reason: None,
                    person: w.person,
                    told: w.told,
                    useless_after: w.useless_after,
                });
            }
        }

        /// Sends everything but reminders.
        fn send(&mut self) {
            for l in self.letters.iter_mut().filter(|l| l.state == State::Planned) {
                if l.kind != Kind::Reminder {
                    l.state = State::Sent;
                }
            }
        }

        fn planned(&self) -> Vec<String> {
            let planned = self.letters.iter().filter(|l| l.state == State::Planned);
            let mut words: Vec<String> = planned
                .map(|l| {
                    let rule = l.key.split(':').nth(1).filter(|_| l.kind == Kind::Reminder);
                    let told: Vec<String> =
                        l.told.sessions.iter().map(|(s, r)| format!("{s}@{r}")).collect();
                    format!("{} {}", rule.unwrap_or(l.kind.word()), told.join(","))
                })
                .collect();
            words.sort();
            words
        }

        #[track_caller]
        fn has(&self, words: &[&str]) {
            assert_eq!(self.planned(), words);
        }
    }

    #[test]
    fn a_seat_is_confirmed_with_its_sessions_and_reminded_of_each() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1", "three_days 1@1"]);
        s.plan();
        assert_eq!(s.letters.len(), 4, "planning twice adds nothing");
    }

    #[test]
    fn without_dates_there_is_a_confirmation_and_then_one_invitation() {
        let mut s = Scene::new("2026-11-20 10:00");
        s.plan();
        s.has(&["confirmation "]);
        s.send();
        let mut s = s.session(1, "2026-11-29 14:00").session(2, "2026-11-30 14:00");
        s.plan();
        assert_eq!(s.planned().iter().filter(|w| w.starts_with("invitation")).count(), 1);
        assert!(s.planned().contains(&"invitation 1@1,2@1".to_owned()));
        // Before it goes, one session more: still one invitation.
        let mut s = s.session(3, "2026-12-01 14:00");
        s.plan();
        let invitations: Vec<_> =
            s.planned().into_iter().filter(|w| w.starts_with("invitation")).collect();
        assert_eq!(invitations, ["invitation 1@1,2@1,3@1"]);
    }

    #[test]
    fn a_late_enrolment_gets_one_letter() {
        let mut s = Scene::new("2026-11-28 15:00").session(1, "2026-11-29 14:00");
        s.plan();
        // Three days and one day before are over; the confirmation says it all.
        s.has(&["confirmation 1@1", "same_day 1@1"]);
    }

    #[test]
    fn a_moved_session_gives_one_change_and_new_reminders() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.send();
        s.at("2026-11-21 10:00");
        s.move_to(0, "2026-12-05 14:00");
        s.plan();
        s.has(&["change 1@2", "one_day 1@2", "same_day 1@2", "three_days 1@2"]);
        // Moved again before it went: the newer one only, with the time that the person knows.
        s.move_to(0, "2026-12-06 14:00");
        s.plan();
        s.has(&["change 1@3", "one_day 1@3", "same_day 1@3", "three_days 1@3"]);
        let change = s.letters.iter().find(|l| l.key == "change:1:1:3").unwrap();
        assert_eq!(change.told.before, Some(1));
    }

    #[test]
    fn a_session_moved_before_anybody_was_told_needs_no_change() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.move_to(0, "2026-12-05 14:00");
        s.plan();
        s.has(&["confirmation 1@2", "one_day 1@2", "same_day 1@2", "three_days 1@2"]);
    }

    #[test]
    fn a_cancelled_session_is_told_to_those_who_knew_it() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.cancel(0);
        s.plan();
        s.has(&["confirmation "]);
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.send();
        s.cancel(0);
        s.plan();
        s.has(&["cancellation 1@2"]);
    }

    #[test]
    fn somebody_withdrawn_is_told_once_and_welcomed_back() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.send();
        s.place(Place::Withdrawn);
        s.plan();
        s.has(&["withdrawal 1@1"]);
        s.send();
        s.place(Place::Seat);
        s.plan();
        s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1", "three_days 1@1"]);
    }

    #[test]
    fn the_queue_is_told_of_its_place_until_a_seat_comes() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.place(Place::Waiting);
        s.plan();
        s.has(&["waiting "]);
        s.place(Place::Seat);
        s.plan();
        s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1", "three_days 1@1"]);
    }

    #[test]
    fn what_a_person_stopped_does_not_come_back() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        for l in &mut s.letters {
            (l.state, l.reason) = (State::Cancelled, Some(reason::BY_HAND.to_owned()));
        }
        s.plan();
        s.has(&[]);
    }

    #[test]
    fn what_is_too_late_is_not_wanted_and_not_cancelled() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        s.plan();
        s.send();
        s.at("2026-11-29 09:00");
        s.plan();
        // The two older reminders are left to be recorded as missed.
        s.has(&["one_day 1@1", "same_day 1@1", "three_days 1@1"]);
        let mut late = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
        late.now = ist("2026-11-29 09:00");
        late.facts.people[0].seated_at = ist("2026-11-20 10:00");
        late.plan();
        late.has(&["confirmation 1@1", "same_day 1@1"]);
    }

    #[test]
    fn a_batch_that_is_over_is_quiet() {
        let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-19 14:00");
        s.plan();
        s.has(&[]);
        // It goes on, only the next date is not set yet.
        s.facts.ends_on = NaiveDate::from_ymd_opt(2026, 12, 20);
        s.plan();
        s.has(&["confirmation "]);
        let mut s = Scene::new("2026-11-20 10:00");
        s.facts.ends_on = NaiveDate::from_ymd_opt(2026, 11, 19);
        s.plan();
        s.has(&[]);
    }

    fn check_due(now: &str, starts: &str, kind: &str, due: &str) {
        let mut s = Scene::new("2026-11-01 10:00").session(1, starts);
        if kind != "confirmation" {
            s.plan();
            s.send();
            s.move_to(0, starts);
        }
        s.now = ist(now);
        let d = difference(&s.facts, &s.letters, s.now);
        let letter = d.add.iter().find(|w| w.kind.word() == kind).unwrap();
        assert_eq!(letter.due_at, ist(due), "{now} {starts} {kind}");
    }

    #[test]
    fn nobody_is_woken_unless_it_is_near() {
        check_due("2026-11-20 10:00", "2026-11-29 14:00", "confirmation", "2026-11-20 10:00");
        check_due("2026-11-20 22:00", "2026-11-29 14:00", "confirmation", "2026-11-21 07:00");
        check_due("2026-11-20 03:00", "2026-11-29 14:00", "confirmation", "2026-11-20 07:00");
        check_due("2026-11-20 23:00", "2026-11-21 06:30", "confirmation", "2026-11-20 23:00");
        check_due("2026-11-20 22:00", "2026-11-29 14:00", "change", "2026-11-21 07:00");
        check_due("2026-11-20 22:00", "2026-11-21 14:00", "change", "2026-11-20 22:00");
    }

    proptest! {
        /// Whatever happens, in whatever steps it is planned: before anything goes out, the planned
        /// letters are those that one planning at the end would give.
        #[test]
        fn the_order_of_causes_does_not_matter(causes in prop::collection::vec((0u8..7, 0usize..3), 1..25)) {
            let start = || {
                Scene::new("2026-11-20 10:00")
                    .session(1, "2026-11-29 14:00")
                    .session(2, "2026-11-30 14:00")
                    .session(3, "2026-12-01 06:30")
            };
            let (mut stepwise, mut at_once) = (start(), start());
            for (cause, i) in causes {
                for scene in [&mut stepwise, &mut at_once] {
                    match cause {
                        0 => scene.move_to(i, "2026-12-03 14:00"),
                        1 => scene.move_to(i, "2026-11-25 08:00"),
                        2 => scene.cancel(i),
                        3 => scene.place(Place::Withdrawn),
                        4 => scene.place(Place::Waiting),
                        5 => scene.place(Place::Seat),
                        _ => scene.facts.sessions[i].state = SessionState::Published,
                    }
                }
                stepwise.plan();
                let before = stepwise.letters.len();
                stepwise.plan();
                prop_assert_eq!(stepwise.letters.len(), before);
            }
            at_once.plan();
            prop_assert_eq!(stepwise.planned(), at_once.planned());
        }

        /// With letters going out in between: no key stands twice (asserted in `plan`), the second
        /// planning changes nothing, and after the last sending there is nothing more to tell.
        #[test]
        fn it_comes_to_rest(causes in prop::collection::vec((0u8..7, 0usize..3), 1..25)) {
            let mut scene = Scene::new("2026-11-20 10:00")
                .session(1, "2026-11-29 14:00")
                .session(2, "2026-11-30 14:00")
                .session(3, "2026-12-01 06:30");
            for (cause, i) in causes {
                match cause {
                    0 => scene.move_to(i, "2026-12-03 14:00"),
                    1 => scene.cancel(i),
                    2 => scene.place(Place::Withdrawn),
                    3 => scene.place(Place::Waiting),
                    4 => scene.place(Place::Seat),
                    _ => {
                        scene.plan();
                        scene.send();
                    }
                }
                scene.plan();
                let rest = difference(&scene.facts, &scene.letters, scene.now);
                prop_assert_eq!(rest, Difference::default());
            }
            scene.send();
            scene.plan();
            prop_assert!(scene.planned().iter().all(|w| w.contains("day")), "{:?}", scene.planned());
        }
    }
}
