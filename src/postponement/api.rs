//! Batches moved and called off by programs.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor};
use crate::kit::form::loose;
use crate::kit::ids::BatchId;
use crate::schedule::api::Cancellation;
use crate::schedule::moves::rules::Whither;
use crate::schedule::moves::{self, Reasons};

/// Where a batch goes: a first day, or by how many days.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Postponement {
    #[serde(deserialize_with = "loose")]
    first_day: String,
    #[serde(deserialize_with = "loose")]
    days: String,
    #[serde(deserialize_with = "loose")]
    reason: String,
    #[serde(deserialize_with = "loose")]
    clash_reason: String,
}

/// How many sessions of the batch went along.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gone {
    batch: String,
    sessions: usize,
}

#[utoipa::path(post, path = "/api/v1/batches/{id}/postponement", tag = "schedule",
    params(("id" = String, Path)), request_body = Postponement,
    responses((status = 200, body = Gone)))]
pub async fn move_batch(visitor: Visitor, id: Path<BatchId>, body: Json<Postponement>) -> Answer {
    let id = *id;
    let Json { body, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            let train = moves::train(db, actor, id, stamp.now)?;
            let to = Whither { first_day: body.first_day, days: body.days };
            let steps = train.steps(train.days(&to)?);
            let why = Reasons { reason: body.reason, clash_reason: body.clash_reason };
            let sessions = moves::move_batch(db, actor, id, &steps, &why, stamp)?;
            Ok(Made::ok(Gone { batch: id.to_string(), sessions }))
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/batches/{id}/cancellation", tag = "schedule",
    params(("id" = String, Path)), request_body = Cancellation,
    responses((status = 200, body = Gone)))]
pub async fn cancel_batch(visitor: Visitor, id: Path<BatchId>, body: Json<Cancellation>) -> Answer {
    let id = *id;
    let Json { body, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            let sessions = moves::cancel_batch(db, actor, id, &body.reason, stamp)?;
            Ok(Made::ok(Gone { batch: id.to_string(), sessions }))
        })
        .await
}
