//! When the unit passes something on, whether it is still to be told, and who tells it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::enrolment::rules::Place;
use crate::kit::clock::{Moment, at_clock};
use crate::kit::ids::{EnrolmentId, LetterId, OfferId, PersonId, SessionId, UnitId};
use crate::kit::night;
use crate::letters::rules::{self, Now, Verdict};
use crate::post::rules::{Kind, State, is_mute};
use crate::reminders::rules::Told;
use crate::schedule::rules::{BatchState, SessionState};
use crate::units::rules::line;

// --- When ------------------------------------------------------------------------------------------

/// What counts for the time at which something is passed on.
#[derive(Debug, Clone, Copy)]
pub struct News {
    pub kind: Kind,
    /// When it was found that its reader has no address.
    pub since: Moment,
    /// By when the person must know: the first session it speaks of, the end of an offer.
    pub deadline: Option<Moment>,
    /// The day of that session, where it is held.
    pub day: Option<NaiveDate>,
}

/// A session so near, or so soon after the next digest, is urgent.
const URGENT_HOURS: i64 = 24;
const LEAD_HOURS: i64 = 6;
/// Less than that between the next full hour and the deadline: at once.
const LEAST_MINUTES: i64 = 60;

/// The digest goes at 07:00, the first hour at which letters come, so that one letter a day holds what
/// came up since the last, and what came up by night too. A reminder waits for the digest of the day
/// before its session. What cannot wait for the next digest goes at the next full hour by day, so that
/// what comes up together is one letter; and at once, by day, when the hour would be too late.
pub fn tell_at(news: &News, zone: Tz) -> Moment {
    let since = news.since;
    if news.kind == Kind::Reminder
        && let Some(day) = news.day
    {
        let the_day_before = digest_on(day, 1, zone);
        return if the_day_before > since { the_day_before } else { soon(news, zone) };
    }
    let next = next_digest(since, zone);
    let urgent_until =
        since.plus_minutes(URGENT_HOURS * 60).max(next.plus_minutes(LEAD_HOURS * 60));
    let is_urgent =
        news.kind == Kind::Offer || news.deadline.is_some_and(|deadline| deadline <= urgent_until);
    if is_urgent { soon(news, zone).min(next) } else { next }
}

/// The next 07:00 after a moment.
pub fn next_digest(at: Moment, zone: Tz) -> Moment {
    let today = at.date_in(zone);
    let this = digest_on(today, 0, zone);
    if this > at { this } else { digest_on(today.succ_opt().unwrap_or(today), 0, zone) }
}

fn digest_on(day: NaiveDate, days_before: u64, zone: Tz) -> Moment {
    let clock = NaiveTime::from_hms_opt(night::MORNING, 0, 0).unwrap_or_default();
    at_clock(day, days_before, clock, zone)
}

/// The next full hour by day.
fn soon(news: &News, zone: Tz) -> Moment {
    let awake = night::morning(news.since, zone);
    if awake > news.since {
        return awake;
    }
    let local = news.since.local(zone);
    let passed = i64::from(local.minute()) * 60 + i64::from(local.second());
    let hour = night::morning(news.since.plus_seconds(3600 - passed), zone);
    match news.deadline {
        Some(deadline) if hour.plus_minutes(LEAST_MINUTES) > deadline => news.since,
        _ => hour,
    }
}

// --- Whether ---------------------------------------------------------------------------------------

/// A letter that its reader did not get, and how its subject stands now.
#[derive(Debug, Clone)]
pub struct Line {
    pub letter: LetterId,
    pub kind: Kind,
    pub state: State,
    pub reason: Option<String>,
    pub person: PersonId,
    /// Of the person's unit.
    pub path: String,
    pub enrolment: Option<EnrolmentId>,
    /// Whether the enrolment is the reader's own: an office hears of those of others.
    pub is_own: bool,
    pub place: Option<Place>,
    pub batch: Option<BatchState>,
    pub told: Told,
    pub offer: Option<OfferId>,
    pub offer_ends_at: Option<Moment>,
    /// About whom it tells an office, when it does.
    pub about: Option<PersonId>,
    pub useless_after: Option<Moment>,
}

/// A session as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub revision: i32,
    pub state: SessionState,
    pub starts_at: Moment,
    pub zone: Tz,
}

/// What decides on some lines.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    pub sessions: HashMap<SessionId, Held>,
    /// When sessions began at an earlier revision.
    pub before: HashMap<(SessionId, i32), Moment>,
    /// Those who can be written to after all.
    pub reachable: HashSet<PersonId>,
    /// Those who want no reminders.
    pub unsubscribed: HashSet<PersonId>,
    pub absent: HashSet<(SessionId, PersonId)>,
    /// Offers of which an office has its own letter, with a link to answer: where that stands.
    pub by_office: HashMap<OfferId, State>,
    /// Who looks after which unit today, can be written to and wants to be.
    pub contacts: BTreeMap<UnitId, BTreeSet<PersonId>>,
    /// By whose clock the person's day is counted.
    pub zones: HashMap<PersonId, Tz>,
}

impl Scene {
    /// Those of the nearest unit upwards that has any, never the person.
    pub fn contacts_of(&self, line_of: &Line) -> Vec<PersonId> {
        let here = |unit: &UnitId| {
            let people = self.contacts.get(unit).into_iter().flatten().copied();
            let others: Vec<PersonId> = people.filter(|p| *p != line_of.person).collect();
            (!others.is_empty()).then_some(others)
        };
        line(&line_of.path).iter().rev().find_map(here).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Tell,
    /// Its office perhaps has it; look again.
    Wait,
    /// The person gets the letter, or it is no longer so.
    Drop,
}

/// Whether a line is still to be told by the unit: the letter did not go, the person still has no
/// address, and what it says is so, by the rule that letters themselves go by.
pub fn fate(line: &Line, scene: &Scene, now: Moment) -> Fate {
    let is_in_time = line.useless_after.is_none_or(|useless| useless > now);
    let stops = line.kind.can_be_stopped() && scene.unsubscribed.contains(&line.person);
    if !is_mute(line.state, line.reason.as_deref())
        || !line.kind.is_passed_on()
        || !(line.is_own || line.kind == Kind::Apology)
        || line.about.is_some()
        || scene.reachable.contains(&line.person)
        || !is_in_time
        || stops
    {
        return Fate::Drop;
    }
    if let Some(state) = line.offer.and_then(|offer| scene.by_office.get(&offer)) {
        return match state {
            State::Planned | State::Leased => Fate::Wait,
            _ => Fate::Drop,
        };
    }
    if is_so(line, scene, now) { Fate::Tell } else { Fate::Drop }
}

fn is_so(line: &Line, scene: &Scene, now: Moment) -> bool {
    let is_open = line.batch == Some(BatchState::Open);
    let is_seated = is_open && line.place == Some(Place::Seat);
    // Who has not heard of the seat yet hears of it as it is now.
    if matches!(line.kind, Kind::Confirmation | Kind::Invitation) {
        return is_seated
            && (line.told.sessions.is_empty() || !coming(line, scene, now).is_empty());
    }
    let sessions: HashMap<SessionId, (i32, SessionState)> =
        scene.sessions.iter().map(|(id, held)| (*id, (held.revision, held.state))).collect();
    let was_absent =
        line.told.sessions.iter().any(|(id, _)| scene.absent.contains(&(*id, line.person)));
    let seen = Now {
        state: State::Leased,
        is_mine: true,
        is_erased: false,
        useless_after: line.useless_after,
        is_paused: false,
        is_held: false,
        is_trial: false,
        is_resting: false,
        is_unsubscribed: false,
        is_blocked: false,
        is_seated,
        is_waiting: is_open && line.place == Some(Place::Waiting),
        is_staff: false,
        is_still_so: was_absent || line.kind != Kind::Absence,
        is_off: line.batch == Some(BatchState::Cancelled),
        place: line.place.filter(|_| is_open),
        sessions: &sessions,
    };
    rules::verdict(line.kind, &line.told.sessions, &seen, now) == Verdict::Send
}

/// The sessions of a line that are still to come, as they stand now.
pub fn coming(line: &Line, scene: &Scene, now: Moment) -> Vec<(SessionId, i32)> {
    let held = |(id, _): &(SessionId, i32)| {
        let held = scene.sessions.get(id)?;
        let is_coming = held.state == SessionState::Published && held.starts_at > now;
        is_coming.then_some((*id, held.revision))
    };
    line.told.sessions.iter().filter_map(held).collect()
}

/// What counts for the time of a line.
pub fn news(line: &Line, scene: &Scene, since: Moment) -> News {
    let now_at = line.told.sessions.iter().filter_map(|(id, _)| scene.sessions.get(id));
    let first = now_at.min_by_key(|held| held.starts_at);
    // Somebody who is not told goes when it was to be.
    let before = line.told.before.iter().filter_map(|told| scene.before.get(told).copied());
    let starts = first.map(|held| held.starts_at).into_iter().chain(before);
    let deadline = starts.chain(line.offer_ends_at).filter(|at| *at > since).min();
    News { kind: line.kind, since, deadline, day: first.map(|h| h.starts_at.date_in(h.zone)) }
}

// --- What is said ----------------------------------------------------------------------------------

/// The lines of one person that say something of their own: a reminder of sessions that another line
/// tells of says nothing more, nor does a change of what is heard of for the first time.
pub fn said<'a>(lines: &[&'a Line]) -> Vec<&'a Line> {
    let of = |kinds: &[Kind]| -> BTreeSet<SessionId> {
        let told = lines.iter().filter(|l| kinds.contains(&l.kind));
        told.flat_map(|l| l.told.sessions.iter().map(|(id, _)| *id)).collect()
    };
    let first_heard = of(&[Kind::Confirmation, Kind::Invitation]);
    let told = of(&[Kind::Confirmation, Kind::Invitation, Kind::Change]);
    let mut reminded: BTreeSet<SessionId> = BTreeSet::new();
    let mut out: Vec<&Line> = vec![];
    for line in lines {
        let of_line: BTreeSet<SessionId> = line.told.sessions.iter().map(|(id, _)| *id).collect();
        let is_said = match line.kind {
            Kind::Reminder => {
                let is_new = !of_line.is_subset(&told) && !of_line.is_subset(&reminded);
                reminded.extend(&of_line);
                is_new
            }
            Kind::Change => !of_line.is_subset(&first_heard),
            _ => true,
        };
        if is_said {
            out.push(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ist(text: &str) -> Moment {
        Moment::parse(text).unwrap().plus_minutes(-330)
    }

    #[test]
    fn what_can_wait_waits_for_the_morning_and_what_cannot_for_the_hour() {
        let check = |kind: &str, since: &str, deadline: &str, told: &str| {
            let deadline = (!deadline.is_empty()).then(|| ist(deadline));
            let zone = chrono_tz::Asia::Kolkata;
            let day = deadline.map(|d| d.date_in(zone));
            let kind = Kind::parse(kind).unwrap();
            let news = News { kind, since: ist(since), deadline, day };
            assert_eq!(tell_at(&news, zone), ist(told), "{kind} {since}");
        };
        // A seat, days ahead: tomorrow morning.
        check("confirmation", "2026-03-02 10:20", "2026-03-09 10:00", "2026-03-03 07:00");
        check("confirmation", "2026-03-02 06:59", "2026-03-09 10:00", "2026-03-02 07:00");
        check("confirmation", "2026-03-02 07:00", "2026-03-09 10:00", "2026-03-03 07:00");
        check("waiting", "2026-03-02 10:20", "", "2026-03-03 07:00");
        // Within a day, or so soon after the digest that it would hardly help.
        check("change", "2026-03-02 10:20", "2026-03-03 10:20", "2026-03-02 11:00");
        check("change", "2026-03-02 07:01", "2026-03-03 12:59", "2026-03-02 08:00");
        check("change", "2026-03-02 07:01", "2026-03-03 13:01", "2026-03-03 07:00");
        // What comes up by night is told in the morning.
        check("cancellation", "2026-03-02 22:30", "2026-03-03 10:00", "2026-03-03 07:00");
        check("cancellation", "2026-03-02 20:10", "2026-03-03 10:00", "2026-03-03 07:00");
        check("cancellation", "2026-03-02 19:10", "2026-03-03 10:00", "2026-03-02 20:00");
        // The hour would be too late.
        check("cancellation", "2026-03-02 10:20", "2026-03-02 11:50", "2026-03-02 10:20");
        check("cancellation", "2026-03-02 20:10", "2026-03-03 07:30", "2026-03-02 20:10");
        // An offer never waits.
        check("offer", "2026-03-02 10:20", "2026-03-04 10:20", "2026-03-02 11:00");
        // A reminder goes the day before, or with the next hour when that has passed.
        check("reminder", "2026-03-02 10:20", "2026-03-09 10:00", "2026-03-08 07:00");
        check("reminder", "2026-03-08 08:20", "2026-03-09 10:00", "2026-03-08 09:00");
    }

    fn line(kind: &str, person: i64, sessions: &[i64]) -> Line {
        let sessions = sessions.iter().map(|id| (SessionId(*id), 1)).collect();
        Line {
            letter: LetterId(1),
            kind: Kind::parse(kind).unwrap(),
            state: State::Missed,
            reason: Some("no-address".to_owned()),
            person: PersonId(person),
            path: format!("{:019}{:019}", 1, 2),
            enrolment: Some(EnrolmentId(1)),
            is_own: true,
            place: Some(Place::Seat),
            batch: Some(BatchState::Open),
            told: Told { sessions, ..Told::default() },
            offer: None,
            offer_ends_at: None,
            about: None,
            useless_after: Some(ist("2026-03-09 10:00")),
        }
    }

    fn scene() -> Scene {
        let held = |revision, state| Held {
            revision,
            state,
            starts_at: ist("2026-03-09 10:00"),
            zone: chrono_tz::Asia::Kolkata,
        };
        Scene {
            sessions: HashMap::from([
                (SessionId(1), held(1, SessionState::Published)),
                (SessionId(2), held(2, SessionState::Published)),
                (SessionId(3), held(1, SessionState::Cancelled)),
            ]),
            ..Scene::default()
        }
    }

    #[test]
    fn a_line_is_told_only_while_it_is_true() {
        let now = ist("2026-03-02 10:00");
        let check = |line: &Line, scene: &Scene, is: Fate| {
            assert_eq!(fate(line, scene, now), is, "{line:?}");
        };
        for (kind, sessions, is) in [
            ("reminder", &[1][..], Fate::Tell),
            ("reminder", &[2], Fate::Drop),
            ("change", &[1], Fate::Tell),
            ("change", &[1, 2], Fate::Drop),
            ("cancellation", &[3], Fate::Tell),
            // Moved since: heard of as it is now.
            ("confirmation", &[2], Fate::Tell),
            ("confirmation", &[3], Fate::Drop),
            ("confirmation", &[], Fate::Tell),
            ("waiting", &[], Fate::Drop),
            ("withdrawal", &[1], Fate::Drop),
            ("absence", &[1], Fate::Drop),
            // Of others' names and numbers nothing is passed on.
            ("roster", &[1], Fate::Drop),
            ("sign_in", &[], Fate::Drop),
            ("digest", &[], Fate::Drop),
        ] {
            check(&line(kind, 7, sessions), &scene(), is);
        }
        let told = line("reminder", 7, &[1]);
        check(&Line { state: State::Planned, ..told.clone() }, &scene(), Fate::Drop);
        check(&Line { reason: Some("useless".to_owned()), ..told.clone() }, &scene(), Fate::Drop);
        check(&Line { is_own: false, ..told.clone() }, &scene(), Fate::Drop);
        check(&Line { useless_after: Some(now), ..told.clone() }, &scene(), Fate::Drop);
        check(&Line { batch: Some(BatchState::Cancelled), ..told.clone() }, &scene(), Fate::Drop);
        let reachable = Scene { reachable: HashSet::from([PersonId(7)]), ..scene() };
        check(&told, &reachable, Fate::Drop);
        let quiet = Scene { unsubscribed: HashSet::from([PersonId(7)]), ..scene() };
        check(&told, &quiet, Fate::Drop);
        check(&line("change", 7, &[1]), &quiet, Fate::Tell);
        let absent = Scene { absent: HashSet::from([(SessionId(1), PersonId(7))]), ..scene() };
        check(&line("absence", 7, &[1]), &absent, Fate::Tell);
        let offer =
            Line { offer: Some(OfferId(4)), place: Some(Place::Offered), ..line("offer", 7, &[]) };
        check(&offer, &scene(), Fate::Tell);
        for (state, is) in [(State::Planned, Fate::Wait), (State::Sent, Fate::Drop)] {
            let by_office = HashMap::from([(OfferId(4), state)]);
            check(&offer, &Scene { by_office, ..scene() }, is);
        }
    }

    #[test]
    fn the_nearest_contact_tells_it_and_never_the_person() {
        let check = |contacts: &[(i64, &[i64])], found: &[i64]| {
            let contacts = contacts
                .iter()
                .map(|(unit, people)| {
                    (UnitId(*unit), people.iter().map(|p| PersonId(*p)).collect())
                })
                .collect();
            let scene = Scene { contacts, ..Scene::default() };
            let people = scene.contacts_of(&line("reminder", 7, &[1]));
            assert_eq!(people.iter().map(|p| p.0).collect::<Vec<_>>(), found);
        };
        check(&[], &[]);
        check(&[(1, &[5]), (2, &[6, 8])], &[6, 8]);
        check(&[(1, &[5]), (2, &[7])], &[5]);
        check(&[(1, &[5]), (2, &[7, 8])], &[8]);
        check(&[(3, &[9])], &[]);
    }

    #[test]
    fn nobody_is_told_the_same_in_two_ways() {
        let check = |lines: &[(&str, &[i64])], said_are: &[usize]| {
            let lines: Vec<Line> = lines.iter().map(|(kind, s)| line(kind, 7, s)).collect();
            let refs: Vec<&Line> = lines.iter().collect();
            let found: Vec<usize> = said(&refs)
                .iter()
                .filter_map(|l| lines.iter().position(|other| std::ptr::eq(*l, other)))
                .collect();
            assert_eq!(found, said_are);
        };
        check(&[("confirmation", &[1, 2]), ("reminder", &[1])], &[0]);
        check(&[("reminder", &[1]), ("reminder", &[1])], &[0]);
        check(&[("reminder", &[1]), ("reminder", &[2])], &[0, 1]);
        check(&[("change", &[1]), ("reminder", &[1])], &[0]);
        check(&[("confirmation", &[1]), ("change", &[1])], &[0]);
        check(&[("change", &[1]), ("cancellation", &[2])], &[0, 1]);
    }
}
