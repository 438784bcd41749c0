//! Who teaches a session is told when others name him or take him off.

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::kit::columns::Language;
use prashikshan::kit::ids::{PersonId, SessionId};
use prashikshan::kit::mail_text;
use prashikshan::kit::schema::{letters, trainer_knowledge};
use prashikshan::schedule;
use prashikshan::schedule::rules::SessionChange;

use crate::letters::{Batch, calendar, clock, ledger_of, snapshot, speaks, turn};
use crate::stage::Stage;

/// Somebody with an address who may be named as a trainer.
fn trainer(stage: &Stage, name: &str) -> PersonId {
    let person = stage.person(name, "B11");
    may_teach(stage, person);
    person
}

fn may_teach(stage: &Stage, person: PersonId) {
    let unit = stage.unit("B11");
    stage.write(|db, stamp| {
        access::grant(db, None, person, Role::Trainer, unit, None, stamp).map(|_| ())
    });
}

/// From now on these teach it, by this hand.
fn teach(stage: &Stage, by: &str, session: SessionId, trainers: &[PersonId]) {
    let actor = stage.actor(by);
    let change = SessionChange {
        trainers: Some(trainers.iter().map(ToString::to_string).collect()),
        clash_reason: "as agreed".to_owned(),
        ..SessionChange::default()
    };
    stage.write(|db, stamp| schedule::move_session(db, &actor, session, &change, stamp));
}

const ADMIN: &str = "District Admin";

/// Method and sequence of the calendar of each letter to somebody, and its subject.
fn told(stage: &Stage, name: &str) -> Vec<String> {
    let to = format!("{name}@example.org");
    let of = |text: &str, key: &str| {
        let line = text.lines().find_map(|l| l.strip_prefix(key).map(str::to_owned));
        line.unwrap_or_default()
    };
    let said = |l: &prashikshan::kit::mail::Posted| {
        let subject = mail_text::subject(&l.bytes).unwrap_or_default();
        let text = calendar(&l.bytes).unwrap_or_default();
        format!("{} {} {subject}", of(&text, "METHOD:"), of(&text, "SEQUENCE:"))
    };
    stage.letters().iter().filter(|l| l.to == to).map(said).collect()
}

#[actix_web::test]
async fn who_is_taken_off_is_told_once_and_who_is_named_too() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let (old, new) = (trainer(&stage, "Asha Devi"), trainer(&stage, "Bela Rao"));
    let batch = Batch::new(&stage);
    let session = batch.session("2026-11-29 10:30");
    let first = stage.person_named("Trainer One");
    teach(&stage, ADMIN, session, &[first, old]);
    stage.tick().await;
    assert_eq!(
        told(&stage, "asha.devi"),
        ["REQUEST 0 You teach: Sun 29 Nov, 10:30 am – Knowing the organisation"]
    );
    assert!(told(&stage, "trainer.one").is_empty(), "it was planned with him");
    // In the night: both hear of it in the morning.
    clock(&stage, "2026-11-20 22:00");
    stage.clear_letters();
    teach(&stage, ADMIN, session, &[first, new]);
    stage.tick().await;
    assert!(stage.letters().is_empty());
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    stage.tick().await;
    assert_eq!(
        told(&stage, "asha.devi"),
        ["CANCEL 1 You no longer teach: Sun 29 Nov, 10:30 am – Knowing the organisation"]
    );
    assert_eq!(
        told(&stage, "bela.rao"),
        ["REQUEST 0 You teach: Sun 29 Nov, 10:30 am – Knowing the organisation"]
    );
    assert!(told(&stage, "trainer.one").is_empty());
    // He who was planned with it from the start is told as well; he who comes back hears that, and
    // his calendar takes it for newer than what it has.
    stage.clear_letters();
    teach(&stage, ADMIN, session, &[old]);
    stage.tick().await;
    assert_eq!(told(&stage, "trainer.one").len(), 1);
    assert!(told(&stage, "asha.devi")[0].starts_with("REQUEST 2 You teach"));
    stage.clear_letters();
    teach(&stage, ADMIN, session, &[new]);
    batch.move_session(session, "2026-11-30 10:30");
    stage.tick().await;
    // As he knew it: the move is no news of his.
    assert_eq!(
        told(&stage, "asha.devi"),
        ["CANCEL 4 You no longer teach: Sun 29 Nov, 10:30 am – Knowing the organisation"]
    );
    assert!(told(&stage, "bela.rao")[0].starts_with("REQUEST 3 You teach: Mon 30 Nov"));
    assert!(told(&stage, "trainer.one").is_empty(), "only once");
    // A session that is called off is news for who teaches it, and for nobody else.
    stage.clear_letters();
    batch.cancel_session(session, "flood");
    stage.tick().await;
    assert!(told(&stage, "bela.rao")[0].contains("Cancelled"));
    assert_eq!(stage.letters().len(), 1);
}

#[actix_web::test]
async fn what_is_undone_before_it_is_told_was_nothing() {
    let stage = Stage::new("2026-11-20 16:30").await;
    let (old, new) = (stage.person_named("Trainer One"), trainer(&stage, "Bela Rao"));
    let batch = Batch::new(&stage);
    let session = batch.session("2026-11-29 10:30");
    stage.tick().await;
    teach(&stage, ADMIN, session, &[new]);
    stage.tick().await;
    let planned: i64 = stage.read(|db| {
        Ok(letters::table.filter(letters::state.eq("planned")).count().get_result(db)?)
    });
    assert!(planned >= 2, "both wait for the morning");
    teach(&stage, ADMIN, session, &[old]);
    clock(&stage, "2026-11-21 07:00");
    stage.tick().await;
    assert!(stage.letters().is_empty(), "{:?}", told(&stage, "bela.rao"));
    // The last look sees it too, when the planner has not yet.
    clock(&stage, "2026-11-21 22:00");
    teach(&stage, ADMIN, session, &[new]);
    stage.tick().await;
    clock(&stage, "2026-11-22 07:00");
    teach(&stage, ADMIN, session, &[old]);
    prashikshan::letters::send_due(&stage.site).await.expect("sent");
    assert!(stage.letters().is_empty());
}

#[actix_web::test]
async fn who_does_it_himself_is_not_written_to_and_nobody_after_the_start() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let first = stage.person_named("Trainer One");
    let unit = stage.unit("B11");
    // Who plans may put himself in, and take himself out.
    let own = trainer(&stage, "Asha Devi");
    stage.write(|db, stamp| {
        access::grant(db, None, own, Role::Admin, unit, None, stamp).map(|_| ())
    });
    let batch = Batch::new(&stage);
    let session = batch.session("2026-11-29 10:30");
    teach(&stage, "Asha Devi", session, &[first, own]);
    stage.tick().await;
    teach(&stage, "Asha Devi", session, &[first]);
    stage.tick().await;
    assert!(stage.letters().is_empty(), "{:?}", told(&stage, "asha.devi"));
    // Put in by herself, taken off by others: now there is something to tell.
    teach(&stage, "Asha Devi", session, &[first, own]);
    teach(&stage, ADMIN, session, &[first]);
    stage.tick().await;
    assert_eq!(told(&stage, "asha.devi").len(), 1);
    stage.clear_letters();
    // When it has begun there is nothing to travel for any more.
    clock(&stage, "2026-11-29 10:45");
    teach(&stage, ADMIN, session, &[own]);
    stage.tick().await;
    assert!(told(&stage, "trainer.one").iter().all(|l| !l.contains("no longer")));
    let rows: i64 = stage.read(|db| Ok(trainer_knowledge::table.count().get_result(db)?));
    assert_eq!(rows, 2);
}

#[actix_web::test]
async fn several_sessions_are_one_letter_and_a_neutral_house_names_no_course() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    stage.site.letters.neutral = true;
    let (first, new) = (stage.person_named("Trainer One"), trainer(&stage, "Bela Rao"));
    let batch = Batch::new(&stage);
    let sessions = [batch.session("2026-11-29 10:30"), batch.session("2026-12-06 10:30")];
    for session in sessions {
        teach(&stage, ADMIN, session, &[new]);
    }
    speaks(&stage, first, Language::Hi);
    stage.tick().await;
    let subjects = |name: &str| -> Vec<String> {
        let to = format!("{name}@example.org");
        let hers = stage.letters();
        let hers = hers.iter().filter(|l| l.to == to);
        hers.filter_map(|l| mail_text::subject(&l.bytes)).collect()
    };
    assert_eq!(subjects("bela.rao"), ["You teach 2 sessions from Sun 29 Nov – training"]);
    assert_eq!(subjects("trainer.one"), ["अब आप प्रशिक्षक नहीं हैं: रवि, 29 नवंबर से 2 सत्र – प्रशिक्षण"]);
    assert_eq!(ledger_of(&stage, first).iter().filter(|l| l.starts_with("withdrawal")).count(), 1);
}

#[actix_web::test]
async fn a_move_with_another_trainer_shows_all_who_get_a_letter() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let (first, new) = (stage.person_named("Trainer One"), trainer(&stage, "Bela Rao"));
    let batch = Batch::new(&stage);
    let session = batch.session("2026-11-29 10:30");
    stage.tick().await;
    let change = SessionChange {
        trainers: Some(vec![new.to_string()]),
        clash_reason: "as agreed".to_owned(),
        ..SessionChange::default()
    };
    let admin = stage.actor(ADMIN);
    let now = stage.now();
    let look = stage.read(|db| {
        let seen = schedule::moves::look(db, &admin, session, &change, now)?;
        let by = admin.person;
        prashikshan::postponement::of_moves(db, batch.id, &[seen], by, now)
    });
    assert_eq!((look.told, look.trainers.len()), (2, 2), "{look:?}");
    teach(&stage, ADMIN, session, &[new]);
    stage.tick().await;
    assert_eq!(stage.letters().len(), 2);
    assert_eq!(told(&stage, "trainer.one").len() + told(&stage, "bela.rao").len(), 2);
    assert_eq!(ledger_of(&stage, first)[0], "withdrawal sent");
}

#[actix_web::test]
async fn a_trainer_reads_that_he_is_named_or_taken_off() {
    snapshot("letter-trainer-named", |stage, person| {
        may_teach(stage, person);
        let session = Batch::new(stage).session("2026-11-29 10:30");
        turn(stage);
        teach(stage, ADMIN, session, &[person]);
    })
    .await;
    snapshot("letter-trainer-taken-off", |stage, person| {
        may_teach(stage, person);
        let session = Batch::new(stage).session("2026-11-29 10:30");
        teach(stage, ADMIN, session, &[person]);
        turn(stage);
        let first = stage.person_named("Trainer One");
        teach(stage, ADMIN, session, &[first]);
    })
    .await;
}
