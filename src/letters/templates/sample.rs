//! An invented reader with a letter of each case, to see a text in it before anybody gets one.

use std::collections::HashMap;

use chrono::NaiveTime;
use serde_json::json;

use crate::enrolment::rules::{Place, Way};
use crate::kit::clock::{Moment, at_clock};
use crate::kit::columns::Language;
use crate::kit::ids::{BatchId, EnrolmentId, LetterId, OfferId, PersonId, SessionId, UnitId};
use crate::kit::site::Site;
use crate::letters::store::{
    Batch, Before, Chance, Contact, Enrolment, Facts, Person, Session, Trainer, Venue,
};
use crate::letters::templates::rules::{Case, Shape};
use crate::post::bounces::Notice;
use crate::post::rules::Kind;
use crate::post::store::Leased;
use crate::schedule::rules::BatchState;

const READER: PersonId = PersonId(1);
const OTHER: PersonId = PersonId(2);
const BATCH: BatchId = BatchId(1);
const ENROLMENT: EnrolmentId = EnrolmentId(1);
const UNIT: UnitId = UnitId(1);

/// A letter of this case that nobody gets, with all it says. Names are said in one language.
pub fn sample(site: &Site, case: Case, language: Language, now: Moment) -> (Facts, Leased) {
    let shape = case.shape();
    let both = |key: &str| {
        let said = |language| site.texts().say(language, &format!("templates-sample-{key}"));
        (said(Language::Hi), said(Language::En))
    };
    let one = |key: &str| site.texts().say(language, &format!("templates-sample-{key}"));
    let person = |name: &str| Person {
        is_erased: false,
        name: one(name),
        language: Some(language),
        unit: UNIT,
        path: String::new(),
        address: Some("reader@example.org".to_owned()),
        phone: Some("+919876543210".to_owned()),
        unit_name: Default::default(),
    };
    let sessions = sessions(site, &shape, both("venue"), both("module"), one("trainer"), now);
    let first = sessions.first().map(|(_, s)| (s.starts_at, s.ends_at));
    let (course_hi, course_en) = both("course");
    let (venue_hi, venue_en) = both("old-venue");
    let earlier = first.map(|(starts_at, ends_at)| Before {
        starts_at: starts_at.plus_minutes(-60),
        ends_at: ends_at.plus_minutes(-60),
        venue_hi: Some(venue_hi),
        venue_en: Some(venue_en),
    });
    let chance = first.map(|(starts_at, ends_at)| Chance {
        path: String::new(),
        starts_at: starts_at.plus_days(7),
        ends_at: ends_at.plus_days(7),
        timezone: site.timezone.to_string(),
        venue: Some(both("venue")),
    });
    let letter = letter(site, case, &shape, &sessions, now);
    let roster = ["person", "name"]
        .map(|name| Trainer { name: one(name), phone: Some("+919876543210".to_owned()) });
    let told = || sessions.first().map(|(id, _)| *id);
    let facts = Facts {
        people: HashMap::from([(READER, person("name")), (OTHER, person("person"))]),
        batches: HashMap::from([(
            BATCH,
            Batch {
                title: one("batch"),
                course_hi,
                course_en,
                state: if shape.is_off { BatchState::Cancelled } else { BatchState::Open },
                cancel_reason: shape.is_off.then(|| one("reason")),
            },
        )]),
        enrolments: HashMap::from([(
            ENROLMENT,
            Enrolment { batch: BATCH, place: Place::Waiting, round: 1 },
        )]),
        positions: HashMap::from([(ENROLMENT, 3)]),
        before: told().zip(earlier).map(|(id, before)| ((id, 1), before)).into_iter().collect(),
        contacts: HashMap::from([(
            UNIT,
            Contact { name: Some(one("office")), phone: "+919812345678".to_owned() },
        )]),
        rosters: HashMap::from([(BATCH, roster.to_vec())]),
        chances: told().zip(chance).map(|(id, chance)| (id, vec![chance])).into_iter().collect(),
        sessions: sessions
            .into_iter()
            .map(|(id, s)| {
                let reason = (case.kind() == Kind::Cancellation).then(|| one("reason"));
                (id, Session { cancel_reason: reason, ..s })
            })
            .collect(),
        ..Facts::default()
    };
    (facts, letter)
}

/// In the morning, today or from the day after tomorrow on.
fn sessions(
    site: &Site,
    shape: &Shape,
    (name_hi, name_en): (String, String),
    module: (String, String),
    trainer: String,
    now: Moment,
) -> Vec<(SessionId, Session)> {
    let today = now.date_in(site.timezone);
    let clock = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default();
    let first = at_clock(today, 0, clock, site.timezone);
    let far = |n: i64| if shape.is_today { 0 } else { n + 2 };
    let begins =
        |n: i64| first.plus_days(far(n)).plus_minutes(if shape.is_today { n * 180 } else { 0 });
    (0..i64::try_from(shape.sessions).unwrap_or_default())
        .map(|n| {
            let session = Session {
                batch: BATCH,
                revision: 2,
                state: "published".to_owned(),
                starts_at: begins(n),
                ends_at: begins(n).plus_minutes(120),
                timezone: site.timezone.to_string(),
                link: None,
                cancel_reason: None,
                venue: Some(Venue {
                    name_hi: name_hi.clone(),
                    name_en: name_en.clone(),
                    address: String::new(),
                    map_url: None,
                }),
                modules: vec![module.clone()],
                trainers: vec![Trainer { name: trainer.clone(), phone: None }],
            };
            (SessionId(n + 1), session)
        })
        .collect()
}

fn letter(
    site: &Site,
    case: Case,
    shape: &Shape,
    sessions: &[(SessionId, Session)],
    now: Moment,
) -> Leased {
    let told: Vec<(SessionId, i32)> = sessions.iter().map(|(id, s)| (*id, s.revision)).collect();
    let before: Vec<(SessionId, i32)> = match case.kind() {
        Kind::Change => told.iter().take(1).map(|(id, _)| (*id, 1)).collect(),
        _ => vec![],
    };
    let facts = match case.kind() {
        Kind::Bounce => json!(Notice {
            person: OTHER,
            address: "sita@example.org".to_owned(),
            said: "550 5.1.1 no such user".to_owned(),
        }),
        kind => json!({
            "sessions": told,
            "before": before,
            "offer": (kind == Kind::Offer).then_some(OfferId(1)),
            "ends_at": now.plus_days(1),
            "begins_at": now.plus_days(4),
            "zone": site.timezone.to_string(),
            "about": shape.is_about.then_some(OTHER),
            "way": shape.was_put_forward.then_some(Way::Nomination),
            "turn": shape.turn,
            "reason": (kind == Kind::Decision)
                .then(|| site.texts().say(site.language, "templates-sample-reason")),
        }),
    };
    Leased {
        id: LetterId(1),
        kind: case.kind(),
        rule: None,
        person: Some(READER),
        batch: Some(BATCH),
        session: None,
        revision: None,
        enrolment: Some(ENROLMENT),
        facts: facts.to_string(),
        due_at: now,
        useless_after: None,
        attempts: 0,
        message_id: "sample".to_owned(),
        address: None,
        body: None,
        slot_at: None,
    }
}
