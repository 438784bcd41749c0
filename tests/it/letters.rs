//! Letters: planned, composed, sent once, told about.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use prashikshan::access;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::columns::Language;
use prashikshan::kit::db::Db;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{
    BatchId, CourseId, EnrolmentId, LetterId, ModuleId, PersonId, SessionId, VenueId, VersionId,
};
use prashikshan::kit::mail::Mail;
use prashikshan::kit::schema::{
    batches, course_versions, courses, enrolment_moves, enrolments, letter_bodies, letters,
    modules, people, session_modules, session_revisions, session_trainers, sessions, units, venues,
};
use prashikshan::kit::settings::{Smtp, Tls};
use prashikshan::kit::site::{Site, Stamp};
use prashikshan::kit::{ledger, mail_text};
use prashikshan::letters::{self as office};
use prashikshan::post;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::at_once;
use crate::recorder::GROUPS;
use crate::stage::Stage;

/// A batch of one course in the block B11, with a venue; sessions and people are added as a story
/// needs them. Rows as the rooms of the schedule and of enrolment write them.
pub struct Batch<'a> {
    stage: &'a Stage,
    pub id: BatchId,
    venue: VenueId,
    hall: VenueId,
    module: ModuleId,
}

impl<'a> Batch<'a> {
    pub fn new(stage: &'a Stage) -> Self {
        let unit = stage.unit("B11");
        let (id, venue, hall, module) = stage.write(|db, stamp| {
            diesel::update(units::table.find(unit))
                .set((
                    units::contact_name.eq("River block office"),
                    units::contact_phone.eq("+919812345678"),
                ))
                .execute(db)?;
            let (course, version) = (CourseId(stamp.id()), VersionId(stamp.id()));
            diesel::insert_into(courses::table)
                .values((
                    courses::id.eq(course),
                    courses::code.eq("ORG"),
                    courses::unit_id.eq(unit),
                    courses::title_hi.eq("नए सदस्य कोर्स"),
                    courses::title_en.eq("New members' course"),
                    courses::state.eq("published"),
                    courses::created_at.eq(stamp.now),
                    courses::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            diesel::insert_into(course_versions::table)
                .values((
                    course_versions::id.eq(version),
                    course_versions::course_id.eq(course),
                    course_versions::version.eq(1),
                    course_versions::percent.eq(80),
                    course_versions::published_at.eq(Some(stamp.now)),
                ))
                .execute(db)?;
            let module = ModuleId(stamp.id());
            diesel::insert_into(modules::table)
                .values((
                    modules::id.eq(module),
                    modules::course_version_id.eq(version),
                    modules::position.eq(1),
                    modules::code.eq("M1"),
                    modules::title_hi.eq("संगठन का परिचय"),
                    modules::title_en.eq("Knowing the organisation"),
                    modules::minutes.eq(120),
                    modules::compulsory.eq(true),
                ))
                .execute(db)?;
            let venue = add_venue(db, stamp, unit, "सामुदायिक भवन", "Community hall");
            let hall = add_venue(db, stamp, unit, "पंचायत भवन", "Panchayat hall");
            let id = BatchId(stamp.id());
            diesel::insert_into(batches::table)
                .values((
                    batches::id.eq(id),
                    batches::course_version_id.eq(version),
                    batches::course_id.eq(course),
                    batches::unit_id.eq(unit),
                    batches::title.eq("Batch 3, River block"),
                    batches::seats.eq(30),
                    batches::state.eq("open"),
                    batches::created_at.eq(stamp.now),
                    batches::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            Ok((id, venue, hall, module))
        });
        Self { stage, id, venue, hall, module }
    }

    pub fn has_seats(&self, seats: i32) {
        self.stage.write(|db, _| {
            diesel::update(batches::table.find(self.id))
                .set(batches::seats.eq(seats))
                .execute(db)?;
            Ok(())
        });
    }

    /// A published session of two hours; `starts` is a clock reading in India.
    pub fn session(&self, starts: &str) -> SessionId {
        let trainer = self.stage.person_named("Trainer One");
        self.stage.write(|db, stamp| {
            let id = SessionId(stamp.id());
            let starts_at = ist(starts);
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(id),
                    sessions::batch_id.eq(self.id),
                    sessions::venue_id.eq(Some(self.venue)),
                    sessions::starts_at.eq(starts_at),
                    sessions::ends_at.eq(starts_at.plus_minutes(120)),
                    sessions::timezone.eq("Asia/Kolkata"),
                    sessions::state.eq("published"),
                    sessions::revision.eq(1),
                    sessions::created_at.eq(stamp.now),
                    sessions::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            diesel::insert_into(session_modules::table)
                .values((
                    session_modules::session_id.eq(id),
                    session_modules::module_id.eq(self.module),
                ))
                .execute(db)?;
            diesel::insert_into(session_trainers::table)
                .values((
                    session_trainers::session_id.eq(id),
                    session_trainers::person_id.eq(trainer),
                ))
                .execute(db)?;
            self.revise(db, stamp, id, "published");
            Ok(id)
        })
    }

    pub fn move_session(&self, id: SessionId, starts: &str) {
        let starts_at = ist(starts);
        self.stage.write(|db, stamp| {
            diesel::update(sessions::table.find(id))
                .set((
                    sessions::starts_at.eq(starts_at),
                    sessions::ends_at.eq(starts_at.plus_minutes(120)),
                    sessions::revision.eq(sessions::revision + 1),
                    sessions::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            self.revise(db, stamp, id, "published");
            Ok(())
        });
    }

    fn move_to_other_hall(&self, id: SessionId) {
        self.stage.write(|db, stamp| {
            diesel::update(sessions::table.find(id))
                .set((
                    sessions::venue_id.eq(self.hall),
                    sessions::revision.eq(sessions::revision + 1),
                ))
                .execute(db)?;
            self.revise(db, stamp, id, "published");
            Ok(())
        });
    }

    pub fn cancel_session(&self, id: SessionId, why: &str) {
        self.stage.write(|db, stamp| {
            diesel::update(sessions::table.find(id))
                .set((
                    sessions::state.eq("cancelled"),
                    sessions::cancel_reason.eq(why),
                    sessions::revision.eq(sessions::revision + 1),
                ))
                .execute(db)?;
            self.revise(db, stamp, id, "cancelled");
            Ok(())
        });
    }

    fn revise(&self, db: &mut Db, stamp: &Stamp, id: SessionId, state: &str) {
        let (revision, starts_at, ends_at, venue): (i32, Moment, Moment, Option<VenueId>) =
            sessions::table
                .find(id)
                .select((
                    sessions::revision,
                    sessions::starts_at,
                    sessions::ends_at,
                    sessions::venue_id,
                ))
                .first(db)
                .expect("a session");
        diesel::insert_into(session_revisions::table)
            .values((
                session_revisions::id.eq(stamp.id()),
                session_revisions::session_id.eq(id),
                session_revisions::revision.eq(revision),
                session_revisions::starts_at.eq(starts_at),
                session_revisions::ends_at.eq(ends_at),
                session_revisions::venue_id.eq(venue),
                session_revisions::state.eq(state),
                session_revisions::made_at.eq(stamp.now),
            ))
            .execute(db)
            .expect("a revision");
        ledger::ask(db, self.id, stamp.now).expect("asked");
    }

    pub fn enrol(&self, person: PersonId, place: &str) -> EnrolmentId {
        self.stage.write(|db, stamp| {
            let id = EnrolmentId(stamp.id());
            diesel::insert_into(enrolments::table)
                .values((
                    enrolments::id.eq(id),
                    enrolments::batch_id.eq(self.id),
                    enrolments::person_id.eq(person),
                    enrolments::place.eq(place),
                    enrolments::queued_at.eq(stamp.now),
                    enrolments::round.eq(i32::from(place == "seat")),
                    enrolments::created_at.eq(stamp.now),
                    enrolments::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            self.moved(db, stamp, id, place);
            Ok(id)
        })
    }

    pub fn put(&self, id: EnrolmentId, place: &str) {
        self.stage.write(|db, stamp| {
            diesel::update(enrolments::table.find(id))
                .set((
                    enrolments::place.eq(place),
                    enrolments::round.eq(enrolments::round + i32::from(place == "seat")),
                ))
                .execute(db)?;
            self.moved(db, stamp, id, place);
            Ok(())
        });
    }

    fn moved(&self, db: &mut Db, stamp: &Stamp, id: EnrolmentId, place: &str) {
        diesel::insert_into(enrolment_moves::table)
            .values((
                enrolment_moves::id.eq(stamp.id()),
                enrolment_moves::enrolment_id.eq(id),
                enrolment_moves::to_place.eq(place),
                enrolment_moves::made_at.eq(stamp.now),
            ))
            .execute(db)
            .expect("a move");
        ledger::ask(db, self.id, stamp.now).expect("asked");
    }
}

fn add_venue(
    db: &mut Db,
    stamp: &Stamp,
    unit: prashikshan::kit::ids::UnitId,
    hi: &str,
    en: &str,
) -> VenueId {
    let id = VenueId(stamp.id());
    diesel::insert_into(venues::table)
        .values((
            venues::id.eq(id),
            venues::unit_id.eq(unit),
            venues::name_hi.eq(hi),
            venues::name_en.eq(en),
            venues::seats.eq(60),
            venues::address.eq("Main road 4"),
            venues::map_url.eq("https://maps.example.org/?q=23.2,77.4"),
            venues::created_at.eq(stamp.now),
            venues::updated_at.eq(stamp.now),
        ))
        .execute(db)
        .expect("a venue");
    id
}

pub fn ist(text: &str) -> Moment {
    Moment::parse(text).expect("a moment").plus_minutes(-330)
}

/// The clock, set in Indian time.
pub fn clock(stage: &Stage, text: &str) {
    stage.site.clock.set(ist(text));
}

pub fn speaks(stage: &Stage, person: PersonId, language: Language) {
    stage.write(|db, _| {
        diesel::update(people::table.find(person))
            .set(people::language.eq(language))
            .execute(db)?;
        Ok(())
    });
}

/// The ledger in short: kind, rule, state, in the order of due.
pub fn ledger_of(stage: &Stage, person: PersonId) -> Vec<String> {
    let rows: Vec<(String, Option<String>, String)> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::person_id.eq(person))
            .order((letters::due_at, letters::id))
            .select((letters::kind, letters::rule, letters::state))
            .load(db)?)
    });
    rows.into_iter()
        .map(|(kind, rule, state)| format!("{} {state}", rule.unwrap_or(kind)))
        .collect()
}

/// Each letter in the outbox as its reader sees it: to, subject, text.
pub fn read_all(stage: &Stage) -> Vec<String> {
    stage
        .letters()
        .iter()
        .map(|l| {
            let subject = mail_text::subject(&l.bytes).expect("a subject");
            let text = mail_text::text(&l.bytes).expect("a text");
            format!("To: {}\nSubject: {subject}\n\n{}\n", l.to, text.trim_end())
        })
        .collect()
}

pub fn header<'a>(bytes: &'a str, name: &str) -> &'a str {
    let head = bytes.split("\r\n\r\n").next().expect("headers");
    let line = head
        .lines()
        .find(|l| l.to_lowercase().starts_with(&name.to_lowercase()))
        .expect("the header");
    line.split_once(": ").expect("a value").1
}

/// The calendar part, unfolded.
pub fn calendar(bytes: &str) -> Option<String> {
    use base64::Engine;
    let at = bytes.find("text/calendar")?;
    let part = &bytes[at..];
    let (head, body) = part.split_once("\r\n\r\n")?;
    let body = body.split("\r\n--").next()?;
    let text = if head.contains("base64") {
        let joined: String = body.split_whitespace().collect();
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(joined).ok()?).ok()?
    } else {
        body.replace("=\r\n", "").replace("=3D", "=")
    };
    Some(text.replace("\r\n ", ""))
}

/// What one letter says, in both languages; compared with what was reviewed.
pub async fn snapshot(name: &str, story: impl Fn(&Stage, PersonId)) {
    let mut both = String::new();
    for language in [Language::Hi, Language::En] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let person = match language {
            Language::Hi => stage.person("आशा देवी", "B11"),
            Language::En => stage.person("Asha Devi", "B11"),
        };
        stage.write(|db, _| {
            use prashikshan::kit::schema::emails;
            diesel::update(emails::table.filter(emails::person_id.eq(person)))
                .set(emails::address.eq("asha.devi@example.org"))
                .execute(db)?;
            Ok(())
        });
        speaks(&stage, person, language);
        stage.write(|db, _| {
            use prashikshan::kit::schema::phones;
            diesel::update(phones::table).set(phones::number.eq("+919876543210")).execute(db)?;
            Ok(())
        });
        story(&stage, person);
        office::tick(&stage.site).await.expect("a turn");
        let wrong: Vec<Option<String>> = stage.read(|db| {
            Ok(letters::table
                .filter(letters::state.eq("failed"))
                .select(letters::reason)
                .load(db)?)
        });
        assert!(wrong.is_empty(), "{wrong:?}");
        // The trainers' letters of the same minute may go before or after hers.
        let mut said = read_all(&stage).into_iter().zip(stage.letters());
        let hers = said.rfind(|(_, l)| l.to == "asha.devi@example.org");
        let (said, letter) = hers.expect("a letter");
        assert!(letter.bytes.len() < 40_000, "{} bytes", letter.bytes.len());
        both.push_str(&said);
        both.push_str("\n----\n\n");
    }
    let both = without_seals(&both);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, both);
    });
}

/// The seal of a link changes with ids; what it stands for does not.
pub fn without_seals(both: &str) -> String {
    both.split_inclusive(char::is_whitespace)
        .map(|word| match word.find("/l/v.").or(word.find("/answers/")) {
            Some(at) => {
                let end = word.find(['?', '\n', ' ']).unwrap_or(word.len());
                format!("{}/l/v.….…{}", &word[..at], &word[end..])
            }
            None if word.contains("/unsubscribe/") => {
                let at = word.find("/unsubscribe/").unwrap_or_default();
                let end = word.find(['\n', ' ']).unwrap_or(word.len());
                format!("{}/unsubscribe/….…{}", &word[..at], &word[end..])
            }
            None => word.to_owned(),
        })
        .collect()
}

/// Plans and sends outside the async world of a story.
pub fn turn(stage: &Stage) {
    at_once::ticks(stage, 1);
}

#[actix_web::test]
async fn a_confirmation_says_everything() {
    snapshot("letter-confirmation", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 10:30");
        batch.session("2026-12-06 10:30");
        batch.enrol(person, "seat");
    })
    .await;
}

#[actix_web::test]
async fn a_confirmation_without_dates() {
    snapshot("letter-confirmation-later", |stage, person| {
        Batch::new(stage).enrol(person, "seat");
    })
    .await;
}

#[actix_web::test]
async fn a_place_in_the_queue() {
    snapshot("letter-waiting", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 10:30");
        batch.has_seats(1);
        batch.enrol(stage.person_without_mail("Chandra Rao", "B11"), "seat");
        batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "waiting");
        batch.enrol(person, "waiting");
    })
    .await;
}

#[actix_web::test]
async fn an_invitation_to_a_new_session() {
    snapshot("letter-invitation", |stage, person| {
        let batch = Batch::new(stage);
        batch.enrol(person, "seat");
        turn(stage);
        batch.session("2026-11-29 10:30");
    })
    .await;
}

#[actix_web::test]
async fn a_reminder_some_days_before() {
    snapshot("letter-reminder", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        clock(stage, "2026-11-26 11:00");
    })
    .await;
}

#[actix_web::test]
async fn a_reminder_on_the_day() {
    snapshot("letter-reminder-today", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 14:00");
        batch.enrol(person, "seat");
        turn(stage);
        clock(stage, "2026-11-29 08:00");
    })
    .await;
}

#[actix_web::test]
async fn a_change_of_time() {
    snapshot("letter-change", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        batch.move_session(session, "2026-11-29 14:00");
    })
    .await;
}

#[actix_web::test]
async fn a_whole_batch_moved_is_one_letter() {
    snapshot("letter-change-many", |stage, person| {
        let batch = Batch::new(stage);
        let first = batch.session("2026-11-29 10:30");
        let second = batch.session("2026-11-30 10:30");
        batch.session("2026-12-10 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        stage.clear_letters();
        batch.move_session(first, "2026-12-06 10:30");
        batch.move_session(second, "2026-12-07 14:00");
        batch.move_to_other_hall(second);
        turn(stage);
        let hers = stage.letters().into_iter().filter(|l| l.to == "asha.devi@example.org");
        let hers: Vec<_> = hers.collect();
        assert_eq!(hers.len(), 1);
        // A message for each session, the first of them twice: beside the text, and as a file.
        let bytes = &hers[0].bytes;
        assert_eq!(calendar(bytes).expect("one").matches("BEGIN:VEVENT").count(), 1);
        assert_eq!(bytes.matches("text/calendar").count(), 3);
        assert!(bytes.contains("satra-2.ics"));
    })
    .await;
}

#[actix_web::test]
async fn a_change_of_place() {
    snapshot("letter-change-place", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        batch.move_to_other_hall(session);
    })
    .await;
}

#[actix_web::test]
async fn a_whole_batch_cancelled() {
    snapshot("letter-cancellation-batch", |stage, person| {
        let batch = Batch::new(stage);
        let sessions = ["2026-11-29 10:30", "2026-11-30 10:30"].map(|at| batch.session(at));
        batch.enrol(person, "seat");
        turn(stage);
        for session in sessions {
            batch.cancel_session(session, "Too few have come forward");
        }
        stage.write(|db, _| {
            diesel::update(batches::table.find(batch.id))
                .set((
                    batches::state.eq("cancelled"),
                    batches::cancel_reason.eq("Too few have come forward"),
                ))
                .execute(db)?;
            Ok(())
        });
    })
    .await;
}

#[actix_web::test]
async fn a_cancellation() {
    snapshot("letter-cancellation", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        batch.cancel_session(session, "The hall is under water");
    })
    .await;
}

#[actix_web::test]
async fn a_withdrawal() {
    snapshot("letter-withdrawal", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 10:30");
        let enrolment = batch.enrol(person, "seat");
        turn(stage);
        batch.put(enrolment, "withdrawn");
    })
    .await;
}

#[actix_web::test]
async fn a_sign_in_code() {
    let mut both = String::new();
    for language in [Language::Hi, Language::En] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let asha = stage.person("Asha Devi", "B11");
        speaks(&stage, asha, language);
        let secret = stage.site.secret.clone();
        stage.write(|db, stamp| {
            access::ask_code(db, &secret, "browser", "asha.devi@example.org", stamp)
        });
        office::tick(&stage.site).await.expect("a turn");
        let letter = stage.letters().pop().expect("a letter");
        assert!(calendar(&letter.bytes).is_none());
        let code: i64 = stage.read(|db| {
            use prashikshan::kit::schema::sign_in_codes;
            Ok(sign_in_codes::table.select(sign_in_codes::id).first(db)?)
        });
        let code = access::code_of(&secret, code);
        let said = read_all(&stage).pop().expect("a letter");
        let shown = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(said.matches(&shown).count(), 2, "{said}");
        both.push_str(&said.replace(&shown, "123 456"));
        both.push_str("\n----\n\n");

        // Gone from the ledger with the letter, and shown to no admin.
        let bodies: i64 = stage.read(|db| Ok(letter_bodies::table.count().get_result(db)?));
        assert_eq!(bodies, 0);
        let id: LetterId = stage.read(|db| Ok(letters::table.select(letters::id).first(db)?));
        let page = stage.admin().get(&format!("/letters/{id}")).await.must_be(200);
        assert!(!page.text().contains(&shown), "{}", page.text());
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("letter-sign-in", both);
    });
}

#[actix_web::test]
async fn a_letter_carries_a_calendar_that_moves_with_the_session() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let session = batch.session("2026-11-29 10:30");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    batch.move_session(session, "2026-11-30 14:00");
    office::tick(&stage.site).await.expect("a turn");
    batch.cancel_session(session, "flood");
    office::tick(&stage.site).await.expect("a turn");

    let mut sent = stage.letters();
    sent.retain(|l| l.to == "asha.devi@example.org");
    let texts: Vec<String> = sent.iter().map(|l| calendar(&l.bytes).expect("a calendar")).collect();
    let uid = format!("UID:session-{session}-person-{asha}@example.org");
    assert!(texts.iter().all(|t| t.contains(&uid)), "{texts:#?}");
    for (text, method, sequence, start) in [
        (&texts[0], "METHOD:REQUEST", "SEQUENCE:0", "DTSTART;TZID=Asia/Kolkata:20261129T103000"),
        (&texts[1], "METHOD:REQUEST", "SEQUENCE:1", "DTSTART;TZID=Asia/Kolkata:20261130T140000"),
        (&texts[2], "METHOD:CANCEL", "SEQUENCE:2", "STATUS:CANCELLED"),
    ] {
        for line in [method, sequence, start] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
    }
    // One thread: the later ones refer to the confirmation.
    let first = header(&sent[0].bytes, "Message-ID").to_owned();
    assert!(sent[1..].iter().all(|l| header(&l.bytes, "References") == first));
    assert!(sent.iter().all(|l| header(&l.bytes, "Auto-Submitted") == "auto-generated"));
}

#[actix_web::test]
async fn moving_a_session_sends_one_change_and_moves_its_reminders() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let session = batch.session("2026-11-29 10:30");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(
        ledger_of(&stage, asha),
        ["confirmation sent", "three_days planned", "one_day planned", "same_day planned"]
    );

    for _ in 0..3 {
        batch.move_session(session, "2026-12-05 10:30");
        office::tick(&stage.site).await.expect("a turn");
        office::tick(&stage.site).await.expect("a turn");
    }
    let changes = |to: &str| {
        let to = format!("To: {to}@example.org\nSubject: Changed");
        read_all(&stage).iter().filter(|l| l.starts_with(&to)).count()
    };
    assert_eq!(changes("asha.devi"), 3, "one for each move");
    assert_eq!(changes("trainer.one"), 3, "and to whoever teaches");
    let live: Vec<String> =
        ledger_of(&stage, asha).into_iter().filter(|l| l.ends_with("planned")).collect();
    assert_eq!(live, ["three_days planned", "one_day planned", "same_day planned"]);

    // Every one of the new reminders goes at its time, and nothing of the old ones.
    stage.clear_letters();
    for now in ["2026-11-26 11:00", "2026-12-02 11:00", "2026-12-04 11:00", "2026-12-05 07:30"] {
        clock(&stage, now);
        office::tick(&stage.site).await.expect("a turn");
    }
    let hers = stage.letters().iter().filter(|l| l.to == "asha.devi@example.org").count();
    assert_eq!(hers, 3);
}

#[actix_web::test]
async fn after_an_outage_only_the_newest_reminder_goes() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-29 09:00");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(
        ledger_of(&stage, asha),
        ["confirmation sent", "three_days missed", "one_day missed", "same_day sent"]
    );
}

#[actix_web::test]
async fn somebody_without_an_address_is_noted_for_a_call() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let bo = stage.person_without_mail("Bo Lal", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(bo, "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, bo).iter().all(|l| l.ends_with("missed")));
    assert!(stage.letters().is_empty());
    stage
        .admin()
        .get("/letters?state=missed")
        .await
        .must_be(200)
        .says("Bo Lal")
        .says("No e-mail address");
}

#[actix_web::test]
async fn a_worker_that_died_is_replaced_and_the_repeat_is_the_same_letter() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.enrol(asha, "seat");
    stage.write(prashikshan::reminders::plan);
    // It takes the letter, writes its bytes down, sends it perhaps, and is gone.
    let now = stage.now();
    let held = stage.write(|db, _| post::lease(db, "dead", 10, now));
    assert_eq!(held.len(), 1);
    let fixed = post::store::Fixed {
        id: held[0].id,
        address: "asha.devi@example.org",
        body: &format!("Message-ID: <{}@example.org>\r\n\r\nthe very same", held[0].message_id),
    };
    stage.write(|db, _| post::store::fix(db, "dead", &[fixed]));

    office::tick(&stage.site).await.expect("a turn");
    assert!(stage.letters().is_empty(), "its lease still runs");
    stage.site.clock.set(stage.now().plus_minutes(6));
    office::tick(&stage.site).await.expect("a turn");
    let sent = stage.letters();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].bytes.ends_with("the very same"));
    assert_eq!(
        header(&sent[0].bytes, "Message-ID"),
        format!("<{}@example.org>", held[0].message_id)
    );

    // The dead one wakes up and tells its result: too late, and it changes nothing.
    let tried = post::Tried {
        id: held[0].id,
        kind: held[0].kind,
        attempts: 1,
        useless_after: None,
        end: post::rules::End::Refused("550".to_owned()),
    };
    let now = stage.now();
    let tally = stage.write(|db, _| post::settle(db, "dead", &[tried], now));
    assert_eq!((tally.failed, tally.late), (0, 1));
    assert_eq!(ledger_of(&stage, asha), ["confirmation sent"]);
}

#[actix_web::test]
async fn a_letter_that_is_no_longer_true_stays_here() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let session = batch.session("2026-11-29 14:00");
    let enrolment = batch.enrol(asha, "seat");
    stage.write(prashikshan::reminders::plan);
    // Moved after the planning, and the planner has not come by again.
    stage.write(|db, _| {
        diesel::update(sessions::table.find(session)).set(sessions::revision.eq(2)).execute(db)?;
        Ok(())
    });
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, tally.cancelled), (0, 1));
    // It asked the planner, who wants it with the new time.
    office::tick(&stage.site).await.expect("a turn");
    let hers = stage.letters().iter().filter(|l| l.to == "asha.devi@example.org").count();
    assert_eq!(hers, 1);
    // A reminder to somebody who left.
    stage.write(|db, _| {
        diesel::update(enrolments::table.find(enrolment))
            .set(enrolments::place.eq("withdrawn"))
            .execute(db)?;
        Ok(())
    });
    clock(&stage, "2026-11-26 11:00");
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, tally.cancelled), (0, 1));
}

#[actix_web::test]
async fn a_poisonous_row_fails_alone() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let (asha, bo) = (stage.person("Asha Devi", "B11"), stage.person("Bo Lal", "B11"));
    stage.write(|db, _| {
        use prashikshan::kit::schema::emails;
        diesel::update(emails::table.filter(emails::person_id.eq(asha)))
            .set(emails::address.eq("asha@example.org\r\nBcc: all@example.org"))
            .execute(db)?;
        diesel::update(people::table.find(bo))
            .set(people::name.eq("Bo\r\nBcc: all@example.org\r\n\r\nHello"))
            .execute(db)?;
        Ok(())
    });
    batch.enrol(asha, "seat");
    batch.enrol(bo, "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, asha), ["confirmation failed"]);
    assert_eq!(ledger_of(&stage, bo), ["confirmation sent"]);
    let sent = stage.letters();
    assert_eq!(sent.len(), 1);
    let head = sent[0].bytes.split("\r\n\r\n").next().expect("headers");
    assert!(!head.lines().any(|l| l.starts_with("Bcc")), "{head}");
}

#[actix_web::test]
async fn two_workers_never_send_the_same_letter() {
    let stage = Stage::on_disk("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    for i in 0..300 {
        let person = stage.person(&format!("Person {i}"), "B11");
        batch.enrol(person, "seat");
    }
    stage.write(prashikshan::reminders::plan);
    async fn work(site: Site) -> Result<usize, Fault> {
        Ok(office::send_due(&site).await?.sent)
    }
    let sent: usize = at_once::nodes(&stage, 4, work).into_iter().sum();
    let to: BTreeSet<String> = stage.letters().into_iter().map(|l| l.to).collect();
    assert_eq!((sent, to.len(), stage.letters().len()), (300, 300, 300));
}

/// A mail server that misbehaves as the receiver's name asks. Gives its port and how many letters
/// it took.
pub async fn faulty_server(mode: &'static str) -> (u16, Arc<AtomicUsize>, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (taken, to) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(vec![])));
    let (count, names) = (taken.clone(), to.clone());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (count, names) = (count.clone(), names.clone());
            tokio::spawn(async move { serve(socket, mode, count, names).await });
        }
    });
    (port, taken, to)
}

async fn serve(
    socket: tokio::net::TcpStream,
    mode: &str,
    count: Arc<AtomicUsize>,
    names: Arc<Mutex<Vec<String>>>,
) {
    let (reader, mut writer) = socket.into_split();
    let mut lines = BufReader::new(reader).lines();
    let hello = if mode == "421" { "421 too busy\r\n" } else { "220 ready\r\n" };
    writer.write_all(hello.as_bytes()).await.expect("written");
    let (mut drops, mut in_letter, mut to, mut hellos) = (false, false, String::new(), 0);
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split(' ').next().unwrap_or("") {
            "." if in_letter && drops => return,
            "." if in_letter => {
                in_letter = false;
                count.fetch_add(1, Ordering::SeqCst);
                names.lock().expect("names").push(to.clone());
                "250 taken"
            }
            _ if in_letter => continue,
            "EHLO" if mode == "groups" => GROUPS,
            "EHLO" if mode == "one hello" => {
                hellos += 1;
                if hellos > 1 { "503 already identified" } else { GROUPS }
            }
            "RCPT" => {
                drops = line.contains("dropped");
                to = line.clone();
                match () {
                    () if line.contains("later") => "451 come back",
                    () if line.contains("nobody") => "550 no such mailbox",
                    () => "250 ok",
                }
            }
            "DATA" => {
                in_letter = true;
                "354 go on"
            }
            "QUIT" => return,
            _ => "250 ok",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await.expect("written");
    }
}

pub fn by_smtp(stage: &mut Stage, port: u16) {
    let smtp = Smtp { host: "127.0.0.1".to_owned(), port, user: None, tls: Tls::None, ca: None };
    stage.site.mail = Mail::Smtp(Arc::new(smtp));
}

#[actix_web::test]
async fn each_answer_of_a_mail_server_has_its_state() {
    // One command after the other; several at once; a server that hears one hello only.
    for mode in ["", "groups", "one hello"] {
        each_answer_has_its_state(mode).await;
    }
}

async fn each_answer_has_its_state(mode: &'static str) {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    let (port, taken, to) = faulty_server(mode).await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    let people: Vec<PersonId> = ["Good One", "Come Later", "Nobody Here", "Is Dropped"]
        .iter()
        .map(|name| stage.person(name, "B11"))
        .collect();
    for person in &people {
        batch.enrol(*person, "seat");
    }
    let turn = office::tick(&stage.site).await.expect("a turn");
    let tally = turn.sent;
    assert_eq!((tally.sent, tally.later, tally.failed, tally.uncertain), (1, 1, 1, 1));
    let states: Vec<String> = people.iter().flat_map(|p| ledger_of(&stage, *p)).collect();
    assert_eq!(
        states,
        [
            "confirmation sent",
            "confirmation planned",
            "confirmation failed",
            "confirmation uncertain"
        ]
    );

    // A minute later the one is tried again, and only that one; the uncertain one is left alone.
    stage.site.clock.set(stage.now().plus_minutes(2));
    let turn = office::tick(&stage.site).await.expect("a turn");
    assert_eq!((turn.sent.later, turn.sent.sent, turn.sent.uncertain), (1, 0, 0));
    for _ in 0..8 {
        stage.site.clock.set(stage.now().plus_minutes(25 * 60));
        office::tick(&stage.site).await.expect("a turn");
    }
    assert_eq!(ledger_of(&stage, people[1]), ["confirmation failed"]);
    assert_eq!(taken.load(Ordering::SeqCst), 1);
    assert!(to.lock().expect("names")[0].contains("good.one@example.org"));
}

#[actix_web::test]
async fn while_the_mail_server_is_away_most_letters_spend_no_try() {
    // More than are counted as going out at once, and fewer.
    for count in [120, 60] {
        let mut stage = Stage::new("2026-11-20 04:30").await;
        let (port, _, _) = faulty_server("421").await;
        by_smtp(&mut stage, port);
        let batch = Batch::new(&stage);
        for i in 0..count {
            batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
        }
        office::tick(&stage.site).await.expect("a turn");
        let tries: Vec<i32> =
            stage.read(|db| Ok(letters::table.select(letters::attempts).load(db)?));
        let tried = tries.iter().filter(|n| **n > 0).count();
        // Twenty, and what the other couriers had in hand.
        assert!((20..=27).contains(&tried), "{tries:?}");
        // It is back: everything goes, nothing twice.
        let (port, taken, to) = faulty_server("").await;
        by_smtp(&mut stage, port);
        stage.site.clock.set(stage.now().plus_minutes(2));
        office::tick(&stage.site).await.expect("a turn");
        assert_eq!(taken.load(Ordering::SeqCst), count);
        let to: BTreeSet<String> = to.lock().expect("names").iter().cloned().collect();
        assert_eq!(to.len(), count);
    }
}

#[actix_web::test]
async fn an_admin_sees_letters_of_the_own_units_only() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    let id: LetterId = stage.read(|db| {
        Ok(letters::table.filter(letters::kind.eq("confirmation")).select(letters::id).first(db)?)
    });
    let path = format!("/letters/{id}");

    let (state, own, other) = (stage.admin(), stage.district_admin(), stage.other_admin());
    for who in [&state, &own, &stage.auditor()] {
        who.get("/letters").await.must_be(200).says("Asha Devi").says("Planned");
        who.get(&path)
            .await
            .must_be(200)
            .says("Knowing the organisation")
            .says("asha.devi@example.org");
    }
    let page = other.get("/letters").await.must_be(200);
    assert!(!page.text().contains("Asha"));
    other.get(&path).await.must_be(404);
    stage.trainer().get("/letters").await.must_be(403);
    stage.newcomer("Bo Lal", "B11").get("/letters").await.must_be(403);
    let all = state.by_token().api_get("/api/v1/letters?kind=reminder").await.must_be(200).json();
    assert_eq!(all["items"].as_array().expect("items").len(), 3);
    assert_eq!(all["items"][0]["state"], "planned");
    let mine = own.api_get(&format!("/api/v1/letters?person={asha}&state=sent")).await.json();
    assert_eq!(
        mine["items"][0]["message_id"],
        header(&stage.letters()[0].bytes, "Message-ID").trim_matches(['<', '>'])
    );
    let none = other.api_get("/api/v1/letters").await.must_be(200).json();
    assert_eq!(none["items"].as_array().expect("items").len(), 0);
    own.api_get("/api/v1/letters?state=lost").await.must_be(422);
    own.api_get("/api/v1/letters?colour=red").await.must_be(400);
}

#[actix_web::test]
async fn an_admin_stops_a_letter_and_sends_another_again() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    let of = |kind: &str| -> LetterId {
        stage.read(|db| {
            Ok(letters::table
                .filter(letters::kind.eq(kind))
                .order(letters::due_at)
                .select(letters::id)
                .first(db)?)
        })
    };
    let admin = stage.district_admin();
    let reminder = format!("/letters/{}", of("reminder"));
    stage.auditor().post(&format!("{reminder}/cancellation"), &[]).await.must_be(403);
    stage.other_admin().post(&format!("{reminder}/cancellation"), &[]).await.must_be(404);
    admin.post(&format!("{reminder}/cancellation"), &[]).await.must_be(303);
    admin.post(&format!("{reminder}/cancellation"), &[]).await.must_be(409);
    // The planner does not bring it back.
    stage.write(|db, stamp| ledger::ask(db, batch.id, stamp.now));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, asha)[1], "three_days cancelled");

    let confirmation = format!("/letters/{}", of("confirmation"));
    admin.post(&format!("{confirmation}/again"), &[]).await.must_be(409);
    let failed = of("confirmation");
    stage.write(|db, _| {
        diesel::update(letters::table.find(failed))
            .set((letters::state.eq("failed"), letters::sent_at.eq(None::<Moment>)))
            .execute(db)?;
        Ok(())
    });
    admin.post(&format!("{confirmation}/again"), &[]).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    let sent = stage.letters();
    assert_eq!(sent.len(), 2);
    assert_eq!(header(&sent[0].bytes, "Message-ID"), header(&sent[1].bytes, "Message-ID"));
}

type Line = (String, String, Option<Moment>, Option<Moment>, Moment);

#[actix_web::test]
async fn a_year_of_changes_plans_nothing_twice() {
    let stage = Stage::new("2026-01-01 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let bo = stage.person("Bo Lal", "B11");
    let enrolment = batch.enrol(asha, "seat");
    batch.enrol(bo, "seat");
    let mut held = vec![];
    for week in 0..52i64 {
        let day = ist("2026-01-01 10:00").plus_days(week * 7);
        stage.site.clock.set(day);
        let starts = day.plus_days(9).plus_minutes(240 + 330);
        held.push(batch.session(&starts.utc().format("%Y-%m-%d %H:%M").to_string()));
        office::tick(&stage.site).await.expect("a turn");
        match week % 4 {
            1 => batch.move_session(
                held[week as usize],
                &starts.plus_days(1).utc().format("%Y-%m-%d %H:%M").to_string(),
            ),
            2 => batch.cancel_session(held[week as usize], "harvest"),
            3 => batch.put(enrolment, if week % 8 == 3 { "withdrawn" } else { "seat" }),
            _ => {}
        }
        for hour in (0..7 * 24).step_by(6) {
            stage.site.clock.set(day.plus_minutes(hour * 60));
            office::tick(&stage.site).await.expect("a turn");
        }
    }
    let rows: Vec<Line> = stage.read(|db| {
        Ok(letters::table
            .select((
                letters::key,
                letters::state,
                letters::sent_at,
                letters::useless_after,
                letters::due_at,
            ))
            .load(db)?)
    });
    assert!(rows.len() > 300, "{}", rows.len());
    let keys: BTreeSet<&String> = rows.iter().map(|r| &r.0).collect();
    assert_eq!(keys.len(), rows.len());
    let ids: BTreeSet<String> =
        stage.letters().iter().map(|l| header(&l.bytes, "Message-ID").to_owned()).collect();
    assert_eq!(ids.len(), stage.letters().len(), "no letter went twice");
    for (key, state, sent, useless, due) in rows {
        if let Some(sent) = sent {
            assert!(sent >= due && useless.is_none_or(|u| sent < u), "{key}");
        }
        assert!(
            ["sent", "cancelled", "missed", "planned"].contains(&state.as_str()),
            "{key} {state}"
        );
    }
}

/// The path of the answer page in the last letter.
fn answer_path(stage: &Stage) -> String {
    let said = read_all(stage).pop().expect("a letter");
    let at = said.find("/answers/").expect("a link to answer");
    said[at..].split_whitespace().next().expect("a link").to_owned()
}

/// A form sent by a browser that is not signed in; its token is in the page.
async fn says(stage: &Stage, path: &str, form: &str) -> crate::stage::Answer {
    use crate::stage::Body;
    use actix_web::http::Method;
    let nobody = stage.nobody();
    let page = nobody.get(path).await.must_be(200);
    let cookie = page.header("set-cookie").expect("a browser's cookie").to_owned();
    let (name, rest) = cookie.split_once('=').expect("a cookie");
    let value = rest.split(';').next().expect("a value");
    let token = page.body.split("name=\"_token\" value=\"").nth(1).expect("a form's token");
    let token = token.split('"').next().expect("a token");
    let form = Body::Form(format!("_token={token}&{form}"));
    nobody.send(Method::POST, path, &[], Some((name, value)), form).await
}

#[actix_web::test]
async fn the_day_before_asks_and_an_answer_is_kept_without_signing_in() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    let session = batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-28 11:00");
    office::tick(&stage.site).await.expect("a turn");
    let path = answer_path(&stage);

    // Looking changes nothing, however often and by whomever.
    let answered = |stage: &Stage| -> i64 {
        use prashikshan::kit::schema::answers;
        stage.read(|db| Ok(answers::table.count().get_result(db)?))
    };
    for _ in 0..2 {
        stage.nobody().get(&path).await.must_be(200).says("Asha Devi").says("I cannot come");
    }
    assert_eq!(answered(&stage), 0);
    stage.nobody().post(&path, &[("answer", "coming")]).await.must_be(403);
    says(&stage, &path, "answer=perhaps").await.must_be(422);
    says(&stage, &path, "answer=coming").await.must_be(303);
    says(&stage, &path, "answer=not_coming&reason=A+wedding").await.must_be(303);
    stage.nobody().get(&path).await.must_be(200).says("Cannot come").says("A wedding");
    assert_eq!(answered(&stage), 1);

    // The trainer sees it; nobody is marked, no seat is freed; there is no further reminder.
    let trainer = stage.trainer();
    let page = trainer.get(&format!("/sessions/{session}")).await.must_be(200);
    assert!(page.text().contains("cannot come: 1"), "{}", page.text());
    let letters_page = format!("/sessions/{session}/letters");
    trainer.get(&letters_page).await.must_be(200).says("Asha Devi").says("A wedding");
    use prashikshan::kit::schema::marks;
    let marked: i64 = stage.read(|db| Ok(marks::table.count().get_result(db)?));
    assert_eq!(marked, 0);
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"same_day cancelled".to_owned()));

    // It stands among the apologies: the trainer's consent excuses her.
    let apologies = format!("/sessions/{session}/apologies");
    trainer.get(&apologies).await.must_be(200).says("Asha Devi").says("A wedding");
    says(&stage, &path, "answer=coming").await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"same_day planned".to_owned()));
    let page = trainer.get(&apologies).await.must_be(200);
    assert!(!page.text().contains("Asha Devi"), "taken back: {}", page.text());
    says(&stage, &path, "answer=not_coming&reason=A+wedding").await.must_be(303);
    let decide = format!("{apologies}/{asha}");
    trainer.post(&decide, &[("decision", "declined")]).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    let still = ledger_of(&stage, asha);
    assert!(still.contains(&"same_day planned".to_owned()), "expected all the same: {still:?}");

    // Another's token, a changed one, one after the start: nothing to answer.
    stage.nobody().get(&format!("{path}x")).await.must_be(410);
    clock(&stage, "2026-11-29 14:00");
    stage.nobody().get(&path).await.must_be(410);
}

#[actix_web::test]
async fn what_goes_to_whom_is_shown_before_it_goes() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let session = batch.session("2026-11-29 14:00");
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    batch.enrol(stage.person("Bo Lal", "B11"), "seat");
    let path = format!("/sessions/{session}/letters");
    let admin = stage.admin();
    let before = admin.get(&path).await.must_be(200);
    for words in ["Asha Devi", "Bo Lal", "2 people", "Confirmation of seat", "roster 1 day"] {
        assert!(before.text().contains(words), "{words}: {}", before.text());
    }
    let planned: i64 = stage.read(|db| Ok(letters::table.count().get_result(db)?));
    assert_eq!(planned, 0, "looking plans nothing");
    office::tick(&stage.site).await.expect("a turn");
    let after = admin.get(&path).await.must_be(200);
    assert!(after.text().contains("Sent"), "{}", after.text());
    stage.other_admin().get(&path).await.must_be(404);
    stage.newcomer("Stranger One", "B21").get(&path).await.must_be(404);
}

#[actix_web::test]
async fn a_rule_is_a_row_and_its_letters_follow_it() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    let admin = stage.admin();
    admin
        .get("/reminder-rules")
        .await
        .must_be(200)
        .says("3 days before the start, at 11:00")
        .says("On the day at 08:00, or 3 hours before the start");

    // A rule for this batch: five days before, to everybody enrolled, in both languages.
    let id = batch.id.to_string();
    let form = [
        ("batch", id.as_str()),
        ("template", "reminder"),
        ("audience", "enrolled"),
        ("point", "before_start"),
        ("days", "5"),
        ("clock", "17:00"),
        ("language", "both"),
    ];
    let mut wrong = form;
    wrong[5] = ("clock", "23:00");
    admin.post("/reminder-rules", &wrong).await.must_be(422).says("07:00 and 21:00");
    wrong = form;
    wrong[1] = ("template", "roster");
    admin.post("/reminder-rules", &wrong).await.must_be(422).says("do not go together");
    admin.post("/reminder-rules", &form).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, asha).len(), 5);

    // Off: its letter goes with it. An admin of a district writes no rule for everybody.
    stage.district_admin().post("/reminder-rules/1/end", &[]).await.must_be(403);
    stage.district_admin().post("/reminder-rules/1", &form[1..]).await.must_be(403);
    admin.post("/reminder-rules/1/end", &[]).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"three_days cancelled".to_owned()));
    admin.post("/reminder-rules/1/start", &[]).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"three_days planned".to_owned()));

    stage.clear_letters();
    clock(&stage, "2026-11-24 17:00");
    office::tick(&stage.site).await.expect("a turn");
    let said = read_all(&stage).pop().expect("a letter");
    assert!(said.contains("Asha Devi,") && said.contains("Asha Devi जी,"), "{said}");
}

/// Marks one person as the roll call does.
pub fn mark(stage: &Stage, batch: BatchId, session: SessionId, person: PersonId, status: &str) {
    use prashikshan::kit::schema::marks;
    stage.write(|db, stamp| {
        diesel::insert_into(marks::table)
            .values((
                marks::id.eq(stamp.id()),
                marks::session_id.eq(session),
                marks::person_id.eq(person),
                marks::status.eq(status),
                marks::marked_at.eq(stamp.now),
                marks::client_id.eq(stamp.id().to_string()),
                marks::received_at.eq(stamp.now),
            ))
            .execute(db)?;
        ledger::ask(db, batch, stamp.now)
    });
}

#[actix_web::test]
async fn a_missed_session_with_its_next_chance() {
    snapshot("letter-absence", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        batch.session("2026-12-06 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        clock(stage, "2026-11-29 13:00");
        mark(stage, batch.id, session, person, "absent");
        turn(stage);
        stage.clear_letters();
        clock(stage, "2026-11-30 10:00");
        turn(stage);
        assert_eq!(stage.letters().len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn a_question_the_day_before() {
    snapshot("letter-question", |stage, person| {
        let batch = Batch::new(stage);
        batch.session("2026-11-29 10:30");
        batch.enrol(person, "seat");
        turn(stage);
        clock(stage, "2026-11-28 11:00");
    })
    .await;
}

/// A trainer with an address, who speaks the reader's language.
fn teaches(stage: &Stage, session: SessionId, person: PersonId) {
    stage.write(|db, _| {
        diesel::update(session_trainers::table.filter(session_trainers::session_id.eq(session)))
            .set(session_trainers::person_id.eq(person))
            .execute(db)?;
        Ok(())
    });
}

#[actix_web::test]
async fn a_roster_the_evening_before() {
    snapshot("letter-roster", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        teaches(stage, session, person);
        batch.enrol(stage.person_without_mail("Chandra Rao", "B11"), "seat");
        batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
        turn(stage);
        clock(stage, "2026-11-28 18:00");
    })
    .await;
}

#[actix_web::test]
async fn a_trainer_reads_of_a_move_and_of_a_cancellation() {
    snapshot("letter-change-trainer", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        teaches(stage, session, person);
        turn(stage);
        batch.move_session(session, "2026-11-29 14:00");
    })
    .await;
    snapshot("letter-cancellation-trainer", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        teaches(stage, session, person);
        turn(stage);
        batch.cancel_session(session, "The hall is under water");
    })
    .await;
}

#[actix_web::test]
async fn a_roster_of_one() {
    snapshot("letter-roster-one", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        teaches(stage, session, person);
        batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
        turn(stage);
        clock(stage, "2026-11-28 18:00");
    })
    .await;
}

#[actix_web::test]
async fn a_roll_that_is_overdue() {
    snapshot("letter-overdue", |stage, person| {
        let batch = Batch::new(stage);
        let session = batch.session("2026-11-29 10:30");
        teaches(stage, session, person);
        batch.enrol(stage.person_without_mail("Bo Lal", "B11"), "seat");
        turn(stage);
        clock(stage, "2026-11-30 09:00");
    })
    .await;
}

#[actix_web::test]
async fn a_course_that_is_completed() {
    snapshot("letter-completion", |stage, person| {
        use prashikshan::kit::schema::standings;
        let batch = Batch::new(stage);
        let enrolment = batch.enrol(person, "seat");
        turn(stage);
        stage.clear_letters();
        let unit = stage.unit("B11");
        stage.write(|db, stamp| {
            let course: CourseId =
                batches::table.find(batch.id).select(batches::course_id).first(db)?;
            diesel::insert_into(standings::table)
                .values((
                    standings::enrolment_id.eq(enrolment),
                    standings::course_id.eq(course),
                    standings::batch_id.eq(batch.id),
                    standings::person_id.eq(person),
                    standings::unit_id.eq(unit),
                    standings::standing.eq("complete"),
                    standings::percent.eq(100),
                    standings::updated_at.eq(stamp.now),
                ))
                .execute(db)?;
            ledger::ask(db, batch.id, stamp.now)
        });
    })
    .await;
}

#[actix_web::test]
async fn after_an_outage_nobody_is_woken() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    let hers =
        |stage: &Stage| stage.letters().iter().filter(|l| l.to == "asha.devi@example.org").count();
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-26 11:00");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(hers(&stage), 2);
    // Nothing ran from noon of the day before until the night.
    for (now, count) in [
        ("2026-11-28 22:00", 2),
        ("2026-11-29 06:59", 2),
        ("2026-11-29 07:00", 3),
        ("2026-11-29 08:00", 4),
    ] {
        clock(&stage, now);
        office::tick(&stage.site).await.expect("a turn");
        assert_eq!(hers(&stage), count, "{now}");
    }
    let tried: Vec<i32> = stage.read(|db| {
        let hers = letters::table.filter(letters::person_id.eq(asha));
        Ok(hers.select(letters::attempts).load(db)?)
    });
    assert_eq!(tried, [1; 4], "waiting for the morning is no try");
}

#[actix_web::test]
async fn an_address_another_language_and_another_unit_are_causes() {
    use serde_json::json;
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person_without_mail("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).iter().all(|l| l.ends_with(" missed")));
    let admin = stage.admin().by_token();
    let path = format!("/api/v1/people/{asha}");
    let change = json!({"emails": ["asha@example.net"], "language": "hi"});
    clock(&stage, "2026-11-27 10:00");
    admin.api_patch(&path, change).await.must_be(200);
    stage.clear_letters();
    office::tick(&stage.site).await.expect("a turn");
    let said = read_all(&stage);
    assert_eq!(said.len(), 1, "one letter says it all: {said:#?}");
    assert!(said[0].starts_with("To: asha@example.net") && said[0].contains("Asha Devi जी"));
    assert_eq!(
        ledger_of(&stage, asha),
        ["three_days missed", "confirmation sent", "one_day planned", "same_day planned"]
    );

    // Her unit's clocks are four and a half hours behind: 11:00 in India is night there.
    let zone = json!({"timezone": "Europe/London"});
    admin.api_patch("/api/v1/units/B11", zone).await.must_be(200);
    office::tick(&stage.site).await.expect("a turn");
    let due: Vec<Moment> = stage.read(|db| {
        let of_rule = letters::table.filter(letters::rule.eq("one_day"));
        Ok(of_rule.select(letters::due_at).load(db)?)
    });
    assert_eq!(due, [ist("2026-11-28 12:30")]);

    // What the late letter told is not made up for, however often the planner comes by.
    stage.write(|db, stamp| ledger::ask(db, batch.id, stamp.now));
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"three_days missed".to_owned()));
    assert_eq!(stage.letters().len(), 1);

    // Elsewhere again, and made anew in English, though it was composed while mail was stopped.
    admin.api_patch(&path, json!({"unit": "B21", "language": "en"})).await.must_be(200);
    clock(&stage, "2026-11-28 11:00");
    stage.clear_letters();
    office::tick(&stage.site).await.expect("a turn");
    let said = read_all(&stage);
    assert!(said.iter().any(|l| l.contains("Asha Devi,") && l.contains("Reminder: Sun 29 Nov")));
}

#[actix_web::test]
async fn who_is_admin_now_gets_what_goes_to_admins() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    let form = [
        ("template", "roster"),
        ("audience", "unit_admins"),
        ("point", "before_start"),
        ("days", "2"),
        ("clock", "12:00"),
        ("language", "person"),
    ];
    stage.admin().post("/reminder-rules", &form).await.must_be(303);
    office::tick(&stage.site).await.expect("a turn");
    let district = stage.person_named("District Admin");
    let rosters = |person| {
        let all = ledger_of(&stage, person);
        all.into_iter().filter(|l| l.ends_with("planned")).count()
    };
    assert_eq!(rosters(district), 1);
    // The block gets an admin of its own: the letter is his.
    let bo = stage.person("Bo Lal", "B11");
    let (unit, role) = (stage.unit("B11"), access::rules::Role::Admin);
    stage.write(|db, stamp| access::grant(db, None, bo, role, unit, None, stamp));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!((rosters(district), rosters(bo)), (0, 1));
}
