//! Apologies beforehand, the chair that one frees, and making up in another batch.

use prashikshan::kit::ids::{BatchId, PersonId, SessionId};

use crate::classroom::{self, Course};
use crate::stage::Stage;

/// Asha's session on 2 March at 09:00 UTC, and the same module on 5 March in another batch of the
/// district, where Bela has the only seat.
struct Two {
    stage: Stage,
    course: Course,
    theirs: BatchId,
    session: SessionId,
    later: SessionId,
    asha: PersonId,
    bela: PersonId,
}

impl Two {
    async fn at(now: &str) -> Self {
        let stage = Stage::new("2026-02-20 08:00").await;
        let course = classroom::course(&stage, "C1", 50, "A60! B60");
        let ours = classroom::batch(&stage, &course, "B11", 30);
        let theirs = classroom::batch(&stage, &course, "B12", 1);
        let session = classroom::session(&stage, ours, &course, "A", "2026-03-02 09:00");
        let later = classroom::session(&stage, theirs, &course, "A", "2026-03-05 09:00");
        let asha = stage.person("Asha Devi", "B11");
        let bela = stage.person("Bela Bai", "B12");
        classroom::enrol(&stage, ours, asha);
        classroom::enrol(&stage, theirs, bela);
        stage.clock_to(now);
        Self { stage, course, theirs, session, later, asha, bela }
    }

    fn apology(&self, session: SessionId) -> String {
        format!("/sessions/{session}/apology")
    }

    fn roll(&self, session: SessionId) -> String {
        classroom::roll(&self.stage, session)
    }
}

#[actix_web::test]
async fn an_approved_apology_is_an_excused_mark() {
    let two = Two::at("2026-03-01 08:00").await;
    let (asha, trainer) = (two.stage.sign_in(two.asha), two.stage.trainer());
    let page = two.apology(two.session);
    asha.get(&page).await.must_be(200).says("Not well");
    asha.post(&page, &[]).await.must_be(422);
    asha.post(&page, &[("reason", "other")]).await.must_be(422);
    asha.post(&page, &[("reason", "bored")]).await.must_be(422);
    asha.post(&page, &[("reason", "family"), ("words", "A wedding")]).await.must_be(303);
    asha.post(&page, &[("reason", "ill")]).await.must_be(409).says("sent already");
    assert_eq!(two.roll(two.session), "", "asking marks nothing");

    let list = format!("/sessions/{}/apologies", two.session);
    trainer.get(&list).await.must_be(200).says("Asha Devi").says("A wedding");
    let decide = format!("{list}/{}", two.asha);
    asha.get(&list).await.must_be(404);
    asha.post(&decide, &[("decision", "approved")]).await.must_be(404);
    trainer.post(&decide, &[("decision", "perhaps")]).await.must_be(422);
    trainer.post(&decide, &[("decision", "approved")]).await.must_be(303);
    trainer.post(&decide, &[("decision", "declined")]).await.must_be(409);
    assert_eq!(two.roll(two.session), "Asha Devi excused");
    asha.get(&page).await.must_be(200).says("Agreed: excused").says("Batch of B12");

    two.stage.clock_to("2026-03-02 09:05");
    let mark = format!("mark-{}", two.asha);
    let roll = format!("/sessions/{}/roll-call", two.session);
    trainer.post(&roll, &[(&mark, "present")]).await.must_be(303);
    assert_eq!(two.roll(two.session), "Asha Devi present", "who comes all the same is there");
}

#[actix_web::test]
async fn an_apology_is_one_s_own_and_before_the_start() {
    let two = Two::at("2026-03-01 08:00").await;
    let page = two.apology(two.session);
    let bela = two.stage.sign_in(two.bela);
    bela.get(&page).await.must_be(404);
    bela.post(&page, &[("reason", "ill")]).await.must_be(404);
    let asha = two.stage.sign_in(two.asha);
    asha.post(&page, &[("reason", "ill")]).await.must_be(303);
    asha.post(&format!("{page}/end"), &[]).await.must_be(303);
    asha.post(&page, &[("reason", "work")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.session, two.asha);
    two.stage.trainer().post(&decide, &[("decision", "declined")]).await.must_be(303);
    asha.get(&page).await.must_be(200).says("Not agreed");
    asha.post(&format!("{page}/end"), &[]).await.must_be(409);
    assert_eq!(two.roll(two.session), "");

    two.stage.clock_to("2026-03-05 09:00");
    let late = two.apology(two.later);
    classroom::add_trainer(&two.stage, two.later, two.stage.person_named("Trainer One"));
    bela.get(&late).await.must_be(200).says("has started").says("Trainer One");
    bela.post(&late, &[("reason", "ill")]).await.must_be(409).says("has started");
}

#[actix_web::test]
async fn a_freed_chair_goes_to_the_first_guest_who_waits_and_the_visit_counts() {
    let two = Two::at("2026-03-03 08:00").await;
    let asha = two.stage.sign_in(two.asha);
    let make_up = format!("/sessions/{}/make-up", two.session);
    asha.get(&make_up).await.must_be(200).says("Batch of B12").says("0 places free");
    let there = two.later.to_string();
    asha.post(&make_up, &[]).await.must_be(422);
    asha.post(&make_up, &[("session", &two.session.to_string())]).await.must_be(404);
    asha.post(&make_up, &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("Waiting");

    let bela = two.stage.sign_in(two.bela);
    bela.post(&two.apology(two.later), &[("reason", "ill")]).await.must_be(303);
    let decide = format!("/sessions/{}/apologies/{}", two.later, two.bela);
    two.stage.trainer().post(&decide, &[("decision", "approved")]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("You are on the list");

    two.stage.clock_to("2026-03-05 09:05");
    let trainer = two.stage.trainer();
    let roll = format!("/sessions/{}/roll-call", two.later);
    trainer.get(&roll).await.must_be(200).says("1 Asha Devi").says("2 Bela Bai");
    let mark = format!("mark-{}", two.asha);
    trainer.post(&roll, &[(&mark, "present")]).await.must_be(303);
    assert_eq!(two.roll(two.later), "Asha Devi present, Bela Bai excused");
    let verdict = two.stage.admin();
    let enrolments = verdict.get("/completion/people?course=C1").await.must_be(200);
    assert!(enrolments.text().contains("Asha Devi"), "{}", enrolments.text());
    let _ = (&two.course, two.theirs);
}

#[actix_web::test]
async fn a_guest_who_leaves_gives_the_chair_back() {
    let two = Two::at("2026-03-01 08:00").await;
    classroom::set_seats(&two.stage, two.theirs, 2);
    let asha = two.stage.sign_in(two.asha);
    let make_up = format!("/sessions/{}/make-up", two.session);
    let there = two.later.to_string();
    asha.get(&make_up).await.must_be(200).says("1 place free");
    asha.post(&make_up, &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("0 places free").says("You are on the list");
    asha.get(&two.apology(two.later)).await.must_be(200);
    asha.post(&format!("{make_up}/end"), &[("session", &there)]).await.must_be(303);
    asha.get(&make_up).await.must_be(200).says("1 place free");
    asha.post(&format!("{make_up}/end"), &[("session", &there)]).await.must_be(404);
    asha.get(&two.apology(two.later)).await.must_be(404);
}
