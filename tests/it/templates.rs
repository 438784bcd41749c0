//! Own texts of letters: written, refused, looked at, tried out, put back, sent.

use diesel::prelude::*;
use prashikshan::kit::columns::Language;
use prashikshan::kit::ids::PersonId;
use prashikshan::kit::mail_text;
use prashikshan::kit::schema::{journal, letter_templates, letters, people, phones, sessions};
use prashikshan::letters::content;
use prashikshan::letters::templates::rules::{Case, fits};
use prashikshan::letters::templates::sample::sample;
use prashikshan::letters::{self as office, compose};

use crate::letters::{Batch, header, ledger_of, speaks};
use crate::stage::{Answer, Client, Stage};

/// The form as a browser has it: what stands in its fields.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(&page.body);
    let any = scraper::Selector::parse("main form.form [name]").expect("a selector");
    page.select(&any)
        .filter(|field| field.value().attr("name") != Some("_token"))
        .map(|field| {
            let name = field.value().attr("name").unwrap_or_default().to_owned();
            let value = match field.value().name() {
                "textarea" => field.text().collect::<String>().trim_start_matches('\n').to_owned(),
                "select" => String::new(),
                _ => field.value().attr("value").unwrap_or_default().to_owned(),
            };
            (name, value)
        })
        .collect()
}

/// Opens a text, types over some fields, presses a button.
async fn typed(who: &Client, case: &str, door: &str, changes: &[(&str, &str)]) -> Answer {
    let page = who.get(&format!("/templates/{case}")).await.must_be(200);
    post(who, case, door, &fields(&page), changes).await
}

async fn post(
    who: &Client,
    case: &str,
    door: &str,
    form: &[(String, String)],
    changes: &[(&str, &str)],
) -> Answer {
    let mut form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    for (name, value) in changes {
        let field = form.iter_mut().find(|(n, _)| n == name).expect("such a field");
        field.1 = value;
    }
    who.post(&format!("/templates/{case}{door}"), &form).await
}

fn subjects(stage: &Stage) -> Vec<String> {
    stage.letters().iter().filter_map(|l| mail_text::subject(&l.bytes)).collect()
}

fn versions(stage: &Stage) -> Vec<(String, i32)> {
    stage.read(|db| {
        Ok(letter_templates::table
            .order(letter_templates::id)
            .select((letter_templates::letter, letter_templates::number))
            .load(db)?)
    })
}

/// A seat on a batch with one session, so that a confirmation is due at once.
fn seated(stage: &Stage, name: &str) -> PersonId {
    let batch = Batch::new(stage);
    batch.session("2026-12-05 10:00");
    let person = stage.person(name, "B11");
    batch.enrol(person, "seat");
    person
}

/// What stands in the form is what a letter says: filled in, it is the letter.
#[actix_web::test]
async fn the_shipped_text_in_the_form_is_what_letters_say() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let site = &stage.site;
    for case in Case::ALL {
        for language in [Language::Hi, Language::En] {
            let shipped = content::shipped(&site.views, *case, language).expect("a text");
            for part in [&shipped.subject, &shipped.opening, &shipped.closing] {
                assert_eq!(fits(part, &case.placeholders()), Ok(()), "{case} {part}");
                assert!(!part.contains("98"), "{case} {part}");
            }
            assert!(!shipped.subject.is_empty() && !shipped.opening.is_empty(), "{case}");
            let (mut facts, letter) = sample(site, *case, language, stage.now());
            assert_eq!(compose::case_of(site, &facts, &letter, stage.now()), Some(*case));
            let drawn = compose::look(site, &facts, &letter, language, stage.now()).expect("drawn");
            let mut own = prashikshan::letters::templates::rules::OwnText::default();
            let words = match language {
                Language::Hi => &mut own.hi,
                Language::En => &mut own.en,
            };
            words.subject = Some(shipped.subject);
            words.opening = Some(shipped.opening);
            words.closing = Some(shipped.closing);
            facts.own.insert(*case, own);
            let again = compose::look(site, &facts, &letter, language, stage.now()).expect("drawn");
            assert_eq!((drawn.subject, drawn.text), (again.subject, again.text), "{case}");
            assert_eq!(drawn.html, again.html, "{case}");
        }
    }
}

#[actix_web::test]
async fn an_admin_of_everybody_writes_a_text_and_the_next_letters_say_it() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    admin.get("/templates").await.must_be(200).says("As shipped").says("Seat, one session");
    admin.clone().in_hindi().get("/templates").await.must_be(200).says("मूल पाठ");
    for other in [stage.district_admin(), stage.trainer(), stage.auditor()] {
        other.get("/templates").await.must_be(403);
        other.get("/templates/reminder").await.must_be(403);
        other.post("/templates/reminder", &[]).await.must_be(403);
        other.post("/templates/reminder/trial", &[]).await.must_be(403);
    }
    admin.get("/templates/nothing").await.must_be(404);
    let changes = [
        ("subject_en", "Welcome, {name}: {when}"),
        ("opening_en", "{name}, we are glad that you come.\nYour course: {course}"),
        ("closing_en", "Bring a pen.\nPlace: {venue}"),
    ];
    let saved = typed(&admin, "confirmation", "", &changes).await.must_be(303);
    assert_eq!(saved.location(), "/templates/confirmation");
    admin.get("/templates").await.says("Own text").says("State Admin");
    let page = admin.get("/templates/confirmation").await.says("Version 1");
    assert!(page.body.contains("Welcome, {name}: {when}"));
    // The rest stands as it is shipped, and is no own text.
    let own: (Option<String>, Option<String>) = stage.read(|db| {
        let columns = (letter_templates::subject_hi, letter_templates::subject_en);
        Ok(letter_templates::table.select(columns).first(db)?)
    });
    assert_eq!(own, (None, Some("Welcome, {name}: {when}".to_owned())));
    // Saved as it was: no version.
    typed(&admin, "confirmation", "", &[]).await.must_be(303);
    assert_eq!(versions(&stage), [("confirmation".to_owned(), 1)]);

    let asha = seated(&stage, "Asha Devi");
    stage.tick().await;
    assert_eq!(subjects(&stage), ["Welcome, Asha Devi: Sat 5 Dec, 10:00 am"]);
    let text = mail_text::text(&stage.letters()[0].bytes).expect("a text");
    assert!(text.contains("Asha Devi, we are glad that you come.\n"), "{text}");
    assert!(text.contains("Bring a pen.\nPlace: Community hall\n"), "{text}");
    // What the program says stands in it all the same.
    for fact in ["Trainer One", "You get this letter because", "River block office", "/l/v."] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    assert!(stage.letters()[0].bytes.contains("text/calendar"));
    let said: Vec<String> = stage.read(|db| {
        Ok(journal::table
            .filter(journal::subject.eq("letter-template/confirmation"))
            .select(journal::action)
            .load(db)?)
    });
    assert_eq!(said, ["letter template changed"]);
    assert!(ledger_of(&stage, asha)[0].contains("sent"), "{:?}", ledger_of(&stage, asha));
}

#[actix_web::test]
async fn each_wrong_text_is_told_at_its_field_and_nothing_typed_is_lost() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    for (field, given, says) in [
        ("subject_en", "Hello {nmae}", "Did you mean {name}?"),
        ("opening_hi", "{venu}", "Did you mean {venue}?"),
        ("opening_en", "{7*7}", "These are: {name}"),
        ("opening_en", "{{ 7*7 }}", "is not understood here"),
        ("opening_en", "{% include \"x\" %}", "is not understood here"),
        ("closing_en", "{ $name }", "is not understood here"),
        ("closing_en", "Hello {name", "opened and not closed"),
        ("closing_hi", "name}", "closed that was not opened"),
        ("opening_en", "<script>alert(1)</script>", "looks like HTML"),
        ("closing_en", "&lt;b&gt;", "looks like HTML"),
        ("subject_en", "Hello\r\nBcc: all@example.org", "A subject is one line."),
        ("subject_hi", "a\u{202E}b", "characters that cannot be used"),
        ("opening_en", "a\u{7}b", "characters that cannot be used"),
        ("subject_en", "", "Fill in this field."),
        ("subject_en", &"x".repeat(200), "150 characters or fewer"),
        ("closing_en", &"x".repeat(3_000), "characters or fewer"),
    ] {
        for door in ["", "/preview", "/preview/en", "/trial"] {
            let typing = [(field, given), ("opening_hi", "मेरा पाठ"), ("closing_hi", "धन्यवाद")];
            let typing: Vec<(&str, &str)> = match typing[1..].iter().any(|(f, _)| *f == field) {
                true => vec![typing[0]],
                false => typing.to_vec(),
            };
            let answer = typed(&admin, "reminder", door, &typing).await.must_be(422).says(says);
            assert!(answer.body.contains(&format!("id=\"error-{field}\"")), "{field} {given}");
            assert!(!answer.body.contains("<script>alert"), "escaped");
            if typing.len() > 1 {
                assert!(answer.body.contains("मेरा पाठ"), "kept");
            }
        }
    }
    assert_eq!(versions(&stage), []);
    admin.post("/templates/reminder", &[("nonsense", "1")]).await.must_be(422);
}

#[actix_web::test]
async fn versions_are_kept_compared_and_put_back() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    typed(&admin, "waiting", "", &[("subject_en", "First")]).await.must_be(303);
    typed(&admin, "waiting", "", &[("subject_en", "Second"), ("closing_en", "")])
        .await
        .must_be(303);
    let second = admin.get("/templates/waiting/versions/2").await.must_be(200);
    second.says("Second").says("First").says("(nothing)").says("This text holds now.");
    let first = admin.get("/templates/waiting/versions/1").await.must_be(200);
    let first = first.says("Use this text again");
    assert!(first.body.contains("Waiting no. {position}: {course}"), "what was shipped before");
    admin.get("/templates/waiting/versions/3").await.must_be(404);
    admin.get("/templates/waiting/versions/-1").await.must_be(404);

    admin.post("/templates/waiting/versions/1", &[("seen", "2")]).await.must_be(303);
    let page = admin.get("/templates/waiting").await.says("Version 1 put back");
    assert!(page.body.contains("value=\"First\""));
    // Whoever saw another version is told, and nothing is put back.
    let late = admin.post("/templates/waiting/versions/2", &[("seen", "2")]).await.must_be(409);
    late.says("has saved version 3 meanwhile");
    admin.post("/templates/waiting/versions/0", &[("seen", "3")]).await.must_be(303);
    let page =
        admin.get("/templates/waiting").await.says("Shipped text put back").says("As shipped");
    assert!(page.body.contains("Waiting no. {position}: {course}"));
    assert_eq!(versions(&stage).len(), 4);
    admin.get("/templates/waiting/versions/0").await.must_be(200).says("This text holds now.");

    let batch = Batch::new(&stage);
    batch.has_seats(1);
    batch.enrol(stage.person_without_mail("Chandra Rao", "B11"), "seat");
    batch.enrol(stage.person("Asha Devi", "B11"), "waiting");
    stage.tick().await;
    assert_eq!(subjects(&stage), ["Waiting no. 1: New members' course"]);
}

#[actix_web::test]
async fn the_second_of_two_admins_is_told() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let one = stage.admin();
    let two = stage.person("Second Admin", "MP");
    let unit = stage.unit("MP");
    stage.write(|db, stamp| {
        use prashikshan::access::{self, rules::Role};
        access::grant(db, None, two, Role::Admin, unit, None, stamp)
    });
    let two = stage.sign_in(two);
    let seen = fields(&two.get("/templates/lapse").await);
    typed(&one, "lapse", "", &[("subject_en", "Of the first")]).await.must_be(303);
    // A mistake does not make anybody overlook it.
    let mistaken = post(&two, "lapse", "", &seen, &[("subject_en", "{x")]).await.must_be(422);
    let seen = fields(&mistaken);
    let told = post(&two, "lapse", "", &seen, &[("subject_en", "Of the second")]).await;
    let told = told.must_be(409).says("State Admin has saved version 1 meanwhile");
    assert!(told.body.contains("value=\"Of the second\""), "what was typed is kept");
    assert_eq!(versions(&stage).len(), 1);
    // Knowing that, it may be written over.
    post(&two, "lapse", "", &fields(&told), &[]).await.must_be(303);
    assert_eq!(versions(&stage).len(), 2);
}

#[actix_web::test]
async fn a_text_is_seen_on_a_real_person_before_it_is_saved() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    let asha = seated(&stage, "Asha Devi");
    stage.tick().await;
    stage.clear_letters();
    let letter: i64 = stage.read(|db| {
        let of = letters::person_id.eq(asha);
        let id: prashikshan::kit::ids::LetterId =
            letters::table.filter(of).select(letters::id).first(db)?;
        Ok(id.0)
    });
    let reader = letter.to_string();
    let planned = || -> i64 { stage.read(|db| Ok(letters::table.count().get_result(db)?)) };
    let before = planned();
    let page = admin.get("/templates/confirmation").await.must_be(200);
    assert!(page.text().contains("Asha Devi – "), "{}", page.text());
    // Nobody else's letter is of this case.
    assert!(!admin.get("/templates/reminder-many").await.text().contains("Asha Devi – "));

    let changes = [("opening_en", "{name}, {venue}!"), ("reader", reader.as_str())];
    let seen = typed(&admin, "confirmation", "/preview", &changes).await.must_be(200);
    let seen = seen.says("Asha Devi, Community hall!").says("आपकी सीट पक्की है");
    for secret in ["/l/v.", "/unsubscribe/"] {
        assert!(!seen.body.contains(secret), "{secret} of somebody else");
    }
    let whole = typed(&admin, "confirmation", "/preview/en", &changes).await.must_be(200);
    assert!(whole.body.contains("<h1>Asha Devi, Community hall!</h1>"), "{}", whole.body);
    let policy = whole.header("content-security-policy").expect("a policy");
    assert!(policy.contains("sandbox") && !policy.contains("script-src"), "{policy}");
    typed(&admin, "confirmation", "/preview/fr", &changes).await.must_be(404);
    // Without a choice it is an invented person; one who is not there is none.
    for nobody in ["", "12345", "x"] {
        let changes = [("opening_en", "{name}, {venue}!"), ("reader", nobody)];
        typed(&admin, "confirmation", "/preview", &changes)
            .await
            .must_be(200)
            .says("Asha Devi, Comm");
    }
    for case in Case::ALL {
        let page = typed(&admin, case.word(), "/preview", &[]).await.must_be(200);
        page.says("How it looks").says("Nothing is saved or sent.");
        admin.clone().in_hindi().get(&format!("/templates/{case}")).await.must_be(200);
    }
    assert_eq!(versions(&stage), []);
    assert_eq!(planned(), before, "looking plans nothing");
}

#[actix_web::test]
async fn a_trial_goes_once_to_whoever_asks_and_is_said_to_be_one() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    let changes = [("subject_en", "For {name}"), ("opening_en", "Hello {name}")];
    let tried = typed(&admin, "reminder-today-many", "/trial", &changes).await.must_be(200);
    let tried = tried.says("A trial is on its way to state.admin@example.org");
    assert!(tried.body.contains("value=\"For {name}\""), "still in the form");
    stage.tick().await;
    stage.tick().await;
    let sent = stage.letters();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, "state.admin@example.org");
    assert!(!header(&sent[0].bytes, "To").contains("Asha"), "{}", header(&sent[0].bytes, "To"));
    assert_eq!(subjects(&stage), ["[Trial] For Asha Devi"]);
    let text = mail_text::text(&sent[0].bytes).expect("a text");
    assert!(text.contains("Hello Asha Devi") && text.contains("आज आपके 3 सत्र हैं"), "{text}");
    assert!(!sent[0].bytes.contains("List-Unsubscribe"));
    assert!(!sent[0].bytes.contains("text/calendar"));
    assert!(!header(&sent[0].bytes, "Message-ID").is_empty());
    let person = stage.person_named("State Admin");
    assert_eq!(ledger_of(&stage, person).len(), 1);
    admin.get("/letters").await.must_be(200).says("Reminder: trial");
    assert_eq!(versions(&stage), [], "nothing is saved by it");
    // By night too, and for every case.
    stage.clock_to("2026-11-20 20:30");
    stage.clear_letters();
    let admin = stage.admin();
    for case in Case::ALL {
        typed(&admin, case.word(), "/trial", &[]).await.must_be(200);
    }
    stage.tick().await;
    assert_eq!(stage.letters().len(), Case::ALL.len());
    let all = subjects(&stage);
    assert!(all.iter().all(|s| s.starts_with("[Trial] ")), "{all:?}");
    // Whoever has no address is told.
    let lone = stage.person_without_mail("Lone Admin", "MP");
    let unit = stage.unit("MP");
    stage.write(|db, stamp| {
        use prashikshan::access::{self, rules::Role};
        access::grant(db, None, lone, Role::Admin, unit, None, stamp)
    });
    let lone = stage.sign_in(lone);
    typed(&lone, "reminder", "/trial", &[]).await.must_be(409).says("no e-mail address");
}

#[actix_web::test]
async fn what_has_no_value_for_one_reader_leaves_no_hole() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    let changes = [
        ("subject_en", "{venue}: {when}"),
        ("opening_en", "We meet.\nAt {venue}, {name}."),
        ("closing_en", "{venue}"),
    ];
    typed(&admin, "confirmation", "", &changes).await.must_be(303);
    let batch = Batch::new(&stage);
    let session = batch.session("2026-12-05 10:00");
    stage.write(|db, _| {
        use prashikshan::kit::ids::VenueId;
        diesel::update(sessions::table.find(session))
            .set((
                sessions::venue_id.eq(None::<VenueId>),
                sessions::link.eq("https://meet.example.org/a"),
            ))
            .execute(db)?;
        Ok(())
    });
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    stage.tick().await;
    // The subject is the shipped one, the lines are not there.
    assert_eq!(subjects(&stage), ["Your seat: Sat 5 Dec, 10:00 am – Knowing the organisation"]);
    let text = mail_text::text(&stage.letters()[0].bytes).expect("a text").replace("\r\n", "\n");
    assert!(
        text.contains("We meet.\n\nYour session:") || text.contains("We meet.\nYour session:"),
        "{text}"
    );
    assert!(!text.contains("At ") && !text.contains('{') && !text.contains("\n\n\n"), "{text}");
}

#[actix_web::test]
async fn a_text_that_fails_for_one_reader_fails_that_letter_alone() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    let own = "{name} {name} {name}: {when}";
    typed(&admin, "confirmation", "", &[("subject_en", own)]).await.must_be(303);
    let batch = Batch::new(&stage);
    batch.session("2026-12-05 10:00");
    let (asha, ravi) = (stage.person("Asha Devi", "B11"), stage.person("Ravi Kumar", "B11"));
    // Named like a placeholder and a program: said as it is.
    let odd = stage.person("Odd One", "B11");
    stage.write(|db, _| {
        diesel::update(people::table.find(asha))
            .set(people::name.eq("अ".repeat(120)))
            .execute(db)?;
        diesel::update(people::table.find(odd))
            .set(people::name.eq("{name} {{ 7*7 }}"))
            .execute(db)?;
        Ok(())
    });
    for person in [asha, ravi, odd] {
        batch.enrol(person, "seat");
    }
    stage.tick().await;
    let mut said = subjects(&stage);
    said.sort();
    assert_eq!(
        said,
        [
            "Ravi Kumar Ravi Kumar Ravi Kumar: Sat 5 Dec, 10:00 am",
            "{name} {{ 7*7 }} {name} {{ 7*7 }} {name} {{ 7*7 }}: Sat 5 Dec, 10:00 am",
        ]
    );
    let failed: Vec<(Option<PersonId>, Option<String>)> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::state.eq("failed"))
            .select((letters::person_id, letters::reason))
            .load(db)?)
    });
    assert_eq!(failed, [(Some(asha), Some("own-text".to_owned()))]);
    admin.get("/letters?state=failed").await.says("cannot be filled in for this reader");
    // A shorter text, and the letter goes.
    typed(&admin, "confirmation", "", &[("subject_en", "{when}")]).await.must_be(303);
    let id: prashikshan::kit::ids::LetterId = stage.read(|db| {
        Ok(letters::table.filter(letters::state.eq("failed")).select(letters::id).first(db)?)
    });
    admin.post(&format!("/letters/{id}/again"), &[]).await.must_be(303);
    stage.tick().await;
    assert_eq!(subjects(&stage).last().map(String::as_str), Some("Sat 5 Dec, 10:00 am"));
}

#[actix_web::test]
async fn a_neutral_house_names_no_course_in_an_own_subject() {
    let mut stage = Stage::new("2026-11-20 04:30").await;
    stage.site.letters.neutral = true;
    let admin = stage.admin();
    let page = admin.get("/templates/confirmation").await.must_be(200);
    page.says("Subjects name no training on this server");
    let own = [("subject_en", "{course}, {batch}, {title}: {when}"), ("opening_en", "{course}")];
    typed(&admin, "confirmation", "", &own).await.must_be(303);
    seated(&stage, "Asha Devi");
    stage.tick().await;
    assert_eq!(subjects(&stage), ["training, training, training: Sat 5 Dec, 10:00 am"]);
    let text = mail_text::text(&stage.letters()[0].bytes).expect("a text");
    assert!(text.contains("New members' course"), "inside the letter it is named: {text}");

    let mut stage = Stage::new("2026-11-20 04:30").await;
    stage.site.letters.neutral = true;
    let own = [("subject_en", "Welcome to the new MEMBERS' course, {name}")];
    typed(&stage.admin(), "confirmation", "", &own).await.must_be(303);
    seated(&stage, "Asha Devi");
    stage.tick().await;
    assert_eq!(subjects(&stage), ["Your seat: Sat 5 Dec, 10:00 am – training"]);
}

#[actix_web::test]
async fn a_letter_that_is_made_keeps_its_text() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let admin = stage.admin();
    let asha = seated(&stage, "Asha Devi");
    stage.tick().await;
    let before = stage.letters()[0].bytes.clone();
    typed(&admin, "confirmation", "", &[("subject_en", "Another")]).await.must_be(303);
    // It is perhaps there already: the repeat is the same bytes.
    stage.write(|db, _| {
        diesel::update(letters::table.filter(letters::person_id.eq(asha)))
            .set((letters::state.eq("planned"), letters::attempts.eq(1)))
            .execute(db)?;
        Ok(())
    });
    stage.tick().await;
    assert_eq!(stage.letters().len(), 2);
    assert_eq!(stage.letters()[1].bytes, before);
}

/// A text of its own in both languages, as a reader gets it: text and HTML.
#[actix_web::test]
async fn a_letter_with_own_words_in_both_languages() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let own = [
        ("subject_hi", "{name} जी, {date} को मिलेंगे"),
        ("opening_hi", "आपकी सीट पक्की है।\nकोर्स: {course}\n\nसाथ में पहचान पत्र लाएँ।"),
        ("closing_hi", "पूछने के लिए {office}\nइंतजार रहेगा।"),
        ("subject_en", "{name}, see you on {date}"),
        (
            "opening_en",
            "Your seat is certain.\nCourse: {course}\n\nBring a card that shows who you are.",
        ),
        ("closing_en", "Ask {office}\nWe look forward to it: 5 < 6 & so on."),
    ];
    typed(&stage.admin(), "confirmation", "", &own).await.must_be(303);
    let batch = Batch::new(&stage);
    batch.session("2026-12-05 10:00");
    stage.write(|db, _| {
        diesel::update(phones::table).set(phones::number.eq("+919876543210")).execute(db)?;
        Ok(())
    });
    let mut all = String::new();
    for (name, language) in [("आशा देवी", Language::Hi), ("Asha Devi", Language::En)]
    {
        let person = stage.person(name, "B11");
        speaks(&stage, person, language);
        batch.enrol(person, "seat");
        office::tick(&stage.site).await.expect("a turn");
        let bytes = stage.letters().last().expect("a letter").bytes.clone();
        let subject = mail_text::subject(&bytes).expect("a subject");
        all.push_str(&format!("{subject}\n\n{}\n", mail_text::text(&bytes).expect("a text")));
        let (facts, letter) = sample(&stage.site, Case::Confirmation, language, stage.now());
        let mut facts = facts;
        facts.own = stage.read(prashikshan::letters::templates::store::current);
        let drawn = compose::look(&stage.site, &facts, &letter, language, stage.now());
        let html = drawn.expect("drawn").html;
        let from = html.find("<div class=\"letter\">").expect("a letter");
        all.push_str(&html[from..]);
        all.push_str("\n----\n\n");
    }
    let all: String = all
        .replace("\r\n", "\n")
        .split_inclusive(char::is_whitespace)
        .map(|word| match word.find("/l/v.") {
            Some(at) => {
                let end = word.find(['?', '\n', ' ']).unwrap_or(word.len());
                format!("{}/l/v.….…{}", &word[..at], &word[end..])
            }
            None => word.to_owned(),
        })
        .collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("letter-own-text", all);
    });
}

/// However many letters, their own texts are asked for once.
#[actix_web::test]
async fn own_texts_cost_one_question_for_all_letters() {
    let mut asked = vec![];
    for people in [2, 20] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let own = [("subject_en", "{name}: {when}")];
        typed(&stage.admin(), "confirmation", "", &own).await.must_be(303);
        let batch = Batch::new(&stage);
        batch.session("2026-12-05 10:00");
        let all: Vec<PersonId> =
            (0..people).map(|n| stage.person(&format!("Asha {n}"), "B11")).collect();
        for person in all {
            batch.enrol(person, "seat");
        }
        stage.tick().await;
        let ids: std::collections::BTreeSet<PersonId> = stage.read(|db| {
            let all: Vec<Option<PersonId>> = letters::table.select(letters::person_id).load(db)?;
            Ok(all.into_iter().flatten().collect())
        });
        assert!(ids.len() >= people);
        let before = stage.site.database.statements.count();
        let about = office::store::Subjects { people: ids, ..Default::default() };
        stage.read(|db| office::store::facts(db, &about, stage.now()));
        asked.push(stage.site.database.statements.count() - before);
    }
    assert_eq!(asked[0], asked[1]);
}
