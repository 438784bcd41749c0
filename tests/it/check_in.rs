//! Checking oneself in: the hall's code, one's own phone, what is refused and what is shown to the trainer.

use diesel::prelude::*;
use prashikshan::attendance::check_in::rules;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};
use prashikshan::kit::schema::{check_ins, mark_events, phones, remembered_phones};

use crate::classroom::{self, Course};
use crate::stage::{Client, Stage};

/// A session on 2 March at 09:00 UTC, two hours long, with Asha and Bela on its list.
struct Hall {
    stage: Stage,
    course: Course,
    batch: BatchId,
    session: SessionId,
    asha: PersonId,
    bela: PersonId,
}

impl Hall {
    async fn at(now: &str) -> Self {
        let stage = Stage::new("2026-03-01 08:00").await;
        let course = classroom::course(&stage, "C1", 80, "A60! B60");
        let batch = classroom::batch(&stage, &course, "D1", 30);
        let session = classroom::session(&stage, batch, &course, "AB", "2026-03-02 09:00");
        let asha = stage.person("Asha Devi", "B11");
        let bela = stage.person("Bela Bai", "B12");
        for person in [asha, bela] {
            classroom::enrol(&stage, batch, person);
        }
        stage.clock_to(now);
        Self { stage, course, batch, session, asha, bela }
    }

    fn phone(&self, person: PersonId) -> Client {
        self.stage.sign_in(person).on_a_phone()
    }

    /// The address that the hall's code opens at a moment.
    fn code_at(&self, at: &str) -> String {
        self.code_of(self.session, at)
    }

    fn code_of(&self, session: SessionId, at: &str) -> String {
        let secret = rules::secret_of(&self.stage.site.secret, session);
        let step = rules::step_at(Moment::parse(at).expect("a moment"));
        format!("/check-in/{}", rules::code(&secret, session, step))
    }

    fn roll(&self) -> String {
        classroom::roll(&self.stage, self.session)
    }

    fn phone_is(&self, person: PersonId, number: &str) {
        self.stage.write(|db, _| {
            diesel::update(phones::table.filter(phones::person_id.eq(person)))
                .set(phones::number.eq(number))
                .execute(db)?;
            Ok(())
        });
    }

    fn taps(&self) -> i64 {
        self.stage.read(|db| Ok(check_ins::table.count().get_result(db)?))
    }
}

#[actix_web::test]
async fn a_known_phone_checks_in_with_one_tap() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let asha = hall.phone(hall.asha);
    let code = hall.code_at("2026-03-02 09:05");
    asha.get(&code).await.must_be(200).says("Asha Devi").says("Module A, Module B");
    assert_eq!(hall.roll(), "", "looking marks nobody");
    assert_eq!(asha.post(&code, &[]).await.must_be(303).location(), code);
    assert_eq!(hall.roll(), "Asha Devi present");
    asha.get(&code).await.must_be(200).says("You are checked in");
    asha.post(&code, &[]).await.must_be(303);
    assert_eq!(hall.taps(), 1, "a second tap changes nothing");
    let person = Some(hall.asha);
    let by: Option<PersonId> =
        hall.stage.read(|db| Ok(mark_events::table.select(mark_events::marked_by).first(db)?));
    assert_eq!(by, person, "by her own hand");
}

#[actix_web::test]
async fn who_comes_late_is_late() {
    let hall = Hall::at("2026-03-02 09:20").await;
    let asha = hall.phone(hall.asha);
    let code = hall.code_at("2026-03-02 09:20");
    asha.get(&code).await.must_be(200);
    asha.post(&code, &[]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi late");
}

#[actix_web::test]
async fn a_forwarded_code_is_stale_a_minute_later() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    hall.stage.clock_to("2026-03-02 09:07");
    let friend = hall.phone(hall.asha);
    friend.get(&code).await.must_be(409).says("This code is old");
    friend.post(&code, &[]).await.must_be(409).says("This code is old");
    assert_eq!(hall.roll(), "");
}

#[actix_web::test]
async fn who_saw_the_code_in_time_has_ten_minutes_on_that_phone() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    let asha = hall.phone(hall.asha);
    asha.get(&code).await.must_be(200);
    hall.stage.clock_to("2026-03-02 09:14");
    asha.get(&code).await.must_be(200);
    let elsewhere = hall.phone(hall.asha);
    elsewhere.get(&code).await.must_be(409);
    elsewhere.post(&code, &[]).await.must_be(409);
    asha.post(&code, &[]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi present");

    let bela = hall.phone(hall.bela);
    let code = hall.code_at("2026-03-02 09:14");
    bela.get(&code).await.must_be(200);
    hall.stage.clock_to("2026-03-02 09:26");
    bela.post(&code, &[]).await.must_be(409).says("This code is old");
}

#[actix_web::test]
async fn before_it_opens_and_after_the_end_it_says_so() {
    let hall = Hall::at("2026-03-02 08:29").await;
    let asha = hall.phone(hall.asha);
    let early = hall.code_at("2026-03-02 08:29");
    asha.get(&early).await.must_be(409).says("not open yet").says("It opens on Mon 2 Mar, 2:00 pm");
    asha.post(&early, &[]).await.must_be(409).says("not open yet");
    hall.stage.clock_to("2026-03-02 11:01");
    let over = hall.code_at("2026-03-02 11:01");
    asha.get(&over).await.must_be(409).says("This session is over");
    asha.post(&over, &[]).await.must_be(409);
    classroom::set_session_state(&hall.stage, hall.session, "cancelled");
    hall.stage.clock_to("2026-03-02 09:30");
    let cancelled = hall.code_at("2026-03-02 09:30");
    asha.post(&cancelled, &[]).await.must_be(409).says("cancelled");
    assert_eq!(hall.roll(), "");
}

#[actix_web::test]
async fn a_code_is_good_for_its_own_session_only() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let other = classroom::session(&hall.stage, hall.batch, &hall.course, "A", "2026-03-02 09:00");
    let theirs = hall.code_of(other, "2026-03-02 09:05");
    let ours = theirs.replace(&other.to_string(), &hall.session.to_string());
    let asha = hall.phone(hall.asha);
    asha.get(&ours).await.must_be(404);
    asha.post(&ours, &[]).await.must_be(404);
    asha.get(&theirs).await.must_be(200);
    let mine = hall.code_at("2026-03-02 09:05");
    hall.stage.clock_to("2026-03-02 09:08");
    asha.post(&mine, &[]).await.must_be(409);
    assert_eq!(hall.roll(), "", "what was seen in the other hall helps nothing here");
}

#[actix_web::test]
async fn who_is_not_on_the_list_is_told_so() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    let dev = hall.stage.newcomer("Dev Lal", "B11").on_a_phone();
    dev.get(&code).await.must_be(200).says("Dev Lal is not on the list");
    dev.post(&code, &[]).await.must_be(409).says("not on the list");
    assert_eq!(hall.taps(), 0);
}

#[actix_web::test]
async fn a_second_person_on_one_phone_is_marked_and_shown_to_the_trainer() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    let asha = hall.phone(hall.asha);
    asha.get(&code).await.must_be(200);
    asha.post(&code, &[]).await.must_be(303);
    let bela = asha.handed_to(&hall.stage.sign_in(hall.bela));
    bela.get(&code).await.must_be(200);
    bela.post(&code, &[]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi present, Bela Bai present");

    let page = format!("/sessions/{}/check-in", hall.session);
    let trainer = hall.stage.trainer();
    trainer
        .get(&page)
        .await
        .must_be(200)
        .says("1 name to look at")
        .says("Bela Bai")
        .says("Asha Devi checked in before on the same phone");
    let settle = format!("/sessions/{}/arrivals/{}", hall.session, hall.bela);
    trainer.post(&settle, &[]).await.must_be(422);
    asha.post(&settle, &[("here", "yes")]).await.must_be(404);
    hall.stage.clock_to("2026-03-02 09:06");
    trainer.post(&settle, &[("here", "no")]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi present, Bela Bai absent");
    trainer.post(&settle, &[("here", "yes")]).await.must_be(404);
    assert!(!trainer.get(&page).await.text().contains("name to look at"));
    bela.post(&code, &[]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi present, Bela Bai absent", "it stays the trainer's word");
}

#[actix_web::test]
async fn an_own_tap_yields_to_the_trainers_mark_whichever_is_sent_first() {
    let hall = Hall::at("2026-03-02 09:10").await;
    let trainer = hall.stage.trainer();
    let roll = format!("/sessions/{}/roll-call", hall.session);
    let absent = |who: PersonId| format!("mark-{who}");
    trainer.post(&roll, &[(&absent(hall.asha), "absent")]).await.must_be(303);
    let code = hall.code_at("2026-03-02 09:10");
    for person in [hall.asha, hall.bela] {
        let phone = hall.phone(person);
        phone.get(&code).await;
        phone.post(&code, &[]).await.must_be(303);
    }
    assert_eq!(hall.roll(), "Asha Devi absent, Bela Bai present");
    trainer.post(&roll, &[(&absent(hall.bela), "absent")]).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi absent, Bela Bai absent");
}

#[actix_web::test]
async fn an_unknown_phone_shows_its_number_and_chooses_its_name() {
    let hall = Hall::at("2026-03-02 09:05").await;
    hall.phone_is(hall.asha, "+919812345678");
    hall.phone_is(hall.bela, "+919812340000");
    let code = hall.code_at("2026-03-02 09:05");
    let names = format!("{code}/names");
    let nobody = hall.stage.nobody().on_a_phone();
    let page = nobody.get(&code).await.must_be(200).says("Last 4 digits");
    assert!(!page.text().contains("Asha"), "no list for a stranger");
    nobody.post(&names, &[("digits", "56x8")]).await.must_be(422).says("Enter 4 digits");
    nobody.post(&names, &[("digits", "%%%%")]).await.must_be(422);
    nobody.post(&names, &[("digits", "9999")]).await.must_be(422).says("Nobody on this list");
    let found = nobody.post(&names, &[("digits", "5678")]).await.must_be(200).says("Asha Devi");
    assert!(!found.text().contains("Bela"));

    let (asha, bela) = (hall.asha.to_string(), hall.bela.to_string());
    let wrong = [("person", bela.as_str()), ("digits", "5678")];
    nobody.post(&code, &wrong).await.must_be(422);
    nobody.post(&code, &[("person", &asha)]).await.must_be(422);
    let right = [("person", asha.as_str()), ("digits", "5678")];
    nobody.post(&code, &right).await.must_be(303);
    assert_eq!(hall.roll(), "Asha Devi present");
    nobody.get(&code).await.must_be(200).says("You are checked in");
    nobody.get("/me").await.must_be(303);
    let kept: i64 = hall.stage.read(|db| Ok(remembered_phones::table.count().get_result(db)?));
    assert_eq!(kept, 0, "remembered only when the person agrees");
}

#[actix_web::test]
async fn guessing_numbers_slows_down() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    let names = format!("{code}/names");
    let nobody = hall.stage.nobody().on_a_phone();
    nobody.get(&code).await.must_be(200);
    for guess in ["0001", "0002", "0003", "0004", "0005"] {
        nobody.post(&names, &[("digits", guess)]).await.must_be(422);
    }
    nobody.post(&names, &[("digits", "0006")]).await.must_be(429);
    let late = hall.stage.nobody().on_a_phone();
    hall.stage.clock_to("2026-03-02 09:07");
    late.get(&code).await.must_be(409);
    late.post(&names, &[("digits", "0007")]).await.must_be(409).says("This code is old");
}

#[actix_web::test]
async fn a_phone_that_agreed_is_remembered_for_check_in_and_for_nothing_else() {
    let hall = Hall::at("2026-03-02 09:05").await;
    hall.phone_is(hall.asha, "+919812345678");
    let phone = hall.stage.nobody().on_a_phone();
    let asha = hall.asha.to_string();
    let code = hall.code_at("2026-03-02 09:05");
    phone.get(&code).await;
    let agreed = [("person", asha.as_str()), ("digits", "5678"), ("remember", "yes")];
    phone.post(&code, &agreed).await.must_be(303);

    let next = classroom::session(&hall.stage, hall.batch, &hall.course, "A", "2026-03-03 09:00");
    hall.stage.clock_to("2026-03-03 09:00");
    let code = hall.code_of(next, "2026-03-03 09:00");
    phone.get(&code).await.must_be(200).says("Asha Devi").says("This phone shall forget me");
    phone.post(&code, &[("person", &asha)]).await.must_be(303);
    assert_eq!(classroom::roll(&hall.stage, next), "Asha Devi present");
    phone.get("/me").await.must_be(303);
    phone.post("/remembered-phone/end", &[]).await.must_be(303);
    let third = classroom::session(&hall.stage, hall.batch, &hall.course, "A", "2026-03-04 09:00");
    hall.stage.clock_to("2026-03-04 09:00");
    let code = hall.code_of(third, "2026-03-04 09:00");
    phone.get(&code).await.must_be(200).says("Last 4 digits");
    phone.post(&code, &[("person", &asha)]).await.must_be(422);
}

#[actix_web::test]
async fn a_tap_without_network_is_taken_later_by_the_time_its_code_proves() {
    let hall = Hall::at("2026-03-02 09:05").await;
    let code = hall.code_at("2026-03-02 09:05");
    let asha = hall.phone(hall.asha);
    let device = hall.code_of(hall.session, "2026-03-02 08:00");
    asha.get(&device).await;
    hall.stage.clock_to("2026-03-02 13:00");
    let at = |at| [("at", at)];
    asha.post(&code, &at("2026-03-02T09:07:00Z")).await.must_be(409).says("This code is old");
    asha.post(&code, &at("2026-03-02T08:20:00Z")).await.must_be(409).says("not open yet");
    asha.post(&code, &at("nonsense")).await.must_be(422);
    asha.post_for_json(&code, &at("2026-03-02T09:05:10Z")).await.must_be(200);
    assert_eq!(hall.roll(), "Asha Devi present");
    let page = format!("/sessions/{}/check-in", hall.session);
    hall.stage.trainer().get(&page).await.must_be(200).says("Made without a network");

    let unknown = hall.stage.nobody().on_a_phone();
    unknown.get(&hall.code_at("2026-03-02 13:00")).await;
    hall.phone_is(hall.bela, "+919812340000");
    let bela = hall.bela.to_string();
    let sent = [("person", bela.as_str()), ("digits", "0000"), ("at", "2026-03-02T09:05:10Z")];
    unknown.post(&code, &sent).await.must_be(409).says("not known before");
    hall.stage.clock_to("2026-03-04 11:01");
    hall.phone(hall.bela).get(&code).await;
    assert_eq!(hall.taps(), 1);
}

#[actix_web::test]
async fn the_halls_page_draws_the_code_and_counts() {
    let hall = Hall::at("2026-03-02 08:20").await;
    let page = format!("/sessions/{}/check-in", hall.session);
    let trainer = hall.stage.trainer();
    trainer.get(&page).await.must_be(200).says("It opens on Mon 2 Mar, 2:00 pm");
    hall.stage.clock_to("2026-03-02 09:05");
    let secret = rules::secret_of(&hall.stage.site.secret, hall.session);
    let step = rules::step_at(hall.stage.now());
    let shown = trainer.get(&page).await.must_be(200);
    assert!(shown.body.contains(&secret), "the phone makes codes by itself");
    let digits = rules::typed_code(&secret, step);
    shown.says(&format!("{} {}", &digits[..3], &digits[3..]));
    let arrivals = format!("/sessions/{}/arrivals", hall.session);
    assert_eq!(trainer.get(&arrivals).await.json()["present"], 0);

    let asha = hall.phone(hall.asha);
    asha.get(&page).await.must_be(404);
    asha.get(&arrivals).await.must_be(404);
    asha.post("/check-in", &[("code", "000 001")]).await.must_be(422);
    let typed = asha.post("/check-in", &[("code", &digits)]).await.must_be(303);
    assert_eq!(typed.location(), hall.code_at("2026-03-02 09:05"));
    asha.get(typed.location()).await.must_be(200);
    asha.post(typed.location(), &[]).await.must_be(303);
    let heard = trainer.get(&arrivals).await.json();
    assert_eq!((&heard["present"], &heard["expected"]), (&1.into(), &2.into()));

    hall.stage.clock_to("2026-03-02 12:00");
    let shown = trainer.get(&page).await.must_be(200).says("This session is over");
    assert!(!shown.body.contains(&secret), "no secret after the end");
}
