//! Venues, batches, sessions: planned, published, moved, called off; clashes refused or reasoned.

use prashikshan::enrolment;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, PersonId};
use prashikshan::kit::schema::{plan_requests, session_revisions};
use prashikshan::schedule;
use prashikshan::schedule::rules::SessionDraft;
use serde_json::{Value, json};

use diesel::prelude::*;

use crate::stage::{Client, Stage};

/// A published course, a hall in the block B11, a batch there.
struct Plan {
    course: String,
    hall: String,
    batch: String,
}

async fn made(who: &Client, path: &str, body: Value) -> String {
    who.api_post(path, body).await.must_be(201).json()["id"].as_str().expect("an id").to_owned()
}

async fn plan(stage: &Stage) -> Plan {
    let admin = stage.admin();
    let course = json!({
        "code": "NM-1", "title_hi": "नए सदस्य", "title_en": "New members",
        "modules": [
            { "code": "M1", "title_en": "Introduction", "minutes": 120, "compulsory": true },
            { "code": "M2", "title_en": "Ways of working", "minutes": 120 },
        ],
    });
    let course = made(&admin, "/api/v1/courses", course).await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await.must_be(200);
    let hall = made(&admin, "/api/v1/venues", hall("Town hall")).await;
    let body = json!({ "course": "NM-1", "unit": "B11", "title": "River, March", "seats": 30 });
    let batch = made(&admin, "/api/v1/batches", body).await;
    Plan { course, hall, batch }
}

fn hall(name: &str) -> Value {
    json!({ "unit": "B11", "name_en": name, "name_hi": "भवन", "seats": 60, "address": "Main road" })
}

/// A session on 10 March, clock times of the place.
fn on_the_tenth(plan: &Plan, from: &str, to: &str) -> Value {
    json!({
        "modules": ["M1"], "venue": plan.hall,
        "starts_at": format!("2026-03-10T{from}:00+05:30"), "ends_at": format!("2026-03-10T{to}:00+05:30"),
    })
}

fn requests(stage: &Stage) -> i64 {
    stage.read(|db| Ok(plan_requests::table.count().get_result(db)?))
}

fn enrol(stage: &Stage, batch: &str, person: PersonId) {
    let batch: BatchId = batch.parse().expect("an id");
    let admin = stage.actor("State Admin");
    stage.write(|db, stamp| enrolment::enrol(db, &admin, batch, person, stamp).map(|_| ()));
}

#[actix_web::test]
async fn a_session_is_planned_published_moved_and_called_off() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let trainer = stage.trainer();
    let asha = stage.newcomer("Asha Devi", "B11");
    enrol(&stage, &plan.batch, asha.person.expect("a person"));
    let me = trainer.person.expect("a person").to_string();
    let batch = format!("/batches/{}", plan.batch);

    trainer
        .get(&format!("{batch}/sessions/new"))
        .await
        .must_be(200)
        .says("Asia/Kolkata")
        .says("Town hall");
    let form = [
        ("starts_at", "2026-03-10T10:00"),
        ("ends_at", "2026-03-10T12:00"),
        ("venue", plan.hall.as_str()),
        ("link", ""),
        ("modules", "M1"),
        ("trainers", me.as_str()),
        ("trainers", ""),
    ];
    let session =
        trainer.post(&format!("{batch}/sessions"), &form).await.must_be(303).location().to_owned();
    trainer
        .get(&session)
        .await
        .must_be(200)
        .says("Tue 10 Mar 2026, 10:00 am – 12:00 pm")
        .says("This is a draft");
    asha.get(&session).await.must_be(404);
    let id = session.trim_start_matches("/sessions/").to_owned();
    let api = format!("/api/v1/sessions/{id}");

    trainer.post(&format!("{session}/publication"), &[]).await.must_be(303);
    trainer
        .post(&format!("{session}/publication"), &[])
        .await
        .must_be(409)
        .says("published already");
    let page = asha.get(&session).await.must_be(200).says("Town hall").says("Trainer One");
    assert!(!page.body.contains("/publication"), "publishing is no matter of hers");
    for word in ["expected", "Change time", "Roll call", "Cancel"] {
        assert!(!page.text().contains(word), "{word} is no matter of hers: {}", page.text());
    }
    asha.get(&batch).await.must_be(200);
    asha.get(&format!("{session}/postponement")).await.must_be(403);
    asha.post(&format!("{session}/cancellation"), &[("reason", "no")]).await.must_be(403);
    assert_eq!(requests(&stage), 1);

    trainer.get(&format!("{session}/postponement")).await.must_be(200).says("See what changes");
    let moved = [
        ("starts_at", "2026-03-11T14:00"),
        ("ends_at", "2026-03-11T16:00"),
        ("venue", plan.hall.as_str()),
        ("modules", "M1"),
        ("trainers", me.as_str()),
        ("reason", "hall needed by others"),
    ];
    trainer.post(&format!("{session}/postponement"), &moved).await.must_be(303);
    asha.get(&session)
        .await
        .must_be(200)
        .says("Wed 11 Mar 2026, 2:00 pm")
        .says("hall needed by others");
    let told = trainer.api_get(&api).await.must_be(200).json();
    assert_eq!(
        (told["revision"].as_i64(), told["starts_at"].as_str()),
        (Some(2), Some("2026-03-11T14:00:00+05:30"))
    );
    // The same again changes nothing, and so tells nobody.
    trainer.post(&format!("{session}/postponement"), &moved).await.must_be(303);
    assert_eq!(trainer.api_get(&api).await.json()["revision"], 2);
    // Nor do other trainers make a revision: neither time nor place is another.
    trainer.api_patch(&api, json!({ "trainers": [] })).await.must_be(200);
    assert_eq!(trainer.api_get(&api).await.json()["revision"], 2);

    trainer
        .get(&format!("{session}/cancellation"))
        .await
        .must_be(200)
        .says("1 person gets a letter");
    trainer.post(&format!("{session}/cancellation"), &[("reason", " ")]).await.must_be(422);
    trainer.post(&format!("{session}/cancellation"), &[("reason", "hall lost")]).await.must_be(303);
    asha.get(&session).await.must_be(200).says("This session is cancelled").says("hall lost");
    trainer.post(&format!("{session}/cancellation"), &[("reason", "again")]).await.must_be(409);
    trainer.api_patch(&api, json!({ "venue": null })).await.must_be(409);
    let rows: Vec<(i32, String)> = stage.read(|db| {
        Ok(session_revisions::table
            .order(session_revisions::revision)
            .select((session_revisions::revision, session_revisions::state))
            .load(db)?)
    });
    let expected = [(1, "published"), (2, "published"), (3, "cancelled")];
    assert_eq!(rows, expected.map(|(n, state)| (n, state.to_owned())));
    let journal = stage.admin().get(&format!("/journal?subject=session/{id}")).await.must_be(200);
    for action in [
        "session created",
        "session published",
        "session moved",
        "session changed",
        "session cancelled",
    ] {
        assert!(journal.text().contains(action), "{action}: {}", journal.text());
    }
}

#[actix_web::test]
async fn a_draft_moves_silently_and_a_batch_publishes_at_once() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.district_admin();
    let sessions = format!("/api/v1/batches/{}/sessions", plan.batch);
    let first = made(&admin, &sessions, on_the_tenth(&plan, "10:00", "12:00")).await;
    let mut nowhere = on_the_tenth(&plan, "13:00", "14:00");
    nowhere["venue"] = Value::Null;
    let second = made(&admin, &sessions, nowhere).await;
    let told = admin
        .api_patch(
            &format!("/api/v1/sessions/{first}"),
            json!({ "starts_at": "2026-03-10T09:00:00+05:30" }),
        )
        .await
        .must_be(200)
        .json();
    assert_eq!((told["revision"].as_i64(), told["state"].as_str()), (Some(1), Some("draft")));
    assert_eq!(requests(&stage), 0);

    let batch = format!("/batches/{}", plan.batch);
    let page = admin.post(&format!("{batch}/publication"), &[]).await.must_be(409);
    page.says("without venue or link").says("Publish 2 drafts");
    let link = json!({ "link": "https://meet.example.org/a" });
    admin.api_patch(&format!("/api/v1/sessions/{second}"), link).await.must_be(200);
    admin.post(&format!("{batch}/publication"), &[]).await.must_be(303);
    let list = admin.api_get(&sessions).await.must_be(200).json();
    let states: Vec<_> =
        list["items"].as_array().expect("items").iter().map(|s| s["state"].clone()).collect();
    assert_eq!(states, ["published", "published"]);
    assert_eq!(requests(&stage), 1);
    admin.post(&format!("{batch}/publication"), &[]).await.must_be(409).says("no draft");

    // A hall instead of the link: one place, and a new revision.
    let told = admin
        .api_patch(&format!("/api/v1/sessions/{second}"), json!({ "venue": plan.hall }))
        .await
        .must_be(200)
        .json();
    assert_eq!((told["revision"].as_i64(), told["link"].is_null()), (Some(2), true));
}

#[actix_web::test]
async fn a_clash_needs_a_reason_and_a_taken_hall_is_refused() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.admin();
    let trainer = stage.person_named("Trainer One").to_string();
    let sessions = format!("/api/v1/batches/{}/sessions", plan.batch);
    let mut first = on_the_tenth(&plan, "10:00", "12:00");
    first["trainers"] = json!([trainer]);
    let first = made(&admin, &sessions, first).await;

    let taken =
        admin.api_post(&sessions, on_the_tenth(&plan, "11:59", "13:00")).await.must_be(409).json();
    assert!(taken["type"].as_str().is_some_and(|t| t.ends_with("/venue-taken")), "{taken}");
    let mut with_reason = on_the_tenth(&plan, "11:59", "13:00");
    with_reason["clash_reason"] = json!("we squeeze in");
    admin.api_post(&sessions, with_reason).await.must_be(409);
    made(&admin, &sessions, on_the_tenth(&plan, "12:00", "13:00")).await;

    // Elsewhere, too near in time for the trainer.
    let other = made(&admin, "/api/v1/venues", hall("School")).await;
    let travel = json!({
        "venue": other, "trainers": [trainer],
        "starts_at": "2026-03-10T08:30:00+05:30", "ends_at": "2026-03-10T09:30:00+05:30",
    });
    let clash = admin.api_post(&sessions, travel.clone()).await.must_be(409).json();
    assert!(clash["type"].as_str().is_some_and(|t| t.ends_with("/clash")), "{clash}");
    assert_eq!(clash["clashes"].as_array().map(Vec::len), Some(1), "{clash}");
    let only = &clash["clashes"][0];
    assert_eq!(
        (only["kind"].as_str(), only["person"].as_str()),
        (Some("travel"), Some("Trainer One"))
    );
    assert_eq!(
        (only["session"].as_str(), only["from"].as_str()),
        (Some(first.as_str()), Some("2026-03-10T10:00:00+05:30"))
    );

    // The page says the same, keeps what was typed, asks for a reason, and takes it.
    let page = format!("/batches/{}/sessions", plan.batch);
    let mut form = vec![
        ("starts_at", "2026-03-10T08:30"),
        ("ends_at", "2026-03-10T09:30"),
        ("venue", other.as_str()),
        ("modules", "M2"),
        ("trainers", trainer.as_str()),
    ];
    let again = admin.post(&page, &form).await.must_be(409);
    assert!(
        again.body.contains("name=\"clash_reason\"")
            && again.body.contains("value=\"2026-03-10T08:30\"")
    );
    assert!(again.body.contains("value=\"M2\" checked"), "{}", again.body);
    let again = again.says("Trainer One has less than 60 minutes");
    assert!(again.text().contains("Tue 10 Mar 2026, 10:00 am"));
    form.push(("clash_reason", "the school is next door"));
    let made = admin.post(&page, &form).await.must_be(303);
    let id = made.location().trim_start_matches("/sessions/").to_owned();
    let journal = admin.get(&format!("/journal?subject=session/{id}")).await.must_be(200);
    journal.says("the school is next door");

    // By night, and in a hall that is too small.
    let mut night = on_the_tenth(&plan, "20:00", "21:30");
    let small = json!({ "unit": "B11", "name_en": "Room", "seats": 10 });
    night["venue"] = json!(self::made(&admin, "/api/v1/venues", small).await);
    let kinds = admin.api_post(&sessions, night).await.must_be(409).json();
    let kinds: Vec<_> =
        kinds["clashes"].as_array().expect("clashes").iter().map(|c| c["kind"].clone()).collect();
    assert_eq!(kinds, ["quiet", "seats"]);
}

#[actix_web::test]
async fn many_planners_at_once_get_one_hall() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.actor("State Admin");
    let batch: BatchId = plan.batch.parse().expect("an id");
    let draft = SessionDraft {
        venue: plan.hall.clone(),
        starts_at: "2026-03-10T10:00".to_owned(),
        ends_at: "2026-03-10T12:00".to_owned(),
        ..SessionDraft::default()
    };
    let home = chrono_tz::Asia::Kolkata;
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let plan = || {
            stage.try_write(|db, stamp| schedule::create(db, &admin, batch, &draft, home, stamp))
        };
        let planners: Vec<_> = (0..8).map(|_| scope.spawn(plan)).collect();
        planners.into_iter().map(|p| p.join().expect("a planner")).collect()
    });
    let refused =
        |o: &Result<_, Fault>| matches!(o, Err(Fault::Conflict(why)) if why.code == "venue-taken");
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|o| refused(o)).count(), 7, "{outcomes:?}");
}

#[actix_web::test]
async fn people_who_sit_in_two_batches_are_named() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.admin();
    let body = json!({ "course": plan.course, "unit": "D1", "title": "East, March" });
    let second = made(&admin, "/api/v1/batches", body).await;
    let asha = stage.person("Asha Devi", "B11");
    enrol(&stage, &plan.batch, asha);
    enrol(&stage, &second, asha);
    made(
        &admin,
        &format!("/api/v1/batches/{}/sessions", plan.batch),
        on_the_tenth(&plan, "10:00", "12:00"),
    )
    .await;
    let sessions = format!("/api/v1/batches/{second}/sessions");
    let at = |from: &str, to: &str| {
        json!({
            "starts_at": format!("2026-03-10T{from}:00+05:30"), "ends_at": format!("2026-03-10T{to}:00+05:30"),
        })
    };
    let clash = admin.api_post(&sessions, at("11:00", "13:00")).await.must_be(409).json();
    assert_eq!(clash["clashes"][0]["kind"], "participant");
    assert_eq!(clash["clashes"][0]["person"], "Asha Devi");
    made(&admin, &sessions, at("12:00", "13:00")).await;
}

#[actix_web::test]
async fn what_cannot_be_is_told_field_by_field() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.admin();
    let stranger = stage.person("Bela Rao", "B11").to_string();
    let elsewhere = stage.person_named("Other Admin").to_string();
    let sessions = format!("/api/v1/batches/{}/sessions", plan.batch);
    let check = async |change: Value, said: &[(&str, &str)]| {
        let mut body = on_the_tenth(&plan, "10:00", "12:00");
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let problem = admin.api_post(&sessions, body).await.must_be(422).json();
        let found: Vec<(&str, &str)> = problem["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .map(|f| {
                (f["name"].as_str().unwrap_or_default(), f["code"].as_str().unwrap_or_default())
            })
            .collect();
        assert_eq!(found, said, "{change}");
    };
    check(json!({ "ends_at": "2026-03-10T10:00:00+05:30" }), &[("ends_at", "end-before-start")])
        .await;
    check(json!({ "ends_at": "2026-03-11T02:01:00+05:30" }), &[("ends_at", "session-long")]).await;
    check(
        json!({ "starts_at": "soon", "venue": "7" }),
        &[("starts_at", "time"), ("venue", "unknown")],
    )
    .await;
    check(json!({ "modules": ["M9"] }), &[("modules", "unknown")]).await;
    check(json!({ "trainers": ["x"] }), &[("trainers", "unknown")]).await;
    check(json!({ "trainers": ["12"] }), &[("trainers", "unknown")]).await;
    check(json!({ "trainers": [stranger] }), &[("trainers", "not-a-trainer")]).await;
    check(json!({ "trainers": [elsewhere] }), &[("trainers", "not-a-trainer")]).await;
    check(json!({ "link": "https://meet.example.org" }), &[("link", "venue-or-link")]).await;
    check(json!({ "venue": "", "link": "javascript:alert(1)" }), &[("link", "web-address")]).await;
    check(json!({ "room": "A" }), &[("room", "unknown")]).await;

    // A form keeps what was typed beside its errors.
    let form =
        [("starts_at", "2026-03-10T10:00"), ("ends_at", "2026-03-10T09:00"), ("link", "nowhere")];
    let page = admin.post(&format!("/batches/{}/sessions", plan.batch), &form).await.must_be(422);
    assert!(
        page.body.contains("value=\"2026-03-10T10:00\"") && page.body.contains("value=\"nowhere\"")
    );

    // The past is no time to publish; a published session keeps a place and a future.
    let past = json!({ "venue": plan.hall, "starts_at": "2026-03-01T10:00", "ends_at": "2026-03-01T11:00" });
    let past = made(&admin, &sessions, past).await;
    let problem = admin
        .api_post(&format!("/api/v1/sessions/{past}/publication"), json!({}))
        .await
        .must_be(409);
    assert!(problem.body.contains("/problems/past"), "{}", problem.body);
    let good = made(&admin, &sessions, on_the_tenth(&plan, "10:00", "12:00")).await;
    let good = format!("/api/v1/sessions/{good}");
    admin.api_post(&format!("{good}/publication"), json!({})).await.must_be(200);
    admin.api_patch(&good, json!({ "venue": null })).await.must_be(422);
    admin.api_patch(&good, json!({ "starts_at": "2026-03-01T10:00:00+05:30", "ends_at": "2026-03-01T12:00:00+05:30" })).await.must_be(422);
    stage.clock_to("2026-03-11 08:00");
    let admin = stage.admin();
    admin.api_patch(&good, json!({ "ends_at": "2026-03-12T13:00:00+05:30" })).await.must_be(409);
}

#[actix_web::test]
async fn plans_are_seen_and_made_within_ones_units() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let session = made(
        &stage.admin(),
        &format!("/api/v1/batches/{}/sessions", plan.batch),
        on_the_tenth(&plan, "10:00", "12:00"),
    )
    .await;
    let pages = [
        format!("/batches/{}", plan.batch),
        format!("/venues/{}", plan.hall),
        format!("/sessions/{session}"),
        format!("/sessions/{session}/postponement"),
        format!("/sessions/{session}/cancellation"),
        format!("/batches/{}/sessions/new", plan.batch),
    ];
    let asha = stage.newcomer("Asha Devi", "B11");
    for page in &pages {
        stage.other_admin().get(page).await.must_be(404);
        asha.get(page).await.must_be(404);
        stage.nobody().get(page).await.must_be(303);
        stage.trainer().get(page).await.must_be(200);
    }
    for page in &pages[3..] {
        stage.auditor().get(page).await.must_be(403);
    }
    stage.other_admin().post(&format!("/sessions/{session}/publication"), &[]).await.must_be(404);
    stage.auditor().post(&format!("/sessions/{session}/publication"), &[]).await.must_be(403);
    stage
        .trainer()
        .post(&format!("/batches/{}", plan.batch), &[("title", "Mine")])
        .await
        .must_be(403);
    stage.trainer().get("/batches/new").await.must_be(403);
    for list in ["/batches", "/venues", "/sessions"] {
        asha.get(list).await.must_be(403);
        let others = stage.other_admin().get(list).await.must_be(200);
        assert!(
            !others.text().contains("Town hall") && !others.text().contains("River, March"),
            "{list}"
        );
        stage.trainer().get(list).await.must_be(200);
    }
    stage.trainer().get("/sessions").await.must_be(200).says("Introduction");
    stage.trainer().get("/sessions?when=past").await.must_be(200).says("No session");
    stage
        .trainer()
        .get("/batches?course=NM-1&unit=B11&when=upcoming")
        .await
        .must_be(200)
        .says("River, March");
    let none = stage.admin().get("/batches?unit=D2").await.must_be(200);
    assert!(!none.text().contains("River, March"));
    stage
        .admin()
        .in_hindi()
        .get(&format!("/sessions/{session}"))
        .await
        .must_be(200)
        .says("मंगल, 10 मार्च 2026");
}

#[actix_web::test]
async fn batches_and_venues_are_kept_by_form() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.admin();
    admin.get("/venues/new").await.must_be(200);
    let venue = [
        ("unit", "D1"),
        ("name_en", "School"),
        ("seats", "40"),
        ("map_url", "https://maps.example.org/1"),
    ];
    let url = admin.post("/venues", &venue).await.must_be(303).location().to_owned();
    admin.get(&url).await.must_be(200).says("School").says("40");
    let worse = [("name_en", ""), ("seats", "0"), ("map_url", "x")];
    let page = admin.post(&url, &worse).await.must_be(422);
    assert!(page.body.contains("error-seats") && page.body.contains("error-map_url"));
    admin.post(&url, &[("name_en", "New school"), ("seats", "45")]).await.must_be(303);
    admin.get(&url).await.must_be(200).says("New school");

    admin.get("/batches/new?course=NM-1&unit=B12").await.must_be(200).says("New members");
    let batch = [
        ("course", "NM-1"),
        ("unit", "B12"),
        ("title", "Hill, March"),
        ("seats", ""),
        ("starts_on", "2026-03-10"),
        ("ends_on", "2026-03-20"),
    ];
    let url = admin.post("/batches", &batch).await.must_be(303).location().to_owned();
    admin.get(&url).await.must_be(200).says("0 / 30").says("Tue 10 Mar 2026 – Fri 20 Mar 2026");
    let wrong = [
        ("course", "NM-9"),
        ("unit", "X"),
        ("title", ""),
        ("seats", "0"),
        ("starts_on", "2026-03-20"),
        ("ends_on", "2026-03-10"),
    ];
    let page = admin.post("/batches", &wrong).await.must_be(422);
    for name in ["course", "unit", "title", "seats", "ends_on"] {
        assert!(page.body.contains(&format!("error-{name}")), "{name}");
    }
    admin.get(&format!("{url}/edit")).await.must_be(200).says("0 seats are taken");
    admin.post(&url, &[("title", "Hill, spring"), ("seats", "50")]).await.must_be(303);
    admin.get(&url).await.must_be(200).says("Hill, spring").says("0 / 50");
    assert_eq!(requests(&stage), 1, "the planner looks at a batch whose seats have changed");

    // A draft course cannot be held, nor one of a district in another.
    let body = json!({ "code": "EAST", "unit": "D1", "title_en": "East only", "modules": [{ "code": "A", "title_en": "A", "minutes": 10 }] });
    let east = made(&admin, "/api/v1/courses", body).await;
    let batch = |unit: &str| json!({ "course": "EAST", "unit": unit, "title": "T" });
    admin.api_post("/api/v1/batches", batch("B11")).await.must_be(422);
    admin.api_post(&format!("/api/v1/courses/{east}/publication"), json!({})).await.must_be(200);
    admin.api_post("/api/v1/batches", batch("B21")).await.must_be(422);
    admin.api_post("/api/v1/batches", batch("B11")).await.must_be(201);
    assert!(!plan.course.is_empty());
}

#[actix_web::test]
async fn the_calendar_file_is_for_whoever_may_see_the_session() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    let admin = stage.admin();
    let id = made(
        &admin,
        &format!("/api/v1/batches/{}/sessions", plan.batch),
        on_the_tenth(&plan, "10:00", "12:00"),
    )
    .await;
    let url = format!("/sessions/{id}/calendar");
    let asha = stage.newcomer("Asha Devi", "B11");
    enrol(&stage, &plan.batch, asha.person.expect("a person"));
    admin.get(&url).await.must_be(404);
    admin.api_post(&format!("/api/v1/sessions/{id}/publication"), json!({})).await.must_be(200);
    let file = asha.get(&url).await.must_be(200);
    assert!(file.header("content-type").is_some_and(|t| t.starts_with("text/calendar")));
    let uid = format!("UID:session-{id}-person-{}@example.org", asha.person.expect("a person"));
    let text = file.body.replace("\r\n ", "");
    for line in [
        "METHOD:PUBLISH",
        &uid,
        "SEQUENCE:0",
        "DTSTART;TZID=Asia/Kolkata:20260310T100000",
        "SUMMARY:Introduction",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
    }
    stage.other_admin().get(&url).await.must_be(404);
}

#[actix_web::test]
async fn a_unit_of_another_zone_speaks_its_own_time() {
    use prashikshan::kit::schema::units;
    let stage = Stage::new("2026-03-02 08:00").await;
    let plan = plan(&stage).await;
    stage.write(|db, _| {
        diesel::update(units::table.filter(units::code.eq("D1")))
            .set(units::timezone.eq("Asia/Kathmandu"))
            .execute(db)?;
        Ok(())
    });
    let body = json!({ "venue": plan.hall, "starts_at": "2026-03-10T10:00", "ends_at": "2026-03-10T12:00" });
    let id = made(&stage.admin(), &format!("/api/v1/batches/{}/sessions", plan.batch), body).await;
    let told = stage.admin().api_get(&format!("/api/v1/sessions/{id}")).await.must_be(200).json();
    assert_eq!(
        (told["starts_at"].as_str(), told["timezone"].as_str()),
        (Some("2026-03-10T10:00:00+05:45"), Some("Asia/Kathmandu"))
    );
}
