//! Seats, the queue, and how one leaves it.

use diesel::prelude::*;
use prashikshan::enrolment::offers;
use prashikshan::enrolment::rules::Place;
use prashikshan::enrolment::{self, store::Enrolment};
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, PersonId};
use prashikshan::kit::schema::{enrolment_moves, enrolments, plan_requests};
use serde_json::json;

use crate::at_once::{self, Task, task};
use crate::classroom;
use crate::stage::Stage;

pub fn places(stage: &Stage, batch: BatchId) -> String {
    let rows: Vec<(String, Place)> = stage.read(|db| {
        use prashikshan::kit::schema::people;
        Ok(enrolments::table
            .inner_join(people::table)
            .filter(enrolments::batch_id.eq(batch))
            .order((enrolments::queued_at, enrolments::id))
            .select((people::name, enrolments::place))
            .load(db)?)
    });
    rows.iter().map(|(name, place)| format!("{name} {place}")).collect::<Vec<_>>().join(", ")
}

/// A batch of D1 with two seats and three who asked, in this order.
async fn full_batch() -> (Stage, BatchId, Vec<Enrolment>) {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60! B60");
    let batch = classroom::batch(&stage, &course, "D1", 2);
    classroom::session(&stage, batch, &course, "A", "2026-03-05 09:00");
    let mut made = vec![];
    for name in ["Asha", "Bela", "Chand", "Dev"] {
        let person = stage.person(name, "B11");
        made.push(classroom::enrol(&stage, batch, person));
    }
    (stage, batch, made)
}

/// Takes the seat that is offered, as the person would.
pub fn take(stage: &Stage, e: &Enrolment) {
    stage.write(|db, stamp| {
        let offer = offers::store::open_of(db, e.id)?.expect("an open offer");
        offers::take(db, &offer, e.person, stamp)
    });
}

#[actix_web::test]
async fn a_hundred_at_once_get_thirty_seats() {
    let stage = Stage::on_disk("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 30);
    let people: Vec<PersonId> =
        (0..100).map(|n| stage.person_without_mail(&format!("Person {n:03}"), "B11")).collect();
    let admin = stage.actor("District Admin");
    let tasks: Vec<Task<Enrolment>> = people
        .into_iter()
        .map(|person| {
            let admin = admin.clone();
            task(move |db, stamp| enrolment::enrol(db, &admin, batch, person, stamp))
        })
        .collect();
    // A hundred threads share few connections: who got none asks again.
    let done = at_once::writes(&stage, tasks);
    let places: Vec<Result<Place, Fault>> =
        done.into_iter().map(|made| made.map(|e| e.place)).collect();
    let count = |place| places.iter().filter(|p| **p == Ok(place)).count();
    assert_eq!((count(Place::Seat), count(Place::Waiting)), (30, 70), "{places:?}");
    let seats: i64 = stage.read(|db| {
        Ok(enrolments::table.filter(enrolments::place.eq("seat")).count().get_result(db)?)
    });
    assert_eq!(seats, 30);
}

#[actix_web::test]
async fn parallel_withdrawals_and_enrolments_never_overbook() {
    let stage = Stage::on_disk("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 5);
    let people = classroom::enrol_many(&stage, batch, "B11", 10);
    let extra: Vec<PersonId> =
        (0..10).map(|n| stage.person_without_mail(&format!("Extra {n}"), "B12")).collect();
    let admin = stage.actor("District Admin");
    let mut tasks: Vec<Task<Enrolment>> = vec![];
    for person in people.into_iter().take(5) {
        let admin = admin.clone();
        tasks.push(task(move |db, stamp| {
            let e = enrolment::store::enrolment_of(db, batch, person)?.ok_or(Fault::NotFound)?;
            enrolment::withdraw(db, &admin, e.id, "ill", stamp)
        }));
    }
    for person in extra {
        let admin = admin.clone();
        tasks.push(task(move |db, stamp| enrolment::enrol(db, &admin, batch, person, stamp)));
    }
    let done = at_once::writes(&stage, tasks);
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    let count = |place: &str| -> i64 {
        stage.read(|db| {
            Ok(enrolments::table.filter(enrolments::place.eq(place)).count().get_result(db)?)
        })
    };
    let taken = count("seat") + count("offered");
    assert_eq!((taken, count("waiting"), count("withdrawn")), (5, 10, 5));
}

#[actix_web::test]
async fn a_freed_seat_goes_to_the_first_of_the_queue() {
    let (stage, batch, made) = full_batch().await;
    assert_eq!(places(&stage, batch), "Asha seat, Bela seat, Chand waiting, Dev waiting");
    let admin = stage.actor("District Admin");
    stage.clock_to("2026-03-02 08:00");
    stage.write(|db, stamp| enrolment::withdraw(db, &admin, made[0].id, "ill", stamp));
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand offered, Dev waiting");
    take(&stage, &made[2]);
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand seat, Dev waiting");

    // Asha comes back: behind Dev, in a second round.
    stage.clock_to("2026-03-03 08:00");
    let back = stage.write(|db, stamp| enrolment::enrol(db, &admin, batch, made[0].person, stamp));
    assert_eq!((back.id, back.place, back.round), (made[0].id, Place::Waiting, 2));
    assert_eq!(places(&stage, batch), "Bela seat, Chand seat, Dev waiting, Asha waiting");
    stage.write(|db, stamp| enrolment::withdraw(db, &admin, made[1].id, "moved", stamp));
    assert_eq!(places(&stage, batch), "Bela withdrawn, Chand seat, Dev offered, Asha waiting");
    take(&stage, &made[3]);

    let moves: i64 = stage.read(|db| Ok(enrolment_moves::table.count().get_result(db)?));
    assert_eq!(moves, 4 + 3 + 1 + 3, "every step is a row");
    let asked: i64 = stage.read(|db| Ok(plan_requests::table.count().get_result(db)?));
    assert_eq!(asked, 1, "the letters of the batch are compared again");
    assert_eq!(classroom::standing(&stage, made[1].id), "none");
    assert_eq!(classroom::standing(&stage, made[3].id), "not_started 0");
    assert_eq!(classroom::standing(&stage, made[0].id), "none");
}

#[actix_web::test]
async fn the_queue_stands_still_once_the_last_session_has_started() {
    let (stage, batch, made) = full_batch().await;
    let admin = stage.actor("District Admin");
    stage.clock_to("2026-03-05 09:00");
    stage.write(|db, stamp| enrolment::withdraw(db, &admin, made[0].id, "ill", stamp));
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand waiting, Dev waiting");
    assert_eq!(stage.write(offers::sweep).offered, 0);
    // By hand, for a reason: even past those ahead.
    stage
        .write(|db, stamp| enrolment::promote(db, &admin, made[3].id, "stands at the door", stamp));
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand waiting, Dev seat");
    let full =
        stage.try_write(|db, stamp| enrolment::promote(db, &admin, made[2].id, "too", stamp));
    assert_eq!(full.map(|e| e.place), Err(Fault::conflict("no-seat")));
    stage
        .district_admin()
        .get(&format!("/batches/{batch}/enrolments"))
        .await
        .must_be(200)
        .says("stands at the door");
}

#[actix_web::test]
async fn more_seats_move_the_queue_with_the_next_sweep() {
    let (stage, batch, _) = full_batch().await;
    assert_eq!(stage.write(offers::sweep).offered, 0);
    classroom::set_seats(&stage, batch, 3);
    // Nobody passes those who wait.
    let eva = stage.person("Eva", "B11");
    assert_eq!(classroom::enrol(&stage, batch, eva).place, Place::Waiting);
    assert_eq!(stage.write(offers::sweep).offered, 1);
    assert_eq!(
        places(&stage, batch),
        "Asha seat, Bela seat, Chand offered, Dev waiting, Eva waiting"
    );
    classroom::set_seats(&stage, batch, 10);
    classroom::cancel_batch(&stage, batch);
    assert_eq!(stage.write(offers::sweep).offered, 0);
}

#[actix_web::test]
async fn what_stands_in_the_way_is_said() {
    let (stage, batch, made) = full_batch().await;
    let admin = stage.district_admin().by_token();
    let path = format!("/api/v1/batches/{batch}/enrolments");
    let eva = stage.person("Eva", "B12");
    let foreign = stage.person("Far Away", "B21");
    let call = async |body: serde_json::Value| {
        let answer = admin.api_post(&path, body).await;
        let problem = answer.json();
        let field = problem["fields"][0]["name"].as_str().unwrap_or_default().to_owned();
        let kind = problem["type"]
            .as_str()
            .and_then(|t| t.rsplit('/').next())
            .unwrap_or_default()
            .to_owned();
        format!("{} {kind} {field}", answer.status)
    };
    assert_eq!(call(json!({ "person": made[0].person })).await, "409 enrolled ");
    assert_eq!(call(json!({ "person": foreign })).await, "422 invalid person");
    assert_eq!(call(json!({ "person": "12345" })).await, "422 invalid person");
    assert_eq!(call(json!({ "person": "x" })).await, "422 invalid person");
    assert_eq!(call(json!({})).await, "422 invalid person");
    assert_eq!(call(json!({ "person": eva, "as": "wish" })).await, "422 invalid as");
    assert_eq!(call(json!({ "person": eva, "seat": 1 })).await, "422 invalid seat");
    stage.clock_to("2026-03-05 11:00");
    assert_eq!(call(json!({ "person": eva })).await, "409 batch-ended ");
    classroom::cancel_batch(&stage, batch);
    assert_eq!(call(json!({ "person": eva })).await, "409 batch-cancelled ");

    let one = format!("/api/v1/enrolments/{}", made[0].id);
    admin.api_post(&format!("{one}/withdrawal"), json!({})).await.must_be(422);
    let long = "x".repeat(201);
    admin.api_post(&format!("{one}/withdrawal"), json!({ "reason": long })).await.must_be(422);
    admin.api_post(&format!("{one}/promotion"), json!({ "reason": "why not" })).await.must_be(409);
    admin.api_post(&format!("{one}/withdrawal"), json!({ "reason": "ill" })).await.must_be(200);
    admin.api_post(&format!("{one}/withdrawal"), json!({ "reason": "ill" })).await.must_be(409);
}

#[actix_web::test]
async fn programs_see_the_queue() {
    let (stage, batch, made) = full_batch().await;
    let admin = stage.district_admin().by_token();
    let eva = stage.person("Eva", "B12");
    let path = format!("/api/v1/batches/{batch}/enrolments");
    let body = json!({ "person": eva, "as": "enrolment" });
    let answer = admin.api_post_once(&path, "key-1", body.clone()).await.must_be(201);
    let made_now = answer.json();
    assert_eq!(
        (made_now["place"].as_str(), made_now["position"].as_i64()),
        (Some("waiting"), Some(3))
    );
    assert_eq!(admin.api_get(answer.location()).await.must_be(200).json(), made_now);
    assert_eq!(admin.api_post_once(&path, "key-1", body).await.must_be(201).json(), made_now);

    let first = admin.api_get(&format!("{path}?limit=3")).await.must_be(200).json();
    assert_eq!(first["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(first["items"][2]["position"], 1);
    let next = first["next"].as_str().expect("a cursor");
    let rest = admin.api_get(&format!("{path}?limit=3&after={next}")).await.must_be(200).json();
    assert_eq!(rest["items"][0]["id"], made[3].id.to_string());
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest["next"], serde_json::Value::Null);
}

#[actix_web::test]
async fn strangers_see_nothing_and_trainers_change_nothing() {
    let (stage, batch, made) = full_batch().await;
    let eva = stage.person("Eva", "B12");
    let (list, one) =
        (format!("/batches/{batch}/enrolments"), format!("/enrolments/{}", made[0].id));
    let person = eva.to_string();
    for (client, see, act) in [
        (stage.other_admin(), 404, 404),
        (stage.sign_in(eva), 404, 404),
        (stage.trainer(), 200, 403),
        (stage.auditor(), 200, 403),
    ] {
        client.get(&list).await.must_be(see);
        client.post(&list, &[("person", &person)]).await.must_be(act);
        client.get(&format!("{one}/withdrawal")).await.must_be(act);
        client.post(&format!("{one}/withdrawal"), &[("reason", "ill")]).await.must_be(act);
        client.post(&format!("{one}/promotion"), &[("reason", "ill")]).await.must_be(act);
        let program = client.by_token();
        program.api_get(&format!("/api/v1{list}")).await.must_be(see);
        program.api_get(&format!("/api/v1{one}")).await.must_be(see);
        program.api_post(&format!("/api/v1{list}"), json!({ "person": eva })).await.must_be(act);
        program
            .api_post(&format!("/api/v1{one}/withdrawal"), json!({ "reason": "x" }))
            .await
            .must_be(act);
    }
    assert_eq!(places(&stage, batch), "Asha seat, Bela seat, Chand waiting, Dev waiting");
}

#[actix_web::test]
async fn an_admin_finds_somebody_and_enrols_with_one_tap() {
    let (stage, batch, made) = full_batch().await;
    let admin = stage.district_admin();
    let list = format!("/batches/{batch}/enrolments");
    stage.person("Jyoti Sharma", "B12");
    stage.person("Jyoti Far", "B21");
    let found = admin.get(&format!("{list}?q=jyothi+sha")).await.must_be(200).says("Jyoti Sharma");
    assert!(!found.text().contains("Jyoti Far"));
    admin.get(&format!("{list}?q=Asha")).await.must_be(200).says("Nobody was found");
    admin.get(&format!("{list}?q=Jyoti+F")).await.must_be(200).says("Nobody was found");
    let jyoti = stage.person_named("Jyoti Sharma").to_string();
    admin.post(&list, &[("person", &jyoti)]).await.must_be(303);
    admin.post(&list, &[("person", &jyoti)]).await.must_be(409).says("on the batch already");
    admin.post(&list, &[("person", "nobody")]).await.must_be(422);
    assert!(places(&stage, batch).ends_with("Jyoti Sharma waiting"));

    let withdrawal = format!("/enrolments/{}/withdrawal", made[0].id);
    admin.get(&withdrawal).await.must_be(200).says("Asha").says("first of the wait-list");
    admin.post(&withdrawal, &[("reason", "")]).await.must_be(422).says("Fill in");
    let done = admin.post(&withdrawal, &[("reason", "moved away")]).await.must_be(303);
    assert_eq!(done.location(), list);
    admin.get(&list).await.must_be(200).says("Withdrawn: 1").says("moved away");
    let promotion = format!("/enrolments/{}/promotion", made[3].id);
    admin.get(&promotion).await.must_be(200).says("waiting no. 1");
    admin.post(&promotion, &[("reason", "office bearer")]).await.must_be(409).says("No seat");
    admin.clone().in_hindi().get(&list).await.must_be(200).says("प्रतीक्षा सूची");
}

#[actix_web::test]
async fn the_list_takes_as_many_statements_for_many_as_for_few() {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let mut counts = vec![];
    for n in [10, 200] {
        let batch = classroom::batch(&stage, &course, "D1", 150);
        classroom::enrol_many(&stage, batch, "B11", n);
        let client = stage.district_admin();
        let before = stage.site.database.statements.count();
        client.get(&format!("/batches/{batch}/enrolments?q=Person")).await.must_be(200);
        counts.push(stage.site.database.statements.count() - before);
    }
    assert_eq!(counts[0], counts[1]);
}
