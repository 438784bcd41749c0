//! Deeds on several batches and people at once: they wait in one line, never in a circle.

use diesel::prelude::*;
use prashikshan::access::Actor;
use prashikshan::attendance::{
    self,
    rules::{SentMark, Source},
};
use prashikshan::completion::rules::Status;
use prashikshan::enrolment::{self, asks, import::import, offers};
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, EnrolmentId, PersonId};
use prashikshan::kit::intake::Wishes;
use prashikshan::kit::schema::enrolments;
use prashikshan::kit::tables::Table;
use prashikshan::schedule::moves;

use crate::at_once::{self, Task, task};
use crate::classroom;
use crate::stage::Stage;

/// Asks for a place, as the person does.
fn asks_for(stage: &Stage, batch: BatchId, name: &str) -> EnrolmentId {
    let (person, actor) = (stage.person_named(name), stage.actor(name));
    stage.write(|db, stamp| asks::request(db, &actor, batch, person, stamp)).id
}

fn approves(admin: &Actor, ids: Vec<EnrolmentId>) -> Task<()> {
    let admin = admin.clone();
    task(move |db, stamp| {
        let round = asks::approve_all(db, &admin, &ids, "", stamp)?;
        assert_eq!(round.seated, ids.len());
        Ok(())
    })
}

fn enrols(admin: &Actor, batch: BatchId, person: PersonId) -> Task<()> {
    let admin = admin.clone();
    task(move |db, stamp| enrolment::enrol(db, &admin, batch, person, stamp).map(|_| ()))
}

/// A list that names people on batches, in this order.
fn lists(admin: &Actor, rows: &[(BatchId, PersonId)]) -> Task<()> {
    let rows: String = rows.iter().map(|(batch, person)| format!("{batch},{person}\n")).collect();
    let table = Table::read(format!("batch,person\n{rows}").as_bytes()).expect("a table");
    let admin = admin.clone();
    task(move |db, stamp| {
        let report = import(db, Some(&admin), &table, &Wishes::default(), stamp)?;
        assert_eq!(report.created, 2);
        Ok(())
    })
}

#[actix_web::test]
async fn rounds_lists_offers_and_single_seats_never_wait_in_a_circle() {
    let stage = Stage::on_disk("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let admin = stage.actor("District Admin");
    let batches: Vec<BatchId> =
        (0..4).map(|_| classroom::batch(&stage, &course, "D1", 200)).collect();
    let small: Vec<BatchId> = (0..2).map(|_| classroom::batch(&stage, &course, "D1", 1)).collect();
    for batch in &small {
        classroom::enrol(&stage, *batch, stage.person_without_mail("Sits", "B11"));
    }
    for n in 0..6_i32 {
        let named = |who: &str| stage.person_without_mail(&format!("{who} {n}"), "B11");
        let [_, _, x, y, one, two, waits] = ["P", "Q", "X", "Y", "One", "Two", "Waits"].map(named);
        let (p, q) = (format!("P {n}"), format!("Q {n}"));
        for batch in &small {
            classroom::enrol(&stage, *batch, waits);
            classroom::set_seats(&stage, *batch, 2 * n + 2);
        }
        // Each pair crosses in its people, and all of them in their batches.
        let tasks = vec![
            approves(
                &admin,
                vec![asks_for(&stage, batches[0], &p), asks_for(&stage, batches[2], &q)],
            ),
            approves(
                &admin,
                vec![asks_for(&stage, batches[1], &q), asks_for(&stage, batches[3], &p)],
            ),
            lists(&admin, &[(batches[0], x), (batches[2], y)]),
            lists(&admin, &[(batches[1], y), (batches[3], x)]),
            enrols(&admin, batches[2], one),
            enrols(&admin, batches[3], two),
            enrols(&admin, small[1], one),
            task(|db, stamp| offers::sweep(db, stamp).map(|_| ())),
        ];
        let done = at_once::writes_once(&stage, tasks);
        assert!(done.iter().all(Result::is_ok), "round {n}: {done:?}");
        // Whoever was offered a seat has it, for the next round.
        stage.write(|db, _| {
            diesel::update(enrolments::table.filter(enrolments::place.ne("seat")))
                .set(enrolments::place.eq("seat"))
                .execute(db)?;
            Ok(())
        });
    }
}

#[actix_web::test]
async fn a_batch_that_moves_waits_for_its_rolls_and_its_seats() {
    let stage = Stage::on_disk("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let admin = stage.actor("District Admin");
    let batch = classroom::batch(&stage, &course, "D1", 200);
    let starts = ["2026-03-02 04:30", "2026-03-09 04:30", "2026-03-16 04:30"];
    let sessions = starts.map(|at| classroom::session(&stage, batch, &course, "A", at));
    let people = classroom::enrol_many(&stage, batch, "B11", 8);
    for n in 0..6_i64 {
        let extra = stage.person_without_mail(&format!("Extra {n}"), "B12");
        let (mover, taker) = (admin.clone(), admin.clone());
        let mut tasks = vec![
            enrols(&admin, batch, extra),
            task(move |db, stamp| {
                let train = moves::train(db, &mover, batch, stamp.now)?;
                let steps = train.steps(1);
                let why = moves::Reasons {
                    clash_reason: "the same hall".to_owned(),
                    ..moves::Reasons::default()
                };
                moves::move_batch(db, &mover, batch, &steps, &why, stamp).map(|_| ())
            }),
        ];
        for person in people.iter().take(3).copied() {
            let (taker, session) = (taker.clone(), sessions[0]);
            tasks.push(task(move |db, stamp| {
                let id = format!("m-{n}-{person}");
                let mark = SentMark::new(id, person, Status::Present, stamp.now, Source::Roll);
                attendance::take_roll(db, &taker, session, &[mark], stamp).map(|_| ())
            }));
        }
        let done: Vec<Result<(), Fault>> = at_once::writes_once(&stage, tasks);
        assert!(done.iter().all(Result::is_ok), "round {n}: {done:?}");
    }
}
