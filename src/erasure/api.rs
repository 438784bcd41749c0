//! Erasing a person over the API: asked for first, which mails a code, then done with the code. A wrong
//! code must be counted, so that no answer of the second call is kept for its repeat; the code is good
//! once, and a person who was erased is not there.

use actix_web::web::Path;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::pages::Nothing;
use crate::access::proof::{self, Entered};
use crate::erasure::{self, Draft};
use crate::kit::ids::PersonId;

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// The caller's own address.
    pub sent_to: String,
    pub minutes: i64,
}

/// A person without a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedOut {
    pub id: String,
    pub erased: bool,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/erasure/code", tag = "people",
    params(("id" = String, Path, description = "The person's id")),
    responses((status = 202, description = "A code was mailed to the caller", body = CodeSent),
        (status = 403, description = "Seen, but not administered from the top of the tree"),
        (status = 404, description = "Not there, or not within reach"),
        (status = 409, description = "No address to mail the code to, or the last administrator")))]
pub async fn ask_code(visitor: Visitor, id: Path<PersonId>, json: Json<Nothing>) -> Answer {
    let (id, secret) = (*id, visitor.site.secret.clone());
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let sent_to = erasure::ask_code(db, &secret, actor, id, stamp)?;
            let body = CodeSent { sent_to, minutes: proof::MINUTES };
            Ok(Made { status: 202, body, location: None })
        })
        .await
}

#[utoipa::path(post, path = "/api/v1/people/{id}/erasure", tag = "people", request_body = Draft,
    params(("id" = String, Path, description = "The person's id")),
    responses((status = 200, description = "Nothing says any more who it was", body = ErasedOut),
        (status = 403, description = "Seen, but not administered from the top of the tree"),
        (status = 404, description = "Not there, not within reach, or erased before: a repeat does nothing"),
        (status = 409, description = "Too many wrong codes, or the last administrator"),
        (status = 422, description = "No reason, not `sure`, or a wrong code")))]
pub async fn erase(visitor: Visitor, id: Path<PersonId>, draft: Json<Draft>) -> Answer {
    let (id, site, draft) = (*id, visitor.site.clone(), draft.body);
    visitor
        .act(move |db, actor, stamp| erasure::confirm(db, &site, actor, id, &draft, stamp))
        .await
        .and_then(Entered::told)?;
    visitor.site.forget().await;
    json(200, &ErasedOut { id: id.to_string(), erased: true })
}
