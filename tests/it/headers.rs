//! What letters carry beside their text: the one-click end of reminders, signatures, thread, office.

use std::process::Command;
use std::sync::Arc;

use actix_web::http::Method;
use diesel::prelude::*;
use prashikshan::kit::ids;
use prashikshan::kit::mail::dkim::Signer;
use prashikshan::kit::mail_text;
use prashikshan::kit::schema::{journal, unsubscribes};
use prashikshan::kit::site::Letterhead;
use prashikshan::letters::{self as office};
use serde_json::Value;

use crate::letters::{Batch, clock, header, ledger_of};
use crate::stage::{Body, Stage};

/// The path of a letter's List-Unsubscribe.
fn stop_path(bytes: &str) -> String {
    let head = bytes.split("\r\n\r\n").next().expect("headers").replace("\r\n ", "");
    let at = head.find("List-Unsubscribe: <").expect("a header") + 19;
    let url = head[at..].split('>').next().expect("an address");
    url.strip_prefix("http://training.example.org").expect("our address").to_owned()
}

/// Somebody with a confirmation and a reminder in the outbox, two more planned.
async fn reminded(stage: &Stage) -> Batch<'_> {
    let batch = Batch::new(stage);
    batch.session("2026-11-29 14:00");
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    office::tick(&stage.site).await.expect("a turn");
    clock(stage, "2026-11-26 11:00");
    office::tick(&stage.site).await.expect("a turn");
    batch
}

#[actix_web::test]
async fn one_click_stops_reminders_and_nothing_else_does() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = reminded(&stage).await;
    let asha = stage.person_named("Asha Devi");
    let sent = stage.letters();
    assert!(!sent[0].bytes.contains("List-Unsubscribe"), "a confirmation cannot be stopped");
    assert_eq!(header(&sent[1].bytes, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let path = stop_path(&sent[1].bytes);
    let text = mail_text::text(&sent[1].bytes).expect("a text");
    assert!(text.contains(&format!("Stop reminders: http://training.example.org{path}")), "{text}");

    // A scanner looks at every link, as often as it likes.
    let nobody = stage.nobody();
    for _ in 0..10 {
        nobody.get(&path).await.must_be(200).says("Stop the reminders for Asha Devi?");
    }
    let stopped =
        |stage: &Stage| -> i64 { stage.read(|db| Ok(unsubscribes::table.count().get_result(db)?)) };
    assert_eq!(stopped(&stage), 0);
    // Of another person, for another purpose, or cut: no such link.
    let bo = stage.person("Bo Lal", "B11");
    let seal = path.rsplit('.').next().expect("a seal");
    for bad in [
        format!("/unsubscribe/{bo}.{seal}"),
        format!("/unsubscribe/{asha}.{}", ids::seal(&stage.site.secret, "view", &asha.to_string())),
        path[..path.len() - 2].to_owned(),
        "/unsubscribe/x".to_owned(),
    ] {
        nobody.get(&bad).await.must_be(404);
        nobody.post_without_token(&bad, &[("List-Unsubscribe", "One-Click")]).await.must_be(404);
    }
    assert_eq!(stopped(&stage), 0);
    // As a mail program sends it (RFC 8058): no cookie, no token of a form, from another site.
    for _ in 0..2 {
        let form = Body::Form("List-Unsubscribe=One-Click".to_owned());
        let from = [("sec-fetch-site", "cross-site"), ("origin", "https://mail.example.com")];
        nobody.send(Method::POST, &path, &from, None, form).await.must_be(200).says("are stopped");
    }
    assert_eq!(stopped(&stage), 1);
    nobody.get(&path).await.must_be(200).says("are stopped");
    assert_eq!(
        ledger_of(&stage, asha)[2..],
        ["one_day cancelled", "same_day cancelled"],
        "at once, not at the next planning"
    );
    let acts: i64 = stage.read(|db| {
        Ok(journal::table.filter(journal::action.eq("reminders stopped")).count().get_result(db)?)
    });
    assert_eq!(acts, 1);

    // The planner keeps to it; a move is still told.
    stage.clear_letters();
    let other = batch.session("2026-11-30 14:00");
    office::tick(&stage.site).await.expect("a turn");
    batch.move_session(other, "2026-11-30 16:00");
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-30 08:00");
    office::tick(&stage.site).await.expect("a turn");
    let said: Vec<String> = stage
        .letters()
        .iter()
        .filter(|l| l.to.starts_with("asha"))
        .filter_map(|l| mail_text::subject(&l.bytes))
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("Invitation") && said[1].starts_with("Changed"), "{said:?}");
}

#[actix_web::test]
async fn a_reminder_in_hand_is_stopped_by_the_last_look() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let _batch = reminded(&stage).await;
    let asha = stage.person_named("Asha Devi");
    clock(&stage, "2026-11-28 11:00");
    // Stopped behind the planner's back, in the instant before.
    stage.write(|db, stamp| {
        diesel::insert_into(unsubscribes::table)
            .values((unsubscribes::person_id.eq(asha), unsubscribes::stopped_at.eq(stamp.now)))
            .execute(db)?;
        Ok(())
    });
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, tally.cancelled), (0, 1));
    assert_eq!(ledger_of(&stage, asha)[2], "one_day cancelled");
}

#[actix_web::test]
async fn reminders_are_stopped_and_wanted_on_the_own_profile() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let _batch = reminded(&stage).await;
    let asha = stage.person_named("Asha Devi");
    let own = stage.sign_in(asha);
    own.get("/me/profile").await.must_be(200).says("You get a reminder by e-mail");
    own.post("/me/reminders/end", &[]).await.must_be(303);
    own.get("/me/profile").await.must_be(200).says("You get no reminders");
    assert_eq!(ledger_of(&stage, asha)[2..], ["one_day cancelled", "same_day cancelled"]);
    own.post("/me/reminders", &[]).await.must_be(303);
    own.get("/me/profile").await.must_be(200).says("You get a reminder by e-mail");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, asha)[2..], ["one_day planned", "same_day planned"]);
}

#[actix_web::test]
async fn every_letter_names_its_list_its_language_its_office() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    stage.site.letters = Letterhead {
        reply_to: Some("River office <river@example.org>".into()),
        neutral: true,
        ..Letterhead::default()
    };
    let _batch = reminded(&stage).await;
    let sent = stage.letters();
    for letter in &sent {
        for (name, value) in [
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", "en"),
            ("List-Id", "<letters.example.org>"),
            ("Reply-To", "\"River office\" <river@example.org>"),
        ] {
            assert_eq!(header(&letter.bytes, &format!("{name}:")), value);
        }
        // Neutral: an inbox on a table names neither course nor batch; the letter does.
        let subject = mail_text::subject(&letter.bytes).expect("a subject");
        let text = mail_text::text(&letter.bytes).expect("a text");
        assert!(subject.ends_with("training"), "{subject}");
        assert!(text.contains("Knowing the organisation"), "{text}");
    }
    let first = header(&sent[0].bytes, "Message-ID:").to_owned();
    assert_eq!(header(&sent[1].bytes, "References:"), first);
    assert_eq!(header(&sent[1].bytes, "In-Reply-To:"), first);
    // A code is no letter of a list.
    let secret = stage.site.secret.clone();
    stage.write(|db, stamp| {
        prashikshan::access::ask_code(db, &secret, "b", "asha.devi@example.org", stamp)
    });
    office::tick(&stage.site).await.expect("a turn");
    let code = stage.letters().pop().expect("a code");
    assert!(!code.bytes.contains("List-"), "{}", code.bytes);
}

/// A fresh key of openssl's: the setting's text, and the record for the DNS.
fn key(folder: &std::path::Path, kind: &[&str], record: &str) -> Option<(String, String)> {
    let path = folder.join("dkim.pem");
    let run = |args: &[&str]| Command::new("openssl").args(args).output().ok();
    let file = path.display().to_string();
    let made = run(&[kind, &["-out", &file]].concat())?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let public = run(&["pkey", "-in", &file, "-pubout", "-outform", "DER"])?.stdout;
    // Ed25519 stands in the DNS as its 32 bytes alone (RFC 8463, 4.2).
    let public = if record.contains("ed25519") { &public[public.len() - 32..] } else { &public };
    use base64::Engine;
    let public = base64::engine::general_purpose::STANDARD.encode(public);
    let pem = std::fs::read_to_string(&path).expect("a key");
    Some((format!("m1._domainkey.example.org\n{pem}"), format!("{record}; p={public}")))
}

#[actix_web::test]
async fn a_receiver_can_verify_every_letter() {
    #[expect(clippy::disallowed_methods, reason = "the suite's own switch")]
    let Ok(python) = std::env::var("TEST_PYTHON") else {
        println!("skipped: TEST_PYTHON names no Python with dkimpy");
        return;
    };
    for (kind, record, algorithm) in [
        (&["genrsa"][..], "v=DKIM1; k=rsa", "rsa-sha256"),
        (&["genrsa", "-traditional"][..], "v=DKIM1; k=rsa", "rsa-sha256"),
        (&["genpkey", "-algorithm", "ed25519"][..], "v=DKIM1; k=ed25519", "ed25519-sha256"),
    ] {
        let folder =
            std::env::temp_dir().join(format!("dkim-{}", ids::Ids::from_machine().secret()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let Some((key, record)) = key(&folder, kind, record) else {
            println!("skipped: no openssl");
            return;
        };
        let mut stage = Stage::new("2026-11-20 04:30").await;
        let signer = Signer::parse(&key).expect("a signer");
        stage.site.letters.signer = Some(Arc::new(signer));
        stage.site.letters.reply_to = Some("River office <river@example.org>".into());
        let hindi = stage.person("सुनीता देवी", "B11");
        stage.write(|db, _| {
            use prashikshan::kit::schema::{emails, people};
            diesel::update(people::table.find(hindi)).set(people::language.eq("hi")).execute(db)?;
            diesel::update(emails::table.filter(emails::person_id.eq(hindi)))
                .set(emails::address.eq("sunita@example.org"))
                .execute(db)?;
            Ok(())
        });
        let batch = reminded(&stage).await;
        batch.enrol(hindi, "seat");
        clock(&stage, "2026-11-28 11:00");
        office::tick(&stage.site).await.expect("a turn");
        let sent = stage.letters();
        assert!(sent.len() >= 4, "{}", sent.len());
        for (i, letter) in sent.iter().enumerate() {
            std::fs::write(folder.join(format!("{i:02}.eml")), &letter.bytes).expect("a file");
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dkim_check.py");
        let out = Command::new(&python)
            .arg(script)
            .args([&folder.display().to_string(), "m1._domainkey.example.org", &record])
            .output()
            .expect("dkim_check");
        std::fs::remove_dir_all(&folder).expect("removed");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let read: Vec<Value> = serde_json::from_slice(&out.stdout).expect("JSON");
        assert_eq!(read.len(), sent.len());
        for letter in &read {
            assert_eq!((&letter["holds"], &letter["algorithm"]), (&true.into(), &algorithm.into()));
            assert_eq!(letter["canonicalization"], "relaxed/relaxed");
            assert_eq!(
                letter["covered"].to_string(),
                r#"["from","to","subject","date","message-id","reply-to","mime-version","list-unsubscribe","list-unsubscribe-post"]"#
            );
            let altered = letter["altered"].as_object().expect("headers");
            assert!(altered.values().all(|holds| holds == false), "{letter}");
            assert_eq!(letter["altered_text"], false);
        }
    }
}
