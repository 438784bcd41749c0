//! Erasing a person: nothing says any more who it was, nothing goes to her, counts stay.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use actix_web::http::Method;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use prashikshan::access::store::visitor;
use prashikshan::completion;
use prashikshan::erasure;
use prashikshan::erasure::rules::{COLUMNS, Fate};
use prashikshan::journal::{self, Verdict};
use prashikshan::kit::db::Address;
use prashikshan::kit::ids::{self, BatchId, EnrolmentId, LetterId, PersonId, SessionId};
use prashikshan::kit::ledger::{self, Plan};
use prashikshan::kit::mail::read;
use prashikshan::kit::schema::{
    enrolments, grants, journal as entries, letter_bodies, letters, offices, people, phones,
    session_trainers,
};
use prashikshan::kit::sql::Sql;
use prashikshan::letters as office;
use prashikshan::post;
use prashikshan::post::rules::State;
use prashikshan::units::store as units;
use serde_json::json;

use crate::at_once::{self, Task, task};
use crate::classroom;
use crate::letters::{Batch, by_smtp, clock, faulty_server, ledger_of, mark, read_all};
use crate::mail::server_that;
use crate::notices::code;
use crate::stage::{Body, Client, Stage};

fn run(stage: &Stage, text: &str) {
    stage.write(|db, _| {
        let mut sql = Sql::default();
        sql.say(text);
        sql.execute(db)
    });
}

/// As an operator does at the command line.
fn erased(stage: &Stage, person: PersonId) {
    let secret = stage.site.secret.clone();
    stage.write(|db, stamp| erasure::by_operator(db, &secret, person, "asked for", stamp));
}

fn at(person: PersonId) -> String {
    format!("/people/{person}/erasure")
}

async fn erase(stage: &Stage, by: &Client, person: PersonId) {
    by.post(&format!("{}/code", at(person)), &[]).await.must_be(303);
    let code = code(stage);
    let form = [("reason", "asked by letter"), ("sure", "yes"), ("code", code.as_str())];
    by.post(&at(person), &form).await.must_be(303);
}

fn place(stage: &Stage, batch: BatchId, person: PersonId) -> String {
    stage.read(|db| {
        Ok(enrolments::table
            .filter(enrolments::batch_id.eq(batch).and(enrolments::person_id.eq(person)))
            .select(enrolments::place)
            .first(db)?)
    })
}

fn is_whole(stage: &Stage) {
    let verdict = stage.read(|db| journal::verify(db, &stage.site.secret));
    assert!(matches!(verdict, Verdict::Whole(_)), "{verdict:?}");
}

fn counts(stage: &Stage) -> String {
    let admin = stage.actor("State Admin");
    let report = stage.read(|db| completion::report(db, &admin, "", ""));
    format!("{:?}", report.total)
}

/// A course that she has been to, one that she is on with somebody behind her, one that she teaches.
struct House {
    stage: Stage,
    her: PersonId,
    past: (BatchId, SessionId, EnrolmentId),
    full: BatchId,
    next: PersonId,
    taught: SessionId,
}

async fn house(stage: Stage) -> House {
    let her = stage.person("Zubeida Canary", "B11");
    let course = classroom::course(&stage, "A", 80, "A120!");
    let past = classroom::batch(&stage, &course, "B11", 10);
    let session = classroom::session(&stage, past, &course, "A", "2026-11-18 04:30");
    stage.clock_to("2026-11-10 05:00");
    let enrolled = classroom::enrol(&stage, past, her);
    classroom::enrol(&stage, past, stage.person("Asha Devi", "B11"));
    stage.clock_to("2026-11-18 06:00");
    mark(&stage, past, session, her, "present");
    stage.write(|db, stamp| completion::recount_all(db, stamp.now));
    stage.clock_to("2026-11-20 05:00");
    let second = classroom::course(&stage, "B", 80, "A120!");
    let full = classroom::batch(&stage, &second, "B11", 1);
    classroom::session(&stage, full, &second, "A", "2026-12-09 04:30");
    classroom::enrol(&stage, full, her);
    let next = stage.person("Next One", "B11");
    classroom::enrol(&stage, full, next);
    let third = classroom::course(&stage, "C", 80, "A120!");
    let other = classroom::batch(&stage, &third, "B12", 10);
    let taught = classroom::session(&stage, other, &third, "A", "2026-12-10 04:30");
    classroom::add_trainer(&stage, taught, her);
    House { stage, her, past: (past, session, enrolled.id), full, next, taught }
}

#[actix_web::test]
async fn a_person_is_erased_on_a_page() {
    let House { stage, her, past, full, next, taught } =
        house(Stage::new("2026-11-20 05:00").await).await;
    let (admin, hers) = (stage.admin(), stage.sign_in(her));
    let before = counts(&stage);
    hers.get("/me").await.must_be(200);
    admin.get(&format!("/people/{her}")).await.must_be(200).says("Erase the person");
    admin
        .get(&at(her))
        .await
        .must_be(200)
        .says("This cannot be undone")
        .says("A place is freed in this batch")
        .says("Batch of B11")
        .says("This session loses its trainer");
    admin.clone().in_hindi().get(&at(her)).await.must_be(200).says("यह वापस नहीं हो सकता");

    // Not by accident: a reason, a tick, a code that was mailed for just this.
    let nothing = admin.post(&at(her), &[]).await.must_be(422);
    assert!(nothing.text().contains("Tick this to go on"), "{}", nothing.text());
    let wrong = [("reason", "asked"), ("sure", "yes"), ("code", "000000")];
    admin.post(&at(her), &wrong).await.must_be(422).says("not right");
    admin.post(&format!("{}/code", at(her)), &[]).await.must_be(303);
    let good = code(&stage);
    let other = [("reason", "asked"), ("sure", "yes"), ("code", good.as_str())];
    admin.post(&at(next), &other).await.must_be(422).says("not right");
    hers.get("/me").await.must_be(200);
    let form = [("reason", "Zubeida Canary asked"), ("sure", "yes"), ("code", good.as_str())];
    assert_eq!(admin.post(&at(her), &form).await.must_be(303).location(), "/people");

    // She is nobody, and her browser is nobody's.
    assert_ne!(hers.get("/me").await.status, 200);
    for path in [
        format!("/people/{her}"),
        format!("/people/{her}/edit"),
        format!("/people/{her}/badge"),
        format!("/people/{her}/availability"),
        format!("/api/v1/people/{her}"),
        at(her),
    ] {
        admin.get(&path).await.must_be(404);
    }
    admin.post(&at(her), &form).await.must_be(404);
    admin.post(&format!("{}/code", at(her)), &[]).await.must_be(404);
    let again = json!({"name": "Zubeida Canary"});
    admin.api_patch(&format!("/api/v1/people/{her}"), again).await.must_be(404);
    for path in ["/people", "/people?q=Zubeida", "/people.csv", "/api/v1/people"] {
        let list = admin.get(path).await.must_be(200).body;
        assert!(!list.contains(&her.to_string()) && !list.contains("(erased)"), "{path}: {list}");
    }
    let body = json!({"person": her.to_string(), "as": "enrolment"});
    admin.api_post(&format!("/api/v1/batches/{full}/enrolments"), body).await.must_be(422);

    // What is over stays, without a name and without a link.
    let (batch, session, enrolment) = past;
    assert_eq!(classroom::standing(&stage, enrolment), "complete 100");
    for path in [
        format!("/sessions/{session}/roll-call"),
        format!("/batches/{batch}/enrolments"),
        "/completion/people".to_owned(),
    ] {
        let page = admin.get(&path).await.must_be(200).says("(erased)");
        assert!(!page.body.contains(&format!("/people/{her}\"")), "{path}: {}", page.body);
        let page = admin.clone().in_hindi().get(&path).await.must_be(200).says("(मिटाया गया)");
        assert!(!page.body.contains("(erased)"), "{path}: {}", page.body);
    }
    let csv = admin.get("/completion/people.csv").await.must_be(200).body;
    assert!(csv.contains("(erased)") && !csv.contains("Zubeida"), "{csv}");
    let after = counts(&stage);
    // She was on a training that is not over: that place went with her, as any withdrawal.
    assert_ne!(before, after);
    assert_eq!(place(&stage, batch, her), "seat");

    // The freed seat is offered to the next, the session has no trainer, nothing is hers any more.
    assert_eq!(
        (place(&stage, full, her), place(&stage, full, next)),
        ("withdrawn".into(), "offered".into())
    );
    let trainers: i64 = stage.read(|db| {
        Ok(session_trainers::table
            .filter(session_trainers::session_id.eq(taught))
            .count()
            .get_result(db)?)
    });
    assert_eq!(trainers, 0);

    // The journal says who erased whom and why, without the name, and is whole.
    let page = admin.get("/journal").await.must_be(200).says("person erased").says("State Admin");
    assert!(!page.body.contains(&format!("href=\"/people/{her}\"")), "{}", page.body);
    let detail: String = stage.read(|db| {
        Ok(entries::table
            .filter(entries::action.eq("person erased"))
            .select(entries::detail)
            .first(db)?)
    });
    assert!(detail.contains("(erased) asked") && !detail.contains("Zubeida"), "{detail}");
    is_whole(&stage);
}

#[actix_web::test]
async fn counts_of_what_is_over_stay_as_they_were() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let course = classroom::course(&stage, "A", 80, "A120!");
    let batch = classroom::batch(&stage, &course, "B11", 10);
    let session = classroom::session(&stage, batch, &course, "A", "2026-11-18 04:30");
    stage.clock_to("2026-11-10 05:00");
    let people: Vec<PersonId> =
        ["Asha Devi", "Bo Lal", "Chandra Rao"].map(|name| stage.person(name, "B11")).to_vec();
    for person in &people {
        classroom::enrol(&stage, batch, *person);
    }
    stage.clock_to("2026-11-20 05:00");
    mark(&stage, batch, session, people[0], "present");
    mark(&stage, batch, session, people[1], "absent");
    stage.write(|db, stamp| completion::recount_all(db, stamp.now));
    let before = counts(&stage);
    for person in &people {
        erased(&stage, *person);
    }
    assert_eq!(counts(&stage), before);
    assert!(stage.read(completion::wrong_standings).is_empty());
    let admin = stage.actor("State Admin");
    let export = stage.read(|db| {
        completion::export(
            db,
            Some(&admin.reach(prashikshan::access::rules::Right::SeeReports)),
            "",
            "",
            completion::Format::Csv,
        )
    });
    assert_eq!(export.matches("(erased)").count(), 3, "{export}");
    is_whole(&stage);
}

#[actix_web::test]
async fn only_who_administers_the_whole_tree_erases_and_somebody_must_be_left() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let her = stage.person("Asha Devi", "B11");
    let form = [("reason", "x"), ("sure", "yes"), ("code", "123456")];
    for (who, status) in [
        (stage.district_admin(), 403),
        (stage.auditor(), 403),
        (stage.trainer(), 403),
        (stage.other_admin(), 404),
        (stage.newcomer("Stranger One", "B21"), 404),
    ] {
        who.get(&at(her)).await.must_be(status);
        who.post(&at(her), &form).await.must_be(status);
        who.post(&format!("{}/code", at(her)), &[]).await.must_be(status);
        let token = who.by_token();
        let body = json!({"reason": "x", "sure": "yes", "code": "123456"});
        token.api_post(&format!("/api/v1/people/{her}/erasure"), body).await.must_be(status);
    }
    let district = stage.district_admin();
    let page = district.get(&format!("/people/{her}")).await.must_be(200).body;
    assert!(!page.contains("erasure"), "no door that does not open");

    // The last one stays, whoever asks.
    let admin = stage.admin();
    let own = admin.person.expect("a person");
    admin.get(&at(own)).await.must_be(200).says("This is you");
    admin.post(&format!("{}/code", at(own)), &[]).await.must_be(409).says("last administrator");
    let secret = stage.site.secret.clone();
    assert!(stage.try_write(|db, s| erasure::by_operator(db, &secret, own, "x", s)).is_err());
    let second = stage.person("Second Admin", "MP");
    let unit = stage.unit("MP");
    stage.write(|db, stamp| {
        prashikshan::access::grant(
            db,
            None,
            second,
            prashikshan::access::rules::Role::Admin,
            unit,
            None,
            stamp,
        )
    });
    erase(&stage, &admin, own).await;
    assert_ne!(admin.get("/people").await.status, 200, "signed out at once");
    let rest: i64 = stage.read(|db| {
        Ok(grants::table
            .filter(grants::person_id.eq(own).and(grants::valid_to.is_null()))
            .count()
            .get_result(db)?)
    });
    assert_eq!(rest, 0);
    stage.sign_in(second).get("/journal").await.must_be(200).says("person erased");
}

#[actix_web::test]
async fn a_program_erases_with_a_code_too() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let her = stage.person("Asha Devi", "B11");
    let program = stage.admin().by_token();
    let path = format!("/api/v1/people/{her}/erasure");
    let told = program.api_post(&path, json!({"reason": "asked"})).await.must_be(422).json();
    assert!(told["fields"].to_string().contains("sure"), "{told}");
    let sent = program.api_post(&format!("{path}/code"), json!({})).await.must_be(202).json();
    assert_eq!(sent["sent_to"], "state.admin@example.org");
    let body = |code: &str| json!({"reason": "asked", "sure": "yes", "code": code});
    program.api_post(&path, body("000000")).await.must_be(422);
    let good = code(&stage);
    let done = program.api_post(&path, body(&good)).await.must_be(200).json();
    assert_eq!(done["erased"], true);
    program.api_post(&path, body(&good)).await.must_be(404);
    program.get(&format!("/api/v1/people/{her}")).await.must_be(404);
    is_whole(&stage);
}

#[actix_web::test]
async fn nothing_goes_to_her_after_mail_was_stopped() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let (her, other) = (stage.person("Zubeida Canary", "B11"), stage.person("Asha Devi", "B11"));
    batch.session("2026-11-29 14:00");
    batch.enrol(her, "seat");
    batch.enrol(other, "seat");
    stage.write(|db, stamp| post::pause::begin_as(db, None, "The mail server moves", stamp));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, her)[0], "confirmation planned");
    erased(&stage, her);
    stage.write(|db, stamp| post::pause::end_as(db, None, stamp));
    // Also not when the planner looks again, days later, and again after the session.
    for day in ["2026-11-20 11:00", "2026-11-26 11:30", "2026-11-28 18:30", "2026-12-01 12:00"] {
        clock(&stage, day);
        stage.write(|db, stamp| ledger::ask(db, batch.id, stamp.now));
        office::tick(&stage.site).await.expect("a turn");
    }
    let to: BTreeSet<String> = stage.letters().into_iter().map(|l| l.to).collect();
    assert!(
        to.contains("asha.devi@example.org") && !to.contains("zubeida.canary@example.org"),
        "{to:?}"
    );
    assert!(
        ledger_of(&stage, her).iter().all(|l| l.ends_with(" cancelled")),
        "{:?}",
        ledger_of(&stage, her)
    );
    for letter in read_all(&stage) {
        assert!(!letter.contains("Zubeida") && !letter.contains("(erased)"), "{letter}");
    }
    is_whole(&stage);
}

#[actix_web::test]
async fn nothing_goes_to_her_after_the_mail_server_was_away() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let (port, _, _) = faulty_server("421").await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    let her = stage.person("Zubeida Canary", "B11");
    batch.enrol(her, "seat");
    for i in 0..5 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, her)[0], "confirmation planned", "made and tried, not gone");
    erase(&stage, &stage.admin(), her).await;
    let (port, taken, to) = faulty_server("").await;
    by_smtp(&mut stage, port);
    for _ in 0..6 {
        stage.site.clock.set(stage.now().plus_minutes(31));
        office::tick(&stage.site).await.expect("a turn");
    }
    // Five confirmations; the code of the deed was too old by then.
    assert_eq!(taken.load(Ordering::SeqCst), 5, "{to:?}");
    assert!(!to.lock().expect("names").iter().any(|line| line.contains("zubeida")));
}

#[actix_web::test]
async fn a_letter_at_its_last_look_stays_here_when_she_is_erased() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let her = stage.person("Zubeida Canary", "B11");
    let site = stage.site.clone();
    let once = std::sync::Once::new();
    // After the receiver was named, before the text is asked for.
    let (port, taken) = server_that(move |_| {
        once.call_once(|| {
            let stamp = site.stamp();
            let gone =
                site.write_here(|db| erasure::by_operator(db, &site.secret, her, "asked", &stamp));
            gone.expect("erased");
        });
    })
    .await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    batch.enrol(her, "seat");
    stage.write(prashikshan::reminders::plan);
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, taken.load(Ordering::SeqCst)), (0, 0));
    assert!(ledger_of(&stage, her).iter().all(|l| l.ends_with(" cancelled")));
    // Nor does what the worker knew come back into the ledger.
    let left: i64 = stage.read(|db| Ok(letter_bodies::table.count().get_result(db)?));
    assert_eq!(left, 0);
}

/// Another node may have planned a letter in a transaction that ended after the erasure: its row of
/// the batch says that she has a seat, its lease is good, its address is known.
#[actix_web::test]
async fn the_last_look_knows_an_erased_reader_whatever_the_batch_says() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    let her = stage.person("Zubeida Canary", "B11");
    batch.enrol(her, "seat");
    stage.write(prashikshan::reminders::plan);
    run(&stage, &format!("update people set erased_at = '2026-11-20 04:30:00' where id = {her}"));
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, tally.missed), (0, 0));
    assert_eq!(ledger_of(&stage, her)[0], "confirmation cancelled");
    assert!(stage.letters().is_empty());
    // And no room plans one for her.
    let plan = |key: &str, person| Plan {
        id: LetterId(stage.site.stamp().id()),
        kind: "waiting".to_owned(),
        rule: None,
        person,
        batch: None,
        session: None,
        revision: None,
        enrolment: None,
        key: key.to_owned(),
        facts: json!({}),
        due_at: stage.now(),
        useless_after: None,
    };
    let other = stage.person("Asha Devi", "B11");
    let plans = [plan("a", her), plan("b", other)];
    assert_eq!(stage.write(|db, stamp| ledger::plan(db, &plans, stamp.now)), 1);
}

#[actix_web::test]
async fn a_letter_to_another_that_names_her_is_made_anew() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    let (her, other) = (stage.person("Zubeida Canary", "B11"), stage.person("Asha Devi", "B11"));
    batch.enrol(her, "seat");
    batch.enrol(other, "seat");
    office::tick(&stage.site).await.expect("a turn");
    // The list for the trainer is made and tried, and the mail server is away.
    clock(&stage, "2026-11-28 18:01");
    let outbox = stage.site.mail.clone();
    let (port, _, _) = faulty_server("421").await;
    by_smtp(&mut stage, port);
    office::tick(&stage.site).await.expect("a turn");
    let bodies = |stage: &Stage| -> Vec<String> {
        let rows: Vec<String> = stage.read(|db| {
            Ok(letter_bodies::table
                .inner_join(letters::table)
                .filter(letters::kind.eq("roster"))
                .select(letter_bodies::body)
                .load(db)?)
        });
        rows.iter().map(|body| read::words(body)).collect()
    };
    assert!(bodies(&stage).iter().any(|body| body.contains("Zubeida Canary")));
    erased(&stage, her);
    assert!(bodies(&stage).is_empty());
    stage.site.mail = outbox;
    stage.clear_letters();
    stage.site.clock.set(stage.now().plus_minutes(3));
    office::tick(&stage.site).await.expect("a turn");
    let lists: Vec<String> =
        read_all(&stage).into_iter().filter(|l| l.contains("To: trainer.one")).collect();
    assert_eq!(lists.len(), 1, "{lists:?}");
    assert!(lists[0].contains("Asha Devi") && !lists[0].contains("Zubeida"), "{}", lists[0]);
}

// --- Nothing is left -----------------------------------------------------------------------------

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

/// Every column of every table, as the database itself knows them.
fn columns(stage: &Stage) -> Vec<Column> {
    let text = match stage.site.database.address {
        Address::Sqlite(_) => {
            "select m.name as table_name, c.name as column_name, lower(c.type) as kind \
             from sqlite_master m join pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite%' order by 1, 2"
        }
        Address::Postgres(_) => {
            "select table_name::text as table_name, column_name::text as column_name, \
             data_type::text as kind from information_schema.columns \
             where table_schema = 'public' order by 1, 2"
        }
    };
    stage.read(|db| {
        let mut sql = Sql::default();
        sql.say(text);
        sql.load::<Column>(db)
    })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Where a word stands, in whatever column: `letters.facts`.
fn where_it_stands(stage: &Stage, word: &str) -> Vec<String> {
    let word = word.to_lowercase().replace('\'', "''");
    let texts = columns(stage);
    let texts = texts.iter().filter(|c| {
        ["text", "blob", "bytea", "character"].iter().any(|kind| c.kind.contains(kind))
    });
    let mut found = vec![];
    for c in texts {
        let (table, column) = (&c.table_name, &c.column_name);
        let rows: Vec<Count> = stage.read(|db| {
            let mut sql = Sql::default();
            sql.say(&format!(
                "select count(*) as n from {table} \
                 where lower(cast({column} as text)) like '%{word}%'"
            ));
            sql.load(db)
        });
        if rows.iter().any(|row| row.n > 0) {
            found.push(format!("{table}.{column}"));
        }
    }
    // Bytes of letters are encoded.
    let bodies: Vec<String> =
        stage.read(|db| Ok(letter_bodies::table.select(letter_bodies::body).load(db)?));
    if bodies.iter().any(|body| read::words(body).to_lowercase().contains(&word)) {
        found.push("letter_bodies.body, decoded".to_owned());
    }
    found
}

/// What stays on purpose: what others say of themselves, and what the house writes to many. A name
/// there may be that of somebody else who bears it; whoever wrote the letter looks after its text.
const OF_OTHERS: [&str; 4] =
    ["people.admitted_by", "people.relation_name", "notices.subject_en", "notices.body_en"];

#[actix_web::test]
async fn no_column_of_any_table_knows_her_afterwards() {
    let House { stage, her, past, full, next, taught } =
        house(Stage::on_disk("2026-11-20 05:00").await).await;
    let (batch, session, enrolment) = past;
    let admin = stage.admin();
    let (native, name) = ("ज़ुबैदा कैनरी", "Zubeida Canary");
    let phone: String = stage.read(|db| {
        Ok(phones::table.filter(phones::person_id.eq(her)).select(phones::number).first(db)?)
    });
    let shown = prashikshan::kit::clean::phone_shown(&phone);
    let (digits, mail) = (phone.trim_start_matches("+91").to_owned(), "zubeida.canary@example.org");
    // By the office, through the door.
    let fields = [
        ("name", name),
        ("name_other", native),
        ("unit", "B11"),
        ("relation_name", "Canaryfather Lal"),
        ("previous_party", "Canaryparty"),
        ("admitted_by", "Canaryhost"),
        ("phones", phone.as_str()),
        ("emails", mail),
    ];
    admin.post(&format!("/people/{her}"), &fields).await.must_be(303);
    admin
        .api_post_once(
            "/api/v1/people",
            "key",
            json!({"name": "Friend One", "unit": "B11", "admitted_by": name}),
        )
        .await
        .must_be(201);
    run(&stage, &format!("update idempotency_keys set answer = '{{\"name\":\"{name}\"}}'"));
    let hers = stage.sign_in(her);
    hers.post("/me/calendars", &[("purpose", "attending"), ("label", "Zubeida Canary phone")])
        .await
        .must_be(200);
    for (who, label) in [(&admin, "calendar of Zubeida Canary")] {
        who.post("/me/calendars", &[("purpose", "attending"), ("label", label)]).await.must_be(200);
    }
    let fill = [("kind", "5"), ("person", &her.to_string()), ("valid_from", "2026-11-01")];
    admin.post("/units/B11/offices", &fill.map(|(n, v)| (n, v))).await.must_be(303);
    let notice =
        [("unit", "B11"), ("subject_en", "Of Zubeida Canary"), ("body_en", "Call Zubeida Canary.")];
    admin.post("/letters/notices", &notice).await.must_be(303);
    let hill = stage.unit("B12");
    stage.write(|db, stamp| {
        prashikshan::access::grant(
            db,
            None,
            her,
            prashikshan::access::rules::Role::Trainer,
            hill,
            None,
            stamp,
        )
    });
    // Everywhere else as the rooms write it.
    let now = "'2026-11-20 05:00:00'";
    for text in [
        format!("update mark_events set reason = 'late: {name}' where person_id = {her}"),
        format!(
            "update enrolment_moves set reason = 'for {name}' where enrolment_id = {enrolment}"
        ),
        format!(
            "update units set contact_name = '{name}', contact_phone = '{phone}' where code = 'B12'"
        ),
        format!("update batches set cancel_reason = '{name} is ill' where id = {full}"),
        format!("update sessions set cancel_reason = '{native} बीमार हैं' where id = {taught}"),
        format!("update people set relation_name = '{name}' where id = {next}"),
        format!(
            "insert into appeals (id, session_id, person_id, claim, text, made_at) values (1, {session}, {her}, 'present', 'I, {name}, was there', {now})"
        ),
        format!(
            "insert into apologies (id, session_id, person_id, reason, words, state, made_at) values (1, {taught}, {her}, 'ill', '{name}', 'asked', {now})"
        ),
        format!(
            "insert into answers (session_id, person_id, answer, reason, answered_at) values ({session}, {her}, 'coming', 'call {shown}', {now})"
        ),
        format!(
            "insert into answers (session_id, person_id, answer, reason, answered_at) values ({session}, {next}, 'coming', 'with {name}', {now})"
        ),
        format!(
            "insert into trainer_absences (id, person_id, from_day, to_day, reason, created_at) values (1, {her}, '2026-12-01', '2026-12-02', '{name}', {now})"
        ),
        format!(
            "insert into walk_ins (id, client_id, session_id, name, phone, status, came_at, received_at, person_id) values (1, 'w1', {session}, '{name}', '{phone}', 'present', {now}, {now}, {her})"
        ),
        format!(
            "insert into walk_ins (id, client_id, session_id, name, phone, status, came_at, received_at) values (2, 'w2', {session}, 'Zubeida', '{phone}', 'present', {now}, {now})"
        ),
        format!(
            "insert into helper_passes (id, session_id, label, made_by, made_at) values (1, {taught}, '{name}', {her}, {now})"
        ),
        format!(
            "insert into check_ins (id, session_id, person_id, device, way, step, tapped_at, received_at) values (1, {session}, {her}, 'canaryphone', 'visit', 1, {now}, {now})"
        ),
        format!(
            "insert into remembered_phones (device, person_id, made_at, until) values ('canaryphone', {her}, {now}, {now})"
        ),
        format!(
            "insert into badge_revocations (person_id, number, reason, revoked_at) values ({her}, 1, '{name} lost it', {now})"
        ),
        format!("insert into unsubscribes (person_id, stopped_at) values ({her}, {now})"),
        format!(
            "insert into consents (id, person_id, channel, notice, given_at) values (1, {her}, 'paper', '1', {now})"
        ),
        format!(
            "insert into bounces (id, key, folded, is_final, status, said, at) values (1, 'k', '{mail}', true, '5.1.1', '<{mail}> unknown', {now})"
        ),
        format!(
            "insert into blocked_addresses (folded, blocked_at, said) values ('full@example.org', {now}, 'no {name}')"
        ),
        format!(
            "insert into mail_pauses (id, reason, paused_at, ended_at) values (1, 'because of {name}', {now}, {now})"
        ),
        format!(
            "insert into trainer_hours (person_id, weekday, starts, ends) values ({her}, 1, 600, 720)"
        ),
    ] {
        run(&stage, &text);
    }
    stage.write(|db, stamp| {
        let entry = prashikshan::kit::journal::Entry {
            actor: None,
            action: "address blocked",
            subject: format!("person/{her}"),
            unit: None,
            detail: json!({"address": mail, "said": format!("{name} is full")}),
        };
        prashikshan::kit::journal::note(db, entry, stamp.now)?;
        let entry = prashikshan::kit::journal::Entry {
            actor: None,
            action: "session moved",
            subject: format!("session/{taught}"),
            unit: None,
            detail: json!({"reason": format!("{native} ({shown}) बीमार हैं")}),
        };
        prashikshan::kit::journal::note(db, entry, stamp.now)
    });
    stage.tick().await;
    run(
        &stage,
        &format!("update letters set reason = '550 <{mail}> unknown' where person_id = {her}"),
    );
    assert!(where_it_stands(&stage, name).len() > 20, "{:?}", where_it_stands(&stage, name));
    assert!(where_it_stands(&stage, mail).len() > 3);

    erase(&stage, &admin, her).await;
    for word in [
        name,
        native,
        &phone,
        &digits,
        &shown,
        mail,
        "canaryfather",
        "canaryparty",
        "canaryhost",
        "canaryphone",
    ] {
        let mut left = where_it_stands(&stage, word);
        left.retain(|at| !OF_OTHERS.contains(&at.as_str()));
        assert!(left.is_empty(), "{word}: {left:?}");
    }
    // What others wrote stays, without the name.
    let said: String = stage.read(|db| {
        use prashikshan::kit::schema::answers;
        Ok(answers::table
            .filter(answers::person_id.eq(next))
            .select(answers::reason.assume_not_null())
            .first(db)?)
    });
    assert_eq!(said, "with (erased)");
    is_whole(&stage);
    let _ = batch;

    // Nor do the bytes on the disk, freed pages and the log included.
    if let Address::Sqlite(path) = &stage.site.database.address {
        run(&stage, "update people set relation_name = null, admitted_by = null");
        run(&stage, "update notices set subject_en = '', body_en = ''");
        stage.site.database.empty_log().expect("emptied");
        for file in [path.clone(), format!("{path}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            for word in ["zubeida", "ज़ुबैदा", phone.as_str(), digits.as_str(), mail]
            {
                assert!(!text.contains(word), "{word} in {file}");
            }
        }
    }
}

#[actix_web::test]
async fn an_entry_that_was_mended_by_nobody_is_found() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let her = stage.person("Zubeida Canary", "B11");
    stage.write(|db, stamp| {
        let entry = prashikshan::kit::journal::Entry {
            actor: None,
            action: "session moved",
            subject: "session/1".to_owned(),
            unit: None,
            detail: json!({"reason": "Zubeida Canary is ill"}),
        };
        prashikshan::kit::journal::note(db, entry, stamp.now)
    });
    let position: i64 = stage.read(|db| {
        Ok(entries::table
            .filter(entries::subject.eq("session/1"))
            .select(entries::position)
            .first(db)?)
    });
    erased(&stage, her);
    is_whole(&stage);
    let detail: String =
        stage.read(|db| Ok(entries::table.find(position).select(entries::detail).first(db)?));
    assert_eq!(detail, r#"{"reason":"(erased) is ill"}"#);
    // Somebody writes another reason into it, or another hand.
    for change in [
        format!(
            "update journal set detail = '{{\"reason\":\"harvest\"}}' where position = {position}"
        ),
        format!(
            "update journal set detail = '{{\"reason\":\"(erased) is ill\"}}', action = 'x' where position = {position}"
        ),
    ] {
        run(&stage, &change);
        assert_eq!(
            stage.read(|db| journal::verify(db, &stage.site.secret)),
            Verdict::BrokenAt(position)
        );
    }
    run(
        &stage,
        &format!("update journal set action = 'session moved' where position = {position}"),
    );
    is_whole(&stage);
}

/// The entry that says where "Zubeida Canary" was ill, mended; gives its position and that of the
/// erasure.
fn mended_entry(stage: &Stage) -> (i64, i64) {
    let her = stage.person("Zubeida Canary", "B11");
    stage.write(|db, stamp| note(db, stamp, "session moved", json!({"reason": "Zubeida Canary"})));
    let last = || -> i64 {
        stage.read(|db| {
            Ok(entries::table
                .select(diesel::dsl::max(entries::position).assume_not_null())
                .first(db)?)
        })
    };
    let moved = last();
    erased(stage, her);
    (moved, last())
}

fn note(
    db: &mut prashikshan::kit::db::Db,
    stamp: &prashikshan::kit::site::Stamp,
    action: &'static str,
    detail: serde_json::Value,
) -> Result<(), prashikshan::kit::fault::Fault> {
    let subject = "session/1".to_owned();
    let entry =
        prashikshan::kit::journal::Entry { actor: None, action, subject, unit: None, detail };
    prashikshan::kit::journal::note(db, entry, stamp.now)
}

/// Whoever has only the database chains an entry of his own as it should be, but not its seal.
#[actix_web::test]
async fn who_has_only_the_database_vouches_for_nothing() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let (moved, _) = mended_entry(&stage);
    is_whole(&stage);
    let secret = stage.site.secret.clone();
    let forged = r#"{"reason":"harvest"}"#;
    run(&stage, &format!("update journal set detail = '{forged}' where position = {moved}"));
    let reads = stage.read(|db| {
        let links = prashikshan::journal::store::links_after(db, moved - 2, 2)?;
        let (before, row) = (&links[0].hash, &links[1]);
        Ok(prashikshan::kit::journal::link(
            before,
            row.position,
            row.at,
            row.actor,
            &row.action,
            &row.subject,
            row.unit,
            &row.detail,
        ))
    });
    let good = ids::seal(&secret, "mended entry", &reads);
    for (action, seal, is_taken) in [
        ("person erased", reads.clone(), false),
        ("person erased", ids::seal("a guess", "mended entry", &reads), false),
        ("person erased", ids::seal(&secret, "another purpose", &reads), false),
        // Also the house itself mends nothing but for an erasure.
        ("session moved", good.clone(), false),
        ("person erased", good, true),
    ] {
        let position = moved.to_string();
        stage.write(|db, stamp| note(db, stamp, action, json!({"mended": {position: seal}})));
        let verdict = stage.read(|db| journal::verify(db, &secret));
        assert_eq!(verdict == Verdict::BrokenAt(moved), !is_taken, "{action} {verdict:?}");
    }
    is_whole(&stage);
    // Another house's secret proves nothing here.
    let verdict = stage.read(|db| journal::verify(db, "another"));
    assert_eq!(verdict, Verdict::BrokenAt(moved));
}

#[actix_web::test]
async fn the_journal_tells_which_entries_were_mended() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let admin = stage.admin();
    let page = admin.get("/journal").await.must_be(200).body;
    assert!(!page.contains("words were taken out"), "{page}");
    let (moved, erasure) = mended_entry(&stage);
    let proof = stage.read(|db| journal::prove(db, &stage.site.secret));
    assert_eq!(proof.mended.into_iter().collect::<Vec<_>>(), [(erasure, vec![moved])]);
    let proof = stage.read(|db| journal::prove(db, &stage.site.secret));
    let told = prashikshan::commands::journal::told(&proof);
    assert!(told.ends_with(&format!("mended by erasures: 1 (1 by entry {erasure})")), "{told}");
    admin
        .get("/journal")
        .await
        .must_be(200)
        .says("In one entry words were taken out")
        .says(&format!("no. {erasure} (1)"));
    admin.clone().in_hindi().get("/journal").await.says("एक प्रविष्टि से शब्द हटाए गए");
}

// --- Others stay as they are ---------------------------------------------------------------------

fn text_of(stage: &Stage, sql: &str) -> Option<String> {
    #[derive(QueryableByName)]
    struct Said {
        #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
        said: Option<String>,
    }
    let rows: Vec<Said> = stage.read(|db| {
        let mut said = Sql::default();
        said.say(sql);
        said.load(db)
    });
    rows.into_iter().next().and_then(|row| row.said)
}

fn number_of(stage: &Stage, person: PersonId) -> String {
    stage.read(|db| {
        Ok(phones::table.filter(phones::person_id.eq(person)).select(phones::number).first(db)?)
    })
}

#[actix_web::test]
async fn a_namesake_who_is_still_here_keeps_what_is_said_of_him() {
    let House { stage, her, full, taught, .. } = house(Stage::new("2026-11-20 05:00").await).await;
    run(&stage, &format!("update people set name = 'Ram Kumar' where id = {her}"));
    let namesake = stage.person("Shri Ram Kumar", "B12");
    let (hers, his) = (number_of(&stage, her), number_of(&stage, namesake));
    for text in [
        format!("update sessions set cancel_reason = 'Ram Kumar is ill, call {hers}' where id = {taught}"),
        format!("update batches set title = 'Camp {hers}' where id = {full}"),
        format!("update units set contact_name = 'Ram Kumar', contact_phone = '{hers}' where code = 'B11'"),
        format!("update units set contact_name = 'Ram Kumar', contact_phone = '{his}' where code = 'B12'"),
        "update units set contact_name = 'Ram Kumar', contact_phone = '+919000000001' where code = 'D1'".to_owned(),
    ] {
        run(&stage, &text);
    }
    stage
        .write(|db, stamp| note(db, stamp, "session moved", json!({"reason": "Ram Kumar is ill"})));
    erased(&stage, her);
    let contact = |code: &str| {
        text_of(
            &stage,
            &format!(
                "select contact_name || ' ' || contact_phone as said from units where code = '{code}'"
            ),
        )
    };
    assert_eq!(contact("B11"), None, "her own number");
    assert_eq!(contact("B12"), Some(format!("Ram Kumar {his}")));
    assert_eq!(contact("D1").as_deref(), Some("Ram Kumar +919000000001"));
    let said =
        text_of(&stage, &format!("select cancel_reason as said from sessions where id = {taught}"));
    assert_eq!(said.as_deref(), Some("Ram Kumar is ill, call (erased)"));
    let said = text_of(&stage, &format!("select title as said from batches where id = {full}"));
    assert_eq!(said, Some(format!("Camp {hers}")), "a title is the house's");
    let said = text_of(&stage, "select detail as said from journal where subject = 'session/1'");
    assert_eq!(said.as_deref(), Some(r#"{"reason":"Ram Kumar is ill"}"#));
    // When nobody bears it any more, the name goes.
    run(&stage, &format!("update people set name = 'Ram Kumar' where id = {namesake}"));
    erased(&stage, namesake);
    assert_eq!(contact("B12"), None);
    let said =
        text_of(&stage, &format!("select cancel_reason as said from sessions where id = {taught}"));
    assert_eq!(said.as_deref(), Some("(erased) is ill, call (erased)"));
    let said = text_of(&stage, "select detail as said from journal where subject = 'session/1'");
    assert_eq!(said.as_deref(), Some(r#"{"reason":"(erased) is ill"}"#));
    is_whole(&stage);
}

#[actix_web::test]
async fn a_contacts_number_that_somebody_else_has_stays_without_her_name() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let (her, other) = (stage.person("Zubeida Canary", "B11"), stage.person("Asha Devi", "B11"));
    let his = number_of(&stage, other);
    run(
        &stage,
        &format!(
            "update units set contact_name = 'Zubeida Canary', contact_phone = '{his}' where code = 'B12'"
        ),
    );
    erased(&stage, her);
    let said = |column: &str| {
        text_of(&stage, &format!("select {column} as said from units where code = 'B12'"))
    };
    assert_eq!((said("contact_name"), said("contact_phone")), (None, Some(his)));
}

#[actix_web::test]
async fn a_walk_in_who_was_somebody_else_stays_and_nobody_is_proposed_for_one_without_a_name() {
    let House { stage, her, past, next, .. } = house(Stage::new("2026-11-20 05:00").await).await;
    let (session, phone, now) = (past.1, number_of(&stage, her), "'2026-11-18 05:00:00'");
    let columns = "id, client_id, session_id, name, phone, status, came_at, received_at, person_id";
    for (id, person) in [("1", next.to_string()), ("2", "null".to_owned())] {
        run(
            &stage,
            &format!(
                "insert into walk_ins ({columns}) values ({id}, 'w{id}', {session}, 'Next', '{phone}', 'present', {now}, {now}, {person})"
            ),
        );
    }
    let admin = stage.actor("State Admin");
    let proposed = |id: i64| {
        let found = prashikshan::attendance::walk_ins::candidates;
        stage.read(|db| Ok(found(db, &admin, id, "")?.1.len()))
    };
    assert!(proposed(2) > 0);
    erased(&stage, her);
    let name =
        |id: i64| text_of(&stage, &format!("select name as said from walk_ins where id = {id}"));
    assert_eq!((name(1), name(2)), (Some("Next".to_owned()), Some("(erased)".to_owned())));
    assert_eq!(proposed(2), 0);
}

#[actix_web::test]
async fn addresses_that_she_once_had_go_too() {
    let House { stage, her, .. } = house(Stage::new("2026-11-20 05:00").await).await;
    stage.tick().await;
    let letter: i64 = stage.read(|db| {
        Ok(letters::table
            .filter(letters::person_id.eq(her))
            .select(letters::id)
            .order(letters::id)
            .first::<LetterId>(db)?
            .0)
    });
    let now = "'2026-11-20 05:00:00'";
    for text in [
        format!("update letters set address = 'Once@example.org' where id = {letter}"),
        format!(
            "update letters set address = 'asha.devi@example.org' where person_id = {her} and id <> {letter}"
        ),
        format!(
            "insert into bounces (id, key, folded, letter_id, is_final, status, said, at) values (1, 'k', 'strange@example.org', {letter}, true, '5.1.1', 'x', {now})"
        ),
        format!(
            "insert into bounces (id, key, folded, is_final, status, said, at) values (2, 'l', 'once@example.org', true, '5.1.1', 'x', {now})"
        ),
        format!(
            "insert into bounces (id, key, folded, is_final, status, said, at) values (3, 'm', 'asha.devi@example.org', true, '5.1.1', 'x', {now})"
        ),
        format!(
            "insert into blocked_addresses (folded, blocked_at, said) values ('once@example.org', {now}, 'x')"
        ),
        format!(
            "insert into blocked_addresses (folded, blocked_at, said) values ('asha.devi@example.org', {now}, 'x')"
        ),
    ] {
        run(&stage, &text);
    }
    erased(&stage, her);
    for (table, left) in
        [("bounces", "asha.devi@example.org"), ("blocked_addresses", "asha.devi@example.org")]
    {
        let said = text_of(
            &stage,
            &format!("select max(folded) || ' ' || cast(count(*) as text) as said from {table}"),
        );
        assert_eq!(said, Some(format!("{left} 1")), "{table}");
    }
}

/// Of two administrators who are erased at once one stays.
#[actix_web::test]
async fn two_who_are_erased_at_once_leave_somebody_to_administer() {
    let stage = Stage::on_disk("2026-11-20 05:00").await;
    let one = stage.admin().person.expect("a person");
    let unit = stage.unit("MP");
    for n in 0..6 {
        let two = stage.person(&format!("Second Admin {n}"), "MP");
        stage.write(|db, stamp| {
            let role = prashikshan::access::rules::Role::Admin;
            prashikshan::access::grant(db, None, two, role, unit, None, stamp)
        });
        let admins: Vec<PersonId> = stage.read(|db| {
            Ok(grants::table
                .inner_join(people::table.on(people::id.eq(grants::person_id)))
                .filter(grants::role.eq("admin").and(grants::unit_id.eq(unit)))
                .filter(people::erased_at.is_null())
                .select(people::id)
                .load(db)?)
        });
        assert_eq!(admins.len(), 2, "{one} {admins:?}");
        let tasks: Vec<Task<()>> = admins
            .into_iter()
            .map(|id| {
                let secret = stage.site.secret.clone();
                task(move |db, stamp| erasure::by_operator(db, &secret, id, "x", stamp).map(|_| ()))
            })
            .collect();
        let done = at_once::writes(&stage, tasks);
        assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    }
}

#[actix_web::test]
async fn a_code_is_asked_for_over_the_api_with_the_form_token_only() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let her = stage.person("Asha Devi", "B11");
    let admin = stage.admin();
    let path = format!("/api/v1/people/{her}/erasure/code");
    // As another site's page would send it: the browser adds the cookie, nothing else.
    let foreign = [("x-form-token", "")];
    let body = || Body::Json("{}".to_owned());
    admin.send(Method::POST, &path, &foreign, None, body()).await.must_be(403);
    admin.send(Method::POST, &path, &foreign, None, Body::None).await.must_be(403);
    assert!(stage.letters().is_empty());
    admin.api_post(&path, json!({})).await.must_be(202);
}

// --- Letters to others that name her -------------------------------------------------------------

/// The list for the trainer is made, tried, and kept; gives its reader's outbox back.
async fn list_that_waits(stage: &mut Stage, name: &str) -> PersonId {
    let batch = Batch::new(stage);
    batch.session("2026-11-29 14:00");
    let (her, other) = (stage.person(name, "B11"), stage.person("Asha Devi", "B11"));
    batch.enrol(her, "seat");
    batch.enrol(other, "seat");
    office::tick(&stage.site).await.expect("a turn");
    clock(stage, "2026-11-28 18:01");
    let (port, _, _) = faulty_server("421").await;
    by_smtp(stage, port);
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(lists(stage).len(), 1);
    her
}

type ListRow = (LetterId, State, Option<String>, i32, i32, Option<String>);

fn lists(stage: &Stage) -> Vec<ListRow> {
    stage.read(|db| {
        Ok(letters::table
            .left_join(letter_bodies::table)
            .filter(letters::kind.eq("roster"))
            .select((
                letters::id,
                letters::state,
                letters::reason.nullable(),
                letters::handed,
                letters::take_overs,
                letter_bodies::body.nullable(),
            ))
            .load(db)?)
    })
}

const IN_HAND: &str = "update letters set state = 'leased', lease_token = 'x',      leased_until = '2026-11-28 20:00:00', slot_at = '2026-11-28 19:00:00', take_overs = 2";

#[actix_web::test]
async fn what_a_mail_server_perhaps_took_is_not_made_anew() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let her = list_that_waits(&mut stage, "Zubeida Canary").await;
    run(&stage, &format!("{IN_HAND}, handed = 1 where kind = 'roster'"));
    erased(&stage, her);
    let found = lists(&stage);
    let (id, state, reason, _, _, body) = &found[0];
    assert_eq!((*state, reason.as_deref()), (State::Uncertain, Some("broken-off")));
    assert!(body.is_none());
    // Nor by hand: the page says why.
    let (admin, page) = (stage.admin(), format!("/letters/{id}"));
    let shown = admin.get(&page).await.must_be(200).says("cannot be sent again");
    assert!(!shown.body.contains("/again"), "{}", shown.body);
    admin.clone().in_hindi().get(&page).await.must_be(200).says("इसलिए इसे फिर नहीं भेज सकते");
    admin.post(&format!("{page}/again"), &[]).await.must_be(409);
    assert_eq!(lists(&stage)[0].1, State::Uncertain);
}

#[actix_web::test]
async fn what_is_in_hand_and_was_not_handed_over_is_free_again() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let her = list_that_waits(&mut stage, "Zubeida Canary").await;
    run(&stage, &format!("{IN_HAND}, handed = 0 where kind = 'roster'"));
    erased(&stage, her);
    let found = lists(&stage);
    let (_, state, _, handed, take_overs, body) = &found[0];
    assert_eq!((*state, *handed, *take_overs), (State::Planned, 0, 0));
    assert!(body.is_none());
    let slot =
        text_of(&stage, "select cast(slot_at as text) as said from letters where kind = 'roster'");
    assert_eq!(slot, None);
}

#[actix_web::test]
async fn a_letter_that_is_repeated_by_hand_is_not_made_anew() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let her = list_that_waits(&mut stage, "Zubeida Canary").await;
    let id = lists(&stage)[0].0;
    run(&stage, "update letters set state = 'uncertain', handed = 0 where kind = 'roster'");
    stage.admin().post(&format!("/letters/{id}/again"), &[]).await.must_be(303);
    erased(&stage, her);
    let (_, state, _, _, _, body) = lists(&stage).remove(0);
    assert_eq!((state, body), (State::Uncertain, None));
}

#[actix_web::test]
async fn a_list_that_waits_is_made_anew_without_a_name_of_one_word_too() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let her = list_that_waits(&mut stage, "Zubeida").await;
    assert!(lists(&stage)[0].5.as_ref().is_some_and(|b| read::words(b).contains("Zubeida")));
    erased(&stage, her);
    let (_, state, _, _, _, body) = lists(&stage).remove(0);
    assert_eq!((state, body), (State::Planned, None));
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// A new table that knows people, or letters to them, fails here until somebody decides what an erasure makes of it.
#[actix_web::test]
async fn every_column_that_refers_to_people_is_decided_on() {
    let stage = Stage::new("2026-11-20 05:00").await;
    let text = match stage.site.database.address {
        Address::Sqlite(_) => {
            "select m.name as table_name, f.\"from\" as column_name from sqlite_master m \
             join pragma_foreign_key_list(m.name) f where m.type = 'table' \
             and f.\"table\" in ('people', 'letters')"
        }
        Address::Postgres(_) => {
            "select c.conrelid::regclass::text as table_name, a.attname::text as column_name \
             from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid \
             and a.attnum = any (c.conkey) where c.contype = 'f' \
             and c.confrelid in ('people'::regclass, 'letters'::regclass)"
        }
    };
    let references: Vec<Reference> = stage.read(|db| {
        let mut sql = Sql::default();
        sql.say(text);
        sql.load(db)
    });
    assert!(references.len() > 50, "{}", references.len());
    let decided: BTreeSet<(&str, &str)> = COLUMNS.iter().map(|(t, c, _)| (*t, *c)).collect();
    let undecided: Vec<String> = references
        .iter()
        // Of the pair by which a standing follows a person who moves, the unit says nothing.
        .filter(|r| r.column_name != "unit_id")
        .filter(|r| !decided.contains(&(r.table_name.as_str(), r.column_name.as_str())))
        .map(|r| format!("{}.{}", r.table_name, r.column_name))
        .collect();
    assert!(undecided.is_empty(), "{undecided:?}");
    // And what is decided on is there.
    let all = columns(&stage);
    for (table, column, fate) in COLUMNS {
        let is_there = all.iter().any(|c| c.table_name == table && c.column_name == column);
        assert!(is_there, "{table}.{column}");
        if let Fate::Kept(why) | Fate::Ended(why) = fate {
            assert!(!why.is_empty(), "{table}.{column}");
        }
    }
    // Each text that people write is known to be one.
    for (table, column) in prashikshan::erasure::rules::TEXTS {
        assert!(
            all.iter().any(|c| c.table_name == table && c.column_name == column),
            "{table}.{column}"
        );
    }
}

#[actix_web::test]
async fn what_she_held_ends_and_nobody_brings_her_back() {
    let House { stage, her, .. } = house(Stage::new("2026-11-20 05:00").await).await;
    let admin = stage.admin();
    let fill = [("kind", "5"), ("person", &her.to_string()), ("valid_from", "2026-11-01")];
    admin.post("/units/B11/offices", &fill.map(|(n, v)| (n, v))).await.must_be(303);
    let hers = stage.sign_in(her).by_token();
    assert_ne!(hers.get("/api/v1/people").await.status, 401);
    let link = stage.write(|db, stamp| prashikshan::access::make_link(db, her, 60, stamp));
    let units = admin.get("/units/B11").await.must_be(200).says("Zubeida Canary");
    drop(units);
    let counted = |page: &str| page.contains("(erased)");
    erase(&stage, &admin, her).await;
    hers.get("/api/v1/people").await.must_be(401);
    assert_ne!(stage.nobody().get(&format!("/l/{link}")).await.status, 303);
    let now = stage.now();
    assert!(stage.read(|db| visitor(db, "nothing", now)).is_none());
    let page = admin.get("/units/B11").await.must_be(200).body;
    assert!(!counted(&page) && !page.contains("Zubeida"), "the post is vacant: {page}");
    let held: i64 = stage.read(|db| {
        Ok(offices::table
            .filter(offices::person_id.eq(her).and(offices::valid_to.is_null()))
            .count()
            .get_result(db)?)
    });
    assert_eq!(held, 0);
    // An import of the old list makes another person, who has nothing of hers.
    let table = "Name,Unit code,Phone\nZubeida Canary,B11,98000 11122\n";
    let form = [("kind", "people"), ("table", table)];
    let _ = admin.post("/imports", &form).await;
    let named: i64 = stage.read(|db| {
        Ok(people::table
            .filter(people::id.eq(her).and(people::name.eq("(erased)")))
            .count()
            .get_result(db)?)
    });
    assert_eq!(named, 1);
    let unsent: i64 = stage.read(|db| {
        Ok(letters::table
            .filter(letters::person_id.eq(her))
            .filter(letters::state.eq_any([State::Planned, State::Leased]))
            .count()
            .get_result(db)?)
    });
    assert_eq!(unsent, 0);
    is_whole(&stage);
}

#[actix_web::test]
async fn whoever_looks_after_a_unit_is_not_asked_to_call_her() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    let her = stage.person_without_mail("Zubeida Canary", "B11");
    let other = stage.person_without_mail("Asha Devi", "B11");
    let unit = stage.unit("B11");
    let number = |stage: &Stage| {
        stage.read(|db| Ok(units::counts(db, &[unit])?.get(&unit).map(|(_, people)| *people)))
    };
    let people = number(&stage);
    batch.enrol(her, "seat");
    batch.enrol(other, "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, her)[0], "confirmation missed");
    erased(&stage, her);
    assert_eq!(number(&stage), people.map(|n| n - 1), "the unit counts her no more");
    for day in ["2026-11-21 07:05", "2026-11-26 11:30", "2026-11-27 07:05"] {
        clock(&stage, day);
        stage.write(|db, stamp| ledger::ask(db, batch.id, stamp.now));
        office::tick(&stage.site).await.expect("a turn");
    }
    let said = read_all(&stage);
    assert!(said.iter().any(|letter| letter.contains("Asha Devi")), "{said:#?}");
    for letter in said {
        assert!(!letter.contains("Zubeida") && !letter.contains("(erased)"), "{letter}");
    }
    is_whole(&stage);
}

#[actix_web::test]
async fn who_is_changed_enrolled_or_let_in_at_the_same_moment_does_not_come_back() {
    let stage = Stage::on_disk("2026-11-20 05:00").await;
    let admin = stage.actor("State Admin");
    let course = classroom::course(&stage, "A", 80, "A60");
    let batches: Vec<BatchId> =
        (0..2).map(|_| classroom::batch(&stage, &course, "D1", 100)).collect();
    for batch in &batches {
        classroom::session(&stage, *batch, &course, "A", "2026-12-09 04:30");
    }
    for n in 0..8 {
        let her = stage.person(&format!("Zubeida Canary {n}"), "B11");
        classroom::enrol(&stage, batches[0], her);
        let patch = json!({"name": "Back Again", "phones": ["98000 11122"]});
        let (one, two) = (admin.clone(), admin.clone());
        let other = batches[1];
        let (secret, again) = (stage.site.secret.clone(), stage.site.secret.clone());
        let tasks: Vec<Task<()>> = vec![
            task(move |db, stamp| {
                erasure::by_operator(db, &secret, her, "asked", stamp).map(|_| ())
            }),
            task(move |db, stamp| {
                let patch = serde_json::from_value(patch.clone()).expect("a patch");
                prashikshan::people::change(db, &one, her, patch, stamp).map(|_| ())
            }),
            task(move |db, stamp| {
                prashikshan::enrolment::enrol(db, &two, other, her, stamp).map(|_| ())
            }),
            task(move |db, stamp| prashikshan::access::open_visit(db, her, stamp).map(|_| ())),
            task(move |db, stamp| {
                erasure::by_operator(db, &again, her, "twice", stamp).map(|_| ())
            }),
        ];
        let done = at_once::writes(&stage, tasks);
        assert_eq!([&done[0], &done[4]].iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
        let name: String =
            stage.read(|db| Ok(people::table.find(her).select(people::name).first(db)?));
        assert_eq!(name, "(erased)", "{done:?}");
        let numbers: i64 = stage.read(|db| {
            Ok(phones::table.filter(phones::person_id.eq(her)).count().get_result(db)?)
        });
        assert_eq!(numbers, 0, "{done:?}");
        let places: Vec<String> = stage.read(|db| {
            Ok(enrolments::table
                .filter(enrolments::person_id.eq(her))
                .select(enrolments::place)
                .load(db)?)
        });
        assert!(places.iter().all(|place| place == "withdrawn"), "{places:?} {done:?}");
    }
    is_whole(&stage);
}
