//! Letters to many: drafted, looked at, confirmed, held, sent once, stopped.

use std::sync::atomic::Ordering;

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::proof::Entered;
use prashikshan::kit::columns::Language;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{NoticeId, PersonId};
use prashikshan::kit::schema::{
    emails, enrolments, journal, letters, notices as rows, people, sign_in_codes, standings,
};
use prashikshan::letters::notices::rules::{Filter, NoticeDraft, OnBatch, Outcome};
use prashikshan::letters::notices::{self, Confirmation};
use prashikshan::letters::{self as office};
use prashikshan::post;

use crate::classroom;
use crate::letters::{by_smtp, faulty_server, header, read_all, snapshot};
use crate::mail::server_that;
use crate::stage::{Client, Stage};

const HI: (&str, &str) = ("बैठक: {unit}", "नमस्ते {name} जी,\n\nकल बैठक है।");
const EN: (&str, &str) =
    ("Meeting of {unit}", "Dear {name},\n\nthere is a meeting. See https://a.example/m.");

pub fn form<'a>(unit: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut out = vec![
        ("unit", unit),
        ("subject_hi", HI.0),
        ("body_hi", HI.1),
        ("subject_en", EN.0),
        ("body_en", EN.1),
    ];
    out.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    out.extend(more);
    out
}

/// A draft made by the form; gives its address.
pub async fn drafted(by: &Client, fields: &[(&str, &str)]) -> String {
    by.post("/letters/notices", fields).await.must_be(303).location().to_owned()
}

pub fn id_of(at: &str) -> NoticeId {
    at.rsplit('/').next().expect("an id").parse().expect("an id")
}

/// The code that was sent last.
pub fn code(stage: &Stage) -> String {
    let newest = sign_in_codes::table.select(sign_in_codes::id).order(sign_in_codes::id.desc());
    let id: i64 = stage.read(|db| Ok(newest.first(db)?));
    access::code_of(&stage.site.secret, id)
}

pub async fn confirm(stage: &Stage, by: &Client, at: &str, count: &str) {
    by.post(&format!("{at}/code"), &[]).await.must_be(303);
    let fields = [("code", code(stage)), ("count", count.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    by.post(&format!("{at}/confirmation"), &fields).await.must_be(303);
}

/// What stands in the ledger of notices: `Asha planned`.
pub fn ledger(stage: &Stage) -> Vec<String> {
    let lines: Vec<(String, String)> = stage.read(|db| {
        Ok(letters::table
            .inner_join(people::table)
            .filter(letters::notice_id.is_not_null())
            .order(people::name)
            .select((people::name, letters::state))
            .load(db)?)
    });
    lines.into_iter().map(|(name, state)| format!("{name} {state}")).collect()
}

pub fn state(stage: &Stage, at: &str) -> String {
    stage.read(|db| Ok(rows::table.find(id_of(at)).select(rows::state).first(db)?))
}

pub fn acts(stage: &Stage, at: &str) -> Vec<String> {
    stage.read(|db| {
        Ok(journal::table
            .filter(journal::subject.eq(format!("notice/{}", id_of(at))))
            .order(journal::position)
            .select(journal::action)
            .load(db)?)
    })
}

pub fn stop_reminders(stage: &Stage, person: PersonId) {
    stage.write(|db, stamp| post::store::unsubscribe(db, person, stamp.now));
}

/// Asha, Bela of the district; Dev, who has no mailbox; Esha, who stopped such letters; Chand of
/// another district. With its admin and its trainer it goes to four.
pub async fn district() -> (Stage, Client) {
    let stage = Stage::new("2026-03-02 05:00").await;
    stage.person("Asha", "B11");
    let bela = stage.person("Bela", "B12");
    stage.reads_hindi(bela);
    stage.person("Chand", "B21");
    stage.person_without_mail("Dev", "B11");
    let esha = stage.person("Esha", "B11");
    stop_reminders(&stage, esha);
    let admin = stage.district_admin();
    (stage, admin)
}

const FOUR: [&str; 4] = ["Asha", "Bela", "District Admin", "Trainer One"];

fn four(state: &str) -> Vec<String> {
    FOUR.iter().map(|name| format!("{name} {state}")).collect()
}

#[actix_web::test]
async fn a_letter_to_many_goes_once_to_each() {
    let (stage, admin) = district().await;
    admin.get("/letters").await.must_be(200).says("Write to many");
    admin.get("/letters/new?unit=B11").await.must_be(200).says("Nothing goes yet");
    let at = drafted(&admin, &form("D1", &[])).await;
    let page = admin.get(&at).await.must_be(200);
    let page = page.says("It would go to 4 people").says("People in the selection 6");
    let page = page.says("no e-mail address that works 1").says("letters to many 1");
    let page = page.says("Some of those who get it").says("Dear District Admin");
    let page = page.says("नमस्ते District Admin जी").says("Meeting of East district");
    assert!(!page.body.contains("Chand") && !page.body.contains("/unsubscribe/1"));
    let bela = stage.person_named("Bela");
    let page = admin.get(&format!("{at}?person={bela}")).await.must_be(200);
    page.says("Meeting of Hill block").says("Dear Bela");
    // Somebody of elsewhere is not shown, whatever the address says.
    let chand = stage.person_named("Chand");
    let page = admin.get(&format!("{at}?person={chand}")).await.must_be(200);
    assert!(!page.body.contains("Chand"));
    assert!(ledger(&stage).is_empty(), "nothing is written before");

    admin.post(&format!("{at}/trial"), &[]).await.must_be(303);
    stage.tick().await;
    let trial = read_all(&stage);
    assert_eq!(trial.len(), 1);
    for words in ["To: district.admin@", "Subject: [Trial] Meeting of", "Dear District", "नमस्ते"]
    {
        assert!(trial[0].contains(words), "{words} is not in {}", trial[0]);
    }
    stage.clear_letters();

    let sheet = format!("{at}/confirmation");
    admin.get(&sheet).await.must_be(200).says("goes to 4 people of East district");
    admin.post(&sheet, &[]).await.must_be(422).says("Fill in this field");
    admin.post(&format!("{at}/code"), &[]).await.must_be(303);
    stage.tick().await;
    let letter = read_all(&stage).pop().expect("a code");
    let code = code(&stage);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert!(letter.contains(&format!("Code to confirm: {spaced}")), "{letter}");
    assert!(letter.contains(&sheet) && letter.contains("only for this."), "{letter}");
    let wrong = admin.post(&sheet, &[("code", &code), ("count", "3")]).await.must_be(422);
    wrong.says("would go to 4 people now");
    admin.post(&sheet, &[("code", "000000"), ("count", "4")]).await.must_be(422).says("not right");
    admin.post(&sheet, &[("code", &spaced), ("count", "4")]).await.must_be(303);
    // Sent twice, it is confirmed once.
    let twice = admin.post(&sheet, &[("code", &spaced), ("count", "4")]).await.must_be(409);
    twice.says("confirmed or thrown away already");
    admin.post(&at, &form("D2", &[])).await.must_be(409);
    stage.clear_letters();

    stage.tick().await;
    // Who else administers the unit hears of it (notice_watch.rs).
    assert_eq!(stage.letters().len(), 1);
    stage.clear_letters();
    stage.clock_to("2026-03-02 05:09");
    stage.tick().await;
    assert_eq!(ledger(&stage), four("planned"));
    assert!(stage.letters().is_empty(), "held");
    admin.get(&at).await.must_be(200).says("Nothing goes before Mon 2 Mar, 10:40 am");
    stage.clock_to("2026-03-02 05:10");
    stage.tick().await;
    stage.tick().await;
    assert_eq!(ledger(&stage), four("sent"));
    let mut to: Vec<String> = stage.letters().iter().map(|l| l.to.clone()).collect();
    to.sort();
    let addresses = ["asha@", "bela@", "district.admin@", "trainer.one@"];
    assert_eq!(to, addresses.map(|a| format!("{a}example.org")), "each once, nobody of elsewhere");
    for letter in stage.letters() {
        let one_click = header(&letter.bytes, "List-Unsubscribe-Post:");
        assert_eq!(one_click, "List-Unsubscribe=One-Click");
    }
    let said = read_all(&stage);
    let of = |who: &str| said.iter().find(|l| l.contains(who)).expect("a letter");
    assert!(of("asha@").contains("Dear Asha") && !of("asha@").contains("नमस्ते"));
    assert!(of("bela@").contains("Subject: बैठक: पहाड़ ब्लॉक") && !of("bela@").contains("Dear"));
    assert_eq!(state(&stage, &at), "done");
    let page = admin.get(&at).await.must_be(200).says("Done").says("4 Sent").says("Bela");
    assert!(!page.body.contains("/pause"));
    admin.get(&format!("{at}?state=failed")).await.must_be(200).says("There is no such letter");
    admin.get("/letters/notices").await.must_be(200).says("Meeting of").says("Done");
    assert_eq!(acts(&stage, &at), ["notice drafted", "notice confirmed"]);
}

#[actix_web::test]
async fn each_wrong_field_is_told_and_nothing_typed_is_lost() {
    let (stage, admin) = district().await;
    for (field, value, said) in [
        ("unit", "", "Fill in this field"),
        ("unit", "D2", "Nothing was found"),
        ("course", "x", "not in the list"),
        ("course", "77", "Nothing was found"),
        ("batch", "77", "Nothing was found"),
        ("place", "offered", "not in the list"),
        ("verdict", "good", "not in the list"),
        ("subject_en", "", "Fill in this field"),
        ("subject_en", "a\r\nBcc: x@example.org", "must be one line"),
        ("body_hi", "", "Fill in this field"),
        ("body_en", "Dear {nmae}", "{nmae} stands for nothing. Did you mean {name}?"),
        ("body_en", "Dear {{name}}", "Did you mean {name}?"),
    ] {
        let page = admin.post("/letters/notices", &form("D1", &[(field, value)])).await;
        let page = page.must_be(422).says(said);
        assert!(page.body.contains(&format!("error-{field}")), "{field} {value}");
        let kept =
            if field == "body_hi" { "there is a meeting" } else { "कल बैठक है" };
        assert!(page.body.contains(kept), "what was typed is kept: {field}");
    }
    let empty = [("unit", "D1")];
    admin.post("/letters/notices", &empty).await.must_be(422).says("in English, or in both");
    let none: i64 = stage.read(|db| Ok(rows::table.count().get_result(db)?));
    assert_eq!(none, 0);

    // The same form twice is one draft; what was changed between counts.
    let first = drafted(&admin, &form("D1", &[("key", "k1")])).await;
    // Without the form's own word each is another.
    assert_ne!(drafted(&admin, &form("D1", &[])).await, drafted(&admin, &form("D1", &[])).await);
    let again = [("key", "k1"), ("subject_en", "Another")];
    let second = drafted(&admin, &form("D1", &again)).await;
    assert_eq!(first, second);
    admin.get(&first).await.must_be(200).says("Another");
    // A draft that is changed wrongly stays as it was, and the form holds what was typed.
    let bad = form("D1", &[("subject_en", "Third {x}"), ("body_en", "New text")]);
    let page = admin.post(&first, &bad).await.must_be(422).says("New text");
    assert!(page.body.contains("Third {x}"));
    admin.get(&format!("{first}/edit")).await.must_be(200).says("there is a meeting");
    // A template of another kind is a text like any other.
    let odd = form("D1", &[("body_en", "{{ 7*7 }} <b>bold</b> & more")]);
    admin.post(&first, &odd).await.must_be(303);
    let page = admin.get(&first).await.must_be(200);
    assert!(page.body.contains("{{ 7*7 }} &lt;b&gt;bold"), "{}", page.body);
    admin.post(&format!("{first}/removal"), &[]).await.must_be(303);
    admin.get(&first).await.must_be(404);
}

#[actix_web::test]
async fn only_admins_of_the_unit_see_and_do() {
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    let state = drafted(&stage.admin(), &form("MP", &[])).await;
    admin.get(&state).await.must_be(404);
    stage.admin().get(&at).await.must_be(200);
    let strangers = [
        (stage.trainer(), 403, 403),
        (stage.auditor(), 403, 403),
        (stage.other_admin(), 404, 200),
        (stage.newcomer("Faiz", "B11"), 404, 403),
    ];
    for (who, at_one, at_all) in &strangers {
        who.get("/letters/notices").await.must_be(*at_all);
        who.get("/letters/new").await.must_be(*at_all);
        for door in ["", "/edit", "/confirmation"] {
            who.get(&format!("{at}{door}")).await.must_be(*at_one);
        }
        for door in ["/removal", "/trial", "/code", "/cancellation", "/pause", "/pause/end"] {
            who.post(&format!("{at}{door}"), &[]).await.must_be(*at_one);
        }
        let fields = [("code", "123456"), ("count", "4")];
        who.post(&format!("{at}/confirmation"), &fields).await.must_be(*at_one);
        who.post(&at, &form("D1", &[])).await.must_be(*at_one);
    }
    assert!(!stage.other_admin().get("/letters/notices").await.body.contains(&at));
    assert_eq!(self::state(&stage, &at), "draft");
}

#[actix_web::test]
async fn a_code_opens_one_letter_for_ten_minutes() {
    let (stage, admin) = district().await;
    let first = drafted(&admin, &form("D1", &[])).await;
    let other = drafted(&admin, &form("B11", &[])).await;
    admin.post(&format!("{first}/code"), &[]).await.must_be(303);
    let good = code(&stage);
    let enter = async |at: &str, code: &str, count: &str| {
        let fields = [("code", code), ("count", count)];
        admin.post(&format!("{at}/confirmation"), &fields).await
    };
    enter(&other, &good, "1").await.must_be(422).says("not right");
    // It signs nobody in, whatever a browser calls itself.
    let sealed: String =
        stage.read(|db| Ok(sign_in_codes::table.select(sign_in_codes::browser_hash).first(db)?));
    let now = stage.now();
    let into = stage.write(|db, _| access::enter_code(db, &sealed, &good, now));
    assert_eq!(into, access::Entered::Wrong);
    // What was looked at when it was asked for is what it confirms.
    admin.post(&first, &form("D1", &[("subject_en", "New")])).await.must_be(303);
    enter(&first, &good, "4").await.must_be(422).says("not right");
    admin.post(&format!("{first}/code"), &[]).await.must_be(303);
    let fresh = code(&stage);
    stage.clock_to("2026-03-02 05:10");
    enter(&first, &fresh, "4").await.must_be(422);
    for _ in 0..2 {
        enter(&first, "000000", "4").await.must_be(422);
    }
    admin.post(&format!("{first}/code"), &[]).await.must_be(303);
    enter(&first, &code(&stage), "4").await.must_be(409).says("Too many attempts");
    stage.clock_to("2026-03-02 05:12");
    enter(&first, &code(&stage), "4").await.must_be(303);
    // Codes to one mailbox have an end too.
    for _ in 0..2 {
        admin.post(&format!("{other}/code"), &[]).await.must_be(303);
    }
    admin.post(&format!("{other}/code"), &[]).await.must_be(409).says("Too many codes");
    stage.write(|db, _| Ok(diesel::delete(emails::table).execute(db)?));
    admin.post(&format!("{other}/code"), &[]).await.must_be(409).says("no working e-mail");
    admin.post(&format!("{other}/trial"), &[]).await.must_be(409);
}

#[actix_web::test]
async fn what_is_held_can_be_taken_back_whole() {
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    stage.tick().await;
    stage.clear_letters();
    admin.post(&format!("{at}/removal"), &[]).await.must_be(409);
    admin.post(&format!("{at}/cancellation"), &[]).await.must_be(303);
    admin.post(&format!("{at}/cancellation"), &[]).await.must_be(409);
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    assert_eq!(ledger(&stage), four("cancelled"));
    assert!(stage.letters().is_empty());
    admin.get(&at).await.must_be(200).says("Taken back").says("Stopped by an administrator");
    assert_eq!(acts(&stage, &at)[1..], ["notice confirmed", "notice cancelled"]);
    // Taken back before its letters were written: none comes into being.
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    admin.post(&format!("{at}/cancellation"), &[]).await.must_be(303);
    stage.tick().await;
    assert_eq!(ledger(&stage), four("cancelled"));
}

#[actix_web::test]
async fn by_night_a_letter_to_many_waits_for_the_morning() {
    let (stage, admin) = district().await;
    stage.clock_to("2026-03-02 16:00");
    let admin = stage.sign_in(admin.person.expect("a person"));
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    stage.clock_to("2026-03-02 17:00");
    stage.tick().await;
    admin.get(&at).await.must_be(200).says("Goes from Tue 3 Mar, 7:00 am");
    assert_eq!(ledger(&stage), four("planned"));
    stage.clock_to("2026-03-03 01:30");
    stage.tick().await;
    assert_eq!(ledger(&stage), four("sent"));
}

#[actix_web::test]
async fn who_stopped_left_or_lost_the_address_since_gets_nothing() {
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    stage.tick().await;
    stage.clear_letters();
    stop_reminders(&stage, stage.person_named("Asha"));
    let (bela, trainer) = (stage.person_named("Bela"), stage.person_named("Trainer One"));
    let elsewhere = stage.unit("B21");
    stage.write(|db, _| {
        diesel::update(people::table.find(bela)).set(people::unit_id.eq(elsewhere)).execute(db)?;
        diesel::delete(emails::table.filter(emails::person_id.eq(trainer))).execute(db)?;
        Ok(())
    });
    stage.clock_to("2026-03-02 05:10");
    stage.tick().await;
    let left = ["Asha cancelled", "Bela cancelled", "District Admin sent", "Trainer One missed"];
    assert_eq!(ledger(&stage), left);
    assert_eq!(stage.letters().len(), 1);
    let page = admin.get(&at).await.must_be(200).says("Done").says("No e-mail address");
    page.says("The reader wants no reminders").says("No longer needed");
}

#[actix_web::test]
async fn a_pause_in_full_flight_loses_and_doubles_nothing() {
    let mut stage = Stage::on_disk("2026-03-02 05:00").await;
    for i in 0..60 {
        stage.person(&format!("Person {i:02}"), "B11");
    }
    let admin = stage.district_admin();
    let at = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &at, "60").await;
    stage.tick().await;
    stage.clock_to("2026-03-02 05:10");
    let (site, id, actor) = (stage.site.clone(), id_of(&at), stage.actor("District Admin"));
    let once = std::sync::Once::new();
    let (port, taken) = server_that(move |n| {
        // Nobody who comes later gets past before it is paused.
        if n >= 20 {
            once.call_once(|| {
                let stamp = site.stamp();
                let paused = site.write_here(|db| notices::pause(db, &actor, id, &stamp));
                paused.expect("paused");
            });
        }
    })
    .await;
    by_smtp(&mut stage, port);
    office::tick(&stage.site).await.expect("a turn");
    let gone = taken.load(Ordering::SeqCst);
    // Those that were past their last look, at most one for each courier.
    assert!((12..=27).contains(&gone), "{gone}");
    let count = |state: &str| ledger(&stage).iter().filter(|l| l.ends_with(state)).count();
    assert_eq!((count("sent"), count("planned")), (gone, 60 - gone));
    let page = admin.get(&at).await.must_be(200).says("What has not gone waits");
    page.says("Paused");
    // However long it takes, none is tried meanwhile.
    stage.clock_to("2026-03-03 05:00");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(taken.load(Ordering::SeqCst), gone);
    let admin = stage.district_admin();
    admin.post(&format!("{at}/pause"), &[]).await.must_be(409);
    admin.post(&format!("{at}/pause/end"), &[]).await.must_be(303);
    admin.post(&format!("{at}/pause/end"), &[]).await.must_be(409);
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(taken.load(Ordering::SeqCst), 60, "everything goes, nothing twice");
    assert_eq!(count("sent"), 60);
    assert_eq!(state(&stage, &at), "done");
    assert_eq!(acts(&stage, &at)[2..], ["notice paused", "notice resumed"]);
}

#[actix_web::test]
async fn the_alarm_pauses_and_an_end_midway_leaves_the_rest() {
    let mut stage = Stage::new("2026-03-02 05:00").await;
    for name in ["Nobody A", "Nobody B", "Nobody C", "Come Later", "Good One", "Good Two"] {
        stage.person(name, "B11");
    }
    let (port, taken, _) = faulty_server("").await;
    by_smtp(&mut stage, port);
    let admin = stage.district_admin();
    let at = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &at, "6").await;
    stage.tick().await;
    let before = taken.load(Ordering::SeqCst);
    stage.clock_to("2026-03-02 05:10");
    stage.tick().await;
    assert_eq!(taken.load(Ordering::SeqCst) - before, 2);
    assert_eq!(state(&stage, &at), "paused");
    let page = admin.get(&at).await.must_be(200).says("Paused by itself");
    page.says("3 of 5 letters did not arrive").says("no such mailbox");
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    // Whoever goes on knows of these: the alarm looks at what comes.
    admin.post(&format!("{at}/pause/end"), &[]).await.must_be(303);
    stage.tick().await;
    assert_eq!(state(&stage, &at), "going");
    admin.post(&format!("{at}/cancellation"), &[]).await.must_be(303);
    stage.clock_to("2026-03-03 06:00");
    stage.tick().await;
    let left = [
        "Come Later cancelled",
        "Good One sent",
        "Good Two sent",
        "Nobody A failed",
        "Nobody B failed",
        "Nobody C failed",
    ];
    assert_eq!(ledger(&stage), left);
    let admin = stage.district_admin();
    admin.get(&at).await.must_be(200).says("Ended midway");
    admin.post(&format!("{at}/pause"), &[]).await.must_be(409);
    let last = ["notice confirmed", "notice paused", "notice resumed", "notice aborted"];
    assert_eq!(acts(&stage, &at)[1..], last);
}

/// So many people of a block, written at once.
fn crowd(stage: &Stage, unit: &str, n: usize) {
    let unit = stage.unit(unit);
    stage.write(|db, stamp| {
        for i in 0..n {
            let id = PersonId(stamp.id());
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(id),
                    people::unit_id.eq(unit),
                    people::name.eq(format!("Person {i:05}")),
                    people::folded.eq(format!("person {i:05}")),
                    people::created_at.eq(stamp.now),
                    people::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            diesel::insert_into(emails::table)
                .values((
                    emails::id.eq(stamp.id()),
                    emails::person_id.eq(id),
                    emails::position.eq(0),
                    emails::address.eq("family@example.org"),
                    emails::folded.eq("family@example.org"),
                ))
                .execute(db)?;
        }
        Ok(())
    });
}

#[actix_web::test]
async fn two_thousand_get_it_once_whatever_dies_between() {
    let mut stage = Stage::new("2026-03-02 05:00").await;
    stage.site.limits.notice_per_day = [0; 3];
    stage.site.limits.notice_approval_above = 2_000;
    crowd(&stage, "B11", 2_000);
    stage.person("Elsewhere", "B12");
    let admin = stage.district_admin();
    let at = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &at, "2,000").await;
    let statements = || stage.site.database.statements.count();
    let chunk = || {
        let before = statements();
        let written = stage.site.write_here(|db| notices::write_chunk(db, &stage.site));
        (written.expect("a chunk"), statements() - before)
    };
    let first = chunk();
    assert_eq!(first.0, 1_000);
    // The process dies before the second chunk is committed.
    let died: Result<(), Fault> = stage.site.write_here(|db| {
        assert_eq!(notices::write_chunk(db, &stage.site)?, 1_000);
        Err(Fault::Busy)
    });
    assert!(died.is_err());
    assert_eq!(ledger(&stage).len(), 1_000);
    assert_eq!(chunk(), first, "as many statements for each chunk");
    assert_eq!(chunk().0, 0);
    assert!(!stage.read(notices::is_unwritten));
    // Even if it forgot how far it was, the keys know.
    stage.write(|db, _| {
        let from_the_start = (rows::written_to.eq(0), rows::is_written.eq(false));
        Ok(diesel::update(rows::table).set(from_the_start).execute(db)?)
    });
    stage.tick().await;
    let of: Vec<PersonId> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::kind.eq("notice"))
            .select(letters::person_id.assume_not_null())
            .load(db)?)
    });
    let apart: std::collections::BTreeSet<&PersonId> = of.iter().collect();
    assert_eq!((of.len(), apart.len()), (2_000, 2_000));
    admin.get(&at).await.must_be(200).says("2,000 Planned");
    admin.get(&format!("{at}?page=40")).await.must_be(200).says("Person 01999");
}

#[actix_web::test]
async fn each_filter_narrows_and_nobody_counts_twice() {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let other = classroom::course(&stage, "C2", 80, "A60");
    let first = classroom::batch(&stage, &course, "B11", 2);
    let second = classroom::batch(&stage, &course, "B11", 30);
    let third = classroom::batch(&stage, &other, "B21", 30);
    let [asha, bela, chand, dev, esha] =
        ["Asha", "Bela", "Chand", "Dev", "Esha"].map(|name| stage.person(name, "B11"));
    for (batch, person) in [
        (first, asha),
        (first, bela),
        (first, chand),
        (second, asha),
        (second, dev),
        (third, esha),
        (third, stage.person("Faiz", "B21")),
    ] {
        classroom::enrol(&stage, batch, person);
    }
    stage.write(|db, _| {
        // Asha has completed the course in one batch, and sits in another all the same.
        let of_asha = standings::table
            .filter(standings::person_id.eq(asha).and(standings::batch_id.eq(first)));
        diesel::update(of_asha).set(standings::standing.eq("complete")).execute(db)?;
        let of_dev = enrolments::table.filter(enrolments::person_id.eq(dev));
        diesel::update(of_dev).set(enrolments::place.eq("withdrawn")).execute(db)?;
        Ok(())
    });
    let path = stage.path("D1");
    let reached = |filter: Filter| {
        let counts = stage.read(|db| notices::store::counts(db, &path, &filter));
        let all = stage.read(|db| notices::store::readers(db, &path, &filter, PersonId(0), 100));
        assert_eq!(counts.reached(), all.len() as i64);
        let mut names: Vec<String> = all.into_iter().map(|r| r.name).collect();
        names.sort();
        names.join(" ")
    };
    let none = Filter::default();
    let course = Some(course.id);
    assert_eq!(reached(none), "Asha Bela Chand Dev District Admin Esha Trainer One");
    assert_eq!(reached(Filter { course, ..none }), "Asha Bela Chand");
    assert_eq!(reached(Filter { batch: Some(second), ..none }), "Asha");
    assert_eq!(reached(Filter { course, place: Some(OnBatch::Waiting), ..none }), "Chand");
    assert_eq!(reached(Filter { place: Some(OnBatch::Seat), ..none }), "Asha Bela Esha");
    assert_eq!(reached(Filter { verdict: Some(Outcome::Complete), ..none }), "Asha");
    let incomplete = Filter { verdict: Some(Outcome::Incomplete), ..none };
    assert_eq!(reached(Filter { course, place: Some(OnBatch::Seat), ..incomplete }), "Bela");
}

/// A notice to a block, confirmed ten minutes ago.
fn confirmed(stage: &Stage, count: &str) {
    let (actor, secret) = (stage.actor("District Admin"), stage.site.secret.clone());
    let draft = NoticeDraft {
        unit: "B11".to_owned(),
        subject_hi: HI.0.to_owned(),
        body_hi: HI.1.to_owned(),
        subject_en: EN.0.to_owned(),
        body_en: EN.1.to_owned(),
        ..NoticeDraft::default()
    };
    let id = stage.write(|db, stamp| notices::create(db, &actor, &draft, stamp));
    stage.write(|db, stamp| notices::ask_code(db, &secret, &actor, id, stamp));
    let form = Confirmation { code: code(stage), count: count.to_owned() };
    let entered =
        stage.write(|db, stamp| notices::confirm(db, &stage.site, &actor, id, &form, stamp));
    assert_eq!(entered, Entered::Good);
    stage.site.clock.set(stage.now().plus_minutes(10));
}

#[actix_web::test]
async fn a_letter_to_many_as_its_reader_sees_it() {
    snapshot("letter-notice", |stage, _| confirmed(stage, "1")).await;
    // Whose language is not known gets both.
    let stage = Stage::new("2026-11-20 04:30").await;
    let asha = stage.person("Asha Devi", "B11");
    stage.write(|db, _| {
        let row = people::table.find(asha);
        Ok(diesel::update(row).set(people::language.eq(None::<Language>)).execute(db)?)
    });
    confirmed(&stage, "1");
    stage.tick().await;
    let of_asha = |l: &String| l.contains("To: asha.devi@");
    let said = read_all(&stage).into_iter().find(of_asha).expect("a letter");
    let (hi, en) = (said.find("नमस्ते Asha Devi जी"), said.find("Dear Asha Devi"));
    assert!(hi.zip(en).is_some_and(|(hi, en)| hi < en), "{said}");
    let mut letters = stage.letters().into_iter();
    let hers = letters.find(|l| l.to == "asha.devi@example.org").expect("a letter");
    assert!(hers.bytes.contains("a.example/m"), "{}", hers.bytes);
}

#[actix_web::test]
async fn a_code_to_confirm_as_its_reader_sees_it() {
    snapshot("letter-proof", |stage, person| {
        let role = access::rules::Role::Admin;
        let unit = stage.unit("B11");
        stage.write(|db, stamp| access::grant(db, None, person, role, unit, None, stamp));
        let actor = stage.read(|db| access::actor_of(db, person, stage.now()));
        let secret = "one that never changes";
        stage.write(|db, stamp| {
            access::proof::ask(db, secret, &actor, "x", "/letters/notices/1/confirmation", stamp)
        });
    })
    .await;
}
