//! The ledger in memory beside the real one: the same causes, the same turns, the same rows.

use diesel::prelude::*;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{EnrolmentId, PersonId, SessionId};
use prashikshan::kit::ledger;
use prashikshan::kit::schema::{answers, letters, plan_requests};
use prashikshan::letters as office;
use prashikshan::post;
use prashikshan::reminders;

use super::world::{Dice, Trouble, World};
use crate::letters::{Batch, ist, mark};
use crate::stage::Stage;

/// Both, side by side.
struct Pair<'a> {
    stage: &'a Stage,
    batch: Batch<'a>,
    world: World,
    dice: Dice,
    sessions: Vec<(SessionId, Moment)>,
    people: Vec<(EnrolmentId, PersonId)>,
    is_paused: bool,
}

impl Pair<'_> {
    /// Something happens to the real house.
    fn happen(&mut self) {
        let now = self.stage.now();
        let n = self.dice.below(self.people.len());
        let (enrolment, person) = self.people[n];
        let coming: Vec<usize> =
            (0..self.sessions.len()).filter(|s| self.sessions[*s].1 > now).collect();
        let over: Vec<usize> =
            (0..self.sessions.len()).filter(|s| self.sessions[*s].1 < now).collect();
        let far = |m: Moment| m.plus_minutes(330).utc().format("%Y-%m-%d %H:%M").to_string();
        match self.dice.below(9) {
            0 if !coming.is_empty() => {
                let s = coming[self.dice.below(coming.len())];
                let to = self.sessions[s].1.plus_minutes([120, 1_440, 4_320][self.dice.below(3)]);
                self.batch.move_session(self.sessions[s].0, &far(to));
                self.sessions[s].1 = to;
            }
            1 if coming.len() > 2 => {
                let s = coming[self.dice.below(coming.len())];
                self.batch.cancel_session(self.sessions[s].0, "The hall is flooded");
                self.sessions.remove(s);
            }
            2 => self.batch.put(enrolment, "withdrawn"),
            3 | 4 => self.batch.put(enrolment, "seat"),
            5 if !over.is_empty() => {
                let s = over[self.dice.below(over.len())];
                mark(self.stage, self.batch.id, self.sessions[s].0, person, "absent");
                // Marked once: the table knows one mark for each.
                self.sessions.remove(s);
            }
            6 if !coming.is_empty() => {
                let (session, word) = (self.sessions[coming[0]].0, ["coming", "not_coming"]);
                let word = word[self.dice.below(2)];
                let batch = self.batch.id;
                self.stage.write(|db, stamp| {
                    diesel::delete(answers::table.find((session, person))).execute(db)?;
                    diesel::insert_into(answers::table)
                        .values((
                            answers::session_id.eq(session),
                            answers::person_id.eq(person),
                            answers::answer.eq(word),
                            answers::answered_at.eq(stamp.now),
                        ))
                        .execute(db)?;
                    ledger::ask(db, batch, stamp.now)
                });
            }
            7 => {
                let days = 2 + self.dice.below(7) as i64;
                let starts = now.plus_minutes(days * 1_440 + 60 * self.dice.below(5) as i64);
                let id = self.batch.session(&far(starts));
                self.sessions.push((id, starts));
            }
            8 if self.dice.chance(20) => {
                let now = self.stage.now();
                self.stage.write(|db, _| post::store::unsubscribe(db, person, now).map(|_| ()));
                self.world.now = now;
                self.world.unsubscribe(0, person);
            }
            _ => {}
        }
    }

    fn pause(&mut self) {
        let is_paused = self.is_paused;
        self.stage.write(|db, stamp| {
            if is_paused {
                post::pause::end_as(db, None, stamp)
            } else {
                post::pause::begin_as(db, None, "A story", stamp)
            }
        });
        self.is_paused = !is_paused;
    }

    async fn turn(&mut self) {
        let (now, id) = (self.stage.now(), self.batch.id);
        let (facts, asked) = self.stage.read(|db| {
            let asked: i64 = plan_requests::table
                .filter(plan_requests::asked_at.le(now))
                .count()
                .get_result(db)?;
            Ok((reminders::facts_of(db, id, now)?.expect("a batch"), asked > 0))
        });
        let world = &mut self.world;
        world.now = now;
        world.put(facts);
        if asked {
            world.ask(0);
        }
        world.troubles.clear();
        if self.is_paused {
            let soon = now.plus_seconds(1);
            world.troubles.push((now, soon, Trouble::Paused));
        }
        world.plan();
        world.send();
        world.plan();
        office::tick(&self.stage.site).await.expect("a turn");
    }

    /// Key, state, reason, due, tries.
    fn rows(&self) -> (Vec<Line>, Vec<Line>) {
        let batch = self.batch.id;
        let mut real: Vec<Line> = self.stage.read(|db| {
            Ok(letters::table
                .filter(letters::batch_id.eq(batch))
                .select((
                    letters::key,
                    letters::state,
                    letters::reason,
                    letters::due_at,
                    letters::attempts,
                ))
                .load(db)?)
        });
        let told = &self.world.batches[0].ledger;
        let mut mine: Vec<Line> = told
            .letters
            .iter()
            .zip(&told.posts)
            .map(|(l, p)| {
                let state = l.state.word().to_owned();
                (l.key.clone(), state, l.reason.clone(), l.due_at, p.attempts)
            })
            .collect();
        real.sort();
        mine.sort();
        (real, mine)
    }
}

type Line = (String, String, Option<String>, Moment, i32);

async fn beside(seed: u64) -> usize {
    let stage = Stage::new("2026-11-01 04:30").await;
    let batch = Batch::new(&stage);
    let mut world = World::empty(seed, seed, stage.now());
    world.is_calm = true;
    let mut people = vec![];
    for n in 0..6 {
        let name = format!("Person No{n}");
        let person = match n {
            5 => stage.person_without_mail(&name, "B11"),
            _ => stage.person(&name, "B11"),
        };
        if n == 5 {
            world.mute.insert(person, None);
        }
        people.push((batch.enrol(person, "seat"), person));
    }
    let first = batch.session("2026-11-06 14:00");
    let sessions = vec![(first, ist("2026-11-06 14:00"))];
    let dice = Dice(seed);
    let mut pair = Pair { stage: &stage, batch, world, dice, sessions, people, is_paused: false };
    let hours = [0, 3, 7, 8, 9, 10, 11, 12, 15, 18, 20, 21, 23];
    for day in 0..21 {
        for hour in hours {
            let now = ist("2026-11-02 00:00").plus_minutes(day * 1_440 + hour * 60);
            stage.site.clock.set(now);
            if pair.dice.chance(25) {
                pair.happen();
            }
            if pair.dice.chance(if pair.is_paused { 20 } else { 2 }) {
                pair.pause();
            }
            // Now and then nothing runs for a while.
            if pair.dice.chance(85) {
                pair.turn().await;
            }
        }
        let (real, mine) = pair.rows();
        assert_eq!(real, mine, "day {day} of seed {seed}");
    }
    pair.rows().0.len()
}

#[actix_web::test]
async fn the_ledger_in_memory_is_the_real_one() {
    let mut rows = 0;
    for seed in [11, 12, 13] {
        rows += beside(seed).await;
    }
    println!("{rows} rows, alike in both");
    assert!(rows > 300, "{rows}");
}
