//! The pages on which a whole batch is moved or called off.

use std::collections::HashMap;

use actix_web::web::Path;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Pairs, Visitor, done};
use crate::access::rules::Right;
use crate::courses::rules::said;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{BatchId, SessionId};
use crate::kit::site::Site;
use crate::postponement::pages::{CancelForm, is_holiday};
use crate::postponement::{self, Effect};
use crate::schedule::moves::rules::Whither;
use crate::schedule::moves::{self, Outlook, Reasons, Step, Train};
use crate::schedule::pages::{Line, clash_said, line, place, what};
use crate::schedule::rules::SessionState;
use crate::schedule::{Session, venues};

/// A batch on its way, as typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    to: Whither,
    why: Reasons,
    /// Each session by itself, once they have been shown.
    steps: Vec<Step>,
    /// `tell` does it; anything else shows what it would cause.
    step: String,
}

impl Typed {
    /// From the pairs of the form: `starts_at-42`, `venue-42`, `revision-42` for session 42.
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Fault> {
        let mut typed = Self::default();
        let mut steps: HashMap<SessionId, Step> = HashMap::new();
        let mut order = vec![];
        for (name, value) in pairs {
            match name.as_str() {
                "first_day" => typed.to.first_day = value,
                "days" => typed.to.days = value,
                "reason" => typed.why.reason = value,
                "clash_reason" => typed.why.clash_reason = value,
                "step" => typed.step = value,
                _ => {
                    let (field, id) =
                        name.split_once('-').ok_or_else(|| Fault::field(&name, "unknown"))?;
                    let id: SessionId = id.parse().map_err(|_| Fault::field(&name, "unknown"))?;
                    let step = steps.entry(id).or_insert_with(|| {
                        order.push(id);
                        Step {
                            session: id,
                            revision: 0,
                            starts_at: String::new(),
                            venue: String::new(),
                        }
                    });
                    match field {
                        "starts_at" => step.starts_at = value,
                        "venue" => step.venue = value,
                        "revision" => step.revision = value.parse().unwrap_or_default(),
                        _ => return Err(Fault::field(&name, "unknown")),
                    }
                }
            }
        }
        typed.steps = order.into_iter().filter_map(|id| steps.remove(&id)).collect();
        Ok(typed)
    }
}

/// The first form: where to.
#[derive(Serialize)]
struct Sheet {
    url: String,
    title: String,
    first_day: Option<String>,
    sessions: Vec<Line>,
    /// Sessions that have begun stay where they are.
    has_begun: bool,
    draft: Whither,
    reason: String,
}

pub async fn moving(visitor: Visitor, id: Path<BatchId>) -> Answer {
    visitor.page("postponement/batch_form.html", sheet(&visitor, *id, Typed::default())).await
}

fn sheet(
    visitor: &Visitor,
    id: BatchId,
    typed: Typed,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Sheet, Fault> + Send + use<> {
    let (language, now) = (visitor.language, visitor.site.now());
    move |db, actor| {
        let train = moves::train(db, actor, id, now)?;
        Ok(Sheet {
            url: format!("/batches/{id}"),
            title: train.batch.title.clone(),
            first_day: train.first_day().map(|d| i18n::day(language, d)),
            sessions: train.sessions.iter().map(|s| line(s, language)).collect(),
            has_begun: train.has_begun,
            draft: typed.to,
            reason: typed.why.reason,
        })
    }
}

/// What it would cause, session by session.
#[derive(Serialize)]
struct Look {
    url: String,
    title: String,
    rows: Vec<Row>,
    /// How many go elsewhere.
    moved: usize,
    zone: String,
    clashes: usize,
    refused: bool,
    effect: Effect,
    has_begun: bool,
    draft: Whither,
    reason: String,
    clash_reason: String,
}

#[derive(Serialize)]
struct Row {
    id: String,
    what: String,
    when: String,
    when_before: Option<String>,
    place: Option<String>,
    place_before: Option<String>,
    is_draft: bool,
    clashes: Vec<String>,
    holidays: Vec<String>,
    refused: bool,
    at_name: String,
    starts_at: String,
    venue_name: String,
    venue: String,
    venues: Vec<(String, String)>,
    revision: i32,
}

pub async fn move_batch(visitor: Visitor, id: Path<BatchId>, pairs: Pairs) -> Answer {
    let (id, typed) = (*id, Typed::of(pairs.0)?);
    if typed.step == "tell" {
        return tell(&visitor, id, typed).await;
    }
    match visitor.see(look(&visitor, id, typed.clone(), true)).await {
        Ok(seen) => visitor.page("postponement/batch.html", move |_, _| Ok(seen)).await,
        Err(fault) => refused(&visitor, id, typed, fault).await,
    }
}

async fn tell(visitor: &Visitor, id: BatchId, typed: Typed) -> Answer {
    let kept = typed.clone();
    let made = visitor
        .act(move |db, actor, stamp| {
            moves::move_batch(db, actor, id, &typed.steps, &typed.why, stamp)
        })
        .await;
    match made {
        Ok(_) => Ok(done(&format!("/batches/{id}"), "batch-moved")),
        Err(fault) => refused(visitor, id, kept, fault).await,
    }
}

/// The page on which it can be mended: the sessions one by one, or, when they are no longer what was
/// looked at, the first form.
async fn refused(visitor: &Visitor, id: BatchId, typed: Typed, fault: Fault) -> Answer {
    let anew = match &fault {
        Fault::Conflict(o) => !matches!(o.code, "clash" | "venue-taken" | "nothing-moves"),
        _ => false,
    };
    if anew || typed.steps.is_empty() {
        let ask = sheet(visitor, id, typed);
        return visitor.again(fault, "postponement/batch_form.html", ask).await;
    }
    let readable = matches!(fault, Fault::Conflict(_));
    let ask = look(visitor, id, typed, readable);
    visitor.again(fault, "postponement/batch.html", ask).await
}

/// Not weighed while a field of it cannot be read.
fn look(
    visitor: &Visitor,
    id: BatchId,
    typed: Typed,
    is_weighed: bool,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Look, Fault> + Send + use<> {
    let (site, language) = (visitor.site.clone(), visitor.language);
    move |db, actor| {
        let now = site.now();
        let train = moves::train(db, actor, id, now)?;
        let steps = match typed.steps.is_empty() {
            true => train.steps(train.days(&typed.to)?),
            false => typed.steps.clone(),
        };
        let looks = match is_weighed {
            true => moves::look_at_all(db, actor, &train, &steps, now)?,
            false => vec![],
        };
        let effect = postponement::of_moves(db, id, &looks, actor.person, now)?;
        let reach = actor.reach(Right::SeePlans);
        let halls = venues::store::venues_for(db, &reach, &train.batch.unit_path)?;
        let venues = halls
            .iter()
            .map(|v| {
                let (name, unit) = (
                    said(language, &v.name_hi, &v.name_en),
                    said(language, &v.unit_hi, &v.unit_en),
                );
                (v.id.to_string(), format!("{name}, {unit} ({})", v.seats))
            })
            .collect();
        Ok(look_of(&train, &steps, &looks, Rest { effect, venues, typed }, &site, language))
    }
}

struct Rest {
    effect: Effect,
    venues: Vec<(String, String)>,
    typed: Typed,
}

fn look_of(
    train: &Train,
    steps: &[Step],
    looks: &[Outlook],
    rest: Rest,
    site: &Site,
    language: Language,
) -> Look {
    let rows: Vec<Row> = train
        .sessions
        .iter()
        .filter_map(|s| {
            let step = steps.iter().find(|step| step.session == s.id)?;
            let look = looks.iter().find(|o| o.before.id == s.id);
            Some(row(s, step, look, &rest.venues, site, language))
        })
        .collect();
    Look {
        url: format!("/batches/{}", train.batch.id),
        title: train.batch.title.clone(),
        moved: looks.iter().filter(|o| o.meeting).count(),
        zone: train.sessions.first().map(|s| s.zone().name().to_owned()).unwrap_or_default(),
        clashes: rows.iter().map(|r| r.clashes.len()).sum(),
        refused: rows.iter().any(|r| r.refused),
        rows,
        effect: rest.effect,
        has_begun: train.has_begun,
        draft: rest.typed.to,
        reason: rest.typed.why.reason,
        clash_reason: rest.typed.why.clash_reason,
    }
}

fn row(
    session: &Session,
    step: &Step,
    look: Option<&Outlook>,
    venues: &[(String, String)],
    site: &Site,
    language: Language,
) -> Row {
    let when = |s: &Session| i18n::span(language, s.starts_at, s.ends_at, s.zone());
    let after = look.map_or(session, |o| &o.after);
    let chosen = match step.venue.is_empty() {
        true => after.venue.as_ref().map(|v| v.id.to_string()).unwrap_or_default(),
        false => step.venue.clone(),
    };
    let said = |c| clash_said(site.texts(), language, session.zone(), c);
    let found = look.map_or(&[][..], |o| o.clashes.as_slice());
    Row {
        id: session.id.to_string(),
        what: what(session, language),
        when: when(after),
        when_before: Some(when(session)).filter(|w| *w != when(after)),
        place: place(after, language),
        place_before: place(session, language)
            .filter(|p| Some(p) != place(after, language).as_ref()),
        is_draft: session.state == SessionState::Draft,
        clashes: found.iter().filter(|c| !is_holiday(c)).map(said).collect(),
        holidays: found.iter().filter(|c| is_holiday(c)).map(said).collect(),
        refused: look.is_some_and(Outlook::is_refused),
        at_name: format!("starts_at-{}", session.id),
        starts_at: step.starts_at.clone(),
        venue_name: format!("venue-{}", session.id),
        venues: choices(session, venues, language),
        venue: chosen,
        revision: step.revision,
    }
}

/// The venues, with what is no venue to choose (a link, or nothing) or stands elsewhere first.
fn choices(
    session: &Session,
    venues: &[(String, String)],
    language: Language,
) -> Vec<(String, String)> {
    let now = session.venue.as_ref().map(|v| v.id.to_string()).unwrap_or_default();
    let is_listed = venues.iter().any(|(id, _)| *id == now);
    let as_it_is = (now, place(session, language).unwrap_or_else(|| "–".to_owned()));
    let first = if is_listed { None } else { Some(as_it_is) };
    first.into_iter().chain(venues.iter().cloned()).collect()
}

#[derive(Serialize)]
struct CancelSheet {
    url: String,
    title: String,
    sessions: Vec<Line>,
    effect: Effect,
    draft: CancelForm,
}

pub async fn cancelling(visitor: Visitor, id: Path<BatchId>) -> Answer {
    let ask = cancel_sheet(&visitor, *id, CancelForm::default());
    visitor.page("postponement/batch_cancellation.html", ask).await
}

pub async fn cancel(visitor: Visitor, id: Path<BatchId>, form: Form<CancelForm>) -> Answer {
    let (id, kept) = (*id, form.0.clone());
    let reason = form.0.reason;
    let made = visitor
        .act(move |db, actor, stamp| moves::cancel_batch(db, actor, id, &reason, stamp))
        .await;
    match made {
        Ok(_) => Ok(done(&format!("/batches/{id}"), "batch-cancelled")),
        Err(fault) => {
            let ask = cancel_sheet(&visitor, id, kept);
            visitor.again(fault, "postponement/batch_cancellation.html", ask).await
        }
    }
}

fn cancel_sheet(
    visitor: &Visitor,
    id: BatchId,
    draft: CancelForm,
) -> impl FnOnce(&mut Db, &Actor) -> Result<CancelSheet, Fault> + Send + use<> {
    let (language, now) = (visitor.language, visitor.site.now());
    move |db, actor| {
        let batch = moves::ending(db, actor, id)?;
        let doomed = moves::doomed(db, &batch, now)?;
        Ok(CancelSheet {
            url: format!("/batches/{id}"),
            title: batch.title,
            effect: postponement::of_cancellation(db, id, &doomed, true, now)?,
            sessions: doomed.iter().map(|s| line(s, language)).collect(),
            draft,
        })
    }
}
