//! Offices: appointing, ending, vacancy, and where a request then goes.

use chrono::NaiveDate;
use prashikshan::access::rules::Role;
use prashikshan::access::{self};
use prashikshan::kit::ids::PersonId;
use prashikshan::people::offices::rules::Approver;
use prashikshan::people::offices::{self};

use crate::stage::Stage;

fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day")
}

fn approver(stage: &Stage, unit: &str, on: &str) -> Approver {
    let (unit, on) = (stage.unit(unit), day(on));
    stage.read(|db| offices::approver(db, unit, on))
}

/// `unit by names past units`, in English.
fn goes(stage: &Stage, unit: &str, on: &str) -> String {
    let found = approver(stage, unit, on);
    let people: Vec<&str> = found.people.iter().map(|(_, name)| name.as_str()).collect();
    let vacant: Vec<&str> = found.vacant.iter().map(|(_, _, en)| en.as_str()).collect();
    format!("{} by {} past {}", found.name_en, people.join(", "), vacant.join(", "))
}

async fn put(stage: &Stage, unit: &str, kind: &str, person: PersonId, from: &str, to: &str) {
    let person = person.to_string();
    let form =
        [("kind", kind), ("person", &person), ("valid_from", from), ("valid_to", to), ("q", "x")];
    stage.admin().post(&format!("/units/{unit}/offices"), &form).await.must_be(303);
}

#[actix_web::test]
async fn an_office_is_filled_seen_and_vacant_again() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin();
    let asha = stage.person("Asha Devi", "B11");
    let page = admin.get("/units/B11").await.must_be(200).says("Block in-charge");
    assert!(page.text().contains("Block in-charge decides on requests Vacant Appoint"));
    assert!(!page.text().contains("District in-charge"), "each level has its own offices");

    let form = admin.get("/units/B11/offices/new?kind=5&q=asha").await.must_be(200);
    assert!(form.body.contains(&format!("value=\"{asha}\" checked")));
    assert!(form.body.contains("<option value=\"5\" selected>Block in-charge"));
    assert!(form.body.contains("value=\"2026-03-02\""), "from today on");
    let given = asha.to_string();
    let fill = [("kind", "5"), ("person", given.as_str()), ("valid_from", "2026-03-02")];
    let made = admin.post("/units/B11/offices", &fill).await.must_be(303);
    assert_eq!(made.location(), "/units/B11/offices");

    let list = admin.get("/units/B11/offices").await.must_be(200);
    let list = list.says("Asha Devi since 2 Mar 2026").says("until further notice");
    let link = list.body.split("href=\"/offices/").nth(1).and_then(|t| t.split('/').next());
    let office = link.expect("a link to end it").to_owned();
    stage.trainer().get("/units/B11").await.must_be(200).says("Asha Devi");
    let held = admin.get(&format!("/people/{asha}")).await.must_be(200);
    held.says("Block in-charge").says("River block").says("Put into an office");

    let end = format!("/offices/{office}/end");
    admin.get(&end).await.must_be(200).says("Last day in office");
    admin.post(&end, &[("valid_to", "2026-03-01")]).await.must_be(422).says("before the start");
    admin.post(&end, &[("valid_to", "")]).await.must_be(422);
    admin.post(&end, &[("valid_to", "2026-03-10")]).await.must_be(303);
    admin.get("/units/B11").await.must_be(200).says("2 Mar 2026 to 10 Mar 2026");
    admin
        .post(&end, &[("valid_to", "2026-04-10")])
        .await
        .must_be(422)
        .says("cannot be made longer");
    stage.clock_to("2026-03-11 08:00");
    let admin = stage.district_admin();
    admin.get("/units/B11").await.must_be(200).says("requests Vacant");
    admin.get("/units/B11/offices").await.must_be(200).says("Asha Devi");
    admin.post(&end, &[("valid_to", "2026-03-05")]).await.must_be(409).says("over already");
    admin.get(&format!("/people/{asha}")).await.must_be(200).says("Term of office ended");
    stage.read(|db| prashikshan::journal::verify(db, &stage.site.secret).map(|_| ()));
}

#[actix_web::test]
async fn only_who_keeps_a_unit_fills_its_offices() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.person("Asha Devi", "B11").to_string();
    let fill = [("kind", "5"), ("person", asha.as_str())];
    stage.trainer().post("/units/B11/offices", &fill).await.must_be(403);
    stage.trainer().get("/units/B11/offices/new").await.must_be(403);
    stage.trainer().get("/units/B11/offices").await.must_be(200);
    stage.auditor().post("/units/B11/offices", &fill).await.must_be(403);
    stage.other_admin().post("/units/B11/offices", &fill).await.must_be(404);
    stage.newcomer("Bo Kumar", "B11").get("/units/B11/offices").await.must_be(404);
    put(&stage, "B11", "5", stage.person_named("Asha Devi"), "2026-03-02", "").await;
    let office: i64 = stage.read(|db| {
        use diesel::prelude::*;
        use prashikshan::kit::schema::offices;
        Ok(offices::table.select(offices::id).first(db)?)
    });
    let end = format!("/offices/{office}/end");
    stage.trainer().post(&end, &[("valid_to", "2026-03-03")]).await.must_be(403);
    stage.other_admin().post(&end, &[("valid_to", "2026-03-03")]).await.must_be(404);
    stage.other_admin().get(&end).await.must_be(404);
    stage.admin().get("/offices/1/end").await.must_be(404);
}

#[actix_web::test]
async fn a_mistake_in_an_appointment_is_told_at_its_field() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin();
    let asha = stage.person("Asha Devi", "B11").to_string();
    let hidden = stage.person("Bo Kumar", "B21").to_string();
    let refuse = async |fill: &[(&str, &str)], words: &str| {
        admin.post("/units/B11/offices", fill).await.must_be(422).says(words);
    };
    refuse(&[("kind", "5"), ("person", ""), ("q", "asha")], "Choose a person").await;
    refuse(&[("kind", "5"), ("person", &hidden)], "Nothing was found").await;
    refuse(&[("kind", "5"), ("person", "x")], "Nothing was found").await;
    refuse(&[("kind", "4"), ("person", &asha), ("q", "asha")], "not in the list").await;
    refuse(&[("kind", "x"), ("person", &asha), ("q", "asha")], "not in the list").await;
    let backwards = [
        ("kind", "5"),
        ("person", &asha),
        ("valid_from", "2026-03-02"),
        ("valid_to", "2026-03-01"),
    ];
    refuse(&backwards, "before the start").await;
    let kept = [("kind", "5"), ("person", &asha[..]), ("valid_from", "soon"), ("q", "asha")];
    let page = admin.post("/units/B11/offices", &kept).await.must_be(422);
    assert!(page.body.contains("value=\"soon\"") && page.body.contains("value=\"asha\""));
    admin.post("/units/B11/offices", &[("office", "5")]).await.must_be(422);
}

#[actix_web::test]
async fn one_post_has_one_holder_and_a_committee_many() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let (asha, bo) = (stage.person("Asha Devi", "B11"), stage.person("Bo Kumar", "B11"));
    put(&stage, "B11", "5", asha, "2026-03-02", "").await;
    let second = bo.to_string();
    let fill = [("kind", "5"), ("person", second.as_str()), ("q", "bo")];
    let page = stage.admin().post("/units/B11/offices", &fill).await.must_be(409);
    let page = page.says("Asha Devi holds this office at that time");
    assert!(page.body.contains(&format!("value=\"{bo}\" checked")), "what was chosen is kept");
    put(&stage, "B11", "5", bo, "2025-01-01", "2026-03-01").await;
    put(&stage, "B11", "8", asha, "2026-03-02", "").await;
    put(&stage, "B11", "8", bo, "2026-03-02", "").await;
    let twice = [("kind", "8"), ("person", second.as_str())];
    stage.admin().post("/units/B11/offices", &twice).await.must_be(409);
    let page = stage.admin().get("/units/B11").await.must_be(200).text();
    assert!(page.contains("Asha Devi since 2 Mar 2026 End the term Bo Kumar since"), "{page}");
}

/// Two admins fill the same vacant post at the same instant: one of them is told.
#[actix_web::test]
async fn a_vacant_post_is_filled_once() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    let admin = stage.admin();
    for round in 0..20 {
        let from = format!("20{:02}-01-01", 30 + round);
        let to = format!("20{:02}-12-31", 30 + round);
        let people = [
            stage.person(&format!("Asha {round}"), "B11").to_string(),
            stage.person(&format!("Bo {round}"), "B11").to_string(),
        ];
        let fill = |who: &str| {
            let (client, who, from, to) = (admin.clone(), who.to_owned(), from.clone(), to.clone());
            async move {
                let fill =
                    [("kind", "5"), ("person", &who), ("valid_from", &from), ("valid_to", &to)];
                client.post("/units/B11/offices", &fill).await.status
            }
        };
        let (a, b) = futures_util::future::join(fill(&people[0]), fill(&people[1])).await;
        let mut both = [a, b];
        both.sort_unstable();
        assert_eq!(both, [303, 409], "round {round}");
    }
}

#[actix_web::test]
async fn a_request_goes_to_the_nearest_who_may_decide() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let today = "2026-03-02";
    stage
        .admin()
        .api_post(
            "/api/v1/units",
            serde_json::json!({"code": "V1", "level": "booth", "name_en": "Booth one", "parent": "B11"}),
        )
        .await
        .must_be(201);
    let to_district = "East district by District Admin past River block";
    assert_eq!(goes(&stage, "V1", today), to_district);
    assert_eq!(goes(&stage, "B11", today), to_district);
    assert_eq!(goes(&stage, "MP", today), "Madhya Prant by State Admin past ");

    let (asha, bo) = (stage.person("Asha Devi", "B11"), stage.person("Bo Kumar", "B11"));
    put(&stage, "B11", "8", bo, "2026-01-01", "").await;
    assert_eq!(goes(&stage, "B11", today), to_district, "a committee does not decide");
    put(&stage, "B11", "5", asha, "2026-03-05", "2026-03-07").await;
    assert_eq!(goes(&stage, "V1", "2026-03-04"), to_district);
    assert_eq!(goes(&stage, "V1", "2026-03-05"), "River block by Asha Devi past ");
    assert_eq!(goes(&stage, "V1", "2026-03-07"), "River block by Asha Devi past ");
    assert_eq!(goes(&stage, "V1", "2026-03-08"), to_district);

    let unit = stage.unit("B11");
    let until = Some(day("2026-03-07"));
    stage.write(|db, stamp| access::grant(db, None, bo, Role::Admin, unit, until, stamp));
    stage.write(|db, stamp| access::grant(db, None, asha, Role::Admin, unit, until, stamp));
    assert_eq!(goes(&stage, "B11", "2026-03-06"), "River block by Asha Devi, Bo Kumar past ");
    assert_eq!(goes(&stage, "B11", "2026-03-08"), to_district);
    let trainer = stage.person_named("Trainer One");
    stage.write(|db, stamp| access::grant(db, None, trainer, Role::Trainer, unit, None, stamp));
    assert_eq!(goes(&stage, "B11", today), "River block by Asha Devi, Bo Kumar past ");

    let district = approver(&stage, "B12", today);
    let may = |name: &str| offices::may_approve(&stage.actor(name), &district);
    assert!(may("District Admin") && may("State Admin"));
    assert!(!may("Other Admin") && !may("Trainer One") && !may("Auditor One"));
    let block = approver(&stage, "B11", "2026-03-06");
    assert!(offices::may_approve(&stage.actor("Bo Kumar"), &block));
    assert!(!offices::may_approve(&stage.actor("Bo Kumar"), &district));
}

#[actix_web::test]
async fn the_way_of_a_request_is_told_in_words() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let page = stage.admin().get("/units/B11/offices").await.must_be(200);
    page.says(
        "A request goes to East district. District Admin will decide. Vacant office: River block.",
    );
    let page = stage.admin().in_hindi().get("/units/B11/offices").await.must_be(200);
    page.says("अनुरोध पूर्व जिला के पास जाएगा। फैसला: District Admin। रिक्त पद: नदी ब्लॉक।");
}

/// However deep the tree, finding who decides takes two statements.
#[actix_web::test]
async fn finding_who_decides_takes_two_statements() {
    let stage = Stage::new("2026-03-02 08:00").await;
    for unit in ["B11", "D1", "MP"] {
        let (id, today) = (stage.unit(unit), day("2026-03-02"));
        let before = stage.site.database.statements.count();
        stage.read(|db| offices::approver(db, id, today));
        assert_eq!(stage.site.database.statements.count() - before, 2, "{unit}");
    }
}

#[actix_web::test]
async fn kinds_of_offices_are_data() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = [
        ("code", "mentor"),
        ("name_hi", "मार्गदर्शक"),
        ("name_en", "Mentor"),
        ("ordinal", "70"),
        ("level", "block"),
        ("approves", "yes"),
    ];
    admin.post("/office-kinds", &form).await.must_be(303);
    let again = admin.post("/office-kinds", &form).await.must_be(422).says("in use already");
    assert!(again.body.contains("value=\"mentor\""));
    admin.get("/units/B11").await.must_be(200).says("Mentor");
    assert!(!admin.get("/units/D1").await.must_be(200).text().contains("Mentor"));
    let wrong = [("code", ""), ("name_hi", ""), ("ordinal", "x"), ("level", "planet")];
    let page = admin.post("/office-kinds", &wrong).await.must_be(422);
    page.says("Fill in this field").says("whole number").says("not in the list");

    let change =
        [("name_hi", "ब्लॉक संयोजक"), ("name_en", "Convener"), ("ordinal", "50"), ("level", "block")];
    admin.post("/office-kinds/5", &change).await.must_be(303);
    admin.get("/office-kinds").await.must_be(200).says("Convener");
    admin.get("/office-kinds/5").await.must_be(200);
    admin.get("/office-kinds/77").await.must_be(404);
    // The house has no mandals; the kind that names them can still be renamed.
    let mandal =
        [("name_hi", "मंडल प्रमुख"), ("name_en", "Head"), ("ordinal", "60"), ("level", "mandal")];
    admin.post("/office-kinds/6", &mandal).await.must_be(303);

    stage.district_admin().post("/office-kinds", &form).await.must_be(403);
    stage.district_admin().post("/office-kinds/5", &change).await.must_be(403);
    let seen = stage.district_admin().get("/office-kinds").await.must_be(200).text();
    assert!(!seen.contains("New office"));
}
