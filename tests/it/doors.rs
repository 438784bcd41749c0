//! Every door of the house, with its answer for each kind of visitor.

use std::collections::BTreeMap;

use diesel::prelude::*;
use prashikshan::attendance::check_in;
use prashikshan::kit::ids::{FeedId, GrantId, LetterId, OfficeId};
use prashikshan::kit::schema::{calendar_feeds, grants, letters, offices};
use serde_json::json;

use crate::stage::{Client, Stage};

/// Who comes: nobody; a newcomer of another district; a trainer, an admin of the things' own
/// district; the admin of the other district; the state's auditor and admin.
const VISITORS: [&str; 7] =
    ["nobody", "stranger", "trainer", "district", "other", "auditor", "state"];

/// The addresses that `src/routes.rs` mounts, as (method, path).
fn mounted() -> Vec<(String, String)> {
    let text = include_str!("../../src/routes.rs");
    text.split("app.route(")
        .skip(1)
        .filter_map(|rest| {
            let path = rest.split('"').nth(1)?.to_owned();
            let after = rest.split_once("\",")?.1.trim_start();
            let method = after.split('(').next()?.trim().to_uppercase();
            Some((method, path))
        })
        .collect()
}

struct House {
    stage: Stage,
    ids: BTreeMap<&'static str, String>,
}

async fn made(admin: &Client, path: &str, body: serde_json::Value) -> String {
    let answer = admin.api_post(path, body).await.must_be(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// One of each thing, all in block B11 of district D1.
async fn house() -> House {
    let stage = Stage::new("2026-03-02 04:00").await;
    let admin = stage.admin();
    let course = made(
        &admin,
        "/api/v1/courses",
        json!({
            "code": "INTRO", "title_en": "Introduction", "unit": "MP",
            "modules": [{"code": "M1", "title_en": "History", "minutes": 60, "compulsory": true}],
        }),
    )
    .await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await.must_be(200);
    let hall = json!({"name_en": "Hall", "unit": "B11", "seats": 60, "address": "River road"});
    let venue = made(&admin, "/api/v1/venues", hall).await;
    let run = json!({"course": course, "unit": "B11", "title": "River", "seats": 30});
    let batch = made(&admin, "/api/v1/batches", run).await;
    let session = made(
        &admin,
        &format!("/api/v1/batches/{batch}/sessions"),
        json!({
            "modules": ["M1"], "venue": venue,
            "starts_at": "2026-03-10T10:00:00+05:30", "ends_at": "2026-03-10T12:00:00+05:30",
        }),
    )
    .await;
    admin
        .api_post(&format!("/api/v1/sessions/{session}/publication"), json!({}))
        .await
        .must_be(200);
    let person = stage.person("Asha Devi", "B11").to_string();
    let body = json!({"person": person, "as": "enrolment"});
    let enrolment = made(&admin, &format!("/api/v1/batches/{batch}/enrolments"), body).await;
    let fill = [("kind", "5"), ("person", person.as_str()), ("valid_from", "2026-03-02")];
    admin.post("/units/B11/offices", &fill).await.must_be(303);
    let office: OfficeId = stage.read(|db| Ok(offices::table.select(offices::id).first(db)?));
    let fields = [("purpose", "attending"), ("label", "Phone")];
    admin.post("/me/calendars", &fields).await.must_be(200);
    let feed: FeedId =
        stage.read(|db| Ok(calendar_feeds::table.select(calendar_feeds::id).first(db)?));
    stage.tick().await;
    let letter: LetterId = stage.read(|db| Ok(letters::table.select(letters::id).first(db)?));
    let plan = [
        ("course", "INTRO"),
        ("units", "B11"),
        ("first_day", "2026-04-01"),
        ("repeat", "weekly"),
        ("starts_at", "10:00"),
    ];
    let plan = admin.post("/schedules", &plan).await.must_be(303).location().to_owned();
    let notice = [("unit", "B11"), ("subject_en", "Meeting"), ("body_en", "Tomorrow.")];
    let notice = admin.post("/letters/notices", &notice).await.must_be(303).location().to_owned();
    let grant: GrantId =
        stage.read(|db| Ok(grants::table.select(grants::id).order(grants::id).first(db)?));
    let held = session.parse().expect("an id");
    let step = check_in::rules::step_at(stage.now());
    let secret = check_in::rules::secret_of(&stage.site.secret, held);
    let hall_code = check_in::rules::code(&secret, held, step);
    let person_in_hall = person.clone();
    let ids = BTreeMap::from([
        ("courses", course),
        ("venues", venue),
        ("batches", batch),
        ("sessions", session),
        ("people", person),
        ("enrolments", enrolment),
        ("letters", letter.to_string()),
        ("notices", notice.trim_start_matches("/letters/notices/").to_owned()),
        ("grants", grant.to_string()),
        ("holidays", "1".to_owned()),
        ("schedules", plan.trim_start_matches("/schedules/").to_owned()),
        ("cells", "1-1".to_owned()),
        ("columns", "1".to_owned()),
        ("offices", office.to_string()),
        ("office-kinds", "5".to_owned()),
        ("calendars", "nobody-made-this.ics".to_owned()),
        ("feeds", feed.to_string()),
        ("units", "B11".to_owned()),
        ("l", "nobody-made-this".to_owned()),
        ("answers", "nobody-made-this".to_owned()),
        ("reminder-rules", "2".to_owned()),
        ("templates", "reminder".to_owned()),
        ("versions", "0".to_owned()),
        ("preview", "hi".to_owned()),
        ("offers", "nobody-made-this".to_owned()),
        ("unsubscribe", "nobody-made-this".to_owned()),
        ("static", "app.css".to_owned()),
        ("vendor", "idb.js".to_owned()),
        ("walk-ins", "1".to_owned()),
        ("appeals", "1".to_owned()),
        ("check-in", hall_code),
        ("apologies", person_in_hall.clone()),
        ("helpers", "1".to_owned()),
        ("helper", "nobody-made-this".to_owned()),
        ("arrivals", person_in_hall),
    ]);
    House { stage, ids }
}

impl House {
    fn address(&self, path: &str) -> String {
        let mut words: Vec<String> = path.split('/').map(str::to_owned).collect();
        for i in 1..words.len() {
            if words[i].starts_with('{') {
                words[i] = self.ids.get(words[i - 1].as_str()).expect("an id for it").clone();
            }
        }
        words.join("/")
    }

    fn visitors(&self) -> Vec<Client> {
        let stage = &self.stage;
        vec![
            stage.nobody(),
            stage.newcomer("Stranger One", "B21"),
            stage.trainer(),
            stage.district_admin(),
            stage.other_admin(),
            stage.auditor(),
            stage.admin(),
        ]
    }
}

/// What each door answers when one only looks: reviewed by eye, line by line.
#[actix_web::test]
async fn every_door_that_shows_is_listed() {
    let house = house().await;
    let visitors = house.visitors();
    let mut table = format!("{:44} {}\n", "", VISITORS.map(|v| format!("{v:>8}")).join(" "));
    for (method, path) in mounted() {
        if method != "GET" {
            continue;
        }
        let address = house.address(&path);
        let mut line = format!("{path:44}");
        for visitor in &visitors {
            let status = visitor.get(&address).await.status;
            assert_ne!(status, 500, "{path}");
            line.push_str(&format!(" {status:>8}"));
        }
        table.push_str(&line);
        table.push('\n');
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("doors", table);
    });
}

/// No door that changes something opens without its token, for a stranger, or for nobody.
#[actix_web::test]
async fn no_door_that_changes_opens_for_a_stranger() {
    let house = house().await;
    let nobody = house.stage.nobody();
    let stranger = house.stage.newcomer("Stranger One", "B21");
    let state = house.stage.admin();
    let mut seen = 0;
    for (method, path) in mounted() {
        if method == "GET" {
            continue;
        }
        seen += 1;
        let address = house.address(&path);
        if path.starts_with("/api/") {
            let body = json!({});
            let answers = if method == "PATCH" {
                [
                    nobody.api_patch(&address, body.clone()).await,
                    stranger.api_patch(&address, body).await,
                ]
            } else {
                [
                    nobody.api_post(&address, body.clone()).await,
                    stranger.api_post(&address, body).await,
                ]
            };
            assert!(matches!(answers[0].status, 401 | 422), "{path}: {}", answers[0].status);
            assert!(matches!(answers[1].status, 403 | 404 | 422), "{path}: {}", answers[1].status);
            continue;
        }
        // The one click of a mail program: no cookie, no form of ours; the seal alone opens it.
        if path == "/unsubscribe/{token}" {
            assert_eq!(nobody.post(&address, &[]).await.status, 404, "{path}");
            continue;
        }
        // A door for scripts takes JSON; its token is a header, which the stage's clients send.
        if path == "/sessions/{id}/marks" {
            assert_eq!(nobody.post_json(&address, json!([])).await.status, 401, "{path}");
            assert_eq!(stranger.post_json(&address, json!([])).await.status, 404, "{path}");
            continue;
        }
        assert_eq!(nobody.post(&address, &[]).await.status, 403, "{path}");
        assert_eq!(state.post_without_token(&address, &[]).await.status, 403, "{path}");
        let own = [
            "/sign-in",
            "/sign-in/code",
            "/sign-out",
            "/l/{token}",
            "/me/courses",
            "/me/reminders",
            "/me/reminders/end",
        ];
        if !own.contains(&path.as_str()) {
            let answer = stranger.post(&address, &[]).await;
            let refused = matches!(answer.status, 403 | 404 | 422);
            assert!(refused, "{path}: {} {}", answer.status, answer.text());
        }
    }
    assert!(seen > 50, "only {seen} doors were tried");
}

/// Odd ids, odd queries, odd bodies: a clear no, never a 500.
#[actix_web::test]
async fn hostile_input_gets_a_clear_no() {
    let house = house().await;
    let admin = house.stage.admin();
    for (method, path) in mounted() {
        if method != "GET" {
            continue;
        }
        for odd in ["0", "-1", "99999999999999999999", "x'--", "%F0%9F%98%80", "%00", "..%2f"] {
            if !path.contains('{') || path.contains("static") {
                continue;
            }
            let mut words: Vec<String> = path.split('/').map(str::to_owned).collect();
            for word in &mut words {
                if word.starts_with('{') {
                    *word = odd.to_owned();
                }
            }
            let answer = admin.get(&words.join("/")).await;
            assert!((400..500).contains(&answer.status), "{path} {odd}: {}", answer.status);
        }
        if path.contains('{') {
            continue;
        }
        for odd in [
            "?page=-1",
            "?page=x",
            "?q=%25_%27&q=b",
            "?unit=%F0%9F%98%80",
            "?limit=99999999999",
            "?after=x",
            "?q=%ff",
            "?state=x&kind=y&course=z",
        ] {
            let status = admin.get(&format!("{path}{odd}")).await.status;
            assert!(status < 500, "{path}{odd}: {status}");
        }
    }
    let huge = "x".repeat(300_000);
    admin.post("/people", &[("name", &huge)]).await.must_be(413);
    let evil = "<script>alert(1)</script>\r\nBcc: x";
    let page = admin
        .post("/people", &[("name", evil), ("unit", "B11"), ("phones", "12")])
        .await
        .must_be(422);
    assert!(!page.body.contains("<script>alert"), "escaped");
    admin.api_post("/api/v1/people", json!({"name": {"a": []}, "unit": 7})).await.must_be(422);
    admin.api_post("/api/v1/people", json!([1, 2])).await.must_be(422);
}
