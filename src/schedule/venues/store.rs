//! Owns venues.

use diesel::prelude::*;

use crate::access::rules::{Reach, range};
use crate::courses::rules::line_of;
use crate::courses::store::units_above;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{UnitId, VenueId};
use crate::kit::page::{PageNumber, ROWS};
use crate::kit::schema::{sessions, units, venues};
use crate::kit::within::Within;
use crate::schedule::rules::SessionState;
use crate::schedule::venues::rules::Facts;

/// A venue with the unit that keeps it.
#[derive(Debug, Clone, Queryable)]
pub struct Venue {
    pub id: VenueId,
    pub name_hi: String,
    pub name_en: String,
    pub seats: i32,
    pub address: String,
    pub map_url: Option<String>,
    pub contact: Option<String>,
    pub unit: UnitId,
    pub unit_code: String,
    pub unit_path: String,
    pub unit_hi: String,
    pub unit_en: String,
}

type VenueColumns = (
    venues::id,
    venues::name_hi,
    venues::name_en,
    venues::seats,
    venues::address,
    venues::map_url,
    venues::contact,
    units::id,
    units::code,
    units::path,
    units::name_hi,
    units::name_en,
);

const VENUE: VenueColumns = (
    venues::id,
    venues::name_hi,
    venues::name_en,
    venues::seats,
    venues::address,
    venues::map_url,
    venues::contact,
    units::id,
    units::code,
    units::path,
    units::name_hi,
    units::name_en,
);

pub fn venue(db: &mut Db, id: VenueId) -> Result<Venue, Fault> {
    Ok(venues::table.inner_join(units::table).filter(venues::id.eq(id)).select(VENUE).first(db)?)
}

/// The venues that somebody with this reach may see, by name; one row more than a page.
pub fn venues_in(db: &mut Db, reach: &Reach, page: PageNumber) -> Result<Vec<Venue>, Fault> {
    Ok(venues::table
        .inner_join(units::table)
        .filter(venues::unit_id.eq_any(units_above(reach)).or(Within(reach.ranges())))
        .select(VENUE)
        .order((venues::name_en, venues::id))
        .limit(ROWS + 1)
        .offset(page.offset())
        .load(db)?)
}

/// The same in the order of their ids, behind one of them.
pub fn venues_after(
    db: &mut Db,
    reach: &Reach,
    after: VenueId,
    limit: i64,
) -> Result<Vec<Venue>, Fault> {
    Ok(venues::table
        .inner_join(units::table)
        .filter(venues::unit_id.eq_any(units_above(reach)).or(Within(reach.ranges())))
        .filter(venues::id.gt(after))
        .select(VENUE)
        .order(venues::id)
        .limit(limit)
        .load(db)?)
}

/// The venues to choose from for a unit: kept by it, below it or above it; those near first.
pub fn venues_for(db: &mut Db, reach: &Reach, path: &str) -> Result<Vec<Venue>, Fault> {
    let on_the_line = venues::unit_id.eq_any(line_of(path)).or(Within(vec![range(path)]));
    let mut near: Vec<Venue> = venues::table
        .inner_join(units::table)
        .filter(on_the_line)
        .select(VENUE)
        .order((units::path.desc(), venues::name_en, venues::id))
        .limit(300)
        .load(db)?;
    let seen: Vec<VenueId> = near.iter().map(|v| v.id).collect();
    let others: Vec<Venue> = venues::table
        .inner_join(units::table)
        .filter(Within(reach.ranges()))
        .filter(venues::id.ne_all(seen))
        .select(VENUE)
        .order((venues::name_en, venues::id))
        .limit(300)
        .load(db)?;
    near.extend(others);
    Ok(near)
}

/// Sessions yet to come at a venue.
pub fn sessions_ahead(db: &mut Db, id: VenueId, now: Moment) -> Result<i64, Fault> {
    Ok(sessions::table
        .filter(sessions::venue_id.eq(id).and(sessions::ends_at.gt(now)))
        .filter(sessions::state.ne(SessionState::Cancelled))
        .count()
        .get_result(db)?)
}

pub fn add(
    db: &mut Db,
    id: VenueId,
    unit: UnitId,
    facts: &Facts,
    now: Moment,
) -> Result<(), Fault> {
    diesel::insert_into(venues::table)
        .values((
            venues::id.eq(id),
            venues::unit_id.eq(unit),
            venues::name_hi.eq(&facts.name_hi),
            venues::name_en.eq(&facts.name_en),
            venues::seats.eq(facts.seats),
            venues::address.eq(&facts.address),
            venues::map_url.eq(facts.map_url.as_deref()),
            venues::contact.eq(facts.contact.as_deref()),
            venues::created_at.eq(now),
            venues::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

pub fn set(db: &mut Db, id: VenueId, facts: &Facts, now: Moment) -> Result<(), Fault> {
    diesel::update(venues::table.find(id))
        .set((
            venues::name_hi.eq(&facts.name_hi),
            venues::name_en.eq(&facts.name_en),
            venues::seats.eq(facts.seats),
            venues::address.eq(&facts.address),
            venues::map_url.eq(facts.map_url.as_deref()),
            venues::contact.eq(facts.contact.as_deref()),
            venues::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}
