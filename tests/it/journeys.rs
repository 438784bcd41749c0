//! The whole story, by API and by pages: a course planned, thirty-five people, reminders under a
//! moved clock, roll calls, a move, a cancellation, the report; over a real mail connection.

use std::collections::BTreeMap;
use std::process::Command;

use prashikshan::kit::ids::Ids;
use serde_json::Value;

use crate::hands::{Hands, Meeting};
use crate::offers;
use crate::recorder::{Recorder, Taken};
use crate::stage::{Client, Stage};

/// How many letters of each kind and rule were sent.
async fn kinds(admin: &Client) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page =
            admin.api_get(&format!("/api/v1/letters?limit=200{after}")).await.must_be(200).json();
        for letter in page["items"].as_array().expect("items") {
            let of = |name: &str| letter[name].as_str().unwrap_or_default().to_owned();
            if of("state") == "sent" {
                let rule = if of("rule").is_empty() {
                    of("kind")
                } else {
                    format!("{} {}", of("kind"), of("rule"))
                };
                *out.entry(rule).or_default() += 1;
            }
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return out,
        }
    }
}

#[actix_web::test]
async fn from_the_course_to_the_report_by_api() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let planner = Hands::api(&stage);
    the_story(stage, planner).await;
}

#[actix_web::test]
async fn from_the_course_to_the_report_by_pages() {
    let stage = Stage::new("2026-03-02 04:00").await;
    let planner = Hands::pages(&stage);
    the_story(stage, planner).await;
}

async fn the_story(mut stage: Stage, planner: Hands) {
    let (post, mail) = Recorder::start().await;
    stage.site.mail = mail;
    let planner = planner.comes_back(&stage);
    let ledger = stage.admin().by_token();
    let trainer = stage.person_named("Trainer One").to_string();

    let modules = [
        ("M1", "इतिहास", "History", "120", true),
        ("M2", "संगठन", "Structure", "120", false),
        ("M3", "संवाद", "Talking to people", "120", false),
    ];
    let titles = ("संगठन परिचय", "Knowing the organisation");
    let course = planner.course("INTRO", titles, &modules).await;
    let venue = planner.venue(("सामुदायिक भवन", "Community hall"), "B11", "60").await;
    let batch = planner.batch(("INTRO", &course), "B11", "River batch 1", "30").await;
    let mut sessions = vec![];
    for ((code, _, title, _, _), day) in modules.into_iter().zip(["10", "12", "14"]) {
        let (starts_at, ends_at) = (format!("2026-03-{day}T10:00"), format!("2026-03-{day}T12:00"));
        let meeting = Meeting {
            module: (code, title),
            trainer: &trainer,
            venue: &venue,
            starts_at: &starts_at,
            ends_at: &ends_at,
        };
        sessions.push(planner.session(&batch, &meeting).await);
    }

    let mut enrolments = vec![];
    for n in 1..=35 {
        let name = format!("Person {n:02}");
        let person = stage.person(&name, "B11");
        // Every third one reads Hindi.
        if n % 3 == 0 {
            stage.reads_hindi(person);
        }
        let (place, enrolment) = planner.enrol(&batch, &person.to_string(), &name).await;
        assert_eq!(place, if n <= 30 { "seat" } else { "waiting" }, "{n}");
        enrolments.push(enrolment);
    }
    stage.tick().await;
    let mut total = BTreeMap::from([("confirmation".to_owned(), 30), ("waiting".to_owned(), 5)]);
    assert_eq!(kinds(&ledger).await, total);
    stage.tick().await;
    assert_eq!(post.taken().len(), 35, "a second turn sends nothing");

    // One withdraws; the first of the queue is offered the seat and takes it.
    stage.clock_to("2026-03-05 04:00");
    let planner = planner.comes_back(&stage);
    planner.withdraw(&enrolments[0], "moved away").await;
    stage.tick().await;
    total.insert("withdrawal".to_owned(), 1);
    total.insert("offer".to_owned(), 1);
    assert_eq!(kinds(&ledger).await, total);
    let answer = offers::answer(&stage, &offer_in(&post.taken())).await;
    answer.must_be(200).says("The seat is confirmed");
    stage.tick().await;
    total.insert("confirmation".to_owned(), 31);
    assert_eq!(kinds(&ledger).await, total);

    // Each reminder at its due time, not a minute before.
    stage.clock_to("2026-03-07 05:29");
    stage.tick().await;
    assert_eq!(kinds(&ledger).await, total);
    for (when, rule, count) in [
        ("2026-03-07 05:30", "reminder three_days", 30),
        // Three days before the second session is one day before the first.
        ("2026-03-09 05:30", "reminder one_day", 30),
        ("2026-03-10 02:30", "reminder same_day", 30),
    ] {
        stage.clock_to(when);
        stage.tick().await;
        total.insert(rule.to_owned(), count);
        if rule == "reminder one_day" {
            total.insert("reminder three_days".to_owned(), 60);
            // It is a Monday: the district and the state get their week.
            total.insert("weekly".to_owned(), 2);
        }
        if rule == "reminder same_day" {
            // The evening before, to the trainer.
            total.insert("roster roster".to_owned(), 1);
        }
        assert_eq!(kinds(&ledger).await, total, "{when}");
    }

    // The first roll: 27 present, one late, two absent.
    stage.clock_to("2026-03-10 04:35");
    let planner = planner.comes_back(&stage);
    let roster = planner.roster(&sessions[0]).await;
    assert_eq!(roster.len(), 30);
    let status =
        |i: usize| ["present", "late", "absent"][usize::from(i >= 27) + usize::from(i >= 28)];
    let marks: Vec<(&str, &str)> =
        roster.iter().enumerate().map(|(i, person)| (person.as_str(), status(i))).collect();
    planner.take_roll(&sessions[0], &marks, "2026-03-10T10:05").await;

    // The second session moves by a day: one letter each, also to the trainer; the reminders follow it.
    stage.clock_to("2026-03-10 07:00");
    let planner = planner.comes_back(&stage);
    planner.move_to(&sessions[1], "2026-03-13T10:00", "2026-03-13T12:00").await;
    stage.tick().await;
    total.insert("change".to_owned(), 31);
    assert_eq!(kinds(&ledger).await, total);

    // The third is cancelled before its first reminder.
    stage.clock_to("2026-03-11 04:00");
    let planner = planner.comes_back(&stage);
    planner.cancel(&sessions[2], "hall lost").await;
    stage.tick().await;
    total.insert("cancellation".to_owned(), 31);
    assert_eq!(kinds(&ledger).await, total);
    for (when, rule, count, staff, of_staff) in [
        // The two who were absent at the first session are told of the next chance the day after.
        ("2026-03-12 05:30", "reminder one_day", 60, "absence absence", 2),
        ("2026-03-13 02:30", "reminder same_day", 60, "roster roster", 2),
        // Nobody has taken the second roll yet: its trainer is asked for it.
        ("2026-03-14 06:00", "reminder same_day", 60, "overdue overdue_1", 1),
    ] {
        stage.clock_to(when);
        stage.tick().await;
        total.insert(rule.to_owned(), count);
        total.insert(staff.to_owned(), of_staff);
        assert_eq!(kinds(&ledger).await, total, "{when}");
    }

    // The second roll: twenty present, the others absent.
    let marks: Vec<(&str, &str)> = roster
        .iter()
        .enumerate()
        .map(|(i, person)| (person.as_str(), if i < 20 { "present" } else { "absent" }))
        .collect();
    stage.clock_to("2026-03-13 04:40");
    let planner = planner.comes_back(&stage);
    planner.take_roll(&sessions[1], &marks, "2026-03-13T10:05").await;

    // By hand: 20 have 240 of 360 minutes (66 %) with the compulsory module: complete. 8 more have
    // 120 (33 %), 2 were absent twice: ten in progress. The four who still wait and the one who
    // withdrew have no seat and are not counted.
    assert_eq!(planner.report("INTRO", "D1").await, [30, 20, 10, 0]);
    assert_eq!(planner.report("INTRO", "B11").await, [30, 20, 10, 0]);
    assert_eq!(planner.report("INTRO", "D2").await, [0, 0, 0, 0]);

    letters_can_be_read(&post.taken(), total.values().sum());
}

/// The address of the offer in the letter that made it.
fn offer_in(taken: &[Taken]) -> String {
    let plain = |t: &Taken| t.bytes.replace("=\r\n", "").replace("=3D", "=");
    let found = taken.iter().rev().map(plain).find_map(|text| {
        let rest = &text[text.find("/offers/")?..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '"' || c == '?')?;
        Some(rest[..end].to_owned())
    });
    found.expect("an offer")
}

/// Another program reads every letter: once each, right language, calendar in order.
fn letters_can_be_read(taken: &[Taken], expected: usize) {
    assert_eq!(taken.len(), expected, "each letter once");
    #[expect(clippy::disallowed_methods, reason = "the suite's own switch")]
    let Ok(python) = std::env::var("TEST_PYTHON") else {
        println!("skipped: TEST_PYTHON names no Python with icalendar");
        return;
    };
    let folder = std::env::temp_dir().join(format!("letters-{}", Ids::from_machine().secret()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (i, letter) in taken.iter().enumerate() {
        std::fs::write(folder.join(format!("{i:04}.eml")), &letter.bytes).expect("a file");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail_check.py");
    let out = Command::new(python).arg(script).arg(&folder).output().expect("mail_check");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let read: Vec<Value> = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(read.len(), expected);
    let mut ids: Vec<&str> = read.iter().filter_map(|m| m["message_id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), expected, "every letter has a Message-ID of its own");
    let mut sequences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (letter, sent) in read.iter().zip(taken) {
        assert!(letter["to"].as_str().expect("an address").contains(&sent.to), "{letter}");
        // `person.03@example.org` reads Hindi, and so does every third one.
        let address = letter["to"].as_str().expect("an address");
        let number = address.split("person.").nth(1).and_then(|rest| rest.get(..2));
        let number: Option<usize> = number.and_then(|n| n.parse().ok());
        // Trainers and, on a Monday, admins read English here.
        let is_of_work = address.contains("trainer") || address.contains("admin");
        assert!(number.is_some() || is_of_work, "{letter}");
        let reads_hindi = number.is_some_and(|n| n.is_multiple_of(3));
        assert_eq!(letter["language"], if reads_hindi { "hi" } else { "en" }, "{letter}");
        assert_eq!(letter["defects"].as_array().map(Vec::len), Some(0), "{letter}");
        for event in letter["attached_ics"]["events"].as_array().into_iter().flatten() {
            let uid = event["uid"].as_str().expect("a uid").to_owned();
            sequences.entry(uid).or_default().push(event["sequence"].as_i64().expect("a sequence"));
        }
    }
    assert!(!sequences.is_empty(), "no calendar part was read");
    // 31 people were told of three sessions each, the trainer of the one that moved and the one that
    // fell away.
    assert_eq!(sequences.len(), 31 * 3 + 2, "one UID for each session and person");
}
