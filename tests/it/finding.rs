//! Times found for many batches: proposed with reasons, checked, accepted as drafts.

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::kit::ids::PersonId;
use prashikshan::kit::schema::sessions;
use serde_json::{Value, json};

use crate::stage::{Client, Stage};

async fn made(who: &Client, path: &str, body: Value) -> String {
    who.api_post(path, body).await.must_be(201).json()["id"].as_str().expect("an id").to_owned()
}

fn trainer(stage: &Stage, name: &str, unit: &str) -> PersonId {
    let person = stage.person(name, unit);
    let unit = stage.unit(unit);
    stage.write(|db, stamp| access::grant(db, None, person, Role::Trainer, unit, None, stamp));
    person
}

/// A course of two modules of two hours, a hall in each of two blocks, a batch in each.
async fn house(stage: &Stage) -> (String, String) {
    let admin = stage.admin();
    let course = json!({ "code": "NM", "title_en": "New members", "modules": [
        { "code": "M1", "title_en": "First steps", "minutes": 120 },
        { "code": "M2", "title_en": "Ways of working", "minutes": 120 },
    ] });
    let course = made(&admin, "/api/v1/courses", course).await;
    admin.api_post(&format!("/api/v1/courses/{course}/publication"), json!({})).await.must_be(200);
    let mut ids = vec![];
    for (unit, hall, title) in [("B11", "Town hall", "River"), ("B12", "School", "Hill")] {
        let body = json!({ "unit": unit, "name_en": hall, "seats": 60 });
        made(&admin, "/api/v1/venues", body).await;
        let body = json!({ "course": "NM", "unit": unit, "title": title, "seats": 30 });
        ids.push(made(&admin, "/api/v1/batches", body).await);
    }
    (ids[0].clone(), ids[1].clone())
}

fn question(river: &str, hill: &str) -> String {
    let days: String = (1..=7).map(|n| format!("&weekday={n}")).collect();
    format!(
        "/schedules/suggestions?batch={river}&batch={hill}&from=2026-03-03&to=2026-03-20\
         &clocks=10:00,14:00&per_day=1{days}&find=yes"
    )
}

/// What the form that accepts would send.
fn places(body: &str) -> Vec<(String, String)> {
    let value = |rest: &str| rest.split('"').next().unwrap_or_default().replace("&amp;", "&");
    let of = |name: &str| {
        let mark = format!("name=\"{name}\" value=\"");
        let found: Vec<(String, String)> =
            body.split(&mark).skip(1).map(|rest| (name.to_owned(), value(rest))).collect();
        found
    };
    of("place").into_iter().chain(of("asked")).collect()
}

async fn accept(who: &Client, form: &[(String, String)]) -> crate::stage::Answer {
    let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    who.post("/schedules/suggestions", &pairs).await
}

#[actix_web::test]
async fn times_are_found_with_reasons_and_become_drafts() {
    let stage = Stage::new("2026-03-02 04:30").await;
    let (river, hill) = house(&stage).await;
    let admin = stage.district_admin();
    // The only trainer of the district is away until the sixth, and has mornings only.
    let one = stage.person_named("Trainer One");
    let me = stage.trainer();
    let url = format!("/people/{one}/availability");
    me.get("/sessions").await.must_be(200);
    me.get(&url).await.must_be(200).says("any time is fine");
    let week: Vec<(String, String)> = (1..=7)
        .flat_map(|n| {
            [(format!("starts-{n}"), "09:00".to_owned()), (format!("ends-{n}"), "13:00".to_owned())]
        })
        .collect();
    let week: Vec<(&str, &str)> = week.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    me.post(&url, &week).await.must_be(303);
    let away = [("from_day", "2026-03-03"), ("to_day", "2026-03-06"), ("reason", "a wedding")];
    me.post(&format!("/people/{one}/absences"), &away).await.must_be(303);
    me.get(&url).await.must_be(200).says("a wedding").says("Tue 3 Mar 2026");

    let page = admin.get("/schedules/suggestions").await.must_be(200);
    page.says("River").says("2 sessions left");
    let found = admin.get(&question(&river, &hill)).await.must_be(200);
    let found = found.says("4 sessions have a time").says("nothing clashes");
    let found = found.says("Trainer One: away").says("Trainer One: outside the hours");
    let found = found.says("Trainer One: teaches").says("Trainer One: 8 h");
    assert_eq!(admin.get(&question(&river, &hill)).await.body, found.body, "the same each time");
    // Mornings only, one trainer: four mornings.
    assert!(!found.text().contains("2:00 pm –"), "{}", found.text());

    let form = places(&found.body);
    assert_eq!(form.len(), 5, "{form:?}");
    let before = stage.site.database.statements.count();
    accept(&admin, &form).await.must_be(303);
    let asked = stage.site.database.statements.count() - before;
    assert!(asked <= 32, "{asked} statements, whatever the number of sessions");
    let states: Vec<(String, i32)> = stage
        .read(|db| Ok(sessions::table.select((sessions::state, sessions::revision)).load(db)?));
    assert_eq!(states, vec![("draft".to_owned(), 1); 4]);
    // The same again stands in its own way, and nothing of it is made.
    let again = accept(&admin, &form).await.must_be(409);
    again.says("The venue is taken").says("have all of their sessions");
    let count: i64 = stage.read(|db| Ok(sessions::table.count().get_result(db)?));
    assert_eq!(count, 4);

    // With a second trainer the same takes two days.
    stage.write(|db, _| {
        diesel::update(sessions::table).set(sessions::state.eq("cancelled")).execute(db)?;
        Ok(())
    });
    trainer(&stage, "Trainer Two", "D1");
    let later = question(&river, &hill).replace("from=2026-03-03", "from=2026-03-09");
    let found = admin.get(&later).await.must_be(200);
    found.says("Trainer One: 4 h").says("Trainer Two: 4 h");
}

#[actix_web::test]
async fn what_has_no_time_says_why_and_odd_questions_get_a_clear_no() {
    let stage = Stage::new("2026-03-02 04:30").await;
    let (river, hill) = house(&stage).await;
    let admin = stage.district_admin();
    let one = stage.person_named("Trainer One");
    let away = [("from_day", "2026-03-01"), ("to_day", "2026-04-01")];
    admin.post(&format!("/people/{one}/absences"), &away).await.must_be(303);
    let found = admin.get(&question(&river, &hill)).await.must_be(200);
    let found =
        found.says("4 sessions have no time").says("no trainer is free (Trainer One: away)");
    assert!(places(&found.body).iter().all(|(name, _)| name == "asked"), "nothing to accept");

    for (query, field) in [
        ("find=yes", "batch"),
        ("find=yes&batch=1&from=2026-03-03&to=2026-03-01&clocks=x&per_day=9&weekday=1", "clocks"),
        ("find=yes&batch=1&from=2020-01-01&to=2030-01-01&clocks=10:00&per_day=1&weekday=1", "from"),
    ] {
        let page = admin.get(&format!("/schedules/suggestions?{query}")).await.must_be(422);
        assert!(page.body.contains("error-summary"), "{field}: {}", page.body);
    }
    let good = "from=2026-03-03&to=2026-03-09&clocks=10:00&per_day=1&weekday=1";
    admin.get(&format!("/schedules/suggestions?find=yes&batch=1&{good}")).await.must_be(404);
    stage.other_admin().get(&question(&river, &hill)).await.must_be(404);
    stage.auditor().get("/schedules/suggestions").await.must_be(403);
    stage.newcomer("Asha Devi", "B11").get("/schedules/suggestions").await.must_be(403);
    for place in ["", "1:2:3", "1:2:3:4:5:6", "1:2:9999999999999:4:5:6"] {
        let answer = admin.post("/schedules/suggestions", &[("place", place)]).await;
        assert!(matches!(answer.status, 404 | 422), "{place}: {}", answer.status);
    }
    admin.post("/schedules/suggestions", &[]).await.must_be(409);
}

#[actix_web::test]
async fn hours_are_kept_by_the_trainer_and_the_admin_of_the_unit() {
    let stage = Stage::new("2026-03-02 04:30").await;
    let one = stage.person_named("Trainer One");
    let url = format!("/people/{one}/availability");
    let two = stage.sign_in(trainer(&stage, "Trainer Two", "D1"));
    two.get(&url).await.must_be(404);
    stage.other_admin().get(&url).await.must_be(404);
    stage.auditor().get(&url).await.must_be(403);
    let admin = stage.district_admin();
    let page = admin.post(&url, &[("starts-2", "18:00"), ("ends-2", "09:00")]).await.must_be(422);
    assert!(page.body.contains("error-ends-2") && page.body.contains("18:00"), "{}", page.body);
    admin.post(&url, &[("starts-2", "09:00"), ("ends-2", "18:00")]).await.must_be(303);
    admin.get(&url).await.must_be(200).says("Only within these hours");
    let absences = format!("/people/{one}/absences");
    admin.post(&absences, &[("from_day", "")]).await.must_be(422);
    admin.post(&absences, &[("from_day", "2026-03-09")]).await.must_be(303);
    let page = admin.get(&url).await.must_be(200);
    let id = page.body.split("name=\"absence\" value=\"").nth(1).and_then(|r| r.split('"').next());
    let id = id.expect("an absence").to_owned();
    two.post(&format!("{absences}/removal"), &[("absence", &id)]).await.must_be(404);
    admin.post(&format!("{absences}/removal"), &[("absence", &id)]).await.must_be(303);
    admin.post(&format!("{absences}/removal"), &[("absence", &id)]).await.must_be(404);
    let journal = admin.get(&format!("/journal?subject=person/{one}")).await.must_be(200);
    journal.says("hours changed").says("absence removed");
}
