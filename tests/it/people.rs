//! People: found in either script, kept by their own admins only.

use diesel::prelude::*;
use prashikshan::kit::schema::name_words;
use serde_json::{Value, json};

use crate::stage::{Client, Stage};

async fn names(client: &Client, path: &str) -> Vec<String> {
    let page = client.api_get(path).await.must_be(200).json();
    let items = page["items"].as_array().expect("items");
    items.iter().filter_map(|p| p["name"].as_str().map(str::to_owned)).collect()
}

async fn add(client: &Client, person: Value) -> String {
    client.api_post("/api/v1/people", person).await.must_be(201).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[actix_web::test]
async fn a_name_is_found_in_either_script() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    add(&admin, json!({"name": "ज्योति शर्मा", "unit": "B11", "phones": ["98765 43210"]})).await;
    add(&admin, json!({"name": "Sunita Sharma", "name_other": "सुनीता शर्मा", "unit": "B12"})).await;
    add(&admin, json!({"name": "Ram Ramesh", "unit": "B21"})).await;
    for (q, found) in [
        ("Jyoti", "ज्योति शर्मा"),
        ("Jyothi sharma", "ज्योति शर्मा"),
        ("ज्यो", "ज्योति शर्मा"),
        ("सुनीता", "Sunita Sharma"),
        ("Suneeta", "Sunita Sharma"),
        ("98765", "ज्योति शर्मा"),
        ("3210", "ज्योति शर्मा"),
        ("76543210", "ज्योति शर्मा"),
        ("+91 98765 43210", "ज्योति शर्मा"),
        ("ram", "Ram Ramesh"),
    ] {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        admin.get(&format!("/people?q={q}")).await.must_be(200).says(found);
        if q != "76543210" {
            assert_eq!(names(&admin, &format!("/api/v1/people?q={q}")).await, [found], "{q}");
        }
    }
    let both = names(&admin, "/api/v1/people?q=sharma").await;
    assert_eq!(both.len(), 2);
    admin.get("/people?q=Jyoti+Ramesh").await.must_be(200).says("Nobody has this name");
    // Whose two words both begin so stands in the list once.
    let page = admin.get("/people?q=ram").await;
    assert_eq!(page.text().matches("Ram Ramesh").count(), 1);
    stage.other_admin().get("/people?q=Jyoti").await.must_be(200).says("Nobody has this name");
    assert!(names(&stage.other_admin(), "/api/v1/people?q=98765").await.is_empty());
}

#[actix_web::test]
async fn a_person_is_taken_in_and_changed() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin();
    admin.get("/people/new?unit=B11").await.must_be(200).says("Unit code");
    let form = [
        ("name", "  आशा   देवी "),
        ("relation_name", "मोहन लाल"),
        ("unit", "B11"),
        ("phones", "98765 43210, 91234 56780"),
        ("emails", "asha@example.org"),
        ("joined_on", "2025-11-29"),
        ("language", "hi"),
        ("gender", "female"),
        ("previous_party", "Other party"),
    ];
    let made = admin.post("/people", &form).await.must_be(303);
    let at = made.location().to_owned();
    let page = admin.get(&at).await.must_be(200);
    for words in [
        "आशा देवी",
        "मोहन लाल",
        "98765 43210",
        "91234 56780",
        "River block",
        "Female",
        "29 Nov 2025",
        "Person added",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(page.body.contains("/letters?person="));
    admin.get(&format!("{at}/edit")).await.must_be(200).says("Change the person");

    let id = at.rsplit('/').next().expect("an id");
    let patch = json!({"name": "Asha Bai", "phones": ["9876543210"], "unit": "B12"});
    let changed = admin.api_patch(&format!("/api/v1{at}"), patch).await.must_be(200).json();
    assert_eq!(changed["phones"], json!(["+919876543210"]));
    assert_eq!(changed["unit"], "B12");
    assert_eq!(changed["relation_name"], "मोहन लाल");
    assert_eq!(names(&admin, "/api/v1/people?q=bai").await, ["Asha Bai"]);
    assert!(names(&admin, "/api/v1/people?q=devi").await.is_empty(), "the old words are gone");
    admin.get(&at).await.must_be(200).says("Person changed");
    let words: i64 = stage.read(|db| {
        let person: i64 = id.parse().expect("a number");
        Ok(name_words::table.filter(name_words::person_id.eq(person)).count().get_result(db)?)
    });
    assert_eq!(words, 2);
}

#[actix_web::test]
async fn a_form_with_mistakes_keeps_what_was_typed() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = [
        ("name", "jke{k dqekj"),
        ("unit", "NOWHERE"),
        ("phones", "98765 43210, 12"),
        ("emails", "nobody"),
        ("joined_on", "31-02-2026"),
        ("gender", "x"),
    ];
    let page = admin.post("/people", &form).await.must_be(422);
    for sentence in [
        "KrutiDev",
        "This unit was not found",
        "10 digits",
        "whole e-mail",
        "Enter the date",
        "not in the list",
    ] {
        assert!(page.text().contains(sentence), "{sentence}: {}", page.text());
    }
    assert!(page.body.contains("value=\"98765 43210, 12\""));
    let unknown =
        admin.api_post("/api/v1/people", json!({"name": "A", "unit": "B11", "caste": "x"})).await;
    assert_eq!(unknown.status, 422);
    assert_eq!(unknown.json()["fields"][0]["name"], "caste");
}

#[actix_web::test]
async fn whom_one_may_not_see_is_not_there() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.person("Asha Devi", "B21");
    let path = format!("/people/{asha}");
    stage.district_admin().get(&path).await.must_be(404);
    stage.district_admin().get(&format!("{path}/edit")).await.must_be(404);
    stage.district_admin().post(&path, &[("name", "X")]).await.must_be(404);
    stage
        .district_admin()
        .api_patch(&format!("/api/v1{path}"), json!({"name": "X"}))
        .await
        .must_be(404);
    stage.auditor().get(&path).await.must_be(200);
    stage.auditor().post(&path, &[("name", "X")]).await.must_be(403);
    stage.trainer().get("/people").await.must_be(403);
    stage.admin().get("/people/12345").await.must_be(404);
    stage.admin().get("/people/x").await.must_be(404);
    // Nobody is moved out of or into another's units.
    let mine = stage.person("Bela Rao", "B11");
    let moved = stage
        .district_admin()
        .api_patch(&format!("/api/v1/people/{mine}"), json!({"unit": "B21"}))
        .await;
    assert_eq!(moved.status, 422);
    let form = [("name", "New"), ("unit", "B21")];
    stage.district_admin().post("/people", &form).await.must_be(422);
}

#[actix_web::test]
async fn the_list_is_paged_and_comes_as_a_file() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    for i in 0..55 {
        stage.person(&format!("Person Number{i:02}"), if i % 2 == 0 { "B11" } else { "B21" });
    }
    add(&admin, json!({"name": "-cmd evil", "unit": "B11"})).await;
    let first = admin.get("/people").await.must_be(200);
    assert!(first.body.contains("page=2"));
    admin.get("/people?page=2").await.must_be(200).says("Number5");
    let before = stage.site.database.statements.count();
    admin.get("/people?q=person&unit=D1").await.must_be(200).says("Number02");
    let used = stage.site.database.statements.count() - before;
    assert!(used <= 4, "{used} statements");

    let file = admin.get("/people.csv").await.must_be(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.body.starts_with('\u{FEFF}'));
    assert_eq!(file.body.lines().count(), 1 + 55 + 1 + 5, "{}", file.body);
    assert!(file.body.contains("\"'-cmd evil\""), "no cell is a formula");
    let some = stage.district_admin().get("/people.csv?q=number02").await.must_be(200);
    assert_eq!(some.body.lines().count(), 2);
    stage.trainer().get("/people.csv").await.must_be(403);
    let unit = admin.get("/people?unit=D2").await.must_be(200);
    assert!(unit.text().contains("West district") && !unit.text().contains("Number02"));
    stage.district_admin().get("/people?unit=D2").await.must_be(404);
}

#[actix_web::test]
async fn a_reference_belongs_to_one_person() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let id = add(&admin, json!({"name": "Asha", "unit": "B11", "reference": "R-1"})).await;
    admin
        .api_post("/api/v1/people", json!({"name": "Bela", "unit": "B11", "reference": "R-1"}))
        .await
        .must_be(422);
    admin
        .api_patch(
            &format!("/api/v1/people/{id}"),
            json!({"reference": "R-1", "name": "Asha Devi"}),
        )
        .await
        .must_be(200);
    // The form has no reference and leaves it alone.
    let form = [("name", "Asha Bai"), ("unit", "B11")];
    admin.post(&format!("/people/{id}"), &form).await.must_be(303);
    assert_eq!(admin.api_get(&format!("/api/v1/people/{id}")).await.json()["reference"], "R-1");
}
