//! The page on which a second administrator decides.

use actix_web::web::{Path, Query};
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::proof::{self, Entered};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::NoticeId;
use crate::kit::site::Stamp;
use crate::letters::notices::approvals::{self, Refusal};
use crate::letters::notices::pages::{Asked, Foreseen, at, foreseen};
use crate::letters::notices::rules::HOLD_MINUTES;
use crate::letters::notices::{self, Confirmation};
use crate::letters::say::Say;

#[derive(Serialize)]
struct Sheet {
    url: String,
    title: String,
    by: String,
    since: String,
    audience: Vec<(String, String)>,
    minutes: i64,
    code_minutes: i64,
    /// Why the visitor may not decide.
    obstacle: Option<String>,
    /// What was confirmed, when it has become another number since.
    confirmed: Option<String>,
    people: String,
    draft: Foreseen,
    typed: String,
    reason: String,
}

pub async fn show(visitor: Visitor, id: Path<NoticeId>, asked: Query<Asked>) -> Answer {
    let (id, asked, say) = (*id, asked.into_inner(), Say::of(&visitor));
    let page = move |db: &mut Db, actor: &Actor| {
        sheet(db, actor, &say, id, &asked, (String::new(), String::new()))
    };
    visitor.page("letters/notice_approval.html", page).await
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    say: &Say,
    id: NoticeId,
    asked: &Asked,
    (typed, reason): (String, String),
) -> Result<Sheet, Fault> {
    let notice = notices::notice_for(db, actor, id)?;
    let obstacle = approvals::obstacle(db, actor, &notice, say.site.now())?;
    let mut draft = foreseen(db, say, &notice, asked)?;
    for reader in &mut draft.sample {
        reader.1 = reader.1.replacen(&at(id), &format!("{}/approval", at(id)), 1);
    }
    let confirmed = notice.confirmed_count.filter(|n| *n != draft.count);
    Ok(Sheet {
        url: at(id),
        title: say.subject(&notice),
        by: say.name(db, notice.confirmed_by)?.unwrap_or_else(|| notice.by.clone()),
        since: say.at(notice.confirmed_at.unwrap_or(notice.updated_at)),
        audience: say.audience(db, &notice)?,
        minutes: HOLD_MINUTES,
        code_minutes: proof::MINUTES,
        obstacle: obstacle.map(|code| say.text(&format!("conflict-{code}"))),
        confirmed: confirmed.map(i18n::number),
        people: draft.reached.clone(),
        draft,
        typed,
        reason,
    })
}

async fn again(visitor: &Visitor, fault: Fault, id: NoticeId, kept: (String, String)) -> Answer {
    let say = Say::of(visitor);
    let page =
        move |db: &mut Db, actor: &Actor| sheet(db, actor, &say, id, &Asked::default(), kept);
    visitor.again(fault, "letters/notice_approval.html", page).await
}

pub async fn ask_code(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let (id, secret) = (*id, visitor.site.secret.clone());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        approvals::ask_code(db, &secret, actor, id, stamp)
    };
    match visitor.act(act).await {
        Ok(()) => Ok(done(&format!("{}/approval", at(id)), "proof-sent")),
        Err(fault) => again(&visitor, fault, id, Default::default()).await,
    }
}

pub async fn approve(visitor: Visitor, id: Path<NoticeId>, form: Form<Confirmation>) -> Answer {
    let (id, site) = (*id, visitor.site.clone());
    let kept = (form.0.count.clone(), String::new());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        approvals::approve(db, &site, actor, id, &form.0, stamp)
    };
    match visitor.act(act).await.and_then(Entered::told) {
        Ok(()) => Ok(done(&at(id), "notice-approved")),
        Err(fault) => again(&visitor, fault, id, kept).await,
    }
}

pub async fn send_back(visitor: Visitor, id: Path<NoticeId>, form: Form<Refusal>) -> Answer {
    let id = *id;
    let kept = (String::new(), form.0.reason.clone());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        approvals::send_back(db, actor, id, &form.0, stamp)
    };
    match visitor.act(act).await {
        Ok(()) => Ok(done(&at(id), "notice-sent-back")),
        Err(fault) => again(&visitor, fault, id, kept).await,
    }
}
