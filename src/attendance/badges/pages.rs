//! One's badge, the printed cards of a batch, the trainer's scanner.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use serde::Serialize;
use serde_json::json;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::attendance::badges::rules::{self, Badge, Press};
use crate::attendance::badges::store::Holder;
use crate::attendance::badges::{self, ReasonDraft, Scan};
use crate::attendance::{self, store};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{BatchId, PersonId, SessionId};
use crate::kit::qr::{self, Qr};

/// A badge as it is drawn.
#[derive(Serialize)]
struct Card {
    id: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
    typed: String,
    number: i32,
    qr: Qr,
}

fn card(
    press: &Press<'_>,
    holder: Holder,
    badge: Badge,
    language: Language,
) -> Result<Card, Fault> {
    Ok(Card {
        id: holder.person,
        name: holder.name,
        relation: holder.relation_name,
        unit: match language {
            Language::Hi => holder.unit_hi,
            Language::En => holder.unit_en,
        },
        typed: rules::in_two(&press.typed(badge)),
        number: badge.number,
        qr: qr::draw(&press.text(badge))?,
    })
}

#[derive(Serialize)]
struct BadgePage {
    /// Not the empty page that a phone fills by itself.
    shell: bool,
    card: Card,
    /// Whose is not one's own: the way back.
    person_url: Option<String>,
    revoke_url: Option<String>,
    draft: ReasonDraft,
}

fn own_page(
    db: &mut Db,
    actor: &Actor,
    secret: &str,
    language: Language,
    draft: ReasonDraft,
) -> Result<BadgePage, Fault> {
    let press = Press::of(secret)?;
    let (holder, badge) = badges::badge_of(db, actor.person)?;
    let card = card(&press, holder, badge, language)?;
    let revoke_url = Some("/me/badge".to_owned());
    Ok(BadgePage { shell: false, card, person_url: None, revoke_url, draft })
}

pub async fn mine(visitor: Visitor) -> Answer {
    let (secret, language) = (visitor.site.secret.clone(), visitor.language);
    visitor
        .page("attendance/badge.html", move |db, actor| {
            own_page(db, actor, &secret, language, ReasonDraft::default())
        })
        .await
}

/// The picture alone, to be kept on the phone.
pub async fn picture(visitor: Visitor) -> Answer {
    let secret = visitor.site.secret.clone();
    let qr = visitor
        .see(move |db, actor| {
            let (_, badge) = badges::badge_of(db, actor.person)?;
            qr::draw(&Press::of(&secret)?.text(badge))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"badge.svg\""))
        .body(qr.svg()))
}

/// A lost badge of one's own.
pub async fn renew(visitor: Visitor, form: Form<ReasonDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    let act = visitor
        .act(move |db, actor, stamp| badges::revoke(db, actor, actor.person, &draft, stamp))
        .await;
    match act {
        Ok(()) => Ok(done("/me/badge", "badge-renewed")),
        Err(fault) => {
            let (secret, language) = (visitor.site.secret.clone(), visitor.language);
            let again =
                move |db: &mut Db, actor: &Actor| own_page(db, actor, &secret, language, kept);
            visitor.again(fault, "attendance/badge.html", again).await
        }
    }
}

fn their_page(
    db: &mut Db,
    actor: &Actor,
    person: PersonId,
    secret: &str,
    language: Language,
    draft: ReasonDraft,
) -> Result<BadgePage, Fault> {
    let press = Press::of(secret)?;
    let (holder, badge) = badges::badge_for(db, actor, person)?;
    let may = actor.may(Right::Manage, &holder.path);
    let card = card(&press, holder, badge, language)?;
    let revoke_url = may.then(|| format!("/people/{person}/badge"));
    let person_url = Some(format!("/people/{person}"));
    Ok(BadgePage { shell: false, card, person_url, revoke_url, draft })
}

pub async fn theirs(visitor: Visitor, person: Path<PersonId>) -> Answer {
    let (secret, language) = (visitor.site.secret.clone(), visitor.language);
    visitor
        .page("attendance/badge.html", move |db, actor| {
            their_page(db, actor, *person, &secret, language, ReasonDraft::default())
        })
        .await
}

pub async fn revoke(visitor: Visitor, person: Path<PersonId>, form: Form<ReasonDraft>) -> Answer {
    let (draft, kept, person) = (form.0.clone(), form.0, *person);
    match visitor
        .act(move |db, actor, stamp| badges::revoke(db, actor, person, &draft, stamp))
        .await
    {
        Ok(()) => Ok(done(&format!("/people/{person}/badge"), "badge-renewed")),
        Err(fault) => {
            let (secret, language) = (visitor.site.secret.clone(), visitor.language);
            let again = move |db: &mut Db, actor: &Actor| {
                their_page(db, actor, person, &secret, language, kept)
            };
            visitor.again(fault, "attendance/badge.html", again).await
        }
    }
}

/// Eight cards on a sheet of A4.
pub async fn cards(visitor: Visitor, batch: Path<BatchId>) -> Answer {
    let (secret, language, batch) = (visitor.site.secret.clone(), visitor.language, *batch);
    visitor
        .page("attendance/badges.html", move |db, actor| {
            let press = Press::of(&secret)?;
            let (title, all) = badges::cards(db, actor, batch)?;
            let cards: Result<Vec<Card>, Fault> =
                all.into_iter().map(|(h, b)| card(&press, h, b, language)).collect();
            Ok(json!({ "title": title, "batch_url": format!("/batches/{batch}"), "cards": cards? }))
        })
        .await
}

// --- The scanner -----------------------------------------------------------------------------------

#[derive(Serialize)]
struct ScannerPage {
    /// Not the empty page that a phone fills by itself.
    shell: bool,
    path: String,
    title: String,
    when: String,
    closed: Option<String>,
    opens: String,
    draft: Scan,
}

fn scanner_page(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    visitor: &Visitor,
    draft: Scan,
) -> Result<ScannerPage, Fault> {
    let session = attendance::session_for(db, actor, id)?;
    let head = store::head(db, id)?;
    let zone = head.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    let closed = attendance::closed_to(actor, &session, visitor.site.now())?;
    let language = visitor.language;
    let opens = attendance::rules::opens_at(session.starts_at);
    Ok(ScannerPage {
        shell: false,
        path: format!("/sessions/{id}"),
        title: head.title,
        when: i18n::span(language, session.starts_at, session.ends_at, zone),
        closed: closed.map(|code| visitor.say(&format!("conflict-{code}"))),
        opens: i18n::day_and_clock(language, opens, zone),
        draft,
    })
}

pub async fn scanner(visitor: Visitor, session: Path<SessionId>) -> Answer {
    let (id, said) = (*session, visitor.clone());
    visitor
        .page("attendance/scanner.html", move |db, actor| {
            scanner_page(db, actor, id, &said, Scan::default())
        })
        .await
}

/// Without the script: the number below the code, typed.
pub async fn scan(visitor: Visitor, session: Path<SessionId>, form: Form<Scan>) -> Answer {
    let (secret, id) = (visitor.site.secret.clone(), *session);
    let (scan, kept) = (form.0.clone(), form.0);
    match visitor
        .act(move |db, actor, stamp| badges::scan(db, actor, &secret, id, &scan, stamp))
        .await
    {
        Ok(_) => Ok(done(&format!("/sessions/{id}/scanner"), "badge-marked")),
        Err(fault) => {
            let said = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| scanner_page(db, actor, id, &said, kept);
            visitor.again(fault, "attendance/scanner.html", again).await
        }
    }
}
