//! The page of an offer, reached by its letter: GET shows, POST answers.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::{Nothing, throttled};
use crate::enrolment::desk;
use crate::enrolment::offers;
use crate::enrolment::offers::rules::Said;
use crate::enrolment::offers::store::Offer;
use crate::enrolment::store::{self, Enrolment};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::i18n;
use crate::kit::ids::{EnrolmentId, PersonId};
use crate::kit::site::Stamp;

#[derive(Serialize)]
struct Page {
    /// `open`, `taken`, `declined` or `over`.
    stands: &'static str,
    name: String,
    course: String,
    batch: String,
    until: String,
    begins: Option<String>,
    /// When the person has something else while the batch meets.
    clash: Option<String>,
    path: String,
}

/// Uses nothing up: link scanners come by here.
pub async fn show(visitor: Visitor, token: Path<String>) -> Answer {
    throttled(&visitor)?;
    let (visitor, cookie) = visitor.with_browser();
    let asked = asked(&visitor, token.into_inner());
    let page = visitor.site.read(asked).await?;
    let mut page = drawn(&visitor, page)?;
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

pub async fn take(visitor: Visitor, token: Path<String>, _form: Form<Nothing>) -> Answer {
    answer(visitor, token.into_inner(), offers::take).await
}

pub async fn decline(visitor: Visitor, token: Path<String>, _form: Form<Nothing>) -> Answer {
    answer(visitor, token.into_inner(), offers::decline).await
}

type Act = fn(&mut Db, &Offer, PersonId, &Stamp) -> Result<Enrolment, Fault>;

/// By the link alone: whoever holds the letter answers as its person.
async fn answer(visitor: Visitor, token: String, act: Act) -> Answer {
    throttled(&visitor)?;
    let (stamp, secret, text) = (visitor.site.stamp(), visitor.site.secret.clone(), token.clone());
    let said = visitor
        .site
        .write(move |db| {
            let offer = offers::by_link(db, &secret, &text)?;
            act(db, &offer, offer.person, &stamp)
        })
        .await;
    match said {
        // A second tap, or one that came too late, is shown how it stands.
        Ok(_) | Err(Fault::Conflict(_)) => {
            let page = visitor.site.read(asked(&visitor, token)).await?;
            drawn(&visitor, page)
        }
        Err(other) => Err(other),
    }
}

fn asked(
    visitor: &Visitor,
    token: String,
) -> impl FnOnce(&mut Db) -> Result<Page, Fault> + Send + 'static {
    let (secret, language, now) =
        (visitor.site.secret.clone(), visitor.language, visitor.site.now());
    move |db| page(db, &secret, &token, language, now)
}

fn page(
    db: &mut Db,
    secret: &str,
    token: &str,
    language: Language,
    now: Moment,
) -> Result<Page, Fault> {
    let offer = offers::by_link(db, secret, token)?;
    let batch = store::batch(db, offer.batch)?;
    let run = store::run_of(db, &batch, now)?;
    let home = store::person_path(db, offer.person)?.unwrap_or_default();
    let zone = store::zones(db, [home.as_str()])?.of(&home);
    let said = |at| i18n::day_and_clock(language, at, zone);
    // When, but not what: the link may be forwarded.
    let diary = desk::diary(db, batch.id, &[offer.person])?;
    let clash = diary
        .clash(offer.person)
        .map(|busy| i18n::span(language, busy.starts_at, busy.ends_at, zone));
    let is_open = offer.ends_at > now && !run.cancelled && !run.has_started(now);
    Ok(Page {
        stands: match offer.answer {
            Said::Open if is_open => "open",
            Said::Taken => "taken",
            Said::Declined => "declined",
            _ => "over",
        },
        name: store::name(db, offer.person)?,
        course: match language {
            Language::Hi => batch.course_hi,
            Language::En => batch.course_en,
        },
        batch: batch.title,
        until: said(offer.ends_at),
        begins: run.first_start.map(said),
        clash,
        path: format!("/offers/{token}"),
    })
}

fn drawn(visitor: &Visitor, page: Page) -> Result<HttpResponse, Fault> {
    let status = if page.stands == "over" { 410 } else { 200 };
    visitor.public(status, "enrolment/offer.html", &Fields::default(), &page)
}

/// The same answer by somebody who is signed in: the person, or the office for the person.
pub async fn take_here(visitor: Visitor, id: Path<EnrolmentId>, form: Form<Back>) -> Answer {
    here(visitor, *id, form.0, offers::take, "offer-taken").await
}

pub async fn decline_here(visitor: Visitor, id: Path<EnrolmentId>, form: Form<Back>) -> Answer {
    here(visitor, *id, form.0, offers::decline, "offer-declined").await
}

/// Where the button stood.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Back {
    list: String,
}

async fn here(
    visitor: Visitor,
    id: EnrolmentId,
    back: Back,
    act: Act,
    notice: &'static str,
) -> Answer {
    let said = visitor
        .act(move |db, actor, stamp| {
            let offer = offers::for_actor(db, actor, id)?;
            act(db, &offer, actor.person, stamp)
        })
        .await?;
    match back.list.as_str() {
        "" => Ok(done("/me/courses", notice)),
        _ => Ok(done(&format!("/batches/{}/enrolments", said.batch), notice)),
    }
}
