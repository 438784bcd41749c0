//! The ledger as JSON.

use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use crate::access::door::{self, Answer, Visitor};
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::fault::{Fault, Fields};
use crate::kit::ids::{BatchId, PersonId};
use crate::kit::mail_text;
use crate::kit::page::{Listing, limit_of};
use crate::post::rules::{Kind, State};
use crate::post::store::{self, Filter, LetterRow};

/// Which letters, and how many.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    state: String,
    kind: String,
    person: String,
    batch: String,
    limit: Option<i64>,
    after: Option<i64>,
}

/// One letter of the ledger.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LetterView {
    pub id: String,
    pub kind: String,
    /// Which reminder: `three_days`, `one_day`, `same_day`.
    pub rule: Option<String>,
    pub person: Option<String>,
    pub session: Option<String>,
    pub revision: Option<i32>,
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Moment,
    pub attempts: i32,
    /// Without angle brackets.
    pub message_id: String,
    pub reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Moment>,
}

/// A page of the ledger.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LetterList {
    pub items: Vec<LetterView>,
    pub next: Option<String>,
}

#[utoipa::path(
    get,
    path = "/api/v1/letters",
    tag = "letters",
    params(
        ("state" = Option<String>, Query, description = "planned, leased, sent, failed, uncertain, missed or cancelled"),
        ("kind" = Option<String>, Query, description = "sign_in, confirmation, waiting, invitation, reminder, change, cancellation or withdrawal"),
        ("person" = Option<String>, Query, description = "a person's id"),
        ("batch" = Option<String>, Query, description = "a batch's id"),
        ("limit" = Option<i64>, Query, description = "at most 200"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "Letters, oldest first", body = LetterList)),
)]
pub async fn letters(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let filter = filter(&asked)?;
    let (limit, after) = (limit_of(asked.limit), asked.after);
    let rows = visitor
        .see(move |db, actor| {
            let reach = actor.must_somewhere(Right::SeeReports)?;
            store::letters_after(db, &reach, &filter, after, limit + 1)
        })
        .await?;
    let views = rows.into_iter().map(|row| view(row, &visitor.site.mail_from)).collect();
    door::json(200, &Listing::cut(views, limit, |l: &LetterView| l.id.clone()))
}

fn filter(asked: &Asked) -> Result<Filter, Fault> {
    let mut fields = Fields::default();
    let filter = Filter {
        state: word("state", &asked.state, State::parse, &mut fields),
        kind: word("kind", &asked.kind, Kind::parse, &mut fields),
        person: word("person", &asked.person, |p| p.parse::<PersonId>().ok(), &mut fields),
        batch: word("batch", &asked.batch, |b| b.parse::<BatchId>().ok(), &mut fields),
    };
    fields.done()?;
    Ok(filter)
}

fn word<T>(
    name: &str,
    given: &str,
    read: impl Fn(&str) -> Option<T>,
    fields: &mut Fields,
) -> Option<T> {
    let found = read(given);
    if found.is_none() && !given.is_empty() {
        fields.add(name, "unknown");
    }
    found
}

fn view(row: LetterRow, mail_from: &str) -> LetterView {
    LetterView {
        id: row.id.to_string(),
        kind: row.kind.to_string(),
        rule: row.rule,
        person: row.person.map(|p| p.to_string()),
        session: row.session.map(|s| s.to_string()),
        revision: row.revision,
        state: row.state.to_string(),
        due_at: row.due_at,
        attempts: row.attempts,
        message_id: mail_text::message_id(&row.message_id, mail_from),
        reason: row.reason,
        sent_at: row.sent_at,
    }
}
