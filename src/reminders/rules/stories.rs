//! Stories of one person on one batch, and properties over any order of causes.

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

/// A wall clock reading in India.
fn ist(text: &str) -> Moment {
    Moment::parse(text).unwrap().plus_minutes(-330)
}

const ZONE: Tz = chrono_tz::Asia::Kolkata;

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
            rules: rule::defaults(),
            absent: HashSet::new(),
            answers: HashMap::new(),
            complete: HashMap::new(),
            admins: vec![],
            zones: HashMap::new(),
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
            published_at: Some(1),
            trainers: BTreeMap::new(),
            heard: BTreeMap::new(),
            rolled: false,
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
            letter.due_at = w.due_at;
            letter.useless_after = w.useless_after;
        }
        for w in d.add {
            assert!(!self.letters.iter().any(|l| l.key == w.key), "{} stands already", w.key);
            let id = LetterId(self.letters.len() as i64 + 1);
            self.letters.push(Existing {
                id,
                key: w.key,
                kind: w.kind,
                rule: w.rule,
                state: State::Planned,
                reason: None,
                person: w.person,
                told: w.told,
                due_at: w.due_at,
                useless_after: w.useless_after,
                is_reachable: true,
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
                let rule = l.rule.as_deref().filter(|_| l.kind == Kind::Reminder);
                let told: Vec<String> =
                    l.told.sessions.iter().map(|(s, r)| format!("{s}@{r}")).collect();
                format!("{} {}", rule.unwrap_or(l.kind.word()), told.join(","))
            })
            .collect();
        words.sort();
        words
    }

    /// What the planned letters of a kind tell.
    fn told_of(&self, kind: &str) -> Vec<String> {
        let prefix = format!("{kind} ");
        let planned = self.planned();
        planned.iter().filter_map(|w| w.strip_prefix(&prefix).map(str::to_owned)).collect()
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
fn what_a_late_letter_tells_is_not_told_again_the_same_day() {
    // Seven hours before the start: the confirmation asks, and nothing follows it at eight.
    let mut s = Scene::new("2026-11-29 07:10").session(1, "2026-11-29 14:00");
    s.plan();
    s.has(&["confirmation 1@1"]);
    assert_eq!(s.letters[0].told.asks, [SessionId(1)]);
    // In the night before: it waits for the morning, which is the day of the session.
    let mut s = Scene::new("2026-11-28 22:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.has(&["confirmation 1@1"]);
    assert_eq!(s.letters[0].due_at, ist("2026-11-29 07:00"));
    // Three days before, in the morning: the first reminder is merged, the others come.
    let mut s = Scene::new("2026-11-26 09:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1"]);
    assert!(s.letters.iter().filter(|l| l.kind != Kind::Reminder).all(|l| l.told.asks.is_empty()));
}

#[test]
fn who_gets_an_address_gets_what_is_still_to_come() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    for l in &mut s.letters {
        (l.state, l.reason) = (State::Missed, Some(reason::NO_ADDRESS.to_owned()));
        l.is_reachable = false;
    }
    s.plan();
    s.has(&[]);
    s.at("2026-11-27 10:00");
    for l in &mut s.letters {
        l.is_reachable = true;
    }
    s.plan();
    // Nothing was heard so far: one confirmation, and the reminders that are not over.
    s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1"]);
}

#[test]
fn a_trainer_is_told_when_a_session_moves_after_the_list() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.facts.people.clear();
    s.facts.sessions[0].trainers = BTreeMap::from([(PersonId(90), 1)]);
    s.plan();
    s.at("2026-11-28 18:00");
    all_sent(&mut s);
    // Moved on the same day: the time of the list is over, so it comes again at once.
    s.at("2026-11-28 19:00");
    s.move_to(0, "2026-11-29 16:00");
    s.plan();
    assert_eq!(s.told_of("roster"), ["1@2"]);
    // Moved by a week: the list comes on its evening.
    s.move_to(0, "2026-12-06 16:00");
    s.plan();
    let due: Vec<Moment> = s
        .letters
        .iter()
        .filter(|l| l.kind == Kind::Roster && l.state == State::Planned)
        .map(|l| l.due_at)
        .collect();
    assert_eq!(due, [ist("2026-12-05 18:00")]);
}

#[test]
fn a_trainer_is_told_what_became_of_the_sessions_he_teaches() {
    let mut s = Scene::new("2026-11-20 10:00")
        .session(1, "2026-11-29 14:00")
        .session(2, "2026-11-30 14:00")
        .session(3, "2026-12-01 14:00");
    s.facts.people.clear();
    for session in &mut s.facts.sessions[..2] {
        session.trainers = BTreeMap::from([(PersonId(90), 1)]);
    }
    s.plan();
    assert_eq!(s.told_of("change"), [""; 0], "nothing has moved");
    // Before any list went out; the third is taught by somebody else.
    for (i, starts) in
        ["2026-12-06 14:00", "2026-12-07 14:00", "2026-12-08 14:00"].iter().enumerate()
    {
        s.move_to(i, starts);
    }
    s.plan();
    assert_eq!(s.told_of("change"), ["1@2,2@2"]);
    // Again, before the letter went: one letter, with what he knows.
    s.move_to(0, "2026-12-09 14:00");
    s.facts.sessions.sort_by_key(|s| s.starts_at);
    s.plan();
    assert_eq!(s.told_of("change"), ["2@2,1@3"]);
    all_sent(&mut s);
    s.plan();
    assert_eq!(s.told_of("change"), [""; 0]);
    let first = s.facts.sessions.iter().position(|x| x.id == SessionId(1)).unwrap();
    s.cancel(first);
    s.plan();
    assert_eq!(s.told_of("cancellation"), ["1@4"]);
    all_sent(&mut s);
    let second = s.facts.sessions.iter().position(|x| x.id == SessionId(2)).unwrap();
    s.cancel(second);
    s.facts.open = false;
    s.plan();
    assert_eq!(s.told_of("cancellation"), ["2@3"], "the first is not told twice");
    // A batch that is off tells of nothing else, whatever became of its sessions before.
    s.move_to(
        s.facts.sessions.iter().position(|x| x.id == SessionId(3)).unwrap(),
        "2026-12-12 14:00",
    );
    s.facts.sessions.iter_mut().for_each(|x| x.trainers = BTreeMap::from([(PersonId(90), 1)]));
    s.plan();
    assert_eq!(s.told_of("change"), [""; 0]);
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
    assert_eq!(change.told.before, [(SessionId(1), 1)]);
}

#[test]
fn a_whole_batch_moved_is_one_letter() {
    let mut s = Scene::new("2026-11-20 10:00")
        .session(1, "2026-11-29 14:00")
        .session(2, "2026-11-30 14:00")
        .session(3, "2026-12-01 14:00");
    s.plan();
    s.send();
    s.at("2026-11-21 10:00");
    s.move_to(0, "2026-12-06 14:00");
    s.plan();
    s.move_to(1, "2026-12-07 14:00");
    s.move_to(2, "2026-12-08 14:00");
    s.plan();
    assert_eq!(s.told_of("change"), ["1@2,2@2,3@2"]);
    // One of them is moved again, and another cancelled, before it goes.
    s.move_to(1, "2026-12-09 14:00");
    s.cancel(2);
    s.plan();
    assert_eq!(s.told_of("change"), ["1@2,2@3"]);
    assert_eq!(s.told_of("cancellation"), ["3@3"]);
    s.send();
    s.cancel(0);
    s.cancel(1);
    s.plan();
    assert_eq!(s.told_of("cancellation"), ["1@3,2@4"]);
}

#[test]
fn several_sessions_on_one_day_are_reminded_of_once() {
    let mut s = Scene::new("2026-11-20 10:00")
        .session(1, "2026-11-29 10:30")
        .session(2, "2026-11-29 14:00");
    s.plan();
    s.has(&["confirmation 1@1,2@1", "one_day 1@1,2@1", "same_day 1@1,2@1", "three_days 1@1,2@1"]);
    for l in &mut s.letters {
        l.state = State::Sent;
    }
    // The first has begun: the second was reminded of with it.
    s.at("2026-11-29 11:00");
    s.plan();
    s.has(&[]);
}

#[test]
fn letters_of_other_rooms_are_left_alone() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.letters.push(Existing {
        id: LetterId(99),
        key: "sign-in".to_owned(),
        kind: Kind::SignIn,
        rule: None,
        state: State::Planned,
        reason: None,
        person: PersonId(1),
        told: Told::default(),
        due_at: s.now,
        useless_after: None,
        is_reachable: true,
    });
    assert!(difference(&s.facts, &s.letters, s.now).cancel.is_empty());
}

#[test]
fn a_cancelled_batch_is_told_once_to_whoever_heard_of_it() {
    let mut s = Scene::new("2026-11-20 10:00")
        .session(1, "2026-11-29 14:00")
        .session(2, "2026-11-30 14:00");
    s.plan();
    s.send();
    s.cancel(0);
    s.cancel(1);
    s.facts.open = false;
    s.plan();
    s.has(&["cancellation 1@2,2@2"]);
    s.send();
    s.plan();
    s.has(&[]);
    // Somebody who waits, or has a seat without dates, is told too; one who left, or never
    // heard of it, is not.
    for (place, heard, told) in [
        (Place::Waiting, true, &["cancellation "][..]),
        (Place::Seat, true, &["cancellation "]),
        (Place::Seat, false, &[]),
        (Place::Withdrawn, true, &[]),
    ] {
        let mut s = Scene::new("2026-11-20 10:00");
        s.place(place);
        s.plan();
        if heard {
            s.send();
        }
        s.facts.open = false;
        s.plan();
        s.has(told);
    }
}

#[test]
fn a_look_ahead_is_what_then_happens() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.send();
    let turn = Turn {
        session: SessionId(1),
        starts_at: ist("2026-12-29 14:00"),
        ends_at: ist("2026-12-29 16:00"),
        is_cancelled: false,
        is_revised: true,
        taught_by: None,
    };
    let seen = turned(s.facts.clone(), &[turn], false, s.now);
    let foreseen = difference(&seen, &s.letters, s.now);
    s.move_to(0, "2026-12-29 14:00");
    assert_eq!(foreseen, difference(&s.facts, &s.letters, s.now));
    assert_eq!(foreseen.add.len(), 4);
}

#[test]
fn a_swap_of_trainers_is_told_to_whom_it_is_news() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.facts.people.clear();
    s.facts.sessions[0].trainers = BTreeMap::from([(PersonId(90), 1)]);
    let swap = |s: &mut Scene, to: i64, by: i64| {
        let turn = Turn {
            session: SessionId(1),
            starts_at: ist("2026-11-29 14:00"),
            ends_at: ist("2026-11-29 16:00"),
            is_cancelled: false,
            is_revised: false,
            taught_by: Some((vec![PersonId(to)], PersonId(by))),
        };
        s.facts = turned(s.facts.clone(), &[turn], false, s.now);
        s.plan();
        let mut told = vec![];
        for kind in ["invitation", "withdrawal", "change"] {
            let letters = s.letters.iter().filter(|l| l.state == State::Planned);
            let of_kind = letters.filter(|l| l.kind.word() == kind);
            told.extend(of_kind.map(|l| format!("{kind} {}", l.person)));
        }
        told
    };
    assert_eq!(swap(&mut s, 91, 1), ["invitation 91", "withdrawal 90"]);
    assert_eq!(swap(&mut s, 90, 1), [""; 0], "undone before it went");
    assert_eq!(swap(&mut s, 92, 92), ["withdrawal 90"], "she put herself in");
    all_sent(&mut s);
    assert_eq!(swap(&mut s, 90, 92), ["invitation 90"], "and took herself out");
    all_sent(&mut s);
    assert_eq!(swap(&mut s, 92, 1), ["invitation 92", "withdrawal 90"]);
    let again: Vec<i32> = s.letters.iter().map(|l| l.told.again).collect();
    assert!(again.contains(&1), "the calendar counts on: {again:?}");
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
    // Nothing was heard of it so far: one letter says it all.
    late.has(&["confirmation 1@1"]);
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

/// Everything that is due by now has gone.
fn all_sent(s: &mut Scene) {
    for l in s.letters.iter_mut().filter(|l| l.state == State::Planned && l.due_at <= s.now) {
        l.state = State::Sent;
    }
}

#[test]
fn absence_is_followed_up_once_unless_excused() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.at("2026-11-29 17:00");
    all_sent(&mut s);
    s.plan();
    s.has(&[]);
    s.facts.absent.insert((SessionId(1), PersonId(1)));
    s.plan();
    s.has(&["absence 1@1"]);
    assert_eq!(s.letters.last().unwrap().due_at, ist("2026-11-30 10:00"));
    // The mark was wrong, then right again.
    s.facts.absent.clear();
    s.plan();
    s.has(&[]);
    s.facts.absent.insert((SessionId(1), PersonId(1)));
    s.plan();
    s.at("2026-11-30 10:00");
    all_sent(&mut s);
    s.plan();
    s.has(&[]);
}

#[test]
fn who_will_not_come_is_not_reminded_again() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.at("2026-11-28 12:00");
    all_sent(&mut s);
    assert!(s.letters.iter().any(|l| !l.told.asks.is_empty()), "the day before asks");
    s.facts.answers.insert((SessionId(1), PersonId(1)), false);
    s.plan();
    s.has(&[]);
    s.facts.answers.insert((SessionId(1), PersonId(1)), true);
    s.plan();
    s.has(&["same_day 1@1"]);
}

#[test]
fn a_trainer_gets_the_roster_and_again_when_it_changes_much() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.facts.people.clear();
    s.facts.sessions[0].trainers = BTreeMap::from([(PersonId(90), 1)]);
    s.plan();
    s.has(&["overdue 1@1", "overdue 1@1", "roster 1@1"]);
    s.at("2026-11-28 18:00");
    all_sent(&mut s);
    let person = |id: i64| PersonFacts {
        person: PersonId(id),
        enrolment: EnrolmentId(id),
        place: Place::Seat,
        round: 1,
        seated_at: ist("2026-11-28 18:30"),
    };
    s.facts.people = (1..=3).map(person).collect();
    s.plan();
    assert_eq!(s.told_of("roster"), [""; 0], "three names are not many");
    s.facts.people.push(person(4));
    s.plan();
    assert_eq!(s.told_of("roster"), ["1@1"]);
    all_sent(&mut s);
    s.plan();
    assert_eq!(s.told_of("roster"), [""; 0]);
    // The roll is taken: nobody is nudged.
    s.facts.sessions[0].rolled = true;
    s.plan();
    assert_eq!(s.told_of("overdue"), [""; 0]);
}

#[test]
fn a_rule_that_is_moved_or_switched_off_moves_its_letters() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.facts.rules[0].when = rule::When::Offset { minutes: -2 * 24 * 60 };
    s.plan();
    let moved = s.letters.iter().find(|l| l.key.starts_with("reminder:three_days")).unwrap();
    assert_eq!(moved.due_at, ist("2026-11-27 14:00"));
    s.facts.rules.retain(|r| r.code.as_deref() != Some("one_day"));
    s.plan();
    s.has(&["confirmation 1@1", "same_day 1@1", "three_days 1@1"]);
    s.facts.rules = rule::defaults();
    s.plan();
    s.has(&["confirmation 1@1", "one_day 1@1", "same_day 1@1", "three_days 1@1"]);
}

#[test]
fn completion_is_told_once_while_it_is_news() {
    let mut s = Scene::new("2026-11-20 10:00").session(1, "2026-11-29 14:00");
    s.plan();
    s.at("2026-11-29 17:00");
    all_sent(&mut s);
    s.facts.complete.insert(EnrolmentId(10), s.now);
    s.plan();
    s.has(&["completion "]);
    all_sent(&mut s);
    s.plan();
    s.has(&[]);
    let mut old = Scene::new("2026-11-20 10:00").session(1, "2026-11-10 14:00");
    old.facts.complete.insert(EnrolmentId(10), ist("2026-11-10 17:00"));
    old.plan();
    old.has(&[]);
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
