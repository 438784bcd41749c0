//! The page that says what goes, what stays and what it causes, and takes the code.

use actix_web::web::Path;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::proof::{self, Entered};
use crate::erasure::{self, Draft};
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::PersonId;
use crate::kit::site::Stamp;

#[derive(Serialize)]
struct Sheet {
    crumbs: Vec<(String, String)>,
    url: String,
    back: String,
    name: String,
    name_other: Option<String>,
    unit: String,
    is_self: bool,
    /// Trainings where a seat or a place in the queue is freed: (title, address, what it is).
    places: Vec<(String, String, &'static str)>,
    /// Sessions that lose their trainer: (title, address, when).
    taught: Vec<(String, String, String)>,
    posts: Vec<String>,
    roles: usize,
    unsent: i64,
    code_minutes: i64,
    reason: String,
    is_sure: bool,
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: PersonId,
    typed: Draft,
) -> Result<Sheet, Fault> {
    let language = visitor.language;
    let person = erasure::person_for(db, actor, id)?;
    let causes = erasure::causes(db, id, visitor.site.now())?;
    let back = format!("/people/{id}");
    let taught = causes.taught.into_iter().map(|t| {
        let zone = t.timezone.parse().unwrap_or(visitor.site.timezone);
        let when = i18n::day_and_clock(language, t.starts_at, zone);
        (t.title, format!("/sessions/{}", t.session), when)
    });
    let places = causes.places.into_iter().map(|p| {
        let key = match p.place.word() {
            "seat" => "people-place-seat",
            "waiting" => "people-place-waiting",
            "offered" => "people-place-offered",
            "requested" => "people-place-requested",
            _ => "people-place-held",
        };
        (p.title, format!("/batches/{}", p.batch), key)
    });
    let posts = causes.posts.iter().map(|(kind, unit)| {
        format!("{}, {}", pick(language, &kind.0, &kind.1), pick(language, &unit.0, &unit.1))
    });
    Ok(Sheet {
        crumbs: vec![
            (visitor.say("people-title"), "/people".to_owned()),
            (person.name.clone(), back.clone()),
            (visitor.say("erasure-title"), String::new()),
        ],
        url: erasure::page_of(id),
        back,
        unit: pick(language, &person.unit_hi, &person.unit_en).to_owned(),
        name: person.name,
        name_other: person.name_other,
        is_self: actor.person == id,
        places: places.collect(),
        taught: taught.collect(),
        posts: posts.collect(),
        roles: causes.roles,
        unsent: causes.unsent,
        code_minutes: proof::MINUTES,
        reason: typed.reason,
        is_sure: typed.sure == "yes",
    })
}

pub async fn show(visitor: Visitor, id: Path<PersonId>) -> Answer {
    let v = visitor.clone();
    let page = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, *id, Draft::default());
    visitor.page("erasure/form.html", page).await
}

async fn again(visitor: &Visitor, fault: Fault, id: PersonId, typed: Draft) -> Answer {
    let v = visitor.clone();
    let page = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, id, typed);
    visitor.again(fault, "erasure/form.html", page).await
}

pub async fn ask_code(visitor: Visitor, id: Path<PersonId>, _form: Form<Nothing>) -> Answer {
    let (id, secret) = (*id, visitor.site.secret.clone());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        erasure::ask_code(db, &secret, actor, id, stamp)
    };
    match visitor.act(act).await {
        Ok(_) => Ok(done(&erasure::page_of(id), "proof-sent")),
        Err(fault) => again(&visitor, fault, id, Draft::default()).await,
    }
}

pub async fn erase(visitor: Visitor, id: Path<PersonId>, form: Form<Draft>) -> Answer {
    let (id, site, kept) = (*id, visitor.site.clone(), form.0.clone());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        erasure::confirm(db, &site, actor, id, &form.0, stamp)
    };
    match visitor.act(act).await.and_then(Entered::told) {
        Ok(()) => {
            visitor.site.forget().await;
            Ok(done("/people", "erasure-done"))
        }
        Err(fault) => again(&visitor, fault, id, kept).await,
    }
}
