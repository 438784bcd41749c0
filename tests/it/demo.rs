//! The demo: the same state for the same seed, and nothing in it that the rules forbid.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use prashikshan::completion::{self, rules::Standing};
use prashikshan::demo::{self, Loaded};
use prashikshan::kit::clock::Moment;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId, UnitId, VenueId};
use prashikshan::kit::schema::{
    batches, emails, enrolments, marks, people, session_trainers, sessions, standings, units,
};

use crate::stage::Stage;

const NOW: &str = "2026-03-02 08:02";

async fn loaded(seed: u64) -> (Stage, Loaded) {
    let stage = Stage::empty(NOW).await;
    let loaded = demo::load(&stage.site, 300, seed).expect("a demo");
    (stage, loaded)
}

fn names(stage: &Stage) -> Vec<(PersonId, String)> {
    stage.read(|db| {
        Ok(people::table.order(people::id).select((people::id, people::name)).load(db)?)
    })
}

#[actix_web::test]
async fn the_same_seed_makes_the_same_state() {
    let (one, first) = loaded(7).await;
    let (two, second) = loaded(7).await;
    let (other, third) = loaded(8).await;
    assert_eq!(first, second);
    assert_eq!(names(&one), names(&two));
    assert_eq!(third.rows["people"], 300);
    assert_ne!(names(&one), names(&other));
}

#[actix_web::test]
async fn a_database_with_units_is_left_alone() {
    let stage = Stage::new(NOW).await;
    let refused = demo::load(&stage.site, 300, 1).expect_err("a refusal");
    assert_eq!(refused, Fault::conflict("not-empty"));
    let people: i64 = stage.read(|db| Ok(people::table.count().get_result(db)?));
    assert_eq!(people, 5);
}

#[actix_web::test]
async fn the_three_of_the_demo_have_something_to_see() {
    let (stage, loaded) = loaded(1).await;
    let now = stage.now();
    for (person, address) in [
        (loaded.state_admin, demo::crowd::STATE_ADMIN),
        (loaded.trainer, demo::crowd::TRAINER),
        (loaded.newcomer, demo::crowd::NEWCOMER),
    ] {
        let owner: PersonId = stage.read(|db| {
            Ok(emails::table
                .filter(emails::folded.eq(address))
                .select(emails::person_id)
                .first(db)?)
        });
        assert_eq!(owner, person);
    }
    let on_now: Vec<Moment> = stage.read(|db| {
        Ok(sessions::table
            .inner_join(session_trainers::table)
            .filter(session_trainers::person_id.eq(loaded.trainer))
            .filter(sessions::starts_at.le(now).and(sessions::ends_at.gt(now)))
            .select(sessions::starts_at)
            .load(db)?)
    });
    assert_eq!(on_now, [Moment::parse("2026-03-02 08:00").expect("a moment")]);
    let marked: i64 = stage.read(|db| {
        Ok(marks::table.filter(marks::person_id.eq(loaded.newcomer)).count().get_result(db)?)
    });
    let to_come: i64 = stage.read(|db| {
        Ok(enrolments::table
            .inner_join(batches::table.inner_join(sessions::table))
            .filter(enrolments::person_id.eq(loaded.newcomer))
            .filter(enrolments::place.eq("seat").and(sessions::starts_at.gt(now)))
            .count()
            .get_result(db)?)
    });
    assert!(marked > 0 && to_come > 0, "{marked} marks, {to_come} sessions to come");
}

#[actix_web::test]
async fn every_path_is_that_of_the_tree() {
    let (stage, _) = loaded(1).await;
    let all: Vec<(UnitId, Option<UnitId>, String)> = stage
        .read(|db| Ok(units::table.select((units::id, units::parent_id, units::path)).load(db)?));
    let paths: HashMap<UnitId, &str> =
        all.iter().map(|(id, _, path)| (*id, path.as_str())).collect();
    for (id, parent, path) in &all {
        let above = parent.map_or("", |p| paths[&p]);
        assert_eq!(*path, format!("{above}{:019}", id.0));
    }
}

#[actix_web::test]
async fn no_batch_has_more_people_than_seats() {
    let (stage, _) = loaded(1).await;
    let seats: Vec<(BatchId, i32)> =
        stage.read(|db| Ok(batches::table.select((batches::id, batches::seats)).load(db)?));
    let taken: HashMap<BatchId, i64> = stage.read(|db| {
        let rows: Vec<(BatchId, i64)> = enrolments::table
            .filter(enrolments::place.eq("seat"))
            .group_by(enrolments::batch_id)
            .select((enrolments::batch_id, diesel::dsl::count_star()))
            .load(db)?;
        Ok(rows.into_iter().collect())
    });
    assert!(seats.len() > 3, "{} batches", seats.len());
    for (batch, seats) in seats {
        assert!(taken.get(&batch).is_some_and(|n| *n <= i64::from(seats)), "{batch}");
    }
}

#[actix_web::test]
async fn every_seat_has_the_standing_that_its_marks_give() {
    let (stage, _) = loaded(1).await;
    assert_eq!(stage.read(completion::wrong_standings), []);
    let standings: Vec<Standing> =
        stage.read(|db| Ok(standings::table.select(standings::standing).load(db)?));
    for standing in Standing::ALL {
        assert!(standings.contains(standing), "nobody is {standing}");
    }
}

#[actix_web::test]
async fn no_hall_and_no_trainer_is_needed_twice_at_once() {
    let (stage, _) = loaded(1).await;
    type Row = (SessionId, Option<VenueId>, PersonId, Moment, Moment);
    let rows: Vec<Row> = stage.read(|db| {
        Ok(sessions::table
            .inner_join(session_trainers::table)
            .filter(sessions::state.eq("published"))
            .select((
                sessions::id,
                sessions::venue_id,
                session_trainers::person_id,
                sessions::starts_at,
                sessions::ends_at,
            ))
            .order((sessions::starts_at, sessions::id))
            .load(db)?)
    });
    let mut busy: BTreeMap<String, (SessionId, Moment)> = BTreeMap::new();
    for (session, venue, trainer, starts, ends) in rows {
        for what in [format!("{venue:?}"), format!("{trainer:?}")] {
            if let Some((other, until)) = busy.insert(what.clone(), (session, ends)) {
                assert!(other == session || until <= starts, "{what} in {other} and {session}");
            }
        }
    }
}
