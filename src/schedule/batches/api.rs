//! The batches for programs.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::loose;
use crate::kit::ids::BatchId;
use crate::kit::page::{Listing, Window, limit_of};
use crate::schedule::batches::rules::{BatchDraft, Kept, KeptDraft};
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
    reserved: Vec<KeptView>,
    starts_on: Option<String>,
    ends_on: Option<String>,
    /// `open` or `cancelled`.
    state: String,
}

/// Seats kept for the people of a unit through a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptView {
    unit: String,
    seats: i32,
    until: String,
}

/// What changes; what is left out stays. `reserved` replaces all of them.
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
    reserved: Option<Vec<KeptDraft>>,
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
            let rows = store::batches_after(db, &reach, after, limit + 1)?;
            views(db, rows)
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
            let batch = batch_for(db, actor, id)?;
            Ok(Made::created(view(db, batch)?, format!("/api/v1/batches/{id}")))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/batches/{id}", tag = "schedule", params(("id" = String, Path)),
    responses((status = 200, body = BatchView)))]
pub async fn show(visitor: Visitor, id: Path<BatchId>) -> Answer {
    let seen = visitor
        .see(move |db, actor| {
            let batch = batch_for(db, actor, *id)?;
            view(db, batch)
        })
        .await?;
    json(200, &seen)
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
            draft.reserved = body.reserved;
            batches::change(db, actor, id, &draft, stamp)?;
            let batch = batch_for(db, actor, id)?;
            view(db, batch)
        })
        .await?;
    json(200, &batch)
}

fn view(db: &mut Db, batch: Batch) -> Result<BatchView, Fault> {
    views(db, vec![batch])?.pop().ok_or(Fault::NotFound)
}

fn views(db: &mut Db, batches: Vec<Batch>) -> Result<Vec<BatchView>, Fault> {
    let ids: Vec<BatchId> = batches.iter().map(|b| b.id).collect();
    let kept = store::kept_of(db, &ids)?;
    let of = |id: BatchId| kept.iter().filter(move |(b, _)| *b == id).map(|(_, k)| k);
    Ok(batches.into_iter().map(|b| one(of(b.id), &b)).collect())
}

fn one<'a>(kept: impl Iterator<Item = &'a Kept>, batch: &Batch) -> BatchView {
    BatchView {
        reserved: kept
            .map(|k| KeptView { unit: k.unit.clone(), seats: k.seats, until: k.until.to_string() })
            .collect(),
        id: batch.id.to_string(),
        course: batch.course_id.to_string(),
        course_code: batch.course_code.clone(),
        unit: batch.unit_code.clone(),
        title: batch.title.clone(),
        seats: batch.seats,
        starts_on: batch.starts_on.map(|d| d.to_string()),
        ends_on: batch.ends_on.map(|d| d.to_string()),
        state: batch.state.to_string(),
    }
}
