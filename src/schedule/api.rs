//! The sessions for programs.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Actor;
use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::courses::api::Empty;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, SessionId};
use crate::kit::page::{Listing, Window, limit_of};
use crate::schedule::clashes::said_at;
use crate::schedule::rules::{SessionChange, SessionDraft, SessionState};
use crate::schedule::{self, Session, store};

/// A session. `modules` are codes, `trainers` and `venue` ids; times carry the offset of the place.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    id: String,
    batch: String,
    modules: Vec<String>,
    starts_at: String,
    ends_at: String,
    timezone: String,
    venue: Option<String>,
    link: Option<String>,
    trainers: Vec<String>,
    /// `draft`, `published` or `cancelled`.
    state: String,
    revision: i32,
    cancel_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cancellation {
    pub reason: String,
}

#[utoipa::path(get, path = "/api/v1/batches/{id}/sessions", tag = "schedule",
    params(("id" = String, Path), ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = [SessionView])))]
pub async fn list(visitor: Visitor, id: Path<BatchId>, window: Query<Window>) -> Answer {
    let limit = limit_of(window.limit);
    let after = SessionId(window.after.unwrap_or(0));
    let mut items = visitor.see(move |db, actor| sessions_seen(db, actor, *id)).await?;
    items.retain(|s| s.id > after);
    items.sort_by_key(|s| s.id);
    let items: Vec<SessionView> = items.iter().map(view).collect();
    json(200, &Listing::cut(items, limit, |s| s.id.clone()))
}

/// The sessions of a batch, drafts only for those who see its plans.
fn sessions_seen(db: &mut Db, actor: &Actor, id: BatchId) -> Result<Vec<Session>, Fault> {
    let batch = schedule::batch_for(db, actor, id)?;
    let sees_drafts = actor.may(Right::SeePlans, &batch.unit_path);
    let mut all = store::sessions_of(db, id)?;
    all.retain(|s| sees_drafts || s.state != SessionState::Draft || s.is_taught_by(actor.person));
    Ok(all)
}

#[utoipa::path(post, path = "/api/v1/batches/{id}/sessions", tag = "schedule",
    params(("id" = String, Path)), request_body = SessionDraft,
    responses((status = 201, body = SessionView)))]
pub async fn create(visitor: Visitor, id: Path<BatchId>, body: Json<SessionDraft>) -> Answer {
    let (id, home) = (*id, visitor.site.timezone);
    let Json { body: draft, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            let made = schedule::create(db, actor, id, &draft, home, stamp)?;
            let session = schedule::session_for(db, actor, made)?;
            Ok(Made::created(view(&session), format!("/api/v1/sessions/{made}")))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "schedule", params(("id" = String, Path)),
    responses((status = 200, body = SessionView)))]
pub async fn show(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let session = visitor.see(move |db, actor| schedule::session_for(db, actor, *id)).await?;
    json(200, &view(&session))
}

#[utoipa::path(patch, path = "/api/v1/sessions/{id}", tag = "schedule", params(("id" = String, Path)),
    request_body = SessionChange, responses((status = 200, body = SessionView)))]
pub async fn change(visitor: Visitor, id: Path<SessionId>, body: Json<SessionChange>) -> Answer {
    let (id, change) = (*id, body.body);
    let session = visitor
        .act(move |db, actor, stamp| {
            schedule::move_session(db, actor, id, &change, stamp)?;
            schedule::session_for(db, actor, id)
        })
        .await?;
    json(200, &view(&session))
}

#[utoipa::path(post, path = "/api/v1/sessions/{id}/publication", tag = "schedule",
    params(("id" = String, Path)), responses((status = 200, body = SessionView)))]
pub async fn publish(visitor: Visitor, id: Path<SessionId>, body: Json<Empty>) -> Answer {
    let id = *id;
    visitor
        .once(body.hash, move |db, actor, stamp| {
            schedule::publish(db, actor, id, stamp)?;
            Ok(Made::ok(view(&schedule::session_for(db, actor, id)?)))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/sessions/{id}/cancellation", tag = "schedule",
    params(("id" = String, Path)), request_body = Cancellation,
    responses((status = 200, body = SessionView)))]
pub async fn cancel(visitor: Visitor, id: Path<SessionId>, body: Json<Cancellation>) -> Answer {
    let id = *id;
    let Json { body, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            schedule::cancel(db, actor, id, &body.reason, stamp)?;
            Ok(Made::ok(view(&schedule::session_for(db, actor, id)?)))
        })
        .await
}

fn view(session: &Session) -> SessionView {
    let zone = session.zone();
    SessionView {
        id: session.id.to_string(),
        batch: session.batch.to_string(),
        modules: session.modules.iter().map(|m| m.code.clone()).collect(),
        starts_at: said_at(session.starts_at, zone),
        ends_at: said_at(session.ends_at, zone),
        timezone: session.timezone.clone(),
        venue: session.venue.as_ref().map(|v| v.id.to_string()),
        link: session.link.clone(),
        trainers: session.trainers.iter().map(|(id, _)| id.to_string()).collect(),
        state: session.state.to_string(),
        revision: session.revision,
        cancel_reason: session.cancel_reason.clone(),
    }
}
