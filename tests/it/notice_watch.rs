//! Letters to many are watched: the right asked again, a quota, a second administrator, an alert.

use std::sync::atomic::Ordering;

use diesel::prelude::*;
use prashikshan::access::proof::Entered;
use prashikshan::access::rules::Role;
use prashikshan::access::{self, Actor};
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{NoticeId, PersonId};
use prashikshan::kit::schema::{
    emails, enrolments, grants, letters, mail_pauses, notices as rows, people,
};
use prashikshan::letters as office;
use prashikshan::letters::notices::{self, Confirmation};

use crate::classroom;
use crate::letters::{by_smtp, read_all, snapshot};
use crate::mail::server_that;
use crate::notices::{
    acts, code, confirm, district, drafted, form, id_of, ledger, state, stop_reminders,
};
use crate::stage::{Client, Stage};

fn admin_of(stage: &Stage, name: &str, unit: &str) -> Client {
    let person = stage.person(name, unit);
    let unit = stage.unit(unit);
    stage.write(|db, stamp| access::grant(db, None, person, Role::Admin, unit, None, stamp));
    stage.sign_in(person)
}

/// Ends every role of somebody, as of yesterday.
fn loses_the_role(stage: &Stage, name: &str) {
    let person = stage.person_named(name);
    let yesterday = stage.now().utc().date_naive().pred_opt();
    stage.write(|db, _| {
        let of = grants::table.filter(grants::person_id.eq(person));
        Ok(diesel::update(of).set(grants::valid_to.eq(yesterday)).execute(db)?)
    });
}

/// `State Admin: Letter to 4 people …` for each letter with news that went.
fn news(stage: &Stage) -> Vec<String> {
    let mut out: Vec<String> = stage
        .letters()
        .iter()
        .zip(read_all(stage))
        .filter(|(_, said)| said.contains("administrator of this unit or of one above"))
        .map(|(letter, said)| {
            let subject =
                said.lines().find_map(|l| l.strip_prefix("Subject: ")).expect("a subject");
            format!("{}: {subject}", letter.to.split('@').next().unwrap_or_default())
        })
        .collect();
    out.sort();
    out
}

fn planned(stage: &Stage, kind: &str) -> i64 {
    stage.read(|db| Ok(letters::table.filter(letters::kind.eq(kind)).count().get_result(db)?))
}

// --- The right is asked again -----------------------------------------------------------------------

#[actix_web::test]
async fn who_loses_the_role_writes_to_nobody() {
    // Before its letters are written.
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    loses_the_role(&stage, "District Admin");
    stage.tick().await;
    assert!(ledger(&stage).is_empty());
    assert_eq!(state(&stage, &at), "revoked");

    // Written and held.
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    stage.tick().await;
    stage.clear_letters();
    loses_the_role(&stage, "District Admin");
    stage.tick().await;
    assert_eq!(state(&stage, &at), "revoked");
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    let all = ledger(&stage);
    assert!(all.len() == 4 && all.iter().all(|l| l.ends_with("cancelled")), "{all:?}");
    assert_eq!(news(&stage), ["state.admin: Stopped: letter to 4 people of East district"]);
    let state_admin = stage.admin();
    let page = state_admin.get(&at).await.must_be(200).says("Stopped: the right is gone");
    page.says("does not administer this unit any more").says("Who let it go does not");
    state_admin.post(&format!("{at}/pause/end"), &[]).await.must_be(409);
    state_admin.post(&format!("{at}/cancellation"), &[]).await.must_be(409);
    assert_eq!(acts(&stage, &at), ["notice drafted", "notice confirmed", "notice revoked"]);
    // A role that stands elsewhere, or that is another one, is none here.
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    stage.tick().await;
    loses_the_role(&stage, "District Admin");
    let person = stage.person_named("District Admin");
    for (role, unit) in [(Role::Admin, "B11"), (Role::Auditor, "MP"), (Role::Admin, "D2")] {
        let unit = stage.unit(unit);
        stage.write(|db, stamp| access::grant(db, None, person, role, unit, None, stamp));
    }
    stage.tick().await;
    assert_eq!(state(&stage, &at), "revoked");
}

#[actix_web::test]
async fn a_role_that_ends_in_full_flight_ends_the_letter() {
    let mut stage = Stage::on_disk("2026-03-02 05:00").await;
    for i in 0..60 {
        stage.person(&format!("Person {i:02}"), "B11");
    }
    let admin = stage.district_admin();
    let at = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &at, "60").await;
    stage.tick().await;
    stage.clock_to("2026-03-02 05:10");
    let (site, person) = (stage.site.clone(), stage.person_named("District Admin"));
    let once = std::sync::Once::new();
    let (port, taken) = server_that(move |n| {
        if n >= 20 {
            once.call_once(|| {
                let yesterday = site.now().utc().date_naive().pred_opt();
                let ended = site.write_here(|db| {
                    let of = grants::table.filter(grants::person_id.eq(person));
                    Ok(diesel::update(of).set(grants::valid_to.eq(yesterday)).execute(db)?)
                });
                ended.expect("ended");
            });
        }
    })
    .await;
    by_smtp(&mut stage, port);
    office::tick(&stage.site).await.expect("a turn");
    // Those past their last look, one for each courier, and the letter that tells of the end.
    let sent = ledger(&stage).iter().filter(|l| l.ends_with("sent")).count();
    assert!((12..=27).contains(&sent), "{sent}");
    stage.clock_to("2026-03-02 06:10");
    office::tick(&stage.site).await.expect("a turn");
    let (went, off) = (ledger(&stage), "cancelled");
    assert_eq!(went.iter().filter(|l| l.ends_with("sent")).count(), sent, "nothing more goes");
    assert_eq!(went.iter().filter(|l| l.ends_with(off)).count(), 60 - sent);
    assert_eq!(state(&stage, &at), "revoked");
    assert_eq!(taken.load(Ordering::SeqCst), sent + 1);
}

// --- The quota --------------------------------------------------------------------------------------

#[actix_web::test]
async fn a_day_has_so_many_readers() {
    let (mut stage, _) = district().await;
    stage.site.limits.notice_per_day = [100, 5, 1];
    let admin = stage.district_admin();
    let first = drafted(&admin, &form("D1", &[])).await;
    let page = admin.get(&format!("{first}/confirmation")).await.must_be(200);
    page.says("People you can still write to today: 5 (of 5 in one day)");
    confirm(&stage, &admin, &first, "4").await;
    let second = drafted(&admin, &form("D1", &[])).await;
    let sheet = format!("{second}/confirmation");
    let page = admin.get(&sheet).await.must_be(200).says("write to today: 1 (of 5 in one day)");
    assert!(!page.body.contains("field-code"), "nothing to confirm");
    admin.post(&format!("{second}/code"), &[]).await.must_be(303);
    let given = code(&stage);
    let fields = [("code", given.as_str()), ("count", "4")];
    let refused = admin.post(&sheet, &fields).await.must_be(409);
    refused.says("write to today: 1 (of 5 in one day); this letter would go to 4");
    let asked = Confirmation { code: given.clone(), count: "4".to_owned() };
    let actor = stage.actor("District Admin");
    let tried = stage.try_write(|db, stamp| {
        notices::confirm(db, &stage.site, &actor, id_of(&second), &asked, stamp)
    });
    let Err(Fault::Conflict(problem)) = tried else { panic!("{tried:?}") };
    let free_at = "2026-03-02T18:30:00Z";
    let more = serde_json::json!({ "left": 1, "per_day": 5, "free_at": free_at });
    assert_eq!(problem.more, more);
    assert_eq!(state(&stage, &second), "draft");
    // One reader is left, and goes to the block.
    let small = drafted(&admin, &form("B12", &[])).await;
    confirm(&stage, &admin, &small, "1").await;
    // Whoever administers more may write to more; it is counted for each person.
    let wide = stage.admin();
    let by_state = drafted(&wide, &form("D1", &[])).await;
    confirm(&stage, &wide, &by_state, "4").await;
    // A block of its own has the smallest; what is taken back before it goes does not count.
    let block = admin_of(&stage, "Block Admin", "B12");
    let own = drafted(&block, &form("B12", &[])).await;
    let page = block.get(&format!("{own}/confirmation")).await.must_be(200);
    page.says("write to today: 1 (of 1 in one day)");
}

#[actix_web::test]
async fn what_is_taken_back_is_free_again_and_midnight_frees_the_rest() {
    let (mut stage, _) = district().await;
    stage.site.limits.notice_per_day = [100, 4, 1];
    let admin = stage.district_admin();
    let first = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &first, "4").await;
    let left = async |n: &str| {
        let at = drafted(&admin, &form("D1", &[])).await;
        let page = admin.get(&format!("{at}/confirmation")).await.must_be(200);
        page.says(&format!("write to today: {n} (of 4"));
    };
    left("0").await;
    admin.post(&format!("{first}/cancellation"), &[]).await.must_be(303);
    left("4").await;
    let again = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &again, "4").await;
    left("0").await;
    // Midnight is that of the house: 18:30 UTC.
    for (now, n) in [("2026-03-02 18:29", "0"), ("2026-03-02 18:30", "4")] {
        stage.clock_to(now);
        let admin = stage.district_admin();
        let at = drafted(&admin, &form("D1", &[])).await;
        admin
            .get(&format!("{at}/confirmation"))
            .await
            .must_be(200)
            .says(&format!("today: {n} (of 4"));
    }
}

/// Two tabs, two nodes: both ask at the same moment, one passes.
#[test]
fn two_confirmations_at_once_do_not_both_pass() {
    for round in 0..4 {
        let mut stage = on_disk();
        stage.site.limits.notice_per_day = [100, 1, 1];
        stage.person("Asha", "B11");
        let (actor, secret) = (stage.actor("District Admin"), stage.site.secret.clone());
        let asked: Vec<(NoticeId, Confirmation)> = (0..2)
            .map(|_| {
                let id = kept(&stage, &actor, "B11");
                stage.write(|db, stamp| notices::ask_code(db, &secret, &actor, id, stamp));
                (id, Confirmation { code: code(&stage), count: "1".to_owned() })
            })
            .collect();
        let gate = std::sync::Barrier::new(2);
        let ends: Vec<Result<Entered, Fault>> = std::thread::scope(|scope| {
            let tabs: Vec<_> = asked
                .iter()
                .map(|(id, form)| {
                    let (site, actor, gate) = (stage.site.clone(), actor.clone(), &gate);
                    scope.spawn(move || {
                        gate.wait();
                        let stamp = site.stamp();
                        site.write_here(|db| notices::confirm(db, &site, &actor, *id, form, &stamp))
                    })
                })
                .collect();
            tabs.into_iter().map(|tab| tab.join().expect("a tab")).collect()
        });
        let good = ends.iter().filter(|end| matches!(end, Ok(Entered::Good))).count();
        let over = ends.iter().filter(|end| matches!(end, Err(Fault::Conflict(_)))).count();
        assert_eq!((good, over), (1, 1), "round {round}: {ends:?}");
    }
}

fn on_disk() -> Stage {
    actix_web::rt::System::new().block_on(Stage::on_disk("2026-03-02 05:00"))
}

/// A draft to a unit.
fn kept(stage: &Stage, actor: &Actor, unit: &str) -> NoticeId {
    let draft = notices::rules::NoticeDraft {
        unit: unit.to_owned(),
        subject_hi: "बैठक".to_owned(),
        body_hi: "कल बैठक है।".to_owned(),
        subject_en: "Meeting about the hall".to_owned(),
        body_en: "It is tomorrow.".to_owned(),
        ..Default::default()
    };
    stage.write(|db, stamp| notices::create(db, actor, &draft, stamp))
}

// --- The second administrator -----------------------------------------------------------------------

/// As `district`, where four readers are already many; also an administrator of a block.
async fn strict() -> (Stage, Client) {
    let (mut stage, _) = district().await;
    stage.site.limits.notice_approval_above = 3;
    let admin = stage.district_admin();
    (stage, admin)
}

async fn approve(stage: &Stage, by: &Client, at: &str, count: &str) -> crate::stage::Answer {
    by.post(&format!("{at}/approval/code"), &[]).await.must_be(303);
    let given = code(stage);
    by.post(&format!("{at}/approval"), &[("code", &given), ("count", count)]).await
}

#[actix_web::test]
async fn a_letter_to_very_many_needs_a_second_administrator() {
    let (stage, admin) = strict().await;
    // As many as one may write to alone go at once.
    let few = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &few, "1").await;
    assert_eq!(state(&stage, &few), "going");
    admin.post(&format!("{few}/cancellation"), &[]).await.must_be(303);

    let at = drafted(&admin, &form("D1", &[])).await;
    let page = admin.get(&format!("{at}/confirmation")).await.must_be(200);
    page.says("more than 3 people in one day needs a second")
        .says("State Admin")
        .says("Put up for approval");
    confirm(&stage, &admin, &at, "4").await;
    assert_eq!(state(&stage, &at), "waiting");
    stage.clear_letters();
    stage.tick().await;
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    assert!(ledger(&stage).is_empty(), "nothing goes, nothing is written");
    let told = "state.admin: For your approval: letter to 4 people of East district";
    assert_eq!(news(&stage), [told], "once, to whom it concerns");
    stage.clear_letters();
    // The writer sees who can agree, and cannot do so himself; nobody changes it meanwhile.
    let page = admin.get(&at).await.must_be(200).says("Waits for approval").says("State Admin");
    assert!(!page.body.contains("/approval\""), "no button to decide");
    let sheet = format!("{at}/approval");
    admin.get(&sheet).await.must_be(200).says("somebody else must agree");
    for (door, fields) in [
        ("/approval/code", &[][..]),
        ("/approval", &[("code", "123456"), ("count", "4")]),
        ("/refusal", &[("reason", "x")]),
    ] {
        let path = format!("{at}{door}");
        admin.post(&path, fields).await.must_be(409).says("somebody else must agree");
        stage.other_admin().post(&path, fields).await.must_be(404);
        stage.trainer().post(&path, fields).await.must_be(403);
    }
    admin.post(&at, &form("D1", &[("subject_en", "Other")])).await.must_be(409);
    admin.post(&format!("{at}/pause"), &[]).await.must_be(409);
    assert!(!admin.get("/letters/notices").await.must_be(200).body.contains("/approval"));

    let second = stage.admin();
    second.get("/dashboard").await.must_be(200).says("1 letter to many waits for your approval");
    let page = second.get("/letters/notices").await.must_be(200).says("Waits for your approval");
    assert!(page.body.contains(&sheet));
    second.get(&at).await.must_be(200).says("Look and decide");
    let page = second.get(&sheet).await.must_be(200).says("wants to write to 4 people");
    page.says("Dear District Admin").says("नमस्ते District Admin जी").says("Asha");
    // Another number than there are, a wrong code: nothing happens.
    approve(&stage, &second, &at, "3").await.must_be(422).says("would go to 4 people now");
    let wrong = [("code", "000000"), ("count", "4")];
    second.post(&sheet, &wrong).await.must_be(422).says("not right");
    // Somebody came into the audience since: what was looked at is no more.
    stage.person("Late Comer", "B11");
    approve(&stage, &second, &at, "4").await.must_be(422).says("would go to 5 people now");
    second.get(&sheet).await.must_be(200).says("confirmed for 4 people; now it is 5");
    approve(&stage, &second, &at, "5").await.must_be(303);
    second.post(&sheet, &wrong).await.must_be(409).says("does not wait for approval any more");
    assert_eq!(state(&stage, &at), "going");
    let acted = ["notice drafted", "notice put up for approval", "notice approved"];
    assert_eq!(acts(&stage, &at), acted);
    stage.tick().await;
    assert_eq!(news(&stage), ["district.admin: Approved: letter to 5 people of East district"]);
    assert_eq!(ledger(&stage).len(), 5);
    admin.get(&at).await.must_be(200).says("Held").says("Approved by State Admin");
    // Who came after the approval is no part of it.
    stage.clock_to("2026-03-02 06:10");
    stage.tick().await;
    assert!(ledger(&stage).iter().all(|l| l.ends_with("sent")), "{:?}", ledger(&stage));
}

#[actix_web::test]
async fn parts_of_a_big_letter_count_together() {
    let (stage, admin) = strict().await;
    for unit in ["B11", "B12", "B11"] {
        let at = drafted(&admin, &form(unit, &[])).await;
        confirm(&stage, &admin, &at, "1").await;
        assert_eq!(state(&stage, &at), "going");
    }
    let at = drafted(&admin, &form("B12", &[])).await;
    admin.get(&format!("{at}/confirmation")).await.must_be(200).says("Put up for approval");
    confirm(&stage, &admin, &at, "1").await;
    assert_eq!(state(&stage, &at), "waiting");
    // What somebody agreed to is not counted again, and the next day is another.
    approve(&stage, &stage.admin(), &at, "1").await.must_be(303);
    stage.clock_to("2026-03-02 19:00");
    let admin = stage.district_admin();
    let at = drafted(&admin, &form("B12", &[])).await;
    confirm(&stage, &admin, &at, "1").await;
    assert_eq!(state(&stage, &at), "going");
}

#[actix_web::test]
async fn what_is_sent_back_needs_a_new_approval() {
    let (stage, admin) = strict().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    let second = stage.admin();
    second.post(&format!("{at}/approval/code"), &[]).await.must_be(303);
    let old = code(&stage);
    stage.clear_letters();
    let refusal = format!("{at}/refusal");
    second.post(&refusal, &[("reason", " ")]).await.must_be(422).says("Fill in this field");
    second.post(&refusal, &[("reason", "The day is wrong")]).await.must_be(303);
    second.post(&refusal, &[("reason", "again")]).await.must_be(409);
    assert_eq!(state(&stage, &at), "draft");
    stage.tick().await;
    assert_eq!(news(&stage), ["district.admin: Sent back: letter to 4 people of East district"]);
    let told = read_all(&stage).join("\n");
    assert!(told.contains("Reason: The day is wrong"), "{told}");
    let page = admin.get(&at).await.must_be(200).says("State Admin sent this letter back");
    page.says("The day is wrong");
    let last = acts(&stage, &at).pop();
    assert_eq!(last.as_deref(), Some("notice sent back"));
    // Changed and put up again: the code for the old text opens nothing, the letter comes anew.
    admin.post(&at, &form("D1", &[("subject_en", "Another day")])).await.must_be(303);
    confirm(&stage, &admin, &at, "4").await;
    stage.clear_letters();
    stage.tick().await;
    assert_eq!(news(&stage).len(), 1);
    let fields = [("code", old.as_str()), ("count", "4")];
    second.post(&format!("{at}/approval"), &fields).await.must_be(422).says("not right");
    approve(&stage, &second, &at, "4").await.must_be(303);
    // Approved by somebody whose right ends before it goes: it stops.
    loses_the_role(&stage, "State Admin");
    stage.tick().await;
    assert_eq!(state(&stage, &at), "revoked");
}

#[actix_web::test]
async fn whoever_wrote_it_can_take_it_back_and_who_lost_the_role_is_not_waited_for() {
    let (stage, admin) = strict().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    admin.post(&format!("{at}/cancellation"), &[]).await.must_be(303);
    assert_eq!(state(&stage, &at), "cancelled");
    stage.clear_letters();
    stage.tick().await;
    assert!(news(&stage).is_empty(), "it is not told of any more");
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    loses_the_role(&stage, "District Admin");
    let second = stage.admin();
    let refused = approve(&stage, &second, &at, "4").await.must_be(409);
    refused.says("does not administer its unit any more");
    // One mailbox for both is no second look.
    let (stage, admin) = strict().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    let of_second = emails::table.filter(emails::person_id.eq(stage.person_named("State Admin")));
    let same = "District.Admin@example.org";
    stage.write(|db, _| {
        let row = diesel::update(of_second)
            .set((emails::address.eq(same), emails::folded.eq(same.to_lowercase())));
        Ok(row.execute(db)?)
    });
    let page = stage.admin().get(&format!("{at}/approval")).await.must_be(200);
    page.says("the same mailbox");
    loses_the_role(&stage, "District Admin");
    stage.tick().await;
    assert_eq!(state(&stage, &at), "revoked");
}

#[actix_web::test]
async fn a_house_with_one_administrator_learns_what_to_do() {
    let (mut stage, _) = district().await;
    stage.site.limits.notice_approval_above = 3;
    let only = stage.admin();
    let at = drafted(&only, &form("MP", &[])).await;
    let path = stage.path("MP");
    let count = stage.read(|db| notices::store::counts(db, &path, &Default::default()));
    let count = count.reached().to_string();
    let sheet = format!("{at}/confirmation");
    let page = only.get(&sheet).await.must_be(200).says("here there is nobody but you");
    page.says("from the next day on");
    only.post(&format!("{at}/code"), &[]).await.must_be(303);
    let given = code(&stage);
    let fields = [("code", given.as_str()), ("count", count.as_str())];
    only.post(&sheet, &fields).await.must_be(409).says("here there is nobody but you");
    assert_eq!(state(&stage, &at), "draft");
    // A role that was given on a page counts from the next day on: nobody makes his own second one.
    let fresh = [("email", "auditor.one@example.org"), ("role", "admin"), ("unit", "MP")];
    only.post("/grants", &fresh).await.must_be(303);
    only.get(&sheet).await.must_be(200).says("here there is nobody but you");
    stage.clock_to("2026-03-03 05:00");
    let only = stage.admin();
    only.get(&sheet).await.must_be(200).says("Auditor One");
    confirm(&stage, &only, &at, &count).await;
    assert_eq!(state(&stage, &at), "waiting");
    // Whoever got the role today sees it, and is told why he must wait.
    stage.write(|db, stamp| {
        let all =
            grants::table.filter(grants::role.eq("admin").and(grants::granted_by.is_not_null()));
        Ok(diesel::update(all).set(grants::created_at.eq(stamp.now)).execute(db)?)
    });
    let page = stage.sign_in(stage.person_named("Auditor One"));
    page.get(&format!("{at}/approval")).await.must_be(200).says("From tomorrow on you can agree");
    only.get(&at).await.must_be(200).says("nobody at the moment who can agree");
}

// --- The alert --------------------------------------------------------------------------------------

#[actix_web::test]
async fn the_unit_and_the_one_above_are_told_at_once() {
    let (stage, admin) = district().await;
    let block = admin_of(&stage, "Block Admin", "B11");
    admin_of(&stage, "District Two", "D1");
    admin_of(&stage, "Hill Admin", "B12");
    // By night too: in the morning it would go.
    stage.clock_to("2026-03-02 17:00");
    let admin = stage.sign_in(admin.person.expect("a person"));
    let at = drafted(&admin, &form("B11", &[])).await;
    confirm(&stage, &admin, &at, "2").await;
    stage.clear_letters();
    stage.tick().await;
    stage.tick().await;
    let subject = "Letter to 2 people of River block";
    assert_eq!(
        news(&stage),
        [format!("block.admin: {subject}"), format!("district.two: {subject}")]
    );
    for said in read_all(&stage).iter().filter(|l| l.contains(subject)) {
        for words in ["District Admin writes to 2 people", "Goes from: Tue 3 Mar, 7:00 am", &at] {
            assert!(said.contains(words), "{words} is not in {said}");
        }
        assert!(!said.contains("there is a meeting") && !said.contains("Asha"), "{said}");
        let head = said.split("\n\n").next().unwrap_or_default();
        assert!(!head.contains("Meeting of"), "{head}");
    }
    // Whoever got it can stop it; there is nothing about it that a stranger may read.
    let of_news = letters::table.filter(letters::kind.eq("notice_news")).select(letters::id);
    let id: i64 = stage.read(|db| Ok(of_news.first(db)?));
    stage.other_admin().get(&format!("/letters/{id}")).await.must_be(404);
    stage.admin().get(&format!("/letters/{id}")).await.must_be(200);
    let block = stage.sign_in(block.person.expect("a person"));
    block.post(&format!("{at}/cancellation"), &[]).await.must_be(303);
    stage.clock_to("2026-03-03 02:00");
    stage.tick().await;
    assert!(ledger(&stage).iter().all(|l| l.ends_with("cancelled")));
    assert_eq!(planned(&stage, "notice_news"), 2);
}

#[actix_web::test]
async fn news_of_a_letter_to_many_as_its_reader_sees_it() {
    let grant = |stage: &Stage, person: PersonId| {
        let unit = stage.unit("B11");
        let role = Role::Admin;
        stage.write(|db, stamp| access::grant(db, None, person, role, unit, None, stamp));
    };
    let confirmed = |stage: &Stage| {
        let (actor, secret) = (stage.actor("District Admin"), stage.site.secret.clone());
        let id = kept(stage, &actor, "B11");
        stage.write(|db, stamp| notices::ask_code(db, &secret, &actor, id, stamp));
        let form = Confirmation { code: code(stage), count: "1".to_owned() };
        let seen =
            stage.write(|db, stamp| notices::confirm(db, &stage.site, &actor, id, &form, stamp));
        assert_eq!(seen, Entered::Good);
    };
    snapshot("letter-notice-news", |stage, person| {
        grant(stage, person);
        confirmed(stage);
    })
    .await;
    snapshot("letter-notice-waiting", |stage, person| {
        grant(stage, person);
        let mut site = stage.site.clone();
        site.limits.notice_approval_above = 0;
        let (actor, secret) = (stage.actor("District Admin"), stage.site.secret.clone());
        let id = kept(stage, &actor, "B11");
        stage.write(|db, stamp| notices::ask_code(db, &secret, &actor, id, stamp));
        let form = Confirmation { code: code(stage), count: "1".to_owned() };
        let seen = stage.write(|db, stamp| notices::confirm(db, &site, &actor, id, &form, stamp));
        assert_eq!(seen, Entered::Good);
    })
    .await;
}

// --- Who is gone when it goes on --------------------------------------------------------------------

/// Asha stops such letters, Bela moves away, Chand loses the address, Dev leaves the batch, Esha
/// completes the course; Faiz is as he was.
async fn of_a_batch() -> (Stage, Client, String) {
    let stage = Stage::new("2026-03-02 05:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60");
    let batch = classroom::batch(&stage, &course, "B11", 30);
    for name in ["Asha", "Bela", "Chand", "Dev", "Esha", "Faiz"] {
        let person = stage.person(name, "B11");
        classroom::enrol(&stage, batch, person);
    }
    stage.tick().await;
    let admin = stage.district_admin();
    let batch = batch.to_string();
    let at = drafted(&admin, &form("B11", &[("batch", &batch), ("verdict", "incomplete")])).await;
    confirm(&stage, &admin, &at, "6").await;
    stage.tick().await;
    stage.clear_letters();
    (stage, admin, at)
}

fn they_go(stage: &Stage) {
    use prashikshan::kit::schema::standings;
    stop_reminders(stage, stage.person_named("Asha"));
    let [bela, chand, dev, esha] =
        ["Bela", "Chand", "Dev", "Esha"].map(|name| stage.person_named(name));
    let elsewhere = stage.unit("B21");
    stage.write(|db, _| {
        diesel::update(people::table.find(bela)).set(people::unit_id.eq(elsewhere)).execute(db)?;
        diesel::delete(emails::table.filter(emails::person_id.eq(chand))).execute(db)?;
        diesel::update(enrolments::table.filter(enrolments::person_id.eq(dev)))
            .set(enrolments::place.eq("withdrawn"))
            .execute(db)?;
        diesel::update(standings::table.filter(standings::person_id.eq(esha)))
            .set(standings::standing.eq("complete"))
            .execute(db)?;
        Ok(())
    });
}

fn only_faiz(stage: &Stage) {
    let left = [
        "Asha cancelled",
        "Bela cancelled",
        "Chand missed",
        "Dev cancelled",
        "Esha cancelled",
        "Faiz sent",
    ];
    assert_eq!(ledger(stage), left);
    let said: Vec<String> = read_all(stage).into_iter().filter(|l| l.contains("meeting")).collect();
    assert!(said.len() == 1 && said[0].contains("Dear Faiz"), "{said:?}");
}

#[actix_web::test]
async fn who_is_gone_when_a_paused_letter_goes_on_gets_nothing() {
    let (stage, admin, at) = of_a_batch().await;
    admin.post(&format!("{at}/pause"), &[]).await.must_be(303);
    they_go(&stage);
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    assert!(stage.letters().is_empty(), "nothing goes while it is paused");
    admin.post(&format!("{at}/pause/end"), &[]).await.must_be(303);
    stage.tick().await;
    only_faiz(&stage);
    assert_eq!(state(&stage, &at), "done");
}

#[actix_web::test]
async fn who_is_gone_when_all_mail_goes_on_gets_nothing() {
    let (stage, _, at) = of_a_batch().await;
    let wide = stage.admin();
    wide.post("/letters/pause", &[("reason", "Looking into it")]).await.must_be(303);
    stage.clock_to("2026-03-02 06:00");
    stage.tick().await;
    they_go(&stage);
    stage.tick().await;
    assert!(stage.letters().is_empty());
    wide.post("/letters/pause/end", &[]).await.must_be(303);
    let open: i64 = stage.read(|db| {
        Ok(mail_pauses::table.filter(mail_pauses::ended_at.is_null()).count().get_result(db)?)
    });
    assert_eq!(open, 0);
    stage.tick().await;
    only_faiz(&stage);
    assert_eq!(state(&stage, &at), "done");
    // And a role that ended while all was stopped ends it too.
    let (stage, _, at) = of_a_batch().await;
    let wide = stage.admin();
    wide.post("/letters/pause", &[("reason", "Looking into it")]).await.must_be(303);
    stage.clock_to("2026-03-02 06:00");
    loses_the_role(&stage, "District Admin");
    stage.tick().await;
    wide.post("/letters/pause/end", &[]).await.must_be(303);
    stage.tick().await;
    assert!(ledger(&stage).iter().all(|l| l.ends_with("cancelled")));
    assert_eq!(state(&stage, &at), "revoked");
}

#[actix_web::test]
async fn never_more_than_were_confirmed() {
    let (stage, admin) = district().await;
    let at = drafted(&admin, &form("D1", &[])).await;
    confirm(&stage, &admin, &at, "4").await;
    // A table of people comes in before the letters are written.
    for i in 0..5 {
        stage.person(&format!("Late {i}"), "B11");
    }
    stage.tick().await;
    assert_eq!(ledger(&stage).len(), 4);
    let kept: Option<i64> = stage
        .read(|db| Ok(rows::table.find(id_of(&at)).select(rows::confirmed_count).first(db)?));
    assert_eq!(kept, Some(4));
}
