//! Seats offered to those who wait, places asked for, names put forward.

use diesel::prelude::*;
use prashikshan::enrolment::store::Enrolment;
use prashikshan::enrolment::{self, asks, offers};
use prashikshan::kit::columns::Language;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, EnrolmentId, PersonId};
use prashikshan::kit::schema::{consents, enrolment_moves, letters, offers as offer_rows};

use crate::classroom;
use crate::enrolment::places;
use crate::letters::{read_all, speaks};
use crate::stage::{Client, Stage};

/// Two seats taken, two who wait; the first session a week ahead.
async fn queue() -> (Stage, BatchId, Vec<Enrolment>) {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60! B60");
    let batch = classroom::batch(&stage, &course, "D1", 2);
    classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
    let mut made = vec![];
    for name in ["Asha", "Bela", "Chand", "Dev"] {
        let person = stage.person(name, "B11");
        made.push(classroom::enrol(&stage, batch, person));
    }
    stage.tick().await;
    stage.clear_letters();
    (stage, batch, made)
}

fn withdraw(stage: &Stage, e: &Enrolment) {
    let admin = stage.actor("District Admin");
    stage.write(|db, stamp| enrolment::withdraw(db, &admin, e.id, "ill", stamp));
}

/// The address in the letter that was sent last.
fn link(stage: &Stage) -> String {
    let all = read_all(stage);
    let at = all.iter().rev().find_map(|text| {
        let at = text.find("/offers/")?;
        let rest = &text[at..];
        Some(rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())].to_owned())
    });
    at.expect("a link").trim_end_matches("?lang=en").trim_end_matches("?lang=hi").to_owned()
}

/// A browser that has seen the page, so that its form has a token.
async fn answer(stage: &Stage, path: &str) -> crate::stage::Answer {
    let nobody = stage.nobody();
    let shown = nobody.get(path.trim_end_matches("/refusal")).await;
    let cookie = shown.header("set-cookie").expect("a cookie").to_owned();
    let browser = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
    let seal = prashikshan::kit::ids::seal(&stage.site.secret, "form", &browser);
    let body = crate::stage::Body::Form(format!("_token={seal}"));
    let method = actix_web::http::Method::POST;
    nobody.send(method, path, &[], Some(("browser", &browser)), body).await
}

#[actix_web::test]
async fn a_freed_seat_is_offered_and_taken_with_one_tap() {
    let (stage, batch, made) = queue().await;
    withdraw(&stage, &made[0]);
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand offered, Dev waiting");
    stage.tick().await;
    let path = link(&stage);
    // 8 days less: a quarter of it is under 48 hours: 2026-03-04 05:00 UTC is 10:30 in India.
    for _ in 0..10 {
        stage.nobody().get(&path).await.must_be(200).says("Take the seat").says("10:30 am");
    }
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand offered, Dev waiting");
    stage.nobody().get(&format!("{path}x")).await.must_be(404);
    let other = path.replace("/offers/", "/offers/1");
    stage.nobody().get(&other).await.must_be(404);
    answer(&stage, &path).await.must_be(200).says("The seat is confirmed");
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand seat, Dev waiting");
    // A second tap says how it stands; so does giving up now.
    answer(&stage, &path).await.must_be(200).says("The seat is confirmed");
    answer(&stage, &format!("{path}/refusal")).await.must_be(200).says("The seat is confirmed");
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand seat, Dev waiting");
    stage.clear_letters();
    stage.tick().await;
    let texts = read_all(&stage);
    assert!(texts.iter().any(|t| t.contains("Chand") && t.contains("Your seat")), "{texts:?}");
}

#[actix_web::test]
async fn who_gives_the_seat_up_lets_the_next_one_in() {
    let (stage, batch, made) = queue().await;
    withdraw(&stage, &made[0]);
    stage.tick().await;
    let path = link(&stage);
    answer(&stage, &format!("{path}/refusal")).await.must_be(200).says("given up");
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand withdrawn, Dev offered");
    answer(&stage, &path).await.must_be(200).says("given up");
}

#[actix_web::test]
async fn an_offer_that_nobody_takes_goes_to_the_next() {
    let (stage, batch, made) = queue().await;
    withdraw(&stage, &made[0]);
    stage.tick().await;
    let path = link(&stage);
    stage.clear_letters();
    stage.clock_to("2026-03-04 05:01");
    // Too late by a minute, before the ticker has come by.
    answer(&stage, &path).await.must_be(410).says("The time is over");
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand offered, Dev waiting");
    stage.tick().await;
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand withdrawn, Dev offered");
    let texts = read_all(&stage);
    assert!(
        texts.iter().any(|t| t.contains("Chand") && t.contains("The time to confirm is over")),
        "{texts:?}"
    );
    assert_ne!(link(&stage), path, "Dev has an own link");
    stage.nobody().get(&path).await.must_be(410);
    // Nothing is left to do: a turn writes nothing.
    let before = stage.site.database.statements.count();
    assert!(!stage.read(|db| offers::is_due(db, stage.now())));
    assert!(stage.site.database.statements.count() - before < 10);
}

#[actix_web::test]
async fn no_offer_is_made_once_the_batch_has_begun_and_open_ones_end() {
    let (stage, batch, made) = queue().await;
    stage.clock_to("2026-03-10 05:00");
    withdraw(&stage, &made[0]);
    stage.tick().await;
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand waiting, Dev waiting");

    let (stage, batch, made) = queue().await;
    withdraw(&stage, &made[0]);
    // The first session is put earlier than the end of the offer.
    stage.write(|db, _| {
        use prashikshan::kit::clock::Moment;
        use prashikshan::kit::schema::sessions;
        let start = Moment::parse("2026-03-03 05:00").expect("a moment");
        diesel::update(sessions::table)
            .set((sessions::starts_at.eq(start), sessions::ends_at.eq(start.plus_minutes(60))))
            .execute(db)?;
        Ok(())
    });
    stage.clock_to("2026-03-03 05:00");
    stage.tick().await;
    assert_eq!(places(&stage, batch), "Asha withdrawn, Bela seat, Chand withdrawn, Dev waiting");
}

#[actix_web::test]
async fn for_somebody_without_a_mailbox_the_office_answers() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 1);
    classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
    let asha = stage.person("Asha", "B11");
    let asha = classroom::enrol(&stage, batch, asha);
    let mute = stage.person_without_mail("Mute", "B11");
    let mute = classroom::enrol(&stage, batch, mute);
    stage.tick().await;
    stage.clear_letters();
    withdraw(&stage, &asha);
    stage.tick().await;
    let sent = stage.letters();
    assert!(sent.iter().any(|l| l.to.contains("district.admin@")), "{sent:?}");
    let rows: Vec<(String, Option<String>)> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::kind.eq("offer").and(letters::person_id.eq(mute.person)))
            .select((letters::state, letters::reason))
            .load(db)?)
    });
    assert_eq!(rows, [("missed".to_owned(), Some("no-address".to_owned()))]);
    let admin = stage.district_admin();
    let list = format!("/batches/{batch}/enrolments");
    admin.get(&list).await.must_be(200).says("No e-mail, phone").says("Record a yes");
    let yes = format!("/enrolments/{}/seat", mute.id);
    stage.trainer().post(&yes, &[]).await.must_be(403);
    stage.other_admin().post(&yes, &[]).await.must_be(404);
    let done = admin.post(&yes, &[("list", "yes")]).await.must_be(303);
    assert_eq!(done.location(), list);
    assert_eq!(places(&stage, batch), "Asha withdrawn, Mute seat");
    let by: Option<PersonId> =
        stage.read(|db| Ok(offer_rows::table.select(offer_rows::answered_by).first(db)?));
    assert_eq!(by, Some(stage.person_named("District Admin")), "who said it for whom is kept");
}

#[actix_web::test]
async fn a_jump_is_seen_by_those_who_were_passed() {
    let (stage, batch, made) = queue().await;
    classroom::set_seats(&stage, batch, 3);
    let admin = stage.actor("District Admin");
    stage.write(|db, stamp| {
        enrolment::promote(db, &admin, made[3].id, "speaks at the rally", stamp)
    });
    assert_eq!(places(&stage, batch), "Asha seat, Bela seat, Chand waiting, Dev seat");
    let chand = stage.sign_in(made[2].person);
    chand.get("/me/courses").await.must_be(200).says("Waiting no. 1").says("speaks at the rally");
    let late = stage.person("Late", "B11");
    let late = classroom::enrol(&stage, batch, late);
    let page = stage.sign_in(late.person).get("/me/courses").await.must_be(200).text();
    assert!(!page.contains("rally"), "nobody was passed who came later: {page}");
}

/// Asks on the own page, as a newcomer does.
async fn ask(client: &Client, batch: BatchId) -> crate::stage::Answer {
    client.post("/me/courses", &[("batch", &batch.to_string()), ("consent", "page")]).await
}

fn enrolment_of(stage: &Stage, batch: BatchId, person: PersonId) -> EnrolmentId {
    stage.read(|db| {
        let found = enrolment::store::enrolment_of(db, batch, person)?;
        Ok(found.expect("an enrolment").id)
    })
}

#[actix_web::test]
async fn a_newcomer_asks_the_office_decides() {
    let (stage, batch, made) = queue().await;
    let eva = stage.newcomer("Eva", "B11");
    let person = eva.person.expect("Eva");
    eva.get("/me/courses").await.must_be(200).says("Course C1").says("East district");
    let path = "/me/courses";
    eva.post(path, &[("batch", &batch.to_string())]).await.must_be(422).says("without consent");
    ask(&eva, batch).await.must_be(303);
    ask(&eva, batch).await.must_be(409);
    assert!(places(&stage, batch).ends_with("Eva requested"));
    let kept: Vec<(PersonId, String, String)> = stage.read(|db| {
        let columns = (consents::person_id, consents::channel, consents::notice);
        Ok(consents::table.select(columns).load(db)?)
    });
    assert_eq!(kept, [(person, "page".to_owned(), "2026-11-22".to_owned())]);
    // A batch of another district is not hers.
    let far = stage.newcomer("Far", "B21");
    ask(&far, batch).await.must_be(404);

    stage.tick().await;
    let told = stage.letters();
    assert!(told.iter().any(|l| l.to.contains("district.admin@")), "the nearest office: {told:?}");
    let office = stage.district_admin();
    office.get("/requests").await.must_be(200).says("Eva").says("Asked for");
    stage.trainer().get("/requests").await.must_be(403);
    assert!(!stage.other_admin().get("/requests").await.must_be(200).text().contains("Eva"));
    let id = enrolment_of(&stage, batch, person).to_string();
    stage.other_admin().post("/requests", &[("ids", &id)]).await.must_be(303);
    assert!(places(&stage, batch).ends_with("Eva requested"), "not hers to decide");
    office.post("/requests", &[]).await.must_be(422).says("Choose at least one");
    office.post("/requests", &[("ids", &id)]).await.must_be(303);
    assert!(
        places(&stage, batch).ends_with("Dev waiting, Eva waiting"),
        "{}",
        places(&stage, batch)
    );
    eva.get("/me/courses").await.must_be(200).says("Waiting no. 3");
    let admin = stage.actor("District Admin");
    let found = enrolment_of(&stage, batch, person);
    let again = stage.try_write(|db, stamp| asks::approve(db, &admin, found, stamp));
    assert_eq!(again.map(|e| e.place), Err(Fault::conflict("not-requested")));
    // She may leave by herself; the queue behind her is as it was.
    let own = format!("/enrolments/{id}/withdrawal");
    eva.get(&own).await.must_be(200);
    let left = eva.post(&own, &[("reason", "moved away")]).await.must_be(303);
    assert_eq!(left.location(), "/me/courses");
    stage.sign_in(made[2].person).get(&own).await.must_be(404);
}

#[actix_web::test]
async fn a_refusal_is_told_with_its_reason() {
    let (stage, batch, _) = queue().await;
    let eva = stage.newcomer("Eva", "B11");
    ask(&eva, batch).await.must_be(303);
    let id = enrolment_of(&stage, batch, eva.person.expect("Eva"));
    let office = stage.district_admin();
    let path = format!("/enrolments/{id}/refusal");
    office.get(&path).await.must_be(200).says("Eva");
    office.post(&path, &[("reason", "")]).await.must_be(422);
    office.post(&path, &[("reason", "only for new members")]).await.must_be(303);
    assert!(places(&stage, batch).ends_with("Eva withdrawn"));
    stage.clear_letters();
    stage.tick().await;
    let texts = read_all(&stage);
    assert!(texts.iter().any(|t| t.contains("only for new members")), "{texts:?}");
    let acts: Vec<Option<String>> = stage.read(|db| {
        Ok(enrolment_moves::table
            .filter(enrolment_moves::enrolment_id.eq(id))
            .order(enrolment_moves::id)
            .select(enrolment_moves::act)
            .load(db)?)
    });
    assert_eq!(acts, [Some("asked".to_owned()), Some("refused".to_owned())]);
    // Asked again: a new round, a new decision.
    ask(&eva, batch).await.must_be(303);
    assert!(places(&stage, batch).ends_with("Eva requested"));
}

/// What a letter of one kind says in both languages, its links without their seals.
async fn snapshot(kind: &str, story: impl AsyncFn(&Stage, PersonId)) {
    let mut both = String::new();
    for (language, name) in [(Language::Hi, "आशा देवी"), (Language::En, "Asha Devi")]
    {
        let stage = Stage::new("2026-11-20 04:30").await;
        let person = stage.person(name, "B11");
        for office in ["District Admin", "State Admin"] {
            speaks(&stage, stage.person_named(office), language);
        }
        speaks(&stage, person, language);
        stage.write(|db, _| {
            use prashikshan::kit::schema::phones;
            diesel::update(phones::table).set(phones::number.eq("+919876543210")).execute(db)?;
            Ok(())
        });
        story(&stage, person).await;
        stage.tick().await;
        let last: String = stage.read(|db| {
            Ok(letters::table
                .filter(letters::kind.eq(kind).and(letters::state.eq("sent")))
                .order(letters::id.desc())
                .select(letters::message_id)
                .first(db)?)
        });
        let at = stage.letters().iter().position(|l| l.bytes.contains(&last)).expect("sent");
        both.push_str(&read_all(&stage)[at]);
        both.push_str("\n----\n\n");
    }
    let both: String = both
        .split_inclusive(char::is_whitespace)
        .map(|word| match word.find("/offers/").or_else(|| word.find("/l/v.")) {
            Some(at) => {
                let end = word.find(['?', '\n', ' ']).unwrap_or(word.len());
                let room = if word[at..].starts_with("/l/") { "/l/" } else { "/offers/" };
                format!("{}{room}…{}", &word[..at], &word[end..])
            }
            None => word.to_owned(),
        })
        .collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("letter-{kind}"), both);
    });
}

/// A batch of one seat that somebody else holds; `person` waits for it.
fn one_seat(stage: &Stage, person: PersonId) -> (BatchId, Enrolment) {
    let course = classroom::course(stage, "C1", 80, "A60");
    let batch = classroom::batch(stage, &course, "D1", 1);
    classroom::session(stage, batch, &course, "A", "2026-11-29 05:00");
    let first = stage.person("First One", "B11");
    let first = classroom::enrol(stage, batch, first);
    classroom::enrol(stage, batch, person);
    (batch, first)
}

#[actix_web::test]
async fn the_letter_of_an_offer() {
    snapshot("offer", async |stage, person| {
        let (_, first) = one_seat(stage, person);
        withdraw(stage, &first);
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_a_lapse() {
    snapshot("lapse", async |stage, person| {
        let (_, first) = one_seat(stage, person);
        withdraw(stage, &first);
        stage.clock_to("2026-11-22 05:00");
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_a_request() {
    snapshot("request", async |stage, person| {
        let other = stage.person("Other One", "B11");
        let (batch, _) = one_seat(stage, other);
        ask(&stage.sign_in(person), batch).await.must_be(303);
    })
    .await;
}

#[actix_web::test]
async fn the_letter_of_a_refusal() {
    snapshot("decision", async |stage, person| {
        let other = stage.person("Other One", "B11");
        let (batch, _) = one_seat(stage, other);
        ask(&stage.sign_in(person), batch).await.must_be(303);
        let admin = stage.actor("District Admin");
        let id = enrolment_of(stage, batch, person);
        stage.write(|db, stamp| asks::refuse(db, &admin, id, "only for block officers", stamp));
    })
    .await;
}
