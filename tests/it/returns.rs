//! Letters that come back: counted on the address, told to the unit, forgiven by an administrator.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::prelude::*;
use prashikshan::kit::ids::{Ids, PersonId};
use prashikshan::kit::mail_text;
use prashikshan::kit::schema::{blocked_addresses, bounces, letters};
use prashikshan::letters::{self as office};

use crate::letters::{Batch, by_smtp, faulty_server, ledger_of};
use crate::stage::Stage;

/// A Maildir that is gone at the end.
struct Maildir(PathBuf);

impl Maildir {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("maildir-{}", Ids::from_machine().secret()));
        std::fs::create_dir_all(path.join("new")).expect("a Maildir");
        Self(path)
    }

    fn put(&self, name: &str, text: &[u8]) {
        std::fs::write(self.0.join("new").join(name), text).expect("a message");
    }

    fn read(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.0.join(folder)) else { return vec![] };
        let mut names: Vec<String> = entries
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Maildir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn report(message_id: &str, to: &str, action: &str, status: &str, words: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mail.example.org\r\nTo: training@example.org\r\n\
         Subject: Undelivered {words}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\r\n\
         --B\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\r\n\
         --B\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mail.example.org\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} {words}\r\n\r\n\
         --B\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         From: training@example.org\r\nMessage-ID: {message_id}\r\n\r\n--B--\r\n"
    )
    .into_bytes()
}

/// The Message-IDs of what was sent to somebody, with angle brackets.
fn sent_ids(stage: &Stage, who: PersonId) -> Vec<String> {
    let ids: Vec<String> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::person_id.eq(who).and(letters::state.eq("sent")))
            .order(letters::id)
            .select(letters::message_id)
            .load(db)?)
    });
    ids.into_iter()
        .map(|id| format!("<{}>", mail_text::message_id(&id, &stage.site.mail_from)))
        .collect()
}

#[actix_web::test]
async fn three_returns_block_an_address_and_tell_the_unit() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let maildir = Maildir::new();
    stage.site.letters.bounces = Some(Arc::from(maildir.0.as_path()));
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let enrolment = batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    for start in ["2026-11-29 10:30", "2026-12-06 10:30"] {
        batch.session(start);
        office::tick(&stage.site).await.expect("a turn");
    }
    let ids = sent_ids(&stage, asha);
    assert_eq!(ids.len(), 3);
    stage.clear_letters();
    let to = "asha.devi@example.org";
    // A soft one, one of nobody's letter, one said twice, one that is no report.
    maildir.put("1", &report(&ids[0], to, "delayed", "4.4.1", "slow"));
    maildir.put("2", &report("<forged@example.org>", to, "failed", "5.1.1", "forged"));
    maildir.put("3", &report(&ids[0], to, "failed", "5.1.1", "no such mailbox"));
    maildir.put("4", &report(&ids[0], to, "failed", "5.1.1", "no such mailbox"));
    maildir.put("5", b"From: asha.devi@example.org\r\nSubject: I cannot come\r\n\r\nSorry.\r\n");
    maildir.put("6", b"\0\xff\xfe--B\r\nContent-Type: message/delivery-status");
    let turn = office::tick(&stage.site).await.expect("a turn");
    assert_eq!(turn.returned, 3, "the repeat counts nothing");
    assert_eq!(maildir.read("new"), Vec::<String>::new());
    let marks = ["1:2,S", "2:2,S", "3:2,S", "4:2,S", "5:2,", "6:2,"];
    assert_eq!(maildir.read("cur"), marks, "what people wrote stays unseen");
    assert_eq!(ledger_of(&stage, asha)[0], "confirmation failed");
    let admin = stage.district_admin();
    let page = format!("/people/{asha}");
    admin.get(&page).await.must_be(200).says("came back").says("no such mailbox");

    maildir.put("7", &report(&ids[1], to, "failed", "5.1.1", "still no such mailbox"));
    office::tick(&stage.site).await.expect("a turn");
    assert!(stage.letters().is_empty(), "twice is not yet three times");
    maildir.put("8", &report(&ids[2], to, "failed", "5.1.1", "gone"));
    office::tick(&stage.site).await.expect("a turn");
    let told = stage.letters();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].to, "district.admin@example.org", "the nearest who administers");
    let text = mail_text::text(&told[0].bytes).expect("a text");
    for words in ["Asha Devi", to, "gone", &format!("/people/{asha}")] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }

    // Nothing more goes there, and the ledger says why; a code that is asked for does.
    stage.clear_letters();
    batch.session("2026-12-13 10:30");
    office::tick(&stage.site).await.expect("a turn");
    assert!(stage.letters().is_empty());
    let secret = stage.site.secret.clone();
    stage.write(|db, stamp| prashikshan::access::ask_code(db, &secret, "b", to, stamp));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(stage.letters().len(), 1);
    admin.get(&page).await.must_be(200).says("nothing more is sent there");

    // Who administers the unit, and nobody else, says that it works again.
    let form = [("address", to)];
    let door = format!("/people/{asha}/addresses");
    stage.other_admin().post(&door, &form).await.must_be(404);
    stage.auditor().post(&door, &form).await.must_be(403);
    admin.post(&door, &[("address", "x@example.org")]).await.must_be(404);
    admin.post(&door, &form).await.must_be(303);
    admin.post(&door, &form).await.must_be(409);
    stage.clear_letters();
    batch.put(enrolment, "withdrawn");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(stage.letters().len(), 1);
    let left: i64 = stage.read(|db| Ok(blocked_addresses::table.count().get_result(db)?));
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn a_no_to_the_receiver_counts_as_well() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let (port, taken, _) = faulty_server("").await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    let gone = stage.person("Nobody Here", "B11");
    batch.enrol(gone, "seat");
    office::tick(&stage.site).await.expect("a turn");
    for start in ["2026-11-29 10:30", "2026-12-06 10:30", "2026-12-13 10:30"] {
        batch.session(start);
        office::tick(&stage.site).await.expect("a turn");
    }
    let counted: i64 = stage.read(|db| Ok(bounces::table.count().get_result(db)?));
    assert_eq!(counted, 3, "the fourth was not tried");
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 1, "the letter to the office");
    stage
        .district_admin()
        .get(&format!("/people/{gone}"))
        .await
        .must_be(200)
        .says("nothing more is sent there");
}

#[actix_web::test]
async fn a_maildir_that_is_not_there_stops_nothing() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    stage.site.letters.bounces = Some(Arc::from(std::path::Path::new("/nowhere/at/all")));
    let batch = Batch::new(&stage);
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(stage.letters().len(), 1);
}
