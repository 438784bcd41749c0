//! A person's word that a mark is wrong, within fifteen days, with its decision.

pub mod store;
pub mod pages;

use serde::Deserialize;
use serde_json::json;

use crate::access::Actor;
use crate::attendance;
use crate::attendance::appeals::store::{Appeal, Attended};
use crate::attendance::rules::{SentMark, Source};
use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{PersonId, SessionId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Stamp;

/// Days after the end of a session within which its mark can be appealed.
const DAYS: i64 = 15;

/// What a person may say that it should be.
pub const CLAIMS: [Status; 4] = [Status::Present, Status::Late, Status::Partial, Status::Excused];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    pub claim: String,
    pub text: String,
}

/// The session and the appeal that was made of it, for the person himself.
pub fn mine(
    db: &mut Db,
    person: PersonId,
    session: SessionId,
) -> Result<(Attended, Option<Appeal>), Fault> {
    let attended = store::attended(db, session, person)?;
    Ok((attended, store::of_person(db, session, person)?))
}

/// What keeps an appeal from being made now.
pub fn closed(attended: &Attended, appeal: Option<&Appeal>, now: Moment) -> Option<&'static str> {
    if appeal.is_some() {
        Some("appeal-made")
    } else if attended.state != "published" || now < attended.ends_at {
        Some("appeal-too-early")
    } else if now > attended.ends_at.plus_days(DAYS) {
        Some("appeal-too-late")
    } else {
        None
    }
}

pub fn make(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    draft: &Draft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let (attended, made) = mine(db, actor.person, session)?;
    if let Some(code) = closed(&attended, made.as_ref(), stamp.now) {
        return Err(Fault::conflict(code));
    }
    let mut reading = Reading::default();
    let claim = Status::parse(&draft.claim).filter(|s| CLAIMS.contains(s));
    if claim.is_none() {
        reading.fields.add("claim", "required");
    }
    let text = reading.text("text", &draft.text, 500);
    let claim = reading.done(claim)?.map_or("present", Status::word).to_owned();
    let row = Appeal {
        id: stamp.id(),
        session_id: session,
        person_id: actor.person,
        claim,
        text,
        made_at: stamp.now,
        decided_at: None,
        decided_by: None,
        decision: None,
        answer: None,
    };
    store::add(db, &row)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "appeal made",
        subject: format!("session/{session}"),
        unit: None,
        detail: json!({ "appeal": row.id, "claim": row.claim }),
    };
    journal::note(db, entry, stamp.now)
}

/// How an appeal is decided: with the mark that counts from now on, or refused with an answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Verdict {
    pub decision: String,
    pub status: String,
    pub minutes: String,
    pub answer: String,
}

/// Decides, as one who may take the roll; the days within which marks are changed do not bind
/// here, since a person has more days than they.
pub fn decide(
    db: &mut Db,
    actor: &Actor,
    id: i64,
    verdict: &Verdict,
    stamp: &Stamp,
) -> Result<SessionId, Fault> {
    let appeal = store::one(db, id)?;
    let session = appeal.session_id;
    attendance::session_for(db, actor, session)?;
    if actor.person == appeal.person_id {
        return Err(Fault::Forbidden);
    }
    if appeal.decided_at.is_some() {
        return Err(Fault::conflict("appeal-decided"));
    }
    let mut reading = Reading::default();
    let granted = match verdict.decision.as_str() {
        "granted" => true,
        "refused" => false,
        _ => {
            reading.fields.add("decision", "required");
            false
        }
    };
    let answer = reading.optional("answer", &verdict.answer, 300);
    if !granted && answer.is_none() && !reading.has("answer") {
        reading.fields.add("answer", "required");
    }
    let status = Status::parse(&verdict.status);
    let minutes = match (granted, status) {
        (true, None) => {
            reading.fields.add("status", "required");
            None
        }
        (true, Some(Status::Partial)) => {
            Some(reading.number("minutes", &verdict.minutes, 0, 6_000))
        }
        _ => None,
    };
    reading.fields.done()?;
    if let (true, Some(status)) = (granted, status) {
        let mark = SentMark {
            minutes: minutes.and_then(|m| i32::try_from(m).ok()),
            reason: answer.clone(),
            ..SentMark::new(
                format!("appeal-{id}"),
                appeal.person_id,
                status,
                stamp.now,
                Source::Appeal,
            )
        };
        attendance::mark_beyond_list(db, actor, session, &mark, "appeal granted", stamp)?;
    } else {
        let facts = attendance::session_for(db, actor, session)?;
        let detail = json!({ "appeal": id });
        attendance::note(db, actor, &facts, "appeal refused", detail, stamp.now)?;
    }
    let decision = if granted { "granted" } else { "refused" };
    store::decide(db, id, decision, answer.as_deref(), actor.person, stamp.now)?;
    Ok(session)
}
