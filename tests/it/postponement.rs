//! Sessions and batches moved and called off: seen beforehand, told once.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};
use prashikshan::kit::mail::Posted;
use prashikshan::kit::schema::{batches, enrolments, letters, session_revisions, sessions};
use prashikshan::{enrolment, kit};
use serde_json::{Value, json};

use crate::letters::mark;
use crate::stage::{Client, Stage};

async fn made(who: &Client, path: &str, body: Value) -> String {
    who.api_post(path, body).await.must_be(201).json()["id"].as_str().expect("an id").to_owned()
}

/// A course of so many modules, a hall, a batch in B11.
struct Plan {
    batch: String,
    hall: String,
}

async fn plan(stage: &Stage, modules: usize, seats: i32) -> Plan {
    let admin = stage.admin();
    let modules: Vec<Value> = (1..=modules)
        .map(|n| json!({ "code": format!("M{n}"), "title_hi": format!("विषय {n}"), "title_en": format!("Module {n}"), "minutes": 120 }))
        .collect();
    let course = json!({ "code": "NM", "title_hi": "नए सदस्य", "title_en": "New members", "modules": modules });
    let course = made(&admin, "/api/v1/courses", course).await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await.must_be(200);
    let hall = hall(&admin, "Town hall").await;
    let batch = json!({ "course": "NM", "unit": "B11", "title": "River, autumn", "seats": seats });
    Plan { batch: made(&admin, "/api/v1/batches", batch).await, hall }
}

async fn hall(admin: &Client, name: &str) -> String {
    let hall = json!({ "unit": "B11", "name_en": name, "name_hi": "भवन", "seats": 100 });
    made(admin, "/api/v1/venues", hall).await
}

/// A session from ten to twelve in India.
async fn session(admin: &Client, batch: &str, day: &str, more: Value) -> String {
    let mut body = json!({
        "starts_at": format!("{day}T10:00:00+05:30"), "ends_at": format!("{day}T12:00:00+05:30"),
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    made(admin, &format!("/api/v1/batches/{batch}/sessions"), body).await
}

async fn publish(admin: &Client, batch: &str) {
    admin.post(&format!("/batches/{batch}/publication"), &[]).await.must_be(303);
}

fn enrol(stage: &Stage, batch: &str, person: PersonId) {
    let batch: BatchId = batch.parse().expect("an id");
    let admin = stage.actor("State Admin");
    stage.write(|db, stamp| enrolment::enrol(db, &admin, batch, person, stamp).map(|_| ()));
}

/// Every calendar part of a letter, unfolded: the one beside the text, then the files.
fn calendars(letter: &Posted) -> Vec<String> {
    use base64::Engine;
    let part = |(at, _): (usize, &str)| {
        let (head, body) = letter.bytes[at..].split_once("\r\n\r\n").expect("a body");
        let body = body.split("\r\n--").next().expect("a part");
        let text = if head.contains("base64") {
            let joined: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined).expect("base64");
            String::from_utf8(bytes).expect("text")
        } else {
            body.replace("=\r\n", "").replace("=3D", "=")
        };
        text.replace("\r\n ", "")
    };
    letter.bytes.match_indices("text/calendar").map(part).collect()
}

fn calendar(letter: &Posted) -> String {
    calendars(letter).into_iter().next().expect("a calendar")
}

/// UID → SEQUENCE of every event of a letter.
fn events(letter: &Posted) -> BTreeMap<String, i32> {
    let value = |event: &str, name: &str| {
        let line = event.lines().find_map(|l| l.strip_prefix(&format!("{name}:")));
        line.expect("a line").to_owned()
    };
    let mut all = BTreeMap::new();
    for text in calendars(letter) {
        // RFC 5546: one UID in a message.
        let events: Vec<&str> = text.split("BEGIN:VEVENT").skip(1).collect();
        assert!(events.len() == 1 || text.contains("METHOD:PUBLISH"), "{text}");
        for event in events {
            all.insert(value(event, "UID"), value(event, "SEQUENCE").parse().expect("a number"));
        }
    }
    all
}

fn subject(letter: &Posted) -> String {
    kit::mail_text::subject(&letter.bytes).expect("a subject")
}

/// How many letters went, administrators' weekly ones apart.
fn to_people(stage: &Stage) -> usize {
    stage.letters().iter().filter(|l| !subject(l).starts_with("Weekly summary")).count()
}

/// How many letters of a kind stand in the ledger at a revision, in a state.
fn count(stage: &Stage, kind: &str, revision: Option<i32>, state: &str) -> i64 {
    stage.read(|db| {
        let found = letters::table
            .filter(letters::kind.eq(kind).and(letters::state.eq(state)))
            .into_boxed();
        let found = match revision {
            Some(revision) => found.filter(letters::revision.eq(revision).assume_not_null()),
            None => found,
        };
        Ok(found.count().get_result(db)?)
    })
}

#[actix_web::test]
async fn a_move_is_seen_before_it_is_told() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.district_admin();
    let plan = plan(&stage, 1, 60).await;
    let other = hall(&admin, "School").await;
    let me = stage.person_named("Trainer One").to_string();
    let with = json!({ "venue": plan.hall, "modules": ["M1"], "trainers": [me] });
    let id = session(&admin, &plan.batch, "2026-11-29", with).await;
    publish(&admin, &plan.batch).await;
    for n in 1..=34 {
        let person = stage.person(&format!("Person {n:02}"), "B11");
        enrol(&stage, &plan.batch, person);
    }
    enrol(&stage, &plan.batch, stage.person_without_mail("Zoya Khan", "B11"));
    stage.tick().await;
    stage.clear_letters();

    let url = format!("/sessions/{id}/postponement");
    admin.get(&format!("/sessions/{id}/move")).await.must_be(301);
    let form = admin.get(&url).await.must_be(200);
    assert!(form.body.contains("name=\"revision\" value=\"1\""), "{}", form.body);
    let typed = |venue: &'static str, step: &'static str| {
        let mut form: Vec<(String, String)> = [
            ("starts_at", "2026-11-29T14:00"),
            ("ends_at", "2026-11-29T16:00"),
            ("link", ""),
            ("modules", "M1"),
            ("reason", "the hall is lost"),
            ("revision", "1"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .to_vec();
        form.push(("trainers".to_owned(), me.clone()));
        form.push(("step".to_owned(), step.to_owned()));
        let venue = if venue == "school" { other.clone() } else { plan.hall.clone() };
        form.push(("venue".to_owned(), venue));
        form
    };
    let post = async |form: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        admin.post(&url, &pairs).await
    };
    let look = post(typed("school", "look")).await.must_be(200);
    let look = look.says("35 people get a letter").says("1 person has no e-mail");
    let look = look.says("102 reminders of the old dates are dropped, 102 are planned");
    let look = look
        .says("Tell 35 people")
        .says("and 30 more")
        .says("The trainers are among them: Trainer One");
    look.says("Sun 29 Nov 2026, 2:00 pm – 4:00 pm").says("School").says("the hall is lost");
    let api = format!("/api/v1/sessions/{id}");
    let revision = || admin.api_get(&api);
    assert_eq!(revision().await.json()["revision"], 1, "looking changes nothing");
    post(typed("school", "edit")).await.must_be(200).says("See what changes");

    // What is looked at a second time by somebody else is what counts.
    let mut late = typed("school", "tell");
    late.retain(|(name, _)| name != "revision");
    late.push(("revision".to_owned(), "7".to_owned()));
    post(late).await.must_be(409).says("Somebody changed this in the meantime");

    post(typed("school", "tell")).await.must_be(303);
    assert_eq!(revision().await.json()["revision"], 2);
    stage.tick().await;
    let told = stage.letters();
    assert_eq!(told.len(), 35, "the trainer is one of them");
    for letter in &told {
        assert_eq!(events(letter).values().collect::<Vec<_>>(), [&1]);
    }
    assert_eq!(count(&stage, "change", None, "missed"), 1, "the one without an address");
    assert_eq!(count(&stage, "reminder", Some(1), "planned"), 0);
    assert_eq!(count(&stage, "reminder", Some(2), "planned"), 102);
    // The same again changes nothing, so there is nothing to look at.
    let mut same = typed("school", "look");
    same.retain(|(name, _)| name != "revision");
    post(same).await.must_be(409).says("Nothing changes yet");

    // Another trainer: no revision, letters to these two alone, a line in the history.
    let bela = stage.person("Bela Rao", "D1");
    let unit = stage.unit("D1");
    stage.write(|db, stamp| access::grant(db, None, bela, Role::Trainer, unit, None, stamp));
    let mut swapped = typed("school", "look");
    swapped.retain(|(name, _)| name != "trainers" && name != "revision");
    swapped.push(("trainers".to_owned(), bela.to_string()));
    let look = post(swapped.clone()).await.must_be(200);
    look.says("Bela Rao").says("Neither time nor place changes").says("2 people get a letter");
    swapped.retain(|(name, _)| name != "step");
    swapped.push(("step".to_owned(), "tell".to_owned()));
    post(swapped).await.must_be(303);
    assert_eq!(revision().await.json()["revision"], 2);
    stage.clear_letters();
    stage.tick().await;
    assert_eq!(stage.letters().len(), 2);
    let page = admin.get(&format!("/sessions/{id}")).await.must_be(200);
    page.says("Trainers : Bela Rao Trainer One");

    // Called off: again what it does stands there before.
    let page = admin.get(&format!("/sessions/{id}/cancellation")).await.must_be(200);
    page.says("35 people get a letter").says("Cancel and tell 35 people");
}

/// The case that happened: ten days announced for 2–12 October are held on 2–11 November.
#[actix_web::test]
async fn ten_days_and_71_people_move_by_a_month() {
    let stage = Stage::new("2026-09-20 04:30").await;
    let admin = stage.district_admin();
    let plan = plan(&stage, 10, 80).await;
    let elsewhere = hall(&admin, "Far hall").await;
    let unit = stage.unit("D1");
    let speakers: Vec<String> = ["Anil Speaker", "Bela Speaker", "Chandra Speaker"]
        .map(|name| {
            let person = stage.person(name, "D1");
            stage.write(|db, stamp| {
                access::grant(db, None, person, Role::Trainer, unit, None, stamp)
            });
            person.to_string()
        })
        .to_vec();
    let days = [2, 3, 5, 6, 7, 8, 9, 10, 11, 12];
    let mut ids = vec![];
    for (n, day) in days.iter().enumerate() {
        let with = json!({
            "venue": plan.hall, "modules": [format!("M{}", n + 1)], "trainers": [speakers[n % 3]],
        });
        ids.push(session(&admin, &plan.batch, &format!("2026-10-{day:02}"), with).await);
    }
    let span = [
        ("title", "River, autumn"),
        ("seats", "80"),
        ("starts_on", "2026-10-02"),
        ("ends_on", "2026-10-12"),
    ];
    admin.post(&format!("/batches/{}", plan.batch), &span).await.must_be(303);
    publish(&admin, &plan.batch).await;
    for n in 1..=71 {
        let person = stage.person(&format!("Person {n:02}"), "B11");
        enrol(&stage, &plan.batch, person);
    }
    stage.tick().await;
    let first = stage.letters();
    assert_eq!(first.len(), 71);
    let uids: BTreeSet<String> = first.iter().flat_map(|l| events(l).into_keys()).collect();
    assert_eq!(uids.len(), 710);
    assert_eq!(count(&stage, "reminder", Some(1), "planned"), 2_130);
    stage.clear_letters();
    // Three speakers have said yes elsewhere on days in November.
    let other = json!({ "course": "NM", "unit": "D1", "title": "East, winter", "seats": 30 });
    let other = made(&admin, "/api/v1/batches", other).await;
    for (speaker, day) in speakers.iter().zip(["2026-11-02", "2026-11-03", "2026-11-04"]) {
        session(&admin, &other, day, json!({ "venue": elsewhere, "trainers": [speaker] })).await;
    }

    // Ten days later, before any reminder: by a month, then the gap is closed day by day.
    stage.clock_to("2026-09-25 04:30");
    let admin = stage.district_admin();
    let url = format!("/batches/{}/postponement", plan.batch);
    let page = admin.get(&url).await.must_be(200);
    page.says("10 sessions are still to come, the first on Fri 2 Oct 2026");
    let to = [("first_day", "2026-11-02"), ("reason", "festival and harvest"), ("step", "look")];
    let look = admin.post(&url, &to).await.must_be(200);
    let look = look
        .says("10 sessions move")
        .says("74 people get a letter")
        .says("Anil Speaker, Bela Speaker, Chandra Speaker");
    let look = look.says("2,130 reminders of the old dates are dropped, 2,130 are planned");
    let look = look.says("Mon 2 Nov 2026, 10:00 am");
    assert!(look.text().contains("Thu 12 Nov 2026"), "the pattern is kept: {}", look.text());
    let step = |step: &str, reason: &str| {
        let mut form: Vec<(String, String)> = vec![];
        for (n, id) in ids.iter().enumerate() {
            form.push((format!("starts_at-{id}"), format!("2026-11-{:02}T10:00", n + 2)));
            form.push((format!("venue-{id}"), plan.hall.clone()));
            form.push((format!("revision-{id}"), "1".to_owned()));
        }
        form.push(("reason".to_owned(), "festival and harvest".to_owned()));
        form.push(("clash_reason".to_owned(), reason.to_owned()));
        form.push(("step".to_owned(), step.to_owned()));
        form
    };
    let post = async |form: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        admin.post(&url, &pairs).await
    };
    let look = post(step("look", "")).await.must_be(200).says("Wed 11 Nov 2026");
    for speaker in ["Anil", "Bela", "Chandra"] {
        assert!(
            look.text().contains(&format!("{speaker} Speaker is teaching then: East, winter")),
            "{}",
            look.text()
        );
    }
    let refused = post(step("tell", "")).await.must_be(409);
    refused.says("Something stands against this").says("Anil Speaker is teaching then");
    assert_eq!(count(&stage, "reminder", Some(1), "planned"), 2_130, "nothing has happened yet");
    post(step("tell", "agreed with all three by phone")).await.must_be(303).location();

    let rows: Vec<(SessionId, i32, i64)> = stage.read(|db| {
        Ok(session_revisions::table
            .inner_join(sessions::table)
            .filter(sessions::batch_id.eq(plan.batch.parse::<BatchId>().expect("an id")))
            .group_by((sessions::id, sessions::revision))
            .select((sessions::id, sessions::revision, diesel::dsl::count_star()))
            .load(db)?)
    });
    assert!(rows.len() == 10 && rows.iter().all(|(_, r, n)| (*r, *n) == (2, 2)), "{rows:?}");
    stage.tick().await;
    let told = stage.letters();
    assert_eq!(told.len(), 74, "one letter for each, whatever the number of sessions");
    let people: BTreeSet<&str> = told.iter().map(|l| l.to.as_str()).collect();
    assert_eq!(people.len(), 74);
    let (to_speakers, told): (Vec<Posted>, Vec<Posted>) =
        told.into_iter().partition(|l| l.to.contains("speaker"));
    let theirs: Vec<usize> = to_speakers.iter().map(|l| events(l).len()).collect();
    assert_eq!(theirs.iter().sum::<usize>(), 10, "each is told of the days he teaches: {theirs:?}");
    let mut same = BTreeSet::new();
    for letter in &told {
        let events = events(letter);
        assert_eq!(events.len(), 10);
        assert!(events.values().all(|sequence| *sequence == 1), "{events:?}");
        assert!(calendar(letter).contains("METHOD:REQUEST"));
        assert!(letter.bytes.len() < 60_000, "{} bytes", letter.bytes.len());
        same.extend(events.into_keys());
    }
    assert_eq!(same, uids, "calendars move, no entry doubles");
    assert_eq!(subject(&told[0]), "Changed: 10 sessions, now from Mon 2 Nov (was from Fri 2 Oct)");
    assert_eq!(count(&stage, "change", None, "sent"), 74);
    assert_eq!(count(&stage, "reminder", Some(1), "planned"), 0);
    assert_eq!(count(&stage, "reminder", Some(2), "planned"), 2_130);
    let batch = admin.get(&format!("/batches/{}", plan.batch)).await.must_be(200);
    batch.says("Mon 2 Nov 2026 – ").says("71 / 80");
    let journal = admin.get(&format!("/journal?subject=session/{}", ids[0])).await.must_be(200);
    journal.says("session moved").says("agreed with all three by phone");

    // October passes in silence; before November the reminders of the new dates come.
    stage.clear_letters();
    stage.clock_to("2026-10-12 12:00");
    stage.tick().await;
    assert_eq!(to_people(&stage), 0, "none of the old dates");
    stage.clock_to("2026-10-30 06:00");
    stage.tick().await;
    assert_eq!(to_people(&stage), 71, "three days before the second of November");
}

#[actix_web::test]
async fn a_taken_hall_holds_the_whole_batch_and_what_has_begun_stays() {
    let stage = Stage::new("2026-03-02 04:30").await;
    let admin = stage.admin();
    let plan = plan(&stage, 3, 30).await;
    let mut ids = vec![];
    for day in ["2026-03-03", "2026-03-10", "2026-03-11"] {
        ids.push(session(&admin, &plan.batch, day, json!({ "venue": plan.hall })).await);
    }
    publish(&admin, &plan.batch).await;
    let body = json!({ "course": "NM", "unit": "B12", "title": "Hill", "seats": 30 });
    let hill = made(&admin, "/api/v1/batches", body).await;
    session(&admin, &hill, "2026-03-18", json!({ "venue": plan.hall })).await;
    stage.clock_to("2026-03-05 04:30");
    let admin = stage.admin();

    let url = format!("/batches/{}/postponement", plan.batch);
    let page = admin.get(&url).await.must_be(200).says("2 sessions are still to come");
    page.says("Sessions that have begun stay");
    for (form, field) in [
        (vec![("first_day", ""), ("days", "")], "first_day"),
        (vec![("first_day", "2026-03-17"), ("days", "7")], "days"),
        (vec![("first_day", "2026-02-30")], "first_day"),
        (vec![("days", "many")], "days"),
    ] {
        let page = admin.post(&url, &form).await.must_be(422);
        assert!(page.body.contains(&format!("error-{field}")), "{field}: {}", page.body);
    }
    // Into the past: told at the session.
    let page = admin.post(&url, &[("days", "-7"), ("step", "look")]).await;
    page.must_be(422).says("This lies in the past");
    // By one day, onto each other's old place: nothing stands against it.
    let page = admin.post(&url, &[("days", "1"), ("step", "look")]).await.must_be(200);
    page.says("2 sessions move").says("Nobody gets a letter");
    // By eight days the second meets the other batch's session in the same hall.
    let page = admin.post(&url, &[("days", "7"), ("step", "look")]).await.must_be(200);
    let page = page.says("Town hall is taken: Hill").says("A venue is taken");
    assert!(!page.body.contains("value=\"tell\""), "it cannot be told as it is");
    let body = json!({ "days": 7, "reason": "x", "clash_reason": "we squeeze in" });
    let api = format!("/api/v1/batches/{}/postponement", plan.batch);
    let no = admin.api_post(&api, body).await.must_be(409).json();
    assert!(no["type"].as_str().is_some_and(|t| t.ends_with("/venue-taken")), "{no}");
    let starts: Vec<i32> =
        stage.read(|db| Ok(sessions::table.select(sessions::revision).load(db)?));
    assert!(starts.iter().all(|r| *r == 1), "all or none: {starts:?}");
    let yes = admin.api_post(&api, json!({ "days": 1 })).await.must_be(200).json();
    assert_eq!(yes["sessions"], 2);
    let told = admin.api_get(&format!("/api/v1/sessions/{}", ids[1])).await.json();
    assert_eq!(told["starts_at"], "2026-03-11T10:00:00+05:30");
    let told = admin.api_get(&format!("/api/v1/sessions/{}", ids[0])).await.json();
    assert_eq!(told["revision"], 1, "it has begun and stays");
    // Odd fields, foreign sessions, old revisions.
    admin.post(&url, &[("nonsense", "1")]).await.must_be(422);
    admin.post(&url, &[("starts_at-99", "2026-03-20T10:00"), ("step", "tell")]).await.must_be(409);
    let at = format!("starts_at-{}", ids[1]);
    admin.post(&url, &[(&at, "2026-03-20T10:00"), ("step", "tell")]).await.must_be(409);
    stage.other_admin().get(&url).await.must_be(404);
    stage.auditor().get(&url).await.must_be(403);
}

/// A session that somebody attends when its batch is called off stays as it was; moved to a day to
/// come, its trainers would have to be told of it by a batch that is off.
#[actix_web::test]
async fn what_runs_when_its_batch_is_called_off_does_not_move() {
    let stage = Stage::new("2026-11-01 04:30").await;
    let admin = stage.district_admin();
    let plan = plan(&stage, 2, 5).await;
    let runs = session(&admin, &plan.batch, "2026-11-10", json!({ "venue": plan.hall })).await;
    session(&admin, &plan.batch, "2026-11-11", json!({ "venue": plan.hall })).await;
    publish(&admin, &plan.batch).await;
    let asha = stage.person("Asha Devi", "B11");
    enrol(&stage, &plan.batch, asha);
    stage.clock_to("2026-11-10 05:00");
    let admin = stage.district_admin();
    let (batch, session): (BatchId, SessionId) =
        (plan.batch.parse().expect("an id"), runs.parse().expect("an id"));
    mark(&stage, batch, session, asha, "present");
    let off = format!("/batches/{}/cancellation", plan.batch);
    admin.post(&off, &[("reason", "the hall is flooded")]).await.must_be(303);
    let page = admin.get(&format!("/sessions/{runs}")).await.must_be(200);
    assert!(!page.body.contains(&format!("/sessions/{runs}/postponement")));
    let later =
        json!({ "starts_at": "2026-11-15T10:00:00+05:30", "ends_at": "2026-11-15T12:00:00+05:30" });
    let path = format!("/api/v1/sessions/{runs}");
    let answer = admin.api_patch(&path, later).await.must_be(409);
    assert!(answer.text().contains("batch-cancelled"), "{}", answer.text());
}

#[actix_web::test]
async fn a_cancelled_batch_is_told_once_and_its_enrolments_stay() {
    let stage = Stage::new("2026-11-01 04:30").await;
    let admin = stage.district_admin();
    let plan = plan(&stage, 3, 2).await;
    for day in ["2026-11-10", "2026-11-11", "2026-11-12"] {
        session(&admin, &plan.batch, day, json!({ "venue": plan.hall })).await;
    }
    publish(&admin, &plan.batch).await;
    for name in ["Asha Devi", "Bela Rao", "Chandra Lal", "Dev Das"] {
        enrol(&stage, &plan.batch, stage.person(name, "B11"));
    }
    stage.tick().await;
    assert_eq!(stage.letters().len(), 4, "two seats, two waiting");
    stage.clear_letters();

    let url = format!("/batches/{}/cancellation", plan.batch);
    stage.trainer().get(&url).await.must_be(403);
    let page = admin.get(&url).await.must_be(200).says("3 sessions go with it");
    page.says("4 people get a letter").says("Cancel and tell 4 people");
    admin.post(&url, &[("reason", "")]).await.must_be(422);
    admin.post(&url, &[("reason", "too few have come forward")]).await.must_be(303);
    stage.tick().await;
    let told = stage.letters();
    assert_eq!(told.len(), 4);
    let with_calendar: Vec<&Posted> =
        told.iter().filter(|l| l.bytes.contains("text/calendar")).collect();
    assert_eq!(with_calendar.len(), 2, "those who wait have nothing in their calendars");
    for letter in &with_calendar {
        assert!(calendar(letter).contains("METHOD:CANCEL"));
        assert_eq!(events(letter).into_values().collect::<Vec<_>>(), [1, 1, 1]);
    }
    for letter in &told {
        assert_eq!(subject(letter), "Cancelled: New members");
        let text = kit::mail_text::text(&letter.bytes).expect("a text");
        assert!(text.contains("too few have come forward"), "{text}");
    }
    assert_eq!(count(&stage, "reminder", None, "planned"), 0);
    let places: Vec<String> = stage.read(|db| {
        Ok(enrolments::table.order(enrolments::id).select(enrolments::place).load(db)?)
    });
    assert_eq!(places, ["seat", "seat", "waiting", "waiting"]);
    let state: String = stage.read(|db| Ok(batches::table.select(batches::state).first(db)?));
    assert_eq!(state, "cancelled");

    // It stays so: nobody is told twice, nothing new begins on it.
    stage.clear_letters();
    stage.tick().await;
    stage.clock_to("2026-11-02 04:30");
    let admin = stage.district_admin();
    stage.tick().await;
    assert_eq!(to_people(&stage), 0);
    admin.post(&url, &[("reason", "again")]).await.must_be(409).says("This batch is cancelled");
    let batch = admin.get(&format!("/batches/{}", plan.batch)).await.must_be(200);
    batch.says("This batch is cancelled").says("too few have come forward");
    let body =
        json!({ "starts_at": "2026-11-20T10:00:00+05:30", "ends_at": "2026-11-20T12:00:00+05:30" });
    let sessions = format!("/api/v1/batches/{}/sessions", plan.batch);
    admin.api_post(&sessions, body).await.must_be(409);
    admin.get("/batches").await.must_be(200).says("Cancelled");
}

/// Nothing in a calendar is ever taken for an older message: not after a withdrawal and a return.
#[actix_web::test]
async fn the_sequence_goes_on_through_a_withdrawal_and_a_return() {
    let stage = Stage::new("2026-11-01 04:30").await;
    let admin = stage.district_admin();
    let plan = plan(&stage, 1, 30).await;
    let id = session(&admin, &plan.batch, "2026-11-20", json!({ "venue": plan.hall })).await;
    publish(&admin, &plan.batch).await;
    let asha = stage.person("Asha Devi", "B11");
    enrol(&stage, &plan.batch, asha);
    stage.tick().await;
    let move_to = async |day: &str| {
        let to = json!({ "starts_at": format!("{day}T10:00:00+05:30"), "ends_at": format!("{day}T12:00:00+05:30") });
        admin.api_patch(&format!("/api/v1/sessions/{id}"), to).await.must_be(200);
    };
    move_to("2026-11-21").await;
    stage.tick().await;
    let enrolment = stage.read(|db| {
        Ok(enrolments::table.select(enrolments::id).first::<kit::ids::EnrolmentId>(db)?)
    });
    admin
        .api_post(&format!("/api/v1/enrolments/{enrolment}/withdrawal"), json!({ "reason": "ill" }))
        .await
        .must_be(200);
    stage.tick().await;
    move_to("2026-11-22").await;
    enrol(&stage, &plan.batch, asha);
    stage.tick().await;
    admin.post(&format!("/sessions/{id}/cancellation"), &[("reason", "x")]).await.must_be(303);
    stage.tick().await;
    let told: Vec<(String, i32)> = stage
        .letters()
        .iter()
        .map(|l| {
            let method =
                calendar(l).lines().find_map(|l| l.strip_prefix("METHOD:").map(str::to_owned));
            let sequence = events(l).into_values().next().expect("an event");
            (method.expect("a method"), sequence)
        })
        .collect();
    let told: Vec<(&str, i32)> = told.iter().map(|(m, s)| (m.as_str(), *s)).collect();
    assert_eq!(
        told,
        [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 4), ("CANCEL", 5)]
    );
}
