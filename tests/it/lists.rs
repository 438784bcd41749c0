//! Enrolments from a table: capacity, order, prerequisites, clashes and consents hold on this path too.

use diesel::prelude::*;
use prashikshan::enrolment::{self, asks, import::import};
use prashikshan::kit::ids::{BatchId, PersonId};
use prashikshan::kit::intake::{Report, Wishes};
use prashikshan::kit::schema::{consents, enrolments, journal, people};
use prashikshan::kit::tables::Table;

use crate::at_once::{self, Task, task};
use crate::classroom;
use crate::enrolment::places;
use crate::stage::Stage;

/// Taken in by the admin of the district D1.
fn list(stage: &Stage, batch: BatchId, text: &str) -> Report {
    let table = Table::read(text.as_bytes()).expect("a table");
    let sets = vec![("batch".to_owned(), batch.to_string())];
    let wishes = Wishes { sets, ..Wishes::default() };
    let admin = stage.actor("District Admin");
    stage.write(|db, stamp| import(db, Some(&admin), &table, &wishes, stamp))
}

fn counts(r: &Report) -> String {
    format!("{}/{}/{}/{}", r.created, r.updated, r.unchanged, r.refused())
}

/// `row column code`, in order.
fn errors(r: &Report) -> Vec<String> {
    let mut all: Vec<_> =
        r.errors.iter().map(|e| (e.row, format!("{} {} {}", e.row, e.column, e.code))).collect();
    all.sort();
    all.into_iter().map(|(_, e)| e).collect()
}

/// A batch of D1 with two seats, a week ahead.
async fn batch() -> (Stage, BatchId) {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60! B60");
    let batch = classroom::batch(&stage, &course, "D1", 2);
    classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
    (stage, batch)
}

fn channels(stage: &Stage) -> Vec<String> {
    stage.read(|db| {
        Ok(consents::table
            .inner_join(people::table.on(people::id.eq(consents::person_id)))
            .order(people::name)
            .select((people::name, consents::channel))
            .load::<(String, String)>(db)?
            .into_iter()
            .map(|(name, channel)| format!("{name} {channel}"))
            .collect())
    })
}

fn name(stage: &Stage, person: PersonId) -> String {
    stage.read(|db| Ok(people::table.find(person).select(people::name).first(db)?))
}

#[actix_web::test]
async fn a_list_fills_the_seats_and_then_the_queue_and_changes_nothing_twice() {
    let (stage, batch) = batch().await;
    let asha = stage.person("Asha Devi", "B11");
    for name in ["Bela Rao", "Chand Lal"] {
        stage.person(name, "B12");
    }
    let table = format!(
        "person,name,unit,consent\n{asha},Asha Devi,,yes\n,Bela Rao,B12,paper\n,चांद लाल,B12,\n"
    );
    let report = list(&stage, batch, &table);
    assert_eq!(counts(&report), "3/0/0/0", "{:?}", errors(&report));
    assert!(report.notes.iter().any(|n| n.code == "waiting"), "{:?}", report.notes);
    assert_eq!(places(&stage, batch), "Asha Devi seat, Bela Rao seat, Chand Lal waiting");
    assert_eq!(channels(&stage), ["Asha Devi list", "Bela Rao paper"]);
    let ways: Vec<String> =
        stage.read(|db| Ok(enrolments::table.select(enrolments::way).distinct().load(db)?));
    assert_eq!(ways, ["import"]);
    let told: i64 = stage.read(|db| {
        let told = journal::table.filter(journal::action.eq("people enrolled by a list"));
        Ok(told.count().get_result(db)?)
    });
    assert_eq!(told, 2, "one entry for the seats, one for the queue");

    assert_eq!(counts(&list(&stage, batch, &table)), "0/0/3/0");
    // A consent that came later is written down once.
    let later = table.replace("लाल,B12,", "लाल,B12,फोन");
    assert_eq!(counts(&list(&stage, batch, &later)), "0/1/2/0");
    assert_eq!(counts(&list(&stage, batch, &later)), "0/0/3/0");
    assert_eq!(channels(&stage), ["Asha Devi list", "Bela Rao paper", "Chand Lal phone"]);
    stage.tick().await;
    stage.clear_letters();
}

#[actix_web::test]
async fn every_mistake_of_every_row_is_told_and_good_rows_go_in() {
    let (stage, batch) = batch().await;
    stage.person("Asha Devi", "B11");
    stage.person("Asha Devi", "B12");
    stage.person("Bela Rao", "B12");
    let far = stage.person("Far Away", "B21");
    let table = format!(
        "person,reference,name,phone,unit,consent,clash_reason\n\
        ,,Asha Devi,,,,\n\
        ,,Asha Devi,,B11,,\n\
        ,,asha devi,,B11,,\n\
        ,,Nobody,,,,\n\
        {far},,,,,,\n\
        ,R9,Bela Rao,,,,\n\
        ,,,12345,,maybe,\n\
        ,,Bela Rao,,B1x,,{}\n\
        ,,,,,,\n\
        ,,Bela Rao,,,no,,more\n",
        "x".repeat(201)
    );
    let report = list(&stage, batch, &table);
    assert_eq!(
        errors(&report),
        [
            "2 name person-ambiguous",
            "4 name repeated",
            "5 name person-unknown",
            "6 person person-unknown",
            "7 reference person-unknown",
            "8 consent consent-word",
            "8 phone phone",
            "9 clash_reason too-long",
            "9 unit unit-unknown",
            "11  row-too-long",
        ]
    );
    assert_eq!(counts(&report), "1/0/0/8");
    assert_eq!(places(&stage, batch), "Asha Devi seat");
    stage.tick().await;
    stage.clear_letters();
}

#[actix_web::test]
async fn a_number_of_somebody_else_enrols_nobody() {
    let (stage, batch) = batch().await;
    let bela = stage.person("Bela Rao", "B12");
    let phone: String = stage.read(|db| {
        use prashikshan::kit::schema::phones;
        let own = phones::table.filter(phones::person_id.eq(bela));
        Ok(own.select(phones::number).first(db)?)
    });
    let report = list(&stage, batch, &format!("name,phone\nChand,{phone}\n"));
    assert_eq!(errors(&report), ["2 phone person-another"]);
    assert!(report.errors[0].args.contains(&("kept", "Bela Rao (B12)".to_owned())));
    let report = list(&stage, batch, &format!("phone\n{phone}\n"));
    assert_eq!(counts(&report), "1/0/0/0");
    stage.tick().await;
    stage.clear_letters();
}

#[actix_web::test]
async fn who_left_is_not_put_back_and_who_asked_waits_for_the_office() {
    let (stage, batch) = batch().await;
    let (asha, bela) = (stage.person("Asha Devi", "B11"), stage.person("Bela Rao", "B12"));
    let table = format!("person\n{asha}\n{bela}\n");
    let made = classroom::enrol(&stage, batch, asha);
    let admin = stage.actor("District Admin");
    stage.write(|db, stamp| enrolment::withdraw(db, &admin, made.id, "ill", stamp));
    let own = stage.actor("Bela Rao");
    stage.write(|db, stamp| asks::request(db, &own, batch, bela, stamp));
    let report = list(&stage, batch, &table);
    assert_eq!(errors(&report), ["2 person left-before"]);
    assert_eq!(counts(&report), "0/0/1/1");
    assert!(report.notes.iter().any(|n| n.code == "asked-already"));
    assert_eq!(places(&stage, batch), "Asha Devi withdrawn, Bela Rao requested");
    stage.tick().await;
    stage.clear_letters();
}

#[actix_web::test]
async fn batches_that_are_over_or_elsewhere_take_nobody() {
    let (stage, batch) = batch().await;
    let course = classroom::course(&stage, "C2", 80, "A60");
    let there = classroom::batch(&stage, &course, "D2", 9);
    let asha = stage.person("Asha Devi", "B11");
    let table = format!("person\n{asha}\n");
    assert_eq!(errors(&list(&stage, there, &table)), ["2 batch batch-unknown"]);
    assert_eq!(errors(&list(&stage, BatchId(7), &table)), ["2 batch batch-unknown"]);
    stage.clock_to("2026-03-11 05:00");
    assert_eq!(errors(&list(&stage, batch, &table)), ["2 batch batch-ended"]);
    classroom::cancel_batch(&stage, batch);
    assert_eq!(errors(&list(&stage, batch, &table)), ["2 batch batch-cancelled"]);
    stage.clear_letters();
}

#[actix_web::test]
async fn what_must_be_completed_first_is_asked_of_a_list_too() {
    use prashikshan::kit::schema::course_prerequisites as needs;
    let stage = Stage::new("2026-03-02 05:00").await;
    let (first, then) =
        (classroom::course(&stage, "C1", 80, "A60"), classroom::course(&stage, "C2", 80, "A60"));
    stage.write(|db, _| {
        diesel::insert_into(needs::table)
            .values((needs::course_id.eq(then.id), needs::needs_id.eq(first.id)))
            .execute(db)?;
        Ok(())
    });
    let batch = classroom::batch(&stage, &then, "D1", 5);
    let asha = stage.person("Asha Devi", "B11");
    let report = list(&stage, batch, &format!("person\n{asha}\n"));
    assert_eq!(errors(&report), ["2 person prerequisite"]);
    assert!(report.errors[0].args.contains(&("courses_en", "Course C1".to_owned())));
}

#[actix_web::test]
async fn two_sessions_at_once_need_a_reason_on_every_path() {
    let (stage, batch) = batch().await;
    let course = classroom::course(&stage, "C2", 80, "A60");
    let other = classroom::batch(&stage, &course, "D1", 9);
    classroom::session(&stage, other, &course, "A", "2026-03-10 06:30");
    let asha = stage.person("Asha Devi", "B11");
    let bela = stage.person("Bela Rao", "B11");
    for person in [asha, bela] {
        classroom::enrol(&stage, batch, person);
    }
    let table = format!("person,clash_reason\n{asha},\n");
    let report = list(&stage, other, &table);
    assert_eq!(errors(&report), ["2 clash_reason person-busy"]);
    assert!(report.errors[0].args.contains(&("batch", "Batch of D1".to_owned())));
    let report =
        list(&stage, other, &table.replace(&format!("{asha},"), &format!("{asha},needed")));
    assert_eq!(counts(&report), "1/0/0/0");

    let admin = stage.district_admin();
    let path = format!("/batches/{other}/enrolments");
    let id = bela.to_string();
    let page = admin.post(&path, &[("person", &id)]).await.must_be(409);
    for words in ["Batch of D1", "10:30 am", "Enrol Bela Rao"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let api = format!("/api/v1{path}");
    let body = serde_json::json!({ "person": id });
    let told = admin.api_post(&api, body).await.must_be(409).json();
    assert_eq!(told["clashes"][0]["kind"], "participant");
    assert_eq!(told["clashes"][0]["from"], "2026-03-10T10:30:00+05:30");
    let form = [("person", id.as_str()), ("clash_reason", "both are short")];
    admin.post(&path, &form).await.must_be(303);
    assert_eq!(places(&stage, other), "Asha Devi seat, Bela Rao seat");
    let reasons: Vec<String> = stage.read(|db| {
        let told = journal::table.filter(journal::action.eq("enrolled despite a clash"));
        Ok(told.order(journal::position).select(journal::detail).load(db)?)
    });
    assert_eq!(reasons.len(), 2);
    assert!(reasons[0].contains("needed") && reasons[1].contains("both are short"));
    stage.tick().await;
    stage.clear_letters();
}

#[actix_web::test]
async fn a_long_list_costs_as_many_statements_as_a_short_one() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let mut costs = vec![];
    for n in [3, 120] {
        let batch = classroom::batch(&stage, &course, "D1", n / 2);
        let mut table = "person\n".to_owned();
        for i in 0..n {
            let person = stage.person_without_mail(&format!("Person {n} {i:03}"), "B11");
            table.push_str(&format!("{person}\n"));
        }
        let before = stage.site.database.statements.count();
        assert_eq!(list(&stage, batch, &table).created, n as usize);
        costs.push(stage.site.database.statements.count() - before);
    }
    assert_eq!(costs[0], costs[1], "{costs:?}");
    println!("{} statements for a list of enrolments", costs[0]);
}

#[actix_web::test]
async fn lists_at_once_never_overbook() {
    let stage = Stage::on_disk("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 30);
    let admin = stage.actor("District Admin");
    let tables: Vec<String> = (0..10)
        .map(|t| {
            let people = (0..10).map(|n| {
                stage.person_without_mail(&format!("Person T{t} N{n}"), "B11").to_string()
            });
            format!("person\n{}\n", people.collect::<Vec<_>>().join("\n"))
        })
        .collect();
    let tasks: Vec<Task<usize>> = tables
        .into_iter()
        .map(|text| {
            let admin = admin.clone();
            let table = Table::read(text.as_bytes()).expect("a table");
            let sets = vec![("batch".to_owned(), batch.to_string())];
            let wishes = Wishes { sets, ..Wishes::default() };
            task(move |db, stamp| Ok(import(db, Some(&admin), &table, &wishes, stamp)?.created))
        })
        .collect();
    assert_eq!(at_once::writes(&stage, tasks), vec![Ok(10); 10]);
    let all = places(&stage, batch);
    assert_eq!(all.matches(" seat").count(), 30);
    // Whoever waits joined after everybody who sits: the order is the order of the lists.
    let first_waiting = all.find("waiting").expect("somebody waits");
    assert!(!all[first_waiting..].contains(" seat"), "{all}");
}

#[actix_web::test]
async fn a_page_takes_a_list_for_its_batch() {
    let (stage, batch) = batch().await;
    let asha = stage.person("Asha Devi", "B11");
    let admin = stage.district_admin();
    let at = format!("/imports?kind=enrolments&batch={batch}");
    let list = format!("/batches/{batch}/enrolments");
    let page = admin.get(&list).await.must_be(200);
    assert!(page.body.contains(&at.replace('&', "&amp;")), "the list links to it");
    admin.get(&at).await.must_be(200).says("All rows are for the batch “Batch of D1”");
    let id = batch.to_string();
    let table = format!("Member,Who\n{asha},Asha\n9,Nobody\n");
    let form = [("kind", "enrolments"), ("batch", &id), ("table", &table)];
    let page = admin.post("/imports", &form).await.must_be(200);
    page.says("Fill in this field");
    let matched = [form[0], form[1], form[2], ("columns", "person=Member")];
    let page = admin.post("/imports", &matched).await.must_be(200);
    for words in ["1 New", "1 Not added", "Nobody in your units"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert_eq!(places(&stage, batch), "", "only looked");
    let page = admin.post("/imports/result", &matched).await.must_be(200);
    page.says("The table was added");
    assert_eq!(places(&stage, batch), "Asha Devi seat");
    assert_eq!(name(&stage, asha), "Asha Devi");
    admin.post("/imports/result", &matched).await.must_be(200).says("1 The same already");
    let wrong = [form[0], form[1], form[2], ("columns", "person=Nowhere")];
    admin.post("/imports", &wrong).await.must_be(422);

    let course = classroom::course(&stage, "C2", 80, "A60");
    let there = classroom::batch(&stage, &course, "D2", 9);
    admin.get(&format!("/imports?kind=enrolments&batch={there}")).await.must_be(404);
    let there = there.to_string();
    let foreign = [form[0], ("batch", there.as_str()), form[2]];
    admin.post("/imports", &foreign).await.must_be(404);
    stage.trainer().get(&at).await.must_be(403);
    stage.tick().await;
    stage.clear_letters();
}
