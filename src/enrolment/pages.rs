//! The list of a batch: seats, queue, those who left; and the steps between them.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::enrolment::offers::store::open_on;
use crate::enrolment::rules::Place;
use crate::enrolment::store::{self, Batch, Candidate, Kept, Line, Reason};
use crate::enrolment::{self, Draft, ReasonDraft};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};
use crate::kit::view::page_of;
use crate::kit::{clean, i18n};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    pub q: String,
}

#[derive(Serialize)]
struct ListPage {
    id: BatchId,
    title: String,
    course: String,
    unit: String,
    path: String,
    seats: i64,
    taken: i64,
    offered_count: i64,
    free: i64,
    full: bool,
    seated: Vec<Row>,
    waiting: Vec<Row>,
    withdrawn: Vec<Row>,
    offered: Vec<Row>,
    requested: Vec<Row>,
    held: Vec<Row>,
    kept: Vec<KeptRow>,
    may_manage: bool,
    /// Whether a new name could come on it at all.
    open: bool,
    q: String,
    searched: bool,
    found: Vec<Found>,
    /// Who has another session at that time, and was not enrolled for it.
    busy: Option<BusyRow>,
}

/// Somebody who has another session at that time.
#[derive(Serialize)]
pub struct BusyRow {
    pub person: PersonId,
    pub name: String,
    /// As it was typed: sent again with the reason.
    pub consent: String,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    id: EnrolmentId,
    name: String,
    relation: Option<String>,
    unit: String,
    person_url: Option<String>,
    queued: String,
    reason: Option<String>,
    reason_on: Option<String>,
    /// How the person agreed to the privacy notice, and on which day.
    consent: Option<(String, String)>,
    /// The end of an offer; the number of one who has no mailbox.
    until: Option<String>,
    phone: Option<String>,
    phone_said: Option<String>,
}

/// Seats that are kept for a unit.
#[derive(Serialize)]
struct KeptRow {
    unit: String,
    seats: i32,
    until: String,
    over: bool,
}

#[derive(Serialize)]
pub struct Found {
    person: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
}

/// How moments are said on these pages.
#[derive(Clone, Copy)]
pub struct Said {
    pub language: Language,
    pub zone: chrono_tz::Tz,
    pub now: Moment,
}

impl Said {
    pub fn of(visitor: &Visitor) -> Self {
        let (site, language) = (&visitor.site, visitor.language);
        Self { language, zone: site.timezone, now: site.now() }
    }

    pub fn pick(self, hi: String, en: String) -> String {
        match self.language {
            Language::Hi => hi,
            Language::En => en,
        }
    }

    pub fn moment(self, at: Moment) -> String {
        i18n::day_and_clock(self.language, at, self.zone)
    }
}

pub async fn list(visitor: Visitor, batch: Path<BatchId>, search: Query<Search>) -> Answer {
    let said = Said::of(&visitor);
    visitor
        .page("enrolment/list.html", move |db, actor| list_page(db, actor, *batch, &search.q, said))
        .await
}

fn list_page(
    db: &mut Db,
    actor: &Actor,
    batch: BatchId,
    q: &str,
    said: Said,
) -> Result<ListPage, Fault> {
    let batch = enrolment::batch_for(db, actor, batch)?;
    let run = store::run_of(db, &batch, said.now)?;
    let reasons = store::reasons(db, batch.id)?;
    let lines = store::lines(db, batch.id)?;
    let consents = store::consents_on(db, batch.id)?;
    let agreed = |line: &Line| {
        let (channel, at) = consents.get(&line.person)?;
        Some((
            channel.to_string(),
            i18n::date_short_with_year(said.language, at.date_in(said.zone)),
        ))
    };
    let of = |place: Place| {
        let mut lines: Vec<&Line> = lines.iter().filter(|l| l.place == place).collect();
        if place != Place::Waiting {
            lines.sort_by(|a, b| (&a.folded, a.person).cmp(&(&b.folded, b.person)));
        }
        let numbered = lines.into_iter().enumerate();
        numbered
            .map(|(n, line)| Row {
                consent: agreed(line),
                ..row(n + 1, line, reasons.get(&line.enrolment), said)
            })
            .collect()
    };
    let mut offered: Vec<Row> = of(Place::Offered);
    if run.offered > 0 {
        add_offers(db, batch.id, &lines, &mut offered, said)?;
    }
    let kept = store::kept(db, &[batch.id])?;
    let today = said.now.date_in(store::zones(db, [batch.path.as_str()])?.of(&batch.path));
    let may_manage = actor.may(Right::Manage, &batch.path);
    let open = enrolment::rules::closed(&run, said.now).is_none();
    let found = match may_manage && open {
        true => enrolment::candidates(db, actor, batch.id, q)?,
        false => vec![],
    };
    Ok(ListPage {
        seats: run.seats,
        taken: run.seated,
        offered_count: run.offered,
        free: run.free(),
        full: run.free() == 0,
        seated: of(Place::Seat),
        waiting: of(Place::Waiting),
        withdrawn: of(Place::Withdrawn),
        requested: of(Place::Requested),
        held: of(Place::Held),
        offered,
        kept: kept.into_iter().map(|k| kept_row(k, today, said)).collect(),
        path: list_path(batch.id),
        id: batch.id,
        title: batch.title,
        course: said.pick(batch.course_hi, batch.course_en),
        unit: said.pick(batch.unit_hi, batch.unit_en),
        searched: enrolment::sought(q).is_some(),
        q: q.to_owned(),
        found: found.into_iter().map(|c| candidate(c, said)).collect(),
        busy: None,
        may_manage,
        open,
    })
}

/// Until when each stands, and whom to phone.
fn add_offers(
    db: &mut Db,
    batch: BatchId,
    lines: &[Line],
    rows: &mut [Row],
    said: Said,
) -> Result<(), Fault> {
    let offers = open_on(db, batch)?;
    let people: Vec<PersonId> =
        lines.iter().filter(|l| l.place == Place::Offered).map(|l| l.person).collect();
    let reachable = store::reachable(db, &people)?;
    let mute: Vec<PersonId> = people.into_iter().filter(|p| !reachable.contains(p)).collect();
    let phones = store::phones_of(db, &mute)?;
    for row in rows {
        let Some(offer) = offers.iter().find(|o| o.enrolment == row.id) else { continue };
        row.until = Some(said.moment(offer.ends_at));
        row.phone = phones.get(&offer.person).cloned();
        row.phone_said = row.phone.as_deref().map(clean::phone_shown);
    }
    Ok(())
}

fn kept_row(k: Kept, today: chrono::NaiveDate, said: Said) -> KeptRow {
    KeptRow {
        unit: said.pick(k.name_hi, k.name_en),
        seats: k.seats,
        until: i18n::day(said.language, k.until),
        over: k.until < today,
    }
}

fn list_path(batch: BatchId) -> String {
    format!("/batches/{batch}/enrolments")
}

fn row(number: usize, line: &Line, reason: Option<&Reason>, said: Said) -> Row {
    // A reason is told beside the step it was given for, not after the next one.
    let reason = reason.filter(|r| r.to_place == line.place);
    Row {
        number,
        id: line.enrolment,
        name: line.name.clone(),
        relation: line.relation_name.clone(),
        unit: said.pick(line.unit_hi.clone(), line.unit_en.clone()),
        person_url: page_of(line.person, &line.name),
        queued: i18n::day_and_clock(said.language, line.queued_at, said.zone),
        reason: reason.and_then(|r| r.reason.clone()),
        reason_on: reason.map(|r| i18n::day_and_clock(said.language, r.made_at, said.zone)),
        consent: None,
        until: None,
        phone: None,
        phone_said: None,
    }
}

pub fn candidate(c: Candidate, said: Said) -> Found {
    Found {
        person: c.person,
        name: c.name,
        relation: c.relation_name,
        unit: said.pick(c.unit_hi, c.unit_en),
    }
}

pub async fn enrol(visitor: Visitor, batch: Path<BatchId>, form: Form<Draft>) -> Answer {
    let (said, batch, draft) = (Said::of(&visitor), *batch, form.0);
    let asked: Option<PersonId> = draft.person.trim().parse().ok();
    let consent = draft.consent.clone();
    match visitor
        .act(move |db, actor, stamp| enrolment::take(db, actor, batch, &draft, stamp))
        .await
    {
        Ok(made) if made.place == Place::Seat => Ok(done(&list_path(batch), "enrolled")),
        Ok(_) => Ok(done(&list_path(batch), "waiting")),
        Err(fault) => {
            let busy = asked.filter(|_| fault.word() == "person-busy");
            let again = move |db: &mut Db, actor: &Actor| {
                let mut page = list_page(db, actor, batch, "", said)?;
                page.busy = match busy {
                    Some(person) => {
                        Some(BusyRow { person, name: store::name(db, person)?, consent })
                    }
                    None => None,
                };
                Ok(page)
            };
            visitor.again(fault, "enrolment/list.html", again).await
        }
    }
}

#[derive(Serialize)]
struct StepPage {
    name: String,
    title: String,
    list_url: String,
    path: String,
    /// Who would move up now.
    behind: i64,
    position: Option<i64>,
    draft: ReasonDraft,
}

fn step_page(
    db: &mut Db,
    actor: &Actor,
    id: EnrolmentId,
    step: &str,
    draft: ReasonDraft,
) -> Result<StepPage, Fault> {
    let found = store::enrolment(db, id)?;
    let batch = store::batch(db, found.batch)?;
    let is_own = found.person == actor.person && step == "withdrawal";
    if !is_own {
        actor.must(Right::Manage, &batch.path)?;
    }
    let behind = store::waiting_on(db, batch.id)?;
    let waits = found.place == Place::Waiting;
    Ok(StepPage {
        name: store::name(db, found.person)?,
        list_url: back_to(actor, &batch),
        title: batch.title,
        path: format!("/enrolments/{id}/{step}"),
        behind,
        position: if waits { Some(store::position(db, &found)?) } else { None },
        draft,
    })
}

/// Who leaves by himself goes back to his own page.
fn back_to(actor: &Actor, batch: &Batch) -> String {
    match actor.may(Right::SeePlans, &batch.path) {
        true => list_path(batch.id),
        false => "/me/courses".to_owned(),
    }
}

pub async fn withdrawal(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let ask = move |db: &mut Db, actor: &Actor| {
        step_page(db, actor, *id, "withdrawal", ReasonDraft::default())
    };
    visitor.page("enrolment/withdrawal.html", ask).await
}

pub async fn withdraw(visitor: Visitor, id: Path<EnrolmentId>, form: Form<ReasonDraft>) -> Answer {
    let (id, draft, kept) = (*id, form.0.clone(), form.0);
    let act = visitor.act(move |db, actor, stamp| {
        let left = enrolment::leave(db, actor, id, &draft, stamp)?;
        let back = back_to(actor, &store::batch(db, left.batch)?);
        Ok((left, back))
    });
    match act.await {
        Ok((_, back)) => Ok(done(&back, "withdrawn")),
        Err(fault) => {
            let ask =
                move |db: &mut Db, actor: &Actor| step_page(db, actor, id, "withdrawal", kept);
            visitor.again(fault, "enrolment/withdrawal.html", ask).await
        }
    }
}

pub async fn promotion(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let ask = move |db: &mut Db, actor: &Actor| {
        step_page(db, actor, *id, "promotion", ReasonDraft::default())
    };
    visitor.page("enrolment/promotion.html", ask).await
}

pub async fn promote(visitor: Visitor, id: Path<EnrolmentId>, form: Form<ReasonDraft>) -> Answer {
    let (id, draft, kept) = (*id, form.0.clone(), form.0);
    let act = visitor
        .act(move |db, actor, stamp| enrolment::promote(db, actor, id, &draft.reason, stamp));
    match act.await {
        Ok(moved) => Ok(done(&list_path(moved.batch), "promoted")),
        Err(fault) => {
            let ask = move |db: &mut Db, actor: &Actor| step_page(db, actor, id, "promotion", kept);
            visitor.again(fault, "enrolment/promotion.html", ask).await
        }
    }
}
