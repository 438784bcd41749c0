//! The weekly letter: how far the people of one's units have come, on Monday morning.

use std::collections::BTreeMap;

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::kit::columns::Language;
use prashikshan::kit::ids::{BatchId, CourseId, EnrolmentId, PersonId};
use prashikshan::kit::mail_text;
use prashikshan::kit::schema::{
    batches, blocked_addresses, emails, enrolments, grants, letters, office_kinds, standings,
    units, weekly_counts,
};
use prashikshan::letters::weekly;

use crate::at_once;
use crate::letters::{Batch, clock, header, ledger_of, speaks};
use crate::stage::Stage;

const DISTRICT: &str = "district.admin@example.org";
const OTHER: &str = "other.admin@example.org";
const STATE: &str = "state.admin@example.org";

/// So many people of a unit on a batch, the first of them complete.
fn people(stage: &Stage, batch: &Batch<'_>, unit: &str, all: usize, complete: usize) {
    for n in 0..all {
        let person = stage.person_without_mail(&format!("{unit} Person {n}"), unit);
        let enrolment = batch.enrol(person, "seat");
        stands(stage, batch.id, enrolment, person, unit, n < complete);
    }
}

fn stands(
    stage: &Stage,
    batch: BatchId,
    enrolment: EnrolmentId,
    person: PersonId,
    unit: &str,
    complete: bool,
) {
    let unit = stage.unit(unit);
    stage.write(|db, stamp| {
        let course: CourseId = batches::table.find(batch).select(batches::course_id).first(db)?;
        diesel::insert_into(standings::table)
            .values((
                standings::enrolment_id.eq(enrolment),
                standings::course_id.eq(course),
                standings::batch_id.eq(batch),
                standings::person_id.eq(person),
                standings::unit_id.eq(unit),
                standings::standing.eq(if complete { "complete" } else { "not_started" }),
                standings::percent.eq(0),
                standings::updated_at.eq(stamp.now),
            ))
            .execute(db)?;
        Ok(())
    });
}

/// Everybody not yet complete in a unit is so now.
fn all_complete(stage: &Stage, unit: &str) {
    let unit = stage.unit(unit);
    stage.write(|db, _| {
        diesel::update(standings::table.filter(standings::unit_id.eq(unit)))
            .set(standings::standing.eq("complete"))
            .execute(db)?;
        Ok(())
    });
}

/// The weekly letters in the outbox: subject and text by reader.
fn sent(stage: &Stage) -> BTreeMap<String, (String, String)> {
    let mut out = BTreeMap::new();
    for letter in stage.letters() {
        let subject = mail_text::subject(&letter.bytes).expect("a subject");
        if subject.contains("Weekly summary") || subject.contains("साप्ताहिक सार")
        {
            let text = mail_text::text(&letter.bytes).expect("a text");
            assert!(out.insert(letter.to.clone(), (subject, text)).is_none(), "two to one reader");
        }
    }
    out
}

#[actix_web::test]
async fn every_monday_at_eight_each_admin_gets_one() {
    // A Friday; the house is new, so that its first Monday is the one after.
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    people(&stage, &batch, "B11", 8, 5);
    people(&stage, &batch, "B12", 2, 0);
    stage.tick().await;
    assert!(sent(&stage).is_empty());
    clock(&stage, "2026-11-23 07:59");
    stage.tick().await;
    assert!(sent(&stage).is_empty());
    clock(&stage, "2026-11-23 08:00");
    stage.tick().await;
    stage.tick().await;
    let told = sent(&stage);
    // Nobody is enrolled in the west: its admin gets nothing.
    assert_eq!(told.keys().collect::<Vec<_>>(), [DISTRICT, STATE]);
    let (subject, text) = &told[DISTRICT];
    assert_eq!(subject, "Weekly summary, East district: 50% complete, 5 left");
    assert!(text.contains("River block: 62% complete (5 of 8), 3 left"), "{text}");
    assert!(text.contains("/completion?unit=D1"), "{text}");
    assert!(!text.contains("week before"), "there is none to look back on");
    // The next one looks back.
    stage.clear_letters();
    all_complete(&stage, "B11");
    clock(&stage, "2026-11-30 08:00");
    stage.tick().await;
    let (subject, text) = &sent(&stage)[DISTRICT];
    assert_eq!(subject, "Weekly summary, East district: 80% complete, 2 left");
    assert!(text.contains("3 more complete than a week before (then 50%)"), "{text}");
    // Not on any other day, nor when nothing has changed since.
    stage.clear_letters();
    for day in ["2026-12-01 08:00", "2026-12-04 08:00", "2026-12-06 22:00"] {
        clock(&stage, day);
        stage.tick().await;
    }
    assert!(sent(&stage).is_empty());
    clock(&stage, "2026-12-07 08:00");
    stage.tick().await;
    assert!(sent(&stage)[DISTRICT].1.contains("As many complete as a week before (then 80%)"));
    let kept: i64 = stage.read(|db| Ok(weekly_counts::table.count().get_result(db)?));
    assert_eq!(kept, 6, "two units that have anybody, three weeks");
}

#[actix_web::test]
async fn several_units_are_one_letter() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    people(&stage, &batch, "B11", 4, 1);
    people(&stage, &batch, "B21", 4, 4);
    let district = stage.person_named("District Admin");
    for unit in ["B21", "B11"] {
        let unit = stage.unit(unit);
        stage.write(|db, stamp| access::grant(db, None, district, Role::Admin, unit, None, stamp));
    }
    stage.tick().await;
    clock(&stage, "2026-11-23 08:00");
    stage.tick().await;
    let (subject, text) = &sent(&stage)[DISTRICT];
    // What lies within another unit of his is not told of twice.
    assert_eq!(subject, "Weekly summary, East district and 1 more: 62% complete, 3 left");
    assert_eq!(text.matches("River block").count(), 1, "{text}");
    assert!(text.contains("/completion?unit=B21"), "{text}");
}

#[actix_web::test]
async fn the_hour_is_that_of_the_unit() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    people(&stage, &batch, "B21", 4, 1);
    stage.write(|db, _| {
        diesel::update(units::table.filter(units::code.eq("D2")))
            .set(units::timezone.eq("Asia/Kathmandu"))
            .execute(db)?;
        Ok(())
    });
    stage.tick().await;
    // 08:00 in Kathmandu is 07:45 in India.
    clock(&stage, "2026-11-23 07:44");
    stage.tick().await;
    assert!(sent(&stage).is_empty());
    clock(&stage, "2026-11-23 07:45");
    stage.tick().await;
    assert_eq!(sent(&stage).keys().collect::<Vec<_>>(), [OTHER]);
    clock(&stage, "2026-11-23 08:00");
    stage.tick().await;
    assert_eq!(sent(&stage).keys().collect::<Vec<_>>(), [OTHER, STATE]);
}

#[actix_web::test]
async fn after_an_outage_it_comes_late_or_not_at_all() {
    for (back, letters) in [("2026-11-25 10:00", 2), ("2026-11-26 08:00", 0)] {
        let stage = Stage::new("2026-11-20 04:30").await;
        people(&stage, &Batch::new(&stage), "B11", 2, 1);
        stage.tick().await;
        clock(&stage, back);
        stage.tick().await;
        assert_eq!(sent(&stage).len(), letters, "{back}");
        stage.clear_letters();
        clock(&stage, "2026-11-30 08:00");
        stage.tick().await;
        // The week that was not written about is compared with all the same.
        assert!(sent(&stage)[DISTRICT].1.contains("week before"), "{back}");
    }
}

#[actix_web::test]
async fn who_is_no_longer_admin_or_wants_none_gets_none() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    people(&stage, &batch, "B11", 2, 1);
    people(&stage, &batch, "B21", 2, 1);
    stage.tick().await;
    // Planned in the night; in the morning he is not admin any more.
    clock(&stage, "2026-11-23 00:30");
    stage.tick().await;
    let other = stage.person_named("Other Admin");
    stage.write(|db, _| {
        diesel::delete(grants::table.filter(grants::person_id.eq(other))).execute(db)?;
        Ok(())
    });
    clock(&stage, "2026-11-23 08:00");
    stage.tick().await;
    assert_eq!(sent(&stage).keys().collect::<Vec<_>>(), [DISTRICT, STATE]);
    assert_eq!(ledger_of(&stage, other), ["weekly cancelled"]);

    let is_weekly = |l: &prashikshan::kit::mail::Posted| {
        l.to == DISTRICT && mail_text::subject(&l.bytes).is_some_and(|s| s.contains("Weekly"))
    };
    let letter = stage.letters().into_iter().rfind(is_weekly).expect("a letter");
    assert_eq!(header(&letter.bytes, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let text = mail_text::text(&letter.bytes).expect("a text");
    let at = text.find("/unsubscribe/").expect("a link");
    let path = text[at..].split_whitespace().next().expect("a path").to_owned();
    stage.nobody().get(&path).await.must_be(200).says("Stop the weekly summary");
    let body = crate::stage::Body::Form("List-Unsubscribe=One-Click".to_owned());
    let post = actix_web::http::Method::POST;
    stage.nobody().send(post, &path, &[], None, body).await.must_be(200).says("is stopped");
    stage.clear_letters();
    clock(&stage, "2026-11-30 08:00");
    stage.tick().await;
    assert_eq!(sent(&stage).keys().collect::<Vec<_>>(), [STATE]);
    // What else he gets still comes: the list of people without e-mail.
    assert!(
        stage.letters().iter().any(|l| l.to == DISTRICT) || {
            batch.session("2026-12-20 10:30");
            stage.tick().await;
            clock(&stage, "2026-12-01 07:00");
            stage.tick().await;
            stage.letters().iter().any(|l| l.to == DISTRICT)
        }
    );
}

#[actix_web::test]
async fn two_nodes_plan_one_week() {
    let stage = Stage::on_disk("2026-11-20 04:30").await;
    people(&stage, &Batch::new(&stage), "B11", 2, 1);
    stage.tick().await;
    clock(&stage, "2026-11-23 08:00");
    at_once::ticks(&stage, 4);
    assert_eq!(sent(&stage).keys().collect::<Vec<_>>(), [DISTRICT, STATE]);
    let now = stage.now();
    let before = stage.site.database.statements.count();
    assert!(!stage.read(|db| weekly::is_due(db, now)));
    assert!(stage.site.database.statements.count() - before <= 2);
    let planned: i64 = stage
        .read(|db| Ok(letters::table.filter(letters::kind.eq("weekly")).count().get_result(db)?));
    assert_eq!(planned, 2);
}

#[actix_web::test]
async fn the_letter_of_a_week() {
    let mut both = String::new();
    for language in [Language::Hi, Language::En] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let district = stage.person_named("District Admin");
        speaks(&stage, district, language);
        let batch = Batch::new(&stage);
        people(&stage, &batch, "B11", 8, 4);
        people(&stage, &batch, "B12", 24, 15);
        stage.tick().await;
        clock(&stage, "2026-11-23 08:00");
        stage.tick().await;
        all_complete(&stage, "B11");
        // A roll that nobody took, a request that passed a vacant post, an address that is blocked.
        batch.session("2026-11-27 10:30");
        let asha = stage.person("Asha Devi", "B11");
        stage.write(|db, stamp| {
            diesel::insert_into(blocked_addresses::table)
                .values((
                    blocked_addresses::folded.eq("asha.devi@example.org"),
                    blocked_addresses::blocked_at.eq(stamp.now),
                    blocked_addresses::said.eq("gone"),
                ))
                .execute(db)?;
            let block = office_kinds::table.filter(office_kinds::code.eq("block-in-charge"));
            let decides: bool = block.select(office_kinds::approves).first(db)?;
            assert!(decides);
            Ok(())
        });
        batch.enrol(asha, "requested");
        stage.tick().await;
        stage.clear_letters();
        clock(&stage, "2026-11-30 08:00");
        stage.tick().await;
        let (subject, text) = sent(&stage).remove(DISTRICT).expect("a letter");
        both.push_str(&format!("Subject: {subject}\n\n{}\n\n----\n\n", text.trim_end()));
        let blocked: i64 = stage.read(|db| {
            Ok(emails::table.filter(emails::person_id.eq(asha)).count().get_result(db)?)
        });
        assert_eq!(blocked, 1);
        let asks: i64 = stage.read(|db| {
            Ok(enrolments::table
                .filter(enrolments::place.eq("requested"))
                .count()
                .get_result(db)?)
        });
        assert_eq!(asks, 1);
    }
    let both = crate::letters::without_seals(&both);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("letter-weekly", both);
    });
}
