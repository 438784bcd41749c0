//! Levels and units over the API.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::kit::page::{Listing, limit_of};
use crate::units::rules::{self, Level};
use crate::units::store::Unit;
use crate::units::{self, LevelDraft, UnitDraft, UnitPatch, store};

/// A level as the API tells it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelOut {
    pub code: String,
    pub ordinal: i32,
    pub name_hi: String,
    pub name_en: String,
    pub electoral: bool,
}

impl From<Level> for LevelOut {
    fn from(level: Level) -> Self {
        Self {
            code: level.code,
            ordinal: level.ordinal,
            name_hi: level.name_hi,
            name_en: level.name_en,
            electoral: level.electoral,
        }
    }
}

/// A unit as the API tells it; other units by their codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitOut {
    pub id: String,
    pub code: String,
    pub level: String,
    pub name_hi: String,
    pub name_en: String,
    pub parent: Option<String>,
    pub constituency: Option<String>,
    pub census_code: Option<String>,
    pub population: Option<i64>,
    pub timezone: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
}

impl From<Unit> for UnitOut {
    fn from(unit: Unit) -> Self {
        let row = unit.row;
        Self {
            id: row.id.to_string(),
            code: row.code,
            level: unit.level.code,
            name_hi: row.name_hi,
            name_en: row.name_en,
            parent: unit.parent,
            constituency: unit.constituency.map(|(code, _, _)| code),
            census_code: row.census_code,
            population: row.population,
            timezone: row.timezone,
            contact_name: row.contact_name,
            contact_phone: row.contact_phone,
            valid_from: row.valid_from.map(|d| d.to_string()),
            valid_to: row.valid_to.map(|d| d.to_string()),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LevelList {
    pub items: Vec<LevelOut>,
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UnitList {
    pub items: Vec<UnitOut>,
    pub next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnitQuery {
    limit: Option<i64>,
    after: Option<i64>,
    /// The code of a unit: only what hangs right under it.
    parent: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/levels", tag = "units",
    responses((status = 200, description = "All levels, from the top", body = LevelList)))]
pub async fn levels(visitor: Visitor) -> Answer {
    let items = visitor
        .see(|db, actor| {
            actor.must_somewhere(Right::SeePlans)?;
            store::levels(db)
        })
        .await?;
    json(200, &LevelList { items: items.into_iter().map(LevelOut::from).collect(), next: None })
}

#[utoipa::path(post, path = "/api/v1/levels", tag = "units", request_body = LevelDraft,
    responses((status = 201, description = "The level was made", body = LevelOut),
        (status = 403, description = "Only an admin of a whole tree makes levels"),
        (status = 422, description = "A field cannot be taken")))]
pub async fn add_level(visitor: Visitor, json: Json<LevelDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let level = units::add_level(db, actor, &draft, stamp)?;
            Ok(Made::created(LevelOut::from(level), "/api/v1/levels".to_owned()))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/units", tag = "units",
    params(("limit" = Option<i64>, Query, description = "At most 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("parent" = Option<String>, Query, description = "Code of the unit above")),
    responses((status = 200, description = "Units within reach, by id", body = UnitList)))]
pub async fn list(visitor: Visitor, query: Query<UnitQuery>) -> Answer {
    let limit = limit_of(query.limit);
    let found = visitor
        .see(move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            let parent = match query.parent.as_deref() {
                Some(code) => Some(units::unit_for(db, actor, code)?.row.id),
                None => None,
            };
            store::window(db, &reach, parent, query.after.unwrap_or_default(), limit + 1)
        })
        .await?;
    let items = found.into_iter().map(UnitOut::from).collect();
    json(200, &Listing::cut(items, limit, |u: &UnitOut| u.id.clone()))
}

#[utoipa::path(post, path = "/api/v1/units", tag = "units", request_body = UnitDraft,
    responses((status = 201, description = "The unit was made", body = UnitOut),
        (status = 422, description = "A field cannot be taken")))]
pub async fn create(visitor: Visitor, json: Json<UnitDraft>) -> Answer {
    let draft = json.body;
    visitor
        .once(json.hash, move |db, actor, stamp| {
            let unit = units::create(db, actor, &draft, stamp)?;
            let location = format!("/api/v1{}", rules::address(&unit.row.code));
            Ok(Made::created(UnitOut::from(unit), location))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/units/{code}", tag = "units",
    params(("code" = String, Path, description = "The unit's code")),
    responses((status = 200, description = "The unit", body = UnitOut),
        (status = 404, description = "Not there, or not within reach")))]
pub async fn show(visitor: Visitor, code: Path<String>) -> Answer {
    let unit = visitor.see(move |db, actor| units::unit_for(db, actor, &code)).await?;
    json(200, &UnitOut::from(unit))
}

#[utoipa::path(patch, path = "/api/v1/units/{code}", tag = "units", request_body = UnitPatch,
    params(("code" = String, Path, description = "The unit's code")),
    responses((status = 200, description = "The unit as it is now", body = UnitOut),
        (status = 403, description = "Seen, but not kept by the caller"),
        (status = 404, description = "Not there, or not within reach"),
        (status = 422, description = "A field cannot be taken")))]
pub async fn change(visitor: Visitor, code: Path<String>, patch: Json<UnitPatch>) -> Answer {
    let patch = patch.body;
    let unit =
        visitor.act(move |db, actor, stamp| units::change(db, actor, &code, patch, stamp)).await?;
    json(200, &UnitOut::from(unit))
}
