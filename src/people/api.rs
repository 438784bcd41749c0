//! People over the API.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::kit::fault::Fault;
use crate::kit::ids::PersonId;
use crate::kit::page::{Listing, limit_of};
use crate::people::rules::Search;
use crate::people::store::Person;
use crate::people::{self, PersonDraft, PersonPatch, store};

/// A person as the API tells it; units by their codes, phones in E.164.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOut {
    pub id: String,
    pub reference: Option<String>,
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub unit: String,
    pub constituency: Option<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub previous_party: Option<String>,
    pub joined_on: Option<String>,
    pub admitted_by: Option<String>,
    pub language: Option<String>,
    pub gender: Option<String>,
}

impl From<Person> for PersonOut {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            reference: person.reference,
            name: person.name,
            name_other: person.name_other,
            relation_name: person.relation_name,
            unit: person.unit_code,
            constituency: person.seat_code,
            phones: person.phones,
            emails: person.emails,
            previous_party: person.previous_party,
            joined_on: person.joined_on.map(|d| d.to_string()),
            admitted_by: person.admitted_by,
            language: person.language.map(|l| l.to_string()),
            gender: person.gender.map(|g| g.to_string()),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonList {
    pub items: Vec<PersonOut>,
    pub next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonQuery {
    limit: Option<i64>,
    after: Option<i64>,
    /// A name in either script, or digits of a phone.
    q: String,
    /// The code of a unit: its people and those below it.
    unit: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/people", tag = "people",
    params(("limit" = Option<i64>, Query, description = "At most 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("q" = Option<String>, Query, description = "A name in either script, or digits of a phone"),
        ("unit" = Option<String>, Query, description = "Code of a unit: its people and those below")),
    responses((status = 200, description = "People within reach, by id", body = PersonList)))]
pub async fn list(visitor: Visitor, query: Query<PersonQuery>) -> Answer {
    let limit = limit_of(query.limit);
    let found = visitor
        .see(move |db, actor| {
            let mut reach = actor.must_somewhere(Right::SeePeople)?;
            if let Some(code) = query.unit.as_deref() {
                let unit = store::unit_of_code(db, code)?.ok_or(Fault::NotFound)?;
                actor.must(Right::SeePeople, &unit.path)?;
                reach = reach.within(&unit.path);
            }
            let after = query.after.unwrap_or_default();
            store::list_after(db, &reach, &Search::of(&query.q), after, limit + 1)
        })
        .await?;
    let items = found.into_iter().map(PersonOut::from).collect();
    json(200, &Listing::cut(items, limit, |p: &PersonOut| p.id.clone()))
}

#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = PersonDraft,
    responses((status = 201, description = "The person was taken in", body = PersonOut),
        (status = 422, description = "A field cannot be taken")))]
pub async fn create(visitor: Visitor, json: Json<PersonDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let person = people::create(db, actor, &draft, stamp)?;
            let location = format!("/api/v1/people/{}", person.id);
            Ok(Made::created(PersonOut::from(person), location))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people",
    params(("id" = String, Path, description = "The person's id")),
    responses((status = 200, description = "The person", body = PersonOut),
        (status = 404, description = "Not there, or not within reach")))]
pub async fn show(visitor: Visitor, id: Path<PersonId>) -> Answer {
    let person = visitor.see(move |db, actor| people::person_for(db, actor, *id)).await?;
    json(200, &PersonOut::from(person))
}

#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", request_body = PersonPatch,
    params(("id" = String, Path, description = "The person's id")),
    responses((status = 200, description = "The person as it is now", body = PersonOut),
        (status = 403, description = "Seen, but not kept by the caller"),
        (status = 404, description = "Not there, or not within reach"),
        (status = 422, description = "A field cannot be taken")))]
pub async fn change(visitor: Visitor, id: Path<PersonId>, patch: Json<PersonPatch>) -> Answer {
    let patch = patch.body;
    let person =
        visitor.act(move |db, actor, stamp| people::change(db, actor, *id, patch, stamp)).await?;
    json(200, &PersonOut::from(person))
}
