//! Taking the roll: on the page with and without its script, by the phone's queue, late and early.

use diesel::prelude::*;
use prashikshan::access::{self, rules::Role};
use prashikshan::attendance::{
    self,
    rules::{SentMark, Source},
};
use prashikshan::completion::rules::Status;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};
use prashikshan::kit::schema::{mark_events, roll_closings};
use serde_json::{Value, json};

use crate::classroom::{self, Course};
use crate::stage::{Stage, wish};

/// A session on 2 March at 09:00 UTC with Asha, Bela and Chand on its list.
struct Day {
    stage: Stage,
    course: Course,
    batch: BatchId,
    session: SessionId,
    asha: PersonId,
    bela: PersonId,
    chand: PersonId,
}

impl Day {
    async fn at(now: &str) -> Self {
        let stage = Stage::new("2026-03-01 08:00").await;
        let course = classroom::course(&stage, "C1", 80, "A60! B60");
        let batch = classroom::batch(&stage, &course, "D1", 30);
        let session = classroom::session(&stage, batch, &course, "AB", "2026-03-02 09:00");
        let asha = stage.person("Asha", "B11");
        let bela = stage.person("Bela", "B12");
        let chand = stage.person("Chand", "B11");
        for person in [chand, asha, bela] {
            classroom::enrol(&stage, batch, person);
        }
        stage.clock_to(now);
        Self { stage, course, batch, session, asha, bela, chand }
    }

    fn page(&self) -> String {
        format!("/sessions/{}/roll-call", self.session)
    }

    fn marks(&self) -> String {
        format!("/api/v1/sessions/{}/marks", self.session)
    }

    fn roll(&self) -> String {
        classroom::roll(&self.stage, self.session)
    }

    fn events(&self) -> i64 {
        self.stage.read(|db| Ok(mark_events::table.count().get_result(db)?))
    }
}

fn mark(id: &str, person: PersonId, status: &str, at: &str) -> Value {
    json!({ "id": id, "person": person, "status": status, "at": at })
}

/// `created duplicate too-late`
fn results(answer: &Value) -> String {
    let word = |v: &Value| v["reason"].as_str().or(v["result"].as_str()).unwrap_or("?").to_owned();
    answer.as_array().expect("a list").iter().map(word).collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn a_trainer_takes_the_roll_without_a_script() {
    let day = Day::at("2026-03-02 09:05").await;
    let trainer = day.stage.trainer();
    let page = trainer.get(&day.page()).await.must_be(200).says("1 Asha").says("3 Chand");
    assert!(page.body.contains(&format!("name=\"mark-{}\"", day.asha)));

    let (asha, bela) = (format!("mark-{}", day.asha), format!("mark-{}", day.bela));
    let saved =
        trainer.post(&day.page(), &[(&asha, "present"), (&bela, "late")]).await.must_be(303);
    assert_eq!(saved.location(), day.page());
    assert_eq!(day.roll(), "Asha present, Bela late");

    trainer.post(&day.page(), &[(&asha, "present"), (&bela, "absent")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha present, Bela absent");
    assert_eq!(day.events(), 3, "what did not change makes no new mark");
}

#[actix_web::test]
async fn a_phone_sends_what_was_done_and_hears_of_each() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer();
    let bundle = format!("{}/bundle", day.page());
    let roster = trainer.get(&bundle).await.must_be(200).json();
    assert_eq!(roster["people"][0]["name"], "Asha");
    assert_eq!(roster["people"][0]["n"], 1);
    assert!(!roster.to_string().contains("+91"), "no phone of anybody");
    let state = trainer.get("/sync/state").await.must_be(200).json();
    assert_eq!(state["person"], day.stage.person_named("Trainer One").to_string());
    day.stage.nobody().get("/sync/state").await.must_be(401);

    let url = format!("/sessions/{}/marks", day.session);
    let mut first = mark("m1", day.asha, "present", "2026-03-05T09:10:00Z");
    first["offset_ms"] = json!(-3 * 86_400_000);
    first["sequence"] = json!(1);
    let mut filled = mark("m2", day.bela, "absent", "2026-03-02T09:20:00Z");
    filled["closing"] = json!(true);
    let sent = json!([
        first,
        { "id": "w1", "walk_in": { "name": "Dev Kumar", "phone": "98765 43210" }, "status": "late",
          "at": "2026-03-02T09:12:00Z", "offset_ms": 0, "sequence": 2 },
        filled,
        { "id": "f1", "finish": "leave", "at": "2026-03-02T09:21:00Z", "sequence": 4 },
        { "id": "w2", "walk_in": { "name": "", "phone": "12" }, "status": "present",
          "at": "2026-03-02T09:12:00Z" },
        { "id": "x", "person": "1" },
        "what",
    ]);
    let heard = trainer.post_json(&url, sent.clone()).await.must_be(200).json();
    assert_eq!(results(&heard), "created created created created malformed malformed malformed");
    let again = trainer.post_json(&url, sent).await.must_be(200).json();
    assert!(results(&again).starts_with("duplicate duplicate duplicate"), "{again}");
    assert_eq!(day.roll(), "Asha present, Bela absent");
    let page = trainer.get(&day.page()).await.must_be(200);
    page.says("Dev Kumar").says("Roll call finished");

    // What was only filled in at the end gives way, however late the other arrives.
    let seen = json!([mark("m3", day.bela, "present", "2026-03-02T09:01:00Z")]);
    trainer.post_json(&url, seen).await.must_be(200);
    assert_eq!(day.roll(), "Asha present, Bela present");

    day.stage.newcomer("Nosy", "B21").post_json(&url, json!([])).await.must_be(404);
}

#[actix_web::test]
async fn a_file_of_another_phone_is_taken_in_once() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer();
    let file = json!({ "prashikshan_marks": 1, "sessions": [
        { "session": day.session, "marks": [
            mark("m1", day.asha, "present", "2026-03-02T09:10:00Z"),
            mark("m2", day.stage.person("Gone", "B11"), "present", "2026-03-02T09:10:00Z"),
        ] },
        { "session": "7", "marks": [] },
    ] })
    .to_string();
    trainer.get("/sync").await.must_be(200);
    let taken = trainer.post("/sync", &[("file", &file)]).await.must_be(200);
    taken.says("1 kept, 0 there before").says("no longer on the list").says("no longer take");
    trainer.post("/sync", &[("file", &file)]).await.must_be(200).says("0 kept, 1 there before");
    assert_eq!((day.roll(), day.events()), ("Asha present".to_owned(), 1));
    trainer.post_file("/sync", "upload", &file).await.must_be(200).says("0 kept, 1 there before");
    trainer.post_file("/sync", "upload", "{").await.must_be(422).says("no file of saved marks");
    trainer.post_file("/sync", "other", &file).await.must_be(422);
    for odd in ["", "{", "[]", "{\"prashikshan_marks\": 2, \"sessions\": []}"] {
        trainer.post("/sync", &[("file", odd)]).await.must_be(422).says("no file of saved marks");
    }
}

#[actix_web::test]
async fn what_a_phone_keeps_without_a_network_holds_no_name() {
    let day = Day::at("2026-03-02 09:30").await;
    for page in ["", "/roll-call", "/scanner", "/check-in", "/badge", "/sync"] {
        let path = &format!("/offline{page}");
        let page = day.stage.trainer().get(path).await.must_be(200);
        assert!(!page.body.contains("Trainer One") && !page.body.contains("Asha"), "{path}");
    }
    let worker = day.stage.nobody().get("/service-worker.js").await.must_be(200);
    assert!(!worker.body.contains("__VERSION__"));
    assert!(worker.body.lines().count() <= 150);
    let manifest = day.stage.nobody().get("/manifest.webmanifest").await.must_be(200);
    assert_eq!(manifest.json()["start_url"], "/today");
}

#[actix_web::test]
async fn a_walk_in_is_taken_down_and_recognised_later() {
    let day = Day::at("2026-03-02 09:30").await;
    let stage = &day.stage;
    let dev = stage.person("Dev Kumar", "B12");
    let url = format!("/sessions/{}/walk-ins", day.session);
    stage.trainer().post(&url, &[("name", "Dev Kumaar"), ("phone", "12")]).await.must_be(422);
    let down = [("name", "Dev Kumar"), ("phone", "9876543210")];
    stage.trainer().post(&url, &down).await.must_be(303);
    let page = stage.trainer().get(&day.page()).await.must_be(200).says("Dev Kumar");
    assert!(!page.body.contains("/walk-ins/"), "a trainer does not search people");
    let page = stage.district_admin().get(&day.page()).await.must_be(200);
    let at = page.body.find("href=\"/walk-ins/").expect("a link to match") + 6;
    let match_url = page.body[at..].split('"').next().expect("an address").to_owned();
    stage.other_admin().get(&match_url).await.must_be(404);
    stage.district_admin().get(&match_url).await.must_be(200).says("Hill block");
    let who = [("person", &*dev.to_string())];
    stage.district_admin().post(&match_url, &who).await.must_be(303);
    assert_eq!(day.roll(), "Dev Kumar present", "though he has no seat here");
    stage.district_admin().post(&match_url, &who).await.must_be(409);
}

#[actix_web::test]
async fn a_mistake_is_reported_and_decided() {
    let day = Day::at("2026-03-02 09:30").await;
    let stage = &day.stage;
    let asha = format!("mark-{}", day.asha);
    stage.trainer().post(&day.page(), &[(&asha, "absent")]).await.must_be(303);
    let mine = stage.sign_in(day.asha);
    let url = format!("/sessions/{}/appeal", day.session);
    let says = [("claim", "present"), ("text", "I sat in the last row")];
    mine.post(&url, &says).await.must_be(409).says("after the session");
    stage.clock_to("2026-03-16 11:00");
    mine.get("/me/attendance").await.must_be(200).says("Report a mistake");
    mine.post(&url, &[("claim", "absent"), ("text", "")]).await.must_be(422);
    mine.post(&url, &says).await.must_be(303);
    mine.post(&url, &says).await.must_be(409);
    mine.get(&url).await.must_be(200).says("waits for a decision");
    stage.newcomer("Nosy", "B11").get(&url).await.must_be(404);

    // The days of the roll are long over; the decision is open all the same.
    let page =
        stage.trainer().get(&day.page()).await.must_be(200).says("says that the mark is wrong");
    let at = page.body.find("href=\"/appeals/").expect("a link to decide") + 6;
    let decide = page.body[at..].split('"').next().expect("an address").to_owned();
    stage.trainer().get(&decide).await.must_be(200).says("I sat in the last row");
    stage.other_admin().get(&decide).await.must_be(404);
    mine.post(&decide, &[("decision", "granted"), ("status", "present")]).await.must_be(404);
    stage.trainer().post(&decide, &[("decision", "refused")]).await.must_be(422);
    let grant = [("decision", "granted"), ("status", "present"), ("answer", "Seen on the photo")];
    stage.trainer().post(&decide, &grant).await.must_be(303);
    assert_eq!(day.roll(), "Asha present");
    stage.trainer().post(&decide, &grant).await.must_be(409);
    mine.get(&url).await.must_be(200).says("The mark was changed").says("Seen on the photo");

    let bela = stage.sign_in(day.bela);
    stage.clock_to("2026-03-17 11:01");
    bela.post(&url, &says).await.must_be(409).says("within 15 days");
}

#[actix_web::test]
async fn a_roll_that_nobody_finished_is_closed_by_the_clock() {
    let day = Day::at("2026-03-02 09:30").await;
    let stage = &day.stage;
    let closings = || -> Vec<String> {
        stage.read(|db| Ok(roll_closings::table.select(roll_closings::how).load(db)?))
    };
    stage.clock_to("2026-03-07 11:00");
    stage.tick().await;
    assert!(closings().is_empty(), "five days are not over");
    stage.clock_to("2026-03-07 11:01");
    let before = stage.site.database.statements.count();
    let now = stage.now();
    stage.write(|db, _| attendance::close_overdue(db, now));
    assert!(stage.site.database.statements.count() - before <= 6);
    stage.tick().await;
    assert_eq!(closings(), ["not_marked"]);
    assert_eq!(day.roll(), "", "nobody is presumed absent");
    stage.admin().get("/dashboard").await.must_be(200).says("closed as not marked");
    stage.admin().get(&day.page()).await.must_be(200).says("Closed when its time was over");
}

#[actix_web::test]
async fn the_sheet_is_typed_in_by_the_numbers_of_the_absent() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer();
    let sheet = trainer.get(&format!("/sessions/{}/sheet", day.session)).await.must_be(200);
    assert!(sheet.text().contains("हस्ताक्षर / Signature"));
    let at = sheet.body.find("<br><b>").expect("the code") + 7;
    let code = sheet.body[at..].split('<').next().expect("the code").to_owned();
    let quick = format!("{}/quick", day.page());
    let ask = |sheet: &str, absent: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("sheet", sheet), ("absent", absent), ("read", "yes")])
            .finish();
        format!("{quick}?{query}")
    };
    trainer.get(&quick).await.must_be(200).says("Numbers of those absent");
    let read = trainer.get(&ask(&code, "2; late 3/8")).await.must_be(200);
    read.says("2. Bela").says("3. Chand").says("8 minutes").says("The other 1 are present");
    assert_eq!(day.events(), 0, "reading back keeps nothing");
    let wrong = trainer.get(&ask(&code, "9 2 2 x")).await.must_be(200);
    wrong
        .says("Number 9 is not on the list")
        .says("Number 2 stands twice")
        .says("“x” cannot be read");
    trainer.post(&quick, &[("sheet", &code), ("absent", "9")]).await.must_be(422);
    trainer.post(&quick, &[("sheet", "1"), ("absent", "2")]).await.must_be(422).says("11 digits");
    assert_eq!(day.events(), 0, "nothing is kept until everything is right");
    trainer.post(&quick, &[("sheet", &code), ("absent", "2; late 3/8")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha present, Bela absent, Chand late 8");

    // Somebody joins: the numbers move, and the old sheet is refused with the reason.
    classroom::enrol(&day.stage, day.batch, day.stage.person("Anil", "B11"));
    let old = trainer.post(&quick, &[("sheet", &code), ("absent", "1")]).await.must_be(422);
    old.says("somebody joined or left");
    assert_eq!(day.roll(), "Asha present, Bela absent, Chand late 8");
}

#[actix_web::test]
async fn somebody_who_left_early_has_minutes() {
    let day = Day::at("2026-03-02 10:30").await;
    let trainer = day.stage.trainer();
    let (mark, minutes) = (format!("mark-{}", day.asha), format!("minutes-{}", day.asha));
    trainer
        .get(&format!("/sessions/{}/marks?person={}", day.session, day.asha))
        .await
        .must_be(200)
        .says("Asha");
    trainer
        .post(&day.page(), &[(&mark, "partial"), (&minutes, "")])
        .await
        .must_be(422)
        .says("minutes attended");
    trainer.post(&day.page(), &[(&mark, "partial"), (&minutes, "soon")]).await.must_be(422);
    trainer.post(&day.page(), &[(&mark, "partial"), (&minutes, "90")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha partial 90");
    trainer.get(&day.page()).await.must_be(200).says("Left after 90 minutes");
    trainer.post(&day.page(), &[(&mark, "present"), (&minutes, "90")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha present");
    trainer.post(&day.page(), &[("colour", "red")]).await.must_be(422);
    trainer.post(&day.page(), &[(&mark, "asleep")]).await.must_be(422);
}

#[actix_web::test]
async fn marks_end_the_same_in_any_order_split_or_repeat() {
    let mut rolls = vec![];
    let orders: [&[usize]; 5] = [
        &[0, 1, 2, 3, 4],
        &[4, 3, 2, 1, 0],
        &[2, 0, 4, 1, 3],
        &[1, 1, 4, 0, 3, 2, 0],
        &[3, 2, 1, 0, 4, 4],
    ];
    for (n, order) in orders.iter().enumerate() {
        let day = Day::at("2026-03-02 09:30").await;
        let all = [
            mark("m1", day.asha, "present", "2026-03-02T09:01:00Z"),
            mark("m2", day.asha, "late", "2026-03-02T09:02:00Z"),
            mark("m3", day.bela, "absent", "2026-03-02T09:02:00Z"),
            mark("m4", day.bela, "excused", "2026-03-02T09:02:00Z"),
            mark("m5", day.chand, "present", "2026-03-02T09:03:00Z"),
        ];
        let trainer = day.stage.trainer().by_token();
        let cut = n.min(order.len());
        for part in [&order[..cut], &order[cut..], &order[..]] {
            let body: Vec<Value> = part.iter().map(|i| all[*i].clone()).collect();
            trainer.api_post(&day.marks(), json!(body)).await.must_be(200);
        }
        rolls.push((day.roll(), day.events()));
    }
    assert_eq!(rolls[0], ("Asha late, Bela excused, Chand present".to_owned(), 5));
    assert!(rolls.iter().all(|r| *r == rolls[0]), "{rolls:?}");
}

#[actix_web::test]
async fn each_mark_hears_what_came_of_it() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer().by_token();
    let stranger = day.stage.person("Dev", "B11");
    let send = async |body: Value| {
        results(&trainer.api_post(&day.marks(), body).await.must_be(200).json())
    };
    let first = json!([
        mark("a", day.asha, "present", "2026-03-02T09:10:00Z"),
        mark("b", day.asha, "late", "2026-03-02T09:05:00+00:00"),
        mark("c", stranger, "present", "2026-03-02T09:10:00Z"),
        mark("d", day.bela, "asleep", "2026-03-02T09:10:00Z"),
        mark("e", day.bela, "present", "yesterday"),
        mark("f", day.bela, "partial", "2026-03-02T09:10:00Z"),
        { "id": "g" },
        "h",
        mark("i", day.bela, "present", "2026-03-02T14:45:00+05:30"),
    ]);
    assert_eq!(
        send(first.clone()).await,
        "created superseded not-on-roster malformed malformed malformed malformed malformed created"
    );
    assert_eq!(
        send(first).await,
        "duplicate duplicate not-on-roster malformed malformed malformed malformed malformed duplicate"
    );
    assert_eq!(day.roll(), "Asha present, Bela present");

    // What cannot be yet is refused; by its distance a clock that is ahead is put right.
    let ahead = mark("j", day.chand, "present", "2026-03-05T09:20:00Z");
    assert_eq!(send(json!([ahead])).await, "from-the-future");
    let mut ahead = mark("j", day.chand, "present", "2026-03-05T09:20:00Z");
    ahead["offset_ms"] = json!(-3 * 86_400_000);
    ahead["sequence"] = json!(7);
    assert_eq!(send(json!([ahead])).await, "created");
    day.stage.clock_to("2026-03-02 09:31");
    let one = mark("k", day.chand, "absent", "2026-03-02T09:21:00Z");
    assert_eq!(send(json!([one])).await, "created");
    assert_eq!(day.roll(), "Asha present, Bela present, Chand absent");
    let kept: (Option<Moment>, Option<i64>, Moment) = day.stage.read(|db| {
        Ok(mark_events::table
            .find("j")
            .select((mark_events::device_at, mark_events::sequence, mark_events::marked_at))
            .first(db)?)
    });
    let at = |text: &str| Moment::parse(text).expect("a moment");
    assert_eq!(kept, (Some(at("2026-03-05 09:20")), Some(7), at("2026-03-02 09:20")));

    // The same id with other words is another mark.
    let other = mark("k", day.chand, "present", "2026-03-02T09:21:00Z");
    assert_eq!(send(json!([other])).await, "other-body");

    trainer.api_post(&day.marks(), json!({ "id": "a" })).await.must_be(422);
    let many: Vec<Value> = (0..501).map(|n| json!({ "id": n.to_string() })).collect();
    trainer.api_post(&day.marks(), json!(many)).await.must_be(422);
}

#[actix_web::test]
async fn an_id_of_another_session_is_not_taken_again() {
    let day = Day::at("2026-03-02 09:30").await;
    let other = classroom::session(&day.stage, day.batch, &day.course, "A", "2026-03-02 09:00");
    let trainer = day.stage.trainer().by_token();
    let one = json!([mark("a", day.asha, "present", "2026-03-02T09:10:00Z")]);
    trainer.api_post(&day.marks(), one.clone()).await.must_be(200);
    let answer =
        trainer.api_post(&format!("/api/v1/sessions/{other}/marks"), one).await.must_be(200);
    assert_eq!(results(&answer.json()), "other-session");
}

#[actix_web::test]
async fn the_roll_opens_before_the_start_and_closes_by_role() {
    let day = Day::at("2026-03-02 08:44").await;
    let stage = &day.stage;
    let n = std::cell::Cell::new(0);
    let send = async |client: crate::stage::Client| {
        n.set(n.get() + 1);
        let one =
            json!([mark(&format!("m{}", n.get()), day.asha, "present", &stage.now().to_string())]);
        results(&client.by_token().api_post(&day.marks(), one).await.must_be(200).json())
    };
    let form = [(format!("mark-{}", day.asha), "present")];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), *v)).collect();

    let absent = [(form[0].0, "absent")];
    assert_eq!(send(stage.trainer()).await, "too-early");
    stage.trainer().get(&day.page()).await.must_be(200).says("not open yet");
    stage.trainer().post(&day.page(), &form).await.must_be(409).says("not open yet");
    stage.clock_to("2026-03-02 08:45");
    assert_eq!(send(stage.trainer()).await, "created");
    stage.clock_to("2026-03-04 11:00");
    assert_eq!(send(stage.trainer()).await, "created");
    stage.clock_to("2026-03-04 11:01");
    assert_eq!(send(stage.trainer()).await, "too-late");
    stage.trainer().post(&day.page(), &form).await.must_be(409);
    assert_eq!(send(stage.district_admin()).await, "created");
    stage.clock_to("2026-03-07 11:01");
    assert_eq!(send(stage.district_admin()).await, "too-late");
    // So late the state says why.
    assert_eq!(send(stage.admin()).await, "reason-needed");
    stage.admin().post(&day.page(), &absent).await.must_be(422).says("say why");
    let why = [absent[0], ("reason", "Signed sheet found")];
    stage.admin().post(&day.page(), &why).await.must_be(303);
    let history = format!("/sessions/{}/marks?person={}", day.session, day.asha);
    stage.admin().get(&history).await.must_be(200).says("Reason: Signed sheet found");
    classroom::set_session_state(stage, day.session, "cancelled");
    assert_eq!(send(stage.admin()).await, "cancelled");
    classroom::set_session_state(stage, day.session, "draft");
    assert_eq!(send(stage.admin()).await, "not-published");
}

#[actix_web::test]
async fn only_those_who_teach_there_take_the_roll() {
    let day = Day::at("2026-03-02 09:05").await;
    let stage = &day.stage;
    let other = stage.person("Other Trainer", "D2");
    let unit = stage.unit("D2");
    stage.write(|db, stamp| access::grant(db, None, other, Role::Trainer, unit, None, stamp));
    let form = [(format!("mark-{}", day.asha), "present")];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    let one = json!([mark("a", day.asha, "present", "2026-03-02T09:05:00Z")]);
    let roster = format!("/api/v1/sessions/{}/roster", day.session);
    let newcomer = stage.sign_in(day.asha);
    for (client, status) in [
        (stage.sign_in(other), 404),
        (stage.other_admin(), 404),
        (newcomer, 404),
        (stage.auditor(), 403),
    ] {
        client.get(&day.page()).await.must_be(status);
        client.get(&format!("/sessions/{}/sheet", day.session)).await.must_be(status);
        client.get(&format!("/sessions/{}/marks", day.session)).await.must_be(status);
        client.post(&day.page(), &form).await.must_be(status);
        client.post(&format!("{}/closing", day.page()), &[]).await.must_be(status);
        let program = client.by_token();
        program.api_get(&roster).await.must_be(status);
        program.api_post(&day.marks(), one.clone()).await.must_be(status);
    }
    assert_eq!(day.roll(), "");
    stage.nobody().get(&day.page()).await.must_be(303);
    stage.nobody().api_get(&roster).await.must_be(401);

    // A trainer of this very session needs no role in its unit.
    classroom::add_trainer(stage, day.session, other);
    stage.sign_in(other).post(&day.page(), &form).await.must_be(303);
    assert_eq!(day.roll(), "Asha present");

    // Once it is taken away, the name on the session opens nothing, also for what a phone had kept.
    let (trainer, program) = (stage.sign_in(other), stage.sign_in(other).by_token());
    stage.write(|db, _| {
        use prashikshan::kit::schema::grants;
        diesel::delete(grants::table.filter(grants::person_id.eq(other))).execute(db)?;
        Ok(())
    });
    trainer.get(&day.page()).await.must_be(404);
    trainer.post(&day.page(), &form).await.must_be(404);
    program.api_post(&day.marks(), one).await.must_be(404);
}

#[actix_web::test]
async fn a_helper_marks_one_session_until_its_roll_is_finished() {
    let day = Day::at("2026-03-02 09:05").await;
    let stage = &day.stage;
    let helper = stage.person("Helper", "B11");
    stage.write(|db, stamp| {
        let row = access::store::NewGrant {
            id: prashikshan::kit::ids::GrantId(stamp.id()),
            person_id: helper,
            role: Role::Helper,
            unit_id: None,
            session_id: Some(day.session),
            valid_from: None,
            valid_to: None,
            granted_by: None,
            created_at: stamp.now,
        };
        access::store::add_grant(db, &row)
    });
    let other = classroom::session(stage, day.batch, &day.course, "A", "2026-03-02 09:00");
    let client = stage.sign_in(helper);
    client.get(&format!("/sessions/{other}/roll-call")).await.must_be(404);
    let (asha, bela) = (format!("mark-{}", day.asha), format!("mark-{}", day.bela));
    client.post(&day.page(), &[(&asha, "present")]).await.must_be(303);
    stage
        .trainer()
        .post(&format!("{}/closing", day.page()), &[("choice", "leave")])
        .await
        .must_be(303);
    client.post(&day.page(), &[(&bela, "present")]).await.must_be(409);
    assert_eq!(day.roll(), "Asha present");
}

#[actix_web::test]
async fn finishing_asks_what_the_unmarked_are() {
    let day = Day::at("2026-03-02 10:50").await;
    let trainer = day.stage.trainer();
    let closing = format!("{}/closing", day.page());
    let asha = format!("mark-{}", day.asha);
    trainer.post(&day.page(), &[(&asha, "present")]).await.must_be(303);

    trainer.post(&closing, &[]).await.must_be(200).says("2 people are not marked").says("Bela");
    let closings =
        || -> i64 { day.stage.read(|db| Ok(roll_closings::table.count().get_result(db)?)) };
    assert_eq!((day.roll(), closings()), ("Asha present".to_owned(), 0));
    trainer.post(&closing, &[("choice", "maybe")]).await.must_be(422);

    trainer.post(&closing, &[("choice", "leave")]).await.must_be(303);
    assert_eq!((day.roll(), closings()), ("Asha present".to_owned(), 1));
    trainer.post(&closing, &[("choice", "absent")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha present, Bela absent, Chand absent");
    trainer.post(&closing, &[]).await.must_be(303);
    trainer.get(&day.page()).await.must_be(200).says("Roll call finished");
    assert_eq!(closings(), 1);
}

#[actix_web::test]
async fn two_hands_that_differ_are_told_of_until_somebody_decides() {
    let day = Day::at("2026-03-02 09:30").await;
    let stage = &day.stage;
    let other = stage.person("Trainer Two", "D1");
    let unit = stage.unit("D1");
    stage.write(|db, stamp| access::grant(db, None, other, Role::Trainer, unit, None, stamp));
    let (one, two) = (stage.trainer().by_token(), stage.sign_in(other).by_token());
    let present = json!([mark("a", day.asha, "present", "2026-03-02T09:10:00Z")]);
    let absent = json!([mark("b", day.asha, "absent", "2026-03-02T09:05:00Z")]);
    one.api_post(&day.marks(), present.clone()).await.must_be(200);
    two.api_post(&day.marks(), absent).await.must_be(200);
    assert_eq!(day.roll(), "Asha present", "the later one counts, whichever came first");

    let trainer = stage.trainer();
    let says = "1 person was marked in 2 different ways";
    trainer.get(&day.page()).await.must_be(200).says(says);
    trainer.get(&format!("/sessions/{}", day.session)).await.must_be(200).says(says);
    let history = format!("/sessions/{}/marks?person={}", day.session, day.asha);
    trainer.get(&history).await.must_be(200).says("Trainer One").says("Trainer Two");
    trainer.clone().in_hindi().get(&history).await.must_be(200).says("2 अलग-अलग दर्ज हुए");

    // The one that counts is chosen: kept as a decision of its own.
    let asha = format!("mark-{}", day.asha);
    trainer.post(&day.page(), &[(&asha, "present"), ("settle", "yes")]).await.must_be(303);
    assert!(!trainer.get(&day.page()).await.must_be(200).text().contains("2 different ways"));
    assert_eq!((day.roll(), day.events()), ("Asha present".to_owned(), 3));
    // A repeat of what was decided on changes nothing.
    one.api_post(&day.marks(), present).await.must_be(200);
    assert!(!trainer.get(&day.page()).await.must_be(200).text().contains("2 different ways"));
}

#[actix_web::test]
async fn a_form_that_grew_old_touches_only_what_was_changed_in_it() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer();
    let (asha, bela) = (format!("mark-{}", day.asha), format!("mark-{}", day.bela));
    trainer.post(&day.page(), &[(&asha, "absent")]).await.must_be(303);
    // Meanwhile a phone marks her present; the old form still shows absent.
    day.stage.clock_to("2026-03-02 09:40");
    let late = json!([mark("a", day.asha, "present", "2026-03-02T09:39:00Z")]);
    trainer.clone().by_token().api_post(&day.marks(), late).await.must_be(200);
    let was = format!("was-{}", day.asha);
    trainer
        .post(&day.page(), &[(&was, "absent"), (&asha, "absent"), (&bela, "present")])
        .await
        .must_be(303);
    assert_eq!(day.roll(), "Asha present, Bela present");
}

#[actix_web::test]
async fn a_late_arrival_may_have_its_minutes() {
    let day = Day::at("2026-03-02 09:30").await;
    let trainer = day.stage.trainer();
    let (asha, minutes) = (format!("mark-{}", day.asha), format!("minutes-{}", day.asha));
    trainer.post(&day.page(), &[(&asha, "late"), (&minutes, "8")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha late 8");
    trainer.get(&day.page()).await.must_be(200).says("Late by 8 minutes");
    // The list has no field for minutes; saving it again loses none.
    trainer.post(&day.page(), &[(&asha, "late")]).await.must_be(303);
    assert_eq!(day.roll(), "Asha late 8");
    trainer.post(&day.page(), &[(&asha, "late"), (&minutes, "-1")]).await.must_be(422);
}

/// Hundreds of cases through the database, or as many as `TEST_CASES` says; the many of every day
/// run without one (`attendance/rules.rs`).
#[actix_web::test]
async fn any_delivery_of_the_same_marks_gives_the_same_roll() {
    const SEED: u64 = 20_261_125;
    let day = Day::at("2026-03-02 12:00").await;
    let stage = &day.stage;
    let trainer = stage.actor("Trainer One");
    let people = [day.asha, day.bela, day.chand];
    let mut seed = SEED;
    let mut below = move |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let cases: u32 = wish("TEST_CASES").and_then(|n| n.parse().ok()).unwrap_or(200);
    println!("{cases} cases from seed {SEED}");
    let start = Moment::parse("2026-03-02 09:00").expect("a moment");
    let mut batch = day.batch;
    for case in 0..cases {
        // What a batch has held is counted with each mark: many cases take new ones.
        if case % 100 == 99 {
            batch = classroom::batch(stage, &day.course, "D1", 30);
            for person in people {
                classroom::enrol(stage, batch, person);
            }
        }
        let session = classroom::session(stage, batch, &day.course, "A", "2026-03-02 09:00");
        let marks: Vec<SentMark> = (0..1 + below(10))
            .map(|n| {
                let status = Status::ALL[below(5) as usize];
                let source = [Source::Roll, Source::Closing, Source::CheckIn][below(3) as usize];
                let at = start.plus_minutes(below(3) as i64);
                let person = people[below(3) as usize];
                SentMark {
                    minutes: (status == Status::Partial).then_some(30),
                    device: Some(format!("phone-{}", below(2))),
                    ..SentMark::new(format!("c{case}-{n}"), person, status, at, source)
                }
            })
            .collect();
        let mut sent = marks.clone();
        for _ in 0..below(4) {
            sent.push(marks[below(marks.len() as u64) as usize].clone());
        }
        for i in (1..sent.len()).rev() {
            sent.swap(i, below(i as u64 + 1) as usize);
        }
        while !sent.is_empty() {
            let call: Vec<SentMark> =
                sent.drain(..(1 + below(3) as usize).min(sent.len())).collect();
            stage.write(|db, stamp| attendance::take_roll(db, &trainer, session, &call, stamp));
        }
        let weight = |s: Source| match s {
            Source::Closing => 0,
            Source::CheckIn => 1,
            _ => 2,
        };
        let mut expected: Vec<(PersonId, String)> = people
            .iter()
            .filter_map(|p| {
                let of = marks.iter().filter(|m| m.person == *p);
                let best =
                    of.max_by_key(|m| (weight(m.source), m.marked_at, m.client_id.clone()))?;
                Some((*p, best.client_id.clone()))
            })
            .collect();
        expected.sort();
        let mut stands: Vec<(PersonId, String)> = stage.read(|db| {
            use prashikshan::kit::schema::marks;
            Ok(marks::table
                .filter(marks::session_id.eq(session))
                .select((marks::person_id, marks::client_id))
                .load(db)?)
        });
        stands.sort();
        assert_eq!(stands, expected, "seed {SEED} case {case}");
        let events: i64 = stage.read(|db| {
            Ok(mark_events::table
                .filter(mark_events::session_id.eq(session))
                .count()
                .get_result(db)?)
        });
        assert_eq!(events, marks.len() as i64, "seed {SEED} case {case}: each once");
    }
}

#[actix_web::test]
async fn a_withdrawn_person_is_off_the_list_but_keeps_the_mark() {
    let day = Day::at("2026-03-02 09:05").await;
    let stage = &day.stage;
    let asha = format!("mark-{}", day.asha);
    stage.trainer().post(&day.page(), &[(&asha, "present")]).await.must_be(303);
    let admin = stage.actor("State Admin");
    for person in [day.asha, day.bela] {
        stage.write(|db, stamp| {
            let e = prashikshan::enrolment::store::enrolment_of(db, day.batch, person)?
                .expect("enrolled");
            prashikshan::enrolment::withdraw(db, &admin, e.id, "moved away", stamp)
        });
    }
    let page = stage.trainer().get(&day.page()).await.must_be(200);
    assert!(!page.text().contains("Asha"));
    // The phone had both on its list: what can be kept is kept, and it is told of the rest.
    let both = json!([
        mark("a", day.asha, "late", "2026-03-02T09:05:01Z"),
        mark("b", day.bela, "present", "2026-03-02T09:05:01Z"),
    ]);
    let url = format!("/sessions/{}/marks", day.session);
    let heard = stage.trainer().post_json(&url, both).await.must_be(200).json();
    assert_eq!(results(&heard), "created withdrawn");
    assert_eq!(day.roll(), "Asha late");
}

#[actix_web::test]
async fn a_crowd_of_phones_waits_outside() {
    let day = Day::at("2026-03-02 09:05").await;
    let trainer = day.stage.trainer();
    let one = json!([mark("a", day.asha, "present", "2026-03-02T09:04:00Z")]);
    let url = format!("/sessions/{}/marks", day.session);
    let others = day.stage.site.deliveries.try_acquire_many(4).expect("all turns");
    for answer in [
        trainer.post_json(&url, one.clone()).await,
        trainer.clone().by_token().api_post(&day.marks(), one.clone()).await,
    ] {
        assert_eq!(answer.must_be(503).header("retry-after"), Some("2"));
    }
    trainer.get(&day.page()).await.must_be(200);
    assert_eq!(day.roll(), "");
    drop(others);
    trainer.post_json(&url, one).await.must_be(200);
    assert_eq!(day.roll(), "Asha present");
}

#[actix_web::test]
async fn a_phone_hears_who_moved_and_that_a_role_has_ended() {
    let day = Day::at("2026-03-02 09:05").await;
    let stage = &day.stage;
    let admin = stage.actor("State Admin");
    stage.write(|db, stamp| {
        let e = prashikshan::enrolment::store::enrolment_of(db, day.batch, day.bela)?
            .expect("enrolled");
        prashikshan::enrolment::withdraw(db, &admin, e.id, "another batch", stamp)
    });
    let other = classroom::batch(stage, &day.course, "B12", 30);
    classroom::enrol(stage, other, day.bela);
    let keeper = stage.person("Keeper", "B11");
    let unit = stage.unit("D1");
    let grant =
        stage.write(|db, stamp| access::grant(db, None, keeper, Role::Trainer, unit, None, stamp));
    let phone = stage.sign_in(keeper);
    let url = format!("/sessions/{}/marks", day.session);
    let at = "2026-03-02T09:04:00Z";
    let both = json!([mark("a", day.asha, "present", at), mark("b", day.bela, "present", at)]);
    let heard = phone.post_json(&url, both).await.must_be(200).json();
    assert_eq!(results(&heard), "created moved");
    stage.admin().post(&format!("/grants/{grant}/end"), &[]).await.must_be(303);
    let late = json!([mark("c", day.asha, "absent", at)]);
    phone.post_json(&url, late).await.must_be(404);
    phone.get(&format!("{}/bundle", day.page())).await.must_be(404);
    assert_eq!(day.roll(), "Asha present");
}

#[actix_web::test]
async fn the_sheet_and_the_history_can_be_read() {
    let day = Day::at("2026-03-02 09:05").await;
    let trainer = day.stage.trainer();
    let sheet = format!("/sessions/{}/sheet", day.session);
    trainer
        .get(&sheet)
        .await
        .must_be(200)
        .says("1 Asha")
        .says("2 Bela")
        .says("3 Chand")
        .says("Module A, Module B");
    trainer.clone().in_hindi().get(&sheet).await.must_be(200).says("हस्ताक्षर").says("विषय A");
    let asha = format!("mark-{}", day.asha);
    trainer.post(&day.page(), &[(&asha, "absent")]).await.must_be(303);
    day.stage.clock_to("2026-03-02 09:06");
    trainer.post(&day.page(), &[(&asha, "present")]).await.must_be(303);
    let history = format!("/sessions/{}/marks?person={}", day.session, day.asha);
    trainer.get(&history).await.must_be(200).says("Trainer One").says("replaced later");
    trainer.get(&format!("/sessions/{}/marks", day.session)).await.must_be(200).says("Asha");

    let roster =
        trainer.by_token().api_get(&format!("/api/v1/sessions/{}/roster", day.session)).await;
    let roster = roster.must_be(200).json();
    assert_eq!(roster["items"][0]["name"], "Asha");
    assert_eq!(roster["items"][0]["serial"], 1);
    assert_eq!(roster["items"][0]["mark"]["status"], "present");
    assert_eq!(roster["items"][0]["mark"]["by"], day.stage.person_named("Trainer One").to_string());
    assert_eq!(roster["items"][1]["mark"], Value::Null);
}

#[actix_web::test]
async fn a_repeat_by_key_gets_the_same_answer() {
    let day = Day::at("2026-03-02 09:05").await;
    let trainer = day.stage.trainer().by_token();
    let one = json!([mark("a", day.asha, "present", "2026-03-02T09:05:00Z")]);
    let first = trainer.api_post_once(&day.marks(), "k", one.clone()).await.must_be(200).body;
    let again = trainer.api_post_once(&day.marks(), "k", one).await.must_be(200).body;
    assert_eq!(first, again);
    trainer.api_post_once(&day.marks(), "k", json!([])).await.must_be(422);
}

#[actix_web::test]
async fn marks_of_many_take_as_many_statements_as_of_few() {
    let stage = Stage::new("2026-03-01 08:00").await;
    let course = classroom::course(&stage, "C1", 80, "A60! B60");
    let batch = classroom::batch(&stage, &course, "D1", 300);
    let session = classroom::session(&stage, batch, &course, "AB", "2026-03-02 09:00");
    let people = classroom::enrol_many(&stage, batch, "B11", 200);
    stage.clock_to("2026-03-02 09:05");
    let trainer = stage.actor("Trainer One");
    let now = Moment::parse("2026-03-02 09:01").expect("a moment");
    let take = |round: &str, people: &[PersonId]| {
        let sent: Vec<SentMark> = people
            .iter()
            .map(|p| {
                let id = format!("{round}-{p}");
                SentMark::new(id, *p, Status::Present, now, Source::Roll)
            })
            .collect();
        let before = stage.site.database.statements.count();
        stage.write(|db, stamp| attendance::take_roll(db, &trainer, session, &sent, stamp));
        stage.site.database.statements.count() - before
    };
    let few = take("a", &people[..10]);
    let many = take("b", &people[..200]);
    assert!(few >= many, "{few} {many}");
    assert!(many <= 21, "{many}");

    let client = stage.trainer();
    let mut counts = vec![];
    for path in ["roll-call", "sheet", "marks"] {
        let before = stage.site.database.statements.count();
        client.get(&format!("/sessions/{session}/{path}")).await.must_be(200);
        counts.push(stage.site.database.statements.count() - before);
    }
    assert!(counts.iter().all(|n| *n <= 11), "{counts:?}");
}
