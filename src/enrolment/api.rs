//! Enrolments for programs.

use std::collections::HashMap;

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{self, Answer, Json, Made, Visitor};
use crate::access::pages::Nothing;
use crate::enrolment::rules::Place;
use crate::enrolment::store::{self, Enrolment};
use crate::enrolment::{self, Draft, ReasonDraft, asks, offers};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId};
use crate::kit::page::{Listing, Window, limit_of};

/// One person's place on one batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolmentView {
    pub id: String,
    pub person: String,
    pub batch: String,
    #[schema(value_type = String, example = "seat")]
    pub place: Place,
    /// The place in the queue, 1 is next; only of those who wait.
    pub position: Option<i64>,
}

impl EnrolmentView {
    fn of(db: &mut Db, e: &Enrolment) -> Result<Self, Fault> {
        let waits = e.place == Place::Waiting;
        Ok(Self {
            id: e.id.to_string(),
            person: e.person.to_string(),
            batch: e.batch.to_string(),
            place: e.place,
            position: if waits { Some(store::position(db, e)?) } else { None },
        })
    }
}

/// An enrolment in the list of its batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedView {
    pub id: String,
    pub person: String,
    pub name: String,
    pub batch: String,
    #[schema(value_type = String, example = "waiting")]
    pub place: Place,
    pub position: Option<i64>,
}

/// A call that puts a person on a batch.
#[derive(ToSchema)]
pub struct NewEnrolment {
    pub person: String,
    /// `enrolment`, also when missing: by whoever manages the batch. `nomination`: by the person's
    /// unit. `request`: by the person, who need not be named.
    #[schema(rename = "as")]
    pub way: Option<String>,
    /// `page`, `paper`, `phone` or `list`: how the person agreed to the privacy notice.
    pub consent: Option<String>,
}

/// A call that says yes to a request or nomination.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// Why, although the person has another session at that time: at most 200 characters.
    pub clash_reason: String,
}

/// A call that needs its reason, of at most 200 characters.
#[derive(ToSchema)]
pub struct WithReason {
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/batches/{id}/enrolments", tag = "enrolment",
    params(("id" = String, Path, description = "The batch")),
    request_body = NewEnrolment,
    responses((status = 201, body = EnrolmentView), (status = 404, description = "No such batch within your units"),
        (status = 409, description = "`enrolled`, `prerequisite`, `batch-cancelled`, `batch-ended`; `batch-started` for requests and nominations"),
        (status = 422, description = "No such person, or no such way")))]
pub async fn enrol(visitor: Visitor, batch: Path<BatchId>, json: Json<Draft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let made = enrolment::take(db, actor, *batch, &draft, stamp)?;
            let location = format!("/api/v1/enrolments/{}", made.id);
            Ok(Made::created(EnrolmentView::of(db, &made)?, location))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/batches/{id}/enrolments", tag = "enrolment",
    params(("id" = String, Path, description = "The batch"),
        ("limit" = Option<i64>, Query, description = "At most 200"),
        ("after" = Option<i64>, Query, description = "The `next` of the list before")),
    responses((status = 200, description = "`{items, next}`", body = Vec<ListedView>),
        (status = 404, description = "No such batch within your units")))]
pub async fn list(visitor: Visitor, batch: Path<BatchId>, window: Query<Window>) -> Answer {
    let listing = visitor
        .see(move |db, actor| {
            let batch = enrolment::batch_for(db, actor, *batch)?.id;
            let limit = limit_of(window.limit);
            let after = EnrolmentId(window.after.unwrap_or(0));
            let queue = store::queues(db, &[batch])?.remove(&batch).unwrap_or_default();
            let places: HashMap<EnrolmentId, i64> =
                queue.into_iter().map(|w| w.id).zip(1..).collect();
            let rows = store::listed(db, batch, after, limit + 1)?;
            let views = rows.into_iter().map(|e| ListedView {
                position: places.get(&e.id).copied(),
                id: e.id.to_string(),
                person: e.person.to_string(),
                name: e.name,
                batch: batch.to_string(),
                place: e.place,
            });
            Ok(Listing::cut(views.collect(), limit, |v: &ListedView| v.id.clone()))
        })
        .await?;
    door::json(200, &listing)
}

#[utoipa::path(get, path = "/api/v1/enrolments/{id}", tag = "enrolment",
    params(("id" = String, Path, description = "The enrolment")),
    responses((status = 200, body = EnrolmentView), (status = 404, description = "No such enrolment within your units")))]
pub async fn one(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let view = visitor
        .see(move |db, actor| {
            let found = store::enrolment(db, *id)?;
            if found.person != actor.person {
                enrolment::batch_for(db, actor, found.batch)?;
            }
            EnrolmentView::of(db, &found)
        })
        .await?;
    door::json(200, &view)
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/withdrawal", tag = "enrolment",
    params(("id" = String, Path, description = "The enrolment")),
    request_body = WithReason,
    responses((status = 200, body = EnrolmentView), (status = 409, description = "`withdrawn` already"),
        (status = 422, description = "No reason, or a too long one")))]
pub async fn withdraw(visitor: Visitor, id: Path<EnrolmentId>, json: Json<ReasonDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let left = enrolment::leave(db, actor, *id, &draft, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &left)?))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/promotion", tag = "enrolment",
    params(("id" = String, Path, description = "The enrolment")),
    request_body = WithReason,
    responses((status = 200, body = EnrolmentView),
        (status = 409, description = "`not-waiting`, `no-seat`, `batch-cancelled` or `batch-ended`"),
        (status = 422, description = "No reason, or a too long one")))]
pub async fn promote(visitor: Visitor, id: Path<EnrolmentId>, json: Json<ReasonDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let moved = enrolment::promote(db, actor, *id, &draft.reason, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &moved)?))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/approval", tag = "enrolment",
    params(("id" = String, Path, description = "A request or nomination that the caller decides on")),
    request_body = Approval,
    responses((status = 200, body = EnrolmentView),
        (status = 409, description = "`not-requested` any more, `prerequisite`, `batch-cancelled`, `batch-ended`; \
            `person-busy` with `clashes[]` unless `clash_reason` is given")))]
pub async fn approve(visitor: Visitor, id: Path<EnrolmentId>, json: Json<Approval>) -> Answer {
    let clash_reason = json.body.clash_reason;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let made = asks::approve_one(db, actor, *id, &clash_reason, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &made)?))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/refusal", tag = "enrolment",
    params(("id" = String, Path, description = "A request or nomination that the caller decides on")),
    request_body = WithReason,
    responses((status = 200, body = EnrolmentView), (status = 409, description = "`not-requested` any more"),
        (status = 422, description = "No reason, or a too long one")))]
pub async fn refuse(visitor: Visitor, id: Path<EnrolmentId>, json: Json<ReasonDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let made = asks::refuse(db, actor, *id, &draft.reason, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &made)?))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/seat", tag = "enrolment",
    params(("id" = String, Path, description = "An enrolment that a seat is offered to")),
    responses((status = 200, body = EnrolmentView),
        (status = 409, description = "`not-offered`, `offer-over` or `offer-taken`")))]
pub async fn take_seat(visitor: Visitor, id: Path<EnrolmentId>, json: Json<Nothing>) -> Answer {
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let offer = offers::for_actor(db, actor, *id)?;
            let made = offers::take(db, &offer, actor.person, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &made)?))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/enrolments/{id}/seat/refusal", tag = "enrolment",
    params(("id" = String, Path, description = "An enrolment that a seat is offered to")),
    responses((status = 200, body = EnrolmentView),
        (status = 409, description = "`not-offered`, `offer-over` or `offer-taken`")))]
pub async fn refuse_seat(visitor: Visitor, id: Path<EnrolmentId>, json: Json<Nothing>) -> Answer {
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let offer = offers::for_actor(db, actor, *id)?;
            let made = offers::decline(db, &offer, actor.person, stamp)?;
            Ok(Made::ok(EnrolmentView::of(db, &made)?))
        })
        .await
}
