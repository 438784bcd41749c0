//! Digests: what people without an address must be told, by whoever looks after their unit.

use std::collections::BTreeMap;

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::kit::columns::Language;
use prashikshan::kit::ids::{LetterId, PersonId};
use prashikshan::kit::schema::{
    blocked_addresses, digest_lines, emails, grants, letters, offers as offer_rows, phones, untold,
};
use prashikshan::kit::{ledger, mail_text};
use prashikshan::letters::{self as office, digests};
use prashikshan::post;

use crate::at_once;
use crate::classroom;
use crate::letters::{Batch, clock, header, ledger_of, speaks};
use crate::stage::Stage;

/// The digests in the outbox: to whom, and the text.
fn sent(stage: &Stage) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    for letter in stage.letters() {
        let text = mail_text::text(&letter.bytes).expect("a text");
        let subject = mail_text::subject(&letter.bytes).expect("a subject");
        if subject.contains("To pass on") || subject.contains("बताना है") {
            out.push((letter.to.clone(), text));
        }
    }
    out
}

fn to(stage: &Stage) -> Vec<String> {
    sent(stage).into_iter().map(|(to, _)| to).collect()
}

fn gets_address(stage: &Stage, person: PersonId, address: &str) {
    stage.write(|db, stamp| {
        diesel::insert_into(emails::table)
            .values((
                emails::id.eq(stamp.id()),
                emails::person_id.eq(person),
                emails::position.eq(0),
                emails::address.eq(address),
                emails::folded.eq(address),
            ))
            .execute(db)?;
        post::readers_changed(db, &[person], stamp.now)
    });
}

fn count_untold(stage: &Stage) -> i64 {
    stage.read(|db| Ok(untold::table.count().get_result(db)?))
}

const DISTRICT: &str = "district.admin@example.org";
const STATE: &str = "state.admin@example.org";
const OTHER: &str = "other.admin@example.org";

#[actix_web::test]
async fn the_units_contact_gets_one_letter_a_day() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    let names = ["Bo Lal", "Chandra Rao", "Dev Singh"];
    for name in names {
        batch.enrol(stage.person_without_mail(name, "B11"), "seat");
    }
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    stage.tick().await;
    clock(&stage, "2026-11-20 14:00");
    stage.tick().await;
    clock(&stage, "2026-11-21 06:59");
    stage.tick().await;
    assert!(to(&stage).is_empty(), "nothing presses: it waits for the morning");
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    stage.tick().await;
    let told = sent(&stage);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].0, DISTRICT);
    for words in names.into_iter().chain(["No e-mail reaches 3 people", "You have a seat", " 980"])
    {
        assert!(told[0].1.contains(words), "{words} is not in\n{}", told[0].1);
    }
    assert!(!told[0].1.contains("Asha Devi"), "she has an address");
    assert!(!told[0].1.contains("/l/"), "no link that lets somebody in");

    // The days between hold nothing; then one reminder for the session, the day before.
    stage.clear_letters();
    for (day, letters) in [(22, 0), (25, 0), (26, 0), (28, 1), (29, 1)] {
        clock(&stage, &format!("2026-11-{day} 07:05"));
        stage.tick().await;
        clock(&stage, &format!("2026-11-{day} 11:05"));
        stage.tick().await;
        assert_eq!(to(&stage).len(), letters, "on the {day}th");
    }
    let told = sent(&stage);
    for name in names {
        assert_eq!(
            told[0].1.matches(&format!("{name},\n\nA reminder")).count(),
            1,
            "{}",
            told[0].1
        );
    }
    assert_eq!(count_untold(&stage), 0, "nothing is left behind");
}

#[actix_web::test]
async fn what_presses_goes_with_the_next_hour() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let (first, second) = (batch.session("2026-11-29 10:30"), batch.session("2026-12-20 10:30"));
    let bo = stage.person_without_mail("Bo Lal", "B11");
    batch.enrol(bo, "seat");
    stage.tick().await;
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    stage.clear_letters();
    // Moved to three weeks later, the day before: whoever is not told goes there in vain.
    clock(&stage, "2026-11-28 14:20");
    stage.tick().await;
    stage.clear_letters();
    batch.move_session(first, "2026-12-19 10:30");
    stage.tick().await;
    assert!(to(&stage).is_empty());
    clock(&stage, "2026-11-28 15:00");
    stage.tick().await;
    let told = sent(&stage);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("Please tell before Sun 29 Nov, 10:30 am"), "{}", told[0].1);
    assert!(told[0].1.contains("Time before (no longer valid): Sun 29 Nov 2026"), "{}", told[0].1);
    // One far away can wait for the morning.
    stage.clear_letters();
    batch.cancel_session(second, "The hall is taken");
    stage.tick().await;
    clock(&stage, "2026-11-28 20:00");
    stage.tick().await;
    assert!(to(&stage).is_empty());
    clock(&stage, "2026-11-29 07:00");
    stage.tick().await;
    let told = sent(&stage);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("is cancelled"), "{}", told[0].1);
    assert!(!told[0].1.contains("The hall is taken"), "it goes through other hands");
    // By night nobody is woken.
    stage.clear_letters();
    clock(&stage, "2026-12-18 22:10");
    stage.tick().await;
    stage.clear_letters();
    batch.cancel_session(first, "Rain");
    stage.tick().await;
    clock(&stage, "2026-12-19 06:30");
    stage.tick().await;
    assert!(to(&stage).is_empty());
    clock(&stage, "2026-12-19 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
}

#[actix_web::test]
async fn who_gets_an_address_before_it_goes_is_not_named() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    let bo = stage.person_without_mail("Bo Lal", "B11");
    let dev = stage.person_without_mail("Dev Singh", "B11");
    let eka = stage.person_without_mail("Eka Bai", "B11");
    for person in [bo, dev, eka] {
        batch.enrol(person, "seat");
    }
    stage.tick().await;
    gets_address(&stage, bo, "bo@example.org");
    clock(&stage, "2026-11-21 07:00");
    // Planned with two names; then one more gets an address, in the instant before it goes.
    stage.write(prashikshan::reminders::plan);
    let zone = stage.site.timezone;
    assert_eq!(stage.write(|db, stamp| digests::plan(db, zone, stamp)), 1);
    assert_eq!(stage.write(|db, stamp| digests::plan(db, zone, stamp)), 0, "once");
    gets_address(&stage, dev, "dev@example.org");
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.cancelled, to(&stage).len()), (1, 0), "it stays here");
    clock(&stage, "2026-11-21 07:01");
    stage.tick().await;
    clock(&stage, "2026-11-21 07:02");
    stage.tick().await;
    let told = sent(&stage);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].1.contains("Eka Bai"));
    assert!(!told[0].1.contains("Dev Singh") && !told[0].1.contains("Bo Lal"), "{}", told[0].1);
    for (person, address) in [(bo, "bo@example.org"), (dev, "dev@example.org")] {
        assert!(stage.letters().iter().any(|l| l.to == address), "the own letter goes");
        assert!(ledger_of(&stage, person).contains(&"confirmation sent".to_owned()));
    }
}

#[actix_web::test]
async fn nobody_hears_of_people_of_another_unit() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    for (name, unit) in [("Bo Lal", "B11"), ("Dev Singh", "B12"), ("Eka Bai", "B21")] {
        batch.enrol(stage.person_without_mail(name, unit), "seat");
    }
    stage.tick().await;
    // The block B12 gets an office of its own.
    let fatima = stage.person("Fatima Khan", "B12");
    let unit = stage.unit("B12");
    stage.write(|db, stamp| access::grant(db, None, fatima, Role::Admin, unit, None, stamp));
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    let told: BTreeMap<String, String> = sent(&stage).into_iter().collect();
    let named = |to: &str| -> Vec<&str> {
        let text = told.get(to).map_or("", String::as_str);
        ["Bo Lal", "Dev Singh", "Eka Bai"].into_iter().filter(|name| text.contains(name)).collect()
    };
    assert_eq!(told.len(), 3);
    assert_eq!(named(DISTRICT), ["Bo Lal"]);
    assert_eq!(named("fatima.khan@example.org"), ["Dev Singh"]);
    assert_eq!(named(OTHER), ["Eka Bai"]);
}

#[actix_web::test]
async fn who_is_no_longer_the_contact_gets_nothing() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
    stage.tick().await;
    clock(&stage, "2026-11-21 07:00");
    let zone = stage.site.timezone;
    assert_eq!(stage.write(|db, stamp| digests::plan(db, zone, stamp)), 1);
    let district = stage.person_named("District Admin");
    stage.write(|db, _| {
        diesel::delete(grants::table.filter(grants::person_id.eq(district))).execute(db)?;
        Ok(())
    });
    stage.tick().await;
    clock(&stage, "2026-11-21 07:01");
    stage.tick().await;
    assert_eq!(to(&stage), [STATE], "the next one upwards");
}

#[actix_web::test]
async fn an_address_that_is_blocked_is_none() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    let asha = stage.person("Asha Devi", "B11");
    let block = |address: &'static str| {
        stage.write(|db, stamp| {
            diesel::insert_into(blocked_addresses::table)
                .values((
                    blocked_addresses::folded.eq(address),
                    blocked_addresses::blocked_at.eq(stamp.now),
                    blocked_addresses::said.eq("gone"),
                ))
                .execute(db)?;
            Ok(())
        });
    };
    batch.enrol(asha, "seat");
    stage.tick().await;
    stage.clear_letters();
    // After the confirmation; her reminders are planned, and are missed one by one.
    block("asha.devi@example.org");
    clock(&stage, "2026-11-26 11:00");
    stage.tick().await;
    assert!(to(&stage).is_empty(), "three days before is too early to be told");
    clock(&stage, "2026-11-28 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
    clock(&stage, "2026-11-28 11:00");
    stage.tick().await;
    clock(&stage, "2026-11-28 12:00");
    stage.tick().await;
    clock(&stage, "2026-11-29 08:00");
    stage.tick().await;
    clock(&stage, "2026-11-29 09:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT], "told once of one session");

    // The contact's own address is blocked: the next one upwards is asked.
    stage.clear_letters();
    block("district.admin@example.org");
    batch.session("2026-12-20 10:30");
    stage.tick().await;
    clock(&stage, "2026-11-30 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [STATE]);
}

#[actix_web::test]
async fn an_office_that_has_its_own_letter_about_an_offer_is_not_told_twice() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 1);
    classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
    let asha = stage.person("Asha", "B11");
    let asha = classroom::enrol(&stage, batch, asha);
    let mute = stage.person_without_mail("Mute", "B11");
    let mute = classroom::enrol(&stage, batch, mute);
    stage.tick().await;
    stage.clock_to("2026-03-03 03:00");
    stage.tick().await;
    stage.clear_letters();
    let actor = stage.actor("State Admin");
    stage.write(|db, stamp| {
        prashikshan::enrolment::withdraw(db, &actor, asha.id, "moved", stamp).map(|_| ())
    });
    stage.tick().await;
    let answers = |stage: &Stage| {
        let letters = stage.letters();
        letters.iter().filter(|l| l.bytes.contains("/offers/")).count()
    };
    assert_eq!((answers(&stage), to(&stage).len()), (1, 0), "the office answers by its link");
    for hour in ["04:00", "05:00", "06:00"] {
        stage.clock_to(&format!("2026-03-03 {hour}"));
        stage.tick().await;
    }
    assert!(to(&stage).is_empty());

    // No letter of the office went: its offer stands in the digest of the next hour, with its end.
    let ends: prashikshan::kit::clock::Moment =
        stage.read(|db| Ok(offer_rows::table.select(offer_rows::ends_at).first(db)?));
    stage.write(|db, stamp| {
        diesel::update(letters::table.filter(letters::kind.eq("offer")))
            .filter(letters::person_id.ne(mute.person))
            .set((letters::state.eq("failed"), letters::reason.eq("550")))
            .execute(db)?;
        let own: Vec<LetterId> = letters::table
            .filter(letters::kind.eq("offer").and(letters::person_id.eq(mute.person)))
            .select(letters::id)
            .load(db)?;
        ledger::pass_on(db, &own, stamp.now)
    });
    stage.tick().await;
    assert!(to(&stage).is_empty(), "with the next full hour");
    stage.clock_to("2026-03-03 06:30");
    stage.tick().await;
    let told = sent(&stage);
    assert_eq!(told.len(), 1);
    let until = prashikshan::kit::i18n::day_and_clock(Language::En, ends, stage.site.timezone);
    assert!(told[0].1.contains(&format!("Please say by {until}")), "{}", told[0].1);
    assert!(!told[0].1.contains("/offers/"), "the text to forward holds no link");
}

#[actix_web::test]
async fn the_digest_is_stopped_by_one_click_and_nothing_else_is() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    batch.session("2026-12-20 10:30");
    batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
    let district = stage.person_named("District Admin");
    batch.enrol(district, "seat");
    stage.tick().await;
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    let letter = stage.letters().pop().expect("a digest");
    assert_eq!(header(&letter.bytes, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let text = mail_text::text(&letter.bytes).expect("a text");
    let at = text.find("/unsubscribe/").expect("a link");
    let path = text[at..].split_whitespace().next().expect("a path").to_owned();
    let nobody = stage.nobody();
    nobody.get(&path).await.must_be(200).says("Stop the list of people without e-mail");
    nobody.get(&path.replace(".digest.", ".weekly.")).await.must_be(404);
    nobody.get(&path.replace(".digest.", ".")).await.must_be(404);
    let body = || crate::stage::Body::Form("List-Unsubscribe=One-Click".to_owned());
    let post = actix_web::http::Method::POST;
    nobody.send(post, &path, &[], None, body()).await.must_be(200).says("is stopped");
    // His own reminder still comes, the list goes to the state.
    stage.clear_letters();
    clock(&stage, "2026-11-26 11:00");
    stage.tick().await;
    assert!(stage.letters().iter().any(|l| l.to == DISTRICT), "his reminder");
    clock(&stage, "2026-11-28 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [STATE]);
    let client = stage.sign_in(district);
    client.get("/me/profile").await.must_be(200).says("You stopped the list");
    client.post("/me/reminders", &[]).await.must_be(303);
    stage.clear_letters();
    clock(&stage, "2026-12-19 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
}

#[actix_web::test]
async fn a_digest_that_does_not_arrive_is_told_by_another() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
    stage.tick().await;
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
    // It comes back.
    let digest = letters::table.filter(letters::kind.eq("digest"));
    stage.write(|db, _| {
        diesel::update(digest)
            .set((letters::state.eq("failed"), letters::reason.eq("550 no such mailbox")))
            .execute(db)?;
        Ok(())
    });
    stage.clear_letters();
    stage.tick().await;
    assert!(to(&stage).is_empty(), "not at once: the server has just said no");
    clock(&stage, "2026-11-21 08:00");
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
    // One that an administrator stopped stays so.
    stage.write(|db, _| {
        diesel::update(digest)
            .set((letters::state.eq("cancelled"), letters::reason.eq("by-hand")))
            .execute(db)?;
        Ok(())
    });
    stage.clear_letters();
    clock(&stage, "2026-11-22 08:00");
    stage.tick().await;
    assert!(to(&stage).is_empty());
}

#[actix_web::test]
async fn two_planners_at_once_make_one_digest() {
    let stage = Stage::on_disk("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    for n in 0..40 {
        batch.enrol(stage.person_without_mail(&format!("Person {n:02}"), "B11"), "seat");
    }
    stage.tick().await;
    clock(&stage, "2026-11-21 07:00");
    at_once::ticks(&stage, 4);
    stage.tick().await;
    assert_eq!(to(&stage), [DISTRICT]);
    let lines: i64 = stage.read(|db| Ok(digest_lines::table.count().get_result(db)?));
    assert_eq!(lines, 40, "a confirmation each; reminders have their day");
}

#[actix_web::test]
async fn a_turn_with_nothing_to_pass_on_asks_little_and_many_people_cost_no_more() {
    let planning = async |people: usize| {
        let stage = Stage::new("2026-11-20 04:30").await;
        let batch = Batch::new(&stage);
        batch.session("2026-11-29 10:30");
        for n in 0..people {
            batch.enrol(stage.person_without_mail(&format!("Person {n:03}"), "B11"), "seat");
        }
        stage.tick().await;
        clock(&stage, "2026-11-21 07:00");
        let (zone, counted) = (stage.site.timezone, stage.site.database.statements.clone());
        let before = counted.count();
        stage.write(|db, stamp| digests::plan(db, zone, stamp));
        let of_plan = counted.count() - before;
        stage.tick().await;
        let now = stage.now();
        let before = counted.count();
        assert!(!stage.read(|db| digests::store::is_due(db, now)));
        (of_plan, counted.count() - before)
    };
    let (few, idle) = planning(3).await;
    let (many, idle_again) = planning(80).await;
    assert_eq!(few, many);
    assert!(few < 40, "{few}");
    assert!(idle <= 4 && idle == idle_again, "{idle}");
}

/// A small generator: the same story in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % n
    }
}

/// Whatever happens, everybody without an address whose letter was due stands in exactly one digest
/// of each contact, in one that this contact may read; nobody else does.
#[actix_web::test]
async fn everybody_without_an_address_stands_in_exactly_one_digest() {
    for seed in 1..=6 {
        let mut dice = Dice(seed);
        let stage = Stage::new("2026-11-20 04:30").await;
        let batch = Batch::new(&stage);
        let mut sessions =
            vec![batch.session("2026-11-29 10:30"), batch.session("2026-12-06 10:30")];
        let mut people = vec![];
        for n in 0..24 {
            let unit = ["B11", "B12", "B21"][dice.below(3) as usize];
            let name = format!("Person{n:02} Lal");
            let person = match dice.below(3) {
                0 => stage.person(&name, unit),
                _ => stage.person_without_mail(&name, unit),
            };
            let place = if dice.below(5) == 0 { "waiting" } else { "seat" };
            people.push((person, unit, batch.enrol(person, place)));
        }
        for day in 20..30 {
            for hour in [7, 11, 15, 23] {
                clock(&stage, &format!("2026-11-{day} {hour:02}:10"));
                match dice.below(12) {
                    0 => {
                        let at = format!("2026-12-{:02} 10:30", 5 + dice.below(20));
                        let which = dice.below(sessions.len() as u64) as usize;
                        batch.move_session(sessions[which], &at);
                    }
                    1 => sessions.push(batch.session("2026-12-13 10:30")),
                    2 => {
                        let (person, ..) = people[dice.below(24) as usize];
                        gets_address(&stage, person, &format!("new{day}{hour}@example.org"));
                    }
                    3 => {
                        let (_, _, enrolment) = people[dice.below(24) as usize];
                        batch.put(enrolment, "withdrawn");
                    }
                    _ => {}
                }
                stage.tick().await;
            }
        }
        // The rest of what waits for an hour.
        clock(&stage, "2026-11-30 08:10");
        stage.tick().await;
        let lines: Vec<(LetterId, PersonId, String)> = stage.read(|db| {
            Ok(digest_lines::table
                .inner_join(letters::table.on(letters::id.eq(digest_lines::digest_id)))
                .select((digest_lines::letter_id, digest_lines::contact_id, letters::state))
                .load(db)?)
        });
        type Row = (LetterId, Option<PersonId>, String, Option<String>, String);
        let all: Vec<Row> = stage.read(|db| {
            Ok(letters::table
                .select((
                    letters::id,
                    letters::person_id,
                    letters::state,
                    letters::reason,
                    letters::kind,
                ))
                .load(db)?)
        });
        let of_unit: BTreeMap<PersonId, &str> = people.iter().map(|(p, u, _)| (*p, *u)).collect();
        let contact_of = |person: &PersonId| match of_unit.get(person) {
            Some(&"B21") => stage.person_named("Other Admin"),
            _ => stage.person_named("District Admin"),
        };
        for (id, person, ..) in &all {
            let mine: Vec<_> = lines.iter().filter(|(letter, ..)| letter == id).collect();
            assert!(mine.len() <= 1, "told twice");
            for (_, contact, state) in mine {
                assert_eq!(state, "sent");
                assert_eq!(*contact, contact_of(&person.expect("a person")), "not theirs to know");
            }
        }
        // Whoever was on the batch and could not be written to heard of it.
        for (person, ..) in &people {
            let mute = all.iter().any(|(_, p, state, why, kind)| {
                *p == Some(*person)
                    && state == "missed"
                    && why.as_deref() == Some("no-address")
                    && kind != "reminder"
            });
            let told = lines.iter().any(|(id, ..)| {
                all.iter().any(|(letter, p, ..)| letter == id && *p == Some(*person))
            });
            let heard = all.iter().any(|(_, p, state, ..)| *p == Some(*person) && state == "sent");
            let left =
                all.iter().any(|(_, p, _, _, kind)| *p == Some(*person) && kind == "withdrawal");
            assert!(!mute || told || heard || left, "seed {seed}: {person} heard nothing");
            if !mute {
                assert!(!told, "seed {seed}: {person} has an address");
            }
        }
        // What is said in each letter is of its contact's people only, each of them once.
        for (to, text) in sent(&stage) {
            for (n, (_, unit, _)) in people.iter().enumerate() {
                let heads = text.matches(&format!(". Person{n:02} Lal, ")).count();
                let is_theirs = (to == OTHER) == (*unit == "B21");
                assert!(heads <= usize::from(is_theirs), "{to} {n} {unit}\n{text}");
            }
        }
    }
}

#[actix_web::test]
async fn pages_say_by_whom_it_is_told_and_keep_names_to_those_who_may_see_them() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 10:30");
    let bo = stage.person_without_mail("Bo Lal", "B11");
    batch.enrol(bo, "seat");
    // Its admin lives in another district.
    let far = stage.person("Far Admin", "B21");
    let unit = stage.unit("B11");
    stage.write(|db, stamp| access::grant(db, None, far, Role::Admin, unit, None, stamp));
    stage.tick().await;
    let list = format!("/letters?person={bo}");
    stage.admin().get(&list).await.must_be(200).says("Will be told through the unit");
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    assert_eq!(to(&stage), ["far.admin@example.org"]);
    let admin = stage.admin();
    admin.get(&list).await.must_be(200).says("No e-mail address. Told through the unit");
    admin.in_hindi().get(&list).await.must_be(200).says("इकाई के संपर्क से बताया");
    let digest: LetterId = stage.read(|db| {
        Ok(letters::table.filter(letters::kind.eq("digest")).select(letters::id).first(db)?)
    });
    let page = format!("/letters/{digest}");
    let admin = stage.admin();
    admin.get("/letters?kind=digest").await.must_be(200).says("To pass on");
    admin.get(&page).await.must_be(200).says("To pass on").says("Bo Lal");
    admin.in_hindi().get(&page).await.must_be(200).says("बताने की सूची");
    // Whoever keeps the reader's home sees that it went, and no name of another district.
    let other = stage.other_admin().get(&page).await.must_be(200);
    assert!(!other.body.contains("Bo Lal"), "{}", other.text());
    let _ = other.says("about people of units that are not yours");
    stage.district_admin().get(&page).await.must_be(404);
}

/// What one digest says, in both languages, beside what was reviewed.
async fn snapshot(name: &str, story: impl AsyncFn(&Stage, &Batch<'_>, [PersonId; 3])) {
    let mut both = String::new();
    for language in [Language::Hi, Language::En] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let batch = Batch::new(&stage);
        let names = match language {
            Language::Hi => ["आशा देवी", "भोला लाल", "चंद्रा राव"],
            Language::En => ["Asha Devi", "Bhola Lal", "Chandra Rao"],
        };
        let people = names.map(|name| stage.person_without_mail(name, "B11"));
        let district = stage.person_named("District Admin");
        for person in people.into_iter().chain([district]) {
            speaks(&stage, person, language);
        }
        // The third one speaks the other language, and has no phone.
        let other = if language == Language::Hi { Language::En } else { Language::Hi };
        speaks(&stage, people[2], other);
        stage.write(|db, _| {
            diesel::update(phones::table).set(phones::number.eq("+919876543210")).execute(db)?;
            diesel::delete(phones::table.filter(phones::person_id.eq(people[2]))).execute(db)?;
            Ok(())
        });
        story(&stage, &batch, people).await;
        let letter = stage.letters().into_iter().rfind(|l| l.to == DISTRICT).expect("a digest");
        let subject = mail_text::subject(&letter.bytes).expect("a subject");
        let text = mail_text::text(&letter.bytes).expect("a text");
        both.push_str(&format!("Subject: {subject}\n\n{}\n\n----\n\n", text.trim_end()));
    }
    let both = crate::letters::without_seals(&both);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, both);
    });
}

#[actix_web::test]
async fn the_letter_of_a_morning() {
    snapshot("letter-digest", async |stage, batch, people| {
        batch.session("2026-11-29 10:30");
        batch.session("2026-12-06 10:30");
        batch.has_seats(2);
        batch.enrol(people[0], "seat");
        batch.enrol(people[1], "waiting");
        batch.enrol(people[2], "seat");
        stage.tick().await;
        clock(stage, "2026-11-21 07:00");
        stage.tick().await;
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_an_hour() {
    snapshot("letter-digest-urgent", async |stage, batch, people| {
        let first = batch.session("2026-11-29 10:30");
        let second = batch.session("2026-11-29 14:00");
        let far = batch.session("2026-12-20 10:30");
        for person in people {
            batch.enrol(person, "seat");
        }
        stage.tick().await;
        clock(stage, "2026-11-21 07:00");
        stage.tick().await;
        clock(stage, "2026-11-28 14:20");
        stage.tick().await;
        batch.move_session(first, "2026-11-29 12:00");
        batch.cancel_session(second, "The hall is taken");
        batch.cancel_session(far, "The hall is taken");
        stage.tick().await;
        clock(stage, "2026-11-28 15:00");
        stage.tick().await;
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_the_day_before() {
    snapshot("letter-digest-reminder", async |stage, batch, people| {
        batch.session("2026-11-29 10:30");
        for person in people {
            batch.enrol(person, "seat");
        }
        let second = stage.person("Second Admin", "B11");
        let unit = stage.unit("D1");
        stage.write(|db, stamp| access::grant(db, None, second, Role::Admin, unit, None, stamp));
        stage.tick().await;
        clock(stage, "2026-11-21 07:00");
        stage.tick().await;
        clock(stage, "2026-11-28 07:00");
        stage.tick().await;
    })
    .await;
}
