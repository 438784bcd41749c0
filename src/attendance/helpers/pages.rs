//! Inviting a helper to one session; the link and the PIN that open it.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::{Actor, pass};
use crate::attendance::apologies::pages::{Head, head};
use crate::attendance::helpers::store::Pass;
use crate::attendance::helpers::{self, Draft, rules};
use crate::attendance::{self, store};
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::SessionId;
use crate::kit::qr::{self, Qr};
use crate::kit::{i18n, web};

#[derive(Serialize)]
struct ListPage {
    path: String,
    head: Head,
    closed: bool,
    passes: Vec<Row>,
    enter_at: String,
    draft: Draft,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    link: String,
    qr: Qr,
    /// Empty once it was used.
    pin: String,
    opened: Option<String>,
}

fn list_page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    visitor: &Visitor,
    draft: Draft,
) -> Result<ListPage, Fault> {
    let session = helpers::session_for(db, actor, id)?;
    let site = &visitor.site;
    let row = |p: Pass| {
        let link = format!("{}/helper/{}", site.base_url, rules::token(&site.secret, p.id));
        let pin = rules::pin(&site.secret, p.id);
        Ok(Row {
            id: p.id.to_string(),
            qr: qr::draw(&link)?,
            link,
            name: p.label,
            pin: match p.pin_used_at {
                None => format!("{} {}", &pin[..3], &pin[3..]),
                Some(_) => String::new(),
            },
            opened: p.opened_at.map(|at| i18n::day_and_clock(visitor.language, at, site.timezone)),
        })
    };
    let passes: Result<Vec<Row>, Fault> =
        helpers::store::of_session(db, id)?.into_iter().map(row).collect();
    Ok(ListPage {
        path: format!("/sessions/{id}"),
        head: head(db, &session, visitor)?,
        closed: session.finished_at.is_some() || session.state == "cancelled",
        passes: passes?,
        enter_at: format!("{}/helper", site.base_url),
        draft,
    })
}

pub async fn list(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (id, said) = (*session, visitor.clone());
    visitor
        .page("attendance/helpers.html", move |db, actor| {
            list_page(db, actor, id, &said, Draft::default())
        })
        .await
}

pub async fn invite(visitor: Visitor, session: Path<SessionId>, form: Form<Draft>) -> Answer {
    let (id, draft, kept) = (*session, form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| helpers::invite(db, actor, id, &draft, stamp)).await {
        Ok(()) => Ok(done(&format!("/sessions/{id}/helpers"), "saved")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| list_page(db, actor, id, &said, kept);
            visitor.again(fault, "attendance/helpers.html", again).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

pub async fn end(visitor: Visitor, ids: Path<(SessionId, i64)>, _form: Form<Nothing>) -> Answer {
    let (id, pass) = *ids;
    visitor.act(move |db, actor, stamp| helpers::end(db, actor, id, pass, stamp)).await?;
    Ok(done(&format!("/sessions/{id}/helpers"), "saved"))
}

// --- The helper's side -----------------------------------------------------------------------------

/// Shows what a link is for; opens nothing.
pub async fn show(visitor: Visitor, token: Path<String>) -> Answer {
    throttled(&visitor)?;
    let (visitor, cookie) = visitor.with_browser();
    let said = visitor.clone();
    let (secret, now) = (visitor.site.secret.clone(), visitor.site.now());
    let found = visitor
        .site
        .read(move |db| {
            let Some(id) = pass::read(&secret, &token) else { return Ok(None) };
            let Some(held) = crate::access::held_pass(db, id, now)? else { return Ok(None) };
            let session = store::session(db, held.session, held.made_by)?;
            let head = head(db, &session, &said)?;
            let path = format!("/helper/{token}");
            Ok(Some(json!({ "head": head, "name": held.label, "token_path": path })))
        })
        .await?;
    let mut page = match found {
        Some(content) => {
            visitor.public(200, "attendance/helper.html", &Fields::default(), &content)?
        }
        None => {
            let gone = json!({ "head": null, "name": "", "token_path": "" });
            visitor.public(410, "attendance/helper.html", &Fields::default(), &gone)?
        }
    };
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

/// Opens the one session on this phone. Whoever may take its roll anyway needs no pass.
pub async fn open(visitor: Visitor, token: Path<String>, _form: Form<Nothing>) -> Answer {
    throttled(&visitor)?;
    let secret = visitor.site.secret.clone();
    let opened = visitor
        .act_as_any(move |db, actor, stamp| {
            let Some(id) = pass::read(&secret, &token) else { return Ok(None) };
            let Some(held) = crate::access::held_pass(db, id, stamp.now)? else { return Ok(None) };
            helpers::store::opened(db, id, stamp.now)?;
            let may = match actor {
                Some(actor) => attendance::session_for(db, actor, held.session).is_ok(),
                None => false,
            };
            Ok(Some((id, held.session, may)))
        })
        .await?;
    let (pass, session, may) = opened.ok_or(Fault::NotFound)?;
    let mut answer = web::see_other(&format!("/sessions/{session}/roll-call"));
    if !may {
        answer.add_cookie(&visitor.helper_cookie(pass, session)).map_err(Fault::broken)?;
    }
    Ok(answer)
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PinForm {
    pin: String,
}

pub async fn ask_pin(visitor: Visitor) -> Answer {
    let (visitor, cookie) = visitor.with_browser();
    let mut page =
        visitor.public(200, "attendance/helper_pin.html", &Fields::default(), &json!({}))?;
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

pub async fn enter_pin(visitor: Visitor, form: Form<PinForm>) -> Answer {
    throttled(&visitor)?;
    // However many addresses guess together: so many guesses in a minute and no more.
    visitor.site.throttle.check_key(&"pin".to_owned()).map_err(|_| Fault::TooMany(60))?;
    let (secret, peer) = (visitor.site.secret.clone(), visitor.peer.clone());
    let entered = visitor
        .act_as_any(move |db, _, stamp| {
            let entered = helpers::enter_pin(db, &secret, &peer, &form.0.pin, stamp.now)?;
            if let Ok((pass, _)) = &entered {
                helpers::store::opened(db, *pass, stamp.now)?;
            }
            Ok(entered)
        })
        .await?;
    match entered {
        Ok((pass, session)) => {
            let mut answer = web::see_other(&format!("/sessions/{session}/roll-call"));
            answer.add_cookie(&visitor.helper_cookie(pass, session)).map_err(Fault::broken)?;
            Ok(answer)
        }
        Err(Fault::Invalid(fields)) => {
            visitor.public(422, "attendance/helper_pin.html", &fields, &json!({}))
        }
        Err(fault) => Err(fault),
    }
}

fn throttled(visitor: &Visitor) -> Result<(), Fault> {
    visitor.site.throttle.check_key(&visitor.peer).map_err(|_| Fault::TooMany(60))
}
