//! The pages of the courses.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::rules::{self, CourseDraft, CourseState, ModuleDraft, said};
use crate::courses::store::{self, Unit};
use crate::courses::{self, Edition, Whole};
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::CourseId;
use crate::kit::page::{PageNumber, Paging, ROWS};

/// Rows for modules that are offered beyond those in use.
const SPARE_ROWS: usize = 3;

#[derive(Serialize)]
struct List {
    courses: Vec<Line>,
    paging: Paging,
    may_make: bool,
}

#[derive(Serialize)]
struct Line {
    url: String,
    title: String,
    code: String,
    unit: String,
    state: CourseState,
    modules: usize,
    minutes: i64,
}

pub async fn list(visitor: Visitor, page: Query<PageNumber>) -> Answer {
    let language = visitor.language;
    visitor
        .page("courses/list.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::SeePlans)?;
            let mut rows = store::courses_in(db, &reach, page.offset(), ROWS + 1)?;
            let paging = Paging::cut(&mut rows, *page, "/courses", &[]);
            let courses = courses::wholes(db, rows)?.iter().map(|w| line(w, language)).collect();
            Ok(List { courses, paging, may_make: !actor.reach(Right::Manage).is_empty() })
        })
        .await
}

fn line(whole: &Whole, language: Language) -> Line {
    let shown = whole.published().or(whole.editions.first());
    let course = &whole.course;
    Line {
        url: format!("/courses/{}", course.id),
        title: said(language, &course.title_hi, &course.title_en).to_owned(),
        code: course.code.clone(),
        unit: said(language, &course.unit_hi, &course.unit_en).to_owned(),
        state: course.state,
        modules: shown.map_or(0, |e| e.modules.len()),
        minutes: shown.map_or(0, minutes),
    }
}

fn minutes(edition: &Edition) -> i64 {
    edition.modules.iter().map(|(_, m)| i64::from(m.minutes)).sum()
}

#[derive(Serialize)]
struct Show {
    url: String,
    title: String,
    code: String,
    unit: String,
    state: CourseState,
    /// The courses that must be completed first.
    needs: Option<String>,
    editions: Vec<EditionView>,
    batches: i64,
    batches_url: String,
    new_batch_url: Option<String>,
    may_change: bool,
    /// The draft's number, when there is one with something in it.
    publishable: Option<i32>,
    /// Whether an earlier version is being taught.
    replaces: bool,
}

#[derive(Serialize)]
struct EditionView {
    number: i32,
    /// The day of its publication; nothing for the draft.
    published: Option<String>,
    percent: i32,
    minutes: i64,
    modules: Vec<ModuleView>,
}

#[derive(Serialize)]
struct ModuleView {
    code: String,
    title: String,
    minutes: i32,
    compulsory: bool,
}

pub async fn show(visitor: Visitor, id: Path<CourseId>) -> Answer {
    let asked = shown(&visitor, *id);
    visitor.page("courses/show.html", asked).await
}

fn shown(
    visitor: &Visitor,
    id: CourseId,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Show, Fault> + Send + use<> {
    let (language, zone) = (visitor.language, visitor.site.timezone);
    move |db, actor| {
        let whole = courses::whole_for(db, actor, id)?;
        let batches = store::batches_of(db, id, &actor.reach(Right::SeePlans))?;
        let day = |at: Moment| i18n::day(language, at.date_in(zone));
        Ok(show_of(&whole, actor, language, batches, day))
    }
}

fn show_of(
    whole: &Whole,
    actor: &Actor,
    language: Language,
    batches: i64,
    day: impl Fn(Moment) -> String,
) -> Show {
    let course = &whole.course;
    let retired = course.state == CourseState::Retired;
    let may_change = actor.may(Right::Manage, &course.unit_path) && !retired;
    let draft = whole.draft().filter(|d| !d.modules.is_empty());
    let may_start =
        whole.published().is_some() && !retired && !actor.reach(Right::Manage).is_empty();
    Show {
        url: format!("/courses/{}", course.id),
        title: said(language, &course.title_hi, &course.title_en).to_owned(),
        code: course.code.clone(),
        unit: said(language, &course.unit_hi, &course.unit_en).to_owned(),
        state: course.state,
        needs: (!whole.needs.is_empty()).then(|| {
            let titles = whole.needs.iter().map(|n| said(language, &n.title_hi, &n.title_en));
            titles.collect::<Vec<_>>().join(", ")
        }),
        editions: whole.editions.iter().map(|e| edition(e, language, &day)).collect(),
        batches,
        batches_url: format!("/batches?course={}", encoded(&course.code)),
        new_batch_url: may_start.then(|| format!("/batches/new?course={}", encoded(&course.code))),
        may_change,
        publishable: draft.filter(|_| may_change).map(|d| d.version.number),
        replaces: whole.published().is_some(),
    }
}

fn edition(edition: &Edition, language: Language, day: impl Fn(Moment) -> String) -> EditionView {
    EditionView {
        number: edition.version.number,
        published: edition.version.published_at.map(day),
        percent: edition.version.percent,
        minutes: minutes(edition),
        modules: edition
            .modules
            .iter()
            .map(|(_, m)| ModuleView {
                code: m.code.clone(),
                title: said(language, &m.title_hi, &m.title_en).to_owned(),
                minutes: m.minutes,
                compulsory: m.compulsory,
            })
            .collect(),
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The form: one list for each column of the modules, as long as each other.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CourseForm {
    code: String,
    unit: String,
    title_hi: String,
    title_en: String,
    percent: String,
    needs: Option<String>,
    module_code: Vec<String>,
    module_title_hi: Vec<String>,
    module_title_en: Vec<String>,
    module_minutes: Vec<String>,
    module_compulsory: Vec<String>,
}

impl CourseForm {
    fn draft(self) -> CourseDraft {
        let rows =
            [&self.module_code, &self.module_title_hi, &self.module_title_en, &self.module_minutes]
                .iter()
                .map(|column| column.len())
                .max()
                .unwrap_or(0);
        let cell = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        let modules = (0..rows)
            .map(|row| ModuleDraft {
                code: cell(&self.module_code, row),
                title_hi: cell(&self.module_title_hi, row),
                title_en: cell(&self.module_title_en, row),
                minutes: cell(&self.module_minutes, row),
                compulsory: cell(&self.module_compulsory, row),
            })
            .collect();
        CourseDraft {
            code: self.code,
            unit: self.unit,
            title_hi: self.title_hi,
            title_en: self.title_en,
            percent: self.percent,
            needs: self.needs,
            modules,
        }
    }
}

#[derive(Serialize)]
struct Sheet {
    /// Where the form goes, and where one goes who leaves it.
    action: String,
    back: String,
    is_new: bool,
    /// Whether saving opens a new draft beside what is published.
    opens_draft: bool,
    draft: CourseDraft,
    units: Vec<(String, String)>,
}

pub async fn new(visitor: Visitor) -> Answer {
    let draft = CourseDraft { percent: rules::PERCENT.to_owned(), ..CourseDraft::default() };
    let language = visitor.language;
    visitor.page("courses/form.html", move |db, actor| new_sheet(db, actor, language, draft)).await
}

pub async fn create(visitor: Visitor, form: Form<CourseForm>) -> Answer {
    let draft = form.0.draft();
    let (kept, language) = (draft.clone(), visitor.language);
    match visitor.act(move |db, actor, stamp| courses::create(db, actor, &draft, stamp)).await {
        Ok(id) => Ok(done(&format!("/courses/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| new_sheet(db, actor, language, kept);
            visitor.again(fault, "courses/form.html", again).await
        }
    }
}

fn new_sheet(
    db: &mut Db,
    actor: &Actor,
    language: Language,
    draft: CourseDraft,
) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let units = choices(store::units_to_choose(db, &reach)?, language);
    Ok(Sheet {
        action: "/courses".to_owned(),
        back: "/courses".to_owned(),
        is_new: true,
        opens_draft: false,
        draft: with_spare_rows(draft),
        units,
    })
}

/// Units as the options of a select: code, name.
pub fn choices(units: Vec<Unit>, language: Language) -> Vec<(String, String)> {
    let name = |u: &Unit| format!("{} ({})", said(language, &u.name_hi, &u.name_en), u.code);
    units.into_iter().map(|u| (u.code.clone(), name(&u))).collect()
}

/// A form without script cannot grow: some empty rows always stand ready.
fn with_spare_rows(mut draft: CourseDraft) -> CourseDraft {
    let used = draft.modules.iter().rposition(|m| !m.is_blank()).map_or(0, |last| last + 1);
    draft.modules.resize_with(used, ModuleDraft::default);
    draft.modules.resize_with(used + SPARE_ROWS, ModuleDraft::default);
    draft
}

pub async fn edit(visitor: Visitor, id: Path<CourseId>) -> Answer {
    visitor.page("courses/form.html", move |db, actor| edit_sheet(db, actor, *id, None)).await
}

pub async fn change(visitor: Visitor, id: Path<CourseId>, form: Form<CourseForm>) -> Answer {
    let (id, draft) = (*id, form.0.draft());
    let kept = draft.clone();
    match visitor
        .act(move |db, actor, stamp| courses::change_draft(db, actor, id, &draft, stamp))
        .await
    {
        Ok(()) => Ok(done(&format!("/courses/{id}"), "saved")),
        Err(fault) => {
            let again = move |db: &mut Db, actor: &Actor| edit_sheet(db, actor, id, Some(kept));
            visitor.again(fault, "courses/form.html", again).await
        }
    }
}

fn edit_sheet(
    db: &mut Db,
    actor: &Actor,
    id: CourseId,
    typed: Option<CourseDraft>,
) -> Result<Sheet, Fault> {
    let whole = courses::whole_for(db, actor, id)?;
    if !actor.may(Right::Manage, &whole.course.unit_path) {
        return Err(Fault::Forbidden);
    }
    let draft = typed.unwrap_or_else(|| courses::draft_of(&whole));
    Ok(Sheet {
        action: format!("/courses/{id}"),
        back: format!("/courses/{id}"),
        is_new: false,
        opens_draft: whole.draft().is_none(),
        draft: with_spare_rows(draft),
        units: vec![],
    })
}

pub async fn publish(visitor: Visitor, id: Path<CourseId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| courses::publish(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/courses/{id}"), "course-published")),
        Err(fault) => {
            let asked = shown(&visitor, id);
            visitor.again(fault, "courses/show.html", asked).await
        }
    }
}

pub async fn retire(visitor: Visitor, id: Path<CourseId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| courses::retire(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/courses/{id}"), "saved")),
        Err(fault) => {
            let asked = shown(&visitor, id);
            visitor.again(fault, "courses/show.html", asked).await
        }
    }
}
