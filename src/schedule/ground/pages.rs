//! The page of the ways between venues.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::courses::rules::said;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::VenueId;
use crate::schedule::ground::{self, store};
use crate::schedule::venues;

#[derive(Serialize)]
struct Sheet {
    url: String,
    back: String,
    venue: String,
    /// For every pair that has none of its own.
    minutes: i64,
    may_set_minutes: bool,
    ways: Vec<Way>,
    others: Vec<(String, String)>,
    draft: WayForm,
}

#[derive(Serialize)]
struct Way {
    id: String,
    name: String,
    minutes: i32,
}

/// Another venue with its minutes; no minutes: as long as any way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WayForm {
    other: String,
    minutes: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MinutesForm {
    every: String,
}

pub async fn show(visitor: Visitor, id: Path<VenueId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("schedule/ways.html", move |db, actor| sheet(db, actor, &v, *id, WayForm::default()))
        .await
}

pub async fn set(visitor: Visitor, id: Path<VenueId>, form: Form<WayForm>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    let set = visitor
        .act(move |db, actor, stamp| {
            ground::set_way(db, actor, id, &draft.other, &draft.minutes, stamp)
        })
        .await;
    match set {
        Ok(()) => Ok(done(&format!("/venues/{id}/ways"), "saved")),
        Err(fault) => again(visitor, id, fault, kept).await,
    }
}

/// Sets what is needed between any two venues, for everybody.
pub async fn set_minutes(visitor: Visitor, id: Path<VenueId>, form: Form<MinutesForm>) -> Answer {
    let (id, every) = (*id, form.0.every);
    let set =
        visitor.act(move |db, actor, stamp| ground::set_minutes(db, actor, &every, stamp)).await;
    match set {
        Ok(()) => Ok(done(&format!("/venues/{id}/ways"), "saved")),
        Err(fault) => again(visitor, id, fault, WayForm::default()).await,
    }
}

async fn again(visitor: Visitor, id: VenueId, fault: Fault, kept: WayForm) -> Answer {
    let v = visitor.clone();
    let again = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, id, kept);
    visitor.again(fault, "schedule/ways.html", again).await
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: VenueId,
    draft: WayForm,
) -> Result<Sheet, Fault> {
    let venue = venues::venue_for(db, actor, id)?;
    actor.must(Right::Plan, &venue.unit_path)?;
    let language = visitor.language;
    let travel = store::travel(db)?;
    let near = venues::store::venues_for(db, &actor.reach(Right::SeePlans), &venue.unit_path)?;
    let nothing = (String::new(), visitor.say("schedule-choose"));
    let other = |v: &venues::store::Venue| {
        let name = said(language, &v.name_hi, &v.name_en);
        (v.id.to_string(), format!("{name}, {}", said(language, &v.unit_hi, &v.unit_en)))
    };
    let url = format!("/venues/{id}");
    Ok(Sheet {
        back: url.clone(),
        url: format!("{url}/ways"),
        venue: said(language, &venue.name_hi, &venue.name_en).to_owned(),
        minutes: travel.minutes,
        may_set_minutes: ground::may_set_minutes(actor),
        ways: store::ways_from(db, id)?
            .into_iter()
            .map(|(id, hi, en, minutes)| Way {
                id: id.to_string(),
                name: said(language, &hi, &en).to_owned(),
                minutes,
            })
            .collect(),
        others: std::iter::once(nothing)
            .chain(near.iter().filter(|v| v.id != id).map(other))
            .collect(),
        draft,
    })
}
