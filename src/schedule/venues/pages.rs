//! The pages of the venues.

use actix_web::web::{Path, Query};
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::rules::said;
use crate::courses::store::units_to_choose;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::VenueId;
use crate::kit::page::{PageNumber, Paging};
use crate::schedule::venues;
use crate::schedule::venues::rules::VenueDraft;
use crate::schedule::venues::store::{self, Venue};

#[derive(Serialize)]
struct List {
    venues: Vec<View>,
    paging: Paging,
    may_make: bool,
}

#[derive(Serialize)]
struct View {
    url: String,
    name: String,
    /// The same in the other script, when it differs.
    name_other: Option<String>,
    unit: String,
    seats: i32,
    address: String,
    map_url: Option<String>,
    contact: Option<String>,
}

fn view(venue: Venue, language: Language) -> View {
    let (name, other) = match language {
        Language::Hi => (venue.name_hi, venue.name_en),
        Language::En => (venue.name_en, venue.name_hi),
    };
    View {
        url: format!("/venues/{}", venue.id),
        name_other: (other != name).then_some(other),
        name,
        unit: said(language, &venue.unit_hi, &venue.unit_en).to_owned(),
        seats: venue.seats,
        address: venue.address,
        map_url: venue.map_url,
        contact: venue.contact,
    }
}

pub async fn list(visitor: Visitor, page: Query<PageNumber>) -> Answer {
    let language = visitor.language;
    visitor
        .page("schedule/venues.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            let mut rows = store::venues_in(db, &reach, *page)?;
            let paging = Paging::cut(&mut rows, *page, "/venues", &[]);
            let venues = rows.into_iter().map(|v| view(v, language)).collect();
            Ok(List { venues, paging, may_make: !actor.reach(Right::Plan).is_empty() })
        })
        .await
}

#[derive(Serialize)]
struct Show {
    #[serde(flatten)]
    venue: View,
    sessions_ahead: i64,
    may_change: bool,
}

pub async fn show(visitor: Visitor, id: Path<VenueId>) -> Answer {
    let (language, now) = (visitor.language, visitor.site.now());
    visitor
        .page("schedule/venue.html", move |db, actor| {
            let venue = venues::venue_for(db, actor, *id)?;
            Ok(Show {
                sessions_ahead: store::sessions_ahead(db, venue.id, now)?,
                may_change: actor.may(Right::Plan, &venue.unit_path),
                venue: view(venue, language),
            })
        })
        .await
}

#[derive(Serialize)]
struct Sheet {
    action: String,
    back: String,
    is_new: bool,
    draft: VenueDraft,
    units: Vec<(String, String)>,
}

pub async fn new(visitor: Visitor) -> Answer {
    let language = visitor.language;
    let draft = VenueDraft::default();
    visitor
        .page("schedule/venue_form.html", move |db, actor| new_sheet(db, actor, language, draft))
        .await
}

pub async fn create(visitor: Visitor, form: Form<VenueDraft>) -> Answer {
    let language = visitor.language;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| venues::create(db, actor, &draft, stamp)).await {
        Ok(id) => Ok(done(&format!("/venues/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| new_sheet(db, actor, language, kept);
            visitor.again(fault, "schedule/venue_form.html", again).await
        }
    }
}

fn new_sheet(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    draft: VenueDraft,
) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Plan)?;
    let units = choices(units_to_choose(db, &reach)?, language);
    let (action, back) = ("/venues".to_owned(), "/venues".to_owned());
    Ok(Sheet { action, back, is_new: true, draft, units })
}

pub async fn edit(visitor: Visitor, id: Path<VenueId>) -> Answer {
    visitor
        .page("schedule/venue_form.html", move |db, actor| edit_sheet(db, actor, *id, None))
        .await
}

pub async fn change(visitor: Visitor, id: Path<VenueId>, form: Form<VenueDraft>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| venues::change(db, actor, id, &draft, stamp)).await {
        Ok(()) => Ok(done(&format!("/venues/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| edit_sheet(db, actor, id, Some(kept));
            visitor.again(fault, "schedule/venue_form.html", again).await
        }
    }
}

fn edit_sheet(
    db: &mut Db,
    actor: &Actor,
    id: VenueId,
    typed: Option<VenueDraft>,
) -> Result<Sheet, Fault> {
    let venue = venues::venue_for(db, actor, id)?;
    if !actor.may(Right::Plan, &venue.unit_path) {
        return Err(Fault::Forbidden);
    }
    let url = format!("/venues/{id}");
    let draft = typed.unwrap_or_else(|| venues::draft_of(&venue));
    Ok(Sheet { action: url.clone(), back: url, is_new: false, draft, units: vec![] })
}
