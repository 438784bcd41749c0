//! The pages of the batches.

use actix_web::web::{Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::rules::{CourseState, said};
use crate::courses::store::{courses_in, unit_of_code, units_to_choose};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::BatchId;
use crate::kit::page::{PageNumber, Paging};
use crate::schedule::batches;
use crate::schedule::batches::rules::{BatchDraft, KeptDraft, SEATS, Span};
use crate::schedule::batches::store;
use crate::schedule::pages::{Line, line};
use crate::schedule::rules::{BatchState, SessionState};
use crate::schedule::store::{seats_taken, sessions_of};
use crate::schedule::{self, Batch, batch_for};

#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    course: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    when: String,
    page: Option<u32>,
}

#[derive(Serialize)]
struct List {
    batches: Vec<Row>,
    course: String,
    unit: String,
    when: String,
    courses: Vec<(String, String)>,
    units: Vec<(String, String)>,
    paging: Paging,
    may_make: bool,
}

#[derive(Serialize)]
struct Row {
    url: String,
    title: String,
    course: String,
    unit: String,
    days: Option<String>,
    seats: i32,
    taken: i64,
    sessions: i64,
    cancelled: bool,
}

pub async fn list(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, today) = (visitor.language, visitor.site.now().date_in(visitor.site.timezone));
    let any = visitor.say("schedule-any");
    visitor
        .page("schedule/batches.html", move |db, actor| {
            found(db, actor, language, today, any, &filter)
        })
        .await
}

fn found(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    today: NaiveDate,
    any: String,
    filter: &Filter,
) -> Result<List, Fault> {
    let reach = actor.must_somewhere(Right::SeePlans)?;
    let units = choices(units_to_choose(db, &reach)?, language);
    let courses = courses_in(db, &reach, 0, 200)?;
    let courses =
        courses.into_iter().map(|c| (c.code, said(language, &c.title_hi, &c.title_en).to_owned()));
    let within = match filter.unit.as_str() {
        "" => reach,
        code => match unit_of_code(db, code)? {
            Some(unit) => reach.within(&unit.path),
            None => reach.within("-"),
        },
    };
    let page = PageNumber::of(filter.page);
    let span = Span::parse(&filter.when);
    let mut rows = store::batches_in(db, &within, &filter.course, span, today, page)?;
    let filters = [("course", &*filter.course), ("unit", &*filter.unit), ("when", &*filter.when)];
    let paging = Paging::cut(&mut rows, page, "/batches", &filters);
    let ids: Vec<BatchId> = rows.iter().map(|b| b.id).collect();
    let (taken, sessions) = (store::taken_of(db, &ids)?, store::sessions_of(db, &ids)?);
    let of = |counts: &[(BatchId, i64)], id| {
        counts.iter().find(|(b, _)| *b == id).map_or(0, |(_, n)| *n)
    };
    let blank = (String::new(), any);
    Ok(List {
        batches: rows
            .iter()
            .map(|b| row(b, of(&taken, b.id), of(&sessions, b.id), language))
            .collect(),
        course: filter.course.clone(),
        unit: filter.unit.clone(),
        when: filter.when.clone(),
        courses: std::iter::once(blank.clone()).chain(courses).collect(),
        units: std::iter::once(blank).chain(units).collect(),
        paging,
        may_make: !actor.reach(Right::Manage).is_empty(),
    })
}

fn row(batch: &Batch, taken: i64, sessions: i64, language: Language) -> Row {
    Row {
        url: format!("/batches/{}", batch.id),
        title: batch.title.clone(),
        course: said(language, &batch.course_hi, &batch.course_en).to_owned(),
        unit: said(language, &batch.unit_hi, &batch.unit_en).to_owned(),
        days: days(batch, language),
        seats: batch.seats,
        taken,
        sessions,
        cancelled: batch.state == BatchState::Cancelled,
    }
}

fn days(batch: &Batch, language: Language) -> Option<String> {
    let said = |date| i18n::day(language, date);
    match (batch.starts_on, batch.ends_on) {
        (Some(from), Some(to)) if from == to => Some(said(from)),
        (Some(from), Some(to)) => Some(format!("{} – {}", said(from), said(to))),
        (Some(from), None) => Some(format!("{} –", said(from))),
        (None, Some(to)) => Some(format!("– {}", said(to))),
        (None, None) => None,
    }
}

#[derive(Serialize)]
struct Show {
    url: String,
    title: String,
    course: String,
    course_url: Option<String>,
    unit: String,
    days: Option<String>,
    seats: i32,
    taken: i64,
    waiting: i64,
    /// For those who see the plans; nothing for those who only come.
    roster_url: Option<String>,
    /// Whether the badges of its people may be printed.
    may_print: bool,
    sessions: Vec<Line>,
    drafts: usize,
    cancelled: bool,
    cancel_reason: Option<String>,
    may_change: bool,
    may_plan: bool,
    may_move: bool,
    may_cancel: bool,
    /// Where times for its sessions are found.
    find_url: String,
    /// Where its people are written to.
    write_url: String,
}

pub async fn show(visitor: Visitor, id: Path<BatchId>) -> Answer {
    let asked = shown(visitor.language, visitor.site.now(), *id);
    visitor.page("schedule/batch.html", asked).await
}

fn shown(
    language: Language,
    now: Moment,
    id: BatchId,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Show, Fault> + Send {
    move |db, actor| {
        let batch = batch_for(db, actor, id)?;
        let (taken, waiting) = seats_taken(db, id)?;
        let sees = actor.may(Right::SeePlans, &batch.unit_path);
        let mut sessions = sessions_of(db, id)?;
        sessions.retain(|s| sees || s.state != SessionState::Draft || s.is_taught_by(actor.person));
        let open = batch.state == BatchState::Open;
        let may_plan = open && actor.may(Right::Plan, &batch.unit_path);
        let may_change = actor.may(Right::Manage, &batch.unit_path);
        let to_come = sessions
            .iter()
            .filter(|s| s.state != SessionState::Cancelled && s.starts_at > now)
            .count();
        let url = format!("/batches/{id}");
        Ok(Show {
            title: batch.title.clone(),
            course: said(language, &batch.course_hi, &batch.course_en).to_owned(),
            course_url: sees.then(|| format!("/courses/{}", batch.course_id)),
            unit: said(language, &batch.unit_hi, &batch.unit_en).to_owned(),
            days: days(&batch, language),
            seats: batch.seats,
            taken,
            waiting,
            roster_url: sees.then(|| format!("{url}/enrolments")),
            may_print: actor.may(Right::Teach, &batch.unit_path),
            drafts: sessions.iter().filter(|s| s.state == SessionState::Draft).count(),
            sessions: sessions.iter().map(|s| line(s, language)).collect(),
            cancelled: !open,
            cancel_reason: batch.cancel_reason.clone(),
            may_change,
            may_plan,
            may_move: may_plan && to_come > 0,
            may_cancel: open && may_change,
            find_url: format!("/schedules/suggestions?batch={id}"),
            write_url: format!("/letters/new?batch={id}"),
            url,
        })
    }
}

#[derive(Serialize)]
struct Sheet {
    action: String,
    back: String,
    is_new: bool,
    draft: BatchDraft,
    courses: Vec<(String, String)>,
    units: Vec<(String, String)>,
    /// How many would keep their seat if there were fewer.
    taken: i64,
}

/// `?course=` and `?unit=` fill the form beforehand.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    course: String,
    #[serde(default)]
    unit: String,
}

pub async fn new(visitor: Visitor, wanted: Query<Wanted>) -> Answer {
    let language = visitor.language;
    let wanted = wanted.into_inner();
    let draft = BatchDraft {
        course: wanted.course,
        unit: wanted.unit,
        seats: SEATS.to_owned(),
        ..BatchDraft::default()
    };
    visitor
        .page("schedule/batch_form.html", move |db, actor| new_sheet(db, actor, language, draft))
        .await
}

pub async fn create(visitor: Visitor, form: Form<BatchDraft>) -> Answer {
    let language = visitor.language;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| batches::create(db, actor, &draft, stamp)).await {
        Ok(id) => Ok(done(&format!("/batches/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| new_sheet(db, actor, language, kept);
            visitor.again(fault, "schedule/batch_form.html", again).await
        }
    }
}

fn new_sheet(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    draft: BatchDraft,
) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let mut units = units_to_choose(db, &reach)?;
    // One below those that are listed, asked for by its own page.
    if !units.iter().any(|u| u.code == draft.unit)
        && let Some(unit) = unit_of_code(db, &draft.unit)?.filter(|u| reach.covers(&u.path))
    {
        units.push(unit);
    }
    let courses = courses_in(db, &reach, 0, 200)?
        .into_iter()
        .filter(|c| c.state == CourseState::Published)
        .map(|c| {
            (c.code.clone(), format!("{} ({})", said(language, &c.title_hi, &c.title_en), c.code))
        })
        .collect();
    Ok(Sheet {
        action: "/batches".to_owned(),
        back: "/batches".to_owned(),
        is_new: true,
        draft,
        courses,
        units: choices(units, language),
        taken: 0,
    })
}

pub async fn edit(visitor: Visitor, id: Path<BatchId>) -> Answer {
    visitor
        .page("schedule/batch_form.html", move |db, actor| edit_sheet(db, actor, *id, None))
        .await
}

pub async fn change(visitor: Visitor, id: Path<BatchId>, form: Form<BatchDraft>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| batches::change(db, actor, id, &draft, stamp)).await {
        Ok(()) => Ok(done(&format!("/batches/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| edit_sheet(db, actor, id, Some(kept));
            visitor.again(fault, "schedule/batch_form.html", again).await
        }
    }
}

fn edit_sheet(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    typed: Option<BatchDraft>,
) -> Result<Sheet, Fault> {
    let batch = batches::managed(db, actor, id)?;
    let (taken, _) = seats_taken(db, id)?;
    let url = format!("/batches/{id}");
    let draft = typed.unwrap_or_else(|| batches::draft_of(&batch));
    let (courses, units) = (vec![], vec![]);
    Ok(Sheet { action: url.clone(), back: url, is_new: false, draft, courses, units, taken })
}

/// Publishes every draft session of a batch.
pub async fn publish(visitor: Visitor, id: Path<BatchId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| schedule::publish_all(db, actor, id, stamp)).await {
        Ok(_) => Ok(done(&format!("/batches/{id}"), "sessions-published")),
        Err(fault) => {
            let asked = shown(visitor.language, visitor.site.now(), id);
            visitor.again(fault, "schedule/batch.html", asked).await
        }
    }
}

#[derive(Serialize)]
struct KeptSheet {
    title: String,
    url: String,
    seats: i32,
    rows: Vec<KeptDraft>,
}

/// Rows that are offered beyond those in use.
const SPARE_ROWS: usize = 3;

/// Seats kept for units: row by row, each field once a row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeptForm {
    kept_unit: Vec<String>,
    kept_seats: Vec<String>,
    kept_until: Vec<String>,
}

impl KeptForm {
    fn rows(self) -> Vec<KeptDraft> {
        let (seats, until) = (self.kept_seats.into_iter(), self.kept_until.into_iter());
        let rest = seats.zip(until);
        let row = |(unit, (seats, until))| KeptDraft { unit, seats, until };
        self.kept_unit.into_iter().zip(rest).map(row).collect()
    }
}

pub async fn kept(visitor: Visitor, id: Path<BatchId>) -> Answer {
    visitor
        .page("schedule/batch_kept.html", move |db, actor| kept_sheet(db, actor, *id, None))
        .await
}

fn kept_sheet(
    db: &mut Db,
    actor: &Actor,
    id: BatchId,
    typed: Option<Vec<KeptDraft>>,
) -> Result<KeptSheet, Fault> {
    let batch = batches::managed(db, actor, id)?;
    let mut rows = match typed {
        Some(rows) => rows,
        None => store::kept_of(db, &[id])?
            .into_iter()
            .map(|(_, k)| KeptDraft {
                unit: k.unit,
                seats: k.seats.to_string(),
                until: k.until.to_string(),
            })
            .collect(),
    };
    rows.retain(|row| !row.is_blank());
    rows.resize_with(rows.len() + SPARE_ROWS, KeptDraft::default);
    let url = format!("/batches/{id}");
    Ok(KeptSheet { title: batch.title, url, seats: batch.seats, rows })
}

pub async fn keep(visitor: Visitor, id: Path<BatchId>, form: Form<KeptForm>) -> Answer {
    let id = *id;
    let rows = form.0.rows();
    let typed = rows.clone();
    let kept = visitor.act(move |db, actor, stamp| {
        let mut draft = batches::draft_of(&batches::managed(db, actor, id)?);
        draft.reserved = Some(rows);
        batches::change(db, actor, id, &draft, stamp)
    });
    match kept.await {
        Ok(()) => Ok(done(&format!("/batches/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| kept_sheet(db, actor, id, Some(typed));
            visitor.again(fault, "schedule/batch_kept.html", again).await
        }
    }
}
