//! One's own apology for a session; the trainer's list of them.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::attendance::apologies::rules::{self, State, Why};
use crate::attendance::apologies::store::Apology;
use crate::attendance::apologies::{self, Decision, Draft};
use crate::attendance::guests::pages::{OfferRow, offer_rows};
use crate::attendance::store::{self, Session};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{PersonId, SessionId};

/// What stands over the page.
#[derive(Serialize)]
pub struct Head {
    pub title: String,
    pub when: String,
}

pub fn head(db: &mut Db, session: &Session, visitor: &Visitor) -> Result<Head, Fault> {
    let head = store::head(db, session.id)?;
    let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let when = i18n::span(visitor.language, session.starts_at, session.ends_at, zone);
    Ok(Head { title: head.title, when })
}

#[derive(Serialize)]
struct ApologyPage {
    path: String,
    head: Head,
    /// Why no apology can be made now.
    shut: Option<String>,
    state: Option<State>,
    reason: Option<Why>,
    words: Option<String>,
    may_take_back: bool,
    reasons: Vec<(&'static str, String)>,
    draft: Draft,
    offers: Vec<OfferRow>,
    trainers: String,
}

fn page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    visitor: &Visitor,
    draft: Draft,
) -> Result<ApologyPage, Fault> {
    let (session, apology) = apologies::mine(db, actor, id)?;
    let shut = rules::shut(&session.state, session.starts_at, visitor.site.now());
    let reasons = Why::ALL.iter().map(|w| (w.word(), visitor.say(key_of(*w)))).collect();
    let offers = match apology {
        Some(_) => offer_rows(db, actor, id, visitor)?,
        None => vec![],
    };
    Ok(ApologyPage {
        path: format!("/sessions/{id}"),
        head: head(db, &session, visitor)?,
        shut: shut.map(|code| visitor.say(&format!("conflict-{code}"))),
        state: apology.as_ref().map(|a| a.state),
        reason: apology.as_ref().map(|a| a.reason),
        may_take_back: apology.as_ref().is_some_and(|a| rules::is_open(a.state)) && shut.is_none(),
        words: apology.and_then(|a| a.words),
        trainers: store::trainer_names(db, id)?.join(", "),
        reasons,
        draft,
        offers,
    })
}

fn key_of(why: Why) -> &'static str {
    match why {
        Why::Ill => "apology-ill",
        Why::Family => "apology-family",
        Why::Work => "apology-work",
        Why::Other => "apology-other",
    }
}

pub async fn show(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (id, said) = (*session, visitor.clone());
    visitor
        .page("attendance/apology.html", move |db, actor| {
            page(db, actor, id, &said, Draft::default())
        })
        .await
}

pub async fn make(visitor: Visitor, session: Path<SessionId>, form: Form<Draft>) -> Answer {
    let (id, draft, kept) = (*session, form.0.clone(), form.0);
    match visitor
        .act(move |db, actor, stamp| apologies::apologise(db, actor, id, &draft, stamp))
        .await
    {
        Ok(()) => Ok(done(&format!("/sessions/{id}/apology"), "apology-made")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| page(db, actor, id, &said, kept);
            visitor.again(fault, "attendance/apology.html", again).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn take_back(visitor: Visitor, session: Path<SessionId>, _form: Form<Nothing>) -> Answer {
    let id = *session;
    match visitor.act(move |db, actor, stamp| apologies::take_back(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/sessions/{id}/apology"), "apology-taken-back")),
        Err(fault) => {
            let said = visitor.clone();
            let again =
                move |db: &mut Db, actor: &Actor| page(db, actor, id, &said, Draft::default());
            visitor.again(fault, "attendance/apology.html", again).await
        }
    }
}

#[derive(Serialize)]
struct ListPage {
    path: String,
    head: Head,
    apologies: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    person: PersonId,
    name: String,
    reason: &'static str,
    words: Option<String>,
    state: State,
    open: bool,
    made: String,
}

fn list_page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    visitor: &Visitor,
) -> Result<ListPage, Fault> {
    let (session, all) = apologies::asked(db, actor, id)?;
    let row = |a: Apology| Row {
        person: a.person,
        name: a.name,
        reason: key_of(a.reason),
        words: a.words,
        open: rules::is_open(a.state),
        state: a.state,
        made: i18n::day_and_clock(visitor.language, a.made_at, visitor.site.timezone),
    };
    Ok(ListPage {
        path: format!("/sessions/{id}"),
        head: head(db, &session, visitor)?,
        apologies: all.into_iter().map(row).collect(),
    })
}

pub async fn list(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (id, said) = (*session, visitor.clone());
    visitor
        .page("attendance/apologies.html", move |db, actor| list_page(db, actor, id, &said))
        .await
}

pub async fn decide(
    visitor: Visitor,
    ids: Path<(SessionId, PersonId)>,
    form: Form<Decision>,
) -> Answer {
    let (id, person) = *ids;
    match visitor
        .act(move |db, actor, stamp| apologies::decide(db, actor, id, person, &form.0, stamp))
        .await
    {
        Ok(()) => Ok(done(&format!("/sessions/{id}/apologies"), "saved")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| list_page(db, actor, id, &said);
            visitor.again(fault, "attendance/apologies.html", again).await
        }
    }
}
