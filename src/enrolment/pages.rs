//! The list of a batch: seats, queue, those who left; and the steps between them.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::enrolment::rules::Place;
use crate::enrolment::store::{self, Candidate, Line, Reason};
use crate::enrolment::{self, Draft, ReasonDraft};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{BatchId, EnrolmentId, PersonId};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
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
    free: i64,
    full: bool,
    seated: Vec<Row>,
    waiting: Vec<Row>,
    withdrawn: Vec<Row>,
    may_manage: bool,
    /// Whether a new name could come on it at all.
    open: bool,
    q: String,
    searched: bool,
    found: Vec<Found>,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    id: EnrolmentId,
    name: String,
    relation: Option<String>,
    unit: String,
    person_url: String,
    queued: String,
    reason: Option<String>,
    reason_on: Option<String>,
}

#[derive(Serialize)]
struct Found {
    person: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
}

/// How moments are said on these pages.
#[derive(Clone, Copy)]
struct Said {
    language: Language,
    zone: chrono_tz::Tz,
    now: Moment,
}

impl Said {
    fn of(visitor: &Visitor) -> Self {
        let (site, language) = (&visitor.site, visitor.language);
        Self { language, zone: site.timezone, now: site.now() }
    }

    fn pick(self, hi: String, en: String) -> String {
        match self.language {
            Language::Hi => hi,
            Language::En => en,
        }
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
    let run = store::run_of(db, &batch)?;
    let reasons = store::reasons(db, batch.id)?;
    let lines = store::lines(db, batch.id)?;
    let of = |place: Place| {
        let mut lines: Vec<&Line> = lines.iter().filter(|l| l.place == place).collect();
        if place != Place::Waiting {
            lines.sort_by(|a, b| (&a.folded, a.person).cmp(&(&b.folded, b.person)));
        }
        let numbered = lines.into_iter().enumerate();
        numbered.map(|(n, line)| row(n + 1, line, reasons.get(&line.enrolment), said)).collect()
    };
    let may_manage = actor.may(Right::Manage, &batch.path);
    let open = enrolment::rules::closed(&run, said.now).is_none();
    let found = match may_manage && open {
        true => enrolment::candidates(db, actor, batch.id, q)?,
        false => vec![],
    };
    Ok(ListPage {
        seats: run.seats,
        taken: run.taken,
        free: run.free(),
        full: run.free() == 0,
        seated: of(Place::Seat),
        waiting: of(Place::Waiting),
        withdrawn: of(Place::Withdrawn),
        path: list_path(batch.id),
        id: batch.id,
        title: batch.title,
        course: said.pick(batch.course_hi, batch.course_en),
        unit: said.pick(batch.unit_hi, batch.unit_en),
        searched: enrolment::sought(q).is_some(),
        q: q.to_owned(),
        found: found.into_iter().map(|c| candidate(c, said)).collect(),
        may_manage,
        open,
    })
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
        person_url: format!("/people/{}", line.person),
        queued: i18n::day_and_clock(said.language, line.queued_at, said.zone),
        reason: reason.and_then(|r| r.reason.clone()),
        reason_on: reason.map(|r| i18n::day_and_clock(said.language, r.made_at, said.zone)),
    }
}

fn candidate(c: Candidate, said: Said) -> Found {
    Found {
        person: c.person,
        name: c.name,
        relation: c.relation_name,
        unit: said.pick(c.unit_hi, c.unit_en),
    }
}

pub async fn enrol(visitor: Visitor, batch: Path<BatchId>, form: Form<Draft>) -> Answer {
    let (said, batch, draft) = (Said::of(&visitor), *batch, form.0);
    match visitor
        .act(move |db, actor, stamp| enrolment::take(db, actor, batch, &draft, stamp))
        .await
    {
        Ok(made) if made.place == Place::Seat => Ok(done(&list_path(batch), "enrolled")),
        Ok(_) => Ok(done(&list_path(batch), "waiting")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| list_page(db, actor, batch, "", said);
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
    let batch = enrolment::batch_for(db, actor, found.batch)?;
    actor.must(Right::Manage, &batch.path)?;
    let run = store::run_of(db, &batch)?;
    let waits = found.place == Place::Waiting;
    Ok(StepPage {
        name: store::name(db, found.person)?,
        list_url: list_path(batch.id),
        title: batch.title,
        path: format!("/enrolments/{id}/{step}"),
        behind: run.waiting,
        position: if waits { Some(store::position(db, &found)?) } else { None },
        draft,
    })
}

pub async fn withdrawal(visitor: Visitor, id: Path<EnrolmentId>) -> Answer {
    let ask = move |db: &mut Db, actor: &Actor| {
        step_page(db, actor, *id, "withdrawal", ReasonDraft::default())
    };
    visitor.page("enrolment/withdrawal.html", ask).await
}

pub async fn withdraw(visitor: Visitor, id: Path<EnrolmentId>, form: Form<ReasonDraft>) -> Answer {
    let (id, draft, kept) = (*id, form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| enrolment::leave(db, actor, id, &draft, stamp)).await
    {
        Ok(left) => Ok(done(&list_path(left.batch), "withdrawn")),
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
