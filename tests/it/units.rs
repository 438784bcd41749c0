//! The tree: making, changing, moving, and who may.

use prashikshan::units::{self, UnitDraft};
use serde_json::json;

use crate::stage::Stage;

fn text(s: &str) -> String {
    s.to_owned()
}

#[actix_web::test]
async fn an_admin_builds_below_but_not_beside() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin();
    admin.get("/units").await.must_be(200).says("East district");
    admin.get("/units/D1").await.must_be(200).says("River block").says("Add a unit below");
    admin.get("/units/new?parent=B11").await.must_be(200).says("Booth");

    let form = [("code", "B11-1"), ("level", "booth"), ("name_hi", "बूथ 1"), ("parent", "B11")];
    let made = admin.post("/units", &form).await.must_be(303);
    assert_eq!(made.location(), "/units/B11-1");
    admin
        .get("/units/B11-1")
        .await
        .must_be(200)
        .says("बूथ 1")
        .says("Unit added")
        .says("District Admin");
    assert_eq!(stage.path("B11-1").len(), 4 * 19);

    let beside = [("code", "B21-1"), ("level", "booth"), ("name_hi", "बूथ"), ("parent", "B21")];
    let again = admin.post("/units", &beside).await.must_be(422);
    assert!(again.body.contains("value=\"B21-1\""), "what was typed is kept");
    admin.get("/units/D2").await.must_be(404);
    admin.get("/units/B21/edit").await.must_be(404);
    stage.trainer().get("/units/B11").await.must_be(200);
    stage.trainer().get("/units/B11/edit").await.must_be(403);
    stage.trainer().post("/units/B11", &[("name_en", "X")]).await.must_be(403);
    stage.newcomer("Asha Devi", "B11").get("/units").await.must_be(403);
}

#[actix_web::test]
async fn a_form_with_mistakes_tells_all_at_once() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = [
        ("code", "D1"),
        ("level", "planet"),
        ("name_hi", ""),
        ("parent", "NOWHERE"),
        ("population", "many"),
        ("contact_phone", "123"),
        ("valid_from", "2026-02-01"),
        ("valid_to", "2026-01-01"),
    ];
    let page = admin.post("/units", &form).await.must_be(422);
    for sentence in [
        "This is in use already",
        "This is not in the list",
        "Fill in this field",
        "Nothing was found",
        "Enter a whole number",
        "10 digits",
        "before the start date",
    ] {
        assert!(page.text().contains(sentence), "{sentence}: {}", page.text());
    }
    assert!(page.body.contains("value=\"NOWHERE\""));
}

#[actix_web::test]
async fn a_unit_that_moves_takes_everything_below_along() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    admin
        .api_post(
            "/api/v1/units",
            json!({"code": "V1", "level": "booth", "name_en": "V1", "parent": "B11"}),
        )
        .await
        .must_be(201);
    let asha = stage.person("Asha Devi", "V1");

    admin.api_patch("/api/v1/units/B11", json!({"parent": "D2"})).await.must_be(200);
    assert_eq!(stage.path("B11"), format!("{}{}", stage.path("D2"), &stage.path("B11")[38..]));
    assert!(stage.path("V1").starts_with(&stage.path("B11")));
    assert!(!stage.path("B12").starts_with(&stage.path("D2")), "neighbours stay");

    stage.district_admin().get(&format!("/people/{asha}")).await.must_be(404);
    stage.other_admin().get(&format!("/people/{asha}")).await.must_be(200);
    admin.get("/units/B11").await.must_be(200).says("Unit moved").says("D1").says("D2");

    for (unit, parent) in [("D2", "B11"), ("D2", "D1"), ("D2", "D2"), ("B11", "V1")] {
        let refused =
            admin.api_patch(&format!("/api/v1/units/{unit}"), json!({"parent": parent})).await;
        assert_eq!(refused.status, 422, "{unit} under {parent}");
        assert_eq!(refused.json()["fields"][0]["name"], "parent");
    }
}

#[actix_web::test]
async fn a_seat_hangs_anywhere_and_is_named_by_others() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let level = json!({"code": "seat", "ordinal": 9, "name_en": "Seat", "electoral": true});
    admin.api_post("/api/v1/levels", level.clone()).await.must_be(201);
    admin.api_post("/api/v1/levels", level).await.must_be(422);
    admin
        .api_post(
            "/api/v1/units",
            json!({"code": "AC1", "level": "seat", "name_en": "First seat", "parent": "D1"}),
        )
        .await
        .must_be(201);
    admin.api_patch("/api/v1/units/B11", json!({"constituency": "AC1"})).await.must_be(200);
    assert_eq!(admin.api_get("/api/v1/units/B11").await.json()["constituency"], "AC1");
    admin.get("/units/B11").await.must_be(200).says("First seat");
    admin.api_patch("/api/v1/units/B11", json!({"constituency": "D1"})).await.must_be(422);
    admin
        .api_post(
            "/api/v1/units",
            json!({"code": "X", "level": "booth", "name_en": "X", "parent": "AC1"}),
        )
        .await
        .must_be(422);
    admin.api_patch("/api/v1/units/B11", json!({"constituency": null})).await.must_be(200);
    assert!(admin.api_get("/api/v1/units/B11").await.json()["constituency"].is_null());
    stage
        .district_admin()
        .api_post("/api/v1/levels", json!({"code": "z", "ordinal": 77, "name_en": "Z"}))
        .await
        .must_be(403);
}

#[actix_web::test]
async fn the_api_lists_what_is_within_reach() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin().by_token();
    let page = admin.api_get("/api/v1/units?limit=2").await.must_be(200).json();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    let next = page["next"].as_str().expect("more").to_owned();
    let rest =
        admin.api_get(&format!("/api/v1/units?limit=2&after={next}")).await.must_be(200).json();
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    assert!(rest["next"].is_null());
    let below = admin.api_get("/api/v1/units?parent=D1").await.json();
    let codes: Vec<&str> = below["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|u| u["code"].as_str())
        .collect();
    assert_eq!(codes, ["B11", "B12"]);
    admin.api_get("/api/v1/units/D2").await.must_be(404);
    admin.api_patch("/api/v1/units/B11", json!({"level": "district"})).await.must_be(422);
    assert_eq!(admin.api_get("/api/v1/levels").await.json()["items"][0]["code"], "state");
    let key = json!({"code": "N1", "level": "block", "name_en": "New", "parent": "D1"});
    let first = admin.api_post_once("/api/v1/units", "k", key.clone()).await.must_be(201);
    let second = admin.api_post_once("/api/v1/units", "k", key).await.must_be(201);
    assert_eq!(first.body, second.body);
}

#[actix_web::test]
async fn units_are_found_by_name_in_either_script_and_by_code() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    for q in ["River", "nadi", "%E0%A4%A8%E0%A4%A6%E0%A5%80", "B11"] {
        let page = admin.get(&format!("/units?q={q}")).await.must_be(200);
        assert!(page.text().contains("River block"), "{q}");
        assert!(!page.text().contains("Forest block"), "{q}");
    }
    admin.get("/units?q=Xylophone").await.must_be(200).says("No unit has this name");
    admin.get("/units?q=%25").await.must_be(200).says("No unit has this name");
    stage.district_admin().get("/units?q=Forest").await.must_be(200).says("No unit has this name");
    let root = admin.get("/units?parent=MP").await.must_be(200);
    assert!(root.text().contains("West district"));
}

#[actix_web::test]
async fn a_level_is_added_by_who_keeps_the_whole_tree() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = [("code", "ward"), ("ordinal", "5"), ("name_hi", "वार्ड"), ("name_en", "Ward")];
    admin.post("/levels", &form).await.must_be(303);
    admin.get("/units").await.must_be(200).says("Ward");
    let again = admin.post("/levels", &form).await.must_be(422);
    assert!(again.body.contains("value=\"ward\""));
    stage.district_admin().post("/levels", &form).await.must_be(403);
    assert!(!stage.district_admin().get("/units").await.text().contains("New level"));
}

#[actix_web::test]
async fn a_zone_is_inherited() {
    let stage = Stage::new("2026-03-02 08:00").await;
    stage
        .admin()
        .api_patch("/api/v1/units/D1", json!({"timezone": "Asia/Kathmandu"}))
        .await
        .must_be(200);
    let house = chrono_tz::Asia::Kolkata;
    for (code, zone) in
        [("B11", chrono_tz::Asia::Kathmandu), ("D1", chrono_tz::Asia::Kathmandu), ("B21", house)]
    {
        let path = stage.path(code);
        assert_eq!(stage.read(|db| units::zone_of(db, &path, house)), zone, "{code}");
    }
}

#[actix_web::test]
async fn an_empty_house_gets_its_levels_with_the_first_unit() {
    let stage = Stage::empty("2026-03-02 08:00").await;
    stage.write(units::create_first);
    let draft = UnitDraft {
        code: text("MP"),
        level: text("state"),
        name_en: text("MP"),
        parent: text("ORG"),
        ..UnitDraft::default()
    };
    stage.write(|db, stamp| units::found(db, None, &draft, stamp));
    assert!(stage.path("MP").starts_with(&stage.path("ORG")));
}

#[actix_web::test]
async fn a_code_may_hold_what_an_address_may_not() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = [("code", "12/अ#3"), ("level", "booth"), ("name_hi", "बूथ"), ("parent", "B11")];
    let made = admin.post("/units", &form).await.must_be(303);
    let at = made.location().to_owned();
    admin.get(&at).await.must_be(200).says("12/अ#3");
    admin.get(&format!("{at}/edit")).await.must_be(200);
    admin.get("/units/..").await.must_be(404);
    admin.get("/units/%00").await.must_be(404);
    admin.api_raw("PATCH", "/api/v1/units/B11", r#"{"parent": "D\u0000"}"#).await.must_be(422);
}
