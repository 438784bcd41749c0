//! The state of the story: batches, people, causes drawn by a seed, outages, deaths.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

use chrono_tz::Tz;
use prashikshan::enrolment::rules::Place;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId, RuleId, SessionId};
use prashikshan::letters::rules::{Now, Verdict, rests_until, verdict};
use prashikshan::post::rules::{End, Kind, LEASE_MINUTES, State, reason, settlement};
use prashikshan::reminders;
use prashikshan::reminders::rules::rule::{Audience, Rule, When};
use prashikshan::reminders::rules::{Announced, BatchFacts, PersonFacts, SessionFacts, difference};
use prashikshan::schedule::rules::SessionState;

use super::ledger::{Ledger, Row, place_of};
use crate::stage::Stage;

#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub batches: usize,
    pub people: usize,
}

/// What the outside recorder saw, and what was so at that instant.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub at: Moment,
    pub message_id: String,
    pub kind: Kind,
    pub rule: Option<String>,
    pub person: PersonId,
    pub told: Vec<Announced>,
    pub due_at: Moment,
    pub useless_after: Option<Moment>,
    pub zone: Tz,
    pub first_start: Option<Moment>,
    pub is_ahead: bool,
    pub is_seated_or_staff: bool,
    pub is_true: bool,
    pub is_unsubscribed: bool,
    pub is_first_copy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Publish,
    Enrol { from: usize, to: usize },
    Queue(usize),
    Leave(usize),
    Return(usize),
    Move { session: i64, minutes: i64 },
    Cancel(i64),
    Marks(i64),
    Closing(i64),
    Answers(i64),
    OtherTrainer(i64),
    Unsubscribe(usize),
    Address(usize),
    OwnRule,
    OffBatch,
    RuleForAll,
    OtherAdmin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The program does not run.
    Down,
    /// The mail server answers 421.
    NoServer,
    /// An administrator stopped all mail.
    Paused,
}

pub struct Batch {
    pub facts: BatchFacts,
    pub ledger: Ledger,
    pub has_own_rule: bool,
    is_asked: bool,
}

pub struct World {
    pub size: Size,
    pub now: Moment,
    pub batches: Vec<Batch>,
    pub deliveries: Vec<Delivery>,
    pub troubles: Vec<(Moment, Moment, Trouble)>,
    pub unsubscribed: HashMap<PersonId, Moment>,
    /// Who had no address, and since when there is one.
    pub mute: HashMap<PersonId, Option<Moment>>,
    pub plannings: usize,
    pub causes: usize,
    pub in_hand_when_dying: usize,
    /// Whose letters were in a dying worker's hand.
    pub touched: HashSet<PersonId>,
    dice: Dice,
    fate: Dice,
    agenda: BinaryHeap<Reverse<(Moment, usize, usize, Cause)>>,
    due: BinaryHeap<Reverse<(Moment, usize, usize)>>,
    asked: BTreeSet<usize>,
    deaths: Vec<Moment>,
    not_before: Moment,
    end: Moment,
    /// The mail server has no moods.
    pub is_calm: bool,
}

/// The same numbers for the same seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as usize) as i64
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const INDIA: Tz = chrono_tz::Asia::Kolkata;
const ZONES: [Tz; 5] = [
    chrono_tz::Asia::Kathmandu,
    chrono_tz::Europe::London,
    chrono_tz::America::New_York,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::Africa::Casablanca,
];

fn person(batch: usize, i: usize) -> PersonId {
    PersonId((batch * 1_000 + i + 1) as i64)
}

fn trainer(batch: usize, i: usize) -> PersonId {
    PersonId((9_000_000 + batch * 10 + i) as i64)
}

impl World {
    /// Nobody and nothing yet.
    pub fn empty(seed: u64, deaths: u64, start: Moment) -> Self {
        Self {
            size: Size { batches: 0, people: 0 },
            now: start,
            batches: vec![],
            deliveries: vec![],
            troubles: vec![],
            unsubscribed: HashMap::new(),
            mute: HashMap::new(),
            plannings: 0,
            causes: 0,
            in_hand_when_dying: 0,
            touched: HashSet::new(),
            dice: Dice(seed),
            fate: Dice(deaths ^ 0xdead),
            agenda: BinaryHeap::new(),
            due: BinaryHeap::new(),
            asked: BTreeSet::new(),
            deaths: vec![],
            not_before: start,
            end: start.plus_days(400),
            is_calm: false,
        }
    }

    pub fn new(seed: u64, deaths: u64, size: Size) -> Self {
        let stage = Stage::here("2026-01-01 00:00");
        let rules = stage.read(|db| reminders::store::rules_of(db, BatchId(0), CourseId(0)));
        let start = stage.now();
        let mut world = Self { size, ..Self::empty(seed, deaths, start) };
        world.trouble(start);
        for batch in 0..size.batches {
            world.batch(batch, &rules, start);
        }
        for _ in 0..4 {
            let at = world.by_day(start, 20, 340);
            world.cause(at, 0, Cause::RuleForAll);
        }
        let mut died: Vec<Moment> =
            (0..40).map(|_| start.plus_minutes(world.fate.between(0, 380 * 1_440))).collect();
        died.sort();
        world.deaths = died;
        world
    }

    fn trouble(&mut self, start: Moment) {
        let kinds = [
            (Trouble::Down, 60, 2),
            (Trouble::Down, 2_880, 1),
            (Trouble::NoServer, 240, 3),
            (Trouble::NoServer, 1_440, 1),
            (Trouble::Paused, 600, 3),
        ];
        for (what, minutes, times) in kinds {
            for _ in 0..times {
                let from = start.plus_minutes(self.dice.between(20 * 1_440, 350 * 1_440));
                let until = from.plus_minutes(self.dice.between(minutes / 2, minutes));
                self.troubles.push((from, until, what));
            }
        }
        self.troubles.sort_by_key(|(from, ..)| *from);
    }

    /// Some day, mostly between eight and eight in India.
    fn by_day(&mut self, start: Moment, from_day: i64, to_day: i64) -> Moment {
        let day = self.dice.between(from_day, to_day);
        let minute = match self.dice.chance(8) {
            true => self.dice.between(0, 1_439),
            false => self.dice.between(8 * 60, 20 * 60),
        };
        start.plus_minutes(day * 1_440 + minute - 330)
    }

    fn cause(&mut self, at: Moment, batch: usize, cause: Cause) {
        let n = self.causes;
        self.causes += 1;
        // In the order in which they were thought of, when they come at one instant.
        self.agenda.push(Reverse((at, n, batch, cause)));
    }

    fn batch(&mut self, batch: usize, rules: &[Rule], start: Moment) {
        let zone = if self.dice.chance(90) { INDIA } else { ZONES[self.dice.below(5)] };
        let opened = self.dice.between(0, 320);
        let made = self.by_day(start, opened, opened);
        let mut sessions = vec![];
        let first = opened + self.dice.between(8, 25);
        let mut day = first;
        for n in 0..[1, 2, 2, 3][batch % 4] {
            let clock = self.dice.between(7 * 4, 18 * 4) * 15;
            let local = start.plus_minutes(day * 1_440 + clock).utc().naive_utc();
            let starts_at = Moment::of_local(local, zone);
            sessions.push(SessionFacts {
                id: SessionId((batch * 10 + n + 1) as i64),
                revision: 1,
                state: SessionState::Draft,
                starts_at,
                ends_at: starts_at.plus_minutes(120),
                zone,
                settled_at: made,
                published_at: Some(1),
                trainers: BTreeMap::from([(trainer(batch, 0), 1)]),
                heard: BTreeMap::new(),
                rolled: true,
            });
            day += if self.dice.chance(15) { 0 } else { self.dice.between(1, 7) };
        }
        sessions.sort_by_key(|s| (s.starts_at, s.id));
        let mut zones = HashMap::new();
        for i in 0..self.size.people {
            let theirs = if self.dice.chance(3) { ZONES[self.dice.below(5)] } else { zone };
            zones.insert(person(batch, i), theirs);
            if self.dice.chance(8) {
                self.mute.insert(person(batch, i), None);
            }
        }
        self.plot(batch, &sessions, start, opened, first);
        self.batches.push(Batch {
            facts: BatchFacts {
                batch: BatchId(batch as i64 + 1),
                open: true,
                ends_on: None,
                zone,
                sessions,
                people: vec![],
                rules: rules.to_vec(),
                absent: HashSet::new(),
                answers: HashMap::new(),
                complete: HashMap::new(),
                admins: vec![],
                zones,
            },
            ledger: Ledger::default(),
            has_own_rule: false,
            is_asked: false,
        });
    }

    /// A batch as somebody else tells of it.
    pub fn put(&mut self, facts: BatchFacts) {
        match self.batches.first_mut() {
            Some(there) => there.facts = facts,
            None => self.batches.push(Batch {
                facts,
                ledger: Ledger::default(),
                has_own_rule: false,
                is_asked: false,
            }),
        }
    }

    pub fn unsubscribe(&mut self, batch: usize, who: PersonId) {
        self.unsubscribed.entry(who).or_insert(self.now);
        let ledger = &mut self.batches[batch].ledger;
        for place in 0..ledger.letters.len() {
            let letter = &ledger.letters[place];
            if letter.person == who && letter.kind.can_be_stopped() {
                ledger.cancel(place, reason::UNSUBSCRIBED);
            }
        }
    }

    /// What will happen to a batch.
    fn plot(
        &mut self,
        batch: usize,
        sessions: &[SessionFacts],
        start: Moment,
        opened: i64,
        first: i64,
    ) {
        let people = self.size.people;
        let waves = people * 8 / 10;
        let at = self.by_day(start, opened, opened + 4);
        self.cause(at, batch, Cause::Publish);
        for n in 0..3 {
            let at = self.by_day(start, opened, first - 4);
            let (from, to) = (waves * n / 3, waves * (n + 1) / 3);
            self.cause(at, batch, Cause::Enrol { from, to });
        }
        // The late ones come one by one, some on the day itself.
        for i in waves..people {
            let at = self.by_day(start, first - 4, first);
            let late = if self.dice.chance(10) {
                Cause::Queue(i)
            } else {
                Cause::Enrol { from: i, to: i + 1 }
            };
            self.cause(at, batch, late);
        }
        for _ in 0..2 {
            let i = self.dice.below(people);
            let at = self.by_day(start, first - 5, first + 2);
            self.cause(at, batch, Cause::Leave(i));
            if self.dice.chance(30) {
                let back = at.plus_minutes(self.dice.between(30, 4_000));
                self.cause(back, batch, Cause::Return(i));
            }
        }
        for session in sessions {
            let id = session.id.0;
            if self.dice.chance(25) {
                let before = self.dice.between(60, 6 * 1_440);
                let at = session.starts_at.plus_minutes(-before);
                let minutes =
                    if self.dice.chance(50) { 120 } else { 1_440 * self.dice.between(1, 6) };
                self.cause(at, batch, Cause::Move { session: id, minutes });
            }
            if self.dice.chance(5) {
                let at = session.starts_at.plus_minutes(-self.dice.between(30, 5 * 1_440));
                self.cause(at, batch, Cause::Cancel(id));
            }
            let answered = session.starts_at.plus_minutes(-self.dice.between(60, 20 * 60));
            self.cause(answered, batch, Cause::Answers(id));
            let marked = session.ends_at.plus_minutes(self.dice.between(5, 300));
            self.cause(marked, batch, Cause::Marks(id));
            let closed = session.ends_at.plus_minutes(self.dice.between(600, 4 * 1_440));
            self.cause(closed, batch, Cause::Closing(id));
            if self.dice.chance(10) {
                let at = session.starts_at.plus_minutes(-self.dice.between(600, 4 * 1_440));
                self.cause(at, batch, Cause::OtherTrainer(id));
            }
        }
        for cause in
            [Cause::Unsubscribe(self.dice.below(people)), Cause::Address(self.dice.below(people))]
        {
            let at = self.by_day(start, opened, first);
            self.cause(at, batch, cause);
        }
        for (percent, cause) in
            [(10, Cause::OwnRule), (2, Cause::OffBatch), (10, Cause::OtherAdmin)]
        {
            if self.dice.chance(percent) {
                let at = self.by_day(start, opened, first);
                self.cause(at, batch, cause);
            }
        }
    }

    fn troubled(&self, at: Moment, what: Trouble) -> Option<Moment> {
        let mut long = self
            .troubles
            .iter()
            .filter(|(from, until, w)| *w == what && *from <= at && at < *until);
        long.next().map(|(_, until, _)| *until)
    }

    pub fn run(&mut self) {
        let mut turns_at_once = 0;
        loop {
            let cause = self.agenda.peek().map(|Reverse((at, ..))| *at);
            let due = self.due.peek().map(|Reverse((at, ..))| (*at).max(self.not_before));
            let Some(next) = [cause, due].into_iter().flatten().min() else { break };
            // What the planner wants and the last look refuses would be planned again without end.
            turns_at_once = if next > self.now { 0 } else { turns_at_once + 1 };
            assert!(turns_at_once < 50, "{} is without end: {:?}", self.now, self.due.peek());
            self.now = self.now.max(next);
            if let Some(up) = self.troubled(self.now, Trouble::Down) {
                self.now = up;
            }
            if self.now > self.end {
                break;
            }
            while let Some(Reverse((at, _, batch, cause))) = self.agenda.peek().copied() {
                if at > self.now {
                    break;
                }
                self.agenda.pop();
                self.happen(batch, cause);
            }
            self.plan();
            if self.now >= self.not_before {
                self.send();
                self.plan();
            }
        }
    }

    pub fn ask(&mut self, batch: usize) {
        self.batches[batch].is_asked = true;
        self.asked.insert(batch);
    }

    fn happen(&mut self, batch: usize, cause: Cause) {
        let now = self.now;
        if cause == Cause::RuleForAll {
            let hour = self.dice.between(8, 12) as u32;
            for place in 0..self.batches.len() {
                let rules = &mut self.batches[place].facts.rules;
                for rule in rules.iter_mut().filter(|r| r.code.as_deref() == Some("overdue_1")) {
                    if let When::Clock { clock, .. } = &mut rule.when {
                        *clock = chrono::NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
                    }
                }
                self.ask(place);
            }
            return;
        }
        self.ask(batch);
        let coin = self.dice.below(100);
        let b = &mut self.batches[batch];
        let facts = &mut b.facts;
        let seat = |facts: &mut BatchFacts, i: usize, place: Place| {
            let id = person(batch, i);
            match facts.people.iter_mut().find(|p| p.person == id) {
                Some(there) => {
                    if place == Place::Seat && there.place != Place::Seat {
                        there.round += 1;
                        there.seated_at = now;
                    }
                    there.place = place;
                }
                None => facts.people.push(PersonFacts {
                    person: id,
                    enrolment: EnrolmentId(id.0),
                    place,
                    round: 1,
                    seated_at: now,
                }),
            }
        };
        match cause {
            Cause::Publish => {
                for s in facts.sessions.iter_mut().filter(|s| s.starts_at > now) {
                    s.state = SessionState::Published;
                    s.settled_at = now;
                }
            }
            Cause::Enrol { from, to } => {
                for i in from..to {
                    seat(facts, i, Place::Seat);
                }
            }
            Cause::Queue(i) => seat(facts, i, Place::Waiting),
            Cause::Leave(i) => {
                if facts.people.iter().any(|p| p.person == person(batch, i)) {
                    seat(facts, i, Place::Withdrawn);
                    if let Some(next) = facts.people.iter_mut().find(|p| p.place == Place::Waiting)
                    {
                        next.place = Place::Seat;
                        next.round += 1;
                        next.seated_at = now;
                    }
                }
            }
            Cause::Return(i) => {
                if facts.people.iter().any(|p| p.person == person(batch, i)) {
                    seat(facts, i, Place::Seat);
                }
            }
            Cause::Unsubscribe(i) => {
                self.unsubscribe(batch, person(batch, i));
                return;
            }
            Cause::Address(i) => {
                let Some(since) = self.mute.get_mut(&person(batch, i)) else { return };
                *since = Some(now);
                let hers = b.ledger.letters.iter_mut().filter(|l| l.person == person(batch, i));
                hers.for_each(|l| l.is_reachable = true);
            }
            Cause::OwnRule => {
                let when = When::Offset { minutes: -2 * 1_440 };
                let first = facts.rules[0].clone();
                let (id, audience) = (RuleId(1_000 + batch as i64), Audience::Unanswered);
                facts.rules.push(Rule { id, code: None, when, audience, ..first });
                b.has_own_rule = true;
            }
            Cause::OtherAdmin => facts.admins = vec![trainer(batch, 5 + coin % 3)],
            Cause::OffBatch => {
                facts.open = false;
                for s in facts.sessions.iter_mut().filter(|s| s.starts_at > now) {
                    if s.state == SessionState::Published {
                        s.revision += 1;
                    }
                    s.state = SessionState::Cancelled;
                }
            }
            Cause::Move { session, minutes } => {
                let moved = facts.sessions.iter_mut().find(|s| s.id.0 == session);
                if let Some(s) = moved.filter(|s| s.starts_at > now)
                    && s.state != SessionState::Cancelled
                {
                    s.starts_at = s.starts_at.plus_minutes(minutes);
                    s.ends_at = s.ends_at.plus_minutes(minutes);
                    if s.state == SessionState::Published {
                        s.revision += 1;
                        s.settled_at = now;
                    }
                    let (at, n) = (s.ends_at.plus_minutes(30), self.causes);
                    self.causes += 1;
                    self.agenda.push(Reverse((at, n, batch, Cause::Marks(session))));
                    facts.sessions.sort_by_key(|s| (s.starts_at, s.id));
                }
            }
            Cause::Cancel(session) => {
                let off = facts.sessions.iter_mut().find(|s| s.id.0 == session);
                if let Some(s) = off.filter(|s| s.starts_at > now)
                    && s.state == SessionState::Published
                {
                    s.state = SessionState::Cancelled;
                    s.revision += 1;
                }
            }
            Cause::OtherTrainer(session) => {
                if let Some(s) = facts.sessions.iter_mut().find(|s| s.id.0 == session) {
                    s.trainers = BTreeMap::from([(trainer(batch, 1), s.revision)]);
                }
            }
            Cause::Answers(session) => {
                for i in (coin % 4..40).step_by(4) {
                    let who = (SessionId(session), person(batch, i));
                    facts.answers.insert(who, i % 8 != 0);
                }
            }
            Cause::Marks(session) => {
                let held = facts.sessions.iter().find(|s| s.id.0 == session);
                let Some(s) = held.filter(|s| s.ends_at <= now) else { return };
                if s.state != SessionState::Published || coin < 20 {
                    return;
                }
                let id = s.id;
                for p in facts.people.iter().filter(|p| p.place == Place::Seat) {
                    if (p.person.0 as usize + coin).is_multiple_of(10) {
                        facts.absent.insert((id, p.person));
                    }
                }
                Self::rolled(facts, id, now);
            }
            Cause::Closing(session) => {
                let held = facts.sessions.iter().find(|s| s.id.0 == session);
                if let Some(id) = held.filter(|s| s.ends_at <= now).map(|s| s.id) {
                    Self::rolled(facts, id, now);
                }
            }
            Cause::RuleForAll => {}
        }
        // A session with somebody on it whose roll nobody took is not rolled.
        let is_full = facts.people.iter().any(|p| p.place == Place::Seat);
        for s in &mut facts.sessions {
            if s.ends_at > now {
                s.rolled = !is_full;
            }
        }
    }

    /// The roll of a session is taken; with the last one the course is completed.
    fn rolled(facts: &mut BatchFacts, id: SessionId, now: Moment) {
        for s in facts.sessions.iter_mut().filter(|s| s.id == id) {
            s.rolled = true;
        }
        let held = |s: &&SessionFacts| s.state == SessionState::Published;
        if facts.sessions.iter().filter(held).all(|s| s.rolled && s.ends_at <= now) {
            let missed = |p: &PersonFacts| facts.absent.iter().any(|(_, who)| *who == p.person);
            let seated = facts.people.iter().filter(|p| p.place == Place::Seat);
            let done: Vec<EnrolmentId> =
                seated.filter(|p| !missed(p)).map(|p| p.enrolment).collect();
            for enrolment in done {
                facts.complete.entry(enrolment).or_insert(now);
            }
        }
    }

    /// What `reminders::plan` writes.
    pub fn plan(&mut self) {
        for batch in std::mem::take(&mut self.asked) {
            self.plannings += 1;
            let b = &mut self.batches[batch];
            b.is_asked = false;
            let changes = difference(&b.facts, &b.ledger.letters, self.now);
            for id in changes.cancel {
                b.ledger.cancel(place_of(id), reason::NOT_WANTED);
            }
            let mut planned = vec![];
            for (id, wanted) in changes.amend {
                if b.ledger.amend(place_of(id), wanted) {
                    planned.push(place_of(id));
                }
            }
            for wanted in changes.add {
                let is_mute = self.mute.get(&wanted.person).is_some_and(Option::is_none);
                planned.extend(b.ledger.plan(batch, wanted, is_mute));
            }
            for place in 0..b.ledger.letters.len() {
                let letter = &b.ledger.letters[place];
                if letter.kind.can_be_stopped() && self.unsubscribed.contains_key(&letter.person) {
                    b.ledger.cancel(place, reason::UNSUBSCRIBED);
                }
            }
            for place in planned {
                self.due.push(Reverse((b.ledger.posts[place].next_try_at, batch, place)));
            }
        }
    }

    /// What `letters::send_due` does with everything that is due.
    pub fn send(&mut self) {
        let now = self.now;
        let mut in_vain = 0;
        let mut last_breaths = None;
        while let Some(Reverse((at, batch, place))) = self.due.peek().copied() {
            if at > now {
                return;
            }
            if let Some(until) = self.troubled(now, Trouble::Paused) {
                self.not_before = until;
                return;
            }
            self.due.pop();
            let until = now.plus_minutes(LEASE_MINUTES);
            let Batch { ledger, facts, .. } = &mut self.batches[batch];
            ledger.sweep(place, now);
            if !ledger.lease(place, now, until) {
                continue;
            }
            let (letter, post) = (&ledger.letters[place], &ledger.posts[place]);
            let zone = facts.zones.get(&letter.person).copied().unwrap_or(INDIA);
            let (kind, useless) = (letter.kind, letter.useless_after);
            if let Some(morning) = rests_until(kind, letter.due_at, useless, zone, now) {
                self.batches[batch].ledger.rest(place, morning);
                self.due.push(Reverse((morning, batch, place)));
                continue;
            }
            let is_first = post.attempts == 1;
            let end = match self.last_look(batch, place) {
                Verdict::Send => {
                    if self.deaths.first().is_some_and(|at| *at <= now) && last_breaths.is_none() {
                        self.deaths.remove(0);
                        last_breaths = Some(8);
                    }
                    if let Some(left) = last_breaths.filter(|left| *left > 0) {
                        // The worker dies with this one in hand; some were taken, none is settled.
                        last_breaths = Some(left - 1);
                        self.touched.insert(self.batches[batch].ledger.letters[place].person);
                        if self.fate.chance(50) {
                            self.in_hand_when_dying += 1;
                            self.deliver(batch, place, zone, is_first);
                        }
                        self.due.push(Reverse((until, batch, place)));
                        continue;
                    }
                    match self.handed_over(batch, place) {
                        End::Sent => {
                            self.deliver(batch, place, zone, is_first);
                            in_vain = 0;
                            End::Sent
                        }
                        end => {
                            in_vain += 1;
                            end
                        }
                    }
                }
                Verdict::TooLate => End::Missed(reason::TOO_LATE),
                Verdict::Unsubscribed => End::Unsubscribed,
                _ => {
                    self.ask(batch);
                    End::Unwanted
                }
            };
            let ledger = &mut self.batches[batch].ledger;
            let (id, attempts) = (ledger.letters[place].id, ledger.posts[place].attempts);
            ledger.settle(place, settlement(&end, attempts, useless, id.0, now));
            if ledger.letters[place].state == State::Planned {
                self.due.push(Reverse((ledger.posts[place].next_try_at, batch, place)));
            }
            if in_vain >= 20 {
                self.not_before = now.plus_seconds(30);
                return;
            }
        }
    }

    /// What the mail server says; the same letter has the same luck in every run.
    fn handed_over(&self, batch: usize, place: usize) -> End {
        if self.troubled(self.now, Trouble::NoServer).is_some() {
            return End::Later("421 away".to_owned());
        }
        let post = &self.batches[batch].ledger.posts[place];
        let luck = u64::from_str_radix(&post.message_id[..8], 16).unwrap_or_default();
        match (if self.is_calm { 200 } else { luck % 200 }, post.attempts) {
            (0, 1 | 2) => End::Later("451 try again".to_owned()),
            (1, _) => End::Unknown("closed after the dot".to_owned()),
            (2, _) => End::Refused("554 no".to_owned()),
            _ => End::Sent,
        }
    }

    /// As `letters::Errand::check` asks it, from the facts of the story.
    fn last_look(&self, batch: usize, place: usize) -> Verdict {
        let b = &self.batches[batch];
        let letter = &b.ledger.letters[place];
        let told = &letter.told.sessions;
        let sessions: HashMap<SessionId, (i32, SessionState)> =
            b.facts.sessions.iter().map(|s| (s.id, (s.revision, s.state))).collect();
        let stands = self.stands(batch, place);
        let seen = Now {
            state: letter.state,
            is_mine: true,
            is_erased: false,
            useless_after: letter.useless_after,
            is_paused: false,
            is_held: false,
            is_resting: false,
            is_unsubscribed: self.unsubscribed.contains_key(&letter.person),
            is_blocked: false,
            is_trial: false,
            is_seated: b.facts.open && stands == Some(Place::Seat),
            is_waiting: b.facts.open && stands == Some(Place::Waiting),
            is_staff: b.facts.open && stands.is_none() && self.is_staff(batch, place),
            is_still_so: match letter.kind {
                Kind::Absence => {
                    told.iter().any(|(id, _)| b.facts.absent.contains(&(*id, letter.person)))
                }
                Kind::Overdue => {
                    let open = |s: &&SessionFacts| told.iter().any(|(id, _)| *id == s.id);
                    b.facts.sessions.iter().filter(open).any(|s| !s.rolled)
                }
                _ => true,
            },
            is_off: !b.facts.open,
            place: stands.filter(|_| b.facts.open),
            sessions: &sessions,
        };
        verdict(letter.kind, told, &seen, self.now)
    }

    fn stands(&self, batch: usize, place: usize) -> Option<Place> {
        let b = &self.batches[batch];
        let who = b.ledger.letters[place].person;
        let of_seat = b.ledger.posts[place].is_of_seat;
        b.facts.people.iter().find(|p| of_seat && p.person == who).map(|p| p.place)
    }

    fn is_staff(&self, batch: usize, place: usize) -> bool {
        let (facts, letter) =
            (&self.batches[batch].facts, &self.batches[batch].ledger.letters[place]);
        let teaches = |s: &SessionFacts| {
            letter.told.sessions.iter().any(|(id, _)| *id == s.id)
                && s.trainers.contains_key(&letter.person)
        };
        facts.sessions.iter().any(teaches) || facts.admins.contains(&letter.person)
    }

    fn deliver(&mut self, batch: usize, place: usize, zone: Tz, is_first_copy: bool) {
        let b = &self.batches[batch];
        let (letter, post) = (&b.ledger.letters[place], &b.ledger.posts[place]);
        let told = letter.told.sessions.clone();
        let session = |id: SessionId| b.facts.sessions.iter().find(|s| s.id == id);
        let first_start = told.iter().filter_map(|(id, _)| session(*id)).map(|s| s.starts_at).min();
        let shall_be = match letter.kind {
            Kind::Cancellation => SessionState::Cancelled,
            _ => SessionState::Published,
        };
        let is_so = |(id, revision): &Announced| {
            session(*id).is_some_and(|s| s.revision == *revision && s.state == shall_be)
        };
        let stands = self.stands(batch, place);
        let is_concerned = match letter.kind {
            Kind::Cancellation => true,
            Kind::Withdrawal => stands != Some(Place::Seat),
            Kind::Waiting => stands == Some(Place::Waiting),
            Kind::Roster | Kind::Overdue => self.is_staff(batch, place),
            _ => stands == Some(Place::Seat) || self.is_staff(batch, place),
        };
        let delivery = Delivery {
            at: self.now,
            message_id: post.message_id.clone(),
            kind: letter.kind,
            rule: letter.rule.clone(),
            person: letter.person,
            due_at: letter.due_at,
            useless_after: letter.useless_after,
            zone,
            first_start,
            is_ahead: letter.kind.is_by_rule()
                && first_start.is_some_and(|start| letter.due_at < start),
            is_seated_or_staff: is_concerned,
            is_true: told.iter().all(is_so),
            is_unsubscribed: letter.kind.can_be_stopped()
                && self.unsubscribed.contains_key(&letter.person),
            is_first_copy,
            told,
        };
        self.deliveries.push(delivery);
    }

    pub fn rows(&self) -> impl Iterator<Item = (usize, Row<'_>)> {
        self.batches.iter().enumerate().flat_map(|(n, b)| {
            let rows = b.ledger.letters.iter().zip(&b.ledger.posts);
            rows.map(move |(letter, post)| (n, Row { letter, next_try_at: post.next_try_at }))
        })
    }
}
