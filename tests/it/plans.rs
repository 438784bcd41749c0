//! Many sessions planned at once: drawn, mended, published whole; clashes never raced.

use prashikshan::enrolment;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId, VenueId};
use prashikshan::kit::schema::{
    batches, journal, letters, plan_requests, session_trainers, sessions, units,
};
use prashikshan::schedule;
use prashikshan::schedule::plans;
use prashikshan::schedule::plans::rules::PlanForm;
use prashikshan::schedule::rules::SessionDraft;
use serde_json::{Value, json};

use diesel::prelude::*;

use crate::stage::{Client, Stage};

async fn made(who: &Client, path: &str, body: Value) -> String {
    who.api_post(path, body).await.must_be(201).json()["id"].as_str().expect("an id").to_owned()
}

/// A published course of six modules, a hall in each of two blocks of D1 and one of D2.
async fn house(stage: &Stage) -> Vec<String> {
    let admin = stage.admin();
    let modules: Vec<Value> = (1..=6)
        .map(
            |n| json!({ "code": format!("M{n}"), "title_en": format!("Part {n}"), "minutes": 120 }),
        )
        .collect();
    let course =
        json!({ "code": "NM-6", "title_en": "New members", "unit": "MP", "modules": modules });
    let course = made(&admin, "/api/v1/courses", course).await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await.must_be(200);
    let mut halls = vec![];
    for unit in ["B11", "B12", "B21"] {
        let hall = json!({ "unit": unit, "name_en": format!("Hall {unit}"), "seats": 60 });
        halls.push(made(&admin, "/api/v1/venues", hall).await);
    }
    halls
}

fn enrol(stage: &Stage, batch: &str, person: PersonId) {
    let batch: BatchId = batch.parse().expect("an id");
    let admin = stage.actor("State Admin");
    stage.write(|db, stamp| enrolment::enrol(db, &admin, batch, person, stamp).map(|_| ()));
}

/// Six Sundays from 6 December 2026 for three blocks.
const SUNDAYS: [(&str, &str); 8] = [
    ("course", "NM-6"),
    ("units", "B11"),
    ("units", "B12"),
    ("units", "B21"),
    ("first_day", "2026-12-06"),
    ("repeat", "weekly"),
    ("starts_at", "10:00"),
    ("ends_at", ""),
];

fn counts(stage: &Stage) -> (i64, i64, i64) {
    stage.read(|db| {
        Ok((
            batches::table.count().get_result(db)?,
            sessions::table.count().get_result(db)?,
            plan_requests::table.count().get_result(db)?,
        ))
    })
}

#[actix_web::test]
async fn six_sessions_for_three_blocks_are_one_form_and_one_publish() {
    let stage = Stage::new("2026-11-25 08:00").await;
    house(&stage).await;
    let admin = stage.admin();
    // One block has its batch already, with two people on it; one of them has no address.
    let river = json!({ "course": "NM-6", "unit": "B11", "title": "River, winter", "seats": 40 });
    let river = made(&admin, "/api/v1/batches", river).await;
    enrol(&stage, &river, stage.person("Asha Devi", "B11"));
    enrol(&stage, &river, stage.person_without_mail("Bela Rao", "B11"));
    stage.tick().await;
    stage.clear_letters();

    admin.get("/schedules").await.must_be(200).says("There is no plan yet");
    admin.get("/schedules/new").await.must_be(200).says("River block (B11)");
    let plan = admin.post("/schedules", &SUNDAYS).await.must_be(303).location().to_owned();
    assert_eq!(counts(&stage), (1, 0, 0), "a draft is nothing yet");

    // The draft is kept, and is nobody else's.
    admin.get("/schedules").await.must_be(200).says("18 sessions, 3 units");
    stage.district_admin().get(&plan).await.must_be(404);
    let page = admin.get(&plan).await.must_be(200);
    let words = page.text();
    for said in ["River, winter", "Forest block", "Sun 6 Dec 2026, 10:00 am – 12:00 pm", "Part 6"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(words.contains("No clash"), "{words}");
    assert_eq!(page.body.matches("Hall B12").count(), 6, "its own hall in each session");

    admin
        .get(&format!("{plan}/publication"))
        .await
        .must_be(200)
        .says("Publish and send 2 invitations")
        .says("1 person has no e-mail address");
    admin.post(&format!("{plan}/publication"), &[]).await.must_be(303);
    assert_eq!(counts(&stage), (3, 18, 3));
    admin.get(&plan).await.must_be(200).says("This plan is published: 18 sessions");
    admin.post(&format!("{plan}/publication"), &[]).await.must_be(409);
    admin.post(&format!("{plan}/cells/1-1"), &[]).await.must_be(409);
    admin.post(&format!("{plan}/removal"), &[]).await.must_be(409);
    assert_eq!(counts(&stage).1, 18);

    // One letter for each who can be reached, with all six sessions in it.
    stage.tick().await;
    let posted = stage.letters();
    let to_asha = posted.iter().filter(|l| l.to.contains("asha.devi")).count();
    assert_eq!((to_asha, posted.len()), (1, 1), "nobody else has a seat and an address");
    let facts: Vec<String> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::kind.eq("invitation"))
            .filter(letters::state.eq("sent"))
            .select(letters::facts)
            .load(db)?)
    });
    let facts: Value = serde_json::from_str(&facts[0]).expect("facts");
    assert_eq!(facts["sessions"].as_array().map(Vec::len), Some(6), "{facts}");
    let journal = admin.get("/journal").await.must_be(200).text();
    assert!(journal.contains("plan published") && journal.contains("batch created"), "{journal}");
}

#[actix_web::test]
async fn a_draft_is_also_for_colleagues_who_may_plan_in_each_of_its_units() {
    let stage = Stage::new("2026-11-25 08:00").await;
    house(&stage).await;
    let district = stage.district_admin();
    let own: Vec<(&str, &str)> =
        SUNDAYS.into_iter().filter(|pair| *pair != ("units", "B21")).collect();
    let plan = district.post("/schedules", &own).await.must_be(303).location().to_owned();
    let state = stage.admin();
    let page = state.get("/schedules").await.must_be(200);
    page.says("Drafts of colleagues").says("District Admin");
    state.get(&plan).await.must_be(200).says("River block");
    stage.other_admin().get(&plan).await.must_be(404);
    let listed = stage.other_admin().get("/schedules").await.must_be(200).text();
    assert!(!listed.contains("Drafts of colleagues"), "{listed}");
    state.post(&format!("{plan}/publication"), &[]).await.must_be(303);
    district.get(&plan).await.must_be(200).says("This plan is published");
}

#[actix_web::test]
async fn a_session_is_mended_left_out_and_a_unit_gets_another_hall() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let halls = house(&stage).await;
    let (admin, trainer) = (stage.admin(), stage.person_named("Trainer One").to_string());
    let plan = admin.post("/schedules", &SUNDAYS).await.must_be(303).location().to_owned();

    // The forest's second session: another day, in the river's hall while that is taken.
    let cell = format!("{plan}/cells/2-1");
    admin.get(&cell).await.must_be(200).says("Session 2, Forest block");
    let clash = [
        ("starts_at", "2026-12-13T11:00"),
        ("ends_at", "2026-12-13T13:00"),
        ("venue", halls[0].as_str()),
        ("modules", "M2"),
    ];
    admin.post(&cell, &clash).await.must_be(303);
    let page = admin.get(&plan).await.must_be(200);
    assert_eq!(page.body.matches("plan-red").count(), 2, "both sides are red");
    let page = page.says("Hall B11 is taken: Forest block, 6 Dec 2026");
    assert!(page.text().contains("Something stands against 2 sessions"));
    let confirm = admin.get(&format!("{plan}/publication")).await.must_be(200);
    let confirm = confirm.says("No reason can pass this");
    assert!(!confirm.body.contains("clash_reason"));
    let with = [("clash_reason", "we squeeze in")];
    admin.post(&format!("{plan}/publication"), &with).await.must_be(409).says("No reason can pass");
    assert_eq!(counts(&stage), (0, 0, 0), "nothing at all");

    // A link instead; a wrong one first. What was typed stays.
    let wrong = [("starts_at", "2026-12-13T11:00"), ("ends_at", "2026-12-13T10:00"), ("link", "x")];
    let again = admin.post(&cell, &wrong).await.must_be(422);
    assert!(again.body.contains("error-ends_at") && again.body.contains("error-link"));
    assert!(again.body.contains("value=\"2026-12-13T10:00\""));
    let past = [("starts_at", "2026-11-01T10:00"), ("ends_at", "2026-11-01T12:00")];
    admin.post(&cell, &past).await.must_be(422).says("lies in the past");
    let stranger = [
        ("starts_at", "2026-12-13T11:00"),
        ("ends_at", "2026-12-13T13:00"),
        ("trainers", trainer.as_str()),
    ];
    admin.post(&cell, &stranger).await.must_be(422).says("not a trainer here");
    let online = [
        ("starts_at", "2026-12-13T11:00"),
        ("ends_at", "2026-12-13T13:00"),
        ("link", "https://meet.example.org/a"),
    ];
    admin.post(&cell, &online).await.must_be(303);

    // On Christmas Day: said in amber, and no reason asked for. One is left out.
    let feast = [
        ("starts_at", "2026-12-25T10:00"),
        ("ends_at", "2026-12-25T12:00"),
        ("venue", halls[0].as_str()),
    ];
    admin.post(&format!("{plan}/cells/3-1"), &feast).await.must_be(303);
    admin.get(&plan).await.says("That day is a holiday: Christmas (public)");
    admin.post(&format!("{plan}/cells/6-2/removal"), &[]).await.must_be(303);
    admin.get(&plan).await.says("17 sessions, 3 units").says("This session is not held here");
    admin.get(&format!("{plan}/cells/6-2")).await.must_be(200);

    // One trainer for two blocks at the same hour; a batch of another name and size.
    for (column, hall) in [(2, &halls[1]), (3, &halls[0])] {
        let title = format!("Block {column}");
        let form = [
            ("title", title.as_str()),
            ("seats", "70"),
            ("venue", hall.as_str()),
            ("trainers", trainer.as_str()),
        ];
        admin.post(&format!("{plan}/columns/{column}"), &form).await.must_be(303);
    }
    let page = admin.get(&plan).await.must_be(200).text();
    for said in ["Trainer One is teaching then: Block 2", "The batch has more seats than the venue"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let wrong = [("title", ""), ("seats", "0"), ("venue", "7"), ("batch", "9")];
    let again = admin.post(&format!("{plan}/columns/1"), &wrong).await.must_be(422);
    assert!(again.body.contains("error-batch") && again.body.contains("error-venue"));

    let publication = format!("{plan}/publication");
    admin.post(&publication, &[]).await.must_be(409).says("Give a reason");
    assert_eq!(counts(&stage), (0, 0, 0));
    let with = [("clash_reason", "he changes halls at noon")];
    admin.post(&publication, &with).await.must_be(303);
    assert_eq!(counts(&stage), (3, 17, 3));
    let told: i64 = stage.read(|db| {
        Ok(journal::table
            .filter(journal::action.eq("session published"))
            .filter(journal::detail.like("%he changes halls at noon%"))
            .count()
            .get_result(db)?)
    });
    assert!(told >= 10, "the reason is kept with each session it was given for: {told}");
    for (path, status) in
        [("/cells/9-1", 404), ("/cells/0-1", 404), ("/cells/x", 404), ("/columns/4", 404)]
    {
        admin.get(&format!("{plan}{path}")).await.must_be(status);
    }
}

#[actix_web::test]
async fn what_cannot_be_planned_is_told_and_the_form_kept() {
    let stage = Stage::new("2026-11-25 08:00").await;
    house(&stage).await;
    let admin = stage.admin();
    let check = async |who: &Client, change: &[(&str, &str)], names: &[&str]| {
        let mut form: Vec<(&str, &str)> = SUNDAYS.to_vec();
        form.retain(|(name, _)| !change.iter().any(|(other, _)| other == name));
        form.extend(change);
        let page = who.post("/schedules", &form).await.must_be(422);
        for name in names {
            assert!(page.body.contains(&format!("href=\"#field-{name}\"")), "{name}: {change:?}");
        }
        assert!(page.body.contains("value=\"B11\""), "the form is kept");
    };
    check(&admin, &[("course", "NM-9"), ("units", "X9")], &["course", "units"]).await;
    check(&admin, &[("course", ""), ("units", "")], &["course", "units"]).await;
    check(&admin, &[("first_day", "2026-11-24")], &["first_day"]).await;
    check(&admin, &[("first_day", "2026-02-30"), ("starts_at", "9")], &["first_day", "starts_at"])
        .await;
    check(&admin, &[("ends_at", "09:00")], &["ends_at"]).await;
    check(&admin, &[("repeat", "rule"), ("rule", "FREQ=DAILY;COUNT=10000")], &["rule"]).await;
    check(&admin, &[("repeat", "rule"), ("rule", "every Sunday")], &["rule"]).await;
    check(&admin, &[("sessions", "10000")], &["sessions"]).await;
    check(&stage.district_admin(), &[], &["units"]).await;
    // A trainer plans sessions of batches that are there; making one is an admin's.
    check(&stage.trainer(), &[("units", "B11")], &["units"]).await;
    made(&admin, "/api/v1/batches", json!({ "course": "NM-6", "unit": "B11", "title": "River" }))
        .await;
    let form: Vec<(&str, &str)> =
        SUNDAYS.iter().copied().filter(|(_, v)| !["B12", "B21"].contains(v)).collect();
    let plan = stage.trainer().post("/schedules", &form).await.must_be(303).location().to_owned();
    stage.trainer().post(&format!("{plan}/publication"), &[]).await.must_be(303);
    stage.newcomer("Asha Devi", "B11").get("/schedules/new").await.must_be(403);
    stage.auditor().get("/schedules").await.must_be(403);

    // Over the hour that the clocks leave out, in a zone that has one: the first minute after it.
    stage.write(|db, _| {
        diesel::update(units::table.filter(units::code.eq("B12")))
            .set(units::timezone.eq("Europe/London"))
            .execute(db)?;
        Ok(())
    });
    let london = [
        ("course", "NM-6"),
        ("units", "B12"),
        ("first_day", "2027-03-27"),
        ("repeat", "daily"),
        ("starts_at", "01:30"),
        ("sessions", "3"),
    ];
    let plan = admin.post("/schedules", &london).await.must_be(303).location().to_owned();
    admin.get(&plan).await.must_be(200).says("Sun 28 Mar 2027, 2:00 am").says("before 7 am");
    admin.post(&format!("{plan}/removal"), &[]).await.must_be(303);
    admin.get(&plan).await.must_be(404);
}

#[actix_web::test]
async fn venue_and_trainer_are_those_of_the_last_time() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let halls = house(&stage).await;
    let admin = stage.admin();
    let batch = json!({ "course": "NM-6", "unit": "B11", "title": "River, autumn" });
    let batch = made(&admin, "/api/v1/batches", batch).await;
    let trainer = stage.person_named("Trainer One").to_string();
    let session = json!({
        "venue": halls[1], "trainers": [trainer],
        "starts_at": "2026-11-28T10:00", "ends_at": "2026-11-28T12:00",
    });
    made(&admin, &format!("/api/v1/batches/{batch}/sessions"), session).await;
    let plan = admin
        .post(
            "/schedules",
            &SUNDAYS[..]
                .iter()
                .copied()
                .filter(|(_, v)| !["B12", "B21"].contains(v))
                .collect::<Vec<_>>(),
        )
        .await;
    let plan = plan.must_be(303).location().to_owned();
    let page = admin.get(&plan).await.must_be(200);
    assert_eq!(page.body.matches("Hall B12").count(), 6);
    assert_eq!(page.body.matches("Trainer One").count(), 6);
    // That batch has met already: it is offered, a new one is proposed.
    let column = admin.get(&format!("{plan}/columns/1")).await.must_be(200);
    assert!(column.body.contains("River, autumn"));
}

#[actix_web::test]
async fn a_plan_asks_the_same_however_large_it_is() {
    let stage = Stage::new("2026-11-25 08:00").await;
    house(&stage).await;
    let admin = stage.admin();
    let mut asked = vec![];
    for (n, units) in [("2", vec!["B11"]), ("20", vec!["B11", "B12", "B21"])] {
        let mut form = vec![
            ("course", "NM-6"),
            ("first_day", "2027-01-05"),
            ("repeat", "daily"),
            ("starts_at", "10:00"),
            ("sessions", n),
        ];
        form.extend(units.iter().map(|u| ("units", *u)));
        let mut steps = vec![];
        let count = || stage.site.database.statements.count();
        let before = count();
        let plan = admin.post("/schedules", &form).await.must_be(303).location().to_owned();
        steps.push(count() - before);
        let before = count();
        admin.get(&plan).await.must_be(200);
        steps.push(count() - before);
        let before = count();
        admin.post(&format!("{plan}/publication"), &[]).await.must_be(303);
        steps.push(count() - before);
        asked.push(steps);
        stage.write(|db, _| {
            diesel::update(sessions::table).set(sessions::state.eq("cancelled")).execute(db)?;
            Ok(())
        });
    }
    println!("drawing, showing, publishing: {asked:?} statements for 2 and for 60 sessions");
    assert_eq!(asked[0], asked[1]);
}

/// Two hundred planners at once, by single sessions and by whole plans, on the same few halls and
/// trainers: whatever comes in between, no two sessions clash unless a reason was given.
#[actix_web::test]
async fn two_hundred_planners_never_make_a_clash_unseen() {
    let stage = Stage::on_disk("2026-11-25 08:00").await;
    let halls = house(&stage).await;
    let (admin, api) = (stage.actor("State Admin"), stage.admin());
    let trainer = stage.person_named("Trainer One");
    let mut runs = vec![];
    for n in 0..4 {
        let unit = ["B11", "B12"][n % 2];
        let run = json!({ "course": "NM-6", "unit": unit, "title": format!("Run {n}") });
        runs.push(made(&api, "/api/v1/batches", run).await.parse::<BatchId>().expect("an id"));
    }
    let home = chrono_tz::Asia::Kolkata;
    // Every fifth planner publishes a plan of two sessions; the others make one session each.
    let one = |n: usize| -> Result<bool, Fault> {
        let draft = SessionDraft {
            venue: halls[n % 2].clone(),
            trainers: if n.is_multiple_of(3) { vec![trainer.to_string()] } else { vec![] },
            starts_at: format!("2026-12-{:02}T{:02}:00", 7 + n % 8, 9 + n % 5),
            ends_at: format!("2026-12-{:02}T{:02}:30", 7 + n % 8, 10 + n % 5),
            ..SessionDraft::default()
        };
        let made = stage.try_write(|db, stamp| {
            schedule::create(db, &admin, runs[n % 4], &draft, home, stamp).map(|_| true)
        });
        match made {
            Err(Fault::Conflict(_)) => Ok(false),
            other => other,
        }
    };
    let whole = |n: usize| -> Result<bool, Fault> {
        let form = PlanForm {
            course: "NM-6".to_owned(),
            units: vec![["B11", "B12"][n % 2].to_owned()],
            first_day: format!("2026-12-{:02}", 7 + n % 7),
            repeat: "daily".to_owned(),
            sessions: "2".to_owned(),
            starts_at: format!("{:02}:00", 9 + n % 6),
            ends_at: format!("{:02}:30", 10 + n % 6),
            ..PlanForm::default()
        };
        let language = prashikshan::kit::columns::Language::En;
        let id =
            stage.try_write(|db, stamp| plans::create(db, &admin, &form, language, home, stamp))?;
        let made = stage.try_write(|db, stamp| plans::publish::publish(db, &admin, id, "", stamp));
        match made {
            Ok(_) => Ok(true),
            Err(Fault::Conflict(_)) => Ok(false),
            Err(other) => Err(other),
        }
    };
    // A planner who finds the house busy comes again.
    let planner = |n: usize| loop {
        let tried = if n.is_multiple_of(5) { whole(n) } else { one(n) };
        match tried {
            Err(Fault::Busy) => {}
            other => return other,
        }
    };
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let planner = &planner;
        let all: Vec<_> = (0..200).map(|n| scope.spawn(move || planner(n))).collect();
        all.into_iter().map(|p| p.join().expect("a planner")).collect()
    });
    let passed = outcomes.iter().filter(|o| matches!(o, Ok(true))).count();
    let refused = outcomes.iter().filter(|o| matches!(o, Ok(false))).count();
    println!("{passed} planners passed, {refused} were refused, of {}", outcomes.len());
    assert_eq!(passed + refused, 200, "{outcomes:?}");
    assert!(passed >= 8 && refused >= 50, "{passed} passed, {refused} refused");

    // A second opinion on what stands in the database: nobody gave a reason, so nothing clashes.
    type Row = (SessionId, BatchId, Option<VenueId>, chrono::NaiveDateTime, chrono::NaiveDateTime);
    let rows: Vec<Row> = stage.read(|db| {
        Ok(sessions::table
            .select((
                sessions::id,
                sessions::batch_id,
                sessions::venue_id,
                sessions::starts_at,
                sessions::ends_at,
            ))
            .load(db)?)
    });
    let taught: Vec<(SessionId, PersonId)> = stage.read(|db| {
        Ok(session_trainers::table
            .select((session_trainers::session_id, session_trainers::person_id))
            .load(db)?)
    });
    let trainers = |id: SessionId| taught.iter().filter(move |(s, _)| *s == id).map(|(_, p)| *p);
    let hour = chrono::Duration::minutes(60);
    for (i, a) in rows.iter().enumerate() {
        for b in &rows[i + 1..] {
            let overlap = |slack| a.3 < b.4 + slack && b.3 < a.4 + slack;
            let now = chrono::Duration::zero();
            assert!(!(a.2.is_some() && a.2 == b.2 && overlap(now)), "one hall twice: {a:?} {b:?}");
            assert!(!(a.1 == b.1 && overlap(now)), "one batch twice: {a:?} {b:?}");
            if trainers(a.0).any(|p| trainers(b.0).any(|q| p == q)) {
                let slack = if a.2 == b.2 { now } else { hour };
                assert!(!overlap(slack), "one trainer twice: {a:?} {b:?}");
            }
        }
    }
}

#[actix_web::test]
async fn the_way_between_two_venues_is_set_pair_by_pair() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let halls = house(&stage).await;
    let (admin, trainer) = (stage.admin(), stage.person_named("Trainer One").to_string());
    let batch = json!({ "course": "NM-6", "unit": "D1", "title": "East" });
    let batch = made(&admin, "/api/v1/batches", batch).await;
    let sessions = format!("/api/v1/batches/{batch}/sessions");
    let at = |hall: &str, from: &str, to: &str| {
        json!({
            "venue": hall, "trainers": [trainer],
            "starts_at": format!("2026-12-07T{from}"), "ends_at": format!("2026-12-07T{to}"),
        })
    };
    made(&admin, &sessions, at(&halls[0], "09:00", "10:00")).await;
    let next = at(&halls[1], "10:20", "11:00");
    let clash = admin.api_post(&sessions, next.clone()).await.must_be(409).json();
    assert_eq!(clash["clashes"][0]["kind"], "travel");
    assert_eq!(clash["clashes"][0]["minutes"], 60);

    // Next door; said from the other end.
    let ways = format!("/venues/{}/ways", halls[1]);
    admin.get(&ways).await.must_be(200).says("60 minutes are reckoned");
    let other = halls[0].as_str();
    admin.post(&ways, &[("other", other), ("minutes", "x")]).await.must_be(422);
    admin.post(&ways, &[("other", halls[1].as_str()), ("minutes", "5")]).await.must_be(422);
    admin.post(&ways, &[("other", other), ("minutes", "20")]).await.must_be(303);
    admin.get(&ways).await.says("Hall B11: 20 min");
    made(&admin, &sessions, next).await;
    admin.post(&ways, &[("other", other), ("minutes", "")]).await.must_be(303);
    admin.get(&ways).await.says("No way from here is different");

    // What holds for any two is the state's.
    let minutes = format!("{ways}/minutes");
    stage.district_admin().post(&minutes, &[("every", "5")]).await.must_be(403);
    admin.post(&minutes, &[("every", "1441")]).await.must_be(422);
    admin.post(&minutes, &[("every", "150")]).await.must_be(303);
    let far = at(&halls[0], "13:00", "14:00");
    let clash = admin.api_post(&sessions, far).await.must_be(409).json();
    assert_eq!(clash["clashes"][0]["minutes"], 150);
    admin.get("/journal?subject=travel").await.must_be(200).says("travel changed");
}
