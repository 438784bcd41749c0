//! Who has completed what: verdicts after marks, the report, the names behind its numbers.

use prashikshan::access::rules::{Reach, Right};
use prashikshan::attendance::{
    self,
    rules::{SentMark, Source},
};
use prashikshan::completion::rules::Status;
use prashikshan::completion::{self, Format};
use prashikshan::enrolment;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};
use serde_json::json;

use crate::classroom;
use crate::stage::Stage;

/// Marks by the admin of the state: `present`, `partial90` …
fn mark(stage: &Stage, session: SessionId, person: PersonId, word: &str) {
    let admin = stage.actor("State Admin");
    let status = word.trim_end_matches(|c: char| c.is_ascii_digit());
    stage.write(|db, stamp| {
        let (id, status_is) =
            (format!("m-{}", stamp.id()), Status::parse(status).expect("a status"));
        let sent = SentMark {
            minutes: word[status.len()..].parse().ok(),
            ..SentMark::new(id, person, status_is, stamp.now, Source::Program)
        };
        let taken = attendance::take_roll(db, &admin, session, &[sent], stamp)?;
        assert_eq!(taken[0].reason, None);
        Ok(())
    });
}

#[actix_web::test]
async fn the_verdict_follows_the_marks() {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60! B60 C60 D60 E60");
    let batch = classroom::batch(&stage, &course, "D1", 30);
    let s1 = classroom::session(&stage, batch, &course, "AB", "2026-03-02 09:00");
    let s2 = classroom::session(&stage, batch, &course, "CD", "2026-03-03 09:00");
    let asha = stage.person("Asha", "B11");
    let seat = classroom::enrol(&stage, batch, asha);
    let standing = || classroom::standing(&stage, seat.id);
    assert_eq!(standing(), "not_started 0");
    stage.clock_to("2026-03-03 10:00");
    mark(&stage, s1, asha, "absent");
    assert_eq!(standing(), "in_progress 0");
    mark(&stage, s2, asha, "present");
    assert_eq!(standing(), "in_progress 40");
    stage.clock_to("2026-03-03 10:01");
    mark(&stage, s2, asha, "partial90");
    assert_eq!(standing(), "in_progress 30");
    stage.clock_to("2026-03-03 10:02");
    mark(&stage, s2, asha, "late");

    // The same modules in another batch make up for the missed session.
    let other = classroom::batch(&stage, &course, "MP", 30);
    let s3 = classroom::session(&stage, other, &course, "AB", "2026-03-04 09:00");
    stage.clock_to("2026-03-03 10:05");
    let mine = stage.sign_in(asha).by_token();
    let path = format!("/api/v1/enrolments/{}/completion", seat.id);
    let told = mine.api_get(&path).await.must_be(200).json();
    assert_eq!((told["complete"].as_bool(), told["percent"].as_i64()), (Some(false), Some(40)));
    let codes = |list: &serde_json::Value| {
        let all = list.as_array().expect("a list").iter();
        all.map(|m| m["module"].as_str().unwrap_or("?").to_owned()).collect::<String>()
    };
    assert_eq!(
        (codes(&told["counted"]), codes(&told["missing"])),
        ("CD".to_owned(), "ABE".to_owned())
    );
    assert_eq!(told["next_chances"][0]["session"], s3.to_string());
    assert_eq!(told["next_chances"][0]["modules"], json!(["A", "B"]));
    stage
        .sign_in(asha)
        .get(&format!("/enrolments/{}/completion", seat.id))
        .await
        .must_be(200)
        .says("Module C")
        .says("Next chances")
        .says("Batch of MP");

    let second = classroom::enrol(&stage, other, asha);
    stage.clock_to("2026-03-04 10:00");
    mark(&stage, s3, asha, "present");
    assert_eq!(standing(), "complete 80");
    assert_eq!(classroom::standing(&stage, second.id), "complete 80");
    let told = mine.api_get(&path).await.must_be(200).json();
    assert_eq!((told["complete"].as_bool(), codes(&told["missing"])), (Some(true), String::new()));
    assert_eq!(told["next_chances"], json!([]));
    assert_eq!(told["counted"][0]["session"], s3.to_string());

    assert!(stage.read(completion::wrong_standings).is_empty());
    stage.other_admin().by_token().api_get(&path).await.must_be(404);
    stage.trainer().by_token().api_get(&path).await.must_be(403);
    stage.newcomer("Curious", "B11").by_token().api_get(&path).await.must_be(404);
    stage.district_admin().by_token().api_get(&path).await.must_be(200);
    stage.admin().by_token().api_get("/api/v1/enrolments/1/completion").await.must_be(404);
}

/// Two batches of one course: in B11 three enrolled (complete, in progress, not started), in B12
/// one complete, in D1 itself one not started, in B21 (of D2) one in progress.
async fn report_stage() -> (Stage, BatchId) {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 50, "A60 B60");
    let d1 = classroom::batch(&stage, &course, "D1", 30);
    let d2 = classroom::batch(&stage, &course, "D2", 30);
    let s1 = classroom::session(&stage, d1, &course, "AB", "2026-03-02 09:00");
    let s2 = classroom::session(&stage, d2, &course, "AB", "2026-03-02 09:00");
    stage.clock_to("2026-03-02 09:00");
    for (name, unit, word) in [
        ("Asha", "B11", "present"),
        ("Bela", "B11", "absent"),
        ("Chand", "B11", ""),
        ("Dev", "B12", "partial60"),
        ("Eva", "D1", ""),
    ] {
        let person = stage.person(name, unit);
        classroom::enrol(&stage, d1, person);
        if !word.is_empty() {
            mark(&stage, s1, person, word);
        }
    }
    let far = stage.person("Farah", "B21");
    classroom::enrol(&stage, d2, far);
    mark(&stage, s2, far, "partial59");
    (stage, d1)
}

#[actix_web::test]
async fn the_report_equals_a_count_by_hand() {
    let (stage, _) = report_stage().await;
    let admin = stage.admin().by_token();
    let ask = async |query: &str| {
        let r = admin.api_get(&format!("/api/v1/completion{query}")).await.must_be(200).json();
        let line = |v: &serde_json::Value| {
            let n = |k: &str| v[k].as_i64().unwrap_or(-1);
            let unit = v["unit"].as_str().unwrap_or("?");
            format!(
                "{unit} {}={}+{}+{} {}%",
                n("enrolled"),
                n("complete"),
                n("in_progress"),
                n("not_started"),
                n("percent")
            )
        };
        let below: Vec<String> = r["below"].as_array().expect("below").iter().map(line).collect();
        format!("{} | {} | {}", line(&r), line(&r["here"]), below.join(", "))
    };
    assert_eq!(ask("").await, "MP 6=2+2+2 33% | MP 0=0+0+0 0% | D1 5=2+1+2 40%, D2 1=0+1+0 0%");
    assert_eq!(ask("?course=C1").await, ask("").await);
    assert_eq!(
        ask("?course=C1&unit=D1").await,
        "D1 5=2+1+2 40% | D1 1=0+0+1 0% | B12 1=1+0+0 100%, B11 3=1+1+1 33%"
    );
    assert_eq!(ask("?unit=B11").await, "B11 3=1+1+1 33% | B11 3=1+1+1 33% | ");
    classroom::course(&stage, "C2", 80, "A60");
    assert_eq!(ask("?course=C2&unit=B11").await, "B11 0=0+0+0 0% | B11 0=0+0+0 0% | ");
    admin.api_get("/api/v1/completion?course=C9").await.must_be(404);
    admin.api_get("/api/v1/completion?unit=X9").await.must_be(404);
}

#[actix_web::test]
async fn an_admin_drills_from_a_number_to_its_names() {
    let (stage, batch) = report_stage().await;
    let admin = stage.admin();
    let page =
        admin.get("/completion?course=C1").await.must_be(200).says("East district").says("Total");
    assert!(page.body.contains("/completion?course=C1&amp;unit=D1"), "{}", page.body);
    let names = "/completion/people?course=C1&amp;unit=D1&amp;standing=complete";
    assert!(page.body.contains(names));
    let names = admin.get(&names.replace("&amp;", "&")).await.must_be(200).says("Asha").says("Dev");
    assert!(!names.text().contains("Bela"));
    let rest =
        admin.get("/completion/people?course=C1&unit=D1&standing=incomplete").await.must_be(200);
    rest.says("Bela").says("Chand").says("Eva").says("98");
    let here =
        admin.get("/completion/people?course=C1&unit=D1&only=here").await.must_be(200).says("Eva");
    assert!(!here.text().contains("Chand"));
    admin
        .get("/completion?unit=D1")
        .await
        .must_be(200)
        .says("Madhya Prant")
        .says("Directly in this unit");
    admin
        .clone()
        .in_hindi()
        .get("/completion")
        .await
        .must_be(200)
        .says("पूर्णता रिपोर्ट")
        .says("पूर्व जिला");

    let csv = admin.get("/completion.csv?course=C1").await.must_be(200).body;
    assert!(
        csv.contains("\"D1\",\"पूर्व जिला\",\"East district\",\"5\",\"2\",\"1\",\"2\",\"40\""),
        "{csv}"
    );
    let csv =
        admin.get("/completion/people.csv?course=C1&standing=complete").await.must_be(200).body;
    assert_eq!(csv.lines().count(), 3, "{csv}");

    // A district admin starts at the district and sees no other.
    let district = stage.district_admin();
    district.get("/completion").await.must_be(200).says("East district").says("River block");
    for path in ["/completion?unit=D2", "/completion/people?unit=MP", "/completion.csv?unit=D2"] {
        district.get(path).await.must_be(404);
    }
    stage.trainer().get("/completion").await.must_be(403);
    stage.newcomer("Curious", "B11").get("/completion").await.must_be(403);
    stage.nobody().get("/completion").await.must_be(303);

    // Who withdraws is counted no longer.
    let actor = stage.actor("State Admin");
    let asha = stage.person_named("Asha");
    stage.write(|db, stamp| {
        let e = enrolment::store::enrolment_of(db, batch, asha)?.expect("enrolled");
        enrolment::withdraw(db, &actor, e.id, "left", stamp)
    });
    let left = admin.get("/completion/people?course=C1&unit=B11").await.must_be(200);
    assert!(!left.text().contains("Asha"));
}

#[actix_web::test]
async fn somebody_who_moves_is_counted_in_the_new_unit() {
    use diesel::prelude::*;
    use prashikshan::kit::schema::people;
    let (stage, _) = report_stage().await;
    let unit = stage.unit("B21");
    stage.write(|db, _| {
        diesel::update(people::table.filter(people::name.eq("Asha")))
            .set(people::unit_id.eq(unit))
            .execute(db)?;
        Ok(())
    });
    let r =
        stage.admin().by_token().api_get("/api/v1/completion?unit=D2").await.must_be(200).json();
    assert_eq!((r["enrolled"].as_i64(), r["complete"].as_i64()), (Some(2), Some(1)));
    assert!(stage.read(completion::wrong_standings).is_empty());
}

#[actix_web::test]
async fn standings_are_always_recomputable() {
    use diesel::prelude::*;
    use prashikshan::kit::schema::standings;
    let (stage, _) = report_stage().await;
    stage.write(|db, _| {
        diesel::update(standings::table)
            .set((standings::standing.eq("complete"), standings::percent.eq(7)))
            .execute(db)?;
        Ok(())
    });
    assert_eq!(stage.read(completion::wrong_standings).len(), 6);
    stage.write(|db, stamp| completion::recount_all(db, stamp.now));
    assert!(stage.read(completion::wrong_standings).is_empty());
}

#[actix_web::test]
async fn the_command_line_exports_the_report() {
    let (stage, _) = report_stage().await;
    let export = |reach: Option<&Reach>, unit: &str, format| {
        stage.site.read_here(|db| completion::export(db, reach, "C1", unit, format))
    };
    let whole = export(None, "", Format::Json).expect("an export");
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    assert_eq!((whole["enrolled"].as_i64(), whole["course"].as_str()), (Some(6), Some("C1")));
    assert_eq!(whole["people"].as_array().map(Vec::len), Some(6));
    assert_eq!(whole["below"][0]["unit"], "MP");
    let csv = export(None, "D2", Format::Csv).expect("an export");
    assert!(csv.contains("Farah") && csv.lines().count() == 2, "{csv}");
    let reach = stage.actor("District Admin").reach(Right::SeeReports);
    assert!(export(Some(&reach), "D2", Format::Csv).is_err());
    assert!(export(Some(&reach), "", Format::Csv).expect("an export").contains("Asha"));
}

#[actix_web::test]
async fn the_lists_take_as_many_statements_for_many_as_for_few() {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60 B60");
    let admin = stage.admin();
    let mut counts = vec![];
    for (unit, n) in [("B11", 10), ("B12", 200)] {
        let batch = classroom::batch(&stage, &course, unit, 300);
        classroom::enrol_many(&stage, batch, unit, n);
        for path in ["/completion", "/completion/people"] {
            let before = stage.site.database.statements.count();
            admin.get(&format!("{path}?course=C1&unit={unit}")).await.must_be(200);
            counts.push(stage.site.database.statements.count() - before);
        }
    }
    assert_eq!(counts[..2], counts[2..]);
}
