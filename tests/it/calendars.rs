//! Calendars: pages of months, weeks and lists; private feeds that programs fetch.

use actix_web::http::Method;
use prashikshan::access::rules::Role;
use prashikshan::access::{self};
use prashikshan::kit::ids::SessionId;
use serde_json::json;

use crate::classroom::{add_trainer, batch, course, enrol, session, set_session_state};
use crate::stage::{Answer, Body, Client, Stage};

/// A month in which B11 and B21 meet: on 10 March at 10:30 IST in B11, on the 11th in B21.
struct Plan {
    river: SessionId,
}

fn plan(stage: &Stage) -> Plan {
    let course = course(stage, "INTRO", 80, "A60! B30");
    let b11 = batch(stage, &course, "B11", 30);
    let b21 = batch(stage, &course, "B21", 30);
    let river = session(stage, b11, &course, "A", "2026-03-10 05:00");
    session(stage, b21, &course, "B", "2026-03-11 05:00");
    enrol(stage, b11, stage.person("Asha Devi", "B11"));
    Plan { river }
}

#[actix_web::test]
async fn a_month_a_week_and_a_list_show_the_same_session() {
    let stage = Stage::new("2026-03-02 04:00").await;
    plan(&stage);
    let admin = stage.admin();
    let month = admin.get("/calendar").await.must_be(200).says("March 2026");
    let month = month.says("10:30 am Module A").says("Module B");
    assert!(month.body.find("Mon</th>") < month.body.find("Sun</th>"), "Monday first");
    assert_eq!(month.body.matches("<td ").count(), 42, "whole weeks: 23 February to 5 April");
    assert_eq!(month.body.matches("aria-current=\"date\"").count(), 1, "today is marked");
    let week = admin.get("/calendar?view=week&from=2026-03-12").await.must_be(200);
    let week = week.says("9 Mar – 15 Mar 2026").says("Tue 10 Mar").says("until 12:30 pm");
    assert!(week.body.contains("view=week&amp;from=2026-03-16"), "the week after: {}", week.body);
    let list = admin.get("/calendar?view=list&from=2026-03-10").await.must_be(200);
    list.says("Tue 10 Mar").says("10:30 am – 12:30 pm · Module A").says("Batch of B11");
    let day = admin.get("/calendar?view=day&from=2026-03-11").await.must_be(200);
    assert!(day.text().contains("Module B") && !day.text().contains("Module A"));
    let hindi = admin.clone().in_hindi().get("/calendar?from=2026-03").await.must_be(200);
    hindi.says("मार्च 2026").says("सुबह 10:30 विषय A");
    let empty = admin.get("/calendar?view=list&from=2026-05-01").await.must_be(200);
    empty.says("No session on these days.");
    let odd = admin.get("/calendar?from=2026-02-30&view=year").await.must_be(200);
    odd.says("March 2026").says("Enter the date like");
}

#[actix_web::test]
async fn each_sees_the_sessions_that_are_theirs_to_see() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let plan = plan(&stage);
    let seen = async |client: &Client, query: &str| {
        let text = client.get(&format!("/calendar?from=2026-03{query}")).await.must_be(200).text();
        (text.contains("Module A"), text.contains("Module B"))
    };
    assert_eq!(seen(&stage.admin(), "").await, (true, true));
    assert_eq!(seen(&stage.district_admin(), "").await, (true, false));
    assert_eq!(seen(&stage.admin(), "&unit=D2").await, (false, true));
    assert_eq!(seen(&stage.admin(), "&whose=mine").await, (false, false));
    stage.district_admin().get("/calendar?unit=B21").await.must_be(404);
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    assert_eq!(seen(&asha, "").await, (true, false), "the batch one is on");
    asha.get("/calendar?unit=B11").await.must_be(404);
    asha.get("/me/schedule").await.must_be(200).says("Calendar");
    set_session_state(&stage, plan.river, "draft");
    assert_eq!(seen(&asha, "").await, (false, false), "a draft is nothing to those who come");
    assert_eq!(seen(&stage.district_admin(), "").await, (true, false));
    let trainer = stage.trainer();
    assert_eq!(seen(&trainer, "&whose=mine").await, (false, false));
    add_trainer(&stage, plan.river, stage.person_named("Trainer One"));
    assert_eq!(seen(&trainer, "&whose=mine").await, (true, false));
}

#[actix_web::test]
async fn a_session_over_midnight_stands_on_both_days_and_many_are_counted() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let course = course(&stage, "INTRO", 80, "A60!");
    let b11 = batch(&stage, &course, "B11", 30);
    // 23:00 to 01:00, and one that ends at midnight.
    session(&stage, b11, &course, "A", "2026-03-10 17:30");
    session(&stage, b11, &course, "A", "2026-03-20 16:30");
    for hour in 0..9 {
        session(&stage, b11, &course, "A", &format!("2026-03-25 0{hour}:15"));
    }
    let admin = stage.admin();
    let of = async |day: &str| {
        let page = admin.get(&format!("/calendar?view=day&from={day}")).await.must_be(200);
        page.body.matches("href=\"/sessions/").count()
    };
    assert_eq!([of("2026-03-10").await, of("2026-03-11").await], [1, 1]);
    assert_eq!([of("2026-03-20").await, of("2026-03-21").await], [1, 0]);
    let month = admin.get("/calendar").await.must_be(200).says("5 more");
    assert!(month.body.contains("/calendar?view=day&amp;from=2026-03-25"));
    // Far west of here the same instants are other days.
    admin.api_patch("/api/v1/units/MP", json!({"timezone": "America/New_York"})).await.must_be(200);
    assert_eq!(of("2026-03-25").await, 9, "a session keeps the zone of its place");
}

async fn make(client: &Client, fields: &[(&str, &str)]) -> String {
    address(&client.post("/me/calendars", fields).await.must_be(200).says("shown only now"))
}

/// The address that a page shows this once, without the host.
fn address(page: &Answer) -> String {
    let url = page.body.split("value=\"http://training.example.org").nth(1).expect("an address");
    url.split('"').next().expect("its end").to_owned()
}

async fn fetch(stage: &Stage, path: &str, headers: &[(&str, &str)]) -> Answer {
    stage.nobody().send(Method::GET, path, headers, None, Body::None).await
}

/// The lines of a feed, unfolded.
async fn lines(stage: &Stage, path: &str) -> Vec<String> {
    let file = fetch(stage, path, &[]).await.must_be(200);
    assert!(file.header("content-type").is_some_and(|t| t.starts_with("text/calendar")));
    file.body.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

fn of<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|l| l.strip_prefix(name)).collect()
}

#[actix_web::test]
async fn a_feed_follows_a_session_through_changes_and_its_cancellation() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let plan = plan(&stage);
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    let url = make(&asha, &[("purpose", "attending"), ("label", "My phone")]).await;
    let page = asha.get("/me/calendars").await.must_be(200).says("My phone");
    assert!(!page.body.contains(url.as_str()), "shown once");

    let first = lines(&stage, &url).await;
    let uid =
        format!("session-{}-person-{}@example.org", plan.river, stage.person_named("Asha Devi"));
    assert_eq!(of(&first, "UID:"), [uid.as_str()], "as in the letters");
    assert_eq!(of(&first, "METHOD:"), ["PUBLISH"]);
    assert_eq!(of(&first, "DTSTART;TZID=Asia/Kolkata:"), ["20260310T103000"]);
    assert_eq!(of(&first, "SEQUENCE:"), ["0"]);
    assert_eq!(of(&first, "SUMMARY:"), ["Module A"]);
    assert!(of(&first, "DESCRIPTION").is_empty() && of(&first, "URL").is_empty());
    assert!(of(&first, "ATTENDEE").is_empty());
    assert_eq!(of(&first, "TZID:"), ["Asia/Kolkata"]);

    let answer = fetch(&stage, &url, &[]).await;
    assert!(answer.header("cache-control").is_some_and(|c| c.starts_with("private")));
    let etag = answer.header("etag").expect("a tag").to_owned();
    let since = answer.header("last-modified").expect("a time").to_owned();
    assert_eq!(since, "Mon, 02 Mar 2026 04:00:00 GMT");
    stage.clock_to("2026-03-02 05:00");
    fetch(&stage, &url, &[("if-none-match", &etag)]).await.must_be(304);
    fetch(&stage, &url, &[("if-modified-since", &since)]).await.must_be(304);
    let weak = format!("W/{etag}");
    assert!(fetch(&stage, &url, &[("if-none-match", &weak)]).await.must_be(304).body.is_empty());

    let to = json!({
        "starts_at": "2026-03-12T15:00:00+05:30", "ends_at": "2026-03-12T17:00:00+05:30",
        "link": "https://meet.example.org/river",
    });
    let call = format!("/api/v1/sessions/{}", plan.river);
    stage.admin().api_patch(&call, to).await.must_be(200);
    fetch(&stage, &url, &[("if-modified-since", &since)]).await.must_be(200);
    fetch(&stage, &url, &[("if-none-match", &etag)]).await.must_be(200);
    let second = lines(&stage, &url).await;
    assert_eq!(of(&second, "UID:"), [uid.as_str()]);
    assert_eq!(of(&second, "SEQUENCE:"), ["1"]);
    assert_eq!(of(&second, "DTSTART;TZID=Asia/Kolkata:"), ["20260312T150000"]);
    assert_eq!(of(&second, "LOCATION:"), ["https://meet.example.org/river"]);
    assert_eq!(of(&second, "STATUS:"), ["CONFIRMED"]);

    let why = json!({"reason": "Heavy rain"});
    stage.admin().api_post(&format!("{call}/cancellation"), why).await.must_be(200);
    let third = lines(&stage, &url).await;
    assert_eq!(of(&third, "UID:"), [uid.as_str()]);
    assert_eq!(of(&third, "STATUS:"), ["CANCELLED"]);
    assert_eq!(of(&third, "SEQUENCE:"), ["2"]);
}

#[actix_web::test]
async fn a_closed_feed_says_so_and_nothing_else() {
    let stage = Stage::new("2026-03-02 04:00").await;
    plan(&stage);
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    let url = make(&asha, &[("purpose", "attending"), ("label", "My phone")]).await;
    let page = asha.get("/me/calendars").await;
    let close = page.body.split("action=\"/feeds/").nth(1).and_then(|t| t.split('"').next());
    let close = format!("/feeds/{}", close.expect("a form"));
    stage.admin().post(&close, &[]).await.must_be(404);
    asha.post(&close, &[]).await.must_be(303);
    asha.post(&close, &[]).await.must_be(303);
    let closed = lines(&stage, &url).await;
    assert_eq!(
        of(&closed, "SUMMARY:"),
        ["This calendar link is closed. Make a new one on your page."]
    );
    assert_eq!(of(&closed, "DTSTART;VALUE=DATE:"), ["20260302"]);
    stage.clock_to("2026-03-05 04:00");
    assert_eq!(lines(&stage, &url).await, closed, "the same for good");
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    asha.get("/me/calendars").await.must_be(200).says("closed on 2 Mar 2026");
    fetch(&stage, "/calendars/nobody-made-this.ics", &[]).await.must_be(404);
    stage.read(|db| prashikshan::journal::verify(db, &stage.site.secret).map(|_| ()));
}

#[actix_web::test]
async fn a_feed_of_a_unit_shows_that_unit_and_dies_with_the_role() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let plan = plan(&stage);
    let keeper = stage.person("Block Keeper", "B11");
    let unit = stage.unit("D1");
    let grant =
        stage.write(|db, stamp| access::grant(db, None, keeper, Role::Admin, unit, None, stamp));
    let client = stage.sign_in(keeper);
    let fields = [("purpose", "unit"), ("unit", "B11"), ("label", "Office")];
    let url = make(&client, &fields).await;
    let shown = lines(&stage, &url).await;
    assert_eq!(of(&shown, "SUMMARY:"), ["Module A"]);
    assert_eq!(of(&shown, "X-WR-CALNAME:"), ["Training: River block"]);
    set_session_state(&stage, plan.river, "draft");
    assert!(of(&lines(&stage, &url).await, "UID:").is_empty(), "a draft stays inside");
    set_session_state(&stage, plan.river, "published");
    let beside = [("purpose", "unit"), ("unit", "B21"), ("label", "Office")];
    client.post("/me/calendars", &beside).await.must_be(422).says("Nothing was found");

    let other = make(&client, &[("purpose", "attending"), ("label", "Own")]).await;
    stage.admin().post(&format!("/grants/{grant}/end"), &[]).await.must_be(303);
    let closed = lines(&stage, &url).await;
    assert_eq!(of(&closed, "SUMMARY:").len(), 1);
    assert!(of(&closed, "SUMMARY:")[0].contains("is closed"), "{closed:?}");
    assert_eq!(of(&lines(&stage, &other).await, "METHOD:"), ["PUBLISH"], "one's own lives on");
    stage.write(|db, stamp| access::grant(db, None, keeper, Role::Admin, unit, None, stamp));
    assert!(of(&lines(&stage, &url).await, "SUMMARY:")[0].contains("is closed"), "for good");
}

#[actix_web::test]
async fn a_feed_of_a_trainer_shows_what_is_taught_and_a_neutral_one_no_titles() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let plan = plan(&stage);
    let trainer = stage.trainer();
    let fields = [("purpose", "teaching"), ("label", "Phone"), ("neutral", "yes")];
    let url = make(&trainer, &fields).await;
    assert!(of(&lines(&stage, &url).await, "UID:").is_empty());
    add_trainer(&stage, plan.river, stage.person_named("Trainer One"));
    let shown = lines(&stage, &url).await;
    assert_eq!(of(&shown, "SUMMARY:"), ["Training"]);
    assert!(!shown.iter().any(|l| l.contains("Module")), "{shown:?}");
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    asha.post("/me/calendars", &fields).await.must_be(422);
    let fields = [("purpose", "teaching"), ("label", "फोन")];
    let page = trainer.in_hindi().post("/me/calendars", &fields).await.must_be(200);
    assert_eq!(of(&lines(&stage, &address(&page)).await, "SUMMARY:"), ["विषय A"]);
}

#[actix_web::test]
async fn a_feed_needs_a_purpose_and_a_name_and_there_are_not_too_many() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let asha = stage.newcomer("Asha Devi", "B11");
    let page = asha.post("/me/calendars", &[("purpose", ""), ("label", "")]).await.must_be(422);
    assert_eq!(page.body.matches("field-wrong").count(), 2);
    asha.post("/me/calendars", &[("purpose", "everything"), ("label", "x")]).await.must_be(422);
    asha.post("/me/calendars", &[("token", "x")]).await.must_be(422);
    let long = "x".repeat(61);
    asha.post("/me/calendars", &[("purpose", "attending"), ("label", &long)]).await.must_be(422);
    for n in 0..20 {
        make(&asha, &[("purpose", "attending"), ("label", &format!("Device {n}"))]).await;
    }
    let fields = [("purpose", "attending"), ("label", "One more")];
    let page = asha.post("/me/calendars", &fields).await.must_be(409).says("20 calendar links");
    assert!(page.body.contains("value=\"One more\""));
}

/// A feed that did not change writes nothing, however often it is asked for.
#[actix_web::test]
async fn asking_a_feed_again_writes_nothing() {
    let stage = Stage::new("2026-03-02 04:00").await;
    plan(&stage);
    let asha = stage.sign_in(stage.person_named("Asha Devi"));
    let url = make(&asha, &[("purpose", "attending"), ("label", "My phone")]).await;
    fetch(&stage, &url, &[]).await.must_be(200);
    let count = async || {
        let before = stage.site.database.statements.count();
        fetch(&stage, &url, &[]).await.must_be(200);
        stage.site.database.statements.count() - before
    };
    assert_eq!([count().await, count().await], [7, 7]);
}
