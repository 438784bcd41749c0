//! The batches for programs.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::kit::form::loose;
use crate::kit::ids::BatchId;
use crate::kit::page::{Listing, Window, limit_of};
use crate::schedule::batches::rules::BatchDraft;
use crate::schedule::batches::{self, store};
use crate::schedule::{Batch, batch_for};

/// A batch. `unit` is a code; `course` an id, with its code beside.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    id: String,
    course: String,
    course_code: String,
    unit: String,
    title: String,
    seats: i32,
    starts_on: Option<String>,
    ends_on: Option<String>,
    /// `open` or `cancelled`.
    state: String,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BatchChange {
    title: Option<String>,
    #[schema(value_type = Option<i32>)]
    #[serde(deserialize_with = "given")]
    seats: Option<String>,
    #[serde(deserialize_with = "given")]
    starts_on: Option<String>,
    #[serde(deserialize_with = "given")]
    ends_on: Option<String>,
}

/// A field that is there: null empties it.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    loose(from).map(Some)
}

#[utoipa::path(get, path = "/api/v1/batches", tag = "schedule",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = [BatchView])))]
pub async fn list(visitor: Visitor, window: Query<Window>) -> Answer {
    let limit = limit_of(window.limit);
    let after = BatchId(window.after.unwrap_or(0));
    let items = visitor
        .see(move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            Ok(store::batches_after(db, &reach, after, limit + 1)?
                .into_iter()
                .map(view)
                .collect::<Vec<_>>())
        })
        .await?;
    json(200, &Listing::cut(items, limit, |b| b.id.clone()))
}

#[utoipa::path(post, path = "/api/v1/batches", tag = "schedule", request_body = BatchDraft,
    responses((status = 201, body = BatchView)))]
pub async fn create(visitor: Visitor, body: Json<BatchDraft>) -> Answer {
    let Json { body: draft, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            let id = batches::create(db, actor, &draft, stamp)?;
            Ok(Made::created(view(batch_for(db, actor, id)?), format!("/api/v1/batches/{id}")))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/batches/{id}", tag = "schedule", params(("id" = String, Path)),
    responses((status = 200, body = BatchView)))]
pub async fn show(visitor: Visitor, id: Path<BatchId>) -> Answer {
    let batch = visitor.see(move |db, actor| batch_for(db, actor, *id)).await?;
    json(200, &view(batch))
}

#[utoipa::path(patch, path = "/api/v1/batches/{id}", tag = "schedule", params(("id" = String, Path)),
    request_body = BatchChange, responses((status = 200, body = BatchView)))]
pub async fn change(visitor: Visitor, id: Path<BatchId>, body: Json<BatchChange>) -> Answer {
    let (id, body) = (*id, body.body);
    let batch = visitor
        .act(move |db, actor, stamp| {
            let mut draft = batches::draft_of(&batch_for(db, actor, id)?);
            draft.title = body.title.unwrap_or(draft.title);
            draft.seats = body.seats.unwrap_or(draft.seats);
            draft.starts_on = body.starts_on.unwrap_or(draft.starts_on);
            draft.ends_on = body.ends_on.unwrap_or(draft.ends_on);
            batches::change(db, actor, id, &draft, stamp)?;
            batch_for(db, actor, id)
        })
        .await?;
    json(200, &view(batch))
}

fn view(batch: Batch) -> BatchView {
    BatchView {
        id: batch.id.to_string(),
        course: batch.course_id.to_string(),
        course_code: batch.course_code,
        unit: batch.unit_code,
        title: batch.title,
        seats: batch.seats,
        starts_on: batch.starts_on.map(|d| d.to_string()),
        ends_on: batch.ends_on.map(|d| d.to_string()),
        state: batch.state.to_string(),
    }
}
