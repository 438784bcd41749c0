//! The pages of the holidays.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Path, Query};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::store::units_to_choose;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::HolidayId;
use crate::kit::intake::{Told, ToldError};
use crate::kit::tables::csv_line;
use crate::schedule::holidays;
use crate::schedule::holidays::import::{self, Looked};
use crate::schedule::holidays::rules::{HolidayDraft, HolidayKind};
use crate::schedule::holidays::store::Entry;

/// `?year=`; this year when it is no year.
#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    year: String,
}

impl Filter {
    fn year(&self, visitor: &Visitor) -> i32 {
        let this = visitor.site.now().date_in(visitor.site.timezone).year();
        self.year.parse().ok().filter(|y| (1970..=2200).contains(y)).unwrap_or(this)
    }
}

#[derive(Serialize)]
struct List {
    year: i32,
    /// The years before, of and after: (address, year, whether it is this one).
    years: Vec<(String, i32, bool)>,
    holidays: Vec<View>,
    removed: Vec<View>,
    csv_url: String,
    may_make: bool,
}

#[derive(Serialize)]
struct View {
    url: String,
    day: String,
    name: String,
    name_other: Option<String>,
    kind: HolidayKind,
    estimated: bool,
    /// Where it holds; nothing: everywhere.
    unit: Option<String>,
    may_change: bool,
}

fn view(actor: &Actor, language: Language, entry: Entry) -> View {
    let (name, other) = match language {
        Language::Hi => (entry.holiday.name_hi, entry.holiday.name_en),
        Language::En => (entry.holiday.name_en, entry.holiday.name_hi),
    };
    let unit = match language {
        Language::Hi => entry.unit_hi,
        Language::En => entry.unit_en,
    };
    View {
        url: format!("/holidays/{}", entry.holiday.id),
        day: i18n::day(language, entry.holiday.day),
        name_other: (other != name).then_some(other),
        name,
        kind: entry.holiday.kind,
        estimated: entry.holiday.estimated,
        unit,
        may_change: holidays::may_keep(actor, entry.holiday.unit_path.as_deref()),
    }
}

pub async fn list(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let (language, year) = (visitor.language, filter.year(&visitor));
    visitor
        .page("schedule/holidays.html", move |db, actor| {
            let all = holidays::of_year(db, actor, year)?;
            let (removed, there): (Vec<Entry>, Vec<Entry>) =
                all.into_iter().partition(|e| e.removed_at.is_some());
            let view = |e| view(actor, language, e);
            Ok(List {
                year,
                years: (year - 1..=year + 1)
                    .map(|y| (format!("/holidays?year={y}"), y, y == year))
                    .collect(),
                holidays: there.into_iter().map(view).collect(),
                removed: removed.into_iter().map(view).filter(|v| v.may_change).collect(),
                csv_url: format!("/holidays.csv?year={year}"),
                may_make: !actor.reach(Right::Manage).is_empty(),
            })
        })
        .await
}

/// The list as a file that can be taken in again.
pub async fn csv(visitor: Visitor, filter: Query<Filter>) -> Answer {
    let year = filter.year(&visitor);
    let all = visitor.see(move |db, actor| holidays::of_year(db, actor, year)).await?;
    let mut text = csv_line(["day", "name_hi", "name_en", "kind", "estimated", "unit"]);
    for entry in all.iter().filter(|e| e.removed_at.is_none()) {
        let h = &entry.holiday;
        let estimated = if h.estimated { "yes" } else { "no" };
        let unit = entry.unit_code.as_deref().unwrap_or_default();
        let day = h.day.to_string();
        text.push_str(&csv_line([&day, &h.name_hi, &h.name_en, h.kind.word(), estimated, unit]));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"holidays-{year}.csv\""),
        ))
        .body(format!("\u{FEFF}{text}")))
}

#[derive(Serialize)]
struct Sheet {
    action: String,
    /// The year's list; for one that exists also where it is taken off.
    back: String,
    removal_url: Option<String>,
    is_new: bool,
    draft: HolidayDraft,
    units: Vec<(String, String)>,
}

pub async fn new(visitor: Visitor) -> Answer {
    let v = visitor.clone();
    visitor
        .page("schedule/holiday_form.html", move |db, actor| {
            sheet(db, actor, &v, None, HolidayDraft::default())
        })
        .await
}

pub async fn create(visitor: Visitor, form: Form<HolidayDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| holidays::create(db, actor, &draft, stamp)).await {
        Ok(year) => Ok(done(&format!("/holidays?year={year}"), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, None, kept);
            visitor.again(fault, "schedule/holiday_form.html", again).await
        }
    }
}

pub async fn edit(visitor: Visitor, id: Path<HolidayId>) -> Answer {
    let v = visitor.clone();
    visitor
        .page("schedule/holiday_form.html", move |db, actor| {
            let entry = holidays::kept(db, actor, *id)?;
            sheet(db, actor, &v, Some(*id), holidays::draft_of(&entry))
        })
        .await
}

pub async fn change(visitor: Visitor, id: Path<HolidayId>, form: Form<HolidayDraft>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    let changed =
        visitor.act(move |db, actor, stamp| holidays::change(db, actor, id, &draft, stamp)).await;
    match changed {
        Ok(year) => Ok(done(&format!("/holidays?year={year}"), "saved")),
        Err(fault) => {
            let v = visitor.clone();
            let again = move |db: &mut Db, actor: &Actor| sheet(db, actor, &v, Some(id), kept);
            visitor.again(fault, "schedule/holiday_form.html", again).await
        }
    }
}

pub async fn remove(visitor: Visitor, id: Path<HolidayId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    let year = visitor.act(move |db, actor, stamp| holidays::remove(db, actor, id, stamp)).await?;
    Ok(done(&format!("/holidays?year={year}"), "holiday-removed"))
}

pub async fn restore(visitor: Visitor, id: Path<HolidayId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    let year = visitor.act(move |db, actor, stamp| holidays::restore(db, actor, id, stamp)).await?;
    Ok(done(&format!("/holidays?year={year}"), "saved"))
}

fn sheet(
    db: &mut Db,
    actor: &Actor,
    visitor: &Visitor,
    id: Option<HolidayId>,
    draft: HolidayDraft,
) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let mut units = choices(units_to_choose(db, &reach)?, visitor.language);
    if holidays::may_keep(actor, None) {
        units.insert(0, (String::new(), visitor.say("holidays-everywhere")));
    }
    let year: Option<i32> = draft.day.get(..4).and_then(|y| y.parse().ok());
    Ok(Sheet {
        action: id.map_or_else(|| "/holidays".to_owned(), |id| format!("/holidays/{id}")),
        back: year.map_or_else(|| "/holidays".to_owned(), |y| format!("/holidays?year={y}")),
        removal_url: id.map(|id| format!("/holidays/{id}/removal")),
        is_new: id.is_none(),
        draft,
        units,
    })
}

/// A pasted table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableForm {
    table: String,
}

/// Errors that the page shows; the office mends the table and pastes it again.
const MOST_SHOWN: usize = 200;

#[derive(Serialize)]
struct Looking {
    table: String,
    told: Option<Told>,
    told_errors: Vec<ToldError>,
    more_errors: usize,
    rows: usize,
}

pub async fn table(visitor: Visitor) -> Answer {
    visitor.page("schedule/holidays_import.html", move |_, actor| blank(actor, String::new())).await
}

fn blank(actor: &Actor, table: String) -> Result<Looking, Fault> {
    actor.must_somewhere(Right::Manage)?;
    Ok(Looking { table, told: None, told_errors: vec![], more_errors: 0, rows: 0 })
}

/// What would become of the table.
pub async fn look(visitor: Visitor, form: Form<TableForm>) -> Answer {
    let (text, kept) = (form.0.table.clone(), form.0.table);
    let looked = visitor.act(move |db, actor, stamp| import::look(db, actor, &text, stamp)).await;
    shown(visitor, looked, kept).await
}

/// Takes the table in.
pub async fn take(visitor: Visitor, form: Form<TableForm>) -> Answer {
    let (text, kept) = (form.0.table.clone(), form.0.table);
    let ran = visitor.act(move |db, actor, stamp| import::run(db, actor, &text, stamp)).await;
    shown(visitor, ran, kept).await
}

async fn shown(visitor: Visitor, looked: Result<Looked, Fault>, table: String) -> Answer {
    let template = "schedule/holidays_import.html";
    match looked {
        Ok(Looked { report, table: read }) => {
            let mut told = report.told(visitor.site.texts(), visitor.language);
            let mut told_errors = std::mem::take(&mut told.errors);
            let more_errors = told_errors.len().saturating_sub(MOST_SHOWN);
            told_errors.truncate(MOST_SHOWN);
            let rows = read.rows.len();
            let view = Looking { table, told: Some(told), told_errors, more_errors, rows };
            visitor.page(template, move |_, _| Ok(view)).await
        }
        Err(fault) => {
            let again = move |_: &mut Db, actor: &Actor| blank(actor, table);
            visitor.again(fault, template, again).await
        }
    }
}
