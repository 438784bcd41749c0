//! Rosters and marks for programs and for the phone's queue.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::door::{self, Answer, Json, Made, Visitor};
use crate::attendance::rules::{Outcome, Reason, SentMark};
use crate::attendance::{self, MOST_MARKS, Taken};
use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::fault::Fault;
use crate::kit::ids::SessionId;

/// One who is expected.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpectedView {
    pub person: String,
    pub name: String,
    /// The number on the list and on the printed sheet.
    pub serial: usize,
    /// The mark that counts; none is *not marked*, never absent.
    pub mark: Option<MarkView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MarkView {
    #[schema(value_type = String, example = "present")]
    pub status: Status,
    /// Minutes kept, for `partial`.
    pub minutes: Option<i32>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Option<Moment>,
    pub by: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RosterView {
    pub items: Vec<ExpectedView>,
}

/// One mark that is sent.
#[derive(ToSchema)]
pub struct NewMark {
    /// A UUIDv7 made when it was tapped; sending it again changes nothing.
    pub id: String,
    pub person: String,
    #[schema(example = "present")]
    pub status: String,
    /// Minutes kept: needed for `partial`, and only for it.
    pub minutes: Option<i32>,
    /// When it was tapped, RFC 3339. Of two marks of one person the later counts.
    #[schema(format = DateTime)]
    pub at: String,
    pub device: Option<String>,
}

/// What came of one mark.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenView {
    pub id: String,
    #[schema(value_type = String, example = "created")]
    pub result: Outcome,
    /// Of a rejected mark: `not-on-roster`, `too-early`, `too-late`, `cancelled`, `not-published`
    /// or `malformed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Reason>,
}

impl From<Taken> for TakenView {
    fn from(taken: Taken) -> Self {
        Self { id: taken.client_id, result: taken.outcome, reason: taken.reason }
    }
}

#[utoipa::path(get, path = "/api/v1/sessions/{id}/roster", tag = "attendance",
    params(("id" = String, Path, description = "The session")),
    responses((status = 200, body = RosterView), (status = 404, description = "No such session within your units")))]
pub async fn roster(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let items = visitor
        .see(move |db, actor| {
            let (_, roster) = attendance::roster(db, actor, *session)?;
            let view = |(serial, e): (usize, attendance::store::Expected)| ExpectedView {
                person: e.person.to_string(),
                name: e.name,
                serial,
                mark: e.status.map(|status| MarkView {
                    status,
                    minutes: e.minutes,
                    at: e.marked_at,
                    by: e.marked_by.map(|p| p.to_string()),
                }),
            };
            Ok((1..).zip(roster).map(view).collect())
        })
        .await?;
    door::json(200, &RosterView { items })
}

/// As it is sent: a mark that cannot be read is rejected by itself, the others are taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMark {
    id: String,
    person: Value,
    status: String,
    minutes: Option<i32>,
    at: String,
    device: Option<String>,
}

impl RawMark {
    fn read(self) -> Option<SentMark> {
        let person = match &self.person {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(SentMark {
            client_id: self.id,
            person: person.parse().ok()?,
            status: Status::parse(&self.status)?,
            minutes: self.minutes,
            marked_at: Moment::parse(&self.at)?,
            device: self.device,
        })
    }
}

/// Reads each mark; of one that cannot be read only its id is left.
fn read(all: Vec<Value>) -> Vec<Result<SentMark, String>> {
    all.into_iter()
        .map(|value| {
            let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let raw: Option<RawMark> = serde_json::from_value(value).ok();
            raw.and_then(RawMark::read).ok_or(id)
        })
        .collect()
}

#[utoipa::path(post, path = "/api/v1/sessions/{id}/marks", tag = "attendance",
    params(("id" = String, Path, description = "The session")),
    request_body = Vec<NewMark>,
    responses((status = 200, description = "One answer for each mark, in the same order", body = Vec<TakenView>),
        (status = 404, description = "No such session within your units"),
        (status = 422, description = "No list, or more than 500 marks")))]
pub async fn take(visitor: Visitor, session: Path<SessionId>, json: Json<Vec<Value>>) -> Answer {
    if json.body.len() > MOST_MARKS {
        return Err(Fault::field("body", "too-many-marks"));
    }
    let read = read(json.body);
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let marks: Vec<SentMark> =
                read.iter().filter_map(|r| r.as_ref().ok()).cloned().collect();
            let mut taken = attendance::take_roll(db, actor, *session, &marks, stamp)?.into_iter();
            let views = read.into_iter().filter_map(|mark| match mark {
                Ok(_) => taken.next(),
                Err(id) => Some(Taken::rejected(id, Reason::Malformed)),
            });
            Ok(Made::ok(views.map(TakenView::from).collect::<Vec<_>>()))
        })
        .await
}
