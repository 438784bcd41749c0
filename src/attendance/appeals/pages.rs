//! Making an appeal, deciding it.

use actix_web::web::Path;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::attendance::appeals::{self, CLAIMS, Draft, Verdict};
use crate::attendance::pages::key_of;
use crate::attendance::store as roll;
use crate::completion::rules::Status;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::SessionId;

#[derive(Serialize)]
struct Page {
    url: String,
    title: String,
    when: String,
    status: String,
    draft: Shown,
    claims: Vec<(&'static str, String)>,
    closed: Option<String>,
    made: Option<Made>,
}

#[derive(Serialize)]
struct Shown {
    claim: String,
    text: String,
}

#[derive(Serialize)]
struct Made {
    claim: String,
    text: String,
    decision: Option<String>,
    answer: Option<String>,
}

fn page(
    visitor: &Visitor,
    id: SessionId,
    draft: Draft,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Page, Fault> + Send + use<> {
    let (language, now) = (visitor.language, visitor.site.now());
    let visitor = visitor.clone();
    move |db, actor| {
        let (attended, made) = appeals::mine(db, actor.person, id)?;
        let zone = attended.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
        let mark = roll::mark_of(db, id, actor.person)?;
        let closed = appeals::closed(&attended, made.as_ref(), now);
        let claims = CLAIMS.iter().map(|s| (s.word(), visitor.say(key_of(*s))));
        Ok(Page {
            url: format!("/sessions/{id}/appeal"),
            title: attended.title,
            when: i18n::span(language, attended.starts_at, attended.ends_at, zone),
            status: mark.map_or_else(|| "unmarked".to_owned(), |(s, _)| s.word().to_owned()),
            draft: Shown { claim: draft.claim, text: draft.text },
            claims: claims.collect(),
            closed: closed
                .filter(|code| *code != "appeal-made")
                .map(|code| visitor.say(&format!("conflict-{code}"))),
            made: made.map(|m| Made {
                claim: m.claim,
                text: m.text,
                decision: m.decision,
                answer: m.answer,
            }),
        })
    }
}

pub async fn show(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let asked = page(&visitor, *session, Draft::default());
    visitor.page("attendance/appeal.html", asked).await
}

pub async fn make(visitor: Visitor, session: Path<SessionId>, form: Form<Draft>) -> Answer {
    let (id, draft) = (*session, form.0.clone());
    let made =
        visitor.act(move |db, actor, stamp| appeals::make(db, actor, id, &draft, stamp)).await;
    match made {
        Ok(()) => Ok(done("/me/attendance", "appeal-made")),
        Err(fault) => {
            let again = page(&visitor, id, form.0);
            visitor.again(fault, "attendance/appeal.html", again).await
        }
    }
}

#[derive(Serialize)]
struct Deciding {
    url: String,
    name: String,
    roll_url: String,
    history_url: String,
    claim: String,
    text: String,
    made: String,
    decided: Option<String>,
    status: String,
    statuses: Vec<(&'static str, String)>,
    verdict: Typed,
}

#[derive(Serialize)]
struct Typed {
    status: String,
    minutes: String,
    answer: String,
}

fn deciding(
    visitor: &Visitor,
    id: i64,
    verdict: Verdict,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Deciding, Fault> + Send + use<> {
    let visitor = visitor.clone();
    move |db, actor| {
        let appeal = appeals::store::one(db, id)?;
        let session = crate::attendance::session_for(db, actor, appeal.session_id)?;
        let head = roll::head(db, session.id)?;
        let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
        let mark = roll::mark_of(db, session.id, appeal.person_id)?;
        let statuses = Status::ALL.iter().map(|s| (s.word(), visitor.say(key_of(*s))));
        Ok(Deciding {
            url: format!("/appeals/{id}"),
            name: roll::name_of(db, appeal.person_id)?,
            roll_url: format!("/sessions/{}/roll-call", session.id),
            history_url: format!("/sessions/{}/marks?person={}", session.id, appeal.person_id),
            made: i18n::day_and_clock(visitor.language, appeal.made_at, zone),
            decided: appeal.decision,
            status: mark.map_or_else(|| "unmarked".to_owned(), |(s, _)| s.word().to_owned()),
            statuses: statuses.collect(),
            verdict: Typed {
                status: match verdict.status.is_empty() {
                    true => appeal.claim.clone(),
                    false => verdict.status,
                },
                minutes: verdict.minutes,
                answer: verdict.answer,
            },
            claim: appeal.claim,
            text: appeal.text,
        })
    }
}

pub async fn look(visitor: Visitor, id: Path<i64>) -> Answer {
    let asked = deciding(&visitor, *id, Verdict::default());
    visitor.page("attendance/decision.html", asked).await
}

pub async fn decide(visitor: Visitor, id: Path<i64>, form: Form<Verdict>) -> Answer {
    let (id, verdict) = (*id, form.0.clone());
    let decided =
        visitor.act(move |db, actor, stamp| appeals::decide(db, actor, id, &verdict, stamp)).await;
    match decided {
        Ok(session) => Ok(done(&format!("/sessions/{session}/roll-call"), "appeal-decided")),
        Err(fault) => {
            let again = deciding(&visitor, id, form.0);
            visitor.again(fault, "attendance/decision.html", again).await
        }
    }
}
