//! The queue against a model: whatever 64 people and an office do, in any order, the promises hold.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use prashikshan::access::Actor;
use prashikshan::enrolment::offers::store::open_of;
use prashikshan::enrolment::rules::Place;
use prashikshan::enrolment::{self, asks, offers};
use prashikshan::kit::clock::Moment;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, EnrolmentId, PersonId};
use prashikshan::kit::schema::{enrolments, offers as offer_rows, people, reservations, units};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::classroom;
use crate::stage::{Stage, wish};

const ACTORS: usize = 64;
const START: &str = "2026-03-10 05:00";

/// What somebody does. The numbers choose a person, or how much.
#[derive(Debug, Clone)]
enum Deed {
    Enrol(usize),
    Ask(usize),
    Nominate(usize),
    Approve(usize),
    Refuse(usize),
    Withdraw(usize),
    Take(usize),
    Decline(usize),
    Jump(usize),
    Seats(i32),
    Keep(usize, i32, i64),
    Release,
    Pass(i64),
    Tick,
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = 0..ACTORS;
    prop_oneof![
        4 => who.clone().prop_map(Deed::Enrol),
        3 => who.clone().prop_map(Deed::Ask),
        2 => who.clone().prop_map(Deed::Nominate),
        4 => who.clone().prop_map(Deed::Approve),
        1 => who.clone().prop_map(Deed::Refuse),
        3 => who.clone().prop_map(Deed::Withdraw),
        4 => who.clone().prop_map(Deed::Take),
        1 => who.clone().prop_map(Deed::Decline),
        1 => who.prop_map(Deed::Jump),
        2 => (1..12i32).prop_map(Deed::Seats),
        1 => (0..3usize, 1..4i32, 0..6i64).prop_map(|(u, n, d)| Deed::Keep(u, n, d)),
        1 => Just(Deed::Release),
        2 => (1..1500i64).prop_map(Deed::Pass),
        3 => Just(Deed::Tick),
    ]
}

/// One name on the batch as the database has it.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    place: Place,
    queued_at: Moment,
    round: i32,
    path: String,
}

type Names = BTreeMap<EnrolmentId, Name>;

struct Play {
    stage: Stage,
    batch: BatchId,
    start: Moment,
    admin: Actor,
    /// Of the first and the second block, who may not manage the batch.
    blocks: Vec<Actor>,
    people: Vec<(PersonId, Actor)>,
    steps: usize,
    done: usize,
}

impl Play {
    fn new() -> Self {
        let stage = Stage::here("2026-03-02 05:00");
        let course = classroom::course(&stage, "C1", 80, "A60");
        let batch = classroom::batch(&stage, &course, "D1", 5);
        classroom::session(&stage, batch, &course, "A", START);
        let people = (0..ACTORS)
            .map(|n| {
                let name = format!("Actor {n:02}");
                let unit = ["B11", "B12", "D1"][n % 3];
                let person = stage.person_without_mail(&name, unit);
                (person, stage.actor(&name))
            })
            .collect();
        let blocks = ["B11", "B12"]
            .map(|unit| {
                let name = format!("Block {unit}");
                let person = stage.person(&name, unit);
                let unit = stage.unit(unit);
                stage.write(|db, stamp| {
                    let role = prashikshan::access::rules::Role::Admin;
                    prashikshan::access::grant(db, None, person, role, unit, None, stamp)
                });
                stage.actor(&name)
            })
            .to_vec();
        let admin = stage.actor("District Admin");
        let start = Moment::parse(START).expect("a moment");
        Self { stage, batch, start, admin, blocks, people, steps: 0, done: 0 }
    }

    fn names(&self) -> Names {
        let rows: Vec<(EnrolmentId, Place, Moment, i32, String)> = self.stage.read(|db| {
            Ok(enrolments::table
                .inner_join(
                    people::table.inner_join(units::table.on(units::id.eq(people::unit_id))),
                )
                .filter(enrolments::batch_id.eq(self.batch))
                .select((
                    enrolments::id,
                    enrolments::place,
                    enrolments::queued_at,
                    enrolments::round,
                    units::path,
                ))
                .load(db)?)
        });
        let name =
            |(id, place, queued_at, round, path)| (id, Name { place, queued_at, round, path });
        rows.into_iter().map(name).collect()
    }

    fn of(&self, n: usize) -> Option<EnrolmentId> {
        let person = self.people[n].0;
        self.stage.read(|db| enrolment::store::enrolment_of(db, self.batch, person)).map(|e| e.id)
    }

    /// What is refused is refused; anything else would be a fault of the house.
    fn act(&self, deed: &Deed) -> Result<bool, Fault> {
        let (stage, batch) = (&self.stage, self.batch);
        let named = |n: &usize, work: &dyn Fn(EnrolmentId) -> Result<(), Fault>| match self.of(*n) {
            Some(id) => work(id),
            None => Err(Fault::NotFound),
        };
        let said = match deed {
            Deed::Enrol(n) => stage
                .try_write(|db, stamp| {
                    enrolment::enrol(db, &self.admin, batch, self.people[*n].0, stamp)
                })
                .map(drop),
            Deed::Ask(n) => stage
                .try_write(|db, stamp| {
                    let (person, actor) = &self.people[*n];
                    asks::request(db, actor, batch, *person, stamp)
                })
                .map(drop),
            Deed::Nominate(n) => stage
                .try_write(|db, stamp| {
                    asks::nominate(db, &self.blocks[n % 2], batch, self.people[*n].0, None, stamp)
                })
                .map(drop),
            Deed::Approve(n) => named(n, &|id| {
                stage
                    .try_write(|db, stamp| asks::approve(db, &self.admin, id, None, stamp))
                    .map(drop)
            }),
            Deed::Refuse(n) => named(n, &|id| {
                stage
                    .try_write(|db, stamp| asks::refuse(db, &self.admin, id, "no", stamp))
                    .map(drop)
            }),
            Deed::Withdraw(n) => named(n, &|id| {
                stage
                    .try_write(|db, stamp| enrolment::withdraw(db, &self.admin, id, "ill", stamp))
                    .map(drop)
            }),
            Deed::Take(n) => self.answer(*n, true),
            Deed::Decline(n) => self.answer(*n, false),
            Deed::Jump(n) => named(n, &|id| {
                stage
                    .try_write(|db, stamp| enrolment::promote(db, &self.admin, id, "why", stamp))
                    .map(drop)
            }),
            Deed::Seats(n) => {
                classroom::set_seats(stage, batch, *n);
                Ok(())
            }
            Deed::Keep(unit, seats, days) => {
                let unit = stage.unit(["B11", "B12", "D1"][*unit]);
                let until = stage.now().plus_days(*days).utc().date_naive();
                stage.write(|db, _| {
                    let old = reservations::table.filter(reservations::unit_id.eq(unit));
                    diesel::delete(old).execute(db)?;
                    diesel::insert_into(reservations::table)
                        .values((
                            reservations::batch_id.eq(batch),
                            reservations::unit_id.eq(unit),
                            reservations::seats.eq(seats),
                            reservations::held_until.eq(until),
                        ))
                        .execute(db)?;
                    Ok(())
                });
                Ok(())
            }
            Deed::Release => {
                stage.write(|db, _| {
                    diesel::delete(reservations::table).execute(db)?;
                    Ok(())
                });
                Ok(())
            }
            Deed::Pass(minutes) => {
                stage.site.clock.set(stage.now().plus_minutes(*minutes));
                Ok(())
            }
            Deed::Tick => {
                stage.write(offers::sweep);
                Ok(())
            }
        };
        match said {
            Ok(()) => Ok(true),
            Err(Fault::Conflict(_) | Fault::NotFound | Fault::Forbidden | Fault::Invalid(_)) => {
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    fn answer(&self, n: usize, yes: bool) -> Result<(), Fault> {
        let id = self.of(n).ok_or(Fault::NotFound)?;
        let person = self.people[n].0;
        self.stage
            .try_write(|db, stamp| {
                let offer = open_of(db, id)?.ok_or(Fault::NotFound)?;
                match yes {
                    true => offers::take(db, &offer, person, stamp),
                    false => offers::decline(db, &offer, person, stamp),
                }
            })
            .map(drop)
    }

    /// The seats, and what is kept today: (path, seats).
    fn rules(&self) -> (i64, Vec<(String, i64)>) {
        let today = self.stage.now().date_in(chrono_tz::Asia::Kolkata);
        self.stage.read(|db| {
            use prashikshan::kit::schema::batches;
            let seats: i32 = batches::table.find(self.batch).select(batches::seats).first(db)?;
            let kept: Vec<(String, i32)> = reservations::table
                .inner_join(units::table)
                .filter(reservations::held_until.ge(today))
                .select((units::path, reservations::seats))
                .load(db)?;
            Ok((seats.into(), kept.into_iter().map(|(p, n)| (p, n.into())).collect()))
        })
    }

    fn step(&mut self, deed: &Deed) {
        let before = self.names();
        let done = self.act(deed).unwrap_or_else(|fault| panic!("{deed:?}: {fault}"));
        self.steps += 1;
        self.done += usize::from(done);
        let after = self.names();
        let (seats, kept) = self.rules();
        self.seats_hold(deed, &before, &after, seats);
        self.order_holds(deed, &before, &after, seats, &kept);
        self.offers_end_before_the_start(deed, &before, &after);
        if matches!(deed, Deed::Tick) {
            self.nothing_is_idle(&after, seats, &kept);
        }
    }

    fn seats_hold(&self, deed: &Deed, before: &Names, after: &Names, seats: i64) {
        let (was, is) = (taken(before).len() as i64, taken(after).len() as i64);
        // Only a cut leaves more than there are, and nothing adds to that.
        assert!(is <= seats.max(was), "{deed:?}: {is} of {seats}, {was} before");
    }

    /// Whoever moved up took nothing that somebody ahead could have had.
    fn order_holds(
        &self,
        deed: &Deed,
        before: &Names,
        after: &Names,
        seats: i64,
        kept: &[(String, i64)],
    ) {
        for (id, now) in after {
            if let Some(then) = before.get(id)
                && then.round == now.round
                && then.place == Place::Waiting
            {
                assert_eq!(then.queued_at, now.queued_at, "{deed:?}: the order is immutable");
            }
        }
        let waiting: Vec<Moment> =
            after.values().filter(|n| n.place == Place::Waiting).map(|n| n.queued_at).collect();
        assert_eq!(waiting.iter().collect::<BTreeSet<_>>().len(), waiting.len(), "no two at once");
        if matches!(deed, Deed::Jump(_)) {
            return;
        }
        let fresh = |id: &EnrolmentId| !taken(before).contains_key(id);
        for (id, up) in taken(after).iter().filter(|(id, _)| fresh(id)) {
            for ahead in after.values().filter(|n| n.place == Place::Waiting) {
                let was_ahead = ahead.queued_at < up.queued_at
                    || before.get(id).is_none_or(|b| b.place == Place::Withdrawn);
                let mut others: Vec<&str> = taken(after)
                    .iter()
                    .filter(|(o, _)| *o != id)
                    .map(|(_, n)| n.path.as_str())
                    .collect();
                others.push(&ahead.path);
                // Once it has begun nobody is offered anything: then only a direct name comes on.
                let could = self.stage.now() < self.start && fits(&others, seats, kept);
                // Who still finds a seat with the next turn was not passed.
                let mut all: Vec<&str> = taken(after).values().map(|n| n.path.as_str()).collect();
                all.push(&ahead.path);
                let still = fits(&all, seats, kept);
                assert!(!was_ahead || !could || still, "{deed:?}: {up:?} passed {ahead:?}");
            }
        }
    }

    fn offers_end_before_the_start(&self, deed: &Deed, before: &Names, after: &Names) {
        let now = self.stage.now();
        let open: Vec<(EnrolmentId, Moment, Moment)> = self.stage.read(|db| {
            Ok(offer_rows::table
                .filter(offer_rows::answer.eq("open"))
                .select((offer_rows::enrolment_id, offer_rows::made_at, offer_rows::ends_at))
                .load(db)?)
        });
        for (id, made, ends) in &open {
            assert!(*ends < self.start && made < ends, "{deed:?}");
            assert_eq!(after.get(id).map(|n| n.place), Some(Place::Offered), "{deed:?}");
            let local = ends.local(chrono_tz::Asia::Kolkata).time().format("%H:%M").to_string();
            assert!(("07:00"..="21:00").contains(&local.as_str()), "an end at {local}");
        }
        let offered = after.values().filter(|n| n.place == Place::Offered).count();
        assert_eq!(offered, open.len(), "{deed:?}: each offered name has one open offer");
        if now >= self.start {
            let was = |id: &EnrolmentId| before.get(id).map(|n| n.place);
            let fresh = after
                .iter()
                .filter(|(id, n)| n.place == Place::Offered && was(id) != Some(Place::Offered));
            assert_eq!(fresh.count(), 0, "{deed:?}: no offer after the start");
        }
    }

    fn nothing_is_idle(&self, after: &Names, seats: i64, kept: &[(String, i64)]) {
        let life =
            offers::rules::life(self.stage.now(), Some(self.start), chrono_tz::Asia::Kolkata);
        if life.is_none() {
            return;
        }
        for waiting in after.values().filter(|n| n.place == Place::Waiting) {
            let mut all: Vec<&str> = taken(after).values().map(|n| n.path.as_str()).collect();
            all.push(&waiting.path);
            assert!(!fits(&all, seats, kept), "idle after a turn: {waiting:?}");
        }
    }
}

fn taken(names: &Names) -> BTreeMap<EnrolmentId, &Name> {
    let sits = |n: &Name| matches!(n.place, Place::Seat | Place::Offered);
    names.iter().filter(|(_, n)| sits(n)).map(|(id, n)| (*id, n)).collect()
}

/// Whether the last of these finds a seat beside the others: by trying, without the house's rule.
/// Those who sit were let in by other numbers perhaps, so only what the last adds is judged.
fn fits(paths: &[&str], seats: i64, kept: &[(String, i64)]) -> bool {
    let (_, others) = paths.split_last().expect("somebody");
    if paths.len() as i64 > seats {
        return false;
    }
    let everybodys = seats - kept.iter().map(|(_, n)| n).sum::<i64>();
    let over = |paths: &[&str]| {
        let mut left: BTreeMap<&str, i64> = kept.iter().map(|(p, n)| (p.as_str(), *n)).collect();
        let mut over = 0;
        // Those deepest in the tree have the most to choose from; they choose last.
        let mut sorted = paths.to_vec();
        sorted.sort_by_key(|p| kept.iter().filter(|(k, _)| p.starts_with(k.as_str())).count());
        for path in sorted {
            let mut fitting: Vec<&str> = left
                .iter()
                .filter(|(k, n)| path.starts_with(**k) && **n > 0)
                .map(|(k, _)| *k)
                .collect();
            fitting.sort_by_key(|k| std::cmp::Reverse(k.len()));
            match fitting.first() {
                Some(k) => *left.entry(*k).or_default() -= 1,
                None => over += 1,
            }
        }
        over
    };
    let (was, is) = (over(others), over(paths));
    is == was || is <= everybodys
}

/// `QUEUE_MODEL_CASES` and `QUEUE_MODEL_SEED` make it longer, or the same again.
#[test]
fn whatever_they_do_the_promises_hold() {
    let is_postgres = wish("TEST_DATABASE_URL").is_some();
    let number =
        |name: &str, otherwise: u64| wish(name).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let cases = number("QUEUE_MODEL_CASES", if is_postgres { 3 } else { 8 });
    let seed = number("QUEUE_MODEL_SEED", 20_261_125);
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: u32::try_from(cases).expect("few"),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let counts = std::cell::Cell::new((0, 0));
    let deeds = proptest::collection::vec(deed(), 60..160);
    let ran = runner.run(&deeds, |deeds| {
        let mut play = Play::new();
        for deed in &deeds {
            play.step(deed);
        }
        let (steps, done) = counts.get();
        counts.set((steps + play.steps, done + play.done));
        Ok(())
    });
    let (steps, done) = counts.get();
    println!("queue model: seed {seed}, {cases} plays, {steps} steps, {done} of them took effect");
    ran.expect("every promise");
}
