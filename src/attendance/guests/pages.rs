//! The sessions where somebody can make up for one that he missed.

use actix_web::web::Path;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::attendance::apologies::pages::{Head, head};
use crate::attendance::guests::rules::Place;
use crate::attendance::guests::{self, Offer, Wish};
use crate::attendance::store;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::SessionId;

/// One chance, as it is shown.
#[derive(Serialize)]
pub struct OfferRow {
    session: SessionId,
    title: String,
    unit: String,
    when: String,
    venue: Option<String>,
    free: i64,
    /// `seat`, `waiting`, or nothing yet.
    place: Option<Place>,
}

pub fn offer_rows(
    db: &mut Db,
    actor: &Actor,
    missed: SessionId,
    visitor: &Visitor,
) -> Result<Vec<OfferRow>, Fault> {
    let offers = guests::offers(db, actor, missed, visitor.site.now())?;
    let pick = |hi, en| match visitor.language {
        Language::Hi => hi,
        Language::En => en,
    };
    let row = |o: Offer| {
        let zone = o.chance.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
        OfferRow {
            session: o.chance.session,
            title: o.chance.title,
            unit: pick(Some(o.chance.unit_hi), Some(o.chance.unit_en)).unwrap_or_default(),
            when: i18n::span(visitor.language, o.chance.starts_at, o.chance.ends_at, zone),
            venue: pick(o.chance.venue_hi, o.chance.venue_en),
            free: o.chairs.free(),
            place: o.place,
        }
    };
    Ok(offers.into_iter().map(row).collect())
}

#[derive(Serialize)]
struct MakeUpPage {
    path: String,
    head: Head,
    offers: Vec<OfferRow>,
}

fn page(db: &mut Db, actor: &Actor, id: SessionId, visitor: &Visitor) -> Result<MakeUpPage, Fault> {
    let offers = offer_rows(db, actor, id, visitor)?;
    let session = store::session(db, id, actor.person)?;
    let head = head(db, &session, visitor)?;
    Ok(MakeUpPage { path: format!("/sessions/{id}"), head, offers })
}

pub async fn show(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (id, said) = (*session, visitor.clone());
    visitor.page("attendance/make_up.html", move |db, actor| page(db, actor, id, &said)).await
}

pub async fn join(visitor: Visitor, session: Path<SessionId>, form: Form<Wish>) -> Answer {
    let id = *session;
    match visitor.act(move |db, actor, stamp| guests::join(db, actor, id, &form.0, stamp)).await {
        Ok(Place::Seat) => Ok(done(&format!("/sessions/{id}/make-up"), "guest-seat")),
        Ok(_) => Ok(done(&format!("/sessions/{id}/make-up"), "guest-waiting")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| page(db, actor, id, &said);
            visitor.again(fault, "attendance/make_up.html", again).await
        }
    }
}

pub async fn leave(visitor: Visitor, session: Path<SessionId>, form: Form<Wish>) -> Answer {
    let id = *session;
    match visitor.act(move |db, actor, stamp| guests::leave(db, actor, &form.0, stamp)).await {
        Ok(()) => Ok(done(&format!("/sessions/{id}/make-up"), "guest-left")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| page(db, actor, id, &said);
            visitor.again(fault, "attendance/make_up.html", again).await
        }
    }
}
