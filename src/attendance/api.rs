//! Rosters and marks for programs and for the phone's queue.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::door::{self, Answer, Json, Made, Visitor};
use crate::attendance::rules::{self, Outcome, Phone, Reason, SentMark, Source};
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
    /// Minutes kept: needed for `partial`. Minutes late: for `late`, when known.
    pub minutes: Option<i32>,
    /// When it was tapped by the sender's clock, RFC 3339. Of two marks of one person the later
    /// counts.
    #[schema(format = DateTime)]
    pub at: String,
    pub device: Option<String>,
    /// The sender's count of its own marks.
    pub sequence: Option<i64>,
    /// Server's clock minus the sender's at their last contact, in milliseconds: by it a clock that
    /// is wrong by days is put right.
    pub offset_ms: Option<i64>,
    /// Why so late: needed five days after the session's end.
    pub reason: Option<String>,
}

/// What came of one mark.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenView {
    pub id: String,
    #[schema(value_type = String, example = "created")]
    pub result: Outcome,
    /// Of a rejected mark: `not-on-roster`, `withdrawn`, `moved`, `too-early`, `too-late`,
    /// `reason-needed`, `cancelled`, `not-published`, `from-the-future`, `other-body` (the id was
    /// used for something else), `other-session` or `malformed`.
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
    sequence: Option<i64>,
    offset_ms: Option<i64>,
    reason: Option<String>,
}

impl RawMark {
    fn read(self) -> Option<SentMark> {
        let person = match &self.person {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let status = Status::parse(&self.status)?;
        let device_at = Moment::parse(&self.at)?;
        let marked_at = rules::corrected(device_at, self.offset_ms)?;
        // Without a distance the sender's clock is taken for ours, and there is nothing to keep.
        let phone = (self.offset_ms.is_some() || self.sequence.is_some()).then_some(Phone {
            device_at,
            sequence: self.sequence,
            offset_ms: self.offset_ms,
        });
        let takes_minutes = matches!(status, Status::Partial | Status::Late);
        Some(SentMark {
            minutes: self.minutes.filter(|_| takes_minutes),
            device: self.device,
            phone,
            reason: self.reason.filter(|r| !r.trim().is_empty()),
            ..SentMark::new(self.id, person.parse().ok()?, status, marked_at, Source::Program)
        })
    }
}

/// Reads one mark; of one that cannot be read only its id is left.
pub fn read_one(value: Value) -> Result<SentMark, String> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let raw: Option<RawMark> = serde_json::from_value(value).ok();
    raw.and_then(RawMark::read).ok_or(id)
}

#[utoipa::path(post, path = "/api/v1/sessions/{id}/marks", tag = "attendance",
    params(("id" = String, Path, description = "The session")),
    request_body = Vec<NewMark>,
    responses((status = 200, description = "One answer for each mark, in the same order", body = Vec<TakenView>),
        (status = 404, description = "No such session within your units"),
        (status = 422, description = "No list, or more than 500 marks"),
        (status = 503, description = "Too many phones send at once; `Retry-After` says when to come again")))]
pub async fn take(visitor: Visitor, session: Path<SessionId>, json: Json<Vec<Value>>) -> Answer {
    if json.body.len() > MOST_MARKS {
        return Err(Fault::field("body", "too-many-marks"));
    }
    let _turn = visitor.site.turn()?;
    let read: Vec<Result<SentMark, String>> = json.body.into_iter().map(read_one).collect();
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
