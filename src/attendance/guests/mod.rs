//! Making up: somebody comes as a guest to another batch's session of what he missed.

pub mod rules;
pub mod store;
pub mod pages;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Actor;
use crate::attendance;
use crate::attendance::apologies;
use crate::attendance::guests::rules::{Chairs, Place};
use crate::attendance::guests::store::{Chance, Guest};
use crate::attendance::turns::{self, Turn};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::SessionId;
use crate::kit::site::Stamp;

/// A chance to make up: the session, its chairs, where the person stands with it already.
pub struct Offer {
    pub chance: Chance,
    pub chairs: Chairs,
    pub place: Option<Place>,
}

/// The chances for one who is expected at a session and missed it, or will.
pub fn offers(
    db: &mut Db,
    actor: &Actor,
    missed: SessionId,
    now: Moment,
) -> Result<Vec<Offer>, Fault> {
    if !apologies::store::expects(db, missed, actor.person)? {
        return Err(Fault::NotFound);
    }
    let path = store::path_of(db, actor.person)?;
    let chances = store::chances(db, missed, actor.person, rules::within_reach(&path), now)?;
    let which: Vec<_> = chances.iter().map(|c| (c.session, c.batch, c.seats)).collect();
    let chairs = store::chairs(db, &which)?;
    let places = store::places_of(db, actor.person)?;
    let offer = |chance: Chance| Offer {
        chairs: chairs.get(&chance.session).copied().unwrap_or_default(),
        place: places.iter().find(|(s, _)| *s == chance.session).map(|(_, p)| *p),
        chance,
    };
    Ok(chances.into_iter().map(offer).collect())
}

/// Which session somebody wants to come to, or no longer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wish {
    pub session: String,
}

/// Puts a person on the list of another session, or at the end of its queue of guests.
pub fn join(
    db: &mut Db,
    actor: &Actor,
    missed: SessionId,
    wish: &Wish,
    stamp: &Stamp,
) -> Result<Place, Fault> {
    let wanted: SessionId =
        wish.session.parse().map_err(|_| Fault::field("session", "required"))?;
    attendance::store::hold(db, wanted)?;
    let offers = offers(db, actor, missed, stamp.now)?;
    let offer = offers.iter().find(|o| o.chance.session == wanted).ok_or(Fault::NotFound)?;
    if let Some(place) = offer.place {
        return Ok(place);
    }
    let nobody_waits = store::waiting(db, wanted, 1)?.is_empty();
    let room = offer.chairs.free() > 0 && nobody_waits;
    let place = if room { Place::Seat } else { Place::Waiting };
    let guest = Guest {
        id: stamp.id(),
        session_id: wanted,
        person_id: actor.person,
        place,
        for_session: Some(missed),
        asked_at: stamp.now,
        updated_at: stamp.now,
    };
    store::keep(db, &guest)?;
    let facts = attendance::store::session(db, wanted, actor.person)?;
    let detail = json!({ "place": place, "for": missed });
    attendance::note(db, actor, &facts, "guest joined", detail, stamp.now)?;
    Ok(place)
}

/// Gives a place as a guest back; the next one moves up.
pub fn leave(db: &mut Db, actor: &Actor, wish: &Wish, stamp: &Stamp) -> Result<(), Fault> {
    let session: SessionId =
        wish.session.parse().map_err(|_| Fault::field("session", "required"))?;
    attendance::store::hold(db, session)?;
    let mine = store::places_of(db, actor.person)?;
    if !mine.iter().any(|(s, _)| *s == session) {
        return Err(Fault::NotFound);
    }
    store::set_place(db, session, &[actor.person], Place::Withdrawn, stamp.now)?;
    let facts = attendance::store::session(db, session, actor.person)?;
    attendance::note(db, actor, &facts, "guest left", json!(null), stamp.now)?;
    fill(db, session, stamp)
}

/// Gives free chairs to those who wait as guests, first come, first served; none after the start.
pub fn fill(db: &mut Db, session: SessionId, stamp: &Stamp) -> Result<(), Fault> {
    let (batch, seats) = store::batch_of(db, session)?;
    let facts = attendance::store::session(db, session, crate::kit::ids::PersonId(0))?;
    let chairs = store::chairs(db, &[(session, batch, seats)])?;
    let free = chairs.get(&session).map_or(0, |c| c.free());
    if free == 0 || facts.starts_at <= stamp.now {
        return Ok(());
    }
    let next = store::waiting(db, session, free)?;
    store::set_place(db, session, &next, Place::Seat, stamp.now)?;
    turns::tell(db, &facts, &next, Turn::Seat, stamp)
}
