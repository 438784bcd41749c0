//! Helpers: one session's roll by link or PIN, and no other door.

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::attendance::helpers::rules;
use prashikshan::kit::ids::SessionId;
use prashikshan::kit::schema::helper_passes;
use serde_json::json;

use crate::classroom;
use crate::stage::{Client, Stage};

struct Help {
    stage: Stage,
    session: SessionId,
    other: SessionId,
    pass: i64,
}

impl Help {
    /// A session on 2 March at 09:00 UTC with Asha on its list, and a pass for Ravi.
    async fn wanted() -> Self {
        let stage = Stage::new("2026-03-01 08:00").await;
        let course = classroom::course(&stage, "C1", 80, "A60! B60");
        let batch = classroom::batch(&stage, &course, "D1", 30);
        let session = classroom::session(&stage, batch, &course, "A", "2026-03-02 09:00");
        let other = classroom::session(&stage, batch, &course, "B", "2026-03-02 09:00");
        let asha = stage.person("Asha Devi", "B11");
        classroom::enrol(&stage, batch, asha);
        classroom::add_trainer(&stage, session, stage.person_named("Trainer One"));
        stage.clock_to("2026-03-02 09:05");
        let page = format!("/sessions/{session}/helpers");
        let trainer = stage.trainer();
        trainer.post(&page, &[]).await.must_be(422);
        trainer.post(&page, &[("name", "Ravi Das")]).await.must_be(303);
        let pass = stage.read(|db| Ok(helper_passes::table.select(helper_passes::id).first(db)?));
        Self { stage, session, other, pass }
    }

    fn link(&self) -> String {
        format!("/helper/{}", rules::token(&self.stage.site.secret, self.pass))
    }

    fn pin(&self) -> String {
        rules::pin(&self.stage.site.secret, self.pass)
    }

    fn roll_page(&self) -> String {
        format!("/sessions/{}/roll-call", self.session)
    }

    fn phone(&self) -> Client {
        self.stage.nobody().on_a_phone()
    }
}

#[actix_web::test]
async fn a_link_opens_one_session_s_roll_call_and_nothing_else() {
    let help = Help::wanted().await;
    let ravi = help.phone();
    ravi.get(&help.link()).await.must_be(200).says("Ravi Das");
    ravi.get(&help.roll_page()).await.must_be(303);
    assert_eq!(ravi.post(&help.link(), &[]).await.must_be(303).location(), help.roll_page());
    let page = ravi.get(&help.roll_page()).await.must_be(200).says("Asha Devi");
    let mark = page.body.split("name=\"").find(|t| t.starts_with("mark-")).expect("a row");
    let mark = mark.split('"').next().expect("a name").to_owned();
    ravi.post(&help.roll_page(), &[(&mark, "present")]).await.must_be(303);
    assert_eq!(classroom::roll(&help.stage, help.session), "Asha Devi present");
    help.stage
        .trainer()
        .get(&format!("/sessions/{}/marks", help.session))
        .await
        .must_be(200)
        .says("Ravi Das");

    for shut in [
        format!("/sessions/{}/roll-call", help.other),
        format!("/sessions/{}", help.session),
        format!("/sessions/{}/helpers", help.session),
        format!("/sessions/{}/apologies", help.session),
        "/today".to_owned(),
        "/me".to_owned(),
        "/people".to_owned(),
        "/dashboard".to_owned(),
    ] {
        let answer = ravi.get(&shut).await;
        assert!(matches!(answer.status, 303 | 404), "{shut}: {}", answer.status);
        assert!(!answer.text().contains("Trainer One"), "{shut}");
    }
    ravi.get(&format!("/sessions/{}/scanner", help.session)).await.must_be(200);
    ravi.get(&format!("/sessions/{}/check-in", help.session)).await.must_be(200);
}

#[actix_web::test]
async fn the_door_shuts_when_the_roll_is_finished_or_the_pass_ended() {
    let help = Help::wanted().await;
    let ravi = help.phone();
    ravi.get(&help.link()).await;
    ravi.post(&help.link(), &[]).await.must_be(303);
    ravi.get(&help.roll_page()).await.must_be(200);
    let end = format!("/sessions/{}/helpers/{}/end", help.session, help.pass);
    help.stage.other_admin().post(&end, &[]).await.must_be(404);
    help.stage.trainer().post(&end, &[]).await.must_be(303);
    let gone = ravi.get(&help.roll_page()).await.must_be(303);
    assert_eq!(gone.location(), "/helper", "nothing to sign in to");
    ravi.get("/helper").await.must_be(200).says("pass has ended");
    ravi.get(&format!("{}/state", help.roll_page())).await.must_be(401);
    ravi.get(&format!("{}/bundle", help.roll_page())).await.must_be(401);
    ravi.get(&help.link()).await.must_be(410).says("no longer works");
    help.phone().get("/helper/1.AAAAAAAAAAAAAAAA").await.must_be(410);

    let again = Help::wanted().await;
    let ravi = again.phone();
    ravi.get(&again.link()).await;
    ravi.post(&again.link(), &[]).await.must_be(303);
    let closing = format!("{}/closing", again.roll_page());
    again.stage.trainer().post(&closing, &[("choice", "absent")]).await.must_be(303);
    ravi.get(&again.roll_page()).await.must_be(303);
    ravi.get(&again.link()).await.must_be(410);
}

#[actix_web::test]
async fn a_pin_opens_once_and_guessing_slows_down() {
    let help = Help::wanted().await;
    let ravi = help.phone();
    ravi.get("/helper").await.must_be(200);
    ravi.post("/helper", &[("pin", "12")]).await.must_be(422);
    let wrong = if help.pin() == "000000" { "000001" } else { "000000" };
    ravi.post("/helper", &[("pin", wrong)]).await.must_be(422).says("wrong or was used");
    let opened = ravi.post("/helper", &[("pin", &help.pin())]).await.must_be(303);
    assert_eq!(opened.location(), help.roll_page());
    ravi.get(&help.roll_page()).await.must_be(200);
    let second = help.phone();
    second.get("/helper").await;
    second.post("/helper", &[("pin", &help.pin())]).await.must_be(422);
    second.post("/helper", &[("pin", wrong)]).await.must_be(422);
    second.post("/helper", &[("pin", wrong)]).await.must_be(422);
    second.post("/helper", &[("pin", wrong)]).await.must_be(429);
}

#[actix_web::test]
async fn a_trainer_who_tries_his_own_link_stays_the_trainer() {
    let help = Help::wanted().await;
    let trainer = help.stage.trainer().on_a_phone();
    trainer.get(&help.link()).await.must_be(200);
    trainer.post(&help.link(), &[]).await.must_be(303);
    trainer.get(&format!("/sessions/{}/helpers", help.session)).await.must_be(200).says("Ravi Das");
    let page = trainer.get(&help.roll_page()).await.must_be(200);
    assert!(page.body.contains("/sign-out"), "still signed in");
}

#[actix_web::test]
async fn the_door_shuts_when_whoever_opened_it_may_no_longer_enter() {
    let help = Help::wanted().await;
    let stage = &help.stage;
    let keeper = stage.person("Keeper", "B11");
    let unit = stage.unit("D1");
    let grant =
        stage.write(|db, stamp| access::grant(db, None, keeper, Role::Trainer, unit, None, stamp));
    let page = format!("/sessions/{}/helpers", help.session);
    stage.sign_in(keeper).post(&page, &[("name", "Sita Das")]).await.must_be(303);
    let pass: i64 = stage.read(|db| {
        let hers = helper_passes::table.filter(helper_passes::label.eq("Sita Das"));
        Ok(hers.select(helper_passes::id).first(db)?)
    });
    let link = format!("/helper/{}", rules::token(&stage.site.secret, pass));
    let sita = help.phone();
    sita.get(&link).await;
    sita.post(&link, &[]).await.must_be(303);
    sita.get(&help.roll_page()).await.must_be(200).says("Asha Devi");
    stage.admin().post(&format!("/grants/{grant}/end"), &[]).await.must_be(303);
    sita.get(&help.roll_page()).await.must_be(303);
    sita.get(&link).await.must_be(410);
    let pin = rules::pin(&stage.site.secret, pass);
    help.phone().get("/helper").await;
    let other = help.phone();
    other.get("/helper").await;
    other.post("/helper", &[("pin", &pin)]).await.must_be(422);
}

#[actix_web::test]
async fn a_helper_s_phone_sends_as_the_helper_until_the_roll_is_finished() {
    let help = Help::wanted().await;
    let ravi = help.phone();
    ravi.get(&help.link()).await;
    ravi.post(&help.link(), &[]).await.must_be(303);
    let state = ravi.get(&format!("{}/state", help.roll_page())).await.must_be(200).json();
    assert_eq!(state["person"], format!("helper-{}", help.pass));
    let roster = ravi.get(&format!("{}/bundle", help.roll_page())).await.must_be(200).json();
    assert_eq!(roster["owner"], state["person"]);
    let asha = roster["people"][0]["id"].as_str().expect("an id").to_owned();
    let marks = format!("/sessions/{}/marks", help.session);
    let sent = json!([
        { "id": "m1", "person": asha, "status": "present", "at": "2026-03-02T09:04:00Z" },
        { "id": "m2", "finish": "leave" },
    ]);
    let told = ravi.post_json(&marks, sent.clone()).await.must_be(200).json();
    assert_eq!((&told[0]["result"], &told[1]["result"]), (&json!("created"), &json!("created")));
    ravi.post_json(&marks, sent).await.must_be(401);
    assert_eq!(classroom::roll(&help.stage, help.session), "Asha Devi present");
    let walk_in = [("name", "Nobody Known"), ("phone", "9876543210")];
    let walk_ins = format!("/sessions/{}/walk-ins", help.session);
    assert_eq!(ravi.post(&walk_ins, &walk_in).await.status, 401);
}
