//! The venues for programs.

use actix_web::web::{Path, Query};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::door::{Answer, Json, Made, Visitor, json};
use crate::access::rules::Right;
use crate::kit::ids::VenueId;
use crate::kit::page::{Listing, Window, limit_of};
use crate::schedule::venues;
use crate::schedule::venues::rules::VenueDraft;
use crate::schedule::venues::store::{self, Venue};

/// A venue. `unit` is the code of the unit that keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VenueView {
    id: String,
    name_hi: String,
    name_en: String,
    unit: String,
    seats: i32,
    address: String,
    map_url: Option<String>,
    contact: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/venues", tag = "schedule",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = [VenueView])))]
pub async fn list(visitor: Visitor, window: Query<Window>) -> Answer {
    let limit = limit_of(window.limit);
    let after = VenueId(window.after.unwrap_or(0));
    let items = visitor
        .see(move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            Ok(store::venues_after(db, &reach, after, limit + 1)?
                .into_iter()
                .map(view)
                .collect::<Vec<_>>())
        })
        .await?;
    json(200, &Listing::cut(items, limit, |v| v.id.clone()))
}

#[utoipa::path(post, path = "/api/v1/venues", tag = "schedule", request_body = VenueDraft,
    responses((status = 201, body = VenueView)))]
pub async fn create(visitor: Visitor, body: Json<VenueDraft>) -> Answer {
    let Json { body: draft, hash } = body;
    visitor
        .once(hash, move |db, actor, stamp| {
            let id = venues::create(db, actor, &draft, stamp)?;
            let made = view(venues::venue_for(db, actor, id)?);
            Ok(Made::created(made, format!("/api/v1/venues/{id}")))
        })
        .await
}

#[utoipa::path(get, path = "/api/v1/venues/{id}", tag = "schedule", params(("id" = String, Path)),
    responses((status = 200, body = VenueView)))]
pub async fn show(visitor: Visitor, id: Path<VenueId>) -> Answer {
    let venue = visitor.see(move |db, actor| venues::venue_for(db, actor, *id)).await?;
    json(200, &view(venue))
}

fn view(venue: Venue) -> VenueView {
    VenueView {
        id: venue.id.to_string(),
        name_hi: venue.name_hi,
        name_en: venue.name_en,
        unit: venue.unit_code,
        seats: venue.seats,
        address: venue.address,
        map_url: venue.map_url,
        contact: venue.contact,
    }
}
