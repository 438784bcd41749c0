//! Courses: written, published, frozen, changed into a new version.

use serde_json::json;

use crate::stage::Stage;

const TWO_ROWS: [(&str, &str); 14] = [
    ("code", "NM-1"),
    ("unit", "MP"),
    ("title_hi", "नए सदस्य"),
    ("title_en", "New members"),
    ("module_code", "M1"),
    ("module_title_hi", "परिचय"),
    ("module_title_en", "Introduction"),
    ("module_minutes", "90"),
    ("module_compulsory", "yes"),
    ("module_code", "M2"),
    ("module_title_hi", ""),
    ("module_title_en", "Ways of working"),
    ("module_minutes", "60"),
    ("module_compulsory", "no"),
];

#[actix_web::test]
async fn a_course_is_written_published_and_frozen() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    admin.get("/courses").await.must_be(200).says("no course yet");
    admin.get("/courses/new").await.must_be(200).says("Module 3");

    let made = admin.post("/courses", &TWO_ROWS).await.must_be(303);
    let course = made.location().to_owned();
    admin.get(&course).await.must_be(200).says("Publish version 1").says("Ways of working");
    admin.post(&format!("{course}/publication"), &[]).await.must_be(303);
    let page = admin.get(&course).await.must_be(200).says("Published Mon 2 Mar 2026");
    assert!(!page.text().contains("Publish version"));

    // What is published stays; the change is a second version, in draft, started from the first.
    let edit = admin.get(&format!("{course}/edit")).await.must_be(200).says("new draft");
    assert!(edit.body.contains("value=\"Ways of working\""), "{}", edit.body);
    admin
        .post(
            &course,
            &[
                ("title_en", "New members"),
                ("title_hi", "नए सदस्य"),
                ("percent", "75"),
                ("module_code", "M1"),
                ("module_title_hi", "परिचय"),
                ("module_title_en", "Introduction"),
                ("module_minutes", "120"),
                ("module_compulsory", "yes"),
            ],
        )
        .await
        .must_be(303);
    let page = admin.get(&course).await.must_be(200);
    let page = page.says("Publish version 2").says("120 minutes in all").says("150 minutes in all");
    assert!(page.text().contains("complete with 80%") && page.text().contains("complete with 75%"));

    let id = course.trim_start_matches("/courses/");
    let told = admin.api_get(&format!("/api/v1/courses/{id}")).await.must_be(200).json();
    assert_eq!((told["version"].as_i64(), told["draft"]["version"].as_i64()), (Some(1), Some(2)));
    assert_eq!(told["modules"][1]["title_hi"], "Ways of working", "the other language's copy");
    assert_eq!(told["modules"][0]["minutes"], 90);
    assert_eq!(told["draft"]["modules"][0]["minutes"], 120);

    admin.post(&format!("{course}/publication"), &[]).await.must_be(303);
    admin.post(&format!("{course}/publication"), &[]).await.must_be(409).says("published already");
    admin.post(&format!("{course}/retirement"), &[]).await.must_be(303);
    admin.post(&course, &[("title_en", "Other")]).await.must_be(409).says("retired");
}

#[actix_web::test]
async fn a_wrong_form_comes_back_with_all_errors_and_what_was_typed() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let mut form = TWO_ROWS.to_vec();
    form[7] = ("module_minutes", "ninety");
    form[12] = ("module_minutes", "0");
    form.push(("percent", "101"));
    let page = admin.post("/courses", &form).await.must_be(422);
    assert!(page.body.contains("id=\"error-module_minutes-1\""));
    assert!(page.body.contains("href=\"#field-module_minutes-2\""));
    assert!(page.body.contains("value=\"ninety\"") && page.body.contains("value=\"101\""));
    assert!(page.text().contains("Module 5"), "three empty rows stay on offer");

    admin.post("/courses", &TWO_ROWS).await.must_be(303);
    admin.post("/courses", &TWO_ROWS).await.must_be(422).says("in use already");
    admin
        .post("/courses", &[("code", "E"), ("title_en", "Empty"), ("colour", "red")])
        .await
        .must_be(422);
}

#[actix_web::test]
async fn an_empty_course_cannot_be_published() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let body = json!({ "code": "E1", "title_en": "Empty" });
    let course = admin.api_post("/api/v1/courses", body).await.must_be(201);
    let url = course.header("location").expect("an address").to_owned();
    assert_eq!(course.json()["completion"]["percent"], 80);
    assert_eq!(course.json()["unit"], "MP", "the only unit that this admin manages");
    admin.api_post(&format!("{url}/publication"), json!({})).await.must_be(409);

    let modules = json!([{ "code": "M1", "title_en": "One", "minutes": 45, "compulsory": true }]);
    let changed = admin.api_patch(&url, json!({ "modules": modules })).await.must_be(200).json();
    assert_eq!(changed["modules"][0]["compulsory"], true);
    assert_eq!(changed["title_en"], "Empty");
    let published =
        admin.api_post(&format!("{url}/publication"), json!({})).await.must_be(200).json();
    assert_eq!(
        (published["state"].as_str(), published["version"].as_i64()),
        (Some("published"), Some(1))
    );

    let wrong = json!({ "modules": [{ "code": "M1", "title_en": "One", "minutes": -1 }], "completion": { "percent": "x" } });
    let problem = admin.api_patch(&url, wrong).await.must_be(422).json();
    let names: Vec<_> =
        problem["fields"].as_array().expect("fields").iter().map(|f| f["name"].clone()).collect();
    assert_eq!(names, ["percent", "module_minutes-1"]);
    admin.api_patch(&url, json!({ "code": "E2" })).await.must_be(422);
}

#[actix_web::test]
async fn courses_are_seen_below_their_unit_and_changed_at_it() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let of = |unit: &str, code: &str| json!({ "code": code, "unit": unit, "title_en": code });
    let state =
        stage.admin().api_post("/api/v1/courses", of("MP", "STATE")).await.must_be(201).json();
    let district = stage
        .district_admin()
        .api_post("/api/v1/courses", of("D1", "EAST"))
        .await
        .must_be(201)
        .json();
    let url =
        |course: &serde_json::Value| format!("/courses/{}", course["id"].as_str().expect("an id"));

    let other = stage.other_admin();
    other.get(&url(&state)).await.must_be(200);
    other.get(&url(&district)).await.must_be(404);
    other.get(&format!("{}/edit", url(&state))).await.must_be(403);
    other.post(&format!("{}/publication", url(&state)), &[]).await.must_be(403);
    other.post(&url(&district), &[("title_en", "Mine")]).await.must_be(404);
    let list = other.api_get("/api/v1/courses").await.must_be(200).json();
    let codes: Vec<_> =
        list["items"].as_array().expect("items").iter().map(|c| c["code"].clone()).collect();
    assert_eq!(codes, ["STATE"]);

    stage.trainer().get(&url(&district)).await.must_be(200);
    stage.trainer().get("/courses/new").await.must_be(403);
    stage.auditor().post("/courses", &TWO_ROWS).await.must_be(403);
    let asha = stage.newcomer("Asha Devi", "B11");
    asha.get("/courses").await.must_be(403);
    asha.get(&url(&district)).await.must_be(404);
    stage.nobody().get("/courses").await.must_be(303);
    stage.other_admin().api_post("/api/v1/courses", of("D1", "X")).await.must_be(422);
}
