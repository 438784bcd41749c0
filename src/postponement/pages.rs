//! The pages on which a session is moved or called off.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::SessionId;
use crate::kit::site::Site;
use crate::postponement::{self, Effect};
use crate::schedule;
use crate::schedule::clashes::{Clash, Kind};
use crate::schedule::moves::{self, Outlook};
use crate::schedule::pages::{clash_said, move_sheet, place, trainers, what};
use crate::schedule::rules::{SessionChange, SessionDraft, SessionState};

/// The old address of the form.
pub async fn moved(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let seen = *id;
    visitor.see(move |db, actor| schedule::session_for(db, actor, seen)).await?;
    let to = format!("/sessions/{id}/postponement");
    Ok(HttpResponse::MovedPermanently().insert_header((header::LOCATION, to)).finish())
}

pub async fn moving(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let site = visitor.site.clone();
    let language = visitor.language;
    visitor
        .page("schedule/session_form.html", move |db, actor| {
            move_sheet(db, actor, &site, language, *id, None)
        })
        .await
}

/// The form of a move: every field of a session, with the reason of the change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoveForm {
    modules: Vec<String>,
    trainers: Vec<String>,
    venue: String,
    link: String,
    starts_at: String,
    ends_at: String,
    clash_reason: String,
    reason: String,
    revision: Option<i32>,
    /// `look` shows what it would cause, `edit` shows the form again; anything else does it.
    step: String,
}

impl MoveForm {
    fn change(&self) -> SessionChange {
        SessionChange {
            modules: Some(self.modules.clone()),
            trainers: Some(self.trainers.clone()),
            venue: Some(self.venue.clone()),
            link: Some(self.link.clone()),
            starts_at: Some(self.starts_at.clone()),
            ends_at: Some(self.ends_at.clone()),
            clash_reason: self.clash_reason.clone(),
            reason: self.reason.clone(),
            revision: self.revision,
        }
    }

    fn typed(&self) -> (SessionDraft, String) {
        let draft = SessionDraft {
            modules: self.modules.clone(),
            trainers: self.trainers.clone(),
            venue: self.venue.clone(),
            link: self.link.clone(),
            starts_at: self.starts_at.clone(),
            ends_at: self.ends_at.clone(),
            clash_reason: self.clash_reason.clone(),
        };
        (draft, self.reason.clone())
    }
}

#[derive(Serialize)]
struct Look {
    url: String,
    what: String,
    batch: String,
    when: String,
    when_before: Option<String>,
    place: Option<String>,
    place_before: Option<String>,
    /// New trainers, and those before; nothing when they stay.
    trainers: Option<(String, String)>,
    modules: Option<(String, String)>,
    meeting: bool,
    clashes: Vec<String>,
    /// Holidays: said, never in the way.
    holidays: Vec<String>,
    refused: bool,
    effect: Effect,
    form: MoveForm,
}

pub async fn move_session(visitor: Visitor, id: Path<SessionId>, form: Form<MoveForm>) -> Answer {
    let (id, form) = (*id, form.0);
    match form.step.as_str() {
        "edit" => form_again(&visitor, id, Some(form), None).await,
        "look" => {
            let ask = look(&visitor, id, form.clone());
            match visitor.see(ask).await {
                Ok(seen) => visitor.page("postponement/session.html", move |_, _| Ok(seen)).await,
                Err(fault) => form_again(&visitor, id, Some(form), Some(fault)).await,
            }
        }
        _ => tell(&visitor, id, form).await,
    }
}

async fn tell(visitor: &Visitor, id: SessionId, form: MoveForm) -> Answer {
    let change = form.change();
    let was_looked_at = form.step == "tell";
    let made = visitor
        .act(move |db, actor, stamp| schedule::move_session(db, actor, id, &change, stamp))
        .await;
    match made {
        Ok(()) => Ok(done(&format!("/sessions/{id}"), "saved")),
        Err(Fault::Conflict(o)) if was_looked_at && o.code != "changed-meanwhile" => {
            let ask = look(visitor, id, form);
            visitor.again(Fault::Conflict(o), "postponement/session.html", ask).await
        }
        Err(Fault::Conflict(o)) if o.code == "changed-meanwhile" => {
            form_again(visitor, id, None, Some(Fault::Conflict(o))).await
        }
        Err(fault) => form_again(visitor, id, Some(form), Some(fault)).await,
    }
}

async fn form_again(
    visitor: &Visitor,
    id: SessionId,
    form: Option<MoveForm>,
    fault: Option<Fault>,
) -> Answer {
    let (site, language) = (visitor.site.clone(), visitor.language);
    let typed = form.map(|f| f.typed());
    let ask = move |db: &mut Db, actor: &Actor| move_sheet(db, actor, &site, language, id, typed);
    match fault {
        Some(fault) => visitor.again(fault, "schedule/session_form.html", ask).await,
        None => visitor.page("schedule/session_form.html", ask).await,
    }
}

fn look(
    visitor: &Visitor,
    id: SessionId,
    form: MoveForm,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Look, Fault> + Send + use<> {
    let (site, language) = (visitor.site.clone(), visitor.language);
    move |db, actor| {
        let now = site.now();
        let seen = moves::look(db, actor, id, &form.change(), now)?;
        if !(seen.meeting || seen.trainers || seen.modules) {
            return Err(Fault::conflict("nothing-moves"));
        }
        let batch = seen.before.batch;
        let looks = std::slice::from_ref(&seen);
        let effect = postponement::of_moves(db, batch, looks, actor.person, now)?;
        Ok(look_of(&seen, effect, form, &site, language))
    }
}

fn look_of(
    seen: &Outlook,
    effect: Effect,
    form: MoveForm,
    site: &Site,
    language: Language,
) -> Look {
    let Outlook { before, after, .. } = seen;
    let when = |s: &schedule::Session| i18n::span(language, s.starts_at, s.ends_at, s.zone());
    let modules = |s: &schedule::Session| {
        let titles = s.modules.iter().map(|m| match language {
            Language::Hi => m.title_hi.as_str(),
            Language::En => m.title_en.as_str(),
        });
        titles.collect::<Vec<_>>().join(" · ")
    };
    let said = |c| clash_said(site.texts(), language, before.zone(), c);
    Look {
        url: format!("/sessions/{}", before.id),
        what: what(before, language),
        batch: before.batch_title.clone(),
        when: when(after),
        when_before: Some(when(before)).filter(|w| *w != when(after)),
        place: place(after, language),
        place_before: place(before, language)
            .filter(|p| Some(p) != place(after, language).as_ref()),
        trainers: seen.trainers.then(|| (trainers(after), trainers(before))),
        modules: seen.modules.then(|| (modules(after), modules(before))),
        meeting: seen.meeting,
        clashes: seen.clashes.iter().filter(|c| !is_holiday(c)).map(said).collect(),
        holidays: seen.clashes.iter().filter(|c| is_holiday(c)).map(said).collect(),
        refused: seen.is_refused(),
        effect,
        form,
    }
}

/// Whether it only warns.
pub fn is_holiday(clash: &Clash) -> bool {
    clash.kind == Kind::Holiday
}

#[derive(Serialize)]
struct CancelSheet {
    url: String,
    what: String,
    when: String,
    place: Option<String>,
    is_published: bool,
    effect: Effect,
    draft: CancelForm,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CancelForm {
    pub reason: String,
}

pub async fn cancelling(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let ask = cancel_sheet(&visitor, *id, CancelForm::default());
    visitor.page("postponement/cancellation.html", ask).await
}

pub async fn cancel(visitor: Visitor, id: Path<SessionId>, form: Form<CancelForm>) -> Answer {
    let (id, kept) = (*id, form.0.clone());
    let reason = form.0.reason;
    match visitor.act(move |db, actor, stamp| schedule::cancel(db, actor, id, &reason, stamp)).await
    {
        Ok(()) => Ok(done(&format!("/sessions/{id}"), "session-cancelled")),
        Err(fault) => {
            let ask = cancel_sheet(&visitor, id, kept);
            visitor.again(fault, "postponement/cancellation.html", ask).await
        }
    }
}

fn cancel_sheet(
    visitor: &Visitor,
    id: SessionId,
    draft: CancelForm,
) -> impl FnOnce(&mut Db, &Actor) -> Result<CancelSheet, Fault> + Send + use<> {
    let (language, now) = (visitor.language, visitor.site.now());
    move |db, actor| {
        let session = schedule::session_for(db, actor, id)?;
        if !actor.may(Right::Plan, &session.unit_path) {
            return Err(Fault::Forbidden);
        }
        let one = std::slice::from_ref(&session);
        let effect = postponement::of_cancellation(db, session.batch, one, false, now)?;
        Ok(CancelSheet {
            url: format!("/sessions/{id}"),
            what: what(&session, language),
            when: i18n::span(language, session.starts_at, session.ends_at, session.zone()),
            place: place(&session, language),
            is_published: session.state == SessionState::Published,
            effect,
            draft,
        })
    }
}
