//! The whole story by API: a course planned, thirty-five people, reminders under a moved clock,
//! roll calls, a move, a cancellation, the report.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::stage::{Client, Stage};

async fn made(admin: &Client, path: &str, body: Value) -> String {
    let answer = admin.api_post(path, body).await.must_be(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// How many letters of each kind and rule were sent.
async fn kinds(admin: &Client) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page =
            admin.api_get(&format!("/api/v1/letters?limit=200{after}")).await.must_be(200).json();
        for letter in page["items"].as_array().expect("items") {
            let of = |name: &str| letter[name].as_str().unwrap_or_default().to_owned();
            if of("state") == "sent" {
                let rule = if of("rule").is_empty() {
                    of("kind")
                } else {
                    format!("{} {}", of("kind"), of("rule"))
                };
                *out.entry(rule).or_default() += 1;
            }
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return out,
        }
    }
}

#[actix_web::test]
async fn from_the_course_to_the_report() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let admin = stage.admin().by_token();
    let trainer = stage.person_named("Trainer One");

    let course = made(&admin, "/api/v1/courses", json!({
        "code": "INTRO", "title_hi": "संगठन परिचय", "title_en": "Knowing the organisation", "unit": "MP",
        "modules": [
            {"code": "M1", "title_hi": "इतिहास", "title_en": "History", "minutes": 120, "compulsory": true},
            {"code": "M2", "title_hi": "संगठन", "title_en": "Structure", "minutes": 120, "compulsory": false},
            {"code": "M3", "title_hi": "संवाद", "title_en": "Talking to people", "minutes": 120, "compulsory": false},
        ],
        "completion": {"percent": 60},
    })).await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await;
    let venue = made(&admin, "/api/v1/venues", json!({
        "name_hi": "सामुदायिक भवन", "name_en": "Community hall", "unit": "B11", "seats": 60, "address": "River road",
    })).await;
    let batch = made(
        &admin,
        "/api/v1/batches",
        json!({
            "course": course, "unit": "B11", "title": "River batch 1", "seats": 30,
        }),
    )
    .await;
    let mut sessions = vec![];
    for (module, day) in [("M1", "10"), ("M2", "12"), ("M3", "14")] {
        let session = made(
            &admin,
            &format!("/api/v1/batches/{batch}/sessions"),
            json!({
                "modules": [module], "trainers": [trainer.to_string()], "venue": venue,
                "starts_at": format!("2026-03-{day}T10:00:00+05:30"),
                "ends_at": format!("2026-03-{day}T12:00:00+05:30"),
            }),
        )
        .await;
        admin
            .api_post(&format!("/api/v1/sessions/{session}/publication"), json!({}))
            .await
            .must_be(200);
        sessions.push(session);
    }

    let mut people = vec![];
    let mut enrolments = vec![];
    for n in 1..=35 {
        let person = stage.person(&format!("Person {n:02}"), "B11");
        let answer = admin
            .api_post(
                &format!("/api/v1/batches/{batch}/enrolments"),
                json!({"person": person.to_string(), "as": "enrolment"}),
            )
            .await
            .must_be(201)
            .json();
        assert_eq!(answer["place"], if n <= 30 { "seat" } else { "waiting" }, "{n}");
        people.push(person.to_string());
        enrolments.push(answer["id"].as_str().expect("an id").to_owned());
    }
    stage.tick().await;
    let mut total = BTreeMap::from([("confirmation".to_owned(), 30), ("waiting".to_owned(), 5)]);
    assert_eq!(kinds(&admin).await, total);
    stage.tick().await;
    assert_eq!(stage.letters().len(), 35, "a second turn sends nothing");

    // One withdraws; the first of the queue follows.
    stage.clock_to("2026-03-05 04:00");
    admin
        .api_post(
            &format!("/api/v1/enrolments/{}/withdrawal", enrolments[0]),
            json!({"reason": "moved away"}),
        )
        .await
        .must_be(200);
    stage.tick().await;
    total.insert("confirmation".to_owned(), 31);
    total.insert("withdrawal".to_owned(), 1);
    assert_eq!(kinds(&admin).await, total);

    // Each reminder at its due time, not a minute before.
    stage.clock_to("2026-03-07 05:29");
    stage.tick().await;
    assert_eq!(kinds(&admin).await, total);
    for (when, rule, count) in [
        ("2026-03-07 05:30", "reminder three_days", 30),
        // Three days before the second session is one day before the first.
        ("2026-03-09 05:30", "reminder one_day", 30),
        ("2026-03-10 02:30", "reminder same_day", 30),
    ] {
        stage.clock_to(when);
        stage.tick().await;
        total.insert(rule.to_owned(), count);
        if rule == "reminder one_day" {
            total.insert("reminder three_days".to_owned(), 60);
        }
        assert_eq!(kinds(&admin).await, total, "{when}");
    }

    // The first roll: 27 present, one late, two absent.
    stage.clock_to("2026-03-10 04:35");
    let roster = admin
        .api_get(&format!("/api/v1/sessions/{}/roster", sessions[0]))
        .await
        .must_be(200)
        .json();
    let roster = roster["items"].as_array().expect("items").clone();
    assert_eq!(roster.len(), 30);
    let marks: Vec<Value> = roster
        .iter()
        .enumerate()
        .map(|(i, row)| {
            mark(
                row,
                1,
                i,
                ["present", "late", "absent"][usize::from(i >= 27) + usize::from(i >= 28)],
                "2026-03-10T10:05:00+05:30",
            )
        })
        .collect();
    let results = admin
        .api_post(&format!("/api/v1/sessions/{}/marks", sessions[0]), json!(marks))
        .await
        .must_be(200)
        .json();
    assert!(
        results.as_array().expect("results").iter().all(|r| r["result"] == "created"),
        "{results}"
    );
    let again = admin
        .api_post(&format!("/api/v1/sessions/{}/marks", sessions[0]), json!(marks))
        .await
        .must_be(200)
        .json();
    assert!(
        again.as_array().expect("results").iter().all(|r| r["result"] == "duplicate"),
        "{again}"
    );

    // The second session moves by a day: one letter each, the reminders follow it.
    stage.clock_to("2026-03-10 07:00");
    let moved = admin
        .api_patch(
            &format!("/api/v1/sessions/{}", sessions[1]),
            json!({
                "starts_at": "2026-03-13T10:00:00+05:30", "ends_at": "2026-03-13T12:00:00+05:30",
            }),
        )
        .await
        .must_be(200)
        .json();
    assert_eq!(moved["revision"], 2);
    stage.tick().await;
    total.insert("change".to_owned(), 30);
    assert_eq!(kinds(&admin).await, total);

    // The third is cancelled before its first reminder.
    stage.clock_to("2026-03-11 04:00");
    admin
        .api_post(
            &format!("/api/v1/sessions/{}/cancellation", sessions[2]),
            json!({"reason": "hall lost"}),
        )
        .await
        .must_be(200);
    stage.tick().await;
    total.insert("cancellation".to_owned(), 30);
    assert_eq!(kinds(&admin).await, total);
    for (when, rule, count) in [
        ("2026-03-12 05:30", "reminder one_day", 60),
        ("2026-03-13 02:30", "reminder same_day", 60),
        ("2026-03-14 06:00", "reminder same_day", 60),
    ] {
        stage.clock_to(when);
        stage.tick().await;
        total.insert(rule.to_owned(), count);
        assert_eq!(kinds(&admin).await, total, "{when}");
    }

    // The second roll: twenty present, the others absent.
    let marks: Vec<Value> = roster
        .iter()
        .enumerate()
        .map(|(i, row)| {
            mark(row, 2, i, if i < 20 { "present" } else { "absent" }, "2026-03-13T10:05:00+05:30")
        })
        .collect();
    stage.clock_to("2026-03-13 04:40");
    admin
        .api_post(&format!("/api/v1/sessions/{}/marks", sessions[1]), json!(marks))
        .await
        .must_be(200);

    // By hand: 20 have 240 of 360 minutes (66 %) with the compulsory module: complete. 8 more have
    // 120 (33 %), 2 were absent twice: ten in progress. The four who still wait and the one who
    // withdrew have no seat and are not counted.
    let report = admin.api_get("/api/v1/completion?course=INTRO&unit=D1").await.must_be(200).json();
    let of = |name: &str| report[name].as_i64().unwrap_or(-1);
    assert_eq!(
        (of("enrolled"), of("complete"), of("in_progress"), of("not_started")),
        (30, 20, 10, 0),
        "{report}"
    );
    let below = report["below"].as_array().expect("below");
    let river = below.iter().find(|u| u["unit"] == "B11" || u["code"] == "B11").expect("the block");
    assert_eq!(river["complete"], 20);

    letters_can_be_read(&stage, total.values().sum());
}

fn mark(row: &Value, session: usize, i: usize, status: &str, at: &str) -> Value {
    json!({ "id": format!("018e0000-000{session}-7000-8000-{i:012}"), "person": row["person"], "status": status, "at": at })
}

/// Another program reads every letter: once each, right language, calendar in order.
fn letters_can_be_read(stage: &Stage, expected: usize) {
    #[expect(clippy::disallowed_methods, reason = "the suite's own switch")]
    let Ok(python) = std::env::var("TEST_PYTHON") else {
        println!("skipped: TEST_PYTHON names no Python with icalendar");
        return;
    };
    let folder = std::env::temp_dir().join(format!("letters-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (i, letter) in stage.letters().iter().enumerate() {
        std::fs::write(folder.join(format!("{i:04}.eml")), &letter.bytes).expect("a file");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail_check.py");
    let out = Command::new(python).arg(script).arg(&folder).output().expect("mail_check");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let read: Vec<Value> = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(read.len(), expected);
    let mut ids: Vec<&str> = read.iter().filter_map(|m| m["message_id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), expected, "every letter has a Message-ID of its own");
    let mut sequences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for letter in &read {
        assert_eq!(letter["language"], "en", "{letter}");
        assert_eq!(letter["defects"].as_array().map(Vec::len), Some(0), "{letter}");
        for event in letter["ics"]["events"].as_array().into_iter().flatten() {
            let uid = event["uid"].as_str().expect("a uid").to_owned();
            sequences.entry(uid).or_default().push(event["sequence"].as_i64().expect("a sequence"));
        }
    }
    assert!(!sequences.is_empty(), "no calendar part was read");
    // 31 people were told of three sessions each.
    assert_eq!(sequences.len(), 31 * 3, "one UID for each session and person");
}
