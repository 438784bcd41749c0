//! Seats offered to those who wait, places asked for, names put forward.

use diesel::prelude::*;
use prashikshan::enrolment::store::Enrolment;
use prashikshan::enrolment::{self, asks, offers};
use prashikshan::kit::columns::Language;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{BatchId, EnrolmentId, PersonId};
use prashikshan::kit::schema::{
    consents, enrolment_moves, enrolments, letters, offers as offer_rows,
};
use serde_json::json;

use crate::at_once::{self, Task, task};
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
pub async fn answer(stage: &Stage, path: &str) -> crate::stage::Answer {
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
    let again = stage.try_write(|db, stamp| asks::approve(db, &admin, found, None, stamp));
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

#[actix_web::test]
async fn whoever_decides_sees_what_else_somebody_has_then() {
    let (stage, batch, made) = queue().await;
    let other = classroom::course(&stage, "C2", 80, "X60!");
    let elsewhere = classroom::batch(&stage, &other, "D1", 9);
    let there = classroom::session(&stage, elsewhere, &other, "X", "2026-03-10 05:30");
    let eva = stage.newcomer("Eva", "B11");
    let (eva_id, finn) = (eva.person.expect("Eva"), stage.person("Finn", "B11"));
    classroom::enrol(&stage, elsewhere, eva_id);
    classroom::add_trainer(&stage, there, finn);
    let journal = |subject: EnrolmentId| -> Vec<String> {
        use prashikshan::kit::schema::journal;
        stage.read(|db| {
            Ok(journal::table
                .filter(journal::subject.eq(format!("enrolment/{subject}")))
                .filter(journal::action.eq("enrolled despite a clash"))
                .select(journal::detail)
                .load(db)?)
        })
    };

    // A request: seen on the list, left without a reason, taken with one.
    ask(&eva, batch).await.must_be(303);
    let id = enrolment_of(&stage, batch, eva_id);
    let office = stage.district_admin();
    let page = office.get("/requests").await.must_be(200);
    page.says("Another session then").says("Batch of D1").says("Reason, for those");
    let ticked = id.to_string();
    office.post("/requests", &[("ids", &ticked)]).await.must_be(303);
    assert!(places(&stage, batch).ends_with("Eva requested"));
    let api = format!("/api/v1/enrolments/{id}/approval");
    let refused =
        stage.district_admin().by_token().api_post(&api, json!({})).await.must_be(409).json();
    assert_eq!(refused["clashes"][0]["kind"], "participant");
    let long = "x".repeat(201);
    let wrong = [("ids", ticked.as_str()), ("clash_reason", long.as_str())];
    office.post("/requests", &wrong).await.must_be(422);
    let right = [("ids", ticked.as_str()), ("clash_reason", "she leaves the other early")];
    office.post("/requests", &right).await.must_be(303);
    assert!(places(&stage, batch).ends_with("Eva waiting"));
    assert!(journal(id)[0].contains("she leaves the other early"));

    // Somebody who teaches then is as busy as somebody who learns.
    let path = format!("/batches/{batch}/nominations");
    let finn_is = finn.to_string();
    let form = [("person", finn_is.as_str()), ("consent", "paper")];
    let page = office.post(&path, &form).await.must_be(409);
    page.says("At that time the person is at").says("Put Finn forward");
    let form = [form[0], form[1], ("clash_reason", "somebody else teaches")];
    office.post(&path, &form).await.must_be(303);
    assert!(journal(enrolment_of(&stage, batch, finn))[0].contains("somebody else teaches"));

    // A seat that is offered: shown, without its name, beside the button; kept by the journal.
    let chand = made[2].person;
    classroom::enrol(&stage, elsewhere, chand);
    withdraw(&stage, &made[0]);
    stage.tick().await;
    let path = link(&stage);
    let page = stage.nobody().get(&path).await.must_be(200);
    page.says("You have another session at that time");
    answer(&stage, &path).await.must_be(200);
    assert!(places(&stage, batch).contains("Chand seat"), "{}", places(&stage, batch));
    assert!(journal(made[2].id)[0].contains("offer taken"));
}

/// What a letter of one kind says in both languages, its links without their seals.
async fn snapshot(kind: &str, story: impl AsyncFn(&Stage, PersonId)) {
    snapshot_as(&format!("letter-{kind}"), kind, story).await;
}

/// The same, under a name of its own: one kind can say several things.
pub async fn snapshot_as(shelf: &str, kind: &str, story: impl AsyncFn(&Stage, PersonId)) {
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
        insta::assert_snapshot!(shelf, both);
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

fn count(stage: &Stage, place: &str) -> i64 {
    stage.read(|db| {
        Ok(enrolments::table.filter(enrolments::place.eq(place)).count().get_result(db)?)
    })
}

#[actix_web::test]
async fn a_hundred_approvals_at_once_fill_the_last_seats() {
    let stage = Stage::on_disk("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 30);
    let ids: Vec<EnrolmentId> = (0..100)
        .map(|n| {
            let name = format!("Person {n:03}");
            let person = stage.person_without_mail(&name, "B11");
            let actor = stage.actor(&name);
            stage.write(|db, stamp| asks::request(db, &actor, batch, person, stamp)).id
        })
        .collect();
    let admin = stage.actor("District Admin");
    let tasks = ids
        .into_iter()
        .map(|id| {
            let admin = admin.clone();
            task(move |db, stamp| asks::approve(db, &admin, id, None, stamp))
        })
        .collect();
    let done = at_once::writes(&stage, tasks);
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!((count(&stage, "seat"), count(&stage, "waiting")), (30, 70));
}

#[actix_web::test]
async fn a_hundred_answers_and_names_at_once_never_overbook() {
    let stage = Stage::on_disk("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 1);
    classroom::session(&stage, batch, &course, "A", "2026-03-20 05:00");
    let people = classroom::enrol_many(&stage, batch, "B11", 51);
    classroom::set_seats(&stage, batch, 31);
    assert_eq!(stage.write(offers::sweep).offered, 30);
    let admin = stage.actor("District Admin");
    let mut tasks: Vec<Task<Enrolment>> = vec![];
    for person in people.into_iter().skip(1).take(30) {
        // Each of them twice: a double tap.
        for _ in 0..2 {
            tasks.push(task(move |db, stamp| {
                let e =
                    enrolment::store::enrolment_of(db, batch, person)?.ok_or(Fault::NotFound)?;
                let offer = offers::store::open_of(db, e.id)?;
                match offer {
                    Some(offer) => offers::take(db, &offer, person, stamp),
                    None => Ok(e),
                }
            }));
        }
    }
    for n in 0..40 {
        let person = stage.person_without_mail(&format!("Extra {n:02}"), "B12");
        let admin = admin.clone();
        tasks.push(task(move |db, stamp| enrolment::enrol(db, &admin, batch, person, stamp)));
    }
    assert_eq!(tasks.len(), 100);
    let done = at_once::writes(&stage, tasks);
    let bad: Vec<_> = done
        .iter()
        .filter(|d| d.as_ref().is_err_and(|f| *f != Fault::conflict("offer-taken")))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!((count(&stage, "seat"), count(&stage, "offered")), (31, 0));
    assert_eq!(count(&stage, "waiting"), 20 + 40);
}

#[actix_web::test]
async fn seats_kept_for_a_unit_are_its_own_until_the_day() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 3);
    classroom::session(&stage, batch, &course, "A", "2026-03-20 05:00");
    let admin = stage.district_admin().by_token();
    let path = format!("/api/v1/batches/{batch}");
    let kept = json!({ "reserved": [{ "unit": "B12", "seats": 2, "until": "2026-03-04" }] });
    let shown = admin.api_patch(&path, kept).await.must_be(200).json();
    assert_eq!(shown["reserved"][0]["unit"], "B12");
    assert_eq!(shown["reserved"][0]["seats"], 2);
    let many = json!({ "reserved": [{ "unit": "B12", "seats": 4, "until": "2026-03-04" }] });
    admin.api_patch(&path, many).await.must_be(422);
    let far = json!({ "reserved": [{ "unit": "B21", "seats": 1, "until": "2026-03-04" }] });
    admin.api_patch(&path, far).await.must_be(422);
    admin.api_patch(&path, json!({ "seats": 1 })).await.must_be(422);
    classroom::enrol_many(&stage, batch, "B11", 2);
    assert_eq!((count(&stage, "seat"), count(&stage, "waiting")), (1, 1), "two are kept");
    stage.write(offers::sweep);
    assert_eq!(count(&stage, "offered"), 0);

    // The unit's own word is enough for what is kept for it.
    let officer = stage.person("Block Officer", "B12");
    let unit = stage.unit("B12");
    stage.write(|db, stamp| {
        let role = prashikshan::access::rules::Role::Admin;
        prashikshan::access::grant(db, None, officer, role, unit, None, stamp)
    });
    let officer = stage.sign_in(officer);
    officer.get("/nominations").await.must_be(200).says("Batch of D1");
    let nominations = format!("/batches/{batch}/nominations");
    let gita = stage.person("Gita", "B12");
    officer.get(&format!("{nominations}?q=gita")).await.must_be(200).says("Gita");
    let form = [("person", &*gita.to_string()), ("consent", "paper")];
    officer.post(&nominations, &form).await.must_be(303);
    officer.post(&nominations, &form).await.must_be(409);
    assert!(places(&stage, batch).ends_with("Gita seat"), "{}", places(&stage, batch));
    let foreign = stage.person("Foreign", "B11").to_string();
    officer.post(&nominations, &[("person", &*foreign)]).await.must_be(422);

    // After the day what is left is everybody's, with the next turn.
    stage.clock_to("2026-03-05 05:00");
    stage.tick().await;
    assert_eq!((count(&stage, "offered"), count(&stage, "waiting")), (1, 0));
    let page = stage.district_admin().get(&format!("/batches/{batch}/reservations")).await;
    page.must_be(200).says("Reserved seats");
}

#[actix_web::test]
async fn a_nomination_without_kept_seats_is_decided_by_the_batch() {
    let (stage, batch, _) = queue().await;
    let officer = stage.person("Block Officer", "B12");
    let unit = stage.unit("B12");
    stage.write(|db, stamp| {
        let role = prashikshan::access::rules::Role::Admin;
        prashikshan::access::grant(db, None, officer, role, unit, None, stamp)
    });
    let officer = stage.sign_in(officer);
    let gita = stage.person("Gita", "B12").to_string();
    let api = format!("/api/v1/batches/{batch}/enrolments");
    let program = officer.clone().by_token();
    let body = json!({ "person": gita, "as": "nomination" });
    let made = program.api_post(&api, body).await.must_be(201).json();
    assert_eq!(made["place"], "requested");
    assert!(!officer.get("/requests").await.must_be(200).text().contains("Gita"), "not hers");
    let id = made["id"].as_str().expect("an id");
    let approval = format!("/api/v1/enrolments/{id}/approval");
    program.api_post(&approval, json!({})).await.must_be(404);
    let district = stage.district_admin().by_token();
    let done = district.api_post(&approval, json!({})).await.must_be(200).json();
    assert_eq!((done["place"].as_str(), done["position"].as_i64()), (Some("waiting"), Some(3)));
    district.api_post(&approval, json!({})).await.must_be(409);
}

#[actix_web::test]
async fn a_course_that_comes_first_is_asked_for_on_every_way() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let first = classroom::course(&stage, "FIRST", 80, "A60");
    let second = classroom::course(&stage, "SECOND", 80, "A60");
    let state = stage.admin().by_token();
    let path = format!("/api/v1/courses/{}", second.id);
    let needs = json!({ "prerequisites": ["FIRST"] });
    let shown = state.api_patch(&path, needs).await.must_be(200).json();
    assert_eq!(shown["prerequisites"], json!(["FIRST"]));
    state.api_patch(&path, json!({ "prerequisites": ["NONE"] })).await.must_be(422);
    let circle = format!("/api/v1/courses/{}", first.id);
    state.api_patch(&circle, json!({ "prerequisites": ["SECOND"] })).await.must_be(422);
    let batch = classroom::batch(&stage, &second, "D1", 5);
    classroom::session(&stage, batch, &second, "A", "2026-03-20 05:00");
    let eva = stage.newcomer("Eva", "B11");
    let person = eva.person.expect("Eva");
    eva.get("/me/courses").await.must_be(200).says("Complete first: Course FIRST");
    ask(&eva, batch).await.must_be(409).says("Course FIRST");
    let api = format!("/api/v1/batches/{batch}/enrolments");
    let district = stage.district_admin().by_token();
    for way in ["enrolment", "nomination"] {
        let body = json!({ "person": person, "as": way });
        let problem = district.api_post(&api, body).await.must_be(409).json();
        assert!(problem["type"].as_str().is_some_and(|t| t.ends_with("prerequisite")), "{problem}");
    }
}

#[actix_web::test]
async fn whoever_manages_many_units_may_nominate_for_any_batch_within_them() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    classroom::batch(&stage, &course, "D1", 5);
    stage.admin().get("/nominations").await.must_be(200).says("Batch of D1");
    stage.district_admin().get("/nominations").await.must_be(200).says("Batch of D1");
    let other = stage.other_admin().get("/nominations").await.must_be(200).text();
    assert!(!other.contains("Batch of D1"), "{other}");
}

/// Batches where one waits although a seat is free, since it is kept for another unit.
async fn waiting_in_vain(count: usize) -> (Stage, Vec<BatchId>) {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let first = classroom::course(&stage, "C0", 80, "A60");
    let other = stage.unit("B12");
    let mut batches = vec![];
    for n in 0..count {
        let batch = classroom::batch(&stage, &course, "D1", 1);
        classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
        for name in ["Sits", "Waits"] {
            classroom::enrol(&stage, batch, stage.person(&format!("{name} {n}"), "B11"));
        }
        classroom::set_seats(&stage, batch, 2);
        batches.push(batch);
    }
    stage.write(|db, stamp| {
        use prashikshan::kit::schema::{course_prerequisites, reservations};
        let until = stamp.now.plus_days(30).utc().date_naive();
        for batch in &batches {
            diesel::insert_into(reservations::table)
                .values((
                    reservations::batch_id.eq(*batch),
                    reservations::unit_id.eq(other),
                    reservations::seats.eq(1),
                    reservations::held_until.eq(until),
                ))
                .execute(db)?;
        }
        diesel::insert_into(course_prerequisites::table)
            .values((
                course_prerequisites::course_id.eq(course.id),
                course_prerequisites::needs_id.eq(first.id),
            ))
            .execute(db)?;
        Ok(())
    });
    (stage, batches)
}

#[actix_web::test]
async fn whether_a_queue_can_move_is_asked_of_many_batches_as_of_one() {
    let mut costs = vec![];
    for count in [1, 40] {
        let (stage, batches) = waiting_in_vain(count).await;
        let now = stage.now();
        assert_eq!(stage.read(|db| enrolment::store::batches_to_fill(db, now)).len(), count);
        let before = stage.site.database.statements.count();
        assert!(!stage.read(|db| offers::is_due(db, now)));
        costs.push(stage.site.database.statements.count() - before);
        // The last of them can move: its seat is kept for nobody, its course needs no other.
        let last = batches[count - 1];
        stage.write(|db, _| {
            use prashikshan::kit::schema::{course_prerequisites, reservations};
            diesel::delete(reservations::table.filter(reservations::batch_id.eq(last)))
                .execute(db)?;
            diesel::delete(course_prerequisites::table).execute(db)?;
            Ok(())
        });
        assert!(stage.read(|db| offers::is_due(db, now)));
        let turn = stage.write(offers::sweep);
        assert_eq!((turn.offered, turn.lapsed), (1, 0));
        assert!(!stage.read(|db| offers::is_due(db, now)));
    }
    assert_eq!(costs[0], costs[1], "{costs:?}");
    println!("{} statements to see that no queue can move", costs[0]);
}

#[actix_web::test]
async fn a_seat_that_a_guest_has_is_not_looked_at_again_and_again() {
    use prashikshan::kit::schema::{apologies, guests};
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "D1", 1);
    let session = classroom::session(&stage, batch, &course, "A", "2026-03-10 05:00");
    let later = classroom::session(&stage, batch, &course, "A", "2026-03-17 05:00");
    let sits = stage.person("Asha Devi", "B11");
    for person in [sits, stage.person("Bela Rao", "B11")] {
        classroom::enrol(&stage, batch, person);
    }
    let guest = stage.person("Chand Lal", "B12");
    stage.write(|db, stamp| {
        diesel::insert_into(guests::table)
            .values((
                guests::id.eq(stamp.id()),
                guests::session_id.eq(session),
                guests::person_id.eq(guest),
                guests::place.eq("seat"),
                guests::asked_at.eq(stamp.now),
                guests::updated_at.eq(stamp.now),
            ))
            .execute(db)?;
        Ok(())
    });
    classroom::set_seats(&stage, batch, 2);
    let listed = || {
        let now = stage.now();
        stage.read(|db| enrolment::store::batches_to_fill(db, now)).len()
    };
    assert_eq!(listed(), 0, "the guest has the chair");
    let now = stage.now();
    let before = stage.site.database.statements.count();
    assert!(!stage.read(|db| offers::is_due(db, now)));
    assert_eq!(stage.site.database.statements.count() - before, 2);
    classroom::set_seats(&stage, batch, 3);
    assert_eq!(listed(), 1, "one more chair than the guest needs");
    classroom::set_seats(&stage, batch, 2);
    // An apology of another session frees no chair of this one.
    for (session, free) in [(later, 0), (session, 1)] {
        stage.write(|db, stamp| {
            diesel::insert_into(apologies::table)
                .values((
                    apologies::id.eq(stamp.id()),
                    apologies::session_id.eq(session),
                    apologies::person_id.eq(sits),
                    apologies::reason.eq("ill"),
                    apologies::state.eq("approved"),
                    apologies::made_at.eq(stamp.now),
                ))
                .execute(db)?;
            Ok(())
        });
        assert_eq!(listed(), free);
    }
    let turn = stage.write(offers::sweep);
    assert_eq!(turn.offered, 1);
    assert_eq!(listed(), 0);
}
