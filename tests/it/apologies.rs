//! Apologies beforehand, the chair that one frees, and making up in another batch.

use diesel::prelude::*;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};
use serde_json::json;

use crate::classroom::{self, Course};
use crate::offers::snapshot_as;
use crate::stage::Stage;

/// Asha's session on 2 March at 09:00 UTC, and the same module on 5 March in another batch of the
/// district, where Bela has the only seat.
struct Two {
    stage: Stage,
    course: Course,
    theirs: BatchId,
    session: SessionId,
    later: SessionId,
    asha: PersonId,
    bela: PersonId,
}

impl Two {
    async fn at(now: &str) -> Self {
        let stage = Stage::new("2026-02-20 08:00").await;
        let course = classroom::course(&stage, "C1", 50, "A60! B60");
        let ours = classroom::batch(&stage, &course, "B11", 30);
        let theirs = classroom::batch(&stage, &course, "B12", 1);
        let session = classroom::session(&stage, ours, &course, "A", "2026-03-02 09:00");
        let later = classroom::session(&stage, theirs, &course, "A", "2026-03-05 09:00");
        let asha = stage.person("Asha Devi", "B11");
        let bela = stage.person("Bela Bai", "B12");
        classroom::enrol(&stage, ours, asha);
        classroom::enrol(&stage, theirs, bela);
        stage.clock_to(now);
        Self { stage, course, theirs, session, later, asha, bela }
    }

    fn apology(&self, session: SessionId) -> String {
        format!("/sessions/{session}/apology")
    }

    fn roll(&self, session: SessionId) -> String {
        classroom::roll(&self.stage, session)
    }
}

#[actix_web::test]
async fn an_approved_apology_is_an_excused_mark() {
    let two = Two::at("2026-03-01 08:00").await;
    let (asha, trainer) = (two.stage.sign_in(two.asha), two.stage.trainer());
    let page = two.apology(two.session);
    asha.get(&page).await.must_be(200).says("Not well");
    asha.post(&page, &[]).await.must_be(422);
    asha.post(&page, &[("reason", "other")]).await.must_be(422);
    asha.post(&page, &[("reason", "bored")]).await.must_be(422);
    asha.post(&page, &[("reason", "family"), ("words", "A wedding")]).await.must_be(303);
    asha.post(&page, &[("reason", "ill")]).await.must_be(409).says("sent already");
    assert_eq!(two.roll(two.session), "", "asking marks nothing");

    let list = format!("/sessions/{}/apologies", two.session);
    trainer.get(&list).await.must_be(200).says("Asha Devi").says("A wedding");
    let roll = format!("/sessions/{}/roll-call", two.session);
    trainer.get(&roll).await.must_be(200).says("One apology waits for your decision");
    let decide = format!("{list}/{}", two.asha);
    asha.get(&list).await.must_be(404);
    asha.post(&decide, &[("decision", "approved")]).await.must_be(404);
    trainer.post(&decide, &[("decision", "perhaps")]).await.must_be(422);
    trainer.post(&decide, &[("decision", "approved")]).await.must_be(303);
    trainer.post(&decide, &[("decision", "declined")]).await.must_be(409);
    assert_eq!(two.roll(two.session), "Asha Devi excused");
    asha.get(&page).await.must_be(200).says("Agreed: excused").says("Batch of B12");

    two.stage.clock_to("2026-03-02 09:05");
    let mark = format!("mark-{}", two.asha);
    let trainer = two.stage.trainer();
    trainer.post(&roll, &[(&mark, "present")]).await.must_be(303);
    assert_eq!(two.roll(two.session), "Asha Devi present", "who comes all the same is there");
}

#[actix_web::test]
async fn an_apology_is_one_s_own_and_before_the_start() {
    let two = Two::at("2026-03-01 08:00").await;
    let page = two.apology(two.session);
    let bela = two.stage.sign_in(two.bela);
    bela.get(&page).await.must_be(404);
    bela.post(&page, &[("reason", "ill")]).await.must_be(404);
    let asha = two.stage.sign_in(two.asha);
    asha.post(&page, &[("reason", "ill")]).await.must_be(303);
    asha.post(&format!("{page}/end"), &[]).await.must_be(303);
    asha.post(&page, &[("reason", "work")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.session, two.asha);
    two.stage.trainer().post(&decide, &[("decision", "declined")]).await.must_be(303);
    asha.get(&page).await.must_be(200).says("Not agreed");
    asha.post(&format!("{page}/end"), &[]).await.must_be(409);
    assert_eq!(two.roll(two.session), "");

    two.stage.clock_to("2026-03-05 09:00");
    let late = two.apology(two.later);
    classroom::add_trainer(&two.stage, two.later, two.stage.person_named("Trainer One"));
    bela.get(&late).await.must_be(200).says("has started").says("Trainer One");
    bela.post(&late, &[("reason", "ill")]).await.must_be(409).says("has started");
}

#[actix_web::test]
async fn who_has_apologised_is_not_reminded() {
    let two = Two::at("2026-02-20 08:00").await;
    two.stage.tick().await;
    let planned = || crate::letters::ledger_of(&two.stage, two.asha);
    let reminders = |ledger: Vec<String>, state: &str| {
        ledger.iter().filter(|l| l.ends_with(state) && !l.starts_with("confirmation")).count()
    };
    assert_eq!(reminders(planned(), "planned"), 3, "{:?}", planned());
    let asha = two.stage.sign_in(two.asha);
    let page = two.apology(two.session);
    asha.post(&page, &[("reason", "ill")]).await.must_be(303);
    two.stage.tick().await;
    assert_eq!(reminders(planned(), "planned"), 0, "{:?}", planned());
    // Taken back: they come after all. Said again and agreed to: they do not.
    asha.post(&format!("{page}/end"), &[]).await.must_be(303);
    two.stage.tick().await;
    assert_eq!(reminders(planned(), "planned"), 3, "{:?}", planned());
    asha.post(&page, &[("reason", "ill")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.session, two.asha);
    two.stage.trainer().post(&decide, &[("decision", "approved")]).await.must_be(303);
    two.stage.tick().await;
    assert_eq!(reminders(planned(), "planned"), 0, "{:?}", planned());
}

#[actix_web::test]
async fn a_guest_s_chair_is_nobody_else_s_seat() {
    let two = Two::at("2026-03-01 08:00").await;
    let admin = two.stage.admin().by_token();
    let enrolments = format!("/api/v1/batches/{}/enrolments", two.theirs);
    let place = async |name: &str| {
        let person = two.stage.person(name, "B12");
        let body = json!({ "person": person.to_string() });
        let made = admin.api_post(&enrolments, body).await.must_be(201).json();
        (person, made["place"].as_str().expect("a place").to_owned())
    };
    classroom::set_seats(&two.stage, two.theirs, 3);
    let asha = two.stage.sign_in(two.asha);
    let make_up = format!("/sessions/{}/make-up", two.session);
    asha.post(&make_up, &[("session", &two.later.to_string())]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("You are on the list");
    let (chand, taken) = place("Chand Rao").await;
    assert_eq!(taken, "seat");
    assert_eq!(place("Dev Lal").await.1, "waiting", "the third chair is the guest's");
    two.stage.tick().await;
    let chairs = || {
        let on = [(two.later, two.theirs, 3)];
        let found = two.stage.read(|db| prashikshan::attendance::guests::store::chairs(db, &on));
        found[&two.later].free()
    };
    assert_eq!(chairs(), 0);

    // A chair that an apology freed takes the guest: the seat is free again, and is offered.
    let chand = two.stage.sign_in(chand);
    chand.post(&two.apology(two.later), &[("reason", "ill")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.later, chand.person.expect("somebody"));
    two.stage.trainer().post(&decide, &[("decision", "approved")]).await.must_be(303);
    two.stage.tick().await;
    let list = admin.api_get(&enrolments).await.must_be(200).json();
    let places: Vec<&str> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|e| e["place"].as_str())
        .collect();
    assert_eq!(places, ["seat", "seat", "offered"]);
    assert_eq!(chairs(), 0, "an offered seat is somebody's");
}

#[actix_web::test]
async fn a_freed_chair_goes_to_the_first_guest_who_waits_and_the_visit_counts() {
    let two = Two::at("2026-03-03 08:00").await;
    let asha = two.stage.sign_in(two.asha);
    let make_up = format!("/sessions/{}/make-up", two.session);
    asha.get(&make_up).await.must_be(200).says("Batch of B12").says("0 places free");
    let there = two.later.to_string();
    asha.post(&make_up, &[]).await.must_be(422);
    asha.post(&make_up, &[("session", &two.session.to_string())]).await.must_be(404);
    asha.post(&make_up, &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("Waiting");

    let bela = two.stage.sign_in(two.bela);
    bela.post(&two.apology(two.later), &[("reason", "ill")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.later, two.bela);
    two.stage.trainer().post(&decide, &[("decision", "approved")]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("You are on the list");

    two.stage.clock_to("2026-03-05 09:05");
    let trainer = two.stage.trainer();
    let roll = format!("/sessions/{}/roll-call", two.later);
    trainer.get(&roll).await.must_be(200).says("1 Asha Devi").says("2 Bela Bai");
    let mark = format!("mark-{}", two.asha);
    trainer.post(&roll, &[(&mark, "present")]).await.must_be(303);
    assert_eq!(two.roll(two.later), "Asha Devi present, Bela Bai excused");
    let verdict = two.stage.admin();
    let enrolments = verdict.get("/completion/people?course=C1").await.must_be(200);
    assert!(enrolments.text().contains("Asha Devi"), "{}", enrolments.text());
    let _ = (&two.course, two.theirs);
}

#[actix_web::test]
async fn a_guest_who_leaves_gives_the_chair_back() {
    let two = Two::at("2026-03-01 08:00").await;
    classroom::set_seats(&two.stage, two.theirs, 2);
    let asha = two.stage.sign_in(two.asha);
    let make_up = format!("/sessions/{}/make-up", two.session);
    let there = two.later.to_string();
    asha.get(&make_up).await.must_be(200).says("1 place free");
    asha.post(&make_up, &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("0 places free").says("You are on the list");
    asha.get(&two.apology(two.later)).await.must_be(200);
    asha.post(&format!("{make_up}/end"), &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("1 place free");
    asha.post(&format!("{make_up}/end"), &[("session", &there)]).await.must_be(404);
    asha.get(&two.apology(two.later)).await.must_be(404);
}

// --- Letters ---------------------------------------------------------------------------------------

/// The person's session on 29 November.
fn one_session(stage: &Stage, course: &Course, person: PersonId) -> SessionId {
    let batch = classroom::batch(stage, course, "B11", 30);
    let session = classroom::session(stage, batch, course, "A", "2026-11-29 05:00");
    classroom::enrol(stage, batch, person);
    session
}

async fn apologise(stage: &Stage, person: PersonId, session: SessionId, decision: &str) {
    let page = format!("/sessions/{session}/apology");
    stage.sign_in(person).post(&page, &[("reason", "ill")]).await.must_be(303);
    let decide = format!("/sessions/{session}/apologies/{person}");
    stage.trainer().post(&decide, &[("decision", decision)]).await.must_be(303);
}

#[actix_web::test]
async fn the_letter_of_an_apology_that_was_accepted() {
    snapshot_as("letter-apology-approved", "apology", async |stage, person| {
        let course = classroom::course(stage, "C1", 80, "A60");
        let session = one_session(stage, &course, person);
        apologise(stage, person, session, "approved").await;
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_an_apology_that_was_not_accepted() {
    snapshot_as("letter-apology-declined", "apology", async |stage, person| {
        let course = classroom::course(stage, "C1", 80, "A60");
        let session = one_session(stage, &course, person);
        apologise(stage, person, session, "declined").await;
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_a_chair_that_came_free() {
    snapshot_as("letter-apology-seat", "apology", async |stage, person| {
        let course = classroom::course(stage, "C1", 80, "A60");
        let missed = one_session(stage, &course, person);
        let full = classroom::batch(stage, &course, "B12", 1);
        let later = classroom::session(stage, full, &course, "A", "2026-12-06 05:00");
        let first = stage.person("First One", "B12");
        classroom::enrol(stage, full, first);
        let wish = [("session", &*later.to_string())];
        let make_up = format!("/sessions/{missed}/make-up");
        stage.sign_in(person).post(&make_up, &wish).await.must_be(303);
        apologise(stage, first, later, "approved").await;
    })
    .await;
}

#[actix_web::test]
async fn a_decision_goes_once_and_not_after_the_start() {
    let two = Two::at("2026-03-01 08:00").await;
    two.stage.tick().await;
    let before = two.stage.letters().len();
    apologise(&two.stage, two.asha, two.session, "approved").await;
    two.stage.tick().await;
    two.stage.tick().await;
    assert_eq!(two.stage.letters().len(), before + 1);
    // Decided by night, an hour before the start: nobody is woken, and it comes too late.
    let night = Two::at("2026-03-01 17:00").await;
    night.stage.tick().await;
    let before = night.stage.letters().len();
    apologise(&night.stage, night.bela, night.later, "declined").await;
    night.stage.tick().await;
    assert_eq!(night.stage.letters().len(), before, "not between nine and seven");
    night.stage.clock_to("2026-03-02 01:31");
    night.stage.tick().await;
    let subjects = night.stage.letters();
    assert!(subjects.len() > before, "in the morning");
}

#[actix_web::test]
async fn a_guest_hears_once_of_each_change_of_the_session() {
    let two = Two::at("2026-03-01 08:00").await;
    let stage = &two.stage;
    classroom::set_seats(stage, two.theirs, 2);
    let make_up = format!("/sessions/{}/make-up", two.session);
    let wish = [("session", &*two.later.to_string())];
    stage.sign_in(two.asha).post(&make_up, &wish).await.must_be(303);
    stage.tick().await;
    let sent = || -> Vec<String> {
        use prashikshan::kit::schema::letters;
        stage.read(|db| {
            Ok(letters::table
                .filter(letters::kind.eq("apology").and(letters::state.eq("sent")))
                .filter(letters::person_id.eq(two.asha))
                .order(letters::id)
                .select(letters::facts)
                .load(db)?)
        })
    };
    assert!(sent().is_empty(), "a place that was taken by oneself is no news");
    stage.clock_to("2026-03-01 08:10");
    let admin = stage.admin();
    let session = format!("/api/v1/sessions/{}", two.later);
    let moved = json!({
        "starts_at": "2026-03-05T15:00:00+05:30", "ends_at": "2026-03-05T17:00:00+05:30",
        "link": "https://example.org/hall", "clash_reason": "a story",
    });
    admin.api_patch(&session, moved).await.must_be(200);
    stage.tick().await;
    stage.tick().await;
    assert_eq!(sent().len(), 1, "{:?}", sent());
    assert!(sent()[0].contains("moved"));
    stage.clock_to("2026-03-01 08:20");
    let admin = stage.admin();
    let why = json!({ "reason": "the hall is lost" });
    admin.api_post(&format!("{session}/cancellation"), why).await.must_be(200);
    stage.tick().await;
    stage.tick().await;
    assert_eq!(sent().len(), 2, "{:?}", sent());
    assert!(sent()[1].contains("cancelled"));
    let asha = stage.sign_in(two.asha);
    asha.get(&make_up).await.must_be(200).says("No other session of this module");
}
